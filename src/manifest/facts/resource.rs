//! What containers ask for.

use crate::facts::{NumberOrText, Placed};
use schemars::JsonSchema;
use serde::Serialize;

/// What a container asks for of one resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ResourceFacts {
    /// The resource, such as `memory` or `nvidia.com/gpu`.
    pub name: String,
    /// The name of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// What is set aside for it: bytes, cores or pieces, or the text where that is no quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Placed<NumberOrText>>,
    /// What it may use at most, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Placed<NumberOrText>>,
}
