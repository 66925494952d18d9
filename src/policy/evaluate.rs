//! Runs the rules of one subject over inputs.

use super::{
    Pack, TeamPack,
    answer::{self, Evaluation, Failure, RuleAnswer, SaidSets},
    entry::{self, ALL_RULES, OWN, READY},
    interpreter::{
        CompiledRule, LazyEngine, Modules, OwnModules, OwnRule, add_data, prepared, run,
    },
    limit::EvaluationLimit,
    plan::{self, PlannedRule},
    question::Question,
};
use crate::rule::{Rule, Subject};
use rayon::prelude::*;
use regorus::{Engine, Value};
use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

/// What the engine says to a query for a rule that there is not.
const NO_RULE: &str = "not a valid rule path";

/// The rules of one subject, compiled. Cloning is cheap, and every project may use the same one.
#[derive(Clone)]
pub struct Evaluator {
    interpreter: Arc<LazyEngine>,
    /// Where the rules are in the plan that comes with the program, in their order; `None` where only the interpreter has them.
    planned: Option<Arc<[PlannedRule]>>,
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
        let modules: Vec<(&Rule, &str, &Cow<'static, str>)> = pack.modules(subject, keep).collect();
        let own = OwnModules {
            libraries: Arc::clone(&pack.libraries),
            rules: modules
                .iter()
                .map(|(rule, path, text)| OwnRule {
                    compiled: CompiledRule::of(rule),
                    path: (*path).to_owned(),
                    text: (*text).clone(),
                })
                .collect(),
        };
        let rules: Arc<[CompiledRule]> =
            own.rules.iter().map(|rule| rule.compiled.clone()).collect();
        let planned = match pack.is_planned {
            true => plan::planned(rules.iter().map(|rule| rule.id.as_str())),
            false => None,
        };
        let mut evaluator = Self {
            interpreter: Arc::new(LazyLock::new(Box::new(move || own.engine()))),
            planned: planned.map(Arc::from),
            root: OWN.into(),
            query: Cow::Borrowed(ALL_RULES),
            rules,
            groups: Arc::default(),
            teams: Arc::default(),
            limit: EvaluationLimit::default(),
        };
        if evaluator.planned.is_none() {
            // What does not compile is said before any document is blamed for it.
            evaluator.engine().map_err(Failure::clone)?;
        }
        evaluator.teams = pack
            .teams()
            .map(|team| TeamRules::of(team, subject, keep))
            .collect();
        Ok(evaluator)
    }

    /// Compiles `modules`.
    pub(super) fn compile(modules: &Modules<'_>) -> Result<Self, Failure> {
        Self::of_parsed(modules.filled()?, modules)
    }

    /// Prepares an engine that has parsed all of `modules`.
    pub(super) fn of_parsed(engine: Engine, modules: &Modules<'_>) -> Result<Self, Failure> {
        let rules = modules.rules.iter().map(|rule| rule.compiled.clone());
        let engine = prepared(engine, modules)?;
        Ok(Self {
            interpreter: Arc::new(LazyLock::new(Box::new(move || Ok(engine)))),
            planned: None,
            root: modules.root.into(),
            query: Cow::Borrowed(ALL_RULES),
            rules: rules.collect(),
            groups: modules.groups.iter().cloned().collect(),
            teams: Arc::default(),
            limit: EvaluationLimit::default(),
        })
    }

    fn engine(&self) -> Result<&Engine, &Failure> {
        LazyLock::force(&self.interpreter).as_ref()
    }

    /// What our own rules say as they are planned, without the interpreter.
    ///
    /// # Errors
    /// Where it has to be asked, the reason.
    pub fn planned(&self, question: &Question) -> Result<Evaluation, String> {
        let answers = self.as_planned(question);
        answers.map(answer::evaluation)
    }

    /// The same, judged by the interpreter alone.
    #[must_use]
    pub fn interpreted(self) -> Self {
        Self {
            planned: None,
            ..self
        }
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
        if let Ok(answers) = self.as_planned(question) {
            return answers;
        }
        let asked = self.engine().map_err(|failure| failure.reason.clone());
        let asked = asked.and_then(|engine| {
            let mut engine = engine.clone();
            engine.set_execution_timer_config(self.limit.timer());
            run(&mut engine, &self.query, question.outer())
        });
        let Ok(all) = asked else {
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

    fn as_planned(&self, question: &Question) -> Result<Vec<RuleAnswer>, String> {
        let EvaluationLimit::Time(limit) = self.limit else {
            return Err("steps are counted by the interpreter".into());
        };
        let planned = self
            .planned
            .as_ref()
            .ok_or("there is no plan of the rules")?;
        let said = plan::answers(planned, &question.input, &question.team.root(), limit)
            .map_err(|fault| fault.to_string())?;
        let answers = self.rules.iter().zip(said);
        let answers = answers.map(|(rule, said)| RuleAnswer {
            rule: rule.id.clone(),
            said: Ok(said),
        });
        Ok(answers.collect())
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
        let engine = self.engine().map_err(|failure| failure.reason.clone())?;
        let mut engine = engine.clone();
        engine.set_execution_timer_config(self.limit.timer());
        add_data(&mut engine, OWN, question.team.data.clone())?;
        if *self.root != *OWN {
            let settings = super::object([("settings", question.team.data["settings"].clone())]);
            add_data(&mut engine, &self.root, settings)?;
        }
        run(&mut engine, READY, Value::new_object())?;
        Ok(engine)
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
