//! From files to documents of known kinds that fit their schemas.

use super::{
    LintError, Progress, Unsaved,
    find::{File, Found, reason},
    note,
};
use crate::{
    config::Project,
    document::{Document, Pointer},
    finding::{Fix, NotChecked, Place},
    patch::Patcher,
    review::Member,
    rule::{SYNTAX_INVALID, Severity},
    schema::{Recognition, Refusal, Schemas, recognise},
    source::{Source, Span},
    syntax,
};
use rayon::prelude::*;
use std::{collections::BTreeMap, fs, io::Read, panic, path::Path, sync::Arc};

/// Everything that the files of a run hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub members: Vec<Member>,
    /// What schemas refuse, by member.
    pub refusals: BTreeMap<usize, Vec<Refusal>>,
    /// Files, or parts of them, that do not parse, and envelopes that nobody knows.
    pub syntax: Vec<Unreadable>,
    /// How many files were read.
    pub files: usize,
    pub failures: Vec<String>,
    notes: Vec<NotChecked>,
    /// Kinds that are not ours, with the files that hold them.
    foreign: BTreeMap<String, Vec<String>>,
    /// Files with documents that are no specifications at all.
    untyped: Vec<String>,
}

/// Something that kept a document from being a member.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub rule: &'static str,
    pub message: String,
    pub help: Option<String>,
    pub fix: Option<Fix>,
    pub place: Place,
    pub related: Option<(Span, String)>,
    pub severity: Severity,
    pub project: Arc<Project>,
}

/// What one file gave.
#[derive(Debug, Default)]
struct Content {
    members: Vec<(Member, Vec<Refusal>)>,
    syntax: Vec<Unreadable>,
    failure: Option<String>,
    note: Option<NotChecked>,
    foreign: Vec<(String, String)>,
    untyped: Option<String>,
}

pub(super) fn all(
    found: &mut Found,
    schemas: &Schemas,
    unsaved: &Unsaved,
    progress: &dyn Progress,
) -> Result<Loaded, LintError> {
    progress.stage("reading", found.files.len());
    let contents: Vec<Result<Content, LintError>> = found
        .files
        .par_iter()
        .map(|file| {
            let content = load(file, schemas, unsaved);
            progress.step();
            content
        })
        .collect();
    let mut loaded = Loaded { files: found.files.len(), ..Loaded::default() };
    for content in contents {
        loaded.add(content?);
    }
    Ok(loaded)
}

/// One file that nobody asked for, but that may belong to a service that somebody asked for.
pub(super) fn context(
    path: &Path,
    format: syntax::Format,
    project: &Arc<Project>,
    schemas: &Schemas,
    unsaved: &Unsaved,
) -> Result<Nearby, LintError> {
    let file = File {
        path: path.to_owned(),
        name: crate::source::display_name(path),
        format,
        project: Arc::clone(project),
        named: false,
        insisted: false,
        placed: true,
        bytes: None,
    };
    let mut content = load(&file, schemas, unsaved)?;
    content.members.iter_mut().for_each(|(member, _)| member.requested = false);
    let unread = match (content.failure, content.note) {
        (Some(failure), _) => Some(failure),
        (None, Some(gap)) => Some(gap.reason),
        (None, None) => content.syntax.into_iter().next().map(|error| error.message),
    };
    Ok(Nearby { members: content.members, unread })
}

/// What a file gave that nobody asked for.
#[derive(Debug)]
pub(super) struct Nearby {
    pub members: Vec<(Member, Vec<Refusal>)>,
    /// Why some of it could not be read.
    pub unread: Option<String>,
}

impl Loaded {
    /// Says that something was not judged.
    pub(super) fn note(&mut self, gap: NotChecked) {
        self.notes.push(gap);
    }

    fn add(&mut self, content: Content) {
        for (member, refusals) in content.members {
            self.push(member, refusals);
        }
        self.syntax.extend(content.syntax);
        self.failures.extend(content.failure);
        self.notes.extend(content.note);
        self.untyped.extend(content.untyped);
        for (kind, name) in content.foreign {
            self.foreign.entry(kind).or_default().push(name);
        }
    }

    pub(super) fn push(&mut self, member: Member, refusals: Vec<Refusal>) {
        if !refusals.is_empty() {
            self.refusals.insert(self.members.len(), refusals);
        }
        self.members.push(member);
    }

    /// What was read and not judged.
    pub(super) fn notes(&mut self) -> Vec<NotChecked> {
        let mut notes = std::mem::take(&mut self.notes);
        for (kind, mut names) in std::mem::take(&mut self.foreign) {
            let documents = names.len();
            names.dedup();
            let count =
                if documents == 1 { "1 document".to_owned() } else { format!("{documents} documents") };
            notes.push(note(kind, format!("servelint does not read this kind: {count} in {}", some(&names))));
        }
        if !self.untyped.is_empty() {
            let count = self.untyped.len();
            let files = if count == 1 { "1 file has".to_owned() } else { format!("{count} files have") };
            notes.push(note(
                "other files",
                format!("{files} no document with `apiVersion` and `kind`: {}", some(&self.untyped)),
            ));
        }
        notes
    }
}

/// The first few names.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(rest) if rest > 0 => format!("{shown} and {rest} more"),
        _ => shown,
    }
}

fn load(file: &File, schemas: &Schemas, unsaved: &Unsaved) -> Result<Content, LintError> {
    let mut content = Content::default();
    let bytes = match (unsaved.get(&file.path), &file.bytes) {
        (Some(text), _) => Ok(text.clone().into_bytes()),
        (None, Some(bytes)) => Ok(bytes.clone()),
        (None, None) => read(&file.path),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            let is_link = file.path.is_symlink() && error.kind() == std::io::ErrorKind::NotFound;
            let reason = if is_link { "the symbolic link leads nowhere".into() } else { reason(&error) };
            content.failure = Some(format!("cannot read {}: {reason}", file.name));
            return Ok(content);
        }
    };
    let unreadable = |source: &Arc<Source>, span, message: String, related, severity| Unreadable {
        rule: SYNTAX_INVALID,
        message,
        help: None,
        fix: None,
        place: Place::bare(Arc::clone(source), span),
        related,
        severity,
        project: Arc::clone(&file.project),
    };
    let too_large = bytes.len() > syntax::MAX_BYTES;
    let decoded = if too_large {
        Err(format!("the file is larger than {} MB, the most that is read", syntax::MAX_BYTES / 1_000_000))
    } else {
        syntax::decode(bytes).map_err(|error| error.to_string())
    };
    let text = match decoded {
        Ok(text) => text,
        Err(message) => {
            let source =
                Arc::new(Source { name: file.name.clone(), path: file.path.clone(), text: String::new() });
            content.syntax.push(unreadable(&source, Span::default(), message, None, severity(file, None)));
            return Ok(content);
        }
    };
    let source = Arc::new(Source { name: file.name.clone(), path: file.path.clone(), text });
    let parsed = match panic::catch_unwind(panic::AssertUnwindSafe(|| syntax::parse(&source, file.format))) {
        Ok(parsed) => parsed,
        Err(_) => {
            content.failure = Some(format!(
                "{}: the parser failed on this file, which is a defect of servelint",
                file.name
            ));
            return Ok(content);
        }
    };
    for error in parsed.errors {
        let severity = severity(file, Some(&source.text));
        content.syntax.push(unreadable(&source, error.span, error.message, error.related, severity));
    }
    if let Some(reason) = parsed.skipped {
        content.note = Some(note(file.name.clone(), reason.reason()));
    }
    for document in parsed.documents {
        sort_in(document, file, schemas, &mut content)?;
    }
    Ok(content)
}

/// A folder holds many files that are no specifications: only one that was named, or that speaks
/// of servelint, is an error when it does not parse.
fn severity(file: &File, text: Option<&str>) -> Severity {
    let is_ours = file.insisted || text.is_some_and(|text| text.contains("servelint/"));
    if is_ours { Severity::Error } else { Severity::Warning }
}

fn sort_in(
    document: Document,
    file: &File,
    schemas: &Schemas,
    content: &mut Content,
) -> Result<(), LintError> {
    match recognise(&document.root) {
        Recognition::Known(subject) => {
            let refusals = schemas.of(subject)?.refusals(&document.root.to_json());
            let broken = refusals.iter().any(|refusal| refusal.blocking);
            let member =
                Member { document, subject, project: Arc::clone(&file.project), requested: true, broken };
            content.members.push((member, refusals));
        }
        Recognition::Misnamed(violation) => {
            let found = document.root.resolve(&violation.at);
            let pointer = Pointer::clone(&violation.at);
            let fix = violation.remedy.as_ref().and_then(|remedy| Patcher::new(&document).fix(remedy));
            content.syntax.push(Unreadable {
                rule: crate::rule::SCHEMA_VALID,
                place: Place {
                    source: Arc::clone(&document.source),
                    span: found.point,
                    document: None,
                    pointer,
                    alias: found.alias,
                    missing: !found.complete,
                },
                message: violation.message,
                help: violation.help,
                fix,
                related: None,
                severity: Severity::Error,
                project: Arc::clone(&file.project),
            });
        }
        Recognition::Foreign(kind) => content.foreign.push((kind, file.name.clone())),
        Recognition::Untyped => content.untyped = Some(file.name.clone()),
    }
    Ok(())
}

/// At most one byte more than what is parsed: a huge file costs no memory.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    // Asked before it is opened: opening a pipe waits for someone who writes.
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(syntax::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
