//! Entries with a name, before and after: which are the same, and which of their values ask for less.

use super::{
    Loosened,
    tables::{Demand, Demands, Looser},
};
use crate::{
    document::{Node, Pointer, Spot, Value},
    units,
};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// A document of one side; that at hand has its number among the members.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'n> {
    pub node: &'n Node,
    pub member: usize,
}

impl<'n> Side<'n> {
    pub(super) fn past(node: &'n Node) -> Self {
        Self { node, member: 0 }
    }

    pub(super) fn at_hand(node: &'n Node, member: usize) -> Self {
        Self { node, member }
    }
}

/// An entry of a list.
#[derive(Debug)]
pub(super) struct Listed<'n> {
    pub id: String,
    pub spot: Spot<'n>,
    pub member: usize,
}

/// The entries of a table on one side, and where further ones would stand.
#[derive(Debug)]
pub(super) struct Entries<'n> {
    list: Vec<Listed<'n>>,
    /// The first of each id.
    numbers: HashMap<String, usize>,
    /// The list itself in the first document that can hold it; `None` where none can.
    home: Option<(usize, Pointer)>,
}

impl<'n> Entries<'n> {
    pub(super) fn of(table: &Demands, sides: &[Side<'n>]) -> Self {
        let mut list = Vec::new();
        let mut home = None;
        for side in sides {
            let (root, member) = (Spot::root(side.node), side.member);
            let holder = &table.path[..table.path.len() - 1];
            if home.is_none() && root.find(holder).is_some() {
                home = Some((member, Pointer::default().keys(table.path)));
            }
            let Some(found) = root.find(table.path) else {
                continue;
            };
            if table.ids.is_empty() {
                let name = root.string_at(&["metadata", "name"]).unwrap_or_default();
                list.push(Listed {
                    id: name,
                    spot: found,
                    member,
                });
                continue;
            }
            for spot in found.items() {
                if let Some(id) = id(table, &spot) {
                    list.push(Listed { id, spot, member });
                }
            }
        }
        let mut numbers = HashMap::new();
        for (number, entry) in list.iter().enumerate() {
            numbers.entry(entry.id.clone()).or_insert(number);
        }
        Self {
            list,
            numbers,
            home,
        }
    }

    fn get(&self, id: &str) -> Option<&Listed<'n>> {
        self.list.get(*self.numbers.get(id)?)
    }
}

/// What tells an entry from others: the texts under the table's ids.
fn id(table: &Demands, spot: &Spot<'_>) -> Option<String> {
    let mut parts = Vec::new();
    for key in table.ids {
        parts.push(spot.text_at(&[key])?);
    }
    Some(parts.join(" "))
}

/// What the entries of a table relax.
pub(super) fn compare(table: &Demands, before: &Entries<'_>, after: &Entries<'_>) -> Vec<Loosened> {
    let mut others = Others::of(table, before, after);
    let mut found = Vec::new();
    for old in &before.list {
        let new = after.get(&old.id).or_else(|| others.take(table, old));
        match new {
            Some(new) => found.extend(values(table, old, new)),
            None => found.extend(gone(table, old, after)),
        }
    }
    found
}

/// The entries whose ids the base did not know, by what they are about: one may be another that was renamed.
struct Others<'a, 'n>(HashMap<Vec<Option<String>>, VecDeque<&'a Listed<'n>>>);

impl<'a, 'n> Others<'a, 'n> {
    fn of(table: &Demands, before: &Entries<'_>, after: &'a Entries<'n>) -> Self {
        let mut others: HashMap<_, VecDeque<_>> = HashMap::new();
        for new in &after.list {
            if before.get(&new.id).is_none()
                && let Some(about) = about(table, &new.spot)
            {
                others.entry(about).or_default().push_back(new);
            }
        }
        Self(others)
    }

    /// The first that is about the same and was not taken yet.
    fn take(&mut self, table: &Demands, old: &Listed<'_>) -> Option<&'a Listed<'n>> {
        let about = about(table, &old.spot)?;
        self.0.get_mut(&about)?.pop_front()
    }
}

/// The texts that tell what an entry is about; `None` where it has none of them. A document is about its service,
/// whatever it is called.
fn about(table: &Demands, spot: &Spot<'_>) -> Option<Vec<Option<String>>> {
    if table.ids.is_empty() {
        return Some(Vec::new());
    }
    let texts = table.about.iter().map(|path| spot.string_at(&keys(path)));
    let texts: Vec<Option<String>> = texts.collect();
    texts.iter().any(Option::is_some).then_some(texts)
}

fn gone(table: &Demands, old: &Listed<'_>, after: &Entries<'_>) -> Option<Loosened> {
    if !table.removal {
        return None;
    }
    let (member, at) = after.home.clone()?;
    let mut parts = Vec::new();
    for field in table.fields {
        if let Some(value) = old.spot.find(&keys(field.path)) {
            parts.extend(
                value
                    .value
                    .scalar()
                    .map(|text| format!("`{}` `{text}`", field.path)),
            );
        }
    }
    parts.truncate(4);
    Some(Loosened {
        member,
        at,
        owner: format!("{} `{}`", table.word, old.id),
        key: String::new(),
        before: parts.join(", "),
        after: None,
        unknown: false,
    })
}

/// The values of an entry that ask for less.
pub(super) fn values(table: &Demands, old: &Listed<'_>, new: &Listed<'_>) -> Vec<Loosened> {
    let mut found = Vec::new();
    for field in table.fields {
        let path = keys(field.path);
        let (before, after) = (old.spot.find(&path), new.spot.find(&path));
        if is_held_by_what_is_gone(table, field, old, new)
            || !is_looser(field, old, new, before.as_ref(), after.as_ref())
        {
            continue;
        }
        let at = new.spot.at.clone().keys(&path);
        let default = || field.default.map(|value| value.to_string());
        let mut was = before.as_ref().and_then(shown).or_else(default);
        let mut now = after.as_ref().and_then(shown);
        // `800` after `800` would look the same: what was relaxed is the unit.
        if matches!(field.looser, Looser::ByOperator { .. }) && unit(&old.spot) != unit(&new.spot) {
            was = was.map(|value| with_unit(value, &old.spot));
            now = now.map(|value| with_unit(value, &new.spot));
        }
        found.push(Loosened {
            member: new.member,
            at,
            owner: format!("{} `{}`", table.word, new.id),
            key: field.path.replace('/', "."),
            before: was.unwrap_or_default(),
            after: now,
            unknown: matches!(field.looser, Looser::Changed),
        });
    }
    found
}

/// True where the mapping that holds the value is gone as a whole, which is reported instead.
fn is_held_by_what_is_gone(
    table: &Demands,
    field: &Demand,
    old: &Listed<'_>,
    new: &Listed<'_>,
) -> bool {
    let mut holders = table.fields.iter();
    holders.any(|holder| {
        let path = keys(holder.path);
        matches!(holder.looser, Looser::Gone)
            && holder.path != field.path
            && keys(field.path).starts_with(&path)
            && old.spot.find(&path).is_some()
            && new.spot.find(&path).is_none()
    })
}

fn is_looser(
    field: &Demand,
    old: &Listed<'_>,
    new: &Listed<'_>,
    before: Option<&Spot<'_>>,
    after: Option<&Spot<'_>>,
) -> bool {
    let Some(after) = after else {
        return before.is_some() && field.demanded;
    };
    let was = || before.and_then(amount).or(field.default);
    match field.looser {
        Looser::Gone => false,
        Looser::Other => differs(before, after),
        Looser::Changed => before.is_some_and(|before| {
            let words = |spot: &Spot<'_>| spot.text().map(plain_words);
            words(before).is_some() && words(before) != words(after)
        }),
        Looser::Earlier(words) => {
            let place = |spot: &Spot<'_>| {
                let text = spot.value.scalar()?;
                words.iter().position(|word| *word == text)
            };
            matches!((before.and_then(place), place(after)), (Some(was), Some(is)) if is < was)
        }
        Looser::Becomes(word) => {
            let before = before.and_then(|spot| spot.value.scalar());
            before.is_some_and(|before| before != word)
                && after.value.scalar().as_deref() == Some(word)
        }
        Looser::Higher => is_above(amount(after), was()),
        Looser::Lower => is_above(was(), amount(after)),
        Looser::Turned => {
            let (was, is) = (direction(field, old), direction(field, new));
            was.is_some() && was != is
        }
        Looser::ByOperator { passes } => {
            let is = direction(field, new);
            // A comparison that turned is reported as such.
            if is != direction(field, old) {
                return false;
            }
            let was = before.and_then(|before| in_base_unit(before, &old.spot));
            let now = in_base_unit(after, &new.spot);
            match is {
                Some(op @ ('l' | 'g')) if (op == 'l') == passes => is_above(now, was),
                Some('l' | 'g') => is_above(was, now),
                // One of a list, which allows more than it did.
                Some('i') => before.is_some_and(|before| has_more(before, after)),
                Some(_) => differs(before, after),
                None => false,
            }
        }
    }
}

/// True where a value became another one.
fn differs(before: Option<&Spot<'_>>, after: &Spot<'_>) -> bool {
    let before = before.and_then(shown);
    before.is_some() && before != shown(after)
}

/// True for a list with a value that was not in it.
fn has_more(before: &Spot<'_>, after: &Spot<'_>) -> bool {
    let before: BTreeSet<String> = scalars(before).into_iter().collect();
    scalars(after).iter().any(|value| !before.contains(value))
}

/// The values of a list.
fn scalars(list: &Spot<'_>) -> Vec<String> {
    let items = list.items();
    items
        .iter()
        .filter_map(|item| item.value.scalar())
        .collect()
}

/// A value as messages show it, and the values of a list.
fn shown(spot: &Spot<'_>) -> Option<String> {
    spot.value.scalar().or_else(|| {
        let values = scalars(spot);
        (!values.is_empty()).then(|| values.join(", "))
    })
}

/// The words of a text, whatever separates them.
fn plain_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// True where one is greater by more than the rounding of units: 800 ms are 0.8 s.
fn is_above(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) if one.is_finite() && other.is_finite() => {
            one - other > 1e-9 * one.abs().max(other.abs())
        }
        (Some(one), Some(other)) => one > other,
        _ => false,
    }
}

/// The threshold of an entry, of a checklist item by the unit of its metric.
fn in_base_unit(threshold: &Spot<'_>, entry: &Spot<'_>) -> Option<f64> {
    let unit = unit(entry).and_then(units::unit_factor);
    Some(amount(threshold)? * unit.map_or(1.0, |unit| unit.factor))
}

/// The unit of a checklist item's metric.
fn unit<'n>(entry: &Spot<'n>) -> Option<&'n str> {
    entry.text_at(&["metric", "unit"])
}

/// `800 ms`
fn with_unit(value: String, entry: &Spot<'_>) -> String {
    match unit(entry) {
        Some(unit) => format!("{value} {unit}"),
        None => value,
    }
}

/// The operator beside a value: `l` of `lt` and `lte`, `g` of `gt` and `gte`, `e` of `eq`.
fn direction(field: &Demand, entry: &Listed<'_>) -> Option<char> {
    let mut path = keys(field.path);
    path.pop();
    path.push("op");
    entry.spot.text_at(&path)?.chars().next()
}

/// A number, which may be infinite, the seconds of a duration, or what a quantity stands for.
fn amount(spot: &Spot<'_>) -> Option<f64> {
    match &spot.value.value {
        Value::Float(number) => Some(*number),
        Value::String(text) => {
            let seconds = units::window_seconds(text, true).ok();
            seconds.or_else(|| units::quantity(text))
        }
        _ => spot.value.as_f64(),
    }
}

pub(super) fn keys(path: &'static str) -> Vec<&'static str> {
    path.split('/').collect()
}
