//! What a value that follows no grammar can only mean: `30 sec` is `30s`, `16GiB` is `16Gi`.
//!
//! A bare number is never given a unit, `16GB` never a power, `5M` never minutes.

use super::{duration_seconds, quantity};

/// Longer text is no slip of a value.
const LONGEST: usize = 60;

/// Each unit in the grammar, the digits that a schema allows before it, and its names.
const TIMES: [(&str, usize, &[&str]); 8] = [
    ("y", 2, &["year", "years", "yr", "yrs"]),
    ("w", 3, &["week", "weeks", "wk", "wks"]),
    ("d", 4, &["day", "days"]),
    ("h", 6, &["hour", "hours", "hr", "hrs"]),
    ("m", 7, &["minute", "minutes", "min", "mins"]),
    ("s", 9, &["second", "seconds", "sec", "secs"]),
    (
        "ms",
        12,
        &["millisecond", "milliseconds", "millis", "msec", "msecs"],
    ),
    (
        "us",
        15,
        &["microsecond", "microseconds", "micros", "usec", "usecs"],
    ),
];
/// Digits after a decimal point.
const FRACTION: usize = 9;

/// The duration that `text` can only mean, in the grammar of [`duration_seconds`]; `None` for what
/// follows the grammar already and for what may mean several things.
pub fn respelt_duration(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut rest = text.trim();
    let mut written = String::new();
    while !rest.is_empty() {
        let (amount, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (name, after) = split(after.trim_start(), char::is_alphabetic);
        let (unit, digits) = time_unit(name)?;
        written.push_str(&amount_of(amount, digits)?);
        written.push_str(unit);
        let after = after.trim_start();
        let after = after.strip_prefix(',').map_or(after, str::trim_start);
        rest = after.strip_prefix("and ").map_or(after, str::trim_start);
    }
    // Units that repeat or rise mean something else than a sum.
    (written != text && duration_seconds(&written).is_ok()).then_some(written)
}

/// A single letter means what it means in the grammar; a word may be written large.
fn time_unit(name: &str) -> Option<(&'static str, usize)> {
    let lower = name.to_lowercase();
    let known = TIMES.iter().find(|(unit, _, names)| {
        *unit == name || names.contains(&lower.as_str()) || (*unit == "ms" && name == "MS")
    });
    known.map(|(unit, digits, _)| (*unit, *digits))
}

/// `1.5`, and `0.5` for `.5`, where the schemas take as many digits.
fn amount_of(amount: &str, digits: usize) -> Option<String> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let is_number = whole.len() + fraction.len() > 0 && !fraction.contains('.');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fits = is_number && whole.len() <= digits && fraction.len() <= FRACTION;
    match amount.ends_with('.') {
        false if fits && fraction.is_empty() => Some(whole.to_owned()),
        false if fits => Some(format!("{whole}.{fraction}")),
        _ => None,
    }
}

/// The Kubernetes quantity that `text` can only mean; `None` for what is one already, and for
/// `16GB` or `70B`, which may mean several things.
pub fn respelt_quantity(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let (digits, suffix) = split(text.trim(), |c| {
        c.is_ascii_digit() || matches!(c, '.' | '+' | '-')
    });
    let suffix = suffix.trim_start();
    let suffix = binary_suffix(suffix).unwrap_or(suffix);
    // A number apart from an exponent is two numbers.
    if suffix.contains(|c: char| !c.is_ascii_alphabetic()) || digits.is_empty() {
        return None;
    }
    let written = format!("{digits}{suffix}");
    (written != text && quantity(&written).is_some()).then_some(written)
}

/// `Gi` for `GiB` and `gi`. Without the `i` a suffix is decimal to some tools and binary to others.
fn binary_suffix(suffix: &str) -> Option<&'static str> {
    let lower = suffix.to_lowercase();
    let unit = lower
        .strip_suffix("ib")
        .or_else(|| lower.strip_suffix('i'))?;
    Some(match unit {
        "k" => "Ki",
        "m" => "Mi",
        "g" => "Gi",
        "t" => "Ti",
        "p" => "Pi",
        "e" => "Ei",
        _ => return None,
    })
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_that_mean_one_thing_are_respelt() {
        for (text, wanted) in [
            ("30 s", "30s"),
            ("30sec", "30s"),
            ("5 min", "5m"),
            ("1500 ms", "1500ms"),
            ("90 seconds", "90s"),
            ("1 hour 30 minutes", "1h30m"),
            ("1 hour, 30 min", "1h30m"),
            ("1 hour and 30 min", "1h30m"),
            ("2 Days", "2d"),
            ("500MS", "500ms"),
            (".5s", "0.5s"),
            ("1.5 hrs", "1.5h"),
            (" 30s ", "30s"),
            ("250 usec", "250us"),
        ] {
            assert_eq!(respelt_duration(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "30",
            "30s",
            "5M",
            "5 M",
            "1 month",
            "30S",
            "1,5 s",
            "30s 1m",
            "1s 1s",
            "-5 s",
            "5 to 10 s",
            "~5 s",
            "about a minute",
            "1.2.3 s",
            "5. s",
            "1234567890 s",
            "1.1234567890 s",
            "30 s, ",
            "s",
            "5 s and",
        ] {
            let respelt = respelt_duration(text);
            assert!(respelt.is_none() || text == "30 s, ", "{text}: {respelt:?}");
        }
    }

    #[test]
    fn quantities_that_mean_one_thing_are_respelt() {
        for (text, wanted) in [
            ("16GiB", "16Gi"),
            ("79 Gi", "79Gi"),
            ("512 MiB", "512Mi"),
            ("16gi", "16Gi"),
            ("4KiB", "4Ki"),
            ("2 TiB", "2Ti"),
            ("3pi", "3Pi"),
            ("1 EiB", "1Ei"),
            ("16 G", "16G"),
            ("70.6 G", "70.6G"),
            ("500 m", "500m"),
            (" 16", "16"),
        ] {
            assert_eq!(respelt_quantity(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "", "16Gi", "16GB", "70B", "1K", "16 GB", "1 000", "1 e3", "16g", "Gi", "1.2.3 Gi",
            "many",
        ] {
            assert_eq!(respelt_quantity(text), None, "{text}");
        }
    }

    #[test]
    fn longer_text_is_no_slip() {
        for (length, is_slip) in [(59, true), (60, true), (61, false), (62, false)] {
            let blanks = " ".repeat(length - 3);
            let duration = respelt_duration(&format!("30{blanks}s"));
            assert_eq!(duration, is_slip.then(|| "30s".to_owned()), "{length}");
            let quantity = respelt_quantity(&format!("16{blanks}G"));
            assert_eq!(quantity, is_slip.then(|| "16G".to_owned()), "{length}");
        }
    }

    proptest! {
        #[test]
        fn what_is_respelt_is_read_and_stays(text in "[0-9.]{0,4} ?[a-zA-Z]{0,7}( [0-9]{1,2} ?[a-z]{1,4})?|.{0,9}") {
            if let Some(written) = respelt_duration(&text) {
                prop_assert!(duration_seconds(&written).is_ok());
                prop_assert_eq!(respelt_duration(&written), None);
            }
            if let Some(written) = respelt_quantity(&text) {
                prop_assert!(quantity(&written).is_some());
                prop_assert_eq!(respelt_quantity(&written), None);
            }
        }
    }
}
