//! From the globs of `[[schemas]]` to the custom kinds of each project.
//!
//! A definition that was passed over would let through what it should refuse, so whatever is wrong
//! with one stops the run, like a broken configuration.

use super::{LintError, find::File, note, open};
use crate::{
    config::{Project, Projects, SchemaFiles},
    disk::{DiskWalk, OnDisk, WalkPlan},
    document::{
        Document, Node,
        read::{self, Format},
        source::{Source, display_name, real_path},
    },
    finding::{NotChecked, Topic},
    git::Snapshot,
    schema::{CrdError, Custom, CustomKinds, Refusal, Schemas},
};
use globset::{GlobBuilder, GlobMatcher};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// So many files and folders are looked at for one glob.
const MOST_ENTRIES: usize = 100_000;
/// So many files are read for one project.
const MOST_FILES: usize = 2_000;

/// Reads the definitions of all projects, and says which of their files hold none.
pub(super) fn read(
    projects: &Projects,
    base: Option<&Snapshot>,
) -> Result<(Custom, Vec<NotChecked>), LintError> {
    let mut custom = Custom::default();
    let mut notes = Vec::new();
    for project in projects
        .all()
        .filter(|project| !project.config.schemas.is_empty())
    {
        let base = base.filter(|_| project.is_past());
        let kinds = match base.map(|base| of(project, Some(base), &mut notes)) {
            // Those of the base cannot be used: a change that mends them is judged by its own, which differ and are
            // reported.
            None | Some(Err(_)) => of(project, None, &mut notes)?,
            Some(Ok(kinds)) => kinds,
        };
        custom.insert(project.root.clone(), kinds);
    }
    Ok((custom, notes))
}

fn of(
    project: &Project,
    base: Option<&Snapshot>,
    notes: &mut Vec<NotChecked>,
) -> Result<CustomKinds, LintError> {
    let mut kinds = CustomKinds::default();
    // By its path without links: globs may overlap.
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in &project.config.schemas {
        let files = match base {
            Some(base) => past_of(base, entry)
                .map(|path| (path.clone(), path))
                .collect(),
            None => matching(&entry.folder(), entry)?,
        };
        if files.is_empty() {
            return Err(nothing(entry, "matches no file").into());
        }
        let fresh: Vec<&(PathBuf, PathBuf)> = files
            .iter()
            .filter(|(_, real)| seen.insert(real.clone()))
            .collect();
        if seen.len() > MOST_FILES {
            let reason = format!("matches more than {MOST_FILES} files");
            return Err(nothing(entry, reason).into());
        }
        let parsed: Vec<Result<read::Parsed, CrdError>> = fresh
            .par_iter()
            .map(|(path, _)| parse(path, base))
            .collect();
        // What another entry has read already needs no definition here.
        let mut holds = fresh.len() < files.len();
        for ((path, real), parsed) in fresh.into_iter().zip(parsed) {
            let mut defines = false;
            for document in parsed?.documents.into_iter().flat_map(open::objects) {
                defines |= kinds.add(&document)?;
            }
            holds |= defines;
            match defines {
                true => {
                    kinds.add_file(path.clone());
                    kinds.add_file(real.clone());
                }
                false => notes.push(note(
                    Topic::File(display_name(path)),
                    "`[[schemas]]` in servelint.toml names it, and it holds no CustomResourceDefinition",
                )),
            }
        }
        if !holds {
            let reason = "matches no file with a CustomResourceDefinition";
            return Err(nothing(entry, reason).into());
        }
    }
    Ok(kinds)
}

/// Why an entry of `[[schemas]]` leads to no definition.
fn nothing(entry: &SchemaFiles, reason: impl Into<String>) -> CrdError {
    CrdError::Nothing {
        origin: entry.origin.clone(),
        glob: entry.crd.clone(),
        reason: reason.into(),
    }
}

fn unreadable(path: &Path, reason: impl Into<String>) -> CrdError {
    CrdError::Unreadable {
        path: path.to_owned(),
        reason: reason.into(),
    }
}

/// What is said of a kind that only its definition knows.
pub(super) const ALONE: &str =
    "no rule is about this kind: its objects were checked against their CRD only";

/// What a definition refuses, and what it leaves open.
pub(super) type Held = (Vec<Refusal>, Vec<NotChecked>);

/// What the definition of a document's kind refuses, and what it leaves open; `None` where the project
/// has no such definition.
pub(super) fn check(
    document: &Document,
    file: &File,
    schemas: &Schemas,
) -> Result<Option<Held>, LintError> {
    let root = &document.root;
    let Some(checked) = schemas.check_custom(&file.project.root, root)? else {
        return Ok(None);
    };
    let kind = format!("{} {}", text(root, "apiVersion"), text(root, "kind"));
    let mut gaps = Vec::new();
    for gap in checked.gaps {
        gaps.push(note(Topic::Kind(kind.clone()), gap));
    }
    Ok(Some((checked.refusals, gaps)))
}

fn text<'n>(root: &'n Node, key: &str) -> &'n str {
    root.get(key).and_then(Node::as_str).unwrap_or_default()
}

/// Adds what a definition refuses to what the schema of the fields that are read does: where both speak
/// of one place, that schema knows why it matters.
pub(super) fn join(own: &mut Vec<Refusal>, custom: Vec<Refusal>) {
    let known: BTreeSet<_> = own
        .iter()
        .map(|refusal| refusal.violation.at.clone())
        .collect();
    own.extend(
        custom
            .into_iter()
            .filter(|refusal| refusal.rest.is_some() || !known.contains(&refusal.violation.at)),
    );
}

/// True for a path that one of the globs names, whether or not it is there.
pub(super) fn names(schemas: &[SchemaFiles], path: &Path) -> bool {
    schemas.iter().any(|entry| is_named(entry, path))
}

/// True for a path that the glob of an entry names, whether or not it is there.
pub(super) fn is_named(entry: &SchemaFiles, path: &Path) -> bool {
    let relative = path.strip_prefix(entry.folder()).ok();
    let found = relative.zip(matcher(&entry.crd));
    found.is_some_and(|(relative, glob)| glob.is_match(relative))
}

/// The files of the base that these entries name, each with the first that does.
pub(super) fn past<'s>(
    base: &Snapshot,
    schemas: &'s [SchemaFiles],
) -> BTreeMap<PathBuf, &'s SchemaFiles> {
    let mut named = BTreeMap::new();
    for entry in schemas {
        for path in past_of(base, entry) {
            named.entry(path).or_insert(entry);
        }
    }
    named
}

/// The files of the base that an entry names, in order.
fn past_of(base: &Snapshot, entry: &SchemaFiles) -> impl Iterator<Item = PathBuf> {
    let (folder, glob) = (entry.folder(), matcher(&entry.crd));
    base.paths().filter(move |path| {
        let relative = path.strip_prefix(&folder).ok();
        relative
            .zip(glob.as_ref())
            .is_some_and(|(path, glob)| glob.is_match(path))
    })
}

/// The glob was compiled when the configuration was read.
fn matcher(glob: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}

/// The files that a glob names, sorted, each with its path without links.
fn matching(folder: &Path, entry: &SchemaFiles) -> Result<Vec<(PathBuf, PathBuf)>, CrdError> {
    let Some(glob) = matcher(&entry.crd) else {
        return Ok(Vec::new());
    };
    let start = folder.join(literal(&entry.crd));
    // A link out of the project is refused before anything is read through it.
    if start.is_there() {
        inside(&start, folder)?;
    }
    let walker = DiskWalk::new(&start, WalkPlan::Everything);
    let mut files = Vec::new();
    for (count, found) in walker.enumerate() {
        if count == MOST_ENTRIES {
            let reason = format!(
                "searches more than {MOST_ENTRIES} files and folders; begin it with a folder"
            );
            return Err(nothing(entry, reason));
        }
        let found = match found {
            Ok(found) => found,
            // Where it begins is not there: it matches nothing.
            Err(error) if error.is_start => break,
            Err(error) => {
                let reason = match &error.cause {
                    Some(error) => super::find::reason(error),
                    None => error.to_string(),
                };
                return Err(unreadable(error.path.as_deref().unwrap_or(&start), reason));
            }
        };
        let path = found.path();
        let is_named = path
            .strip_prefix(folder)
            .is_ok_and(|relative| glob.is_match(relative));
        if is_named && !path.holds_folder() {
            files.push((path.to_owned(), inside(path, folder)?));
        }
    }
    Ok(files)
}

/// The folders with which a glob begins, up to the first part that is a pattern.
fn literal(glob: &str) -> PathBuf {
    glob.split('/')
        .take_while(|part| !part.contains(['*', '?', '[', '{', '\\']))
        .collect()
}

/// The path without links, which must lie in the folder.
pub(super) fn inside(path: &Path, folder: &Path) -> Result<PathBuf, CrdError> {
    let real = match path.resolve() {
        Ok(real) => real,
        Err(_) if path.is_link() => {
            return Err(unreadable(path, "the symbolic link leads nowhere"));
        }
        Err(error) => return Err(unreadable(path, super::find::reason(&error))),
    };
    match real.starts_with(real_path(folder)) {
        true => Ok(real),
        false => Err(unreadable(path, "a symbolic link leads out of the project")),
    }
}

fn parse(path: &Path, base: Option<&Snapshot>) -> Result<read::Parsed, CrdError> {
    // What is named along with the definitions, such as a readme, defines nothing.
    let Some(format) = Format::of(path) else {
        return Ok(read::Parsed::default());
    };
    let bytes = match base {
        Some(base) => past_bytes(path, base)?,
        None => {
            read::bytes_of(path).map_err(|error| unreadable(path, super::find::reason(&error)))?
        }
    };
    let text = open::decoded(bytes).map_err(|reason| unreadable(path, reason))?;
    let source = Arc::new(Source {
        name: display_name(path),
        path: path.to_owned(),
        text,
    });
    let Some(parsed) = open::parsed(&source, format) else {
        let reason = "the parser failed on it, which is a defect of servelint";
        return Err(unreadable(path, reason));
    };
    if let Some(skip) = parsed.skipped {
        return Err(unreadable(path, skip.reason()));
    }
    match parsed.errors.first() {
        Some(error) => Err(CrdError::at(&source, error.span, error.message.clone())),
        None => Ok(parsed),
    }
}

pub(super) fn past_bytes(path: &Path, base: &Snapshot) -> Result<Vec<u8>, CrdError> {
    let bytes = base.read(path);
    let bytes = bytes.map_err(|error| unreadable(path, error.to_string()))?;
    bytes.ok_or_else(|| unreadable(path, "the symbolic link leads nowhere"))
}
