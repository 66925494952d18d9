//! What `servelint schema` prints.

use crate::rule::OwnKind;
use clap::{
    Arg, Command, ValueEnum,
    builder::{EnumValueParser, PossibleValue, TypedValueParser},
};
use std::ffi::OsStr;

/// A schema by its name.
#[derive(Debug, Clone)]
pub(in crate::cli) enum SchemaName {
    /// One of ours.
    BuiltIn(SchemaKind),
    /// That of a kind which a team declares.
    Declared {
        /// `acme.dev/v1`, if it was given before the name.
        api_version: Option<String>,
        /// `ModelCard`
        kind: String,
    },
}

/// Reads a [`SchemaName`]: one of ours, or a word that can be a kind.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct SchemaNameParser;

impl TypedValueParser for SchemaNameParser {
    type Value = SchemaName;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<SchemaName, clap::Error> {
        let known = EnumValueParser::<SchemaKind>::new().parse_ref(command, argument, value);
        known.map(SchemaName::BuiltIn).or_else(|refused| {
            let name = value.to_str().unwrap_or_default();
            let (api_version, kind) = match name.rsplit_once('/') {
                Some((version, kind)) => (Some(version.to_owned()), kind),
                None => (None, name),
            };
            match OwnKind::named(kind) {
                Some(_) => Ok(SchemaName::Declared {
                    api_version,
                    kind: kind.to_owned(),
                }),
                None => Err(refused),
            }
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let kinds = SchemaKind::value_variants().iter();
        Some(Box::new(kinds.filter_map(ValueEnum::to_possible_value)))
    }
}

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
    /// The names of all.
    pub(in crate::cli) fn names() -> Vec<String> {
        let kinds = Self::value_variants().iter();
        let values = kinds.filter_map(ValueEnum::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect()
    }

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
