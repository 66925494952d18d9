//! One schema for a file that holds documents of any of the three kinds.
//!
//! It is composed of the embedded schemas when it is asked for, so that it says what they say.
//! `if` on `kind`, not `oneOf`, because an editor then shows the errors of the right kind only.

use super::{kind, text_of};
use crate::rule::Subject;
use serde_json::{Map, Value as Json, json};

/// Where the definition of "one document" stands among the others.
const DOCUMENT: &str = "document";

/// The schema as pretty JSON with a final line break; `None` where an embedded schema is missing
/// or contradicts another, which is a defect.
pub fn any() -> Option<String> {
    let mut definitions = Map::new();
    let mut choices = Vec::new();
    for &(name, subject, _) in kind::KINDS {
        let schema = whole(subject, &mut definitions)?;
        definitions.insert(name.to_owned(), schema);
        choices.push(json!({
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": reference(name),
        }));
    }
    definitions.insert(DOCUMENT.to_owned(), document(choices));
    let mut schema = shapes();
    schema.insert("$defs".to_owned(), Json::Object(definitions));
    let text = serde_json::to_string_pretty(&schema).ok()?;
    Some(text + "\n")
}

/// The schema of one kind without what only a whole schema has; its definitions join `shared`.
fn whole(subject: Subject, shared: &mut Map<String, Json>) -> Option<Json> {
    let mut schema: Map<String, Json> = serde_json::from_str(text_of(subject)?).ok()?;
    for key in ["$schema", "$id"] {
        schema.remove(key);
    }
    if let Some(Json::Object(definitions)) = schema.remove("$defs") {
        for (name, definition) in definitions {
            let known = shared.entry(name).or_insert_with(|| definition.clone());
            // References are kept as they are, so one name must mean one thing.
            if *known != definition {
                return None;
            }
        }
    }
    Some(Json::Object(schema))
}

/// A document of one of the kinds. Others may share its file, such as a manifest in a YAML stream:
/// they are told by both `apiVersion` and `kind`, so that a slip in one of them is still an error.
fn document(choices: Vec<Json>) -> Json {
    let names = kind::names();
    json!({
        "description": "A ServingSpec, a DecisionLog or a VerificationChecklist, told by its `kind`.",
        "type": "object",
        "if": {
            "properties": {
                "apiVersion": {"type": "string", "not": {"pattern": "^servelint/"}},
                "kind": {"type": "string", "not": {"enum": names}},
            },
            "required": ["apiVersion", "kind"],
        },
        "else": {
            "properties": {
                "apiVersion": {
                    "description": "The version of this format.",
                    "type": "string",
                    "const": kind::API_VERSION,
                },
                "kind": {
                    "description": "What this document is: `ServingSpec` (what is about to be served), `DecisionLog` (why it is built this way) or `VerificationChecklist` (what was measured).",
                    "type": "string",
                    "enum": names,
                },
            },
            "required": ["apiVersion", "kind"],
        },
        "allOf": choices,
    })
}

/// A file holds one document, a JSON array of them, or TOML's `[[document]]`. Each document of a
/// YAML stream is validated by itself.
fn shapes() -> Map<String, Json> {
    let list = json!({"type": "array", "items": reference(DOCUMENT)});
    let wrapped = json!({
        "if": {"properties": {"document": {"type": "array"}}, "required": ["document"]},
        "then": {"properties": {"document": &list}, "additionalProperties": false},
        "else": reference(DOCUMENT),
    });
    let mut schema = Map::new();
    for (key, value) in [
        (
            "$schema",
            json!("https://json-schema.org/draft/2020-12/schema"),
        ),
        (
            "$id",
            json!("https://servelint.dev/schemas/any/v1alpha1.json"),
        ),
        ("title", json!("servelint documents")),
        (
            "description",
            json!(
                "What a team is about to put in front of users, why, and what was measured: documents of any of the three kinds."
            ),
        ),
        ("if", json!({"type": "array"})),
        ("then", list),
        ("else", wrapped),
    ] {
        schema.insert(key.to_owned(), value);
    }
    schema
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/$defs/{name}")})
}
