//! Facts of checklist items.

use super::{Field, Sheet};
use crate::units;
use units::Dimension;

/// One sheet for each entry of `spec.items`.
pub(super) fn items(spec: Field) -> Vec<Sheet> {
    spec.get("items").items().map(facts).collect()
}

fn facts(item: Field) -> Sheet {
    let unit = item
        .at(&["metric", "unit"])
        .text()
        .and_then(units::unit_factor);
    let converted = |dimension: Dimension| {
        let unit = unit.filter(|unit| unit.dimension == dimension)?;
        Some(item.get("threshold").number()? * unit.factor)
    };
    let mut facts = Sheet::default();
    facts.number("thresholdSeconds", converted(Dimension::Time));
    facts.number("thresholdRatio", converted(Dimension::Ratio));
    facts.text(
        "dimension",
        Some(unit.map_or("none", |unit| unit.dimension.word())),
    );
    facts
}
