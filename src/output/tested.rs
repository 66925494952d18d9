//! What the tests of policies said: for people, for programs and for test reports.

use super::safe::{calm, escape};
use crate::policy::{AuthorTest, PackTests, TestReport, TestsOutcome};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use serde_json::{Value as Json, json};
use std::io;

/// Lines of failures and of files that tests miss, then one that sums up.
pub fn tests_for_people(report: &TestReport, out: &mut dyn io::Write) -> io::Result<()> {
    for pack in &report.packs {
        for problem in &pack.problems {
            writeln!(out, "{}", shown(problem))?;
        }
        for test in &pack.tests {
            failure(test, out)?;
        }
        for file in pack.coverage.iter().filter(|file| !file.missed.is_empty()) {
            let missed = ranges(&file.missed);
            let path = shown(&file.path);
            writeln!(
                out,
                "{path}: {}% covered, not lines {missed}",
                file.percent()
            )?;
        }
    }
    for note in &report.notes {
        writeln!(out, "note: {}", shown(note))?;
    }
    writeln!(out, "{}", sum(report))
}

fn failure(test: &AuthorTest, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(reason) = &test.failure else {
        return Ok(());
    };
    writeln!(out, "FAIL {} ({})", shown(&test.name), shown(&test.file))?;
    for line in reason.lines() {
        writeln!(out, "  {}", shown(line))?;
    }
    Ok(())
}

/// `12 passed, 1 failed; 93.1% of lines covered, below 95%`
fn sum(report: &TestReport) -> String {
    let mut sum = match report.ran() {
        0 => "nothing ran".to_owned(),
        ran => format!(
            "{} passed, {} failed",
            ran - report.failed(),
            report.failed()
        ),
    };
    if let Some(percent) = report.coverage() {
        sum.push_str(&format!("; {percent}% of lines covered"));
    }
    if let Some(wanted) = report.threshold.filter(|_| report.is_below()) {
        sum.push_str(&format!(", below {wanted}%"));
    }
    sum
}

/// `3-5, 9`
fn ranges(lines: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => ranges.push((*line, *line)),
        }
    }
    let texts = ranges.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// One object. A new field is no new version.
pub fn tests_as_json(report: &TestReport) -> String {
    let packs: Vec<Json> = report.packs.iter().map(pack_as_json).collect();
    super::safe::json(&json!({
        "version": 1,
        "outcome": match report.outcome() {
            TestsOutcome::Passed => "passed",
            TestsOutcome::Failed => "failed",
            TestsOutcome::Unable => "unable",
        },
        "passed": report.ran() - report.failed(),
        "failed": report.failed(),
        "coverage": report.coverage(),
        "threshold": report.threshold,
        "notes": report.notes,
        "packs": packs,
    }))
}

fn pack_as_json(pack: &PackTests) -> Json {
    let tests = pack.tests.iter().map(|test| {
        json!({
            "file": test.file,
            "name": test.name,
            "passed": test.failure.is_none(),
            "failure": test.failure,
        })
    });
    let coverage = pack.coverage.iter().map(|file| {
        json!({
            "file": file.path,
            "lines": file.lines,
            "missed": file.missed,
            "percent": file.percent(),
        })
    });
    json!({
        "name": pack.name,
        "problems": pack.problems,
        "tests": tests.collect::<Vec<_>>(),
        "coverage": coverage.collect::<Vec<_>>(),
    })
}

/// JUnit XML: a suite for each pack, with a case for what keeps it from being tested and one for its coverage.
pub fn tests_as_junit(report: &TestReport, out: &mut dyn io::Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("testsuites");
    root.with_attribute(("name", "servelint policy test"))
        .write_inner_content(|xml| {
            for pack in &report.packs {
                suite(pack, xml)?;
            }
            total(report, xml)
        })?;
    out.write_all(&xml.into_inner())?;
    writeln!(out)
}

fn suite(pack: &PackTests, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let failed = pack.tests.iter().filter(|test| test.failure.is_some());
    let count = pack.tests.len() + pack.problems.len();
    let element = xml
        .create_element("testsuite")
        .with_attribute(("name", calm(&escape(&pack.name)).as_str()))
        .with_attribute(("tests", count.to_string().as_str()))
        .with_attribute(("failures", failed.count().to_string().as_str()))
        .with_attribute(("errors", pack.problems.len().to_string().as_str()));
    element.write_inner_content(|xml| {
        for problem in &pack.problems {
            case(xml, &pack.name, "load", Some(("error", problem)))?;
        }
        for test in &pack.tests {
            let failure = test.failure.as_deref().map(|reason| ("failure", reason));
            case(xml, &test.file, &test.name, failure)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// What is about the run: nothing ran, or too few lines did.
fn total(report: &TestReport, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let is_empty = report.outcome() == TestsOutcome::Unable && report.ran() == 0;
    if !is_empty && report.threshold.is_none() {
        return Ok(());
    }
    let failures = usize::from(is_empty || report.is_below());
    let element = xml
        .create_element("testsuite")
        .with_attribute(("name", "run"))
        .with_attribute(("tests", "1"))
        .with_attribute(("failures", failures.to_string().as_str()));
    let text = sum(report);
    element.write_inner_content(|xml| {
        let failure = (failures > 0).then_some(("failure", text.as_str()));
        case(xml, "servelint", "coverage", failure)
    })?;
    Ok(())
}

fn case(
    xml: &mut Writer<Vec<u8>>,
    class: &str,
    name: &str,
    failure: Option<(&'static str, &str)>,
) -> io::Result<()> {
    let (class, name) = (shown(class), shown(name));
    let element = xml
        .create_element("testcase")
        .with_attribute(("classname", class.as_str()))
        .with_attribute(("name", name.as_str()));
    let Some((kind, reason)) = failure else {
        element.write_empty()?;
        return Ok(());
    };
    let lines: Vec<String> = reason.lines().map(shown).collect();
    let text = lines.join("\n");
    element.write_inner_content(|xml| {
        xml.create_element(kind)
            .with_attribute(("message", lines.first().map_or("", String::as_str)))
            .write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

/// Text of a pack, safe to print.
fn shown(text: &str) -> String {
    calm(&escape(text))
}

#[cfg(test)]
mod tests {
    use super::ranges;
    use crate::policy::FileCoverage;

    #[test]
    fn lines_are_told_in_ranges() {
        assert_eq!(ranges(&[3, 4, 5, 9, 11, 12]), "3-5, 9, 11-12");
        assert_eq!(ranges(&[]), "");
        let file = FileCoverage {
            path: "a".into(),
            lines: 3,
            missed: vec![2],
        };
        assert!((file.percent() - 66.6).abs() < 1e-9);
    }
}
