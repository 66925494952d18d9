//! Values that a schema takes in a place: what might have been meant by one that it refuses.

use super::lookup::{find_object, resolve};
use crate::document::{Node, Pointer, Value, source::Span};
use serde_json::{Map, Value as Json, json};

/// So many values of one place, and of what they consist of.
const MOST: usize = 16;
/// Characters of a text.
const LONGEST: u64 = 100;
/// Objects in objects.
const DEEPEST: usize = 6;

/// The values, without places; none where the schema does not tell what it takes.
pub(super) fn of(root: &Json, at: &Pointer) -> Vec<Value> {
    let Some(schema) = find_object(root, root, at.steps()) else {
        return Vec::new();
    };
    let found = Samples { root }.of(schema, DEEPEST);
    let nodes = found
        .iter()
        .map(|json| Node::of_json(json, Span::default()));
    nodes.map(|node| node.value).collect()
}

struct Samples<'s> {
    root: &'s Json,
}

impl Samples<'_> {
    fn of(&self, schema: &Json, depth: usize) -> Vec<Json> {
        let (Some(schema), Some(deeper)) = (resolve(self.root, schema), depth.checked_sub(1))
        else {
            return Vec::new();
        };
        let listed = |key: &str| schema.get(key).and_then(Json::as_array);
        if let Some(listed) = listed("enum").or(listed("examples")) {
            return listed.iter().take(MOST).cloned().collect();
        }
        if let Some(only) = schema.get("const") {
            return vec![only.clone()];
        }
        let types = schema.get("type");
        let one = types.and_then(Json::as_str).into_iter();
        let many = types.and_then(Json::as_array).into_iter().flatten();
        let words = one.chain(many.filter_map(Json::as_str));
        let mut found = Vec::new();
        for word in words {
            found.extend(self.typed(word, schema, deeper));
        }
        found.truncate(MOST);
        found
    }

    fn typed(&self, word: &str, schema: &Json, deeper: usize) -> Vec<Json> {
        match word {
            "object" => vec![self.object(schema, deeper)],
            "array" => {
                let items = schema.get("items");
                let items = items
                    .map(|items| self.of(items, deeper))
                    .unwrap_or_default();
                vec![Json::Array(items)]
            }
            "boolean" => vec![json!(true), json!(false)],
            "integer" | "number" => {
                let least = schema.get("minimum").cloned();
                vec![least.unwrap_or(json!(1)), json!(1000)]
            }
            "string" => {
                let least = schema.get("minLength").and_then(Json::as_u64);
                let least = least.unwrap_or(1).clamp(1, LONGEST);
                vec![json!("x".repeat(usize::try_from(least).unwrap_or(1)))]
            }
            _ => Vec::new(),
        }
    }

    /// With all that it may have: a rule that misses a field then finds it.
    fn object(&self, schema: &Json, deeper: usize) -> Json {
        let mut object = Map::new();
        let fields = schema.get("properties").and_then(Json::as_object);
        for (key, field) in fields.into_iter().flatten() {
            if let Some(value) = self.of(field, deeper).into_iter().next() {
                object.insert(key.clone(), value);
            }
        }
        Json::Object(object)
    }
}
