//! From files to documents of known kinds that fit their schemas.

mod content;
mod file;
mod notes;
mod refusals;
mod suspects;
mod unknown;

pub(super) use content::{ShownFile, Unreadable};
pub(super) use file::FileReader;

use super::{
    LintError, Progress,
    find::{File, Found},
    layers,
    unjudged::SpokenDocument,
};
use crate::{
    config::Project,
    document::{
        Document, Node, Pointer, read,
        source::{clip, real_path},
    },
    evidence::FileFact,
    finding::{NotChecked, Place},
    render::RenderedObject,
    review::Member,
    rule::{Severity, Subject},
    schema::{Owned, Refusal},
    units::first_named,
    waivers::WaiverComments,
};
use content::{FileContent, Named};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Characters of a service's name.
const LONGEST_NAME: usize = 200;

/// Everything that the files of a run hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// What the run's paths led to.
    pub found: Found,
    pub members: Vec<Member>,
    /// True where documents of the same services may be missing.
    pub isolated: bool,
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
    /// Templates that hold nothing of ours, and what is encrypted.
    skipped: BTreeMap<read::Skip, Vec<Named>>,
    /// Parts of objects, which are not judged alone.
    patches: Vec<Named>,
    /// Kustomizations that the run met.
    pub kustomizations: Vec<Named>,
    /// Manifests, by path without links, that a named kustomization or patch has a say in.
    pub layered: BTreeSet<PathBuf>,
    /// The files, without links, that rendered manifests are made of.
    pub rendered: BTreeSet<PathBuf>,
    /// Documents that the team leaves out, with their files.
    pub excluded: Vec<SpokenDocument>,
    /// The files that packs of conftest's contract saw.
    pub shown: Vec<ShownFile>,
    /// The kinds that projects declare.
    pub own: Owned,
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
        own: reader.schemas.own().clone(),
        ..Loaded::default()
    };
    for content in contents {
        loaded.add(content?);
    }
    let suspects = std::mem::take(&mut loaded.found.suspects);
    let examined = suspects::examine(suspects, &loaded.own);
    loaded.syntax.extend(examined.errors);
    loaded.notes.extend(examined.notes);
    loaded.excluded = examined.excluded;
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
    let unread = match (content.failure, content.patch, content.skipped) {
        (Some(failure), ..) => Some(failure),
        (None, Some(_), _) => Some(layers::PATCH.to_owned()),
        (None, None, Some((skip, _))) => Some(skip.reason().to_owned()),
        (None, None, None) => None,
    };
    Ok(Nearby {
        members: content.members,
        waivers: content.waivers,
        gaps: content.gaps,
        syntax: content.syntax,
        unread,
    })
}

/// Adds the manifests of a text that was rendered; `trace` says where each comes from.
pub(super) fn rendered(
    loaded: &mut Loaded,
    file: &File,
    reader: FileReader<'_>,
    trace: &mut dyn FnMut(&Document) -> Arc<RenderedObject>,
) -> Result<(), LintError> {
    let mut content = reader.read(file)?;
    // Documents of ours are judged where they stand.
    content
        .members
        .retain(|(member, _)| member.subject == Subject::Artifact);
    for (member, _) in content.members.iter_mut().chain(&mut content.held) {
        member.rendered = Some(trace(&member.document));
    }
    content.waivers = None;
    loaded.add(content);
    Ok(())
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
    artifact_entries(member)
        .iter()
        .filter_map(|entry| entry.get("path")?.as_str())
}

/// The same of a specification that is no member.
pub(super) fn artifact_paths_in(spec: &Node) -> impl Iterator<Item = &str> {
    let list = spec.at(&["spec", "artifacts"]);
    let entries = list.map(Node::items).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| entry.get("path")?.as_str())
}

/// The entries of `spec.artifacts`; none for any other document.
fn artifact_entries(member: &Member) -> &[Node] {
    let list = match member.subject {
        Subject::ServingSpec => member.document.root.at(&["spec", "artifacts"]),
        _ => None,
    };
    list.map(Node::items).unwrap_or_default()
}

/// What a file gave that nobody asked for.
#[derive(Debug)]
pub(super) struct Nearby {
    pub members: Vec<(Member, Vec<Refusal>)>,
    pub waivers: Option<WaiverComments>,
    /// What definitions of kinds leave open.
    pub gaps: Vec<NotChecked>,
    /// What of it does not parse, or is not judged where it stands.
    pub syntax: Vec<Unreadable>,
    /// Why it could not be read at all.
    pub unread: Option<String>,
}

impl Loaded {
    /// Says that something was not judged.
    pub(super) fn note(&mut self, gap: NotChecked) {
        self.notes.push(gap);
    }

    /// True for a file that was passed over as a patch.
    pub(super) fn is_patch(&self, path: &Path) -> bool {
        self.patches.iter().any(|file| file.path == path)
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
        self.untyped.extend(content.untyped);
        if let Some((skip, file)) = content.skipped {
            self.skipped.entry(skip).or_default().push(file);
        }
        self.patches.extend(content.patch);
        self.kustomizations.extend(content.kustomization);
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

    /// Takes out what these files, without links, hold: it is judged as it is rendered.
    pub(super) fn take_out(&mut self, files: &BTreeSet<PathBuf>) {
        if files.is_empty() {
            return;
        }
        let is_in = |path: &Path| files.contains(&real_path(path));
        let mut refusals = std::mem::take(&mut self.refusals);
        for (at, member) in std::mem::take(&mut self.members).into_iter().enumerate() {
            let is_source = member.kind().is_some() && member.rendered.is_none();
            if !(is_source && is_in(&member.document.source.path)) {
                self.push(member, refusals.remove(&at).unwrap_or_default());
            }
        }
        self.held.retain(|(member, _)| {
            member.rendered.is_some() || !is_in(&member.document.source.path)
        });
        self.patches.retain(|file| !is_in(&file.path));
        self.kustomizations.retain(|file| !is_in(&file.path));
        self.untyped.retain(|file| !is_in(&file.path));
        for all in self.skipped.values_mut().chain(self.foreign.values_mut()) {
            all.retain(|file| !is_in(&file.path));
        }
        self.skipped.retain(|_, files| !files.is_empty());
        self.foreign.retain(|_, files| !files.is_empty());
        self.rendered.extend(files.iter().cloned());
    }

    /// Reads the exceptions in the comments of files that no path of the run led to.
    pub(super) fn read_waivers(
        &mut self,
        files: &BTreeSet<PathBuf>,
        project: &Arc<Project>,
        reader: FileReader<'_>,
    ) -> Result<(), LintError> {
        let known: BTreeSet<PathBuf> = self.paths().map(real_path).collect();
        for path in files
            .iter()
            .filter(|path| !known.contains(*path) && !self.rendered.contains(*path))
        {
            if let Some(format) = read::Format::of(path) {
                let content = reader.read(&File::at(path, format, Arc::clone(project)))?;
                self.waivers.extend(content.waivers);
            }
        }
        Ok(())
    }

    /// What schemas refuse in a member.
    pub(super) fn refusals_of(&self, index: usize) -> &[Refusal] {
        let refusals = self.refusals.get(&index);
        refusals.map(Vec::as_slice).unwrap_or_default()
    }

    /// What was read and not judged. Files that are evidence of a document are no documents.
    pub(super) fn notes(&mut self, evidence: &BTreeSet<PathBuf>) -> Vec<NotChecked> {
        let mut gaps = std::mem::take(&mut self.notes);
        let untyped = self.untyped(evidence);
        let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (kind, files) in std::mem::take(&mut self.foreign) {
            let files = others(files, evidence);
            if !files.is_empty() {
                kinds.insert(kind, files);
            }
        }
        gaps.extend(notes::foreign(kinds));
        let skipped = std::mem::take(&mut self.skipped).into_iter();
        let patches = (std::mem::take(&mut self.patches), layers::PATCH);
        let unread = skipped.map(|(skip, files)| (files, skip.reason()));
        for (mut files, reason) in unread.chain([patches]) {
            files.retain(|file| !evidence.contains(&real_path(&file.path)));
            gaps.extend(notes::by_folder(files, reason));
        }
        gaps.extend(notes::alone(&self.kustomizations));
        gaps.extend(untyped);
        gaps
    }

    /// What is said of documents without an envelope. A file may hold others beside them.
    fn untyped(&mut self, evidence: &BTreeSet<PathBuf>) -> Vec<NotChecked> {
        let foreign = self.foreign.values().flatten();
        let held = self.held.iter().map(|(member, _)| member);
        let mut typed: BTreeSet<&Path> = foreign.map(|file| file.path.as_path()).collect();
        for member in self.members.iter().chain(held) {
            typed.insert(&member.document.source.path);
        }
        let is_mixed = |file: &Named| typed.contains(file.path.as_path());
        let (mixed, alone) = self.untyped.drain(..).partition(is_mixed);
        let mut notes = Vec::new();
        for (files, holds) in [(alone, notes::NONE_TYPED), (mixed, notes::NOT_ALL_TYPED)] {
            let files = others(files, evidence);
            if !files.is_empty() {
                notes.push(notes::untyped(&files, holds));
            }
        }
        notes
    }

    /// Tells of the files that specifications name as their manifests and that were not read: what they hold
    /// was not judged, whoever they belong to.
    pub(super) fn account(&mut self) {
        let mut unread: BTreeMap<PathBuf, &'static str> = BTreeMap::new();
        for (skip, files) in &self.skipped {
            for file in files {
                unread.insert(real_path(&file.path), skip.reason());
            }
        }
        for file in &self.patches {
            unread.insert(real_path(&file.path), layers::PATCH);
        }
        let mut broken: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        for (at, error) in self.syntax.iter().enumerate() {
            if error.severity < Severity::Error {
                let file = real_path(&error.place.source.path);
                broken.entry(file).or_default().push(at);
            }
        }
        if unread.is_empty() && broken.is_empty() {
            return;
        }
        let mut found = Vec::new();
        for member in &self.members {
            for (at, entry) in artifact_entries(member).iter().enumerate() {
                let Some(path) = entry.get("path").and_then(Node::as_str) else {
                    continue;
                };
                let file = real_path(&member.project.root.join(path));
                found.extend(
                    unread
                        .get(&file)
                        .map(|why| unread_manifest(member, at, why)),
                );
                for error in broken.get(&file).into_iter().flatten() {
                    self.syntax[*error].severity = Severity::Error;
                }
            }
        }
        self.syntax.extend(found);
    }
}

/// A manifest of a specification, by its number, that was not read.
fn unread_manifest(spec: &Member, at: usize, why: &str) -> Unreadable {
    let pointer = Pointer::default().key("spec").key("artifacts").index(at);
    let name = spec.service().unwrap_or_default();
    let name = format!("{}/{}", spec.subject, clip(name, LONGEST_NAME));
    let place = Place::within(&spec.document, Some(name), &pointer.key("path"));
    let message = format!("this manifest is not judged: {why}");
    let error = Unreadable::unjudged(place, &spec.project, Vec::new(), message);
    Unreadable {
        help: Some(
            "name a file that holds the manifest as it is applied, such as the rendered one"
                .to_owned(),
        ),
        ..error
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

/// The first few names.
pub(super) fn some(names: &[String]) -> String {
    first_named(names, 5)
}
