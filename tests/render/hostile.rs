//! Whatever a file or a rule says, the terminal is safe and no line is forged.

use super::{reports::Make, written};
use proptest::prelude::*;
use servelint::{
    document::{
        Pointer,
        source::{Source, Span},
    },
    finding::{
        Claimed, Counts, DueSoon, Finding, NotChecked, Place, Report, ReviewOutcome, Standing,
        State, Suppression, SuppressionKind, SwitchedOff, Tally, Topic, Verdict,
    },
    output::{Style, safe::is_active},
    rule::{Gate, Severity},
};
use std::sync::Arc;

/// Text as an attacker would write it: controls, marks, line ends, wide and combining characters.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z {}:,`\"]{0,12}",
        2 => prop::sample::select(vec![
            "\u{1b}[2J", "\u{1b}]8;;http://x\u{7}", "\u{9b}31m", "\u{7}", "\u{8}", "\0", "\r", "\n", "\r\n", "\t",
            "\u{202e}", "\u{2066}", "\u{200b}", "\u{200d}", "\u{feff}", "\u{2028}", "\u{85}", "\u{ad}", "\u{e0041}",
            "日本", "e\u{301}", "🚀", "  ", "\u{3000}", "\nservelint: verdict: x go",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "::error::x", "\n::add-mask::x", "::", ",line=1", "##[error]x", "##vso[task.complete]", "##VSO", "##", "[", "%0A", "%",
            ";type=", "]", "](http://x.y)", "![a](http://x.y)", "<script>", "</details>", "<!--", "-->", "|", "\\|", "\\", "```", "\n````\n",
            "~~~", "@user", "#1", " # SKIP", " # TODO", "]]>", "&amp;", "&", "'", "\"", "{0}", "*a*", "_a_", "www.x.y", "https://x.y", "  ---",
            "  ...", "\u{fffe}", "\u{ffff}", "/", "..",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (1usize..400).prop_map(|count| "x ".repeat(count)),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn place(sources: &[Arc<Source>]) -> impl Strategy<Value = Place> + use<> {
    let span = || prop_oneof![(0usize..60, 0usize..20), (0usize..9_000, 0usize..9_000)];
    let far = (Just(u32::MAX as usize), Just(3usize));
    (
        prop::sample::select(sources.to_vec()),
        prop_oneof![9 => span(), 1 => far],
        prop::option::of(span()),
        hostile(),
        any::<bool>(),
    )
        .prop_map(|(source, (start, length), alias, key, missing)| Place {
            source,
            span: Span::new(start, start.saturating_add(length)),
            pointer: Pointer::default().key("spec").index(3).key(key),
            alias: alias.map(|(start, length)| Span::new(start, start + length)),
            missing,
            document: None,
            anchor: String::new(),
        })
}

fn finding(sources: &[Arc<Source>]) -> impl Strategy<Value = servelint::finding::Finding> + use<> {
    let severity = prop::sample::select(vec![
        Severity::Error,
        Severity::Escalation,
        Severity::Warning,
        Severity::Info,
    ]);
    let related = prop::collection::vec((place(sources), hostile()), 0..4);
    (
        hostile(),
        severity,
        place(sources),
        hostile(),
        related,
        prop::option::of(hostile()),
    )
        .prop_map(|(rule, severity, place, message, related, help)| {
            let mut make = Make::new(&rule, severity, place).says(&message);
            for (place, message) in related {
                make = make.near(place, &message);
            }
            match help {
                Some(help) => make.helps(&help).done(),
                None => make.done(),
            }
        })
}

/// What does not stand, and what soon will again, in the words of a stranger.
fn exceptions(
    sources: &[Arc<Source>],
) -> impl Strategy<Value = (Vec<Finding>, Vec<DueSoon>)> + use<> {
    let kind = prop::sample::select(vec![
        SuppressionKind::Comment,
        SuppressionKind::Config,
        SuppressionKind::Baseline,
        SuppressionKind::Approval,
    ]);
    let words = || prop::option::of(hostile());
    let suppressed = (
        finding(sources),
        kind,
        words(),
        words(),
        words(),
        place(sources),
    )
        .prop_map(|(finding, kind, by, reason, until, place)| Finding {
            suppression: Some(Suppression {
                kind,
                by,
                reason,
                until,
                place,
            }),
            ..finding
        });
    let expiring = (hostile(), words(), hostile(), 0i64..15, place(sources)).prop_map(
        |(what, by, until, days, place)| DueSoon {
            kind: servelint::finding::DueKind::Risk,
            what,
            by,
            until,
            days,
            place,
        },
    );
    (
        prop::collection::vec(suppressed, 0..3),
        prop::collection::vec(expiring, 0..3),
    )
}

#[expect(clippy::too_many_lines, reason = "one strategy of many fields")]
pub(crate) fn any_report() -> impl Strategy<Value = Report> {
    let sources = prop::collection::vec((hostile(), hostile()), 1..4).prop_map(|sources| {
        sources
            .into_iter()
            .map(|(name, text)| Source::new(name, text))
            .collect::<Vec<_>>()
    });
    let findings = sources.prop_flat_map(|sources| {
        (
            prop::collection::vec(finding(&sources), 0..4),
            exceptions(&sources),
        )
    });
    let approvers = prop::collection::vec(hostile(), 0..3);
    let topic = prop_oneof![
        hostile().prop_map(Topic::File),
        hostile().prop_map(Topic::Service)
    ];
    let gap = (topic, hostile()).prop_map(|(subject, reason)| NotChecked { subject, reason });
    (
        findings,
        hostile(),
        prop::option::of(hostile()),
        prop::collection::vec(gap, 0..3),
        prop::collection::vec(hostile(), 0..2),
        approvers,
    )
        .prop_map(
            |(
                (findings, (suppressed, expiring)),
                service,
                environment,
                not_checked,
                failures,
                approvers,
            )| {
                let reasons = findings
                    .iter()
                    .map(|f| format!("{}: {}", f.rule, f.message))
                    .collect();
                let rules = super::reports::report(findings.clone()).rules;
                let switched_off = SwitchedOff {
                    name: service.clone(),
                    is_category: false,
                    by: service.clone(),
                };
                let review = ReviewOutcome {
                    service,
                    path: environment.clone(),
                    environment,
                    verdict: Verdict::NoGo,
                    manifests_only: false,
                    tally: Tally::default(),
                    standings: findings.iter().map(claimed).collect(),
                    gates: vec![],
                    reasons,
                    files: vec!["a.yaml".into()],
                    consents: approvers.clone(),
                    approvers,
                    suppressed: 0,
                    rules_in_force: 1,
                    switched_off: vec![switched_off],
                    is_unrendered: false,
                };
                Report {
                    findings,
                    reviews: vec![review],
                    not_checked,
                    counts: Counts::default(),
                    rules,
                    failures,
                    suppressed,
                    due_soon: expiring,
                    ..Report::default()
                }
            },
        )
}

fn any_style() -> impl Strategy<Value = Style> {
    (any::<bool>(), any::<bool>(), 40usize..=160).prop_map(|(color, unicode, width)| Style {
        color,
        unicode,
        links: color,
        width,
    })
}

/// The text without our own colours and links. Anything else that starts with ESC stays.
fn without_ours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        let color = after.strip_prefix('[').and_then(|sgr| sgr.split_once('m'));
        let link = after
            .strip_prefix("]8;;")
            .and_then(|link| link.split_once("\u{1b}\\"));
        rest = match (color, link) {
            (Some((codes, rest)), _) if codes.bytes().all(|b| b.is_ascii_digit() || b == b';') => {
                rest
            }
            (_, Some((to, rest))) if to.is_empty() || to.starts_with("https://servelint.dev/") => {
                rest
            }
            _ => {
                plain.push('\u{1b}');
                after
            }
        };
    }
    plain + rest
}

fn check(name: &str, report: &Report, style: &Style) -> Result<String, TestCaseError> {
    let text = written(name, report, style);
    if !style.color {
        prop_assert_eq!(
            without_ours(&text),
            text.clone(),
            "no escape of ours without colour"
        );
    }
    let plain = without_ours(&text);
    for line in plain.lines() {
        prop_assert!(!line.contains(is_active), "{name}: {line:?}");
        prop_assert_eq!(line, line.trim_end(), "trailing blanks");
    }
    prop_assert!(text.ends_with('\n'));
    Ok(plain)
}

proptest! {
    #[test]
    fn rich_output_is_calm(report in any_report(), style in any_style()) {
        check("rich", &report, &style)?;
    }

    #[test]
    fn concise_output_has_a_line_for_each_finding(report in any_report(), style in any_style()) {
        let text = check("concise", &report, &style)?;
        let excepted = report.exceptions().0 + report.approved() + report.due_soon.len();
        prop_assert_eq!(text.lines().count(), report.findings.len() + excepted + 2 + report.not_checked.len());
        let ours = text.lines().skip(report.findings.len());
        prop_assert!(ours.into_iter().all(|line| line.starts_with("servelint: ")));
    }

    #[test]
    fn json_output_is_inert_and_complete(report in any_report(), style in any_style()) {
        let text = written("json", &report, &style);
        prop_assert!(!text.contains(|c| c != '\n' && is_active(c)));
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(json["findings"].as_array().map(Vec::len), Some(report.findings.len()));
        for (shown, finding) in json["findings"].as_array().into_iter().flatten().zip(&report.findings) {
            prop_assert_eq!(shown["message"].as_str(), Some(finding.message.as_str()));
            let end = shown["range"]["end"]["offset"].as_u64();
            prop_assert!(end.is_some_and(|end| end <= finding.place.source.text.len() as u64));
        }
    }
}

/// What a hostile text would be called by a review that rests on it.
fn claimed(finding: &Finding) -> Standing {
    Standing {
        claimed: Claimed::Item,
        name: finding.message.clone(),
        gate: Gate::Load,
        blocking: true,
        state: State::Unjudged,
        because: finding.help.clone(),
        follows: false,
        place: finding.place.clone(),
    }
}
