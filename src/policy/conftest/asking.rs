//! The sandbox's side: each rule of the namespaces by itself, as conftest asks it, and the exceptions beside it.

use super::{ConftestModules, ConftestRule, builtins};
use crate::policy::{
    answer::{RuleAnswer, SaidSets},
    entry::{ENTRY, READY},
    interpreter::{add, engine, one_line, run},
    limit::EvaluationLimit,
    portable::root,
    refusal::{self, PolicyProblem, at},
    value,
};
use regorus::{
    Engine, Value,
    unstable::{Expr, Module, Rule, RuleHead},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

/// Where [`READY`] is: no rule is asked from here.
const HOST: &str = "package servelint.host

ready := true
";

/// A pack of conftest's contract, compiled.
pub(in crate::policy) struct ConftestEvaluator {
    engine: Engine,
    rules: BTreeMap<String, ConftestRule>,
    /// The rules that modules declare, by package and name.
    declared: BTreeSet<(String, String)>,
    /// True where a policy may read `data.conftest.file`.
    reads_file: bool,
}

/// What is wrong with the modules beside what every pack is refused for.
fn problems(pack: ConftestModules<'_>, modules: &[&Module]) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let known: BTreeSet<(&str, &str)> = pack
        .load
        .rules
        .iter()
        .map(|rule| (rule.package.as_str(), rule.name.as_str()))
        .collect();
    for module in modules {
        let package = package(module);
        for rule in &module.policy {
            let Some((name, head)) = asked(rule) else {
                continue;
            };
            if is_problematic(rule) {
                problems.push(at(
                    head,
                    format!("`{name}` uses `if` without `contains`, so it is no set of messages, and conftest refuses it as well"),
                ));
            }
            let is_asked = pack.load.namespaces.contains(&package);
            if is_asked && !known.contains(&(package.as_str(), name.as_str())) {
                problems.push(at(
                    head,
                    format!("the head of `{name}` does not begin its line, so servelint does not see the rule"),
                ));
            }
        }
    }
    problems
}

/// The rules that modules declare, by package and name.
fn declared(modules: &[&Module]) -> BTreeSet<(String, String)> {
    let mut declared = BTreeSet::new();
    for module in modules {
        let package = package(module);
        for rule in &module.policy {
            let (Rule::Spec {
                head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. },
                ..
            }
            | Rule::Default { refr, .. }) = rule.deref()
            else {
                continue;
            };
            declared.extend(root(refr).map(|name| (package.clone(), name)));
        }
    }
    declared
}

/// The package as conftest writes it, without `data.`.
fn package(module: &Module) -> String {
    module.package.refr.span().text().to_owned()
}

/// The name and the head of a rule that conftest would ask.
fn asked(rule: &impl Deref<Target = Rule>) -> Option<(String, &Expr)> {
    let head = match rule.deref() {
        Rule::Spec {
            head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. },
            ..
        } => refr,
        Rule::Default { refr, args, .. } if args.is_empty() => refr,
        _ => return None,
    };
    let name = root(head).filter(|name| super::heads::is_asked(name))?;
    Some((name, head))
}

/// `deny[msg] if ...` of Rego v1: true for each message, and no set of them.
fn is_problematic(rule: &impl Deref<Target = Rule>) -> bool {
    match rule.deref() {
        Rule::Spec {
            head: RuleHead::Compr {
                refr, assign: None, ..
            },
            ..
        } => matches!(refr.deref(), Expr::RefBrack { .. } | Expr::RefDot { .. }),
        _ => false,
    }
}

impl ConftestEvaluator {
    /// Compiles a pack with the libraries that it imports, which are in the syntax of v1. Each module is parsed once, and
    /// refused before anything is evaluated.
    ///
    /// # Errors
    /// What keeps the pack from being used.
    pub(in crate::policy) fn compile(
        pack: ConftestModules<'_>,
        libraries: &[(&str, &str)],
    ) -> Result<Self, Vec<PolicyProblem>> {
        let unusable = |reason: String| vec![refusal::problem(&reason, pack.modules)];
        let mut engine = engine();
        engine.set_execution_timer_config(EvaluationLimit::Steps.timer());
        for (path, text) in [(ENTRY, HOST)].iter().chain(libraries) {
            add(&mut engine, path, path, text).map_err(|failure| unusable(failure.reason))?;
        }
        engine.set_rego_v0(pack.is_v0);
        let known = libraries.len() + 1;
        let mut problems = refusal::read(&mut engine, pack.modules, builtins::names(pack.is_v0));
        if !problems.is_empty() {
            return Err(problems);
        }
        let modules = refusal::parsed_after(&mut engine, known);
        let (calls, unread) = builtins::config_calls(&modules, &pack.load.files);
        problems.extend(unread);
        problems.extend(self::problems(pack, &modules));
        if !problems.is_empty() {
            return Err(problems);
        }
        let declared = declared(&modules);
        calls.extend(&mut engine, pack.is_v0).map_err(unusable)?;
        let added = engine.add_data(value::from_json(pack.data));
        added.map_err(|error| unusable(one_line(&error.to_string())))?;
        // Unsafe variables and the like show before any document is blamed for them.
        run(&mut engine, READY, Value::new_object()).map_err(unusable)?;
        Ok(Self {
            engine,
            rules: pack
                .load
                .rules
                .iter()
                .map(|rule| (rule.id.clone(), rule.clone()))
                .collect(),
            declared,
            reads_file: pack
                .modules
                .iter()
                .any(|(_, text)| text.contains("conftest")),
        })
    }

    /// What these rules say to an input; `file` is `data.conftest.file`.
    pub(in crate::policy) fn answers(
        &self,
        ids: &[String],
        input: &Value,
        file: &serde_json::Value,
    ) -> Vec<RuleAnswer> {
        let asking = self.prepared(file).map(|engine| Asking {
            engine,
            of: self,
            input,
            exceptions: BTreeMap::new(),
        });
        let mut asking = match asking {
            Ok(asking) => asking,
            Err(reason) => {
                let failed = |id: &String| RuleAnswer {
                    rule: id.clone(),
                    said: Err(reason.clone()),
                };
                return ids.iter().map(failed).collect();
            }
        };
        let answer = |id: &String| {
            let said = match self.rules.get(id) {
                Some(rule) => asking.rule(rule),
                None => Err("there is no such rule".to_owned()),
            };
            RuleAnswer {
                rule: id.clone(),
                said,
            }
        };
        ids.iter().map(answer).collect()
    }

    /// The engine with what is known of the file, where any policy may ask for that.
    fn prepared(&self, file: &serde_json::Value) -> Result<Engine, String> {
        let mut engine = self.engine.clone();
        if self.reads_file {
            let file = value::object([("file", value::from_json(file))]);
            let added = engine.add_data(value::object([("conftest", file)]));
            added.map_err(|error| one_line(&error.to_string()))?;
            run(&mut engine, READY, Value::new_object())?;
        }
        Ok(engine)
    }
}

/// The questions about one input.
struct Asking<'a> {
    engine: Engine,
    of: &'a ConftestEvaluator,
    input: &'a Value,
    /// What `exception` says, by package.
    exceptions: BTreeMap<String, Result<Value, String>>,
}

impl Asking<'_> {
    fn rule(&mut self, rule: &ConftestRule) -> Result<SaidSets, String> {
        let package = &rule.package;
        let is_excepted = self.excepts(package, short(&rule.name))?;
        let found = self.ask(package, &rule.name)?;
        Ok(SaidSets {
            finding: value::object([("results", found), ("excepted", Value::from(is_excepted))]),
            unchecked: Value::Undefined,
        })
    }

    /// `data.<package>.exception[_][_] == name`
    fn excepts(&mut self, package: &str, name: &str) -> Result<bool, String> {
        if !self.exceptions.contains_key(package) {
            let said = self.ask(package, "exception");
            self.exceptions.insert(package.to_owned(), said);
        }
        let said = match self.exceptions.get(package) {
            Some(said) => said.clone()?,
            None => Value::Undefined,
        };
        let holds = |list: &Value| values(list).iter().any(|one| **one == Value::from(name));
        Ok(values(&said).into_iter().any(holds))
    }

    /// What a rule is here; nothing where no module declares it, or it is undefined.
    fn ask(&self, package: &str, name: &str) -> Result<Value, String> {
        let key = (package.to_owned(), name.to_owned());
        if !self.of.declared.contains(&key) {
            return Ok(Value::Null);
        }
        // A fault leaves an engine in no state to be asked again.
        let mut engine = self.engine.clone();
        let said = run(
            &mut engine,
            &format!("data.{package}.{name}"),
            self.input.clone(),
        )?;
        Ok(match said {
            // The wire knows no undefined value.
            Value::Undefined => Value::Null,
            said => said,
        })
    }
}

/// What exceptions call a rule: its name without the word that it begins with.
fn short(name: &str) -> &str {
    name.split_once('_').map_or("", |(_, rest)| rest)
}

/// What stands in a collection.
fn values(collection: &Value) -> Vec<&Value> {
    match collection {
        Value::Array(items) => items.iter().collect(),
        Value::Set(items) => items.iter().collect(),
        Value::Object(entries) => entries.values().collect(),
        _ => Vec::new(),
    }
}
