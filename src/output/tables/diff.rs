//! What differs in each service, for people and for programs.

use super::{fit, grid::Grid, heading};
use crate::{
    output::{safe, style::wrapping},
    review::{Difference, DifferenceState, FactDifference, ServiceDifference},
    units::counted,
};

/// The width where nothing is known of the reader's.
const WIDTH: usize = 80;

const HEADS: [&str; 5] = ["what", "fact", "before", "after", "needs"];

/// The changed facts as tables for a terminal of so many columns, or of 80. Safe to print: text from files is escaped.
pub fn difference_table(difference: &Difference, columns: Option<usize>) -> String {
    let width = columns.unwrap_or(WIDTH);
    let mut page = String::new();
    let line = |text: &str, indent: &str| {
        let options = wrapping(width).break_words(false);
        fit::lines(&safe::escape(text), indent, "    ", options)
    };
    for service in &difference.services {
        if !page.is_empty() {
            page.push('\n');
        }
        let name = heading(
            &service.service,
            service.environment.as_deref(),
            &service.file,
        );
        page.push_str(&line(&name, ""));
        if let Some(words) = said(service, &difference.since) {
            page.push_str(&line(&words, "  "));
        }
        if !service.changes.is_empty() {
            page.push_str(&table(&service.changes, width));
        }
        for gap in &service.not_compared {
            page.push_str(&line(&format!("not compared: {gap}"), "  "));
        }
    }
    if difference.unchanged > 0 {
        let services = counted(difference.unchanged, "service");
        if !page.is_empty() {
            page.push('\n');
        }
        let words = format!(
            "no facts changed since `{}` in {services}",
            difference.since
        );
        page.push_str(&line(&words, ""));
    }
    safe::calm(&page)
}

/// The same as JSON; `schemas/diff/v1.json` describes it.
pub fn difference_json(difference: &Difference) -> String {
    let value = serde_json::to_value(difference).unwrap_or_default();
    safe::json(&value)
}

/// What there is to say where there is no table.
fn said(service: &ServiceDifference, since: &str) -> Option<String> {
    match service.state {
        DifferenceState::Compared if service.changes.is_empty() => {
            Some(format!("no facts changed since `{since}`"))
        }
        DifferenceState::Compared => None,
        DifferenceState::New => Some(format!("new: `{since}` does not have it")),
        DifferenceState::Removed => Some(format!("removed since `{since}`")),
        DifferenceState::Unknown => {
            let reason = service.reason.as_deref().unwrap_or("nobody knows why");
            Some(format!("cannot be compared: {reason}"))
        }
    }
}

fn table(changes: &[FactDifference], width: usize) -> String {
    let mut rows = vec![HEADS.map(str::to_owned)];
    for change in changes {
        let text = |value: &Option<String>| value.as_deref().unwrap_or("-").to_owned();
        let needs = change.needs.words(change.what);
        let cells = [
            change.what.word().to_owned(),
            change.fact.clone(),
            text(&change.before),
            text(&change.after),
            match needs.is_empty() {
                true => "-".to_owned(),
                false => needs,
            },
        ];
        rows.push(cells.map(|cell| safe::escape(&cell).into_owned()));
    }
    let grid = Grid {
        indent: "  ",
        is_number: [false; 5],
        rows,
    };
    grid.fit(width)
}
