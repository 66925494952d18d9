//! The conditions and queries of an analysis: the limit at which a measurement fails, whether an
//! answer without data is caught, and how far back a query looks.

use super::{facts::BoundFacts, indicator::mentions};
use crate::{
    document::Spot,
    facts::{Number, Placed},
    query::condition::limit,
    units,
};
use regex::Regex;
use std::sync::LazyLock;

/// `[5m]`, `[1h30m:1m]`.
static RANGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[([0-9a-z.]+)(?::[0-9a-z.]*)?\]").ok());

/// Parts of a condition that catch an answer without data.
const GUARDS: [&str; 3] = ["len(result)", "isNaN(", "default("];

/// Whether one of the conditions catches an answer without data.
pub(super) fn is_guarded(success: Option<&Spot<'_>>, failure: Option<&Spot<'_>>) -> bool {
    let texts = [success, failure].into_iter().flatten();
    texts
        .filter_map(Spot::text)
        .any(|text| mentions(text, &GUARDS))
}

/// The limit at which a measurement fails; nothing where it is not certain.
pub(super) fn bounds(success: Option<&Spot<'_>>, failure: Option<&Spot<'_>>) -> Vec<BoundFacts> {
    let stated = match (success, failure) {
        (_, Some(failure)) => Some((failure, limit(None, failure.text()))),
        (Some(success), None) => Some((success, limit(success.text(), None))),
        (None, None) => None,
    };
    let limit =
        stated.and_then(|(at, limit)| limit.map(|(op, number)| bound(at, op, number, None)));
    limit.into_iter().collect()
}

/// One limit: the measurement fails where the result `fails` the value.
pub(super) fn bound(
    at: &Spot<'_>,
    fails: &'static str,
    value: f64,
    unit: Option<&'static str>,
) -> BoundFacts {
    BoundFacts {
        at: Some(at.at.clone()),
        fails: Some(fails),
        value: Number::new(value),
        unit,
    }
}

/// How far back the query looks: its largest range. Nothing where one of them is an argument.
pub(super) fn window(query: &Spot<'_>) -> Option<Placed<Number>> {
    let text = query.text()?;
    if text.contains("[{{") {
        return None;
    }
    let ranges = RANGE.as_ref()?.captures_iter(text);
    let seconds = ranges.filter_map(|range| units::duration_seconds(range.get(1)?.as_str()).ok());
    Placed::number(seconds.reduce(f64::max)?, &query.at)
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn metric(conditions: &str) -> Json {
        let text = format!(
            "{{apiVersion: argoproj.io/v1alpha1, kind: AnalysisTemplate, metadata: {{name: a}}, spec: {{metrics: [{{name: m, {conditions}}}]}}}}"
        );
        facts(&text)["analyses"][0].clone()
    }

    fn limit(conditions: &str) -> Option<(String, f64)> {
        let metric = metric(conditions);
        let bound = metric["bounds"]
            .as_array()
            .filter(|bounds| bounds.len() == 1)?
            .first()?;
        Some((
            bound["fails"].as_str()?.to_owned(),
            bound["value"].as_f64()?,
        ))
    }

    #[test]
    fn the_limit_is_where_a_measurement_fails() {
        let table = [
            (
                r#"successCondition: "result[0] <= 0.05""#,
                Some(("gt", 0.05)),
            ),
            (r#"successCondition: "result >= 0.95""#, Some(("lt", 0.95))),
            (
                r#"successCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] < 1.5e-1""#,
                Some(("gte", 0.15)),
            ),
            (
                r#"successCondition: "isNaN(result[0]) || result[0] <= 5""#,
                Some(("gt", 5.0)),
            ),
            (
                r#"successCondition: "default(result, 0) > 0.9""#,
                Some(("lte", 0.9)),
            ),
            (
                r#"successCondition: "result[0] >= 0.9", failureCondition: "result[0] < 0.5""#,
                Some(("lt", 0.5)),
            ),
            (r#"failureCondition: "(result[0] > 3)""#, Some(("gt", 3.0))),
        ];
        for (conditions, wanted) in table {
            assert_eq!(
                limit(conditions),
                wanted.map(|(op, value): (&str, f64)| (op.to_owned(), value)),
                "{conditions}"
            );
        }
    }

    #[test]
    fn what_is_not_certain_has_no_limit() {
        for conditions in [
            r#"successCondition: "result[0] <= {{args.limit}}""#,
            r#"successCondition: "result[0] > 1 && result[0] < 5""#,
            r#"successCondition: "result.p99 < 5""#,
            r#"successCondition: "result[0] < 5 || len(result) == 0 && true""#,
            r#"successCondition: "result[1] < 5""#,
            r#"successCondition: "true""#,
            "count: 3",
        ] {
            assert_eq!(limit(conditions), None, "{conditions}");
        }
    }

    #[test]
    fn the_window_is_the_largest_range() {
        let query = |text: &str| {
            metric(&format!("provider: {{prometheus: {{query: '{text}'}}}}"))["windowSeconds"]["value"]
                .clone()
        };
        assert_eq!(
            query("sum(rate(a[5m])) / sum(rate(b[1h30m:1m]))"),
            json!(5400)
        );
        assert_eq!(
            query("sum(rate(a[5m])) / sum(rate(b[{{args.w}}]))"),
            Json::Null
        );
        assert_eq!(query("up"), Json::Null);
    }
}
