//! The formats: what identifies each, who reads it, and how exact its percentiles are.

use super::{
    Evidence, EvidenceError, EvidenceKind, Exactness, ab, aiperf, argo, artillery,
    content::Content, cyclonedx, exposition, flagger, fortio, gatling, ghz, grype, guidellm, hey,
    hey_csv, inference_perf, inferencex, jmeter, jmeter_xml, k6, llmd, llmperf, lm_eval, locust,
    mlperf, oha, perf_analyzer, prometheus, samples, sglang, trivy, trtllm, vegeta, vllm, wrk2,
};
use crate::document::Pointer;

/// What is known about a format.
pub(super) struct EvidenceFormat {
    /// The name in references and reports.
    pub name: &'static str,
    /// Other names that a reference may use; one may stand for several formats of a tool.
    aliases: &'static [&'static str],
    /// What its files are about.
    pub kind: EvidenceKind,
    /// What in the content only this tool writes.
    pub marks: &'static str,
    /// How the tool computes percentiles.
    pub percentiles: Exactness,
    /// Whether the marks are in the content.
    pub detect: fn(&Content<'_>) -> bool,
    /// Reads the content, or the run of it that `select` picks.
    pub read: fn(&Content<'_>, Option<&Pointer>) -> Result<Evidence, EvidenceError>,
    /// Whether a file can hold several runs, one of which `select` picks.
    pub runs: bool,
    /// A line that each result has once, where lines are all that a result consists of.
    pub once: Option<&'static str>,
}

type Detect = fn(&Content<'_>) -> bool;
type FormatReader = fn(&Content<'_>, Option<&Pointer>) -> Result<Evidence, EvidenceError>;

impl EvidenceFormat {
    const fn new(
        name: &'static str,
        marks: &'static str,
        detect: Detect,
        read: FormatReader,
    ) -> Self {
        Self {
            name,
            aliases: &[],
            kind: EvidenceKind::Load,
            marks,
            percentiles: Exactness::Interpolated,
            detect,
            read,
            runs: false,
            once: None,
        }
    }

    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    const fn about(self, kind: EvidenceKind) -> Self {
        Self { kind, ..self }
    }

    const fn percentiles(self, percentiles: Exactness) -> Self {
        Self {
            percentiles,
            ..self
        }
    }

    const fn once(self, line: &'static str) -> Self {
        Self {
            once: Some(line),
            ..self
        }
    }

    const fn with_runs(self) -> Self {
        Self { runs: true, ..self }
    }

    /// True for its name and its aliases.
    pub(super) fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// The registry of formats: a new one needs a row here, a reader and a fixture.
pub(super) static FORMATS: &[EvidenceFormat] = &[
    EvidenceFormat::new(
        "k6-summary-export",
        "`metrics` of k6's names with the statistics directly below them",
        k6::is_export,
        k6::read_export,
    )
    .also(&["k6"]),
    EvidenceFormat::new(
        "k6-summary",
        "`metrics` that each have `type`, `contains` and `values`",
        k6::is_summary,
        k6::read_summary,
    )
    .also(&["k6"]),
    EvidenceFormat::new(
        "k6-machine-summary",
        "`config`, `metadata`, `version` and a list `results.metrics`",
        k6::is_machine,
        k6::read_machine,
    )
    .also(&["k6"]),
    EvidenceFormat::new(
        "vegeta-json",
        "`latencies.99th`, `status_codes` and `success`",
        vegeta::is_json,
        vegeta::read_json,
    )
    .also(&["vegeta"])
    .percentiles(Exactness::Sketch),
    EvidenceFormat::new(
        "vegeta-hdrplot",
        "the header `Value(ms) Percentile TotalCount 1/(1-Percentile)`",
        vegeta::is_hdrplot,
        vegeta::read_hdrplot,
    )
    .also(&["vegeta"])
    .percentiles(Exactness::Sketch)
    .once("Value(ms)"),
    EvidenceFormat::new(
        "locust-stats",
        "the header `Type,Name,Request Count,Failure Count` (older: `Name,# requests`) with percentiles",
        locust::detect,
        locust::read,
    )
    .also(&["locust"])
    .percentiles(Exactness::Rounded),
    EvidenceFormat::new(
        "vllm-bench",
        "`num_prompts` or `model_id` with statistics of `ttft`, `e2el` or `request_throughput`; no `*_e2e_latency_ms`",
        vllm::detect,
        vllm::read,
    )
    .also(&["vllm"])
    .with_runs(),
    EvidenceFormat::new(
        "sglang-bench",
        "`*_e2e_latency_ms` and `total_output_tokens_retokenized` or `accept_length`",
        sglang::detect,
        sglang::read,
    )
    .also(&["sglang"])
    .with_runs(),
    EvidenceFormat::new(
        "aiperf",
        "`request_latency` with `unit` and `avg` beside `input_config`, `request_throughput` or `request_count`",
        aiperf::detect,
        aiperf::read,
    )
    .also(&["genai-perf"]),
    EvidenceFormat::new(
        "inference-perf",
        "`load_summary`, `successes.count` and `failures`",
        inference_perf::detect,
        inference_perf::read,
    ),
    EvidenceFormat::new(
        "guidellm",
        "`benchmarks[].metrics.request_latency.successful`",
        guidellm::detect,
        guidellm::read,
    )
    .with_runs()
    .percentiles(Exactness::Exact),
    EvidenceFormat::new(
        "llm-d-report",
        "`version`, `scenario` and an aggregate of `latency` and `requests`",
        llmd::detect,
        llmd::read,
    )
    .also(&["llm-d", "benchmark-report"])
    .percentiles(Exactness::Untold),
    EvidenceFormat::new(
        "fortio",
        "`DurationHistogram`, `RequestedQPS` and `ActualQPS`",
        fortio::detect,
        fortio::read,
    )
    .percentiles(Exactness::Bucket),
    EvidenceFormat::new(
        "hey",
        "`Summary:` with times in `secs`; no `Success rate:`",
        hey::detect,
        hey::read,
    )
    .percentiles(Exactness::Rounded)
    .once("Summary:"),
    EvidenceFormat::new(
        "oha",
        "`summary.successRate`, `latencyPercentiles` and `responseTimeHistogram`",
        oha::is_json,
        oha::read_json,
    )
    .percentiles(Exactness::Exact),
    EvidenceFormat::new(
        "oha-text",
        "`Success rate:` and `Response time distribution:`",
        oha::is_text,
        oha::read_text,
    )
    .also(&["oha"])
    .percentiles(Exactness::Rounded)
    .once("Summary:"),
    EvidenceFormat::new(
        "wrk2",
        "`Thread Stats` and ` requests in `",
        wrk2::detect,
        wrk2::read,
    )
    .also(&["wrk"])
    .percentiles(Exactness::Sketch)
    .once("Thread Stats"),
    EvidenceFormat::new(
        "mlperf",
        "the line `MLPerf Results Summary`",
        mlperf::detect,
        mlperf::read,
    )
    .also(&["mlperf-summary"])
    .percentiles(Exactness::Exact)
    .once("MLPerf Results Summary"),
    EvidenceFormat::new(
        "argo-analysisrun",
        "`kind: AnalysisRun` with a `status`",
        argo::detect,
        argo::read,
    )
    .also(&["argo", "analysisrun"])
    .with_runs()
    .percentiles(Exactness::Untold)
    .about(EvidenceKind::Analysis),
    EvidenceFormat::new(
        "flagger-canary",
        "`kind: Canary` of Flagger with a `status`",
        flagger::detect,
        flagger::read,
    )
    .also(&["flagger"])
    .with_runs()
    .percentiles(Exactness::Untold)
    .about(EvidenceKind::Analysis),
    EvidenceFormat::new(
        "hey-csv",
        "the columns `response-time`, `status-code` and `offset`",
        hey_csv::detect,
        hey_csv::read,
    )
    .percentiles(Exactness::Rounded),
    EvidenceFormat::new(
        "ab",
        "`This is ApacheBench` and `Time taken for tests:`",
        ab::detect,
        ab::read,
    )
    .also(&["apachebench"])
    .percentiles(Exactness::Rounded)
    .once("This is ApacheBench"),
    EvidenceFormat::new(
        "ghz",
        "`statusCodeDistribution`, `latencyDistribution`, `options` and `count`",
        ghz::detect,
        ghz::read,
    )
    .percentiles(Exactness::Exact),
    EvidenceFormat::new(
        "jmeter-csv",
        "the columns `timeStamp`, `elapsed`, `label` and `success`",
        jmeter::detect,
        jmeter::read,
    )
    .also(&["jmeter", "jtl"])
    .percentiles(Exactness::Exact),
    EvidenceFormat::new(
        "gatling-stats",
        "`numberOfRequests`, `meanResponseTime` and `percentiles1`",
        gatling::detect,
        gatling::read,
    )
    .also(&["gatling"]),
    EvidenceFormat::new(
        "llmperf",
        "`num_concurrent_requests` with `results_num_requests_started`, or `results_ttft_s_quantiles_p99`",
        llmperf::detect,
        llmperf::read,
    ),
    EvidenceFormat::new(
        "inferencex",
        "`hw`, `conc`, `tput_per_gpu` and `framework`",
        inferencex::detect,
        inferencex::read,
    )
    .also(&["inferencemax"])
    .with_runs(),
    EvidenceFormat::new(
        "perf-analyzer",
        "the columns `Concurrency` or `Request Rate`, and `Inferences/Second`",
        perf_analyzer::detect,
        perf_analyzer::read,
    )
    .with_runs()
    .percentiles(Exactness::Rounded),
    EvidenceFormat::new(
        "prometheus-api",
        "`status: success` with `data.resultType` and `data.result`",
        prometheus::detect,
        prometheus::read,
    )
    .also(&["prometheus"])
    .with_runs()
    .percentiles(Exactness::Untold)
    .about(EvidenceKind::Monitoring),
    EvidenceFormat::new(
        "prometheus-text",
        "`# TYPE` of a histogram",
        exposition::detect,
        exposition::read,
    )
    .also(&["prometheus", "openmetrics"])
    .percentiles(Exactness::Bucket)
    .about(EvidenceKind::Monitoring),
    EvidenceFormat::new(
        "jmeter-xml",
        "the element `testResults` with `sample` or `httpSample`",
        jmeter_xml::detect,
        jmeter_xml::read,
    )
    .also(&["jmeter", "jtl"])
    .percentiles(Exactness::Exact),
    EvidenceFormat::new(
        "artillery",
        "`aggregate.counters` and `aggregate.summaries`",
        artillery::detect,
        artillery::read,
    )
    .percentiles(Exactness::Sketch),
    EvidenceFormat::new(
        "trtllm-bench",
        "`engine`, `world_info`, `request_info` and `performance.request_latency_percentiles_ms`",
        trtllm::detect,
        trtllm::read,
    )
    .percentiles(Exactness::Exact),
    EvidenceFormat::new(
        "lm-eval",
        "`results`, `configs`, `versions` and `n-shot`",
        lm_eval::detect,
        lm_eval::read,
    )
    .also(&["lm-evaluation-harness"])
    .about(EvidenceKind::Quality),
    EvidenceFormat::new(
        "trivy",
        "`SchemaVersion` and `ArtifactName`",
        trivy::detect,
        trivy::read,
    )
    .about(EvidenceKind::Security),
    EvidenceFormat::new(
        "grype",
        "`matches` and `descriptor.name` of `grype`",
        grype::detect,
        grype::read,
    )
    .about(EvidenceKind::Security),
    EvidenceFormat::new(
        "cyclonedx-ml",
        "`bomFormat` of `CycloneDX` and a component `machine-learning-model`",
        cyclonedx::detect,
        cyclonedx::read,
    )
    .also(&["cyclonedx", "ml-bom"])
    .about(EvidenceKind::Supply),
    EvidenceFormat::new(
        "samples",
        "a column that is named for a time with its unit, such as `latency_ms`",
        samples::detect,
        samples::read,
    )
    .percentiles(Exactness::Exact)
    .about(EvidenceKind::Samples),
];
