//! May a service go into production? What was decided about each, and by what.

use super::{Finding, GateOutcome, Place, Report, Standing, StateCounts, Tally};

/// May the service go into production? The worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nobody wrote down what it has to do: only its manifests were looked at.
    NotReviewed,
    /// Everything that it rests on is met or attested.
    Go,
    /// Only escalations stand: someone must approve.
    Escalate,
    /// Placeholders are left: it was not written to its end.
    Draft,
    /// An error stands, or something is missed or unjudged.
    NoGo,
}

impl Verdict {
    /// All of them, the worst last.
    pub const ALL: [Self; 5] = [
        Self::NotReviewed,
        Self::Go,
        Self::Escalate,
        Self::Draft,
        Self::NoGo,
    ];

    /// The word in messages and in every output format.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReviewed => "not-reviewed",
            Self::Go => "go",
            Self::Escalate => "escalate",
            Self::Draft => "draft",
            Self::NoGo => "no-go",
        }
    }

    /// True where it keeps a release back.
    pub fn holds_back(self) -> bool {
        match self {
            Self::NotReviewed | Self::Go => false,
            Self::Escalate | Self::Draft | Self::NoGo => true,
        }
    }
}

/// What was decided about one service.
#[derive(Debug, Clone)]
pub struct ReviewOutcome {
    /// The service's name.
    pub service: String,
    /// The file of its specification, or of its first document, where another service of the report
    /// has the same name: the name alone then tells a reader too little.
    pub path: Option<String>,
    /// The environment that its specification names, where it has one.
    pub environment: Option<String>,
    /// The decision.
    pub verdict: Verdict,
    /// True where no document of ours takes part, so that its manifests were judged alone.
    pub manifests_only: bool,
    /// How many findings its documents have, each for itself and compared.
    pub tally: Tally,
    /// What it rests on, in the order of the documents.
    pub standings: Vec<Standing>,
    /// The gates of its review, in their order; none for manifests alone.
    pub gates: Vec<GateOutcome>,
    /// Why it is not `go`: `rule: message`, errors first. Empty for `go`.
    pub reasons: Vec<String>,
    /// The files whose documents took part, sorted.
    pub files: Vec<String>,
    /// Who can turn `escalate` into `go`: each role, with its people where the team names them. Empty where no
    /// escalation waits for a role.
    pub approvers: Vec<String>,
    /// Whose approval of the change is needed beside that of a role, such as ``an owner of `a.yaml` ``. Foreign text.
    pub consents: Vec<String>,
    /// How many findings are waived or in the baseline, and not in the tally.
    pub suppressed: usize,
    /// How many rules its documents were judged by.
    pub rules_in_force: usize,
    /// What switched the others off.
    pub switched_off: Vec<SwitchedOff>,
    /// True where something was to be rendered for it, and was not: it is not known what is applied.
    pub is_unrendered: bool,
}

/// Rules that do not take part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SwitchedOff {
    /// The rule or the category that is named.
    pub name: String,
    /// True for a category.
    pub is_category: bool,
    /// What names it: `servelint.toml:12`, or the flag.
    pub by: String,
}

impl Report {
    /// In a hook: takes `go` away from services of which it is not known what is applied, because nobody is there to
    /// attest it.
    pub(crate) fn withhold_go(&mut self) {
        for review in self.reviews.iter_mut().filter(|_| self.hook) {
            if review.is_unrendered && review.verdict == Verdict::Go {
                review.verdict = Verdict::NotReviewed;
            }
        }
    }
}

impl ReviewOutcome {
    /// Lets an escalation that stands outside of its documents count for it: what judges the service is milder.
    pub fn escalate(&mut self, finding: &Finding) {
        self.tally.add(finding.severity, 1);
        self.reasons
            .push(format!("{}: {}", finding.rule, finding.message));
        self.verdict = match self.verdict {
            Verdict::Go | Verdict::Escalate => Verdict::Escalate,
            other => other,
        };
        if self.verdict == Verdict::Escalate {
            add_once(&mut self.consents, owner_of(&finding.place));
        }
    }

    /// How many of the things that block are in each state.
    pub fn states(&self) -> StateCounts {
        StateCounts::of(&self.standings)
    }
}

/// The words for somebody who owns the file of a place.
pub(crate) fn owner_of(place: &Place) -> String {
    format!("an owner of `{}`", place.source.name)
}

/// Adds a text that is not there yet.
pub(crate) fn add_once(texts: &mut Vec<String>, text: String) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}
