//! Mends files: runs the check, makes the fixes, and goes on until nothing more can be mended.
//!
//! Owns [`mend`] (the rounds, in memory) and [`FixedRun::write`] (the files). Every round must leave a
//! text that parses with as many documents as before; a fix that does not is taken back and said to
//! be a defect. No file is touched that changed since it was read.

mod write;

pub use write::{replace, temporary};

use crate::{
    check::{self, LintError, Progress, Request, open},
    document::{
        read::Format,
        source::{Source, display_name},
    },
    finding::{Finding, Fix, Report},
    fix::edit,
    policy::Pack,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Fixes of one round may make room for others; so many rounds are more than any file needs.
const ROUNDS: usize = 64;

/// What a run would look like once mended.
#[derive(Debug)]
pub struct FixedRun {
    /// What is left to find. Where nothing is written, this is not what the files say.
    pub report: Report,
    /// The files that differ, by name.
    pub files: Vec<FixedFile>,
    /// What could not be mended although a fix was offered.
    pub failures: Vec<String>,
}

/// A file before and after.
#[derive(Debug)]
pub struct FixedFile {
    /// The name that users see.
    pub name: String,
    /// Where it stands.
    pub path: PathBuf,
    /// The text that was read.
    pub before: String,
    /// The text to write.
    pub after: String,
    /// How many fixes were made in it.
    pub fixes: usize,
}

/// Mends what `request` names in memory: with safe fixes, or with all.
pub fn mend(
    request: &Request,
    pack: &Pack,
    progress: &dyn Progress,
    all: bool,
) -> Result<FixedRun, LintError> {
    let mut mending = Mending {
        request: request.clone(),
        files: BTreeMap::new(),
        refused: BTreeSet::new(),
    };
    for _ in 0..ROUNDS {
        let report = check::run(&mending.request, pack, progress)?;
        if !mending.round(&report.findings, all) {
            let failures = mending.failures();
            return Ok(mending.done(report, failures));
        }
    }
    let report = check::run(&mending.request, pack, progress)?;
    let failures = vec![format!(
        "fixes were still found after {ROUNDS} rounds; run it again"
    )];
    Ok(mending.done(report, failures))
}

/// What the rounds so far have made of the files.
struct Mending {
    /// The request, with the mended texts in the place of those on the disk.
    request: Request,
    files: BTreeMap<PathBuf, FixedFile>,
    /// Fixes that spoilt their text, by file and title: they are not tried again.
    refused: BTreeSet<(PathBuf, String)>,
}

impl Mending {
    /// Makes the fixes of one report; false where none of them changes anything.
    fn round(&mut self, findings: &[Finding], all: bool) -> bool {
        let mut changed = false;
        for (source, mut fixes) in by_file(findings, all) {
            fixes.retain(|fix| {
                let tried = (source.path.clone(), fix.title.clone());
                !self.refused.contains(&tried)
            });
            let round = FixRound::of(&source, &fixes);
            for title in round.refused {
                self.refused.insert((source.path.clone(), title));
            }
            if round.text != source.text {
                self.keep(&source, round.text, round.made);
                changed = true;
            }
        }
        changed
    }

    fn keep(&mut self, source: &Source, text: String, made: usize) {
        let path = &source.path;
        self.request.unsaved.insert(path.clone(), text.clone());
        // Before is what the disk holds: the source of a later round is a mended text.
        let file = self.files.entry(path.clone()).or_insert_with(|| FixedFile {
            name: source.name.clone(),
            path: path.clone(),
            before: source.text.clone(),
            after: String::new(),
            fixes: 0,
        });
        file.after = text;
        file.fixes += made;
    }

    /// What could not be mended.
    fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for (path, title) in &self.refused {
            let file = display_name(path);
            failures.push(format!(
                "{file}: could not {title}, which is a defect of servelint"
            ));
        }
        failures
    }

    fn done(self, report: Report, failures: Vec<String>) -> FixedRun {
        FixedRun {
            report,
            files: self.files.into_values().collect(),
            failures,
        }
    }
}

/// The fixes to make, by file, in the order of the findings.
fn by_file(findings: &[Finding], all: bool) -> Vec<(Arc<Source>, Vec<&Fix>)> {
    let mut files: BTreeMap<&Path, (Arc<Source>, Vec<&Fix>)> = BTreeMap::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| all || fix.safe) else {
            continue;
        };
        let source = &finding.place.source;
        let file = files
            .entry(&source.path)
            .or_insert_with(|| (Arc::clone(source), Vec::new()));
        // Several findings may have one cure.
        if file.1.last() != Some(&fix) {
            file.1.push(fix);
        }
    }
    files.into_values().collect()
}

/// What one round makes of a text.
struct FixRound {
    text: String,
    made: usize,
    refused: Vec<String>,
}

impl FixRound {
    fn of(source: &Source, fixes: &[&Fix]) -> Self {
        let format = Format::of_source(source);
        let Some(before) = Shape::of(&source.text, format) else {
            // No finding comes from a text that the parser fails on, so there is nothing to fix in it.
            return Self::none(source, Vec::new());
        };
        let (text, made) = edit::apply(&source.text, fixes);
        if before.allows(&text, format) {
            return Self {
                text,
                made: made.len(),
                refused: vec![],
            };
        }
        // One of them spoils the text: the first that does not is made, the rest in later rounds.
        let mut refused = Vec::new();
        for fix in fixes {
            let (text, made) = edit::apply(&source.text, &[*fix]);
            if before.allows(&text, format) {
                return Self {
                    text,
                    made: made.len(),
                    refused,
                };
            }
            refused.push(fix.title.clone());
        }
        Self::none(source, refused)
    }

    fn none(source: &Source, refused: Vec<String>) -> Self {
        Self {
            text: source.text.clone(),
            made: 0,
            refused,
        }
    }
}

/// What must not get worse.
struct Shape {
    documents: usize,
    errors: usize,
}

impl Shape {
    /// `None` for a text that the parser fails on.
    fn of(text: &str, format: Format) -> Option<Self> {
        let parsed = open::parsed(&Source::new("", text), format)?;
        Some(Self {
            documents: parsed.documents.len(),
            errors: parsed.errors.len() + usize::from(parsed.skipped.is_some()),
        })
    }

    fn allows(&self, text: &str, format: Format) -> bool {
        Self::of(text, format)
            .is_some_and(|after| after.errors <= self.errors && after.documents == self.documents)
    }
}

impl FixedRun {
    /// Writes the files, each in one step. What could not be written is said, and the others are.
    pub fn write(&self) -> Vec<String> {
        self.files
            .iter()
            .filter_map(|file| write::update(file).err())
            .collect()
    }

    /// How many fixes were made.
    pub fn count(&self) -> usize {
        self.files.iter().map(|file| file.fixes).sum()
    }
}
