//! Results that lie beside the ones that a review cites, and that no document refers to.

use super::{Member, Review};
use crate::{
    disk::{self, OnDisk},
    document::source::{clip, display_name},
    evidence::{EvidenceRequest, FileFact, Measurement, Withdrawn, canonical_metric, open},
    facts::references::{measured, references},
    rule::Subject,
};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Files of a folder that are looked at, bytes of a file, and statistics that rules see of it.
const MOST_FILES: usize = 100;
const MAX_BYTES: u64 = 4 * 1024 * 1024;
const MOST_MEASUREMENTS: usize = 100;
const LONGEST: usize = 200;
/// How files of results end.
const ENDINGS: [&str; 5] = ["json", "yaml", "yml", "txt", "csv"];

/// A result that no document refers to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct OmittedFacts {
    /// The path of its file from the root of the project.
    pub path: String,
    /// The name of its format.
    pub format: &'static str,
    /// When it began, in RFC 3339 as far as the file tells.
    pub started_at: String,
    /// The model that it states.
    pub model: String,
    /// Its first statistics.
    pub measurements: Vec<Measurement>,
    /// The statistics that the file contradicts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Withdrawn>,
}

/// The folders of cited results with what nobody cites in them, each by the root of its project: read once for all
/// reviews of a run, which may share them.
#[derive(Debug, Default)]
pub struct Uncited(BTreeMap<ResultFolder, Vec<OmittedFacts>>);

/// The root of a project, and a folder of results in it, both without links.
type ResultFolder = (PathBuf, PathBuf);

impl Uncited {
    /// Results of load tests in the folders of those that checklist items cite. A file that any document of the run
    /// refers to is none, and neither is one that states no model or no time.
    pub fn of(members: &[Member]) -> Self {
        let all: BTreeSet<ResultFolder> = members.iter().flat_map(folders).collect();
        if all.is_empty() {
            return Self::default();
        }
        let cited: BTreeSet<PathBuf> = members.iter().flat_map(cited).collect();
        let read = all.into_par_iter().map(|(root, folder)| {
            let omitted = beside(&root, &folder, &cited);
            ((root, folder), omitted)
        });
        Self(read.collect())
    }

    /// Those in the folders of one review, sorted by path.
    pub fn beside(&self, review: &Review, members: &[Member]) -> Vec<OmittedFacts> {
        let folders: BTreeSet<ResultFolder> = review.members(members).flat_map(folders).collect();
        let found = folders.iter().filter_map(|folder| self.0.get(folder));
        let mut omitted: Vec<OmittedFacts> = found.flatten().cloned().collect();
        omitted.sort_by(|a, b| a.path.cmp(&b.path));
        omitted
    }
}

/// The folders of the results that a checklist cites. The root of a repository is no folder of results.
fn folders(member: &Member) -> BTreeSet<ResultFolder> {
    let mut folders = BTreeSet::new();
    if member.subject != Subject::VerificationChecklist {
        return folders;
    }
    let root = &member.project.root;
    for reference in measured(&member.document.root, member.subject) {
        let real = FileFact::locate(root, reference.path).ok();
        let folder = real.as_deref().and_then(Path::parent);
        if let Some(folder) = folder.filter(|folder| folder != root) {
            folders.insert((root.clone(), folder.to_path_buf()));
        }
    }
    folders
}

/// The files that a document refers to.
fn cited(member: &Member) -> Vec<PathBuf> {
    let root = member.project.root.as_path();
    let references = references(&member.document.root, member.subject).into_iter();
    references
        .filter_map(|reference| FileFact::locate(root, reference.path).ok())
        .collect()
}

/// The results of a folder that nobody cites.
fn beside(root: &Path, folder: &Path, cited: &BTreeSet<PathBuf>) -> Vec<OmittedFacts> {
    let entries = disk::entries(folder).into_iter().flatten();
    let files = Vec::from_iter(entries.map(|entry| entry.path));
    let is_result = |file: &&PathBuf| {
        let ending = file.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| ENDINGS.contains(&ending)) && !cited.contains(*file)
    };
    let files = files.iter().filter(is_result).take(MOST_FILES);
    files.filter_map(|file| read(root, file)).collect()
}

/// A plain file that is the result of a load test, and tells of what and when.
fn read(root: &Path, file: &Path) -> Option<OmittedFacts> {
    let found = file.look_at_link().ok()?;
    if !found.is_file() || found.len() > MAX_BYTES {
        return None;
    }
    let evidence = open(file, EvidenceRequest::default()).ok()?;
    let mut measurements = evidence.measurements;
    measurements.truncate(MOST_MEASUREMENTS);
    for measurement in &mut measurements {
        measurement.metric = canonical_metric(&measurement.metric).to_owned();
        for text in [
            &mut measurement.metric,
            &mut measurement.statistic,
            &mut measurement.at,
        ] {
            *text = clip(text, LONGEST);
        }
    }
    // What another reason took out says nothing about the file.
    let is_contradicted = !evidence.contradictions.is_empty();
    let mut withdrawn = evidence.withdrawn;
    withdrawn.truncate(if is_contradicted {
        MOST_MEASUREMENTS
    } else {
        0
    });
    for gone in &mut withdrawn {
        gone.metric = clip(canonical_metric(&gone.metric), LONGEST);
        gone.statistic = clip(&gone.statistic, LONGEST);
    }
    Some(OmittedFacts {
        path: display_name(file.strip_prefix(root).ok()?),
        format: evidence.format,
        started_at: clip(&evidence.started_at?, LONGEST),
        model: clip(&evidence.subject.model?, LONGEST),
        measurements,
        withdrawn,
    })
}
