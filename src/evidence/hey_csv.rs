//! hey: the rows of `hey -o csv`.
//!
//! Seconds with four decimals. A request without an answer is no row, so no ratio of failures can be
//! stated, only how many answers had an error code.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape, RunFact,
    content::Content,
    draft::Draft,
    requests::{RequestRows, Requests},
};
use crate::document::Pointer;

pub(super) fn detect(content: &Content<'_>) -> bool {
    let header = content.header();
    let has = |name: &str| header.iter().any(|cell| cell == name);
    has("response-time") && has("status-code") && has("offset")
}

/// Reads all rows.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("hey-csv", "hey");
    let rows = RequestRows::of(content, "hey-csv", b',')?;
    let mut requests = Requests::default();
    for row in rows.rows() {
        let code = row.needs("status-code")?;
        let sent = row.needs("offset")?;
        let is_good = (200.0..400.0).contains(&code);
        requests.take(is_good, sent, row.needs("response-time")?);
    }
    requests.write(&mut draft);
    for found in &mut draft.evidence.measurements {
        if found.unit == Some("s") {
            found.resolution = Some(1e-4);
        }
    }
    // With it there would be a ratio, which leaves out the worst failures.
    draft.evidence.completed = None;
    draft.leave_open(
        RunFact::Completed,
        "requests without an answer are no rows, so no ratio of failures follows",
    );
    draft.caution(
        CautionKind::SuccessesOnly,
        "requests without an answer are in no row",
    );
    draft.evidence.load_shape = LoadShape::Closed;
    draft.caution(
        CautionKind::ClosedLoop,
        "hey's workers wait for answers, so a slow server is asked less",
    );
    draft.finish()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture};

    #[test]
    fn rows_are_answers_and_no_ratio_follows() {
        let found = read_fixture("hey/rows.csv");
        assert_eq!((found.completed, found.failed), (None, Some(1)));
        assert_eq!(found.error_ratio(), None);
        assert_eq!(number(&found, "request_latency", "max"), Some(0.0301));
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.0152));
        assert_eq!(found.duration_seconds, Some(0.0301 + 0.0402 - 0.0002));
    }
}
