//! Claims of the ratings of options: numbers that are recomputed from their evidence, as those of checklist items are.

use super::{
    Field, Gap, Look, Number, ResultFacts, StateFacts,
    rationale::{self, ClaimedNumber},
    results,
    state::{self, Threshold},
};
use crate::{
    document::Pointer,
    evidence::canonical_metric,
    units::{self, Dimension, duration_seconds},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The claim of one rating.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ClaimFacts {
    /// The path to the claim in its document.
    pub at: Pointer,
    /// The canonical name of its metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Which number of the metric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<String>,
    /// The operator: `lte`, `lt`, `gte`, `gt` or `eq`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<String>,
    /// The unit of `limit` and of the results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The number that is claimed, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Number>,
    /// Why the claim cannot be compared with any result, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What its evidence says.
    pub results: Vec<ResultFacts>,
    /// How far it is shown.
    pub standing: StateFacts,
    /// The numbers of the rationale, as they are written, that are about the claimed metric, and neither the claimed value nor the measured one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradicted: Vec<String>,
}

/// The claims of all options of a decision log, in their order, and what their files leave open.
pub(super) fn claims(
    spec: Field<'_>,
    look: &Look<'_>,
    confidence: f64,
) -> (Vec<ClaimFacts>, Vec<Gap>) {
    let (mut claims, mut gaps) = (Vec::new(), Vec::new());
    let decisions = Pointer::default().key("spec").key("decisions");
    for (index, decision) in spec.get("decisions").items().enumerate() {
        let at = decisions.clone().index(index);
        for (index, option) in decision.get("options").items().enumerate() {
            let at = at.clone().key("options").index(index).key("tradeoffs");
            for (dimension, tradeoff) in option.get("tradeoffs").entries() {
                if tradeoff.get("claim").is_missing() {
                    continue;
                }
                let at = at.clone().key(dimension).key("claim");
                let id = option.get("id").text().unwrap_or_default();
                let name = format!("the claim about the {dimension} of option `{id}`");
                claims.push(claim(tradeoff, at, name, (look, confidence), &mut gaps));
            }
        }
    }
    (claims, gaps)
}

fn claim(
    tradeoff: Field<'_>,
    at: Pointer,
    name: String,
    (look, confidence): (&Look<'_>, f64),
    gaps: &mut Vec<Gap>,
) -> ClaimFacts {
    let claim = tradeoff.get("claim");
    let text = |key: &str| claim.get(key).text();
    let claimed = claimed(claim.get("value"), text("unit"));
    let fault = claimed.as_ref().err().cloned();
    let known = claimed.ok();
    let unit = known.as_ref().map(|claimed| claimed.unit);
    let mut open = Vec::new();
    let place = at.clone().key("evidence");
    let measured = results::ClaimedMeasure {
        name,
        metric: text("metric"),
        statistic: text("statistic"),
        unit,
    };
    let results = results::of_claim(
        &measured,
        claim.get("evidence"),
        &place,
        (look, confidence),
        &mut open,
    );
    let limit = known.as_ref().map(|claimed| claimed.number);
    let threshold = Threshold::new(text("op"), limit);
    let standing = state::of_claim(&threshold, fault.as_deref(), &results, &open);
    gaps.extend(open);
    let contradicted = match (&known, tradeoff.get("rationale").text()) {
        (Some(claimed), Some(rationale)) => {
            rationale::contradicted(rationale, claimed, &measured, &results)
        }
        _ => Vec::new(),
    };
    ClaimFacts {
        at,
        metric: text("metric").map(|metric| canonical_metric(metric).to_owned()),
        statistic: text("statistic").map(str::to_owned),
        op: text("op").map(str::to_owned),
        unit: unit.map(str::to_owned),
        limit: Number::of(limit),
        fault,
        results,
        standing,
        contradicted,
    }
}

/// The number that is claimed, and its unit: that beside it, or the one that a text has, as in `712ms`.
fn claimed<'d>(value: Field<'d>, unit: Option<&'d str>) -> Result<ClaimedNumber<'d>, String> {
    if let Some(text) = value.text() {
        let (number, own) = of_text(text).ok_or_else(|| {
            format!("its value `{text}` is no number with a unit, such as `712ms`")
        })?;
        return match unit {
            Some(unit) if unit != own => Err(format!(
                "its value `{text}` is not in its unit `{unit}`; leave one of them out"
            )),
            _ => Ok(ClaimedNumber { number, unit: own }),
        };
    }
    let number = value.number().ok_or("its value is no number")?;
    let unit = unit.ok_or("it names no unit, and neither does its value")?;
    match units::unit_factor(unit).map(|unit| unit.dimension) {
        None => Err(format!("its unit `{unit}` is not known")),
        Some(Dimension::Enum) => Err("a claim is about a number, and its unit is `enum`".into()),
        Some(_) => Ok(ClaimedNumber { number, unit }),
    }
}

/// `43.8ms`, `450 rps`, `0.5%` or `1m30s`.
fn of_text(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let known = units::unit_factor(unit).filter(|unit| unit.dimension != Dimension::Enum);
    match known {
        Some(_) => {
            let number: f64 = digits.parse().ok()?;
            number.is_finite().then_some((number, unit))
        }
        None => Some((duration_seconds(text).ok()?, "s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_own_unit() {
        for (text, wanted) in [
            ("712ms", Some((712.0, "ms"))),
            ("43.8 ms", Some((43.8, "ms"))),
            ("450 requests/s", Some((450.0, "requests/s"))),
            ("0.5%", Some((0.5, "%"))),
            ("1m30s", Some((90.0, "s"))),
            ("2m", Some((120.0, "s"))),
            ("712", None),
            ("ms", None),
            ("", None),
            ("1 furlong", None),
            ("-5ms", None),
            ("1.2.3ms", None),
            ("5 enum", None),
        ] {
            assert_eq!(of_text(text), wanted, "{text}");
        }
    }
}
