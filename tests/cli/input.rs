//! `servelint input`: what each rule sees.

use super::run::{Folder, GOOD, good_but};
use serde_json::Value as Json;
use servelint::document::{
    read::{self, Format},
    source::Source,
};
use std::{fs, path::Path};

fn inputs(text: &str) -> Vec<Json> {
    let printed: Json = serde_json::from_str(text).expect("JSON");
    assert_eq!(printed["version"], 1);
    printed["inputs"].as_array().expect("a list").clone()
}

fn subjects(inputs: &[Json]) -> Vec<&str> {
    inputs
        .iter()
        .map(|input| input["subject"].as_str().expect("text"))
        .collect()
}

#[test]
fn each_document_and_each_service_is_an_entry_with_the_rules_that_apply() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    folder.file("b.yaml", GOOD.replace("feed-ranker", "other-ranker"));
    folder.file(
        "servelint.toml",
        "[policy]\nmaxRiskDueDays = 7\n[check]\nignore = [\"timeouts-order\"]\n",
    );
    let answer = folder.run(&["input", "--as-of", "2026-10-10"]);
    answer.exits(0);
    assert_eq!(answer.err, "");
    let found = inputs(&answer.out);
    assert_eq!(
        subjects(&found),
        ["ServingSpec", "Review", "ServingSpec", "Review"]
    );
    for input in &found {
        assert_eq!(input["data"]["servelint"]["policy"]["maxRiskDueDays"], 7);
        assert_eq!(input["data"]["servelint"]["today"], "2026-10-10");
        assert!(input["input"]["facts"].is_object());
        let rules = input["rules"].as_array().expect("a list");
        assert!(
            rules.len() > 5 && !rules.contains(&"timeouts-order".into()),
            "{rules:?}"
        );
    }
    assert_eq!(found[0]["files"][0], "a.yaml");
    assert_eq!(found[3]["input"]["serving"]["kind"], "ServingSpec");
    assert_eq!(
        folder.run(&["input", "--as-of", "2026-10-10"]).out,
        answer.out
    );
}

/// What a user keeps of it is no document in hiding; what only looks like it is.
#[test]
fn the_answer_may_lie_among_the_documents() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    folder.file(
        "deploy.yaml",
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: other}\nspec: {predictor: {minReplicas: 2, model: {modelFormat: {name: onnx}, storageUri: \"s3://a/b\"}}}\n",
    );
    let words = ["check", "--format", "concise", "--as-of", "2026-10-10"];
    let before = folder.run(&words);
    for (name, format) in [
        ("input.json", "json"),
        ("input.yaml", "yaml"),
        ("input.txt", "json"),
        ("input", "yaml"),
    ] {
        let answer = folder.run(&["input", "--as-of", "2026-10-10", "--format", format]);
        folder.file(name, &answer.exits(0).out);
        let after = folder.run(&words);
        after
            .exits(before.code)
            .keeps_quiet_about("document-not-judged");
        if Path::new(name).extension().is_some_and(|end| end != "txt") {
            after.says(&format!(
                "not checked: {name}: this is an answer of `servelint input`"
            ));
        }
        for hidden in [
            answer.out.replacen("rules", "ruled", 1),
            answer.out.replace("facts", "fact"),
            answer.out.replacen("policy", "politics", 1),
        ] {
            folder.file(name, hidden);
            folder.run(&words).exits(1).says("document-not-judged");
        }
        fs::remove_file(folder.path.join(name)).expect("removed");
    }
}

#[test]
fn a_rule_selects_what_it_applies_to() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    let answer = folder.run(&["input", "a.yaml", "--rule", "dangling-reference"]);
    answer.exits(0);
    let found = inputs(&answer.out);
    assert_eq!(subjects(&found), ["Review"]);
    assert_eq!(found[0]["rules"], serde_json::json!(["dangling-reference"]));
    let answer = folder.run(&["input", "a.yaml", "--rule", "dangling-referenc"]);
    answer.exits(2);
    assert_eq!(answer.out, "");
    assert!(
        answer.err.contains("did you mean `dangling-reference`?"),
        "{}",
        answer.err
    );
    let answer = folder.run(&["input", "a.yaml", "--rule", "syntax-invalid"]);
    answer.exits(2);
    assert!(answer.err.contains("not written in Rego"), "{}", answer.err);
    let answer = folder.run(&["input", "a.yaml", "--rule", "risk-due-date"]);
    answer.exits(2);
    assert!(
        answer.err.contains("which applies to DecisionLog"),
        "{}",
        answer.err
    );
}

#[test]
fn yaml_says_the_same_as_json() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    let run = |format| folder.run(&["input", "--as-of", "2026-10-10", "--format", format]);
    let source = Source::new("a.yaml", run("yaml").out);
    let parsed = read::parse(&source, Format::Yaml);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let json: Json = serde_json::from_str(&run("json").out).expect("JSON");
    assert_eq!(parsed.documents[0].root.to_json(), json);
}

#[test]
fn the_answer_fits_the_schema_that_is_printed() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    let schema = folder.run(&["schema", "input"]);
    schema.exits(0);
    let schema: Json = serde_json::from_str(&schema.out).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let answer: Json = serde_json::from_str(&folder.run(&["input"]).out).expect("JSON");
    assert!(schema.is_valid(&answer), "{:?}", schema.validate(&answer));
    assert!(!schema.is_valid(&serde_json::json!({"version": 1, "inputs": [answer]})));
}

#[test]
fn what_is_broken_is_said_and_the_rest_is_printed() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    folder.file(
        "b.yaml",
        good_but("tier: standard", "tier: 7").replace("feed-ranker", "other-ranker"),
    );
    folder.file("c.yaml", "apiVersion: servelint/v1alpha1\nkind: [\n");
    let answer = folder.run(&["input"]);
    answer.exits(2);
    // Of the second without its tier.
    let printed = inputs(&answer.out);
    let all = ["ServingSpec", "Review", "ServingSpec", "Review"];
    assert_eq!(subjects(&printed), all);
    assert!(!answer.out.contains("\"tier\": 7"), "{}", answer.out);
    assert!(
        answer.err.contains("b.yaml:") && answer.err.contains("c.yaml:"),
        "{}",
        answer.err
    );
    assert!(!answer.err.contains("a.yaml:"), "{}", answer.err);
    let answer = folder.run(&["input", "c.yaml"]);
    answer.exits(2);
    assert_eq!(answer.out, "");
    let answer = Folder::new().run(&["input"]);
    answer.exits(2);
    assert!(answer.err.contains("found no input"), "{}", answer.err);
}

/// The second one takes part in no review, so what the rules would say of it is not known.
#[test]
fn two_specifications_of_one_service_are_an_obstacle() {
    let folder = Folder::new();
    folder.file("a.yaml", GOOD);
    folder.file("b.yaml", GOOD);
    for arguments in [&["input"][..], &["input", "--rule", "dangling-reference"]] {
        let answer = folder.run(arguments);
        answer.exits(2);
        let found = inputs(&answer.out);
        let reviews = found.iter().filter(|input| input["subject"] == "Review");
        let files: Vec<&Json> = reviews.map(|review| &review["files"]).collect();
        assert_eq!(files, [&serde_json::json!(["a.yaml"])]);
        assert!(
            answer.err.contains("duplicate-service") && answer.err.contains("b.yaml:"),
            "{}",
            answer.err
        );
    }
    folder.file(
        "servelint.toml",
        "[check]\nignore = [\"duplicate-service\"]\n",
    );
    folder.run(&["input"]).exits(0);
}

/// Nothing is evaluated, so no stack is made for it: that of a main thread has 1 MB at the least.
#[test]
fn the_deepest_document_needs_no_stack_of_its_own() {
    let depth = read::MAX_DEPTH - 2;
    let folder = Folder::new();
    let deep = format!("{}1{}", "{a: ".repeat(depth), "}".repeat(depth));
    folder.file("a.yaml", format!("{}\nextra: {deep}\n", GOOD.trim_end()));
    let path = folder.path.join("a.yaml");
    let asked = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || crate::common::inputs_alone(&path))
        .expect("a thread");
    let found = asked.join().expect("room enough");
    assert_eq!(found.inputs.len(), 2);
    let mut node = &found.inputs[0].input["extra"];
    let mut levels = 0;
    while let Some(inner) = node.get("a") {
        (node, levels) = (inner, levels + 1);
    }
    assert_eq!(levels, depth);
}

/// A rule that reads what the team sets for its pack, and what the pack has itself.
const CENTERS: &str = "# METADATA
# title: Something
# custom:
#   severity: warning
#   applies_to: [ServingSpec]
package acme_ml.rules.cost[\"centers\"]

finding contains {
	\"at\": [],
	\"message\": sprintf(\"%v %v\", [data.acme_ml.settings, data.acme_ml.data.finance.centers]),
}
";

#[test]
fn settings_and_data_of_a_pack_stand_beside_the_input_of_its_rules() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        (
            "servelint.toml",
            "[[policies]]\npath = \"pack\"\n[policy.acme-ml]\nmost = 3\n",
        ),
        (
            "pack/servelint-pack.toml",
            "name = \"acme-ml\"\nversion = \"1\"\n",
        ),
        ("pack/schemas/settings.json", "{}"),
        ("pack/data/finance.yaml", "centers: [ml-1]\n"),
        ("pack/policies/cost/centers/centers.rego", CENTERS),
    ]);
    let read = |words: &[&str]| {
        let answer = folder.run(&[&["input", "a.yaml"], words].concat());
        answer.exits(0);
        serde_json::from_str::<Json>(&answer.out).expect("JSON")
    };
    let whole = read(&[]);
    let [of_specification, of_review] = [0, 1].map(|at| &whole["inputs"][at]["data"]["acme_ml"]);
    let all =
        serde_json::json!({"data": {"finance": {"centers": ["ml-1"]}}, "settings": {"most": 3}});
    assert_eq!(of_specification, &all);
    // No rule of the pack reads reviews; that the team uses it is known all the same.
    assert_eq!(of_review, &serde_json::json!({"settings": {"most": 3}}));
    let one = read(&["--rule", "acme-ml/centers"]);
    assert_eq!(one["inputs"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["inputs"][0]["data"]["acme_ml"], all);

    let schema: Json = serde_json::from_str(&folder.run(&["schema", "input"]).out).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&whole));
    for (pack, key) in [("acme_ml", "setings"), ("acme-ml", "settings")] {
        let mut wrong = whole.clone();
        wrong["inputs"][0]["data"][pack][key] = serde_json::json!({});
        assert!(!schema.is_valid(&wrong), "{pack} {key}");
    }

    opa_finds_the_same(&folder, &one);
}

/// With what `servelint input` printed about the rule alone.
fn opa_finds_the_same(folder: &Folder, printed: &Json) {
    let found = folder.check(&["a.yaml"]);
    let message = "{\"most\": 3} [\"ml-1\"]";
    found.says(&format!("warning[acme-ml/centers] {message}"));
    let Some(opa) = crate::common::opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    folder.file("input.json", printed.to_string());
    let query = "x := input.inputs[0]; own := x.data.acme_ml; \
         y := data.acme_ml.rules.cost[\"centers\"].finding \
         with input as x.input with data.acme_ml.settings as own.settings with data.acme_ml.data as own.data";
    let said = std::process::Command::new(opa)
        .args([
            "eval",
            "--format",
            "json",
            "--input",
            "input.json",
            "--data",
        ])
        .args(["pack/policies/cost/centers/centers.rego", query])
        .current_dir(&folder.path)
        .output()
        .expect("opa runs");
    let said: Json = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"));
    let found = &said["result"][0]["bindings"]["y"][0]["message"];
    assert_eq!(found, message, "{said}");
}
