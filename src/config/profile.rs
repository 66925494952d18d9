//! `profile` of `[check]`: thresholds, severities and a choice of rules under one name, below what the file itself sets.

use super::{
    Config, ConfigError, PACK_FILE, PackManifest, places::KeyPlaces, policies::PolicySource,
    reader::ConfigTable,
};
use crate::{
    built_in::Folder,
    did_you_mean::question_or_list,
    document::{
        read::{self, Format},
        source::{Source, Span},
    },
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where the profiles stand that come with servelint.
const BUILT_IN: &str = "policies/servelint/profiles/";
/// What a profile may set: nothing that names files or people.
const TABLES: [&str; 3] = ["check", "policy", "severity"];
const CHECK_KEYS: [&str; 2] = ["select", "ignore"];

/// Reads a file as the configuration is read: from the disk, or as it was at a revision.
pub(super) type ReadFile<'r> = &'r dyn Fn(&Path) -> Result<Arc<Source>, ConfigError>;

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
        read: ReadFile<'_>,
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
        read: ReadFile<'_>,
    ) -> Result<Arc<Source>, ProfileProblem> {
        let is_plain = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_plain {
            let message = format!("`{name}` is no name of a profile");
            return Err(ProfileProblem::Missing(message));
        }
        for entry in self.policies.iter().filter(|entry| !entry.is_archive()) {
            let location = entry.location();
            let manifest = read(&location.join(PACK_FILE))?;
            if PackManifest::parse(&manifest)?.name == pack {
                return Ok(read(&profile_in(&location, name))?);
            }
        }
        Err(ProfileProblem::Missing(match self.is_archived() {
            true => format!(
                "no folder of `[[policies]]` is the pack `{pack}`; profiles are not read from archives"
            ),
            false => format!("no entry of `[[policies]]` is the pack `{pack}`"),
        }))
    }

    fn is_archived(&self) -> bool {
        self.policies.iter().any(PolicySource::is_archive)
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

fn profile_in(pack: &Path, name: &str) -> PathBuf {
    pack.join("profiles").join(format!("{name}.toml"))
}

/// A profile that comes with servelint.
fn own(name: &str) -> Option<Arc<Source>> {
    let text = Folder::Policies.text(&format!("{BUILT_IN}{name}.toml"))?;
    Some(Source::new(format!("profile {name}"), text))
}
