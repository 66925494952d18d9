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
    let mut samples = JmeterSamples::default();
    if !rows.names().any(|name| name == "responseMessage") {
        draft.caution(
            CautionKind::Definition,
            "without the column `responseMessage`, rows of transactions cannot be told from requests",
        );
    }
    for row in rows.rows() {
        if is_transaction(row.text("responseMessage")) {
            samples.transactions += 1;
            continue;
        }
        if row.amount("SampleCount")?.is_some_and(|count| count > 1.0) {
            return Err(row.bad("SampleCount", SUM.to_owned()));
        }
        // Written as text where a format is set: then neither start nor length is known.
        let sent = row
            .text("timeStamp")
            .and_then(|text| text.parse::<f64>().ok());
        let elapsed = row.needs("elapsed")?;
        let threads = row.amount("allThreads")?.unwrap_or_default();
        let label = row.text("label").unwrap_or_default();
        samples.take(is_good(&row)?, (sent, elapsed), threads, label);
    }
    samples.write(&mut draft, "timeStamp", "allThreads");
    draft.finish()
}

/// What is wrong with a row that stands for several samples.
pub(super) const SUM: &str = "a sum of several samples, of which no percentile follows";

/// True for the message of a transaction's own row.
pub(super) fn is_transaction(message: Option<&str>) -> bool {
    message.is_some_and(|text| text.starts_with(TRANSACTION))
}

/// The samples of a result, as CSV or as XML.
#[derive(Default)]
pub(super) struct JmeterSamples {
    requests: Requests,
    labels: BTreeSet<String>,
    threads: f64,
    /// Rows of transactions, which are no samples.
    pub transactions: u64,
    lacks_times: bool,
}

impl JmeterSamples {
    /// Takes a sample: when it was sent, if that is told, and how long it took, in milliseconds.
    pub(super) fn take(
        &mut self,
        is_good: bool,
        (sent, elapsed): (Option<f64>, f64),
        threads: f64,
        label: &str,
    ) {
        let sent = sent.filter(|sent| sent.is_finite() && *sent > 0.0);
        self.lacks_times |= sent.is_none();
        let seconds = to_seconds(elapsed, 1e3);
        self.requests
            .take(is_good, sent.unwrap_or_default() / 1e3, seconds);
        if !self.labels.contains(label) {
            self.labels.insert(label.to_owned());
        }
        self.threads = self.threads.max(threads);
    }

    /// Writes what all samples tell, and by which names the file has times and threads.
    pub(super) fn write(self, draft: &mut Draft, times: &str, threads: &str) {
        let started = self
            .requests
            .first()
            .filter(|_| !self.lacks_times)
            .and_then(moment);
        self.requests.write(draft);
        if self.lacks_times {
            draft.evidence.duration_seconds = None;
            draft.evidence.achieved_rps = None;
            draft.withdraw("throughput", "no time of a row");
        }
        draft.evidence.started_at = started;
        draft.derive(RunFact::StartedAt, format!("the first `{times}`"));
        if self.threads > 0.0 {
            draft.evidence.concurrency = Some(self.threads);
            draft.derive(RunFact::Concurrency, format!("the most `{threads}`"));
        }
        let why = "threads wait for answers, unless a timer sets the rate: the file does not tell";
        draft.leave_open(RunFact::LoadShape, why);
        habits(draft, self.labels.len(), self.transactions);
    }
}

fn habits(draft: &mut Draft, labels: usize, transactions: u64) {
    if labels > 1 {
        let message = format!("samples of {labels} labels are read as one");
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
        assert!(found.warns(CautionKind::Definition), "no `responseMessage`");
        assert_eq!((found.completed, found.failed), (Some(1), Some(1)));
    }
}
