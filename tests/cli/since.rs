//! `--since` against real repositories.

use super::run::{Answer, DAY, Folder, GOOD, Setting, good_but};
use crate::common::git::{self, git, plant};
use std::fs;

/// Where git is, whatever the machine.
fn path() -> String {
    std::env::var("PATH").expect("a path")
}

fn commit(folder: &Folder) {
    git::commit(&folder.path, "x");
}

/// A repository with one commit that holds these files.
fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    git::init(&folder.path);
    commit(&folder);
    folder
}

fn since(folder: &Folder, revision: &str, words: &[&str]) -> Answer {
    let words = [
        &[
            "check", "--format", "concise", "--as-of", DAY, "--all", "--since", revision,
        ],
        words,
    ]
    .concat();
    folder.run_as(
        &words,
        &Setting {
            env: &[("PATH", &path())],
            ..Setting::default()
        },
    )
}

/// A specification with an error, under this name.
fn bad(service: &str) -> String {
    good_but("  owner: team-feed-relevance\n", "")
        .replace("name: feed-ranker", &format!("name: {service}"))
}

fn checklist(service: &str, evidence: &str) -> String {
    format!(
        "apiVersion: servelint/v1alpha1\nkind: VerificationChecklist\nmetadata: {{name: {service}, owner: a}}\nspec:\n  servingSpec: {service}\n  servingRevision: 31\n  items:\n    - id: I-1\n      evidence: [{evidence}]\n"
    )
}

/// What git calls a range names two commits, and the files differ from one.
#[test]
fn a_range_is_refused_with_what_to_name() {
    let folder = repository(&[("a.yaml", GOOD)]);
    for revision in ["HEAD..HEAD", "main...HEAD"] {
        since(&folder, revision, &[])
            .exits(2)
            .says("help: name one commit, not a range: `git merge-base origin/main HEAD`");
    }
}

/// Beside what is judged, only findings that are not shown are worth a line.
#[test]
fn unchanged_services_without_findings_are_no_gap() {
    let folder = repository(&[
        ("a.yaml", GOOD),
        ("b.yaml", &GOOD.replace("feed-ranker", "other")),
    ]);
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("unchanged services: 0 findings in 2 services");
    folder.file("a.yaml", format!("# changed\n{GOOD}"));
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("verdict: feed-ranker go")
        .keeps_quiet_about("unchanged services");
}

#[test]
fn services_that_did_not_change_are_counted_and_decide_nothing() {
    let folder = repository(&[
        ("a.yaml", &bad("a")),
        ("b.yaml", &bad("b")),
        ("broken.yaml", "a: [\n"),
    ]);
    let nothing = since(&folder, "HEAD", &[]);
    nothing
        .exits(0)
        .keeps_quiet_about("lacks `owner`")
        .keeps_quiet_about("verdict:");
    nothing.says(
        "not checked: unchanged services: 3 findings in 2 services not shown: nothing that they rest on changed since `HEAD`",
    );
    folder.file("b.yaml", format!("# changed\n{}", bad("b")));
    let one = since(&folder, "HEAD", &[]);
    one.exits(1)
        .says("b.yaml:4:1: error[schema-valid] `metadata` lacks `owner`")
        .says("verdict: b no-go");
    one.says("2 findings in 1 service not shown")
        .keeps_quiet_about("verdict: a ")
        .keeps_quiet_about("a.yaml:");
    commit(&folder);
    since(&folder, "HEAD~1", &[])
        .exits(1)
        .says("verdict: b no-go");
    since(&folder, "HEAD", &[]).exits(0);
    folder
        .check(&[])
        .exits(1)
        .says("verdict: a no-go")
        .says("verdict: b no-go");
}

#[test]
fn whatever_a_service_rests_on_counts() {
    let files = [
        ("a.yaml", &*bad("a")),
        ("a.checklist.yaml", &*checklist("a", "evidence/k6.json")),
        ("b.yaml", &*bad("b")),
        ("evidence/k6.json", "{}"),
        ("other.json", "{}"),
        ("deploy/x.txt", "x"),
    ];
    let folder = repository(&files);
    let only_a = |what: &str| {
        let answer = since(&folder, "HEAD", &[]);
        assert!(
            answer.out.contains("verdict: a no-go"),
            "{what}: {}",
            answer.shown()
        );
        answer.exits(1).keeps_quiet_about("verdict: b ");
        git(&folder.path, &["reset", "--quiet", "--hard"]);
        git(&folder.path, &["clean", "--quiet", "-d", "--force", "-x"]);
    };
    folder.file("evidence/k6.json", "{ }");
    only_a("changed evidence");
    fs::remove_file(folder.path.join("evidence/k6.json")).expect("removed");
    only_a("deleted evidence");
    fs::remove_file(folder.path.join("a.checklist.yaml")).expect("removed");
    only_a("a deleted checklist");
    git(&folder.path, &["mv", "a.checklist.yaml", "moved.yaml"]);
    only_a("a renamed checklist");
    folder.file("a.checklist.yaml", checklist("other", "x"));
    only_a("a checklist that left for another service");
    folder.file("new.yaml", checklist("a", "x"));
    only_a("an untracked checklist");
    folder.file("other.json", "{ }").file("untracked.txt", "x");
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    folder.file("servelint.toml", "[policy]\nconfidence = 0.9\n");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .says("verdict: b no-go");
}

#[test]
fn configuration_counts_for_the_services_below_it_also_once_it_is_gone() {
    let folder = repository(&[
        ("x/a.yaml", &bad("a")),
        ("x/servelint.toml", ""),
        ("y/b.yaml", &bad("b")),
    ]);
    fs::remove_file(folder.path.join("x/servelint.toml")).expect("removed");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .keeps_quiet_about("verdict: b ");
    git(&folder.path, &["reset", "--quiet", "--hard"]);
    folder.file("team.toml", "");
    since(&folder, "HEAD", &["--config", "team.toml"])
        .exits(1)
        .says("verdict: b no-go");
}

#[test]
fn what_git_does_not_hold_is_never_unchanged() {
    let folder = repository(&[("a.yaml", GOOD), (".gitignore", "ignored.yaml\n")]);
    folder.file("ignored.yaml", bad("i"));
    since(&folder, "HEAD", &["ignored.yaml"])
        .exits(1)
        .says("verdict: i no-go");
    let (path, text) = (path(), bad("feed-ranker"));
    let typed = Setting {
        env: &[("PATH", &path)],
        stdin: text.as_bytes(),
    };
    let answer = folder.run_as(
        &[
            "check",
            "-",
            "--stdin-filename",
            "a.yaml",
            "--since",
            "HEAD",
        ],
        &typed,
    );
    answer.exits(1).says("lacks `owner`");
}

#[test]
fn revisions_that_do_not_exist_and_folders_without_git_are_refused_kindly() {
    let folder = repository(&[("a.yaml", GOOD)]);
    for revision in [
        "nowhere",
        "--output=x",
        "-",
        "",
        "HEAD:a.yaml",
        "a b",
        "$(touch x)",
    ] {
        let answer = since(&folder, revision, &[]);
        answer
            .exits(2)
            .says("is not a revision of the repository")
            .says("help: name a branch");
    }
    let names: Vec<_> = fs::read_dir(&folder.path).expect("a folder").collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let bare = Folder::with(&[("a.yaml", GOOD)]);
    let answer = since(&bare, "HEAD", &[]);
    answer
        .exits(2)
        .says("a revision needs a git repository: the current directory lies in none");
    let words = ["check", "--since", "HEAD"];
    let answer = folder.run_as(
        &words,
        &Setting {
            env: &[("PATH", "/nowhere")],
            ..Setting::default()
        },
    );
    answer
        .exits(2)
        .says("a revision is read by git, which cannot be run");
}

#[test]
fn a_shallow_clone_says_that_history_is_missing() {
    let folder = repository(&[("a.yaml", GOOD)]);
    let first = git(&folder.path, &["rev-parse", "HEAD"]);
    folder.file("b.yaml", bad("b"));
    commit(&folder);
    let clone = Folder::new();
    let from = format!("file://{}", folder.path.display());
    git(
        &clone.path,
        &["clone", "--quiet", "--depth", "1", &from, "."],
    );
    let answer = since(&clone, &first, &[]);
    answer
        .exits(2)
        .says("the clone holds only a part of the history")
        .says("--unshallow");
    since(&clone, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    // A detached head is compared like any other.
    git(&clone.path, &["checkout", "--quiet", "--detach"]);
    since(&clone, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    clone.file("b.yaml", format!("# changed\n{}", bad("b")));
    since(&clone, "HEAD", &[]).exits(1).says("verdict: b no-go");
}

#[test]
fn a_linked_worktree_is_compared_as_its_own_and_hooks_lead_nowhere_else() {
    let folder = repository(&[("a.yaml", &bad("a")), ("b.yaml", &bad("b"))]);
    let tree = Folder::new();
    git(
        &folder.path,
        &[
            "worktree",
            "add",
            "--quiet",
            &tree.path.to_string_lossy(),
            "-b",
            "w",
        ],
    );
    tree.file("b.yaml", format!("# changed\n{}", bad("b")));
    since(&tree, "main", &[])
        .exits(1)
        .says("verdict: b no-go")
        .keeps_quiet_about("verdict: a ");
    since(&folder, "main", &[])
        .exits(0)
        .says("2 services not shown");
    // What git tells its hooks must not lead to another repository.
    let hook = [
        ("PATH", &*path()),
        ("GIT_DIR", "/nowhere/.git"),
        ("GIT_INDEX_FILE", "/nowhere/index"),
    ];
    let words = ["check", "--since", "main", "--format", "concise"];
    tree.run_as(
        &words,
        &Setting {
            env: &hook,
            ..Setting::default()
        },
    )
    .exits(1)
    .says("verdict: b no-go");
}

/// A repository with `c.yaml`, and a submodule `sub` with `a.yaml` and `b.yaml`.
fn with_submodule() -> (Folder, Folder) {
    let inner = repository(&[("a.yaml", &bad("a")), ("b.yaml", &bad("b"))]);
    let outer = repository(&[("c.yaml", &bad("c"))]);
    let from = format!("file://{}", inner.path.display());
    git(&outer.path, &["submodule", "--quiet", "add", &from, "sub"]);
    commit(&outer);
    (outer, inner)
}

#[test]
fn submodules_are_compared_with_the_commit_that_the_revision_names() {
    let (outer, _inner) = with_submodule();
    since(&outer, "HEAD", &["."])
        .exits(0)
        .says("3 services not shown");
    outer.file("sub/b.yaml", format!("# changed\n{}", bad("b")));
    for path in [".", "sub"] {
        let answer = since(&outer, "HEAD", &[path]);
        answer
            .exits(1)
            .says("verdict: b no-go")
            .keeps_quiet_about("verdict: a ");
        answer.keeps_quiet_about("verdict: c ");
    }
    let sub = outer.path.join("sub");
    git(&sub, &["commit", "--quiet", "--all", "--message", "y"]);
    commit(&outer);
    since(&outer, "HEAD", &[])
        .exits(0)
        .says("3 services not shown");
    since(&outer, "HEAD~1", &[])
        .exits(1)
        .says("verdict: b no-go")
        .keeps_quiet_about("verdict: a ");
    // What a submodule loses is known as well.
    fs::remove_file(sub.join("a.yaml")).expect("removed");
    fs::write(sub.join("rest.yaml"), checklist("a", "x")).expect("a file");
    git(&sub, &["add", "rest.yaml"]);
    git(&sub, &["commit", "--quiet", "--message", "y", "rest.yaml"]);
    fs::write(sub.join("a.yaml"), bad("a")).expect("a file");
    commit(&outer);
    since(&outer, "HEAD", &[])
        .exits(0)
        .says("3 services not shown");
    fs::remove_file(sub.join("a.yaml")).expect("removed");
    since(&outer, "HEAD", &[])
        .exits(1)
        .says("sub/rest.yaml:")
        .says("in 2 services not shown");
}

#[test]
fn a_submodule_that_cannot_be_compared_counts_as_changed() {
    let (outer, _inner) = with_submodule();
    // A repository that was put there is not the one that git keeps for the submodule.
    let sub = outer.path.join("sub");
    fs::remove_dir_all(&sub).expect("removed");
    git(
        &outer.path,
        &["init", "--quiet", "--initial-branch", "main", "sub"],
    );
    outer.file("sub/a.yaml", bad("a"));
    let answer = since(&outer, "HEAD", &[]);
    answer
        .exits(1)
        .says("verdict: a no-go")
        .says("verdict: c no-go");
    fs::remove_dir_all(&sub).expect("removed");
    since(&outer, "HEAD", &[]).exits(1).says("verdict: c no-go");
    // What was never checked out has no documents to lose.
    fs::create_dir(&sub).expect("a folder");
    since(&outer, "HEAD", &[])
        .exits(0)
        .says("1 service not shown");
}

#[test]
fn there_is_one_repository_and_every_path_lies_in_it() {
    let folder = repository(&[("a.yaml", &bad("a"))]);
    let other = repository(&[("b.yaml", &bad("b"))]);
    let there = other.path.join("b.yaml");
    let answer = since(&folder, "HEAD", &[&there.to_string_lossy()]);
    answer
        .exits(2)
        .says("lies outside of it")
        .says("help: run servelint in the repository");
    let above = Folder::new();
    fs::rename(&folder.path, above.path.join("r")).expect("moved");
    let answer = since(&above, "HEAD", &["r"]);
    answer
        .exits(2)
        .says("a revision needs a git repository")
        .says("help: run servelint in the repository");
    fs::rename(above.path.join("r"), &folder.path).expect("moved");
    // A repository inside of it is a part of what is there, and nothing that is asked.
    folder.file("n/b.yaml", bad("n"));
    git(&folder.path.join("n"), &["init", "--quiet"]);
    git(&folder.path.join("n"), &["add", "."]);
    git(
        &folder.path.join("n"),
        &["commit", "--quiet", "--message", "x"],
    );
    since(&folder, "HEAD", &["n"])
        .exits(1)
        .says("verdict: n no-go");
    // A folder that is called so and is no repository does not lead further up.
    folder.file("m/.git/x", "").file("m/b.yaml", bad("m"));
    let inside = folder.below("m");
    since(&inside, "HEAD", &[])
        .exits(2)
        .says("a revision needs a git repository");
}

#[test]
fn a_repository_that_a_change_commits_as_plain_files_is_never_asked() {
    let folder = repository(&[("specs/a.yaml", &bad("a")), ("b.yaml", &bad("b"))]);
    let marker = folder.path.join("marker");
    let before = git(&folder.path, &["rev-parse", "HEAD"]);
    folder
        .file("specs/a.yaml", format!("# changed\n{}", bad("a")))
        .file("specs/new.yaml", bad("new"));
    plant(&folder.path, &folder.path.join("specs"), &marker);
    // Another time on the same bytes makes git look at them anew, through the filter.
    folder.file("specs/a.yaml", format!("# changed\n{}", bad("a")));
    let judged = |folder: &Folder, path: &str, revision: &str| {
        let answer = since(folder, revision, &[path]);
        assert!(!marker.exists(), "{path}: a program of the change ran");
        answer
            .exits(1)
            .says("verdict: a no-go")
            .keeps_quiet_about("verdict: b ");
        answer
    };
    for revision in ["HEAD", "main", &before] {
        judged(&folder, "specs/a.yaml", revision);
        for path in ["specs", "."] {
            judged(&folder, path, revision).says("verdict: new no-go");
        }
        judged(&folder.below("specs"), ".", revision).says("verdict: new no-go");
    }
    // Nor is it asked where there is no other.
    fs::remove_dir_all(folder.path.join(".git")).expect("removed");
    since(&folder.below("specs"), "HEAD", &[])
        .exits(2)
        .says("a revision needs a git repository");
    assert!(!marker.exists(), "a program of the change ran");
}

/// The options alone keep git from what these tests cannot make it do, such as hooks of commands that read only.
#[cfg(unix)]
#[test]
fn the_root_is_found_once_and_every_command_is_guarded() {
    let folder = repository(&[("a/a.yaml", &bad("a")), ("b/b.yaml", &bad("b"))]);
    let tools = Folder::new();
    let recorded = git::RecordedGit::new(&tools.path);
    let words = [
        "check", "a", "b", "a/a.yaml", "--as-of", DAY, "--since", "HEAD",
    ];
    let setting = Setting {
        env: &[("PATH", &recorded.path)],
        ..Setting::default()
    };
    folder.run_as(&words, &setting).exits(0);
    let asked = recorded.asked();
    for line in asked.lines() {
        for guard in [
            "safe.bareRepository=explicit",
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
        ] {
            assert!(line.contains(&format!("-c {guard}")), "{line}");
        }
    }
    let roots = asked
        .lines()
        .filter(|line| line.contains("--absolute-git-dir"));
    // What is tracked and what changed is asked of the same one, at several times.
    assert_eq!(roots.count(), 1, "{asked}");
}

#[test]
fn flags_filters_and_replacements_of_the_repository_itself_hide_nothing() {
    let files = [
        ("a.yaml", &*bad("a")),
        ("b.yaml", &*bad("b")),
        (".gitattributes", "*.yaml filter=x diff=x\n"),
    ];
    let folder = repository(&files);
    let marker = folder.path.join("marker");
    let run = format!("touch '{}'; sed 's/^# changed//'", marker.display());
    for name in [
        "filter.x.clean",
        "diff.x.textconv",
        "diff.external",
        "core.fsmonitor",
    ] {
        git(&folder.path, &["config", name, &run]);
    }
    let plain = ["-c", "core.fsmonitor=false"];
    let own = |words: &[&str]| git(&folder.path, &[&plain, words].concat());
    own(&["update-index", "--assume-unchanged", "a.yaml"]);
    own(&["update-index", "--skip-worktree", "b.yaml"]);
    folder.file("a.yaml", format!("# changed\n{}", bad("a")));
    let answer = since(&folder, "HEAD", &[]);
    answer
        .exits(1)
        .says("verdict: a no-go")
        .keeps_quiet_about("verdict: b ");
    folder.file("b.yaml", format!("# changed\n{}", bad("b")));
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .says("verdict: b no-go");
    folder
        .file(".git/info/exclude", "c.yaml\n")
        .file("c.yaml", bad("c"));
    since(&folder, "HEAD", &["c.yaml"])
        .exits(1)
        .says("verdict: c no-go");
    // A replacement that says that the revision always held the file as it is now.
    let changed = folder.path.join("a.yaml").to_string_lossy().into_owned();
    let blob = own(&["hash-object", "-w", "--no-filters", &changed]);
    let old = own(&["rev-parse", "HEAD:a.yaml"]);
    own(&["replace", &old, &blob]);
    let _ = fs::remove_file(&marker);
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go");
    assert!(!marker.exists(), "a program ran");
}

#[test]
fn the_index_is_never_written_and_decides_nothing_about_changes() {
    let folder = repository(&[("a.yaml", &bad("a"))]);
    let index = folder.path.join(".git/index");
    let state = || {
        (
            fs::read(&index).expect("an index"),
            fs::metadata(&index).and_then(|of| of.modified()).ok(),
        )
    };
    // The same bytes again under a new time: what makes git write the time down.
    folder.file("a.yaml", bad("a"));
    let before = state();
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("1 service not shown");
    assert_eq!(state(), before);
    fs::write(&index, "no index").expect("written");
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("1 service not shown");
}

#[test]
fn repositories_with_long_ids_are_compared() {
    let folder = Folder::with(&[("a.yaml", &bad("a")), ("b.yaml", &bad("b"))]);
    git(
        &folder.path,
        &[
            "init",
            "--quiet",
            "--initial-branch",
            "main",
            "--object-format",
            "sha256",
        ],
    );
    commit(&folder);
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    folder.file("a.yaml", format!("# changed\n{}", bad("a")));
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .keeps_quiet_about("verdict: b ");
}

#[test]
fn new_configuration_and_owners_count_whatever_git_ignores() {
    let ignored = ".gitignore";
    let folder = repository(&[
        ("x/a.yaml", &bad("a")),
        ("b.yaml", &bad("b")),
        (ignored, "*.toml\nCODEOWNERS\n"),
    ]);
    folder.file("x/servelint.toml", "[policy]\nconfidence = 0.9\n");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .keeps_quiet_about("verdict: b ");
    fs::remove_file(folder.path.join("x/servelint.toml")).expect("removed");
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    folder.file("docs/CODEOWNERS", "* @a\n");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .says("verdict: b no-go");
}

#[test]
fn what_hides_a_document_from_the_run_counts() {
    let folder = repository(&[
        ("x/a.yaml", &bad("a")),
        ("x/a.checklist.yaml", &checklist("a", "x")),
        ("b.yaml", &bad("b")),
    ]);
    for name in ["x/.gitignore", ".ignore"] {
        folder.file(name, "a.checklist.yaml\n");
        since(&folder, "HEAD", &[])
            .exits(1)
            .says("verdict: a no-go");
        fs::remove_file(folder.path.join(name)).expect("removed");
        since(&folder, "HEAD", &[])
            .exits(0)
            .says("2 services not shown");
    }
}

#[test]
fn files_in_a_folder_that_is_named_count_also_where_git_ignores_them() {
    let folder = repository(&[
        ("a.yaml", &bad("a")),
        ("a.checklist.yaml", &checklist("a", "results/")),
        ("b.yaml", &bad("b")),
        ("results/k6.json", "{}"),
        (".gitignore", "results/*\n"),
    ]);
    git(&folder.path, &["add", "--force", "results/k6.json"]);
    commit(&folder);
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    folder.file("results/more.json", "{}");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .keeps_quiet_about("verdict: b ");
}

#[test]
fn odd_names_and_many_files_are_compared() {
    let folder = repository(&[
        ("é [x] *.yaml", &bad("a")),
        ("d\"q/b.yaml", &bad("b")),
        ("-c.yaml", &bad("c")),
    ]);
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("3 services not shown");
    folder.file("é [x] *.yaml", format!("# changed\n{}", bad("a")));
    folder.file("d\"q/b.yaml", format!("# changed\n{}", bad("b")));
    let answer = since(&folder, "HEAD", &[]);
    answer
        .exits(1)
        .says("verdict: a no-go")
        .says("verdict: b no-go")
        .keeps_quiet_about("verdict: c ");
    for n in 0..300 {
        folder.file(&format!("many/{n}.yaml"), bad(&format!("m{n}")));
    }
    commit(&folder);
    fs::remove_dir_all(folder.path.join("many")).expect("removed");
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("3 services not shown");
}

#[cfg(unix)]
#[test]
fn links_count_with_what_they_lead_to() {
    let folder = repository(&[("d/real.yaml", &bad("a")), ("d/other.yaml", "x: 1\n")]);
    std::os::unix::fs::symlink("real.yaml", folder.path.join("d/link.yaml")).expect("a link");
    commit(&folder);
    since(&folder, "HEAD", &["d/link.yaml"])
        .exits(0)
        .says("1 service not shown");
    folder.file("d/real.yaml", format!("# changed\n{}", bad("a")));
    since(&folder, "HEAD", &["d/link.yaml"])
        .exits(1)
        .says("verdict: a no-go");
}

#[cfg(unix)]
#[test]
fn links_to_folders_on_the_way_count() {
    use std::os::unix::fs::symlink;
    let folder = repository(&[
        ("a.yaml", &bad("a")),
        ("a.checklist.yaml", &checklist("a", "current/k6.json")),
        ("run1/k6.json", "{}"),
        ("run2/k6.json", "{ }"),
        ("copy/k6.json", "{}"),
        ("b.yaml", &bad("b")),
    ]);
    symlink("run1", folder.path.join("current")).expect("a link");
    commit(&folder);
    let only_a = |what: &str| {
        let answer = since(&folder, "HEAD", &[]);
        assert!(
            answer.out.contains("verdict: a no-go"),
            "{what}: {}",
            answer.shown()
        );
        answer.exits(1).keeps_quiet_about("verdict: b ");
    };
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("2 services not shown");
    fs::remove_file(folder.path.join("current")).expect("removed");
    only_a("a link that is gone");
    symlink("run2", folder.path.join("current")).expect("a link");
    only_a("a link that leads elsewhere");
    fs::remove_file(folder.path.join("current")).expect("removed");
    symlink("run1", folder.path.join("current")).expect("a link");
    since(&folder, "HEAD", &[]).exits(0);
    fs::remove_dir_all(folder.path.join("run1")).expect("removed");
    symlink("copy", folder.path.join("run1")).expect("a link");
    only_a("a folder that became a link to an equal one");
}

/// A repository with the files of a fixture project.
fn project(name: &str) -> Folder {
    let folder = Folder::project(name);
    git::init(&folder.path);
    commit(&folder);
    folder
}

#[test]
fn manifests_and_runbooks_count() {
    let folder = project("feed-ranker");
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("1 service not shown")
        .keeps_quiet_about("verdict:");
    let is_judged = |what: &str| {
        let answer = since(&folder, "HEAD", &[]);
        assert!(
            answer.out.contains("verdict: feed-ranker"),
            "{what}: {}",
            answer.shown()
        );
        git(&folder.path, &["reset", "--quiet", "--hard"]);
    };
    let add = |name: &str| {
        let text = folder.read(name);
        folder.file(name, format!("{text}\n"));
    };
    add("deploy/rollout.yaml");
    is_judged("a changed manifest");
    add("docs/runbooks/feed-ranker.md");
    is_judged("a changed runbook");
    fs::remove_file(folder.path.join("deploy/analysis-templates.yaml")).expect("removed");
    is_judged("a deleted manifest");
}

#[test]
fn a_manifest_that_nobody_names_counts_once_it_is_gone() {
    let manifest = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a}\nspec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: s3://x/y}}}\n";
    let folder = repository(&[
        ("a.yaml", &bad("a")),
        ("b.yaml", &bad("b")),
        ("k8s/x.yaml", manifest),
    ]);
    since(&folder, "HEAD", &[])
        .exits(0)
        .keeps_quiet_about("verdict:");
    fs::remove_file(folder.path.join("k8s/x.yaml")).expect("removed");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("verdict: a no-go")
        .keeps_quiet_about("verdict: b ");
}

#[test]
fn waivers_of_services_that_are_not_shown_are_not_called_unused() {
    let waiver = "# servelint: allow[schema-valid] until=2026-12-01 by=dana.k reason=\"owner is being found\"\n";
    let waived = bad("a").replace("metadata:\n", &format!("{waiver}metadata:\n"));
    let folder = repository(&[("a.yaml", &waived), ("b.yaml", &bad("b"))]);
    folder.check(&["a.yaml"]).exits(0).says("1 waived");
    since(&folder, "HEAD", &[])
        .exits(0)
        .keeps_quiet_about("waiver-unused");
    folder.file("b.yaml", format!("# changed\n{}", bad("b")));
    since(&folder, "HEAD", &[])
        .exits(1)
        .keeps_quiet_about("waiver-unused")
        .says("verdict: b no-go");
}

#[test]
fn a_changed_baseline_or_list_of_owners_counts() {
    let folder = repository(&[
        ("a.yaml", &bad("a")),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    folder
        .run(&["baseline", "--as-of", DAY, "--output", "known.json"])
        .exits(0);
    commit(&folder);
    since(&folder, "HEAD", &[])
        .exits(0)
        .keeps_quiet_about("verdict:");
    let known = folder.read("known.json");
    folder.file("known.json", format!("{known}\n"));
    since(&folder, "HEAD", &[]).exits(0).says("verdict: a go");
    folder
        .file("known.json", known)
        .file(".github/CODEOWNERS", "* @someone\n");
    since(&folder, "HEAD", &[]).exits(0).says("verdict: a go");
}

#[test]
fn a_changed_definition_changes_whatever_is_held_against_it() {
    let crd = include_str!("crd.yaml");
    let object = "apiVersion: acme.example/v1\nkind: ModelPool\nmetadata: {name: a}\nspec: {replicas: 1, odd: 1}\n";
    let config = "[[schemas]]\ncrd = \"crds/*.yaml\"\n";
    let folder = repository(&[
        ("servelint.toml", config),
        ("crds/a.yaml", crd),
        ("b.yaml", object),
        ("a.yaml", &bad("a")),
    ]);
    since(&folder, "HEAD", &[])
        .exits(0)
        .keeps_quiet_about("unknown field");
    folder.file("crds/a.yaml", format!("{crd}# changed\n"));
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("unknown field `odd`")
        .says("verdict: a no-go");
    folder
        .file("crds/a.yaml", crd)
        .file("crds/b.yaml", crd.replace("ModelPool", "Other"));
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("unknown field `odd`");
}

/// A good specification, its checklist and its decisions, in three files.
fn service(name: &str) -> [(String, String); 3] {
    let log = format!(
        "apiVersion: servelint/v1alpha1\nkind: DecisionLog\nmetadata: {{name: {name}, owner: a}}\nspec:\n  servingSpec: {name}\n  decisions: []\n"
    );
    [
        (
            format!("{name}.yaml"),
            GOOD.replace("name: feed-ranker", &format!("name: {name}")),
        ),
        (format!("{name}.checklist.yaml"), checklist(name, "e.json")),
        (format!("{name}.decisions.yaml"), log),
    ]
}

fn service_repository() -> Folder {
    let folder = Folder::with(&[("z.yaml", GOOD)]);
    for (name, text) in service("a").iter().chain(&service("b")) {
        folder.file(name, text);
    }
    git::init(&folder.path);
    commit(&folder);
    folder
}

#[test]
fn a_part_of_a_review_that_is_gone_is_an_error() {
    let folder = service_repository();
    let back = || {
        git(&folder.path, &["reset", "--quiet", "--hard"]);
        git(&folder.path, &["clean", "--quiet", "-d", "--force", "-x"]);
    };
    for (name, kind, place) in [
        ("a.yaml", "specification", "a.checklist.yaml:3:18: "),
        ("a.checklist.yaml", "VerificationChecklist", "a.yaml:4:9: "),
        ("a.decisions.yaml", "DecisionLog", "a.yaml:4:9: "),
    ] {
        fs::remove_file(folder.path.join(name)).expect("removed");
        let answer = since(&folder, "HEAD", &[]);
        answer
            .exits(1)
            .says(&format!("{place}error[document-not-judged]"))
            .says(&format!(
                "the {kind} of `a` in {name} existed at `HEAD` and is not judged now"
            ))
            .says("verdict: a no-go")
            .keeps_quiet_about("`b`");
        // What the file held stays gone, whatever else it holds.
        folder.file(name, "a: 1\n");
        since(&folder, "HEAD", &[])
            .exits(1)
            .says(&format!("{name}:1:1: error[document-not-judged]"));
        back();
    }
    // A new name that hides it is one error, at the file.
    git(&folder.path, &["mv", "a.yaml", "a.yaml.bak"]);
    let answer = since(&folder, "HEAD", &[]);
    answer
        .exits(1)
        .says("a.yaml.bak:1:13: error[document-not-judged]");
    assert_eq!(answer.out.matches("[document-not-judged]").count(), 1);
    back();
    git(&folder.path, &["mv", "a.yaml", "a.md"]);
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("existed at `HEAD` and is not judged now");
    back();
    // Nobody asked about what lies elsewhere.
    fs::remove_file(folder.path.join("a.yaml")).expect("removed");
    folder.file("x/y.yaml", GOOD);
    since(&folder, "HEAD", &["x"]).keeps_quiet_about("document-not-judged");
}

#[test]
fn documents_may_move_and_a_whole_service_may_go() {
    let folder = service_repository();
    fs::create_dir(folder.path.join("d")).expect("a folder");
    git(&folder.path, &["mv", "a.yaml", "d/other.yml"]);
    let list = folder.read("a.decisions.yaml");
    fs::remove_file(folder.path.join("a.decisions.yaml")).expect("removed");
    folder.file(
        "a.checklist.yaml",
        format!("{}---\n{list}", folder.read("a.checklist.yaml")),
    );
    since(&folder, "HEAD", &[])
        .says("verdict: a ")
        .keeps_quiet_about("document-not-judged");
    git(&folder.path, &["reset", "--quiet", "--hard"]);
    for (name, _) in service("a") {
        fs::remove_file(folder.path.join(name)).expect("removed");
    }
    since(&folder, "HEAD", &[])
        .exits(0)
        .keeps_quiet_about("document-not-judged")
        .says("not checked: service `a`: removed since `HEAD` with all of its documents: a.checklist.yaml, a.decisions.yaml, a.yaml");
    // What it deployed is still there.
    folder.file(
        "deploy.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n",
    );
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("the specification of `a` in a.yaml existed at `HEAD`");
}

#[test]
fn a_manifest_that_a_removed_specification_named_keeps_it() {
    let named = good_but(
        "spec:\n",
        "spec:\n  artifacts:\n    - {role: serving, path: deploy.yaml}\n",
    );
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {}\n";
    let folder = repository(&[
        ("a.yaml", &named),
        ("deploy.yaml", deployment),
        ("b.yaml", &bad("b")),
    ]);
    fs::remove_file(folder.path.join("a.yaml")).expect("removed");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("a.yaml:1:1: error[document-not-judged] the specification of `feed-ranker`");
    fs::remove_file(folder.path.join("deploy.yaml")).expect("removed");
    since(&folder, "HEAD", &[])
        .exits(0)
        .says("not checked: service `feed-ranker`: removed since `HEAD`");
}

#[test]
fn what_the_change_excludes_is_gone_and_what_was_excluded_is_not() {
    let folder = service_repository();
    folder.file("servelint.toml", "[check]\nexclude = [\"a.*\"]\n");
    let answer = since(&folder, "HEAD", &[]);
    answer
        .exits(1)
        .says("a.yaml:1:1: error[document-not-judged]")
        .says("a.checklist.yaml:1:1: error[document-not-judged]");
    commit(&folder);
    // Excluded before as well, and another part of the configuration changes.
    folder.file(
        "servelint.toml",
        "[check]\nexclude = [\"a.*\"]\n[policy]\nconfidence = 0.9\n",
    );
    since(&folder, "HEAD", &[]).keeps_quiet_about("document-not-judged");
    folder.file("a.yaml", "a: 1\n");
    fs::remove_file(folder.path.join("a.decisions.yaml")).expect("removed");
    since(&folder, "HEAD", &[]).keeps_quiet_about("document-not-judged");
    folder.file("servelint.toml", "[check]\nexclude = [\"[ab].*\"]\n");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("b.yaml:1:1: error[document-not-judged]")
        .keeps_quiet_about("of `a` in");
    // The configuration of a folder counts, and goes with it.
    git(&folder.path, &["reset", "--quiet", "--hard"]);
    folder.file("servelint.toml", "");
    folder.file("b.yaml", format!("# x\n{}", folder.read("b.yaml")));
    since(&folder, "HEAD", &[]).keeps_quiet_about("document-not-judged");
}

#[test]
fn files_of_which_the_clone_lacks_the_past_are_named() {
    let folder = service_repository();
    fs::remove_file(folder.path.join("a.checklist.yaml")).expect("removed");
    commit(&folder);
    git(&folder.path, &["config", "uploadpack.allowFilter", "true"]);
    let clone = Folder::new();
    let from = format!("file://{}", folder.path.display());
    git(
        &clone.path,
        &["clone", "--quiet", "--filter=blob:none", &from, "."],
    );
    since(&clone, "HEAD~1", &[])
        .says("not checked: changed files: what they held at `HEAD~1` cannot be read")
        .says("a.checklist.yaml");
}

#[test]
fn no_new_name_and_no_new_project_lets_a_part_of_a_review_go() {
    let folder = service_repository();
    let log = "a.decisions.yaml";
    let back = || {
        git(&folder.path, &["reset", "--quiet", "--hard"]);
        git(&folder.path, &["clean", "--quiet", "-d", "--force", "-x"]);
    };
    let remove = || fs::remove_file(folder.path.join(log)).expect("removed");
    let gone = "the DecisionLog of `a` in a.decisions.yaml existed at `HEAD` and is not judged now";
    // The service is called otherwise, and its decisions are left behind.
    remove();
    folder.file(
        "a.yaml",
        folder.read("a.yaml").replace("name: a\n", "name: c\n"),
    );
    since(&folder, "HEAD", &[])
        .exits(1)
        .says(gone)
        .says("a.yaml:4:9: error[document-not-judged]")
        .says("verdict: c no-go");
    // All of it is called otherwise.
    back();
    for (name, _) in service("a") {
        let text = folder.read(&name);
        let text = text.replace("name: a\n", "name: c\n");
        let text = text.replace("servingSpec: a\n", "servingSpec: c\n");
        folder.file(&name, text);
    }
    since(&folder, "HEAD", &[])
        .says("verdict: c ")
        .keeps_quiet_about("document-not-judged");
    back();
    // The specification becomes a project of its own.
    fs::create_dir(folder.path.join("own")).expect("a folder");
    git(&folder.path, &["mv", "a.yaml", "own/a.yaml"]);
    commit(&folder);
    remove();
    folder.file("own/servelint.toml", "");
    since(&folder, "HEAD", &[]).exits(1).says(gone);
    back();
    // What stands there instead is not read, or is no document.
    let text = folder.read(log);
    for (from, to, says) in [
        ("servelint/", "acme.example/", gone),
        (
            "servelint/v1alpha1\nkind: DecisionLog",
            "servlint/v1alpha1\nkind: DecisionLg",
            "unknown `apiVersion`",
        ),
        ("kind: DecisionLog", "kind: DecisionLg", "unknown `kind`"),
        (
            "apiVersion: servelint/v1alpha1",
            "apiVersion: {{ .v }}",
            "the file is a template",
        ),
    ] {
        folder.file(log, text.replace(from, to));
        since(&folder, "HEAD", &[]).exits(1).says(says);
    }
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
    for left in ["", "[]\n", "# gone\n", pointer] {
        folder.file(log, left);
        since(&folder, "HEAD", &[]).exits(1).says(gone);
    }
}

#[test]
fn what_named_no_service_or_did_not_parse_is_told_when_it_goes() {
    let folder = service_repository();
    let nameless = "apiVersion: servelint/v1alpha1\nkind: DecisionLog\nmetadata: {name: n}\n";
    folder.file("n.yaml", nameless);
    folder.file("p.yaml", format!("{nameless}now: [\n"));
    commit(&folder);
    folder.file("n.yaml", "a: 1\n");
    since(&folder, "HEAD", &[])
        .exits(1)
        .says("n.yaml:1:1: error[document-not-judged] the DecisionLog in n.yaml existed at `HEAD`");
    for name in ["n.yaml", "p.yaml"] {
        fs::remove_file(folder.path.join(name)).expect("removed");
    }
    since(&folder, "HEAD", &[])
        .says(
            "not checked: n.yaml: removed since `HEAD`, with a DecisionLog that named no service",
        )
        .says("what they held at `HEAD` cannot be read, so documents that are gone from them are not noticed: p.yaml");
}

/// `--since` as it is used: what is old is only counted.
fn new_since(folder: &Folder, revision: &str, words: &[&str]) -> Answer {
    let words = [
        &[
            "check", "--format", "concise", "--as-of", DAY, "--since", revision,
        ],
        words,
    ]
    .concat();
    folder.run_as(
        &words,
        &Setting {
            env: &[("PATH", &path())],
            ..Setting::default()
        },
    )
}

const OLD: &str = "finding of changed services stood at `HEAD` already";

#[test]
fn what_a_service_had_already_is_counted_and_decides() {
    let folder = repository(&[("a.yaml", &bad("a"))]);
    let listed = "error[schema-valid] `metadata` lacks `owner`";
    let moved = format!("# moved\n\n{}", bad("a"));
    folder.file("a.yaml", &moved);
    // Nothing that is listed holds the service back, so what does is named.
    new_since(&folder, "HEAD", &[])
        .exits(1)
        .keeps_quiet_about("\na.yaml:")
        .says(&format!("servelint: old findings: 1 {OLD}"))
        .keeps_quiet_about("not checked: old")
        .says(&format!("servelint: old: a.yaml:5:1: {listed}"))
        .says("verdict: a no-go")
        .says("1 error in")
        .says("1 old and not listed");
    new_since(&folder, "HEAD", &["--all"])
        .exits(1)
        .says(listed)
        .keeps_quiet_about("old findings");
    // Beside something new.
    folder.file("a.yaml", moved.replace("spec:\n", "spec:\n  colour: red\n"));
    new_since(&folder, "HEAD", &[])
        .exits(1)
        .keeps_quiet_about(listed)
        .says("colour")
        .says(OLD);
    // The same in a file that was not there.
    fs::rename(folder.path.join("a.yaml"), folder.path.join("b.yaml")).expect("renamed");
    new_since(&folder, "HEAD", &[])
        .exits(1)
        .says("b.yaml")
        .says(listed);
}

#[test]
fn old_findings_are_counted_in_every_format() {
    let folder = repository(&[("a.yaml", &bad("a"))]);
    folder.file("a.yaml", format!("# moved\n{}", bad("a")));
    let words = ["check", "--as-of", DAY, "--since", "HEAD"];
    for (format, answer) in folder.run_in_every_format(&words, "json") {
        answer.exits(1);
        assert!(
            answer.out.contains("finding of changed services stood at"),
            "{format}: {}",
            answer.out
        );
        // What people read names the only reason of the verdict; the lists of programs have what is new.
        let is_read = ["rich", "concise", "markdown", "github"].contains(&format);
        let places = ["a.yaml:4:1: error", "a.yaml&#58;4&#58;1"];
        let is_named = places.iter().any(|place| answer.out.contains(place));
        assert_eq!(is_named, is_read, "{format}: {}", answer.out);
        if format == "json" {
            answer
                .says("\"unlisted\": 1")
                .says("\"errors\": 1")
                .says("\"exitCode\": 1")
                .says("\"findings\": [],");
        }
    }
}

#[test]
fn a_finding_that_is_new_is_listed_whatever_the_base_was() {
    let listed = "error[schema-valid] `metadata` lacks `owner`";
    let is_listed = |folder: &Folder, what: &str| {
        folder.file("a.yaml", format!("# moved\n{}", bad("a")));
        let answer = new_since(folder, "HEAD", &[]);
        assert!(answer.out.contains(listed), "{what}: {}", answer.shown());
        answer.exits(1);
    };
    is_listed(&repository(&[("a.yaml", GOOD)]), "it was good");
    is_listed(
        &repository(&[("a.yaml", "apiVersion: servelint/v1alpha1\nkind: [\n")]),
        "it did not parse",
    );
    is_listed(
        &repository(&[("a.yaml", "\u{0}servelint/v1alpha1")]),
        "it was no text",
    );
    is_listed(&repository(&[("b.yaml", &bad("a"))]), "another file had it");
    let governed = repository(&[("a.yaml", &bad("a")), ("servelint.toml", "[policy]\n")]);
    governed.file("servelint.toml", "[policy]\nconfidence = 0.9\n");
    is_listed(&governed, "another policy");
    new_since(&governed, "HEAD", &[]).says("is not known for all services");
    let broken = repository(&[("a.yaml", &bad("a")), ("servelint.toml", "[policy\n")]);
    broken.file("servelint.toml", "[policy]\n");
    is_listed(&broken, "a policy that does not parse");
}

#[test]
fn evidence_that_is_removed_is_new_and_evidence_that_was_missing_is_not() {
    let missing = "evidence/gone.json";
    let text = checklist("a", &format!("{missing}, evidence/there.json"));
    let files = [
        ("a.yaml", GOOD.replace("name: feed-ranker", "name: a")),
        ("a.checklist.yaml", text),
        ("evidence/there.json", "{}".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
    let folder = repository(&files);
    fs::remove_file(folder.path.join("evidence/there.json")).expect("removed");
    let all = new_since(&folder, "HEAD", &["--all"]);
    let new = new_since(&folder, "HEAD", &[]);
    let about = |answer: &Answer, name: &str| {
        let lines = answer
            .out
            .lines()
            .filter(|line| line.starts_with("a.") && line.contains(name));
        lines.count()
    };
    assert!(about(&all, missing) > 0, "{}", all.shown());
    assert_eq!(about(&new, missing), 0, "{}", new.shown());
    assert!(about(&new, "evidence/there.json") > 0, "{}", new.shown());
    // The same from a folder of the repository, and about a single file.
    let named = new_since(&folder, "HEAD", &["a.checklist.yaml"]);
    assert_eq!(about(&named, missing), 0, "{}", named.shown());
    assert!(
        about(&named, "evidence/there.json") > 0,
        "{}",
        named.shown()
    );
}

#[cfg(unix)]
#[test]
fn a_link_among_what_a_service_names_sets_nothing_aside() {
    let folder = repository(&[("a.yaml", &bad("a")), ("runbook.md", "x")]);
    std::os::unix::fs::symlink("runbook.md", folder.path.join("CODEOWNERS")).expect("a link");
    commit(&folder);
    folder.file("a.yaml", format!("# moved\n{}", bad("a")));
    new_since(&folder, "HEAD", &[])
        .exits(1)
        .says("lacks `owner`")
        .says("a symbolic link is among what they name");
}

/// What is new stays in the list where it is gathered with what is old.
#[test]
fn a_new_place_of_an_old_cause_is_new() {
    let text = checklist("a", "evidence/gone.json");
    let spec = GOOD.replace("name: feed-ranker", "name: a");
    let folder = repository(&[("a.yaml", &spec), ("a.checklist.yaml", &text)]);
    let artifacts = "spec:\n  artifacts:\n    - {role: rollout, path: evidence/gone.json}\n";
    folder.file("a.yaml", spec.replacen("spec:\n", artifacts, 1));
    new_since(&folder, "HEAD", &[])
        .exits(1)
        .says("a.yaml:9:29: error[artifact-unresolvable]");
    new_since(&folder, "HEAD", &["--all"])
        .exits(1)
        .says("evidence/gone.json")
        .says("a.yaml:9:29");
}
