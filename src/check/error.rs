//! Why a run could not be done at all.

use super::{ApprovalsError, UnknownRule, base};
use crate::{
    config::ConfigError,
    document::source::display_name,
    git::ChangesError,
    policy::Failure,
    rule::MetadataError,
    schema::{CrdError, SchemaError},
    waivers::baseline::BaselineError,
};
use std::{borrow::Cow, path::PathBuf};

/// Why a run could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The configuration is broken.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A rule's metadata is broken.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// A schema does not compile.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A definition of custom resources cannot be used.
    #[error(transparent)]
    Crd(#[from] CrdError),
    /// It cannot be known what changed.
    #[error(transparent)]
    Changes(#[from] ChangesError),
    /// A policy does not compile.
    #[error("policy `{}` does not compile: {}", .0.rule, .0.reason)]
    Policy(Failure),
    /// `--select` or `--ignore`, or their twins in the configuration, name nothing.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// The baseline cannot be used.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The list of reviews cannot be used.
    #[error(transparent)]
    Approvals(#[from] ApprovalsError),
    /// A configuration is not the one that is expected.
    #[error("{}", base::not_locked(file.as_deref(), found.as_deref()))]
    LockedConfig {
        /// The uppermost file of a project, if it has one.
        file: Option<PathBuf>,
        /// Its SHA-256.
        found: Option<String>,
    },
    /// Every rule was left out.
    #[error("no rule is left to check with")]
    NoRules,
    /// A path that was named does not exist.
    #[error("cannot check {}: {reason}", display_name(path))]
    Path {
        /// As it was given.
        path: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
    /// The name of a file tells no format.
    #[error("cannot check {}: the name tells no format", display_name(.0))]
    NoFormat(PathBuf),
}

impl LintError {
    /// What to do about it, where that is known. It may hold text from files and arguments.
    pub fn help(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Config(error) => error.help().map(Cow::Borrowed),
            Self::Crd(error) => Some(error.help().into()),
            Self::Changes(error) => error.help().map(Cow::Borrowed),
            Self::UnknownRule(error) => Some(error.help()),
            Self::Baseline(error) => Some(error.help().into()),
            Self::Approvals(error) => Some(error.help().into()),
            Self::LockedConfig { .. } => Some(
                "restore the file, or pass the SHA-256 of the one that is meant to `--locked-config`"
                    .into(),
            ),
            Self::NoRules => Some(
                "widen `--select`, or take something out of `--ignore` or of `[check]` in servelint.toml"
                    .into(),
            ),
            Self::NoFormat(_) => Some(
                "files that can be checked end in .yaml, .yml, .toml, .json, .jsonc or .pbtxt"
                    .into(),
            ),
            Self::Metadata(_) | Self::Schema(_) | Self::Policy(_) | Self::Path { .. } => None,
        }
    }
}
