//! Rules whose severity a configuration fixes for those below it.
//!
//! Which rules a category holds is known here only; other keys are refused when a configuration is read.

use super::LintError;
use crate::{
    config::{Config, ConfigError, ConfigLock, KeyPlace},
    document::source::folder,
    policy::Pack,
    rule::Rule,
};

/// Refuses a file that gives a fixed rule another weight, or takes it out, under a name that the lock does not show.
pub(super) fn check(pack: &Pack, config: &Config) -> Result<(), LintError> {
    for lock in &config.locked {
        if let Some(name) = lock.rule() {
            let fixed = pack.rules().values().filter(|rule| rule.is_named(name));
            check_rules(lock, &fixed.collect::<Vec<_>>(), config)?;
        }
    }
    Ok(())
}

fn check_rules(lock: &ConfigLock, fixed: &[&Rule], config: &Config) -> Result<(), ConfigError> {
    let means = |name: &str| fixed.iter().any(|rule| rule.is_named(name));
    for set in config.severity.iter().filter(|set| means(&set.rule)) {
        if let Some(place) = set.place.as_ref().filter(|place| is_below(place, lock)) {
            return Err(lock.refusal(&format!("severity.{}", set.rule), place));
        }
    }
    for name in config.check.ignore.iter().filter(|name| means(name)) {
        refuse(&format!("check.ignore[{name}]"), lock, config)?;
    }
    let select = &config.check.select;
    let is_selected = |rule: &&Rule| select.iter().any(|name| rule.is_named(name));
    match select.is_empty() || fixed.iter().all(is_selected) {
        true => Ok(()),
        false => refuse("check.select", lock, config),
    }
}

/// Refuses a key that a file below the lock sets.
fn refuse(key: &str, lock: &ConfigLock, config: &Config) -> Result<(), ConfigError> {
    let place = config.places.get(key);
    match place.filter(|place| is_below(place, lock)) {
        Some(place) => Err(lock.refusal(key, place)),
        None => Ok(()),
    }
}

/// True for a file in a folder below that of the lock.
fn is_below(place: &KeyPlace, lock: &ConfigLock) -> bool {
    let (own, above) = (folder(&place.source.path), folder(&lock.place.source.path));
    own != above && own.starts_with(above)
}
