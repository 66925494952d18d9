//! The findings of the day on which a team began: known, counted and not reported again.
//!
//! Owns the file: reading it, writing it, and the names of files in it. It holds no date and no line,
//! so that equal findings are equal bytes.

use crate::{
    disk::OnDisk,
    document::{
        Document, Node, Value,
        read::{self, Format},
        source::{LineIndex, Source, Span, display_name, folder, real_path},
    },
    finding::Finding,
};
use serde::Serialize;
use std::{
    collections::{HashMap, HashSet},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// The version of the file's structure.
const VERSION: i64 = 1;

/// The name of the file where nobody chose another.
pub const FILE_NAME: &str = "servelint-baseline.json";

/// Why a baseline cannot be used. Findings that it hid would come back, or new ones be hidden.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("cannot read the baseline {}: {reason}", display_name(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// The file is no baseline.
    #[error("{place}: {message}")]
    Invalid {
        /// `path:line:column`.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// There is more to write than can be read again.
    #[error("the baseline would be larger than {} MB", read::MAX_BYTES / 1_000_000)]
    TooLarge,
}

impl BaselineError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "write it with `servelint baseline`",
            Self::Invalid { .. } => "write the baseline anew with `servelint baseline`",
            Self::TooLarge => "check fewer paths, or fix the most frequent findings",
        }
    }
}

/// A known finding. All but the fingerprint is for people who read the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BaselineEntry {
    /// The file, relative to the folder of the baseline.
    pub file: String,
    /// The rule that says so.
    pub rule: String,
    /// The document, where it is known.
    pub document: Option<String>,
    /// The path within it, list elements by name.
    pub pointer: String,
    /// What is said.
    pub message: String,
    /// What tells it from others: see [`crate::finding::fingerprints`].
    pub fingerprint: String,
}

/// A baseline that was read.
#[derive(Debug)]
pub struct Baseline {
    /// Its text.
    pub source: Arc<Source>,
    /// The folder that its names are relative to.
    pub folder: PathBuf,
    /// In the order of the file, each with the place of its fingerprint.
    pub entries: Vec<(BaselineEntry, Span)>,
}

#[derive(Serialize)]
struct BaselineJson<'f> {
    version: i64,
    findings: &'f [BaselineEntry],
}

impl Baseline {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let bytes = read::bytes_of(path).map_err(|error| unreadable(path, reason(&error)))?;
        Self::parse(path, bytes)
    }

    /// Reads what a file of this path holds, or held.
    pub fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, BaselineError> {
        let text = read::decode(bytes).map_err(|error| unreadable(path, error.to_string()))?;
        let source = Arc::new(Source {
            name: display_name(path),
            path: path.to_owned(),
            text,
        });
        let parsed = read::parse(&source, Format::Json);
        if let Some(error) = parsed.errors.first() {
            return Err(invalid(&source, error.span, &error.message));
        }
        let Some(document) = parsed.documents.first() else {
            return Err(invalid(&source, Span::default(), "the file is empty"));
        };
        Ok(Self {
            entries: entries(&source, document)?,
            folder: folder_of(path),
            source,
        })
    }

    /// Its entries by fingerprint.
    pub fn by_fingerprint(&self) -> HashMap<&str, usize> {
        self.entries
            .iter()
            .enumerate()
            .map(|(at, (entry, _))| (entry.fingerprint.as_str(), at))
            .collect()
    }
}

fn unreadable(path: &Path, reason: String) -> BaselineError {
    BaselineError::Unreadable {
        path: path.to_owned(),
        reason,
    }
}

fn entries(
    source: &Source,
    document: &Document,
) -> Result<Vec<(BaselineEntry, Span)>, BaselineError> {
    let root = &document.root;
    check_version(source, root)?;
    let Some(Value::List(items)) = root.get("findings").map(|list| &list.value) else {
        let message = "this is no baseline: it has no list of `findings`";
        return Err(invalid(source, Span::default(), message));
    };
    let mut met: HashSet<&str> = HashSet::new();
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        let Some((entry, print)) = known_finding(item) else {
            let message = "this is no known finding: it needs `file`, `rule` and `fingerprint`";
            return Err(invalid(source, item.span, message));
        };
        if !met.insert(print.as_str().unwrap_or_default()) {
            return Err(invalid(source, print.span, "this fingerprint stands twice"));
        }
        entries.push((entry, print.span));
    }
    Ok(entries)
}

fn check_version(source: &Source, root: &Node) -> Result<(), BaselineError> {
    let Some(version) = root.get("version") else {
        let message = "this is no baseline: it has no `version`";
        return Err(invalid(source, Span::default(), message));
    };
    #[expect(clippy::cast_precision_loss, reason = "the version is small")]
    let is_known = version.as_f64() == Some(VERSION as f64);
    match is_known {
        true => Ok(()),
        false => Err(invalid(
            source,
            version.span,
            "this baseline is of another version than 1, which is the one that is known",
        )),
    }
}

/// What an item says, and its fingerprint; `None` where it lacks something.
fn known_finding(item: &Node) -> Option<(BaselineEntry, &Node)> {
    let print = item.get("fingerprint")?;
    let fingerprint = print.as_str()?;
    let is_hash =
        fingerprint.len() == 64 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash {
        return None;
    }
    let entry = BaselineEntry {
        file: text_of(item, "file")?.to_owned(),
        rule: text_of(item, "rule")?.to_owned(),
        document: text_of(item, "document").map(str::to_owned),
        pointer: text_of(item, "pointer").unwrap_or_default().to_owned(),
        message: text_of(item, "message").unwrap_or_default().to_owned(),
        fingerprint: fingerprint.to_owned(),
    };
    Some((entry, print))
}

fn text_of<'n>(item: &'n Node, key: &str) -> Option<&'n str> {
    item.get(key)?.as_str()
}

fn invalid(source: &Source, span: Span, message: &str) -> BaselineError {
    let position = LineIndex::new(&source.text).position(&source.text, span.start());
    BaselineError::Invalid {
        place: format!("{}:{}:{}", source.name, position.line, position.column),
        message: message.to_owned(),
    }
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

/// The text of a baseline. Equal entries give equal bytes, whatever their order.
pub fn text(mut entries: Vec<BaselineEntry>) -> Result<String, BaselineError> {
    entries.sort();
    entries.dedup();
    let file = BaselineJson {
        version: VERSION,
        findings: &entries,
    };
    let text = serde_json::to_string_pretty(&file).map_err(|_| BaselineError::TooLarge)? + "\n";
    if text.len() > read::MAX_BYTES {
        Err(BaselineError::TooLarge)
    } else {
        Ok(text)
    }
}

/// The entry of a finding.
pub fn entry(finding: &Finding, file: String, fingerprint: String) -> BaselineEntry {
    let place = &finding.place;
    BaselineEntry {
        file,
        rule: finding.rule.clone(),
        document: place.document.clone(),
        pointer: if place.anchor.is_empty() {
            place.pointer.to_string()
        } else {
            place.anchor.clone()
        },
        message: finding.message.clone(),
        fingerprint,
    }
}

/// The folder of a file, without links; it need not hold the file yet.
pub fn folder_of(path: &Path) -> PathBuf {
    real_path(folder(path))
}

/// A file as the baseline in `folder` calls it: relative, with forward slashes.
pub fn name_in(folder: &Path, file: &Path) -> String {
    let file = match file.resolve() {
        Ok(real) => real,
        Err(_) => std::path::absolute(file).unwrap_or_else(|_| file.to_owned()),
    };
    let shared = folder
        .components()
        .zip(file.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().count() - shared;
    let mut name = PathBuf::new();
    if shared > 0 {
        name.extend(std::iter::repeat_n(Component::ParentDir, up));
        name.extend(file.components().skip(shared));
    } else {
        name.push(&file);
    }
    name.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, fingerprint: char) -> BaselineEntry {
        BaselineEntry {
            file: name.into(),
            rule: "timeouts-order".into(),
            document: Some("ServingSpec/x".into()),
            pointer: "/spec".into(),
            message: "say \"so\"\u{1b}".into(),
            fingerprint: fingerprint.to_string().repeat(64),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("b.json");
        let entries = vec![known("b.yaml", 'b'), known("a.yaml", 'a')];
        let written = text(entries.clone()).expect("small");
        assert_eq!(
            written,
            text(entries.iter().rev().cloned().collect()).expect("small")
        );
        std::fs::write(&path, &written).expect("a file");
        let read = Baseline::read(&path).expect("valid");
        let read: Vec<BaselineEntry> = read.entries.into_iter().map(|(entry, _)| entry).collect();
        assert_eq!(read, [known("a.yaml", 'a'), known("b.yaml", 'b')]);
    }

    #[test]
    fn anything_else_is_refused_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("b.json");
        let said = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            let error = Baseline::read(&path).expect_err(text);
            format!("{error}; {}", error.help())
        };
        let print = "a".repeat(64);
        for (text, wanted) in [
            ("", "empty"),
            ("{", ":1:"),
            ("[]", "it has no `version`"),
            (
                "{\"version\": 2, \"findings\": []}",
                ":1:13: this baseline is of another version",
            ),
            ("{\"version\": \"1\", \"findings\": []}", "another version"),
            ("{\"version\": 1}", "no list of `findings`"),
            (
                "{\"version\": 1, \"findings\": {}}",
                "no list of `findings`",
            ),
            ("{\"version\": 1, \"findings\": [3]}", "no known finding"),
            (
                "{\"version\": 1, \"findings\": [{\"file\": \"a\", \"rule\": \"b\", \"fingerprint\": \"x\"}]}",
                "no known",
            ),
        ] {
            let error = said(text);
            assert!(error.contains(wanted), "{text}: {error}");
            assert!(error.contains("servelint baseline"), "{error}");
        }
        let row = format!("{{\"file\": \"a\", \"rule\": \"b\", \"fingerprint\": \"{print}\"}}");
        assert!(
            said(&format!("{{\"version\": 1, \"findings\": [{row}, {row}]}}"))
                .contains("stands twice")
        );
        let error = Baseline::read(&folder.path().join("none.json"))
            .expect_err("no file")
            .to_string();
        assert!(error.contains("there is no such file"), "{error}");
        assert!(Baseline::read(folder.path()).is_err());
    }

    #[test]
    fn files_are_named_from_the_folder_of_the_baseline() {
        let name = |folder: &str, file: &str| name_in(Path::new(folder), Path::new(file));
        assert_eq!(name("/nowhere/a", "/nowhere/a/b/c.yaml"), "b/c.yaml");
        assert_eq!(name("/nowhere/a/x", "/nowhere/a/b.yaml"), "../b.yaml");
        assert_eq!(name("/nowhere/a", "/nowhere/b.yaml"), "../b.yaml");
    }
}
