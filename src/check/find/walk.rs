//! Walks through folders, to the files that are read and to those that may hide a document.

use super::{File, Found, WhyUnread, excludes::Excludes, hidden};
use crate::{
    check::{BaselineChoice, LintError, note},
    config::{FILE_NAME, Project, Projects},
    disk::{self, DiskWalk, OnDisk, WalkPlan},
    document::{
        read::Format,
        source::{display_name, folder},
    },
    finding::Topic,
    git::{self, Tracked},
    units::counted,
};
use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    thread,
};

/// Outside of a repository, so many files and folders are looked at for what a walk does not meet.
const MOST_ENTRIES: usize = 50_000;

/// What git tracks in the folders of a run. Git reads its index while the first of them is walked.
pub(super) struct TrackedFiles {
    folders: Vec<PathBuf>,
    asked: Option<thread::JoinHandle<Vec<Tracked>>>,
    answers: Vec<Tracked>,
}

impl TrackedFiles {
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        let mut folders = Vec::new();
        for path in paths {
            if path.holds_folder() {
                folders.push(path.clone());
            }
        }
        let asked = folders.clone();
        Self {
            asked: (!folders.is_empty()).then(|| thread::spawn(move || git::tracked(&asked))),
            folders,
            answers: Vec::new(),
        }
    }

    /// The answer about one of the folders.
    fn about(&mut self, folder: &Path) -> Tracked {
        if let Some(asked) = self.asked.take() {
            self.answers = asked.join().unwrap_or_default();
        }
        let at = self.folders.iter().position(|known| known == folder);
        let answer = at.and_then(|at| self.answers.get(at)).cloned();
        answer.unwrap_or_else(|| Tracked::Unknown("it was not asked".to_owned()))
    }
}

/// Every file below `start` whose name tells a format. Ignore files and hidden names leave files out, save
/// those that git tracks; links to folders are named rather than followed, so that loops cannot hurt.
pub(super) fn walk(
    start: &Path,
    baseline: &BaselineChoice,
    index: &mut TrackedFiles,
    projects: &mut Projects,
    found: &mut Found,
) -> Result<(), LintError> {
    let mut walk = FolderWalk {
        start,
        baselines: Baselines { named: baseline },
        excludes: Excludes::default(),
        met: HashSet::new(),
        projects,
        found,
    };
    walk.all()?;
    match index.about(start) {
        Tracked::Files { files, absent } => {
            walk.reveal(&files)?;
            walk.absent(&absent);
        }
        Tracked::Nowhere => drop(walk.rest()?),
        Tracked::Unknown(reason) => walk.untold(&reason)?,
    }
    let notes = walk.excludes.notes();
    walk.found.notes.extend(notes);
    Ok(())
}

/// A walk through one folder.
struct FolderWalk<'w> {
    start: &'w Path,
    baselines: Baselines<'w>,
    excludes: Excludes,
    /// Everything that was visited.
    met: HashSet<PathBuf>,
    projects: &'w mut Projects,
    found: &'w mut Found,
}

impl FolderWalk<'_> {
    /// Visits what no ignore file and no name hides.
    fn all(&mut self) -> Result<(), LintError> {
        for entry in DiskWalk::new(self.start, WalkPlan::Plain) {
            match entry {
                Ok(entry) => {
                    if let Some(kind) = entry.file_type() {
                        self.visit(entry.path(), kind)?;
                    }
                }
                Err(error) => self.found.failures.push(error.to_string()),
            }
        }
        Ok(())
    }

    fn visit(&mut self, path: &Path, kind: fs::FileType) -> Result<(), LintError> {
        if let Some(reason) = passed_over(path, kind, self.start) {
            let topic = Topic::File(display_name(path));
            self.found.notes.push(note(topic, reason));
            self.met.insert(path.to_owned());
            // What a link within the folder leads to is met where it is.
            if path.holds_folder() && !leads_out(path, self.start) {
                return Ok(());
            }
            let project = self.projects.of(folder(path), self.start)?;
            if self.excludes.place(path, &project).is_none() {
                self.found.suspect(path, project, WhyUnread::Link);
            }
            return Ok(());
        }
        if kind.is_dir() {
            return Ok(());
        }
        let format = Format::of(path);
        if format.is_none() && !hidden::may_hide(path) {
            return Ok(());
        }
        self.met.insert(path.to_owned());
        let project = self.projects.of(folder(path), self.start)?;
        if path.file_name().is_some_and(|name| name == FILE_NAME) {
            return Ok(());
        }
        if self.baselines.hold(path, &project) {
            self.found.suspect(path, project, WhyUnread::Baseline);
        } else if let Some(place) = self.excludes.place(path, &project) {
            self.found
                .suspect(path, project, WhyUnread::Excluded(place));
        } else if let Some(format) = format {
            self.found.linked |= kind.is_symlink();
            self.found.files.push(File::at(path, format, project));
        } else if kind.is_symlink() && leads_out(path, self.start) {
            self.found.suspect(path, project, WhyUnread::Link);
        } else {
            self.found.suspect(path, project, WhyUnread::Name);
        }
        Ok(())
    }

    /// Visits what git tracks and the walk did not meet. An ignore file that hides it is no reason to leave it
    /// out: it is a part of the repository.
    fn reveal(&mut self, tracked: &[PathBuf]) -> Result<(), LintError> {
        for name in tracked {
            let format = Format::of(name);
            if format.is_none() && !hidden::may_hide(name) {
                continue;
            }
            let path = self.start.join(name);
            if self.met.contains(&path) {
                continue;
            }
            // Deleted, or not checked out.
            let Ok(metadata) = path.look_at_link() else {
                continue;
            };
            let kind = metadata.file_type();
            let is_file = kind.is_file();
            // What hides a file may well be right about what it is not.
            if format.is_none_or(|format| !is_file || hidden::is_worth_reading(&path, format)) {
                self.visit(&path, kind)?;
            }
        }
        Ok(())
    }

    /// Says of submodules that git cannot list their files.
    fn absent(&mut self, submodules: &[PathBuf]) {
        for name in submodules {
            let folder = self.start.join(name);
            let topic = Topic::Folder(display_name(&folder));
            let is_empty = disk::entries(&folder).map_or(true, |files| files.is_empty());
            let reason = match is_empty {
                true => "this submodule is not checked out, so nothing in it is checked",
                false => {
                    "hidden files of this submodule are not read: its repository is not in that of the superproject"
                }
            };
            self.found.notes.push(note(topic, reason));
        }
    }

    /// Suspects what ignore files and hidden names keep from a walk; how many files that are.
    fn rest(&mut self) -> Result<usize, LintError> {
        let walker = DiskWalk::new(self.start, WalkPlan::Everything);
        let mut count = 0;
        for (number, entry) in walker.enumerate() {
            if number == MOST_ENTRIES {
                let reason = format!(
                    "only the first {MOST_ENTRIES} files and folders were searched for documents that ignore files hide"
                );
                let topic = Topic::Folder(display_name(self.start));
                self.found.notes.push(note(topic, reason));
                break;
            }
            // What cannot be read was told by the walk, or is hidden.
            let Ok(entry) = entry else { continue };
            let path = entry.path();
            let is_new = entry.is_file() && !self.met.contains(path);
            if !is_new || (Format::of(path).is_none() && !hidden::may_hide(path)) {
                continue;
            }
            count += usize::from(Format::of(path).is_some());
            // What is hidden configures nothing.
            let project = self.projects.of(self.start, self.start)?;
            match self.excludes.place(path, &project) {
                Some(place) => self
                    .found
                    .suspect(path, project, WhyUnread::Excluded(place)),
                None => self.found.suspect(path, project, WhyUnread::Ignored),
            }
        }
        Ok(count)
    }

    /// Does without git, and says so where it matters.
    fn untold(&mut self, reason: &str) -> Result<(), LintError> {
        let count = self.rest()?;
        if count > 0 {
            let files = counted(count, "file");
            let reason = format!(
                "{files} hidden by ignore files or names not read, tracked or not, because git cannot be asked: {reason}"
            );
            let topic = Topic::Folder(display_name(self.start));
            self.found.notes.push(note(topic, reason));
        }
        Ok(())
    }
}

/// Why something that may hold a specification is not opened.
fn passed_over(path: &Path, kind: fs::FileType, start: &Path) -> Option<&'static str> {
    if kind.is_symlink() && path.holds_folder() {
        return Some(
            "a symbolic link to a folder is not followed; name the folder itself to check it",
        );
    }
    Format::of(path)?;
    if kind.is_symlink() && leads_out(path, start) {
        return Some(
            "a symbolic link out of the folder is not followed; name the file itself to check it",
        );
    }
    let is_special = !kind.is_file() && !kind.is_dir() && !kind.is_symlink();
    is_special.then_some("it is no regular file, so it was not read")
}

/// The files of known findings, which are no specifications.
struct Baselines<'b> {
    named: &'b BaselineChoice,
}

impl Baselines<'_> {
    fn hold(&self, path: &Path, project: &Project) -> bool {
        let named = match self.named {
            BaselineChoice::File(file) => is_same(path, file),
            BaselineChoice::Configured | BaselineChoice::Ignored => false,
        };
        named || project.baselines().any(|baseline| is_same(path, &baseline))
    }
}

/// True for two names of one file. Most files are called otherwise, and resolving links costs system calls.
fn is_same(path: &Path, other: &Path) -> bool {
    path.file_name() == other.file_name() && path.resolve().ok() == other.resolve().ok()
}

/// True for a link to something that exists elsewhere. A repository from a stranger must not make
/// us print what stands outside of it.
fn leads_out(link: &Path, start: &Path) -> bool {
    match (link.resolve(), start.resolve()) {
        (Ok(target), Ok(start)) => !target.starts_with(start),
        _ => false,
    }
}
