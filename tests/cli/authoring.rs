//! The loop of whoever writes rules: a new one, its tests, why it says nothing, and what OPA is told.

use super::run::{Answer, Folder, GOOD, Setting};
use crate::common::opa;
use std::{
    fs,
    io::Read,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// A pack with one rule on owners, as it is written for a beginner.
fn started() -> Folder {
    let folder = Folder::new();
    let answer = folder.run(&["policy", "new", "acme/owner-known", "--in", "platform"]);
    answer.exits(0);
    folder
}

const RULE: &str = "platform/policies/general/owner-known/owner_known.rego";
const TEST: &str = "platform/policies/general/owner-known/owner_known_test.rego";
const CASES: &str = "platform/policies/general/owner-known/cases.yaml";

/// The pack whose file reads otherwise.
fn changed(name: &str, from: &str, to: &str) -> Folder {
    let folder = started();
    let text = folder.read(name);
    assert!(text.contains(from), "{text}");
    folder.file(name, text.replace(from, to));
    folder
}

fn tested(folder: &Folder, words: &[&str]) -> Answer {
    folder.run(&[&["policy", "test", "platform"], words].concat())
}

/// With these further lines of a test.
fn with_test(lines: &str) -> Answer {
    let folder = started();
    let text = folder.read(TEST) + lines;
    folder.file(TEST, text);
    tested(&folder, &[])
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn a_new_rule_passes_its_own_tests() {
    let folder = Folder::new();
    for subject in [
        "ServingSpec",
        "DecisionLog",
        "VerificationChecklist",
        "Review",
        "Artifacts",
    ] {
        let id = format!("acme/on-{}", subject.to_lowercase());
        let words = ["policy", "new", &id, "--applies-to", subject];
        let answer = folder.run(&[&words[..], &["--in", "platform"]].concat());
        answer.exits(0);
        assert_eq!(
            answer.out.contains("wrote platform/servelint-pack.toml"),
            subject == "ServingSpec",
            "{answer:?}"
        );
        assert!(
            answer.out.contains("  servelint policy test platform\n"),
            "{answer:?}"
        );
        assert!(answer.out.contains("path = \"platform\""), "{answer:?}");
    }
    let answer = tested(&folder, &["--coverage", "100"]);
    answer.exits(0);
    assert_eq!(
        answer.out, "20 passed, 0 failed; 100% of lines covered\n",
        "{answer:?}"
    );
    // As a rule of a review, it finds what its case says.
    folder.file("servelint.toml", "[[policies]]\npath = \"platform\"\n");
    folder.file("a.yaml", GOOD.replace("owner: team-", "owner: dana-"));
    let answer = folder.check(&["a.yaml"]);
    assert!(
        answer.out.contains(
            "a.yaml:5:10: warning[acme/on-servingspec] owner `dana-feed-relevance` is not a team"
        ),
        "{answer:?}"
    );
    let Some(opa) = opa() else {
        eprintln!("skipped the comparison: there is no opa on the PATH");
        return;
    };
    for words in [
        &["fmt", "--fail", "--list", "platform"][..],
        &["check", "--strict", "platform"],
    ] {
        let said = Command::new(&opa)
            .args(words)
            .current_dir(&folder.path)
            .output()
            .expect("opa runs");
        assert!(said.status.success(), "{words:?}: {said:?}");
    }
    let path = Path::new(&opa).canonicalize().ok();
    let path = path.and_then(|opa| Some(opa.parent()?.display().to_string()));
    if let Some(path) = path {
        let setting = Setting {
            env: &[("PATH", &path)],
            ..Setting::default()
        };
        let words = ["policy", "test", "platform", "--engine", "both"];
        let answer = folder.run_as(&words, &setting);
        answer.exits(0);
        assert!(!answer.out.contains("note:"), "{answer:?}");
    }
}

/// In a copy of the source, for the first part of the id is a category there.
#[test]
fn a_rule_of_our_own_begins_in_the_same_way() {
    let folder = Folder::new();
    let root = Path::new(crate::common::ROOT);
    let policies = folder.path.join("policies");
    crate::common::files::copy(&root.join("policies"), &policies, &|_| true);
    crate::common::files::copy(
        &root.join("fixtures/cases"),
        &folder.path.join("fixtures/cases"),
        &|_| true,
    );
    for (id, subject) in [
        ("capacity/my-rule", "ServingSpec"),
        ("capacity/my-log", "DecisionLog"),
        ("slo/my-list", "VerificationChecklist"),
        ("slo/my-review", "Review"),
        ("supply/my-manifest", "Artifacts"),
    ] {
        let words = ["policy", "new", id, "--applies-to", subject];
        let answer = folder.run(&[&words[..], &["--in", "policies"]].concat());
        answer.exits(0);
        assert!(
            answer.out.contains("cargo test --test rules my-"),
            "{answer:?}"
        );
    }
    assert!(
        folder
            .read("policies/capacity/my-rule/my_rule.rego")
            .contains("package servelint.rules.capacity[\"my-rule\"]\n")
    );
    let answer = folder.run(&[
        "policy",
        "test",
        "policies",
        "my-rule",
        "my-log",
        "my-list",
        "my-review",
        "my-manifest",
    ]);
    answer.exits(0);
    assert_eq!(answer.out, "20 passed, 0 failed\n");
    // From the root of the source as well.
    let answer = folder.run(&["policy", "test", "my-rule"]);
    assert_eq!(answer.out, "4 passed, 0 failed\n", "{answer:?}");
}

#[test]
fn nothing_is_written_over_and_no_id_leads_elsewhere() {
    let folder = started();
    let before = folder.read(RULE);
    let new = |words: &[&str]| folder.run(&[&["policy", "new"], words].concat());
    for (words, message) in [
        (
            &["acme/owner-known", "--in", "platform"][..],
            "platform/policies/general/owner-known is there already",
        ),
        (
            &["other/rule", "--in", "platform"],
            "platform/servelint-pack.toml is the pack `acme`, and the rule is for `other`",
        ),
        (&["rule"], "`rule` is no id of a rule"),
        (&["acme/../../rule"], "is no id of a rule"),
        (&["Acme/rule"], "is no id of a rule"),
        (&["acme/a_b"], "is no id of a rule"),
        (&["servelint/rule", "--in", "x"], "`name` is taken"),
        (
            &["acme/rule", "--in", "platform", "--category", "../x"],
            "`../x` is no id of a rule",
        ),
        (
            &["acme/rule", "--applies-to", "Spec"],
            "no `[[schemas]]` declares the kind `Spec`",
        ),
    ] {
        let answer = new(words);
        assert_eq!(answer.code, 2, "{words:?}: {answer:?}");
        assert!(answer.err.contains(message), "{words:?}: {answer:?}");
        assert!(answer.out.is_empty(), "{words:?}: {answer:?}");
    }
    assert_eq!(folder.read(RULE), before);
    let names: Vec<_> = fs::read_dir(&folder.path).expect("a folder").collect();
    assert_eq!(names.len(), 1, "{names:?}");
    // A folder with a project is none for a pack.
    folder.file("servelint.toml", "");
    let answer = new(&["acme/rule"]);
    assert!(answer.err.contains("--in FOLDER"), "{answer:?}");
    // Two categories: which one is meant?
    let more = ["acme/rule", "--in", "platform", "--category", "cost"];
    assert_eq!(new(&more).code, 0);
    let answer = new(&["acme/rule-two", "--in", "platform"]);
    assert!(
        answer.err.contains("several categories: cost, general"),
        "{answer:?}"
    );
}

#[test]
fn a_test_that_fails_names_its_reason() {
    let answer = with_test("\ntest_wrong if {\n\tfalse\n}\n\ntest_number := 3\n");
    answer.exits(1);
    let name = "data.acme.rules.general[\"owner-known_test\"].test_";
    for line in [
        format!("FAIL {name}wrong ({TEST})"),
        format!("FAIL {name}number ({TEST})"),
        "  3, not true".to_owned(),
        "4 passed, 2 failed; ".to_owned(),
    ] {
        assert!(answer.out.contains(&line), "{line}: {answer:?}");
    }
}

#[test]
fn a_case_that_fails_shows_both_sides() {
    let folder = changed(CASES, "at: /metadata/owner", "at: /metadata");
    let answer = tested(&folder, &[]);
    answer.exits(1);
    for part in [
        format!("FAIL acme/owner-known: an owner that is not a team ({CASES})\n"),
        "  - {at: /metadata, message: \"owner `dana` is not a team\"}\n".to_owned(),
        "  - {at: /metadata/owner, line: 5, message: \"owner `dana` is not a team: ".to_owned(),
    ] {
        assert!(answer.out.contains(&part), "{part}: {answer:?}");
    }
    // The good document is judged by the rules of the pack alone, and must be a document.
    let folder = changed(
        CASES,
        "owner: team-example\n    revision",
        "owner: dana\n    revision",
    );
    let folder_text = folder.read(CASES).replace(
        "replace: \"owner: team-example\"\n    with: \"owner: dana\"",
        "replace: \"owner: dana\"\n    with: \"owner: tom\"",
    );
    folder.file(CASES, folder_text);
    let answer = tested(&folder, &[]);
    assert!(
        answer.out.contains("the good document is not clean"),
        "{answer:?}"
    );
    let folder = changed(CASES, "tier: standard", "tier: 3");
    let answer = tested(&folder, &[]);
    answer.exits(1);
    assert!(answer.out.contains("schema-valid"), "{answer:?}");
}

/// What keeps a pack from being tested, and where.
#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn what_cannot_be_tested_is_said_at_its_place() {
    for (file, from, to, message) in [
        (
            RULE,
            "finding contains {",
            "finding contains {{",
            "owner_known.rego:",
        ),
        (
            RULE,
            "startswith(",
            "http.send(",
            "`http.send`: policies read no network",
        ),
        (
            TEST,
            "count(found) == 0",
            "count(numbers.range(1, 3)) == 0",
            "owner_known_test.rego:12:8: `numbers.range`: ",
        ),
        (
            RULE,
            "severity: warning",
            "severity: loud",
            "owner_known.rego:7:1: ",
        ),
        (
            CASES,
            "cases:\n",
            "cases: [\n",
            "platform/policies/general/owner-known/cases.yaml:",
        ),
        (CASES, "    finds:", "    find:", "unknown field `find`"),
        (
            CASES,
            "replace: \"owner: team-example\"",
            "replace: absent",
            "case `an owner that is not a team`: \"absent\" occurs 0 times",
        ),
        (
            "platform/servelint-pack.toml",
            "name = ",
            "nam = ",
            "servelint-pack.toml:1",
        ),
    ] {
        let answer = tested(&changed(file, from, to), &[]);
        assert_eq!(answer.code, 2, "{to}: {answer:?}");
        assert!(answer.out.contains(message), "{to}: {answer:?}");
    }
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let answer = folder.run(&["policy", "test"]);
    answer.exits(2);
    assert!(answer.err.contains("there is no pack here"), "{answer:?}");
    fs::create_dir(folder.path.join("empty")).expect("a folder");
    let answer = folder.run(&["policy", "test", "empty"]);
    answer.exits(2);
    assert!(
        answer
            .out
            .contains("the pack `empty` has no `servelint-pack.toml`"),
        "{answer:?}"
    );
}

/// Files beside a case stay in the folder of the case.
#[test]
fn a_case_writes_nothing_elsewhere() {
    for (from, to) in [
        (
            "good: |\n",
            "good:\n  files: {../../../escaped.yaml: 'a: 1'}\n  text: |\n",
        ),
        (
            "good: |\n",
            "good:\n  files: {/tmp/escaped.yaml: 'a: 1'}\n  text: |\n",
        ),
        ("good: |\n", "good:\n  format: /../../escaped\n  text: |\n"),
    ] {
        let folder = changed(CASES, from, to);
        let (head, rest) = {
            let text = folder.read(CASES);
            let (head, rest) = text.split_once("text: |\n").expect("a text");
            let (document, cases) = rest.split_once("cases:\n").expect("cases");
            let deeper: String = document.lines().map(|line| format!("  {line}\n")).collect();
            (
                format!("{head}text: |\n{deeper}"),
                format!("cases:\n{cases}"),
            )
        };
        folder.file(CASES, head + &rest);
        let answer = tested(&folder, &[]);
        assert_eq!(answer.code, 1, "{to}: {answer:?}");
        assert!(
            answer.out.contains("is not the name of a file"),
            "{to}: {answer:?}"
        );
        assert!(!Path::new("/tmp/escaped.yaml").exists());
    }
}

/// What one test does costs the others nothing.
#[test]
fn tests_that_fault_recurse_or_never_end_are_failures() {
    let endless = "xs := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n\ntest_endless if {\n\tsome a in xs\n\tsome b in xs\n\tsome c in xs\n\
        \tsome d in xs\n\tsome e in xs\n\tsome f in xs\n\tsome g in xs\n\tsome h in xs\n\ta + b + c + d + e + f + g + h > 900\n}\n";
    let greedy = "test_greedy if {\n\tverb := concat(\"\", [\"%\", \"2000000000\", \"d\"])\n\tsprintf(verb, [1]) != \"\"\n}\n";
    let lines = format!("\ntest_fault if {{\n\t\"a\" * 2 > 1\n}}\n\n{endless}\n{greedy}");
    let began = Instant::now();
    let answer = with_test(&lines);
    answer.exits(1);
    for reason in [
        "expects numeric argument",
        "it took more than 5,000,000 steps and was stopped",
        "needs more than 512 MiB of memory",
        "4 passed, 3 failed",
    ] {
        assert!(answer.out.contains(reason), "{reason}: {answer:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(50));
    let answer = with_test("\nf(x) := f(x + 1)\n\ntest_deep if f(1)\n");
    answer.exits(2);
    assert!(
        answer.out.contains("`f` needs its own answer"),
        "{answer:?}"
    );
}

#[test]
fn nothing_that_ran_is_no_success() {
    let folder = started();
    let answer = tested(&folder, &["absent"]);
    answer.exits(2);
    assert!(
        answer
            .out
            .contains("no test, no case and no folder is named `absent`"),
        "{answer:?}"
    );
    assert!(answer.out.contains("nothing ran"), "{answer:?}");
    for file in [TEST, CASES] {
        fs::remove_file(folder.path.join(file)).expect("removed");
    }
    let answer = tested(&folder, &[]);
    answer.exits(2);
    assert!(
        answer.out.contains("nothing ran; 0% of lines covered"),
        "{answer:?}"
    );
    for (format, part) in [
        ("json", "\"outcome\": \"unable\""),
        ("junit", "nothing ran"),
    ] {
        let answer = tested(&folder, &["--format", format]);
        answer.exits(2);
        assert!(answer.out.contains(part), "{answer:?}");
    }
}

#[test]
fn coverage_below_the_threshold_fails() {
    let more = "\nother(x) := y if {\n\tx > 1\n\ty := x * 2\n}\n";
    let folder = changed(RULE, "\tnot startswith", "\tnot startswith");
    folder.file(RULE, folder.read(RULE) + more);
    let answer = tested(&folder, &["--coverage", "60"]);
    answer.exits(0);
    let missed = format!("{RULE}: 62.5% covered, not lines 20-22\n");
    assert!(answer.out.contains(&missed), "{answer:?}");
    let answer = tested(&folder, &["--coverage", "90"]);
    answer.exits(1);
    assert!(
        answer.out.contains("62.5% of lines covered, below 90%"),
        "{answer:?}"
    );
    let answer = tested(&folder, &["--coverage", "90", "--format", "junit"]);
    assert!(answer.out.contains("<failure message="), "{answer:?}");
    for words in [
        &["--coverage", "900"][..],
        &["--coverage", "NaN"],
        &["--coverage", "90", "flags"],
    ] {
        let answer = tested(&folder, words);
        assert_eq!(answer.code, 2, "{words:?}: {answer:?}");
    }
}

#[test]
fn programs_read_the_same() {
    let folder = changed(TEST, "count(found) == 0", "count(found) == 1");
    let answer = tested(&folder, &["--format", "json"]);
    answer.exits(1);
    let said: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(said["outcome"], "failed");
    assert_eq!((&said["passed"], &said["failed"]), (&3.into(), &1.into()));
    assert_eq!(said["packs"][0]["tests"][1]["passed"], false);
    assert_eq!(
        said["packs"][0]["coverage"][0]["missed"],
        serde_json::json!([])
    );
    let answer = tested(&folder, &["--format", "junit"]);
    answer.exits(1);
    let suite = "<testsuite name=\"acme\" tests=\"4\" failures=\"1\" errors=\"0\">";
    assert!(answer.out.contains(suite), "{answer:?}");
}

/// A pack of a project is found by its configuration, and settings are an empty object in tests as in a run.
#[test]
fn packs_of_the_configuration_are_tested() {
    let folder = started();
    folder.file("servelint.toml", "[[policies]]\npath = \"platform\"\n");
    let lines = "\ntest_settings if data.acme.settings == {}\n\ntest_data if data.acme.data.known.owner == \"dana\"\n";
    folder.file(TEST, folder.read(TEST) + lines);
    folder.file("platform/data/known.yaml", "owner: dana\n");
    let answer = folder.run(&["policy", "test"]);
    answer.exits(0);
    assert!(answer.out.starts_with("6 passed, 0 failed"), "{answer:?}");
}

#[test]
fn watching_runs_again_after_a_change() {
    let folder = started();
    let mut child = folder.start(&["policy", "test", "platform", "--watch"], &[]);
    let mut out = child.stdout.take().expect("a pipe");
    let mut said = String::new();
    let mut until = |part: &str| {
        let mut bytes = [0; 1024];
        while !said.contains(part) {
            let count = out.read(&mut bytes).expect("readable");
            assert!(count > 0, "it ended: {said}");
            said.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    };
    until("4 passed, 0 failed");
    folder.file(TEST, folder.read(TEST) + "\ntest_new if true\n");
    until("5 passed, 0 failed");
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[test]
fn without_opa_it_says_so() {
    let folder = started();
    let setting = Setting {
        env: &[("PATH", "/nowhere")],
        ..Setting::default()
    };
    let words = ["policy", "test", "platform", "--engine", "both"];
    let answer = folder.run_as(&words, &setting);
    answer.exits(0);
    assert!(
        answer.out.contains("there is no `opa` on the PATH"),
        "{answer:?}"
    );
}

/// A test that both engines answer differently.
#[cfg(unix)]
#[test]
fn what_opa_answers_otherwise_is_a_failure() {
    use std::os::unix::fs::PermissionsExt;
    let folder = started();
    let script = "#!/bin/sh\necho '[{\"package\": \"data.acme.rules.general[\\\"owner-known_test\\\"]\", \
                  \"name\": \"test_accepts_a_team\", \"fail\": true}]'\n";
    folder.file("bin/opa", script);
    let opa = folder.path.join("bin/opa");
    fs::set_permissions(&opa, fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:/usr/bin:/bin", folder.path.join("bin").display());
    let setting = Setting {
        env: &[("PATH", &path)],
        ..Setting::default()
    };
    let words = ["policy", "test", "platform", "--engine", "both"];
    let answer = folder.run_as(&words, &setting);
    answer.exits(1);
    for reason in ["it passes here and fails in OPA", "OPA does not run it"] {
        assert!(answer.out.contains(reason), "{answer:?}");
    }
    folder.file("bin/opa", "#!/bin/sh\necho broken >&2\nexit 1\n");
    let answer = folder.run_as(&words, &setting);
    answer.exits(2);
    assert!(
        answer
            .out
            .contains("acme: OPA cannot run the tests: broken"),
        "{answer:?}"
    );
}

const NAMED: &str = "[[policies]]\npath = \"platform\"\n";

fn traced(folder: &Folder, rule: &str, path: &str) -> Answer {
    folder.run(&["policy", "trace", rule, path, "--as-of", super::run::DAY])
}

#[test]
fn a_trace_shows_the_condition_that_ended_the_rule() {
    let folder = started();
    folder.file("servelint.toml", NAMED);
    folder.file("a.yaml", GOOD);
    let answer = traced(&folder, "acme/owner-known", "a.yaml");
    answer.exits(0);
    for part in [
        "acme/owner-known on the ServingSpec of feed-ranker (a.yaml)\n",
        "+   16      owner := input.metadata.owner\n",
        "-   17      not startswith(owner, \"team-\")\n          ^ owner = \"team-feed-relevance\"\n",
        "\nfound nothing\n",
    ] {
        assert!(answer.out.contains(part), "{part}: {answer:?}");
    }
    folder.file("a.yaml", GOOD.replace("owner: team-", "owner: dana-"));
    let answer = traced(&folder, "acme/owner-known", "a.yaml");
    answer.exits(0);
    for part in [
        "+   17      not startswith(owner, \"team-\")\n",
        "found /metadata/owner: owner `dana-feed-relevance` is not a team",
    ] {
        assert!(answer.out.contains(part), "{part}: {answer:?}");
    }
}

/// Order, loops, references that are not there, joined conditions, `else`, settings, and faults.
#[test]
fn a_trace_knows_the_shapes_of_bodies() {
    let body = "finding contains {\"at\": [], \"message\": name} if {\n\
        \tsome slo in input.spec.slos\n\
        \tname := slo.name\n\
        \tslo.absent.field > limit\n\
        \tname == \"unreached\"\n\
        }\n\n\
        limit := data.acme.settings.limit if {\n\
        \tvalue > 0\n\
        \tvalue = count(data.acme.settings.names)\n\
        \t\"a\" in data.acme.settings.names\n\
        }\n\n\
        fault if {\n\tinput.metadata.name\n\tinput.metadata.name * 2 > 1\n}\n\n\
        helper(x) := y if {\n\ty := x + 1\n}\n";
    let folder = changed(RULE, "finding contains", "unused contains");
    let text = folder.read(RULE);
    let (head, _) = text.split_once("unused contains").expect("a rule");
    folder.file(RULE, format!("{head}{body}"));
    folder.file(
        "servelint.toml",
        format!("{NAMED}[policy.acme]\nlimit = 3\nnames = [\"a\"]\n"),
    );
    folder.file("platform/schemas/settings.json", "{\"type\": \"object\"}");
    folder.file("a.yaml", GOOD);
    let answer = traced(&folder, "acme/owner-known", "a.yaml");
    answer.exits(0);
    for part in [
        "+   13      some slo in input.spec.slos\n",
        "-   15      slo.absent.field > limit\n          ^ slo.absent.field = undefined\n          ^ limit = 3\n",
        ".   16      name == \"unreached\"\n",
        "~   20      value > 0\n",
        "+   21      value = count(data.acme.settings.names)\n",
        "+   22      \"a\" in data.acme.settings.names\n",
        "+   26      input.metadata.name\n",
        "!   27      input.metadata.name * 2 > 1\n",
        "          ^ input.metadata.name = \"feed-ranker\"\n",
        "\nfound nothing\n",
    ] {
        assert!(answer.out.contains(part), "{part}: {answer:#?}");
    }
    // A rule that breaks off is no success.
    folder.file(
        RULE,
        format!(
            "{head}{}",
            body.replace("slo.absent.field > limit", "slo.name * 2 > limit")
        ),
    );
    let answer = traced(&folder, "acme/owner-known", "a.yaml");
    answer.exits(2);
    assert!(answer.out.contains("the rule broke off: "), "{answer:?}");
}

#[test]
fn a_rule_of_our_own_is_traced_as_well() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let answer = traced(&folder, "timeouts-order", "a.yaml");
    answer.exits(0);
    let held =
        |line: &str| line.starts_with('+') && line.ends_with("facts := input.facts.spec.timeouts");
    assert!(answer.out.lines().any(held), "{answer:?}");
    assert!(answer.out.contains("^ held 3 times"), "{answer:?}");
}

#[test]
fn what_cannot_be_traced_is_said() {
    let folder = started();
    folder.file("servelint.toml", NAMED);
    folder.file("a.yaml", GOOD);
    for (rule, path, message) in [
        (
            "acme/owner-knwon",
            "a.yaml",
            "did you mean `acme/owner-known`?",
        ),
        ("schema-valid", "a.yaml", "is not written in Rego"),
        (
            "autoscaler-without-request",
            "a.yaml",
            "found no input for `autoscaler-without-request`, which applies to Artifacts",
        ),
        ("acme/owner-known", "absent.yaml", "absent.yaml"),
    ] {
        let answer = traced(&folder, rule, path);
        assert_eq!(answer.code, 2, "{rule}: {answer:?}");
        assert!(answer.err.contains(message), "{rule}: {answer:?}");
    }
    // One that never ends is stopped, and says so.
    let endless = "xs := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n\nfinding contains {\"at\": [], \"message\": \"x\"} if {\n\tsome a in xs\n\tsome b in xs\n\
        \tsome c in xs\n\tsome d in xs\n\tsome e in xs\n\tsome f in xs\n\tsome g in xs\n\tsome h in xs\n\ta + b + c + d + e + f + g + h > 900\n}\n";
    let text = folder.read(RULE);
    let (head, _) = text.split_once("finding contains").expect("a rule");
    folder.file(RULE, format!("{head}{endless}"));
    let answer = traced(&folder, "acme/owner-known", "a.yaml");
    answer.exits(2);
    assert!(
        answer.err.contains("was stopped") || answer.out.contains("was stopped"),
        "{answer:?}"
    );
}

#[test]
fn opa_reads_the_capabilities_and_finds_our_policies_within_them() {
    let folder = Folder::new();
    let answer = folder.run(&["policy", "capabilities"]);
    answer.exits(0);
    let said: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let names: Vec<&str> = said["builtins"]
        .as_array()
        .expect("builtins")
        .iter()
        .filter_map(|builtin| builtin["name"].as_str())
        .collect();
    for name in ["sprintf", "plus", "internal.member_2", "json.patch"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    for name in ["http.send", "numbers.range", "crypto.md5", "time.now_ns"] {
        assert!(!names.contains(&name), "{name}");
    }
    assert_eq!(said["allow_net"], serde_json::json!([]));
    let Some(opa) = opa() else {
        eprintln!("skipped the check: there is no opa on the PATH");
        return;
    };
    folder.file("capabilities.json", &answer.out);
    let check = |path: &Path| {
        Command::new(&opa)
            .args(["check", "--strict", "--capabilities"])
            .arg(folder.path.join("capabilities.json"))
            .arg(path)
            .current_dir(crate::common::ROOT)
            .output()
            .expect("opa runs")
    };
    let said = check(Path::new("policies"));
    assert!(said.status.success(), "{said:?}");
    folder.file("bad.rego", "package bad\n\np := http.send({})\n");
    assert!(!check(&folder.path.join("bad.rego")).status.success());
    let script = Path::new(crate::common::ROOT).join(".ci/capabilities");
    let said = Command::new(script).arg(&opa).arg("--check").output();
    assert!(said.is_ok_and(|said| said.status.success()));
}
