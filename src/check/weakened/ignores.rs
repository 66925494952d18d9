//! Documents that ignore files of the change hide, and those of the base do not.

use super::{Weakening, line};
use crate::{
    check::{
        LintError,
        find::{self, File, Found},
    },
    config::Projects,
    disk::{self, OnDisk},
    document::{
        read::{self, Format},
        source::{display_name, folder, real_path},
    },
    git::Snapshot,
    units::first_named,
};
use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

/// The files that hide others, the strongest first.
const NAMES: [&str; 2] = [".ignore", ".gitignore"];
/// Names in a message.
const SHOWN: usize = 3;

/// A document that the change hides.
#[derive(Debug)]
pub(in crate::check) struct Hidden {
    pub path: PathBuf,
    /// The file that hides it, and the number of the line.
    by: (PathBuf, usize),
    pattern: String,
}

/// Ignore files of a work tree or of a revision.
struct IgnoreFiles<'s> {
    snapshot: Option<&'s Snapshot>,
    known: HashMap<PathBuf, Gitignore>,
}

/// What hides a path: the file, the number of the line and its pattern.
type Hiding = ((PathBuf, usize), String);

impl IgnoreFiles<'_> {
    /// What hides a path, by the files of its folder and of those above it up to the root.
    fn hides(&mut self, path: &Path, is_folder: bool, root: &Path) -> Option<Hiding> {
        for name in NAMES {
            for folder in path.ancestors().skip(1) {
                if !folder.starts_with(root) {
                    break;
                }
                let file = folder.join(name);
                match self.rows(&file).matched(path, is_folder) {
                    Match::None => {}
                    Match::Whitelist(_) => return None,
                    Match::Ignore(glob) => {
                        let number = glob.from().and_then(|from| from.to_str()?.parse().ok());
                        let pattern = glob.original().to_owned();
                        return Some(((file, number.unwrap_or(1)), pattern));
                    }
                }
            }
        }
        None
    }

    fn rows(&mut self, file: &Path) -> &Gitignore {
        if !self.known.contains_key(file) {
            let rows = self.read(file);
            self.known.insert(file.to_owned(), rows);
        }
        &self.known[file]
    }

    fn read(&self, file: &Path) -> Gitignore {
        let bytes = match self.snapshot {
            Some(snapshot) => snapshot.read(file).ok().flatten(),
            None => read::bytes_of(file).ok(),
        };
        let Some(bytes) = bytes else {
            return Gitignore::empty();
        };
        let mut rows = GitignoreBuilder::new(folder(file));
        let text = String::from_utf8_lossy(&bytes);
        for (number, row) in (1..).zip(text.lines()) {
            // A pattern that is none hides nothing.
            let _ = rows.add_line(Some(PathBuf::from(usize::to_string(&number))), row);
        }
        rows.build().unwrap_or_else(|_| Gitignore::empty())
    }
}

/// The documents below these folders that only the change hides.
pub(in crate::check) fn hidden(base: &Snapshot, starts: &[PathBuf]) -> Vec<Hidden> {
    let root = base.root();
    let mut before = IgnoreFiles {
        snapshot: Some(base),
        known: HashMap::new(),
    };
    let mut now = IgnoreFiles {
        snapshot: None,
        known: HashMap::new(),
    };
    let mut hidden = Vec::new();
    for start in starts {
        let start = real_path(start);
        if !start.holds_folder() || !start.starts_with(root) {
            continue;
        }
        let mut folders: Vec<(PathBuf, Option<Hiding>)> = vec![(start.clone(), None)];
        while let Some((folder, above)) = folders.pop() {
            for entry in entries(&folder) {
                let is_folder = entry.holds_folder() && !entry.is_link();
                // What the base hides was never checked.
                if before.hides(&entry, is_folder, root).is_some() {
                    continue;
                }
                let by = above.clone().or_else(|| now.hides(&entry, is_folder, root));
                match (is_folder, by) {
                    (true, by) => folders.push((entry, by)),
                    (false, Some((by, pattern))) if is_document(&entry) => hidden.push(Hidden {
                        path: entry,
                        by,
                        pattern,
                    }),
                    (false, _) => {}
                }
            }
        }
    }
    hidden.sort_by(|a, b| a.path.cmp(&b.path));
    hidden.dedup_by(|a, b| a.path == b.path);
    hidden
}

/// What a folder holds, save what is hidden by its name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let is_named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        !name.to_string_lossy().starts_with('.')
    };
    let entries = disk::entries(folder).into_iter().flatten();
    entries.map(|entry| entry.path).filter(is_named).collect()
}

/// True for a file that may hold a document or a manifest.
fn is_document(path: &Path) -> bool {
    const VERSION: &[u8] = b"apiVersion";
    if Format::of(path).is_none() || !path.holds_file() {
        return false;
    }
    let bytes = read::bytes_of(path).unwrap_or_default();
    bytes.windows(VERSION.len()).any(|window| window == VERSION)
}

/// One for each line that hides documents.
pub(super) fn weakenings(hidden: &[Hidden], found: &mut Vec<Weakening>) {
    let mut by_line: BTreeMap<&(PathBuf, usize), (&str, Vec<String>)> = BTreeMap::new();
    for one in hidden {
        let (_, names) = by_line.entry(&one.by).or_insert((&one.pattern, Vec::new()));
        names.push(display_name(&one.path));
    }
    for ((file, number), (pattern, names)) in by_line {
        let what = format!("an ignore file leaves out {}", first_named(&names, SHOWN));
        found.push(Weakening::new(line(file, *number), what, "none", pattern));
    }
}

/// Adds the documents that only the change hides to those that are checked, and forgets those that the base leaves
/// out in another way.
pub(in crate::check) fn show(
    hidden: &mut Vec<Hidden>,
    found: &mut Found,
    projects: &mut Projects,
) -> Result<(), LintError> {
    if hidden.is_empty() {
        return Ok(());
    }
    let mut shown = Vec::new();
    for one in std::mem::take(hidden) {
        let above = folder(&one.path);
        let Some(format) = Format::of(&one.path) else {
            continue;
        };
        let project = projects.of(above, above)?;
        if !find::is_left_out(&one.path, &project) {
            found.files.push(File::at(&one.path, format, project));
            shown.push(one);
        }
    }
    *hidden = shown;
    found.files.sort_by(|a, b| a.name.cmp(&b.name));
    // A file that the user named is there already.
    found.files.dedup_by(|a, b| a.name == b.name);
    Ok(())
}
