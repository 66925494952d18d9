//! `servelint init` and what its files are worth.

use super::run::{Folder, command};

fn fill(folder: &Folder, name: &str) {
    let mut text = folder
        .read(name)
        .replace("evidence/TODO.txt", "evidence/bench.json");
    // Nothing was measured, so nothing may rest on it.
    text = text.replace("gate: blocking", "gate: advisory");
    let mut words = 0;
    while let Some(at) = text.find("\"TODO") {
        let end = text[at + 1..].find('"').expect("a closing quote") + at + 2;
        words += 1;
        text.replace_range(at..end, &format!("\"what was found out, part {words}\""));
    }
    folder.file(name, text);
}

#[test]
fn the_first_files_want_nothing_but_words() {
    let folder = Folder::new();
    folder
        .run(&["init", "--name", "my-service"])
        .exits(0)
        .says("wrote servelint.toml")
        .says("then run:\n  servelint check .\n");
    let answer = folder.run(&["check", "--format", "concise"]);
    answer
        .exits(1)
        .says("my-service draft in dev")
        .says("placeholder-text")
        .says("3 documents, 1 review");
    for line in answer
        .out
        .lines()
        .filter(|line| !line.starts_with("servelint: "))
    {
        let wants_words = line.contains("[placeholder-text]");
        assert!(
            wants_words || line.contains("blocking item `LOAD-1` has no evidence"),
            "{line}"
        );
    }
    for name in [
        "my-service.serving.yaml",
        "my-service.decisions.yaml",
        "my-service.checklist.yaml",
    ] {
        let text = folder.read(name);
        assert!(
            !text.contains("\"TODO\""),
            "{name} has a TODO that does not say what to fill in"
        );
        fill(&folder, name);
    }
    folder.file("evidence/bench.json", "{}");
    let answer = folder.run(&["check", "--format", "concise"]);
    answer
        .exits(0)
        .says("warning[unjudged] item `LOAD-1` was not judged: it has no evidence")
        .says("servelint: 1 warning in ")
        .says("my-service go in dev");
}

#[test]
fn init_overwrites_nothing() {
    let folder = Folder::new();
    folder.file("b/b.checklist.yaml", "mine");
    let answer = folder.run(&["init", "b"]);
    answer
        .exits(2)
        .says("b/b.checklist.yaml exists already; nothing was written")
        .says("help: ");
    assert_eq!(folder.read("b/b.checklist.yaml"), "mine");
    assert_eq!(names(&folder, "b"), ["b.checklist.yaml"]);
}

/// What a folder holds, sorted.
fn names(folder: &Folder, below: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path.join(below)).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let name = entry.expect("an entry").file_name();
        name.into_string().expect("UTF-8")
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn init_makes_the_folder_that_it_is_given() {
    let folder = Folder::new();
    folder
        .run(&["init", "a/b"])
        .exits(0)
        .says("wrote a/b/servelint.toml")
        .says("wrote a/b/b.serving.yaml")
        .says("servelint check a/b");
    folder.run(&["check", "a/b"]).exits(1).says("b  dev  draft");
    folder
        .run(&["init", "a/b"])
        .exits(2)
        .says("nothing was written");
    folder
        .file("f", "")
        .run(&["init", "f/d"])
        .exits(2)
        .says("cannot write f/d: ")
        .says("help: ");
}

#[test]
fn init_names_the_service_after_its_folder() {
    let folder = Folder::new();
    for (words, below, service) in [
        (
            &["init", "Feed Ranker_v2"][..],
            "Feed Ranker_v2",
            "feed-ranker-v2",
        ),
        (&["init", "42"], "42", "42"),
        (&["init", "no"], "no", "no"),
        (&["init", "specs", "--name", "ranker"], "specs", "ranker"),
        (&["init", "--", "-x"], "./-x", "x"),
    ] {
        let answer = folder.run(words);
        answer.exits(0).says(&match below.contains(' ') {
            true => format!("  servelint check '{below}'\n"),
            false => format!("  servelint check {below}\n"),
        });
        let files = names(&folder, below);
        for kind in ["checklist", "decisions", "serving"] {
            let wanted = format!("{service}.{kind}.yaml");
            assert!(files.contains(&wanted), "{wanted} is not in {files:?}");
        }
        let answer = folder.run(&["check", below, "--format", "concise"]);
        answer
            .exits(1)
            .says(&format!("verdict: {service} draft in dev"))
            .says("3 documents, 1 review")
            .says("[placeholder-text]");
    }
}

#[test]
fn init_names_the_service_after_the_working_folder() {
    let folder = Folder::with(&[("chat/.keep", "")]);
    let output = command(&folder.path.join("chat"), &["init"], &[]).output();
    let output = output.expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("wrote chat.serving.yaml"), "{said}");
}

#[test]
fn names_that_no_service_can_have_are_refused() {
    let folder = Folder::new();
    folder
        .run(&["init", "--name", "My Service"])
        .exits(2)
        .says("`My Service` cannot name a service")
        .says("help: servelint init --name my-service");
    assert_eq!(names(&folder, ""), [""; 0]);
}

/// Evidence is relative to the root of the project, which is then not the folder itself.
#[test]
fn a_folder_below_a_configuration_gets_no_second_one() {
    let folder = Folder::with(&[("servelint.toml", "")]);
    for (service, below) in [("a", "services/a"), ("b", "2 services, old/b")] {
        let answer = folder.run(&["init", below]);
        answer
            .exits(0)
            .says("settings come from servelint.toml, so no second servelint.toml was written");
        assert!(
            !answer.out.contains("wrote servelint.toml"),
            "{}",
            answer.out
        );
        assert_eq!(names(&folder, below).len(), 4, "{service}");
        assert!(!folder.path.join(below).join("servelint.toml").exists());
    }
    let answer = folder.run(&["check", "--format", "concise"]);
    answer.exits(1).says("6 documents, 2 reviews");
    for line in answer.out.lines() {
        let known = ["[placeholder-text]", "has no evidence", "servelint: "];
        assert!(known.iter().any(|known| line.contains(known)), "{line}");
    }
    for below in ["services/a", "2 services, old/b"] {
        let (service, path) = (
            &below[below.len() - 1..],
            format!("{below}/evidence/TODO.txt"),
        );
        assert!(folder.read(&path).contains(&format!("says `{path}`")));
        let log = folder.read(&format!("{below}/{service}.decisions.yaml"));
        assert!(log.contains(&path), "{log}");
    }
    // The folder of the configuration itself gets documents, and keeps what it has.
    folder.run(&["init", ".", "--name", "c"]).exits(0);
    assert_eq!(folder.read("servelint.toml"), "");
    // A repository within is a project of its own.
    std::fs::create_dir_all(folder.path.join("other/.git")).expect("a folder");
    folder
        .run(&["init", "other/d"])
        .exits(0)
        .says("wrote other/d/servelint.toml");
}

#[test]
fn the_configuration_shows_the_defaults() {
    let folder = Folder::new();
    folder.run(&["init"]).exits(0);
    let text = folder.read("servelint.toml");
    let parse = |text: &str| {
        servelint::config::Config::parse(&servelint::document::source::Source::new(
            "servelint.toml",
            text,
        ))
        .expect("valid")
    };
    let (mut on, default) = (
        parse(&crate::common::switched_on(&text)),
        servelint::config::Config::default(),
    );
    // Headers of tables stand there without their keys, which changes no setting.
    let plain = |config: servelint::config::Config| servelint::config::Config {
        places: Default::default(),
        ..config
    };
    assert_eq!(plain(parse(&text)), default);
    // These are examples: they have no default value that could be written.
    assert_eq!(
        (
            on.waivers.len(),
            on.severity.len(),
            on.approvers.len(),
            on.schemas.len(),
            on.platforms.len(),
            on.render.len()
        ),
        (1, 1, 1, 1, 1, 1)
    );
    on.check.exclude.clear();
    on.check.baseline = None;
    on.policy.waivers.max_days = None;
    on.schemas.clear();
    on.render.clear();
    on.waivers.clear();
    on.severity.clear();
    on.approvers.clear();
    on.platforms.clear();
    on.policy.max_error_ratio_in_load_test = None;
    // Which keys are written says nothing of their values.
    on.policy.stated.clear();
    on.policy
        .severity_matrix
        .clone_from(&default.policy.severity_matrix);
    assert_eq!(plain(on), default);
}
