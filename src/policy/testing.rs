//! Runs the `test_*` rules of policies in the engine that ships, as `opa test` runs them in OPA.

use super::{
    conftest,
    imports::{imported, package},
    interpreter::{add, engine, one_line, run},
    limit::EvaluationLimit,
    lines, portable,
    refusal::segments,
};
use regorus::{
    Engine, Value,
    unstable::{Module, Rule, RuleHead},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the name of a test begins with.
const TEST: &str = "test_";

/// One `test_*` rule and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedRule {
    /// The file that holds it.
    pub file: String,
    /// Its whole name: `data.servelint.rules.slo["slo-on-mean_test"].test_flags_a_mean`.
    pub name: String,
    /// Why it failed, on one line; nothing where it is true.
    pub failure: Option<String>,
}

/// The tests of one file, and all that they need.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestFile {
    /// The file.
    pub path: String,
    /// The whole names of the tests.
    pub tests: Vec<String>,
    /// Paths and texts of the file itself and of what it reads.
    pub modules: Vec<(String, String)>,
    /// Those that are in the syntax of Rego v1 whatever the others are: libraries of servelint.
    pub libraries: Vec<(String, String)>,
    /// `data`, as far as the tests do not replace it by `with`.
    pub data: serde_json::Value,
    /// True for the syntax of Rego v0.
    pub is_v0: bool,
    /// As [`ModuleSet`](super::ModuleSet) has them.
    pub conftest_files: Option<Vec<(String, String)>>,
}

/// What the tests of a file said.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TestedFile {
    /// In the order in which they were asked.
    pub tested: Vec<TestedRule>,
    /// Paths of modules, each with lines that a test evaluated, from 1. A path may occur several times.
    pub covered: Vec<(String, BTreeSet<u32>)>,
}

/// The whole names of the tests of a module, and the lines that an evaluation can reach.
pub(super) fn inspect(
    path: &str,
    text: &str,
    is_v0: bool,
) -> Result<(Vec<String>, BTreeSet<u32>), String> {
    let module = portable::parsed(path, text, is_v0);
    let module = module.map_err(|error| one_line(&error.to_string()))?;
    let package = whole_name(&module);
    let mut tests: Vec<String> = Vec::new();
    for rule in &module.policy {
        let name = test_name(rule).map(|name| format!("{package}.{name}"));
        tests.extend(name.filter(|name| !tests.contains(name)));
    }
    Ok((tests, lines::of(&module)))
}

/// `data.acme.rules.cost["cost-center_test"]`
fn whole_name(module: &Module) -> String {
    let mut name = "data".to_owned();
    for part in segments(&module.package.refr).unwrap_or_default() {
        let is_word = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match is_word {
            true => name.extend([".", &part]),
            false => name.extend(["[\"", &part, "\"]"]),
        }
    }
    name
}

fn test_name(rule: &Rule) -> Option<String> {
    let Rule::Spec {
        head: RuleHead::Compr { refr, .. },
        ..
    } = rule
    else {
        return None;
    };
    let name = portable::root(refr)?;
    name.starts_with(TEST).then_some(name)
}

/// Runs the tests of a file.
pub(super) fn run_one(file: &TestFile) -> TestedFile {
    let mut all = TestedFile::default();
    let prepared = file.prepare();
    for name in &file.tests {
        let failure = match &prepared {
            Ok(engine) => {
                let mut engine = engine.clone();
                let failure = failure(&mut engine, name);
                all.covered.extend(lines::evaluated(&engine));
                failure
            }
            Err(reason) => Some(reason.clone()),
        };
        all.tested.push(TestedRule {
            file: file.path.clone(),
            name: name.clone(),
            failure,
        });
    }
    all
}

impl TestFile {
    /// An engine that has compiled everything. The engine schedules rules at its first evaluation, and a copy made
    /// before that would do so again.
    fn prepare(&self) -> Result<Engine, String> {
        let mut engine = engine();
        engine.set_execution_timer_config(EvaluationLimit::Steps.timer());
        for (path, text) in &self.libraries {
            add(&mut engine, path, path, text).map_err(|failure| failure.reason)?;
        }
        if let Some(files) = &self.conftest_files {
            conftest::extend_for(&self.modules, self.is_v0, files, &mut engine)?;
        }
        engine.set_rego_v0(self.is_v0);
        for (path, text) in &self.modules {
            add(&mut engine, path, path, text).map_err(|failure| failure.reason)?;
        }
        engine
            .add_data(super::from_json(&self.data))
            .map_err(|error| one_line(&error.to_string()))?;
        if let Some(first) = self.tests.first() {
            // What it says is asked for again, and reported then.
            run(&mut engine, first, Value::Undefined).ok();
        }
        engine.set_enable_coverage(true);
        Ok(engine)
    }
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
    let tests = match inspect(path, text, false) {
        Ok((tests, _)) => tests,
        Err(reason) => {
            return vec![TestedRule {
                file: path.to_owned(),
                name: path.to_owned(),
                failure: Some(reason),
            }];
        }
    };
    if tests.is_empty() {
        return Vec::new();
    }
    let needed = imported([text], files);
    let modules = files
        .iter()
        .filter(|(other, text)| other == path || needed.contains(package(text)));
    let file = TestFile {
        path: path.to_owned(),
        tests,
        modules: modules.cloned().collect(),
        libraries: Vec::new(),
        data: serde_json::json!({ "servelint": super::to_json(data) }),
        is_v0: false,
        conftest_files: None,
    };
    run_one(&file).tested
}

/// Why this test is not true. The engine is a copy, so that a test leaves nothing behind for the next.
fn failure(engine: &mut Engine, test: &str) -> Option<String> {
    match run(engine, test, Value::Undefined) {
        Ok(Value::Bool(true)) => None,
        Ok(Value::Undefined) => Some("it is undefined: one of its conditions does not hold".into()),
        Ok(value) => Some(format!("{value}, not true")),
        Err(reason) => Some(reason),
    }
}
