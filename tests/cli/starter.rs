//! `servelint init` and what its files are worth.

use super::run::Folder;

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
        .run(&["init"])
        .exits(0)
        .says("wrote servelint.toml")
        .says("then run: servelint check .");
    let answer = folder.run(&["check", "--format", "concise"]);
    answer
        .exits(0)
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
        .says("servelint: no findings in ")
        .says("my-service go in dev");
}

#[test]
fn init_overwrites_nothing() {
    let folder = Folder::new();
    folder.file("my-service.checklist.yaml", "mine");
    let answer = folder.run(&["init"]);
    answer
        .exits(2)
        .says("my-service.checklist.yaml exists already; nothing was written")
        .says("help: ");
    assert_eq!(folder.read("my-service.checklist.yaml"), "mine");
    assert_eq!(
        std::fs::read_dir(&folder.path).expect("a folder").count(),
        1
    );
}

#[test]
fn init_makes_the_folder_that_it_is_given() {
    let folder = Folder::new();
    folder
        .run(&["init", "a/b"])
        .exits(0)
        .says("wrote a/b/servelint.toml")
        .says("servelint check a/b");
    folder.run(&["check", "a/b"]).exits(0);
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
fn the_configuration_shows_the_defaults() {
    let folder = Folder::new();
    folder.run(&["init"]).exits(0);
    let text = folder.read("servelint.toml");
    let switched_on: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") || rest.starts_with('[') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let parse = |text: &str| {
        servelint::config::Config::parse(&servelint::document::source::Source::new(
            "servelint.toml",
            text,
        ))
        .expect("valid")
    };
    let (mut on, default) = (parse(&switched_on), servelint::config::Config::default());
    assert_eq!(parse(&text), default);
    // These are examples: they have no default value that could be written.
    assert_eq!(
        (
            on.waivers.len(),
            on.severity.len(),
            on.approvers.len(),
            on.schemas.len()
        ),
        (1, 1, 1, 1)
    );
    on.check.exclude.clear();
    on.check.baseline = None;
    on.policy.waivers.max_days = None;
    on.schemas.clear();
    on.waivers.clear();
    on.severity.clear();
    on.approvers.clear();
    on.policy.max_error_ratio_in_load_test = None;
    on.policy
        .severity_matrix
        .clone_from(&default.policy.severity_matrix);
    assert_eq!(on, default);
}
