//! The rules that need no Rego: the host applies them before any policy can run.

use super::{Gate, Rule, Severity, Subject};
use Severity::{Error, Escalation, Info, Warning};
use std::collections::BTreeMap;

/// A [`Rule`] as a constant.
#[derive(Debug)]
pub struct HostRule {
    /// See [`Rule::id`].
    pub id: &'static str,
    title: &'static str,
    description: &'static str,
    category: &'static str,
    severity: Severity,
    subjects: &'static [Subject],
    help: &'static str,
    since: &'static str,
}

/// The file cannot be read as the format that its name promises.
pub const SYNTAX_INVALID: &str = "syntax-invalid";
/// A document does not have the shape of its kind.
pub const SCHEMA_VALID: &str = "schema-valid";
/// A document has a key that its kind does not know.
pub const UNKNOWN_FIELD: &str = "unknown-field";
/// A duration is written as a bare number or in a unit nobody reads alike.
pub const DURATION_NEEDS_UNIT: &str = "duration-needs-unit";
/// A document of one of our kinds is hidden from the review, or was there and is gone.
pub const DOCUMENT_NOT_JUDGED: &str = "document-not-judged";
/// Two specifications claim the same service.
pub const DUPLICATE_SERVICE: &str = "duplicate-service";
/// A change asks for less than the base did.
pub const TARGET_LOOSENED: &str = "target-loosened";
/// A waiver's last day has passed.
pub const WAIVER_EXPIRED: &str = "waiver-expired";
/// A comment is meant as a waiver and is none, or a waiver lacks what the team demands.
pub const WAIVER_MALFORMED: &str = "waiver-malformed";
/// A waiver covers a finding that must not be waived.
pub const WAIVER_NOT_ALLOWED: &str = "waiver-not-allowed";
/// A waiver names no rule.
pub const WAIVER_UNKNOWN_RULE: &str = "waiver-unknown-rule";
/// A waiver that a change brings, in the name of somebody who did not approve it.
pub const WAIVER_UNPROVEN: &str = "waiver-unproven";
/// A waiver covers no finding.
pub const WAIVER_UNUSED: &str = "waiver-unused";
/// A finding in the baseline no longer occurs.
pub const BASELINE_STALE: &str = "baseline-stale";
/// A change under review makes the policy that judges it milder.
pub const POLICY_WEAKENED: &str = "policy-weakened";
/// A pack of the team cannot be used.
pub const POLICY_UNUSABLE: &str = "policy-unusable";
/// Something that a review rests on was compared with nothing.
pub const UNJUDGED: &str = "unjudged";
/// A document names something that is not there.
pub const DANGLING_REFERENCE: &str = "dangling-reference";
/// A production service lacks a document.
pub const REVIEW_INCOMPLETE: &str = "review-incomplete";
/// A quantity is none.
pub const QUANTITY_VALID: &str = "quantity-valid";
/// A verdict was given over something else.
pub const VERDICT_STALE: &str = "verdict-stale";
/// A document was not written to its end.
pub const PLACEHOLDER_TEXT: &str = "placeholder-text";

/// The category of the rules about exceptions, to which there are no exceptions.
pub const GOVERNANCE: &str = "governance";
const STRUCTURE: &str = "structure";
const VERIFICATION: &str = "verification";

const DOCUMENTS: &[Subject] = &[
    Subject::ServingSpec,
    Subject::DecisionLog,
    Subject::VerificationChecklist,
];

/// All rules of the host, by id. They weigh the same everywhere.
pub const HOST_RULES: &[HostRule] = &[
    HostRule {
        id: BASELINE_STALE,
        title: "A finding in the baseline no longer occurs",
        description: "A baseline lists the findings of the day on which a team began to use servelint. Once one of its \
            findings is fixed, its entry would hide the same mistake if it came back. The rule covers the files and rules of \
            the run, and files that no longer exist.",
        category: GOVERNANCE,
        severity: Info,
        subjects: &[Subject::File],
        help: "Remove the entry with `servelint baseline --update`, which adds none.",
        since: "0.1.0",
    },
    HostRule {
        id: DOCUMENT_NOT_JUDGED,
        title: "A document of servelint is hidden from the review, or gone",
        description: "A verdict is about the documents that were read. The rule reports every ServingSpec, DecisionLog and \
            VerificationChecklist that was not: one inside another document or a text, in a template, in a file whose \
            name or an ignore file hides it, or behind a symbolic link out of the folder. With `--since`, it reports \
            documents that existed at the revision and are not read now, while another document or a manifest of \
            the service remains. It also reports an unread file that `spec.artifacts` names. Files that git tracks are read \
            although an ignore file or a hidden name hides them.",
        category: GOVERNANCE,
        severity: Error,
        subjects: &[Subject::File],
        help: "Give the document a file of its own, or a part after `---`, that is read; or list the file under `exclude` in \
            `servelint.toml`.",
        since: "0.2.0",
    },
    HostRule {
        id: DUPLICATE_SERVICE,
        title: "Two specifications describe the same service",
        description: "Documents are joined into one review by the name of the service. Where two ServingSpecs \
            of one repository have the same name and environment, it is unknown which of them will be deployed, \
            and decisions and checks could be compared with the wrong one.",
        category: STRUCTURE,
        severity: Error,
        subjects: &[Subject::ServingSpec],
        help: "Rename one of them, or give each project its own root by adding a `servelint.toml` to its folder.",
        since: "0.1.0",
    },
    HostRule {
        id: DURATION_NEEDS_UNIT,
        title: "A duration has no unit",
        description: "A bare number means seconds in Argo and KServe, milliseconds in Flagger thresholds and k6, \
            minutes in OpenSLO time slices, microseconds in Triton and nanoseconds in vegeta. Durations are \
            therefore strings with units: `250ms`, `1.5s`, `1h30m`, `28d`. The units are `us`, `ms`, `s`, `m`, `h`, `d` \
            (24 hours), `w` (7 days) and `y` (365 days), the largest first. Calendar units (`M`, `Q`, `Y`) are \
            possible only in the window of an SLO that follows a calendar.",
        category: STRUCTURE,
        severity: Error,
        subjects: DOCUMENTS,
        help: "Write the unit, as in `30s` or `250ms`.",
        since: "0.1.0",
    },
    HostRule {
        id: POLICY_UNUSABLE,
        title: "A pack or a kind of the team cannot be used",
        description: "`[[policies]]` of `servelint.toml` names packs of rules. A pack that is not there, whose policies do not \
            parse, call what does not exist, or need their own answer, or whose settings its schema refuses, would \
            let through what its rules should stop. The rule reports each such place. None of the pack's rules runs, every \
            other rule does, and the exit code is 2. So it reports an entry of `[[schemas]]` that declares a kind and \
            cannot be used, and a rule that applies to a kind which nothing declares. No waiver, severity or selection \
            changes that code.",
        category: GOVERNANCE,
        severity: Error,
        subjects: &[Subject::File],
        help: "Correct the pack; `servelint policy test` tries it alone.",
        since: "0.2.0",
    },
    HostRule {
        id: POLICY_WEAKENED,
        title: "A change weakens the policy that judges it",
        description: "With `--policy-from REV`, the configuration, waivers, baseline, resource definitions, CODEOWNERS and \
            ignore files of that revision judge the change, and those of the change are compared with them. The rule reports \
            what lets more pass: rules that are off or milder, documents that are left out, looser thresholds, added \
            approvers, waivers and baseline entries, removed locks, a `servelint.toml` that appears or disappears, and changed \
            definitions. Stricter values are not reported. No waiver, severity or selection removes a finding of this rule.",
        category: GOVERNANCE,
        severity: Escalation,
        subjects: &[Subject::File],
        help: "Undo it, or let an owner of the file approve this commit: `--approvals` reads reviews, and the CODEOWNERS of \
            the base names the owners. Without CODEOWNERS at the base, nobody can clear it.",
        since: "0.2.0",
    },
    HostRule {
        id: SCHEMA_VALID,
        title: "The document does not match the schema of its kind",
        description: "Each kind of document has a JSON Schema, which editors can use as well: `servelint schema ServingSpec` \
            prints it. The rule reports missing required fields, values of the wrong type and values outside \
            the allowed ones. The policy rules rely on the schema, so they judge the rest of the document without such \
            a value, and the report states what was left out.",
        category: STRUCTURE,
        severity: Error,
        subjects: DOCUMENTS,
        help: "Compare the document with its schema: `servelint schema KIND`.",
        since: "0.1.0",
    },
    HostRule {
        id: SYNTAX_INVALID,
        title: "The file cannot be read",
        description: "The file is not valid YAML, TOML or JSON, or it exceeds the limits of servelint: 10 MB, \
            128 levels of nesting (80 within one TOML statement), a million nodes, 100,000 nodes that aliases copy, UTF-8 text. \
            The broken document is not checked.",
        category: STRUCTURE,
        severity: Error,
        subjects: &[Subject::File],
        help: "Fix the syntax at the place shown; the rest of the file is checked once it parses.",
        since: "0.1.0",
    },
    HostRule {
        id: TARGET_LOOSENED,
        title: "A change relaxes what the service is judged by",
        description: "With `--since` or `--policy-from`, the documents and manifests of a service are compared with those of that revision. \
            A change must not make its own review easier: whoever lowers a target, raises a threshold, turns a blocking \
            gate into an advisory one, lowers tier, environment, likelihood or impact, turns `accept` into `mitigate`, \
            speeds up a rollout, drops an analysis from a step, or removes an objective, an analysis, an alert, a \
            constraint, a rollback trigger, a declared artifact, a risk, a checklist item, or the command, the conditions \
            or the checksum of one waits for an approver. Direction follows `op`, and units are converted. Where the values do not tell \
            the direction, as for a query, a condition or the statement of a constraint, the finding states that; layout \
            does not count. Entries are the same by their id or name in any file; a renamed one is compared with the one \
            that is about the same. In a service that is in production neither before nor after, the finding is a warning.",
        category: GOVERNANCE,
        severity: Escalation,
        subjects: &[
            Subject::ServingSpec,
            Subject::DecisionLog,
            Subject::VerificationChecklist,
            Subject::Artifact,
        ],
        help: "Keep the value of the base, or let an owner of the file approve this commit (`--policy-from` with `--approvals`).",
        since: "0.2.0",
    },
    HostRule {
        id: UNJUDGED,
        title: "Something that the review rests on was not judged",
        description: "A blocking checklist item, a declared manifest, an objective or the throughput of a replica holds only if its own \
            threshold was compared with a result. The rule reports one that nothing was compared with, for the reason stated: the \
            evidence is a remote address, which is not fetched; the file lacks the value; the value is text; the manifest is of a \
            kind that is not read. Where another error says the same of the same place, it is not repeated. On advisory items it is \
            a warning. What a person says instead (a `waiver` of the item with name, reason and end) is *attested*, not unjudged.",
        category: VERIFICATION,
        severity: Error,
        subjects: &[Subject::Review],
        help: "Give evidence that can be compared with the threshold, or have the item waived by somebody other than its owner.",
        since: "0.2.0",
    },
    HostRule {
        id: UNKNOWN_FIELD,
        title: "The document has an unknown field",
        description: "A misspelled field counts as missing: its value is ignored, and the rule that reads it \
            reports nothing. Unknown keys are refused everywhere except in `metadata.labels` and `metadata.annotations`. \
            In manifests, a misspelled field is an error, a field that belongs elsewhere in its kind a warning, and any other \
            field that no known release of the platform has an info.",
        category: STRUCTURE,
        severity: Error,
        subjects: DOCUMENTS,
        help: "Correct the spelling or remove the field; notes belong in comments or `metadata.annotations`.",
        since: "0.1.0",
    },
    HostRule {
        id: WAIVER_EXPIRED,
        title: "A waiver has expired",
        description: "A waiver accepts a finding for a while. After its last day the finding is reported again, together with the \
            expired waiver. The last day itself is still valid.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Fix the waived finding and remove the waiver, or review it and set another last day.",
        since: "0.1.0",
    },
    HostRule {
        id: WAIVER_MALFORMED,
        title: "A waiver cannot be read or is incomplete",
        description: "A waiver comment has no effect if it is misspelled, is not beside an entry, or lacks what \
            the team requires: a reason, an owner and a last day, unless `[policy.waivers]` in \
            `servelint.toml` requires less. The finding remains open.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Write it as `servelint: allow[RULE] until=2027-01-31 by=NAME reason=\"...\"`.",
        since: "0.1.0",
    },
    HostRule {
        id: WAIVER_NOT_ALLOWED,
        title: "A waiver covers a finding that must not be waived",
        description: "Some findings cannot be waived: those of rules that the team lists under `never` in `[policy.waivers]`; errors \
            that keep other rules from running, because the results of those rules are unknown; findings about waivers; and \
            escalations, if `[approvers]` names the approvers and the waiver is by another person. A waiver that lasts \
            longer than the team allows (`maxDays`) is invalid as well.",
        category: GOVERNANCE,
        severity: Error,
        subjects: &[Subject::File],
        help: "Fix the finding, or ask the team to change what it allows to be waived.",
        since: "0.1.0",
    },
    HostRule {
        id: WAIVER_UNKNOWN_RULE,
        title: "A waiver names a rule that does not exist",
        description: "A waiver with a misspelled rule has no effect, and its finding remains open. Waivers name \
            single rules by their ids, because a category would cover findings that nobody has reviewed.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Copy the id from the finding, which shows it in brackets; `servelint rules` lists all ids.",
        since: "0.1.0",
    },
    HostRule {
        id: WAIVER_UNPROVEN,
        title: "A waiver is only typed in the change",
        description: "With `--policy-from REV`, a name in the change under review is what its author typed. A waiver takes \
            something out of the verdict only if the identical waiver stands at REV, or the platform recorded that the person \
            whom it names approved the commit at hand (`--approvals`). The rule reports waivers of blocking checklist items, and \
            waivers in comments that cover an error or an escalation; for the latter, an approving owner of the file is \
            enough. Outside production, a waived item is a warning. Without a revision nothing is compared.",
        category: GOVERNANCE,
        severity: Escalation,
        subjects: &[Subject::File, Subject::VerificationChecklist],
        help: "Let the person who is named approve this commit, or an earlier change that brings the waiver.",
        since: "0.2.0",
    },
    HostRule {
        id: WAIVER_UNUSED,
        title: "A waiver covers no finding",
        description: "The rule reports nothing at the place that the waiver covers: the finding was fixed, or the waiver is at the wrong \
            place. If it remains, it would silently hide the same mistake when it comes back. Waivers of rules that did \
            not run are not reported.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Remove the waiver, or move it to the entry that the finding points at.",
        since: "0.1.0",
    },
];

impl HostRule {
    /// The same as an owned [`Rule`].
    pub fn to_rule(&self) -> Rule {
        Rule {
            id: self.id.into(),
            category: self.category.into(),
            gate: Gate::of_category(self.category),
            title: self.title.into(),
            description: self.description.into(),
            resources: Vec::new(),
            severity: self.severity,
            elsewhere: self.severity,
            unclaimed: self.severity,
            applies_to: self.subjects.to_vec(),
            since: self.since.into(),
            help: self.help.into(),
            help_for: BTreeMap::new(),
            reworded: Vec::new(),
            tags: Vec::new(),
            named_controls: Vec::new(),
            controls: Vec::new(),
        }
    }
}
