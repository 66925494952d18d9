//! Refusals that others explain, and remedies that others forbid.

use super::Refusal;
use crate::{document::Pointer, finding::RemedyStep, rule::SCHEMA_VALID};
use std::collections::{BTreeMap, BTreeSet};

/// `ownr` beside a missing `owner` is one mistake: keep the first of the two.
pub(super) fn drop_what_a_misspelling_explains(refusals: &mut Vec<Refusal>) {
    let meant: BTreeSet<Pointer> = refusals.iter().filter_map(meant).collect();
    refusals.retain(|refusal| {
        refusal.violation.rule != SCHEMA_VALID || !meant.contains(&refusal.violation.at)
    });
}

/// The place of the key that was probably meant by an unknown one.
fn meant(refusal: &Refusal) -> Option<Pointer> {
    let name = refusal.meant.as_deref()?;
    Some(refusal.violation.at.parent()?.key(name))
}

/// Two keys that would become one name: which of them is meant, nobody knows. And a key that another
/// one only needs to be renamed to is not missing.
pub(super) fn drop_rivals(refusals: &mut [Refusal]) {
    let mut wanted: BTreeMap<Pointer, usize> = BTreeMap::new();
    for name in refusals.iter().filter_map(new_name) {
        *wanted.entry(name).or_default() += 1;
    }
    for refusal in refusals {
        let is_rival = |name| wanted.get(&name).is_some_and(|count| *count > 1);
        let is_there = wanted.contains_key(&refusal.violation.at) && new_name(refusal).is_none();
        if is_there || new_name(refusal).is_some_and(is_rival) {
            refusal.violation.remedy = None;
        }
    }
}

/// The path that a renamed key would have.
fn new_name(refusal: &Refusal) -> Option<Pointer> {
    match refusal.violation.remedy.as_ref()?.changes.as_slice() {
        [RemedyStep::Rename { at, to }] => Some(at.parent()?.key(to)),
        _ => None,
    }
}
