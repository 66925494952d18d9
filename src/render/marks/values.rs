//! Which key of which file of values a line of a template takes its value from.

use crate::{
    document::{Document, Node, Pointer, Step, Value},
    layer::WrittenPlace,
    render::chart::{ChartFiles, document},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// How templates name values.
const VALUES: &str = ".Values.";

/// The values of a chart, those that go first in front.
pub(super) struct ChartValues {
    given: Vec<Document>,
    /// Those of the charts in it are in files of their own, below the folder of the chart.
    own: Vec<(String, Document)>,
}

impl ChartValues {
    /// Reads the files that can be read; of the others nothing is told.
    pub(super) fn read(chart: &ChartFiles, values: &[PathBuf]) -> Self {
        let given = values.iter().rev().filter_map(|file| document(file));
        let given = given.collect();
        let mut own = Vec::new();
        for (below, file) in &chart.files {
            let folder = below.parent().and_then(Path::to_str);
            if let (true, Some(folder)) = (below.ends_with("values.yaml"), folder) {
                let folder = folder.replace('\\', "/");
                own.extend(document(file).map(|document| (folder, document)));
            }
        }
        Self { given, own }
    }

    /// The key that a value of an object stands under, where the line of the template names one key alone and what
    /// stands there is that value.
    pub(super) fn place(
        &self,
        line: &str,
        template: &Path,
        at: &Pointer,
        node: &Node,
    ) -> Option<WrittenPlace> {
        let mut named = line.match_indices(VALUES).map(|(start, _)| {
            let rest = &line[start + VALUES.len()..];
            let end =
                rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"_.".contains(letter));
            rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
        });
        let path = named.next().filter(|path| !path.is_empty())?;
        if named.any(|other| other != path) {
            return None;
        }
        let keys = Vec::from_iter(path.split('.').map(|key| Step::Key(key.to_owned())));
        let folder = chart_of(template);
        for (prefix, document) in self.in_order(&folder) {
            let path: Pointer = prefix.into_iter().chain(keys.iter().cloned()).collect();
            let found = document.root.resolve(&path);
            if found.complete {
                return below(found.node, at, node).map(|inner| WrittenPlace {
                    source: Arc::clone(&document.source),
                    span: document.root.resolve(&path.join(&inner)).point,
                });
            }
        }
        None
    }

    /// The files of values that a template of the chart in `folder` sees, with the path at which each holds them.
    fn in_order<'v>(
        &'v self,
        folder: &'v str,
    ) -> impl Iterator<Item = (Vec<Step>, &'v Document)> + 'v {
        let names = Vec::from_iter(
            folder
                .split('/')
                .skip(1)
                .step_by(2)
                .map(|name| Step::Key(name.to_owned())),
        );
        let depth = names.len();
        let given = self.given.iter().map({
            let names = names.clone();
            move |document| (names.clone(), document)
        });
        let own = (0..=depth).filter_map(move |level| {
            let folder = Vec::from_iter(folder.split('/').take(level * 2)).join("/");
            let (_, document) = self.own.iter().find(|(own, _)| *own == folder)?;
            Some((names[level..].to_vec(), document))
        });
        given.chain(own)
    }
}

/// The folder of the chart that a template belongs to, in that of the whole: `charts/a` of `charts/a/templates/x.yaml`.
fn chart_of(template: &Path) -> String {
    let path = template.to_string_lossy().replace('\\', "/");
    match path.rfind("/templates/") {
        Some(end) => path[..end].to_owned(),
        None => String::new(),
    }
}

/// The path below a value of what an object holds at `at`: nothing where it is the value itself, and the last steps of
/// `at` where the value was inserted as a whole.
fn below(found: &Node, at: &Pointer, node: &Node) -> Option<Pointer> {
    let is_collection = matches!(found.value, Value::List(_) | Value::Map(_));
    if !is_collection {
        return (found.scalar().is_some() && found.scalar() == node.scalar())
            .then(Pointer::default);
    }
    let steps = at.steps();
    (0..steps.len()).find_map(|skipped| {
        let inner = at.skip(skipped);
        let there = found.resolve(&inner);
        (there.complete && there.node.value == node.value).then_some(inner)
    })
}
