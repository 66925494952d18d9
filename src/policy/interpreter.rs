//! The interpreter of regorus: what it is given, and how it is asked.

use super::{
    answer::Failure,
    entry::{self, ALL_RULES, ENTRY, OWN, READY},
    imports::{imported, package},
    limit::{self, EvaluationLimit},
    question::{Question, Team},
};
use crate::{config::TeamPolicy, rule::Rule};
use jiff::civil::Date;
use regorus::{Engine, Value};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
};

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

    /// The same with all else.
    pub(super) fn filled(&self) -> Result<Engine, Failure> {
        let mut engine = self.engine()?;
        for (path, text) in &self.beside {
            add(&mut engine, path, path, text)?;
        }
        for rule in &self.rules {
            add(&mut engine, &rule.compiled.id, rule.path, rule.text)?;
        }
        Ok(engine)
    }
}

/// Our own rules that are asked together, and what they import, kept until the interpreter is needed.
pub(super) struct OwnModules {
    /// All of them.
    pub libraries: Arc<Vec<(String, Cow<'static, str>)>>,
    pub rules: Vec<OwnRule>,
}

/// One of our own rules and its file.
pub(super) struct OwnRule {
    pub compiled: CompiledRule,
    pub path: String,
    pub text: Cow<'static, str>,
}

impl OwnModules {
    pub(super) fn engine(&self) -> Result<Engine, Failure> {
        // One that nobody imports would be parsed and walked for nothing.
        let needed = imported(
            self.rules.iter().map(|rule| rule.text.as_ref()),
            &self.libraries,
        );
        let libraries = self.libraries.iter();
        let libraries = libraries.filter(|(_, text)| needed.contains(package(text)));
        let rules = self.rules.iter().map(|rule| RuleModule {
            compiled: rule.compiled.clone(),
            path: &rule.path,
            text: &rule.text,
        });
        let modules = Modules {
            root: OWN,
            is_v0: false,
            libraries: libraries
                .map(|(path, text)| (path.as_str(), text.as_ref()))
                .collect(),
            beside: Vec::new(),
            rules: rules.collect(),
            data: Value::new_object(),
            groups: BTreeSet::new(),
        };
        prepared(modules.filled()?, &modules)
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

impl CompiledRule {
    /// One of our own.
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            category: rule.category.clone(),
            name: rule.id.clone(),
            id: rule.id.clone(),
        }
    }
}

/// An engine that has compiled the rules, made when it is asked for the first time.
pub(super) type LazyEngine =
    LazyLock<Result<Engine, Failure>, Box<dyn FnOnce() -> Result<Engine, Failure> + Send>>;

/// Makes an engine that has parsed all of `modules` ready to be asked.
pub(super) fn prepared(mut engine: Engine, modules: &Modules<'_>) -> Result<Engine, Failure> {
    let own = super::object([("platforms", super::platforms())]);
    add_data(&mut engine, OWN, own).map_err(unusable)?;
    if modules.root != OWN {
        add_data(&mut engine, modules.root, modules.data.clone()).map_err(unusable)?;
        // Rules of a team are not tried: one that takes everything would take the whole pack along.
        run(&mut engine, READY, Value::new_object()).map_err(unusable)?;
    } else if !modules.rules.is_empty() {
        // The engine schedules rules lazily: an empty input shows unsafe variables and the like
        // before any document is blamed for them.
        let empty = Question {
            input: Value::new_object(),
            team: Team::new(&TeamPolicy::default(), &BTreeMap::new(), Date::default()),
        };
        run(&mut engine, ALL_RULES, empty.outer()).map_err(unusable)?;
    }
    Ok(engine)
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
pub(super) fn unusable(reason: String) -> Failure {
    Failure {
        rule: "policies".into(),
        reason,
    }
}

/// Adds to `data.<root>`.
pub(super) fn add_data(engine: &mut Engine, root: &str, data: Value) -> Result<(), String> {
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
