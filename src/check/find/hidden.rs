//! Files that are not read, and names and contents that tell whether they should be looked into.

use crate::{
    check::{open, unjudged},
    config::Project,
    document::{
        read::{self, Format},
        source::Source,
    },
    schema::{Recognition, Vocabulary, recognise},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file that is not read.
#[derive(Debug)]
pub(in crate::check) struct Suspect {
    pub path: PathBuf,
    /// What users see.
    pub name: String,
    pub project: Arc<Project>,
    pub cause: WhyUnread,
}

/// What keeps a file from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum WhyUnread {
    /// A glob of the configuration, at this place: the team's own decision.
    Excluded(String),
    /// Its name ends like that of no format.
    Name,
    /// An ignore file, or a hidden name, and git is not there to say that the file is tracked.
    Ignored,
    /// It is a link out of the folder.
    Link,
    /// It is named as the baseline.
    Baseline,
}

/// Extensions of texts that are written for no program in particular, or for one that renders them. Prose
/// (`.md`) shows documents, and holds none.
const TEXTS: &[&str] = &[
    "txt",
    "text",
    "tmpl",
    "tpl",
    "gotmpl",
    "template",
    "j2",
    "jinja",
    "jinja2",
    "mustache",
    "erb",
    "conf",
    "cfg",
    "config",
    "spec",
    "ndjson",
    "bak",
    "old",
    "orig",
    "save",
    "tmp",
    "disabled",
    "off",
    "sample",
    "example",
    "dist",
    "in",
    "manifest",
    "k8s",
    "ini",
    "env",
    "properties",
    "props",
    "list",
    "lst",
    "data",
    "dat",
    "log",
    "out",
    "hcl",
    "values",
    "serving",
    "decisions",
    "checklist",
    "review",
    "copy",
    "backup",
    "new",
];

/// True for a name that promises no format and may hide a document all the same.
pub(super) fn may_hide(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
        return false;
    };
    // A leading dot begins no extension.
    let Some((_, extension)) = name.trim_start_matches('.').rsplit_once('.') else {
        return true;
    };
    TEXTS.contains(&extension.to_ascii_lowercase().as_str())
        || Format::hidden_in(&name).is_some()
        || Format::misspelt(extension)
}

/// True where a file that is tracked, but hidden, is to be read: it may hold a document of any kind that is
/// judged, or cannot be read. The configurations of other tools are hidden as well.
pub(super) fn is_worth_reading(path: &Path, format: Format) -> bool {
    let Ok(bytes) = read::bytes_of(path) else {
        return true;
    };
    let Ok(text) = open::decoded(bytes) else {
        return true;
    };
    let source = Source::new("", text);
    let Some(parsed) = open::parsed(&source, format) else {
        return true;
    };
    if parsed.skipped.is_some() || !parsed.errors.is_empty() {
        let text = read::unescaped(&source.text);
        return text.contains("apiVersion") && text.contains("kind");
    }
    let mut documents = parsed.documents.into_iter();
    documents.any(|document| {
        !unjudged::within(&document, Vocabulary::default()).is_empty()
            || open::objects(document)
                .iter()
                .any(|object| recognise(&object.root) != Recognition::Untyped)
    })
}
