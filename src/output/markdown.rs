//! A comment on a pull request, or the summary of a job: verdicts, gates, the worst findings with
//! their excerpts, and what was not checked.
//!
//! It keeps below the length that GitHub takes as one comment, and says what it left out.

use super::{
    concise,
    markup::{code, fence, inline},
    order::{ReportPart, by_consequence, entries},
    positions::Positions,
    rich,
    safe::{Calm, escape},
    style::Style,
    summary::{
        self, approvers, failures, headline, help, in_force, not_checked, states, tally, waived,
    },
};
use crate::{
    finding::{Finding, GateOutcome, GateState, Report, ReviewOutcome, State, Tally},
    rule::Severity,
    units::counted,
};
use std::io::{self, Write};

/// GitHub takes 65,536 characters; bytes are never fewer, and the closing lines need room.
const MOST: usize = 62_000;
/// What verdicts and gates may take, so that findings have their share.
const TABLES: usize = 24_000;
/// One finding with its excerpts; a longer one goes without them.
const LONGEST_FINDING: usize = 6_000;
/// Findings that are shown open, and lines of what was not checked.
const OPEN: usize = 3;
const GAPS: usize = 20;
/// What a list of exceptions or approvers may take.
const LONGEST_LIST: usize = 6_000;

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = format!("## servelint: {}\n\n", headline(report));
    verdicts(report, &mut page);
    to_approve(report, &mut page);
    rules_in_force(report, &mut page);
    gates(report, &mut page);
    list_failures(report, &mut page);
    let positions = Positions::default();
    let tail = format!(
        "{}{}{}{}\n",
        exceptions(report, &positions),
        old_findings(report, &positions),
        gaps(report),
        inline(&tally(report, &Style::PLAIN))
    );
    findings(report, MOST.saturating_sub(tail.len()), &mut page);
    page.push_str(&tail);
    Calm::new(out).write_all(page.as_bytes())
}

/// A table of at most so many bytes, and a line that says how many rows it lacks.
fn table(
    page: &mut String,
    most: usize,
    head: &[&str],
    rows: impl Iterator<Item = String>,
    what: &str,
) {
    let rule = vec!["---"; head.len()].join(" | ");
    page.push_str(&format!("| {} |\n| {rule} |\n", head.join(" | ")));
    let mut cut = 0;
    for row in rows {
        // Rows after one that is too long may still fit, and the worst came first.
        match page.len() + row.len() <= most {
            true => page.push_str(&row),
            false => cut += 1,
        }
    }
    page.push('\n');
    if cut > 0 {
        page.push_str(&format!(
            "_{} left out for length._\n\n",
            counted(cut, what)
        ));
    }
}

fn verdicts(report: &Report, page: &mut String) {
    if report.reviews.is_empty() {
        return;
    }
    let mut worst: Vec<_> = report.reviews.iter().collect();
    // Of a table that is cut for length, the end is missing.
    worst.sort_by_key(|review| std::cmp::Reverse(review.verdict));
    let rows = worst.into_iter().map(|review| {
        let environment = review.environment.as_deref().map(code).unwrap_or_default();
        let counts = numbers(review.tally);
        let excepted = match review.suppressed {
            0 => String::new(),
            count => format!(", {count} excepted"),
        };
        let verdict = format!("**{}**{excepted}", review.verdict.word());
        let states = states(review.states());
        format!(
            "| {} | {environment} | {verdict} | {states} | {counts} |\n",
            service(review)
        )
    });
    let head = [
        "service",
        "environment",
        "verdict",
        "states",
        "errors",
        "escalations",
        "warnings",
        "infos",
    ];
    table(page, TABLES, &head, rows, "service");
}

/// The name, and the path where another service has the same name.
fn service(review: &ReviewOutcome) -> String {
    let name = code(short(&review.service).trim());
    match &review.path {
        Some(path) => format!("{name} ({})", code(short(path).trim())),
        None => name,
    }
}

/// What switched rules off, for each service.
fn rules_in_force(report: &Report, page: &mut String) {
    of_services(report, in_force, page);
}

/// Who can turn `escalate` into `go`.
fn to_approve(report: &Report, page: &mut String) {
    of_services(report, approvers, page);
}

/// A line for each service about which there is something to tell.
fn of_services(report: &Report, told: fn(&ReviewOutcome) -> Option<String>, page: &mut String) {
    let mut lines = Vec::new();
    for review in &report.reviews {
        if let Some(told) = told(review) {
            lines.push(format!("- {}: {}\n", service(review), clipped(&told)));
        }
    }
    let (shown, more) = some(&lines);
    page.push_str(&shown);
    if more > 0 {
        page.push_str(&format!("- and {}\n", counted(more, "more service")));
    }
    if !lines.is_empty() {
        page.push('\n');
    }
}

/// The first lines, as many as there is room for, and how many are left.
fn some(lines: &[String]) -> (String, usize) {
    let mut shown = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at == GAPS || shown.len() + line.len() > LONGEST_LIST {
            return (shown, lines.len() - at);
        }
        shown.push_str(line);
    }
    (shown, 0)
}

/// What is waived, and which waivers are about to expire.
fn exceptions(report: &Report, positions: &Positions) -> String {
    let mut shown = String::new();
    let expiring: Vec<String> = report
        .due_soon
        .iter()
        .map(|expiring| concise::expiry(expiring, positions))
        .collect();
    let waived: Vec<String> = waived(report)
        .map(|finding| concise::excepted(finding, positions))
        .collect();
    for (title, lines, open) in [("Due soon", expiring, " open"), ("Waived", waived, "")] {
        if lines.is_empty() {
            continue;
        }
        shown.push_str(&format!(
            "<details{open}><summary>{title}: {}</summary>\n\n",
            lines.len()
        ));
        let rows: Vec<String> = lines
            .iter()
            .map(|line| format!("- {}\n", clipped(line)))
            .collect();
        let (listed, more) = some(&rows);
        shown.push_str(&listed);
        if more > 0 {
            shown.push_str(&format!("- and {more} more; the JSON output lists all\n"));
        }
        shown.push_str("\n</details>\n\n");
    }
    shown
}

fn numbers(tally: Tally) -> String {
    tally.rows().map(|(_, count)| count.to_string()).join(" | ")
}

/// The gates of each review, what has to be seen first.
fn gates(report: &Report, page: &mut String) {
    let many = report.reviews.len() > 1;
    let mut rows = Vec::new();
    for review in &report.reviews {
        for gate in &review.gates {
            rows.push((gate.state.rank(), gate_row(review, gate, many)));
        }
    }
    if rows.is_empty() {
        return;
    }
    // Of a table that is cut for length, the end is missing; of one review the order of the gates tells more.
    if many {
        rows.sort_by_key(|(rank, _)| *rank);
    }
    let mut head = vec![
        "gate",
        "state",
        "missed",
        "unjudged",
        "attested",
        "met",
        "errors",
        "escalations",
        "warnings",
        "infos",
    ];
    if many {
        head.insert(0, "service");
    }
    let rows = rows.into_iter().map(|(_, row)| row);
    table(page, TABLES, &head, rows, "gate");
}

fn gate_row(review: &ReviewOutcome, gate: &GateOutcome, many: bool) -> String {
    let word = gate.state.word();
    let state = match gate.state {
        GateState::Stands(State::Met | State::Attested) => word.to_owned(),
        GateState::Stands(_) | GateState::Escalated => format!("**{word}**"),
    };
    let counts = gate.counts.rows().map(|(_, count)| count.to_string());
    let counts = counts.join(" | ");
    let service = match many {
        true => format!("| {} ", service(review)),
        false => String::new(),
    };
    format!(
        "{service}| {} | {state} | {counts} | {} |\n",
        gate.gate.word(),
        numbers(gate.tally)
    )
}

fn list_failures(report: &Report, page: &mut String) {
    let failures = failures(report);
    for failure in failures.iter().take(GAPS) {
        page.push_str(&format!("- failed: {}\n", clipped(failure)));
    }
    if let Some(more @ 1..) = failures.len().checked_sub(GAPS) {
        page.push_str(&format!("- and {}\n", counted(more, "more failure")));
    }
    if !failures.is_empty() {
        page.push('\n');
    }
}

/// The worst first, as long as there is room up to `most` bytes of the page.
fn findings(report: &Report, most: usize, page: &mut String) {
    let positions = Positions::default();
    let entries = entries(report);
    if !entries.is_empty() {
        page.push_str("### Findings\n\n");
    }
    let mut shown = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let (block, own) = match entry {
            ReportPart::Full(finding) => (
                block(finding, report, &positions, index < OPEN),
                vec![*finding],
            ),
            ReportPart::Rest(findings) | ReportPart::Alike(findings) => {
                (list(findings, &positions), findings.clone())
            }
        };
        if page.len() + block.len() > most {
            page.push_str(&left_out(report, &shown));
            return;
        }
        page.push_str(&block);
        shown.extend(own);
    }
}

/// How many findings of each severity are not among those that are shown.
fn left_out(report: &Report, shown: &[&Finding]) -> String {
    let all = by_consequence(report);
    let rows = Tally::of(all).rows().into_iter();
    let mut left = Vec::new();
    for ((severity, count), (_, shown)) in rows.zip(Tally::of(shown.iter().copied()).rows()) {
        if count > shown {
            left.push(counted(count - shown, severity.word()));
        }
    }
    format!("_Left out for length: {}._\n\n", left.join(", "))
}

/// The places of the findings of a rule that are not shown in full.
fn list(findings: &[&Finding], positions: &Positions) -> String {
    let Some(first) = findings.first() else {
        return String::new();
    };
    let mut rows = Vec::new();
    for finding in findings {
        let line = format!(
            "{}: {}",
            concise::written_place(&finding.place, positions),
            escape(&finding.message)
        );
        rows.push(format!("- {}\n", clipped(&line)));
    }
    let (listed, more) = some(&rows);
    let more = match more {
        0 => String::new(),
        more => format!("- and {more} more; the JSON output lists all\n"),
    };
    format!(
        "<details><summary>{} more of {}</summary>\n\n{listed}{more}\n</details>\n\n",
        counted(findings.len(), first.severity.word()),
        code(&first.rule)
    )
}

fn block(finding: &Finding, report: &Report, positions: &Positions, open: bool) -> String {
    let start = positions.start(&finding.place.source, finding.place.span);
    let page = report
        .rules
        .get(&finding.rule)
        .and_then(crate::rule::Rule::page);
    let rule = match page {
        Some(page) if is_plain_id(&finding.rule) => {
            format!("<a href=\"{page}\"><code>{}</code></a>", finding.rule)
        }
        _ => code(&finding.rule),
    };
    let weight = match finding.severity {
        Severity::Error | Severity::Escalation => format!("<b>{}</b>", finding.severity),
        mild => mild.to_string(),
    };
    let place = code(&format!(
        "{}:{}:{}",
        short(&finding.place.source.name),
        start.line,
        start.column
    ));
    let open = if open { " open" } else { "" };
    let head = format!(
        "<details{open}><summary>{weight} {rule} {}</summary>\n\n{place}\n\n",
        clipped(&finding.message)
    );
    let help = match help(finding) {
        Some(help) => format!("Help: {}\n\n", clipped(help)),
        None => String::new(),
    };
    let excerpts = fence(rich::places(finding, positions, &Style::PLAIN).trim_end());
    match head.len() + excerpts.len() + help.len() <= LONGEST_FINDING {
        true => format!("{head}{excerpts}\n\n{help}</details>\n\n"),
        false => {
            format!("{head}_The excerpt is too long to be shown here._\n\n{help}</details>\n\n")
        }
    }
}

/// True for an id that can go into an address and into HTML as it is.
fn is_plain_id(id: &str) -> bool {
    id.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-/".contains(&byte))
}

/// What changed services had at the base already, with what of it holds them back.
fn old_findings(report: &Report, positions: &Positions) -> String {
    let mut shown = String::new();
    for told in summary::old(report) {
        shown.push_str(&format!("Old findings: {}\n\n", clipped(told)));
    }
    let lines = concise::old_lines(report, positions, &Style::PLAIN);
    for line in &lines {
        shown.push_str(&format!("- {}\n", clipped(line)));
    }
    if !lines.is_empty() {
        shown.push('\n');
    }
    shown
}

fn gaps(report: &Report) -> String {
    let groups = not_checked(report);
    if groups.is_empty() {
        return String::new();
    }
    let head = counted(summary::gaps(report).count(), "subject");
    let mut shown = format!("<details><summary>Not checked: {head}</summary>\n\n");
    for group in groups.iter().take(GAPS) {
        shown.push_str(&format!("- {}\n", clipped(group)));
    }
    if let Some(more @ 1..) = groups.len().checked_sub(GAPS) {
        shown.push_str(&format!("- and {more} more; the JSON output lists all\n"));
    }
    shown + "\n</details>\n\n"
}

/// A sentence of foreign text that takes no more than a few lines.
fn clipped(text: &str) -> String {
    inline(short(text).trim())
}

fn short(text: &str) -> String {
    Style::PLAIN.cut(&escape(text), 300)
}
