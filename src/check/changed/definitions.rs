//! What files are judged by changed, whether or not they did themselves.

use crate::{
    check::crds, config::Project, document::source::real_path, git::Changes, schema::Schemas,
};
use std::path::{Path, PathBuf};

/// True where a pack that the project names is not what it was: its rules apply to files that did not change, and a kind
/// that it declares makes documents of them. Tests decide nothing.
pub(super) fn has_other_packs(project: &Project, changes: &Changes) -> bool {
    let entries = project.config.policies.iter();
    let locations: Vec<PathBuf> = entries.map(|entry| real_path(&entry.location())).collect();
    let is_test = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.ends_with("_test.rego"))
    };
    !locations.is_empty()
        && changes.any(&|path| {
            !is_test(path) && locations.iter().any(|location| path.starts_with(location))
        })
}

/// True where the definitions of a project's custom resources are not what they were.
pub(super) fn changed(project: &Project, schemas: &Schemas, changes: &Changes) -> bool {
    let (globs, kinds) = (&project.config.schemas, &project.config.kinds);
    if globs.is_empty() && kinds.is_empty() {
        return false;
    }
    // What is gone is no longer read; what is new was not there.
    changes.any(&|path| crds::names(globs, path) || kinds.iter().any(|kind| kind.is_in(path)))
        || schemas
            .custom(&project.root)
            .is_some_and(|kinds| kinds.files().any(|file| changes.touch(file)))
}
