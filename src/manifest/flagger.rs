//! Flagger: the Canary, which moves the traffic of a workload that stands elsewhere.

use super::{
    analysis,
    argo::mirrored,
    facts::{ManifestFacts, ShiftFacts, StepFacts, TargetFacts, put},
    links::{Links, named},
};
use crate::{
    document::Node,
    facts::{Number, Placed, sheet::Spot, unless_empty},
};

/// Writes the facts of a Canary.
pub(super) fn canary(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let Some(analysis) = spec.get("analysis").or_else(|| spec.get("canaryAnalysis")) else {
        return;
    };
    let mut rollout = ShiftFacts {
        at: Some(analysis.at.clone()),
        ..ShiftFacts::default()
    };
    let weights = weights(&analysis);
    let strategy = if weights.is_empty() {
        "blueGreen"
    } else {
        "canary"
    };
    put(
        &mut rollout.strategy,
        Some(Placed::new(strategy, &analysis.at)),
    );
    let interval = analysis.get("interval");
    put(
        &mut rollout.interval_seconds,
        interval.as_ref().and_then(Spot::placed_seconds),
    );
    put(
        &mut rollout.failure_threshold,
        analysis
            .get("threshold")
            .and_then(|limit| limit.placed_number()),
    );
    put(
        &mut rollout.max_weight,
        analysis
            .get("maxWeight")
            .and_then(|weight| weight.placed_number()),
    );
    put(
        &mut rollout.skip_analysis,
        spec.get("skipAnalysis").and_then(|flag| flag.placed_flag()),
    );
    let deadline = spec
        .get("progressDeadlineSeconds")
        .and_then(|deadline| deadline.placed_seconds());
    put(&mut rollout.progress_deadline_seconds, deadline);
    let mirror = analysis
        .get("mirrorWeight")
        .and_then(|weight| weight.placed_number());
    let mirrors = analysis.get("mirror").filter(Spot::is_true);
    rollout.mirror = mirrors.map(|flag| mirrored(mirror, &flag));
    if let Some(target) = spec.get("targetRef") {
        let mut sheet = TargetFacts::default();
        put(
            &mut sheet.kind,
            target.get("kind").and_then(|kind| kind.text()),
        );
        put(
            &mut sheet.name,
            target.get("name").and_then(|name| name.text()),
        );
        rollout.target = unless_empty(sheet);
    }
    rollout.traffic_routing = true;
    rollout.timed = true;
    rollout.implicit_last |= weights.last().is_some_and(|(weight, _)| *weight < 100.0);
    let seconds = interval.as_ref().and_then(Spot::seconds);
    let metrics = analysis::canary(&analysis);
    let step = |(weight, at): &(f64, Spot<'_>)| {
        let mut sheet = StepFacts {
            weight: Number::of(Some(*weight)),
            at: Some(at.at.clone()),
            bake_seconds: Number::of(seconds),
            ..StepFacts::default()
        };
        sheet.analysis |= !metrics.is_empty();
        sheet
    };
    rollout.steps = weights.iter().map(step).collect();
    facts.rollout = unless_empty(rollout);
    facts.analyses = metrics;
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
        links.targets.extend(spec.get(key).and_then(|reference| {
            Some((
                reference.get("kind")?.as_str()?,
                reference.get("name")?.as_str()?,
            ))
        }));
    }
    let analysis = spec.get("analysis").or_else(|| spec.get("canaryAnalysis"));
    let metrics = analysis
        .and_then(|analysis| analysis.get("metrics"))
        .map(Node::items)
        .unwrap_or_default();
    let template = |metric| Node::at(metric, &["templateRef", "name"]).and_then(Node::as_str);
    links.targets.extend(
        metrics
            .iter()
            .filter_map(template)
            .map(|name| ("MetricTemplate", name)),
    );
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
            "stepWeight: .nan",
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
}
