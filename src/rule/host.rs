//! The rules that need no Rego: the host applies them before any policy can run.

use super::{Rule, Severity, Subject};
use Severity::{Error, Info, Warning};

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
}

/// The file cannot be read as the format that its name promises.
pub const SYNTAX_INVALID: &str = "syntax-invalid";
/// A document does not have the shape of its kind.
pub const SCHEMA_VALID: &str = "schema-valid";
/// A document has a key that its kind does not know.
pub const UNKNOWN_FIELD: &str = "unknown-field";
/// A duration is written as a bare number or in a unit nobody reads alike.
pub const DURATION_NEEDS_UNIT: &str = "duration-needs-unit";
/// Two specifications claim the same service.
pub const DUPLICATE_SERVICE: &str = "duplicate-service";
/// A waiver's last day has passed.
pub const WAIVER_EXPIRED: &str = "waiver-expired";
/// A comment is meant as a waiver and is none, or a waiver lacks what the team demands.
pub const WAIVER_MALFORMED: &str = "waiver-malformed";
/// A waiver excuses what must not be excused.
pub const WAIVER_NOT_ALLOWED: &str = "waiver-not-allowed";
/// A waiver names no rule.
pub const WAIVER_UNKNOWN_RULE: &str = "waiver-unknown-rule";
/// A waiver excuses nothing.
pub const WAIVER_UNUSED: &str = "waiver-unused";
/// A known finding is gone.
pub const BASELINE_STALE: &str = "baseline-stale";

/// The category of the rules about exceptions, to which there are no exceptions.
pub const GOVERNANCE: &str = "governance";
const STRUCTURE: &str = "structure";

const DOCUMENTS: &[Subject] = &[
    Subject::ServingSpec,
    Subject::DecisionLog,
    Subject::VerificationChecklist,
];

/// All rules of the host, by id. They weigh the same everywhere.
pub const HOST_RULES: &[HostRule] = &[
    HostRule {
        id: BASELINE_STALE,
        title: "A known finding is gone",
        description: "A baseline lists what was wrong on the day on which a team began to use servelint. When one of its \
            findings is mended, its entry would hide the same mistake if it came back. It is found for files and rules that \
            took part in the run, also where the file itself is gone.",
        category: GOVERNANCE,
        severity: Info,
        subjects: &[Subject::File],
        help: "Take the entry out with `servelint baseline --update`, which adds none.",
    },
    HostRule {
        id: DUPLICATE_SERVICE,
        title: "Two specifications describe one service",
        description: "Documents are joined into one review by the name of the service. Where two ServingSpecs \
            of one repository carry the same name and environment, it is unknown which of them is about to be served, \
            and decisions and checks would be compared with the wrong one.",
        category: STRUCTURE,
        severity: Error,
        subjects: &[Subject::ServingSpec],
        help: "Rename one of them, or give each project its own root by adding a `servelint.toml` to its folder.",
    },
    HostRule {
        id: DURATION_NEEDS_UNIT,
        title: "A duration has no unit",
        description: "A bare number is seconds in Argo and KServe, milliseconds in Flagger thresholds and k6, \
            minutes in OpenSLO time slices, microseconds in Triton and nanoseconds in vegeta. Durations are \
            therefore strings with units: `250ms`, `1.5s`, `1h30m`, `28d`. The units are `us`, `ms`, `s`, `m`, `h`, `d` \
            (24 hours), `w` (7 days) and `y` (365 days), the largest first. Calendar units (`M`, `Q`, `Y`) are \
            possible only in the window of an SLO that follows a calendar.",
        category: STRUCTURE,
        severity: Error,
        subjects: DOCUMENTS,
        help: "Write the unit, as in `30s` or `250ms`.",
    },
    HostRule {
        id: SCHEMA_VALID,
        title: "The document does not have the shape of its kind",
        description: "Each kind of document has a JSON Schema, which editors can use as well: `servelint schema ServingSpec` \
            prints it. A required field that is missing, a value of the wrong type or one that is not among \
            the allowed values is reported here. The policy rules assume this shape, so a document with a wrong \
            type or value is not evaluated further, and the report says so.",
        category: STRUCTURE,
        severity: Error,
        subjects: DOCUMENTS,
        help: "Compare the document with its schema: `servelint schema KIND`.",
    },
    HostRule {
        id: SYNTAX_INVALID,
        title: "The file cannot be read",
        description: "The file is not valid YAML, TOML or JSON, or it goes beyond what servelint reads: 10 MB, \
            128 levels of nesting (80 within one TOML statement), a million nodes, 100,000 nodes that aliases copy, UTF-8 text. \
            Nothing in the broken document was checked.",
        category: STRUCTURE,
        severity: Error,
        subjects: &[Subject::File],
        help: "Mend the syntax at the place shown; the rest of the file is read once it parses.",
    },
    HostRule {
        id: UNKNOWN_FIELD,
        title: "The document has a field that its kind does not know",
        description: "A misspelt field is a field that is not there: its value is ignored, and the rule that reads it \
            stays silent. Unknown keys are refused everywhere except in `metadata.labels` and `metadata.annotations`.",
        category: STRUCTURE,
        severity: Error,
        subjects: DOCUMENTS,
        help: "Correct the spelling or remove the field; notes belong in comments or `metadata.annotations`.",
    },
    HostRule {
        id: WAIVER_EXPIRED,
        title: "A waiver has expired",
        description: "A waiver accepts a finding for a while. After its last day the finding stands again, and the waiver says \
            that somebody meant to have mended it by then. The last day itself still counts.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Mend what the waiver excuses and remove it, or decide anew and give it another last day.",
    },
    HostRule {
        id: WAIVER_MALFORMED,
        title: "A waiver cannot be read or is incomplete",
        description: "A comment that was meant as a waiver excuses nothing where it is misspelt, stands at nothing, or does not \
            say what the team demands: a reason, who answers for it, and its last day, unless `[policy.waivers]` in \
            `servelint.toml` asks for less. The finding that it was to excuse stands.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Write it as `servelint: allow[RULE] until=2027-01-31 by=NAME reason=\"...\"`.",
    },
    HostRule {
        id: WAIVER_NOT_ALLOWED,
        title: "A waiver excuses what must not be excused",
        description: "Some findings are nobody's to waive: rules that the team lists under `never` in `[policy.waivers]`; an error \
            that keeps other rules from running, since what those would say is unknown; the rules about waivers themselves; and \
            escalations, where `[approvers]` says who may approve and the waiver is by somebody else. A waiver that lasts \
            longer than the team allows (`maxDays`) is none either.",
        category: GOVERNANCE,
        severity: Error,
        subjects: &[Subject::File],
        help: "Mend what the rule reports, or have the team change what it allows.",
    },
    HostRule {
        id: WAIVER_UNKNOWN_RULE,
        title: "A waiver names a rule that does not exist",
        description: "A misspelt rule in a waiver excuses nothing, and the finding that it was meant for stands. Waivers name \
            single rules by their ids; a category would excuse more than anybody has looked at.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Take the id from the finding, where it stands in brackets; `servelint rules` lists all.",
    },
    HostRule {
        id: WAIVER_UNUSED,
        title: "A waiver excuses nothing",
        description: "The rule has nothing to say about what the waiver covers: it was mended, or the waiver stands at the wrong \
            place. Left where it is, it would silently excuse the same mistake when it comes back. Where the rule did not run, \
            nothing is said about its waivers.",
        category: GOVERNANCE,
        severity: Warning,
        subjects: &[Subject::File],
        help: "Remove the waiver, or move it to the entry that the finding points at.",
    },
];

impl HostRule {
    /// The same as an owned [`Rule`].
    pub fn to_rule(&self) -> Rule {
        Rule {
            id: self.id.into(),
            category: self.category.into(),
            title: self.title.into(),
            description: self.description.into(),
            resources: Vec::new(),
            severity: self.severity,
            elsewhere: self.severity,
            applies_to: self.subjects.to_vec(),
            since: "0.1.0".into(),
            help: self.help.into(),
        }
    }
}
