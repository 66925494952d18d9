//! What a user reads: a finding at its places, verdicts, and what was not checked.
//!
//! Owns [`Violation`] (what a rule says), [`Finding`] (the same with severity and bytes), [`Fix`]
//! (what would mend it), [`Verdict`] and [`Report`]. It judges nothing and prints nothing.

mod fix;

pub use fix::{Edit, Fix, Remedy, RemedyStep, Scalar, Stub};

mod cause;
mod identity;
mod standing;
mod suppression;
mod verdict;

pub use cause::{Cause, each_apart, of_one_cause};
pub use identity::{fingerprints, fingerprints_of};
pub use standing::{Claimed, GateOutcome, GateState, Standing, State, StateCounts};
pub use suppression::{DueKind, DueSoon, Suppression, SuppressionKind};
pub use verdict::{ReviewOutcome, SwitchedOff, Verdict};
pub(crate) use verdict::{add_once, owner_of};

use crate::{
    document::{
        Document, Pointer, read,
        source::{Source, Span},
    },
    rule::{Rule, Severity},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

/// What a rule says about its input, before anyone knows which bytes it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The rule's id.
    pub rule: String,
    /// A path into the rule's input.
    pub at: Pointer,
    /// The bytes of the text at that path that are wrong, where only a part of it is.
    pub within: Option<Span>,
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
    /// What it comes from, where others may come from the same.
    pub cause: Option<Cause>,
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
    /// The same path with list elements called by their `id` or `name`, which stays when others are
    /// inserted before them. Empty where it is the pointer or not known.
    pub anchor: String,
    /// The alias through which the place was reached; `span` is then the definition.
    pub alias: Option<Span>,
    /// True where the pointer names something that is not there; `span` is then its parent's.
    pub missing: bool,
}

impl Place {
    /// A place in a file that has no document, or none that matters.
    pub fn bare(source: Arc<Source>, span: Span) -> Self {
        Self {
            source,
            span,
            document: None,
            pointer: Pointer::default(),
            anchor: String::new(),
            alias: None,
            missing: false,
        }
    }

    /// The place to which `at` leads in a document that is called `name`.
    pub fn within(document: &Document, name: Option<String>, at: &Pointer) -> Self {
        let found = document.root.resolve(at);
        Self {
            source: Arc::clone(&document.source),
            span: found.point,
            document: name,
            pointer: at.clone(),
            anchor: identity::anchor(&document.root, at),
            alias: found.alias,
            missing: !found.complete,
        }
    }

    /// The same place, narrowed to a part of the text that stands there, however it is written: in
    /// quotes, folded or as a block.
    #[must_use]
    pub fn narrowed(mut self, document: &Document, part: Option<Span>) -> Self {
        let found = document.root.resolve(&self.pointer);
        // It may be shown in what the document was rendered from.
        if Arc::ptr_eq(&self.source, &document.source)
            && found.complete
            && let Some(part) = part
            && let Some(span) = read::part(&document.source.text, found.node, part)
        {
            self.span = span;
        }
        self
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
    /// The message in the words of the first version that gave it, where they have changed since: what a
    /// baseline may have recorded.
    pub first_wording: Option<String>,
    /// Where.
    pub place: Place,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// What to do.
    pub help: Option<String>,
    /// What would mend it, where that is known and the file was asked for.
    pub fix: Option<Fix>,
    /// True where it keeps rules from running: what they would have said is unknown, so no exception
    /// takes it away.
    pub obstacle: bool,
    /// How many others it stands for: what is wrong in one document is not listed without end, and counts
    /// all the same.
    pub more: usize,
    /// Set where it does not count: see [`Report::suppressed`].
    pub suppression: Option<Suppression>,
    /// What it comes from, where others may come from the same.
    pub cause: Option<Cause>,
    /// What else comes from it: no findings of their own any more. Their places are among the related ones.
    pub also: Vec<Finding>,
}

impl Finding {
    /// One with no more than every finding has.
    pub fn new(rule: &str, severity: Severity, message: String, place: Place) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            message,
            first_wording: None,
            place,
            related: Vec::new(),
            help: None,
            fix: None,
            obstacle: false,
            more: 0,
            suppression: None,
            cause: None,
            also: Vec::new(),
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
    /// Counts these findings, those of one cause and severity once.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut tally = Self::default();
        let mut known = BTreeSet::new();
        for finding in findings {
            // What has one cause is put right once.
            if finding.one_of().is_some_and(|one| !known.insert(one)) {
                continue;
            }
            tally.add(finding.severity, 1 + finding.more);
        }
        tally
    }

    /// Adds so many of a severity.
    fn add(&mut self, severity: Severity, count: usize) {
        match severity {
            Severity::Error => self.errors += count,
            Severity::Escalation => self.escalations += count,
            Severity::Warning => self.warnings += count,
            Severity::Info => self.infos += count,
        }
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
}

/// What something is said of that was not judged.
///
/// It is shown in words: a service in backticks, a file and a kind as they are called. Names are
/// foreign text, so the words are not safe to print raw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A file, by the name that users see.
    File(String),
    /// A folder, by the name that users see.
    Folder(String),
    /// A service, by its name.
    Service(String),
    /// So many services, of which the same is true.
    Services(usize),
    /// The services that rest on nothing that changed.
    Unchanged,
    /// Changed and deleted files of which it is not known what they held.
    ChangedFiles,
    /// Findings of changed services that stood before the change.
    Old,
    /// The documents of a kind that only its definition knows: `example.com/v1 Widget`.
    Kind(String),
    /// A kind that is not read: `apps/v1 Deployment`.
    Foreign(String),
    /// Documents of kinds that nobody expects to be judged.
    OtherKinds,
    /// Manifests of a kind that nothing ties to a service: `Deployment`.
    Untied(String),
    /// Files that hold no document of any kind.
    OtherFiles,
}

impl fmt::Display for Topic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) | Self::Folder(name) => out.write_str(name),
            Self::Kind(name) | Self::Foreign(name) | Self::Untied(name) => out.write_str(name),
            Self::Service(name) => write!(out, "service `{name}`"),
            Self::Services(count) => write!(out, "{count} services"),
            Self::Old => out.write_str("old findings"),
            Self::Unchanged => out.write_str("unchanged services"),
            Self::ChangedFiles => out.write_str("changed files"),
            Self::OtherKinds => out.write_str("other kinds"),
            Self::OtherFiles => out.write_str("other files"),
        }
    }
}

/// Something that was not judged, and why. It never counts as passed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// What was not judged.
    pub subject: Topic,
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
    /// What stands, sorted by file, place and rule.
    pub findings: Vec<Finding>,
    /// What stands as well, and stood before the change that the run is about: it counts, and is not shown.
    pub unlisted: Vec<Finding>,
    /// What is waived or in the baseline, in the same order. It counts in no verdict.
    pub suppressed: Vec<Finding>,
    /// What lapses within a few weeks, the first to go first.
    pub due_soon: Vec<DueSoon>,
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
    /// From which severity on the run fails.
    pub fail_on: FailOn,
    /// True where it is no failure that there was nothing to check: a commit may well change no specification.
    pub hook: bool,
    /// The fingerprints of known findings that are gone, in the baselines of the run.
    pub stale: BTreeSet<String>,
    /// Whose policy judged; `None` where nobody asked for another than the one at hand.
    pub policy: Option<PolicyOrigin>,
}

/// Whose policy judged a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyOrigin {
    /// The change's own: there is none before it.
    New,
    /// That of a revision, as it was given.
    Revision(String),
}

impl PolicyOrigin {
    /// `new`, or the revision: text from an argument, so it is not safe to print raw.
    pub fn word(&self) -> &str {
        match self {
            Self::New => "new",
            Self::Revision(revision) => revision,
        }
    }
}

/// From which severity on findings decide the exit code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Never: the code tells only whether servelint could do its work.
    Never,
    /// Errors.
    Error,
    /// Errors and escalations.
    #[default]
    Escalation,
    /// Errors, escalations and warnings.
    Warning,
}

impl FailOn {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Error => Severity::Error.word(),
            Self::Escalation => Severity::Escalation.word(),
            Self::Warning => Severity::Warning.word(),
        }
    }
}

impl Report {
    /// How many findings there are of each severity.
    pub fn tally(&self) -> Tally {
        Tally::of(self.standing())
    }

    /// Everything that stands, whether or not it is shown.
    pub fn standing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.unlisted)
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

    /// What stands, also what has become a part of another finding: each at its own place.
    pub fn at_each_place(&self) -> impl Iterator<Item = &Finding> {
        let standing = self.findings.iter();
        standing.flat_map(|finding| std::iter::once(finding).chain(&finding.also))
    }

    /// How many findings are waived, and how many are in the baseline.
    pub fn exceptions(&self) -> (usize, usize) {
        let old = self.suppressed_by(SuppressionKind::Baseline);
        let all: usize = self.suppressed.iter().map(|one| 1 + one.more).sum();
        (all - old - self.approved(), old)
    }

    /// How many findings a person approved who may do so.
    pub fn approved(&self) -> usize {
        self.suppressed_by(SuppressionKind::Approval)
    }

    fn suppressed_by(&self, kind: SuppressionKind) -> usize {
        let is_one = |finding: &&Finding| {
            let by = finding.suppression.as_ref();
            by.is_some_and(|by| by.kind == kind)
        };
        let found = self.suppressed.iter().filter(is_one);
        found.map(|finding| 1 + finding.more).sum()
    }

    /// The worst verdict of a service; what was found outside of all services counts as well.
    pub fn verdict(&self) -> Verdict {
        let worst = self.reviews.iter().map(|review| review.verdict).max();
        let mut verdict = worst.unwrap_or(Verdict::NotReviewed);
        let known: BTreeSet<&str> = self
            .reviews
            .iter()
            .flat_map(|review| review.files.iter().map(String::as_str))
            .collect();
        for finding in self.standing() {
            if known.contains(finding.place.source.name.as_str()) {
                continue;
            }
            match finding.severity {
                Severity::Error => return Verdict::NoGo,
                Severity::Escalation => verdict = verdict.max(Verdict::Escalate),
                Severity::Warning | Severity::Info => {}
            }
        }
        // A file may hold more than the documents of one service: what counts for none of them, or for manifests
        // alone, keeps the word back as it does the exit code.
        let tally = self.tally();
        match verdict {
            Verdict::Go | Verdict::Escalate if tally.errors > 0 => Verdict::NoGo,
            Verdict::Go if tally.escalations > 0 => Verdict::Escalate,
            other => other,
        }
    }
}
