//! JUnit XML, for test reports: a suite for each service with its verdict, one for each file with
//! the rules that object to it, one for what was not checked and one for what failed.
//!
//! What keeps a verdict from `go` is a failure; warnings and infos pass and are told as output.

use super::{
    concise,
    positions::Positions,
    safe::{calm, escape},
    style::Style,
    summary::{failures, found, known, told as why, verdict, waived},
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
    let total = |result: &Result| {
        suites
            .iter()
            .map(|suite| suite.count(result))
            .sum::<usize>()
    };
    let cases: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let counts = [
        cases,
        total(&Result::Failed),
        total(&Result::Broken),
        total(&Result::Skipped),
    ];
    with_counts(
        xml.create_element("testsuites")
            .with_attribute(("name", "servelint")),
        counts,
    )
    .write_inner_content(|xml| suites.iter().try_for_each(|suite| suite.write(xml)))?;
    out.write_all(&xml.into_inner())?;
    writeln!(out)
}

/// Into memory: what is written is not large, and the writer then fails once, at the end.
type Xml = Writer<Vec<u8>>;

fn with_counts<'x>(
    element: ElementWriter<'x, Vec<u8>>,
    counts: [usize; 4],
) -> ElementWriter<'x, Vec<u8>> {
    let names = ["tests", "failures", "errors", "skipped"];
    names
        .into_iter()
        .zip(counts)
        .fold(element, |element, (name, count)| {
            element.with_attribute((name, count.to_string().as_str()))
        })
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
    let mut suites: Vec<Suite> = report.reviews.iter().map(of_service).collect();
    let mut files: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for file in report.reviews.iter().flat_map(|review| &review.files) {
        files.entry(file).or_default();
    }
    for finding in &report.findings {
        let rules = files.entry(&finding.place.source.name).or_default();
        rules.entry(&finding.rule).or_default().push(finding);
    }
    let positions = Positions::default();
    suites.extend(
        files
            .into_iter()
            .map(|(file, rules)| of_file(file, rules, &positions)),
    );
    let gaps = report.not_checked.iter();
    let gaps: Vec<Case> = gaps
        .map(|gap| Case::new(&gap.subject.to_string(), Result::Skipped, &gap.reason))
        .collect();
    let failures = failures(report);
    let failures: Vec<Case> = failures
        .iter()
        .map(|failure| Case::new("run", Result::Broken, failure))
        .collect();
    let waived = waived(report).map(|finding| {
        let text = lines(&[told_at(finding, &positions)]);
        Case {
            text,
            ..Case::new(&finding.rule, Result::Skipped, &why(finding))
        }
    });
    let known = known(report).map(|known| Case::new("in the baseline", Result::Skipped, &known));
    suites.push(Suite {
        name: "excepted".into(),
        cases: waived.chain(known).collect(),
    });
    let expiring = report.expiring.iter();
    let expiring = expiring.map(|expiring| Case {
        text: lines(&[concise::expiry(expiring, &positions)]),
        ..Case::new(&expiring.rules, Result::Passed, "")
    });
    suites.push(Suite {
        name: "about to expire".into(),
        cases: expiring.collect(),
    });
    suites.push(Suite {
        name: "not checked".into(),
        cases: gaps,
    });
    suites.push(Suite {
        name: "servelint".into(),
        cases: failures,
    });
    suites.retain(|suite| !suite.cases.is_empty());
    suites
}

fn of_service(review: &ReviewOutcome) -> Suite {
    let result = if review.verdict == Verdict::Go {
        Result::Passed
    } else {
        Result::Failed
    };
    let case = Case {
        text: lines(&review.reasons),
        ..Case::new("verdict", result, &verdict(review))
    };
    Suite {
        name: match &review.path {
            Some(path) => format!("service {} ({path})", review.service),
            None => format!("service {}", review.service),
        },
        cases: vec![case],
    }
}

fn of_file(file: &str, rules: BTreeMap<&str, Vec<&Finding>>, positions: &Positions) -> Suite {
    let mut cases: Vec<Case> = rules
        .into_iter()
        .map(|(rule, findings)| {
            let worst = findings.iter().map(|finding| finding.severity).max();
            let result = if worst >= Some(Severity::Escalation) {
                Result::Failed
            } else {
                Result::Passed
            };
            let tally = found(Tally::of(findings.iter().copied()));
            let told: Vec<String> = findings
                .iter()
                .map(|finding| told_at(finding, positions))
                .collect();
            Case {
                text: lines(&told),
                ..Case::new(rule, result, &tally)
            }
        })
        .collect();
    if cases.is_empty() {
        cases.push(Case::new("no findings", Result::Passed, ""));
    }
    Suite {
        name: file.to_owned(),
        cases,
    }
}

/// `specs/chat.yaml:7:3: error: server timeout ...`
fn told_at(finding: &Finding, positions: &Positions) -> String {
    let start = positions.start(&finding.place.source, finding.place.span);
    let name = &finding.place.source.name;
    format!(
        "{name}:{}:{}: {}: {}",
        start.line, start.column, finding.severity, finding.message
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
    fn count(&self, result: &Result) -> usize {
        self.cases
            .iter()
            .filter(|case| case.result == *result)
            .count()
    }

    fn write(&self, xml: &mut Xml) -> io::Result<()> {
        let counts = [
            self.cases.len(),
            self.count(&Result::Failed),
            self.count(&Result::Broken),
            self.count(&Result::Skipped),
        ];
        let name = clean(&self.name);
        with_counts(
            xml.create_element("testsuite")
                .with_attribute(("name", name.as_str())),
            counts,
        )
        .write_inner_content(|xml| {
            self.cases
                .iter()
                .try_for_each(|case| case.write(&name, xml))
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
