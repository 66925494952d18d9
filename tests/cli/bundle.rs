//! `servelint policy bundle`: the archive of a pack, which servelint reads like its folder and OPA as a bundle.

use super::run::{Answer, Folder, GOOD};
use crate::common::{git, opa};
use flate2::read::GzDecoder;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::Path,
    process::{Command, Output},
};

const MANIFEST: &str = "name = \"acme-ml\"\nversion = \"1.4.0\"\n";
const SETTINGS: &str = "{\"type\": \"object\", \"properties\": {\"centers\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}}}, \
                        \"additionalProperties\": false}";
const SET: &str = "[policy.acme-ml]\ncenters = [\"ml-7\"]\n";

/// A rule that reads settings, data, a library of the pack and one of servelint.
const CENTER: &str = r#"# METADATA
# title: The owner pays from no cost center
# custom:
#   severity: error
#   applies_to: [ServingSpec]
package acme_ml.rules.cost["cost-center"]

import data.acme_ml.lib.centers
import data.servelint.lib.team # the thresholds

finding contains {
	"at": ["metadata", "owner"],
	"message": sprintf("`%s` pays from none of %v on %s", [input.metadata.owner, centers.known, team.today]),
} if {
	not input.metadata.owner in centers.known
}

unchecked contains {"at": [], "message": sprintf("%d limits", [count(data.acme_ml.data.limits.all)])}
"#;

const CENTERS: &str = "package acme_ml.lib.centers

known := data.acme_ml.settings.centers

known := data.acme_ml.data.finance.centers if not data.acme_ml.settings.centers
";

/// A rule that would report anything, had it no `applies_to`.
fn always(category: &str, name: &str, subject: &str) -> String {
    format!(
        "# METADATA\n# title: Something\n# custom:\n#   severity: warning\n#   applies_to: [{subject}]\n\
         package acme_ml.rules.{category}[\"{name}\"]\n\n\
         finding contains {{\"at\": [], \"message\": \"{subject}\", \"severity\": \"info\"}}\n"
    )
}

fn with_pack(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("pack/servelint-pack.toml", MANIFEST),
        ("pack/README.md", "words\n"),
        ("pack/policies/cost/cost-center/cost_center.rego", CENTER),
        (
            "pack/policies/cost/cost-center/cost_center_test.rego",
            "package acme_ml.rules.cost[\"cost-center_test\"]\n\ntest_it if true\n",
        ),
        (
            "pack/policies/cost/cost-center/cases.yaml",
            "good: a.yaml\n",
        ),
        ("pack/lib/centers.rego", CENTERS),
        ("pack/data/finance.yaml", "centers: [ml-1, ml-2]\n"),
        (
            "pack/data/limits.yaml",
            "all: [1, 2.50, 18446744073709551615]\n",
        ),
        ("pack/schemas/settings.json", SETTINGS),
        (
            "pack/profiles/strict.toml",
            "[policy]\nconfidence = 0.98\n[[severity]]\nrule = \"acme-ml/cost-center\"\nlevel = \"warning\"\n",
        ),
    ]);
    for (name, text) in files {
        folder.file(name, text);
    }
    for (category, name, subject) in [
        ("docs", "logged", "DecisionLog"),
        ("docs", "reviewed", "Review"),
    ] {
        let path = format!("pack/policies/{category}/{name}/{name}.rego");
        folder.file(&path, always(category, name, subject));
    }
    folder
}

fn bundle(folder: &Folder) -> Answer {
    folder.run(&["policy", "bundle", "pack", "-o", "acme.tar.gz"])
}

/// The digest of an archive as `[[policies]]` demands it.
fn digest(folder: &Folder, name: &str) -> String {
    let bytes = fs::read(folder.path.join(name)).expect("an archive");
    format!("sha256:{}", servelint::units::hex(&Sha256::digest(&bytes)))
}

/// A project of the good specification that uses the archive of the pack, with more in its configuration.
fn using(folder: &Folder, more: &str) -> Folder {
    bundle(folder).exits(0);
    let digest = digest(folder, "acme.tar.gz");
    let config = format!("[[policies]]\npath = \"pack.tar.gz\"\ndigest = \"{digest}\"\n{more}");
    let user = Folder::with(&[("a.yaml", GOOD), ("servelint.toml", &config)]);
    fs::copy(
        folder.path.join("acme.tar.gz"),
        user.path.join("pack.tar.gz"),
    )
    .expect("a copy");
    user
}

/// The same with the folder of the pack.
fn using_folder(folder: &Folder, more: &str) -> Folder {
    let config = format!("[[policies]]\npath = \"pack\"\n{more}");
    folder.file("servelint.toml", config);
    folder.below(".")
}

/// The entries of an archive: the head of each, and its text.
fn entries(bytes: &[u8]) -> BTreeMap<String, (tar::Header, String)> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let mut entries = BTreeMap::new();
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        entries.insert(path, (entry.header().clone(), text));
    }
    entries
}

/// The archive of these texts.
fn archive(texts: &BTreeMap<String, String>) -> Vec<u8> {
    let files = texts.iter();
    let files = files.map(|(path, text)| (path.clone(), text.clone().into_bytes()));
    servelint::archive::packed(&files.collect()).expect("an archive")
}

fn texts(folder: &Folder) -> BTreeMap<String, String> {
    let bytes = fs::read(folder.path.join("acme.tar.gz")).expect("an archive");
    let entries = entries(&bytes).into_iter();
    entries.map(|(path, (_, text))| (path, text)).collect()
}

#[test]
fn the_same_pack_is_the_same_bytes() {
    let folder = with_pack(&[]);
    let answer = bundle(&folder);
    answer
        .exits(0)
        .says("wrote acme.tar.gz, the pack `acme-ml` with 3 rules")
        .says("  path = \"acme.tar.gz\"\n")
        .says(&format!(
            "  digest = \"{}\"\n",
            digest(&folder, "acme.tar.gz")
        ))
        .says("opa eval --bundle acme.tar.gz --input input.json data.acme_ml.main.finding");
    bundle(&folder).exits(0).says("unchanged: acme.tar.gz");
    let again = with_pack(&[("pack/b.md", "not of the pack\n")]);
    bundle(&again).exits(0);
    assert_eq!(
        digest(&folder, "acme.tar.gz"),
        digest(&again, "acme.tar.gz")
    );

    let bytes = fs::read(folder.path.join("acme.tar.gz")).expect("an archive");
    let entries = entries(&bytes);
    let paths: Vec<&str> = entries.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            ".manifest",
            "data.json",
            "lib/centers.rego",
            "policies/cost/cost-center/cost_center.rego",
            "policies/docs/logged/logged.rego",
            "policies/docs/reviewed/reviewed.rego",
            "profiles/strict.toml",
            "schemas/settings.json",
            "servelint-pack.toml",
            "servelint/lib/team.rego",
            "servelint/main.rego",
            "servelint/schemas/input/DecisionLog.json",
            "servelint/schemas/input/Review.json",
            "servelint/schemas/input/ServingSpec.json",
        ]
    );
    for (path, (header, _)) in &entries {
        let said = (header.mtime(), header.uid(), header.gid(), header.mode());
        let said = [said.0, said.1, said.2].map(|number| number.expect("a number"));
        assert_eq!(said, [0, 0, 0], "{path}");
        assert_eq!(header.mode().expect("a mode"), 0o644, "{path}");
        assert_eq!(header.username(), Ok(Some("")), "{path}");
    }
    let (_, manifest) = &entries[".manifest"];
    assert_eq!(
        serde_json::from_str::<Json>(manifest).expect("JSON"),
        json!({"revision": "1.4.0", "roots": ["acme_ml"], "rego_version": 1})
    );
    let (_, data) = &entries["data.json"];
    assert_eq!(
        serde_json::from_str::<Json>(data).expect("JSON"),
        json!({"acme_ml": {
            "data": {"finance": {"centers": ["ml-1", "ml-2"]}, "limits": {"all": [1, 2.5, 18_446_744_073_709_551_615_u64]}},
            "settings": {},
        }})
    );
}

#[test]
fn an_archive_finds_what_its_folder_finds() {
    let wrong = "[policy.acme-ml]\ncenters = 7\n";
    let strict = "[check]\nprofile = \"acme-ml/strict\"\n";
    for (more, says) in [
        (
            "",
            "error[acme-ml/cost-center] `team-feed-relevance` pays from none of [\"ml-1\", \"ml-2\"] on 2026-10-10",
        ),
        (SET, "pays from none of [\"ml-7\"]"),
        (wrong, "error[policy-unusable]"),
        (strict, "warning[acme-ml/cost-center]"),
    ] {
        let folder = with_pack(&[]);
        let archived = using(&folder, more).check(&["a.yaml"]);
        let plain = using_folder(&folder, more).check(&["a.yaml"]);
        // What differs is where the pack is, and the line of what follows its digest.
        let same = |answer: &Answer| {
            let text = answer.out.replace("pack.tar.gz", "pack");
            text.replace("servelint.toml:4:", "servelint.toml:3:")
        };
        plain.says(says);
        assert_eq!(same(&archived), same(&plain), "{more}");
        assert_eq!(archived.code, plain.code, "{more}");
    }
}

#[test]
fn an_archive_has_profiles() {
    let folder = with_pack(&[]);
    let profile = |name: &str| format!("[check]\nprofile = \"{name}\"\n");
    let user = using(&folder, &profile("acme-ml/strict"));
    let line = "pack.tar.gz/profiles/strict.toml:2";
    user.run(&["config", "."]).exits(0).says("0.98").says(line);
    for (name, message) in [
        (
            "acme-ml/gone",
            "servelint.toml:2:8: the pack `pack.tar.gz` has no `profiles/gone.toml`",
        ),
        (
            "acme/strict",
            "servelint.toml:5:11: no entry of `[[policies]]` is the pack `acme`",
        ),
    ] {
        using(&folder, &profile(name))
            .check(&["."])
            .exits(2)
            .says(message);
    }
    let user = using(&folder, &profile("acme-ml/strict"));
    user.file("pack.tar.gz", b"other");
    let answer = user.check(&["."]);
    answer
        .exits(2)
        .says("which is not the one that is demanded");
}

/// With a revision that judges, profiles and rules are those of the archive that it had.
#[test]
fn a_change_of_an_archive_changes_no_profile_that_judges_it() {
    let strict = "[check]\nprofile = \"acme-ml/strict\"\n";
    let user = using(&with_pack(&[]), strict);
    git::init(&user.path);
    git::commit(&user.path, "base");
    let milder = with_pack(&[(
        "pack/profiles/strict.toml",
        "[check]\nignore = [\"acme-ml\"]\n",
    )]);
    let other = using(&milder, strict);
    for name in ["pack.tar.gz", "servelint.toml"] {
        fs::copy(other.path.join(name), user.path.join(name)).expect("a copy");
    }
    user.check(&["."])
        .keeps_quiet_about("warning[acme-ml/cost-center]");
    user.check(&[".", "--policy-from", "HEAD"])
        .says("warning[acme-ml/cost-center]")
        .says("escalation[policy-weakened]");
}

/// One byte more or less, another digest, and what an archive says of libraries of ours.
#[test]
fn an_archive_that_was_changed_is_refused_and_replaces_nothing_of_ours() {
    let folder = with_pack(&[]);
    let user = using(&folder, "");
    let good = user.check(&["a.yaml"]);
    let bytes = fs::read(user.path.join("pack.tar.gz")).expect("an archive");
    for at in [4, bytes.len() / 2, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        user.file("pack.tar.gz", &flipped);
        let answer = user.check(&["a.yaml"]);
        answer
            .exits(2)
            .says("which is not the one that is demanded");
        answer.keeps_quiet_about("acme-ml/cost-center");
    }

    let mut texts = texts(&folder);
    let put = |texts: &BTreeMap<String, String>| {
        user.file("pack.tar.gz", archive(texts));
        let digest = digest(&user, "pack.tar.gz");
        let config = format!("[[policies]]\npath = \"pack.tar.gz\"\ndigest = \"{digest}\"\n");
        user.file("servelint.toml", config);
        user.check(&["a.yaml"])
    };
    for (path, text) in [
        (
            "servelint/lib/team.rego",
            "package servelint.lib.team\n\ntoday := \"never\"\n",
        ),
        (
            "servelint/main.rego",
            "package acme_ml.main\n\nfinding := {x | x := y}\n",
        ),
        ("servelint/platforms/data.json", "{\"defaults\": {}}\n"),
        ("servelint/schemas/settings.json", "no JSON"),
    ] {
        texts.insert(path.to_owned(), text.to_owned());
        assert_eq!(put(&texts).out, good.out, "{path}");
    }
    // What is no library of ours stays a policy of the pack, wherever it lies.
    let moved = texts.remove("lib/centers.rego").expect("a library");
    texts.insert("servelint/lib/centers.rego".to_owned(), moved);
    assert_eq!(put(&texts).out, good.out);
    texts.insert(
        "lib/team.rego".to_owned(),
        "package servelint.lib.team\n".to_owned(),
    );
    let answer = put(&texts);
    answer
        .exits(2)
        .says("a pack writes nothing below `data.servelint`");
}

/// What `opa` says in a folder.
fn run_opa(opa: &str, folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(opa);
    command.args(words).current_dir(folder);
    command.output().expect("opa runs")
}

/// The rule, place, severity and message of each finding. A place in a review is one in a document for servelint.
type Found = BTreeSet<[String; 4]>;

fn asked_of_opa(opa: &str, folder: &Folder, query: &str) -> Vec<Json> {
    let words = [
        "eval",
        "--bundle",
        "acme.tar.gz",
        "--input",
        "input.json",
        query,
    ];
    let said = run_opa(opa, &folder.path, &words);
    assert!(said.status.success(), "{said:?}");
    let said: Json = serde_json::from_slice(&said.stdout).expect("JSON");
    let value = &said["result"][0]["expressions"][0]["value"];
    value.as_array().unwrap_or_else(|| panic!("{said}")).clone()
}

fn found_by_opa(opa: &str, folder: &Folder) -> Found {
    let found = asked_of_opa(opa, folder, "data.acme_ml.main.finding");
    let row = |one: &Json| {
        let at = one["at"].as_array().expect("a path").iter();
        let at = at.map(|step| format!("/{}", text(step))).collect();
        row(one, at)
    };
    found.iter().map(row).collect()
}

fn row(one: &Json, at: String) -> [String; 4] {
    let [rule, severity, message] = ["rule", "severity", "message"].map(|key| text(&one[key]));
    let at = match rule.ends_with("/reviewed") {
        true => String::new(),
        false => at,
    };
    [rule, at, severity, message]
}

fn text(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// What servelint finds with the rules of the pack.
fn found_by_servelint(folder: &Folder) -> Found {
    let answer = folder.run(&["check", ".", "--format", "json", "--as-of", super::run::DAY]);
    let report: Json = serde_json::from_str(&answer.out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings").iter();
    let own = findings.filter(|one| text(&one["rule"]).starts_with("acme-ml/"));
    own.map(|one| row(one, text(&one["pointer"]))).collect()
}

/// In production, where the severity of a rule is that of its METADATA.
fn in_production() -> String {
    GOOD.replace("environment: staging", "environment: production")
}

#[test]
fn opa_finds_with_the_bundle_what_servelint_finds() {
    let Some(opa) = opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    let pack = with_pack(&[("a.yaml", &in_production())]);
    for more in [
        "",
        SET,
        "[check]\nignore = [\"acme-ml/reviewed\"]\n",
        "[check]\nignore = [\"acme-ml\"]\n",
    ] {
        let folder = using_folder(&pack, more);
        bundle(&folder).exits(0);
        let input = folder.run(&["input", ".", "--as-of", super::run::DAY]);
        folder.file("input.json", &input.out);
        let ours = found_by_servelint(&folder);
        assert_eq!(found_by_opa(&opa, &folder), ours, "{more}");
        let ids: BTreeSet<&str> = ours.iter().map(|[rule, ..]| rule.as_str()).collect();
        let wanted: &[&str] = match more {
            _ if more.contains("reviewed") => &["acme-ml/cost-center"],
            _ if more.contains("ignore") => &[],
            _ => &["acme-ml/cost-center", "acme-ml/reviewed"],
        };
        assert_eq!(ids, wanted.iter().copied().collect(), "{more}");
        fs::remove_file(folder.path.join("input.json")).expect("a file");
    }
    let folder = using_folder(&pack, "");
    // Whoever prints the input need not know the pack: `applies_to` decides.
    let printed = Folder::with(&[("a.yaml", &in_production())]);
    let input = printed.run(&["input", ".", "--as-of", super::run::DAY]);
    let ours = found_by_servelint(&folder);
    folder.file("input.json", &input.out);
    assert_eq!(found_by_opa(&opa, &folder), ours);
    let unchecked = asked_of_opa(&opa, &folder, "data.acme_ml.main.unchecked");
    assert_eq!(unchecked.len(), 1, "{unchecked:?}");
    assert_eq!(unchecked[0]["message"], "3 limits");
    // What is no answer of `servelint input` must not look like one without findings.
    folder.file("input.json", "{\"kind\": \"ServingSpec\"}");
    let said = found_by_opa(&opa, &folder);
    let rules: Vec<&str> = said.iter().map(|[rule, ..]| rule.as_str()).collect();
    assert_eq!(rules, ["servelint-input"]);
}

/// Both read the same library of servelint, and each bundle has a copy of its own.
#[test]
fn opa_takes_the_bundles_of_two_packs() {
    let Some(opa) = opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    let platforms = format!(
        "{}\nplatforms contains 1 if data.servelint.platforms.defaults\n",
        CENTERS
    );
    let folder = with_pack(&[("pack/lib/centers.rego", &platforms)]);
    bundle(&folder).exits(0);
    let other = CENTER.replace("acme_ml", "other").replace(
        "data.other.data.limits.all",
        "data.servelint.lib.team.policy",
    );
    let folder = folder
        .file(
            "other/servelint-pack.toml",
            "name = \"other\"\nversion = \"1.0.0\"\n",
        )
        .file("other/policies/cost/cost-center/a.rego", other)
        .file(
            "other/lib/centers.rego",
            "package other.lib.centers\n\nknown := []\n",
        );
    folder
        .run(&["policy", "bundle", "other", "-o", "other.tar.gz"])
        .exits(0);
    let input = folder.run(&["input", "a.yaml", "--as-of", super::run::DAY]);
    folder.file("input.json", &input.out);
    let query = "{\"acme\": count(data.acme_ml.main.finding), \"other\": count(data.other.main.finding), \
        \"platforms\": count(data.acme_ml.lib.centers.platforms)}";
    let words = [
        "eval",
        "--format",
        "raw",
        "--bundle",
        "acme.tar.gz",
        "--bundle",
        "other.tar.gz",
    ];
    let asked = [&words[..], &["--input", "input.json", query]].concat();
    let output = run_opa(&opa, &folder.path, &asked);
    let said = String::from_utf8_lossy(&output.stdout);
    let found: Json = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{output:?}"));
    assert_eq!(found, json!({"acme": 2, "other": 1, "platforms": 1}));
}

#[test]
fn opa_takes_signs_and_verifies_the_bundle() {
    let Some(opa) = opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    let folder = with_pack(&[]);
    bundle(&folder).exits(0);
    let run = |words: &[&str]| run_opa(&opa, &folder.path, words);
    for words in [
        &["check", "--strict", "--bundle", "acme.tar.gz"][..],
        &["inspect", "acme.tar.gz"],
        &["build", "--bundle", "acme.tar.gz", "-o", "rebuilt.tar.gz"],
        &[
            "sign",
            "--signing-alg",
            "HS256",
            "--signing-key",
            "secret",
            "--bundle",
            "acme.tar.gz",
        ],
    ] {
        let said = run(words);
        assert!(said.status.success(), "{words:?}: {said:?}");
    }
    let mut texts = texts(&folder);
    let main = texts["servelint/main.rego"].clone();
    folder.file("main.rego", &main);
    let said = run(&["fmt", "--diff", "main.rego"]);
    assert!(said.status.success() && said.stdout.is_empty(), "{said:?}");

    texts.insert(
        ".signatures.json".to_owned(),
        folder.read(".signatures.json"),
    );
    let verified = |texts: &BTreeMap<String, String>| {
        folder.file("signed.tar.gz", archive(texts));
        let key = ["--verification-key", "secret", "--signing-alg", "HS256"];
        let words = ["build", "--bundle", "signed.tar.gz", "-o", "rebuilt.tar.gz"];
        run(&[&words[..], &key].concat()).status.success()
    };
    assert!(verified(&texts));
    // servelint reads a signed bundle like any other.
    let digest = digest(&folder, "signed.tar.gz");
    folder.file(
        "servelint.toml",
        format!("[[policies]]\npath = \"signed.tar.gz\"\ndigest = \"{digest}\"\n"),
    );
    folder.check(&["a.yaml"]).says("acme-ml/cost-center");
    let changed = main.replace("ServingSpec", "DecisionLog");
    texts.insert("servelint/main.rego".to_owned(), changed);
    assert!(!verified(&texts));
}

#[test]
fn what_has_no_archive_is_told() {
    let folder = with_pack(&[]);
    bundle(&folder).exits(0);
    folder.file("empty/servelint-pack.toml", MANIFEST);
    let run = |words: &[&str]| folder.run(&[&["policy", "bundle"], words].concat());
    for (words, says) in [
        (
            &["nowhere", "-o", "a.tar.gz"][..],
            "the pack `nowhere` cannot be read: there is no such folder",
        ),
        (
            &["-o", "a.tar.gz"],
            "the pack `.` has no `servelint-pack.toml`",
        ),
        (
            &["acme.tar.gz", "-o", "a.tar.gz"],
            "acme.tar.gz is an archive already",
        ),
        (&["empty", "-o", "a.tar.gz"], "the pack holds no rule"),
        (&["pack", "-o", "a.zip"], "`a.zip` is no name of an archive"),
        (
            &["pack", "-o", "pack.tgz/a.tar.gz"],
            "cannot write pack.tgz/a.tar.gz",
        ),
        (&["pack"], "--output <FILE>"),
    ] {
        let answer = run(words);
        answer.exits(2).says(says);
        assert!(answer.out.is_empty(), "{answer:?}");
    }
    assert!(!folder.path.join("a.tar.gz").exists());
    folder.file("there.tar.gz", "mine");
    let answer = run(&["pack", "-o", "there.tar.gz"]);
    answer
        .exits(2)
        .says("there.tar.gz is there already, with other content");
    assert_eq!(folder.read("there.tar.gz"), "mine");
}

#[test]
fn a_pack_that_cannot_be_a_bundle_is_told() {
    let main = "package acme_ml.main.more\n\nx := 1\n";
    for (path, text, says) in [
        (
            "pack/lib/main.rego",
            main,
            "has a package `acme_ml.main`, where the entry point of a bundle stands",
        ),
        (
            "pack/lib/copy.rego",
            "package acme_ml.servelint.lib.team\n\nx := 1\n",
            "has a package below `acme_ml.servelint`, where a bundle has the libraries of servelint",
        ),
        (
            "pack/servelint/a.rego",
            "package acme_ml.a\n",
            "holds `servelint/a.rego`",
        ),
        (
            "pack/schemas/data.json",
            "{}",
            "holds `schemas/data.json`, which OPA would take for data",
        ),
        (
            "pack/lib/broken.rego",
            "package acme_ml.lib.broken\n\nx := \n",
            "pack/lib/broken.rego:4:1",
        ),
        (
            "pack/lib/call.rego",
            "package acme_ml.lib.call\n\nx := opa.runtime()\n",
            "pack/lib/call.rego:3:6: `opa.runtime`",
        ),
        (
            "pack/schemas/settings.json",
            "{\"type\": 7}",
            "is no JSON Schema",
        ),
        ("pack/data/finance.yaml", "a: [", "pack/data/finance.yaml:1"),
    ] {
        let folder = with_pack(&[(path, text)]);
        bundle(&folder).exits(2).says(says);
        assert!(!folder.path.join("acme.tar.gz").exists(), "{path}");
    }
}

const CONFTEST: &str = "name = \"acme\"\nversion = \"1.0.0\"\ncontract = \"conftest\"\n";
const DENY: &str = "package main\n\ndeny contains sprintf(\"port %d\", [input.port]) if input.port < data.ports.least\n";

/// The policies and the data; whoever asks is conftest or servelint, so there is no entry point.
#[test]
fn a_pack_of_conftests_contract_is_policies_and_data() {
    let folder = Folder::with(&[
        ("app.yaml", "port: 80\n"),
        ("pack/servelint-pack.toml", CONFTEST),
        ("pack/policy/main.rego", DENY),
        (
            "pack/policy/main_test.rego",
            "package main\n\ntest_x if true\n",
        ),
        ("pack/data/ports.yaml", "ports: {least: 1024}\n"),
    ]);
    let answer = bundle(&folder);
    answer
        .exits(0)
        .says("with 1 rule")
        .keeps_quiet_about("opa eval");
    let texts = texts(&folder);
    let paths: Vec<&str> = texts.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            ".manifest",
            "data.json",
            "policy/main.rego",
            "servelint-pack.toml"
        ]
    );
    assert!(
        texts[".manifest"].contains("\"roots\":[\"main\",\"ports\"]"),
        "{texts:?}"
    );
    let digest = digest(&folder, "acme.tar.gz");
    folder.file(
        "servelint.toml",
        format!("[[policies]]\npath = \"acme.tar.gz\"\ndigest = \"{digest}\"\n"),
    );
    folder
        .check(&["app.yaml"])
        .exits(1)
        .says("app.yaml:1:1: error[acme/deny] port 80");
    if let Some(opa) = opa() {
        folder.file("input.json", "{\"port\": 80}");
        let said = asked_of_opa(&opa, &folder, "data.main.deny");
        assert_eq!(said, [json!("port 80")]);
    }
    let parses = DENY.replace(
        "data.ports.least",
        "parse_config_file(\"ports.yaml\").least",
    );
    folder.file("pack/policy/main.rego", parses);
    folder.file("pack/policy/ports.yaml", "least: 1024\n");
    let answer = folder.run(&["policy", "bundle", "pack", "-o", "b.tar.gz"]);
    answer
        .exits(2)
        .says("the pack `acme` calls `parse_config` or its like in ");
}
