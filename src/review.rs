//! Everything about one service put together, and the numbers that follow from it.
//!
//! Owns the units that documents are written in ([`units`]), the arithmetic of the field
//! ([`formula`]) and the Facts that rules read beside a document ([`facts`]). It judges
//! nothing: whether a number is good enough is a rule's business.

pub mod units;

pub mod formula;

pub mod facts;
