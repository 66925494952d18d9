//! Plans against the golden values of the formulas.

use super::*;
use crate::{
    config::TeamPolicy,
    document::{
        read::{self, Format},
        source::Source,
    },
};

/// A rollout at 20 requests a second; `{}` stands for what differs.
const SPEC: &str = r"
metadata: {name: ranker}
spec:
  environment: production
  traffic: {troughRps: 20, averageRps: 50}
  slos:
    - {name: p99, indicator: {type: request_latency}, op: lte, value: 50ms, target: 0.99, window: {duration: 30d, isRolling: true}}
    - {name: availability, indicator: {type: availability}, target: 0.999, window: {duration: 30d, isRolling: true}}
  rollout:
    strategy: canary
    steps:
      - {weight: 5, bake: 5m, analysis: [p99, errors]}
      - {weight: 50, bake: 10m, analysis: [errors, quality]}
      - {weight: 75}
      - {weight: 100}
    analysis:
      - {name: p99, slo: p99, op: gt, threshold: 50ms, interval: 1m, window: 10m, failureLimit: 2, initialDelay: 30s}
      - {name: errors, slo: availability, op: gt, threshold: 0.01, interval: 295s, window: 1000s, failureLimit: 2}
";

fn planned(text: &str, policy: &TeamPolicy) -> Plan {
    let source = Source::new("a.yaml", text);
    let parsed = read::parse(&source, Format::Yaml);
    plan(&parsed.documents[0], policy)
}

fn messages(step: &PlanStep) -> Vec<&str> {
    step.concerns
        .iter()
        .map(|concern| concern.message.as_str())
        .collect()
}

#[test]
fn the_golden_values_of_bake_and_budget() {
    let plan = planned(SPEC, &TeamPolicy::default());
    let step = &plan.steps[0];
    assert_eq!(
        step.trough,
        Some(Load {
            rps: 1.0,
            requests: Some(300.0)
        })
    );
    assert_eq!(
        step.average,
        Some(Load {
            rps: 2.5,
            requests: Some(750.0)
        })
    );
    let (p99, errors) = (&step.checks[0], &step.checks[1]);
    // 20 requests a second at 5 %: 299 samples take 299 s.
    assert_eq!(
        (p99.required_samples, p99.needed_bake_seconds),
        (Some(299.0), Some(299.0))
    );
    assert_eq!(
        (p99.detection_seconds, p99.latest_seconds),
        (Some(150.0), Some(750.0))
    );
    assert_eq!(
        (p99.trough_samples, p99.average_samples),
        (Some(300.0), Some(750.0))
    );
    // Ten minutes of total failure at 5 % of 99.9 % over 30 days.
    assert_eq!(errors.exposure_seconds, Some(600.0));
    assert_eq!(
        errors.budget_fraction.map(concern::percent).as_deref(),
        Some("1.16 %")
    );
    assert_eq!(errors.expected_errors, Some(3.0));
    assert_eq!(plan.total_seconds, None);
    let strict = TeamPolicy {
        confidence: 0.99,
        ..TeamPolicy::default()
    };
    assert_eq!(
        planned(SPEC, &strict).steps[0].checks[0].needed_bake_seconds,
        Some(459.0)
    );
}

#[test]
fn what_stands_against_a_step_is_said_with_its_numbers() {
    let plan = planned(SPEC, &TeamPolicy::default());
    assert_eq!(
        messages(&plan.steps[0]),
        ["`errors` cannot fail before 9m50s, and the step bakes for 5m"]
    );
    assert_eq!(
        messages(&plan.steps[1]),
        [
            "no analysis of the rollout is called `quality`",
            "until `errors` stops it, a failing version spends 11.6 % of the error budget; 10 % is allowed",
        ]
    );
    assert_eq!(
        messages(&plan.steps[2]),
        [
            "no analysis judges this step",
            "it does not bake before the next step"
        ]
    );
    assert_eq!(messages(&plan.steps[3]), Vec::<&str>::new());
    let short = SPEC
        .replace("bake: 5m", "bake: 4m58s")
        .replace("threshold: 0.01", "threshold: 0.001");
    assert_eq!(
        messages(&planned(&short, &TeamPolicy::default()).steps[0]),
        [
            "`p99` sees 298 of the 299 requests that it needs: bake and window have to last 4m59s",
            "`errors` cannot fail before 9m50s, and the step bakes for 4m58s",
            "the threshold of `errors` stands for 0.3 failed requests; 2 are wanted",
        ]
    );
}

#[test]
fn numbers_that_cannot_be_known_are_absent() {
    let quiet = SPEC.replace(
        "traffic: {troughRps: 20, averageRps: 50}",
        "traffic: {peakRps: 90}",
    );
    let plan = planned(&quiet, &TeamPolicy::default());
    let step = &plan.steps[0];
    assert_eq!(
        (step.trough, step.average, step.checks[0].trough_samples),
        (None, None, None)
    );
    assert_eq!(
        messages(step)[0],
        "`spec.traffic.troughRps` is missing, so no samples are known"
    );
    let strange = SPEC
        .replace("weight: 5,", "weight: 0.05,")
        .replace("bake: 10m", "bake: 10");
    let plan = planned(&strange, &TeamPolicy::default());
    assert_eq!((plan.steps[0].weight, plan.steps[0].trough), (None, None));
    assert_eq!(plan.steps[1].bake_seconds, None);
    for text in [
        "a: 1",
        "spec: 5",
        "spec: {rollout: {steps: [1, [], {}], analysis: 7}}",
        "spec: {rollout: []}",
    ] {
        let plan = planned(text, &TeamPolicy::default());
        assert!(plan.steps.is_empty() == plan.unplanned.is_some(), "{text}");
    }
}

#[test]
fn a_specification_without_steps_says_why() {
    let reason = |spec: &str| planned(&format!("spec: {spec}"), &TeamPolicy::default()).unplanned;
    assert_eq!(reason("{}").as_deref(), Some("it has no `spec.rollout`"));
    assert_eq!(
        reason("{noProductionImpact: {reason: x}}").as_deref(),
        Some("it has no production impact, by `spec.noProductionImpact`")
    );
    assert_eq!(
        reason("{rollout: {strategy: rolling}}").as_deref(),
        Some("its rollout has no steps")
    );
}

#[test]
fn the_time_of_a_rollout_is_that_of_its_bakes() {
    let whole = SPEC.replace(
        "{weight: 75}",
        "{weight: 75, bake: 15m, analysis: [errors]}",
    );
    assert_eq!(
        planned(&whole, &TeamPolicy::default()).total_seconds,
        Some(1_800.0)
    );
}

#[test]
fn ratios_are_written_with_three_digits() {
    for (ratio, text) in [
        (0.1, "10 %"),
        (0.0116, "1.16 %"),
        (1.5, "150 %"),
        (0.1234, "12.3 %"),
        (0.000_5, "0.05 %"),
        (1e-9, "<0.001 %"),
        (0.0, "0 %"),
    ] {
        assert_eq!(concern::percent(ratio), text);
    }
}
