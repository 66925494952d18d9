//! The schemas say everything that editors show, and the facts follow them.

use crate::common::KINDS;
use serde_json::{Value as Json, json};
use servelint::{
    document::{
        read::{self, Format},
        source::Source,
    },
    facts::{self, Assumed},
    rule::Subject,
    schema,
};
use std::collections::BTreeMap;

fn schema_of(subject: Subject) -> Json {
    serde_json::from_str(schema::text_of(subject).expect("an embedded schema")).expect("JSON")
}

/// Calls `see` with the path and the subschema of every field, references resolved. A list's
/// entries are `0`, the values of a map `any`.
fn fields(
    root: &Json,
    at: &Json,
    path: &str,
    definition: &str,
    see: &mut dyn FnMut(&str, &Json, &str),
) {
    if path.matches('/').count() > 12 {
        return;
    }
    see(path, at, definition);
    if let Some(name) = at
        .get("$ref")
        .and_then(Json::as_str)
        .and_then(|reference| reference.strip_prefix("#/$defs/"))
    {
        fields(root, &root["$defs"][name], path, name, see);
    }
    for (name, field) in at["properties"].as_object().into_iter().flatten() {
        fields(root, field, &format!("{path}/{name}"), "", see);
    }
    if at["items"].is_object() {
        fields(root, &at["items"], &format!("{path}/0"), "", see);
    }
    if at["additionalProperties"].is_object() {
        fields(
            root,
            &at["additionalProperties"],
            &format!("{path}/any"),
            "",
            see,
        );
    }
}

#[test]
fn every_field_says_what_it_is_for() {
    for subject in KINDS {
        let schema = schema_of(subject);
        let mut described: BTreeMap<String, bool> = BTreeMap::new();
        fields(&schema, &schema, "", "", &mut |path, field, _| {
            let says = field["description"]
                .as_str()
                .is_some_and(|text| text.len() > 10);
            *described.entry(path.to_owned()).or_default() |= says;
        });
        let silent: Vec<&String> = described
            .iter()
            .filter(|(path, says)| !**says && !path.ends_with("/0") && !path.ends_with("/any"))
            .map(|(path, _)| path)
            .collect();
        assert!(
            described.len() > 50,
            "{subject}: only {} fields were seen",
            described.len()
        );
        assert!(
            silent.is_empty(),
            "{subject}: no description at {silent:#?}"
        );
    }
}

/// A duration that the schema knows and the facts do not is a number that every rule misses.
#[test]
fn facts_hold_every_duration_quantity_and_date_of_the_schemas() {
    let samples = BTreeMap::from([
        ("duration", "90s"),
        ("calendarDuration", "90s"),
        ("quantity", "2Gi"),
        ("date", "2026-10-09"),
        ("moment", "2026-10-09T09:20:00Z"),
    ]);
    for subject in KINDS {
        let schema = schema_of(subject);
        let mut measured: BTreeMap<String, &str> = BTreeMap::new();
        fields(&schema, &schema, "", "", &mut |path, _, definition| {
            if let Some(sample) = samples.get(definition) {
                measured.insert(path.to_owned(), sample);
            }
        });
        assert!(measured.len() >= 5, "{subject}: {measured:?}");
        for (path, sample) in measured {
            let facts = derive(subject, &document(&path, sample));
            let fact = facts.pointer(&path).unwrap_or(&Json::Null);
            assert!(fact.is_number(), "{subject}: the fact at {path} is {fact}");
        }
    }
}

/// A document that holds nothing but `text` at `path`.
fn document(path: &str, text: &str) -> Json {
    path.split('/')
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .fold(json!(text), |inner, step| match step {
            "0" => json!([inner]),
            key => json!({ key: inner }),
        })
}

fn derive(subject: Subject, document: &Json) -> Json {
    let parsed = read::parse(&Source::new("a.json", document.to_string()), Format::Json);
    facts::derive(
        subject,
        &parsed.documents.first().expect("a document").root,
        Assumed::default(),
    )
    .to_json()
}

#[test]
fn shared_definitions_are_the_same_in_every_schema() {
    let mut seen: BTreeMap<String, (Subject, Json)> = BTreeMap::new();
    for subject in KINDS {
        for (name, definition) in schema_of(subject)["$defs"]
            .as_object()
            .expect("definitions")
        {
            if let Some((other, known)) = seen.get(name) {
                assert_eq!(
                    known, definition,
                    "`{name}` differs between {other} and {subject}"
                );
            }
            seen.insert(name.clone(), (subject, definition.clone()));
        }
    }
}
