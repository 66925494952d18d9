//! What a rollout will see and cost, step by step, before anyone starts it.
//!
//! Owns [`Plan`]: the traffic of each step, when each analysis can fail, whether it has enough
//! requests by then, and how much of the error budget a canary that fails completely spends. All
//! numbers are facts of the specification, so a plan says what the rules of `check` say; a number
//! whose ingredients are missing is absent. It reads no file and prints nothing.

mod concern;
mod read;

pub use concern::{Concern, counted, percent};
pub use read::plan;

use serde::Serialize;

/// The rollout of one specification.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The file that holds the specification.
    pub file: String,
    /// The service, where the specification names one.
    pub service: Option<String>,
    /// The environment that it names.
    pub environment: Option<String>,
    /// How traffic moves.
    pub strategy: Option<String>,
    /// The team's confidence for sample sizes, in (0,1).
    pub confidence: f64,
    /// The requests of the service.
    pub traffic: Traffic,
    /// Copies of requests that go to the new version beforehand.
    pub shadow: Option<Shadow>,
    /// In their order; empty where [`Plan::unplanned`] says why.
    pub steps: Vec<PlanStep>,
    /// All bakes together, where each step but the last says how long it bakes.
    pub total_seconds: Option<f64>,
    /// Why there are no steps.
    pub unplanned: Option<String>,
}

/// Requests in a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// At the quietest time at which a rollout may run.
    pub trough_rps: Option<f64>,
    /// On average.
    pub average_rps: Option<f64>,
    /// At peak.
    pub peak_rps: Option<f64>,
}

/// What a new version receives for a while.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Load {
    /// Requests in a second.
    pub rps: f64,
    /// Requests until the next step, where it is known how long that takes.
    pub requests: Option<f64>,
}

/// Traffic that is copied and whose answers are discarded.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shadow {
    /// The percentage of requests that is copied.
    pub percent: Option<f64>,
    /// For how long.
    pub duration_seconds: Option<f64>,
    /// At the lowest rate.
    pub trough: Option<Load>,
    /// At the average rate.
    pub average: Option<Load>,
}

/// One weight of the rollout.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanStep {
    /// The percentage of traffic that goes to the new version.
    pub weight: Option<f64>,
    /// How long it stays there; absent for a last step.
    pub bake_seconds: Option<f64>,
    /// What the new version receives at the lowest rate.
    pub trough: Option<Load>,
    /// What it receives on average.
    pub average: Option<Load>,
    /// What each analysis that the step names can see.
    pub checks: Vec<Check>,
    /// What stands against the step.
    pub concerns: Vec<Concern>,
}

/// What one analysis can see at one step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The analysis.
    pub analysis: String,
    /// `latency`, `availability` or `metric`.
    pub kind: Option<String>,
    /// The objective that it guards.
    pub slo: Option<String>,
    /// Seconds until it can fail for the first time: `initialDelay + failureLimit x interval`.
    pub detection_seconds: Option<f64>,
    /// The same and the window of its query: until then it looks back beyond the violation.
    pub latest_seconds: Option<f64>,
    /// Seconds of the step whose requests it sees: the shorter of window and bake.
    pub sample_seconds: Option<f64>,
    /// Requests that it sees at the lowest rate.
    pub trough_samples: Option<f64>,
    /// Requests that it sees on average.
    pub average_samples: Option<f64>,
    /// Requests that it needs, by its objective's percentile and by `minSamples`.
    pub required_samples: Option<f64>,
    /// How long the step has to bake, and the window to be, for that many at the lowest rate.
    pub needed_bake_seconds: Option<f64>,
    /// Failed requests that its threshold stands for at the lowest rate.
    pub expected_errors: Option<f64>,
    /// Seconds until it stops a new version that fails every request.
    pub exposure_seconds: Option<f64>,
    /// The part of the objective's error budget that such a version spends until then.
    pub budget_fraction: Option<f64>,
}

#[cfg(test)]
mod tests;
