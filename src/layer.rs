//! What is put over a manifest before it is applied.
//!
//! Owns [`Layer`] (a kustomization, or an object of Argo CD or Flux), its entries, and [`LayerGraph`],
//! which says what each of them can change in an object. Nothing is rendered, fetched or run: a place
//! at which an entry may act counts as changed, and what an entry does is guessed at most.

mod change;
mod effect;
mod field_path;
mod gap;
mod generated;
mod graph;
mod images;
mod kustomization;
mod lists;
mod outside;
mod patch;
mod read;
mod renames;
mod target;
mod trace;
mod tree;
mod written;

pub use change::{ChangedBy, LayerChange, LayerValue};
pub use gap::LayerGap;
pub use graph::{LayerGraph, LayerLeaf};
pub use kustomization::NAMES;
pub use read::LayerFiles;
pub use trace::ObjectTrace;
pub use tree::FileTree;
pub use written::WrittenPlace;

use crate::disk::OnDisk;
use crate::document::{
    Node,
    source::{Source, display_name},
};
use effect::LayerEffect;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use written::WrittenEntry;

/// Something that takes manifests in and puts them out changed.
#[derive(Debug)]
pub struct Layer {
    /// What it is.
    pub kind: LayerKind,
    /// The file that it is written in.
    pub source: Arc<Source>,
    /// What an object of a cluster is called.
    pub name: Option<String>,
    /// The folder that its paths are relative to, without links.
    pub folder: PathBuf,
    /// The files and folders that it takes in, without links.
    below: Vec<PathBuf>,
    /// The folders of its components.
    components: Vec<PathBuf>,
    /// A folder of which it takes in every file.
    whole: Option<PathBuf>,
    /// The files that it merges into others.
    patches: Vec<PathBuf>,
    /// What it does, in the order of its text.
    entries: Vec<LayerEntry>,
    /// What it puts before and behind names.
    affixes: (String, String),
    /// The namespace that it gives.
    namespace: Option<Node>,
    /// The labels that it gives.
    labels: Vec<(String, String)>,
    /// What of it cannot be followed, and why.
    pub faults: Vec<String>,
}

/// What a [`Layer`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayerKind {
    /// A kustomization.
    Kustomization,
    /// A kustomization of kind `Component`, which others use.
    Component,
    /// `argoproj.io` `Application`.
    Application,
    /// `argoproj.io` `ApplicationSet`.
    ApplicationSet,
    /// A file `.argocd-source.yaml`, which overrides the sources of Applications.
    SourceOverride,
    /// `kustomize.toolkit.fluxcd.io` `Kustomization`.
    FluxKustomization,
    /// `helm.toolkit.fluxcd.io` `HelmRelease`.
    HelmRelease,
    /// `image.toolkit.fluxcd.io` `ImageUpdateAutomation`.
    ImageUpdateAutomation,
}

impl LayerKind {
    /// How messages call one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kustomization => "overlay",
            Self::Component => "component",
            Self::Application => "Application",
            Self::ApplicationSet => "ApplicationSet",
            Self::SourceOverride => "Argo CD source override",
            Self::FluxKustomization => "Flux Kustomization",
            Self::HelmRelease => "HelmRelease",
            Self::ImageUpdateAutomation => "ImageUpdateAutomation",
        }
    }

    /// True for objects of a cluster, which act on a folder from outside.
    pub fn is_outside(self) -> bool {
        !matches!(self, Self::Kustomization | Self::Component)
    }
}

impl Layer {
    /// A layer that does nothing yet.
    fn new(kind: LayerKind, source: &Arc<Source>, folder: &Path) -> Self {
        Self {
            kind,
            source: Arc::clone(source),
            name: None,
            folder: folder.to_owned(),
            below: Vec::new(),
            components: Vec::new(),
            whole: None,
            patches: Vec::new(),
            entries: Vec::new(),
            affixes: (String::new(), String::new()),
            namespace: None,
            labels: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The folders that it takes in, and those of its components.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        let all = self.below.iter().chain(&self.components);
        all.map(PathBuf::as_path).filter(|path| path.holds_folder())
    }

    /// How messages call it: ``overlay `overlays/prod` ``, ``Application `ranker` (argo/ranker.yaml)``. Foreign text.
    pub fn called(&self) -> String {
        let word = self.kind.word();
        match &self.name {
            Some(name) => format!("{word} `{name}` ({})", self.source.name),
            None => {
                let folder = display_name(&self.folder);
                let folder = if folder.is_empty() { "." } else { &folder };
                format!("{word} `{folder}`")
            }
        }
    }
}

/// One thing that a layer does.
#[derive(Debug)]
struct LayerEntry {
    /// Where it is written: `patches[0]`.
    name: String,
    /// The file that holds it, where that is another one than the layer's.
    file: Option<PathBuf>,
    /// What it is written in.
    written: WrittenEntry,
    /// What it does.
    effect: LayerEffect,
}
