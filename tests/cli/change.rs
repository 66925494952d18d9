//! The change as an object: facts are compared with a revision, and each that changed is declared and proven.

use super::run::{Answer, DAY, Folder, GOOD, Setting, good_but};
use crate::common::{files, git, projects};
use serde_json::Value as Json;
use servelint::schema::{self, Schema};
use std::path::Path;

const SPEC: &str = "support-chat-llm.serving.yaml";
const MANIFEST: &str = "deploy/llmisvc-v7.yaml";
const BENCH: &str = "evidence/bench-3.2rps.json";
const ARTIFACTS: &str = "  artifacts:\n";

fn project() -> Folder {
    Folder::project("support-chat-llm")
}

/// The project in a repository with one commit.
fn committed() -> Folder {
    let folder = project();
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    folder
}

fn edit(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file);
    assert!(text.contains(from), "{from}");
    folder.file(file, text.replace(from, to));
}

/// Adds a declaration to the specification.
fn declare(folder: &Folder, change: &str) {
    edit(
        folder,
        SPEC,
        ARTIFACTS,
        &format!("  change: {change}\n{ARTIFACTS}"),
    );
}

fn since(folder: &Folder) -> Answer {
    folder.run(&[
        "check",
        ".",
        "--since",
        "HEAD",
        "--as-of",
        DAY,
        "--format",
        "concise",
        "--select",
        "change-undeclared,change-unproven,evidence-wrong-subject,schema-valid,unknown-field,dangling-reference",
    ])
}

fn diff(folder: &Folder, words: &[&str]) -> Answer {
    folder.run(&[&["diff", "HEAD"], words].concat())
}

/// The changed facts of all services: topic, name, before and after.
fn facts(folder: &Folder) -> Vec<(String, String, Json, Json)> {
    let answer = diff(folder, &["--format", "json"]);
    answer.exits(0);
    let json: Json = serde_json::from_str(&answer.out).expect("JSON");
    let schema = Schema::compile(schema::text("diff/v1.json").expect("a schema"));
    assert_eq!(schema.expect("it compiles").refusals(&json), vec![]);
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let mut found = Vec::new();
    for service in json["services"].as_array().expect("services") {
        for change in service["changes"].as_array().expect("changes") {
            let (before, after) = (change["before"].clone(), change["after"].clone());
            found.push((text(&change["what"]), text(&change["fact"]), before, after));
        }
    }
    found
}

/// What the edit changes, as `topic fact before after`.
fn told(file: &str, from: &str, to: &str) -> Vec<String> {
    let folder = committed();
    edit(&folder, file, from, to);
    let shown = |value: &Json| value.as_str().unwrap_or("-").to_owned();
    facts(&folder)
        .iter()
        .map(|(what, fact, before, after)| {
            format!("{what} {fact} {} {}", shown(before), shown(after))
        })
        .collect()
}

/// An edit of the specification, and the one fact that it changes.
const FACTS: [(&str, &str, &str); 16] = [
    (
        "contextLength: 8192 ",
        "contextLength: 4096 ",
        "model model/contextLength 8192 4096",
    ),
    (
        "name: vllm",
        "name: sglang",
        "image serving/runtime/name vllm sglang",
    ),
    (
        "maxNumSeqs: 24 ",
        "maxNumSeqs: 32 ",
        "arguments serving/maxNumSeqs 24 32",
    ),
    ("count: 2,", "count: 4,", "gpus resources/gpu/count 2 4"),
    (
        "tensor: 2,",
        "tensor: 4,",
        "parallelism serving/parallelism/tensor 2 4",
    ),
    (
        "peakRps: 12",
        "peakRps: 14",
        "traffic traffic/peakRps 12 14",
    ),
    (
        "target: 0.995",
        "target: 0.999",
        "slos slos/availability/target 0.995 0.999",
    ),
    (
        "queue: 220ms",
        "queue: 200ms",
        "slos latencyBudget/components/queue 220ms 200ms",
    ),
    (
        "burnRate: 5.6",
        "burnRate: 6",
        "slos alerts/availability page 2/burnRate 5.6 6",
    ),
    ("max: 8}", "max: 9}", "capacity capacity/replicas/max 8 9"),
    (
        "minAvailable: 2",
        "minAvailable: 50%",
        "capacity health/podDisruptionBudget/minAvailable 2 50%",
    ),
    (
        "gateway: 75s",
        "gateway: 80s",
        "timeouts timeouts/gateway 75s 80s",
    ),
    (
        "bake: 30m, analysis: [ttft, errors]}\n      - {weight: 20",
        "bake: 40m, analysis: [ttft, errors]}\n      - {weight: 20",
        "rollout rollout/steps/1/bake 30m 40m",
    ),
    ("rto: 5m", "rto: 4m", "rollout rollback/rto 5m 4m"),
    (
        "  timeouts: {",
        "  timeouts: {queue: 5s, ",
        "timeouts timeouts/queue - 5s",
    ),
    (
        "    scaling: {metric: \"vllm:num_requests_waiting\", target: 2}\n",
        "",
        "capacity capacity/scaling metric vllm:num_requests_waiting, target 2 -",
    ),
];

#[test]
fn each_kind_of_fact_is_told_by_name_with_both_values() {
    for (from, to, wanted) in FACTS {
        assert_eq!(told(SPEC, from, to), [wanted], "{from}");
    }
}

#[test]
fn a_new_argument_and_a_new_objective_are_one_fact_each() {
    let with = "name: vllm\n      arguments: {kv-cache-dtype: fp8, enforce-eager: true}";
    assert_eq!(
        told(SPEC, "name: vllm", with),
        ["arguments serving/runtime/arguments - enforce-eager true, kv-cache-dtype fp8"]
    );
    let slo = "  slos:\n    - {name: errors, indicator: {type: availability, measuredAt: client}, target: 0.99, window: {duration: 28d, isRolling: true}}";
    assert_eq!(
        told(SPEC, "  slos:", slo),
        [
            "slos slos/errors - indicator/measuredAt client, indicator/type availability, target 0.99, window/duration 28d, window/isRolling true"
        ]
    );
}

#[test]
fn the_same_facts_in_another_notation_are_no_change() {
    let none = Vec::<String>::new();
    for (from, to) in [
        ("value: 800ms", "value: 0.8s"),
        ("coldStart: 8m", "coldStart: 480s"),
        ("cpu: \"16\"", "cpu: 16000m"),
        ("parameters: \"70.6G\"", "parameters: 70600M"),
        ("target: 0.995", "target: 9.95e-1"),
        ("targetUtilisation: 0.7", "targetUtilisation: 0.70"),
        (
            "triggers: [ttft, errors, quality]",
            "triggers: [quality, ttft, errors]",
        ),
        (
            "timeouts: {client: 90s, gateway: 75s, server: 60s}",
            "timeouts:\n    server: 1m\n    gateway: 75s # comment\n    client: 90s",
        ),
        (
            "    interval: 5m\n        window: 30m",
            "    initialDelay: 0s\n        interval: 5m\n        window: 30m",
        ),
        ("justification: 4x burn", "justification: about 4x burn"),
        (
            "targetRevision: support-chat-llm-v6",
            "targetRevision: support-chat-llm-v5",
        ),
        ("statement: Peak is 12", "statement: The peak is 12"),
    ] {
        assert_eq!(told(SPEC, from, to), none, "{from}");
    }
}

#[test]
fn reordered_lists_json_and_another_file_are_no_change() {
    let folder = committed();
    let text = folder.read(SPEC);
    let start = text.find("    - name: availability").expect("an objective");
    let end = text.find("    - name: ttft-p95").expect("an objective");
    let after = text.find("  latencyBudget:").expect("a budget");
    let moved = [
        &text[..start],
        &text[end..after],
        &text[start..end],
        &text[after..],
    ]
    .concat();
    folder.file(SPEC, moved);
    assert_eq!(facts(&folder), vec![]);
    let yaml = servelint::document::source::Source::new(SPEC, text);
    let format = servelint::document::read::Format::Yaml;
    let parsed = servelint::document::read::parse(&yaml, format);
    std::fs::remove_file(folder.path.join(SPEC)).expect("removed");
    folder.file(
        "renamed.json",
        parsed.documents[0].root.to_json().to_string(),
    );
    let answer = diff(&folder, &[]);
    answer
        .exits(0)
        .says("support-chat-llm, production (renamed.json)")
        .says("no facts changed since `HEAD`");
    since(&folder).keeps_quiet_about("change-undeclared");
}

#[test]
fn a_manifest_alone_is_enough() {
    let folder = committed();
    edit(
        &folder,
        MANIFEST,
        "llm-d-cuda@sha256:4b1f",
        "llm-d-cuda@sha256:aaaa",
    );
    let found = facts(&folder);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "image");
    assert_eq!(found[0].1, "LLMInferenceService support-chat-llm-v7/image");
    since(&folder)
        .exits(1)
        .says("warning[change-undeclared] `LLMInferenceService support-chat-llm-v7/image` became")
        .says(
            "error[evidence-wrong-subject] `evidence/bench-3.2rps.json` stands as it did at `HEAD`",
        );
}

#[test]
fn a_manifest_in_a_new_file_is_compared_with_the_former_of_its_role() {
    let folder = committed();
    let next = folder
        .read(MANIFEST)
        .replace("-v7", "-v8")
        .replace("tensor: 2", "tensor: 4");
    folder.file("deploy/llmisvc-v8.yaml", next);
    edit(
        &folder,
        SPEC,
        "{role: workload, path: deploy/llmisvc-v7.yaml}",
        "{role: workload, path: deploy/llmisvc-v8.yaml}",
    );
    let names: Vec<String> = facts(&folder).into_iter().map(|fact| fact.1).collect();
    assert_eq!(names, ["LLMInferenceService support-chat-llm-v8/tensor"]);
}

#[test]
fn a_declaration_covers_what_it_names_and_nothing_else() {
    let folder = committed();
    edit(&folder, SPEC, "peakRps: 12", "peakRps: 14");
    edit(&folder, SPEC, "gateway: 75s", "gateway: 80s");
    since(&folder)
        .exits(0)
        .says("warning[change-undeclared] `traffic/peakRps` became `14` (it was `12`)")
        .says("`timeouts/gateway`");
    declare(
        &folder,
        "{summary: more, entries: [{what: traffic, reason: growth}]}",
    );
    since(&folder)
        .exits(1)
        .keeps_quiet_about("traffic/peakRps")
        .says("error[change-undeclared] `timeouts/gateway` became `80s` (it was `75s`)");
    edit(
        &folder,
        SPEC,
        "{what: traffic, reason: growth}",
        "{what: traffic}, {what: timeouts}, {what: slos}",
    );
    since(&folder)
        .exits(0)
        .says("warning[change-undeclared] `spec.change` declares `slos`, but none of its facts differs from `HEAD`");
}

#[test]
fn what_the_base_declared_already_declares_nothing() {
    let folder = project();
    declare(&folder, "{entries: [{what: traffic, reason: growth}]}");
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    edit(&folder, SPEC, "oncall: ", "oncall:  ");
    since(&folder).keeps_quiet_about("change-undeclared");
    edit(&folder, SPEC, "peakRps: 12", "peakRps: 14");
    since(&folder)
        .exits(1)
        .says("error[change-undeclared] `traffic/peakRps` became");
    edit(&folder, SPEC, "reason: growth", "reason: more tenants");
    since(&folder).keeps_quiet_about("change-undeclared");
}

#[test]
fn a_changed_subject_needs_a_blocking_item_that_was_measured_on_it() {
    let folder = committed();
    edit(&folder, SPEC, "maxNumSeqs: 24 ", "maxNumSeqs: 25 ");
    declare(&folder, "{entries: [{what: arguments}]}");
    since(&folder).exits(1).says(
        "error[change-unproven] entry 1 of `spec.change` names no item that proves the changed arguments: `serving/maxNumSeqs` became `25` (it was `24`)",
    );
    edit(
        &folder,
        SPEC,
        "{what: arguments}",
        "{what: arguments, provenBy: [FAIL-1, LOAD-2, LOAD-9]}",
    );
    since(&folder)
        .exits(1)
        .says("`FAIL-1` only advises")
        .says("the evidence of `LOAD-2` stands as it did at `HEAD`")
        .says("error[dangling-reference] entry 1 of the change names the checklist item `LOAD-9`");
    // Without checksums: what follows is not about them.
    let list = folder.read("support-chat-llm.checklist.yaml");
    let lines = list.lines().filter(|line| !line.contains("sha256:"));
    let list: String = lines.map(|line| format!("{line}\n")).collect();
    folder.file("support-chat-llm.checklist.yaml", list);
    // The run of the base under another name is that run.
    let bench = folder.read(BENCH);
    edit(&folder, SPEC, "[FAIL-1, LOAD-2, LOAD-9]", "[LOAD-1]");
    folder.file("evidence/copy.json", &bench);
    edit(
        &folder,
        "support-chat-llm.checklist.yaml",
        BENCH,
        "evidence/copy.json",
    );
    since(&folder)
        .exits(1)
        .says("`evidence/copy.json` stands as it did at `HEAD`");
    // Neither is one that was only written again, or that is older.
    folder.file(
        "evidence/copy.json",
        bench.replace("\"burstiness\": 1.0", "\"burstiness\": 1.00"),
    );
    since(&folder)
        .exits(1)
        .says("`LOAD-1` was measured at 2026-10-06");
    folder.file(
        "evidence/copy.json",
        bench.replace("\"20261006-", "\"20261004-"),
    );
    since(&folder)
        .exits(1)
        .says("`LOAD-1` was measured at 2026-10-04");
    folder.file(
        "evidence/copy.json",
        bench.replace("\"20261006-", "\"20261007-"),
    );
    since(&folder)
        .keeps_quiet_about("change-unproven")
        .keeps_quiet_about("`evidence/copy.json` stands");
}

#[test]
fn a_new_service_has_nothing_to_declare() {
    let folder = Folder::with(&[("readme.txt", "x")]);
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let from = projects::project("support-chat-llm");
    files::copy(&from, &folder.path, &|_: &Path| true);
    since(&folder)
        .keeps_quiet_about("change-")
        .keeps_quiet_about("changed facts");
    diff(&folder, &[])
        .exits(0)
        .says("new: `HEAD` does not have it");
}

#[test]
fn several_services_are_told_apart_and_a_removed_one_is_listed() {
    let other = GOOD.replace("feed-ranker", "other");
    let gone = GOOD.replace("feed-ranker", "gone");
    let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", &other), ("c.yaml", &gone)]);
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let said = diff(&folder, &[]);
    said.exits(0);
    assert_eq!(said.out, "no facts changed since `HEAD` in 3 services\n");
    folder.file("a.yaml", good_but("client: 200ms", "client: 220ms"));
    std::fs::remove_file(folder.path.join("c.yaml")).expect("removed");
    let answer = diff(&folder, &[]);
    answer
        .exits(0)
        .says("timeouts  timeouts/client  200ms   220ms")
        .says("gone, staging (c.yaml)\n  removed since `HEAD`")
        .says("no facts changed since `HEAD` in 1 service");
    diff(&folder, &["a.yaml"])
        .exits(0)
        .keeps_quiet_about("gone");
}

#[test]
fn the_table_reads_well_in_a_narrow_terminal() {
    let folder = committed();
    edit(&folder, SPEC, "peakRps: 12", "peakRps: 14");
    edit(&folder, SPEC, "maxNumSeqs: 24 ", "maxNumSeqs: 25 ");
    edit(&folder, SPEC, "value: 800ms", "value: 700ms");
    for columns in ["40", "120"] {
        let setting = Setting {
            env: &[("COLUMNS", columns)],
            ..Setting::default()
        };
        let answer = folder.run_as(&["diff", "HEAD"], &setting);
        let width: usize = columns.parse().expect("a number");
        let lines = answer.exits(0).out.lines();
        assert!(
            lines.clone().all(|line| line.chars().count() <= width),
            "{}",
            answer.out
        );
        insta::assert_snapshot!(format!("the diff at {columns} columns"), answer.out);
    }
}

#[test]
fn what_cannot_be_compared_is_never_silent() {
    let folder = committed();
    diff(&folder, &["nowhere.yaml"]).exits(2);
    folder
        .run(&["diff", "no-such-revision"])
        .exits(2)
        .says("is not a revision of the repository");
    folder.run(&["diff", "HEAD..HEAD"]).exits(2);
    let text = folder.read(SPEC);
    folder.file(SPEC, format!("{text}\n  broken: [\n"));
    diff(&folder, &[])
        .exits(2)
        .says("cannot be compared")
        .says("syntax-invalid");
    // The other way round: what it was does not parse.
    git::commit(&folder.path, "broken");
    folder.file(SPEC, text);
    let answer = diff(&folder, &[]);
    answer.exits(2).says("cannot be compared: ");
    since(&folder).says("not checked: service `support-chat-llm`: changed facts since `HEAD`: ");
    // Outside of a repository there is no revision.
    project().run(&["diff", "HEAD"]).exits(2);
}

#[test]
fn hostile_declarations_are_refused_and_do_no_harm() {
    let huge = format!("{{entries: [{}]}}", vec!["{what: slos}"; 5000].join(", "));
    for change in [
        "3",
        "[]",
        "{}",
        "{entries: {}}",
        "{entries: [3]}",
        "{entries: [{what: 3}]}",
        "{entries: [{what: weather}]}",
        "{entries: [{what: traffic, provenBy: LOAD-1}]}",
        "{entries: [{what: traffic, provenBy: [[LOAD-1]]}]}",
        "{entries: [{what: traffic, more: 1}]}",
        &huge,
    ] {
        let folder = committed();
        edit(&folder, SPEC, "peakRps: 12", "peakRps: 14");
        declare(&folder, change);
        since(&folder)
            .exits(1)
            .says("support-chat-llm.serving.yaml:");
        diff(&folder, &[]).says("traffic/peakRps");
    }
}

#[test]
fn hostile_values_are_compared_and_cut() {
    let folder = committed();
    edit(
        &folder,
        SPEC,
        "name: vllm",
        &format!("name: \"{}\\e[2J\\u202e\"", "x".repeat(9000)),
    );
    edit(
        &folder,
        SPEC,
        "    averageRps: 5\n",
        "    averageRps: [[1], {a: 2}]\n",
    );
    let answer = diff(&folder, &[]);
    answer.exits(2).says("serving/runtime/name").says("xxx…");
    assert!(!answer.out.contains('\u{1b}') && !answer.out.contains('\u{202e}'));
    assert!(answer.out.len() < 3000, "{}", answer.out.len());
}

#[test]
fn without_a_base_nothing_is_asked() {
    let folder = committed();
    edit(&folder, SPEC, "peakRps: 12", "peakRps: 14");
    folder
        .run(&["check", ".", "--as-of", DAY, "--format", "concise"])
        .keeps_quiet_about("change-undeclared")
        .keeps_quiet_about("changed facts");
}
