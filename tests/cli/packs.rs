//! Packs of rules of a team: what they say, what keeps them from being used, and what a change cannot do with them.

use super::{
    policy::concise,
    run::{Answer, Folder, GOOD},
};
use crate::common::git;
use sha2::{Digest, Sha256};
use std::{
    fs,
    time::{Duration, Instant},
};

const MANIFEST: &str = "name = \"acme\"\nversion = \"1.0.0\"\n";
const NAMED: &str = "[[policies]]\npath = \"platform\"\n";

/// A rule that wants another owner, with what it reads of libraries, data and settings.
const OWNER: &str = r#"# METADATA
# title: The owner pays from no cost center
# related_resources:
#   - https://acme.example/cost-centers
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   help: Ask finance for one.
package acme.rules.cost["cost-center"]

import data.acme.lib.centers

finding contains {
	"at": ["metadata", "owner"],
	"message": sprintf("`%s` pays from none of %v", [input.metadata.owner, centers.known]),
} if {
	not input.metadata.owner in centers.known
}
"#;

const CENTERS: &str = "package acme.lib.centers

known := data.acme.settings.centers

known := data.acme.data.finance.centers if not data.acme.settings.centers
";

fn rule(name: &str, body: &str) -> String {
    format!(
        "# METADATA\n# title: Something\n# custom:\n#   severity: warning\n#   applies_to: [ServingSpec]\n\
         package acme.rules.other[\"{name}\"]\n\n{body}\n"
    )
}

/// A specification without findings, beside a pack with these further files.
fn with_pack(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("servelint.toml", NAMED),
        ("platform/servelint-pack.toml", MANIFEST),
        ("platform/policies/cost/cost-center/cost_center.rego", OWNER),
        ("platform/lib/centers.rego", CENTERS),
        ("platform/data/finance.yaml", "centers: [ml-1, ml-2]\n"),
    ]);
    for (name, text) in files {
        folder.file(name, text);
    }
    folder
}

fn with_rule(body: &str) -> Answer {
    let text = rule("other", body);
    with_pack(&[("platform/policies/other/other/other.rego", &text)]).check(&["."])
}

const FOUND: &str = "a.yaml:5:10: error[acme/cost-center] `team-feed-relevance` pays from none of [\"ml-1\", \"ml-2\"]";

#[test]
fn a_rule_of_a_pack_finds_like_any_other() {
    let folder = with_pack(&[]);
    let answer = folder.check(&["."]);
    answer.exits(1);
    assert!(answer.out.contains(FOUND), "{answer:?}");
    for (format, answer) in folder.run_in_every_format(&["check", "."], "concise") {
        assert!(answer.out.contains("cost-center"), "{format}: {answer:?}");
        assert!(!answer.out.contains("servelint.dev/rules/acme"), "{format}");
    }
    let sarif = folder.run(&["check", ".", "--format", "sarif"]).out;
    assert!(
        sarif.contains("\"helpUri\": \"https://acme.example/cost-centers\""),
        "{sarif}"
    );
    let listed = folder.run(&["rules"]).out;
    assert!(
        listed.contains("acme/cost\n  acme/cost-center "),
        "{listed}"
    );
    let page = folder.run(&["explain", "acme/cost-center"]).out;
    assert!(page.contains("Ask finance for one."), "{page}");
    assert!(page.contains("allow[acme/cost-center]"), "{page}");
    let input = folder.run(&["input", "a.yaml", "--rule", "acme/cost-center"]);
    assert!(input.out.contains("acme/cost-center"), "{input:?}");
}

#[test]
fn exceptions_name_rules_categories_and_packs() {
    let owner = "  owner: team-feed-relevance\n";
    let waived = "  owner: team-feed-relevance # servelint: allow[acme/cost-center] until=2026-12-31 by=dana.k reason=\"FIN-7, from January\"\n";
    let folder = with_pack(&[("a.yaml", &GOOD.replace(owner, waived))]);
    let answer = folder.check(&["."]);
    answer.exits(0);
    for name in ["acme/cost-center", "acme/cost", "acme"] {
        let answer = with_pack(&[]).check(&[".", "--ignore", name]);
        assert_eq!(answer.code, 0, "{name}: {answer:?}");
        assert!(!answer.out.contains("cost-center]"), "{answer:?}");
        let milder = format!("{NAMED}[[severity]]\ncategory = \"{name}\"\nlevel = \"info\"\n");
        let milder = match name {
            "acme/cost-center" => milder.replace("category", "rule"),
            _ => milder,
        };
        let answer = with_pack(&[("servelint.toml", &milder)]).check(&["."]);
        assert!(
            answer.out.contains("info[acme/cost-center]"),
            "{name}: {answer:?}"
        );
    }
    let answer = with_pack(&[]).check(&[".", "--select", "acme/cost-centr"]);
    assert!(
        answer.err.contains("did you mean `acme/cost-center`?"),
        "{answer:?}"
    );
}

#[test]
fn a_baseline_knows_what_a_pack_found() {
    let folder = with_pack(&[]);
    let written = folder.run(&["baseline", "."]);
    assert_eq!(written.code, 0, "{written:?}");
    let answer = folder.check(&[".", "--baseline", "servelint-baseline.json"]);
    answer.exits(0);
}

#[test]
fn settings_reach_the_rules_and_their_schema() {
    let schema = "{\"type\": \"object\", \"properties\": {\"centers\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}}}, \
                  \"additionalProperties\": false}";
    let set = |text: &str| {
        let config = format!("{NAMED}{text}");
        with_pack(&[
            ("servelint.toml", &config),
            ("platform/schemas/settings.json", schema),
        ])
        .check(&["."])
    };
    let answer = set("[policy.acme]\ncenters = [\"team-feed-relevance\"]\n");
    answer.exits(0);
    let answer = set("[policy.acme]\ncenters = [\"other\"]\n");
    assert!(
        answer.out.contains("pays from none of [\"other\"]"),
        "{answer:?}"
    );
    for text in [
        "[policy.acme]\ncenters = 3\n",
        "[policy.acme]\ncentres = []\n",
    ] {
        let answer = set(text);
        answer.exits(2);
        assert!(answer.out.contains("servelint.toml:3:"), "{answer:?}");
        assert!(answer.out.contains("error[policy-unusable]"), "{answer:?}");
    }
    let answer = set("[policy.acmee]\ncenters = []\n");
    answer.exits(2);
    assert!(
        answer.out.contains("there is no pack of this name"),
        "{answer:?}"
    );
    let config = format!("{NAMED}[policy.acme]\ncenters = []\n");
    let answer = with_pack(&[("servelint.toml", &config)]).check(&["."]);
    assert!(answer.out.contains("takes no settings"), "{answer:?}");
}

/// What is wrong, what is said of it, and where.
#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn what_keeps_a_policy_from_being_used_is_shown_in_its_file() {
    let here = "platform/policies/other/other/other.rego:";
    for (body, place, message) in [
        ("finding contains 1 if {", "9:1", "expecting expression"),
        (
            "finding contains f(1) if f(1)",
            "8:18",
            "there is no function `f`",
        ),
        (
            "f(x) := f(x + 1)\nfinding contains f(1)",
            "8:9",
            "`f` needs its own answer",
        ),
        (
            "a if b\nb if a\nfinding contains 1 if a",
            "9:6",
            "`a` needs its own answer",
        ),
        (
            "finding contains 1 if count(data.acme.rules.other) > 0",
            "8:29",
            "needs its own answer",
        ),
        (
            "finding contains 1 if count(numbers.range(1, 9)) > 0",
            "8:29",
            "`numbers.range`: ",
        ),
        (
            "finding contains 1 if bits.lsh(1, 4) > 0",
            "8:23",
            "`bits.lsh`: ",
        ),
        (
            "finding contains 1 if time.now_ns() > 0",
            "8:23",
            "`time.now_ns`: ",
        ),
        (
            "finding contains 1 if http.send({}).x",
            "8:23",
            "`http.send`: ",
        ),
        (
            "finding contains sprintf(\"%99999d\", [1])",
            "8:18",
            "a column of 1,000 characters",
        ),
        (
            "x := [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
            "8:20",
            "brackets nest more than 14 deep",
        ),
    ] {
        let answer = with_rule(body);
        assert_eq!(answer.code, 2, "{body}: {answer:?}");
        let line = answer.out.lines().find(|line| line.starts_with(here));
        let line = line.unwrap_or_else(|| panic!("{body}: {answer:?}"));
        assert!(
            line.starts_with(&format!("{here}{place}: error[policy-unusable]")),
            "{body}: {line}"
        );
        assert!(line.contains(message), "{body}: {line}");
        assert!(
            answer.err.contains("none of its rules ran"),
            "{body}: {answer:?}"
        );
        assert!(
            !answer.out.contains("verdict: feed-ranker go"),
            "{answer:?}"
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn broken_metadata_is_shown_at_its_line() {
    let good = rule("other", "finding contains 1 if false");
    for (from, to, line, message) in [
        (
            "severity: warning",
            "severity: fatal",
            4,
            "unknown variant `fatal`",
        ),
        (
            "applies_to: [ServingSpec]",
            "applies_to: [spec]",
            5,
            "`spec` is nothing that rules apply to",
        ),
        (
            "applies_to: [ServingSpec]",
            "applies_to: []",
            5,
            "`applies_to` is empty",
        ),
        ("#   severity: warning\n", "", 1, "missing field `severity`"),
        (
            "title: Something",
            "titel: Something",
            1,
            "missing field `title`",
        ),
        (
            "# title: Something",
            "# title: Something\n# owner: me",
            3,
            "no key `owner`",
        ),
        ("title: Something", "title: [", 4, "METADATA is not YAML"),
        ("# METADATA", "# nothing", 1, "no `# METADATA` block"),
        (
            "package acme.",
            "package other.",
            6,
            "the folder asks for `package acme.rules.other[\"other\"]`",
        ),
        (
            "package acme.rules",
            "package servelint.rules",
            6,
            "the folder asks for",
        ),
    ] {
        let text = good.replace(from, to);
        assert_ne!(text, good, "{from}");
        let answer =
            with_pack(&[("platform/policies/other/other/other.rego", &text)]).check(&["."]);
        assert_eq!(answer.code, 2, "{to}: {answer:?}");
        let place =
            format!("platform/policies/other/other/other.rego:{line}:1: error[policy-unusable]");
        let found = answer.out.lines().find(|line| line.starts_with(&place));
        assert!(
            found.is_some_and(|line| line.contains(message)),
            "{to}: {answer:?}"
        );
    }
    // What OPA allows beside is no mistake.
    let more = good.replace(
        "# custom:",
        "# scope: package\n# authors: [dana]\n# organizations: [acme]\n# entrypoint: false\n# schemas:\n#   - input: schema.input\n\
         # related_resources:\n#   - ref: https://acme.example\n#     description: why\n# custom:\n#   own: {any: [1]}",
    );
    let answer = with_pack(&[("platform/policies/other/other/other.rego", &more)]).check(&["."]);
    answer.exits(1);
}

#[test]
fn nothing_of_ours_is_replaced_or_written_over() {
    let library = "package servelint.lib.team\n\nis_new := true\n";
    let answer = with_pack(&[("platform/lib/team.rego", library)]).check(&["."]);
    answer.exits(2);
    assert!(answer.out.contains("platform/lib/team.rego:1:9: error[policy-unusable] a pack writes nothing below `data.servelint`"), "{answer:?}");
    let taken = MANIFEST.replace("acme", "servelint");
    let answer = with_pack(&[("platform/servelint-pack.toml", &taken)]).check(&["."]);
    assert!(answer.out.contains("`name` is taken"), "{answer:?}");
    // Our libraries and the team's thresholds are there to be read.
    let reads = "import data.servelint.lib.team\n\nfinding contains {\"at\": [], \"message\": sprintf(\"%v\", [team.policy.confidence])}";
    let answer = with_rule(reads);
    assert!(
        answer.out.contains("warning[acme/other] 0.95"),
        "{answer:?}"
    );
}

/// A library that is not there would be undefined, and the rule silent.
#[test]
fn a_library_of_ours_is_read_however_it_is_named_and_one_that_is_not_there_is_told() {
    let said =
        "\n\nfinding contains {\"at\": [], \"message\": sprintf(\"%v\", [PATH.policy.confidence])}";
    for (import, path) in [
        ("import data.servelint.lib.team # thresholds", "team"),
        ("\timport data.servelint.lib.team as ours", "ours"),
        ("", "data.servelint.lib.team"),
        ("import data.servelint as all", "all.lib.team"),
        ("import data.servelint.lib as libraries", "libraries.team"),
    ] {
        let answer = with_rule(&format!("{import}{}", said.replace("PATH", path)));
        let is_found = answer.out.contains("warning[acme/other] 0.95");
        assert!(is_found, "{import} {path}: {answer:?}");
    }
    for (import, path) in [
        ("import data.servelint.lib.teem", "teem"),
        ("", "data.servelint.lib.teem"),
    ] {
        let answer = with_rule(&format!("{import}{}", said.replace("PATH", path)));
        answer
            .exits(2)
            .says("error[policy-unusable] servelint has no library `teem`; did you mean `team`?");
    }
}

/// A fault costs its rule the answer, and the others nothing.
#[test]
fn what_a_rule_does_harms_nobody_else() {
    let endless = "xs := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n\nfinding contains 1 if {\n\tsome a in xs\n\tsome b in xs\n\tsome c in xs\n\
        \tsome d in xs\n\tsome e in xs\n\tsome f in xs\n\tsome g in xs\n\tsome h in xs\n\tsome i in xs\n\ta + b + c + d + e + f + g + h + i > 900\n}";
    let unchecked = format!(
        "finding contains {{\"at\": [], \"message\": \"x\"}} if false\n\n{}",
        endless.replace("finding", "unchecked")
    );
    let greedy = "finding contains 1 if {\n\tverb := concat(\"\", [\"%\", \"2000000000\", \"d\"])\n\tsprintf(verb, [1]) != \"\"\n}";
    let wide = "a := \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n\nb := concat(a, [a | some i in split(a, \"\"); \
        some j in split(a, \"\"); c := [i, j]])\n\nd := [x | some i in split(b, \"\"); some j in split(b, \"\"); x := concat(b, [i, j])]\n\n\
        finding contains 1 if count(d) > 3";
    for (name, body, reason) in [
        (
            "fault",
            "finding contains 1 if input.metadata.owner * 2 > 1",
            "expects numeric argument",
        ),
        (
            "unsafe",
            "finding contains x if y := 1",
            "other.rego:8:18: var x is unsafe",
        ),
        ("no set", "finding := 3", "`finding` is not a set"),
        ("no finding", "finding contains 1", "not a finding"),
        ("endless", endless, "it took more than 5,000,000 steps"),
        (
            "endless unchecked",
            &unchecked,
            "it took more than 5,000,000 steps",
        ),
        ("greedy", greedy, "needs more than 512 MiB of memory"),
        ("wide", wide, "was stopped"),
    ] {
        let began = Instant::now();
        let answer = with_rule(body);
        assert_eq!(answer.code, 2, "{name}: {answer:?}");
        assert!(answer.out.contains(FOUND), "{name}: {answer:?}");
        let said = "rule `acme/other` failed on a.yaml: ";
        let line = answer.err.lines().find(|line| line.contains(said));
        assert!(
            line.is_some_and(|line| line.contains(reason)),
            "{name}: {answer:?}"
        );
        assert!(
            answer
                .out
                .contains("not checked: a.yaml: rule `acme/other` failed"),
            "{name}: {answer:?}"
        );
        assert!(began.elapsed() < Duration::from_secs(50), "{name}");
    }
}

/// What a rule prints reaches no report, and no environment reaches a rule.
#[test]
fn a_rule_neither_prints_nor_reads_around() {
    let answer = with_rule("finding contains {\"at\": [], \"message\": \"x\"} if print(\"hello\")");
    assert!(answer.out.contains("warning[acme/other] x"), "{answer:?}");
    assert!(
        !answer.out.contains("hello") && !answer.err.contains("hello"),
        "{answer:?}"
    );
    let answer =
        with_rule("finding contains {\"at\": [], \"message\": \"x\"} if opa.runtime().env");
    assert!(
        answer
            .out
            .contains("`opa.runtime`: policies read no environment"),
        "{answer:?}"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn what_is_no_pack_is_told_at_its_place() {
    let manifest = "platform/servelint-pack.toml";
    for (file, text, place, message) in [
        (
            manifest,
            "name = \"acme\"\n",
            "platform/servelint-pack.toml:1:1",
            "a pack has a `version`",
        ),
        (
            manifest,
            "name = \"Acme\"\nversion = \"1\"\n",
            "platform/servelint-pack.toml:1:8",
            "must be a word",
        ),
        (
            manifest,
            "name = \"acme\"\nversion = \"1\"\nregoo = \"v1\"\n",
            "platform/servelint-pack.toml:3:1",
            "unknown key `regoo`",
        ),
        (
            manifest,
            "name = \"acme\"\nversion = \"1\"\nservelint = \">=99\"\n",
            "platform/servelint-pack.toml:3:13",
            "asks for >=99",
        ),
        (
            manifest,
            "name = \"acme\"\nversion = \"1\"\nservelint = \"soon\"\n",
            "platform/servelint-pack.toml:3:13",
            "a requirement of versions",
        ),
        (manifest, "name =", "platform/servelint-pack.toml:1:", ""),
        (
            "servelint.toml",
            "[[policies]]\npath = \"gone\"\n",
            "servelint.toml:2:8",
            "the pack `gone` cannot be read",
        ),
        (
            "servelint.toml",
            "[[policies]]\npath = \"a.yaml\"\n",
            "servelint.toml:2:8",
            "is no folder",
        ),
        (
            "platform/data/bad.yaml",
            "a: [",
            "platform/data/bad.yaml:1:",
            "",
        ),
        (
            "platform/data/finance.json",
            "{}",
            "platform/data/finance.yaml:1:1",
            "`finance` stands in another file",
        ),
    ] {
        let answer = with_pack(&[(file, text)]).check(&["."]);
        assert_eq!(answer.code, 2, "{text}: {answer:?}");
        let line = answer.out.lines().find(|line| line.starts_with(place));
        let is_told = line
            .is_some_and(|line| line.contains("error[policy-unusable]") && line.contains(message));
        assert!(is_told, "{text}: {answer:?}");
    }
    // The shape of an entry is a matter of the configuration, which stops the run like any other.
    for (text, message) in [
        ("[[policies]]\n", "names the `path` of a pack"),
        (
            "[[policies]]\npath = \"../x\"\n",
            "must lie below the folder",
        ),
        ("[[policies]]\npath = \"/x\"\n", "must lie below the folder"),
        ("[[policies]]\npath = \"x.tar.gz\"\n", "needs its `digest"),
        (
            "[[policies]]\npath = \"x.tar.gz\"\ndigest = \"md5:1\"\n",
            "must be `sha256:`",
        ),
        (
            "[[policies]]\npath = \"platform\"\nurl = \"x\"\n",
            "unknown key `url`",
        ),
    ] {
        let answer = with_pack(&[("servelint.toml", text)]).check(&["."]);
        assert_eq!(answer.code, 2, "{text}: {answer:?}");
        assert!(answer.err.contains(message), "{text}: {answer:?}");
    }
    let folder = with_pack(&[]);
    fs::remove_dir_all(folder.path.join("platform/policies")).expect("removed");
    let answer = folder.check(&["."]);
    assert!(answer.out.contains("the pack holds no rule"), "{answer:?}");
    answer.exits(2);
}

#[test]
fn two_packs_of_one_name_are_told_and_one_pack_twice_is_none() {
    let twice = format!("{NAMED}{NAMED}");
    let answer = with_pack(&[("servelint.toml", &twice)]).check(&["."]);
    assert_eq!(
        answer.out.matches("error[acme/cost-center]").count(),
        1,
        "{answer:?}"
    );
    answer.exits(1);
    let two = format!("{NAMED}[[policies]]\npath = \"second\"\n");
    let text = rule("other", "finding contains 1 if false");
    let answer = with_pack(&[
        ("servelint.toml", &two),
        ("second/servelint-pack.toml", MANIFEST),
        ("second/policies/other/other/other.rego", &text),
    ])
    .check(&["."]);
    answer.exits(2);
    assert!(
        answer
            .out
            .contains("there are two packs `acme`: this one and another one at servelint.toml:2"),
        "{answer:?}"
    );
    assert!(answer.out.contains(FOUND), "{answer:?}");
}

/// Each project has its own packs; one below inherits them.
#[test]
fn a_pack_counts_where_it_is_named() {
    let folder = with_pack(&[
        ("servelint.toml", "[policy]\nconfidence = 0.95\n"),
        (
            "below/servelint.toml",
            "[[policies]]\npath = \"platform\"\n",
        ),
        ("below/b.yaml", &GOOD.replace("feed-ranker", "other")),
    ]);
    let pack = folder.path.join("platform");
    fs::rename(pack, folder.path.join("below/platform")).expect("moved");
    let answer = folder.check(&["."]);
    assert!(
        answer
            .out
            .contains("below/b.yaml:5:10: error[acme/cost-center]"),
        "{answer:?}"
    );
    assert_eq!(
        answer.out.matches("error[acme/cost-center]").count(),
        1,
        "{answer:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_in_a_pack_is_refused() {
    let folder = with_pack(&[]);
    let link = folder.path.join("platform/lib/out.rego");
    std::os::unix::fs::symlink("/etc/hostname", link).expect("a link");
    let answer = folder.check(&["."]);
    answer.exits(2);
    assert!(
        answer
            .out
            .contains("holds `lib/out.rego`, which is a symbolic link"),
        "{answer:?}"
    );
}

/// An archive with these entries, each with its type.
fn archive(entries: &[(&str, &[u8], tar::EntryType)]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut archive = tar::Builder::new(gzip);
    for (path, bytes, kind) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(*kind);
        // As somebody writes it who means harm: the library refuses such paths.
        let name = &mut header.as_old_mut().name;
        name[..path.len()].copy_from_slice(path.as_bytes());
        if *kind == tar::EntryType::Symlink {
            header.set_link_name("/etc/passwd").expect("a name");
        }
        header.set_cksum();
        archive.append(&header, *bytes).expect("an entry");
    }
    archive
        .into_inner()
        .expect("a stream")
        .finish()
        .expect("bytes")
}

fn with_archive(bytes: &[u8]) -> Folder {
    let digest = servelint::units::hex(&Sha256::digest(bytes));
    let config =
        format!("[[policies]]\npath = \"vendor/acme.tar.gz\"\ndigest = \"sha256:{digest}\"\n");
    let folder = Folder::with(&[("a.yaml", GOOD), ("servelint.toml", &config)]);
    folder.file("vendor/acme.tar.gz", bytes);
    folder
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn an_archive_is_a_pack_like_a_folder() {
    use tar::EntryType::{Directory, Link, Regular, Symlink};
    let finance: &[u8] = b"centers: [ml-1, ml-2]\n";
    let pack: Vec<(&str, &[u8], tar::EntryType)> = vec![
        ("policies", b"", Directory),
        ("servelint-pack.toml", MANIFEST.as_bytes(), Regular),
        // As `opa build` writes them.
        (
            "/policies/cost/cost-center/cost_center.rego",
            OWNER.as_bytes(),
            Regular,
        ),
        ("./lib/centers.rego", CENTERS.as_bytes(), Regular),
        ("data/finance.yaml", finance, Regular),
        ("README.md", b"words", Regular),
    ];
    let answer = with_archive(&archive(&pack)).check(&["."]);
    assert!(answer.out.contains(FOUND), "{answer:?}");
    answer.exits(1);
    let more = |entry| {
        let mut all = pack.clone();
        all.push(entry);
        with_archive(&archive(&all)).check(&["."])
    };
    for (entry, message) in [
        (
            ("lib/x.rego", &b""[..], Symlink),
            "holds a link, `lib/x.rego`",
        ),
        (("lib/x.rego", b"", Link), "holds a link, `lib/x.rego`"),
        (
            ("lib/../../x.rego", b"package x", Regular),
            "leads out of it",
        ),
        (
            ("lib/centers.rego", b"package x", Regular),
            "holds `lib/centers.rego` twice",
        ),
        (
            ("dev", b"", tar::EntryType::Char),
            "which is no file and no folder",
        ),
    ] {
        let answer = more(entry);
        answer.exits(2);
        assert!(answer.out.contains(message), "{message}: {answer:?}");
        assert!(
            answer
                .out
                .contains("servelint.toml:2:8: error[policy-unusable]"),
            "{answer:?}"
        );
    }
    // A place that a rule of an archive is wrong at.
    let answer = more((
        "policies/other/other/other.rego",
        rule("other", "finding contains").as_bytes(),
        Regular,
    ));
    assert!(
        answer
            .out
            .contains("vendor/acme.tar.gz/policies/other/other/other.rego:"),
        "{answer:?}"
    );
}

#[test]
fn a_bomb_and_a_wrong_digest_are_refused_in_bounded_memory() {
    let zeros = vec![0; 70 << 20];
    let bomb = archive(&[("big.bin", &zeros, tar::EntryType::Regular)]);
    assert!(bomb.len() < 1 << 20);
    let answer = with_archive(&bomb).check(&["."]);
    answer.exits(2);
    assert!(
        answer.out.contains("unpacks to more than 64 MiB"),
        "{answer:?}"
    );
    let large = archive(&[("big.rego", &zeros[..5 << 20], tar::EntryType::Regular)]);
    let answer = with_archive(&large).check(&["."]);
    assert!(answer.out.contains("larger than 4 MiB"), "{answer:?}");
    let folder = with_archive(&bomb);
    folder.file("vendor/acme.tar.gz", b"something else");
    let answer = folder.check(&["."]);
    assert!(
        answer.out.contains("which is not the one that is demanded"),
        "{answer:?}"
    );
    let answer = with_archive(b"no gzip").check(&["."]);
    assert!(
        answer.out.contains("is no archive that can be read"),
        "{answer:?}"
    );
    let mut cut = archive(&[(
        "servelint-pack.toml",
        MANIFEST.as_bytes(),
        tar::EntryType::Regular,
    )]);
    cut.truncate(cut.len() / 2);
    let answer = with_archive(&cut).check(&["."]);
    answer.exits(2);
}

/// With a revision that judges, the packs are those of the revision.
#[test]
fn a_change_neither_edits_nor_drops_the_packs_that_judge_it() {
    let milder = OWNER.replace("not input.metadata.owner in centers.known", "false");
    let cases: [(&str, &str, Option<&str>, &str); 4] = [
        (
            "edited",
            "platform/policies/cost/cost-center/cost_center.rego",
            Some(&milder),
            "the pack `platform` changes",
        ),
        (
            "other data",
            "platform/data/finance.yaml",
            Some("centers: [team-feed-relevance]\n"),
            "the pack `platform` changes",
        ),
        (
            "gone",
            "platform/servelint-pack.toml",
            None,
            "the pack `platform` changes",
        ),
        (
            "not named",
            "servelint.toml",
            Some("[policy]\nconfidence = 0.95\n"),
            "the pack `platform` is named no longer",
        ),
    ];
    for (name, file, text, message) in cases {
        let folder = with_pack(&[]);
        git::init(&folder.path);
        git::commit(&folder.path, "base");
        match text {
            Some(text) => drop(folder.file(file, text)),
            None => fs::remove_file(folder.path.join(file)).expect("removed"),
        }
        let answer = concise(&folder, &["--policy-from", "HEAD"]);
        assert!(answer.out.contains(FOUND), "{name}: {answer:?}");
        assert!(
            answer.out.contains("escalation[policy-weakened]"),
            "{name}: {answer:?}"
        );
        assert!(answer.out.contains(message), "{name}: {answer:?}");
    }
    let folder = with_pack(&[(
        "servelint.toml",
        &format!("{NAMED}[check]\nexclude = [\"none/**\"]\n"),
    )]);
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let answer = concise(&folder, &["--policy-from", "HEAD"]);
    assert!(!answer.out.contains("policy-weakened"), "{answer:?}");
    assert!(answer.out.contains(FOUND), "{answer:?}");
}

/// What a pack found at the revision is old debt, and what it finds since then is new.
#[test]
fn since_a_revision_only_what_is_new_is_listed() {
    let strict = "[policy]\nconfidence = 0.98\n";
    let config = format!("{NAMED}[check]\nprofile = \"acme/strict\"\n");
    let folder = with_pack(&[
        ("servelint.toml", &config),
        ("platform/profiles/strict.toml", strict),
    ]);
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let edited = GOOD.replace("offline backfills", "backfills");
    folder.file("a.yaml", &edited);
    let answer = folder.check(&[".", "--since", "HEAD"]);
    let old = format!("servelint: old: {FOUND}");
    assert!(answer.out.lines().any(|line| line == old), "{answer:?}");
    assert!(!answer.out.starts_with(FOUND), "{answer:?}");
    answer.exits(1);
    folder.file(
        "a.yaml",
        edited.replace("team-feed-relevance", "team-other"),
    );
    let answer = folder.check(&[".", "--since", "HEAD"]);
    assert!(
        answer
            .out
            .contains("error[acme/cost-center] `team-other` pays"),
        "{answer:?}"
    );
}

/// The files of a pack are no documents, whatever their tests hold; the report says what leaves them out.
/// Files that did not change are judged by a rule and a kind that did.
#[test]
fn a_changed_pack_changes_all_that_it_judges() {
    let quiet = OWNER.replace("centers.known\n}", "centers.known\n\tfalse\n}");
    let card =
        "apiVersion: acme.dev/v1\nkind: ModelCard\nmetadata: {name: feed-ranker}\nspec: {}\n";
    let rule = "platform/policies/cost/cost-center/cost_center.rego";
    let folder = with_pack(&[(rule, &quiet), ("card.yaml", card)]);
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let since = |folder: &Folder| concise(folder, &["--since", "HEAD"]);
    let answer = since(&folder);
    assert!(!answer.out.contains("verdict:"), "{answer:?}");
    folder.file(
        "platform/policies/cost/cost-center/cost_center_test.rego",
        "package acme.rules.cost[\"cost-center_test\"]\n\ntest_nothing if true\n",
    );
    let answer = since(&folder);
    assert!(!answer.out.contains("verdict:"), "{answer:?}");
    folder.file(rule, OWNER);
    since(&folder).exits(1).says(FOUND);
    // A kind that the pack brings.
    folder.file(rule, &quiet);
    let kind = "[[schemas]]\nkind = \"ModelCard\"\napiVersion = \"acme.dev/v1\"\nschema = \"schemas/ModelCard.json\"\n";
    folder.file("platform/servelint-pack.toml", format!("{MANIFEST}{kind}"));
    folder.file(
        "platform/schemas/ModelCard.json",
        "{\"properties\": {\"spec\": {\"required\": [\"owner\"]}}}",
    );
    let answer = since(&folder);
    answer.exits(1).says("card.yaml:4:1: error[schema-valid]");
}

#[test]
fn what_is_in_a_pack_is_not_judged() {
    let folder = with_pack(&[("platform/policies/cost/cost-center/cases.yaml", GOOD)]);
    let answer = folder.check(&["."]);
    assert!(!answer.out.contains("duplicate-service"), "{answer:?}");
    assert!(
        answer
            .out
            .contains("left out by `[[policies]]` at servelint.toml:2"),
        "{answer:?}"
    );
}
