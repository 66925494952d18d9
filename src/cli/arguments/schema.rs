//! What `servelint schema` prints.

use clap::ValueEnum;

/// The schemas that `servelint schema` prints.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum SchemaKind {
    /// A document of any kind, selected by its `kind`
    #[value(name = "any")]
    Any,
    /// A serving specification
    #[value(name = "ServingSpec", alias = "serving-spec", alias = "servingspec")]
    ServingSpec,
    /// A decision log
    #[value(name = "DecisionLog", alias = "decision-log", alias = "decisionlog")]
    DecisionLog,
    /// A verification checklist
    #[value(
        name = "VerificationChecklist",
        alias = "verification-checklist",
        alias = "verificationchecklist"
    )]
    VerificationChecklist,
    /// The configuration, servelint.toml
    #[value(name = "config")]
    Config,
    /// The output of `check --format json`
    #[value(name = "report")]
    Report,
    /// The output of `plan --format json`
    #[value(name = "plan")]
    Plan,
    /// The output of `diff --format json`
    #[value(name = "diff")]
    Diff,
    /// The output of `facts --format json`
    #[value(name = "facts")]
    Facts,
    /// The output of `input --format json`
    #[value(name = "input")]
    Input,
}

impl SchemaKind {
    /// The embedded file; `None` for the schema that is composed of several.
    pub(in crate::cli) fn file(self) -> Option<&'static str> {
        Some(match self {
            Self::Any => return None,
            Self::ServingSpec => "serving-spec/v1alpha1.json",
            Self::DecisionLog => "decision-log/v1alpha1.json",
            Self::VerificationChecklist => "verification-checklist/v1alpha1.json",
            Self::Config => "config/v1.json",
            Self::Report => "report/v2.json",
            Self::Plan => "plan/v1.json",
            Self::Diff => "diff/v1.json",
            Self::Facts => "facts/v1.json",
            Self::Input => "inputs/v1.json",
        })
    }
}
