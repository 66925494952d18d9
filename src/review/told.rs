//! The facts of a service as they are printed.

use super::StatedFact;
use crate::facts::vocabulary::StatedValue;
use serde::Serialize;

/// The facts of one service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceFacts {
    /// The file that holds its specification.
    pub file: String,
    /// The service, where the specification names one.
    pub service: Option<String>,
    /// The environment that it names.
    pub environment: Option<String>,
    /// Every fact, sorted by name.
    pub facts: Vec<ToldFact>,
}

/// One fact of a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldFact {
    /// Its name, as a `check` has it.
    pub name: &'static str,
    /// Its value: durations in seconds, quantities in bytes or cores. Null where it is unknown.
    pub value: Option<StatedValue>,
    /// The value as people write it. Null where it is unknown.
    pub shown: Option<String>,
    /// The unit of `shown`; empty where it has none, or is written with it.
    pub unit: String,
    /// Where the value comes from, as `file:line`.
    pub places: Vec<String>,
    /// Why it is unknown. Null where it is known.
    pub unknown: Option<String>,
}

impl ToldFact {
    /// A fact whose value comes from `places`; prices are in this currency.
    pub fn new(fact: StatedFact, places: Vec<String>, currency: Option<&str>) -> Self {
        let known = fact.known;
        let unit = match (known.name, currency) {
            ("cost.hourly", Some(currency)) => format!("{currency} {}", known.unit),
            // Quantities are shown with their suffix.
            _ if known.unit == "bytes" => String::new(),
            _ => known.unit.to_owned(),
        };
        let (value, unknown) = match fact.value {
            Ok(value) => (Some(value), None),
            Err(reason) => (None, Some(reason)),
        };
        Self {
            name: known.name,
            shown: value.as_ref().map(|value| value.shown(known.kind)),
            places: match value {
                Some(_) => places,
                None => Vec::new(),
            },
            value,
            unit,
            unknown,
        }
    }
}
