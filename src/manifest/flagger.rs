//! Flagger: the Canary, which moves the traffic of a workload that stands elsewhere.

use super::{
    analysis,
    argo::mirrored,
    facts::{ManifestFacts, ShiftFacts, StepFacts, TargetFacts},
    links::{Links, listed, named, reference},
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed},
};

/// Writes the facts of a Canary.
pub(super) fn canary(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let Some(analysis) = spec.get("analysis").or_else(|| spec.get("canaryAnalysis")) else {
        return;
    };
    let weights = weights(&analysis);
    facts.analyses = analysis::canary(&analysis);
    let interval = analysis.get("interval");
    let mut steps = Vec::new();
    for (weight, at) in &weights {
        steps.push(StepFacts {
            weight: Number::new(*weight),
            at: Some(at.at.clone()),
            bake_seconds: Number::of(interval.as_ref().and_then(Spot::seconds)),
            analysis: !facts.analyses.is_empty(),
            ..StepFacts::default()
        });
    }
    // Without weights Flagger switches all traffic at once, after its checks.
    let strategy = if weights.is_empty() {
        "blueGreen"
    } else {
        "canary"
    };
    let mirrors = analysis.get("mirror").filter(Spot::is_true);
    let target = spec.get("targetRef");
    facts.rollout = Some(ShiftFacts {
        at: Some(analysis.at.clone()),
        strategy: Some(Placed::new(strategy, &analysis.at)),
        interval_seconds: interval.as_ref().and_then(Spot::placed_seconds),
        failure_threshold: analysis.placed_number_at(&["threshold"]),
        max_weight: analysis.placed_number_at(&["maxWeight"]),
        skip_analysis: spec.placed_flag_at(&["skipAnalysis"]),
        progress_deadline_seconds: spec.placed_seconds_at(&["progressDeadlineSeconds"]),
        mirror: mirrors.map(|flag| mirrored(analysis.placed_number_at(&["mirrorWeight"]), &flag)),
        target: target.and_then(|target| TargetFacts::of(&target)),
        traffic_routing: true,
        timed: true,
        implicit_last: weights.last().is_some_and(|(weight, _)| *weight < 100.0),
        steps,
        ..ShiftFacts::default()
    });
}

/// The weights that the canary passes: written out, or by steps up to the most.
fn weights<'n>(analysis: &Spot<'n>) -> Vec<(f64, Spot<'n>)> {
    let written: Vec<(f64, Spot<'n>)> = analysis
        .items_at(&["stepWeights"])
        .into_iter()
        .filter_map(|weight| Some((weight.number()?, weight)))
        .collect();
    if !written.is_empty() {
        return written;
    }
    let (Some(step), most) = (analysis.get("stepWeight"), analysis.get("maxWeight")) else {
        return written;
    };
    let most = most
        .and_then(|most| most.number())
        .unwrap_or(100.0)
        .min(100.0);
    let Some(by) = step.number().filter(|by| *by >= 1.0) else {
        return written;
    };
    let mut weights = Vec::new();
    // Flagger takes another step wherever it is below the most, so the last one may pass it.
    let mut weight = 0.0;
    while weight < most {
        weight = (weight + by).min(100.0);
        weights.push((weight, step.clone()));
    }
    weights
}

/// The workload, the autoscaler and the templates that a Canary names.
pub(super) fn canary_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    let Some(spec) = root.get("spec") else {
        return links;
    };
    for key in ["targetRef", "autoscalerRef"] {
        links.targets.extend(spec.get(key).and_then(reference));
    }
    let analysis = spec.get("analysis").or_else(|| spec.get("canaryAnalysis"));
    let metrics = analysis.map(|analysis| listed(analysis, &["metrics"]));
    for metric in metrics.unwrap_or_default() {
        let template = metric.at(&["templateRef", "name"]);
        if let Some(name) = template.and_then(Node::as_str) {
            links.targets.push(("MetricTemplate", name));
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn canary(analysis: &str) -> Json {
        facts(&format!(
            "{{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {{name: a}}, spec: {{analysis: {{{analysis}}}}}}}"
        ))
    }

    #[test]
    fn weights_go_on_until_the_most_is_reached_or_passed() {
        let table = [
            ("stepWeight: 10, maxWeight: 30", json!([10, 20, 30])),
            ("stepWeight: 20, maxWeight: 50", json!([20, 40, 60])),
            ("stepWeight: 60", json!([60, 100])),
            ("stepWeights: [1, 5, 50], stepWeight: 10", json!([1, 5, 50])),
        ];
        for (analysis, wanted) in table {
            let steps = canary(analysis)["rollout"]["steps"].clone();
            let weights: Json = steps
                .as_array()
                .expect("steps")
                .iter()
                .map(|step| step["weight"].clone())
                .collect();
            assert_eq!(weights, wanted, "{analysis}");
        }
    }

    #[test]
    fn strange_weights_are_none() {
        for analysis in [
            "stepWeight: 0, maxWeight: 50",
            "stepWeight: -5",
            "stepWeight: 0.001, maxWeight: 1e300",
            "maxWeight: 50",
        ] {
            assert_eq!(
                canary(analysis)["rollout"]["steps"],
                Json::Null,
                "{analysis}"
            );
        }
        assert_eq!(
            canary("stepWeight: 1, maxWeight: 1e300")["rollout"]["steps"]
                .as_array()
                .map(Vec::len),
            Some(100)
        );
    }

    #[test]
    fn built_in_metrics_are_brought_to_ratios_and_seconds() {
        let found = canary(
            "metrics: [{name: request-success-rate, thresholdRange: {min: 99}}, {name: request-duration, thresholdRange: {max: 500}}, {name: request-duration, templateRef: {name: mine}, thresholdRange: {max: 500}}]",
        );
        let bound = |index: usize| &found["analyses"][index]["bounds"][0];
        assert_eq!(
            (&bound(0)["value"], &bound(0)["unit"], &bound(0)["fails"]),
            (&json!(0.99), &json!("ratio"), &json!("lt"))
        );
        assert_eq!(
            (&bound(1)["value"], &bound(1)["unit"]),
            (&json!(0.5), &json!("s"))
        );
        assert_eq!(
            (&bound(2)["value"], &bound(2)["unit"]),
            (&json!(500), &Json::Null)
        );
    }

    #[test]
    fn the_older_threshold_counts_without_a_range() {
        let fails = |metric: &str| {
            canary(&format!("metrics: [{{{metric}}}]"))["analyses"][0]["bounds"][0]["fails"].clone()
        };
        assert_eq!(fails("name: request-success-rate, threshold: 99"), "lt");
        assert_eq!(fails("name: request-duration, threshold: 500"), "gt");
        assert_eq!(
            fails("name: request-success-rate, threshold: 99, thresholdRange: {max: 100}"),
            "gt"
        );
    }
}
