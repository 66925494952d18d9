//! The sandbox's side: compiles a pack once and answers questions until nobody asks.

use super::{
    author::{self, AuthorQuestion},
    compile::{LONGEST_ANSWER, compile, imported_of},
    limits,
    wire::{self, Ask, AskAnswer, LoadAnswer, PackLoad, WireAnswer},
};
use crate::policy::{
    answer::{Failure, RuleAnswer},
    conftest::{self, ConftestEvaluator},
    evaluate::{Evaluator, Question, Team},
    from_json,
    imports::own_libraries,
    refusal::{self, PolicyProblem},
};
use regorus::Value;
use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    sync::mpsc,
    thread,
};

/// Room for what the engine does by calling itself.
const STACK: usize = 64 << 20;

/// Reads a pack and questions on `input`, and writes answers to `out`.
///
/// # Errors
/// Where one of the two ends, or somebody else than servelint speaks there.
pub fn serve(input: &mut dyn Read, out: &mut dyn Write) -> io::Result<()> {
    limits::apply()?;
    let (ask, asked) = mpsc::channel::<Vec<u8>>();
    let (answer, answered) = mpsc::channel();
    thread::Builder::new().stack_size(STACK).spawn(move || {
        let mut pack = None;
        for frame in asked {
            let said = answer_to(&mut pack, &frame);
            if answer.send(said).is_err() {
                break;
            }
        }
    })?;
    while let Some(frame) = wire::frame(input)? {
        let gone = || io::Error::other("the sandbox broke off");
        ask.send(frame).map_err(|_| gone())?;
        let bytes = answered.recv().map_err(|_| gone())??;
        wire::write_bytes(out, &bytes)?;
    }
    Ok(())
}

/// The first frame is a pack, all others are questions to it; or all are questions of an author.
fn answer_to(pack: &mut Option<LoadedPack>, frame: &[u8]) -> io::Result<Vec<u8>> {
    let said = match pack {
        Some(pack) => {
            let answers = pack.answer(wire::parse(frame)?);
            serde_json::to_vec(&AskAnswer { answers })
        }
        None => {
            if let Ok(question) = wire::parse::<AuthorQuestion>(frame) {
                return author::answer(question).map_err(io::Error::other);
            }
            let loaded = pack.insert(LoadedPack {
                load: wire::parse(frame)?,
                compiled: BTreeMap::new(),
                conftest: None,
            });
            let problems = loaded.problems();
            serde_json::to_vec(&LoadAnswer { problems })
        }
    };
    said.map_err(io::Error::other)
}

/// A pack, and what was compiled of it.
struct LoadedPack {
    load: PackLoad,
    /// By the ids of the rules that run.
    compiled: BTreeMap<Vec<String>, Result<Evaluator, Failure>>,
    /// Set once a pack of conftest's contract is compiled.
    conftest: Option<Result<ConftestEvaluator, Failure>>,
}

impl LoadedPack {
    /// What keeps the pack from being used: first what is dangerous even to parse, then what each file is refused for,
    /// then what shows when all are seen together.
    fn problems(&mut self) -> Vec<PolicyProblem> {
        let builtins = match self.load.conftest {
            Some(_) => conftest::builtin_names(self.load.is_v0),
            None => &[],
        };
        let load = &self.load;
        let mut problems = refusal::problems(&load.modules, load.is_v0, builtins);
        if let Some(pack) = load.conftest()
            && problems.is_empty()
        {
            problems = conftest::problems(pack);
            let failure = problems
                .is_empty()
                .then(|| self.conftest()?.err())
                .flatten();
            let reason = failure.map(|failure| failure.reason.clone());
            problems.extend(reason.map(|reason| refusal::problem(&reason, &self.load.modules)));
        } else if problems.is_empty() {
            let all: Vec<String> = self.load.rules.iter().map(|rule| rule.id.clone()).collect();
            let failure = self.evaluator(&all).err().cloned();
            let problem =
                failure.map(|failure| refusal::problem(&failure.reason, &self.load.modules));
            problems.extend(problem);
        }
        problems.sort();
        problems.dedup();
        problems
    }

    fn answer(&mut self, ask: Ask) -> Vec<WireAnswer> {
        if let Some(evaluator) = self.conftest() {
            return conftest_answer(evaluator, &ask);
        }
        let question = Question {
            input: from_json(&ask.input),
            team: Team::of_json(&ask.team),
        };
        match self.evaluator(&ask.rules) {
            Ok(evaluator) => evaluator
                .answers(&question)
                .into_iter()
                .map(WireAnswer::from)
                .collect(),
            Err(failure) => failed(&ask.rules, failure),
        }
    }

    /// What asks as conftest does; `None` for a pack of our own contract.
    fn conftest(&mut self) -> Option<Result<&ConftestEvaluator, &Failure>> {
        let Self { load, conftest, .. } = self;
        let pack = load.conftest()?;
        let compiled = conftest.get_or_insert_with(|| {
            let own = own_libraries();
            ConftestEvaluator::compile(pack, &imported_of(load, &own), LONGEST_ANSWER)
        });
        Some(compiled.as_ref())
    }

    fn evaluator(&mut self, ids: &[String]) -> Result<&Evaluator, &Failure> {
        let Self { load, compiled, .. } = self;
        compiled
            .entry(ids.to_vec())
            .or_insert_with(|| compile(load, ids))
            .as_ref()
    }
}

fn conftest_answer(evaluator: Result<&ConftestEvaluator, &Failure>, ask: &Ask) -> Vec<WireAnswer> {
    match evaluator {
        Ok(evaluator) => evaluator
            .answers(&ask.rules, &from_json(&ask.input), &ask.team)
            .into_iter()
            .map(WireAnswer::from)
            .collect(),
        Err(failure) => failed(&ask.rules, failure),
    }
}

/// The answer of rules that could not be compiled.
fn failed(rules: &[String], failure: &Failure) -> Vec<WireAnswer> {
    let failed = |rule: &String| WireAnswer {
        rule: rule.clone(),
        finding: None,
        unchecked: None,
        fault: Some(failure.reason.clone()),
    };
    rules.iter().map(failed).collect()
}

impl From<RuleAnswer> for WireAnswer {
    fn from(answer: RuleAnswer) -> Self {
        let set = |value: Value| (value != Value::Undefined).then_some(value);
        match answer.said {
            Ok(said) => Self {
                rule: answer.rule,
                finding: set(said.finding),
                unchecked: set(said.unchecked),
                fault: None,
            },
            Err(reason) => Self {
                rule: answer.rule,
                finding: None,
                unchecked: None,
                fault: Some(reason),
            },
        }
    }
}
