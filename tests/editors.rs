//! The schemas that editors are given: one for documents of any kind, one for `servelint.toml`.

use crate::common::{KINDS, switched_on};
use serde_json::{Map, Value as Json, json};
use servelint::{
    config::{Config, KeyPlaces},
    document::{
        read::{self, Format},
        source::Source,
    },
    schema::{self, Schema},
};
use std::{collections::BTreeSet, fs, path::Path};

fn any() -> Json {
    serde_json::from_str(&schema::any().expect("a composed schema")).expect("JSON")
}

fn config() -> Json {
    serde_json::from_str(schema::text("config/v1.json").expect("an embedded schema")).expect("JSON")
}

/// `place: message` of everything that is refused.
fn refused(schema: &Schema, document: &Json) -> Vec<String> {
    let refusals = schema.refusals(document);
    refusals
        .iter()
        .map(|refusal| format!("{}: {}", refusal.violation.at, refusal.violation.message))
        .collect()
}

/// Every document of a case, a project or a manifest, with its file.
fn fixtures(see: &mut dyn FnMut(&Path, Json)) {
    let mut paths = crate::common::every_file();
    paths.extend(crate::common::artifact_fixtures());
    for path in paths {
        let format = Format::of(&path).expect("a known extension");
        let name = path.to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("readable");
        for document in read::parse(&Source::new(&name, text), format).documents {
            see(&path, document.root.to_json());
        }
    }
}

/// What one kind refuses, any of them refuses, and nothing else.
#[test]
fn the_schema_of_any_kind_says_what_the_kinds_say() {
    let any = Schema::compile(&any().to_string()).expect("a schema");
    let kinds = KINDS.map(|subject| {
        let text = schema::text_of(subject).expect("an embedded schema");
        (
            subject.to_string(),
            Schema::compile(text).expect("a schema"),
        )
    });
    let (mut seen, mut refusals, mut foreign) = (0, 0, 0);
    fixtures(&mut |path, document| {
        let kind = document["kind"].as_str().unwrap_or_default();
        let ours = document["apiVersion"] == "servelint/v1alpha1";
        match kinds.iter().find(|(name, _)| ours && name == kind) {
            Some((_, schema)) => {
                let wanted = refused(schema, &document);
                assert_eq!(refused(&any, &document), wanted, "{}", path.display());
                seen += 1;
                refusals += wanted.len();
            }
            None if document["apiVersion"].is_string() && !kind.is_empty() && !ours => {
                assert_eq!(refused(&any, &document), [""; 0], "{}", path.display());
                foreign += 1;
            }
            None => (),
        }
    });
    assert!(seen > 200, "only {seen} documents");
    assert!(refusals > 15, "only {refusals} refusals");
    assert!(foreign > 20, "only {foreign} manifests");
}

#[test]
fn slips_in_the_envelope_are_refused() {
    let any = Schema::compile(&any().to_string()).expect("a schema");
    for (document, at) in [
        (
            json!({"apiVersion": "servelint/v1alpha1", "kind": "ServingSpecs"}),
            "/kind: ",
        ),
        (json!({"apiVersion": "servelint/v1alpha1"}), "/kind: "),
        (
            json!({"apiVersion": "servelint/v2", "kind": "Deployment"}),
            "/apiVersion: ",
        ),
        (json!({"kind": "DecisionLog"}), "/apiVersion: "),
        (
            json!({"apiVersion": "servlint/v1alpha1", "kind": "DecisionLog"}),
            "/apiVersion: ",
        ),
        (json!({}), "/apiVersion: "),
        (json!([{"kind": "DecisionLog"}]), "/0/apiVersion: "),
        (
            json!({"document": [{"kind": "DecisionLog"}]}),
            "/document/0/apiVersion: ",
        ),
    ] {
        let found = refused(&any, &document);
        assert!(
            found.iter().any(|line| line.starts_with(at)),
            "{document}: {found:?}"
        );
    }
}

/// A `$ref` that leads out of the file would have to be downloaded.
#[test]
fn references_stay_within_the_file() {
    for schema in [any(), config()] {
        let mut found = 0;
        references(&schema, &mut |reference| {
            let path = reference
                .strip_prefix('#')
                .unwrap_or_else(|| panic!("{reference}"));
            assert!(schema.pointer(path).is_some(), "{reference} leads nowhere");
            found += 1;
        });
        assert!(found > 5, "{found}");
    }
}

fn references(schema: &Json, see: &mut dyn FnMut(&str)) {
    match schema {
        Json::Object(entries) => {
            if let Some(Json::String(reference)) = entries.get("$ref") {
                see(reference);
            }
            entries.values().for_each(|value| references(value, see));
        }
        Json::Array(items) => items.iter().for_each(|item| references(item, see)),
        _ => (),
    }
}

/// A table of `servelint.toml`: the header that opens it and the keys that a schema knows in it.
struct Table {
    header: String,
    schema: Json,
}

/// The subschema that a `$ref` beside it stands for, with what is said beside it.
fn resolved(root: &Json, schema: &Json) -> Json {
    let Some(reference) = schema["$ref"].as_str() else {
        return schema.clone();
    };
    let target = root
        .pointer(reference.trim_start_matches('#'))
        .expect("a definition");
    let mut all: Map<String, Json> = target.as_object().expect("an object").clone();
    all.extend(schema.as_object().expect("an object").clone());
    Json::Object(all)
}

fn tables(root: &Json, schema: &Json, path: &str, header: &str, found: &mut Vec<Table>) {
    for (key, field) in schema["properties"].as_object().into_iter().flatten() {
        let (field, path) = (resolved(root, field), format!("{path}{key}"));
        match field["items"]["type"] == "object" {
            true => tables(
                root,
                &field["items"],
                &format!("{path}."),
                &format!("[[{path}]]"),
                found,
            ),
            // A table of an element of a list follows the element.
            false => {
                let above = header.starts_with("[[").then(|| format!("{header}\n"));
                let header = format!("{}[{path}]", above.unwrap_or_default());
                tables(root, &field, &format!("{path}."), &header, found);
            }
        }
    }
    if schema["properties"].is_object() {
        found.push(Table {
            header: header.to_owned(),
            schema: schema.clone(),
        });
    }
}

fn all_tables() -> Vec<Table> {
    let (root, mut found) = (config(), Vec::new());
    tables(&root, &root, "", "", &mut found);
    found
}

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(&Source::new("servelint.toml", text))
        .map_err(|error| format!("{error}; {}", error.help().unwrap_or_default()))
}

/// The reader names the keys that it knows when it meets one that it does not.
#[test]
fn the_schema_of_the_configuration_knows_the_keys_that_are_read() {
    let tables = all_tables();
    let mut keys = 0;
    for Table { header, schema } in &tables {
        let error = parse(&format!("{header}\nqqqqqqqqqqqq = 1\n")).expect_err("an unknown key");
        let known = error
            .split("known here: ")
            .nth(1)
            .unwrap_or_else(|| panic!("{error}"));
        let known: BTreeSet<&str> = known.split(", ").collect();
        let described: BTreeSet<&str> = schema["properties"]
            .as_object()
            .expect("properties")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(described, known, "{header}");
        // A table that is none of ours is for the pack of that name.
        match header == "[policy]" {
            true => assert_eq!(schema["additionalProperties"]["type"], "object"),
            false => assert_eq!(schema["additionalProperties"], false, "{header}"),
        }
        keys += known.len();
    }
    assert!(tables.len() >= 12, "{}", tables.len());
    assert!(keys > 50, "{keys}");
}

/// A value as TOML.
fn toml(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(toml).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

/// Entries that other keys of a table need beside them.
fn beside(header: &str, key: &str) -> String {
    let needed: &[(&str, &str)] = match header {
        "[[policies]]" if key == "digest" => &[("path", "\"a.tar.gz\"")],
        "[[schemas]]" if key != "crd" => &[
            ("kind", "\"A\""),
            ("apiVersion", "\"a.dev/v1\""),
            ("schema", "\"a.json\""),
        ],
        "[[render]]" if key != "kustomize" => &[("kustomize", "\"a\"")],
        "[[render]]\n[render.helm]" if key != "chart" => &[("chart", "\"a\"")],
        "[[waivers]]" => &[("rule", "\"a\""), ("path", "\"b\"")],
        "[[severity]]" if key == "rule" => &[("level", "\"off\"")],
        "[[severity]]" => &[("category", "\"slo\""), ("level", "\"off\"")],
        _ => &[],
    };
    let lines = needed.iter().filter(|(name, _)| *name != key);
    lines
        .map(|(name, value)| format!("{name} = {value}\n"))
        .collect()
}

/// Values at and beyond the bounds that the schema states, each with whether it may be written.
fn samples(field: &Json) -> Vec<(Json, bool)> {
    let mut samples: Vec<(Json, bool)> = Vec::new();
    let examples = field["examples"].as_array().into_iter().flatten();
    samples.extend(
        examples
            .filter(|value| !value.is_object())
            .map(|value| (value.clone(), true)),
    );
    samples.extend(
        field["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|word| (word.clone(), true)),
    );
    for (bound, beyond) in [("minimum", -0.01), ("maximum", 0.01)] {
        if let Some(limit) = field[bound].as_f64() {
            samples.push((json!(limit), true));
            samples.push((json!(limit + beyond), false));
        }
    }
    if let Some(most) = field["maxLength"].as_u64() {
        let text = "x".repeat(usize::try_from(most).expect("short"));
        samples.push((json!(text), true));
        samples.push((json!(text + "x"), false));
    }
    samples.extend(field.get("enum").map(|_| (json!("nonsense"), false)));
    samples.extend(match field["type"].as_str() {
        Some("string") => vec![(json!(7), false)],
        Some("number" | "boolean") => vec![(json!("7"), false)],
        Some("array") => vec![(json!("7"), false), (json!([[7]]), false)],
        other => panic!("{other:?} at {field}"),
    });
    samples
}

#[test]
fn the_schema_of_the_configuration_and_the_reader_refuse_the_same_values() {
    let root = config();
    let compiled = Schema::compile(&root.to_string()).expect("a schema");
    let mut tried = 0;
    for Table { header, schema } in all_tables() {
        for (key, field) in schema["properties"].as_object().expect("properties") {
            let field = resolved(&root, field);
            if field["type"] == "object" || field["items"]["type"] == "object" {
                continue;
            }
            let mut samples = samples(&field);
            samples.extend(match key.as_str() {
                "path" if header == "[[policies]]" => {
                    ["", "/a", "../a", "a/..", "a.tar.gz", "a.tgz"]
                        .map(|bad| (json!(bad), false))
                        .to_vec()
                }
                "digest" => vec![(json!("sha256:1"), false), (json!("md5:1"), false)],
                "kustomize" | "chart" => ["", "/a", "../a", "a/.."]
                    .map(|bad| (json!(bad), false))
                    .to_vec(),
                "crd" => ["", "/a", "../a", "a/../b", "a/.."]
                    .map(|bad| (json!(bad), false))
                    .to_vec(),
                "schema" => ["", "/a", "../a", "a/.."]
                    .map(|bad| (json!(bad), false))
                    .to_vec(),
                "apiVersion" => ["", "v1", "a/b/c", "a b/v1", "/v1"]
                    .map(|bad| (json!(bad), false))
                    .to_vec(),
                "pointer" => vec![(json!("spec"), false), (json!(""), true)],
                "expires" => vec![(json!("soon"), false), (json!("2027-02-30"), false)],
                _ if key.ends_with("MaxAge") => vec![
                    (json!(""), false),
                    (json!("1x"), false),
                    (json!("1h30m"), true),
                ],
                "goodUtilisation" => vec![(json!([0.5]), false), (json!([0.1, 0.2, 0.3]), false)],
                _ => vec![],
            });
            for (value, fits) in samples {
                let text = format!(
                    "{header}\n{}{key} = {}\n",
                    beside(&header, key),
                    toml(&value)
                );
                let read = parse(&text);
                assert_eq!(read.is_ok(), fits, "the reader: {text}{read:?}");
                let found = refused(&compiled, &json_of(&text));
                assert_eq!(found.is_empty(), fits, "the schema: {text}{found:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried}");
}

fn json_of(toml: &str) -> Json {
    let parsed = read::parse(&Source::new("servelint.toml", toml), Format::Toml);
    parsed
        .documents
        .first()
        .map_or(json!({}), |document| document.root.to_json())
}

/// What the schema calls the default is what an empty file means.
#[test]
fn the_schema_of_the_configuration_states_the_defaults() {
    let mut stated = 0;
    for Table { header, schema } in all_tables() {
        for (key, field) in schema["properties"].as_object().expect("properties") {
            if let Some(default) = field.get("default") {
                let text = format!("{header}\n{key} = {}\n", toml(default));
                let mut config = Config {
                    places: KeyPlaces::default(),
                    ..parse(&text).expect(&text)
                };
                // Which keys are written is no value of them.
                config.policy.stated.clear();
                assert_eq!(config, Config::default(), "{text}");
                stated += 1;
            }
            let says = field["description"]
                .as_str()
                .is_some_and(|text| text.ends_with('.'));
            assert!(says, "{header} {key} says nothing");
        }
    }
    assert!(stated > 15, "{stated}");
}

#[test]
fn what_a_configuration_needs_is_required() {
    let compiled = Schema::compile(&config().to_string()).expect("a schema");
    for text in [
        "[[schemas]]\n",
        "[[render]]\n",
        "[[render]]\nenvironment = \"dev\"\n",
        "[[render]]\nkustomize = \"a\"\nhelm = {chart = \"b\"}\n",
        "[[render]]\nhelm = {name = \"b\"}\n",
        "[[waivers]]\nrule = \"a\"\n",
        "[[waivers]]\npath = \"a\"\n",
        "[[severity]]\nlevel = \"off\"\n",
        "[[severity]]\nrule = \"a\"\n",
        "[[severity]]\nrule = \"a\"\ncategory = \"slo\"\nlevel = \"off\"\n",
        "waivers = 3\n",
        "policy = 3\n",
        "[approvers]\ncto = \"m.osei\"\n",
    ] {
        assert!(parse(text).is_err(), "{text}");
        assert!(!refused(&compiled, &json_of(text)).is_empty(), "{text}");
    }
}

#[test]
fn every_configuration_of_the_repository_fits_its_schema() {
    let compiled = Schema::compile(&config().to_string()).expect("a schema");
    let mut seen = 0;
    fixtures(&mut |path, document| {
        if path.ends_with("servelint.toml") {
            assert_eq!(refused(&compiled, &document), [""; 0], "{}", path.display());
            seen += 1;
        }
    });
    let starter = include_str!("../src/cli/init/servelint.toml");
    for text in [starter, &switched_on(starter)] {
        assert_eq!(refused(&compiled, &json_of(text)), [""; 0]);
    }
    assert!(seen > 10, "{seen}");
}
