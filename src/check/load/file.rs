//! One file: from its bytes to documents, each sorted in by its kind.

use crate::{
    check::{
        CheckMemory, LintError, Unsaved,
        answer::is_answer,
        crds,
        find::{File, reason},
        layers::LayerShelf,
        load::{
            content::{FileContent, Named, Unreadable},
            refusals, unknown,
        },
        note, open,
        unjudged::{self, HeldAs},
    },
    disk::OnDisk,
    document::{
        Document, Node,
        read::{self, Skip},
        source::{Source, Span, real_path},
    },
    finding::{NotChecked, Place, Topic, Violation},
    fix::edit::Fixer,
    layer::LayerGraph,
    manifest,
    review::Member,
    rule::{OwnKind, SCHEMA_VALID, Severity, Subject},
    schema::{MOST_MANIFEST_VALUES, MOST_VALUES, Recognition, Schemas, Vocabulary},
    waivers::{self},
};
use std::{cell::OnceCell, io, path::Path, sync::Arc};

/// What is needed to read any file of a run.
#[derive(Clone, Copy)]
pub(in crate::check) struct FileReader<'r> {
    pub schemas: &'r Schemas,
    /// Texts that stand for what the disk holds.
    pub unsaved: &'r Unsaved,
    /// What is put over manifests.
    pub layers: &'r LayerShelf,
    /// What was found out before.
    pub memory: Option<&'r CheckMemory>,
}

impl FileReader<'_> {
    pub(super) fn read(&self, file: &File) -> Result<FileContent, LintError> {
        let bytes = match self.bytes_of(file) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(FileContent::failed(unread(file, &error))),
        };
        let mut sorter = FileSorter::new(file, *self);
        // Whoever asks for this very file wants it read.
        if let Some(skip) = Skip::of_bytes(&bytes).filter(|_| !file.insisted) {
            sorter.content.skipped = Some((skip, Named::of(file)));
            return Ok(sorter.content);
        }
        // Nobody else's protobuf text need be text; bytes in any other format may hold anything.
        let is_others = file.format == read::Format::Pbtxt
            && is_silent(&read::loose_text(&bytes), sorter.vocabulary());
        match open::decoded(bytes) {
            Ok(text) => sorter.parse(&source(file, text))?,
            Err(_) if is_others && is_of_other_tools(file) => {
                sorter.content.untyped = Some(Named::of(file))
            }
            Err(message) => {
                let source = source(file, String::new());
                let error = Unreadable::syntax(file, &source, Span::default(), message);
                sorter.content.syntax.push(Unreadable {
                    help: Some(UNDECODABLE.to_owned()),
                    severity: match is_others && !file.insisted {
                        true => Severity::Warning,
                        false => Severity::Error,
                    },
                    ..error
                });
            }
        }
        Ok(sorter.content)
    }

    /// What stands for the file's content: a text that is not saved, standard input, or the disk.
    fn bytes_of(&self, file: &File) -> io::Result<Vec<u8>> {
        match (self.unsaved.get(&file.path), &file.bytes) {
            (Some(text), _) => Ok(text.clone().into_bytes()),
            (None, Some(bytes)) => Ok(bytes.clone()),
            (None, None) => read::bytes_of(&file.path),
        }
    }
}

fn source(file: &File, text: String) -> Arc<Source> {
    Arc::new(Source {
        name: file.name.clone(),
        path: file.path.clone(),
        text,
    })
}

fn unread(file: &File, error: &io::Error) -> String {
    let is_link = file.path.is_link() && error.kind() == io::ErrorKind::NotFound;
    let reason = match is_link {
        true => "the symbolic link leads nowhere".into(),
        false => reason(error),
    };
    format!("cannot read {}: {reason}", file.name)
}

/// What every version of our kinds begins with.
const OURS: &str = "servelint/";

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

/// What to do about a file whose bytes are no text that is read.
const UNDECODABLE: &str = "save it as UTF-8 below 10 MB; or, where it holds no document, list it under `exclude` in `servelint.toml`";

/// True for a text that says nothing of ours.
fn is_silent(text: &str, known: Vocabulary<'_>) -> bool {
    unjudged::spoken_at(text, known).is_none()
}

/// A folder holds many files that are no specifications: only one that was named, or that speaks
/// of servelint, is an error when it does not parse.
fn severity(file: &File, text: &str, known: Vocabulary<'_>) -> Severity {
    let speaks = |text: &str| text.contains(OURS) || known.is_named_in(text);
    if file.insisted || speaks(text) || speaks(&read::unescaped(text)) {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// What is said of the answer of `servelint input`.
const ANSWER: &str = "this is an answer of `servelint input`: the documents are judged where they stand, and not their copies in it";

/// What to do about a template with a document of ours.
const TEMPLATE: &str = "check what the template renders to (for example `helm template`), and list the template under `exclude` in `servelint.toml`";

/// The reading of one file, whose documents are sorted in one by one.
struct FileSorter<'r> {
    file: &'r File,
    schemas: &'r Schemas,
    layers: &'r LayerShelf,
    /// Whether Kustomize merges the file into others: asked where a document could be judged alone, and
    /// once for all of them.
    is_patch: OnceCell<bool>,
    memory: Option<&'r CheckMemory>,
    content: FileContent,
}

impl<'r> FileSorter<'r> {
    fn new(file: &'r File, reader: FileReader<'r>) -> Self {
        Self {
            file,
            schemas: reader.schemas,
            layers: reader.layers,
            memory: reader.memory,
            is_patch: OnceCell::new(),
            content: FileContent::default(),
        }
    }

    /// Sorts in what a text holds.
    fn parse(&mut self, source: &Arc<Source>) -> Result<(), LintError> {
        let file = self.file;
        let parsed = match self.memory {
            Some(memory) => memory.parsed(source, file.format),
            None => open::parsed(source, file.format),
        };
        let Some(parsed) = parsed else {
            self.content = FileContent::failed(format!(
                "{}: the parser failed on this file, which is a defect of servelint",
                file.name
            ));
            return Ok(());
        };
        self.content.waivers = waivers::comments(source, &parsed);
        if !parsed.errors.is_empty()
            && is_of_other_tools(file)
            && is_silent(&source.text, self.vocabulary())
        {
            self.content.untyped = Some(Named::of(file));
            return Ok(());
        }
        for error in parsed.errors {
            self.content.syntax.push(Unreadable {
                related: error.related,
                severity: severity(file, &source.text, self.vocabulary()),
                ..Unreadable::syntax(file, source, error.span, error.message)
            });
        }
        if let Some(skip) = parsed.skipped {
            self.template(source, skip);
        }
        if self.is_schema() {
            return Ok(());
        }
        for document in parsed.documents {
            if is_answer(&document.root) {
                self.content.gaps.push(self.about(ANSWER.to_owned()));
                continue;
            }
            self.account(&document);
            for object in open::objects(document) {
                self.sort_in(object)?;
            }
        }
        Ok(())
    }

    /// A text that some tool has yet to make documents of: ours would be judged as they come out only.
    fn template(&mut self, source: &Arc<Source>, skip: Skip) {
        let file = self.file;
        let Some(span) = unjudged::rendered_at(&source.text, self.vocabulary()) else {
            self.content.skipped = Some((skip, Named::of(file)));
            return;
        };
        let place = Place::bare(Arc::clone(source), span);
        let message =
            "a document of servelint is not judged: the file is a template, which is not read";
        let found = Unreadable::unjudged(place, &file.project, Vec::new(), message.to_owned());
        self.content.syntax.push(Unreadable {
            help: Some(TEMPLATE.to_owned()),
            ..found
        });
    }

    /// Tells what of ours a document holds where it is not judged.
    fn account(&mut self, document: &Document) {
        let is_own = matches!(self.recognise(&document.root), Recognition::Known(_));
        for found in unjudged::within(document, self.vocabulary()) {
            let (spoken, message) = match found.how {
                // Our own documents are read by people as well, and may speak of others.
                HeldAs::Mention if is_own => continue,
                HeldAs::Mention => {
                    let reason = format!(
                        "the text at {} speaks of a document of servelint and is not read as one",
                        document
                            .source
                            .place_of(document.root.resolve(&found.at).point)
                    );
                    self.content.gaps.push(self.about(reason));
                    continue;
                }
                HeldAs::Value(held) => {
                    let words = held.words();
                    let message =
                        format!("this {words} is a value in another document, so it is not judged");
                    (vec![held], message)
                }
                HeldAs::Text(held) => {
                    let words = unjudged::words(&held);
                    let message = format!("this text holds {words}, which is not judged");
                    (held, message)
                }
            };
            let place = Place::within(document, None, &found.at);
            let project = &self.file.project;
            let found = Unreadable::unjudged(place, project, spoken, message);
            self.content.syntax.push(found);
        }
    }

    fn about(&self, reason: String) -> NotChecked {
        note(Topic::File(self.file.name.clone()), reason)
    }

    fn sort_in(&mut self, document: Document) -> Result<(), LintError> {
        let recognised = self.recognise(&document.root);
        let is_foreign = matches!(recognised, Recognition::Foreign(_) | Recognition::Untyped);
        if let Some(skip) = Skip::of_document(&document.root).filter(|_| is_foreign) {
            self.content.skipped = Some((skip, Named::of(self.file)));
            return Ok(());
        }
        match recognised {
            // A patch for one is none: what it says is judged where it is put together.
            Recognition::Known(Subject::Own(_)) if self.is_patch() => self.pass_over(),
            Recognition::Known(Subject::Own(kind)) => self.declared(kind, document),
            Recognition::Known(subject) => self.own(subject, document)?,
            Recognition::Artifact(_) if self.is_patch() => self.pass_over(),
            Recognition::Artifact(kind) => self.manifest(kind, document)?,
            Recognition::Misnamed(violation) => self.misnamed(&document, *violation),
            // It is what others are held against, and was read as such.
            Recognition::Foreign(_) if self.is_definition(&document) => {}
            Recognition::Foreign(_) | Recognition::Untyped if self.is_kustomization(&document) => {
                self.content.kustomization = Some(Named::of(self.file));
            }
            Recognition::Foreign(kind) => self.foreign(kind, document)?,
            Recognition::Untyped if is_operations(&document.root) && self.is_patch() => {
                self.pass_over()
            }
            Recognition::Untyped => self.content.untyped = Some(Named::of(self.file)),
        }
        Ok(())
    }

    fn recognise(&self, root: &Node) -> Recognition {
        self.schemas.own().recognise(&self.file.project.root, root)
    }

    /// What the file may speak of.
    fn vocabulary(&self) -> Vocabulary<'r> {
        self.schemas.own().vocabulary(&self.file.project.root)
    }

    /// True for the schema of a kind that the project declares.
    fn is_schema(&self) -> bool {
        let declared = &self.file.project.config.kinds;
        !declared.is_empty() && {
            let path = real_path(&self.file.path);
            declared.iter().any(|kind| kind.is_in(&path))
        }
    }

    fn is_patch(&self) -> bool {
        let file = self.file;
        *self
            .is_patch
            .get_or_init(|| self.layers.is_patch(&file.path, &file.project))
    }

    /// True for a kustomization, which needs no envelope.
    fn is_kustomization(&self, document: &Document) -> bool {
        let version = document.root.get("apiVersion").and_then(Node::as_str);
        LayerGraph::is_name(&self.file.path)
            && version.is_none_or(|version| version.starts_with("kustomize.config.k8s.io/"))
    }

    fn is_definition(&self, document: &Document) -> bool {
        let kinds = self.schemas.custom(&self.file.project.root);
        kinds.is_some_and(|kinds| kinds.holds(document))
    }

    /// Says that the file was not judged, or not all of it: it is a patch.
    fn pass_over(&mut self) {
        self.content.patch = Some(Named::of(self.file));
    }

    /// A document of one of our kinds.
    fn own(&mut self, subject: Subject, document: Document) -> Result<(), LintError> {
        let schema = self.schemas.of(subject)?;
        let refusals = refusals::of(schema, &document, MOST_VALUES);
        let (unknown, broken) = unknown::of_own(schema, &refusals);
        let member = Member {
            broken,
            unknown,
            ..member(document, subject, self.file)
        };
        self.content.members.push((member, refusals));
        Ok(())
    }

    /// A document of a kind that the project declares. Without a schema that can be used, rules read it as it is.
    fn declared(&mut self, kind: OwnKind, document: Document) {
        let own = self.schemas.own().of(&self.file.project.root);
        let schema = own.and_then(|own| own.schema_of(kind, &document.root));
        let (mut refusals, mut unknown, mut broken) = (Vec::new(), Vec::new(), false);
        match schema {
            Some(schema) => {
                refusals = schema.refusals(&document.root);
                (unknown, broken) = unknown::of_declared(schema.compiled(), &refusals);
                let topic = Topic::Kind(kind.name().to_owned());
                let gaps = schema.gap().map(|gap| note(topic, gap));
                self.content.gaps.extend(gaps);
            }
            None => {
                let reason = format!(
                    "its schema cannot be used, so this `{}` was compared with none",
                    kind.name()
                );
                self.content.gaps.push(self.about(reason));
            }
        }
        let member = Member {
            broken,
            unknown,
            ..member(document, Subject::Own(kind), self.file)
        };
        if member.service().is_none() {
            let reason = format!(
                "this `{}` names no service, so it takes part in no review",
                kind.name()
            );
            self.content.gaps.push(self.about(reason));
        }
        self.content.members.push((member, refusals));
    }

    /// A document whose envelope nobody knows, though it was meant as ours.
    fn misnamed(&mut self, document: &Document, violation: Violation) {
        let remedy = violation.remedy.as_ref();
        let fix = remedy.and_then(|remedy| Fixer::new(document).fix(remedy));
        self.content.syntax.push(Unreadable {
            rule: SCHEMA_VALID,
            place: Place::within(document, None, &violation.at),
            message: violation.message,
            help: violation.help,
            fix,
            related: None,
            severity: Severity::Error,
            project: Arc::clone(&self.file.project),
            spoken: Vec::new(),
            lost: false,
        });
    }

    /// A document of a kind that is not read: its definition may know it.
    fn foreign(&mut self, kind: String, document: Document) -> Result<(), LintError> {
        let Some((refusals, gaps)) = crds::check(&document, self.file, self.schemas)? else {
            let foreign = (kind, Named::of(self.file));
            self.content.foreign.push(foreign);
            return Ok(());
        };
        if self.is_patch() {
            self.pass_over();
            return Ok(());
        }
        self.content.gaps.extend(gaps);
        self.content.gaps.push(note(Topic::Kind(kind), crds::ALONE));
        let member = member(document, Subject::Artifact, self.file);
        self.content.held.push((member, refusals));
        Ok(())
    }

    /// A manifest of a known kind: held against the project's own definition of it, opened, and held
    /// against the fields that are read.
    fn manifest(
        &mut self,
        kind: &'static manifest::Kind,
        mut document: Document,
    ) -> Result<(), LintError> {
        let (file, schemas) = (self.file, self.schemas);
        // Before what it holds as text is opened: the definition knows the text as a text.
        let custom = crds::check(&document, file, schemas)?;
        let source = Arc::clone(&document.source);
        if let Err(error) = manifest::open(kind, &mut document.root, &source.text) {
            self.content.syntax.push(Unreadable {
                related: error.related,
                ..Unreadable::syntax(file, &source, error.span, error.message)
            });
        }
        let schema = schemas.of_artifact(kind)?;
        let mut refusals = match custom {
            Some((said, gaps)) => {
                let mut refusals = refusals::of(schema, &document, MOST_MANIFEST_VALUES);
                crds::join(&mut refusals, said);
                self.content.gaps.extend(gaps);
                refusals
            }
            // What the team's own definition says goes before what the platform published.
            None => refusals::with_unknown(schema, kind, &document, file, schemas),
        };
        let (unknown, broken) = unknown::of(&document, &mut refusals);
        let member = Member {
            artifact: Some(kind),
            broken,
            unknown,
            ..member(document, Subject::Artifact, file)
        };
        self.content.members.push((member, refusals));
        Ok(())
    }
}

/// True for the operations of a JSON Patch.
fn is_operations(root: &Node) -> bool {
    !root.items().is_empty() && root.items().iter().all(|item| item.get("op").is_some())
}

/// A document that was asked for and has nothing against it yet.
fn member(document: Document, subject: Subject, file: &File) -> Member {
    Member {
        document,
        subject,
        artifact: None,
        project: Arc::clone(&file.project),
        requested: true,
        broken: false,
        unknown: Vec::new(),
        layers: Vec::new(),
        leaves: Vec::new(),
        layer_files: Vec::new(),
        rendered: None,
        unrendered: None,
    }
}
