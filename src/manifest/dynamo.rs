//! NVIDIA Dynamo: the DynamoGraphDeployment, whose components are a frontend and groups of workers.

use super::{
    facts::{ManifestFacts, WorkloadFacts, put},
    pod, server,
};
use crate::{
    document::Spot,
    facts::{Placed, unless_empty},
};

/// Writes the facts of a graph: those of its only group of workers, or of several the images and models. The operator
/// adds probes and shared memory.
pub(super) fn graph(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.readiness = Some("preset");
    let Some(spec) = root.get("spec") else { return };
    let components = components(&spec);
    let workers = components.iter().filter(|component| component.is_worker());
    let mut workload = WorkloadFacts::of_all(workers.map(Component::workload).collect());
    for component in components.iter().filter(|component| !component.is_worker()) {
        workload.images.extend(component.image());
    }
    workload.at = Some(spec.at.clone());
    facts.workload = unless_empty(workload);
}

/// A component with the container that the operator completes.
struct Component<'n> {
    spot: Spot<'n>,
    main: Option<Spot<'n>>,
    /// `frontend`, `worker`, `prefill`, `decode`, `planner` and the like.
    role: Option<&'n str>,
}

/// The components of either version: a mapping in v1alpha1, a list in v1beta1.
fn components<'n>(spec: &Spot<'n>) -> Vec<Component<'n>> {
    let mut found = Vec::new();
    for (_, spot) in spec.entries_at(&["services"]) {
        found.push(Component {
            main: spot.find(&["extraPodSpec", "mainContainer"]),
            role: spot.text_at(&["componentType"]),
            spot,
        });
    }
    for spot in spec.items_at(&["components"]) {
        let containers = spot.items_at(&["podTemplate", "spec", "containers"]);
        let mut containers = containers.into_iter();
        found.push(Component {
            main: containers.find(|container| container.text_at(&["name"]) == Some("main")),
            role: spot.text_at(&["type"]),
            spot,
        });
    }
    found
}

impl Component<'_> {
    /// True for what runs an engine; a frontend and a planner have the same image.
    fn is_worker(&self) -> bool {
        let is_other = self
            .role
            .is_some_and(|role| !["worker", "prefill", "decode", "main"].contains(&role));
        let has_gpus = self.gpus().is_some();
        let runs_engine = self.main.as_ref().is_some_and(|main| {
            let lists = ["command", "args"].map(|list| main.items_at(&[list]));
            let words = server::programs(lists.iter().flatten().filter_map(Spot::text));
            words.iter().any(|word| word.starts_with("dynamo."))
        });
        !is_other && (has_gpus || runs_engine)
    }

    fn workload(&self) -> WorkloadFacts {
        let mut workload = WorkloadFacts {
            nodes: self.spot.placed_number_at(&["multinode", "nodeCount"]),
            // An adapter owns the number.
            replicas: self
                .spot
                .placed_number_at(&["replicas"])
                .filter(|_| self.spot.get("scalingAdapter").is_none()),
            images: self.image().into_iter().collect(),
            ..WorkloadFacts::default()
        };
        if let Some(main) = &self.main {
            pod::container(main, &mut workload);
        }
        put(&mut workload.gpus, self.gpus());
        workload
    }

    fn image(&self) -> Option<Placed<String>> {
        self.main.as_ref()?.placed_text_at(&["image"])
    }

    /// The GPUs of a pod; v1alpha1 calls them `gpu`.
    fn gpus(&self) -> Option<Placed<crate::facts::Number>> {
        let sides = ["limits", "requests"];
        let of_component = || {
            let mut sides = sides.iter();
            sides.find_map(|side| {
                self.spot
                    .find(&["resources", side, "gpu"])?
                    .placed_quantity()
            })
        };
        self.main.as_ref().and_then(pod::gpus).or_else(of_component)
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;

    #[test]
    fn the_workers_of_both_versions_are_the_workload() {
        let early = facts(
            "apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    Frontend: {componentType: frontend, replicas: 1, extraPodSpec: {mainContainer: {image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.0.0'}}}
    Worker:
      componentType: worker
      replicas: 2
      resources: {limits: {gpu: \"2\"}}
      extraPodSpec: {mainContainer: {image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.0.0', command: [python3, -m, dynamo.vllm], args: [--model, acme/chat, --tensor-parallel-size, \"4\"]}}
",
        );
        let late = facts(
            "apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  components:
  - {name: Frontend, type: frontend, podTemplate: {spec: {containers: [{name: main, image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.0.0'}]}}}
  - name: Worker
    type: decode
    replicas: 2
    podTemplate: {spec: {containers: [{name: main, image: 'nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.0.0', command: [python3, -m, dynamo.vllm], args: [--model, acme/chat, --tensor-parallel-size, \"4\"], resources: {limits: {nvidia.com/gpu: \"2\"}}}]}}
",
        );
        for found in [early, late] {
            let workload = &found["workload"];
            assert_eq!(workload["gpus"]["value"], 2);
            assert_eq!(workload["tensor"]["value"], 4);
            assert_eq!(workload["replicas"]["value"], 2);
            assert_eq!(workload["models"][0]["value"], "hf://acme/chat");
            assert_eq!(workload["images"].as_array().map(Vec::len), Some(2));
            assert_eq!(found["readiness"], "preset");
        }
    }

    #[test]
    fn of_several_groups_no_number_is_that_of_the_graph() {
        let worker = |name: &str| {
            format!(
                "{name}: {{componentType: worker, resources: {{limits: {{gpu: \"1\"}}}}, extraPodSpec: {{mainContainer: {{image: 'acme/vllm:1', args: [--model, acme/chat]}}}}}}"
            )
        };
        let found = facts(&format!(
            "{{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, spec: {{services: {{{}, {}}}}}}}",
            worker("Prefill"),
            worker("Decode")
        ));
        assert_eq!(found["workload"].get("gpus"), None);
        assert_eq!(
            found["workload"]["images"].as_array().map(Vec::len),
            Some(2)
        );
    }
}
