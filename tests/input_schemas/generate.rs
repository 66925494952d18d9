//! The schemas of what rules read.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value as Json, json};
use servelint::{
    config::TeamPolicy,
    facts::{ChecklistFacts, DecisionFacts, ServingFacts},
    manifest::{self, facts::ManifestFacts},
    review::ReviewFacts,
    rule::Subject,
    schema,
};
use std::collections::{BTreeMap, BTreeSet};

/// OPA reads this draft and no later one.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Keywords that say more than a type, which OPA does not need: the document schemas are the place of these.
const BEYOND_TYPES: [&str; 20] = [
    "$id",
    "$schema",
    "allOf",
    "else",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "not",
    "pattern",
    "then",
    "uniqueItems",
];

/// Every schema, by its name: those of the subjects, and `data` for `data.servelint`.
pub(super) fn all() -> BTreeMap<&'static str, Json> {
    BTreeMap::from([
        (
            "ServingSpec",
            document::<ServingFacts>(Subject::ServingSpec),
        ),
        (
            "DecisionLog",
            document::<DecisionFacts>(Subject::DecisionLog),
        ),
        (
            "VerificationChecklist",
            document::<ChecklistFacts>(Subject::VerificationChecklist),
        ),
        ("Review", review()),
        ("data", data()),
    ])
}

/// What is said of the documents in a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Promise {
    /// Every field that there is, for those who look for misspelt ones.
    Fields,
    /// What holds of each document that rules run on: a field may be missing or unknown, and what a rule reports
    /// may be wrong.
    Input,
}

/// One schema in the making: its definitions are shared by all of its parts.
pub(super) struct Book {
    generator: SchemaGenerator,
    defs: Map<String, Json>,
    promise: Promise,
    unknown: Unknown,
}

impl Book {
    pub(super) fn new(promise: Promise, unknown: Unknown) -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        Self {
            generator: settings.into_generator(),
            defs: Map::new(),
            promise,
            unknown,
        }
    }

    /// The schema of a struct.
    pub(super) fn of<T: JsonSchema>(&mut self) -> Json {
        plain(self.generator.subschema_for::<T>().to_value(), self.unknown)
    }

    /// The schema of a document of that kind, with its facts.
    pub(super) fn document<T: JsonSchema>(&mut self, kind: Subject) -> Json {
        let text = schema::text_of(kind).expect("every kind has a schema");
        let mut schema: Json = serde_json::from_str(text).expect("schemas are JSON");
        if self.promise == Promise::Input {
            schema = promised(schema);
        }
        let defs = schema["$defs"].take();
        for (name, def) in defs.as_object().expect("definitions") {
            self.define(name, optional(plain(def.clone(), self.unknown)));
        }
        let mut schema = optional(plain(schema, self.unknown));
        let fields = schema.as_object_mut().expect("an object");
        fields.remove("$defs");
        let facts = described(self.of::<T>(), "What the host derives from the document.");
        schema["properties"]["facts"] = facts;
        schema
    }

    pub(super) fn define(&mut self, name: &str, schema: Json) {
        let known = self.defs.insert(name.to_owned(), schema.clone());
        assert!(
            known.is_none_or(|known| known == schema),
            "two definitions are called {name}"
        );
    }

    /// The whole schema.
    pub(super) fn close(mut self, title: &str, mut schema: Json) -> Json {
        for (name, def) in self.generator.take_definitions(true) {
            self.define(&name, plain(def, self.unknown));
        }
        let mut defs: Vec<(String, Json)> = self.defs.into_iter().collect();
        defs.sort_by(|one, other| one.0.cmp(&other.0));
        let mut whole = Map::new();
        whole.insert("$schema".into(), DRAFT.into());
        whole.insert("title".into(), title.into());
        whole.append(schema.as_object_mut().expect("an object"));
        whole["title"] = title.into();
        whole.insert(
            "$defs".into(),
            defs.into_iter().collect::<Map<_, _>>().into(),
        );
        whole.into()
    }
}

fn document<T: JsonSchema>(kind: Subject) -> Json {
    let mut book = Book::new(Promise::Fields, Unknown::Missing);
    let schema = book.document::<T>(kind);
    book.close(&format!("`input` of rules that apply to {kind}"), schema)
}

fn review() -> Json {
    let mut book = Book::new(Promise::Fields, Unknown::Missing);
    let documents = documents(&mut book);
    let schema = review_of(&mut book, documents);
    book.close("`input` of rules that apply to Review or Artifacts", schema)
}

/// A specification, a decision log and a checklist.
pub(super) fn documents(book: &mut Book) -> [Json; 3] {
    [
        book.document::<ServingFacts>(Subject::ServingSpec),
        book.document::<DecisionFacts>(Subject::DecisionLog),
        book.document::<ChecklistFacts>(Subject::VerificationChecklist),
    ]
}

/// Everything about one service, of which these are the documents.
pub(super) fn review_of(book: &mut Book, [serving, decisions, checklists]: [Json; 3]) -> Json {
    let facts = described(
        book.of::<ReviewFacts>(),
        "What the host derives from all documents together.",
    );
    let manifest = book.of::<ManifestFacts>();
    let mut own = written();
    own.insert("facts".into(), manifest);
    let artifact = json!({
        "description": "The manifest as it is written, with its facts; only the facts where it does not fit its schema.",
        "type": "object",
        "properties": own,
        "additionalProperties": true,
    });
    let list = |description: &str, items: Json| json!({"description": description, "type": "array", "items": items});
    json!({
        "description": "Everything about one service. Rules that apply to Artifacts read the same where there are manifests.",
        "type": "object",
        "properties": {
            "service": {"type": "string", "description": "The name of the service."},
            "serving": described(serving, "The specification; absent where manifests have none."),
            "decisions": list("The decision logs of the service.", decisions),
            "checklists": list("The verification checklists of the service.", checklists),
            "artifacts": list("The manifests of the service.", artifact),
            "kinds": {
                "description": "The documents of the service of kinds that `[[schemas]]` declares: a list for each kind, empty where the service has none. Absent where no kind is declared.",
                "type": "object",
                "additionalProperties": list(
                    "The documents of one kind, as they are written.",
                    json!({"description": "A document; its own JSON Schema says what it holds.", "type": "object", "additionalProperties": true}),
                ),
            },
            "facts": facts,
        },
        "additionalProperties": false,
    })
}

/// The keys that manifests have at their root. OPA takes an object with named keys for closed, so that
/// they must be named; what stands below them is open.
fn written() -> Map<String, Json> {
    let texts = manifest::kinds()
        .iter()
        .filter_map(|kind| schema::text(kind.schema));
    let keys: BTreeSet<String> = texts
        .flat_map(|text| {
            let schema: Json = serde_json::from_str(text).expect("schemas are JSON");
            let fields = schema["properties"].as_object().cloned();
            fields.unwrap_or_default().into_iter().map(|(key, _)| key)
        })
        .collect();
    let any = json!({"description": "As the manifest has it."});
    keys.into_iter().map(|key| (key, any.clone())).collect()
}

fn data() -> Json {
    let mut book = Book::new(Promise::Fields, Unknown::Null);
    let schema = data_of(&mut book);
    book.close("`data.servelint`", schema)
}

pub(super) fn data_of(book: &mut Book) -> Json {
    let policy = described(
        book.generator.subschema_for::<TeamPolicy>().to_value(),
        "The thresholds of the team: `[policy]` of `servelint.toml` over the defaults.",
    );
    let entry = json!({
        "type": "object",
        "properties": {
            "value": {"description": "The default, in the unit that its key names."},
            "source": {"type": "string", "description": "Who says so."},
            "since": {"type": "string", "description": "The version since which it holds."},
            "requires": {"type": "string", "description": "What the cluster must have for it to hold."},
        },
        "additionalProperties": false,
    });
    let fields = json!({"type": "object", "additionalProperties": entry});
    let modes = json!({"type": "object", "additionalProperties": fields});
    json!({
        "description": "What a rule may know beside its input.",
        "type": "object",
        "properties": {
            "policy": policy,
            "approvers": {
                "description": "The people and teams of each approver role, as the team writes them.",
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "today": {"type": "string", "description": "Today, or the day of `--as-of`, as an RFC 3339 full-date."},
            "day": {"type": "number", "description": "The same in days since 1970-01-01."},
            "platforms": {
                "description": "What platforms do where a manifest is silent.",
                "type": "object",
                "properties": {
                    "version": {"type": "string", "description": "The month in which the table was last compared with its sources."},
                    "defaults": {
                        "description": "The defaults by platform, deployment mode (or `any`) and field.",
                        "type": "object",
                        "additionalProperties": modes,
                    },
                },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    })
}

/// The same with another description; beside a `$ref`, readers show it in place of the definition's.
fn described(mut schema: Json, description: &str) -> Json {
    schema["description"] = description.into();
    schema
}

/// The schema of a document without what rules cannot rely on: that other fields are not there, and what a rule of
/// its own reports.
fn promised(schema: Json) -> Json {
    let Json::Object(fields) = schema else {
        return match schema {
            Json::Array(items) => items.into_iter().map(promised).collect(),
            other => other,
        };
    };
    let named = fields.get("x-servelint-rule").cloned();
    let is_reported = |key: &str| match &named {
        Some(Json::String(_)) => ["type", "enum", "const"].contains(&key),
        Some(by_keyword) => by_keyword.get(key).is_some(),
        None => false,
    };
    let mut kept = Map::new();
    for (key, value) in fields {
        let is_closed = key == "additionalProperties" && value == false;
        if key == "x-servelint-rule" || is_closed || is_reported(&key) {
            continue;
        }
        let value = match (key.as_str(), value) {
            // Names of fields, not keywords.
            ("properties" | "$defs", Json::Object(named)) => named
                .into_iter()
                .map(|(name, it)| (name, promised(it)))
                .collect::<Map<_, _>>()
                .into(),
            ("enum" | "const" | "examples" | "default", value) => value,
            (_, value) => promised(value),
        };
        kept.insert(key, value);
    }
    kept.into()
}

/// The same without a field that must be there: rules also read documents that are not complete.
fn optional(mut schema: Json) -> Json {
    match &mut schema {
        Json::Object(fields) => {
            // A field that is called so has a schema, which is no list.
            if fields.get("required").is_some_and(Json::is_array) {
                fields.shift_remove("required");
            }
            for field in fields.values_mut() {
                *field = optional(field.take());
            }
        }
        Json::Array(items) => {
            for item in items {
                *item = optional(item.take());
            }
        }
        _ => {}
    }
    schema
}

/// Whether what is unknown has no key, as in documents and facts, or is null, as a threshold that a team did not set.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unknown {
    Missing,
    Null,
}

/// Types and descriptions only, in the words that OPA understands.
fn plain(schema: Json, unknown: Unknown) -> Json {
    match schema {
        Json::Object(fields) => object(fields, unknown),
        Json::Array(items) => items.into_iter().map(|it| plain(it, unknown)).collect(),
        other => other,
    }
}

fn object(fields: Map<String, Json>, unknown: Unknown) -> Json {
    let is_kept = |word: &Json| unknown == Unknown::Null || word != "null";
    let mut kept = Map::new();
    for (key, value) in fields {
        match (key.as_str(), value) {
            (key, _) if BEYOND_TYPES.contains(&key) => {}
            // Names of fields, not keywords.
            ("properties" | "$defs", Json::Object(named)) => {
                let named: Map<String, Json> = named
                    .into_iter()
                    .map(|(name, it)| (name, plain(it, unknown)))
                    .collect();
                kept.insert(key, named.into());
            }
            ("required" | "enum" | "const" | "description" | "title", value) => {
                kept.insert(key, value);
            }
            ("type", Json::Array(types)) => {
                let types: Vec<Json> = types.into_iter().filter(is_kept).collect();
                let value = match types.as_slice() {
                    [only] => only.clone(),
                    _ => types.into(),
                };
                kept.insert(key, value);
            }
            ("oneOf" | "anyOf", Json::Array(branches)) => {
                let branches = branches.into_iter().filter(|it| is_kept(&it["type"]));
                let branches = branches.map(|it| plain(it, unknown)).collect();
                join(&mut kept, branches);
            }
            (_, value) => {
                kept.insert(key, plain(value, unknown));
            }
        }
    }
    split(&mut kept);
    kept.into()
}

/// Several types become alternatives, each with the keywords that speak of it: OPA reads one type only.
fn split(kept: &mut Map<String, Json>) {
    let Some(Json::Array(types)) = kept.get("type").cloned() else {
        return;
    };
    kept.remove("type");
    let mut keywords = Map::new();
    for key in ["properties", "additionalProperties", "required", "items"] {
        keywords.extend(kept.remove(key).map(|value| (key.to_owned(), value)));
    }
    let branch = |word: Json| {
        let mut branch = Map::new();
        let is_own = |key: &str| match word.as_str() {
            Some("array") => key == "items",
            Some("object") => key != "items",
            _ => false,
        };
        for (key, value) in keywords.iter().filter(|(key, _)| is_own(key)) {
            branch.insert(key.clone(), value.clone());
        }
        branch.insert("type".into(), word);
        Json::Object(branch)
    };
    kept.insert("anyOf".into(), types.into_iter().map(branch).collect());
}

/// Alternatives: a list of words, the only one, or any of them.
fn join(kept: &mut Map<String, Json>, mut branches: Vec<Json>) {
    let words: Option<Vec<Json>> = branches
        .iter()
        .map(|branch| {
            let one = branch.get("const").map(|word| vec![word.clone()]);
            one.or_else(|| branch.get("enum").and_then(Json::as_array).cloned())
        })
        .collect::<Option<Vec<_>>>()
        .map(|words| words.concat());
    match words {
        Some(words) if words.iter().all(Json::is_string) => {
            kept.insert("type".into(), "string".into());
            kept.insert("enum".into(), words.into());
        }
        _ if branches.len() == 1 => {
            if let Some(Json::Object(only)) = branches.pop() {
                only.into_iter().for_each(|(key, value)| {
                    kept.entry(key).or_insert(value);
                });
            }
        }
        _ => {
            kept.insert("anyOf".into(), branches.into());
        }
    }
}
