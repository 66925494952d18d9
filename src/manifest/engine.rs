//! The arguments of an inference engine, wherever a manifest writes them.

use super::facts::{WorkloadFacts, put};
use crate::{
    document::Pointer,
    document::Spot,
    facts::{Number, Placed},
};

/// Arguments that rules compare: the flag of vLLM without its dashes, and its fact.
const FLAGS: [(&str, Fact); 6] = [
    ("max-num-seqs", |workload| &mut workload.max_num_seqs),
    ("max-model-len", |workload| &mut workload.max_model_len),
    ("gpu-memory-utilization", |workload| {
        &mut workload.gpu_memory_utilization
    }),
    ("tensor-parallel-size", |workload| &mut workload.tensor),
    ("pipeline-parallel-size", |workload| &mut workload.pipeline),
    ("data-parallel-size", |workload| &mut workload.data),
];

/// Where an argument is written to.
type Fact = fn(&mut WorkloadFacts) -> &mut Option<Placed<Number>>;

/// Their short forms.
const SHORT: [(&str, &str); 3] = [
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
}

/// Reads the arguments where they are keys of a mapping, as in Ray Serve.
pub(super) fn keyed(arguments: &Spot<'_>, workload: &mut WorkloadFacts) {
    for (flag, fact) in FLAGS {
        let value = arguments
            .get(&flag.replace('-', "_"))
            .and_then(|value| value.placed_number());
        put(fact(workload), value);
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
