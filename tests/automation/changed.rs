//! `changed-only` and `since`: what the action compares with, in real git repositories. For most of it the binary is
//! stood in for by one that writes down its arguments, so that this holds whatever the comparison itself does.

use super::{
    action::{copy, path_of},
    runner::{Job, Outcome},
};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

const REPORT: &str = r#"{
  "summary": {
    "verdict": "go",
    "errors": 0,
    "escalations": 0,
    "warnings": 2
  }
}"#;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=dana",
            "-c",
            "user.email=dana@example.com",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(["-c", "uploadpack.allowAnySHA1InWant=true"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "{arguments:?} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim()
        .to_owned()
}

/// A repository with commits on two branches: `main` went on after `change` left it.
struct Repository {
    folder: TempDir,
    fork: String,
    main: String,
}

fn repository() -> Repository {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    let commit = |name: &str| {
        fs::write(path.join(name), name).expect("a file");
        git(path, &["add", "."]);
        git(path, &["commit", "--quiet", "--message", name]);
        git(path, &["rev-parse", "HEAD"])
    };
    git(path, &["init", "--quiet", "--initial-branch=main"]);
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
    let Repository { folder, main, .. } = repository();
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
        Some(main),
        "its tree is enough to compare with"
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
    for (project, name) in [
        ("support-chat-llm", "ready"),
        ("feed-ranker-no-go", "not-ready"),
    ] {
        copy(&path_of(project), &path.join(name));
    }
    git(path, &["init", "--quiet"]);
    let commit = |message: &str| {
        git(path, &["add", "--all"]);
        git(path, &["commit", "--quiet", "--message", message]);
        git(path, &["rev-parse", "HEAD"])
    };
    let before = commit("both");
    let file = path.join("ready/support-chat-llm.serving.yaml");
    let text = fs::read_to_string(&file).expect("a specification");
    fs::write(&file, format!("# reviewed\n{text}")).expect("a file");
    commit("the one that is ready");
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

/// Writes a repository into a folder as plain files, as a change can commit them, with programs in its
/// configuration; to it each revision of `outer` holds the folder as it is now.
fn plant(outer: &Path, at: &Path, marker: &Path) {
    let bare = tempfile::tempdir().expect("a temporary folder");
    let folder = bare.path().to_str().expect("UTF-8");
    let own = |words: &[&str]| {
        git(
            at,
            &[&["--git-dir", folder, "--work-tree", "."], words].concat(),
        )
    };
    git(outer, &["clone", "--quiet", "--bare", ".", folder]);
    let before = own(&["rev-parse", "HEAD"]);
    own(&["add", "--all"]);
    own(&["commit", "--quiet", "--message", "planted"]);
    own(&["replace", &before, &own(&["rev-parse", "HEAD"])]);
    for name in [
        "filter.x.clean",
        "filter.x.process",
        "diff.x.textconv",
        "diff.external",
        "core.fsmonitor",
    ] {
        own(&[
            "config",
            name,
            &format!("touch '{}'; cat", marker.display()),
        ]);
    }
    own(&["config", "core.bare", "false"]);
    own(&["config", "core.worktree", "."]);
    fs::write(bare.path().join("info/exclude"), "*\n").expect("a file");
    let mut pending = vec![bare.path().to_owned()];
    while let Some(path) = pending.pop() {
        let to = at.join(path.strip_prefix(bare.path()).expect("below"));
        if path.is_dir() {
            fs::create_dir_all(to).expect("a folder");
            pending.extend(
                fs::read_dir(path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
        } else {
            fs::copy(path, to).expect("a copy");
        }
    }
    fs::write(at.join(".gitattributes"), "* filter=x diff=x\n").expect("a file");
    fs::write(at.join("refs/keep"), "").expect("a file");
}

/// With the binary itself: a pull request that brings a repository of its own is judged by the one that it is
/// checked out into.
#[test]
fn a_repository_that_a_change_brings_decides_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    copy(&path_of("support-chat-llm"), &path.join("specs"));
    git(path, &["init", "--quiet", "--initial-branch=main"]);
    git(path, &["add", "--all"]);
    git(path, &["commit", "--quiet", "--message", "ready"]);
    let before = git(path, &["rev-parse", "HEAD"]);
    fs::remove_dir_all(path.join("specs")).expect("removed");
    copy(&path_of("feed-ranker-no-go"), &path.join("specs"));
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

/// What the checkout's own configuration or a replacement says must not move the base of the comparison.
#[test]
fn the_base_is_found_without_hooks_and_replacements() {
    let Repository { folder, fork, main } = repository();
    let path = folder.path();
    let marker = path.join("marker");
    let hooks = path.join(".git/hooks/reference-transaction");
    fs::write(&hooks, format!("#!/bin/sh\ntouch '{}'\n", marker.display())).expect("a hook");
    let head = git(path, &["rev-parse", "HEAD"]);
    let empty = git(path, &["commit-tree", "HEAD^{tree}", "-m", "no parents"]);
    git(
        path,
        &["update-ref", &format!("refs/replace/{head}"), &empty],
    );
    let _ = fs::remove_file(&marker);
    let job = job(path, KNOWS)
        .input("changed-only", "true")
        .github("event.pull_request.base.sha", &main);
    assert_eq!(since(path, &job.run()), Some(fork));
    assert!(!marker.exists(), "a hook ran");
}
