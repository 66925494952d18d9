//! How requests reach the servers.

use super::Labels;
use crate::{
    document::Pointer,
    facts::{Number, Placed},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// One way by which requests reach backends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct RouteFacts {
    /// The path to it.
    pub at: Pointer,
    /// The backends that share the requests, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backends: Vec<BackendFacts>,
    /// Seconds until a request ends, all tries together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<Placed<Number>>,
    /// Seconds until a try ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub try_seconds: Option<Placed<Number>>,
    /// Seconds without a byte of the answer until a request ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence_seconds: Option<Placed<Number>>,
    /// The number of tries after the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<Placed<Number>>,
}

/// A backend of a route.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct BackendFacts {
    /// The path to it.
    pub at: Pointer,
    /// Its name: that of a Service, unless `kind` names another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The subset of the Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Its weight, relative to the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Placed<Number>>,
}

/// The servers between which an InferencePool chooses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PoolFacts {
    /// The path to it.
    pub at: Pointer,
    /// The labels of their pods: names and their values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub labels: Option<Labels>,
    /// The path to these labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<Pointer>,
    /// The ports of the servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Placed<Number>>,
    /// What becomes of requests while nothing chooses: `FailClose` or `FailOpen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_mode: Option<Placed<String>>,
}
