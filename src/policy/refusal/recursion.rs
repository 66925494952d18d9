//! Rules that need their own answer: no limit of the engine ends a function that calls itself.

use super::{at, import_name, segments};
use crate::policy::{portable::root, refusal::PolicyProblem, walk};
use regorus::unstable::{Expr, Module, Rule, RuleHead};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

/// One problem for each circle of rules, at a reference that closes it.
pub(super) fn problems(modules: &[&Module]) -> Vec<PolicyProblem> {
    let graph = RuleGraph::of(modules);
    let mut search = CircleSearch {
        graph: &graph,
        state: BTreeMap::new(),
        problems: Vec::new(),
    };
    for name in graph.rules.keys() {
        search.visit(name);
    }
    search.problems
}

/// Which rule reads which.
struct RuleGraph<'m> {
    /// By `data.<package>.<name>`, as names.
    rules: BTreeMap<Vec<String>, Vec<RuleRead<'m>>>,
}

/// A reference in a rule.
struct RuleRead<'m> {
    /// From `data` on.
    path: Vec<String>,
    at: &'m Expr,
}

impl<'m> RuleGraph<'m> {
    fn of(modules: &[&'m Module]) -> Self {
        let mut rules: BTreeMap<Vec<String>, Vec<RuleRead<'m>>> = BTreeMap::new();
        // Modules of one package see each other's rules by their bare names.
        let mut names: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
        for module in modules {
            let known = names.entry(package(module)).or_default();
            known.extend(module.policy.iter().filter_map(name_of));
        }
        for module in modules {
            let package = package(module);
            let own = &names[&package];
            let imports: BTreeMap<String, Vec<String>> = module
                .imports
                .iter()
                .filter_map(|import| Some((import_name(import)?, segments(&import.refr)?)))
                .collect();
            for rule in &module.policy {
                let Some(name) = name_of(rule) else { continue };
                let reads = rules.entry(joined(&package, &name)).or_default();
                let bound = arguments(rule);
                walk::rule(rule, &mut |expression| {
                    let read = match expression {
                        Expr::Call { fcn, .. } => fcn,
                        other => other,
                    };
                    let Some(mut path) = segments(read) else {
                        return;
                    };
                    let first = path[0].clone();
                    if bound.contains(&first) {
                        return;
                    }
                    if let Some(import) = imports.get(&first) {
                        path.splice(..1, import.iter().cloned());
                    } else if own.contains(&first) {
                        path.splice(..1, joined(&package, &first));
                    }
                    if path[0] == "data" {
                        reads.push(RuleRead {
                            path,
                            at: expression,
                        });
                    }
                });
            }
        }
        Self { rules }
    }

    /// The rules that a reference reads: one, or all below a package.
    fn read_by<'g>(&'g self, path: &'g [String]) -> impl Iterator<Item = &'g Vec<String>> {
        let below = self
            .rules
            .range(path.to_vec()..)
            .map(|(rule, _)| rule)
            .take_while(move |rule| rule.starts_with(path));
        let above = (1..path.len()).filter_map(|length| {
            let (rule, _) = self.rules.get_key_value(&path[..length])?;
            Some(rule)
        });
        below.chain(above)
    }
}

/// A walk that goes into each rule once.
struct CircleSearch<'g, 'm> {
    graph: &'g RuleGraph<'m>,
    /// True while the rule is being followed.
    state: BTreeMap<Vec<String>, bool>,
    problems: Vec<PolicyProblem>,
}

impl CircleSearch<'_, '_> {
    fn visit(&mut self, rule: &Vec<String>) {
        if self.state.contains_key(rule) {
            return;
        }
        self.state.insert(rule.clone(), true);
        for read in &self.graph.rules[rule] {
            for target in self.graph.read_by(&read.path) {
                match self.state.get(target) {
                    Some(true) => self.problems.push(at(
                        read.at,
                        format!(
                            "`{}` needs its own answer here: recursion has no end, and OPA refuses it as well",
                            target.last().map_or("", String::as_str)
                        ),
                    )),
                    Some(false) => {}
                    None => self.visit(target),
                }
            }
        }
        self.state.insert(rule.clone(), false);
    }
}

fn package(module: &Module) -> Vec<String> {
    let mut path = vec!["data".to_owned()];
    path.extend(segments(&module.package.refr).unwrap_or_default());
    path
}

fn joined(package: &[String], name: &str) -> Vec<String> {
    let mut path = package.to_vec();
    path.push(name.to_owned());
    path
}

fn name_of(rule: &impl Deref<Target = Rule>) -> Option<String> {
    root(walk::head(rule))
}

/// The names of a function's arguments: they are what the caller hands over.
fn arguments(rule: &Rule) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Rule::Spec {
        head: RuleHead::Func { args, .. },
        ..
    } = rule
    {
        let mut pending: Vec<&Expr> = args.iter().map(Deref::deref).collect();
        while let Some(argument) = pending.pop() {
            if let Expr::Var { span, .. } = argument {
                names.insert(span.text().to_owned());
            }
            pending.extend(walk::children(argument));
        }
    }
    names
}
