//! What findings weigh, from which weight on a run fails, who may approve, and where settings come from.

use super::run::{Folder, good_but};

const TIMEOUTS: &str = "gateway: 150ms";
const WRONG: &str = "gateway: 80ms";

fn folder(config: &str) -> Folder {
    Folder::with(&[
        ("specs/a.yaml", &good_but(TIMEOUTS, WRONG)),
        ("servelint.toml", config),
    ])
}

#[test]
fn the_last_severity_that_fits_decides_and_flags_go_first() {
    let set = |keys: &str| format!("[[severity]]\n{keys}\n");
    for (config, flags, wanted) in [
        (String::new(), &[][..], "error[timeouts-order]"),
        (
            set("rule = \"timeouts-order\"\nlevel = \"warning\""),
            &[],
            "warning[timeouts-order]",
        ),
        (
            set("category = \"runtime\"\nlevel = \"info\""),
            &[],
            "info[timeouts-order]",
        ),
        (
            set("category = \"runtime\"\nlevel = \"info\"")
                + &set("rule = \"timeouts-order\"\nlevel = \"escalation\""),
            &[],
            "escalation[timeouts-order]",
        ),
        (
            set("rule = \"timeouts-order\"\nlevel = \"info\"\npath = \"other/**\""),
            &[],
            "error[timeouts-order]",
        ),
        (
            set(
                "rule = \"timeouts-order\"\nlevel = \"info\"\npath = \"specs/**\"\nenvironment = \"staging\"\ntier = \"standard\"",
            ),
            &[],
            "info[timeouts-order]",
        ),
        (
            set("rule = \"timeouts-order\"\nlevel = \"info\"\nenvironment = \"production\""),
            &[],
            "error[timeouts-order]",
        ),
        (
            set("rule = \"timeouts-order\"\nlevel = \"info\""),
            &["--severity", "timeouts-order=warning"],
            "warning[timeouts-order]",
        ),
    ] {
        folder(&config).check(flags).says(wanted);
    }
    let off = set("rule = \"timeouts-order\"\nlevel = \"off\"");
    folder(&off)
        .check(&[])
        .exits(0)
        .keeps_quiet_about("[timeouts-order]");
}

#[test]
fn severities_that_make_no_sense_are_explained() {
    folder("[[severity]]\nrule = \"timeout-order\"\nlevel = \"off\"\n")
        .check(&[])
        .exits(2)
        .says("did you mean `timeouts-order`?");
    folder("")
        .check(&["--severity", "timeouts-order"])
        .exits(2)
        .says("names no level");
    folder("")
        .check(&["--severity", "timeouts-order=eror"])
        .exits(2)
        .says("did you mean `error`?");
    folder("")
        .check(&["--severity", "timeout-order=off"])
        .exits(2)
        .says("did you mean `timeouts-order`?");
}

#[test]
fn what_keeps_rules_from_running_keeps_its_weight() {
    let text = good_but("revision: 31", "revision: many");
    let config = "[[severity]]\nrule = \"schema-valid\"\nlevel = \"off\"\n";
    Folder::with(&[("a.yaml", &text), ("servelint.toml", config)])
        .check(&[])
        .exits(1)
        .says("error[schema-valid]");
}

#[test]
fn fail_on_says_from_which_severity_a_run_fails() {
    for (level, fail_on, code) in [
        ("error", "never", 0),
        ("error", "error", 1),
        ("error", "warning", 1),
        ("escalation", "error", 0),
        ("escalation", "escalation", 3),
        ("escalation", "warning", 3),
        ("warning", "escalation", 0),
        ("warning", "warning", 1),
        ("info", "warning", 0),
    ] {
        let severity = format!("timeouts-order={level}");
        let answer = folder("").check(&["--severity", &severity, "--fail-on", fail_on]);
        assert_eq!(answer.code, code, "{level} {fail_on}");
    }
    Folder::new().check(&["--fail-on", "never"]).exits(2);
    Folder::with(&[("a.yaml", "kind: [\n")])
        .check(&["--fail-on", "never"])
        .exits(2);
}

/// A service whose large risk was accepted by `m.osei` as `director-of-engineering`: nothing else is against it.
fn accepted() -> Folder {
    let folder = super::outright::reference();
    folder.file("servelint.toml", "");
    folder
}

const SELECT: [&str; 2] = ["--select", "risk-escalation"];

#[test]
fn an_approver_is_a_person_whom_the_team_names() {
    let folder = accepted();
    folder.check(&SELECT).exits(0);
    folder.file(
        "servelint.toml",
        "[approvers]\ndirector-of-engineering = [\"@M.Osei\"]\ncto = []\n",
    );
    folder.check(&SELECT).exits(0);
    folder.file(
        "servelint.toml",
        "[approvers]\ndirector-of-engineering = [\"ada\", \"@org/leads\"]\ncto = []\n",
    );
    let answer = folder.check(&SELECT);
    answer.exits(3).says(
        "`m.osei` accepted risk `R-1` (`high`) but is not named as `director-of-engineering`",
    );
    answer.says("escalate in production: ").says(" met; 1 escalation; to be approved by one of: cto, director-of-engineering (ada, @org/leads)");
    let rich = folder.run(&[
        "check",
        "--select",
        "risk-escalation",
        "--as-of",
        super::run::DAY,
    ]);
    rich.says("to be approved by one of: cto, director-of-engineering (ada,");
    let json = folder.run(&[
        "check",
        "--select",
        "risk-escalation",
        "--as-of",
        super::run::DAY,
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(
        json["reviews"][0]["approvers"][1],
        "director-of-engineering (ada, @org/leads)"
    );
}

#[test]
fn an_approver_may_have_to_own_the_specification() {
    let config = "[policy]\napproversMustOwn = true\n[approvers]\ndirector-of-engineering = [\"m.osei\", \"ada\"]\n";
    let folder = accepted();
    folder
        .file("servelint.toml", config)
        .file(".github/CODEOWNERS", "* @ada\n");
    let answer = folder.check(&SELECT);
    answer
        .exits(3)
        .says("is not an owner of the specification in CODEOWNERS; its owners are: @ada");
    answer.says("to be approved by one of: director-of-engineering (ada)");
    folder.file(".github/CODEOWNERS", "* @ada\n/*.serving.yaml @M.OSEI\n");
    folder.check(&SELECT).exits(0);
    std::fs::remove_file(folder.path.join(".github/CODEOWNERS")).expect("removed");
    folder
        .check(&SELECT)
        .exits(3)
        .says("its owners are: nobody")
        .says("none of m.osei, ada owns the file");
}

#[test]
fn config_says_what_is_in_effect_and_where_it_comes_from() {
    let text = "[check]\nignore = [\"review-overdue\"]\n[policy]\nevidenceMaxAge = \"30d\"\n\
        [approvers]\ncto = [\"m.osei\"]\n\
        [[severity]]\nrule = \"timeouts-order\"\npath = \"specs/*.yaml\"\nlevel = \"info\"\n\
        [[severity]]\nrule = \"timeouts-order\"\npath = \"other/*.yaml\"\nlevel = \"off\"\n";
    let folder = folder(text);
    let flags = ["--fail-on", "warning", "--severity", "slo=warning"];
    let answer = folder.run(&[&["config", "specs/a.yaml"], &flags[..]].concat());
    answer.exits(0);
    insta::assert_snapshot!(answer.out);
    let json = folder.run(&["config", "specs/a.yaml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let of = |key: &str| {
        let rows = json["settings"].as_array().expect("a list");
        rows.iter()
            .find(|row| row["key"] == key)
            .map(|row| (row["value"].clone(), row["origin"].clone()))
    };
    assert_eq!(
        of("policy.evidenceMaxAge"),
        Some(("30d".into(), "servelint.toml:4".into()))
    );
    assert_eq!(
        of("policy.confidence"),
        Some((0.95.into(), "default".into()))
    );
    assert_eq!(of("severity[1]"), None, "the other one is for other files");
    folder
        .run(&["config", "nowhere"])
        .exits(2)
        .says("cannot check nowhere");
    folder.file("servelint.toml", "x = 1\n");
    folder.run(&["config"]).exits(2).says("unknown key `x`");
}

/// A manifest that names production is judged as in production; one that names nothing is not.
#[test]
fn a_namespace_or_a_label_of_production_is_a_claim() {
    let manifest = |metadata: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {metadata}\nspec:\n  replicas: 2\n  \
             selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    \
             spec: {{containers: [{{name: a, image: 'vllm/vllm-openai:latest'}}]}}\n"
        )
    };
    for (metadata, severity) in [
        ("{name: a}", "warning"),
        ("{name: a, namespace: pre-prod}", "warning"),
        ("{name: a, namespace: chat-prod}", "error"),
        ("{name: a, labels: {env: production}}", "error"),
    ] {
        let folder = Folder::with(&[("a.yaml", &manifest(metadata))]);
        let wanted = format!("{severity}[image-not-pinned]");
        folder.check(&["a.yaml"]).says(&wanted);
    }
}
