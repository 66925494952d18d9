//! `[[policies]]`: packs of rules of the team's own, and `[policy.<pack>]`: what they are set to.

use super::{ConfigError, places::KeyPlace, policy::KEYS, reader::ConfigTable};
use crate::document::source::{Source, folder, real_path};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// What an archive ends in.
const ARCHIVES: [&str; 2] = [".tar.gz", ".tgz"];
/// What a digest begins with.
const SHA256: &str = "sha256:";

/// One entry of `[[policies]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySource {
    /// A folder, or an archive, below the folder of the configuration.
    pub path: String,
    /// The SHA-256 that an archive must have, in lower case.
    pub digest: Option<String>,
    /// The `path` in its file.
    pub place: KeyPlace,
}

impl PolicySource {
    /// Where the pack lies.
    pub fn location(&self) -> PathBuf {
        real_path(folder(&self.place.source.path)).join(&self.path)
    }

    /// True for an archive.
    pub fn is_archive(&self) -> bool {
        is_archive_name(&self.path)
    }

    pub(super) fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        table.allow(&["path", "digest"])?;
        let Some(path) = table.string("path")? else {
            return Err(table.incomplete("an entry of `[[policies]]` names the `path` of a pack"));
        };
        let path = table.below("path", path)?;
        let read = Self {
            path: path.trim_end_matches('/').to_owned(),
            digest: digest(table)?,
            place: KeyPlace {
                source: Arc::clone(source),
                span: table.value_span("path"),
            },
        };
        match (read.is_archive(), &read.digest) {
            (true, None) => Err(table.wrong_value(
                "path",
                "is an archive, which needs its `digest = \"sha256:...\"`",
            )),
            (false, Some(_)) => {
                Err(table.wrong_value("digest", "belongs to an archive; a folder has none"))
            }
            _ => Ok(read),
        }
    }
}

/// True for a path that names an archive.
pub fn is_archive_name(path: &str) -> bool {
    ARCHIVES.iter().any(|end| path.ends_with(end))
}

fn digest(table: &ConfigTable<'_>) -> Result<Option<String>, ConfigError> {
    let Some(text) = table.string("digest")? else {
        return Ok(None);
    };
    let digits = text.strip_prefix(SHA256).unwrap_or_default();
    let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_digest {
        true => Ok(Some(digits.to_ascii_lowercase())),
        false => Err(table.wrong_value("digest", "must be `sha256:` and 64 hexadecimal digits")),
    }
}

/// What a team sets for a pack, as JSON: the pack's own schema says what it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct PackSettings {
    /// The table.
    pub values: serde_json::Value,
    /// Its key.
    pub place: KeyPlace,
}

/// The tables of `[policy]` that are none of ours: each is for the pack of that name. A table of a file replaces keys of
/// the same table above it.
pub(super) fn read_settings(
    table: &ConfigTable<'_>,
    source: &Arc<Source>,
    settings: &mut BTreeMap<String, PackSettings>,
) -> Result<(), ConfigError> {
    for key in table.keys().filter(|key| !KEYS.contains(key)) {
        let Some((span, serde_json::Value::Object(set))) = table.as_json(key) else {
            continue;
        };
        let place = KeyPlace {
            source: Arc::clone(source),
            span,
        };
        match settings.get_mut(key) {
            Some(known) => {
                known.place = place;
                if let Some(values) = known.values.as_object_mut() {
                    values.extend(set);
                }
            }
            None => {
                let values = serde_json::Value::Object(set);
                settings.insert(key.to_owned(), PackSettings { values, place });
            }
        }
    }
    Ok(())
}
