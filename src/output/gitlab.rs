//! The report that GitLab shows as Code Quality: a list of issues, each with a place.
//!
//! Every issue needs a file, so what was not checked stands at the file that it speaks of, or at
//! the first one of its service.

use super::{
    concise,
    positions::Positions,
    safe::escape_json,
    style::Style,
    summary::{failures, told, verdict},
};
use crate::{
    finding::{Finding, NotChecked, PolicyOrigin, Report, ReviewOutcome, Topic, fingerprints},
    rule::Severity,
    units::hex,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, io};

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    let mut prints = fingerprints(report.findings.iter().chain(&report.suppressed)).into_iter();
    let mut issues = Vec::new();
    for (finding, print) in report.findings.iter().zip(prints.by_ref()) {
        issues.push(Issue::of(finding, print, &positions));
    }
    // All of them: a finding of the baseline is no less there because it is old.
    for (finding, print) in report.suppressed.iter().zip(prints) {
        issues.push(Issue {
            severity: "info",
            description: format!("{}; {}", told(finding), finding.message),
            ..Issue::of(finding, print, &positions)
        });
    }
    for (fingerprint, issue) in beside_findings(report, &positions) {
        issues.push(Issue {
            fingerprint,
            ..issue
        });
    }
    let json = serde_json::to_string_pretty(&issues).map_err(io::Error::other)?;
    writeln!(out, "{}", escape_json(&json))
}

/// What is told beside the findings, by fingerprint: GitLab takes each only once.
fn beside_findings(report: &Report, positions: &Positions) -> BTreeMap<String, Issue> {
    let mut extra = BTreeMap::new();
    for failure in failures(report) {
        extra.insert(
            Issue::identity("failure", ".", &failure),
            Issue::free("failure", ".", failure),
        );
    }
    // Of a list of issues, only what is worth a look is a part.
    if report.policy == Some(PolicyOrigin::New) {
        let text = "policy: new".to_owned();
        extra.insert(
            Issue::identity("policy", ".", &text),
            Issue::free("policy", ".", text),
        );
    }
    for review in &report.reviews {
        let (path, text) = (first_file(review), format!("verdict: {}", verdict(review)));
        extra.insert(
            Issue::identity("verdict", path, &review.service),
            Issue::free("verdict", path, text),
        );
    }
    for gap in &report.not_checked {
        let (path, text) = (
            path_of(gap, report),
            format!("not checked: {}: {}", gap.subject, gap.reason),
        );
        extra.insert(
            Issue::identity("not-checked", path, &text),
            Issue::free("not-checked", path, text),
        );
    }
    for expiring in &report.due_soon {
        let (path, text) = (&expiring.place.source.name, expiring.told());
        let line = positions
            .start(&expiring.place.source, expiring.place.span)
            .line;
        // Not by its text, in which the days that are left change from run to run.
        let identity = Issue::identity(
            "due-soon",
            path,
            &format!("{}\0{}\0{line}", expiring.what, expiring.until),
        );
        let mut issue = Issue::free("due-soon", path, text);
        issue.location.lines = Lines {
            begin: line,
            end: line,
        };
        extra.insert(identity, issue);
    }
    extra
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Issue {
    fn of(finding: &Finding, fingerprint: String, positions: &Positions) -> Self {
        let (source, span) = (&finding.place.source, finding.place.span);
        let lines = Lines {
            begin: positions.start(source, span).line,
            end: positions.end(source, span).line,
        };
        Self {
            description: concise::said(finding, positions),
            check_name: finding.rule.clone(),
            fingerprint,
            severity: severity(finding.severity),
            location: Location {
                path: source.name.clone(),
                lines,
            },
        }
    }

    /// Something that no rule says.
    fn free(kind: &str, path: &str, description: String) -> Self {
        Self {
            description,
            check_name: format!("servelint-{kind}"),
            fingerprint: String::new(),
            severity: if kind == "failure" { "blocker" } else { "info" },
            location: Location {
                path: path.to_owned(),
                lines: Lines { begin: 1, end: 1 },
            },
        }
    }

    fn identity(kind: &str, path: &str, text: &str) -> String {
        let hash = Sha256::digest(format!("{kind}\0{path}\0{text}"));
        hex(&hash)
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Escalation => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}

fn first_file(review: &ReviewOutcome) -> &str {
    review.files.first().map_or(".", String::as_str)
}

/// The file or folder that a gap speaks of, or the first file of its service. The folder of the run
/// where it speaks of neither.
fn path_of<'r>(gap: &'r NotChecked, report: &'r Report) -> &'r str {
    match &gap.subject {
        // Standard input without a name stands in no folder.
        Topic::File(name) | Topic::Folder(name) if name.contains(['/', '.']) => name,
        Topic::Service(service) => report
            .reviews
            .iter()
            .find(|review| review.service == *service)
            .and_then(|review| review.files.first())
            .map_or(".", String::as_str),
        _ => ".",
    }
}
