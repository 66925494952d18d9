//! Facts of objectives, and of what their values add up to.

use super::{Field, Sheet, formula};
use crate::units;

/// What an objective is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Latency,
    Availability,
    Throughput,
    Goodput,
    Quality,
}

impl Kind {
    fn of(indicator: &str) -> Option<Self> {
        Some(match indicator {
            "request_latency"
            | "time_to_first_token"
            | "time_per_output_token"
            | "inter_token_latency" => Self::Latency,
            "availability" => Self::Availability,
            "throughput" => Self::Throughput,
            "goodput" => Self::Goodput,
            "quality" => Self::Quality,
            _ => return None,
        })
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Availability => "availability",
            Self::Throughput => "throughput",
            Self::Goodput => "goodput",
            Self::Quality => "quality",
        }
    }
}

/// One entry of `spec.slos`, in seconds and ratios.
#[derive(Debug)]
pub(super) struct Slo<'n> {
    pub(super) name: Option<&'n str>,
    pub(super) indicator: Option<&'n str>,
    pub(super) kind: Option<Kind>,
    /// The objective is on the mean: its target is no percentile.
    pub(super) is_mean: bool,
    /// In (0,1).
    pub(super) target: Option<f64>,
    /// The limit of a latency.
    pub(super) value_seconds: Option<f64>,
    pub(super) window_seconds: Option<f64>,
    /// The fewest samples for its percentile, none above the limit.
    pub(super) min_samples: Option<f64>,
}

/// The objectives in the order of the document.
pub(super) fn read(spec: Field, confidence: f64) -> Vec<Slo> {
    spec.get("slos")
        .items()
        .map(|slo| Slo::read(slo, confidence))
        .collect()
}

/// The index of the first objective with that name.
pub(super) fn find(slos: &[Slo], name: Option<&str>) -> Option<usize> {
    let name = name?;
    slos.iter().position(|slo| slo.name == Some(name))
}

impl<'n> Slo<'n> {
    fn read(slo: Field<'n>, confidence: f64) -> Self {
        let indicator = slo.at(&["indicator", "type"]).text();
        let kind = indicator.and_then(Kind::of);
        let is_latency = kind == Some(Kind::Latency);
        let is_mean = slo.at(&["indicator", "statistic"]).text() == Some("mean");
        let target = slo.get("target").inner_ratio();
        let window = slo.get("window");
        let window_text = window.get("duration").text();
        let follows_calendar = !window.get("calendar").is_missing();
        Self {
            name: slo.get("name").text(),
            indicator,
            kind,
            is_mean,
            target,
            value_seconds: slo.get("value").seconds().filter(|_| is_latency),
            window_seconds: window_text
                .and_then(|text| units::window_seconds(text, follows_calendar).ok())
                .filter(|seconds| *seconds > 0.0),
            min_samples: target
                .filter(|_| is_latency && !is_mean)
                .and_then(|target| formula::samples::samples_for_percentile(target, confidence, 0))
                .map(|samples| samples as f64),
        }
    }

    /// The error budget as a ratio.
    pub(super) fn budget_ratio(&self) -> Option<f64> {
        self.target.map(|target| 1.0 - target)
    }

    /// `p95` for a target of 0.95.
    fn percentile(&self) -> Option<String> {
        let target = self
            .target
            .filter(|_| self.kind == Some(Kind::Latency) && !self.is_mean)?;
        let percent = (target * 1e10).round() / 1e8;
        Some(format!("p{percent}"))
    }

    /// The statistic that a latency objective limits: a percentile, or the mean.
    pub(super) fn statistic(&self) -> Option<String> {
        let mean = || (self.is_mean && self.kind == Some(Kind::Latency)).then(|| "mean".to_owned());
        self.percentile().or_else(mean)
    }

    pub(super) fn facts(&self) -> Sheet {
        let mut facts = Sheet::default();
        facts.text("kind", self.kind.map(Kind::word));
        facts.text("percentile", self.percentile());
        facts.number("minSamples", self.min_samples);
        facts.number("budgetRatio", self.budget_ratio());
        facts.number("windowSeconds", self.window_seconds);
        facts.number("valueSeconds", self.value_seconds);
        facts
    }
}

/// How long answers take by the limits of the objectives.
pub(super) fn generation(spec: Field, slos: &[Slo]) -> Sheet {
    let mut facts = Sheet::default();
    facts.number("p95Seconds", generation_seconds(spec, slos, "p95"));
    facts.number("maxSeconds", generation_seconds(spec, slos, "max"));
    facts
}

/// Seconds of an answer with as many tokens as `statistic` of `traffic.outputTokens`.
pub(super) fn generation_seconds(spec: Field, slos: &[Slo], statistic: &str) -> Option<f64> {
    let tokens = spec
        .at(&["traffic", "outputTokens", statistic])
        .amount()
        .filter(|tokens| *tokens >= 1.0)?;
    let first = highest_percentile(slos, &["time_to_first_token"])?;
    let each = highest_percentile(slos, &["time_per_output_token", "inter_token_latency"])?;
    Some(formula::generation_seconds(first, each, tokens))
}

/// The limit of the objective with the highest percentile among these indicators. Of equals the
/// earlier indicator counts, then the earlier objective.
fn highest_percentile(slos: &[Slo], indicators: &[&str]) -> Option<f64> {
    let mut best: Option<(f64, f64)> = None;
    for indicator in indicators {
        for slo in slos
            .iter()
            .filter(|slo| slo.indicator == Some(indicator) && !slo.is_mean)
        {
            if let (Some(target), Some(seconds)) = (slo.target, slo.value_seconds)
                && best.is_none_or(|(highest, _)| target > highest)
            {
                best = Some((target, seconds));
            }
        }
    }
    best.map(|(_, seconds)| seconds)
}

/// What the parts of a request may take together, against the objective that they share.
pub(super) fn latency_budget(spec: Field, slos: &[Slo]) -> Sheet {
    let budget = spec.get("latencyBudget");
    let parts: Option<Vec<f64>> = budget
        .get("components")
        .values()
        .map(Field::seconds)
        .collect();
    let total = parts
        .filter(|parts| !parts.is_empty())
        .map(|parts| parts.iter().sum::<f64>());
    let limit = find(slos, budget.get("slo").text()).and_then(|index| slos[index].value_seconds);
    let slack = total
        .zip(limit)
        .map(|(total, limit)| (limit - total) / limit);
    let mut facts = Sheet::default();
    facts.number("totalSeconds", total);
    facts.number("sloSeconds", limit);
    facts.number("slackRatio", slack);
    facts
}

/// Seconds until the last retry has timed out.
pub(super) fn retries_seconds(spec: Field) -> Option<f64> {
    let retries = spec.at(&["timeouts", "retries"]);
    Some(retries.get("attempts").amount()? * retries.get("perTryTimeout").seconds()?)
}
