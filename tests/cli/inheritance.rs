//! Nested configurations: what they inherit, what they may not set, and which rules are in force in the end.

use super::run::{Answer, Folder, GOOD, good_but};

/// A specification with a timeout that is too long.
fn bad() -> String {
    good_but("server: 100ms", "server: 180ms")
}

/// A folder with a configuration at its root and one in `team/`.
fn nested(upper: &str, lower: &str) -> Folder {
    let folder = Folder::with(&[("servelint.toml", upper), ("team/servelint.toml", lower)]);
    folder.file("team/a.yaml", bad());
    folder
}

fn config(folder: &Folder) -> Answer {
    folder.run(&["config", "team/a.yaml"])
}

#[test]
fn a_nested_configuration_inherits_key_by_key() {
    let folder = nested(
        "[policy]\nconfidence = 0.9\nmaxRiskDueDays = 30\nseverityMatrix.low.low = \"high\"\n\
         [policy.waivers]\nmaxDays = 20\n[check]\nignore = [\"slo\"]\n[approvers]\ncto = [\"m.osei\"]\n",
        "[policy]\nconfidence = 0.8\nseverityMatrix.low.high = \"high\"\n[check]\nignore = [\"capacity\"]\n\
         [approvers]\nvp = [\"dana\"]\n",
    );
    let answer = config(&folder);
    answer
        .exits(0)
        .says("file    team/servelint.toml\nabove   servelint.toml\n");
    for (key, value, origin) in [
        ("policy.confidence", "0.8", "team/servelint.toml:2"),
        ("policy.maxRiskDueDays", "30", "servelint.toml:3"),
        ("policy.waivers.maxDays", "20", "servelint.toml:6"),
        ("check.ignore", "[\"capacity\"]", "team/servelint.toml:5"),
        ("approvers.cto", "[\"m.osei\"]", "servelint.toml:10"),
        ("approvers.vp", "[\"dana\"]", "team/servelint.toml:7"),
        (
            "policy.approverRoles",
            "[\"cto\",\"vp\"]",
            "team/servelint.toml:6",
        ),
    ] {
        let start = format!("{key} = {value} ");
        let line = answer.out.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no {start:?} in {}", answer.shown()));
        assert!(line.ends_with(&format!("  {origin}")), "{line}");
    }
    let row = answer
        .out
        .lines()
        .find(|line| line.starts_with("policy.severityMatrix.low ="));
    let row = row.expect("a row");
    assert!(
        row.contains("\"high\":\"high\"") && row.contains("\"low\":\"high\""),
        "{row}"
    );
}

#[test]
fn waivers_and_severities_of_both_apply_each_in_its_folder() {
    let waiver = |path: &str| {
        format!(
            "[[waivers]]\nrule = \"timeouts-order\"\npath = \"{path}\"\nowner = \"d\"\nreason = \"mended in October\"\nexpires = \"2026-10-20\"\n"
        )
    };
    let inherits = nested(&waiver("team/*.yaml"), "");
    inherits.check(&[]).exits(0).says("waived: team/a.yaml");
    nested(&waiver("*.yml"), &waiver("a.yaml"))
        .check(&[])
        .exits(0)
        .says("waived: team/a.yaml");
    nested(&waiver("a.yaml"), "").check(&[]).exits(1);
    nested(&waiver("team/*.yaml"), "root = true\n")
        .check(&[])
        .exits(1);
    let off = |path: &str| {
        format!("[[severity]]\nrule = \"timeouts-order\"\npath = \"{path}\"\nlevel = \"off\"\n")
    };
    nested(&off("team/**"), "").check(&[]).exits(0);
    nested(&off("*.yaml"), "").check(&[]).exits(0);
    nested(&off("a.yaml"), "").check(&[]).exits(1);
    nested("", &off("a.yaml")).check(&[]).exits(0);
    nested("[check]\nexclude = [\"team/a.yaml\"]\n", "")
        .check(&[])
        .exits(2)
        .says("left out by `exclude`");
    nested(
        "[check]\nexclude = [\"team/a.yaml\"]\n",
        "[check]\nexclude = []\n",
    )
    .check(&[])
    .exits(1);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_locked_cannot_be_set_below() {
    for (locks, lower, place, key) in [
        (
            "\"policy\"",
            "[policy]\nconfidence = 0.6\n",
            "1:2",
            "policy",
        ),
        (
            "\"policy.confidence\"",
            "[policy]\nconfidence = 0.99\n",
            "2:1",
            "policy.confidence",
        ),
        (
            "\"policy.waivers.never\"",
            "[policy.waivers]\nnever = []\n",
            "2:1",
            "policy.waivers.never",
        ),
        ("\"check\"", "[check]\nignore = [\"slo\"]\n", "1:2", "check"),
        (
            "\"check.ignore\"",
            "[check]\nignore = []\n",
            "2:1",
            "check.ignore",
        ),
        (
            "\"approvers\"",
            "[approvers]\ncto = [\"me\"]\n",
            "1:2",
            "approvers",
        ),
        (
            "\"approvers.cto\"",
            "[approvers]\ncto = [\"me\"]\n",
            "2:1",
            "approvers.cto",
        ),
        (
            "\"waivers\"",
            "[[waivers]]\nrule = \"a\"\npath = \"b\"\n",
            "1:3",
            "waivers",
        ),
        (
            "\"schemas\"",
            "[[schemas]]\ncrd = \"b\"\n",
            "1:3",
            "schemas",
        ),
        (
            "\"severity\"",
            "[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"error\"\n",
            "1:3",
            "severity",
        ),
        (
            "\"severity.slo-on-mean\"",
            "[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"error\"\n",
            "2:1",
            "severity.slo-on-mean",
        ),
        (
            "\"severity.slo-on-mean\"",
            "[[severity]]\ncategory = \"slo\"\nlevel = \"off\"\n",
            "1:1",
            "severity.slo",
        ),
        (
            "\"severity.slo\"",
            "[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"off\"\n",
            "1:1",
            "severity.slo-on-mean",
        ),
        (
            "\"severity.slo-on-mean\"",
            "[check]\nignore = [\"slo\"]\n",
            "2:11",
            "check.ignore[slo]",
        ),
        (
            "\"severity.slo-on-mean\"",
            "[check]\nselect = [\"capacity\"]\n",
            "2:1",
            "check.select",
        ),
        ("\"policy\"", "root = true\n", "1:1", "root"),
    ] {
        let folder = nested(&format!("locked = [{locks}]\n"), lower);
        let says = format!(
            "team/servelint.toml:{place}: `{key}` is locked by `{}` at servelint.toml:1",
            locks.trim_matches('"')
        );
        folder
            .check(&[])
            .exits(2)
            .says(&says)
            .says("change it in servelint.toml");
    }
    // What is not locked may be set, and who locks may set it.
    let folder = nested(
        "locked = [\"policy.confidence\", \"severity.slo-on-mean\"]\n[policy]\nconfidence = 0.9\n[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"error\"\n",
        "[policy]\nmaxRiskDueDays = 10\n[check]\nignore = [\"timeouts-order\"]\n[[severity]]\nrule = \"slo-coverage\"\nlevel = \"info\"\n",
    );
    folder.check(&[]).exits(0);
    config(&folder)
        .says("policy.confidence = 0.9")
        .says("servelint.toml:3, locked at servelint.toml:1");
    let json = folder.run(&["config", "team", "--format", "json"]);
    json.exits(0)
        .says("\"locked\": \"servelint.toml:1\"")
        .says("\"files\": [\n    \"servelint.toml\",\n    \"team/servelint.toml\"\n  ]");
}

#[test]
fn locks_that_mean_nothing_are_refused() {
    for (text, says) in [
        (
            "locked = [\"polcy\"]\n",
            "servelint.toml:1:11: `polcy` is no key that can be locked",
        ),
        (
            "locked = [\"severity.\"]\n",
            "`severity.` is no key that can be locked",
        ),
        (
            "locked = [\"severity.nothing\"]\n",
            "names `nothing`, which is no rule and no category",
        ),
        (
            "locked = \"policy\"\n",
            "`locked` must be a list of strings",
        ),
        ("root = 1\n", "`root` must be true or false"),
    ] {
        nested(text, "").check(&[]).exits(2).says(says);
    }
}

#[test]
fn nothing_above_a_repository_is_inherited() {
    let folder = nested("[check]\nignore = [\"timeouts-order\"]\n", "");
    folder.check(&["team"]).exits(0);
    folder.file("team/.git/HEAD", "ref: refs/heads/main\n");
    folder.check(&["team"]).exits(1);
}

#[test]
fn the_expected_configuration_is_the_uppermost_one() {
    let folder = nested("[check]\nignore = [\"timeouts-order\"]\n", "");
    // Of the text above.
    let digest = "SHA";
    let refused = folder.check(&["--locked-config", digest]);
    refused.exits(2).says("servelint.toml has the SHA-256 ");
    let found = refused.err.split("SHA-256 ").nth(1).expect("a digest");
    let found = found.split(',').next().expect("a digest").to_owned();
    folder.check(&["--locked-config", &found]).exits(0);
    folder
        .check(&["--locked-config", &found.to_uppercase(), "team"])
        .exits(0);
    folder.file(
        "team/servelint.toml",
        "root = true\n[check]\nignore = [\"timeouts-order\"]\n",
    );
    folder.check(&["--locked-config", &found]).exits(0);
    folder.file(
        "servelint.toml",
        "[check]\nignore = [\"timeouts-order\", \"slo\"]\n",
    );
    folder.check(&["--locked-config", &found]).exits(2);
    folder
        .check(&["--locked-config", &found, "--config", "team/servelint.toml"])
        .exits(2);
    Folder::with(&[("a.yaml", GOOD)])
        .check(&["--locked-config", &found])
        .exits(2)
        .says("and none is in effect");
}

#[test]
fn each_service_says_which_rules_are_in_force() {
    let folder = nested(
        "[check]\nignore = [\"slo\"]\n",
        "[[severity]]\nrule = \"timeouts-order\"\nlevel = \"off\"\n",
    );
    folder.file("b.yaml", GOOD.replace("feed-ranker", "other"));
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("feed-ranker go in staging; ")
        .says(
            "rules in force; off: slo by servelint.toml:2, timeouts-order by team/servelint.toml:1",
        )
        .says("rules in force; off: slo by servelint.toml:2\n");
    for format in ["rich", "markdown", "github", "azure", "tap"] {
        folder
            .run(&["check", "--as-of", super::run::DAY, "--format", format])
            .says("rules in force; off");
    }
    let json = folder.run(&[
        "check",
        "--as-of",
        super::run::DAY,
        "--format",
        "json",
        "--ignore",
        "capacity",
    ]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let review = |at: usize| &json["reviews"][at];
    assert_eq!(review(0)["service"], "feed-ranker");
    let off = |at: usize| {
        review(at)["switchedOff"]
            .as_array()
            .expect("a list")
            .clone()
    };
    let entry = |key: &str, name: &str, by: &str| serde_json::json!({key: name, "by": by});
    let both = [
        entry("category", "capacity", "--ignore"),
        entry("category", "slo", "servelint.toml:2"),
    ];
    assert_eq!(off(1), both);
    let last = entry("rule", "timeouts-order", "team/servelint.toml:1");
    assert_eq!(off(0), [&both[..], &[last]].concat());
    let count = |at: usize| review(at)["rulesInForce"].as_u64().expect("a number");
    assert_eq!(count(0) + 1, count(1));
    let all = json["summary"]["rules"].as_u64().expect("a number");
    assert_eq!(count(1), all);
    // One that is selected leaves the others out, of which the first are named.
    folder.file("servelint.toml", "[check]\nselect = [\"slo-on-mean\"]\n");
    let json = folder.run(&["check", "--as-of", super::run::DAY, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(
        json["reviews"][0]["switchedOff"].as_array().map(Vec::len),
        Some(20)
    );
    folder.check(&[]).says(" rules by servelint.toml:2");
}
