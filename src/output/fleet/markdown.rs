//! A fleet as the summary of a job or a page.

use super::{HEADS, MOST_ROWS, headline, open_gates, remark, short};
use crate::{
    fleet::{FleetCount, FleetReport, FleetTally, RepositoryReport},
    output::{
        markup::{code, inline},
        safe,
    },
    units::counted,
};

/// Rows of the table of services: GitHub takes 1 MiB as a summary, and a reader less.
const MOST_SERVICES: usize = 500;

/// Tables of services, of what is due, of rules and of controls. Foreign text stays text.
pub fn fleet_markdown(fleet: &FleetReport) -> String {
    let mut page = format!("## servelint: {}\n\n", inline(&headline(fleet)));
    let mut services = Vec::new();
    for repository in fleet.worst_first() {
        services.extend(rows(repository));
    }
    table(&HEADS, &services, MOST_SERVICES, &mut page);
    for repository in fleet.worst_first() {
        if let Some(remark) = remark(repository) {
            page.push_str(&format!("- {}: {remark}\n", code(&short(&repository.name))));
        }
    }
    due(fleet, &mut page);
    counts("Rules that fire most", &fleet.rules(), &mut page);
    counts("Controls with findings", &fleet.controls(), &mut page);
    safe::calm(&page)
}

fn rows(repository: &RepositoryReport) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let name = code(&short(&repository.name));
    for service in &repository.services {
        let environment = service
            .environment
            .as_deref()
            .map(short)
            .unwrap_or_default();
        let mut row = vec![
            name.clone(),
            code(&short(&service.service)),
            code(&environment),
        ];
        row.push(format!("**{}**", service.verdict.word()));
        row.extend(numbers(service.tally));
        row.push(inline(&open_gates(service)));
        rows.push(row);
    }
    if rows.is_empty() {
        let mut row = vec![name, String::new(), String::new()];
        row.push(format!("**{}**", repository.verdict.word()));
        row.extend(numbers(repository.tally));
        row.push(String::new());
        rows.push(row);
    }
    rows
}

fn numbers(tally: FleetTally) -> [String; 3] {
    [tally.errors, tally.escalations, tally.warnings].map(|count| count.to_string())
}

fn due(fleet: &FleetReport, page: &mut String) {
    let mut rows = Vec::new();
    for (repository, due) in fleet.due() {
        let by = due.by.as_deref().map(short).unwrap_or_default();
        rows.push(vec![
            inline(&short(&due.until)),
            code(&short(repository)),
            inline(&short(&due.what)),
            inline(&by),
            code(&short(&due.path)),
        ]);
    }
    if !rows.is_empty() {
        page.push_str("\n### Due soon\n\n");
        let head = ["until", "repository", "what", "by", "file"];
        table(&head, &rows, MOST_ROWS, page);
    }
}

fn counts(title: &str, counts: &[FleetCount], page: &mut String) {
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|count| {
            vec![
                code(&short(&count.name)),
                count.findings.to_string(),
                count.repositories.len().to_string(),
                count.worst.to_string(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.push_str(&format!("\n### {title}\n\n"));
        let head = ["name", "findings", "repositories", "worst"];
        table(&head, &rows, MOST_ROWS, page);
    }
}

fn table(head: &[&str], rows: &[Vec<String>], most: usize, page: &mut String) {
    let rule = vec!["---"; head.len()].join(" | ");
    page.push_str(&format!("| {} |\n| {rule} |\n", head.join(" | ")));
    for row in rows.iter().take(most) {
        page.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    if let Some(more @ 1..) = rows.len().checked_sub(most) {
        page.push_str(&format!(
            "\n_{} left out; the JSON output lists all._\n",
            counted(more, "row")
        ));
    }
}
