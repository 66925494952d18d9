//! Waivers and baseline entries that a change adds or extends.

use super::{LintError, Sides, Weakening};
use crate::{
    check::{BaselineChoice, base},
    config::{ConfiguredWaiver, baseline_of},
    finding::Place,
    units::{counted, first_named},
    waivers::baseline::{Baseline, BaselineEntry, folder_of},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Entries in a message.
const NAMES: usize = 3;

/// What a waiver covers, whoever answers for it.
fn covers(waiver: &ConfiguredWaiver) -> (&str, &str, Option<String>, PathBuf) {
    let pointer = waiver.pointer.as_ref().map(ToString::to_string);
    let folder = folder_of(&waiver.source.path);
    (&waiver.rule, &waiver.path, pointer, folder)
}

/// `[[waivers]]` that were not there, or end later.
pub(super) fn waivers(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    for waiver in &sides.proposed().waivers {
        let known = sides.before().waivers.iter();
        let known = known.filter(|old| covers(old) == covers(waiver));
        // Of several that cover the same, the one that ends last.
        let known = known.max_by_key(|old| last_day(old));
        let (how, old) = match known {
            None => ("is new", "none".to_owned()),
            Some(old) if last_day(waiver) > last_day(old) => ("is extended", told(old)),
            Some(_) => continue,
        };
        let what = format!("the waiver of {} for {} {how}", waiver.rule, waiver.path);
        let place = Place::bare(Arc::clone(&waiver.source), waiver.span);
        found.push(Weakening::new(place, what, old, told(waiver)));
    }
}

/// The last day; none at all is later than any.
fn last_day(waiver: &ConfiguredWaiver) -> (bool, Option<&str>) {
    (waiver.expires.is_none(), waiver.expires.as_deref())
}

fn told(waiver: &ConfiguredWaiver) -> String {
    match &waiver.expires {
        Some(day) => format!("until {day}"),
        None => "without end".to_owned(),
    }
}

/// Known findings that the base did not know.
pub(super) fn baselines(sides: &Sides<'_>, found: &mut Vec<Weakening>) -> Result<(), LintError> {
    let (old, new) = match &sides.compared.request.baseline {
        BaselineChoice::Configured => (sides.project.baseline(), baseline_of(sides.proposed())),
        BaselineChoice::File(file) => (Some(file.clone()), Some(file.clone())),
        BaselineChoice::Ignored => (None, None),
    };
    let Some(new) = new else { return Ok(()) };
    // One outside of the repository is no part of any change.
    let Some(new) = sides.compared.base.place(&new) else {
        return Ok(());
    };
    let known = match old {
        Some(old) => before(sides, &old)?,
        None => BTreeSet::new(),
    };
    let proposed = Baseline::read(&new)?;
    let mut added = proposed.entries.iter();
    let added: Vec<_> = added
        .by_ref()
        .filter(|(entry, _)| !known.contains(&entry.fingerprint))
        .collect();
    let Some((_, first)) = added.first() else {
        return Ok(());
    };
    let names: Vec<String> = added.iter().map(|(entry, _)| told_entry(entry)).collect();
    let what = format!("the baseline gains {}", first_named(&names, NAMES));
    let place = Place::bare(Arc::clone(&proposed.source), *first);
    let count = |entries: usize| counted(entries, "known finding");
    let weakening = Weakening::new(
        place,
        what,
        count(known.len()),
        count(proposed.entries.len()),
    );
    found.push(Weakening {
        // Each of them counts, also those that are not shown.
        identity: prints(&added),
        ..weakening
    });
    Ok(())
}

/// The fingerprints of the baseline at the base.
fn before(sides: &Sides<'_>, path: &Path) -> Result<BTreeSet<String>, LintError> {
    let known = base::baseline(path, Some(sides.compared.base))?;
    let entries = known.into_iter().flat_map(|known| known.entries);
    Ok(entries.map(|(entry, _)| entry.fingerprint).collect())
}

fn told_entry(entry: &BaselineEntry) -> String {
    format!("{} in {}", entry.rule, entry.file)
}

fn prints(added: &[&(BaselineEntry, crate::document::source::Span)]) -> String {
    let prints = added.iter().map(|(entry, _)| entry.fingerprint.as_str());
    prints.collect::<Vec<_>>().join(" ")
}
