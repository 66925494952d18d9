//! What a user reads: a finding at its places, verdicts, and what was not checked.
//!
//! Owns [`Violation`] (what a rule says), [`Finding`] (the same with severity and bytes), [`Fix`]
//! (what would mend it), [`Verdict`] and [`Report`]. It judges nothing and prints nothing.

mod fix;

pub use fix::{Change, Edit, Fix, Remedy, Scalar, Stub};

use crate::{
    document::Pointer,
    rule::{Rule, Severity},
    source::{Source, Span},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a rule says about its input, before anyone knows which bytes it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The rule's id.
    pub rule: String,
    /// A path into the rule's input.
    pub at: Pointer,
    /// What is wrong, with the numbers.
    pub message: String,
    /// Other places that matter, each with what it has to do with this.
    pub related: Vec<(Pointer, String)>,
    /// Set where this case is milder than the rule's own severity.
    pub severity: Option<Severity>,
    /// Set where this case needs other help than the rule's own.
    pub help: Option<String>,
    /// What would mend it, where that is known.
    pub remedy: Option<Remedy>,
}

/// A place in a file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes to show. Empty where something should be inserted or a whole file is meant.
    pub span: Span,
    /// The document that it is in, as `ServingSpec/ranker`. None for a file that has none.
    pub document: Option<String>,
    /// The path within its document.
    pub pointer: Pointer,
    /// The alias through which the place was reached; `span` is then the definition.
    pub alias: Option<Span>,
    /// True where the pointer names something that is not there; `span` is then its parent's.
    pub missing: bool,
}

impl Place {
    /// A place in a file that has no document, or none that matters.
    pub fn bare(source: Arc<Source>, span: Span) -> Self {
        Self { source, span, document: None, pointer: Pointer::default(), alias: None, missing: false }
    }
}

/// A place that explains a finding, and how.
#[derive(Debug, Clone)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub message: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that says so.
    pub rule: String,
    /// How much it weighs, for this team and environment.
    pub severity: Severity,
    /// What is wrong, with the numbers. One line; may hold text from a spec, so it is not safe to print raw.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// What to do.
    pub help: Option<String>,
    /// What would mend it, where that is known and the file was asked for.
    pub fix: Option<Fix>,
}

impl Finding {
    /// What tells this finding from others when the text around it moves: SHA-256 over rule, file,
    /// document, pointer and message, never a line number. `twin` numbers findings that agree in all
    /// of these, from 0.
    fn fingerprint(&self, twin: usize) -> String {
        let (document, pointer) = (self.place.document.as_deref(), self.place.pointer.to_string());
        let parts =
            [&self.rule, &self.place.source.name, document.unwrap_or_default(), &pointer, &self.message];
        let mut hash = Sha256::new();
        for part in parts {
            // The lengths keep neighbours apart.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.update((twin as u64).to_le_bytes());
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A fingerprint for each finding, in their order. No two are alike.
pub fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let distinct = findings.iter().map(|finding| {
        let first = finding.fingerprint(0);
        let twin = met.entry(first.clone()).or_default();
        *twin += 1;
        if *twin == 1 { first } else { finding.fingerprint(*twin - 1) }
    });
    distinct.collect()
}

/// May the service go into production?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing stands against it.
    Go,
    /// Only escalations stand: someone must approve.
    Escalate,
    /// An error stands.
    NoGo,
}

impl Verdict {
    /// The word in messages and in every output format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Escalate => "escalate",
            Self::NoGo => "no-go",
        }
    }
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Errors.
    pub errors: usize,
    /// Escalations.
    pub escalations: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
}

impl Tally {
    /// Counts these findings.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => tally.errors += 1,
                Severity::Escalation => tally.escalations += 1,
                Severity::Warning => tally.warnings += 1,
                Severity::Info => tally.infos += 1,
            }
        }
        tally
    }

    /// The counts, the worst severity first.
    pub fn rows(self) -> [(Severity, usize); 4] {
        [
            (Severity::Error, self.errors),
            (Severity::Escalation, self.escalations),
            (Severity::Warning, self.warnings),
            (Severity::Info, self.infos),
        ]
    }

    /// The verdict that such findings call for.
    pub fn verdict(self) -> Verdict {
        match self {
            Self { errors: 1.., .. } => Verdict::NoGo,
            Self { escalations: 1.., .. } => Verdict::Escalate,
            _ => Verdict::Go,
        }
    }
}

/// What was decided about one service.
#[derive(Debug, Clone)]
pub struct ReviewOutcome {
    /// The service's name.
    pub service: String,
    /// The environment that its specification names, where it has one.
    pub environment: Option<String>,
    /// The decision.
    pub verdict: Verdict,
    /// How many findings its documents have, each for itself and compared.
    pub tally: Tally,
    /// Why it is not `go`: `rule: message`, errors first. Empty for `go`.
    pub reasons: Vec<String>,
    /// The files whose documents took part, sorted.
    pub files: Vec<String>,
}

/// Something that was not judged, and why. It never counts as passed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// The file, or the service in backticks.
    pub subject: String,
    /// Why, and what would change it.
    pub reason: String,
}

/// How much was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were read.
    pub files: usize,
    /// Documents of a known kind among them.
    pub documents: usize,
    /// Services that were judged.
    pub reviews: usize,
    /// Rules that took part.
    pub rules: usize,
}

/// Everything that a run found, in its final order.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by file, place and rule.
    pub findings: Vec<Finding>,
    /// One for each service, sorted by name.
    pub reviews: Vec<ReviewOutcome>,
    /// Sorted.
    pub not_checked: Vec<NotChecked>,
    /// What the tool could not do: an unreadable file, a rule that failed. The exit code is then 2.
    pub failures: Vec<String>,
    /// How much was done.
    pub counts: Counts,
    /// The rules that findings refer to, by id.
    pub rules: BTreeMap<String, Rule>,
    /// The categories whose rules took part.
    pub categories: BTreeSet<String>,
}

impl Report {
    /// How many findings there are of each severity.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.findings)
    }

    /// How many findings have a safe fix, and how many another one.
    pub fn fixable(&self) -> (usize, usize) {
        let count = |safe| {
            self.findings
                .iter()
                .filter_map(|finding| finding.fix.as_ref())
                .filter(|fix| fix.safe == safe)
                .count()
        };
        (count(true), count(false))
    }

    /// The worst verdict that the findings call for, also where they belong to no review.
    pub fn verdict(&self) -> Verdict {
        self.tally().verdict()
    }
}
