//! What a project renders: the overlays and charts that its configuration, its specifications or a walk name, and what
//! is judged in the place of the files that they are made of.

mod jobs;
mod notes;
mod piped;
mod sources;

use super::{
    LintError, Request,
    find::File,
    load::{self, FileReader, Loaded, Unreadable},
    note,
};
use crate::{
    config::Project,
    disk::{self, OnDisk},
    document::{
        Document, Node, Pointer,
        read::{self, Format},
        source::{Source, Span, display_name, real_path},
    },
    finding::{Place, Topic},
    layer::ObjectTrace,
    render::{
        ObjectOrigin, Programs, RenderFault, RenderSource, RenderTrace, Rendered, RenderedFrom,
        RenderedObject, render,
    },
    rule::Subject,
};
use jobs::RenderJob;
pub(super) use piped::piped;
use rayon::prelude::*;
pub(super) use sources::sources;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// When something is rendered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RenderWhen {
    /// What the configuration and specifications name.
    #[default]
    Declared,
    /// Beside that, every overlay and chart that the run's paths lead to.
    Found,
    /// The same, and what cannot be rendered is an error.
    Required,
    /// Never.
    Never,
}

/// So many are rendered in one run.
const MOST_JOBS: usize = 500;

/// What was rendered so far, so that nothing is rendered twice.
#[derive(Debug, Default)]
pub(super) struct RenderShelf {
    done: BTreeSet<(PathBuf, RenderSource)>,
    programs: BTreeMap<PathBuf, Programs>,
}

impl RenderShelf {
    /// Renders what is asked for, and puts what comes of it in the place of what it is made of.
    pub(super) fn add(
        &mut self,
        loaded: &mut Loaded,
        request: &Request,
        reader: FileReader<'_>,
    ) -> Result<(), LintError> {
        let mut jobs = jobs::of(loaded, request, reader);
        jobs.retain(|job| self.done.insert((job.root.clone(), job.source.clone())));
        if jobs.is_empty() {
            return Ok(());
        }
        let left = MOST_JOBS.saturating_sub(self.done.len() - jobs.len());
        for job in jobs.drain(jobs.len().min(left)..) {
            let reason = format!("a run renders {MOST_JOBS} overlays and charts at most");
            fail(&job, &RenderFault::Refused(reason), loaded, request, reader);
        }
        if request.render == RenderWhen::Never {
            for job in &jobs {
                fail(job, &RenderFault::Off, loaded, request, reader);
            }
            return Ok(());
        }
        for job in &jobs {
            let found = || Programs::found(&job.root, request.sandbox.clone());
            self.programs.entry(job.root.clone()).or_insert_with(found);
        }
        let results: Vec<Result<Rendered, RenderFault>> = jobs
            .par_iter()
            .map(|job| render(&job.source, &job.root, &self.programs[&job.root]))
            .collect();
        let mut made_of: BTreeSet<PathBuf> = BTreeSet::new();
        let mut open: BTreeSet<PathBuf> = BTreeSet::new();
        for (job, result) in jobs.iter().zip(results) {
            match result {
                Ok(rendered) => made_of.extend(self::take(job, rendered, loaded, reader)?),
                Err(fault) => open.extend(fail(job, &fault, loaded, request, reader)),
            }
        }
        // What another overlay makes of them is not known, so they are judged as they stand as well.
        made_of.retain(|file| !open.contains(file));
        loaded.take_out(&made_of);
        notes::unrendered(loaded, &made_of, &self.done, reader);
        Ok(())
    }
}

/// Says that something is not rendered, and answers with the files of which that leaves open what is applied.
fn fail(
    job: &RenderJob,
    fault: &RenderFault,
    loaded: &mut Loaded,
    request: &Request,
    reader: FileReader<'_>,
) -> BTreeSet<PathBuf> {
    let reason = format!("`{}` was not rendered: {fault}", job.source);
    let open = mark(job, &reason, loaded, reader);
    if request.render == RenderWhen::Required {
        let error = Unreadable::unjudged(job.place(), &job.project, Vec::new(), reason);
        loaded.syntax.push(Unreadable {
            help: Some(fault.help().to_owned()),
            ..error
        });
        return open;
    }
    let shown = match display_name(job.source.folder()) {
        name if name.is_empty() => ".".to_owned(),
        name => name,
    };
    loaded.note(note(
        Topic::Folder(shown),
        match fault {
            RenderFault::NoProgram(_) | RenderFault::Off => format!("{reason}; {}", fault.help()),
            _ => reason,
        },
    ));
    open
}

/// Says of the documents that a rendering is about why it is not known what is applied; their files are the answer.
fn mark(
    job: &RenderJob,
    reason: &str,
    loaded: &mut Loaded,
    reader: FileReader<'_>,
) -> BTreeSet<PathBuf> {
    mark_service(job, reason, loaded);
    let RenderSource::Kustomize(folder) = &job.source else {
        return BTreeSet::new();
    };
    let file = crate::layer::NAMES
        .iter()
        .map(|name| real_path(folder).join(name));
    let below = reader.layers.about(&job.project, |layers| {
        let mut below = BTreeSet::new();
        for file in file {
            below.extend(layers.graph.files_below(&file));
        }
        below
    });
    for member in &mut loaded.members {
        let is_below = member.kind().is_some()
            && member.rendered.is_none()
            && below.contains(&real_path(&member.document.source.path));
        if is_below {
            member.unrendered.get_or_insert_with(|| reason.to_owned());
        }
    }
    below
}

fn mark_service(job: &RenderJob, reason: &str, loaded: &mut Loaded) {
    for member in &mut loaded.members {
        let is_its = member.subject == Subject::ServingSpec
            && member.project.root == job.project.root
            && job.service.is_some()
            && member.service() == job.service.as_deref()
            && is_for(job.environment.as_deref(), member.environment());
        if is_its {
            member.unrendered.get_or_insert_with(|| reason.to_owned());
        }
    }
}

fn is_for(rendered: Option<&str>, wanted: Option<&str>) -> bool {
    rendered.is_none() || wanted.is_none() || rendered == wanted
}

/// Adds the manifests of a rendered text, and answers with the files that they are made of.
fn take(
    job: &RenderJob,
    rendered: Rendered,
    loaded: &mut Loaded,
    reader: FileReader<'_>,
) -> Result<BTreeSet<PathBuf>, LintError> {
    let Rendered {
        text,
        origins,
        files,
        lines,
    } = rendered;
    let from = Arc::new(RenderedFrom {
        command: job.source.to_string(),
        folder: Some(real_path(job.source.folder())),
        environment: job.environment(),
        label: job.label(),
        service: job.service.clone(),
        files: files.clone(),
    });
    let file = File {
        bytes: Some(text.into_bytes()),
        ..File::at(
            &job.source.text_path(),
            Format::Yaml,
            Arc::clone(&job.project),
        )
    };
    let file = File {
        name: job.source.text_name(),
        ..file
    };
    let lines = lines.map(Arc::new);
    let mut sources = RenderSources::default();
    let mut trace = |document: &Document| match (origins.get(document.index), &lines) {
        (Some(ObjectOrigin::File(path)), Some(lines)) => RenderTrace::Templates {
            lines: Arc::clone(lines),
            document: document.index,
            file: sources.source(path),
        },
        (Some(ObjectOrigin::File(path)), None) => match &job.source {
            RenderSource::Kustomize(folder) => {
                sources.layers(path, folder, document, &job.project, reader)
            }
            RenderSource::Helm(_) => sources
                .source(path)
                .map_or(RenderTrace::Unknown, RenderTrace::File),
        },
        (Some(ObjectOrigin::Generated(path)), _) => sources
            .source(path)
            .map_or(RenderTrace::Unknown, RenderTrace::File),
        _ => RenderTrace::Unknown,
    };
    load::rendered(loaded, &file, reader, &mut |document| {
        Arc::new(RenderedObject {
            from: Arc::clone(&from),
            trace: trace(document),
        })
    })?;
    loaded.read_waivers(&files, &job.project, reader)?;
    Ok(files)
}

/// The files that objects come from, each read once.
#[derive(Default)]
struct RenderSources {
    read: BTreeMap<PathBuf, Option<Arc<Source>>>,
}

impl RenderSources {
    fn source(&mut self, path: &Path) -> Option<Arc<Source>> {
        let read = || {
            let text = read::decode(read::bytes_of(path).ok()?).ok()?;
            Some(Arc::new(Source {
                name: display_name(path),
                path: path.to_owned(),
                text,
            }))
        };
        self.read
            .entry(path.to_owned())
            .or_insert_with(read)
            .clone()
    }

    /// The document of a file that an object began as, with the layers below `folder` that acted on it.
    fn layers(
        &mut self,
        path: &Path,
        folder: &Path,
        rendered: &Document,
        project: &Project,
        reader: FileReader<'_>,
    ) -> RenderTrace {
        let Some(source) = self.source(path) else {
            return RenderTrace::Unknown;
        };
        let format = Format::of(path).unwrap_or(Format::Yaml);
        let parsed = read::parse_as_platform(&source, format);
        let documents = parsed.documents.into_iter();
        let mut objects = documents.flat_map(super::open::objects);
        let Some(origin) = objects.find(|object| is_origin(&object.root, &rendered.root)) else {
            return RenderTrace::File(source);
        };
        let changes = reader.layers.about(project, |layers| {
            let folder = real_path(folder);
            layers
                .graph
                .changes_below(&folder, path, &source.text, &origin.root)
        });
        RenderTrace::Layers(ObjectTrace::new(origin, changes))
    }
}

/// True for the document that a rendered object began as: layers may have put something around its name.
fn is_origin(origin: &Node, rendered: &Node) -> bool {
    let text = |node: &Node, path: &[&str]| node.at(path).and_then(Node::as_str).map(str::to_owned);
    let (own, made) = (
        text(origin, &["metadata", "name"]).unwrap_or_default(),
        text(rendered, &["metadata", "name"]).unwrap_or_default(),
    );
    text(origin, &["kind"]) == text(rendered, &["kind"]) && made.contains(&own)
}

impl RenderJob {
    /// The environment that an entry names, or the overlay's folder.
    fn environment(&self) -> Option<String> {
        let named = self.environment.clone();
        named.or_else(|| environment_of(self.overlay()?).map(str::to_owned))
    }

    fn label(&self) -> Option<String> {
        self.environment()
            .or_else(|| self.overlay().map(str::to_owned))
    }

    /// The name of the folder of an overlay; a chart is one for all environments.
    fn overlay(&self) -> Option<&str> {
        match &self.source {
            RenderSource::Kustomize(folder) => folder.file_name()?.to_str(),
            RenderSource::Helm(_) => None,
        }
    }

    /// What asks for it: an entry of a configuration or of a specification, else the folder.
    fn place(&self) -> Place {
        match &self.asked {
            Some(place) => place.clone(),
            None => {
                let file = match &self.source {
                    RenderSource::Helm(chart) => chart.chart.join("Chart.yaml"),
                    RenderSource::Kustomize(folder) => {
                        let mut names = crate::layer::NAMES.iter().map(|name| folder.join(name));
                        names
                            .find(|file| file.holds_file())
                            .unwrap_or_else(|| folder.join(crate::layer::NAMES[0]))
                    }
                };
                let text = disk::read_to_string(&file).unwrap_or_default();
                let source = Arc::new(Source {
                    name: display_name(&file),
                    path: file,
                    text,
                });
                Place::bare(source, Span::default())
            }
        }
    }
}

/// The environment that a folder names, where that is certain.
fn environment_of(folder: &str) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 3] = [
        ("production", &["prod", "production", "prd", "live"]),
        ("staging", &["staging", "stage", "stg"]),
        ("dev", &["dev", "develop", "development"]),
    ];
    const BEFORE: [&str; 3] = ["non", "not", "pre"];
    let folder = folder.to_lowercase();
    let words = folder.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.collect();
    if words.iter().any(|word| BEFORE.contains(word)) {
        return None;
    }
    let named = WORDS
        .iter()
        .filter(|(_, known)| words.iter().any(|word| known.contains(word)));
    let named = Vec::from_iter(named.map(|(environment, _)| *environment));
    match named.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// What the entries of `spec.artifacts` of a specification ask for, with the path of each in it.
pub(super) fn declared_in(spec: &Node) -> impl Iterator<Item = (Pointer, &Node)> {
    let entries = spec.at(&["spec", "artifacts"]).map(Node::items);
    let entries = entries.unwrap_or_default().iter().enumerate();
    entries.filter_map(|(at, entry)| {
        let path = Pointer::default().key("spec").key("artifacts").index(at);
        Some((path.key("render"), entry.get("render")?))
    })
}

#[cfg(all(test, unix))]
mod tests;
