//! Plain Kubernetes: Deployment, HorizontalPodAutoscaler, PodDisruptionBudget.

use super::{
    facts::{AutoscalerFacts, ManifestFacts, PdbFacts, TargetFacts, WorkloadFacts, put},
    kserve::strategy,
    links::{Links, named},
    pod,
};
use crate::{
    document::{Node, Spot},
    facts::unless_empty,
};

/// Writes the facts of a Deployment.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = WorkloadFacts::default();
    controller(&spec, &mut workload);
    strategy(&spec, "strategy", &mut workload);
    facts.workload = unless_empty(workload);
}

/// What a controller of pods says: replicas, deadline, and its pods.
pub(super) fn controller(spec: &Spot<'_>, workload: &mut WorkloadFacts) {
    put(&mut workload.replicas, spec.placed_number_at(&["replicas"]));
    let seconds = |key: &str| spec.placed_seconds_at(&[key]);
    put(
        &mut workload.progress_deadline_seconds,
        seconds("progressDeadlineSeconds"),
    );
    put(
        &mut workload.revision_history_limit,
        seconds("revisionHistoryLimit"),
    );
    put(
        &mut workload.labels,
        spec.find(&["template", "metadata", "labels"])
            .map(|labels| labels.value.to_json()),
    );
    let pods = spec.find(&["template", "spec"]);
    workload.at = Some(pods.as_ref().map_or(&spec.at, |pods| &pods.at).clone());
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
pub(super) fn autoscaler(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut autoscaler = AutoscalerFacts {
        at: Some(spec.at.clone()),
        ..AutoscalerFacts::default()
    };
    let reference = spec.get("scaleTargetRef");
    autoscaler.target = reference.and_then(|target| TargetFacts::of(&target));
    put(&mut autoscaler.min, spec.placed_number_at(&["minReplicas"]));
    put(&mut autoscaler.max, spec.placed_number_at(&["maxReplicas"]));
    facts.autoscaler = unless_empty(autoscaler);
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
pub(super) fn disruption_budget(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut pdb = PdbFacts {
        at: Some(spec.at.clone()),
        ..PdbFacts::default()
    };
    let share = |key: &str| {
        let value = spec.get(key)?;
        value.placed_number_or_text()
    };
    pdb.min_available = share("minAvailable");
    pdb.max_unavailable = share("maxUnavailable");
    put(
        &mut pdb.labels,
        spec.find(&["selector", "matchLabels"])
            .map(|labels| labels.value.to_json()),
    );
    facts.pdb = unless_empty(pdb);
}

/// The pods that a budget protects.
pub(super) fn budget_links(root: &Node) -> Links<'_> {
    Links {
        selector: root.at(&["spec", "selector", "matchLabels"]),
        ..named(root)
    }
}
