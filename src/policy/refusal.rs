//! What a pack of a team may not hold, because the engine would not end, or not answer twice the same.
//!
//! It runs in the sandbox: even parsing some policies takes for ever.

mod calls;
mod depth;
mod libraries;
mod recursion;

pub(super) use calls::forbidden;

use regorus::{
    Engine, Source,
    unstable::{Expr, Import, Module},
};
use serde::{Deserialize, Serialize};
use std::{fmt, ops::Deref};

/// Something in a policy's file that keeps its pack from being used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyProblem {
    /// The file, as the pack names it.
    pub path: String,
    /// Its line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// The character in its line, from 1.
    pub column: u32,
    /// What is wrong, on one line.
    pub message: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            message,
        } = self;
        match (path.is_empty(), line) {
            (true, _) => f.write_str(message),
            (false, 0) => write!(f, "{path}: {message}"),
            (false, _) => write!(f, "{path}:{line}:{column}: {message}"),
        }
    }
}

/// The package of ours, below which nobody else writes.
const RESERVED: &str = "servelint";

/// What keeps these modules, paths and texts, from being used.
///
/// `builtins` are functions beside those of the engine.
pub(super) fn problems(
    modules: &[(String, String)],
    is_v0: bool,
    builtins: &[&str],
) -> Vec<PolicyProblem> {
    let mut engine = Engine::new();
    engine.set_rego_v0(is_v0);
    read(&mut engine, modules, builtins)
}

/// Adds modules to an engine that is set to their syntax, and says what keeps them from being used, in their order: what is
/// dangerous even to parse, and what each is refused for. Nothing is evaluated, and nothing needs to be parsed again.
///
/// `builtins` are functions beside those of the engine.
pub(super) fn read(
    engine: &mut Engine,
    modules: &[(String, String)],
    builtins: &[&str],
) -> Vec<PolicyProblem> {
    let known = engine.get_modules().len();
    let mut problems = Vec::new();
    for (path, text) in modules {
        if let Some(problem) = depth::problem(path, text) {
            problems.push(problem);
        } else if let Err(error) = engine.add_policy(path.clone(), text.clone()) {
            let reason = super::interpreter::one_line(&error.to_string());
            problems.push(problem(&reason, modules));
        }
    }
    let read = parsed_after(engine, known);
    for module in &read {
        problems.extend(reserved(module));
        problems.extend(calls::problems(module, builtins));
        problems.extend(libraries::problems(module));
    }
    problems.extend(recursion::problems(&read));
    problems
}

/// The modules that an engine has parsed after the first ones.
pub(super) fn parsed_after(engine: &mut Engine, known: usize) -> Vec<&Module> {
    let modules = engine.get_modules();
    modules[known..].iter().map(Deref::deref).collect()
}

/// A message of the engine, `path:line:column: reason`, by its parts, about one of these modules.
pub(super) fn problem(message: &str, modules: &[(String, String)]) -> PolicyProblem {
    let mut parts = message.splitn(4, ':');
    let parsed = (|| {
        let path = parts.next()?;
        let (line, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some((path, line, column, parts.next()?))
    })();
    match parsed {
        Some((path, line, column, reason)) => {
            let text = modules.iter().find(|(known, _)| known == path);
            let text = text.map_or("", |(_, text)| text.as_str());
            PolicyProblem {
                path: path.to_owned(),
                line,
                column: characters(text, line, column),
                message: reason.trim().to_owned(),
            }
        }
        None => PolicyProblem {
            path: String::new(),
            line: 0,
            column: 0,
            message: message.to_owned(),
        },
    }
}

/// Something wrong at an expression.
pub(super) fn at(expression: &Expr, message: impl Into<String>) -> PolicyProblem {
    let span = leftmost(expression).span();
    PolicyProblem {
        path: path_of(&span.source),
        line: span.line,
        column: characters(span.source.contents(), span.line, span.col),
        message: message.into(),
    }
}

/// What an expression begins with: the engine places calls and references at their ends.
fn leftmost(expression: &Expr) -> &Expr {
    match expression {
        Expr::Call { fcn: inner, .. }
        | Expr::RefDot { refr: inner, .. }
        | Expr::RefBrack { refr: inner, .. }
        | Expr::BinExpr { lhs: inner, .. }
        | Expr::BoolExpr { lhs: inner, .. }
        | Expr::ArithExpr { lhs: inner, .. }
        | Expr::AssignExpr { lhs: inner, .. } => leftmost(inner),
        other => other,
    }
}

/// The character of a column of the engine, for which a tab is as wide as four.
fn characters(text: &str, line: u32, column: u32) -> u32 {
    let index = usize::try_from(line.saturating_sub(1)).unwrap_or_default();
    let (mut characters, mut width) = (1, 1);
    for character in text.lines().nth(index).unwrap_or_default().chars() {
        if width >= column {
            break;
        }
        width += if character == '\t' { 4 } else { 1 };
        characters += 1;
    }
    characters
}

fn path_of(source: &Source) -> String {
    source.get_path().clone()
}

/// The package in which a module stands, if it is one of ours.
fn reserved(module: &Module) -> Option<PolicyProblem> {
    let package = module.package.refr.as_ref();
    let first = segments(package)?.into_iter().next()?;
    (first == RESERVED).then(|| {
        at(
            package,
            "a pack writes nothing below `data.servelint`: its packages begin with its own name",
        )
    })
}

/// The names that a reference consists of, as far as they are fixed: `data.a["b"].c`, and what stands before an index
/// that is computed. `None` for what is no reference.
pub(super) fn segments(expression: &Expr) -> Option<Vec<String>> {
    let (names, _) = fixed(expression)?;
    Some(names)
}

/// The names, and whether more of them may follow.
fn fixed(expression: &Expr) -> Option<(Vec<String>, bool)> {
    let (refr, next) = match expression {
        Expr::Var { span, .. } => return Some((vec![span.text().to_owned()], true)),
        Expr::RefDot { refr, field, .. } => {
            let name = field.0.text().trim_start_matches('.');
            (refr, Some(name.to_owned()))
        }
        Expr::RefBrack { refr, index, .. } => {
            let mut texts = super::portable::strings(index);
            (refr, texts.pop().filter(|_| texts.is_empty()))
        }
        _ => return None,
    };
    let (mut names, open) = fixed(refr)?;
    let next = next.filter(|_| open);
    let open = next.is_some();
    names.extend(next);
    Some((names, open))
}

/// The name under which a module knows what it imports.
fn import_name(import: &Import) -> Option<String> {
    match &import.r#as {
        Some(name) => Some(name.text().to_owned()),
        None => segments(&import.refr)?.pop(),
    }
}
