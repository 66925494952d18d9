//! Our side of a sandbox for whoever writes rules.

use super::{
    author::{AuthorQuestion, Inspection, ModuleSet, TraceAsk},
    child::Running,
    wire::{LoadedRule, PackLoad},
};
use crate::policy::{
    entry::OWN,
    imports::{imported, libraries_of, own_libraries, package},
    question::Question,
    testing::{TestFile, TestedFile, TestedRule},
    trace::RuleTrace,
};
use crate::rule::Rule;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// A process in which rules that are being written are inspected, tested and traced. Another one is started where a
/// policy ends it.
#[derive(Debug)]
pub struct Workbench {
    program: PathBuf,
    running: Option<Running>,
}

impl Workbench {
    /// One whose process is a copy of `program`, which is servelint. It starts with the first question.
    pub fn new(program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            running: None,
        }
    }

    /// What these modules hold, and what keeps them from being used.
    ///
    /// # Errors
    /// Where the process does not start, or ends over them.
    pub fn inspect(&mut self, set: ModuleSet) -> Result<Inspection, String> {
        self.ask(&AuthorQuestion::Inspect(set))
    }

    /// Runs the tests of a file. Where one of them ends the process, each is run alone, so that it costs the others
    /// nothing but time, and their lines.
    pub fn test(&mut self, file: TestFile) -> TestedFile {
        let question = AuthorQuestion::Test(file);
        let answer = self.ask::<TestedFile>(&question);
        let AuthorQuestion::Test(file) = question else {
            return TestedFile::default();
        };
        match answer {
            Ok(tested) => tested,
            Err(reason) => self.alone(file, &reason),
        }
    }

    fn alone(&mut self, file: TestFile, reason: &str) -> TestedFile {
        let mut all = TestedFile::default();
        if let [name] = file.tests.as_slice() {
            all.tested.push(TestedRule {
                file: file.path.clone(),
                name: name.clone(),
                failure: Some(reason.to_owned()),
            });
            return all;
        }
        for name in &file.tests {
            let one = TestFile {
                tests: vec![name.clone()],
                ..file.clone()
            };
            let tested = self.test(one);
            all.tested.extend(tested.tested);
            all.covered.extend(tested.covered);
        }
        all
    }

    /// What a rule makes of a question, condition by condition.
    ///
    /// # Errors
    /// Where the process does not start, or ends over the rule.
    pub fn trace(&mut self, rule: &RuleLoad, question: &Question) -> Result<RuleTrace, String> {
        let (input, team) = question.to_pack(&rule.pack).to_json();
        self.ask(&AuthorQuestion::Trace(Box::new(TraceAsk {
            load: rule.load.clone(),
            rule: rule.id.clone(),
            input,
            team,
        })))
    }

    fn ask<A: DeserializeOwned>(&mut self, question: &AuthorQuestion) -> Result<A, String> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.program)
                .map_err(|error| format!("the process for it does not start: {error}"))?,
        };
        let answer = running.exchange(question)?;
        self.running = Some(running);
        Ok(answer)
    }
}

/// A rule with all that a sandbox needs to trace it.
#[derive(Debug, Clone)]
pub struct RuleLoad {
    pub(in crate::policy) load: PackLoad,
    /// The rule's id.
    pub id: String,
    /// The name of its pack; empty for a rule of servelint.
    pub pack: String,
    /// Its file.
    pub path: String,
    /// The text of that file.
    pub text: String,
}

impl RuleLoad {
    /// A rule of servelint.
    pub(in crate::policy) fn built_in(rule: &Rule, path: &str, text: &str) -> Self {
        let loaded = LoadedRule {
            id: rule.id.clone(),
            category: rule.category.clone(),
            name: rule.id.clone(),
            path: path.to_owned(),
            subjects: Vec::new(),
        };
        Self {
            id: rule.id.clone(),
            pack: String::new(),
            path: path.to_owned(),
            text: text.to_owned(),
            load: PackLoad {
                conftest: None,
                root: OWN.to_owned(),
                is_v0: false,
                modules: vec![(path.to_owned(), text.to_owned())],
                rules: vec![loaded],
                data: serde_json::Value::Null,
            },
        }
    }
}

/// The files with tests, each with what it reads: of a pack all that is no test, and of servelint what it imports.
pub fn test_files(
    set: &ModuleSet,
    inspection: &Inspection,
    data: &serde_json::Value,
) -> Vec<TestFile> {
    let own = own_libraries();
    let own: Vec<(String, String)> = own
        .into_iter()
        .map(|(path, text)| (path, text.to_owned()))
        .collect();
    let mut files = Vec::new();
    for inspected in inspection
        .modules
        .iter()
        .filter(|file| !file.tests.is_empty())
    {
        let mut texts = set.modules.iter();
        let Some((_, text)) = texts.find(|(path, _)| *path == inspected.path) else {
            continue;
        };
        let needed = imported([text.as_str()], &set.modules);
        let is_read = |(path, text): &&(String, String)| {
            let is_test = path.ends_with("_test.rego");
            let is_needed = match set.is_own {
                true => needed.contains(package(text)),
                false => !is_test,
            };
            *path == inspected.path || is_needed
        };
        let modules: Vec<(String, String)> = set.modules.iter().filter(is_read).cloned().collect();
        let libraries = match set.is_own {
            true => Vec::new(),
            false => libraries(&modules, &own),
        };
        files.push(TestFile {
            path: inspected.path.clone(),
            tests: inspected.tests.clone(),
            modules,
            libraries,
            data: data.clone(),
            is_v0: set.is_v0,
            conftest_files: set.conftest_files.clone(),
        });
    }
    files
}

/// The libraries of servelint that modules import.
fn libraries(modules: &[(String, String)], own: &[(String, String)]) -> Vec<(String, String)> {
    let texts = modules.iter().map(|(_, text)| text.as_str());
    libraries_of(texts, own).into_iter().cloned().collect()
}
