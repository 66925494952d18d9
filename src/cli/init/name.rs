//! From the name of a folder to that of a service.

use super::{SERVICE, StarterError};
use crate::{names::service_name, output::is_plain_yaml};
use std::{fs, path::Path};

/// The name of the service in a folder, which need not exist.
pub(super) fn of(folder: &Path) -> String {
    if let Some(name) = folder.file_name() {
        return nearest(&name.to_string_lossy());
    }
    // `.` and `..` have no name of their own.
    let folder = fs::canonicalize(folder).unwrap_or_default();
    match folder.file_name() {
        Some(name) => nearest(&name.to_string_lossy()),
        None => SERVICE.to_owned(),
    }
}

/// The same name where a service can have it.
pub(super) fn checked(name: &str) -> Result<&str, StarterError> {
    let instead = nearest(name);
    match instead == name {
        true => Ok(name),
        false => Err(StarterError::Name {
            name: name.to_owned(),
            instead,
        }),
    }
}

/// The nearest name that a service can have.
fn nearest(name: &str) -> String {
    service_name(name).unwrap_or_else(|| SERVICE.to_owned())
}

/// A text as YAML: plain where every reader takes it for text, else quoted.
pub(super) fn scalar(text: &str) -> String {
    match is_plain_yaml(text) {
        true => text.to_owned(),
        // A JSON string is a YAML one.
        false => serde_json::Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_service_a_name_that_fits_the_schema() {
        for (folder, name) in [
            ("services/feed-ranker", "feed-ranker"),
            ("services/feed-ranker/.", "feed-ranker"),
            ("Support Chat (LLM)/", "support-chat-llm"),
            ("feed_ranker.v2", "feed-ranker-v2"),
            ("--x--", "x"),
            ("a--b", "a--b"),
            ("42", "42"),
            ("Überblick", "berblick"),
            ("日本", SERVICE),
            ("/", SERVICE),
            ("nowhere/at-all/..", SERVICE),
        ] {
            assert_eq!(of(Path::new(folder)), name, "{folder}");
        }
        let long = format!("{}-{}", "a".repeat(62), "b".repeat(20));
        assert_eq!(of(Path::new(&long)), "a".repeat(62));
    }

    #[test]
    fn what_yaml_would_not_read_as_text_is_quoted() {
        for plain in ["feed-ranker", "e5", "services/b/evidence/TODO.txt"] {
            assert_eq!(scalar(plain), plain);
        }
        for quoted in [
            "42",
            "0x1f",
            "no",
            "null",
            "On",
            "2026-01-02",
            "a, b",
            "a#b/c d",
        ] {
            assert_eq!(scalar(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(scalar("a\"\n"), "\"a\\\"\\n\"");
    }
}
