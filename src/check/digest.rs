//! The digest of what a verdict is given over: the documents of a service, its manifests, and the files that its
//! documents name.
//!
//! What servelint reads counts by its meaning: layout, comments, the order of keys and the spelling of a duration
//! or a quantity may differ. Other files count by their text, whatever ends its lines.

mod content;

pub(super) use content::of_bytes;

use super::{
    load,
    paths::{path_in, texts_beside},
};
use crate::{
    document::{Node, Value, source::real_path},
    evidence::FileFact,
    facts::references::references,
    review::{Group, Member},
    rule::Subject,
    units,
    waivers::baseline,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// What stands before the digits. The number is that of what the digest covers and how: it rises where the same
/// inputs have another digest, so that an older one is known as such.
pub(super) const VERSION: &str = "v2:sha256:";

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
    Some(format!("{VERSION}{}", hex(hash)))
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
        for path in paths(&member.document.root, member.subject, &is_there) {
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

/// True for the file of one of the documents: what they say counts, and not the verdict in there.
pub(super) fn is_one_of(own: &[&Member], path: &Path) -> bool {
    let real = real_path(path);
    let mut own = own.iter();
    own.any(|member| real_path(&member.document.source.path) == real)
}

/// The paths, from the root of the project, of the files that a document names: evidence and declared artifacts,
/// whether or not they are there, and whatever else of its texts, or of the words of a command, leads to a file that
/// `is_there`, such as a runbook or a script.
pub(super) fn paths(
    node: &Node,
    subject: Subject,
    is_there: &dyn Fn(&Path) -> bool,
) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for reference in references(node, subject) {
        paths.insert(plain_path(reference.path));
    }
    if subject == Subject::ServingSpec {
        let artifacts = load::artifact_paths_in(node);
        paths.extend(artifacts.map(plain_path));
    }
    let verdict = verdict_of(node, subject).map(std::ptr::from_ref);
    texts_beside(node, verdict, &mut |text| {
        let words = text.split_whitespace().filter(|word| word.contains('/'));
        for named in words.chain([text]) {
            let path = path_in(named).filter(|path| is_there(path));
            paths.extend(path.and_then(|path| path.to_str().map(str::to_owned)));
        }
    });
    paths
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
    let text = path.to_str();
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
    let mut text = String::new();
    let left_out = verdict_of(root, subject).map(std::ptr::from_ref);
    write(root, left_out, &mut text);
    text
}

/// A value as one text, the keys of each mapping in order.
pub(super) fn plain(node: &Node) -> String {
    let mut text = String::new();
    write(node, None, &mut text);
    text
}

fn write(node: &Node, left_out: Option<*const Node>, text: &mut String) {
    match &node.value {
        Value::Null => text.push('~'),
        Value::Bool(flag) => text.push_str(if *flag { "t" } else { "f" }),
        Value::Integer(number) => text.push_str(&format!("#{number}")),
        Value::Unsigned(number) => text.push_str(&format!("#{number}")),
        // 3.0 is 3: formats differ in how they write it.
        Value::Float(number) => text.push_str(&format!("#{number}")),
        Value::String(own) => add_value(text, own),
        Value::List(items) => {
            text.push('[');
            items.iter().for_each(|item| write(item, left_out, text));
            text.push(']');
        }
        Value::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|one, other| one.key.cmp(&other.key));
            text.push('{');
            for entry in sorted {
                if left_out != Some(std::ptr::from_ref(&entry.node)) {
                    add_text(text, &entry.key);
                    write(&entry.node, left_out, text);
                }
            }
            text.push('}');
        }
    }
}

/// A text by its meaning: `5m` is `300s`, and `1Gi` is `1024Mi`. A text that is a bare number stays as it is, because
/// a version `1.10` is not `1.1`.
fn add_value(text: &mut String, own: &str) {
    let has_unit = own.ends_with(|last: char| last.is_ascii_alphabetic());
    let starts = own.starts_with(|first: char| first.is_ascii_digit());
    if !(has_unit && starts) {
        return add_text(text, own);
    }
    if let Ok(seconds) = units::duration_seconds(own) {
        text.push_str(&format!("d{seconds}"));
    } else if let Some(quantity) = units::quantity(own) {
        text.push_str(&format!("q{quantity}"));
    } else {
        add_text(text, own);
    }
}

/// The length keeps neighbours apart.
fn add_text(text: &mut String, own: &str) {
    text.push_str(&format!("{}:{own}", own.len()));
}

fn add(hash: &mut Sha256, what: &str, text: &str) {
    hash.update(what);
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

/// The digits of a hash.
pub(super) fn hex(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{Format, parse},
        source::Source,
    };

    fn told(text: &str, format: Format) -> String {
        let source = Source::new("a", text);
        plain(&parse(&source, format).documents[0].root)
    }

    #[test]
    fn layout_and_order_do_not_count_and_values_do() {
        let one = told("a: 1.0 # x\nb: [x, 'y']\n", Format::Yaml);
        assert_eq!(one, told("{\"b\": [\"x\", \"y\"], \"a\": 1}", Format::Json));
        for other in [
            "a: 1\nb: [xy]\n",
            "a: '1'\nb: [x, y]\n",
            "a: 1\nb: [y, x]\n",
            "a: 2\nb: [x, y]\n",
            "a: 1\nb: [x, y]\nc: ~\n",
        ] {
            assert_ne!(one, told(other, Format::Yaml), "{other}");
        }
    }

    #[test]
    fn durations_and_quantities_count_by_what_they_mean() {
        for (one, other) in [
            ("5m", "300s"),
            ("1h30m", "90m"),
            ("1Gi", "1024Mi"),
            ("2k", "2000e0k"),
        ] {
            let is_same = told(one, Format::Yaml) == told(other, Format::Yaml);
            assert_eq!(is_same, other != "2000e0k", "{one} {other}");
        }
        for (one, other) in [
            ("5m", "5h"),
            ("1Gi", "1G"),
            ("'1.10'", "'1.1'"),
            ("v1", "v2"),
            ("3a", "3b"),
        ] {
            assert_ne!(
                told(one, Format::Yaml),
                told(other, Format::Yaml),
                "{one} {other}"
            );
        }
    }
}
