//! The scripts of `.ci` that nobody calls in every run: they work.

use crate::common::ROOT;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A stand-in for servelint, which answers with this message.
fn binary(folder: &Path, name: &str, message: &str) -> PathBuf {
    let script = format!(
        "#!/bin/sh\nfor word; do case $word in sarif=*) echo '{{\"runs\": []}}' > \"${{word#sarif=}}\";; esac; done\n\
         echo '{message}'\n"
    );
    let path = folder.join(name);
    fs::write(&path, script).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    path
}

fn same(words: &[&Path]) -> (Option<i32>, String, String) {
    let run = Command::new(Path::new(ROOT).join(".ci/same"))
        .args(words)
        .args(["--only", "projects/feed-ranker"])
        .output();
    let Output {
        status,
        stdout,
        stderr,
    } = run.expect("the script runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn same_shows_what_differs_between_two_binaries() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let (old, new) = (binary(path, "old", "one"), binary(path, "new", "two"));
    let (code, said, error) = same(&[&old, &old]);
    if code == Some(127) || error.contains("the history lacks") {
        eprintln!("skipped: there is no Python, or the clone is shallow");
        return;
    }
    assert_eq!(code, Some(0), "{said}{error}");
    assert!(said.ends_with("equal bytes\n"), "{said}");
    let (code, differences, _) = same(&[&old, &new]);
    assert_eq!(code, Some(1));
    assert_eq!(differences, "-one\n+two\n");
    let known = path.join("known");
    fs::write(&known, &differences).expect("a file");
    let option = Path::new("--differences");
    let (code, said, _) = same(&[&old, &new, option, &known]);
    assert_eq!(code, Some(0));
    assert!(said.ends_with("the intended differences\n"), "{said}");
    // One that no longer occurs fails as well.
    let (code, ..) = same(&[&old, &old, option, &known]);
    assert_eq!(code, Some(1));
}
