//! Reads what `servelint check --format json` wrote.

use super::{FleetDue, FleetFinding, FleetService, FleetTally, RepositoryReport};
use crate::{
    document::{read::io_reason, source::display_name},
    finding::{GateState, State, Verdict},
    rule::Severity,
};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

/// The version of the report that is read.
const VERSION: u64 = 2;
/// So many reports make a fleet.
pub const MOST_REPORTS: usize = 2_000;
/// So large may one report be, in bytes.
const LONGEST_REPORT: u64 = 64 << 20;

/// Why a report cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", display_name(path))]
    Unreadable {
        /// As it was given.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It is no report, or says what cannot be.
    #[error("{}:{line}:{column}: {reason}", display_name(path))]
    Invalid {
        /// As it was given.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
}

impl FleetError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Invalid { .. } => Some(
                "`servelint check --format json` of this version writes a report that can be merged",
            ),
        }
    }
}

/// The report in a file.
///
/// # Errors
/// Where the file is not there, is too long, is no report of the version that is read, or contradicts itself.
pub fn read(path: &Path, name: &str) -> Result<RepositoryReport, FleetError> {
    let text = text(path)?;
    let invalid = |error: &serde_json::Error| FleetError::Invalid {
        path: path.to_owned(),
        line: error.line().max(1),
        column: error.column().max(1),
        reason: reason(error),
    };
    let head: Head = serde_json::from_str(&text).map_err(|error| invalid(&error))?;
    let contradicts = |reason: String| FleetError::Invalid {
        path: path.to_owned(),
        line: 1,
        column: 1,
        reason,
    };
    match head.version {
        Some(version) if version.as_u64() == Some(VERSION) => {}
        Some(serde_json::Value::Number(version)) => {
            return Err(contradicts(format!(
                "this is version {version} of the report; version {VERSION} is read"
            )));
        }
        _ => {
            return Err(contradicts(
                "this is no report of servelint: it has no `version`".into(),
            ));
        }
    }
    let written: WrittenReport = serde_json::from_str(&text).map_err(|error| invalid(&error))?;
    written.consistent().map_err(contradicts)?;
    Ok(written.repository(name))
}

fn text(path: &Path) -> Result<String, FleetError> {
    let unreadable = |reason: String| FleetError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let failed = |error: std::io::Error| unreadable(io_reason(&error, "file"));
    // A pipe that nobody writes to would never end.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(unreadable("it is no file".into()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(LONGEST_REPORT + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > LONGEST_REPORT {
        let limit = LONGEST_REPORT >> 20;
        return Err(unreadable(format!("it is larger than {limit} MiB")));
    }
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".into()))
}

/// What serde_json says, without the place, which stands before it.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    format!("this is no report of servelint: {}", &text[..end])
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    version: Option<serde_json::Value>,
}

/// The report as far as it is used. What else stands in it may be of a later release.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenReport {
    findings: Vec<WrittenFinding>,
    due_soon: Vec<WrittenDue>,
    reviews: Vec<WrittenReview>,
    not_checked: Vec<IgnoredAny>,
    summary: WrittenSummary,
}

#[derive(Deserialize)]
struct WrittenFinding {
    rule: String,
    severity: Severity,
    #[serde(default)]
    controls: Vec<String>,
}

#[derive(Deserialize)]
struct WrittenDue {
    kind: String,
    what: String,
    by: Option<String>,
    until: String,
    path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenReview {
    service: String,
    environment: Option<String>,
    #[serde(deserialize_with = "verdict")]
    verdict: Verdict,
    errors: u32,
    escalations: u32,
    warnings: u32,
    infos: u32,
    gates: Vec<WrittenGate>,
    rules_in_force: u32,
}

#[derive(Deserialize)]
struct WrittenGate {
    gate: String,
    #[serde(deserialize_with = "gate_state")]
    state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenSummary {
    #[serde(deserialize_with = "verdict")]
    verdict: Verdict,
    errors: u32,
    escalations: u32,
    warnings: u32,
    infos: u32,
    waived: u32,
    baseline: u32,
    approved: u32,
    policy: Option<String>,
    #[serde(deserialize_with = "exit_code")]
    exit_code: u8,
}

fn verdict<'de, D: Deserializer<'de>>(from: D) -> Result<Verdict, D::Error> {
    let word = String::deserialize(from)?;
    let known = Verdict::ALL
        .into_iter()
        .find(|verdict| verdict.word() == word);
    known.ok_or_else(|| D::Error::custom(format!("there is no verdict `{word}`")))
}

fn gate_state<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let word = String::deserialize(from)?;
    let mut states = State::ALL.into_iter().map(GateState::Stands);
    let is_known = states.any(|state| state.word() == word) || GateState::Escalated.word() == word;
    match is_known {
        true => Ok(word),
        false => Err(D::Error::custom(format!("there is no state `{word}`"))),
    }
}

fn exit_code<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let code = u8::deserialize(from)?;
    match code {
        0..=3 => Ok(code),
        _ => Err(D::Error::custom(format!("there is no exit code {code}"))),
    }
}

impl WrittenReport {
    /// A report that is cut or edited must not look better than its own findings.
    fn consistent(&self) -> Result<(), String> {
        let summary = &self.summary;
        let lists = |severity| self.findings.iter().any(|one| one.severity == severity);
        let worst = self.reviews.iter().map(|review| review.verdict).max();
        let problem = match summary.verdict {
            _ if lists(Severity::Error) && summary.errors == 0 => "it lists errors and counts none",
            _ if lists(Severity::Escalation) && summary.escalations == 0 => {
                "it lists escalations and counts none"
            }
            verdict if worst.is_some_and(|worst| worst > verdict) => {
                "a service has a worse verdict than the whole"
            }
            Verdict::Go | Verdict::Escalate if summary.errors > 0 => {
                "it counts errors, and its verdict is not `no-go`"
            }
            Verdict::Go if summary.escalations > 0 => {
                "it counts escalations, and its verdict is `go`"
            }
            _ => return Ok(()),
        };
        Err(format!("the report contradicts itself: {problem}"))
    }

    fn repository(self, name: &str) -> RepositoryReport {
        let summary = self.summary;
        let excepted = [summary.waived, summary.baseline, summary.approved];
        RepositoryReport {
            name: name.to_owned(),
            verdict: summary.verdict,
            exit_code: summary.exit_code,
            policy: summary.policy,
            tally: tally([
                summary.errors,
                summary.escalations,
                summary.warnings,
                summary.infos,
            ]),
            excepted: excepted.into_iter().map(number).sum(),
            not_checked: self.not_checked.len(),
            services: self.reviews.into_iter().map(FleetService::from).collect(),
            due: self.due_soon.into_iter().map(FleetDue::from).collect(),
            findings: self.findings.into_iter().map(FleetFinding::from).collect(),
        }
    }
}

fn number(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn tally(counts: [u32; 4]) -> FleetTally {
    let [errors, escalations, warnings, infos] = counts.map(number);
    FleetTally {
        errors,
        escalations,
        warnings,
        infos,
    }
}

impl From<WrittenReview> for FleetService {
    fn from(review: WrittenReview) -> Self {
        let gates = review.gates.into_iter();
        Self {
            service: review.service,
            environment: review.environment,
            verdict: review.verdict,
            tally: tally([
                review.errors,
                review.escalations,
                review.warnings,
                review.infos,
            ]),
            gates: gates.map(|gate| (gate.gate, gate.state)).collect(),
            rules_in_force: number(review.rules_in_force),
        }
    }
}

impl From<WrittenDue> for FleetDue {
    fn from(due: WrittenDue) -> Self {
        Self {
            kind: due.kind,
            what: due.what,
            by: due.by,
            until: due.until,
            path: due.path,
        }
    }
}

impl From<WrittenFinding> for FleetFinding {
    fn from(finding: WrittenFinding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            controls: finding.controls,
        }
    }
}
