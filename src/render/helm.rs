//! `helm template`, and where each line comes from.

use super::{
    ChartSource, ObjectOrigin, Programs, RenderFault, Rendered,
    chart::{ChartFiles, inside},
    kustomize::home,
    marks,
    process::RenderCall,
};
use crate::document::{
    read::{self, Format},
    source::{Source, display_name},
};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What helm writes above each document.
pub const SOURCE_LINE: &str = "# Source: ";

pub(super) fn render(
    source: &ChartSource,
    root: &Path,
    programs: &Programs,
) -> Result<Rendered, RenderFault> {
    let program = programs.helm()?;
    let chart = inside(&source.chart, root)?;
    let own = ChartFiles::of(&chart, root)?;
    let mut files = own.paths();
    let values = values(source, root)?;
    files.extend(values.iter().cloned());
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
            root,
        }
        .run()
    };
    // What `helm dependency build` would bring from this repository is put together here.
    let gathered = home.path().join("gathered");
    let text = match own.is_gathered {
        true => {
            let written = own.write(&gathered, &mut |_, _, bytes| bytes);
            written.map_err(|error| refused(error.to_string()))?;
            template(&gathered)?
        }
        false => template(&chart)?,
    };
    let marked = home.path().join("marked");
    let lines = marks::copy(&own, &marked).and_then(|copy| {
        let text_of_copy = template(&marked).ok()?;
        marks::lines(&copy, (&own, &values), &text, &text_of_copy)
    });
    Ok(Rendered {
        origins: origins(&text, &own),
        text,
        files,
        lines,
    })
}

/// The files of values, without links.
fn values(source: &ChartSource, root: &Path) -> Result<Vec<PathBuf>, RenderFault> {
    let mut values = Vec::new();
    for file in &source.values {
        let real = inside(file, root)?;
        if !real.is_file() {
            return Err(refused(format!("`{}` is no file", display_name(file))));
        }
        values.push(real);
    }
    Ok(values)
}

fn refused(reason: String) -> RenderFault {
    RenderFault::Refused(reason)
}

/// Where the documents of a text come from.
fn origins(text: &str, chart: &ChartFiles) -> Vec<ObjectOrigin> {
    let source = Source::new("rendered.yaml", text);
    let parsed = read::parse_as_platform(&source, Format::Yaml);
    let mut origins = Vec::new();
    for document in &parsed.documents {
        let above = &text[..document.root.span.start().min(text.len())];
        let said = above
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(SOURCE_LINE));
        let below = said.and_then(|said| said.trim().split_once('/'));
        let file = below.and_then(|(_, path)| chart.files.get(Path::new(path)));
        origins.push(match file {
            Some(file) => ObjectOrigin::File(file.clone()),
            None => ObjectOrigin::Unknown,
        });
    }
    origins
}
