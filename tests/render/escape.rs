//! No text leaves the place that a format has for it: commands of build services, Markdown, XML,
//! JSON and YAML stay ours.

use super::{hostile::any_report, written};
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use quick_xml::{Reader, events::Event as Xml};
use serde_json::Value;
use servelint::{
    document::{read, source::Source},
    finding::Report,
    output::{
        FORMATS, Style,
        safe::{calm, escape, is_active},
    },
};
use std::collections::BTreeSet;

fn plain(name: &str, report: &Report) -> String {
    written(name, report, &Style::PLAIN)
}

/// What GitHub or Azure would obey.
fn is_command(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    line.trim_start().starts_with("::") || lower.contains("##[") || lower.contains("##vso[")
}

fn markdown_is_ours(text: &str, findings: usize) -> Result<(), TestCaseError> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let (mut blocks, mut cells, mut wanted, mut outside) = (0, 0, 0, text.to_owned().into_bytes());
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis)
                if !text[range.clone()].contains("for length")
                    && !text[range.clone()].contains("too long") =>
            {
                prop_assert!(false, "{:?}", &text[range]);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                prop_assert_eq!(foreign_html(&html), None, "{}", html)
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                prop_assert!(matches!(kind, CodeBlockKind::Fenced(info) if &*info == "text"));
                blocks += 1;
                outside[range].fill(b' ');
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableHead) => wanted = cells,
            Event::End(TagEnd::TableRow) => prop_assert_eq!(cells, wanted),
            Event::Code(_) | Event::FootnoteReference(_) => {
                prop_assert!(false, "{:?}", &text[range])
            }
            _ => {}
        }
    }
    prop_assert!(blocks <= findings);
    let outside = String::from_utf8_lossy(&outside).replace("<!-- -->", "");
    prop_assert!(!outside.contains(['@', '!']));
    prop_assert!(text.len() < 65_000);
    Ok(())
}

/// The first tag that is not one of ours.
fn foreign_html(html: &str) -> Option<String> {
    let ours = |tag: &str| {
        let name = tag.split('>').next().unwrap_or_default();
        matches!(
            name,
            "code"
                | "/code"
                | "b"
                | "/b"
                | "summary"
                | "/summary"
                | "/a"
                | "!-- --"
                | "details"
                | "details open"
                | "/details"
        ) || name
            .strip_prefix("a href=\"https://servelint.dev/rules/")
            .and_then(|rest| rest.strip_suffix('"'))
            .is_some_and(|id| {
                id.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    };
    html.split('<')
        .skip(1)
        .find(|tag| !ours(tag))
        .map(str::to_owned)
}

fn github_is_ours(text: &str, report: &Report) -> Result<(), TestCaseError> {
    for line in text.lines().filter(|line| is_command(line)) {
        let command = line.strip_prefix("::").expect("at the start");
        if command.starts_with("group::servelint: ") || command == "endgroup::" {
            continue;
        }
        let (head, data) = command.split_once("::").expect("data");
        let (level, properties) = head.split_once(' ').expect("properties");
        prop_assert!(["error", "warning", "notice"].contains(&level));
        for property in properties.split(',') {
            let key = property.split('=').next().unwrap_or_default();
            prop_assert!(
                ["file", "line", "endLine", "col", "endColumn", "title"].contains(&key),
                "{line}"
            );
            prop_assert!(!property.contains(':'));
        }
        let data = data.replace("%0A", "\n").replace("%25", "%");
        let says = |message: &str| {
            // What stands before it on the line is ours, so that a colon opens no command.
            data.split("\nhelp: ").next()
                == calm(&format!("x{}", escape(message).trim_end())).strip_prefix('x')
        };
        prop_assert!(!is_command(command), "{line}");
        prop_assert!(
            properties.starts_with("title=") || report.findings.iter().any(|f| says(&f.message))
        );
    }
    Ok(())
}

fn azure_is_ours(text: &str) -> Result<(), TestCaseError> {
    let commands: Vec<&str> = text.lines().filter(|line| is_command(line)).collect();
    for line in &commands {
        let (head, data) = line
            .strip_prefix("##vso[")
            .and_then(|rest| rest.split_once(']'))
            .expect("a command");
        prop_assert!(!is_command(data), "{line}");
        let (name, properties) = head.split_once(' ').expect("properties");
        prop_assert!(["task.logissue", "task.complete"].contains(&name));
        for property in properties.split(';') {
            let key = property.split('=').next().unwrap_or_default();
            prop_assert!(
                [
                    "type",
                    "sourcepath",
                    "linenumber",
                    "columnnumber",
                    "code",
                    "result"
                ]
                .contains(&key),
                "{line}"
            );
        }
    }
    prop_assert_eq!(
        commands
            .iter()
            .filter(|line| line.starts_with("##vso[task.complete "))
            .count(),
        1
    );
    Ok(())
}

fn tap_is_ours(text: &str, report: &Report) -> Result<(), TestCaseError> {
    let failures = report
        .failures
        .len()
        .max(usize::from(report.exit_code() == 2));
    let (waived, known) = report.exceptions();
    let waived = waived + report.approved();
    let (waived, expiring) = (waived + usize::from(known > 0), report.due_soon.len());
    let standing = report.findings.len() + report.not_checked.len();
    let points = failures + report.reviews.len() + standing + waived + expiring;
    let (mut lines, mut number, mut skipped) = (text.lines(), 0, 0);
    prop_assert_eq!(lines.next(), Some("TAP version 14"));
    prop_assert_eq!(
        lines.next().map(str::to_owned),
        Some(format!("1..{points}"))
    );
    while let Some(line) = lines.next() {
        if line == "  ---" {
            let yaml: Vec<&str> = lines.by_ref().take_while(|line| *line != "  ...").collect();
            let parsed = read::parse(&Source::new("tap", yaml.join("\n")), read::Format::Yaml);
            prop_assert!(parsed.errors.is_empty(), "{yaml:?}");
            prop_assert_eq!(parsed.documents[0].root.entries().len(), yaml.len());
            continue;
        }
        number += 1;
        let rest = line.strip_prefix("not ").unwrap_or(line);
        prop_assert!(rest.starts_with(&format!("ok {number} - ")), "{line}");
        skipped += usize::from(rest.replace("\\\\", "").replace("\\#", "").contains('#'));
    }
    prop_assert_eq!(
        (number, skipped),
        (points, report.not_checked.len() + waived)
    );
    Ok(())
}

fn junit_is_ours(text: &str, report: &Report) -> Result<(), TestCaseError> {
    let legal =
        |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    prop_assert!(text.chars().all(legal));
    let (mut reader, mut names, mut cases) = (Reader::from_str(text), BTreeSet::new(), 0);
    loop {
        match reader.read_event().expect("well-formed") {
            Xml::Eof => break,
            Xml::Start(tag) | Xml::Empty(tag) => {
                cases += usize::from(tag.name().as_ref() == "testcase");
                names.insert(tag.name().as_ref().to_owned());
                for attribute in tag.attributes() {
                    attribute.expect("an attribute");
                }
            }
            Xml::Comment(_) | Xml::CData(_) | Xml::PI(_) | Xml::DocType(_) => {
                prop_assert!(false, "{text}")
            }
            _ => {}
        }
    }
    let known = [
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
    ];
    prop_assert!(
        names.iter().all(|name| known.contains(&name.as_str())),
        "{names:?}"
    );
    prop_assert!(cases >= report.reviews.len() + report.not_checked.len());
    Ok(())
}

fn sarif_is_ours(text: &str, report: &Report) -> Result<(), TestCaseError> {
    let log: Value = serde_json::from_str(text).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    prop_assert_eq!(
        results.len(),
        report.findings.len() + report.suppressed.len()
    );
    let excepted = results
        .iter()
        .filter(|result| result["suppressions"].is_array())
        .count();
    prop_assert_eq!(excepted, report.suppressed.len());
    for (result, finding) in results.iter().zip(&report.findings) {
        let location = &result["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().expect("a URI");
        prop_assert!(
            uri.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%:".contains(&byte)),
            "{uri}"
        );
        let region = |key: &str| location["region"][key].as_u64().expect("a number") as usize;
        prop_assert!(
            region("byteOffset") + region("byteLength") <= finding.place.source.text.len()
        );
        prop_assert!(
            (region("startLine"), region("startColumn"))
                <= (region("endLine"), region("endColumn"))
        );
        let shown = result["message"]["text"].as_str().expect("text");
        prop_assert!(!shown.replace("\\]", "").contains("]("), "{shown}");
    }
    Ok(())
}

fn gitlab_is_ours(text: &str, report: &Report) -> Result<(), TestCaseError> {
    let issues: Vec<Value> = serde_json::from_str(text).expect("JSON");
    let prints: BTreeSet<&str> = issues
        .iter()
        .filter_map(|issue| issue["fingerprint"].as_str())
        .collect();
    prop_assert_eq!(prints.len(), issues.len());
    prop_assert!(issues.len() >= report.findings.len());
    for issue in &issues {
        let level = issue["severity"].as_str().expect("a severity");
        prop_assert!(["blocker", "critical", "major", "minor", "info"].contains(&level));
        prop_assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::common::some_cases(192))]

    #[test]
    fn nothing_foreign_acts_in_any_format(report in any_report()) {
        for format in FORMATS {
            let text = plain(format.name, &report);
            prop_assert!(!text.contains(|c| c != '\n' && is_active(c)), "{}: {text:?}", format.name);
            prop_assert!(text.ends_with('\n'));
            if !["github", "azure"].contains(&format.name) {
                let command = text.lines().find(|line| is_command(line));
                prop_assert_eq!(command, None, "{}", format.name);
            }
        }
    }

    #[test]
    fn every_format_reads_back(report in any_report()) {
        github_is_ours(&plain("github", &report), &report)?;
        azure_is_ours(&plain("azure", &report))?;
        markdown_is_ours(&plain("markdown", &report), report.findings.len())?;
        tap_is_ours(&plain("tap", &report), &report)?;
        junit_is_ours(&plain("junit", &report), &report)?;
        sarif_is_ours(&plain("sarif", &report), &report)?;
        gitlab_is_ours(&plain("gitlab", &report), &report)?;
    }
}
