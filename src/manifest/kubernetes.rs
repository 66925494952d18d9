//! Plain Kubernetes: Deployment, HorizontalPodAutoscaler, PodDisruptionBudget.

use super::{
    kserve::strategy,
    links::{Links, named},
    pod,
};
use crate::{
    document::Node,
    facts::sheet::{Sheet, Spot},
};

/// Writes the facts of a Deployment.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = Sheet::default();
    controller(&spec, &mut workload);
    strategy(&spec, "strategy", &mut workload);
    facts.sheet("workload", workload);
}

/// What a controller of pods says: replicas, deadline, and its pods.
pub(super) fn controller(spec: &Spot<'_>, workload: &mut Sheet) {
    workload.placed(
        "replicas",
        spec.get("replicas")
            .and_then(|replicas| replicas.placed_number()),
    );
    let seconds = |key: &str| spec.get(key).and_then(|value| value.placed_seconds());
    workload.placed(
        "progressDeadlineSeconds",
        seconds("progressDeadlineSeconds"),
    );
    workload.placed("revisionHistoryLimit", seconds("revisionHistoryLimit"));
    workload.json(
        "labels",
        spec.find(&["template", "metadata", "labels"])
            .map(|labels| labels.node.to_json()),
    );
    let pods = spec.find(&["template", "spec"]);
    workload.path("at", pods.as_ref().map_or(&spec.at, |pods| &pods.at));
    if let Some(pods) = pods {
        pod::pod(&pods, workload);
    }
}

/// The labels of the pods that a controller makes.
pub(super) fn controller_links(root: &Node) -> Links<'_> {
    Links {
        pod_labels: root.at(&["spec", "template", "metadata", "labels"]),
        ..named(root)
    }
}

/// Any Deployment may stand in a repository; this tells those of model servers.
pub(super) fn serves_models(root: &Node) -> bool {
    root.at(&["spec", "template", "spec"])
        .is_some_and(pod::serves_models)
}

/// Writes the facts of a HorizontalPodAutoscaler.
pub(super) fn autoscaler(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut autoscaler = Sheet::default();
    autoscaler.path("at", &spec.at);
    if let Some(reference) = spec.get("scaleTargetRef") {
        let mut target = Sheet::default();
        target.text("kind", reference.get("kind").and_then(|kind| kind.text()));
        target.text("name", reference.get("name").and_then(|name| name.text()));
        autoscaler.sheet("target", target);
    }
    autoscaler.placed(
        "min",
        spec.get("minReplicas")
            .and_then(|replicas| replicas.placed_number()),
    );
    autoscaler.placed(
        "max",
        spec.get("maxReplicas")
            .and_then(|replicas| replicas.placed_number()),
    );
    facts.sheet("autoscaler", autoscaler);
}

/// The workload that an autoscaler scales.
pub(super) fn autoscaler_links(root: &Node) -> Links<'_> {
    let reference = root.at(&["spec", "scaleTargetRef"]);
    let target = reference
        .and_then(|target| Some((target.get("kind")?.as_str()?, target.get("name")?.as_str()?)));
    Links {
        targets: target.into_iter().collect(),
        ..named(root)
    }
}

/// Writes the facts of a PodDisruptionBudget.
pub(super) fn disruption_budget(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut pdb = Sheet::default();
    pdb.path("at", &spec.at);
    for key in ["minAvailable", "maxUnavailable"] {
        pdb.placed(
            key,
            spec.get(key)
                .and_then(|value| value.placed_number_or_text()),
        );
    }
    pdb.json(
        "labels",
        spec.find(&["selector", "matchLabels"])
            .map(|labels| labels.node.to_json()),
    );
    facts.sheet("pdb", pdb);
}

/// The pods that a budget protects.
pub(super) fn budget_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector", "matchLabels"]),
        ..named(root)
    }
}
