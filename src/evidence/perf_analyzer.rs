//! Triton's perf_analyzer: the CSV of `-f`, a row for each load.
//!
//! Microseconds, cut to whole ones. The first column is the load: so many requests in flight, or a rate.
//! Rows are in the order of throughput. No counts, no failures, no time and no model.

use super::{
    CautionKind, Evidence, EvidenceError, Rate, RunFact,
    content::Content,
    draft::{Draft, to_seconds},
    percentile,
    requests::{RequestRows, Row},
};
use crate::document::Pointer;

const LOADS: [&str; 2] = ["Concurrency", "Request Rate"];

pub(super) fn detect(content: &Content<'_>) -> bool {
    let header = content.header();
    let first = header.first().map(String::as_str);
    first.is_some_and(|first| LOADS.contains(&first))
        && header
            .get(1)
            .is_some_and(|second| second == "Inferences/Second")
}

/// Reads the row that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("perf-analyzer", "perf_analyzer");
    let rows = RequestRows::of(content, "perf-analyzer", b',')?;
    let all: Vec<Row<'_>> = rows.rows().collect();
    let row = chosen(&all, select)?;
    load(&mut draft, row)?;
    for name in rows.names() {
        let statistic = match name {
            "Avg latency" => Some("mean".to_owned()),
            _ => name.strip_suffix(" latency").and_then(percentile::of_key),
        };
        if let (Some(statistic), Some(micros)) = (statistic, row.amount(name)?) {
            let at = format!("line {}, column {name}", row.line);
            let seconds = to_seconds(micros, 1e6);
            draft.seconds("request_latency", &statistic, seconds, None, at)?;
            draft.last().resolution = Some(1e-6);
        }
    }
    let rate = row.needs("Inferences/Second")?;
    let at = format!("line {}, column Inferences/Second", row.line);
    draft.reached(rate, None, at);
    draft.leave_open(RunFact::Failed, "perf_analyzer writes no counts");
    draft.caution(
        CautionKind::Definition,
        "inferences a second are those of requests times the size of a batch, which the file does not tell",
    );
    draft.slack.relative = 1e-6;
    draft.finish()
}

/// The only row, or the one that `select` names.
fn chosen<'a, 'r>(
    rows: &'a [Row<'r>],
    select: Option<&Pointer>,
) -> Result<&'a Row<'r>, EvidenceError> {
    let pointer = |index| Pointer::default().index(index);
    if let Some(select) = select {
        let found = (0..rows.len()).find(|index| pointer(*index) == *select);
        let found = found.and_then(|index| rows.get(index));
        return found.ok_or_else(|| EvidenceError::NothingSelected(select.to_string()));
    }
    match rows {
        [only] => Ok(only),
        [] => Err(EvidenceError::Malformed {
            format: "perf-analyzer",
            message: "it has no row".to_owned(),
        }),
        _ => {
            let label = |(index, row): (usize, &Row<'_>)| {
                let load = LOADS.iter().find_map(|name| Some((*name, row.text(name)?)));
                let (name, value) = load.unwrap_or_default();
                format!("{}: {name} {value}", pointer(index))
            };
            let listed: Vec<String> = rows.iter().enumerate().take(8).map(label).collect();
            let pointers = (0..rows.len()).map(|index| pointer(index).to_string());
            Err(EvidenceError::Sweep {
                count: rows.len(),
                runs: listed.join("; "),
                example: pointer(rows.len() - 1).to_string(),
                pointers: pointers.collect(),
            })
        }
    }
}

fn load(draft: &mut Draft, row: &Row<'_>) -> Result<(), EvidenceError> {
    let at = |column: &str| format!("line {}, column {column}", row.line);
    if let Some(users) = row.amount("Concurrency")? {
        draft.evidence.concurrency = Some(users);
        draft.state(RunFact::Concurrency, at("Concurrency"));
    }
    if let Some(rate) = row.amount("Request Rate")? {
        draft.evidence.offered_rps = Some(Rate::Number(rate));
        draft.state(RunFact::OfferedRps, at("Request Rate"));
    }
    let (rate, cap) = (draft.evidence.offered_rps, draft.evidence.concurrency);
    draft.evidence.load_shape = draft.load_shape(rate, cap);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fixture, number};
    use super::super::{EvidenceRequest, LoadShape, open};

    #[test]
    fn a_row_is_a_run_in_microseconds() {
        let path = fixture("perf-analyzer/sweep.csv");
        let error = open(&path, EvidenceRequest::default()).expect_err("two rows");
        assert!(error.to_string().contains("/1: Concurrency 8"), "{error}");
        let request = EvidenceRequest {
            format: Some("perf-analyzer"),
            select: Some("/1"),
        };
        let found = open(&path, request).expect("the second row");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.012_04));
        assert_eq!(number(&found, "throughput", "value"), Some(902.5));
        assert_eq!(found.concurrency, Some(8.0));
        assert_eq!(found.load_shape, LoadShape::Closed);
        assert_eq!((found.completed, found.failed), (None, None));
    }
}
