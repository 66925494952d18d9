//! Triton: the configuration of a model, `config.pbtxt`, as the tree that its text stands for.
//!
//! In that format a field that may repeat is written once for one value: one mapping means the same
//! as a list of one. Times are microseconds.

use super::{
    facts::{BatchingFacts, ManifestFacts, put},
    links::Links,
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed, unless_empty},
};

/// Fields that only a model's configuration has together.
const OWN: [&str; 6] = [
    "dynamic_batching",
    "instance_group",
    "sequence_batching",
    "ensemble_scheduling",
    "input",
    "output",
];

/// True for a model's configuration.
pub(super) fn is_config(root: &Node) -> bool {
    let runs = ["platform", "backend", "max_batch_size"]
        .iter()
        .any(|key| root.get(key).is_some());
    runs && OWN.iter().any(|key| root.get(key).is_some())
}

/// Writes the facts of a model's configuration.
pub(super) fn config(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let mut batching = BatchingFacts::default();
    put(
        &mut batching.max_batch_size,
        root.placed_number_at(&["max_batch_size"]),
    );
    if let Some(dynamic) = repeated(root, "dynamic_batching").into_iter().next_back() {
        batching.at = Some(dynamic.at.clone());
        let delay = dynamic.get("max_queue_delay_microseconds");
        let seconds = delay.and_then(|delay| Placed::number(delay.number()? / 1e6, &delay.at));
        put(&mut batching.max_queue_delay_seconds, seconds);
        batching.preferred = repeated(&dynamic, "preferred_batch_size")
            .iter()
            .filter_map(|size| Number::new(size.number()?))
            .collect();
    }
    let groups = repeated(root, "instance_group");
    // A group of several GPUs has its count on each, and unwritten GPUs are all that there are.
    if let [only] = groups.as_slice() {
        put(&mut batching.instances, only.placed_number_at(&["count"]));
    }
    facts.batching = unless_empty(batching);
}

/// The values of a field that may repeat, whether they are written as one or as a list.
fn repeated<'n>(holder: &Spot<'n>, key: &str) -> Vec<Spot<'n>> {
    let Some(value) = holder.get(key) else {
        return Vec::new();
    };
    let items = value.items();
    if items.is_empty() { vec![value] } else { items }
}

/// The model's name.
pub(super) fn links(root: &Node) -> Links<'_> {
    let name = root.get("name").and_then(Node::as_str);
    Links {
        name,
        ..Links::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn batching(text: &str) -> Json {
        facts(&format!(
            "{{name: rank, backend: onnxruntime, max_batch_size: 64, {text}}}"
        ))["batching"]
            .clone()
    }

    #[test]
    fn delays_are_microseconds() {
        let batching = batching("dynamic_batching: {max_queue_delay_microseconds: 200000}");
        let at = json!(["dynamic_batching", "max_queue_delay_microseconds"]);
        assert_eq!(
            batching["maxQueueDelaySeconds"],
            json!({"value": 0.2, "at": at})
        );
        assert_eq!(batching["maxBatchSize"]["value"], 64);
    }

    #[test]
    fn a_field_that_repeats_may_stand_alone_or_in_a_list() {
        for (group, preferred) in [("{count: 2}", "16"), ("[{count: 2}]", "[16]")] {
            let batching = batching(&format!(
                "instance_group: {group}, dynamic_batching: {{preferred_batch_size: {preferred}}}"
            ));
            assert_eq!(batching["instances"]["value"], 2);
            assert_eq!(batching["preferred"], json!([16]));
        }
        let several = batching("instance_group: [{count: 2}, {count: 1}]");
        assert!(several.get("instances").is_none());
    }
}
