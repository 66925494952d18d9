//! JUnit XML, for test reports: a suite for each service with its verdict, one for each file with
//! the rules that object to it, one for what was not checked and one for what failed.
//!
//! What keeps a verdict from `go` is a failure; warnings and infos pass and are told as output.

use super::{
    concise,
    positions::Positions,
    safe::{calm, escape},
    style::Style,
    summary::{failures, found, known, policy, service, told as why, verdict, waived},
};
use crate::{
    finding::{Finding, Report, ReviewOutcome, Tally, Verdict},
    rule::Severity,
};
use quick_xml::{
    ElementWriter, Writer,
    events::{BytesDecl, BytesText, Event},
};
use std::{collections::BTreeMap, io};

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let suites = suites(report);
    let mut xml = Xml::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut counts = SuiteCounts::default();
    for suite in &suites {
        counts.add(&suite.cases);
    }
    let root = xml
        .create_element("testsuites")
        .with_attribute(("name", "servelint"));
    counts.of(root).write_inner_content(|xml| {
        for suite in &suites {
            suite.write(xml)?;
        }
        Ok(())
    })?;
    out.write_all(&xml.into_inner())?;
    writeln!(out)
}

/// Into memory: what is written is not large, and the writer then fails once, at the end.
type Xml = Writer<Vec<u8>>;

/// The attributes of a suite that sum its cases up.
#[derive(Default)]
struct SuiteCounts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl SuiteCounts {
    fn add(&mut self, cases: &[Case]) {
        self.tests += cases.len();
        for case in cases {
            match case.result {
                Result::Passed => {}
                Result::Failed => self.failures += 1,
                Result::Broken => self.errors += 1,
                Result::Skipped => self.skipped += 1,
            }
        }
    }

    fn of<'x>(&self, element: ElementWriter<'x, Vec<u8>>) -> ElementWriter<'x, Vec<u8>> {
        element
            .with_attribute(("tests", self.tests.to_string().as_str()))
            .with_attribute(("failures", self.failures.to_string().as_str()))
            .with_attribute(("errors", self.errors.to_string().as_str()))
            .with_attribute(("skipped", self.skipped.to_string().as_str()))
    }
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    result: Result,
    /// One line for a list of tests.
    message: String,
    text: String,
}

#[derive(PartialEq, Eq)]
enum Result {
    Passed,
    Failed,
    Broken,
    Skipped,
}

fn suites(report: &Report) -> Vec<Suite> {
    let positions = Positions::default();
    let mut suites: Vec<Suite> = report.reviews.iter().map(of_service).collect();
    suites.extend(of_files(report, &positions));
    suites.push(excepted(report, &positions));
    suites.push(about_to_expire(report, &positions));
    let mut gaps = Suite::new("not checked");
    for gap in &report.not_checked {
        gaps.cases.push(Case::new(
            &gap.subject.to_string(),
            Result::Skipped,
            &gap.reason,
        ));
    }
    suites.push(gaps);
    let mut run = Suite::new("servelint");
    if let Some(policy) = policy(report) {
        run.cases.push(Case::new(&policy, Result::Passed, ""));
    }
    for failure in failures(report) {
        run.cases.push(Case::new("run", Result::Broken, &failure));
    }
    suites.push(run);
    suites.retain(|suite| !suite.cases.is_empty());
    suites
}

/// A suite for each file of a review, with findings or without, and for each other file that has any.
fn of_files(report: &Report, positions: &Positions) -> Vec<Suite> {
    let mut files: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for file in report.reviews.iter().flat_map(|review| &review.files) {
        files.entry(file).or_default();
    }
    for finding in &report.findings {
        let rules = files.entry(&finding.place.source.name).or_default();
        rules.entry(&finding.rule).or_default().push(finding);
    }
    let mut suites = Vec::new();
    for (file, rules) in files {
        suites.push(of_file(file, rules, positions));
    }
    suites
}

fn excepted(report: &Report, positions: &Positions) -> Suite {
    let mut suite = Suite::new("excepted");
    for finding in waived(report) {
        let case = Case::new(&finding.rule, Result::Skipped, &why(finding));
        suite.cases.push(Case {
            text: lines(&[told_at(finding, positions)]),
            ..case
        });
    }
    if let Some(known) = known(report) {
        let case = Case::new("in the baseline", Result::Skipped, &known);
        suite.cases.push(case);
    }
    suite
}

fn about_to_expire(report: &Report, positions: &Positions) -> Suite {
    let mut suite = Suite::new("due soon");
    for expiring in &report.due_soon {
        // The waiver still holds, so the case passes.
        suite.cases.push(Case {
            text: lines(&[concise::expiry(expiring, positions)]),
            ..Case::new(&expiring.what, Result::Passed, "")
        });
    }
    suite
}

fn of_service(review: &ReviewOutcome) -> Suite {
    let stands = review.tally.errors + review.tally.escalations > 0;
    let result = match review.verdict {
        verdict if verdict.holds_back() || stands => Result::Failed,
        // Nobody reviewed it, which is no pass.
        Verdict::NotReviewed => Result::Skipped,
        _ => Result::Passed,
    };
    let case = Case {
        text: lines(&review.reasons),
        ..Case::new("verdict", result, &verdict(review))
    };
    Suite {
        name: format!("service {}", service(review)),
        cases: vec![case],
    }
}

fn of_file(file: &str, rules: BTreeMap<&str, Vec<&Finding>>, positions: &Positions) -> Suite {
    let mut suite = Suite::new(file);
    for (rule, findings) in rules {
        suite.cases.push(of_rule(rule, &findings, positions));
    }
    // A suite without cases would look like a file that was not checked.
    if suite.cases.is_empty() {
        suite
            .cases
            .push(Case::new("no findings", Result::Passed, ""));
    }
    suite
}

/// What one rule objects to in one file.
fn of_rule(rule: &str, findings: &[&Finding], positions: &Positions) -> Case {
    let worst = findings.iter().map(|finding| finding.severity).max();
    let result = if worst >= Some(Severity::Escalation) {
        Result::Failed
    } else {
        Result::Passed
    };
    let mut told = Vec::new();
    for finding in findings {
        told.push(told_at(finding, positions));
    }
    let tally = found(Tally::of(findings.iter().copied()));
    Case {
        text: lines(&told),
        ..Case::new(rule, result, &tally)
    }
}

/// `specs/chat.yaml:7:3: error: server timeout ...`
fn told_at(finding: &Finding, positions: &Positions) -> String {
    let start = positions.start(&finding.place.source, finding.place.span);
    let name = &finding.place.source.name;
    format!(
        "{name}:{}:{}: {}: {}",
        start.line,
        start.column,
        finding.severity,
        concise::said(finding, positions)
    )
}

/// Each on a line of its own.
fn lines(texts: &[String]) -> String {
    texts
        .iter()
        .map(|text| escape(text).trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

impl Suite {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            cases: Vec::new(),
        }
    }

    fn write(&self, xml: &mut Xml) -> io::Result<()> {
        let mut counts = SuiteCounts::default();
        counts.add(&self.cases);
        let name = clean(&self.name);
        let element = xml
            .create_element("testsuite")
            .with_attribute(("name", name.as_str()));
        counts.of(element).write_inner_content(|xml| {
            for case in &self.cases {
                case.write(&name, xml)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl Case {
    fn new(name: &str, result: Result, message: &str) -> Self {
        Self {
            name: name.to_owned(),
            result,
            message: message.to_owned(),
            text: String::new(),
        }
    }

    fn write(&self, suite: &str, xml: &mut Xml) -> io::Result<()> {
        let (name, message) = (clean(&self.name), clean(&self.message));
        // Lines were made of escaped texts: only their breaks are left.
        let text: Vec<String> = self.text.lines().map(clean).collect();
        let text = text.join("\n");
        let case = xml
            .create_element("testcase")
            .with_attribute(("classname", suite))
            .with_attribute(("name", name.as_str()));
        let within = match self.result {
            Result::Passed if text.is_empty() => return case.write_empty().map(drop),
            Result::Passed => "system-out",
            Result::Failed => "failure",
            Result::Broken => "error",
            Result::Skipped => "skipped",
        };
        case.write_inner_content(|xml| {
            let mut told = xml.create_element(within);
            if self.result != Result::Passed {
                told = told.with_attribute(("message", message.as_str()));
            }
            match text.is_empty() {
                true => told.write_empty()?,
                false => told.write_text_content(BytesText::new(&text))?,
            };
            Ok(())
        })?;
        Ok(())
    }
}

/// One line without controls, which XML 1.0 forbids even as references, and without commands to a build service.
fn clean(text: &str) -> String {
    calm(&escape(text))
}
