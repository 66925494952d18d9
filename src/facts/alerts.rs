//! Facts of burn-rate alerts.

use super::{
    Field, Number,
    formula::{self, product},
    slo::{self, Slo},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What one entry of `spec.alerts` amounts to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct AlertFacts {
    /// The index of its objective in `spec.slos`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slo: Option<usize>,
    /// The ratio of failed requests at its burn rate, in (0,1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_ratio: Option<Number>,
    /// The part of the error budget that is spent when the long window fires, as a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_fraction: Option<Number>,
    /// Failed requests in the short window at the trough rate and the alert's error ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trough_errors: Option<Number>,
    /// The burn rate at which every request fails: one over the error budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_reachable_burn_rate: Option<Number>,
    /// The long window over the short one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_ratio: Option<Number>,
}

/// The facts of each entry of `spec.alerts`.
pub(super) fn alerts(spec: Field, slos: &[Slo]) -> Vec<AlertFacts> {
    let trough = spec.at(&["traffic", "troughRps"]).positive();
    spec.get("alerts")
        .items()
        .map(|alert| facts(alert, trough, slos))
        .collect()
}

fn facts(alert: Field, trough_rps: Option<f64>, slos: &[Slo]) -> AlertFacts {
    let index = slo::find(slos, alert.get("slo").text());
    let slo = index.map(|index| &slos[index]);
    let budget = slo.and_then(Slo::budget_ratio);
    let period = slo.and_then(|slo| slo.window_seconds);
    let rate = alert.get("burnRate").positive();
    let long = alert.get("longWindow").positive_seconds();
    let short = alert.get("shortWindow").positive_seconds();
    let error_ratio = product([rate, budget]);
    let spent = || Some(formula::budget_spent(rate?, long?, period?));
    AlertFacts {
        slo: index,
        error_ratio: Number::of(error_ratio),
        budget_fraction: Number::of(spent()),
        trough_errors: Number::of(product([error_ratio, trough_rps, short])),
        max_reachable_burn_rate: Number::of(budget.map(formula::max_burn_rate)),
        window_ratio: Number::of(long.zip(short).map(|(long, short)| long / short)),
    }
}
