//! Spanned trees and JSON as the engine's values, without a detour through text.

mod serialized;

pub use serialized::from_serialize;

use crate::document::{Node, Value as Tree};
use regorus::Value;
use std::{collections::BTreeMap, hash::Hasher};

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

/// Tells a hash what a value is: different values tell something else, and so do numbers that are written otherwise.
pub(super) fn tell(value: &Value, hash: &mut impl Hasher) {
    match value {
        Value::Undefined => hash.write_u8(0),
        Value::Null => hash.write_u8(1),
        Value::Bool(flag) => hash.write_u8(2 + u8::from(*flag)),
        Value::Number(_) => {
            hash.write_u8(4);
            tell_text(&value.to_string(), hash);
        }
        Value::String(text) => {
            hash.write_u8(5);
            tell_text(text, hash);
        }
        Value::Array(items) => {
            hash.write_u8(6);
            hash.write_usize(items.len());
            items.iter().for_each(|item| tell(item, hash));
        }
        Value::Set(items) => {
            hash.write_u8(7);
            hash.write_usize(items.len());
            items.iter_sorted().for_each(|item| tell(item, hash));
        }
        Value::Object(entries) => {
            hash.write_u8(8);
            hash.write_usize(entries.len());
            for (key, value) in entries.iter_sorted() {
                tell(key, hash);
                tell(value, hash);
            }
        }
    }
}

/// A text cannot run into the next one.
fn tell_text(text: &str, hash: &mut impl Hasher) {
    hash.write_usize(text.len());
    hash.write(text.as_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::hash::DefaultHasher;

    fn told(value: &serde_json::Value) -> u64 {
        let mut hash = DefaultHasher::new();
        tell(&from_json(value), &mut hash);
        hash.finish()
    }

    #[test]
    fn different_values_tell_something_else() {
        let values = [
            json!(null),
            json!(false),
            json!(true),
            json!(0),
            json!(1),
            json!(1.5),
            json!("1"),
            json!(""),
            json!([]),
            json!({}),
            json!([[]]),
            json!(["ab", "c"]),
            json!(["a", "bc"]),
            json!([["a"], "bc"]),
            json!([["a", "bc"]]),
            json!({"a": "bc"}),
            json!({"ab": "c"}),
            json!({"a": null}),
            json!({"a": {"b": 1}, "c": 2}),
            json!({"a": {"b": 1, "c": 2}}),
        ];
        for (number, value) in values.iter().enumerate() {
            for other in &values[number + 1..] {
                assert_ne!(told(value), told(other), "{value} and {other}");
            }
            assert_eq!(told(value), told(&value.clone()));
        }
        let one = json!({"a": 1, "b": 2, "c": 3});
        let other = json!({"c": 3, "b": 2, "a": 1});
        assert_eq!(told(&one), told(&other));
    }
}
