//! Documents of our kinds that stand where nothing is judged.
//!
//! A verdict is about what was read, so whatever holds a document of ours and is not judged is told. These are
//! the positions within a text; files that are not read at all are looked into by `suspects`.

use super::{
    answer::is_answer,
    open::{self, Listing},
};
use crate::{
    config::Project,
    document::{
        Document, Node, Pointer, Step, Value,
        read::{Format, unescaped},
        source::{Source, Span, clip},
    },
    review::service_of,
    rule::Subject,
    schema::Vocabulary,
};
use std::{path::PathBuf, sync::Arc};

/// What is found in one document: more would say the same.
const MOST_FOUND: usize = 5;
/// Texts within texts are followed so far.
const MOST_TEXTS: usize = 3;
/// Characters of a service's name.
const LONGEST_NAME: usize = 100;

/// A document by its kind and the service that it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spoken {
    pub subject: Subject,
    pub service: Option<String>,
}

/// A document that stood in a file of the repository, or that the team leaves out of the run.
#[derive(Debug)]
pub(super) struct SpokenDocument {
    /// Without links, as far as it is there.
    pub path: PathBuf,
    pub project: Arc<Project>,
    pub spoken: Spoken,
    /// The files that a specification named as its manifests.
    pub manifests: Vec<PathBuf>,
    /// True where it is there now, and `exclude` leaves it out.
    pub excluded: bool,
}

impl SpokenDocument {
    /// The manifests that a specification names, as paths on the disk.
    pub(super) fn manifests_of(root: &Node, project: &Project) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        for entry in root
            .at(&["spec", "artifacts"])
            .map(Node::items)
            .unwrap_or_default()
        {
            let path = entry.get("path").and_then(Node::as_str);
            paths.extend(path.map(|path| project.root.join(path)));
        }
        paths
    }
}

impl Spoken {
    pub(super) fn of(node: &Node, subject: Subject) -> Self {
        Self {
            subject,
            service: service_of(node, subject).map(str::to_owned),
        }
    }

    /// ``ServingSpec `ranker` ``.
    pub(super) fn words(&self) -> String {
        match &self.service {
            Some(name) => format!("{} of `{}`", self.subject, clip(name, LONGEST_NAME)),
            None => self.subject.to_string(),
        }
    }
}

/// ``a ServingSpec of `ranker` and 2 more documents``: what a file or a text holds.
pub(super) fn words(found: &[Spoken]) -> String {
    match found {
        [] => "a document of servelint".to_owned(),
        [only] => format!("a {}", only.words()),
        [first, rest @ ..] => format!("a {} and {} more", first.words(), rest.len()),
    }
}

/// A place in a document where something of ours is not judged.
#[derive(Debug)]
pub(super) struct Unjudged {
    pub at: Pointer,
    pub how: HeldAs,
}

/// How it stands there.
#[derive(Debug)]
pub(super) enum HeldAs {
    /// As a value.
    Value(Spoken),
    /// In a text that is a document, or several.
    Text(Vec<Spoken>),
    /// In a text that speaks of one and cannot be read as one.
    Mention,
}

/// What a document holds of ours beside what is judged.
pub(super) fn within(document: &Document, known: Vocabulary<'_>) -> Vec<Unjudged> {
    // Most files say nothing of us, and a walk through each would cost more than this look.
    if !may_hold(&document.source, known) || is_answer(&document.root) {
        return Vec::new();
    }
    let mut walk = UnjudgedWalk {
        known,
        steps: Vec::new(),
        found: Vec::new(),
    };
    walk.node(&document.root, NodeStanding::Judged);
    walk.found
}

/// False for a text in which no value can name one of our versions.
fn may_hold(source: &Source, known: Vocabulary<'_>) -> bool {
    let text = &source.text;
    // An escape may stand for any character, and protobuf text is put together of several texts.
    known.is_named_in(text) || text.contains('\\') || Format::of_source(source) == Format::Pbtxt
}

/// What becomes of a node.
#[derive(Clone, Copy, PartialEq)]
enum NodeStanding {
    /// It is judged, or lists what is.
    Judged,
    /// A list within the list that a document is.
    Listed,
    /// A list whose elements are judged each for itself.
    Items,
    /// It is a part of something else.
    Part,
}

struct UnjudgedWalk<'k> {
    known: Vocabulary<'k>,
    steps: Vec<Step>,
    found: Vec<Unjudged>,
}

impl UnjudgedWalk<'_> {
    fn node(&mut self, node: &Node, standing: NodeStanding) {
        if self.found.len() == MOST_FOUND {
            return;
        }
        if let (NodeStanding::Part, Some(subject)) = (standing, self.known.envelope(node)) {
            return self.add(HeldAs::Value(Spoken::of(node, subject)));
        }
        let listing = match standing {
            NodeStanding::Judged => open::listing(node),
            _ => None,
        };
        match &node.value {
            Value::List(items) => {
                let is_listed = standing == NodeStanding::Listed || listing.is_some();
                for (at, item) in items.iter().enumerate() {
                    let below = match (is_listed, &item.value) {
                        (true, Value::List(_)) => NodeStanding::Listed,
                        (true, _) => NodeStanding::Judged,
                        (false, _) if standing == NodeStanding::Items => NodeStanding::Judged,
                        (false, _) => NodeStanding::Part,
                    };
                    self.below(Step::Index(at), item, below);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    let is_items = listing == Some(Listing::Items) && entry.key == "items";
                    let below = match is_items {
                        true => NodeStanding::Items,
                        false => NodeStanding::Part,
                    };
                    self.below(Step::Key(entry.key.clone()), &entry.node, below);
                }
            }
            Value::String(text) => self.text(text),
            _ => {}
        }
    }

    fn below(&mut self, step: Step, node: &Node, standing: NodeStanding) {
        self.steps.push(step);
        self.node(node, standing);
        self.steps.pop();
    }

    fn text(&mut self, text: &str) {
        if !is_suspicious(text, self.known) {
            return;
        }
        let found = in_text(text, MOST_TEXTS, self.known);
        self.add(match found.is_empty() {
            true => HeldAs::Mention,
            false => HeldAs::Text(found),
        });
    }

    fn add(&mut self, how: HeldAs) {
        let at = self.steps.iter().cloned().collect();
        self.found.push(Unjudged { at, how });
    }
}

/// True where a text may hold one of ours; within it, texts are escaped once more.
fn is_suspicious(text: &str, known: Vocabulary<'_>) -> bool {
    known.is_in(text) || (text.contains('\\') && known.is_in(&unescaped(text)))
}

/// The documents of ours in a text that is a document, in any position.
fn in_text(text: &str, depth: usize, known: Vocabulary<'_>) -> Vec<Spoken> {
    let source = Source::new("text", text);
    let mut found = Vec::new();
    if let Some(parsed) = open::parsed(&source, Format::of_source(&source)) {
        for document in parsed.documents {
            anywhere(&document.root, depth, known, &mut found);
        }
    }
    found
}

/// The documents of ours in a tree, in any position.
pub(super) fn anywhere(node: &Node, depth: usize, known: Vocabulary<'_>, found: &mut Vec<Spoken>) {
    if let Some(subject) = known.envelope(node) {
        return found.push(Spoken::of(node, subject));
    }
    match &node.value {
        Value::List(items) => {
            for item in items {
                anywhere(item, depth, known, found);
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                anywhere(&entry.node, depth, known, found);
            }
        }
        Value::String(text) if depth > 0 && is_suspicious(text, known) => {
            found.extend(in_text(text, depth - 1, known));
        }
        _ => {}
    }
}

/// Where a text that is not read speaks of a document of ours, if it does: the version that it names, or
/// the start where it is written with escapes.
pub(super) fn spoken_at(text: &str, known: Vocabulary<'_>) -> Option<Span> {
    place(text, known, &|text| known.is_in(text))
}

/// The same of a template, which may leave out what it renders.
pub(super) fn rendered_at(text: &str, known: Vocabulary<'_>) -> Option<Span> {
    place(text, known, &|text| known.may_be_rendered(text))
}

fn place(text: &str, known: Vocabulary<'_>, is_ours: &dyn Fn(&str) -> bool) -> Option<Span> {
    if !is_ours(text) {
        return is_ours(&unescaped(text)).then(Span::default);
    }
    Some(known.version_in(text).unwrap_or_default())
}
