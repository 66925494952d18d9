//! What a hook checks: what the commit at hand changes, wherever it stands.
//!
//! pre-commit names changed files only, and never one that is gone. What a review rests on is more than
//! that, so the repository is compared with the commit that the change starts from, and the names only
//! add to what has changed.

use super::CommandError;
use crate::{
    check::{LintError, Request},
    git::{self, Start},
};
use std::{env, path::PathBuf};

/// Where pre-commit says that a push, or a run over several commits, starts.
const FROM: &str = "PRE_COMMIT_FROM_REF";
/// What a hook compares with where nobody says otherwise.
const HEAD: &str = "HEAD";

/// Turns a request of a hook into one about all that changed. Named folders, and files that lie in no
/// repository, are checked as they are.
pub(super) fn compare(request: &mut Request) -> Result<(), CommandError> {
    if request.stdin.is_some() || request.paths.iter().any(|path| path.is_dir()) {
        return Ok(());
    }
    let mut start = Start::Commit;
    if request.since.is_none() {
        start = from_outside(request)?;
    }
    let named = std::mem::take(&mut request.paths);
    let is_apart = start == Start::NoRepository && !named.is_empty();
    if !is_apart {
        request.paths.push(PathBuf::from("."));
    }
    // One that is gone changed its service, and cannot be read.
    let there = named.iter().filter(|path| path.exists());
    request.paths.extend(there.cloned());
    request.named = named;
    Ok(())
}

/// Sets the revision that the change starts from, where there is one.
fn from_outside(request: &mut Request) -> Result<Start, CommandError> {
    if let Some(from) = env::var(FROM).ok().filter(|from| !from.is_empty()) {
        request.since = Some(from);
        return Ok(Start::Commit);
    }
    let start = git::start().map_err(LintError::from)?;
    request.since = (start == Start::Commit).then(|| HEAD.to_owned());
    Ok(start)
}
