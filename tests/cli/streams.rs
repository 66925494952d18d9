//! Standard input and closed pipes.

use super::run::{Folder, GOOD, Setting, good_but};

fn piped(folder: &Folder, words: &[&str], stdin: &str) -> super::run::Answer {
    let words = [
        &["check", "--format", "concise", "--as-of", super::run::DAY],
        words,
    ]
    .concat();
    folder.run_as(
        &words,
        &Setting {
            stdin: stdin.as_bytes(),
            ..Setting::default()
        },
    )
}

#[test]
fn standard_input_is_read_under_its_name() {
    let folder = Folder::new();
    let bad = good_but("revision: 31", "revision: many");
    piped(&folder, &["-"], GOOD)
        .exits(0)
        .says("in 1 file (1 document");
    piped(&folder, &["-"], &bad)
        .exits(1)
        .says("stdin:6:13: error[schema-valid]");
    piped(&folder, &["-", "--stdin-filename", "d/x.yaml"], &bad)
        .exits(1)
        .says("d/x.yaml:6:13: error");
    piped(&folder, &["-"], "{\"apiVersion\": \"servelint/v1alpha1\"}")
        .exits(1)
        .says("stdin:1:");
    let toml = "apiVersion = \"servelint/v1alpha1\"\n";
    piped(&folder, &["-", "--stdin-filename", "x.toml"], toml)
        .exits(1)
        .says("names no `kind`");
    piped(&folder, &["-", "--stdin-filename", "x.txt"], toml)
        .exits(2)
        .says("the name tells no format");
}

#[test]
fn nothing_and_the_same_twice() {
    let folder = Folder::with(&[("a.yaml", &good_but("revision: 31", "revision: many"))]);
    piped(&folder, &["-"], "").exits(2).says("nothing to check");
    piped(&folder, &["-", "-"], GOOD)
        .exits(0)
        .says("in 1 file ");
    // What the editor holds goes before what the disk holds.
    piped(&folder, &[".", "-", "--stdin-filename", "a.yaml"], GOOD)
        .exits(0)
        .says("in 1 file ");
    piped(&folder, &["-", "--stdin-filename", "a.yaml"], GOOD)
        .exits(0)
        .says("in 1 file ");
}

#[test]
fn standard_input_obeys_the_configuration_of_its_place() {
    let text = good_but("spec:", "  reviewBy: 2026-06-01\nspec:");
    let folder = Folder::with(&[(
        "d/servelint.toml",
        "[check]\nignore = [\"review-overdue\"]\n",
    )]);
    piped(&folder, &["-"], &text).says("review-overdue");
    piped(&folder, &["-", "--stdin-filename", "d/a.yaml"], &text)
        .keeps_quiet_about("[review-overdue]");
}

#[test]
fn too_much_input_is_refused() {
    let folder = Folder::new();
    piped(&folder, &["-"], &"# x\n".repeat(3_000_000))
        .exits(1)
        .says("larger than 10 MB");
}

#[test]
fn who_closes_the_pipe_gets_the_verdict_and_no_message() {
    let folder = Folder::new();
    let bad = good_but("revision: 31", "revision: many");
    for n in 0..60 {
        folder.file(
            &format!("{n}.yaml"),
            bad.replace("feed-ranker", &format!("s{n}")),
        );
    }
    for (words, code) in [
        (&["check"][..], 1),
        (&["check", "--format", "json"], 1),
        (&["check", "--format", "concise"], 1),
        (&["rules"], 0),
        (&["rules", "--format", "json"], 0),
        (&["explain", "timeouts-order"], 0),
        (&["schema", "ServingSpec"], 0),
        (&["completions", "bash"], 0),
        (&["--help"], 0),
    ] {
        let mut child = folder.start(words, &[]);
        drop(child.stdout.take());
        let answer = folder.finish(child);
        assert_eq!((answer.code, answer.err.as_str()), (code, ""), "{words:?}");
    }
}

#[test]
fn a_failure_stays_a_failure_where_nobody_listens_to_errors() {
    let folder = Folder::new();
    for words in [&["check"][..], &["check", "nowhere"], &["explain", "x"]] {
        let mut child = folder.start(words, &[]);
        drop(child.stderr.take());
        assert_eq!(folder.finish(child).code, 2, "{words:?}");
    }
}

#[test]
fn no_progress_is_drawn_where_no_terminal_is() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    assert_eq!(folder.run(&["check"]).err, "");
}
