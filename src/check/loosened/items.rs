//! What the items of a checklist no longer rest on or stand for: checksums, formats, and what they verify.

use super::{Loosened, entry::Side};
use crate::{document::Spot, review::Names};
use std::collections::{BTreeMap, BTreeSet};

/// Formats whose numbers somebody points at, instead of a reader that knows them.
const PICKED: &[&str] = &["json", "csv"];

/// Compares the items of the base with those of the same id at hand.
/// `names` are those that documents at hand may refer to, by kind: what is gone itself is reported there.
pub(super) fn compare(before: &[Side<'_>], after: &[Side<'_>], names: &Names) -> Vec<Loosened> {
    let (old, new) = (items(before), items(after));
    let mut left = BTreeSet::new();
    for (_, item) in new.values().filter(|(_, item)| !is_advisory(item)) {
        left.extend(subjects(item));
    }
    let is_there = |subject: &String| match subject.split_once('/') {
        Some((kind, name)) => names.get(kind).is_none_or(|known| known.contains_key(name)),
        None => true,
    };
    let mut found = Vec::new();
    for (id, (_, was)) in &old {
        if let Some((member, is)) = new.get(id) {
            evidence(id, was, is, *member, &mut found);
            // An item that only advises now is reported by its gate.
            if is_advisory(was) || is_advisory(is) {
                continue;
            }
            let lost = subjects(was);
            for subject in lost.difference(&left).filter(|subject| is_there(subject)) {
                found.push(unverified(id, is, *member, subject));
            }
        }
    }
    found
}

/// The items by their ids, each with its document.
fn items<'n>(sides: &[Side<'n>]) -> BTreeMap<String, (usize, Spot<'n>)> {
    let mut items = BTreeMap::new();
    for side in sides {
        for item in Spot::root(side.node).items_at(&["spec", "items"]) {
            if let Some(id) = item.string_at(&["id"]) {
                items.entry(id).or_insert((side.member, item));
            }
        }
    }
    items
}

/// A file of evidence that lost its checksum or the reader of its format.
fn evidence(id: &str, was: &Spot<'_>, is: &Spot<'_>, member: usize, found: &mut Vec<Loosened>) {
    let now = is.items_at(&["evidence"]);
    for old in was.items_at(&["evidence"]) {
        let Some(path) = old.text_at(&["path"]) else {
            continue;
        };
        let mut same = now.iter();
        let Some(new) = same.find(|new| new.text_at(&["path"]) == Some(path)) else {
            continue;
        };
        let text = |entry: &Spot<'_>, key| entry.string_at(&[key]);
        let relaxed = |key: &str, before: String, after: Option<String>| Loosened {
            member,
            at: new.at.clone().key(key),
            owner: format!("evidence `{path}` of item `{id}`"),
            key: key.to_owned(),
            before,
            after,
            unknown: false,
        };
        if let (Some(before), None) = (text(&old, "sha256"), text(new, "sha256")) {
            found.push(relaxed("sha256", before, None));
        }
        let (before, after) = (text(&old, "format"), text(new, "format"));
        let is_picked = |format: &Option<String>| {
            let mut picked = PICKED.iter();
            picked.any(|known| format.as_deref() == Some(*known))
        };
        if before.is_some() && !is_picked(&before) && is_picked(&after) {
            found.push(relaxed("format", before.unwrap_or_default(), after));
        }
    }
}

/// What an item that blocks verified and no such item does any more.
fn unverified(id: &str, item: &Spot<'_>, member: usize, subject: &str) -> Loosened {
    Loosened {
        member,
        at: item.at.clone().key("verifies"),
        owner: format!("item `{id}`"),
        key: "verifies".to_owned(),
        before: subject.to_owned(),
        after: None,
        unknown: false,
    }
}

fn is_advisory(item: &Spot<'_>) -> bool {
    item.text_at(&["gate"]) == Some("advisory")
}

/// What an item verifies, such as `slo/ttft-p95`.
fn subjects(item: &Spot<'_>) -> BTreeSet<String> {
    let listed = item.items_at(&["verifies"]);
    let texts = listed.iter().filter_map(Spot::text);
    texts.map(str::to_owned).collect()
}
