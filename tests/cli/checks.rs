//! Checks of constraints and assumptions, and `servelint facts`, which prints what they compare with.

use super::run::{Answer, Folder, GOOD, Setting, found, verdict};
use crate::common::ROOT;
use serde_json::{Value as Json, json};
use servelint::{
    facts::vocabulary::VOCABULARY,
    output::tables::vocabulary_page,
    schema::{self, Schema},
};
use std::{fs, path::Path};

const SPEC: &str = "support-chat-llm.serving.yaml";
const C1: &str = "statement: EU tenants are served from eu-west only}";
const C2: &str = "statement: at most 20 H100 GPUs in the pool}";
const C2_CHECKED: &str =
    "statement: at most 20 GPUs, check: {fact: gpus.total, op: lte, value: 20}}";
const PODS: &str = "    terminationGracePeriodSeconds: 75\n";

fn project() -> Folder {
    let folder = Folder::project("support-chat-llm");
    folder.turn(SPEC, C2, C2_CHECKED);
    folder
}

impl Folder {
    fn turn(&self, name: &str, from: &str, to: &str) -> &Self {
        let text = self.read(name);
        assert_eq!(text.matches(from).count(), 1, "{from}");
        self.file(name, text.replacen(from, to, 1))
    }

    /// The first constraint with this check.
    fn checks(&self, check: &str) -> &Self {
        let to = format!("{}, check: {check}}}", C1.trim_end_matches('}'));
        self.turn(SPEC, C1, &to)
    }
}

/// The state of what a review rests on, and the reason.
fn state(report: &Json, kind: &str, name: &str) -> (String, String) {
    let claims = report["reviews"][0]["claims"].as_array().expect("claims");
    let found = claims
        .iter()
        .find(|claim| claim["kind"] == kind && claim["name"] == name)
        .unwrap_or_else(|| panic!("{kind} {name} in {claims:#?}"));
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (text("state"), text("because"))
}

#[test]
fn a_hard_constraint_without_a_check_is_attested_and_counted() {
    let folder = project();
    let report = folder.report(&[]);
    assert_eq!(verdict(&report), "go");
    assert_eq!(state(&report, "constraint", "C1").0, "attested");
    assert_eq!(state(&report, "constraint", "C2").0, "met");
    let attested = |report: &Json| report["reviews"][0]["states"]["attested"].as_u64();
    folder.checks("{fact: prompt.longest, op: lte, value: 6000}");
    let after = folder.report(&[]);
    assert_eq!(state(&after, "constraint", "C1").0, "met");
    assert_eq!(attested(&after).map(|count| count + 1), attested(&report));
}

#[test]
fn a_fact_that_contradicts_a_hard_constraint_stops_the_release() {
    let folder = project();
    folder.turn(SPEC, "max: 8}", "max: 11}");
    let report = folder.report(&[]);
    assert_eq!(verdict(&report), "no-go");
    assert_eq!(
        found(&report, "check-refuted"),
        [(
            "error",
            "/spec/constraints/1/check",
            "constraint `C2` does not hold: `gpus.total` is 22 GPUs, not at most 20"
        )]
    );
    assert_eq!(state(&report, "constraint", "C2").0, "missed");
}

#[test]
fn regions_are_those_of_the_manifest_that_goes_live() {
    let check = "{fact: regions, op: in, value: [eu-west]}";
    let selector = |region: &str| {
        format!("{PODS}    nodeSelector: {{topology.kubernetes.io/region: {region}}}\n")
    };
    let v7 = "deploy/llmisvc-v7.yaml";
    let folder = project();
    folder.checks(check);
    let report = folder.report(&[]);
    // Nobody limits them, so nobody knows.
    assert_eq!(state(&report, "constraint", "C1").0, "unjudged");
    assert_eq!(verdict(&report), "no-go");
    assert_eq!(found(&report, "check-refuted"), []);
    assert_eq!(found(&report, "unjudged").len(), 1);

    folder.turn(v7, PODS, &selector("eu-west"));
    let report = folder.report(&[]);
    assert_eq!(state(&report, "constraint", "C1").0, "met");
    assert_eq!(verdict(&report), "go");

    folder.turn(v7, "region: eu-west", "region: us-east");
    let report = folder.report(&[]);
    assert_eq!(state(&report, "constraint", "C1").0, "missed");
    assert_eq!(found(&report, "check-refuted").len(), 1);

    // What is not filled in yet is nothing that was compared.
    folder.turn(v7, "region: us-east", "region: ${REGION}");
    let report = folder.report(&[]);
    assert_ne!(state(&report, "constraint", "C1").0, "met");
    assert_ne!(verdict(&report), "go");
}

#[test]
fn an_assumption_is_compared_with_the_observed_traffic() {
    let folder = project();
    folder.turn(
        SPEC,
        "      basis: {evidence: evidence/traffic-2026-09.csv}\n",
        "      basis: {evidence: evidence/traffic-2026-09.csv}\n      check: {fact: traffic.observedPeak, op: lte, value: 11}\n",
    );
    let report = folder.report(&[]);
    assert_eq!(
        found(&report, "check-refuted"),
        [(
            "warning",
            "/spec/assumptions/0/check",
            "assumption `A1` does not hold: `traffic.observedPeak` is 12 requests/s, not at most 11"
        )]
    );
    assert_eq!(verdict(&report), "go");
    assert_eq!(state(&report, "assumption", "A1").0, "missed");
}

#[test]
fn cost_and_residency_follow_from_the_configuration() {
    let folder = project();
    folder.checks("{fact: cost.hourly, op: lte, value: 60}");
    let (was, because) = state(&folder.report(&[]), "constraint", "C1");
    assert_eq!(was, "unjudged");
    assert!(because.contains("has no `[prices.gpuHour]`"), "{because}");
    let own = folder.read("servelint.toml");
    let priced = |price: &str| format!("{own}\n[prices.gpuHour]\n{price}\n");
    for (price, wanted) in [
        ("nvidia-h100-80gb = 3.5", "met"),
        ("nvidia-h100-80gb = 4", "missed"),
        ("nvidia-l4 = 1", "unjudged"),
    ] {
        folder.file("servelint.toml", priced(price));
        assert_eq!(
            state(&folder.report(&[]), "constraint", "C1").0,
            wanted,
            "{price}"
        );
    }
    folder.file("servelint.toml", priced("nvidia-h100-80gb = \"3\""));
    folder
        .run(&["check"])
        .exits(2)
        .says("`nvidia-h100-80gb` must be a number");
}

/// Checks that compare nothing: the rules, one of which reports each, the end of the place, and a part of what is said.
const UNFIT: [(&str, &str, &str, &str); 15] = [
    (
        "{fact: timeouts.client, op: lte, value: 90}",
        "check-refuted",
        "/check/value",
        "is a duration",
    ),
    (
        "{fact: gpus.total, op: lte, value: 90s}",
        "check-refuted",
        "/check/value",
        "is a number",
    ),
    (
        "{fact: gpus.total, op: contains, value: 20}",
        "check-refuted",
        "/check/value",
        "does not compare",
    ),
    (
        "{fact: gpus.total, op: lte, value: [20]}",
        "check-refuted",
        "/check/value",
        "not with a list",
    ),
    (
        "{fact: gpus.total, op: lte, value: .nan}",
        "schema-valid|check-refuted",
        "/check/value",
        "",
    ),
    (
        "{fact: regions, op: lt, value: eu-west}",
        "check-refuted",
        "/check/value",
        "does not compare",
    ),
    (
        "{fact: gpus.totl, op: lte, value: 20}",
        "schema-valid",
        "/check/fact",
        "gpus.total",
    ),
    (
        "{fact: 7, op: lte, value: 20}",
        "schema-valid",
        "/check/fact",
        "",
    ),
    (
        "{fact: gpus.total, op: is, value: 20}",
        "schema-valid",
        "/check/op",
        "",
    ),
    (
        "{fact: gpus.total, op: lte}",
        "schema-valid",
        "/check/value",
        "value",
    ),
    (
        "{fact: gpus.total, op: lte, value: {a: 1}}",
        "schema-valid",
        "/check/value",
        "",
    ),
    (
        "{fact: gpus.total, op: in, value: []}",
        "schema-valid",
        "/check/value",
        "",
    ),
    (
        "{fact: gpus.total, op: lte, value: null}",
        "schema-valid",
        "/check/value",
        "",
    ),
    ("[]", "schema-valid", "/check", ""),
    ("gpus.total <= 20", "schema-valid", "/check", ""),
];

#[test]
fn what_cannot_be_compared_is_a_finding_at_its_place_and_never_a_pass() {
    for (check, rule, pointer, said) in UNFIT {
        let folder = project();
        folder.checks(check);
        let report = folder.report(&[]);
        let at_it: Vec<_> = rule
            .split('|')
            .flat_map(|rule| found(&report, rule))
            .filter(|(severity, at, _)| {
                *severity == "error" && at.starts_with("/spec/constraints/0/check")
            })
            .collect();
        let (_, at, message) = at_it
            .first()
            .unwrap_or_else(|| panic!("{check}: {report:#}"));
        assert!(at.ends_with(pointer), "{check}: {at}");
        let help = report["findings"].to_string();
        assert!(
            message.contains(said) || help.contains(said),
            "{check}: {message}"
        );
        assert_eq!(verdict(&report), "no-go", "{check}");
        assert_eq!(state(&report, "constraint", "C1").0, "unjudged", "{check}");
    }
}

#[test]
fn a_list_that_is_far_too_long_is_refused() {
    let folder = project();
    let many: Vec<String> = (0..5_000).map(|at| at.to_string()).collect();
    folder.checks(&format!(
        "{{fact: gpus.total, op: in, value: [{}]}}",
        many.join(", ")
    ));
    let report = folder.report(&[]);
    assert_eq!(state(&report, "constraint", "C1").0, "unjudged");
    assert_eq!(verdict(&report), "no-go");
}

#[test]
fn the_facts_of_a_service_read_well() {
    let folder = project();
    let wide = folder.run(&["facts", SPEC]);
    wide.exits(0);
    insta::assert_snapshot!("facts in a pipe", wide.out);
    let setting = Setting {
        env: &[("COLUMNS", "60")],
        ..Setting::default()
    };
    let narrow = folder.run_as(&["facts", SPEC], &setting);
    insta::assert_snapshot!("facts in 60 columns", narrow.out);
    let long = |line: &&str| line.chars().count() > 60;
    assert_eq!(narrow.out.lines().find(long), None);
}

#[test]
fn the_json_of_facts_fits_its_schema() {
    let schema =
        Schema::compile(schema::text("facts/v1.json").expect("a schema")).expect("it compiles");
    let folder = project();
    folder.file("bare.yaml", GOOD.replace("name: ", "name: bare-"));
    let answer = folder.run(&["facts", "--format", "json"]);
    answer.exits(0);
    let json: Json = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(schema.refusals(&json), vec![]);
    let services = json["services"].as_array().expect("services");
    assert_eq!(services.len(), 2);
    for service in services {
        let names: Vec<&Json> = service["facts"]
            .as_array()
            .expect("facts")
            .iter()
            .map(|fact| &fact["name"])
            .collect();
        let known: Vec<Json> = VOCABULARY.iter().map(|known| json!(known.name)).collect();
        assert_eq!(names, known.iter().collect::<Vec<_>>());
    }
    let facts = &services[1]["facts"];
    let total = facts
        .as_array()
        .and_then(|facts| facts.iter().find(|fact| fact["name"] == "gpus.total"))
        .expect("the fact");
    assert_eq!(
        (&total["value"], &total["unit"]),
        (&json!(16), &json!("GPUs"))
    );
    let place = total["places"][0].as_str().expect("a place");
    let (file, line) = place.rsplit_once(':').expect("a line");
    let line: usize = line.parse().expect("a number");
    let text = folder.read(file);
    assert!(
        text.lines()
            .nth(line - 1)
            .is_some_and(|line| line.contains("count: 2"))
    );
    folder
        .run(&["schema", "facts"])
        .exits(0)
        .says("facts --format json");
}

#[test]
fn what_cannot_be_read_has_no_facts() {
    let folder = Folder::with(&[("a.txt", "nothing")]);
    folder.run(&["facts"]).exits(2).says("no facts");
    folder.run(&["facts", "gone.yaml"]).exits(2);
    let folder = project();
    folder.file(
        "broken.yaml",
        "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nspec: [\n",
    );
    let answer: Answer = folder.run(&["facts", "broken.yaml"]);
    answer.exits(2).says("syntax-invalid");
    folder.file("servelint.toml", "[price]\n");
    folder
        .run(&["facts"])
        .exits(2)
        .says("did you mean `prices`?");
}

#[test]
fn text_of_a_specification_cannot_act_on_the_terminal() {
    let folder = project();
    folder.turn(
        SPEC,
        "name: meta-llama/Llama-3.1-70B-Instruct",
        "name: \"a\\e[2Jb\"",
    );
    for format in ["table", "json"] {
        let answer = folder.run(&["facts", "--format", format, SPEC]);
        assert!(!answer.out.contains('\u{1b}'), "{}", answer.out);
    }
}

/// `SERVELINT_BLESS=1 cargo test --test suite facts_page` writes the table.
#[test]
fn the_facts_page_lists_the_vocabulary() {
    let path = Path::new(ROOT).join("docs/facts.md");
    let text = fs::read_to_string(&path).expect("the page");
    let (before, rest) = text.split_once("facts_page`. -->\n").expect("a start");
    let (_, after) = rest.split_once("<!-- end -->").expect("an end");
    let wanted = format!(
        "{before}facts_page`. -->\n\n{}\n<!-- end -->{after}",
        vocabulary_page()
    );
    if std::env::var_os("SERVELINT_BLESS").is_some() {
        fs::write(&path, &wanted).expect("a page");
        return;
    }
    assert_eq!(
        text, wanted,
        "run `SERVELINT_BLESS=1 cargo test --test suite facts_page`"
    );
}

#[test]
fn the_schema_names_every_fact() {
    let text = schema::text("serving-spec/v1alpha1.json").expect("a schema");
    let schema: Json = serde_json::from_str(text).expect("JSON");
    let names: Vec<&str> = VOCABULARY.iter().map(|known| known.name).collect();
    assert_eq!(
        schema["$defs"]["check"]["properties"]["fact"]["enum"],
        json!(names)
    );
    let operators: Vec<&str> = schema["$defs"]["check"]["properties"]["op"]["enum"]
        .as_array()
        .expect("operators")
        .iter()
        .filter_map(Json::as_str)
        .collect();
    for known in &VOCABULARY {
        for op in known.kind.operators() {
            assert!(operators.contains(op), "{op}");
        }
    }
}
