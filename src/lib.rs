//! servelint
