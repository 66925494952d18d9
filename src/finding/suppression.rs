//! Why a finding does not stand: someone answers for it.

use super::Place;

/// What takes a finding out of the verdict. It is still counted and shown.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// What kind of exception it is.
    pub kind: SuppressionKind,
    /// Who answers for it.
    pub by: Option<String>,
    /// Why it was accepted.
    pub reason: Option<String>,
    /// The last day on which it holds, as an RFC 3339 date.
    pub until: Option<String>,
    /// Where the exception is written.
    pub place: Place,
}

/// Where an exception was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressionKind {
    /// A comment beside what it excuses.
    Comment,
    /// `[[waivers]]` in `servelint.toml`.
    Config,
    /// The findings of the day on which the team began.
    Baseline,
    /// A person who may do so approved exactly this change.
    Approval,
}

impl SuppressionKind {
    /// The word in every output format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Config => "config",
            Self::Baseline => "baseline",
            Self::Approval => "approval",
        }
    }
}

impl Suppression {
    /// `by dana.k until 2027-01-31: the reason`, or `in the baseline`. May hold text from a spec.
    pub fn told(&self) -> String {
        if self.kind == SuppressionKind::Baseline {
            return "in the baseline".into();
        }
        let by = self
            .by
            .as_deref()
            .map(|by| format!(" by {by}"))
            .unwrap_or_default();
        let until = self
            .until
            .as_deref()
            .map(|until| format!(" until {until}"))
            .unwrap_or_default();
        let reason = self
            .reason
            .as_deref()
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        let how = match self.kind {
            SuppressionKind::Approval => "approved",
            _ => "waived",
        };
        format!("{how}{by}{until}{reason}")
    }
}

/// What somebody vouched for until a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    /// A waiver that is in use.
    Waiver,
    /// The acceptance of a risk.
    Acceptance,
    /// The response to a risk.
    Risk,
    /// The next review of a document or a decision.
    Review,
    /// The validation of an assumption.
    Assumption,
    /// The age limit of the evidence of a checklist.
    Evidence,
}

impl DueKind {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::Acceptance => "acceptance",
            Self::Risk => "risk",
            Self::Review => "review",
            Self::Assumption => "assumption",
            Self::Evidence => "evidence",
        }
    }

    /// What it is called before its object, and what it does on its day.
    fn phrase(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiver => ("the waiver of", "expires"),
            Self::Acceptance => ("the acceptance of", "expires"),
            Self::Risk => ("the response to", "is due"),
            Self::Review => ("the review of", "is due"),
            Self::Assumption => ("the validation of", "is due"),
            Self::Evidence => ("the evidence in", "reaches its age limit"),
        }
    }
}

/// Something that lapses soon.
#[derive(Debug, Clone)]
pub struct DueSoon {
    /// What kind of thing it is.
    pub kind: DueKind,
    /// Its object: the rules of a waiver, separated by commas, or an entry such as ``risk `R-1` ``. Foreign text.
    pub what: String,
    /// Who answers for it.
    pub by: Option<String>,
    /// Its last day.
    pub until: String,
    /// How many days are left; 0 on the last day.
    pub days: i64,
    /// Where it is written.
    pub place: Place,
}

impl DueSoon {
    /// `the waiver of timeouts-order by dana.k expires in 3 days, on 2027-01-31`.
    pub fn told(&self) -> String {
        let by = self
            .by
            .as_deref()
            .map(|by| format!(" by {by}"))
            .unwrap_or_default();
        let when = match self.days {
            0 => "today".to_owned(),
            1 => "in 1 day".to_owned(),
            days => format!("in {days} days"),
        };
        let (name, lapses) = self.kind.phrase();
        format!(
            "{name} {}{by} {lapses} {when}, on {}",
            self.what, self.until
        )
    }
}
