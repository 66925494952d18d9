//! Documents that a revision had and that are not judged any more.
//!
//! A service may be removed, with everything that is said of it. What may not happen is that a part of its
//! review goes away while the rest of it, or what it deploys, stays.

use super::{
    Request,
    changed::Changed,
    find::globs,
    load::{Loaded, Unreadable},
    note,
    unjudged::{Spoken, SpokenDocument},
};
use crate::{
    config::{Config, FILE_NAME},
    disk::{self, OnDisk},
    document::{
        Pointer,
        read::loose_text,
        source::{Source, Span, clip, display_name, real_path},
    },
    finding::{NotChecked, Place, Topic},
    git::{Changes, ChangesError},
    review::{Group, Member},
    rule::{Severity, Subject},
    units::first_named,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Characters of a service's name, and files that a note names.
const LONGEST_NAME: usize = 100;
const SHOWN_FILES: usize = 5;
/// What to do about a document that is gone.
const HELP: &str =
    "put it back; to remove the service, remove its other documents and its manifests as well";

/// What is said of documents that are gone.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub errors: Vec<Unreadable>,
    pub notes: Vec<NotChecked>,
}

/// Compares what the revision had with what the run has read.
pub(super) fn since(
    request: &Request,
    changed: &Changed,
    loaded: &Loaded,
    groups: &[Group],
) -> Result<Gone, ChangesError> {
    let mut gone = Gone::default();
    // A run that looks for no other documents does not know whether one has moved.
    let Some(changes) = changed.changes().filter(|_| !request.isolated) else {
        return Ok(gone);
    };
    let comparison = Comparison {
        changes,
        loaded,
        groups,
        starts: request.paths.iter().map(|path| real_path(path)).collect(),
        excludes: PastExcludes::of(request, changes)?,
        renamed: renamed(changed.spoken(), loaded),
    };
    gone.notes.extend(unknown(changed, changes));
    let mut removed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for past in comparison.lost(changed.spoken()) {
        let Some(service) = past.spoken.service.as_deref() else {
            gone.nameless(&comparison, past);
            continue;
        };
        if comparison.remains(past, comparison.now_called(service)) {
            gone.errors.push(comparison.error(past));
        } else {
            let files = removed.entry(service).or_default();
            files.insert(display_name(&past.path));
        }
    }
    for (service, files) in removed {
        let files: Vec<String> = files.into_iter().collect();
        let reason = format!(
            "removed since `{}` with all of its documents: {}",
            changes.revision,
            first_named(&files, SHOWN_FILES)
        );
        let topic = Topic::Service(clip(service, LONGEST_NAME));
        gone.notes.push(note(topic, reason));
    }
    Ok(gone)
}

impl Gone {
    /// Tells of a document that named no service. A file that is still there held it back; without the file,
    /// nobody knows what remains.
    fn nameless(&mut self, comparison: &Comparison<'_>, past: &SpokenDocument) {
        if past.path.holds_file() {
            return self.errors.push(comparison.error(past));
        }
        let reason = format!(
            "removed since `{}`, with a {} that named no service",
            comparison.changes.revision,
            past.spoken.words()
        );
        self.notes
            .push(note(Topic::File(display_name(&past.path)), reason));
    }
}

/// Says of which files it is not known what they held.
fn unknown(changed: &Changed, changes: &Changes) -> Option<NotChecked> {
    let mut files: Vec<String> = Vec::new();
    for path in changed.unknown() {
        files.push(display_name(path));
    }
    let names = first_named(&files, SHOWN_FILES);
    let reason = format!(
        "what they held at `{}` cannot be read, so documents that are gone from them are not noticed: {names}",
        changes.revision
    );
    (!files.is_empty()).then(|| note(Topic::ChangedFiles, reason))
}

struct Comparison<'c> {
    changes: &'c Changes,
    loaded: &'c Loaded,
    groups: &'c [Group],
    /// The files and folders of the run.
    starts: Vec<PathBuf>,
    excludes: PastExcludes,
    /// The services that the change calls otherwise.
    renamed: BTreeMap<String, String>,
}

/// The services whose specification stands where it stood, under a name that is new: each with that name. What
/// else belonged to the old one belongs to the new one.
fn renamed(past: &[SpokenDocument], loaded: &Loaded) -> BTreeMap<String, String> {
    let mut before: BTreeMap<&str, &Path> = BTreeMap::new();
    for document in past {
        if let (Subject::ServingSpec, Some(name)) =
            (document.spoken.subject, &document.spoken.service)
        {
            before.insert(name, &document.path);
        }
    }
    let mut now: BTreeMap<&str, PathBuf> = BTreeMap::new();
    for member in &loaded.members {
        if let (Subject::ServingSpec, Some(name)) = (member.subject, member.service()) {
            now.insert(name, real_path(&member.document.source.path));
        }
    }
    let mut renamed = BTreeMap::new();
    for (old, path) in &before {
        let mut others = now.iter();
        let new = others.find(|(new, at)| at == path && !before.contains_key(*new));
        if let (Some((new, _)), false) = (new, now.contains_key(old)) {
            renamed.insert((*old).to_owned(), (*new).to_owned());
        }
    }
    renamed
}

impl<'c> Comparison<'c> {
    /// The documents that were judged at the revision, and have nothing in their place. A document that moved
    /// to another file, or was renamed with it, is there once on both sides.
    fn lost(&self, past: &'c [SpokenDocument]) -> Vec<&'c SpokenDocument> {
        let mut before: BTreeMap<Spoken, Vec<&SpokenDocument>> = BTreeMap::new();
        for document in past.iter().chain(self.loaded.excluded.iter()) {
            if self.was_judged(document) {
                let spoken = self.now_spoken(&document.spoken);
                before.entry(spoken).or_default().push(document);
            }
        }
        let told = self.told();
        let mut lost = Vec::new();
        for (spoken, mut documents) in before {
            let mut now = self.now(&spoken);
            // A file that still holds one lost none; what is left over may stand for a file that is gone.
            documents.retain(
                |document| match now.iter().position(|at| *at == document.path) {
                    Some(at) => {
                        now.swap_remove(at);
                        false
                    }
                    None => true,
                },
            );
            let missing = documents.len().saturating_sub(now.len());
            documents.retain(|document| !told.contains(&document.path));
            let is_told = self
                .loaded
                .syntax
                .iter()
                .any(|error| error.spoken.contains(&spoken));
            if !is_told {
                lost.extend(documents.into_iter().take(missing));
            }
        }
        lost
    }

    /// The name that a service of the revision has now.
    fn now_called<'n>(&'n self, service: &'n str) -> &'n str {
        self.renamed.get(service).map_or(service, String::as_str)
    }

    fn now_spoken(&self, spoken: &Spoken) -> Spoken {
        let service = spoken.service.as_deref();
        Spoken {
            subject: spoken.subject,
            service: service.map(|name| self.now_called(name).to_owned()),
        }
    }

    /// False for what this run would not have read at the revision either, and for what did not change but
    /// for the team's decision to leave it out.
    fn was_judged(&self, document: &SpokenDocument) -> bool {
        let is_asked = self
            .starts
            .iter()
            .any(|start| document.path.starts_with(start));
        // What is excluded now and changed as well is known by what it was.
        let is_known = !document.excluded || !self.changes.touch(&document.path);
        is_asked && is_known && !self.excludes.hold(self.changes, document)
    }

    /// The files that changed and hold such a document now.
    fn now(&self, spoken: &Spoken) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for member in &self.loaded.members {
            let source = &member.document.source;
            let is_same = member.subject == spoken.subject
                && member.service() == spoken.service.as_deref()
                && self.changes.touch(&source.path);
            if is_same {
                files.push(real_path(&source.path));
            }
        }
        files
    }

    /// The files of which it is told anyway that they cannot be read.
    fn told(&self) -> BTreeSet<PathBuf> {
        let errors = self.loaded.syntax.iter();
        errors
            .filter(|error| error.severity == Severity::Error)
            .map(|error| real_path(&error.place.source.path))
            .collect()
    }

    /// True where something of the service is still there: a document, a manifest, or a file that was named as
    /// its manifest.
    fn remains(&self, past: &SpokenDocument, service: &str) -> bool {
        let is_its = |member: &Member| {
            member.service() == Some(service)
                || member.kind().is_some_and(|kind| {
                    let links = kind.links(&member.document.root);
                    links.name == Some(service) || links.service == Some(service)
                })
        };
        let members = &self.loaded.members;
        let excluded = self.loaded.excluded.iter();
        members
            .iter()
            .any(|member| self.is_here(&member.project.root, past) && is_its(member))
            || self
                .groups
                .iter()
                .flat_map(|group| &group.reviews)
                .any(|review| {
                    let mut own = review.members(members);
                    review.service == service
                        && own.any(|member| self.is_here(&member.project.root, past))
                })
            || excluded
                .filter(|left| self.is_here(&left.project.root, past))
                .any(|left| left.spoken.service.as_deref() == Some(service))
            || past.manifests.iter().any(|path| path.is_there())
    }

    /// True for the project that held the document: its folder, or one that the change made of a part of it.
    fn is_here(&self, root: &Path, past: &SpokenDocument) -> bool {
        let own = &past.project.root;
        let is_near = root.starts_with(own) || own.starts_with(root);
        let is_new = |root: &Path| self.changes.touch(&root.join(FILE_NAME));
        root == own || (is_near && (is_new(root) || is_new(own)))
    }

    fn error(&self, past: &SpokenDocument) -> Unreadable {
        let name = display_name(&past.path);
        let what = match &past.spoken.subject {
            Subject::ServingSpec => "specification".to_owned(),
            other => other.to_string(),
        };
        let (of, rest) = match &past.spoken.service {
            Some(service) => (
                format!(" of `{}`", clip(service, LONGEST_NAME)),
                "other parts of the service remain",
            ),
            None => (String::new(), "the file remains"),
        };
        let message = format!(
            "the {what}{of} in {name} existed at `{}` and is not judged now, while {rest}",
            self.changes.revision
        );
        let place = self.place(past, name);
        let spoken = vec![self.now_spoken(&past.spoken)];
        let error = Unreadable::unjudged(place, &past.project, spoken, message);
        Unreadable {
            help: Some(HELP.to_owned()),
            lost: true,
            ..error
        }
    }

    /// The file, if it is there; else the service's specification, or another of its documents; else the
    /// name of the file alone.
    fn place(&self, past: &SpokenDocument, name: String) -> Place {
        if past.path.holds_file() {
            let text = crate::document::read::bytes_of(&past.path);
            let text = text.map(|bytes| loose_text(&bytes)).unwrap_or_default();
            return bare(past, name, text);
        }
        let service = self.now_spoken(&past.spoken).service;
        let mut own: Vec<&Member> = Vec::new();
        for member in &self.loaded.members {
            let is_its = member.service() == service.as_deref();
            if is_its && self.is_here(&member.project.root, past) {
                own.push(member);
            }
        }
        let spec = own
            .iter()
            .find(|member| member.subject == Subject::ServingSpec);
        match spec.or(own.first()) {
            Some(member) => {
                let at = Pointer::default().key("metadata").key("name");
                Place::within(&member.document, None, &at)
            }
            None => bare(past, name, String::new()),
        }
    }
}

fn bare(past: &SpokenDocument, name: String, text: String) -> Place {
    let source = Source {
        name,
        path: past.path.clone(),
        text,
    };
    Place::bare(Arc::new(source), Span::default())
}

/// What configurations left out at the revision.
struct PastExcludes {
    /// What the configurations held that changed since, or are gone; `None` where that cannot be had.
    changed: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// The one that stands for all of them.
    fixed: Option<PathBuf>,
}

impl PastExcludes {
    fn of(request: &Request, changes: &Changes) -> Result<Self, ChangesError> {
        let fixed = request.config.as_deref().map(real_path);
        let is_one = |path: &Path| {
            path.file_name().is_some_and(|name| name == FILE_NAME) || fixed.as_deref() == Some(path)
        };
        // Only this thread asks, and about few files.
        let is_config: &(dyn Fn(&Path) -> bool + Sync) = &is_one;
        let past = changes.past(is_config)?;
        Ok(Self {
            changed: past
                .into_iter()
                .map(|past| (past.path, past.bytes))
                .collect(),
            fixed,
        })
    }

    /// True where the configuration of the revision left the document out.
    fn hold(&self, changes: &Changes, document: &SpokenDocument) -> bool {
        let path = &document.path;
        if let Some(file) = &self.fixed {
            let root = &document.project.root;
            return self.left_out(changes, file, root, path).unwrap_or(false);
        }
        for folder in path.ancestors().skip(1) {
            if !folder.starts_with(changes.root()) {
                break;
            }
            let config = folder.join(FILE_NAME);
            if let Some(is_out) = self.left_out(changes, &config, folder, path) {
                return is_out;
            }
        }
        false
    }

    /// Whether the configuration in a file left a path out; `None` where there was no such file, or where it says
    /// nothing of that and inherits what those above it say.
    fn left_out(&self, changes: &Changes, file: &Path, root: &Path, path: &Path) -> Option<bool> {
        let bytes = match self.changed.get(file) {
            Some(bytes) => bytes.clone(),
            None if changes.had(file) || !file.starts_with(changes.root()) => disk::read(file).ok(),
            None => return None,
        };
        // A configuration that cannot be had left nothing out: that errs towards telling too much.
        let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        let config = Config::parse(&Source::new(FILE_NAME, text)).unwrap_or_default();
        if !config.starts_anew && config.places.get("check.exclude").is_none() {
            return None;
        }
        let relative = path.strip_prefix(root).unwrap_or(path);
        Some(globs(&config.check.exclude).is_match(relative))
    }
}
