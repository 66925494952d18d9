//! The trace of a rule, for people.

use super::safe::{calm, escape};
use crate::policy::{ConditionOutcome, RuleTrace, TracedCondition, TracedValue};
use serde_json::Value as Json;
use std::{collections::BTreeMap, io};

/// A trace and what it is of.
#[derive(Debug)]
pub struct TraceShown<'t> {
    /// The rule's id.
    pub rule: &'t str,
    /// Its file.
    pub path: &'t str,
    /// The text of that file.
    pub text: &'t str,
    /// What the rule read: `ServingSpec of feed-ranker`.
    pub subject: &'t str,
    /// The files of that.
    pub files: &'t [String],
    /// What it made of it.
    pub trace: RuleTrace,
}

/// What stands in front of a line.
#[derive(Default)]
struct LineMark {
    mark: char,
    /// What is told below the line.
    notes: Vec<String>,
}

/// Writes the rule's text with marks, then what it found.
pub fn trace(shown: &TraceShown<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let files: Vec<String> = shown.files.iter().map(|file| safe(file)).collect();
    let (rule, subject) = (safe(shown.rule), safe(shown.subject));
    writeln!(out, "{rule} on the {subject} ({})\n", files.join(", "))?;
    for problem in &shown.trace.problems {
        writeln!(out, "{}", safe(&problem.to_string()))?;
    }
    writeln!(out, "{}", safe(shown.path))?;
    let marks = marks(&shown.trace);
    // The description stands in front of the package.
    let lines = shown.text.lines().enumerate();
    let code = lines.skip_while(|(_, line)| !line.starts_with("package "));
    for (index, line) in code {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let mark = marks.get(&number);
        let sign = mark.map_or(' ', |mark| mark.mark);
        let line = safe(&line.replace('\t', "    "));
        writeln!(out, "{}", format!("{sign} {number:>4}  {line}").trim_end())?;
        for note in mark.iter().flat_map(|mark| &mark.notes) {
            writeln!(out, "          {}", safe(note))?;
        }
    }
    said(&shown.trace, out)
}

fn said(trace: &RuleTrace, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out)?;
    if let Some(reason) = &trace.fault {
        writeln!(out, "the rule broke off: {}", safe(reason))?;
    }
    for finding in &trace.findings {
        writeln!(out, "found {}", told(finding))?;
    }
    for open in &trace.unchecked {
        writeln!(out, "not checked {}", told(open))?;
    }
    if trace.fault.is_none() && trace.findings.is_empty() && trace.unchecked.is_empty() {
        writeln!(out, "found nothing")?;
    }
    writeln!(out)
}

/// `/spec/timeouts/gateway: gateway timeout ...`
fn told(finding: &Json) -> String {
    let at = finding["at"].as_array();
    let message = finding["message"].as_str();
    match (at, message) {
        (Some(at), Some(message)) => {
            let mut place = String::new();
            for step in at {
                place.push('/');
                match step.as_str() {
                    Some(key) => place.push_str(key),
                    None => place.push_str(&step.to_string()),
                }
            }
            let place = if place.is_empty() { "/" } else { &place };
            format!("{}: {}", safe(place), safe(message))
        }
        _ => safe(&finding.to_string()),
    }
}

/// The marks by line. A line of several conditions has that of the last one that was reached.
fn marks(trace: &RuleTrace) -> BTreeMap<u32, LineMark> {
    let mut marks: BTreeMap<u32, LineMark> = BTreeMap::new();
    for line in &trace.evaluated {
        marks.entry(*line).or_default().mark = '~';
    }
    let bodies = trace.bodies.iter().flat_map(|body| &body.conditions);
    let mut decided: BTreeMap<u32, bool> = BTreeMap::new();
    for condition in bodies {
        let (sign, note) = sign(&condition.outcome);
        let is_reached = condition.outcome != ConditionOutcome::NotReached;
        for line in condition.first..=condition.last {
            let known = decided.entry(line).or_default();
            if is_reached || !*known {
                marks.entry(line).or_default().mark = sign;
            }
            *known |= is_reached;
        }
        let below = marks.entry(condition.last).or_default();
        below.notes.extend(note);
        below.notes.extend(values(condition));
    }
    marks
}

fn sign(outcome: &ConditionOutcome) -> (char, Option<String>) {
    match outcome {
        ConditionOutcome::Held(0 | 1) => ('+', None),
        ConditionOutcome::Held(ways) => ('+', Some(format!("^ held {ways} times"))),
        ConditionOutcome::Failed => ('-', None),
        ConditionOutcome::Faulted(reason) => ('!', Some(format!("^ {reason}"))),
        ConditionOutcome::NotReached => ('.', None),
        ConditionOutcome::Joined => ('~', None),
    }
}

fn values(condition: &TracedCondition) -> Vec<String> {
    let line = |value: &TracedValue| {
        let mut values = match value.values.is_empty() {
            true => "undefined".to_owned(),
            false => value.values.join(" or "),
        };
        if value.is_cut {
            values.push_str(" or others");
        }
        format!("^ {} = {values}", value.reference)
    };
    condition.values.iter().map(line).collect()
}

fn safe(text: &str) -> String {
    calm(&escape(text))
}
