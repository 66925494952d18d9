//! A number as rules see it.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The largest whole number that a float holds exactly, with its neighbours.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A finite number with twelve significant digits, so that 3.2 x 0.7 equals 2.24 when a rule
/// compares them. Written as an integer where it is whole.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Number(f64);

impl Number {
    /// The number without the noise of binary fractions; `None` for infinities and NaN.
    pub fn new(value: f64) -> Option<Self> {
        let value = rounded(value);
        value.is_finite().then_some(Self(value))
    }

    /// A number that may be missing.
    pub fn of(value: Option<f64>) -> Option<Self> {
        value.and_then(Self::new)
    }

    /// The number itself.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0.abs() <= EXACT {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl From<Number> for Json {
    fn from(number: Number) -> Self {
        serde_json::to_value(number).unwrap_or_default()
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number"})
    }
}

/// Twelve significant digits. Whole numbers stay, and so does what is too small or too large to
/// shift exactly.
pub fn rounded(value: f64) -> f64 {
    if value.fract() == 0.0 || !value.is_finite() {
        return value;
    }
    let shift = 11.0 - value.abs().log10().floor();
    if !(0.0..=22.0).contains(&shift) {
        return value;
    }
    let scale = 10_f64.powi(shift as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_lose_binary_noise_and_nothing_else() {
        let table = [
            (3.2 * 0.7, json!(2.24)),
            (0.1 + 0.2, json!(0.3)),
            (1.0 - 0.995, json!(0.005)),
            (0.03 + 0.02 + 0.25 + 0.45, json!(0.75)),
            (60.0, json!(60)),
            (-1.0, json!(-1)),
            (0.0, json!(0)),
            (-0.0, json!(0)),
            (147_909_411_328.0, json!(147_909_411_328_i64)),
            (1e300, json!(1e300)),
            (1.5e-30, json!(1.5e-30)),
            (1.0 / 3.0, json!(0.333_333_333_333)),
        ];
        for (value, expected) in table {
            assert_eq!(
                Number::new(value).map(Json::from),
                Some(expected),
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_not_finite_is_no_number() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Number::new(value), None);
        }
        assert_eq!(Number::of(None), None);
    }
}
