//! The policy engine: faults stay with their rule, and the shipped policies are plain Rego.

use crate::common::files;
use servelint::{
    config::TeamPolicy,
    document::Pointer,
    finding::{Remedy, RemedyStep, Scalar},
    policy::{self, Evaluation, Evaluator, Pack, Question, Team, Value},
    rule::{Severity, Subject},
};
use std::{borrow::Cow, collections::BTreeMap, fs, path::Path, process::Command};

/// A pack of rules `structure/<id>` with these bodies, on top of the shipped libraries.
fn pack(rules: &[(&str, &str)]) -> Pack {
    Pack::of(rules.iter().map(rule_file)).expect("valid metadata")
}

fn rule_file((id, body): &(&str, &str)) -> (String, Cow<'static, str>) {
    let text = format!(
        "# METADATA\n# title: A test rule\n# description: For tests.\n# custom:\n#   severity: error\n#   applies_to: [ServingSpec]\n\
             #   since: 0.1.0\n#   help: None needed.\npackage servelint.rules.structure[\"{id}\"]\n\n{body}\n"
    );
    (
        format!("policies/structure/{id}/{}.rego", id.replace('-', "_")),
        Cow::Owned(text),
    )
}

fn evaluator(pack: &Pack) -> Evaluator {
    pack.evaluator(Subject::ServingSpec, &|_| true)
        .expect("rules that compile")
}

fn evaluate(rules: &[(&str, &str)], input: &serde_json::Value) -> Evaluation {
    evaluator(&pack(rules)).evaluate(&question(policy::from_json(input)))
}

/// Of a team that decided nothing.
fn question(input: Value) -> Question {
    let day = crate::common::FIXTURE_DAY.parse().expect("a date");
    Question {
        input,
        team: Team::new(&TeamPolicy::default(), &BTreeMap::new(), day),
    }
}

const FIRES: (&str, &str) = (
    "fires",
    r#"finding contains {"at": ["spec", "a", 0], "message": "said"} if input.spec"#,
);

#[test]
fn a_finding_carries_everything_that_the_rule_says() {
    let body = r#"finding contains {"at": ["spec", "a", 1], "message": "m", "severity": "info", "help": "h", "related": [{"at": ["b"], "message": "r"}]} if true"#;
    let evaluation = evaluate(&[("full", body)], &serde_json::json!({}));
    let violation = evaluation.violations.first().expect("a violation");
    assert_eq!(
        (
            violation.rule.as_str(),
            violation.at.to_string().as_str(),
            violation.message.as_str()
        ),
        ("full", "/spec/a/1", "m")
    );
    assert_eq!(
        (violation.severity, violation.help.as_deref()),
        (Some(Severity::Info), Some("h"))
    );
    assert_eq!(
        violation
            .related
            .iter()
            .map(|(at, message)| (at.to_string(), message.as_str()))
            .collect::<Vec<_>>(),
        [("/b".into(), "r")]
    );
}

#[test]
fn a_fix_names_values_and_the_host_spells_them() {
    let body = r#"finding contains {"at": ["a"], "message": "m", "fix": [{"at": ["a"], "replace": 99.9 / 100}, {"at": ["b", 0], "replace": "x"}, {"at": ["c"], "replace": false}]} if true"#;
    let evaluation = evaluate(&[("mends", body)], &serde_json::json!({}));
    let remedy = evaluation
        .violations
        .into_iter()
        .next()
        .and_then(|violation| violation.remedy);
    let replaced = |at: &str, with| RemedyStep::Replace {
        at: Pointer::parse(at),
        with,
    };
    let changes = vec![
        replaced("/a", Scalar::Number("0.999".into())),
        replaced("/b/0", Scalar::Text("x".into())),
        replaced("/c", Scalar::Flag(false)),
    ];
    assert_eq!(
        remedy,
        Some(Remedy {
            safe: true,
            changes
        })
    );
}

#[test]
fn one_failing_rule_loses_no_finding_of_the_others() {
    for broken in [
        // A type error aborts the whole evaluation in the engine.
        r#"finding contains {"at": [], "message": "x"} if input.spec.a * 2 > 1"#,
        // Two values for one complete rule.
        "twice := 1 if input.spec\n\ntwice := 2 if input.spec.a\n\nfinding contains {\"at\": [], \"message\": \"x\"} if twice > 0",
        // No finding at all.
        r#"finding contains "just text" if input.spec"#,
        r#"finding := {"at": [], "message": "x"} if input.spec"#,
        r#"finding contains {"at": "spec", "message": "x"} if true"#,
        r#"finding contains {"at": [], "message": "x", "severity": "fatal"} if true"#,
        // A fix without anything to do, without a place, and with more than a scalar.
        r#"finding contains {"at": [], "message": "x", "fix": []} if true"#,
        r#"finding contains {"at": [], "message": "x", "fix": [{"replace": 1}]} if true"#,
        r#"finding contains {"at": [], "message": "x", "fix": [{"at": ["a"], "replace": [1]}]} if true"#,
    ] {
        let evaluation = evaluate(
            &[("broken", broken), FIRES],
            &serde_json::json!({"spec": {"a": ["text"]}}),
        );
        assert_eq!(
            evaluation
                .violations
                .iter()
                .map(|violation| violation.rule.as_str())
                .collect::<Vec<_>>(),
            ["fires"],
            "{broken}"
        );
        assert_eq!(
            evaluation
                .failures
                .iter()
                .map(|failure| failure.rule.as_str())
                .collect::<Vec<_>>(),
            ["broken"],
            "{broken}"
        );
    }
}

/// Takes hours.
const ENDLESS: &str = "n := numbers.range(1, 4000)\n\nfinding contains {\"at\": [], \"message\": \"x\"} if {\n\tinput.spec\n\tsome a in n\n\tsome b in n\n\tsome c in n\n\ta + b + c < 0\n}";

#[test]
fn rules_that_never_end_are_stopped_together_and_the_others_are_heard() {
    let names: Vec<String> = (0..12).map(|n| format!("endless-{n:02}")).collect();
    let mut rules: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), ENDLESS)).collect();
    rules.push(FIRES);
    let limit = std::time::Duration::from_millis(400);
    let evaluator = evaluator(&pack(&rules)).within(limit);
    let began = std::time::Instant::now();
    let evaluation = evaluator.evaluate(&question(policy::from_json(
        &serde_json::json!({"spec": {}}),
    )));
    let took = began.elapsed();
    assert_eq!(evaluation.violations.len(), 1);
    let stopped = evaluation.failures.iter();
    let stopped = stopped.filter(|failure| failure.reason.contains("took too long"));
    assert_eq!(stopped.count(), names.len(), "{:?}", evaluation.failures);
    // Not a limit for each of them: that is 13 times as long.
    assert!(took < 8 * limit, "{took:?}");
}

#[test]
fn evaluators_carry_nothing_from_one_input_to_the_next() {
    let pack = pack(&[
        FIRES,
        (
            "broken",
            r#"finding contains {"at": [], "message": "x"} if input.spec.a * 2 > 1"#,
        ),
    ]);
    let evaluator = evaluator(&pack);
    for _ in 0..3 {
        assert_eq!(
            evaluator
                .evaluate(&question(policy::from_json(
                    &serde_json::json!({"spec": {"a": "text"}})
                )))
                .failures
                .len(),
            1
        );
        let clean = evaluator.evaluate(&question(policy::from_json(
            &serde_json::json!({"spec": {}}),
        )));
        assert_eq!((clean.violations.len(), clean.failures.len()), (1, 0));
        let number = evaluator.evaluate(&question(Value::from(3)));
        assert!(number.violations.is_empty());
    }
}

/// Two teams in one evaluator, and a team that a failing rule makes it start anew for.
#[test]
fn each_question_is_answered_with_the_thresholds_of_its_own_team() {
    let reads = r#"import data.servelint.lib.team

finding contains {"at": [], "message": sprintf("%v by %v, %v", [team.policy.maxRiskDueDays, team.today, object.keys(team.approvers)])} if true"#;
    let broken = r#"finding contains {"at": [], "message": "x"} if input.spec.a * 2 > 1"#;
    let team_file = (
        "policies/lib/team.rego".to_owned(),
        Cow::Owned(
            std::fs::read_to_string(format!("{}/policies/lib/team.rego", crate::common::ROOT))
                .expect("the library"),
        ),
    );
    for rules in [
        vec![("reads", reads)],
        vec![("reads", reads), ("broken", broken)],
    ] {
        let files = rules.iter().map(rule_file).chain([team_file.clone()]);
        let evaluator = evaluator(&Pack::of(files).expect("valid metadata"));
        for (days, role) in [(7.0, "cto"), (90.0, "lead")] {
            let policy = TeamPolicy {
                max_risk_due_days: days,
                ..TeamPolicy::default()
            };
            let approvers = BTreeMap::from([(role.to_owned(), vec!["a".to_owned()])]);
            let said = evaluator.evaluate(&Question {
                input: policy::from_json(&serde_json::json!({"spec": {"a": "text"}})),
                team: Team::new(&policy, &approvers, "2026-10-10".parse().expect("a date")),
            });
            let messages: Vec<&str> = said
                .violations
                .iter()
                .map(|violation| violation.message.as_str())
                .collect();
            let wanted = format!(r#"{days} by 2026-10-10, {{"{role}"}}"#);
            assert_eq!(messages, [wanted.as_str()]);
            assert_eq!(said.failures.len(), rules.len() - 1);
        }
    }
}

#[test]
fn whoever_selects_other_rules_gets_other_rules() {
    let pack = pack(&[FIRES, ("other", "finding contains {")]);
    let compiled = |ids: &[&str]| {
        pack.evaluator(Subject::ServingSpec, &|rule| {
            ids.contains(&rule.id.as_str())
        })
        .map(|evaluator| evaluator.rules().map(str::to_owned).collect::<Vec<_>>())
        .map_err(|failure| failure.rule)
    };
    for _ in 0..2 {
        assert_eq!(compiled(&["fires"]), Ok(vec!["fires".to_owned()]));
        assert_eq!(compiled(&["fires", "other"]), Err("other".to_owned()));
        assert_eq!(compiled(&[]), Ok(Vec::new()));
    }
}

#[test]
fn policies_that_do_not_compile_name_their_place() {
    for (body, wanted) in [
        ("finding contains {", "policies/structure/bad/bad.rego:"),
        ("finding contains x if true", "unsafe"),
    ] {
        let error = pack(&[("bad", body)])
            .evaluator(Subject::ServingSpec, &|_| true)
            .expect_err("an error");
        assert!(
            error.reason.contains(wanted) && !error.reason.contains('\n'),
            "{}",
            error.reason
        );
    }
}

#[test]
fn metadata_must_agree_with_the_folder() {
    let valid = "# METADATA\n# title: T\n# description: D\n# custom:\n#   severity: error\n#   applies_to: [Review]\n#   since: 0.1.0\n#   help: H\n";
    for (path, text, wanted) in [
        (
            "policies/a/b/b.rego",
            format!("{valid}package servelint.rules.a[\"c\"]\n"),
            "asks for `package servelint.rules.a[\"b\"]`",
        ),
        (
            "policies/a/b/b.rego",
            "package servelint.rules.a[\"b\"]\n".into(),
            "no `# METADATA`",
        ),
        (
            "policies/a/b/b.rego",
            format!(
                "{}package servelint.rules.a[\"b\"]\n",
                valid.replace("#   help", "#   hlep")
            ),
            "unknown field `hlep`",
        ),
        (
            "policies/a/b/b.rego",
            format!(
                "{}package servelint.rules.a[\"b\"]\n",
                valid.replace("error", "fatal")
            ),
            "unknown variant `fatal`",
        ),
        (
            "policies/a/b/b.rego",
            format!(
                "{}package servelint.rules.a[\"b\"]\n",
                valid.replace("[Review]", "[]")
            ),
            "`applies_to` is empty",
        ),
    ] {
        let error = Pack::of([(path.to_owned(), Cow::Owned(text))])
            .expect_err(wanted)
            .to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn shipped_policies_are_plain_rego() {
    let Some(opa) = crate::common::opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    for arguments in [
        ["check", "--strict", "policies"].as_slice(),
        &["test", "policies"],
    ] {
        let output = Command::new(&opa)
            .args(arguments)
            .current_dir(crate::common::ROOT)
            .output()
            .expect("opa runs");
        let text = [output.stdout, output.stderr].concat();
        assert!(
            output.status.success(),
            "opa {arguments:?}\n{}",
            String::from_utf8_lossy(&text)
        );
    }
}

/// Every Rego file below `policies`, tests included and the entry point for OPA left out, as
/// `(path from the crate's folder, text)`.
fn rego_files() -> Vec<(String, String)> {
    let root = Path::new(crate::common::ROOT);
    files::with_extension(&root.join("policies"), "rego")
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root).expect("below the crate");
            let name = name.to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(path).expect("readable"))
        })
        .filter(|(name, _)| !name.starts_with("policies/servelint/main"))
        .collect()
}

/// What OPA finds below `policies` as `data.servelint`.
fn shipped_data() -> Value {
    policy::object([("platforms", policy::platforms())])
}

#[test]
fn every_rego_test_passes_in_the_engine_that_ships() {
    let tested = policy::run_tests(&rego_files(), &shipped_data());
    let failed: Vec<_> = tested
        .iter()
        .filter(|test| test.failure.is_some())
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {}: {failed:#?}",
        failed.len(),
        tested.len()
    );
    if let Some(opa) = crate::common::opa() {
        // The entry point is for OPA alone.
        let arguments = [
            "test",
            "--format",
            "json",
            "--ignore",
            "main*.rego",
            "policies",
        ];
        let output = Command::new(&opa)
            .args(arguments)
            .current_dir(crate::common::ROOT)
            .output()
            .expect("opa runs");
        let theirs: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(tested.len(), theirs.len(), "the tests that OPA counts");
    }
}

#[test]
fn no_policy_uses_what_policies_may_not_use() {
    let refused: Vec<_> = rego_files()
        .iter()
        .flat_map(|(path, text)| policy::refusals(path, text).expect("a policy that parses"))
        .collect();
    let shown: Vec<_> = refused
        .iter()
        .map(|refusal| format!("{}:{}: {}", refusal.file, refusal.line, refusal.reason))
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn what_policies_may_not_use_is_refused_at_its_line() {
    let shorts = [
        ("p if not startswith(input.missing, \"x\")", "below `not`"),
        ("p if not input.missing > 1", "below `not`"),
        (
            "q := input.q\n\np if not lower(q) in {\"a\"}",
            "below `not`",
        ),
        ("p if json.remove(input, [\"/a\"])", "begin with a slash"),
        ("p if crypto.md5(input.x) == \"y\"", "no function"),
        (
            "p if {\n\t[_, value] := walk(input)\n\tvalue\n}",
            "binds nothing",
        ),
        ("p := sprintf(\"%5d\", [input.x])", "`sprintf`"),
        ("p if input.x with input as {}", "`with` belongs to tests"),
        (
            "p if data.servelint.policy.x",
            "`data` belongs to libraries",
        ),
    ];
    for (body, wanted) in shorts {
        let text = format!("package servelint.rules.a[\"b\"]\n\n{body}\n");
        let refused = policy::refusals("policies/a/b/b.rego", &text).expect("a policy that parses");
        assert_eq!(refused.len(), 1, "{body}: {refused:?}");
        assert!(
            refused[0].reason.contains(wanted) && refused[0].line >= 3,
            "{body}: {refused:?}"
        );
    }
    // Whether the engine that ships knows the builtin or not: a policy that calls it is refused either way.
    for (name, reason) in policy::FORBIDDEN_BUILTINS {
        let text = format!("package servelint.rules.a[\"b\"]\n\np if {name}(input.x)\n");
        let refused = policy::refusals("policies/a/b/b.rego", &text).expect("a policy that parses");
        let lines: Vec<_> = refused.iter().map(|refusal| refusal.line).collect();
        assert_eq!(lines, [3], "{name}: {refused:?}");
        assert!(refused[0].reason.contains(reason), "{name}: {refused:?}");
    }
    // What both engines answer alike.
    for body in [
        "p if not input.missing",
        "p if not input.missing == 1",
        "p if {\n\tname := input.name\n\tnot startswith(name, \"x\")\n}",
        "p if json.remove(input, [\"a\"])",
        "p if {\n\twalk(input, [_, value])\n\tvalue\n}",
        "p := sprintf(\"%s is 5 %%\", [input.x])",
    ] {
        let text = format!("package servelint.rules.a[\"b\"]\n\n{body}\n");
        assert_eq!(
            policy::refusals("policies/a/b/b.rego", &text).expect("a policy that parses"),
            [],
            "{body}"
        );
    }
}

#[test]
fn the_engine_refuses_by_itself_what_it_would_read_otherwise() {
    for body in [
        "p := $\"a{1}\"",
        "p if {\n\tx := input\n\t(1 + 1) == 2\n\tx\n}",
        "q := 1\n\np := {q | some q in [1, 2]}",
        "p := [x | x := 1; y := [x | some x in [5]]; y == [5]]",
    ] {
        let error = pack(&[("bad", body)])
            .evaluator(Subject::ServingSpec, &|_| true)
            .err();
        let reason = error
            .unwrap_or_else(|| panic!("not refused: {body}"))
            .reason;
        assert!(
            reason.contains("policies/structure/bad/bad.rego:"),
            "{body}: {reason}"
        );
    }
}

#[test]
fn an_edited_rule_of_a_name_that_ships_is_judged_by_its_own_text() {
    let body = r#"finding contains {"at": ["spec"], "message": "edited"} if input.spec"#;
    let input = serde_json::json!({"spec": {}});
    let evaluation = evaluate(&[("scope-explicit", body)], &input);
    let said: Vec<_> = evaluation
        .violations
        .iter()
        .map(|violation| violation.message.as_str())
        .collect();
    assert_eq!(said, ["edited"]);
    let shipped = Pack::embedded().expect("valid metadata");
    let planned = evaluator(&shipped).planned(&question(policy::from_json(&input)));
    assert!(planned.is_ok_and(|said| said.violations.iter().all(|it| it.message != "edited")));
}
