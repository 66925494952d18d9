//! Fixes on documents of any layout in every format: the result parses, the comments survive, the
//! slips and nothing else are undone, and a second time changes nothing.

use crate::{
    common::PACK,
    spans::write::{Tree, Writer},
};
use proptest::{collection::vec, prelude::*};
use serde_json::Value as Json;
use servelint::{
    check::{
        Request, Silent,
        mend::{FixedRun, mend},
    },
    document::{
        read::{Format, parse},
        source::Source,
    },
};

const GOOD: &str = include_str!("cli/good.yaml");
/// A key and a slip of it.
const KEYS: [(&str, &str); 6] = [
    ("owner", "ownr"),
    ("environment", "enviroment"),
    ("platform", "plat_form"),
    ("slos", "Slos"),
    ("isRolling", "isRoling"),
    ("timeouts", "timeout"),
];
/// A value and another spelling of it.
const VALUES: [(&str, &str); 6] = [
    ("staging", "stging"),
    ("200ms", "200 ms"),
    ("150ms", "150 msec"),
    ("30d", "30 days"),
    ("argo-rollouts", "argo_rollouts"),
    ("servelint/v1alpha1", "servelint/v1alpa1"),
];
/// Keys that may be missing.
const GONE: [&str; 6] = ["owner", "tier", "model", "mode", "indicator", "revision"];

/// The tree with the slips that `chosen` has a bit for, keys first, and without the keys of `gone`.
fn damaged(value: &Json, chosen: u16, gone: u8) -> Tree {
    let slip = |table: &[(&str, &str)], offset: usize, text: &str| {
        let is_meant = |(at, (right, _)): &(usize, &(&str, &str))| {
            chosen >> (at + offset) & 1 == 1 && *right == text
        };
        table
            .iter()
            .enumerate()
            .find(is_meant)
            .map_or(text, |(_, (_, wrong))| *wrong)
            .to_owned()
    };
    match value {
        Json::Null => Tree::Null,
        Json::Bool(flag) => Tree::Bool(*flag),
        Json::Number(number) => number.as_i64().map_or_else(
            || Tree::Float(number.as_f64().expect("a number")),
            Tree::Integer,
        ),
        Json::String(text) => Tree::Text(slip(&VALUES, KEYS.len(), text)),
        Json::Array(items) => Tree::List(
            items
                .iter()
                .map(|item| damaged(item, chosen, gone))
                .collect(),
        ),
        Json::Object(entries) => {
            let stays = |key: &str| {
                !GONE
                    .iter()
                    .enumerate()
                    .any(|(at, name)| gone >> at & 1 == 1 && *name == key)
            };
            let kept = entries.iter().filter(|(key, _)| stays(key));
            Tree::Map(
                kept.map(|(key, value)| (slip(&KEYS, 0, key), damaged(value, chosen, gone)))
                    .collect(),
            )
        }
    }
}

fn mended(name: &str, text: &str, all: bool) -> FixedRun {
    let request = Request {
        stdin: Some((Some(name.to_owned()), text.as_bytes().to_vec())),
        isolated: true,
        ..crate::common::request(vec![])
    };
    mend(&request, &PACK, &Silent, all).expect("a run")
}

/// The text after all fixes.
fn after(name: &str, text: &str, all: bool) -> String {
    let mended = mended(name, text, all);
    assert_eq!(mended.failures, Vec::<String>::new(), "{text}");
    mended
        .files
        .into_iter()
        .next()
        .map_or_else(|| text.to_owned(), |file| file.after)
}

fn read(name: &str, text: &str) -> (Json, Vec<String>) {
    let source = Source::new(name, text);
    let parsed = parse(&source, Format::of_source(&source));
    assert_eq!(parsed.errors, [], "{text}");
    let comments = parsed
        .comments
        .iter()
        .map(|comment| comment.text(&source).to_owned())
        .collect();
    (
        parsed.documents.first().expect("a document").root.to_json(),
        comments,
    )
}

/// True where everything of `part` is in `whole`.
fn holds(whole: &Json, part: &Json) -> bool {
    match (whole, part) {
        (Json::Object(whole), Json::Object(part)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|other| holds(other, value))),
        (Json::Array(whole), Json::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part)
                    .all(|(whole, part)| holds(whole, part))
        }
        (whole, part) => whole == part,
    }
}

fn written(tree: &Tree, chances: &[u8]) -> [(&'static str, String); 4] {
    [
        ("a.yaml", Writer::new(chances).yaml(tree).text),
        ("a.json", Writer::new(chances).json(tree, false).text),
        ("a.jsonc", Writer::new(chances).json(tree, true).text),
        ("a.toml", Writer::new(chances).toml(tree).text),
    ]
}

/// Texts over several lines have no short twin: they stay, and the rest is mended.
fn has_long_text(text: &str) -> bool {
    text.contains(['|', '>']) || text.contains("'''") || text.contains("\"\"\"")
}

proptest! {
    #![proptest_config(crate::common::some_cases(24))]

    #[test]
    fn slips_are_undone_and_nothing_else(chosen in 0..4096_u16, chances in vec(any::<u8>(), 5..60)) {
        let good = read("a.yaml", GOOD).0;
        for (name, text) in written(&damaged(&good, chosen, 0), &chances) {
            let (_, comments) = read(name, &text);
            let fixed = after(name, &text, false);
            let (tree, kept) = read(name, &fixed);
            if !has_long_text(&text) {
                prop_assert_eq!(&tree, &good, "{}\n-->\n{}", text, fixed);
            }
            prop_assert_eq!(comments, kept, "{}", text);
            prop_assert_eq!(&after(name, &fixed, false), &fixed);
        }
    }

    #[test]
    fn stubs_add_and_take_nothing(chosen in 0..4096_u16, gone in 1..64_u8, chances in vec(any::<u8>(), 5..60)) {
        let good = read("a.yaml", GOOD).0;
        let rest = damaged(&good, 0, gone).to_json();
        for (name, text) in written(&damaged(&good, chosen, gone), &chances) {
            let (_, comments) = read(name, &text);
            let fixed = after(name, &text, true);
            let (tree, kept) = read(name, &fixed);
            if !has_long_text(&text) {
                prop_assert!(holds(&tree, &rest), "{}\n-->\n{}", text, fixed);
            }
            prop_assert_eq!(comments, kept, "{}", text);
            prop_assert_eq!(&after(name, &fixed, true), &fixed);
        }
    }
}
