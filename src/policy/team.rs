//! The pack of a team: its rules, and the process that answers for them.

use super::{
    Evaluation, Question, answer,
    refusal::PolicyProblem,
    sandbox::{LoadedRule, PackLoad, Sandbox},
};
use crate::{
    config::Contract,
    document::{
        read::{self, Format},
        source::Source,
    },
    pack::PackFiles,
    rule::{self, Rule, RuleHome},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// The pack of a team, ready to be asked.
#[derive(Debug)]
pub struct TeamPack {
    /// Its name.
    pub name: String,
    /// Of its files.
    pub digest: String,
    rules: BTreeMap<String, Rule>,
    load: PackLoad,
    sandbox: Mutex<Option<Arc<Sandbox>>>,
}

/// Something that keeps a pack from being used, with the file that it is in.
#[derive(Debug, Clone)]
pub struct PackProblem {
    /// The file.
    pub source: Arc<Source>,
    /// Where in it, and what.
    pub problem: PolicyProblem,
}

impl TeamPack {
    /// The rules of a pack by their METADATA; no policy is parsed yet.
    ///
    /// # Errors
    /// All that is wrong with METADATA and data, in the order of the files.
    pub fn read(files: &PackFiles) -> Result<Self, Vec<PackProblem>> {
        let root = files.manifest.root();
        let home = RuleHome::Pack {
            name: &files.manifest.name,
            root: &root,
        };
        let mut problems = Vec::new();
        let (mut rules, mut modules, mut loaded) = (BTreeMap::new(), Vec::new(), Vec::new());
        let policies = files.within("", ".rego");
        for (path, source) in policies.filter(|(path, _)| !path.ends_with("_test.rego")) {
            // By the name that a reader knows, for the engine's messages quote it.
            modules.push((source.name.clone(), source.text.clone()));
            if !path.starts_with("policies/") || files.manifest.contract != Contract::Servelint {
                continue;
            }
            match rule::read(path, &source.text, home) {
                Ok(rule) => {
                    loaded.push(loaded_rule(&rule, &source.name));
                    rules.insert(rule.id.clone(), rule);
                }
                Err(error) => problems.push(PackProblem {
                    source: Arc::clone(source),
                    problem: PolicyProblem {
                        path: path.to_owned(),
                        line: error.line,
                        column: 1,
                        message: error.reason,
                    },
                }),
            }
        }
        let mut data = serde_json::Map::new();
        for (path, source) in files.within("data/", "") {
            if let Err(problem) = add_data(&mut data, path, source) {
                problems.push(problem);
            }
        }
        if rules.is_empty() && problems.is_empty() {
            problems.push(PackProblem {
                source: Arc::clone(&files.source),
                problem: PolicyProblem {
                    path: String::new(),
                    line: 1,
                    column: 1,
                    message:
                        "the pack holds no rule; one stands in `policies/<category>/<rule-id>/`"
                            .into(),
                },
            });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            name: files.manifest.name.clone(),
            digest: files.digest.clone(),
            rules,
            load: PackLoad {
                root,
                is_v0: files.manifest.is_v0,
                modules,
                rules: loaded,
                data: serde_json::json!({ "data": data }),
            },
            sandbox: Mutex::default(),
        })
    }

    /// The rules, by id.
    pub fn rules(&self) -> &BTreeMap<String, Rule> {
        &self.rules
    }

    /// Starts the process that answers, a copy of `program`, and says what it refuses.
    ///
    /// # Errors
    /// Where the process does not start or does not end its work.
    pub fn start(&self, program: &Path, files: &PackFiles) -> Result<Vec<PackProblem>, String> {
        let (sandbox, problems) = Sandbox::start(program, self.load.clone())?;
        *self.sandbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(sandbox));
        let mut placed = Vec::new();
        for problem in problems {
            let mut all = files.files.values();
            let source = all.find(|source| source.name == problem.path);
            placed.push(PackProblem {
                source: Arc::clone(source.unwrap_or(&files.source)),
                problem,
            });
        }
        Ok(placed)
    }

    /// What these rules of the pack say to a question.
    pub(super) fn evaluate(&self, rules: &[String], question: &Question) -> Evaluation {
        let running = self
            .sandbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match running {
            Some(sandbox) => answer::evaluation(sandbox.ask(rules, &question.to_pack(&self.name))),
            None => Evaluation::default(),
        }
    }
}

fn loaded_rule(rule: &Rule, path: &str) -> LoadedRule {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    LoadedRule {
        id: rule.id.clone(),
        category: last(&rule.category),
        name: last(&rule.id),
        path: path.to_owned(),
    }
}

/// `data/a/b.yaml` is `data.<pack>.data.a.b`.
fn add_data(
    data: &mut serde_json::Map<String, serde_json::Value>,
    path: &str,
    source: &Arc<Source>,
) -> Result<(), PackProblem> {
    let wrong = |offset: usize, message: String| {
        let position =
            crate::document::source::LineIndex::new(&source.text).position(&source.text, offset);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        PackProblem {
            source: Arc::clone(source),
            problem: PolicyProblem {
                path: path.to_owned(),
                line: number(position.line),
                column: number(position.column),
                message,
            },
        }
    };
    let Some(format) = Format::of(Path::new(path)) else {
        return Ok(());
    };
    let parsed = read::parse(source, format);
    if let Some(error) = parsed.errors.first() {
        return Err(wrong(error.span.start(), error.message.clone()));
    }
    let value = match parsed.documents.as_slice() {
        [] => return Ok(()),
        [document] => document.root.to_json(),
        _ => {
            return Err(wrong(
                0,
                "data is one document, and here are several".into(),
            ));
        }
    };
    let stem = path.strip_prefix("data/").unwrap_or(path);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let mut parts: Vec<&str> = stem.split('/').collect();
    let last = parts.pop().unwrap_or_default();
    let mut at = data;
    for part in parts {
        let inner = at
            .entry(part)
            .or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
        match inner.as_object_mut() {
            Some(inner) => at = inner,
            None => {
                return Err(wrong(
                    0,
                    format!("`{part}` is a value of another file already"),
                ));
            }
        }
    }
    match at.insert(last.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(wrong(0, format!("`{last}` stands in another file already"))),
    }
}
