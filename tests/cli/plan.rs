//! `servelint plan`: what each step of a rollout sees and costs.

use super::run::{Folder, GOOD, Setting, good_but};
use crate::common::files;
use servelint::schema::{self, Schema};
use std::path::Path;

fn project(name: &str) -> Folder {
    let folder = Folder::new();
    let is_beside = |file: &Path| file.components().count() == 1;
    files::copy(
        &crate::common::projects::project(name),
        &folder.path,
        &is_beside,
    );
    folder
}

#[test]
fn the_plans_of_both_projects_read_well_at_80_columns() {
    for (name, paths) in [
        ("support-chat-llm", &["support-chat-llm.serving.yaml"][..]),
        ("feed-ranker", &["feed-ranker.yaml"]),
        ("feed-ranker-no-go", &[]),
    ] {
        let folder = project(name);
        let answer = folder.run(&[&["plan"], paths].concat());
        answer.exits(0);
        assert_eq!(answer.err, "");
        let long: Vec<&str> = answer
            .out
            .lines()
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert_eq!(long, Vec::<&str>::new());
        insta::assert_snapshot!(format!("plan of {name}"), answer.out);
    }
}

#[test]
fn the_json_of_a_plan_fits_its_schema() {
    let schema =
        Schema::compile(schema::text("plan/v1.json").expect("a schema")).expect("it compiles");
    let folder = project("support-chat-llm");
    folder.file("bare.yaml", GOOD.replace("name: ", "name: bare-"));
    let answer = folder.run(&["plan", "--format", "json"]);
    answer.exits(0);
    let json: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(schema.refusals(&json), vec![]);
    assert_eq!(json["plans"].as_array().map(Vec::len), Some(2));
    let step = &json["plans"][1]["steps"][0];
    assert_eq!(step["trough"]["rps"], 0.075);
    assert_eq!(
        (
            &step["checks"][0]["troughSamples"],
            &step["checks"][0]["requiredSamples"]
        ),
        (&135.into(), &93.into())
    );
    folder
        .run(&["schema", "plan"])
        .exits(0)
        .says("plan --format json");
}

#[test]
fn standard_input_is_planned_like_a_file() {
    let folder = project("feed-ranker");
    let text = folder.read("feed-ranker.yaml");
    let planned = folder.run(&["plan", "feed-ranker.yaml"]);
    let run = |stdin: &str, words: &[&str]| {
        let setting = Setting {
            stdin: stdin.as_bytes(),
            ..Setting::default()
        };
        folder.run_as(words, &setting)
    };
    let piped = run(&text, &["plan", "-"]);
    piped.exits(0);
    let rows = |text: &str| text.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(
        rows(&piped.out),
        rows(&planned.out),
        "but for the name of the file"
    );
    let broken = text.replacen("environment: ", "environment: x", 1);
    run(&broken, &["plan", "-"])
        .exits(1)
        .says("error[schema-valid]");
    run("", &["plan", "-"]).exits(2).says("nothing to plan");
    run(
        &text.replacen("name: ", "name: zz-", 1),
        &["plan", "-", "feed-ranker.yaml"],
    )
    .exits(0)
    .says("(feed-ranker.yaml)")
    .says("zz-");
}

#[test]
fn what_has_no_rollout_says_so() {
    let text = "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nmetadata: {name: a, owner: b, revision: 1}\nspec:\n  environment: dev\n  tier: standard\n";
    let folder = Folder::with(&[("a.yaml", text)]);
    // What it lacks as well is an error of its shape.
    folder
        .run(&["plan"])
        .exits(1)
        .says("a (a.yaml)\n  nothing to plan: it has no `spec.rollout`")
        .says("error[schema-valid]");
}

#[test]
fn what_cannot_be_read_is_told_as_check_tells_it() {
    let broken =
        good_but("environment: staging", "environment: stagin").replacen("feed-ranker", "other", 1);
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("b.yaml", &broken),
        ("c.yaml", "servelint/v1alpha1: ["),
    ]);
    let answer = folder.run(&["plan"]);
    answer
        .exits(1)
        .says("b.yaml:")
        .says("cannot be `stagin`")
        .says("c.yaml:1:");
    assert!(
        answer.out.contains("(a.yaml)") && !answer.out.contains("(b.yaml)"),
        "{}",
        answer.out
    );
    let folder = Folder::with(&[("a.yaml", "a: 1\n")]);
    folder.run(&["plan"]).exits(2).says("nothing to plan");
    folder
        .run(&["plan", "nowhere.yaml"])
        .exits(2)
        .says("nowhere.yaml");
    folder
        .file("servelint.toml", "[polcy]\n")
        .run(&["plan"])
        .exits(2)
        .says("did you mean `policy`?");
}

#[test]
fn several_documents_of_a_file_are_planned_in_their_order() {
    let other = GOOD.replacen("name: ", "name: zz-", 1);
    let folder = Folder::with(&[("a.yaml", &format!("{GOOD}---\n{other}"))]);
    let answer = folder.run(&["plan", "a.yaml"]);
    answer.exits(0);
    let heads: Vec<&str> = answer
        .out
        .lines()
        .filter(|line| line.ends_with("(a.yaml)"))
        .collect();
    assert_eq!(heads.len(), 2, "{}", answer.out);
    assert!(heads[1].starts_with("zz-"));
}

#[test]
fn the_confidence_of_the_team_counts() {
    let folder = project("feed-ranker");
    let text = folder
        .read("feed-ranker.yaml")
        .replace("minSamples: 459", "");
    folder.file("feed-ranker.yaml", text);
    let needed = |confidence: &str| {
        folder.file(
            "servelint.toml",
            format!("[policy]\nconfidence = 0.{confidence}\n"),
        );
        let answer = folder.run(&["plan", "feed-ranker.yaml"]);
        answer
            .exits(0)
            .says(&format!("samples at {confidence} % confidence"));
        let row = answer
            .out
            .lines()
            .find(|line| line.starts_with("    p99 "))
            .expect("a row");
        row.split_whitespace().nth(4).map(str::to_owned)
    };
    assert_eq!(
        (needed("99").as_deref(), needed("95").as_deref()),
        (Some("459"), Some("299"))
    );
}

#[test]
fn names_from_a_stranger_cannot_act_on_the_terminal() {
    let folder = Folder::new();
    let named = "##vso[x]\u{1b}[2J\u{202e}\n::error::x.yaml";
    let text = project("feed-ranker").read("feed-ranker.yaml").replacen(
        "analysis: [p99,",
        "analysis: [nobody,",
        1,
    );
    folder.file(named, text);
    folder.file(
        "broken.yaml",
        good_but(
            "environment: staging",
            "environment: \"\\e[2J\\n::error::\"",
        ),
    );
    let acts = |c: char| c != '\n' && servelint::output::safe::is_active(c);
    for format in ["table", "json"] {
        let answer = folder.run(&["plan", "--format", format]);
        answer.exits(1).says("nobody");
        for text in [&answer.out, &answer.err] {
            assert!(
                !text.contains(acts) && !text.contains("##vso[") && !text.contains("\n::error"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_template_is_not_passed_over_in_silence() {
    let folder = Folder::with(&[(
        "a.yaml",
        &good_but("revision: 31", "revision: {{ .Values.revision }}"),
    )]);
    folder
        .run(&["plan"])
        .exits(1)
        .says("the file is a template, which is not read");
    let folder = Folder::with(&[("a.yaml", "kind: {{ .Values.kind }}\n")]);
    folder
        .run(&["plan"])
        .exits(2)
        .says("not checked: a.yaml: it holds template actions")
        .says("nothing to plan");
}
