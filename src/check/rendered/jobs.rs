//! What is to be rendered.

use super::{RenderWhen, declared_in};
use crate::{
    check::{
        Request,
        layers::repository,
        load::{FileReader, Loaded},
    },
    config::{Project, RenderEntry, RenderedPath},
    disk::OnDisk,
    document::source::{folder, real_path},
    finding::Place,
    layer::{LayerGraph, LayerKind},
    render::{ChartSource, RenderSource},
    rule::Subject,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Something to render, and who asks for it.
#[derive(Debug, Clone)]
pub(super) struct RenderJob {
    pub(super) source: RenderSource,
    pub(super) project: Arc<Project>,
    /// The root of the repository, without links.
    pub(super) root: PathBuf,
    pub(super) environment: Option<String>,
    pub(super) service: Option<String>,
    /// The entry that asks for it; `None` for what a walk found.
    pub(super) asked: Option<Place>,
}

/// What the configuration, the specifications and, where that is wanted, the paths of a run lead to; each once, that of
/// an entry before what was only found.
pub(super) fn of(loaded: &Loaded, request: &Request, reader: FileReader<'_>) -> Vec<RenderJob> {
    let mut jobs = declared(loaded);
    if !request.isolated {
        jobs.extend(configured(loaded));
    }
    if matches!(request.render, RenderWhen::Found | RenderWhen::Required) {
        jobs.extend(found(loaded, reader));
    }
    let mut met: BTreeSet<(PathBuf, RenderSource)> = BTreeSet::new();
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    jobs.retain(|job| {
        let folder = real_path(job.source.folder());
        // An entry knows the values and the name of a chart.
        let is_known = job.asked.is_none() && folders.contains(&folder);
        folders.insert(folder);
        !is_known && met.insert((job.root.clone(), job.source.clone()))
    });
    jobs
}

/// What `spec.artifacts` of specifications name.
fn declared(loaded: &Loaded) -> Vec<RenderJob> {
    let mut jobs = Vec::new();
    let specs = loaded
        .members
        .iter()
        .filter(|member| member.subject == Subject::ServingSpec);
    for spec in specs {
        let project = &spec.project;
        for (at, entry) in declared_in(&spec.document.root) {
            let Some(source) = RenderSource::written(entry, &project.root) else {
                continue;
            };
            jobs.push(RenderJob {
                source,
                project: Arc::clone(project),
                root: root_of(project),
                environment: None,
                service: None,
                asked: Some(Place::within(&spec.document, None, &at)),
            });
        }
    }
    jobs
}

/// What `[[render]]` names, in the projects of the run. An entry for one service waits for it.
fn configured(loaded: &Loaded) -> Vec<RenderJob> {
    let mut projects: BTreeMap<&Path, &Arc<Project>> = BTreeMap::new();
    for file in &loaded.found.files {
        projects.insert(&file.project.root, &file.project);
    }
    let mut services: BTreeSet<(&Path, &str)> = BTreeSet::new();
    for member in &loaded.members {
        let service = member.service();
        services.extend(service.map(|service| (member.project.root.as_path(), service)));
    }
    let mut jobs = Vec::new();
    for (root, project) in projects {
        for entry in &project.config.render {
            let service = entry.service.as_deref();
            let is_whole = loaded.found.is_whole(project);
            let is_asked =
                is_whole || service.is_none_or(|service| services.contains(&(root, service)));
            if is_asked {
                jobs.push(RenderJob {
                    source: of_entry(entry),
                    project: Arc::clone(project),
                    root: root_of(project),
                    environment: entry.environment.clone(),
                    service: entry.service.clone(),
                    asked: Some(Place::bare(
                        Arc::clone(&entry.place.source),
                        entry.place.span,
                    )),
                });
            }
        }
    }
    jobs
}

fn of_entry(entry: &RenderEntry) -> RenderSource {
    let folder = entry.folder();
    match &entry.what {
        RenderedPath::Kustomize(path) => RenderSource::Kustomize(folder.join(path)),
        RenderedPath::Helm {
            chart,
            values,
            name,
            namespace,
        } => RenderSource::Helm(ChartSource {
            chart: folder.join(chart),
            values: values.iter().map(|path| folder.join(path)).collect(),
            name: name.clone(),
            namespace: namespace.clone(),
        }),
    }
}

/// The overlays that nothing takes in and the charts, among the files of a run.
fn found(loaded: &Loaded, reader: FileReader<'_>) -> Vec<RenderJob> {
    let mut jobs = Vec::new();
    for file in &loaded.found.files {
        let above = folder(&file.path);
        let is_chart = file
            .path
            .file_name()
            .is_some_and(|name| name == "Chart.yaml");
        let source = if is_chart && !is_within_a_chart(above) {
            RenderSource::Helm(ChartSource {
                chart: above.to_owned(),
                values: Vec::new(),
                name: None,
                namespace: None,
            })
        } else if LayerGraph::is_name(&file.path) {
            let real = real_path(above);
            let is_last = reader.layers.about(&file.project, |layers| {
                let mut own = layers
                    .graph
                    .layers()
                    .filter(|layer| layer.folder == real && layer.kind == LayerKind::Kustomization);
                own.next().is_some() && !layers.graph.is_taken_in(&real)
            });
            if !is_last {
                continue;
            }
            RenderSource::Kustomize(above.to_owned())
        } else {
            continue;
        };
        jobs.push(RenderJob {
            source,
            project: Arc::clone(&file.project),
            root: root_of(&file.project),
            environment: None,
            service: None,
            asked: None,
        });
    }
    jobs
}

/// True for a chart that is a part of another one.
fn is_within_a_chart(folder: &Path) -> bool {
    let is_of_charts = folder.parent().and_then(Path::file_name);
    let above = folder.parent().and_then(Path::parent);
    is_of_charts.is_some_and(|name| name == "charts")
        && above.is_some_and(|above| above.join("Chart.yaml").holds_file())
}

/// The root of a project's repository, without links.
fn root_of(project: &Project) -> PathBuf {
    repository(&project.root)
}
