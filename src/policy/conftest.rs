//! Policies that are asked as conftest asks them: `deny`, `violation` and `warn` of some packages, about every file.
//!
//! Which rules there are is known from the text alone (`heads`); everything else happens in the sandbox (`asking`).

mod asking;
mod builtins;
mod heads;
mod results;

pub(super) use asking::{ConftestEvaluator, problems};
pub(super) use builtins::names as builtin_names;
pub(super) use heads::{PolicyHeads, is_failure, is_named};
pub(super) use results::answer;
pub use results::{ConftestAnswer, ConftestResult, ResultPlace};

/// What a pack of conftest's contract reads beside its policies.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct ConftestLoad {
    /// The files of the pack that its policies may parse, by the same names as its modules.
    pub files: Vec<(String, String)>,
}
