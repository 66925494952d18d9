//! What is said of files that were read and hold nothing that is judged.

use super::{Named, some};
use crate::{
    check::note,
    document::source::{display_name, folder},
    finding::{NotChecked, Topic},
    manifest,
    schema::{API_VERSION, is_kind_of_ours},
    units::counted,
};
use std::{cmp::Reverse, collections::BTreeMap};

/// So many of the kinds that nobody expects to be judged are named.
const SHOWN_KINDS: usize = 3;
/// What a file has whose documents all lack an envelope.
pub(super) const NONE_TYPED: &str = "no document with `apiVersion` and `kind`";
/// What a file has where only some do.
pub(super) const NOT_ALL_TYPED: &str =
    "documents without `apiVersion` and `kind` beside others, which are not read";
/// Objects that change others before these are applied, by group and kind.
const LAYERS: [&str; 5] = [
    "argoproj.io Application",
    "argoproj.io ApplicationSet",
    "kustomize.toolkit.fluxcd.io Kustomization",
    "helm.toolkit.fluxcd.io HelmRelease",
    "image.toolkit.fluxcd.io ImageUpdateAutomation",
];

/// Documents of kinds that are not read, by the files that hold them. Those of a kind that is read in other
/// versions, or is called like one of ours, may be expected to be judged; the others are a number.
pub(super) fn foreign(kinds: BTreeMap<String, Vec<String>>) -> Vec<NotChecked> {
    let mut notes = Vec::new();
    let mut others = Vec::new();
    for (kind, files) in kinds {
        let name = kind.split_once(' ');
        match name.and_then(|(version, name)| manifest::knows(version, name)) {
            Some(versions) => notes.push(other_version(kind, &versions, files)),
            None if name.is_some_and(|(_, name)| is_kind_of_ours(name)) => {
                notes.push(other_version(kind, API_VERSION, files));
            }
            // Read as a layer, which says what it leaves open where it changes anything.
            None if LAYERS.contains(&versionless(&kind).as_str()) => {}
            None => others.push((files.len(), kind)),
        }
    }
    others.sort_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
    if !others.is_empty() {
        notes.push(other_kinds(&others));
    }
    notes
}

/// `group/version Kind` without the version.
fn versionless(kind: &str) -> String {
    let (version, name) = kind.split_once(' ').unwrap_or(("", kind));
    let group = version.split_once('/').map_or("", |(group, _)| group);
    format!("{group} {name}")
}

fn other_version(kind: String, versions: &str, mut files: Vec<String>) -> NotChecked {
    let count = counted(files.len(), "document");
    files.dedup();
    let reason = format!(
        "servelint reads {versions} of this kind: {count} in {}",
        some(&files)
    );
    note(Topic::Foreign(kind), reason)
}

/// The number of documents of each kind, the largest first.
fn other_kinds(kinds: &[(usize, String)]) -> NotChecked {
    let documents = kinds.iter().map(|(count, _)| count).sum::<usize>();
    let mut named: Vec<String> = Vec::new();
    for (count, kind) in kinds.iter().take(SHOWN_KINDS) {
        named.push(format!("{kind} ({count})"));
    }
    let more = kinds.len() - named.len();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    let reason = format!(
        "{} of {} that servelint does not read: {}",
        counted(documents, "document"),
        counted(kinds.len(), "kind"),
        named.join(", ")
    );
    note(Topic::OtherKinds, reason)
}

/// Files that are not read for one reason, by the folders that hold them.
pub(super) fn by_folder(files: Vec<Named>, reason: &str) -> Vec<NotChecked> {
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let folder = display_name(folder(&file.path));
        folders.entry(folder).or_default().push(file.name);
    }
    let mut notes = Vec::new();
    for (folder, mut names) in folders {
        names.sort();
        names.dedup();
        notes.push(match names.as_slice() {
            [only] => note(Topic::File(only.clone()), reason),
            several => {
                let folder = if folder.is_empty() {
                    ".".to_owned()
                } else {
                    folder
                };
                let count = several.len();
                note(
                    Topic::Folder(folder),
                    format!("{count} files are not read; of each is true: {reason}"),
                )
            }
        });
    }
    notes
}

/// Kustomizations of which no manifest is judged: what they put out is not known.
pub(super) fn alone(kustomizations: &[Named]) -> Option<NotChecked> {
    let mut names = Vec::from_iter(kustomizations.iter().map(|file| file.name.clone()));
    names.sort();
    names.dedup();
    let takes = match names.len() {
        0 => return None,
        1 => "1 kustomization takes".to_owned(),
        count => format!("{count} kustomizations take"),
    };
    let reason = format!(
        "{takes} in no manifest that is checked here; check what `kustomize build` prints: {}",
        some(&names)
    );
    Some(note(Topic::OtherFiles, reason))
}

/// Files without any document that says what it is, or with one beside those that do.
pub(super) fn untyped(files: &[String], holds: &str) -> NotChecked {
    let count = match files.len() {
        1 => "1 file has".to_owned(),
        files => format!("{files} files have"),
    };
    let names = some(files);
    note(Topic::OtherFiles, format!("{count} {holds}: {names}"))
}
