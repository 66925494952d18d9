//! How far the claims of a document are shown: each item of a checklist, and the throughput of a
//! replica.
//!
//! What was compared with its own threshold is met or missed. What a person vouches for is attested:
//! a waiver, the unit of a bare number, a condition that the file does not tell, the subject of a load test. The rest is
//! unjudged.

use super::{Field, Gap, Number, results::ResultFacts};
use crate::{
    evidence::{BindingKind, CautionKind, Status},
    finding::State,
    names, units,
};
use schemars::JsonSchema;
use serde::Serialize;

/// How far something is shown.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct StateFacts {
    /// `met`, `attested` (a person says so), `unjudged` (compared with nothing) or `missed`.
    pub state: State,
    /// Why it is no more than that, in words; absent where it is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl StateFacts {
    fn met() -> Self {
        Self {
            state: State::Met,
            because: None,
        }
    }

    fn missed(because: impl Into<String>) -> Self {
        Self::new(State::Missed, because)
    }

    fn attested(because: impl Into<String>) -> Self {
        Self::new(State::Attested, because)
    }

    fn unjudged(because: impl Into<String>) -> Self {
        Self::new(State::Unjudged, because)
    }

    fn new(state: State, because: impl Into<String>) -> Self {
        Self {
            state,
            because: Some(because.into()),
        }
    }
}

/// How far a checklist item is shown by its results, of which the files leave `gaps` open. `today` is in
/// days since 1970-01-01; without it no waiver has expired.
pub(super) fn of_item(
    item: Field<'_>,
    results: &[ResultFacts],
    gaps: &[Gap],
    today: Option<i64>,
) -> StateFacts {
    let threshold = Threshold::of(item);
    let outcomes = Vec::from_iter(results.iter().map(|result| threshold.holds(result)));
    if outcomes.contains(&Some(false)) {
        return StateFacts::missed("a result misses the threshold");
    }
    let compared = outcomes.iter().flatten().count();
    if compared == 0 && threshold.is_missed_by(item.get("reported")) {
        return StateFacts::missed("the reported value misses the threshold");
    }
    let waived = waived(item, today);
    if compared == 0 {
        let reason = threshold.fault().unwrap_or_else(|| why_not(results));
        return match waived {
            Some(Ok(by)) => StateFacts::attested(format!("waived by {by}: {reason}")),
            Some(Err(fault)) => StateFacts::unjudged(format!("{reason}, and its waiver {fault}")),
            None => StateFacts::unjudged(reason),
        };
    }
    let unbound = || unbound(item, results);
    let untold = || untold(gaps);
    match doubt(results, &outcomes).or_else(unbound).or_else(untold) {
        Some(doubt) => StateFacts::attested(doubt),
        None => StateFacts::met(),
    }
}

/// Why nothing but a person tells what the results of a blocking load or canary item were measured on.
fn unbound(item: Field<'_>, results: &[ResultFacts]) -> Option<String> {
    let is_measured = matches!(item.get("category").text(), Some("load" | "canary"));
    if !is_measured || item.get("gate").text() == Some("advisory") {
        return None;
    }
    let is_shown = |result: &ResultFacts| {
        result.names_subject || result.bound() == Some(BindingKind::Recorded)
    };
    if results.iter().any(is_shown) {
        return None;
    }
    let first = results.first()?;
    let path = first.path.as_deref().unwrap_or_default();
    let binding = results.iter().find_map(|result| {
        result.bound()?;
        result.binding.as_ref()
    });
    Some(match binding.and_then(|binding| binding.by.as_deref()) {
        Some(by) => format!("only `{by}` says what `{path}` was measured on"),
        None => format!("nothing tells what `{path}` was measured on"),
    })
}

/// How far the claim of a rating is shown by its results; `fault` is why nothing can be compared with it.
pub(super) fn of_claim(
    threshold: &Threshold<'_>,
    fault: Option<&str>,
    results: &[ResultFacts],
    gaps: &[Gap],
) -> StateFacts {
    if let Some(fault) = fault {
        return StateFacts::unjudged(fault);
    }
    let outcomes = Vec::from_iter(results.iter().map(|result| threshold.holds(result)));
    if outcomes.contains(&Some(false)) {
        return StateFacts::missed("a result does not satisfy the claim");
    }
    if outcomes.iter().flatten().count() == 0 {
        return StateFacts::unjudged(threshold.fault().unwrap_or_else(|| why_not(results)));
    }
    match doubt(results, &outcomes).or_else(|| untold(gaps)) {
        Some(doubt) => StateFacts::attested(doubt),
        None => StateFacts::met(),
    }
}

/// How far the throughput of a replica is shown; `None` where nothing is claimed.
pub(super) fn of_throughput(
    spec: Field<'_>,
    results: &[ResultFacts],
    gaps: &[Gap],
) -> Option<StateFacts> {
    let claimed = spec.at(&["capacity", "perReplica", "throughputRps"]);
    claimed.number()?;
    let read = Vec::from_iter(results.iter().filter_map(|result| result.evidence.as_ref()));
    if read.is_empty() {
        return Some(StateFacts::unjudged(why_not(results)));
    }
    if results.iter().any(ResultFacts::is_pointed_at) {
        return Some(StateFacts::attested(POINTED_AT));
    }
    let has_rate = |evidence: &&crate::evidence::Evidence| {
        evidence.achieved_rps.is_some() || evidence.offered_rps.is_some()
    };
    if !read.iter().any(has_rate) {
        return Some(StateFacts::attested("the file does not tell the load"));
    }
    let compared = Vec::from_iter(
        results
            .iter()
            .map(|result| result.result.as_ref().map(|_| true)),
    );
    if compared.iter().flatten().count() == 0 {
        return Some(StateFacts::attested(
            "the file does not tell the objective at which it was reached",
        ));
    }
    Some(match doubt(results, &compared).or_else(|| untold(gaps)) {
        Some(doubt) => StateFacts::attested(doubt),
        None => StateFacts::met(),
    })
}

const POINTED_AT: &str = "what the value is, only the reference to it says";

/// The phases of an analysis, or of a canary, that went well.
const SUCCESS: [&str; 2] = ["Successful", "Succeeded"];

/// What an item or a claim asks of a result.
pub(super) struct Threshold<'d> {
    op: Option<&'d str>,
    number: Option<f64>,
    text: Option<&'d str>,
}

impl<'d> Threshold<'d> {
    /// A limit that is a number.
    pub(super) fn new(op: Option<&'d str>, number: Option<f64>) -> Self {
        Self {
            op,
            number,
            text: None,
        }
    }

    pub(super) fn of(item: Field<'d>) -> Self {
        let threshold = item.get("threshold");
        Self {
            op: item.get("op").text(),
            number: threshold.number(),
            text: threshold.text(),
        }
    }

    /// Why nothing can be compared with it, whatever was measured.
    fn fault(&self) -> Option<String> {
        match (self.op, self.number, self.text) {
            (None, ..) => Some("it has no operator".into()),
            (_, None, None) => Some("it has no threshold".into()),
            (Some(op), None, Some(_)) if op != "eq" => Some("its threshold is text".into()),
            _ => None,
        }
    }

    /// Whether a result is within it; `None` where the two cannot be compared.
    pub(super) fn holds(&self, facts: &ResultFacts) -> Option<bool> {
        let result = facts.result.as_ref()?;
        let held = match (result.value, result.text.as_deref()) {
            (Some(value), _) => self.takes(value.get()),
            (None, Some(text)) => self.is_word(text),
            (None, None) => None,
        };
        // A run that cannot fail shows nothing by what it passes, and everything by what it misses.
        held.filter(|held| !held || self.void(facts).is_none())
    }

    /// Why what the run shows does not count; that it failed is what some items are about.
    fn void<'r>(&self, facts: &'r ResultFacts) -> Option<&'r str> {
        let is_wanted = self.text.is_some_and(|word| !SUCCESS.contains(&word));
        void(facts, is_wanted)
    }

    fn takes(&self, value: f64) -> Option<bool> {
        // As rules see both.
        let limit = Number::of(self.number)?.get();
        Some(match self.op? {
            "lte" => value <= limit,
            "lt" => value < limit,
            "gte" => value >= limit,
            "gt" => value > limit,
            "eq" => value == limit,
            _ => return None,
        })
    }

    fn is_word(&self, text: &str) -> Option<bool> {
        (self.op? == "eq").then(|| self.text.map(|word| word == text))?
    }

    /// True where what somebody reports is outside of it: this no one says to look better.
    fn is_missed_by(&self, reported: Field<'_>) -> bool {
        let held = match (reported.number(), reported.text()) {
            (Some(value), _) => self.takes(value),
            (None, Some(text)) => self.is_word(text),
            (None, None) => None,
        };
        held == Some(false)
    }
}

/// Who waived an item, or why that does not count; `None` where nobody did.
fn waived<'d>(item: Field<'d>, today: Option<i64>) -> Option<Result<&'d str, String>> {
    let waiver = item.get("waiver");
    waiver.node()?;
    let (Some(by), Some(_)) = (waiver.get("by").text(), waiver.get("reason").text()) else {
        return Some(Err("lacks a name or a reason".into()));
    };
    let owner = item.get("owner").text();
    if owner.is_some_and(|owner| names::is_same(owner, by)) {
        return Some(Err("is by its own owner".into()));
    }
    let expires = waiver.get("expires").text().unwrap_or_default();
    let last = units::day_number(expires);
    Some(match (last, today) {
        (Some(last), Some(today)) if last < today => Err(format!("expired on {expires}")),
        _ => Ok(by),
    })
}

/// Why none of these results could be compared.
pub(super) fn why_not(results: &[ResultFacts]) -> String {
    let Some(first) = results.first() else {
        return "it has no evidence".into();
    };
    let path = first.path.as_deref().unwrap_or_default();
    let why = match first.status {
        word if word == Status::Read.word() => return lacking(first, path),
        word if word == Status::Remote.word() => "is a remote address, which is not fetched",
        word if word == Status::Missing.word() => "does not exist",
        word if word == Status::Outside.word() => "is outside the repository",
        word if word == Status::Mismatch.word() => "is not the file whose checksum was recorded",
        word if word == Status::UnknownFormat.word() => "is of no known format",
        _ => "cannot be read",
    };
    format!("`{path}` {why}")
}

/// Why what the run shows does not count, by the words of the tool; `fails` where its failure does.
fn void(result: &ResultFacts, fails: bool) -> Option<&str> {
    let evidence = result.evidence.as_ref()?;
    let caution = evidence.cautions.iter().find(|caution| match caution.kind {
        CautionKind::RunFailed => !fails,
        kind => matches!(
            kind,
            CautionKind::Invalid
                | CautionKind::Unfinished
                | CautionKind::Terminated
                | CautionKind::DryRun
                | CautionKind::NoMeasurements
        ),
    });
    caution.map(|caution| caution.message.as_str())
}

/// Why a file that was read has nothing to compare.
fn lacking(result: &ResultFacts, path: &str) -> String {
    if let Some(void) = void(result, false) {
        return format!("`{path}` shows nothing: {void}");
    }
    match (result.lacking, &result.holds_unit) {
        (Some("unit"), _) => format!("`{path}` does not tell the unit of the value"),
        (Some("dimension"), Some(held)) => format!("the value in `{path}` is {held}"),
        (Some("withdrawn"), _) => format!("`{path}` holds no usable value of it"),
        (Some(what), _) => format!("`{path}` does not hold the {what}"),
        (None, _) => format!("nothing in `{path}` could be compared with the threshold"),
    }
}

/// What keeps results that were compared from being more than somebody's word.
fn doubt(results: &[ResultFacts], outcomes: &[Option<bool>]) -> Option<String> {
    let pairs = || results.iter().zip(outcomes);
    // A file that was not opened may say otherwise; one that was and lacks the value does not.
    let unread = pairs().find(|(result, outcome)| outcome.is_none() && result.evidence.is_none());
    if let Some((result, _)) = unread {
        return Some(why_not(std::slice::from_ref(result)));
    }
    if pairs().any(|(result, outcome)| outcome.is_some() && result.is_pointed_at()) {
        return Some(POINTED_AT.into());
    }
    if pairs().any(|(result, outcome)| outcome.is_some() && result.unit_is_claimed()) {
        return Some("the file does not tell the unit, only the item does".into());
    }
    None
}

/// What the files leave open.
fn untold(gaps: &[Gap]) -> Option<String> {
    let mut open = Vec::from_iter(gaps.iter().map(|gap| gap.what.as_str()));
    open.sort_unstable();
    open.dedup();
    (!open.is_empty()).then(|| format!("the file does not tell {}", open.join("; ")))
}
