//! What was measured, in one shape whatever the tool.

use crate::query::QueryMeasure;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// What one file says. Serialised in camel case, as rules see it; absent means that the file does
/// not say.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Evidence {
    /// The name of the format, such as `vegeta-json`.
    pub format: &'static str,
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
    /// What was tested.
    pub subject: MeasuredSubject,
    /// What an analysis measured and when it would have failed, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<RunMetric>,
    /// What the tool's habits mean for the numbers.
    pub cautions: Vec<Caution>,
}

/// One statistic of one metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Measurement {
    /// A canonical name such as `request_latency` or `error_ratio`, or the file's own where it
    /// names metrics itself (an analysis).
    pub metric: String,
    /// `p50` ... `p99.9`, `mean`, `min`, `max`, `stddev`, `value`, `ratio` or `phase`.
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

/// Something that a reader of the numbers must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Caution {
    /// What it is about: rules decide by this.
    pub kind: CautionKind,
    /// What it means here. May hold text from the file, so it is not safe to print raw.
    pub message: String,
}

/// What a [`Caution`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum CautionKind {
    /// The tool says itself that the result does not count.
    Invalid,
    /// The run was cancelled, stopped or is still going.
    Unfinished,
    /// An analysis was stopped from outside, which counts as a success.
    Terminated,
    /// An analysis that ended as a failure, whatever one of its metrics shows.
    RunFailed,
    /// An analysis that cannot fail.
    DryRun,
    /// An analysis that measured nothing, or whose query found nothing.
    NoMeasurements,
    /// Measurements of an analysis failed, erred or were inconclusive.
    FailedMeasurements,
    /// A threshold that the file itself records was crossed.
    ThresholdCrossed,
    /// The generator did not send what it should have.
    GeneratorBehind,
    /// The load says nothing about latency at a rate: unbounded, or of an offline scenario.
    UnboundedLoad,
    /// Requests waited for answers.
    ClosedLoop,
    /// Percentiles leave failed requests out.
    SuccessesOnly,
    /// Latencies count failed requests, some of which fail fast.
    IncludesFailures,
    /// Values are rounded by the tool.
    Quantised,
    /// The tool estimates percentiles from a histogram or an approximation.
    Estimated,
    /// A name that tools use for different things.
    Definition,
    /// A time without an offset.
    LocalTime,
    /// The file has no numbers, or has them twice.
    Unusual,
}

impl fmt::Display for CautionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid",
            Self::Unfinished => "unfinished",
            Self::Terminated => "terminated",
            Self::RunFailed => "run-failed",
            Self::DryRun => "dry-run",
            Self::NoMeasurements => "no-measurements",
            Self::FailedMeasurements => "failed-measurements",
            Self::ThresholdCrossed => "threshold-crossed",
            Self::GeneratorBehind => "generator-behind",
            Self::UnboundedLoad => "unbounded-load",
            Self::ClosedLoop => "closed-loop",
            Self::SuccessesOnly => "successes-only",
            Self::IncludesFailures => "includes-failures",
            Self::Quantised => "quantised",
            Self::Estimated => "estimated",
            Self::Definition => "definition",
            Self::LocalTime => "local-time",
            Self::Unusual => "unusual",
        })
    }
}

impl Evidence {
    /// The measurement of that metric and statistic. Knows the other common names of both
    /// (`ttft`, `success_ratio`, `median`); `value` and `ratio` mean the same for a ratio, `value`
    /// and `mean` for a rate, which is one number over the whole run.
    pub fn find(&self, metric: &str, statistic: &str) -> Option<&Measurement> {
        let statistic = match statistic {
            "median" => "p50",
            "avg" => "mean",
            other => other,
        };
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
        let own = [&mut self.version, &mut self.started_at];
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

    fn stated(&self, metric: &str) -> Option<f64> {
        self.find(metric, "ratio")?.value.number()
    }

    /// Whether a caution of that kind stands.
    pub fn warns(&self, kind: CautionKind) -> bool {
        self.cautions.iter().any(|caution| caution.kind == kind)
    }
}

/// The canonical name of a metric that has several; any other name is its own.
pub fn canonical_metric(name: &str) -> &str {
    match name {
        "latency" | "e2el" | "e2e_latency" | "response_time" | "http_req_duration" => {
            "request_latency"
        }
        "ttft" => "time_to_first_token",
        "tpot" => "time_per_output_token",
        "itl" => "inter_token_latency",
        "ntpot" => "normalized_time_per_output_token",
        "success_ratio" | "success_rate" => "availability",
        "error_rate" | "http_req_failed" => "error_ratio",
        "request_throughput" => "throughput",
        "request_goodput" => "goodput",
        other => other,
    }
}
