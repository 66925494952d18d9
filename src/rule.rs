//! What a rule is: its id, its severity, what it applies to and how it explains itself.
//!
//! Owns [`Rule`] and [`Severity`]. It evaluates nothing: Rego rules run in `policy`, and the
//! rules that the host itself applies ([`HOST_RULES`]) in `schema`, `review`, `waivers` and `check`.

mod annotations;
mod compiled;
mod controls;
mod gate;
mod host;
mod metadata;
mod rewording;
mod subject;

pub use annotations::Annotations;
pub use compiled::{CompiledRules, RuleFile};
pub(crate) use compiled::{is_entry_point, is_library};
pub use controls::{
    Control, ControlProblem, ControlTables, Framework, Mapping, READING, UnknownControl, read_table,
};
pub use gate::Gate;
pub use host::{
    BASELINE_STALE, DANGLING_REFERENCE, DOCUMENT_NOT_JUDGED, DUPLICATE_SERVICE,
    DURATION_NEEDS_UNIT, GOVERNANCE, HOST_RULES, HostRule, PLACEHOLDER_TEXT, POLICY_UNUSABLE,
    POLICY_WEAKENED, QUANTITY_VALID, REVIEW_INCOMPLETE, SCHEMA_VALID, SYNTAX_INVALID,
    TARGET_LOOSENED, UNJUDGED, UNKNOWN_FIELD, VERDICT_STALE, WAIVER_EXPIRED, WAIVER_MALFORMED,
    WAIVER_NOT_ALLOWED, WAIVER_UNKNOWN_RULE, WAIVER_UNPROVEN, WAIVER_UNUSED,
};
pub use metadata::{MetadataError, RuleHome, read};
pub use rewording::Rewording;
pub use subject::{OwnKind, Subject};

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// How much a finding weighs, from the mildest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes no verdict.
    Info,
    /// Should be fixed; changes no verdict.
    Warning,
    /// Someone with the right role must approve: the verdict is `escalate`.
    Escalation,
    /// Must be fixed: the verdict is `no-go`.
    Error,
}

impl Severity {
    /// The word in messages and in every output format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Escalation => "escalation",
            Self::Error => "error",
        }
    }

    /// The severity of this word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Escalation, Self::Error]
            .into_iter()
            .find(|severity| severity.word() == word)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// How much depends on a service, as far as the files say so: it decides which severity of a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// It is in production, or nobody knows better of a document of servelint.
    Production,
    /// A specification names another environment.
    Elsewhere,
    /// Manifests that no specification claims and that do not say themselves that they are in production.
    Unclaimed,
}

/// A page to read on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// What is found there.
    pub description: String,
    /// Its address.
    #[serde(rename = "ref")]
    pub address: String,
}

/// One thing that can be wrong, and what its author says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Kebab-case, unique: what findings print and what configuration names.
    pub id: String,
    /// The folder of related rules.
    pub category: String,
    /// The gate of a review that its findings count for.
    pub gate: Gate,
    /// One line that names the defect.
    pub title: String,
    /// What is checked, and why, with the source of the claim.
    pub description: String,
    /// Further reading.
    pub resources: Vec<Resource>,
    /// How much a finding weighs in production.
    pub severity: Severity,
    /// How much it weighs in any other environment.
    pub elsewhere: Severity,
    /// How much it weighs on manifests that no specification claims.
    pub unclaimed: Severity,
    /// What it reads.
    pub applies_to: Vec<Subject>,
    /// The first version that had it.
    pub since: String,
    /// What to do about a finding.
    pub help: String,
    /// The same for findings in documents of one subject, where the fields have other names.
    pub help_for: BTreeMap<Subject, String>,
    /// The messages that were worded otherwise when a baseline may have recorded them.
    pub reworded: Vec<Rewording>,
    /// Words to find it by, such as `llm`.
    pub tags: Vec<String>,
    /// The controls that its METADATA names, by their full names.
    pub named_controls: Vec<String>,
    /// The controls that it gives evidence for, once [`ControlTables::join`] was asked.
    #[serde(skip)]
    pub controls: Vec<Mapping>,
}

impl Rule {
    /// The page that explains this rule; for a rule of a pack the first page that it names, if it names one.
    pub fn page(&self) -> Option<Cow<'_, str>> {
        if self.pack().is_none() {
            return Some(format!("https://servelint.dev/rules/{}", self.id).into());
        }
        let mut addresses = self.resources.iter().map(|resource| &resource.address);
        // Outputs make links of it.
        let is_link = |address: &&String| {
            address.starts_with("https://")
                && address
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"\"'<>()`\\".contains(&byte))
        };
        Some(addresses.find(is_link)?.into())
    }

    /// What to do about a finding in a document of this subject.
    pub fn help_in(&self, subject: Subject) -> &str {
        self.help_for.get(&subject).unwrap_or(&self.help).trim()
    }

    /// How much a finding weighs there.
    pub fn severity_at(&self, exposure: Exposure) -> Severity {
        match exposure {
            Exposure::Production => self.severity,
            Exposure::Elsewhere => self.elsewhere,
            Exposure::Unclaimed => self.unclaimed,
        }
    }

    /// A message in the words of the first version that gave it; `None` where it still has them.
    pub fn first_wording(&self, message: &str) -> Option<String> {
        self.reworded
            .iter()
            .find_map(|rewording| rewording.restore(message))
    }

    /// True where a list that holds the name means this rule: by its id, by its category, or by its pack.
    pub fn is_named(&self, name: &str) -> bool {
        self.id == name || self.category == name || self.pack() == Some(name)
    }

    /// The pack of a team that has this rule; `None` for one that comes with servelint.
    pub fn pack(&self) -> Option<&str> {
        Some(self.id.split_once('/')?.0)
    }

    /// True for what nobody can leave out or switch off: a draft is one whichever rules a team wants.
    pub fn is_always(&self) -> bool {
        self.id == PLACEHOLDER_TEXT
    }

    /// False where a finding says that something else is unknown, such as what a broken file holds or what a draft
    /// has yet to say.
    pub fn is_waivable(&self) -> bool {
        let unknown = [SYNTAX_INVALID, DUPLICATE_SERVICE, PLACEHOLDER_TEXT];
        self.category != GOVERNANCE && !unknown.contains(&self.id.as_str())
    }
}
