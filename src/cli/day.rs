//! The day that counts as today.

use super::CommandError;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The date in UTC, so that a team in two places reads one verdict.
pub(super) fn day() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

pub(super) fn today(as_of: Option<&str>) -> Result<Date, CommandError> {
    match as_of {
        None => Ok(day()),
        Some(value) if value.len() == "2026-10-09".len() => {
            value.parse().map_err(|_| CommandError::Date {
                value: value.into(),
            })
        }
        Some(value) => Err(CommandError::Date {
            value: value.into(),
        }),
    }
}
