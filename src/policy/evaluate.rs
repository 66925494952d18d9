//! Runs the rules of one subject over inputs.

use super::Pack;
use crate::{
    document::{Pointer, Step},
    finding::{Remedy, RemedyStep, Scalar, Violation},
    rule::{Rule, Severity, Subject},
};
use regorus::{Engine, Value, utils::limits::ExecutionTimerConfig};
use std::{
    fmt::Display,
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

/// The longest that one evaluation may take. A shipped rule needs microseconds; this is for
/// policies that somebody wrote carelessly.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// Checking the clock every 64 steps costs nothing that can be measured.
const TIME_CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(64).expect("64 is not zero");

/// `data.servelint.rules` evaluates every rule in one go: asking for each by its own path would
/// cost 1.5 times as much, and a list of paths grows with the square of the rules.
const ENTRY: (&str, &str) = (
    "host.rego",
    "package servelint.host\n\nall := data.servelint.rules\n",
);
const ALL_RULES: &str = "data.servelint.host.all";

/// A policy that did not run to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The rule, or the pack's file where no single rule is at fault.
    pub rule: String,
    /// The engine's reason, on one line.
    pub reason: String,
}

/// What the rules said about one input.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// In the order of the rules, then of the places.
    pub violations: Vec<Violation>,
    /// Rules that failed: this input was not checked by them.
    pub failures: Vec<Failure>,
    /// What a rule could not judge, and why: where, and in the rule's words.
    pub unchecked: Vec<(Pointer, String)>,
}

/// The rules of one subject, compiled, with the team's thresholds. Cloning is cheap: one for
/// each thread.
#[derive(Clone)]
pub struct Evaluator {
    engine: Engine,
    /// `(category, id)` of each rule.
    rules: Arc<[(String, String)]>,
}

impl Evaluator {
    /// Compiles the rules that read `subject` and that `keep` lets through. `data` is
    /// `data.servelint`: the policy and the date.
    pub fn new(
        pack: &Pack,
        subject: Subject,
        keep: &dyn Fn(&Rule) -> bool,
        data: Value,
    ) -> Result<Self, Failure> {
        let mut engine = engine();
        let modules: Vec<(&Rule, &str, &str)> = pack.modules(subject, keep).collect();
        add(&mut engine, ENTRY.0, ENTRY.0, ENTRY.1)?;
        for (path, text) in pack.libraries_of(modules.iter().map(|(_, _, text)| *text)) {
            add(&mut engine, path, path, text)?;
        }
        for (rule, path, text) in &modules {
            add(&mut engine, &rule.id, path, text)?;
        }
        let rules = modules
            .iter()
            .map(|(rule, ..)| (rule.category.clone(), rule.id.clone()))
            .collect();
        engine
            .add_data(super::object([("servelint", data)]))
            .map_err(|error| unusable(&error))?;
        let mut evaluator = Self { engine, rules };
        if !evaluator.rules.is_empty() {
            // The engine schedules rules lazily: an empty input shows unsafe variables and the like
            // before any document is blamed for them.
            let dry_run = run(&mut evaluator.engine, ALL_RULES, &Value::new_object());
            dry_run.map_err(|reason| Failure {
                rule: "policies".into(),
                reason,
            })?;
        }
        Ok(evaluator)
    }

    /// The ids of the rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|(_, id)| id.as_str())
    }

    /// What the rules say about `input`.
    pub fn evaluate(&mut self, input: &Value) -> Evaluation {
        let mut evaluation = Evaluation::default();
        if self.rules.is_empty() {
            return evaluation;
        }
        let pristine = self.engine.clone();
        match run(&mut self.engine, ALL_RULES, input) {
            Ok(all) => {
                for (category, id) in self.rules.iter() {
                    let said = &all[category.as_str()][id.as_str()];
                    collect(id, &said["finding"], &mut evaluation);
                    collect_unchecked(id, &said["unchecked"], &mut evaluation);
                }
            }
            // One fault loses the findings of all: ask each rule alone, from a clean state.
            Err(_) => {
                for (category, id) in self.rules.iter() {
                    let mut engine = pristine.clone();
                    let said =
                        |name: &str| format!("data.servelint.rules.{category}[\"{id}\"].{name}");
                    match run(&mut engine, &said("finding"), input) {
                        Ok(findings) => collect(id, &findings, &mut evaluation),
                        Err(reason) => evaluation.failures.push(Failure {
                            rule: id.clone(),
                            reason,
                        }),
                    }
                    // Most rules have none, and asking for what is not there is an error.
                    if let Ok(entries) = run(&mut pristine.clone(), &said("unchecked"), input) {
                        collect_unchecked(id, &entries, &mut evaluation);
                    }
                }
                self.engine = pristine;
            }
        }
        evaluation
    }
}

/// An engine with the settings of every policy here.
pub(super) fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_rego_v0(false);
    // As in OPA, a builtin that cannot answer is undefined; only real faults end a rule.
    engine.set_strict_builtin_errors(false);
    engine.set_gather_prints(true);
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: TIME_LIMIT,
        check_interval: TIME_CHECK_INTERVAL,
    });
    engine
}

/// A fault that shows only when all policies are seen together.
fn unusable(error: &impl Display) -> Failure {
    Failure {
        rule: "policies".into(),
        reason: one_line(&error.to_string()),
    }
}

pub(super) fn add(engine: &mut Engine, rule: &str, path: &str, text: &str) -> Result<(), Failure> {
    let added = engine.add_policy(path.to_owned(), text.to_owned());
    added.map(drop).map_err(|error| Failure {
        rule: rule.to_owned(),
        reason: one_line(&error.to_string()),
    })
}

pub(super) fn run(engine: &mut Engine, query: &str, input: &Value) -> Result<Value, String> {
    engine.set_input(input.clone());
    match catch_unwind(AssertUnwindSafe(|| engine.eval_rule(query.to_owned()))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(one_line(&error.to_string())),
        Err(_) => Err("the policy engine panicked".into()),
    }
}

/// The last words of an engine's message: `policies/x.rego:3:5: undefined variable`.
pub(super) fn one_line(message: &str) -> String {
    let place = message
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("--> "));
    let reason = message
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("error: "));
    match (place, reason) {
        (Some(place), Some(reason)) => format!("{place}: {reason}"),
        _ => message.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Turns a rule's `finding` set into violations; what is no finding is the rule's failure.
fn collect(rule: &str, findings: &Value, evaluation: &mut Evaluation) {
    // Where nothing is wrong the set is empty; it is undefined only where the rule itself broke off.
    let Ok(set) = findings.as_set() else {
        evaluation.failures.push(Failure {
            rule: rule.to_owned(),
            reason: "`finding` is not a set: the rule broke off".into(),
        });
        return;
    };
    for finding in set.iter() {
        match violation(rule, finding) {
            Some(violation) => evaluation.violations.push(violation),
            None => evaluation.failures.push(Failure {
                rule: rule.to_owned(),
                reason: format!("not a finding (an object with `at` and `message`): {finding}"),
            }),
        }
    }
}

/// What a rule says that it cannot know. Most rules have no such set.
fn collect_unchecked(rule: &str, entries: &Value, evaluation: &mut Evaluation) {
    if *entries == Value::Undefined {
        return;
    }
    let entry = |entry: &Value| Some((pointer(&entry["at"])?, text(&entry["message"])?));
    match entries
        .as_set()
        .ok()
        .and_then(|set| set.iter().map(entry).collect::<Option<Vec<_>>>())
    {
        Some(entries) => evaluation.unchecked.extend(entries),
        None => evaluation.failures.push(Failure {
            rule: rule.to_owned(),
            reason: "`unchecked` is not a set of objects with `at` and `message`".into(),
        }),
    }
}

fn violation(rule: &str, finding: &Value) -> Option<Violation> {
    let related = match &finding["related"] {
        Value::Undefined => Vec::new(),
        list => {
            let place = |place: &Value| Some((pointer(&place["at"])?, text(&place["message"])?));
            list.as_array()
                .ok()?
                .iter()
                .map(place)
                .collect::<Option<_>>()?
        }
    };
    let severity = match text(&finding["severity"]).as_deref() {
        Some(word) => Some(severity(word)?),
        None => None,
    };
    let remedy = match &finding["fix"] {
        Value::Undefined => None,
        changes => Some(remedy(changes)?),
    };
    Some(Violation {
        rule: rule.to_owned(),
        at: pointer(&finding["at"])?,
        message: text(&finding["message"])?,
        related,
        severity,
        help: text(&finding["help"]),
        remedy,
    })
}

/// `[{"at": [...], "replace": 5}]`: other values for some fields. A rule knows no bytes.
fn remedy(changes: &Value) -> Option<Remedy> {
    let change = |change: &Value| {
        let with = match &change["replace"] {
            Value::Bool(flag) => Scalar::Flag(*flag),
            Value::String(text) => Scalar::Text(text.to_string()),
            number => Scalar::number(number.as_f64().ok()?)?,
        };
        Some(RemedyStep::Replace {
            at: pointer(&change["at"])?,
            with,
        })
    };
    let changes: Vec<RemedyStep> = changes
        .as_array()
        .ok()?
        .iter()
        .map(change)
        .collect::<Option<_>>()?;
    (!changes.is_empty()).then_some(Remedy {
        safe: true,
        changes,
    })
}

fn severity(word: &str) -> Option<Severity> {
    [
        Severity::Info,
        Severity::Warning,
        Severity::Escalation,
        Severity::Error,
    ]
    .into_iter()
    .find(|known| known.word() == word)
}

fn text(value: &Value) -> Option<String> {
    value.as_string().ok().map(|text| text.to_string())
}

fn pointer(at: &Value) -> Option<Pointer> {
    let step = |step: &Value| match step.as_string() {
        Ok(key) => Some(Step::Key(key.to_string())),
        Err(_) => step
            .as_u64()
            .ok()
            .and_then(|index| usize::try_from(index).ok())
            .map(Step::Index),
    };
    at.as_array().ok()?.iter().map(step).collect()
}
