//! How much a document may hold, and how much is said of it.
//!
//! What rules do can grow with the square of a list, and a finding costs its document's largest mapping,
//! so both are limited before any rule or schema sees the document. The lists of our own kinds have
//! limits of their own, in their schemas.

use super::{Refusal, violation};
use crate::{
    document::{Node, Pointer, Step},
    rule::{SCHEMA_VALID, UNKNOWN_FIELD},
    units::counted,
};
use std::collections::BTreeMap;

/// Values (mappings and lists count as well) of one document of our own kinds. A long review has a few
/// thousand.
pub const MOST_VALUES: usize = 20_000;
/// The same for a manifest, of which rules see what a release depends on.
pub const MOST_MANIFEST_VALUES: usize = 200_000;
/// The same for all documents of our own kinds that one review compares.
pub const MOST_REVIEW_VALUES: usize = 40_000;
/// Keys of one mapping, or elements of one list, in any of them.
const MOST_ENTRIES: usize = 10_000;
/// Refusals of one document that are told one by one.
pub const MOST_REFUSALS: usize = 200;

/// That a document holds more than `most` values or a collection more than 10,000 entries, at the place
/// where it does. It keeps the rules from running.
pub fn excess(root: &Node, most: usize) -> Option<Refusal> {
    let mut walk = Measuring { left: most, most };
    let (at, message) = walk.node(root)?;
    // It was found from the inside out.
    let at: Pointer = at.into_iter().rev().collect();
    let help = "split the document, or leave out what nobody reads";
    Some(Refusal {
        violation: violation(SCHEMA_VALID, at, message, Some(help.into()), None),
        blocking: true,
        custom: false,
        meant: None,
        rest: None,
    })
}

/// That the documents of one service hold too much to be compared; for the first one that is too much.
pub fn too_many_documents() -> Refusal {
    let message = format!(
        "the documents of this service hold more than {MOST_REVIEW_VALUES} values together, so they were not compared"
    );
    let help = "move what belongs to another service into documents of its own";
    let at = Pointer::default();
    Refusal {
        violation: violation(SCHEMA_VALID, at, message, Some(help.into()), None),
        blocking: true,
        custom: false,
        meant: None,
        rest: None,
    }
}

/// How many values a document holds.
pub fn values(root: &Node) -> usize {
    let entries = root.entries().iter().map(|entry| values(&entry.node));
    1 + root.items().iter().map(values).sum::<usize>() + entries.sum::<usize>()
}

struct Measuring {
    left: usize,
    most: usize,
}

/// The steps to a place, the last one first, and what is wrong there.
type Surplus = Option<(Vec<Step>, String)>;

impl Measuring {
    fn node(&mut self, node: &Node) -> Surplus {
        let Some(left) = self.left.checked_sub(1) else {
            let most = self.most;
            return Some((
                Vec::new(),
                format!("the document may hold at most {most} values; this is one more"),
            ));
        };
        self.left = left;
        let (items, entries) = (node.items(), node.entries());
        let count = items.len().max(entries.len());
        if count > MOST_ENTRIES {
            let message = format!(
                "this holds {count} entries; a mapping or list may hold at most {MOST_ENTRIES}"
            );
            return Some((Vec::new(), message));
        }
        for (index, item) in items.iter().enumerate() {
            if let Some(found) = self.node(item) {
                return Some(below(found, Step::Index(index)));
            }
        }
        for entry in entries {
            if let Some(found) = self.node(&entry.node) {
                return Some(below(found, Step::Key(entry.key.clone())));
            }
        }
        None
    }
}

fn below((mut steps, message): (Vec<Step>, String), step: Step) -> (Vec<Step>, String) {
    steps.push(step);
    (steps, message)
}

/// The refusals of one document as they are found: the first are told, the others counted.
#[derive(Default)]
pub(super) struct Refusals {
    told: Vec<Refusal>,
    /// By the rule and whether they keep the rules from running.
    others: BTreeMap<(String, bool), usize>,
}

impl Refusals {
    /// Takes a refusal by `rule`; it is put into words only where it is told.
    pub(super) fn add(&mut self, rule: &str, blocking: bool, tell: impl FnOnce() -> Refusal) {
        if self.told.len() < MOST_REFUSALS {
            self.told.push(tell());
        } else {
            *self.others.entry((rule.to_owned(), blocking)).or_default() += 1;
        }
    }

    /// Those that are told, and one for the others of each rule.
    pub(super) fn finish(self) -> (Vec<Refusal>, Vec<Refusal>) {
        let others = self.others.into_iter().map(rest).collect();
        (self.told, others)
    }
}

fn rest(((rule, blocking), count): ((String, bool), usize)) -> Refusal {
    let what = match rule == UNKNOWN_FIELD {
        true => counted(count, "more unknown field"),
        false => counted(count, "more mistake"),
    };
    let message = format!(
        "{what}: of the mistakes that a schema finds in a document, the first {MOST_REFUSALS} are listed"
    );
    Refusal {
        violation: violation(&rule, Pointer::default(), message, None, None),
        blocking,
        custom: false,
        meant: None,
        rest: Some(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{read, source::Source};

    fn excess_of(text: &str, most: usize) -> Option<(String, String)> {
        let parsed = read::parse(&Source::new("a.yaml", text), read::Format::Yaml);
        let document = parsed.documents.first().expect("a document");
        let refusal = excess(&document.root, most)?;
        assert!(refusal.blocking);
        Some((refusal.violation.at.to_string(), refusal.violation.message))
    }

    #[test]
    fn the_first_value_too_many_is_named() {
        let text = "a: [1, 2]\nb: {c: 3}\n";
        assert_eq!(excess_of(text, 6), None);
        let (at, message) = excess_of(text, 5).expect("one too many");
        assert_eq!(at, "/b/c");
        assert!(message.contains("at most 5 values"), "{message}");
        assert_eq!(excess_of(text, 3).expect("one too many").0, "/a/1");
    }

    #[test]
    fn a_collection_that_is_too_long_is_named() {
        for count in [MOST_ENTRIES, MOST_ENTRIES + 1] {
            let list = vec!["1"; count].join(",");
            let keys: Vec<String> = (0..count).map(|n| format!("k{n}: 1")).collect();
            for text in [
                format!("a: {{b: [{list}]}}"),
                format!("a: {{b: {{{}}}}}", keys.join(",")),
            ] {
                let found = excess_of(&text, usize::MAX).map(|(at, _)| at);
                let wanted = (count > MOST_ENTRIES).then(|| "/a/b".to_owned());
                assert_eq!(found, wanted);
            }
        }
    }

    #[test]
    fn all_values_are_counted() {
        let parsed = read::parse(
            &Source::new("a.yaml", "a: [1, {b: 2}]\nc: {}\n"),
            read::Format::Yaml,
        );
        assert_eq!(
            values(&parsed.documents.first().expect("a document").root),
            6
        );
    }
}
