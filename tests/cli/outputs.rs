//! `--output FORMAT=FILE`.

use super::run::{Folder, GOOD, good_but};
use std::fs;

fn broken() -> Folder {
    Folder::with(&[("a.yaml", &good_but("gateway: 150ms", "gateway: 80ms"))])
}

#[test]
fn several_reports_come_of_one_run() {
    let folder = broken();
    let words = [
        "--output",
        "sarif=out.sarif",
        "--output",
        "markdown=[summary].md",
        "--output=junit=x.xml",
    ];
    folder
        .check(&words)
        .exits(1)
        .says("a.yaml:")
        .says("timeouts-order");
    let sarif: serde_json::Value = serde_json::from_str(&folder.read("out.sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "timeouts-order");
    assert!(
        folder
            .read("[summary].md")
            .starts_with("## servelint: no-go\n")
    );
    assert!(folder.read("x.xml").contains("<failure "));
    let left: Vec<_> = fs::read_dir(&folder.path).expect("readable").collect();
    assert_eq!(left.len(), 4, "no temporary file stays");
}

#[test]
fn the_same_report_as_on_standard_output() {
    let folder = broken();
    for format in servelint::output::FORMATS
        .iter()
        .map(|format| format.name)
        .filter(|name| *name != "rich")
    {
        let out = folder
            .run(&[
                "check",
                "a.yaml",
                "--as-of",
                super::run::DAY,
                "--format",
                format,
            ])
            .out;
        folder
            .check(&["a.yaml", "--output", &format!("{format}=out")])
            .exits(1);
        assert_eq!(folder.read("out"), out, "{format}");
    }
}

#[test]
fn what_cannot_be_written_is_said() {
    let folder = broken();
    fs::create_dir(folder.path.join("d")).expect("a folder");
    for (words, message) in [
        (
            &["sarif"][..],
            "names no file\n  help: write it as --output sarif=out.sarif",
        ),
        (&["sarif="], "names no file"),
        (&["serif=x"], "help: did you mean `sarif`?"),
        (&["pdf=x"], "help: the formats are rich, concise, json"),
        (&["sarif=d"], "cannot write d: it is a folder"),
        (
            &["sarif=no/x"],
            "cannot write no/x: its folder does not exist",
        ),
        (
            &["sarif=x", "json=./d/../x"],
            "cannot write d/../x: two outputs name this file",
        ),
        (
            &["json=d/../a.yaml"],
            "cannot write d/../a.yaml: it is one of the files to check",
        ),
    ] {
        let outputs = words.iter().flat_map(|word| ["--output", word]);
        let words: Vec<&str> = ["a.yaml"].into_iter().chain(outputs).collect();
        let answer = folder.check(&words);
        answer.exits(2).says(message);
        assert_eq!(answer.out, "");
    }
    assert!(!folder.path.join("x").exists());
}

#[cfg(unix)]
#[test]
fn files_keep_their_rights_and_links_stay_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = broken();
    let rights = |name: &str| {
        fs::metadata(folder.path.join(name))
            .expect("a file")
            .permissions()
            .mode()
            & 0o777
    };
    folder.file("old", "old").file("locked", "old");
    fs::set_permissions(folder.path.join("old"), fs::Permissions::from_mode(0o640))
        .expect("rights");
    fs::set_permissions(
        folder.path.join("locked"),
        fs::Permissions::from_mode(0o444),
    )
    .expect("rights");
    symlink("old", folder.path.join("link")).expect("a link");
    folder
        .check(&[
            "--output",
            "tap=link",
            "--output",
            "tap=new",
            "--output",
            "json=/dev/null",
        ])
        .exits(1);
    assert!(folder.read("old").starts_with("TAP version 14\n"));
    assert!(folder.path.join("link").is_symlink());
    assert_eq!((rights("old"), rights("new") & 0o600), (0o640, 0o600));
    assert!(!fs::metadata("/dev/null").expect("a device").is_file());
    folder
        .check(&["--output", "tap=locked"])
        .exits(2)
        .says("cannot write locked: it is read-only")
        .says("a.yaml:");
    folder
        .check(&["--output", "tap=old", "--output", "json=link"])
        .exits(2)
        .says("two outputs name this file");
}

#[test]
fn a_run_without_documents_looks_like_no_success_in_any_format() {
    let folder = Folder::new();
    for (format, sign) in [
        ("sarif", "\"executionSuccessful\": false"),
        (
            "github",
            "::error title=servelint%3A failure::nothing to check",
        ),
        ("gitlab", "\"blocker\""),
        ("junit", "errors=\"1\""),
        ("tap", "not ok 1 - failure: nothing to check"),
        ("markdown", "## servelint: the run failed"),
        ("azure", "##vso[task.complete result=Failed]the run failed"),
    ] {
        folder
            .run(&["check", "--format", format])
            .exits(2)
            .says(sign);
    }
    assert!(folder.run(&["check", "--help"]).out.contains("azure"));
    Folder::with(&[("a.yaml", GOOD)])
        .run(&["check", "--format", "azure", "--as-of", super::run::DAY])
        .exits(0)
        .says("result=Succeeded");
}
