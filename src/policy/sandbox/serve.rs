//! The sandbox's side: compiles a pack once and answers questions until nobody asks.

use super::{
    author::{self, AuthorQuestion},
    compile::{compile, imported_of, whole},
    limits,
    wire::{self, Ask, AskAnswer, LoadAnswer, PackLoad, WireAnswer},
};
use crate::policy::{
    answer::{Failure, RuleAnswer},
    conftest::ConftestEvaluator,
    evaluate::Evaluator,
    from_json,
    imports::own_libraries,
    question::{Question, Team},
    refusal::PolicyProblem,
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
            let problems = match LoadedPack::of(wire::parse(frame)?) {
                Ok(loaded) => {
                    *pack = Some(loaded);
                    Vec::new()
                }
                Err(mut problems) => {
                    problems.sort();
                    problems.dedup();
                    problems
                }
            };
            serde_json::to_vec(&LoadAnswer { problems })
        }
    };
    said.map_err(io::Error::other)
}

/// A pack, compiled.
enum LoadedPack {
    /// Of our own contract.
    Own(Box<OwnPack>),
    /// Of conftest's.
    Conftest(Box<ConftestEvaluator>),
}

/// A pack of our own contract.
struct OwnPack {
    load: PackLoad,
    whole: Evaluator,
    /// By the ids of the rules that are asked.
    asked: BTreeMap<Vec<String>, Result<Evaluator, Failure>>,
}

impl LoadedPack {
    /// Compiles a pack.
    ///
    /// # Errors
    /// What keeps it from being used: first what is dangerous even to parse, then what each file is refused for, then
    /// what shows when all are seen together.
    fn of(load: PackLoad) -> Result<Self, Vec<PolicyProblem>> {
        if let Some(pack) = load.conftest() {
            let libraries = own_libraries();
            let libraries = imported_of(&load, &libraries);
            let evaluator = ConftestEvaluator::compile(pack, &libraries)?;
            return Ok(Self::Conftest(Box::new(evaluator)));
        }
        Ok(Self::Own(Box::new(OwnPack {
            whole: whole(&load)?,
            load,
            asked: BTreeMap::new(),
        })))
    }

    fn answer(&mut self, ask: Ask) -> Vec<WireAnswer> {
        let answers = match self {
            Self::Own(pack) => pack.answers(&ask),
            Self::Conftest(evaluator) => {
                evaluator.answers(&ask.rules, &from_json(&ask.input), &ask.team)
            }
        };
        answers.into_iter().map(WireAnswer::from).collect()
    }
}

impl OwnPack {
    fn answers(&mut self, ask: &Ask) -> Vec<RuleAnswer> {
        let question = Question {
            input: from_json(&ask.input),
            team: Team::of_json(&ask.team),
        };
        let Self { load, whole, asked } = self;
        let mut ids = ask.rules.clone();
        ids.sort();
        let evaluator = asked.entry(ids).or_insert_with_key(|ids| {
            let group = whole.group(ids);
            group.map_or_else(|| compile(load, ids), Ok)
        });
        match evaluator {
            Ok(evaluator) => evaluator.answers(&question),
            Err(failure) => {
                let failed = |rule: &String| RuleAnswer {
                    rule: rule.clone(),
                    said: Err(failure.reason.clone()),
                };
                ask.rules.iter().map(failed).collect()
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sandbox::wire::LoadedRule;
    use serde_json::json;

    /// A pack with a rule on each of these subjects, which find the subject.
    fn pack(subjects: &[&str]) -> OwnPack {
        let rule = |subject: &&str| LoadedRule {
            id: format!("acme/on-{subject}"),
            category: "cost".to_owned(),
            name: format!("on-{subject}"),
            path: format!("{subject}.rego"),
            subjects: vec![(*subject).to_owned()],
        };
        let module = |subject: &&str| {
            let text = format!(
                "package acme.rules.cost[\"on-{subject}\"]\n\nfinding contains [\"{subject}\", input.x, data.acme.settings.y]\n"
            );
            (format!("{subject}.rego"), text)
        };
        let load = PackLoad {
            root: "acme".to_owned(),
            is_v0: false,
            modules: subjects.iter().map(module).collect(),
            rules: subjects.iter().map(rule).collect(),
            data: json!({}),
            conftest: None,
        };
        match LoadedPack::of(load) {
            Ok(LoadedPack::Own(pack)) => *pack,
            _ => panic!("a pack of our own contract that can be used"),
        }
    }

    /// Each rule that answers, with what it finds.
    fn said(pack: &mut OwnPack, rules: &[&str]) -> Vec<String> {
        let rules = rules.iter().map(|rule| format!("acme/on-{rule}"));
        let answers = pack.answers(&Ask {
            rules: rules.collect(),
            input: json!({"x": 1}),
            team: json!({"policy": {}, "approvers": {}, "today": "", "day": 1, "settings": {"y": 2}}),
        });
        let said = |answer: RuleAnswer| {
            format!(
                "{} {}",
                answer.rule,
                answer.said.expect("an answer").finding
            )
        };
        answers.into_iter().map(said).collect()
    }

    #[test]
    fn rules_of_one_subject_are_asked_of_what_was_compiled_once() {
        let mut pack = pack(&["Review", "ServingSpec"]);
        // Whatever is compiled from now on would not parse.
        for (_, text) in &mut pack.load.modules {
            text.clear();
        }
        for subject in ["Review", "ServingSpec"] {
            let expected = format!("acme/on-{subject} [[\"{subject}\",1,2]]");
            assert_eq!(said(&mut pack, &[subject]), [expected]);
        }
        assert_eq!(said(&mut pack, &["ServingSpec", "Review"]).len(), 2);
    }

    #[test]
    fn rules_that_are_no_group_are_compiled_by_themselves() {
        let mut pack = pack(&["Review", "ServingSpec", "DecisionLog"]);
        assert_eq!(
            said(&mut pack, &["ServingSpec", "Review"]),
            ["Review", "ServingSpec"].map(|name| format!("acme/on-{name} [[\"{name}\",1,2]]"))
        );
    }
}
