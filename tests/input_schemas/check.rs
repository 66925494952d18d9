//! What the schemas are worth: real facts fit them, and OPA refuses a rule that misspells a fact.

use super::{answer, generate, refused};
use crate::common;
use serde_json::{Value as Json, json};
use servelint::{
    facts::{self, Assumed},
    manifest,
    schema::{self, Recognition},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Output},
};

/// The validator of a part of a schema, with its definitions.
fn validator(name: &str, pointer: &str) -> jsonschema::Validator {
    let whole = &generate::all()[name];
    let mut part = whole.pointer(pointer).expect("a part").clone();
    part["$defs"] = whole["$defs"].clone();
    part["$schema"] = whole["$schema"].clone();
    jsonschema::validator_for(&part).expect("a schema")
}

#[test]
fn facts_of_every_document_fit_their_schema() {
    let validators = common::KINDS.map(|subject| {
        let validator = validator(&subject.to_string(), "/properties/facts");
        (subject, validator)
    });
    let schemas = schema::Schemas::default();
    let mut seen = 0;
    for path in common::every_file() {
        for document in common::documents(&path).1 {
            let Recognition::Known(subject) = schema::recognise(&document.root) else {
                continue;
            };
            let fits = schemas
                .of(subject)
                .is_ok_and(|schema| schema.refusals(&document.root.to_json()).is_empty());
            let Some((_, validator)) = validators.iter().find(|(known, _)| *known == subject)
            else {
                continue;
            };
            // Rules read no other documents.
            if fits {
                seen += 1;
                let facts = facts::derive(subject, &document.root, Assumed::default()).to_json();
                let said = refused(validator, &facts);
                assert!(said.is_empty(), "{}: {said:#?}", path.display());
            }
        }
    }
    assert!(seen > 100, "only {seen} documents were seen");
}

#[test]
fn facts_of_every_manifest_fit_their_schema() {
    let validator = validator("Review", "/$defs/ManifestFacts");
    for path in common::artifact_fixtures() {
        for document in common::documents(&path).1 {
            if let Some(kind) = manifest::find(&document.root) {
                let facts = manifest::derive(kind, &document.root).to_json();
                let said = refused(&validator, &facts);
                assert!(said.is_empty(), "{}: {said:#?}", path.display());
            }
        }
    }
}

/// Whether a schema refuses a value in a file, and not only that there is none: no rule relies on what such a document
/// holds there.
fn has_wrong_value(path: &Path, schemas: &schema::Schemas) -> bool {
    let documents = common::documents(path).1;
    documents.iter().any(|document| {
        let json = document.root.to_json();
        let Recognition::Known(subject) = schema::recognise(&document.root) else {
            return false;
        };
        let refusals = schemas.of(subject).expect("a schema").refusals(&json);
        refusals
            .iter()
            .any(|refusal| json.pointer(&refusal.violation.at.to_string()).is_some())
    })
}

/// What rules really see, whole: of every case of every rule and every file of a project.
#[test]
fn every_input_fits_its_schema() {
    let schemas = generate::all();
    let validators: BTreeMap<&str, jsonschema::Validator> = schemas
        .iter()
        .map(|(name, schema)| {
            let compiled = jsonschema::validator_for(schema);
            (*name, compiled.expect("a schema"))
        })
        .collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut asked: BTreeSet<(String, String)> = BTreeSet::new();
    let document_schemas = schema::Schemas::default();
    for (path, answer) in answer::alone() {
        if has_wrong_value(path, &document_schemas) {
            continue;
        }
        for input in answer["inputs"].as_array().expect("a list") {
            let subject = input["subject"].as_str().expect("a subject");
            for rule in input["rules"].as_array().expect("the rules") {
                let rule = rule.as_str().expect("an id").to_owned();
                asked.insert((rule, subject.to_owned()));
            }
            // Both read a review.
            let name = if subject == "Artifacts" {
                "Review"
            } else {
                subject
            };
            for (name, value) in [
                (name, &input["input"]),
                ("data", &input["data"]["servelint"]),
            ] {
                let said = refused(&validators[name], value);
                assert!(said.is_empty(), "{}: {subject}: {said:#?}", path.display());
            }
            *seen.entry(subject.to_owned()).or_default() += 1;
        }
    }
    let applying = common::PACK.rego_rules().flat_map(|rule| {
        let subjects = rule.applies_to.iter();
        subjects.map(|subject| (rule.id.clone(), subject.to_string()))
    });
    assert_eq!(asked, applying.collect(), "the rules that apply");
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert!(seen.values().all(|count| *count > 10), "{seen:?}");
}

/// Every key that a rule may read, with what is said of it: `see` takes its path, its schema and its description.
struct Keys<'s> {
    defs: &'s Json,
    see: &'s mut dyn FnMut(&str, &Json, &str),
}

impl Keys<'_> {
    fn walk(&mut self, schema: &Json, at: &str, within: &[&str]) {
        if !schema.is_object() {
            return;
        }
        if let Some((name, definition)) = self.definition(schema)
            && !within.contains(&name)
        {
            self.walk(&definition, at, &[within, &[name]].concat());
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            let shared = self
                .definition(field)
                .map(|(_, shared)| shared["description"].clone());
            let own = field["description"].as_str();
            let said = own.or(shared.as_ref().and_then(Json::as_str));
            (self.see)(&at, field, said.unwrap_or_default());
            self.walk(field, &at, within);
        }
        for inner in [&schema["items"], &schema["additionalProperties"]] {
            self.walk(inner, at, within);
        }
        for branch in schema["anyOf"].as_array().into_iter().flatten() {
            self.walk(branch, at, within);
        }
    }

    fn definition<'s>(&self, schema: &'s Json) -> Option<(&'s str, Json)> {
        let name = schema["$ref"].as_str()?.strip_prefix("#/$defs/")?;
        Some((name, self.defs[name].clone()))
    }
}

/// What the description of a number names: its unit, or what is counted.
const UNITS: &str = "(?i)seconds?|bytes?|cores|count|number|how (many|often)|days?|ratio|requests|tokens?|percent|\
    samples|replicas?|GPUs?|factor|index|weight|fraction|times|hours?|steps|size|fewest|in a row|may fail|over|revision|\
    \\(0,1\\)|value|zones|unit";

#[test]
fn each_key_has_a_sentence_and_each_number_its_unit() {
    let units = regex::Regex::new(UNITS).expect("a pattern");
    let (mut mute, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for (name, schema) in generate::all() {
        let mut see = |at: &str, field: &Json, said: &str| {
            seen.insert(at.to_owned());
            let is_number = ["number", "integer"]
                .iter()
                .any(|word| field["type"] == *word);
            if said.len() < 9 || !said.ends_with('.') || is_number && !units.is_match(said) {
                mute.insert(format!("{at}: {said:?}"));
            }
        };
        let mut keys = Keys {
            defs: &schema["$defs"],
            see: &mut see,
        };
        keys.walk(&schema, name, &[]);
    }
    assert!(seen.len() > 500, "{}", seen.len());
    assert!(mute.is_empty(), "{} keys: {mute:#?}", mute.len());
}

/// What is unknown has no key, so that a rule which asks for it is undefined.
#[test]
fn an_empty_list_or_object_leaves_no_key() {
    let nothing = serde_json::to_value(facts::ServingFacts::default()).expect("JSON");
    assert_eq!(nothing, json!({}));
    let nothing = manifest::facts::ManifestFacts::default().to_json();
    assert_eq!(nothing, json!({"kind": ""}));
    for path in common::artifact_fixtures() {
        for document in common::documents(&path).1 {
            let Some(kind) = manifest::find(&document.root) else {
                continue;
            };
            let facts = manifest::derive(kind, &document.root).to_json();
            for at in common::json::places(&facts) {
                let value = facts.pointer(&at).expect("a place");
                // The path of the root has no steps.
                let is_path = at.ends_with("/at");
                let is_empty = !is_path && (*value == json!([]) || *value == json!({}));
                assert!(!is_empty, "{}: {at}", path.display());
            }
        }
    }
}

#[test]
fn schemas_are_closed() {
    let facts = json!({"plainText": true, "slosx": []});
    let validator = validator("ServingSpec", "/properties/facts");
    assert_eq!(refused(&validator, &facts).len(), 1);
}

/// Runs the check that `.ci/run` runs, over this folder of policies.
fn checked(folder: &Path) -> Option<Output> {
    let Some(opa) = common::opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return None;
    };
    let script = Path::new(common::ROOT).join(".ci/check-policies");
    match Command::new("python3")
        .arg(script)
        .arg(opa)
        .arg(folder)
        .output()
    {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: there is no python3: {error}");
            None
        }
    }
}

#[test]
fn rules_read_only_what_there_is() {
    if let Some(output) = checked(&Path::new(common::ROOT).join("policies")) {
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
}

/// A rule that reads what it should not, alone with its mistake.
fn said_of(applies_to: &str, body: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "# METADATA\n# title: A\n# description: A\n# custom:\n#   severity: error\n#   applies_to: [{applies_to}]\n\
         #   since: 0.1.0\n#   help: A\npackage servelint.rules.slo[\"a-b\"]\n\n\
         finding contains {{\"at\": [], \"message\": \"a\"}} if {{\n\t{body}\n}}\n"
    );
    fs::write(folder.path().join("a_b.rego"), text).expect("can be written");
    let output = checked(folder.path())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    Some(said)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of inputs and answers")]
fn a_misspelt_fact_is_an_error() {
    let table = [
        (
            "ServingSpec",
            "input.facts.memory.neededBytes > 3",
            "input.facts.memory.neededByte > 3",
        ),
        (
            "ServingSpec",
            "some fact in input.facts.slos; fact.kind == \"latency\"",
            "some fact in input.facts.slos; fact.knd == \"latency\"",
        ),
        (
            "ServingSpec",
            "input.facts.spec.timeouts.server > 3",
            "input.facts.spec.timeouts.sever > 3",
        ),
        (
            "DecisionLog",
            "input.facts.spec.decisions[_].date > 3",
            "input.facts.spec.decisions[_].dates > 3",
        ),
        (
            "VerificationChecklist",
            "input.facts.items[_].results[_].result.value > 3",
            "input.facts.items[_].results[_].result.vaule > 3",
        ),
        (
            "Review",
            "input.serving.facts.startupSeconds > 3",
            "input.serving.facts.startupSecond > 3",
        ),
        (
            "Review",
            "input.facts.evidenceIntact",
            "input.facts.evidenceIntakt",
        ),
        (
            "Artifacts",
            "input.artifacts[_].facts.workload.timeoutSeconds.value > 3",
            "input.artifacts[_].facts.workload.timeoutSecs.value > 3",
        ),
        (
            "Artifacts",
            "input.artifacts[_].facts.rollout.steps[_].weight > 3",
            "input.artifacts[_].facts.rollout.steps[_].wieght > 3",
        ),
        (
            "ServingSpec, Artifacts",
            "some it in input.artifacts; it.facts.workload.gpus.value > 3",
            "some it in input.artifacts; it.facts.workload.gpu.value > 3",
        ),
        (
            "ServingSpec",
            "data.servelint.policy.headroomWarn > 3",
            "data.servelint.policy.headroom > 3",
        ),
        (
            "ServingSpec",
            "input.spec.timeouts.server",
            "input.spec.timeouts.sever",
        ),
        (
            "ServingSpec",
            "input.spec.tier == \"critical\"",
            "input.serving.spec.tier == \"critical\"",
        ),
    ];
    for (applies_to, right, wrong) in table {
        let (Some(right_said), Some(wrong_said)) =
            (said_of(applies_to, right), said_of(applies_to, wrong))
        else {
            return;
        };
        assert_eq!(right_said, "", "{right}");
        assert!(
            wrong_said.contains("undefined ref"),
            "{wrong}: {wrong_said}"
        );
    }
}
