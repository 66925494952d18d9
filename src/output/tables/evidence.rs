//! What was read from a file of evidence, for people and for programs.

use super::grid::Grid;
use crate::{
    evidence::{
        Evidence, EvidenceKind, Exactness, MeasuredValue, Measurement, Origin, Rate, RunFact,
    },
    output::safe,
};
use serde_json::Value as Json;
use std::{collections::BTreeSet, fmt::Write as _};

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

const HEADS: [&str; 7] = [
    "metric",
    "statistic",
    "value",
    "unit",
    "samples",
    "exact",
    "from",
];

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
    if !found.identified_by.is_empty() {
        let marks = Some(found.identified_by.to_owned());
        facts(&mut table, &[("told by", marks)]);
    }
    known_facts(&mut table, found);
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

/// The same as JSON, with what stands around the file, and the distributions of its times where they are asked for.
pub fn evidence_json(name: &str, found: &Evidence, around: Option<&Json>, plots: bool) -> String {
    let mut value = serde_json::json!({
        "version": 1,
        "file": name,
        "evidence": found,
        "missing": missing(found),
    });
    if let (Some(Json::Object(around)), Some(fields)) = (around, value.as_object_mut()) {
        fields.extend(around.clone());
    }
    if plots && let Some(fields) = value.as_object_mut() {
        let distributions = serde_json::json!(found.distributions);
        fields.insert("distributions".to_owned(), distributions);
    }
    safe::json(&value)
}

/// A sweep: what was read at each of its loads.
pub fn evidence_sweep_table(name: &str, runs: &[(String, Evidence)]) -> String {
    let tables: Vec<String> = runs
        .iter()
        .map(|(pointer, found)| evidence_table(&format!("{name}, select {pointer}"), found))
        .collect();
    tables.join("\n")
}

/// The same as JSON.
pub fn evidence_sweep_json(name: &str, runs: &[(String, Evidence)]) -> String {
    let runs: Vec<serde_json::Value> = runs
        .iter()
        .map(|(pointer, found)| {
            serde_json::json!({"select": pointer, "evidence": found, "missing": missing(found)})
        })
        .collect();
    safe::json(&serde_json::json!({"version": 1, "file": name, "runs": runs}))
}

fn facts(table: &mut String, rows: &[(&str, Option<String>)]) {
    for (name, value) in rows {
        if let Some(value) = value {
            let _ = writeln!(table, "  {name:<12}{}", safe::escape(value));
        }
    }
}

/// Each fact about load, time and outcome with how it is known.
fn known_facts(table: &mut String, found: &Evidence) {
    for (name, value, fact) in load(found) {
        let Some(value) = value else { continue };
        let known = fact.and_then(|fact| found.known.get(&fact));
        let how = match known {
            None | Some(Origin::Stated { .. }) => String::new(),
            Some(Origin::Derived { by }) => format!(" (derived: {by})"),
            Some(Origin::Unknown { why }) => why
                .as_ref()
                .map_or_else(String::new, |why| format!(" ({why})")),
        };
        facts(table, &[(name, Some(format!("{value}{how}")))]);
    }
}

/// A name, its value, and the fact that tells how it is known.
type LoadRow = (&'static str, Option<String>, Option<RunFact>);

fn load(found: &Evidence) -> [LoadRow; 10] {
    let offered = found.offered_rps.map(|rate| match rate {
        Rate::Number(rate) => format!("{} requests/s", plain(rate)),
        Rate::Unbounded => "as fast as possible".to_owned(),
    });
    let completed = found.completed.map(|completed| completed.to_string());
    let failed = found.failed.map(|failed| failed.to_string());
    let is_open = |fact: RunFact| {
        let known = found.known.get(&fact);
        let has_reason = known.is_some_and(|origin| origin.text().is_some());
        has_reason.then(|| "not told".to_owned())
    };
    let dropped = found.dropped.map(|dropped| format!("{dropped} never sent"));
    [
        (
            "started",
            found.started_at.clone(),
            Some(RunFact::StartedAt),
        ),
        ("ended", found.ended_at.clone(), Some(RunFact::EndedAt)),
        (
            "duration",
            measured(found.duration_seconds, "s"),
            Some(RunFact::DurationSeconds),
        ),
        (
            "load",
            Some(found.load_shape.word().to_owned()),
            Some(RunFact::LoadShape),
        ),
        (
            "offered",
            offered.or_else(|| is_open(RunFact::OfferedRps)),
            Some(RunFact::OfferedRps),
        ),
        (
            "achieved",
            measured(found.achieved_rps, "requests/s"),
            Some(RunFact::AchievedRps),
        ),
        (
            "in flight",
            measured(found.concurrency, "at most"),
            Some(RunFact::Concurrency),
        ),
        (
            "completed",
            completed.or_else(|| is_open(RunFact::Completed)),
            Some(RunFact::Completed),
        ),
        (
            "failed",
            failed.or_else(|| is_open(RunFact::Failed)),
            Some(RunFact::Failed),
        ),
        ("dropped", dropped, None),
    ]
}

/// `30 s`
fn measured(number: Option<f64>, unit: &str) -> Option<String> {
    Some(format!("{} {unit}", plain(number?)))
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
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(found.iter().map(row));
    let grid = Grid {
        indent: "  ",
        is_number: HEADS.map(|head| ["value", "samples"].contains(&head)),
        rows,
    };
    table.push_str(&grid.draw());
}

/// The cells of a measurement, as [`HEADS`] calls them.
fn row(measurement: &Measurement) -> [String; 7] {
    let value = match &measurement.value {
        MeasuredValue::Number(number) => plain(*number),
        MeasuredValue::Text(text) => safe::escape(text).into_owned(),
    };
    let samples = match measurement.samples {
        Some(samples) => samples.to_string(),
        None => "-".to_owned(),
    };
    let word = measurement.exactness.map_or("-", Exactness::word);
    let exact = match (measurement.bounds, measurement.resolution) {
        (Some([low, high]), _) => format!("{word} from {} to {}", plain(low), plain(high)),
        (None, Some(step)) => format!("{word} to {}", plain(step)),
        (None, None) => word.to_owned(),
    };
    let derived = match measurement.derived {
        Some(by) if by != measurement.at => format!(" (derived: {by})"),
        _ => String::new(),
    };
    [
        safe::escape(&measurement.metric).into_owned(),
        safe::escape(&measurement.statistic).into_owned(),
        value,
        measurement.unit.unwrap_or("-").to_owned(),
        samples,
        exact,
        format!("{}{derived}", safe::escape(&measurement.at)),
    ]
}

/// What claims of each kind would need and the file does not hold.
pub(super) fn missing(found: &Evidence) -> Vec<String> {
    // A pointer into any JSON gives one value, and none of what tells its worth.
    if found.format == "json" {
        return vec![
            "the unit, the load, the samples and the failures behind the value".to_owned(),
        ];
    }
    // A score or a count of findings has no load, and no latency is missing beside it.
    if matches!(
        found.kind,
        EvidenceKind::Quality | EvidenceKind::Security | EvidenceKind::Supply
    ) {
        let absent = [
            (
                "when it ran",
                found.started_at.is_none() && found.ended_at.is_none(),
            ),
            (
                "the model",
                found.kind != EvidenceKind::Security && found.subject.model.is_none(),
            ),
            (
                "the image",
                found.kind == EvidenceKind::Security && found.subject.image.is_none(),
            ),
        ];
        let absent = absent.into_iter().filter(|(_, is_absent)| *is_absent);
        return absent.map(|(what, _)| what.to_owned()).collect();
    }
    let mut lines = missing_statistics(found);
    for (fact, is_absent) in [
        ("the load that was asked for", found.offered_rps.is_none()),
        ("the load that was reached", found.achieved_rps.is_none()),
        ("how long it ran", found.duration_seconds.is_none()),
        ("when it ran", found.started_at.is_none()),
        ("the model", found.subject.model.is_none()),
        ("how many replicas served", found.subject.replicas.is_none()),
    ] {
        if is_absent {
            lines.push(fact.to_owned());
        }
    }
    lines
}

/// The metrics and statistics that claims name and the file does not hold.
fn missing_statistics(found: &Evidence) -> Vec<String> {
    let metrics: BTreeSet<&str> = found
        .measurements
        .iter()
        .map(|measurement| measurement.metric.as_str())
        .collect();
    let mut lines = Vec::new();
    for (claim, wanted) in CLAIMS {
        // One of them is enough: tools call the same thing differently.
        let Some(metric) = wanted.iter().find(|metric| metrics.contains(*metric)) else {
            lines.push(format!("{claim}: none of {}", wanted.join(", ")));
            continue;
        };
        // Ratios and rates are one number, without percentiles.
        if !metric.contains("latency") && !metric.contains("token") {
            continue;
        }
        let mut absent = STATISTICS.to_vec();
        absent.retain(|statistic| found.find(metric, statistic).is_none());
        if !absent.is_empty() {
            lines.push(format!("{claim}: {metric} has no {}", absent.join(", ")));
        }
    }
    lines
}

/// A number as short as it is exact to six digits or four decimals.
pub(super) fn plain(number: f64) -> String {
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
            "duration": 10000000000, "earliest": "2026-10-06T09:00:00Z", "status_codes": {"200": 100}}"#;
        let found = read(text.into(), EvidenceRequest::default()).expect("vegeta");
        let table = evidence_table("a.json", &found);
        for part in [
            "a.json\n  format      vegeta-json (vegeta)\n",
            "  load        not told (vegeta keeps a rate",
            "  completed   100 (derived: the status codes 2xx and 3xx)\n  failed      0 (derived: the other status codes)\n",
            "  request_latency  p99        0.0413  s          100  sketch  /latencies/99th\n",
            "includes-failures: ",
            "latency of requests: request_latency has no p50, p95, p99.9, max\n",
            "time to the first token: none of time_to_first_token\n",
            "the load that was asked for\n",
        ] {
            assert!(table.contains(part), "{part}\n{table}");
        }
        let json: serde_json::Value =
            serde_json::from_str(&evidence_json("a.json", &found, None, false)).expect("JSON");
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
            !evidence_json("a\u{1b}.yaml", &found, None, false)
                .contains(|c: char| c != '\n' && safe::is_active(c))
        );
    }
}
