//! What is read from manifests: the facts of every document below `fixtures/artifacts`, as rules
//! see them. A new kind needs a fixture there and nothing here.

use crate::common::sample;
use serde_json::Value as Json;
use servelint::{finding::Report, manifest, schema::Schemas};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

#[test]
fn facts_of_every_fixture() {
    let root = Path::new(crate::common::ROOT).join("fixtures/artifacts");
    for path in crate::common::artifact_fixtures() {
        let (_, documents) = crate::common::documents(&path);
        let facts: Vec<_> = documents
            .iter()
            .filter_map(|document| {
                let kind = manifest::find(&document.root)?;
                Some(manifest::derive(kind, &document.root).to_json())
            })
            .collect();
        let shown = serde_json::to_string_pretty(&facts).expect("JSON");
        let name = path
            .strip_prefix(&root)
            .expect("below")
            .to_string_lossy()
            .replace(['/', '.'], "-");
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots/artifacts", omit_expression => true }, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

/// What is read from a fixture stands where the facts say.
#[test]
fn every_place_leads_somewhere() {
    for path in crate::common::artifact_fixtures() {
        for document in crate::common::documents(&path).1 {
            let Some(kind) = manifest::find(&document.root) else {
                continue;
            };
            let facts = manifest::derive(kind, &document.root).to_json();
            let tree = document.root.to_json();
            let mut places = Vec::new();
            gather(&facts, &mut places);
            for place in places {
                let pointer: String = place
                    .iter()
                    .map(|step| format!("/{}", escaped(step)))
                    .collect();
                assert!(
                    tree.pointer(&pointer).is_some(),
                    "{}: nothing stands at {pointer}",
                    path.display()
                );
            }
        }
    }
}

fn escaped(step: &serde_json::Value) -> String {
    let text = step
        .as_str()
        .map_or_else(|| step.to_string(), str::to_owned);
    text.replace('~', "~0").replace('/', "~1")
}

fn gather(facts: &serde_json::Value, places: &mut Vec<Vec<serde_json::Value>>) {
    match facts {
        serde_json::Value::Object(fields) => {
            // The labels of pods may well be called `at`.
            for (key, value) in fields.iter().filter(|(key, _)| *key != "labels") {
                match value.as_array().filter(|_| key == "at") {
                    Some(place) => places.push(place.clone()),
                    None => gather(value, places),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, places)),
        _ => {}
    }
}

/// Fixtures are manifests as a cluster would take them, but for what their comments say.
#[test]
fn fixtures_fit_their_schemas() {
    let schemas = Schemas::default();
    for path in crate::common::artifact_fixtures() {
        for document in crate::common::documents(&path).1 {
            let Some(kind) = manifest::find(&document.root) else {
                continue;
            };
            let refusals = schemas
                .of_artifact(kind)
                .expect("a schema")
                .refusals(&document.root.to_json());
            let meant = path.to_string_lossy().contains("legacy")
                || path.to_string_lossy().contains("broken");
            assert!(
                refusals.is_empty() || meant,
                "{}: {refusals:?}",
                path.display()
            );
        }
    }
}

/// A value in one place of a fixture.
struct Mutant {
    path: PathBuf,
    /// Of which kind of manifest and where.
    kind: String,
    value: Json,
    tree: Json,
}

/// Whatever stands where a rule reads, no rule fails: that would lose what it says of the rest.
#[test]
fn no_value_makes_a_rule_fail() {
    let mut by_path: BTreeMap<PathBuf, Vec<Json>> = BTreeMap::new();
    let mut tried = BTreeSet::new();
    for mutant in sample::some(mutants(), |mutant| mutant.kind.clone()) {
        tried.insert(mutant.value.to_string());
        by_path.entry(mutant.path).or_default().push(mutant.tree);
    }
    assert_eq!(tried.len(), strange().len(), "{tried:?}");
    assert!(by_path.len() > 10, "only {} fixtures", by_path.len());
    for (path, trees) in by_path {
        let report = checked(&trees);
        assert!(
            report.failures.is_empty(),
            "{}: {:?}",
            path.display(),
            report.failures
        );
    }
}

fn mutants() -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for path in crate::common::artifact_fixtures() {
        for document in crate::common::documents(&path).1 {
            let tree = document.root.to_json();
            let mut places = Vec::new();
            pointers(&tree, String::new(), &mut places);
            places.retain(|place| !matches!(place.as_str(), "/apiVersion" | "/kind"));
            for place in places {
                let kind = sample::kind_of_place(&place);
                for value in sample::one(strange(), sample::seed(&kind)) {
                    // Kinds that have a place in common are read by the same code.
                    let kind = format!("{kind} {value}");
                    let (path, mut tree) = (path.clone(), tree.clone());
                    *tree.pointer_mut(&place).expect("a place") = value.clone();
                    mutants.push(Mutant {
                        path,
                        kind,
                        value,
                        tree,
                    });
                }
            }
        }
    }
    mutants
}

/// Each declared by a specification, as many as a review takes, and alone.
fn checked(mutants: &[Json]) -> Report {
    let pair = crate::common::good("artifact-drift");
    let spec = pair.split("---\n").next().expect("a specification");
    let folder = tempfile::tempdir().expect("a folder");
    let file =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    for (index, some) in mutants.chunks(150).enumerate() {
        file(
            &format!("declared-{index}.json"),
            &serde_json::to_string(some).expect("JSON"),
        );
        let named = spec.replace("  name: ranker\n", &format!("  name: ranker-{index}\n"));
        let entry = format!("{{role: workload, path: declared-{index}.json}}");
        file(
            &format!("spec-{index}.yaml"),
            &format!("{named}  artifacts:\n    - {entry}\n"),
        );
    }
    file("alone.json", &serde_json::to_string(mutants).expect("JSON"));
    crate::common::check(folder.path())
}

fn pointers(value: &serde_json::Value, at: String, places: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(field, format!("{at}/{key}"), places);
            }
        }
        serde_json::Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| pointers(item, format!("{at}/{index}"), places));
        }
        _ => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}

fn strange() -> Vec<serde_json::Value> {
    use serde_json::json;
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("-3"),
        json!("1e999"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({"x": null}),
        json!("é@sha256:://#"),
    ]
}
