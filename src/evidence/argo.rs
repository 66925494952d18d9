//! An AnalysisRun of Argo Rollouts, as `kubectl get analysisrun -o yaml` (or `json`) prints it.
//!
//! A value is text: `[0.97]` of a Prometheus vector, `0.97`, `NaN`, or `[]` where the query found
//! nothing. Its unit is the query's. A run that is terminated is `Successful` whatever it measured,
//! also with nothing; a metric in dry run cannot fail.

use super::{
    CautionKind, Evidence, EvidenceError, MeasuredSubject, MeasuredValue, RunMetric,
    content::{Content, Tree},
    draft::Draft,
    runs,
};
use crate::{
    document::{Pointer, Spot, source::clip},
    query::{self, Query, QueryReading, condition},
    units,
};
use jiff::Timestamp;
use regex::Regex;
use std::collections::BTreeMap;

/// Labels and arguments that are read, and the length of their names: no run has more.
const MOST: usize = 100;
const LONGEST: usize = 300;

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.trees.iter().any(is_run)
}

fn is_run(tree: &Tree) -> bool {
    let api = tree
        .get("apiVersion")
        .and_then(Tree::text)
        .unwrap_or_default();
    api.starts_with("argoproj.io/") && tree.get("kind").and_then(Tree::text) == Some("AnalysisRun")
}

/// Reads the run that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("argo-analysisrun", "Argo Rollouts");
    let runs = runs::roots(&content.trees)
        .into_iter()
        .filter(|run| is_run(run.value))
        .collect();
    let run = runs::one_run(runs, runs::name, select)?;
    let status = run
        .get("status")
        .ok_or_else(|| draft.malformed("it has no `status`: it never ran"))?;
    let results = status.items_at(&["metricResults"]);
    let phase = draft.phase("analysis_phase", &status)?;
    if !matches!(phase, "Successful" | "Failed" | "Error" | "Inconclusive") {
        draft.caution(
            CautionKind::Unfinished,
            format!("the run is `{phase}`, not finished"),
        );
    }
    if matches!(phase, "Failed" | "Error" | "Inconclusive") {
        // A failure ends the other metrics, which Argo then counts as successful.
        draft.caution(
            CautionKind::RunFailed,
            format!("the run as a whole is `{phase}`, whatever one metric shows"),
        );
    }
    if run.is_true_at(&["spec", "terminate"]) {
        let message =
            format!("the run was terminated, which makes it `{phase}` whatever it measured");
        draft.caution(CautionKind::Terminated, message);
    }
    for result in &results {
        metric(&mut draft, &run, result)?;
    }
    unmeasured(&mut draft, &run, &results);
    draft.evidence.metrics = judged(&run, &results);
    draft.evidence.started_at = status.string_at(&["startedAt"]);
    draft.evidence.duration_seconds = lasted(&status);
    about(&run, &mut draft.evidence.subject);
    draft.finish()
}

/// Writes whom the run was about, as far as it states that.
fn about(run: &Spot<'_, Tree>, subject: &mut MeasuredSubject) {
    subject.name = run.string_at(&["metadata", "name"]);
    subject.namespace = run.string_at(&["metadata", "namespace"]);
    for owner in run.items_at(&["metadata", "ownerReferences"]) {
        if owner.text_at(&["kind"]) == Some("Rollout") {
            subject.rollout = owner.string_at(&["name"]);
        }
    }
    for (key, label) in run
        .entries_at(&["metadata", "labels"])
        .into_iter()
        .take(MOST)
    {
        if let Some(value) = label.text() {
            subject.labels.insert(clip(key, LONGEST), value.to_owned());
        }
    }
    for argument in run.items_at(&["spec", "args"]).iter().take(MOST) {
        if let (Some(name), Some(value)) =
            (argument.text_at(&["name"]), argument.string_at(&["value"]))
        {
            subject.arguments.insert(clip(name, LONGEST), value);
        }
    }
}

/// Seconds from the start to the completion, where both are written and in that order.
fn lasted(status: &Spot<'_, Tree>) -> Option<f64> {
    let start: Timestamp = status.text_at(&["startedAt"])?.parse().ok()?;
    let end: Timestamp = status.text_at(&["completedAt"])?.parse().ok()?;
    let seconds = end.duration_since(start).as_secs_f64();
    (seconds >= 0.0).then_some(seconds)
}

/// One metric: its phase, and the last, smallest and largest value.
fn metric(
    draft: &mut Draft,
    run: &Spot<'_, Tree>,
    result: &Spot<'_, Tree>,
) -> Result<(), EvidenceError> {
    let name = result
        .text_at(&["name"])
        .ok_or_else(|| result.bad("without a `name`"))?;
    if let Some(phase) = result.get("phase") {
        let text = phase.text().ok_or_else(|| phase.bad("no phase"))?;
        draft.add(
            name,
            "phase",
            MeasuredValue::Text(text.to_owned()),
            None,
            result.count_at(&["count"])?,
            &phase.at,
        );
    }
    if is_dry(run, Some(result), name) {
        draft.caution(
            CautionKind::DryRun,
            format!("metric `{name}` is in dry run: it cannot fail the analysis"),
        );
    }
    for (key, word) in [
        ("failed", "failed"),
        ("error", "erred"),
        ("inconclusive", "were inconclusive"),
    ] {
        if let Some(count) = result.count_at(&[key])?.filter(|count| *count > 0) {
            draft.caution(
                CautionKind::FailedMeasurements,
                format!("metric `{name}`: {count} measurements {word}"),
            );
        }
    }
    let measured = result.items_at(&["measurements"]);
    if measured.is_empty() {
        draft.caution(
            CautionKind::NoMeasurements,
            format!("metric `{name}` has no measurements"),
        );
        return Ok(());
    }
    values(draft, name, &measured);
    Ok(())
}

/// Whether a metric cannot fail: its result says so, or the specification.
fn is_dry(run: &Spot<'_, Tree>, result: Option<&Spot<'_, Tree>>, name: &str) -> bool {
    result.is_some_and(|result| result.is_true_at(&["dryRun"])) || is_declared_dry(run, name)
}

/// Whether the specification lists the metric among its dry runs: by a regular expression, which Argo finds anywhere
/// in the name. One that cannot be read fits a metric of this very name.
fn is_declared_dry(run: &Spot<'_, Tree>, name: &str) -> bool {
    let declared = run.items_at(&["spec", "dryRun"]);
    let patterns = declared.iter().take(MOST);
    let mut patterns = patterns.filter_map(|entry| entry.text_at(&["metricName"]));
    patterns.any(|pattern| match Regex::new(pattern) {
        Ok(pattern) => pattern.is_match(name),
        Err(_) => pattern == name,
    })
}

/// The last, smallest and largest of the values that a query answered with.
fn values(draft: &mut Draft, name: &str, measured: &[Spot<'_, Tree>]) {
    let mut numbers: Vec<(f64, Pointer)> = Vec::new();
    let mut odd = None;
    for place in measured
        .iter()
        .filter_map(|measurement| measurement.get("value"))
    {
        match answer(&place) {
            ProviderAnswer::Number(number) => numbers.push((number, place.at)),
            ProviderAnswer::Nothing(text) => {
                draft.caution(
                    CautionKind::NoMeasurements,
                    format!("metric `{name}`: its query answered `{text}`, which is no data"),
                );
            }
            ProviderAnswer::Other(text) => odd = Some((text, place.at)),
        }
    }
    let samples = Some(numbers.len() as u64);
    if let Some((last, at)) = numbers.last() {
        draft.add(
            name,
            "value",
            MeasuredValue::Number(*last),
            None,
            samples,
            at,
        );
        let smallest = numbers.iter().min_by(|a, b| a.0.total_cmp(&b.0));
        let largest = numbers.iter().max_by(|a, b| a.0.total_cmp(&b.0));
        for (statistic, found) in [("min", smallest), ("max", largest)] {
            if let Some((number, at)) = found {
                draft.add(
                    name,
                    statistic,
                    MeasuredValue::Number(*number),
                    None,
                    samples,
                    at,
                );
            }
        }
    } else if let Some((text, at)) = odd {
        draft.add(name, "value", MeasuredValue::Text(text), None, None, at);
        draft.caution(
            CautionKind::Unusual,
            format!("metric `{name}`: its values are no single numbers"),
        );
    }
}

/// Each metric of the run with the limit at which it fails, and what its query selects. A file may hold the status alone,
/// and a run that was never measured the definition alone.
fn judged(run: &Spot<'_, Tree>, results: &[Spot<'_, Tree>]) -> Vec<RunMetric> {
    let defined = run.items_at(&["spec", "metrics"]);
    let mut judged: Vec<RunMetric> = Vec::new();
    for metric in defined.iter().chain(results) {
        let name = metric.text_at(&["name"]);
        let Some(name) = name.filter(|name| judged.iter().all(|known| known.name != *name)) else {
            continue;
        };
        if judged.len() == MOST {
            break;
        }
        let mut results = results.iter();
        let result = results.find(|result| result.text_at(&["name"]) == Some(name));
        let query = metric.text_at(&["provider", "prometheus", "query"]);
        let read = query.and_then(promql);
        let limit = condition::limit(
            metric.text_at(&["successCondition"]),
            metric.text_at(&["failureCondition"]),
        );
        judged.push(RunMetric {
            name: name.to_owned(),
            fails: limit.map(|(op, _)| op),
            bound: limit.map(|(_, number)| number),
            count: result.and_then(|result| result.count_at(&["count"]).ok().flatten()),
            dry_run: is_dry(run, result, name),
            interval_seconds: metric
                .text_at(&["interval"])
                .and_then(|text| units::duration_seconds(text).ok()),
            query: query.map(str::to_owned),
            labels: read.as_deref().map(selected).unwrap_or_default(),
            selects: read.as_deref().map(|query| query.selects().word()),
            measure: read.as_deref().map(Query::measure),
        });
    }
    judged
}

/// The query, where it is PromQL.
fn promql(text: &str) -> Option<Box<Query>> {
    match query::read(text) {
        QueryReading::Read(query) => Some(query),
        QueryReading::Wrong(_) | QueryReading::Foreign(_) => None,
    }
}

/// What a query selects by labels.
fn selected(query: &Query) -> BTreeMap<String, Vec<String>> {
    let labels = query.labels().into_iter();
    labels
        .map(|(label, values)| (label, values.into_iter().collect()))
        .collect()
}

/// Says which metrics of the specification were never measured.
fn unmeasured(draft: &mut Draft, run: &Spot<'_, Tree>, results: &[Spot<'_, Tree>]) {
    let known: Vec<_> = results
        .iter()
        .map(|result| result.text_at(&["name"]))
        .collect();
    let wanted = run.items_at(&["spec", "metrics"]);
    for metric in &wanted {
        let name = metric.text_at(&["name"]);
        let Some(name) = name.filter(|_| !known.contains(&name)) else {
            continue;
        };
        draft.caution(
            CautionKind::NoMeasurements,
            format!("metric `{name}` was never measured"),
        );
    }
    if results.is_empty() && wanted.is_empty() {
        draft.caution(CautionKind::NoMeasurements, "the run has no metrics at all");
    }
}

enum ProviderAnswer {
    Number(f64),
    Nothing(String),
    Other(String),
}

/// What a measured value means. `[a]` is a vector of one.
fn answer(place: &Spot<'_, Tree>) -> ProviderAnswer {
    let text = match place.value {
        Tree::Number(number) if number.is_finite() => return ProviderAnswer::Number(*number),
        Tree::Number(number) => return ProviderAnswer::Nothing(number.to_string()),
        Tree::Text(text) => text.trim(),
        _ => return ProviderAnswer::Other("a value of another kind".to_owned()),
    };
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text)
        .trim();
    if inner.is_empty() {
        return ProviderAnswer::Nothing(text.to_owned());
    }
    match inner.parse::<f64>() {
        Ok(number) if number.is_finite() => ProviderAnswer::Number(number),
        Ok(_) => ProviderAnswer::Nothing(text.to_owned()),
        Err(_) => ProviderAnswer::Other(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn values_are_vectors_in_text() {
        let found = read_fixture("argo/successful.yaml");
        assert_eq!(
            found
                .find("analysis_phase", "phase")
                .and_then(|found| found.value.text()),
            Some("Successful")
        );
        assert_eq!(number(&found, "p99", "value"), Some(0.044));
        assert_eq!(number(&found, "p99", "max"), Some(0.0442));
        assert_eq!(number(&found, "errors", "min"), Some(0.0001));
        assert_eq!(
            found.find("p99", "value").and_then(|found| found.samples),
            Some(3)
        );
        assert_eq!(
            found.find("p99", "value").and_then(|found| found.unit),
            None,
            "the query's"
        );
        assert_eq!(found.duration_seconds, Some(1_860.0));
        assert!(found.cautions.is_empty(), "{:?}", found.cautions);
    }

    #[test]
    fn a_terminated_run_is_successful_without_a_measurement() {
        let found = read_fixture("argo/terminated.yaml");
        assert_eq!(
            found
                .find("analysis_phase", "phase")
                .and_then(|found| found.value.text()),
            Some("Successful")
        );
        assert!(found.warns(CautionKind::Terminated) && found.warns(CautionKind::NoMeasurements));
    }

    #[test]
    fn dry_runs_empty_vectors_and_nan_are_told() {
        let found = read_fixture("argo/dry-run.json");
        assert!(found.warns(CautionKind::DryRun));
        assert!(found.warns(CautionKind::FailedMeasurements));
        let empty: Vec<&str> = found
            .cautions
            .iter()
            .filter(|caution| caution.kind == CautionKind::NoMeasurements)
            .map(|caution| caution.message.as_str())
            .collect();
        assert_eq!(empty.len(), 2, "{empty:?}");
        assert!(
            empty[0].contains("`NaN`") && empty[1].contains("`[]`"),
            "{empty:?}"
        );
        assert_eq!(
            number(&found, "p99", "value"),
            Some(0.9),
            "the one that answered"
        );
    }

    #[test]
    fn a_dry_run_is_found_anywhere_in_a_name() {
        let of = |pattern: &str| {
            let run = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nspec: {{dryRun: [{{metricName: '{pattern}'}}]}}\n\
                 status: {{phase: Successful, metricResults: [{{name: p99, phase: Successful, measurements: [{{value: '1'}}]}}]}}\n"
            );
            read_text(&run).expect("a run").warns(CautionKind::DryRun)
        };
        assert!(of("p99") && of("p9") && of(".*") && of("^p"));
        assert!(!of("^99") && !of("p95") && !of("("));
    }

    #[test]
    fn a_run_that_failed_says_so_and_whom_it_was_about() {
        let of = |phase: &str| {
            let run = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\n\
                 metadata: {{namespace: a, labels: {{app: x}}, ownerReferences: [{{kind: Rollout, name: r}}]}}\n\
                 spec: {{args: [{{name: host, value: h}}, {{name: other}}]}}\n\
                 status: {{phase: {phase}, metricResults: [{{name: p99, phase: Successful, measurements: [{{value: '1'}}]}}]}}\n"
            );
            read_text(&run).expect("a run")
        };
        for phase in ["Failed", "Error", "Inconclusive"] {
            assert!(of(phase).warns(CautionKind::RunFailed), "{phase}");
        }
        let found = of("Successful");
        assert!(!found.warns(CautionKind::RunFailed));
        let subject = &found.subject;
        assert_eq!(subject.namespace.as_deref(), Some("a"));
        assert_eq!(subject.rollout.as_deref(), Some("r"));
        assert_eq!(subject.labels["app"], "x");
        assert_eq!(
            Vec::from_iter(&subject.arguments),
            [(&"host".to_owned(), &"h".to_owned())]
        );
    }

    #[test]
    fn a_metric_says_when_it_fails_and_what_it_selects() {
        let found = read_text(
            "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nmetadata: {name: chat-7}\n\
             spec:\n  dryRun: [{metricName: b}]\n  metrics:\n\
             \x20 - {name: a, successCondition: 'result[0] <= 0.8', provider: {prometheus: {query: 'x{revision=\"v7\",code=~\"5..\",pod=~\"a|b\"}'}}}\n\
             \x20 - {name: b, failureCondition: 'result.p99 > 3', provider: {prometheus: {query: 'no promql ('}}}\n\
             status:\n  phase: Successful\n  metricResults:\n\
             \x20 - {name: a, phase: Successful, count: 4, measurements: [{value: '1'}]}\n\
             \x20 - {name: c, phase: Successful, count: 2, measurements: [{value: '1'}]}\n",
        )
        .expect("a run");
        assert_eq!(found.subject.name.as_deref(), Some("chat-7"));
        let [a, b, c] = found.metrics.as_slice() else {
            panic!("{:?}", found.metrics)
        };
        assert_eq!(
            (a.fails, a.bound, a.count),
            (Some("gt"), Some(0.8), Some(4))
        );
        assert_eq!(a.labels["revision"], ["v7"]);
        assert_eq!(a.labels["pod"], ["a", "b"]);
        assert!(!a.labels.contains_key("code"), "a pattern is no value");
        assert_eq!((b.fails, b.bound, b.count), (None, None, None));
        assert!(b.dry_run && b.labels.is_empty());
        assert_eq!((c.name.as_str(), c.count, c.dry_run), ("c", Some(2), false));
    }

    #[test]
    fn an_unfinished_run_and_one_without_status() {
        let head = "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\n";
        let found = read_text(&format!(
            "{head}status: {{phase: Running, metricResults: []}}\n"
        ))
        .expect("argo");
        assert!(found.warns(CautionKind::Unfinished) && found.warns(CautionKind::NoMeasurements));
        let error = read_text(&format!("{head}spec: {{}}\n"))
            .expect_err("no status")
            .to_string();
        assert!(error.contains("no `status`"), "{error}");
    }
}
