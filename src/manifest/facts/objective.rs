//! Objectives and the alerts on them.

use crate::{
    document::Pointer,
    facts::{Number, Placed},
};
use schemars::JsonSchema;
use serde::Serialize;

/// An objective.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ObjectiveFacts {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The service that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The unit in which the target is written: `ratio` or `percent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// The target as a ratio, in (0,1) where it is sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Placed<Number>>,
    /// The target as it is written, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_target: Option<Placed<Number>>,
    /// The number of time windows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows: Option<usize>,
    /// Seconds of the only time window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<Placed<Number>>,
    /// `rolling` or `calendar`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_kind: Option<&'static str>,
    /// Seconds of a time slice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_seconds: Option<Placed<Number>>,
    /// What it is about, by its name or query: `latency` or `availability`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicator: Option<&'static str>,
    /// Seconds of the limit of a latency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_seconds: Option<Placed<Number>>,
    /// The alerts that its tool generates from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<GeneratedFacts>,
    /// What the query of errors, or of good events, is to that of all events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<PartFacts>,
}

/// A pair of windows in an alert that a tool generates from an objective.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct GeneratedFacts {
    /// `page` or `ticket` (Sloth), `critical` or `warning` (Pyrra).
    pub severity: &'static str,
    /// The burn rate that it compares with: how many times the error budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<Number>,
    /// The least burn rate that it may have instead, where a setting outside of the file decides: how many times the error budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_factor: Option<Number>,
    /// Seconds of the long window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long_seconds: Option<Number>,
    /// Seconds of the short window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_seconds: Option<Number>,
}

/// What one query of an objective is to the query of all events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PartFacts {
    /// The path to the query of errors or of good events.
    pub at: Pointer,
    /// The path to the query of all events.
    pub total: Pointer,
    /// What it counts: `errors` or `good`.
    pub counts: &'static str,
    /// `within`, `same`, `apart` (it counts nothing of the total) or `negative` (it is never above 0).
    pub relation: &'static str,
    /// The matchers that exclude each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// An alert on a burn rate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct BurnFacts {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// Its severity, in the words of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Placed<String>>,
    /// The burn rate that it compares with: how many times the error budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burn_rate: Option<Placed<Number>>,
    /// The error budget as a ratio, in (0,1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_ratio: Option<Placed<Number>>,
    /// How it compares: `gt`, `gte`, `lt` or `lte`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op: Option<Placed<String>>,
    /// Seconds of the longest window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long_seconds: Option<Placed<Number>>,
    /// Seconds of the shortest window, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_seconds: Option<Placed<Number>>,
}
