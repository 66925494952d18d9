//! `[[schemas]]`: the files that define kinds of the team's own.

use super::{ConfigError, places::KeyPlace, reader::ConfigTable};
use crate::document::{
    api_group,
    source::{Source, Span, folder, real_path},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The keys that declare a kind; `crd` stands alone.
const KIND_KEYS: [&str; 3] = ["kind", "apiVersion", "schema"];

/// What an entry of `[[schemas]]` is.
pub(super) enum SchemaEntry {
    /// Files with definitions of custom resources.
    Files(SchemaFiles),
    /// A kind with its JSON Schema.
    Kind(KindSchema),
}

impl SchemaEntry {
    pub(super) fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        table.allow(&["crd", "kind", "apiVersion", "schema"])?;
        let own = KIND_KEYS
            .iter()
            .find(|key| table.keys().any(|own| own == **key));
        match (own, table.string("crd")?) {
            (None, _) => SchemaFiles::read(table, source).map(Self::Files),
            (Some(_), None) => KindSchema::read(table, source).map(Self::Kind),
            (Some(key), Some(_)) => Err(table.wrong_value(
                key,
                "belongs to an entry of its own: this one names the files of a `crd`",
            )),
        }
    }
}

/// A kind of the team's own, by an entry of `[[schemas]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindSchema {
    /// The `kind` of its documents.
    pub kind: String,
    /// Their `apiVersion`.
    pub api_version: String,
    /// The file of the JSON Schema, below the folder of the file that declares it.
    pub schema: String,
    /// `servelint.toml:12`
    pub origin: String,
    /// The value of `kind` in its file.
    pub place: KeyPlace,
    /// The value of `apiVersion` there.
    pub version_span: Span,
    /// The value of `schema` there.
    pub schema_span: Span,
}

impl KindSchema {
    /// The file of the schema on the disk.
    pub fn path(&self) -> PathBuf {
        real_path(folder(&self.place.source.path)).join(&self.schema)
    }

    /// True for the path, without links, of the file of the schema, whether or not it is there.
    pub fn is_in(&self, path: &Path) -> bool {
        // A path without links costs system calls.
        let is_called = Path::new(&self.schema).file_name() == path.file_name();
        is_called && self.path() == path
    }

    /// The group of its `apiVersion`; empty where that has none.
    pub fn group(&self) -> &str {
        api_group(&self.api_version)
    }

    /// Another place in its file.
    pub fn place_at(&self, span: Span) -> KeyPlace {
        KeyPlace {
            source: Arc::clone(&self.place.source),
            span,
        }
    }

    /// Reads an entry of `[[schemas]]` of a `servelint-pack.toml`, which holds no definitions of custom resources.
    pub(super) fn of_pack(
        table: &ConfigTable<'_>,
        source: &Arc<Source>,
    ) -> Result<Self, ConfigError> {
        table.allow(&KIND_KEYS)?;
        Self::read(table, source)
    }

    fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        let (Some(kind), Some(api_version), Some(schema)) = (
            table.string("kind")?,
            table.string("apiVersion")?,
            table.string("schema")?,
        ) else {
            return Err(table.incomplete(
                "an entry of `[[schemas]]` that declares a kind has `kind`, `apiVersion` and `schema`",
            ));
        };
        if !is_version(api_version) {
            return Err(table.wrong_value(
                "apiVersion",
                "must be a group and a version, such as \"acme.dev/v1\"",
            ));
        }
        Ok(Self {
            kind: kind.to_owned(),
            api_version: api_version.to_owned(),
            schema: table.below("schema", schema)?.to_owned(),
            origin: table.origin(),
            place: KeyPlace {
                source: Arc::clone(source),
                span: table.value_span("kind"),
            },
            version_span: table.value_span("apiVersion"),
            schema_span: table.value_span("schema"),
        })
    }
}

/// Characters of a group or a version.
const LONGEST_PART: usize = 253;

/// True for `acme.dev/v1`.
fn is_version(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let is_part =
        |part: &str| !part.is_empty() && part.len() <= LONGEST_PART && part.bytes().all(is_plain);
    text.split_once('/')
        .is_some_and(|(group, version)| is_part(group) && is_part(version))
}

/// An entry of `[[schemas]]` that names files with `crd`.
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
    pub fn folder(&self) -> PathBuf {
        real_path(folder(&self.place.source.path))
    }

    fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        let Some(crd) = table.glob("crd")? else {
            return Err(table.incomplete(
                "an entry of `[[schemas]]` names the files of a `crd`, or a `kind` with its `apiVersion` and `schema`",
            ));
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
