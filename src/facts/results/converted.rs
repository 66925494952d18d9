//! A measured value in the unit of the claim.

use super::{MeasuredFacts, Number, extract};
use crate::{
    evidence::{MeasuredValue, Measurement, canonical_metric},
    units::{self, Dimension, Unit},
};

/// Why a value cannot be compared.
pub(super) enum Unfit {
    /// The file gives no unit.
    Untold,
    /// It is of another kind, which is named.
    Other(String),
}

/// The value in the unit of the claim.
pub(super) fn converted(
    found: &Measurement,
    metric: &str,
    wanted: &str,
    is_stated: bool,
    is_queried: bool,
) -> Result<MeasuredFacts, Unfit> {
    let unit = units::unit_factor(wanted);
    let is_name = unit.is_some_and(|unit| unit.dimension == Dimension::Enum);
    let mut measured = MeasuredFacts {
        unit: Some(wanted.to_owned()),
        ..MeasuredFacts::default()
    };
    let number = match (&found.value, is_name) {
        (MeasuredValue::Text(text), true) => {
            measured.text = Some(extract::clipped(text));
            return Ok(measured);
        }
        (MeasuredValue::Text(_), false) => return Err(Unfit::Other("text".into())),
        (MeasuredValue::Number(_), true) => return Err(Unfit::Other("a number".into())),
        (MeasuredValue::Number(number), false) => *number,
    };
    let factor = match (found.unit, unit) {
        // The author of the item is responsible for the unit of a value that it points at.
        _ if is_stated => 1.0,
        // The unit of a query is its author's, who wrote the analysis that the item names.
        // 31.4 is no ratio, whatever the item calls it.
        (None, Some(unit))
            if is_queried && unit.dimension == Dimension::Ratio && number > unit.factor.recip() =>
        {
            return Err(Unfit::Other("a number that is no ratio".into()));
        }
        (None, _) if is_queried => {
            measured.unit_is_claimed = true;
            1.0
        }
        (None, _) => return Err(Unfit::Untold),
        (Some(held), Some(Unit { dimension, factor })) if dimension_of(held) == Some(dimension) => {
            // Tokens and requests in a second have one dimension and nothing else in common.
            let of_tokens = |text: &str| text.contains("token");
            if dimension == Dimension::Rate
                && of_tokens(wanted) != of_tokens(canonical_metric(metric))
            {
                let held = if of_tokens(metric) {
                    "tokens/s"
                } else {
                    "requests/s"
                };
                return Err(Unfit::Other(held.into()));
            }
            factor
        }
        (Some(held), _) => return Err(Unfit::Other(held.into())),
    };
    // A factor of 1.0 leaves what is in the unit of the claim already.
    measured.value = Number::new(number / factor);
    measured.resolution = Number::of(found.resolution.map(|step| step / factor));
    Ok(measured)
}

fn dimension_of(unit: &str) -> Option<Dimension> {
    Some(match unit {
        "s" => Dimension::Time,
        "ratio" => Dimension::Ratio,
        "1/s" => Dimension::Rate,
        "count" => Dimension::Count,
        _ => return None,
    })
}
