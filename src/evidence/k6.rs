//! k6: the summary of `--summary-export`, of `handleSummary`, and the machine-readable one.
//!
//! Times are milliseconds. `http_req_failed` is a rate whose "true" events are failures, so its
//! `passes` (`matches`) count failed requests. In `--summary-export` a threshold that is `true`
//! was crossed; in `handleSummary` it is `{"ok": true}` that is fine. p99 is there only if it was
//! asked for, and never in the machine-readable summary.

use super::{
    CautionKind, Evidence, EvidenceError, LoadShape,
    content::{Content, Tree},
    draft::Draft,
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
    if let Some(failed) = metrics.get("http_req_failed") {
        failures(&mut draft, failed, "value", ("passes", "fails"))?;
    }
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
    if let Some(failed) = metrics.get("http_req_failed") {
        failures(&mut draft, failed, "rate", ("passes", "fails"))?;
    }
    if let Some(milliseconds) = root.amount_at(&["state", "testRunDurationMs"])? {
        draft.evidence.duration_seconds = Some(milliseconds / 1e3);
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
    draft.evidence.started_at = root.string_at(&["metadata", "generatedAt"]);
    draft.evidence.duration_seconds = root.amount_at(&["config", "duration"])?;
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
        draft.evidence.failed = bad;
        draft.evidence.completed = bad
            .zip(total)
            .and_then(|(bad, total)| total.checked_sub(bad));
        rate(&mut draft, failed, "rate", total)?;
    }
    // The rate of a counter is not in this format; the run's length is.
    let sent = metrics.amount("http_reqs", "count")?;
    if let (Some(sent), Some(seconds)) = (sent, draft.evidence.duration_seconds)
        && draft.evidence.achieved_rps.is_none()
        && seconds > 0.0
    {
        draft.evidence.achieved_rps = Some(sent / seconds);
    }
    draft.finish()
}

/// The values of each metric, in the order of the file, whichever shape they were found in.
#[derive(Default)]
struct MetricValues<'t>(Vec<(&'t str, Spot<'t, Tree>)>);

impl<'t> MetricValues<'t> {
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

    /// Writes what all three shapes tell in the same way.
    fn fill(&self, draft: &mut Draft) -> Result<(), EvidenceError> {
        let sent = self.count("http_reqs", "count")?;
        draft.evidence.achieved_rps = self.amount("http_reqs", "rate")?;
        if let Some(duration) = self.get("http_req_duration") {
            times(draft, duration, sent)?;
        }
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

/// The statistics of `http_req_duration`, which k6 writes in milliseconds.
fn times(
    draft: &mut Draft,
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
            draft.time("request_latency", &statistic, &place, 1e3, samples)?;
        }
    }
    draft.caution(
        CautionKind::IncludesFailures,
        "`http_req_duration` counts failed requests too, some of which fail fast",
    );
    Ok(())
}

/// The failed requests: those for which `http_req_failed` is true.
fn failures(
    draft: &mut Draft,
    failed: &Spot<'_, Tree>,
    ratio: &str,
    (bad, good): (&str, &str),
) -> Result<(), EvidenceError> {
    let (bad, good) = (failed.count_at(&[bad])?, failed.count_at(&[good])?);
    draft.evidence.failed = bad;
    draft.evidence.completed = good;
    rate(
        draft,
        failed,
        ratio,
        bad.zip(good).map(|(bad, good)| bad + good),
    )
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
mod tests {
    use super::super::tests::{number, read_fixture};
    use super::*;

    #[test]
    fn the_legacy_export_says_true_for_a_crossed_threshold() {
        let found = read_fixture("k6/summary-export.json");
        assert_eq!(found.format, "k6-summary-export");
        assert_eq!(number(&found, "request_latency", "p95"), Some(0.041_25));
        assert_eq!(
            number(&found, "request_latency", "p99"),
            None,
            "it was not asked for"
        );
        assert_eq!(number(&found, "error_ratio", "ratio"), Some(0.002));
        assert_eq!(
            (found.completed, found.failed),
            (Some(29_940), Some(60)),
            "`passes` are the failures"
        );
        assert_eq!(found.dropped, Some(12));
        let crossed: Vec<&str> = found
            .cautions
            .iter()
            .filter(|caution| caution.kind == CautionKind::ThresholdCrossed)
            .map(|caution| caution.message.as_str())
            .collect();
        assert_eq!(crossed.len(), 1, "{crossed:?}");
        assert!(crossed[0].contains("rate<0.001"), "{crossed:?}");
    }

    #[test]
    fn handle_summary_says_ok() {
        let found = read_fixture("k6/handle-summary.json");
        assert_eq!(found.format, "k6-summary");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0478));
        assert_eq!(number(&found, "request_latency", "p99.9"), Some(0.0911));
        assert_eq!(found.duration_seconds, Some(600.012));
        assert_eq!((found.completed, found.failed), (Some(30_000), Some(0)));
        assert!(
            !found.warns(CautionKind::ThresholdCrossed),
            "ok: true is fine"
        );
    }

    #[test]
    fn the_machine_readable_summary_has_no_p99() {
        let found = read_fixture("k6/machine-summary.json");
        assert_eq!(
            (found.format, found.version.as_deref()),
            ("k6-machine-summary", Some("v1.5.0"))
        );
        assert_eq!(number(&found, "request_latency", "p95"), Some(0.0394));
        assert_eq!(number(&found, "request_latency", "p99"), None);
        assert_eq!(
            (found.completed, found.failed),
            (Some(8_991), Some(9)),
            "`matches` are the failures"
        );
        assert_eq!(found.achieved_rps, Some(50.0));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:20:01.5Z"));
    }

    #[test]
    fn a_ratio_of_no_requests_is_no_ratio() {
        let text = r#"{"metrics": {
            "http_req_duration": {"type": "trend", "contains": "time", "values": {"avg": 1}},
            "http_req_failed": {"type": "rate", "contains": "default", "values": {"rate": 0, "passes": 0, "fails": 0}}}}"#;
        let found = super::super::tests::read_text(text).expect("k6");
        assert_eq!(number(&found, "error_ratio", "ratio"), None);
        assert!(found.warns(CautionKind::NoMeasurements));
    }
}
