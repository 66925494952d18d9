//! The order in which a reader meets findings, and how many of a kind are shown in full.
//!
//! Formats for reading follow it. Those for programs and editors keep the order of the report: by file
//! and place.

use super::unreviewed::{Likeness, is_unreviewed, shape};
use crate::{
    finding::{Finding, Report},
    rule::{SYNTAX_INVALID, Severity},
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
    /// Others that say the same as the finding before, of other names and numbers: to show as places alone.
    Alike(Vec<&'r Finding>),
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
    if is_unreviewed(report) {
        return by_rule(report);
    }
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

/// The findings of manifests without a specification, each rule in one place: of those that are alike the first, and
/// behind it the others.
fn by_rule(report: &Report) -> Vec<ReportPart<'_>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut places: BTreeMap<Likeness<'_>, usize> = BTreeMap::new();
    // When a rule was first met: its groups follow each other.
    let mut rules: BTreeMap<(bool, &str, Severity), usize> = BTreeMap::new();
    for finding in by_consequence(report) {
        let rule = (finding.obstacle, finding.rule.as_str(), finding.severity);
        let next = rules.len();
        rules.entry(rule).or_insert(next);
        // What keeps rules from running is shown each for itself; a mistake of syntax has no names to tell apart.
        let is_alike = !finding.obstacle || finding.rule == SYNTAX_INVALID;
        let known = places.get(&shape(finding)).filter(|_| is_alike);
        match known.and_then(|place| groups.get_mut(*place)) {
            Some(group) => group.push(finding),
            None => {
                places.insert(shape(finding), groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups.sort_by_key(|group| {
        let first = group.first();
        first.and_then(|first| rules.get(&(first.obstacle, first.rule.as_str(), first.severity)))
    });
    let mut entries = Vec::new();
    for group in groups {
        let mut group = group.into_iter();
        entries.extend(group.next().map(ReportPart::Full));
        let alike = Vec::from_iter(group);
        if !alike.is_empty() {
            entries.push(ReportPart::Alike(alike));
        }
    }
    entries
}

fn kind(finding: &Finding) -> (&str, Severity) {
    (&finding.rule, finding.severity)
}
