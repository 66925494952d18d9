//! Prometheus: the answer of its HTTP API to a query.
//!
//! Times are seconds, values are text. The answer tells neither the query nor, as a rule, the unit; the time of an
//! instant vector is that of the evaluation, and the sample may be older. Several series need a choice.

use super::{
    CautionKind, Evidence, EvidenceError, MeasuredValue, RunFact,
    content::{Content, Tree},
    draft::{Draft, moment},
    runs,
};
use crate::document::{Pointer, Spot};

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.get("status").and_then(Tree::text) == Some("success")
            && tree.at(&["data", "resultType"]).is_some()
            && tree.at(&["data", "result"]).is_some()
    })
}

/// Reads the series that is meant.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("prometheus-api", "Prometheus");
    let root = content.root()?;
    let result = root
        .find(&["data", "result"])
        .ok_or_else(|| draft.malformed("it has no `result`"))?;
    let kind = root.text_at(&["data", "resultType"]).unwrap_or_default();
    match kind {
        "scalar" | "string" => instant(&mut draft, "value", None, &result)?,
        "vector" | "matrix" => series(&mut draft, &result, select)?,
        other => return Err(draft.malformed(format!("`resultType` is `{other}`"))),
    }
    for warning in root.items_at(&["warnings"]) {
        let text = warning.text().unwrap_or_default();
        draft.caution(CautionKind::Unusual, format!("Prometheus warns: {text}"));
    }
    draft.caution(
        CautionKind::Definition,
        "the answer does not tell its query, so what it measures is known from its author alone",
    );
    draft.finish()
}

fn series(
    draft: &mut Draft,
    result: &Spot<'_, Tree>,
    select: Option<&Pointer>,
) -> Result<(), EvidenceError> {
    let all = result.items();
    if all.is_empty() {
        return Err(draft.malformed("the query found nothing, which is no zero"));
    }
    let one = runs::one_run(all, label, select)?;
    let name = one.text_at(&["metric", "__name__"]).unwrap_or("value");
    let unit = unit(name);
    if one.get("histogram").is_some() || one.get("histograms").is_some() {
        return Err(draft.malformed("a native histogram is not read; query a quantile of it"));
    }
    draft.evidence.subject.model = one.string_at(&["metric", "model_name"]);
    match (one.get("value"), one.get("values")) {
        (Some(value), _) => instant(draft, name, unit, &value),
        (None, Some(values)) => range(draft, name, unit, &values),
        (None, None) => Err(draft.malformed("the series has no value")),
    }
}

/// The labels that tell series apart.
fn label(series: &Spot<'_, Tree>) -> String {
    let labels = series.entries_at(&["metric"]);
    let shown = labels.iter().map(|(name, value)| {
        let value = value.text().unwrap_or_default();
        format!("{name}=\"{value}\"")
    });
    let shown: Vec<String> = shown.take(4).collect();
    format!("{{{}}}", shown.join(", "))
}

/// By convention the name of a metric ends in its unit; a function takes the name away.
fn unit(name: &str) -> Option<&'static str> {
    match name {
        _ if name.ends_with("_seconds") => Some("s"),
        _ if name.ends_with("_ratio") => Some("ratio"),
        _ => None,
    }
}

/// `[1700000000.123, "0.42"]`.
fn pair(place: &Spot<'_, Tree>) -> Result<(f64, f64), EvidenceError> {
    let cells = place.items();
    let [time, value] = cells.as_slice() else {
        return Err(place.bad("no pair of time and value"));
    };
    let text = value.text().unwrap_or_default();
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((time.amount()?, number)),
        Ok(_) => Err(value.bad(format!(
            "not a finite number (`{text}`): nothing was observed"
        ))),
        Err(_) => Err(value.bad(format!("no number (`{text}`)"))),
    }
}

fn instant(
    draft: &mut Draft,
    name: &str,
    unit: Option<&'static str>,
    place: &Spot<'_, Tree>,
) -> Result<(), EvidenceError> {
    let (time, value) = pair(place)?;
    draft.add(
        name,
        "value",
        MeasuredValue::Number(value),
        unit,
        None,
        &place.at,
    );
    draft.evidence.ended_at = moment(time);
    draft.derive(
        RunFact::EndedAt,
        "the time at which the query was evaluated",
    );
    Ok(())
}

/// A range is told by its last, least and greatest value and their mean: none of them is a percentile of requests.
fn range(
    draft: &mut Draft,
    name: &str,
    unit: Option<&'static str>,
    place: &Spot<'_, Tree>,
) -> Result<(), EvidenceError> {
    let mut points = Vec::new();
    for point in place.items() {
        points.push(pair(&point)?);
    }
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return Err(place.bad("empty, which is no zero"));
    };
    let values = || points.iter().map(|(_, value)| *value);
    let count = points.len();
    let mean = values().sum::<f64>() / count as f64;
    for (statistic, value) in [
        ("last", last.1),
        ("min", values().fold(f64::INFINITY, f64::min)),
        ("max", values().fold(f64::NEG_INFINITY, f64::max)),
        ("mean", mean),
    ] {
        let value = MeasuredValue::Number(value);
        draft.add(name, statistic, value, unit, Some(count as u64), &place.at);
        draft.last().derived = Some("the points of the range");
    }
    draft.evidence.started_at = moment(first.0);
    draft.evidence.ended_at = moment(last.0);
    draft.derive(RunFact::StartedAt, "the first point");
    draft.derive(RunFact::EndedAt, "the last point");
    draft.evidence.duration_seconds = Some(last.0 - first.0).filter(|length| *length > 0.0);
    draft.derive(RunFact::DurationSeconds, "from the first to the last point");
    draft.caution(
        CautionKind::Definition,
        "each point is a value of its own: the mean of percentiles is no percentile",
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{fixture, number, read_fixture, read_text};
    use super::super::{EvidenceRequest, open};

    #[test]
    fn numbers_are_text_and_times_seconds() {
        let found = read_fixture("prometheus/vector.json");
        assert_eq!(number(&found, "value", "value"), Some(0.412));
        assert_eq!(found.ended_at.as_deref(), Some("2026-10-06T09:20:00.5Z"));
        assert_eq!(found.measurements[0].unit, None, "the query is not told");
        let range = read_fixture("prometheus/matrix.json");
        assert_eq!(number(&range, "up_time_seconds", "max"), Some(0.44));
        assert_eq!(number(&range, "up_time_seconds", "last"), Some(0.4));
        assert_eq!(range.duration_seconds, Some(120.0));
        let scalar =
            r#"{"status":"success","data":{"resultType":"scalar","result":[1791278400,"3"]}}"#;
        assert_eq!(
            number(&read_text(scalar).expect("scalar"), "value", "value"),
            Some(3.0)
        );
    }

    #[test]
    fn several_series_need_a_choice_and_none_is_no_zero() {
        let path = fixture("prometheus/series.json");
        let error = open(&path, EvidenceRequest::default()).expect_err("two series");
        assert!(error.to_string().contains("pod=\"b\""), "{error}");
        let select = Some("/data/result/1");
        let found = open(
            &path,
            EvidenceRequest {
                format: None,
                select,
            },
        )
        .expect("one");
        assert_eq!(number(&found, "value", "value"), Some(0.2));
        let text = |result: &str| {
            format!(
                r#"{{"status":"success","data":{{"resultType":"vector","result":[{result}]}}}}"#
            )
        };
        let error = read_text(&text("")).expect_err("empty").to_string();
        assert!(error.contains("found nothing"), "{error}");
        let nan = read_text(&text(r#"{"metric":{},"value":[1,"NaN"]}"#)).expect_err("NaN");
        assert!(nan.to_string().contains("nothing was observed"), "{nan}");
    }
}
