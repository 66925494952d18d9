//! What a change makes milder of the policy that judges it.
//!
//! The policy of the base judges; here that of the change is compared with it. Whatever lets more pass than before is
//! a finding that the change itself cannot remove. Stricter values are no finding.

mod exceptions;
mod files;
pub(super) mod first;
pub(super) mod ignores;
mod packs;
mod rules;
mod weights;

use super::{LintError, Request, judge, load::Loaded};
use crate::{
    config::{Config, KeyPlace, Project, Projects, Proposal},
    document::{
        read,
        source::{LineIndex, Source, Span, clip, display_name, real_path},
    },
    finding::{Finding, Place},
    git::Snapshot,
    policy::Pack,
    rule::{POLICY_WEAKENED, Severity},
    units::hex,
};
use ignores::Hidden;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Characters of a value in a message.
const LONGEST_VALUE: usize = 160;
/// Digits of the digest of a change: enough to tell changes of one run apart.
const DIGITS: usize = 12;

/// What is compared.
pub(super) struct Compared<'c> {
    pub request: &'c Request,
    pub base: &'c Snapshot,
    pub projects: &'c Projects,
    pub loaded: &'c Loaded,
    pub pack: &'c Pack,
    pub hidden: &'c [Hidden],
}

/// Something that lets more pass than before.
struct Weakening {
    place: Place,
    /// What is weakened, such as `` `policy.confidence` is loosened``.
    what: String,
    old: String,
    new: String,
    /// What tells it from others beside these texts.
    identity: String,
}

impl Weakening {
    fn new(
        place: Place,
        what: impl Into<String>,
        old: impl Into<String>,
        new: impl Into<String>,
    ) -> Self {
        Self {
            place,
            what: what.into(),
            old: old.into(),
            new: new.into(),
            identity: String::new(),
        }
    }

    /// Tells this change from any other: the file, and the whole of both values.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for part in [
            &self.place.source.name,
            &self.what,
            &self.old,
            &self.new,
            &self.identity,
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        hex(&digest).chars().take(DIGITS).collect()
    }

    fn finding(self, help: &str) -> Finding {
        let digest = self.digest();
        let (old, new) = (
            clip(&self.old, LONGEST_VALUE),
            clip(&self.new, LONGEST_VALUE),
        );
        let message = format!("{}: `{old}` becomes `{new}` (change {digest})", self.what);
        Finding {
            help: Some(help.to_owned()),
            ..Finding::new(POLICY_WEAKENED, Severity::Escalation, message, self.place)
        }
    }
}

/// Everything that the change weakens, in the order of places, each thing once.
pub(super) fn find(compared: &Compared<'_>) -> Result<Vec<Finding>, LintError> {
    let mut found = Vec::new();
    for project in compared.projects.all() {
        let Some(proposal) = &project.proposal else {
            continue;
        };
        let side = Sides {
            compared,
            project,
            proposal,
        };
        side.find(&mut found)?;
    }
    if compared.request.config.is_none() {
        files::gone(compared, &mut found);
    }
    files::owners(compared, &mut found);
    ignores::weakenings(compared.hidden, &mut found);
    let help = compared.pack.rules().get(POLICY_WEAKENED);
    let help = help.map(|rule| rule.help.as_str()).unwrap_or_default();
    let mut findings = Vec::new();
    for weakening in found {
        findings.push(weakening.finding(help));
    }
    judge::sort(&mut findings);
    // What several projects inherit is one change.
    findings.dedup_by(|a, b| judge::key(a) == judge::key(b));
    Ok(findings)
}

/// A project as the base and as the change has it.
struct Sides<'c> {
    compared: &'c Compared<'c>,
    project: &'c Project,
    proposal: &'c Proposal,
}

impl Sides<'_> {
    fn find(&self, found: &mut Vec<Weakening>) -> Result<(), LintError> {
        files::appeared(self, found);
        if !self.project.is_past() {
            return Ok(());
        }
        self.policy(found);
        self.approvers(found);
        self.locks(found);
        self.renders(found);
        rules::find(self, found);
        rules::documents(self, found);
        weights::find(self, found);
        files::definitions(self, found);
        files::kinds(self, found);
        packs::find(self, found);
        exceptions::waivers(self, found);
        exceptions::baselines(self, found)
    }

    /// The configuration before.
    fn before(&self) -> &Config {
        &self.project.config
    }

    /// The configuration at hand.
    fn proposed(&self) -> &Config {
        &self.proposal.config
    }

    fn policy(&self, found: &mut Vec<Weakening>) {
        for loosened in self.before().policy.loosened(&self.proposed().policy) {
            // Roles that `[approvers]` implies are compared there.
            let is_written = |config: &Config| config.places.get("policy.approverRoles").is_some();
            let is_implied = !is_written(self.before()) && !is_written(self.proposed());
            if loosened.key == "policy.approverRoles" && is_implied {
                continue;
            }
            let what = format!("`{}` is loosened", loosened.key);
            let place = self.place(&loosened.key);
            found.push(Weakening::new(place, what, loosened.old, loosened.new));
        }
    }

    /// People who are added, and roles that are added or gone.
    fn approvers(&self, found: &mut Vec<Weakening>) {
        let (old, new) = (&self.before().approvers, &self.proposed().approvers);
        let roles: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for role in roles {
            let key = format!("approvers.{role}");
            let weakened = match (old.get(role), new.get(role)) {
                (Some(old), Some(new)) if new.iter().all(|person| old.contains(person)) => continue,
                (Some(old), Some(new)) => ("gains people", list(old), list(new)),
                (Some(old), None) => ("is gone", list(old), "unset".to_owned()),
                (None, Some(new)) => ("is a new role", "unset".to_owned(), list(new)),
                (None, None) => continue,
            };
            let (how, old, new) = weakened;
            let what = format!("`{key}` {how}");
            found.push(Weakening::new(self.place(&key), what, old, new));
        }
    }

    /// Keys that are fixed no longer.
    fn locks(&self, found: &mut Vec<Weakening>) {
        for lock in &self.before().locked {
            let mut locked = self.proposed().locked.iter();
            if !locked.any(|other| other.key == lock.key) {
                let what = format!("`{}` is locked no longer", lock.key);
                found.push(Weakening::new(self.place("locked"), what, "locked", "open"));
            }
        }
    }

    /// What is rendered no longer, or for another environment or service: its manifests are judged no longer as they are
    /// applied.
    fn renders(&self, found: &mut Vec<Weakening>) {
        for old in &self.before().render {
            let mut proposed = self.proposed().render.iter();
            let is_kept = proposed.any(|new| {
                new.what == old.what
                    && new.environment == old.environment
                    && new.service == old.service
            });
            if !is_kept {
                let what = format!("`{}` is rendered no longer as it was", old.what);
                let place = self.place_of_gone(Some(&old.place));
                found.push(Weakening::new(place, what, "rendered", "changed"));
            }
        }
    }

    /// Where a key is set at hand; where it was set, if it is gone.
    fn place(&self, key: &str) -> Place {
        match self.proposed().places.get(key) {
            Some(place) => at(place),
            None => self.place_of_gone(self.before().places.get(key)),
        }
    }

    /// The file of something that was there, as it is now.
    fn place_of_gone(&self, before: Option<&KeyPlace>) -> Place {
        let before = before.map(|place| place.source.path.as_path());
        let nearest = self.proposal.files.last().map(PathBuf::as_path);
        let file = before.or(nearest).or(self.project.file.as_deref());
        whole(file.unwrap_or(&self.project.root))
    }
}

/// A key, or the element of a list.
fn at(place: &KeyPlace) -> Place {
    Place::bare(Arc::clone(&place.source), place.span)
}

/// A file of the change as a whole; without text where it is gone, or no text.
fn whole(file: &Path) -> Place {
    Place::bare(source(file), Span::default())
}

fn source(file: &Path) -> Arc<Source> {
    let bytes = read::bytes_of(file).unwrap_or_default();
    Arc::new(Source {
        name: display_name(file),
        path: file.to_owned(),
        text: read::decode(bytes).unwrap_or_default(),
    })
}

/// A line of a file, counted from 1.
fn line(file: &Path, number: usize) -> Place {
    let source = source(file);
    let start = LineIndex::new(&source.text).start_of(number.saturating_sub(1), &source.text);
    let rest = source.text.get(start..).unwrap_or_default();
    let length = rest.lines().next().map_or(0, str::len);
    Place::bare(source, Span::new(start, start + length))
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.join(", "))
}

/// The first digits of what a file holds.
fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", &hex(&Sha256::digest(bytes))[..DIGITS])
}

/// The documents of a run, by their paths without links.
fn documents(loaded: &Loaded) -> BTreeSet<PathBuf> {
    let members = loaded
        .members
        .iter()
        .chain(loaded.held.iter().map(|(member, _)| member));
    let members = members.map(|member| &member.document.source);
    let broken = loaded.syntax.iter().map(|error| &error.place.source);
    members
        .chain(broken)
        .map(|source| real_path(&source.path))
        .collect()
}
