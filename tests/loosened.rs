//! What a change relaxes, by one edit each of the fixture projects.

use crate::common::{PACK, files, projects::project, request};
use servelint::{
    check::{self, Request, Silent},
    finding::Verdict,
    rule::Severity,
};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

const SPEC: &str = "support-chat-llm.serving.yaml";
const LOG: &str = "support-chat-llm.decisions.yaml";
const LIST: &str = "support-chat-llm.checklist.yaml";
const ROLLOUT: &str = "deploy/rollout.yaml";
const TEMPLATES: &str = "deploy/analysis-templates.yaml";

/// A copy of a project, and what its files held before.
struct Change {
    folder: TempDir,
    request: Request,
}

impl Change {
    fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        files::copy(&project(name), folder.path(), &|_| true);
        let request = Request {
            select: vec!["target-loosened".into()],
            ..request(vec![folder.path().to_owned()])
        };
        Self { folder, request }
    }

    fn edit(mut self, file: &str, from: &str, to: &str) -> Self {
        let (path, text) = self.replace(file, from, to);
        self.request.before.entry(path).or_insert(text);
        self
    }

    /// An edit that stands at the base already.
    fn given(self, file: &str, from: &str, to: &str) -> Self {
        self.replace(file, from, to);
        self
    }

    /// Replaces a text that occurs once; the path of the file, and what it held.
    fn replace(&self, file: &str, from: &str, to: &str) -> (PathBuf, String) {
        let path: PathBuf = self.folder.path().join(file);
        let text = fs::read_to_string(&path).expect("a file");
        assert_eq!(text.matches(from).count(), 1, "{from}");
        fs::write(&path, text.replace(from, to)).expect("written");
        (path, text)
    }

    /// The places and messages of what was relaxed.
    fn said(&self) -> Vec<String> {
        let report = check::run(&self.request, &PACK, &Silent).expect("a run");
        let mut said = Vec::new();
        for finding in report.findings {
            // A schema may refuse the new value as well.
            if finding.rule != "target-loosened" {
                continue;
            }
            assert_eq!(finding.severity, Severity::Escalation);
            said.push(format!("{}: {}", finding.place.pointer, finding.message));
        }
        said
    }
}

/// An edit of a project, and all that must be said of it.
type Edit<'e> = (&'e str, &'e str, &'e str, &'e [&'e str]);

fn each(name: &str, edits: &[Edit<'_>]) {
    for (file, from, to, expected) in edits {
        let said = Change::of(name).edit(file, from, to).said();
        assert_eq!(said, *expected, "{from} -> {to}");
    }
}

const OBJECTIVES: &[Edit<'_>] = &[
    (
        SPEC,
        "value: 800ms",
        "value: 1200ms",
        &["/spec/slos/1/value: objective `ttft-p95` relaxes `value` to `1200ms`; it was `800ms`"],
    ),
    (SPEC, "value: 800ms", "value: 0.8s", &[]),
    (SPEC, "value: 800ms", "value: 500ms", &[]),
    (
        SPEC,
        "target: 0.995",
        "target: 0.99",
        &[
            "/spec/slos/0/target: objective `availability` relaxes `target` to `0.99`; it was `0.995`",
        ],
    ),
    (SPEC, "name: ttft-p95\n", "name: first-token\n", &[]),
    (
        SPEC,
        "      target: 0.995\n      window: {duration: 28d, isRolling: true}",
        "      target: 0.995\n      window: {duration: 90d, isRolling: true}",
        &[
            "/spec/slos/0/window/duration: objective `availability` relaxes `window.duration` to `90d`; it was `28d`",
        ],
    ),
    (
        SPEC,
        "threshold: 0.02",
        "threshold: 1.0",
        &[
            "/spec/rollout/analysis/1/threshold: analysis `errors` relaxes `threshold` to `1.0`; it was `0.02`",
        ],
    ),
    (
        SPEC,
        "threshold: 0.47",
        "threshold: 0",
        &[
            "/spec/rollout/analysis/2/threshold: analysis `quality` relaxes `threshold` to `0`; it was `0.47`",
        ],
    ),
    (SPEC, "threshold: 0.47", "threshold: 0.49", &[]),
    (
        SPEC,
        "op: lt\n",
        "op: gt\n",
        &["/spec/rollout/analysis/2/op: analysis `quality` relaxes `op` to `gt`; it was `lt`"],
    ),
    (
        SPEC,
        "failureLimit: 0",
        "failureLimit: 3",
        &[
            "/spec/rollout/analysis/2/failureLimit: analysis `quality` relaxes `failureLimit` to `3`; it was `0`",
        ],
    ),
    (
        SPEC,
        "interval: 2m",
        "interval: 10m",
        &[
            "/spec/rollout/analysis/1/interval: analysis `errors` relaxes `interval` to `10m`; it was `2m`",
        ],
    ),
    (
        SPEC,
        "        minSamples: 100\n",
        "",
        &[
            "/spec/rollout/analysis/1/minSamples: analysis `errors` no longer has `minSamples`; it was `100`",
        ],
    ),
    (
        SPEC,
        "      - name: quality\n        metric: judge_win_rate\n",
        "      - name: wins\n        metric: judge_win_rate\n",
        &[],
    ),
    (
        SPEC,
        "tier: critical",
        "tier: experimental",
        &[
            "/spec/tier: specification `support-chat-llm` relaxes `tier` to `experimental`; it was `critical`",
        ],
    ),
    (
        SPEC,
        "environment: production",
        "environment: staging",
        &[
            "/spec/environment: specification `support-chat-llm` relaxes `environment` to `staging`; it was `production`",
        ],
    ),
];

#[test]
fn an_automatic_rollback() {
    let said = "/spec/rollback/automatic: specification `support-chat-llm` relaxes `rollback.automatic` to `false`; it was `true`";
    each(
        "support-chat-llm-argo",
        &[(SPEC, "automatic: true", "automatic: false", &[said])],
    );
}

#[test]
fn objectives_and_analyses() {
    each("support-chat-llm", OBJECTIVES);
}

const REMOVALS: &[Edit<'_>] = &[
    (
        SPEC,
        "    - {slo: availability, severity: page, burnRate: 5.6, longWindow: 6h, shortWindow: 30m}\n",
        "",
        &[
            "/spec/alerts: alert `availability page 6h` is gone; it had `burnRate` `5.6`, `longWindow` `6h`, `shortWindow` `30m`",
        ],
    ),
    (
        SPEC,
        "burnRate: 5.6, longWindow: 6h",
        "burnRate: 7, longWindow: 12h",
        &[
            "/spec/alerts/1/burnRate: alert `availability page 12h` relaxes `burnRate` to `7`; it was `5.6`",
            "/spec/alerts/1/longWindow: alert `availability page 12h` relaxes `longWindow` to `12h`; it was `6h`",
        ],
    ),
    (
        SPEC,
        "triggers: [ttft, errors, quality]",
        "triggers: [ttft, errors]",
        &["/spec/rollback/triggers: rollback trigger `quality` is gone"],
    ),
    (
        SPEC,
        "    - {id: C2, kind: hardware, hard: true, statement: at most 20 H100 GPUs in the pool}\n",
        "",
        &[
            "/spec/constraints: constraint `C2` is gone; it had `hard` `true`, `statement` `at most 20 H100 GPUs in the pool`, `kind` `hardware`",
        ],
    ),
    (
        SPEC,
        "analysis: [ttft, errors, quality]}",
        "analysis: [ttft, errors]}",
        &[
            "/spec/rollout/steps: analysis `quality` relaxes `steps` to `at none`; it was `at a step`",
        ],
    ),
    (
        LIST,
        "    - id: RB-1\n      title: Rollback drill meets the RTO\n      category: rollback\n",
        "    - id: X-1\n      title: Something else\n      category: load\n",
        &[
            "/spec/items: item `RB-1` is gone; it had `gate` `blocking`, `metric/name` `rollback_duration`, `metric/statistic` `max`, `threshold` `300`",
        ],
    ),
];

#[test]
fn what_is_removed() {
    each("support-chat-llm", REMOVALS);
}

#[test]
fn steps_that_are_faster_or_larger() {
    each(
        "support-chat-llm",
        &[
            (
                SPEC,
                "{weight: 5, bake: 30m",
                "{weight: 10, bake: 30m",
                &[
                    "/spec/rollout/steps/0: rollout relaxes `steps` to `10 % at once`; it was `10 % after 30m`",
                ],
            ),
            (
                SPEC,
                "{weight: 20, bake: 30m",
                "{weight: 20, bake: 10m",
                &[
                    "/spec/rollout/steps/2: rollout relaxes `steps` to `50 % after 40m`; it was `50 % after 1h`",
                ],
            ),
            (
                SPEC,
                "      - {weight: 20, bake: 30m, analysis: [ttft, errors]}\n",
                "",
                &[
                    "/spec/rollout/steps/1: rollout relaxes `steps` to `50 % after 30m`; it was `50 % after 1h`",
                ],
            ),
            // Slower, and one more.
            (SPEC, "{weight: 5, bake: 30m", "{weight: 2, bake: 1h", &[]),
            (
                SPEC,
                "      - {weight: 5, bake",
                "      - {weight: 1, bake: 10m}\n      - {weight: 5, bake",
                &[],
            ),
        ],
    );
}

const CHECKS: &[Edit<'_>] = &[
    (
        LIST,
        "threshold: 800\n",
        "threshold: 1200\n",
        &["/spec/items/0/threshold: item `LOAD-1` relaxes `threshold` to `1200`; it was `800`"],
    ),
    (
        LIST,
        "statistic: p95, unit: ms}\n      op: lte\n      threshold: 800\n",
        "statistic: p95, unit: s}\n      op: lte\n      threshold: 0.8\n",
        &[],
    ),
    (
        LIST,
        "statistic: p95, unit: s}\n      op: lte\n      threshold: 32\n",
        "statistic: p95, unit: ms}\n      op: lte\n      threshold: 32000\n",
        &[],
    ),
    (
        LIST,
        "threshold: 300\n",
        "threshold: .inf\n",
        &["/spec/items/5/threshold: item `RB-1` relaxes `threshold` to `inf`; it was `300`"],
    ),
    (
        LIST,
        "threshold: 0.99\n",
        "threshold: 0.9\n",
        &["/spec/items/6/threshold: item `FAIL-1` relaxes `threshold` to `0.9`; it was `0.99`"],
    ),
    (
        LIST,
        "threshold: Successful",
        "threshold: Running",
        &[
            "/spec/items/4/threshold: item `CAN-1` relaxes `threshold` to `Running`; it was `Successful`",
        ],
    ),
    (
        LIST,
        "{name: time_to_first_token, statistic: p95,",
        "{name: time_to_first_token, statistic: mean,",
        &[
            "/spec/items/0/metric/statistic: item `LOAD-1` relaxes `metric.statistic` to `mean`; it was `p95`",
        ],
    ),
    (
        LIST,
        "{name: time_to_first_token,",
        "{name: prompts,",
        &[
            "/spec/items/0/metric/name: item `LOAD-1` relaxes `metric.name` to `prompts`; it was `time_to_first_token`",
        ],
    ),
    (
        LIST,
        "minMeasurements: 4",
        "minMeasurements: 1",
        &[
            "/spec/items/4/minMeasurements: item `CAN-1` relaxes `minMeasurements` to `1`; it was `4`",
        ],
    ),
    (
        LIST,
        "evidenceMaxAge: 14d",
        "evidenceMaxAge: 1y",
        &[
            "/spec/evidenceMaxAge: checklist `support-chat-llm` relaxes `evidenceMaxAge` to `1y`; it was `14d`",
        ],
    ),
    (
        LOG,
        "likelihood: low\n",
        "likelihood: very-low\n",
        &[
            "/spec/residualRisks/0/likelihood: risk `R-1` relaxes `likelihood` to `very-low`; it was `low`",
        ],
    ),
    (
        LOG,
        "response: accept\n",
        "response: mitigate\n",
        &[
            "/spec/residualRisks/0/response: risk `R-1` relaxes `response` to `mitigate`; it was `accept`",
        ],
    ),
    (LOG, "impact: low\n", "impact: high\n", &[]),
    (
        LOG,
        "    - id: R-2\n      statement: Judge-model win rate is noisy below 200 samples\n",
        "    - id: R-9\n      statement: Another risk\n",
        &[
            "/spec/residualRisks: risk `R-2` is gone; it had `likelihood` `moderate`, `impact` `low`, `response` `mitigate`, `mitigation` `hold step 3 until 200 samples`",
        ],
    ),
    (LOG, "    - id: R-2\n", "    - id: R-9\n", &[]),
];

#[test]
fn checklists_and_risks() {
    each("support-chat-llm", CHECKS);
    let conditions = "conditions: {offeredRps: 3.2, duration: 20m, replicas: 1, inputTokens: 900, outputTokens: 220}\n      method:";
    let lighter = "conditions: {offeredRps: 3.2, duration: 1m, replicas: 2, inputTokens: 900, outputTokens: 16}\n      method:";
    let said = Change::of("support-chat-llm")
        .edit(LIST, conditions, lighter)
        .said();
    assert_eq!(
        said,
        [
            "/spec/items/0/conditions/duration: item `LOAD-1` relaxes `conditions.duration` to `1m`; it was `20m`",
            "/spec/items/0/conditions/replicas: item `LOAD-1` relaxes `conditions.replicas` to `2`; it was `1`",
            "/spec/items/0/conditions/outputTokens: item `LOAD-1` relaxes `conditions.outputTokens` to `16`; it was `220`",
        ]
    );
    let said = Change::of("support-chat-llm")
        .edit(LIST, conditions, "method:")
        .said();
    assert_eq!(
        said,
        ["/spec/items/0/conditions: item `LOAD-1` no longer has `conditions`"]
    );
}

#[test]
fn manifests() {
    each(
        "support-chat-llm-argo",
        &[
            (
                TEMPLATES,
                "\"len(result) > 0 && result[0] > 0.02\"",
                "\"len(result) > 0 && result[0] > 0.5\"",
                &[
                    "/spec/metrics/1/failureCondition: `errors` of AnalysisTemplate `support-chat-llm` relaxes `limit` to `gt 0.5`; it was `gt 0.02`",
                ],
            ),
            (
                TEMPLATES,
                "      interval: 5m\n      count: 18\n      failureLimit: 1\n",
                "      interval: 5m\n      count: 18\n      failureLimit: 9\n",
                &[
                    "/spec/metrics/0/failureLimit: `ttft` of AnalysisTemplate `support-chat-llm` relaxes `failureLimit` to `9`; it was `1`",
                ],
            ),
            (
                TEMPLATES,
                "    - name: errors\n",
                "    - name: others\n",
                &[": metric `errors` of AnalysisTemplate `support-chat-llm` is gone"],
            ),
            (
                ROLLOUT,
                "        - setWeight: 5\n",
                "        - setWeight: 30\n",
                &[
                    "/spec/strategy/canary/steps/0/setWeight: Rollout `support-chat-llm` relaxes `steps` to `30 % at once`; it was `30 % after 1h`",
                ],
            ),
            (
                ROLLOUT,
                "        templates: [{templateName: support-chat-llm}]\n",
                "        templates: []\n",
                &[
                    "/spec/strategy/canary: analysis `support-chat-llm` of Rollout `support-chat-llm` is gone",
                ],
            ),
            (ROLLOUT, "replicas: 3 ", "replicas: 4 ", &[]),
        ],
    );
}

/// The metric `errors` and what judges it, in `deploy/analysis-templates.yaml`.
const QUERY: &str = "sum(rate(gateway_requests_total";

const COUNTS_AND_DRY_RUNS: &[Edit<'_>] = &[
    (
        TEMPLATES,
        "count: 18",
        "count: 17",
        &[
            "/spec/metrics/0/count: `ttft` of AnalysisTemplate `support-chat-llm` relaxes `count` to `17`; it was `18`",
        ],
    ),
    (TEMPLATES, "count: 18", "count: 19", &[]),
    (TEMPLATES, "      count: 18\n", "", &[]),
    (
        TEMPLATES,
        "kind: AnalysisTemplate",
        "# judges\nkind: AnalysisTemplate",
        &[],
    ),
    (
        ROLLOUT,
        "        templates: [{templateName: support-chat-llm}]\n",
        "        templates: [{templateName: support-chat-llm}]\n        dryRun: [{metricName: err}]\n",
        &[
            "/spec/strategy/canary/analysis/dryRun: Rollout `support-chat-llm` relaxes `dryRun` to `err`",
        ],
    ),
    (
        ROLLOUT,
        "        templates: [{templateName: support-chat-llm}]\n",
        "        startingStep: 2\n        templates: [{templateName: support-chat-llm}]\n",
        &[
            "/spec/strategy/canary: analysis `support-chat-llm` of Rollout `support-chat-llm` relaxes `steps` to `at 20 %, 50 %`; it was `at 5 %, 20 %, 50 %`",
        ],
    ),
];

#[test]
fn counts_steps_and_dry_runs_of_manifests() {
    each("support-chat-llm-argo", COUNTS_AND_DRY_RUNS);
}

#[test]
fn queries_of_manifests() {
    let of = "AnalysisTemplate `support-chat-llm`";
    let text = fs::read_to_string(
        Change::of("support-chat-llm-argo")
            .folder
            .path()
            .join(TEMPLATES),
    )
    .expect("a file");
    let query = text
        .lines()
        .find(|line| line.trim_start().starts_with(QUERY))
        .expect("a query");
    for (to, is_said) in [
        (query.replace("5..", "503"), true),
        (query.replace("[30m]", "[1h]"), true),
        (query.replace(" / ", "\n            / "), false),
        (query.replace(", ", ","), false),
        (format!("{query} # of all"), false),
    ] {
        let said = Change::of("support-chat-llm-argo")
            .edit(TEMPLATES, query, &to)
            .said();
        assert_eq!(!said.is_empty(), is_said, "{to}: {said:?}");
        for message in said {
            assert!(message.starts_with(&format!("/spec/metrics/1/provider/prometheus/query: `errors` of {of} changes `query` to ")), "{message}");
            assert!(
                message.ends_with("; whether it asks for less is unknown"),
                "{message}"
            );
        }
    }
}

#[test]
fn conditions_of_manifests() {
    for (from, to, says) in [
        // The limit is in both conditions, and a number tells.
        ("result[0] <= 0.8\"", "result[0] <= 0.80\"", &[][..]),
        (
            "\"len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.8\"",
            "\"result[0] <= 0.8 && !isNaN(result[0]) && len(result) > 0\"",
            &[],
        ),
        (
            "\"len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.8\"",
            "\"result[0] <= 0.8\"",
            &[
                "/spec/metrics/0/successCondition: `ttft` of AnalysisTemplate `support-chat-llm` changes `successCondition` to `result[0] <= 0.8`; it was `len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.8`; whether it asks for less is unknown",
            ],
        ),
    ] {
        let said = Change::of("support-chat-llm-argo")
            .edit(TEMPLATES, from, to)
            .said();
        assert_eq!(said, says, "{from} -> {to}");
    }
}

const DECLARED: &[Edit<'_>] = &[
    (
        SPEC,
        "    - {role: slo, path: slo/support-chat-llm.openslo.yaml}\n",
        "",
        &["/spec/artifacts: artifact `slo/support-chat-llm.openslo.yaml` of role `slo` is gone"],
    ),
    (
        SPEC,
        "role: workload, path: deploy/llmisvc-v7.yaml",
        "role: workload, path: ./deploy/llmisvc-v8.yaml",
        &[],
    ),
    (
        SPEC,
        "    - {role: workload, path: deploy/llmisvc-v7.yaml}\n    - {role: stable-workload, path: deploy/llmisvc-v6.yaml}\n",
        "    - {path: deploy/llmisvc-v6.yaml, role: stable-workload}\n    - {role: workload, path: deploy/llmisvc-v7.yaml}\n",
        &[],
    ),
    (
        SPEC,
        "{weight: 20, bake: 30m, analysis: [ttft, errors]}",
        "{weight: 20, bake: 30m, analysis: [ttft]}",
        &[
            "/spec/rollout/steps: analysis `errors` relaxes `steps` to `at 5 %, 50 %`; it was `at 5 %, 20 %, 50 %`",
        ],
    ),
    // A step that takes the place of another is judged as well as that was.
    (
        SPEC,
        "{weight: 20, bake: 30m, analysis: [ttft, errors]}",
        "{weight: 15, bake: 30m, analysis: [errors, ttft, quality]}",
        &[],
    ),
    (
        SPEC,
        "{weight: 20, bake: 30m, analysis: [ttft, errors]}",
        "{weight: 15, bake: 30m, analysis: [ttft]}",
        &[
            "/spec/rollout/steps: analysis `errors` relaxes `steps` to `at 5 %, 50 %`; it was `at 5 %, 20 %, 50 %`",
        ],
    ),
    (
        "slo/support-chat-llm.openslo.yaml",
        "kind: SLO\nmetadata:\n  name: support-chat-llm-availability\n",
        "kind: AlertPolicy\nmetadata:\n  name: support-chat-llm-availability\n",
        &["/spec/artifacts: SLO `support-chat-llm-availability` is gone"],
    ),
    (
        "slo/support-chat-llm.openslo.yaml",
        "kind: SLO\nmetadata:\n  name: support-chat-llm-availability\n",
        "kind: SLO\nmetadata:\n  name: availability\n",
        &[],
    ),
];

const JUDGED_BY: &[Edit<'_>] = &[
    (
        SPEC,
        "        slo: ttft-p95\n        op: gt",
        "        slo: e2e-p95\n        op: gt",
        &[
            "/spec/rollout/analysis/0/slo: analysis `ttft` changes `slo` to `e2e-p95`; it was `ttft-p95`; whether it asks for less is unknown",
        ],
    ),
    (
        SPEC,
        "metric: judge_win_rate\n        op",
        "metric: judge_tie_rate\n        op",
        &[
            "/spec/rollout/analysis/2/metric: analysis `quality` changes `metric` to `judge_tie_rate`; it was `judge_win_rate`; whether it asks for less is unknown",
        ],
    ),
    (
        SPEC,
        "strategy: canary",
        "strategy: rolling",
        &[
            "/spec/rollout/strategy: specification `support-chat-llm` relaxes `rollout.strategy` to `rolling`; it was `canary`",
        ],
    ),
    (SPEC, "strategy: canary", "strategy: linear", &[]),
    (
        SPEC,
        "percent: 5, duration: 1h,",
        "percent: 5, duration: 59m,",
        &[
            "/spec/rollout/shadow/duration: specification `support-chat-llm` relaxes `rollout.shadow.duration` to `59m`; it was `1h`",
        ],
    ),
    (
        SPEC,
        "percent: 5, duration: 1h,",
        "duration: 60m, percent: 6,",
        &[],
    ),
    (
        LOG,
        "      mitigation: hold step 3 until 200 samples\n",
        "",
        &[
            "/spec/residualRisks/1/mitigation: risk `R-2` no longer has `mitigation`; it was `hold step 3 until 200 samples`",
        ],
    ),
    (
        LOG,
        "mitigation: hold step 3 until 200 samples",
        "mitigation: hold step 3 until 300 samples",
        &[],
    ),
];

/// A renamed objective takes what names it along.
#[test]
fn what_judges_by_a_renamed_objective() {
    let change = Change::of("support-chat-llm")
        .edit(SPEC, "name: ttft-p95\n", "name: first-token\n")
        .edit(
            SPEC,
            "        slo: ttft-p95\n        op: gt",
            "        slo: first-token\n        op: gt",
        );
    assert_eq!(change.said(), Vec::<String>::new());
}

#[test]
fn what_judges_by_something_else() {
    each("support-chat-llm", JUDGED_BY);
}

const SAID_OF_ITEMS: &[Edit<'_>] = &[
    (
        SPEC,
        "    podDisruptionBudget: {minAvailable: 2}\n",
        "",
        &[
            "/spec/health/podDisruptionBudget: specification `support-chat-llm` no longer has `health.podDisruptionBudget`",
        ],
    ),
    (
        SPEC,
        "served from eu-west only",
        "mostly served from eu-west",
        &[
            "/spec/constraints/0/statement: constraint `C1` changes `statement` to `EU tenants are mostly served from eu-west`; it was `EU tenants are served from eu-west only`; whether it asks for less is unknown",
        ],
    ),
    (
        SPEC,
        "statement: EU tenants are served from eu-west only",
        "statement: EU tenants are  served from eu-west only",
        &[],
    ),
    (
        LIST,
        "method: {tool: script, command: scripts/prompt-limit.sh}",
        "method: {tool: script}",
        &[
            "/spec/items/1/method/command: item `LOAD-2` no longer has `method.command`; it was `scripts/prompt-limit.sh`",
        ],
    ),
    (
        LIST,
        "      method: {tool: script, command: scripts/prompt-limit.sh}\n",
        "",
        &["/spec/items/1/method: item `LOAD-2` no longer has `method`"],
    ),
    (
        LIST,
        "method: {tool: script, command: scripts/prompt-limit.sh}",
        "method: {command: scripts/prompt-limit.sh --all, tool: script}",
        &[],
    ),
    (
        LIST,
        "          sha256: 998105767c7f1a9d4dfd16eca87bc69763f1d68c4c232e45bb940037e7f88483\n",
        "",
        &[
            "/spec/items/4/evidence/0/sha256: evidence `evidence/analysisrun-v7.yaml` of item `CAN-1` no longer has `sha256`; it was `998105767c7f1a9d4dfd16eca87bc69763f1d68c4c232e45bb940037e7f88483`",
        ],
    ),
    (
        LIST,
        "format: argo-analysisrun",
        "format: json",
        &[
            "/spec/items/4/evidence/0/format: evidence `evidence/analysisrun-v7.yaml` of item `CAN-1` relaxes `format` to `json`; it was `argo-analysisrun`",
        ],
    ),
    (
        LIST,
        "verifies: [slo/ttft-p95, assumption/A1]",
        "verifies: [slo/ttft-p95]",
        &["/spec/items/0/verifies: item `LOAD-1` no longer has `verifies`; it was `assumption/A1`"],
    ),
    // The canary verifies it as well.
    (
        LIST,
        "verifies: [slo/ttft-p95, assumption/A1]",
        "verifies: [assumption/A1]",
        &[],
    ),
    // The team's limit is as strict.
    (LIST, "  evidenceMaxAge: 14d\n", "", &[]),
];

#[test]
fn what_is_no_longer_declared() {
    each("support-chat-llm", DECLARED);
}

#[test]
fn what_is_no_longer_said_of_an_item() {
    each("support-chat-llm", SAID_OF_ITEMS);
}

#[test]
fn a_limit_that_is_left_to_the_team() {
    let change = Change::of("support-chat-llm").edit(LIST, "  evidenceMaxAge: 14d\n", "");
    fs::write(
        change.folder.path().join("servelint.toml"),
        "[policy]\nevidenceMaxAge = \"30d\"\n",
    )
    .expect("written");
    assert_eq!(
        change.said(),
        [
            "/spec/evidenceMaxAge: checklist `support-chat-llm` relaxes `evidenceMaxAge` to `30d`; it was `14d`"
        ]
    );
}

#[test]
fn an_entry_may_move_to_another_file() {
    let change = Change::of("support-chat-llm");
    let list = change.folder.path().join(LIST);
    let text = fs::read_to_string(&list).expect("a file");
    let start = text.find("    - id: RB-1\n").expect("an item");
    let end = text.find("    # Cannot be measured").expect("the next one");
    let item = &text[start..end];
    let head = &text[..text.find("  items:\n").expect("items")];
    let other = format!("{head}  items:\n{item}").replace("name: support-chat-llm", "name: drills");
    fs::write(change.folder.path().join("drills.yaml"), other).expect("written");
    let change = change.edit(LIST, item, "");
    assert_eq!(change.said(), Vec::<String>::new());
}

#[test]
fn a_specification_is_compared_with_that_of_its_environment() {
    let change = Change::of("support-chat-llm");
    let spec = change.folder.path().join(SPEC);
    let text = fs::read_to_string(&spec).expect("a file");
    let staging = text.replace("environment: production", "environment: staging");
    let staging = staging.replace("target: 0.995", "target: 0.9");
    fs::write(change.folder.path().join("staging.yaml"), staging).expect("written");
    // That of production changed, that of staging did not.
    let change = change.edit(SPEC, "target: 0.995", "target: 0.996");
    assert_eq!(change.said(), Vec::<String>::new());
}

#[test]
fn a_renamed_service_is_compared_with_what_it_was() {
    let mut change = Change::of("support-chat-llm");
    for file in [SPEC, LOG, LIST] {
        let path = change.folder.path().join(file);
        let text = fs::read_to_string(&path).expect("a file");
        let renamed = text
            .replace("name: support-chat-llm\n", "name: support-chat-v2\n")
            .replace(
                "servingSpec: support-chat-llm\n",
                "servingSpec: support-chat-v2\n",
            );
        fs::write(&path, renamed).expect("written");
        change.request.before.insert(path, text);
    }
    assert_eq!(change.said(), Vec::<String>::new());
    let said = change.edit(SPEC, "target: 0.995", "target: 0.9").said();
    assert_eq!(said.len(), 1, "{said:?}");
}

/// Checks of constraints and assumptions, and claims of ratings.
const COMPARED: &[Edit<'_>] = &[
    (
        SPEC,
        "      check: {fact: prompt.longest, op: lte, value: 6000}\n",
        "",
        &["/spec/assumptions/1/check: assumption `A2` no longer has `check`"],
    ),
    (
        SPEC,
        "op: lte, value: 6000}",
        "op: lte, value: 8000}",
        &[
            "/spec/assumptions/1/check/value: assumption `A2` relaxes `check.value` to `8000`; it was `6000`",
        ],
    ),
    (SPEC, "op: lte, value: 6000}", "op: lte, value: 5000}", &[]),
    (SPEC, "op: lte, value: 6000}", "op: lt, value: 6000}", &[]),
    (
        SPEC,
        "op: lte, value: 6000}",
        "op: gte, value: 6000}",
        &[
            "/spec/assumptions/1/check/op: assumption `A2` relaxes `check.op` to `gte`; it was `lte`",
        ],
    ),
    (
        SPEC,
        "fact: prompt.longest",
        "fact: answer.longest",
        &[
            "/spec/assumptions/1/check/fact: assumption `A2` relaxes `check.fact` to `answer.longest`; it was `prompt.longest`",
        ],
    ),
    (
        LOG,
        "              claim: {metric: time_to_first_token, statistic: p95, op: lte, value: 720ms, evidence: evidence/bench-3.2rps.json}\n",
        "",
        &[
            "/spec/decisions/0/options/0/tradeoffs/performance/claim: rating `ADR-0007/kserve-llm/performance` no longer has `claim`",
        ],
    ),
    (
        LOG,
        "statistic: p95, op: lte, value: 720ms, evidence: evidence/bench-3.2rps.json}",
        "statistic: mean, op: lte, value: 0.9s, evidence: evidence/bench-3.2rps.json}",
        &[
            "/spec/decisions/0/options/0/tradeoffs/performance/claim/statistic: rating `ADR-0007/kserve-llm/performance` relaxes `claim.statistic` to `mean`; it was `p95`",
            "/spec/decisions/0/options/0/tradeoffs/performance/claim/value: rating `ADR-0007/kserve-llm/performance` relaxes `claim.value` to `0.9s`; it was `720ms`",
        ],
    ),
    (
        LOG,
        "op: lte, value: 720ms, evidence: evidence/bench-3.2",
        "op: lte, value: 0.7s, evidence: evidence/bench-3.2",
        &[],
    ),
];

#[test]
fn checks_and_claims() {
    each("support-chat-llm", COMPARED);
    let constraint = "statement: EU tenants are served from eu-west only}";
    let allowed = |regions: &str| {
        format!(
            "statement: EU tenants are served from eu-west only, check: {{fact: regions, op: in, value: [{regions}]}}}}"
        )
    };
    let given =
        || Change::of("support-chat-llm").given(SPEC, constraint, &allowed("eu-west-1, eu-west-2"));
    let fewer = given().edit(SPEC, "[eu-west-1, eu-west-2]", "[eu-west-2]");
    assert_eq!(fewer.said(), Vec::<String>::new());
    let more = given().edit(SPEC, "[eu-west-1, eu-west-2]", "[eu-west-1, us-east-1]");
    assert_eq!(
        more.said(),
        [
            "/spec/constraints/0/check/value: constraint `C1` relaxes `check.value` to `eu-west-1, us-east-1`; it was `eu-west-1, eu-west-2`"
        ]
    );
    // Bytes with their units.
    let memory = "op: lte, value: 6000}";
    let given = || {
        let check = "op: gte, value: 80Gi}";
        let change = Change::of("support-chat-llm").given(SPEC, memory, check);
        change.given(SPEC, "fact: prompt.longest", "fact: gpus.memory")
    };
    let same = given().edit(SPEC, "value: 80Gi}", "value: 81920Mi}");
    assert_eq!(same.said(), Vec::<String>::new());
    let less = given().edit(SPEC, "value: 80Gi}", "value: 40Gi}");
    assert_eq!(less.said().len(), 1, "{:?}", less.said());
}

#[test]
fn nobody_waives_it() {
    let change = Change::of("support-chat-llm").edit(
        SPEC,
        "  tier: critical\n",
        "  # servelint: allow[target-loosened] until=2026-12-31 by=m.osei reason=\"a pilot\"\n  tier: standard\n",
    );
    let mut request = change.request.clone();
    request.select.push("waiver-not-allowed".into());
    let report = check::run(&request, &PACK, &Silent).expect("a run");
    let rules: Vec<&str> = report
        .findings
        .iter()
        .map(|found| found.rule.as_str())
        .collect();
    assert_eq!(rules, ["waiver-not-allowed", "target-loosened"]);
    assert_eq!(report.reviews[0].verdict, Verdict::NoGo);
    assert_eq!(change.said().len(), 1);
}
