//! Facts of objectives, and of what their values add up to.

use super::{Field, Number, formula};
use crate::units;
use schemars::JsonSchema;
use serde::Serialize;

/// What an objective is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum IndicatorKind {
    /// The time of an answer, of its first token or of each further one.
    Latency,
    /// The share of requests that succeed.
    Availability,
    /// Requests or tokens in a second.
    Throughput,
    /// Requests in a second that meet all other objectives.
    Goodput,
    /// A score of the answers.
    Quality,
}

/// What one entry of `spec.slos` amounts to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct SloFacts {
    /// What its indicator is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<IndicatorKind>,
    /// The percentile of a latency objective, such as `p95` for a target of 0.95.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentile: Option<String>,
    /// The fewest samples with which that percentile can be stated at the team's confidence, none of them above the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_samples: Option<Number>,
    /// The error budget, in (0,1): one less the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_ratio: Option<Number>,
    /// Seconds of its window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<Number>,
    /// Seconds of the limit of a latency objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_seconds: Option<Number>,
}

/// How long answers take at the limits of the objectives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct GenerationFacts {
    /// Seconds of an answer with `traffic.outputTokens.p95` tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_seconds: Option<Number>,
    /// Seconds of an answer with `traffic.outputTokens.max` tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<Number>,
}

/// What the parts of a request may take together, against the objective that they share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct LatencyBudgetFacts {
    /// Seconds of all components together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_seconds: Option<Number>,
    /// Seconds of the limit of the objective.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slo_seconds: Option<Number>,
    /// The part of the limit that the components leave, as a ratio; negative where they exceed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slack_ratio: Option<Number>,
}

impl IndicatorKind {
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
}

/// One entry of `spec.slos`, in seconds and ratios.
#[derive(Debug)]
pub(super) struct Slo<'n> {
    pub(super) name: Option<&'n str>,
    pub(super) indicator: Option<&'n str>,
    pub(super) kind: Option<IndicatorKind>,
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
        let kind = indicator.and_then(IndicatorKind::of);
        let is_latency = kind == Some(IndicatorKind::Latency);
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
            // Of any other indicator the value is a ratio, a rate or a score.
            value_seconds: slo.get("value").seconds().filter(|_| is_latency),
            // A window of no length has no budget to spend.
            window_seconds: window_text
                .and_then(|text| units::window_seconds(text, follows_calendar).ok())
                .filter(|seconds| *seconds > 0.0),
            // Only the target of a latency that is no mean is a percentile.
            min_samples: match target {
                Some(target) if is_latency && !is_mean => fewest_samples(target, confidence),
                _ => None,
            },
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
            .filter(|_| self.kind == Some(IndicatorKind::Latency) && !self.is_mean)?;
        // 0.29 x 100 is not 29 in binary; eight digits are more than anybody writes.
        let percent = (target * 1e10).round() / 1e8;
        Some(format!("p{percent}"))
    }

    /// The statistic that a latency objective limits: a percentile, or the mean.
    pub(super) fn statistic(&self) -> Option<String> {
        let mean = || {
            (self.is_mean && self.kind == Some(IndicatorKind::Latency)).then(|| "mean".to_owned())
        };
        self.percentile().or_else(mean)
    }

    pub(super) fn facts(&self) -> SloFacts {
        SloFacts {
            kind: self.kind,
            percentile: self.percentile(),
            min_samples: Number::of(self.min_samples),
            budget_ratio: Number::of(self.budget_ratio()),
            window_seconds: Number::of(self.window_seconds),
            value_seconds: Number::of(self.value_seconds),
        }
    }
}

fn fewest_samples(target: f64, confidence: f64) -> Option<f64> {
    let samples = formula::samples::samples_for_percentile(target, confidence, 0)?;
    Some(samples as f64)
}

/// How long answers take by the limits of the objectives.
pub(super) fn generation(spec: Field, slos: &[Slo]) -> GenerationFacts {
    GenerationFacts {
        p95_seconds: Number::of(generation_seconds(spec, slos, "p95")),
        max_seconds: Number::of(generation_seconds(spec, slos, "max")),
    }
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
pub(super) fn latency_budget(spec: Field, slos: &[Slo]) -> LatencyBudgetFacts {
    let budget = spec.get("latencyBudget");
    // One part without a duration leaves the sum unknown; no parts at all are no budget.
    let parts: Option<Vec<f64>> = budget
        .get("components")
        .values()
        .map(Field::seconds)
        .collect();
    let total = parts
        .filter(|parts| !parts.is_empty())
        .map(|parts| parts.iter().sum::<f64>());
    let slo = find(slos, budget.get("slo").text());
    let limit = slo.and_then(|index| slos[index].value_seconds);
    let slack = || Some((limit? - total?) / limit?);
    LatencyBudgetFacts {
        total_seconds: Number::of(total),
        slo_seconds: Number::of(limit),
        slack_ratio: Number::of(slack()),
    }
}

/// Seconds until the last retry has timed out.
pub(super) fn retries_seconds(spec: Field) -> Option<f64> {
    let retries = spec.at(&["timeouts", "retries"]);
    Some(retries.get("attempts").amount()? * retries.get("perTryTimeout").seconds()?)
}
