//! A fleet of repositories for people and for programs.

mod json;
mod markdown;

pub use json::fleet_json;
pub use markdown::fleet_markdown;

use super::{
    safe,
    style::{Style, columns, wrapping},
    tables::{Grid, fit},
};
use crate::{
    fleet::{FleetCount, FleetReport, FleetService, FleetTally, RepositoryReport},
    units::counted,
};

/// Rows of each list but that of repositories: more is for programs.
const MOST_ROWS: usize = 20;
/// The width where nothing is known of the reader's.
const WIDTH: usize = 100;
/// Columns of a foreign text.
const LONGEST: usize = 40;

/// `3 repositories, 5 services: 1 no-go, 4 go; 2 errors, 0 escalations, 1 warning`
fn headline(fleet: &FleetReport) -> String {
    let services = fleet.repositories.iter().map(|one| one.services.len());
    let mut verdicts = Vec::new();
    for (verdict, count) in fleet.verdicts() {
        verdicts.push(format!("{count} {}", verdict.word()));
    }
    let verdicts = match verdicts.is_empty() {
        true => String::new(),
        false => format!(": {}", verdicts.join(", ")),
    };
    let repositories = match fleet.repositories.len() {
        1 => "1 repository".to_owned(),
        count => format!("{count} repositories"),
    };
    let tally = fleet.tally();
    format!(
        "{repositories}, {}{verdicts}; {}, {}, {}",
        counted(services.sum::<usize>(), "service"),
        counted(tally.errors, "error"),
        counted(tally.escalations, "escalation"),
        counted(tally.warnings, "warning"),
    )
}

/// The gates that are neither met nor attested: `load missed, risks escalated`.
fn open_gates(service: &FleetService) -> String {
    let mut open = Vec::new();
    for (gate, state) in &service.gates {
        if !matches!(state.as_str(), "met" | "attested") {
            open.push(format!("{gate} {state}"));
        }
    }
    open.join(", ")
}

/// What a reader has to know of a run beside its verdict.
fn remark(repository: &RepositoryReport) -> Option<&'static str> {
    let is_failed = repository.exit_code == 2;
    is_failed.then_some("the run failed, or found nothing to check (exit code 2)")
}

/// One row for each service, or for a repository without any.
fn rows(repository: &RepositoryReport) -> Vec<[String; 8]> {
    let mut rows = Vec::new();
    for service in &repository.services {
        let environment = service.environment.as_deref().unwrap_or("-");
        let named = [&repository.name, &service.service, environment];
        let verdict = service.verdict.word();
        rows.push(row(named, verdict, service.tally, &open_gates(service)));
    }
    if rows.is_empty() {
        let named = [&repository.name, "-", "-"];
        rows.push(row(named, repository.verdict.word(), repository.tally, ""));
    }
    rows
}

fn row(named: [&str; 3], verdict: &str, tally: FleetTally, gates: &str) -> [String; 8] {
    let [repository, service, environment] = named.map(short);
    let gates = if gates.is_empty() { "-" } else { gates };
    [
        repository,
        service,
        environment,
        verdict.to_owned(),
        tally.errors.to_string(),
        tally.escalations.to_string(),
        tally.warnings.to_string(),
        Style::PLAIN.cut(&safe::escape(gates), 2 * LONGEST),
    ]
}

const HEADS: [&str; 8] = [
    "repository",
    "service",
    "environment",
    "verdict",
    "errors",
    "escalations",
    "warnings",
    "open gates",
];

fn short(text: &str) -> String {
    Style::PLAIN.cut(&safe::escape(text), LONGEST)
}

/// Tables for a terminal of so many columns. Safe to print: text from reports is escaped.
pub fn fleet_table(fleet: &FleetReport, width: Option<usize>) -> String {
    let width = width.unwrap_or(WIDTH);
    let mut page = format!("{}\n\n", headline(fleet));
    let mut services = vec![HEADS.map(str::to_owned)];
    for repository in fleet.worst_first() {
        services.extend(rows(repository));
    }
    let is_number = [false, false, false, false, true, true, true, false];
    page.push_str(&grid(is_number, services, width));
    for repository in fleet.worst_first() {
        if let Some(remark) = remark(repository) {
            let line = format!("{}: {remark}", short(&repository.name));
            page.push_str(&fit::lines(&line, "", "  ", wrapping(width)));
        }
    }
    due_table(fleet, width, &mut page);
    counts_table("rules that fire most", &fleet.rules(), width, &mut page);
    counts_table(
        "controls with findings",
        &fleet.controls(),
        width,
        &mut page,
    );
    safe::calm(&page)
}

fn grid<const N: usize>(is_number: [bool; N], rows: Vec<[String; N]>, width: usize) -> String {
    let indent = "";
    let grid = Grid {
        indent,
        is_number,
        rows,
    };
    grid.fit(width.max(columns("repository")))
}

fn due_table(fleet: &FleetReport, width: usize, page: &mut String) {
    let due = fleet.due();
    if due.is_empty() {
        return;
    }
    page.push_str("\ndue soon\n");
    let mut rows = vec![["until", "repository", "what", "by", "file"].map(str::to_owned)];
    for (name, due) in due.iter().take(MOST_ROWS) {
        let by = due.by.as_deref().unwrap_or("-");
        rows.push([&due.until, *name, &due.what, by, &due.path].map(short));
    }
    page.push_str(&grid([false; 5], rows, width));
    more(due.len(), page);
}

fn counts_table(head: &str, counts: &[FleetCount], width: usize, page: &mut String) {
    if counts.is_empty() {
        return;
    }
    page.push_str(&format!("\n{head}\n"));
    let mut rows = vec![["name", "findings", "repositories", "worst"].map(str::to_owned)];
    for count in counts.iter().take(MOST_ROWS) {
        rows.push([
            short(&count.name),
            count.findings.to_string(),
            count.repositories.len().to_string(),
            count.worst.to_string(),
        ]);
    }
    page.push_str(&grid([false, true, true, false], rows, width));
    more(counts.len(), page);
}

fn more(count: usize, page: &mut String) {
    if let Some(more @ 1..) = count.checked_sub(MOST_ROWS) {
        page.push_str(&format!("and {more} more; the JSON output lists all\n"));
    }
}
