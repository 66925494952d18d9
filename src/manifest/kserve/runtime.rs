//! KServe: ServingRuntime and ClusterServingRuntime, which hold the pods of InferenceServices.

use super::{
    super::{
        facts::{ManifestFacts, PodFacts, RuntimeFacts},
        placement,
    },
    merged::{SERVER, is_server},
};
use crate::document::{Node, Spot};

/// The kinds of runtimes, that of the namespace first: KServe looks there before it asks the cluster.
pub const RUNTIMES: [&str; 2] = ["ServingRuntime", "ClusterServingRuntime"];

/// Writes the facts of a runtime: a pod that lacks what an InferenceService says of it.
pub(in crate::manifest) fn runtime(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.readiness = Some("preset");
    let Some(spec) = root.get("spec") else { return };
    let containers = spec.items_at(&["containers"]);
    facts.pods = vec![PodFacts {
        servers: containers
            .into_iter()
            .filter(is_server)
            .map(|server| server.at)
            .collect(),
        ..placement::pod(&spec)
    }];
}

/// The runtime that an InferenceService names; `None` where KServe chooses one, or none is needed.
pub fn named_runtime(root: &Node) -> Option<&str> {
    root.at(&["spec", "predictor", "model", "runtime"])?
        .as_str()
        .filter(|name| !name.is_empty())
}

/// True for a runtime whose pod KServe merges with that of an InferenceService as it is done here: it has the
/// container that serves, one model for each pod, and no workers on other nodes.
pub fn is_mergeable(service: &Node, runtime: &Node) -> bool {
    let has_workers = service.at(&["spec", "predictor", "workerSpec"]).is_some()
        || runtime.at(&["spec", "workerSpec"]).is_some();
    let root = Spot::root(runtime);
    let is_multi_model = root
        .find(&["spec", "multiModel"])
        .is_some_and(|flag| flag.is_true());
    let containers = root.items_at(&["spec", "containers"]);
    let has_server = containers
        .iter()
        .any(|container| container.text_at(&["name"]) == Some(SERVER));
    has_server && !has_workers && !is_multi_model
}

/// What an InferenceService says of its runtime, which is at hand.
pub(super) fn facts(root: &Spot<'_>, runtime: &Node) -> Option<RuntimeFacts> {
    let named = root.find(&["spec", "predictor", "model", "runtime"])?;
    Some(RuntimeFacts {
        kind: runtime.get("kind")?.as_str()?.to_owned(),
        name: named.text()?.to_owned(),
        at: named.at,
    })
}
