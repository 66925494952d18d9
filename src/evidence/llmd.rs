//! The llm-d benchmark report, versions 0.1 and 0.2, as YAML or JSON.
//!
//! Every statistic carries its own `units`. `p99p9` is 99.9 %. Infinite concurrency is YAML's
//! `.inf`, and the run's duration is ISO 8601.

use super::{
    CautionKind, Evidence, EvidenceError, Origin, Rate, RunFact,
    content::{Content, Tree},
    draft::{Draft, moment, per_second},
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

const TIMES: [&str; 5] = [
    "request_latency",
    "time_to_first_token",
    "time_per_output_token",
    "normalized_time_per_output_token",
    "inter_token_latency",
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    content
        .tree()
        .is_some_and(|tree| tree.has(&["version", "scenario"]) && aggregate(tree).is_some())
}

/// Where the statistics are: 0.2, then 0.1.
fn aggregate(tree: &Tree) -> Option<&'static [&'static str]> {
    let homes: [&'static [&'static str]; 2] = [
        &["results", "request_performance", "aggregate"],
        &["metrics"],
    ];
    homes.into_iter().find(|home| {
        tree.at(home)
            .is_some_and(|found| found.has(&["latency", "requests"]))
    })
}

/// Reads a report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("llm-d-report", "llm-d-benchmark");
    let root = content.root()?;
    let home = aggregate(root.value).ok_or_else(|| draft.malformed("it has no aggregate"))?;
    let found = root
        .find(home)
        .ok_or_else(|| draft.malformed("it has no aggregate"))?;
    draft.evidence.version = root.string_at(&["version"]);
    let total = found.count_at(&["requests", "total"])?;
    let failed = found.count_at(&["requests", "failures"])?;
    let incomplete = found.count_at(&["requests", "incomplete"])?;
    if let Some(failed) = failed {
        // What was cut off at the end was not answered either.
        let failed = failed.saturating_add(incomplete.unwrap_or_default());
        draft.evidence.failed = Some(failed);
        draft.evidence.completed = total.and_then(|total| total.checked_sub(failed));
        draft.derive(RunFact::Failed, "`failures` and `incomplete`");
        draft.derive(RunFact::Completed, "`total` less what failed");
        let requests = found.at.clone().key("requests");
        if let Some(total) = total.filter(|total| failed > *total) {
            let (part, whole) = (requests.clone().key("failures"), requests.key("total"));
            draft.add_up((failed, &part.to_string()), (total, &whole.to_string()));
        }
    }
    for name in TIMES {
        if let Some(metric) = found.find(&["latency", name]) {
            times(&mut draft, name, &metric)?;
        }
    }
    for key in ["requests_rate", "request_rate", "requests_per_sec"] {
        // A statistic with its mean, or a bare number.
        let mean = found.find(&["throughput", key, "mean"]);
        if let Some(place) = mean.or_else(|| found.find(&["throughput", key])) {
            let rate = place.amount()?;
            draft.reached(rate, total, &place.at);
        }
    }
    load(&mut draft, &root, &found)?;
    rate_and_times(&mut draft, total);
    subject(&mut draft, &root, &found)?;
    draft.finish()
}

/// A rate of requests is at most their number over the time; it may count the successes alone.
fn rate_and_times(draft: &mut Draft, total: Option<u64>) {
    draft.compare_times(0.0);
    let rate = draft.evidence.find("throughput", "value");
    let rate = rate.and_then(|rate| Some((rate.value.number()?, rate.at.clone())));
    let origin = draft.evidence.known.get(&RunFact::DurationSeconds).cloned();
    let seconds = draft
        .evidence
        .duration_seconds
        .filter(|seconds| *seconds > 0.0);
    if let (
        Some((rate, at)),
        Some(Origin::Stated { at: Some(place) }),
        Some(seconds),
        Some(total),
    ) = (rate, origin, seconds, total)
    {
        let bound = (total as f64 / seconds, place.as_str());
        draft.disagree(Law::Rate.at_most((rate, &at), bound, (0.05, 0.0)));
    }
}

fn times(draft: &mut Draft, name: &str, metric: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let units = metric
        .get("units")
        .ok_or_else(|| metric.bad("without `units`"))?;
    let per = per_second(&units)?;
    let samples = draft
        .evidence
        .completed
        .filter(|_| name != "inter_token_latency");
    for (key, place) in metric.present_at(&[]) {
        let statistic = match key {
            "mean" | "min" | "max" | "stddev" => Some(key.to_owned()),
            _ => percentile::of_llmd(key),
        };
        if let Some(statistic) = statistic {
            draft.time(name, &statistic, &place, per, samples)?;
        }
    }
    Ok(())
}

fn load(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    found: &Spot<'_, Tree>,
) -> Result<(), EvidenceError> {
    if let Some(load) = root.find(&["scenario", "load", "standardized"]) {
        if let Some(rate) = load.get("rate_qps") {
            draft.evidence.offered_rps = Some(rate.rate()?);
        }
        // An infinite number of users is how the report writes that there is no limit.
        let users = load.get("concurrency");
        if let Some(users) = users.filter(|users| *users.value != Tree::Number(f64::INFINITY)) {
            draft.evidence.concurrency = Some(users.amount()?);
        }
    }
    let (rate, cap) = (draft.evidence.offered_rps, draft.evidence.concurrency);
    if (rate, cap) == (Some(Rate::Unbounded), None) {
        draft.caution(
            CautionKind::UnboundedLoad,
            "requests were sent as fast as could be: a burst, not a rate",
        );
    }
    draft.evidence.load_shape = draft.load_shape(rate, cap);
    let time = root.find(&["run", "time"]).or_else(|| found.get("time"));
    let Some(time) = time else { return Ok(()) };
    // A time in the report of version 0.2, seconds since 1970 before.
    draft.evidence.started_at = match time.get("start") {
        Some(start) if start.text().is_none() => moment(start.number()?),
        _ => time.string_at(&["start"]),
    };
    if let Some(place) = time.get("duration") {
        let seconds = match place.text() {
            Some(text) => iso_seconds(text)
                .ok_or_else(|| place.bad(format!("no ISO 8601 duration (`{text}`)")))?,
            None => place.amount()?,
        };
        draft.evidence.duration_seconds = Some(seconds);
        draft.state(RunFact::DurationSeconds, &place.at);
    }
    if let Some(end) = time.get("end") {
        draft.evidence.ended_at = match end.text() {
            Some(text) => Some(text.to_owned()),
            None => moment(end.number()?),
        };
        draft.state(RunFact::EndedAt, &end.at);
    }
    Ok(())
}

fn subject(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    found: &Spot<'_, Tree>,
) -> Result<(), EvidenceError> {
    let stack = root.items_at(&["scenario", "stack"]);
    let engines: Vec<Spot<'_, Tree>> = stack
        .iter()
        .filter_map(|part| part.get("standardized"))
        .filter(|part| part.get("model").is_some())
        .collect();
    let subject = &mut draft.evidence.subject;
    if let Some(engine) = engines.first() {
        subject.model = engine.string_at(&["model", "name"]);
        subject.image = engine.string_at(&["tool_version"]);
        subject.replicas = Some(engines.len() as u64);
    } else {
        subject.model = root.string_at(&["scenario", "model", "name"]);
    }
    subject.input_tokens = found.amount_at(&["requests", "input_length", "mean"])?;
    subject.output_tokens = found.amount_at(&["requests", "output_length", "mean"])?;
    Ok(())
}

/// `PT1H2M3.5S` in seconds. Written out here because the report has more decimals than a
/// nanosecond, which date libraries refuse.
fn iso_seconds(text: &str) -> Option<f64> {
    let mut rest = text.strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let mut seconds = 0.0;
    for (unit, scale) in [('H', 3_600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((amount, after)) = rest.split_once(unit) {
            let is_plain = amount
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
            seconds += amount.parse::<f64>().ok().filter(|_| is_plain)? * scale;
            rest = after;
        }
    }
    rest.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn units_are_read_from_each_statistic() {
        let found = read_fixture("llm-d/report.yaml");
        assert_eq!(found.version.as_deref(), Some("0.2"));
        assert_eq!(number(&found, "ttft", "p99.9"), Some(0.812));
        assert_eq!(
            number(&found, "time_per_output_token", "p99"),
            Some(0.0517),
            "it has ms/token"
        );
        assert_eq!((found.completed, found.failed), (Some(3_838), Some(2)));
        assert_eq!(found.offered_rps, Some(Rate::Number(3.2)));
        assert_eq!(
            (found.concurrency, found.load_shape),
            (None, LoadShape::Open),
            "`.inf` is no limit"
        );
        assert_eq!(found.duration_seconds, Some(1_200.042_067_881_841_2));
        assert_eq!(found.subject.replicas, Some(2));
    }

    #[test]
    fn json_and_the_first_version_are_read_too() {
        let found = read_fixture("llm-d/report-v0.1.json");
        assert_eq!(number(&found, "ttft", "p50"), Some(0.2113));
        assert_eq!(found.duration_seconds, Some(120.5));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00.25Z"));
    }

    #[test]
    fn yaml_nan_is_refused() {
        let text = "version: '0.2'\nscenario: {}\nresults: {request_performance: {aggregate: {requests: {total: 1, failures: 0}, latency: {time_to_first_token: {units: s, p99: .nan}}}}}\n";
        let error = read_text(text).expect_err("NaN").to_string();
        assert!(error.contains("/p99` is not a finite number"), "{error}");
    }

    #[test]
    fn durations_of_iso_8601() {
        assert_eq!(iso_seconds("PT1H2M3.5S"), Some(3_723.5));
        assert_eq!(
            iso_seconds("PT49.97206788184121S"),
            Some(49.972_067_881_841_21)
        );
        for text in ["", "PT", "49s", "PT5", "PT-1S", "PTinfS", "P1D"] {
            assert_eq!(iso_seconds(text), None, "{text}");
        }
    }
}
