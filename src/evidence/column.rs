//! What a column of raw samples is, by its name, and which texts hold such columns.

use super::{names::canonical_metric, outcome::OutcomeColumn};
use serde_json::{Map, Value as Json};

/// A column.
pub(super) struct Column {
    /// As the file has it.
    pub name: String,
    /// What it holds.
    pub role: ColumnRole,
}

/// What a column holds.
#[derive(Clone, Copy)]
pub(super) enum ColumnRole {
    /// A time; so many of its unit make a second.
    Time { metric: &'static str, per: f64 },
    /// Whether the request was answered well.
    Outcome(OutcomeColumn),
    /// When the request was sent.
    Moment,
    /// Something else.
    Other,
}

const UNITS: [(&str, f64); 8] = [
    ("_milliseconds", 1e3),
    ("_seconds", 1.0),
    ("_secs", 1.0),
    ("_sec", 1.0),
    ("_ms", 1e3),
    ("_us", 1e6),
    ("_ns", 1e9),
    ("_s", 1.0),
];

const METRICS: [&str; 5] = [
    "request_latency",
    "time_to_first_token",
    "time_per_output_token",
    "inter_token_latency",
    "normalized_time_per_output_token",
];

impl Column {
    pub(super) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            role: role(&name.trim().to_ascii_lowercase()),
        }
    }
}

fn role(name: &str) -> ColumnRole {
    match name {
        "success" | "ok" | "successful" => return ColumnRole::Outcome(OutcomeColumn::Flag),
        "failed" | "failure" => return ColumnRole::Outcome(OutcomeColumn::FailureFlag),
        "status" | "status_code" | "code" | "http_status" | "response_code" | "outcome"
        | "result" => return ColumnRole::Outcome(OutcomeColumn::Status),
        "error" | "error_message" => return ColumnRole::Outcome(OutcomeColumn::Error),
        "timestamp" | "time" | "started_at" | "start_time" => return ColumnRole::Moment,
        _ => {}
    }
    let Some((stem, per)) = UNITS
        .iter()
        .find_map(|(suffix, per)| Some((name.strip_suffix(suffix)?, *per)))
    else {
        return ColumnRole::Other;
    };
    let stem = match stem {
        "duration" | "elapsed" | "e2e" | "request_duration" | "total_time" => "request_latency",
        other => canonical_metric(other),
    };
    match METRICS.iter().find(|metric| **metric == stem) {
        Some(metric) => ColumnRole::Time { metric, per },
        None => ColumnRole::Other,
    }
}

/// True when one of the names is that of a time with its unit.
pub(super) fn are_samples<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    names
        .map(Column::of)
        .any(|column| matches!(column.role, ColumnRole::Time { .. }))
}

/// True when the first two lines are JSON objects, the first with a sample in it.
pub(super) fn is_lines_of_json(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    if !(first.starts_with('{')
        && first.ends_with('}')
        && second.starts_with('{')
        && second.ends_with('}'))
    {
        return false;
    }
    // A benchmark's summary on one line is far longer than a sample.
    let object = if first.len() < 10_000 {
        serde_json::from_str::<Map<String, Json>>(first).ok()
    } else {
        None
    };
    object
        .is_some_and(|object| object.len() <= 32 && are_samples(object.keys().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_must_carry_the_unit() {
        let time = |name: &str| match Column::of(name).role {
            ColumnRole::Time { metric, per } => Some((metric, per)),
            _ => None,
        };
        assert_eq!(time("latency_ms"), Some(("request_latency", 1e3)));
        assert_eq!(time("Elapsed_Seconds"), Some(("request_latency", 1.0)));
        assert_eq!(time("ttft_ns"), Some(("time_to_first_token", 1e9)));
        assert_eq!(time("latency"), None);
        assert_eq!(time("queue_ms"), None);
        assert_eq!(time("ms"), None);
    }
}
