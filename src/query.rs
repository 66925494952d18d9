//! Queries in PromQL: read, and asked what can be known of them without any data.
//!
//! Owns the parser behind [`read`] and the answers of a [`Query`]: the numbers that it can yield,
//! what it yields without data, whether one part of a ratio is within the other, which revision it
//! selects, and the burn rates that it compares with. Each answer is certain, or there is none.
//! What is no PromQL is said to be [`QueryReading::Foreign`] and never a mistake. It knows no manifests.

mod burn;
mod canary;
mod fold;
mod language;
mod measure;
mod mistakes;
mod nothing;
mod numbers;
mod part;
mod scan;
mod tree;

pub mod condition;

pub use burn::Burn;
pub use canary::SelectedRevision;
pub use measure::QueryMeasure;
pub use nothing::Fallback;
pub use numbers::Bounds;
pub use part::PartOf;

use crate::document::source::Span;
use promql_parser::parser::{Expr, parse};
use scan::Scan;

/// A query that was parsed.
#[derive(Debug)]
pub struct Query {
    expr: Expr,
    scan: Scan,
}

/// What became of a text that should be a query.
#[derive(Debug)]
pub enum QueryReading {
    /// It is PromQL.
    Read(Box<Query>),
    /// It is no query in any language: what is wrong, and at which bytes of the text.
    Wrong(QueryFault),
    /// It was not checked: what it is instead, as the end of "it is ...".
    Foreign(ForeignQuery),
}

/// A mistake in a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryFault {
    /// What is wrong.
    pub message: String,
    /// The bytes of the text, which is the query as the manifest gives it.
    pub span: Span,
}

/// Why a query was not read.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignQuery {
    /// One word for policies: `metricsql`, `logql`, `datadog`, `template` or `unknown`.
    pub language: &'static str,
    /// The reason, as a sentence without its end.
    pub reason: String,
}

/// Reads a query. Template arguments such as `{{args.service}}` and `${SERVICE}` stand for any
/// value; what depends on theirs has no answer. Costs no more than the length of the text.
pub fn read(text: &str) -> QueryReading {
    let scan = match Scan::of(text) {
        Ok(scan) => scan,
        Err(unread) => return QueryReading::Foreign(unread),
    };
    if let Some(unread) = language::foreign(&scan) {
        return QueryReading::Foreign(unread);
    }
    let mut refusal = String::new();
    for filled in scan.filled() {
        match parse(&filled) {
            Ok(expr) => return QueryReading::Read(Box::new(Query { expr, scan })),
            Err(message) if refusal.is_empty() => refusal = message,
            Err(_) => {}
        }
    }
    // Only what the parser refuses is looked at for its mistake.
    match scan.fault().or_else(|| mistakes::find(scan.tokens())) {
        Some(fault) => QueryReading::Wrong(fault),
        None => language::refused(&scan, &refusal),
    }
}

impl Query {
    /// The bytes of the last `or vector(...)` in the text, where there is one.
    pub fn fallback_span(&self) -> Option<Span> {
        let tokens = self.scan.tokens();
        let mut found = None;
        for (index, token) in tokens.iter().enumerate() {
            if token.is_word("or") {
                found = self.vector_after(index).or(found);
            }
        }
        found
    }

    /// From `or` to the end of the `vector(...)` that follows it, modifiers in between.
    fn vector_after(&self, or: usize) -> Option<Span> {
        let tokens = self.scan.tokens();
        let rest = tokens.get(or + 1..)?;
        let mut skipped = rest.iter().take_while(|token| {
            token.is_word("on")
                || token.is_word("ignoring")
                || token.is_sign("(")
                || token.is_sign(")")
        });
        let at = or + 1 + skipped.by_ref().count();
        let vector = tokens.get(at).filter(|token| token.is_word("vector"))?;
        let closing = tokens.get(at..)?.iter().find(|token| token.is_sign(")"));
        let end = closing.map_or(vector.span.end(), |token| token.span.end());
        Some(Span::new(tokens.get(or)?.span.start(), end))
    }
}

#[cfg(test)]
mod tests;
