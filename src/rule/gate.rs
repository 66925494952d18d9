//! The gates of a review: what has to hold before a service goes into production.

use serde::{Deserialize, Serialize};

/// A gate of a review, in the order in which a reviewer meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// Scope, objectives and assumptions are explicit.
    Scope,
    /// Decisions weigh real options.
    Options,
    /// What is claimed rests on something measured.
    Evidence,
    /// The rollout can work as it is written.
    Rollout,
    /// The way back exists, and was tried.
    Rollback,
    /// Residual risks have an owner, a due date and a verification step.
    Risks,
    /// The service was seen under its load.
    Load,
    /// The new version was seen beside the old one.
    Canary,
}

impl Gate {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::Scope,
        Self::Options,
        Self::Evidence,
        Self::Rollout,
        Self::Rollback,
        Self::Risks,
        Self::Load,
        Self::Canary,
    ];

    /// The word in every output format, and in `custom.gate` of a rule.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Options => "options",
            Self::Evidence => "evidence",
            Self::Rollout => "rollout",
            Self::Rollback => "rollback",
            Self::Risks => "risks",
            Self::Load => "load",
            Self::Canary => "canary",
        }
    }

    /// The gate of a rule that names none, by its category.
    pub fn of_category(category: &str) -> Self {
        match category {
            "decisions" => Self::Options,
            "capacity" => Self::Load,
            "rollout" | "runtime" | "supply" => Self::Rollout,
            "verification" => Self::Evidence,
            // What is excepted is a risk that somebody accepts.
            super::GOVERNANCE => Self::Risks,
            _ => Self::Scope,
        }
    }

    /// The gate of a checklist item, by its category.
    pub fn of_item(category: &str) -> Self {
        match category {
            "load" => Self::Load,
            "canary" | "shadow" => Self::Canary,
            "rollback" => Self::Rollback,
            _ => Self::Evidence,
        }
    }
}
