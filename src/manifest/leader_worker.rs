//! LeaderWorkerSet: groups of pods that serve together, each made of a leader and its workers.

use super::{
    facts::{ManifestFacts, WorkloadFacts, put, texts},
    kserve::surge,
    links::{Links, named},
    pod, server,
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed, unless_empty},
};

const TEMPLATE: &str = "leaderWorkerTemplate";
const LEADER: [&str; 2] = [TEMPLATE, "leaderTemplate"];
const WORKER: [&str; 2] = [TEMPLATE, "workerTemplate"];

/// Writes the facts of a LeaderWorkerSet. A replica is a group; the leader serves, and without a template of its own it
/// is made like the workers.
pub(super) fn set(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let leader = spec.find(&LEADER);
    let worker = spec.find(&WORKER);
    let Some(serving) = leader.as_ref().or(worker.as_ref()) else {
        return;
    };
    let pods = serving.get("spec");
    let labels = serving.find(&["metadata", "labels"]);
    let size = spec.placed_number_at(&[TEMPLATE, "size"]);
    let mut workload = WorkloadFacts {
        at: Some(pods.as_ref().unwrap_or(serving).at.clone()),
        replicas: spec.placed_number_at(&["replicas"]),
        labels: labels.as_ref().map(texts),
        ..WorkloadFacts::default()
    };
    if let Some(pods) = &pods {
        pod::pod(pods, &mut workload);
    }
    put(
        &mut workload.strategy_type,
        spec.placed_text_at(&["rolloutStrategy", "type"]),
    );
    if let Some(rolling) = spec.find(&["rolloutStrategy", "rollingUpdateConfiguration"]) {
        surge(&rolling, &mut workload);
    }
    let several = size.as_ref().is_some_and(|size| size.value.get() > 1.0);
    if several {
        group(leader.as_ref(), worker.as_ref(), &mut workload);
        put(&mut workload.nodes, size);
    }
    facts.workload = unless_empty(workload);
}

/// The workers beside the leader. Where they have other GPUs than it, those of the group are no product.
fn group(leader: Option<&Spot<'_>>, worker: Option<&Spot<'_>>, workload: &mut WorkloadFacts) {
    let Some(pods) = worker.and_then(|worker| worker.get("spec")) else {
        return;
    };
    workload.worker = Some(pods.at.clone());
    if leader.is_none() {
        return;
    }
    workload.images.extend(pod::images(&pods));
    let containers = pod::containers(&pods);
    let gpus = containers.first().and_then(pod::gpus);
    let gpus_of = |placed: &Option<Placed<Number>>| placed.as_ref().map(|placed| placed.value);
    if gpus_of(&gpus) != gpus_of(&workload.gpus) {
        workload.gpus = None;
    }
}

/// The labels of the pods that serve.
pub(super) fn links(root: &Node) -> Links<'_> {
    let labels = ["metadata", "labels"];
    let of =
        |holder: [&str; 2]| root.at(&[&["spec"], holder.as_slice(), labels.as_slice()].concat());
    let links = named(root);
    let name = links.name.unwrap_or_default();
    Links {
        pod_labels: of(LEADER).or_else(|| of(WORKER)),
        given_labels: vec![("leaderworkerset.sigs.k8s.io/name", name)],
        ..links
    }
}

/// Any program may run in groups; this tells those of model servers.
pub(super) fn serves_models(root: &Node) -> bool {
    let templates = [LEADER, WORKER];
    templates.iter().any(|holder| {
        let path = [&["spec"], holder.as_slice(), &["spec"]].concat();
        root.at(&path).is_some_and(server::serves_models)
    })
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn pod(gpus: &str) -> String {
        format!(
            "{{spec: {{containers: [{{name: a, image: 'vllm/vllm-openai:v1', args: [--tensor-parallel-size=8], resources: {{limits: {{nvidia.com/gpu: {gpus}}}}}}}]}}}}"
        )
    }

    fn set(template: &str) -> Json {
        facts(&format!(
            "{{apiVersion: leaderworkerset.x-k8s.io/v1, kind: LeaderWorkerSet, metadata: {{name: chat}}, spec: {{replicas: 2, leaderWorkerTemplate: {{{template}}}, rolloutStrategy: {{type: RollingUpdate, rollingUpdateConfiguration: {{maxSurge: 1}}}}}}}}"
        ))
    }

    #[test]
    fn a_group_is_one_replica_on_several_nodes() {
        let found = set(&format!(
            "size: 4, leaderTemplate: {}, workerTemplate: {}",
            pod("8"),
            pod("8")
        ));
        let workload = &found["workload"];
        let at = json!(["spec", "leaderWorkerTemplate", "leaderTemplate", "spec"]);
        assert_eq!(workload["at"], at);
        assert_eq!(workload["nodes"]["value"], 4);
        assert_eq!(workload["gpus"]["value"], 8);
        assert_eq!(workload["tensor"]["value"], 8);
        assert_eq!(workload["replicas"]["value"], 2);
        assert_eq!(workload["maxSurge"]["value"], 1);
        assert_eq!(workload["images"].as_array().map(Vec::len), Some(2));
        let servers = |index: usize| found["pods"][index]["servers"].as_array().map(Vec::len);
        assert_eq!(servers(0), Some(1));
        assert_eq!(servers(1), None, "workers answer no requests");
    }

    #[test]
    fn workers_with_other_gpus_leave_those_of_the_group_unknown() {
        let found = set(&format!(
            "size: 2, leaderTemplate: {}, workerTemplate: {}",
            pod("1"),
            pod("8")
        ));
        assert_eq!(found["workload"].get("gpus"), None);
    }

    #[test]
    fn without_a_leader_the_workers_serve() {
        let found = set(&format!("size: 1, workerTemplate: {}", pod("8")));
        let at = json!(["spec", "leaderWorkerTemplate", "workerTemplate", "spec"]);
        assert_eq!(found["workload"]["at"], at);
        assert_eq!(found["workload"].get("worker"), None);
        assert_eq!(found["workload"].get("nodes"), None);
        assert_eq!(
            found["pods"][0]["servers"].as_array().map(Vec::len),
            Some(1)
        );
    }
}
