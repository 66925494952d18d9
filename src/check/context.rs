//! Documents that nobody named, but that belong to a service that somebody did.
//!
//! A pre-commit hook names changed files only. A changed checklist still has to be compared with
//! the specification beside it, and a changed manifest with the specification that names it, so the
//! rest of the project is searched for what belongs to them.

use super::{LintError, find::Found, load, load::Loaded, note};
use crate::{
    config::{FILE_NAME, Project, Projects},
    document::{read::Format, source::display_name},
    finding::Topic,
    review::Member,
    rule::Subject,
    schema::{API_VERSION, Schemas},
};
use aho_corasick::AhoCorasick;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
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
    found: &Found,
    projects: &mut Projects,
    schemas: &Schemas,
) -> Result<(), LintError> {
    if !found.files.iter().any(|file| file.named) {
        return Ok(());
    }
    let read = loaded
        .members
        .iter()
        .map(|member| &member.document.source.path);
    let known: HashSet<PathBuf> = found
        .files
        .iter()
        .map(|file| &file.path)
        .chain(read)
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    for (root, (project, mut sought)) in wanted(loaded, found) {
        let mut files = files(&root, &known, projects, loaded)?;
        specifications(&mut sought, &mut files, &project, schemas, loaded)?;
        own(&sought, &mut files, &project, schemas, loaded)?;
        manifests(sought, &mut files, &project, schemas, loaded)?;
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
        let names = links.name.into_iter().chain(links.service).chain(targets);
        self.names
            .extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
    }
}

/// A file of the project that nobody named.
struct Neighbour {
    path: PathBuf,
    format: Format,
    text: String,
    taken: bool,
}

/// What the named files are about, by project.
fn wanted(loaded: &Loaded, found: &Found) -> BTreeMap<PathBuf, (Arc<Project>, Sought)> {
    let named: HashSet<&str> = found
        .files
        .iter()
        .filter(|file| file.named && file.placed)
        .map(|file| file.name.as_str())
        .collect();
    let mut wanted: BTreeMap<PathBuf, (Arc<Project>, Sought)> = BTreeMap::new();
    // What was not requested was declared by a specification.
    let about = |member: &&Member| {
        !member.requested || named.contains(member.document.source.name.as_str())
    };
    for member in loaded.members.iter().filter(about) {
        if member.kind().is_none() && member.service().is_none() {
            continue;
        }
        let entry = || (Arc::clone(&member.project), Sought::default());
        let (_, sought) = wanted
            .entry(member.project.root.clone())
            .or_insert_with(entry);
        sought.services.extend(member.service().map(str::to_owned));
        sought.tie(member);
        if member.kind().is_some() && member.requested {
            sought
                .manifests
                .extend(member.document.source.path.canonicalize());
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
    for path in candidates(root, known) {
        let Some(format) = Format::of(&path) else {
            continue;
        };
        if projects.of(path.parent().unwrap_or(root), root)?.root != root {
            continue;
        }
        let size = fs::metadata(&path)
            .map(|metadata| metadata.len())
            .unwrap_or(0);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
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
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        files.push(Neighbour {
            path,
            format,
            text,
            taken: false,
        });
    }
    Ok(files)
}

fn candidates(root: &Path, known: &HashSet<PathBuf>) -> impl Iterator<Item = PathBuf> {
    let walker = ignore::WalkBuilder::new(root)
        .follow_links(false)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .build();
    walker
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| {
            Format::of(path).is_some() && path.file_name().is_some_and(|name| name != FILE_NAME)
        })
        .filter(|path| !known.contains(path))
}

/// Specifications that name one of the manifests, or are called like one: their services are
/// looked for as well.
fn specifications(
    sought: &mut Sought,
    files: &mut [Neighbour],
    project: &Arc<Project>,
    schemas: &Schemas,
    loaded: &mut Loaded,
) -> Result<(), LintError> {
    if sought.manifests.is_empty() {
        return Ok(());
    }
    let read = loaded
        .members
        .iter()
        .filter(|member| member.project.root == project.root);
    let mut services: BTreeSet<String> = read
        .filter(|member| claims(member, sought))
        .filter_map(Member::service)
        .map(str::to_owned)
        .collect();
    let names = file_names(&sought.manifests);
    let words = Words::new(sought.names.iter().chain(&names));
    for file in files
        .iter()
        .filter(|file| file.text.contains(API_VERSION) && words.are_in(&file.text))
    {
        // What cannot be read is said when the documents of the service are gathered.
        let nearby = load::context(&file.path, file.format, project, schemas, &loaded.unsaved)?;
        let specs = nearby.members.iter().map(|(member, _)| member);
        services.extend(
            specs
                .filter(|member| claims(member, sought))
                .filter_map(Member::service)
                .map(str::to_owned),
        );
    }
    sought.services.extend(services);
    Ok(())
}

/// True for a specification of one of the manifests.
fn claims(member: &Member, sought: &Sought) -> bool {
    let is_path = |path: &str| {
        let path = member.project.root.join(path);
        path.canonicalize()
            .is_ok_and(|path| sought.manifests.contains(&path))
    };
    member.subject == Subject::ServingSpec
        && (load::artifact_paths(member).any(is_path)
            || member
                .service()
                .is_some_and(|service| sought.names.contains(service)))
}

fn file_names(paths: &BTreeSet<PathBuf>) -> Vec<String> {
    let names = paths.iter().filter_map(|path| path.file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The specifications, decisions and checklists of the services.
fn own(
    sought: &Sought,
    files: &mut [Neighbour],
    project: &Arc<Project>,
    schemas: &Schemas,
    loaded: &mut Loaded,
) -> Result<(), LintError> {
    let words = Words::new(&sought.services);
    for file in files
        .iter_mut()
        .filter(|file| file.text.contains(API_VERSION) && words.are_in(&file.text))
    {
        let is_ours = |member: &Member| {
            member
                .service()
                .is_some_and(|name| sought.services.contains(name))
        };
        take(file, project, schemas, loaded, &is_ours)?;
    }
    Ok(())
}

/// The manifests that are tied to the services, or to manifests that were named.
fn manifests(
    mut sought: Sought,
    files: &mut [Neighbour],
    project: &Arc<Project>,
    schemas: &Schemas,
    loaded: &mut Loaded,
) -> Result<(), LintError> {
    let mut words: BTreeSet<String> = sought.services.union(&sought.names).cloned().collect();
    for _ in 0..MOST_ROUNDS {
        let before = loaded.members.len();
        let wanted = Words::new(&words);
        for file in files
            .iter_mut()
            .filter(|file| !file.taken && wanted.are_in(&file.text))
        {
            take(file, project, schemas, loaded, &|member| {
                member.kind().is_some()
            })?;
        }
        let fresh = &loaded.members[before..];
        // Only what speaks of one of the words is followed: a file may hold the manifests of many.
        let tied = fresh.iter().filter(|member| {
            member.kind().is_some_and(|kind| {
                let links = kind.links(&member.document.root);
                links
                    .name
                    .into_iter()
                    .chain(links.service)
                    .any(|name| words.contains(name))
            })
        });
        tied.for_each(|member| sought.tie(member));
        let next: BTreeSet<String> = sought.names.difference(&words).cloned().collect();
        if next.is_empty() {
            break;
        }
        words = next;
    }
    Ok(())
}

/// Adds those documents of a file that are wanted; a file is read once.
fn take(
    file: &mut Neighbour,
    project: &Arc<Project>,
    schemas: &Schemas,
    loaded: &mut Loaded,
    is_wanted: &dyn Fn(&Member) -> bool,
) -> Result<(), LintError> {
    let nearby = load::context(&file.path, file.format, project, schemas, &loaded.unsaved)?;
    if let Some(reason) = nearby.unread {
        let reason = format!("it may belong to a service that was checked, but: {reason}");
        loaded.note(note(Topic::File(display_name(&file.path)), reason));
    }
    loaded.remarks.extend(nearby.remarks);
    nearby.gaps.into_iter().for_each(|gap| loaded.note(gap));
    for (member, refusals) in nearby.members {
        if is_wanted(&member) || member.kind().is_some() {
            loaded.push(member, refusals);
        }
    }
    file.taken = true;
    Ok(())
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
