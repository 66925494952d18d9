//! What several test files need. Each uses a part of it.

pub(crate) mod cases;
pub(crate) mod edits;
pub(crate) mod projects;

use cases::{CaseProject, Cases, Text};
use servelint::{
    check::{self, Inputs, Request, Silent},
    document::{
        Document,
        read::{self, Format},
        source::Source,
    },
    finding::Report,
    manifest,
    policy::Pack,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

/// The folder of the crate.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The day that the fixtures are checked on.
pub(crate) const FIXTURE_DAY: &str = "2026-10-10";

/// The rules, read once.
pub(crate) static PACK: LazyLock<Pack> =
    LazyLock::new(|| Pack::embedded().expect("valid metadata"));

/// A request for these paths on the day of the fixtures.
pub(crate) fn request(paths: Vec<PathBuf>) -> Request {
    Request {
        paths,
        today: FIXTURE_DAY.parse().expect("a date"),
        ..Request::default()
    }
}

/// Checks a path with everything that belongs to it.
pub(crate) fn check(path: &Path) -> Report {
    check::run(&request(vec![path.to_owned()]), &PACK, &Silent).expect("a run")
}

/// Checks one file, without looking for other documents of its service.
pub(crate) fn check_alone(path: &Path) -> Report {
    check::run(
        &Request {
            isolated: true,
            ..request(vec![path.to_owned()])
        },
        &PACK,
        &Silent,
    )
    .expect("a run")
}

/// The cases of a rule by its id.
pub(crate) fn cases(rule: &str) -> Cases {
    let rule = PACK.rules().get(rule).expect("a rule");
    Cases::of(rule).expect("its cases")
}

/// The text that no rule objects to, from the cases of a rule.
pub(crate) fn good(rule: &str) -> String {
    cases(rule).good.text
}

/// The text of a rule's first case.
pub(crate) fn bad(rule: &str) -> String {
    cases(rule).cases.swap_remove(0).bad.text
}

/// Copies what lies below a folder; `keep` sees the paths within it.
pub(crate) fn copy(from: &Path, to: &Path, keep: &dyn Fn(&Path) -> bool) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("readable");
        let name = entry.path().strip_prefix(from).expect("below the folder");
        let target = to.join(name);
        if !keep(name) {
            continue;
        }
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(&target).expect("a folder"),
            false => drop(fs::copy(entry.path(), &target).expect("a file")),
        }
    }
}

/// The files of all cases of all rules, and of all projects.
pub(crate) fn every_file() -> Vec<PathBuf> {
    static FILES: LazyLock<(CaseProject, Vec<PathBuf>)> = LazyLock::new(|| {
        let project = CaseProject::new();
        let mut files = Vec::new();
        for rule in PACK.rules().values() {
            files.extend(project.write_all(rule, &Cases::of(rule).expect("its cases")));
        }
        for name in projects::names() {
            for entry in walkdir::WalkDir::new(projects::project(&name)) {
                let entry = entry.expect("readable");
                let is_known = Format::of(entry.path()).is_some();
                files.extend((is_known && entry.file_type().is_file()).then(|| entry.into_path()));
            }
        }
        (project, files)
    });
    FILES.1.clone()
}

/// What rules see of one file, without the other documents of its service.
pub(crate) fn inputs_alone(path: &Path) -> Inputs {
    let alone = Request {
        isolated: true,
        ..request(vec![path.to_owned()])
    };
    check::inputs(&alone, &PACK).expect("inputs")
}

/// Every file below `fixtures/artifacts` whose name tells a format.
pub(crate) fn artifact_fixtures() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(ROOT).join("fixtures/artifacts")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.retain(|path| Format::of(path).is_some());
    files.sort();
    files
}

/// The documents of a file, with what stands in their texts.
pub(crate) fn documents(path: &Path) -> (Arc<Source>, Vec<Document>) {
    let name = path
        .strip_prefix(ROOT)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned();
    read_documents(name, fs::read_to_string(path).expect("readable"))
}

/// The documents of a case, likewise.
pub(crate) fn documents_of(text: &Text) -> (Arc<Source>, Vec<Document>) {
    read_documents(format!("case.{}", text.extension), text.text.clone())
}

fn read_documents(name: String, text: String) -> (Arc<Source>, Vec<Document>) {
    let source = Source::new(name, text);
    let format = Format::of(&source.path).expect("a known extension");
    let mut documents = read::parse(&source, format).documents;
    for document in &mut documents {
        if let Some(kind) = manifest::find(&document.root) {
            manifest::open(kind, &mut document.root, &source.text).expect("readable inside");
        }
    }
    (source, documents)
}

/// An `opa` to run, if there is one.
pub(crate) fn opa() -> Option<String> {
    let candidates = ["opa".to_owned(), format!("{ROOT}/target/tools/opa")];
    candidates.into_iter().find(|opa| {
        std::process::Command::new(opa)
            .arg("version")
            .output()
            .is_ok()
    })
}
