//! What differs from a git revision.
//!
//! Owns [`Changes`]: which files of the repositories at hand are not as they were, and what the
//! others held. The only module that runs git. It asks questions only, never writes, takes no lock,
//! and hands git no argument that it could take for an option.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    io::{self, Write},
    path::{Component, Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// Larger files are no documents.
const MAX_BYTES: usize = crate::syntax::MAX_BYTES;

/// Variables that point git at another repository than the one that a path lies in; git sets them
/// for its hooks.
const FOREIGN: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// Why it is not known what changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// Git did not start.
    #[error("`--since` needs git, which cannot be run: {0}\n  help: install git, or check without `--since`")]
    NoGit(io::Error),
    /// The path lies in no repository, or in one that git does not open.
    #[error("`--since` needs a git repository: {reason}\n  help: check without `--since`")]
    NoRepository {
        /// What git says.
        reason: String,
    },
    /// There is no such revision.
    #[error("`{revision}` is no revision of the repository {repository}\n  help: {help}")]
    NoRevision {
        /// As it was given.
        revision: String,
        /// The folder of the repository.
        repository: String,
        /// What to do.
        help: &'static str,
    },
    /// Git failed on the way.
    #[error("git cannot say what changed: {0}")]
    Failed(String),
}

/// What differs between the files at hand and a revision.
#[derive(Debug)]
pub struct Changes {
    /// The revision as it was given.
    pub revision: String,
    /// The one with the longest root first.
    repositories: Vec<Repository>,
}

/// A text as it was at the revision.
#[derive(Debug)]
pub struct Past {
    /// Where the file stands, or stood.
    pub path: PathBuf,
    /// What it held; `None` where that cannot be had.
    pub bytes: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Repository {
    root: PathBuf,
    commit: String,
    /// Every path of the revision; true for a submodule.
    tree: BTreeMap<PathBuf, bool>,
    /// Paths that differ: changed, deleted, added, or not in git at all unless git ignores them.
    changed: BTreeSet<PathBuf>,
}

impl Changes {
    /// Compares the repositories that `paths` lie in with `revision`.
    pub fn since(revision: &str, paths: &[PathBuf]) -> Result<Self, ChangesError> {
        let folders: BTreeSet<PathBuf> = paths.iter().map(|path| folder(path)).collect();
        let mut repositories: Vec<Repository> = Vec::new();
        for folder in folders {
            let root = Repository::root(&folder)?;
            if repositories.iter().all(|known| known.root != root) {
                repositories.push(Repository::open(root, revision)?);
            }
        }
        repositories.sort_by_key(|repository| std::cmp::Reverse(repository.root.components().count()));
        Ok(Self { revision: revision.to_owned(), repositories })
    }

    /// True unless the file is known to be as it was.
    pub fn touch(&self, path: &Path) -> bool {
        let written = absolute(path);
        let real = path.canonicalize().unwrap_or_else(|_| written.clone());
        self.lists(&written) || !self.keeps(&real)
    }

    /// True where a file at the path, or one below it, is not as it was. A path that never led
    /// anywhere did not change.
    pub fn reach(&self, path: &Path) -> bool {
        let written = absolute(path);
        let below = |path: &Path| {
            self.repository(path).is_some_and(|(repository, relative)| {
                let after = repository.changed.range(relative.clone()..);
                after.take(1).any(|changed| changed.starts_with(&relative))
            })
        };
        if below(&written) {
            return true;
        }
        path.canonicalize().is_ok_and(|real| below(&real) || (real.is_file() && !self.keeps(&real)))
    }

    /// The files of this name that changed, appeared or are gone, by their folders.
    pub fn folders_of(&self, name: &str) -> Vec<PathBuf> {
        let named = |path: &&PathBuf| path.file_name() == Some(OsStr::new(name));
        let folders = self.repositories.iter().flat_map(|repository| {
            let changed = repository.changed.iter().filter(named);
            changed.map(|path| repository.root.join(path.parent().unwrap_or(Path::new(""))))
        });
        folders.collect()
    }

    /// True where a file that `wanted` names changed, appeared or is gone.
    pub fn any(&self, wanted: &dyn Fn(&Path) -> bool) -> bool {
        self.repositories
            .iter()
            .any(|repository| repository.changed.iter().any(|path| wanted(&repository.root.join(path))))
    }

    /// What the files that changed or are gone held at the revision, for the paths that `wanted` names.
    pub fn past(&self, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<Past>, ChangesError> {
        let mut past = Vec::new();
        for repository in &self.repositories {
            past.extend(repository.past(wanted)?);
        }
        Ok(past)
    }

    fn repository(&self, path: &Path) -> Option<(&Repository, PathBuf)> {
        self.repositories
            .iter()
            .find_map(|repository| Some((repository, path.strip_prefix(&repository.root).ok()?.to_owned())))
    }

    fn lists(&self, path: &Path) -> bool {
        self.repository(path).is_some_and(|(repository, relative)| repository.changed.contains(&relative))
    }

    /// True where the revision holds the file, or the submodule that it lies in, as it is.
    fn keeps(&self, path: &Path) -> bool {
        self.repository(path).is_some_and(|(repository, relative)| {
            let holder = relative.ancestors().find_map(|path| repository.tree.get_key_value(path));
            holder.is_some_and(|(at, is_submodule)| {
                !repository.changed.contains(at) && (*is_submodule || *at == relative)
            })
        })
    }
}

impl Repository {
    fn root(folder: &Path) -> Result<PathBuf, ChangesError> {
        let answer = ask(folder, &["rev-parse", "--show-toplevel"])?;
        match answer {
            Ok(bytes) => Ok(path(bytes.strip_suffix(b"\n").unwrap_or(&bytes))),
            Err(reason) => Err(ChangesError::NoRepository { reason }),
        }
    }

    fn open(root: PathBuf, revision: &str) -> Result<Self, ChangesError> {
        let commit = commit(&root, revision)?;
        let told = |words: &[&str]| ask(&root, words)?.map_err(ChangesError::Failed);
        let tree = told(&["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        let differ =
            ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none"];
        let changed = told(&[&differ[..], &[&commit, "--"]].concat())?;
        let others = told(&["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--"])?;
        let names = |bytes: &[u8]| -> Vec<PathBuf> {
            // A folder that is a repository of its own ends in a slash.
            let names = bytes.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            names.map(|name| path(name.strip_suffix(b"/").unwrap_or(name))).collect()
        };
        let entry = |line: &[u8]| {
            let at = line.iter().position(|byte| *byte == b'\t')?;
            Some((path(line.get(at + 1..)?), line.starts_with(b"160000 ")))
        };
        Ok(Self {
            tree: tree.split(|byte| *byte == 0).filter_map(entry).collect(),
            changed: names(&changed).into_iter().chain(names(&others)).collect(),
            root,
            commit,
        })
    }

    fn past(&self, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<Past>, ChangesError> {
        let paths: Vec<&PathBuf> =
            self.changed.iter().filter(|path| self.tree.get(*path) == Some(&false) && wanted(path)).collect();
        // Git is asked line by line.
        let (asked, odd): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.into_iter().partition(|path| !path.to_string_lossy().contains(['\n', '\u{fffd}']));
        let question = |paths: &[&PathBuf]| {
            let lines = paths
                .iter()
                .map(|path| format!("{}:{}\n", self.commit, path.to_string_lossy().replace('\\', "/")));
            lines.collect::<String>()
        };
        let sizes = batch(&self.root, "--batch-check=%(objectsize)", question(&asked))?;
        let sizes = String::from_utf8_lossy(&sizes).into_owned();
        let fits = |size: &str| size.parse().is_ok_and(|size: usize| size <= MAX_BYTES);
        let small: Vec<&PathBuf> =
            asked.iter().zip(sizes.lines()).filter(|(_, size)| fits(size)).map(|(path, _)| *path).collect();
        let answer = batch(&self.root, "--batch=%(objectsize)", question(&small))?;
        let mut rest = answer.as_slice();
        let known = small.into_iter().map(|path| Past { path: self.root.join(path), bytes: next(&mut rest) });
        let unknown = odd.into_iter().map(|path| Past { path: self.root.join(path), bytes: None });
        Ok(known.chain(unknown).collect())
    }
}

/// The next object of an answer: its size, a line break, its bytes, a line break.
fn next(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let line = rest.iter().position(|byte| *byte == b'\n')?;
    let size: usize = std::str::from_utf8(rest.get(..line)?).ok()?.parse().ok()?;
    let bytes = rest.get(line + 1..line + 1 + size)?.to_vec();
    *rest = rest.get(line + 2 + size..).unwrap_or_default();
    Some(bytes)
}

fn commit(root: &Path, revision: &str) -> Result<String, ChangesError> {
    let refuse = |help| ChangesError::NoRevision {
        revision: revision.to_owned(),
        repository: crate::source::display_name(root),
        help,
    };
    if revision.starts_with('-') || revision.is_empty() || revision.contains('\0') {
        return Err(refuse("name a branch, a tag or a commit, such as origin/main"));
    }
    let name = format!("{revision}^{{commit}}");
    if let Ok(answer) = ask(root, &["rev-parse", "--verify", "--quiet", &name])? {
        let commit = String::from_utf8_lossy(&answer).trim().to_owned();
        if commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(commit);
        }
    }
    let is_shallow = ask(root, &["rev-parse", "--is-shallow-repository"])?;
    Err(refuse(match is_shallow.as_deref() {
        Ok(b"true\n") => {
            "the clone holds only a part of the history: fetch the rest, for example with `git fetch --unshallow` or `fetch-depth: 0`"
        }
        _ => "name a branch, a tag or a commit that is there; `git fetch` brings those of others",
    }))
}

fn git(root: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"]);
    for name in FOREIGN {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1");
    git.env("LC_ALL", "C").stdout(Stdio::piped()).stderr(Stdio::piped());
    git
}

/// What git answers, or why it does not.
fn ask(root: &Path, words: &[&str]) -> Result<Result<Vec<u8>, String>, ChangesError> {
    let ended = git(root).args(words).stdin(Stdio::null()).output().map_err(ChangesError::NoGit)?;
    Ok(if ended.status.success() { Ok(ended.stdout) } else { Err(reason(&ended.stderr)) })
}

/// What `git cat-file` answers to these lines.
fn batch(root: &Path, how: &str, question: String) -> Result<Vec<u8>, ChangesError> {
    if question.is_empty() {
        return Ok(Vec::new());
    }
    let mut child =
        git(root).args(["cat-file", how]).stdin(Stdio::piped()).spawn().map_err(ChangesError::NoGit)?;
    let stdin = child.stdin.take();
    // Git answers while it is asked: neither may wait for the other.
    let asking = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(question.as_bytes())));
    let ended = child.wait_with_output().map_err(ChangesError::NoGit)?;
    let _ = asking.join();
    match ended.status.success() {
        true => Ok(ended.stdout),
        false => Err(ChangesError::Failed(reason(&ended.stderr))),
    }
}

/// The first line that git complains with.
fn reason(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it gives no reason");
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The folder to start from: git does not start in a file.
fn folder(path: &Path) -> PathBuf {
    let absolute = path.canonicalize().unwrap_or_else(|_| absolute(path));
    absolute.ancestors().find(|path| path.is_dir()).map_or_else(|| absolute.clone(), Path::to_owned)
}

/// The path without `.` and `..`, its folder without links: a link itself is what may have changed.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    let folder = plain.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, plain.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => plain,
    }
}
