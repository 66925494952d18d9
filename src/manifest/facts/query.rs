//! What is known of the queries in a manifest.

use crate::{document::Pointer, facts::Number, query::QueryMeasure};
use schemars::JsonSchema;
use serde::Serialize;

/// A query, and what is certain about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct QueryFacts {
    /// The path to its text.
    pub at: Pointer,
    /// What it is for: `analysis` (Argo), `template` (Flagger), `alert`, `record`, `errors`, `good`, `total` or `ratio`.
    pub purpose: &'static str,
    /// What the metric, the alert or the objective is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The index of its metric in `analyses`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<usize>,
    /// `promql`, `metricsql`, `logql`, `datadog`, `template` or `unknown`.
    pub language: &'static str,
    /// Why it was not checked, as a sentence without its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// What is wrong with its syntax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<QueryFaultFacts>,
    /// The least number that it can yield.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Number>,
    /// The greatest number that it can yield.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Number>,
    /// A comparison in it that can never hold, so that it never yields anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never: Option<NeverFacts>,
    /// True where it yields nothing if none of its metrics has data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// The number that it yields if none of its metrics has data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_data: Option<FallbackFacts>,
    /// The revisions that it measures: `canary`, `argument` (its arguments decide), `primary` (names of the canary that those of the primary match too) or `whole` (all, because nothing in it tells them apart).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selects: Option<&'static str>,
    /// What it measures; absent for alerts and recording rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<QueryMeasure>,
    /// The names of the template arguments in it, such as `args.service`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// The values of labels that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A mistake in the syntax of a query.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct QueryFaultFacts {
    /// What is wrong.
    pub message: String,
    /// The bytes of the text that are wrong: the first one, and the one after the last.
    pub within: [usize; 2],
}

/// A comparison that can never hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct NeverFacts {
    /// The least number that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Number>,
    /// The greatest number that is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Number>,
    /// The number that it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
}

/// What a query yields without data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct FallbackFacts {
    /// The number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// True where it replaces a ratio or a quantile as a whole, so that it cannot mean that nothing was counted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// The bytes of the `or vector(...)` that supplies it: the first one, and the one after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<[usize; 2]>,
}
