//! The manifests of a run under their layers: what each can change, and what named layers bring with them.

use super::{
    LintError,
    load::{self, FileReader, Loaded},
};
use crate::{
    disk::OnDisk,
    document::{read::Format, source::real_path},
    layer::{LayerChange, LayerGraph},
    render::RenderedObject,
    review::Member,
};
use rayon::prelude::*;
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

/// Brings the manifests that a named kustomization or patch has a say in, with what they are tied to.
pub(super) fn below_named(loaded: &mut Loaded, reader: FileReader<'_>) -> Result<(), LintError> {
    let mut known: BTreeSet<PathBuf> = loaded.paths().map(real_path).collect();
    let mut wanted = Vec::new();
    for file in loaded
        .found
        .files
        .iter()
        .filter(|file| file.named && file.placed)
    {
        let is_part = LayerGraph::is_name(&file.path) || loaded.is_patch(&file.path);
        if is_part {
            let real = real_path(&file.path);
            let below = reader
                .layers
                .about(&file.project, |layers| layers.graph.files_below(&real));
            for path in below {
                wanted.push((path, Arc::clone(&file.project)));
            }
        }
    }
    for (path, project) in wanted {
        let Some(format) = Format::of(&path).filter(|_| path.holds_file()) else {
            continue;
        };
        if !path.starts_with(real_path(&project.root)) || !known.insert(path.clone()) {
            continue;
        }
        let nearby = load::context(&path, format, &project, reader)?;
        loaded.waivers.extend(nearby.waivers);
        for (member, refusals) in nearby.members {
            if member.kind().is_some() {
                loaded.layered.insert(path.clone());
                loaded.push(member, refusals);
            }
        }
    }
    Ok(())
}

/// What acts on a manifest that was rendered: objects of a cluster that change it once more.
fn over_rendered(
    member: &Member,
    object: &RenderedObject,
    reader: FileReader<'_>,
) -> Vec<LayerChange> {
    let (Some(folder), Some(file)) = (&object.from.folder, object.file()) else {
        return Vec::new();
    };
    let document = &member.document;
    reader.layers.about(&member.project, |layers| {
        let text = &document.source.text;
        layers
            .graph
            .changes_above(folder, file, text, &document.root)
    })
}

/// Tells each manifest what layers can change in it, and the report what of the layers is not known.
pub(super) fn attach(loaded: &mut Loaded, reader: FileReader<'_>, asked: &[PathBuf]) {
    loaded.members.par_iter_mut().for_each(|member| {
        if member.kind().is_none() {
            return;
        }
        let source = &member.document.source;
        let real = real_path(&source.path);
        let root = &member.document.root;
        if let Some(object) = &member.rendered {
            let files = object.from.files.iter().cloned().collect();
            member.layer_files = files;
            member.layers = over_rendered(member, object, reader);
            return;
        }
        let (changes, leaves, files) = reader.layers.about(&member.project, |layers| {
            let graph = &layers.graph;
            let changes = graph.changes(&real, &source.text, root);
            // By whom it is applied matters only where it is changed.
            let leaves = match changes.is_empty() {
                true => Vec::new(),
                false => graph.leaves(&real),
            };
            (changes, leaves, graph.files_of(&real))
        });
        member.layers = changes;
        member.leaves = leaves;
        member.layer_files = files;
    });
    let mut acting = BTreeSet::new();
    for member in &loaded.members {
        acting.extend(member.layer_files.iter().cloned());
    }
    let has_manifests = loaded.members.iter().any(|member| member.kind().is_some());
    loaded
        .kustomizations
        .retain(|file| !acting.contains(&real_path(&file.path)));
    let asked: Vec<PathBuf> = asked.iter().map(|path| real_path(path)).collect();
    for gap in reader.layers.faults(&acting, &asked, has_manifests) {
        loaded.note(gap);
    }
}
