//! Who says so: a name that a change types proves nothing, an entry of the base and a recorded review do.

use super::{
    policy::{approvals, concise, review, run},
    run::{Answer, DAY, Folder, good_but},
};
use crate::common::{files, git, projects};
use std::path::Path;

const SPEC: &str = "support-chat-llm.serving.yaml";
const LOG: &str = "support-chat-llm.decisions.yaml";
const LIST: &str = "support-chat-llm.checklist.yaml";

/// A team that lets an approver waive, accept and decide.
const OWNERS: &str = "* @lead\n";

const ACCEPTANCE: &str = "\
      acceptance:                        # until the fallback is there
        by: m.osei
        role: director-of-engineering
        date: 2026-09-30
        expires: 2026-12-31
";
const VERDICT: &str = "\
  verdict:
    decision: go-with-conditions
    by: m.osei
    date: 2026-10-09
    conditions: [ACT-1]
";
const WAIVER: &str =
    "      waiver: {by: m.osei, reason: fallback lands with ACT-1, expires: 2026-11-30}\n";

/// The reference project in a repository, where the base lacks these parts of a file that the change then has.
struct Change {
    folder: Folder,
    outside: Folder,
    base: String,
    head: String,
}

impl Change {
    fn new(file: &str, base: &dyn Fn(String) -> String, head: &dyn Fn(String) -> String) -> Self {
        let folder = Folder::new();
        let from = projects::project("support-chat-llm");
        files::copy(&from, &folder.path, &|_: &Path| true);
        folder.file("CODEOWNERS", OWNERS);
        let text = folder.read(file);
        folder.file(file, base(text.clone()));
        git::init(&folder.path);
        let base = git::commit(&folder.path, "base");
        folder.file(file, head(text)).file("note.md", "a change");
        let head = git::commit(&folder.path, "change");
        Self {
            folder,
            outside: Folder::new(),
            base,
            head,
        }
    }

    /// A change that adds `part` to a file.
    fn adds(file: &str, part: &str) -> Self {
        Self::new(file, &|text| text.replace(part, ""), &|text| text)
    }

    /// A change after which `from` is `to`.
    fn turns(file: &str, from: &str, to: &str) -> Self {
        let edit = |text: String| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        };
        Self::new(file, &|text| text, &edit)
    }

    /// The same where the verdict, which the base has as well, records that it was given over the change.
    fn decided_over(self) -> Self {
        let answer = self
            .folder
            .run(&["input", ".", "--format", "digest", "--as-of", DAY]);
        let (digest, _) = answer.out.split_once("  ").expect("a digest");
        let root = &self.folder.path;
        let mut commits = [self.base.clone(), self.head.clone()];
        for commit in &mut commits {
            git::git(root, &["checkout", "--quiet", commit, "--", "."]);
            let text = self.folder.read(LIST);
            let with = format!("  verdict:\n    inputs: {digest}\n");
            self.folder.file(LIST, text.replace("  verdict:\n", &with));
            *commit = git::commit(root, "decided");
        }
        let [base, head] = commits;
        Self { base, head, ..self }
    }

    /// The same with a milder policy.
    fn and_policy(self) -> Self {
        let text = self.folder.read("servelint.toml") + "\n[policy]\nconfidence = 0.9\n";
        self.folder.file("servelint.toml", text);
        Self {
            head: git::commit(&self.folder.path, "policy"),
            ..self
        }
    }

    fn checked(&self) -> Answer {
        concise(&self.folder, &["--policy-from", &self.base])
    }

    /// With the reviews of these people, of whom `dana` wrote the change.
    fn approved(&self, people: &[&str]) -> Answer {
        let reviews: Vec<String> = people
            .iter()
            .map(|by| review(by, "APPROVED", &self.head))
            .collect();
        self.outside
            .file("ok.json", approvals(&self.head, "dana", &reviews, ""));
        let file = self.outside.path.join("ok.json");
        let file = file.to_str().expect("UTF-8");
        let words = ["--policy-from", &self.base, "--approvals", file];
        concise(&self.folder, &words)
    }
}

#[test]
fn a_typed_acceptance_and_verdict_escalate_until_their_person_approves() {
    for (file, part, says) in [
        (
            LOG,
            ACCEPTANCE,
            "risk `R-1` (`high`) is accepted by `m.osei` only in this change",
        ),
        (LIST, VERDICT, "is by `m.osei` only in this change"),
    ] {
        let change = Change::adds(file, part);
        change.checked().exits(3).says(says);
        change
            .approved(&["m.osei"])
            .exits(0)
            .keeps_quiet_about(says);
        change.approved(&["@M.Osei"]).exits(0);
        // Neither somebody else, nor the owner of the file, nor who wrote the change.
        for others in [&[][..], &["kim"], &["lead"], &["dana"]] {
            change.approved(others).exits(3).says(says);
        }
        // Without a base a name is what it says, and the claims tell so.
        concise(&change.folder, &[])
            .exits(0)
            .keeps_quiet_about(says);
    }
}

/// Whoever approved the commit saw nothing that was written after it.
#[test]
fn an_approval_is_about_the_file_as_it_was_committed() {
    let change = Change::adds(LIST, VERDICT);
    let text = change
        .folder
        .read(LIST)
        .replace("date: 2026-10-09", "date: 2026-10-08");
    change.folder.file(LIST, text);
    change
        .approved(&["m.osei"])
        .exits(3)
        .says("is by `m.osei` only in this change");
}

#[test]
fn what_stands_at_the_base_counts() {
    let change = Change::turns(SPEC, "revision: 7", "revision: 7 # as before");
    change.checked().exits(0);
    // In another place of the file, and in other words around it.
    let comment = "      acceptance:                        # until the fallback is there\n";
    Change::turns(LOG, comment, "\n      acceptance:\n")
        .checked()
        .exits(0);
    Change::turns(LOG, "dueDate: 2026-11-30", "dueDate: 2026-11-29")
        .decided_over()
        .checked()
        .exits(0);
}

/// What a person said in a document is said wherever the change moves it.
#[test]
fn a_document_that_is_moved_keeps_what_people_said_in_it() {
    let change = Change::turns(SPEC, "revision: 7", "revision: 7 # as before");
    let root = &change.folder.path;
    std::fs::create_dir_all(root.join("reviews/chat")).expect("a folder");
    for (from, to) in [
        (LIST, "reviews/chat/checklist.yaml"),
        (LOG, "reviews/chat/decisions.yaml"),
        (SPEC, "reviews/chat/serving.yaml"),
    ] {
        git::git(root, &["mv", from, to]);
    }
    git::commit(root, "moved");
    change
        .checked()
        .exits(0)
        .keeps_quiet_about("only in this change");
    concise(&change.folder, &["--since", &change.base]).exits(0);
    // The verdict is about what it was given over.
    let text = change.folder.read("evidence/rollback-drill.json");
    let other = text.replace("212", "211");
    assert_ne!(text, other);
    change.folder.file("evidence/rollback-drill.json", other);
    change
        .checked()
        .exits(3)
        .says("escalation[verdict-stale]")
        .says("this changed since: evidence/rollback-drill.json");
    // What it says now is not what the person said.
    change.folder.file("evidence/rollback-drill.json", text);
    let text = change.folder.read("reviews/chat/checklist.yaml");
    let other = text.replace("date: 2026-10-09", "date: 2026-10-08");
    assert_ne!(text, other);
    change.folder.file("reviews/chat/checklist.yaml", other);
    change.checked().exits(3).says("only in this change");
}

/// Who gives a verdict that the change brings is not known without a revision that has a say in it.
#[test]
fn a_verdict_since_a_revision_alone_is_listed_as_not_checked() {
    let listed = "whether `m.osei` gave the verdict, which is not that of `";
    let change = Change::adds(LIST, VERDICT);
    let since = ["--since", &change.base];
    concise(&change.folder, &since).exits(0).says(listed);
    change.checked().keeps_quiet_about(listed);
    concise(&change.folder, &["--since", "HEAD"]).keeps_quiet_about(listed);
    // A digest that the change writes beside a name of the base is as new.
    let change = Change::turns(
        LIST,
        "  verdict:\n",
        "  verdict:\n    inputs: v3:sha256:00\n",
    );
    concise(&change.folder, &["--since", &change.base]).says(listed);
    let change = Change::turns(SPEC, "revision: 7", "revision: 7 # as before");
    concise(&change.folder, &["--since", &change.base])
        .exits(0)
        .keeps_quiet_about(listed);
}

/// A copy of what a person said elsewhere is said by nobody.
#[test]
fn a_copy_of_what_people_said_elsewhere_does_not_count() {
    // Of another service, which goes with the change.
    let change = Change::adds(LIST, VERDICT);
    let root = &change.folder.path;
    let with = change.folder.read(LIST);
    let without = with.replace(VERDICT, "");
    let other = with.replace("support-chat-llm", "other");
    change
        .folder
        .file(LIST, &without)
        .file("other.yaml", &other);
    let base = git::commit(root, "base with another");
    change.folder.file(LIST, &with);
    std::fs::remove_file(root.join("other.yaml")).expect("removed");
    git::commit(root, "change");
    concise(&change.folder, &["--policy-from", &base]).says("only in this change");
    // Of a checklist of the same name in another file: this one was there without it.
    change
        .folder
        .file("old/list.yaml", &with)
        .file(LIST, &without);
    let base = git::commit(root, "two lists");
    change.folder.file(LIST, &with);
    std::fs::remove_file(root.join("old/list.yaml")).expect("removed");
    git::commit(root, "copied");
    concise(&change.folder, &["--policy-from", &base]).says("only in this change");
}

/// A verdict without a digest covers what the review rested on where the base has it.
#[test]
fn a_verdict_that_stands_does_not_cover_what_changed() {
    let stale = |file: &str| {
        format!(
            "escalation[verdict-stale] the verdict by `m.osei` of 2026-10-09 stands as it was at `BASE`, but this changed since: {file}\n"
        )
    };
    for (file, from, to) in [
        (SPEC, "reviewBy: 2026-12-01", "reviewBy: 2026-12-02"),
        (LOG, "dueDate: 2026-11-30", "dueDate: 2026-11-29"),
        (LIST, "reported: 212", "reported: 211"),
        (
            "deploy/llmisvc-v7.yaml",
            "metadata:\n",
            "metadata:\n  annotations: {a: b}\n",
        ),
        ("docs/runbooks/support-chat-llm.md", "#", "# New\n\n#"),
        ("scripts/prompt-limit.sh", "#!", "#! "),
    ] {
        let text = |text: String| text.replacen(from, to, 1);
        let change = Change::new(file, &|text| text, &text);
        let answer = change.checked();
        let said = answer.out.replace(&change.base, "BASE");
        assert!(said.contains(&stale(file)), "{file}: {}", answer.shown());
        assert_eq!(answer.code, 3, "{file}: {}", answer.shown());
        answer.says("to be approved by the person who gives the verdict");
        // `--since` knows what stood as well.
        concise(&change.folder, &["--since", &change.base])
            .exits(3)
            .says("stands as it was at");
        // Who approves this commit decides over it; who wrote it does not.
        change.approved(&["m.osei"]).exits(0);
        change.approved(&["lead"]).exits(3);
        // A digest that was recorded over it says the same for good.
        change
            .decided_over()
            .checked()
            .exits(0)
            .keeps_quiet_about("verdict-stale");
    }
}

/// Also one that only a command names, among its other words.
#[test]
fn a_file_that_is_gone_is_a_change() {
    let change = Change::new(SPEC, &|text| text, &|text| text);
    let folder = &change.folder;
    let script = folder.path.join("scripts/prompt-limit.sh");
    std::fs::remove_file(&script).expect("removed");
    git::commit(&folder.path, "gone");
    change
        .checked()
        .exits(3)
        .says("changed since: scripts/prompt-limit.sh");

    let words = |text: String| {
        text.replace(
            "command: scripts/prompt-limit.sh",
            "command: bash scripts/prompt-limit.sh --all",
        )
    };
    let change = Change::new(LIST, &words, &words);
    change.checked().exits(0);
    let folder = &change.folder;
    let text = folder.read("scripts/prompt-limit.sh");
    folder.file("scripts/prompt-limit.sh", format!("{text}exit 0\n"));
    git::commit(&folder.path, "another");
    change
        .checked()
        .exits(3)
        .says("changed since: scripts/prompt-limit.sh");
}

/// A link to something else is something else, and a link to the same is the same.
#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_file_is_what_it_leads_to() {
    for (to, code) in [("other.md", 3), ("same.md", 0)] {
        let change = Change::new(SPEC, &|text| text, &|text| text);
        let runbook = "docs/runbooks/support-chat-llm.md";
        let folder = &change.folder;
        let text = folder.read(runbook);
        folder
            .file("docs/runbooks/same.md", text)
            .file("docs/runbooks/other.md", "# Other\n\n## Rollback\n\nAsk.\n");
        let path = folder.path.join(runbook);
        std::fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink(to, &path).expect("a link");
        git::commit(&folder.path, "link");
        change.checked().exits(code);
    }
}

/// What says the same rests on the same.
#[test]
fn a_verdict_that_stands_covers_another_layout() {
    for (file, from, to) in [
        (SPEC, "coldStart: 8m", "coldStart: 480s # eight minutes"),
        (SPEC, "memory: 79Gi", "memory: 80896Mi"),
        (SPEC, "{min: 3, max: 8}", "{max: 8, min: 3}"),
        (
            LIST,
            "      reported: 212\n      owner: ravi.p\n",
            "      owner: ravi.p\n      reported: 212.0\n",
        ),
        (
            "deploy/llmisvc-v7.yaml",
            "metadata:\n",
            "# revision 7\nmetadata:\n\n",
        ),
        ("docs/runbooks/support-chat-llm.md", "\n", " \r\n"),
        ("docs/vendor-notes.md", "", "not named by anything\n"),
        ("evidence/traffic-2026-09.csv", "\n", "\r\n"),
    ] {
        let folder = Folder::new();
        let from_files = projects::project("support-chat-llm");
        files::copy(&from_files, &folder.path, &|_: &Path| true);
        git::init(&folder.path);
        let base = git::commit(&folder.path, "base");
        let text = match folder.path.join(file).exists() {
            true => folder.read(file),
            false => String::new(),
        };
        assert!(text.contains(from), "{file}: {from}");
        folder.file(file, text.replace(from, to));
        git::commit(&folder.path, "change");
        concise(&folder, &["--policy-from", &base])
            .exits(0)
            .keeps_quiet_about("verdict-stale");
    }
}

#[test]
fn an_entry_that_is_another_one_does_not_count() {
    for (file, from, to, says) in [
        (
            LOG,
            "expires: 2026-12-31",
            "expires: 2027-01-15",
            "risk `R-1`",
        ),
        (
            LOG,
            "by: m.osei\n        role",
            "by: k.lund\n        role",
            "accepted by `k.lund`",
        ),
        // The same acceptance of a risk that weighs more.
        (
            LOG,
            "likelihood: low\n      impact: very-high\n      severity: high",
            "likelihood: high\n      impact: very-high\n      severity: very-high",
            "risk `R-1`",
        ),
        (
            LIST,
            "decision: go-with-conditions\n    by: m.osei\n    date: 2026-10-09",
            "decision: go-with-conditions\n    by: m.osei\n    date: 2026-10-10",
            "by `m.osei` only in this change",
        ),
    ] {
        Change::turns(file, from, to).checked().exits(3).says(says);
    }
}

#[test]
fn a_typed_waiver_of_what_blocks_escalates() {
    let blocking = |text: String| text.replace("gate: advisory", "gate: blocking");
    let bare = |text: String| blocking(text).replace(WAIVER, "");
    let change = Change::new(LIST, &bare, &blocking).decided_over();
    let says = "item `FAIL-1` is waived by `m.osei` only in this change";
    change
        .checked()
        .exits(3)
        .says("waiver-unproven")
        .says("to be approved by everybody in whose name the change waives something; gates")
        .says(says);
    change.approved(&["m.osei"]).exits(0);
    change.approved(&["lead"]).exits(3).says(says);
    // An advisory item holds nothing back.
    Change::adds(LIST, WAIVER).checked().keeps_quiet_about(says);
}

/// Tools that write YAML sort its keys, and say nothing by it.
#[test]
fn the_order_of_keys_says_nothing() {
    let sorted = "\
      acceptance:
        by: m.osei
        date: 2026-09-30
        expires: 2026-12-31
        role: director-of-engineering
";
    Change::turns(LOG, ACCEPTANCE, sorted).checked().exits(0);
    let waiver =
        "      waiver: {expires: 2026-11-30, reason: fallback lands with ACT-1, by: m.osei}\n";
    let blocking = |text: String| text.replace("gate: advisory", "gate: blocking");
    let head = |text: String| blocking(text).replace(WAIVER, waiver);
    Change::new(LIST, &blocking, &head)
        .checked()
        .keeps_quiet_about("waiver-unproven");
}

/// A specification whose gateway times out too early, with this comment above the timeouts.
fn waived(comment: &str) -> String {
    let timeouts = "  timeouts: {client: 200ms, gateway: 150ms, server: 100ms}\n";
    good_but(
        timeouts,
        &format!("{comment}{}", timeouts.replace("150ms", "80ms")),
    )
}

const COMMENT: &str = "  # servelint: allow[timeouts-order] until=2026-12-31 by=dana reason=\"replaced in December\"\n";

/// A repository with this specification, and then with that one.
fn commented(base: &str, head: &str) -> Change {
    let folder = Folder::with(&[
        ("a.yaml", base),
        ("servelint.toml", ""),
        ("CODEOWNERS", OWNERS),
    ]);
    git::init(&folder.path);
    let base = git::commit(&folder.path, "base");
    folder.file("a.yaml", head).file("note.md", "a change");
    let head = git::commit(&folder.path, "change");
    Change {
        folder,
        outside: Folder::new(),
        base,
        head,
    }
}

#[test]
fn a_typed_waiver_in_a_comment_escalates() {
    let change = commented(&waived(""), &waived(COMMENT));
    let says =
        "a.yaml:31:3: escalation[waiver-unproven] this waiver by `dana` is new in this change";
    change.checked().exits(3).says(says);
    // An owner of the file, or somebody else who is named; not who wrote the change.
    change.approved(&["lead"]).exits(0).says("waived: a.yaml");
    change.approved(&["dana"]).exits(3).says(says);
    change.approved(&["kim"]).exits(3).says(says);
    concise(&change.folder, &[]).exits(0);
    // That of the base counts, wherever its line is now.
    let moved = format!("# a note\n{}", waived(COMMENT));
    commented(&waived(COMMENT), &moved).checked().exits(0);
    // Another one, and the same one at another place, do not.
    for head in [
        waived(&COMMENT.replace("2026-12-31", "2027-12-31")),
        waived(&COMMENT.replace("by=dana", "by=kim")),
        waived("").replace("spec:\n", &format!("{}spec:\n", COMMENT.trim_start())),
    ] {
        let change = commented(&waived(COMMENT), &head);
        change.checked().exits(3).says("waiver-unproven");
    }
    // One that covers nothing takes nothing out.
    let idle = COMMENT.replace("timeouts-order", "slo-on-mean");
    commented(
        &waived(""),
        &good_but("  slos:\n", &format!("{idle}  slos:\n")),
    )
    .checked()
    .exits(0);
}

/// A policy that its owners approved is in effect, and takes nobody's word all the same.
#[test]
fn an_approved_policy_takes_no_word() {
    let change = Change::new(LIST, &|text| text.replace(VERDICT, ""), &|text| text).and_policy();
    change
        .approved(&["lead"])
        .exits(3)
        .says("approved: servelint.toml")
        .says("is by `m.osei` only in this change");
    change.approved(&["lead", "m.osei"]).exits(0);
}

#[test]
fn no_configuration_of_the_change_takes_it_away() {
    let change = commented(&waived(""), &waived(COMMENT));
    let names = ["waiver-unproven", "governance"];
    let waiver =
        "# servelint: allow[waiver-unproven] until=2026-12-31 by=m.osei reason=\"as agreed\"\n";
    for name in names {
        let text = format!("[check]\nignore = [\"{name}\"]\n");
        change.folder.file("servelint.toml", text);
        change.checked().exits(3).says("waiver-unproven");
    }
    let change = commented(&waived(""), &waived(&format!("{COMMENT}  {waiver}")));
    change
        .checked()
        .exits(1)
        .says("escalation[waiver-unproven]")
        .says("`waiver-unproven` cannot be waived");
}

#[test]
fn every_claim_of_a_person_is_attested() {
    let change = Change::adds(LIST, VERDICT);
    let because = |words: &[&str]| {
        let answer = run(&change.folder, &[&["--format", "json"], words].concat());
        let json: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
        let claims = json["reviews"][0]["claims"]
            .as_array()
            .expect("a list")
            .clone();
        let mut told = Vec::new();
        for claim in claims {
            if ["verdict", "acceptance"].contains(&claim["kind"].as_str().expect("a kind")) {
                assert_eq!(claim["state"], "attested");
                told.push(claim["because"].as_str().expect("a reason").to_owned());
            }
        }
        told
    };
    assert_eq!(
        because(&[]),
        [
            "`m.osei` is named, and without a base nobody knows who wrote that",
            "`m.osei` is named, and without a base nobody knows who wrote that"
        ]
    );
    assert_eq!(
        because(&["--policy-from", &change.base]),
        ["`m.osei` said so", "`m.osei` is named only in this change"]
    );
}

/// The reference project with a rollback that may take less long.
fn stricter(text: String) -> String {
    text.replace("      threshold: 300\n", "      threshold: 280\n")
}

/// Without `--since` as well: what a change relaxes, and what it takes away, is compared with the base of the policy.
#[test]
fn what_a_change_relaxes_waits_for_an_owner() {
    let change = Change::new(LIST, &stricter, &|text| text).decided_over();
    let says = "relaxes `threshold` to `300`; it was `280`";
    change
        .checked()
        .exits(3)
        .says("escalation[target-loosened]")
        .says("to be approved by an owner of `support-chat-llm.checklist.yaml`; gates")
        .says(says);
    change
        .approved(&["lead"])
        .exits(0)
        .says("approved: support-chat-llm.checklist.yaml");
    change.approved(&["dana"]).exits(3).says(says);
    change.approved(&["m.osei"]).exits(3).says(says);
    // What was approved is another value than the one at hand.
    let text = change
        .folder
        .read(LIST)
        .replace("threshold: 300", "threshold: 299");
    change.folder.file(LIST, text);
    change.approved(&["lead"]).exits(3);

    let gone = Change::new(LIST, &|text| text, &|_| "# later\n".to_owned());
    gone.checked().exits(1).says("document-not-judged");
}

/// A policy that owners approved is in effect for the second judgement, which compares with the base all the same.
#[test]
fn an_approved_policy_hides_no_loosened_target() {
    let change = Change::new(LIST, &stricter, &|text| text)
        .decided_over()
        .and_policy();
    change
        .approved(&["lead"])
        .exits(0)
        .says("approved: servelint.toml")
        .says("approved: support-chat-llm.checklist.yaml");
}

const OVERLAY: &str = "deploy/kustomization.yaml";
const SCALE: &str = "apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\nmetadata: {name: support-chat-llm}\nspec: {scaling: {minReplicas: 4}}\n";

/// A layer that appears, changes or goes is another thing to decide over.
#[test]
fn a_layer_changes_what_a_standing_verdict_was_given_over() {
    let layered = |name: &str, lines: &str| {
        let change = Change::new(SPEC, &|text| text, &|text| text);
        change.folder.file(name, lines);
        git::commit(&change.folder.path, "layer");
        change
    };
    let images = "resources: [llmisvc-v7.yaml]\nimages: [{name: ghcr.io/llm-d/llm-d-cuda, newTag: latest}]\n";
    layered(OVERLAY, images)
        .checked()
        .exits(3)
        .says(&format!("changed since: {OVERLAY}"));
    // In a hidden folder as well, and an object of Argo CD in JSON.
    let hidden = ".argo/kustomization.yaml";
    layered(hidden, &images.replace("llmisvc", "../deploy/llmisvc"))
        .checked()
        .exits(3)
        .says(&format!("changed since: {hidden}"));
    let application = "{\"apiVersion\": \"argoproj.io/v1alpha1\", \"kind\": \"Application\", \"metadata\": {\"name\": \"chat\"}, \
                       \"spec\": {\"source\": {\"path\": \"deploy\", \"kustomize\": {\"images\": [\"ghcr.io/llm-d/llm-d-cuda:latest\"]}}}}";
    // One that changes nothing is nothing to decide over.
    let plain = layered(OVERLAY, "resources: [llmisvc-v7.yaml]\n");
    plain.checked().exits(0);
    plain.folder.file("argo/chat.json", application);
    git::commit(&plain.folder.path, "Argo CD");
    plain
        .checked()
        .exits(3)
        .says("changed since: argo/chat.json");

    let patched = "resources: [llmisvc-v7.yaml]\npatches: [{path: scale.yaml}]\n";
    let with_patch = || {
        let change = layered(OVERLAY, patched);
        change.folder.file("deploy/scale.yaml", SCALE);
        let base = git::commit(&change.folder.path, "patch");
        Change { base, ..change }
    };
    with_patch().checked().exits(0);
    let change = with_patch();
    change
        .folder
        .file("deploy/scale.yaml", SCALE.replace('4', "5"));
    git::commit(&change.folder.path, "scale");
    change
        .checked()
        .exits(3)
        .says("changed since: deploy/scale.yaml");
    let change = with_patch();
    std::fs::remove_file(change.folder.path.join(OVERLAY)).expect("removed");
    git::commit(&change.folder.path, "gone");
    change
        .checked()
        .exits(3)
        .says(&format!("changed since: {OVERLAY}"));
}
