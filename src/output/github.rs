//! Annotations of GitHub Actions: `::error file=...,line=...::message`.
//!
//! GitHub shows ten errors, ten warnings and ten notices a step and drops the rest without a word.
//! The worst come first, and what is beyond ten stands in the log as plain lines, which is said.

use super::{
    concise,
    order::by_consequence,
    positions::Positions,
    safe::{calm, escape},
    style::Style,
    summary::{failures, help, not_checked, old, tag, tally, verdict, waived},
};
use crate::{
    finding::{Finding, Report},
    rule::Severity,
    units::counted,
};
use std::io;

/// Annotations of one level that GitHub shows for a step.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    let notes = Notes::of(report, &positions);
    for level in notes.levels() {
        for note in level.iter().take(SHOWN) {
            writeln!(out, "{}", calm_command(&note.command))?;
        }
    }
    write_rest(&notes, out)?;
    for finding in waived(report) {
        let line = format!("servelint: {}", concise::waiver(finding, &positions));
        writeln!(out, "{}", calm(&line))?;
    }
    writeln!(out, "servelint: {}", tally(report, &Style::PLAIN))
}

/// The command without another one in what it says.
fn calm_command(command: &str) -> String {
    match command.strip_prefix("::") {
        Some(rest) => format!("::{}", calm(rest)),
        None => calm(command),
    }
}

/// The messages without an annotation, as lines of the log that fold away.
fn write_rest(notes: &Notes, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rest = Vec::new();
    for level in notes.levels() {
        rest.extend(level.iter().skip(SHOWN));
    }
    if rest.is_empty() {
        return Ok(());
    }
    let count = counted(rest.len(), "line");
    writeln!(out, "::group::servelint: {count} without an annotation")?;
    for note in rest {
        writeln!(out, "{}", calm(&note.plain))?;
    }
    writeln!(out, "::endgroup::")
}

/// What there is to say, by the level of its annotation; the worst first in each.
#[derive(Default)]
struct Notes {
    errors: Vec<Note>,
    warnings: Vec<Note>,
    notices: Vec<Note>,
}

impl Notes {
    fn of(report: &Report, positions: &Positions) -> Self {
        let mut notes = Self::default();
        for failure in failures(report) {
            notes.errors.push(Note::free("error", "failure", &failure));
        }
        notes.add_notices(report, positions);
        for finding in by_consequence(report) {
            let note = Note::of(finding, report, positions);
            match finding.severity {
                Severity::Error | Severity::Escalation => notes.errors.push(note),
                Severity::Warning => notes.warnings.push(note),
                Severity::Info => notes.notices.push(note),
            }
        }
        // First of its level, so that it is among those that are shown.
        if let Some(cut) = notes.cut() {
            notes.notices.insert(0, Note::free("notice", "cut", &cut));
        }
        notes
    }

    /// What is worth a notice beside the findings, the verdicts first.
    fn add_notices(&mut self, report: &Report, positions: &Positions) {
        let notices = &mut self.notices;
        for review in &report.reviews {
            notices.push(Note::free("notice", "verdict", &verdict(review)));
        }
        for expiring in &report.due_soon {
            let told = concise::expiry(expiring, positions);
            notices.push(Note::free("notice", "due soon", &told));
        }
        for told in old(report) {
            notices.push(Note::free("notice", "old findings", told));
        }
        for told in concise::old_lines(report, positions, &Style::PLAIN) {
            notices.push(Note::free("notice", "old finding", &told));
        }
        for gap in not_checked(report) {
            notices.push(Note::free("notice", "not checked", &gap));
        }
    }

    fn levels(&self) -> [&[Note]; 3] {
        [&self.errors, &self.warnings, &self.notices]
    }

    /// What GitHub would leave out, where it would.
    fn cut(&self) -> Option<String> {
        let mut cut = Vec::new();
        for (notes, level) in self
            .levels()
            .into_iter()
            .zip(["error", "warning", "notice"])
        {
            if notes.len() > SHOWN {
                cut.push(counted(notes.len(), level));
            }
        }
        if cut.is_empty() {
            return None;
        }
        Some(format!(
            "GitHub shows {SHOWN} of each kind for a step: the first of {} are annotated, the rest stands in the log",
            cut.join(", ")
        ))
    }
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
        let mut written = Vec::new();
        for (key, value) in properties {
            written.push(format!("{key}={}", property(&value)));
        }
        // `%0A` is the line break that a command can hold.
        let help = match help(finding) {
            Some(help) => format!("%0Ahelp: {}", data(help)),
            None => String::new(),
        };
        Self {
            command: format!(
                "::{} {}::{}{help}",
                level(finding.severity),
                written.join(","),
                data(&concise::said(finding, positions))
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
