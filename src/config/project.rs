//! The folder that a file's references and its service's name belong to.

use super::{
    CodeOwners, Config, ConfigError, FILE_NAME,
    shelf::{Shelf, Shelved},
};
use crate::disk::OnDisk;
use crate::{
    document::source::{folder, real_folder},
    git::Snapshot,
};
use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A root folder and its configuration. Evidence paths are relative to the root, and services
/// are joined by name within it.
#[derive(Debug)]
pub struct Project {
    /// The folder of the nearest `servelint.toml` upwards; else of the nearest `.git`; else the
    /// folder that the walk began with.
    pub root: PathBuf,
    /// The configuration in effect.
    pub config: Config,
    /// The nearest of the files that it comes from; `None` means the defaults.
    pub file: Option<PathBuf>,
    /// All of them, the uppermost first.
    pub files: Vec<PathBuf>,
    /// The SHA-256 of the uppermost of them.
    pub digest: Option<String>,
    /// The configuration at hand, where another revision has the say.
    pub proposal: Option<Proposal>,
    exclude_folder: PathBuf,
    /// The owners of its files; read only where approvers are compared with them.
    owners: Option<Arc<CodeOwners>>,
}

/// What a change proposes in the place of the configuration of the revision that it started from.
#[derive(Debug)]
pub struct Proposal {
    /// The configuration at hand.
    pub config: Config,
    /// The files that it comes from, the uppermost first.
    pub files: Vec<PathBuf>,
    /// Those of the revision.
    pub past: Vec<PathBuf>,
    /// Why those cannot be used.
    pub unreadable: Option<String>,
}

impl Proposal {
    /// True where the revision has no configuration for the project, so that the one at hand is in effect.
    pub fn is_first(&self) -> bool {
        self.past.is_empty() && !self.files.is_empty()
    }
}

impl Project {
    fn new(
        root: &Path,
        in_effect: Shelved,
        proposal: Option<Proposal>,
        owners: impl FnOnce() -> Option<Arc<CodeOwners>>,
    ) -> Self {
        let must_own = in_effect.config.policy.approvers_must_own;
        let exclude_folder = folder_of(&in_effect.config, "check.exclude");
        Self {
            root: root.to_owned(),
            config: in_effect.config,
            file: in_effect.files.last().cloned(),
            files: in_effect.files,
            digest: in_effect.digest,
            // A file that was named for all stands for one in each root.
            exclude_folder: exclude_folder
                .filter(|folder| root.starts_with(folder))
                .unwrap_or_else(|| root.to_owned()),
            proposal,
            owners: must_own.then(owners).flatten(),
        }
    }

    /// What the globs of `exclude` are relative to.
    pub fn exclude_folder(&self) -> &Path {
        &self.exclude_folder
    }

    /// What the globs of the configuration are relative to: the folder of its file.
    pub fn folder(&self) -> PathBuf {
        match &self.file {
            Some(file) => absolute(folder(file)),
            None => self.root.clone(),
        }
    }

    /// True where the configuration of a revision has the say.
    pub fn is_past(&self) -> bool {
        let proposal = self.proposal.as_ref();
        proposal.is_some_and(|proposal| !proposal.is_first() && proposal.unreadable.is_none())
    }

    /// The baselines that are named, by the configuration in effect or by the one at hand: they hold no
    /// specification.
    pub fn baselines(&self) -> impl Iterator<Item = PathBuf> {
        let proposed = self.proposal.as_ref();
        let proposed = proposed.and_then(|proposal| baseline(&proposal.config));
        self.baseline().into_iter().chain(proposed)
    }

    /// The baseline that the configuration names.
    pub fn baseline(&self) -> Option<PathBuf> {
        baseline(&self.config)
    }

    /// Who owns a file by `CODEOWNERS`, where approvers are compared with them; nobody without such a
    /// file.
    pub fn owners(&self, file: &Path) -> Option<&[String]> {
        self.config
            .policy
            .approvers_must_own
            .then(|| match &self.owners {
                Some(owners) => owners.owners(&absolute(file)),
                None => &[],
            })
    }
}

/// The baseline that a configuration names, relative to the file that names it.
pub(crate) fn baseline(config: &Config) -> Option<PathBuf> {
    let name = config.check.baseline.as_ref()?;
    let place = config.places.get("check.baseline")?;
    let above = place.source.path.parent().unwrap_or(Path::new(""));
    Some(above.join(name))
}

/// The folder, without links, of the file that sets a key.
pub(crate) fn folder_of(config: &Config, key: &str) -> Option<PathBuf> {
    let place = config.places.get(key)?;
    Some(absolute(folder(&place.source.path)))
}

/// Finds the project of each folder, reading each configuration once.
#[derive(Debug, Default)]
pub struct Projects {
    /// By folder as it was given: most files share theirs, and resolving links costs system calls.
    by_folder: HashMap<PathBuf, Arc<Project>>,
    by_root: BTreeMap<PathBuf, Arc<Project>>,
    /// The file that all use.
    fixed: Option<PathBuf>,
    here: Shelf,
    /// What has the say, where that is another revision.
    past: Option<PastPolicy>,
}

/// The revision that has the say.
#[derive(Debug)]
struct PastPolicy {
    shelf: Shelf,
    owners: Option<Arc<CodeOwners>>,
}

impl Projects {
    /// Each project uses its own configuration, or all use the one in `fixed` (`--config`).
    pub fn new(fixed: Option<&Path>) -> Result<Self, ConfigError> {
        Self::judged_by(fixed, None)
    }

    /// The same as they are at a revision; those at hand are kept beside them.
    pub fn judged_by(
        fixed: Option<&Path>,
        snapshot: Option<&Arc<Snapshot>>,
    ) -> Result<Self, ConfigError> {
        let mut projects = Self {
            fixed: fixed.map(Path::to_owned),
            past: snapshot.map(|snapshot| PastPolicy {
                shelf: Shelf::of(snapshot),
                owners: CodeOwners::at(snapshot).map(Arc::new),
            }),
            ..Self::default()
        };
        if let Some(file) = fixed {
            projects.here.alone(file)?;
        }
        Ok(projects)
    }

    /// Who owns which file, where another revision has the say.
    pub fn past_owners(&self) -> Option<&Arc<CodeOwners>> {
        self.past.as_ref()?.owners.as_ref()
    }

    /// Every project seen so far, by root.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Project>> {
        self.by_root.values()
    }

    /// The project of the files in `folder`, where the walk began at `start`.
    pub fn of(&mut self, folder: &Path, start: &Path) -> Result<Arc<Project>, ConfigError> {
        if let Some(project) = self.by_folder.get(folder) {
            return Ok(Arc::clone(project));
        }
        let (root, _) = locate(&absolute(folder), &absolute(start));
        let project = match self.by_root.get(&root) {
            Some(project) => Arc::clone(project),
            None => {
                let project = Arc::new(self.read(&root)?);
                self.by_root.insert(root, Arc::clone(&project));
                project
            }
        };
        self.by_folder
            .insert(folder.to_owned(), Arc::clone(&project));
        Ok(project)
    }
}

/// The configuration that governs the files of `folder`, which need not exist yet; `None` where it
/// is the defaults.
pub fn governing(folder: &Path) -> Option<PathBuf> {
    let folder = real_folder(folder);
    locate(&folder, &folder).1
}

impl Projects {
    /// The project with this root, with the configuration of its folder unless one is fixed for all.
    fn read(&mut self, root: &Path) -> Result<Project, ConfigError> {
        let fixed = self.fixed.clone();
        let here = match &fixed {
            Some(file) => self.here.alone(file)?,
            None => self.here.effective(root)?,
        };
        let Some(past) = &mut self.past else {
            let owners = || CodeOwners::of(root).map(Arc::new);
            return Ok(Project::new(root, here, None, owners));
        };
        let read = match &fixed {
            Some(file) => past.of_file(file, &here),
            None => past.shelf.effective(root),
        };
        let (before, unreadable) = match read {
            Ok(before) => (before, None),
            Err(error) => (Shelved::default(), Some(error.to_string())),
        };
        let proposal = Proposal {
            config: here.config.clone(),
            files: here.files.clone(),
            past: before.files.clone(),
            unreadable,
        };
        let in_effect = match proposal.is_first() || proposal.unreadable.is_some() {
            true => here,
            false => before,
        };
        let owners = || past.owners.clone();
        Ok(Project::new(root, in_effect, Some(proposal), owners))
    }
}

impl PastPolicy {
    /// The file that all use, as it was. One outside of the repository is no part of any change.
    fn of_file(&mut self, file: &Path, here: &Shelved) -> Result<Shelved, ConfigError> {
        let snapshot = self.shelf.snapshot.as_ref();
        let Some(place) = snapshot.and_then(|snapshot| snapshot.place(file)) else {
            return Ok(here.clone());
        };
        if !self.shelf.has(&place) {
            return Ok(Shelved::default());
        }
        Ok(Shelved {
            // The same file, as the one at hand is spelt.
            files: here.files.clone(),
            ..self.shelf.alone(&place)?
        })
    }
}

fn locate(folder: &Path, start: &Path) -> (PathBuf, Option<PathBuf>) {
    for ancestor in folder.ancestors() {
        let file = ancestor.join(FILE_NAME);
        // A folder or a link to nowhere of this name is an error when it is read, not passed over.
        if file.look_at_link().is_ok() {
            return (ancestor.to_owned(), Some(file));
        }
        // What stands above a repository was not decided by its team.
        if ancestor.join(".git").is_there() {
            return (ancestor.to_owned(), None);
        }
    }
    (start.to_owned(), None)
}

/// An absolute path without `.` and `..`, links kept: two spellings of one folder must agree.
fn absolute(path: &Path) -> PathBuf {
    path.resolve()
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}
