//! What the evidence of the claim of a rating says, and what one file says about an item.

use super::{Claim, Field, Gap, Look, ResultFacts};
use crate::{
    document::Pointer,
    evidence::{Evidence, Status},
};

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

/// What a file says about an item of a checklist that does not name it.
pub(in crate::facts) fn of_file(
    item: Field<'_>,
    evidence: &Evidence,
    confidence: f64,
) -> ResultFacts {
    let mut facts = ResultFacts {
        status: Status::Read.word(),
        ..ResultFacts::default()
    };
    let claim = Claim::of_item(0, item, None);
    claim.read(&mut facts, evidence, confidence, &mut |_| {});
    facts
}

impl<'d> Claim<'d> {
    /// That of the item with this index of a checklist.
    pub(super) fn of_item(index: usize, item: Field<'d>, service: Option<&'d str>) -> Self {
        let metric = item.get("metric");
        Self {
            name: item_name(index, item),
            service,
            metric: metric.get("name").text(),
            statistic: metric.get("statistic").text(),
            unit: metric.get("unit").text(),
            conditions: item.get("conditions"),
            wants_samples: !item.get("minSamples").is_missing(),
            wants_measurements: !item.get("minMeasurements").is_missing(),
        }
    }
}

/// How messages call an item.
pub(in crate::facts) fn item_name(index: usize, item: Field<'_>) -> String {
    let id = item.get("id").text();
    id.map_or(format!("item {}", index + 1), |id| format!("item `{id}`"))
}
