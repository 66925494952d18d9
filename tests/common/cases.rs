//! The cases of our own rules, and the project that each becomes a file of.

use super::ROOT;
pub(crate) use servelint::authoring::{CaseText as Text, RuleCases as Cases};
use servelint::{
    authoring::{self, CaseFolder},
    rule::Rule,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The cases of a rule; what is wrong with them otherwise.
pub(crate) fn cases_of(rule: &Rule) -> Result<Cases, String> {
    let folder = Path::new(ROOT).join("policies");
    let folder = folder.join(&rule.category).join(&rule.id);
    let text = fs::read_to_string(folder.join("cases.yaml"))
        .map_err(|error| format!("cases.yaml: {error}"))?;
    authoring::cases_of(rule, text, &shared).map_err(String::from)
}

/// The cases in a text of YAML; what is wrong with them otherwise.
pub(crate) fn parsed_cases(text: &str) -> Result<Cases, String> {
    Cases::parse(text.to_owned(), &shared).map_err(String::from)
}

/// One of `fixtures/cases/good/`.
fn shared(name: &str) -> Result<String, String> {
    authoring::own_shared(Path::new(ROOT), name)
}

/// A copy of the project that cases become files of; it goes away with the value.
pub(crate) struct CaseProject(CaseFolder);

impl CaseProject {
    pub(crate) fn new() -> Self {
        Self(CaseFolder::own(Path::new(ROOT)).expect("a temporary folder"))
    }

    /// All documents of a rule, each in a folder of its own.
    pub(crate) fn write_all(&self, rule: &Rule, cases: &Cases) -> Vec<PathBuf> {
        let good = std::iter::once(&cases.good);
        let others = cases
            .cases
            .iter()
            .flat_map(|case| case.good.iter().chain([&case.bad]));
        let numbered = good.chain(others).enumerate();
        numbered
            .map(|(number, text)| self.write(rule, number, text))
            .collect()
    }

    /// Writes a document of a rule and the files beside it, where the one of this number was before;
    /// the path of the document.
    pub(crate) fn write(&self, rule: &Rule, number: usize, text: &Text) -> PathBuf {
        self.0.write(rule, number, text).expect("a file")
    }
}
