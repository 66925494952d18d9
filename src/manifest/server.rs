//! Whether a pod serves models: by what it runs, what it is told to load, and the hardware it asks for.

use super::{
    engine::stored_model,
    pod::{containers, gpus},
};
use crate::document::{Node, Spot};

/// Parts of image names by which well-known model servers are told.
const SERVERS: [&str; 16] = [
    "vllm",
    "tritonserver",
    "text-generation-inference",
    "sglang",
    "torchserve",
    "tensorflow/serving",
    "mlserver",
    "rayproject/ray",
    "llm-d",
    "huggingfaceserver",
    "sklearnserver",
    "xgbserver",
    "openvino/model_server",
    "lmcache",
    "llama.cpp",
    "ollama/ollama",
];

/// Words of image names whose programs stand beside model servers.
const BESIDE: [&str; 15] = [
    "operator",
    "controller",
    "scheduler",
    "epp",
    "router",
    "routing",
    "sidecar",
    "proxy",
    "gateway",
    "exporter",
    "webhook",
    "manager",
    "webui",
    "ui",
    "client",
];

/// Words of images and commands that put load on a server or try it out.
const TRIES: [&str; 14] = [
    "bench",
    "benchmark",
    "benchmark_serving",
    "benchmarks",
    "loadgen",
    "loadtest",
    "locust",
    "k6",
    "vegeta",
    "perf_analyzer",
    "aiperf",
    "guidellm",
    "smoke",
    "curl",
];

/// Commands that start a model server: words that follow each other.
const COMMANDS: [&[&str]; 15] = [
    &["vllm", "serve"],
    &["vllm.entrypoints.openai.api_server"],
    &["vllm.entrypoints.api_server"],
    &["sglang.launch_server"],
    &["sglang", "serve"],
    &["tritonserver"],
    &["text-generation-launcher"],
    &["trtllm-serve"],
    &["lmdeploy", "serve"],
    &["mlflow", "models", "serve"],
    &["mlserver", "start"],
    &["bentoml", "serve"],
    &["tensorflow_model_server"],
    &["llama-server"],
    &["ollama", "serve"],
];

/// Whether a pod has to do with model serving.
pub(super) fn serves_models(pod: &Node) -> bool {
    let containers = containers(&Spot::root(pod));
    containers.iter().any(serves)
}

fn serves(container: &Spot<'_>) -> bool {
    let image = container.text_at(&["image"]).unwrap_or_default();
    let command = command(container);
    if tries(image, &command) {
        return false;
    }
    gpus(container).is_some()
        || is_server(image)
        || COMMANDS.iter().any(|known| has(&command, known))
        || (stored_model(container).is_some() && !is_beside(image))
}

/// The words of command and arguments, without the folders and endings of programs.
fn command<'n>(container: &Spot<'n>) -> Vec<&'n str> {
    let lists = ["command", "args"].map(|list| container.items_at(&[list]));
    let texts = lists.iter().flatten().filter_map(Spot::text);
    texts
        .flat_map(str::split_whitespace)
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .map(|word| word.strip_suffix(".py").unwrap_or(word))
        .collect()
}

fn has(words: &[&str], command: &[&str]) -> bool {
    words.windows(command.len()).any(|window| window == command)
}

/// A load generator or a smoke test, though its image may be that of a server.
fn tries(image: &str, command: &[&str]) -> bool {
    // Only the program and its verb: further words may be names of models and files.
    let first = command.iter().take(3);
    named(image, &TRIES) || first.into_iter().any(|word| TRIES.contains(word))
}

fn is_server(image: &str) -> bool {
    SERVERS.iter().any(|server| image.contains(server)) && !is_beside(image)
}

/// An image whose name says that it stands beside a server, or that it holds tools for clients.
fn is_beside(image: &str) -> bool {
    let tag = image
        .rsplit('/')
        .next()
        .and_then(|name| name.split_once(':'));
    named(image, &BESIDE) || tag.is_some_and(|(_, tag)| tag.ends_with("-sdk"))
}

/// Whether one of these is a word of the name of an image, without its registry and its tag.
fn named(image: &str, words: &[&str]) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name);
    name.split(['-', '_', '.'])
        .any(|part| words.contains(&part))
        || words.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };

    fn is_one(container: &str) -> bool {
        let text = format!("{{containers: [{{name: a, {container}}}]}}");
        let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
        serves_models(&parsed.documents[0].root)
    }

    #[test]
    fn servers_are_told_by_image_command_model_or_gpu() {
        for container in [
            "image: 'vllm/vllm-openai:v0.11.0'",
            "image: 'ghcr.io/llm-d/llm-d-cuda:v0.3'",
            "image: 'registry.example/llm', args: [vllm, serve, acme/chat]",
            "image: 'python:3.12', command: [python3, -m, sglang.launch_server]",
            "image: 'python:3.12', command: [sh, -c, 'exec /usr/bin/mlflow models serve -m x']",
            "image: 'churn:1', env: [{name: MODEL_URI, value: 'models:/churn/Production'}]",
            "image: 'registry.example/router', resources: {limits: {nvidia.com/gpu: 1}}",
        ] {
            assert!(is_one(container), "{container}");
        }
    }

    #[test]
    fn what_stands_beside_a_server_or_tries_it_is_none() {
        for container in [
            "image: 'ghcr.io/llm-d/llm-d-inference-scheduler:v0.3'",
            "image: 'ghcr.io/llm-d/llm-d-routing-sidecar:v0.3'",
            "image: 'registry.example/vllm-operator:1'",
            "image: 'lmcache/lmstack-router:1'",
            "image: 'nvcr.io/nvidia/tritonserver:24.05-py3-sdk'",
            "image: 'vllm/vllm-openai:v0.11.0', command: [vllm, bench, serve]",
            "image: 'vllm/vllm-openai:v0.11.0', command: [python3, benchmark_serving.py], args: [a]",
            "image: 'curlimages/curl:8', env: [{name: MODEL_URI, value: 'models:/churn/3'}]",
            "image: 'acme/model-controller:1', env: [{name: MODEL_URI, value: 's3://models/a/1'}]",
            "image: 'redis:7', env: [{name: MODEL_URI, value: 'off'}]",
            "image: 'nginx:1'",
        ] {
            assert!(!is_one(container), "{container}");
        }
    }
}
