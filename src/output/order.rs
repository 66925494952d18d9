//! The order in which a reader meets findings, and how many of a kind are shown in full.
//!
//! Formats for reading follow it. Those for programs and editors keep the order of the report: by file
//! and place.

use crate::{
    finding::{Finding, Report},
    rule::Severity,
};
use std::{cmp::Reverse, collections::BTreeMap};

/// A rule with more findings of one severity than this is shown by its first [`SHOWN`] and a list.
const MANY: usize = 10;
/// Findings of such a rule that are shown in full.
const SHOWN: usize = 3;

/// What a reader meets next.
pub(super) enum ReportPart<'r> {
    /// A finding to show in full.
    Full(&'r Finding),
    /// Others of the same rule and severity as the finding before, to show as places.
    Rest(Vec<&'r Finding>),
}

/// The findings by what they do to the verdict: what keeps rules from running, then errors, escalations, warnings and
/// infos; of the same consequence in the order of the report, by file and place.
pub(super) fn by_consequence(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse((finding.obstacle, finding.severity)));
    findings
}

/// The same with the repetitions of a rule gathered behind the last one that is shown in full.
pub(super) fn entries(report: &Report) -> Vec<ReportPart<'_>> {
    let findings = by_consequence(report);
    let mut all: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in &findings {
        *all.entry(kind(finding)).or_default() += 1;
    }
    let mut met: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    let mut lists: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for finding in findings {
        let kind = kind(finding);
        let number = met.entry(kind).or_default();
        *number += 1;
        let list = lists.get(&kind).and_then(|at| entries.get_mut(*at));
        if let Some(ReportPart::Rest(list)) = list {
            list.push(finding);
            continue;
        }
        entries.push(ReportPart::Full(finding));
        if *number == SHOWN && all.get(&kind).is_some_and(|all| *all > MANY) {
            lists.insert(kind, entries.len());
            entries.push(ReportPart::Rest(Vec::new()));
        }
    }
    entries
}

fn kind(finding: &Finding) -> (&str, Severity) {
    (&finding.rule, finding.severity)
}
