//! How a fact is known: stated by the file, derived by a formula, or unknown; and where a file
//! contradicts itself.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::borrow::Cow;

/// A fact about outcome, load or time, by its name in [`super::Evidence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub enum RunFact {
    /// Requests that were answered well.
    Completed,
    /// Requests that were not.
    Failed,
    /// The rate that was asked for.
    OfferedRps,
    /// The rate that was reached.
    AchievedRps,
    /// The limit of requests in flight.
    Concurrency,
    /// Whether requests waited for answers.
    LoadShape,
    /// How long it ran.
    DurationSeconds,
    /// When it began.
    StartedAt,
    /// When it ended.
    EndedAt,
}

impl RunFact {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Completed,
        Self::Failed,
        Self::OfferedRps,
        Self::AchievedRps,
        Self::Concurrency,
        Self::LoadShape,
        Self::DurationSeconds,
        Self::StartedAt,
        Self::EndedAt,
    ];
}

/// What a file is about, which decides what it can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum EvidenceKind {
    /// What a load generator measured.
    Load,
    /// What an analysis of a canary measured and decided.
    Analysis,
    /// What monitoring recorded.
    Monitoring,
    /// Raw samples, of whatever they are.
    Samples,
    /// How well a model answered the tasks of an evaluation.
    Quality,
    /// What a scanner found.
    Security,
    /// What a release consists of.
    Supply,
    /// One value of any JSON.
    Value,
}

/// How a fact is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Origin {
    /// The file states it.
    Stated {
        /// Where: a JSON Pointer, a line, or a row and a column; absent where the whole file does.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// It follows from what the file states, or from what the tool always does.
    Derived {
        /// From what.
        by: String,
    },
    /// The file does not tell.
    Unknown {
        /// Why, where it is more than a missing field.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
}

impl JsonSchema for Origin {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Origin".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "how": {
                    "type": "string",
                    "description": "How it is known: `stated`, `derived` or `unknown`.",
                },
                "at": {
                    "type": "string",
                    "description": "Where the file states it: a JSON Pointer, a line, or a row and a column.",
                },
                "by": {"type": "string", "description": "From what it is derived."},
                "why": {"type": "string", "description": "Why it is unknown."},
            },
            "additionalProperties": false,
        })
    }
}

impl Origin {
    /// The word in tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Stated { .. } => "stated",
            Self::Derived { .. } => "derived",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The place, the formula or the reason.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Stated { at } => at.as_deref(),
            Self::Derived { by } => Some(by),
            Self::Unknown { why } => why.as_deref(),
        }
    }

    /// The same, to be cut to a length.
    pub(super) fn text_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Stated { at } => at.as_mut(),
            Self::Derived { by } => Some(by),
            Self::Unknown { why } => why.as_mut(),
        }
    }
}

/// How exact a statistic is, by the way in which the tool computes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Exactness {
    /// One of the samples, or an exact sum of them.
    Exact,
    /// On the line between two neighbouring samples.
    Interpolated,
    /// From a sketch of the samples with a small relative error.
    Sketch,
    /// Interpolated within a bucket of a histogram.
    Bucket,
    /// Rounded by the tool, to `resolution`.
    Rounded,
    /// The tool does not tell how.
    Untold,
}

impl Exactness {
    /// The words in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Interpolated => "between samples",
            Self::Sketch => "sketch",
            Self::Bucket => "in a bucket",
            Self::Rounded => "rounded",
            Self::Untold => "-",
        }
    }
}

/// Two places of a file that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Contradiction {
    /// The name of the law that they break, such as `percentiles-rise`.
    pub law: &'static str,
    /// What the law says, and both values. May hold text from the file.
    pub message: String,
    /// The first place.
    pub at: String,
    /// The second place.
    pub other: String,
}

impl Contradiction {
    pub(super) fn texts_mut(&mut self) -> [&mut String; 3] {
        [&mut self.message, &mut self.at, &mut self.other]
    }
}

/// A statistic that the file has and that is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Withdrawn {
    /// Its metric.
    pub metric: String,
    /// Its statistic.
    pub statistic: String,
    /// Why, in a few words.
    pub why: &'static str,
}

impl Withdrawn {
    pub(super) fn texts_mut(&mut self) -> [&mut String; 2] {
        [&mut self.metric, &mut self.statistic]
    }
}
