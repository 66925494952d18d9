//! The files that packs of conftest's contract see.

use crate::{
    check::{
        Request,
        find::{File, globs},
        load::{Loaded, ShownFile},
        open,
    },
    config::{ConftestOptions, Project},
    document::{
        read::{self, Format, Parsed},
        source::{Source, folder, real_path},
    },
};
use globset::GlobSet;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a pack wants to see.
pub(super) struct FileGlobs {
    files: Option<GlobSet>,
    ignore: GlobSet,
}

impl FileGlobs {
    pub(super) fn of(options: &ConftestOptions) -> Self {
        Self {
            files: (!options.files.is_empty()).then(|| globs(&options.files)),
            ignore: globs(&options.ignore),
        }
    }

    /// Whether it sees the file of this path from the root of the project.
    pub(super) fn holds(&self, path: &str) -> bool {
        let is_named = self.files.as_ref().is_none_or(|files| files.is_match(path));
        is_named && !self.ignore.is_match(path)
    }

    /// True where it says which files.
    pub(super) fn names_files(&self) -> bool {
        self.files.is_some()
    }
}

/// Why a pack does not see a file.
#[derive(Debug, Clone)]
pub(super) struct Unshown {
    pub reason: String,
    /// True where that is no choice of anybody: the pack's answer is missing.
    pub is_fault: bool,
}

/// All files that packs may see, each read once.
pub(super) struct OpenFiles {
    files: Vec<OpenFile>,
}

struct OpenFile {
    path: PathBuf,
    name: String,
    format: Format,
    project: Arc<Project>,
    /// What stands for the disk.
    bytes: Option<Vec<u8>>,
    opened: Option<Result<(Arc<Source>, Parsed), Unshown>>,
}

impl OpenFiles {
    /// The files that the run found, and those of documents that it looked up beside them.
    pub(super) fn of(loaded: &Loaded, request: &Request) -> Self {
        let mut files: BTreeMap<PathBuf, OpenFile> = BTreeMap::new();
        let found = loaded.found.files.iter().map(OpenFile::of);
        let members = loaded.members.iter().filter_map(|member| {
            let path = &member.document.source.path;
            let file = File::at(path, Format::of(path)?, Arc::clone(&member.project));
            Some(OpenFile::of(&file))
        });
        for mut file in found.chain(members) {
            if file.format == Format::Pbtxt {
                continue;
            }
            let unsaved = request.unsaved.get(&file.path);
            file.bytes = unsaved.map(|text| text.clone().into_bytes()).or(file.bytes);
            files.entry(real_path(&file.path)).or_insert(file);
        }
        let mut files: Vec<OpenFile> = files.into_values().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Self { files }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn name(&self, index: usize) -> &str {
        self.files.get(index).map_or("", |file| file.name.as_str())
    }

    pub(super) fn format(&self, index: usize) -> Format {
        self.files
            .get(index)
            .map_or(Format::Yaml, |file| file.format)
    }

    /// The path from the root of this project, with forward slashes; `None` for a file of another one.
    pub(super) fn path_in(&self, index: usize, project: &Project) -> Option<String> {
        let file = self.files.get(index)?;
        if file.project.root != project.root {
            return None;
        }
        let real = real_path(folder(&file.path)).join(file.path.file_name()?);
        let below = real.strip_prefix(real_path(&project.root)).ok()?;
        Some(below.to_string_lossy().replace('\\', "/"))
    }

    /// Reads a file, if nobody did before.
    pub(super) fn open(&mut self, index: usize) -> Result<(), Unshown> {
        let Some(file) = self.files.get_mut(index) else {
            return Ok(());
        };
        let opened = match file.opened.take() {
            Some(opened) => opened,
            None => file.read(),
        };
        match file.opened.insert(opened) {
            Ok(_) => Ok(()),
            Err(unshown) => Err(unshown.clone()),
        }
    }

    pub(super) fn opened(&self, index: usize) -> Option<(&Arc<Source>, &Parsed)> {
        match self.files.get(index)?.opened.as_ref()? {
            Ok((source, parsed)) => Some((source, parsed)),
            Err(_) => None,
        }
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        (0..self.files.len()).filter_map(|index| Some(self.opened(index)?.0))
    }

    /// The files that were shown to somebody.
    pub(super) fn into_files(self) -> Vec<ShownFile> {
        let mut shown = Vec::new();
        for file in self.files {
            if let Some(Ok((source, parsed))) = file.opened {
                let (configurations, _) = read::configurations(&parsed, &source, file.format);
                shown.push(ShownFile {
                    documents: configurations.len(),
                    source,
                    project: file.project,
                });
            }
        }
        shown
    }
}

impl OpenFile {
    fn of(file: &File) -> Self {
        Self {
            path: file.path.clone(),
            name: file.name.clone(),
            format: file.format,
            project: Arc::clone(&file.project),
            bytes: file.bytes.clone(),
            opened: None,
        }
    }

    fn read(&self) -> Result<(Arc<Source>, Parsed), Unshown> {
        let fault = |reason: String| Unshown {
            reason,
            is_fault: true,
        };
        let bytes = match &self.bytes {
            Some(bytes) => bytes.clone(),
            None => read::bytes_of(Path::new(&self.path))
                .map_err(|error| fault(read::io_reason(&error, "file")))?,
        };
        if let Some(skip) = read::Skip::of_bytes(&bytes) {
            return Err(Unshown {
                reason: skip.reason().to_owned(),
                is_fault: false,
            });
        }
        let text = open::decoded(bytes).map_err(fault)?;
        let source = Arc::new(Source {
            name: self.name.clone(),
            path: self.path.clone(),
            text,
        });
        let parsed = read::parse_as_platform(&source, self.format);
        if let Some(skip) = parsed.skipped {
            return Err(Unshown {
                reason: skip.reason().to_owned(),
                is_fault: false,
            });
        }
        match parsed.errors.first() {
            Some(error) => {
                let place = source.place_of(error.span);
                Err(fault(format!(
                    "it does not parse: {place}: {}",
                    error.message
                )))
            }
            None => Ok((source, parsed)),
        }
    }
}
