//! From files to documents of known kinds that fit their schemas.

mod file;

pub(super) use file::{FileReader, Unreadable};

use super::{
    LintError, Progress,
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
    schema::Refusal,
    units::first_named,
    waivers::WaiverComments,
};
use file::{FileContent, Named};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Everything that the files of a run hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// What the run's paths led to.
    pub found: Found,
    pub members: Vec<Member>,
    /// What schemas refuse, by member.
    pub refusals: BTreeMap<usize, Vec<Refusal>>,
    /// Documents of kinds that nobody but their CRD knows, with what it refuses.
    pub held: Vec<(Member, Vec<Refusal>)>,
    /// Files, or parts of them, that do not parse, and envelopes that nobody knows.
    pub syntax: Vec<Unreadable>,
    /// The waivers in the comments of files.
    pub waivers: Vec<WaiverComments>,
    pub failures: Vec<String>,
    notes: Vec<NotChecked>,
    /// Kinds that are not ours, with the files that hold them.
    foreign: BTreeMap<String, Vec<Named>>,
    /// Files with documents that are no specifications at all.
    untyped: Vec<Named>,
}

pub(super) fn all(
    found: Found,
    reader: FileReader<'_>,
    progress: &dyn Progress,
) -> Result<Loaded, LintError> {
    progress.stage("reading", found.files.len());
    let contents: Vec<Result<FileContent, LintError>> = found
        .files
        .par_iter()
        .map(|file| {
            let content = reader.read(file);
            progress.step();
            content
        })
        .collect();
    let mut loaded = Loaded {
        found,
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
    reader: FileReader<'_>,
) -> Result<Nearby, LintError> {
    // Not insisted on: a neighbour that does not parse is most often none of ours.
    let mut content = reader.read(&File::at(path, format, Arc::clone(project)))?;
    for (member, _) in &mut content.members {
        member.requested = false;
    }
    let unread = match (content.failure, content.note) {
        (Some(failure), _) => Some(failure),
        (None, Some(gap)) => Some(gap.reason),
        (None, None) => content.syntax.into_iter().next().map(|error| error.message),
    };
    Ok(Nearby {
        members: content.members,
        waivers: content.waivers,
        gaps: content.gaps,
        unread,
    })
}

/// Reads the manifests that specifications name and that no path of the run led to.
pub(super) fn declared(loaded: &mut Loaded, reader: FileReader<'_>) -> Result<(), LintError> {
    let mut wanted = wanted(&loaded.members);
    // Most runs have nothing to look up, and resolving the links of every file costs system calls.
    if wanted.is_empty() {
        return Ok(());
    }
    let read: BTreeSet<&Path> = loaded.paths().collect();
    let mut known: BTreeSet<PathBuf> = read.into_iter().map(real_path).collect();
    wanted.retain(|file| known.insert(real_path(&file.path)));
    for file in wanted {
        let mut content = reader.read(&file)?;
        // The specification vouches for its manifests; what else the file holds is nobody's question.
        content
            .members
            .retain(|(member, _)| member.subject == Subject::Artifact);
        for (member, _) in content.members.iter_mut().chain(&mut content.held) {
            member.requested = false;
        }
        loaded.add(content);
    }
    Ok(())
}

/// The files that entries of `spec.artifacts` lead to.
fn wanted(members: &[Member]) -> Vec<File> {
    let mut wanted = Vec::new();
    for member in members {
        let root = &member.project.root;
        for path in artifact_paths(member) {
            let is_there = matches!(FileFact::of(root, path, false), FileFact::Present { .. });
            let path = root.join(path);
            if let Some(format) = read::Format::of(&path).filter(|_| is_there) {
                let file = File::at(&path, format, Arc::clone(&member.project));
                // The specification says that it is a manifest, so it has to parse.
                wanted.push(File {
                    insisted: true,
                    ..file
                });
            }
        }
    }
    wanted
}

/// The paths of `spec.artifacts`, as written.
pub(super) fn artifact_paths(member: &Member) -> impl Iterator<Item = &str> {
    let list = match member.subject {
        Subject::ServingSpec => member.document.root.at(&["spec", "artifacts"]),
        _ => None,
    };
    list.map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| entry.get("path")?.as_str())
}

/// What a file gave that nobody asked for.
#[derive(Debug)]
pub(super) struct Nearby {
    pub members: Vec<(Member, Vec<Refusal>)>,
    pub waivers: Option<WaiverComments>,
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

    /// The files that were looked at, whatever they hold; some of them twice.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let of_members = self
            .members
            .iter()
            .map(|member| member.document.source.path.as_path());
        self.found
            .files
            .iter()
            .map(|file| file.path.as_path())
            .chain(of_members)
    }

    fn add(&mut self, content: FileContent) {
        for (member, refusals) in content.members {
            self.push(member, refusals);
        }
        self.held.extend(content.held);
        self.notes.extend(content.gaps);
        self.syntax.extend(content.syntax);
        self.waivers.extend(content.waivers);
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

    /// What schemas refuse in a member.
    pub(super) fn refusals_of(&self, index: usize) -> &[Refusal] {
        let refusals = self.refusals.get(&index);
        refusals.map(Vec::as_slice).unwrap_or_default()
    }

    /// What was read and not judged. Files that are evidence of a document are no documents.
    pub(super) fn notes(&mut self, evidence: &BTreeSet<PathBuf>) -> Vec<NotChecked> {
        let mut notes = std::mem::take(&mut self.notes);
        for (kind, files) in std::mem::take(&mut self.foreign) {
            let files = others(files, evidence);
            if !files.is_empty() {
                notes.push(foreign(kind, files));
            }
        }
        let files = others(std::mem::take(&mut self.untyped), evidence);
        if !files.is_empty() {
            notes.push(untyped(&files));
        }
        notes
    }
}

/// The names of those files that are no evidence, one for each document.
fn others(files: Vec<Named>, evidence: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut names = Vec::new();
    for file in files {
        if !evidence.contains(&real_path(&file.path)) {
            names.push(file.name);
        }
    }
    names
}

/// Documents of a kind that is not read, by the files that hold them.
fn foreign(kind: String, mut files: Vec<String>) -> NotChecked {
    let count = match files.len() {
        1 => "1 document".to_owned(),
        documents => format!("{documents} documents"),
    };
    files.dedup();
    let known = kind
        .split_once(' ')
        .and_then(|(version, name)| manifest::knows(version, name));
    let reason = match known {
        Some(versions) => format!("servelint reads {versions} of this kind"),
        None => "servelint does not read this kind".to_owned(),
    };
    let reason = format!("{reason}: {count} in {}", some(&files));
    note(Topic::Foreign(kind), reason)
}

/// Files without any document that says what it is.
fn untyped(files: &[String]) -> NotChecked {
    let count = match files.len() {
        1 => "1 file has".to_owned(),
        files => format!("{files} files have"),
    };
    let names = some(files);
    let reason = format!("{count} no document with `apiVersion` and `kind`: {names}");
    note(Topic::OtherFiles, reason)
}

/// The first few names.
pub(super) fn some(names: &[String]) -> String {
    first_named(names, 5)
}
