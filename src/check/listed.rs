//! How many findings of one document are listed: a reader corrects a few and runs the check again.

use crate::{
    finding::{Finding, SuppressionKind},
    rule::Severity,
    units::counted,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    mem,
};

/// Findings of one document that are listed one by one. The gravest come first.
const MOST: usize = 500;

/// A document by its file and what it is called; several may be called the same.
type DocumentName = (String, Option<String>);

/// What the findings that one entry stands for have in common.
type Alike = (String, Severity, bool, Option<bool>);

/// Lists the gravest findings of each document, and of the others of each rule one that stands for all:
/// it says how many they are, and they count as before.
pub(super) fn shorten(findings: &mut Vec<Finding>) {
    let mut by_document: HashMap<DocumentName, Vec<usize>> = HashMap::new();
    for (at, finding) in findings.iter().enumerate() {
        by_document.entry(named(finding)).or_default().push(at);
    }
    by_document.retain(|_, own| own.len() > MOST);
    if by_document.is_empty() {
        return;
    }
    let mut others: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (_, mut own) in by_document {
        own.sort_by_key(|at| (Reverse(findings[*at].severity), *at));
        let mut groups: HashMap<Alike, Vec<usize>> = HashMap::new();
        for at in own.into_iter().skip(MOST) {
            groups.entry(alike(&findings[at])).or_default().push(at);
        }
        for group in groups.into_values() {
            others.insert(group[0], group);
        }
    }
    *findings = joined(mem::take(findings), &others);
}

/// The findings in their order; of each group, which its first one leads, only that.
fn joined(findings: Vec<Finding>, groups: &BTreeMap<usize, Vec<usize>>) -> Vec<Finding> {
    let mut leads: HashMap<usize, usize> = HashMap::new();
    let mut more: HashMap<usize, usize> = HashMap::new();
    for (lead, group) in groups {
        for at in group {
            leads.insert(*at, *lead);
            *more.entry(*lead).or_default() += 1 + findings[*at].more;
        }
    }
    let mut listed = Vec::new();
    for (at, finding) in findings.into_iter().enumerate() {
        match (leads.get(&at), more.get(&at)) {
            (Some(_), Some(count)) => listed.push(standing_for(finding, *count)),
            (Some(_), None) => {}
            (None, _) => listed.push(finding),
        }
    }
    listed
}

/// The finding as one of `count` that are not listed.
fn standing_for(finding: Finding, count: usize) -> Finding {
    if count == 1 + finding.more {
        return finding;
    }
    Finding {
        message: format!(
            "{} of this rule in the document, of whose findings {MOST} are listed; the first: {}",
            counted(count, "more finding"),
            finding.message
        ),
        // It was one of many, and no baseline knew it by these words.
        first_wording: None,
        related: Vec::new(),
        fix: None,
        more: count - 1,
        ..finding
    }
}

fn named(finding: &Finding) -> DocumentName {
    let place = &finding.place;
    (place.source.name.clone(), place.document.clone())
}

fn alike(finding: &Finding) -> Alike {
    let by = finding.suppression.as_ref();
    let is_known = by.map(|by| by.kind == SuppressionKind::Baseline);
    let rule = finding.rule.clone();
    (rule, finding.severity, finding.obstacle, is_known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::source::{Source, Span},
        finding::{Place, Tally},
    };

    fn finding(rule: &str, severity: Severity, at: usize) -> Finding {
        let source = Source::new("a.yaml", "x".repeat(10_000));
        let place = Place::bare(source, Span::new(at, at + 1));
        Finding::new(rule, severity, format!("at {at}"), place)
    }

    #[test]
    fn what_is_not_listed_counts_and_is_said() {
        let mut findings: Vec<Finding> = (0..MOST)
            .map(|at| finding("mild", Severity::Warning, at))
            .collect();
        let mut same = findings.clone();
        shorten(&mut same);
        assert_eq!(same.len(), MOST, "no more than are listed");

        // The gravest stands last in the file, and is listed.
        findings.extend((0..3).map(|at| finding("other", Severity::Warning, MOST + at)));
        findings.push(finding("grave", Severity::Error, 9_000));
        let before = Tally::of(&findings);
        shorten(&mut findings);
        assert_eq!(Tally::of(&findings), before);
        let last: Vec<(&str, usize)> = findings[MOST - 1..]
            .iter()
            .map(|finding| (finding.rule.as_str(), finding.more))
            .collect();
        assert_eq!(last, [("mild", 0), ("other", 2), ("grave", 0)]);
        let rest = &findings[MOST];
        assert!(
            rest.message.starts_with("3 more findings of this rule"),
            "{}",
            rest.message
        );
        assert!(rest.message.ends_with("at 500"), "{}", rest.message);
    }

    #[test]
    fn documents_are_counted_apart() {
        let mut findings: Vec<Finding> = (0..2 * MOST)
            .map(|at| finding("mild", Severity::Warning, at))
            .collect();
        for finding in &mut findings[MOST..] {
            finding.place.document = Some("ServingSpec/other".into());
        }
        shorten(&mut findings);
        assert_eq!(findings.len(), 2 * MOST);
    }
}
