//! Locust: the `_stats.csv` of `--csv`.
//!
//! Milliseconds. Percentiles and the median come from buckets: exact below 100 ms, then to 10, 100
//! and 1000 ms. Failed requests are in them. The row of all requests is `Aggregated`, with an
//! empty type; a percentile without requests is `N/A`. Users wait for their answers: closed loop.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape,
    content::Content,
    draft::{Draft, to_seconds},
    percentile,
};
use crate::document::Pointer;
use csv::{ReaderBuilder, StringRecord};

pub(super) fn detect(content: &Content<'_>) -> bool {
    // Releases before 1.0 have other names, and those before 0.13 no percentiles. The history has a time first.
    let header = content.header();
    let first: Vec<&str> = header.iter().take(4).map(String::as_str).collect();
    let has = |name: &str| header.iter().any(|cell| cell == name);
    match first.as_slice() {
        ["Type", "Name", "Request Count", "Failure Count"] => {
            header.iter().any(|cell| cell.ends_with('%'))
        }
        ["Type" | "Method", "Name", "# requests", "# failures"] => has("Average response time"),
        _ => false,
    }
}

/// Reads the row of all requests.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("locust-stats", "Locust");
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(content.text.as_bytes());
    let broken = |error: csv::Error| EvidenceError::Malformed {
        format: "locust-stats",
        message: error.to_string(),
    };
    let header = reader.headers().map_err(broken)?.clone();
    let mut total: Option<(u64, StringRecord)> = None;
    for row in reader.records() {
        let row = row.map_err(broken)?;
        // Older releases write `None` as the type of all requests.
        let is_all = matches!(row.get(0), None | Some("" | "None"));
        if is_all && matches!(row.get(1), Some("Aggregated" | "Total")) {
            let line = row.position().map_or(0, csv::Position::line);
            if total.replace((line, row)).is_some() {
                return Err(draft.malformed("it has several rows `Aggregated`"));
            }
        }
    }
    let (line, row) = total
        .ok_or_else(|| draft.malformed("it has no row `Aggregated`: the run was not finished"))?;
    let cells = Cells {
        header: &header,
        row: &row,
        line,
    };
    let sent = cells.count(["Request Count", "# requests"])?;
    let failed = cells.count(["Failure Count", "# failures"])?;
    if failed > sent {
        let at = cells.at("Failure Count");
        draft.add_up((failed, &at), (sent, &cells.at("Request Count")));
    }
    draft.evidence.completed = sent.checked_sub(failed);
    draft.evidence.failed = Some(failed);
    times(&mut draft, &cells, sent)?;
    draft.evidence.achieved_rps = cells.number("Requests/s")?;
    if let Some(rate) = draft.evidence.achieved_rps {
        let at = cells.at("Requests/s");
        draft.rate("throughput", rate, Some(sent), at);
    }
    draft.evidence.load_shape = LoadShape::Closed;
    draft.caution(
        CautionKind::ClosedLoop,
        "Locust's users wait for answers, so a slow server is asked less",
    );
    draft.caution(
        CautionKind::IncludesFailures,
        "response times count failed requests too",
    );
    draft.finish()
}

fn times(draft: &mut Draft, cells: &Cells<'_>, sent: u64) -> Result<(), EvidenceError> {
    let mut is_rounded = false;
    // Releases before 1.0 cut these to whole milliseconds.
    let is_cut = cells.header.iter().any(|column| column == "# requests");
    for column in cells.header {
        let exact = match column.to_ascii_lowercase().as_str() {
            "average response time" => Some("mean"),
            "min response time" => Some("min"),
            "max response time" => Some("max"),
            _ => None,
        };
        let bucketed = || {
            if column.eq_ignore_ascii_case("Median Response Time") {
                Some("p50".to_owned())
            } else {
                percentile::of_percent(column.strip_suffix('%')?)
            }
        };
        let Some(statistic) = exact.map(str::to_owned).or_else(bucketed) else {
            continue;
        };
        // The median has a column of its own and one as `50%`.
        let is_known = draft.has(|known| known.statistic == statistic);
        let Some(milliseconds) = cells.number(column)?.filter(|_| !is_known && sent > 0) else {
            continue;
        };
        draft.seconds(
            "request_latency",
            &statistic,
            to_seconds(milliseconds, 1e3),
            Some(sent),
            cells.at(column),
        )?;
        let step = match exact {
            Some(_) if is_cut => 1.0,
            Some(_) => 0.0,
            None => step(milliseconds),
        };
        if step > 1.0 {
            is_rounded = true;
        }
        if let Some(added) = draft
            .evidence
            .measurements
            .last_mut()
            .filter(|_| step > 0.0)
        {
            added.resolution = Some(step / 1e3);
        }
    }
    if is_rounded {
        draft.caution(
            CautionKind::Quantised,
            "percentiles are rounded: to 10 ms from 100 ms on, to 100 ms from 1 s, to 1 s from 10 s",
        );
    }
    Ok(())
}

/// The width of the bucket, in milliseconds, that a value of Locust stands for.
fn step(milliseconds: f64) -> f64 {
    match milliseconds {
        value if value < 100.0 => 1.0,
        value if value < 1_000.0 => 10.0,
        value if value < 10_000.0 => 100.0,
        _ => 1_000.0,
    }
}

struct Cells<'r> {
    header: &'r StringRecord,
    row: &'r StringRecord,
    line: u64,
}

impl Cells<'_> {
    /// The whole number in the column that has one of these names, which every file has.
    fn count(&self, names: [&str; 2]) -> Result<u64, EvidenceError> {
        for name in names {
            match self.number(name)? {
                Some(count) if count.fract() == 0.0 => return Ok(count as u64),
                Some(count) => {
                    return Err(EvidenceError::BadValue {
                        at: self.at(name),
                        what: format!("no whole number ({count})"),
                    });
                }
                None => {}
            }
        }
        Err(EvidenceError::BadValue {
            at: self.at(names[0]),
            what: "empty".to_owned(),
        })
    }

    /// The number in a column; nothing where the column is missing, empty or `N/A`.
    fn number(&self, column: &str) -> Result<Option<f64>, EvidenceError> {
        let index = self.header.iter().position(|name| name == column);
        let Some(text) = index.and_then(|index| self.row.get(index)).map(str::trim) else {
            return Ok(None);
        };
        if text.is_empty() || text == "N/A" {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
            _ => Err(EvidenceError::BadValue {
                at: self.at(column),
                what: format!("no number of a test (`{text}`)"),
            }),
        }
    }

    fn at(&self, column: &str) -> String {
        format!("line {}, column {column}", self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn only_the_aggregated_row_counts() {
        let found = read_fixture("locust/ranker_stats.csv");
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.014));
        assert_eq!(number(&found, "request_latency", "p95"), Some(0.041));
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.12));
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(1.2));
        assert_eq!(number(&found, "request_latency", "max"), Some(1.234_5));
        assert_eq!((found.completed, found.failed), (Some(11_976), Some(24)));
        assert_eq!(number(&found, "error_ratio", "ratio"), Some(0.002));
        assert_eq!(found.load_shape, LoadShape::Closed);
    }

    #[test]
    fn rounding_is_told() {
        let found = read_fixture("locust/ranker_stats.csv");
        let step = |statistic: &str| {
            found
                .find("request_latency", statistic)
                .and_then(|found| found.resolution)
        };
        assert_eq!(
            (step("p95"), step("p99"), step("p99.9"), step("max")),
            (Some(0.001), Some(0.01), Some(0.1), None)
        );
        assert!(found.warns(CautionKind::Quantised));
    }

    #[test]
    fn older_releases_have_other_names() {
        let quoted = read_fixture("locust/ranker-1.6_stats.csv");
        assert_eq!((quoted.completed, quoted.failed), (Some(5_988), Some(12)));
        assert_eq!(number(&quoted, "request_latency", "p95"), Some(0.044));
        let found = read_fixture("locust/ranker-0.14_stats.csv");
        assert_eq!((found.completed, found.failed), (Some(5_988), Some(12)));
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.13));
        assert_eq!(number(&found, "request_latency", "max"), Some(1.234));
        let cut = found
            .find("request_latency", "mean")
            .and_then(|found| found.resolution);
        assert_eq!(cut, Some(0.001));
        let none = "Method,Name,# requests,# failures,Median response time,Average response time\n\
            GET,/,90,0,4,5\nNone,Total,90,0,4,5\n";
        let found = read_text(none).expect("0.12");
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.004));
        assert_eq!(found.statistics("request_latency"), ["p50", "mean"]);
    }

    #[test]
    fn counts_are_whole_and_there() {
        let header = read_header();
        for (counts, part) in [
            ("1.5,0", "no whole number"),
            (",0", "empty"),
            ("9,x", "no number"),
        ] {
            let row = format!(
                ",Aggregated,{counts},1,1.0,1,1,0.0,1.0,0.0{}",
                ",1".repeat(11)
            );
            let error = read_text(&format!("{header}\n{row}\n"))
                .expect_err(counts)
                .to_string();
            assert!(error.contains(part), "{error}");
        }
        let row = format!(",Aggregated,5,9,1,1.0,1,1,0.0,1.0,0.0{}", ",1".repeat(11));
        let found = read_text(&format!("{header}\n{row}\n")).expect("a run");
        assert_eq!(
            found.contradictions[0].law, "counts",
            "more failures than requests"
        );
    }

    #[test]
    fn a_run_without_requests_has_no_percentiles() {
        let header = read_header();
        let row = format!(",Aggregated,0,0,0,0.0,0,0,0.0,0.0,0.0{}", ",N/A".repeat(11));
        match read_text(&format!("{header}\n{row}\n")) {
            Ok(found) => assert!(
                found
                    .measurements
                    .iter()
                    .all(|found| found.metric != "request_latency")
            ),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn an_endpoint_called_aggregated_is_not_the_total() {
        let header = read_header();
        let row = format!(
            "GET,Aggregated,9,0,1,1.0,1,1,0.0,1.0,0.0{}",
            ",1".repeat(11)
        );
        let error = read_text(&format!("{header}\n{row}\n")).expect_err("there is no total");
        assert!(error.to_string().contains("no row `Aggregated`"), "{error}");
    }

    fn read_header() -> String {
        let path = super::super::tests::fixture("locust/ranker_stats.csv");
        std::fs::read_to_string(path)
            .expect("fixture")
            .lines()
            .next()
            .expect("header")
            .to_owned()
    }
}
