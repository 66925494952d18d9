//! Whose policy the action judges by, and whose approvals it takes. For the arguments the binary is stood in for by one
//! that writes them down; the rest runs the binary itself in real repositories, with a `gh` that answers from a file.

use super::{
    changed::{REPOSITORY_KNOWS, Repository, recorded, repository, stand_in},
    runner::{Job, Outcome},
};
use crate::common::{
    files::copy,
    git::{self, git},
    projects::project,
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// What the binary was told of the policy.
fn policy_from(workspace: &Path, outcome: &Outcome) -> Option<String> {
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    recorded(workspace, "--policy-from=")
}

#[test]
fn a_pull_request_is_judged_by_what_it_started_from() {
    let Repository { folder, fork, main } = repository();
    let of = |name: &str, value: &str| {
        let job = stand_in(folder.path(), REPOSITORY_KNOWS).github(name, value);
        policy_from(folder.path(), &job.run())
    };
    assert_eq!(of("event.pull_request.base.sha", &main), Some(fork.clone()));
    assert_eq!(of("event.merge_group.base_sha", &fork), Some(fork.clone()));
    // Events without a base: the change is in the branch already, or there was nothing before.
    for (name, value) in [
        ("event.before", fork.as_str()),
        ("event.before", &"0".repeat(40)),
        ("event_name", "schedule"),
    ] {
        assert_eq!(of(name, value).as_deref(), Some(""), "{name} {value}");
    }
    let job = stand_in(folder.path(), REPOSITORY_KNOWS)
        .input("policy-from", "origin/main; id")
        .github("event.pull_request.base.sha", &main);
    let given = policy_from(folder.path(), &job.run());
    assert_eq!(given.as_deref(), Some("origin/main; id"));
}

/// A runner serves many changes, and may keep a home for them.
#[test]
fn nothing_that_another_change_left_answers_for_this_one() {
    let Repository { folder, .. } = repository();
    for (help, is_told) in [("--since --no-cache", true), ("--since", false)] {
        let outcome = stand_in(folder.path(), help).run();
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        assert_eq!(recorded(folder.path(), "--no-cache").is_some(), is_told);
    }
}

/// A branch from before the policy would otherwise be judged by none.
#[test]
fn an_old_branch_is_not_judged_by_the_policy_of_its_day() {
    for name in [
        "servelint.toml",
        "team/servelint.toml",
        ".github/CODEOWNERS",
        "a/.gitignore",
    ] {
        let Repository { folder, .. } = repository();
        let path = folder.path();
        git(path, &["switch", "--quiet", "main"]);
        let file = path.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, "\n").expect("a file");
        let main = git::commit(path, "a policy");
        git(path, &["switch", "--quiet", "change"]);
        let job = stand_in(path, REPOSITORY_KNOWS).github("event.pull_request.base.sha", &main);
        assert_eq!(policy_from(path, &job.run()), Some(main), "{name}");
    }
}

/// A checkout of a branch with its newest commit alone.
fn shallow(of: &Path, branch: &str, at: &Path) -> PathBuf {
    let url = format!("file://{}", of.display());
    let branch = format!("--branch={branch}");
    let to = at.to_str().expect("UTF-8");
    git(of, &["clone", "--quiet", "--depth=1", &branch, &url, to]);
    at.to_owned()
}

/// The merge that GitHub tests names its base; what has no common history has nothing but the base.
#[test]
fn a_merge_and_a_foreign_history_are_judged_by_the_base() {
    let Repository { folder, main, .. } = repository();
    let path = folder.path();
    git(path, &["switch", "--quiet", "--create", "merge", &main]);
    git(path, &["merge", "--quiet", "--no-edit", "change"]);
    git(path, &["switch", "--quiet", "--orphan", "foreign"]);
    fs::write(path.join("other"), "other").expect("a file");
    git::commit(path, "other");
    for branch in ["merge", "foreign"] {
        let checkout = shallow(path, branch, &path.join(format!("of-{branch}")));
        let job = stand_in(&checkout, REPOSITORY_KNOWS);
        let outcome = job.github("event.pull_request.base.sha", &main).run();
        assert_eq!(
            policy_from(&checkout, &outcome).as_ref(),
            Some(&main),
            "{branch}"
        );
    }
}

/// With the binary itself: a branch that lags behind a threshold of main relaxes nothing.
#[test]
fn a_branch_that_lags_behind_relaxes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    copy(&project("support-chat-llm"), path, &|_| true);
    git::init(path);
    git(path, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    git::commit(path, "base");
    git(path, &["branch", "main-goes-on"]);
    fs::write(path.join("README.md"), "# Chat\n").expect("a file");
    git::commit(path, "a page");
    git(path, &["branch", "change"]);
    git(path, &["switch", "--quiet", "main-goes-on"]);
    let file = path.join("support-chat-llm.checklist.yaml");
    let text = fs::read_to_string(&file).expect("a checklist");
    let tighter = text.replacen("threshold: 800", "threshold: 790", 1);
    assert_ne!(tighter, text);
    fs::write(&file, tighter).expect("a file");
    let main = git::commit(path, "a tighter threshold");
    let checkout = shallow(path, "change", &path.join("checkout"));
    let job = Job::new(&checkout).github("event.pull_request.base.sha", &main);
    let outcome = job.run();
    let answer = (outcome.code, outcome.output("verdict"));
    assert_eq!(answer, (0, "go"), "{}", outcome.log);
}

#[test]
fn a_base_that_is_not_here_is_fetched_or_asked_for() {
    let Repository { folder, fork, main } = repository();
    let clone = |name: &str| shallow(folder.path(), "change", &folder.path().join(name));
    let run = |workspace: &Path, base: &str| {
        let job = stand_in(workspace, REPOSITORY_KNOWS);
        job.github("event.pull_request.base.sha", base).run()
    };
    let shallow = clone("shallow");
    let outcome = run(&shallow, &main);
    assert_eq!(policy_from(&shallow, &outcome), Some(fork));
    for workspace in [
        clone("unknown"),
        tempfile::tempdir().expect("a folder").keep(),
    ] {
        let outcome = run(&workspace, &"a".repeat(40));
        assert_eq!(
            (outcome.code, outcome.output("verdict")),
            (2, ""),
            "{}",
            outcome.log
        );
        let says = ["fetch-depth: 0", "needs a checkout"];
        assert!(
            says.iter().any(|text| outcome.log.contains(text)),
            "{}",
            outcome.log
        );
    }
}

#[test]
fn a_version_that_cannot_compare_says_so() {
    let Repository { folder, main, .. } = repository();
    let job =
        |help: &str| stand_in(folder.path(), help).github("event.pull_request.base.sha", &main);
    let outcome = job("--since").run();
    assert_eq!(policy_from(folder.path(), &outcome), None);
    assert!(
        outcome
            .log
            .contains("cannot compare policies, so the policy at hand applies")
    );
    let outcome = job("--since").input("policy-from", "main").run();
    assert_eq!(outcome.code, 2, "{}", outcome.log);
}

/// A repository whose head loosens its policy, and the commit that it started from.
struct Weakened {
    folder: TempDir,
    base: String,
    head: String,
}

fn weakened() -> Weakened {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    copy(&project("support-chat-llm"), path, &|_| true);
    git::init(path);
    fs::create_dir_all(path.join(".github")).expect("a folder");
    fs::write(path.join(".github/CODEOWNERS"), "* @lead\n").expect("a file");
    let file = path.join("servelint.toml");
    let before = fs::read_to_string(&file).unwrap_or_default();
    fs::write(&file, &before).expect("a file");
    let base = git::commit(path, "base");
    fs::write(
        &file,
        format!("{before}\n[[severity]]\ncategory = \"capacity\"\nlevel = \"off\"\n"),
    )
    .expect("a file");
    let head = git::commit(path, "change");
    Weakened { folder, base, head }
}

impl Weakened {
    fn job(&self) -> Job {
        Job::new(self.folder.path())
            .github("event.pull_request.base.sha", &self.base)
            .github("event.pull_request.number", "7")
            .github("event.pull_request.head.sha", &self.head)
            .github("event.pull_request.user.login", "author")
            .github("repository", "org/repo")
            .github("token", "secret")
    }
}

/// A `gh` that knows these reviews, one on each line.
fn gh(job: &Job, reviews: &str) {
    let script = format!(
        "case \"$*\" in *'repos/org/repo/pulls/7/reviews'*) cat <<'END'\n{reviews}\nEND\n;; *) exit 1 ;; esac"
    );
    job.tool("gh", &script);
}

fn review(by: &str, state: &str, commit: &str) -> String {
    format!("{{\"by\":\"{by}\",\"state\":\"{state}\",\"commit\":\"{commit}\"}}")
}

#[test]
fn a_weakened_policy_waits_for_an_owner() {
    let change = weakened();
    let run = |reviews: &str| {
        let job = change.job();
        gh(&job, reviews);
        job.run()
    };
    let approved = review("lead", "APPROVED", &change.head);
    for (reviews, code, verdict) in [
        (String::new(), 3, "escalate"),
        (approved.clone(), 0, "go"),
        (
            format!("{}\n{approved}", review("x", "COMMENTED", &change.base)),
            0,
            "go",
        ),
        (review("lead", "APPROVED", &change.base), 3, "escalate"),
        (review("author", "APPROVED", &change.head), 3, "escalate"),
        (
            format!("{approved}\n{}", review("lead", "DISMISSED", &change.head)),
            3,
            "escalate",
        ),
    ] {
        let outcome = run(&reviews);
        let answer = (outcome.code, outcome.output("verdict"));
        assert_eq!(answer, (code, verdict), "{reviews}: {}", outcome.log);
        assert!(!outcome.log.contains("secret"), "{}", outcome.log);
    }
    assert!(run("").log.contains("policy-weakened"));
}

#[test]
fn without_reviews_nothing_is_approved_and_the_log_says_why() {
    let change = weakened();
    let approved = review("lead", "APPROVED", &change.head);
    let refused = |job: Job, says: &str| {
        gh(&job, &approved);
        let outcome = job.run();
        assert_eq!(outcome.output("verdict"), "escalate", "{}", outcome.log);
        assert!(outcome.log.contains(says), "{}", outcome.log);
    };
    refused(
        change.job().github("token", ""),
        "no approvals: there is no token",
    );
    refused(
        change.job().github("event.pull_request.number", "8"),
        "needs the permission pull-requests: read",
    );
    refused(
        change
            .job()
            .github("event.pull_request.user.login", "a\", \"x"),
        "the author is not known",
    );
    refused(
        change.job().github("repository", "org/repo/../x"),
        "the repository is not known",
    );
    // Another commit than the one that was reviewed.
    let path = change.folder.path();
    git(
        path,
        &["commit", "--quiet", "--allow-empty", "--message", "more"],
    );
    refused(
        change.job(),
        "neither the head of the pull request nor its merge",
    );
    // An author can make a merge as well, but not the commit of the event.
    git(path, &["switch", "--quiet", "--detach", &change.base]);
    let words = ["merge", "--quiet", "--no-ff", "--no-edit", &change.head];
    git(path, &words);
    refused(
        change.job(),
        "neither the head of the pull request nor its merge",
    );
    let merge = git(path, &["rev-parse", "HEAD"]);
    let job = change.job().github("sha", &merge);
    // What `gh` makes of the reviews of the head, by the query that it is given.
    gh(&job, &review("lead", "APPROVED", &merge));
    let outcome = job.run();
    assert_eq!(outcome.output("verdict"), "go", "{}", outcome.log);
}

#[test]
fn approvals_of_an_earlier_step_are_taken_from_outside() {
    let change = weakened();
    let outside = tempfile::tempdir().expect("a temporary folder");
    let text = format!(
        "{{\"head\": \"{0}\", \"author\": \"author\", \"reviews\": [{1}]}}",
        change.head,
        review("lead", "APPROVED", &change.head)
    );
    let run = |folder: &Path| {
        let file = folder.join("approvals.json");
        fs::write(&file, &text).expect("a file");
        let job = change
            .job()
            .input("approvals", file.to_str().expect("UTF-8"));
        job.run()
    };
    assert_eq!(run(outside.path()).output("verdict"), "go");
    let inside = run(change.folder.path());
    assert_eq!(
        (inside.code, inside.output("verdict")),
        (2, ""),
        "{}",
        inside.log
    );
}

#[test]
fn an_event_without_a_base_says_that_the_policy_is_new() {
    let change = weakened();
    for (name, value) in [
        ("event.before", "0".repeat(40)),
        ("event.before", change.base.clone()),
        ("event_name", "schedule".into()),
    ] {
        let outcome = Job::new(change.folder.path()).github(name, &value).run();
        assert_eq!(outcome.output("verdict"), "go", "{}", outcome.log);
        assert!(outcome.log.contains("policy: new"), "{}", outcome.log);
        assert!(
            outcome.summary.contains("policy&#58; new"),
            "{}",
            outcome.summary
        );
    }
    // A first policy, in a pull request.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    git::init(path);
    let base = git::commit(path, "nothing");
    copy(&project("support-chat-llm"), path, &|_| true);
    if !path.join("servelint.toml").exists() {
        fs::write(path.join("servelint.toml"), "").expect("a file");
    }
    git::commit(path, "first");
    let outcome = Job::new(path)
        .github("event.pull_request.base.sha", &base)
        .run();
    // The names in it are new as well, and nobody has approved yet.
    assert_eq!(outcome.output("verdict"), "escalate", "{}", outcome.log);
    assert!(outcome.log.contains("policy: new"), "{}", outcome.log);
    assert!(
        outcome.log.contains("only in this change"),
        "{}",
        outcome.log
    );
}
