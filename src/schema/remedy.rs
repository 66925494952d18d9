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
    let fits = fits(known, present.get(key)?) && present.get(name).is_none();
    fits.then(|| {
        Remedy::safe(RemedyStep::Rename {
            at: at.clone().key(key),
            to: name.to_owned(),
        })
    })
}

/// A value of the wrong type under the right key would trade one finding for another.
fn fits(schema: &Json, value: &Json) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" | "number" => value.is_number(),
        _ => true,
    };
    match schema.get("type") {
        Some(Json::String(name)) => is(name),
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).any(is),
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
    let replace = |with| {
        Some(Remedy::safe(RemedyStep::Replace {
            at: at.clone(),
            with,
        }))
    };
    match kind {
        Kind::Required { property } => {
            let key = property.as_str()?;
            let object = find_object(schema, schema, at.steps());
            let known = || object?.get("properties")?.get(key);
            let own = holder.get("properties").and_then(|known| known.get(key));
            let stub = own
                .or_else(known)
                .map_or(Stub::Text(TODO.into()), |field| stub(schema, field, 0));
            let before = object.map(properties).unwrap_or_default();
            let before = before
                .into_iter()
                .skip_while(|name| *name != key)
                .skip(1)
                .map(str::to_owned);
            let change = RemedyStep::Insert {
                at: at.clone().key(key),
                before: before.collect(),
                stub,
            };
            Some(Remedy {
                safe: false,
                changes: vec![change],
            })
        }
        Kind::Type {
            kind: TypeKind::Single(JsonType::Boolean),
        } => replace(Scalar::Flag(truth(instance.as_str()?)?)),
        Kind::Enum { options } => {
            let known: Vec<&str> = options
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
                .collect();
            replace(Scalar::Text(meant(instance.as_str()?, &known)?.to_owned()))
        }
        Kind::Pattern { .. } => {
            let written = match holder.get("x-servelint-rule")? {
                Json::String(rule) if rule == DURATION_NEEDS_UNIT => {
                    respelt_duration(instance.as_str()?)?
                }
                by_keyword if by_keyword.get("pattern")?.as_str()? == "quantity-valid" => {
                    respelt_quantity(instance.as_str()?)?
                }
                _ => return None,
            };
            replace(Scalar::Text(written))
        }
        _ => None,
    }
}

/// A slip of one allowed value, or the start of only one.
fn meant<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower = text.to_lowercase();
    let mut longer = known
        .iter()
        .copied()
        .filter(|name| lower.len() >= 3 && name.starts_with(&lower));
    certain(text, known.iter().copied())
        .or_else(|| longer.next().filter(|_| longer.next().is_none()))
}

/// A value of the right shape that the linter refuses until someone fills it in.
fn stub(root: &Json, schema: &Json, depth: usize) -> Stub {
    let todo = || Stub::Text(TODO.to_owned());
    let Some(schema) = resolve(root, schema).filter(|_| depth < DEPTH) else {
        return todo();
    };
    if let Some(only) = schema.get("const").and_then(Json::as_str) {
        return Stub::Text(only.to_owned());
    }
    match schema.get("type").and_then(Json::as_str) {
        Some("object") => {
            let required = schema
                .get("required")
                .and_then(Json::as_array)
                .into_iter()
                .flatten();
            let field = |key: &Json| {
                let key = key.as_str()?;
                let known = schema.get("properties").and_then(|known| known.get(key));
                Some((
                    key.to_owned(),
                    known.map_or_else(todo, |known| stub(root, known, depth + 1)),
                ))
            };
            let fields: Vec<_> = required.filter_map(field).collect();
            if fields.is_empty() {
                todo()
            } else {
                Stub::Map(fields)
            }
        }
        Some("array") => Stub::List(vec![
            schema
                .get("items")
                .map_or_else(todo, |items| stub(root, items, depth + 1)),
        ]),
        _ => todo(),
    }
}
