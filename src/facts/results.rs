//! What the evidence of a claim really says: one sheet for each reference, in their order.
//!
//! The value is given in the unit of the claim. A unit of another kind is a reason, never a guess,
//! and so is a value without a unit, unless the reference selects it from plain JSON: then whoever
//! wrote the reference vouches for the unit. What a file leaves open for a claim is a [`Gap`].

mod claimed;
mod converted;
mod named;
mod weighed;

pub(super) use claimed::{ClaimedMeasure, item_name, of_claim, of_file};
pub(super) use weighed::weighed;

use super::{Field, Number, extract, formula::samples::samples_for_percentile, slo::Slo};
use crate::{
    document::{Node, Pointer, Value as Tree},
    evidence::{
        Binding, BindingKind, CautionKind, Evidence, EvidenceKind, Measurement, Rate, Reading,
        Reference, Status, canonical_metric,
    },
    facts::references::reference,
    units::{self, Dimension},
};
use converted::{Unfit, converted};
use schemars::JsonSchema;
use serde::Serialize;

/// The format whose numbers have the unit of a query that the file does not tell.
const ANALYSIS_RUN: &str = "argo-analysisrun";

/// Finds what a reference leads to.
pub type Look<'l> = dyn Fn(Reference<'_>) -> Reading + 'l;

/// What one reference to evidence leads to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ResultFacts {
    /// The path to the reference in its document.
    pub at: Pointer,
    /// The path of the file, as the document has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The part of the file that the reference selects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select: Option<String>,
    /// The format that the reference names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// What became of the file: `read`, `missing`, `outside`, `remote`, `unreadable`, `unknown-format` and the like.
    pub status: &'static str,
    /// Why the file is not read, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the file says, normalised: at most 200 statistics, 10 cautions of a kind and 200 characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// The ratio of requests that failed, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_ratio: Option<Number>,
    /// The number of measurements of the metric of an analysis that has the fewest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fewest_measurements: Option<Number>,
    /// The day on which it began, in days since 1970-01-01.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_day: Option<Number>,
    /// True where the file's time has no offset, so that the day may be the neighbouring one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub started_locally: bool,
    /// True where the unit of the claim is one of time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_latency: bool,
    /// What the file lacks for the claim: `metric`, `statistic`, `unit` or `dimension`; `withdrawn` for a statistic that it holds and that cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacking: Option<&'static str>,
    /// What the file holds instead of the metric or the statistic that it lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<Vec<String>>,
    /// The measured value in the unit of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<MeasuredFacts>,
    /// True where the tool leaves the first token out of its time per output token.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub excludes_first_token: bool,
    /// The unit of the file, where it measures something else than that of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds_unit: Option<String>,
    /// True where the file itself states what was measured: a model, an image, or the service of an analysis.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub names_subject: bool,
    /// What the statement beside the file says about it; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding: Option<Binding>,
}

/// A measured value in the unit of the claim.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct MeasuredFacts {
    /// The number, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// The word, where the unit of the claim is `enum`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The unit of the claim, such as `ms`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// True where the file gives the number without a unit, so that it is taken in that of the claim.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unit_is_claimed: bool,
    /// The step to which the tool rounds the value, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Number>,
    /// The number of observations that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<Number>,
    /// The fewest observations with which the percentile can be stated at the team's confidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples_needed: Option<Number>,
    /// Where it stands in the file: a JSON Pointer, a line, or a row and a column.
    pub at: String,
}

/// Something that a claim rests on and its file does not tell, so that no rule could compare it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The file as the document names it.
    pub path: String,
    /// What is missing, as it ends "does not tell ...".
    pub what: String,
    /// Whose claim it is: `item ...` or the throughput of a replica.
    pub claim: String,
}

/// What is claimed of a measurement.
struct Claim<'d> {
    name: String,
    service: Option<&'d str>,
    metric: Option<&'d str>,
    statistic: Option<&'d str>,
    unit: Option<&'d str>,
    conditions: Field<'d>,
    wants_samples: bool,
    wants_measurements: bool,
}

/// The results behind each item of a checklist and what their files leave open, in the order of the items.
pub(super) fn items(
    spec: Field,
    look: &Look<'_>,
    confidence: f64,
) -> Vec<(Vec<ResultFacts>, Vec<Gap>)> {
    let service = spec.get("servingSpec").text();
    let results = spec.get("items").items().enumerate().map(|(index, item)| {
        let claim = Claim::of_item(index, item, service);
        let at = Pointer::default()
            .key("spec")
            .key("items")
            .index(index)
            .key("evidence");
        let mut gaps = Vec::new();
        let results = claim.results(item.get("evidence"), &at, look, confidence, &mut gaps);
        (results, gaps)
    });
    results.collect()
}

/// The results behind the throughput of a replica: the statistic of the SLO that it is claimed at.
pub(super) fn capacity(
    spec: Field,
    slos: &[Slo],
    look: &Look<'_>,
    confidence: f64,
) -> (Vec<ResultFacts>, Vec<Gap>) {
    let claimed = spec.at(&["capacity", "perReplica"]);
    let slo = super::slo::find(slos, claimed.get("atSlo").text()).map(|index| &slos[index]);
    let statistic = slo.and_then(Slo::statistic);
    let (unit, statistic) = match slo.and_then(|slo| slo.kind) {
        Some(super::slo::IndicatorKind::Latency) => (Some("s"), statistic),
        Some(super::slo::IndicatorKind::Availability) => (Some("ratio"), Some("ratio".to_owned())),
        _ => (None, None),
    };
    let claim = Claim {
        name: "the throughput of a replica".to_owned(),
        service: None,
        metric: slo.and_then(|slo| slo.indicator).filter(|_| unit.is_some()),
        statistic: statistic.as_deref(),
        unit,
        conditions: Field::default(),
        wants_samples: false,
        wants_measurements: false,
    };
    let at = Pointer::default()
        .key("spec")
        .key("capacity")
        .key("perReplica")
        .key("evidence");
    let mut gaps = Vec::new();
    let results = claim.results(claimed.get("evidence"), &at, look, confidence, &mut gaps);
    (results, gaps)
}

impl Claim<'_> {
    fn results(
        &self,
        evidence: Field,
        at: &Pointer,
        look: &Look<'_>,
        confidence: f64,
        gaps: &mut Vec<Gap>,
    ) -> Vec<ResultFacts> {
        let Some(node) = evidence.node() else {
            return Vec::new();
        };
        let places: Vec<(Pointer, &Node)> = match &node.value {
            Tree::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| (at.clone().index(index), item))
                .collect(),
            _ => vec![(at.clone(), node)],
        };
        let result = |(at, node)| self.result(&at, node, look, confidence, gaps);
        places.into_iter().map(result).collect()
    }

    fn result(
        &self,
        at: &Pointer,
        node: &Node,
        look: &Look<'_>,
        confidence: f64,
        gaps: &mut Vec<Gap>,
    ) -> ResultFacts {
        let Some(reference) = reference(node) else {
            return ResultFacts {
                at: at.clone(),
                status: Status::Unreadable.word(),
                ..ResultFacts::default()
            };
        };
        let reading = look(reference);
        let mut facts = ResultFacts {
            at: at.clone(),
            path: Some(reference.path.to_owned()),
            select: reference.select.map(str::to_owned),
            format: reference.format.map(str::to_owned),
            status: reading.status.word(),
            reason: reading.reason,
            binding: reading.binding.as_deref().cloned(),
            ..ResultFacts::default()
        };
        if let Some(evidence) = reading.evidence {
            let mut open = |what: &str| {
                gaps.push(Gap {
                    path: reference.path.into(),
                    what: what.into(),
                    claim: self.name.clone(),
                });
            };
            self.read(&mut facts, &evidence, confidence, &mut open);
            self.untold(&evidence, &mut open);
        }
        facts
    }

    fn read(
        &self,
        facts: &mut ResultFacts,
        evidence: &Evidence,
        confidence: f64,
        open: &mut dyn FnMut(&str),
    ) {
        facts.evidence = Some(extract::of(evidence));
        facts.names_subject = named::names_subject(evidence, self.service);
        facts.error_ratio = Number::of(evidence.error_ratio());
        facts.fewest_measurements = Number::of(fewest_measurements(evidence));
        let (day, is_local) = started(evidence);
        facts.started_day = Number::of(day.map(|day| day as f64));
        facts.started_locally = is_local;
        let (Some(metric), Some(statistic), Some(unit)) = (self.metric, self.statistic, self.unit)
        else {
            return;
        };
        let dimension = units::unit_factor(unit).map(|unit| unit.dimension);
        facts.is_latency = dimension == Some(Dimension::Time);
        let stated = evidence.selected();
        let Some(found) = stated.or_else(|| evidence.find(metric, statistic)) else {
            match evidence.withdraws(metric, statistic) {
                true => {
                    facts.lacking = Some("withdrawn");
                    open(&format!("a usable `{statistic}` of `{metric}`"));
                }
                false => facts.lacks(evidence, metric),
            }
            return;
        };
        // Of a value that a reference points at, only its author knows what it is.
        let needed = match stated {
            Some(_) => None,
            None => samples_needed(statistic, confidence),
        };
        // Of a score or a claim of a model card the unit is not told either, and its name is the author's of the item.
        let is_queried = evidence.format == ANALYSIS_RUN
            || matches!(evidence.kind, EvidenceKind::Quality | EvidenceKind::Supply);
        match converted(found, metric, unit, stated.is_some(), is_queried) {
            Ok(measured) => {
                let samples = samples_behind(found, evidence);
                facts.result = Some(MeasuredFacts {
                    samples: Number::of(samples.map(|samples| samples as f64)),
                    samples_needed: Number::of(needed.map(|needed| needed as f64)),
                    at: extract::clipped(&found.at),
                    ..measured
                });
                facts.excludes_first_token = excludes_first_token(evidence, metric);
                if samples.is_none() && (self.wants_samples || needed.is_some()) {
                    open("how many samples the value rests on");
                }
            }
            Err(Unfit::Untold) => {
                facts.lacking = Some("unit");
                open(&format!(
                    "the unit of `{metric}` (`format: json` with `select` takes the value in the item's unit)"
                ));
            }
            Err(Unfit::Other(held)) => {
                facts.lacking = Some("dimension");
                facts.holds_unit = Some(held);
            }
        }
    }

    /// What the claim or a rule asks of the file and the file leaves open.
    fn untold(&self, evidence: &Evidence, open: &mut dyn FnMut(&str)) {
        let wants = |key: &str| !self.conditions.get(key).is_missing();
        let subject = &evidence.subject;
        let no_load = evidence.achieved_rps.is_none()
            && !matches!(evidence.offered_rps, Some(Rate::Number(_)));
        let rows = [
            (wants("offeredRps") && no_load, "the load"),
            (
                wants("duration") && evidence.duration_seconds.is_none(),
                "how long it ran",
            ),
            (
                wants("replicas") && subject.replicas.is_none(),
                "how many replicas served",
            ),
            (
                wants("inputTokens") && subject.input_tokens.is_none(),
                "the tokens of a prompt",
            ),
            (
                wants("outputTokens") && subject.output_tokens.is_none(),
                "the tokens of an answer",
            ),
            (
                self.wants_measurements && fewest_measurements(evidence).is_none(),
                "how many measurements it holds",
            ),
            (
                evidence.error_ratio().is_none()
                    && evidence
                        .measurements
                        .iter()
                        .any(|found| found.unit == Some("s")),
                "how many requests failed",
            ),
            (started(evidence).0.is_none(), "when it ran"),
            (
                named::may_be_filtered(evidence),
                "which severities the scan was told to report",
            ),
        ];
        for (is_open, what) in rows {
            if is_open {
                open(what);
            }
        }
    }
}

fn samples_needed(statistic: &str, confidence: f64) -> Option<u64> {
    samples_for_percentile(percentile(statistic)?, confidence, 0)
}

/// The count beside the value; else that of the requests, each of which has one time.
fn samples_behind(found: &Measurement, evidence: &Evidence) -> Option<u64> {
    match found.samples {
        None if found.unit == Some("s") => evidence.completed,
        samples => samples,
    }
}

/// `p99.9` as 0.999.
fn percentile(statistic: &str) -> Option<f64> {
    let percent: f64 = statistic.strip_prefix('p')?.parse().ok()?;
    // Through percent: 1 - 0.999 is not 0.001 in binary, and 99.9 / 100 is the nearest there is.
    (percent > 0.0 && percent < 100.0).then_some(percent / 100.0)
}

/// The day on which it began, and whether the file's time has no offset, so that it may be the
/// neighbouring one.
pub fn started(evidence: &Evidence) -> (Option<i64>, bool) {
    // A file that tells its end alone is of that day: a run over midnight began on the one before.
    let told = evidence
        .started_at
        .as_deref()
        .or(evidence.ended_at.as_deref());
    let Some(text) = told else {
        return (None, false);
    };
    match units::day_number(text) {
        Some(day) => (Some(day), evidence.warns(CautionKind::LocalTime)),
        // A local time without an offset begins with its day.
        None => (text.get(..10).and_then(units::day_number), true),
    }
}

/// The fewest measurements behind a metric of an analysis.
fn fewest_measurements(evidence: &Evidence) -> Option<f64> {
    let phases = evidence
        .measurements
        .iter()
        .filter(|found| found.statistic == "phase");
    phases
        .filter_map(|found| found.samples)
        .min()
        .map(|count| count as f64)
}

impl ResultFacts {
    /// True where the reference points at a value of plain JSON: what it is, only the reference says.
    pub(super) fn is_pointed_at(&self) -> bool {
        let evidence = self.evidence.as_ref();
        evidence.is_some_and(|evidence| evidence.format == "json")
    }

    /// What its statement rests on, where it counts.
    pub(super) fn bound(&self) -> Option<BindingKind> {
        self.binding.as_ref()?.holds()
    }

    /// True where the number was taken in the unit of the claim.
    pub(super) fn unit_is_claimed(&self) -> bool {
        let result = self.result.as_ref();
        result.is_some_and(|result| result.unit_is_claimed)
    }

    /// Notes that the file holds no such metric or statistic, and what it holds instead.
    fn lacks(&mut self, evidence: &Evidence, metric: &str) {
        let known = evidence.statistics(metric);
        let (lacking, held) = match known.as_slice() {
            [] => ("metric", extract::metrics(evidence)),
            known => ("statistic", known.to_vec()),
        };
        self.lacking = Some(lacking);
        self.holds = Some(held.into_iter().map(str::to_owned).collect());
    }
}

/// How the tool defines the time per output token, where that is known.
fn excludes_first_token(evidence: &Evidence, metric: &str) -> bool {
    // vLLM: (latency - ttft) / (output tokens - 1), in `calculate_metrics`.
    canonical_metric(metric) == "time_per_output_token" && evidence.format == "vllm-bench"
}
