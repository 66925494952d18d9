//! The queries of manifests: read once, with what is certain about each.

use super::facts::{
    FallbackFacts, NeverFacts, ObjectiveFacts, PartFacts, QueryFacts, QueryFaultFacts,
};
use crate::{
    document::{Pointer, Spot, source::Span},
    facts::Number,
    query::{self, PartOf, Query, QueryReading, SelectedRevision},
};

/// The facts of a query that is for `purpose`; `None` where its value is no text.
pub(super) fn facts(
    spot: &Spot<'_>,
    purpose: &'static str,
    name: Option<&str>,
) -> Option<QueryFacts> {
    Some(of(&query::read(spot.text()?), &spot.at, purpose, name))
}

/// The same of a query that was read already, and stands at this path.
pub(super) fn of(
    reading: &QueryReading,
    at: &Pointer,
    purpose: &'static str,
    name: Option<&str>,
) -> QueryFacts {
    let facts = QueryFacts {
        at: at.clone(),
        purpose,
        name: name.map(str::to_owned),
        language: "promql",
        ..QueryFacts::default()
    };
    match reading {
        QueryReading::Read(query) => known(query, facts),
        QueryReading::Wrong(fault) => QueryFacts {
            fault: Some(QueryFaultFacts {
                message: fault.message.clone(),
                within: bytes(fault.span),
            }),
            ..facts
        },
        QueryReading::Foreign(foreign) => QueryFacts {
            language: foreign.language,
            unread: Some(foreign.reason.clone()),
            ..facts
        },
    }
}

fn bytes(span: Span) -> [usize; 2] {
    [span.start(), span.end()]
}

fn known(query: &Query, facts: QueryFacts) -> QueryFacts {
    let bounds = query.bounds();
    let selection = match facts.purpose {
        "analysis" => Some(query.selects()),
        "template" => Some(query.selects_target()),
        _ => None,
    };
    QueryFacts {
        low: bounds.and_then(|bounds| Number::new(bounds.low)),
        high: bounds.and_then(|bounds| Number::new(bounds.high)),
        never: query.impossible().map(|(bounds, value)| NeverFacts {
            low: Number::new(bounds.low),
            high: Number::new(bounds.high),
            value: Number::new(value),
        }),
        empty: query.is_empty_without_data(),
        without_data: query.without_data().map(|fallback| FallbackFacts {
            value: Number::new(fallback.value),
            whole: fallback.whole,
            within: query.fallback_span().map(bytes),
        }),
        selects: selection.map(SelectedRevision::word),
        measure: (!matches!(facts.purpose, "alert" | "record")).then(|| query.measure()),
        arguments: query.arguments().into_iter().collect(),
        values: selection.map_or_else(Vec::new, |_| query.values().into_iter().collect()),
        ..facts
    }
}

/// Writes what the part of an objective is to its total, and the facts of its queries.
pub(super) fn objective(
    queries: &[(&'static str, Spot<'_>)],
    name: Option<&str>,
    objective: &mut ObjectiveFacts,
) -> Vec<QueryFacts> {
    let mut read = Vec::new();
    for (purpose, spot) in queries {
        if let Some(text) = spot.text() {
            read.push((*purpose, &spot.at, query::read(text)));
        }
    }
    let find = |wanted: &[&str]| read.iter().find(|(purpose, ..)| wanted.contains(purpose));
    if let (Some(part), Some(total)) = (find(&["errors", "good"]), find(&["total"])) {
        objective.part = relation(part, total);
    }
    let facts = read.iter();
    facts
        .map(|(purpose, at, reading)| of(reading, at, purpose, name))
        .collect()
}

/// What a query is for, where it stands, and what it was read as.
type ReadQuery<'q> = (&'static str, &'q Pointer, QueryReading);

fn relation(
    (counts, at, part): &ReadQuery<'_>,
    (_, total_at, total): &ReadQuery<'_>,
) -> Option<PartFacts> {
    let (QueryReading::Read(own), QueryReading::Read(all)) = (part, total) else {
        return None;
    };
    let (relation, why) = match own.part_of(all)? {
        PartOf::Within => ("within", None),
        PartOf::Same => ("same", None),
        PartOf::Apart(why) => ("apart", Some(why)),
        PartOf::Negative => ("negative", None),
    };
    Some(PartFacts {
        at: (*at).clone(),
        total: (*total_at).clone(),
        counts,
        relation,
        why,
    })
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn argo(query: &str) -> Json {
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {{name: a}}\nspec:\n  metrics:\n    - name: web\n      provider: {{web: {{}}}}\n    - name: m\n      provider:\n        prometheus:\n          query: |\n            {query}\n"
        );
        facts(&text)["queries"][0].clone()
    }

    #[test]
    fn a_query_of_argo_belongs_to_its_metric() {
        let found = argo(
            "sum(rate(x{job=\"a\",code=\"5\"}[5m])) / sum(rate(x{job=\"a\"}[5m])) or vector(0)",
        );
        assert_eq!(found["metric"], 1);
        assert_eq!(
            found["at"],
            json!(["spec", "metrics", 1, "provider", "prometheus", "query"])
        );
        assert_eq!((&found["low"], &found["high"]), (&json!(0), &json!(1)));
        assert_eq!(found["selects"], "whole");
        assert_eq!(found["values"], json!(["5", "a"]));
        assert_eq!(
            found["withoutData"],
            json!({"value": 0, "whole": true, "within": [63, 75]})
        );
        assert_eq!(
            argo("sum(x")["fault"],
            json!({"message": "`(` is never closed", "within": [3, 4]})
        );
        assert_eq!(argo("x |= \"a\"")["language"], "logql");
        assert_eq!(argo("x{a=\"{{args.b}}\"}")["arguments"], json!(["args.b"]));
    }

    #[test]
    fn a_query_of_flagger_is_read_where_prometheus_is_asked() {
        let template = |provider: &str| {
            facts(&format!(
                "{{apiVersion: flagger.app/v1beta1, kind: MetricTemplate, metadata: {{name: a}}, spec: {{provider: {{type: {provider}}}, query: 'sum(x{{pod=~\"{{{{ target }}}}-.*\"}})'}}}}"
            ))["queries"].clone()
        };
        assert_eq!(template("prometheus")[0]["selects"], "primary");
        assert_eq!(template("datadog"), Json::Null);
    }

    #[test]
    fn an_alert_is_listed_where_something_is_to_be_said() {
        let rules = facts(
            "{groups: [{name: g, rules: [{alert: A, expr: count(x) == 0}, {alert: B, expr: up == 0}, {record: c, expr: 'sum(x'}, {alert: D, expr: 'x default 0 > 1'}]}]}",
        );
        let queries = rules["queries"].as_array().expect("queries");
        let names: Vec<&Json> = queries.iter().map(|query| &query["name"]).collect();
        assert_eq!(names, [&json!("A"), &json!("c"), &json!("D")]);
        assert_eq!(queries[0]["never"], json!({"low": 1, "value": 0}));
        assert_eq!(queries[2]["language"], "metricsql");
    }

    #[test]
    fn errors_of_an_objective_are_compared_with_its_total() {
        let part = |errors: &str| {
            let text = format!(
                "version: prometheus/v1\nservice: s\nslos:\n  - name: a\n    objective: 99\n    sli:\n      events:\n        error_query: {errors}\n        total_query: sum(rate(x[{{{{.window}}}}]))\n"
            );
            facts(&text)["slos"][0]["part"]["relation"].clone()
        };
        assert_eq!(part("sum(rate(x{code=\"5\"}[{{.window}}]))"), "within");
        assert_eq!(part("sum(rate(x[{{.window}}]))"), "same");
        assert_eq!(
            part("sum(rate(x{a=\"b\"}[{{.window}}])) - sum(rate(x[{{.window}}]))"),
            "negative"
        );
        assert_eq!(part("sum(rate(y[{{.window}}]))"), Json::Null);
    }
}
