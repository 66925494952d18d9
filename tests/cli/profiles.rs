//! `profile` of `[check]`: what it sets, what goes before it, and what it cannot do.

use super::run::{Answer, Folder, GOOD};
use servelint::{config::built_in_profiles, policy::Pack, rule::Subject};

const PACK: &str = "name = \"acme\"\nversion = \"1.0.0\"\n";
const RULE: &str = "# METADATA\n# title: Something\n# custom:\n#   severity: warning\n#   applies_to: [ServingSpec]\n\
    package acme.rules.other[\"other\"]\n\nfinding contains {\"at\": [], \"message\": \"x\"}\n";

fn with(configuration: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[("a.yaml", GOOD), ("servelint.toml", configuration)]);
    for (name, text) in files {
        folder.file(name, text);
    }
    folder
}

fn config(configuration: &str, files: &[(&str, &str)]) -> Answer {
    with(configuration, files).run(&["config", "."])
}

/// The line of a setting.
fn line<'a>(answer: &'a Answer, key: &str) -> &'a str {
    let lines = answer.out.lines();
    let mut found = lines.filter(|line| line.split_whitespace().any(|word| word == key));
    found.next().unwrap_or_else(|| panic!("{key}: {answer:?}"))
}

#[test]
fn every_profile_of_ours_can_be_used() {
    assert_eq!(
        built_in_profiles(),
        ["llm", "manifests-only", "small-team", "strict"]
    );
    for name in built_in_profiles() {
        let folder = with(&format!("[check]\nprofile = \"{name}\"\n"), &[]);
        let answer = folder.check(&["."]);
        assert!([0, 1].contains(&answer.code), "{name}: {answer:?}");
        let shown = folder.run(&["config", "."]);
        assert!(
            shown.out.contains(&format!("profile {name}:")),
            "{name}: {shown:?}"
        );
    }
}

#[test]
fn the_file_itself_goes_before_its_profile() {
    let answer = config(
        "[check]\nprofile = \"strict\"\n[policy]\nconfidence = 0.9\n",
        &[],
    );
    assert!(
        line(&answer, "policy.confidence").contains("0.9 "),
        "{answer:?}"
    );
    assert!(
        line(&answer, "policy.confidence").contains("servelint.toml:4"),
        "{answer:?}"
    );
    assert!(
        line(&answer, "policy.maxFirstStepPercent").contains("profile strict:"),
        "{answer:?}"
    );
}

#[test]
fn rules_for_manifests_are_those_that_read_them() {
    let pack = Pack::embedded().expect("rules");
    let reads = [Subject::Artifacts, Subject::Artifact, Subject::File];
    let mut wanted = Vec::new();
    for rule in pack.rules().values() {
        if rule
            .applies_to
            .iter()
            .any(|subject| reads.contains(subject))
        {
            wanted.push(format!("    \"{}\",", rule.id));
        }
    }
    let text = include_str!("../../policies/servelint/profiles/manifests-only.toml");
    let listed: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("    "))
        .collect();
    assert_eq!(
        listed, wanted,
        "policies/servelint/profiles/manifests-only.toml"
    );
}

#[test]
fn a_pack_has_profiles_of_its_own() {
    let files = [
        ("platform/servelint-pack.toml", PACK),
        ("platform/policies/other/other/other.rego", RULE),
        (
            "platform/profiles/strict.toml",
            "[policy]\nconfidence = 0.98\n[[severity]]\nrule = \"acme/other\"\nlevel = \"error\"\n",
        ),
    ];
    let named = "[[policies]]\npath = \"platform\"\n[check]\nprofile = \"acme/strict\"\n";
    let answer = with(named, &files).check(&["."]);
    assert!(answer.out.contains("error[acme/other] x"), "{answer:?}");
    let shown = config(named, &files);
    assert!(
        line(&shown, "policy.confidence").contains("platform/profiles/strict.toml:2"),
        "{shown:?}"
    );
}

#[test]
fn what_is_no_profile_is_told_at_its_place() {
    let files = [
        ("platform/servelint-pack.toml", PACK),
        ("platform/policies/other/other/other.rego", RULE),
        (
            "platform/profiles/wide.toml",
            "[check]\nexclude = [\"**\"]\n",
        ),
        (
            "platform/profiles/people.toml",
            "[approvers]\ncto = [\"me\"]\n",
        ),
        (
            "platform/profiles/again.toml",
            "[check]\nprofile = \"strict\"\n",
        ),
        ("platform/profiles/empty.toml", ""),
        ("platform/profiles/broken.toml", "[policy\n"),
    ];
    for (name, message) in [
        (
            "strickt",
            "servelint.toml:4:11: there is no profile `strickt`",
        ),
        (
            "acmee/wide",
            "servelint.toml:4:11: no entry of `[[policies]]` is the pack `acmee`",
        ),
        ("acme/gone", "cannot read platform/profiles/gone.toml"),
        (
            "acme/../../a",
            "servelint.toml:4:11: `../../a` is no name of a profile",
        ),
        (
            "acme/wide",
            "platform/profiles/wide.toml:2:1: unknown key `exclude`",
        ),
        (
            "acme/people",
            "platform/profiles/people.toml:1:2: unknown key `approvers`",
        ),
        (
            "acme/again",
            "platform/profiles/again.toml:2:1: unknown key `profile`",
        ),
        (
            "acme/empty",
            "platform/profiles/empty.toml:1:1: the profile sets nothing",
        ),
        ("acme/broken", "platform/profiles/broken.toml:1:"),
    ] {
        let named = format!("[[policies]]\npath = \"platform\"\n[check]\nprofile = \"{name}\"\n");
        let answer = with(&named, &files).check(&["."]);
        assert_eq!(answer.code, 2, "{name}: {answer:?}");
        assert!(answer.err.contains(message), "{name}: {answer:?}");
    }
}

/// What a file above fixes, no profile of a file below changes.
#[test]
fn a_lock_holds_for_profiles() {
    let folder = with(
        "locked = [\"policy.confidence\"]\n[policy]\nconfidence = 0.95\n",
        &[],
    );
    folder.file("below/servelint.toml", "[check]\nprofile = \"strict\"\n");
    folder.file("below/b.yaml", GOOD.replace("feed-ranker", "other"));
    let answer = folder.check(&["."]);
    answer.exits(2);
    assert!(answer.err.contains("profile strict:"), "{answer:?}");
}
