//! The arguments of an inference engine, wherever a manifest writes them.

mod dialect;

use super::facts::{ArgumentFacts, WorkloadFacts, put};
use crate::{
    document::{Pointer, Spot},
    facts::{Number, Placed},
};
use dialect::{EngineDialect, Fact};

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

/// Their short forms.
const SHORT: [(&str, &str); 6] = [
    ("-hf", "hf-repo"),
    ("-hfr", "hf-repo"),
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
    for list in ["entrypoint", "command", "args", "extraArgs"] {
        // A service of Compose may have a text.
        words.extend(container.get(list).iter().flat_map(split));
        for item in container.items_at(&[list]) {
            words.extend(split(&item));
        }
    }
    let mut words = expanded(container, words);
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
            found.and_then(|(text, at)| stated(flag, text, at)),
        );
    }
    let image = container.text_at(&["image"]).unwrap_or_default();
    let dialect = dialect::of(image, &words);
    workload.arguments.extend(behaviour(&words));
    if let Some(dialect) = dialect {
        workload.arguments.extend(trust(dialect, container));
        own(dialect, container, &words, workload);
        workload
            .models
            .extend(hub_model(dialect, container, &words));
    }
    if let Some(model) = stored_model(container) {
        workload.models.extend(model.placed_text());
    }
}

/// The code of a model that an engine runs because a variable says so.
fn trust(dialect: &EngineDialect, container: &Spot<'_>) -> Option<ArgumentFacts> {
    // Each flag of TGI has a variable; no other engine of the table reads this one.
    dialect.hub?;
    let (value, at) = variable(container, "TRUST_REMOTE_CODE")?;
    Some(ArgumentFacts {
        name: "trust-remote-code",
        value: value.to_owned(),
        at,
    })
}

/// Words with the values of variables for `$(NAME)`, as Kubernetes puts them there; one that is read from elsewhere
/// remains as it is written.
fn expanded<'n>(container: &Spot<'n>, words: Vec<(&'n str, Pointer)>) -> Vec<(&'n str, Pointer)> {
    let mut expanded = Vec::new();
    for (word, at) in words {
        let (flag, rest) = word
            .split_once('=')
            .map_or((None, word), |(flag, rest)| (Some(flag), rest));
        let name = rest
            .strip_prefix("$(")
            .and_then(|rest| rest.strip_suffix(')'));
        match name.and_then(|name| variable(container, name)) {
            Some(value) => {
                expanded.extend(flag.map(|flag| (flag, at)));
                expanded.push(value);
            }
            None => expanded.push((word, at)),
        }
    }
    expanded
}

/// What an engine calls by names of its own. What the platform or a flag of vLLM says goes before it.
fn own(
    dialect: &EngineDialect,
    container: &Spot<'_>,
    words: &[(&str, Pointer)],
    workload: &mut WorkloadFacts,
) {
    for (flag, fact) in dialect.flags {
        let found = value(words, flag).and_then(|(text, at)| stated(flag, text, at));
        let slot = fact(workload);
        if slot.is_none() {
            *slot = found;
        }
    }
    for (name, fact) in dialect.variables {
        let found = variable(container, name);
        let number = found.and_then(|(text, at)| Placed::number(amount(text)?, &at));
        // A mapping of Compose may have a number without quotes.
        let number = number.or_else(|| container.placed_number_at(&["environment", name]));
        let slot = fact(workload);
        if slot.is_none() {
            *slot = number;
        }
    }
}

/// A number as an engine reads it. Below 1, the slots of llama.cpp are as many as it chooses.
fn stated(flag: &str, text: &str, at: &Pointer) -> Option<Placed<Number>> {
    let number = amount(text).filter(|number| flag != "parallel" || *number > 0.0);
    Placed::number(number?, at)
}

/// The value of a variable of a container, or of a service of Compose, which has a mapping or a list of texts.
fn variable<'n>(container: &Spot<'n>, name: &str) -> Option<(&'n str, Pointer)> {
    let variables = container.items_at(&["env"]);
    let mut named = variables
        .iter()
        .filter(|variable| variable.text_at(&["name"]) == Some(name));
    if let Some(value) = named.next().and_then(|variable| variable.get("value")) {
        return Some((value.text()?, value.at));
    }
    if let Some(value) = container.find(&["environment", name]) {
        return Some((value.text()?, value.at));
    }
    let lines = container.items_at(&["environment"]);
    lines.iter().find_map(|line| {
        let (key, value) = line.text()?.split_once('=')?;
        (key == name).then(|| (value, line.at.clone()))
    })
}

/// Variables by which people tell a server which model to load.
const MODEL_VARIABLES: [&str; 11] = [
    "MLSERVER_MODEL_URI",
    "NIM_MODEL_NAME",
    "NIM_MODEL_PATH",
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

/// The model that an engine downloads from the Hub: `hf://owner/model`, with the revision where one is given.
fn hub_model(
    dialect: &EngineDialect,
    container: &Spot<'_>,
    words: &[(&str, Pointer)],
) -> Option<Placed<String>> {
    let flagged = dialect.models.iter().find_map(|flag| value(words, flag));
    let written = flagged.or_else(|| {
        let mut patterns = dialect.before_model.iter();
        patterns.find_map(|pattern| positional(words, pattern))
    });
    let written = written.map(|(model, at)| (model, at.clone()));
    let set = |name: &str| variable(container, name);
    let (model, at) = written.or_else(|| set(dialect.hub?.0))?;
    // Behind a colon llama.cpp has the name of a quantisation.
    let model = model.split(':').next().unwrap_or(model);
    let flagged = value(words, "revision").map(|(revision, _)| revision);
    let revision = flagged.or_else(|| Some(set(dialect.hub?.1)?.0));
    Some(Placed::new(repository(model, revision)?, &at))
}

/// The model behind the words of a command, such as `vllm serve`.
fn positional<'w>(
    words: &'w [(&'w str, Pointer)],
    command: &[&str],
) -> Option<(&'w str, &'w Pointer)> {
    let is_command = |window: &[(&str, Pointer)]| {
        let mut pairs = window.iter().zip(command);
        pairs.all(|((word, _), known)| word.rsplit('/').next() == Some(known))
    };
    let start = words.windows(command.len()).position(is_command)?;
    let (word, at) = words.get(start + command.len())?;
    Some((word, at))
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

/// The address of a model of the Hub, with its revision; `None` for what names none, such as a folder.
pub(super) fn repository(model: &str, revision: Option<&str>) -> Option<String> {
    let revision = revision.map(|revision| format!(":{revision}"));
    is_repository(model).then(|| format!("hf://{model}{}", revision.unwrap_or_default()))
}

/// The value of a flag in a list of arguments.
pub(super) fn flag(list: &Spot<'_>, name: &str) -> Option<String> {
    let words: Vec<_> = list.items().iter().flat_map(split).collect();
    value(&words, name).map(|(text, _)| text.to_owned())
}

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
mod tests;
