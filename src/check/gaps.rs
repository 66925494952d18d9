//! What was not checked, put together where it is the same for many.

use super::{evaluate::WITHOUT_SPECIFICATION, load, note};
use crate::finding::{NotChecked, Topic};
use std::collections::BTreeSet;

/// Says once of many services what is true of each: a folder of manifests may hold hundreds.
pub(super) fn gather_services(notes: &mut Vec<NotChecked>) {
    const FEW: usize = 3;
    let names: BTreeSet<String> = notes
        .iter()
        .filter_map(without_specification)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > FEW {
        let count = names.len();
        let names: Vec<String> = names.into_iter().collect();
        let reason = format!("{}: {}", WITHOUT_SPECIFICATION, load::some(&names));
        notes.retain(|note| without_specification(note).is_none());
        notes.push(note(Topic::Services(count), reason));
    }
}

/// The service that a note says to have manifests only.
fn without_specification(note: &NotChecked) -> Option<&str> {
    match &note.subject {
        Topic::Service(name) if note.reason == WITHOUT_SPECIFICATION => Some(name),
        _ => None,
    }
}
