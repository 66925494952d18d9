//! Fixes: from what would remedy a violation to changed bytes.
//!
//! Owns [`edit`], which turns a [`Remedy`](crate::finding::Remedy) into edits of one file's text, in
//! the spelling of that file. It decides nothing: what may be fixed is said by rules and schemas, and
//! files are written elsewhere.

pub mod edit;
