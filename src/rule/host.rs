//! The rules that need no Rego: the host applies them before any policy can run.

use super::{Rule, Severity, Subject};

/// A [`Rule`] as a constant.
#[derive(Debug)]
pub struct HostRule {
    /// See [`Rule::id`].
    pub id: &'static str,
    title: &'static str,
    description: &'static str,
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

const DOCUMENTS: &[Subject] = &[Subject::ServingSpec, Subject::DecisionLog, Subject::VerificationChecklist];

/// All rules of the host, by id. Their category is `structure` and they are errors everywhere.
pub const HOST_RULES: &[HostRule] = &[
    HostRule {
        id: DUPLICATE_SERVICE,
        title: "Two specifications describe one service",
        description: "Documents are joined into one review by the name of the service. Where two ServingSpecs \
            of one repository carry the same name and environment, it is unknown which of them is about to be served, \
            and decisions and checks would be compared with the wrong one.",
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
        subjects: DOCUMENTS,
        help: "Compare the document with its schema: `servelint schema KIND`.",
    },
    HostRule {
        id: SYNTAX_INVALID,
        title: "The file cannot be read",
        description: "The file is not valid YAML, TOML or JSON, or it goes beyond what servelint reads: 10 MB, \
            128 levels of nesting (80 within one TOML statement), a million nodes, 100,000 nodes that aliases copy, UTF-8 text. \
            Nothing in the broken document was checked.",
        subjects: &[Subject::File],
        help: "Mend the syntax at the place shown; the rest of the file is read once it parses.",
    },
    HostRule {
        id: UNKNOWN_FIELD,
        title: "The document has a field that its kind does not know",
        description: "A misspelt field is a field that is not there: its value is ignored, and the rule that reads it \
            stays silent. Unknown keys are refused everywhere except in `metadata.labels` and `metadata.annotations`.",
        subjects: DOCUMENTS,
        help: "Correct the spelling or remove the field; notes belong in comments or `metadata.annotations`.",
    },
];

impl HostRule {
    /// The same as an owned [`Rule`].
    pub fn to_rule(&self) -> Rule {
        Rule {
            id: self.id.into(),
            category: "structure".into(),
            title: self.title.into(),
            description: self.description.into(),
            resources: Vec::new(),
            severity: Severity::Error,
            elsewhere: Severity::Error,
            applies_to: self.subjects.to_vec(),
            since: "0.1.0".into(),
            help: self.help.into(),
        }
    }
}
