//! What the evidence of a claim really says: one sheet for each reference, in their order.
//!
//! The value is given in the unit of the claim. A unit of another kind is a reason, never a guess,
//! and so is a value without a unit, unless the reference selects it from plain JSON: then whoever
//! wrote the reference vouches for the unit. What a file leaves open for a claim is a [`Gap`].

use super::{Field, Sheet, extract, formula::samples::samples_for_percentile, slo::Slo};
use crate::{
    document::{Node, Pointer, Value as Tree},
    evidence::{
        CautionKind, Evidence, Measurement, Rate, Reading, Reference, Status, Value,
        canonical_metric,
    },
    facts::references::reference,
    units::{self, Dimension, Unit},
};
use serde_json::Value as Json;

/// Finds what a reference leads to.
pub type Look<'l> = dyn Fn(Reference<'_>) -> Reading + 'l;

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
    metric: Option<&'d str>,
    statistic: Option<&'d str>,
    unit: Option<&'d str>,
    conditions: Field<'d>,
    wants_samples: bool,
    wants_measurements: bool,
}

/// The results behind each item of a checklist, in the order of the items.
pub(super) fn items(spec: Field, look: &Look<'_>, confidence: f64) -> (Vec<Vec<Sheet>>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let results = spec.get("items").items().enumerate().map(|(index, item)| {
        let metric = item.get("metric");
        let claim = Claim {
            name: item
                .get("id")
                .text()
                .map_or(format!("item {}", index + 1), |id| format!("item `{id}`")),
            metric: metric.get("name").text(),
            statistic: metric.get("statistic").text(),
            unit: metric.get("unit").text(),
            conditions: item.get("conditions"),
            wants_samples: !item.get("minSamples").is_missing(),
            wants_measurements: !item.get("minMeasurements").is_missing(),
        };
        let at = Pointer::default()
            .key("spec")
            .key("items")
            .index(index)
            .key("evidence");
        claim.results(item.get("evidence"), &at, look, confidence, &mut gaps)
    });
    (results.collect(), gaps)
}

/// The results behind the throughput of a replica: the statistic of the SLO that it is claimed at.
pub(super) fn capacity(
    spec: Field,
    slos: &[Slo],
    look: &Look<'_>,
    confidence: f64,
) -> (Vec<Sheet>, Vec<Gap>) {
    let claimed = spec.at(&["capacity", "perReplica"]);
    let slo = super::slo::find(slos, claimed.get("atSlo").text()).map(|index| &slos[index]);
    let statistic = slo.and_then(Slo::statistic);
    let (unit, statistic) = match slo.and_then(|slo| slo.kind) {
        Some(super::slo::Kind::Latency) => (Some("s"), statistic),
        Some(super::slo::Kind::Availability) => (Some("ratio"), Some("ratio".to_owned())),
        _ => (None, None),
    };
    let claim = Claim {
        name: "the throughput of a replica".to_owned(),
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
    ) -> Vec<Sheet> {
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
    ) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.path("at", at);
        let Some(reference) = reference(node) else {
            sheet.text("status", Some(Status::Unreadable.word()));
            return sheet;
        };
        let reading = look(reference);
        sheet.text("path", Some(reference.path));
        sheet.text("select", reference.select);
        sheet.text("format", reference.format);
        sheet.text("status", Some(reading.status.word()));
        sheet.text("reason", reading.reason);
        if let Some(evidence) = reading.evidence {
            let mut open = |what: &str| {
                gaps.push(Gap {
                    path: reference.path.into(),
                    what: what.into(),
                    claim: self.name.clone(),
                });
            };
            self.read(&mut sheet, &evidence, confidence, &mut open);
            self.untold(&evidence, &mut open);
        }
        sheet
    }

    fn read(
        &self,
        sheet: &mut Sheet,
        evidence: &Evidence,
        confidence: f64,
        open: &mut dyn FnMut(&str),
    ) {
        sheet.json("evidence", Some(extract::of(evidence)));
        sheet.number("errorRatio", evidence.error_ratio());
        sheet.number("fewestMeasurements", fewest_measurements(evidence));
        let (day, is_local) = started(evidence);
        sheet.number("startedDay", day.map(|day| day as f64));
        sheet.flag("startedLocally", is_local);
        let (Some(metric), Some(statistic), Some(unit)) = (self.metric, self.statistic, self.unit)
        else {
            return;
        };
        sheet.flag(
            "isLatency",
            units::unit_factor(unit).is_some_and(|unit| unit.dimension == Dimension::Time),
        );
        let Some(found) = evidence
            .selected()
            .or_else(|| evidence.find(metric, statistic))
        else {
            let known = evidence.statistics(metric);
            sheet.text(
                "lacking",
                Some(if known.is_empty() {
                    "metric"
                } else {
                    "statistic"
                }),
            );
            sheet.texts(
                "holds",
                if known.is_empty() {
                    extract::metrics(evidence)
                } else {
                    known
                },
            );
            return;
        };
        let is_stated = evidence.selected().is_some();
        let needed = percentile(statistic).and_then(|p| samples_for_percentile(p, confidence, 0));
        match converted(found, metric, unit, is_stated) {
            Ok(mut result) => {
                let samples = found
                    .samples
                    .or(evidence.completed.filter(|_| found.unit == Some("s")));
                result.number("samples", samples.map(|samples| samples as f64));
                result.number(
                    "samplesNeeded",
                    needed.filter(|_| !is_stated).map(|needed| needed as f64),
                );
                result.text("at", Some(extract::clipped(&found.at)));
                sheet.sheet("result", result);
                sheet.definition(evidence, metric);
                if samples.is_none() && (self.wants_samples || (needed.is_some() && !is_stated)) {
                    open("how many samples the value rests on");
                }
            }
            Err(Unfit::Untold) => {
                sheet.text("lacking", Some("unit"));
                open(&format!(
                    "the unit of `{metric}` (`format: json` with `select` takes the value in the item's unit)"
                ));
            }
            Err(Unfit::Other(held)) => {
                sheet.text("lacking", Some("dimension"));
                sheet.text("holdsUnit", Some(held));
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
        ];
        rows.iter()
            .filter(|(is_open, _)| *is_open)
            .for_each(|(_, what)| open(what));
    }
}

/// Why a value cannot be compared.
enum Unfit {
    /// The file gives no unit.
    Untold,
    /// It is of another kind, which is named.
    Other(String),
}

/// The value in the unit of the claim.
fn converted(
    found: &Measurement,
    metric: &str,
    wanted: &str,
    is_stated: bool,
) -> Result<Sheet, Unfit> {
    let unit = units::unit_factor(wanted);
    let is_name = unit.is_some_and(|unit| unit.dimension == Dimension::Enum);
    let mut sheet = Sheet::default();
    let number = match (&found.value, is_name) {
        (Value::Text(text), true) => {
            sheet.text("text", Some(extract::clipped(text)));
            sheet.text("unit", Some(wanted));
            return Ok(sheet);
        }
        (Value::Text(_), false) => return Err(Unfit::Other("text".into())),
        (Value::Number(_), true) => return Err(Unfit::Other("a number".into())),
        (Value::Number(number), false) => *number,
    };
    let factor = match (found.unit, unit) {
        _ if is_stated => 1.0,
        (None, _) => return Err(Unfit::Untold),
        (Some(held), Some(Unit { dimension, factor })) if dimension_of(held) == Some(dimension) => {
            let of_tokens = |text: &str| text.contains("token");
            if dimension == Dimension::Rate
                && of_tokens(wanted) != of_tokens(canonical_metric(metric))
            {
                let held = if of_tokens(metric) {
                    "tokens/s"
                } else {
                    "requests/s"
                };
                return Err(Unfit::Other(held.into()));
            }
            factor
        }
        (Some(held), _) => return Err(Unfit::Other(held.into())),
    };
    sheet.number("value", Some(number / factor));
    sheet.text("unit", Some(wanted));
    sheet.number("resolution", found.resolution.map(|step| step / factor));
    Ok(sheet)
}

fn dimension_of(unit: &str) -> Option<Dimension> {
    Some(match unit {
        "s" => Dimension::Time,
        "ratio" => Dimension::Ratio,
        "1/s" => Dimension::Rate,
        "count" => Dimension::Count,
        _ => return None,
    })
}

/// `p99.9` as 0.999.
fn percentile(statistic: &str) -> Option<f64> {
    let percent: f64 = statistic.strip_prefix('p')?.parse().ok()?;
    // Through percent: 1 - 0.999 is not 0.001 in binary, and 99.9 / 100 is the nearest there is.
    (percent > 0.0 && percent < 100.0).then_some(percent / 100.0)
}

/// The day on which it began, and whether the file's time has no offset, so that it may be the
/// neighbouring one.
fn started(evidence: &Evidence) -> (Option<i64>, bool) {
    let Some(text) = evidence.started_at.as_deref() else {
        return (None, false);
    };
    match units::day_number(text) {
        Some(day) => (Some(day), evidence.warns(CautionKind::LocalTime)),
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

impl Sheet {
    /// How the tool defines the time per output token, where that is known.
    fn definition(&mut self, evidence: &Evidence, metric: &str) {
        // vLLM: (latency - ttft) / (output tokens - 1), in `calculate_metrics`.
        if canonical_metric(metric) == "time_per_output_token" && evidence.format == "vllm-bench" {
            self.json("excludesFirstToken", Some(Json::Bool(true)));
        }
    }
}
