//! What schemas refuse, in words, at the right characters.

use super::run::{Folder, good_but};

#[track_caller]
fn rich(name: &str, text: &str) -> String {
    let folder = Folder::with(&[(name, text)]);
    let answer = folder.run(&[
        "check",
        "--as-of",
        super::run::DAY,
        "--select",
        "schema-valid,unknown-field,duration-needs-unit,ratio-percent-confusion",
    ]);
    answer.exits(1);
    answer.out
}

#[test]
fn refusals_in_yaml() {
    let mut shown = String::new();
    for (from, to) in [
        ("owner: team", "ownr: team"),
        ("tier: standard", "tier: standart"),
        ("tier: standard", "tier: gold"),
        ("tier: standard", "tier: 3"),
        ("  owner: team-feed-relevance\n", ""),
        ("  tier: standard\n", ""),
        ("revision: 31", "revision: many"),
        ("revision: 31", "revision: 0"),
        ("revision: 31", "revision:"),
        ("apiVersion: servelint/v1alpha1", "apiVersion: servelint/v1"),
        ("apiVersion: servelint/v1alpha1\n", ""),
        ("kind: ServingSpec", "kind: ServingSpecs"),
        ("kind: ServingSpec\n", ""),
        ("kind: ServingSpec", "kind: Service"),
        ("gateway: 150ms", "gateway: 150"),
        ("gateway: 150ms", "gateway: soon"),
        ("target: 0.9995", "target: 99.95"),
        ("target: 0.9995", "target: \"99.95 %\""),
        ("type: availability", "type: uptime"),
        ("mode: online", "mode: online\n    replicas: 3"),
        (
            "  slos:\n    - name: availability",
            "  slos:\n    - nam: availability",
        ),
        (
            "window: {duration: 30d, isRolling: true}",
            "window: {duration: 30, isRolling: maybe, start: x}",
        ),
        ("window: {duration: 30d, isRolling: true}", "window: 30d"),
        (
            "inScope: [online ranking of up to 500 candidates per request]",
            "inScope: online ranking",
        ),
        (
            "{id: C1, kind: latency, hard: true,",
            "{id: C1, kind: speed, hard: yes,",
        ),
        ("uri: s3", "url: s3"),
    ] {
        let change = format!("{from} -> {to}").replace('\n', "\\n");
        shown.push_str(&format!(
            "##### {change}\n{}\n",
            rich("spec.yaml", &good_but(from, to))
        ));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn refusals_in_toml_and_json() {
    let toml = "apiVersion = \"servelint/v1alpha1\"\nkind = \"ServingSpec\"\n[metadata]\nname = \"a\"\nownr = \"me\"\nrevision = 1.5\n[spec]\nenvironment = \"prod\"\ntier = \"critical\"\n[spec.timeouts]\nserver = 30\n";
    let json = "{\"apiVersion\": \"servelint/v1alpha1\", \"kind\": \"DecisionLog\",\n \"metadata\": {\"name\": \"a\", \"owner\": null},\n \"spec\": {\"servingSpec\": \"a\", \"decisions\": {}, \"residualRisk\": []}}\n";
    insta::assert_snapshot!(format!(
        "{}\n{}",
        rich("spec.toml", toml),
        rich("log.json", json)
    ));
}

#[test]
fn several_refusals_of_one_file_are_all_said_once() {
    let text = good_but("revision: 31", "revision: many")
        .replace("tier: standard", "tier: gold")
        .replace("150ms", "150");
    let folder = Folder::with(&[("a.yaml", &text)]);
    let answer = folder.check(&[]);
    answer
        .exits(1)
        .says("3 errors in 1 file")
        .says("not checked: a.yaml: the schema refuses `/metadata/revision`, `/spec/tier`, `/spec/timeouts/gateway`; what depends on it is not judged");
}

/// Formats of one line have no help, so the message itself says what is allowed.
#[test]
fn a_message_names_what_is_allowed() {
    let item = "apiVersion: servelint/v1alpha1\nkind: VerificationChecklist\nmetadata: {name: feed-ranker, owner: a}\nspec:\n  \
                servingSpec: feed-ranker\n  servingRevision: 31\n  items:\n    - id: I-1\n      title: t\n      category: load\n      \
                gate: blocking\n      op: lte\n      owner: b\n      metric: {name: latency, statistic: p99, unit: s}\n      threshold: 1\n";
    for (text, says) in [
        (
            item.replace("p99", "min"),
            "`statistic` cannot be `min`; it is one of p50, p90,",
        ),
        (
            item.replace("threshold: 1", "threshold: .inf"),
            "`threshold` is inf and must be a finite number",
        ),
        (
            item.replace("threshold: 1", "threshold: -.inf"),
            "`threshold` is -inf and must be a finite number",
        ),
        (
            good_but("digest: sha256:1d0c", "digest: 1d0c"),
            "; it must match `^sha256:[0-9a-f]{64}$`",
        ),
    ] {
        let folder = Folder::with(&[("a.yaml", &text)]);
        folder.check(&[]).exits(1).says(says);
    }
}

/// Where the schema refuses a value, it is not known what is wanted beside it.
#[test]
fn what_depends_on_a_refused_value_is_not_refused() {
    let folder = Folder::with(&[(
        "a.yaml",
        &good_but(
            "indicator: {type: availability, measuredAt: gateway}",
            "indicator: 7",
        ),
    )]);
    folder
        .check(&[])
        .exits(1)
        .says("`indicator` must be a mapping, not the number 7")
        .keeps_quiet_about("`slos[0]`");
}
