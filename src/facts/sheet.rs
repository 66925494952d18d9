//! Cursors: how facts are read from the tree of a document.
//!
//! Owns [`Field`] (a value that may be missing, read as what the reader needs) and [`Spot`] (the
//! same with the path to it). It derives nothing and knows no kind of document.

mod field;
mod spot;

pub use field::Field;
pub use spot::Spot;
