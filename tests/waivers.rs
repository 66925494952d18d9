//! A waiver hides nothing outside of the node that it stands at, wherever it is put.

use crate::common::{PACK, request};
use proptest::prelude::*;
use servelint::{
    check::{self, Request, Silent},
    document::source::LineIndex,
    finding::{Finding, Report},
    rule::GOVERNANCE,
};
use std::{collections::BTreeSet, fs, sync::LazyLock};

/// A specification with many findings, each place once: `(lines, findings)`.
static SPEC: LazyLock<(Vec<String>, BTreeSet<String>)> = LazyLock::new(|| {
    let project = crate::common::projects::project("support-chat-llm-no-go");
    let text =
        fs::read_to_string(project.join("support-chat-llm.serving.yaml")).expect("the project");
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let said = said(&checked(&lines).findings);
    assert!(said.len() >= 4, "{said:?}");
    (lines, said)
});

fn checked(lines: &[String]) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("spec.yaml");
    fs::write(&path, lines.join("\n") + "\n").expect("a file");
    fs::write(folder.path().join("servelint.toml"), "").expect("a file");
    let request = Request {
        isolated: true,
        ..request(vec![path])
    };
    check::run(&request, &PACK, &Silent).expect("a run")
}

/// Rules, places and messages, without what is said about waivers.
fn said(findings: &[Finding]) -> BTreeSet<String> {
    // What is waived was still not judged, which the host then says itself.
    let is_waiver = |finding: &&Finding| {
        PACK.rules()[&finding.rule].category != GOVERNANCE && finding.rule != "unjudged"
    };
    let line = |finding: &Finding| {
        format!(
            "{} {} {}",
            finding.rule, finding.place.pointer, finding.message
        )
    };
    findings.iter().filter(is_waiver).map(line).collect()
}

fn line_of(finding: &Finding) -> usize {
    let place = &finding.place;
    LineIndex::new(&place.source.text).line_of(place.span.start())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_content(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with('#')
}

/// The lines of the block that begins on a line, told by indentation alone.
fn block(lines: &[String], first: usize) -> std::ops::Range<usize> {
    let column = indent(&lines[first]);
    let is_item = lines[first].trim_start().starts_with("- ");
    let ends = |line: &String| {
        let own = indent(line);
        is_content(line)
            && (own < column
                || (own == column && (is_item || !line.trim_start().starts_with("- "))))
    };
    let after = lines[first + 1..].iter().position(ends);
    first..after.map_or(lines.len(), |after| first + 1 + after)
}

proptest! {
    #![proptest_config(crate::common::some_cases(48))]

    #[test]
    fn a_waiver_hides_nothing_outside_its_node(at in 0usize..SPEC.0.len(), own_line in any::<bool>()) {
        let (lines, before) = &*SPEC;
        let rules: BTreeSet<&str> = before.iter().filter_map(|said| said.split(' ').next()).collect();
        let rules = rules.into_iter().take(20).collect::<Vec<_>>().join(", ");
        let waiver = format!("# servelint: allow[{rules}] until=2026-12-31 by=dana.k reason=y");
        let mut lines = lines.clone();
        let first = if own_line {
            lines.insert(at, format!("{}{waiver}", " ".repeat(indent(&lines[at]))));
            (at + 1..lines.len()).find(|line| is_content(&lines[*line]))
        } else {
            prop_assume!(is_content(&lines[at]) && !lines[at].contains('#') && !lines[at].starts_with("---"));
            lines[at].push_str(&format!(" {waiver}"));
            Some(at)
        };
        let report = checked(&lines);
        let covered = first.map_or(0..0, |first| block(&lines, first));
        for finding in &report.suppressed {
            let line = line_of(finding);
            prop_assert!(covered.contains(&line), "{} on line {line} is not in {covered:?}", finding.rule);
        }
        let mut after = said(&report.findings);
        after.extend(said(&report.suppressed));
        prop_assert_eq!(&after, before, "nothing is lost and nothing is new");
    }
}

#[test]
fn every_finding_can_be_waived_where_it_stands() {
    let (lines, before) = &*SPEC;
    let report = checked(lines);
    let mut waived = 0;
    for finding in report
        .findings
        .iter()
        .filter(|finding| !finding.place.missing && !finding.obstacle && finding.rule != "unjudged")
    {
        let mut lines = lines.clone();
        let at = line_of(finding);
        let waiver = format!(
            "# servelint: allow[{}] until=2026-12-31 by=dana.k reason=y",
            finding.rule
        );
        lines.insert(at, format!("{}{waiver}", " ".repeat(indent(&lines[at]))));
        let report = checked(&lines);
        let mut all = said(&report.findings);
        all.extend(said(&report.suppressed));
        assert_eq!(&all, before);
        let hit = report
            .suppressed
            .iter()
            .any(|other| other.rule == finding.rule && other.message == finding.message);
        assert!(hit, "{} on line {at}: {:?}", finding.rule, lines[at + 1]);
        waived += 1;
    }
    assert!(waived >= 3, "{waived}");
}
