//! The layers of a run: found in the repository, read once, and asked about each manifest.
//!
//! A layer may stand anywhere in the repository, whatever files a run is about, so the whole of it is
//! searched, as soon as a manifest is met. Nothing outside of it is read.

mod search;

use super::{Unsaved, note, open};
use crate::{
    config::Project,
    disk::OnDisk,
    document::{
        Document,
        read::{self, Format, Skip},
        source::{Source, display_name, folder, real_path},
    },
    finding::{NotChecked, Topic},
    layer::{FileTree, Layer, LayerFiles, LayerGap, LayerGraph},
    units::first_named,
};
use search::LayerSearch;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// So many kustomizations are read.
const MOST_LAYERS: usize = 5_000;
/// The longest file of a layer that is read.
const MOST_LAYER_BYTES: usize = 1_000_000;
/// So many faults of one layer are named.
const NAMED: usize = 5;

/// What is said of a patch.
pub(super) const PATCH: &str =
    "a Kustomize patch holds a part of an object only; check what `kustomize build` prints";

/// The layers of each repository that a run meets, each read when first asked for.
#[derive(Debug)]
pub(super) struct LayerShelf {
    roots: Mutex<BTreeMap<PathBuf, Arc<OnceLock<RepositoryLayers>>>>,
    /// Texts that stand for what the disk holds, by their paths without links.
    unsaved: HashMap<PathBuf, String>,
}

/// The layers of one repository.
#[derive(Debug)]
pub(super) struct RepositoryLayers {
    pub(super) graph: LayerGraph,
    /// Why not all of it was searched.
    cut: Option<NotChecked>,
}

impl LayerShelf {
    pub(super) fn new(unsaved: &Unsaved) -> Self {
        let unsaved = unsaved.iter();
        Self {
            roots: Mutex::default(),
            unsaved: unsaved
                .map(|(path, text)| (real_path(path), text.clone()))
                .collect(),
        }
    }

    fn slot(&self, project: &Project) -> (PathBuf, Arc<OnceLock<RepositoryLayers>>) {
        let root = repository(&project.root);
        let mut roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = Arc::clone(roots.entry(root.clone()).or_default());
        (root, slot)
    }

    /// Calls `ask` with the layers of a project's repository.
    pub(super) fn about<T>(
        &self,
        project: &Project,
        ask: impl FnOnce(&RepositoryLayers) -> T,
    ) -> T {
        let (root, slot) = self.slot(project);
        ask(slot.get_or_init(|| RepositoryLayers::read(&root, &self.unsaved)))
    }

    /// True for a file that Kustomize merges into others.
    pub(super) fn is_patch(&self, file: &Path, project: &Project) -> bool {
        let real = real_path(file);
        self.about(project, |layers| layers.graph.is_patch(&real))
    }
}

/// The folder with `.git` above a project, or that of the project; without links.
pub(super) fn repository(project: &Path) -> PathBuf {
    let real = real_path(project);
    let above = real
        .ancestors()
        .find(|folder| folder.join(".git").is_there());
    above.map_or_else(|| real.clone(), Path::to_owned)
}

impl RepositoryLayers {
    fn read(root: &Path, unsaved: &HashMap<PathBuf, String>) -> Self {
        let reader = LayerReader {
            root,
            unsaved,
            tree: OnceLock::new(),
        };
        let mut search = LayerSearch::of(root, unsaved);
        let mut graph = LayerGraph::default();
        let mut met: BTreeSet<PathBuf> = BTreeSet::new();
        let mut left = search.kustomizations;
        // Layers may take in folders that a walk passes over.
        while let Some(file) = left.pop_first() {
            if met.len() == MOST_LAYERS {
                search
                    .cut
                    .get_or_insert(format!("only the first {MOST_LAYERS} kustomizations"));
                break;
            }
            if !met.insert(file.clone()) {
                continue;
            }
            let before = graph.layers().count();
            reader.add(&file, &mut graph);
            for layer in graph.layers().skip(before) {
                for folder in layer.folders() {
                    left.extend(kustomization_in(folder).filter(|file| !met.contains(file)));
                }
            }
        }
        for file in search.outside {
            let documents = reader.documents(&file);
            if LayerGraph::is_override(&file) {
                graph.add_override(&file, documents, &reader);
                continue;
            }
            for document in documents.unwrap_or_default() {
                for object in open::objects(document) {
                    graph.add_outside(&object, &reader);
                }
            }
        }
        let cut = search.cut.map(|what| {
            let reason = format!(
                "{what} were searched for kustomizations and for objects of Argo CD and Flux"
            );
            let name = match display_name(root) {
                name if name.is_empty() => ".".to_owned(),
                name => name,
            };
            note(Topic::Folder(name), reason)
        });
        Self { graph, cut }
    }
}

/// The kustomization that a folder holds.
fn kustomization_in(folder: &Path) -> Option<PathBuf> {
    let mut names = crate::layer::NAMES.iter().map(|name| folder.join(name));
    names.find(|file| file.holds_file())
}

/// Reads the files of layers.
struct LayerReader<'r> {
    root: &'r Path,
    unsaved: &'r HashMap<PathBuf, String>,
    /// What the repository holds, walked when it is first asked for.
    tree: OnceLock<FileTree>,
}

impl LayerReader<'_> {
    fn add(&self, file: &Path, graph: &mut LayerGraph) {
        let read = self.source(file);
        let source = match &read {
            Ok(source) => Arc::clone(source),
            Err(_) => named(file, String::new()),
        };
        let documents = read.and_then(|source| self.parsed(&source));
        graph.add_kustomization(&source, folder(file), documents, self);
    }

    fn source(&self, file: &Path) -> Result<Arc<Source>, LayerGap> {
        let real = file
            .resolve()
            .map_err(|_| LayerGap::refused("it does not exist"))?;
        if !real.starts_with(self.root) {
            return Err(LayerGap::refused("it leads out of the repository"));
        }
        if let Some(text) = self.unsaved.get(&real) {
            return Ok(named(file, text.clone()));
        }
        if !real.holds_file() {
            return Err(LayerGap::refused("it is no file"));
        }
        let bytes = read::bytes_of(&real)
            .map_err(|error| LayerGap::refused(super::find::reason(&error)))?;
        if bytes.len() > MOST_LAYER_BYTES {
            return Err(LayerGap::beyond_us("it is larger than 1 MB"));
        }
        if let Some(skip) = Skip::of_bytes(&bytes) {
            return Err(LayerGap::beyond_us(skip.reason()));
        }
        // YAML may be UTF-16, which we do not read.
        let is_wide = bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]);
        let text = read::decode(bytes).map_err(|error| LayerGap {
            reason: error.to_string(),
            is_refused: !is_wide,
        })?;
        Ok(named(file, text))
    }
}

fn named(file: &Path, text: String) -> Arc<Source> {
    Arc::new(Source {
        name: display_name(file),
        path: file.to_owned(),
        text,
    })
}

impl LayerFiles for LayerReader<'_> {
    fn root(&self) -> &Path {
        self.root
    }

    fn tree(&self) -> &FileTree {
        self.tree.get_or_init(|| FileTree::read(self.root))
    }

    fn documents(&self, file: &Path) -> Result<Vec<Document>, LayerGap> {
        self.parsed(&self.source(file)?)
    }

    fn parsed(&self, source: &Arc<Source>) -> Result<Vec<Document>, LayerGap> {
        let format = Format::of(&source.path).unwrap_or(Format::Yaml);
        let Some(parsed) = open::parsed(source, format) else {
            return Err(LayerGap::beyond_us("the parser failed on it"));
        };
        match (parsed.errors.first(), parsed.skipped) {
            (_, Some(skip)) => Err(LayerGap::beyond_us(skip.reason())),
            (Some(error), None) => Err(LayerGap {
                reason: error.message.clone(),
                is_refused: !error.is_ours_alone(),
            }),
            (None, None) => Ok(parsed.documents),
        }
    }
}

impl LayerShelf {
    /// What of the layers cannot be followed: of those that are `acting` on a judged file, or were asked for.
    pub(super) fn faults(
        &self,
        acting: &BTreeSet<PathBuf>,
        asked: &[PathBuf],
        has_manifests: bool,
    ) -> Vec<NotChecked> {
        let roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut notes = Vec::new();
        for layers in roots.values().filter_map(|slot| slot.get()) {
            let graph = &layers.graph;
            notes.extend(layers.cut.clone().filter(|_| has_manifests));
            let is_shown = |layer: &Layer| {
                let path = &layer.source.path;
                acting.contains(path) || asked.iter().any(|asked| path.starts_with(asked))
            };
            for layer in graph
                .layers()
                .filter(|layer| is_shown(layer) && !layer.faults.is_empty())
            {
                let topic = Topic::File(layer.source.name.clone());
                notes.push(note(topic, first_named(&layer.faults, NAMED)));
            }
            for layer in graph.circular().into_iter().filter(|layer| is_shown(layer)) {
                let reason = "it takes in itself, or others that do, in a circle; each of them is followed once";
                notes.push(note(Topic::File(layer.source.name.clone()), reason));
            }
        }
        notes
    }
}
