//! Several files of evidence beside each other.

use super::evidence::{missing, plain};
use crate::{
    evidence::{Evidence, LoadShape, MeasuredValue, Rate},
    output::{safe, style::columns},
};
use serde_json::{Value as Json, json};

/// A file, or one run of it, with its name.
pub type NamedEvidence<'e> = (String, &'e Evidence);

/// What the files tell, each in a column: the same statistic in a row, numbers aligned at their point; where that is wider
/// than the terminal, each row in lines. Safe to print.
pub fn compared_table(files: &[NamedEvidence<'_>], width: Option<usize>) -> String {
    let rows = rows(files);
    let heads: Vec<String> = files
        .iter()
        .map(|(name, _)| safe::escape(name).into_owned())
        .collect();
    let table = wide(&heads, &rows);
    match width {
        Some(width) if table.lines().any(|line| columns(line) > width) => narrow(&heads, &rows),
        _ => table,
    }
}

/// The same as JSON, with all that is known of each file.
pub fn compared_json(files: &[NamedEvidence<'_>]) -> String {
    let values: Vec<Json> = keys(files)
        .iter()
        .map(|(metric, statistic, unit)| {
            let values: Vec<Json> = files
                .iter()
                .map(|(_, found)| match value(found, metric, statistic, *unit) {
                    Some(MeasuredValue::Number(number)) => json!(number),
                    Some(MeasuredValue::Text(text)) => json!(text),
                    None => Json::Null,
                })
                .collect();
            json!({"metric": metric, "statistic": statistic, "unit": unit, "values": values})
        })
        .collect();
    let files: Vec<Json> = files
        .iter()
        .map(|(name, found)| json!({"file": name, "evidence": found, "missing": missing(found)}))
        .collect();
    safe::json(&json!({"version": 1, "files": files, "compared": values}))
}

/// What stands in the first two columns, and a cell for each file.
struct ComparedRow {
    name: String,
    unit: String,
    cells: Vec<String>,
}

fn rows(files: &[NamedEvidence<'_>]) -> Vec<ComparedRow> {
    let each = |name: &str, unit: &str, cell: &dyn Fn(&Evidence) -> Option<String>| ComparedRow {
        name: name.to_owned(),
        unit: unit.to_owned(),
        cells: files
            .iter()
            .map(|(_, found)| cell(found).unwrap_or_else(|| "-".to_owned()))
            .collect(),
    };
    let number = |number: Option<f64>| number.map(plain);
    let mut rows = vec![
        each("format", "", &|found| Some(found.format.to_owned())),
        each("version", "", &|found| {
            found
                .version
                .as_deref()
                .map(|text| safe::escape(text).into_owned())
        }),
        each("model", "", &|found| {
            found
                .subject
                .model
                .as_deref()
                .map(|text| safe::escape(text).into_owned())
        }),
        each("load", "", &|found| {
            (found.load_shape != LoadShape::Unknown).then(|| found.load_shape.word().to_owned())
        }),
        each("offered", "1/s", &|found| match found.offered_rps? {
            Rate::Number(rate) => Some(plain(rate)),
            Rate::Unbounded => Some("as fast as possible".to_owned()),
        }),
        each("reached", "1/s", &|found| number(found.achieved_rps)),
        each("in flight", "", &|found| number(found.concurrency)),
        each("duration", "s", &|found| number(found.duration_seconds)),
        each("completed", "", &|found| {
            found.completed.map(|count| count.to_string())
        }),
        each("failed", "", &|found| {
            found.failed.map(|count| count.to_string())
        }),
    ];
    rows.retain(|row| row.cells.iter().any(|cell| cell != "-"));
    for (metric, statistic, unit) in keys(files) {
        let name = match statistic {
            "value" | "ratio" => safe::escape(metric).into_owned(),
            _ => format!("{} {}", safe::escape(metric), safe::escape(statistic)),
        };
        rows.push(each(&name, unit.unwrap_or_default(), &|found| {
            Some(match value(found, metric, statistic, unit)? {
                MeasuredValue::Number(number) => plain(*number),
                MeasuredValue::Text(text) => safe::escape(text).into_owned(),
            })
        }));
    }
    rows
}

type StatisticKey<'e> = (&'e str, &'e str, Option<&'static str>);

/// The statistics of all files, in the order in which they first occur; those of one metric together.
fn keys<'e>(files: &[NamedEvidence<'e>]) -> Vec<StatisticKey<'e>> {
    let mut metrics: Vec<&str> = Vec::new();
    let mut keys: Vec<StatisticKey<'_>> = Vec::new();
    let all = files.iter().flat_map(|(_, found)| &found.measurements);
    for found in all {
        let key = (found.metric.as_str(), found.statistic.as_str(), found.unit);
        if !keys.contains(&key) && keys.len() < MOST_ROWS {
            keys.push(key);
        }
        if !metrics.contains(&found.metric.as_str()) && metrics.len() < MOST_ROWS {
            metrics.push(&found.metric);
        }
    }
    keys.sort_by_key(|(metric, ..)| metrics.iter().position(|known| known == metric));
    keys
}

/// Rows that a table has room for; files may hold ten thousand statistics.
const MOST_ROWS: usize = 300;

fn value<'e>(
    found: &'e Evidence,
    metric: &str,
    statistic: &str,
    unit: Option<&str>,
) -> Option<&'e MeasuredValue> {
    let mut all = found.measurements.iter();
    let found = all.find(|known| {
        known.metric == metric && known.statistic == statistic && known.unit == unit
    })?;
    Some(&found.value)
}

/// The columns before and behind the point of a number; a text has none behind.
fn around_point(cell: &str) -> (usize, usize) {
    let is_number = cell.parse::<f64>().is_ok() && !cell.contains('e');
    match cell.find('.').filter(|_| is_number) {
        Some(at) => (at, cell.len() - at),
        None => (columns(cell), 0),
    }
}

fn wide(heads: &[String], rows: &[ComparedRow]) -> String {
    let width = |texts: &mut dyn Iterator<Item = &String>| {
        texts.map(|text| columns(text)).max().unwrap_or_default()
    };
    let names = width(&mut rows.iter().map(|row| &row.name));
    let units = width(&mut rows.iter().map(|row| &row.unit));
    let shapes: Vec<(usize, usize)> = (0..heads.len())
        .map(|index| {
            let parts = rows.iter().map(|row| around_point(&row.cells[index]));
            let (before, behind) = parts.fold((0, 0), |most, part| {
                (most.0.max(part.0), most.1.max(part.1))
            });
            (
                before.max(columns(&heads[index]).saturating_sub(behind)),
                behind,
            )
        })
        .collect();
    let line = |name: &str, unit: &str, cells: &[String]| {
        let mut line = format!("  {name}{}  {unit}{}", gap(names, name), gap(units, unit));
        for (cell, (before, behind)) in cells.iter().zip(&shapes) {
            let (own, rest) = around_point(cell);
            // What is no number ends where numbers end.
            let is_text = cell.parse::<f64>().is_err();
            let (left, right) = match is_text {
                true => (before + behind - own, 0),
                false => (before - own, behind - rest),
            };
            line.push_str(&format!(
                "  {}{cell}{}",
                " ".repeat(left),
                " ".repeat(right)
            ));
        }
        format!("{}\n", line.trim_end())
    };
    let mut text = line("", "", heads);
    for row in rows {
        text.push_str(&line(&row.name, &row.unit, &row.cells));
    }
    text
}

fn gap(width: usize, text: &str) -> String {
    " ".repeat(width.saturating_sub(columns(text)))
}

fn narrow(heads: &[String], rows: &[ComparedRow]) -> String {
    let mut text = String::new();
    let longest = rows
        .iter()
        .flat_map(|row| &row.cells)
        .map(|cell| around_point(cell).0);
    let before = longest.max().unwrap_or_default();
    for row in rows {
        let unit = match row.unit.as_str() {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        text.push_str(&format!("{}{unit}\n", row.name));
        for (head, cell) in heads.iter().zip(&row.cells) {
            let left = " ".repeat(before - around_point(cell).0);
            text.push_str(&format!("  {left}{cell}  {head}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{EvidenceRequest, read};

    fn files() -> [Evidence; 2] {
        let vegeta = include_str!("../../../fixtures/evidence/vegeta/report.json");
        let hey = include_str!("../../../fixtures/evidence/hey/report.txt");
        [vegeta, hey].map(|text| read(text.into(), EvidenceRequest::default()).expect("evidence"))
    }

    #[test]
    fn numbers_are_aligned_at_their_point_and_gaps_are_shown() {
        let [one, other] = files();
        let named = [("a.json".to_owned(), &one), ("b.txt".to_owned(), &other)];
        let table = compared_table(&named, Some(100));
        let is_time = |line: &&str| line.contains("request_latency") && !line.contains("p99.9");
        let rows: Vec<&str> = table.lines().filter(is_time).collect();
        let point = |line: &str| line.rfind('.');
        let points: Vec<_> = rows.iter().filter_map(|line| point(line)).collect();
        assert!(points.len() > 3, "{table}");
        assert!(points.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
        assert!(
            table.contains("vegeta-json") && table.contains(" hey\n"),
            "{table}"
        );
        assert!(rows.iter().any(|line| line.contains("  -")), "{table}");
        assert!(table.lines().all(|line| columns(line) <= 100));
    }

    #[test]
    fn a_narrow_terminal_gets_lines() {
        let [one, other] = files();
        let long = "evidence/of-the-second-run-in-staging.txt";
        let named = [("a.json".to_owned(), &one), (long.to_owned(), &other)];
        let table = compared_table(&named, Some(60));
        assert!(table.lines().all(|line| columns(line) <= 70), "{table}");
        assert!(table.contains("request_latency p99 (s)\n"), "{table}");
    }

    #[test]
    fn json_has_a_value_for_each_file_or_null() {
        let [one, other] = files();
        let named = [("a.json".to_owned(), &one), ("b.txt".to_owned(), &other)];
        let found: Json = serde_json::from_str(&compared_json(&named)).expect("JSON");
        assert_eq!(found["files"][1]["evidence"]["format"], "hey");
        for row in found["compared"].as_array().expect("rows") {
            assert_eq!(row["values"].as_array().map(Vec::len), Some(2), "{row}");
        }
    }
}
