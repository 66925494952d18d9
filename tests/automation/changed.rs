//! `changed-only` and `since`: what the action compares with, in real git repositories. For most of it the binary is
//! stood in for by one that writes down its arguments, so that this holds whatever the comparison itself does.

use super::runner::{Job, Outcome};
use crate::common::{
    files::copy,
    git::{self, git, plant},
    projects::project,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const REPORT: &str = r#"{
  "summary": {
    "verdict": "go",
    "errors": 0,
    "escalations": 0,
    "warnings": 2
  }
}"#;

/// A repository with commits on two branches: `main` went on after `change` left it.
pub(super) struct Repository {
    pub folder: TempDir,
    pub fork: String,
    pub main: String,
}

pub(super) fn repository() -> Repository {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    let commit = |name: &str| {
        fs::write(path.join(name), name).expect("a file");
        git::commit(path, name)
    };
    git::init(path);
    git(path, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    commit("first");
    let fork = commit("second");
    git(path, &["branch", "change"]);
    let main = commit("third");
    git(path, &["switch", "--quiet", "change"]);
    commit("fourth");
    Repository { folder, fork, main }
}

/// A job whose binary writes down what it is asked.
pub(super) fn stand_in(workspace: &Path, help: &str) -> Job {
    job(workspace, help)
}

/// The help of a binary that knows all that the action asks for.
pub(super) const REPOSITORY_KNOWS: &str = "--since --policy-from --approvals";

/// The value of an argument that the binary was given.
pub(super) fn recorded(workspace: &Path, argument: &str) -> Option<String> {
    let arguments = fs::read_to_string(workspace.join("arguments")).expect("arguments");
    let mut words = arguments.lines();
    words.find_map(|word| word.strip_prefix(argument).map(str::to_owned))
}

fn job(workspace: &Path, help: &str) -> Job {
    let job = Job::new(workspace);
    let record = workspace.join("arguments");
    let script = format!(
        "if [ \"$2\" = --help ]; then echo '{help}'; exit; fi\n\
         if [ \"$1\" = --version ]; then echo 'servelint {version}'; exit; fi\n\
         printf '%s\\n' \"$@\" > '{record}'\n\
         for word in \"$@\"; do case $word in --output=json=*) cat > \"${{word#--output=json=}}\" <<'END'\n{REPORT}\nEND\n;; esac; done",
        version = env!("CARGO_PKG_VERSION"),
        record = record.display()
    );
    job.tool("stand-in", &script);
    job.tool(
        "cargo",
        "while [ \"$1\" != --root ]; do shift; done; mkdir -p \"$2/bin\"; cp \"$(command -v stand-in)\" \"$2/bin/servelint\"",
    );
    job.env("HOME", workspace.to_str().expect("UTF-8"))
}

const KNOWS: &str = "      --since <REF>";

/// The revision that was asked for.
fn since(workspace: &Path, outcome: &Outcome) -> Option<String> {
    assert_eq!(
        (outcome.code, outcome.output("verdict")),
        (0, "go"),
        "{}",
        outcome.log
    );
    let arguments = fs::read_to_string(workspace.join("arguments")).expect("arguments");
    arguments
        .lines()
        .find_map(|word| word.strip_prefix("--since=").map(str::to_owned))
}

#[test]
fn a_pull_request_is_compared_with_where_it_left() {
    let Repository { folder, fork, main } = repository();
    let with = |name: &str, value: &str| {
        job(folder.path(), KNOWS)
            .input("changed-only", "true")
            .github(name, value)
            .run()
    };
    let of = |name: &str, value: &str| since(folder.path(), &with(name, value));
    assert_eq!(of("event.pull_request.base.sha", &main), Some(fork.clone()));
    assert_eq!(of("event.merge_group.base_sha", &fork), Some(fork.clone()));
    assert_eq!(of("event.before", &fork), Some(fork));
    let outcome = with("event.before", &"0".repeat(40));
    assert_eq!(since(folder.path(), &outcome), None, "a new branch");
    assert!(
        outcome.log.contains("so everything is checked"),
        "{}",
        outcome.log
    );
    assert_eq!(of("event_name", "schedule"), None);
}

#[test]
fn a_revision_of_the_workflow_is_passed_on_as_it_is() {
    let Repository { folder, fork, .. } = repository();
    for revision in ["main", "HEAD~1", "origin/main; id", &fork] {
        let outcome = job(folder.path(), KNOWS)
            .input("since", revision)
            .github("event.pull_request.base.sha", &"a".repeat(40))
            .run();
        assert_eq!(since(folder.path(), &outcome).as_deref(), Some(revision));
    }
    assert_eq!(
        since(folder.path(), &job(folder.path(), KNOWS).run()),
        None,
        "everything by default"
    );
}

#[test]
fn a_shallow_checkout_is_deepened_or_explained() {
    let Repository { folder, fork, main } = repository();
    let clone = |name: &str| {
        let target = folder.path().join(name);
        let url = format!("file://{}", folder.path().display());
        let to = target.to_str().expect("UTF-8");
        git(
            folder.path(),
            &["clone", "--quiet", "--depth=1", "--branch=change", &url, to],
        );
        target
    };
    let run = |workspace: &Path, base: &str| {
        job(workspace, KNOWS)
            .input("changed-only", "true")
            .github("event.pull_request.base.sha", base)
            .run()
    };
    let shallow = clone("shallow");
    let outcome = run(&shallow, &main);
    assert_eq!(
        since(&shallow, &outcome),
        Some(fork),
        "what the base changed since is not undone by a branch that lags behind"
    );
    let outcome = run(&clone("unknown"), &"a".repeat(40));
    assert_eq!(
        (outcome.code, outcome.output("verdict")),
        (2, ""),
        "{}",
        outcome.log
    );
    assert!(outcome.log.contains("fetch-depth: 0"), "{}", outcome.log);
}

#[test]
fn a_version_that_cannot_compare_says_so() {
    let Repository { folder, .. } = repository();
    let outcome = job(folder.path(), "nothing of the kind")
        .input("since", "main")
        .run();
    assert_eq!((outcome.code, outcome.output("verdict")), (2, ""));
    assert!(
        outcome.log.contains("cannot compare with a revision"),
        "{}",
        outcome.log
    );
}

#[test]
fn warnings_alone_fail_the_step_where_that_is_asked_for() {
    let Repository { folder, .. } = repository();
    for (fail_on, code) in [
        ("warning", 1),
        ("escalation", 0),
        ("error", 0),
        ("never", 0),
    ] {
        let outcome = job(folder.path(), KNOWS).input("fail-on", fail_on).run();
        assert_eq!(
            (outcome.code, outcome.output("verdict")),
            (code, "go"),
            "{fail_on}\n{}",
            outcome.log
        );
    }
}

/// With the binary itself: a change to the service that is ready is not held up by the one that is not.
#[test]
fn only_services_that_changed_decide() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    for (whole, name) in [
        ("support-chat-llm", "ready"),
        ("feed-ranker-no-go", "not-ready"),
    ] {
        copy(&project(whole), &path.join(name), &|_| true);
    }
    git::init(path);
    let before = git::commit(path, "both");
    let file = path.join("ready/support-chat-llm.serving.yaml");
    let text = fs::read_to_string(&file).expect("a specification");
    fs::write(&file, format!("# reviewed\n{text}")).expect("a file");
    git::commit(path, "the one that is ready");
    let run = |changed_only: &str| {
        Job::new(path)
            .input("changed-only", changed_only)
            .github("event.before", &before)
            .run()
    };
    assert_eq!(run("false").output("verdict"), "no-go");
    let changed = run("true");
    assert_eq!(
        (changed.code, changed.output("verdict")),
        (0, "go"),
        "{}",
        changed.log
    );
}

/// With the binary itself: a change that hides or removes a part of a review is no go, whatever it says of itself.
#[test]
fn a_change_hides_no_part_of_a_review() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    copy(&project("support-chat-llm"), path, &|_| true);
    git::init(path);
    let before = git::commit(path, "ready");
    let answer = || {
        git::commit(path, "a change");
        let job = Job::new(path).input("changed-only", "true");
        let outcome = job.github("event.before", &before).run();
        git(path, &["reset", "--quiet", "--hard", &before]);
        (
            outcome.code,
            outcome.output("verdict").to_owned(),
            outcome.log,
        )
    };
    // What git tracks is read whatever an ignore file says.
    fs::write(path.join(".gitignore"), "*.yaml\n").expect("a file");
    let (code, verdict, log) = answer();
    assert_eq!((code, &*verdict), (0, "go"), "{log}");
    let checklist = "support-chat-llm.checklist.yaml";
    for hide in ["gone", "renamed", "excluded"] {
        match hide {
            "gone" => drop(git(path, &["rm", "--quiet", checklist])),
            "renamed" => drop(git(path, &["mv", checklist, "checklist.yaml.disabled"])),
            _ => {
                let file = path.join("servelint.toml");
                let text = fs::read_to_string(&file).unwrap_or_default();
                let text = format!("[check]\nexclude = [\"*.checklist.yaml\"]\n{text}");
                fs::write(file, text).expect("a file");
            }
        }
        let (code, verdict, log) = answer();
        assert_eq!((code, &*verdict), (1, "no-go"), "{hide}: {log}");
        assert!(log.contains("document-not-judged"), "{hide}: {log}");
    }
}

/// With the binary itself: a pull request that brings a repository of its own is judged by the one that it is
/// checked out into.
#[test]
fn a_repository_that_a_change_brings_decides_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    copy(&project("support-chat-llm"), &path.join("specs"), &|_| true);
    git::init(path);
    let before = git::commit(path, "ready");
    fs::remove_dir_all(path.join("specs")).expect("removed");
    copy(&project("feed-ranker-no-go"), &path.join("specs"), &|_| {
        true
    });
    let marker = path.join("marker");
    plant(path, &path.join("specs"), &marker);
    git(path, &["add", "--all", "--force"]);
    git(path, &["commit", "--quiet", "--message", "a change"]);
    // As it is checked out anew, with times that the planted index does not know.
    fs::remove_dir_all(path.join("specs")).expect("removed");
    git(path, &["checkout", "--quiet", "--", "."]);
    let _ = fs::remove_file(&marker);
    for revision in ["", "HEAD~1", &before] {
        for paths in ["specs", "./specs", "."] {
            let job = Job::new(path)
                .input("changed-only", "true")
                .input("since", revision)
                .input("paths", paths);
            let outcome = job.github("event.pull_request.base.sha", &before).run();
            let answer = (outcome.code, outcome.output("verdict"));
            assert_eq!(
                answer,
                (1, "no-go"),
                "{paths} since {revision}: {}",
                outcome.log
            );
            assert!(!marker.exists(), "{paths}: a program of the change ran");
        }
    }
}

/// A checkout with the newest commit alone, in which each fetch tidies up and so runs a hook that makes a marker.
fn shallow_with_hook(of: &Path, at: &Path) -> PathBuf {
    let url = format!("file://{}", of.display());
    let to = at.to_str().expect("UTF-8");
    git(
        of,
        &["clone", "--quiet", "--depth=1", "--branch=change", &url, to],
    );
    for (name, value) in [
        ("gc.auto", "1"),
        ("gc.autoPackLimit", "1"),
        ("fetch.unpackLimit", "1"),
        ("gc.autoDetach", "false"),
        ("maintenance.autoDetach", "false"),
    ] {
        git(at, &["config", name, value]);
    }
    let (hook, marker) = (at.join(".git/hooks/pre-auto-gc"), at.join("marker"));
    fs::write(&hook, format!("#!/bin/sh\ntouch '{}'\n", marker.display())).expect("a hook");
    fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).expect("a program");
    marker
}

#[test]
fn the_base_is_fetched_without_hooks() {
    let Repository { folder, fork, main } = repository();
    let clone = |name: &str| {
        let at = folder.path().join(name);
        let marker = shallow_with_hook(folder.path(), &at);
        (at, marker)
    };
    let (plain, marker) = clone("plain");
    git(&plain, &["fetch", "--quiet", "--depth=1", "origin", &main]);
    assert!(marker.exists(), "this git runs the hook by itself");
    let (checkout, marker) = clone("checkout");
    let job = job(&checkout, KNOWS)
        .input("changed-only", "true")
        .github("event.pull_request.base.sha", &main);
    assert_eq!(since(&checkout, &job.run()), Some(fork));
    assert!(!marker.exists(), "a hook of the checkout ran");
}

#[test]
fn the_base_is_found_without_replacements() {
    let Repository { folder, fork, main } = repository();
    let path = folder.path();
    let head = git(path, &["rev-parse", "HEAD"]);
    let empty = git(path, &["commit-tree", "HEAD^{tree}", "-m", "no parents"]);
    let replaced = format!("refs/replace/{head}");
    git(path, &["update-ref", &replaced, &empty]);
    let job = job(path, KNOWS)
        .input("changed-only", "true")
        .github("event.pull_request.base.sha", &main);
    assert_eq!(since(path, &job.run()), Some(fork));
}

/// A folder without a repository above it is refused before git looks at it, so only its words show this one.
#[test]
fn git_is_told_to_trust_no_bare_repository() {
    let Repository { folder, main, .. } = repository();
    let path = folder.path();
    let record = path.join("words");
    let job = job(path, KNOWS);
    job.tool(
        "git",
        &format!(
            "echo \"$@\" >> '{}'\nPATH=/usr/bin:/bin:/usr/local/bin exec git \"$@\"",
            record.display()
        ),
    );
    let job = job
        .input("changed-only", "true")
        .github("event.pull_request.base.sha", &main);
    job.run();
    let words = fs::read_to_string(record).expect("git was run");
    for line in words.lines() {
        assert!(line.contains("-c safe.bareRepository=explicit"), "{line}");
    }
    assert!(words.lines().count() >= 2, "{words}");
}
