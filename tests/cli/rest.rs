//! What a verdict rests on: its digest, and how long evidence lasts with it.

use super::run::{Answer, DAY, Folder, Setting};
use crate::common::{
    files::copy,
    git::{self, git},
    projects::project,
};
use std::fs;

const CHECKLIST: &str = "support-chat-llm.checklist.yaml";
/// Months after the evidence of the project was measured.
const LATER: &str = "2026-12-20";
const OLD: &str = "error[evidence-missing-or-stale]";
const STALE: &str =
    "escalation[verdict-stale] the verdict by `m.osei` of 2026-10-09 was given over other inputs";

fn check(folder: &Folder, words: &[&str]) -> Answer {
    let path = std::env::var("PATH").expect("a path");
    let words = [&["check", "--format", "concise"], words].concat();
    folder.run_as(
        &words,
        &Setting {
            env: &[("PATH", &path)],
            ..Setting::default()
        },
    )
}

/// Replaces a text of a file that has it.
fn edit(folder: &Folder, name: &str, from: &str, to: &str) {
    let text = folder.read(name);
    assert!(text.contains(from), "{name} lacks {from}");
    folder.file(name, text.replacen(from, to, 1));
}

/// The digest that a verdict records.
fn digest(folder: &Folder) -> String {
    let answer = folder.run(&["input", ".", "--format", "digest", "--as-of", DAY]);
    let (digest, service) = answer.out.split_once("  ").expect("one line");
    assert_eq!(service, "support-chat-llm\n", "{}", answer.shown());
    digest.to_owned()
}

#[test]
fn the_digest_is_known_before_anybody_decides() {
    let folder = recorded();
    let known = digest(&folder);
    // The rule that compares it says the same.
    let seen = folder.run(&["input", ".", "--rule", "verdict-stale", "--as-of", DAY]);
    let fact = format!("\"inputs\": \"{known}\"");
    assert!(seen.out.contains(&fact), "{}", seen.shown());
    let text = folder.read(CHECKLIST);
    let (before, _) = text.split_once("  verdict:\n").expect("a verdict");
    folder.file(CHECKLIST, before);
    assert_eq!(digest(&folder), known);
    edit(&folder, CHECKLIST, "p95", "p99");
    assert_ne!(digest(&folder), known);
}

#[test]
fn a_digest_is_of_documents_that_can_be_read() {
    let folder = Folder::new();
    folder.file("a.yaml", "kind: ConfigMap\n");
    let words = ["input", ".", "--format", "digest", "--as-of", DAY];
    let answer = folder.run(&words);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    assert!(
        answer.err.contains("found no ServingSpec"),
        "{}",
        answer.shown()
    );
    let text = "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nmetadata: {name: a}\nspec: 7\n";
    folder.file("b.yaml", text);
    let answer = folder.run(&words);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    assert!(answer.err.contains("b.yaml:4"), "{}", answer.shown());
}

#[test]
fn evidence_that_is_too_old_before_long_is_due() {
    let folder = recorded();
    let said = "the evidence in `evidence/bench-3.2rps.json` reaches its age limit";
    check(&folder, &["--as-of", DAY]).says(&format!("{said} in 10 days, on 2026-10-20"));
    // Its last day, and the first on which it is an error.
    let last = check(&folder, &["--as-of", "2026-10-20"]);
    last.says(&format!("{said} today, on 2026-10-20"))
        .keeps_quiet_about(OLD);
    check(&folder, &["--as-of", "2026-10-21"])
        .says(OLD)
        .keeps_quiet_about("age limit");
    // It does not age beyond a verdict that the base has.
    check(&folder, &["--as-of", "2026-10-20", "--policy-from", "HEAD"])
        .keeps_quiet_about("age limit");
    // The limit of the checklist goes before that of the team.
    edit(&folder, CHECKLIST, "MaxAge: 14d", "MaxAge: 20d");
    folder.file("servelint.toml", "[policy]\nevidenceMaxAge = \"12d\"\n");
    check(&folder, &["--as-of", DAY]).says(&format!("{said} in 16 days, on 2026-10-26"));
    edit(&folder, CHECKLIST, "  evidenceMaxAge: 20d\n", "");
    check(&folder, &["--as-of", DAY]).says(&format!("{said} in 8 days, on 2026-10-18"));
    folder.file("servelint.toml", "[policy]\nevidenceMaxAge = \"60d\"\n");
    check(&folder, &["--as-of", DAY]).keeps_quiet_about("age limit");
}

/// The reference project, whose verdict records what it was given over; committed.
fn recorded() -> Folder {
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_| true);
    let inputs = digest(&folder);
    let line = format!("  verdict:\n    inputs: {inputs}\n");
    edit(&folder, CHECKLIST, "  verdict:\n", &line);
    assert_eq!(digest(&folder), inputs, "it covers no verdict");
    git::init(&folder.path);
    git::commit(&folder.path, "reviewed");
    folder
}

#[test]
fn a_verdict_over_these_inputs_stands() {
    let folder = recorded();
    check(&folder, &["--as-of", DAY])
        .exits(0)
        .keeps_quiet_about("verdict-stale");
    // Neither layout nor the names of files count.
    let text = folder.read(CHECKLIST);
    folder.file("other.yaml", format!("# moved\n\n{text}"));
    fs::remove_file(folder.path.join(CHECKLIST)).expect("removed");
    check(&folder, &["--as-of", DAY])
        .exits(0)
        .keeps_quiet_about("verdict-stale");
}

#[test]
fn whatever_changes_after_a_verdict_makes_it_stale() {
    let folder = recorded();
    let is_stale = |what: &str| {
        let answer = check(&folder, &["--as-of", DAY]);
        assert!(answer.out.contains(STALE), "{what}: {}", answer.shown());
        assert!(answer.code == 3 || answer.code == 1, "{what}");
        git(&folder.path, &["reset", "--quiet", "--hard"]);
    };
    let evidence = "evidence/bench-3.2rps.json";
    edit(&folder, evidence, "1", "2");
    is_stale("a number of the evidence");
    fs::remove_file(folder.path.join(evidence)).expect("removed");
    is_stale("evidence that is gone");
    for (name, what) in [
        (CHECKLIST, "owner: "),
        ("support-chat-llm.serving.yaml", "owner: "),
        ("support-chat-llm.decisions.yaml", "owner: "),
        ("docs/runbooks/support-chat-llm.md", "#"),
        ("scripts/prompt-limit.sh", "#!"),
        ("deploy/llmisvc-v7.yaml", "name: "),
        ("slo/support-chat-llm.openslo.yaml", "name: "),
    ] {
        edit(&folder, name, what, &format!("{what}x"));
        is_stale(name);
    }
    let runbook = "docs/runbooks/support-chat-llm.md";
    fs::remove_file(folder.path.join(runbook)).expect("removed");
    is_stale("a runbook that is gone");
    // A file named alone is compared with the rest all the same; where the rest is left out, nobody knows.
    edit(&folder, CHECKLIST, "owner: ", "owner: x");
    check(&folder, &["--as-of", DAY, CHECKLIST]).says(STALE);
    check(&folder, &["--as-of", DAY, "--isolated", CHECKLIST]).keeps_quiet_about("verdict-stale");
}

/// A program may tell two spellings apart that mean the same to servelint, and not every file that counts has a `/`.
#[test]
fn what_another_program_reads_counts_as_it_is_written() {
    let folder = recorded();
    let manifest = "deploy/llmisvc-v7.yaml";
    let env = |value: &str| {
        format!("      - name: main\n        env: [{{name: WAIT, value: \"{value}\"}}]\n")
    };
    edit(&folder, manifest, "      - name: main\n", &env("60s"));
    edit(
        &folder,
        CHECKLIST,
        "vllm bench serve",
        "sh bench.sh --config=bench.toml",
    );
    folder.file("bench.sh", "vllm bench serve\n");
    folder.file("bench.toml", "rate = 3\n");
    let known = digest(&folder);
    edit(&folder, manifest, "60s", "1m");
    assert_ne!(digest(&folder), known, "a variable");
    edit(&folder, manifest, "\"1m\"", "\"60s\"");
    assert_eq!(digest(&folder), known);
    for file in ["bench.sh", "bench.toml"] {
        let text = folder.read(file);
        folder.file(file, format!("{text}x = 1\n"));
        assert_ne!(digest(&folder), known, "{file}");
        folder.file(file, text);
    }
    // Neither do two spellings count of what servelint reads, nor the order of what has an id.
    for (name, from, to) in [
        (manifest, "cpu: \"16\"", "cpu: 16000m"),
        (CHECKLIST, "527058f4bce3b", "527058F4BCE3B"),
        (
            CHECKLIST,
            "2026-10-02T11:00:00Z",
            "2026-10-02T13:00:00+02:00",
        ),
    ] {
        edit(&folder, name, from, to);
        assert_eq!(digest(&folder), known, "{to}");
    }
    let text = folder.read(CHECKLIST);
    let start = text.find("    - id: RB-1\n").expect("an item");
    let end = text.find("    # Cannot be measured").expect("its end");
    let first = text.find("    - id: ").expect("the first");
    let moved = [
        &text[..first],
        &text[start..end],
        &text[first..start],
        &text[end..],
    ]
    .concat();
    folder.file(CHECKLIST, moved);
    assert_eq!(digest(&folder), known, "another order");
}

/// The model that the repository itself holds is what is reviewed.
#[test]
fn a_model_in_the_repository_is_a_part_of_what_was_decided_over() {
    let folder = recorded();
    let spec = folder.read("support-chat-llm.serving.yaml");
    let uri = spec
        .lines()
        .find(|line| line.trim_start().starts_with("uri:"));
    let uri = uri.expect("a model").to_owned();
    folder.file(
        "support-chat-llm.serving.yaml",
        spec.replace(&uri, "    uri: models/chat"),
    );
    folder.file("models/chat/config.json", "{\"a\": 1}\n");
    folder.file("models/chat/.tokens", "a\n");
    git::commit(&folder.path, "with a model");
    let known = digest(&folder);
    for file in [
        "models/chat/config.json",
        "models/chat/.tokens",
        "models/chat/new/part.bin",
    ] {
        let before = fs::read(folder.path.join(file)).ok();
        folder.file(file, "{\"a\": 2}\n");
        assert_ne!(digest(&folder), known, "{file}");
        match before {
            Some(before) => fs::write(folder.path.join(file), before).expect("written"),
            None => fs::remove_file(folder.path.join(file)).expect("removed"),
        }
        assert_eq!(digest(&folder), known, "{file}");
    }
    // Without a digest, the base tells.
    let text = folder.read(CHECKLIST);
    let (head, rest) = text.split_once("    inputs: ").expect("a digest");
    let (_, rest) = rest.split_once('\n').expect("its end");
    folder.file(CHECKLIST, format!("{head}{rest}"));
    git::commit(&folder.path, "without a digest");
    folder.file("models/chat/config.json", "{\"a\": 2}\n");
    check(&folder, &["--as-of", DAY, "--policy-from", "HEAD"])
        .says("verdict-stale")
        .says("this changed since: models/chat/config.json");
}

#[test]
fn a_digest_of_another_version_is_told_from_one_of_other_inputs() {
    let folder = recorded();
    let known = digest(&folder);
    let (version, digits) = known.split_once(':').expect("a version");
    assert_eq!(version, "v3");
    edit(&folder, CHECKLIST, &known, digits);
    check(&folder, &["--as-of", DAY])
        .exits(3)
        .says("records a digest of another version of servelint")
        .keeps_quiet_about("given over other inputs");
}

#[test]
fn a_production_verdict_without_a_digest_is_listed_as_not_checked() {
    let folder = recorded();
    let listed = "whether the verdict by `m.osei` of 2026-10-09 was given over this review: it records no `inputs`";
    check(&folder, &["--as-of", DAY]).keeps_quiet_about(listed);
    let line = format!("    inputs: {}\n", digest(&folder));
    edit(&folder, CHECKLIST, &line, "");
    check(&folder, &["--as-of", DAY]).exits(0).says(listed);
    edit(
        &folder,
        "support-chat-llm.serving.yaml",
        "tier: critical",
        "tier: experimental",
    );
    check(&folder, &["--as-of", DAY]).keeps_quiet_about(listed);
}

#[test]
fn a_verdict_that_the_base_has_keeps_its_evidence_fresh() {
    let folder = recorded();
    check(&folder, &["--as-of", LATER]).exits(1).says(OLD);
    check(&folder, &["--as-of", LATER, "--policy-from", ""])
        .exits(1)
        .says(OLD);
    for base in ["--policy-from", "--since"] {
        check(&folder, &["--as-of", LATER, base, "HEAD"]).keeps_quiet_about(OLD);
    }
    // Also where the service is touched.
    edit(&folder, CHECKLIST, "apiVersion", "# moved\napiVersion");
    check(&folder, &["--as-of", LATER, "--all", "--since", "HEAD"])
        .says("verdict: support-chat-llm")
        .keeps_quiet_about(OLD);
    // What stood was not old at the base: an old one is new.
    let evidence = "evidence/bench-3.2rps.json";
    edit(&folder, evidence, "1", "2");
    for words in [&["--since", "HEAD"][..], &["--policy-from", "HEAD"]] {
        check(&folder, &[&["--as-of", LATER], words].concat())
            .exits(1)
            .says(OLD)
            .says("verdict-stale");
    }
}

#[test]
fn a_verdict_of_the_change_itself_keeps_nothing_fresh() {
    let folder = recorded();
    let inputs = digest(&folder);
    for (from, to) in [
        ("date: 2026-10-09", "date: 2026-12-19"),
        ("date: 2026-10-09", "date: 2999-01-01"),
        ("date: 2026-10-09", "date: 2026-02-31"),
        ("date: 2026-10-09", "date: ''"),
        (&*format!("inputs: {inputs}"), "inputs: sha256:00"),
        ("by: m.osei", "by: k.lin"),
    ] {
        edit(&folder, CHECKLIST, from, to);
        for base in ["--policy-from", "--since"] {
            let answer = check(&folder, &["--as-of", LATER, "--all", base, "HEAD"]);
            assert_eq!(answer.code, 1, "{base} {to}: {}", answer.shown());
            let is_broken = answer.out.contains("error[schema-valid]");
            assert!(
                is_broken || answer.out.contains(OLD),
                "{base} {to}: {}",
                answer.shown()
            );
        }
        git(&folder.path, &["reset", "--quiet", "--hard"]);
    }
    // One without a digest says nothing about what it was given over.
    edit(&folder, CHECKLIST, &format!("    inputs: {inputs}\n"), "");
    git::commit(&folder.path, "without");
    check(&folder, &["--as-of", LATER, "--policy-from", "HEAD"])
        .exits(1)
        .says(OLD);
    check(&folder, &["--as-of", LATER, "--since", "HEAD~1"]).says("target-loosened");
}

#[test]
fn what_lapses_next_is_said_in_every_format() {
    let folder = recorded();
    edit(
        &folder,
        CHECKLIST,
        "  owner: ",
        "  reviewBy: 2026-10-20\n  owner: ",
    );
    let said = "the review of VerificationChecklist `support-chat-llm` by";
    let words = ["check", "--as-of", DAY];
    for (format, answer) in folder.run_in_every_format(&words, "concise") {
        let name = match format {
            "markdown" => "in 10 days, on 2026-10-20",
            "json" => "\"until\": \"2026-10-20\"",
            "rich" => "2026-10-20",
            _ => said,
        };
        assert!(answer.out.contains(name), "{format}: {}", answer.out);
    }
    check(&folder, &["--as-of", "2026-10-20"]).says("is due today, on 2026-10-20");
    for day in ["2026-09-19", "2026-10-21"] {
        check(&folder, &["--as-of", day]).keeps_quiet_about("on 2026-10-20");
    }
    for hostile in ["9999-12-31", "0000-00-00", "2026-02-30", "''", "[]"] {
        let text = folder
            .read(CHECKLIST)
            .replace("reviewBy: 2026-10-20", &format!("reviewBy: {hostile}"));
        folder.file("copy.yaml", text);
        let answer = check(&folder, &["--as-of", DAY, "copy.yaml"]);
        assert!(
            matches!(answer.code, 0 | 1 | 3),
            "{hostile}: {}",
            answer.shown()
        );
        fs::remove_file(folder.path.join("copy.yaml")).expect("removed");
    }
}
