//! `helm template`, and where each line comes from.

use super::{
    ChartSource, ObjectOrigin, Programs, RenderFault, Rendered,
    kustomize::home,
    marks::{self, ChartFiles},
    process::RenderCall,
};
use crate::document::{
    read::{self, Format},
    source::{Source, display_name},
};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// So many files may a chart have.
const MOST_FILES: usize = 5_000;
/// Bytes of all of them.
const MOST_BYTES: u64 = 50_000_000;
/// What helm writes above each document.
const SOURCE: &str = "# Source: ";

pub(super) fn render(
    source: &ChartSource,
    root: &Path,
    programs: &Programs,
) -> Result<Rendered, RenderFault> {
    let program = programs.helm()?;
    let chart = inside(&source.chart, root)?;
    let mut files = chart_files(&chart)?;
    let mut values = Vec::new();
    for file in &source.values {
        let real = inside(file, root)?;
        if !real.is_file() {
            return Err(refused(format!("`{}` is no file", display_name(file))));
        }
        files.insert(real.clone());
        values.push(real);
    }
    let home = home()?;
    let folder = chart.file_name().and_then(|name| name.to_str());
    let release = source
        .name
        .as_deref()
        .or(folder)
        .unwrap_or("release")
        .to_owned();
    let template = |chart: &Path| {
        let mut arguments: Vec<OsString> = vec!["template".into(), release.clone().into()];
        arguments.push(chart.into());
        arguments.push("--skip-tests".into());
        if let Some(namespace) = &source.namespace {
            arguments.extend(["--namespace".into(), namespace.into()]);
        }
        for file in &values {
            arguments.extend(["--values".into(), file.into()]);
        }
        RenderCall {
            programs,
            called: "helm template",
            program,
            arguments,
            home: home.path(),
        }
        .run()
    };
    let text = template(&chart)?;
    let known = ChartFiles {
        chart: &chart,
        shown: &source.chart,
        values: &values,
    };
    let marked = home.path().join("marked");
    let lines = marks::copy(&known, &files, &marked).and_then(|copy| {
        let text_of_copy = template(&marked).ok()?;
        marks::lines(&copy, &known, &text, &text_of_copy)
    });
    Ok(Rendered {
        origins: origins(&text, &chart),
        text,
        files,
        lines,
    })
}

fn refused(reason: String) -> RenderFault {
    RenderFault::Refused(reason)
}

/// The path without links, where it lies in the repository.
fn inside(path: &Path, root: &Path) -> Result<PathBuf, RenderFault> {
    let shown = display_name(path);
    match path.canonicalize() {
        Ok(real) if real.starts_with(root) => Ok(real),
        Ok(_) => Err(refused(format!("`{shown}` leads out of the repository"))),
        Err(_) => Err(refused(format!("`{shown}` does not exist"))),
    }
}

/// The files of a chart. helm follows links, wherever they lead, so one with links is not rendered.
fn chart_files(chart: &Path) -> Result<BTreeSet<PathBuf>, RenderFault> {
    let shown = display_name(chart);
    if !chart.join("Chart.yaml").is_file() {
        return Err(refused(format!("`{shown}` holds no Chart.yaml")));
    }
    let mut files = BTreeSet::new();
    let mut bytes = 0;
    for entry in walkdir::WalkDir::new(chart) {
        let entry = entry.map_err(|error| refused(format!("`{shown}` cannot be read: {error}")))?;
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            let shown = display_name(entry.path());
            return Err(refused(format!(
                "`{shown}` is a link or no file, which helm would follow"
            )));
        }
        bytes += entry.metadata().map_or(0, |metadata| metadata.len());
        files.insert(entry.into_path());
        if files.len() > MOST_FILES || bytes > MOST_BYTES {
            return Err(refused(format!(
                "`{shown}` holds more than {MOST_FILES} files or {} MB",
                MOST_BYTES / 1_000_000
            )));
        }
    }
    Ok(files)
}

/// Where the documents of a text come from.
fn origins(text: &str, chart: &Path) -> Vec<ObjectOrigin> {
    let source = Source::new("rendered.yaml", text);
    let parsed = read::parse(&source, Format::Yaml);
    let mut origins = Vec::new();
    for document in &parsed.documents {
        let above = &text[..document.root.span.start().min(text.len())];
        let said = above
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(SOURCE));
        let below = said.and_then(|said| said.trim().split_once('/'));
        let file = below.map(|(_, path)| chart.join(path));
        origins.push(match file.filter(|file| file.is_file()) {
            Some(file) => ObjectOrigin::File(file),
            None => ObjectOrigin::Unknown,
        });
    }
    origins
}
