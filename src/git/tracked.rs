//! The files that git tracks, whatever hides them from a walk.

use super::{
    ChangesError,
    repository::{Git, path},
};
use crate::disk::OnDisk;
use std::path::{Component, Path, PathBuf};

/// What git says of the files at or below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tracked {
    /// They are tracked, as paths below the folder, in the order of the index.
    Files {
        /// Those that are no submodules.
        files: Vec<PathBuf>,
        /// Submodules without a repository that can be asked, so that their files are not among them.
        absent: Vec<PathBuf>,
    },
    /// The folder lies in no repository.
    Nowhere,
    /// The folder lies in a repository that cannot be asked, or not in the one that is trusted; why.
    Unknown(String),
}

/// Asks the repository of the current directory about these folders; the answers are in their order.
///
/// The index is read, and no file of the work tree: no filter and no hook has a say.
pub fn tracked(folders: &[PathBuf]) -> Vec<Tracked> {
    // Found once, and only for a folder that lies in some repository.
    let mut here: Option<Result<Git, String>> = None;
    let mut answers = Vec::new();
    for folder in folders {
        let Ok(folder) = folder.resolve() else {
            answers.push(Tracked::Nowhere);
            continue;
        };
        let Some(nearest) = nearest(&folder) else {
            answers.push(Tracked::Nowhere);
            continue;
        };
        let git = here.get_or_insert_with(|| Git::here().map_err(reason));
        let files = match git {
            Ok(git) => files(git, &folder, nearest).map_err(reason),
            Err(reason) => Err(reason.clone()),
        };
        answers.push(files.unwrap_or_else(Tracked::Unknown));
    }
    answers
}

/// The folder of the repository that a folder lies in.
fn nearest(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|above| above.join(".git").look_at_link().is_ok())
}

/// Without the words about `--since`: nobody gave it.
fn reason(error: ChangesError) -> String {
    match error {
        ChangesError::NoGit(error) => format!("git cannot be run: {error}"),
        ChangesError::NoRepository { reason } | ChangesError::Failed(reason) => reason,
        other => other.to_string(),
    }
}

fn files(git: &Git, folder: &Path, nearest: &Path) -> Result<Tracked, ChangesError> {
    if !nearest.starts_with(&git.root) {
        let reason = "it is in a repository other than that of the current directory";
        return Err(ChangesError::Failed(reason.to_owned()));
    }
    // A submodule is one entry of the repository around it.
    let from = if git.root == nearest { folder } else { nearest };
    let mut found = IndexEntries::default();
    let mut pending = listed(git, from, &mut found)?;
    let mut is_known = git.root == nearest || !pending.is_empty() || !found.files.is_empty();
    while let Some(inner) = pending.pop() {
        is_known |= inner.root == nearest;
        let from = match folder.starts_with(&inner.root) {
            true => folder.to_owned(),
            false => inner.root.clone(),
        };
        pending.extend(listed(&inner, &from, &mut found)?);
    }
    if !is_known {
        let reason = "it is in a repository within that of the current directory, and no submodule";
        return Err(ChangesError::Failed(reason.to_owned()));
    }
    Ok(Tracked::Files {
        files: below(&found.files, folder),
        absent: below(&found.absent, folder),
    })
}

/// Those of some paths that lie below a folder, as they are called there.
fn below(paths: &[PathBuf], folder: &Path) -> Vec<PathBuf> {
    let below = paths.iter().filter_map(|at| at.strip_prefix(folder).ok());
    below.map(Path::to_owned).collect()
}

/// What indexes list: files, and submodules that cannot be asked.
#[derive(Default)]
struct IndexEntries {
    files: Vec<PathBuf>,
    absent: Vec<PathBuf>,
}

/// Adds the files of one repository at or below a folder, and answers with the submodules among them.
fn listed(git: &Git, from: &Path, found: &mut IndexEntries) -> Result<Vec<Git>, ChangesError> {
    let below = from.strip_prefix(&git.root).unwrap_or(Path::new(""));
    let lines = git.index(below)?.map_err(ChangesError::Failed)?;
    let lines = lines.split(|byte| *byte == 0);
    let mut submodules = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        // What is not understood must not be taken for a file that is not there.
        let Some((is_submodule, name)) = entry(line) else {
            let reason = "it lists a file in a way that is not known";
            return Err(ChangesError::Failed(reason.to_owned()));
        };
        let at = git.root.join(name);
        if !is_submodule {
            found.files.push(at);
        } else if let Some(inner) = git.submodule(&at) {
            submodules.push(inner);
        } else {
            found.absent.push(at);
        }
    }
    Ok(submodules)
}

/// Whether a line of the index stands for a submodule, and the path that it names.
fn entry(line: &[u8]) -> Option<(bool, PathBuf)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let name = path(line.get(tab + 1..)?);
    let is_below = name
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    is_below.then(|| (line.starts_with(b"160000 "), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_lead_out_are_not_understood() {
        let of = |mode: &str, name: &str| {
            entry(format!("{mode} {} 0\t{name}", "0".repeat(40)).as_bytes())
        };
        assert_eq!(
            of("100644", "a/b\nc"),
            Some((false, PathBuf::from("a/b\nc")))
        );
        assert_eq!(of("160000", "sub"), Some((true, PathBuf::from("sub"))));
        for name in ["../a", "/a", "a/../../b"] {
            assert_eq!(of("100644", name), None, "{name}");
        }
        assert_eq!(entry(b"100644"), None);
    }
}
