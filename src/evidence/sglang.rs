//! sglang: the lines that `python -m sglang.bench_serving` appends.
//!
//! Milliseconds. It looks like vLLM's result, from which it descends, and differs where it counts:
//! latency is `*_e2e_latency_ms`, there is no date, and no release states how many requests were
//! asked for or failed, so failures are unknown unless the details list `errors`. `request_rate` may be
//! Python's `Infinity`, or `"trace"`. `server_info` holds keys and is never shown.

use super::{
    CautionKind, Evidence, EvidenceError, Rate, RunFact,
    content::{Content, Tree},
    draft::Draft,
    laws::Law,
    runs,
    tokens::{self, TokenKeys},
};
use crate::document::{Pointer, Spot};

const METRICS: [(&str, &str); 4] = tokens::metrics("e2e_latency");

const KEYS: TokenKeys = TokenKeys {
    input: ("total_input_tokens", "input_throughput"),
    output: ("total_output_tokens", "output_throughput"),
    total: "total_throughput",
};

pub(super) fn detect(content: &Content<'_>) -> bool {
    let roots = runs::roots(&content.trees);
    !roots.is_empty() && roots.iter().all(|run| is_run(run.value))
}

/// True for the object of a run.
pub(super) fn is_run(tree: &Tree) -> bool {
    let marks = ["total_output_tokens_retokenized", "accept_length"];
    tree.has(&["mean_e2e_latency_ms", "completed"])
        && marks.iter().any(|mark| tree.get(mark).is_some())
}

/// Reads the run that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let run = runs::one_run(runs::roots(&content.trees), tokens::label, select)?;
    let mut draft = Draft::new("sglang-bench", "sglang bench_serving");
    draft.slack.limits_flight = true;
    draft.evidence.version = version(&run);
    draft.take_count(RunFact::Completed, run.get("completed"))?;
    failed(&mut draft, &run)?;
    tokens::statistics(&mut draft, &run, &METRICS, ("_ms", 1e3))?;
    tokens::rates(&mut draft, &run, &KEYS)?;
    load(&mut draft, &run)?;
    draft.evidence.subject.model = ["served_model_name", "model_path"]
        .iter()
        .find_map(|key| run.string_at(&["server_info", key]));
    tokens::lengths(&mut draft, &run, &KEYS)?;
    draft.caution(
        CautionKind::SuccessesOnly,
        "failed requests are in no statistic",
    );
    draft.finish()
}

/// The server's version, which newer files hold; the client's is in none.
fn version(run: &Spot<'_, Tree>) -> Option<String> {
    run.string_at(&["server_info", "version"])
}

/// The only trace of failures are the details, which are written if asked for.
fn failed(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let errors = run.items_at(&["errors"]);
    if errors.is_empty() {
        let why = "sglang's summary states neither how many requests were sent nor how many failed";
        draft.leave_open(RunFact::Failed, why);
        return Ok(());
    }
    let is_failure =
        |error: &&Spot<'_, Tree>| !matches!(error.value, Tree::Null) && error.text() != Some("");
    let failed = errors.iter().filter(is_failure).count() as u64;
    draft.evidence.failed = Some(failed);
    draft.derive(
        RunFact::Failed,
        "the entries of `errors` that are not empty",
    );
    if let Some(completed) = draft.evidence.completed {
        let tried = errors.len() as u64;
        draft.add_up(
            (completed.saturating_add(failed), "/completed"),
            (tried, "/errors"),
        );
    }
    Ok(())
}

fn load(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let limit = run.get("max_concurrency");
    draft.take_amount(RunFact::Concurrency, limit, 1.0)?;
    let cap = draft.evidence.concurrency;
    let rate = run.get("request_rate");
    let mut offered = match &rate {
        Some(place) if place.text() == Some("trace") => {
            draft.leave_open(RunFact::OfferedRps, "requests follow a trace");
            None
        }
        Some(place) => {
            draft.state(RunFact::OfferedRps, &place.at);
            Some(place.rate()?)
        }
        None => None,
    };
    draft.evidence.offered_rps = offered;
    match (offered, cap) {
        (Some(Rate::Unbounded), None) => draft.caution(
            CautionKind::UnboundedLoad,
            "all requests were sent at once (`request_rate` is `Infinity`): a burst, not a rate",
        ),
        // As many as the limit admits are sent: the limit alone sets the pace.
        (Some(Rate::Unbounded), Some(_)) => offered = None,
        (Some(Rate::Number(_)), Some(_)) => draft.caution(
            CautionKind::Definition,
            "requests that `max_concurrency` held back waited in the client, which is in no latency",
        ),
        _ => {}
    }
    draft.evidence.load_shape = draft.load_shape(offered, cap);
    in_flight(draft, run)
}

/// `concurrency` is what was in flight on average: rate times mean latency, exactly.
fn in_flight(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let mean = draft.evidence.find("request_latency", "mean");
    let mean = mean.and_then(|mean| Some((mean.value.number()?, mean.at.clone())));
    if let (Some(flying), Some((latency, at)), Some(rate)) =
        (run.get("concurrency"), mean, draft.evidence.achieved_rps)
    {
        let stated = (flying.amount()?, &*flying.at.to_string());
        let broken = Law::InFlight.equal(stated, (rate * latency, &at), 2e-3);
        draft.disagree(broken);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture};
    use super::super::{EvidenceRequest, Origin, open};
    use super::*;

    #[test]
    fn latency_is_under_a_name_of_its_own_and_failures_are_unknown() {
        let found = read_fixture("sglang/rate-8.jsonl");
        assert_eq!(number(&found, "request_latency", "p99"), Some(2.4108));
        assert_eq!(number(&found, "ttft", "mean"), Some(0.0613));
        assert_eq!(number(&found, "itl", "p95"), Some(0.0231));
        assert_eq!((found.completed, found.failed), (Some(400), None));
        assert_eq!(number(&found, "error_ratio", "ratio"), None);
        assert!(matches!(
            found.known[&RunFact::Failed],
            Origin::Unknown { why: Some(_) }
        ));
        assert_eq!(found.offered_rps, Some(Rate::Number(8.0)));
        assert_eq!(
            found.load_shape,
            LoadShape::Unknown,
            "the limit may have held some back"
        );
        assert_eq!(found.version.as_deref(), Some("0.5.5"));
        assert_eq!(found.started_at, None);
    }

    #[test]
    fn infinity_is_a_burst_or_the_pace_of_the_limit() {
        let path = super::super::tests::fixture("sglang/infinity.jsonl");
        let at = |select| {
            let select = Some(select);
            open(
                &path,
                EvidenceRequest {
                    format: None,
                    select,
                },
            )
            .expect("a run")
        };
        let limited = at("/0");
        assert_eq!(limited.offered_rps, Some(Rate::Unbounded));
        assert_eq!(limited.load_shape, LoadShape::Closed);
        let burst = at("/1");
        assert!(burst.warns(CautionKind::UnboundedLoad));
        assert_eq!(burst.failed, Some(1), "an entry of `errors`");
    }
}
