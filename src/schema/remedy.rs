//! What would fix what a schema refuses, where that is certain.

use super::lookup::{find_object, properties, resolve, truth};
use crate::{
    did_you_mean::certain,
    document::Pointer,
    finding::{Remedy, RemedyStep, Scalar, Stub},
    rule::DURATION_NEEDS_UNIT,
    units::{respelt_duration, respelt_quantity},
};
use jsonschema::{
    JsonType,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value as Json;

/// How deep stubs of mappings nest.
const DEPTH: usize = 6;
/// What stands where someone must decide. Every kind of field refuses it, or a rule does.
const TODO: &str = "TODO";

/// The right spelling of a key, where it is certain, is not there already and fits the value.
pub(super) fn rename(
    key: &str,
    holder: &Json,
    schema: &Json,
    document: &Json,
    at: &Pointer,
) -> Option<Remedy> {
    let present = document.pointer(&at.to_string())?;
    let name = certain(key, properties(holder))?;
    let known = resolve(schema, holder.get("properties")?.get(name)?)?;
    // Renamed, it would take the place of the other.
    if present.get(name).is_some() || !fits(known, present.get(key)?) {
        return None;
    }
    Some(Remedy::safe(RemedyStep::Rename {
        at: at.clone().key(key),
        to: name.to_owned(),
    }))
}

/// A value of the wrong type under the right key would trade one finding for another.
fn fits(schema: &Json, value: &Json) -> bool {
    match schema.get("type") {
        Some(Json::String(name)) => is(value, name),
        Some(Json::Array(names)) => names
            .iter()
            .filter_map(Json::as_str)
            .any(|name| is(value, name)),
        _ => true,
    }
}

/// True for a value of the type of this name, and for names that are no type.
fn is(value: &Json, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // A fraction where an integer belongs is told at the right key, too.
        "integer" | "number" => value.is_number(),
        _ => true,
    }
}

/// What would fix any other refusal at `at`.
pub(super) fn other(
    kind: &Kind,
    at: &Pointer,
    instance: &Json,
    holder: &Json,
    schema: &Json,
) -> Option<Remedy> {
    let with = match kind {
        Kind::Required { property } => return insert(property.as_str()?, at, holder, schema),
        Kind::Type {
            kind: TypeKind::Single(JsonType::Boolean),
        } => Scalar::Flag(truth(instance.as_str()?)?),
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let known: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
            Scalar::Text(meant(instance.as_str()?, &known)?.to_owned())
        }
        Kind::Pattern { .. } => Scalar::Text(respelt(instance.as_str()?, holder)?),
        _ => return None,
    };
    let at = at.clone();
    Some(Remedy::safe(RemedyStep::Replace { at, with }))
}

/// A stub for the missing key `key` of the object at `at`, before the keys that follow it in the schema.
fn insert(key: &str, at: &Pointer, holder: &Json, schema: &Json) -> Option<Remedy> {
    let object = find_object(schema, schema, at.steps());
    // A condition that demands a key states what else it needs there; the object itself states what it is.
    let own = object.and_then(|object| field(object, key));
    let demanded = field(holder, key);
    let stub = match (own, demanded) {
        (Some(own), demanded) => stub(schema, own, demanded, 0),
        (None, Some(demanded)) => stub(schema, demanded, None, 0),
        (None, None) => todo(),
    };
    let known = object.map(properties).unwrap_or_default();
    let after = known.iter().skip_while(|name| **name != key).skip(1);
    let change = RemedyStep::Insert {
        at: at.clone().key(key),
        before: after.map(|name| (*name).to_owned()).collect(),
        stub,
    };
    Some(Remedy {
        // Somebody has to write the value.
        safe: false,
        changes: vec![change],
    })
}

/// A text in the spelling that the pattern of its field wants, where it can only mean one value.
fn respelt(text: &str, holder: &Json) -> Option<String> {
    match holder.get("x-servelint-rule")? {
        Json::String(rule) if rule == DURATION_NEEDS_UNIT => respelt_duration(text),
        by_keyword if by_keyword.get("pattern")?.as_str()? == "quantity-valid" => {
            respelt_quantity(text)
        }
        _ => None,
    }
}

/// A slip of one allowed value, or the start of only one.
fn meant<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    if let Some(name) = certain(text, known.iter().copied()) {
        return Some(name);
    }
    let lower = text.to_lowercase();
    // Shorter starts are as likely the start of something else.
    if lower.len() < 3 {
        return None;
    }
    let mut longer = known.iter().filter(|name| name.starts_with(&lower));
    match (longer.next(), longer.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

fn todo() -> Stub {
    Stub::Text(TODO.to_owned())
}

/// The subschema of the field `key` of an object.
fn field<'s>(object: &'s Json, key: &str) -> Option<&'s Json> {
    object.get("properties")?.get(key)
}

/// A value of the right shape that the linter refuses until someone fills it in. A number is one that only a person
/// knows, and any other would look filled in: a text stands for it, which the schema refuses.
fn stub(root: &Json, schema: &Json, demanded: Option<&Json>, depth: usize) -> Stub {
    let Some(schema) = resolve(root, schema).filter(|_| depth < DEPTH) else {
        return todo();
    };
    if let Some(only) = schema.get("const").and_then(Json::as_str) {
        return Stub::Text(only.to_owned());
    }
    match schema.get("type").and_then(Json::as_str) {
        Some("object") => mapping(root, schema, demanded, depth),
        None if schema.get("required").is_some() => mapping(root, schema, demanded, depth),
        Some("array") => {
            let item = match schema.get("items") {
                Some(items) => stub(root, items, None, depth + 1),
                None => todo(),
            };
            Stub::List(vec![item])
        }
        _ => todo(),
    }
}

/// The required fields of an object, and those that a condition demands.
fn mapping(root: &Json, schema: &Json, demanded: Option<&Json>, depth: usize) -> Stub {
    let required = [Some(schema), demanded].into_iter().flatten();
    let required = required.filter_map(|schema| schema.get("required")?.as_array());
    let mut fields: Vec<(String, Stub)> = Vec::new();
    for key in required.flatten().filter_map(Json::as_str) {
        if fields.iter().any(|(known, _)| known == key) {
            continue;
        }
        let value = match field(schema, key) {
            Some(known) => stub(root, known, None, depth + 1),
            None => todo(),
        };
        fields.push((key.to_owned(), value));
    }
    if fields.is_empty() {
        // An empty mapping would look as if it were filled in, and a text would be no mapping.
        let known = schema.get("properties").and_then(Json::as_object);
        let first = known.and_then(|known| known.iter().next());
        let others = schema.get("additionalProperties");
        fields.push(match (first, others) {
            (Some((key, value)), _) => (key.clone(), stub(root, value, None, depth + 1)),
            (None, Some(value)) => (TODO.to_owned(), stub(root, value, None, depth + 1)),
            (None, None) => (TODO.to_owned(), todo()),
        });
    }
    Stub::Map(fields)
}
