//! What a rollout will see, for people and for programs.

use super::{fit, grid::Grid};
use crate::{
    facts::{
        Number,
        plan::{Check, Load, Plan, PlanStep, Shadow, Traffic, counted, percent},
    },
    output::{
        safe,
        style::{columns, wrapping},
    },
    units::duration_text,
};
use serde_json::Value as Json;

/// The width where nothing is known of the reader's.
const WIDTH: usize = 80;
/// Columns of a name; longer ones are cut.
const LONGEST_NAME: usize = 22;

const HEADS: [&str; 7] = [
    "analysis",
    "first fails",
    "at latest",
    "samples",
    "needed",
    "errors",
    "budget",
];

const LEGEND: [(&str, &str); 5] = [
    (
        "first fails",
        "initialDelay + failureLimit x interval: the first time that the analysis can fail",
    ),
    (
        "at latest",
        "the same and the window of its query, which looks back beyond the violation until then",
    ),
    (
        "samples",
        "requests that it sees at trough, in the shorter of window and bake; needed: by `minSamples` and by the percentile of its SLO",
    ),
    (
        "errors",
        "failed requests that its threshold stands for at trough",
    ),
    (
        "budget",
        "the part of the SLO's error budget that a version which fails every request spends before the analysis stops it",
    ),
];

/// The plans as tables for a terminal of so many columns, or of 80. Safe to print: text from files is escaped.
pub fn plan_table(plans: &[Plan], columns: Option<usize>) -> String {
    let mut page = PlanPage {
        text: String::new(),
        width: columns.unwrap_or(WIDTH),
    };
    for plan in plans {
        if !page.text.is_empty() {
            page.text.push('\n');
        }
        page.plan(plan);
    }
    let has_checks = plans
        .iter()
        .flat_map(|plan| &plan.steps)
        .any(|step| !step.checks.is_empty());
    if has_checks {
        page.text.push('\n');
        for (name, meaning) in LEGEND {
            page.wrapped(&format!("{name:<13}"), &" ".repeat(13), meaning);
        }
    }
    safe::calm(&page.text)
}

/// The same as JSON; `schemas/plan/v1.json` describes it.
pub fn plan_json(plans: &[Plan]) -> String {
    let value = whole(serde_json::json!({ "version": 1, "plans": plans }));
    safe::json(&value)
}

/// Numbers as facts have them: whole ones without a fraction, none with the noise of binary ones.
fn whole(value: Json) -> Json {
    match value {
        Json::Number(number) => number
            .as_f64()
            .and_then(Number::new)
            .map_or(Json::Null, Json::from),
        Json::Array(items) => items.into_iter().map(whole).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, whole(value)))
            .collect(),
        other => other,
    }
}

/// The text so far, and the columns that it may fill.
struct PlanPage {
    text: String,
    width: usize,
}

impl PlanPage {
    fn plan(&mut self, plan: &Plan) {
        let service = plan.service.as_deref();
        let service = safe::escape(service.unwrap_or("a service without a name"));
        let line = format!("{service} ({})", safe::escape(&plan.file));
        self.heading(&line);
        if let Some(reason) = &plan.unplanned {
            self.wrapped("  ", "  ", &format!("nothing to plan: {reason}"));
            return;
        }
        let mut parts: Vec<String> = Vec::new();
        parts.extend(plan.environment.clone());
        parts.extend(plan.strategy.clone());
        if let Some(seconds) = plan.total_seconds {
            parts.push(format!("{} in all", duration_text(seconds)));
        }
        parts.push(format!(
            "samples at {} confidence",
            percent(plan.confidence)
        ));
        self.wrapped("  ", "  ", &safe::escape(&parts.join(", ")));
        self.wrapped("  ", "  ", &rates(&plan.traffic));
        if let Some(shadow) = &plan.shadow {
            self.shadow(shadow);
        }
        for (place, step) in plan.steps.iter().enumerate() {
            self.step(place, step);
        }
    }

    fn shadow(&mut self, shadow: &Shadow) {
        let percent = shadow
            .percent
            .map_or_else(|| "some".to_owned(), |percent| format!("{percent} %"));
        let time = shadow
            .duration_seconds
            .map(|seconds| format!(" for {}", duration_text(seconds)));
        let line = format!(
            "\n  shadow: {percent} of requests are copied{}",
            time.unwrap_or_default()
        );
        self.heading(&line);
        self.loads(shadow.trough, shadow.average);
    }

    fn step(&mut self, place: usize, step: &PlanStep) {
        let weight = step.weight.map_or_else(
            || "an unknown part".to_owned(),
            |weight| format!("{weight} %"),
        );
        let bake = step
            .bake_seconds
            .map(|seconds| format!(" for {}", duration_text(seconds)));
        let line = format!(
            "\n  step {}: {weight} of traffic{}",
            place + 1,
            bake.unwrap_or_default()
        );
        self.heading(&line);
        self.loads(step.trough, step.average);
        if !step.checks.is_empty() {
            self.checks(&step.checks);
        }
        for concern in &step.concerns {
            self.wrapped("    ! ", "      ", &safe::escape(&concern.message));
        }
    }

    fn loads(&mut self, trough: Option<Load>, average: Option<Load>) {
        let mut loads = Vec::new();
        for (name, load) in [("trough", trough), ("average", average)] {
            let Some(load) = load else { continue };
            let all = match load.requests {
                Some(requests) => format!(", {} in all", counted(requests)),
                None => String::new(),
            };
            loads.push(format!("{name} {} requests/s{all}", rate(load.rps)));
        }
        if !loads.is_empty() {
            self.wrapped("    ", "    ", &loads.join("; "));
        }
    }

    fn checks(&mut self, checks: &[Check]) {
        let mut rows = vec![HEADS.map(str::to_owned)];
        rows.extend(checks.iter().map(row));
        let grid = Grid {
            indent: "    ",
            is_number: HEADS.map(|head| head != HEADS[0]),
            rows,
        };
        self.text.push_str(&grid.fit(self.width));
    }

    /// Lines that keep to the width, where words allow it.
    fn wrapped(&mut self, first: &str, rest: &str, words: &str) {
        let options = wrapping(self.width).break_words(false);
        self.text.push_str(&fit::lines(words, first, rest, options));
    }

    /// A line that begins a part; blanks and line breaks at its start stay.
    fn heading(&mut self, line: &str) {
        let words = line.trim_start();
        let start = &line[..line.len() - words.len()];
        let (breaks, first) = start.split_at(start.rfind('\n').map_or(0, |at| at + 1));
        self.text.push_str(breaks);
        self.wrapped(first, &format!("{first}  "), words);
    }
}

fn rates(traffic: &Traffic) -> String {
    let mut rates = Vec::new();
    for (name, rps) in [
        ("trough", traffic.trough_rps),
        ("average", traffic.average_rps),
        ("peak", traffic.peak_rps),
    ] {
        if let Some(rps) = rps {
            rates.push(format!("{} requests/s at {name}", rate(rps)));
        }
    }
    match rates.is_empty() {
        true => "unknown traffic".to_owned(),
        false => rates.join(", "),
    }
}

/// The cells of an analysis, as [`HEADS`] calls them.
fn row(check: &Check) -> [String; 7] {
    [
        name(&check.analysis),
        cell(check.detection_seconds, first),
        cell(check.latest_seconds, duration_text),
        cell(check.trough_samples, counted),
        // Rounded up: a fraction of a request is one more.
        cell(check.required_samples, |samples| samples.ceil().to_string()),
        cell(check.expected_errors, hundredths),
        cell(check.budget_fraction, percent),
    ]
}

fn cell(value: Option<f64>, show: fn(f64) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), show)
}

fn hundredths(number: f64) -> String {
    ((number * 100.0).round() / 100.0).to_string()
}

fn name(text: &str) -> String {
    let escaped = safe::escape(text);
    let mut shown = String::new();
    for character in escaped.chars() {
        shown.push(character);
        if columns(&shown) > LONGEST_NAME {
            shown.pop();
            while columns(&shown) >= LONGEST_NAME {
                shown.pop();
            }
            shown.push('…');
            break;
        }
    }
    shown
}

/// An analysis that no delay and no limit holds back fails with its first measurement.
fn first(seconds: f64) -> String {
    if seconds > 0.0 {
        duration_text(seconds)
    } else {
        "at once".to_owned()
    }
}

/// Requests in a second, with three digits after small ones.
fn rate(rps: f64) -> String {
    let digits = if rps >= 100.0 { 1e1 } else { 1e3 };
    let shown = (rps * digits).round() / digits;
    // Rounded to nothing, it would read as no traffic.
    if shown == 0.0 && rps > 0.0 {
        "<0.001".to_owned()
    } else {
        shown.to_string()
    }
}
