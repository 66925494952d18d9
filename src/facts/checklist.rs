//! Facts of checklist items.

use super::{Field, Number, results::ResultFacts, state::StateFacts};
use crate::{evidence::canonical_metric, units};
use schemars::JsonSchema;
use serde::Serialize;
use units::Dimension;

/// What one entry of `spec.items` amounts to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ItemFacts {
    /// The threshold in seconds, where its unit is one of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_seconds: Option<Number>,
    /// The threshold as a ratio from 0 to 1, where its unit is a ratio or percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_ratio: Option<Number>,
    /// The canonical name of its metric, such as `time_to_first_token` for `ttft`; the name itself where it has no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// What its unit measures: `time`, `ratio`, `rate`, `count`, `bytes`, `enum`, or `none` for an unknown unit.
    pub dimension: &'static str,
    /// What each entry of its `evidence` says, in their order; absent until the files are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<ResultFacts>>,
    /// How far it is shown; absent until the files are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<StateFacts>,
}

/// The facts of each entry of `spec.items`.
pub(super) fn items(spec: Field) -> Vec<ItemFacts> {
    spec.get("items").items().map(facts).collect()
}

fn facts(item: Field) -> ItemFacts {
    let unit = item
        .at(&["metric", "unit"])
        .text()
        .and_then(units::unit_factor);
    let converted = |dimension: Dimension| {
        let unit = unit.filter(|unit| unit.dimension == dimension)?;
        Number::new(item.get("threshold").number()? * unit.factor)
    };
    ItemFacts {
        threshold_seconds: converted(Dimension::Time),
        threshold_ratio: converted(Dimension::Ratio),
        metric: item
            .at(&["metric", "name"])
            .text()
            .map(|name| canonical_metric(name).to_owned()),
        dimension: unit.map_or("none", |unit| unit.dimension.word()),
        results: None,
        standing: None,
    }
}
