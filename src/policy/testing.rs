//! Runs the `test_*` rules of policies in the engine that ships, as `opa test` runs them in OPA.

use super::{
    evaluate::{add, engine, one_line, run},
    imports::{imported, package},
};
use regorus::{Engine, Value};

/// One `test_*` rule and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedRule {
    /// The file that holds it.
    pub file: String,
    /// Its whole name: `data.servelint.rules.slo["slo-on-mean_test"].test_flags_a_mean`.
    pub name: String,
    /// Why it failed, on one line; nothing where it is true.
    pub failure: Option<String>,
}

/// Evaluates every rule named `test_*` in these `(path, text)` files, in their order. `data` is
/// `data.servelint`, as far as the tests do not replace it by `with`.
///
/// A file sees only what it imports, directly or through another import: each test would cost more
/// in an engine with all rules.
pub fn run_tests(files: &[(String, String)], data: &Value) -> Vec<TestedRule> {
    files
        .iter()
        .flat_map(|(path, text)| run_file(files, path, text, data))
        .collect()
}

fn run_file(files: &[(String, String)], path: &str, text: &str, data: &Value) -> Vec<TestedRule> {
    let names: Vec<String> = test_names(text)
        .map(|name| format!("data.{}.{name}", package(text)))
        .collect();
    let Some(first) = names.first() else {
        return Vec::new();
    };
    let prepared = prepare(files, (path, text), data, first);
    let mut tested = Vec::new();
    for name in names {
        let failure = match &prepared {
            Ok(engine) => failure(engine, &name),
            Err(reason) => Some(reason.clone()),
        };
        tested.push(TestedRule {
            file: path.to_owned(),
            name,
            failure,
        });
    }
    tested
}

/// An engine with this file and all that it needs, which has evaluated one `test` already: the engine schedules
/// rules at its first evaluation, and a copy made before that would do so again.
fn prepare(
    files: &[(String, String)],
    (path, text): (&str, &str),
    data: &Value,
    test: &str,
) -> Result<Engine, String> {
    let mut engine = engine();
    let needed = imported([text], files);
    for (other, text) in files {
        if other == path || needed.contains(package(text)) {
            add(&mut engine, other, other, text).map_err(|failure| failure.reason)?;
        }
    }
    let data = super::object([("servelint", data.clone())]);
    engine
        .add_data(data)
        .map_err(|error| one_line(&error.to_string()))?;
    // What it says is asked for again, and reported then.
    run(&mut engine, test, Value::Undefined).ok();
    Ok(engine)
}

/// Why this test is not true. It runs in a copy, so that it leaves nothing behind for the next.
fn failure(engine: &Engine, test: &str) -> Option<String> {
    match run(&mut engine.clone(), test, Value::Undefined) {
        Ok(Value::Bool(true)) => None,
        Ok(value) => Some(format!("{value}, not true")),
        Err(reason) => Some(reason),
    }
}

/// The names of the rules that are tests. `opa fmt` starts every rule at the start of a line.
fn test_names(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| line.starts_with("test_"))
        .filter_map(|line| line.split([' ', ':']).next())
}
