//! The digest of what a verdict is given over: the documents of a service, its manifests, and the files that its
//! documents name.
//!
//! What servelint reads counts by its meaning: layout, comments, the order of keys, that of entries with an `id`, and the
//! spelling of what is read as a duration, a quantity or an instant may differ. Any other text counts as it is written,
//! because another program reads it. Other files count by their values or their text, whatever ends its lines.

mod content;
mod values;

pub(super) use content::of_bytes;

use super::{
    load,
    paths::{path_in, texts_beside},
};
use crate::{
    disk::OnDisk,
    document::{Node, source::real_path},
    evidence::{FileFact, statement_path},
    facts::references::references,
    review::{Group, Member},
    rule::Subject,
    units::hex,
    waivers::baseline,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
};
use values::ReadAs;

/// What stands before the digits. The number is that of what the digest covers and how: it rises where the same
/// inputs have another digest, so that an older one is known as such.
pub(super) const VERSION: &str = "v3:sha256:";

/// `sha256:` and the digest of what a verdict on the service is given over, where somebody decided.
pub(super) fn of(group: &Group, members: &[Member]) -> Option<String> {
    let mut own = own(group, members);
    own.any(|member| verdict(member).is_some())
        .then(|| over(group, members))?
}

/// The documents of a service.
pub(super) fn own<'m>(group: &'m Group, members: &'m [Member]) -> impl Iterator<Item = &'m Member> {
    let indexes = group.members.iter();
    indexes.filter_map(|index| members.get(*index))
}

/// The digest of what a verdict on the service would be given over; `None` where there is no specification, and
/// where a document cannot be read as what it is.
///
/// The names of the documents' files may differ. The verdicts themselves are left out.
pub(super) fn over(group: &Group, members: &[Member]) -> Option<String> {
    let own: Vec<&Member> = own(group, members).collect();
    let is_whole = own.iter().all(|member| member.is_whole());
    let has_spec = own
        .iter()
        .any(|member| member.subject == Subject::ServingSpec);
    if !(is_whole && has_spec) {
        return None;
    }
    let mut hash = Sha256::new();
    add_each(&mut hash, "document", own.iter().copied());
    let manifests = group.manifests();
    let manifests = manifests.filter_map(|index| members.get(index));
    add_each(&mut hash, "manifest", manifests);
    for (path, content) in files(&own) {
        add(&mut hash, "path", &path);
        add(&mut hash, "content", &content);
    }
    for (path, content) in layers(group, members) {
        add(&mut hash, "layer", &path);
        add(&mut hash, "content", &content);
    }
    Some(format!("{VERSION}{}", hex(&hash.finalize())))
}

/// Adds each document once, whatever their order.
fn add_each<'m>(hash: &mut Sha256, what: &str, members: impl Iterator<Item = &'m Member>) {
    let written: BTreeSet<String> = members.map(written).collect();
    for document in written {
        add(hash, what, &document);
    }
}

/// True for a service all of whose kinds of documents stand in one file: others are hardly missing.
pub(super) fn is_one_file(group: &Group, members: &[Member]) -> bool {
    let own = own(group, members);
    let (mut files, mut subjects) = (BTreeSet::new(), BTreeSet::new());
    for member in own {
        files.insert(&member.document.source.path);
        subjects.insert(member.subject);
    }
    let wanted = [
        Subject::ServingSpec,
        Subject::DecisionLog,
        Subject::VerificationChecklist,
    ];
    files.len() == 1 && wanted.iter().all(|subject| subjects.contains(subject))
}

/// What somebody decided, in a checklist.
pub(super) fn verdict(member: &Member) -> Option<&Node> {
    verdict_of(&member.document.root, member.subject)
}

fn verdict_of(root: &Node, subject: Subject) -> Option<&Node> {
    match subject {
        Subject::VerificationChecklist => root.at(&["spec", "verdict"]),
        _ => None,
    }
}

/// What each path leads to that the documents name: the digest of its content, or why it has none.
fn files(own: &[&Member]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for member in own {
        let root = &member.project.root;
        let is_there = |path: &Path| is_file(root, path);
        let mut named = paths(&member.document.root, member.subject, &is_there);
        if let Some(folder) = model_folder(member) {
            named.extend(content::below(root, &folder));
        }
        for path in named {
            if is_one_of(own, &root.join(&path)) {
                continue;
            }
            files.entry(path).or_insert_with_key(|path| {
                content::of_file(root, path).unwrap_or_else(|fact| fact.word().to_owned())
            });
        }
    }
    files
}

/// The folder of the project that a specification names as its model, as a path from the root.
pub(super) fn model_folder(member: &Member) -> Option<PathBuf> {
    let spec = Some(&member.document.root).filter(|_| member.subject == Subject::ServingSpec);
    let uri = spec?.at(&["spec", "model", "uri"])?.as_str()?;
    let path = path_in(uri.strip_prefix("file://").unwrap_or(uri))?;
    let is_below = !path.as_os_str().is_empty();
    (is_below && member.project.root.join(&path).holds_folder()).then_some(path)
}

/// True for the file of one of the documents: what they say counts, and not the verdict in there.
pub(super) fn is_one_of(own: &[&Member], path: &Path) -> bool {
    let real = real_path(path);
    let mut own = own.iter();
    own.any(|member| real_path(&member.document.source.path) == real)
}

/// The paths, from the root of the project, of the files that a document names: evidence and declared artifacts,
/// whether or not they are there, the statements beside evidence, and whatever else of its texts, or of the words of a command, leads to a file that
/// `is_there`, such as a runbook or a script.
pub(super) fn paths(
    node: &Node,
    subject: Subject,
    is_there: &dyn Fn(&Path) -> bool,
) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for reference in references(node, subject) {
        paths.insert(plain_path(reference.path));
        let statement = statement_path(reference.path);
        let statement = path_in(&statement).filter(|path| is_there(path));
        paths.extend(statement.and_then(|path| path.to_str().map(str::to_owned)));
    }
    if subject == Subject::ServingSpec {
        let artifacts = load::artifact_paths_in(node);
        paths.extend(artifacts.map(plain_path));
    }
    let verdict = verdict_of(node, subject).map(std::ptr::from_ref);
    // The same words stand in many places.
    let mut tried = HashSet::new();
    texts_beside(node, verdict, &mut |text| {
        let words = text.split_whitespace().flat_map(named_in);
        for named in words.chain([text]).filter(|named| tried.insert(*named)) {
            let path = path_in(named).filter(|path| is_there(path));
            paths.extend(path.and_then(|path| path.to_str().map(str::to_owned)));
        }
    });
    paths
}

/// What a word of a command may name as a file: the word, and what it gives a flag. A bare word names a file only if it
/// has an extension: others are words of a sentence.
fn named_in(word: &str) -> impl Iterator<Item = &str> {
    let given = word.split_once('=').map(|(_, given)| given);
    let own = [Some(word), given].into_iter().flatten();
    own.map(|part| part.trim_matches(['"', '\'', '`', '(', ')', ',', ';', ':']))
        .map(|part| part.trim_end_matches('.'))
        .filter(|part| part.contains('/') || part.trim_start_matches('.').contains('.'))
}

/// A path as it is compared: without its fragment, and without `.` and `..`.
fn plain_path(text: &str) -> String {
    let path = path_in(text).filter(|path| !path.as_os_str().is_empty());
    let path: Option<PathBuf> = path.filter(|_| !text.contains(['*', '?', '[', '{']));
    match path.as_deref().and_then(Path::to_str) {
        Some(path) => path.to_owned(),
        None => text.to_owned(),
    }
}

/// True for the path, from the root of a project, of a file in it.
pub(super) fn is_file(root: &Path, path: &Path) -> bool {
    // Most texts are no path at all, which one question tells.
    let is_something = || root.join(path).look_at_link().is_ok();
    let text = path.to_str().filter(|_| is_something());
    text.is_some_and(|path| FileFact::locate(root, path).is_ok())
}

/// The layers that change in a declared manifest what rules rest on, and what their entries hold.
fn layers(group: &Group, members: &[Member]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let parts = group.reviews.iter().flat_map(|review| &review.artifacts);
    for part in parts.filter(|part| part.declared) {
        let Some(member) = members.get(part.member) else {
            continue;
        };
        let root = real_path(&member.project.root);
        for change in member.layers.iter().filter(|change| change.counts) {
            let source = &change.by.layer.source;
            let name = baseline::name_in(&root, &source.path);
            files.entry(name).or_insert_with(|| source.text.clone());
            if let Some(file) = &change.by.file {
                let (folder, name) = (file.parent().unwrap_or(&root), file.file_name());
                let name = name.unwrap_or_default().to_string_lossy();
                let own = files.entry(baseline::name_in(&root, file));
                own.or_insert_with(|| word(FileFact::of(folder, &name, true)));
            }
        }
    }
    files
}

fn word(fact: FileFact) -> String {
    match fact {
        FileFact::Present {
            sha256: Some(sha256),
        } => sha256,
        other => other.word().to_owned(),
    }
}

fn written(member: &Member) -> String {
    meaning(&member.document.root, member.subject)
}

/// What a document says as one text, without its verdict.
pub(super) fn meaning(root: &Node, subject: Subject) -> String {
    values::text(root, ReadAs::of(subject), verdict_of(root, subject))
}

/// A value as one text, the keys of each mapping in order.
pub(super) fn plain(node: &Node) -> String {
    values::text(node, ReadAs::Opaque, None)
}

fn add(hash: &mut Sha256, what: &str, text: &str) {
    hash.update(what);
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}
