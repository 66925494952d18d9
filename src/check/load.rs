//! From files to documents of known kinds that fit their schemas.

mod file;

pub(super) use file::Unreadable;

use super::{
    LintError, Progress, Unsaved,
    find::{File, Found},
    note,
};
use crate::{
    config::Project,
    document::{Node, read, source::real_path},
    evidence::FileFact,
    finding::{NotChecked, Topic},
    manifest,
    review::Member,
    rule::Subject,
    schema::{Refusal, Schemas},
    units::first_named,
    waivers::WaiverComments,
};
use file::{FileContent, Named, load};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Everything that the files of a run hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// Texts that stand for what the disk holds.
    pub unsaved: Unsaved,
    pub members: Vec<Member>,
    /// What schemas refuse, by member.
    pub refusals: BTreeMap<usize, Vec<Refusal>>,
    /// Documents of kinds that nobody but their CRD knows, with what it refuses.
    pub held: Vec<(Member, Vec<Refusal>)>,
    /// Files, or parts of them, that do not parse, and envelopes that nobody knows.
    pub syntax: Vec<Unreadable>,
    /// The waivers in the comments of files.
    pub remarks: Vec<WaiverComments>,
    /// How many files were read.
    pub files: usize,
    /// The files that the run's paths led to, whatever they hold.
    seen: Vec<PathBuf>,
    pub failures: Vec<String>,
    notes: Vec<NotChecked>,
    /// Kinds that are not ours, with the files that hold them.
    foreign: BTreeMap<String, Vec<Named>>,
    /// Files with documents that are no specifications at all.
    untyped: Vec<Named>,
}

pub(super) fn all(
    found: &mut Found,
    schemas: &Schemas,
    unsaved: &Unsaved,
    progress: &dyn Progress,
) -> Result<Loaded, LintError> {
    progress.stage("reading", found.files.len());
    let contents: Vec<Result<FileContent, LintError>> = found
        .files
        .par_iter()
        .map(|file| {
            let content = load(file, schemas, unsaved);
            progress.step();
            content
        })
        .collect();
    let seen = found.files.iter().map(|file| file.path.clone()).collect();
    let unsaved = unsaved.clone();
    let mut loaded = Loaded {
        files: found.files.len(),
        seen,
        unsaved,
        ..Loaded::default()
    };
    for content in contents {
        loaded.add(content?);
    }
    Ok(loaded)
}

/// One file that nobody asked for, but that may belong to a service that somebody asked for.
pub(super) fn context(
    path: &Path,
    format: read::Format,
    project: &Arc<Project>,
    schemas: &Schemas,
    unsaved: &Unsaved,
) -> Result<Nearby, LintError> {
    let mut content = load(&unasked(path, format, project, false), schemas, unsaved)?;
    content
        .members
        .iter_mut()
        .for_each(|(member, _)| member.requested = false);
    let unread = match (content.failure, content.note) {
        (Some(failure), _) => Some(failure),
        (None, Some(gap)) => Some(gap.reason),
        (None, None) => content.syntax.into_iter().next().map(|error| error.message),
    };
    Ok(Nearby {
        members: content.members,
        remarks: content.remarks,
        gaps: content.gaps,
        unread,
    })
}

fn unasked(path: &Path, format: read::Format, project: &Arc<Project>, insisted: bool) -> File {
    File {
        path: path.to_owned(),
        name: crate::document::source::display_name(path),
        format,
        project: Arc::clone(project),
        named: false,
        insisted,
        placed: true,
        bytes: None,
    }
}

/// Reads the manifests that specifications name and that no path of the run led to.
pub(super) fn declared(loaded: &mut Loaded, schemas: &Schemas) -> Result<(), LintError> {
    let mut wanted = Vec::new();
    for member in &loaded.members {
        let root = &member.project.root;
        for path in artifact_paths(member) {
            let is_there = matches!(FileFact::of(root, path, false), FileFact::Present { .. });
            let path = root.join(path);
            if let Some(format) = read::Format::of(&path).filter(|_| is_there) {
                wanted.push((path, format, Arc::clone(&member.project)));
            }
        }
    }
    // Most runs have nothing to look up, and resolving the links of every file costs system calls.
    if wanted.is_empty() {
        return Ok(());
    }
    let read = loaded
        .members
        .iter()
        .map(|member| &member.document.source.path);
    let read: BTreeSet<&PathBuf> = read.chain(&loaded.seen).collect();
    let mut known: BTreeSet<PathBuf> = read.into_iter().map(|path| real_path(path)).collect();
    wanted.retain(|(path, ..)| known.insert(real_path(path)));
    for (path, format, project) in wanted {
        let mut content = load(
            &unasked(&path, format, &project, true),
            schemas,
            &loaded.unsaved,
        )?;
        content
            .members
            .retain(|(member, _)| member.subject == Subject::Artifact);
        let documents = content.members.iter_mut().chain(&mut content.held);
        documents.for_each(|(member, _)| member.requested = false);
        loaded.add(content);
    }
    Ok(())
}

/// The paths of `spec.artifacts`, as written.
pub(super) fn artifact_paths(member: &Member) -> impl Iterator<Item = &str> {
    let list = member
        .document
        .root
        .at(&["spec", "artifacts"])
        .filter(|_| member.subject == Subject::ServingSpec);
    let entries = list.map(Node::items).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| entry.get("path").and_then(Node::as_str))
}

/// What a file gave that nobody asked for.
#[derive(Debug)]
pub(super) struct Nearby {
    pub members: Vec<(Member, Vec<Refusal>)>,
    pub remarks: Option<WaiverComments>,
    /// What definitions of kinds leave open.
    pub gaps: Vec<NotChecked>,
    /// Why some of it could not be read.
    pub unread: Option<String>,
}

impl Loaded {
    /// Says that something was not judged.
    pub(super) fn note(&mut self, gap: NotChecked) {
        self.notes.push(gap);
    }

    fn add(&mut self, content: FileContent) {
        for (member, refusals) in content.members {
            self.push(member, refusals);
        }
        self.held.extend(content.held);
        self.notes.extend(content.gaps);
        self.syntax.extend(content.syntax);
        self.remarks.extend(content.remarks);
        self.failures.extend(content.failure);
        self.notes.extend(content.note);
        self.untyped.extend(content.untyped);
        for (kind, file) in content.foreign {
            self.foreign.entry(kind).or_default().push(file);
        }
    }

    pub(super) fn push(&mut self, member: Member, refusals: Vec<Refusal>) {
        if !refusals.is_empty() {
            self.refusals.insert(self.members.len(), refusals);
        }
        self.members.push(member);
    }

    /// What was read and not judged. Files that are evidence of a document are no documents.
    pub(super) fn notes(&mut self, evidence: &BTreeSet<PathBuf>) -> Vec<NotChecked> {
        let mut notes = std::mem::take(&mut self.notes);
        let others = |files: Vec<Named>| {
            let others = files
                .into_iter()
                .filter(|file| !evidence.contains(&real_path(&file.path)));
            others.map(|file| file.name).collect::<Vec<_>>()
        };
        for (kind, files) in std::mem::take(&mut self.foreign) {
            let mut names = others(files);
            let documents = names.len();
            if documents == 0 {
                continue;
            }
            names.dedup();
            let count = if documents == 1 {
                "1 document".to_owned()
            } else {
                format!("{documents} documents")
            };
            let known = kind
                .split_once(' ')
                .and_then(|(version, name)| manifest::knows(version, name));
            let reason = match known {
                Some(versions) => format!("servelint reads {versions} of this kind"),
                None => "servelint does not read this kind".to_owned(),
            };
            notes.push(note(
                Topic::Foreign(kind),
                format!("{reason}: {count} in {}", some(&names)),
            ));
        }
        let untyped = others(std::mem::take(&mut self.untyped));
        if !untyped.is_empty() {
            let count = untyped.len();
            let files = if count == 1 {
                "1 file has".to_owned()
            } else {
                format!("{count} files have")
            };
            notes.push(note(
                Topic::OtherFiles,
                format!(
                    "{files} no document with `apiVersion` and `kind`: {}",
                    some(&untyped)
                ),
            ));
        }
        notes
    }
}

/// The first few names.
pub(super) fn some(names: &[String]) -> String {
    first_named(names, 5)
}
