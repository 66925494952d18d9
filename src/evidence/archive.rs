//! The files that a run's documents refer to, each opened, hashed and parsed once, for as long as somebody needs it.

use super::{
    Binding, Evidence, EvidenceError, EvidenceRequest, FileFact, file,
    formats::{self, read_each},
};
use crate::{disk::OnDisk, held::HeldValue, recall::Recall};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{Hash, Hasher},
    panic,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
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

/// What is asked of a file: formats and selections.
type Wanted = BTreeSet<(Option<String>, Option<String>)>;
type Answer = Result<Arc<Evidence>, EvidenceError>;

/// A file that was opened, with the answer to each request about it.
#[derive(Debug)]
struct Opened {
    fact: FileFact,
    answers: BTreeMap<(Option<String>, Option<String>), Answer>,
}

/// A file of which somebody will ask.
#[derive(Debug, Default)]
struct ArchivedFile {
    path: PathBuf,
    wanted: Wanted,
    opened: HeldValue<Arc<Opened>>,
}

/// Where a reference leads.
#[derive(Debug)]
struct ReferredPlace {
    /// The number of its file.
    file: Result<usize, FileFact>,
    /// The statement beside it.
    binding: OnceLock<Option<Arc<Binding>>>,
}

/// What the files of a run say. Each is opened when somebody asks for it first, and dropped after the last user.
#[derive(Debug, Default)]
pub struct Archive {
    files: Vec<ArchivedFile>,
    /// The number of each file by its path without links.
    numbers: BTreeMap<PathBuf, usize>,
    /// By root and path as written.
    places: BTreeMap<PathBuf, BTreeMap<String, ReferredPlace>>,
    one_at_a_time: Mutex<()>,
    memory: Option<Arc<EvidenceMemory>>,
}

/// Files of so many bytes are remembered of those that were opened last.
const MOST_BYTES: usize = 64 << 20;

/// What files of the same bytes gave before.
#[derive(Debug)]
pub struct EvidenceMemory(Recall<Arc<Opened>>);

impl Default for EvidenceMemory {
    fn default() -> Self {
        Self(Recall::new(MOST_BYTES))
    }
}

impl Archive {
    /// The same with what is known from before.
    #[must_use]
    pub fn remembered(self, memory: Option<Arc<EvidenceMemory>>) -> Self {
        Self { memory, ..self }
    }

    /// Notes what will be asked; the answer is the number of the file, where the reference leads to one. It stands
    /// beside the root of its project, an absolute path without links.
    pub fn add(&mut self, root: &Path, reference: Reference<'_>) -> Option<usize> {
        if !self.places.contains_key(root) {
            self.places.insert(root.to_owned(), BTreeMap::new());
        }
        let places = self.places.get_mut(root)?;
        if !places.contains_key(reference.path) {
            let located = FileFact::locate(root, reference.path);
            let file = located.map(|real| {
                let next = self.files.len();
                let number = *self.numbers.entry(real.clone()).or_insert(next);
                if number == next {
                    self.files.push(ArchivedFile {
                        path: real,
                        ..ArchivedFile::default()
                    });
                }
                number
            });
            let place = ReferredPlace {
                file,
                binding: OnceLock::new(),
            };
            places.insert(reference.path.to_owned(), place);
        }
        let number = *places.get(reference.path)?.file.as_ref().ok()?;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let request = (owned(reference.format), owned(reference.select));
        self.files.get_mut(number)?.wanted.insert(request);
        Some(number)
    }

    /// Counts a user of a file.
    pub fn expect(&mut self, number: usize) {
        if let Some(file) = self.files.get_mut(number) {
            file.opened.expect();
        }
    }

    /// Drops the file after its last user. To be called once for each that was counted.
    pub fn release(&self, number: usize) {
        if let Some(file) = self.files.get(number) {
            file.opened.release();
        }
    }

    /// Opens files, several at a time, before somebody asks for one after the other.
    pub fn open(&self, numbers: &[usize]) {
        numbers.par_iter().for_each(|number| {
            self.opened(*number);
        });
    }

    fn opened(&self, number: usize) -> Option<Arc<Opened>> {
        let file = self.files.get(number)?;
        Some(file.opened.get(|| {
            let is_large = file.path.look().is_ok_and(|found| found.len() > LARGE);
            let turn = || self.one_at_a_time.lock();
            let _turn = is_large.then(|| turn().unwrap_or_else(PoisonError::into_inner));
            Opened::read(&file.path, &file.wanted, self.memory.as_deref())
        }))
    }

    fn place(&self, root: &Path, path: &str) -> Option<&ReferredPlace> {
        self.places.get(root)?.get(path)
    }

    /// What a reference from a document of the project at `root` leads to.
    pub fn reading(&self, root: &Path, reference: Reference<'_>) -> Reading {
        let place = self.place(root, reference.path);
        let opened = place.and_then(|place| self.opened(*place.file.as_ref().ok()?));
        let binding = place.zip(opened.as_ref());
        let binding =
            binding.and_then(|(place, opened)| place.statement(root, reference.path, opened));
        let failed = |status, reason: Option<&str>| Reading {
            status,
            reason: reason.map(str::to_owned),
            evidence: None,
            binding: binding.clone(),
        };
        let Some(opened) = opened else {
            let lost = place.and_then(|place| place.file.as_ref().err());
            let (status, reason) = unopened(lost);
            return failed(status, reason);
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

    /// The file that a path leads to with its checksum, where this archive knows it.
    pub fn fact(&self, root: &Path, path: &str) -> Option<FileFact> {
        let number = *self.place(root, path)?.file.as_ref().ok()?;
        self.opened(number).map(|opened| opened.fact.clone())
    }

    /// How many files references lead to.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True where no reference leads to a file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// What came of a reference that leads to no file.
fn unopened(lost: Option<&FileFact>) -> (Status, Option<&'static str>) {
    match lost {
        Some(FileFact::Remote) => (Status::Remote, None),
        Some(FileFact::Outside) => (Status::Outside, None),
        Some(FileFact::Missing) => (Status::Missing, None),
        Some(FileFact::Directory) => (Status::Unreadable, Some("it is a directory, not a file")),
        _ => (Status::Unreadable, None),
    }
}

impl ReferredPlace {
    /// What the statement beside the file says about it.
    fn statement(&self, root: &Path, path: &str, opened: &Opened) -> Option<Arc<Binding>> {
        let read = || Binding::beside(root, path, opened.fact.sha256()).map(Arc::new);
        self.binding.get_or_init(read).clone()
    }
}

impl Opened {
    fn read(path: &Path, requests: &Wanted, memory: Option<&EvidenceMemory>) -> Arc<Self> {
        let bytes = match formats::bytes(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let fact = match error {
                    EvidenceError::TooLarge => file::checksum(path),
                    _ => FileFact::Unreadable,
                };
                let answers = requests.iter().map(|_| Err(error.clone())).collect();
                return Arc::new(Self::new(fact, requests, answers));
            }
        };
        let Some(EvidenceMemory(memory)) = memory else {
            return Arc::new(Self::of(bytes, requests));
        };
        let key = memory.key(|hash| {
            requests.hash(hash);
            hash.write(&bytes);
        });
        memory.get(&key).unwrap_or_else(|| {
            let weight = bytes.len();
            let opened = Arc::new(Self::of(bytes, requests));
            memory.keep(key, Arc::clone(&opened), weight);
            opened
        })
    }

    fn of(bytes: Vec<u8>, requests: &Wanted) -> Self {
        let fact = FileFact::Present {
            sha256: Some(file::checksum_of(&bytes)),
        };
        Self::new(fact, requests, answers(bytes, requests))
    }

    fn new(
        fact: FileFact,
        requests: &Wanted,
        answers: Vec<Result<Evidence, EvidenceError>>,
    ) -> Self {
        // No rule reads the points of a distribution.
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
            answers: requests.iter().cloned().zip(answers).collect(),
        }
    }
}

/// A reader that panics loses its own file and no other.
fn answers(bytes: Vec<u8>, requests: &Wanted) -> Vec<Result<Evidence, EvidenceError>> {
    let list: Vec<EvidenceRequest<'_>> = requests
        .iter()
        .map(|(format, select)| EvidenceRequest {
            format: format.as_deref(),
            select: select.as_deref(),
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

    fn archive<'r>(references: impl IntoIterator<Item = (&'r Path, Reference<'r>)>) -> Archive {
        let mut archive = Archive::default();
        for (root, reference) in references {
            archive.add(root, reference);
        }
        archive
    }

    #[test]
    fn a_file_is_held_until_its_last_user_is_done() {
        let (_folder, root) = project();
        let mut archive = Archive::default();
        let reference = Reference::to("evidence/a.json");
        let number = archive.add(&root, reference).expect("a file");
        archive.expect(number);
        archive.expect(number);
        archive.open(&[number]);
        let held = |archive: &Archive| archive.files[number].opened.is_made();
        let first = archive.reading(&root, reference).evidence.expect("read");
        archive.release(number);
        assert!(held(&archive));
        let again = archive.reading(&root, reference).evidence.expect("read");
        assert!(Arc::ptr_eq(&first, &again));
        archive.release(number);
        assert!(!held(&archive));
        // Whoever asks too late gets the same answer.
        assert_eq!(archive.reading(&root, reference).evidence, Some(first));
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
        let archive = archive(references);
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
        let held = archive([(root.as_path(), reference)]).reading(&root, reference);
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
        let archive = archive(
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
        let archive = archive([(root.as_path(), recorded), (root.as_path(), changed)]);
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
        let archive = archive(wanted.map(|(path, _)| (root.as_path(), Reference::to(path))));
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
