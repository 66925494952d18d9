//! What is said of overlays over rendered files that nobody rendered.

use crate::{
    check::{
        load::{FileReader, Loaded},
        note,
    },
    document::source::{display_name, real_path},
    finding::Topic,
    layer::LayerKind,
    render::RenderSource,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// Says which overlays apply a file of the run that is judged as others render it: they may make something else of it.
pub(super) fn unrendered(
    loaded: &mut Loaded,
    made_of: &BTreeSet<PathBuf>,
    done: &BTreeSet<(PathBuf, RenderSource)>,
    reader: FileReader<'_>,
) {
    let rendered: BTreeSet<PathBuf> = done
        .iter()
        .map(|(_, source)| real_path(source.folder()))
        .collect();
    let mut left: BTreeMap<PathBuf, String> = BTreeMap::new();
    for file in loaded
        .found
        .files
        .iter()
        .filter(|file| file.bytes.is_none())
    {
        let real = real_path(&file.path);
        if !made_of.contains(&real) {
            continue;
        }
        let leaves = reader
            .layers
            .about(&file.project, |layers| layers.graph.leaves(&real));
        for leaf in leaves {
            let layer = &leaf.layer;
            let is_other = layer.kind == LayerKind::Kustomization
                && !rendered.contains(&layer.folder)
                && !leaf.is_elsewhere;
            if is_other {
                left.insert(layer.folder.clone(), display_name(&layer.folder));
            }
        }
    }
    for name in left.into_values() {
        let reason = "it is not rendered, and takes in files that are judged as other overlays render them: name it under `[[render]]`, or check with `--render`";
        loaded.note(note(Topic::Folder(name), reason));
    }
}
