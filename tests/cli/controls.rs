//! Controls of standards: which rules give evidence for them, who says so, and where it is shown.

use super::run::{DAY, Folder, GOOD};
use crate::common::{PACK, ROOT};
use serde_json::Value as Json;
use servelint::rule::ControlTables;
use std::{collections::BTreeSet, fs, path::Path};

const MANIFEST: &str = "name = \"acme\"\nversion = \"1.0.0\"\n";
const NAMED: &str = "[[policies]]\npath = \"platform\"\n";

fn policy(custom: &str) -> String {
    format!(
        "# METADATA\n# title: The owner pays from no cost center\n# custom:\n#   severity: error\n#   applies_to: [ServingSpec]\n{custom}\
         package acme.rules.cost[\"cost-center\"]\n\nfinding contains {{\"at\": [\"metadata\", \"owner\"], \"message\": \"no\"}} if {{\n\tinput.metadata.owner\n}}\n"
    )
}

fn with_pack(custom: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("servelint.toml", NAMED),
        ("platform/servelint-pack.toml", MANIFEST),
        (
            "platform/policies/cost/cost-center/cost_center.rego",
            &policy(custom),
        ),
    ]);
    for (name, text) in files {
        folder.file(name, text);
    }
    folder
}

const TABLE: &str = "\
id: acme-sox
name: Controls of Acme
version: \"3\"
controls:
  FIN-2:
    title: Costs have an owner
    rules:
      acme/cost-center: The owner pays from a known cost center.
      image-not-pinned: It is known what is paid for.
";

#[test]
fn tables_map_rules_that_exist_each_control_once_and_with_a_reason() {
    let tables = ControlTables::embedded().expect("tables that can be read");
    let mut frameworks = BTreeSet::new();
    for (rule, mapping) in tables.mapped() {
        assert!(
            PACK.rules().contains_key(rule),
            "{rule} is mapped and does not exist"
        );
        assert!(
            mapping.reason.split_whitespace().count() >= 3,
            "{rule}: {mapping:?}"
        );
        assert!(mapping.reason.ends_with('.'), "{rule}: {}", mapping.reason);
        let framework = &mapping.control.framework;
        assert!(
            framework.address.is_some() && !framework.about.is_empty(),
            "{framework:?}"
        );
        frameworks.insert(framework.id.clone());
    }
    let expected = [
        "eu-ai-act",
        "google-prr",
        "iso-42001",
        "nist-ai-rmf",
        "soc2",
    ];
    assert_eq!(
        frameworks.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
    for file in fs::read_dir(Path::new(ROOT).join("controls")).expect("a folder") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("a text");
        assert!(text.starts_with("# Our reading"), "{text:.60}");
    }
}

/// `SERVELINT_BLESS=1 cargo test --test suite controls` writes it.
#[test]
fn the_page_of_controls_is_up_to_date() {
    let answer = Folder::new().run(&["rules", "--by-control", "--format", "markdown"]);
    let path = Path::new(ROOT).join("docs/controls.md");
    if std::env::var_os("SERVELINT_BLESS").is_some() {
        fs::write(&path, &answer.out).expect("writable");
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        answer.out,
        "run `SERVELINT_BLESS=1 cargo test --test suite controls` to write docs/controls.md"
    );
    assert!(answer.out.contains("It is not a certificate"), "{answer:?}");
}

#[test]
fn rules_are_listed_by_control_framework_and_tag() {
    let folder = Folder::new();
    let ids = |words: &[&str]| -> Vec<String> {
        let answer = folder.run(&[&["rules", "--format", "json"], words].concat());
        answer.exits(0);
        let rules: Vec<Json> = serde_json::from_str(&answer.out).expect("JSON");
        let id = |rule: &Json| rule["id"].as_str().expect("an id").to_owned();
        rules.iter().map(id).collect()
    };
    assert_eq!(
        ids(&["--control", "soc2:A1.3"]),
        ["rollback-not-rehearsed", "rollback-rto-vs-cold-start"]
    );
    let whole = ids(&["--control", "soc2"]);
    assert!(
        whole.contains(&"capacity-below-peak".to_owned()),
        "{whole:?}"
    );
    assert!(!whole.contains(&"slo-on-mean".to_owned()), "{whole:?}");
    let gpu = ids(&["--tag", "gpu"]);
    assert!(gpu.contains(&"gpu-memory-overcommit".to_owned()), "{gpu:?}");
    assert!(ids(&["--tag", "gpu", "--control", "soc2:A1.3"]).is_empty());
    let table = folder
        .run(&["rules", "--by-control", "--control", "soc2:CC8.1"])
        .out;
    assert!(
        table.contains("Changes are authorised") && !table.contains("A1.3"),
        "{table}"
    );
    let page = folder.run(&["explain", "rollback-not-rehearsed"]).out;
    assert!(
        page.contains("## Controls") && page.contains("`soc2:A1.3`: "),
        "{page}"
    );
}

#[test]
fn what_is_misspelt_is_asked_back() {
    let folder = Folder::new();
    for (words, message, help) in [
        (
            ["--control", "nist-ai-rmf:MANAG-2.4"],
            "no rule has the control `nist-ai-rmf:MANAG-2.4`",
            "did you mean `nist-ai-rmf:MANAGE-2.4`?",
        ),
        (
            ["--control", "soc3"],
            "no rule has the control `soc3`",
            "did you mean `soc2`?",
        ),
        (
            ["--control", "hipaa"],
            "no rule has the control `hipaa`",
            "`servelint rules --by-control` lists",
        ),
        (
            ["--tag", "gpuu"],
            "no rule has the tag `gpuu`",
            "did you mean `gpu`?",
        ),
    ] {
        let answer = folder.run(&[&["rules"], &words[..]].concat());
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{answer:?}");
        assert!(
            answer.err.contains(message) && answer.err.contains(help),
            "{answer:?}"
        );
    }
}

#[test]
fn sarif_and_json_carry_the_controls_of_findings() {
    let folder = with_pack("#   controls: [\"soc2:CC8.1\"]\n#   tags: [cost]\n", &[]);
    let answer = folder.run(&["check", ".", "--as-of", DAY, "--format", "json"]);
    let report: Json = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(report["findings"][0]["rule"], "acme/cost-center");
    assert_eq!(report["findings"][0]["controls"][0], "soc2:CC8.1");
    let answer = folder.run(&["check", ".", "--as-of", DAY, "--format", "sarif"]);
    let sarif: Json = serde_json::from_str(&answer.out).expect("JSON");
    let run = &sarif["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    let relation = &rule["relationships"][0];
    let target = &relation["target"];
    let component = usize::try_from(target["toolComponent"]["index"].as_u64().expect("an index"))
        .expect("small");
    let taxonomy = &run["taxonomies"][component];
    assert_eq!(taxonomy["name"], target["toolComponent"]["name"]);
    assert_eq!(
        run["tool"]["driver"]["supportedTaxonomies"][component]["name"],
        "soc2"
    );
    let taxon = usize::try_from(target["index"].as_u64().expect("an index")).expect("small");
    assert_eq!(taxonomy["taxa"][taxon]["id"], "CC8.1");
    assert_eq!(relation["kinds"][0], "relevant");
    assert!(
        rule["properties"]["tags"].to_string().contains("cost"),
        "{rule}"
    );
}

#[test]
fn a_run_without_mapped_findings_has_no_taxonomies() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let answer = folder.run(&["check", ".", "--as-of", DAY, "--format", "sarif"]);
    assert!(!answer.out.contains("axonom"), "{}", answer.out);
}

#[test]
fn a_pack_brings_its_own_table_for_its_rules_and_ours() {
    let folder = with_pack("", &[("platform/controls/sox.yaml", TABLE)]);
    let answer = folder.run(&["rules", "--control", "acme-sox:FIN-2"]);
    assert!(
        answer.out.contains("acme/cost-center") && answer.out.contains("image-not-pinned"),
        "{answer:?}"
    );
    let page = folder.run(&["explain", "acme/cost-center"]).out;
    assert!(page.contains("`acme-sox:FIN-2`: The owner pays"), "{page}");
    // A table of a framework that is known adds to it, and takes nothing away.
    let added = "id: soc2\ncontrols:\n  CC8.1:\n    rules:\n      image-not-pinned: Another reason of ours.\n  CC1.1:\n    title: Tone\n    rules:\n      acme/cost-center: A reason of ours.\n";
    let folder = with_pack("", &[("platform/controls/more.yaml", added)]);
    let shown = folder
        .run(&["rules", "--by-control", "--control", "soc2"])
        .out;
    assert!(shown.contains("soc2:CC1.1  Tone"), "{shown}");
    assert!(!shown.contains("Another reason"), "{shown}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn what_is_wrong_with_a_table_or_a_name_is_shown_at_its_place() {
    let table = |text: &str| with_pack("", &[("platform/controls/sox.yaml", text)]);
    let of = |from: &str, to: &str| table(&TABLE.replace(from, to));
    for (folder, place, message) in [
        (
            of("title:", "titel:"),
            "sox.yaml:6:5",
            "unknown key `titel`; did you mean `title`?",
        ),
        (
            of("    title: Costs have an owner\n", ""),
            "sox.yaml:5:3",
            "the control `acme-sox:FIN-2` has no `title`",
        ),
        (
            of("acme/cost-center:", "acme/cost-centre:"),
            "sox.yaml:8:7",
            "there is no rule `acme/cost-centre`",
        ),
        (
            of("The owner pays from a known cost center.", "\"\""),
            "sox.yaml:8:25",
            "is a text",
        ),
        (
            of("The owner pays from a known cost center.", "[1]"),
            "sox.yaml:8:25",
            "is a text",
        ),
        (
            of("version: \"3\"\n", ""),
            "sox.yaml:1:5",
            "has a `name` and a `version`",
        ),
        (
            of("id: acme-sox", "id: Acme SOX"),
            "sox.yaml:1:5",
            "lower-case letters",
        ),
        (of("FIN-2", "FIN 2"), "sox.yaml:5:3", "the id of a control"),
        (
            of(
                "version: \"3\"",
                "version: \"3\"\naddress: javascript:alert(1)",
            ),
            "sox.yaml:4:10",
            "begins with `https://`",
        ),
        (table("id: x\nid: y\n"), "sox.yaml:2:1", "`id`"),
        (table("- 1\n"), "sox.yaml:1:1", "is a mapping"),
        (table(""), "sox.yaml:1:1", "one document"),
        (table("a: 1\n---\nb: 1\n"), "sox.yaml:1:1", "one document"),
        (
            with_pack("#   controls: [\"soc2:CC8.11\"]\n", &[]),
            "cost_center.rego:6:17",
            "did you mean `soc2:CC8.1`?",
        ),
        (
            with_pack("#   tags: [\"Two Words\"]\n", &[]),
            "cost_center.rego:6:1",
            "the tag `Two Words`",
        ),
        (
            with_pack("", &[("platform/controls/sox.json", "{}")]),
            "sox.json:1:1",
            "is a YAML file",
        ),
    ] {
        let answer = folder.check(&["."]);
        answer.exits(2);
        let is_it = |line: &&str| line.contains(place) && line.contains("error[policy-unusable]");
        let line = answer.out.lines().find(is_it);
        let line = line.unwrap_or_else(|| panic!("{place}: {answer:?}"));
        assert!(line.contains(message), "{line}");
        // The rules of servelint ran all the same.
        assert!(answer.err.contains("none of its rules ran"), "{answer:?}");
        let listed = folder.run(&["rules"]);
        assert!(listed.err.contains(place), "{listed:?}");
    }
}

#[test]
fn foreign_texts_act_nowhere() {
    let text = TABLE.replace(
        "Costs have an owner",
        "\"a | b <script> \\e[2J ::error:: [x](http://y)\"",
    );
    let folder = with_pack("", &[("platform/controls/sox.yaml", &text)]);
    for format in ["table", "json", "markdown"] {
        let answer = folder.run(&["rules", "--by-control", "--format", format]);
        answer.exits(0);
        assert!(!answer.out.contains('\u{1b}'), "{answer:?}");
        assert!(
            format != "markdown" || !answer.out.contains("<script>"),
            "{answer:?}"
        );
    }
}
