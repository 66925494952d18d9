//! What a run is asked for.

use super::{CheckMemory, RenderWhen};
use crate::{config::SeverityOverride, finding::FailOn};
use jiff::civil::Date;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// What to check, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Standard input, already read, under the name that it stands for, if it has one.
    pub stdin: Option<(Option<String>, Vec<u8>)>,
    /// A configuration that replaces those found upwards from each file.
    pub config: Option<PathBuf>,
    /// The day that counts as today.
    pub today: Date,
    /// Rule ids or categories; empty means those of the configuration.
    pub select: Vec<String>,
    /// Rule ids or categories, beside those of the configuration.
    pub ignore: Vec<String>,
    /// Named files may be anything, as from a hook: those without a specification are passed over.
    pub hook: bool,
    /// Files that count as changed, whether or not a revision has them so.
    pub named: Vec<PathBuf>,
    /// Do not look for other documents of the services that named files speak of.
    pub isolated: bool,
    /// Texts that stand for what the disk holds.
    pub unsaved: Unsaved,
    /// A git revision: only what changed since then is reported.
    pub since: Option<String>,
    /// The files are those of a base, so that the verdicts in them stood there.
    pub of_base: bool,
    /// List what stood at that revision as well.
    pub list_all: bool,
    /// A git revision whose policy judges; empty for a change that has no base.
    pub policy_from: Option<String>,
    /// The program in which packs of the team and renderers run; servelint itself where nothing else is named.
    pub sandbox: Option<PathBuf>,
    /// When overlays and charts are rendered.
    pub render: RenderWhen,
    /// A file that says who approved the commit at hand.
    pub approvals: Option<PathBuf>,
    /// The SHA-256 that the uppermost configuration of each project must have.
    pub locked_config: Option<String>,
    /// Without a revision: what changed files held before, for whoever knows it from elsewhere.
    pub before: Unsaved,
    /// Let neither waivers nor a baseline take anything away.
    pub no_waivers: bool,
    /// Where the known findings are.
    pub baseline: BaselineChoice,
    /// Severities that go before those of the configuration.
    pub severity: Vec<SeverityOverride>,
    /// From which severity on the run fails.
    pub fail_on: FailOn,
    /// What was found out before, for a process that stays.
    pub memory: Option<Arc<CheckMemory>>,
}

/// Which baseline a run compares with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum BaselineChoice {
    /// The one that each project's configuration names, if it names one.
    #[default]
    Configured,
    /// This file, for all projects.
    File(PathBuf),
    /// None: everything is shown.
    Ignored,
}

impl BaselineChoice {
    /// The file, where one is named.
    pub fn named(file: Option<&PathBuf>) -> Self {
        file.cloned().map_or(Self::Configured, Self::File)
    }
}

/// Texts by the path of the file that they stand for.
pub type Unsaved = BTreeMap<PathBuf, String>;
