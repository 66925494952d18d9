//! What a YAML scalar means: the core schema of YAML 1.2 (section 10.3.2).

use crate::document::Value;
use granit_parser::{ScalarStyle, Tag};

/// The value of a scalar, or why its tag does not fit it. A tag of another schema leaves the text.
pub(super) fn value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain {
            plain(text)
        } else {
            Ok(Value::String(text.to_owned()))
        };
    };
    let Some(name) = tag.core_suffix() else {
        return Ok(Value::String(text.to_owned()));
    };
    let value = match name {
        "null" | "bool" | "int" | "float" => plain(text)?,
        _ => return Ok(Value::String(text.to_owned())),
    };
    #[expect(clippy::cast_precision_loss, reason = "the author asks for a float")]
    match (name, value) {
        ("null", Value::Null) => Ok(Value::Null),
        ("bool", Value::Bool(flag)) => Ok(Value::Bool(flag)),
        ("int", value @ (Value::Integer(_) | Value::Unsigned(_))) => Ok(value),
        ("float", Value::Float(number)) => Ok(Value::Float(number)),
        ("float", Value::Integer(number)) => Ok(Value::Float(number as f64)),
        ("float", Value::Unsigned(number)) => Ok(Value::Float(number as f64)),
        _ => Err(format!("the value does not match its tag `!!{name}`")),
    }
}

/// The value of a word without quotes.
fn plain(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        _ => return Ok(number(text)?.unwrap_or_else(|| Value::String(text.to_owned()))),
    })
}

/// A number; `None` where the text only looks like one.
fn number(text: &str) -> Result<Option<Value>, String> {
    let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (_, Some(digits)) => (digits, 8),
        _ => return decimal(text),
    };
    // from_str_radix would accept a sign.
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Ok(None);
    }
    if let Ok(number) = i64::from_str_radix(digits, radix) {
        return Ok(Some(Value::Integer(number)));
    }
    match u64::from_str_radix(digits, radix) {
        Ok(number) => Ok(Some(Value::Unsigned(number))),
        Err(_) => Err("the number does not fit into 64 bits".to_owned()),
    }
}

fn decimal(text: &str) -> Result<Option<Value>, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if is_digits(digits) {
        if let Ok(number) = text.parse() {
            return Ok(Some(Value::Integer(number)));
        }
        if let Ok(number) = text.parse() {
            return Ok(Some(Value::Unsigned(number)));
        }
        // A larger one goes on as a float, as the core schema leaves it to the reader.
    } else if !is_float(digits) {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(Value::Float(number))),
        _ => Err("the number is out of range".to_owned()),
    }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
pub(super) fn is_float(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    exponent.is_none_or(is_digits)
        && (whole.is_empty() || is_digits(whole))
        && (fraction.is_empty() || is_digits(fraction))
        && !(whole.is_empty() && fraction.is_empty())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_core_schema() {
        let cases: &[(&str, Value)] = &[
            ("no", Value::String("no".into())),
            ("Yes", Value::String("Yes".into())),
            ("2026-10-01", Value::String("2026-10-01".into())),
            ("1_000", Value::String("1_000".into())),
            ("1.2.3", Value::String("1.2.3".into())),
            ("+-1", Value::String("+-1".into())),
            (".", Value::String(".".into())),
            ("e5", Value::String("e5".into())),
            ("0x", Value::String("0x".into())),
            ("0x-1", Value::String("0x-1".into())),
            ("-", Value::String("-".into())),
            ("~", Value::Null),
            ("NULL", Value::Null),
            ("TRUE", Value::Bool(true)),
            ("0o17", Value::Integer(15)),
            ("017", Value::Integer(17)),
            ("0xfF", Value::Integer(255)),
            ("+12", Value::Integer(12)),
            ("-9223372036854775808", Value::Integer(i64::MIN)),
            ("18446744073709551615", Value::Unsigned(u64::MAX)),
            (
                "18446744073709551616",
                Value::Float(18_446_744_073_709_551_616.0),
            ),
            ("1.", Value::Float(1.0)),
            (".5", Value::Float(0.5)),
            ("-1e-3", Value::Float(-0.001)),
            ("-.Inf", Value::Float(f64::NEG_INFINITY)),
        ];
        for (text, value) in cases {
            assert_eq!(plain(text).as_ref(), Ok(value), "{text}");
        }
        assert!(matches!(plain(".nan"), Ok(Value::Float(number)) if number.is_nan()));
        assert!(plain("1e999").is_err());
        assert!(plain("0xfffffffffffffffff").is_err());
    }
}
