//! The digest of what a verdict is given over: the documents of a service, and the files that they name.

use super::load;
use crate::{
    document::{Node, Value},
    evidence::{Archive, FileFact},
    facts::references::references,
    review::{Group, Member},
    rule::Subject,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// What stands before the digits.
const ALGORITHM: &str = "sha256:";

/// `sha256:` and the digest of what a verdict on the service is given over, where somebody decided.
pub(super) fn of(group: &Group, members: &[Member], archive: &Archive) -> Option<String> {
    let mut own = own(group, members);
    own.any(|member| verdict(member).is_some())
        .then(|| over(group, members, archive))?
}

fn own<'m>(group: &'m Group, members: &'m [Member]) -> impl Iterator<Item = &'m Member> {
    let indexes = group.members.iter();
    indexes.filter_map(|index| members.get(*index))
}

/// The digest of what a verdict on the service would be given over; `None` where there is no specification, and
/// where a document cannot be read as what it is.
///
/// Values count and not their layout: the order of keys, comments and the names of the documents' files may
/// differ. The verdicts themselves are left out.
pub(super) fn over(group: &Group, members: &[Member], archive: &Archive) -> Option<String> {
    let own: Vec<&Member> = own(group, members).collect();
    let is_whole = own.iter().all(|member| member.is_whole());
    let has_spec = own
        .iter()
        .any(|member| member.subject == Subject::ServingSpec);
    if !(is_whole && has_spec) {
        return None;
    }
    let mut documents: Vec<String> = own.iter().map(|member| written(member)).collect();
    documents.sort_unstable();
    let mut hash = Sha256::new();
    for document in documents {
        add(&mut hash, "document", &document);
    }
    for (path, content) in files(&own, archive) {
        add(&mut hash, "path", path);
        add(&mut hash, "content", &content);
    }
    Some(format!("{ALGORITHM}{}", hex(hash)))
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
    match member.subject {
        Subject::VerificationChecklist => member.document.root.at(&["spec", "verdict"]),
        _ => None,
    }
}

/// What each path leads to that the documents name: the digest of a file, or why it has none.
fn files<'m>(own: &[&'m Member], archive: &Archive) -> BTreeMap<&'m str, String> {
    let mut files = BTreeMap::new();
    for member in own {
        let root = &member.project.root;
        let named = references(&member.document.root, member.subject);
        let mut paths: BTreeSet<&str> = named.iter().map(|reference| reference.path).collect();
        paths.extend(load::artifact_paths(member));
        for path in paths {
            files
                .entry(path)
                .or_insert_with(|| content(root, path, archive));
        }
    }
    files
}

fn content(root: &Path, path: &str, archive: &Archive) -> String {
    let known = archive.fact(root, path).cloned();
    match known.unwrap_or_else(|| FileFact::of(root, path, true)) {
        FileFact::Present {
            sha256: Some(sha256),
        } => sha256,
        other => other.word().to_owned(),
    }
}

/// A document as one text, without its verdict.
fn written(member: &Member) -> String {
    let mut text = String::new();
    let left_out = verdict(member).map(std::ptr::from_ref);
    write(&member.document.root, left_out, &mut text);
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
        Value::String(own) => add_text(text, own),
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

/// The length keeps neighbours apart.
fn add_text(text: &mut String, own: &str) {
    text.push_str(&format!("{}:{own}", own.len()));
}

fn add(hash: &mut Sha256, what: &str, text: &str) {
    hash.update(what);
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

fn hex(hash: Sha256) -> String {
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
}
