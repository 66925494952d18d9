//! Numbers, and the words that mean one.

use super::{
    super::{SyntaxError, short},
    Cursor,
};
use crate::document::Value;

/// What a word without quotes means: a flag, a float that has no digits, or the name of an
/// enumeration value, which is text.
pub(super) fn word(text: &str) -> Value {
    match text {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        _ => float_word(text).map_or_else(|| Value::String(text.to_owned()), Value::Float),
    }
}

fn float_word(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => Some(f64::INFINITY),
        "nan" => Some(f64::NAN),
        _ => None,
    }
}

/// The number at the cursor. Blanks may stand between a `-` and its digits.
pub(super) fn read(cursor: &mut Cursor) -> Result<Value, SyntaxError> {
    let (start, first) = cursor.peek();
    let negative = first == Some('-');
    if negative {
        cursor.bump();
        cursor.peek();
    }
    let text = take(cursor);
    let end = cursor.last();
    value(text, negative).map_err(|message| SyntaxError::new(start..end, message))
}

/// The number that is written, or what is wrong with it.
fn value(text: &str, negative: bool) -> Result<Value, String> {
    if let Some(number) = float_word(text) {
        return Ok(Value::Float(if negative { -number } else { number }));
    }
    let Some((digits, radix)) = whole(text) else {
        return match float(text, negative) {
            Some(Value::Float(number)) if !number.is_finite() => {
                Err("the number is out of range".to_owned())
            }
            Some(value) => Ok(value),
            None => Err(no_number(text, negative)),
        };
    };
    let magnitude = u128::from_str_radix(digits, radix).ok();
    if let Some(value) = magnitude.and_then(|magnitude| integer(magnitude, negative)) {
        return Ok(value);
    }
    if radix != 10 {
        return Err("the number does not fit into 64 bits".to_owned());
    }
    // Digits in decimal go on as a float, as readers of a floating field have it.
    float(text, negative).ok_or_else(|| no_number(text, negative))
}

fn no_number(text: &str, negative: bool) -> String {
    if text.is_empty() {
        return "digits are missing after this `-`".to_owned();
    }
    let text = short(text);
    let sign = if negative { "-" } else { "" };
    let is_octal = text.len() > 1 && text.starts_with('0');
    if is_octal && is_digits(&text) {
        return format!(
            "`{sign}{text}` is no number: with a 0 in front it is octal, which has no 8 and no 9"
        );
    }
    format!("`{sign}{text}` is no number")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes digits, letters and dots, and the sign of an exponent.
fn take<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    let rest = cursor.rest();
    let is_hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    let length = rest
        .find(|character: char| {
            let is_exponent =
                !is_hex && matches!(before, 'e' | 'E') && matches!(character, '+' | '-');
            before = character;
            !(super::is_word(character) || character == '.' || is_exponent)
        })
        .unwrap_or(rest.len());
    for _ in 0..length {
        cursor.bump();
    }
    rest.get(..length).unwrap_or_default()
}

/// The digits of a whole number and their base.
fn whole(text: &str) -> Option<(&str, u32)> {
    let (digits, radix) = match (
        text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")),
        text,
    ) {
        (Some(digits), _) => (digits, 16),
        (None, "0") => (text, 10),
        (None, text) => text
            .strip_prefix('0')
            .map_or((text, 10), |digits| (digits, 8)),
    };
    let fits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    fits.then_some((digits, radix))
}

fn integer(magnitude: u128, negative: bool) -> Option<Value> {
    let signed = i128::try_from(magnitude)
        .ok()
        .map(|number| if negative { -number } else { number })?;
    match i64::try_from(signed) {
        Ok(number) => Some(Value::Integer(number)),
        Err(_) => u64::try_from(signed).ok().map(Value::Unsigned),
    }
}

/// `1.5`, `.5`, `5.`, `1e9`, each perhaps with the `f` of C.
fn float(text: &str, negative: bool) -> Option<Value> {
    let digits = text.strip_suffix(['f', 'F']).unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (digits, None),
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let no_octal = before.len() < 2 || !before.starts_with('0');
    let fits = exponent.is_none_or(is_digits)
        && (before.is_empty() || is_digits(before))
        && (after.is_empty() || is_digits(after))
        && !(before.is_empty() && after.is_empty())
        && no_octal;
    let number: f64 = digits.parse().ok().filter(|_| fits)?;
    Some(Value::Float(if negative { -number } else { number }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<Value, String> {
        let mut cursor = Cursor::new(text);
        let value = read(&mut cursor).map_err(|error| error.message)?;
        assert_eq!(cursor.rest(), "", "{text}");
        Ok(value)
    }

    #[test]
    fn numbers_are_read_as_protobuf_reads_them() {
        let table = [
            ("0", Value::Integer(0)),
            ("-0", Value::Integer(0)),
            ("42", Value::Integer(42)),
            ("- 42", Value::Integer(-42)),
            ("- # of\n 42", Value::Integer(-42)),
            ("017", Value::Integer(15)),
            ("0xfF", Value::Integer(255)),
            ("-0X10", Value::Integer(-16)),
            ("0x1E", Value::Integer(30)),
            ("-9223372036854775808", Value::Integer(i64::MIN)),
            ("18446744073709551615", Value::Unsigned(u64::MAX)),
            (
                "18446744073709551616",
                Value::Float(18_446_744_073_709_551_616.0),
            ),
            (
                "-9223372036854775809",
                Value::Float(-9_223_372_036_854_775_809.0),
            ),
            ("1.5", Value::Float(1.5)),
            (".5", Value::Float(0.5)),
            ("5.", Value::Float(5.0)),
            ("1e3", Value::Float(1_000.0)),
            ("1E-3", Value::Float(0.001)),
            ("-2.5e+1f", Value::Float(-25.0)),
            ("10f", Value::Float(10.0)),
            ("0F", Value::Float(0.0)),
            ("-inf", Value::Float(f64::NEG_INFINITY)),
            ("- Infinity", Value::Float(f64::NEG_INFINITY)),
        ];
        for (text, value) in table {
            assert_eq!(number(text), Ok(value), "{text}");
        }
        assert!(matches!(number("-nan"), Ok(Value::Float(number)) if number.is_nan()));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for (text, part) in [
            ("089", "octal"),
            ("-09", "octal"),
            ("00.5", "no number"),
            ("5x", "`5x` is no number"),
            ("1.2.3", "no number"),
            ("1e", "no number"),
            ("0x", "no number"),
            ("0xg", "no number"),
            ("017f", "no number"),
            (".", "no number"),
            ("-", "digits are missing"),
            ("1e999", "out of range"),
            ("0xfffffffffffffffff", "64 bits"),
            ("-0x8000000000000001", "64 bits"),
        ] {
            let error = number(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn words_are_flags_floats_or_enumeration_values() {
        assert_eq!(word("True"), Value::Bool(true));
        assert_eq!(word("false"), Value::Bool(false));
        assert_eq!(word("INF"), Value::Float(f64::INFINITY));
        for text in ["t", "TRUE", "KIND_GPU", "null"] {
            assert_eq!(word(text), Value::String(text.into()), "{text}");
        }
    }
}
