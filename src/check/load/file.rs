//! One file: from its bytes to documents, each sorted in by its kind.

use crate::{
    check::{
        LintError, Unsaved, crds,
        find::{File, reason},
        kustomize, note, open,
    },
    config::Project,
    document::{
        Document, read,
        source::{Source, Span},
    },
    finding::{Fix, NotChecked, Place, Topic},
    fix::edit::Fixer,
    manifest,
    review::Member,
    rule::{SYNTAX_INVALID, Severity, Subject},
    schema::{Recognition, Refusal, Schemas, recognise},
    waivers::{self, WaiverComments},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What one file gave.
#[derive(Debug, Default)]
pub(super) struct FileContent {
    pub members: Vec<(Member, Vec<Refusal>)>,
    pub held: Vec<(Member, Vec<Refusal>)>,
    /// What definitions of kinds leave open.
    pub gaps: Vec<NotChecked>,
    pub syntax: Vec<Unreadable>,
    pub remarks: Option<WaiverComments>,
    pub failure: Option<String>,
    pub note: Option<NotChecked>,
    pub foreign: Vec<(String, Named)>,
    pub untyped: Option<Named>,
}

/// A file by its path and by what users see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub path: PathBuf,
    pub name: String,
}

impl Named {
    fn of(file: &File) -> Self {
        Self {
            path: file.path.clone(),
            name: file.name.clone(),
        }
    }
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
}

impl Unreadable {
    fn syntax(
        file: &File,
        source: &Arc<Source>,
        span: Span,
        message: String,
        severity: Severity,
    ) -> Self {
        Self {
            rule: SYNTAX_INVALID,
            message,
            help: None,
            fix: None,
            place: Place::bare(Arc::clone(source), span),
            related: None,
            severity,
            project: Arc::clone(&file.project),
        }
    }
}

pub(super) fn load(
    file: &File,
    schemas: &Schemas,
    unsaved: &Unsaved,
) -> Result<FileContent, LintError> {
    let mut content = FileContent::default();
    let bytes = match bytes_of(file, unsaved) {
        Ok(bytes) => bytes,
        Err(error) => {
            content.failure = Some(unread(file, &error));
            return Ok(content);
        }
    };
    match open::decoded(bytes) {
        Ok(text) => parse(&source(file, text), file, schemas, &mut content)?,
        Err(_) if is_of_other_tools(file) => content.untyped = Some(Named::of(file)),
        Err(message) => {
            let (source, severity) = (source(file, String::new()), severity(file, None));
            let unreadable = Unreadable::syntax(file, &source, Span::default(), message, severity);
            content.syntax.push(unreadable);
        }
    }
    Ok(content)
}

fn source(file: &File, text: String) -> Arc<Source> {
    Arc::new(Source {
        name: file.name.clone(),
        path: file.path.clone(),
        text,
    })
}

fn unread(file: &File, error: &io::Error) -> String {
    let is_link = file.path.is_symlink() && error.kind() == io::ErrorKind::NotFound;
    let reason = match is_link {
        true => "the symbolic link leads nowhere".into(),
        false => reason(error),
    };
    format!("cannot read {}: {reason}", file.name)
}

/// Sorts in what a text holds. A defect of a parser is told of its file alone: the run goes on.
fn parse(
    source: &Arc<Source>,
    file: &File,
    schemas: &Schemas,
    content: &mut FileContent,
) -> Result<(), LintError> {
    let Some(parsed) = open::parsed(source, file.format) else {
        content.failure = Some(format!(
            "{}: the parser failed on this file, which is a defect of servelint",
            file.name
        ));
        return Ok(());
    };
    content.remarks = waivers::comments(source, &parsed);
    if !parsed.errors.is_empty() && is_of_other_tools(file) {
        content.untyped = Some(Named::of(file));
        return Ok(());
    }
    for error in parsed.errors {
        let severity = severity(file, Some(&source.text));
        content.syntax.push(Unreadable {
            related: error.related,
            ..Unreadable::syntax(file, source, error.span, error.message, severity)
        });
    }
    if let Some(reason) = parsed.skipped {
        content.note = Some(note(Topic::File(file.name.clone()), reason.reason()));
    }
    for document in parsed.documents.into_iter().flat_map(open::objects) {
        sort_in(document, file, schemas, content)?;
    }
    Ok(())
}

/// Protobuf text is written by many tools, and some make dialects of it. A file that nobody named
/// and that Triton would not read either need not parse.
fn is_of_other_tools(file: &File) -> bool {
    let is_triton = file
        .path
        .file_name()
        .is_some_and(|name| name == "config.pbtxt")
        || file
            .path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|folder| folder == "configs");
    file.format == read::Format::Pbtxt && !file.insisted && !is_triton
}

/// A folder holds many files that are no specifications: only one that was named, or that speaks
/// of servelint, is an error when it does not parse.
fn severity(file: &File, text: Option<&str>) -> Severity {
    let is_ours = file.insisted || text.is_some_and(|text| text.contains("servelint/"));
    if is_ours {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// A document that no reader of manifests has to know.
fn member(document: Document, subject: Subject, broken: bool, file: &File) -> Member {
    Member {
        document,
        subject,
        artifact: None,
        project: Arc::clone(&file.project),
        requested: true,
        broken,
    }
}

fn sort_in(
    document: Document,
    file: &File,
    schemas: &Schemas,
    content: &mut FileContent,
) -> Result<(), LintError> {
    match recognise(&document.root) {
        Recognition::Known(subject) => {
            let refusals = schemas.of(subject)?.refusals(&document.root.to_json());
            let broken = refusals.iter().any(|refusal| refusal.blocking);
            let member = member(document, subject, broken, file);
            content.members.push((member, refusals));
        }
        Recognition::Artifact(_) if kustomize::is_patch(&file.path, &file.project.root) => {
            content.note = Some(note(Topic::File(file.name.clone()), kustomize::REASON));
        }
        Recognition::Artifact(kind) => manifest(kind, document, file, schemas, content)?,
        Recognition::Misnamed(violation) => {
            let fix = violation
                .remedy
                .as_ref()
                .and_then(|remedy| Fixer::new(&document).fix(remedy));
            content.syntax.push(Unreadable {
                rule: crate::rule::SCHEMA_VALID,
                place: Place::within(&document, None, &violation.at),
                message: violation.message,
                help: violation.help,
                fix,
                related: None,
                severity: Severity::Error,
                project: Arc::clone(&file.project),
            });
        }
        // It is what others are held against, and was read as such.
        Recognition::Foreign(_)
            if schemas
                .custom(&file.project.root)
                .is_some_and(|kinds| kinds.holds(&document)) => {}
        Recognition::Foreign(kind) => match crds::check(&document, file, schemas)? {
            Some(_) if kustomize::is_patch(&file.path, &file.project.root) => {
                content.note = Some(note(Topic::File(file.name.clone()), kustomize::REASON));
            }
            Some((refusals, gaps)) => {
                content.gaps.extend(gaps);
                content.gaps.push(note(Topic::Kind(kind), crds::ALONE));
                let member = member(document, Subject::Artifact, false, file);
                content.held.push((member, refusals));
            }
            None => content.foreign.push((kind, Named::of(file))),
        },
        Recognition::Untyped => content.untyped = Some(Named::of(file)),
    }
    Ok(())
}

/// A manifest of a known kind: held against the project's own definition of it, opened, and held
/// against the fields that are read.
fn manifest(
    kind: &'static manifest::Kind,
    mut document: Document,
    file: &File,
    schemas: &Schemas,
    content: &mut FileContent,
) -> Result<(), LintError> {
    // Before what it holds as text is opened.
    let custom = crds::check(&document, file, schemas)?;
    let source = Arc::clone(&document.source);
    if let Err(error) = manifest::open(kind, &mut document.root, &source.text) {
        content.syntax.push(Unreadable {
            rule: SYNTAX_INVALID,
            place: Place::bare(source, error.span),
            message: error.message,
            help: None,
            fix: None,
            related: error.related,
            severity: Severity::Error,
            project: Arc::clone(&file.project),
        });
    }
    let mut refusals = schemas
        .of_artifact(kind)?
        .refusals(&document.root.to_json());
    if let Some((said, gaps)) = custom {
        crds::join(&mut refusals, said);
        content.gaps.extend(gaps);
    }
    let broken = refusals.iter().any(|refusal| refusal.blocking);
    let (subject, project) = (Subject::Artifact, Arc::clone(&file.project));
    let member = Member {
        document,
        subject,
        artifact: Some(kind),
        project,
        requested: true,
        broken,
    };
    content.members.push((member, refusals));
    Ok(())
}

/// What stands for the file's content: a text that is not saved, standard input, or the disk.
fn bytes_of(file: &File, unsaved: &Unsaved) -> std::io::Result<Vec<u8>> {
    match (unsaved.get(&file.path), &file.bytes) {
        (Some(text), _) => Ok(text.clone().into_bytes()),
        (None, Some(bytes)) => Ok(bytes.clone()),
        (None, None) => read::bytes_of(&file.path),
    }
}
