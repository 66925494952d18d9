//! What somebody who writes rules asks of a sandbox: whether modules may be used, what their tests say, and why a rule
//! finds nothing. Each question brings all that it needs, so such a sandbox has no pack.

use super::{compile::compile, wire::PackLoad};
use crate::policy::{
    conftest, from_json,
    question::{Question, Team},
    refusal::{self, PolicyProblem},
    testing::{self, TestFile, TestedFile},
    trace::{self, RuleTrace},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AuthorQuestion {
    Inspect(ModuleSet),
    Test(TestFile),
    Trace(Box<TraceAsk>),
}

/// The files of a pack in Rego, tests included.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ModuleSet {
    /// Paths and texts.
    pub modules: Vec<(String, String)>,
    /// True for the syntax of Rego v0.
    pub is_v0: bool,
    /// True for the policies of servelint, which stand below `data.servelint` and are refused nothing.
    pub is_own: bool,
    /// The files that policies of conftest's contract may parse, by the same names as the modules; `None` for a pack of our
    /// own contract, which has no functions of conftest.
    pub conftest_files: Option<Vec<(String, String)>>,
}

/// What modules hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Inspection {
    /// What keeps them from being used; the rest is empty then.
    pub problems: Vec<PolicyProblem>,
    /// One for each module, in their order.
    pub modules: Vec<InspectedModule>,
}

/// A module before anything is evaluated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InspectedModule {
    /// Its path.
    pub path: String,
    /// The whole names of its tests: `data.acme.rules.cost["cost-center_test"].test_flags_it`.
    pub tests: Vec<String>,
    /// The lines that an evaluation can reach, from 1.
    pub lines: BTreeSet<u32>,
}

/// A rule and what it is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::policy) struct TraceAsk {
    pub load: PackLoad,
    pub rule: String,
    pub input: serde_json::Value,
    pub team: serde_json::Value,
}

/// The answer, as JSON.
pub(super) fn answer(question: AuthorQuestion) -> serde_json::Result<Vec<u8>> {
    match question {
        AuthorQuestion::Inspect(set) => serde_json::to_vec(&inspected(&set)),
        AuthorQuestion::Test(file) => serde_json::to_vec::<TestedFile>(&testing::run_one(&file)),
        AuthorQuestion::Trace(ask) => serde_json::to_vec(&traced(*ask)),
    }
}

fn inspected(set: &ModuleSet) -> Inspection {
    let problems = match (set.is_own, &set.conftest_files) {
        (true, _) => Vec::new(),
        (false, None) => refusal::problems(&set.modules, set.is_v0, &[]),
        (false, Some(files)) => conftest::author_problems(&set.modules, set.is_v0, files),
    };
    let mut inspection = Inspection {
        problems,
        modules: Vec::new(),
    };
    if !inspection.problems.is_empty() {
        return inspection;
    }
    for (path, text) in &set.modules {
        match testing::inspect(path, text, set.is_v0) {
            Ok((tests, lines)) => inspection.modules.push(InspectedModule {
                path: path.clone(),
                tests,
                lines,
            }),
            Err(reason) => inspection
                .problems
                .push(refusal::problem(&reason, &set.modules)),
        }
    }
    inspection
}

fn traced(ask: TraceAsk) -> RuleTrace {
    let TraceAsk {
        load,
        rule,
        input,
        team,
    } = ask;
    let is_own = load.root == crate::policy::entry::OWN;
    let problems = match is_own {
        true => Vec::new(),
        false => refusal::problems(&load.modules, load.is_v0, &[]),
    };
    let known = load.rules.iter().find(|known| known.id == rule).cloned();
    let (true, Some(known)) = (problems.is_empty(), known) else {
        return RuleTrace {
            problems,
            ..RuleTrace::default()
        };
    };
    let texts = &load.modules;
    let text = texts.iter().find(|(path, _)| *path == known.path);
    let text = text.map_or("", |(_, text)| text.as_str());
    let question = Question {
        input: from_json(&input),
        team: Team::of_json(&team),
    };
    let subject = trace::TraceSubject {
        path: &known.path,
        text,
        is_v0: load.is_v0,
        package: format!(
            "data.{}.rules.{}[\"{}\"]",
            load.root, known.category, known.name
        ),
    };
    trace::of(&subject, &question, &|text| {
        let mut changed = load.clone();
        for (path, known_text) in &mut changed.modules {
            if *path == known.path {
                text.clone_into(known_text);
            }
        }
        compile(&changed, std::slice::from_ref(&rule)).map_err(|failure| failure.reason)
    })
}
