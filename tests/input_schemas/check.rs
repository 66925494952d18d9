//! What the schemas are worth: real facts fit them, and OPA refuses a rule that misspells a fact.

use super::generate;
use crate::common;
use serde_json::{Value as Json, json};
use servelint::{
    facts::{self, Assumed},
    manifest,
    rule::Subject,
    schema::{self, Recognition},
};
use std::{
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

fn refused(validator: &jsonschema::Validator, value: &Json) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn facts_of_every_document_fit_their_schema() {
    let subjects = [
        Subject::ServingSpec,
        Subject::DecisionLog,
        Subject::VerificationChecklist,
    ];
    let validators = subjects.map(|subject| {
        let validator = validator(&subject.to_string(), "/properties/facts");
        (subject, validator)
    });
    let mut seen = 0;
    for path in common::every_file() {
        for document in common::documents(&path).1 {
            let Recognition::Known(subject) = schema::recognise(&document.root) else {
                continue;
            };
            let whole = schema::Schemas::default();
            let fits = whole
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
