//! Spanned trees and JSON as the engine's values, without a detour through text.

use crate::document::{Node, Value as Tree};
use regorus::Value;
use std::collections::BTreeMap;

/// The value of a document's tree. Infinities and NaN become null, as JSON has neither; a key without a value
/// is absent.
pub fn from_node(node: &Node) -> Value {
    converted(node, false)
}

/// The same with the keys that have no value, which are null.
pub fn from_whole_node(node: &Node) -> Value {
    converted(node, true)
}

fn converted(node: &Node, whole: bool) -> Value {
    match &node.value {
        Tree::Null => Value::Null,
        Tree::Bool(flag) => Value::from(*flag),
        Tree::Integer(number) => Value::from(*number),
        Tree::Unsigned(number) => Value::from(*number),
        Tree::Float(number) if number.is_finite() => Value::from(*number),
        Tree::Float(_) => Value::Null,
        Tree::String(text) => Value::from(text.as_str()),
        Tree::List(items) => {
            let items = items.iter().map(|item| converted(item, whole));
            Value::from(items.collect::<Vec<_>>())
        }
        Tree::Map(entries) => {
            let rows = entries
                .iter()
                .filter(|entry| whole || entry.is_set())
                .map(|entry| {
                    (
                        Value::from(entry.key.as_str()),
                        converted(&entry.node, whole),
                    )
                });
            Value::from(rows.collect::<BTreeMap<_, _>>())
        }
    }
}

/// The value of a fact or a threshold.
pub fn from_json(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::from(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => Value::from(number),
            (None, Some(number), _) => Value::from(number),
            (None, None, Some(number)) => Value::from(number),
            (None, None, None) => Value::Null,
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(from_json).collect::<Vec<_>>()),
        Json::Object(entries) => {
            let rows = entries
                .iter()
                .map(|(key, value)| (Value::from(key.as_str()), from_json(value)));
            Value::from(rows.collect::<BTreeMap<_, _>>())
        }
    }
}

/// The JSON that an engine reads as this value. Whole numbers are written without a fraction, as
/// messages print them.
pub fn to_json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Array(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| {
                let key = key.as_string().map(|key| key.to_string());
                (key.unwrap_or_default(), to_json(value))
            });
            Json::Object(fields.collect())
        }
        // What is left are scalars: an input holds no sets, because JSON has none.
        scalar => serde_json::to_value(scalar).unwrap_or_default(),
    }
}

/// An object of values that exist already: sharing them costs nothing.
pub fn object<'k>(entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::from(
        entries
            .into_iter()
            .map(|(key, value)| (Value::from(key), value))
            .collect::<BTreeMap<_, _>>(),
    )
}
