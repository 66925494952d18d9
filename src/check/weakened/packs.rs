//! Packs of the team's rules that are not what they were: which of their rules became milder nobody can tell.

use super::{DIGITS, Sides, Weakening, at, whole};
use crate::{
    config::{PackSettings, PolicySource},
    document::source::display_name,
    finding::Place,
    pack::PackFiles,
    units::first_named,
};
use std::{collections::BTreeSet, path::PathBuf};

/// Names in a message.
const NAMES: usize = 3;

/// Packs that change, go or are named no longer, and settings of them that change.
pub(super) fn find(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let mut known = BTreeSet::new();
    for entry in &sides.before().policies {
        let old = HeldPack::at_base(sides, entry);
        let files = old.files.as_ref();
        known.extend(files.map(|files| files.manifest.name.clone()));
        let named = sides
            .proposed()
            .policies
            .iter()
            .find(|new| new.location() == entry.location());
        let Some(named) = named else {
            let what = format!("the pack `{}` is named no longer", entry.path);
            let place = sides.place_of_gone(Some(&entry.place));
            found.push(Weakening::new(place, what, old.digest, "none"));
            continue;
        };
        let new = HeldPack::at_hand(named);
        if new.digest != old.digest {
            let what = format!("the pack `{}` changes", entry.path);
            let place = old.first_change(&new, named);
            found.push(Weakening::new(place, what, old.digest, new.digest));
        }
    }
    documents(sides, found);
    settings(sides, &known, found);
}

/// Documents that lie in the folder of a pack from now on, so that nobody judges them.
fn documents(sides: &Sides<'_>, found: &mut Vec<Weakening>) {
    let known = |entry: &PolicySource| {
        let mut old = sides.before().policies.iter();
        old.any(|old| old.location() == entry.location())
    };
    let documents = super::documents(sides.compared.loaded);
    for entry in sides
        .proposed()
        .policies
        .iter()
        .filter(|entry| !known(entry))
    {
        let location = entry.location();
        let hidden = documents.iter().filter(|file| file.starts_with(&location));
        let names: Vec<String> = hidden.map(|file| display_name(file)).collect();
        if !names.is_empty() {
            let what = format!(
                "the new pack `{}` leaves out {}",
                entry.path,
                first_named(&names, NAMES)
            );
            found.push(Weakening::new(at(&entry.place), what, "judged", "left out"));
        }
    }
}

/// What a pack holds.
struct HeldPack {
    /// The first digits over all of it, or why it cannot be read.
    digest: String,
    files: Option<PackFiles>,
}

impl HeldPack {
    fn at_base(sides: &Sides<'_>, entry: &PolicySource) -> Self {
        Self::of(PackFiles::read(entry, Some(sides.compared.base)))
    }

    fn at_hand(entry: &PolicySource) -> Self {
        Self::of(PackFiles::read(entry, None))
    }

    fn of(read: Result<PackFiles, crate::pack::PackError>) -> Self {
        match read {
            Ok(files) => Self {
                digest: format!("sha256:{}", &files.digest[..DIGITS]),
                files: Some(files),
            },
            Err(error) => Self {
                digest: error.to_string(),
                files: None,
            },
        }
    }

    /// The first file that differs, as it is at hand; the entry where the pack is an archive or cannot be read.
    fn first_change(&self, new: &Self, entry: &PolicySource) -> Place {
        let (Some(old), Some(now)) = (&self.files, &new.files) else {
            return at(&entry.place);
        };
        let texts =
            |files: &PackFiles, path: &str| files.files.get(path).map(|file| file.text.clone());
        let paths = now.files.keys().chain(old.files.keys());
        let changed: Option<PathBuf> = paths
            .filter(|path| texts(old, path) != texts(now, path))
            .min()
            .map(|path| now.root().join(path));
        match changed {
            Some(path) if !entry.is_archive() => whole(&path),
            _ => at(&entry.place),
        }
    }
}

/// What is set for packs; `known` are those of the base.
fn settings(sides: &Sides<'_>, known: &BTreeSet<String>, found: &mut Vec<Weakening>) {
    let (old, new) = (
        &sides.before().pack_settings,
        &sides.proposed().pack_settings,
    );
    for (name, before) in old {
        let now = new.get(name);
        if now.map(|now| &now.values) != Some(&before.values) {
            let key = format!("policy.{name}");
            let what = format!("`{key}` changes, which sets what the rules of a pack demand");
            found.push(Weakening::new(
                sides.place(&key),
                what,
                before.values.to_string(),
                now.map_or("unset".to_owned(), |now: &PackSettings| {
                    now.values.to_string()
                }),
            ));
        }
    }
    for (name, now) in new {
        // What a pack that the change brings is set to weakens nothing.
        if !old.contains_key(name) && known.contains(name) {
            let key = format!("policy.{name}");
            let what = format!("`{key}` is set, which sets what the rules of a pack demand");
            let value = now.values.to_string();
            found.push(Weakening::new(sides.place(&key), what, "unset", value));
        }
    }
}
