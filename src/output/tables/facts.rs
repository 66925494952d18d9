//! The facts of services, for people and for programs.

use super::{fit, grid::Grid, heading};
use crate::{
    facts::vocabulary::VOCABULARY,
    output::{safe, style::wrapping},
    review::{ServiceFacts, ToldFact},
};

const HEADS: [&str; 3] = ["fact", "value", "from"];

/// The facts as tables, for a terminal of so many columns where that is known; a table that does not fit is written in
/// words. Safe to print: text from files is escaped.
pub fn facts_table(services: &[ServiceFacts], columns: Option<usize>) -> String {
    let width = columns.unwrap_or(usize::MAX);
    let mut text = String::new();
    for service in services {
        if !text.is_empty() {
            text.push('\n');
        }
        let line = heading(
            service
                .service
                .as_deref()
                .unwrap_or("a service without a name"),
            service.environment.as_deref(),
            &service.file,
        );
        text.push_str(&fit::lines(
            &safe::escape(&line),
            "",
            "  ",
            wrapping(width).break_words(false),
        ));
        text.push_str(&known(service, width));
        text.push_str(&unknown(service, width));
    }
    safe::calm(&text)
}

fn known(service: &ServiceFacts, width: usize) -> String {
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(service.facts.iter().filter_map(row));
    if rows.len() == 1 {
        return String::new();
    }
    let grid = Grid {
        indent: "  ",
        is_number: [false; 3],
        rows,
    };
    grid.fit(width)
}

/// The cells of a fact that is known, as [`HEADS`] calls them.
fn row(fact: &ToldFact) -> Option<[String; 3]> {
    let value = format!("{} {}", fact.shown.as_deref()?, fact.unit);
    let places = fact.places.join(", ");
    let cells = [fact.name, value.trim_end(), &places];
    Some(cells.map(|cell| safe::escape(cell).into_owned()))
}

fn unknown(service: &ServiceFacts, width: usize) -> String {
    let mut text = String::new();
    for fact in &service.facts {
        let Some(reason) = &fact.unknown else {
            continue;
        };
        if text.is_empty() {
            text.push_str("\n  unknown\n");
        }
        let line = format!("{}: {reason}", fact.name);
        text.push_str(&fit::lines(
            &safe::escape(&line),
            "    ",
            "      ",
            wrapping(width).break_words(false),
        ));
    }
    text
}

/// The same as JSON; `schemas/facts/v1.json` describes it.
pub fn facts_json(services: &[ServiceFacts]) -> String {
    safe::json(&serde_json::json!({ "version": 1, "services": services }))
}

/// The vocabulary as the table of a page.
pub fn vocabulary_page() -> String {
    let mut page = String::from("| fact | value | meaning | from |\n| --- | --- | --- | --- |\n");
    for known in &VOCABULARY {
        let kind = known.kind.words();
        let kind = kind.split(", such").next().unwrap_or(kind);
        page.push_str(&format!(
            "| `{}` | {kind} | {} | {} |\n",
            known.name,
            known.description.trim_end_matches('.'),
            known.source
        ));
    }
    page
}
