//! What stands against a step, by the same measures as the rules of `check`.

use super::{Check, PlanStep, Traffic};
use crate::{config::TeamPolicy, facts::Field, units::duration_text};
use serde::Serialize;

/// Something that a rollout should not start with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concern {
    /// The rule that reports it, where `check` has one.
    pub rule: Option<&'static str>,
    /// What it is, with the numbers. Holds names from the specification, so it is not safe to print raw.
    pub message: String,
}

/// Adds to each step what stands against it.
pub(super) fn add(steps: &mut [PlanStep], rollout: Field, traffic: Traffic, policy: &TeamPolicy) {
    let known: Vec<&str> = rollout
        .get("analysis")
        .items()
        .filter_map(|analysis| analysis.get("name").text())
        .collect();
    for (step, written) in steps.iter_mut().zip(rollout.get("steps").items()) {
        let named: Vec<&str> = written
            .get("analysis")
            .items()
            .filter_map(Field::text)
            .collect();
        let mut concerns = Vec::new();
        for name in named.iter().filter(|name| !known.contains(name)) {
            let message = format!("no analysis of the rollout is called `{name}`");
            concerns.push(concern(Some("dangling-reference"), message));
        }
        concerns.extend(unwatched(step, named.is_empty()));
        if traffic.trough_rps.is_none() && !step.checks.is_empty() {
            concerns.push(concern(
                None,
                "`spec.traffic.troughRps` is missing, so no samples are known".into(),
            ));
        }
        for check in &step.checks {
            concerns.extend(of_check(check, step, policy));
        }
        step.concerns = concerns;
    }
}

fn concern(rule: Option<&'static str>, message: String) -> Concern {
    Concern { rule, message }
}

/// Traffic that nobody looks at, or not for any time.
fn unwatched(step: &PlanStep, is_bare: bool) -> Vec<Concern> {
    const RULE: Option<&str> = Some("step-without-analysis");
    let mut concerns = Vec::new();
    // At 0 nobody is served by it, and after 100 there is nothing left to stop.
    let is_partial = step
        .weight
        .is_some_and(|weight| weight > 0.0 && weight < 100.0);
    if !is_partial {
        return concerns;
    }
    if is_bare {
        concerns.push(concern(RULE, "no analysis judges this step".into()));
    }
    if step.bake_seconds.is_none_or(|bake| bake <= 0.0) {
        let message = "it does not bake before the next step";
        concerns.push(concern(RULE, message.into()));
    }
    concerns
}

fn of_check(check: &Check, step: &PlanStep, policy: &TeamPolicy) -> Vec<Concern> {
    let name = &check.analysis;
    let mut concerns = Vec::new();
    if let (Some(bake), Some(detection)) = (step.bake_seconds, check.detection_seconds)
        && !above(bake, detection)
    {
        let (bake, detection) = (duration_text(bake), duration_text(detection));
        let message =
            format!("`{name}` cannot fail before {detection}, and the step bakes for {bake}");
        concerns.push(concern(Some("bake-shorter-than-detection"), message));
    }
    if let (Some(samples), Some(required)) = (check.trough_samples, check.required_samples)
        && above(required, samples)
    {
        let message = format!(
            "`{name}` sees {} of the {required} requests that it needs{}",
            counted(samples),
            remedy(check)
        );
        concerns.push(concern(Some("bake-too-few-samples"), message));
    }
    let wanted = policy.min_expected_errors_at_threshold;
    if let Some(errors) = check
        .expected_errors
        .filter(|errors| above(wanted, *errors))
    {
        let errors = (errors * 100.0).round() / 100.0;
        let message = format!(
            "the threshold of `{name}` stands for {errors} failed requests; {wanted} are wanted"
        );
        concerns.push(concern(Some("rollback-threshold-unresolvable"), message));
    }
    let allowed = policy.max_rollout_budget_fraction;
    if let Some(fraction) = check
        .budget_fraction
        .filter(|fraction| above(*fraction, allowed))
    {
        let message = format!(
            "until `{name}` stops it, a failing version spends {} of the error budget; {} is allowed",
            percent(fraction),
            percent(allowed)
        );
        concerns.push(concern(Some("rollout-budget-exposure"), message));
    }
    concerns
}

fn remedy(check: &Check) -> String {
    match check.needed_bake_seconds {
        Some(needed) => {
            format!(
                ": bake and window have to last {}",
                duration_text((needed - needed * 1e-9).ceil())
            )
        }
        None => String::new(),
    }
}

/// Above by more than the noise of binary fractions.
fn above(number: f64, limit: f64) -> bool {
    number - limit > limit.abs() * 1e-9
}

/// A count of requests: whole from ten on, rounded down, so that what does not suffice does not
/// look as if it did.
pub fn counted(number: f64) -> String {
    let lifted = number + number.abs() * 1e-9;
    if lifted >= 10.0 {
        lifted.floor().to_string()
    } else {
        ((lifted * 100.0).floor() / 100.0).to_string()
    }
}

/// A ratio in percent, with three digits.
pub fn percent(ratio: f64) -> String {
    let percent = ratio * 100.0;
    let digits = match percent.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    if percent > 0.0 && percent < 0.001 {
        return "<0.001 %".to_owned();
    }
    let text = format!("{percent:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text} %")
}
