//! `[[schemas]]`: the files that define kinds of the team's own.

use super::{ConfigError, places::KeyPlace, reader::ConfigTable};
use crate::document::source::{Source, folder, real_path};
use std::sync::Arc;

/// One entry of `[[schemas]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFiles {
    /// A glob of files that hold `CustomResourceDefinition`s, relative to the folder of the
    /// configuration and below it. `*` stays within a folder.
    pub crd: String,
    /// `servelint.toml:12`
    pub origin: String,
    /// The same for programs.
    pub place: KeyPlace,
}

impl SchemaFiles {
    /// What the glob is relative to: the folder of the file, without links.
    pub fn folder(&self) -> std::path::PathBuf {
        real_path(folder(&self.place.source.path))
    }

    pub(super) fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        table.allow(&["crd"])?;
        let Some(crd) = table.glob("crd")? else {
            return Err(table.incomplete("an entry of `[[schemas]]` names the files of a `crd`"));
        };
        Ok(Self {
            crd: table.below("crd", crd)?.to_owned(),
            origin: table.origin(),
            place: KeyPlace {
                source: Arc::clone(source),
                span: table.start(),
            },
        })
    }
}
