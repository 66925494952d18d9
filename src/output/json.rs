//! The format for programs: `schemas/report/v2.json`, explained in `docs/output-json.md`.
//!
//! These structures are the contract. Adding a field is no new version; anything else is.

use super::{positions::Positions, safe::JsonLines, style::Style};
use crate::{
    document::source::{Source, Span},
    finding::{self, GateOutcome, Report, Standing, StateCounts},
    rule::Severity,
};
use serde::Serialize;
use std::{borrow::Cow, io, sync::Arc};

const VERSION: u32 = 2;
/// Rules and categories that are listed as switched off: a long list is a selection, which nobody reads.
const SWITCHED_OFF: usize = 20;

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines = JsonLines::new(out);
    serde_json::to_writer_pretty(&mut lines, &Output::of(report)).map_err(io::Error::from)?;
    lines.finish()?;
    writeln!(out)
}

pub(super) fn value(report: &Report) -> serde_json::Result<serde_json::Value> {
    serde_json::to_value(Output::of(report))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'r> {
    version: u32,
    findings: Vec<Finding<'r>>,
    suppressed: Vec<Suppressed<'r>>,
    due_soon: Vec<Expiring<'r>>,
    reviews: Vec<Review<'r>>,
    not_checked: Vec<NotChecked<'r>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'r> {
    rule: &'r str,
    severity: Severity,
    message: &'r str,
    #[serde(flatten)]
    place: Place<'r>,
    related: Vec<Related<'r>>,
    help: Option<&'r str>,
    url: Option<String>,
    controls: Vec<String>,
    fix: Option<Fix<'r>>,
}

#[derive(Serialize)]
struct Fix<'r> {
    title: &'r str,
    safe: bool,
    edits: Vec<Edit<'r>>,
}

#[derive(Serialize)]
struct Edit<'r> {
    range: Range,
    text: &'r str,
}

#[derive(Serialize)]
struct Suppressed<'r> {
    #[serde(flatten)]
    finding: Finding<'r>,
    suppression: Suppression<'r>,
}

#[derive(Serialize)]
struct Suppression<'r> {
    kind: &'static str,
    by: Option<&'r str>,
    until: Option<&'r str>,
    reason: Option<&'r str>,
    path: &'r str,
    range: Range,
}

#[derive(Serialize)]
struct Expiring<'r> {
    kind: &'static str,
    what: &'r str,
    by: Option<&'r str>,
    until: &'r str,
    days: i64,
    path: &'r str,
    range: Range,
}

#[derive(Serialize)]
struct Related<'r> {
    message: &'r str,
    #[serde(flatten)]
    place: Place<'r>,
}

#[derive(Serialize)]
struct Place<'r> {
    path: &'r str,
    pointer: String,
    missing: bool,
    range: Range,
    alias: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    offset: usize,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review<'r> {
    service: &'r str,
    environment: Option<&'r str>,
    verdict: &'static str,
    errors: usize,
    escalations: usize,
    warnings: usize,
    infos: usize,
    states: States,
    gates: Vec<Gate<'r>>,
    claims: Vec<Claim<'r>>,
    reasons: &'r [String],
    files: &'r [String],
    approvers: &'r [String],
    consents: &'r [String],
    suppressed: usize,
    rules_in_force: usize,
    switched_off: Vec<SwitchedOff<'r>>,
}

/// One of `rule` and `category`, and what switched it off.
#[derive(Serialize)]
struct SwitchedOff<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'r str>,
    by: &'r str,
}

/// How many of the things that block are in each state.
#[derive(Serialize)]
struct States {
    missed: usize,
    unjudged: usize,
    attested: usize,
    met: usize,
}

#[derive(Serialize)]
struct Gate<'r> {
    gate: &'r str,
    state: &'r str,
    states: States,
    errors: usize,
    escalations: usize,
    warnings: usize,
    infos: usize,
}

/// Something that a review rests on.
#[derive(Serialize)]
struct Claim<'r> {
    kind: &'r str,
    name: &'r str,
    gate: &'r str,
    blocking: bool,
    state: &'r str,
    because: Option<&'r str>,
    #[serde(flatten)]
    place: Place<'r>,
}

#[derive(Serialize)]
struct NotChecked<'r> {
    subject: String,
    reason: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    verdict: &'static str,
    files: usize,
    documents: usize,
    reviews: usize,
    rules: usize,
    errors: usize,
    escalations: usize,
    warnings: usize,
    infos: usize,
    waived: usize,
    baseline: usize,
    approved: usize,
    /// Findings that count and are not in the list.
    unlisted: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    exit_code: u8,
    fixable: Fixable,
}

/// Findings with a fix, by whether `--fix` alone makes it.
#[derive(Serialize)]
struct Fixable {
    safe: usize,
    r#unsafe: usize,
}

impl<'r> Output<'r> {
    fn of(report: &'r Report) -> Self {
        let positions = Positions::default();
        let mut findings = Vec::new();
        for finding in &report.findings {
            findings.push(Finding::of(finding, report, &positions));
        }
        let mut suppressed = Vec::new();
        for finding in &report.suppressed {
            suppressed.extend(Suppressed::of(finding, report, &positions));
        }
        let mut due_soon = Vec::new();
        for waiver in &report.due_soon {
            due_soon.push(Expiring::of(waiver, &positions));
        }
        Self {
            version: VERSION,
            findings,
            suppressed,
            due_soon,
            reviews: report
                .reviews
                .iter()
                .map(|review| Review::of(review, &positions))
                .collect(),
            not_checked: report
                .not_checked
                .iter()
                .map(|gap| NotChecked {
                    subject: gap.subject.to_string(),
                    reason: &gap.reason,
                })
                .collect(),
            summary: Summary::of(report),
        }
    }
}

impl<'r> Finding<'r> {
    fn of(finding: &'r finding::Finding, report: &Report, positions: &Positions) -> Self {
        let related = finding.related.iter().map(|related| Related {
            message: &related.message,
            place: Place::of(&related.place, positions),
        });
        let rule = report.rules.get(&finding.rule);
        let controls = rule.map(|rule| &rule.controls).into_iter().flatten();
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            message: &finding.message,
            place: Place::of(&finding.place, positions),
            related: related.collect(),
            help: finding.help.as_deref(),
            url: rule.and_then(crate::rule::Rule::page).map(Cow::into_owned),
            controls: controls
                .map(|mapping| mapping.control.to_string())
                .collect(),
            fix: finding
                .fix
                .as_ref()
                .map(|fix| Fix::of(fix, &finding.place.source, positions)),
        }
    }
}

impl<'r> Fix<'r> {
    fn of(fix: &'r finding::Fix, source: &Arc<Source>, positions: &Positions) -> Self {
        let edits = fix.edits.iter();
        let edits = edits.map(|edit| Edit {
            range: Range::of(source, edit.span, positions),
            text: &edit.text,
        });
        Self {
            title: &fix.title,
            safe: fix.safe,
            edits: edits.collect(),
        }
    }
}

impl<'r> Suppressed<'r> {
    fn of(finding: &'r finding::Finding, report: &Report, positions: &Positions) -> Option<Self> {
        let by = finding.suppression.as_ref()?;
        let suppression = Suppression {
            kind: by.kind.word(),
            by: by.by.as_deref(),
            until: by.until.as_deref(),
            reason: by.reason.as_deref(),
            path: &by.place.source.name,
            range: Range::of(&by.place.source, by.place.span, positions),
        };
        Some(Self {
            finding: Finding::of(finding, report, positions),
            suppression,
        })
    }
}

impl<'r> Expiring<'r> {
    fn of(expiring: &'r finding::DueSoon, positions: &Positions) -> Self {
        Self {
            kind: expiring.kind.word(),
            what: &expiring.what,
            by: expiring.by.as_deref(),
            until: &expiring.until,
            days: expiring.days,
            path: &expiring.place.source.name,
            range: Range::of(&expiring.place.source, expiring.place.span, positions),
        }
    }
}

impl<'r> Place<'r> {
    fn of(place: &'r finding::Place, positions: &Positions) -> Self {
        Self {
            path: &place.source.name,
            pointer: place.pointer.to_string(),
            missing: place.missing,
            range: Range::of(&place.source, place.span, positions),
            alias: place
                .alias
                .map(|span| Range::of(&place.source, span, positions)),
        }
    }
}

impl Range {
    /// Offsets are those of the line and column: never past the text nor inside a character.
    fn of(source: &Arc<Source>, span: Span, positions: &Positions) -> Self {
        Self {
            start: Point::of(source, span.start(), positions),
            end: Point::of(source, span.end(), positions),
        }
    }
}

impl Point {
    fn of(source: &Arc<Source>, offset: usize, positions: &Positions) -> Self {
        let offset = super::line::floor(&source.text, offset);
        let at = positions.lines(source).position(&source.text, offset);
        Self {
            offset,
            line: at.line,
            column: at.column,
        }
    }
}

impl<'r> Review<'r> {
    fn of(review: &'r finding::ReviewOutcome, positions: &Positions) -> Self {
        let mut claims = Vec::new();
        for standing in &review.standings {
            claims.push(Claim::of(standing, positions));
        }
        Self {
            service: &review.service,
            environment: review.environment.as_deref(),
            verdict: review.verdict.word(),
            errors: review.tally.errors,
            escalations: review.tally.escalations,
            warnings: review.tally.warnings,
            infos: review.tally.infos,
            states: States::of(review.states()),
            gates: review.gates.iter().map(Gate::of).collect(),
            claims,
            reasons: &review.reasons,
            files: &review.files,
            approvers: &review.approvers,
            consents: &review.consents,
            suppressed: review.suppressed,
            rules_in_force: review.rules_in_force,
            switched_off: review
                .switched_off
                .iter()
                .take(SWITCHED_OFF)
                .map(SwitchedOff::of)
                .collect(),
        }
    }
}

impl<'r> SwitchedOff<'r> {
    fn of(off: &'r finding::SwitchedOff) -> Self {
        let name = Some(off.name.as_str());
        Self {
            rule: name.filter(|_| !off.is_category),
            category: name.filter(|_| off.is_category),
            by: &off.by,
        }
    }
}

impl States {
    fn of(counts: StateCounts) -> Self {
        Self {
            missed: counts.missed,
            unjudged: counts.unjudged,
            attested: counts.attested,
            met: counts.met,
        }
    }
}

impl Gate<'_> {
    fn of(outcome: &GateOutcome) -> Self {
        Self {
            gate: outcome.gate.word(),
            state: outcome.state.word(),
            states: States::of(outcome.counts),
            errors: outcome.tally.errors,
            escalations: outcome.tally.escalations,
            warnings: outcome.tally.warnings,
            infos: outcome.tally.infos,
        }
    }
}

impl<'r> Claim<'r> {
    fn of(standing: &'r Standing, positions: &Positions) -> Self {
        Self {
            kind: standing.claimed.word(),
            name: &standing.name,
            gate: standing.gate.word(),
            blocking: standing.blocking,
            state: standing.state.word(),
            because: standing.because.as_deref(),
            place: Place::of(&standing.place, positions),
        }
    }
}

impl Summary {
    fn of(report: &Report) -> Self {
        let tally = report.tally();
        let (safe, other) = report.fixable();
        let (waived, baseline) = report.exceptions();
        Self {
            verdict: report.verdict().word(),
            files: report.counts.files,
            documents: report.counts.documents,
            reviews: report.counts.reviews,
            rules: report.counts.rules,
            errors: tally.errors,
            escalations: tally.escalations,
            warnings: tally.warnings,
            infos: tally.infos,
            fixable: Fixable {
                safe,
                r#unsafe: other,
            },
            waived,
            baseline,
            approved: report.approved(),
            unlisted: report.unlisted.len(),
            policy: report
                .policy
                .as_ref()
                .map(|policy| policy.word().to_owned()),
            exit_code: report.exit_code(),
        }
    }
}
