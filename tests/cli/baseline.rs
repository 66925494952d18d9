//! Known findings: written down once, not reported again, and gone for good when they are mended.

use super::run::{DAY, Folder, good_but};
use std::process::Command;

const TIMEOUTS: &str = "gateway: 150ms";
const WRONG: &str = "gateway: 80ms";

fn wrong(name: &str) -> String {
    good_but(TIMEOUTS, WRONG).replace("feed-ranker", name)
}

fn written(folder: &Folder, words: &[&str]) -> super::run::Answer {
    folder.run(&[&["baseline", "--as-of", DAY], words].concat())
}

#[test]
fn only_new_findings_are_reported() {
    let folder = Folder::with(&[
        ("a.yaml", &wrong("a")),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &[])
        .exits(0)
        .says("wrote known.json: 1 known finding");
    folder
        .check(&[])
        .exits(0)
        .says("a go in staging")
        .says("1 in the baseline")
        .keeps_quiet_about("not checked");
    folder.file("b.yaml", wrong("b"));
    folder
        .check(&[])
        .exits(1)
        .says("b.yaml:")
        .says("1 error in 2 files")
        .says("1 in the baseline");
    folder
        .check(&["--no-waivers"])
        .exits(1)
        .says("2 errors in 2 files");
    written(&folder, &[])
        .exits(0)
        .says("2 known findings (1 added, 0 gone)");
    folder.check(&[]).exits(0).says("2 in the baseline");
}

/// Baselines are committed and outlive the version that wrote them: this one is of the first.
#[test]
fn a_baseline_of_the_first_version_keeps_working() {
    let folder = Folder::with(&[
        ("a.yaml", &wrong("a")),
        ("known.json", include_str!("../data/first-baseline.json")),
    ]);
    let answer = folder.check(&["--baseline", "known.json"]);
    answer
        .exits(0)
        .says("1 in the baseline")
        .keeps_quiet_about("baseline-stale");
    folder.file("b.yaml", wrong("b"));
    folder.check(&["--baseline", "known.json"]).exits(1);
}

#[test]
fn moved_text_and_reordered_lists_are_known() {
    let text = wrong("a").replace("      target: 0.9995\n", "      target: 99.95\n");
    let folder = Folder::with(&[
        ("d/a.yaml", &text),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &[]).exits(0);
    let known = folder.check(&[]);
    known.exits(0);
    let slo = "    - name: first\n      indicator: {type: quality, measuredAt: server}\n      target: 0.9\n      window: {duration: 30d, isRolling: true}\n";
    let moved = format!(
        "# a new line\n\n{}",
        text.replace("  slos:\n", &format!("  # and another\n  slos:\n{slo}"))
    );
    folder.file("d/a.yaml", moved);
    let answer = folder.check(&[
        "--select",
        "ratio-percent-confusion,timeouts-order,baseline-stale",
    ]);
    answer
        .exits(0)
        .says("in the baseline")
        .keeps_quiet_about("baseline-stale");
}

#[test]
fn it_does_not_matter_where_a_run_starts() {
    let folder = Folder::with(&[
        ("p/d/a.yaml", &wrong("a")),
        ("p/servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &["p"]).exits(0).says("wrote p/known.json");
    folder.check(&["p"]).exits(0).says("1 in the baseline");
    folder
        .check(&["p/d/a.yaml"])
        .exits(0)
        .says("1 in the baseline");
    let inner = Command::new(crate::common::program())
        .args(["check", "--as-of", DAY])
        .current_dir(folder.path.join("p/d"))
        .output()
        .expect("the binary runs");
    assert_eq!(
        inner.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&inner.stdout)
    );
}

#[test]
fn entries_that_are_gone_are_said_and_taken_out() {
    let folder = Folder::with(&[
        ("a.yaml", &wrong("a")),
        ("b.yaml", &wrong("b")),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &[]).exits(0).says("2 known findings");
    folder
        .file(
            "a.yaml",
            good_but("feed-ranker", "a").replace("feed-ranker", "a"),
        )
        .file("c.yaml", wrong("c"));
    folder.check(&[]).exits(1).says("info[baseline-stale] `timeouts-order` has nothing to say any more about `/spec/timeouts/gateway` of a.yaml");
    folder
        .check(&["b.yaml"])
        .exits(0)
        .keeps_quiet_about("baseline-stale");
    folder
        .check(&["--ignore", "timeouts-order"])
        .exits(0)
        .keeps_quiet_about("baseline-stale");
    written(&folder, &["b.yaml", "--update"])
        .exits(0)
        .says("2 known findings (0 gone)");
    let answer = written(&folder, &["--update"]);
    answer
        .exits(0)
        .says("1 known finding (1 gone)")
        .says("1 finding remains outside it: new since");
    folder
        .check(&[])
        .exits(1)
        .says("c.yaml:")
        .keeps_quiet_about("baseline-stale")
        .says("1 in the baseline");
    std::fs::remove_file(folder.path.join("b.yaml")).expect("removed");
    folder.check(&[]).says("of b.yaml");
    written(&folder, &["--update"])
        .exits(0)
        .says("0 known findings (1 gone)");
}

#[test]
fn what_got_worse_is_new() {
    let folder = Folder::with(&[
        ("a.yaml", &wrong("a")),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &[]).exits(0);
    folder.file("a.yaml", wrong("a").replace(WRONG, "gateway: 70ms"));
    folder
        .check(&[])
        .exits(1)
        .says("error[timeouts-order]")
        .says("info[baseline-stale]");
}

#[test]
fn days_that_pass_make_nothing_new() {
    let text = good_but("spec:", "  reviewBy: 2026-06-01\nspec:");
    let folder = Folder::with(&[
        ("a.yaml", &text),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &[]).exits(0).says("1 known finding");
    let answer = folder.run(&["check", "--format", "concise", "--as-of", "2026-11-30"]);
    answer
        .exits(0)
        .says("1 in the baseline")
        .keeps_quiet_about("review-overdue");
}

#[test]
fn a_baseline_that_cannot_be_used_stops_the_run() {
    let folder = Folder::with(&[("a.yaml", &wrong("a"))]);
    folder
        .check(&["--baseline", "none.json"])
        .exits(2)
        .says("cannot read the baseline none.json: there is no such file");
    folder.file("b.json", "{\"version\": 7, \"findings\": []}");
    folder
        .check(&["--baseline", "b.json"])
        .exits(2)
        .says("b.json:1:13: this baseline is of another version")
        .says("help: ");
    folder.file("b.json", "{");
    folder
        .check(&["--baseline", "b.json"])
        .exits(2)
        .says("b.json:1:");
    written(&folder, &["--output", "b.json", "--update"])
        .exits(2)
        .says("b.json:1:");
    written(&folder, &["--output", "b.json"])
        .exits(0)
        .says("wrote b.json: 1 known finding");
    folder.check(&["--baseline", "b.json"]).exits(0);
    written(&folder, &["--output", "no/b.json"])
        .exits(2)
        .says("cannot write no/b.json");
    written(&Folder::new(), &[])
        .exits(2)
        .says("nothing to check");
}

#[test]
fn what_keeps_rules_from_running_is_never_known() {
    let text = good_but("revision: 31", "revision: many");
    let folder = Folder::with(&[
        ("a.yaml", &text),
        ("b.yaml", "apiVersion: servelint/v1alpha1\nkind: [\n"),
    ]);
    let answer = written(&folder, &[]);
    answer
        .exits(0)
        .says("0 known findings")
        .says("2 findings remain outside it: fix these");
    folder
        .check(&["--baseline", "servelint-baseline.json"])
        .exits(1)
        .says("schema-valid")
        .says("syntax-invalid");
}

#[test]
fn equal_findings_are_equal_bytes() {
    let folder = Folder::new();
    for n in 0..12 {
        folder.file(&format!("{}/{n}.yaml", n % 3), wrong(&format!("s{n}")));
    }
    written(&folder, &[]).exits(0);
    let first = folder.read("servelint-baseline.json");
    written(
        &folder,
        &["2", "1", "0", "--output", "servelint-baseline.json"],
    )
    .exits(0);
    assert_eq!(first, folder.read("servelint-baseline.json"));
    assert!(!first.contains(DAY) && !first.contains("line"), "{first}");
}

#[test]
fn a_waiver_beside_a_known_finding_changes_nothing_else() {
    let folder = Folder::with(&[
        ("a.yaml", &wrong("a")),
        ("servelint.toml", "[check]\nbaseline = \"known.json\"\n"),
    ]);
    written(&folder, &[]).exits(0);
    let waiver =
        "  # servelint: allow[timeouts-order] until=2026-12-31 by=dana.k reason=y\n  timeouts:";
    folder.file("a.yaml", wrong("a").replace("  timeouts:", waiver));
    folder
        .check(&[])
        .exits(0)
        .says("1 waived")
        .says("a go in staging: 1 excepted")
        .keeps_quiet_about("stale");
    let later = folder.run(&["check", "--format", "concise", "--as-of", "2027-01-31"]);
    later
        .exits(0)
        .says("1 in the baseline")
        .says("waiver-expired")
        .keeps_quiet_about("stale");
}
