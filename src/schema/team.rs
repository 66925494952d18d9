//! A JSON Schema that a team wrote: what is asked of it before any document is compared with it.
//!
//! A change under review may bring the schema, so one that could keep a run busy for long, or lead it elsewhere, is
//! refused with the place that does so.

mod graph;

use super::{Refusal, Schema, excess};
use crate::{
    document::{Node, Pointer},
    rule::SCHEMA_VALID,
    units::first_named,
};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// The draft that is read.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// So many values may a schema hold.
const MOST_SCHEMA_VALUES: usize = 20_000;
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
    /// How deep a document may nest, so that comparing it ends soon; `None` for any depth.
    deepest: Option<usize>,
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
        let deepest = graph::deepest(&json, &walk.schemas, &walk.anchors)?;
        let schema = Schema::of_team_json(json)
            .map_err(|(at, error)| flaw(&at, format!("it is no JSON Schema: {error}")))?;
        Ok(Self {
            schema,
            formats: walk.formats,
            deepest,
            file: file.to_owned(),
        })
    }

    /// What it refuses in a document.
    pub fn refusals(&self, root: &Node) -> Vec<Refusal> {
        let excess = excess(root, super::MOST_VALUES).or_else(|| self.too_deep(root));
        let mut refusals = match excess {
            Some(refusal) => vec![refusal],
            None => self.schema.refusals_in(root),
        };
        for refusal in &mut refusals {
            let help = || format!("compare the document with its schema, {}", self.file);
            refusal.violation.help.get_or_insert_with(help);
        }
        refusals
    }

    fn too_deep(&self, root: &Node) -> Option<Refusal> {
        let most = self.deepest?;
        let found = depth(root);
        (found >= most).then(|| {
            let message = format!(
                "the document nests {found} levels deep, and its schema, which leads back to itself in several ways, can be compared with {} at most",
                most - 1
            );
            Refusal {
                violation: super::violation(SCHEMA_VALID, Pointer::default(), message, None, None),
                blocking: true,
                custom: false,
                meant: None,
                rest: None,
            }
        })
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

/// How many levels a value has, itself included.
fn depth(node: &Node) -> usize {
    let items = node.items().iter();
    let entries = node.entries().iter().map(|entry| &entry.node);
    items.chain(entries).map(depth).max().unwrap_or(0) + 1
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

#[cfg(test)]
mod tests;
