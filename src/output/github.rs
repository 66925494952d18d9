//! Annotations of GitHub Actions: `::error file=...,line=...::message`.
//!
//! GitHub shows ten errors, ten warnings and ten notices a step and drops the rest without a word.
//! The worst come first, and what is beyond ten stands in the log as plain lines, which is said.

use super::{
    concise,
    positions::Positions,
    safe::{calm, escape},
    style::Style,
    summary::{counted, failures, not_checked, tag, tally, verdict, waived, worst_first},
};
use crate::{
    finding::{Finding, Report},
    rule::Severity,
};
use std::io;

/// Annotations of one level that GitHub shows for a step.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    let note = |finding: &&Finding| Note::of(finding, report, &positions);
    let findings = worst_first(report);
    let of = |wanted: &[Severity]| -> Vec<Note> {
        findings
            .iter()
            .filter(|finding| wanted.contains(&finding.severity))
            .map(note)
            .collect()
    };
    let failures = failures(report);
    let failures = failures
        .iter()
        .map(|failure| Note::free("error", "failure", failure));
    let errors: Vec<Note> = failures
        .chain(of(&[Severity::Error, Severity::Escalation]))
        .collect();
    let warnings = of(&[Severity::Warning]);
    let verdicts = report
        .reviews
        .iter()
        .map(|review| Note::free("notice", "verdict", &verdict(review)));
    let expiring = report.expiring.iter().map(|expiring| {
        Note::free(
            "notice",
            "about to expire",
            &concise::expiry(expiring, &positions),
        )
    });
    let gaps = not_checked(report)
        .into_iter()
        .map(|gap| Note::free("notice", "not checked", &gap));
    let mut notices: Vec<Note> = verdicts
        .chain(expiring)
        .chain(gaps)
        .chain(of(&[Severity::Info]))
        .collect();
    if let Some(cut) = cut(&[
        ("error", &errors),
        ("warning", &warnings),
        ("notice", &notices),
    ]) {
        notices.insert(0, Note::free("notice", "cut", &cut));
    }
    for notes in [&errors, &warnings, &notices] {
        notes
            .iter()
            .take(SHOWN)
            .try_for_each(|note| writeln!(out, "{}", note.command))?;
    }
    let rest: Vec<&Note> = [&errors, &warnings, &notices]
        .into_iter()
        .flat_map(|notes| notes.iter().skip(SHOWN))
        .collect();
    if !rest.is_empty() {
        writeln!(
            out,
            "::group::servelint: {} without an annotation",
            counted(rest.len(), "line")
        )?;
        rest.iter()
            .try_for_each(|note| writeln!(out, "{}", calm(&note.plain)))?;
        writeln!(out, "::endgroup::")?;
    }
    for finding in waived(report) {
        writeln!(
            out,
            "{}",
            calm(&format!(
                "servelint: {}",
                concise::waiver(finding, &positions)
            ))
        )?;
    }
    writeln!(out, "servelint: {}", tally(report, &Style::PLAIN))
}

/// What GitHub would leave out, where it would.
fn cut(levels: &[(&str, &Vec<Note>)]) -> Option<String> {
    let cut: Vec<String> = levels
        .iter()
        .filter(|(_, notes)| notes.len() > SHOWN)
        .map(|(level, notes)| counted(notes.len(), level))
        .collect();
    let shown = format!("GitHub shows {SHOWN} of each kind for a step: the first of");
    (!cut.is_empty()).then(|| {
        format!(
            "{shown} {} are annotated, the rest stands in the log",
            cut.join(", ")
        )
    })
}

/// One message, as an annotation and as a line of the log.
struct Note {
    command: String,
    plain: String,
}

impl Note {
    fn of(finding: &Finding, report: &Report, positions: &Positions) -> Self {
        let (source, span) = (&finding.place.source, finding.place.span);
        let (start, end) = (positions.start(source, span), positions.end(source, span));
        let mut properties = vec![
            ("file", source.name.clone()),
            ("line", start.line.to_string()),
            ("endLine", end.line.to_string()),
        ];
        // GitHub takes columns only within one line.
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
        properties.push(("title", tag(finding)));
        let help = finding
            .help
            .as_deref()
            .filter(|help| !help.trim().is_empty());
        let help = help
            .map(|help| format!("%0Ahelp: {}", data(help)))
            .unwrap_or_default();
        let properties = properties
            .into_iter()
            .map(|(key, value)| format!("{key}={}", property(&value)));
        Self {
            command: format!(
                "::{} {}::{}{help}",
                level(finding.severity),
                properties.collect::<Vec<_>>().join(","),
                data(&finding.message)
            ),
            plain: concise::line(finding, report, positions, &Style::PLAIN),
        }
    }

    /// A message without a place.
    fn free(level: &str, title: &str, message: &str) -> Self {
        Self {
            command: format!("::{level} title=servelint%3A {title}::{}", data(message)),
            plain: format!("servelint: {title}: {}", escape(message))
                .trim_end()
                .to_owned(),
        }
    }
}

/// What keeps a verdict from `go` is an error.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Escalation => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// The part after `::`. Line breaks are already visible escapes, so only `%` is left.
fn data(text: &str) -> String {
    escape(text).trim_end().replace('%', "%25")
}

/// A value before `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
