//! `--fix`, `--diff` and `--unsafe`: what changes, what stays, and what is refused.

use super::run::{Folder, GOOD, Setting, good_but};
use std::fs;

/// Six slips, each in another line.
fn slips() -> String {
    let text = good_but("owner:", "ownr:  ")
        .replace("environment: staging", "environment: 'stagng'   # where")
        .replace("client: 200ms", "client: \"200 ms\"")
        .replace("target: 0.9995", "target: 99.95")
        .replace("platform: argo-rollouts", "platfrm: argo-rollouts");
    format!("{text}  resources: {{memory: 16GiB, cpu: \"4\"}}\n")
}

fn mended() -> String {
    slips()
        .replace("ownr:  ", "owner:  ")
        .replace("'stagng'", "'staging'")
        .replace("\"200 ms\"", "\"200ms\"")
        .replace("99.95", "0.9995")
        .replace("platfrm", "platform")
        .replace("16GiB", "16Gi")
}

#[test]
fn slips_are_mended_and_everything_else_stays() {
    let folder = Folder::with(&[
        ("a.yaml", &slips()),
        (
            "b.yaml",
            &slips()
                .replace('\n', "\r\n")
                .replace("feed-ranker", "other"),
        ),
    ]);
    folder.check(&[]).exits(1).says("12 fixable with `--fix`");
    folder
        .check(&["--fix"])
        .exits(0)
        .says("servelint: made 12 fixes in 2 files");
    assert_eq!(folder.read("a.yaml"), mended());
    assert_eq!(
        folder.read("b.yaml"),
        mended()
            .replace('\n', "\r\n")
            .replace("feed-ranker", "other")
    );
    folder
        .check(&["--fix"])
        .exits(0)
        .says("servelint: nothing to fix")
        .keeps_quiet_about("fixable");
    assert_eq!(folder.read("a.yaml"), mended());
}

#[test]
fn a_diff_shows_the_same_and_writes_nothing() {
    let folder = Folder::with(&[("a.yaml", &slips())]);
    let answer = folder.run(&["check", "--diff", "--as-of", super::run::DAY]);
    answer
        .exits(1)
        .says("-  ownr:   team-feed-relevance\n+  owner:   team-feed-relevance\n");
    answer
        .says("would have made 6 fixes in 1 file; nothing was written")
        .keeps_quiet_about("[unknown-field]");
    insta::assert_snapshot!("a_diff", answer.shown());
    assert_eq!(folder.read("a.yaml"), slips());
    let mended = Folder::with(&[("a.yaml", &mended())]);
    mended
        .run(&["check", "--diff", "--as-of", super::run::DAY])
        .exits(0)
        .says("nothing to fix");
}

#[test]
fn a_diff_of_standard_input_is_possible_and_a_fix_is_not() {
    let folder = Folder::new();
    let text = slips();
    let setting = Setting {
        stdin: text.as_bytes(),
        ..Setting::default()
    };
    folder
        .run_as(&["check", "-", "--fix"], &setting)
        .exits(2)
        .says("cannot change standard input");
    folder
        .run_as(&["check", "-", "--diff"], &setting)
        .exits(1)
        .says("+  owner:   team-feed-relevance");
    folder
        .run(&["check", "--unsafe"])
        .exits(2)
        .says("`--unsafe` needs `--fix` or `--diff`");
    folder.run(&["check", "--fix", "--diff"]).exits(2);
    folder
        .run(&["check", "--diff", "--format", "json"])
        .exits(2);
}

#[test]
fn text_in_a_diff_acts_on_no_terminal_and_no_build_service() {
    let text = good_but(
        "owner: team-feed-relevance",
        "ownr: \"\u{202e}::error::x \\e[2J ##[x]\"",
    );
    let folder = Folder::with(&[("a.yaml", &text)]);
    let answer = folder.run(&["check", "--diff"]);
    answer
        .says("+  owner: \"")
        .keeps_quiet_about("\u{202e}")
        .keeps_quiet_about("##[x]");
}

#[test]
fn what_is_missing_is_added_with_a_placeholder_that_is_refused() {
    let yaml = good_but("  owner: team-feed-relevance\n", "").replace("  tier: standard\n", "");
    let toml = "# a comment\napiVersion = \"servelint/v1alpha1\"\nkind = \"DecisionLog\"\n\n[metadata] # note\nname = \"a\"\n\n[spec]\nservingSpec = \"a\"\n";
    let json = "{\n  \"apiVersion\": \"servelint/v1alpha1\",\n  \"kind\": \"DecisionLog\",\n  \"metadata\": {\"name\": \"a\"},\n  \"spec\": {}\n}\n";
    let folder = Folder::with(&[
        ("a.yaml", &yaml),
        ("b/b.toml", toml),
        ("c/c.json", json),
        ("b/servelint.toml", ""),
        ("c/servelint.toml", ""),
    ]);
    folder.check(&["--fix"]).exits(1).says("nothing to fix");
    folder.check(&[]).says("9 fixable with `--fix --unsafe`");
    let answer = folder.check(&["--fix", "--unsafe"]);
    answer.exits(1).says("`tier` cannot be `TODO`");
    answer.keeps_quiet_about("lacks `");
    let shown = ["a.yaml", "b/b.toml", "c/c.json"]
        .map(|name| format!("--- {name}\n{}", folder.read(name)))
        .concat();
    insta::assert_snapshot!("stubs", shown);
    let filled = folder
        .read("a.yaml")
        .replace("tier: TODO", "tier: standard");
    folder
        .file("a.yaml", filled)
        .check(&["a.yaml"])
        .exits(1)
        .says("draft in staging")
        .says("`owner` still holds the placeholder `TODO`");
    let again = folder.check(&["--fix", "--unsafe"]);
    again.exits(1).says("nothing to fix");
}

#[test]
fn what_may_mean_several_things_stays() {
    let text = good_but("client: 200ms", "client: 200")
        .replace("gateway: 150ms", "gateway: 5M")
        .replace("tier: standard", "tier: stndrdish");
    let text = format!("{text}  resources: {{memory: 16GB}}\n");
    let folder = Folder::with(&[("a.yaml", &text)]);
    folder.check(&["--fix"]).exits(1).says("nothing to fix");
    assert_eq!(folder.read("a.yaml"), text);
}

#[test]
fn a_table_is_renamed_in_every_header() {
    let text = "apiVersion = \"servelint/v1alpha1\"\nkind = \"DecisionLog\"\n[metadata]\nname = \"a\"\nowner = \"b\"\n[spec]\nservingSpec = \"a\"\ndecisions = []\n[[spec.residualRsks]] # one\nid = \"R-1\"\n[spec.residualRsks.verification]\nstep = \"x\"\n[[spec.residualRsks]]\nid = \"R-2\"\n";
    let folder = Folder::with(&[("a.toml", text)]);
    folder.check(&["--fix"]).says("made 1 fix in 1 file");
    assert_eq!(folder.read("a.toml"), text.replace("Rsks", "Risks"));
}

#[test]
fn the_envelope_is_mended_first_and_what_it_hid_then() {
    let text = slips().replace("servelint/v1alpha1", "servlint/v1alpha1");
    let folder = Folder::with(&[("a.yaml", &text)]);
    folder
        .check(&["--fix"])
        .exits(0)
        .says("made 7 fixes in 1 file");
    assert_eq!(folder.read("a.yaml"), mended());
    let folder = Folder::with(&[("a.yaml", &GOOD.replace("apiVersion", "apiversion"))]);
    folder.check(&["--fix"]).exits(0);
    assert_eq!(folder.read("a.yaml"), GOOD);
    let folder = Folder::with(&[(
        "a.yaml",
        &GOOD.replace("apiVersion: servelint/v1alpha1\n", ""),
    )]);
    folder.check(&["--fix", "--unsafe"]).exits(0);
    assert_eq!(folder.read("a.yaml"), GOOD);
}

#[test]
fn what_stands_in_several_places_through_an_alias_is_left_to_people() {
    let text = good_but(
        "{client: 200ms, gateway: 150ms, server: 100ms}",
        "{client: &t 200 ms, gateway: *t, server: 100 ms}",
    );
    let folder = Folder::with(&[("a.yaml", &text)]);
    folder
        .check(&["--fix"])
        .exits(1)
        .says("made 1 fix in 1 file");
    assert_eq!(folder.read("a.yaml"), text.replace("100 ms", "100ms"));
}

#[test]
fn only_what_was_asked_for_is_changed() {
    let log = "apiVersion: servelint/v1alpha1\nkind: DecisionLog\nmetadata: {name: x, ownr: b}\nspec: {servingSpec: feed-ranker, decisions: [], residualRisks: [], noResidualRisks: none}\n";
    let folder = Folder::with(&[
        ("a.yaml", &slips()),
        ("b.yaml", log),
        ("bad.yaml", "a: [\n"),
    ]);
    folder.check(&["a.yaml", "--fix"]).says("in 1 file");
    assert_eq!(
        (folder.read("a.yaml"), folder.read("b.yaml")),
        (mended(), log.to_owned())
    );
    let folder = Folder::with(&[("a.yaml", &slips())]);
    folder
        .check(&["--fix", "--select", "unknown-field"])
        .says("made 4 fixes");
    folder
        .check(&["--fix", "--ignore", "duration-needs-unit"])
        .says("made 2 fixes");
}

#[test]
fn json_and_sarif_say_what_can_be_fixed() {
    let folder = Folder::with(&[("a.yaml", &slips())]);
    let words = ["check", "--as-of", super::run::DAY, "--format"];
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&[&words[..], &["json"]].concat()).out).expect("JSON");
    assert_eq!(
        json["summary"]["fixable"],
        serde_json::json!({"safe": 6, "unsafe": 0})
    );
    let fix = &json["findings"][0]["fix"];
    assert_eq!(fix["title"], "rename `ownr` to `owner`");
    assert_eq!(
        (&fix["safe"], &fix["edits"][0]["text"]),
        (&true.into(), &"owner".into())
    );
    assert_eq!(fix["edits"][0]["range"]["start"]["line"], 5);
    let sarif: serde_json::Value =
        serde_json::from_str(&folder.run(&[&words[..], &["sarif"]].concat()).out).expect("JSON");
    let change = &sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "a.yaml");
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        "owner"
    );
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay_and_what_cannot_be_written_is_said() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with(&[
        ("real/a.yaml", &slips()),
        ("b.yaml", &slips().replace("feed-ranker", "b")),
    ]);
    symlink("real/a.yaml", folder.path.join("a.yaml")).expect("a link");
    let mode = |name: &str, mode| {
        fs::set_permissions(folder.path.join(name), fs::Permissions::from_mode(mode)).expect("mode")
    };
    mode("real/a.yaml", 0o640);
    mode("b.yaml", 0o444);
    let answer = folder.check(&["a.yaml", "b.yaml", "--fix"]);
    answer
        .exits(2)
        .says("cannot fix b.yaml: it is read-only")
        .says("not all were written");
    assert_eq!(folder.read("real/a.yaml"), mended());
    assert!(
        fs::symlink_metadata(folder.path.join("a.yaml"))
            .expect("a link")
            .is_symlink()
    );
    assert_eq!(
        fs::metadata(folder.path.join("real/a.yaml"))
            .expect("a file")
            .permissions()
            .mode()
            & 0o777,
        0o640
    );
    let left: Vec<_> = fs::read_dir(folder.path.join("real"))
        .expect("a folder")
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_is_waived_is_left_alone() {
    let waiver = "  # servelint: allow[unknown-field] until=2026-12-01 by=dana.k reason=\"renamed next week\"\n";
    let text = good_but(
        "  revision: 31\n",
        &format!("  revision: 31\n{waiver}  reviewby: 2026-12-01\n"),
    );
    let folder = Folder::with(&[("a.yaml", &text)]);
    folder
        .check(&["--fix"])
        .exits(0)
        .says("nothing to fix")
        .says("1 waived");
    assert_eq!(folder.read("a.yaml"), text);
    folder.check(&["--fix", "--no-waivers"]).says("made 1 fix");
    assert_eq!(folder.read("a.yaml"), text.replace("reviewby", "reviewBy"));
}

/// The seconds of CPU that it takes to fix so many slips in one file.
#[cfg(unix)]
fn seconds_to_fix(count: usize) -> f64 {
    // As many as one latency budget may have.
    let parts: String = (0..50)
        .map(|n| format!("      part{n}: {n} ms\n"))
        .collect();
    let budget = format!("  latencyBudget:\n    slo: availability\n    components:\n{parts}");
    let documents = (0..count / 50).map(|n| {
        let named = GOOD.replacen("feed-ranker", &format!("ranker-{n}"), 1);
        format!("{named}{budget}")
    });
    let text = documents.collect::<Vec<_>>().join("---\n");
    let folder = Folder::with(&[("a.yaml", &text)]);
    let words = [
        "check",
        "--fix",
        "--format",
        "concise",
        "--as-of",
        super::run::DAY,
    ];
    let (answer, seconds) = folder.run_counted(&words);
    answer.says(&format!("made {count} fixes in 1 file"));
    assert_eq!(folder.read("a.yaml"), text.replace(" ms\n", "ms\n"));
    seconds
}

#[cfg(unix)]
#[test]
fn thousands_of_slips_are_fixed_in_bounded_time() {
    let (few, many) = (seconds_to_fix(500), seconds_to_fix(5_000));
    assert!(many < 15.0 * few, "{few} s for 500, {many} s for 5,000");
}

#[test]
fn documents_of_one_stream_are_mended_apart() {
    let stream = format!(
        "{}---\n# second\n{}",
        slips(),
        slips().replace("feed-ranker", "other")
    );
    let folder = Folder::with(&[
        ("a.yaml", &stream),
        (
            "b.yaml",
            &format!("{}---\na: [\n", slips().replace("feed-ranker", "b")),
        ),
    ]);
    folder.check(&["--fix"]).says("made 18 fixes in 2 files");
    assert_eq!(
        folder.read("a.yaml"),
        format!(
            "{}---\n# second\n{}",
            mended(),
            mended().replace("feed-ranker", "other")
        )
    );
    assert_eq!(
        folder.read("b.yaml"),
        format!("{}---\na: [\n", mended().replace("feed-ranker", "b"))
    );
}
