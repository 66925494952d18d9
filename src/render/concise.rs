//! The format for searching: `path:line:col: severity[rule] message`, one line for each finding.
//! Everything else starts with `servelint: `, so that it looks like no place in a file.

use super::{
    positions::Positions,
    safe::escape,
    style::{Ink, Style},
    summary::{found, tally},
};
use crate::finding::{Report, ReviewOutcome};
use std::io;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    for finding in &report.findings {
        let start = positions.start(&finding.place.source, finding.place.span);
        let tag =
            style.paint(finding.severity.into(), &format!("{}[{}]", finding.severity, escape(&finding.rule)));
        let tag = match report.rules.get(&finding.rule) {
            Some(rule) => style.link(&rule.page(), tag),
            None => tag,
        };
        let place = format!("{}:{}:{}", escape(&finding.place.source.name), start.line, start.column);
        let line = format!("{}: {tag} {}", style.paint(Ink::Heading, &place), escape(&finding.message));
        writeln!(out, "{}", line.trim_end())?;
    }
    for review in &report.reviews {
        writeln!(out, "servelint: verdict: {}", verdict(review))?;
    }
    for gap in &report.not_checked {
        let line = format!("servelint: not checked: {}: {}", escape(&gap.subject), escape(&gap.reason));
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out, "servelint: {}", tally(report, style))
}

/// `support-chat no-go in production: 2 errors`
fn verdict(review: &ReviewOutcome) -> String {
    let mut line = format!("{} {}", escape(&review.service), review.verdict.word());
    if let Some(environment) = &review.environment {
        line.push_str(&format!(" in {}", escape(environment)));
    }
    let counted = found(review.tally);
    if !counted.is_empty() {
        line.push_str(&format!(": {counted}"));
    }
    line.trim_end().to_owned()
}
