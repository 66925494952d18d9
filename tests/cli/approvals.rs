//! Who says so, as the binary reports it: names that name nobody, people who approve what is their own, and what a
//! change relaxes.

use super::run::{Answer, DAY, Folder, GOOD, Setting, good_but};
use crate::common::{files, git, projects::project};

/// A copy of the project of the language model, which is `go`.
fn service() -> Folder {
    let folder = Folder::new();
    files::copy(&project("support-chat-llm"), &folder.path, &|_| true);
    folder
}

const LIST: &str = "support-chat-llm.checklist.yaml";
const LOG: &str = "support-chat-llm.decisions.yaml";
const SPEC: &str = "support-chat-llm.serving.yaml";

fn edit(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file);
    assert_eq!(text.matches(from).count(), 1, "{from}");
    folder.file(file, text.replace(from, to));
}

fn edited(file: &str, from: &str, to: &str) -> Answer {
    let folder = service();
    edit(&folder, file, from, to);
    folder.check(&[])
}

#[test]
fn a_name_that_names_nobody_is_an_error_where_it_stands() {
    for name in [
        "the team",
        "nobody",
        "' '",
        "'-'",
        "n/a",
        "\"\\u200b\"",
        "\"\\u202eno one\"",
        "\u{0422}\u{0412}D",
        "'?'",
    ] {
        let answer = edited(
            LOG,
            "      owner: dana.k\n      dueDate: 2026-10-31",
            &format!("      owner: {name}\n      dueDate: 2026-10-31"),
        );
        let told = answer.exits(1).out.matches(":119:14: error[").count();
        assert_eq!(told, 1, "{name}: {}", answer.shown());
    }
    let answer = edited(
        LOG,
        "      owner: dana.k\n      dueDate: 2026-10-31",
        "      owner: platform team\n      dueDate: 2026-10-31",
    );
    answer.exits(0);
}

#[test]
fn a_waiver_that_says_nothing_is_none() {
    const TIMEOUTS: &str = "  timeouts: {client: 200ms, gateway: 150ms, server: 100ms}\n";
    const WRONG: &str = "  timeouts: {client: 200ms, gateway: 80ms, server: 100ms}\n";
    for (by, reason, lacks) in [
        ("nobody", "replaced in December", "who answers for it"),
        ("n\u{43e}ne", "replaced in December", "who answers for it"),
        ("dana.k", "n/a", "a reason"),
        ("dana.k", "\u{200b}", "a reason"),
    ] {
        let comment = format!(
            "  # servelint: allow[timeouts-order] until=2026-12-31 by={by} reason=\"{reason}\"\n"
        );
        let text = good_but(TIMEOUTS, &format!("{comment}{WRONG}"));
        Folder::with(&[("a.yaml", &text), ("servelint.toml", "")])
            .check(&[])
            .exits(1)
            .says("error[timeouts-order]")
            .says(&format!("does not say {lacks}"));
        let table = format!(
            "[[waivers]]\nrule = \"timeouts-order\"\npath = \"*.yaml\"\nowner = \"{by}\"\nreason = \"{reason}\"\nexpires = \"2026-12-31\"\n"
        );
        let text = good_but(TIMEOUTS, WRONG);
        Folder::with(&[("a.yaml", &text), ("servelint.toml", &table)])
            .check(&[])
            .exits(1)
            .says("error[timeouts-order]")
            .says(&format!("does not say {lacks}"));
    }
}

#[test]
fn an_approver_is_the_same_in_every_spelling() {
    let answer = edited(LOG, "        by: m.osei", "        by: ravi.p");
    answer.exits(3).says("accepted by its own owner");
    let answer = edited(LOG, "        by: m.osei", "        by: r\u{430}vi.p");
    answer.exits(3).says("accepted by its own owner");
    let folder = service();
    let config = folder.read("servelint.toml");
    let named = format!("[approvers]\ndirector-of-engineering = [\"m.osei\"]\n{config}");
    folder.file("servelint.toml", named);
    folder.check(&[]).exits(0);
    edit(&folder, LOG, "        by: m.osei", "        by: '@M.Osei'");
    folder.check(&[]).exits(0);
    edit(&folder, LOG, "        by: '@M.Osei'", "        by: n/a");
    folder
        .check(&[])
        .exits(1)
        .says("`by` is `n/a`, which names nobody")
        .says("names nobody; it needs one of");
}

#[test]
fn nobody_approves_what_is_their_own_unless_the_team_says_so() {
    let folder = service();
    edit(
        &folder,
        LIST,
        "waiver: {by: m.osei,",
        "waiver: {by: ravi.p,",
    );
    folder
        .check(&[])
        .exits(1)
        .says("error[self-approval] item `FAIL-1` is waived by its own owner `ravi.p`");
    edit(&folder, LIST, "    by: m.osei\n", "    by: Dana.K\n");
    folder
        .check(&[])
        .exits(1)
        .says("error[self-approval] the verdict is by `Dana.K`, who owns blocking items: `LOAD-1`");
    let config = format!(
        "[policy]\nselfApproval = true\n{}",
        folder.read("servelint.toml")
    );
    folder.file("servelint.toml", config);
    folder.check(&[]).exits(0);
}

#[test]
fn a_severe_risk_escalates_whatever_its_response_until_it_is_verified() {
    let folder = service();
    edit(&folder, LOG, "response: accept\n", "response: mitigate\n");
    folder.check(&[]).exits(0);
    edit(
        &folder,
        LOG,
        "      acceptance:                        # until the fallback is there\n        by: m.osei\n        role: director-of-engineering\n        date: 2026-09-30\n        expires: 2026-12-31\n",
        "",
    );
    folder
        .check(&[])
        .exits(3)
        .says("escalation[risk-escalation] risk `R-1` (`high`) is not verified (`FAIL-1` is waived), and nobody accepted it");
    edit(
        &folder,
        LOG,
        "dueDate: 2026-11-30\n      verification: {checklistItem: FAIL-1}\n      status: open",
        "dueDate: 2026-11-30\n      verification: {checklistItem: FAIL-1}\n      status: closed",
    );
    folder.check(&[]).exits(3).says("is not verified");
    // Now it is measured, and it blocks.
    edit(
        &folder,
        LIST,
        "      gate: advisory\n      verifies: [risk/R-1]",
        "      gate: blocking\n      verifies: [risk/R-1]",
    );
    edit(
        &folder,
        LIST,
        "threshold: 0.99\n      waiver: {by: m.osei, reason: fallback lands with ACT-1, expires: 2026-11-30}\n",
        "threshold: 0.995\n      evidence:\n        - {path: evidence/zone.json, format: json, select: /success_ratio, collectedAt: 2026-10-06T10:00:00Z}\n",
    );
    folder.file("evidence/zone.json", "{\"success_ratio\": 0.999}\n");
    folder.check(&[]).keeps_quiet_about("risk-escalation");
    folder.file("evidence/zone.json", "{\"success_ratio\": 0.9}\n");
    folder
        .check(&[])
        .exits(1)
        .says("`FAIL-1` misses its target");
}

/// A check of what changed since the last commit.
fn since(folder: &Folder) -> Answer {
    let path = std::env::var("PATH").expect("a path");
    folder.run_as(
        &[
            "check", "--format", "concise", "--as-of", DAY, "--since", "HEAD",
        ],
        &Setting {
            env: &[("PATH", &path)],
            ..Setting::default()
        },
    )
}

#[test]
fn a_change_that_relaxes_a_target_escalates() {
    let folder = service();
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    edit(
        &folder,
        SPEC,
        "  tier: critical\n",
        "  tier: experimental\n",
    );
    edit(&folder, LOG, "likelihood: low\n", "likelihood: very-low\n");
    edit(&folder, LOG, "severity: high ", "severity: low ");
    let answer = since(&folder);
    answer.exits(3).says("escalation[target-loosened] specification `support-chat-llm` relaxes `tier` to `experimental`; it was `critical`");
    answer
        .says("escalation[target-loosened] risk `R-1` relaxes `likelihood` to `very-low`; it was `low`")
        .says("support-chat-llm escalate in production");
    // Without a base there is nothing to compare with, and once it is merged nothing is left to say.
    folder.check(&[]).keeps_quiet_about("target-loosened");
    git::commit(&folder.path, "merged");
    since(&folder).exits(0).keeps_quiet_about("target-loosened");
}

#[test]
fn a_moved_file_relaxes_nothing_and_a_deleted_list_does() {
    let folder = service();
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    git::git(&folder.path, &["mv", LIST, "moved.yaml"]);
    since(&folder).exits(0).keeps_quiet_about("target-loosened");
    let text = folder.read("moved.yaml");
    let (head, items) = text.split_once("    - id: LOAD-2\n").expect("an item");
    let (_, rest) = items.split_once("    - id: LOAD-3\n").expect("an item");
    folder.file("moved.yaml", format!("{head}    - id: LOAD-3\n{rest}"));
    since(&folder).says("moved.yaml:11:3: escalation[target-loosened] item `LOAD-2` is gone");
}

#[test]
fn outside_of_production_it_is_a_warning() {
    let folder = Folder::with(&[("a.yaml", GOOD), ("servelint.toml", "")]);
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let relaxed = good_but("tier: standard", "tier: experimental");
    folder.file("a.yaml", relaxed);
    since(&folder).exits(0).says("warning[target-loosened]");
}
