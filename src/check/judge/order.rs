//! The order of findings, and what tells one from another.

use crate::{document::Pointer, finding::Finding};

/// What decides the order of findings.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::check) struct Key<'f> {
    file: &'f str,
    span: (usize, usize),
    rule: &'f str,
    pointer: &'f Pointer,
    message: &'f str,
}

/// What tells a finding from others of the run.
pub(in crate::check) fn key(finding: &Finding) -> Key<'_> {
    let place = &finding.place;
    Key {
        file: &place.source.name,
        span: (place.span.start(), place.span.end()),
        rule: &finding.rule,
        pointer: &place.pointer,
        message: &finding.message,
    }
}

/// By file, place and rule; what several reviews said of one place alike stands once, and so does
/// what is wrong in an anchor that several aliases lead to.
pub(in crate::check) fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (key(a), b.severity).cmp(&(key(b), a.severity)));
    findings.dedup_by(|b, a| key(a) == key(b) || is_same_anchor(a, b));
}

/// True where an alias leads to the same bytes on another path.
fn is_same_anchor(a: &Finding, b: &Finding) -> bool {
    let through_alias = a.place.alias.is_some() || b.place.alias.is_some();
    let at_b = Key {
        pointer: &b.place.pointer,
        ..key(a)
    };
    through_alias && at_b == key(b)
}
