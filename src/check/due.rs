//! What lapses next: the dates in documents until which somebody vouched for something.
//!
//! Waivers are known to the ledger; here are reviews, risks, acceptances, assumptions, the waivers of
//! checklist items, and evidence that grows too old.

use super::judge::{name, place};
use crate::{
    document::{Node, Pointer},
    facts::{Facts, ResultFacts},
    finding::{DueKind, DueSoon},
    review::Member,
    rule::Subject,
    units::{self, day_number},
    waivers::NOTICE_DAYS,
};
use std::collections::{BTreeMap, BTreeSet};

/// The seconds of a day.
const DAY: f64 = 86_400.0;

/// A date in the entries of a list.
struct DueRow {
    subject: Subject,
    list: &'static str,
    date: &'static [&'static str],
    owner: &'static [&'static str],
    kind: DueKind,
    /// What an entry is.
    word: &'static str,
}

const ROWS: [DueRow; 5] = [
    DueRow {
        subject: Subject::ServingSpec,
        list: "assumptions",
        date: &["validateBy"],
        owner: &["owner"],
        kind: DueKind::Assumption,
        word: "assumption",
    },
    DueRow {
        subject: Subject::DecisionLog,
        list: "decisions",
        date: &["revisitBy"],
        owner: &["owner"],
        kind: DueKind::Review,
        word: "decision",
    },
    DueRow {
        subject: Subject::DecisionLog,
        list: "residualRisks",
        date: &["dueDate"],
        owner: &["owner"],
        kind: DueKind::Risk,
        word: "risk",
    },
    DueRow {
        subject: Subject::DecisionLog,
        list: "residualRisks",
        date: &["acceptance", "expires"],
        owner: &["acceptance", "by"],
        kind: DueKind::Acceptance,
        word: "risk",
    },
    DueRow {
        subject: Subject::VerificationChecklist,
        list: "items",
        date: &["waiver", "expires"],
        owner: &["waiver", "by"],
        kind: DueKind::Waiver,
        word: "item",
    },
];

/// States in which a date is nobody's concern any more.
const OVER: [&str; 7] = [
    "closed",
    "resolved",
    "mitigated",
    "retired",
    "superseded",
    "rejected",
    "deprecated",
];

/// Adds what lapses in documents to what else does, the first to go first.
pub(super) fn add(
    due: &mut Vec<DueSoon>,
    members: &[Member],
    shown: &BTreeSet<&String>,
    today: i64,
) {
    due.extend(soon(members, shown, today));
    due.sort_by(|a, b| order(a).cmp(&order(b)));
}

/// What lapses within the days of notice, out of the documents in the files that are `shown`; `today` in days
/// since 1970-01-01.
fn soon(members: &[Member], shown: &BTreeSet<&String>, today: i64) -> Vec<DueSoon> {
    let mut found = Vec::new();
    for member in members {
        if !member.is_whole() || !shown.contains(&member.document.source.name) {
            continue;
        }
        found.extend(review(member, today));
        for row in ROWS.iter().filter(|row| row.subject == member.subject) {
            let list = member.document.root.at(&["spec", row.list]);
            let entries = list.map(Node::items).unwrap_or_default();
            for (at, entry) in entries.iter().enumerate() {
                found.extend(row.due(member, at, entry, today));
            }
        }
    }
    found
}

/// The first to go first.
fn order(due: &DueSoon) -> (i64, &str, usize, DueKind, &str) {
    let place = &due.place;
    let (name, at) = (place.source.name.as_str(), place.span.start());
    (due.days, name, at, due.kind, &due.what)
}

/// The day by which a document is reviewed again.
fn review(member: &Member, today: i64) -> Option<DueSoon> {
    let root = &member.document.root;
    let text = |key| root.at(&["metadata", key]).and_then(Node::as_str);
    member.kind().is_none().then_some(())?;
    let until = text("reviewBy")?;
    Some(DueSoon {
        kind: DueKind::Review,
        what: format!("{} `{}`", member.subject, name(text("name")?)),
        by: text("owner").map(name),
        until: until.to_owned(),
        days: left(until, today)?,
        place: place(
            member,
            &["metadata", "reviewBy"]
                .iter()
                .copied()
                .fold(Pointer::default(), Pointer::key),
        ),
    })
}

impl DueRow {
    fn due(&self, member: &Member, at: usize, entry: &Node, today: i64) -> Option<DueSoon> {
        let status = entry.get("status").and_then(Node::as_str);
        if status.is_some_and(|status| OVER.contains(&status)) {
            return None;
        }
        let until = entry.at(self.date)?.as_str()?;
        let days = left(until, today)?;
        let id = entry.get("id").and_then(Node::as_str).unwrap_or("?");
        let list = Pointer::default().key("spec").key(self.list).index(at);
        let at = self.date.iter().copied().fold(list, Pointer::key);
        Some(DueSoon {
            kind: self.kind,
            what: format!("{} `{}`", self.word, name(id)),
            by: entry.at(self.owner).and_then(Node::as_str).map(name),
            until: until.to_owned(),
            days,
            place: place(member, &at),
        })
    }
}

/// The days that are left, where they are few and not over: what is over is a finding of its own.
fn left(until: &str, today: i64) -> Option<i64> {
    let days = day_number(until)?.checked_sub(today)?;
    (0..=NOTICE_DAYS).contains(&days).then_some(days)
}

/// The evidence of a checklist that is the first to be too old; `None` where that is far off or past, and where
/// its age counts to a verdict and not to today. `today` in days since 1970-01-01.
pub(super) fn evidence(member: &Member, facts: &Facts, today: i64) -> Option<DueSoon> {
    let Facts::Checklist(facts) = facts else {
        return None;
    };
    if facts.ages_to.is_some() {
        return None;
    }
    let written = member.document.root.at(&["spec", "items"])?.items();
    let mut lasts: BTreeMap<&str, Lasting<'_>> = BTreeMap::new();
    for (item, facts) in written.iter().zip(&facts.items) {
        let limit = age_limit(member, item);
        for result in facts.results.iter().flatten() {
            let (Some(path), Some(taken)) = (&result.path, taken(member, result)) else {
                continue;
            };
            // A file is as old as its oldest use says, and as short-lived as the strictest.
            let lasting = lasts.entry(path).or_insert(Lasting {
                taken,
                limit,
                at: &result.at,
            });
            lasting.taken = lasting.taken.min(taken);
            lasting.limit = lasting.limit.min(limit);
        }
    }
    let (path, first) = lasts
        .into_iter()
        .min_by_key(|(path, lasting)| (lasting.until(), *path))?;
    let days = first.until().checked_sub(today)?;
    (0..=NOTICE_DAYS).contains(&days).then_some(())?;
    Some(DueSoon {
        kind: DueKind::Evidence,
        what: format!("`{}`", name(path)),
        by: None,
        until: units::day_text(first.until())?,
        days,
        place: place(member, first.at),
    })
}

/// How long a result counts.
struct Lasting<'r> {
    /// The day on which it was measured, in days since 1970-01-01.
    taken: i64,
    /// Whole days.
    limit: i64,
    at: &'r Pointer,
}

impl Lasting<'_> {
    /// Its last day.
    fn until(&self) -> i64 {
        self.taken.saturating_add(self.limit)
    }
}

/// The day of a result: what stands in the file counts before what the document says.
fn taken(member: &Member, result: &ResultFacts) -> Option<i64> {
    let root = &member.document.root;
    if let Some(day) = &result.started_day {
        return Some(day.get() as i64);
    }
    let found = root.resolve(&result.at.clone().key("collectedAt"));
    day_number(found.node.as_str().filter(|_| found.complete)?)
}

/// The days for which the evidence of an item counts.
fn age_limit(member: &Member, item: &Node) -> i64 {
    let policy = &member.project.config.policy;
    let own = member.document.root.at(&["spec", "evidenceMaxAge"]);
    let own = own.and_then(Node::as_str).map(units::duration_seconds);
    let seconds = match item.get("category").and_then(Node::as_str) {
        Some("rollback") => policy.rehearsal_max_age_seconds,
        _ => own
            .and_then(Result::ok)
            .unwrap_or(policy.evidence_max_age_seconds),
    };
    (seconds / DAY).floor() as i64
}
