//! From paths to the files that may hold specifications.

use super::{BaselineChoice, LintError, Request, note};
use crate::{
    config::{FILE_NAME, Project, Projects},
    document::{
        read::Format,
        source::{display_name, folder, real_path},
    },
    finding::{NotChecked, Topic},
};
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

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
    /// True when one file may have been met under two names: through a link.
    linked: bool,
}

pub(super) fn files(request: &Request, projects: &mut Projects) -> Result<Found, LintError> {
    let mut found = Found::default();
    for path in &request.paths {
        let metadata = fs::metadata(path).map_err(|error| LintError::Path {
            path: path.clone(),
            reason: reason(&error),
        })?;
        if metadata.is_dir() {
            walk(path, &request.baseline, projects, &mut found)?;
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
    // A file that was named, and is met in a folder as well, counts as named.
    files.sort_by(|a, b| (!a.named, &a.name).cmp(&(!b.named, &b.name)));
    let mut seen: HashSet<PathBuf> = HashSet::new();
    for file in files.iter() {
        // What an editor holds of a file goes before what the disk holds of it.
        if file.bytes.is_some() {
            seen.insert(real_path(&file.path));
        }
    }
    files.retain(|file| file.bytes.is_some() || seen.insert(real_path(&file.path)));
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
        return match hook {
            true => Ok(()),
            false => Err(LintError::NoFormat(path.to_owned())),
        };
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

/// Every file below `start` whose name tells a format: what git ignores is left out, hidden
/// folders are, and links to folders are named rather than followed, so that loops cannot hurt.
fn walk(
    start: &Path,
    baseline: &BaselineChoice,
    projects: &mut Projects,
    found: &mut Found,
) -> Result<(), LintError> {
    let mut excludes = Excludes::default();
    let baselines = Baselines { named: baseline };
    let walker = ignore::WalkBuilder::new(start)
        .follow_links(false)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .build();
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.failures.push(error.to_string());
                continue;
            }
        };
        let path = entry.path();
        let Some(kind) = entry.file_type() else {
            continue;
        };
        if let Some(reason) = passed_over(path, kind, start) {
            found
                .notes
                .push(note(Topic::File(display_name(path)), reason));
            continue;
        }
        let Some(format) = Format::of(path).filter(|_| !kind.is_dir()) else {
            continue;
        };
        found.linked |= kind.is_symlink();
        let project = projects.of(folder(path), start)?;
        let is_ours = path.file_name().is_some_and(|name| name == FILE_NAME)
            || baselines.hold(path, &project);
        if !is_ours && !excludes.hold(path, &project) {
            found.files.push(File::at(path, format, project));
        }
    }
    found.notes.extend(excludes.notes());
    Ok(())
}

/// Why something that may hold a specification is not opened.
fn passed_over(path: &Path, kind: fs::FileType, start: &Path) -> Option<&'static str> {
    if kind.is_symlink() && path.is_dir() {
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
    path.file_name() == other.file_name() && path.canonicalize().ok() == other.canonicalize().ok()
}

/// The globs of each project that leave files out, and how many they did.
#[derive(Default)]
struct Excludes {
    globs: HashMap<PathBuf, GlobSet>,
    counts: BTreeMap<String, usize>,
}

impl Excludes {
    /// True when the configuration leaves the file out.
    fn hold(&mut self, path: &Path, project: &Project) -> bool {
        let patterns = &project.config.check.exclude;
        if patterns.is_empty() {
            return false;
        }
        let globs = self
            .globs
            .entry(project.root.clone())
            .or_insert_with(|| globs(patterns));
        let absolute = real_path(path);
        let folder = project.exclude_folder();
        let holds = globs.is_match(absolute.strip_prefix(folder).unwrap_or(path));
        if holds {
            *self.counts.entry(display_name(&project.root)).or_default() += 1;
        }
        holds
    }

    fn notes(self) -> impl Iterator<Item = NotChecked> {
        self.counts.into_iter().map(|(root, count)| {
            let root = if root.is_empty() {
                ".".to_owned()
            } else {
                root
            };
            let files = if count == 1 { "file is" } else { "files are" };
            note(
                Topic::Folder(root),
                format!("{count} {files} left out by `exclude` in {FILE_NAME}"),
            )
        })
    }
}

/// True for a link to something that exists elsewhere. A repository from a stranger must not make
/// us print what stands outside of it.
fn leads_out(link: &Path, start: &Path) -> bool {
    match (link.canonicalize(), start.canonicalize()) {
        (Ok(target), Ok(start)) => !target.starts_with(start),
        _ => false,
    }
}

/// True for a file that the configuration leaves out.
pub(super) fn is_left_out(path: &Path, project: &Project) -> bool {
    Excludes::default().hold(path, project)
}

/// The patterns are known to compile: the configuration was read with them.
fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns
        .iter()
        .filter_map(|pattern| Glob::new(pattern).ok())
    {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}
