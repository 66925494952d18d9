//! How far each thing that a review rests on is shown, and what that makes of its gates.

use super::{Finding, Place, Tally};
use crate::rule::{Gate, Severity};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// How far something that a review rests on is shown. The worst is the greatest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was computed again from what was measured, and holds.
    #[default]
    Met,
    /// A person says so; nothing recomputed it, or not all of it.
    Attested,
    /// Its own threshold was not compared with anything.
    Unjudged,
    /// It was compared, and does not hold.
    Missed,
}

impl State {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Missed, Self::Unjudged, Self::Attested, Self::Met];

    /// The word in messages and in every output format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Attested => "attested",
            Self::Unjudged => "unjudged",
            Self::Missed => "missed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
    }
}

/// What a [`Standing`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimed {
    /// An item of a checklist.
    Item,
    /// An entry of `spec.artifacts`, or a manifest that joins by name and is not what will be applied.
    Artifact,
    /// An entry of `spec.slos`.
    Objective,
    /// `spec.capacity.perReplica.throughputRps`.
    Throughput,
    /// The acceptance of a risk.
    Acceptance,
    /// The verdict of a checklist.
    Verdict,
    /// A hard constraint, or another one with a check.
    Constraint,
    /// An assumption with a check.
    Assumption,
    /// A performance rating of a live decision.
    Rating,
}

impl Claimed {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Artifact => "artifact",
            Self::Objective => "objective",
            Self::Throughput => "throughput",
            Self::Acceptance => "acceptance",
            Self::Verdict => "verdict",
            Self::Constraint => "constraint",
            Self::Assumption => "assumption",
            Self::Rating => "rating",
        }
    }
}

/// Something that a review rests on, and how far it is shown.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What it is.
    pub claimed: Claimed,
    /// Its id, name or path. Foreign text.
    pub name: String,
    /// The gate that it belongs to.
    pub gate: Gate,
    /// False for an item that only advises.
    pub blocking: bool,
    /// How far it is shown.
    pub state: State,
    /// Why it is no more than that; `None` where it is met. Foreign text.
    pub because: Option<String>,
    /// True where it stands as other standings of the review do that block themselves, so that what is
    /// said of them is said of it.
    pub follows: bool,
    /// Where it is written.
    pub place: Place,
}

impl Standing {
    /// How messages call it: ``item `LOAD-1` ``. Foreign text.
    pub fn called(&self) -> String {
        match self.claimed {
            Claimed::Item if self.blocking => format!("blocking item `{}`", self.name),
            Claimed::Item => format!("item `{}`", self.name),
            Claimed::Artifact => format!("artifact `{}`", self.name),
            Claimed::Objective => format!("objective `{}`", self.name),
            Claimed::Throughput => "the throughput of a replica".to_owned(),
            Claimed::Acceptance => format!("the acceptance of risk `{}`", self.name),
            Claimed::Verdict => format!("the verdict `{}`", self.name),
            Claimed::Constraint if self.blocking => format!("hard constraint `{}`", self.name),
            Claimed::Constraint => format!("constraint `{}`", self.name),
            Claimed::Assumption => format!("assumption `{}`", self.name),
            Claimed::Rating => format!("the performance rating of `{}`", self.name),
        }
    }

    /// Why it is no more than its state, in a sentence. Foreign text.
    pub fn told(&self) -> String {
        let because = self.because.as_deref().unwrap_or("no reason is known");
        format!("{} is {}: {because}", self.called(), self.state)
    }
}

/// How many things are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// Missed.
    pub missed: usize,
    /// Unjudged.
    pub unjudged: usize,
    /// Attested.
    pub attested: usize,
    /// Met.
    pub met: usize,
}

impl StateCounts {
    /// Counts what blocks.
    pub fn of<'s>(standings: impl IntoIterator<Item = &'s Standing>) -> Self {
        let mut counts = Self::default();
        for standing in standings {
            if standing.blocking {
                counts.add(standing.state);
            }
        }
        counts
    }

    fn add(&mut self, state: State) {
        match state {
            State::Met => self.met += 1,
            State::Attested => self.attested += 1,
            State::Unjudged => self.unjudged += 1,
            State::Missed => self.missed += 1,
        }
    }

    /// The counts, the worst state first.
    pub fn rows(self) -> [(State, usize); 4] {
        [
            (State::Missed, self.missed),
            (State::Unjudged, self.unjudged),
            (State::Attested, self.attested),
            (State::Met, self.met),
        ]
    }
}

/// What became of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateState {
    /// As what belongs to it stands.
    Stands(State),
    /// An escalation stands: someone must approve.
    Escalated,
}

impl GateState {
    /// The word in every output format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stands(state) => state.word(),
            Self::Escalated => "escalated",
        }
    }
}

impl GateState {
    /// Its place in a list that begins with what a reader has to see.
    pub fn rank(self) -> usize {
        match self {
            Self::Stands(State::Missed) => 0,
            Self::Stands(State::Unjudged) => 1,
            Self::Escalated => 2,
            Self::Stands(State::Attested) => 3,
            Self::Stands(State::Met) => 4,
        }
    }
}

/// A gate of a review, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateOutcome {
    /// Which one.
    pub gate: Gate,
    /// What became of it.
    pub state: GateState,
    /// What its rules found.
    pub tally: Tally,
    /// How what belongs to it stands.
    pub counts: StateCounts,
}

impl GateOutcome {
    /// The outcome by what was found and how what belongs to it stands. What nothing measures is a
    /// matter of words, which people attest.
    pub fn new<'s>(
        gate: Gate,
        findings: impl Iterator<Item = &'s Finding> + Clone,
        standings: impl Iterator<Item = &'s Standing> + Clone,
    ) -> Self {
        let tally = Tally::of(findings.clone());
        let blocking = standings.clone().filter(|standing| standing.blocking);
        let worst = blocking.map(|standing| standing.state).max();
        let state = match worst {
            Some(State::Missed) => GateState::Stands(State::Missed),
            _ if has_only_unjudged(findings) => GateState::Stands(State::Unjudged),
            _ if tally.errors > 0 => GateState::Stands(State::Missed),
            Some(State::Unjudged) => GateState::Stands(State::Unjudged),
            _ if tally.escalations > 0 => GateState::Escalated,
            Some(state) => GateState::Stands(state),
            None => GateState::Stands(State::Attested),
        };
        Self {
            gate,
            state,
            tally,
            counts: StateCounts::of(standings),
        }
    }
}

/// True where there are errors, and each says that something was not judged.
fn has_only_unjudged<'f>(findings: impl Iterator<Item = &'f Finding>) -> bool {
    let mut errors = findings
        .filter(|finding| finding.severity == Severity::Error)
        .peekable();
    errors.peek().is_some() && errors.all(|finding| finding.rule == crate::rule::UNJUDGED)
}
