//! The files that a run's documents refer to, each opened, hashed and parsed once.

use super::{
    Binding, Evidence, EvidenceError, EvidenceRequest, FileFact, file,
    formats::{self, read_each},
};
use crate::disk::OnDisk;
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    panic,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Files above this are parsed one at a time, for each may take some hundred megabytes of memory.
const LARGE: u64 = 8 * 1024 * 1024;

/// How a document refers to a file of evidence, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference<'d> {
    /// A path from the root of the project, or a URL.
    pub path: &'d str,
    /// The format that the content should have.
    pub format: Option<&'d str>,
    /// A JSON Pointer to the run or the value that is meant.
    pub select: Option<&'d str>,
    /// The checksum that was recorded.
    pub sha256: Option<&'d str>,
}

impl<'d> Reference<'d> {
    /// A bare path.
    pub fn to(path: &'d str) -> Self {
        Self {
            path,
            format: None,
            select: None,
            sha256: None,
        }
    }
}

/// What came of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The file was read.
    Read,
    /// A directory, a device, or a file that cannot be opened.
    Unreadable,
    /// The content is of no known format, or of another one than the reference says.
    UnknownFormat,
    /// A URL: never fetched.
    Remote,
    /// The path leaves the project.
    Outside,
    /// Nothing is there.
    Missing,
    /// The file is not the one whose checksum was recorded, so it proves nothing.
    Mismatch,
    /// The format is known, and the content is broken, too large or of several runs.
    Error,
}

impl Status {
    /// The word in facts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unreadable => "unreadable",
            Self::UnknownFormat => "unknown-format",
            Self::Remote => "remote",
            Self::Outside => "outside",
            Self::Missing => "missing",
            Self::Mismatch => "mismatch",
            Self::Error => "error",
        }
    }
}

/// What a reference leads to.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What came of it.
    pub status: Status,
    /// Why nothing was read, where the status alone does not say it.
    pub reason: Option<String>,
    /// What the file says, where it was read and is the one that was recorded.
    pub evidence: Option<Arc<Evidence>>,
    /// What the statement beside it says, where there is one.
    pub binding: Option<Arc<Binding>>,
}

type Wanted<'d> = BTreeSet<(Option<&'d str>, Option<&'d str>)>;
type Answer = Result<Arc<Evidence>, EvidenceError>;

/// A file that was opened, with the answer to each request about it.
#[derive(Debug)]
struct Opened {
    fact: FileFact,
    answers: BTreeMap<(Option<String>, Option<String>), Answer>,
}

/// What the files of a run say.
#[derive(Debug, Default)]
pub struct Archive {
    files: BTreeMap<PathBuf, Opened>,
    /// Where each reference leads, by root and path as written.
    places: BTreeMap<PathBuf, BTreeMap<String, Result<PathBuf, FileFact>>>,
    /// The statements beside them, likewise.
    bindings: BTreeMap<PathBuf, BTreeMap<String, Arc<Binding>>>,
}

impl Archive {
    /// Reads every file that is referred to, several at a time. Each reference stands beside the
    /// root of its project, an absolute path without links.
    pub fn read<'d>(references: impl IntoIterator<Item = (&'d Path, Reference<'d>)>) -> Self {
        let mut archive = Self::default();
        let mut wanted: BTreeMap<PathBuf, Wanted<'d>> = BTreeMap::new();
        for (root, reference) in references {
            let places = archive.places.entry(root.to_owned()).or_default();
            let place = places
                .entry(reference.path.to_owned())
                .or_insert_with(|| FileFact::locate(root, reference.path));
            if let Ok(real) = place {
                wanted
                    .entry(real.clone())
                    .or_default()
                    .insert((reference.format, reference.select));
            }
        }
        let one_at_a_time = Mutex::new(());
        archive.files = wanted
            .into_par_iter()
            .map(|(path, requests)| {
                let is_large = path.look().is_ok_and(|file| file.len() > LARGE);
                let _turn =
                    is_large.then(|| one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner));
                let opened = Opened::new(&path, &requests);
                (path, opened)
            })
            .collect();
        archive.bind();
        archive
    }

    /// Reads the statement beside each file that was opened.
    fn bind(&mut self) {
        for (root, places) in &self.places {
            for (path, real) in places {
                let Some(opened) = real.as_ref().ok().and_then(|real| self.files.get(real)) else {
                    continue;
                };
                let sha256 = opened.fact.sha256();
                if let Some(binding) = Binding::beside(root, path, sha256) {
                    let known = self.bindings.entry(root.clone()).or_default();
                    known.insert(path.clone(), Arc::new(binding));
                }
            }
        }
    }

    /// What a reference from a document of the project at `root` leads to.
    pub fn reading(&self, root: &Path, reference: Reference<'_>) -> Reading {
        let bindings = self.bindings.get(root);
        let binding = bindings
            .and_then(|known| known.get(reference.path))
            .cloned();
        let failed = |status, reason: Option<&str>| Reading {
            status,
            reason: reason.map(str::to_owned),
            evidence: None,
            binding: binding.clone(),
        };
        let real = match self
            .places
            .get(root)
            .and_then(|places| places.get(reference.path))
        {
            Some(Ok(real)) => real,
            Some(Err(FileFact::Remote)) => return failed(Status::Remote, None),
            Some(Err(FileFact::Outside)) => return failed(Status::Outside, None),
            Some(Err(FileFact::Missing)) => return failed(Status::Missing, None),
            Some(Err(FileFact::Directory)) => {
                return failed(Status::Unreadable, Some("it is a directory, not a file"));
            }
            _ => return failed(Status::Unreadable, None),
        };
        let Some(opened) = self.files.get(real) else {
            return failed(Status::Unreadable, None);
        };
        if reference
            .sha256
            .is_some_and(|recorded| !opened.fact.has_checksum(recorded))
        {
            return failed(
                Status::Mismatch,
                Some("it is not the file whose sha256 was recorded"),
            );
        }
        let request = (
            reference.format.map(str::to_owned),
            reference.select.map(str::to_owned),
        );
        match opened.answers.get(&request) {
            Some(Ok(evidence)) => Reading {
                status: Status::Read,
                reason: None,
                evidence: Some(Arc::clone(evidence)),
                binding: binding.clone(),
            },
            Some(Err(error)) => Reading {
                status: match error {
                    error if error.is_about_format() => Status::UnknownFormat,
                    EvidenceError::Unreadable(_) => Status::Unreadable,
                    _ => Status::Error,
                },
                reason: Some(error.to_string()),
                evidence: None,
                binding: binding.clone(),
            },
            None => failed(Status::Unreadable, None),
        }
    }

    /// The file that a path leads to with its checksum, where this archive has read it.
    pub fn fact(&self, root: &Path, path: &str) -> Option<&FileFact> {
        let real = self.places.get(root)?.get(path)?.as_ref().ok()?;
        self.files.get(real).map(|opened| &opened.fact)
    }

    /// How many files were opened.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True where no reference led to a file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl Opened {
    fn new(path: &Path, requests: &Wanted<'_>) -> Self {
        let (fact, answers) = match formats::bytes(path) {
            Ok(bytes) => {
                let fact = FileFact::Present {
                    sha256: Some(file::checksum_of(&bytes)),
                };
                (fact, answers(bytes, requests))
            }
            Err(error) => {
                let fact = match error {
                    EvidenceError::TooLarge => file::checksum(path),
                    _ => FileFact::Unreadable,
                };
                (fact, requests.iter().map(|_| Err(error.clone())).collect())
            }
        };
        let owned = |(format, select): &(Option<&str>, Option<&str>)| {
            (format.map(str::to_owned), select.map(str::to_owned))
        };
        // A run keeps its evidence to the end, and no rule reads the points of a distribution.
        let kept = |evidence: Evidence| {
            let distributions = Vec::new();
            Arc::new(Evidence {
                distributions,
                ..evidence
            })
        };
        let answers = answers.into_iter().map(|answer| answer.map(kept));
        Self {
            fact,
            answers: requests.iter().map(owned).zip(answers).collect(),
        }
    }
}

/// A reader that panics loses its own file and no other.
fn answers(bytes: Vec<u8>, requests: &Wanted<'_>) -> Vec<Result<Evidence, EvidenceError>> {
    let list: Vec<EvidenceRequest<'_>> = requests
        .iter()
        .map(|(format, select)| EvidenceRequest {
            format: *format,
            select: *select,
        })
        .collect();
    panic::catch_unwind(|| read_each(bytes, &list))
        .unwrap_or_else(|_| list.iter().map(|_| Err(EvidenceError::Defect)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const VEGETA: &str = include_str!("../../fixtures/evidence/vegeta/report.json");

    fn project() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder
            .path()
            .canonicalize()
            .expect("a path")
            .join("project");
        fs::create_dir_all(root.join("evidence")).expect("folder");
        fs::write(root.join("evidence/a.json"), VEGETA).expect("file");
        (folder, root)
    }

    #[test]
    fn a_file_that_is_named_often_is_opened_once() {
        let (_folder, root) = project();
        let paths = [
            "evidence/a.json",
            "./evidence/a.json",
            "evidence/../evidence/a.json",
        ];
        let references = (0..50).map(|n| (root.as_path(), Reference::to(paths[n % 3])));
        let archive = Archive::read(references);
        assert_eq!(archive.len(), 1);
        let readings = paths.map(|path| archive.reading(&root, Reference::to(path)));
        let evidence = readings
            .each_ref()
            .map(|reading| reading.evidence.as_ref().expect("read"));
        assert!(evidence.iter().all(|other| Arc::ptr_eq(other, evidence[0])));
    }

    #[test]
    fn points_of_distributions_are_not_held() {
        let (_folder, root) = project();
        let text = include_bytes!("../../fixtures/evidence/fortio/load.json");
        fs::write(root.join("evidence/a.json"), text).expect("file");
        let request = EvidenceRequest {
            format: None,
            select: None,
        };
        let read = read_each(text.to_vec(), &[request]);
        let [Ok(read)] = read.as_slice() else {
            panic!("it is of one run");
        };
        assert!(!read.distributions.is_empty());
        let reference = Reference::to("evidence/a.json");
        let held = Archive::read([(root.as_path(), reference)]).reading(&root, reference);
        let held = held.evidence.expect("read");
        assert!(held.distributions.is_empty());
        assert_eq!(held.measurements.len(), read.measurements.len());
    }

    #[test]
    fn one_content_answers_each_request() {
        let (_folder, root) = project();
        let reference = |format, select| Reference {
            format,
            select,
            ..Reference::to("evidence/a.json")
        };
        let wanted = [
            (reference(None, None), Status::Read),
            (reference(Some("vegeta"), None), Status::Read),
            (reference(Some("json"), Some("/rate")), Status::Read),
            (reference(Some("json"), Some("/none")), Status::Error),
            (reference(Some("k6"), None), Status::UnknownFormat),
            (reference(Some("k7"), None), Status::UnknownFormat),
        ];
        let archive = Archive::read(
            wanted
                .iter()
                .map(|(reference, _)| (root.as_path(), *reference)),
        );
        for (reference, status) in wanted {
            assert_eq!(
                archive.reading(&root, reference).status,
                status,
                "{reference:?}"
            );
        }
    }

    #[test]
    fn a_changed_file_is_no_proof() {
        let (_folder, root) = project();
        let sha256 = file::checksum_of(VEGETA.as_bytes());
        let recorded = Reference {
            sha256: Some(&sha256),
            ..Reference::to("evidence/a.json")
        };
        let other = "0".repeat(64);
        let changed = Reference {
            sha256: Some(&other),
            ..recorded
        };
        let archive = Archive::read([(root.as_path(), recorded), (root.as_path(), changed)]);
        assert_eq!(archive.reading(&root, recorded).status, Status::Read);
        let reading = archive.reading(&root, changed);
        assert_eq!((reading.status, reading.evidence), (Status::Mismatch, None));
    }

    #[test]
    fn what_is_no_file_of_the_project_is_not_opened() {
        let (folder, root) = project();
        fs::write(folder.path().join("secret.json"), VEGETA).expect("file");
        let wanted = [
            ("../secret.json", Status::Outside),
            ("/etc/hostname", Status::Outside),
            ("https://example.com/a.json", Status::Remote),
            ("evidence/none.json", Status::Missing),
            ("evidence", Status::Unreadable),
        ];
        let archive = Archive::read(wanted.map(|(path, _)| (root.as_path(), Reference::to(path))));
        assert!(archive.is_empty());
        for (path, status) in wanted {
            assert_eq!(
                archive.reading(&root, Reference::to(path)).status,
                status,
                "{path}"
            );
        }
    }
}
