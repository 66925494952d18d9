//! Libraries of servelint that there are not: what they would say is undefined, and the rule silent.

use super::{at, segments};
use crate::{
    did_you_mean::question_or_list,
    policy::{imports, refusal::PolicyProblem, walk},
};
use regorus::unstable::{Expr, Module};
use std::sync::LazyLock;

/// The names of the libraries.
static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let own = imports::own_libraries().into_iter();
    let names = own.filter_map(|(_, text)| imports::package(text).rsplit('.').next());
    let mut known: Vec<&str> = names.collect();
    known.sort_unstable();
    known
});

/// What a module reads of `data.servelint.lib` that is not there.
pub(super) fn problems(module: &Module) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for import in &module.imports {
        problems.extend(problem(&import.refr));
    }
    for rule in &module.policy {
        walk::rule(rule, &mut |expression| {
            problems.extend(problem(expression));
        });
    }
    problems
}

fn problem(expression: &Expr) -> Option<PolicyProblem> {
    let names = segments(expression)?;
    let ["data", "servelint", "lib", name, ..] =
        names.iter().map(String::as_str).collect::<Vec<_>>()[..]
    else {
        return None;
    };
    (!KNOWN.contains(&name)).then(|| {
        let help = question_or_list(name, &KNOWN, "there are ");
        let message = format!("servelint has no library `{name}`; {help}");
        at(expression, message)
    })
}
