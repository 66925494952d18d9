//! Facts of a rollout: what each analysis can see at each step, and what it costs until it does.

use super::{
    Field, Number,
    formula::{self, product},
    slo::{self, IndicatorKind, Slo},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a rollout can see and what it costs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct RolloutFacts {
    /// The facts of each entry of `spec.rollout.analysis`, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub analysis: Vec<AnalysisFacts>,
    /// One entry for each analysis that a step names, in the order of the steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckFacts>,
}

/// What an analysis watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Watched {
    /// A latency objective.
    Latency,
    /// An availability objective.
    Availability,
    /// Another objective, or a metric without one.
    Metric,
}

impl Watched {
    /// The word in facts and in plans.
    pub fn word(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Availability => "availability",
            Self::Metric => "metric",
        }
    }
}

/// What one entry of `spec.rollout.analysis` amounts to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct AnalysisFacts {
    /// The index of its objective in `spec.slos`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slo: Option<usize>,
    /// What it watches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Watched>,
    /// Seconds until it can fail for the first time: the initial delay and the failure limit times the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detection_seconds: Option<Number>,
    /// The number of requests that it needs, by the percentile of its objective and by `minSamples`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_samples: Option<Number>,
    /// Seconds of a threshold on latency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_seconds: Option<Number>,
    /// The ratio of failed requests that trips it, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_ratio: Option<Number>,
    /// Seconds of total failure until it stops the rollout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure_seconds: Option<Number>,
}

/// What one analysis can see at one step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct CheckFacts {
    /// The index of the step in `spec.rollout.steps`.
    pub step: usize,
    /// The index of the analysis in `spec.rollout.analysis`.
    pub analysis: usize,
    /// The percentage of traffic that the new version receives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Number>,
    /// Seconds that the step lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bake_seconds: Option<Number>,
    /// Seconds of the step whose requests the analysis sees: the shorter of window and bake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_seconds: Option<Number>,
    /// The number of requests that it sees at the trough rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trough_samples: Option<Number>,
    /// The number of requests that it sees at the average rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_samples: Option<Number>,
    /// The number of requests that it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_samples: Option<Number>,
    /// The number of failed requests that its threshold means at the trough rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_errors: Option<Number>,
    /// Seconds that the step has to bake for enough requests at the trough rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_bake_seconds: Option<Number>,
    /// The part of the error budget that a failing version spends until it is stopped, as a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_fraction: Option<Number>,
}

/// One entry of `spec.rollout.analysis`.
#[derive(Debug)]
struct Analysis<'n> {
    name: Option<&'n str>,
    slo: Option<usize>,
    kind: Option<Watched>,
    detection: Option<f64>,
    window: Option<f64>,
    required: Option<f64>,
    threshold_seconds: Option<f64>,
    threshold_ratio: Option<f64>,
    exposure: Option<f64>,
}

/// The facts of all analyses, and one check for each analysis that a step names.
pub(super) fn rollout(spec: Field, slos: &[Slo]) -> RolloutFacts {
    let rollout = spec.get("rollout");
    let analyses: Vec<_> = rollout
        .get("analysis")
        .items()
        .map(|analysis| Analysis::read(analysis, slos))
        .collect();
    RolloutFacts {
        analysis: analyses.iter().map(Analysis::facts).collect(),
        checks: checks(rollout, &analyses, spec.get("traffic"), slos),
    }
}

impl<'n> Analysis<'n> {
    fn read(analysis: Field<'n>, slos: &[Slo]) -> Self {
        let slo = slo::find(slos, analysis.get("slo").text());
        let slo_kind = slo.and_then(|index| slos[index].kind);
        let kind = match slo_kind {
            Some(IndicatorKind::Latency) => Some(Watched::Latency),
            Some(IndicatorKind::Availability) => Some(Watched::Availability),
            Some(IndicatorKind::Throughput | IndicatorKind::Goodput | IndicatorKind::Quality) => {
                Some(Watched::Metric)
            }
            // Without an objective only a metric of its own can be watched.
            None => analysis.get("metric").text().map(|_| Watched::Metric),
        };
        let window = analysis.get("window").seconds();
        let detection = detection_seconds(analysis);
        let threshold_ratio =
            error_ratio(analysis).filter(|_| slo_kind == Some(IndicatorKind::Availability));
        let by_percentile = slo.and_then(|index| slos[index].min_samples);
        let stated = analysis.get("minSamples").positive();
        Self {
            name: analysis.get("name").text(),
            slo,
            kind,
            detection,
            window,
            // Each asks for at least so many, so the larger number counts.
            required: by_percentile.into_iter().chain(stated).reduce(f64::max),
            threshold_seconds: analysis
                .get("threshold")
                .seconds()
                .filter(|_| slo_kind == Some(IndicatorKind::Latency)),
            threshold_ratio,
            exposure: exposure_seconds(kind, detection, window, threshold_ratio),
        }
    }

    fn facts(&self) -> AnalysisFacts {
        AnalysisFacts {
            slo: self.slo,
            kind: self.kind,
            detection_seconds: Number::of(self.detection),
            required_samples: Number::of(self.required),
            threshold_seconds: Number::of(self.threshold_seconds),
            threshold_ratio: Number::of(self.threshold_ratio),
            exposure_seconds: Number::of(self.exposure),
        }
    }
}

/// Seconds until the analysis can fail for the first time; without an `initialDelay` it starts at once.
fn detection_seconds(analysis: Field) -> Option<f64> {
    let delay = analysis.get("initialDelay");
    let delay = delay
        .seconds()
        .or_else(|| delay.is_missing().then_some(0.0))?;
    let (limit, interval) = (
        analysis.get("failureLimit").amount()?,
        analysis.get("interval").seconds()?,
    );
    Some(formula::argo_detection_seconds(delay, limit, interval))
}

/// The ratio of failed requests that trips the analysis. One that asks for too few good requests
/// (`op: lt`) trips at what is left to one.
fn error_ratio(analysis: Field) -> Option<f64> {
    let threshold = analysis
        .get("threshold")
        .amount()
        .filter(|ratio| *ratio <= 1.0)?;
    Some(match analysis.get("op").text() {
        Some("lt" | "lte") => 1.0 - threshold,
        _ => threshold,
    })
}

/// Seconds of total failure until the rollback. An error ratio passes its threshold once that part
/// of the window has failed; a percentile or another metric may need all of the window.
fn exposure_seconds(
    kind: Option<Watched>,
    detection: Option<f64>,
    window: Option<f64>,
    threshold_ratio: Option<f64>,
) -> Option<f64> {
    let filled = match kind? {
        Watched::Availability => threshold_ratio?,
        Watched::Latency | Watched::Metric => 1.0,
    };
    Some(detection? + window? * filled)
}

fn checks(rollout: Field, analyses: &[Analysis], traffic: Field, slos: &[Slo]) -> Vec<CheckFacts> {
    let mut checks = Vec::new();
    for (place, step) in rollout.get("steps").items().enumerate() {
        for named in step.get("analysis").items().filter_map(Field::text) {
            // A name that no analysis has is reported as a dangling reference, not here.
            if let Some(found) = analyses
                .iter()
                .position(|analysis| analysis.name == Some(named))
            {
                checks.push(CheckFacts {
                    step: place,
                    analysis: found,
                    ..check(step, &analyses[found], traffic, slos)
                });
            }
        }
    }
    checks
}

/// What one analysis can see at one step.
fn check(step: Field, analysis: &Analysis, traffic: Field, slos: &[Slo]) -> CheckFacts {
    // 0.05 is a ratio where a percent belongs, and reported as that.
    let weight = step.get("weight").amount();
    let weight = weight.filter(|weight| *weight <= 100.0 && weight.fract() == 0.0);
    let bake = step.get("bake").seconds();
    // A window that is longer than the bake looks back to the step before.
    let sampled = match (analysis.window, bake) {
        (Some(window), Some(bake)) => Some(window.min(bake)),
        _ => None,
    };
    let trough_rps = traffic.get("troughRps").positive();
    let trough = product([canary_rps(trough_rps, weight), sampled]);
    let average_rps = traffic.get("averageRps").positive();
    let average = product([canary_rps(average_rps, weight), sampled]);
    CheckFacts {
        weight: Number::of(weight),
        bake_seconds: Number::of(bake),
        sample_seconds: Number::of(sampled),
        trough_samples: Number::of(trough),
        average_samples: Number::of(average),
        required_samples: Number::of(analysis.required),
        expected_errors: Number::of(product([trough, analysis.threshold_ratio])),
        needed_bake_seconds: Number::of(needed_bake(analysis, trough_rps, weight)),
        budget_fraction: Number::of(budget_fraction(analysis, weight, slos)),
        ..CheckFacts::default()
    }
}

fn canary_rps(rps: Option<f64>, weight: Option<f64>) -> Option<f64> {
    Some(formula::canary_rps(rps?, weight?))
}

/// Without traffic no bake is long enough, so a weight of 0 needs none that could be told.
fn needed_bake(analysis: &Analysis, trough_rps: Option<f64>, weight: Option<f64>) -> Option<f64> {
    let weight = weight.filter(|weight| *weight > 0.0)?;
    Some(formula::bake_seconds(
        analysis.required?,
        trough_rps?,
        weight,
    ))
}

fn budget_fraction(analysis: &Analysis, weight: Option<f64>, slos: &[Slo]) -> Option<f64> {
    let slo = &slos[analysis.slo?];
    let (window, budget) = (slo.window_seconds?, slo.budget_ratio()?);
    Some(formula::budget_exposure(
        weight?,
        analysis.exposure?,
        window,
        budget,
    ))
}
