//! What several test files need. Each uses a part of it.
use servelint::{
    check::{self, Request, Silent},
    document::{
        Document,
        read::{self, Format},
        source::Source,
    },
    finding::Report,
    manifest,
    policy::Pack,
    rule::Rule,
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

static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::embedded().expect("valid metadata"));

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

/// The bad or good fixture of a rule.
pub(crate) fn fixture(rule: &Rule, name: &str) -> Option<PathBuf> {
    let folder = Path::new(ROOT)
        .join("fixtures/rules")
        .join(&rule.category)
        .join(&rule.id);
    ["yaml", "toml", "json"]
        .iter()
        .map(|extension| folder.join(format!("{name}.{extension}")))
        .find(|path| path.is_file())
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
    let source = Source::new(name, fs::read_to_string(path).expect("readable"));
    let format = Format::of(path).expect("a known extension");
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
