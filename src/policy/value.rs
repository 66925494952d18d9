//! Spanned trees and JSON as the engine's values, without a detour through text.

mod serialized;

pub use serialized::from_serialize;

use crate::document::{Node, Value as Tree};
use regorus::Value;
use std::{collections::BTreeMap, mem::discriminant, sync::LazyLock};

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

/// Some number with a fraction: numbers do not tell in which way they are kept.
static HALF: LazyLock<Value> = LazyLock::new(|| Value::from(0.5));

/// What an object is known by, for as long as it lies where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueMark {
    address: usize,
    mark: [u64; 2],
}

impl ValueMark {
    /// Of an object whose content has this mark; nothing for other values.
    pub fn new(value: &Value, mark: [u64; 2]) -> Option<Self> {
        let address = address(value)?;
        Some(Self { address, mark })
    }
}

/// Where an object lies. A value that shares it lies there as well.
fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Object(entries) => Some(std::ptr::from_ref(&**entries).addr()),
        _ => None,
    }
}

/// Writes down what a value is: different values are written otherwise, and so are numbers of different types. Of objects
/// that have a mark, it stands for all that is in them.
pub fn write(value: &Value, marks: &[ValueMark], out: &mut Vec<u8>) {
    if let Some(address) = address(value)
        && let Some(known) = marks.iter().find(|known| known.address == address)
    {
        let [first, second] = known.mark;
        write_number(12, first.to_le_bytes(), out);
        return write_number(12, second.to_le_bytes(), out);
    }
    match value {
        Value::Undefined => out.push(0),
        Value::Null => out.push(1),
        Value::Bool(flag) => out.push(2 + u8::from(*flag)),
        Value::Number(number) => {
            let is_float = match &*HALF {
                Value::Number(half) => discriminant(number) == discriminant(half),
                _ => false,
            };
            match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (_, _, Some(float)) if is_float => write_number(4, float.to_le_bytes(), out),
                (Some(number), _, _) if !is_float => write_number(5, number.to_le_bytes(), out),
                (_, Some(number), _) if !is_float => write_number(6, number.to_le_bytes(), out),
                _ => {
                    out.push(7);
                    write_text(&value.to_string(), out);
                }
            }
        }
        Value::String(text) => {
            out.push(8);
            write_text(text, out);
        }
        Value::Array(items) => {
            write_number(9, items.len().to_le_bytes(), out);
            items.iter().for_each(|item| write(item, marks, out));
        }
        Value::Set(items) => {
            write_number(10, items.len().to_le_bytes(), out);
            items.iter_sorted().for_each(|item| write(item, marks, out));
        }
        Value::Object(entries) => {
            write_number(11, entries.len().to_le_bytes(), out);
            for (key, value) in entries.iter_sorted() {
                write(key, marks, out);
                write(value, marks, out);
            }
        }
    }
}

fn write_number<const N: usize>(kind: u8, number: [u8; N], out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(&number);
}

/// A text cannot run into the next one.
fn write_text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&text.len().to_le_bytes());
    out.extend_from_slice(text.as_bytes());
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

    fn written(value: &serde_json::Value) -> Vec<u8> {
        let mut out = Vec::new();
        write(&from_json(value), &[], &mut out);
        out
    }

    #[test]
    fn different_values_are_written_otherwise() {
        let values = [
            json!(null),
            json!(false),
            json!(true),
            json!(0),
            json!(1),
            json!(1.0),
            json!(u64::MAX),
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
                assert_ne!(written(value), written(other), "{value} and {other}");
            }
            assert_eq!(written(value), written(&value.clone()));
        }
        let inner = from_json(&json!({"a": 1}));
        let outer = object([("b", inner.clone())]);
        let mut told = Vec::new();
        let mark = ValueMark::new(&inner, [1, 2]).expect("it is an object");
        write(&outer, &[mark], &mut told);
        assert_ne!(told, written(&json!({"b": {"a": 1}})));
        let other = object([("b", from_json(&json!({"a": 1})))]);
        let mut unmarked = Vec::new();
        write(&other, &[mark], &mut unmarked);
        assert_eq!(unmarked, written(&json!({"b": {"a": 1}})));
        let one = json!({"a": 1, "b": 2, "c": 3});
        let other = json!({"c": 3, "b": 2, "a": 1});
        assert_eq!(written(&one), written(&other));
    }
}
