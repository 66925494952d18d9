//! What `exclude` of a configuration leaves out, and which line of it.

use super::super::note;
use crate::{
    config::{FILE_NAME, PolicySource, Project},
    document::source::{display_name, folder, real_path},
    finding::{NotChecked, Topic},
    units::counted,
};
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

/// The globs of each project that leave files out, and how many each did.
#[derive(Default)]
pub(in crate::check) struct Excludes {
    by_root: HashMap<PathBuf, ProjectExcludes>,
    /// By the folder of the project, and the place of the glob or the pack.
    counts: BTreeMap<(String, String), (LeftOutBy, usize)>,
}

/// What leaves files out.
enum LeftOutBy {
    /// A glob of `exclude`.
    Glob(String),
    /// The folder of a pack: its tests and cases are no documents.
    Pack(String),
}

impl LeftOutBy {
    /// `` `exclude` at servelint.toml:3: `docs/**` ``
    fn told(&self, place: &str) -> String {
        match self {
            Self::Glob(glob) => format!("`exclude` at {place}: `{glob}`"),
            Self::Pack(path) => format!("`[[policies]]` at {place}: `{path}` is a pack"),
        }
    }
}

/// The globs of one project.
struct ProjectExcludes {
    globs: GlobSet,
    /// Where each is written.
    places: Vec<String>,
}

impl Excludes {
    /// The place of the glob that leaves the file out, if one does.
    pub(in crate::check) fn place(&mut self, path: &Path, project: &Project) -> Option<String> {
        if let Some(pack) = pack_of(path, project) {
            let place = pack.place.source.place_of(pack.place.span);
            self.count(project, &place, || LeftOutBy::Pack(pack.path.clone()));
            return Some(place);
        }
        let patterns = &project.config.check.exclude;
        if patterns.is_empty() {
            return None;
        }
        let excludes = self
            .by_root
            .entry(project.root.clone())
            .or_insert_with(|| ProjectExcludes::of(project));
        let matches = excludes
            .globs
            .matches(within(path, project.exclude_folder()));
        let at = *matches.first()?;
        let place = excludes.places.get(at).cloned().unwrap_or_default();
        self.count(project, &place, || {
            LeftOutBy::Glob(patterns.get(at).cloned().unwrap_or_default())
        });
        Some(place)
    }

    fn count(&mut self, project: &Project, place: &str, by: impl FnOnce() -> LeftOutBy) {
        let key = (display_name(&project.root), place.to_owned());
        self.counts.entry(key).or_insert_with(|| (by(), 0)).1 += 1;
    }

    /// What each glob left out.
    pub(super) fn notes(self) -> impl Iterator<Item = NotChecked> {
        self.counts.into_iter().map(|((root, place), (by, count))| {
            let root = match root.is_empty() {
                true => ".".to_owned(),
                false => root,
            };
            let verb = if count == 1 { "is" } else { "are" };
            let files = counted(count, "file");
            note(
                Topic::Folder(root),
                format!("{files} {verb} left out by {}", by.told(&place)),
            )
        })
    }
}

/// The pack in whose folder a file lies.
fn pack_of<'p>(path: &Path, project: &'p Project) -> Option<&'p PolicySource> {
    let packs = &project.config.policies;
    if packs.is_empty() {
        return None;
    }
    let path = real_path(path);
    packs.iter().find(|pack| path.starts_with(pack.location()))
}

/// The path of a file below a folder: without links, or that of the link where it leads out.
fn within(path: &Path, root: &Path) -> PathBuf {
    let own = real_path(folder(path)).join(path.file_name().unwrap_or_default());
    for place in [real_path(path), own] {
        if let Ok(below) = place.strip_prefix(root) {
            return below.to_owned();
        }
    }
    path.to_owned()
}

impl ProjectExcludes {
    fn of(project: &Project) -> Self {
        let patterns = &project.config.check.exclude;
        let mut places = Vec::new();
        for pattern in patterns {
            let place = project
                .config
                .places
                .get(&format!("check.exclude[{pattern}]"));
            places.push(match place {
                Some(place) => place.source.place_of(place.span),
                None => FILE_NAME.to_owned(),
            });
        }
        Self {
            globs: globs(patterns),
            places,
        }
    }
}

/// True for a file that the configuration leaves out.
pub(in crate::check) fn is_left_out(path: &Path, project: &Project) -> bool {
    Excludes::default().place(path, project).is_some()
}

/// The patterns are known to compile: the configuration was read with them.
pub(in crate::check) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns
        .iter()
        .filter_map(|pattern| Glob::new(pattern).ok())
    {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}
