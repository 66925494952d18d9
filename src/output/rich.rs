//! The format for reading: each finding with its excerpts, then verdicts and what was not checked.

use super::{
    concise::{excepted, expiry, old_lines, written_place},
    excerpt::{Label, excerpts},
    order::{ReportPart, entries},
    positions::Positions,
    safe::{Calm, escape},
    snippet::draw,
    style::{Ink, Style, columns, no_help},
    summary::{
        approvers, found, gates, help, in_force, not_checked, old, service, standing, states, tag,
        tally, waived,
    },
    unreviewed::{is_unreviewed, next, worst_first},
};
use crate::{
    document::{Pointer, Step, source::Source},
    finding::{Finding, GateState, Place, Report, ReviewOutcome, State, Verdict},
};
use std::{
    io::{self, Write},
    sync::Arc,
};

/// Reasons shown for each verdict. All of them stand above as findings, or below among the old ones.
const REASONS: usize = 3;
/// Columns of a path in a label.
const LONGEST_PATH: usize = 44;
/// Other places of a finding that are shown with their lines.
const RELATED: usize = 8;
/// Places of a rule in a list.
const LISTED: usize = 200;
/// Places of findings that are alike.
const ALIKE: usize = 24;
/// Services of a run in which none has a specification.
const UNREVIEWED: usize = 10;
/// Lines of what was not checked.
const NOT_CHECKED: usize = 10;
/// Lines of waived findings, and of waivers about to expire.
const EXCEPTIONS: usize = 10;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let positions = Positions::default();
    let out = &mut Calm::new(out);
    for entry in entries(report) {
        let shown = match entry {
            ReportPart::Full(finding) => in_full(finding, report, &positions, style),
            ReportPart::Rest(findings) => as_list(&findings, &positions, style),
            ReportPart::Alike(findings) => as_places(&findings, &positions, style),
        };
        writeln!(out, "{shown}")?;
    }
    out.write_all(exceptions(report, &positions, style).as_bytes())?;
    out.write_all(verdicts(report, style).as_bytes())?;
    out.write_all(old_findings(report, &positions, style).as_bytes())?;
    out.write_all(gaps(report, style).as_bytes())?;
    out.write_all(next(report, style).as_bytes())?;
    out.write_all(style.wrap(&tally(report, style), "", "").as_bytes())
}

fn in_full(finding: &Finding, report: &Report, positions: &Positions, style: &Style) -> String {
    let mut shown = heading(finding, report, style);
    shown.push_str(&places(finding, positions, style));
    if let Some(help) = help(finding) {
        let first = format!("  {} ", style.paint(Ink::Place, "help:"));
        shown.push_str(&style.wrap(&escape(help), &first, "        "));
    }
    shown
}

/// The places of the findings of a rule that are not shown in full, each with its message on one line.
fn as_list(findings: &[&Finding], positions: &Positions, style: &Style) -> String {
    let Some(first) = findings.first() else {
        return String::new();
    };
    let tag = style.paint(first.severity.into(), &tag(first));
    let mut shown = style.wrap(&format!("{tag}: {} more", findings.len()), "", "  ");
    for finding in findings.iter().take(LISTED) {
        let place = style.paint(Ink::Place, &written_place(&finding.place, positions));
        let line = format!("{place} {}", escape(&finding.message));
        shown.push_str(&format!(
            "  {}\n",
            style.cut(&line, style.width.saturating_sub(2)).trim_end()
        ));
    }
    if let Some(more @ 1..) = findings.len().checked_sub(LISTED) {
        let more = format!("and {more} more; `--format json` lists all");
        shown.push_str(&style.wrap(&style.paint(Ink::Quiet, &more), "  ", "  "));
    }
    shown
}

/// The places of findings that are like the one before.
fn as_places(findings: &[&Finding], positions: &Positions, style: &Style) -> String {
    let Some(first) = findings.first() else {
        return String::new();
    };
    let places = findings.iter().take(ALIKE);
    let mut named: Vec<String> = places
        .map(|finding| written_place(&finding.place, positions))
        .collect();
    // Several overlays are made of one file.
    named.dedup();
    if let Some(more @ 1..) = findings.len().checked_sub(ALIKE) {
        named.push(format!("and {more} more; `--format concise` lists all"));
    }
    let tag = style.paint(first.severity.into(), &tag(first));
    let told = format!("{tag}: the same at {}", named.join(", "));
    style.wrap(&told, "", "  ")
}

/// `error[timeouts-order]: server timeout ...`
fn heading(finding: &Finding, report: &Report, style: &Style) -> String {
    let tag = style.paint(finding.severity.into(), &tag(finding));
    let tag = match report
        .rules
        .get(&finding.rule)
        .and_then(crate::rule::Rule::page)
    {
        Some(page) => style.link(&page, tag),
        None => tag,
    };
    style.wrap(&escape(&finding.message), &format!("{tag}: "), "  ")
}

/// The excerpts: the finding's own file first, then the others in the order in which they are met.
/// Of many places, those after the first few are only named.
pub(super) fn places(finding: &Finding, positions: &Positions, style: &Style) -> String {
    let mut files: Vec<(&Arc<Source>, Vec<Label>)> = Vec::new();
    add(
        &mut files,
        &finding.place,
        primary_text(&finding.place, style),
        true,
    );
    for related in finding.related.iter().take(RELATED) {
        add(
            &mut files,
            &related.place,
            Some(escape(&related.message).into_owned()),
            false,
        );
    }
    let mut drawn = String::new();
    for (source, labels) in files {
        // miette draws no excerpt of a text without a line.
        if source.text.trim_matches('\u{feff}').is_empty() {
            drawn.push_str(&nothing_to_show(source, labels, style));
            continue;
        }
        for excerpt in excerpts(source, labels, positions, style) {
            drawn.push_str(&draw(&excerpt, finding.severity.into(), style));
        }
    }
    drawn.push_str(&unseen(finding, positions, style));
    drawn
}

/// The places of a finding beside those that are drawn.
fn unseen(finding: &Finding, positions: &Positions, style: &Style) -> String {
    let mut named = Vec::new();
    for related in finding.related.iter().skip(RELATED).take(LISTED) {
        named.push(written_place(&related.place, positions));
    }
    let more = finding.related.len().saturating_sub(RELATED + LISTED);
    if named.is_empty() {
        return String::new();
    }
    if more > 0 {
        named.push(format!("and {more} more; `--format json` lists all"));
    }
    style.wrap(&format!("also at {}", named.join(", ")), "  ", "    ")
}

fn add<'f>(
    files: &mut Vec<(&'f Arc<Source>, Vec<Label>)>,
    place: &'f Place,
    text: Option<String>,
    primary: bool,
) {
    let mut known = files.iter();
    let known = known.position(|(source, _)| Arc::ptr_eq(source, &place.source));
    let at = known.unwrap_or(files.len());
    if known.is_none() {
        files.push((&place.source, Vec::new()));
    }
    if let Some((_, labels)) = files.get_mut(at) {
        labels.push(Label {
            span: place.span,
            text,
            primary,
        });
        // The value is written elsewhere: without this label the reader would look for it in vain.
        if let Some(span) = place.alias {
            let text = Some("used here through an alias".to_owned());
            labels.push(Label {
                span,
                text,
                primary: false,
            });
        }
    }
}

/// The place of an empty file, which has no line to show.
fn nothing_to_show(source: &Source, labels: Vec<Label>, style: &Style) -> String {
    let name = format!("{}:1:1", escape(&source.name));
    let mut shown = format!("  at {}\n", style.paint(Ink::Place, &name));
    for label in labels.iter().filter(|label| !label.primary) {
        shown.push_str(&style.wrap(label.text.as_deref().unwrap_or_default(), "     ", "     "));
    }
    shown
}

/// What the underlined text is, for the lines above it may not show whose part it is.
fn primary_text(place: &Place, style: &Style) -> Option<String> {
    if place.missing {
        return match place.pointer.steps().last()? {
            Step::Key(key) => Some(format!("`{}` is missing here", escape(key))),
            Step::Index(index) => Some(format!("element {index} is missing here")),
        };
    }
    Some(path(&place.pointer, style)).filter(|path| !path.is_empty())
}

/// `spec.rollout.steps[2].bake`; a path too long for a label loses its start.
fn path(pointer: &Pointer, style: &Style) -> String {
    let mut path = String::new();
    // From its end, which tells more than `spec`.
    for step in pointer.steps().iter().rev() {
        let step = match step {
            Step::Index(index) => format!("[{index}]"),
            Step::Key(key) if key.contains(['.', '[', ']', ' ', '"']) || key.is_empty() => {
                format!("[\"{}\"]", escape(key))
            }
            Step::Key(key) => format!(".{}", escape(key)),
        };
        if !path.is_empty() && columns(&step) + columns(&path) > LONGEST_PATH.min(style.width / 2) {
            return format!("{}{}", style.ellipsis(), path.trim_start_matches('.'));
        }
        path.insert_str(0, &step);
    }
    path.trim_start_matches('.').to_owned()
}

fn verdicts(report: &Report, style: &Style) -> String {
    if report.reviews.is_empty() {
        return String::new();
    }
    let unreviewed = is_unreviewed(report);
    let reviews: Vec<&ReviewOutcome> = match unreviewed {
        true => worst_first(report).into_iter().take(UNREVIEWED).collect(),
        false => report.reviews.iter().collect(),
    };
    let rows: Vec<[String; 4]> = reviews.iter().map(|review| row(review)).collect();
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    let fits = widths.iter().map(|width| width + 2).sum::<usize>() <= style.width;
    let mut shown = format!("{}\n", style.paint(Ink::Heading, "verdicts"));
    for (row, review) in rows.iter().zip(reviews) {
        let ink = ink(review.verdict);
        shown.push_str(&if fits {
            table_row(row, &widths, ink, style)
        } else {
            narrow_row(row, ink, style)
        });
        if let Some(approvers) = approvers(review) {
            shown.push_str(&style.wrap(&approvers, "    ", "      "));
        }
        if let Some(rules) = in_force(review) {
            shown.push_str(&style.wrap(&rules, "    ", "      "));
        }
        if report.reviews.len() > 1 {
            let gates = gates(review);
            if !gates.is_empty() {
                shown.push_str(&style.wrap(&gates, "    ", "      "));
            }
        }
        // Without a specification there is no verdict that they could explain.
        if !unreviewed {
            shown.push_str(&reasons_of(review, style));
        }
    }
    if let Some(more @ 1..) = report.reviews.len().checked_sub(rows.len()) {
        let more = format!("and {} without a specification", counted_more(more));
        shown.push_str(&style.wrap(&style.paint(Ink::Quiet, &more), "  ", "  "));
    }
    shown.push('\n');
    if let [review] = report.reviews.as_slice() {
        shown.push_str(&gate_table(review, style));
    }
    shown
}

/// `58 more services`
fn counted_more(more: usize) -> String {
    crate::units::counted(more, "more service")
}

/// The gates of the only review, each on a line of its own.
fn gate_table(review: &ReviewOutcome, style: &Style) -> String {
    if review.gates.is_empty() {
        return String::new();
    }
    let mut shown = format!("{}\n", style.paint(Ink::Heading, "gates"));
    for gate in &review.gates {
        let counts = [states(gate.counts), found(gate.tally)];
        let counts: Vec<&str> = counts
            .iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        let word = style.paint(gate_ink(gate.state), gate.state.word());
        let pad = " ".repeat("escalated".len() - gate.state.word().len());
        let line = format!(
            "{:<8}  {word}{pad}  {}",
            gate.gate.word(),
            counts.join("; ")
        );
        shown.push_str(&style.wrap(line.trim_end(), "  ", "    "));
    }
    shown.push('\n');
    shown
}

fn gate_ink(state: GateState) -> Ink {
    match state {
        GateState::Stands(State::Met) => Ink::Good,
        GateState::Stands(State::Attested) => Ink::Quiet,
        GateState::Stands(State::Unjudged | State::Missed) => Ink::Error,
        GateState::Escalated => Ink::Escalation,
    }
}

/// Service, environment, verdict and counts.
fn row(review: &ReviewOutcome) -> [String; 4] {
    let environment = review.environment.as_deref().unwrap_or_default();
    [
        service(review),
        escape(environment).into_owned(),
        review.verdict.word().to_owned(),
        counted(review),
    ]
}

/// `2 missed, 9 attested, 14 met; 2 errors`
fn counted(review: &ReviewOutcome) -> String {
    let mut parts = vec![states(review.states()), standing(review)];
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}

/// Service, environment, verdict and counts under those of the other rows. A column that is
/// empty everywhere takes no room.
fn table_row(row: &[String; 4], widths: &[usize; 4], ink: Ink, style: &Style) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in row
        .iter()
        .zip(widths)
        .enumerate()
        .filter(|(_, (_, width))| **width > 0)
    {
        let pad = " ".repeat(width.saturating_sub(columns(cell)));
        let cell = if column == 2 {
            style.paint(ink, cell)
        } else {
            cell.clone()
        };
        line.push_str(&format!("  {cell}{pad}"));
    }
    format!("{}\n", no_help(line.trim_end()))
}

/// The same on two lines.
fn narrow_row(
    [service, environment, verdict, counted]: &[String; 4],
    ink: Ink,
    style: &Style,
) -> String {
    let more: Vec<&str> = [environment, counted]
        .map(String::as_str)
        .into_iter()
        .filter(|cell| !cell.is_empty())
        .collect();
    let mut shown = style.wrap(
        &format!("{service}  {}", style.paint(ink, verdict)),
        "  ",
        "    ",
    );
    if !more.is_empty() {
        shown.push_str(&style.wrap(&more.join(", "), "    ", "    "));
    }
    shown
}

/// The first reasons, each on one line: they were said in full above.
fn reasons_of(review: &ReviewOutcome, style: &Style) -> String {
    let mut shown = String::new();
    for reason in review.reasons.iter().take(REASONS) {
        let line = format!(
            "    {}",
            style.cut(&escape(reason), style.width.saturating_sub(4))
        );
        shown.push_str(line.trim_end());
        shown.push('\n');
    }
    if let Some(more @ 1..) = review.reasons.len().checked_sub(REASONS) {
        shown.push_str(&format!(
            "    {}\n",
            style.paint(Ink::Quiet, &format!("and {more} more"))
        ));
    }
    shown
}

/// What does not stand because somebody answers for it, and what soon will stand again.
fn exceptions(report: &Report, positions: &Positions, style: &Style) -> String {
    let waived = waived(report).map(|finding| excepted(finding, positions));
    let expiring = report
        .due_soon
        .iter()
        .map(|expiring| expiry(expiring, positions));
    let mut shown = String::new();
    for (title, lines) in [
        ("waived", waived.collect::<Vec<_>>()),
        ("due soon", expiring.collect()),
    ] {
        if lines.is_empty() {
            continue;
        }
        shown.push_str(&format!("{}\n", style.paint(Ink::Heading, title)));
        push_first(&mut shown, &lines, EXCEPTIONS, style);
        shown.push('\n');
    }
    shown
}

fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Go => Ink::Good,
        Verdict::NotReviewed => Ink::Quiet,
        Verdict::Escalate => Ink::Escalation,
        Verdict::Draft | Verdict::NoGo => Ink::Error,
    }
}

/// What changed services had at the base already, with what of it holds them back.
fn old_findings(report: &Report, positions: &Positions, style: &Style) -> String {
    let told: Vec<&str> = old(report).collect();
    if told.is_empty() {
        return String::new();
    }
    let mut shown = format!("{}\n", style.paint(Ink::Heading, "old findings"));
    for line in told {
        shown.push_str(&style.wrap(&escape(line), "  ", "    "));
    }
    for line in old_lines(report, positions, style) {
        shown.push_str(&style.wrap(&line, "  ", "    "));
    }
    shown.push('\n');
    shown
}

fn gaps(report: &Report, style: &Style) -> String {
    let groups = not_checked(report);
    if groups.is_empty() {
        return String::new();
    }
    let mut shown = format!("{}\n", style.paint(Ink::Heading, "not checked"));
    push_first(&mut shown, &groups, NOT_CHECKED, style);
    shown.push('\n');
    shown
}

/// The first `most` lines, and how many are left out.
fn push_first(shown: &mut String, lines: &[String], most: usize, style: &Style) {
    for line in lines.iter().take(most) {
        shown.push_str(&style.wrap(&escape(line), "  ", "    "));
    }
    if let Some(more @ 1..) = lines.len().checked_sub(most) {
        let more = format!("and {more} more; `--format json` lists all");
        shown.push_str(&style.wrap(&style.paint(Ink::Quiet, &more), "  ", "  "));
    }
}
