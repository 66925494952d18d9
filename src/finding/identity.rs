//! What makes a finding the same finding tomorrow, when text has moved and days have passed.

use super::Finding;
use crate::{
    document::{Node, Pointer, Step, Value},
    units::hex,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

impl Finding {
    /// What tells this finding from others when the text around it moves: SHA-256 over rule, file,
    /// document, anchor (or pointer) and message (in its first wording) without counts of days, never a line
    /// number. `twin`
    /// numbers findings that agree in all of these, from 0.
    fn fingerprint(&self, file: &str, twin: usize) -> String {
        let (document, pointer) = (
            self.place.document.as_deref(),
            self.place.pointer.to_string(),
        );
        let path = if self.place.anchor.is_empty() {
            &pointer
        } else {
            &self.place.anchor
        };
        let said = without_days(self.first_wording.as_ref().unwrap_or(&self.message));
        let parts = [
            self.rule.as_str(),
            file,
            document.unwrap_or_default(),
            path,
            &said,
        ];
        let mut hash = Sha256::new();
        for part in parts {
            // The lengths keep neighbours apart.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.update((twin as u64).to_le_bytes());
        hex(&hash.finalize())
    }
}

/// `12 days ago` becomes `_ days ago`: it changes by itself, while nothing has changed.
fn without_days(message: &str) -> String {
    let words: Vec<&str> = message.split(' ').collect();
    let is_count = |at: usize| {
        let next = words
            .get(at + 1)
            .is_some_and(|word| word.starts_with("day"));
        next && words[at].bytes().all(|byte| byte.is_ascii_digit()) && !words[at].is_empty()
    };
    let word = |at: usize| match at.checked_sub(1).is_some_and(is_count) {
        true => words[at]
            .strip_prefix("days")
            .map_or(words[at].to_owned(), |rest| format!("day{rest}")),
        false if is_count(at) => "_".to_owned(),
        false => words[at].to_owned(),
    };
    (0..words.len()).map(word).collect::<Vec<_>>().join(" ")
}

/// A fingerprint for each finding, in their order. No two are alike.
pub fn fingerprints<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<String> {
    fingerprints_of(
        findings
            .into_iter()
            .map(|finding| (finding, finding.place.source.name.as_str())),
    )
}

/// The same with other names for the files.
pub fn fingerprints_of<'f>(
    findings: impl IntoIterator<Item = (&'f Finding, &'f str)>,
) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let distinct = findings.into_iter().map(|(finding, file)| {
        let first = finding.fingerprint(file, 0);
        let twin = met.entry(first.clone()).or_default();
        *twin += 1;
        if *twin == 1 {
            first
        } else {
            finding.fingerprint(file, *twin - 1)
        }
    });
    distinct.collect()
}

/// Characters of an element's name that tell it from others: a name may be as long as a file.
const LONGEST_NAME: usize = 100;

/// `/spec/slos/[ttft-p95]/value`: see [`Place::anchor`].
pub(super) fn anchor(root: &Node, at: &Pointer) -> String {
    let mut node = Some(root);
    let mut named = false;
    let mut path = String::new();
    for step in at.steps() {
        node = node.and_then(|node| match (&node.value, step) {
            (Value::List(items), Step::Index(index)) => items.get(*index),
            (_, Step::Key(key)) => node.get(key),
            _ => None,
        });
        let name = match step {
            Step::Index(_) => node.and_then(|node| {
                ["id", "name"]
                    .iter()
                    .find_map(|key| node.get(key)?.as_str().filter(|name| !name.is_empty()))
            }),
            Step::Key(_) => None,
        };
        match name {
            Some(name) => {
                named = true;
                path.push_str("/[");
                path.extend(name.chars().take(LONGEST_NAME));
                path.push(']');
            }
            None => path.push_str(&Pointer::from_iter([step.clone()]).to_string()),
        }
    }
    if named { path } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::source::Source, finding::Place};

    #[test]
    fn days_that_pass_change_no_message() {
        assert_eq!(
            without_days("due on 2026-10-01, 9 days ago"),
            without_days("due on 2026-10-01, 1 day ago")
        );
        assert_ne!(
            without_days("needs 93 samples"),
            without_days("needs 94 samples")
        );
        assert_ne!(without_days("a day"), without_days("b day"));
        assert_eq!(without_days(""), "");
    }

    #[test]
    fn list_elements_are_anchored_by_name() {
        let text = "spec: {slos: [{name: a, value: 1}, {id: x/y, name: b}, {value: 3}]}";
        let source = Source::new("a.yaml", text);
        let parsed = crate::document::read::parse(&source, crate::document::read::Format::Yaml);
        let document = parsed.documents.first().expect("a document");
        let anchor = |pointer: &str| Place::within(document, None, &Pointer::parse(pointer)).anchor;
        assert_eq!(anchor("/spec/slos/0/value"), "/spec/slos/[a]/value");
        assert_eq!(anchor("/spec/slos/1/gone/2"), "/spec/slos/[x/y]/gone/2");
        assert_eq!(anchor("/spec/slos/2/value"), "");
        assert_eq!(anchor("/spec/gone"), "");
    }
}
