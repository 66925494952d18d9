//! GuideLLM: the JSON of `guidellm benchmark`.
//!
//! Request latency is seconds; names that end in `_ms` are milliseconds. Each metric is split by
//! status; successes are read and incomplete requests count as failed. `p001` is 0.1 % and `p999`
//! is 99.9 %. `time_per_output_token_ms` counts the first token, so it is what others call
//! normalised. A sweep holds several benchmarks.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape, Rate, RunFact,
    content::{Content, Tree},
    draft::{Draft, moment},
    percentile, runs,
};
use crate::document::{Pointer, Spot};

const TIMES: [(&str, &str, f64); 4] = [
    ("request_latency", "request_latency", 1.0),
    ("time_to_first_token_ms", "time_to_first_token", 1e3),
    ("inter_token_latency_ms", "inter_token_latency", 1e3),
    (
        "time_per_output_token_ms",
        "normalized_time_per_output_token",
        1e3,
    ),
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    let is_benchmark = |tree: &Tree| {
        tree.at(&["metrics", "request_latency", "successful"])
            .is_some()
            || tree.at(&["metrics", "time_to_first_token_ms"]).is_some()
    };
    content
        .tree()
        .and_then(|tree| tree.get("benchmarks"))
        .is_some_and(|list| !list.items().is_empty() && list.items().iter().all(is_benchmark))
}

/// Reads the benchmark that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("guidellm", "GuideLLM");
    let root = content.root()?;
    draft.evidence.version = root
        .string_at(&["metadata", "guidellm_version"])
        .or_else(|| root.string_at(&["metadata", "version"]));
    let runs = root.items_at(&["benchmarks"]);
    let run = runs::one_run(runs, label, select)?;
    outcome(&mut draft, &run)?;
    for (key, metric, per) in TIMES {
        if let Some(place) = run.find(&["metrics", key, "successful"]) {
            times(&mut draft, metric, &place, per)?;
        }
    }
    if let Some(place) = run.find(&["metrics", "requests_per_second", "successful", "mean"]) {
        let rate = place.amount()?;
        draft.evidence.achieved_rps = Some(rate);
        draft.rate("throughput", rate, draft.evidence.completed, &place.at);
    }
    draft.caution(
        CautionKind::SuccessesOnly,
        "statistics are those of successful requests",
    );
    draft.caution(CautionKind::Definition, "`time_per_output_token_ms` counts the first token: it is read as normalised; `inter_token_latency_ms` is the mean gap of each request");
    load(&mut draft, &run)?;
    draft.finish()
}

/// What tells the benchmarks of a sweep apart.
fn label(run: &Spot<'_, Tree>) -> String {
    let Some(strategy) = strategy(run) else {
        return "?".to_owned();
    };
    let kind = strategy.text_at(&["type_"]).unwrap_or("?");
    match strategy.amount_at(&["rate"]) {
        Ok(Some(rate)) => format!("{kind} at {rate}/s"),
        _ => kind.to_owned(),
    }
}

fn strategy<'t>(run: &Spot<'t, Tree>) -> Option<Spot<'t, Tree>> {
    [
        ["config", "strategy"],
        ["args", "strategy"],
        ["scheduler", "strategy"],
    ]
    .iter()
    .find_map(|path| run.find(path))
}

fn outcome(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let homes: [&[&str]; 4] = [
        &["metrics", "request_totals"],
        &["request_totals"],
        &["scheduler_metrics", "requests_made"],
        &["run_stats", "requests_made"],
    ];
    let Some(totals) = homes.iter().find_map(|home| run.find(home)) else {
        return Ok(());
    };
    draft.take_count(RunFact::Completed, totals.get("successful"))?;
    let (errored, incomplete) = (
        totals.count_at(&["errored"])?,
        totals.count_at(&["incomplete"])?,
    );
    draft.evidence.failed =
        errored.map(|errored| errored.saturating_add(incomplete.unwrap_or_default()));
    draft.derive(RunFact::Failed, "`errored` and `incomplete`");
    if let (Some(good), Some(bad), Some(total)) = (
        draft.evidence.completed,
        draft.evidence.failed,
        totals.get("total"),
    ) {
        let at = totals.at.clone().key("successful").to_string();
        let total = (total.count()?, &*total.at.to_string());
        draft.add_up((good.saturating_add(bad), &at), total);
    }
    if let Some(incomplete) = incomplete.filter(|incomplete| *incomplete > 0) {
        draft.caution(
            CautionKind::Unfinished,
            format!("{incomplete} requests were unanswered at the end; they count as failed"),
        );
    }
    Ok(())
}

fn times(
    draft: &mut Draft,
    metric: &str,
    summary: &Spot<'_, Tree>,
    per: f64,
) -> Result<(), EvidenceError> {
    // Token metrics are weighted, and their count is no number of requests.
    let is_weighted = metric.ends_with("token_latency") || metric.ends_with("output_token");
    let count = summary.count_at(&["count"])?;
    // Of no requests the statistics are zeros, which look like times.
    if count == Some(0) {
        return Ok(());
    }
    let samples = if is_weighted {
        draft.evidence.completed
    } else {
        count
    };
    for (key, statistic) in [
        ("mean", "mean"),
        ("median", "p50"),
        ("std_dev", "stddev"),
        ("min", "min"),
        ("max", "max"),
    ] {
        if let Some(place) = summary.get(key) {
            draft.time(metric, statistic, &place, per, samples)?;
        }
    }
    for (key, place) in summary.present_at(&["percentiles"]) {
        if let Some(statistic) = percentile::of_guidellm(key).filter(|statistic| statistic != "p50")
        {
            draft.time(metric, &statistic, &place, per, samples)?;
        }
    }
    Ok(())
}

fn load(draft: &mut Draft, run: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let (mut kind, mut rate) = (None, None);
    if let Some(strategy) = strategy(run) {
        kind = strategy.text_at(&["type_"]);
        rate = strategy.amount_at(&["rate"])?;
        // Each strategy names its streams in its own way.
        for key in ["streams", "max_concurrency", "worker_count"] {
            let users = strategy.amount_at(&[key])?;
            draft.evidence.concurrency = draft.evidence.concurrency.or(users);
        }
    }
    draft.evidence.load_shape = load_shape(draft, kind, rate);
    if let (Some(Rate::Number(offered)), Some(achieved)) =
        (draft.evidence.offered_rps, draft.evidence.achieved_rps)
    {
        draft.compare_rates(offered, achieved);
    }
    draft.take_amount(RunFact::DurationSeconds, run.get("duration"), 1.0)?;
    for (fact, key) in [
        (RunFact::StartedAt, "start_time"),
        (RunFact::EndedAt, "end_time"),
    ] {
        let place = run.get(key);
        let Some(place) = place.or_else(|| run.find(&["run_stats", key])) else {
            continue;
        };
        let time = moment(place.number()?);
        match fact {
            RunFact::StartedAt => draft.evidence.started_at = time,
            _ => draft.evidence.ended_at = time,
        }
        draft.state(fact, &place.at);
    }
    draft.compare_times(0.0);
    let model = [
        &["config", "backend", "model"][..],
        &["worker", "backend_model"],
        &["backend", "model"],
    ];
    draft.evidence.subject.model = model.iter().find_map(|path| run.string_at(path));
    draft.evidence.subject.input_tokens =
        run.amount_at(&["metrics", "prompt_token_count", "successful", "mean"])?;
    draft.evidence.subject.output_tokens =
        run.amount_at(&["metrics", "output_token_count", "successful", "mean"])?;
    Ok(())
}

/// The shape of a strategy, whose rate is the offered one where it has a schedule.
fn load_shape(draft: &mut Draft, kind: Option<&str>, rate: Option<f64>) -> LoadShape {
    match kind {
        Some("constant" | "poisson" | "async") => {
            draft.evidence.offered_rps = rate.map(Rate::Number);
            LoadShape::Open
        }
        Some("synchronous" | "concurrent") => {
            draft.caution(
                CautionKind::ClosedLoop,
                "each stream waits for its answer: a slow server is asked less",
            );
            LoadShape::Closed
        }
        Some("throughput") => {
            draft.evidence.offered_rps = Some(Rate::Unbounded);
            draft.caution(
                CautionKind::UnboundedLoad,
                "requests were sent as fast as could be: no rate that users would make",
            );
            LoadShape::Closed
        }
        _ => LoadShape::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fixture, number, read_fixture};
    use super::super::{EvidenceRequest, open};
    use super::*;

    #[test]
    fn p001_is_not_p100_and_units_differ_by_name() {
        let found = read_fixture("guidellm/one.json");
        assert_eq!(number(&found, "request_latency", "p99"), Some(9.81));
        assert_eq!(number(&found, "request_latency", "p0.1"), Some(2.01));
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(10.44));
        assert_eq!(number(&found, "time_to_first_token", "p95"), Some(0.6121));
        assert_eq!(
            number(&found, "time_per_output_token", "p99"),
            None,
            "it is normalised"
        );
        assert_eq!(number(&found, "ntpot", "p99"), Some(0.0491));
        assert_eq!(
            (found.completed, found.failed),
            (Some(960), Some(5)),
            "errored and incomplete"
        );
        assert!(found.warns(CautionKind::Unfinished));
        assert_eq!(found.offered_rps, Some(Rate::Number(3.2)));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00.25Z"));
    }

    #[test]
    fn a_sweep_needs_a_choice() {
        let path = fixture("guidellm/sweep.json");
        let error = open(&path, EvidenceRequest::default())
            .expect_err("two benchmarks")
            .to_string();
        assert!(
            error.contains("constant at 6/s") && error.contains("/benchmarks/1"),
            "{error}"
        );
        let found = open(
            &path,
            EvidenceRequest {
                select: Some("/benchmarks/0"),
                ..EvidenceRequest::default()
            },
        )
        .expect("one");
        assert_eq!(found.load_shape, LoadShape::Closed);
        assert!(found.warns(CautionKind::ClosedLoop));
    }
}
