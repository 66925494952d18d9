//! What is read from commands, arguments and variables of engines.

use crate::manifest::tests::facts;
use serde_json::{Value as Json, json};

fn models(container: &str) -> Vec<Json> {
    let found = facts(&format!(
        "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {{containers: [{{name: a, {container}}}]}}}}}}}}"
    ));
    let models = found["workload"]["models"].as_array().cloned();
    let models = models.unwrap_or_default();
    models.iter().map(|model| model["value"].clone()).collect()
}

#[test]
fn arguments_that_change_what_is_measured() {
    let found = facts(
        "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{name: a, image: 'vllm/vllm-openai:v1', \
         args: [--port=8000, --kv_cache_dtype, fp8, --enable-lora, --dtype=half, '--quantization', awq, --dtype=bfloat16, --trust-remote-code]}]}}}}",
    );
    let arguments = found["workload"]["arguments"].as_array().cloned();
    let arguments: Vec<_> = arguments
        .unwrap_or_default()
        .iter()
        .map(|one| format!("{}={}", one["name"], one["value"]).replace('"', ""))
        .collect();
    assert_eq!(
        arguments,
        [
            "kv-cache-dtype=fp8",
            "enable-lora=true",
            "quantization=awq",
            "dtype=bfloat16",
            "trust-remote-code=true"
        ]
    );
    assert_eq!(
        found["workload"]["arguments"][3]["at"],
        json!(["spec", "template", "spec", "containers", 0, "args", 7])
    );
}

#[test]
fn a_switch_takes_no_value_and_a_key_has_the_one_that_is_written() {
    let values = |found: &Json| -> Vec<String> {
        let arguments = found["arguments"].as_array().cloned().unwrap_or_default();
        arguments
            .iter()
            .map(|one| format!("{}={}", one["name"], one["value"]).replace('"', ""))
            .collect()
    };
    let found = facts(
        "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{name: a, image: 'vllm/vllm-openai:v1', \
         command: [vllm, serve, --enable-lora, acme/chat-8b, --max-loras, '4']}]}}}}",
    );
    assert_eq!(
        values(&found["workload"]),
        ["enable-lora=true", "max-loras=4"]
    );
    let source = crate::document::source::Source::new(
        "a.yaml",
        "{max_loras: 4, enable_lora: true, enforce_eager: false, dtype: half, speculative_config: {method: ngram}}",
    );
    let parsed = crate::document::read::parse(&source, crate::document::read::Format::Yaml);
    let mut workload = super::WorkloadFacts::default();
    super::keyed(&super::Spot::root(&parsed.documents[0].root), &mut workload);
    let found = serde_json::to_value(&workload).expect("facts");
    assert_eq!(
        values(&found),
        [
            "dtype=half",
            "enable-lora=true",
            "max-loras=4",
            "speculative-config=set"
        ]
    );
}

#[test]
fn an_engine_loads_its_model_from_the_hub() {
    let table = [
        (
            "image: 'vllm/vllm-openai:v1', args: [--model, acme/chat-8b]",
            "hf://acme/chat-8b",
        ),
        (
            "image: x, command: [vllm, serve, acme/chat]",
            "hf://acme/chat",
        ),
        (
            "image: x, args: ['vllm serve acme/chat --revision=0123abc']",
            "hf://acme/chat:0123abc",
        ),
        (
            "image: 'lmsysorg/sglang:v1', args: [--model-path, acme/chat]",
            "hf://acme/chat",
        ),
        (
            "image: 'ghcr.io/huggingface/text-generation-inference:3', args: [--model-id=acme/chat]",
            "hf://acme/chat",
        ),
        (
            "image: 'ghcr.io/huggingface/text-generation-inference:3', env: [{name: MODEL_ID, value: acme/chat}, {name: REVISION, value: 0123abc}]",
            "hf://acme/chat:0123abc",
        ),
        (
            "image: x, command: [trtllm-serve, serve, acme/chat, --revision, 0123abc]",
            "hf://acme/chat:0123abc",
        ),
        (
            "image: x, command: [/app/llama-server, -hf, 'acme/chat-GGUF:Q4_K_M']",
            "hf://acme/chat-GGUF",
        ),
        (
            "image: x, command: [lmdeploy, serve, api_server, acme/chat]",
            "hf://acme/chat",
        ),
        (
            "image: 'nvcr.io/nim/nvidia/llm-nim:1.12', env: [{name: NIM_MODEL_NAME, value: 'hf://acme/chat'}]",
            "hf://acme/chat",
        ),
        (
            "image: 'vllm/vllm-openai:v1', args: [--model, $(MODEL)], env: [{name: MODEL, value: acme/chat}]",
            "hf://acme/chat",
        ),
        (
            "image: 'ghcr.io/huggingface/text-generation-inference:3', args: [--model-id=$(MODEL), --revision=$(COMMIT)], env: [{name: MODEL, value: acme/chat}, {name: COMMIT, value: 0123abc}]",
            "hf://acme/chat:0123abc",
        ),
        (
            "image: x, env: [{name: MODEL_URI, value: 'models:/churn/3'}]",
            "models:/churn/3",
        ),
    ];
    for (container, wanted) in table {
        assert_eq!(models(container), [json!(wanted)], "{container}");
    }
}

#[test]
fn a_variable_of_tgi_trusts_the_code_of_a_model() {
    let trusted = |image: &str| {
        let found = facts(&format!(
            "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {{containers: [{{name: a, image: '{image}', env: [{{name: TRUST_REMOTE_CODE, value: 'true'}}]}}]}}}}}}}}"
        ));
        found["workload"]["arguments"][0]["value"].clone()
    };
    assert_eq!(
        trusted("ghcr.io/huggingface/text-generation-inference:3"),
        "true"
    );
    assert_eq!(trusted("vllm/vllm-openai:v1"), Json::Null);
}

/// What the engine calls its own: `tensor`, `data`, `maxNumSeqs`, `maxModelLen`, `concurrency`, `port`.
const OWN: [(&str, &str); 8] = [
    (
        "image: 'lmsysorg/sglang:v0.5', args: [--tp, '4', --dp-size=2, --context-length, '32768', --max-running-requests=64, --port, '30000']",
        "tensor=4 data=2 maxNumSeqs=64 maxModelLen=32768 port=30000",
    ),
    (
        "image: 'ghcr.io/huggingface/text-generation-inference:3', args: [--num-shard, '2'], env: [{name: MAX_TOTAL_TOKENS, value: '4096'}, {name: NUM_SHARD, value: '8'}, {name: MAX_CONCURRENT_REQUESTS, value: '64'}, {name: PORT, value: '8080'}]",
        "tensor=2 maxModelLen=4096 concurrency=64 port=8080",
    ),
    (
        "image: x, command: [trtllm-serve, acme/chat, --tp_size, '2', --pp_size=2, --max_batch_size, '128', --max_seq_len=8192]",
        "tensor=2 pipeline=2 maxNumSeqs=128 maxModelLen=8192",
    ),
    (
        "image: 'ghcr.io/ggml-org/llama.cpp:server', args: [-m, /models/a.gguf, -np, '4', -c, '8192', --port, '8080']",
        "maxNumSeqs=4 port=8080",
    ),
    (
        "image: 'ghcr.io/ggml-org/llama.cpp:server', args: [-np, '-1']",
        "",
    ),
    (
        "image: 'openmmlab/lmdeploy:v0.9', command: [lmdeploy, serve, api_server, acme/chat, --tp, '2', --session-len, '8192', --server-port=23333]",
        "tensor=2 maxModelLen=8192 port=23333",
    ),
    (
        "image: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.0', env: [{name: NIM_MAX_MODEL_LEN, value: '16384'}, {name: NIM_SERVER_PORT, valueFrom: {}}]",
        "maxModelLen=16384",
    ),
    // Flags of one engine say nothing to another.
    (
        "image: 'vllm/vllm-openai:v1', args: [--tp, '4', --num-shard=2, --session-len, '8192']",
        "",
    ),
];

#[test]
fn each_engine_has_words_of_its_own() {
    for (container, wanted) in OWN {
        let found = facts(&format!(
            "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {{containers: [{{name: a, {container}}}]}}}}}}}}"
        ));
        let names = [
            "tensor",
            "pipeline",
            "data",
            "maxNumSeqs",
            "maxModelLen",
            "concurrency",
            "port",
        ];
        let stated = names.iter().filter_map(|name| {
            let value = found["workload"][name]["value"].as_f64()?;
            Some(format!("{name}={value}"))
        });
        let stated: Vec<String> = stated.collect();
        assert_eq!(stated.join(" "), wanted, "{container}");
    }
}

#[test]
fn a_path_or_another_program_names_no_model_of_the_hub() {
    for container in [
        "image: 'vllm/vllm-openai:v1', args: [--model, /mnt/models]",
        "image: 'vllm/vllm-openai:v1', args: [--model, models/chat]",
        "image: 'vllm/vllm-openai:v1', args: [--model, $(MODEL)]",
        "image: 'acme/tool:1', args: [--model, acme/chat]",
        "image: x, command: [vllm, serve]",
    ] {
        assert_eq!(models(container), Vec::<Json>::new(), "{container}");
    }
}
