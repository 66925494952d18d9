//! Which services a change since a git revision touches.
//!
//! A service is judged as a whole: whatever it rests on, a change of it may change any finding. So
//! where in doubt a service counts as changed.

mod bound;
mod definitions;
mod held;
mod outdated;

use super::{
    BaselineChoice, LintError, Request,
    loosened::PastDocument,
    moved::MovedAway,
    note, open,
    paths::{path_in, texts},
    trust::Trust,
    unjudged::{Spoken, SpokenDocument},
};
use crate::{
    config::{FILE_NAME, OWNERS_PLACES, Project, Projects},
    disk::OnDisk,
    document::{
        Document, Node,
        read::{self, Format},
        source::{Source, real_path},
    },
    finding::{NotChecked, Topic},
    git::{Answers, Changes, Past, Snapshot},
    layer::LayerGraph,
    manifest,
    review::{Group, Member, service_of},
    rule::Subject,
    schema::{Owned, Recognition, Schemas},
    units::counted,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Who may approve depends on it.
const OWNERS: &str = "CODEOWNERS";
/// What hides files from a run, in the folder of each and below it.
const IGNORES: [&str; 2] = [".gitignore", ".ignore"];

/// What a change touches; everything, where nobody asked for less.
#[derive(Debug, Default)]
pub(super) struct Changed {
    changes: Option<Changes>,
    /// Services, with the root of their project, that a changed or deleted file spoke of.
    services: BTreeSet<(PathBuf, String)>,
    /// The documents of our kinds that the changed and deleted files had.
    spoken: Vec<SpokenDocument>,
    /// Changed and deleted files of which it is not known what they had.
    unknown: BTreeSet<PathBuf>,
    /// Manifests, with the root of their project, that changed or are gone: what speaks of them may
    /// have lost them.
    manifests: BTreeSet<(PathBuf, String)>,
    /// Files and folders that a changed or deleted layer took in.
    taken_in: BTreeSet<PathBuf>,
    /// The deleted layers, by the files and folders that they took in.
    gone_layers: BTreeMap<PathBuf, PathBuf>,
    /// What changed and deleted files held.
    past: Vec<PastDocument>,
    /// Projects of which it is not known what changed.
    projects: BTreeSet<PathBuf>,
    /// Projects whose definitions of custom resources or packs changed.
    defined: Vec<PathBuf>,
    /// Folders, and whether what governs their files changed: as many files share one.
    governed: Answers,
    /// The revision whose policy judges.
    base: Option<Arc<Snapshot>>,
    /// What was moved since then.
    moved: Option<Arc<MovedAway>>,
    /// The files are those of a base.
    of_base: bool,
    /// Files that count as changed, without links.
    named: BTreeSet<PathBuf>,
    /// The kinds that projects declare.
    own: Owned,
    /// Something that stands for all changed.
    all: bool,
    /// Everything is reported: the revision is that of the policy, and what it held is only compared.
    whole: bool,
    /// What was typed or is not saved was not committed either.
    typed: Option<PathBuf>,
}

/// What was left out because it did not change.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Unchanged {
    pub findings: usize,
    pub services: usize,
}

impl Unchanged {
    /// True where anything was left out.
    pub(super) fn is_some(self) -> bool {
        self.findings + self.services > 0
    }
}

impl Changed {
    /// What changed since the revision that the request names, or else since that of the policy, `base`.
    pub(super) fn of(
        request: &Request,
        base: Option<&str>,
        projects: &mut Projects,
        schemas: &Schemas,
    ) -> Result<Self, LintError> {
        let Some(revision) = request.since.as_deref().or(base) else {
            return Self::told(request, projects, schemas);
        };
        let typed = match &request.stdin {
            Some((name, _)) => Some(PathBuf::from(name.as_deref().unwrap_or("stdin"))),
            None => None,
        };
        let starts: Vec<PathBuf> = request.paths.iter().chain(&typed).cloned().collect();
        let changes = Changes::since(revision, &starts)?;
        let mut changed = Self {
            all: replacements(request).any(|file| changes.touch(file)) || changes.has_lost(OWNERS),
            whole: request.since.is_none(),
            typed,
            named: request.named.iter().map(|path| real_path(path)).collect(),
            own: schemas.own().clone(),
            ..Self::default()
        };
        for project in projects.all() {
            // Whatever is held against a changed definition changed with it.
            if definitions::changed(project, schemas, &changes)
                || definitions::has_other_packs(project, &changes)
            {
                changed.defined.push(project.root.clone());
            }
        }
        let past = changes.past(&is_document)?;
        changed.changes = Some(changes);
        for past in past {
            changed.remember(past, projects)?;
        }
        Ok(changed)
    }

    /// Everything is reported, and compared with what the request says that files held.
    fn told(
        request: &Request,
        projects: &mut Projects,
        schemas: &Schemas,
    ) -> Result<Self, LintError> {
        let mut changed = Self {
            own: schemas.own().clone(),
            ..Self::default()
        };
        for (path, text) in &request.before {
            let past = Past {
                path: path.clone(),
                bytes: Some(text.clone().into_bytes()),
            };
            changed.remember(past, projects)?;
        }
        Ok(changed)
    }

    /// A document that left a service changed the service as much as one that joined it.
    fn remember(&mut self, past: Past, projects: &mut Projects) -> Result<(), LintError> {
        // The folder may be gone with the file.
        let folder = past
            .path
            .ancestors()
            .skip(1)
            .find(|folder| folder.holds_folder())
            .unwrap_or(Path::new("/"));
        let project = projects.of(folder, folder)?;
        let root = project.root.clone();
        let text = past.bytes.map(read::decode);
        let Some(Ok(text)) = text else {
            // What was no text was no document.
            if text.is_none() {
                self.projects.insert(root);
                self.unknown.insert(past.path);
            }
            return Ok(());
        };
        let source = Arc::new(Source {
            name: String::new(),
            path: past.path,
            text,
        });
        let Some(parsed) = open::parsed(&source, Format::of_source(&source)) else {
            self.projects.insert(root);
            return Ok(());
        };
        let known = self.own.vocabulary(&root);
        if !parsed.errors.is_empty() && known.version_in(&source.text).is_some() {
            self.projects.insert(root.clone());
            self.unknown.insert(source.path.clone());
        }
        for document in parsed.documents.into_iter().flat_map(open::objects) {
            self.took_in(&document);
            self.had(&project, document);
        }
        Ok(())
    }

    /// What the layer took in that a document was; nothing for any other document.
    fn took_in(&mut self, document: &Document) {
        let path = &document.source.path;
        let root = self.changes.as_ref().map(Changes::root);
        let root = root.unwrap_or(path.parent().unwrap_or(Path::new("/")));
        let found = LayerGraph::past_paths(document, root);
        if !path.is_there() {
            for below in &found {
                self.gone_layers.insert(below.clone(), path.clone());
            }
        }
        self.taken_in.extend(found);
    }

    /// The same with what judges it.
    pub(super) fn judged_by(self, trust: &Trust, request: &Request) -> Self {
        Self {
            base: trust.base.clone(),
            moved: trust.moved.clone(),
            of_base: request.of_base,
            ..self
        }
    }

    /// What differs from the revision that is compared with, if there is one.
    pub(super) fn changes(&self) -> Option<&Changes> {
        self.changes.as_ref()
    }

    /// The revision since which changes are asked for, as it was given.
    pub(super) fn revision(&self) -> Option<&str> {
        let changes = self.changes.as_ref().filter(|_| !self.whole)?;
        Some(&changes.revision)
    }

    /// The folder of the repository, without links; empty where nothing is compared.
    pub(super) fn root(&self) -> &Path {
        self.changes.as_ref().map_or(Path::new(""), Changes::root)
    }

    /// True where files are named of which none changed: somebody asks about them as they are.
    pub(super) fn is_named_only(&self) -> bool {
        let Some(changes) = &self.changes else {
            return false;
        };
        !self.named.is_empty() && !self.named.iter().any(|path| changes.touch(path))
    }

    /// True where the revision tells how the group was: what governs it is as it was, and everything that
    /// its project had can be read.
    pub(super) fn knows(&self, group: &Group, members: &[Member]) -> bool {
        let Some(changes) = &self.changes else {
            return false;
        };
        let mut indexes = group.members.iter().copied().chain(group.manifests());
        !self.all
            && self.typed.is_none()
            && indexes.all(|index| {
                members.get(index).is_some_and(|member| {
                    let path = &member.document.source.path;
                    let known = member.project.baseline();
                    let real = real_path(path);
                    let folders = real.parent().into_iter().chain(path.parent());
                    !self.projects.contains(&member.project.root)
                        && !self.defined.iter().any(|folder| real.starts_with(folder))
                        && !known.is_some_and(|path| changes.touch(&path))
                        && !folders
                            .map(real_path)
                            .any(|folder| self.governs(&folder, changes))
                })
            })
    }

    /// The documents of changed and deleted files as they were.
    pub(super) fn past(&self) -> &[PastDocument] {
        &self.past
    }

    /// The documents of our kinds that the changed and deleted files had.
    pub(super) fn spoken(&self) -> &[SpokenDocument] {
        &self.spoken
    }

    /// The changed and deleted files of which it is not known what they had.
    pub(super) fn unknown(&self) -> &BTreeSet<PathBuf> {
        &self.unknown
    }

    /// A document that a file of the project had.
    fn had(&mut self, project: &Arc<Project>, document: Document) {
        let (root, node) = (&project.root, &document.root);
        let (subject, kind) = match self.own.recognise(root, node) {
            Recognition::Known(subject) => {
                self.spoken.push(SpokenDocument {
                    path: document.source.path.clone(),
                    project: Arc::clone(project),
                    spoken: Spoken::of(node, subject),
                    manifests: SpokenDocument::manifests_of(node, project),
                    excluded: false,
                });
                if let Some(service) = service_of(node, subject) {
                    self.services.insert((root.to_owned(), service.to_owned()));
                }
                (subject, None)
            }
            Recognition::Artifact(kind) => {
                if let Some(name) = node.at(&["metadata", "name"]).and_then(Node::as_str) {
                    self.manifests.insert((root.to_owned(), name.to_owned()));
                }
                // Any text of a manifest may name the service that it belonged to.
                texts(node, &mut |text| {
                    self.services.insert((root.to_owned(), text.to_owned()));
                });
                (Subject::Artifact, Some(kind))
            }
            _ => return,
        };
        let Document {
            source,
            root: mut node,
            ..
        } = document;
        if let Some(kind) = kind {
            // What its inner document says is unknown where that does not parse.
            let _ = manifest::open(kind, &mut node, &source.text);
        }
        self.past.push(PastDocument {
            root: project.root.clone(),
            path: real_path(&source.path),
            subject,
            kind,
            node,
        });
    }

    /// True where something that the service rests on changed.
    pub(super) fn group(&self, group: &Group, members: &[Member]) -> bool {
        let Some(changes) = self.changes.as_ref().filter(|_| !self.whole) else {
            return true;
        };
        if self.all {
            return true;
        }
        for index in group.members.iter().copied().chain(group.manifests()) {
            let Some(member) = members.get(index) else {
                continue;
            };
            if self.touches(member, changes) || self.had_one_of(group, &member.project.root) {
                return true;
            }
        }
        false
    }

    /// True where a changed or deleted file of the project spoke of a service of the group.
    fn had_one_of(&self, group: &Group, root: &Path) -> bool {
        // Nothing is put together for each document of a run in which no file spoke of any.
        !self.services.is_empty()
            && group.reviews.iter().any(|review| {
                let service = (root.to_owned(), review.service.clone());
                self.services.contains(&service)
            })
    }

    fn touches(&self, member: &Member, changes: &Changes) -> bool {
        let (root, source) = (&member.project.root, &member.document.source);
        let mut names_changed = false;
        texts(&member.document.root, &mut |text| {
            names_changed = names_changed
                || path_in(text).is_some_and(|path| self.reaches(&root.join(path), changes))
                || (!self.manifests.is_empty()
                    && self.manifests.contains(&(root.clone(), text.to_owned())));
        });
        let known = member.project.baseline();
        names_changed
            || self.is_bound_otherwise(member, changes)
            || self.is_layered(member, changes)
            || self.projects.contains(root)
            || self.file(source)
            || known.is_some_and(|path| changes.touch(&path) || self.names(&path))
    }

    /// True where something that is put over a manifest changed, or was taken away.
    pub(super) fn is_layered(&self, member: &Member, changes: &Changes) -> bool {
        let mut layers = member.layer_files.iter();
        if layers.any(|file| changes.touch(file) || self.named.contains(file)) {
            return true;
        }
        if self.taken_in.is_empty() || member.kind().is_none() {
            return false;
        }
        let folders = member.layer_files.iter().filter_map(|file| file.parent());
        let real = real_path(&member.document.source.path);
        let mut own = real.ancestors().chain(folders);
        own.any(|path| self.taken_in.contains(path))
    }

    /// True where a file at the path, or one below it, changed or is named.
    fn reaches(&self, path: &Path, changes: &Changes) -> bool {
        changes.reach(path) || self.names(path)
    }

    fn names(&self, path: &Path) -> bool {
        if self.named.is_empty() {
            return false;
        }
        let real = real_path(path);
        let mut below = self.named.range(real.clone()..);
        below.next().is_some_and(|named| named.starts_with(&real))
    }

    /// True where a file, or what configures it, changed.
    pub(super) fn file(&self, source: &Source) -> bool {
        let Some(changes) = self.changes.as_ref().filter(|_| !self.whole) else {
            return true;
        };
        let real = real_path(&source.path);
        // A link belongs to the project of its own folder.
        let own = source.path.parent().map(real_path);
        self.typed.as_ref() == Some(&source.path)
            || self.defined.iter().any(|folder| real.starts_with(folder))
            || real
                .parent()
                .into_iter()
                .chain(own.as_deref())
                .any(|folder| self.governs(folder, changes))
            || changes.touch(&source.path)
            || self.named.contains(&real)
    }

    /// True where a file that speaks for all that is in the folder changed, appeared or is gone.
    fn governs(&self, folder: &Path, changes: &Changes) -> bool {
        // What stands above the repository is no part of the change.
        if !folder.starts_with(changes.root()) {
            return false;
        }
        self.governed.about(folder, || {
            let mut names = iter::once(FILE_NAME).chain(OWNERS_PLACES).chain(IGNORES);
            let above = folder.parent();
            names.any(|name| self.reaches(&folder.join(name), changes))
                || above.is_some_and(|above| self.governs(above, changes))
        })
    }

    /// What to say of everything that was left out.
    pub(super) fn note(&self, unchanged: Unchanged) -> Option<NotChecked> {
        let revision = &self.changes.as_ref()?.revision;
        let Unchanged { findings, services } = unchanged;
        unchanged.is_some().then(|| {
            let findings = counted(findings, "finding");
            let reason = format!(
                "{findings} in {} not shown: nothing that they rest on changed since `{revision}`",
                counted(services, "service")
            );
            note(Topic::Unchanged, reason)
        })
    }
}

/// True for a file that may hold documents.
fn is_document(path: &Path) -> bool {
    let is_named_so = path.file_name().is_some_and(|name| name != FILE_NAME);
    LayerGraph::is_name(path) || (Format::of(path).is_some() && is_named_so)
}

/// The files that stand for what each project would have.
pub(super) fn replacements(request: &Request) -> impl Iterator<Item = &PathBuf> {
    let known = match &request.baseline {
        BaselineChoice::File(path) => Some(path),
        BaselineChoice::Configured | BaselineChoice::Ignored => None,
    };
    request.config.iter().chain(known)
}
