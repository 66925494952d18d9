//! The kinds that teams declare, each with a JSON Schema of its own.
//!
//! Owns which documents they are and what refuses them. Files are found and read by the caller.

use super::{
    kind::{
        API_VERSION, Recognition, envelope, has_content, misnamed, recognition, renders,
        renders_ours, speaks_of_ours,
    },
    team::TeamSchema,
};
use crate::{
    did_you_mean::nearest,
    document::{Node, api_group, source::Span},
    rule::{OwnKind, Subject},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The kinds of one project.
#[derive(Debug, Default)]
pub struct OwnKinds(BTreeMap<OwnKind, DeclaredKind>);

/// One kind.
#[derive(Debug)]
struct DeclaredKind {
    group: String,
    /// By `apiVersion`; `None` where the schema cannot be used, which is told elsewhere.
    versions: BTreeMap<String, Option<Arc<TeamSchema>>>,
}

impl OwnKinds {
    /// Adds a kind in a version; `None` for a schema that cannot be used.
    pub fn declare(&mut self, kind: OwnKind, api_version: &str, schema: Option<Arc<TeamSchema>>) {
        let declared = self.0.entry(kind).or_insert_with(|| DeclaredKind {
            group: api_group(api_version).to_owned(),
            versions: BTreeMap::new(),
        });
        declared.versions.insert(api_version.to_owned(), schema);
    }

    /// The group of a kind that is declared.
    pub fn group(&self, kind: OwnKind) -> Option<&str> {
        Some(&self.0.get(&kind)?.group)
    }

    /// True for a kind that is declared in this version.
    pub fn has(&self, kind: OwnKind, api_version: &str) -> bool {
        let declared = self.0.get(&kind);
        declared.is_some_and(|declared| declared.versions.contains_key(api_version))
    }

    /// The kinds, by name.
    pub fn kinds(&self) -> impl Iterator<Item = OwnKind> + '_ {
        self.0.keys().copied()
    }

    /// The versions of all of them: a text that holds none of these holds no document of theirs.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        let versions = self
            .0
            .values()
            .flat_map(|declared| declared.versions.keys());
        versions.map(String::as_str)
    }

    /// What a document is of one of the kinds: one, or meant to be one; `None` for any other.
    pub fn recognise(&self, root: &Node) -> Option<Recognition> {
        let text = |key| root.get(key).and_then(Node::as_str);
        match (text("apiVersion"), text("kind")) {
            (Some(version), Some(kind)) => self.named(version, kind),
            (Some(version), None) => {
                let mut kinds = self.kinds_of(version);
                let (first, others) = (kinds.next()?, kinds.next());
                let what = match others {
                    None => first.to_owned(),
                    Some(_) => format!("such as {first}"),
                };
                let message = "the document names no `kind`".to_owned();
                Some(recognition(
                    "kind",
                    message,
                    format!("add `kind`: {what}"),
                    None,
                ))
            }
            (None, Some(kind)) => {
                let declared = self.declared(kind)?;
                let version = declared.versions.keys().next_back()?;
                let message = format!("this `{kind}` names no `apiVersion`");
                let help = format!("add `apiVersion: {version}`");
                Some(recognition("apiVersion", message, help, None))
            }
            (None, None) => None,
        }
    }

    /// A document with an envelope.
    fn named(&self, version: &str, kind: &str) -> Option<Recognition> {
        if let Some(declared) = self.declared(kind) {
            let own = OwnKind::named(kind)?;
            if declared.versions.contains_key(version) {
                return Some(Recognition::Known(Subject::Own(own)));
            }
            let known: Vec<&str> = declared.versions.keys().map(String::as_str).collect();
            let is_meant = api_group(version) == declared.group
                || nearest(version, known.iter().copied()).is_some();
            return is_meant.then(|| misnamed("apiVersion", version, &known));
        }
        let known: Vec<&str> = self.kinds_of(version).collect();
        let is_slip = nearest(kind, known.iter().copied()).is_some();
        is_slip.then(|| misnamed("kind", kind, &known))
    }

    fn declared(&self, kind: &str) -> Option<&DeclaredKind> {
        let mut kinds = self.0.iter();
        Some(kinds.find(|(own, _)| own.name() == kind)?.1)
    }

    fn kinds_of<'k>(&'k self, version: &'k str) -> impl Iterator<Item = &'static str> + 'k {
        let kinds = self.0.iter();
        kinds
            .filter(move |(_, declared)| declared.versions.contains_key(version))
            .map(|(kind, _)| kind.name())
    }

    /// The schema of a document of one of the kinds; `None` where it cannot be used.
    pub fn schema_of(&self, kind: OwnKind, root: &Node) -> Option<&TeamSchema> {
        let version = root.get("apiVersion").and_then(Node::as_str)?;
        self.0.get(&kind)?.versions.get(version)?.as_deref()
    }
}

/// The kinds of each project, by its root.
#[derive(Debug, Clone, Default)]
pub struct Owned(BTreeMap<PathBuf, Arc<OwnKinds>>);

impl Owned {
    /// Takes the kinds of the project with this root.
    pub fn insert(&mut self, root: PathBuf, kinds: OwnKinds) {
        self.0.insert(root, Arc::new(kinds));
    }

    /// The kinds of a project, where it declares any.
    pub fn of(&self, root: &Path) -> Option<&OwnKinds> {
        self.0.get(root).map(Arc::as_ref)
    }

    /// What texts of a project may speak of.
    pub fn vocabulary(&self, root: &Path) -> Vocabulary<'_> {
        Vocabulary(self.of(root))
    }

    /// What a document of a project is.
    pub fn recognise(&self, project: &Path, root: &Node) -> Recognition {
        let recognised = super::recognise(root);
        match recognised {
            Recognition::Foreign(_) | Recognition::Untyped => {
                let own = self.of(project).and_then(|kinds| kinds.recognise(root));
                own.unwrap_or(recognised)
            }
            other => other,
        }
    }
}

/// The kinds that a text of a project may speak of: ours, and those that the project declares.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vocabulary<'k>(Option<&'k OwnKinds>);

impl Vocabulary<'_> {
    /// The kind that a value is a document of, wherever it stands; see [`envelope`].
    pub fn envelope(self, node: &Node) -> Option<Subject> {
        envelope(node).or_else(|| match self.0?.recognise(node)? {
            Recognition::Known(subject) if has_content(node) => Some(subject),
            _ => None,
        })
    }

    /// True where a text that is no document, or none that can be read, may hold one of them.
    pub fn is_in(self, text: &str) -> bool {
        speaks_of_ours(text)
            || self.own_version(text).is_some() && self.kinds().any(|kind| text.contains(kind))
    }

    /// True where a template may render to one of them.
    pub fn may_be_rendered(self, text: &str) -> bool {
        let is_own = |name: &str| self.kinds().any(|kind| kind == name);
        self.is_in(text) || renders_ours(text) || renders(text, &is_own)
    }

    /// False for a text in which no value can name one of the versions.
    pub fn is_named_in(self, text: &str) -> bool {
        text.contains("servelint/") || self.own_version(text).is_some()
    }

    /// Where a text names one of the versions first.
    pub fn version_in(self, text: &str) -> Option<Span> {
        let known = text.contains(API_VERSION).then_some(API_VERSION);
        let version = known.or_else(|| self.own_version(text))?;
        let start = text.find(version)?;
        Some(Span::new(start, start + version.len()))
    }

    fn own_version(&self, text: &str) -> Option<&str> {
        let mut versions = self.0.into_iter().flat_map(OwnKinds::versions);
        versions.find(|version| text.contains(version))
    }

    fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        let kinds = self.0.into_iter().flat_map(OwnKinds::kinds);
        kinds.map(OwnKind::name)
    }
}
