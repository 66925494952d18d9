//! Real git repositories, made by the git of this machine without its configuration.

use super::files;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What git answers in this folder; it must succeed.
pub(crate) fn git(folder: &Path, words: &[&str]) -> String {
    let ended = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=dana", "-c", "user.email=dana@example.com"])
        .args(["-c", "protocol.file.allow=always"])
        .args(["-c", "uploadpack.allowAnySHA1InWant=true"])
        .args(words)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{words:?}: {said}");
    String::from_utf8_lossy(&ended.stdout).trim().to_owned()
}

/// Makes a repository of the folder.
pub(crate) fn init(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
}

/// Commits everything that the folder holds; the id of the commit.
pub(crate) fn commit(folder: &Path, message: &str) -> String {
    let words = ["commit", "--quiet", "--allow-empty", "--message", message];
    git(folder, &["add", "--all"]);
    git(folder, &words);
    git(folder, &["rev-parse", "HEAD"])
}

/// Writes what a change can commit below `outer`: a bare repository in plain files, whose configuration names programs
/// that make `marker`, and to which each revision of `outer` holds the folder `at` as it is now.
pub(crate) fn plant(outer: &Path, at: &Path, marker: &Path) {
    let bare = tempfile::tempdir().expect("a temporary folder");
    let bare = bare.path();
    let (from, to) = (outer.to_string_lossy(), bare.to_string_lossy());
    git(outer, &["clone", "--quiet", "--bare", &from, &to]);
    let own = |words: &[&str]| {
        git(
            at,
            &[&["--git-dir", &*to, "--work-tree", "."], words].concat(),
        )
    };
    let before = own(&["rev-parse", "HEAD"]);
    own(&["add", "--all"]);
    own(&["commit", "--quiet", "--message", "planted"]);
    own(&["replace", &before, &own(&["rev-parse", "HEAD"])]);
    let run = format!("touch '{}'; cat", marker.display());
    for name in [
        "filter.x.clean",
        "filter.x.process",
        "diff.x.textconv",
        "diff.external",
        "core.fsmonitor",
    ] {
        own(&["config", name, &run]);
    }
    own(&["config", "core.bare", "false"]);
    own(&["config", "core.worktree", "."]);
    fs::write(bare.join("info/exclude"), "*\n").expect("a file");
    files::copy(bare, at, &|_| true);
    fs::write(at.join(".gitattributes"), "* filter=x diff=x\n").expect("a file");
    // A folder that git commits only with something in it.
    fs::write(at.join("refs/keep"), "").expect("a file");
}

/// A `git` that writes down what it is asked and then asks the real one.
#[cfg(unix)]
pub(crate) struct RecordedGit {
    record: PathBuf,
    /// The PATH on which it comes first.
    pub(crate) path: String,
}

#[cfg(unix)]
impl RecordedGit {
    /// In a folder of its own.
    pub(crate) fn new(folder: &Path) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let (record, tools) = (folder.join("record"), folder.join("tools"));
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\nPATH=\"${{PATH#*:}}\" exec git \"$@\"\n",
            record.display()
        );
        fs::create_dir(&tools).expect("a folder");
        fs::write(tools.join("git"), script).expect("a program");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(tools.join("git"), mode).expect("a program");
        let path = std::env::var("PATH").expect("a path");
        Self {
            record,
            path: format!("{}:{path}", tools.display()),
        }
    }

    /// What it was asked, a question a line, and forgets it.
    pub(crate) fn asked(&self) -> String {
        let asked = fs::read_to_string(&self.record).unwrap_or_default();
        fs::write(&self.record, "").expect("written");
        asked
    }
}
