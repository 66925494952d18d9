//! One test for each rule, named `<category>/<rule-id>` and made from its folder: `cargo test slo-on-mean`.
//!
//! A rule is complete when its metadata reads well, its Rego tests flag and accept, its cases are found where they
//! say, and its page is up to date. The harness is libtest-mimic's: an attribute `test` would be ignored here
//! silently, so `tests/catalogue.rs` refuses it.

#![expect(clippy::disallowed_methods, reason = "tests look at what they write")]

#[expect(dead_code, reason = "the suite uses the rest")]
mod common;

use clap::{Args, Parser};
use common::{
    PACK, ROOT,
    cases::{CaseProject, Text, cases_of},
    check_alone, documents_of, files, projects, repositories, request,
};
use libtest_mimic::{Arguments, Failed, Trial};
use servelint::{
    authoring::{RuleCase, complaint, found_lines, is_about_a_change},
    check::{self, Request, Silent},
    finding::Report,
    output::tables::{self, Example},
    rule::Rule,
};
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    sync::Mutex,
};

/// The documents that no rule objects to, as far as they were checked.
static CLEAN: Mutex<BTreeSet<Text>> = Mutex::new(BTreeSet::new());

/// What `cargo test` hands to every test binary, and what `.ci/project` asks of this one.
#[derive(Parser)]
struct Words {
    #[command(flatten)]
    known: Arguments,
    /// Further filters: as in cargo's own harness, a test runs that any of them names.
    more: Vec<String>,
    #[command(flatten)]
    _unheeded: Unheeded,
    /// Lists the fixture projects instead of testing.
    #[arg(long)]
    projects: bool,
    /// Lists the generated repositories instead of testing.
    #[arg(long)]
    repositories: bool,
    /// Writes a generated repository into a folder instead of testing.
    #[arg(long, num_args = 2, value_names = ["NAME", "FOLDER"])]
    repository: Option<Vec<String>>,
    /// Writes a fixture project into a folder instead of testing.
    #[arg(long, num_args = 2, value_names = ["NAME", "FOLDER"])]
    project: Option<Vec<String>>,
}

/// Flags of cargo's own harness that change nothing here: `cargo test -- --no-capture` is for all binaries.
#[derive(Args)]
struct Unheeded {
    #[arg(long, hide = true)]
    no_capture: bool,
    #[arg(long, hide = true)]
    report_time: bool,
    #[arg(long, hide = true)]
    shuffle: bool,
}

fn main() -> ExitCode {
    let mut words = Words::parse();
    if words.projects {
        // A reader such as `head` may have seen enough.
        drop(writeln!(io::stdout(), "{}", projects::names().join("\n")));
        return ExitCode::SUCCESS;
    }
    if words.repositories {
        drop(writeln!(
            io::stdout(),
            "{}",
            repositories::names().join("\n")
        ));
        return ExitCode::SUCCESS;
    }
    if let Some([name, folder]) = words.repository.as_deref() {
        println!("{}", repositories::write(name, Path::new(folder)));
        return ExitCode::SUCCESS;
    }
    if let Some([name, folder]) = words.project.as_deref() {
        return written(name, Path::new(folder));
    }
    if blesses() {
        // The suite compares it; whoever writes the page of a new rule needs it as well.
        let index = Path::new(ROOT).join("docs/rules/README.md");
        fs::write(index, tables::index(PACK.rules())).expect("writable");
    }
    let mut filters = words.more;
    // The harness itself takes one filter.
    filters.extend(words.known.filter.take());
    let trials = names().into_iter().map(|(category, id)| {
        Trial::test(format!("{category}/{id}"), move || tested(&category, &id))
    });
    let is_meant = |trial: &Trial| {
        let names = |filter: &String| match words.known.exact {
            true => trial.name() == filter,
            false => trial.name().contains(filter.as_str()),
        };
        filters.is_empty() || filters.iter().any(names)
    };
    let trials = trials.filter(is_meant).collect();
    libtest_mimic::run(&words.known, trials).exit_code()
}

/// Writes a fixture project for whoever wants to look at one.
fn written(name: &str, folder: &Path) -> ExitCode {
    if !projects::names().iter().any(|known| known == name) {
        eprintln!("there is no project {name}");
        return ExitCode::FAILURE;
    }
    files::copy(&projects::project(name), folder, &|_| true);
    ExitCode::SUCCESS
}

/// The category and the id of every rule and of every folder of one: a folder without a rule fails by its name.
fn names() -> BTreeSet<(String, String)> {
    let folder = Path::new(ROOT).join("policies");
    let mut names = BTreeSet::new();
    for category in folders(&folder) {
        // What rules share, and what they know of platforms.
        if !["lib", "servelint"].contains(&category.as_str()) {
            let ids = folders(&folder.join(&category));
            names.extend(ids.into_iter().map(|id| (category.clone(), id)));
        }
    }
    let rules = PACK.rules().values();
    names.extend(rules.map(|rule| (rule.category.clone(), rule.id.clone())));
    names
}

fn folders(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a plain name"))
        .collect()
}

fn tested(category: &str, id: &str) -> Result<(), Failed> {
    let rule = PACK
        .rules()
        .get(id)
        .filter(|rule| rule.category == category)
        .ok_or("the folder holds no rule of its name")?;
    metadata(rule)?;
    rego_tests(rule)?;
    let cases = cases_of(rule)?;
    let project = CaseProject::new();
    clean(rule, &project, &cases.good)?;
    let (mut complaints, mut example) = (Vec::new(), None);
    for case in &cases.cases {
        if let Some(good) = &case.good {
            clean(rule, &project, good).map_err(|said| format!("{}: {said}", case.name))?;
        }
        let path = project.write(rule, 0, &case.bad);
        let good = case.good.as_ref().unwrap_or(&cases.good);
        let report = check_case(rule, &path, &good.text);
        complaints.extend(complaint(&rule.id, case, &report, &path));
        if example.is_none() {
            example = Some(shown(rule, case, &cases.good, &report, &path));
        }
    }
    if !complaints.is_empty() {
        return Err(complaints.join("\n").into());
    }
    page(rule, example.flatten().as_ref()).map_err(Failed::from)
}

/// The report on a case that was edited from this text. Only rules about a change know the text.
fn check_case(rule: &Rule, path: &Path, good: &str) -> Report {
    if !is_about_a_change(rule) {
        return check_alone(path);
    }
    let request = Request {
        isolated: true,
        before: [(path.to_owned(), good.to_owned())].into(),
        ..request(vec![path.to_owned()])
    };
    check::run(&request, &PACK, &Silent).expect("a run")
}

fn metadata(rule: &Rule) -> Result<(), String> {
    let title = rule.title.trim_end();
    let problem = match () {
        () if title.ends_with('.') => "the title is no sentence: drop the full stop",
        () if title.chars().count() > 90 => "the title is longer than 90 characters",
        () if rule.description.split_whitespace().count() < 12 => "the description says too little",
        () if rule.help.split_whitespace().count() < 3 => "the help says too little",
        () if rule.elsewhere > rule.severity => "it is graver elsewhere than in production",
        () if rule.unclaimed > rule.severity => {
            "it is graver on unclaimed manifests than in production"
        }
        () if rule
            .help_for
            .values()
            .any(|help| help.split_whitespace().count() < 3) =>
        {
            "the help for a subject says too little"
        }
        () if rule.id != rule.id.to_lowercase() || rule.id.contains('_') => {
            "the id is not kebab-case"
        }
        () => return Ok(()),
    };
    Err(problem.to_owned())
}

fn rego_tests(rule: &Rule) -> Result<(), String> {
    if PACK.rego_rules().all(|known| known.id != rule.id) {
        return Ok(());
    }
    let name = rule.id.replace('-', "_");
    let file = format!("policies/{}/{}/{name}_test.rego", rule.category, rule.id);
    let text = fs::read_to_string(Path::new(ROOT).join(&file)).unwrap_or_default();
    match text.contains("test_flags_") && text.contains("test_accepts_") {
        true => Ok(()),
        false => Err(format!("{file} lacks tests that flag and accept")),
    }
}

/// No rule objects to what is good. Rules share good documents, and each is checked once in a run.
fn clean(rule: &Rule, project: &CaseProject, good: &Text) -> Result<(), String> {
    if CLEAN.lock().expect("no panic").contains(good) {
        return Ok(());
    }
    let report = check_alone(&project.write(rule, 0, good));
    match report.findings.is_empty() && report.failures.is_empty() {
        true => {
            CLEAN.lock().expect("no panic").insert(good.clone());
            Ok(())
        }
        false => Err(format!(
            "the good document is not clean:\n{}",
            found_lines(&report, &|_| true).join("\n")
        )),
    }
}

/// What the rule says of a case, and how the good document reads there.
fn shown(
    rule: &Rule,
    case: &RuleCase,
    good: &Text,
    report: &Report,
    path: &Path,
) -> Option<Example> {
    let mut findings = report.findings.iter();
    let finding =
        findings.find(|finding| finding.rule == rule.id && finding.place.source.path == path)?;
    let (source, documents) = documents_of(case.good.as_ref().unwrap_or(good));
    Some(Example::new(finding, &documents, &source))
}

fn blesses() -> bool {
    std::env::var_os("SERVELINT_BLESS").is_some()
}

/// Compares the page of the docs, or writes it: `SERVELINT_BLESS=1 cargo test --test rules`.
fn page(rule: &Rule, example: Option<&Example>) -> Result<(), String> {
    let name = format!("docs/rules/{}.md", rule.id);
    let path = Path::new(ROOT).join(&name);
    let text = tables::page(rule, example);
    if fs::read_to_string(&path).unwrap_or_default() == text {
        return Ok(());
    }
    if blesses() {
        return fs::write(&path, text).map_err(|error| format!("{name}: {error}"));
    }
    Err(format!(
        "{name} is out of date; `SERVELINT_BLESS=1 cargo test --test rules {}` writes it",
        rule.id
    ))
}
