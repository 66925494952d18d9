//! Waivers in comments and in the configuration: what they take away, what they do not, and what is
//! said about those that are no good.

use super::run::{Folder, GOOD, good_but};
use servelint::output::FORMATS;

const TIMEOUTS: &str = "  timeouts: {client: 200ms, gateway: 150ms, server: 100ms}\n";
const WRONG: &str = "  timeouts: {client: 200ms, gateway: 80ms, server: 100ms}\n";
const REST: &str = "until=2026-12-31 by=dana.k reason=\"replaced in December\"";

/// A specification with one error, and these lines above it.
fn waived(lines: &str) -> String {
    good_but(TIMEOUTS, &format!("{lines}{WRONG}"))
}

fn with(waiver: &str) -> Folder {
    Folder::with(&[
        ("a.yaml", &waived(&format!("  # servelint: {waiver}\n"))),
        ("servelint.toml", ""),
    ])
}

#[test]
fn a_waiver_takes_its_finding_out_of_the_verdict_and_is_counted() {
    let answer = with(&format!("allow[timeouts-order] {REST}")).check(&[]);
    answer
        .exits(0)
        .says("feed-ranker go in staging")
        .says("no findings in 1 file")
        .says(", 1 waived");
    answer
        .says("waived: a.yaml:32:38: error[timeouts-order] by dana.k until 2026-12-31: replaced in December");
}

#[test]
fn no_waivers_shows_the_truth() {
    let folder = with(&format!("allow[timeouts-order] {REST}"));
    let answer = folder.check(&["--no-waivers"]);
    answer
        .exits(1)
        .says("error[timeouts-order]")
        .says("no-go")
        .keeps_quiet_about("waived");
}

#[test]
fn a_waiver_covers_its_node_and_nothing_else() {
    for (lines, standing) in [
        (
            format!("  # servelint: allow[timeouts-order] {REST}\n"),
            false,
        ),
        (format!("  # servelint: allow[slo-on-mean] {REST}\n"), true),
        (String::new(), true),
    ] {
        let folder = Folder::with(&[("a.yaml", &waived(&lines)), ("servelint.toml", "")]);
        folder.check(&[]).exits(i32::from(standing));
    }
    let above = good_but(
        "  slos:\n",
        &format!("  # servelint: allow[timeouts-order] {REST}\n  slos:\n"),
    );
    let folder = Folder::with(&[
        ("a.yaml", &above.replace(TIMEOUTS, WRONG)),
        ("servelint.toml", ""),
    ]);
    folder
        .check(&[])
        .exits(1)
        .says("error[timeouts-order]")
        .says("warning[waiver-unused]");
    let head = format!("# servelint: allow[timeouts-order] {REST}\n{}", waived(""));
    let folder = Folder::with(&[("a.yaml", &head), ("servelint.toml", "")]);
    folder
        .check(&[])
        .exits(1)
        .says("error[timeouts-order]")
        .says("warning[waiver-unused]");
    let whole = waived("").replace(
        "\nspec:\n",
        &format!("\nspec: # servelint: allow[timeouts-order] {REST}\n"),
    );
    Folder::with(&[("a.yaml", &whole), ("servelint.toml", "")])
        .check(&[])
        .exits(0)
        .says("1 waived");
}

#[test]
fn a_waiver_in_one_document_of_a_stream_says_nothing_about_the_next() {
    let first = waived(&format!("  # servelint: allow[timeouts-order] {REST}\n"));
    let second = waived("").replace("feed-ranker", "other");
    let folder = Folder::with(&[
        ("a.yaml", &format!("{first}---\n{second}")),
        ("servelint.toml", ""),
    ]);
    folder
        .check(&[])
        .exits(1)
        .says("feed-ranker go in")
        .says("other no-go in")
        .says("1 waived");
}

#[test]
fn comments_of_toml_and_json_are_waivers_as_well() {
    let words = [
        "check",
        "--as-of",
        "2026-10-10",
        "--select",
        "timeout-below-max-generation",
        "--format",
        "json",
    ];
    for (format, mark) in [("toml", "#"), ("json", "//")] {
        let project = crate::common::projects::project(&format!("support-chat-llm-no-go-{format}"));
        let text = std::fs::read_to_string(project.join(format!("support-chat-llm.{format}")))
            .expect("the project");
        let name = format!("a.{format}");
        let folder = Folder::with(&[(name.as_str(), text.as_str()), ("servelint.toml", "")]);
        let json = |folder: &Folder| -> serde_json::Value {
            serde_json::from_str(&folder.run(&words).out).expect("JSON")
        };
        let before = json(&folder);
        let finding = &before["findings"][0];
        let line = finding["range"]["start"]["line"].as_u64().expect("a line") as usize;
        let rule = finding["rule"].as_str().expect("a rule");
        let waiver = format!(" {mark} servelint: allow[{rule}] {REST}");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[line - 1].push_str(&waiver);
        folder.file(&name, lines.join("\n"));
        let after = json(&folder);
        assert_eq!(
            after["suppressed"][0]["rule"],
            rule,
            "{format}: {}",
            lines[line - 1]
        );
        assert_eq!(after["suppressed"][0]["pointer"], finding["pointer"]);
        assert_eq!(
            after["findings"].as_array().map(Vec::len),
            Some(0),
            "{format}"
        );
    }
}

#[test]
fn an_expired_waiver_takes_nothing_away() {
    let folder = with(&format!(
        "allow[timeouts-order] {}",
        REST.replace("2026-12-31", "2026-10-10")
    ));
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("due soon: a.yaml:31:3: the waiver of timeouts-order by dana.k expires today");
    let answer = folder.run(&["check", "--format", "concise", "--as-of", "2026-10-11"]);
    answer.exits(1).says("error[timeouts-order]").says(
        "warning[waiver-expired] the waiver of `timeouts-order` expired on 2026-10-10, 1 day ago",
    );
    answer.keeps_quiet_about("due soon:");
}

#[test]
fn waivers_that_are_no_good_are_findings() {
    for (waiver, wanted) in [
        (
            "allow[timeouts-order]".to_owned(),
            "warning[waiver-malformed] the waiver of `timeouts-order` does not say a reason, who answers for it, its last day",
        ),
        (
            format!("allow[timeouts-order {REST}"),
            "warning[waiver-malformed] the list of rules is not closed",
        ),
        (
            format!("alow[timeouts-order] {REST}"),
            "warning[waiver-malformed] this comment looks like a waiver, but is none",
        ),
        (
            format!("allow[timeouts-ordr] {REST}"),
            "warning[waiver-unknown-rule] there is no rule `timeouts-ordr`",
        ),
        (
            format!("allow[runtime] {REST}"),
            "warning[waiver-unknown-rule] `runtime` is a category: a waiver names single rules",
        ),
        (
            format!("allow[waiver-unused] {REST}"),
            "error[waiver-not-allowed] `waiver-unused` cannot be waived",
        ),
        (
            format!("allow[syntax-invalid] {REST}"),
            "error[waiver-not-allowed] `syntax-invalid` cannot be waived",
        ),
    ] {
        with(&waiver)
            .check(&[])
            .exits(1)
            .says("error[timeouts-order]")
            .says(wanted);
    }
    let answer =
        with(&format!("allow[timeouts-ordr] {REST}")).run(&["check", "--as-of", "2026-10-10"]);
    answer.exits(1).says("did you mean `timeouts-order`?");
}

#[test]
fn a_waiver_without_a_finding_is_said_only_where_its_rule_ran() {
    let text = good_but(
        TIMEOUTS,
        &format!("  # servelint: allow[timeouts-order] {REST}\n{TIMEOUTS}"),
    );
    let folder = Folder::with(&[("a.yaml", &text), ("servelint.toml", "")]);
    folder
        .check(&[])
        .exits(0)
        .says("a.yaml:31:3: warning[waiver-unused]");
    folder
        .check(&["--ignore", "timeouts-order"])
        .exits(0)
        .keeps_quiet_about("waiver-unused");
    folder
        .check(&["--select", "slo"])
        .exits(0)
        .keeps_quiet_about("waiver-unused");
    folder.file("a.yaml", text.replace("revision: 31", "revision: many"));
    folder
        .check(&[])
        .exits(1)
        .keeps_quiet_about("waiver-unused");
}

#[test]
fn what_keeps_rules_from_running_cannot_be_waived() {
    let text = good_but(
        "revision: 31",
        &format!("revision: many # servelint: allow[schema-valid] {REST}"),
    );
    let folder = Folder::with(&[("a.yaml", &text), ("servelint.toml", "")]);
    folder
        .check(&[])
        .exits(1)
        .says("error[schema-valid]")
        .says("error[waiver-not-allowed] this case of `schema-valid`");
}

#[test]
fn comments_in_manifests_are_waivers_under_the_same_terms() {
    let manifest = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: ranker}\nspec:\n  predictor:\n";
    let text = format!("{manifest}    timeout: x # servelint: allow[schema-valid] {REST}\n");
    let folder = Folder::with(&[("a.yaml", &text), ("servelint.toml", "")]);
    folder
        .check(&[])
        .exits(1)
        .says("error[schema-valid]")
        .says("error[waiver-not-allowed]");
    folder.file(
        "a.yaml",
        format!("{manifest}    timeout: 60 # servelint: allow[schema-valid] {REST}\n"),
    );
    folder
        .check(&[])
        .says("a.yaml:6:17: warning[waiver-unused]");
    let text = crate::common::bad("field-ignored-in-mode");
    let folder = Folder::with(&[("a.yaml", &text), ("servelint.toml", "")]);
    let select = ["--select", "field-ignored-in-mode,governance"];
    folder
        .check(&select)
        .exits(1)
        .says("error[field-ignored-in-mode]");
    let waived: Vec<String> = text
        .lines()
        .map(|line| match line.contains("canaryTrafficPercent:") {
            true => format!("{line} # servelint: allow[field-ignored-in-mode] {REST}"),
            false => line.to_owned(),
        })
        .collect();
    folder.file("a.yaml", waived.join("\n"));
    folder
        .check(&select)
        .exits(0)
        .says("1 waived")
        .keeps_quiet_about("waiver-");
}

#[test]
fn the_team_says_what_waivers_need_and_what_nobody_waives() {
    let folder = with("allow[timeouts-order] reason=\"so\"");
    folder.file(
        "servelint.toml",
        "[policy.waivers]\nrequire = [\"reason\"]\n",
    );
    folder
        .check(&[])
        .exits(0)
        .says("1 waived")
        .says("error[timeouts-order]: so");
    let folder = with(&format!("allow[timeouts-order] {REST}"));
    folder.file(
        "servelint.toml",
        "[policy.waivers]\nnever = [\"runtime\"]\n",
    );
    folder
        .check(&[])
        .exits(1)
        .says("error[waiver-not-allowed] the team does not allow waivers of `timeouts-order`");
    folder.file("servelint.toml", "[policy.waivers]\nmaxDays = 30\n");
    folder
        .check(&[])
        .exits(1)
        .says("ends on 2026-12-31, in 82 days; the team allows 30");
    folder.file(
        "servelint.toml",
        "[policy.waivers]\nnever = [\"timeout-order\"]\n",
    );
    folder
        .check(&[])
        .exits(2)
        .says("did you mean `timeouts-order`?");
}

const CONFIGURED: &str = "[[waivers]]\nrule = \"timeouts-order\"\npath = \"specs/*.yaml\"\nowner = \"dana.k\"\nreason = \"so\"\nexpires = 2026-12-31\n";

#[test]
fn the_configuration_waives_for_many_places() {
    let folder = Folder::with(&[
        ("specs/a.yaml", &waived("")),
        ("servelint.toml", CONFIGURED),
    ]);
    folder
        .check(&[])
        .exits(0)
        .says("1 waived")
        .says("by dana.k until 2026-12-31: so");
    folder.check(&["specs/a.yaml"]).exits(0).says("1 waived");
    folder.file("other/b.yaml", waived("").replace("feed-ranker", "other"));
    folder
        .check(&[])
        .exits(1)
        .says("other/b.yaml:")
        .says("1 waived");
    let pointer = CONFIGURED.replace("owner", "pointer = \"/spec/timeouts\"\nowner");
    let folder = Folder::with(&[("specs/a.yaml", &waived("")), ("servelint.toml", &pointer)]);
    folder.check(&[]).exits(0);
    folder.file(
        "servelint.toml",
        pointer.replace("/spec/timeouts", "/spec/slos"),
    );
    folder
        .check(&[])
        .exits(1)
        .says("servelint.toml:2:8: warning[waiver-unused]");
}

#[test]
fn configured_waivers_that_are_no_good_are_findings_in_the_configuration() {
    let folder = Folder::with(&[
        ("specs/a.yaml", &waived("")),
        ("servelint.toml", CONFIGURED),
    ]);
    let say = |from: &str, to: &str, wanted: &str| {
        assert!(CONFIGURED.contains(from), "{from}");
        folder.file("servelint.toml", CONFIGURED.replace(from, to));
        folder
            .check(&[])
            .exits(1)
            .says("error[timeouts-order]")
            .says(wanted);
    };
    say(
        "reason = \"so\"\n",
        "",
        "servelint.toml:2:8: warning[waiver-malformed] the waiver of `timeouts-order` does not say a reason",
    );
    say(
        "2026-12-31",
        "2026-10-01",
        "servelint.toml:2:8: warning[waiver-expired]",
    );
    say(
        "timeouts-order",
        "timeouts-ordr",
        "servelint.toml:2:8: warning[waiver-unknown-rule]",
    );
    say(
        "specs/*",
        "specs/x*",
        "names a path that no checked file has",
    );
    folder
        .check(&["specs/a.yaml"])
        .exits(1)
        .keeps_quiet_about("waiver-unused");
}

#[test]
fn a_waiver_of_an_escalation_is_an_approvers() {
    let folder = super::outright::reference();
    let (log, line, role) = (
        "support-chat-llm.decisions.yaml",
        "      acceptance: ",
        "role: director-of-engineering",
    );
    let text = folder.read(log);
    assert!(text.contains(line) && text.contains(role));
    let waiver = format!("      # servelint: allow[risk-escalation] {REST}\n{line}");
    let text = text.replace(line, &waiver).replace(role, "role: engineer");
    folder.file(log, text).file("servelint.toml", "");
    let select = ["--select", "risk-escalation,governance"];
    folder.check(&select).exits(0).says("1 waived");
    folder.file("servelint.toml", "[approvers]\ncto = [\"m.osei\"]\n");
    folder
        .check(&select)
        .exits(1)
        .says("escalation[risk-escalation]");
    folder.check(&select).says(
        "error[waiver-not-allowed] `risk-escalation` waits for an approver, and `dana.k` is none of them",
    );
    folder.file("servelint.toml", "[approvers]\ncto = [\"@Dana.K\"]\n");
    folder.check(&select).exits(0).says("1 waived");
}

#[test]
fn strange_comments_hurt_nobody() {
    let long = format!("allow[timeouts-order] reason={}", "x".repeat(200_000));
    let many = format!("allow[{}a]", "timeouts-order,".repeat(20_000));
    let open = "allow[timeouts-order] reason=\"";
    let forged = "allow[x\u{1b}[2J] until=2026-12-31 by=\u{202e}x reason=\"::error::x ##vso[task.complete] </details>\"";
    let waivers = [
        long.as_str(),
        &many,
        open,
        forged,
        "allow[\u{1b}]",
        "allow[é] reason='日本",
    ];
    for (waiver, printed) in waivers.into_iter().zip(FORMATS) {
        let folder = with(waiver);
        let words = ["check", "--as-of", "2026-10-10"];
        let answers = folder.run_in_every_format(&words, printed.name);
        assert!(answers.len() > FORMATS.len(), "no report");
        for (_, answer) in answers {
            // A control character keeps the file from being read at all, which is said as well.
            answer
                .exits(1)
                .keeps_quiet_about("\u{1b}")
                .keeps_quiet_about("\u{202e}");
        }
    }
    let wall: String = (0..20_000)
        .map(|n| format!("  # servelint: allow[timeouts-order] by=a{n}\n"))
        .collect();
    let folder = Folder::with(&[("a.yaml", &waived(&wall)), ("servelint.toml", "")]);
    folder.check(&[]).exits(1).says("20000 warnings");
}

#[test]
fn a_needless_waiver_of_the_same_service_is_told_whichever_file_is_named() {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/support-chat-llm");
    let serving =
        std::fs::read_to_string(root.join("support-chat-llm.serving.yaml")).expect("the project");
    let log =
        std::fs::read_to_string(root.join("support-chat-llm.decisions.yaml")).expect("the project");
    let folder = Folder::with(&[("a.yaml", &serving), ("servelint.toml", "")]);
    folder.file(
        "b.yaml",
        format!("# servelint: allow[slo-on-mean] {REST}\n{log}"),
    );
    for named in ["a.yaml", "b.yaml"] {
        folder
            .check(&[named])
            .says("b.yaml:1:1: warning[waiver-unused]");
    }
    folder
        .check(&["a.yaml", "--isolated"])
        .keeps_quiet_about("waiver-unused");
    assert!(GOOD.contains(TIMEOUTS));
}
