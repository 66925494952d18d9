//! What was read from a file of evidence, for people and for programs.

use crate::{
    evidence::{Evidence, Measurement, Rate, Value},
    output::safe,
};
use std::fmt::Write as _;

/// The claims that a specification makes of measurements, and what each needs of a file.
const CLAIMS: [(&str, &[&str]); 5] = [
    ("latency of requests", &["request_latency"]),
    ("time to the first token", &["time_to_first_token"]),
    (
        "time between tokens",
        &["time_per_output_token", "inter_token_latency"],
    ),
    ("errors and availability", &["error_ratio", "availability"]),
    ("throughput", &["throughput"]),
];

/// The statistics that a claim about latency may name.
const STATISTICS: [&str; 6] = ["p50", "p95", "p99", "p99.9", "mean", "max"];

/// All that was read, as a table for the terminal. Safe to print: text from the file is escaped.
pub fn evidence_table(name: &str, found: &Evidence) -> String {
    let mut table = format!("{}\n", safe::escape(name));
    let version = found
        .version
        .as_deref()
        .map(|version| format!(", version {version}"))
        .unwrap_or_default();
    facts(
        &mut table,
        &[(
            "format",
            Some(format!("{} ({}{version})", found.format, found.tool)),
        )],
    );
    facts(&mut table, &load(found));
    facts(&mut table, &subject(found));
    table.push('\n');
    measurements(&mut table, &found.measurements);
    if !found.cautions.is_empty() {
        table.push_str("\nKnow that\n");
        for caution in &found.cautions {
            let _ = writeln!(
                table,
                "  {}: {}",
                caution.kind,
                safe::escape(&caution.message)
            );
        }
    }
    let missing = missing(found);
    if !missing.is_empty() {
        table.push_str("\nNot in the file\n");
        for line in missing {
            let _ = writeln!(table, "  {}", safe::escape(&line));
        }
    }
    table
}

/// The same as JSON.
pub fn evidence_json(name: &str, found: &Evidence) -> String {
    let value = serde_json::json!({
        "version": 1,
        "file": name,
        "evidence": found,
        "missing": missing(found),
    });
    format!("{}\n", safe::escape_json(&format!("{value:#}")))
}

fn facts(table: &mut String, rows: &[(&str, Option<String>)]) {
    for (name, value) in rows {
        if let Some(value) = value {
            let _ = writeln!(table, "  {name:<12}{}", safe::escape(value));
        }
    }
}

fn load(found: &Evidence) -> [(&'static str, Option<String>); 8] {
    let offered = found.offered_rps.map(|rate| match rate {
        Rate::Number(rate) => format!("{} requests/s", plain(rate)),
        Rate::Unbounded => "as fast as possible".to_owned(),
    });
    let requests = found.completed.map(|completed| match found.failed {
        Some(failed) => format!("{completed} completed, {failed} failed"),
        None => format!("{completed} completed"),
    });
    [
        ("started", found.started_at.clone()),
        (
            "duration",
            found
                .duration_seconds
                .map(|seconds| format!("{} s", plain(seconds))),
        ),
        ("load", Some(found.load_shape.word().to_owned())),
        ("offered", offered),
        (
            "achieved",
            found
                .achieved_rps
                .map(|rate| format!("{} requests/s", plain(rate))),
        ),
        (
            "in flight",
            found
                .concurrency
                .map(|users| format!("{} at most", plain(users))),
        ),
        ("requests", requests),
        (
            "dropped",
            found.dropped.map(|dropped| format!("{dropped} never sent")),
        ),
    ]
}

fn subject(found: &Evidence) -> [(&'static str, Option<String>); 4] {
    let subject = &found.subject;
    let tokens = |count: Option<f64>| count.map_or("?".to_owned(), plain);
    let lengths = (subject.input_tokens.is_some() || subject.output_tokens.is_some()).then(|| {
        format!(
            "{} in, {} out (mean)",
            tokens(subject.input_tokens),
            tokens(subject.output_tokens)
        )
    });
    [
        ("model", subject.model.clone()),
        ("image", subject.image.clone()),
        (
            "replicas",
            subject.replicas.map(|replicas| replicas.to_string()),
        ),
        ("tokens", lengths),
    ]
}

fn measurements(table: &mut String, found: &[Measurement]) {
    let row = |measurement: &Measurement| {
        let value = match &measurement.value {
            Value::Number(number) => plain(*number),
            Value::Text(text) => safe::escape(text).into_owned(),
        };
        let samples = measurement
            .samples
            .map_or_else(|| "-".to_owned(), |samples| samples.to_string());
        let rounded = measurement
            .resolution
            .map(|step| format!(" (to {})", plain(step)))
            .unwrap_or_default();
        [
            safe::escape(&measurement.metric).into_owned(),
            safe::escape(&measurement.statistic).into_owned(),
            value,
            measurement.unit.unwrap_or("-").to_owned(),
            samples,
            format!("{}{rounded}", safe::escape(&measurement.at)),
        ]
    };
    let head = ["metric", "statistic", "value", "unit", "samples", "from"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(found.iter().map(row)).collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    for row in &rows {
        let mut line = String::from("  ");
        for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
            let _ = match index {
                2 | 4 => write!(line, "{cell:>width$}  "),
                _ => write!(line, "{cell:<width$}  "),
            };
        }
        let _ = writeln!(table, "{}", line.trim_end());
    }
}

/// What claims of each kind would need and the file does not hold.
fn missing(found: &Evidence) -> Vec<String> {
    if found.format == "json" {
        return vec![
            "the unit, the load, the samples and the failures behind the value".to_owned(),
        ];
    }
    let has = |metric: &&str| {
        found
            .measurements
            .iter()
            .any(|known| known.metric == **metric)
    };
    let mut lines = Vec::new();
    for (claim, metrics) in CLAIMS {
        let Some(metric) = metrics.iter().find(|metric| has(metric)) else {
            lines.push(format!("{claim}: none of {}", metrics.join(", ")));
            continue;
        };
        let times = metric.contains("latency") || metric.contains("token");
        let absent: Vec<&str> = STATISTICS
            .into_iter()
            .filter(|statistic| times && found.find(metric, statistic).is_none())
            .collect();
        if !absent.is_empty() {
            lines.push(format!("{claim}: {metric} has no {}", absent.join(", ")));
        }
    }
    let facts = [
        ("the load that was asked for", found.offered_rps.is_none()),
        ("the load that was reached", found.achieved_rps.is_none()),
        ("how long it ran", found.duration_seconds.is_none()),
        ("when it ran", found.started_at.is_none()),
        ("the model", found.subject.model.is_none()),
        ("how many replicas served", found.subject.replicas.is_none()),
    ];
    lines.extend(
        facts
            .into_iter()
            .filter(|(_, is_absent)| *is_absent)
            .map(|(fact, _)| fact.to_owned()),
    );
    lines
}

/// A number as short as it is exact to six digits or four decimals.
fn plain(number: f64) -> String {
    if number != 0.0 && number.abs() < 1e-3 {
        return format!("{number:.3e}");
    }
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{EvidenceRequest, read};

    #[test]
    fn the_table_says_what_is_missing_for_which_claim() {
        let text = r#"{"latencies": {"mean": 13700000, "99th": 41300000}, "requests": 100, "rate": 10, "success": 1,
            "duration": 9900000000, "earliest": "2026-10-06T09:00:00Z", "status_codes": {"200": 100}}"#;
        let found = read(text.into(), EvidenceRequest::default()).expect("vegeta");
        let table = evidence_table("a.json", &found);
        for part in [
            "a.json\n  format      vegeta-json (vegeta)\n",
            "  load        open loop\n",
            "  requests    100 completed, 0 failed\n",
            "  request_latency  p99        0.0413  s          100  /latencies/99th\n",
            "includes-failures: ",
            "latency of requests: request_latency has no p50, p95, p99.9, max\n",
            "time to the first token: none of time_to_first_token\n",
            "the load that was asked for\n",
        ] {
            assert!(table.contains(part), "{part}\n{table}");
        }
        let json: serde_json::Value =
            serde_json::from_str(&evidence_json("a.json", &found)).expect("JSON");
        assert_eq!(json["evidence"]["measurements"][1]["value"], 0.0413);
    }

    #[test]
    fn text_of_the_file_cannot_act_on_the_terminal() {
        let text = "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nstatus:\n  phase: \"Good\\e[2J\"\n  metricResults: [{name: \"a\\e[31m\\nb\", phase: x, measurements: [{value: \"\\u202e\"}]}]\n";
        let found = read(text.into(), EvidenceRequest::default()).expect("argo");
        let table = evidence_table("a\u{1b}.yaml", &found);
        assert!(
            !table.contains(|c: char| c != '\n' && safe::is_active(c)),
            "{table:?}"
        );
        assert!(
            !evidence_json("a\u{1b}.yaml", &found)
                .contains(|c: char| c != '\n' && safe::is_active(c))
        );
    }
}
