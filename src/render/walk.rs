//! What a kustomization takes in, walked before anything renders it: whatever is remote, leads out of the repository,
//! runs a program or is written to exhaust its reader is refused.

use super::RenderFault;
use crate::{
    document::{
        Document, Node, Value,
        read::{self, Format},
        source::{Source, clip, display_name},
    },
    layer::NAMES,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// So many files are taken in.
const MOST_FILES: usize = 5_000;
/// The longest of them.
const MOST_BYTES: u64 = 10_000_000;
/// Characters of foreign text in a message.
const LONGEST_TEXT: usize = 200;

/// What is rendered by other programs, or by code that the folder brings.
const RUNS: [&str; 5] = [
    "helmCharts",
    "helmChartInflationGenerator",
    "generators",
    "transformers",
    "validators",
];

/// The files that the kustomization of a folder takes in, its own included, without links.
pub(super) fn files(folder: &Path, root: &Path) -> Result<BTreeSet<PathBuf>, RenderFault> {
    let mut walk = RenderWalk {
        root,
        files: BTreeSet::new(),
        folders: BTreeSet::new(),
        left: Vec::new(),
    };
    let shown = display_name(folder);
    let real = folder
        .canonicalize()
        .map_err(|_| refused(format!("`{shown}` does not exist")))?;
    if !real.starts_with(root) {
        return Err(refused(format!("`{shown}` leads out of the repository")));
    }
    walk.left.push(real);
    while let Some(folder) = walk.left.pop() {
        if walk.folders.insert(folder.clone()) {
            walk.folder(&folder)?;
        }
    }
    Ok(walk.files)
}

fn refused(reason: String) -> RenderFault {
    RenderFault::Refused(reason)
}

struct RenderWalk<'w> {
    root: &'w Path,
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    left: Vec<PathBuf>,
}

impl RenderWalk<'_> {
    fn folder(&mut self, folder: &Path) -> Result<(), RenderFault> {
        let shown = || display_name(folder);
        let found = NAMES.iter().map(|name| folder.join(name));
        let found: Vec<PathBuf> = found
            .filter(|file| file.symlink_metadata().is_ok())
            .collect();
        let [file] = found.as_slice() else {
            return Err(refused(match found.len() {
                0 => format!("`{}` holds no kustomization", shown()),
                _ => format!("`{}` holds several kustomizations", shown()),
            }));
        };
        let file = self.inside(folder, &file.to_string_lossy())?;
        for document in self.file(&file)? {
            self.kustomization(&document.root, folder)?;
        }
        Ok(())
    }

    fn kustomization(&mut self, root: &Node, folder: &Path) -> Result<(), RenderFault> {
        if let Some(key) = RUNS.iter().find(|key| is_said(root.get(key))) {
            let shown = display_name(folder);
            return Err(refused(format!("`{shown}` has `{key}`, which is not run")));
        }
        for key in ["resources", "bases", "components"] {
            for text in texts(root.get(key)) {
                let path = self.inside(folder, text)?;
                match path.is_dir() {
                    true => self.left.push(path),
                    false => drop(self.file(&path)?),
                }
            }
        }
        for key in ["configurations", "crds"] {
            self.all(folder, texts(root.get(key)))?;
        }
        for key in ["patches", "patchesJson6902", "replacements"] {
            let items = root.get(key).map(Node::items).unwrap_or_default();
            self.all(
                folder,
                items.iter().filter_map(|item| item.get("path")?.as_str()),
            )?;
        }
        let merged = texts(root.get("patchesStrategicMerge"));
        self.all(folder, merged.filter(|text| !text.contains('\n')))?;
        self.all(folder, root.at(&["openapi", "path"]).and_then(Node::as_str))?;
        for key in ["configMapGenerator", "secretGenerator"] {
            for item in root.get(key).map(Node::items).unwrap_or_default() {
                let keyed = texts(item.get("files"));
                let keyed = keyed.map(|text| text.split_once('=').map_or(text, |(_, path)| path));
                let single = item.get("env").and_then(Node::as_str);
                for text in keyed.chain(texts(item.get("envs"))).chain(single) {
                    // Its content may be anything, and nobody parses it.
                    let path = self.inside(folder, text)?;
                    self.take(path)?;
                }
            }
        }
        Ok(())
    }

    fn all<'n>(
        &mut self,
        folder: &Path,
        texts: impl IntoIterator<Item = &'n str>,
    ) -> Result<(), RenderFault> {
        for text in texts {
            let path = self.inside(folder, text)?;
            self.file(&path)?;
        }
        Ok(())
    }

    /// The real path that a text of a kustomization leads to.
    fn inside(&self, folder: &Path, text: &str) -> Result<PathBuf, RenderFault> {
        let shown = clip(text, LONGEST_TEXT);
        if is_remote(text) {
            return Err(refused(format!(
                "`{shown}` is remote, and nothing is fetched"
            )));
        }
        match folder.join(text).canonicalize() {
            Ok(path) if path.starts_with(self.root) => Ok(path),
            Ok(_) => Err(refused(format!("`{shown}` leads out of the repository"))),
            Err(_) => Err(refused(format!("`{shown}` does not exist"))),
        }
    }

    fn take(&mut self, path: PathBuf) -> Result<(), RenderFault> {
        let shown = display_name(&path);
        let metadata = path.metadata();
        let is_file = metadata.as_ref().is_ok_and(std::fs::Metadata::is_file);
        if !is_file {
            return Err(refused(format!("`{shown}` is no file")));
        }
        if metadata.is_ok_and(|metadata| metadata.len() > MOST_BYTES) {
            return Err(refused(format!("`{shown}` is larger than 10 MB")));
        }
        self.files.insert(path);
        match self.files.len() > MOST_FILES {
            true => Err(refused(format!("it takes in more than {MOST_FILES} files"))),
            false => Ok(()),
        }
    }

    /// The documents of a file that is parsed: one that our reader cannot bear is shown to nobody else.
    fn file(&mut self, path: &Path) -> Result<Vec<Document>, RenderFault> {
        self.take(path.to_owned())?;
        let shown = display_name(path);
        let unreadable = |reason: String| refused(format!("`{shown}` cannot be read: {reason}"));
        let bytes = read::bytes_of(path).map_err(|error| unreadable(error.to_string()))?;
        let text = read::decode(bytes).map_err(|error| unreadable(error.to_string()))?;
        let source = Arc::new(Source {
            name: shown.clone(),
            path: path.to_owned(),
            text,
        });
        let parsed = read::parse_as_platform(&source, Format::of(path).unwrap_or(Format::Yaml));
        match parsed.errors.first() {
            Some(error) => Err(unreadable(error.message.clone())),
            None => Ok(parsed.documents),
        }
    }
}

fn texts(node: Option<&Node>) -> impl Iterator<Item = &str> {
    let items = node.map(Node::items).unwrap_or_default();
    items.iter().filter_map(Node::as_str)
}

fn is_said(node: Option<&Node>) -> bool {
    match node.map(|node| &node.value) {
        None | Some(Value::Null) => false,
        Some(Value::List(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

fn is_remote(text: &str) -> bool {
    ["://", "git@", "git::", "?ref=", "//"]
        .iter()
        .any(|mark| text.contains(mark))
        || text.starts_with("github.com/")
}
