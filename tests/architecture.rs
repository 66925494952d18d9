//! Keeps the module order one-way: a module may use only modules listed before it. Beside that,
//! siblings inside a room use each other one way, and a type name occurs once.

mod names;
mod siblings;

use crate::common::files;
use std::{fs, path::Path};

/// From the ground up. `lib.rs` declares its modules in this same order.
const ORDER: &[&str] = &[
    "units",
    "names",
    "did_you_mean",
    "built_in",
    "disk",
    "document",
    "query",
    "git",
    "cache",
    "archive",
    "evidence",
    "rule",
    "config",
    "pack",
    "finding",
    "fleet",
    "facts",
    "policy",
    "fix",
    "waivers",
    "manifest",
    "layer",
    "render",
    "review",
    "schema",
    "output",
    "check",
    "authoring",
    "cli",
];

/// The crates that only one module may know, so that each can be replaced in one place.
const OWNERS: &[(&str, &[&str])] = &[
    ("anyhow", &["policy"]),
    ("regorus", &["policy"]),
    ("jsonschema", &["schema"]),
    ("miette", &["output"]),
    ("clap", &["cli"]),
    ("granit_parser", &["document"]),
    ("jsonc_parser", &["document"]),
    ("toml_parser", &["document"]),
    ("indicatif", &["cli"]),
    ("promql_parser", &["query"]),
    ("flate2", &["archive"]),
    ("quick_xml", &["evidence", "output"]),
    ("rustix", &["cache", "policy", "cli", "render"]),
    ("signal_hook", &["cli"]),
    ("semver", &["config"]),
    ("similar", &["output"]),
    ("tar", &["archive"]),
    ("unicode_normalization", &["names"]),
    ("unicode_security", &["names"]),
];

#[test]
fn modules_use_only_modules_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut upward = Vec::new();
    for (position, module) in ORDER.iter().enumerate() {
        for text in files_of(&src, module) {
            for used in text.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                match ORDER.iter().position(|name| *name == used) {
                    Some(at) if at > position => upward.push(format!("{module} -> {used}")),
                    _ => {}
                }
            }
        }
    }
    assert!(upward.is_empty(), "upward imports: {upward:?}");
}

#[test]
fn modules_are_declared_in_this_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .expect("lib.rs");
    let declared: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(declared, ORDER);
}

#[test]
fn foreign_crates_stay_in_their_rooms() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut strays = Vec::new();
    for module in ORDER {
        let text = files_of(&src, module).concat();
        for (name, owners) in OWNERS {
            let is_used = [
                format!("use {name}::"),
                format!(" {name}::"),
                format!("({name}::"),
                format!("<{name}::"),
            ]
            .iter()
            .any(|usage| text.contains(usage.as_str()));
            if is_used && !owners.contains(module) {
                strays.push(format!("{module} uses {name}"));
            }
        }
    }
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn files_have_one_reason_to_exist() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let long: Vec<usize> = ORDER
        .iter()
        .flat_map(|module| files_of(&src, module))
        .map(|text| {
            text.split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .lines()
                .count()
        })
        .filter(|lines| *lines > 500)
        .collect();
    assert!(long.is_empty(), "files over 500 lines: {long:?}");
}

/// Cargo looks for no tests by itself here, and a file that nobody declares would be compiled by nobody.
#[test]
fn every_file_of_the_tests_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml");
    let tests = root.join("tests");
    let all = files::with_extension(&tests, "rs");
    let mut stray = Vec::new();
    for file in &all {
        let below = file.strip_prefix(&tests).expect("below");
        if manifest.contains(&format!("path = \"tests/{}\"", below.display())) {
            continue;
        }
        // `a.rs` and the files of `a/` may declare a file in there, as the files beside `a/` may declare its `mod.rs`.
        let (name, folder) = match file.file_stem().and_then(|name| name.to_str()) {
            Some("mod") => (
                file.parent().and_then(Path::file_name),
                file.ancestors().nth(2),
            ),
            _ => (file.file_stem(), file.parent()),
        };
        let folder = folder.expect("a folder");
        let above = folder.with_extension("rs");
        let declaration = format!("mod {};\n", name.expect("a name").to_string_lossy());
        let is_declared = all
            .iter()
            .filter(|other| **other == above || other.parent() == Some(folder))
            .any(|other| {
                fs::read_to_string(other)
                    .expect("readable")
                    .contains(&declaration)
            });
        if !is_declared {
            stray.push(below.to_owned());
        }
    }
    assert!(stray.is_empty(), "declared nowhere: {stray:?}");
}

/// The text of `src/<module>.rs` and of every file under `src/<module>/`.
fn files_of(src: &Path, module: &str) -> Vec<String> {
    let mut paths = vec![src.join(format!("{module}.rs"))];
    let folder = src.join(module);
    if folder.is_dir() {
        paths.extend(files::with_extension(&folder, "rs"));
    }
    paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("readable"))
        .collect()
}
