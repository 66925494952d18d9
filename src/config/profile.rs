//! `profile` of `[check]`: thresholds, severities and a choice of rules under one name, below what the file itself sets.

use super::{
    Config, ConfigError, PACK_FILE, PackManifest,
    places::{KeyPlace, KeyPlaces},
    policies::PolicySource,
    reader::ConfigTable,
};
use crate::{
    archive::PackBytes,
    built_in::Folder,
    did_you_mean::question_or_list,
    document::{
        read::{self, Format, decode},
        source::{Source, Span, display_name},
    },
};
use std::{path::Path, sync::Arc};

/// Where the profiles stand that come with servelint.
const BUILT_IN: &str = "policies/servelint/profiles/";
/// What a profile may set: nothing that names files or people.
const TABLES: [&str; 3] = ["check", "policy", "severity"];
const CHECK_KEYS: [&str; 2] = ["select", "ignore"];

/// Reads as the configuration is read: from the disk, or as it was at a revision.
pub(super) trait ReadFiles {
    /// A file.
    fn file(&self, path: &Path) -> Result<Arc<Source>, ConfigError>;
    /// The files of a pack in an archive; why it cannot be used, after its name.
    fn archive(&self, entry: &PolicySource) -> Result<PackBytes, String>;
}

/// Reads nothing, for the text of a configuration without its project.
pub(super) struct Alone;

impl ReadFiles for Alone {
    fn file(&self, path: &Path) -> Result<Arc<Source>, ConfigError> {
        Err(ConfigError::Unreadable {
            path: path.to_owned(),
            reason: "other files are not read here".to_owned(),
        })
    }

    fn archive(&self, _: &PolicySource) -> Result<PackBytes, String> {
        Err("is not read here".to_owned())
    }
}

/// The names of the profiles that come with servelint.
pub fn built_in_profiles() -> Vec<&'static str> {
    let files = Folder::Policies.files().unwrap_or_default();
    let names = files.iter().filter_map(|(path, _)| {
        path.strip_prefix(BUILT_IN)
            .and_then(|name| name.strip_suffix(".toml"))
    });
    names.collect()
}

impl Config {
    /// Adds what the profile that a file names sets, if it names one. Its packs are known already.
    pub(super) fn add_profile(
        &mut self,
        root: &ConfigTable<'_>,
        source: &Arc<Source>,
        read: &dyn ReadFiles,
    ) -> Result<(), ConfigError> {
        let Some(table) = root.table("check")? else {
            return Ok(());
        };
        let Some(name) = table.string("profile")? else {
            return Ok(());
        };
        let wrong = |message: String, help: Option<String>| {
            ConfigError::at(source, table.value_span("profile"), message, help)
        };
        let profile = match name.split_once('/') {
            Some((pack, name)) => {
                self.of_pack(pack, name, read)
                    .map_err(|problem| match problem {
                        ProfileProblem::Config(error) => error,
                        ProfileProblem::Missing(message) => wrong(message, None),
                    })?
            }
            None => own(name).ok_or_else(|| {
                let known = built_in_profiles();
                wrong(
                    format!("there is no profile `{name}`"),
                    Some(question_or_list(name, &known, "those of servelint: ")),
                )
            })?,
        };
        self.set_by(&profile)
    }

    fn of_pack(
        &self,
        pack: &str,
        name: &str,
        read: &dyn ReadFiles,
    ) -> Result<Arc<Source>, ProfileProblem> {
        let is_plain = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_plain {
            let message = format!("`{name}` is no name of a profile");
            return Err(ProfileProblem::Missing(message));
        }
        for entry in &self.policies {
            let read = PackReader::of(entry, read)?;
            let manifest = read.file(PACK_FILE)?;
            if PackManifest::parse(&manifest)?.name == pack {
                return Ok(read.file(&format!("profiles/{name}.toml"))?);
            }
        }
        let message = format!("no entry of `[[policies]]` is the pack `{pack}`");
        Err(ProfileProblem::Missing(message))
    }

    /// Sets what a profile says, unless a file above fixed it.
    fn set_by(&mut self, profile: &Arc<Source>) -> Result<(), ConfigError> {
        let parsed = read::parse(profile, Format::Toml);
        if let Some(error) = parsed.errors.first() {
            let message = error.message.clone();
            return Err(ConfigError::at(profile, error.span, message, None));
        }
        let Some(document) = parsed.documents.first() else {
            let message = "the profile sets nothing";
            return Err(ConfigError::at(profile, Span::new(0, 0), message, None));
        };
        let root = ConfigTable::root(profile, &document.root);
        root.allow(&TABLES)?;
        if let Some(check) = root.table("check")? {
            check.allow(&CHECK_KEYS)?;
        }
        let mut own = KeyPlaces::default();
        own.add(profile, &document.root);
        for lock in &self.locked {
            lock.check(&own)?;
        }
        self.places.add(profile, &document.root);
        self.read(&root, profile)
    }
}

/// Why a profile is not there.
enum ProfileProblem {
    Config(ConfigError),
    Missing(String),
}

impl From<ConfigError> for ProfileProblem {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// The files of the pack that an entry names.
struct PackReader<'r> {
    entry: &'r PolicySource,
    read: &'r dyn ReadFiles,
    /// Those of an archive, which is unpacked once.
    archived: Option<PackBytes>,
}

impl<'r> PackReader<'r> {
    fn of(entry: &'r PolicySource, read: &'r dyn ReadFiles) -> Result<Self, ConfigError> {
        let archived = match entry.is_archive() {
            true => Some(read.archive(entry)),
            false => None,
        };
        let archived = archived.transpose();
        Ok(Self {
            entry,
            read,
            archived: archived.map_err(|reason| unusable(entry, &reason))?,
        })
    }

    /// A file, by its path from the root of the pack.
    fn file(&self, path: &str) -> Result<Arc<Source>, ConfigError> {
        let location = self.entry.location().join(path);
        let Some(archived) = &self.archived else {
            return self.read.file(&location);
        };
        let Some(bytes) = archived.get(path) else {
            return Err(unusable(self.entry, &format!("has no `{path}`")));
        };
        let text = decode(bytes.clone())
            .map_err(|error| unusable(self.entry, &format!("holds `{path}`: {error}")))?;
        // No file of an archive has a path that leads somewhere on this machine.
        Ok(Arc::new(Source {
            name: display_name(&location),
            path: location,
            text,
        }))
    }
}

/// Why a pack cannot be used, where it is named.
fn unusable(entry: &PolicySource, reason: &str) -> ConfigError {
    let KeyPlace { source, span } = &entry.place;
    let message = format!("the pack `{}` {reason}", entry.path);
    ConfigError::at(source, *span, message, None)
}

/// A profile that comes with servelint.
fn own(name: &str) -> Option<Arc<Source>> {
    let text = Folder::Policies.text(&format!("{BUILT_IN}{name}.toml"))?;
    Some(Source::new(format!("profile {name}"), text))
}
