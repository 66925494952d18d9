//! What is applied, as the user's own `kustomize` and `helm` render it.
//!
//! Owns [`RenderSource`] (what to render), [`RenderedObject`] (whom it is for, and where it is written), the walk that refuses what must not be rendered, the
//! process that renders within limits, and [`Rendered`] (the text, and where each of its objects comes from). What a
//! change brings is nobody's friend: nothing is fetched, no plugin runs, and nothing outside of the repository is read.

#![expect(
    clippy::disallowed_methods,
    reason = "a run that renders is not kept: see `render`"
)]

mod chart;
mod fault;
mod helm;
mod kustomize;
mod marks;
mod object;
mod process;
mod program;
mod walk;

pub use chart::document as chart_document;
pub use fault::RenderFault;
pub use helm::SOURCE_LINE;
pub use kustomize::ORIGIN_NOTE;
pub use marks::TemplateLines;
pub use object::{RenderTrace, RenderedFrom, RenderedObject};
pub use process::{RENDER_COMMAND, become_renderer};
pub use program::Programs;

use crate::{
    disk::{self, OnDisk},
    document::{
        Node,
        source::{display_name, real_path},
    },
};
use std::{
    collections::BTreeSet,
    fmt,
    path::{Component, Path, PathBuf},
};

/// Something to render.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RenderSource {
    /// The folder of a kustomization.
    Kustomize(PathBuf),
    /// A chart.
    Helm(ChartSource),
}

/// A chart, and what `helm template` is given with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChartSource {
    /// Its folder.
    pub chart: PathBuf,
    /// Files of values, the last of which goes first.
    pub values: Vec<PathBuf>,
    /// The name of the release; that of the chart's folder where none is given.
    pub name: Option<String>,
    /// The namespace of the release.
    pub namespace: Option<String>,
}

impl RenderSource {
    /// The folder that is rendered.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Kustomize(folder) => folder,
            Self::Helm(chart) => &chart.chart,
        }
    }
}

impl RenderSource {
    /// What an entry `render` of `spec.artifacts` names, by paths below the root of the project.
    pub fn written(entry: &Node, root: &Path) -> Option<Self> {
        let below = |node: &Node| {
            let text = node.as_str()?;
            let mut parts = Path::new(text).components();
            let is_below =
                parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
            let text = text.trim_start_matches("./").trim_end_matches('/');
            (is_below && !text.is_empty()).then(|| root.join(text))
        };
        if let Some(folder) = entry.get("kustomize") {
            return below(folder).map(Self::Kustomize);
        }
        let helm = entry.get("helm")?;
        let text = |key: &str| helm.get(key).and_then(Node::as_str).map(str::to_owned);
        let values = helm.get("values").map(Node::items).unwrap_or_default();
        Some(Self::Helm(ChartSource {
            chart: below(helm.get("chart")?)?,
            values: values.iter().filter_map(below).collect(),
            name: text("name"),
            namespace: text("namespace"),
        }))
    }

    /// Where its text seems to stand: beside what it is made of.
    pub fn text_path(&self) -> PathBuf {
        real_path(self.folder()).join(format!("({}).yaml", self.variant()))
    }

    /// How users see its text.
    pub fn text_name(&self) -> String {
        format!("{} ({})", shown(self.folder()), self.variant())
    }

    /// What tells it from other renderings of the folder.
    fn variant(&self) -> String {
        let mut words = vec!["rendered".to_owned()];
        if let Self::Helm(chart) = self {
            for file in &chart.values {
                let name = file.file_name().unwrap_or_default();
                words.push(name.to_string_lossy().into_owned());
            }
            words.extend(chart.name.clone());
            words.extend(chart.namespace.clone());
        }
        words.join(" ")
    }
}

/// A folder or file as users see it; the folder at hand is a dot.
fn shown(path: &Path) -> String {
    match display_name(path) {
        name if name.is_empty() => ".".to_owned(),
        name => name,
    }
}

/// As a user would type it: `kustomize build overlays/prod`.
impl fmt::Display for RenderSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kustomize(folder) => write!(out, "kustomize build {}", shown(folder)),
            Self::Helm(chart) => {
                write!(out, "helm template {}", shown(&chart.chart))?;
                let mut values = chart.values.iter();
                values.try_for_each(|file| write!(out, " -f {}", shown(file)))
            }
        }
    }
}

/// What was rendered.
#[derive(Debug)]
pub struct Rendered {
    /// The text that would be applied.
    pub text: String,
    /// Where its documents come from, in their order; empty where that is not known.
    pub origins: Vec<ObjectOrigin>,
    /// Every file that it rests on, without links.
    pub files: BTreeSet<PathBuf>,
    /// Of a chart: where the lines of the text come from.
    pub lines: Option<TemplateLines>,
}

/// Where an object of a rendered text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectOrigin {
    /// A document of this file.
    File(PathBuf),
    /// An entry of this file generates it.
    Generated(PathBuf),
    /// Nobody says.
    Unknown,
}

impl ObjectOrigin {
    /// What Kustomize says in an annotation, `path: ../base/deploy.yaml` or `configuredIn: kustomization.yaml`, by paths
    /// from the folder that was built.
    pub fn of_note(note: &str, folder: &Path) -> Self {
        let said = |key: &str| {
            let mut lines = note.lines();
            let path = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))?;
            let file = folder.join(path.trim_matches(['"', '\'']));
            file.resolve().ok().filter(|file| file.holds_file())
        };
        match (said("path"), said("configuredIn")) {
            (Some(file), _) => Self::File(file),
            (None, Some(file)) => Self::Generated(file),
            (None, None) => Self::Unknown,
        }
    }
}

/// Renders what is asked, below the root of a repository, which is given without links.
///
/// # Errors
/// Why it is not rendered: it must not be, there is no program for it, or the program says no.
pub fn render(
    source: &RenderSource,
    root: &Path,
    programs: &Programs,
) -> Result<Rendered, RenderFault> {
    disk::unprovable("programs of the user rendered manifests");
    match source {
        RenderSource::Kustomize(folder) => kustomize::render(folder, root, programs),
        RenderSource::Helm(chart) => helm::render(chart, root, programs),
    }
}
