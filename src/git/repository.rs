//! One repository, and the few questions that git is asked about it.
//!
//! Git answers from the objects and the index of the repository alone: it is told where they are, so
//! that it never looks for them; and it looks at no file of the work tree, so that no attribute, filter
//! or flag has a say.

use super::{
    ChangesError,
    kept::{self, GitAnswer},
};
use crate::disk::{self, DiskAnswer, GitQuestion, OnDisk};
use std::{
    collections::HashMap,
    env,
    ffi::OsStr,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// Larger files are no documents.
const MAX_BYTES: usize = crate::document::read::MAX_BYTES;
/// No `.git` file is longer: it names one folder.
const MAX_LINK: u64 = 8192;
/// What begins a `.git` file.
const LINK: &[u8] = b"gitdir:";

/// Variables that point git at another repository, or at other objects in it; git sets some of them
/// for its hooks.
const FOREIGN: [&str; 13] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_EXTERNAL_DIFF",
];

/// What git may never do for us, whatever its configuration says.
const GUARDS: [&str; 8] = [
    "safe.bareRepository=explicit",
    "core.useReplaceRefs=false",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.quotePath=false",
    "core.untrackedCache=false",
    "protocol.allow=never",
];

/// What blobs hold, by their ids.
pub(super) type Blobs = HashMap<String, Vec<u8>>;

/// A repository with a work tree.
#[derive(Debug)]
pub(super) struct Git {
    /// The folder of the work tree, without links.
    pub root: PathBuf,
    /// The folder of the repository, as git spells it.
    folder: PathBuf,
}

impl Git {
    /// The repository of the current directory: the nearest folder upwards that holds a `.git`. Git
    /// itself would take a folder for a bare repository that has the files of one, and a change can
    /// commit those; it cannot commit anything that is called `.git`.
    pub(super) fn here() -> Result<Self, ChangesError> {
        let here = env::current_dir().and_then(|here| here.resolve());
        let here = here.map_err(|error| no_repository(error.to_string()))?;
        for folder in here.ancestors() {
            // Also a link to nowhere: to look further up would be to skip a broken repository.
            if folder.join(".git").look_at_link().is_ok() {
                return Self::at(folder);
            }
        }
        Err(no_repository(
            "the current directory lies in none".to_owned(),
        ))
    }

    /// True where [`Git::here`] finds something that is or should be a repository.
    pub(super) fn is_near() -> bool {
        let here = env::current_dir().and_then(|here| here.resolve());
        here.is_ok_and(|here| {
            let mut folders = here.ancestors();
            folders.any(|folder| folder.join(".git").look_at_link().is_ok())
        })
    }

    /// The repository whose work tree is this folder, which is without links.
    fn at(root: &Path) -> Result<Self, ChangesError> {
        let question = GitQuestion::Folder(root.to_owned());
        let ask = || answered(&mut folder_question(root));
        let answer = match named(root) {
            Ok(folder) => kept::answer(&question, &folder, ask),
            Err(_) => ask(),
        };
        disk::git_answered(|| question, || shown(&answer));
        let answer = answer?.map_err(no_repository)?;
        let folder = path(answer.strip_suffix(b"\n").unwrap_or(&answer));
        // Asked without a folder, git also refuses what belongs to somebody else; the answer must still
        // be the one that stands there.
        match (folder.resolve(), named(root)) {
            (Ok(found), Ok(named)) if found == named => Ok(Self {
                root: root.to_owned(),
                folder,
            }),
            _ => Err(no_repository(format!(
                "{} is none",
                crate::document::source::display_name(&root.join(".git"))
            ))),
        }
    }

    /// The repository of a submodule, if it is one of those that git keeps in the folder of this one.
    pub(super) fn submodule(&self, root: &Path) -> Option<Self> {
        let kept = self.folder.resolve().ok()?;
        let is_kept = root.resolve().is_ok_and(|real| real == root)
            && named(root).is_ok_and(|folder| folder != kept && folder.starts_with(&kept));
        is_kept.then(|| Self::at(root).ok()).flatten()
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> Result<String, ChangesError> {
        // Git would take the first for an option, and a zero byte cannot be passed on.
        if revision.starts_with('-') || revision.is_empty() || revision.contains('\0') {
            return Err(self.no_revision(
                revision,
                "name a branch, a tag or a commit, such as origin/main",
            ));
        }
        if revision.contains("..") {
            return Err(self.no_revision(
                revision,
                "name one commit, not a range: `git merge-base origin/main HEAD` prints the one where a branch left main",
            ));
        }
        let name = format!("{revision}^{{commit}}");
        if let Ok(answer) = self.ask(&["rev-parse", "--verify", "--quiet", &name])? {
            let commit = String::from_utf8_lossy(&answer).trim().to_owned();
            // What git answers becomes an argument again.
            if commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Ok(commit);
            }
        }
        let is_shallow = self.ask(&["rev-parse", "--is-shallow-repository"])?;
        let help = match is_shallow.as_deref() {
            Ok(b"true\n") => {
                "the clone holds only a part of the history: fetch the rest, for example with `git fetch --unshallow` or `fetch-depth: 0`"
            }
            _ => {
                "name a branch, a tag or a commit that is there; `git fetch` brings those of others"
            }
        };
        Err(self.no_revision(revision, help))
    }

    fn no_revision(&self, revision: &str, help: &'static str) -> ChangesError {
        let shown = crate::document::source::display_name(&self.root);
        ChangesError::NoRevision {
            revision: revision.to_owned(),
            // The current directory has the empty name.
            repository: if shown.is_empty() {
                ".".to_owned()
            } else {
                shown
            },
            help,
        }
    }

    /// Every path of a commit: mode, type, id, a tab and the path, each ended by a zero byte.
    pub(super) fn tree(&self, commit: &str) -> Result<GitAnswer, ChangesError> {
        self.ask(&["ls-tree", "-r", "-z", "--full-tree", commit])
    }

    /// The index at or below a path of the work tree: mode, id, stage, a tab and the path, each ended by
    /// a zero byte.
    pub(super) fn index(&self, below: &Path) -> Result<GitAnswer, ChangesError> {
        let question = GitQuestion::Index(self.root.clone(), below.to_owned());
        let ask = || answered(&mut self.index_question(below));
        let answer = kept::answer(&question, &self.folder, ask);
        disk::git_answered(|| question, || shown(&answer));
        answer
    }

    fn index_question(&self, below: &Path) -> Command {
        let mut git = self.command();
        // A folder may be called like a pattern.
        git.args(["--literal-pathspecs", "ls-files", "--stage", "-z"]);
        if !below.as_os_str().is_empty() {
            git.arg("--").arg(below);
        }
        git
    }

    /// What blobs hold, by their ids. One that is missing, or larger than a document, is left out.
    pub(super) fn blobs(&self, ids: &[&str]) -> Result<Blobs, ChangesError> {
        let sizes = self.batch("--batch-check", lines(ids))?;
        let sizes = String::from_utf8_lossy(&sizes);
        let mut small = Vec::new();
        for (id, size) in sizes.lines().filter_map(header) {
            if size <= MAX_BYTES {
                small.push(id);
            }
        }
        let answer = self.batch("--batch", lines(&small))?;
        let mut rest = answer.as_slice();
        Ok(std::iter::from_fn(|| next(&mut rest)).collect())
    }

    fn command(&self) -> Command {
        let mut git = command(&self.root);
        git.arg("--git-dir")
            .arg(&self.folder)
            .arg("--work-tree")
            .arg(&self.root);
        git
    }

    fn ask(&self, words: &[&str]) -> Result<GitAnswer, ChangesError> {
        run(self.command().args(words))
    }

    /// What `git cat-file` answers to these lines. Where it gives up on the way, as over an object that
    /// a partial clone left out, the answer ends early.
    fn batch(&self, how: &str, question: String) -> Result<Vec<u8>, ChangesError> {
        if question.is_empty() {
            return Ok(Vec::new());
        }
        disk::unprovable(ANSWERED);
        let mut child = self
            .command()
            .args(["cat-file", how])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(ChangesError::NoGit)?;
        let stdin = child.stdin.take();
        // Git answers while it is asked: neither may wait for the other.
        let asking =
            thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(question.as_bytes())));
        let ended = child.wait_with_output().map_err(ChangesError::NoGit)?;
        // A pipe that git closed early is no error: see above.
        let _ = asking.join();
        Ok(ended.stdout)
    }
}

fn no_repository(reason: String) -> ChangesError {
    ChangesError::NoRepository { reason }
}

/// Each id on a line of its own: how `git cat-file` is asked for several.
fn lines(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("{id}\n")).collect()
}

/// The id and the size that a line of `git cat-file` names, where it speaks of a blob.
fn header(line: &str) -> Option<(&str, usize)> {
    let mut words = line.split(' ');
    let id = words.next()?;
    match words.next()? {
        "blob" => Some((id, words.next()?.parse().ok()?)),
        _ => None,
    }
}

/// The next object of an answer: a line about it, its bytes, a line break.
fn next(rest: &mut &[u8]) -> Option<(String, Vec<u8>)> {
    let line = rest.iter().position(|byte| *byte == b'\n')?;
    let (id, size) = header(std::str::from_utf8(rest.get(..line)?).ok()?)?;
    let bytes = rest.get(line + 1..line + 1 + size)?.to_vec();
    let id = id.to_owned();
    *rest = rest.get(line + 2 + size..).unwrap_or_default();
    Some((id, bytes))
}

/// The folder that `.git` in a work tree is, or names; without links.
fn named(root: &Path) -> io::Result<PathBuf> {
    let at = root.join(".git");
    if at.holds_folder() {
        return at.resolve();
    }
    let mut bytes = Vec::new();
    disk::open(&at)?.take(MAX_LINK).read_to_end(&mut bytes)?;
    let named = bytes.strip_prefix(LINK).ok_or(io::ErrorKind::InvalidData)?;
    root.join(path(named.trim_ascii())).resolve()
}

/// `user.name` of the configuration, in a repository or outside of one.
pub(super) fn user() -> Option<String> {
    let mut git = command(Path::new("."));
    let answer = run(git.args(["config", "--get", "user.name"])).ok()?.ok()?;
    Some(String::from_utf8(answer).ok()?.trim_end().to_owned())
}

/// Asks where the repository of a work tree is.
fn folder_question(root: &Path) -> Command {
    let mut git = command(root);
    if let Some(above) = root.parent() {
        // Git goes on above where `.git` is broken.
        git.env("GIT_CEILING_DIRECTORIES", above);
    }
    git.args(["rev-parse", "--absolute-git-dir"]);
    git
}

fn command(folder: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "`run` and `answered` record it")]
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(folder)
        .args(["--no-pager", "--no-replace-objects"]);
    for guard in GUARDS {
        git.args(["-c", guard]);
    }
    for name in FOREIGN {
        git.env_remove(name);
    }
    git.env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1");
    // Not every git knows that it shall not fetch what is missing; all know that no protocol is allowed.
    git.env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_ATTR_NOSYSTEM", "1");
    git.env("LC_ALL", "C")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    git
}

/// Why a run that compares revisions is not kept: nobody asks for its objects again.
const ANSWERED: &str = "git answered from its objects";

/// Asks git again what a run that is kept asked it.
pub(super) fn again(question: &GitQuestion) -> DiskAnswer {
    match question {
        GitQuestion::Folder(root) => shown(&answered(&mut folder_question(root))),
        GitQuestion::Index(root, below) => match Git::at(root) {
            Ok(git) => shown(&answered(&mut git.index_question(below))),
            Err(error) => DiskAnswer::of_text(error.to_string().as_bytes()),
        },
    }
}

/// What stands for an answer of git.
fn shown(answer: &Result<GitAnswer, ChangesError>) -> DiskAnswer {
    match answer {
        Ok(Ok(bytes)) => DiskAnswer::of_text(&[b"answer ", bytes.as_slice()].concat()),
        Ok(Err(reason)) => DiskAnswer::of_text(format!("refusal {reason}").as_bytes()),
        Err(error) => DiskAnswer::of_text(format!("failure {error}").as_bytes()),
    }
}

/// What git answers, or why it does not; the run can not be kept.
fn run(git: &mut Command) -> Result<GitAnswer, ChangesError> {
    disk::unprovable(ANSWERED);
    answered(git)
}

/// What git answers, or why it does not.
fn answered(git: &mut Command) -> Result<GitAnswer, ChangesError> {
    let ended = git
        .stdin(Stdio::null())
        .output()
        .map_err(ChangesError::NoGit)?;
    Ok(if ended.status.success() {
        Ok(ended.stdout)
    } else {
        Err(reason(&ended.stderr))
    })
}

/// The first line that git complains with.
fn reason(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("it gives no reason");
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}

/// A path as git writes it.
#[cfg(unix)]
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

/// A path as git writes it.
#[cfg(not(unix))]
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
