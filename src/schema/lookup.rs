//! Ways through a schema, and what words in a document may mean: read by those who word what it
//! refuses and by those who fix it.

use crate::document::Step;
use serde_json::Value as Json;

/// The subschema of the value at `steps`, following `properties`, `items` and `$ref`.
pub(super) fn find_object<'s>(
    root: &'s Json,
    schema: &'s Json,
    steps: &[Step],
) -> Option<&'s Json> {
    let schema = resolve(root, schema)?;
    match steps.split_first() {
        None => Some(schema),
        Some((Step::Index(_), rest)) => find_object(root, schema.get("items")?, rest),
        Some((Step::Key(step), rest)) => {
            find_object(root, schema.get("properties")?.get(step)?, rest)
        }
    }
}

/// The subschema that a `$ref` leads to; itself where it has none.
pub(super) fn resolve<'s>(root: &'s Json, schema: &'s Json) -> Option<&'s Json> {
    match schema.get("$ref").and_then(Json::as_str) {
        Some(reference) => root.pointer(reference.strip_prefix('#')?),
        None => Some(schema),
    }
}

/// The names of the fields that an object may have, in the order of the schema.
pub(super) fn properties(holder: &Json) -> Vec<&str> {
    holder
        .get("properties")
        .and_then(Json::as_object)
        .map(|map| map.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// What older readers of YAML make of a word.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "on" | "true" => Some(true),
        "no" | "off" | "false" => Some(false),
        _ => None,
    }
}
