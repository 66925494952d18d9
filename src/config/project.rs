//! The folder that a file's references and its service's name belong to.

use super::{CodeOwners, Config, ConfigError, FILE_NAME};
use crate::document::{
    Document,
    read::{decode, io_reason},
    source::{Source, folder},
};
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// The largest configuration that is read.
const MAX_BYTES: u64 = 1_000_000;

/// A root folder and its configuration. Evidence paths are relative to the root, and services
/// are joined by name within it.
#[derive(Debug)]
pub struct Project {
    /// The folder of the nearest `servelint.toml` upwards; else of the nearest `.git`; else the
    /// folder that the walk began with.
    pub root: PathBuf,
    /// The configuration in effect.
    pub config: Config,
    /// The file it came from; `None` means the defaults.
    pub file: Option<PathBuf>,
    /// The owners of its files; read only where approvers are compared with them.
    owners: Option<CodeOwners>,
}

impl Project {
    fn new(root: PathBuf, config: Config, file: Option<PathBuf>) -> Self {
        let owners = config
            .policy
            .approvers_must_own
            .then(|| CodeOwners::of(&root))
            .flatten();
        Self {
            root,
            config,
            file,
            owners,
        }
    }

    /// What the globs of the configuration are relative to: the folder of its file.
    pub fn folder(&self) -> PathBuf {
        match &self.file {
            Some(file) => absolute(folder(file)),
            None => self.root.clone(),
        }
    }

    /// The file of the configuration as it is written, for those who say where a setting comes from.
    pub fn written(&self) -> Option<Document> {
        let source = source(self.file.as_ref()?).ok()?;
        crate::document::read::parse(&source, crate::document::read::Format::Toml)
            .documents
            .into_iter()
            .next()
    }

    /// The baseline that the configuration names.
    pub fn baseline(&self) -> Option<PathBuf> {
        let name = self.config.check.baseline.as_ref()?;
        let folder = self
            .file
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(&self.root);
        Some(folder.join(name))
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

/// Finds the project of each folder, reading each configuration once.
#[derive(Debug, Default)]
pub struct Projects {
    /// By folder as it was given: most files share theirs, and resolving links costs system calls.
    by_folder: HashMap<PathBuf, Arc<Project>>,
    by_root: BTreeMap<PathBuf, Arc<Project>>,
    fixed: Option<(PathBuf, Config)>,
}

impl Projects {
    /// Each project uses its own configuration, or all use the one in `fixed` (`--config`).
    pub fn new(fixed: Option<&Path>) -> Result<Self, ConfigError> {
        let fixed = match fixed {
            Some(file) => Some((file.to_owned(), read(file)?)),
            None => None,
        };
        Ok(Self {
            fixed,
            ..Self::default()
        })
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
        let (root, file) = locate(&absolute(folder), &absolute(start));
        let project = match self.by_root.get(&root) {
            Some(project) => Arc::clone(project),
            None => {
                let project = Arc::new(self.read(&root, file)?);
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

/// The absolute path of a folder that need not exist yet, without links in the part that does.
pub fn real_folder(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for ancestor in folder.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(ancestor), folder.strip_prefix(ancestor)) {
            return real.join(rest);
        }
    }
    folder
}

impl Projects {
    /// The project with this root, whose configuration is in `file` unless one is fixed for all.
    fn read(&self, root: &Path, file: Option<PathBuf>) -> Result<Project, ConfigError> {
        let (config, file) = match (&self.fixed, file) {
            (Some((path, config)), _) => (config.clone(), Some(path.clone())),
            (None, Some(file)) => (read(&file)?, Some(file)),
            (None, None) => (Config::default(), None),
        };
        Ok(Project::new(root.to_owned(), config, file))
    }
}

fn locate(folder: &Path, start: &Path) -> (PathBuf, Option<PathBuf>) {
    for ancestor in folder.ancestors() {
        let file = ancestor.join(FILE_NAME);
        // A folder or a link to nowhere of this name is an error when it is read, not passed over.
        if file.symlink_metadata().is_ok() {
            return (ancestor.to_owned(), Some(file));
        }
        // What stands above a repository was not decided by its team.
        if ancestor.join(".git").exists() {
            return (ancestor.to_owned(), None);
        }
    }
    (start.to_owned(), None)
}

fn read(file: &Path) -> Result<Config, ConfigError> {
    Config::parse(&source(file)?)
}

fn source(file: &Path) -> Result<Arc<Source>, ConfigError> {
    let text = text(file).map_err(|reason| ConfigError::Unreadable {
        path: file.to_owned(),
        reason,
    })?;
    let name = crate::document::source::display_name(file);
    Ok(Arc::new(Source {
        name,
        path: file.to_owned(),
        text,
    }))
}

/// The text of a file, or why it has none.
fn text(file: &Path) -> Result<String, String> {
    let bytes = content(file).map_err(|error| io_reason(&error, "file"))?;
    decode(bytes).map_err(|error| error.to_string())
}

/// The text of a configuration is short; a device or a folder of that name has none.
fn content(file: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(file)?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits.
    fs::File::open(file)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(io::Error::other(
            "it is larger than 1 MB, so it is not a configuration",
        )),
        false => Ok(bytes),
    }
}

/// An absolute path without `.` and `..`, links kept: two spellings of one folder must agree.
fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}
