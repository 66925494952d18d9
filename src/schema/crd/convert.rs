//! From a schema in the dialect of Kubernetes to JSON Schema.
//!
//! An API server keeps only what a structural schema describes and drops the rest without a word, so
//! what is not described is refused here. What cannot be carried over is counted, never passed over.

use super::field::{Flaw, flag, list, map, names, text};
use crate::{
    document::{Node, Value, source},
    schema::{compile_within, wording::clip},
};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a compiled pattern. In the worst case each byte of a text meets each of its states: this much
/// takes 0.1 s for 100 kB, and `((((a{10}){10}){10}){10}){10}`, 16 times as large, took two minutes.
const PATTERN_BYTES: usize = 256 << 10;
/// Characters of a description that a message shows.
const SENTENCE: usize = 160;
const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];
const NUMBERS: [&str; 3] = ["minimum", "maximum", "multipleOf"];
const COUNTS: [&str; 6] = [
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];
const CHOICES: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Formats that mean the same to an API server and here.
const FORMATS: [&str; 5] = ["date", "date-time", "ipv4", "ipv6", "uuid"];
/// Formats that an API server checks as well, by grammars of its own.
const UNCHECKED: [&str; 22] = [
    "bsonobjectid",
    "byte",
    "cidr",
    "creditcard",
    "datetime",
    "duration",
    "email",
    "hexcolor",
    "hostname",
    "isbn",
    "isbn10",
    "isbn13",
    "k8s-long-name",
    "k8s-short-name",
    "mac",
    "quantity",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid3",
    "uuid4",
    "uuid5",
];

/// What an API server checks and the converted schema does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    /// Rules in CEL.
    rules: usize,
    /// Lists whose elements are told apart by some of their keys.
    keyed: usize,
    patterns: BTreeSet<String>,
    formats: BTreeSet<String>,
}

impl Gaps {
    /// One sentence for each.
    pub(super) fn say(&self) -> Vec<String> {
        let mut said = Vec::new();
        match self.rules {
            0 => {}
            1 => said.push(
                "1 validation rule of its CRD is written in CEL, which is not evaluated".to_owned(),
            ),
            many => {
                said.push(format!(
                    "{many} validation rules of its CRD are written in CEL, which is not evaluated"
                ));
            }
        }
        if self.keyed > 0 {
            let lists = if self.keyed == 1 {
                "1 list"
            } else {
                &format!("{} lists", self.keyed)
            };
            said.push(format!(
                "{lists} of its CRD may not repeat a key (`x-kubernetes-list-map-keys`), which is not checked"
            ));
        }
        for pattern in &self.patterns {
            said.push(format!(
                "the pattern `{}` of its CRD is no regular expression that runs in linear time, or too large a one, so it is not checked",
                clip(pattern)
            ));
        }
        if !self.formats.is_empty() {
            let names: Vec<String> = self
                .formats
                .iter()
                .map(|name| format!("`{name}`"))
                .collect();
            said.push(format!(
                "its CRD names formats that are not checked: {}",
                names.join(", ")
            ));
        }
        said
    }
}

/// Where in a document a subschema applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The object itself.
    Object,
    /// The metadata of an object, of which a schema describes the name at most.
    Metadata,
    /// A value, and what it may hold.
    Value,
    /// A branch of `allOf` and its like: a condition on values that are described elsewhere.
    Condition,
}

impl Scope {
    fn below(self) -> Self {
        match self {
            Self::Object | Self::Value => Self::Value,
            other => other,
        }
    }
}

/// The JSON Schema, draft 2020-12, of the objects that `openAPIV3Schema` describes, and what it leaves
/// out. Unknown fields are allowed where `open` says so.
pub(super) fn convert(schema: &Node, open: bool) -> Result<(Json, Gaps), Flaw> {
    let mut converter = Converter {
        open,
        gaps: Gaps::default(),
        patterns: BTreeMap::new(),
    };
    let json = converter.schema(schema, Scope::Object)?;
    Ok((json, converter.gaps))
}

struct Converter {
    open: bool,
    gaps: Gaps,
    /// Whether each pattern that was met can be used: large schemas repeat a few.
    patterns: BTreeMap<String, bool>,
}

/// What the extensions of Kubernetes say of a value.
struct Extensions {
    int_or_string: bool,
    preserves: bool,
    embedded: bool,
}

impl Converter {
    fn schema(&mut self, node: &Node, scope: Scope) -> Result<Json, Flaw> {
        if !matches!(node.value, Value::Map(_)) {
            return Err(Flaw::new(node.span, "a schema must be a mapping"));
        }
        if let Some(entry) = node.entry("$ref") {
            return Err(Flaw::new(
                entry.key_span,
                "`$ref` is not allowed in the schema of a CRD",
            ));
        }
        let extensions = Extensions {
            int_or_string: flag(node, "x-kubernetes-int-or-string")?
                || text(node, "format")? == Some("int-or-string"),
            preserves: flag(node, "x-kubernetes-preserve-unknown-fields")?,
            embedded: flag(node, "x-kubernetes-embedded-resource")?,
        };
        let mut out = Map::new();
        types(node, &extensions, scope, &mut out)?;
        if let Some(about) = about(node)? {
            out.insert("description".into(), about.into());
        }
        self.fields(node, &extensions, scope, &mut out)?;
        self.elements(node, scope, &mut out)?;
        self.limits(node, &mut out)?;
        self.choices(node, &extensions, &mut out)?;
        if let Some(rules) = node.get("x-kubernetes-validations") {
            self.gaps.rules += list(rules, "x-kubernetes-validations")?.len();
        }
        Ok(Json::Object(out))
    }

    fn fields(
        &mut self,
        node: &Node,
        extensions: &Extensions,
        scope: Scope,
        out: &mut Map<String, Json>,
    ) -> Result<(), Flaw> {
        let mut fields = Map::new();
        let is_object = scope == Scope::Object || extensions.embedded;
        if is_object {
            fields.insert("apiVersion".into(), json!({"type": "string"}));
            fields.insert("kind".into(), json!({"type": "string"}));
            fields.insert("metadata".into(), json!({"type": "object"}));
        }
        let described = match node.get("properties") {
            Some(node) => map(node, "properties")?,
            None => &[],
        };
        for entry in described {
            let inner = match entry.key.as_str() {
                // What an object reports of itself is written by its controller.
                "status" if scope == Scope::Object => json!({}),
                "metadata" if is_object => self.schema(&entry.node, Scope::Metadata)?,
                _ => self.schema(&entry.node, scope.below())?,
            };
            fields.insert(entry.key.clone(), inner);
        }
        if scope == Scope::Object {
            fields.entry("status").or_insert(json!({}));
        }
        let required = required(node, extensions, scope)?;
        let holds = !fields.is_empty() || text(node, "type")? == Some("object");
        // An API server drops fields that nothing describes, so a mapping with any is closed. A
        // condition describes no fields, it only tests them.
        let is_closed = holds
            && !self.open
            && !extensions.preserves
            && matches!(scope, Scope::Object | Scope::Value);
        let others = match node.get("additionalProperties") {
            Some(others) => self.others(others, scope)?,
            None => is_closed.then_some(Json::Bool(false)),
        };
        if !fields.is_empty() {
            out.insert("properties".into(), Json::Object(fields));
        }
        if !required.is_empty() {
            out.insert("required".into(), required.into());
        }
        if let Some(others) = others {
            out.insert("additionalProperties".into(), others);
        }
        Ok(())
    }

    /// What the values of unnamed fields must be; nothing where they may be anything.
    fn others(&mut self, node: &Node, scope: Scope) -> Result<Option<Json>, Flaw> {
        Ok(match node.value {
            Value::Bool(true) => None,
            Value::Bool(false) => Some(Json::Bool(false)),
            _ => Some(self.schema(node, scope.below())?),
        })
    }

    fn elements(
        &mut self,
        node: &Node,
        scope: Scope,
        out: &mut Map<String, Json>,
    ) -> Result<(), Flaw> {
        if let Some(items) = node.get("items") {
            out.insert("items".into(), self.schema(items, scope.below())?);
        }
        let kind = text(node, "x-kubernetes-list-type")?;
        if kind == Some("set") || flag(node, "uniqueItems")? {
            out.insert("uniqueItems".into(), true.into());
        }
        self.gaps.keyed += usize::from(kind == Some("map"));
        Ok(())
    }

    fn limits(&mut self, node: &Node, out: &mut Map<String, Json>) -> Result<(), Flaw> {
        if let Some(options) = node.get("enum") {
            let options: Vec<Json> = list(options, "enum")?.iter().map(Node::to_json).collect();
            if !options.is_empty() {
                out.insert("enum".into(), options.into());
            }
        }
        for key in NUMBERS {
            let Some(limit) = node.get(key) else { continue };
            let number = limit.as_f64();
            if number.is_none_or(|number| key == "multipleOf" && number <= 0.0) {
                let message = format!("`{key}` must be a number{}", above(key));
                return Err(Flaw::new(limit.span, message));
            }
            out.insert(key.into(), limit.to_json());
        }
        for (exclusive, key) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            // A flag, as in OpenAPI 3.0.
            if flag(node, exclusive)?
                && let Some(limit) = out.remove(key)
            {
                out.insert(exclusive.into(), limit);
            }
        }
        for key in COUNTS {
            let Some(limit) = node.get(key) else { continue };
            let count = limit.as_f64();
            if count.is_none_or(|count| count < 0.0 || count.fract() != 0.0) {
                let message = format!("`{key}` must be a whole number from 0 on");
                return Err(Flaw::new(limit.span, message));
            }
            out.insert(key.into(), limit.to_json());
        }
        self.pattern(node, out)?;
        self.format(node, out)
    }

    fn pattern(&mut self, node: &Node, out: &mut Map<String, Json>) -> Result<(), Flaw> {
        let Some(pattern) = text(node, "pattern")? else {
            return Ok(());
        };
        let is_usable = *self
            .patterns
            .entry(pattern.to_owned())
            .or_insert_with(|| is_quick(pattern));
        if is_usable {
            out.insert("pattern".into(), pattern.into());
            out.entry("description")
                .or_insert_with(|| format!("it must match `{pattern}`").into());
        } else {
            self.gaps.patterns.insert(pattern.to_owned());
        }
        Ok(())
    }

    fn format(&mut self, node: &Node, out: &mut Map<String, Json>) -> Result<(), Flaw> {
        let Some(format) = text(node, "format")? else {
            return Ok(());
        };
        // A limit of the schema's own stays: it is the narrower one.
        if format == "int32" {
            if !out.contains_key("exclusiveMinimum") {
                out.entry("minimum").or_insert_with(|| i32::MIN.into());
            }
            if !out.contains_key("exclusiveMaximum") {
                out.entry("maximum").or_insert_with(|| i32::MAX.into());
            }
        } else if FORMATS.contains(&format) {
            out.insert("format".into(), format.into());
        } else if UNCHECKED.contains(&format) {
            self.gaps.formats.insert(format.to_owned());
        }
        Ok(())
    }

    fn choices(
        &mut self,
        node: &Node,
        extensions: &Extensions,
        out: &mut Map<String, Json>,
    ) -> Result<(), Flaw> {
        for key in CHOICES {
            let Some(branches) = node.get(key) else {
                continue;
            };
            let branches = list(branches, key)?;
            // The types of `int-or-string` are said already, and read better there.
            let are_types = branches.iter().all(holds_only_a_type);
            if branches.is_empty() || extensions.int_or_string && are_types {
                continue;
            }
            let mut converted = Vec::new();
            for branch in branches {
                converted.push(self.schema(branch, Scope::Condition)?);
            }
            out.insert(key.into(), converted.into());
        }
        if let Some(refused) = node.get("not") {
            out.insert("not".into(), self.schema(refused, Scope::Condition)?);
        }
        Ok(())
    }
}

/// True for a pattern that runs in linear time, and of whose states there are so few that no text of a
/// file's length keeps a processor for minutes.
fn is_quick(pattern: &str) -> bool {
    compile_within(&json!({"pattern": pattern}), PATTERN_BYTES).is_ok()
}

/// The fields that an object must have.
fn required(node: &Node, extensions: &Extensions, scope: Scope) -> Result<Vec<String>, Flaw> {
    let mut required = names(node, "required")?;
    // The API server fills it in before it looks.
    let properties = node.get("properties");
    let has_default = |name: &String| {
        let field = properties.and_then(|fields| fields.get(name));
        field.is_some_and(|field| field.get("default").is_some())
    };
    required.retain(|name| !has_default(name));
    // Its controller writes it, and a file has none yet.
    if scope == Scope::Object {
        required.retain(|name| name != "status");
    }
    if extensions.embedded {
        for own in ["apiVersion", "kind"] {
            if !required.iter().any(|name| name == own) {
                required.push(own.to_owned());
            }
        }
    }
    Ok(required)
}

fn holds_only_a_type(schema: &Node) -> bool {
    schema.entries().iter().all(|entry| entry.key == "type")
}

fn types(
    node: &Node,
    extensions: &Extensions,
    scope: Scope,
    out: &mut Map<String, Json>,
) -> Result<(), Flaw> {
    let written = text(node, "type")?;
    if let (Some(name), Some(node)) = (written, node.get("type"))
        && !TYPES.contains(&name)
    {
        let message = format!(
            "`{}` is no type; it is one of {}",
            clip(name),
            TYPES.join(", ")
        );
        return Err(Flaw::new(node.span, message));
    }
    let mut types: Vec<&str> = match (extensions.int_or_string, written) {
        (true, _) => vec!["integer", "string"],
        (false, Some(name)) => vec![name],
        (false, None) if scope == Scope::Object || extensions.embedded => vec!["object"],
        (false, None) => Vec::new(),
    };
    // Without a type, null is allowed already.
    if flag(node, "nullable")? && !types.is_empty() {
        types.push("null");
    }
    match types.as_slice() {
        [] => {}
        [only] => drop(out.insert("type".into(), (*only).into())),
        _ => drop(out.insert("type".into(), types.into())),
    }
    Ok(())
}

/// The first sentence of a description: they run over pages.
fn about(node: &Node) -> Result<Option<String>, Flaw> {
    let Some(text) = text(node, "description")? else {
        return Ok(None);
    };
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    // A word has a character at least, so more of them are never shown.
    let words = paragraph
        .split_whitespace()
        .take(SENTENCE)
        .collect::<Vec<_>>()
        .join(" ");
    let sentence = words
        .split_once(". ")
        .map_or(words.as_str(), |(first, _)| first)
        .trim_end_matches('.');
    let short = source::clip(sentence, SENTENCE);
    Ok((!short.is_empty()).then_some(short))
}

fn above(key: &str) -> &'static str {
    if key == "multipleOf" { " above 0" } else { "" }
}

#[cfg(test)]
mod tests;
