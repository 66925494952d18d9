//! What rules said, read from the engine's values.

use crate::{
    document::{Pointer, Step, source::Span},
    finding::{Cause, Remedy, RemedyStep, Scalar, Violation},
    rule::Severity,
};
use regorus::Value;

/// What one rule said to one input, or why it broke off.
#[derive(Debug, Clone)]
pub(super) struct RuleAnswer {
    /// The rule's id.
    pub rule: String,
    /// Its two sets, or the engine's reason on one line.
    pub said: Result<SaidSets, String>,
}

/// The two sets of a rule as the engine has them.
#[derive(Debug, Clone)]
pub(super) struct SaidSets {
    /// `finding`: what is wrong.
    pub finding: Value,
    /// `unchecked`: what the rule cannot judge; undefined for most rules.
    pub unchecked: Value,
}

/// A policy that did not run to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The rule, or the pack's file where no single rule is at fault.
    pub rule: String,
    /// The engine's reason, on one line.
    pub reason: String,
}

/// What the rules said about one input.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// In the order of the rules, then of the places.
    pub violations: Vec<Violation>,
    /// Rules that failed: this input was not checked by them.
    pub failures: Vec<Failure>,
    /// What a rule could not judge, and why: where, and in the rule's words.
    pub unchecked: Vec<(Pointer, String)>,
}

impl Evaluation {
    /// Adds what other rules said.
    pub fn extend(&mut self, other: Self) {
        self.violations.extend(other.violations);
        self.failures.extend(other.failures);
        self.unchecked.extend(other.unchecked);
    }

    fn fail(&mut self, rule: &str, reason: String) {
        let rule = rule.to_owned();
        self.failures.push(Failure { rule, reason });
    }
}

/// What rules said, as findings and failures in their order.
pub(super) fn evaluation(answers: impl IntoIterator<Item = RuleAnswer>) -> Evaluation {
    let mut evaluation = Evaluation::default();
    for answer in answers {
        match answer.said {
            Ok(said) => {
                collect(&answer.rule, &said.finding, &mut evaluation);
                collect_unchecked(&answer.rule, &said.unchecked, &mut evaluation);
            }
            Err(reason) => evaluation.fail(&answer.rule, reason),
        }
    }
    evaluation
}

/// Turns a rule's `finding` set into violations; what is no finding is the rule's failure.
fn collect(rule: &str, findings: &Value, evaluation: &mut Evaluation) {
    // Where nothing is wrong the set is empty; it is undefined only where the rule itself broke off.
    let Ok(set) = findings.as_set() else {
        return evaluation.fail(rule, "`finding` is not a set: the rule broke off".into());
    };
    for finding in set.iter() {
        match violation(rule, finding) {
            Some(violation) => evaluation.violations.push(violation),
            None => {
                let reason =
                    format!("not a finding (an object with `at` and `message`): {finding}");
                evaluation.fail(rule, reason);
            }
        }
    }
}

/// What a rule says that it cannot know. Most rules have no such set.
fn collect_unchecked(rule: &str, entries: &Value, evaluation: &mut Evaluation) {
    if *entries == Value::Undefined {
        return;
    }
    let set = entries.as_set().ok();
    // All or none: of a set that is half wrong, nobody knows what the other half was meant to say.
    match set.and_then(|set| set.iter().map(placed).collect::<Option<Vec<_>>>()) {
        Some(entries) => evaluation.unchecked.extend(entries),
        None => {
            let reason = "`unchecked` is not a set of objects with `at` and `message`";
            evaluation.fail(rule, reason.into());
        }
    }
}

fn violation(rule: &str, finding: &Value) -> Option<Violation> {
    let related = match &finding["related"] {
        Value::Undefined => Vec::new(),
        list => {
            let places = list.as_array().ok()?.iter();
            places.map(placed).collect::<Option<_>>()?
        }
    };
    let severity = match text(&finding["severity"]).as_deref() {
        Some(word) => Some(Severity::named(word)?),
        None => None,
    };
    let remedy = match &finding["fix"] {
        Value::Undefined => None,
        changes => Some(remedy(changes)?),
    };
    let cause = match (text(&finding["cause"]), text(&finding["follows"])) {
        (Some(name), _) => Some(Cause::new(name)),
        (None, Some(name)) => Some(Cause::new(name).followed()),
        (None, None) => None,
    };
    let (at, message) = placed(finding)?;
    let within = match &finding["within"] {
        Value::Undefined => None,
        bytes => Some(span(bytes)?),
    };
    Some(Violation {
        within,
        rule: rule.to_owned(),
        at,
        message,
        related,
        severity,
        help: text(&finding["help"]),
        remedy,
        cause,
    })
}

/// `[12, 20]`: from a byte of a text to before another one.
fn span(bytes: &Value) -> Option<Span> {
    let [start, end] = bytes.as_array().ok()?.as_slice() else {
        return None;
    };
    let byte = |value: &Value| usize::try_from(value.as_u64().ok()?).ok();
    let (start, end) = (byte(start)?, byte(end)?);
    (start <= end).then(|| Span::new(start, end))
}

/// `{"at": [...], "message": "..."}`
fn placed(value: &Value) -> Option<(Pointer, String)> {
    Some((pointer(&value["at"])?, text(&value["message"])?))
}

/// `[{"at": [...], "replace": 5}]`: other values for some fields. A rule knows no bytes.
fn remedy(changes: &Value) -> Option<Remedy> {
    let changes = changes.as_array().ok()?.iter();
    let changes: Vec<RemedyStep> = changes.map(replacement).collect::<Option<_>>()?;
    (!changes.is_empty()).then_some(Remedy {
        safe: true,
        changes,
    })
}

fn replacement(change: &Value) -> Option<RemedyStep> {
    let with = match &change["replace"] {
        Value::Bool(flag) => Scalar::Flag(*flag),
        Value::String(text) => Scalar::Text(text.to_string()),
        number => Scalar::number(number.as_f64().ok()?)?,
    };
    let at = pointer(&change["at"])?;
    Some(RemedyStep::Replace { at, with })
}

fn text(value: &Value) -> Option<String> {
    value.as_string().ok().map(|text| text.to_string())
}

fn pointer(at: &Value) -> Option<Pointer> {
    at.as_array().ok()?.iter().map(step).collect()
}

fn step(step: &Value) -> Option<Step> {
    match step.as_string() {
        Ok(key) => Some(Step::Key(key.to_string())),
        Err(_) => Some(Step::Index(usize::try_from(step.as_u64().ok()?).ok()?)),
    }
}
