//! Who approved the commit at hand, as the platform says it.
//!
//! A name that stands in a change proves nothing, because whoever wrote the change may have typed it. A review is
//! recorded by the platform, so its list comes from outside of the work tree and counts for one commit only.

use super::{LintError, note};
use crate::{
    config::{CodeOwners, plain_name},
    disk::OnDisk,
    document::{
        read::{self, io_reason},
        source::{display_name, real_path},
    },
    finding::{Finding, NotChecked, Suppression, SuppressionKind, Topic},
    git::Snapshot,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why a list of reviews cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalsError {
    /// It cannot be read.
    #[error("cannot read the approvals {}: {reason}", display_name(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// It lies where a change may have written it.
    #[error("the approvals {} lie in the repository that is checked", display_name(.0))]
    Inside(PathBuf),
    /// It does not have the structure.
    #[error("{}: {reason}", display_name(path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl ApprovalsError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name a file that the build service wrote",
            Self::Inside(_) => {
                "write them to a folder outside of the checkout, because a change can write files inside"
            }
            Self::Invalid { .. } => {
                "write it as {\"head\": COMMIT, \"author\": LOGIN, \"reviews\": [{\"by\": LOGIN, \"state\": \"APPROVED\", \"commit\": COMMIT}]}"
            }
        }
    }
}

/// The file, as it is written: `schemas/approvals/v1.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalsFile {
    head: String,
    author: String,
    reviews: Vec<PlatformReview>,
    #[serde(default)]
    teams: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformReview {
    by: String,
    state: ReviewState,
    commit: String,
}

/// What a reviewer decided, in the words of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ReviewState {
    Approved,
    ChangesRequested,
    Dismissed,
    Commented,
    Pending,
}

/// The people who approved the commit at hand.
#[derive(Debug)]
pub(super) struct Approvals {
    /// By their plain names, never the author.
    people: BTreeSet<String>,
    /// The members of each team, all by their plain names.
    teams: BTreeMap<String, BTreeSet<String>>,
    /// The owners at the base.
    owners: Option<Arc<CodeOwners>>,
    /// The commit at hand.
    head: Snapshot,
    /// Why the list clears nothing, where it does not.
    stale: Option<NotChecked>,
}

impl Approvals {
    /// Reads the file, which must not lie in the repository. `owners` are those at the base.
    pub(super) fn read(
        path: &Path,
        base: &Snapshot,
        owners: Option<Arc<CodeOwners>>,
    ) -> Result<Self, LintError> {
        if real_path(path).starts_with(base.root()) {
            return Err(ApprovalsError::Inside(path.to_owned()).into());
        }
        let file = parse(path)?;
        let commit = base.head()?;
        let head = Snapshot::at(&commit, &[])?;
        let is_current = file.head.eq_ignore_ascii_case(&commit);
        let stale = (!is_current).then(|| {
            let reason = format!(
                "it is about commit {}, and {commit} is checked out: it clears nothing",
                short(&file.head)
            );
            note(Topic::File(display_name(path)), reason)
        });
        let people = match is_current {
            true => approved(&file, &commit),
            false => BTreeSet::new(),
        };
        let teams = file.teams.iter().map(|(team, members)| {
            let members = members.iter().map(|member| plain_name(member)).collect();
            (plain_name(team), members)
        });
        Ok(Self {
            people,
            teams: teams.collect(),
            owners,
            head,
            stale,
        })
    }

    /// Why the list clears nothing, where it does not.
    pub(super) fn stale(&self) -> Option<&NotChecked> {
        self.stale.as_ref()
    }

    /// True where the person approved a file of the commit at hand, and is not its author.
    pub(super) fn has_approved(&self, person: &str, file: &Path) -> bool {
        self.is_committed(file) && self.people.contains(&plain_name(person))
    }

    /// True where a file is as the commit at hand has it: whoever approved that saw nothing else.
    fn is_committed(&self, file: &Path) -> bool {
        match self.head.has(file) {
            true => self.head.keeps(file),
            false => file.look_at_link().is_err(),
        }
    }

    /// The first owner of a file at the base who approved it in the commit at hand.
    pub(super) fn clears(&self, file: &Path) -> Option<&str> {
        let owners = self.owners.as_ref()?;
        if !self.is_committed(file) {
            return None;
        }
        let owners = owners.owners(file).iter().map(|owner| plain_name(owner));
        let found = owners.flat_map(|owner| match self.teams.get(&owner) {
            Some(members) => members.clone(),
            None => BTreeSet::from([owner]),
        });
        let mut found = found.filter_map(|owner| self.people.get(&owner));
        found.next().map(String::as_str)
    }

    /// Marks the finding where an owner of its file approved it.
    pub(super) fn clear(&self, finding: &mut Finding) {
        // As it is spelt: the owner of what a link leads to does not own the link.
        let file = self.head.place(&finding.place.source.path);
        if let Some(by) = file.and_then(|file| self.clears(&file)) {
            finding.suppression = Some(Suppression {
                kind: SuppressionKind::Approval,
                by: Some(by.to_owned()),
                reason: None,
                until: None,
                place: finding.place.clone(),
            });
        }
    }
}

fn parse(path: &Path) -> Result<ApprovalsFile, ApprovalsError> {
    let bytes = read::bytes_of(path).map_err(|error| ApprovalsError::Unreadable {
        path: path.to_owned(),
        reason: io_reason(&error, "file"),
    })?;
    let invalid = |reason: String| ApprovalsError::Invalid {
        path: path.to_owned(),
        reason,
    };
    if bytes.len() > read::MAX_BYTES {
        return Err(invalid("it is larger than any list of reviews".to_owned()));
    }
    let file: ApprovalsFile =
        serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
    let commits = file.reviews.iter().map(|review| &review.commit);
    for commit in commits.chain([&file.head]) {
        let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_commit {
            return Err(invalid(format!("`{}` is no full commit id", short(commit))));
        }
    }
    match plain_name(&file.author).is_empty() {
        true => Err(invalid("`author` is empty".to_owned())),
        false => Ok(file),
    }
}

/// Those whose last decision is an approval of this commit.
fn approved(file: &ApprovalsFile, commit: &str) -> BTreeSet<String> {
    let author = plain_name(&file.author);
    let mut people = BTreeSet::new();
    for review in &file.reviews {
        let by = plain_name(&review.by);
        match review.state {
            // Neither decides anything.
            ReviewState::Commented | ReviewState::Pending => {}
            ReviewState::Approved if review.commit.eq_ignore_ascii_case(commit) => {
                people.insert(by);
            }
            ReviewState::Approved | ReviewState::ChangesRequested | ReviewState::Dismissed => {
                people.remove(&by);
            }
        }
    }
    people.remove(&author);
    people.remove("");
    people
}

/// What is shown of a commit, which may be anything here.
fn short(commit: &str) -> String {
    crate::document::source::clip(commit, 64)
}
