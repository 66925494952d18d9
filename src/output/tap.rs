//! The Test Anything Protocol, version 14: a test point for each verdict and each finding.
//!
//! A point is `not ok` where it keeps the verdict from `go`. What was not checked is skipped, and
//! what could not be done failed. Diagnostics are YAML whose values are written as JSON, which no
//! text can leave.

use super::{
    concise,
    positions::Positions,
    safe::{Calm, escape, escape_json},
    style::Style,
    summary::{failures, help, known, policy, tag, told, verdict, waived},
};
use crate::{
    finding::{Finding, Report, ReviewOutcome},
    rule::Severity,
};
use std::io::{self, Write};

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    let out = &mut Calm::new(out);
    let points = points(report, &positions);
    writeln!(out, "TAP version 14")?;
    writeln!(out, "1..{}", points.len())?;
    for (index, point) in points.iter().enumerate() {
        point.write(index + 1, out)?;
    }
    Ok(())
}

struct TestPoint {
    passes: bool,
    name: String,
    skipped: Option<String>,
    diagnostics: Vec<(&'static str, String)>,
}

fn points(report: &Report, positions: &Positions) -> Vec<TestPoint> {
    let mut points = Vec::new();
    for failure in failures(report) {
        let point = TestPoint::passed(format!("failure: {failure}"));
        points.push(TestPoint {
            passes: false,
            ..point
        });
    }
    points.extend(policy(report).map(TestPoint::passed));
    points.extend(report.reviews.iter().map(TestPoint::verdict));
    for finding in &report.findings {
        points.push(TestPoint::of(finding, report, positions));
    }
    for finding in waived(report) {
        let point = TestPoint::of(finding, report, positions);
        points.push(point.skipped(told(finding)));
    }
    if let Some(known) = known(report) {
        points.push(TestPoint::passed("in the baseline".into()).skipped(known));
    }
    for expiring in &report.due_soon {
        let name = format!("due soon: {}", concise::expiry(expiring, positions));
        points.push(TestPoint::passed(name));
    }
    for gap in &report.not_checked {
        let point = TestPoint::passed(format!("not checked: {}", gap.subject));
        points.push(point.skipped(gap.reason.clone()));
    }
    points
}

impl TestPoint {
    fn passed(name: String) -> Self {
        Self {
            passes: true,
            name,
            skipped: None,
            diagnostics: Vec::new(),
        }
    }

    /// The same, but not judged: TAP readers count a skipped point as passed.
    fn skipped(self, reason: String) -> Self {
        Self {
            passes: true,
            skipped: Some(reason),
            ..self
        }
    }

    fn verdict(review: &ReviewOutcome) -> Self {
        let reasons = (!review.reasons.is_empty()).then(|| ("reasons", json(&review.reasons)));
        Self {
            passes: !review.verdict.holds_back()
                && review.tally.errors + review.tally.escalations == 0,
            name: format!("verdict: {}", verdict(review)),
            skipped: None,
            diagnostics: reasons.into_iter().collect(),
        }
    }

    fn of(finding: &Finding, report: &Report, positions: &Positions) -> Self {
        let start = positions.start(&finding.place.source, finding.place.span);
        let mut diagnostics = vec![
            ("message", json(&finding.message)),
            ("severity", json(&finding.severity)),
            ("rule", json(&finding.rule)),
            ("file", json(&finding.place.source.name)),
            ("line", start.line.to_string()),
            ("column", start.column.to_string()),
            ("pointer", json(&finding.place.pointer.to_string())),
        ];
        if let Some(help) = help(finding) {
            diagnostics.push(("help", json(&help)));
        }
        if let Some(page) = report
            .rules
            .get(&finding.rule)
            .and_then(crate::rule::Rule::page)
        {
            diagnostics.push(("url", json(&page)));
        }
        Self {
            passes: finding.severity < Severity::Escalation,
            name: format!(
                "{} {}: {}",
                tag(finding),
                finding.place.source.name,
                concise::said(finding, positions)
            ),
            skipped: None,
            diagnostics,
        }
    }

    fn write(&self, number: usize, out: &mut dyn io::Write) -> io::Result<()> {
        let word = if self.passes { "ok" } else { "not ok" };
        let line = format!("{word} {number} - {}", description(&self.name));
        match &self.skipped {
            Some(reason) => writeln!(
                out,
                "{}",
                format!("{line} # SKIP {}", description(reason)).trim_end()
            )?,
            None => writeln!(out, "{}", line.trim_end())?,
        }
        if !self.diagnostics.is_empty() {
            writeln!(out, "  ---")?;
            for (key, value) in &self.diagnostics {
                writeln!(out, "  {key}: {value}")?;
            }
            writeln!(out, "  ...")?;
        }
        Ok(())
    }
}

/// A text in which no directive begins.
fn description(text: &str) -> String {
    // The backslash first, or it would escape those of the second step.
    escape(text)
        .trim_end()
        .replace('\\', "\\\\")
        .replace('#', "\\#")
}

/// The value on one line; strings and lists of strings never fail to be written.
fn json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    escape_json(&text).into_owned()
}
