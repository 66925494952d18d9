//! Runs the rules of one subject over inputs.

use super::{
    Pack, TeamPack,
    answer::{self, Evaluation, Failure, RuleAnswer, SaidSets},
    entry::{self, ALL_RULES, ENTRY, OWN, READY},
    limit::{self, EvaluationLimit},
};
use crate::{
    config::TeamPolicy,
    rule::{Rule, Subject},
    units,
};
use jiff::civil::Date;
use rayon::prelude::*;
use regorus::{Engine, Value};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

/// What the engine says to a query for a rule that there is not.
const NO_RULE: &str = "not a valid rule path";

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
pub struct Team {
    data: Value,
    /// What is set for each pack of our contract that the project names, by the name of the pack.
    settings: Arc<BTreeMap<String, serde_json::Value>>,
}

impl Team {
    /// The same from JSON, as another process handed it over.
    pub(super) fn of_json(team: &serde_json::Value) -> Self {
        Self {
            data: super::from_json(team),
            settings: Arc::default(),
        }
    }

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
        Self {
            data: super::object([
                ("policy", super::from_json(&policy)),
                ("approvers", super::from_json(&approvers)),
                ("today", Value::from(today)),
                ("day", Value::from(day)),
            ]),
            settings: Arc::default(),
        }
    }

    /// The same with what is set for each pack that the project names.
    #[must_use]
    pub fn with_settings(mut self, settings: BTreeMap<String, serde_json::Value>) -> Self {
        self.settings = Arc::new(settings);
        self
    }
}

/// What an engine is given to compile.
pub(super) struct Modules<'m> {
    /// The package below which the rules stand: [`OWN`], or that of a pack.
    pub root: &'m str,
    /// True where rules are in the syntax of Rego v0.
    pub is_v0: bool,
    /// The paths and texts of what rules import of ours, which is in the syntax of v1.
    pub libraries: Vec<(&'m str, &'m str)>,
    /// What a pack has beside its rules.
    pub beside: Vec<(&'m str, &'m str)>,
    /// The rules, in their order.
    pub rules: Vec<RuleModule<'m>>,
    /// What a pack finds at `data.<root>`.
    pub data: Value,
    /// Rules that will be asked without the others, each group by its ids in order.
    pub groups: BTreeSet<Vec<String>>,
}

impl Modules<'_> {
    /// An engine that takes the modules of a pack: with all else, and set to their syntax.
    ///
    /// # Errors
    /// Where one of our own modules does not parse.
    pub(super) fn engine(&self) -> Result<Engine, Failure> {
        let mut engine = engine();
        let groups = self.groups.iter().map(|group| {
            let rules = self.rules.iter().map(|rule| &rule.compiled);
            let asked = rules.filter(|rule| group.contains(&rule.id));
            asked
                .map(|rule| (rule.category.as_str(), rule.name.as_str()))
                .collect()
        });
        add(&mut engine, ENTRY, ENTRY, &entry::text(self.root, groups))?;
        for (path, text) in &self.libraries {
            add(&mut engine, path, path, text)?;
        }
        engine.set_rego_v0(self.is_v0);
        Ok(engine)
    }
}

/// A rule and its file.
pub(super) struct RuleModule<'m> {
    pub compiled: CompiledRule,
    pub path: &'m str,
    pub text: &'m str,
}

/// A rule by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompiledRule {
    /// Its package is `<root>.rules.<category>["<name>"]`.
    pub category: String,
    pub name: String,
    /// What findings call it.
    pub id: String,
}

/// The rules of one subject, compiled. Cloning is cheap, and every project may use the same one.
#[derive(Clone)]
pub struct Evaluator {
    engine: Engine,
    root: Arc<str>,
    /// What asks the rules in one go.
    query: Cow<'static, str>,
    rules: Arc<[CompiledRule]>,
    /// Rules that can be asked without the others, each group by its ids in order.
    groups: Arc<[Vec<String>]>,
    /// The packs of the team, each with the rules that are asked.
    teams: Arc<[TeamRules]>,
    limit: EvaluationLimit,
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
        let modules: Vec<(&Rule, &str, &str)> = pack.modules(subject, keep).collect();
        let rules = modules.iter().map(|(rule, path, text)| RuleModule {
            compiled: CompiledRule {
                category: rule.category.clone(),
                name: rule.id.clone(),
                id: rule.id.clone(),
            },
            path,
            text,
        });
        let mut evaluator = Self::compile(&Modules {
            root: OWN,
            is_v0: false,
            libraries: pack
                .libraries_of(modules.iter().map(|(_, _, text)| *text))
                .collect(),
            beside: Vec::new(),
            rules: rules.collect(),
            data: Value::new_object(),
            groups: BTreeSet::new(),
        })?;
        evaluator.teams = pack
            .teams()
            .map(|team| TeamRules::of(team, subject, keep))
            .collect();
        Ok(evaluator)
    }

    /// Compiles `modules`.
    pub(super) fn compile(modules: &Modules<'_>) -> Result<Self, Failure> {
        let mut engine = modules.engine()?;
        for (path, text) in &modules.beside {
            add(&mut engine, path, path, text)?;
        }
        for rule in &modules.rules {
            add(&mut engine, &rule.compiled.id, rule.path, rule.text)?;
        }
        Self::of_parsed(engine, modules)
    }

    /// Prepares an engine that has parsed all of `modules`.
    pub(super) fn of_parsed(mut engine: Engine, modules: &Modules<'_>) -> Result<Self, Failure> {
        let rules = modules.rules.iter().map(|rule| rule.compiled.clone());
        let own = super::object([("platforms", super::platforms())]);
        add_data(&mut engine, OWN, own).map_err(unusable)?;
        if modules.root != OWN {
            add_data(&mut engine, modules.root, modules.data.clone()).map_err(unusable)?;
        }
        let mut evaluator = Self {
            engine,
            root: modules.root.into(),
            query: Cow::Borrowed(ALL_RULES),
            rules: rules.collect(),
            groups: modules.groups.iter().cloned().collect(),
            teams: Arc::default(),
            limit: EvaluationLimit::default(),
        };
        if modules.root != OWN {
            // Rules of a team are not tried: one that takes everything would take the whole pack along.
            run(&mut evaluator.engine, READY, Value::new_object()).map_err(unusable)?;
        } else if !evaluator.rules.is_empty() {
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

    /// The same for a group of the rules, by their ids in order; `None` for others than those that were compiled as a group.
    pub(super) fn group(&self, ids: &[String]) -> Option<Self> {
        let all = self.rules.iter();
        let rules: Arc<[CompiledRule]> =
            all.filter(|rule| ids.contains(&rule.id)).cloned().collect();
        let query = match self.groups.iter().position(|group| group == ids) {
            Some(number) => Cow::Owned(entry::query_of(number)),
            None if rules.len() == self.rules.len() => self.query.clone(),
            None => return None,
        };
        Some(Self {
            query,
            rules,
            ..self.clone()
        })
    }

    /// The ids of the rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let teams = self.teams.iter().flat_map(|team| &team.ids);
        let own = self.rules.iter().map(|rule| &rule.id);
        own.chain(teams).map(String::as_str)
    }

    /// `data` of a question as the rules see it, save the platforms. A pack that the project names is there with its settings
    /// even if none of its rules is asked, so that nobody takes it for one that was not known.
    pub fn data(&self, question: &Question) -> serde_json::Value {
        let (_, team) = question.to_json();
        let mut data = serde_json::json!({ OWN: team });
        for TeamRules { pack, ids } in self.teams.iter() {
            let Some(settings) = question.team.settings.get(&pack.name) else {
                continue;
            };
            let (root, own) = pack.data();
            data[root] = match ids.is_empty() {
                true => serde_json::json!({}),
                false => own.clone(),
            };
            data[root]["settings"] = settings.clone();
        }
        data
    }

    /// The same with another limit than 30 s, for policies that are known not to end.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        self.limited(EvaluationLimit::Time(limit))
    }

    /// The same with another limit.
    pub(super) fn limited(mut self, limit: EvaluationLimit) -> Self {
        self.engine.set_execution_timer_config(limit.timer());
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
        let mut evaluation = answer::evaluation(self.answers(question));
        // Each pack answers from a process of its own, so they work at the same time.
        let asked: Vec<&TeamRules> = self
            .teams
            .iter()
            .filter(|team| !team.ids.is_empty())
            .collect();
        let answers: Vec<Evaluation> = asked
            .par_iter()
            .map(|team| team.pack.evaluate(&team.ids, question))
            .collect();
        for answer in answers {
            evaluation.extend(answer);
        }
        evaluation
    }

    /// The same as the engine's values, rule by rule.
    pub(super) fn answers(&self, question: &Question) -> Vec<RuleAnswer> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let Ok(all) = run(&mut self.engine.clone(), &self.query, question.outer()) else {
            // One fault loses the findings of all: ask each rule alone, from a clean state.
            return self.one_by_one(question);
        };
        let said = |rule: &CompiledRule| {
            let said = &all[rule.category.as_str()][rule.name.as_str()];
            RuleAnswer {
                rule: rule.id.clone(),
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
        let began = Instant::now();
        let mut pristine = match self.prepared(question) {
            Ok(engine) => engine,
            Err(reason) => {
                let failed = |id: &str| RuleAnswer {
                    rule: id.to_owned(),
                    said: Err(reason.clone()),
                };
                return self.rules.iter().map(|rule| failed(&rule.id)).collect();
            }
        };
        let mut answers = Vec::new();
        for rule in self.rules.iter() {
            let CompiledRule { category, name, id } = rule;
            let rule = format!("data.{}.rules.{category}[\"{name}\"]", self.root);
            let limit = self.limit.of_one(began.elapsed());
            pristine.set_execution_timer_config(limit.timer());
            // A copy for each query: a fault leaves an engine in no state to be asked again.
            let ask = |query: String| run(&mut pristine.clone(), &query, question.input.clone());
            let said = ask(format!("{rule}.finding")).and_then(|finding| {
                let unchecked = match ask(format!("{rule}.unchecked")) {
                    // Most rules have none.
                    Err(reason) if reason.contains(NO_RULE) => Value::Undefined,
                    said => said?,
                };
                Ok(SaidSets { finding, unchecked })
            });
            answers.push(RuleAnswer {
                rule: id.clone(),
                said,
            });
        }
        answers
    }

    /// The engine with the team's data, so that rules can be asked without the entry point.
    pub(super) fn prepared(&self, question: &Question) -> Result<Engine, String> {
        let mut engine = self.engine.clone();
        add_data(&mut engine, OWN, question.team.data.clone())?;
        if *self.root != *OWN {
            let settings = super::object([("settings", question.team.data["settings"].clone())]);
            add_data(&mut engine, &self.root, settings)?;
        }
        run(&mut engine, READY, Value::new_object())?;
        Ok(engine)
    }
}

impl Question {
    /// The question with what is set for a pack, as `data.<pack>.settings`.
    pub(super) fn to_pack(&self, name: &str) -> Self {
        let settings = match self.team.settings.get(name) {
            Some(settings) => super::from_json(settings),
            None => super::object([]),
        };
        let mut question = self.clone();
        if let Ok(data) = question.team.data.as_object_mut() {
            data.insert(Value::from("settings"), settings);
        }
        question
    }

    /// `input` and `data.servelint` as JSON.
    pub fn to_json(&self) -> (serde_json::Value, serde_json::Value) {
        (super::to_json(&self.input), super::to_json(&self.team.data))
    }

    /// As the engine's own entry point takes it.
    fn outer(&self) -> Value {
        super::object([
            ("input", self.input.clone()),
            ("data", self.team.data.clone()),
        ])
    }
}

/// The rules of a pack that read one subject.
struct TeamRules {
    pack: Arc<TeamPack>,
    ids: Vec<String>,
}

impl TeamRules {
    fn of(pack: &Arc<TeamPack>, subject: Subject, keep: &dyn Fn(&Rule) -> bool) -> Self {
        let asked = pack
            .rules()
            .values()
            .filter(|rule| rule.applies_to.contains(&subject) && keep(rule));
        Self {
            ids: asked.map(|rule| rule.id.clone()).collect(),
            pack: Arc::clone(pack),
        }
    }
}

/// An engine with the settings of every policy here.
pub(super) fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_rego_v0(false);
    // As in OPA, a builtin that cannot answer is undefined; only real faults end a rule.
    engine.set_strict_builtin_errors(false);
    engine.set_gather_prints(true);
    engine.set_execution_timer_config(EvaluationLimit::default().timer());
    engine
}

/// A fault that shows only when all policies are seen together.
fn unusable(reason: String) -> Failure {
    Failure {
        rule: "policies".into(),
        reason,
    }
}

/// Adds to `data.<root>`.
fn add_data(engine: &mut Engine, root: &str, data: Value) -> Result<(), String> {
    let added = engine.add_data(super::object([(root, data)]));
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
        Ok(Err(error)) => {
            let message = error.to_string();
            Err(limit::reason(&message).unwrap_or_else(|| one_line(&message)))
        }
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
