//! Severities that a change lowers.
//!
//! Entries of `[[severity]]` overlap, and the last one that fits decides. So the two lists are compared by what they
//! give in each situation that either of them names: a file, an environment and a tier.

use super::{Sides, Weakening, at};
use crate::{
    config::{Level, SeverityOverride},
    document::source::{folder, real_path},
    rule::{POLICY_WEAKENED, Rule, Severity},
    units::first_named,
};
use globset::Glob;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Rules in a message.
const NAMES: usize = 5;
/// So many files are asked about beside those that stand for globs.
const MOST_FILES: usize = 2_000;

/// Where a severity may count.
struct Situation {
    file: PathBuf,
    environment: Option<String>,
    tier: Option<String>,
}

/// What gives a rule less weight, and which weights.
type Milder = (Option<usize>, String, String);

pub(super) fn find(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let (old, new) = (&sides.before().severity, &sides.proposed().severity);
    let changed = changed(old, new);
    if changed.is_empty() {
        return;
    }
    let situations = situations(sides, old.iter().chain(new));
    // By the entry that gives the weight.
    let mut milder: BTreeMap<Milder, Vec<String>> = BTreeMap::new();
    for rule in sides.compared.pack.rules().values() {
        if rule.id == POLICY_WEAKENED || !changed.iter().any(|name| rule.is_named(name)) {
            continue;
        }
        let first = situations.iter().find_map(|at| compare(rule, old, new, at));
        if let Some(first) = first {
            milder.entry(first).or_default().push(rule.id.clone());
        }
    }
    for ((entry, before, after), rules) in milder {
        let what = format!("`[[severity]]` makes {} milder", first_named(&rules, NAMES));
        let place = entry.and_then(|entry| new.get(entry)?.place.as_ref());
        let place = place.map_or_else(
            || sides.place_of_gone(old.last().and_then(|set| set.place.as_ref())),
            at,
        );
        found.push(Weakening::new(place, what, before, after));
    }
}

/// The names of the rules and categories whose entries differ.
fn changed<'s>(old: &'s [SeverityOverride], new: &'s [SeverityOverride]) -> BTreeSet<&'s str> {
    let names: BTreeSet<&str> = old.iter().chain(new).map(|set| set.rule.as_str()).collect();
    // Order counts as well: the last one decides.
    let is_same =
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| says(old) == says(new));
    match is_same {
        true => BTreeSet::new(),
        false => names,
    }
}

/// What an entry says, wherever in its file it stands.
#[derive(PartialEq)]
struct SaidWeight<'s> {
    rule: &'s str,
    path: Option<(PathBuf, &'s str)>,
    environment: Option<&'s str>,
    tier: Option<&'s str>,
    level: Level,
}

fn says(set: &SeverityOverride) -> SaidWeight<'_> {
    SaidWeight {
        rule: &set.rule,
        path: set.path.as_deref().map(|path| (above(set), path)),
        environment: set.environment.as_deref(),
        tier: set.tier.as_deref(),
        level: set.level,
    }
}

/// The folder to which the glob of an entry is relative.
fn above(set: &SeverityOverride) -> PathBuf {
    let place = set.place.as_ref();
    place.map_or_else(PathBuf::new, |place| real_path(folder(&place.source.path)))
}

fn situations<'s>(
    sides: &Sides<'_>,
    sets: impl Iterator<Item = &'s SeverityOverride> + Clone,
) -> Vec<Situation> {
    let mut files: BTreeSet<PathBuf> = super::documents(sides.compared.loaded)
        .into_iter()
        .filter(|path| path.starts_with(&sides.project.root))
        .take(MOST_FILES)
        .collect();
    files.insert(sides.project.root.join("x"));
    let (mut environments, mut tiers) = (BTreeSet::from([None]), BTreeSet::from([None]));
    for set in sets {
        files.extend(
            set.path
                .as_deref()
                .map(|glob| above(set).join(sample(glob))),
        );
        environments.insert(set.environment.clone());
        tiers.insert(set.tier.clone());
    }
    let mut situations = Vec::new();
    for file in &files {
        for environment in &environments {
            for tier in &tiers {
                situations.push(Situation {
                    file: file.clone(),
                    environment: environment.clone(),
                    tier: tier.clone(),
                });
            }
        }
    }
    situations
}

/// A path that a glob of the usual kind matches: `a/**/*.yaml` becomes `a/x/x.yaml`.
fn sample(glob: &str) -> String {
    let mut path = String::new();
    let mut rest = glob.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '*' => {
                while rest.next_if_eq(&'*').is_some() {}
                path.push('x');
            }
            '?' => path.push('x'),
            // The first of several.
            '{' => {
                let inner: String = rest.by_ref().take_while(|next| *next != '}').collect();
                path.push_str(inner.split(',').next().unwrap_or_default());
            }
            '[' => {
                let inner: String = rest.by_ref().take_while(|next| *next != ']').collect();
                path.extend(inner.chars().find(|next| *next != '!'));
            }
            '\\' => path.extend(rest.next()),
            _ => path.push(next),
        }
    }
    path
}

/// What gives the rule less weight in a situation than before, if something does.
fn compare(
    rule: &Rule,
    old: &[SeverityOverride],
    new: &[SeverityOverride],
    at: &Situation,
) -> Option<Milder> {
    let (before, after) = (last(rule, old, at), last(rule, new, at));
    if before.is_none() && after.is_none() {
        return None;
    }
    let level = |set: Option<(usize, Level)>| set.map(|(_, level)| level);
    let (own, elsewhere) = own(rule, at);
    // Without an entry a rule has two weights: the graver one counts before, the milder one after.
    let old = level(before).unwrap_or(Level::At(own));
    let new = level(after).unwrap_or(Level::At(elsewhere));
    (rank(new) < rank(old)).then(|| {
        let entry = after.map(|(entry, _)| entry);
        (entry, old.word().to_owned(), new.word().to_owned())
    })
}

fn own(rule: &Rule, at: &Situation) -> (Severity, Severity) {
    match at.environment.as_deref() {
        None => (rule.severity, rule.elsewhere.min(rule.unclaimed)),
        Some("production") => (rule.severity, rule.severity),
        Some(_) => (rule.elsewhere, rule.elsewhere),
    }
}

fn rank(level: Level) -> Option<Severity> {
    match level {
        Level::Off => None,
        Level::At(severity) => Some(severity),
    }
}

/// The last entry that fits.
fn last(rule: &Rule, sets: &[SeverityOverride], at: &Situation) -> Option<(usize, Level)> {
    let mut all = sets.iter().enumerate().rev();
    let found = all.find(|(_, set)| {
        rule.is_named(&set.rule)
            && fits(set.environment.as_ref(), at.environment.as_ref())
            && fits(set.tier.as_ref(), at.tier.as_ref())
            && holds(set, &at.file)
    });
    found.map(|(entry, set)| (entry, set.level))
}

fn fits(wanted: Option<&String>, named: Option<&String>) -> bool {
    wanted.is_none() || wanted == named
}

fn holds(set: &SeverityOverride, file: &Path) -> bool {
    let Some(glob) = &set.path else { return true };
    let relative = file.strip_prefix(above(set)).ok();
    let glob = Glob::new(glob).ok().map(|glob| glob.compile_matcher());
    relative
        .zip(glob)
        .is_some_and(|(file, glob)| glob.is_match(file))
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn a_glob_matches_its_sample() {
        for glob in [
            "a/**",
            "**/*.yaml",
            "a?c/{b,c}/*.{yaml,yml}",
            "[!x]a/[bc]",
            "a",
        ] {
            let glob = globset::Glob::new(glob).expect("a glob");
            let path = sample(glob.glob());
            assert!(
                glob.compile_matcher().is_match(&path) || path.starts_with('x'),
                "{path}"
            );
        }
    }
}
