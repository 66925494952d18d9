//! Statements beside results: what was measured, as an in-toto statement of the predicate "test result".
//!
//! A statement stands beside its result under the same name with `.intoto.json` behind it. It may be wrapped in a DSSE
//! envelope or a Sigstore bundle; signatures are verified by other programs.

use super::served::{ServedSubject, bounded};
use data_encoding::BASE64_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the name of a result ends with where it is that of its statement.
const ENDING: &str = ".intoto.json";
/// The type of every in-toto statement.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The type of the predicate.
const PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";
/// The key of what servelint adds to the predicate: in-toto wants a type URI for it.
const MEASUREMENT: &str = "https://github.com/servelint/servelint/measurement/v1";
/// So many files a statement may be about.
const MOST_SUBJECTS: usize = 100;

/// The path of the statement about the result at this path.
pub fn statement_path(result: &str) -> String {
    // A fragment names a place within the file.
    let file = result.split('#').next().unwrap_or(result);
    format!("{file}{ENDING}")
}

/// True for the name of a statement.
pub fn is_statement(name: &str) -> bool {
    name.ends_with(ENDING)
}

/// An in-toto statement about the result of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<ResourceDescriptor>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: TestResult,
}

/// A file with its digests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceDescriptor {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Hex digests by their algorithms.
    #[serde(default)]
    pub digest: BTreeMap<String, String>,
}

impl ResourceDescriptor {
    /// A file whose SHA-256 is known.
    pub fn new(name: String, sha256: String) -> Self {
        Self {
            name: Some(name),
            digest: BTreeMap::from([("sha256".to_owned(), sha256)]),
        }
    }
}

/// The predicate "test result".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct TestResult {
    result: TestOutcome,
    #[serde(default)]
    configuration: Vec<ResourceDescriptor>,
    #[serde(rename = "https://github.com/servelint/servelint/measurement/v1")]
    measurement: Option<MeasurementRecord>,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum TestOutcome {
    Passed,
    /// Nobody saw it end: a person says what was measured.
    Warned,
    Failed,
}

/// What servelint says about a measurement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeasurementRecord {
    /// The command line, without secrets; absent where a person attests the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// When the command began, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// What it ended with; absent where a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Who attests that the result is of this subject; absent where a command was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested_by: Option<String>,
    /// When it was attested, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested_at: Option<String>,
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git_commit: Option<String>,
    /// The GPUs of the machine on which the command ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub machine_gpus: Vec<String>,
    /// What is not known, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// What was measured.
    pub subject: ServedSubject,
}

impl MeasurementRecord {
    /// True where a command was seen to end well.
    fn outcome(&self) -> TestOutcome {
        match (&self.attested_by, self.exit_code) {
            (Some(_), _) => TestOutcome::Warned,
            (None, Some(0)) => TestOutcome::Passed,
            (None, _) => TestOutcome::Failed,
        }
    }
}

/// Why a file is no statement about a measurement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum StatementError {
    #[error("it is no in-toto statement: {0}")]
    Malformed(String),
    #[error("its type is `{0}`, not `{STATEMENT}`")]
    OtherType(String),
    #[error("its predicate is `{0}`, not `{PREDICATE}`")]
    OtherPredicate(String),
    #[error(
        "its predicate has no `{MEASUREMENT}`, which `servelint evidence record` and `bind` write"
    )]
    NoMeasurement,
}

impl Statement {
    /// A statement about a result.
    pub fn new(
        result: ResourceDescriptor,
        configuration: Vec<ResourceDescriptor>,
        measurement: MeasurementRecord,
    ) -> Self {
        Self {
            kind: STATEMENT.to_owned(),
            subject: vec![result],
            predicate_type: PREDICATE.to_owned(),
            predicate: TestResult {
                result: measurement.outcome(),
                configuration,
                measurement: Some(measurement),
            },
        }
    }

    /// The statement as JSON, with a line break at the end.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }

    /// Reads a statement, bare or in an envelope.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, StatementError> {
        let malformed = |error: serde_json::Error| StatementError::Malformed(error.to_string());
        let mut tree: Json = serde_json::from_slice(bytes).map_err(malformed)?;
        if let Some(payload) = payload(&tree) {
            let inner = base64(payload)
                .ok_or_else(|| StatementError::Malformed("its payload is no base64".into()))?;
            tree = serde_json::from_slice(&inner).map_err(malformed)?;
        }
        let text = |key: &str| tree.get(key).and_then(Json::as_str).map(bounded);
        match text("_type") {
            Some(kind) if kind != STATEMENT => return Err(StatementError::OtherType(kind)),
            _ => {}
        }
        match text("predicateType") {
            Some(kind) if kind != PREDICATE => return Err(StatementError::OtherPredicate(kind)),
            _ => {}
        }
        let statement: Self = serde_json::from_value(tree).map_err(malformed)?;
        match statement.predicate.measurement {
            None => Err(StatementError::NoMeasurement),
            Some(_) => Ok(statement),
        }
    }

    /// True where it is about a file with this SHA-256.
    pub(super) fn is_about(&self, sha256: &str) -> bool {
        let mut files = self.subject.iter().take(MOST_SUBJECTS);
        files.any(|file| {
            let stated = file.digest.get("sha256");
            stated.is_some_and(|stated| stated.eq_ignore_ascii_case(sha256))
        })
    }

    /// True where it says that the test failed.
    pub(super) fn has_failed(&self) -> bool {
        self.predicate.result == TestOutcome::Failed
    }

    /// What servelint added to it.
    pub(super) fn into_measurement(self) -> MeasurementRecord {
        self.predicate.measurement.unwrap_or_default()
    }
}

/// The payload of a DSSE envelope, or of the one in a Sigstore bundle.
fn payload(tree: &Json) -> Option<&str> {
    let envelope = tree.get("dsseEnvelope").unwrap_or(tree);
    envelope.get("payload")?.as_str()
}

/// What standard or URL-safe base64 says, padded or not; `None` for anything else.
fn base64(text: &str) -> Option<Vec<u8>> {
    let standard = text
        .trim_end_matches('=')
        .replace('-', "+")
        .replace('_', "/");
    BASE64_NOPAD.decode(standard.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    fn recorded(exit_code: Option<i32>) -> Statement {
        let measurement = MeasurementRecord {
            exit_code,
            subject: ServedSubject {
                tensor: Some(2),
                ..ServedSubject::default()
            },
            ..MeasurementRecord::default()
        };
        let result = ResourceDescriptor::new("a.json".into(), "ab".into());
        Statement::new(result, Vec::new(), measurement)
    }

    #[test]
    fn a_statement_is_read_as_it_was_written() {
        let statement = recorded(Some(0));
        let text = statement.to_text();
        assert_eq!(Statement::parse(text.as_bytes()), Ok(statement.clone()));
        assert!(statement.is_about("AB") && !statement.is_about("ac"));
        assert!(!statement.has_failed() && recorded(Some(1)).has_failed());
        assert!(recorded(None).has_failed());
    }

    #[test]
    fn an_envelope_holds_the_same() {
        // {"a":1} with each length of padding.
        assert_eq!(base64("eyJhIjoxfQ=="), Some(br#"{"a":1}"#.to_vec()));
        assert_eq!(base64("eyJhIjoxMH0="), Some(br#"{"a":10}"#.to_vec()));
        assert_eq!(base64("_-8"), Some(vec![0xff, 0xef]));
        assert_eq!(base64("a b"), None);
        let statement = recorded(Some(0));
        let payload = BASE64.encode(statement.to_text().as_bytes());
        for text in [
            format!(
                r#"{{"payloadType":"application/vnd.in-toto+json","payload":"{payload}","signatures":[]}}"#
            ),
            format!(r#"{{"mediaType":"x","dsseEnvelope":{{"payload":"{payload}"}}}}"#),
        ] {
            assert_eq!(Statement::parse(text.as_bytes()), Ok(statement.clone()));
        }
        let bad = r#"{"payload":"*"}"#;
        assert!(Statement::parse(bad.as_bytes()).is_err());
    }

    #[test]
    fn what_is_another_statement_is_told() {
        let text = recorded(Some(0)).to_text();
        let error = |from: &str, to: &str| {
            let text = text.replace(from, to);
            Statement::parse(text.as_bytes())
                .expect_err("an error")
                .to_string()
        };
        assert!(error(STATEMENT, "https://in-toto.io/Statement/v0.1").contains("its type is"));
        assert!(error(PREDICATE, "https://slsa.dev/provenance/v1").contains("its predicate is"));
        assert!(error(MEASUREMENT, "other").contains("its predicate has no"));
        assert!(error("\"subject\": [", "\"subject\": [[").contains("no in-toto statement"));
    }
}
