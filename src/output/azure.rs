//! Logging commands of Azure Pipelines: `##vso[task.logissue type=error;...]message`.
//!
//! Azure knows errors and warnings only, so infos are plain lines. `task.complete` says how the step
//! ended, for steps that go on after a failing command.

use super::{
    concise,
    order::by_consequence,
    positions::Positions,
    safe::{calm, escape},
    style::Style,
    summary::{failures, headline, tally, verdict, waived},
};
use crate::{
    finding::{Finding, Report},
    rule::Severity,
};
use std::io;

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    for failure in failures(report) {
        writeln!(
            out,
            "##vso[task.logissue type=error;code=failure]{}",
            data(&failure)
        )?;
    }
    for finding in by_consequence(report) {
        match level(finding.severity) {
            Some(level) => writeln!(out, "{}", issue(level, finding, &positions))?,
            None => log(
                out,
                &concise::line(finding, report, &positions, &Style::PLAIN),
            )?,
        }
    }
    for review in &report.reviews {
        log(out, &format!("servelint: verdict: {}", verdict(review)))?;
    }
    for finding in waived(report) {
        let told = concise::waiver(finding, &positions);
        log(out, &format!("servelint: {told}"))?;
    }
    for expiring in &report.due_soon {
        let told = concise::expiry(expiring, &positions);
        log(out, &format!("servelint: about to expire: {told}"))?;
    }
    for gap in &report.not_checked {
        let told = concise::gap_line(gap);
        log(out, &format!("servelint: not checked: {told}"))?;
    }
    writeln!(out, "servelint: {}", tally(report, &Style::PLAIN))?;
    writeln!(
        out,
        "##vso[task.complete result={}]{}",
        result(report),
        headline(report)
    )
}

/// A line that Azure shows and does not obey.
fn log(out: &mut dyn io::Write, line: &str) -> io::Result<()> {
    writeln!(out, "{}", calm(line))
}

fn issue(level: &str, finding: &Finding, positions: &Positions) -> String {
    let start = positions.start(&finding.place.source, finding.place.span);
    // Azure has no level between an error and a warning.
    let code = match finding.severity {
        Severity::Escalation => format!("escalation: {}", finding.rule),
        _ => finding.rule.clone(),
    };
    format!(
        "##vso[task.logissue type={level};sourcepath={};linenumber={};columnnumber={};code={}]{}",
        property(&finding.place.source.name),
        start.line,
        start.column,
        property(&code),
        data(&concise::said(finding, positions))
    )
}

/// What keeps a verdict from `go` is an error.
fn level(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Error | Severity::Escalation => Some("error"),
        Severity::Warning => Some("warning"),
        Severity::Info => None,
    }
}

/// How the step ends: failed wherever the exit code is not 0.
fn result(report: &Report) -> &'static str {
    match report.exit_code() {
        0 if report.tally().warnings > 0 => "SucceededWithIssues",
        0 => "Succeeded",
        _ => "Failed",
    }
}

/// The part after `]`. Line breaks are already visible escapes; a second command is cut open.
fn data(text: &str) -> String {
    // The agent reads `%AZP25` as `%`; a bare one could begin an escape.
    calm(escape(text).trim_end()).replace('%', "%AZP25")
}

/// A value within the brackets.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
