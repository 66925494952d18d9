//! From files to documents of known kinds that fit their schemas.

use super::{
    LintError, Progress, Unsaved, crds,
    find::{File, Found, reason},
    kustomize, note,
};
use crate::{
    config::Project,
    document::{
        Document, Node, Value, read,
        source::{Source, Span, real_path},
    },
    evidence::FileFact,
    finding::{Fix, NotChecked, Place, Topic},
    fix::edit::Fixer,
    manifest,
    review::Member,
    rule::{SYNTAX_INVALID, Severity, Subject},
    schema::{Recognition, Refusal, Schemas, recognise},
    waivers::{self, WaiverComments},
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    panic,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Everything that the files of a run hold.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// Texts that stand for what the disk holds.
    pub unsaved: Unsaved,
    pub members: Vec<Member>,
    /// What schemas refuse, by member.
    pub refusals: BTreeMap<usize, Vec<Refusal>>,
    /// Documents of kinds that nobody but their CRD knows, with what it refuses.
    pub held: Vec<(Member, Vec<Refusal>)>,
    /// Files, or parts of them, that do not parse, and envelopes that nobody knows.
    pub syntax: Vec<Unreadable>,
    /// The waivers in the comments of files.
    pub remarks: Vec<WaiverComments>,
    /// How many files were read.
    pub files: usize,
    /// The files that the run's paths led to, whatever they hold.
    seen: Vec<PathBuf>,
    pub failures: Vec<String>,
    notes: Vec<NotChecked>,
    /// Kinds that are not ours, with the files that hold them.
    foreign: BTreeMap<String, Vec<Named>>,
    /// Files with documents that are no specifications at all.
    untyped: Vec<Named>,
}

/// A file by its path and by what users see.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    path: PathBuf,
    name: String,
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
struct FileContent {
    members: Vec<(Member, Vec<Refusal>)>,
    held: Vec<(Member, Vec<Refusal>)>,
    /// What definitions of kinds leave open.
    gaps: Vec<NotChecked>,
    syntax: Vec<Unreadable>,
    remarks: Option<WaiverComments>,
    failure: Option<String>,
    note: Option<NotChecked>,
    foreign: Vec<(String, Named)>,
    untyped: Option<Named>,
}

pub(super) fn all(
    found: &mut Found,
    schemas: &Schemas,
    unsaved: &Unsaved,
    progress: &dyn Progress,
) -> Result<Loaded, LintError> {
    progress.stage("reading", found.files.len());
    let contents: Vec<Result<FileContent, LintError>> = found
        .files
        .par_iter()
        .map(|file| {
            let content = load(file, schemas, unsaved);
            progress.step();
            content
        })
        .collect();
    let seen = found.files.iter().map(|file| file.path.clone()).collect();
    let unsaved = unsaved.clone();
    let mut loaded = Loaded {
        files: found.files.len(),
        seen,
        unsaved,
        ..Loaded::default()
    };
    for content in contents {
        loaded.add(content?);
    }
    Ok(loaded)
}

/// One file that nobody asked for, but that may belong to a service that somebody asked for.
pub(super) fn context(
    path: &Path,
    format: read::Format,
    project: &Arc<Project>,
    schemas: &Schemas,
    unsaved: &Unsaved,
) -> Result<Nearby, LintError> {
    let mut content = load(&unasked(path, format, project, false), schemas, unsaved)?;
    content
        .members
        .iter_mut()
        .for_each(|(member, _)| member.requested = false);
    let unread = match (content.failure, content.note) {
        (Some(failure), _) => Some(failure),
        (None, Some(gap)) => Some(gap.reason),
        (None, None) => content.syntax.into_iter().next().map(|error| error.message),
    };
    Ok(Nearby {
        members: content.members,
        remarks: content.remarks,
        gaps: content.gaps,
        unread,
    })
}

fn unasked(path: &Path, format: read::Format, project: &Arc<Project>, insisted: bool) -> File {
    File {
        path: path.to_owned(),
        name: crate::document::source::display_name(path),
        format,
        project: Arc::clone(project),
        named: false,
        insisted,
        placed: true,
        bytes: None,
    }
}

/// Reads the manifests that specifications name and that no path of the run led to.
pub(super) fn declared(loaded: &mut Loaded, schemas: &Schemas) -> Result<(), LintError> {
    let mut wanted = Vec::new();
    for member in &loaded.members {
        let root = &member.project.root;
        for path in artifact_paths(member) {
            let is_there = matches!(FileFact::of(root, path, false), FileFact::Present { .. });
            let path = root.join(path);
            if let Some(format) = read::Format::of(&path).filter(|_| is_there) {
                wanted.push((path, format, Arc::clone(&member.project)));
            }
        }
    }
    // Most runs have nothing to look up, and resolving the links of every file costs system calls.
    if wanted.is_empty() {
        return Ok(());
    }
    let read = loaded
        .members
        .iter()
        .map(|member| &member.document.source.path);
    let read: BTreeSet<&PathBuf> = read.chain(&loaded.seen).collect();
    let mut known: BTreeSet<PathBuf> = read.into_iter().map(|path| real_path(path)).collect();
    wanted.retain(|(path, ..)| known.insert(real_path(path)));
    for (path, format, project) in wanted {
        let mut content = load(
            &unasked(&path, format, &project, true),
            schemas,
            &loaded.unsaved,
        )?;
        content
            .members
            .retain(|(member, _)| member.subject == Subject::Artifact);
        let documents = content.members.iter_mut().chain(&mut content.held);
        documents.for_each(|(member, _)| member.requested = false);
        loaded.add(content);
    }
    Ok(())
}

/// The paths of `spec.artifacts`, as written.
pub(super) fn artifact_paths(member: &Member) -> impl Iterator<Item = &str> {
    let list = member
        .document
        .root
        .at(&["spec", "artifacts"])
        .filter(|_| member.subject == Subject::ServingSpec);
    let entries = list.map(Node::items).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| entry.get("path").and_then(Node::as_str))
}

/// What a file gave that nobody asked for.
#[derive(Debug)]
pub(super) struct Nearby {
    pub members: Vec<(Member, Vec<Refusal>)>,
    pub remarks: Option<WaiverComments>,
    /// What definitions of kinds leave open.
    pub gaps: Vec<NotChecked>,
    /// Why some of it could not be read.
    pub unread: Option<String>,
}

impl Loaded {
    /// Says that something was not judged.
    pub(super) fn note(&mut self, gap: NotChecked) {
        self.notes.push(gap);
    }

    fn add(&mut self, content: FileContent) {
        for (member, refusals) in content.members {
            self.push(member, refusals);
        }
        self.held.extend(content.held);
        self.notes.extend(content.gaps);
        self.syntax.extend(content.syntax);
        self.remarks.extend(content.remarks);
        self.failures.extend(content.failure);
        self.notes.extend(content.note);
        self.untyped.extend(content.untyped);
        for (kind, file) in content.foreign {
            self.foreign.entry(kind).or_default().push(file);
        }
    }

    pub(super) fn push(&mut self, member: Member, refusals: Vec<Refusal>) {
        if !refusals.is_empty() {
            self.refusals.insert(self.members.len(), refusals);
        }
        self.members.push(member);
    }

    /// What was read and not judged. Files that are evidence of a document are no documents.
    pub(super) fn notes(&mut self, evidence: &BTreeSet<PathBuf>) -> Vec<NotChecked> {
        let mut notes = std::mem::take(&mut self.notes);
        let others = |files: Vec<Named>| {
            let others = files
                .into_iter()
                .filter(|file| !evidence.contains(&real_path(&file.path)));
            others.map(|file| file.name).collect::<Vec<_>>()
        };
        for (kind, files) in std::mem::take(&mut self.foreign) {
            let mut names = others(files);
            let documents = names.len();
            if documents == 0 {
                continue;
            }
            names.dedup();
            let count = if documents == 1 {
                "1 document".to_owned()
            } else {
                format!("{documents} documents")
            };
            let known = kind
                .split_once(' ')
                .and_then(|(version, name)| manifest::knows(version, name));
            let reason = match known {
                Some(versions) => format!("servelint reads {versions} of this kind"),
                None => "servelint does not read this kind".to_owned(),
            };
            notes.push(note(
                Topic::Foreign(kind),
                format!("{reason}: {count} in {}", some(&names)),
            ));
        }
        let untyped = others(std::mem::take(&mut self.untyped));
        if !untyped.is_empty() {
            let count = untyped.len();
            let files = if count == 1 {
                "1 file has".to_owned()
            } else {
                format!("{count} files have")
            };
            notes.push(note(
                Topic::OtherFiles,
                format!(
                    "{files} no document with `apiVersion` and `kind`: {}",
                    some(&untyped)
                ),
            ));
        }
        notes
    }
}

/// The first few names.
pub(super) fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(rest) if rest > 0 => format!("{shown} and {rest} more"),
        _ => shown,
    }
}

fn load(file: &File, schemas: &Schemas, unsaved: &Unsaved) -> Result<FileContent, LintError> {
    let mut content = FileContent::default();
    let bytes = match bytes_of(file, unsaved) {
        Ok(bytes) => bytes,
        Err(error) => {
            let is_link = file.path.is_symlink() && error.kind() == std::io::ErrorKind::NotFound;
            let reason = if is_link {
                "the symbolic link leads nowhere".into()
            } else {
                reason(&error)
            };
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
    let text = match decoded(bytes) {
        Ok(text) => text,
        Err(_) if is_of_other_tools(file) => {
            content.untyped = Some(Named::of(file));
            return Ok(content);
        }
        Err(message) => {
            let source = Arc::new(Source {
                name: file.name.clone(),
                path: file.path.clone(),
                text: String::new(),
            });
            content.syntax.push(unreadable(
                &source,
                Span::default(),
                message,
                None,
                severity(file, None),
            ));
            return Ok(content);
        }
    };
    let source = Arc::new(Source {
        name: file.name.clone(),
        path: file.path.clone(),
        text,
    });
    let parsed = match panic::catch_unwind(panic::AssertUnwindSafe(|| {
        read::parse(&source, file.format)
    })) {
        Ok(parsed) => parsed,
        Err(_) => {
            content.failure = Some(format!(
                "{}: the parser failed on this file, which is a defect of servelint",
                file.name
            ));
            return Ok(content);
        }
    };
    content.remarks = waivers::comments(&source, &parsed);
    if !parsed.errors.is_empty() && is_of_other_tools(file) {
        content.untyped = Some(Named::of(file));
        return Ok(content);
    }
    for error in parsed.errors {
        let severity = severity(file, Some(&source.text));
        content.syntax.push(unreadable(
            &source,
            error.span,
            error.message,
            error.related,
            severity,
        ));
    }
    if let Some(reason) = parsed.skipped {
        content.note = Some(note(Topic::File(file.name.clone()), reason.reason()));
    }
    for document in parsed.documents.into_iter().flat_map(objects) {
        sort_in(document, file, schemas, &mut content)?;
    }
    Ok(content)
}

pub(super) fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() > read::MAX_BYTES {
        let most = read::MAX_BYTES / 1_000_000;
        return Err(format!(
            "the file is larger than {most} MB, the most that is read"
        ));
    }
    read::decode(bytes).map_err(|error| error.to_string())
}

/// The objects of a Kubernetes list (`kind: List`, `kind: DeploymentList`), which are applied as if
/// each stood alone; any other document is itself.
pub(super) fn objects(document: Document) -> Vec<Document> {
    let is_list = document
        .root
        .get("kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.ends_with("List"))
        && document.root.get("apiVersion").is_some();
    let is_filled = document
        .root
        .get("items")
        .is_some_and(|items| !items.items().is_empty());
    if !is_list || !is_filled {
        return vec![document];
    }
    // Moved, not copied: lists may be nested a hundred deep.
    let Document {
        source,
        root,
        index,
    } = document;
    let Value::Map(entries) = root.value else {
        return Vec::new();
    };
    let items = entries
        .into_iter()
        .find(|entry| entry.key == "items")
        .map(|entry| entry.node.value);
    let Some(Value::List(items)) = items else {
        return Vec::new();
    };
    let object = |root| Document {
        source: Arc::clone(&source),
        root,
        index,
    };
    items.into_iter().map(object).flat_map(objects).collect()
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
            let project = Arc::clone(&file.project);
            let member = Member {
                document,
                subject,
                artifact: None,
                project,
                requested: true,
                broken,
            };
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
                let (subject, project) = (Subject::Artifact, Arc::clone(&file.project));
                let member = Member {
                    document,
                    subject,
                    artifact: None,
                    project,
                    requested: true,
                    broken: false,
                };
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
        (None, None) => read(&file.path),
    }
}

/// At most one byte more than what is parsed: a huge file costs no memory.
pub(super) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    // Asked before it is opened: opening a pipe waits for someone who writes.
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(read::MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
