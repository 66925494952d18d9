//! `servelint policy new`: a rule to begin with.

use crate::cli::{CommandError, quoted, shown};
use crate::{
    authoring::{NewRule, SUBJECTS, write_rule},
    rule::Subject,
};
use clap::Args;
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
    /// What the rule reads: ServingSpec, DecisionLog, VerificationChecklist, Review (all documents of a service),
    /// Artifacts (the same of a service that has manifests), or a kind of `[[schemas]]`, such as ModelCard
    #[arg(long, value_parser = subject, value_name = "SUBJECT", default_value = "ServingSpec")]
    applies_to: Subject,
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

/// The subject of this name.
fn subject(name: &str) -> Result<Subject, String> {
    let known = Subject::named(name).filter(|known| !NOT_ALONE.contains(known));
    known.ok_or_else(|| {
        let words: Vec<String> = SUBJECTS.iter().map(ToString::to_string).collect();
        format!(
            "rules apply to {}, or to a kind of `[[schemas]]`, such as ModelCard",
            words.join(", ")
        )
    })
}

/// What rules apply to only together with something else.
const NOT_ALONE: [Subject; 2] = [Subject::Artifact, Subject::File];

pub(super) fn run(arguments: NewArguments, out: &mut dyn Write) -> Result<u8, CommandError> {
    let folder = arguments.folder;
    let id = arguments.id;
    let written = write_rule(&NewRule {
        id: id.clone(),
        applies_to: arguments.applies_to,
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
