//! What a chart is made of: its own files, and those of charts in this repository that it depends on.

use super::RenderFault;
use crate::document::{
    Document, Node,
    read::{self, Format},
    source::{Source, display_name},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// So many files may a chart have.
const MOST_FILES: usize = 5_000;
/// Bytes of all of them.
const MOST_BYTES: u64 = 50_000_000;
/// So deep may charts depend on each other.
const DEEPEST: usize = 8;
/// How the address of a chart in the same repository begins.
const LOCAL: &str = "file://";

/// What is written in the place of a file, by its path in the chart, where it is and its bytes.
pub(super) type ContentOf<'c> = dyn FnMut(&Path, &Path, Vec<u8>) -> Vec<u8> + 'c;

/// The files of a chart as helm needs them, by their paths in it.
#[derive(Debug, Default)]
pub(super) struct ChartFiles {
    /// Where each is, without links.
    pub(super) files: BTreeMap<PathBuf, PathBuf>,
    /// True where some of them are not below the chart's own folder.
    pub(super) is_gathered: bool,
    bytes: u64,
}

impl ChartFiles {
    /// The files of a chart, whose folder is given without links. helm follows links, wherever they lead, so a chart with
    /// links is refused.
    pub(super) fn of(chart: &Path, root: &Path) -> Result<Self, RenderFault> {
        let mut files = Self::default();
        files.add(chart, root, Path::new(""), DEEPEST)?;
        Ok(files)
    }

    /// All of them, where they are.
    pub(super) fn paths(&self) -> BTreeSet<PathBuf> {
        self.files.values().cloned().collect()
    }

    /// Writes a chart to a folder; `content` may be another one than that of the file.
    pub(super) fn write(&self, to: &Path, content: &mut ContentOf<'_>) -> std::io::Result<()> {
        for (below, file) in &self.files {
            let target = to.join(below);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&target, content(below, file, fs::read(file)?))?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        chart: &Path,
        root: &Path,
        below: &Path,
        left: usize,
    ) -> Result<(), RenderFault> {
        let shown = display_name(chart);
        let about = chart.join("Chart.yaml");
        if !about.is_file() {
            return Err(refused(format!("`{shown}` holds no Chart.yaml")));
        }
        for entry in walkdir::WalkDir::new(chart).sort_by_file_name() {
            let entry =
                entry.map_err(|error| refused(format!("`{shown}` cannot be read: {error}")))?;
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
            self.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            let own = entry.path().strip_prefix(chart).unwrap_or(entry.path());
            self.files.insert(below.join(own), entry.path().to_owned());
            if self.files.len() > MOST_FILES || self.bytes > MOST_BYTES {
                return Err(refused(format!(
                    "`{shown}` holds more than {MOST_FILES} files or {} MB",
                    MOST_BYTES / 1_000_000
                )));
            }
        }
        for (name, path) in local(&about) {
            let place = below.join("charts").join(&name);
            let is_there = |file: &PathBuf| file.starts_with(&place);
            let archive = format!("{name}-");
            let is_archive = |file: &PathBuf| {
                let own = file.strip_prefix(below.join("charts")).ok();
                let own = own.and_then(Path::to_str).unwrap_or_default();
                own.starts_with(&archive) && own.ends_with(".tgz")
            };
            if self
                .files
                .keys()
                .any(|file| is_there(file) || is_archive(file))
            {
                continue;
            }
            let real = inside(&chart.join(&path), root)?;
            if left == 0 || chart.starts_with(&real) {
                return Err(refused(format!("`{shown}` depends on itself")));
            }
            self.is_gathered = true;
            self.add(&real, root, &place, left - 1)?;
        }
        Ok(())
    }
}

fn refused(reason: String) -> RenderFault {
    RenderFault::Refused(reason)
}

/// The path without links, where it lies in the repository.
pub(super) fn inside(path: &Path, root: &Path) -> Result<PathBuf, RenderFault> {
    let shown = display_name(path);
    match path.canonicalize() {
        Ok(real) if real.starts_with(root) => Ok(real),
        Ok(_) => Err(refused(format!("`{shown}` leads out of the repository"))),
        Err(_) => Err(refused(format!("`{shown}` does not exist"))),
    }
}

/// The dependencies of a chart that are folders: their names, and their paths from it.
fn local(about: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some(document) = document(about) else {
        return found;
    };
    let dependencies = document.root.get("dependencies").map(Node::items);
    for dependency in dependencies.unwrap_or_default() {
        let text = |key: &str| dependency.get(key).and_then(Node::as_str);
        let path = text("repository").and_then(|address| address.strip_prefix(LOCAL));
        let is_name =
            |name: &&str| !name.is_empty() && !name.contains(['/', '\\']) && *name != "..";
        if let (Some(name), Some(path)) = (text("name").filter(is_name), path) {
            found.push((name.to_owned(), path.to_owned()));
        }
    }
    found
}

/// The first document of a file of a chart, as helm reads it.
pub fn document(file: &Path) -> Option<Document> {
    let text = read::decode(read::bytes_of(file).ok()?).ok()?;
    let source = std::sync::Arc::new(Source {
        name: display_name(file),
        path: file.to_owned(),
        text,
    });
    let parsed = read::parse_as_platform(&source, Format::Yaml);
    parsed.documents.into_iter().next()
}
