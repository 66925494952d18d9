//! JMeter: the results (JTL) as CSV with a header.
//!
//! Milliseconds; `timeStamp` is epoch milliseconds, of the start or of the end, as the properties have
//! it. `success` is `true` or `false`, assertions included. A transaction's own row repeats the times of its
//! children. Which columns there are, their order and the delimiter are settings.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::Content,
    draft::{Draft, moment, to_seconds},
    requests::{RequestRows, Requests, Row},
};
use crate::document::Pointer;
use std::collections::BTreeSet;

/// How the row of a transaction begins its message.
const TRANSACTION: &str = "Number of samples in transaction";

pub(super) fn detect(content: &Content<'_>) -> bool {
    let first = content.text.lines().next().unwrap_or_default();
    let names: Vec<&str> = first
        .split(char::from(delimiter(content)))
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    let marks = ["timeStamp", "elapsed", "label", "success"];
    content.trees.is_empty() && marks.iter().all(|mark| names.contains(mark))
}

/// A setting of JMeter; the header shows it.
fn delimiter(content: &Content<'_>) -> u8 {
    let first = content.text.lines().next().unwrap_or_default();
    let known = [',', ';', '\t', '|'];
    let most = known
        .into_iter()
        .max_by_key(|mark| first.matches(*mark).count());
    most.map_or(b',', |mark| mark as u8)
}

/// Reads all samples.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("jmeter-csv", "JMeter");
    let rows = RequestRows::of(content, "jmeter-csv", delimiter(content))?;
    let mut requests = Requests::default();
    let (mut labels, mut threads, mut transactions) = (BTreeSet::new(), 0.0_f64, 0_u64);
    let mut has_times = true;
    for row in rows.rows() {
        if row
            .text("responseMessage")
            .is_some_and(|text| text.starts_with(TRANSACTION))
        {
            transactions += 1;
            continue;
        }
        if row.amount("SampleCount")?.is_some_and(|count| count > 1.0) {
            let what = "a sum of several samples, of which no percentile follows".to_owned();
            return Err(row.bad("SampleCount", what));
        }
        // Written as text where a format is set: then neither start nor length is known.
        let sent = row
            .text("timeStamp")
            .and_then(|text| text.parse::<f64>().ok());
        has_times &= sent.is_some();
        let seconds = to_seconds(row.needs("elapsed")?, 1e3);
        requests.take(is_good(&row)?, sent.unwrap_or_default() / 1e3, seconds);
        labels.insert(row.text("label").unwrap_or_default());
        threads = threads.max(row.amount("allThreads")?.unwrap_or_default());
    }
    let started = requests.first().filter(|_| has_times).and_then(moment);
    requests.write(&mut draft);
    if !has_times {
        draft.evidence.duration_seconds = None;
        draft.evidence.achieved_rps = None;
        draft.withdraw("throughput", "no time of a row");
    }
    draft.evidence.started_at = started;
    draft.derive(RunFact::StartedAt, "the first `timeStamp`");
    if threads > 0.0 {
        draft.evidence.concurrency = Some(threads);
        draft.derive(RunFact::Concurrency, "the most `allThreads`");
    }
    let why = "threads wait for answers, unless a timer sets the rate: the file does not tell";
    draft.leave_open(RunFact::LoadShape, why);
    habits(&mut draft, &labels, transactions);
    draft.finish()
}

fn habits(draft: &mut Draft, labels: &BTreeSet<&str>, transactions: u64) {
    if labels.len() > 1 {
        let message = format!("samples of {} labels are read as one", labels.len());
        draft.caution(CautionKind::Definition, message);
    }
    if transactions > 0 {
        let message = format!(
            "{transactions} rows of transactions are left out: they repeat the times of their samples"
        );
        draft.caution(CautionKind::Unusual, message);
    }
}

fn is_good(row: &Row<'_>) -> Result<bool, EvidenceError> {
    match row.text("success") {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        other => {
            let what = format!(
                "neither `true` nor `false` (`{}`)",
                other.unwrap_or_default()
            );
            Err(row.bad("success", what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn samples_are_milliseconds_and_transactions_are_no_samples() {
        let found = read_fixture("jmeter/results.jtl");
        assert_eq!((found.completed, found.failed), (Some(5), Some(1)));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.141));
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.098));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00Z"));
        assert_eq!(found.concurrency, Some(2.0));
        assert!(
            found.warns(CautionKind::Unusual),
            "one row of a transaction"
        );
    }

    #[test]
    fn the_delimiter_is_a_setting_and_another_word_an_error() {
        let text =
            "\"timeStamp\";\"elapsed\";\"label\";\"success\"\n1;20;a;true\n2;30;\"a;b\";maybe\n";
        let error = read_text(text).expect_err("maybe").to_string();
        assert!(error.contains("`line 3, column success`"), "{error}");
        let found = read_text(&text.replace("maybe", "false")).expect("JMeter");
        assert_eq!((found.completed, found.failed), (Some(1), Some(1)));
    }
}
