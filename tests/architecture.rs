//! Keeps the module order one-way: a module may use only modules listed before it. Beside that,
//! siblings inside a room use each other one way, and a type name occurs once.

mod names;
mod siblings;

use std::{fs, path::Path};

/// From the ground up. `lib.rs` declares its modules in this same order.
const ORDER: &[&str] = &[
    "units",
    "did_you_mean",
    "built_in",
    "document",
    "git",
    "evidence",
    "rule",
    "config",
    "finding",
    "facts",
    "policy",
    "fix",
    "waivers",
    "manifest",
    "review",
    "schema",
    "output",
    "check",
    "cli",
];

/// The crates that only one module may know, so that each can be replaced in one place.
const OWNERS: &[(&str, &[&str])] = &[
    ("regorus", &["policy"]),
    ("jsonschema", &["schema"]),
    ("miette", &["output"]),
    ("clap", &["cli"]),
    ("granit_parser", &["document"]),
    ("jsonc_parser", &["document"]),
    ("toml_parser", &["document"]),
    ("indicatif", &["cli"]),
    ("quick_xml", &["output"]),
    ("similar", &["output"]),
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
        .filter(|lines| *lines > 650)
        .collect();
    assert!(long.is_empty(), "files over 650 lines: {long:?}");
}

/// The text of `src/<module>.rs` and of every file under `src/<module>/`.
fn files_of(src: &Path, module: &str) -> Vec<String> {
    let mut pending = vec![src.join(module), src.join(format!("{module}.rs"))];
    let mut texts = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                fs::read_dir(&path)
                    .expect("readable")
                    .map(|entry| entry.expect("readable").path()),
            );
        } else if let Ok(text) = fs::read_to_string(&path) {
            texts.push(text);
        }
    }
    texts
}
