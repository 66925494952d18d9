//! Compiles rules of a pack with all that they read.

use super::wire::{LoadedRule, PackLoad};
use crate::policy::{
    answer::Failure,
    evaluate::{CompiledRule, Evaluator, Modules, RuleModule},
    from_json,
    imports::{self, own_libraries},
};
use std::{collections::BTreeMap, time::Duration};

/// The longest that the rules of a pack may take for one input, and again as long where they are then asked one by one.
pub(super) const LONGEST_ANSWER: Duration = Duration::from_secs(10);

/// The rules with these ids, everything of the pack that is no rule, and what they import of ours.
pub(super) fn compile(load: &PackLoad, ids: &[String]) -> Result<Evaluator, Failure> {
    let asked: Vec<&LoadedRule> = load
        .rules
        .iter()
        .filter(|rule| ids.contains(&rule.id))
        .collect();
    let is_rule = |path: &str| load.rules.iter().any(|rule| rule.path == path);
    let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
    let mut beside = Vec::new();
    for (path, text) in &load.modules {
        texts.insert(path, text);
        if !is_rule(path) {
            beside.push((path.as_str(), text.as_str()));
        }
    }
    let own = own_libraries();
    let libraries = imported_of(load, &own);
    let rules = asked.into_iter().map(|rule| RuleModule {
        compiled: CompiledRule {
            category: rule.category.clone(),
            name: rule.name.clone(),
            id: rule.id.clone(),
        },
        path: &rule.path,
        text: texts.get(rule.path.as_str()).copied().unwrap_or_default(),
    });
    let evaluator = Evaluator::compile(&Modules {
        root: &load.root,
        is_v0: load.is_v0,
        libraries,
        beside,
        rules: rules.collect(),
        data: from_json(&load.data),
    })?;
    Ok(evaluator.within(LONGEST_ANSWER))
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
