//! A Flagger Canary with its status.
//!
//! The status has a phase and counters, and none of the values that the analysis saw. The object beside it tells what
//! was analysed, and the limits.

use super::{
    CautionKind, Evidence, EvidenceError, MeasuredValue, RunMetric,
    content::{Content, Tree},
    draft::Draft,
    runs,
};
use crate::{
    document::{Pointer, Spot},
    units,
};

/// Metrics and webhooks that are read: no canary has more.
const MOST: usize = 100;

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.trees.iter().any(is_canary)
}

fn is_canary(tree: &Tree) -> bool {
    let api = tree
        .get("apiVersion")
        .and_then(Tree::text)
        .unwrap_or_default();
    // A manifest without a status is no evidence.
    api.starts_with("flagger.app/")
        && tree.get("kind").and_then(Tree::text) == Some("Canary")
        && tree.get("status").is_some()
}

/// Reads the canary that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("flagger-canary", "Flagger");
    let canaries = runs::roots(&content.trees)
        .into_iter()
        .filter(|canary| is_canary(canary.value))
        .collect();
    let canary = runs::one_run(canaries, runs::name, select)?;
    let status = canary
        .get("status")
        .ok_or_else(|| draft.malformed("it has no `status`"))?;
    let phase = draft.phase("canary_phase", &status)?;
    if phase == "Failed" {
        let message = "the canary as a whole is `Failed`, whatever its counters show";
        draft.caution(CautionKind::RunFailed, message);
    }
    for (key, metric) in [
        ("failedChecks", "failed_checks"),
        ("canaryWeight", "canary_weight"),
        ("iterations", "iterations"),
    ] {
        if let Some(place) = status.get(key) {
            draft.add(
                metric,
                "value",
                MeasuredValue::Number(place.amount()?),
                Some("count"),
                None,
                &place.at,
            );
        }
    }
    draft.evidence.metrics = judged(&canary);
    draft.evidence.subject.name = canary.string_at(&["metadata", "name"]);
    draft.evidence.subject.namespace = canary.string_at(&["metadata", "namespace"]);
    draft.evidence.started_at = status.string_at(&["lastTransitionTime"]);
    draft.evidence.subject.name = canary.string_at(&["metadata", "name"]);
    if canary.is_true_at(&["spec", "skipAnalysis"]) {
        draft.caution(
            CautionKind::DryRun,
            "`skipAnalysis` is true: the canary was promoted without any check",
        );
    }
    caution_phase(&mut draft, phase);
    draft.caution(CautionKind::Unusual, "Flagger keeps none of the measured values, so no threshold can be checked against them; its time is that of the last change of phase");
    draft.finish()
}

/// What the analysis asks, with its limits; checks of webhooks have a name alone.
fn judged(canary: &Spot<'_, Tree>) -> Vec<RunMetric> {
    let interval = canary.text_at(&["spec", "analysis", "interval"]);
    let interval = interval.and_then(|text| units::duration_seconds(text).ok());
    let asked = ["metrics", "webhooks"].map(|key| canary.items_at(&["spec", "analysis", key]));
    let named = asked.iter().flatten().take(MOST);
    let judged = named.filter_map(|metric| {
        let range = |key| metric.get("thresholdRange")?.get(key)?.amount().ok();
        let (fails, bound) = match (range("min"), range("max")) {
            (Some(min), None) => (Some("lt"), Some(min)),
            (None, Some(max)) => (Some("gt"), Some(max)),
            _ => (None, None),
        };
        Some(RunMetric {
            name: metric.string_at(&["name"])?,
            fails,
            bound,
            interval_seconds: interval,
            ..RunMetric::default()
        })
    });
    judged.collect()
}

/// Says what a phase leaves open.
fn caution_phase(draft: &mut Draft, phase: &str) {
    match phase {
        "Succeeded" | "Failed" => {}
        "Initialized" => draft.caution(
            CautionKind::NoMeasurements,
            "the canary is `Initialized`: no revision was analysed yet",
        ),
        "Terminating" | "Terminated" => {
            draft.caution(CautionKind::Terminated, format!("the canary is `{phase}`"))
        }
        _ => draft.caution(
            CautionKind::Unfinished,
            format!("the canary is `{phase}`, not finished"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn a_phase_and_counters_without_values() {
        let found = read_fixture("flagger/succeeded.yaml");
        assert_eq!(
            found
                .find("canary_phase", "phase")
                .and_then(|found| found.value.text()),
            Some("Succeeded")
        );
        assert_eq!(number(&found, "failed_checks", "value"), Some(1.0));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-08T16:41:00Z"));
        assert_eq!((found.completed, found.failed), (None, None));
        assert!(!found.warns(CautionKind::Unfinished));
    }

    #[test]
    fn what_is_analysed_stands_beside_the_status() {
        let found = read_text(
            "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: chat, namespace: prod}\n\
             spec: {analysis: {interval: 1m, metrics: [{name: request-success-rate, thresholdRange: {min: 99}, interval: 5m}, \
             {name: request-duration, thresholdRange: {max: 500}}, {name: both, thresholdRange: {min: 1, max: 2}}, {}], \
             webhooks: [{name: smoke, url: 'http://x'}]}}\nstatus: {phase: Succeeded, failedChecks: 0}\n",
        )
        .expect("canary");
        let read = found.metrics.iter();
        let read: Vec<_> = read
            .map(|one| (one.name.as_str(), one.fails, one.bound))
            .collect();
        assert_eq!(
            read,
            [
                ("request-success-rate", Some("lt"), Some(99.0)),
                ("request-duration", Some("gt"), Some(500.0)),
                ("both", None, None),
                ("smoke", None, None),
            ]
        );
        assert!(
            found
                .metrics
                .iter()
                .all(|one| one.interval_seconds == Some(60.0))
        );
        assert_eq!(found.subject.name.as_deref(), Some("chat"));
        assert_eq!(found.subject.namespace.as_deref(), Some("prod"));
    }

    #[test]
    fn skipped_analysis_and_a_running_canary_are_told() {
        let text = |phase: &str, spec: &str| {
            format!(
                "apiVersion: flagger.app/v1beta1\nkind: Canary\nspec: {{{spec}}}\nstatus: {{phase: {phase}, failedChecks: 0}}\n"
            )
        };
        assert!(
            read_text(&text("Progressing", ""))
                .expect("canary")
                .warns(CautionKind::Unfinished)
        );
        assert!(
            read_text(&text("Succeeded", "skipAnalysis: true"))
                .expect("canary")
                .warns(CautionKind::DryRun)
        );
        assert!(
            read_text(&text("Terminated", ""))
                .expect("canary")
                .warns(CautionKind::Terminated)
        );
        assert!(
            read_text(&text("Initialized", ""))
                .expect("canary")
                .warns(CautionKind::NoMeasurements)
        );
    }

    #[test]
    fn a_manifest_is_no_evidence() {
        let error = read_text("apiVersion: flagger.app/v1beta1\nkind: Canary\nspec: {}\n")
            .expect_err("no status");
        assert_eq!(error, EvidenceError::NeedsSelect);
    }
}
