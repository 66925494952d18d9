//! Repositories of the shapes that people publish, written from `fixtures/repositories/<name>.yaml`: `about` in a
//! sentence, `files` by path, and `many` files of one text with `{n}` for their number. A file of many items is a
//! mapping of `head`, `item` and `count`.

use super::ROOT;
use serde::Deserialize;
use servelint::document::{
    read::{self, Format},
    source::Source,
};
use std::{collections::BTreeMap, fs, path::Path};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    about: String,
    files: BTreeMap<String, Content>,
    #[serde(default)]
    many: Vec<Series>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Items(Items),
}

/// A text that ends in an item for each number from 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    head: String,
    item: String,
    count: usize,
}

/// A file for each number from 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Series {
    path: String,
    text: String,
    count: usize,
}

/// The names of all repositories, sorted.
pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join("fixtures/repositories")).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".yaml")?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Writes the files of a repository into a folder; what the repository is like.
pub(crate) fn write(name: &str, folder: &Path) -> String {
    let path = Path::new(ROOT).join(format!("fixtures/repositories/{name}.yaml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
    assert!(parsed.errors.is_empty(), "{name}: {:?}", parsed.errors);
    let json = parsed.documents[0].root.to_json();
    let sheet: Sheet =
        serde_json::from_value(json).unwrap_or_else(|error| panic!("{name}: {error}"));
    for (path, content) in &sheet.files {
        file(folder, path, &content.text());
    }
    for series in &sheet.many {
        for number in 1..=series.count {
            let path = numbered(&series.path, number);
            file(folder, &path, &numbered(&series.text, number));
        }
    }
    sheet.about
}

impl Content {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Items(items) => {
                let numbers = 1..=items.count;
                let rest: String = numbers.map(|n| numbered(&items.item, n)).collect();
                format!("{}{rest}", items.head)
            }
        }
    }
}

fn numbered(text: &str, number: usize) -> String {
    text.replace("{n}", &number.to_string())
}

fn file(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}
