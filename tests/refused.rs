//! A value that the schema refuses silences what depends on it and nothing else, and says nothing untrue of the rest.

use crate::common::{self, files, json, projects, sample};
use serde_json::{Value as Json, json};
use servelint::{
    document::Pointer,
    finding::{Finding, Verdict},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The documents of a review that is `go`.
const PROJECT: &str = "support-chat-llm";

/// What tells which document this is.
const ENVELOPE: [&str; 6] = [
    "/apiVersion",
    "/kind",
    "/metadata",
    "/metadata/name",
    "/spec",
    "/spec/servingSpec",
];

/// A document of the project with something that its schema refuses in one place.
struct Broken {
    file: PathBuf,
    kind: String,
    place: String,
    tree: Json,
}

fn all(folder: &Path) -> Vec<Broken> {
    let mut all = Vec::new();
    for part in ["serving", "decisions", "checklist"] {
        let file = folder.join(format!("{PROJECT}.{part}.yaml"));
        let (_, documents) = common::documents(&file);
        let tree = documents[0].root.to_json();
        for place in json::places(&tree) {
            // Without these nobody knows what the document is.
            if ENVELOPE.contains(&place.as_str()) {
                continue;
            }
            // A flag in the place of a collection and the other way round; neither is taken for anything else.
            let value = match tree.pointer(&place) {
                Some(Json::Object(_) | Json::Array(_)) => json!(true),
                _ => json!([{}]),
            };
            let mut tree = tree.clone();
            *tree.pointer_mut(&place).expect("a place") = value;
            let kind = format!("{part} {}", sample::kind_of_place(&place));
            all.push(Broken {
                file: file.clone(),
                kind,
                place,
                tree,
            });
        }
    }
    all
}

/// One of each mapping, or all.
fn some(folder: &Path) -> Vec<Broken> {
    sample::some(all(folder), |broken| {
        let (holder, _) = broken.kind.rsplit_once('/').expect("a path");
        holder.to_owned()
    })
}

#[test]
fn what_a_schema_refuses_brings_nothing_untrue_about_the_rest() {
    let written = tempfile::tempdir().expect("a folder");
    files::copy(&projects::project(PROJECT), written.path(), &|_| true);
    let folder = written.path();
    let mut wrong = Vec::new();
    for broken in some(folder) {
        let before = fs::read(&broken.file).expect("a file");
        fs::write(&broken.file, broken.tree.to_string()).expect("a file");
        let report = common::check(folder);
        fs::write(&broken.file, before).expect("a file");
        let kind = &broken.kind;
        assert!(report.failures.is_empty(), "{kind}: {:?}", report.failures);
        assert_eq!(report.verdict(), Verdict::NoGo, "{kind}");
        let mut notes = report.not_checked.iter();
        assert!(
            !notes.any(|note| note.reason.contains("were not compared")),
            "{kind}"
        );
        let others = report.findings.iter();
        for finding in others.filter(|finding| !is_about(finding, &broken)) {
            wrong.push(format!("{kind}: {} {}", finding.rule, finding.message));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What tells which document this is, of a wrong type: it may be the document that the others lack.
#[test]
fn a_document_whose_name_cannot_be_read_is_not_missing() {
    let written = tempfile::tempdir().expect("a folder");
    files::copy(&projects::project(PROJECT), written.path(), &|_| true);
    let folder = written.path();
    let mut wrong = Vec::new();
    for part in ["serving", "decisions", "checklist"] {
        let file = folder.join(format!("{PROJECT}.{part}.yaml"));
        let (_, documents) = common::documents(&file);
        let whole = documents[0].root.to_json();
        for place in &ENVELOPE[2..] {
            let Some(old) = whole.pointer(place) else {
                continue;
            };
            for value in [json!(12), json!([]), json!(null)] {
                if value.is_null() && !old.is_string() {
                    continue;
                }
                let mut tree = whole.clone();
                *tree.pointer_mut(place).expect("a place") = value.clone();
                let before = fs::read(&file).expect("a file");
                fs::write(&file, tree.to_string()).expect("a file");
                let report = common::check(folder);
                fs::write(&file, before).expect("a file");
                let case = format!("{part} {place} {value}");
                assert_eq!(report.verdict(), Verdict::NoGo, "{case}");
                for review in &report.reviews {
                    assert_ne!(review.verdict, Verdict::Go, "{case}");
                }
                for finding in &report.findings {
                    if finding.place.source.path != file {
                        wrong.push(format!("{case}: {} {}", finding.rule, finding.message));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn is_about(finding: &Finding, broken: &Broken) -> bool {
    let at = Pointer::parse(&broken.place);
    let found = &finding.place.pointer;
    finding.place.source.path == broken.file && (at.contains(found) || found.contains(&at))
}
