//! The schemas that a team's own `CustomResourceDefinition`s hold.
//!
//! Owns what a CRD says of its kinds and versions, and checks custom resources against it as an API
//! server would, but for what [`Checked::gaps`] names. Files are found and read by the caller.

mod convert;
mod field;

use super::{MOST_MANIFEST_VALUES, Refusal, Schema, excess};
use crate::{
    disk::OnDisk,
    document::{
        Document, Node, Pointer, Step,
        source::{Source, Span, display_name},
    },
    finding::Violation,
    rule::SCHEMA_VALID,
};
use convert::{Gaps, convert};
use field::{Flaw, flag, list, text};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The group of the kind that defines kinds.
const GROUP: &str = "apiextensions.k8s.io";
const KIND: &str = "CustomResourceDefinition";
/// Its first version keeps unknown fields unless told otherwise.
const OLD: &str = "apiextensions.k8s.io/v1beta1";

/// Why a definition cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CrdError {
    /// It is not what an API server would take.
    #[error("{place}: {message}")]
    Invalid {
        /// `path:line:column`.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// Its file cannot be read.
    #[error("cannot read {}: {reason}", display_name(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A glob leads to no definition.
    #[error("{origin}: `{glob}` {reason}")]
    Nothing {
        /// Where the glob is written: `servelint.toml:12`.
        origin: String,
        /// The glob.
        glob: String,
        /// What it does instead.
        reason: String,
    },
}

impl CrdError {
    /// What is wrong at these bytes.
    pub fn at(source: &Source, span: Span, message: impl Into<String>) -> Self {
        Self::Invalid {
            place: source.place_of(span),
            message: message.into(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => {
                "fix the CRD, or take it out of `[[schemas]]` in servelint.toml"
            }
            Self::Unreadable { .. } => "`[[schemas]]` in servelint.toml names it",
            Self::Nothing { .. } => {
                "globs of `[[schemas]]` are relative to the folder of servelint.toml; `*` stays within a folder, `**` does not"
            }
        }
    }

    fn flawed(source: &Source, flaw: Flaw) -> Self {
        Self::at(source, flaw.span, flaw.message)
    }
}

/// The custom kinds that a project defines.
#[derive(Debug, Default)]
pub struct CustomKinds {
    by_name: BTreeMap<(String, String), Definition>,
    files: BTreeSet<PathBuf>,
}

/// One kind.
#[derive(Debug)]
struct Definition {
    /// Where it is defined.
    file: String,
    versions: Vec<Version>,
}

#[derive(Debug)]
struct Version {
    name: String,
    served: bool,
    /// None where the definition has no schema for it.
    schema: Option<Json>,
    gaps: Gaps,
    compiled: OnceLock<Result<Schema, String>>,
}

/// What a custom resource was found to be.
#[derive(Debug)]
pub struct Checked {
    /// What its definition refuses. No rule relies on it, so none of it blocks.
    pub refusals: Vec<Refusal>,
    /// What an API server would check beside that.
    pub gaps: Vec<String>,
}

impl CustomKinds {
    /// Adds the definition that a document is. False for a document of another kind.
    ///
    /// # Errors
    /// Where it is broken, or defines a kind that is defined already.
    pub fn add(&mut self, document: &Document) -> Result<bool, CrdError> {
        if !is_definition(&document.root) {
            return Ok(false);
        }
        let source = &document.source;
        let (group, kind, span) =
            names(&document.root).map_err(|flaw| CrdError::flawed(source, flaw))?;
        let versions = versions(&document.root).map_err(|flaw| CrdError::flawed(source, flaw))?;
        match self.by_name.entry((group, kind)) {
            Entry::Vacant(slot) => {
                slot.insert(Definition {
                    file: source.name.clone(),
                    versions,
                });
                Ok(true)
            }
            Entry::Occupied(first) => {
                let (group, kind) = first.key();
                let message = format!(
                    "`{kind}` of `{group}` is defined in {} already",
                    first.get().file
                );
                Err(CrdError::at(source, span, message))
            }
        }
    }

    /// True for a kind that one of the definitions is about.
    pub fn defines(&self, group: &str, kind: &str) -> bool {
        self.by_name
            .contains_key(&(group.to_owned(), kind.to_owned()))
    }

    /// Remembers a file that holds definitions, by one of its paths.
    pub fn add_file(&mut self, path: PathBuf) {
        self.files.insert(path);
    }

    /// The files that hold the definitions: as they were found, and by their paths without links.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// True for a document of a file that was read as definitions.
    pub fn holds(&self, document: &Document) -> bool {
        // The file may be in the request under another name than the one that the glob found.
        let path = &document.source.path;
        is_definition(&document.root)
            && (self.files.contains(path)
                || path.resolve().is_ok_and(|path| self.files.contains(&path)))
    }

    /// Checks an object; `None` where no definition is about it.
    ///
    /// # Errors
    /// Why the schema of its definition does not compile.
    pub fn check(&self, root: &Node) -> Result<Option<Checked>, String> {
        let Some((definition, version)) = self.of(root) else {
            return Ok(None);
        };
        let mut versions = definition.versions.iter();
        let found = versions.find(|known| known.name == version);
        let Some(known) = found.filter(|known| known.served) else {
            let refusal = definition.unserved(root, version, found.is_some());
            return Ok(Some(Checked {
                refusals: vec![refusal],
                gaps: Vec::new(),
            }));
        };
        let Some(json) = &known.schema else {
            let gaps = vec![format!("its CRD has no schema for version `{version}`")];
            return Ok(Some(Checked {
                refusals: Vec::new(),
                gaps,
            }));
        };
        let compiled = known.compiled.get_or_init(|| Schema::of_json(json.clone()));
        let schema = match compiled {
            Ok(schema) => schema,
            Err(reason) => return Err(format!("{}, version {version}: {reason}", definition.file)),
        };
        let mut refusals = match excess(root, MOST_MANIFEST_VALUES) {
            Some(refusal) => vec![refusal],
            None => pruned(schema, root),
        };
        for refusal in &mut refusals {
            // No rule relies on the shape of a custom resource.
            (refusal.blocking, refusal.custom) = (false, true);
        }
        Ok(Some(Checked {
            refusals,
            gaps: known.gaps.say(),
        }))
    }

    fn of<'n>(&self, root: &'n Node) -> Option<(&Definition, &'n str)> {
        if self.by_name.is_empty() {
            return None;
        }
        let (group, version) = root.get("apiVersion")?.as_str()?.split_once('/')?;
        let kind = root.get("kind")?.as_str()?;
        Some((
            self.by_name.get(&(group.to_owned(), kind.to_owned()))?,
            version,
        ))
    }
}

impl Definition {
    fn unserved(&self, root: &Node, version: &str, known: bool) -> Refusal {
        let served = self.versions.iter().filter(|version| version.served);
        let served: Vec<&str> = served.map(|version| version.name.as_str()).collect();
        let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default();
        let what = if known {
            "defines and does not serve"
        } else {
            "does not define"
        };
        let help = match served.as_slice() {
            [] => "the CRD serves no version at all".to_owned(),
            names => format!("served are: {}", names.join(", ")),
        };
        let violation = Violation {
            within: None,
            rule: SCHEMA_VALID.to_owned(),
            at: Pointer::default().key("apiVersion"),
            message: format!(
                "the CRD of `{}` {what} version `{}`",
                super::wording::clip(kind),
                super::wording::clip(version)
            ),
            related: Vec::new(),
            severity: None,
            help: Some(help),
            remedy: None,
            cause: None,
        };
        Refusal {
            violation,
            blocking: false,
            custom: true,
            meant: None,
            rest: None,
        }
    }
}

/// What is refused after the API server dropped each null where the schema takes none.
fn pruned(schema: &Schema, root: &Node) -> Vec<Refusal> {
    let mut tree = root.to_json();
    loop {
        let refusals = schema.refusals(&tree);
        let mut dropped = false;
        for refusal in &refusals {
            let at = &refusal.violation.at;
            if is_unset(root, at) {
                dropped |= drop_key(&mut tree, at);
            }
        }
        // At most so many are told at once, so there may be more.
        if !dropped {
            return refusals;
        }
    }
}

/// Takes a key out of its mapping; false where it is not there.
fn drop_key(tree: &mut Json, at: &Pointer) -> bool {
    let (Some(Step::Key(key)), Some(holder)) = (at.steps().last(), at.parent()) else {
        return false;
    };
    let fields = tree.pointer_mut(&holder.to_string());
    let fields = fields.and_then(Json::as_object_mut);
    fields.is_some_and(|fields| fields.remove(key).is_some())
}

/// True where a path leads to a key without a value.
fn is_unset(root: &Node, at: &Pointer) -> bool {
    let found = root.resolve(at);
    found.complete && found.key.is_some() && found.node.value == crate::document::Value::Null
}

/// True for a definition, of whatever version.
fn is_definition(root: &Node) -> bool {
    let version = root.get("apiVersion").and_then(Node::as_str);
    let group = version.and_then(|version| version.split_once('/'));
    let kind = root.get("kind").and_then(Node::as_str);
    group.is_some_and(|(group, _)| group == GROUP) && kind == Some(KIND)
}

/// Its group and kind, and where the kind is named.
fn names(root: &Node) -> Result<(String, String, Span), Flaw> {
    let spec = inside(root, "spec", root)?;
    let group = inside(spec, "group", root)?;
    let kind = inside(inside(spec, "names", root)?, "kind", root)?;
    Ok((name(group, "group")?, name(kind, "kind")?, kind.span))
}

fn name(node: &Node, key: &str) -> Result<String, Flaw> {
    match node.as_str() {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(Flaw::new(node.span, format!("`{key}` must be a name"))),
    }
}

/// The value under a key that must be there; what is missing is shown where the object begins.
fn inside<'n>(node: &'n Node, key: &str, root: &Node) -> Result<&'n Node, Flaw> {
    let start = root.entry("kind").map_or(root.span, |entry| entry.key_span);
    node.get(key)
        .ok_or_else(|| Flaw::new(start, format!("this {KIND} lacks `{key}`")))
}

/// The versions with their schemas, of either shape: in the first one a schema may stand beside the
/// versions and hold for all.
fn versions(root: &Node) -> Result<Vec<Version>, Flaw> {
    let spec = inside(root, "spec", root)?;
    let is_old = root.get("apiVersion").and_then(Node::as_str) == Some(OLD);
    let shared = Shared::of(spec, is_old)?;
    let only = text(spec, "version")?.filter(|_| is_old);
    let listed = match (spec.get("versions"), only) {
        (Some(versions), _) => list(versions, "versions")?,
        (None, Some(name)) => return Ok(vec![shared.version(name, true, None)?]),
        (None, None) => inside(spec, "versions", root)?.items(),
    };
    if listed.is_empty() {
        let span = spec.get("versions").map_or(spec.span, |node| node.span);
        return Err(Flaw::new(span, "`versions` is empty"));
    }
    listed.iter().map(|node| shared.listed(node)).collect()
}

/// What holds for all versions of a definition.
struct Shared<'n> {
    is_old: bool,
    /// Unknown fields are kept, and so allowed.
    open: bool,
    schema: Option<&'n Node>,
}

impl<'n> Shared<'n> {
    fn of(spec: &'n Node, is_old: bool) -> Result<Self, Flaw> {
        let open = match spec.get("preserveUnknownFields") {
            Some(_) => flag(spec, "preserveUnknownFields")?,
            None => is_old,
        };
        let schema = spec.at(&["validation", "openAPIV3Schema"]);
        Ok(Self {
            is_old,
            open,
            schema: schema.filter(|_| is_old),
        })
    }

    /// An element of `versions`.
    fn listed(&self, node: &Node) -> Result<Version, Flaw> {
        let Some(name) = text(node, "name")? else {
            return Err(Flaw::new(node.span, "a version lacks its `name`"));
        };
        let own = node.at(&["schema", "openAPIV3Schema"]);
        // The first version of the API let a definition go without any.
        if own.is_none() && !self.is_old {
            let message = format!("version `{name}` lacks `schema.openAPIV3Schema`");
            return Err(Flaw::new(node.span, message));
        }
        self.version(name, flag(node, "served")?, own)
    }

    fn version(&self, name: &str, served: bool, own: Option<&Node>) -> Result<Version, Flaw> {
        let (schema, gaps) = match own.or(self.schema) {
            Some(schema) => {
                let (json, gaps) = convert(schema, self.open)?;
                (Some(json), gaps)
            }
            None => (None, Gaps::default()),
        };
        Ok(Version {
            name: name.to_owned(),
            served,
            schema,
            gaps,
            compiled: OnceLock::new(),
        })
    }
}

/// The custom kinds of each project, by its root.
#[derive(Debug, Default)]
pub struct Custom(BTreeMap<PathBuf, CustomKinds>);

impl Custom {
    /// Takes the kinds of the project with this root.
    pub fn insert(&mut self, root: PathBuf, kinds: CustomKinds) {
        self.0.insert(root, kinds);
    }

    /// The kinds of a project, where it defines any.
    pub fn of(&self, root: &Path) -> Option<&CustomKinds> {
        self.0.get(root)
    }
}

#[cfg(test)]
mod tests;
