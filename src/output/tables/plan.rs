//! What a rollout will see, for people and for programs.

use crate::{
    facts::{
        Number,
        plan::{Check, Load, Plan, Shadow, Step, counted, percent},
    },
    output::safe,
    units::duration_text,
};
use serde_json::Value as Json;
use std::fmt::Write as _;
use textwrap::core::display_width;

/// The width that tables are made for.
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

/// The plans as tables for the terminal. Safe to print: text from files is escaped.
pub fn plan_table(plans: &[Plan]) -> String {
    let mut text = String::new();
    for plan in plans {
        if !text.is_empty() {
            text.push('\n');
        }
        one(&mut text, plan);
    }
    let has_checks = plans
        .iter()
        .flat_map(|plan| &plan.steps)
        .any(|step| !step.checks.is_empty());
    if has_checks {
        text.push('\n');
        for (name, meaning) in LEGEND {
            wrapped(&mut text, &format!("{name:<13}"), &" ".repeat(13), meaning);
        }
    }
    safe::calm(&text)
}

/// The same as JSON; `schemas/plan/v1.json` describes it.
pub fn plan_json(plans: &[Plan]) -> String {
    let value = whole(serde_json::json!({ "version": 1, "plans": plans }));
    format!("{}\n", safe::escape_json(&format!("{value:#}")))
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

fn one(text: &mut String, plan: &Plan) {
    let service = plan
        .service
        .as_deref()
        .unwrap_or("a service without a name");
    let _ = writeln!(
        text,
        "{} ({})",
        safe::escape(service),
        safe::escape(&plan.file)
    );
    if let Some(reason) = &plan.unplanned {
        wrapped(text, "  ", "  ", &format!("nothing to plan: {reason}"));
        return;
    }
    let parts = [
        plan.environment.clone(),
        plan.strategy.clone(),
        plan.total_seconds
            .map(|seconds| format!("{} in all", duration_text(seconds))),
        Some(format!(
            "samples at {} confidence",
            percent(plan.confidence)
        )),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| safe::escape(&part).into_owned())
        .collect();
    wrapped(text, "  ", "  ", &parts.join(", "));
    let traffic = &plan.traffic;
    let rates: Vec<String> = [
        ("trough", traffic.trough_rps),
        ("average", traffic.average_rps),
        ("peak", traffic.peak_rps),
    ]
    .into_iter()
    .filter_map(|(name, rps)| Some(format!("{} requests/s at {name}", rate(rps?))))
    .collect();
    let rates = if rates.is_empty() {
        "unknown traffic".to_owned()
    } else {
        rates.join(", ")
    };
    wrapped(text, "  ", "  ", &rates);
    if let Some(shadow) = &plan.shadow {
        self::shadow(text, shadow);
    }
    for (place, step) in plan.steps.iter().enumerate() {
        self::step(text, place, step);
    }
}

fn shadow(text: &mut String, shadow: &Shadow) {
    let percent = shadow
        .percent
        .map_or_else(|| "some".to_owned(), |percent| format!("{percent} %"));
    let time = shadow
        .duration_seconds
        .map(|seconds| format!(" for {}", duration_text(seconds)));
    let _ = writeln!(
        text,
        "\n  shadow: {percent} of requests are copied{}",
        time.unwrap_or_default()
    );
    loads(text, shadow.trough, shadow.average);
}

fn step(text: &mut String, place: usize, step: &Step) {
    let weight = step.weight.map_or_else(
        || "an unknown part".to_owned(),
        |weight| format!("{weight} %"),
    );
    let bake = step
        .bake_seconds
        .map(|seconds| format!(" for {}", duration_text(seconds)));
    let _ = writeln!(
        text,
        "\n  step {}: {weight} of traffic{}",
        place + 1,
        bake.unwrap_or_default()
    );
    loads(text, step.trough, step.average);
    if !step.checks.is_empty() {
        checks(text, &step.checks);
    }
    for concern in &step.concerns {
        wrapped(text, "    ! ", "      ", &safe::escape(&concern.message));
    }
}

fn loads(text: &mut String, trough: Option<Load>, average: Option<Load>) {
    let load = |name: &str, load: Load| {
        let requests = load
            .requests
            .map(|requests| format!(", {} in all", counted(requests)));
        format!(
            "{name} {} requests/s{}",
            rate(load.rps),
            requests.unwrap_or_default()
        )
    };
    let loads: Vec<String> = [("trough", trough), ("average", average)]
        .into_iter()
        .filter_map(|(name, found)| Some(load(name, found?)))
        .collect();
    if !loads.is_empty() {
        wrapped(text, "    ", "    ", &loads.join("; "));
    }
}

fn checks(text: &mut String, checks: &[Check]) {
    let row = |check: &Check| {
        let cell = |value: Option<f64>, show: fn(f64) -> String| {
            value.map_or_else(|| "-".to_owned(), show)
        };
        [
            name(&check.analysis),
            cell(check.detection_seconds, first),
            cell(check.latest_seconds, duration_text),
            cell(check.trough_samples, counted),
            // Rounded up: a fraction of a request is one more.
            cell(check.required_samples, |samples| samples.ceil().to_string()),
            cell(check.expected_errors, |errors| {
                ((errors * 100.0).round() / 100.0).to_string()
            }),
            cell(check.budget_fraction, percent),
        ]
    };
    let head = HEADS.map(str::to_owned);
    let rows: Vec<[String; 7]> = std::iter::once(head)
        .chain(checks.iter().map(row))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| display_width(&row[column]))
            .max()
            .unwrap_or_default()
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    for row in &rows {
        let mut line = String::from("    ");
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = " ".repeat(width.saturating_sub(display_width(cell)));
            let _ = if column == 0 {
                write!(line, "{cell}{gap}")
            } else {
                write!(line, "  {gap}{cell}")
            };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn name(text: &str) -> String {
    let escaped = safe::escape(text);
    let mut shown = String::new();
    for character in escaped.chars() {
        shown.push(character);
        if display_width(&shown) > LONGEST_NAME {
            shown.pop();
            while display_width(&shown) >= LONGEST_NAME {
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
    if shown == 0.0 && rps > 0.0 {
        "<0.001".to_owned()
    } else {
        shown.to_string()
    }
}

/// Lines that keep to the width, where words allow it.
fn wrapped(text: &mut String, first: &str, rest: &str, words: &str) {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for line in textwrap::wrap(words, options) {
        let _ = writeln!(text, "{}", line.trim_end());
    }
}
