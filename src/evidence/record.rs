//! What was measured, in one shape whatever the tool.

use super::{
    Caution, CautionKind, Distribution,
    known::{Contradiction, EvidenceKind, Exactness, Origin, RunFact, Withdrawn},
    names::{canonical_metric, canonical_statistic},
};
use crate::query::QueryMeasure;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::{borrow::Cow, collections::BTreeMap};

/// What one file says. Serialised in camel case, as rules see it; absent means that the file does
/// not say.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Evidence {
    /// The name of the format, such as `vegeta-json`.
    pub format: &'static str,
    /// What it is about: `load`, `analysis`, `monitoring`, `samples`, `quality`, `security`, `supply`, or `value` for one of any JSON.
    pub kind: EvidenceKind,
    /// The tool that wrote it, as people call it.
    pub tool: &'static str,
    /// The tool's version, or the version of its format, as the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The statistics, in the order of the file.
    pub measurements: Vec<Measurement>,
    /// Requests that were answered well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<u64>,
    /// Requests that were sent and were not answered well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<u64>,
    /// Requests that the generator should have sent and did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// The rate at which requests should have been sent, in requests in a second; `unbounded` for as many as could be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_rps: Option<Rate>,
    /// The rate at which requests were sent or finished, in requests in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub achieved_rps: Option<f64>,
    /// The most requests in flight at once, where the generator had a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<f64>,
    /// Whether requests waited for answers before they were sent.
    pub load_shape: LoadShape,
    /// Seconds that the test ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// When it began, in RFC 3339; a caution of the kind `local-time` says that it has no offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended, or when the file was written at its end, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// What was tested.
    pub subject: MeasuredSubject,
    /// What an analysis measured and when it would have failed, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<RunMetric>,
    /// What the tool's habits mean for the numbers.
    pub cautions: Vec<Caution>,
    /// What in the content identifies the tool, as documented for the format.
    pub identified_by: &'static str,
    /// How each fact about outcome, load and time is known, by its name here (`completed`, `loadShape`, ...).
    pub known: BTreeMap<RunFact, Origin>,
    /// Where the file contradicts itself. The values at these places are in no statistic and no fact.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<Contradiction>,
    /// The statistics that a contradiction, or another reason in the cautions, took out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Withdrawn>,
    /// How times are distributed, for plots: no rule reads it.
    #[serde(skip)]
    pub distributions: Vec<Distribution>,
}

/// One statistic of one metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Measurement {
    /// A canonical name such as `request_latency` or `error_ratio`, or the file's own where it
    /// names metrics itself (an analysis).
    pub metric: String,
    /// `p50` ... `p99.9`, `mean`, `min`, `max`, `stddev`, `stderr`, `value`, `ratio` or `phase`.
    pub statistic: String,
    /// The value, in `unit`.
    pub value: MeasuredValue,
    /// `s`, `ratio`, `1/s` or `count`; absent where the file does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// How many observations it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// The step to which the tool rounded the value, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<f64>,
    /// The bucket of a histogram that holds the true value: its lower and its upper bound, in `unit`. No upper bound is infinite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 2]>,
    /// How exact the tool is: absent for a count, a rate or a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exactness: Option<Exactness>,
    /// The formula by which it was derived; absent where the file states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derived: Option<&'static str>,
    /// Where it stands in the file: a JSON Pointer, a line, or a row and a column.
    pub at: String,
}

impl Measurement {
    fn answers_to(&self, statistic: &str) -> bool {
        self.statistic == statistic
            || matches!(
                (self.unit, self.statistic.as_str(), statistic),
                (Some("ratio"), "ratio", "value")
                    | (Some("ratio"), "value", "ratio")
                    | (Some("1/s"), "value", "mean")
                    | (Some("1/s"), "mean", "value")
            )
    }
}

/// A number or a word.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum MeasuredValue {
    /// Always finite.
    Number(f64),
    /// A phase, or text that a metric's query answered with.
    Text(String),
}

impl MeasuredValue {
    /// The number, unless it is text.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }

    /// The text, unless it is a number.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }
}

/// A rate of requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// Requests in a second.
    Number(f64),
    /// As many as could be sent.
    Unbounded,
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(rate) => serializer.serialize_f64(*rate),
            Self::Unbounded => serializer.serialize_str("unbounded"),
        }
    }
}

impl JsonSchema for Rate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["number", "string"]})
    }
}

/// How requests were scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum LoadShape {
    /// On a schedule, whatever the answers: what users do.
    Open,
    /// Each user waits for its answer, so a slow server is asked less.
    Closed,
    /// The file does not tell.
    Unknown,
}

impl LoadShape {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open loop",
            Self::Closed => "closed loop",
            Self::Unknown => "not told",
        }
    }
}

/// What was tested, as far as the file says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "EvidenceSubject")]
pub struct MeasuredSubject {
    /// The model's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The image or version of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// How many replicas served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<u64>,
    /// Mean tokens of a prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<f64>,
    /// Mean tokens of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<f64>,
    /// What an analysis is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The namespace in which an analysis ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The Rollout that an analysis belonged to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<String>,
    /// The labels of an analysis.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The values that the queries of an analysis were filled in with.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, String>,
}

/// One metric of an analysis, as its file defines and measured it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct RunMetric {
    /// What it is called.
    pub name: String,
    /// How a failing result compares with the bound: `lt`, `lte`, `gt` or `gte`; absent where that is not certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails: Option<&'static str>,
    /// The number that results are compared with, in the unit of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// How many measurements were made; absent where it was never measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// True where it could not fail the analysis.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Seconds between two measurements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<f64>,
    /// The text of its query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The values that its query selects by labels, where it is PromQL.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Vec<String>>,
    /// The revisions that its query measures: `canary`, `argument` (its arguments decide) or `whole` (all, because nothing in it tells them apart).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selects: Option<&'static str>,
    /// What its query measures, where it is PromQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<QueryMeasure>,
}

/// Contradictions that rules see; one is enough to refuse a file.
const MOST_LISTED: usize = 20;

impl Evidence {
    /// The measurement of that metric and statistic. Knows the other common names of both
    /// (`ttft`, `success_ratio`, `median`); `value` and `ratio` mean the same for a ratio, `value`
    /// and `mean` for a rate, which is one number over the whole run.
    pub fn find(&self, metric: &str, statistic: &str) -> Option<&Measurement> {
        let statistic = canonical_statistic(statistic);
        // An analysis may call its metric `ttft`; then that is its name.
        let named = |name: &str| {
            let mut found = self.measurements.iter();
            found.find(|found| found.metric == name && found.answers_to(statistic))
        };
        named(metric).or_else(|| named(canonical_metric(metric)))
    }

    /// The same with the first measurements and those cautions that are wanted.
    #[must_use]
    pub fn cut(&self, measurements: usize, mut wants: impl FnMut(&Caution) -> bool) -> Self {
        Self {
            measurements: self
                .measurements
                .iter()
                .take(measurements)
                .cloned()
                .collect(),
            cautions: self
                .cautions
                .iter()
                .filter(|caution| wants(caution))
                .cloned()
                .collect(),
            version: self.version.clone(),
            started_at: self.started_at.clone(),
            subject: self.subject.clone(),
            metrics: self.metrics.iter().take(measurements).cloned().collect(),
            ended_at: self.ended_at.clone(),
            known: self.known.clone(),
            contradictions: self
                .contradictions
                .iter()
                .take(MOST_LISTED)
                .cloned()
                .collect(),
            withdrawn: self.withdrawn.iter().take(measurements).cloned().collect(),
            distributions: Vec::new(),
            ..*self
        }
    }

    /// Every text that a file's author chose, to be cut to a length.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let measured = self.measurements.iter_mut().flat_map(|found| {
            let value = match &mut found.value {
                MeasuredValue::Text(text) => Some(text),
                MeasuredValue::Number(_) => None,
            };
            [&mut found.metric, &mut found.statistic, &mut found.at]
                .into_iter()
                .chain(value)
        });
        let cautions = self.cautions.iter_mut().map(|caution| &mut caution.message);
        let contradictions = self
            .contradictions
            .iter_mut()
            .flat_map(Contradiction::texts_mut);
        let withdrawn = self.withdrawn.iter_mut().flat_map(Withdrawn::texts_mut);
        let known = self.known.values_mut().filter_map(Origin::text_mut);
        let own = [&mut self.version, &mut self.started_at, &mut self.ended_at];
        let MeasuredSubject {
            model,
            image,
            name,
            namespace,
            rollout,
            labels,
            arguments,
            ..
        } = &mut self.subject;
        let subject = [model, image, name, namespace, rollout];
        let named = own.into_iter().chain(subject).filter_map(Option::as_mut);
        let values = labels.values_mut().chain(arguments.values_mut());
        let metrics = self.metrics.iter_mut().flat_map(|metric| {
            let selected = metric.labels.values_mut().flatten();
            let own = std::iter::once(&mut metric.name);
            own.chain(&mut metric.query).chain(selected)
        });
        measured
            .chain(cautions)
            .chain(contradictions)
            .chain(withdrawn)
            .chain(known)
            .chain(named)
            .chain(values)
            .chain(metrics)
    }

    /// The statistics of that metric, under any of its names, in the order of the file.
    pub fn statistics(&self, metric: &str) -> Vec<&str> {
        let of = |name: &str| -> Vec<&str> {
            let known = self
                .measurements
                .iter()
                .filter(|found| found.metric == name);
            known.map(|found| found.statistic.as_str()).collect()
        };
        let found = of(metric);
        if found.is_empty() {
            of(canonical_metric(metric))
        } else {
            found
        }
    }

    /// The share of requests that failed: from the counts, else as the tool states it.
    pub fn error_ratio(&self) -> Option<f64> {
        if let (Some(completed), Some(failed)) = (self.completed, self.failed) {
            let total = completed.saturating_add(failed);
            if total > 0 {
                return Some(failed as f64 / total as f64);
            }
        }
        if let Some(ratio) = self.stated("error_ratio") {
            return Some(ratio);
        }
        Some(1.0 - self.stated("availability")?)
    }

    /// True where the file has that statistic and a contradiction, or another reason, took it out.
    pub fn withdraws(&self, metric: &str, statistic: &str) -> bool {
        self.withdrawn.iter().any(|found| {
            let is_meant = found.metric == metric || found.metric == canonical_metric(metric);
            is_meant && found.statistic == canonical_statistic(statistic)
        })
    }

    fn stated(&self, metric: &str) -> Option<f64> {
        self.find(metric, "ratio")?.value.number()
    }

    /// Whether a caution of that kind stands.
    pub fn warns(&self, kind: CautionKind) -> bool {
        self.cautions.iter().any(|caution| caution.kind == kind)
    }
}
