//! `servelint policy new`: a rule to begin with.

use crate::cli::{CommandError, quoted, shown};
use crate::{
    authoring::{NewRule, write_rule},
    rule::Subject,
};
use clap::{Args, ValueEnum};
use std::{io::Write, path::PathBuf};

/// Write the folder of a new rule: a policy, its test and its cases
///
/// The files are an example that passes `servelint policy test`; replace its conditions with yours. Without a
/// servelint-pack.toml in the folder, one is written. In the source of servelint the first part of the id is a category,
/// such as `capacity/my-rule`. Existing files are never overwritten.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct NewArguments {
    /// Id of the rule: the name of the pack and that of the rule, such as acme/cost-center
    id: String,
    /// What the rule reads
    #[arg(long, value_enum, value_name = "SUBJECT", default_value_t = SubjectArgument::ServingSpec)]
    applies_to: SubjectArgument,
    /// Folder of the pack
    #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Category of the rule in its pack [default: the only one that there is, or general]
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
}

const HELP: &str = "\
Examples:
  servelint policy new acme/cost-center --applies-to ServingSpec --in platform-policies
  servelint policy new acme/team-label --applies-to Artifacts --in platform-policies";

/// What a new rule may read.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum SubjectArgument {
    /// A serving specification
    #[value(name = "ServingSpec")]
    ServingSpec,
    /// A decision log
    #[value(name = "DecisionLog")]
    DecisionLog,
    /// A verification checklist
    #[value(name = "VerificationChecklist")]
    VerificationChecklist,
    /// All documents of a service
    #[value(name = "Review")]
    Review,
    /// All documents of a service that has manifests
    #[value(name = "Artifacts")]
    Artifacts,
}

impl From<SubjectArgument> for Subject {
    fn from(argument: SubjectArgument) -> Self {
        match argument {
            SubjectArgument::ServingSpec => Self::ServingSpec,
            SubjectArgument::DecisionLog => Self::DecisionLog,
            SubjectArgument::VerificationChecklist => Self::VerificationChecklist,
            SubjectArgument::Review => Self::Review,
            SubjectArgument::Artifacts => Self::Artifacts,
        }
    }
}

pub(super) fn run(arguments: NewArguments, out: &mut dyn Write) -> Result<u8, CommandError> {
    let folder = arguments.folder;
    let id = arguments.id;
    let written = write_rule(&NewRule {
        id: id.clone(),
        applies_to: arguments.applies_to.into(),
        folder: folder.clone(),
        category: arguments.category,
    })?;
    for path in &written.files {
        writeln!(out, "wrote {}", shown(path))?;
    }
    let shown_folder = shown(&folder);
    let target = match shown_folder.is_empty() {
        true => ".",
        false => &shown_folder,
    };
    writeln!(out, "\nReplace the example with your rule, then run:")?;
    writeln!(out, "  servelint policy test {}", quoted(target))?;
    if written.is_own {
        let rule = id.rsplit('/').next().unwrap_or_default();
        writeln!(out, "  SERVELINT_BLESS=1 cargo test --test rules {rule}")?;
    } else {
        let path = if target == "." {
            "the folder of the pack"
        } else {
            target
        };
        writeln!(
            out,
            "\nName the pack once in servelint.toml, by its path from there:"
        )?;
        writeln!(out, "  [[policies]]\n  path = \"{path}\"")?;
    }
    out.flush()?;
    Ok(0)
}
