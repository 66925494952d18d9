//! Every command but `check`, and what is said about arguments that make no sense.

use super::run::{Folder, GOOD, Setting};

#[test]
fn help_is_for_newcomers_and_fits_80_columns() {
    let folder = Folder::new();
    let names = commands(&folder.run(&["--help"]).out);
    assert!(names.len() > 5, "{names:?}");
    let helps = names.iter().map(|name| vec![name.as_str(), "--help"]);
    for words in [vec!["--help"], vec!["check", "-h"]]
        .into_iter()
        .chain(helps)
    {
        let answer = folder.run(&words);
        answer.exits(0);
        let long: Vec<&str> = answer
            .out
            .lines()
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert_eq!(long, Vec::<&str>::new());
        insta::assert_snapshot!(
            format!(
                "help {}",
                words.join(" ").replace("--", "").replace("-h", "short")
            ),
            answer.out
        );
    }
}

/// The commands that the help of servelint lists.
pub(crate) fn commands(help: &str) -> Vec<String> {
    let listed = help
        .split("Commands:\n")
        .nth(1)
        .expect("a list of commands");
    listed
        .lines()
        .take_while(|line| !line.is_empty())
        // What is deeper goes on about the command above.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn without_a_command_help_is_printed_and_that_is_no_success() {
    Folder::new()
        .run(&[])
        .exits(2)
        .says("Usage: servelint")
        .says("Examples:");
}

#[test]
fn arguments_that_make_no_sense_are_explained() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let mut shown = String::new();
    for words in [
        &["chekc"][..],
        &["check", "--fromat", "json"],
        &["check", "--format", "xml"],
        &["check", "--as-of", "2026-02-30"],
        &["check", "--as-of", "yesterday"],
        &["check", "--as-of", "2026-10-09T10:00"],
        &["check", "--as-of", ""],
        &["check", "--select", "timeout-order"],
        &["check", "--ignore", "slos"],
        &["check", "--select", "nonsense"],
        &["check", "--config", "nowhere.toml"],
        &["check", "--config", "."],
        &["check", "--stdin-filename", "a.yaml"],
        &["check", "--color", "maybe"],
        &["check", "nowhere"],
        &["explain"],
        &["explain", "timeout-order"],
        &["explain", "nonsense"],
        &["schema", "Deployment"],
        &["completions", "tcsh"],
    ] {
        let answer = folder.run(words);
        answer
            .exits(2)
            .keeps_quiet_about("panicked")
            .keeps_quiet_about("backtrace");
        assert_eq!(answer.out, "", "{words:?}");
        shown.push_str(&format!(
            "$ servelint {}\n{}\n",
            words.join(" "),
            answer.err
        ));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn rules_are_listed_for_people_and_for_programs() {
    let folder = Folder::new();
    let table = folder.run(&["rules"]);
    table.exits(0);
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["rules", "--format", "json"]).out).expect("JSON");
    let rules = json.as_array().expect("a list");
    assert!(rules.len() > 70);
    for rule in rules {
        let id = rule["id"].as_str().expect("an id");
        table.says(&format!("\n  {id} "));
        for key in ["title", "description", "help", "url"] {
            assert!(
                rule[key].as_str().is_some_and(|text| !text.is_empty()),
                "{id} has no {key}"
            );
        }
        assert!(
            ["error", "escalation", "warning", "info"]
                .contains(&rule["severity"].as_str().expect("a word"))
        );
    }
    table.says(&format!("{} rules", rules.len()));
}

#[test]
fn every_rule_is_explained_and_the_page_is_stable() {
    let folder = Folder::new();
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["rules", "--format", "json"]).out).expect("JSON");
    for rule in json.as_array().expect("a list") {
        let id = rule["id"].as_str().expect("an id");
        let answer = folder.run(&["explain", id]);
        answer
            .exits(0)
            .says(&format!("# {id}\n"))
            .says("## What and why")
            .says("## What to do");
    }
    insta::assert_snapshot!(folder.run(&["explain", "timeouts-order"]).out);
}

#[test]
fn schemas_are_printed_under_either_spelling() {
    let folder = Folder::new();
    for (kind, alias) in [
        ("ServingSpec", "serving-spec"),
        ("DecisionLog", "decision-log"),
        ("VerificationChecklist", "verification-checklist"),
        ("report", "report"),
        ("plan", "plan"),
        ("diff", "diff"),
        ("config", "config"),
        ("any", "any"),
    ] {
        let answer = folder.run(&["schema", kind]);
        answer.exits(0);
        let schema: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
        assert!(
            schema["$schema"]
                .as_str()
                .is_some_and(|text| text.contains("2020-12"))
        );
        assert_eq!(answer.out, folder.run(&["schema", alias]).out);
    }
    let any = folder.run(&["schema", "any"]);
    assert_eq!(folder.run(&["schema"]), any, "any kind is the default");
}

#[test]
fn completions_know_the_commands_of_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        Folder::new()
            .run(&["completions", shell])
            .exits(0)
            .says("explain")
            .says("stdin-filename");
    }
}

#[test]
fn colour_obeys_the_flag_first_and_then_the_environment() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let colours = |words: &[&str], env: &[(&str, &str)]| {
        let words = [&["check"], words].concat();
        folder
            .run_as(
                &words,
                &Setting {
                    env,
                    ..Setting::default()
                },
            )
            .out
            .contains('\u{1b}')
    };
    assert!(!colours(&[], &[]));
    assert!(colours(&[], &[("FORCE_COLOR", "1")]));
    assert!(!colours(&[], &[("FORCE_COLOR", "0")]));
    assert!(!colours(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!colours(&["--color", "never"], &[("FORCE_COLOR", "1")]));
    assert!(colours(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colours(&["--color", "always", "--format", "json"], &[]));
}

#[test]
fn as_of_moves_today() {
    let text = super::run::good_but("spec:", "  reviewBy: 2026-06-01\nspec:");
    let folder = Folder::with(&[("a.yaml", &text)]);
    folder
        .run(&["check", "--as-of", "2026-05-01"])
        .keeps_quiet_about("review-overdue");
    folder
        .run(&["check", "--as-of", "2026-07-01"])
        .says("review-overdue");
}

#[test]
fn select_and_ignore_take_rules_and_categories() {
    let folder = Folder::with(&[(
        "a.yaml",
        &super::run::good_but("gateway: 150ms", "gateway: 80ms"),
    )]);
    folder.check(&[]).says("timeouts-order");
    folder
        .check(&["--ignore", "timeouts-order"])
        .keeps_quiet_about("[timeouts-order]");
    folder
        .check(&["--ignore", "slo,runtime"])
        .keeps_quiet_about("[timeouts-order]");
    folder
        .check(&["--select", "runtime"])
        .says("timeouts-order");
    folder
        .check(&["--select", "slo"])
        .keeps_quiet_about("[timeouts-order]");
    folder
        .check(&["--select", "timeouts-order", "--ignore", "runtime"])
        .keeps_quiet_about("[timeouts-order]");
}
