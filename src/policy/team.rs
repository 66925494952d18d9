//! The pack of a team: its rules, and the process that answers for them.

mod controls;
mod data;
mod kinds;

use super::{
    ConftestAnswer, Evaluation, Question, Team, Value, answer,
    conftest::{self, ConftestLoad, ConftestRule, PolicyHeads, is_named},
    refusal::PolicyProblem,
    sandbox::{LoadedRule, PackLoad, RuleLoad, Sandbox},
};
use crate::{
    config::{ConftestOptions, Contract},
    document::source::Source,
    pack::PackFiles,
    rule::{self, Annotations, ControlTables, MetadataError, OwnKind, Rule, RuleHome, Severity},
    units::first_named,
};
use kinds::AskedKind;
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
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
    source: Arc<Source>,
    contract: Contract,
    rules: BTreeMap<String, Rule>,
    controls: ControlTables,
    kinds: Vec<AskedKind>,
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
        let mut reading = RuleReading::new(files);
        match &files.manifest.contract {
            Contract::Servelint => reading.own(files),
            Contract::Conftest(options) => reading.conftest(files, options),
        }
        let controls = match controls::controls(files, &mut reading.rules) {
            Ok(controls) => controls,
            Err(problem) => {
                reading.problems.push(problem);
                ControlTables::default()
            }
        };
        if reading.rules.is_empty() && reading.problems.is_empty() {
            reading.problems.push(PackProblem {
                source: Arc::clone(&files.source),
                problem: PolicyProblem {
                    path: String::new(),
                    line: 1,
                    column: 1,
                    message: match &files.manifest.contract {
                        Contract::Servelint => {
                            "the pack holds no rule; one stands in `policies/<category>/<rule-id>/`"
                                .into()
                        }
                        Contract::Conftest(options) => none_asked(files, options),
                    },
                },
            });
        }
        if !reading.problems.is_empty() {
            return Err(reading.problems);
        }
        Ok(Self {
            name: files.manifest.name.clone(),
            digest: files.digest.clone(),
            source: Arc::clone(&files.source),
            contract: files.manifest.contract.clone(),
            rules: reading.rules,
            controls,
            kinds: reading.kinds,
            load: reading.load,
            sandbox: Mutex::default(),
        })
    }

    /// What it asks like conftest; `None` for a pack of our own contract.
    pub fn conftest(&self) -> Option<&ConftestOptions> {
        match &self.contract {
            Contract::Servelint => None,
            Contract::Conftest(options) => Some(options),
        }
    }

    /// The files that its policies may parse like those of conftest, by the same names as its modules; `None` for a pack of
    /// our own contract.
    pub fn conftest_files(&self) -> Option<&[(String, String)]> {
        Some(&self.load.conftest.as_ref()?.files)
    }

    /// Its `servelint-pack.toml`.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// What rules of conftest's contract say to an input; `file` is `data.conftest.file`.
    pub fn answer_about(&self, rules: &[String], input: Value, file: &Json) -> ConftestAnswer {
        let question = Question {
            input,
            team: Team::of_json(file),
        };
        match self.running() {
            Some(sandbox) => conftest::answer(sandbox.ask(rules, &question)),
            None => ConftestAnswer::default(),
        }
    }

    fn running(&self) -> Option<Arc<Sandbox>> {
        let sandbox = self.sandbox.lock().unwrap_or_else(PoisonError::into_inner);
        sandbox.clone()
    }

    /// The rules, by id.
    pub fn rules(&self) -> &BTreeMap<String, Rule> {
        &self.rules
    }

    /// What applies to kinds that are none of the known ones.
    pub(super) fn undeclared(&self, known: &[&str]) -> Vec<(OwnKind, PackProblem)> {
        kinds::undeclared(&self.kinds, known)
    }

    /// Adds the controls that tables of the pack map rules to, whoever's rules they are.
    pub(super) fn map_controls(&self, rules: &mut BTreeMap<String, Rule>) {
        for (id, mapping) in self.controls.mapped() {
            if let Some(rule) = rules.get_mut(id) {
                rule.map(mapping.clone());
            }
        }
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

    /// What the sandbox is given.
    pub(super) fn load(&self) -> &PackLoad {
        &self.load
    }

    /// What rules find at `data.<root>`, save what a team sets for them; at `data` itself with conftest's contract.
    pub fn data(&self) -> (&str, &Json) {
        (&self.load.root, &self.load.data)
    }

    /// A rule of the pack with all that it needs to be traced.
    pub(super) fn rule_load(&self, id: &str) -> Option<RuleLoad> {
        let rule = self.load.rules.iter().find(|rule| rule.id == id)?;
        let mut modules = self.load.modules.iter();
        let (path, text) = modules.find(|(path, _)| *path == rule.path)?;
        Some(RuleLoad {
            id: id.to_owned(),
            pack: self.name.clone(),
            path: path.clone(),
            text: text.clone(),
            load: self.load.clone(),
        })
    }

    /// What these rules of the pack say to a question.
    pub(super) fn evaluate(&self, rules: &[String], question: &Question) -> Evaluation {
        match self.running() {
            Some(sandbox) => answer::evaluation(sandbox.ask(rules, &question.to_pack(&self.name))),
            None => Evaluation::default(),
        }
    }
}

/// What is read of a pack.
struct RuleReading {
    rules: BTreeMap<String, Rule>,
    load: PackLoad,
    kinds: Vec<AskedKind>,
    problems: Vec<PackProblem>,
}

impl RuleReading {
    /// With the modules, and no rule yet.
    fn new(files: &PackFiles) -> Self {
        let policies = policies(files);
        Self {
            rules: BTreeMap::new(),
            load: PackLoad {
                root: files.manifest.root(),
                is_v0: files.manifest.is_v0,
                // By the name that a reader knows, for the engine's messages quote it.
                modules: policies
                    .map(|(_, source)| (source.name.clone(), source.text.clone()))
                    .collect(),
                rules: Vec::new(),
                data: Json::Null,
                conftest: None,
            },
            kinds: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The rules of our own contract, and their data.
    fn own(&mut self, files: &PackFiles) {
        let root = files.manifest.root();
        let home = RuleHome::Pack {
            name: &files.manifest.name,
            root: &root,
        };
        for (path, source) in policies(files).filter(|(path, _)| path.starts_with("policies/")) {
            match rule::read(path, &source.text, home) {
                Ok(rule) => {
                    self.kinds.extend(kinds::asked(&rule, source));
                    self.load.rules.push(loaded_rule(&rule, &source.name));
                    self.rules.insert(rule.id.clone(), rule);
                }
                Err(error) => self.problems.push(unread(source, error)),
            }
        }
        let (data, problems) = data::below_root(files, &root);
        self.problems.extend(problems);
        self.load.data = serde_json::json!({ "data": data });
    }

    /// The rules of conftest's contract, the data at the root, and the files that policies may parse.
    fn conftest(&mut self, files: &PackFiles, options: &ConftestOptions) {
        let mut found: BTreeMap<(String, String), Annotations> = BTreeMap::new();
        for (_, source) in policies(files) {
            let heads = PolicyHeads::of(&source.text);
            if !is_named(&heads.package, &options.namespaces) {
                continue;
            }
            for heading in heads.rules {
                let said = match heading.metadata {
                    Some((line, block)) => Annotations::read(&source.name, line, block),
                    None => Ok(Annotations::default()),
                };
                match said {
                    Ok(said) => {
                        let key = (heads.package.clone(), heading.name);
                        let said = match found.remove(&key) {
                            Some(known) => known.or(said),
                            None => said,
                        };
                        found.insert(key, said);
                    }
                    Err(error) => self.problems.push(unread(source, error)),
                }
            }
        }
        let pack = &files.manifest.name;
        let mut load = ConftestLoad::default();
        for ((namespace, name), said) in found {
            let usual = match conftest::is_failure(&name) {
                true => Severity::Error,
                false => Severity::Warning,
            };
            let id = match namespace.as_str() {
                MAIN => format!("{pack}/{name}"),
                other => format!("{pack}/{other}.{name}"),
            };
            let rule = said.rule(id.clone(), format!("{pack}/{namespace}"), usual);
            self.rules.insert(id.clone(), rule);
            if !load.namespaces.contains(&namespace) {
                load.namespaces.push(namespace.clone());
            }
            load.rules.push(ConftestRule {
                id,
                package: namespace,
                name,
            });
        }
        let (data, problems) = data::at_root(files);
        self.problems.extend(problems);
        self.load.data = Json::Object(data);
        let rest = files
            .files
            .iter()
            .filter(|(path, _)| !path.ends_with(".rego"));
        load.files = rest
            .map(|(_, source)| (source.name.clone(), source.text.clone()))
            .collect();
        self.load.conftest = Some(load);
    }
}

/// The package whose rules keep their bare names.
const MAIN: &str = "main";

/// The policies of a pack, without their tests.
fn policies(files: &PackFiles) -> impl Iterator<Item = (&str, &Arc<Source>)> {
    let policies = files.within("", ".rego");
    policies.filter(|(path, _)| !path.ends_with("_test.rego"))
}

/// Why conftest would ask nothing.
fn none_asked(files: &PackFiles, options: &ConftestOptions) -> String {
    let there: BTreeSet<String> = policies(files)
        .map(|(_, source)| PolicyHeads::of(&source.text).package)
        .collect();
    let quoted = |name: &String| format!("`{name}`");
    let asked: Vec<String> = options.namespaces.iter().map(quoted).collect();
    let there: Vec<String> = there.iter().map(quoted).collect();
    format!(
        "the pack holds no rule `deny`, `violation` or `warn` in {}; `namespaces` names packages, and there are {}",
        asked.join(", "),
        match there.is_empty() {
            true => "none".to_owned(),
            false => first_named(&there, 5),
        }
    )
}

fn unread(source: &Arc<Source>, error: MetadataError) -> PackProblem {
    PackProblem {
        source: Arc::clone(source),
        problem: PolicyProblem {
            path: error.path,
            line: error.line,
            column: 1,
            message: error.reason,
        },
    }
}

fn loaded_rule(rule: &Rule, path: &str) -> LoadedRule {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    LoadedRule {
        id: rule.id.clone(),
        category: last(&rule.category),
        name: last(&rule.id),
        path: path.to_owned(),
        subjects: rule.applies_to.iter().map(ToString::to_string).collect(),
    }
}
