//! A value beside the path to what it was read from, so that what a rule compares can also be
//! pointed at.

use super::Number;
use crate::document::Pointer;
use schemars::JsonSchema;
use serde::Serialize;

/// A value, and the path to what it was read from: `{"value": 60, "at": ["spec", "predictor", "timeout"]}`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// The path to what it was read from: keys and indexes.
    pub at: Pointer,
}

/// A value that may be of several types.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum NumberOrText {
    /// A number.
    Number(Number),
    /// A text, such as `25%`.
    Text(String),
    /// Something that holds.
    Flag(bool),
}

impl<T> Placed<T> {
    /// A value that was read at `at`.
    pub fn new(value: T, at: &Pointer) -> Self {
        Self {
            value,
            at: at.clone(),
        }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed {
            value: change(self.value),
            at: self.at,
        }
    }
}

impl Placed<Number> {
    /// A finite number that was read at `at`.
    pub fn number(value: f64, at: &Pointer) -> Option<Self> {
        Number::new(value).map(|value| Self::new(value, at))
    }
}
