//! What a scalar means to Kubernetes, which reads manifests as YAML 1.1 and passes them on as JSON.
//!
//! Measured on `sigs.k8s.io/yaml`, which `kubectl` and the API server read with, not taken from a
//! specification: `y` and `off` are flags, `010` is 8, and `1:30` stays a text. `tests/platform_yaml.rs`
//! compares the two.

use crate::document::Value;
use granit_parser::{ScalarStyle, Tag};

/// What a scalar stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlatformScalar {
    /// As a value; or why there is none.
    pub(super) value: Result<Value, String>,
    /// As a key: Kubernetes makes a text of the value, so that `yes` and `010` become `true` and `8`. `None`
    /// for what cannot be one.
    pub(super) key: Option<String>,
}

/// Reads a scalar. A tag of another schema leaves the text.
pub(super) fn read(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> PlatformScalar {
    match value(text, style, tag) {
        Ok(value) => PlatformScalar {
            key: key(&value),
            value: as_json(value),
        },
        Err(error) => PlatformScalar {
            value: Err(error),
            key: None,
        },
    }
}

fn value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return Ok(match style {
            ScalarStyle::Plain => plain(text),
            _ => Value::String(text.to_owned()),
        });
    };
    let Some(name @ ("null" | "bool" | "int" | "float")) = tag.core_suffix() else {
        return Ok(Value::String(text.to_owned()));
    };
    #[expect(clippy::cast_precision_loss, reason = "the author asks for a float")]
    match (name, plain(text)) {
        ("null", value @ Value::Null)
        | ("bool", value @ Value::Bool(_))
        | ("int", value @ (Value::Integer(_) | Value::Unsigned(_)))
        | ("float", value @ Value::Float(_)) => Ok(value),
        ("float", Value::Integer(number)) => Ok(Value::Float(number as f64)),
        _ => Err(format!("the value does not match its tag `!!{name}`")),
    }
}

fn key(value: &Value) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(float_key(*number)),
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Unsigned(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// A number with a point as a key: the shortest digits that a 32-bit float is told by, and an exponent
/// below 1e-4 and from 1e6 on.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the platform writes it as a 32-bit float"
)]
fn float_key(number: f64) -> String {
    let narrow = number as f32;
    if narrow.is_nan() {
        return ".nan".to_owned();
    }
    if narrow.is_infinite() {
        return if narrow > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let short = format!("{narrow:e}");
    let (digits, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return narrow.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// What becomes of a value on its way through JSON: a whole number loses its point, and what JSON cannot
/// hold is refused.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "below 2^63 the whole part fits"
)]
fn as_json(value: Value) -> Result<Value, String> {
    match value {
        Value::Float(number) if !number.is_finite() => Err(
            "Kubernetes has no infinity and no NaN: put it in quotes if text is meant".to_owned(),
        ),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < i64::MAX as f64 => {
            Ok(Value::Integer(number as i64))
        }
        value => Ok(value),
    }
}

/// The value of a word without quotes.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Value::Bool(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

/// A number; `None` where the text only looks like one, or is out of range.
fn number(text: &str) -> Option<Value> {
    let first = text.chars().next()?;
    if first == '.' {
        return float(text.replace('_', "").as_str()).filter(|_| separates_digits(text));
    }
    if !matches!(first, '0'..='9' | '+' | '-') {
        return None;
    }
    let digits = text.replace('_', "");
    integer(&digits).or_else(|| float(&digits))
}

/// True where each `_` stands between two digits.
fn separates_digits(text: &str) -> bool {
    text.split('_')
        .skip(1)
        .all(|part| part.starts_with(|first: char| first.is_ascii_digit()))
        && text
            .rsplit('_')
            .skip(1)
            .all(|part| part.ends_with(|last: char| last.is_ascii_digit()))
}

/// A whole number with the radix that its first characters name; a zero in front means octal.
fn integer(text: &str) -> Option<Value> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, unsigned.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, unsigned.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, unsigned.get(2..)?),
        [b'0', _, ..] => (8, unsigned.get(1..)?),
        _ => (10, unsigned),
    };
    // from_str_radix would accept a second sign.
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    if let Ok(number) = i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        return Some(Value::Integer(number));
    }
    if text.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().map(Value::Unsigned)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`; beyond the range of a float it is a text.
fn float(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !super::scalar::is_float(digits) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Value::Float(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_plain(text: &str) -> PlatformScalar {
        read(text, ScalarStyle::Plain, None)
    }

    #[test]
    fn words_are_those_of_yaml_1_1_as_the_platform_has_it() {
        let cases: &[(&str, Value)] = &[
            ("y", Value::Bool(true)),
            ("No", Value::Bool(false)),
            ("oFF", Value::String("oFF".into())),
            ("010", Value::Integer(8)),
            ("-010", Value::Integer(-8)),
            ("09", Value::Integer(9)),
            ("08.5", Value::Float(8.5)),
            ("0o17", Value::Integer(15)),
            ("0O17", Value::Integer(15)),
            ("0b11", Value::Integer(3)),
            ("0X1f", Value::Integer(31)),
            ("-0x10", Value::Integer(-16)),
            ("0x", Value::String("0x".into())),
            ("0x+1", Value::String("0x+1".into())),
            ("1_000", Value::Integer(1000)),
            ("_1", Value::String("_1".into())),
            (".5_0", Value::Float(0.5)),
            ("._5", Value::String("._5".into())),
            (".5_", Value::String(".5_".into())),
            ("1:30", Value::String("1:30".into())),
            ("2026-10-01", Value::String("2026-10-01".into())),
            ("1e3", Value::Integer(1000)),
            ("1.0", Value::Integer(1)),
            ("123e45", Value::Float(123e45)),
            ("1234e5678", Value::String("1234e5678".into())),
            ("1e400", Value::String("1e400".into())),
            ("18446744073709551615", Value::Unsigned(u64::MAX)),
            ("NULL", Value::Null),
        ];
        for (text, value) in cases {
            assert_eq!(read_plain(text).value.as_ref(), Ok(value), "{text}");
        }
        for text in [".inf", "-.INF", ".nan"] {
            assert!(read_plain(text).value.is_err(), "{text}");
        }
    }

    #[test]
    fn keys_are_the_texts_of_their_values() {
        let cases = [
            ("on", "true"),
            ("010", "8"),
            ("1.5", "1.5"),
            ("1.0", "1"),
            ("0.00001", "1e-05"),
            ("1e25", "1e+25"),
            ("1234567.5", "1.2345675e+06"),
            ("100000.0", "100000"),
            (".inf", ".inf"),
            ("a", "a"),
        ];
        for (text, wanted) in cases {
            assert_eq!(read_plain(text).key.as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(read_plain("~").key, None);
        assert_eq!(read_plain("18446744073709551615").key, None);
    }
}
