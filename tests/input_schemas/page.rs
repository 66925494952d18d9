//! `docs/input.md`: the schemas as tables for people who write rules.

use serde_json::Value as Json;
use std::{collections::BTreeMap, fmt::Write as _};

const HEAD: &str = "# What rules read\n\n\
Generated from `schemas/input/`; do not edit. A rule reads `input`, which depends on its `applies_to`, and `data.servelint`. \
Beside what the team wrote, `input` holds facts: numbers that the host derives, each in the unit that is named here. \
A fact that is unknown is absent, never null and never zero. `[]` stands for every element of a list, `{}` for every value of a mapping. A placed value is an object of `value` and `at`, the path to what it was read from.\n\n\
`.ci/check-policies` has OPA check each rule against these schemas, so a misspelt key is an error. \
OPA knows no type of the arguments of a function: a key that is misspelt there, or given to `object.get`, is not found.\n\n\
`servelint input` prints both parts for each rule. `servelint schema input` prints the JSON Schema of that output, \
[`schemas/inputs/v1.json`](../schemas/inputs/v1.json): an entry for each question, with `subject`, `service`, `files`, `rules`, `input` and `data`. \
It is weaker than the schemas of documents, because rules also run on documents with missing or unknown fields and with values that a rule reports itself. \
`data.servelint.platforms` is not in the output; it is part of the policies. \
Each [pack](packs.md) that the project names has `data.<pack>.settings`, and `data.<pack>.data` in the entries of its rules.\n";

/// Documents stand in a review as they do alone; manifests have a section of their own.
const ELSEWHERE: [&str; 4] = [
    "input.serving",
    "input.decisions",
    "input.checklists",
    "input.artifacts",
];

/// What stands on the page: a title, a schema, the part of it, and the path by which rules read it.
const SECTIONS: [(&str, &str, &str, &str); 6] = [
    (
        "Facts of a ServingSpec",
        "ServingSpec",
        "/properties/facts",
        "input.facts",
    ),
    (
        "Facts of a DecisionLog",
        "DecisionLog",
        "/properties/facts",
        "input.facts",
    ),
    (
        "Facts of a VerificationChecklist",
        "VerificationChecklist",
        "/properties/facts",
        "input.facts",
    ),
    ("A review", "Review", "", "input"),
    (
        "Facts of a manifest",
        "Review",
        "/properties/artifacts/items/properties/facts",
        "input.artifacts[].facts",
    ),
    ("Data", "data", "", "data.servelint"),
];

pub(super) fn page(schemas: &BTreeMap<&'static str, Json>) -> String {
    let mut text = HEAD.to_owned();
    for (title, name, pointer, path) in SECTIONS {
        let whole = &schemas[name];
        let part = whole.pointer(pointer).expect("a part");
        let _ = write!(
            text,
            "\n## {title}\n\n| path | type | meaning |\n| --- | --- | --- |\n"
        );
        rows(whole, part, path, &mut text);
    }
    text
}

/// One row for each key below `path`.
fn rows(whole: &Json, schema: &Json, path: &str, text: &mut String) {
    let schema = resolved(whole, schema);
    for branch in schema["anyOf"].as_array().into_iter().flatten() {
        rows(whole, branch, path, text);
    }
    for (key, field) in schema["properties"].as_object().into_iter().flatten() {
        row(whole, field, &format!("{path}.{key}"), text);
    }
    if schema["additionalProperties"].is_object() {
        row(
            whole,
            &schema["additionalProperties"],
            &format!("{path}{{}}"),
            text,
        );
    }
    if schema["items"].is_object() && is_open(whole, &schema["items"]) {
        rows(whole, &schema["items"], &format!("{path}[]"), text);
    }
}

fn row(whole: &Json, field: &Json, path: &str, text: &mut String) {
    let target = resolved(whole, field);
    let description = field
        .get("description")
        .or_else(|| target.get("description"));
    // Branches of a mirror have no meaning of their own.
    if let Some(description) = description.and_then(Json::as_str) {
        let description = description.replace('\n', " ").replace('|', "\\|");
        let kind = kind(whole, field);
        let _ = writeln!(text, "| `{path}` | {kind} | {description} |");
    }
    if !ELSEWHERE.contains(&path) && !is_placed(field) {
        rows(whole, field, path, text);
    }
}

/// A value beside its path, which the head of the page explains.
fn is_placed(field: &Json) -> bool {
    let reference = field["$ref"].as_str().or(field["items"]["$ref"].as_str());
    reference.is_some_and(|name| name.starts_with("#/$defs/Placed"))
}

fn is_open(whole: &Json, items: &Json) -> bool {
    let items = resolved(whole, items);
    ["properties", "anyOf", "additionalProperties"]
        .iter()
        .any(|key| items.get(key).is_some())
}

fn resolved<'s>(whole: &'s Json, schema: &'s Json) -> &'s Json {
    match schema.get("$ref").and_then(Json::as_str) {
        Some(reference) => whole
            .pointer(reference.trim_start_matches('#'))
            .expect("a definition"),
        None => schema,
    }
}

fn kind(whole: &Json, schema: &Json) -> String {
    let target = resolved(whole, schema);
    if schema["$ref"].is_string() && is_placed(schema) {
        return format!("{}, placed", kind(whole, &target["properties"]["value"]));
    }
    let schema = target;
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Json::as_str);
        return words
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ");
    }
    match &schema["type"] {
        Json::String(word) if word == "array" && is_placed(schema) => {
            format!("list of {}", kind(whole, &schema["items"]))
        }
        Json::String(word) if word == "array" => "list".to_owned(),
        Json::String(word) => word.clone(),
        Json::Array(words) => words
            .iter()
            .filter_map(Json::as_str)
            .collect::<Vec<_>>()
            .join(" or "),
        _ => match schema["anyOf"].as_array() {
            Some(branches) => branches
                .iter()
                .map(|branch| kind(whole, branch))
                .collect::<Vec<_>>()
                .join(" or "),
            None => "any".to_owned(),
        },
    }
}
