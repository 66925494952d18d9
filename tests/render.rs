//! What users read, on reports made by hand: snapshots of every format, and what must hold for
//! any text whatever.

mod escape;
mod formats;
mod hostile;
mod reports;

use reports::{Make, checklist, minified, place, report, rule, spec};
use servelint::{
    document::source::{Source, Span},
    finding::{
        Claimed, Counts, Finding, GateOutcome, NotChecked, Place, Report, ReviewOutcome, Standing,
        State, Tally, Topic, Verdict,
    },
    output::{FORMATS, OutputFormat, Style, render},
    rule::{Gate, Severity},
};
use std::{io, sync::Arc};

/// The report in a format, as the bytes that would be written.
fn written(name: &str, report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    let format = OutputFormat::named(name).expect("a known format");
    render(format, report, style, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("text")
}

fn rich(report: &Report) -> String {
    written(
        "rich",
        report,
        &Style {
            width: 80,
            ..Style::PLAIN
        },
    )
}

const NARROW: Style = Style {
    width: 40,
    ..Style::PLAIN
};

/// One of everything: the report of a whole run.
fn whole_run() -> Report {
    let (spec, checklist) = (spec(), checklist());
    let mut report = report(vec![
        Make::new("timeouts-order", Severity::Error, place(&spec, "60s", "/spec/timeouts/server"))
            .says("server timeout `60s` is shorter than the 85.9s that a longest answer takes")
            .near(
                place(&spec, "1024", "/spec/traffic/outputTokens/max"),
                "1024 tokens at 83ms each take 85.1s",
            )
            .near(place(&spec, "75s", "/spec/timeouts/gateway"), "the gateway gives up at 75s")
            .helps("Raise `timeouts.server`, or lower `traffic.outputTokens.max` and reject longer requests.")
            .done(),
        Make::new("risk-escalation", Severity::Escalation, place(&spec, "critical", "/spec/tier"))
            .says("risk `R-2` is `high` and nobody with the role `vp-engineering` has accepted it")
            .helps("Ask one of the approvers to sign the decision.")
            .done(),
        Make::new("slo-not-verified", Severity::Warning, place(&spec, "tpot-p95", "/spec/slos/1/name"))
            .says("SLO `tpot-p95` is verified by no item of the checklist")
            .near(
                place(&checklist, "[slo/ttft-p95, assumption/A1]", "/spec/items/0/verifies"),
                "this item verifies only `ttft-p95`",
            )
            .helps("Add an item that verifies `slo/tpot-p95`.")
            .done(),
    ]);
    report.reviews = reviews(&report.findings, &spec);
    report.not_checked = gaps(2);
    report.counts = Counts {
        files: 4,
        documents: 7,
        reviews: 2,
        rules: 74,
    };
    report
}

/// A service without any finding, and one with these.
#[expect(clippy::too_many_lines, reason = "two outcomes with many fields")]
fn reviews(findings: &[Finding], spec: &Arc<Source>) -> Vec<ReviewOutcome> {
    let standings = vec![
        standing(
            "ttft-p95",
            State::Met,
            place(spec, "critical", "/spec/tier"),
        ),
        standing(
            "tpot-p95",
            State::Unjudged,
            place(spec, "tpot-p95", "/spec/slos/1/name"),
        ),
    ];
    vec![
        ReviewOutcome {
            service: "feed-ranker".into(),
            path: None,
            environment: Some("staging".into()),
            verdict: Verdict::Go,
            manifests_only: false,
            tally: Tally::default(),
            standings: vec![],
            gates: vec![],
            reasons: vec![],
            files: vec!["specs/feed.yaml".into()],
            approvers: vec![],
            consents: vec![],
            suppressed: 0,
            rules_in_force: 74,
            switched_off: vec![],
            is_unrendered: false,
        },
        ReviewOutcome {
            service: "support-chat-llm".into(),
            path: None,
            environment: Some("production".into()),
            verdict: Verdict::NoGo,
            manifests_only: false,
            tally: Tally::of(findings),
            standings: standings.clone(),
            gates: [Gate::Scope, Gate::Load]
                .map(|gate| {
                    let own = standings.iter().filter(|claim| claim.gate == gate);
                    GateOutcome::new(
                        gate,
                        findings[..1].iter().filter(|_| gate == Gate::Load),
                        own,
                    )
                })
                .into(),
            reasons: findings[..2]
                .iter()
                .map(|f| format!("{}: {}", f.rule, f.message))
                .collect(),
            files: vec!["specs/chat.yaml".into(), "specs/checklist.yaml".into()],
            approvers: vec![],
            consents: vec![],
            suppressed: 0,
            rules_in_force: 74,
            switched_off: vec![],
            is_unrendered: false,
        },
    ]
}

fn standing(name: &str, state: State, place: Place) -> Standing {
    Standing {
        claimed: Claimed::Objective,
        name: name.into(),
        gate: Gate::Scope,
        blocking: true,
        state,
        because: (state != State::Met).then(|| "no checklist item verifies it".into()),
        follows: false,
        place,
    }
}

fn gaps(count: usize) -> Vec<NotChecked> {
    let mut gaps = vec![NotChecked {
        subject: Topic::Service("feed-ranker".into()),
        reason: "it has no decision log, so its risks are unknown".into(),
    }];
    gaps.extend((1..count).map(|number| NotChecked {
        subject: Topic::File(format!("deploy/{number:02}.yaml")),
        reason: "`example.com/v1 Widget` is not a kind that servelint knows".into(),
    }));
    gaps
}

#[test]
fn a_whole_run_at_three_widths() {
    let report = whole_run();
    for width in [40, 80, 120] {
        let text = written(
            "rich",
            &report,
            &Style {
                width,
                ..Style::PLAIN
            },
        );
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{widest:?} columns of {width}");
        insta::assert_snapshot!(format!("rich_{width}"), text);
    }
}

#[test]
fn a_whole_run_in_colour_with_links() {
    let style = Style {
        color: true,
        links: true,
        width: 80,
        unicode: true,
    };
    insta::assert_snapshot!(written("rich", &whole_run(), &style).replace('\u{1b}', "␛"));
    insta::assert_snapshot!(
        "concise_colour",
        written("concise", &whole_run(), &style).replace('\u{1b}', "␛")
    );
}

#[test]
fn a_whole_run_in_ascii() {
    let style = Style {
        unicode: false,
        width: 80,
        ..Style::PLAIN
    };
    let text = written("rich", &whole_run(), &style);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_whole_run_concisely() {
    insta::assert_snapshot!(written("concise", &whole_run(), &NARROW));
}

#[test]
fn a_whole_run_as_json() {
    insta::assert_snapshot!(written("json", &whole_run(), &NARROW));
}

#[test]
fn nothing_found_and_nothing_read() {
    let mut empty = Report {
        counts: Counts {
            files: 1,
            documents: 1,
            reviews: 0,
            rules: 74,
        },
        ..Report::default()
    };
    insta::assert_snapshot!(rich(&empty), @"no findings in 1 file (1 document, 0 reviews, 74 rules)");
    assert_eq!(
        written("concise", &empty, &Style::PLAIN),
        "servelint: no findings in 1 file (1 document, 0 reviews, 74 rules)\n"
    );
    empty.not_checked = gaps(30);
    insta::assert_snapshot!("not_checked", rich(&empty));
    empty
        .not_checked
        .iter_mut()
        .enumerate()
        .for_each(|(n, gap)| gap.reason = format!("reason {n}"));
    insta::assert_snapshot!("not_checked_many", rich(&empty));
}

#[test]
fn an_alias_shows_its_use_and_its_definition() {
    let source = Source::new(
        "specs/shared.yaml",
        "x-probe: &probe\n  period: 10\n\nspec:\n  environment: production\n  tier: critical\n  owner: a\n  health:\n    startupProbe: *probe\n",
    );
    let mut at = place(&source, "10", "/spec/health/startupProbe/period");
    at.alias = Some(place(&source, "*probe", "").span);
    insta::assert_snapshot!(rich(&report(vec![
        Make::new("duration-needs-unit", Severity::Error, at)
            .says("duration `10` has no unit")
            .helps("Write the unit, as in `30s` or `250ms`.")
            .done(),
    ])));
}

#[test]
fn what_is_missing_is_shown_at_its_parent() {
    let spec = spec();
    let mut at = place(&spec, "timeouts", "/spec/timeouts/client");
    at.missing = true;
    let mut step = place(&spec, "slos", "/spec/slos/2");
    step.missing = true;
    insta::assert_snapshot!(rich(&report(vec![
        Make::new("schema-valid", Severity::Error, at)
            .says("`client` is required")
            .done(),
        Make::new("slo-kinds", Severity::Info, step)
            .says("no SLO covers quality")
            .done(),
    ])));
}

#[test]
fn places_between_characters_at_ends_and_in_empty_files() {
    let open = Source::new("a.json", "{\n  \"a\": [1, 2\n");
    let end =
        servelint::finding::Place::bare(open.clone(), Span::new(open.text.len(), open.text.len()));
    let inside = servelint::finding::Place::bare(open.clone(), Span::new(14, 14));
    let empty = servelint::finding::Place::bare(Source::new("empty.yaml", ""), Span::default());
    let whole = servelint::finding::Place::bare(spec(), Span::default());
    insta::assert_snapshot!(rich(&report(vec![
        Make::new("syntax-invalid", Severity::Error, end)
            .says("the list is not closed")
            .done(),
        Make::new("syntax-invalid", Severity::Error, inside)
            .says("`,` or `]` is expected")
            .done(),
        Make::new("syntax-invalid", Severity::Error, empty)
            .says("the file is empty")
            .done(),
        Make::new("syntax-invalid", Severity::Error, whole)
            .says("the file is not what its name says")
            .done(),
    ])));
}

#[test]
fn a_span_over_several_lines_marks_its_first() {
    let spec = spec();
    let from = place(&spec, "traffic:", "/spec/traffic");
    let to = place(&spec, "1024", "");
    let mut at = from.clone();
    at.span = Span::new(from.span.start(), to.span.end());
    insta::assert_snapshot!(rich(&report(vec![
        Make::new("traffic", Severity::Warning, at)
            .says("the traffic contradicts itself")
            .done(),
    ])));
}

#[test]
fn a_minified_file_is_cut_to_the_width() {
    let source = minified();
    let finding = |needle: &str, pointer: &str| {
        Make::new(
            "bake-too-short",
            Severity::Error,
            place(&source, needle, pointer),
        )
        .says("a bake of `10m` cannot gather the 459 samples that `p99` needs; 31m would")
        .near(
            place(&source, "minSamples", "/spec/rollout/analysis/0/minSamples"),
            "459 samples are asked for here",
        )
        .done()
    };
    let report = report(vec![finding("\"10m\"", "/spec/rollout/steps/140/bake")]);
    insta::assert_snapshot!("minified_80", rich(&report));
    insta::assert_snapshot!("minified_40", written("rich", &report, &NARROW));
}

#[test]
fn characters_that_are_wide_combined_or_tabbed_keep_their_columns() {
    let source = Source::new(
        "specs/größe.yaml",
        "\u{feff}name: 日本語サービス\r\n\towner: \"José e\u{301}\"  \r\nid: 🚀 R-2\r\n",
    );
    let at = |needle: &str| place(&source, needle, "/x");
    insta::assert_snapshot!(rich(&report(vec![
        Make::new("wide", Severity::Warning, at("サービス"))
            .says("ein Dienst heißt 日本語サービス")
            .done(),
        Make::new("combined", Severity::Warning, at("e\u{301}"))
            .says("an owner is not a team")
            .done(),
        Make::new("emoji", Severity::Warning, at("R-2"))
            .says("a name with 🚀")
            .done(),
        Make::new("key", Severity::Warning, at("name"))
            .says("a key after a byte order mark")
            .done(),
    ])));
}

#[test]
fn labels_on_one_line_and_at_one_place_stay_apart() {
    let source = Source::new(
        "rollout.yaml",
        "steps:\n  - {weight: 10, bake: 10m, analysis: [p99]}\n",
    );
    insta::assert_snapshot!(rich(&report(vec![
        Make::new(
            "bake-too-short",
            Severity::Error,
            place(&source, "10m", "/steps/0/bake")
        )
        .says("a bake of `10m` is too short")
        .near(
            place(&source, "10", "/steps/0/weight"),
            "10 % of the traffic"
        )
        .near(
            place(&source, "p99", "/steps/0/analysis/0"),
            "needs 459 samples"
        )
        .near(
            place(&source, "10m", "/steps/0/bake"),
            "gathers 120 samples"
        )
        .done(),
    ])));
}

#[test]
fn a_closed_pipe_comes_back_as_such() {
    struct Gone;
    impl io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in FORMATS {
        let error = render(format, &whole_run(), &NARROW, &mut Gone).expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{}", format.name);
    }
}

#[test]
fn json_follows_its_schema() {
    let schema = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schemas/report/v2.json"
    ))
    .expect("the schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let mut team_rule = whole_run();
    team_rule.rules.clear();
    team_rule
        .findings
        .iter_mut()
        .for_each(|finding| finding.help = None);
    for report in [whole_run(), team_rule, Report::default()] {
        let json = serde_json::from_str(&written("json", &report, &NARROW)).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_in_the_contract() {
    let schema = include_str!("../schemas/report/v2.json");
    let validator =
        jsonschema::validator_for(&serde_json::from_str(schema).expect("JSON")).expect("a schema");
    let mut json: serde_json::Value =
        serde_json::from_str(&written("json", &whole_run(), &NARROW)).expect("JSON");
    json["findings"][0]["severity"] = "fatal".into();
    assert!(!validator.is_valid(&json));
}

#[test]
fn rules_are_linked_only_where_their_page_is_known() {
    let spec = spec();
    let mut report = report(vec![
        Make::new("team-rule", Severity::Error, place(&spec, "60s", "/x"))
            .says("wrong")
            .done(),
    ]);
    let style = Style {
        color: true,
        links: true,
        ..NARROW
    };
    report.rules.clear();
    assert!(!written("concise", &report, &style).contains("\u{1b}]8"));
    report
        .rules
        .insert("team-rule".into(), rule("team-rule", Severity::Error));
    assert!(
        written("concise", &report, &style)
            .contains("\u{1b}]8;;https://servelint.dev/rules/team-rule\u{1b}\\")
    );
}
