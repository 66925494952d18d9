//! Numbers read from documents, and the JSON that carries them to the rules.
//!
//! Owns [`Field`] (a value that may be missing, read as what the reader needs), [`Spot`] (the same
//! with the path to it) and [`Sheet`] (the object that facts are written to). It derives nothing
//! and knows no kind of document.

mod field;
mod spot;

pub use field::Field;
pub use spot::{Placed, Spot};

use crate::document::{Pointer, Step};
use serde_json::{Map, Value as Json};

/// The largest whole number that a float holds exactly, with its neighbours.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An object in which absent facts leave no trace and no number is unfit for JSON.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Sheet(Map<String, Json>);

impl Sheet {
    /// A number, if it is there and finite; without the noise of binary fractions.
    pub fn number(&mut self, key: &str, value: Option<f64>) {
        if let Some(number) = value.and_then(json_number) {
            self.0.insert(key.to_owned(), number);
        }
    }

    /// Something that holds; what does not hold leaves no trace.
    pub fn flag(&mut self, key: &str, holds: bool) {
        if holds {
            self.0.insert(key.to_owned(), Json::Bool(true));
        }
    }

    /// A place in a list.
    pub fn index(&mut self, key: &str, value: Option<usize>) {
        if let Some(index) = value {
            self.0.insert(key.to_owned(), Json::from(index));
        }
    }

    /// A word.
    pub fn text(&mut self, key: &str, value: Option<impl Into<String>>) {
        if let Some(text) = value {
            self.0.insert(key.to_owned(), Json::String(text.into()));
        }
    }

    /// A value with the path to it: `{"value": ..., "at": [...]}`.
    pub fn placed(&mut self, key: &str, value: Option<Placed>) {
        if let Some(placed) = value {
            self.0.insert(key.to_owned(), placed.into());
        }
    }

    /// Values with the paths to them, unless there are none.
    pub fn places(&mut self, key: &str, values: Vec<Placed>) {
        if !values.is_empty() {
            self.0
                .insert(key.to_owned(), values.into_iter().map(Json::from).collect());
        }
    }

    /// One more of the values under `key`.
    pub fn push(&mut self, key: &str, value: Placed) {
        let mut values = self.take_list(key);
        values.push(value.into());
        self.0.insert(key.to_owned(), Json::Array(values));
    }

    /// One more of the values under `key`, before the others.
    pub fn push_first(&mut self, key: &str, value: Placed) {
        let mut values = self.take_list(key);
        values.insert(0, value.into());
        self.0.insert(key.to_owned(), Json::Array(values));
    }

    fn take_list(&mut self, key: &str) -> Vec<Json> {
        match self.0.remove(key) {
            Some(Json::Array(values)) => values,
            _ => Vec::new(),
        }
    }

    /// A path, as rules write it.
    pub fn path(&mut self, key: &str, at: &Pointer) {
        self.0.insert(key.to_owned(), path_json(at));
    }

    /// Any value as it is.
    pub fn json(&mut self, key: &str, value: Option<Json>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value);
        }
    }

    /// True where nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Words.
    pub fn texts(&mut self, key: &str, values: Vec<&str>) {
        self.0.insert(key.to_owned(), values.into());
    }

    /// An object, unless it is empty.
    pub fn sheet(&mut self, key: &str, value: Self) {
        if !value.0.is_empty() {
            self.0.insert(key.to_owned(), value.into());
        }
    }

    /// A list, unless it is empty; its elements may be.
    pub fn list(&mut self, key: &str, values: Vec<Self>) {
        if !values.is_empty() {
            self.0
                .insert(key.to_owned(), values.into_iter().map(Json::from).collect());
        }
    }
}

impl From<Option<Json>> for Sheet {
    fn from(value: Option<Json>) -> Self {
        match value {
            Some(Json::Object(map)) => Self(map),
            _ => Self::default(),
        }
    }
}

impl From<Sheet> for Json {
    fn from(sheet: Sheet) -> Self {
        Self::Object(sheet.0)
    }
}

/// A path as rules write it: keys and indexes in a list.
pub fn path_json(at: &Pointer) -> Json {
    let step = |step: &Step| match step {
        Step::Key(key) => Json::from(key.as_str()),
        Step::Index(index) => Json::from(*index),
    };
    at.steps().iter().map(step).collect()
}

/// A finite number, as an integer where it is whole.
pub fn json_number(value: f64) -> Option<Json> {
    let value = rounded(value);
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Some(Json::from(value as i64));
    }
    serde_json::Number::from_f64(value).map(Json::Number)
}

/// Twelve significant digits, so that 3.2 x 0.7 equals 2.24 when a rule compares them. Whole
/// numbers stay, and so does what is too small or too large to shift exactly.
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
            (147_909_411_328.0, json!(147_909_411_328_i64)),
            (1e300, json!(1e300)),
            (1.5e-30, json!(1.5e-30)),
            (1.0 / 3.0, json!(0.333_333_333_333)),
        ];
        for (value, expected) in table {
            assert_eq!(json_number(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn absent_and_unfit_numbers_leave_no_trace() {
        let mut sheet = Sheet::default();
        for value in [
            None,
            Some(f64::NAN),
            Some(f64::INFINITY),
            Some(f64::NEG_INFINITY),
        ] {
            sheet.number("n", value);
        }
        sheet.text("t", None::<&str>);
        sheet.sheet("s", Sheet::default());
        sheet.list("l", Vec::new());
        assert_eq!(Json::from(sheet), json!({}));
    }
}
