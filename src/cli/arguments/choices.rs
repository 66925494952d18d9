//! Words of flags that mean something in the library.

use crate::{check::RenderWhen, finding::FailOn};
use clap::{ValueEnum, builder::PossibleValue};

impl ValueEnum for RenderWhen {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Declared, Self::Found, Self::Required, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::Declared => ("declared", "What the configuration and specifications name"),
            Self::Found => ("found", "Every overlay and chart"),
            Self::Required => ("required", "Every overlay and chart, or fail"),
            Self::Never => ("never", "Nothing"),
        };
        Some(PossibleValue::new(word).help(help))
    }
}

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Never, Self::Error, Self::Escalation, Self::Warning]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Never => "Never",
            Self::Error => "Errors",
            Self::Escalation => "Errors and escalations",
            Self::Warning => "Errors, escalations and warnings",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}
