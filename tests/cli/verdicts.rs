//! Exit codes, the summary line, and that equal runs print equal bytes.

use super::{
    outright::reference,
    run::{Folder, GOOD, Setting, good_but},
};
use servelint::rule::Severity;

const BAD_GATEWAY: (&str, &str) = ("gateway: 150ms", "gateway: 80ms");

#[test]
fn a_good_specification_is_go_and_exits_0() {
    let answer = Folder::with(&[("a.yaml", GOOD)]).check(&[]);
    answer
        .exits(0)
        .says("servelint: verdict: feed-ranker go in staging");
    answer.says("no findings in 1 file (1 document, 1 review, ");
    assert_eq!(answer.err, "");
}

#[test]
fn an_error_is_no_go_and_exits_1() {
    let text = good_but("revision: 31", "revision: many");
    let answer = Folder::with(&[("a.yaml", &text)]).check(&[]);
    answer
        .exits(1)
        .says("feed-ranker no-go in staging: 1 error");
}

#[test]
fn only_escalations_exit_3_and_an_error_beside_them_1() {
    let folder = reference();
    let (log, role) = (
        "support-chat-llm.decisions.yaml",
        "role: director-of-engineering",
    );
    let text = folder.read(log);
    assert!(text.contains(role));
    folder.file(log, text.replace(role, "role: engineer"));
    let select = ["--select", "risk-escalation"];
    folder
        .check(&select)
        .exits(3)
        .says("support-chat-llm escalate in production: ")
        .says(" met; 1 escalation");
    folder.file("b.yaml", "apiVersion: servelint/v1alpha1\nkind: [\n");
    folder
        .check(&select)
        .exits(1)
        .says("1 error, 1 escalation in 13 files");
}

#[test]
fn warnings_and_infos_stand_against_nothing() {
    let text = good_but(BAD_GATEWAY.0, BAD_GATEWAY.1);
    let answer = Folder::with(&[("a.yaml", &text)]).check(&[]);
    answer.says("timeouts-order");
    let errors = answer
        .out
        .contains(&format!("{}[timeouts-order]", Severity::Error));
    answer.exits(i32::from(errors));
}

#[test]
fn nothing_to_check_is_2_even_where_something_strange_was_found() {
    for files in [
        &[][..],
        &[("a.yaml", "")],
        &[("a.yaml", "# nothing\n")],
        &[("a.json", "{\"a\": 1}")],
        &[("a.yaml", "a: [\n")],
        &[("README.md", "x")],
        &[("Deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n")],
    ] {
        let answer = Folder::with(files).check(&[]);
        answer
            .exits(2)
            .says("servelint: nothing to check")
            .says("help: ");
    }
}

#[test]
fn what_does_not_parse_counts_against_the_services_beside_it() {
    let text = format!("{GOOD}---\napiVersion: servelint/v1alpha1\nkind: [\n");
    let answer = Folder::with(&[("a.yaml", &text)]).check(&[]);
    answer
        .exits(1)
        .says("syntax-invalid")
        .keeps_quiet_about("feed-ranker go");
}

#[test]
fn selecting_one_rule_does_not_hide_what_cannot_be_read() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    folder.file("b.yaml", "apiVersion: servelint/v1alpha1\nkind: [\n");
    folder
        .check(&["--select", "timeouts-order"])
        .exits(1)
        .says("syntax-invalid");
    let folder = Folder::with(&[("a.yaml", &good_but("revision: 31", "revision: many"))]);
    folder
        .check(&["--select", "timeouts-order"])
        .exits(1)
        .says("schema-valid");
}

#[test]
fn verdicts_count_every_finding_and_only_their_own() {
    let broken = good_but("owner: team-feed-relevance", "owner: ''")
        .replace("tier: standard", "tier: a")
        .replace("revision: 31", "revision: x")
        .replace("mode: online", "mode: m")
        .replace("platform: argo-rollouts", "platform: p")
        .replace("target: 0.9995", "target: t")
        .replace("30d", "30")
        .replace("feed-ranker", "other");
    let folder = Folder::with(&[("a.yaml", &format!("{GOOD}---\n{broken}"))]);
    let answer = folder.check(&[]);
    answer
        .exits(1)
        .says("verdict: feed-ranker go in staging; gates: attested scope\n")
        .says("verdict: other no-go in staging: 7 errors; gates: missed scope\n");
    let answer = folder.run(&["check", "--format", "json", "--as-of", "2026-10-10"]);
    let json: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(json["reviews"][0]["errors"], 0);
    assert_eq!(json["reviews"][1]["errors"], 7, "{:#}", json["reviews"]);
    assert_eq!(
        json["reviews"][1]["reasons"].as_array().map(Vec::len),
        Some(7)
    );
}

#[test]
fn the_json_fits_the_schema_that_the_tool_prints() {
    let folder = Folder::with(&[
        ("a.yaml", &good_but("revision: 31", "revision: many")),
        ("b.yaml", "a: ["),
    ]);
    let schema = folder.run(&["schema", "report"]).out;
    let schema = serde_json::from_str(&schema).expect("JSON");
    let report = folder.run(&["check", "--format", "json"]).out;
    let report = serde_json::from_str(&report).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn equal_runs_print_equal_bytes_whatever_the_threads() {
    let folder = Folder::new();
    for n in 0..20 {
        let text = GOOD
            .replace("feed-ranker", &format!("s{n}"))
            .replace("gateway: 150ms", "gateway: 80");
        folder.file(&format!("d{}/{n}.yaml", n % 3), text);
        folder.file(&format!("e/{n}.yaml"), "a: [\n");
    }
    for format in ["rich", "concise", "json"] {
        let run = |threads| {
            let env = &[("RAYON_NUM_THREADS", threads)];
            folder.run_as(
                &["check", "--format", format],
                &Setting {
                    env,
                    ..Setting::default()
                },
            )
        };
        let first = run("1");
        assert_eq!(first, run("8"), "{format}");
        assert_eq!(first, run("8"), "{format}");
        // More than any system starts: there is one pool, and it is no larger than the machine.
        assert_eq!(first, run("10000"), "{format}");
    }
}

#[cfg(unix)]
#[test]
fn a_large_number_of_threads_costs_nothing() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let cpu = |threads| {
        let env = &[("RAYON_NUM_THREADS", threads)];
        let (answer, seconds) = folder.run_counted_with(&["check"], env);
        assert_eq!(answer.code, 0, "{}", answer.shown());
        seconds
    };
    cpu("1");
    let (few, many) = (cpu("2"), cpu("10000"));
    assert!(
        many < 2.0 * few + 0.2,
        "{few} s with 2, {many} s with 10000"
    );
}

#[test]
fn a_mistake_behind_an_anchor_is_reported_once_however_often_it_is_used() {
    let window = "window: {duration: 30d, isRolling: true}";
    assert!(GOOD.contains(window));
    let slo = "    - {name: extra, indicator: {type: quality, measuredAt: server}, target: 0.9, window: *w}\n";
    let shared = GOOD.replace(window, "window: &w {duration: 30, isRolling: true}");
    let folder = Folder::with(&[(
        "a.yaml",
        &shared.replace("  timeouts:", &format!("{slo}  timeouts:")),
    )]);
    let answer = folder.check(&["--select", "duration-needs-unit"]);
    answer.exits(1).says("1 error in 1 file");
    assert_eq!(
        answer.out.matches("duration-needs-unit").count(),
        1,
        "{}",
        answer.out
    );
}

#[test]
fn a_run_that_no_rule_takes_part_in_is_no_pass() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    folder
        .check(&["--select", "slo", "--ignore", "slo"])
        .exits(2);
}

/// Each folder with a configuration is a project: services of one name in two are two services.
#[test]
fn verdicts_of_services_that_share_a_name_say_which_is_which() {
    let bad = good_but("revision: 31", "revision: many");
    let other = good_but("name: feed-ranker", "name: chat");
    let folder = Folder::with(&[
        ("a/servelint.toml", ""),
        ("a/spec.yaml", GOOD),
        ("b/servelint.toml", ""),
        ("b/spec.yaml", &bad),
        ("c/spec.yaml", &other),
    ]);
    folder
        .check(&[])
        .exits(1)
        .says("verdict: feed-ranker (a/spec.yaml) go in staging; gates: attested scope\n")
        .says("verdict: feed-ranker (b/spec.yaml) no-go in staging: 1 error; gates: missed scope\n")
        .says("verdict: chat go in staging; gates: attested scope\n");
    let in_format =
        |format: &str| folder.run(&["check", "--as-of", super::run::DAY, "--format", format]);
    in_format("rich")
        .says("  feed-ranker (a/spec.yaml)  staging  go\n")
        .says("  chat                       staging  go\n");
    in_format("markdown")
        .says("| <code>feed-ranker</code> (<code>b/spec.yaml</code>) | <code>staging</code> | **no-go** |")
        .says("| <code>chat</code> | <code>staging</code> | **go** |");
    for format in ["github", "azure", "tap", "junit"] {
        in_format(format).says("feed-ranker (b/spec.yaml) no-go in staging");
    }
    in_format("junit").says("service feed-ranker (a/spec.yaml)");
    // The formats for programs name the files of every service.
    in_format("json").says("\"a/spec.yaml\"");
    // One of them alone needs no more than its name.
    folder
        .check(&["a"])
        .exits(0)
        .says("verdict: feed-ranker go");
}

/// Found by fuzzing: a checklist that names no service counts for none, and lies in the file of one.
#[test]
fn a_run_with_an_error_is_never_go() {
    // In a folder of its own: beside a specification it would count for its service.
    let stray = "apiVersion: servelint/v1alpha1\nkind: VerificationChecklist\nmetadata: {name: a, owner: b}\n\
                 spec: {VservingSpec: feed-ranker, revision: 31, items: []}\n";
    let folder = super::run::Folder::with(&[("a.yaml", super::run::GOOD), ("other/b.yaml", stray)]);
    let answer = folder.run(&["check", "--format", "json", "--as-of", super::run::DAY]);
    let json: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(answer.code, 1, "{}", answer.shown());
    assert_eq!(json["reviews"][0]["verdict"], "go");
    assert_eq!(json["summary"]["verdict"], "no-go");
    // Nor does it only wait for somebody.
    let folder = super::run::Folder::with(&[("other/b.yaml", stray)]);
    let config = "[[severity]]\nrule = \"timeouts-order\"\nlevel = \"escalation\"\n";
    folder.file("servelint.toml", config).file(
        "a.yaml",
        super::run::GOOD.replace("gateway: 150ms", "gateway: 80ms"),
    );
    let answer = folder.run(&["check", "--format", "json", "--as-of", super::run::DAY]);
    let json: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(answer.code, 1, "{}", answer.shown());
    assert_eq!(json["reviews"][0]["verdict"], "escalate");
    assert_eq!(json["summary"]["verdict"], "no-go");
}
