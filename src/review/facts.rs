//! What a review says beside its documents, as serde writes it for rules: `input.facts`.

use super::{FactCheck, OmittedFacts};
use crate::{
    document::Pointer,
    evidence::{FileFact, ServedSubject},
    facts::{Number, change::ChangedFact},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Facts of all documents of a service together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ReviewFacts {
    /// What each path that a document refers to as evidence leads to, by the path as it is written.
    pub files: BTreeMap<String, FileFact>,
    /// The greatest number in each column of requests in a second, by the name of the column, of each CSV file on which an assumption rests, by the path as it is written.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub traffic: BTreeMap<String, BTreeMap<String, Number>>,
    /// What became of the checks of constraints and assumptions, in their order; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<FactCheck>,
    /// Results of load tests in the folders of the cited ones that no document refers to, sorted by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<OmittedFacts>,
    /// What keeps a file that a document refers to as evidence, or as a runbook, from showing anything, by the path as it is written: `document` (one of this review), `settings` (`servelint.toml`), `hidden` (a dot file), `empty`, `no-section` (no heading answers to what follows the `#`) or `empty-section`; absent for all others.
    pub file_faults: BTreeMap<String, &'static str>,
    /// True where every file that is referred to as evidence is there and has its recorded checksums.
    pub evidence_intact: bool,
    /// True where no specification claims the manifests, and neither a namespace nor a label of theirs names production.
    pub unclaimed: bool,
    /// The environment that the manifests were rendered for, `dev`, `staging` or `production`; absent where a specification names one, and where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What each entry of `spec.artifacts` of the specification leads to, in their order.
    pub artifacts: Vec<DeclaredFacts>,
    /// The names that documents may refer to, as keys that are true, for each of `slo`, `analysis`, `assumption`, `constraint`, `item`, `decision`, `risk` and `action`.
    pub names: BTreeMap<&'static str, BTreeMap<String, bool>>,
    /// The digest of what a verdict on the service is given over, as `verdict.inputs` records it; absent where nobody decided, or documents are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<String>,
    /// What goes live, as the specification and the manifests state it: what was measured is compared with it; absent without a specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<ServedSubject>,
    /// What of the measured subject changed since the revision that is compared with; absent where nothing did, or there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<ChangedSubject>,
    /// The facts that changed since the revision that is compared with; absent without a base, for a new service, and where the service at the base cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeFacts>,
    /// The verdicts that stand as they were at the revision that is compared with, while something that the review rests on changed; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outdated: Vec<OutdatedVerdict>,
}

/// A subject that is another one than at the revision that is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ChangedSubject {
    /// The revision, as it was named.
    pub since: String,
    /// The values of the specification and of the manifests that changed: those by which another subject is measured.
    pub values: Vec<ChangedValue>,
    /// The paths of evidence that stands as it did at the revision, there or under another name, sorted.
    pub older: Vec<String>,
}

/// What differs from the revision that is compared with, and what says so.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ChangeFacts {
    /// The revision, as it was named.
    pub since: String,
    /// The facts that changed, those of the specification first, by topic and name; each with its path in this review.
    pub facts: Vec<ChangedFact>,
    /// The indexes of the entries of `spec.change` that the revision has as well.
    pub stale: Vec<usize>,
    /// True where `metadata.revision` is another number.
    pub new_revision: bool,
    /// The paths of evidence that stands as it did at the revision, there or under another name, sorted; empty where nothing else changed.
    pub older: Vec<String>,
    /// When the items that new entries of `spec.change` name were measured at the revision, as far as its files tell.
    pub measured: Vec<MeasuredItem>,
}

/// When the evidence of an item was measured at the revision that is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct MeasuredItem {
    /// The id of the item.
    pub item: String,
    /// When the last of its runs began, in RFC 3339.
    pub started_at: String,
    /// The same in days since 1970-01-01.
    pub started_day: i64,
    /// True where the time has no offset, so that the day may be the neighbouring one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub started_locally: bool,
}

/// A value that differs from that of the revision that is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ChangedValue {
    /// What it is, in words.
    pub what: String,
    /// The path to it in this review.
    pub at: Pointer,
    /// As it was; absent where it was not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// As it is; absent where it is not stated any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A verdict that was given over something else.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct OutdatedVerdict {
    /// The index of its checklist in `input.checklists`.
    pub checklist: usize,
    /// The revision, as it was named.
    pub since: String,
    /// The first of the files that changed, as a message names them.
    pub changed: String,
}

/// What an entry of `spec.artifacts` leads to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct DeclaredFacts {
    /// What its path leads to: `present`, `missing`, `outside`, `directory`, `too-large`, `unreadable`, `remote`, or
    /// `unrendered` where it was to be rendered and gave no manifest.
    pub status: &'static str,
    /// The command that renders it; null for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The number of documents of known kinds in the file.
    pub documents: usize,
    /// The indexes of its manifests in `input.artifacts`.
    pub parts: Vec<usize>,
    /// True where one of them can play the role that the entry names.
    pub fits: bool,
}
