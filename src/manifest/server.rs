//! Whether a pod serves models: by what it runs, what it is told to load, and the hardware it asks for.

use super::{
    engine::stored_model,
    pod::{containers, gpus},
};
use crate::document::{Node, Spot};

/// Parts of image names by which well-known model servers are told.
const SERVERS: [&str; 28] = [
    "vllm",
    "tritonserver",
    "text-generation-inference",
    "text-embeddings-inference",
    "sglang",
    "torchserve",
    "tensorflow/serving",
    "mlserver",
    "rayproject/ray",
    "llm-d",
    "huggingfaceserver",
    "sklearnserver",
    "xgbserver",
    "lgbserver",
    "paddleserver",
    "openvino/model_server",
    "lmcache",
    "llama.cpp",
    "llama-cpp-python",
    "ollama/ollama",
    "nvcr.io/nim/",
    "tensorrt-llm",
    "lmdeploy",
    "michaelf34/infinity",
    "localai/localai",
    "xprobe/xinference",
    "faster-whisper-server",
    "speaches",
];

/// Parts of image names whose programs use a GPU or speak of models and serve none: what runs on each node, what
/// people explore with, what stores vectors, and what passes requests on.
const NO_SERVERS: [&str; 24] = [
    "device-plugin",
    "dcgm",
    "gpu-operator",
    "feature-discovery",
    "cuda-sample",
    "nvidia-smi",
    "mig-parted",
    "jupyter",
    "notebook",
    "code-server",
    "qdrant",
    "milvus",
    "weaviate",
    "chromadb",
    "pgvector",
    "elasticsearch",
    "opensearch",
    "litellm",
    "open-webui",
    "envoyproxy",
    "langfuse",
    "flowise",
    "kubeflow/training",
    "tensorboard",
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
const TRIES: [&str; 20] = [
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
    "wrk",
    "hey",
    "oha",
    "fortio",
    "evalscope",
    "download",
];

/// Programs that use a GPU and serve nothing: they train, or somebody explores with them.
const WORKS: [&str; 8] = [
    "torchrun",
    "deepspeed",
    "accelerate",
    "jupyter",
    "jupyter-lab",
    "start-notebook.sh",
    "nvidia-smi",
    "sleep",
];

/// Commands that start a model server: words that follow each other.
const COMMANDS: [&[&str]; 20] = [
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
    &["llama_cpp.server"],
    &["text-embeddings-router"],
    &["seldon-core-microservice"],
    &["serve", "run"],
    &["infinity_emb", "v2"],
];

/// Whether a pod has to do with model serving.
pub(super) fn serves_models(pod: &Node) -> bool {
    let containers = containers(&Spot::root(pod));
    containers.iter().any(serves)
}

/// Whether a container serves a model.
pub(super) fn serves(container: &Spot<'_>) -> bool {
    let image = container.text_at(&["image"]).unwrap_or_default();
    let command = command(container);
    if tries(image, &command) {
        return false;
    }
    if COMMANDS.iter().any(|known| has(&command, known)) {
        return true;
    }
    !is_no_server(image, &command)
        && (gpus(container).is_some()
            || is_server(image)
            || (stored_model(container).is_some() && !is_beside(image)))
}

/// Whether an image or the words of a command are those of a well-known model server.
pub(super) fn is_named(image: &str, words: &[&str]) -> bool {
    let runs = COMMANDS.iter().any(|known| has(words, known));
    !tries(image, words) && (runs || (is_server(image) && !is_no_server(image, words)))
}

/// What serves no models, although it may have a GPU.
fn is_no_server(image: &str, command: &[&str]) -> bool {
    NO_SERVERS.iter().any(|part| image.contains(part))
        || command.first().is_some_and(|word| WORKS.contains(word))
}

/// The words of command and arguments, without the folders and endings of programs.
fn command<'n>(container: &Spot<'n>) -> Vec<&'n str> {
    let lists = ["command", "args"].map(|list| container.items_at(&[list]));
    programs(lists.iter().flatten().filter_map(Spot::text))
}

/// The words of texts, without the folders and endings of programs.
pub(super) fn programs<'n>(texts: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    texts
        .into_iter()
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
            "image: 'registry.example:5000/mirror/vllm-openai@sha256:0f1e'",
            "image: 'ghcr.io/llm-d/llm-d-cuda:v0.3'",
            "image: 'nvcr.io/nvidia/tritonserver:24.08-py3'",
            "image: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.0'",
            "image: 'ghcr.io/huggingface/text-generation-inference:3.0'",
            "image: 'ghcr.io/huggingface/text-embeddings-inference:cpu-1.5'",
            "image: 'lmsysorg/sglang:v0.4'",
            "image: 'pytorch/torchserve:0.12.0-cpu'",
            "image: 'tensorflow/serving:2.16.1'",
            "image: 'seldonio/mlserver:1.6.1'",
            "image: 'kserve/lgbserver:v0.15.0'",
            "image: 'openvino/model_server:2025.0'",
            "image: 'ghcr.io/ggml-org/llama.cpp:server'",
            "image: 'ollama/ollama:0.5.4'",
            "image: 'rayproject/ray-ml:2.40.0'",
            "image: 'registry.example/llm', args: [vllm, serve, acme/chat]",
            "image: 'python:3.12', command: [python3, -m, sglang.launch_server]",
            "image: 'python:3.12', command: [python, -m, vllm.entrypoints.openai.api_server, --model, acme/chat]",
            "image: 'python:3.12', command: [python, -m, llama_cpp.server, --model, /models/a.gguf]",
            "image: 'registry.example/llm', command: [sh, -c, 'sleep 10 && nvidia-smi && vllm serve acme/chat']",
            "image: 'registry.example/llama', command: [/app/llama-server, -m, /models/a.gguf]",
            "image: 'python:3.12', command: [sh, -c, 'exec /usr/bin/mlflow models serve -m x']",
            "image: 'ghcr.io/mlflow/mlflow:v2.19.0', command: [mlflow, models, serve, -m, 'models:/churn/3']",
            "image: 'registry.example/vision', args: [serve, run, 'vision:app']",
            "image: 'churn:1', env: [{name: MODEL_URI, value: 'models:/churn/Production'}]",
            "image: 'registry.example/churn:1', command: [uvicorn, 'app:app'], env: [{name: MODEL_PATH, value: 's3://models/churn/7'}]",
            "image: 'registry.example/router', resources: {limits: {nvidia.com/gpu: 1}}",
            "image: 'registry.example/whisper-api:2', args: [--model, large-v3], resources: {limits: {nvidia.com/gpu: 1}}",
            "image: 'registry.example/detector:2', resources: {limits: {amd.com/gpu: 1}}",
        ] {
            assert!(is_one(container), "{container}");
        }
    }

    #[test]
    fn what_stands_beside_a_server_or_tries_it_is_none() {
        const GPU: &str = ", resources: {limits: {nvidia.com/gpu: 1}}";
        for container in [
            "image: 'ghcr.io/llm-d/llm-d-inference-scheduler:v0.3'",
            "image: 'ghcr.io/llm-d/llm-d-routing-sidecar:v0.3'",
            "image: 'registry.k8s.io/gateway-api-inference-extension/epp:v1.0.0'",
            "image: 'registry.example/vllm-operator:1'",
            "image: 'kserve/kserve-controller:v0.15.0'",
            "image: 'controller:latest', command: [/manager], args: ['--vllm-image=vllm/vllm-openai:v0.11.0']",
            "image: 'lmcache/lmstack-router:1'",
            "image: 'registry.example/vllm-exporter:1'",
            "image: 'ghcr.io/open-webui/open-webui:main', env: [{name: OLLAMA_BASE_URL, value: 'http://ollama:11434'}]",
            "image: 'registry.example/chat-ui:3', env: [{name: MODEL_ID, value: 'hf://acme/chat'}]",
            "image: 'registry.example/gradio-client:1', env: [{name: MODEL_URL, value: 's3://models/a/1'}]",
            "image: 'python:3.12', command: [python, demo_gradio.py]",
            "image: 'ghcr.io/berriai/litellm:main-stable', args: [--model, gpt-4o]",
            "image: 'envoyproxy/envoy:v1.32.0'",
            "image: 'nvcr.io/nvidia/tritonserver:24.05-py3-sdk'",
            "image: 'vllm/vllm-openai:v0.11.0', command: [vllm, bench, serve]",
            "image: 'vllm/vllm-openai:v0.11.0', command: [python3, benchmark_serving.py], args: [a]",
            "image: 'ghcr.io/vllm-project/guidellm:v0.3', args: [benchmark, --target, 'http://chat:8000']",
            "image: 'locustio/locust:2.32'",
            "image: 'grafana/k6:0.55.0', args: [run, load.js]",
            "image: 'curlimages/curl:8', env: [{name: MODEL_URI, value: 'models:/churn/3'}]",
            "image: 'python:3.12', command: [huggingface-cli, download, acme/chat-8b]",
            "image: 'vllm/vllm-openai:v0.11.0', command: [hf, download, acme/chat-8b]",
            "image: 'acme/model-controller:1', env: [{name: MODEL_URI, value: 's3://models/a/1'}]",
            "image: 'redis:7', env: [{name: MODEL_URI, value: 'off'}]",
            "image: 'nginx:1'",
            "image: 'ghcr.io/mlflow/mlflow:v2.19.0', command: [mlflow, server, --host, 0.0.0.0]",
            "image: 'postgres:16'",
        ] {
            assert!(!is_one(container), "{container}");
        }
        // A GPU is not enough for these.
        for container in [
            "image: 'nvcr.io/nvidia/k8s/dcgm-exporter:3.3.7-3.4.2-ubuntu22.04'",
            "image: 'nvcr.io/nvidia/k8s-device-plugin:v0.17.0'",
            "image: 'nvcr.io/nvidia/gpu-operator:v24.9.0'",
            "image: 'nvcr.io/nvidia/k8s/cuda-sample:vectoradd-cuda12.5.0'",
            "image: 'nvidia/cuda:12.4.1-base-ubuntu22.04', command: [nvidia-smi]",
            "image: 'nvidia/cuda:12.4.1-base-ubuntu22.04', command: [sleep, infinity]",
            "image: 'quay.io/jupyter/pytorch-notebook:cuda12'",
            "image: 'kubeflownotebookswg/codeserver-python:v1.9', command: [jupyter, lab]",
            "image: 'milvusdb/milvus:v2.4-gpu'",
            "image: 'qdrant/qdrant:gpu-nvidia-latest'",
            "image: 'pytorch/pytorch:2.5.1', command: [torchrun, train.py]",
        ] {
            let container = format!("{container}{GPU}");
            assert!(!is_one(&container), "{container}");
        }
    }
}
