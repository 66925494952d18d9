//! What several test files need. Each uses a part of it.

pub(crate) mod cases;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod json;
pub(crate) mod projects;
pub(crate) mod repositories;
pub(crate) mod sample;

use cases::{CaseProject, Cases, Text, cases_of};
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
    rule::Subject,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

/// The folder of the crate.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The program that the tests run: the one that cargo built with them, or another build of the same source.
pub(crate) fn program() -> &'static str {
    static PROGRAM: LazyLock<String> = LazyLock::new(|| {
        let built = env!("CARGO_BIN_EXE_servelint").to_owned();
        env::var("SERVELINT_TEST_PROGRAM").unwrap_or(built)
    });
    &PROGRAM
}

/// The day that the fixtures are checked on.
pub(crate) const FIXTURE_DAY: &str = "2026-10-10";

/// The kinds of documents that teams write.
pub(crate) const KINDS: [Subject; 3] = [
    Subject::ServingSpec,
    Subject::DecisionLog,
    Subject::VerificationChecklist,
];

/// A configuration with every key that it shows in a comment.
pub(crate) fn switched_on(configuration: &str) -> String {
    configuration
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") || rest.starts_with('[') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

/// How many cases a property test takes by itself; `PROPTEST_CASES` gives all of them more, in the same proportion.
pub(crate) fn some_cases(by_itself: u32) -> proptest::test_runner::Config {
    let usual = proptest::test_runner::Config::default();
    // What the library takes where nobody says anything.
    let cases = by_itself.saturating_mul(usual.cases) / 256;
    proptest::test_runner::Config {
        cases: cases.max(1),
        failure_persistence: None,
        ..usual
    }
}

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
    cases_of(rule).expect("its cases")
}

/// The text that no rule objects to, from the cases of a rule.
pub(crate) fn good(rule: &str) -> String {
    cases(rule).good.text
}

/// The text of a rule's first case.
pub(crate) fn bad(rule: &str) -> String {
    cases(rule).cases.swap_remove(0).bad.text
}

/// The files of all cases of all rules, and of all projects.
pub(crate) fn every_file() -> Vec<PathBuf> {
    static FILES: LazyLock<(Vec<CaseProject>, Vec<PathBuf>)> = LazyLock::new(|| {
        let (mut projects, mut files) = (Vec::new(), Vec::new());
        for rule in PACK.rules().values() {
            // A run looks for layers in all of a project, so each rule has its own.
            let project = CaseProject::new();
            files.extend(project.write_all(rule, &cases_of(rule).expect("its cases")));
            projects.push(project);
        }
        for name in projects::names() {
            let folder = projects::project(&name);
            let all = files::below(&folder).into_iter();
            let known = all.filter(|file| Format::of(file).is_some());
            files.extend(known.map(|file| folder.join(file)));
        }
        (projects, files)
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
    let folder = Path::new(ROOT).join("fixtures/artifacts");
    files::below(&folder)
        .into_iter()
        .map(|file| folder.join(file))
        .filter(|path| Format::of(path).is_some())
        .collect()
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
