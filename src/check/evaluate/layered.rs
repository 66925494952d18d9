//! What layers can change in the manifests of a review, and what therefore cannot be said of them.

use super::leaves::{Applied, HeldViolation, changes_under, decides};
use crate::{
    check::{judge, load::Loaded, note},
    document::{
        Entry, Node, Pointer, Step, Value,
        source::{Span, display_name},
    },
    finding::{NotChecked, Topic, Violation},
    layer::{ChangedBy, LayerChange, LayerKind, LayerLeaf, LayerValue},
    review::{Member, Review},
    units::{counted, first_named},
};
use std::collections::{BTreeMap, BTreeSet};

/// So many names of one kind are told.
const NAMED: usize = 5;
/// So many layers of one manifest have a line of their own.
const MOST_LAYERS: usize = 3;

/// What schemas refuse in the manifests of a review where a layer decides what stands there.
pub(super) fn refused(review: &Review, loaded: &Loaded) -> Vec<Violation> {
    let mut refused = Vec::new();
    for (place, index) in review.documents() {
        let Some(member) = loaded.members.get(index) else {
            continue;
        };
        for refusal in loaded.refusals_of(index) {
            let at = &refusal.violation.at;
            if Applied::of(member).is_decided(member, at) && !member.layers.is_empty() {
                let mut violation = refusal.violation.clone();
                violation.at = place.clone().join(at);
                refused.push(violation);
            }
        }
    }
    refused
}

/// The tree that layers make of a manifest, which stands as `tree`, under a leaf, or all layers without one; with
/// `other` values in the place of those that nobody knows. `None` where that makes no difference.
pub(super) fn guess(
    member: &Member,
    tree: &Node,
    leaf: Option<&LayerLeaf>,
    other: bool,
) -> Option<Node> {
    let root = &member.document.root;
    let counting = changes_under(member, leaf).filter(|change| is_guessed(change, root));
    let all = Vec::from_iter(counting.filter(|change| !change.removes()));
    let has_unknown = all.iter().any(|change| change.value == LayerValue::Unknown);
    let is_wanted = !all.is_empty() && (has_unknown || !other);
    is_wanted.then(|| changed(tree, &all, other.then_some(1000)))
}

/// True for a change that rules may rest on: what changes everywhere alike matters where it takes the place of
/// another value.
fn is_guessed(change: &LayerChange, root: &Node) -> bool {
    let is_known = matches!(change.value, LayerValue::Known(_));
    change.counts || (is_known && root.resolve(&change.at).complete)
}

fn changed(tree: &Node, changes: &[&LayerChange], other: Option<i64>) -> Node {
    let mut root = tree.clone();
    for change in changes {
        match &change.value {
            LayerValue::Known(value) => put(&mut root, change.at.steps(), value),
            LayerValue::Nothing => clear(&mut root, &change.at, None),
            LayerValue::Unknown => clear(&mut root, &change.at, other),
            LayerValue::Left | LayerValue::Refused => {}
        }
    }
    root
}

fn clear(root: &mut Node, at: &Pointer, other: Option<i64>) {
    if at.is_root() {
        root.value = Value::Map(Vec::new());
    } else if let Some(node) = root.find_mut(at) {
        let is_scalar = !matches!(node.value, Value::List(_) | Value::Map(_));
        node.value = other
            .filter(|_| is_scalar)
            .map_or(Value::Null, Value::Integer);
    }
}

/// Puts a value at a path, and mappings where nothing leads there yet.
fn put(node: &mut Node, steps: &[Step], value: &Node) {
    let Some((step, rest)) = steps.split_first() else {
        node.value = value.value.clone();
        return;
    };
    match (&mut node.value, step) {
        (Value::List(items), Step::Key(key)) if key == "-" => {
            let mut item = Node::new(Value::Map(Vec::new()), Span::default());
            put(&mut item, rest, value);
            items.push(item);
        }
        (Value::List(items), Step::Index(index)) => {
            if let Some(item) = items.get_mut(*index) {
                put(item, rest, value);
            }
        }
        (Value::Map(entries), step) => {
            let key = match step {
                Step::Key(key) => key.clone(),
                Step::Index(index) => index.to_string(),
            };
            let place = entries.iter().position(|entry| entry.key == key);
            let place = place.unwrap_or_else(|| {
                let node = Node::new(Value::Null, Span::default());
                let key_span = Span::default();
                entries.push(Entry {
                    key,
                    key_span,
                    node,
                });
                entries.len() - 1
            });
            put(&mut entries[place].node, rest, value);
        }
        // A list that is not there yet begins with what is added to it.
        (_, Step::Key(key)) if key == "-" => {
            node.value = Value::List(Vec::new());
            put(node, steps, value);
        }
        (Value::List(_), _) => {}
        _ => {
            node.value = Value::Map(Vec::new());
            put(node, steps, value);
        }
    }
}

/// A line for each manifest of a review and each layer that can change what rules rest on, or that decides what was
/// `left_out`. Of many layers the first few have one of their own.
pub(super) fn notes(
    review: &Review,
    members: &[Member],
    left_out: &[Violation],
    held: &[HeldViolation],
) -> Vec<NotChecked> {
    let mut notes = Vec::new();
    for (root, index) in review.documents() {
        let Some(member) = members.get(index) else {
            continue;
        };
        let layers = layers_of(member);
        if layers.is_empty() {
            continue;
        }
        let mut said = Vec::new();
        for violation in left_out {
            let is_own = root.contains(&violation.at);
            if !is_own && is_of_a_manifest(review, members, &violation.at) {
                continue;
            }
            let at = is_own.then(|| violation.at.skip(root.steps().len()));
            said.push((violation.rule.as_str(), at));
        }
        let mut kept = Vec::new();
        for violation in held.iter().filter(|violation| root.contains(&violation.at)) {
            kept.push((violation, violation.at.skip(root.steps().len())));
        }
        let file = || Topic::File(member.document.source.name.clone());
        let mut others = Vec::new();
        let mut shown = 0;
        for changes in layers.values() {
            let Some(mut reason) = reason(member, changes, &said) else {
                continue;
            };
            reason.push_str(&elsewhere(member, changes, &kept));
            match shown < MOST_LAYERS {
                true => notes.push(note(file(), reason)),
                false => others.extend(changes.first().map(|first| called(&first.by))),
            }
            shown += 1;
        }
        if !others.is_empty() {
            let more = counted(others.len(), "more layer");
            let reason = format!(
                "{more} can change it as well: {}",
                first_named(&others, NAMED)
            );
            notes.push(note(file(), reason));
        }
    }
    notes
}

/// True for a path that lies in a manifest of the review.
fn is_of_a_manifest(review: &Review, members: &[Member], at: &Pointer) -> bool {
    let mut documents = review.documents();
    let found = documents.find(|(root, _)| root.contains(at));
    let member = found.and_then(|(_, index)| members.get(index));
    member.is_some_and(|member| member.kind().is_some())
}

/// What each layer can change in a manifest, the nearest first.
fn layers_of(member: &Member) -> BTreeMap<usize, Vec<&LayerChange>> {
    let mut layers: BTreeMap<usize, Vec<&LayerChange>> = BTreeMap::new();
    for change in &member.layers {
        layers.entry(change.by.order).or_default().push(change);
    }
    layers
}

/// What is to be judged instead, and what was left out here for it; `None` for a layer that decides nothing.
fn reason(
    member: &Member,
    changes: &[&LayerChange],
    said: &[(&str, Option<Pointer>)],
) -> Option<String> {
    let root = &member.document.root;
    let counts = changes
        .iter()
        .any(|change| is_guessed(change, root) && !change.is_refused());
    let mut rules = BTreeSet::new();
    for (rule, at) in said {
        let is_its = match at {
            Some(at) if decides(member, None, at) => {
                changes.iter().any(|change| change.decides(root, at))
            }
            // It does not hold under every layer.
            _ => counts,
        };
        if is_its {
            rules.insert(format!("`{rule}`"));
        }
    }
    let mut shown = changes.to_vec();
    if rules.is_empty() {
        shown.retain(|change| change.counts);
    }
    let first = shown.first()?;
    let mut reason = match shown.iter().all(|change| change.is_refused()) {
        // There is nothing to judge in its place.
        true => format!("{}: its {}", called(&first.by), told(&shown)),
        false => format!("{}: its {}", instead(&first.by), told(&shown)),
    };
    if !rules.is_empty() {
        let rules = Vec::from_iter(rules);
        reason.push_str(&format!("; left out here: {}", first_named(&rules, NAMED)));
    }
    Some(reason)
}

/// What stays although these changes decide it, because it stands unchanged under another leaf.
fn elsewhere(
    member: &Member,
    changes: &[&LayerChange],
    kept: &[(&HeldViolation, Pointer)],
) -> String {
    let root = &member.document.root;
    let mut rules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (held, at) in kept {
        let mut deciding = changes.iter().filter(|change| change.decides(root, at));
        if deciding.any(|change| !held.leaf.orders.contains(&change.by.order)) {
            let leaf = judge::name(&held.leaf.layer.called());
            let rule = format!("`{}`", held.rule);
            rules.entry(leaf).or_default().insert(rule);
        }
    }
    let mut text = String::new();
    for (leaf, rules) in rules {
        let rules = first_named(&Vec::from_iter(rules), NAMED);
        text.push_str(&format!("; still reported, as {leaf} applies it: {rules}"));
    }
    text
}

fn called(by: &ChangedBy) -> String {
    judge::name(&by.layer.called())
}

/// What to judge in the place of a manifest.
fn instead(by: &ChangedBy) -> String {
    let called = called(by);
    match by.layer.kind {
        LayerKind::Kustomization => format!("judge the {called} instead"),
        LayerKind::Component => format!("judge an overlay with the {called} instead"),
        _ => format!("judge what {called} applies instead"),
    }
}

/// What entries of one layer change: ``` `patches[0]` (gpu.yaml) changes `/spec/replicas` ```.
fn told(changes: &[&LayerChange]) -> String {
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for change in changes {
        let does = match change.value {
            LayerValue::Left => "renames objects, but not the reference",
            _ => "changes",
        };
        let entry = format!("{} {does}", entry(&change.by));
        let what = what(change);
        match entries.iter_mut().find(|(known, _)| *known == entry) {
            Some((_, places)) if !places.contains(&what) => places.push(what),
            Some(_) => {}
            None => entries.push((entry, vec![what])),
        }
    }
    let mut told = Vec::new();
    for (entry, places) in entries {
        told.push(format!("{entry} {}", first_named(&places, NAMED)));
    }
    let more = told.len().saturating_sub(NAMED);
    told.truncate(NAMED);
    match more {
        0 => told.join("; "),
        more => format!("{}; and {more} more entries", told.join("; ")),
    }
}

fn entry(by: &ChangedBy) -> String {
    let entry = judge::name(&by.entry);
    match &by.file {
        Some(file) => format!("`{entry}` ({})", judge::name(&display_name(file))),
        None => format!("`{entry}`"),
    }
}

fn what(change: &LayerChange) -> String {
    match change.at.is_root() {
        true if change.removes() => "all of it, because it removes the object".to_owned(),
        true if change.is_refused() => {
            "what is not known, because Kustomize refuses to build it".to_owned()
        }
        true => "what cannot be told, which may be anything".to_owned(),
        false => format!("`{}`", judge::name(&change.at.to_string())),
    }
}

/// Why a manifest is attested at most: what the first layer changes that rules rest on, and how many others do.
pub(super) fn because(member: &Member) -> Option<String> {
    let mut layers: BTreeMap<usize, &LayerChange> = BTreeMap::new();
    for change in member.layers.iter().filter(|change| change.counts) {
        layers.entry(change.by.order).or_insert(change);
    }
    let mut told = Vec::new();
    for change in layers.into_values() {
        let called = called(&change.by);
        let (what, entry) = (what(change), entry(&change.by));
        told.push(match change.value {
            LayerValue::Refused => format!("{called} has {entry}, which changes {what}"),
            LayerValue::Left => {
                format!("{called} renames objects by {entry}, but not the reference {what}")
            }
            _ => format!("{called} changes {what} by {entry}"),
        });
    }
    (!told.is_empty()).then(|| first_named(&told, 2))
}
