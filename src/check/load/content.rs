//! What one file gives to a run.

use crate::{
    check::{find::File, unjudged::Spoken},
    config::Project,
    document::{
        read::Skip,
        source::{Source, Span},
    },
    finding::{Fix, NotChecked, Place},
    review::Member,
    rule::{DOCUMENT_NOT_JUDGED, SYNTAX_INVALID, Severity},
    schema::Refusal,
    waivers::WaiverComments,
};
use std::{path::PathBuf, sync::Arc};

/// What one file gave.
#[derive(Debug, Default)]
pub(super) struct FileContent {
    pub members: Vec<(Member, Vec<Refusal>)>,
    pub held: Vec<(Member, Vec<Refusal>)>,
    /// What definitions of kinds leave open.
    pub gaps: Vec<NotChecked>,
    pub syntax: Vec<Unreadable>,
    pub waivers: Option<WaiverComments>,
    pub failure: Option<String>,
    /// Set for a template and for what is encrypted, which are not read.
    pub skipped: Option<(Skip, Named)>,
    /// Set for a file that is merged into others.
    pub patch: Option<Named>,
    /// Set for a kustomization, which says what is made of others.
    pub kustomization: Option<Named>,
    pub foreign: Vec<(String, Named)>,
    pub untyped: Option<Named>,
}

impl FileContent {
    /// Nothing, and why.
    pub(super) fn failed(failure: String) -> Self {
        Self {
            failure: Some(failure),
            ..Self::default()
        }
    }
}

/// A file by its path and by what users see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct Named {
    pub path: PathBuf,
    pub name: String,
}

impl Named {
    pub(super) fn of(file: &File) -> Self {
        Self {
            path: file.path.clone(),
            name: file.name.clone(),
        }
    }
}

/// A file that packs of conftest's contract saw.
#[derive(Debug)]
pub(in crate::check) struct ShownFile {
    pub source: Arc<Source>,
    pub project: Arc<Project>,
    /// How many inputs it gave.
    pub documents: usize,
}

/// Something that kept a document from being a member.
#[derive(Debug)]
pub(in crate::check) struct Unreadable {
    pub rule: &'static str,
    pub message: String,
    pub help: Option<String>,
    pub fix: Option<Fix>,
    pub place: Place,
    pub related: Option<(Span, String)>,
    pub severity: Severity,
    pub project: Arc<Project>,
    /// The documents that are lost with it, where they are known.
    pub spoken: Vec<Spoken>,
    /// True where a change took them away: they are told whatever else changed.
    pub lost: bool,
}

impl Unreadable {
    /// A part of a file that does not parse.
    pub(super) fn syntax(file: &File, source: &Arc<Source>, span: Span, message: String) -> Self {
        Self {
            rule: SYNTAX_INVALID,
            message,
            help: None,
            fix: None,
            place: Place::bare(Arc::clone(source), span),
            related: None,
            severity: Severity::Error,
            project: Arc::clone(&file.project),
            spoken: Vec::new(),
            lost: false,
        }
    }

    /// Documents of ours that are not judged where they stand.
    pub(in crate::check) fn unjudged(
        place: Place,
        project: &Arc<Project>,
        spoken: Vec<Spoken>,
        message: String,
    ) -> Self {
        Self {
            rule: DOCUMENT_NOT_JUDGED,
            message,
            help: None,
            fix: None,
            place,
            related: None,
            severity: Severity::Error,
            project: Arc::clone(project),
            spoken,
            lost: false,
        }
    }
}
