//! The text exposition of Prometheus and OpenMetrics: the histograms of one scrape, such as vLLM's own.
//!
//! Seconds. Counters count since the process began, its warm-up included. A percentile lies somewhere in its
//! bucket: the value is what Prometheus would answer, the bounds of the bucket are its error.

use super::{
    CautionKind, Distribution, DistributionSource, Evidence, EvidenceError, MeasuredValue, RunFact,
    TimeBin, content::Content, draft::Draft,
};
use crate::document::Pointer;
use std::collections::{BTreeMap, HashSet};

/// The histograms of vLLM, which may have a prefix of KServe, by what they measure.
const KNOWN: [(&str, &str); 5] = [
    ("vllm:time_to_first_token_seconds", "time_to_first_token"),
    ("vllm:e2e_request_latency_seconds", "request_latency"),
    (
        "vllm:request_time_per_output_token_seconds",
        "time_per_output_token",
    ),
    ("vllm:inter_token_latency_seconds", "inter_token_latency"),
    // The older name of the same: a gap between two tokens, whatever it is called.
    ("vllm:time_per_output_token_seconds", "inter_token_latency"),
];

const PERCENTILES: [(f64, &str); 4] = [(0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99")];

pub(super) fn detect(content: &Content<'_>) -> bool {
    let mut lines = content.text.lines().take(5_000);
    content.trees.is_empty()
        && lines.any(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some("#")
                && words.next() == Some("TYPE")
                && words.nth(1) == Some("histogram")
        })
}

/// Reads all histograms of times.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("prometheus-text", "Prometheus client");
    draft.slack.is_rough = true;
    let scrape = Scrape::of(content.text)?;
    let models: Vec<&String> = scrape.models.iter().collect();
    match models.as_slice() {
        [] => {}
        [model] => draft.evidence.subject.model = Some((*model).clone()),
        several => {
            let count = several.len();
            return Err(draft.malformed(format!(
                "it holds {count} models (`model_name`), whose requests are not to be joined"
            )));
        }
    }
    for (name, histogram) in &scrape.histograms {
        if name.ends_with("_seconds") {
            histogram.write(&mut draft, name)?;
        }
    }
    if let Some(done) = scrape.finished {
        draft.evidence.completed = Some(done as u64);
        draft.derive(
            RunFact::Completed,
            "the sum of `vllm:request_success_total`",
        );
    }
    draft.leave_open(
        RunFact::Failed,
        "refused and failed requests are in no counter",
    );
    draft.leave_open(RunFact::StartedAt, "counters count since the process began");
    draft.leave_open(RunFact::EndedAt, "a scrape has no time of its own");
    draft.caution(
        CautionKind::Estimated,
        "a percentile lies somewhere in its bucket, whose bounds are its error",
    );
    draft.caution(
        CautionKind::Unusual,
        "one scrape counts since the process began, its warm-up included, and inside the server: without network and gateway",
    );
    draft.finish()
}

/// The buckets of all series of a name together.
#[derive(Default)]
struct BucketSeries {
    /// Cumulative counts by upper bound, as it is written and as a number.
    buckets: Vec<(f64, f64)>,
    sum: f64,
    count: f64,
    line: usize,
}

#[derive(Default)]
struct Scrape {
    histograms: BTreeMap<String, BucketSeries>,
    models: std::collections::BTreeSet<String>,
    finished: Option<f64>,
}

impl Scrape {
    fn of(text: &str) -> Result<Self, EvidenceError> {
        let mut scrape = Self::default();
        let mut series = HashSet::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |what: &str| EvidenceError::BadValue {
                at: format!("line {}", index + 1),
                what: what.to_owned(),
            };
            let sample = Exposed::of(line).ok_or_else(|| bad("no sample of a metric"))?;
            let end = line.rfind('}').map_or(sample.name.len(), |end| end + 1);
            if !series.insert(&line[..end]) {
                return Err(bad(
                    "a second value of the same series: a file holds one scrape",
                ));
            }
            scrape.take(&sample, index + 1).map_err(bad)?;
        }
        for histogram in scrape.histograms.values_mut() {
            let buckets = &mut histogram.buckets;
            buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
            // Those of several series are added.
            buckets.dedup_by(|(bound, count), (known, sum)| {
                let is_same = bound == known;
                if is_same {
                    *sum += *count;
                }
                is_same
            });
        }
        Ok(scrape)
    }

    fn take(&mut self, sample: &Exposed<'_>, line: usize) -> Result<(), &'static str> {
        if let Some(model) = sample.label("model_name") {
            self.models.insert(model.to_owned());
        }
        let name = sample.name.strip_prefix("kserve_").unwrap_or(sample.name);
        if name.starts_with("vllm:request_success") && !name.ends_with("_created") {
            self.finished = Some(self.finished.unwrap_or_default() + sample.value);
        }
        if let Some(name) = name.strip_suffix("_bucket") {
            let bound = sample.label("le").ok_or("a bucket without `le`")?;
            let bound: f64 = bound
                .parse()
                .map_err(|_| "a bucket whose `le` is no number")?;
            let histogram = self.histograms.entry(name.to_owned()).or_default();
            if histogram.line == 0 {
                histogram.line = line;
            }
            histogram.buckets.push((bound, sample.value));
        } else if let Some(name) = name.strip_suffix("_sum") {
            self.histograms.entry(name.to_owned()).or_default().sum += sample.value;
        } else if let Some(name) = name.strip_suffix("_count") {
            self.histograms.entry(name.to_owned()).or_default().count += sample.value;
        }
        Ok(())
    }
}

impl BucketSeries {
    fn write(&self, draft: &mut Draft, name: &str) -> Result<(), EvidenceError> {
        let Some((last, total)) = self.buckets.last().copied() else {
            return Ok(());
        };
        if total <= 0.0 {
            return Ok(());
        }
        let at = format!("line {}", self.line);
        if last != f64::INFINITY {
            return Err(draft.malformed(format!("`{name}` has no bucket `+Inf`")));
        }
        if self.buckets.windows(2).any(|pair| pair[0].1 > pair[1].1) {
            let message = format!("the buckets of `{name}` fall, though each counts all below it");
            return Err(draft.malformed(message));
        }
        let known = KNOWN.iter().find(|(known, _)| *known == name);
        let metric = known.map_or(name, |(_, metric)| *metric);
        let samples = Some(total as u64);
        draft.evidence.distributions.push(self.distribution(metric));
        let mut clamped = Vec::new();
        for (rank, statistic) in PERCENTILES {
            let Some((value, low, high)) = self.quantile(rank, total) else {
                clamped.push(statistic);
                continue;
            };
            let number = MeasuredValue::Number(value);
            draft.add(metric, statistic, number, Some("s"), samples, &at);
            let added = draft.last();
            added.bounds = Some([low, high]);
            // A threshold within this of the value is not decided.
            added.resolution = Some(2.0 * (value - low).max(high - value));
            added.derived = Some("interpolated within the bucket");
        }
        if self.count > 0.0 {
            let mean = MeasuredValue::Number(self.sum / self.count);
            draft.add(metric, "mean", mean, Some("s"), samples, &at);
            draft.last().derived = Some("`_sum` divided by `_count`");
            let law = super::laws::Law::Counts;
            let count = format!("{name}_count");
            draft.disagree(law.equal((total, &at), (self.count, &count), 1e-9));
        }
        if !clamped.is_empty() {
            let message = format!(
                "{} of `{name}` lies above the last bucket, so it has no value",
                clamped.join(", ")
            );
            draft.caution(CautionKind::Estimated, message);
        }
        Ok(())
    }

    /// Each bucket without those below it, which it counts as well.
    fn distribution(&self, metric: &str) -> Distribution {
        let (mut low, mut below) = (0.0, 0.0);
        let mut bins = Vec::new();
        for (high, upto) in &self.buckets {
            bins.push(TimeBin {
                low,
                high: Some(*high).filter(|high| high.is_finite()),
                count: (upto - below).max(0.0) as u64,
            });
            (low, below) = (*high, *upto);
        }
        Distribution {
            metric: metric.to_owned(),
            source: DistributionSource::Buckets,
            bins,
        }
    }

    /// The value that Prometheus answers and the bounds of its bucket; nothing above the last finite bound.
    fn quantile(&self, rank: f64, total: f64) -> Option<(f64, f64, f64)> {
        let wanted = rank * total;
        let index = self
            .buckets
            .iter()
            .position(|(_, count)| *count >= wanted)?;
        let (high, upto) = self.buckets[index];
        if high == f64::INFINITY {
            return None;
        }
        // The lowest bucket begins at 0, unless its own bound is not above it.
        let (low, below) = match index {
            0 => (f64::min(0.0, high), 0.0),
            _ => self.buckets[index - 1],
        };
        let inside = upto - below;
        let part = if inside > 0.0 {
            (wanted - below) / inside
        } else {
            1.0
        };
        Some((low + (high - low) * part, low, high))
    }
}

/// `name{label="value"} 1.5 1700000000`, with an exemplar after `#`.
struct Exposed<'t> {
    name: &'t str,
    labels: LabelPairs<'t>,
    value: f64,
}

impl<'t> Exposed<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let end = line.find(['{', ' ', '\t'])?;
        let (name, rest) = line.split_at(end);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(inner) => labels(inner)?,
            None => (Vec::new(), rest),
        };
        let value = rest.split_whitespace().next()?;
        Some(Self {
            name,
            labels,
            value: value.parse().ok()?,
        })
    }

    fn label(&self, name: &str) -> Option<&str> {
        let (_, value) = self.labels.iter().find(|(known, _)| *known == name)?;
        Some(value)
    }
}

/// Names of labels and their values.
type LabelPairs<'t> = Vec<(&'t str, String)>;

/// The labels up to the closing brace, and what follows it. A quoted value may hold any character.
fn labels(mut rest: &str) -> Option<(LabelPairs<'_>, &str)> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches([',', ' ']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((found, after));
        }
        let (name, after) = rest.split_once("=\"")?;
        let mut value = String::new();
        let mut characters = after.char_indices();
        let end = loop {
            match characters.next()? {
                (_, '\\') => match characters.next()?.1 {
                    'n' => value.push('\n'),
                    other => value.push(other),
                },
                (index, '"') => break index + 1,
                (_, other) => value.push(other),
            }
        };
        found.push((name.trim(), value));
        rest = &after[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::super::Exactness;
    use super::super::tests::{number, read_fixture, read_text};

    #[test]
    fn a_percentile_has_the_bounds_of_its_bucket() {
        let found = read_fixture("prometheus/vllm.prom");
        let p95 = found.find("time_to_first_token", "p95").expect("p95");
        // 950 of 1,000: 900 are within 0.25 s and 960 within 0.5 s.
        let value = p95.value.number().expect("a number");
        assert!(
            (value - (0.25 + 0.25 * 50.0 / 60.0)).abs() < 1e-12,
            "{value}"
        );
        assert_eq!(p95.bounds, Some([0.25, 0.5]));
        assert_eq!(p95.exactness, Some(Exactness::Bucket));
        assert_eq!(p95.samples, Some(1_000));
        assert_eq!(number(&found, "ttft", "p99"), None, "above the last bound");
        assert_eq!(number(&found, "ttft", "mean"), Some(0.18));
        assert_eq!((found.completed, found.failed), (Some(998), None));
        assert_eq!(found.subject.model.as_deref(), Some("qwen, \"7b\""));
    }

    #[test]
    fn engines_are_joined_and_models_are_not() {
        let text = |first: &str, second: &str| {
            format!(
                "# TYPE vllm:e2e_request_latency_seconds histogram\n\
                vllm:e2e_request_latency_seconds_bucket{{{first},le=\"1.0\"}} 10\n\
                vllm:e2e_request_latency_seconds_bucket{{{first},le=\"+Inf\"}} 10\n\
                vllm:e2e_request_latency_seconds_bucket{{{second},le=\"1.0\"}} 30\n\
                vllm:e2e_request_latency_seconds_bucket{{{second},le=\"+Inf\"}} 30\n"
            )
        };
        let joined = text(
            "engine=\"0\",model_name=\"a\"",
            "engine=\"1\",model_name=\"a\"",
        );
        let found = read_text(&joined).expect("one model");
        let p50 = found.find("request_latency", "p50").expect("p50");
        assert_eq!((p50.samples, p50.value.number()), (Some(40), Some(0.5)));
        let two = text("model_name=\"a\"", "model_name=\"b\"");
        let error = read_text(&two).expect_err("two models").to_string();
        assert!(error.contains("2 models"), "{error}");
    }

    #[test]
    fn broken_buckets_are_refused() {
        let text = |le: &str, count: u64| {
            format!(
                "# TYPE a_seconds histogram\na_seconds_bucket{{le=\"1\"}} 5\na_seconds_bucket{{le=\"{le}\"}} {count}\n"
            )
        };
        let error = read_text(&text("+Inf", 4))
            .expect_err("it falls")
            .to_string();
        assert!(error.contains("fall"), "{error}");
        let error = read_text(&text("2", 6)).expect_err("no +Inf").to_string();
        assert!(error.contains("`+Inf`"), "{error}");
        let error = read_text(&text("x", 6)).expect_err("no number").to_string();
        assert!(error.contains("line 3"), "{error}");
    }
}
