//! Which files are found, and what is said of those that cannot be read.

use super::run::{Folder, GOOD, good_but};

#[test]
fn folders_are_searched_for_every_format_that_is_known() {
    let folder = Folder::new();
    for name in [
        "a.yaml",
        "b/c.yml",
        "b/c/d.toml",
        "e.json",
        "f.jsonc",
        "g.txt",
        "h",
    ] {
        folder.file(name, "");
    }
    folder.check(&[]).says("in 5 files");
}

#[test]
fn what_git_ignores_and_what_is_hidden_is_left_out_unless_it_is_named() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        (".gitignore", "build/\nsecret.yaml\n"),
        ("build/b.yaml", GOOD),
        ("secret.yaml", GOOD),
        (".hidden/c.yaml", GOOD),
    ]);
    crate::common::git::init(&folder.path);
    folder.check(&[]).exits(0).says("in 1 file ");
    folder
        .check(&["secret.yaml", "--isolated"])
        .exits(0)
        .says("in 1 file ");
    folder.check(&["build"]).says("in 1 file ");
    folder.check(&[".hidden", "--isolated"]).says("in 1 file ");
}

#[test]
fn a_file_that_is_named_twice_or_in_its_folder_is_checked_once() {
    let folder = Folder::with(&[("d/a.yaml", GOOD)]);
    for words in [
        &["d/a.yaml", "d/a.yaml"][..],
        &["d", "d/a.yaml"],
        &["d/a.yaml", "./d/../d/a.yaml"],
        &[".", "d"],
    ] {
        folder
            .check(words)
            .exits(0)
            .says("in 1 file (1 document, 1 review");
    }
}

#[test]
fn paths_that_lead_nowhere_and_names_without_format_are_refused() {
    let folder = Folder::with(&[("a.txt", ""), ("empty/.keep", "")]);
    folder
        .check(&["nowhere"])
        .exits(2)
        .says("cannot check nowhere: there is no such file or folder");
    folder
        .check(&["a.txt"])
        .exits(2)
        .says("the name tells no format")
        .says("help: ");
    folder.check(&["empty"]).exits(2).says("nothing to check");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use crate::common::files::pipe;
    use std::{fs, os::unix::fs::symlink};

    #[test]
    fn links_neither_loop_nor_lead_out() {
        let secret = ("secret.yaml", "token: [hunter2\n");
        let outside = Folder::with(&[secret, ("d/x.yaml", "token: hunter2\n")]);
        let folder = Folder::with(&[("d/a.yaml", GOOD)]);
        symlink("..", folder.path.join("d/up")).expect("link");
        symlink("a.yaml", folder.path.join("d/b.yaml")).expect("link");
        symlink(outside.path.join("secret.yaml"), folder.path.join("c.yaml")).expect("link");
        symlink(outside.path.join("d"), folder.path.join("out")).expect("link");
        let answer = folder.check(&[]);
        answer
            .exits(0)
            .says("in 1 file (1 document")
            .keeps_quiet_about("hunter2");
        answer.says("c.yaml: a symbolic link out of the folder is not followed");
        answer
            .says("d/up: a symbolic link to a folder is not followed")
            .says("out: a symbolic link to a folder");
    }

    #[test]
    fn links_to_nowhere_and_to_themselves_are_failures() {
        let folder = Folder::with(&[("a.yaml", GOOD)]);
        symlink("nowhere.yaml", folder.path.join("b.yaml")).expect("link");
        symlink("c.yaml", folder.path.join("c.yaml")).expect("link");
        let answer = folder.check(&[]);
        answer
            .exits(2)
            .says("cannot read b.yaml: the symbolic link leads nowhere")
            .says("cannot read c.yaml: ");
        answer.says("verdict: feed-ranker go").says("in 3 files");
        folder
            .check(&["c.yaml"])
            .exits(2)
            .says("cannot check c.yaml: ");
    }

    #[test]
    fn pipes_and_devices_do_not_hang() {
        let folder = Folder::with(&[("a.yaml", GOOD)]);
        pipe(&folder.path.join("pipe.yaml"));
        folder
            .check(&["pipe.yaml"])
            .exits(2)
            .says("cannot read pipe.yaml: it is not a regular file");
        folder
            .check(&[])
            .exits(0)
            .says("not checked: pipe.yaml: it is no regular file");
        folder
            .check(&["/dev/zero"])
            .exits(2)
            .says("the name tells no format");
        symlink("/dev/zero", folder.path.join("zero.yaml")).expect("link");
        folder
            .check(&["zero.yaml"])
            .exits(2)
            .says("it is not a regular file");
        folder
            .check(&["--config", "/dev/zero"])
            .exits(2)
            .says("larger than 1 MB");
        pipe(&folder.path.join("servelint.toml"));
        folder
            .check(&["a.yaml"])
            .exits(2)
            .says("servelint.toml: it is not a regular file");
    }

    #[test]
    fn a_file_that_must_not_be_read_is_a_failure_and_the_run_goes_on() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", GOOD)]);
        let path = folder.path.join("b.yaml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
        if fs::read(&path).is_ok() {
            return; // whoever is root reads everything
        }
        folder
            .check(&[])
            .exits(2)
            .says("cannot read b.yaml: permission denied")
            .says("feed-ranker go");
    }
}

#[test]
fn a_folder_whose_name_ends_like_a_file_is_a_folder() {
    Folder::with(&[("x.yaml/a.yaml", GOOD)])
        .check(&["x.yaml"])
        .exits(0)
        .says("in 1 file ");
}

#[test]
fn bytes_that_are_no_text_give_a_finding_and_the_run_goes_on() {
    let utf16: Vec<u8> = "a: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut latin1 = good_but("owner: team-feed-relevance", "owner: M?ller").into_bytes();
    let at = latin1
        .iter()
        .position(|byte| *byte == b'?')
        .expect("the mark");
    latin1[at] = 0xfc;
    let folder = Folder::with(&[("good.yaml", GOOD)]);
    folder.file("utf16.yaml", [&[0xff, 0xfe][..], &utf16].concat());
    folder
        .file("latin1.yaml", &latin1)
        .file("nul.json", b"{\"a\": \"\0\"}")
        .file("large.toml", vec![b'#'; 11_000_000]);
    let answer = folder.check(&["."]);
    assert_eq!(
        answer.out.matches("[syntax-invalid]").count(),
        3 + usize::from(answer.out.contains("utf16.yaml:"))
    );
    answer.says("larger than 10 MB");
    // Any of them may be a part of the review beside it.
    answer.says("feed-ranker no-go");
    let named = folder.check(&["latin1.yaml", "nul.json", "large.toml"]);
    named.exits(1).says("3 errors in 3 files");
    // Their number is no business of this test.
    let rules = format!("{} rules", crate::common::PACK.rules().len());
    insta::assert_snapshot!(
        "bytes_that_are_no_text",
        named.shown().replace(&rules, "[N] rules")
    );
}

#[test]
fn templates_are_not_checked_and_never_syntax_errors() {
    let chart = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: {{ .Values.name }}\n{{- if .Values.x }}\n{{ end }}\n";
    let folder = Folder::with(&[("a.yaml", GOOD), ("chart/templates/service.yaml", chart)]);
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("not checked: chart/templates/service.yaml: it holds template actions");
    answer
        .keeps_quiet_about("syntax-invalid")
        .says("1 not checked");
    folder.check(&["chart"]).exits(2).says("nothing to check");
}

#[test]
fn bombs_are_refused_quickly() {
    let aliases = (1..12).fold(
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(),
        |text, n| {
            let below = vec![format!("*a{}", n - 1); 10].join(", ");
            format!("{text}a{n}: &a{n} [{below}]\n")
        },
    );
    let folder = Folder::new();
    folder
        .file("nest.yaml", "[".repeat(200_000))
        .file("nest.json", "[".repeat(200_000));
    folder.file("nest.toml", format!("a = {}", "[".repeat(200_000)));
    folder
        .file("flow.yaml", "{a: ".repeat(100_000))
        .file("block.yaml", "- ".repeat(100_000));
    folder
        .file("alias.yaml", aliases)
        .file("many.json", format!("[{}1]", "1,".repeat(2_000_000)));
    let names = [
        "nest.yaml",
        "nest.json",
        "nest.toml",
        "flow.yaml",
        "block.yaml",
        "alias.yaml",
        "many.json",
    ];
    let mut answer = folder.check(&names);
    answer.exits(1);
    answer.out.insert(0, '\n');
    for name in names {
        answer.says(&format!("\n{name}:"));
    }
}

/// The largest bomb takes 650 MB in a build without optimisation.
#[cfg(target_os = "linux")]
#[test]
fn bombs_fit_into_a_bounded_memory() {
    let folder = Folder::new();
    folder.file("many.json", format!("[{}1]", "1,".repeat(4_900_000)));
    let command = format!(
        "ulimit -v 4000000; exec '{}' check many.json",
        crate::common::program()
    );
    let ended = std::process::Command::new("sh")
        .args(["-c", &command])
        .current_dir(&folder.path)
        .output();
    let ended = ended.expect("sh");
    assert_eq!(
        ended.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[test]
fn protobuf_text_of_other_tools_is_no_noise() {
    let huge = "node { name: \"a\" }\n".repeat(600_000);
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("graph/saved.pbtxt", "node { name: 'x' }\n"),
    ]);
    folder
        .file("graph/odd.pbtxt", "%dialect { ???\n")
        .file("graph/huge.pbtxt", &huge);
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("other files: 3 files have no document")
        .keeps_quiet_about("syntax-invalid");
    folder
        .check(&["graph/odd.pbtxt"])
        .exits(1)
        .says("graph/odd.pbtxt:1:1: error[syntax-invalid]");
    folder.file("models/a/config.pbtxt", "max_batch_size 4\n");
    folder
        .check(&[])
        .says("models/a/config.pbtxt:1:1: warning[syntax-invalid] `:` is missing");
}
