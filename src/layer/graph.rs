//! Which layers reach an object, and what they can change in it.

mod leaves;
mod rendered;

pub use leaves::LayerLeaf;

use super::{
    Layer, LayerChange, LayerEntry, LayerKind, LayerValue,
    change::ChangedBy,
    effect::{LayerEffect, MetObject},
    gap::LayerGap,
    kustomization::{self, NAMES},
    lists::ListOrders,
    outside,
    read::LayerFiles,
    target::{LayerTarget, ObjectNames},
    written::WrittenEntry,
};
use crate::document::{
    Document, Node, Pointer,
    source::{Source, Span},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    mem,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// So many entries are asked about one object; those behind them may do anything.
const MOST_ASKED: usize = 20_000;
/// So many places of one object are told apart.
const MOST_CHANGES: usize = 2_000;

/// The layers of a repository, and who takes in whom.
#[derive(Debug, Default)]
pub struct LayerGraph {
    layers: Vec<Arc<Layer>>,
    /// The layers that take in a file or a folder, or use it as a component.
    above: BTreeMap<PathBuf, Vec<usize>>,
    /// The layers that a folder holds.
    of_folder: BTreeMap<PathBuf, Vec<usize>>,
    /// Those that take in all of a folder.
    wholes: Vec<usize>,
    patches: BTreeSet<PathBuf>,
    taken_in: BTreeSet<PathBuf>,
}

impl LayerGraph {
    /// True for the name of a kustomization.
    pub fn is_name(path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| NAMES.iter().any(|own| name == *own))
    }

    /// True for the name of a file that overrides the sources of Argo CD's Applications.
    pub fn is_override(path: &Path) -> bool {
        outside::is_override(path)
    }

    /// True for the bytes of a text that may hold an object that acts from outside.
    pub fn may_hold(text: &[u8]) -> bool {
        outside::may_hold(text)
    }

    /// The files and folders that a layer took in which is no more, or is another one now: by its texts alone, whether
    /// or not they are still there. `root` is the folder of the repository.
    pub fn past_paths(document: &Document, root: &Path) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let path = &document.source.path;
        if Self::is_name(path) {
            let folder = path.parent().unwrap_or(root);
            for key in ["resources", "bases", "components"] {
                let items = document.root.get(key).map(Node::items).unwrap_or_default();
                found.extend(
                    items
                        .iter()
                        .filter_map(Node::as_str)
                        .map(|text| plain(folder, text)),
                );
            }
        }
        for text in outside::past_paths(&document.root) {
            found.insert(plain(root, text));
        }
        found
    }

    /// Adds what a kustomization does. One that cannot be read may do anything in its folder.
    pub fn add_kustomization(
        &mut self,
        source: &Arc<Source>,
        folder: &Path,
        read: Result<Vec<Document>, LayerGap>,
        files: &dyn LayerFiles,
    ) {
        let documents = match read {
            Ok(documents) => documents,
            Err(LayerGap { reason, is_refused }) => {
                let mut layer = Layer::new(LayerKind::Kustomization, source, folder);
                let fault = format!("it cannot be read, so what it does is not known: {reason}");
                layer.faults.push(fault);
                return self.add(kustomization::broken(layer, is_refused, files));
            }
        };
        for document in &documents {
            let version = document.root.get("apiVersion").and_then(Node::as_str);
            let is_flux =
                version.is_some_and(|version| version.starts_with("kustomize.toolkit.fluxcd.io/"));
            match is_flux {
                true => self.add_outside(document, files),
                false => self.add(kustomization::read(document, folder, files)),
            }
        }
    }

    /// Adds what an object of Argo CD or Flux does; any other object does nothing.
    pub fn add_outside(&mut self, document: &Document, files: &dyn LayerFiles) {
        for layer in outside::read(document, files) {
            self.add(layer);
        }
    }

    /// Adds what a file overrides in Applications of its folder.
    pub fn add_override(
        &mut self,
        file: &Path,
        read: Result<Vec<Document>, LayerGap>,
        files: &dyn LayerFiles,
    ) {
        // Argo CD refuses what it cannot read.
        for document in read.unwrap_or_default() {
            self.add(outside::source_override(&document, file, files));
        }
    }

    fn add(&mut self, layer: Layer) {
        let number = self.layers.len();
        for path in layer.below.iter().chain(&layer.components) {
            self.above.entry(path.clone()).or_default().push(number);
        }
        if !layer.kind.is_outside() {
            let own = self.of_folder.entry(layer.folder.clone()).or_default();
            own.push(number);
        }
        if layer.whole.is_some() {
            self.wholes.push(number);
        }
        self.taken_in.extend(layer.below.iter().cloned());
        self.patches.extend(layer.patches.iter().cloned());
        self.layers.push(Arc::new(layer));
    }

    /// All layers, in the order in which they were added.
    pub fn layers(&self) -> impl Iterator<Item = &Arc<Layer>> {
        self.layers.iter()
    }

    /// True for a folder, without links, that another layer of the repository takes in: it is not applied as it stands.
    pub fn is_taken_in(&self, folder: &Path) -> bool {
        let users = self.above.get(folder).into_iter().flatten();
        users
            .map(|number| &self.layers[*number])
            .any(|layer| !layer.kind.is_outside())
    }

    /// True for a file, without links, that is merged into objects and stands for none itself.
    pub fn is_patch(&self, file: &Path) -> bool {
        self.patches.contains(file) && !self.taken_in.contains(file)
    }

    /// The layers that take in each other in a circle.
    pub fn circular(&self) -> Vec<&Arc<Layer>> {
        let users = Vec::from_iter((0..self.layers.len()).map(|number| self.users(number)));
        let mut used = vec![Vec::new(); self.layers.len()];
        for (number, own) in users.iter().enumerate() {
            for user in own {
                used[*user].push(number);
            }
        }
        // What nobody uses, or what uses nothing, is in no circle; nor is then what only such ones use.
        let left = without_ends(&users, &used);
        let left = without_ends(&used, &users)
            .into_iter()
            .filter(|number| left.contains(number));
        left.map(|number| &self.layers[number]).collect()
    }

    /// The layers that take in what this one puts out.
    fn users(&self, number: usize) -> Vec<usize> {
        let layer = &self.layers[number];
        match layer.kind.is_outside() {
            true => Vec::new(),
            false => self.above.get(&layer.folder).cloned().unwrap_or_default(),
        }
    }

    /// The layers that take in a file, those that take in these, and so on, the nearest first.
    fn reached(&self, start: Vec<usize>) -> Vec<usize> {
        let mut order = Vec::new();
        let mut met: BTreeSet<usize> = BTreeSet::new();
        let mut next: VecDeque<usize> = start.into();
        while let Some(number) = next.pop_front() {
            if met.insert(number) {
                order.push(number);
                next.extend(self.users(number));
            }
        }
        order
    }

    /// The layers that reach a file by all of a folder that it is in.
    fn around(&self, file: &Path) -> Vec<usize> {
        let mut holders = Vec::new();
        for number in &self.wholes {
            let whole = self.layers[*number].whole.as_deref();
            if whole.is_some_and(|whole| file.starts_with(whole)) {
                holders.push(*number);
            }
        }
        holders
    }

    /// The layers that act on what a file holds, in the order in which they do: of each its components first.
    fn acting(&self, file: &Path) -> Vec<usize> {
        let mut acting = Vec::new();
        let near = self.above.get(file).cloned().unwrap_or_default();
        let mut reached = self.reached(near);
        // What acts from outside acts on what kustomizations made.
        reached.extend(self.reached(self.around(file)));
        for number in reached {
            self.with_components(number, &mut acting);
        }
        acting
    }

    fn with_components(&self, number: usize, acting: &mut Vec<usize>) {
        // From below, so that circles of components end: each stands once.
        let mut own = vec![number];
        let mut at = 0;
        while let Some(number) = own.get(at).copied() {
            for folder in &self.layers[number].components {
                for component in self.of_folder.get(folder).into_iter().flatten() {
                    if !own.contains(component) {
                        own.push(*component);
                    }
                }
            }
            at += 1;
        }
        for number in own.into_iter().rev() {
            if !acting.contains(&number) {
                acting.push(number);
            }
        }
    }

    /// The files of the layers that act on a file, which is given without links: their own, and their patches.
    pub fn files_of(&self, file: &Path) -> Vec<PathBuf> {
        let mut files = BTreeSet::new();
        for number in self.acting(file) {
            let layer = &self.layers[number];
            files.insert(layer.source.path.clone());
            files.extend(layer.patches.iter().cloned());
            files.extend(layer.entries.iter().filter_map(|entry| entry.file.clone()));
        }
        files.into_iter().collect()
    }

    /// The files of objects that a layer's file has a say in: it is the layer's own, or that of a patch.
    pub fn files_below(&self, file: &Path) -> BTreeSet<PathBuf> {
        let mut next: Vec<usize> = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            // Sources are read by paths without links.
            let is_own =
                layer.source.path == file || layer.patches.iter().any(|patch| patch == file);
            if is_own {
                next.push(number);
            }
        }
        let (mut met, mut found) = (BTreeSet::new(), BTreeSet::new());
        while let Some(number) = next.pop() {
            if !met.insert(number) {
                continue;
            }
            let layer = &self.layers[number];
            for path in layer.below.iter().chain(&layer.components) {
                match self.of_folder.get(path) {
                    Some(layers) => next.extend(layers),
                    None => drop(found.insert(path.clone())),
                }
            }
            // A component acts on what its users take in.
            if layer.kind == LayerKind::Component {
                next.extend(self.users(number));
            }
        }
        found
    }

    /// What layers can change in an object of a file, which is given without links.
    pub fn changes(&self, file: &Path, text: &str, object: &Node) -> Vec<LayerChange> {
        self.changes_of(self.acting(file), text, object)
    }

    fn changes_of(&self, acting: Vec<usize>, text: &str, object: &Node) -> Vec<LayerChange> {
        let Some(names) = ObjectNames::of(object).filter(|_| !acting.is_empty()) else {
            return Vec::new();
        };
        let mut collected = Collected {
            met: (object, text),
            names,
            images: Vec::new(),
            lists: ListOrders::default(),
            changes: Vec::new(),
            asked: 0,
        };
        for (order, number) in acting.into_iter().enumerate() {
            if !collected.layer(&self.layers[number], order) {
                break;
            }
        }
        collected.changes
    }
}

/// The nodes that are left when those that lead nowhere are taken away, then those that led only to these, and so on.
fn without_ends(ahead: &[Vec<usize>], behind: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut open = Vec::from_iter(ahead.iter().map(Vec::len));
    let mut left: BTreeSet<usize> = (0..ahead.len()).collect();
    let mut ends = Vec::from_iter((0..ahead.len()).filter(|number| open[*number] == 0));
    while let Some(number) = ends.pop() {
        left.remove(&number);
        for before in &behind[number] {
            open[*before] -= 1;
            if open[*before] == 0 {
                ends.push(*before);
            }
        }
    }
    left
}

/// A path without `.` and `..`, by its text alone.
fn plain(folder: &Path, text: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in Path::new(text).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path
}

/// What layers do to one object, from below.
struct Collected<'o> {
    met: (&'o Node, &'o str),
    names: ObjectNames,
    images: Vec<(Pointer, String)>,
    lists: ListOrders,
    changes: Vec<LayerChange>,
    asked: usize,
}

impl Collected<'_> {
    /// Adds what a layer does; false where no more is followed.
    fn layer(&mut self, layer: &Arc<Layer>, order: usize) -> bool {
        if layer.namespace.is_some() {
            self.names.namespace = None;
        }
        for entry in &layer.entries {
            self.asked += 1;
            if self.asked > MOST_ASKED || self.changes.len() > MOST_CHANGES {
                self.everything(layer, order);
                return false;
            }
            self.entry(entry, layer, order);
        }
        self.names.renamed(&layer.affixes.0, &layer.affixes.1);
        self.names.labels.extend(layer.labels.iter().cloned());
        true
    }

    fn entry(&mut self, entry: &LayerEntry, layer: &Arc<Layer>, order: usize) {
        let (object, text) = self.met;
        let met = MetObject {
            object,
            text,
            names: &self.names,
            images: &self.images,
        };
        let found = entry.effect.changes(&met, mem::take(&mut self.lists));
        self.lists = found.lists;
        if found.found.is_empty() {
            return;
        }
        let by = Arc::new(ChangedBy {
            layer: Arc::clone(layer),
            entry: entry.name.clone(),
            file: entry.file.clone(),
            order,
            written: entry.written.clone(),
            has_places: entry.effect.has_places(),
        });
        for (at, value, counts) in found.found {
            if let LayerValue::Known(node) = &value
                && let Some(text) = node.as_str()
                && at.to_string().ends_with("/image")
            {
                self.images.push((at.clone(), text.to_owned()));
            }
            self.changes.push(LayerChange {
                at,
                value,
                counts,
                by: Arc::clone(&by),
            });
        }
    }

    fn everything(&mut self, layer: &Arc<Layer>, order: usize) {
        let entry = LayerEntry {
            name: "entries that are too many to follow".to_owned(),
            file: None,
            written: WrittenEntry::at(&layer.source, Span::default()),
            effect: LayerEffect::Anything(LayerTarget::default()),
        };
        self.entry(&entry, layer, order);
    }
}
