//! What a report says of a case, compared with what the case expects.

use super::cases::{ExpectedFinding, RuleCase};
use crate::{
    document::source::LineIndex,
    finding::{Finding, Report},
};
use std::path::Path;

/// What is wrong with what the rule with this id says of a case: its findings are compared in their order.
pub fn complaint(id: &str, case: &RuleCase, report: &Report, path: &Path) -> Option<String> {
    let found: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == id)
        .collect();
    let agrees = found.len() == case.finds.len()
        && found
            .iter()
            .zip(&case.finds)
            .all(|(finding, expected)| is_as(finding, expected, path));
    (!agrees || !report.failures.is_empty()).then(|| {
        let mut told = vec![format!("case `{}` expects", case.name)];
        told.extend(case.finds.iter().map(expected_line));
        told.push("but the rule finds".to_owned());
        told.extend(found_lines(report, &|finding| finding.rule == id));
        let missing = report.not_checked.iter();
        told.extend(missing.map(|gap| format!("  not checked: {}: {}", gap.subject, gap.reason)));
        told.join("\n")
    })
}

fn is_as(finding: &Finding, expected: &ExpectedFinding, path: &Path) -> bool {
    let place = &finding.place;
    let file = match &expected.file {
        Some(end) => place.source.path.ends_with(end),
        None => place.source.path == path,
    };
    let at = expected
        .at
        .as_ref()
        .is_none_or(|at| *at == place.pointer.to_string());
    let line = expected.line.is_none_or(|line| line == line_of(finding));
    let message = expected
        .message
        .as_ref()
        .is_none_or(|part| finding.message.contains(part));
    let related = expected.related.as_ref().is_none_or(|related| {
        let places = finding
            .related
            .iter()
            .map(|related| related.place.pointer.to_string());
        places.eq(related.iter().cloned())
    });
    file && at && line && message && related
}

/// From 1.
fn line_of(finding: &Finding) -> usize {
    let place = &finding.place;
    LineIndex::new(&place.source.text).line_of(place.span.start()) + 1
}

/// An expected finding as `cases.yaml` has it.
fn expected_line(expected: &ExpectedFinding) -> String {
    let mut parts = Vec::new();
    parts.extend(expected.at.as_ref().map(|at| format!("at: {at}")));
    parts.extend(expected.line.map(|line| format!("line: {line}")));
    parts.extend(expected.file.as_ref().map(|file| format!("in: {file}")));
    let message = expected.message.as_ref();
    parts.extend(message.map(|message| format!("message: {message:?}")));
    let related = expected.related.as_ref();
    parts.extend(related.map(|related| format!("related: {related:?}")));
    format!("  - {{{}}}", parts.join(", "))
}

/// Findings as `cases.yaml` states them, and what failed.
pub fn found_lines(report: &Report, keep: &dyn Fn(&Finding) -> bool) -> Vec<String> {
    let line = |finding: &Finding| {
        let related: Vec<String> = finding
            .related
            .iter()
            .map(|related| related.place.pointer.to_string())
            .collect();
        format!(
            "  - {{at: {}, line: {}, message: {:?}, related: {related:?}}}  # {} in {}",
            finding.place.pointer,
            line_of(finding),
            finding.message,
            finding.rule,
            finding.place.source.name
        )
    };
    let kept = report.findings.iter().filter(|finding| keep(finding));
    kept.map(line)
        .chain(report.failures.iter().map(|failure| format!("  {failure}")))
        .collect()
}
