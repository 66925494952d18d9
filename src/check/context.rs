//! Documents that nobody named, but that belong to a service that somebody did.
//!
//! A verdict is about a service, whichever of its files, or of their folders, somebody names. A named checklist has to be
//! judged with the specification beside it, and a named manifest with the specification that names it,
//! so the rest of the project is searched for what belongs to them. The rules read all of it; only what
//! was named is fixed.

use super::{
    LintError,
    find::Excludes,
    load::{self, FileReader, Loaded, Nearby, Unreadable},
    note,
};
use crate::{
    config::{FILE_NAME, Project, Projects},
    disk::{self, DiskWalk, OnDisk, WalkPlan},
    document::{
        read::Format,
        source::{display_name, real_path},
    },
    finding::Topic,
    git::{self, Tracked},
    review::Member,
    rule::Subject,
    schema::Vocabulary,
};
use aho_corasick::AhoCorasick;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// So many files of a project are looked into; what a run without folders should cost has a limit.
const MOST_FILES: usize = 5_000;
/// And so much text: it is held while it is searched.
const MOST_BYTES: usize = 200_000_000;
/// Manifests point at manifests that point at others: a template that uses a template.
const MOST_ROUNDS: usize = 3;

/// Adds the missing documents of each service to `loaded`, as not requested.
pub(super) fn add(
    loaded: &mut Loaded,
    projects: &mut Projects,
    reader: FileReader<'_>,
) -> Result<(), LintError> {
    let found = &loaded.found;
    if !found.files.iter().any(|file| found.is_part(file)) {
        return Ok(());
    }
    let known: HashSet<PathBuf> = loaded
        .paths()
        .filter_map(|path| path.resolve().ok())
        .collect();
    for (root, (project, sought)) in wanted(loaded) {
        let files = files(&root, &known, projects, loaded)?;
        let mut search = Search {
            files,
            known: reader.schemas.own().vocabulary(&root),
            project: &project,
            reader,
            loaded,
        };
        search.run(sought)?;
    }
    Ok(())
}

/// What is looked for in one project.
#[derive(Debug, Default)]
struct Sought {
    /// Services that a named file speaks of.
    services: BTreeSet<String>,
    /// Names by which manifests are tied to the named ones.
    names: BTreeSet<String>,
    /// The named manifests, as a specification would write their paths.
    manifests: BTreeSet<PathBuf>,
}

impl Sought {
    /// A manifest's own name and those of what it points at.
    fn tie(&mut self, member: &Member) {
        let Some(kind) = member.kind() else { return };
        let links = kind.links(&member.document.root);
        let targets = links.targets.iter().map(|(_, name)| *name);
        let backends = links.backends.iter().flat_map(|backend| {
            let made = backend.maker().map(|(_, name)| name);
            [backend.name].into_iter().chain(made)
        });
        let names = links.name.into_iter().chain(links.service);
        let names = names.chain(targets).chain(backends);
        self.names
            .extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
    }

    /// The service of a specification of one of the manifests.
    fn claimed_by(&self, member: &Member) -> Option<String> {
        let service = member.service();
        let is_called_so = service.is_some_and(|service| self.names.contains(service));
        let claims = member.subject == Subject::ServingSpec
            && (is_called_so || load::artifact_paths(member).any(|path| self.is_at(member, path)));
        service.filter(|_| claims).map(str::to_owned)
    }

    /// True where a path of a specification leads to one of the manifests.
    fn is_at(&self, spec: &Member, path: &str) -> bool {
        let path = spec.project.root.join(path);
        path.resolve()
            .is_ok_and(|path| self.manifests.contains(&path))
    }
}

/// A file of the project that nobody named.
struct Neighbour {
    path: PathBuf,
    format: Format,
    text: String,
    taken: bool,
}

impl Neighbour {
    /// True where the file may hold a document of a known version that speaks of one of the words.
    fn is_ours(&self, known: Vocabulary<'_>, words: &Words) -> bool {
        known.version_in(&self.text).is_some() && words.are_in(&self.text)
    }
}

/// What the named files are about, by project.
fn wanted(loaded: &Loaded) -> BTreeMap<PathBuf, (Arc<Project>, Sought)> {
    let named: HashSet<&str> = loaded
        .found
        .files
        .iter()
        .filter(|file| loaded.found.is_part(file))
        .map(|file| file.name.as_str())
        .collect();
    let mut wanted: BTreeMap<PathBuf, (Arc<Project>, Sought)> = BTreeMap::new();
    for member in &loaded.members {
        // What was not requested was declared by a specification.
        if member.requested && !named.contains(member.document.source.name.as_str()) {
            continue;
        }
        if member.kind().is_none() && member.service().is_none() {
            continue;
        }
        let (_, sought) = wanted
            .entry(member.project.root.clone())
            .or_insert_with(|| (Arc::clone(&member.project), Sought::default()));
        sought.services.extend(member.service().map(str::to_owned));
        sought.tie(member);
        let is_below = || {
            let path = real_path(&member.document.source.path);
            loaded.layered.contains(&path)
        };
        if member.kind().is_some() && (member.requested || is_below()) {
            sought
                .manifests
                .extend(member.document.source.path.resolve());
        }
    }
    wanted
}

/// The files of a project that are small enough to be specifications or manifests.
fn files(
    root: &Path,
    known: &HashSet<PathBuf>,
    projects: &mut Projects,
    loaded: &mut Loaded,
) -> Result<Vec<Neighbour>, LintError> {
    let mut files = Vec::new();
    let mut bytes_left = MOST_BYTES;
    let mut excludes = Excludes::default();
    for path in candidates(root, known) {
        let Some(format) = Format::of(&path) else {
            continue;
        };
        let own = projects.of(path.parent().unwrap_or(root), root)?;
        if own.root != root || excludes.place(&path, &own).is_some() {
            continue;
        }
        let size = path.look().map(|metadata| metadata.len()).unwrap_or(0);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        // It would not be parsed either.
        if size > crate::document::read::MAX_BYTES {
            continue;
        }
        if files.len() == MOST_FILES || size > bytes_left {
            let reason = format!(
                "only the first {} files were searched for what belongs to the named ones; name the folders to check",
                files.len()
            );
            loaded.note(note(Topic::Folder(display_name(root)), reason));
            break;
        }
        bytes_left -= size;
        // It is searched for words only: another encoding is told where the file is read.
        let text = String::from_utf8_lossy(&disk::read(&path).unwrap_or_default()).into_owned();
        files.push(Neighbour {
            path,
            format,
            text,
            taken: false,
        });
    }
    Ok(files)
}

/// What a walk finds that may be a document, and is not known yet; and what git tracks although an ignore file
/// or a hidden name keeps it from a walk.
fn candidates(root: &Path, known: &HashSet<PathBuf>) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in DiskWalk::new(root, WalkPlan::Plain) {
        // Nobody asked for what cannot be read here.
        let Ok(entry) = entry else { continue };
        if entry.is_file() {
            found.insert(entry.into_path());
        }
    }
    for answer in git::tracked(&[root.to_owned()]) {
        let Tracked::Files { files, .. } = answer else {
            continue;
        };
        let files = files.into_iter().map(|name| root.join(name));
        found.extend(
            files.filter(|path| path.look_at_link().is_ok_and(|metadata| metadata.is_file())),
        );
    }
    found.retain(|path| is_document(path) && !known.contains(path));
    found
}

fn is_document(path: &Path) -> bool {
    Format::of(path).is_some() && path.file_name().is_some_and(|name| name != FILE_NAME)
}

/// The search through the files of one project.
struct Search<'s> {
    files: Vec<Neighbour>,
    /// Our kinds, and those that the project declares.
    known: Vocabulary<'s>,
    project: &'s Arc<Project>,
    reader: FileReader<'s>,
    loaded: &'s mut Loaded,
}

impl Search<'_> {
    fn run(&mut self, mut sought: Sought) -> Result<(), LintError> {
        self.specifications(&mut sought)?;
        self.own(&sought)?;
        self.manifests(sought)
    }

    /// Specifications that name one of the manifests, or are called like one: their services are
    /// looked for as well.
    fn specifications(&self, sought: &mut Sought) -> Result<(), LintError> {
        if sought.manifests.is_empty() {
            return Ok(());
        }
        let mut services = BTreeSet::new();
        for member in &self.loaded.members {
            if member.project.root == self.project.root {
                services.extend(sought.claimed_by(member));
            }
        }
        let names = file_names(&sought.manifests);
        let words = Words::new(sought.names.iter().chain(&names));
        for file in &self.files {
            if !file.is_ours(self.known, &words) {
                continue;
            }
            // What cannot be read is said when the documents of the service are gathered.
            for (member, _) in self.read(file)?.members {
                services.extend(sought.claimed_by(&member));
            }
        }
        sought.services.extend(services);
        Ok(())
    }

    /// The documents of the services.
    fn own(&mut self, sought: &Sought) -> Result<(), LintError> {
        let words = Words::new(&sought.services);
        let is_of_them = |member: &Member| {
            let service = member.service();
            service.is_some_and(|name| sought.services.contains(name))
        };
        for at in 0..self.files.len() {
            if self.files[at].is_ours(self.known, &words) {
                let unreadable = self.take(at, is_of_them)?;
                // It speaks of the service, and may be what would have stood against it.
                self.loaded.syntax.extend(unreadable);
            }
        }
        Ok(())
    }

    /// The manifests that are tied to the services, or to manifests that were named.
    fn manifests(&mut self, mut sought: Sought) -> Result<(), LintError> {
        let mut words: BTreeSet<String> = sought.services.union(&sought.names).cloned().collect();
        for _ in 0..MOST_ROUNDS {
            let before = self.loaded.members.len();
            let wanted = Words::new(&words);
            for at in 0..self.files.len() {
                let file = &self.files[at];
                if !file.taken && wanted.are_in(&file.text) {
                    let unreadable = self.take(at, |member| member.kind().is_some())?;
                    self.doubt(at, unreadable.first().map(|error| error.message.as_str()));
                }
            }
            for member in &self.loaded.members[before..] {
                // Only what speaks of one of the words is followed: a file may hold the manifests of many.
                if speaks_of(member, &words) {
                    sought.tie(member);
                }
            }
            let next: BTreeSet<String> = sought.names.difference(&words).cloned().collect();
            if next.is_empty() {
                break;
            }
            words = next;
        }
        Ok(())
    }

    /// Says that a file was not read, where there is a reason.
    fn doubt(&mut self, at: usize, reason: Option<&str>) {
        if let Some(reason) = reason {
            let reason = format!("it may belong to a service that was checked, but: {reason}");
            let topic = Topic::File(display_name(&self.files[at].path));
            self.loaded.note(note(topic, reason));
        }
    }

    /// Adds those documents of a file that are wanted, and answers with what could not be read of it; a file is
    /// read once.
    fn take(
        &mut self,
        at: usize,
        is_wanted: impl Fn(&Member) -> bool,
    ) -> Result<Vec<Unreadable>, LintError> {
        let nearby = self.read(&self.files[at])?;
        self.doubt(at, nearby.unread.as_deref());
        self.loaded.waivers.extend(nearby.waivers);
        for gap in nearby.gaps {
            self.loaded.note(gap);
        }
        for (member, refusals) in nearby.members {
            if is_wanted(&member) || member.kind().is_some() {
                self.loaded.push(member, refusals);
            }
        }
        self.files[at].taken = true;
        Ok(nearby.syntax)
    }

    fn read(&self, file: &Neighbour) -> Result<Nearby, LintError> {
        load::context(&file.path, file.format, self.project, self.reader)
    }
}

/// True for a manifest that carries one of the names, or is of a service that does.
fn speaks_of(member: &Member, words: &BTreeSet<String>) -> bool {
    let Some(kind) = member.kind() else {
        return false;
    };
    let links = kind.links(&member.document.root);
    let mut names = links.name.into_iter().chain(links.service);
    names.any(|name| words.contains(name))
}

fn file_names(paths: &BTreeSet<PathBuf>) -> Vec<String> {
    paths
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect()
}

/// A cheap look before a file is parsed: whether it holds one of these words. Thousands of files may
/// be asked about thousands of names.
struct Words(Option<AhoCorasick>);

impl Words {
    fn new<'w>(words: impl IntoIterator<Item = &'w String>) -> Self {
        let words = words.into_iter().filter(|word| !word.is_empty());
        // More words than fit into memory: every file is looked into.
        Self(AhoCorasick::new(words).ok())
    }

    fn are_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(text))
    }
}
