//! Two types of one name are two words missing.

use crate::common::files;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Where types mirror others under their names, because they say how the others are written down.
const MIRRORS: &[&str] = &["output/json.rs"];

/// Names that still stand for two things. One that is unique by now has to go from here.
const KNOWN: &[&str] = &[];

/// Words of the table in `docs/architecture.md` that no type is called by alone.
const IDEAS: &[&str] = &["Manifest", "Fact", "Comment"];

#[test]
fn the_table_of_words_names_types() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/architecture.md")).expect("the page");
    let texts = files::with_extension(&root.join("src"), "rs")
        .into_iter()
        .map(|file| fs::read_to_string(file).expect("readable"));
    let known: BTreeSet<String> = texts.flat_map(|text| types(&text)).collect();
    let table = page.split("| --- | --- |\n").nth(1).expect("the table");
    let rows = table.lines().map_while(|line| line.strip_prefix("| "));
    let words: Vec<&str> = rows.filter_map(|row| row.split(" | ").next()).collect();
    assert!(words.len() > 20, "{words:?}");
    for word in words {
        match word
            .strip_prefix('`')
            .and_then(|word| word.strip_suffix('`'))
        {
            Some(name) => assert!(known.contains(name), "`{name}` is no type"),
            None => assert!(
                IDEAS.contains(&word),
                "{word} is neither a type nor an idea"
            ),
        }
    }
}

#[test]
fn a_type_name_occurs_once() {
    let mut places: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in files::with_extension(&src, "rs") {
        let below = file.strip_prefix(&src).expect("below").to_owned();
        let is_mirror = MIRRORS.iter().any(|mirror| below == Path::new(mirror));
        let is_test = below
            .iter()
            .any(|part| part == "tests" || part == "tests.rs");
        if is_mirror || is_test {
            continue;
        }
        for name in types(&fs::read_to_string(&file).expect("readable")) {
            let first = places.entry(name.clone()).or_default();
            assert!(first.insert(below.clone()), "`{name}` twice in {below:?}");
        }
    }
    assert!(places.len() > 200, "the types are not where they were");
    let twice: BTreeMap<&str, &BTreeSet<PathBuf>> = places
        .iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(name, files)| (name.as_str(), files))
        .collect();
    let fresh: Vec<_> = twice
        .iter()
        .filter(|(name, _)| !KNOWN.contains(name))
        .collect();
    let gone: Vec<_> = KNOWN
        .iter()
        .filter(|name| !twice.contains_key(**name))
        .collect();
    assert!(fresh.is_empty(), "one name for several types: {fresh:#?}");
    assert!(gone.is_empty(), "unique by now: {gone:?}");
}

/// The names of the types that a file defines. rustfmt puts what stands in a module at its margin.
fn types(text: &str) -> Vec<String> {
    let is_type = |word: &&str| ["struct", "enum", "trait", "type", "union"].contains(word);
    let name = |line: &str| {
        let line = match line.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
            Some(rest) => rest.trim_start(),
            None => line,
        };
        let (word, rest) = line.split_once(' ')?;
        is_type(&word).then_some(())?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        Some(rest[..end].to_owned())
    };
    text.lines().filter_map(name).collect()
}

#[test]
fn types_are_found_whoever_may_see_them() {
    let text = "pub struct A;\nstruct B<'a> {\npub(super) enum C {\npub(in crate::check) trait D {\n\
                type E = u8;\n    type F = u8;\n// struct G;\nfn struct_h() {}\n";
    assert_eq!(types(text), ["A", "B", "C", "D", "E"]);
}
