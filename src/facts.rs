//! Facts: the numbers that a rule reads beside its document, as `input.facts`.
//!
//! Owns [`derive()`]. A mirror gives every duration, quantity and date of the document as a number
//! at the same path (seconds; bytes, cores or a count; days since 1970-01-01); beside it stand
//! what follows from several fields: `slos`, `generation`, `memory`, `capacity`, `startupSeconds`,
//! `latencyBudget`, `retriesSeconds`, `rollout` and `alerts` of a ServingSpec, `items` of a
//! checklist. Lists keep the length and the order of the list that they belong to.
//!
//! [`measure()`] adds what the evidence says: `results` of each item of a checklist, and
//! `capacityResults` of a ServingSpec.
//!
//! `plainText` is true where no text holds a sign of a placeholder, so that no rule needs to look.
//!
//! A fact whose ingredients are missing or out of their domain is absent: never zero, never NaN.

mod alerts;
mod capacity;
mod checklist;
mod extract;
mod mirror;
mod results;
mod rollout;
mod slo;
mod text;

pub mod formula;
pub mod plan;
pub mod references;
pub mod sheet;

pub use results::{Gap, Look};

use crate::{
    document::Node,
    facts::sheet::{Field, Sheet},
    rule::Subject,
};
use serde_json::Value as Json;
use slo::Slo;

/// What facts take from the team's policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumed {
    /// The confidence of sample sizes, in (0,1).
    pub confidence: f64,
}

impl Default for Assumed {
    fn default() -> Self {
        Self { confidence: 0.95 }
    }
}

/// The facts of one document, a JSON object. Empty for subjects that have none.
pub fn derive(kind: Subject, root: &Node, assumed: Assumed) -> Json {
    let mut facts = Sheet::from(mirror::mirror(kind, root));
    let spec = Field::from(root).get("spec");
    match kind {
        Subject::ServingSpec => serving(&mut facts, spec, assumed),
        Subject::VerificationChecklist => facts.list("items", checklist::items(spec)),
        Subject::DecisionLog => {}
        Subject::Artifact | Subject::Artifacts | Subject::Review | Subject::File => {
            return facts.into();
        }
    }
    facts.flag("plainText", text::is_plain(root));
    facts.into()
}

/// Adds to the facts of a document what the evidence behind its claims says, and answers with what
/// the files leave open.
pub fn measure(
    facts: &mut Json,
    kind: Subject,
    root: &Node,
    assumed: Assumed,
    look: &results::Look<'_>,
) -> Vec<Gap> {
    let spec = Field::from(root).get("spec");
    let Json::Object(facts) = facts else {
        return Vec::new();
    };
    match kind {
        Subject::VerificationChecklist => {
            let (results, gaps) = results::items(spec, look, assumed.confidence);
            let items = facts.get_mut("items").and_then(Json::as_array_mut);
            for (item, results) in items.into_iter().flatten().zip(results) {
                if let Json::Object(item) = item {
                    item.insert(
                        "results".to_owned(),
                        results.into_iter().map(Json::from).collect(),
                    );
                }
            }
            gaps
        }
        Subject::ServingSpec => {
            let slos = slo::read(spec, assumed.confidence);
            let (results, gaps) = results::capacity(spec, &slos, look, assumed.confidence);
            if !results.is_empty() {
                let results = results.into_iter().map(Json::from).collect();
                facts.insert("capacityResults".to_owned(), results);
            }
            gaps
        }
        _ => Vec::new(),
    }
}

fn serving(facts: &mut Sheet, spec: Field, assumed: Assumed) {
    let slos = slo::read(spec, assumed.confidence);
    facts.list("slos", slos.iter().map(Slo::facts).collect());
    facts.sheet("generation", slo::generation(spec, &slos));
    facts.sheet("memory", capacity::memory(spec));
    facts.sheet("capacity", capacity::capacity(spec, &slos));
    facts.number("startupSeconds", capacity::startup_seconds(spec));
    facts.sheet("latencyBudget", slo::latency_budget(spec, &slos));
    facts.number("retriesSeconds", slo::retries_seconds(spec));
    facts.sheet("rollout", rollout::rollout(spec, &slos));
    facts.list("alerts", alerts::alerts(spec, &slos));
}

#[cfg(test)]
mod tests;
