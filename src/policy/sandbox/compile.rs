//! Compiles rules of a pack with all that they read.

use super::wire::{LoadedRule, PackLoad};
use crate::policy::{
    answer::Failure,
    evaluate::Evaluator,
    from_json,
    imports::{self, own_libraries},
    interpreter::{CompiledRule, Modules, RuleModule},
    limit::EvaluationLimit,
    refusal::{self, PolicyProblem},
};
use std::collections::{BTreeMap, BTreeSet};

/// Compiles a whole pack, so that rules of one subject can be asked without the others. Each module is parsed once, and
/// refused before anything is evaluated.
///
/// # Errors
/// What keeps the pack from being used.
pub(super) fn whole(load: &PackLoad) -> Result<Evaluator, Vec<PolicyProblem>> {
    let told = |failure: Failure| vec![refusal::problem(&failure.reason, &load.modules)];
    let own = own_libraries();
    let mut modules = modules(load, &load.rules, &own);
    modules.groups = groups(&load.rules);
    let mut engine = modules.engine().map_err(told)?;
    let problems = refusal::read(&mut engine, &load.modules, &[]);
    if !problems.is_empty() {
        return Err(problems);
    }
    let evaluator = Evaluator::of_parsed(engine, &modules).map_err(told)?;
    Ok(evaluator.limited(EvaluationLimit::Steps))
}

/// Compiles the rules with these ids alone, of a pack that is refused nothing.
pub(super) fn compile(load: &PackLoad, ids: &[String]) -> Result<Evaluator, Failure> {
    let asked = load.rules.iter().filter(|rule| ids.contains(&rule.id));
    let own = own_libraries();
    let evaluator = Evaluator::compile(&modules(load, asked, &own))?;
    Ok(evaluator.limited(EvaluationLimit::Steps))
}

/// These rules, everything of the pack that is no rule, and what they import of ours.
fn modules<'l>(
    load: &'l PackLoad,
    asked: impl IntoIterator<Item = &'l LoadedRule>,
    own: &'l [(String, &'static str)],
) -> Modules<'l> {
    let is_rule = |path: &str| load.rules.iter().any(|rule| rule.path == path);
    let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
    let mut beside = Vec::new();
    for (path, text) in &load.modules {
        texts.insert(path, text);
        if !is_rule(path) {
            beside.push((path.as_str(), text.as_str()));
        }
    }
    let rules = asked.into_iter().map(|rule| RuleModule {
        compiled: CompiledRule {
            category: rule.category.clone(),
            name: rule.name.clone(),
            id: rule.id.clone(),
        },
        path: &rule.path,
        text: texts.get(rule.path.as_str()).copied().unwrap_or_default(),
    });
    Modules {
        root: &load.root,
        is_v0: load.is_v0,
        libraries: imported_of(load, own),
        beside,
        rules: rules.collect(),
        data: from_json(&load.data),
        groups: BTreeSet::new(),
    }
}

/// The rules of each subject, by their ids in order, where these are not all rules.
fn groups(rules: &[LoadedRule]) -> BTreeSet<Vec<String>> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules {
        for subject in &rule.subjects {
            groups.entry(subject).or_default().insert(&rule.id);
        }
    }
    let parts = groups
        .into_values()
        .filter(|group| group.len() < rules.len());
    parts
        .map(|group| group.into_iter().map(str::to_owned).collect())
        .collect()
}

/// What a pack imports of ours, with paths and texts.
pub(in crate::policy) fn imported_of<'l>(
    load: &PackLoad,
    own: &'l [(String, &'static str)],
) -> Vec<(&'l str, &'l str)> {
    let modules = load.modules.iter().map(|(_, text)| text.as_str());
    let libraries = imports::libraries_of(modules, own).into_iter();
    libraries
        .map(|(path, text)| (path.as_str(), *text))
        .collect()
}
