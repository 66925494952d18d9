//! The production stack of vLLM: the `VLLMRuntime` of its operator, and the values of its chart.

use super::{
    engine,
    facts::{ManifestFacts, WorkloadFacts, put},
    links::{Links, listed, named},
    pod, resources,
};
use crate::{
    document::{Node, Spot},
    facts::{Placed, unless_empty},
};

/// Where the models of the chart stand.
const MODELS: [&str; 2] = ["servingEngineSpec", "modelSpec"];

/// Writes the facts of a VLLMRuntime, of which the operator makes a Deployment with probes of its own.
pub(super) fn runtime(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.readiness = Some("preset");
    let Some(spec) = root.get("spec") else { return };
    let autoscaled = spec.is_true_at(&["autoscalingConfig", "enabled"]);
    let bound = |key: &str| {
        let number = spec.placed_number_at(&["autoscalingConfig", key]);
        number.filter(|_| autoscaled)
    };
    let scaler = spec.get("autoscalingConfig").filter(|_| autoscaled);
    let deployed = spec.get("deploymentConfig");
    let deployed_number = |keys: &[&str]| deployed.as_ref()?.find(keys);
    let mut workload = WorkloadFacts {
        at: Some(spec.at.clone()),
        replicas: deployed_number(&["replicas"]).and_then(|number| number.placed_number()),
        min_replicas: bound("minReplicas"),
        max_replicas: bound("maxReplicas"),
        autoscaled,
        scaler: scaler.map(|scaler| scaler.at),
        gpus: deployed_number(&["resources", "gpu"]).and_then(|number| number.placed_quantity()),
        strategy_type: spec.placed_text_at(&["deploymentConfig", "deploymentStrategy"]),
        images: registry_image(&spec).into_iter().collect(),
        ..WorkloadFacts::default()
    };
    if let Some(model) = spec.get("model") {
        put(
            &mut workload.max_num_seqs,
            model.placed_number_at(&["maxNumSeqs"]),
        );
        put(
            &mut workload.max_model_len,
            model.placed_number_at(&["maxModelLen"]),
        );
    }
    let config = spec.get("vllmConfig");
    engine_fields(config.as_ref(), &mut workload);
    let revision = config.as_ref().and_then(revision);
    let url = spec.find(&["model", "modelURL"]);
    workload.models.extend(model(url, revision.as_deref()));
    facts.workload = unless_empty(workload);
}

/// A VLLMRuntime by its name, with the labels that the operator gives to its pods.
pub(super) fn runtime_links(root: &Node) -> Links<'_> {
    let links = named(root);
    Links {
        pod_labels: root.at(&["metadata", "labels"]),
        given_labels: links.name.map(|name| ("app", name)).into_iter().collect(),
        ..links
    }
}

/// The image as the operator puts it together: registry and name.
fn registry_image(spec: &Spot<'_>) -> Option<Placed<String>> {
    let image = spec.find(&["deploymentConfig", "image"])?;
    let name = image.get("name")?;
    let text = match image.text_at(&["registry"]) {
        Some(registry) => format!("{registry}/{}", name.text()?),
        None => name.text()?.to_owned(),
    };
    Some(Placed::new(text, &name.at))
}

/// True for the values of the chart: models that it serves.
pub(super) fn is_values(root: &Node) -> bool {
    let is_enveloped = root.get("apiVersion").is_some() || root.get("kind").is_some();
    let mut models = listed(root, &MODELS).iter();
    !is_enveloped && models.any(|model| model.get("modelURL").is_some())
}

/// Writes the facts of the values: those of the only model that is deployed, or of several the images and models.
pub(super) fn values(root: &Spot<'_>, facts: &mut ManifestFacts) {
    facts.readiness = Some("preset");
    let read = deployed(root).iter().map(deployment).collect();
    let mut workload = WorkloadFacts::of_all(read);
    workload.at = root.find(&MODELS).map(|models| models.at);
    facts.workload = unless_empty(workload);
}

/// The values by the name of their only model.
pub(super) fn values_links(root: &Node) -> Links<'_> {
    let name = match listed(root, &MODELS) {
        [only] => only.get("name").and_then(Node::as_str),
        _ => None,
    };
    Links {
        name,
        ..Links::default()
    }
}

/// The models that the chart makes a Deployment of: a `raySpec` asks for a RayCluster.
fn deployed<'n>(root: &Spot<'n>) -> Vec<Spot<'n>> {
    let is_off = root
        .find(&["servingEngineSpec", "enableEngine"])
        .is_some_and(|on| on.flag() == Some(false));
    let models = root.items_at(&MODELS).into_iter().filter(|model| {
        let is_on = model
            .get("enabled")
            .is_none_or(|on| on.flag() != Some(false));
        !is_off && is_on && !model.is_true_at(&["raySpec", "enabled"])
    });
    models.collect()
}

fn deployment(model_spec: &Spot<'_>) -> WorkloadFacts {
    let autoscaled = model_spec.is_true_at(&["keda", "enabled"]);
    let bound = |key: &str| {
        let number = model_spec.placed_number_at(&["keda", key]);
        number.filter(|_| autoscaled)
    };
    let mut workload = WorkloadFacts {
        // KEDA owns the number; the chart leaves it out.
        replicas: model_spec
            .placed_number_at(&["replicaCount"])
            .filter(|_| !autoscaled),
        min_replicas: bound("minReplicaCount"),
        max_replicas: bound("maxReplicaCount"),
        autoscaled,
        scaler: model_spec
            .get("keda")
            .filter(|_| autoscaled)
            .map(|scaler| scaler.at),
        gpus: pod::gpus(model_spec).or_else(|| {
            let is_written = model_spec
                .get("resources")
                .is_some_and(|own| !own.entries().is_empty());
            let count = model_spec.get("requestGPU").filter(|_| !is_written);
            count.and_then(|count| count.placed_quantity())
        }),
        images: tagged_image(model_spec).into_iter().collect(),
        resources: resources::of(model_spec),
        ..WorkloadFacts::default()
    };
    let config = model_spec.get("vllmConfig");
    engine_fields(config.as_ref(), &mut workload);
    let pinned = model_spec
        .string_at(&["modelRevision"])
        .filter(|revision| !revision.is_empty());
    let revision = pinned.or_else(|| config.as_ref().and_then(revision));
    workload
        .models
        .extend(model(model_spec.get("modelURL"), revision.as_deref()));
    workload
}

/// The image as the chart puts it together: repository and tag.
fn tagged_image(model_spec: &Spot<'_>) -> Option<Placed<String>> {
    let repository = model_spec.text_at(&["repository"])?;
    let tag = model_spec.get("tag")?;
    let text = tag.value.scalar()?;
    Some(Placed::new(format!("{repository}:{text}"), &tag.at))
}

/// What both write of the engine; the arguments behind it win, as in the engine.
fn engine_fields(config: Option<&Spot<'_>>, workload: &mut WorkloadFacts) {
    let Some(config) = config else { return };
    let number = |key: &str| config.get(key)?.placed_quantity();
    put(&mut workload.tensor, number("tensorParallelSize"));
    put(&mut workload.max_num_seqs, number("maxNumSeqs"));
    put(&mut workload.max_model_len, number("maxModelLen"));
    put(
        &mut workload.gpu_memory_utilization,
        number("gpuMemoryUtilization"),
    );
    put(&mut workload.port, number("port"));
    engine::arguments(config, workload);
}

/// The revision among the further arguments.
fn revision(config: &Spot<'_>) -> Option<String> {
    engine::flag(&config.get("extraArgs")?, "revision")
}

/// The model of an address: a repository of the Hub, or another store.
fn model(url: Option<Spot<'_>>, revision: Option<&str>) -> Option<Placed<String>> {
    let url = url?;
    let text = url.text()?;
    let model = match text.contains("://") {
        true => text.to_owned(),
        false => engine::repository(text, revision)?,
    };
    Some(Placed::new(model, &url.at))
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{facts, is_none};
    use serde_json::json;

    #[test]
    fn a_runtime_is_one_server() {
        let found = facts(
            "apiVersion: production-stack.vllm.ai/v1alpha1
kind: VLLMRuntime
metadata: {name: chat}
spec:
  model: {modelURL: acme/chat-8b, maxModelLen: 4096, maxNumSeqs: 32}
  vllmConfig: {tensorParallelSize: 2, gpuMemoryUtilization: \"0.8\", port: 8000, extraArgs: [--revision, abc, --max-num-seqs=48]}
  deploymentConfig:
    replicas: 2
    deploymentStrategy: Recreate
    image: {registry: docker.io, name: \"vllm/vllm-openai:v0.11.0\"}
    resources: {gpu: \"2\", memory: 32Gi}
  autoscalingConfig: {enabled: false, maxReplicas: 4}
",
        );
        let workload = &found["workload"];
        assert_eq!(workload["replicas"]["value"], 2);
        assert_eq!(workload["gpus"]["value"], 2);
        assert_eq!(workload["tensor"]["value"], 2);
        assert_eq!(workload["maxNumSeqs"]["value"], 48);
        assert_eq!(workload["maxModelLen"]["value"], 4096);
        assert_eq!(workload["gpuMemoryUtilization"]["value"], 0.8);
        assert_eq!(workload["models"][0]["value"], "hf://acme/chat-8b:abc");
        assert_eq!(
            workload["images"],
            json!([{"value": "docker.io/vllm/vllm-openai:v0.11.0", "at": ["spec", "deploymentConfig", "image", "name"]}])
        );
        assert_eq!(workload["strategyType"]["value"], "Recreate");
        assert_eq!(workload.get("maxReplicas"), None);
    }

    #[test]
    fn values_have_the_models_that_are_deployed() {
        let model = |more: &str| {
            format!(
                "{{name: chat, repository: vllm/vllm-openai, tag: v0.11.0, modelURL: acme/chat, {more}}}"
            )
        };
        let values =
            |models: &str| facts(&format!("{{servingEngineSpec: {{modelSpec: [{models}]}}}}"));
        let one = values(&model(
            "modelRevision: abc, replicaCount: 3, requestGPU: 2, vllmConfig: {tensorParallelSize: 4}",
        ));
        let workload = &one["workload"];
        assert_eq!(one["name"], "chat");
        assert_eq!(workload["gpus"]["value"], 2);
        assert_eq!(workload["tensor"]["value"], 4);
        assert_eq!(workload["replicas"]["value"], 3);
        assert_eq!(workload["models"][0]["value"], "hf://acme/chat:abc");
        assert_eq!(workload["images"][0]["value"], "vllm/vllm-openai:v0.11.0");
        let off = values(&format!(
            "{}, {}",
            model("enabled: false"),
            model("requestGPU: 1")
        ));
        assert_eq!(off["workload"]["gpus"]["value"], 1);
        let several = values(&format!(
            "{}, {}",
            model("requestGPU: 1"),
            model("requestGPU: 2")
        ));
        assert_eq!(several["workload"].get("gpus"), None);
        assert_eq!(
            several["workload"]["models"].as_array().map(Vec::len),
            Some(2)
        );
        let keda = values(&model(
            "replicaCount: 3, keda: {enabled: true, maxReplicaCount: 5}",
        ));
        assert_eq!(keda["workload"].get("replicas"), None);
        assert_eq!(keda["workload"]["maxReplicas"]["value"], 5);
    }

    #[test]
    fn values_of_other_charts_are_none() {
        for text in [
            "{servingEngineSpec: {modelSpec: []}}",
            "{servingEngineSpec: {modelSpec: [{name: a}]}}",
            "{modelSpec: [{modelURL: a}]}",
            "{kind: A, servingEngineSpec: {modelSpec: [{modelURL: a}]}}",
        ] {
            assert!(is_none(text), "{text}");
        }
    }
}
