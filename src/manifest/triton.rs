//! Triton: the configuration of a model, `config.pbtxt`, as the tree that its text stands for.
//!
//! In that format a field that may repeat is written once for one value: one mapping means the same
//! as a list of one. Times are microseconds.

use super::{
    facts::{BatchingFacts, ManifestFacts},
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

/// True for a model's configuration. A backend and a batch size alone are one as well: Triton completes the rest.
pub(super) fn is_config(root: &Node) -> bool {
    let text = |key| root.get(key).and_then(Node::as_str).is_some();
    let runs_text = text("platform") || text("backend");
    if runs_text && root.get("max_batch_size").is_some() && root.get("kind").is_none() {
        return true;
    }
    let runs = ["platform", "backend", "max_batch_size"]
        .iter()
        .any(|key| root.get(key).is_some());
    runs && OWN.iter().any(|key| root.get(key).is_some())
}

/// Writes the facts of a model's configuration.
pub(super) fn config(root: &Spot<'_>, facts: &mut ManifestFacts) {
    // Where it is written more than once, the last one counts.
    let dynamic = repeated(root, "dynamic_batching").pop();
    let batching = dynamic.map(|dynamic| batching(&dynamic));
    let groups = repeated(root, "instance_group");
    facts.batching = unless_empty(BatchingFacts {
        max_batch_size: root.placed_number_at(&["max_batch_size"]),
        // A group of several GPUs has its count on each, and unwritten GPUs are all that there are.
        instances: match groups.as_slice() {
            [only] => only.placed_number_at(&["count"]),
            _ => None,
        },
        ..batching.unwrap_or_default()
    });
}

fn batching(dynamic: &Spot<'_>) -> BatchingFacts {
    let delay = dynamic.get("max_queue_delay_microseconds");
    let preferred = repeated(dynamic, "preferred_batch_size");
    let sizes = preferred.iter().filter_map(Spot::number);
    BatchingFacts {
        at: Some(dynamic.at.clone()),
        max_queue_delay_seconds: delay
            .and_then(|delay| Placed::number(delay.number()? / 1e6, &delay.at)),
        preferred: sizes.filter_map(Number::new).collect(),
        ..BatchingFacts::default()
    }
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
