//! One change in a sound project, and what must be said of it: numbers of different files that
//! contradict each other. The table stands in `fixtures/contradictions.toml`.

use crate::common::{
    ROOT, check,
    files::copy,
    projects::{follow, project},
};
use serde::Deserialize;
use servelint::finding::{Finding, Report};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Deserialize)]
struct Table {
    contradiction: Vec<Contradiction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contradiction {
    says: String,
    project: Option<String>,
    #[serde(default)]
    projects: Vec<String>,
    file: String,
    replace: String,
    with: String,
    rule: String,
    /// A glob: the file that the finding must point into.
    at: String,
    verdict: String,
}

fn table() -> Vec<Contradiction> {
    let text = fs::read_to_string(Path::new(ROOT).join("fixtures/contradictions.toml"))
        .expect("the table");
    toml::from_str::<Table>(&text)
        .expect("a table")
        .contradiction
}

/// A copy of a project that a test may change.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&project(name), folder.path(), &|_| true);
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces a text that stands in the file, and the checksum of the file wherever it was recorded.
    fn edit(&self, file: &str, replace: &str, with: &str) {
        let path = self.path(file);
        let before = fs::read_to_string(&path).expect("a text");
        assert!(before.contains(replace), "{file} holds no {replace:?}");
        let after = before.replace(replace, with);
        fs::write(&path, &after).expect("writable");
        follow(self.folder.path(), &before, &after);
    }

    fn check(&self) -> Report {
        check(self.folder.path())
    }
}

fn said(report: &Report) -> Vec<String> {
    let line = |finding: &Finding| {
        format!(
            "{}[{}] {}: {}",
            finding.severity, finding.rule, finding.place.source.name, finding.message
        )
    };
    report.findings.iter().map(line).collect()
}

#[test]
fn sound_projects_have_no_findings() {
    let mut names: Vec<String> = table()
        .into_iter()
        .flat_map(|row| row.projects.into_iter().chain(row.project))
        .collect();
    names.sort();
    names.dedup();
    for name in names {
        let report = Copy::of(&name).check();
        assert_eq!(said(&report), Vec::<String>::new(), "{name}");
        assert_eq!(report.exit_code(), 0, "{name}");
    }
}

#[test]
fn each_contradiction_is_found_where_it_stands() {
    let mut complaints = Vec::new();
    for row in table() {
        for project in row.projects.iter().chain(&row.project) {
            let copy = Copy::of(project);
            copy.edit(&row.file, &row.replace, &row.with);
            let report = copy.check();
            let at = globset::Glob::new(&format!("**/{}", row.at))
                .expect("a glob")
                .compile_matcher();
            let found = report
                .findings
                .iter()
                .any(|finding| finding.rule == row.rule && at.is_match(&finding.place.source.name));
            let verdict = report
                .reviews
                .first()
                .map_or("none", |review| review.verdict.word());
            if !found || verdict != row.verdict || !report.failures.is_empty() {
                complaints.push(format!(
                    "{project}: {}\n  wanted {} in {} and {}, got {verdict} and\n  {}",
                    row.says,
                    row.rule,
                    row.at,
                    row.verdict,
                    said(&report).join("\n  ")
                ));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
