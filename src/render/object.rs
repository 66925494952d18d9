//! An object of a rendered text, and where each of its values is written.

use super::TemplateLines;
use crate::{
    document::{
        Node, Pointer,
        source::{Source, Span},
    },
    layer::{ObjectTrace, WrittenPlace},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What was rendered, and whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFrom {
    /// The command: `kustomize build overlays/prod`.
    pub command: String,
    /// The folder, without links, where it is known.
    pub folder: Option<PathBuf>,
    /// The environment that it is for, in the words of `spec.environment`, where an entry or the folder says so.
    pub environment: Option<String>,
    /// What tells it from other renderings of the same: its environment, or the name of the overlay.
    pub label: Option<String>,
    /// The service that it is for, where somebody says so.
    pub service: Option<String>,
    /// Every file that it rests on, without links.
    pub files: BTreeSet<PathBuf>,
}

/// An object of a rendered text.
#[derive(Debug)]
pub struct RenderedObject {
    /// What was rendered.
    pub from: Arc<RenderedFrom>,
    /// Where it comes from.
    pub trace: RenderTrace,
}

/// Where the values of a rendered object come from.
#[derive(Debug)]
pub enum RenderTrace {
    /// From a document and the layers over it.
    Layers(ObjectTrace),
    /// From templates and values; the file stands for what is not told.
    Templates {
        /// The lines that are known.
        lines: Arc<TemplateLines>,
        /// The document's place in the text.
        document: usize,
        /// The template.
        file: Option<Arc<Source>>,
    },
    /// From this file.
    File(Arc<Source>),
    /// From this file, as the text itself says, which tells more of its lines.
    Named(Arc<Source>),
    /// Nobody says.
    Unknown,
}

impl RenderedObject {
    /// The file that the object began in, without links.
    pub fn file(&self) -> Option<&Path> {
        match &self.trace {
            RenderTrace::Layers(trace) => Some(&trace.origin().source.path),
            RenderTrace::File(file) | RenderTrace::Named(file) => Some(&file.path),
            RenderTrace::Templates { file, .. } => file.as_ref().map(|file| file.path.as_path()),
            RenderTrace::Unknown => None,
        }
    }

    /// Where a person edits what stands at a path of the object; `None` where that is not known.
    pub fn place(&self, root: &Node, at: &Pointer) -> Option<WrittenPlace> {
        let first = |file: &Arc<Source>| WrittenPlace {
            source: Arc::clone(file),
            span: Span::new(0, file.text.find('\n').unwrap_or(file.text.len())),
        };
        match &self.trace {
            RenderTrace::Layers(trace) => Some(trace.place(root, at)),
            RenderTrace::Templates {
                lines,
                document,
                file,
            } => {
                // Something that is missing is added where its parent begins.
                let found = root.resolve(at);
                let known: Pointer = at.steps()[..found.depth].iter().cloned().collect();
                let line = lines.place(*document, &known).cloned();
                line.or_else(|| file.as_ref().map(first))
            }
            RenderTrace::File(file) => Some(first(file)),
            RenderTrace::Named(_) | RenderTrace::Unknown => None,
        }
    }
}
