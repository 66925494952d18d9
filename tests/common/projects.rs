//! The fixture projects: whole ones, variants of them, and twins in other formats.
//!
//! `fixtures/variants/<name>` holds the files that a variant has of its own, and `variant.toml`: its base, the files
//! that it is without, and edits. `.ci/project` writes the same folders for whoever wants to look at one.

use super::{
    ROOT,
    files::{below, copy},
};
use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    base: String,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    edit: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    file: String,
    replace: String,
    with: String,
}

/// Which projects this process has written; each is written once.
static WRITTEN: LazyLock<Mutex<BTreeMap<String, PathBuf>>> = LazyLock::new(Mutex::default);

/// The names of all projects, variants and twins, sorted.
pub(crate) fn names() -> Vec<String> {
    let mut names = Vec::new();
    for kind in ["projects", "variants"] {
        let entries = fs::read_dir(Path::new(ROOT).join("fixtures").join(kind)).expect("projects");
        names.extend(entries.map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("a plain name")
        }));
    }
    for name in TWINS {
        names.extend(FORMATS.map(|format| format!("{name}-{format}")));
    }
    names.sort();
    names
}

/// Projects that also exist in TOML and JSON, with the same documents.
pub(crate) const TWINS: [&str; 3] = ["support-chat-llm", "feed-ranker", "support-chat-llm-no-go"];

/// The formats of twins.
pub(crate) const FORMATS: [&str; 2] = ["toml", "json"];

/// The folder of a project: its own, or one that is written for it.
pub(crate) fn project(name: &str) -> PathBuf {
    let whole = Path::new(ROOT).join("fixtures/projects").join(name);
    if whole.is_dir() {
        return whole;
    }
    if let Some(path) = WRITTEN.lock().expect("no panic").get(name) {
        return path.clone();
    }
    let twin = FORMATS
        .iter()
        .find_map(|format| Some((name.strip_suffix(&format!("-{format}"))?, *format)));
    // Before the lock is taken again: a twin may be of a variant.
    let base = twin.map(|(of, format)| (project(of), format));
    let mut written = WRITTEN.lock().expect("no panic");
    let write = || {
        let folder = ours().join(name);
        match base {
            Some((of, format)) => write_twin(&of, format, &folder),
            None => write_variant(name, &folder),
        }
        folder
    };
    written.entry(name.to_owned()).or_insert_with(write).clone()
}

/// The folder of this process; those of processes that ended long ago go away.
fn ours() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|known| known.modified()).ok();
        let is_old = age
            .and_then(|time| time.elapsed().ok())
            .is_some_and(|age| age.as_secs() > 3600);
        if is_old && entry.file_name().to_string_lossy().starts_with("projects-") {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    folder.join(format!("projects-{}", std::process::id()))
}

fn write_variant(name: &str, folder: &Path) {
    let own = Path::new(ROOT).join("fixtures/variants").join(name);
    let text = fs::read_to_string(own.join("variant.toml")).expect("a project");
    let variant: Variant = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let base = Path::new(ROOT)
        .join("fixtures/projects")
        .join(&variant.base);
    copy(&base, folder, &|_| true);
    copy(&own, folder, &|file| file != Path::new("variant.toml"));
    for file in &variant.without {
        fs::remove_file(folder.join(file))
            .unwrap_or_else(|error| panic!("{name}: {file}: {error}"));
    }
    for Change {
        file,
        replace,
        with,
    } in &variant.edit
    {
        let path = folder.join(file);
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {file}: {error}"));
        assert_eq!(
            text.matches(replace).count(),
            1,
            "{name}: {file}: {replace:?}"
        );
        fs::write(path, text.replace(replace, with)).expect("writable");
    }
    for file in below(&base) {
        if let Ok(after) = fs::read_to_string(folder.join(&file)) {
            let before = fs::read_to_string(base.join(&file)).expect("a text");
            follow(folder, &before, &after);
        }
    }
}

/// Replaces the checksum of a file that changed, wherever it is recorded.
pub(crate) fn follow(folder: &Path, before: &str, after: &str) {
    if before == after {
        return;
    }
    let (old, new) = (checksum(before), checksum(after));
    for file in below(folder) {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).expect("a text");
        if text.contains(&old) {
            fs::write(path, text.replace(&old, &new)).expect("writable");
        }
    }
}

fn checksum(text: &str) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(text) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The project with its documents in one file of another format.
fn write_twin(of: &Path, format: &str, folder: &Path) {
    let is_document = |file: &Path| {
        file.components().count() == 1 && file.extension().is_some_and(|end| end == "yaml")
    };
    copy(of, folder, &|file| !is_document(file));
    let documents: Vec<Json> = below(of)
        .iter()
        .filter(|file| is_document(file))
        .flat_map(|file| super::documents(&of.join(file)).1)
        .map(|document| document.root.to_json())
        .collect();
    let service = documents[0]["metadata"]["name"].as_str().expect("a name");
    let text = match format {
        "toml" => toml_of(&documents),
        _ => format!("{:#}\n", Json::Array(documents.clone())),
    };
    fs::write(folder.join(format!("{service}.{format}")), text).expect("a file");
}

/// The documents under `[[document]]`; TOML has no null, and no document of ours holds one.
fn toml_of(documents: &[Json]) -> String {
    let mut text = String::new();
    for document in documents {
        text.push_str("[[document]]\n");
        toml_table("document", document, &mut text);
    }
    text
}

/// The entries of a map below its head: plain ones first, then a table for each map in it.
fn toml_table(path: &str, map: &Json, text: &mut String) {
    let map = map.as_object().expect("a map");
    let is_table = |value: &Json| match value {
        Json::Object(map) => !map.is_empty(),
        Json::Array(items) => !items.is_empty() && items.iter().all(Json::is_object),
        _ => false,
    };
    for (key, value) in map.iter().filter(|(_, value)| !is_table(value)) {
        let _ = writeln!(text, "{} = {}", toml_key(key), toml_value(value));
    }
    for (key, value) in map.iter().filter(|(_, value)| is_table(value)) {
        let path = format!("{path}.{}", toml_key(key));
        for item in value.as_array().into_iter().flatten() {
            let _ = writeln!(text, "\n[[{path}]]");
            toml_table(&path, item, text);
        }
        if value.is_object() {
            let _ = writeln!(text, "\n[{path}]");
            toml_table(&path, value, text);
        }
    }
}

fn toml_key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    match key.chars().all(is_bare) {
        true => key.to_owned(),
        false => Json::from(key).to_string(),
    }
}

/// A value in one line: what JSON writes, with the keys and the braces of TOML.
fn toml_value(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let pair = |(key, value): (&String, &Json)| {
                format!("{} = {}", toml_key(key), toml_value(value))
            };
            format!(
                "{{{}}}",
                map.iter().map(pair).collect::<Vec<_>>().join(", ")
            )
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(toml_value).collect();
            format!("[{}]", items.join(", "))
        }
        plain => plain.to_string(),
    }
}
