//! Kept runs: with them, everything is as it is without them, whatever changed in between.

use super::run::{Answer, DAY, Folder, GOOD, Setting};
use crate::common::{files, git, some_cases};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// A project, and a cache outside of it.
struct Cached {
    folder: Folder,
    cache: Folder,
}

impl Cached {
    fn new(folder: Folder) -> Self {
        Self {
            folder,
            cache: Folder::new(),
        }
    }

    fn run(&self, words: &[&str], setting: &Setting<'_>) -> Answer {
        let place = self.place();
        let place = place.to_str().expect("a text");
        let all = [&["check", "--cache-dir", place], words].concat();
        self.folder.run_as(&all, setting)
    }

    /// Without the cache, with it as it is, and again: all of them are equal.
    fn same_as(&self, words: &[&str], setting: &Setting<'_>) -> Answer {
        let without = [&["check", "--no-cache"], words].concat();
        let without = self.folder.run_as(&without, setting);
        for turn in ["first", "second"] {
            assert_eq!(self.run(words, setting), without, "{turn} run of {words:?}");
        }
        without
    }

    fn same(&self, words: &[&str]) -> Answer {
        let words = [&["--as-of", DAY, "--format", "json"], words].concat();
        self.same_as(&words, &Setting::default())
    }

    /// The files of kept runs, with what they hold.
    fn kept(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let files = all(&self.place());
        let read = |path: PathBuf| (path.clone(), fs::read(&path).expect("a file"));
        files.into_iter().map(read).collect()
    }

    fn place(&self) -> PathBuf {
        self.cache.path.join("runs")
    }

    /// True where the run is answered from the cache: it writes no file there.
    fn is_answered(&self, words: &[&str]) -> bool {
        let words = [&["--as-of", DAY, "--format", "json"], words].concat();
        let times = || {
            let files = all(&self.place());
            let time = |path: &PathBuf| {
                fs::metadata(path)
                    .expect("a file")
                    .modified()
                    .expect("a time")
            };
            files.iter().map(time).collect::<Vec<_>>()
        };
        let before = times();
        thread::sleep(Duration::from_millis(20));
        self.run(&words, &Setting::default());
        !before.is_empty() && before == times()
    }
}

/// The files below a folder, which need not be there.
fn all(folder: &Path) -> Vec<PathBuf> {
    match folder.is_dir() {
        true => files::below(folder)
            .iter()
            .map(|file| folder.join(file))
            .collect(),
        false => Vec::new(),
    }
}

/// What somebody does to a project. Indexes choose among the files that are there.
#[derive(Debug, Clone)]
enum Edit {
    Byte(Index, Index, u8),
    Cut(Index, Index),
    Delete(Index),
    Rename(Index, usize),
    Copy(Index, usize),
    Link(Index, usize),
    Line(usize, usize),
}

/// Names that mean something to a run.
const NAMES: [&str; 6] = [
    "new.yaml",
    "evidence/new.json",
    ".hidden.yaml",
    "deploy/kustomization.yaml",
    "ignored/a.yaml",
    "notes.md",
];

/// Files that say what counts, and lines for them.
const SETTINGS: [&str; 6] = [
    "servelint.toml",
    ".gitignore",
    "CODEOWNERS",
    ".ignore",
    "evidence/servelint.toml",
    "deploy/servelint.toml",
];
const LINES: [&str; 7] = [
    "*.yaml",
    "evidence/",
    "/deploy/ @sre",
    "[policy]\ngoodUtilisation = [0.1, 0.2]",
    "[check]\nexclude = [\"deploy/**\"]",
    "[check]\nignore = [\"slo\"]",
    "[[waivers]]\nrule = \"slo\"\nreason = \"later\"\nuntil = \"2027-01-01\"",
];

fn edit() -> impl Strategy<Value = Edit> {
    let file = any::<Index>;
    prop_oneof![
        4 => (file(), file(), any::<u8>()).prop_map(|(file, at, byte)| Edit::Byte(file, at, byte)),
        1 => (file(), file()).prop_map(|(file, at)| Edit::Cut(file, at)),
        2 => file().prop_map(Edit::Delete),
        1 => (file(), 0..NAMES.len()).prop_map(|(file, name)| Edit::Rename(file, name)),
        1 => (file(), 0..NAMES.len()).prop_map(|(file, name)| Edit::Copy(file, name)),
        1 => (file(), 0..NAMES.len()).prop_map(|(file, name)| Edit::Link(file, name)),
        3 => (0..SETTINGS.len(), 0..LINES.len()).prop_map(|(file, line)| Edit::Line(file, line)),
    ]
}

impl Edit {
    fn make(&self, root: &Path) {
        let all = all(root);
        // What git keeps is its own, save which files it tracks.
        let is_known = |file: &&PathBuf| {
            let name = file.to_string_lossy();
            file.is_file() && (!name.contains("/.git/") || name.ends_with("/.git/index"))
        };
        let files: Vec<PathBuf> = all.iter().filter(is_known).cloned().collect();
        if files.is_empty() {
            return;
        }
        let file = |index: &Index| index.get(&files).clone();
        let new = |name: &usize| {
            let path = root.join(NAMES[*name]);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            path
        };
        // What is written must not go through a link to another file.
        let put = |path: PathBuf, bytes: &[u8]| {
            let _ = fs::remove_file(&path);
            fs::write(path, bytes).expect("written");
        };
        match self {
            Self::Byte(at, place, byte) => {
                let mut bytes = fs::read(file(at)).expect("a file");
                if !bytes.is_empty() {
                    let place = place.index(bytes.len());
                    bytes[place] = *byte;
                }
                fs::write(file(at), bytes).expect("written");
            }
            Self::Cut(at, place) => {
                let bytes = fs::read(file(at)).expect("a file");
                let length = place.index(bytes.len() + 1);
                fs::write(file(at), &bytes[..length]).expect("written");
            }
            Self::Delete(at) => fs::remove_file(file(at)).expect("removed"),
            Self::Rename(at, name) => fs::rename(file(at), new(name)).expect("renamed"),
            Self::Copy(at, name) => {
                let bytes = fs::read(file(at)).expect("a file");
                put(new(name), &bytes);
            }
            Self::Link(at, name) => link(&file(at), &new(name)),
            Self::Line(name, line) => {
                let path = root.join(SETTINGS[*name]);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                let before = fs::read_to_string(&path).unwrap_or_default();
                put(path, format!("{before}\n{}\n", LINES[*line]).as_bytes());
            }
        }
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    let _ = fs::remove_file(at);
    std::os::unix::fs::symlink(to, at).expect("a link");
}

#[cfg(not(unix))]
fn link(to: &Path, at: &Path) {
    fs::copy(to, at).expect("a copy");
}

proptest! {
    #![proptest_config(some_cases(6))]

    #[test]
    fn edits_are_seen(edits in vec(edit(), 1..6), name in 0..2_usize, in_git in any::<bool>()) {
        let name = ["support-chat-llm", "feed-ranker"][name];
        let cached = Cached::new(Folder::project(name));
        if in_git {
            git::init(&cached.folder.path);
            git::commit(&cached.folder.path, "first");
        }
        cached.same(&[]);
        for edit in edits {
            edit.make(&cached.folder.path);
            cached.same(&[]);
        }
    }
}

#[test]
fn every_file_of_a_project_counts() {
    let cached = Cached::new(Folder::project("support-chat-llm"));
    let whole = cached.same(&[]);
    assert!(cached.is_answered(&[]), "nothing changed");
    let mut differing = 0;
    for file in all(&cached.folder.path) {
        let bytes = fs::read(&file).expect("a file");
        fs::write(&file, "{").expect("written");
        differing += usize::from(cached.same(&[]) != whole);
        fs::remove_file(&file).expect("removed");
        cached.same(&[]);
        fs::write(&file, &bytes).expect("written");
        assert_eq!(cached.same(&[]), whole, "{}", file.display());
    }
    assert!(differing > 8, "only {differing} files matter");
}

#[test]
fn an_unchanged_run_is_answered_from_the_cache() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    assert!(!cached.is_answered(&[]), "nothing is kept yet");
    assert!(cached.is_answered(&[]));
    cached.folder.file("b.txt", "");
    // What is met counts, whether or not it is read.
    assert!(!cached.is_answered(&[]));
    assert!(cached.is_answered(&[]));
}

#[test]
fn arguments_the_day_and_the_environment_count() {
    let cached = Cached::new(Folder::project("support-chat-llm"));
    let json = ["--format", "json", "--as-of", DAY];
    let mut answers = Vec::new();
    for more in [
        &[][..],
        &["--select", "slo"],
        &["--ignore", "slo"],
        &["--no-waivers"],
        &["--fail-on", "warning"],
        &["--severity", "slo=error"],
        &["--isolated", "support-chat-llm.serving.yaml"],
        &["deploy"],
    ] {
        answers.push(cached.same_as(&[&json, more].concat(), &Setting::default()));
    }
    for day in ["2026-10-10", "2027-03-01"] {
        answers.push(cached.same_as(
            &["--as-of", day, "--format", "concise"],
            &Setting::default(),
        ));
    }
    for env in [&[][..], &[("FORCE_COLOR", "1")], &[("COLUMNS", "60")]] {
        let setting = Setting { env, stdin: b"" };
        answers.push(cached.same_as(&["--as-of", "2027-03-01"], &setting));
    }
    let distinct: std::collections::BTreeSet<&str> =
        answers.iter().map(|answer| answer.out.as_str()).collect();
    assert!(
        distinct.len() > 9,
        "{} of {}",
        distinct.len(),
        answers.len()
    );
}

#[test]
fn every_format_is_kept_as_it_is_printed() {
    let cached = Cached::new(Folder::with(&[(
        "a.yaml",
        &GOOD.replace("owner:", "ownr:"),
    )]));
    for format in servelint::output::FORMATS {
        let words = ["--as-of", DAY, "--format", format.name];
        let answer = cached.same_as(&words, &Setting::default());
        assert!(!answer.out.is_empty(), "{}", format.name);
    }
}

#[test]
fn standard_input_counts() {
    let cached = Cached::new(Folder::new());
    let words = ["-", "--stdin-filename", "a.yaml", "--as-of", DAY];
    let of = |text: &str| {
        let stdin = text.as_bytes();
        cached.same_as(&words, &Setting { env: &[], stdin })
    };
    let good = of(GOOD);
    assert_ne!(of(&GOOD.replace("owner:", "ownr:")), good);
    assert_eq!(of(GOOD), good);
}

/// What comes through a pipe can be read once, and is another text each time: it is left to the run.
#[test]
#[cfg(unix)]
fn what_comes_through_a_pipe_counts() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    let words = ["--as-of", DAY, "--format", "json", "--config", "/dev/stdin"];
    let mut answers = Vec::new();
    for stdin in [
        &b"[policy]\nmaxRiskDueDays = 1\n"[..],
        b"[check]\nignore = [\"slo\"]\n",
        b"no configuration",
    ] {
        let setting = Setting { env: &[], stdin };
        answers.push(cached.same_as(&words, &setting));
        assert_eq!(cached.kept().len(), 0, "it cannot be asked again");
    }
    answers.dedup();
    assert_eq!(answers.len(), 3, "each says something else");
}

/// A pipe in the place of a file that was read is not opened, which would wait for somebody who writes.
#[test]
#[cfg(unix)]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let cached = Cached::new(Folder::with(&[
        ("a.yaml", GOOD),
        ("CODEOWNERS", "* @sre\n"),
    ]));
    for name in ["a.yaml", "CODEOWNERS"] {
        let whole = cached.same(&[]);
        let file = cached.folder.path.join(name);
        let bytes = fs::read(&file).expect("a file");
        fs::remove_file(&file).expect("removed");
        files::pipe(&file);
        cached.same(&[]);
        fs::remove_file(&file).expect("removed");
        fs::write(&file, bytes).expect("written");
        assert_eq!(cached.same(&[]), whole);
    }
}

#[test]
fn reports_in_files_are_written_again() {
    let cached = Cached::new(Folder::with(&[("specs/a.yaml", GOOD)]));
    let words = ["specs", "--output", "sarif=out.sarif", "--as-of", DAY];
    cached.run(&words, &Setting::default());
    let sarif = cached.folder.read("out.sarif");
    assert!(sarif.contains("sarif"));
    fs::remove_file(cached.folder.path.join("out.sarif")).expect("removed");
    let kept = cached.kept();
    cached.run(&words, &Setting::default());
    assert_eq!(cached.folder.read("out.sarif"), sarif);
    assert_eq!(cached.kept(), kept);
    // One that cannot be written is told as ever.
    fs::remove_file(cached.folder.path.join("out.sarif")).expect("removed");
    fs::create_dir(cached.folder.path.join("out.sarif")).expect("a folder");
    assert_eq!(cached.same_as(&words, &Setting::default()).code, 2);
}

#[test]
fn what_was_missing_counts() {
    let cached = Cached::new(Folder::project("support-chat-llm"));
    let evidence = cached.folder.path.join("evidence/bench-3.2rps.json");
    let bytes = fs::read(&evidence).expect("a file");
    fs::remove_file(&evidence).expect("removed");
    let missing = cached.same(&[]);
    assert!(cached.is_answered(&[]));
    fs::write(&evidence, bytes).expect("written");
    assert_ne!(cached.same(&[]), missing);
    // A configuration in a folder that had none, and owners.
    cached
        .folder
        .file("deploy/servelint.toml", "[check]\nignore = [\"slo\"]\n");
    cached.same(&[]);
    cached.folder.file("CODEOWNERS", "* @sre\n");
    cached.same(&[]);
}

#[test]
fn a_configuration_above_the_checked_folder_counts() {
    let folder = Folder::with(&[("team/specs/a.yaml", &GOOD.replace("owner:", "ownr:"))]);
    let cached = Cached::new(folder);
    let before = cached.same(&["team/specs"]);
    cached.folder.file(
        "servelint.toml",
        "[check]\nexclude = [\"team/specs/a.yaml\"]\n",
    );
    assert_ne!(cached.same(&["team/specs"]), before);
}

#[test]
fn what_git_tracks_counts() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        (".gitignore", "hidden.yaml\n"),
        (
            "hidden.yaml",
            "apiVersion: servelint/v1alpha1\nkind: ServingSpec\n",
        ),
    ]);
    let cached = Cached::new(folder);
    let path = &cached.folder.path;
    git::init(path);
    git::commit(path, "first");
    let before = cached.same(&[]);
    assert!(cached.is_answered(&[]));
    // No file changes, only the index of git.
    git::git(path, &["add", "--force", "hidden.yaml"]);
    let tracked = cached.same(&[]);
    assert_ne!(tracked, before);
    git::git(path, &["rm", "--cached", "--quiet", "hidden.yaml"]);
    assert_eq!(cached.same(&[]), before);
    cached.folder.file(".gitignore", "");
    assert_ne!(cached.same(&[]), before);
}

#[test]
#[cfg(unix)]
fn where_links_lead_counts() {
    let broken = GOOD.replace("owner:", "ownr:");
    let cached = Cached::new(Folder::with(&[
        ("one/a.yaml", GOOD),
        ("two/a.yaml", &broken),
    ]));
    let at = cached.folder.path.join("link.yaml");
    link(Path::new("one/a.yaml"), &at);
    let one = cached.same(&["link.yaml"]);
    link(Path::new("two/a.yaml"), &at);
    assert_ne!(cached.same(&["link.yaml"]), one);
    link(Path::new("gone.yaml"), &at);
    assert_eq!(cached.same(&["link.yaml"]).code, 2);
}

/// Whatever stands in a file of the cache, a run says what it says without it.
#[test]
fn files_that_are_broken_or_strange_count_for_nothing() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    let good = cached.same(&[]);
    let kept = cached.kept();
    let [(path, bytes)] = kept.as_slice() else {
        panic!("one file: {}", kept.len());
    };
    // A run of the same request that ended otherwise, under the same name and with a digest that fits another key.
    let other = Cached::new(Folder::with(&[(
        "a.yaml",
        &GOOD.replace("owner:", "ownr:"),
    )]));
    other.same(&[]);
    let strange = other.kept().remove(0).1;
    let mut all: Vec<Vec<u8>> = vec![Vec::new(), strange, b"servelint run 1\n".to_vec()];
    for at in (0..bytes.len()).step_by(bytes.len() / 12) {
        all.push(bytes[..at].to_vec());
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x41;
        all.push(flipped);
    }
    for text in all {
        fs::write(path, &text).expect("written");
        let words = ["--as-of", DAY, "--format", "json"];
        assert_eq!(cached.run(&words, &Setting::default()), good);
        // It was done again, and kept.
        assert_eq!(fs::read(path).expect("a file"), *bytes);
    }
}

#[test]
fn a_cache_that_cannot_be_written_changes_nothing() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    cached.same(&[]);
    let (path, _) = cached.kept().remove(0);
    // Neither readable nor replaceable: as on a full or read-only disk.
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("a folder");
    fs::write(path.join("in-the-way"), "").expect("a file");
    cached.same(&[]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let place = cached.place();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o500)).expect("changed");
        cached.same(&["--select", "slo"]);
        fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).expect("changed");
    }
}

/// The oldest runs give way, and no run is kept that alone is larger than all may be.
#[test]
fn a_cache_does_not_grow_without_end() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    cached.same(&[]);
    let (newest, _) = cached.kept().remove(0);
    let old = cached.place().join("0.run");
    // It takes no place on the disk.
    let file = fs::File::create(&old).expect("a file");
    file.set_len(257 << 20).expect("its length");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .expect("its time");
    cached.same(&["--select", "slo"]);
    assert!(!old.exists(), "the oldest is still there");
    assert!(newest.exists(), "one that fits is gone");
}

/// A disk without room: no byte of a file can be written.
#[test]
#[cfg(unix)]
fn a_full_disk_changes_nothing() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    let words = ["--as-of", DAY, "--format", "json"];
    let alone = [&["check", "--no-cache"], &words[..]].concat();
    let alone = cached.folder.run(&alone);
    let place = cached.place();
    let run = || {
        std::process::Command::new("/bin/sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
            .arg(crate::common::program())
            .args(["check", "--cache-dir", place.to_str().expect("a text")])
            .args(words)
            .current_dir(&cached.folder.path)
            .output()
            .expect("a shell")
    };
    for _ in 0..2 {
        let answer = run();
        assert_eq!(answer.status.code(), Some(alone.code));
        assert_eq!(String::from_utf8_lossy(&answer.stdout), alone.out);
        assert_eq!(String::from_utf8_lossy(&answer.stderr), alone.err);
        assert_eq!(cached.kept(), [], "what is kept was not written");
    }
    cached.same(&[]);
}

#[test]
fn runs_that_are_killed_leave_a_cache_that_is_whole() {
    let cached = Cached::new(Folder::project("support-chat-llm"));
    let place = cached.place();
    let words = [
        "check",
        "--cache-dir",
        place.to_str().expect("a text"),
        "--as-of",
        DAY,
    ];
    for wait in [0, 20, 60, 150, 300, 450, 600, 800] {
        let mut child = cached.folder.start(&words, &[]);
        thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().expect("it ended");
    }
    cached.same(&[]);
    assert!(cached.is_answered(&[]));
}

#[test]
fn two_runs_share_a_cache() {
    let cached = Cached::new(Folder::project("support-chat-llm"));
    let place = cached.place();
    let words = [
        "check",
        "--cache-dir",
        place.to_str().expect("a text"),
        "--as-of",
        DAY,
    ];
    let alone = cached.folder.run(&["check", "--no-cache", "--as-of", DAY]);
    for _ in 0..3 {
        let both = [(); 2].map(|()| cached.folder.start(&words, &[]));
        for child in both {
            assert_eq!(cached.folder.finish(child), alone);
        }
        cached.folder.file("more.txt", "");
    }
}

#[test]
fn a_folder_that_a_change_can_write_is_refused() {
    let cached = Cached::new(Folder::with(&[("specs/a.yaml", GOOD), ("cache/x", "")]));
    let refused = |place: &str, paths: &[&str]| {
        let words = [&["check", "--cache-dir", place], paths].concat();
        let answer = cached.folder.run(&words);
        assert_eq!(
            (answer.code, answer.out.as_str()),
            (2, ""),
            "{}",
            answer.err
        );
        answer.err
    };
    let said = refused("cache", &[]);
    assert!(
        said.contains("a change could forge what is in it"),
        "{said}"
    );
    assert!(said.contains("--no-cache"), "{said}");
    refused("specs/not/there", &["specs"]);
    assert!(
        !cached.folder.path.join("specs/not").exists(),
        "nothing is made"
    );
    refused("specs", &["specs/a.yaml"]);
    // The whole repository, whatever part of it is checked.
    git::init(&cached.folder.path);
    refused("cache", &["specs"]);
    // A way around it.
    #[cfg(unix)]
    {
        link(
            &cached.folder.path.join("cache"),
            &cached.cache.path.join("link"),
        );
        let place = cached.cache.path.join("link");
        refused(place.to_str().expect("a text"), &[]);
    }
}

/// Only whoever may give files away can try it.
#[test]
#[cfg(unix)]
fn a_folder_of_another_user_is_refused() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    cached.same(&[]);
    if std::os::unix::fs::chown(cached.place(), Some(65_534), None).is_err() {
        eprintln!("skipped: files cannot be given away");
        return;
    }
    let refused = cached.run(&["--as-of", DAY], &Setting::default());
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(
        refused.err.contains("belongs to another user"),
        "{}",
        refused.err
    );
}

#[test]
#[cfg(unix)]
fn a_folder_that_others_can_open_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    cached.same(&[]);
    let mode = fs::metadata(cached.place())
        .expect("a folder")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    for mode in [0o755, 0o770, 0o701] {
        fs::set_permissions(cached.place(), fs::Permissions::from_mode(mode)).expect("changed");
        let answer = cached.run(&[], &Setting::default());
        assert_eq!(answer.code, 2);
        assert!(
            answer.err.contains("is open to other users"),
            "{}",
            answer.err
        );
    }
}

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn the_folder_of_the_user_is_used_outside_of_ci() {
    let cached = Cached::new(Folder::with(&[("a.yaml", GOOD)]));
    let home = cached.cache.path.to_str().expect("a text");
    let kept = |folder: &str| all(&cached.cache.path.join(folder)).len();
    let run = |env: &[(&str, &str)], more: &[&str]| {
        let words = [&["check"], more].concat();
        let answer = cached.folder.run_as(&words, &Setting { env, stdin: b"" });
        assert_eq!(answer.err, "");
    };
    run(&[("XDG_CACHE_HOME", home), ("CI", "true")], &[]);
    run(&[("XDG_CACHE_HOME", "relative"), ("CI", "")], &[]);
    run(&[("XDG_CACHE_HOME", home), ("CI", "")], &["--no-cache"]);
    assert_eq!(kept("servelint"), 0);
    run(&[("XDG_CACHE_HOME", home), ("CI", "")], &[]);
    assert_eq!(kept("servelint"), 1);
    run(&[("HOME", home), ("CI", "")], &[]);
    assert_eq!(kept(".cache/servelint"), 1);
    // A home that is itself checked has a cache that what is in it could forge.
    run(
        &[("HOME", cached.folder.path.to_str().expect("a text"))],
        &[],
    );
    assert!(!cached.folder.path.join(".cache").exists());
}

#[test]
fn runs_that_rest_on_more_than_files_are_not_kept() {
    let cached = Cached::new(Folder::with(&[
        ("a.yaml", GOOD),
        (
            "platform/servelint-pack.toml",
            "name = \"acme\"\nversion = \"1.0.0\"\n",
        ),
        (
            "platform/policies/a/b/b.rego",
            "# METADATA\n# title: A\n# custom:\n#   severity: warning\n#   applies_to: [ServingSpec]\npackage acme.rules.a[\"b\"]\n\nfinding contains {\"at\": [\"metadata\"], \"message\": \"m\"} if true\n",
        ),
    ]));
    let path = &cached.folder.path;
    git::init(path);
    git::commit(path, "first");
    for words in [
        &["--since", "HEAD"][..],
        &["--policy-from", "HEAD"],
        &["--hook", "a.yaml"],
        &["--diff"],
    ] {
        cached.same_as(words, &Setting::default());
        assert_eq!(cached.kept().len(), 0, "{words:?}");
    }
    // A run that failed.
    assert_eq!(cached.same(&["gone.yaml"]).code, 2);
    assert_eq!(cached.kept().len(), 0);
    // The rules of a pack run in a process of their own.
    cached
        .folder
        .file("servelint.toml", "[[policies]]\npath = \"platform\"\n");
    let answer = cached.same(&[]);
    assert!(answer.out.contains("acme/b"), "{}", answer.out);
    assert_eq!(cached.kept().len(), 0);
}
