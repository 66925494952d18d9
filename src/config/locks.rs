//! `locked`: keys that no configuration below may set.

use super::{
    ConfigError, KEYS,
    places::{KeyPlace, KeyPlaces},
    reader::ConfigTable,
};
use crate::{did_you_mean::question_or_list, document::source::Source};
use std::sync::Arc;

/// A key that a configuration fixes for all that lie below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigLock {
    /// `policy`, `policy.confidence`, `severity`, `severity.threshold-not-met`, ...
    pub key: String,
    /// Where it is fixed.
    pub place: KeyPlace,
}

/// What stands before the rule or the category of a fixed severity.
const SEVERITY: &str = "severity.";
const APPROVERS: &str = "approvers.";

impl ConfigLock {
    /// The rule or the category whose severity is fixed.
    pub fn rule(&self) -> Option<&str> {
        self.key.strip_prefix(SEVERITY)
    }

    /// True for a key that it fixes, or one in a table that it fixes.
    pub fn holds(&self, key: &str) -> bool {
        let rest = key.strip_prefix(&self.key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// The keys that a file fixes.
    pub(super) fn read(
        table: &ConfigTable<'_>,
        source: &Arc<Source>,
    ) -> Result<Vec<Self>, ConfigError> {
        let known = known();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut locks = Vec::new();
        for (span, key) in table.spans("locked")? {
            let is_name = [SEVERITY, APPROVERS]
                .iter()
                .any(|table| key.strip_prefix(table).is_some_and(|name| !name.is_empty()));
            if !is_name && !known.contains(&key) {
                let message = format!("`{key}` is no key that can be locked");
                let help = question_or_list(key, &known, "known here: ");
                return Err(ConfigError::at(source, span, message, Some(help)));
            }
            let source = Arc::clone(source);
            locks.push(Self {
                key: key.to_owned(),
                place: KeyPlace { source, span },
            });
        }
        Ok(locks)
    }

    /// Refuses a file, with the places of its own keys, that sets what is fixed above it.
    pub(super) fn check(&self, own: &KeyPlaces) -> Result<(), ConfigError> {
        match own.within(&self.key) {
            Some((key, place)) => Err(self.refusal(key, place)),
            None => Ok(()),
        }
    }

    /// The error at the place that sets what is fixed.
    pub fn refusal(&self, key: &str, place: &KeyPlace) -> ConfigError {
        let help = Some(self.help());
        ConfigError::at(&place.source, place.span, self.words(key), help)
    }

    fn words(&self, key: &str) -> String {
        format!(
            "`{key}` is locked by `{}` at {}",
            self.key,
            self.place.line()
        )
    }

    fn help(&self) -> String {
        format!("remove it here, or change it in {}", self.place.source.name)
    }
}

/// The keys that can be fixed, beside those that name a rule or a role.
fn known() -> Vec<String> {
    let mut known: Vec<String> = [
        "check",
        "policy",
        "policies",
        "schemas",
        "render",
        "waivers",
        "severity",
        "approvers",
        "platforms",
        "prices",
        "residency",
    ]
    .map(str::to_owned)
    .into();
    for key in super::CHECK_KEYS {
        known.push(format!("check.{key}"));
    }
    for key in KEYS {
        known.push(format!("policy.{key}"));
    }
    for platform in super::PLATFORMS {
        known.push(format!("platforms.{platform}"));
    }
    for key in super::exceptions::WAIVER_KEYS {
        known.push(format!("policy.waivers.{key}"));
    }
    known
}
