//! Rendered text that is piped in: what it says itself of where its objects come from.

use super::{RenderSources, environment_of};
use crate::{
    check::{
        layers::repository,
        load::{FileReader, Loaded},
    },
    config::Project,
    disk::{DiskWalk, OnDisk, WalkPlan},
    document::{
        Document, Node,
        source::{folder, real_path},
    },
    layer::LayerKind,
    render::{
        ORIGIN_NOTE, ObjectOrigin, RenderTrace, RenderedFrom, RenderedObject, SOURCE_LINE,
        chart_document,
    },
};
use std::{
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// So many folders are searched for a chart.
const MOST_FOLDERS: usize = 2_000;

/// Tells each manifest of standard input where it comes from, where its text says so.
pub(in crate::check) fn piped(loaded: &mut Loaded, reader: FileReader<'_>) {
    let stdin = loaded.found.files.iter().find(|file| file.bytes.is_some());
    let Some(path) = stdin.map(|file| file.path.clone()) else {
        return;
    };
    let mut sources = RenderSources::default();
    for member in &mut loaded.members {
        let is_piped = member.kind().is_some() && member.document.source.path == path;
        if !is_piped || member.rendered.is_some() {
            continue;
        }
        let mut from = RenderedFrom {
            command: "standard input".to_owned(),
            folder: None,
            environment: None,
            label: None,
            service: None,
            files: BTreeSet::new(),
        };
        let document = &member.document;
        let trace = match note_of(document) {
            Some(note) => {
                from.folder = built(&path, note, &member.project, reader);
                from.environment = from.folder.as_deref().and_then(environment_of_folder);
                from.label.clone_from(&from.environment);
                let built = from.folder.as_deref();
                let origin = built.map(|built| origin(note, built, &member.project));
                match (origin, built) {
                    // Several overlays take in one file.
                    (None, _) => named(note, &member.project, reader)
                        .and_then(|file| sources.source(&file))
                        .map_or(RenderTrace::Unknown, RenderTrace::Named),
                    (Some(ObjectOrigin::File(file)), Some(built)) => {
                        sources.layers(&file, built, document, &member.project, reader)
                    }
                    (Some(ObjectOrigin::Generated(file)), _) => sources
                        .source(&file)
                        .map_or(RenderTrace::Unknown, RenderTrace::File),
                    _ => RenderTrace::Unknown,
                }
            }
            None => said(document)
                .and_then(|said| template(said, &path, &member.project))
                .and_then(|file| sources.source(&file))
                .map_or(RenderTrace::Unknown, RenderTrace::Named),
        };
        if !matches!(trace, RenderTrace::Unknown) {
            member.rendered = Some(Arc::new(RenderedObject {
                from: Arc::new(from),
                trace,
            }));
        }
    }
}

fn note_of(document: &Document) -> Option<&str> {
    let note = document.root.at(&["metadata", "annotations", ORIGIN_NOTE]);
    note.and_then(Node::as_str)
}

/// What a note says, where that is a file of the repository: whoever writes the text must not choose what else is read.
fn origin(note: &str, folder: &Path, project: &Project) -> ObjectOrigin {
    let root = repository(&project.root);
    match ObjectOrigin::of_note(note, folder) {
        ObjectOrigin::File(file) if file.starts_with(&root) => ObjectOrigin::File(file),
        ObjectOrigin::Generated(file) if file.starts_with(&root) => ObjectOrigin::Generated(file),
        _ => ObjectOrigin::Unknown,
    }
}

/// The folder that was built: that of the name which standard input stands for, else the only overlay of the repository
/// from which the path of the note leads somewhere.
fn built(path: &Path, note: &str, project: &Project, reader: FileReader<'_>) -> Option<PathBuf> {
    let leads = |folder: &Path| origin(note, folder, project) != ObjectOrigin::Unknown;
    let own = real_path(folder(path));
    if path.components().count() > 1 && leads(&own) {
        return Some(own);
    }
    let folders = overlays(project, reader).into_iter();
    let mut found = folders.filter(|folder| leads(folder));
    found.next().filter(|_| found.next().is_none())
}

/// The file that a note names from whatever overlay of the repository was built, where that is one file.
fn named(note: &str, project: &Project, reader: FileReader<'_>) -> Option<PathBuf> {
    let mut files = BTreeSet::new();
    for folder in overlays(project, reader) {
        if let ObjectOrigin::File(file) = origin(note, &folder, project) {
            files.insert(file);
        }
    }
    let mut files = files.into_iter();
    files.next().filter(|_| files.next().is_none())
}

/// The folders with a kustomization.
fn overlays(project: &Project, reader: FileReader<'_>) -> BTreeSet<PathBuf> {
    reader.layers.about(project, |layers| {
        let layers = layers.graph.layers();
        let own = layers.filter(|layer| layer.kind == LayerKind::Kustomization);
        own.map(|layer| layer.folder.clone()).collect()
    })
}

fn environment_of_folder(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?;
    environment_of(name).map(str::to_owned)
}

/// What helm says above a document: `ranker/templates/deployment.yaml`.
fn said(document: &Document) -> Option<&str> {
    let text = &document.source.text;
    let above = text.get(..document.root.span.start())?;
    let mut lines = above.lines().rev();
    // Of the document itself, and not of the one before.
    let said =
        lines.find(|line| line.starts_with(SOURCE_LINE) || !line.trim_start().starts_with('#'))?;
    said.strip_prefix(SOURCE_LINE).map(str::trim)
}

/// The file of a template: its chart is looked for below the folder that standard input stands in, and in the project.
fn template(said: &str, path: &Path, project: &Project) -> Option<PathBuf> {
    let (name, below) = said.split_once('/')?;
    let is_plain = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
    if !Path::new(below).components().all(is_plain) {
        return None;
    }
    let mut met = HashSet::new();
    let mut found = Vec::new();
    for start in [real_path(folder(path)), real_path(&project.root)] {
        let entries = DiskWalk::new(&start, WalkPlan::Folders);
        for entry in entries.flatten().take(MOST_FOLDERS) {
            let chart = entry.into_path();
            if met.insert(chart.clone()) && is_chart(&chart, name) && chart.join(below).holds_file()
            {
                found.push(chart.join(below));
            }
        }
    }
    // Of two charts of one name nobody knows which one was rendered.
    match found.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn is_chart(folder: &Path, name: &str) -> bool {
    let about = chart_document(&folder.join("Chart.yaml"));
    about.is_some_and(|about| about.root.get("name").and_then(Node::as_str) == Some(name))
}
