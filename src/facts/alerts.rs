//! Facts of burn-rate alerts.

use super::{
    Field, Sheet, formula,
    slo::{self, Slo},
};

/// One sheet for each entry of `spec.alerts`.
pub(super) fn alerts(spec: Field, slos: &[Slo]) -> Vec<Sheet> {
    let trough = spec.at(&["traffic", "troughRps"]).positive();
    spec.get("alerts")
        .items()
        .map(|alert| facts(alert, trough, slos))
        .collect()
}

fn facts(alert: Field, trough_rps: Option<f64>, slos: &[Slo]) -> Sheet {
    let index = slo::find(slos, alert.get("slo").text());
    let slo = index.map(|index| &slos[index]);
    let budget = slo.and_then(Slo::budget_ratio);
    let period = slo.and_then(|slo| slo.window_seconds);
    let rate = alert.get("burnRate").positive();
    let long = alert
        .get("longWindow")
        .seconds()
        .filter(|seconds| *seconds > 0.0);
    let short = alert
        .get("shortWindow")
        .seconds()
        .filter(|seconds| *seconds > 0.0);
    let error_ratio = rate.zip(budget).map(|(rate, budget)| rate * budget);
    let spent = || Some(formula::budget_spent(rate?, long?, period?));
    let trough_errors = || Some(error_ratio? * trough_rps? * short?);
    let mut facts = Sheet::default();
    facts.index("slo", index);
    facts.number("errorRatio", error_ratio);
    facts.number("budgetFraction", spent());
    facts.number("troughErrors", trough_errors());
    facts.number("maxReachableBurnRate", budget.map(formula::max_burn_rate));
    facts.number(
        "windowRatio",
        long.zip(short).map(|(long, short)| long / short),
    );
    facts
}
