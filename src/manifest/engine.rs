//! The arguments of an inference engine, wherever a manifest writes them.

use super::facts::{ArgumentFacts, WorkloadFacts, put};
use crate::{
    document::{Pointer, Spot},
    facts::{Number, Placed},
};

/// Arguments that rules compare: the flag of vLLM without its dashes, and its fact.
const FLAGS: [(&str, Fact); 7] = [
    // The slots of llama.cpp; vLLM has no such flag.
    ("parallel", |workload| &mut workload.max_num_seqs),
    ("max-num-seqs", |workload| &mut workload.max_num_seqs),
    ("max-model-len", |workload| &mut workload.max_model_len),
    ("gpu-memory-utilization", |workload| {
        &mut workload.gpu_memory_utilization
    }),
    ("tensor-parallel-size", |workload| &mut workload.tensor),
    ("pipeline-parallel-size", |workload| &mut workload.pipeline),
    ("data-parallel-size", |workload| &mut workload.data),
];

/// Arguments of vLLM and SGLang that change what a load test measures, or what the server answers, and that no other fact holds.
const BEHAVIOUR: [&str; 22] = [
    "block-size",
    "cpu-offload-gb",
    "dtype",
    "enable-chunked-prefill",
    "enable-expert-parallel",
    "enable-lora",
    "enable-prefix-caching",
    "enforce-eager",
    "hf-overrides",
    "kv-cache-dtype",
    "kv-transfer-config",
    "lora-modules",
    "max-loras",
    "max-num-batched-tokens",
    "num-speculative-tokens",
    "quantization",
    "rope-scaling",
    "scheduling-policy",
    "speculative-config",
    "speculative-model",
    "swap-space",
    "trust-remote-code",
];

/// Where an argument is written to.
type Fact = fn(&mut WorkloadFacts) -> &mut Option<Placed<Number>>;

/// Their short forms.
const SHORT: [(&str, &str); 4] = [
    ("-np", "parallel"),
    ("-tp", "tensor-parallel-size"),
    ("-pp", "pipeline-parallel-size"),
    ("-dp", "data-parallel-size"),
];

/// Environment variables that hold arguments of the engine.
const VARIABLES: [&str; 2] = ["VLLM_ADDITIONAL_ARGS", "VLLM_ARGS"];

/// Reads the arguments of a container: its command, its arguments and variables that hold some.
pub(super) fn arguments(container: &Spot<'_>, workload: &mut WorkloadFacts) {
    let mut words = Vec::new();
    for list in ["command", "args"] {
        for item in container.items_at(&[list]) {
            words.extend(split(&item));
        }
    }
    for variable in container.items_at(&["env"]) {
        let name = variable.text_at(&["name"]);
        if name.is_some_and(|name| VARIABLES.contains(&name)) {
            words.extend(variable.get("value").iter().flat_map(split));
        }
    }
    for (flag, fact) in FLAGS {
        let found = value(&words, flag);
        put(
            fact(workload),
            found.and_then(|(text, at)| Placed::number(amount(text)?, at)),
        );
    }
    workload.arguments.extend(behaviour(&words));
    let image = container.text_at(&["image"]).unwrap_or_default();
    workload.models.extend(hub_model(image, &words));
    if let Some(model) = stored_model(container) {
        workload.models.extend(model.placed_text());
    }
}

/// Variables by which people tell a server which model to load.
const MODEL_VARIABLES: [&str; 8] = [
    "MODEL_URI",
    "MODEL_URL",
    "MODEL_PATH",
    "MODEL_LOCATION",
    "MODEL_STORAGE_URI",
    "MLFLOW_MODEL_URI",
    "STORAGE_URI",
    "MODEL_ID",
];

/// Where models are stored: registries, hubs and object stores.
const STORES: [&str; 10] = [
    "models:/",
    "runs:/",
    "mlflow-artifacts:/",
    "hf://",
    "s3://",
    "gs://",
    "oci://",
    "pvc://",
    "abfs://",
    "wasbs://",
];

/// The model that a container is told to load by one of its variables.
pub(super) fn stored_model<'n>(container: &Spot<'n>) -> Option<Spot<'n>> {
    let variables = container.items_at(&["env"]);
    variables.iter().find_map(|variable| {
        let name = variable.text_at(&["name"])?;
        let value = variable.get("value")?;
        let text = value.text()?;
        let is_stored = STORES.iter().any(|store| text.starts_with(store));
        (MODEL_VARIABLES.contains(&name) && is_stored).then_some(value)
    })
}

/// Engines that load a model from the Hugging Face Hub by its name, the flag that names it, and the words that
/// tell the engine.
const HUBS: [(&str, &str, &[&str]); 3] = [
    (
        "vllm",
        "model",
        &["vllm", "vllm.entrypoints.openai.api_server"],
    ),
    ("sglang", "model-path", &["sglang", "sglang.launch_server"]),
    (
        "text-generation-inference",
        "model-id",
        &["text-generation-launcher"],
    ),
];

/// The model that an engine downloads from the Hub: `hf://owner/model`, with the revision where one is given.
fn hub_model(image: &str, words: &[(&str, Pointer)]) -> Option<Placed<String>> {
    let is_word = |known: &[&str]| words.iter().any(|(word, _)| known.contains(word));
    let hub = HUBS
        .iter()
        .find(|(part, _, known)| image.contains(part) || is_word(known));
    let (_, flag, _) = hub?;
    let (model, at) = value(words, flag).or_else(|| positional(words))?;
    if !is_repository(model) {
        return None;
    }
    let revision = value(words, "revision").map(|(revision, _)| format!(":{revision}"));
    Some(Placed::new(
        format!("hf://{model}{}", revision.unwrap_or_default()),
        at,
    ))
}

/// The model behind `vllm serve`.
fn positional<'w>(words: &'w [(&'w str, Pointer)]) -> Option<(&'w str, &'w Pointer)> {
    let serve = words.windows(2).position(|pair| {
        let program = pair[0].0.rsplit('/').next();
        program == Some("vllm") && pair[1].0 == "serve"
    })?;
    words.get(serve + 2).map(|(word, at)| (*word, at))
}

/// Folders that a path may begin with: what follows is no repository of the Hub.
const FOLDERS: [&str; 10] = [
    "app",
    "cache",
    "data",
    "home",
    "mnt",
    "model",
    "models",
    "opt",
    "tmp",
    "workspace",
];

/// True for `owner/model`, as the Hub names its repositories.
fn is_repository(text: &str) -> bool {
    let plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| plain(owner) && plain(name) && !FOLDERS.contains(&owner))
}

/// Reads the arguments where they are keys of a mapping, as in Ray Serve.
pub(super) fn keyed(arguments: &Spot<'_>, workload: &mut WorkloadFacts) {
    for (flag, fact) in FLAGS {
        let value = arguments
            .get(&flag.replace('-', "_"))
            .and_then(|value| value.placed_number());
        put(fact(workload), value);
    }
    for name in BEHAVIOUR {
        let Some(value) = arguments.get(&name.replace('-', "_")) else {
            continue;
        };
        // What is off is as if it were not there; of a mapping or a list it matters that it is.
        if value.flag() == Some(false) {
            continue;
        }
        let text = value.value.scalar().unwrap_or_else(|| "set".to_owned());
        workload.arguments.push(ArgumentFacts {
            name,
            value: text,
            at: value.at.clone(),
        });
    }
}

/// The words of a text: a shell's script holds many.
fn split<'n>(item: &Spot<'n>) -> Vec<(&'n str, Pointer)> {
    let words = item.text().unwrap_or_default().split_whitespace();
    words
        .map(|word| (word.trim_matches(['"', '\'']), item.at.clone()))
        .collect()
}

/// The value of a flag: `--flag=value` or the word after `--flag`. The last one wins, as in the engine.
fn value<'w>(words: &'w [(&'w str, Pointer)], flag: &str) -> Option<(&'w str, &'w Pointer)> {
    for (index, (word, at)) in words.iter().enumerate().rev() {
        let next = words.get(index + 1).map(|(next, at)| (*next, at));
        if SHORT.contains(&(*word, flag)) {
            match next {
                Some(next) => return Some(next),
                // A flag at the end has no value; an earlier one may.
                None => continue,
            }
        }
        if !word.starts_with("--") {
            continue;
        }
        let found = match word.split_once('=') {
            Some((left, right)) if is_flag(left, flag) => Some((right, at)),
            None if is_flag(word, flag) => next,
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Each argument that changes what is measured, once: the last one wins, as in the engine.
fn behaviour(words: &[(&str, Pointer)]) -> Vec<ArgumentFacts> {
    let mut found: Vec<ArgumentFacts> = Vec::new();
    for (index, (word, at)) in words.iter().enumerate() {
        if !word.starts_with("--") {
            continue;
        }
        let (left, right) = match word.split_once('=') {
            Some((left, right)) => (left, Some(right)),
            None => (*word, None),
        };
        let Some(name) = BEHAVIOUR.into_iter().find(|name| is_flag(left, name)) else {
            continue;
        };
        let next = words.get(index + 1).map(|(next, _)| *next);
        let next = next.filter(|next| !is_switch(name) && !next.starts_with('-'));
        let value = right.or(next);
        found.retain(|known| known.name != name);
        found.push(ArgumentFacts {
            name,
            value: value.unwrap_or("true").to_owned(),
            at: at.clone(),
        });
    }
    found
}

/// True for a flag that takes no value: the word behind it is another argument, such as the model.
fn is_switch(name: &str) -> bool {
    name.starts_with("enable-") || ["enforce-eager", "trust-remote-code"].contains(&name)
}

/// vLLM takes `_` for `-` in the names of its flags.
fn is_flag(word: &str, flag: &str) -> bool {
    word.trim_start_matches('-').replace('_', "-") == flag
}

/// A number, or one with vLLM's suffixes: `8k` is 8,000 and `8K` is 8,192.
fn amount(text: &str) -> Option<f64> {
    let scaled = |scale: f64| {
        text.get(..text.len() - 1)?
            .parse::<f64>()
            .ok()
            .map(|number| number * scale)
    };
    match text.chars().last()? {
        'k' => scaled(1e3),
        'K' => scaled(1024.0),
        'm' => scaled(1e6),
        'M' => scaled(1024.0 * 1024.0),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
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
                "image: x, env: [{name: MODEL_URI, value: 'models:/churn/3'}]",
                "models:/churn/3",
            ),
        ];
        for (container, wanted) in table {
            assert_eq!(models(container), [json!(wanted)], "{container}");
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
}
