//! Files of known tools that are not read, each by what identifies it and with what to give instead.

use super::{
    EvidenceError,
    content::{Content, Tree},
};

/// A file that is recognised and not read.
struct LookAlike {
    what: &'static str,
    advice: &'static str,
    detect: fn(&Content<'_>) -> bool,
}

/// The error for the first that fits.
pub(super) fn of(content: &Content<'_>) -> Option<EvidenceError> {
    let found = LOOK_ALIKES.iter().find(|row| (row.detect)(content))?;
    Some(EvidenceError::LookAlike {
        what: found.what,
        advice: found.advice,
    })
}

/// Lines that are searched for a mark.
const SEARCHED: usize = 200;

fn begins(content: &Content<'_>, starts: &[&str]) -> bool {
    let first = content.text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default().replace('"', "");
    starts.iter().any(|start| first.starts_with(start))
}

fn has_line(content: &Content<'_>, is_meant: fn(&str) -> bool) -> bool {
    content.trees.is_empty() && content.text.lines().take(SEARCHED).any(is_meant)
}

fn tree_has(content: &Content<'_>, keys: &[&str]) -> bool {
    content.trees.first().is_some_and(|tree| tree.has(keys))
}

const SELECT: &str = "read one value of it with `format: json` and `select`";

static LOOK_ALIKES: &[LookAlike] = &[
    LookAlike {
        what: "Locust's history (`_stats_history.csv`)",
        advice: "give the `_stats.csv` beside it",
        detect: |content| begins(content, &["Timestamp,User Count,"]),
    },
    LookAlike {
        what: "Locust's list of failures or exceptions",
        advice: "give the `_stats.csv` beside it",
        detect: |content| {
            begins(
                content,
                &["Method,Name,Error,Occurrences", "Count,Message,Traceback"],
            )
        },
    },
    LookAlike {
        what: "Locust's distribution (`_distribution.csv`)",
        advice: "give the `_requests.csv` or `_stats.csv` beside it",
        detect: |content| begins(content, &["Name,# requests,50%"]),
    },
    LookAlike {
        what: "the history of an older Locust",
        advice: "give the `_stats.csv` beside it",
        detect: |content| begins(content, &["Type,Name,Timestamp,"]),
    },
    LookAlike {
        what: "GenAI-Perf's CSV",
        advice: "give `profile_export_genai_perf.json` beside it",
        detect: |content| begins(content, &["Metric,avg,min,max,p99"]),
    },
    LookAlike {
        what: "another XML than a result of JMeter 2.1 or later",
        advice: "give a JTL with `testResults version=\"1.2\"`, or one as CSV",
        detect: |content| {
            let is_xml = content.text.trim_start().starts_with("<?xml");
            is_xml && !super::jmeter_xml::detect(content)
        },
    },
    LookAlike {
        what: "ghz's CSV",
        advice: "give the JSON of `ghz --format json`",
        detect: |content| begins(content, &["duration (ms),status,error"]),
    },
    LookAlike {
        what: "ghz's text",
        advice: "give the JSON of `ghz --format json`",
        detect: |content| {
            has_line(content, |line| line.trim() == "Summary:")
                && has_line(content, |line| line.trim().starts_with("Count:"))
        },
    },
    LookAlike {
        what: "the log of Gatling (`simulation.log`)",
        advice: "give `js/global_stats.json` or `js/stats.json` of the report",
        detect: |content| begins(content, &["RUN\t", "ASSERTION\t"]),
    },
    LookAlike {
        what: "k6's stream of points (`--out json`)",
        advice: "give the file of `--summary-export`",
        detect: |content| tree_has(content, &["type", "data", "metric"]),
    },
    LookAlike {
        what: "k6's text",
        advice: "give the file of `--summary-export`",
        detect: |content| {
            has_line(content, |line| {
                line.trim().starts_with("http_req_duration.")
            })
        },
    },
    LookAlike {
        what: "vegeta's text",
        advice: "give the output of `vegeta report -type=json`",
        detect: |content| begins(content, &["Requests      [total"]),
    },
    LookAlike {
        what: "the time slices of AIPerf",
        advice: "give `profile_export_aiperf.json`",
        detect: |content| tree_has(content, &["timeslices"]),
    },
    LookAlike {
        what: "the requests of AIPerf (`profile_export.jsonl`)",
        advice: "give `profile_export_aiperf.json`",
        detect: |content| tree_has(content, &["metadata", "metrics", "error"]),
    },
    LookAlike {
        what: "the requests of Triton's perf_analyzer",
        advice: "give the CSV of `perf_analyzer -f`",
        detect: |content| tree_has(content, &["experiments", "service_kind"]),
    },
    LookAlike {
        what: "the detail log of MLPerf",
        advice: "give `mlperf_log_summary.txt`",
        detect: |content| has_line(content, |line| line.starts_with(":::MLLOG")),
    },
    LookAlike {
        what: "genai-bench",
        advice: SELECT,
        detect: |content| {
            tree_has(
                content,
                &["aggregated_metrics", "individual_request_metrics"],
            )
        },
    },
    LookAlike {
        what: "a bill of materials (CycloneDX) without a `machine-learning-model`",
        advice: SELECT,
        detect: |content| {
            let format = content.tree().and_then(|tree| tree.get("bomFormat"));
            format.and_then(Tree::text) == Some("CycloneDX") && !super::cyclonedx::detect(content)
        },
    },
];
