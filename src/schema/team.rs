//! A JSON Schema that a team wrote: what is asked of it before any document is compared with it.
//!
//! A change under review may bring the schema, so one that could keep a run busy for long, or lead it elsewhere, is
//! refused with the place that does so.

use super::{Refusal, Schema, excess};
use crate::{
    document::{Node, Pointer},
    units::first_named,
};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// The draft that is read.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// So many values may a schema hold.
const MOST_SCHEMA_VALUES: usize = 20_000;
/// So many subschemas may look at one value.
const MOST_AT_ONCE: u64 = 10_000;
/// Keywords whose subschemas look at the same value.
const IN_PLACE: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const IN_PLACE_ONE: [&str; 4] = ["not", "if", "then", "else"];
/// Keywords that lead elsewhere in a way that no walk through the text can follow.
const UNFOLLOWED: [&str; 4] = [
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
];
/// Keywords that hold plain values.
const VALUES: [&str; 4] = ["enum", "const", "default", "examples"];
/// Keywords whose value has a subschema under each name.
const NAMED: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
];
/// The formats that are compared with.
const FORMATS: [&str; 19] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Why a schema cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFlaw {
    /// Where in the schema.
    pub at: Pointer,
    /// What is wrong there.
    pub message: String,
}

/// A schema that documents of a team's kind are compared with.
#[derive(Debug)]
pub struct TeamSchema {
    schema: Schema,
    /// Formats that it names and that nothing is compared with.
    formats: BTreeSet<String>,
    /// Its file, as users see it.
    file: String,
}

impl TeamSchema {
    /// The schema in a file of this name.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn new(json: Json, file: &str) -> Result<Self, SchemaFlaw> {
        let mut walk = SchemaWalk::default();
        match &json {
            Json::Object(fields) => walk.root(fields)?,
            _ => return Err(flaw("", "a JSON Schema is an object")),
        }
        let mut weights = InPlaceWeights {
            root: &json,
            anchors: std::mem::take(&mut walk.anchors),
            known: BTreeMap::new(),
        };
        for at in &walk.schemas {
            weights.of(at)?;
        }
        let schema = Schema::of_team_json(json)
            .map_err(|(at, error)| flaw(&at, format!("it is no JSON Schema: {error}")))?;
        Ok(Self {
            schema,
            formats: walk.formats,
            file: file.to_owned(),
        })
    }

    /// What it refuses in a document.
    pub fn refusals(&self, root: &Node) -> Vec<Refusal> {
        let mut refusals = match excess(root, super::MOST_VALUES) {
            Some(refusal) => vec![refusal],
            None => self.schema.refusals_in(root),
        };
        for refusal in &mut refusals {
            let help = || format!("compare the document with its schema, {}", self.file);
            refusal.violation.help.get_or_insert_with(help);
        }
        refusals
    }

    /// The schema, for those who ask what it takes in a place.
    pub fn compiled(&self) -> &Schema {
        &self.schema
    }

    /// What it says and nobody compares anything with.
    pub fn gap(&self) -> Option<String> {
        let names: Vec<String> = self
            .formats
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let named = first_named(&names, 5);
        (!names.is_empty())
            .then(|| format!("its schema names formats that are not checked: {named}"))
    }
}

fn flaw(at: &str, message: impl Into<String>) -> SchemaFlaw {
    SchemaFlaw {
        at: Pointer::parse(at),
        message: message.into(),
    }
}

/// A step of a JSON Pointer.
fn below(at: &str, key: &str) -> String {
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// A walk through all subschemas.
#[derive(Debug, Default)]
struct SchemaWalk {
    /// The pointers to all of them.
    schemas: Vec<String>,
    /// The same by their `$anchor`.
    anchors: BTreeMap<String, String>,
    formats: BTreeSet<String>,
    values: usize,
}

impl SchemaWalk {
    fn root(&mut self, fields: &Map<String, Json>) -> Result<(), SchemaFlaw> {
        let named = fields.get("$schema");
        if let Some(named) = named.filter(|named| {
            let text = named.as_str().unwrap_or_default();
            text.trim_end_matches('#') != DRAFT
        }) {
            let message =
                format!("`$schema` names {named}, and servelint reads draft 2020-12: `{DRAFT}`");
            return Err(flaw("/$schema", message));
        }
        self.schema(fields, String::new())
    }

    fn schema(&mut self, fields: &Map<String, Json>, at: String) -> Result<(), SchemaFlaw> {
        for (key, value) in fields {
            let place = below(&at, key);
            match (key.as_str(), value) {
                ("$ref", Json::String(target)) if !target.starts_with('#') => {
                    let message = format!(
                        "`$ref` leads to `{}`: servelint reads no other file and downloads nothing, so put the definition below `$defs`",
                        super::wording::clip(target)
                    );
                    return Err(flaw(&place, message));
                }
                ("$id", _) if !at.is_empty() => {
                    return Err(flaw(&place, "`$id` below the root is not followed"));
                }
                (key, _) if UNFOLLOWED.contains(&key) => {
                    return Err(flaw(&place, format!("`{key}` is not followed; use `$ref`")));
                }
                ("format", Json::String(name)) if !FORMATS.contains(&name.as_str()) => {
                    self.formats.insert(name.clone());
                }
                ("$anchor", Json::String(name)) => {
                    self.anchors.insert(name.clone(), at.clone());
                }
                (key, _) if VALUES.contains(&key) => {}
                (key, Json::Object(named)) if NAMED.contains(&key) => {
                    for (name, inner) in named {
                        self.value(inner, below(&place, name))?;
                    }
                }
                _ => self.value(value, place)?,
            }
        }
        self.schemas.push(at);
        Ok(())
    }

    fn value(&mut self, value: &Json, at: String) -> Result<(), SchemaFlaw> {
        self.values += 1;
        if self.values > MOST_SCHEMA_VALUES {
            let message = format!("it holds more than {MOST_SCHEMA_VALUES} values");
            return Err(flaw("", message));
        }
        match value {
            Json::Object(fields) => self.schema(fields, at),
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, format!("{at}/{index}"))?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// How many subschemas look at the value that a subschema looks at.
struct InPlaceWeights<'s> {
    root: &'s Json,
    /// The pointers to the subschemas with an `$anchor`, by its name.
    anchors: BTreeMap<String, String>,
    /// `None` while it is being counted: who comes by again goes round in a circle.
    known: BTreeMap<String, Option<u64>>,
}

impl InPlaceWeights<'_> {
    fn of(&mut self, at: &str) -> Result<u64, SchemaFlaw> {
        match self.known.get(at) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => {
                return Err(flaw(
                    at,
                    "it refers to itself without looking at anything below",
                ));
            }
            None => {}
        }
        let Some(Json::Object(fields)) = self.root.pointer(at) else {
            return Ok(1);
        };
        self.known.insert(at.to_owned(), None);
        let mut weight: u64 = 1;
        for next in self.in_place(fields, at) {
            weight = weight.saturating_add(self.of(&next)?);
        }
        if weight > MOST_AT_ONCE {
            let message = format!("more than {MOST_AT_ONCE} subschemas look at one value here");
            return Err(flaw(at, message));
        }
        self.known.insert(at.to_owned(), Some(weight));
        Ok(weight)
    }

    /// The subschemas that look at the same value.
    fn in_place(&self, fields: &Map<String, Json>, at: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (key, value) in fields {
            let place = below(at, key);
            match (key.as_str(), value) {
                ("$ref", Json::String(target)) => found.extend(self.target(target)),
                (key, Json::Array(items)) if IN_PLACE.contains(&key) => {
                    found.extend((0..items.len()).map(|index| format!("{place}/{index}")));
                }
                (key, _) if IN_PLACE_ONE.contains(&key) => found.push(place),
                ("dependentSchemas", Json::Object(named)) => {
                    found.extend(named.keys().map(|name| below(&place, name)));
                }
                _ => {}
            }
        }
        found
    }

    /// Where a `$ref` leads within the schema; `None` where the compiler will refuse it.
    fn target(&self, reference: &str) -> Option<String> {
        let fragment = reference.strip_prefix('#')?;
        if fragment.is_empty() || fragment.starts_with('/') {
            return Some(percent_decoded(fragment));
        }
        self.anchors.get(fragment).cloned()
    }
}

/// A fragment of an address as the text that it stands for.
fn percent_decoded(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
