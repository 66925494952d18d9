//! Facts: the numbers that a rule reads beside its document, as `input.facts`.
//!
//! Owns [`derive()`]. A mirror gives every duration, quantity and date of the document as a number
//! at the same path (seconds; bytes, cores or a count; days since 1970-01-01); beside it stand
//! what follows from several fields: `slos`, `generation`, `memory`, `capacity`, `startupSeconds`,
//! `latencyBudget`, `retriesSeconds`, `rollout` and `alerts` of a ServingSpec, `items` of a
//! checklist. Lists keep the length and the order of the list that they belong to.
//!
//! `plainText` is true where no text holds a sign of a placeholder, so that no rule needs to look.
//!
//! A fact whose ingredients are missing or out of their domain is absent: never zero, never NaN.

mod alerts;
mod capacity;
mod checklist;
mod mirror;
mod rollout;
mod slo;
mod text;

use crate::{
    document::Node,
    rule::Subject,
    sheet::{Field, Sheet},
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
        Subject::Artifact | Subject::Artifacts | Subject::Review | Subject::File => return facts.into(),
    }
    facts.flag("plainText", text::is_plain(root));
    facts.into()
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
