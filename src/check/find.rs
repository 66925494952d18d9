//! From paths to the files that may hold specifications, and to those that are not read and may hold some.

mod excludes;
mod hidden;
mod walk;

pub(super) use excludes::{Excludes, globs, is_left_out};
pub(super) use hidden::{Suspect, WhyUnread};

use super::{LintError, Request, note};
use crate::{
    config::{FILE_NAME, Project, Projects},
    disk::OnDisk,
    document::{
        read::Format,
        source::{display_name, folder, real_path},
    },
    finding::{NotChecked, Topic},
};
use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};
use walk::TrackedFiles;

/// A file to read.
#[derive(Debug)]
pub(super) struct File {
    pub path: PathBuf,
    /// What users see.
    pub name: String,
    pub format: Format,
    pub project: Arc<Project>,
    /// True when the file was named itself, not found in a folder.
    pub named: bool,
    /// True where the user expects an answer about this file in particular; a hook names anything.
    pub insisted: bool,
    /// False for standard input without a name: it stands nowhere, so it has no neighbours.
    pub placed: bool,
    /// The content where it does not come from the path: standard input.
    pub bytes: Option<Vec<u8>>,
}

impl File {
    /// A file on the disk that nobody named.
    pub(super) fn at(path: &Path, format: Format, project: Arc<Project>) -> Self {
        Self {
            path: path.to_owned(),
            name: display_name(path),
            format,
            project,
            named: false,
            insisted: false,
            placed: true,
            bytes: None,
        }
    }
}

/// What the paths of a request led to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sorted by name, each file once.
    pub files: Vec<File>,
    pub notes: Vec<NotChecked>,
    pub failures: Vec<String>,
    /// What is not read and may hold a document all the same.
    pub suspects: Vec<Suspect>,
    /// True when one file may have been met under two names: through a link.
    linked: bool,
    /// The folders of the request, without links.
    folders: Vec<PathBuf>,
}

impl Found {
    /// True for a project all of which is asked for.
    pub(super) fn is_whole(&self, project: &Project) -> bool {
        let root = real_path(&project.root);
        self.folders.iter().any(|folder| root.starts_with(folder))
    }

    /// True for a file whose service may have documents that the paths of the run do not lead to: one that was named,
    /// and one of a folder that is only a part of its project.
    pub(super) fn is_part(&self, file: &File) -> bool {
        let root = real_path(&file.project.root);
        let mut folders = self.folders.iter();
        file.placed && (file.named || !folders.any(|folder| root.starts_with(folder)))
    }
}

pub(super) fn files(request: &Request, projects: &mut Projects) -> Result<Found, LintError> {
    let mut found = Found::default();
    let mut index = TrackedFiles::of(&request.paths);
    for path in &request.paths {
        let metadata = path.look().map_err(|error| LintError::Path {
            path: path.clone(),
            reason: reason(&error),
        })?;
        if metadata.is_dir() {
            walk::walk(path, &request.baseline, &mut index, projects, &mut found)?;
            found.folders.push(real_path(path));
        } else {
            named(path, request.hook, projects, &mut found)?;
        }
    }
    if let Some((name, bytes)) = &request.stdin {
        found.files.push(stdin(name.as_deref(), bytes, projects)?);
    }
    // A single folder without links cannot lead to one file twice.
    if found.linked || request.paths.len() + usize::from(request.stdin.is_some()) > 1 {
        keep_each_once(&mut found.files);
    }
    found.files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// One entry for each file, whatever names led to it.
fn keep_each_once(files: &mut Vec<File>) {
    let mut met: Vec<(PathBuf, File)> = files
        .drain(..)
        .map(|file| (real_path(&file.path), file))
        .collect();
    // A file stands where it is, and not where a link to it is: its folder says what it belongs to.
    met.sort_by_cached_key(|(_, file)| (file.path.is_link(), !file.named, file.name.clone()));
    let mut seen: HashSet<PathBuf> = HashSet::new();
    let mut named: HashMap<PathBuf, bool> = HashMap::new();
    for (real, file) in &met {
        // What an editor holds of a file goes before what the disk holds of it.
        if file.bytes.is_some() {
            seen.insert(real.clone());
        } else if file.named {
            *named.entry(real.clone()).or_default() |= file.insisted;
        }
    }
    for (real, mut file) in met {
        // One that was named, and is met in a folder as well, counts as named.
        if let Some(insisted) = named.get(&real).filter(|_| !file.named) {
            (file.named, file.insisted) = (true, *insisted);
        }
        if file.bytes.is_some() || seen.insert(real) {
            files.push(file);
        }
    }
}

/// A file that the user named: it is checked whatever ignore files say, and a name that tells no
/// format is an error, for the user expects an answer.
fn named(
    path: &Path,
    hook: bool,
    projects: &mut Projects,
    found: &mut Found,
) -> Result<(), LintError> {
    if path.file_name().is_some_and(|name| name == FILE_NAME) {
        projects.of(folder(path), folder(path))?;
        found.notes.push(note(
            Topic::File(display_name(path)),
            "configuration, not a specification: it was read and is valid",
        ));
        return Ok(());
    }
    let Some(format) = Format::of(path) else {
        if !hook {
            return Err(LintError::NoFormat(path.to_owned()));
        }
        if hidden::may_hide(path) {
            let project = projects.of(folder(path), folder(path))?;
            found.suspect(path, project, WhyUnread::Name);
        }
        return Ok(());
    };
    let project = projects.of(folder(path), folder(path))?;
    found.files.push(File {
        named: true,
        insisted: !hook,
        ..File::at(path, format, project)
    });
    Ok(())
}

/// Standard input stands where its name says, so that configuration and references resolve.
fn stdin(given: Option<&str>, bytes: &[u8], projects: &mut Projects) -> Result<File, LintError> {
    let path = PathBuf::from(given.unwrap_or("stdin"));
    if path.extension().is_some() && Format::of(&path).is_none() {
        return Err(LintError::NoFormat(path));
    }
    // JSON is YAML as well, but its errors are explained better as JSON.
    let starts_like_json = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|byte| matches!(byte, b'{' | b'['));
    let format = Format::of(&path).unwrap_or(if starts_like_json {
        Format::Json
    } else {
        Format::Yaml
    });
    let project = projects.of(folder(&path), folder(&path))?;
    Ok(File {
        named: true,
        insisted: true,
        placed: given.is_some(),
        bytes: Some(bytes.to_vec()),
        ..File::at(&path, format, project)
    })
}

impl Found {
    fn suspect(&mut self, path: &Path, project: Arc<Project>, cause: WhyUnread) {
        self.suspects.push(Suspect {
            path: path.to_owned(),
            name: display_name(path),
            project,
            cause,
        });
    }
}

pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}
