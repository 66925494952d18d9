//! The Rego side: which rules there are, and what they say about an input.
//!
//! Owns the [`Pack`] of rules and its [`Evaluator`]s; the only module that knows regorus. It sees
//! JSON-like values and answers with [violations](crate::finding::Violation): no files, no bytes, no severities in effect.
//! A rule that fails is reported as not checked with its error; the others keep their findings.

mod answer;
mod bundled;
mod capabilities;
mod conftest;
mod entry;
mod evaluate;
mod imports;
mod interpreter;
mod limit;
mod lines;
mod plan;
mod portable;
mod question;
mod refusal;
mod sandbox;
mod team;
mod tested;
mod testing;
mod trace;
mod value;
mod walk;

pub use answer::{Evaluation, Failure};
pub use bundled::OpaParts;
pub use capabilities::capabilities;
pub use conftest::{ConftestAnswer, ConftestResult, ResultPlace};
pub use evaluate::Evaluator;
pub use portable::{FORBIDDEN_BUILTINS, PolicyRefusal, refusals};
pub use question::{Question, Team};
pub use refusal::PolicyProblem;
pub use regorus::Value;
pub use sandbox::{
    InspectedModule, Inspection, ModuleSet, RuleLoad, SANDBOX_COMMAND, Workbench, serve, test_files,
};
pub use team::{PackProblem, TeamPack};
pub use tested::{AuthorTest, FileCoverage, PackTests, TestReport, TestsOutcome};
pub use testing::{TestFile, TestedFile, TestedRule, run_tests};
pub use trace::{ConditionOutcome, RuleTrace, TracedBody, TracedCondition, TracedValue};
pub use value::{
    ValueMark, from_json, from_node, from_serialize, from_whole_node, object, to_json, write,
};

use crate::{
    built_in::Folder,
    config::PackSettings,
    rule::{
        self, CompiledRules, ControlTables, HOST_RULES, MetadataError, OwnKind, Rule, RuleHome,
        Subject,
    },
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError},
};

/// What platforms do where a manifest says nothing, as `data.servelint.platforms`. It stands where
/// OPA finds it under the same name.
const PLATFORMS: &str = "policies/servelint/platforms/data.json";

/// The table of platform defaults, for `data.servelint`.
pub fn platforms() -> Value {
    static READ: LazyLock<Value> = LazyLock::new(|| {
        let text = Folder::Policies.text(PLATFORMS).unwrap_or_default();
        from_json(&serde_json::from_str(text).unwrap_or_default())
    });
    READ.clone()
}

/// True for the id of a rule that comes with servelint, without reading any.
fn is_built_in(id: &str) -> bool {
    let folder = format!("/{id}/");
    let policies = Folder::Policies.files().unwrap_or_default();
    HOST_RULES.iter().any(|rule| rule.id == id)
        || policies.iter().any(|(path, _)| path.contains(&folder))
}

/// A set of rules and the libraries that they share.
#[derive(Debug)]
pub struct Pack {
    libraries: Arc<Vec<(String, Cow<'static, str>)>>,
    policies: BTreeMap<String, (String, Cow<'static, str>)>,
    rules: BTreeMap<String, Rule>,
    /// Those of teams, and the roots of the projects that name each.
    teams: Vec<(Arc<TeamPack>, BTreeSet<PathBuf>)>,
    /// True where the files are those that come with the program, which has a plan of them.
    is_planned: bool,
    compiled: Compiled,
}

/// Rules that were compiled once, by the ids of those that run. Whoever asks for the same rules
/// shares them, whatever the team's thresholds are.
type Compiled = Mutex<BTreeMap<(Subject, Vec<String>), Slot>>;

/// Filled by the first who asks, while others may wait for it and compile other rules.
type Slot = Arc<OnceLock<Result<Evaluator, Failure>>>;

impl Pack {
    /// The rules that are built in.
    pub fn embedded() -> Result<Self, MetadataError> {
        let files = Folder::Policies.files().map_err(|gone| MetadataError {
            path: "policies".to_owned(),
            line: 1,
            reason: gone.to_string(),
        })?;
        let rego = files.iter().filter(|(path, _)| path.ends_with(".rego"));
        let compiled = CompiledRules::embedded()?;
        let read = compiled
            .rules
            .into_iter()
            .map(|file| (file.path, file.rule));
        let mut read: BTreeMap<String, Rule> = read.collect();
        let pack = Self::with_rules(
            rego.map(|(path, text)| ((*path).to_owned(), Cow::Borrowed(*text))),
            |path, text| match read.remove(path) {
                Some(rule) => Ok(rule),
                None => rule::read(path, text, RuleHome::BuiltIn),
            },
            &compiled.controls,
        )?;
        Ok(Self {
            is_planned: true,
            ..pack
        })
    }

    /// The rules in these policy files. Those under `lib/` are libraries, and what stands right in
    /// `servelint/` is the entry point for OPA, which knows neither METADATA nor facts.
    pub fn of(
        files: impl IntoIterator<Item = (String, Cow<'static, str>)>,
    ) -> Result<Self, MetadataError> {
        let tables = ControlTables::embedded().map_err(|problem| MetadataError {
            path: problem.source.name.clone(),
            line: problem.line,
            reason: problem.message,
        })?;
        let read = |path: &str, text: &str| rule::read(path, text, RuleHome::BuiltIn);
        Self::with_rules(files, read, &tables)
    }

    /// The same, with what tells the rule of a file and the controls of each.
    fn with_rules(
        files: impl IntoIterator<Item = (String, Cow<'static, str>)>,
        mut read: impl FnMut(&str, &str) -> Result<Rule, MetadataError>,
        tables: &ControlTables,
    ) -> Result<Self, MetadataError> {
        let mut pack = Self {
            libraries: Arc::default(),
            policies: BTreeMap::new(),
            rules: BTreeMap::new(),
            teams: Vec::new(),
            is_planned: false,
            compiled: Mutex::default(),
        };
        // Before the files, so that none of them takes the id of a rule of the host.
        pack.rules.extend(
            HOST_RULES
                .iter()
                .map(|rule| (rule.id.to_owned(), rule.to_rule())),
        );
        let mut libraries = Vec::new();
        for (path, text) in files {
            if rule::is_library(&path) {
                libraries.push((path, text));
                continue;
            }
            if rule::is_entry_point(&path) {
                continue;
            }
            let rule = read(&path, &text)?;
            if pack.rules.contains_key(&rule.id) {
                return Err(MetadataError {
                    path,
                    line: 1,
                    reason: format!("there is already a rule `{}`", rule.id),
                });
            }
            pack.policies.insert(rule.id.clone(), (path, text));
            pack.rules.insert(rule.id.clone(), rule);
        }
        pack.libraries = Arc::new(libraries);
        pack.join_controls(tables)?;
        Ok(pack)
    }

    /// Says of each rule for which controls it gives evidence.
    fn join_controls(&mut self, tables: &ControlTables) -> Result<(), MetadataError> {
        for rule in self.rules.values_mut() {
            tables.join(rule).map_err(|unknown| MetadataError {
                path: rule.id.clone(),
                line: 1,
                reason: unknown.to_string(),
            })?;
        }
        Ok(())
    }

    /// The same with packs of teams, each for the projects with these roots.
    #[must_use]
    pub fn with(&self, teams: Vec<(Arc<TeamPack>, BTreeSet<PathBuf>)>) -> Self {
        let mut rules = self.rules.clone();
        for (team, _) in &teams {
            rules.extend(team.rules().clone());
        }
        for (team, _) in &teams {
            team.map_controls(&mut rules);
        }
        Self {
            libraries: Arc::clone(&self.libraries),
            policies: self.policies.clone(),
            rules,
            teams,
            is_planned: self.is_planned,
            compiled: Mutex::default(),
        }
    }

    /// True where a rule takes part in a project at all: it comes with servelint, or in a pack that the project names.
    pub fn is_of(&self, rule: &Rule, root: &Path) -> bool {
        let Some(pack) = rule.pack() else {
            return true;
        };
        self.teams
            .iter()
            .any(|(team, roots)| team.name == pack && roots.contains(root))
    }

    /// The packs of conftest's contract that a project names.
    pub fn conftest_packs<'p>(&'p self, root: &Path) -> impl Iterator<Item = &'p Arc<TeamPack>> {
        self.teams
            .iter()
            .filter(move |(team, roots)| team.conftest().is_some() && roots.contains(root))
            .map(|(team, _)| team)
    }

    /// What a project sets for each pack of our contract that it names; nothing is an empty object.
    pub fn settings(
        &self,
        root: &Path,
        set: &BTreeMap<String, PackSettings>,
    ) -> BTreeMap<String, serde_json::Value> {
        let named = self
            .teams
            .iter()
            .filter(|(team, roots)| team.conftest().is_none() && roots.contains(root));
        named
            .map(|(team, _)| {
                let nothing = || serde_json::json!({});
                let set = set.get(&team.name).map(|set| set.values.clone());
                (team.name.clone(), set.unwrap_or_else(nothing))
            })
            .collect()
    }

    /// Where rules of the packs that a project names apply to kinds that are none of the known ones.
    pub fn undeclared(&self, root: &Path, known: &[&str]) -> Vec<(OwnKind, PackProblem)> {
        let teams = self.teams.iter().filter(|(_, roots)| roots.contains(root));
        teams.flat_map(|(team, _)| team.undeclared(known)).collect()
    }

    /// The packs of teams.
    fn teams(&self) -> impl Iterator<Item = &Arc<TeamPack>> {
        self.teams.iter().map(|(team, _)| team)
    }

    /// All rules, those of the host included, by id.
    pub fn rules(&self) -> &BTreeMap<String, Rule> {
        &self.rules
    }

    /// A rule with all that it needs to be traced; `None` for one that is not written in Rego.
    pub fn rule_load(&self, rule: &Rule) -> Option<RuleLoad> {
        if let Some((path, text)) = self.policies.get(&rule.id) {
            return Some(RuleLoad::built_in(rule, path, text));
        }
        let mut teams = self.teams();
        teams.find_map(|team| team.rule_load(&rule.id))
    }

    /// The rules that are written in Rego.
    pub fn rego_rules(&self) -> impl Iterator<Item = &Rule> {
        self.policies.keys().filter_map(|id| self.rules.get(id))
    }

    /// The rules that read `subject` and that `keep` lets through, compiled. Asked again for the
    /// same rules, it answers with the same ones.
    pub fn evaluator(
        &self,
        subject: Subject,
        keep: &dyn Fn(&Rule) -> bool,
    ) -> Result<Evaluator, Failure> {
        let ids = self
            .rules
            .values()
            .filter(|rule| rule.applies_to.contains(&subject) && keep(rule))
            .filter(|rule| rule.pack().is_some() || self.policies.contains_key(&rule.id))
            .map(|rule| rule.id.clone())
            .collect();
        let slot = {
            // Whoever panicked with the lock in hand left a map that is whole.
            let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(compiled.entry((subject, ids)).or_default())
        };
        slot.get_or_init(|| Evaluator::new(self, subject, keep))
            .clone()
    }

    /// The Rego rules that read `subject` and that `keep` lets through, with their files.
    fn modules<'p>(
        &'p self,
        subject: Subject,
        keep: &'p dyn Fn(&Rule) -> bool,
    ) -> impl Iterator<Item = (&'p Rule, &'p str, &'p Cow<'static, str>)> {
        self.policies.iter().filter_map(move |(id, (path, text))| {
            let rule = self
                .rules
                .get(id)
                .filter(|rule| rule.applies_to.contains(&subject) && keep(rule))?;
            Some((rule, path.as_str(), text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_compiled_once_for_all_who_select_the_same() {
        let pack = Pack::embedded().expect("valid metadata");
        let select = |id: &'static str| {
            let compiled = pack.evaluator(Subject::Review, &|rule| rule.id == id);
            compiled.expect("rules that compile")
        };
        let [first, second] = ["assumption-expired"; 2].map(select);
        assert!(first.shares(&second));
        assert!(!first.shares(&select("dangling-reference")));
    }
}
