//! Facts: the numbers that a rule reads beside its document, as `input.facts`.
//!
//! Owns [`Facts`] and [`derive()`]. A mirror gives every duration, quantity and date of the document as a number
//! at the same path (seconds; bytes, cores or a count; days since 1970-01-01); beside it stand
//! what follows from several fields: `slos`, `generation`, `memory`, `capacity`, `startupSeconds`,
//! `latencyBudget`, `retriesSeconds`, `rollout` and `alerts` of a ServingSpec, `items` of a
//! checklist. Lists keep the length and the order of the list that they belong to.
//!
//! [`measure()`] adds what the evidence says: `results` of each item of a checklist, and
//! `capacityResults` of a ServingSpec, and `results` and `claims` of a decision log.
//!
//! `hollow`, `names`, `readings` and `plainText` tell what names and texts say, whatever characters they are
//! written with.
//!
//! Facts are structs; what serde writes of them is what rules read, and `schemas/input/` is generated
//! from them.
//!
//! A fact whose ingredients are missing or out of their domain is absent: never zero, never NaN.

mod alerts;
mod capacity;
mod checklist;
mod cited;
mod claims;
mod extract;
mod field;
mod mirror;
mod number;
mod placed;
mod rationale;
mod results;
mod rollout;
mod slo;
mod spot;
mod state;
mod text;

pub mod change;
pub mod formula;
pub mod plan;
pub mod references;
pub mod vocabulary;

pub use alerts::AlertFacts;
pub use capacity::{CapacityFacts, ConcurrencyFacts, MemoryFacts};
pub use checklist::ItemFacts;
pub use cited::{CitedClaim, CitedDocument, cited};
pub use claims::ClaimFacts;
pub use mirror::Mirror;
pub use number::{Number, rounded};
pub use placed::{NumberOrText, Placed};
pub use results::{Gap, Look, MeasuredFacts, ResultFacts, started};
pub use rollout::{AnalysisFacts, CheckFacts, RolloutFacts, Watched};
pub use slo::{GenerationFacts, IndicatorKind, LatencyBudgetFacts, SloFacts};
pub use state::StateFacts;
pub use text::{SaidKind, WordFacts};

use crate::{document::Node, rule::Subject};
use field::Field;
use mirror::Mirrors;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use slo::Slo;

/// What facts take from the team's policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumed {
    /// The confidence of sample sizes, in (0,1).
    pub confidence: f64,
    /// Today, in days since 1970-01-01: a waiver that ended before shows nothing. Absent, none has ended.
    pub today: Option<i64>,
}

impl Default for Assumed {
    fn default() -> Self {
        Self {
            confidence: 0.95,
            today: None,
        }
    }
}

/// The facts of a document, as serde writes them for rules: `input.facts`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Facts {
    /// Those of a ServingSpec.
    Serving(Box<ServingFacts>),
    /// Those of a DecisionLog.
    Decisions(DecisionFacts),
    /// Those of a VerificationChecklist.
    Checklist(ChecklistFacts),
    /// There are none for this subject.
    None {},
}

/// Facts of a ServingSpec.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ServingFacts {
    /// The dates in `metadata`, in days since 1970-01-01, each at its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "mirror::metadata")]
    pub metadata: Option<Mirror>,
    /// The durations, quantities and dates in `spec` as numbers, each at its path; lists keep their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "mirror::serving_spec")]
    pub spec: Option<Mirror>,
    /// The facts of each entry of `spec.slos`, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slos: Vec<SloFacts>,
    /// Seconds that answers of many tokens take at the limits of the objectives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<GenerationFacts>,
    /// Bytes of GPU memory that a replica needs and has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<MemoryFacts>,
    /// Requests in a second that the replicas serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacityFacts>,
    /// Seconds that the startup probe grants a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_seconds: Option<Number>,
    /// Seconds of the components of the latency budget and of its objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_budget: Option<LatencyBudgetFacts>,
    /// Seconds until the last retry times out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries_seconds: Option<Number>,
    /// What each analysis can see at each step of the rollout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutFacts>,
    /// The facts of each entry of `spec.alerts`, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<AlertFacts>,
    /// What each entry of `spec.capacity.perReplica.evidence` says, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capacity_results: Vec<ResultFacts>,
    /// How far `spec.capacity.perReplica.throughputRps` is shown; absent until the files are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throughput_standing: Option<StateFacts>,
    /// The day to which the age of evidence counts, in days since 1970-01-01, where that is not today: that of a verdict over the same inputs that the base has already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ages_to: Option<i64>,
    /// What the names and texts say, and who stands behind them.
    #[serde(flatten)]
    pub words: WordFacts,
}

/// Facts of a DecisionLog.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct DecisionFacts {
    /// The dates in `metadata`, in days since 1970-01-01, each at its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "mirror::metadata")]
    pub metadata: Option<Mirror>,
    /// The dates in `spec`, in days since 1970-01-01, each at its path; lists keep their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "mirror::decision_log")]
    pub spec: Option<Mirror>,
    /// What each reference of a performance rating and of an outcome says, in the order of the decisions; that of an outcome comes after its options.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<ResultFacts>,
    /// The claims of ratings with what their evidence says, in the order of the decisions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimFacts>,
    /// What the names and texts say, and who stands behind them.
    #[serde(flatten)]
    pub words: WordFacts,
}

/// Facts of a VerificationChecklist.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ChecklistFacts {
    /// The dates in `metadata`, in days since 1970-01-01, each at its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "mirror::metadata")]
    pub metadata: Option<Mirror>,
    /// The durations and dates in `spec` as numbers, each at its path; lists keep their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "mirror::checklist")]
    pub spec: Option<Mirror>,
    /// The facts of each entry of `spec.items`, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemFacts>,
    /// The day to which the age of evidence counts, in days since 1970-01-01, where that is not today: that of a verdict over the same inputs that the base has already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ages_to: Option<i64>,
    /// What the names and texts say, and who stands behind them.
    #[serde(flatten)]
    pub words: WordFacts,
}

impl Facts {
    /// The facts as rules read them, a JSON object.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Adds the day to which the age of its evidence counts.
    pub fn age_to(&mut self, day: Option<i64>) {
        match self {
            Self::Serving(facts) => facts.ages_to = day,
            Self::Checklist(facts) => facts.ages_to = day,
            Self::Decisions(_) | Self::None {} => {}
        }
    }

    /// What the names and texts of the document say; `None` where it has none of ours.
    pub fn words(&mut self) -> Option<&mut WordFacts> {
        match self {
            Self::Serving(facts) => Some(&mut facts.words),
            Self::Decisions(facts) => Some(&mut facts.words),
            Self::Checklist(facts) => Some(&mut facts.words),
            Self::None {} => None,
        }
    }
}

/// The facts of one document.
pub fn derive(kind: Subject, root: &Node, assumed: Assumed) -> Facts {
    if kind == Subject::ServingSpec {
        return Facts::Serving(Box::new(serving(root, assumed)));
    }
    let Mirrors { metadata, spec } = mirror::mirror(kind, root);
    let words = WordFacts::of(kind, root);
    match kind {
        Subject::DecisionLog => Facts::Decisions(DecisionFacts {
            metadata,
            spec,
            results: Vec::new(),
            claims: Vec::new(),
            words,
        }),
        Subject::VerificationChecklist => Facts::Checklist(ChecklistFacts {
            metadata,
            spec,
            items: checklist::items(Field::from(root).get("spec")),
            ages_to: None,
            words,
        }),
        _ => Facts::None {},
    }
}

/// The facts of a ServingSpec.
pub fn serving(root: &Node, assumed: Assumed) -> ServingFacts {
    let mirrors = mirror::mirror(Subject::ServingSpec, root);
    let spec = Field::from(root).get("spec");
    let slos = slo::read(spec, assumed.confidence);
    let words = WordFacts::of(Subject::ServingSpec, root);
    ServingFacts {
        metadata: mirrors.metadata,
        spec: mirrors.spec,
        slos: slos.iter().map(Slo::facts).collect(),
        generation: unless_empty(slo::generation(spec, &slos)),
        memory: unless_empty(capacity::memory(spec)),
        capacity: unless_empty(capacity::capacity(spec, &slos)),
        startup_seconds: Number::of(capacity::startup_seconds(spec)),
        latency_budget: unless_empty(slo::latency_budget(spec, &slos)),
        retries_seconds: Number::of(slo::retries_seconds(spec)),
        rollout: unless_empty(rollout::rollout(spec, &slos)),
        alerts: alerts::alerts(spec, &slos),
        capacity_results: Vec::new(),
        throughput_standing: None,
        ages_to: None,
        words,
    }
}

/// Adds to the facts of a document what the evidence behind its claims says, and answers with what
/// the files leave open.
pub fn measure(
    facts: &mut Facts,
    root: &Node,
    assumed: Assumed,
    look: &results::Look<'_>,
) -> Vec<Gap> {
    let spec = Field::from(root).get("spec");
    match facts {
        Facts::Checklist(facts) => {
            let read = results::items(spec, look, assumed.confidence);
            let written = spec.get("items").items();
            let mut open = Vec::new();
            for ((facts, item), (results, gaps)) in facts.items.iter_mut().zip(written).zip(read) {
                facts.standing = Some(state::of_item(item, &results, &gaps, assumed.today));
                facts.results = Some(results);
                open.extend(gaps);
            }
            open
        }
        Facts::Serving(facts) => {
            let slos = slo::read(spec, assumed.confidence);
            let (results, gaps) = results::capacity(spec, &slos, look, assumed.confidence);
            facts.throughput_standing = state::of_throughput(spec, &results, &gaps);
            facts.capacity_results = results;
            gaps
        }
        Facts::Decisions(facts) => {
            facts.results = results::weighed(spec, look, assumed.confidence);
            let (claims, gaps) = claims::claims(spec, look, assumed.confidence);
            facts.claims = claims;
            gaps
        }
        Facts::None {} => Vec::new(),
    }
}

/// Facts of which some are known; a fact whose parts are all absent is absent itself.
pub fn unless_empty<T: Default + PartialEq>(facts: T) -> Option<T> {
    (facts != T::default()).then_some(facts)
}

#[cfg(test)]
mod tests;
