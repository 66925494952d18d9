//! The scripts of `.ci` that nobody calls in every run: they work.

use crate::common::{ROOT, files};
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

/// The exit code of a script, and what it printed to both streams.
fn answer(run: Output) -> (Option<i32>, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (run.status.code(), text(run.stdout), text(run.stderr))
}

fn same(words: &[&Path]) -> (Option<i32>, String, String) {
    let run = Command::new(Path::new(ROOT).join(".ci/same"))
        .args(words)
        .args(["--only", "projects/feed-ranker"])
        .output();
    answer(run.expect("the script runs"))
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

/// A program of a few lines.
fn program(path: &Path, lines: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, format!("#!/bin/sh\n{lines}\n")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}

/// A tree with what `.ci/instructions` needs, in which every run takes this many thousand instructions, and parsing
/// half of them.
struct Counted(tempfile::TempDir);

impl Counted {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let template = "fixtures/projects/support-chat-llm";
        files::copy(
            &Path::new(ROOT).join(template),
            &path.join(template),
            // The fewest that the script takes: it copies them a hundred times.
            &|name| {
                let is_document = name.extension().is_some_and(|ending| ending == "yaml");
                let is_kept = ["support-chat-llm.serving.yaml", "deploy", "slo"];
                !is_document || is_kept.iter().any(|kept| name.starts_with(kept))
            },
        );
        for name in [".ci/instructions", ".ci/services", "docs/performance.md"] {
            fs::create_dir_all(path.join(name).parent().expect("a folder")).expect("a folder");
            fs::copy(Path::new(ROOT).join(name), path.join(name)).expect("a file");
        }
        fs::write(path.join(".ci/instructions.txt"), "# Figures.\n").expect("a file");
        program(&path.join("target/release/servelint"), "exit 1");
        program(&path.join("bin/rustc"), "echo rustc 1.0");
        let parsed = "echo '1,000,000 ( 9%)  ???:servelint::check::open::parsed [servelint]'";
        program(&path.join("bin/callgrind_annotate"), parsed);
        Self(folder)
    }

    fn run(&self, thousands: u32, words: &[&str]) -> (Option<i32>, String) {
        let path = self.0.path();
        let said = format!("echo '==1== Collected : {thousands}000' >&2; exit 1");
        program(&path.join("bin/valgrind"), &said);
        let programs = std::env::var("PATH").unwrap_or_default();
        let run = Command::new(path.join(".ci/instructions"))
            .args(words)
            .env("PATH", format!("{}:{programs}", path.join("bin").display()))
            .output();
        let (code, said, error) = answer(run.expect("the script runs"));
        (code, said + &error)
    }

    fn page(&self) -> String {
        fs::read_to_string(self.0.path().join("docs/performance.md")).expect("the page")
    }
}

#[test]
fn instructions_fail_where_a_run_takes_two_percent_more() {
    let counted = Counted::new();
    let (code, said) = counted.run(2000, &["--bless"]);
    assert_eq!(code, Some(0), "{said}");
    let page = counted.page();
    let row = "| one ServingSpec, 155 lines | 2.0 million | not measured |\n";
    assert!(page.contains(row), "{page}");
    let row = "compared with parsing alone | 2.00 times | not measured |\n";
    assert!(page.contains(row), "{page}");
    for (thousands, code, verdict) in [
        (2030, 0, "as before"),
        (2060, 1, "more than allowed"),
        (1970, 0, "as before"),
        (1940, 0, "less: bless it"),
    ] {
        let (answered, said) = counted.run(thousands, &[]);
        assert_eq!(answered, Some(code), "{said}");
        assert_eq!(said.matches(verdict).count(), 9, "{said}");
    }
    program(&counted.0.path().join("bin/rustc"), "echo rustc 2.0");
    assert_eq!(counted.run(2190, &[]).0, Some(0), "another compiler");
    assert_eq!(counted.run(2230, &[]).0, Some(1), "another compiler");
}

#[test]
fn the_page_on_performance_is_what_the_figures_say() {
    let page = |folder: &Path| {
        let run = Command::new(folder.join(".ci/instructions"))
            .arg("--page")
            .output();
        let run = run.expect("the script runs");
        (
            run.status.code(),
            String::from_utf8_lossy(&run.stdout).into_owned(),
        )
    };
    let (code, difference) = page(Path::new(ROOT));
    assert_eq!(code, Some(0), "{difference}");
    let counted = Counted::new();
    counted.run(2000, &["--bless"]);
    assert_eq!(page(counted.0.path()).0, Some(0));
    let changed = counted.page().replace("2.0 million", "1.9 million");
    fs::write(counted.0.path().join("docs/performance.md"), changed).expect("a file");
    let (code, difference) = page(counted.0.path());
    assert_eq!(code, Some(1));
    assert!(
        difference.contains("-| one ServingSpec, 155 lines | 1.9 million"),
        "{difference}"
    );
}
