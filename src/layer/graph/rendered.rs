//! What layers do to an object that a folder is rendered to: those below the folder, and those above it.

use super::LayerGraph;
use crate::{
    document::{Node, Pointer},
    layer::{LayerChange, LayerValue, change::ChangedBy, written::WrittenEntry},
};
use std::{collections::BTreeSet, path::Path, sync::Arc};

impl LayerGraph {
    /// What layers do to an object of a file: those alone that the kustomization of a folder is or takes in.
    pub fn changes_below(
        &self,
        folder: &Path,
        file: &Path,
        text: &str,
        object: &Node,
    ) -> Vec<LayerChange> {
        let below = self.below(folder);
        let mut acting = self.acting(file);
        acting.retain(|number| below.contains(number));
        let namespaces = acting.iter().enumerate();
        let namespaces = namespaces.filter_map(|(order, number)| self.namespace(*number, order));
        let namespaces = Vec::from_iter(namespaces);
        let mut changes = self.changes_of(acting, text, object);
        changes.extend(namespaces);
        changes
    }

    /// What layers do to an object that was rendered from a folder: those alone that act on what comes out of it.
    pub fn changes_above(
        &self,
        folder: &Path,
        file: &Path,
        text: &str,
        object: &Node,
    ) -> Vec<LayerChange> {
        let below = self.below(folder);
        let mut acting = self.acting(file);
        acting.retain(|number| !below.contains(number));
        // Of other overlays over the same base none takes part.
        let over = self.reached(self.of_folder.get(folder).cloned().unwrap_or_default());
        acting.retain(|number| {
            let layer = &self.layers[*number];
            over.contains(number) || (layer.kind.is_outside() && layer.whole.is_some())
        });
        self.changes_of(acting, text, object)
    }

    /// The namespace that a layer gives to every object. No rule rests on it.
    fn namespace(&self, number: usize, order: usize) -> Option<LayerChange> {
        let layer = &self.layers[number];
        let node = layer.namespace.as_ref()?;
        Some(LayerChange {
            at: Pointer::default().keys(&["metadata", "namespace"]),
            value: LayerValue::Known(node.clone()),
            counts: false,
            by: Arc::new(ChangedBy {
                layer: Arc::clone(layer),
                entry: "namespace".to_owned(),
                file: None,
                order,
                written: WrittenEntry::at(&layer.source, node.span),
                has_places: true,
            }),
        })
    }

    /// The kustomizations of a folder, with all that they take in.
    fn below(&self, folder: &Path) -> BTreeSet<usize> {
        let mut met = BTreeSet::new();
        let mut next = self.of_folder.get(folder).cloned().unwrap_or_default();
        while let Some(number) = next.pop() {
            if met.insert(number) {
                let layer = &self.layers[number];
                let folders = layer.below.iter().chain(&layer.components);
                next.extend(
                    folders
                        .filter_map(|path| self.of_folder.get(path))
                        .flatten(),
                );
            }
        }
        met
    }
}
