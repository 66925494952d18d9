//! Runs the `test_*` rules of policies in the engine that ships, as `opa test` runs them in OPA.

use super::evaluate::{add, engine, one_line, run};
use regorus::{Engine, Value};
use std::collections::BTreeSet;

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
    let names = test_names(text).map(|name| format!("data.{}.{name}", package(text)));
    let mut tested: Vec<TestedRule> = names
        .map(|name| TestedRule {
            file: path.to_owned(),
            name,
            failure: None,
        })
        .collect();
    let Some(first) = tested.first() else {
        return tested;
    };
    match prepare(files, path, data, &first.name) {
        Ok(engine) => tested
            .iter_mut()
            .for_each(|test| test.failure = failure(&engine, &test.name)),
        Err(reason) => tested
            .iter_mut()
            .for_each(|test| test.failure = Some(reason.clone())),
    }
    tested
}

/// An engine with this file and all that it needs, which has evaluated one `test` already: the engine schedules
/// rules at its first evaluation, and a copy made before that would do so again.
fn prepare(
    files: &[(String, String)],
    path: &str,
    data: &Value,
    test: &str,
) -> Result<Engine, String> {
    let mut engine = engine();
    for (path, text) in needed(files, path) {
        add(&mut engine, path, path, text).map_err(|failure| failure.reason)?;
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

/// The file at `path` and what it imports, in the order of `files`.
fn needed<'f>(files: &'f [(String, String)], path: &'f str) -> Vec<&'f (String, String)> {
    let mut needed = BTreeSet::from([path]);
    loop {
        let imported: BTreeSet<&str> = files
            .iter()
            .filter(|(path, _)| needed.contains(path.as_str()))
            .flat_map(|(_, text)| imports(text))
            .collect();
        let before = needed.len();
        needed.extend(
            files
                .iter()
                .filter(|(_, text)| imported.contains(package(text)))
                .map(|(path, _)| path.as_str()),
        );
        if needed.len() == before {
            return files
                .iter()
                .filter(|(path, _)| needed.contains(path.as_str()))
                .collect();
        }
    }
}

/// `servelint.lib.team` of `package servelint.lib.team`.
fn package(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.strip_prefix("package "))
        .unwrap_or_default()
        .trim()
}

/// The packages that a module imports, without the names that it gives them.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let paths = text
        .lines()
        .filter_map(|line| line.strip_prefix("import data."));
    paths.map(|path| path.split(" as ").next().unwrap_or(path).trim())
}
