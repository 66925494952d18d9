//! May an object enter a cluster? The rules for manifests, asked about one object.
//!
//! A run like any other: the object is checked as its file would be, so rules, facts and messages are the same. What cannot be
//! judged is never passed silently: the answer says so, and the caller decided beforehand what it then is.

mod wire;

pub use wire::AdmissionError;

use super::{Request, Silent, run};
use crate::{
    document::read::MAX_BYTES,
    finding::{FailOn, Finding, NotChecked, Report, Topic},
    output::safe,
    policy::Pack,
    rule::Severity,
    schema::API_VERSION,
    units::counted,
};
use jiff::civil::Date;
use serde_json::Value as Json;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use wire::{AdmissionOperation, AdmissionRequest};

/// Kubernetes recommends warnings of at most so many characters, and cuts off longer ones.
const LONGEST_WARNING: usize = 120;
/// So many warnings are given; Kubernetes drops all beyond 4,096 characters together.
const MOST_WARNINGS: usize = 10;
/// Bytes of the message of a refusal.
const LONGEST_MESSAGE: usize = 4_000;
/// Characters of an annotation of the audit log.
const LONGEST_ANNOTATION: usize = 1_000;
/// The folder, below the configuration, in which objects count as files.
const FOLDER: &str = "admission";

/// The object breaks a rule.
const FORBIDDEN: (u16, &str) = (403, "Forbidden");
/// The object could not be judged.
const UNJUDGED: (u16, &str) = (500, "InternalError");

/// How objects are judged.
#[derive(Debug, Clone)]
pub struct AdmissionSettings {
    /// Where `servelint.toml` is looked for, here and above.
    pub folder: PathBuf,
    /// A configuration that replaces it.
    pub config: Option<PathBuf>,
    /// The day that counts as today.
    pub today: Date,
    /// True where what cannot be judged may enter.
    pub allows_unjudged: bool,
    /// From which severity on a finding refuses the object.
    pub fail_on: FailOn,
}

/// What became of an object.
#[derive(Debug, Default)]
struct Decision {
    /// Why it is refused: status code, reason, message.
    refusal: Option<(u16, &'static str, String)>,
    warnings: Vec<String>,
    /// The rules that found something, and what was not checked, for the audit log.
    audit: Vec<(&'static str, String)>,
}

/// Judges the object of an AdmissionReview (`admission.k8s.io/v1`), and answers with the AdmissionReview to send back.
///
/// # Errors
/// Where the bytes are no AdmissionReview, so that nobody could be answered.
pub fn admit(
    review: &[u8],
    settings: &AdmissionSettings,
    pack: &Pack,
) -> Result<Json, AdmissionError> {
    if review.len() > MAX_BYTES {
        return Err(AdmissionError::TooLong);
    }
    let asked = wire::read(review)?;
    let decision = decide(&asked, settings, pack);
    Ok(wire::answer(&asked.uid, decision))
}

fn decide(asked: &AdmissionRequest, settings: &AdmissionSettings, pack: &Pack) -> Decision {
    match asked.operation {
        // What goes, and what an object that goes still has to let go of, harms nobody.
        AdmissionOperation::Passes => return Decision::default(),
        AdmissionOperation::Unknown => {
            return Decision::unjudged("the operation is unknown", settings);
        }
        AdmissionOperation::Judged => {}
    }
    let Some(object) = &asked.object else {
        return Decision::unjudged("the request has no object", settings);
    };
    let api_version = object.get("apiVersion").and_then(Json::as_str);
    let (Some(api_version), Some(_)) = (api_version, object.get("kind").and_then(Json::as_str))
    else {
        return Decision::unjudged("the object has no `apiVersion` and `kind`", settings);
    };
    if api_version.split('/').next() == API_VERSION.split('/').next() {
        let reason = "documents of servelint are no objects of a cluster";
        return Decision::unjudged(reason, settings);
    }
    let file = settings.folder.join(file_of(object));
    let request = Request {
        stdin: Some((
            Some(file.to_string_lossy().into_owned()),
            object.to_string().into_bytes(),
        )),
        config: settings.config.clone(),
        today: settings.today,
        fail_on: settings.fail_on,
        isolated: true,
        ..Request::default()
    };
    match run(&request, pack, &Silent) {
        Ok(report) => Decision::of(&report, &file, settings),
        Err(error) => Decision::unjudged(&error.to_string(), settings),
    }
}

/// `admission/prod/InferenceService/ranker.json`: the path by which configuration can mean the object.
fn file_of(object: &Json) -> PathBuf {
    let metadata = |key: &str| object.pointer(&format!("/metadata/{key}"))?.as_str();
    let kind = object.get("kind").and_then(Json::as_str);
    let namespace = part(metadata("namespace"), "cluster");
    let name = part(metadata("name").or(metadata("generateName")), "unnamed");
    let folder = Path::new(FOLDER)
        .join(namespace)
        .join(part(kind, "Unknown"));
    folder.join(format!("{name}.json"))
}

/// A name as a part of a path, which no name can leave.
fn part(name: Option<&str>, otherwise: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let name = name.filter(|name| name.len() <= 253 && name.chars().all(is_plain));
    let name = name.map(|name| name.trim_matches(['.', '-']));
    name.filter(|name| !name.is_empty())
        .unwrap_or(otherwise)
        .to_owned()
}

impl Decision {
    /// Nothing is known of the object.
    fn unjudged(reason: &str, settings: &AdmissionSettings) -> Self {
        let message = format!("servelint cannot judge this object: {reason}");
        let mut decision = Self::default();
        decision.annotate("unjudged", reason);
        match settings.allows_unjudged {
            true => decision.warnings.push(warning(&message)),
            false => {
                let (code, word) = UNJUDGED;
                decision.refusal = Some((code, word, bounded(&[message], 1)));
            }
        }
        decision
    }

    fn of(report: &Report, file: &Path, settings: &AdmissionSettings) -> Self {
        if let Some(failure) = report.failures.first() {
            return Self::unjudged(failure, settings);
        }
        let is_its = |finding: &&Finding| finding.place.source.path == file;
        let (own, others): (Vec<&Finding>, Vec<&Finding>) =
            report.findings.iter().partition(is_its);
        // The configuration itself is wrong, so what it lets pass means nothing.
        let mut errors = others
            .iter()
            .filter(|other| other.severity == Severity::Error);
        if let Some(other) = errors.next() {
            let place = other.place.source.place_of(other.place.span);
            return Self::unjudged(&format!("{place}: {}", other.message), settings);
        }
        let mut decision = Self::default();
        if report.counts.documents == 0 && own.is_empty() {
            let is_untied = |gap: &NotChecked| matches!(gap.subject, Topic::Untied(_));
            let gaps_told = &report.not_checked;
            return match gaps_told.iter().all(is_untied) && !gaps_told.is_empty() {
                true => {
                    let told =
                        "servelint did not judge this object: nothing ties it to a model server";
                    decision.warnings.push(told.to_owned());
                    decision.annotate("unjudged", "nothing ties it to a model server");
                    decision
                }
                false if gaps_told.is_empty() => Self::unjudged("nothing in it is known", settings),
                false => Self::unjudged(&gaps(report), settings),
            };
        }
        decision.judge(&own, settings.fail_on);
        let rules: BTreeSet<&str> = own.iter().map(|finding| finding.rule.as_str()).collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        decision.annotate("rules", &rules.join(","));
        decision.annotate("not-checked", &gaps(report));
        decision
    }

    /// Refuses for what is grave enough, and warns of the rest. Infos are for reports.
    fn judge(&mut self, findings: &[&Finding], fail_on: FailOn) {
        let least = match fail_on {
            FailOn::Never => None,
            FailOn::Error => Some(Severity::Error),
            FailOn::Escalation => Some(Severity::Escalation),
            FailOn::Warning => Some(Severity::Warning),
        };
        let (grave, mild): (Vec<&Finding>, Vec<&Finding>) = findings
            .iter()
            .copied()
            .partition(|finding| least.is_some_and(|least| finding.severity >= least));
        if !grave.is_empty() {
            let mut lines = vec![format!(
                "servelint refuses this object for {}",
                counted(grave.len(), "finding")
            )];
            lines.extend(grave.iter().copied().map(line));
            let (code, word) = FORBIDDEN;
            self.refusal = Some((code, word, bounded(&lines, grave.len() + 1)));
        }
        let warned = mild
            .iter()
            .filter(|finding| finding.severity >= Severity::Warning);
        let mut warnings: Vec<String> = warned
            .map(|finding| warning(&format!("{}: {}", finding.rule, finding.message)))
            .collect();
        if let Some(more) = warnings
            .len()
            .checked_sub(MOST_WARNINGS)
            .filter(|more| *more > 0)
        {
            warnings.truncate(MOST_WARNINGS - 1);
            warnings.push(format!(
                "and {} more of servelint",
                counted(more + 1, "warning")
            ));
        }
        self.warnings.extend(warnings);
    }

    fn annotate(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.audit.push((key, cut(text, LONGEST_ANNOTATION)));
        }
    }
}

/// `image-not-pinned at /spec/...: ...`
fn line(finding: &Finding) -> String {
    let at = finding.place.pointer.to_string();
    let at = if at.is_empty() {
        at
    } else {
        format!(" at {at}")
    };
    format!("{}{at}: {}", finding.rule, finding.message)
}

fn warning(text: &str) -> String {
    cut(text, LONGEST_WARNING)
}

/// The text on one line without anything that acts, cut to so many characters.
fn cut(text: &str, most: usize) -> String {
    let shown = safe::escape(text);
    if shown.chars().count() <= most {
        return shown.into_owned();
    }
    let kept: String = shown.chars().take(most - 3).collect();
    format!("{}...", kept.trim_end())
}

/// The lines as one message that is not too long.
fn bounded(lines: &[String], count: usize) -> String {
    let mut message = String::new();
    for (at, line) in lines.iter().enumerate() {
        let line = cut(line, LONGEST_MESSAGE / 4);
        if message.len() + line.len() > LONGEST_MESSAGE {
            message.push_str(&format!("\nand {} more", count - at));
            break;
        }
        if at > 0 {
            message.push('\n');
        }
        message.push_str(&line);
    }
    message
}

fn gaps(report: &Report) -> String {
    let gaps = report.not_checked.iter();
    let told: Vec<String> = gaps
        .map(|gap| format!("{}: {}", gap.subject, gap.reason))
        .collect();
    told.join("; ")
}
