//! Observed traffic: the greatest rate in each column of requests in a second of a CSV file.

use super::file::FileFact;
use crate::disk::{self, OnDisk};
use csv::ReaderBuilder;
use std::{collections::BTreeMap, path::Path};

/// The largest file that is read: a minute a row for ten years is less.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Columns that are told, and the length of their names.
const MOST_COLUMNS: usize = 20;
const LONGEST: usize = 100;

/// How the names of such columns end.
const RATES: [&str; 4] = ["rps", "qps", "requests_per_second", "queries_per_second"];

/// The greatest number of each column of rates, by the name of the column, of a file inside the project's `root`,
/// an absolute path without links. Empty where the file is no such table.
pub fn greatest_rates(root: &Path, reference: &str) -> BTreeMap<String, f64> {
    let is_table = reference.to_ascii_lowercase().ends_with(".csv");
    let real = is_table.then(|| FileFact::locate(root, reference).ok());
    let Some(real) = real.flatten() else {
        return BTreeMap::new();
    };
    let is_small = real.look().is_ok_and(|found| found.len() <= MAX_BYTES);
    match is_small.then(|| disk::read(&real)) {
        Some(Ok(bytes)) => of(&bytes),
        _ => BTreeMap::new(),
    }
}

fn of(bytes: &[u8]) -> BTreeMap<String, f64> {
    let mut reader = ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let Ok(header) = reader.headers().cloned() else {
        return BTreeMap::new();
    };
    let columns: Vec<(usize, &str)> = header
        .iter()
        .enumerate()
        .filter(|(_, name)| name.len() <= LONGEST && is_rate(name))
        .take(MOST_COLUMNS)
        .collect();
    let mut greatest = BTreeMap::new();
    for record in reader.records() {
        // A broken row says nothing of the others before it.
        let Ok(record) = record else { break };
        for (index, name) in &columns {
            let cell = record.get(*index).and_then(|cell| cell.parse::<f64>().ok());
            if let Some(rate) = cell.filter(|rate| rate.is_finite()) {
                let known = greatest.entry((*name).to_owned()).or_insert(rate);
                *known = f64::max(*known, rate);
            }
        }
    }
    greatest
}

/// `peak_rps`, `rps`, `Requests_per_second`, and no `rpsx`.
fn is_rate(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
    RATES.iter().any(|rate| {
        name.strip_suffix(rate)
            .is_some_and(|before| before.is_empty() || before.ends_with('_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_of_each_column_of_rates() {
        let found = of(b"hour,requests,average_rps,Peak RPS,corps\n0,7200,2.0,4\n1,3600,1.0,9.5,8\n2,x,,nan,1\n");
        let found: Vec<_> = found
            .iter()
            .map(|(name, rate)| (name.as_str(), *rate))
            .collect();
        // A row of another length ends the table.
        assert_eq!(found, []);
        let found = of(b"hour,requests,average_rps,Peak RPS,corps\n0,7200,2.0,4,1\n1,3600,1.0,9.5,8\n2,x,,nan,1\n");
        let found: Vec<_> = found
            .iter()
            .map(|(name, rate)| (name.as_str(), *rate))
            .collect();
        assert_eq!(found, [("Peak RPS", 9.5), ("average_rps", 2.0)]);
    }

    #[test]
    fn what_is_no_table_has_no_rates() {
        for text in ["", "\n", "rps", "a,b\n1,2\n", "\u{0}\u{1}", "rps\n\"x\n"] {
            assert_eq!(of(text.as_bytes()), BTreeMap::new(), "{text:?}");
        }
        assert_eq!(of(&[0xff, 0xfe, 0x00]), BTreeMap::new());
    }
}
