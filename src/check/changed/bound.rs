//! The statements beside the evidence of documents, which change with it or by themselves.

use super::Changed;
use crate::{
    check::paths::{path_in, texts},
    document::Node,
    evidence::statement_path,
    facts::references::references,
    git::Changes,
    review::Member,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

impl Changed {
    /// True where a statement beside the evidence of a document changed, appeared or is gone.
    pub(super) fn is_bound_otherwise(&self, member: &Member, changes: &Changes) -> bool {
        let root = &member.project.root;
        let references = references(&member.document.root, member.subject);
        let mut paths = references
            .iter()
            .filter_map(|reference| path_in(reference.path));
        paths.any(|path| {
            let statement = statement(&path);
            statement.is_some_and(|path| self.reaches(&root.join(path), changes))
        })
    }

    /// The paths that the texts of a document name, below the root of its project, and those of statements beside them.
    pub(in crate::check) fn named_by(&self, root: &Path, node: &Node) -> BTreeSet<PathBuf> {
        let mut named = BTreeSet::new();
        texts(node, &mut |text| {
            if let Some(path) = path_in(text) {
                named.extend(statement(&path).map(|path| root.join(path)));
                named.insert(root.join(path));
            }
        });
        named
    }
}

/// The path of the statement beside a file.
fn statement(file: &Path) -> Option<PathBuf> {
    Some(PathBuf::from(statement_path(file.to_str()?)))
}
