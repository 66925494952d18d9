//! The plan that comes with the program is the one that OPA makes of the policies.

mod listing;

use crate::common::{PACK, ROOT, opa};
use servelint::built_in;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

const PLAN: &str = "policies/plan.txt";

/// The files in `policies` that are no part of the rules, and the entry point for OPA alone.
const IGNORED: [&str; 5] = ["*_test.rego", "main.rego", "*.yaml", "*.toml", "plan.txt"];

#[test]
fn the_plan_is_what_opa_plans_of_the_policies() {
    let Some(opa) = opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    let listed =
        listing::of_plan(&planned(&opa), &built_in::mark()).expect("a plan that can be listed");
    let path = Path::new(ROOT).join(PLAN);
    if std::env::var_os("SERVELINT_BLESS").is_some() {
        fs::write(&path, &listed).expect("the plan is written");
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == listed,
        "{PLAN} is not what OPA plans; write it anew: SERVELINT_BLESS=1 cargo test --test suite plan::"
    );
}

/// Both sets of each rule in Rego, as OPA names what it plans: `servelint/rules/rollout/bake-time/finding`.
fn sets_of_rules() -> Vec<String> {
    let mut sets = Vec::new();
    for rule in PACK.rego_rules() {
        let (folder, file) = (
            format!("{}/{}", rule.category, rule.id),
            rule.id.replace('-', "_"),
        );
        let path = Path::new(ROOT).join(format!("policies/{folder}/{file}.rego"));
        let text = fs::read_to_string(path).expect("the rule");
        for set in ["finding", "unchecked"] {
            if text.lines().any(|line| defines(line, set)) {
                sets.push(format!("servelint/rules/{folder}/{set}"));
            }
        }
    }
    sets
}

/// True where a line at the margin defines a set of this name.
fn defines(line: &str, set: &str) -> bool {
    line.strip_prefix(set)
        .is_some_and(|rest| rest.starts_with(" contains ") || rest.starts_with(" :="))
}

/// What `opa build -t plan` writes for both sets of every rule.
fn planned(opa: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("bundle.tar.gz");
    let policies = Path::new(ROOT).join("policies");
    let mut command = Command::new(opa);
    command.args(["build", "--target", "plan", "--bundle", "--output"]);
    command.arg(&bundle).arg(&policies);
    for ignored in IGNORED {
        command.args(["--ignore", ignored]);
    }
    for entry in sets_of_rules() {
        command.args(["--entrypoint", &entry]);
    }
    let output = command.output().expect("opa runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = fs::File::open(&bundle).expect("a bundle");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    for entry in archive.entries().expect("a tar file") {
        let entry = entry.expect("an entry");
        if entry.path().is_ok_and(|path| path.ends_with("plan.json")) {
            return serde_json::from_reader(entry).expect("JSON");
        }
    }
    panic!("the bundle has no plan");
}

#[test]
fn the_plan_is_of_these_policies() {
    let committed = fs::read_to_string(Path::new(ROOT).join(PLAN)).expect("the plan");
    let marked = committed.lines().nth(1);
    let mark = built_in::mark();
    assert_eq!(
        marked,
        Some(format!("policies {mark}").as_str()),
        "a policy was edited; with OPA on the PATH: SERVELINT_BLESS=1 cargo test --test suite plan::"
    );
}

#[test]
fn every_rule_in_rego_has_its_plan() {
    let planned: BTreeSet<String> = fs::read_to_string(Path::new(ROOT).join(PLAN))
        .expect("the plan")
        .lines()
        .filter_map(|line| line.strip_prefix("rule "))
        .filter_map(|rule| rule.split(' ').next())
        .map(str::to_owned)
        .collect();
    let rules: BTreeSet<String> = PACK.rego_rules().map(|rule| rule.id.clone()).collect();
    assert_eq!(planned, rules);
}
