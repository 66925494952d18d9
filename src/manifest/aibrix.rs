//! AIBrix: the StormService, whose roles are groups of pods.

use super::{
    facts::{ManifestFacts, WorkloadFacts},
    links::{Links, listed, named},
    pod, server,
};
use crate::{
    document::{Node, Spot},
    facts::unless_empty,
};

/// Where the roles stand.
const ROLES: [&str; 4] = ["spec", "template", "spec", "roles"];

/// Writes the facts of a StormService: those of its only role that serves, or of several the images and models.
pub(super) fn storm_service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let roles = root.items_at(&ROLES);
    let serving = roles.iter().filter(|role| serves(role.value));
    let mut workload = WorkloadFacts::of_all(serving.map(role).collect());
    workload.at = Some(spec.at.clone());
    // Each of several groups has the replicas of the role.
    let groups = spec.placed_number_at(&["replicas"]);
    if groups.is_some_and(|groups| groups.value.get() > 1.0) {
        workload.replicas = None;
    }
    facts.workload = unless_empty(workload);
}

/// The pods of a role. With a `podGroupSize` so many make up one replica.
fn role(role: &Spot<'_>) -> WorkloadFacts {
    let mut workload = WorkloadFacts {
        replicas: role.placed_number_at(&["replicas"]),
        nodes: role.placed_number_at(&["podGroupSize"]),
        ..WorkloadFacts::default()
    };
    if let Some(spec) = role.find(&["template", "spec"]) {
        pod::pod(&spec, &mut workload);
    }
    workload
}

fn serves(role: &Node) -> bool {
    role.at(&["template", "spec"])
        .is_some_and(server::serves_models)
}

/// Any program may run as a StormService; this tells model servers.
pub(super) fn serves_models(root: &Node) -> bool {
    listed(root, &ROLES).iter().any(serves)
}

/// A StormService by its name, with the labels of the pods of its first role.
pub(super) fn links(root: &Node) -> Links<'_> {
    let first = listed(root, &ROLES).first();
    Links {
        pod_labels: first.and_then(|role| role.at(&["template", "metadata", "labels"])),
        ..named(root)
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn service(replicas: u32, roles: &str) -> Json {
        facts(&format!(
            "{{apiVersion: orchestration.aibrix.ai/v1alpha1, kind: StormService, metadata: {{name: chat}}, spec: {{replicas: {replicas}, template: {{spec: {{roles: [{roles}]}}}}}}}}"
        ))
    }

    fn role(name: &str, more: &str) -> String {
        format!(
            "{{name: {name}, replicas: 3{more}, template: {{spec: {{containers: [{{name: vllm, image: 'vllm/vllm-openai:v1', args: [--model=acme/{name}, -tp, '2'], resources: {{limits: {{nvidia.com/gpu: 2}}}}}}]}}}}}}"
        )
    }

    #[test]
    fn one_role_is_the_workload() {
        let router =
            "{name: router, template: {spec: {containers: [{name: a, image: 'acme/router:1'}]}}}";
        let found = service(
            1,
            &format!("{router}, {}", role("chat", ", podGroupSize: 2")),
        );
        let workload = &found["workload"];
        assert_eq!(workload["tensor"]["value"], 2);
        assert_eq!(workload["nodes"]["value"], 2);
        assert_eq!(workload["replicas"]["value"], 3);
        assert_eq!(
            found["pods"][1]["servers"],
            json!([[
                "spec",
                "template",
                "spec",
                "roles",
                1,
                "template",
                "spec",
                "containers",
                0
            ]])
        );
        let groups = service(2, &role("chat", ""));
        assert_eq!(groups["workload"].get("replicas"), None);
    }

    #[test]
    fn of_several_roles_no_number_is_that_of_the_service() {
        let found = service(
            1,
            &format!("{}, {}", role("prefill", ""), role("decode", "")),
        );
        assert_eq!(found["workload"].get("gpus"), None);
        assert_eq!(
            found["workload"]["models"].as_array().map(Vec::len),
            Some(2)
        );
    }
}
