//! Plain Kubernetes: Deployment, StatefulSet, Service, HorizontalPodAutoscaler, PodDisruptionBudget.

use super::{
    facts::{AutoscalerFacts, ManifestFacts, PdbFacts, TargetFacts, WorkloadFacts, put, texts},
    kserve::strategy,
    links::{Links, listed, named, reference},
    pod, server,
};
use crate::{
    document::{Node, Spot},
    facts::unless_empty,
};

/// Writes the facts of a Deployment.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = controller(&spec);
    strategy(&spec, "strategy", &mut workload);
    facts.workload = unless_empty(workload);
}

/// Writes the facts of a StatefulSet, which replaces its pods one after the other.
pub(super) fn stateful_set(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = controller(&spec);
    put(
        &mut workload.strategy_type,
        spec.placed_text_at(&["updateStrategy", "type"]),
    );
    facts.workload = unless_empty(workload);
}

/// What a controller of pods says: replicas, deadline, and its pods.
pub(super) fn controller(spec: &Spot<'_>) -> WorkloadFacts {
    let pods = spec.find(&["template", "spec"]);
    let labels = spec.find(&["template", "metadata", "labels"]);
    let mut workload = WorkloadFacts {
        at: Some(pods.as_ref().unwrap_or(spec).at.clone()),
        replicas: spec.placed_number_at(&["replicas"]),
        progress_deadline_seconds: spec.placed_seconds_at(&["progressDeadlineSeconds"]),
        revision_history_limit: spec.placed_seconds_at(&["revisionHistoryLimit"]),
        labels: labels.as_ref().map(texts),
        ..WorkloadFacts::default()
    };
    if let Some(pods) = pods {
        pod::pod(&pods, &mut workload);
    }
    workload
}

/// The labels of the pods that a controller makes.
pub(super) fn controller_links(root: &Node) -> Links<'_> {
    Links {
        targets: root
            .at(&["spec", "template", "spec"])
            .map(claims)
            .unwrap_or_default(),
        pod_labels: root.at(&["spec", "template", "metadata", "labels"]),
        ..named(root)
    }
}

/// The claims that a pod mounts.
pub(super) fn claims(pod: &Node) -> Vec<(&str, &str)> {
    let volumes = listed(pod, &["volumes"]).iter();
    let names =
        volumes.filter_map(|volume| volume.at(&["persistentVolumeClaim", "claimName"])?.as_str());
    names.map(|name| ("PersistentVolumeClaim", name)).collect()
}

/// Any Deployment may stand in a repository; this tells those of model servers.
pub(super) fn serves_models(root: &Node) -> bool {
    root.at(&["spec", "template", "spec"])
        .is_some_and(server::serves_models)
}

/// The pods that a Service sends requests to.
pub(super) fn service_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector"]),
        ..named(root)
    }
}

/// Writes the facts of a HorizontalPodAutoscaler.
pub(super) fn autoscaler(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let target = spec.get("scaleTargetRef");
    facts.autoscaler = Some(AutoscalerFacts {
        at: Some(spec.at.clone()),
        target: target.and_then(|target| TargetFacts::of(&target)),
        min: spec.placed_number_at(&["minReplicas"]),
        max: spec.placed_number_at(&["maxReplicas"]),
    });
}

/// The workload that an autoscaler scales.
pub(super) fn autoscaler_links(root: &Node) -> Links<'_> {
    let target = root.at(&["spec", "scaleTargetRef"]).and_then(reference);
    Links {
        targets: target.into_iter().collect(),
        ..named(root)
    }
}

/// Writes the facts of a PodDisruptionBudget.
pub(super) fn disruption_budget(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let labels = spec.find(&["selector", "matchLabels"]);
    facts.pdb = Some(PdbFacts {
        at: Some(spec.at.clone()),
        min_available: spec.placed_number_or_text_at(&["minAvailable"]),
        max_unavailable: spec.placed_number_or_text_at(&["maxUnavailable"]),
        labels: labels.as_ref().map(texts),
    });
}

/// The pods that a budget protects.
pub(super) fn budget_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector", "matchLabels"]),
        ..named(root)
    }
}
