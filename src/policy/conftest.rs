//! Policies that are asked as conftest asks them: `deny`, `violation` and `warn` of some packages, about every file.
//!
//! Which rules there are is known from the text alone (`heads`); everything else happens in the sandbox (`asking`).

mod asking;
mod builtins;
mod heads;
mod results;
mod sprintf;

pub(super) use asking::ConftestEvaluator;
pub(super) use builtins::{author_problems, extend_for};
pub(super) use heads::{PolicyHeads, is_failure, is_named};
pub(super) use results::answer;
pub use results::{ConftestAnswer, ConftestResult, ResultPlace};

/// What a pack of conftest's contract has beside its policies.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct ConftestLoad {
    /// The files of the pack that its policies may parse, by the same names as its modules.
    pub files: Vec<(String, String)>,
    /// Its rules.
    pub rules: Vec<ConftestRule>,
    /// The packages in which they stand.
    pub namespaces: Vec<String>,
}

/// A rule that is asked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct ConftestRule {
    /// What findings call it.
    pub id: String,
    /// Without `data.`.
    pub package: String,
    pub name: String,
}

/// The policies of a pack, with their paths and texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConftestModules<'m> {
    pub is_v0: bool,
    pub modules: &'m [(String, String)],
    /// `data`
    pub data: &'m serde_json::Value,
    pub load: &'m ConftestLoad,
}
