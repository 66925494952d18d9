//! What the statement beside a result says about it.

use super::{
    FileFact,
    served::{ServedSubject, bounded},
    sha256_of,
    statement::{Statement, statement_path},
};
use crate::disk;
use crate::document::source::{folder, real_path};
use schemars::JsonSchema;
use serde::Serialize;
use std::{
    io::{self, Read},
    path::Path,
};

/// The largest statement that is read.
const MAX_STATEMENT_BYTES: u64 = 1024 * 1024;

/// What the statement beside a result says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Binding {
    /// The path of the statement, as the document has that of the result.
    pub path: String,
    /// `bound`, or why the statement counts for nothing.
    pub status: BindingStatus,
    /// Why it counts for nothing, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `recorded` where a command was seen, `attested` where a person says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<BindingKind>,
    /// Who attests it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When the command began, as the statement has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When the command ended, as the statement has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The number that the command ended with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<ServedSubject>,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum BindingStatus {
    /// It is about the result.
    Bound,
    /// It says that the measurement failed.
    Failed,
    /// It is about another file.
    DigestDiffers,
    /// It cannot be read, or is no plain file.
    Unreadable,
    /// It lies outside of the project.
    Outside,
    /// It is larger than any statement.
    TooLarge,
    /// It is no statement about a measurement.
    Malformed,
}

/// What a statement rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum BindingKind {
    /// A command that was seen to run.
    Recorded,
    /// The word of a person.
    Attested,
}

/// What the statement beside a file says, which stands under the file's own name; `None` where there is none.
pub fn statement_beside(file: &Path) -> Option<Binding> {
    let name = file.file_name()?.to_str()?;
    let sha256 = sha256_of(file).ok().flatten();
    Binding::beside(&real_path(folder(file)), name, sha256.as_deref())
}

impl Binding {
    /// What the statement beside the result at `path` says; `None` where there is none. The result's own
    /// checksum is absent where it could not be read.
    pub(super) fn beside(root: &Path, path: &str, sha256: Option<&str>) -> Option<Self> {
        let path = statement_path(path);
        let status = match FileFact::locate(root, &path) {
            Ok(real) => match bytes(&real) {
                Ok(Some(bytes)) => return Some(Self::of(path, &bytes, sha256)),
                Ok(None) => BindingStatus::TooLarge,
                Err(_) => BindingStatus::Unreadable,
            },
            // Of a path that leads out of the project, the result says so itself.
            Err(FileFact::Missing | FileFact::Remote) => return None,
            Err(FileFact::Outside) => BindingStatus::Outside,
            Err(_) => BindingStatus::Unreadable,
        };
        let reason = match status {
            BindingStatus::TooLarge => "it is larger than 1 MB",
            BindingStatus::Outside => "it is outside the project",
            _ => "it cannot be read",
        };
        Some(Self::refused(path, status, reason.to_owned()))
    }

    fn of(path: String, bytes: &[u8], sha256: Option<&str>) -> Self {
        let statement = match Statement::parse(bytes) {
            Ok(statement) => statement,
            Err(error) => {
                let reason = bounded(&error.to_string());
                return Self::refused(path, BindingStatus::Malformed, reason);
            }
        };
        let is_about = sha256.is_some_and(|sha256| statement.is_about(sha256));
        if !is_about {
            let reason = "its sha256 is not that of the result";
            return Self::refused(path, BindingStatus::DigestDiffers, reason.to_owned());
        }
        let has_failed = statement.has_failed();
        let measurement = statement.into_measurement();
        let reason = match (measurement.exit_code, measurement.signal) {
            _ if !has_failed => None,
            (Some(code), _) => Some(format!("its command ended with {code}")),
            (None, Some(signal)) => Some(format!("signal {signal} ended its command")),
            (None, None) => Some("it says that the measurement failed".to_owned()),
        };
        let text = |text: Option<String>| text.map(|text| bounded(&text));
        let by = text(measurement.attested_by);
        Self {
            path,
            status: match has_failed {
                true => BindingStatus::Failed,
                false => BindingStatus::Bound,
            },
            reason,
            kind: Some(match by {
                Some(_) => BindingKind::Attested,
                None => BindingKind::Recorded,
            }),
            by,
            started_at: text(measurement.started_at),
            ended_at: text(measurement.ended_at),
            exit_code: measurement.exit_code,
            subject: Some(measurement.subject.bounded()),
        }
    }

    fn refused(path: String, status: BindingStatus, reason: String) -> Self {
        Self {
            path,
            status,
            reason: Some(reason),
            kind: None,
            by: None,
            started_at: None,
            ended_at: None,
            exit_code: None,
            subject: None,
        }
    }

    /// Where it counts, what it rests on.
    pub fn holds(&self) -> Option<BindingKind> {
        self.kind.filter(|_| self.status == BindingStatus::Bound)
    }
}

/// The bytes of a statement; `None` where there are too many.
fn bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let file = disk::open(path)?;
    file.take(MAX_STATEMENT_BYTES + 1).read_to_end(&mut bytes)?;
    let fits = bytes.len() as u64 <= MAX_STATEMENT_BYTES;
    Ok(fits.then_some(bytes))
}
