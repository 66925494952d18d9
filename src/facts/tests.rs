use super::*;
use crate::document::{Value, source::Span};
use crate::units;
use serde_json::json;

mod results;
mod strange;
mod weighed;

const LLM: &str = include_str!("../../tests/data/support-chat-llm.serving.json");
const RANKER: &str = include_str!("../../tests/data/feed-ranker.serving.json");
const DECISIONS: &str = include_str!("../../tests/data/support-chat-llm.decisions.json");
const CHECKLIST: &str = include_str!("../../tests/data/support-chat-llm.checklist.json");

/// The tree of a JSON value, without places.
fn node(json: &Json) -> Node {
    Node::of_json(json, Span::default())
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).expect("test data is JSON")
}

fn facts_of(kind: Subject, json: &Json) -> Json {
    derive(kind, &node(json), Assumed::default()).to_json()
}

/// The facts of a ServingSpec with this `spec`.
fn serving_facts(spec: Json) -> Json {
    facts_of(Subject::ServingSpec, &json!({ "spec": spec }))
}

/// The example with the value at `pointer` replaced.
fn changed(text: &str, pointer: &str, value: Json) -> Json {
    let mut json = parsed(text);
    *json.pointer_mut(pointer).expect("the example has it") = value;
    facts_of(Subject::ServingSpec, &json)
}

#[test]
fn all_facts_of_the_examples() {
    let examples = [
        ("llm", Subject::ServingSpec, LLM),
        ("ranker", Subject::ServingSpec, RANKER),
        ("decisions", Subject::DecisionLog, DECISIONS),
        ("checklist", Subject::VerificationChecklist, CHECKLIST),
    ];
    for (name, kind, text) in examples {
        let facts = facts_of(kind, &parsed(text));
        insta::assert_snapshot!(name, serde_json::to_string_pretty(&facts).expect("JSON"));
    }
}

/// Computed by hand from the documents.
#[test]
fn numbers_of_the_language_model() {
    let facts = facts_of(Subject::ServingSpec, &parsed(LLM));
    let table = [
        ("/spec/timeouts/server", json!(60)),
        ("/spec/resources/gpu/memory", json!(84_825_604_096_i64)),
        ("/spec/slos/1/value", json!(0.8)),
        ("/spec/slos/0/window/duration", json!(2_419_200)),
        ("/metadata/reviewBy", json!(20_788)),
        ("/slos/1/percentile", json!("p95")),
        ("/slos/1/minSamples", json!(59)),
        ("/slos/0/budgetRatio", json!(0.005)),
        ("/generation/p95Seconds", json!(30.75)),
        ("/generation/maxSeconds", json!(51.95)),
        ("/memory/weightsBytes", json!(70_600_000_000_i64)),
        ("/memory/kvBytesPerToken", json!(327_680)),
        ("/memory/kvBytes", json!(64_424_509_440_i64)),
        ("/memory/neededBytes", json!(147_909_411_328_i64)),
        ("/memory/availableBytes", json!(152_686_087_373_i64)),
        ("/capacity/effectiveRps", json!(2.24)),
        ("/capacity/atMax", json!(17.92)),
        ("/capacity/atMin", json!(6.72)),
        ("/capacity/afterLoss", json!(15.68)),
        ("/capacity/concurrency/atMax", json!(192)),
        ("/capacity/concurrency/needed", json!(141)),
        ("/startupSeconds", json!(600)),
        ("/latencyBudget/totalSeconds", json!(0.75)),
        ("/latencyBudget/slackRatio", json!(0.0625)),
        ("/rollout/analysis/0/detectionSeconds", json!(300)),
        ("/rollout/analysis/0/requiredSamples", json!(93)),
        ("/rollout/analysis/1/exposureSeconds", json!(156)),
        ("/rollout/checks/0/troughSamples", json!(135)),
        ("/rollout/checks/0/averageSamples", json!(450)),
        ("/rollout/checks/0/requiredSamples", json!(93)),
        ("/rollout/checks/0/neededBakeSeconds", json!(1_240)),
        ("/rollout/checks/1/expectedErrors", json!(2.7)),
        ("/alerts/0/errorRatio", json!(0.0672)),
        ("/alerts/0/budgetFraction", json!(0.02)),
        ("/alerts/0/troughErrors", json!(30.24)),
        ("/alerts/0/maxReachableBurnRate", json!(200)),
        ("/alerts/0/windowRatio", json!(12)),
    ];
    for (pointer, expected) in table {
        assert_eq!(facts.pointer(pointer), Some(&expected), "{pointer}");
    }
}

/// Computed by hand from the documents.
#[test]
fn numbers_of_the_ranking_model() {
    let facts = facts_of(Subject::ServingSpec, &parsed(RANKER));
    let table = [
        ("/slos/1/percentile", json!("p99")),
        ("/slos/1/minSamples", json!(299)),
        ("/slos/2/percentile", json!("p50")),
        ("/capacity/effectiveRps", json!(270)),
        ("/capacity/atMax", json!(6_480)),
        ("/capacity/lostReplicas", json!(8)),
        ("/capacity/afterLoss", json!(4_320)),
        ("/capacity/concurrency/needed", json!(72)),
        ("/latencyBudget/totalSeconds", json!(0.04)),
        ("/latencyBudget/slackRatio", json!(0.2)),
        ("/rollout/analysis/0/requiredSamples", json!(459)),
        ("/rollout/analysis/1/exposureSeconds", json!(121.5)),
        ("/rollout/checks/0/troughSamples", json!(1_800)),
        ("/rollout/checks/1/expectedErrors", json!(9)),
        ("/rollout/checks/1/budgetFraction", json!(0.0009375)),
        ("/alerts/2/budgetFraction", json!(0.1)),
    ];
    for (pointer, expected) in table {
        assert_eq!(facts.pointer(pointer), Some(&expected), "{pointer}");
    }
    // A plain metric spends no known budget, and triton's batches are no concurrency limit.
    assert_eq!(facts.pointer("/rollout/checks/6/budgetFraction"), None);
    assert_eq!(facts.pointer("/capacity/concurrency/limit"), None);
    assert_eq!(facts.pointer("/memory"), None);
}

#[test]
fn documents_without_numbers_have_no_facts() {
    for kind in [
        Subject::ServingSpec,
        Subject::DecisionLog,
        Subject::VerificationChecklist,
    ] {
        for json in [
            json!({}),
            json!({"spec": {}}),
            json!({"spec": null}),
            json!([1]),
            json!("text"),
        ] {
            assert_eq!(
                facts_of(kind, &json),
                json!({"plainText": true}),
                "{kind}: {json}"
            );
        }
    }
    assert_eq!(facts_of(Subject::Review, &parsed(LLM)), json!({}));
}

#[test]
fn the_mirror_keeps_indexes_and_drops_what_does_not_parse() {
    let facts = serving_facts(json!({
        "timeouts": {"client": "90", "gateway": 75, "server": "1m"},
        "rollout": {"steps": [{"weight": 5}, {"weight": 20, "bake": "30m"}, null]},
        "resources": {"cpu": "500m", "memory": "16Gigs", "gpu": {"memory": 1024}},
    }));
    let expected = json!({
        "timeouts": {"server": 60},
        "rollout": {"steps": [{}, {"bake": 1800}, {}]},
        "resources": {"cpu": 0.5, "gpu": {"memory": 1024}},
    });
    assert_eq!(facts["spec"], expected);
}

/// What reads like a duration or a date in the examples is one, so the tables must know its path.
#[test]
fn the_mirror_forgets_no_duration_and_no_date() {
    let examples = [
        (Subject::ServingSpec, LLM),
        (Subject::ServingSpec, RANKER),
        (Subject::DecisionLog, DECISIONS),
        (Subject::VerificationChecklist, CHECKLIST),
    ];
    for (kind, text) in examples {
        let json = parsed(text);
        let facts = facts_of(kind, &json);
        let mut all = Vec::new();
        strange::pointers(&json, "", &mut all);
        for pointer in all {
            let text = json
                .pointer(&pointer)
                .and_then(Json::as_str)
                .unwrap_or_default();
            let is_measure =
                units::duration_seconds(text).is_ok() || units::day_number(text).is_some();
            assert!(
                !is_measure || facts.pointer(&pointer).is_some_and(Json::is_number),
                "{pointer}: {text}"
            );
        }
    }
}

#[test]
fn calendar_windows_count_only_beside_a_calendar() {
    let slo = |window: Json| json!({"indicator": {"type": "availability"}, "target": 0.99, "window": window});
    let calendar =
        json!({"duration": "1M", "calendar": {"startTime": "2026-01-01", "timeZone": "UTC"}});
    let facts = serving_facts(json!({"slos": [slo(calendar), slo(json!({"duration": "1M"}))]}));
    assert_eq!(facts["slos"][0]["windowSeconds"], json!(2_592_000));
    assert_eq!(
        facts["spec"]["slos"][0]["window"]["duration"],
        json!(2_592_000)
    );
    assert_eq!(facts["slos"][1].get("windowSeconds"), None);
    assert_eq!(facts["spec"]["slos"][1], json!({}));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of inputs and answers")]
fn numbers_outside_their_domain_make_facts_absent() {
    let table = [
        (json!(1), "/spec/slos/1/target", "/slos/1/minSamples"),
        (json!(95), "/spec/slos/1/target", "/slos/1/percentile"),
        (json!(0), "/spec/slos/0/target", "/slos/0/budgetRatio"),
        (
            json!("0s"),
            "/spec/slos/0/window/duration",
            "/slos/0/windowSeconds",
        ),
        (
            json!("0s"),
            "/spec/slos/0/window/duration",
            "/alerts/0/budgetFraction",
        ),
        (
            json!("soon"),
            "/spec/latencyBudget/components/queue",
            "/latencyBudget/totalSeconds",
        ),
        (
            json!(101),
            "/spec/rollout/steps/0/weight",
            "/rollout/checks/0/troughSamples",
        ),
        (
            json!(-5),
            "/spec/rollout/steps/0/weight",
            "/rollout/checks/0/weight",
        ),
        (
            json!(0),
            "/spec/rollout/steps/0/weight",
            "/rollout/checks/0/neededBakeSeconds",
        ),
        (
            json!(0),
            "/spec/traffic/troughRps",
            "/rollout/checks/0/neededBakeSeconds",
        ),
        (
            json!(-1),
            "/spec/traffic/outputTokens/max",
            "/generation/maxSeconds",
        ),
        (
            json!(1.5),
            "/spec/capacity/targetUtilisation",
            "/capacity/effectiveRps",
        ),
        (
            json!(70),
            "/spec/capacity/targetUtilisation",
            "/capacity/afterLoss",
        ),
        (
            json!(90),
            "/spec/resources/gpu/memoryUtilization",
            "/memory/availableBytes",
        ),
        (
            json!("lots"),
            "/spec/resources/gpu/overhead",
            "/memory/neededBytes",
        ),
        (
            json!("-1Gi"),
            "/spec/resources/gpu/memory",
            "/memory/availableBytes",
        ),
        (
            json!("0s"),
            "/spec/alerts/0/shortWindow",
            "/alerts/0/windowRatio",
        ),
        (json!("gone"), "/spec/alerts/0/slo", "/alerts/0/slo"),
        (
            json!("gone"),
            "/spec/rollout/analysis/0/slo",
            "/rollout/analysis/0/kind",
        ),
        (
            json!(-1),
            "/spec/rollout/analysis/0/failureLimit",
            "/rollout/analysis/0/detectionSeconds",
        ),
    ];
    let whole = facts_of(Subject::ServingSpec, &parsed(LLM));
    for (value, pointer, absent) in table {
        assert!(whole.pointer(absent).is_some(), "{absent}");
        assert_eq!(
            changed(LLM, pointer, value.clone()).pointer(absent),
            None,
            "{pointer}: {value}"
        );
    }
}

#[test]
fn an_objective_on_the_mean_has_no_percentile() {
    let facts = changed(
        RANKER,
        "/spec/slos/2/indicator",
        json!({"type": "request_latency", "statistic": "mean"}),
    );
    assert_eq!(facts["slos"][2].get("percentile"), None);
    assert_eq!(facts["slos"][2].get("minSamples"), None);
    assert_eq!(facts["capacity"]["concurrency"]["basis"], json!("mean"));
}

#[test]
fn generation_takes_the_highest_percentile() {
    let slo = |indicator: &str, target: f64, value: &str| json!({"indicator": {"type": indicator}, "op": "lte", "value": value, "target": target});
    let facts = serving_facts(json!({
        "traffic": {"outputTokens": {"p95": 101, "max": 1001}},
        "slos": [
            slo("time_to_first_token", 0.5, "200ms"),
            slo("time_to_first_token", 0.99, "1s"),
            slo("inter_token_latency", 0.95, "40ms"),
            slo("time_per_output_token", 0.95, "20ms"),
        ],
    }));
    assert_eq!(
        facts["generation"],
        json!({"p95Seconds": 3, "maxSeconds": 21})
    );
}

#[test]
fn a_threshold_on_good_requests_counts_the_bad_ones() {
    let facts = serving_facts(json!({
        "slos": [{"name": "a", "indicator": {"type": "availability"}, "target": 0.99}],
        "rollout": {"analysis": [
            {"name": "good", "slo": "a", "op": "lt", "threshold": 0.98},
            {"name": "bad", "slo": "a", "op": "gt", "threshold": 0.02},
        ]},
    }));
    for index in 0..2 {
        assert_eq!(
            facts["rollout"]["analysis"][index]["thresholdRatio"],
            json!(0.02)
        );
    }
}

#[test]
fn retries_and_losses() {
    let spec = json!({
        "timeouts": {"retries": {"attempts": 3, "perTryTimeout": "500ms"}},
        "capacity": {
            "replicas": {"min": 2, "max": 5}, "zones": 3, "tolerateLostZones": 1, "tolerateLostReplicas": 1,
            "perReplica": {"throughputRps": 10}, "targetUtilisation": 1,
        },
    });
    let facts = serving_facts(spec.clone());
    assert_eq!(facts["retriesSeconds"], json!(1.5));
    assert_eq!(facts["capacity"]["lostReplicas"], json!(2));
    assert_eq!(facts["capacity"]["afterLoss"], json!(30));
    let mut all_lost = spec;
    all_lost["capacity"]["tolerateLostReplicas"] = json!(9);
    assert_eq!(serving_facts(all_lost)["capacity"]["afterLoss"], json!(0));
}

#[test]
fn memory_without_stated_overhead_is_a_lower_bound() {
    let mut spec = parsed(LLM);
    spec["spec"]["resources"]["gpu"]
        .as_object_mut()
        .expect("a mapping")
        .remove("overhead");
    let facts = facts_of(Subject::ServingSpec, &spec);
    assert_eq!(facts["memory"]["overheadBytes"], json!(0));
    assert_eq!(facts["memory"]["neededBytes"], json!(135_024_509_440_i64));
}

#[test]
fn thresholds_of_checks_have_one_unit() {
    let item = |unit: &str| json!({"metric": {"unit": unit}, "threshold": 5});
    let units = ["ms", "percent", "requests/s", "GiB", "enum", "parsec"];
    let facts = facts_of(
        Subject::VerificationChecklist,
        &json!({"spec": {"items": units.map(item).into_iter().collect::<Vec<_>>()}}),
    );
    let expected = json!([
        {"thresholdSeconds": 0.005, "dimension": "time"},
        {"thresholdRatio": 0.05, "dimension": "ratio"},
        {"dimension": "rate"},
        {"dimension": "bytes"},
        {"dimension": "enum"},
        {"dimension": "none"},
    ]);
    assert_eq!(facts["items"], expected);
}

#[test]
fn a_metric_of_a_check_has_its_canonical_name() {
    let item = |name: &str| json!({"metric": {"name": name}});
    let names = [
        "ttft",
        "e2el",
        "success_rate",
        "error_rate",
        "judge_win_rate",
    ];
    let facts = facts_of(
        Subject::VerificationChecklist,
        &json!({"spec": {"items": names.map(item).into_iter().collect::<Vec<_>>()}}),
    );
    let items = facts["items"].as_array().expect("items");
    let found: Vec<&Json> = items.iter().map(|item| &item["metric"]).collect();
    assert_eq!(
        found,
        [
            "time_to_first_token",
            "request_latency",
            "availability",
            "error_ratio",
            "judge_win_rate"
        ]
    );
}

#[test]
fn confidence_is_the_teams() {
    let facts = derive(
        Subject::ServingSpec,
        &node(&parsed(RANKER)),
        Assumed {
            confidence: 0.99,
            today: None,
        },
    )
    .to_json();
    assert_eq!(facts["slos"][1]["minSamples"], json!(459));
}
