//! From a specification and its facts to a plan.

use super::{Check, Load, Plan, PlanStep, Shadow, Traffic, concern};
use crate::{
    config::TeamPolicy,
    document::Document,
    facts::{
        self, AnalysisFacts, Assumed, CheckFacts, Field, Number, RolloutFacts, Watched, formula,
        rounded,
    },
};

/// The plan of a ServingSpec that fits its schema. What the team tolerates decides on concerns.
pub fn plan(document: &Document, policy: &TeamPolicy) -> Plan {
    let assumed = Assumed {
        confidence: policy.confidence,
        today: None,
    };
    let facts = facts::serving(&document.root, assumed).rollout;
    let facts = facts.unwrap_or_default();
    let root = Field::from(&document.root);
    let spec = root.get("spec");
    let rollout = spec.get("rollout");
    let traffic = Traffic {
        trough_rps: spec.at(&["traffic", "troughRps"]).positive(),
        average_rps: spec.at(&["traffic", "averageRps"]).positive(),
        peak_rps: spec.at(&["traffic", "peakRps"]).positive(),
    };
    let reader = Reader {
        spec,
        facts: &facts,
        traffic,
    };
    let mut steps = reader.steps();
    concern::add(&mut steps, rollout, traffic, policy);
    let text = |field: Field| field.text().map(str::to_owned);
    Plan {
        file: document.source.name.clone(),
        service: text(root.at(&["metadata", "name"])),
        environment: text(spec.get("environment")),
        strategy: text(rollout.get("strategy")),
        confidence: policy.confidence,
        traffic,
        shadow: reader.shadow(),
        total_seconds: total_seconds(&steps),
        unplanned: unplanned(spec, &steps),
        steps,
    }
}

fn unplanned(spec: Field, steps: &[PlanStep]) -> Option<String> {
    let reason = match (
        spec.get("rollout").is_missing(),
        spec.get("noProductionImpact").is_missing(),
    ) {
        _ if !steps.is_empty() => return None,
        (true, false) => "it has no production impact, by `spec.noProductionImpact`",
        (true, true) => "it has no `spec.rollout`",
        (false, _) => "its rollout has no steps",
    };
    Some(reason.to_owned())
}

/// Only the last step may go without a bake: nothing follows it.
fn total_seconds(steps: &[PlanStep]) -> Option<f64> {
    let (last, before) = steps.split_last()?;
    let sum: Option<f64> = before.iter().map(|step| step.bake_seconds).sum();
    Some(sum? + last.bake_seconds.unwrap_or_default())
}

struct Reader<'n> {
    spec: Field<'n>,
    facts: &'n RolloutFacts,
    traffic: Traffic,
}

impl<'n> Reader<'n> {
    fn steps(&self) -> Vec<PlanStep> {
        let read = |(place, step): (usize, Field<'n>)| {
            // A ratio where a percentage belongs has no meaning here; `check` reports it.
            let weight = step
                .get("weight")
                .amount()
                .filter(|weight| *weight <= 100.0 && weight.fract() == 0.0);
            let bake_seconds = step.get("bake").seconds();
            PlanStep {
                weight,
                bake_seconds,
                trough: load(self.traffic.trough_rps, weight, bake_seconds),
                average: load(self.traffic.average_rps, weight, bake_seconds),
                checks: self
                    .facts
                    .checks
                    .iter()
                    .filter(|check| check.step == place)
                    .filter_map(|check| self.check(check))
                    .collect(),
                concerns: Vec::new(),
            }
        };
        self.spec
            .at(&["rollout", "steps"])
            .items()
            .enumerate()
            .map(read)
            .collect()
    }

    fn shadow(&self) -> Option<Shadow> {
        let shadow = self.spec.at(&["rollout", "shadow"]);
        let percent = shadow
            .get("percent")
            .amount()
            .filter(|percent| *percent <= 100.0);
        let duration_seconds = shadow.get("duration").seconds();
        (percent.is_some() || duration_seconds.is_some()).then(|| Shadow {
            percent,
            duration_seconds,
            trough: load(self.traffic.trough_rps, percent, duration_seconds),
            average: load(self.traffic.average_rps, percent, duration_seconds),
        })
    }

    fn check(&self, check: &CheckFacts) -> Option<Check> {
        let analysis: &AnalysisFacts = self.facts.analysis.get(check.analysis)?;
        let mut written = self.spec.at(&["rollout", "analysis"]).items();
        let written = written.nth(check.analysis)?;
        let detection_seconds = analysis.detection_seconds.map(Number::get);
        let window = written.get("window").seconds();
        Some(Check {
            analysis: written.get("name").text()?.to_owned(),
            kind: analysis.kind.map(Watched::word).map(str::to_owned),
            slo: written.get("slo").text().map(str::to_owned),
            detection_seconds,
            latest_seconds: detection_seconds
                .zip(window)
                .map(|(detection, window)| detection + window),
            sample_seconds: check.sample_seconds.map(Number::get),
            trough_samples: check.trough_samples.map(Number::get),
            average_samples: check.average_samples.map(Number::get),
            required_samples: check.required_samples.map(Number::get),
            needed_bake_seconds: check.needed_bake_seconds.map(Number::get),
            expected_errors: check.expected_errors.map(Number::get),
            exposure_seconds: analysis.exposure_seconds.map(Number::get),
            budget_fraction: check.budget_fraction.map(Number::get),
        })
    }
}

fn load(rps: Option<f64>, percent: Option<f64>, seconds: Option<f64>) -> Option<Load> {
    let rps = rounded(formula::canary_rps(rps?, percent?));
    let requests = seconds.map(|seconds| rounded(rps * seconds));
    (rps.is_finite() && requests.is_none_or(f64::is_finite)).then_some(Load { rps, requests })
}
