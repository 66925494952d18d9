//! The registry is complete: every rule has its documentation, its tests, a bad fixture that it
//! fires on and a good one that no rule objects to.

#[expect(dead_code, reason = "the suite uses the rest")]
mod common;

use common::{FIXTURE_DAY, ROOT, check_alone, fixture};
use servelint::{
    finding::{Finding, Report},
    output::tables::{self, Example},
    policy::Pack,
    rule::Rule,
};
use std::{fs, path::Path};

/// Every rule of the pack with something to say about it; fails with all that was said.
fn every_rule(complaint: impl Fn(&Rule) -> Option<String>) {
    let pack = Pack::embedded().expect("valid metadata");
    let complaints: Vec<String> = pack.rules().values().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_catalogue_is_not_thin() {
    let pack = Pack::embedded().expect("valid metadata");
    assert!(pack.rules().len() >= 60, "{} rules", pack.rules().len());
}

#[test]
fn metadata_reads_well() {
    every_rule(|rule| {
        let title = rule.title.trim_end();
        let problem = match () {
            () if title.ends_with('.') => "the title is no sentence: drop the full stop",
            () if title.chars().count() > 90 => "the title is longer than 90 characters",
            () if rule.description.split_whitespace().count() < 12 => {
                "the description says too little"
            }
            () if rule.help.split_whitespace().count() < 3 => "the help says too little",
            () if rule.elsewhere > rule.severity => "it is graver elsewhere than in production",
            () if rule.id != rule.id.to_lowercase() || rule.id.contains('_') => {
                "the id is not kebab-case"
            }
            () => return None,
        };
        Some(format!("{}: {problem}", rule.id))
    });
}

#[test]
fn rego_rules_have_tests() {
    let pack = Pack::embedded().expect("valid metadata");
    for rule in pack.rego_rules() {
        let file = format!(
            "{ROOT}/policies/{}/{}/{}_test.rego",
            rule.category,
            rule.id,
            rule.id.replace('-', "_")
        );
        let text = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            text.contains("test_flags_") && text.contains("test_accepts_"),
            "{file} lacks tests that flag and accept"
        );
    }
}

#[test]
fn bad_fixtures_make_their_rule_fire() {
    every_rule(|rule| {
        let report = match fixture(rule, "bad") {
            Some(path) => check_alone(&path),
            None => return Some(format!("{}: no bad fixture", rule.id)),
        };
        let fires = report
            .findings
            .iter()
            .any(|finding| finding.rule == rule.id);
        (!fires).then(|| {
            format!(
                "{}: silent on its bad fixture; found {:?}, not checked {:?}",
                rule.id,
                said(&report),
                report.not_checked
            )
        })
    });
}

#[test]
fn good_fixtures_are_clean_under_all_rules() {
    every_rule(|rule| {
        let report = match fixture(rule, "good") {
            Some(path) => check_alone(&path),
            None => return Some(format!("{}: no good fixture", rule.id)),
        };
        let clean = report.findings.is_empty() && report.failures.is_empty();
        (!clean).then(|| format!("{}: {:?} {:?}", rule.id, said(&report), report.failures))
    });
}

/// A rule that reads several kinds of input has a pair for each: `bad-manifest.yaml` beside `bad.yaml`.
#[test]
fn further_fixtures_behave_like_the_first_pair() {
    every_rule(|rule| {
        let folder = Path::new(ROOT)
            .join("fixtures/rules")
            .join(&rule.category)
            .join(&rule.id);
        let mut complaints = Vec::new();
        for path in fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let report = match name.split_once('-') {
                Some(("bad" | "good", _)) => check_alone(&path),
                _ => continue,
            };
            let fires = report
                .findings
                .iter()
                .any(|finding| finding.rule == rule.id);
            let clean = report.findings.is_empty() && report.failures.is_empty();
            if name.starts_with("bad") != fires || name.starts_with("good") && !clean {
                complaints.push(format!(
                    "{}/{name}: {:?} {:?}",
                    rule.id,
                    said(&report),
                    report.failures
                ));
            }
        }
        (!complaints.is_empty()).then(|| complaints.join("\n"))
    });
}

#[test]
fn no_rule_fails_on_any_fixture() {
    every_rule(|rule| {
        let reports =
            ["bad", "good"].map(|name| fixture(rule, name).map(|path| check_alone(&path)));
        let failures: Vec<String> = reports
            .into_iter()
            .flatten()
            .flat_map(|report| report.failures)
            .collect();
        (!failures.is_empty()).then(|| format!("{}: {failures:?}", rule.id))
    });
}

/// `SERVELINT_BLESS=1 cargo test --test rules` writes the pages.
#[test]
fn pages_are_up_to_date() {
    let pack = Pack::embedded().expect("valid metadata");
    let folder = Path::new(ROOT).join("docs/rules");
    let mut stale = Vec::new();
    let mut expect = |name: String, text: String| {
        let path = folder.join(&name);
        if fs::read_to_string(&path).unwrap_or_default() == text {
            return;
        }
        if std::env::var_os("SERVELINT_BLESS").is_some() {
            fs::create_dir_all(&folder).expect("docs/rules");
            fs::write(&path, text).expect("writable");
        } else {
            stale.push(name);
        }
    };
    for rule in pack.rules().values() {
        expect(
            format!("{}.md", rule.id),
            tables::page(rule, example(rule).as_ref()),
        );
    }
    expect("README.md".into(), tables::index(pack.rules()));
    assert!(
        stale.is_empty(),
        "run `SERVELINT_BLESS=1 cargo test --test rules` to write {stale:?} (as of {FIXTURE_DAY})"
    );
}

fn example(rule: &Rule) -> Option<Example> {
    let (bad, good) = (fixture(rule, "bad")?, fixture(rule, "good")?);
    let report = check_alone(&bad);
    let is_shown = |finding: &&Finding| finding.rule == rule.id && finding.place.source.path == bad;
    let finding: &Finding = report.findings.iter().find(is_shown)?;
    let (source, documents) = common::documents(&good);
    Some(Example::new(finding, &documents, &source))
}

fn said(report: &Report) -> Vec<String> {
    let line = |finding: &Finding| {
        format!(
            "{} at {}: {}",
            finding.rule, finding.place.pointer, finding.message
        )
    };
    report.findings.iter().map(line).collect()
}
