//! KEDA: the ScaledObject, which makes a HorizontalPodAutoscaler of its own.

use super::{
    facts::{AutoscalerFacts, ManifestFacts, TargetFacts},
    links::{Links, named},
};
use crate::document::{Node, Spot};

/// What it scales where it names no kind.
const USUAL: &str = "Deployment";

/// Writes the facts of a ScaledObject.
pub(super) fn scaled_object(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let target = spec.get("scaleTargetRef");
    facts.autoscaler = Some(AutoscalerFacts {
        at: Some(spec.at.clone()),
        target: target.map(|target| TargetFacts {
            kind: Some(target.text_at(&["kind"]).unwrap_or(USUAL).to_owned()),
            name: target.string_at(&["name"]),
        }),
        min: spec.placed_number_at(&["minReplicaCount"]),
        max: spec.placed_number_at(&["maxReplicaCount"]),
    });
}

/// The workload that it scales.
pub(super) fn links(root: &Node) -> Links<'_> {
    let target = root.at(&["spec", "scaleTargetRef"]);
    let text = |key| target.and_then(|target| target.get(key)?.as_str());
    let named = named(root);
    Links {
        targets: text("name")
            .map(|name| (text("kind").unwrap_or(USUAL), name))
            .into_iter()
            .collect(),
        ..named
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::json;

    #[test]
    fn a_target_without_a_kind_is_a_deployment() {
        let found = facts(
            "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: a}, spec: {scaleTargetRef: {name: ranker}, minReplicaCount: 2, maxReplicaCount: 8}}",
        );
        assert_eq!(
            found["autoscaler"]["target"],
            json!({"kind": "Deployment", "name": "ranker"})
        );
        assert_eq!(found["autoscaler"]["min"]["value"], 2);
        assert_eq!(found["autoscaler"]["max"]["value"], 8);
    }
}
