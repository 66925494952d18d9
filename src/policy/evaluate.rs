//! Runs the rules of one subject over inputs.

use super::{
    Pack,
    answer::{self, RuleAnswer, SaidSets},
};
use crate::{
    config::TeamPolicy,
    document::Pointer,
    finding::Violation,
    rule::{Rule, Subject},
    units,
};
use jiff::civil::Date;
use regorus::{Engine, Value, utils::limits::ExecutionTimerConfig};
use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

/// The longest that the rules of one input may take, and again as long where they are then asked one by
/// one. A shipped rule needs microseconds, and what a document may hold is limited before any rule sees
/// it; this is for policies that somebody wrote carelessly, and no fair input comes near it on a busy
/// machine.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Asked alone, a rule may take this part of the time that is left.
const SHARE: u32 = 4;
/// Checking the clock every 64 steps costs nothing that can be measured.
const TIME_CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(64).expect("64 is not zero");

/// `data.servelint.rules` evaluates every rule in one go: asking for each by its own path would
/// cost 1.5 times as much, and a list of paths grows with the square of the rules. What differs
/// between projects comes in with the input, because new data would forget the preparation.
const ENTRY: (&str, &str) = (
    "host.rego",
    "package servelint.host

all := said if {
	said := data.servelint.rules with input as input.input
		with data.servelint.policy as input.data.policy
		with data.servelint.approvers as input.data.approvers
		with data.servelint.today as input.data.today
		with data.servelint.day as input.data.day
}

ready := true
",
);
const ALL_RULES: &str = "data.servelint.host.all";
/// Asks no rule: evaluating it prepares the engine.
const READY: &str = "data.servelint.host.ready";

/// What rules are asked about: both parts as rules see them.
#[derive(Debug, Clone)]
pub struct Question {
    /// `input`: a document or a review, with its facts.
    pub input: Value,
    /// `data.servelint`, save the platforms, which are the same for everybody.
    pub team: Team,
}

/// What a team decided, and the day: `data.servelint.policy`, `approvers`, `today` and `day`.
/// All four are there, as the engine's entry point needs them to be.
#[derive(Debug, Clone)]
pub struct Team(Value);

impl Team {
    /// The thresholds, the people of each approver role, and the day that counts as today.
    pub fn new(
        policy: &TeamPolicy,
        approvers: &BTreeMap<String, Vec<String>>,
        today: Date,
    ) -> Self {
        let policy = serde_json::to_value(policy).unwrap_or_default();
        let approvers = serde_json::to_value(approvers).unwrap_or_default();
        let today = today.to_string();
        let day = units::day_number(&today).unwrap_or_default();
        Self(super::object([
            ("policy", super::from_json(&policy)),
            ("approvers", super::from_json(&approvers)),
            ("today", Value::from(today)),
            ("day", Value::from(day)),
        ]))
    }
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
#[derive(Debug, Default)]
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

    pub(super) fn fail(&mut self, rule: &str, reason: String) {
        let rule = rule.to_owned();
        self.failures.push(Failure { rule, reason });
    }
}

/// The rules of one subject, compiled. Cloning is cheap, and every project may use the same one.
#[derive(Clone)]
pub struct Evaluator {
    engine: Engine,
    /// `(category, id)` of each rule.
    rules: Arc<[(String, String)]>,
    limit: Duration,
}

impl std::fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rules()).finish()
    }
}

impl Evaluator {
    /// Compiles the rules that read `subject` and that `keep` lets through.
    pub(super) fn new(
        pack: &Pack,
        subject: Subject,
        keep: &dyn Fn(&Rule) -> bool,
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
        add_data(
            &mut engine,
            super::object([("platforms", super::platforms())]),
        )
        .map_err(unusable)?;
        let mut evaluator = Self {
            engine,
            rules,
            limit: TIME_LIMIT,
        };
        if !evaluator.rules.is_empty() {
            // The engine schedules rules lazily: an empty input shows unsafe variables and the like
            // before any document is blamed for them.
            let empty = Question {
                input: Value::new_object(),
                team: Team::new(&TeamPolicy::default(), &BTreeMap::new(), Date::default()),
            };
            run(&mut evaluator.engine, ALL_RULES, empty.outer()).map_err(unusable)?;
        }
        Ok(evaluator)
    }

    /// The ids of the rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|(_, id)| id.as_str())
    }

    /// The same with another limit than 30 s, for policies that are known not to end.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.engine.set_execution_timer_config(timer(limit));
        self.limit = limit;
        self
    }

    /// True for two clones of one evaluator.
    #[cfg(test)]
    pub(super) fn shares(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rules, &other.rules)
    }

    /// What the rules say to `question`.
    pub fn evaluate(&self, question: &Question) -> Evaluation {
        answer::evaluation(self.answers(question))
    }

    /// The same as the engine's values, rule by rule.
    pub(super) fn answers(&self, question: &Question) -> Vec<RuleAnswer> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let Ok(all) = run(&mut self.engine.clone(), ALL_RULES, question.outer()) else {
            // One fault loses the findings of all: ask each rule alone, from a clean state.
            return self.one_by_one(question);
        };
        let said = |(category, id): &(String, String)| {
            let said = &all[category.as_str()][id.as_str()];
            RuleAnswer {
                rule: id.clone(),
                said: Ok(SaidSets {
                    finding: said["finding"].clone(),
                    unchecked: said["unchecked"].clone(),
                }),
            }
        };
        self.rules.iter().map(said).collect()
    }

    /// As [`Self::answers`], many times slower, but a rule that fails takes no other with it.
    fn one_by_one(&self, question: &Question) -> Vec<RuleAnswer> {
        // One limit for all of them: a limit for each would let an input take a hundred times as long.
        let began = Instant::now();
        let mut pristine = match self.prepared(question) {
            Ok(engine) => engine,
            Err(reason) => {
                let failed = |id: &str| RuleAnswer {
                    rule: id.to_owned(),
                    said: Err(reason.clone()),
                };
                return self.rules().map(failed).collect();
            }
        };
        let mut answers = Vec::new();
        for (category, id) in self.rules.iter() {
            let rule = format!("data.servelint.rules.{category}[\"{id}\"]");
            // A part of what is left: one that never ends leaves the others enough.
            let left = self.limit.saturating_sub(began.elapsed());
            pristine.set_execution_timer_config(timer(left / SHARE));
            // A copy for each query: a fault leaves an engine in no state to be asked again.
            let ask = |query: String| run(&mut pristine.clone(), &query, question.input.clone());
            // Most rules have no `unchecked`, and asking for what is not there is an error.
            let said = ask(format!("{rule}.finding")).map(|finding| SaidSets {
                finding,
                unchecked: ask(format!("{rule}.unchecked")).unwrap_or(Value::Undefined),
            });
            answers.push(RuleAnswer {
                rule: id.clone(),
                said,
            });
        }
        answers
    }

    /// The engine with the team's data, so that rules can be asked without the entry point.
    fn prepared(&self, question: &Question) -> Result<Engine, String> {
        let mut engine = self.engine.clone();
        add_data(&mut engine, question.team.0.clone())?;
        run(&mut engine, READY, Value::new_object())?;
        Ok(engine)
    }
}

impl Question {
    /// `input` and `data.servelint` as JSON.
    pub fn to_json(&self) -> (serde_json::Value, serde_json::Value) {
        (super::to_json(&self.input), super::to_json(&self.team.0))
    }

    /// As the engine's own entry point takes it.
    fn outer(&self) -> Value {
        super::object([("input", self.input.clone()), ("data", self.team.0.clone())])
    }
}

/// An engine with the settings of every policy here.
pub(super) fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_rego_v0(false);
    // As in OPA, a builtin that cannot answer is undefined; only real faults end a rule.
    engine.set_strict_builtin_errors(false);
    engine.set_gather_prints(true);
    engine.set_execution_timer_config(timer(TIME_LIMIT));
    engine
}

fn timer(limit: Duration) -> ExecutionTimerConfig {
    ExecutionTimerConfig {
        limit,
        check_interval: TIME_CHECK_INTERVAL,
    }
}

/// A fault that shows only when all policies are seen together.
fn unusable(reason: String) -> Failure {
    Failure {
        rule: "policies".into(),
        reason,
    }
}

/// Adds to `data.servelint`.
fn add_data(engine: &mut Engine, data: Value) -> Result<(), String> {
    let added = engine.add_data(super::object([("servelint", data)]));
    added.map_err(|error| one_line(&error.to_string()))
}

pub(super) fn add(engine: &mut Engine, rule: &str, path: &str, text: &str) -> Result<(), Failure> {
    let added = engine.add_policy(path.to_owned(), text.to_owned());
    added.map(drop).map_err(|error| Failure {
        rule: rule.to_owned(),
        reason: one_line(&error.to_string()),
    })
}

pub(super) fn run(engine: &mut Engine, query: &str, input: Value) -> Result<Value, String> {
    engine.set_input(input);
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
