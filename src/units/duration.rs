//! Durations: Prometheus' grammar, Go's decimals, and calendar windows.

use thiserror::Error;

/// Why a text is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotADuration {
    /// Nothing follows the number, and tools disagree about what that means.
    #[error("it has no unit")]
    NoUnit,
    /// What follows the number is no unit of time.
    #[error("its unit is none of `us`, `ms`, `s`, `m`, `h`, `d`, `w`, `y`")]
    UnknownUnit,
    /// `M`, `Q` and `Y` have no fixed length.
    #[error("`M`, `Q` and `Y` are calendar units, which have no fixed length")]
    CalendarUnit,
    /// `30s1m`, or `1s1s`.
    #[error("its units must stand from the largest to the smallest, each once")]
    UnitOrder,
    /// Empty, negative, or a number that is not written out.
    #[error("it is not a number with a unit")]
    NoNumber,
    /// Longer than about 584 years.
    #[error("it is too long")]
    TooLong,
}

const MICROSECOND: u64 = 1_000;
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;
/// Digits after the decimal point that count: of a year, the largest unit, the eighteenth is a
/// thirtieth of a nanosecond.
const FRACTION: usize = 18;

/// The seconds of `1h30m`, `1.5s` or `250us`.
///
/// The grammar is Prometheus' (`ms s m h d w y`, the largest first, each at most once; a day has
/// 24 hours, a week 7 days, a year 365 days) with decimals and microseconds as in Go. Bare numbers
/// are refused, `0` too. The sum is made in whole nanoseconds, so `1.1m` and `66s` are equal.
pub fn duration_seconds(text: &str) -> Result<f64, NotADuration> {
    let mut rest = text;
    let mut total: u64 = 0;
    let mut previous = u64::MAX;
    loop {
        let amount;
        let scale;
        (amount, rest) = split(rest, |c| c.is_ascii_digit() || c == '.');
        (scale, rest) = split(rest, |c| !c.is_ascii_digit());
        if amount.is_empty() {
            return Err(NotADuration::NoNumber);
        }
        let scale = nanoseconds_of_unit(scale)?;
        // A unit that rises or repeats reads as a slip, not as a sum.
        if scale >= previous {
            return Err(NotADuration::UnitOrder);
        }
        previous = scale;
        total = total
            .checked_add(nanoseconds(amount, scale)?)
            .ok_or(NotADuration::TooLong)?;
        if rest.is_empty() {
            // Whole seconds are exact up to 2^63 ns: they end in nine binary zeros.
            return Ok(total as f64 / SECOND as f64);
        }
    }
}

/// Seconds as people write them: `250ms`, `1.5s`, `4m59s`, `1h30m`. What [`duration_seconds`] reads
/// of it is the same to a hundredth of a second, and to a second from two minutes on.
pub fn duration_text(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return format!("{seconds}s");
    }
    if seconds < 1.0 {
        // To a microsecond: the last digits of a computed value mean nothing.
        return format!("{}ms", (seconds * 1e6).round() / 1e3);
    }
    // People write `90s` and `1m`, but `4m59s`.
    if (..120.0).contains(&seconds) && seconds % 60.0 != 0.0 {
        return format!("{}s", (seconds * 100.0).round() / 100.0);
    }
    let mut rest = seconds.round();
    let mut text = String::new();
    for (unit, length) in [("d", 86_400.0), ("h", 3_600.0), ("m", 60.0), ("s", 1.0)] {
        let count = (rest / length).floor();
        rest -= count * length;
        if count > 0.0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    text
}

/// The seconds of an SLO's window. Where it follows a calendar, a month (`M`) counts 30 days,
/// a quarter (`Q`) 91 and a year (`Y`) 365: rough, but no budget depends on the last day.
pub fn window_seconds(text: &str, follows_calendar: bool) -> Result<f64, NotADuration> {
    let (count, unit) = split(text, |c| c.is_ascii_digit());
    let days = match unit {
        "M" => 30,
        "Q" => 91,
        "Y" => 365,
        _ => return duration_seconds(text),
    };
    if !follows_calendar {
        return Err(NotADuration::CalendarUnit);
    }
    let count: u32 = count.parse().map_err(|_| NotADuration::NoNumber)?;
    Ok(f64::from(count) * f64::from(days) * 86_400.0)
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

fn nanoseconds_of_unit(unit: &str) -> Result<u64, NotADuration> {
    Ok(match unit {
        // U+00B5 and U+03BC: Go reads both.
        "us" | "\u{b5}s" | "\u{3bc}s" => MICROSECOND,
        "ms" => 1_000 * MICROSECOND,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3_600 * SECOND,
        "d" => DAY,
        "w" => 7 * DAY,
        "y" => 365 * DAY,
        "" => return Err(NotADuration::NoUnit),
        "M" | "Q" | "Y" => return Err(NotADuration::CalendarUnit),
        _ => return Err(NotADuration::UnknownUnit),
    })
}

/// `amount` units of `scale` nanoseconds; what is smaller than a nanosecond is dropped.
fn nanoseconds(amount: &str, scale: u64) -> Result<u64, NotADuration> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, "0"));
    if !are_digits(whole) || !are_digits(fraction) {
        return Err(NotADuration::NoNumber);
    }
    let whole: u64 = whole.parse().map_err(|_| NotADuration::TooLong)?;
    let (mut part, mut unit) = (0_u128, 1_u128);
    for digit in fraction.bytes().take(FRACTION) {
        part = part * 10 + u128::from(digit - b'0');
        unit *= 10;
    }
    // Neither product overflows: each factor has at most 64 bits.
    let scale = u128::from(scale);
    let total = u128::from(whole) * scale + part * scale / unit;
    u64::try_from(total).map_err(|_| NotADuration::TooLong)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_written_as_people_do() {
        for (seconds, text) in [
            (0.0, "0ms"),
            (0.25, "250ms"),
            (1.0, "1s"),
            (1.5, "1.5s"),
            (60.0, "1m"),
            (90.0, "90s"),
            (120.0, "2m"),
            (299.0, "4m59s"),
            (5_400.0, "1h30m"),
            (90_061.4, "1d1h1m1s"),
            (-1.5, "-1.5s"),
            (f64::INFINITY, "infs"),
        ] {
            assert_eq!(duration_text(seconds), text);
        }
    }
    use proptest::prelude::*;

    #[test]
    fn reads_prometheus_and_go_spellings() {
        let table = [
            ("0s", 0.0),
            ("200us", 0.0002),
            ("200\u{b5}s", 0.0002),
            ("200\u{3bc}s", 0.0002),
            ("800ms", 0.8),
            ("1.5s", 1.5),
            ("0.3s", 0.3),
            ("1.1m", 66.0),
            ("1h30m", 5_400.0),
            ("1.5h30m", 7_200.0),
            ("1d12h", 129_600.0),
            ("28d", 2_419_200.0),
            ("4w", 2_419_200.0),
            ("1y2w3d4h5m6s7ms", 33_019_506.007),
        ];
        for (text, seconds) in table {
            assert_eq!(duration_seconds(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn says_why_it_refuses() {
        use NotADuration::*;
        let table = [
            ("", NoNumber),
            ("0", NoUnit),
            ("30", NoUnit),
            ("1m30", NoUnit),
            ("s", NoNumber),
            ("-5s", NoNumber),
            ("5 s", UnknownUnit),
            ("5sec", UnknownUnit),
            ("5S", UnknownUnit),
            (".5s", NoNumber),
            ("1.s", NoNumber),
            ("1.2.3s", NoNumber),
            ("30s1m", UnitOrder),
            ("1s1s", UnitOrder),
            ("1M", CalendarUnit),
            ("1Y", CalendarUnit),
            ("99999y", TooLong),
            ("99999999999999999999s", TooLong),
        ];
        for (text, reason) in table {
            assert_eq!(duration_seconds(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn calendar_units_belong_to_calendar_windows() {
        assert_eq!(window_seconds("1M", true), Ok(2_592_000.0));
        assert_eq!(window_seconds("1Q", true), Ok(7_862_400.0));
        assert_eq!(window_seconds("1Y", true), Ok(31_536_000.0));
        assert_eq!(window_seconds("28d", true), Ok(2_419_200.0));
        assert_eq!(window_seconds("28d", false), Ok(2_419_200.0));
        assert_eq!(window_seconds("1M", false), Err(NotADuration::CalendarUnit));
        assert_eq!(window_seconds("M", true), Err(NotADuration::NoNumber));
        assert_eq!(window_seconds("1", true), Err(NotADuration::NoUnit));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9.uµmshdwyMQY -]{0,12}|.{0,8}") {
            if let Ok(seconds) = duration_seconds(&text) {
                prop_assert!(seconds.is_finite() && seconds >= 0.0);
            }
            let _ = window_seconds(&text, true);
        }

        #[test]
        fn milliseconds_and_decimal_seconds_agree(ms in 0_u32..10_000_000) {
            let decimal = format!("{}.{:03}s", ms / 1000, ms % 1000);
            prop_assert_eq!(duration_seconds(&format!("{ms}ms")), duration_seconds(&decimal));
        }
    }
}
