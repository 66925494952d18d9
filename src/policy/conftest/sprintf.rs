//! `sprintf` as OPA has it, which hands its arguments to the one of Go. The engine's own loses a finding at each verb that
//! it does not know, and conftest's users know all of them.

use regorus::Value;
use std::{fmt::Write, io};

/// The widest column, and the most digits behind a point. Go stops at a million.
const WIDEST: usize = 1_000;

/// From this exponent on the shortest form of a number has one.
const SHORTEST: i32 = 6;

/// An argument as OPA hands it over.
enum PrintArgument {
    Text(String),
    Whole(i128),
    Float(f64),
}

/// What stands between `%` and the verb.
#[derive(Default)]
struct PrintFlags {
    minus: bool,
    plus: bool,
    zero: bool,
    space: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// The text that a format makes of a list.
///
/// # Errors
/// Where the arguments are not a string and a list.
pub(super) fn sprintf(arguments: &[Value]) -> io::Result<Value> {
    let (Some(Value::String(format)), Some(Value::Array(list))) =
        (arguments.first(), arguments.get(1))
    else {
        return Err(io::Error::other("`sprintf` takes a string and a list"));
    };
    let list: Vec<PrintArgument> = list.iter().map(PrintArgument::of).collect();
    Ok(Value::from(formatted(format, &list)))
}

fn formatted(format: &str, list: &[PrintArgument]) -> String {
    let mut out = String::new();
    let mut next = 0;
    let mut reordered = false;
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        let mut flags = PrintFlags::default();
        while let Some(flag) = characters.next_if(|c| "-+0 #".contains(*c)) {
            flags.set(flag);
        }
        if characters.next_if_eq(&'[').is_some() {
            let index: String = std::iter::from_fn(|| characters.next_if(|c| *c != ']')).collect();
            characters.next();
            reordered = true;
            next = index
                .parse()
                .map_or(usize::MAX, |index: usize| index.wrapping_sub(1));
        }
        flags.width = digits(&mut characters);
        if characters.next_if_eq(&'.').is_some() {
            flags.precision = Some(digits(&mut characters).unwrap_or_default());
        }
        match characters.next() {
            None => out.push_str("%!(NOVERB)"),
            Some('%') => out.push('%'),
            Some(verb) => {
                match list.get(next) {
                    Some(argument) => out.push_str(&argument.told(verb, &flags)),
                    None => drop(write!(
                        out,
                        "%!{verb}({})",
                        if reordered { "BADINDEX" } else { "MISSING" }
                    )),
                }
                next = next.saturating_add(1);
            }
        }
    }
    if !reordered && next < list.len() {
        let told = |argument: &PrintArgument| {
            format!(
                "{}={}",
                argument.kind(),
                argument.told('v', &PrintFlags::default())
            )
        };
        let extra: Vec<String> = list[next..].iter().map(told).collect();
        let _ = write!(out, "%!(EXTRA {})", extra.join(", "));
    }
    out
}

fn digits(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut number = None;
    while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
        characters.next();
        let digit = usize::try_from(digit).unwrap_or_default();
        number = Some((number.unwrap_or(0) * 10 + digit).min(WIDEST));
    }
    number
}

impl PrintFlags {
    fn set(&mut self, flag: char) {
        match flag {
            '-' => self.minus = true,
            '+' => self.plus = true,
            '0' => self.zero = true,
            ' ' => self.space = true,
            _ => self.sharp = true,
        }
    }

    /// The sign that goes before what is not negative.
    fn sign(&self) -> &'static str {
        match (self.plus, self.space) {
            (true, _) => "+",
            (false, true) => " ",
            (false, false) => "",
        }
    }

    /// Fills up to the width, with zeros behind the sign where these are asked for.
    fn pad(&self, text: &str, zeros: bool) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        if missing == 0 {
            return text.to_owned();
        }
        if self.minus {
            return format!("{text}{}", " ".repeat(missing));
        }
        if self.zero && zeros {
            let (sign, rest) = match text.strip_prefix(['-', '+', ' ']) {
                Some(rest) => text.split_at(text.len() - rest.len()),
                None => ("", text),
            };
            return format!("{sign}{}{rest}", "0".repeat(missing));
        }
        format!("{}{text}", " ".repeat(missing))
    }
}

impl PrintArgument {
    fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.to_string()),
            Value::Number(_) => {
                let text = value.to_string();
                match (text.parse(), text.parse()) {
                    (Ok(whole), _) => Self::Whole(whole),
                    (Err(_), Ok(float)) => Self::Float(float),
                    (Err(_), Err(_)) => Self::Text(text),
                }
            }
            other => Self::Text(written(other)),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Whole(_) => "int64",
            Self::Float(_) => "float64",
        }
    }

    fn told(&self, verb: char, flags: &PrintFlags) -> String {
        let told = match self {
            Self::Text(text) => text_as(text, verb, flags),
            Self::Whole(number) => whole_as(*number, verb, flags),
            Self::Float(number) => float_as(*number, verb, flags),
        };
        match (told, verb) {
            (Some(told), _) => told,
            (None, 'T') => flags.pad(self.kind(), false),
            (None, _) => format!("%!{verb}({}={})", self.kind(), self.told('v', flags)),
        }
    }
}

fn text_as(text: &str, verb: char, flags: &PrintFlags) -> Option<String> {
    let cut: String = match flags.precision {
        Some(most) => text.chars().take(most).collect(),
        None => text.to_owned(),
    };
    let told = match verb {
        'v' if flags.sharp => quoted(&cut),
        's' | 'v' => cut,
        'q' => quoted(&cut),
        'x' => cut.bytes().map(|byte| format!("{byte:02x}")).collect(),
        'X' => cut.bytes().map(|byte| format!("{byte:02X}")).collect(),
        _ => return None,
    };
    Some(flags.pad(&told, true))
}

fn whole_as(number: i128, verb: char, flags: &PrintFlags) -> Option<String> {
    let size = number.unsigned_abs();
    let character = || {
        u32::try_from(number)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or('\u{fffd}')
    };
    let (prefix, digits) = match verb {
        'd' | 'v' => ("", size.to_string()),
        'x' => ("0x", format!("{size:x}")),
        'X' => ("0X", format!("{size:X}")),
        'o' => ("0", format!("{size:o}")),
        'b' => ("0b", format!("{size:b}")),
        'c' => return Some(flags.pad(&character().to_string(), false)),
        'q' => return Some(flags.pad(&format!("'{}'", character()), false)),
        'U' => return Some(flags.pad(&format!("U+{size:04X}"), false)),
        _ => return None,
    };
    let sign = if number < 0 { "-" } else { flags.sign() };
    let prefix = if flags.sharp { prefix } else { "" };
    let least = flags.precision.unwrap_or(0);
    let told = format!("{sign}{prefix}{digits:0>least$}");
    Some(flags.pad(&told, flags.precision.is_none()))
}

fn float_as(number: f64, verb: char, flags: &PrintFlags) -> Option<String> {
    let size = number.abs();
    let told = match verb {
        'v' | 'g' | 'G' => general(size, flags.precision),
        'f' | 'F' => format!("{size:.*}", flags.precision.unwrap_or(6)),
        'e' | 'E' => scientific(&format!("{size:.*e}", flags.precision.unwrap_or(6))),
        _ => return None,
    };
    let told = match verb {
        'G' | 'E' => told.to_uppercase(),
        _ => told,
    };
    let sign = if number.is_sign_negative() {
        "-"
    } else {
        flags.sign()
    };
    Some(flags.pad(&format!("{sign}{told}"), true))
}

/// `1.5e-7` as `1.5e-07`.
fn scientific(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// As few digits as tell the number from others, or so many; with an exponent where it is small or large.
fn general(size: f64, precision: Option<usize>) -> String {
    let text = match precision {
        Some(digits) => format!("{size:.*e}", digits.max(1) - 1),
        None => format!("{size:e}"),
    };
    let exponent: i32 = text
        .split_once('e')
        .map_or(0, |(_, exponent)| exponent.parse().unwrap_or(0));
    let (mantissa, _) = text.split_once('e').unwrap_or((&text, ""));
    // Digits behind the last that counts are not written.
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    let limit = precision.map_or(SHORTEST, |digits| {
        i32::try_from(digits.max(1)).unwrap_or(i32::MAX)
    });
    if exponent < -4 || exponent >= limit {
        return scientific(&format!("{mantissa}e{exponent}"));
    }
    let digits = mantissa.chars().filter(char::is_ascii_digit).count();
    let behind = i32::try_from(digits).unwrap_or(i32::MAX) - 1 - exponent;
    format!("{size:.*}", usize::try_from(behind).unwrap_or(0))
}

/// A value as OPA writes it.
fn written(value: &Value) -> String {
    let listed = |items: Vec<String>| items.join(", ");
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", listed(items.iter().map(written).collect())),
        Value::Set(items) if items.is_empty() => "set()".to_owned(),
        Value::Set(items) => format!("{{{}}}", listed(items.iter().map(written).collect())),
        Value::Object(entries) => {
            let entry =
                |(key, value): (&Value, &Value)| format!("{}: {}", written(key), written(value));
            format!("{{{}}}", listed(entries.iter().map(entry).collect()))
        }
        Value::Bool(flag) => flag.to_string(),
        Value::Number(_) => value.to_string(),
        Value::Null | Value::Undefined => "null".to_owned(),
    }
}

/// A text in quotes, as Go writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            control if control.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(control));
            }
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_print_as_those_of_go() {
        let list = |json: &str| Value::from_json_str(json).expect("JSON");
        for (format, arguments, wanted) in [
            ("%s runs %v", r#"["a", [1, "x"]]"#, r#"a runs [1, "x"]"#),
            ("[%-5s][%5s]", r#"["ab", "cd"]"#, "[ab   ][   cd]"),
            (
                "%d %5d|%05d|%+d|%-4d|",
                "[1, 2, -3, 4, 5]",
                "1     2|-0003|+4|5   |",
            ),
            (
                "%.2f %8.3f %f",
                "[2.5, -1.25, 0.5]",
                "2.50   -1.250 0.500000",
            ),
            ("%d", "[1.5]", "%!d(float64=1.5)"),
            ("%s", "[65]", "%!s(int64=65)"),
            ("%t", "[true]", "%!t(string=true)"),
            (
                "%x %X %o %b %c %q",
                "[255, 255, 8, 5, 65, 66]",
                "ff FF 10 101 A 'B'",
            ),
            ("%q", r#"["a\"b\n"]"#, r#""a\"b\n""#),
            ("%s %s", r#"["a"]"#, "a %!s(MISSING)"),
            ("%s", r#"["a", 2]"#, "a%!(EXTRA int64=2)"),
            ("100%", "[]", "100%!(NOVERB)"),
            ("%[2]s %[1]s", r#"["a", "b"]"#, "b a"),
            ("%e %g", "[12345.678, 0.00001]", "1.234568e+04 1e-05"),
            ("%v", r#"[{"k": {"a": null}}]"#, r#"{"k": {"a": null}}"#),
        ] {
            let said = sprintf(&[Value::from(format), list(arguments)]).expect("a text");
            assert_eq!(said, Value::from(wanted), "{format}");
        }
        let wide = sprintf(&[Value::from("%999999999d"), list("[1]")]).expect("a text");
        assert_eq!(wide.as_string().expect("a text").len(), WIDEST);
    }
}
