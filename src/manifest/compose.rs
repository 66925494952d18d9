//! Compose files: services of one machine, some of which run model servers.

use super::{
    engine,
    facts::{ManifestFacts, PodFacts, WorkloadFacts},
    links::Links,
    server,
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed, unless_empty},
};

/// Where the devices that a service reserves stand.
const DEVICES: [&str; 4] = ["deploy", "resources", "reservations", "devices"];

/// True for a mapping of services of which at least one runs a model server. Other Compose files are none of ours.
pub(super) fn is_ours(root: &Node) -> bool {
    let is_one = root.get("apiVersion").is_none() && root.get("kind").is_none();
    is_one && !serving(&Spot::root(root)).is_empty()
}

/// Writes the facts of a Compose file: those of its only model server, or of several the images and models.
pub(super) fn project(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let servers = serving(root);
    let read: Vec<WorkloadFacts> = servers.iter().map(service).collect();
    let mut workload = WorkloadFacts::of_all(read);
    let services = root.get("services");
    workload.at = services.as_ref().map(|services| services.at.clone());
    facts.pods = vec![PodFacts {
        at: workload.at.clone().unwrap_or_default(),
        servers: servers.into_iter().map(|server| server.at).collect(),
        ..PodFacts::default()
    }];
    facts.workload = unless_empty(workload);
}

/// A Compose file by the name of its project.
pub(super) fn links(root: &Node) -> Links<'_> {
    Links {
        name: root.get("name").and_then(Node::as_str),
        ..Links::default()
    }
}

/// The services that run a model server.
fn serving<'n>(root: &Spot<'n>) -> Vec<Spot<'n>> {
    let services = root.entries_at(&["services"]).into_iter();
    let servers = services.filter(|(_, service)| {
        let image = service.text_at(&["image"]).unwrap_or_default();
        server::is_named(image, &words(service))
    });
    servers.map(|(_, service)| service).collect()
}

/// The words of the command of a service, which may be a text or a list.
fn words<'n>(service: &Spot<'n>) -> Vec<&'n str> {
    let mut texts = Vec::new();
    for key in ["entrypoint", "command"] {
        texts.extend(service.text_at(&[key]));
        let items = service.items_at(&[key]);
        texts.extend(items.iter().filter_map(Spot::text));
    }
    server::programs(texts)
}

fn service(service: &Spot<'_>) -> WorkloadFacts {
    let mut workload = WorkloadFacts {
        gpus: gpus(service),
        replicas: service.placed_number_at(&["deploy", "replicas"]),
        grace_seconds: service.placed_seconds_at(&["stop_grace_period"]),
        images: service.placed_text_at(&["image"]).into_iter().collect(),
        ..WorkloadFacts::default()
    };
    engine::arguments(service, &mut workload);
    workload
}

/// The GPUs that a service reserves by number. Without a number it has all of the machine, which are unknown.
fn gpus(service: &Spot<'_>) -> Option<Placed<Number>> {
    let devices = service.items_at(&DEVICES);
    let mut devices = devices.into_iter().filter(|device| {
        let words = device.items_at(&["capabilities"]);
        words.iter().any(|word| word.text() == Some("gpu"))
    });
    let device = devices.next()?;
    if devices.next().is_some() {
        return None;
    }
    match device.get("device_ids") {
        Some(ids) => Placed::number(ids.items().len() as f64, &ids.at),
        None => device.placed_number_at(&["count"]),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::{facts, is_none};
    use serde_json::json;

    const GPU: &str = "deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 2, capabilities: [gpu]}]}}}";

    #[test]
    fn the_only_server_is_the_workload() {
        let found = facts(&format!(
            "{{name: chat, services: {{ui: {{image: 'nginx:1'}}, llm: {{image: 'vllm/vllm-openai:v1', command: '--model acme/chat --tensor-parallel-size 2', stop_grace_period: 1m, {GPU}}}}}}}"
        ));
        let workload = &found["workload"];
        assert_eq!(found["kind"], "Compose file");
        assert_eq!(found["name"], "chat");
        assert_eq!(workload["at"], json!(["services"]));
        assert_eq!(workload["tensor"]["value"], 2);
        assert_eq!(workload["gpus"]["value"], 2);
        assert_eq!(workload["graceSeconds"]["value"], 60);
        assert_eq!(workload["models"][0]["value"], "hf://acme/chat");
        assert_eq!(found["pods"][0]["servers"], json!([["services", "llm"]]));
    }

    #[test]
    fn of_several_servers_no_number_is_that_of_the_file() {
        let found = facts(&format!(
            "{{services: {{a: {{image: 'vllm/vllm-openai:v1', command: [--model, acme/a], {GPU}}}, b: {{image: 'vllm/vllm-openai:v2', environment: {{HF_TOKEN: x}}}}}}}}"
        ));
        let workload = &found["workload"];
        assert_eq!(workload.get("gpus"), None);
        assert_eq!(workload["images"].as_array().map(Vec::len), Some(2));
        assert_eq!(workload["models"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn variables_are_a_mapping_or_a_list() {
        for variables in [
            "{MODEL_ID: acme/chat, NUM_SHARD: 2}",
            "[MODEL_ID=acme/chat, NUM_SHARD=2]",
        ] {
            let found = facts(&format!(
                "{{services: {{llm: {{image: 'ghcr.io/huggingface/text-generation-inference:3', environment: {variables}}}}}}}"
            ));
            assert_eq!(found["workload"]["tensor"]["value"], 2, "{variables}");
            assert_eq!(found["workload"]["models"][0]["value"], "hf://acme/chat");
        }
    }

    #[test]
    fn files_without_a_server_are_none() {
        for text in [
            "{services: {db: {image: 'postgres:16'}, ui: {image: 'ghcr.io/open-webui/open-webui:main'}}}",
            "{services: [vllm]}",
            "{services: {llm: vllm/vllm-openai}}",
            "{apiVersion: v1, kind: Stack, services: {llm: {image: 'vllm/vllm-openai:v1'}}}",
            "{services: {bench: {image: 'vllm/vllm-openai:v1', command: [vllm, bench, serve]}}}",
        ] {
            assert!(is_none(text), "{text}");
        }
    }
}
