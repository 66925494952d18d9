//! The format for searching: `path:line:col: severity[rule] message`, one line for each finding.
//! Everything else starts with `servelint: `, so that it looks like no place in a file.

use super::{
    positions::Positions,
    safe::{Calm, escape},
    style::{Ink, Style},
    summary::{deciding, few_and_many, old, tag, tally, told, verdict, waived},
};
use crate::finding::{DueSoon, Finding, NotChecked, Place, Report, SuppressionKind};
use std::io::{self, Write};

/// Other places of a finding that are named.
const ALSO: usize = 10;
/// Findings that are named though they are not new.
const OLD: usize = 10;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    let out = &mut Calm::new(out);
    for finding in &report.findings {
        writeln!(out, "{}", line(finding, report, &positions, style))?;
    }
    for finding in waived(report) {
        writeln!(out, "servelint: {}", waiver(finding, &positions))?;
    }
    for expiring in &report.due_soon {
        writeln!(out, "servelint: due soon: {}", expiry(expiring, &positions))?;
    }
    for review in &report.reviews {
        writeln!(out, "servelint: verdict: {}", verdict(review))?;
    }
    for told in old(report) {
        writeln!(out, "servelint: old findings: {}", escape(told))?;
    }
    for told in old_lines(report, &positions, style) {
        writeln!(out, "servelint: old: {told}")?;
    }
    let (few, many) = few_and_many(report);
    for gap in few {
        writeln!(out, "servelint: not checked: {}", gap_line(gap))?;
    }
    for gap in many {
        writeln!(out, "servelint: not checked: {}", escape(&gap).trim_end())?;
    }
    writeln!(out, "servelint: {}", tally(report, style))
}

/// `waived: specs/chat.yaml:7:3: error[timeouts-order] by dana.k until 2027-01-31: the reason`
pub(super) fn waiver(finding: &Finding, positions: &Positions) -> String {
    let by = finding.suppression.as_ref();
    let how = match by.map(|by| by.kind) {
        Some(SuppressionKind::Approval) => "approved",
        _ => "waived",
    };
    format!("{how}: {}", excepted(finding, positions))
}

/// The same without its first word, for a list whose heading says it.
pub(super) fn excepted(finding: &Finding, positions: &Positions) -> String {
    let place = written_place(&finding.place, positions);
    let told = told(finding);
    let is_approved = finding
        .suppression
        .as_ref()
        .is_some_and(|by| by.kind == SuppressionKind::Approval);
    let told = match told.strip_prefix("waived") {
        Some(rest) => rest.to_owned(),
        // What an owner accepted is these values.
        None if is_approved => format!(" {} ({told})", finding.message),
        None => format!(" {told}"),
    };
    let line = format!("{place}: {}{}", tag(finding), escape(&told));
    line.trim_end().to_owned()
}

/// `specs/chat.yaml:7:3: the waiver of timeouts-order by dana.k expires in 3 days, on 2027-01-31`
pub(super) fn expiry(expiring: &DueSoon, positions: &Positions) -> String {
    let place = written_place(&expiring.place, positions);
    let line = format!("{place}: {}", escape(&expiring.told()));
    line.trim_end().to_owned()
}

/// `specs/chat.yaml:7:3`, as editors and search tools follow it.
pub(super) fn written_place(place: &Place, positions: &Positions) -> String {
    let start = positions.start(&place.source, place.span);
    let name = escape(&place.source.name);
    format!("{name}:{}:{}", start.line, start.column)
}

/// The message on one line, with the other places of what has become a part of the finding. Foreign text.
pub(super) fn said(finding: &Finding, positions: &Positions) -> String {
    if finding.also.is_empty() {
        return finding.message.clone();
    }
    // What joined it is among them, with the places that it names itself: an item, and not its verdict alone.
    let mut related: Vec<&Place> = finding.related.iter().map(|near| &near.place).collect();
    related.sort_by_key(|place| (&place.source.name, place.span));
    let mut places = Vec::new();
    for place in related {
        let place = written_place(place, positions);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let all = places.len();
    places.truncate(ALSO);
    match all - places.len() {
        more @ 1.. => format!(
            "{} (also at {} and {more} more)",
            finding.message,
            places.join(", ")
        ),
        0 => format!("{} (also at {})", finding.message, places.join(", ")),
    }
}

/// `evidence/load.json: it cannot be read`
pub(super) fn gap_line(gap: &NotChecked) -> String {
    let subject = gap.subject.to_string();
    let line = format!("{}: {}", escape(&subject), escape(&gap.reason));
    // No line ends in a blank, also where a foreign text does.
    line.trim_end().to_owned()
}

/// The findings that are only counted and hold a service back, each on a line.
pub(super) fn old_lines(report: &Report, positions: &Positions, style: &Style) -> Vec<String> {
    let deciding = deciding(report);
    let mut lines = Vec::new();
    for finding in deciding.iter().take(OLD) {
        lines.push(line(finding, report, positions, style));
    }
    if let Some(more @ 1..) = deciding.len().checked_sub(OLD) {
        lines.push(format!("and {more} more; `--all` lists them"));
    }
    lines
}

/// `specs/chat.yaml:7:3: error[timeouts-order] server timeout ...`
pub(super) fn line(
    finding: &Finding,
    report: &Report,
    positions: &Positions,
    style: &Style,
) -> String {
    let tag = style.paint(finding.severity.into(), &tag(finding));
    let tag = match report
        .rules
        .get(&finding.rule)
        .and_then(crate::rule::Rule::page)
    {
        Some(page) => style.link(&page, tag),
        None => tag,
    };
    let place = style.paint(Ink::Heading, &written_place(&finding.place, positions));
    let line = format!("{place}: {tag} {}", escape(&said(finding, positions)));
    line.trim_end().to_owned()
}
