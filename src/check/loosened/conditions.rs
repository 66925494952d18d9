//! Queries and conditions of a manifest that became others: their words do not tell which asks for less.

use super::Loosened;
use crate::{
    check::digest,
    document::{Node, Pointer, Spot},
};
use std::collections::BTreeMap;

/// Paths to queries and to where they are asked, with the key that messages have.
const ASKED: &[(&[&str], &str)] = &[
    (&["spec", "query"], "query"),
    (&["spec", "provider"], "provider"),
];
/// Paths to the arguments that queries are filled in with.
const ARGUMENTS: &[&[&str]] = &[
    &["spec", "args"],
    &["spec", "strategy", "canary", "analysis", "args"],
    &[
        "spec",
        "strategy",
        "blueGreen",
        "prePromotionAnalysis",
        "args",
    ],
    &[
        "spec",
        "strategy",
        "blueGreen",
        "postPromotionAnalysis",
        "args",
    ],
];

/// A metric of an analysis before and after, for messages.
pub(super) struct MetricPair<'p> {
    pub member: usize,
    /// ``  `p99` of AnalysisTemplate `ranker`  ``
    pub owner: &'p str,
    pub was: Spot<'p>,
    pub is: Spot<'p>,
    /// Its limits are compared as numbers.
    pub limits: bool,
}

impl MetricPair<'_> {
    /// What became another one, and cannot be compared by a number.
    pub(super) fn compare(&self) -> Vec<Loosened> {
        let mut found = Vec::new();
        for key in ["successCondition", "failureCondition"] {
            let (was, is) = (self.was.text_at(&[key]), self.is.text_at(&[key]));
            let is_said = self.limits && was.map(without_numbers) == is.map(without_numbers);
            if !is_said && was.map(condition) != is.map(condition) {
                found.extend(self.other(key, &[key], was, is));
            }
        }
        let path = ["provider", "prometheus", "query"];
        let (was, is) = (self.was.text_at(&path), self.is.text_at(&path));
        if was.map(query) != is.map(query) {
            found.extend(self.other("query", &path, was, is));
        } else if asked(&self.was) != asked(&self.is) {
            let (was, is) = (asked(&self.was), asked(&self.is));
            found.extend(self.other("provider", &["provider"], was.as_deref(), is.as_deref()));
        }
        found
    }

    /// A value that is another one; nothing where there was none.
    fn other(
        &self,
        key: &str,
        path: &[&str],
        was: Option<&str>,
        is: Option<&str>,
    ) -> Option<Loosened> {
        let at = self.is.at.clone().keys(path);
        Some(changed(self.member, at, self.owner, key, was?, is))
    }
}

/// Queries and arguments of a manifest as a whole that became others.
pub(super) fn compare(before: &Node, after: &Node, owner: &str, member: usize) -> Vec<Loosened> {
    let (before, after) = (Spot::root(before), Spot::root(after));
    let mut found = Vec::new();
    for (path, key) in ASKED {
        let (was, is) = (before.find(path), after.find(path));
        let Some(was) = was else { continue };
        let same = is.as_ref().is_some_and(|is| match (was.text(), is.text()) {
            (Some(was), Some(is)) => query(was) == query(is),
            _ => digest::plain(was.value) == digest::plain(is.value),
        });
        if !same {
            let at = Pointer::default().keys(path);
            let text = |spot: &Spot<'_>| shown(spot.value);
            let is = is.as_ref().map(text);
            found.push(changed(member, at, owner, key, &text(&was), is.as_deref()));
        }
    }
    for path in ARGUMENTS {
        let new = arguments(&after, path);
        for (name, was) in arguments(&before, path) {
            // One that is gone leaves a query that Argo refuses.
            if let Some(is) = new.get(&name)
                && digest::plain(was.value) != digest::plain(is.value)
            {
                let key = format!("args.{name}");
                let after = shown(is.value);
                found.push(changed(
                    member,
                    is.at.clone(),
                    owner,
                    &key,
                    &shown(was.value),
                    Some(&after),
                ));
            }
        }
    }
    found
}

/// The values of arguments, by name.
fn arguments<'n>(root: &Spot<'n>, path: &[&str]) -> BTreeMap<String, Spot<'n>> {
    let mut found = BTreeMap::new();
    for entry in root.items_at(path) {
        let value = entry.get("value").or_else(|| entry.get("valueFrom"));
        if let (Some(name), Some(value)) = (entry.string_at(&["name"]), value) {
            found.insert(name, value);
        }
    }
    found
}

fn changed(
    member: usize,
    at: Pointer,
    owner: &str,
    key: &str,
    was: &str,
    is: Option<&str>,
) -> Loosened {
    Loosened {
        member,
        at,
        owner: owner.to_owned(),
        key: key.to_owned(),
        before: one_line(was),
        after: is.map(one_line),
        unknown: true,
    }
}

/// Where a metric comes from, without the query.
fn asked(metric: &Spot<'_>) -> Option<String> {
    let mut provider = metric.get("provider")?.value.to_json();
    if let Some(prometheus) = provider
        .get_mut("prometheus")
        .and_then(|own| own.as_object_mut())
    {
        prometheus.remove("query");
    }
    provider.sort_all_objects();
    Some(provider.to_string())
}

fn shown(node: &Node) -> String {
    match node.as_str() {
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// A query without blanks and comments outside of quoted texts.
fn query(text: &str) -> String {
    let mut plain = String::new();
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match quote {
            Some(end) => {
                plain.push(letter);
                if letter == '\\' && end != '`' {
                    plain.extend(letters.next());
                } else if letter == end {
                    quote = None;
                }
            }
            None if matches!(letter, '"' | '\'' | '`') => {
                quote = Some(letter);
                plain.push(letter);
            }
            None if letter == '#' => {
                letters.by_ref().find(|letter| *letter == '\n');
            }
            None if letter.is_whitespace() => {}
            None => plain.push(letter),
        }
    }
    plain
}

/// A condition whose parts that all must hold are in order.
fn condition(text: &str) -> Vec<String> {
    let plain = query(text);
    if plain.contains("||") {
        return vec![plain];
    }
    let mut parts: Vec<String> = plain.split("&&").map(str::to_owned).collect();
    parts.sort_unstable();
    parts
}

/// A condition whose numbers are left out of comparisons. Those in brackets are places in a list.
fn without_numbers(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in condition(text) {
        let mut plain = String::new();
        let mut is_number = false;
        let mut before = ' ';
        for letter in part.chars() {
            let starts = letter.is_ascii_digit() && matches!(before, '<' | '>' | '=');
            is_number = starts || (is_number && (letter.is_ascii_digit() || letter == '.'));
            plain.push(if is_number { '0' } else { letter });
            before = letter;
        }
        while plain.contains("00") {
            plain = plain.replace("00", "0");
        }
        parts.push(plain);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_of_a_query_does_not_count() {
        let one = "sum by (le) (rate(x{a=\"b c\"}[5m]))";
        assert_eq!(
            query(one),
            query("sum by(le)(\n  rate(x{a=\"b c\"}[5m]) # all\n)")
        );
        assert_ne!(query(one), query("sum by (le) (rate(x{a=\"bc\"}[5m]))"));
        assert_ne!(query("x{a=\"#1\"}"), query("x{a=\"#2\"}"));
    }

    #[test]
    fn order_and_numbers_of_a_condition() {
        let one = "len(result) > 0 && result[0] <= 0.05";
        assert_eq!(
            condition(one),
            condition("result[0]<=0.05 && len(result)>0")
        );
        assert_ne!(condition(one), condition("result[0] <= 0.05"));
        assert_eq!(
            without_numbers(one),
            without_numbers("len(result) > 0 && result[0] <= 12")
        );
        assert_ne!(
            without_numbers(one),
            without_numbers("len(result) > 0 && result[1] <= 0.05")
        );
        assert_ne!(
            without_numbers(one),
            without_numbers("len(result) > 0 && result[0] >= 0.05")
        );
    }
}
