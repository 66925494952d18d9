//! Everything about one service put together.
//!
//! Owns [`Review`]: the specification, decisions and checklists of one service in one project, the
//! manifests that are tied to it, and what the files that they refer to are. What those files say is
//! evidence, and what the documents say in numbers are facts: both are put into a review by `check`.

mod artifacts;
mod difference;
mod exposure;
mod facts;
mod nameless;
mod omitted;
mod pages;
mod rendered;
mod runtimes;
mod served;
mod service;
mod stated;
mod strays;
mod ties;
mod told;
mod traffic;

pub use artifacts::{Declared, Part, UNRENDERED, attach, results};
pub use difference::{ChangeNeeds, Difference, DifferenceState, FactDifference, ServiceDifference};
pub use facts::{
    ChangeFacts, ChangedSubject, ChangedValue, DeclaredFacts, MeasuredItem, OutdatedVerdict,
    ReviewFacts,
};
pub use omitted::{OmittedFacts, Uncited};
pub use runtimes::JoinedRuntime;
pub use service::{SERVICE_PLACES, service_of};
pub use stated::{FactCheck, StatedFact, StatedSources, checks, stated};
pub use told::{ServiceFacts, ToldFact};
pub use traffic::ObservedTraffic;

use crate::{
    config::Project,
    document::{Document, Node, Pointer, Value},
    evidence::{FileFact, Reference, is_url},
    facts::references::{measured, references, runbook},
    finding::Violation,
    layer::{LayerChange, LayerLeaf},
    manifest::{self, Guess},
    render::RenderedObject,
    rule::{DUPLICATE_SERVICE, OwnKind, Subject},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A document of one of our kinds, with what is known about it.
#[derive(Debug)]
pub struct Member {
    /// Its tree and places.
    pub document: Document,
    /// Its kind.
    pub subject: Subject,
    /// The kind of a manifest.
    pub artifact: Option<&'static manifest::Kind>,
    /// The project it belongs to.
    pub project: Arc<Project>,
    /// False for a document that was not asked for, but belongs to a service that was: it is judged all
    /// the same, and never fixed.
    pub requested: bool,
    /// True when no rule can rely on it: what it is, or most of it, has a wrong type.
    pub broken: bool,
    /// What of it is not known, so that no rule judges it.
    pub unknown: Vec<manifest::UnknownValue>,
    /// In a manifest: what layers can change in it before it is applied.
    pub layers: Vec<LayerChange>,
    /// The last layers over it, by which it is applied.
    pub leaves: Vec<LayerLeaf>,
    /// The files of the layers that act on it, without links.
    pub layer_files: Vec<PathBuf>,
    /// Where it comes from, for one that was rendered.
    pub rendered: Option<Arc<RenderedObject>>,
    /// Why it was not rendered, though somebody asks for that: it is not known what is applied.
    pub unrendered: Option<String>,
}

impl Member {
    /// The service it speaks of: its own name, or the specification that it refers to.
    pub fn service(&self) -> Option<&str> {
        service_of(&self.document.root, self.subject)
    }

    /// True for a document that rules can judge as a whole: nothing that they rely on has a wrong type. A manifest
    /// holds much that no rule asks for.
    pub fn is_whole(&self) -> bool {
        let is_own = self.subject != Subject::Artifact;
        !(self.broken || is_own && self.is_partly_unfit())
    }

    /// True where rules see something else in the place of a value.
    pub fn is_partly_unfit(&self) -> bool {
        self.unknown.iter().any(|unknown| unknown.unfit)
    }

    /// The tree that rules see, with a guess in the place of what they must not see.
    pub fn seen(&self, guess: Guess<'_>) -> Cow<'_, Node> {
        if !self.is_partly_unfit() {
            return Cow::Borrowed(&self.document.root);
        }
        let mut root = self.document.root.clone();
        for unknown in self.unknown.iter().filter(|unknown| unknown.unfit) {
            let Some(node) = root.find_mut(&unknown.at) else {
                continue;
            };
            node.value = unknown.guessed(guess).unwrap_or(Value::Null);
        }
        Cow::Owned(root)
    }

    /// How many samples there are of what rules must not see.
    pub fn samples(&self) -> usize {
        let unfit = self.unknown.iter().filter(|unknown| unknown.unfit);
        unfit
            .map(|unknown| unknown.samples.len())
            .max()
            .unwrap_or(0)
    }

    /// The environment that a specification names; `None` also for a word that is none.
    pub fn environment(&self) -> Option<&str> {
        let at = Pointer::default().key("spec").key("environment");
        if self.subject != Subject::ServingSpec || self.unknown.iter().any(|known| known.at == at) {
            return None;
        }
        self.document
            .root
            .at(&["spec", "environment"])
            .and_then(Node::as_str)
    }
}

/// The names of each kind.
pub type Names = BTreeMap<&'static str, BTreeMap<String, bool>>;

/// The key of the rules' input that holds the documents of kinds that a team declares, a list for each kind.
pub const OWN_KINDS: &str = "kinds";

/// The documents of one service, as indexes into the members of the run.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// The name that joins them.
    pub service: String,
    /// The specification, where there is one.
    pub serving: Option<usize>,
    /// The decision logs, in the order of their files.
    pub decisions: Vec<usize>,
    /// The checklists, in the order of their files.
    pub checklists: Vec<usize>,
    /// Its manifests: those that the specification names first.
    pub artifacts: Vec<Part>,
    /// What each entry of `spec.artifacts` led to.
    pub declared: Vec<Declared>,
    /// True where more manifests are tied to it than are read together.
    pub cut: bool,
    /// Its documents of kinds that the team declares, in the order of their files.
    pub own: BTreeMap<OwnKind, Vec<usize>>,
}

impl Review {
    /// Every document of the review with its path in the rules' input.
    pub fn documents(&self) -> impl Iterator<Item = (Pointer, usize)> + '_ {
        let manifests = self.artifacts.iter().map(|part| part.member);
        let serving = self
            .serving
            .map(|member| (Pointer::default().key("serving"), member));
        serving
            .into_iter()
            .chain(listed("decisions", self.decisions.iter().copied()))
            .chain(listed("checklists", self.checklists.iter().copied()))
            .chain(listed("artifacts", manifests))
            .chain(self.own_documents())
    }

    /// Those of kinds that the team declares.
    fn own_documents(&self) -> impl Iterator<Item = (Pointer, usize)> + '_ {
        let all = Pointer::default().key(OWN_KINDS);
        self.own.iter().flat_map(move |(kind, members)| {
            let list = all.clone().key(kind.name());
            let members = members.iter().enumerate();
            members.map(move |(place, member)| (list.clone().index(place), *member))
        })
    }

    /// The documents of the review, out of the `members` of the run.
    pub fn members<'m>(&self, members: &'m [Member]) -> impl Iterator<Item = &'m Member> {
        self.documents().filter_map(|(_, index)| members.get(index))
    }

    /// What it is called in a report: its name, or the place of its first document where that is blank.
    pub fn called(&self, members: &[Member]) -> String {
        let first = self.members(members).next();
        match (self.service.trim().is_empty(), first) {
            (true, Some(first)) => {
                let kind = first.subject.to_string();
                nameless::Nameless::default().name(first, &kind)
            }
            _ => self.service.clone(),
        }
    }

    /// The specification, out of the `members` of the run.
    pub fn spec<'m>(&self, members: &'m [Member]) -> Option<&'m Member> {
        members.get(self.serving?)
    }

    /// The document under a path into the rules' input, and the path within it. A path that
    /// leads to no document means the review as a whole: the name in its first document.
    pub fn locate(&self, at: &Pointer) -> Option<(usize, Pointer)> {
        let written = self.written_at(at);
        let at = written.as_ref().unwrap_or(at);
        for (root, member) in self.documents() {
            if root.contains(at) {
                return Some((member, at.skip(root.steps().len())));
            }
        }
        let (_, first) = self.documents().next()?;
        Some((first, Pointer::default().key("metadata").key("name")))
    }

    /// What the documents' references lead to, by the reference as written, and whether all of it
    /// is there and as it was recorded. What `known` tells is not read again.
    pub fn files(
        &self,
        members: &[Member],
        known: &dyn Fn(&Path, &str) -> Option<FileFact>,
    ) -> (BTreeMap<String, FileFact>, bool) {
        let documents: Vec<&Member> = self.members(members).collect();
        let Some(root) = documents.first().map(|member| &member.project.root) else {
            return Default::default();
        };
        let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for reference in documents
            .iter()
            .flat_map(|member| references(&member.document.root, member.subject))
        {
            wanted
                .entry(reference.path)
                .or_default()
                .extend(reference.sha256);
        }
        let mut intact = true;
        let mut files = BTreeMap::new();
        for (path, recorded) in wanted {
            let fact =
                known(root, path).unwrap_or_else(|| FileFact::of(root, path, !recorded.is_empty()));
            intact &=
                recorded.iter().all(|recorded| fact.has_checksum(recorded)) && fact.is_usable();
            files.insert(path.to_owned(), fact);
        }
        // No evidence: whether it is there changes nothing for what was measured.
        let runbooks = documents
            .iter()
            .filter_map(|member| runbook(&member.document.root, member.subject));
        for path in runbooks.filter(|path| !path.contains(char::is_whitespace)) {
            files
                .entry(path.to_owned())
                .or_insert_with(|| FileFact::of(root, path, false));
        }
        (files, intact)
    }

    /// The names that references between the documents may use, by kind: keys of an object, because
    /// JSON has no sets.
    pub fn names(&self, members: &[Member], guess: Guess<'_>) -> Names {
        let mut names = Names::new();
        for (kind, ..) in NAMES {
            names.insert(kind, BTreeMap::new());
        }
        for member in self.members(members) {
            let root = member.seen(guess);
            let of_its = NAMES.iter().filter(|(_, of, ..)| *of == member.subject);
            for (kind, _, list, key) in of_its {
                let entries = root.at(list).map(Node::items).unwrap_or_default();
                let known = names.entry(kind).or_default();
                for name in entries.iter().filter_map(|entry| entry.get(key)?.as_str()) {
                    known.insert(name.to_owned(), true);
                }
            }
        }
        names
    }

    /// What the documents refer to and no rule reads: files that support an argument, and pages
    /// elsewhere, each once and sorted.
    pub fn unread<'m>(&self, members: &[&'m Member]) -> Unread<'m> {
        let (all, measured) = (paths(members, references), paths(members, measured));
        let (remote, files): (BTreeSet<_>, BTreeSet<_>) =
            all.into_iter().partition(|path| is_url(path));
        Unread {
            remote,
            supporting: files.difference(&measured).copied().collect(),
        }
    }
}

/// The paths of the references that `find` gives for each document.
fn paths<'m>(
    members: &[&'m Member],
    find: fn(&'m Node, Subject) -> Vec<Reference<'m>>,
) -> BTreeSet<&'m str> {
    let mut paths = BTreeSet::new();
    for member in members {
        for reference in find(&member.document.root, member.subject) {
            paths.insert(reference.path);
        }
    }
    paths
}

/// The elements of a list of the rules' input, each with its path.
fn listed(
    name: &'static str,
    members: impl Iterator<Item = usize>,
) -> impl Iterator<Item = (Pointer, usize)> {
    let list = Pointer::default().key(name);
    members
        .enumerate()
        .map(move |(place, member)| (list.clone().index(place), member))
}

/// What a review refers to and nobody opened.
#[derive(Debug)]
pub struct Unread<'m> {
    /// URLs, which are never fetched.
    pub remote: BTreeSet<&'m str>,
    /// Files whose existence and checksum alone were looked at.
    pub supporting: BTreeSet<&'m str>,
}

/// What a reference may name: its kind, and the list and key of the names.
const NAMES: [(&str, Subject, &[&str], &str); 8] = [
    ("slo", Subject::ServingSpec, &["spec", "slos"], "name"),
    (
        "analysis",
        Subject::ServingSpec,
        &["spec", "rollout", "analysis"],
        "name",
    ),
    (
        "assumption",
        Subject::ServingSpec,
        &["spec", "assumptions"],
        "id",
    ),
    (
        "constraint",
        Subject::ServingSpec,
        &["spec", "constraints"],
        "id",
    ),
    (
        "item",
        Subject::VerificationChecklist,
        &["spec", "items"],
        "id",
    ),
    (
        "decision",
        Subject::DecisionLog,
        &["spec", "decisions"],
        "id",
    ),
    (
        "risk",
        Subject::DecisionLog,
        &["spec", "residualRisks"],
        "id",
    ),
    ("action", Subject::DecisionLog, &["spec", "actions"], "id"),
];

/// The documents that speak of one service, and the reviews that they make up: one for each
/// environment that has a specification. A document that names no service stands alone.
#[derive(Debug, Default)]
pub struct Group {
    /// Indexes into the members of the run, in their order.
    pub members: Vec<usize>,
    /// Usually one.
    pub reviews: Vec<Review>,
    /// Specifications that claim what another one has claimed.
    pub clashes: Vec<Clash>,
}

impl Group {
    /// The manifests that take part in its reviews, as indexes into the members of the run.
    pub fn manifests(&self) -> impl Iterator<Item = usize> {
        self.reviews
            .iter()
            .flat_map(|review| &review.artifacts)
            .map(|part| part.member)
    }
}

/// Joins the documents by project and service name. Members are expected in the order of their files.
pub fn join(members: &[Member]) -> Vec<Group> {
    let mut named: BTreeMap<(&str, &Path), Vec<usize>> = BTreeMap::new();
    let mut groups = Vec::new();
    for (index, member) in members.iter().enumerate() {
        // Manifests join when it is known which reviews there are: see `attach`.
        if member.kind().is_some() {
            continue;
        }
        match member.service() {
            Some(service) => named
                .entry((service, &member.project.root))
                .or_default()
                .push(index),
            None => groups.push(Group {
                members: vec![index],
                ..Group::default()
            }),
        }
    }
    for ((service, _), indexes) in named {
        groups.push(gather(service, indexes, members));
    }
    groups
}

fn gather(service: &str, indexes: Vec<usize>, members: &[Member]) -> Group {
    let mut specs = Vec::new();
    let mut shared = Review {
        service: service.to_owned(),
        ..Review::default()
    };
    for index in &indexes {
        match members[*index].subject {
            Subject::ServingSpec => specs.push(*index),
            Subject::DecisionLog => shared.decisions.push(*index),
            Subject::VerificationChecklist => shared.checklists.push(*index),
            Subject::Own(kind) => shared.own.entry(kind).or_default().push(*index),
            _ => {}
        }
    }
    let mut group = Group {
        members: indexes,
        ..Group::default()
    };
    let mut claimed: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for spec in specs {
        match claimed.entry(members[spec].environment()) {
            Entry::Occupied(first) => group.clashes.push(Clash::new(service, spec, *first.get())),
            Entry::Vacant(place) => {
                place.insert(spec);
                // Other documents name a service, no environment: they count in each.
                group.reviews.push(Review {
                    serving: Some(spec),
                    ..shared.clone()
                });
            }
        }
    }
    if group.reviews.is_empty() {
        group.reviews.push(shared);
    }
    group
}

/// Two specifications of one service.
#[derive(Debug)]
pub struct Clash {
    /// What is wrong, at a place in `member`.
    pub violation: Violation,
    /// The later one.
    pub member: usize,
    /// The one that took part in the review.
    pub first: usize,
}

impl Clash {
    fn new(service: &str, member: usize, first: usize) -> Self {
        let violation = Violation {
            within: None,
            rule: DUPLICATE_SERVICE.into(),
            at: Pointer::default().key("metadata").key("name"),
            message: format!("a second ServingSpec describes `{service}` in the same environment"),
            related: Vec::new(),
            severity: None,
            help: None,
            remedy: None,
            cause: None,
        };
        Self {
            violation,
            member,
            first,
        }
    }
}
