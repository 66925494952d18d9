//! Reads what layers say: paths within the repository, and entries that kustomizations, Argo CD and Flux share.

use super::{
    Layer, LayerEntry,
    effect::{LabelReach, LayerEffect},
    gap::LayerGap,
    images::ImageEntry,
    patch::PatchBody,
    renames::Renames,
    target::LayerTarget,
    tree::FileTree,
    written::WrittenEntry,
};
use crate::disk::OnDisk;
use crate::document::{
    Document, Node, Value,
    source::{Source, Span, clip},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// So many entries of one layer are read; those behind them may do anything.
const MOST_ENTRIES: usize = 2_000;
/// Characters of foreign text in a message.
const LONGEST_TEXT: usize = 200;

/// Where layers and what they name are read from.
pub trait LayerFiles {
    /// The folder that nothing is followed out of, without links.
    fn root(&self) -> &Path;

    /// What the repository holds.
    fn tree(&self) -> &FileTree;

    /// The documents of a file; the error says why they are not known.
    fn documents(&self, file: &Path) -> Result<Vec<Document>, LayerGap>;

    /// The documents of a text.
    fn parsed(&self, source: &Arc<Source>) -> Result<Vec<Document>, LayerGap>;
}

/// The real path that a text of a layer leads to, or what is to be said about it.
pub(super) fn resolved(
    files: &dyn LayerFiles,
    folder: &Path,
    text: &str,
) -> Result<PathBuf, LayerGap> {
    let shown = clip(text, LONGEST_TEXT);
    let remote = || {
        LayerGap::beyond_us(format!(
            "`{shown}` is remote: it is not fetched, so what it holds is not known"
        ))
    };
    if is_remote(text) {
        return Err(remote());
    }
    match folder.join(text).resolve() {
        Ok(path) if path.starts_with(files.root()) => Ok(path),
        Ok(_) => Err(LayerGap::refused(format!(
            "`{shown}` leads out of the repository and is not followed"
        ))),
        Err(_) if may_be_remote(text) => Err(remote()),
        Err(_) => Err(LayerGap::refused(format!("`{shown}` does not exist"))),
    }
}

fn is_remote(text: &str) -> bool {
    text.contains("://") || text.starts_with("git@") || text.starts_with("git::")
}

/// Addresses that Kustomize takes without a scheme.
fn may_be_remote(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    text.contains("?ref=") || (host.contains('.') && !host.starts_with('.') && text.contains('/'))
}

/// Reads the entries of one layer.
pub(super) struct EntryReader<'r> {
    pub(super) files: &'r dyn LayerFiles,
    pub(super) layer: Layer,
    /// True where the layer names fields beside those that Kustomize knows.
    pub(super) configured: bool,
    /// Where its configurations let names follow to: kinds and paths.
    pub(super) followed: Vec<(String, String)>,
    /// What the entries are written in that are added now.
    pub(super) written: WrittenEntry,
}

impl EntryReader<'_> {
    /// The elements of a list. A value of another type is refused.
    pub(super) fn list<'n>(&mut self, node: &'n Node, prefix: &str, key: &str) -> &'n [Node] {
        match node.get(key).map(|node| &node.value) {
            None | Some(Value::Null) => &[],
            Some(Value::List(items)) => items,
            Some(_) => {
                self.layer
                    .faults
                    .push(format!("`{prefix}{key}` is no list"));
                // Kustomize knows each of its fields by its type.
                let effect = LayerEffect::Refused(LayerTarget::default());
                self.add(format!("{prefix}{key}"), None, effect);
                &[]
            }
        }
    }

    pub(super) fn add(&mut self, name: String, file: Option<PathBuf>, effect: LayerEffect) {
        if self.layer.entries.len() < MOST_ENTRIES {
            self.push(name, file, effect);
        } else if self.layer.entries.len() == MOST_ENTRIES {
            let reason =
                format!("it has more than {MOST_ENTRIES} entries; the others may change anything");
            self.layer.faults.push(reason);
            let effect = LayerEffect::Anything(LayerTarget::default());
            self.push(name, file, effect);
        }
    }

    fn push(&mut self, name: String, file: Option<PathBuf>, effect: LayerEffect) {
        self.layer.entries.push(LayerEntry {
            name,
            file,
            written: self.written.clone(),
            effect,
        });
    }

    /// The entries that follow are written in a value of the layer's own file.
    pub(super) fn write_at(&mut self, node: &Node) {
        self.written = WrittenEntry::at(&self.layer.source, node.span);
    }

    /// The real path of a file or folder; a fault of the layer where there is none.
    pub(super) fn path(&mut self, folder: &Path, node: &Node) -> Option<PathBuf> {
        let found = self.found(folder, node);
        found.map_err(|gap| self.layer.faults.push(gap.reason)).ok()
    }

    /// The real path of a file or folder.
    pub(super) fn found(&self, folder: &Path, node: &Node) -> Result<PathBuf, LayerGap> {
        match node.as_str() {
            Some(text) => resolved(self.files, folder, text),
            None => Err(LayerGap::refused("an element is no path")),
        }
    }

    /// `patches`: a file or a text, with or without a target.
    pub(super) fn patches(&mut self, node: &Node, prefix: &str, key: &str) {
        for (index, item) in self.list(node, prefix, key).iter().enumerate() {
            self.write_at(item);
            let name = format!("{prefix}{key}[{index}]");
            let target = item.get("target").map(LayerTarget::of);
            let renames = ["allowNameChange", "allowKindChange"].iter().any(|option| {
                item.at(&["options", option])
                    .is_some_and(|node| node.value == Value::Bool(true))
            });
            match (item.get("path"), item.get("patch")) {
                (Some(path), _) => self.patch_file(name, path, target, renames),
                (None, Some(patch)) => self.patch_text(name, patch, target, renames),
                (None, None) => {
                    let gap = LayerGap::refused("it has neither `path` nor `patch`");
                    self.unknown(name, None, target, &gap);
                }
            }
        }
    }

    /// `patchesStrategicMerge`: paths, texts, or in Flux the patches themselves.
    pub(super) fn merge_patches(&mut self, node: &Node, prefix: &str) {
        let key = "patchesStrategicMerge";
        for (index, item) in self.list(node, prefix, key).iter().enumerate() {
            self.write_at(item);
            let name = format!("{prefix}{key}[{index}]");
            match item.as_str() {
                Some(text) if !text.contains('\n') => self.patch_file(name, item, None, false),
                _ => self.patch_text(name, item, None, false),
            }
        }
    }

    fn patch_file(
        &mut self,
        name: String,
        path: &Node,
        target: Option<LayerTarget>,
        renames: bool,
    ) {
        let folder = self.layer.folder.clone();
        let file = match self.found(&folder, path) {
            Ok(file) => file,
            Err(gap) => return self.unknown(name, None, target, &gap),
        };
        self.layer.patches.push(file.clone());
        match self.files.documents(&file) {
            Ok(documents) => {
                for document in documents {
                    self.written = WrittenEntry::at(&document.source, document.root.span);
                    let file = Some(file.clone());
                    self.patch(name.clone(), file, document.root, target.clone(), renames);
                }
            }
            Err(gap) => {
                let text = path.as_str().unwrap_or_default();
                let shown = clip(text, LONGEST_TEXT);
                let gap = LayerGap {
                    reason: format!("the patch `{shown}` cannot be read: {}", gap.reason),
                    ..gap
                };
                self.unknown(name, Some(file), target, &gap);
            }
        }
    }

    fn patch_text(
        &mut self,
        name: String,
        patch: &Node,
        target: Option<LayerTarget>,
        renames: bool,
    ) {
        let Some(text) = patch.as_str() else {
            return self.patch(name, None, patch.clone(), target, renames);
        };
        let source = Source::new(self.layer.source.name.clone(), text);
        match self.files.parsed(&source) {
            Ok(documents) if documents.is_empty() => {
                let gap = LayerGap::refused("its text is empty");
                self.unknown(name, None, target, &gap);
            }
            Ok(documents) => {
                self.written.inside = Some(patch.clone());
                for document in documents {
                    self.patch(name.clone(), None, document.root, target.clone(), renames);
                }
            }
            Err(gap) => {
                let gap = LayerGap {
                    reason: format!("its text cannot be read: {}", gap.reason),
                    ..gap
                };
                self.unknown(name, None, target, &gap);
            }
        }
    }

    fn patch(
        &mut self,
        name: String,
        file: Option<PathBuf>,
        node: Node,
        target: Option<LayerTarget>,
        renames: bool,
    ) {
        let is_object = node.get("kind").is_some();
        let named = || is_object.then(|| LayerTarget::named_by(&node));
        let Some(target) = target.or_else(named) else {
            let gap = LayerGap::refused("it has no target, and names no object itself");
            return self.unknown(name, file, None, &gap);
        };
        match PatchBody::of(node) {
            Ok(body) => {
                let effect = LayerEffect::Patch {
                    target,
                    body,
                    renames,
                };
                self.add(name, file, effect);
            }
            Err(gap) => self.unknown(name, file, Some(target), &gap),
        }
    }

    /// An entry of which it is not known what it changes. One that Kustomize refuses changes nothing as it stands.
    pub(super) fn unknown(
        &mut self,
        name: String,
        file: Option<PathBuf>,
        target: Option<LayerTarget>,
        gap: &LayerGap,
    ) {
        let (target, reason) = (target.unwrap_or_default(), &gap.reason);
        let (effect, fault) = match gap.is_refused {
            true => (
                LayerEffect::Refused(target),
                format!("`{name}`: {reason}, so Kustomize refuses to build it"),
            ),
            false => (LayerEffect::Anything(target), format!("`{name}`: {reason}")),
        };
        self.layer.faults.push(fault);
        self.add(name, file, effect);
    }

    /// `images`: entries, or in Argo CD texts.
    pub(super) fn images(&mut self, node: &Node, prefix: &str) {
        for (index, item) in self.list(node, prefix, "images").iter().enumerate() {
            let edited = ["digest", "newTag", "newName"]
                .iter()
                .find_map(|key| item.get(key));
            let entry = match item.as_str() {
                Some(text) => ImageEntry::written(text),
                None => ImageEntry::of(item, self.configured),
            };
            self.write_at(edited.unwrap_or(item));
            if let Some(entry) = entry {
                self.add(
                    format!("{prefix}images[{index}]"),
                    None,
                    LayerEffect::Image(entry),
                );
            }
        }
    }

    /// `replicas`: a number for what has the name, of the kinds that Kustomize knows to have one.
    pub(super) fn replicas(&mut self, node: &Node, prefix: &str) {
        const KINDS: [&str; 4] = [
            "Deployment",
            "ReplicaSet",
            "ReplicationController",
            "StatefulSet",
        ];
        for (index, item) in self.list(node, prefix, "replicas").iter().enumerate() {
            self.write_at(item);
            let kinds: &[&str] = if self.configured { &[] } else { &KINDS };
            let name = item.get("name").and_then(Node::as_str);
            let target = name.map(|name| LayerTarget::of_name(name, kinds));
            let count = item.get("count").cloned();
            let count = count.unwrap_or(Node::new(Value::Null, Span::default()));
            let effect = LayerEffect::Replicas(target.unwrap_or_default(), count);
            self.add(format!("{prefix}replicas[{index}]"), None, effect);
        }
    }

    /// `namePrefix`, `nameSuffix` and a namespace.
    pub(super) fn names(&mut self, node: &Node, at: &str, namespace: &str) {
        let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
        let (prefix, suffix) = (text("namePrefix").to_owned(), text("nameSuffix").to_owned());
        self.layer.affixes = (prefix.clone(), suffix.clone());
        self.layer.namespace = node.get(namespace).cloned();
        let key = if prefix.is_empty() {
            "nameSuffix"
        } else {
            "namePrefix"
        };
        self.renames(format!("{at}{key}"), prefix, suffix);
    }

    /// Names that change; not every reference follows.
    pub(super) fn renames(&mut self, name: String, prefix: String, suffix: String) {
        if prefix.is_empty() && suffix.is_empty() {
            return;
        }
        let renames = Renames {
            prefix,
            suffix,
            followed: self.followed.clone(),
        };
        self.add(name, None, LayerEffect::Renames(renames));
    }

    /// Labels under a key.
    pub(super) fn labels(&mut self, node: &Node, prefix: &str, key: &str, reach: LabelReach) {
        let pairs = pairs(node.get(key));
        if pairs.is_empty() {
            return;
        }
        for (key, value) in &pairs {
            let value = value.as_str().unwrap_or_default();
            self.layer.labels.push((key.clone(), value.to_owned()));
        }
        self.add(
            format!("{prefix}{key}"),
            None,
            LayerEffect::Labels {
                pairs,
                reach: LabelReach {
                    anywhere: self.configured,
                    ..reach
                },
            },
        );
    }

    /// Annotations under a key.
    pub(super) fn annotations(&mut self, node: &Node, prefix: &str, key: &str) {
        let pairs = pairs(node.get(key));
        if !pairs.is_empty() {
            self.add(
                format!("{prefix}{key}"),
                None,
                LayerEffect::Annotations {
                    pairs,
                    anywhere: self.configured,
                },
            );
        }
    }
}

fn pairs(node: Option<&Node>) -> Vec<(String, Node)> {
    let entries = node.map(Node::entries).unwrap_or_default();
    let mut pairs = Vec::new();
    for entry in entries {
        pairs.push((entry.key.clone(), entry.node.clone()));
    }
    pairs
}
