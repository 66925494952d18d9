//! What the evidence of the claim of a rating says.

use super::{Claim, Field, Gap, Look, ResultFacts};
use crate::document::Pointer;

/// What the claim of a rating is about.
pub(in crate::facts) struct ClaimedMeasure<'d> {
    /// How messages call the claim.
    pub name: String,
    /// The metric, as it is written.
    pub metric: Option<&'d str>,
    /// Which number of it.
    pub statistic: Option<&'d str>,
    /// The unit of the number.
    pub unit: Option<&'d str>,
}

/// The results behind such a claim, and what their files leave open.
pub(in crate::facts) fn of_claim(
    measure: &ClaimedMeasure<'_>,
    evidence: Field<'_>,
    at: &Pointer,
    (look, confidence): (&Look<'_>, f64),
    gaps: &mut Vec<Gap>,
) -> Vec<ResultFacts> {
    let claim = Claim {
        name: measure.name.clone(),
        metric: measure.metric,
        statistic: measure.statistic,
        unit: measure.unit,
        service: None,
        conditions: Field::default(),
        wants_samples: false,
        wants_measurements: false,
    };
    claim.results(evidence, at, look, confidence, gaps)
}
