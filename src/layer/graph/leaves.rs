//! Where a manifest is applied from: the layers that nothing else takes in.

use super::LayerGraph;
use crate::layer::{Layer, LayerKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Of a manifest that more layers reach, nobody looks for the last ones.
const MOST_REACHED: usize = 200;

/// The last layer over a manifest, which is applied, and those below it.
#[derive(Debug, Clone)]
pub struct LayerLeaf {
    /// The last one.
    pub layer: Arc<Layer>,
    /// The places of its layers among those that reach the object: [`super::super::ChangedBy::order`].
    pub orders: BTreeSet<usize>,
    /// True where its name says that it is not for production.
    pub is_elsewhere: bool,
}

impl LayerLeaf {
    /// What tells it from others.
    pub fn id(&self) -> String {
        let layer = &self.layer;
        let name = layer.name.as_deref().unwrap_or_default();
        let (file, folder) = (layer.source.path.display(), layer.folder.display());
        format!("{file}\n{folder}\n{name}")
    }
}

impl LayerGraph {
    /// The last layers over a file, which is given without links, in the order in which they act; none where no
    /// layer is the last one.
    pub fn leaves(&self, file: &Path) -> Vec<LayerLeaf> {
        let near = self.above.get(file).cloned().unwrap_or_default();
        let mut reached = self.reached(near);
        reached.extend(self.around(file));
        if reached.len() > MOST_REACHED {
            return Vec::new();
        }
        let acting = self.acting(file);
        let mut above: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for number in &reached {
            above.insert(*number, self.reached(vec![*number]).into_iter().collect());
        }
        let mut leaves = Vec::new();
        for number in reached
            .iter()
            .copied()
            .filter(|number| self.is_last(*number))
        {
            let mut own = Vec::new();
            for (below, above) in &above {
                if above.contains(&number) || self.is_beside(*below, number) {
                    self.with_components(*below, &mut own);
                }
            }
            let is_own = |number: &usize| own.contains(number);
            let orders = acting
                .iter()
                .enumerate()
                .filter(|(_, number)| is_own(number));
            leaves.push(LayerLeaf {
                layer: Arc::clone(&self.layers[number]),
                orders: orders.map(|(order, _)| order).collect(),
                is_elsewhere: false,
            });
        }
        name_elsewhere(&mut leaves);
        leaves
    }

    /// True for a layer that nothing takes in, but for what overrides the source that it is.
    fn is_last(&self, number: usize) -> bool {
        let is_override = |number: &usize| self.layers[*number].kind == LayerKind::SourceOverride;
        self.users(number).iter().all(is_override)
            && self.layers[number].kind != LayerKind::Component
            && !is_override(&number)
            && !self.is_everywhere(number)
    }

    /// True for a layer that acts on what a leaf applies, and is not below it.
    fn is_beside(&self, number: usize, leaf: usize) -> bool {
        let (own, leaf) = (&self.layers[number], &self.layers[leaf]);
        let overrides = own.kind == LayerKind::SourceOverride && own.folder == leaf.folder;
        overrides || self.is_everywhere(number)
    }

    /// True for what writes into files, or acts on nobody knows which folder: it may act below any leaf.
    fn is_everywhere(&self, number: usize) -> bool {
        let layer = &self.layers[number];
        let is_unknown = layer.kind == LayerKind::ApplicationSet && layer.below.is_empty();
        is_unknown || layer.kind == LayerKind::ImageUpdateAutomation
    }
}

/// Tells which leaves are not for production, by what their paths and names do not have in common.
fn name_elsewhere(leaves: &mut [LayerLeaf]) {
    let mut folders = leaves.iter().map(|leaf| leaf.layer.folder.as_path());
    let Some(first) = folders.next() else {
        return;
    };
    let mut common: PathBuf = first.to_owned();
    for folder in folders {
        while !folder.starts_with(&common) && common.pop() {}
    }
    let mut told: BTreeMap<usize, bool> = BTreeMap::new();
    for (at, leaf) in leaves.iter().enumerate() {
        let own = leaf.layer.folder.strip_prefix(&common);
        let folder = own.map(|own| own.to_string_lossy().into_owned());
        let name = leaf.layer.name.clone().unwrap_or_default();
        let text = format!("{}/{name}", folder.unwrap_or_default());
        told.insert(at, is_elsewhere(&text));
    }
    for (at, leaf) in leaves.iter_mut().enumerate() {
        leaf.is_elsewhere = told.get(&at).copied().unwrap_or_default();
    }
}

/// True for words that name an environment other than production, and none that names production.
fn is_elsewhere(text: &str) -> bool {
    const ELSEWHERE: [&str; 31] = [
        "ci",
        "demo",
        "dev",
        "devel",
        "develop",
        "development",
        "e2e",
        "example",
        "examples",
        "integration",
        "k3d",
        "kind",
        "loadtest",
        "local",
        "localhost",
        "minikube",
        "nonprod",
        "playground",
        "preprod",
        "preview",
        "qa",
        "sample",
        "samples",
        "sandbox",
        "stage",
        "staging",
        "stg",
        "test",
        "testing",
        "tests",
        "uat",
    ];
    const PRODUCTION: [&str; 4] = ["live", "prd", "prod", "production"];
    const BEFORE: [&str; 3] = ["non", "not", "pre"];
    let text = text.to_lowercase();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut is_told = false;
    for (at, word) in words.iter().enumerate() {
        let is_opposite = at > 0 && BEFORE.contains(&words[at - 1]);
        match PRODUCTION.contains(word) {
            true if !is_opposite => return false,
            true => is_told = true,
            false => is_told |= ELSEWHERE.contains(word),
        }
    }
    is_told
}

#[cfg(test)]
mod tests {
    use super::is_elsewhere;

    #[test]
    fn a_leaf_is_elsewhere_where_its_name_says_so_for_certain() {
        for (text, expected) in [
            ("overlays/dev/", true),
            ("k8s/gpu-Staging/", true),
            ("/ranker-dev", true),
            ("non-prod/", true),
            ("pre_production", true),
            ("prod/", false),
            ("test-prod/", false),
            ("dev/prod", false),
            ("eu-west/", false),
            ("devices/", false),
            ("", false),
        ] {
            assert_eq!(is_elsewhere(text), expected, "{text}");
        }
    }
}
