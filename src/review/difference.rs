//! What differs in a service since a revision, and what that needs: the answer of `servelint diff`.

use crate::facts::change::ChangeTopic;
use serde::Serialize;

/// What became of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DifferenceState {
    /// Facts of it changed, or its files did and no fact.
    Compared,
    /// The revision does not have it.
    New,
    /// The revision has it, and the files at hand do not.
    Removed,
    /// It cannot be compared.
    Unknown,
}

/// A service and what changed of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDifference {
    /// Its name.
    pub service: String,
    /// The environment of its specification.
    pub environment: Option<String>,
    /// The file of its specification; of one that is gone, that of the revision.
    pub file: String,
    /// What became of it.
    pub state: DifferenceState,
    /// Why it cannot be compared.
    pub reason: Option<String>,
    /// The facts that changed.
    pub changes: Vec<FactDifference>,
    /// What was not compared, in words.
    pub not_compared: Vec<String>,
}

/// A fact that changed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactDifference {
    /// The entry of `spec.change` that declares it.
    pub what: ChangeTopic,
    /// Its name.
    pub fact: String,
    /// The file that states it.
    pub file: String,
    /// As it was; `None` where it was not stated.
    pub before: Option<String>,
    /// As it is; `None` where it is no longer stated.
    pub after: Option<String>,
    /// What it needs.
    pub needs: ChangeNeeds,
}

/// What a changed fact needs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeNeeds {
    /// True where no entry of `spec.change` declares it.
    pub declaration: bool,
    /// True where it is a part of what is measured, and no blocking item measures an objective under load or in a canary.
    pub item: bool,
    /// The blocking items that have to be measured again.
    pub measure: Vec<String>,
    /// The items whose results are judged again as they are.
    pub judged: Vec<String>,
}

impl ChangeNeeds {
    /// The same in a few words; empty where nothing is needed.
    pub fn words(&self, what: ChangeTopic) -> String {
        let mut words = Vec::new();
        if self.declaration {
            words.push(format!("declare `{}`", what.word()));
        }
        if self.item {
            words.push("a blocking item that measures it".to_owned());
        }
        if !self.measure.is_empty() {
            words.push(format!("measure again: {}", self.measure.join(" ")));
        }
        if !self.judged.is_empty() {
            words.push(format!("judged again: {}", self.judged.join(" ")));
        }
        words.join("; ")
    }
}

/// All services that a revision and the files at hand have and that changed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The version of this structure.
    pub version: u32,
    /// The revision, as it was named.
    pub since: String,
    /// Those of which a file changed, by name.
    pub services: Vec<ServiceDifference>,
    /// The number of those of which no file changed.
    pub unchanged: usize,
}

impl Difference {
    /// The version that is written.
    pub const VERSION: u32 = 1;
}
