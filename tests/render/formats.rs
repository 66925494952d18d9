//! The formats of build services: snapshots, and what their readers rely on.

use super::{
    NARROW,
    reports::{Make, place, report, spec},
    whole_run, written,
};
use serde_json::Value;
use servelint::{
    document::source::Source,
    finding::{
        DueSoon, Finding, NotChecked, Report, Suppression, SuppressionKind, Topic, fingerprints,
    },
    output::{FORMATS, Style},
    rule::{ControlTables, Severity},
};

fn plain(name: &str, report: &Report) -> String {
    written(name, report, &Style::PLAIN)
}

#[test]
fn a_whole_run_in_every_format_of_a_build_service() {
    let mut report = whole_run();
    report
        .failures
        .push("cannot read secret.yaml: permission denied".into());
    for name in [
        "sarif", "github", "gitlab", "junit", "tap", "markdown", "azure",
    ] {
        let text = plain(name, &report);
        assert_eq!(
            text,
            written(name, &report, &NARROW),
            "{name} obeys no width"
        );
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn nothing_found_in_every_format_of_a_build_service() {
    let texts = [
        "sarif", "github", "gitlab", "junit", "tap", "markdown", "azure",
    ]
    .map(|name| format!("--- {name}\n{}", plain(name, &Report::default())));
    insta::assert_snapshot!("nothing_for_build_services", texts.concat());
}

/// One finding of each kind of exception, a waiver about to expire, and a service that waits for people.
fn excepted() -> Report {
    let mut report = whole_run();
    let spec = spec();
    let waived = |kind, pointer: &str, needle: &str| {
        let finding = Make::new(
            "timeouts-order",
            Severity::Error,
            place(&spec, needle, pointer),
        );
        let by = kind != SuppressionKind::Baseline;
        servelint::finding::Finding {
            suppression: Some(Suppression {
                kind,
                by: by.then(|| "dana.k".into()),
                reason: by.then(|| "the gateway is replaced, GW-204".into()),
                until: by.then(|| "2026-10-20".into()),
                place: place(&spec, "# accountable team", ""),
            }),
            ..finding.says(&format!("`{needle}` is too short")).done()
        }
    };
    report.suppressed = vec![
        waived(SuppressionKind::Comment, "/spec/timeouts/gateway", "75s"),
        waived(SuppressionKind::Config, "/spec/slos/0/value", "800ms"),
        waived(SuppressionKind::Baseline, "/spec/slos/1/value", "83ms"),
    ];
    report.due_soon = vec![DueSoon {
        kind: servelint::finding::DueKind::Waiver,
        what: "timeouts-order".into(),
        by: Some("dana.k".into()),
        until: "2026-10-20".into(),
        days: 10,
        place: place(&spec, "# accountable team", ""),
    }];
    report.findings.remove(0);
    report.reviews[1].verdict = servelint::finding::Verdict::Escalate;
    report.reviews[1].tally = servelint::finding::Tally::of(&report.findings);
    report.reviews[1].reasons.remove(0);
    report.reviews[1].approvers = vec!["vp-engineering (m.osei, @org/leads)".into(), "cto".into()];
    report.reviews[1].consents = vec!["an owner of `a.yaml`".into()];
    report.reviews[1].suppressed = 3;
    report
}

#[test]
fn exceptions_are_shown_in_every_format() {
    let report = excepted();
    let texts: Vec<String> = FORMATS
        .iter()
        .filter(|format| !["json", "sarif"].contains(&format.name))
        .map(|format| {
            format!(
                "--- {}\n{}",
                format.name,
                written(
                    format.name,
                    &report,
                    &Style {
                        width: 80,
                        ..Style::PLAIN
                    }
                )
            )
        })
        .collect();
    insta::assert_snapshot!("exceptions", texts.concat());
    let json: Value = serde_json::from_str(&plain("json", &report)).expect("JSON");
    assert_eq!(json["suppressed"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["suppressed"][1]["suppression"]["kind"], "config");
    assert_eq!(
        (&json["summary"]["waived"], &json["summary"]["baseline"]),
        (&2.into(), &1.into())
    );
    assert_eq!(json["dueSoon"][0]["days"], 10);
    assert_eq!(json["reviews"][1]["approvers"][1], "cto");
    let schema = servelint::schema::text("report/v2.json").expect("the schema");
    let schema = serde_json::from_str(schema).expect("JSON");
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .expect("a schema")
        .iter_errors(&json)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let sarif: Value = serde_json::from_str(&plain("sarif", &report)).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let kinds: Vec<_> = results
        .iter()
        .map(|result| result["suppressions"][0]["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            None,
            None,
            Some("inSource"),
            Some("external"),
            Some("external")
        ]
    );
    assert!(
        results[2]["suppressions"][0]["justification"]
            .as_str()
            .is_some_and(|text| text.contains("GW-204"))
    );
}

fn many(count: usize, severity: Severity) -> Vec<Finding> {
    let spec = spec();
    let finding = |n: usize| {
        Make::new(
            "timeouts-order",
            severity,
            place(&spec, "60s", "/spec/timeouts/server"),
        )
        .says(&format!("message {n}"))
        .done()
    };
    (0..count).map(finding).collect()
}

#[test]
fn github_gets_ten_of_a_kind_and_the_log_the_rest() {
    let mut report = report([many(3, Severity::Info), many(12, Severity::Warning)].concat());
    report.findings.extend(many(4, Severity::Error));
    report.findings.extend(many(9, Severity::Escalation));
    let text = plain("github", &report);
    let starting = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(
        [
            starting("::error "),
            starting("::warning "),
            starting("::notice ")
        ],
        [10, 10, 4]
    );
    assert!(text.starts_with(
        "::error file=specs/chat.yaml,line=22,endLine=22,col=13,endColumn=16,title=error"
    ));
    assert!(text.contains("::notice title=servelint%3A cut::GitHub shows 10 of each kind for a step: the first of 13 errors, 12 warnings are annotated"));
    let log = text
        .split("::group::")
        .nth(1)
        .and_then(|rest| rest.split("::endgroup::").next());
    assert_eq!(log.map(|log| log.lines().count()), Some(1 + 3 + 2));
}

#[test]
fn markdown_is_short_enough_for_a_comment_and_says_what_it_lacks() {
    let mut findings = many(2_000, Severity::Error);
    for (number, finding) in findings.iter_mut().enumerate() {
        finding.rule = format!("rule-{number}");
    }
    let text = plain("markdown", &report(findings));
    assert!((50_000..65_000).contains(&text.len()), "{}", text.len());
    assert!(text.contains("_Left out for length: "), "{text}");
    let mut crowded = report(many(5, Severity::Error));
    let review = whole_run().reviews.remove(1);
    crowded.reviews = (0..5_000)
        .map(|n| servelint::finding::ReviewOutcome {
            service: format!("service {n}"),
            ..review.clone()
        })
        .collect();
    crowded.failures = vec!["`x` ".repeat(5_000); 5_000];
    let text = plain("markdown", &crowded);
    assert!(text.len() < 65_000, "{}", text.len());
    assert!(text.contains("services left out for length"), "{text}");
}

#[test]
fn sarif_has_the_shape_that_readers_ask_for() {
    let log: Value = serde_json::from_str(&plain("sarif", &whole_run())).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let rule = &rules[result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("a level")));
        assert_eq!(
            result["partialFingerprints"]["servelint/v1"]
                .as_str()
                .map(str::len),
            Some(64)
        );
        for location in [&result["locations"], &result["relatedLocations"]]
            .into_iter()
            .flat_map(|list| list.as_array().expect("a list"))
        {
            let file = &location["physicalLocation"]["artifactLocation"];
            assert_eq!(
                run["artifacts"][file["index"].as_u64().expect("an index") as usize]["location"],
                *file
            );
            assert_eq!(file["uriBaseId"], "%SRCROOT%");
        }
    }
    let escalation = &run["results"][1];
    assert_eq!(
        (
            &escalation["level"],
            &escalation["properties"]["servelint/severity"]
        ),
        (&"error".into(), &"escalation".into())
    );
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(
        run["invocations"][0]["toolExecutionNotifications"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn gitlab_finds_a_file_for_what_was_not_checked() {
    let mut report = whole_run();
    report.not_checked = [
        Topic::Service("support-chat-llm".into()),
        Topic::Service("nobody".into()),
        Topic::File("deploy/a.yaml".into()),
        Topic::File("`support-chat-llm` b.yaml".into()),
        Topic::Foreign("apps/v1 Deployment".into()),
    ]
    .map(|subject| NotChecked {
        subject,
        reason: "so".into(),
    })
    .into();
    let issues: Vec<Value> = serde_json::from_str(&plain("gitlab", &report)).expect("JSON");
    let mut paths: Vec<_> = issues
        .iter()
        .skip(3)
        .filter_map(|issue| issue["location"]["path"].as_str())
        .collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            ".",
            ".",
            "`support-chat-llm` b.yaml",
            "deploy/a.yaml",
            // The last two are the verdicts.
            "specs/chat.yaml",
            "specs/chat.yaml",
            "specs/feed.yaml"
        ]
    );
}

/// `SERVELINT_SARIF_SCHEMA=sarif-schema-2.1.0.json cargo test --test suite -- --ignored sarif`
#[test]
#[ignore = "needs the official schema, named by SERVELINT_SARIF_SCHEMA"]
fn sarif_is_valid_against_the_official_schema() {
    let file = std::env::var_os("SERVELINT_SARIF_SCHEMA").expect("SERVELINT_SARIF_SCHEMA");
    let mut schema: Value =
        serde_json::from_slice(&std::fs::read(file).expect("the schema")).expect("JSON");
    // Its pattern has a bracket that is never opened, which not every engine takes.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"] = Value::Bool(false);
    }
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema");
    let mut failed = whole_run();
    failed.failures.push("cannot read [x](http://y) {0}".into());
    let source = Source::new("/ab s/größe [1]:%2F#?.yaml", "x: 1\n");
    failed.findings.push(
        Make::new("unknown", Severity::Info, place(&source, "x", ""))
            .says("")
            .done(),
    );
    let tables = ControlTables::embedded().expect("tables");
    let mut mapped = whole_run();
    for rule in mapped.rules.values_mut() {
        rule.named_controls = vec!["soc2:CC8.1".into(), "eu-ai-act:Art-9.8".into()];
        tables.join(rule).expect("controls that exist");
    }
    assert!(plain("sarif", &mapped).contains("supportedTaxonomies"));
    for report in [whole_run(), mapped, failed, excepted(), Report::default()] {
        let log = serde_json::from_str(&plain("sarif", &report)).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
}

#[test]
fn fingerprints_follow_the_text_and_keep_twins_apart() {
    let finding = |text: &str, document: &str| {
        let source = Source::new("a.yaml", text);
        let mut place = place(&source, "60s", "/spec/timeouts/server");
        place.document = Some(document.into());
        Make::new("timeouts-order", Severity::Error, place)
            .says("too short")
            .done()
    };
    let print = |finding: &Finding| fingerprints(std::slice::from_ref(finding)).remove(0);
    let first = finding("server: 60s", "ServingSpec/chat");
    assert_eq!(
        print(&first),
        print(&finding("# moved\n\n  server: 60s", "ServingSpec/chat"))
    );
    let mut others = vec![first.clone(), finding("server: 60s", "ServingSpec/rank")];
    others.push(Finding {
        rule: "other".into(),
        ..first.clone()
    });
    others.push(Finding {
        message: "too long".into(),
        ..first.clone()
    });
    others.extend([first.clone(), first]);
    let mut prints = fingerprints(&others);
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), others.len());
}
