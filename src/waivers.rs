//! Exceptions that stay honest: waivers in comments and in the configuration, and the baseline.
//!
//! Owns how a waiver is written ([`comments`]), what it covers, and the [`Ledger`] that says of each
//! finding whether someone answers for it and of each waiver what is wrong with it; and the
//! [`baseline`] of known findings. It never decides a verdict and renders nothing: what it takes
//! away is handed on with the exception that took it.

pub mod baseline;
mod comment;
mod cover;
mod ledger;
mod terms;

pub use comment::{InvalidWaiver, Waiver};
pub use ledger::{Ledger, LedgerFile, LedgerRuns, NOTICE_DAYS, WaiverProblem};

use crate::document::{
    Pointer,
    read::Parsed,
    source::{Source, Span},
};
use std::sync::Arc;

/// A comment that is, or was meant as, a waiver.
#[derive(Debug)]
pub struct WaiverComment {
    /// The comment.
    pub span: Span,
    /// What it says.
    pub reading: Result<Waiver, InvalidWaiver>,
    /// The document and the part of it that it covers; `None` where it stands at nothing.
    pub target: Option<(usize, Pointer)>,
    /// True for a comment with nothing else on its line.
    pub own_line: bool,
}

/// The waivers in the comments of one file.
#[derive(Debug)]
pub struct WaiverComments {
    /// The file.
    pub source: Arc<Source>,
    /// In the order of the text; never empty.
    pub list: Vec<WaiverComment>,
    /// Where each document begins, with its index, in the order of the text.
    starts: Vec<(usize, usize)>,
    /// True where a part of the file could not be read, so that what a waiver covers may be missing.
    incomplete: bool,
}

/// The waivers in the comments of a file; `None` where it has none, which costs a look at each comment.
pub fn comments(source: &Arc<Source>, parsed: &Parsed) -> Option<WaiverComments> {
    let mut list: Vec<WaiverComment> = parsed
        .comments
        .iter()
        .filter_map(|comment| {
            let reading = comment::read(comment.text(source))?;
            Some(WaiverComment {
                span: comment.span,
                reading,
                target: None,
                own_line: comment.own_line,
            })
        })
        .collect();
    if list.is_empty() {
        return None;
    }
    let incomplete = !parsed.errors.is_empty();
    let starts = cover::find(&source.text, &parsed.documents, incomplete, &mut list);
    Some(WaiverComments {
        source: Arc::clone(source),
        list,
        starts,
        incomplete,
    })
}
