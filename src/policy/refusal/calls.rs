//! Functions that a policy calls and should not.

use super::at;
use crate::policy::{
    portable::{FORBIDDEN_BUILTINS, root, strings},
    refusal::PolicyProblem,
    walk,
};
use regorus::unstable::{BUILTINS, Expr, Module};
use std::{collections::BTreeSet, ops::Deref};

/// The widest column that a verb of `sprintf` may ask for, in digits of the number.
const WIDEST_DIGITS: usize = 3;

/// What differs from OPA and harms nobody is for whoever writes rules that both must answer alike.
const HARMLESS: [&str; 1] = ["json.filter"];

/// Builtins that do not exist, that do not end or whose answer is not always the same.
pub(super) fn problems(module: &Module, builtins: &[&str]) -> Vec<PolicyProblem> {
    let mut names = names(module);
    names.extend(builtins.iter().map(|name| (*name).to_owned()));
    let mut problems = Vec::new();
    for rule in &module.policy {
        walk::rule(rule, &mut |expression| {
            if let Expr::Call { fcn, params, .. } = expression {
                let name = fcn.span().text();
                let message = problem(name, params, &names);
                problems.extend(message.map(|message| at(expression, message)));
            }
        });
    }
    problems
}

/// Why a pack may not call this builtin; `None` where it may.
pub(in crate::policy) fn forbidden(name: &str) -> Option<&'static str> {
    let mut forbidden = FORBIDDEN_BUILTINS.iter();
    let (_, reason) = forbidden.find(|(known, _)| *known == name)?;
    (!HARMLESS.contains(&name)).then_some(*reason)
}

fn problem(
    name: &str,
    arguments: &[impl Deref<Target = Expr>],
    names: &BTreeSet<String>,
) -> Option<String> {
    if let Some(reason) = forbidden(name) {
        return Some(format!("`{name}`: {reason}"));
    }
    let first = name.split(['.', '[']).next().unwrap_or(name);
    if !names.contains(first) && name != "print" && !BUILTINS.contains_key(name) {
        return Some(format!(
            "there is no function `{name}`; `servelint policy capabilities` lists those that there are"
        ));
    }
    let formats = match (name, arguments) {
        // One that is not the engine's has a limit of its own.
        ("sprintf", [format, ..]) if !names.contains(name) => strings(format),
        _ => Vec::new(),
    };
    formats
        .iter()
        .any(|format| is_wide(format))
        .then(|| "a verb of `sprintf` asks for a column of 1,000 characters or more".to_owned())
}

/// True where a verb has a width or a precision of more digits than anybody reads.
fn is_wide(format: &str) -> bool {
    let format = format.replace("%%", "");
    format.split('%').skip(1).any(|verb| {
        let head: String = verb
            .chars()
            .take_while(|c| c.is_ascii_digit() || "+-# .*[]".contains(*c))
            .collect();
        head.split(|c: char| !c.is_ascii_digit())
            .any(|number| number.len() > WIDEST_DIGITS)
    })
}

/// The names that a module declares or imports, and `data`, below which functions of others stand.
fn names(module: &Module) -> BTreeSet<String> {
    let mut names = BTreeSet::from(["data".to_owned()]);
    for import in &module.imports {
        names.extend(super::import_name(import));
    }
    names.extend(
        module
            .policy
            .iter()
            .filter_map(|rule| root(walk::head(rule))),
    );
    names
}
