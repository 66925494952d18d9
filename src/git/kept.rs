//! What git answered before, for as long as all that it answered from is as it was.
//!
//! A run asks the same of one repository several times, and a process that stays asks it in each run; to start git takes
//! longer than most files take to be judged.

use super::ChangesError;
use crate::{
    disk::{self, GitQuestion},
    recall::{Recall, RecallKey},
};
use std::{
    hash::{Hash, Hasher},
    path::Path,
    sync::LazyLock,
};

/// What git says, or why it says nothing.
pub(super) type GitAnswer = Result<Vec<u8>, String>;

/// Bytes of answers.
const MOST: usize = 32 << 20;

/// A longer index is not compared: git is asked instead.
const LONGEST: u64 = 8 << 20;

/// What git reads in the folder of a repository before it answers; some have no `config` of their own.
const SETTINGS: [&str; 3] = ["config", "config.worktree", "commondir"];

static KNOWN: LazyLock<Recall<Vec<u8>>> = LazyLock::new(|| Recall::new(MOST));

/// What git answers about the repository that is kept in `folder`: as before, where it answered and nothing changed, else
/// what `ask` says.
pub(super) fn answer(
    question: &GitQuestion,
    folder: &Path,
    ask: impl FnOnce() -> Result<GitAnswer, ChangesError>,
) -> Result<GitAnswer, ChangesError> {
    let Some(key) = state(question, folder) else {
        return ask();
    };
    if let Some(known) = KNOWN.get(&key) {
        return Ok(Ok(known));
    }
    let answer = ask()?;
    // A refusal may have other reasons, such as whose the repository is.
    if let Ok(bytes) = &answer
        && state(question, folder) == Some(key)
    {
        KNOWN.keep(key, bytes.clone(), bytes.len());
    }
    Ok(answer)
}

/// The digest of a question and of what git answers it from; `None` where that cannot be read, or is too much.
fn state(question: &GitQuestion, folder: &Path) -> Option<RecallKey> {
    let text = |name: &str| disk::peek(&folder.join(name), LONGEST);
    let (root, below) = match question {
        GitQuestion::Folder(root) => (root, None),
        GitQuestion::Index(root, below) => (root, Some(below)),
    };
    let head = text("HEAD")?;
    let index = match below {
        Some(_) => Some(text("index")?),
        None => None,
    };
    Some(KNOWN.key(|hash| {
        (root, below, folder, &head).hash(hash);
        for name in SETTINGS {
            text(name).hash(hash);
        }
        hash.write(&index.unwrap_or_default());
    }))
}
