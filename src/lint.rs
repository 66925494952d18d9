//! The run: from paths to a [`Report`].
//!
//! Finds and reads files, asks every module before it in turn, and judges what they say. It
//! neither prints nor exits, and it knows the clock only as the date in its [`Request`].

mod changed;
mod context;
mod evaluate;
mod find;
mod judge;
mod load;
mod selection;

pub use selection::{Selection, UnknownRule};

use crate::{
    changes::ChangesError,
    config::{ConfigError, Projects},
    finding::{Counts, NotChecked, Report, Verdict},
    policy::{Failure, Pack},
    review,
    rule::MetadataError,
    schema::{SchemaError, Schemas},
    source::display_name,
};
use jiff::civil::Date;
use std::{collections::BTreeMap, path::PathBuf};

/// What to check, and how.
#[derive(Debug, Clone)]
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
    /// Do not look for other documents of the services that named files speak of.
    pub isolated: bool,
    /// Texts that stand for what the disk holds.
    pub unsaved: Unsaved,
    /// A git revision: only what changed since then is reported.
    pub since: Option<String>,
}

/// Texts by the path of the file that they stand for.
pub type Unsaved = BTreeMap<PathBuf, String>;

/// Told how far a long run is.
pub trait Progress: Sync {
    /// A stage of `total` steps begins.
    fn stage(&self, name: &'static str, total: usize);
    /// One step is done.
    fn step(&self);
}

/// For runs that nobody watches.
#[derive(Debug)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: usize) {}
    fn step(&self) {}
}

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
    /// It cannot be known what changed.
    #[error(transparent)]
    Changes(#[from] ChangesError),
    /// A policy does not compile.
    #[error("policy `{}` does not compile: {}", .0.rule, .0.reason)]
    Policy(Failure),
    /// `--select` or `--ignore`, or their twins in the configuration, name nothing.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// Every rule was left out.
    #[error(
        "no rule is left to check with\n  help: widen `--select`, or take something out of `--ignore` or of `[check]` in servelint.toml"
    )]
    NoRules,
    /// A path that was named does not exist.
    #[error("cannot check {}: {reason}", display_name(path))]
    Path {
        /// As it was given.
        path: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
}

/// Checks what `request` names with the rules of `pack`.
pub fn run(request: &Request, pack: &Pack, progress: &dyn Progress) -> Result<Report, LintError> {
    let mut projects = match &request.config {
        Some(file) => Projects::with_config(file)?,
        None => Projects::default(),
    };
    let schemas = Schemas::default();
    let mut found = find::files(request, &mut projects)?;
    let changed = changed::Changed::of(request, &mut projects)?;
    let selection = Selection::new(pack, request, &projects)?;
    if selection.count() == 0 && !found.files.is_empty() {
        return Err(LintError::NoRules);
    }
    let mut loaded = load::all(&mut found, &schemas, &request.unsaved, progress)?;
    if !request.isolated {
        context::add(&mut loaded, &found, &mut projects, &schemas, &request.unsaved)?;
    }
    let groups = review::join(&loaded.members);
    let judged = evaluate::groups(&groups, &loaded, pack, &selection, &changed, request.today, progress)?;

    let mut report = Report {
        counts: Counts {
            files: loaded.files,
            documents: loaded.members.iter().filter(|member| member.requested).count(),
            reviews: judged.reviews.len(),
            rules: selection.count(),
        },
        not_checked: loaded.notes(),
        categories: selection.categories(pack),
        failures: found.failures,
        ..Report::default()
    };
    report.failures.extend(loaded.failures);
    report.not_checked.extend(found.notes);
    report.not_checked.extend(judged.not_checked);
    report.not_checked.extend(changed.note(judged.unchanged));
    report.failures.extend(judged.failures);
    report.reviews = judged.reviews;
    report.findings = judged.findings;
    finish(&mut report, pack);
    Ok(report)
}

/// Puts everything into its final order, so that equal runs print equal bytes.
fn finish(report: &mut Report, pack: &Pack) {
    judge::sort(&mut report.findings);
    report
        .reviews
        .sort_by(|a, b| (&a.service, &a.environment, &a.files).cmp(&(&b.service, &b.environment, &b.files)));
    report.not_checked.sort();
    report.not_checked.dedup();
    report.failures.sort();
    report.failures.dedup();
    let used = report.findings.iter().filter_map(|finding| pack.rules().get_key_value(&finding.rule));
    report.rules = used.map(|(id, rule)| (id.clone(), rule.clone())).collect();
}

impl Report {
    /// The exit code: 0 nothing stands, 1 an error stands, 3 only escalations stand, 2 the tool
    /// could not do its work or found nothing to check.
    pub fn exit_code(&self) -> u8 {
        let nothing = self.counts.documents == 0;
        match self.verdict() {
            _ if !self.failures.is_empty() => 2,
            Verdict::NoGo => 1,
            Verdict::Escalate => 3,
            Verdict::Go if nothing => 2,
            Verdict::Go => 0,
        }
    }
}

/// Something that was not judged.
fn note(subject: impl Into<String>, reason: impl Into<String>) -> NotChecked {
    NotChecked { subject: subject.into(), reason: reason.into() }
}
