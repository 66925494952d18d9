//! k6: the summary of `--summary-export`, of `handleSummary`, and the machine-readable one.
//!
//! Times are milliseconds. `http_req_failed` is a rate whose "true" events are failures, so its
//! `passes` (`matches`) count failed requests. In `--summary-export` a threshold that is `true`
//! was crossed; in `handleSummary` it is `{"ok": true}` that is fine. p99 is there only if it was
//! asked for, and never in the machine-readable summary.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape, Origin, RunFact,
    content::{Content, Tree},
    draft::Draft,
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

/// `metrics.http_req_duration` with the statistics directly in it.
pub(super) fn is_export(content: &Content<'_>) -> bool {
    let names = [
        "http_req_duration",
        "iteration_duration",
        "http_reqs",
        "iterations",
        "grpc_req_duration",
        "ws_session_duration",
    ];
    metrics(content).is_some_and(|metrics| {
        let mut found = names.iter().filter_map(|name| metrics.get(name));
        found.any(has_bare_statistics)
    })
}

fn has_bare_statistics(metric: &Tree) -> bool {
    metric.get("values").is_none()
        && (metric.get("avg").is_some() || metric.has(&["count", "rate"]))
}

/// `metrics.*.values`, as `handleSummary` is given them.
pub(super) fn is_summary(content: &Content<'_>) -> bool {
    let Some(Tree::Map(entries)) = metrics(content) else {
        return false;
    };
    let keys = ["type", "contains", "values"];
    !entries.is_empty() && entries.iter().all(|(_, metric)| metric.has(&keys))
}

/// `config`, `metadata`, `results` and `version` at the top.
pub(super) fn is_machine(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.has(&["config", "metadata", "results", "version"])
            && tree
                .at(&["results", "metrics"])
                .is_some_and(|metrics| matches!(metrics, Tree::List(_)))
    })
}

fn metrics<'c>(content: &'c Content<'_>) -> Option<&'c Tree> {
    content.tree()?.get("metrics")
}

/// Reads `k6 run --summary-export`.
pub(super) fn read_export(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("k6-summary-export", "k6");
    let root = content.root()?;
    let metrics = root
        .get("metrics")
        .ok_or_else(|| draft.malformed("it has no `metrics`"))?;
    let metrics = MetricValues(metrics.present_at(&[]));
    metrics.fill(&mut draft)?;
    failures(&mut draft, &metrics, "value", ("passes", "fails"))?;
    for (name, metric) in &metrics.0 {
        for (expression, crossed) in metric.present_at(&["thresholds"]) {
            if crossed.flag() == Some(true) {
                let how = "`true` in this file means crossed";
                crossing(&mut draft, name, expression, how);
            }
        }
    }
    draft.finish()
}

/// Reads the data of `handleSummary`.
pub(super) fn read_summary(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("k6-summary", "k6");
    let root = content.root()?;
    let metrics = root
        .get("metrics")
        .ok_or_else(|| draft.malformed("it has no `metrics`"))?;
    let listed = metrics.present_at(&[]);
    let mut metrics = MetricValues::default();
    for (name, metric) in &listed {
        if let Some(values) = metric.get("values") {
            metrics.0.push((*name, values));
        }
    }
    metrics.fill(&mut draft)?;
    failures(&mut draft, &metrics, "rate", ("passes", "fails"))?;
    let length = root.find(&["state", "testRunDurationMs"]);
    draft.take_amount(RunFact::DurationSeconds, length, 1e3)?;
    if let (Some(sent), Some(place)) = (metrics.count("http_reqs", "count")?, metrics.rate())
        && !draft.evidence.measurements.is_empty()
    {
        let rate = (place.amount()?, &*place.at.to_string());
        draft.compare_with_duration(Law::Rate, rate, Some(sent as f64));
    }
    for (name, metric) in &listed {
        for (expression, threshold) in metric.present_at(&["thresholds"]) {
            if threshold.value.get("ok") == Some(&Tree::Bool(false)) {
                crossing(&mut draft, name, expression, "`ok` is false");
            }
        }
    }
    draft.finish()
}

/// Reads the machine-readable summary.
pub(super) fn read_machine(
    content: &Content<'_>,
    _: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("k6-machine-summary", "k6");
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["metadata", "k6Version"]);
    // When the summary was written: the end of the run, the only time in the file.
    draft.evidence.ended_at = root.string_at(&["metadata", "generatedAt"]);
    draft.take_amount(
        RunFact::DurationSeconds,
        root.find(&["config", "duration"]),
        1.0,
    )?;
    let mut metrics = MetricValues::default();
    for metric in root.items_at(&["results", "metrics"]) {
        let (Some(name), Some(values)) = (metric.text_at(&["name"]), metric.get("values")) else {
            continue;
        };
        // A list, unlike a mapping, can name a metric twice, and then neither is the one.
        if metrics.get(name).is_some() {
            return Err(draft.malformed(format!("the metric `{name}` occurs twice")));
        }
        metrics.0.push((name, values));
    }
    metrics.fill(&mut draft)?;
    if let Some(failed) = metrics.get("http_req_failed") {
        let (bad, total) = (failed.count_at(&["matches"])?, failed.count_at(&["total"])?);
        draft.take_count(RunFact::Failed, failed.get("matches"))?;
        draft.evidence.completed = bad
            .zip(total)
            .and_then(|(bad, total)| total.checked_sub(bad));
        draft.derive(RunFact::Completed, "`total` less `matches`");
        agree(&mut draft, &metrics, failed, "rate", total)?;
        rate(&mut draft, failed, "rate", total)?;
        metrics.only_http(&mut draft);
    }
    // The rate of a counter is not in this format; the run's length is.
    let sent = metrics.amount("http_reqs", "count")?;
    if let (Some(sent), Some(seconds)) = (sent, draft.evidence.duration_seconds)
        && draft.evidence.achieved_rps.is_none()
        && seconds > 0.0
    {
        draft.evidence.achieved_rps = Some(sent / seconds);
        draft.derive(RunFact::AchievedRps, "`http_reqs` divided by the duration");
    }
    draft.finish()
}

/// The values of each metric, in the order of the file, whichever shape they were found in.
#[derive(Default)]
struct MetricValues<'t>(Vec<(&'t str, Spot<'t, Tree>)>);

impl<'t> MetricValues<'t> {
    /// Calls of other kinds under their own names; a file of gRPC alone measured the latency of its requests.
    fn other_calls(&self, draft: &mut Draft, others: &[&str]) -> Result<(), EvidenceError> {
        let has_http = self.get("http_req_duration").is_some();
        for name in others {
            let Some(values) = self.get(name) else {
                continue;
            };
            let is_request = *name == "grpc_req_duration" && others.len() == 1 && !has_http;
            let metric = if is_request { "request_latency" } else { name };
            let sessions = match *name {
                "ws_session_duration" => self.count("ws_sessions", "count")?,
                _ => None,
            };
            times(draft, metric, values, sessions)?;
        }
        if others.is_empty() {
            return Ok(());
        }
        let message = format!(
            "the file measures `{}`{}; k6 counts no failures of such calls but in `checks`",
            others.join("`, `"),
            if has_http {
                " beside HTTP calls, so neither is the latency of its requests"
            } else {
                ""
            }
        );
        draft.caution(CautionKind::Definition, message);
        Ok(())
    }

    /// Counts of HTTP are not those of a file that made other calls as well.
    fn only_http(&self, draft: &mut Draft) {
        if OTHER_CALLS.iter().all(|name| self.get(name).is_none()) {
            return;
        }
        draft.evidence.completed = None;
        draft.evidence.failed = None;
        draft.evidence.achieved_rps = None;
        draft.withdraw("error_ratio", "of HTTP calls alone");
        for fact in [RunFact::Completed, RunFact::Failed, RunFact::AchievedRps] {
            draft.leave_open(fact, "the file counts its HTTP calls alone");
        }
    }

    fn get(&self, name: &str) -> Option<&Spot<'t, Tree>> {
        let (_, values) = self.0.iter().find(|(known, _)| *known == name)?;
        Some(values)
    }

    fn count(&self, name: &str, key: &str) -> Result<Option<u64>, EvidenceError> {
        match self.get(name) {
            Some(values) => values.count_at(&[key]),
            None => Ok(None),
        }
    }

    fn amount(&self, name: &str, key: &str) -> Result<Option<f64>, EvidenceError> {
        match self.get(name) {
            Some(values) => values.amount_at(&[key]),
            None => Ok(None),
        }
    }

    /// The rate of all HTTP requests, with its place.
    fn rate(&self) -> Option<Spot<'t, Tree>> {
        self.get("http_reqs")?.get("rate")
    }

    /// Writes what all three shapes tell in the same way.
    fn fill(&self, draft: &mut Draft) -> Result<(), EvidenceError> {
        let sent = self.count("http_reqs", "count")?;
        draft.take_amount(RunFact::AchievedRps, self.rate(), 1.0)?;
        let others: Vec<&str> = OTHER_CALLS
            .into_iter()
            .filter(|name| self.get(name).is_some())
            .collect();
        if let Some(duration) = self.get("http_req_duration") {
            // One HTTP call beside a thousand of another kind is not what the file measured.
            let name = match others.as_slice() {
                [] => "request_latency",
                _ => "http_req_duration",
            };
            times(draft, name, duration, sent)?;
            draft.caution(
                CautionKind::IncludesFailures,
                "`http_req_duration` counts failed requests too, some of which fail fast",
            );
        }
        self.other_calls(draft, &others)?;
        draft.evidence.dropped = self.count("dropped_iterations", "count")?;
        if let Some(dropped) = draft.evidence.dropped.filter(|dropped| *dropped > 0) {
            // Only executors with an arrival rate drop iterations.
            draft.evidence.load_shape = LoadShape::Open;
            draft.caution(
                CautionKind::GeneratorBehind,
                format!("k6 dropped {dropped} iterations: it had no free VU"),
            );
        }
        // The most VUs that there were, where that is told; else the last number of them.
        draft.evidence.concurrency = match self.amount("vus_max", "max")? {
            None => self.amount("vus_max", "value")?,
            most => most,
        };
        Ok(())
    }
}

/// What k6 measures of calls that are not HTTP: to the status of a gRPC call, and the whole session of a WebSocket.
const OTHER_CALLS: [&str; 4] = [
    "grpc_req_duration",
    "ws_session_duration",
    "ws_connecting",
    "ws_ping",
];

/// The statistics of a time, which k6 writes in milliseconds.
fn times(
    draft: &mut Draft,
    metric: &str,
    duration: &Spot<'_, Tree>,
    sent: Option<u64>,
) -> Result<(), EvidenceError> {
    let samples = duration.count_at(&["count"])?.or(sent);
    for (key, place) in duration.present_at(&[]) {
        let statistic = match key {
            "avg" => Some("mean".to_owned()),
            "med" => Some("p50".to_owned()),
            "min" | "max" => Some(key.to_owned()),
            _ => percentile::of_k6(key),
        };
        if let Some(statistic) = statistic {
            draft.time(metric, &statistic, &place, 1e3, samples)?;
        }
    }
    Ok(())
}

/// The failed requests: those for which `http_req_failed` is true.
fn failures(
    draft: &mut Draft,
    metrics: &MetricValues<'_>,
    ratio: &str,
    (bad, good): (&str, &str),
) -> Result<(), EvidenceError> {
    let Some(failed) = metrics.get("http_req_failed") else {
        return Ok(());
    };
    draft.take_count(RunFact::Failed, failed.get(bad))?;
    draft.take_count(RunFact::Completed, failed.get(good))?;
    let (bad, good) = (draft.evidence.failed, draft.evidence.completed);
    let total = bad.zip(good).map(|(bad, good)| bad.saturating_add(good));
    agree(draft, metrics, failed, ratio, total)?;
    rate(draft, failed, ratio, total)?;
    metrics.only_http(draft);
    Ok(())
}

/// The requests that were judged are those that were sent, and their ratio is that of the counts.
fn agree(
    draft: &mut Draft,
    metrics: &MetricValues<'_>,
    failed: &Spot<'_, Tree>,
    ratio: &str,
    total: Option<u64>,
) -> Result<(), EvidenceError> {
    let (Some(total), Some(bad)) = (total.filter(|total| *total > 0), draft.evidence.failed) else {
        return Ok(());
    };
    let place = match draft.evidence.known.get(&RunFact::Failed) {
        Some(Origin::Stated { at: Some(at) }) => at.clone(),
        _ => failed.at.to_string(),
    };
    if let Some(stated) = failed.get(ratio) {
        let counted = (bad as f64 / total as f64, &*place);
        let stated = (stated.amount()?, &*stated.at.to_string());
        draft.disagree(Law::Ratio.equal(stated, counted, 1e-3));
    }
    let sent = metrics.get("http_reqs").and_then(|sent| sent.get("count"));
    if let Some(sent) = sent {
        draft.add_up((total, &place), (sent.count()?, &sent.at.to_string()));
    }
    Ok(())
}

fn rate(
    draft: &mut Draft,
    failed: &Spot<'_, Tree>,
    key: &str,
    samples: Option<u64>,
) -> Result<(), EvidenceError> {
    let Some(place) = failed.get(key) else {
        return Ok(());
    };
    // 0 of 0 is written as 0, the best ratio that there is.
    if samples == Some(0) {
        draft.caution(
            CautionKind::NoMeasurements,
            "`http_req_failed` saw no request, so its ratio of 0 means nothing",
        );
        return Ok(());
    }
    let ratio = place.ratio()?;
    draft.ratio("error_ratio", ratio, samples, &place.at);
    Ok(())
}

fn crossing(draft: &mut Draft, metric: &str, expression: &str, how: &str) {
    draft.caution(
        CautionKind::ThresholdCrossed,
        format!("k6's own threshold `{expression}` of `{metric}` was crossed ({how})"),
    );
}

#[cfg(test)]
mod tests;
