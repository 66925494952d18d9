//! InferenceMAX and InferenceX: the rows of results that are made of runs of vLLM and sglang.
//!
//! Seconds, and names without `_ms`. Counts, failures, duration and date were left behind. `*_intvty` is
//! the inverse of the time per output token, whose p99 is the slow end, so it is not read.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::Draft,
    runs, tokens,
};
use crate::document::{Pointer, Spot};

const METRICS: [(&str, &str); 4] = tokens::metrics("e2el");

pub(super) fn detect(content: &Content<'_>) -> bool {
    let rows = runs::listed(&content.trees);
    let marks = ["hw", "conc", "tput_per_gpu", "framework"];
    !rows.is_empty() && rows.iter().all(|row| row.value.has(&marks))
}

/// Reads the row that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let row = runs::one_run(runs::listed(&content.trees), label, select)?;
    let mut draft = Draft::new("inferencex", "InferenceMAX");
    tokens::statistics(&mut draft, &row, &METRICS, ("", 1.0))?;
    draft.take_amount(RunFact::Concurrency, row.get("conc"), 1.0)?;
    let cap = draft.evidence.concurrency;
    draft.evidence.load_shape = draft.load_shape(None, cap);
    draft.leave_open(RunFact::Failed, "a row of results keeps no counts");
    draft.leave_open(RunFact::Completed, "a row of results keeps no counts");
    draft.caution(
        CautionKind::SuccessesOnly,
        "failed requests are in no statistic, and their number was left behind",
    );
    let subject = &mut draft.evidence.subject;
    subject.model = row.string_at(&["model"]);
    subject.image = row.string_at(&["image"]);
    draft.finish()
}

fn label(row: &Spot<'_, Tree>) -> String {
    let number = |key: &str| match row.value.get(key) {
        Some(Tree::Number(number)) => number.to_string(),
        _ => "?".to_owned(),
    };
    let text = |key: &str| row.text_at(&[key]).unwrap_or("?").to_owned();
    format!(
        "{} {}, conc {}",
        text("hw"),
        text("framework"),
        number("conc")
    )
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture};

    #[test]
    fn names_without_a_unit_are_seconds() {
        let found = read_fixture("inferencex/row.json");
        assert_eq!(number(&found, "ttft", "p99"), Some(0.61));
        assert_eq!(number(&found, "request_latency", "mean"), Some(9.85));
        assert_eq!(number(&found, "tpot", "p99"), Some(0.0142));
        assert_eq!(found.measurements.len(), 16, "no `intvty`");
        assert_eq!(found.load_shape, LoadShape::Closed);
        assert_eq!((found.completed, found.failed), (None, None));
        assert_eq!(found.subject.model.as_deref(), Some("openai/gpt-oss-20b"));
    }
}
