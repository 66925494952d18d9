//! Whom a change may take at their word.
//!
//! A name that stands in the change under review is what its author typed. An acceptance, a waiver or a verdict counts
//! as its person's once the identical entry stands at the base, or the platform recorded that the person approved the
//! commit at hand. Where no base is known, nothing is compared.

use super::{
    LintError, Request,
    approvals::Approvals,
    load::Loaded,
    moved::{MovedAway, PastFile},
    open,
};
use crate::{
    config::CodeOwners,
    document::{
        Document, Node, Pointer, Spot, Step,
        read::{self, Format},
        source::{Source, Span},
    },
    finding::{Finding, Suppression, SuppressionKind},
    git::Snapshot,
    review::{Member, service_of},
    rule::{Severity, Subject, WAIVER_UNPROVEN},
    schema::{self, Recognition},
    waivers::{self, Waiver, WaiverComments, WaiverProblem},
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

/// What an acceptance is about: it does not cover a risk that has become another one.
const RISK: &[&str] = &[
    "id",
    "statement",
    "likelihood",
    "impact",
    "severity",
    "response",
    "acceptance",
];
/// What the waiver of an item is about.
const ITEM: &[&str] = &[
    "id",
    "metric",
    "op",
    "threshold",
    "gate",
    "verifies",
    "waiver",
];
/// A verdict is about everything that is reviewed.
const VERDICT: &[&str] = &["decision", "by", "date", "conditions", "inputs"];

/// A list of entries that a person may answer for: the subject, the path of the list or of the one entry, the key of
/// what the person says (none where it is the entry), and the keys that make two entries identical.
type Answerable = (
    Subject,
    &'static [&'static str],
    Option<&'static str>,
    &'static [&'static str],
);

const ANSWERABLE: [Answerable; 3] = [
    (
        Subject::DecisionLog,
        &["spec", "residualRisks"],
        Some("acceptance"),
        RISK,
    ),
    (
        Subject::VerificationChecklist,
        &["spec", "items"],
        Some("waiver"),
        ITEM,
    ),
    (
        Subject::VerificationChecklist,
        &["spec", "verdict"],
        None,
        VERDICT,
    ),
];

/// What a person says in a document.
struct SaidBy {
    at: Pointer,
    by: String,
    /// The entry as it is compared.
    entry: String,
    is_verdict: bool,
}

/// What documents say in the name of people who did not say it.
#[derive(Debug, Default)]
pub(super) struct Unproven {
    /// True where there is a base to compare with.
    pub has_base: bool,
    /// The paths, by the number of the document.
    paths: BTreeMap<usize, Vec<Pointer>>,
    /// The checklists whose verdict is by somebody who approved the commit at hand.
    approved: BTreeSet<usize>,
}

impl Unproven {
    /// The paths in one document.
    pub(super) fn of(&self, index: usize) -> &[Pointer] {
        self.paths
            .get(&index)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// True where the verdict of a checklist is by somebody who approved the commit at hand.
    pub(super) fn is_approved(&self, index: usize) -> bool {
        self.approved.contains(&index)
    }
}

/// The revision that a change comes from, and who approved it.
#[derive(Debug, Default)]
pub(super) struct Trust {
    /// The base; `None` where the run knows of none.
    pub base: Option<Arc<Snapshot>>,
    /// The reviews that the platform recorded.
    pub approvals: Option<Approvals>,
    /// What the change moved.
    pub moved: Option<Arc<MovedAway>>,
}

impl Trust {
    /// What a request says of its base.
    pub(super) fn of(request: &Request) -> Result<Self, LintError> {
        let Some(base) = snapshot(request)? else {
            return Ok(Self::default());
        };
        let approvals = match &request.approvals {
            Some(path) => {
                let owners = CodeOwners::at(&base).map(Arc::new);
                Some(Approvals::read(path, &base, owners)?)
            }
            None => None,
        };
        let moved = Some(Arc::new(MovedAway::of(Arc::clone(&base))));
        Ok(Self {
            base: Some(base),
            approvals,
            moved,
        })
    }

    /// The revision of the base, as it was named.
    pub(super) fn revision(&self) -> Option<&str> {
        self.base.as_ref().map(|base| base.revision.as_str())
    }

    /// What the documents say in the name of people who did not say it.
    pub(super) fn unproven(&self, members: &[Member]) -> Result<Unproven, LintError> {
        let mut found = Unproven::default();
        let Some(base) = self.base.as_deref() else {
            return Ok(found);
        };
        found.has_base = true;
        for (index, member) in members.iter().enumerate() {
            let source = &member.document.source;
            let mut answers = answers(&member.document.root, member.subject);
            let mut verdicts = answers.iter().filter(|answer| answer.is_verdict);
            if verdicts.any(|answer| self.approved(&answer.by, source)) {
                found.approved.insert(index);
            }
            answers.retain(|answer| !self.approved(&answer.by, source));
            if answers.is_empty() {
                continue;
            }
            let Some(past) = past(base, source)? else {
                continue;
            };
            let at_base = known(&past.parsed.documents, member);
            answers.retain(|answer| !at_base.contains(&answer.entry));
            if !answers.is_empty() {
                for moved in self.moved_from(member) {
                    let elsewhere = known(&moved.parsed.documents, member);
                    answers.retain(|answer| !elsewhere.contains(&answer.entry));
                }
            }
            if !answers.is_empty() {
                let paths = answers.into_iter().map(|answer| answer.at);
                found.paths.insert(index, paths.collect());
            }
        }
        Ok(found)
    }

    /// The files of the base from which a document was moved.
    fn moved_from(&self, member: &Member) -> Vec<&PastFile> {
        let moved = self.moved.as_ref();
        moved.map(|moved| moved.before(member)).unwrap_or_default()
    }

    /// True where the person approved the file as it is.
    fn approved(&self, person: &str, source: &Source) -> bool {
        let (Some(base), Some(approvals)) = (&self.base, &self.approvals) else {
            return false;
        };
        let place = base.place(&source.path);
        place.is_some_and(|file| approvals.has_approved(person, &file))
    }

    /// Marks a finding that an owner of its file approved.
    pub(super) fn clear(&self, finding: &mut Finding) {
        if let Some(approvals) = &self.approvals {
            approvals.clear(finding);
        }
    }

    /// The waivers in comments that take out what holds a release back, and that neither the base has nor anybody
    /// approved who may: the person that they name, or an owner of the file.
    pub(super) fn unproven_comments<'f>(
        &self,
        findings: &'f [Finding],
        comments: &[WaiverComments],
    ) -> Result<Vec<&'f Suppression>, LintError> {
        let Some(base) = self.base.as_deref() else {
            return Ok(Vec::new());
        };
        let mut found: BTreeMap<_, &Suppression> = BTreeMap::new();
        let holding = findings.iter();
        for finding in holding.filter(|finding| finding.severity >= Severity::Escalation) {
            if let Some(by) = finding.suppression.as_ref()
                && by.kind == SuppressionKind::Comment
            {
                let place = &by.place;
                found.insert((place.source.name.as_str(), place.span), by);
            }
        }
        let mut unproven = Vec::new();
        for waiver in found.into_values() {
            if !self.is_proven(waiver, base, comments)? {
                unproven.push(waiver);
            }
        }
        Ok(unproven)
    }

    fn is_proven(
        &self,
        waiver: &Suppression,
        base: &Snapshot,
        comments: &[WaiverComments],
    ) -> Result<bool, LintError> {
        let source = &waiver.place.source;
        let by = waiver.by.as_deref();
        if by.is_some_and(|by| self.approved(by, source)) {
            return Ok(true);
        }
        let place = base.place(&source.path);
        if let (Some(approvals), Some(file)) = (&self.approvals, &place)
            && approvals.clears(file).is_some()
        {
            return Ok(true);
        }
        let Some(past) = past(base, source)? else {
            return Ok(true);
        };
        let own = comments
            .iter()
            .filter(|list| list.source.name == source.name)
            .flat_map(covers)
            .find(|own| own.span == waiver.place.span);
        let before = waivers::comments(&past.source, &past.parsed);
        let mut before = before.iter().flat_map(covers);
        Ok(
            own.is_some_and(|own| {
                before.any(|past| past.waiver == own.waiver && past.at == own.at)
            }),
        )
    }
}

/// The files of the revision that `--policy-from` names; `None` without the flag, and for a change that has no base.
fn snapshot(request: &Request) -> Result<Option<Arc<Snapshot>>, LintError> {
    let revision = request.policy_from.as_deref();
    let Some(revision) = revision.filter(|revision| !revision.is_empty()) else {
        return Ok(None);
    };
    let typed = request.stdin.as_ref().and_then(|(name, _)| name.as_ref());
    let mut starts: Vec<PathBuf> = request.paths.clone();
    starts.extend(typed.map(PathBuf::from));
    Ok(Some(Arc::new(Snapshot::at(revision, &starts)?)))
}

/// A file at the base: without anything where it was not there, was no text or could not be read; `None` outside of the
/// repository, where no change reaches.
fn past(base: &Snapshot, source: &Source) -> Result<Option<PastFile>, LintError> {
    let Some(place) = base.place(&source.path) else {
        return Ok(None);
    };
    let bytes = base.read(&place)?.unwrap_or_default();
    let source = Arc::new(Source {
        name: source.name.clone(),
        path: source.path.clone(),
        text: read::decode(bytes).unwrap_or_default(),
    });
    let parsed = open::parsed(&source, Format::of_source(&source)).unwrap_or_default();
    Ok(Some(PastFile { source, parsed }))
}

/// What the documents of the same kind and service say in the name of people.
fn known(documents: &[Document], member: &Member) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for document in documents {
        open::each_object(&document.root, &mut |root| {
            let is_same = schema::recognise(root) == Recognition::Known(member.subject);
            if is_same && service_of(root, member.subject) == member.service() {
                let answers = answers(root, member.subject).into_iter();
                known.extend(answers.map(|answer| answer.entry));
            }
        });
    }
    known
}

/// What a document says in the name of people.
fn answers(root: &Node, subject: Subject) -> Vec<SaidBy> {
    let mut found = Vec::new();
    for (of, path, key, keys) in ANSWERABLE {
        let Some(spot) = Spot::root(root).find(path).filter(|_| of == subject) else {
            continue;
        };
        match key {
            Some(key) => {
                for entry in spot.items() {
                    let said = entry.get(key);
                    found.extend(said.and_then(|said| answer(&said, &entry, keys)));
                }
            }
            None => found.extend(answer(&spot, &spot, keys)),
        }
    }
    found
}

/// What `said` says, of `entry` as far as `keys` go.
fn answer(said: &Spot<'_>, entry: &Spot<'_>, keys: &[&str]) -> Option<SaidBy> {
    let by = said.string_at(&["by"])?;
    let mut compared = Vec::new();
    for key in keys {
        let part = entry.get(key).map(|part| part.value.to_json());
        // In which order somebody writes the keys of a mapping says nothing.
        compared.push(part.map(|mut part| {
            part.sort_all_objects();
            part
        }));
    }
    Some(SaidBy {
        at: said.at.clone(),
        by,
        entry: Json::from(compared).to_string(),
        is_verdict: keys == VERDICT,
    })
}

/// A waiver in a comment, and what it covers.
struct Covering<'w> {
    waiver: &'w Waiver,
    at: String,
    span: Span,
}

fn covers(list: &WaiverComments) -> Vec<Covering<'_>> {
    let mut found = Vec::new();
    for comment in &list.list {
        if let (Ok(waiver), Some((_, at))) = (&comment.reading, &comment.target) {
            found.push(Covering {
                waiver,
                at: at.to_string(),
                span: comment.span,
            });
        }
    }
    found
}

/// What is wrong with a waiver of a blocking item that nobody stands behind; `None` where the path is that of something
/// else, or the item only advises.
pub(super) fn unproven_waiver(member: &Member, at: &Pointer) -> Option<String> {
    let [list @ .., Step::Index(number), Step::Key(key)] = at.steps() else {
        return None;
    };
    if key != "waiver" || list.len() != 2 {
        return None;
    }
    let items = Spot::root(&member.document.root).items_at(&["spec", "items"]);
    let item = items.get(*number)?;
    if item.text_at(&["gate"]) == Some("advisory") {
        return None;
    }
    let name = item.text_at(&["id"]).unwrap_or("?");
    let by = item.text_at(&["waiver", "by"])?;
    Some(format!(
        "item `{name}` is waived by `{by}` only in this change, which `{by}` did not approve"
    ))
}

/// What is wrong with waivers in comments that nobody stands behind.
pub(super) fn problems(
    trust: &Trust,
    findings: &[Finding],
    loaded: &Loaded,
) -> Result<Vec<WaiverProblem>, LintError> {
    let mut problems = Vec::new();
    for waiver in trust.unproven_comments(findings, &loaded.waivers)? {
        let name = &waiver.place.source.name;
        let mut members = loaded.members.iter();
        let Some(member) = members.find(|member| member.document.source.name == *name) else {
            continue;
        };
        let by = waiver.by.as_deref().unwrap_or("nobody");
        problems.push(WaiverProblem {
            rule: WAIVER_UNPROVEN,
            message: format!(
                "this waiver by `{by}` is new in this change, and nobody approved it who may"
            ),
            help: None,
            place: waiver.place.clone(),
            project: Arc::clone(&member.project),
        });
    }
    Ok(problems)
}
