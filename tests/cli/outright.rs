//! What a verdict may not leave out: no name of a file, flag, exception or date makes it better than the review is.

use super::{
    policy::concise,
    run::{Answer, Folder},
};
use crate::common::{files::copy, git, projects::project};
use std::path::Path;

const SPEC: &str = "support-chat-llm.serving.yaml";
const LOG: &str = "support-chat-llm.decisions.yaml";
const LIST: &str = "support-chat-llm.checklist.yaml";

/// The reference project, whose verdict is `go`.
pub(crate) fn reference() -> Folder {
    let folder = Folder::new();
    copy(&project("support-chat-llm"), &folder.path, &|_: &Path| true);
    folder
}

/// The same after which `from` is `to` in a file.
fn turned(file: &str, from: &str, to: &str) -> Folder {
    let folder = reference();
    edit(&folder, file, from, to);
    folder
}

fn edit(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file);
    assert!(text.contains(from), "{file} lacks {from}");
    folder.file(file, text.replacen(from, to, 1));
}

fn no_go(folder: &Folder, words: &[&str]) -> Answer {
    let answer = folder.check(words);
    answer.exits(1).says("verdict: support-chat-llm no-go in");
    answer
}

#[test]
fn a_named_file_brings_the_findings_of_its_whole_service() {
    let unrated = "            maintainability:\n              rating: better\n              \
                   rationale: upstream config presets\n              evidence: [docs/ops-review.md]\n";
    for (file, from, to, says) in [
        (LOG, unrated, "", "error[decision-four-dimensions]"),
        (
            LIST,
            "collectedAt: 2026-10-06T10",
            "collectedAt: 2026-07-06T10",
            "error[evidence-missing-or-stale]",
        ),
        (
            LIST,
            "threshold: 800",
            "threshold: 700",
            "error[threshold-not-met]",
        ),
    ] {
        let folder = turned(file, from, to);
        for named in [SPEC, LOG, LIST, "deploy/llmisvc-v7.yaml"] {
            no_go(&folder, &[named]).says(says);
        }
    }
}

#[test]
fn what_is_missed_holds_back_whichever_rules_take_part() {
    let folder = turned(LIST, "threshold: 800", "threshold: 700");
    for words in [
        &["--ignore", "verification"][..],
        &["--ignore", "threshold-not-met,verdict-consistent"],
        &["--select", "slo,structure"],
    ] {
        let answer = no_go(&folder, words);
        answer
            .says(" missed, ")
            .says(" rules in force; off: ")
            .says(&format!(" by {}", words[0]));
    }
    let own = folder.read("servelint.toml");
    for check in [
        "ignore = [\"threshold-not-met\", \"verdict-consistent\"]",
        "select = [\"slo\"]",
    ] {
        folder.file("servelint.toml", format!("[check]\n{check}\n{own}"));
        no_go(&folder, &[])
            .says(" missed, ")
            .says("servelint.toml:2");
    }
}

#[test]
fn what_was_compared_with_nothing_holds_back_whichever_rules_take_part() {
    let folder = turned(
        LIST,
        "evidence/rollback-drill.json",
        "https://example.com/drill.json",
    );
    no_go(&folder, &["--select", "slo"]).says(" unjudged, ");
    no_go(&folder, &["--ignore", "unjudged,verification,rollout"]);
    // Where nothing of that is left, the rules that are off are named all the same.
    let folder = reference();
    let answer = folder.check(&["--select", "slo"]);
    answer
        .exits(0)
        .says("verdict: support-chat-llm go in production")
        .says("off: all others by --select");
    let rich = folder.run(&["check", "--as-of", "2026-10-10", "--ignore", "capacity"]);
    rich.exits(0).says("off: capacity by --ignore");
}

const MITIGATION: &str = "mitigation: hold step 3 until 200 samples";

fn draft(folder: &Folder, words: &[&str]) -> Answer {
    let answer = folder.check(words);
    answer
        .exits(1)
        .says("[placeholder-text]")
        .says("verdict: support-chat-llm draft in");
    answer
}

#[test]
fn nothing_makes_a_draft_better() {
    for environment in ["production", "staging"] {
        let folder = turned(LOG, MITIGATION, "mitigation: TODO");
        let named = format!("environment: {environment}");
        edit(&folder, SPEC, "environment: production", &named);
        draft(&folder, &[]);
        for words in [
            &["--select", "slo"][..],
            &["--ignore", "placeholder-text"],
            &["--ignore", "structure"],
            &["--severity", "placeholder-text=off"],
            &["--severity", "structure=info"],
        ] {
            draft(&folder, words);
        }
        let own = folder.read("servelint.toml");
        let waiver = "[[waivers]]\nrule = \"placeholder-text\"\npath = \"**\"\nowner = \"x.y\"\n\
                      reason = \"we will see\"\nexpires = \"2026-12-01\"\n";
        for config in [
            "[[severity]]\nrule = \"placeholder-text\"\nlevel = \"off\"\n",
            "[check]\nignore = [\"placeholder-text\"]\n",
            "[check]\nselect = [\"slo\"]\n",
            "[policy.waivers]\nnever = []\n",
            waiver,
        ] {
            folder.file("servelint.toml", format!("{config}{own}"));
            draft(&folder, &[]);
        }
        folder.file("servelint.toml", own);
        folder.run(&[
            "baseline",
            "--as-of",
            "2026-10-10",
            "--output",
            "known.json",
        ]);
        draft(&folder, &["--baseline", "known.json"]);
        let comment = "mitigation: TODO # servelint: allow[placeholder-text] until=2026-12-01 by=x.y \
                       reason=\"we will see\"";
        edit(&folder, LOG, "mitigation: TODO", comment);
        draft(&folder, &[]).says("`placeholder-text` cannot be waived");
    }
}

#[test]
fn what_only_stands_for_a_text_is_a_placeholder() {
    for text in [
        "\"Todo: fix\"",
        "changeme",
        "to be decided",
        "To be determined by the platform team",
        "\"{{ mitigation }}\"",
        "\"${MITIGATION}\"",
    ] {
        let folder = turned(LOG, MITIGATION, &format!("mitigation: {text}"));
        draft(&folder, &[]).says("`mitigation`");
    }
    for name in [
        "\"{{ owner }}\"",
        "\"${OWNER}\"",
        "\"team-{{ team }}\"",
        "replace me",
    ] {
        let folder = turned(
            SPEC,
            "owner: team-conversational-ai",
            &format!("owner: {name}"),
        );
        draft(&folder, &[]).says("which names nobody");
    }
    let names_tools =
        "mitigation: \"hold it in ${HOME} until the todo app, {{ as named }}, has 200 samples\"";
    turned(LOG, MITIGATION, names_tools).check(&[]).exits(0);
}

#[test]
fn what_was_just_begun_is_a_draft_for_every_selection() {
    let folder = Folder::new();
    folder.run(&["init", "--name", "svc"]).exits(0);
    folder
        .check(&["--select", "slo"])
        .exits(1)
        .says("verdict: svc draft in dev");
    folder
        .check(&["--select", "slo", "--ignore", "slo"])
        .exits(2);
}

#[test]
fn a_verdict_and_an_acceptance_are_of_a_day_that_can_be() {
    let dated = |day: &str| turned(LIST, "date: 2026-10-09", &format!("date: {day}"));
    for day in ["2026-10-01", "2025-10-01"] {
        dated(day)
            .check(&[])
            .exits(3)
            .says("escalation[verdict-stale]")
            .says("older than `evidence/analysisrun-v7.yaml`, on which it rests");
    }
    no_go(&dated("2027-10-01"), &[]).says("error[verdict-consistent]");
    // The day after, for time zones; and the day on which the last result was measured.
    for day in ["2026-10-11", "2026-10-08"] {
        dated(day).check(&[]).exits(0);
    }
    turned(LOG, "date: 2026-09-30", "date: 2027-09-30")
        .check(&[])
        .exits(3)
        .says(
            "escalation[risk-escalation] the acceptance of risk `R-1` (`high`) is dated 2027-09-30",
        );
}

#[test]
fn one_person_in_another_spelling_is_still_the_owner() {
    for name in [
        "ravi.p@corp.com",
        "Ravi P.",
        "ravi_p",
        "Ravi P. <ravi.p@corp.com>",
    ] {
        turned(LOG, "by: m.osei", &format!("by: {name}"))
            .check(&[])
            .exits(3)
            .says("is accepted by its own owner `ravi.p`");
        turned(
            LIST,
            "by: m.osei\n    date",
            &format!("by: {name}\n    date"),
        )
        .check(&[])
        .exits(1)
        .says("error[self-approval]");
        let folder = turned(
            LIST,
            "waiver: {by: m.osei",
            &format!("waiver: {{by: {name:?}"),
        );
        folder.check(&[]).exits(1).says("error[self-approval]");
        // Its waiver holds nothing up either.
        edit(&folder, LIST, "gate: advisory", "gate: blocking");
        no_go(&folder, &["--select", "slo"]).says(" unjudged, ");
    }
    let other = turned(
        LIST,
        "by: m.osei\n    date",
        "by: ravi.k@corp.com\n    date",
    );
    other.check(&[]).exits(0);
}

/// The state of an objective, and why it is no better.
fn objective(folder: &Folder, name: &str) -> (String, String) {
    let answer = folder.run(&["check", "--as-of", "2026-10-10", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let claims = json["reviews"][0]["claims"].as_array().expect("a list");
    let is_it = |claim: &&serde_json::Value| claim["kind"] == "objective" && claim["name"] == name;
    let claim = claims.iter().find(is_it).expect("the objective");
    let text = |key: &str| claim[key].as_str().unwrap_or_default().to_owned();
    (text("state"), text("because"))
}

#[test]
fn an_objective_is_as_good_as_the_worst_that_verifies_it() {
    let state = |folder: &Folder, name: &str, state: &str, because: &str| {
        let found = objective(folder, name);
        assert_eq!(found.0, state, "{name}: {found:?}");
        assert!(found.1.contains(because), "{name}: {found:?}");
    };
    let folder = reference();
    // A word of the same run, and the only number of the two, which nothing recomputes fully.
    state(&folder, "ttft-p95", "attested", "`LOAD-1`");
    state(&folder, "availability", "met", "");
    // The phase of an analysis alone is no latency.
    edit(
        &folder,
        LIST,
        "[slo/ttft-p95, assumption/A1]",
        "[assumption/A1]",
    );
    state(
        &folder,
        "ttft-p95",
        "attested",
        "`CAN-1`, which verifies it, shows a word and no number",
    );
    // What only advises is missed, beside a phase that blocks.
    let folder = turned(
        LIST,
        "[slo/ttft-p95, slo/availability",
        "[slo/tpot-p95, slo/availability",
    );
    let item = "category: load\n      gate: blocking\n      verifies: [slo/tpot-p95]";
    edit(&folder, LIST, item, &item.replace("blocking", "advisory"));
    edit(&folder, LIST, "threshold: 50", "threshold: 40");
    state(
        &folder,
        "tpot-p95",
        "attested",
        "`LOAD-3`, which verifies it, is missed",
    );
    // Alone it decides.
    edit(
        &folder,
        LIST,
        "[slo/tpot-p95, slo/availability",
        "[slo/availability",
    );
    state(&folder, "tpot-p95", "missed", "`LOAD-3`");
    no_go(&folder, &[]);
    // One measurement that holds does not make up for one that is open.
    let folder = turned(
        LIST,
        "verifies: [rollback/rto]",
        "verifies: [rollback/rto, slo/availability]",
    );
    edit(
        &folder,
        LIST,
        "evidence/rollback-drill.json",
        "https://example.com/drill.json",
    );
    state(&folder, "availability", "unjudged", "`RB-1`");
}

#[test]
fn a_broken_document_makes_no_other_report_what_is_there() {
    for (from, to) in [
        (
            "collectedAt: 2026-10-06T10:00:00Z",
            "collectedAt: yesterday",
        ),
        ("sha256: 5", "sha256: sha256:5"),
    ] {
        no_go(&turned(LIST, from, to), &[])
            .says("1 error in 12 files")
            .keeps_quiet_about("no checklist item verifies it");
    }
    // One that does not even parse.
    let folder = reference();
    folder.file(LIST, folder.read(LIST) + "  - [\n");
    no_go(&folder, &[])
        .says("1 error in 12 files")
        .keeps_quiet_about("has no VerificationChecklist");
    // Nor one that is there and not judged.
    let template = folder.read(LIST).replace("  - [\n", "{{ more }}\n");
    folder.file(LIST, template);
    no_go(&folder, &[])
        .says("error[document-not-judged]")
        .keeps_quiet_about("has no VerificationChecklist");
    // Where it is really missing, that is said.
    std::fs::remove_file(folder.path.join(LIST)).expect("removed");
    no_go(&folder, &[]).says("has no VerificationChecklist");
}

#[test]
fn a_moment_may_be_written_with_a_blank() {
    for moment in ["2026-10-06 10:00:00Z", "2026-10-06 10:00:00+00:00"] {
        let to = format!("collectedAt: {moment}");
        turned(LIST, "collectedAt: 2026-10-06T10:00:00Z", &to)
            .check(&[])
            .exits(0);
    }
    for moment in [
        "2026-10-06 10:00:00",
        "2026-10-06  10:00:00Z",
        "2026-10-06 25:00:00Z",
    ] {
        let to = format!("collectedAt: {moment}");
        no_go(&turned(LIST, "collectedAt: 2026-10-06T10:00:00Z", &to), &[]).says("schema-valid");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_document_takes_it_from_no_folder() {
    let folder = Folder::new();
    copy(
        &project("support-chat-llm"),
        &folder.path.join("support-chat-llm"),
        &|_: &Path| true,
    );
    let target = format!("support-chat-llm/{SPEC}");
    std::os::unix::fs::symlink(&target, folder.path.join("link.yaml")).expect("a link");
    for words in [&[][..], &[".", "link.yaml"], &["link.yaml", &*target]] {
        let answer = folder.check(words);
        answer
            .exits(0)
            .says("verdict: support-chat-llm go in production");
    }
}

#[test]
fn a_service_under_another_name_is_compared_with_what_it_was() {
    let folder = Folder::new();
    copy(&project("feed-ranker"), &folder.path, &|_: &Path| true);
    git::init(&folder.path);
    let base = git::commit(&folder.path, "base");
    let text = folder.read("feed-ranker.yaml");
    let renamed = text
        .replace("  name: feed-ranker\n", "  name: feed-order\n")
        .replace("servingSpec: feed-ranker\n", "servingSpec: feed-order\n");
    assert!(renamed.contains("rto: 2m") && renamed.contains("evidenceMaxAge: "));
    folder.file("feed-ranker.yaml", renamed.replace("rto: 2m", "rto: 20m"));
    let words = ["--policy-from", &*base];
    // Its statements are about a service of another name, which is an error.
    concise(&folder, &words)
        .exits(1)
        .says("specification `feed-order` relaxes `rollback.rto` to `20m`; it was `2m`");
    folder.file("feed-ranker.yaml", renamed);
    concise(&folder, &words).keeps_quiet_about("target-loosened");
}

/// What does not depend on a value that the schema refuses is judged all the same.
#[test]
fn a_wrong_type_silences_nothing_else() {
    let folder = turned(LIST, "      category: load", "      category: lod");
    edit(&folder, LIST, "      threshold: 800", "      threshold: 80");
    edit(&folder, SPEC, "    peakRps: 12", "    peakRps: twelve");
    edit(
        &folder,
        LOG,
        "  owner: team-conversational-ai",
        "  owner: 5",
    );
    no_go(&folder, &[])
        .says(&format!("{LIST}:15:17: error[schema-valid]"))
        .says(&format!("{SPEC}:58:14: error[schema-valid]"))
        .says(&format!("{LOG}:6:10: error[schema-valid]"))
        .says("error[threshold-not-met] item `LOAD-1`")
        .says("compared without what schemas refuse in `support-chat-llm.serving.yaml`, `support-chat-llm.decisions.yaml`, ")
        .says(&format!(
            "not checked: {LIST}: the schema refuses `/spec/items/0/category`; what depends on it is not judged"
        ));
}

/// An item of which the schema refuses a part is not met, whatever its number.
#[test]
fn what_rests_on_a_refused_value_is_unjudged() {
    let folder = turned(LIST, "      gate: blocking", "      gate: blockin");
    no_go(&folder, &[]).says("2 unjudged");
    let json = folder.run(&["check", ".", "--as-of", "2026-10-10", "--format", "json"]);
    json.says("the schema refuses `/spec/items/0/gate`");
}

/// Without a service name or a `spec`, nobody knows what a document belongs to or says.
#[test]
fn what_has_no_envelope_is_not_judged() {
    let folder = turned(
        LIST,
        "  servingSpec: support-chat-llm",
        "  servingSpec: [a]",
    );
    let answer = folder.check(&[]);
    answer
        .exits(1)
        .says("the policy rules need a `VerificationChecklist`");
}

/// The same of a quantity.
#[test]
fn a_quantity_that_is_none_cannot_be_waived() {
    let waived = "    memory: lots # servelint: allow[quantity-valid] until=2026-12-31 by=m.osei reason=\"the pool is resized in December, GW-204\"";
    let folder = turned(SPEC, "    memory: 192Gi", waived);
    for words in [&[][..], &["--severity", "quantity-valid=warning"]] {
        let words = [
            &["check", ".", "--as-of", "2026-10-10", "--format", "concise"],
            words,
        ]
        .concat();
        let answer = folder.run(&words);
        answer.exits(1).says("error[quantity-valid]");
    }
}

/// A duration that is none says nothing, so nobody can waive that it is missing.
#[test]
fn a_duration_that_is_none_cannot_be_waived() {
    let waived = "    rto: 5 # servelint: allow[duration-needs-unit] until=2026-12-31 by=m.osei reason=\"the gateway is replaced in December, GW-204\"";
    let folder = turned(SPEC, "    rto: 5m", waived);
    edit(&folder, LIST, "threshold: 300", "threshold: 3000");
    let no_go = |words: &[&str]| {
        let words = [
            &["check", ".", "--as-of", "2026-10-10", "--format", "concise"],
            words,
        ]
        .concat();
        let answer = folder.run(&words);
        answer
            .exits(1)
            .says("error[duration-needs-unit] `rto` is the bare number 5");
    };
    no_go(&[]);
    no_go(&["--severity", "duration-needs-unit=warning"]);
    folder.run(&["baseline", "--as-of", "2026-10-10"]);
    no_go(&[]);
}
