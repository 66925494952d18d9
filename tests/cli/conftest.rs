//! Packs of conftest's contract as a team meets them: names, places, verdicts, exceptions, faults.

use super::run::{Answer, Folder, GOOD};

const MANIFEST: &str = "name = \"acme\"\nversion = \"1.0.0\"\ncontract = \"conftest\"\n";
const NAMED: &str = "[[policies]]\npath = \"pack\"\n";
const PLAIN: &str = "server:\n  tls: false\n  port: 80\n";
const POLICY: &str = "package main

# METADATA
# title: The server speaks TLS
# description: Nothing leaves a host in the clear.
# related_resources:
#   - https://acme.example/tls
# custom:
#   help: Set `server.tls`.
deny_tls contains {\"msg\": \"no TLS\", \"path\": \"server.tls\"} if input.server.tls == false

warn contains sprintf(\"port %d\", [input.server.port]) if input.server.port < 1024
";

/// A pack with this policy beside a plain file, and these further files.
fn with(policy: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[
        ("servelint.toml", NAMED),
        ("app.yaml", PLAIN),
        ("pack/servelint-pack.toml", MANIFEST),
        ("pack/policy/main.rego", policy),
    ]);
    for (name, text) in files {
        folder.file(name, text);
    }
    folder
}

fn check(folder: &Folder, more: &[&str]) -> Answer {
    let words: Vec<&str> = ["."].iter().chain(more).copied().collect();
    folder.check(&words)
}

#[test]
fn rules_have_names_severities_and_pages() {
    let folder = with(
        POLICY,
        &[
            (
                "pack/policy/net.rego",
                "package net.ports\n\ndeny contains \"eighty\" if input.server.port == 80\n",
            ),
            (
                "pack/servelint-pack.toml",
                &format!("{MANIFEST}namespaces = [\"*\"]\n"),
            ),
        ],
    );
    check(&folder, &[])
        .exits(1)
        .says("app.yaml:2:8: error[acme/deny_tls] no TLS")
        .says("app.yaml:1:1: warning[acme/warn] port 80")
        .says("app.yaml:1:1: error[acme/net.ports.deny] eighty");
    folder
        .run(&["rules"])
        .says("acme/main\n")
        .says("acme/deny_tls")
        .says("acme/net.ports\n");
    folder
        .run(&["explain", "acme/deny_tls"])
        .says("The server speaks TLS")
        .says("Nothing leaves a host in the clear.");
    for name in ["acme/deny_tls", "acme/main", "acme"] {
        let answer = check(&folder, &["--ignore", name]);
        answer.keeps_quiet_about("no TLS");
    }
    check(&folder, &["--select", "acme/warn"])
        .exits(0)
        .says("port 80")
        .keeps_quiet_about("no TLS");
    for (format, answer) in folder.run_in_every_format(&["check", "."], "concise") {
        assert!(answer.out.contains("no TLS"), "{format}: {answer:?}");
    }
}

#[test]
fn metadata_decides_the_severity_and_must_be_yaml() {
    let milder = POLICY.replace("# custom:\n", "# custom:\n#   severity: info\n");
    check(&with(&milder, &[]), &[])
        .exits(0)
        .says("info[acme/deny_tls]");
    let broken = POLICY.replace("# title: The", "# title: [The");
    check(&with(&broken, &[]), &[])
        .exits(2)
        .says("pack/policy/main.rego:")
        .says("METADATA is not YAML");
}

#[test]
fn results_say_where_they_are() {
    let policy = "package main

deny contains {\"msg\": \"line\", \"_loc\": {\"file\": \"app.yaml\", \"line\": 3}}

deny contains {\"msg\": \"list\", \"at\": [\"server\", \"port\"]}

deny contains {\"msg\": \"strange\", \"path\": \"no.such.key\"}

deny contains {\"msg\": \"beyond\", \"_loc\": {\"line\": 300}}
";
    check(&with(policy, &[]), &[])
        .says("app.yaml:3:3: error[acme/deny] line")
        .says("app.yaml:3:9: error[acme/deny] list")
        .says("app.yaml:1:1: error[acme/deny] strange")
        .says("app.yaml:1:1: error[acme/deny] beyond");
}

#[test]
fn findings_count_for_the_services_of_their_file() {
    let policy =
        "package main\n\ndeny contains \"specs are late\" if input.kind == \"ServingSpec\"\n";
    let folder = with(policy, &[("a.yaml", GOOD)]);
    let answer = folder.check(&["."]);
    answer.exits(1).says("no-go");
    let silent = with(
        "package main\n\ndeny contains \"jobs\" if input.kind == \"Job\"\n",
        &[("a.yaml", GOOD)],
    );
    silent.check(&["."]).exits(0).keeps_quiet_about("no-go");
    // What is wrong elsewhere is no matter of the service, and fails the run all the same.
    let folder = with(POLICY, &[("a.yaml", GOOD)]);
    folder
        .check(&["."])
        .exits(1)
        .keeps_quiet_about("team-feed-relevance: no-go");
}

#[test]
fn exceptions_of_all_kinds_work_in_plain_files() {
    let waived = PLAIN.replace(
        "tls: false",
        "tls: false # servelint: allow[acme/deny_tls] until=2026-12-31 by=dana.k reason=\"NET-7, from January\"",
    );
    check(&with(POLICY, &[("app.yaml", &waived)]), &[])
        .exits(0)
        .says("waived: app.yaml:2:8: error[acme/deny_tls] by dana.k");
    let config = format!("{NAMED}[[severity]]\nrule = \"acme/deny_tls\"\nlevel = \"warning\"\n");
    check(&with(POLICY, &[("servelint.toml", &config)]), &[])
        .exits(0)
        .says("warning[acme/deny_tls]");
    let folder = with(POLICY, &[]);
    folder.run(&["baseline", "."]).exits(0);
    check(&folder, &["--baseline", "servelint-baseline.json"]).exits(0);
    // The rule has nothing to say any more, and the baseline still speaks of it.
    folder.file("app.yaml", PLAIN.replace("false", "true"));
    check(&folder, &["--baseline", "servelint-baseline.json"]).says("baseline-stale");
    let unused = PLAIN.replace(
        "tls: false",
        "tls: true # servelint: allow[acme/deny_tls] until=2026-12-31 by=dana.k reason=\"NET-7, from January\"",
    );
    check(&with(POLICY, &[("app.yaml", &unused)]), &[]).says("waiver-unused");
}

#[test]
fn an_exception_of_the_policy_is_listed() {
    let policy = format!("{POLICY}\nexception contains [\"tls\"] if input.server.port == 80\n");
    let folder = with(&policy, &[]);
    let answer = folder.run(&["check", ".", "--format", "json"]);
    answer
        .exits(0)
        .says("\"suppressed\"")
        .says("the policy's own `exception`");
}

#[test]
fn globs_say_which_files_a_pack_sees() {
    let globs = format!("{MANIFEST}files = [\"deploy/**\"]\nignore = [\"**/skipped.yaml\"]\n");
    let folder = with(
        POLICY,
        &[
            ("pack/servelint-pack.toml", &globs),
            ("deploy/app.yaml", PLAIN),
            ("deploy/skipped.yaml", PLAIN),
            ("deploy/main.tf", "x = 1\n"),
            ("deploy/more/other.tf", "x = 1\n"),
            ("deploy/Dockerfile", "FROM scratch\n"),
            ("elsewhere/main.ini", "x = 1\n"),
        ],
    );
    let answer = folder.check(&["."]);
    answer
        .exits(1)
        .says("deploy/app.yaml")
        .says("conftest reads HCL, and servelint does not")
        .says("deploy/main.tf and 1 more")
        .says("conftest reads Dockerfile")
        .keeps_quiet_about("INI")
        .keeps_quiet_about("skipped.yaml:");
    assert_eq!(answer.out.matches("HCL").count(), 1, "{answer:?}");
}

#[test]
fn a_rule_that_fails_costs_the_others_nothing() {
    let policy = format!("{POLICY}\ndeny_sum contains \"sum\" if input.server + 1 == 2\n");
    let answer = with(&policy, &[]).check(&["."]);
    answer
        .exits(2)
        .says("no TLS")
        .says("rule `acme/deny_sum` failed");
    // A review in whose file a rule fails does not go.
    let policy = "package main\n\ndeny contains \"x\" if input.metadata + 1 == 2\n";
    with(policy, &[("a.yaml", GOOD)])
        .check(&["."])
        .exits(2)
        .says("no-go");
    for (body, reason) in [
        ("deny := \"text\"", "it is a string, and no set of messages"),
        (
            "deny if input.server",
            "it is true or false, and no set of messages",
        ),
        ("deny contains 7", "a result is a number"),
        (
            "deny contains {\"message\": \"x\"}",
            "no `msg` that is a string",
        ),
    ] {
        let answer = with(&format!("package main\n\n{body}\n"), &[]).check(&["."]);
        let told = answer.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(reason), "{body}: {answer:?}");
        answer.exits(2);
    }
}

#[test]
fn a_file_that_nobody_can_read_is_told() {
    let folder = with(POLICY, &[("broken.yaml", "a: [\n")]);
    check(&folder, &[])
        .exits(2)
        .says("no TLS")
        .says("the pack `acme` did not see it: it does not parse");
    let folder = with(
        POLICY,
        &[("t.yaml", "{{ if .Values.x }}\na: 1\n{{ end }}\n")],
    );
    check(&folder, &[])
        .exits(1)
        .says("the pack `acme` did not see it");
}

#[test]
fn what_cannot_be_used_is_refused_in_the_policy() {
    for (policy, reason) in [
        (
            "package other\n\ndeny contains \"x\"\n",
            "`namespaces` names packages, and there are `other`",
        ),
        (
            "package main\n\ndeny contains \"x\" if time.now_ns() > 0\n",
            "`time.now_ns`",
        ),
        (
            "package main\n\ndeny contains \"x\" if http.send({}).a\n",
            "`http.send`",
        ),
        (
            "package main\n\nx := \"a\"\n\ndeny contains \"x\" if parse_config_file(x)\n",
            "written out here",
        ),
        (
            "package main\n\ndeny contains \"x\" if parse_config_file(\"../../app.yaml\")\n",
            "is no file of the pack",
        ),
        (
            "package main\n\ndeny contains \"x\" if parse_config(\"hcl2\", \"\")\n",
            "not \"hcl2\"",
        ),
        (
            "package main\n\nf(x) := f(x + 1)\n\ndeny contains \"x\" if f(1)\n",
            "recursion has no end",
        ),
        ("package main\n\ndeny contains \"x\" if {\n", "expect"),
        (
            "package servelint.x\n\ndeny contains \"x\"\n",
            "below `data.servelint`",
        ),
        (
            "package main\n\ndeny contains \"x\"; deny_y contains \"y\"\n",
            "",
        ),
    ] {
        let manifest = format!("{MANIFEST}namespaces = [\"main\", \"servelint.x\"]\n");
        let folder = with(policy, &[("pack/servelint-pack.toml", &manifest)]);
        let answer = folder.check(&["."]);
        let told = answer.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(reason), "{policy}: {answer:?}");
        assert!(told.contains("policy-unusable"), "{policy}: {answer:?}");
        answer.exits(2);
    }
}

#[test]
fn keys_of_the_contract_belong_to_it() {
    let own = MANIFEST.replace("contract = \"conftest\"\n", "");
    for line in [
        "namespaces = [\"main\"]",
        "files = [\"a\"]",
        "ignore = [\"a\"]",
        "combine = true",
    ] {
        let folder = with(
            POLICY,
            &[("pack/servelint-pack.toml", &format!("{own}{line}\n"))],
        );
        let answer = folder.check(&["."]);
        answer.exits(2).says("conftest");
    }
    for line in [
        "files = [\"[\"]",
        "namespaces = []",
        "combine = \"yes\"",
        "namespace = [\"a\"]",
    ] {
        let folder = with(
            POLICY,
            &[("pack/servelint-pack.toml", &format!("{MANIFEST}{line}\n"))],
        );
        folder.check(&["."]).exits(2).says("servelint-pack.toml");
    }
}

#[test]
fn data_is_merged_and_must_not_clash() {
    let files = [
        ("pack/data/a.yaml", "x: 1\n"),
        ("pack/data/b.json", "{\"x\": 2}"),
    ];
    with(POLICY, &files)
        .check(&["."])
        .exits(2)
        .says("`x` stands in another file already");
    let files = [("pack/data/a.yaml", "- 1\n")];
    with(POLICY, &files)
        .check(&["."])
        .exits(2)
        .says("data is merged by its keys");
}

#[test]
fn files_together_are_one_input() {
    let policy = "package main

deny contains {\"msg\": \"two of a name\", \"at\": [1, \"contents\", \"name\"]} if {
	input[0].contents.name == input[1].contents.name
	input[0].path == \"a/one.yaml\"
}

deny contains \"too many\" if count(input) > 2
";
    let combine = format!("{MANIFEST}combine = true\n");
    let folder = with(
        policy,
        &[
            ("pack/servelint-pack.toml", &combine),
            ("a/one.yaml", "name: x\n"),
            ("a/two.yaml", "name: x\n"),
            ("spec.yaml", GOOD),
        ],
    );
    let answer = folder.check(&["."]);
    answer
        .exits(1)
        .says("a/two.yaml")
        .says("pack/servelint-pack.toml")
        .says("too many")
        // Nobody knows of which file it is, so no service goes.
        .says("no-go");
}

#[test]
fn a_hook_shows_the_files_that_it_names() {
    let folder = with(POLICY, &[("other.yaml", PLAIN)]);
    let answer = folder.check(&["--hook", "app.yaml"]);
    answer.says("app.yaml").keeps_quiet_about("other.yaml");
}

const TESTS: &str = "package main

test_low if count(deny) == 1 with input as {\"port\": 80}

test_parsed if \"large\" in warn with input as parse_config(\"toml\", \"port = 9999\")

test_combined if parse_combined_config_files([\"limits.yaml\"])[0].contents.most == 9000

test_file if data.conftest.file.name == \"x\" with data.conftest.file as {\"name\": \"x\"}

test_printed if sprintf(\"%6.2f|%x\", [1.5, 255]) == \"  1.50|ff\"
";

/// What tests of these policies say.
fn tested(policy: &str, files: &[(&str, &str)]) -> Answer {
    with(policy, files).run(&["policy", "test", "pack"])
}

/// Tests see what policies see: data at the root, files of the pack, the functions of conftest.
#[test]
fn tests_have_the_functions_and_the_data_of_conftest() {
    let policy = "package main

limits := parse_config_file(\"limits.yaml\")

deny contains sprintf(\"port %d\", [input.port]) if input.port < data.ports.least

warn contains \"large\" if input.port > limits.most
";
    let with_limit = |text: &str| {
        let files = [
            ("pack/policy/main_test.rego", TESTS),
            ("pack/policy/limits.yaml", text),
            ("pack/data/ports.yaml", "ports: {least: 1024}\n"),
        ];
        tested(policy, &files)
    };
    with_limit("most: 9000\n")
        .exits(0)
        .says("5 passed, 0 failed");
    with_limit("most: 10000\n")
        .exits(1)
        .says("FAIL data.main.test_parsed")
        .says("FAIL data.main.test_combined")
        .says("3 passed, 2 failed");
    let old = "package main\n\ntest_any { any([false, true]); re_match(\"a+\", \"aa\") }\n";
    let manifest = format!("{MANIFEST}rego = \"v0\"\n");
    let files = [
        ("pack/servelint-pack.toml", manifest.as_str()),
        ("pack/policy/main_test.rego", old),
    ];
    tested(
        "package main\n\ndeny[msg] { input.x; msg := \"x\" }\n",
        &files,
    )
    .exits(0)
    .says("1 passed, 0 failed");
}

#[test]
fn tests_that_ask_for_what_is_not_there_are_told() {
    for (call, message) in [
        (
            "parse_config_file(\"gone.yaml\")",
            "`pack/policy/gone.yaml` is no file of the pack",
        ),
        ("parse_config(\"hcl2\", \"\")", "and not \"hcl2\""),
        ("opa.runtime()", "`opa.runtime`"),
    ] {
        let text = format!("package main\n\ntest_x if {call}\n");
        tested(POLICY, &[("pack/policy/main_test.rego", &text)])
            .exits(2)
            .says(message);
    }
    // A pack of our own contract has none of these functions.
    let own = MANIFEST.replace("contract = \"conftest\"\n", "");
    let rule = "# METADATA\n# title: Something\n# custom:\n#   severity: warning\n#   applies_to: [ServingSpec]\n\
        package acme.rules.a[\"b\"]\n\nfinding contains {\"at\": [], \"message\": \"x\"}\n";
    let test = "package acme.rules.a[\"b_test\"]\n\ntest_x if parse_config(\"json\", \"{}\")\n";
    let files = [
        ("pack/servelint-pack.toml", own.as_str()),
        ("pack/policies/a/b/b.rego", rule),
        ("pack/policies/a/b/b_test.rego", test),
    ];
    tested("package acme.x\n", &files)
        .exits(2)
        .says("there is no function `parse_config`");
}
