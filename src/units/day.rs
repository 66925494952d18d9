//! Dates as numbers that can be compared.

use jiff::{Span, Timestamp, civil::Date};

/// The day from which others are counted.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The day of an RFC 3339 full-date or date-time, in UTC, counted from 1970-01-01.
///
/// `2026-10-06` is 20732 and so is `2026-10-07T01:00:00+02:00`. A date-time needs its offset;
/// between date and time may stand a space, as RFC 3339 allows and TOML writes.
pub fn day_number(text: &str) -> Option<i64> {
    let (date, time) = text.split_at_checked(10)?;
    if !has_shape(date.as_bytes(), b"dddd-dd-dd") {
        return None;
    }
    if time.is_empty() {
        let days = date.parse::<Date>().ok()?.duration_since(EPOCH).as_hours() / 24;
        return Some(days);
    }
    let clock = time.strip_prefix(['T', 't', ' '])?;
    if !has_clock_shape(clock) {
        return None;
    }
    // Euclidean, since a moment before 1970 belongs to the day that began before it.
    let moment: Timestamp = text.parse().ok()?;
    Some(moment.as_second().div_euclid(86_400))
}

/// The date of a day that is counted from 1970-01-01, such as `2026-10-06`; `None` beyond the year 9999.
pub fn day_text(day: i64) -> Option<String> {
    let span = Span::new().try_days(day).ok()?;
    Some(EPOCH.checked_add(span).ok()?.to_string())
}

/// `hh:mm:ss`, an optional fraction, and `Z` or `+hh:mm`: jiff alone reads more than RFC 3339.
fn has_clock_shape(clock: &str) -> bool {
    let Some((time, rest)) = clock.split_at_checked(8) else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    // A point without digits is left to jiff, which refuses it.
    has_shape(time.as_bytes(), b"dd:dd:dd")
        && (matches!(zone, "Z" | "z")
            || has_shape(zone.as_bytes(), b"+dd:dd")
            || has_shape(zone.as_bytes(), b"-dd:dd"))
}

/// True when `text` has a digit where `shape` has a `d`, and the same byte elsewhere.
fn has_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text
            .iter()
            .zip(shape)
            .all(|(byte, expected)| match expected {
                b'd' => byte.is_ascii_digit(),
                _ => byte == expected,
            })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_the_days_that_it_reads() {
        for text in [
            "1970-01-01",
            "1969-12-31",
            "2024-02-29",
            "2026-10-10",
            "9999-12-31",
        ] {
            let day = day_number(text).expect("a day");
            assert_eq!(day_text(day).as_deref(), Some(text));
        }
        for day in [i64::MAX, i64::MIN, 10_000_000] {
            assert_eq!(day_text(day), None, "{day}");
        }
    }

    #[test]
    fn counts_days_in_utc() {
        let table = [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2024-02-29", 19_782),
            ("2026-10-10", 20_736),
            ("2026-11-30", 20_787),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2026-10-06T09:20:00Z", 20_732),
            ("2026-10-06t09:20:00.25z", 20_732),
            ("2026-10-06 09:20:00Z", 20_732),
            ("2026-10-07T01:00:00+02:00", 20_732),
            ("2026-10-06T23:30:00-01:00", 20_733),
        ];
        for (text, day) in table {
            assert_eq!(day_number(text), Some(day), "{text}");
        }
    }

    #[test]
    fn refuses_what_rfc_3339_refuses() {
        let refused = [
            "",
            "2026",
            "2026-10",
            "20261006",
            "2026-1-06",
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "2026-W41-2",
            "2026-10-06T09:20:00",
            "2026-10-06T09:20Z",
            "2026-10-06T25:00:00Z",
            "2026-10-06T09:20:00.Z",
            "2026-10-06T09:20:00.z",
            "2026-10-06 09:20:00.+02:00",
            "2026-10-06T09:20:00.-02:00",
            "2026-10-06T09:20:00.",
            "2026-10-06T09:20:00+0200",
            "2026-10-06T09:20:00[UTC]",
            "2026-10-06T09:20:00Z ",
            " 2026-10-06",
            "+002026-10-06",
            "tomorrow",
            "2026-10-0\u{e9}",
            "2026-10-06T09:20:00+02:00[Europe/Berlin]",
        ];
        for text in refused {
            assert_eq!(day_number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]?[-+:.Z0-9]{0,14}|.{0,12}") {
            let _ = day_number(&text);
        }
    }
}
