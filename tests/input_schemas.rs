//! `schemas/input/`: what rules read, and `schemas/inputs/v1.json`: what `servelint input` prints of it. They are
//! generated from the structs that hold it and from the schemas of documents. `SERVELINT_BLESS=1` writes the files
//! and `docs/input.md`.

mod answer;
mod check;
mod generate;
mod page;

use serde_json::Value as Json;
use std::{collections::BTreeMap, fs, path::Path};

/// The schema files by name, and the page for people.
fn generated() -> BTreeMap<String, String> {
    let schemas = generate::all();
    let mut files: BTreeMap<String, String> = schemas
        .iter()
        .map(|(name, schema)| (format!("schemas/input/{name}.json"), pretty(schema)))
        .collect();
    files.insert(
        "schemas/inputs/v1.json".to_owned(),
        pretty(&answer::schema()),
    );
    files.insert("docs/input.md".to_owned(), page::page(&schemas));
    files
}

/// What a schema refuses in a value, each with its place.
fn refused(validator: &jsonschema::Validator, value: &Json) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn pretty(schema: &Json) -> String {
    let mut text = serde_json::to_string_pretty(schema).expect("JSON");
    text.push('\n');
    text
}

#[test]
fn input_schemas_are_up_to_date() {
    let root = Path::new(crate::common::ROOT);
    let bless = std::env::var_os("SERVELINT_BLESS").is_some();
    for (name, text) in generated() {
        let path = root.join(&name);
        if bless {
            fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
            fs::write(&path, &text).expect("can be written");
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == text,
            "{name} is out of date; run SERVELINT_BLESS=1 cargo test --test suite input_schemas"
        );
    }
}
