//! Kustomizations.

use super::{
    Layer, LayerKind,
    effect::{LabelReach, LayerEffect},
    read::{EntryReader, LayerFiles, resolved},
    renames,
    target::LayerTarget,
    written::WrittenEntry,
};
use crate::disk::{self, OnDisk};
use crate::document::{
    Document, Node, Value,
    source::{Source, Span, clip},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// The names that a kustomization may have.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// So many paths of one replacement are followed; more of them may mean anything.
const MOST_PATHS: usize = 200;
/// So many words are looked up of a text that cannot be read.
const MOST_MENTIONED: usize = 1_000;
/// Characters of a name in an entry.
const LONGEST_NAME: usize = 100;

/// The layer that a kustomization is.
pub(super) fn read(document: &Document, folder: &Path, files: &dyn LayerFiles) -> Layer {
    let root = &document.root;
    let is_component = root.get("kind").and_then(Node::as_str) == Some("Component");
    let kind = match is_component {
        true => LayerKind::Component,
        false => LayerKind::Kustomization,
    };
    let mut reader = EntryReader {
        files,
        layer: Layer::new(kind, &document.source, folder),
        configured: ["configurations", "crds", "openapi"]
            .iter()
            .any(|key| root.get(key).is_some()),
        followed: Vec::new(),
        written: WrittenEntry::at(&document.source, root.span),
    };
    if !matches!(root.value, Value::Map(_)) {
        reader
            .layer
            .faults
            .push("it is no mapping, so what it does is not known".to_owned());
        return broken(reader.layer, true, files);
    }
    reader.taken_in(root);
    reader.configurations(root);
    reader.names(root, "", "namespace");
    // In the order in which Kustomize applies them.
    reader.patches(root, "", "patches");
    reader.merge_patches(root, "");
    reader.patches(root, "", "patchesJson6902");
    let everywhere = LabelReach {
        selectors: true,
        templates: true,
        anywhere: false,
    };
    reader.write_at(root);
    reader.labels(root, "", "commonLabels", everywhere);
    reader.label_entries(root);
    reader.write_at(root);
    reader.annotations(root, "", "commonAnnotations");
    reader.replicas(root, "");
    reader.images(root, "");
    reader.replacements(root);
    reader.generators(root);
    reader.variables(root);
    // A validator changes nothing, and a generator only adds objects.
    reader.transformers(root);
    for key in ["helmCharts", "helmChartInflationGenerator"] {
        if !reader.list(root, "", key).is_empty() {
            let fault = format!("`{key}` renders charts, whose objects are not checked");
            reader.layer.faults.push(fault);
        }
    }
    reader.layer
}

/// A kustomization that cannot be read: it may take in whatever is beside it and what its text seems to name. It
/// may do anything, or nothing as it stands where Kustomize refuses it.
pub(super) fn broken(mut layer: Layer, is_refused: bool, files: &dyn LayerFiles) -> Layer {
    let beside = disk::entries(&layer.folder);
    for entry in beside.into_iter().flatten() {
        if entry.kind.is_some_and(|kind| kind.is_file()) {
            layer.below.push(entry.path);
        }
    }
    layer.below.extend(mentioned(&layer, files));
    layer.below.sort();
    layer.below.dedup();
    let target = LayerTarget::default();
    layer.entries = vec![super::LayerEntry {
        name: "text".to_owned(),
        file: None,
        written: WrittenEntry::at(&layer.source, Span::default()),
        effect: match is_refused {
            true => LayerEffect::Refused(target),
            false => LayerEffect::Anything(target),
        },
    }];
    layer
}

/// What exists of the paths that a text may name, wherever they stand in it.
fn mentioned(layer: &Layer, files: &dyn LayerFiles) -> BTreeSet<PathBuf> {
    let is_between = |letter: char| letter.is_whitespace() || "\"'`,[]{}".contains(letter);
    let words = layer.source.text.split(is_between);
    let paths: BTreeSet<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut found = BTreeSet::new();
    for path in paths.into_iter().take(MOST_MENTIONED) {
        found.extend(resolved(files, &layer.folder, path));
    }
    found.retain(|path| *path != layer.folder);
    found
}

impl EntryReader<'_> {
    /// What it takes in.
    fn taken_in(&mut self, root: &Node) {
        let folder = self.layer.folder.clone();
        for key in ["resources", "bases"] {
            for item in self.list(root, "", key) {
                let found = self.path(&folder, item);
                let is_empty = |path: &PathBuf| {
                    path.holds_folder() && !NAMES.iter().any(|name| path.join(name).holds_file())
                };
                if found.as_ref().is_some_and(is_empty) {
                    let text = clip(item.as_str().unwrap_or_default(), LONGEST_NAME);
                    self.layer
                        .faults
                        .push(format!("`{text}` holds no kustomization"));
                }
                self.layer.below.extend(found);
            }
        }
        for item in self.list(root, "", "components") {
            let found = self.path(&folder, item);
            self.layer.components.extend(found);
        }
    }

    /// Where its configurations let names follow to.
    fn configurations(&mut self, root: &Node) {
        let folder = self.layer.folder.clone();
        for item in self.list(root, "", "configurations") {
            let documents = self
                .path(&folder, item)
                .map(|file| self.files.documents(&file));
            // Of one that cannot be read nothing is known to follow.
            for document in documents.into_iter().flatten().flatten() {
                self.followed.extend(renames::followed(&document.root));
            }
        }
    }

    fn label_entries(&mut self, root: &Node) {
        let is_set = |node: &Node, key: &str| {
            node.get(key)
                .is_some_and(|node| node.value == Value::Bool(true))
        };
        for (index, item) in self.list(root, "", "labels").iter().enumerate() {
            let selectors = is_set(item, "includeSelectors");
            let reach = LabelReach {
                selectors,
                templates: selectors || is_set(item, "includeTemplates"),
                anywhere: false,
            };
            self.write_at(item);
            let prefix = format!("labels[{index}].");
            self.labels(item, &prefix, "pairs", reach);
            let keys = item.get("pairs").map(Node::entries).unwrap_or_default();
            for field in self.list(item, &prefix, "fields") {
                let Some(path) = field.get("path").and_then(Node::as_str) else {
                    continue;
                };
                let paths = keys.iter().map(|entry| {
                    let key = entry.key.replace('/', "\\/");
                    format!("{path}/{key}")
                });
                let effect = LayerEffect::Fields {
                    target: LayerTarget::of(field),
                    paths: paths.collect(),
                };
                self.add(format!("labels[{index}]"), None, effect);
            }
        }
    }

    fn replacements(&mut self, root: &Node) {
        for (index, item) in self.list(root, "", "replacements").iter().enumerate() {
            let name = format!("replacements[{index}]");
            self.write_at(item);
            let Some(path) = item.get("path") else {
                self.replacement(&name, None, item);
                continue;
            };
            let folder = self.layer.folder.clone();
            let file = self.found(&folder, path);
            let read = file.clone().and_then(|file| self.files.documents(&file));
            let file = file.ok();
            let documents = match read {
                Ok(documents) => documents,
                Err(gap) => {
                    self.unknown(name, file, None, &gap);
                    continue;
                }
            };
            for document in &documents {
                self.written = WrittenEntry::at(&document.source, document.root.span);
                let own = std::slice::from_ref(&document.root);
                let all = match &document.root.value {
                    Value::List(items) => items.as_slice(),
                    _ => own,
                };
                for node in all {
                    self.replacement(&name, file.as_deref(), node);
                }
            }
        }
    }

    fn replacement(&mut self, name: &str, file: Option<&Path>, node: &Node) {
        self.written.span = node.get("source").unwrap_or(node).span;
        for target in self.list(node, &format!("{name}."), "targets") {
            let rejected = self.list(target, &format!("{name}."), "reject");
            let fields = target
                .get("fieldPaths")
                .map(Node::items)
                .unwrap_or_default();
            let mut paths =
                Vec::from_iter(fields.iter().filter_map(Node::as_str).map(str::to_owned));
            // What Kustomize takes where no path is written.
            if target.get("fieldPaths").is_none() {
                paths.push("metadata.name".to_owned());
            }
            if paths.len() > MOST_PATHS {
                let effect = LayerEffect::Anything(LayerTarget::default());
                self.add(name.to_owned(), file.map(Path::to_owned), effect);
                continue;
            }
            let effect = LayerEffect::Replacement {
                target: target
                    .get("select")
                    .map(LayerTarget::of)
                    .unwrap_or_default(),
                rejected: rejected.iter().map(LayerTarget::of).collect(),
                paths,
            };
            self.add(name.to_owned(), file.map(Path::to_owned), effect);
        }
    }

    /// Transformers: those that Kustomize itself has, and others, which may do anything.
    fn transformers(&mut self, root: &Node) {
        for (index, item) in self.list(root, "", "transformers").iter().enumerate() {
            self.write_at(item);
            let name = format!("transformers[{index}]");
            let inline = item.as_str().filter(|text| text.contains('\n'));
            let folder = self.layer.folder.clone();
            let file = match inline {
                Some(_) => None,
                None => self.found(&folder, item).ok(),
            };
            let source = self.layer.source.name.clone();
            let read = match (inline, &file) {
                (Some(text), _) => self.files.parsed(&Source::new(source, text)),
                (None, Some(file)) => self.files.documents(file),
                (None, None) => self.found(&folder, item).map(|_| Vec::new()),
            };
            let documents = match read {
                Ok(documents) => documents,
                Err(gap) => {
                    self.unknown(name.clone(), file.clone(), None, &gap);
                    continue;
                }
            };
            for document in documents {
                if file.is_some() {
                    self.written = WrittenEntry::at(&document.source, document.root.span);
                }
                self.transformer(&name, file.clone(), &document.root);
            }
        }
    }

    fn transformer(&mut self, name: &str, file: Option<PathBuf>, node: &Node) {
        let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
        let is_builtin = text("apiVersion") == "builtin";
        match text("kind") {
            "NamespaceTransformer" if is_builtin => {
                self.layer.namespace.get_or_insert_with(|| node.clone());
            }
            // References follow the names.
            "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" if is_builtin => {
                let (own_prefix, own_suffix) =
                    (text("prefix").to_owned(), text("suffix").to_owned());
                self.renames(name.to_owned(), own_prefix, own_suffix);
                let (prefix, suffix) = &self.layer.affixes;
                let affixes = (
                    text("prefix").to_owned() + prefix,
                    suffix.clone() + text("suffix"),
                );
                self.layer.affixes = affixes;
            }
            "LabelTransformer" if is_builtin && node.get("fieldSpecs").is_none() => {
                // Its own fields are those that it names, which are none.
                let name = format!("{name}.");
                self.labels(node, &name, "labels", LabelReach::default());
            }
            "AnnotationsTransformer" if is_builtin && node.get("fieldSpecs").is_none() => {
                self.annotations(node, &format!("{name}."), "annotations");
            }
            _ => {
                let effect = LayerEffect::Anything(LayerTarget::default());
                self.add(name.to_owned(), file, effect);
            }
        }
    }

    /// Generated objects have a hash in their name, wherever it is used.
    fn generators(&mut self, root: &Node) {
        for key in ["configMapGenerator", "secretGenerator"] {
            for (index, item) in self.list(root, "", key).iter().enumerate() {
                self.write_at(item);
                if let Some(name) = item.get("name").and_then(Node::as_str) {
                    let effect = LayerEffect::GeneratedName(name.to_owned());
                    self.add(format!("{key}[{index}]"), None, effect);
                }
            }
        }
    }

    fn variables(&mut self, root: &Node) {
        for (index, item) in self.list(root, "", "vars").iter().enumerate() {
            self.write_at(item);
            if let Some(name) = item.get("name").and_then(Node::as_str) {
                let name = clip(name, LONGEST_NAME);
                self.add(
                    format!("vars[{index}]"),
                    None,
                    LayerEffect::Texts(format!("$({name})")),
                );
            }
        }
    }
}
