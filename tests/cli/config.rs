//! `servelint.toml`: found upwards, validated, and never passed over where it is broken.

use super::run::{Folder, GOOD, good_but};

#[test]
fn a_broken_configuration_says_what_where_and_what_to_do() {
    let mut shown = String::new();
    for text in [
        "[policy]\nmaxFirstStepPercnt = 5\n",
        "[polcy]\n",
        "[policy]\nconfidence = \"high\"\n",
        "[policy]\nconfidence = 95\n",
        "[policy]\nevidenceMaxAge = 14\n",
        "[policy]\nescalateAtSeverity = \"huge\"\n",
        "[policy]\nescalateAtSeverity = \"hihg\"\n",
        "[policy]\ngoodUtilisation = [0.3]\n",
        "[policy]\napproverRoles = [1]\n",
        "[policy.severityMatrix.low]\nhigh = \"lo\"\n",
        "[check]\nexclude = [\"a[\"]\n",
        "[check]\nexclude = \"a\"\n",
        "[check]\nselect = [\"timeout-order\"]\n",
        "[check]\nignore = [\"nonsense\"]\n",
        "policy = 3\n",
        "[policy\n",
        "[check]\n[check]\n",
    ] {
        let folder = Folder::with(&[("d/a.yaml", GOOD), ("servelint.toml", text)]);
        let answer = folder.check(&["d"]);
        answer.exits(2).says("servelint.toml");
        assert_eq!(answer.out, "", "{text}");
        shown.push_str(&format!("{text}{}\n", answer.err));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_called_like_a_configuration_and_cannot_be_read_stops_the_run() {
    let folder = Folder::with(&[("a.yaml", GOOD), ("servelint.toml/x", "")]);
    folder
        .check(&["."])
        .exits(2)
        .says("cannot read servelint.toml: it is a folder")
        .says("help: ");
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    folder
        .file("servelint.toml", b"\xff\xfe\xff")
        .check(&[])
        .exits(2)
        .says("cannot read servelint.toml: ");
    #[cfg(unix)]
    {
        let folder = Folder::with(&[("a.yaml", GOOD)]);
        std::os::unix::fs::symlink("nowhere", folder.path.join("servelint.toml")).expect("link");
        folder
            .check(&[])
            .exits(2)
            .says("cannot read servelint.toml: there is no such file");
    }
}

#[test]
fn each_file_obeys_the_nearest_configuration() {
    let text = good_but("spec:", "  reviewBy: 2026-06-01\nspec:");
    let folder = Folder::with(&[
        ("servelint.toml", "[check]\nignore = [\"review-overdue\"]\n"),
        ("a/a.yaml", &text),
    ]);
    folder
        .file("b/b.yaml", text.replace("feed-ranker", "other"))
        .file("b/servelint.toml", "root = true\n");
    let answer = folder.check(&[]);
    answer
        .says("b/b.yaml:")
        .says("review-overdue")
        .keeps_quiet_about("a/a.yaml:");
    let lenient = folder.check(&["--config", "servelint.toml"]);
    lenient.exits(0).keeps_quiet_about("[review-overdue]");
}

#[test]
fn thresholds_differ_between_projects_of_one_run() {
    let rollout = "  rollout:\n    strategy: canary\n    steps:\n      - {weight: 30, bake: 10m}\n      - {weight: 100, bake: 10m}\n";
    let spec = format!("{GOOD}{rollout}");
    let folder = Folder::with(&[
        ("a/a.yaml", &spec),
        ("a/servelint.toml", "[policy]\nmaxFirstStepPercent = 40\n"),
    ]);
    folder.file("b/b.yaml", spec).file("b/servelint.toml", "");
    let answer = folder.check(&["--select", "first-step-too-large"]);
    answer.says("b/b.yaml:").keeps_quiet_about("a/a.yaml:");
}

#[test]
fn excluded_files_are_counted_as_not_checked() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("old/b.yaml", "a: ["),
        ("servelint.toml", "[check]\nexclude = [\"old/**\"]\n"),
    ]);
    folder
        .check(&[])
        .exits(0)
        .says("in 1 file ")
        .says("1 file is left out by `exclude`");
}

#[test]
fn a_configuration_that_is_named_is_checked_as_such() {
    let folder = Folder::with(&[("servelint.toml", "")]);
    folder
        .check(&["servelint.toml"])
        .exits(2)
        .says("it was read and is valid");
    folder.file("servelint.toml", "a = 1");
    folder
        .check(&["servelint.toml"])
        .exits(2)
        .says("unknown key `a`");
}

#[test]
fn a_line_break_in_a_name_forges_no_message() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        (
            "servelint.toml",
            "\"x\\nservelint: all is well\\u001b[2J\" = 1\n",
        ),
    ]);
    let answer = folder.check(&[]);
    answer
        .exits(2)
        .keeps_quiet_about("\nservelint: all is well")
        .keeps_quiet_about("\u{1b}");
}

/// The seconds of CPU for so many services, each in a folder of its own, with these files at the root and this
/// configuration in each folder.
#[cfg(unix)]
fn seconds_for_projects(
    count: usize,
    root: &[(&str, &str)],
    configuration: impl Fn(usize) -> Option<String>,
) -> f64 {
    let folder = Folder::with(root);
    for index in 0..count {
        let name = format!("service-{index}");
        folder.file(
            &format!("{name}/a.yaml"),
            GOOD.replace("feed-ranker", &name),
        );
        if let Some(text) = configuration(index) {
            folder.file(&format!("{name}/servelint.toml"), text);
        }
    }
    let words = ["check", "--format", "concise", "--as-of", super::run::DAY];
    let (answer, seconds) = folder.run_counted(&words);
    answer.exits(0).says(&format!("{count} reviews"));
    seconds
}

/// Each has thresholds of its own, and still none compiles the rules for itself. Of three turns the least counts: what
/// else the machine does can only add to a figure. Rules that each project compiled would take six times as long.
#[cfg(unix)]
#[test]
fn a_hundred_projects_cost_little_more_than_one() {
    let shared = [("servelint.toml", "[policy]\nmaxRiskDueDays = 80\n")];
    let (mut one, mut many) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        one = one.min(seconds_for_projects(100, &shared, |_| None));
        many = many.min(seconds_for_projects(100, &[], |index| {
            Some(format!("[policy]\nmaxRiskDueDays = {}\n", 80 + index))
        }));
    }
    assert!(
        many < 3.0 * one,
        "{one} s for one project, {many} s for a hundred"
    );
}
