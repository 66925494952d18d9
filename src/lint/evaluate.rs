//! Asks the rules about each document and each review.

use super::{
    LintError, Progress,
    judge::{self, Judge},
    load::Loaded,
    note,
    selection::Selection,
};
use crate::{
    config::Project,
    evidence::{Archive, Reference},
    finding::{Finding, NotChecked, ReviewOutcome, Verdict},
    policy::{self, Evaluation, Evaluator, Pack, Value},
    review::{self, Group, Member, Review, facts},
    rule::Subject,
};
use facts::Gap;
use jiff::civil::Date;
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
    path::{Path, PathBuf},
};

/// Rego recurses on the native stack: deep documents and generous rules need room.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Claims that a note names.
const SHOWN_CLAIMS: usize = 5;

/// What the rules said about everything.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub findings: Vec<Finding>,
    pub reviews: Vec<ReviewOutcome>,
    pub not_checked: Vec<NotChecked>,
    pub failures: Vec<String>,
}

impl Judged {
    fn merge(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.reviews.extend(other.reviews);
        self.not_checked.extend(other.not_checked);
        self.failures.extend(other.failures);
        self
    }
}

/// Judges all groups, several at a time.
pub(super) fn groups(
    groups: &[Group],
    loaded: &Loaded,
    pack: &Pack,
    selection: &Selection,
    today: Date,
    progress: &dyn Progress,
) -> Result<Judged, LintError> {
    let evaluators = Evaluators::new(&loaded.members, pack, selection, today)?;
    let broken = judge::syntax(&loaded.syntax, pack, selection);
    let judge = || {
        progress.stage("reading evidence", 1);
        let archive = archive(&loaded.members);
        progress.step();
        let judge = Judge { pack, selection };
        let run = Run { loaded, evaluators: &evaluators, judge, archive, broken: &broken };
        progress.stage("checking", groups.len());
        groups
            .par_iter()
            .map(|group| {
                let judged = run.group(group);
                progress.step();
                judged
            })
            .reduce(Judged::default, Judged::merge)
    };
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build();
    let mut judged = pool.map_or_else(|_| judge(), |pool| pool.install(judge));
    judged.findings.extend(broken);
    Ok(judged)
}

/// Reads the evidence behind the claims of all documents that reach the rules.
fn archive(members: &[Member]) -> Archive {
    let is_whole = |member: &&Member| !member.broken;
    Archive::read(members.iter().filter(is_whole).flat_map(|member| {
        let root = member.project.root.as_path();
        let references = review::measured(&member.document.root, member.subject);
        references.into_iter().map(move |reference| (root, reference))
    }))
}

/// The compiled rules of each kind in each project: thresholds differ between projects.
struct Evaluators {
    by_project: HashMap<PathBuf, BTreeMap<Subject, Evaluator>>,
}

impl Evaluators {
    /// Compiles only what the documents need.
    fn new(members: &[Member], pack: &Pack, selection: &Selection, today: Date) -> Result<Self, LintError> {
        let mut by_project: HashMap<PathBuf, BTreeMap<Subject, Evaluator>> = HashMap::new();
        for member in members {
            for subject in [member.subject, Subject::Review] {
                let known = by_project.entry(member.project.root.clone()).or_default();
                if let Entry::Vacant(slot) = known.entry(subject) {
                    let keep = |rule: &crate::rule::Rule| selection.contains(&member.project, &rule.id);
                    let data = data(&member.project, today);
                    slot.insert(Evaluator::new(pack, subject, &keep, data).map_err(LintError::Policy)?);
                }
            }
        }
        Ok(Self { by_project })
    }

    fn of(&self, root: &Path, subject: Subject) -> Option<Evaluator> {
        self.by_project.get(root)?.get(&subject).cloned()
    }
}

/// `data.servelint`: what a rule may know beside its input.
fn data(project: &Project, today: Date) -> Value {
    let policy = serde_json::to_value(&project.config.policy).unwrap_or_default();
    let day = crate::units::day_number(&today.to_string()).unwrap_or_default();
    let today = today.to_string();
    policy::object([
        ("policy", policy::from_json(&policy)),
        ("today", Value::from(today.as_str())),
        ("day", Value::from(day)),
    ])
}

struct Run<'r> {
    loaded: &'r Loaded,
    evaluators: &'r Evaluators,
    judge: Judge<'r>,
    /// What does not parse: where it stands beside a service's documents, it may be one of them.
    broken: &'r [Finding],
    /// What the evidence of all documents says.
    archive: Archive,
}

impl Run<'_> {
    /// One service: its documents each for itself, then together.
    fn group(&self, group: &Group) -> Judged {
        let mut judged = Judged::default();
        let production = self.is_production(group);
        let mut inputs: BTreeMap<usize, Value> = BTreeMap::new();
        let mut gaps: BTreeMap<usize, Vec<Gap>> = BTreeMap::new();
        let mut said: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for index in &group.members {
            let Some(member) = self.loaded.members.get(*index) else { continue };
            let (input, found) = self.input(member);
            inputs.insert(*index, input);
            gaps.insert(*index, found);
            if member.requested {
                said.insert(*index, self.document(*index, member, &inputs[index], production, &mut judged));
            }
        }
        for clash in &group.clashes {
            let finding = self.judge.clash(clash, &self.loaded.members);
            // Only the first has a review that can carry it.
            said.entry(clash.first).or_default().extend(finding);
        }
        for review in &group.reviews {
            self.review(review, &inputs, &said, &mut judged);
            let of = |(_, index)| gaps.get(&index).into_iter().flatten();
            judged.not_checked.extend(untold(&review.service, review.documents().flat_map(of)));
        }
        judged.findings.extend(said.into_values().flatten());
        judged
    }

    /// Nothing is known to be harmless until a specification says so.
    fn is_production(&self, group: &Group) -> bool {
        let environments = group.members.iter().filter_map(|index| self.loaded.members[*index].environment());
        let mut known = environments.peekable();
        known.peek().is_none() || known.any(|environment| environment == "production")
    }

    /// What the rules see of a document, and what its evidence leaves open.
    fn input(&self, member: &Member) -> (Value, Vec<Gap>) {
        let mut input = policy::from_node(&member.document.root);
        let assumed = facts::Assumed { confidence: member.project.config.policy.confidence };
        let root = &member.document.root;
        let mut facts = facts::derive(member.subject, root, assumed);
        let look = |reference: Reference<'_>| self.archive.reading(&member.project.root, reference);
        // What does not reach the rules has not been read.
        let gaps = match member.broken {
            true => Vec::new(),
            false => facts::measure(&mut facts, member.subject, root, assumed, &look),
        };
        if let Ok(fields) = input.as_object_mut() {
            fields.insert(Value::from("facts"), policy::from_json(&facts));
        }
        (input, gaps)
    }

    fn document(
        &self,
        index: usize,
        member: &Member,
        input: &Value,
        production: bool,
        judged: &mut Judged,
    ) -> Vec<Finding> {
        let refusals = self.loaded.refusals.get(&index).map(Vec::as_slice).unwrap_or_default();
        let name = &member.document.source.name;
        let evaluation = if member.broken {
            let reason = format!(
                "the policy rules need a `{}` without the errors of type or value that are reported",
                member.subject
            );
            judged.not_checked.push(note(name.clone(), reason));
            Evaluation::default()
        } else {
            self.evaluate(member, member.subject, input)
        };
        self.failures(&evaluation, name, judged);
        self.judge.document(member, refusals, evaluation, production)
    }

    /// The documents of a service compared, and the verdict over all that was `said` about them.
    fn review(
        &self,
        review: &Review,
        inputs: &BTreeMap<usize, Value>,
        said: &BTreeMap<usize, Vec<Finding>>,
        judged: &mut Judged,
    ) {
        let members: Vec<&Member> =
            review.documents().filter_map(|(_, index)| self.loaded.members.get(index)).collect();
        let Some(first) = members.first() else { return };
        let production = review.serving.is_none_or(|index| {
            self.loaded.members[index].environment().is_none_or(|name| name == "production")
        });
        let mut found = Vec::new();
        if let Some(broken) = members.iter().find(|member| member.broken) {
            let reason = format!(
                "its documents were not compared, because {} does not fit its schema",
                broken.document.source.name
            );
            judged.not_checked.push(note(subject(&review.service), reason));
        } else {
            let evaluation = self.evaluate(first, Subject::Review, &self.review_input(review, inputs));
            self.failures(&evaluation, &subject(&review.service), judged);
            found = self.judge.review(review, &self.loaded.members, evaluation, production);
        }
        judged.not_checked.extend(unread(review, &members));
        let mut all = found.clone();
        all.extend(review.documents().filter_map(|(_, index)| said.get(&index)).flatten().cloned());
        let files = judge::files(review, &self.loaded.members);
        let broken = self.broken.iter().filter(|finding| files.contains(finding.place.source.name.as_str()));
        all.extend(broken.cloned());
        let mut outcome = judge::outcome(review, &self.loaded.members, all);
        if !judged.failures.is_empty() {
            // What a failed rule would have said is unknown, so nobody may go.
            outcome.verdict = Verdict::NoGo;
            outcome.reasons.extend(judged.failures.iter().cloned());
        }
        judged.reviews.push(outcome);
        judged.findings.extend(found);
    }

    fn review_input(&self, review: &Review, inputs: &BTreeMap<usize, Value>) -> Value {
        let input = |index: &usize| inputs.get(index).cloned().unwrap_or(Value::Undefined);
        let list = |indexes: &[usize]| Value::from(indexes.iter().map(input).collect::<Vec<_>>());
        let fields = [
            ("service", Value::from(review.service.as_str())),
            ("decisions", list(&review.decisions)),
            ("checklists", list(&review.checklists)),
            ("facts", self.review_facts(review)),
        ];
        policy::object(
            fields.into_iter().chain(review.serving.as_ref().map(|index| ("serving", input(index)))),
        )
    }

    fn review_facts(&self, review: &Review) -> Value {
        let (files, intact) = review.files(&self.loaded.members, &self.archive);
        let file = |fact| policy::from_json(&serde_json::to_value(fact).unwrap_or_default());
        let names = review.names(&self.loaded.members);
        policy::object([
            ("files", policy::object(files.iter().map(|(path, fact)| (path.as_str(), file(fact))))),
            ("evidenceIntact", Value::from(intact)),
            ("names", policy::object(names.into_iter().map(|(kind, names)| (kind, policy::set(names))))),
        ])
    }

    fn evaluate(&self, member: &Member, subject: Subject, input: &Value) -> Evaluation {
        match self.evaluators.of(&member.project.root, subject) {
            Some(mut evaluator) => evaluator.evaluate(input),
            None => Evaluation::default(),
        }
    }

    fn failures(&self, evaluation: &Evaluation, subject: &str, judged: &mut Judged) {
        for failure in &evaluation.failures {
            judged
                .not_checked
                .push(note(subject, format!("rule `{}` failed: {}", failure.rule, failure.reason)));
            judged.failures.push(format!("rule `{}` failed on {subject}: {}", failure.rule, failure.reason));
        }
    }
}

/// How a service is named where a file could stand.
fn subject(service: &str) -> String {
    format!("service `{}`", judge::name(service))
}

/// What the documents point at and nobody opened.
fn unread(review: &Review, members: &[&Member]) -> Vec<NotChecked> {
    let review::Unread { remote, supporting } = review.unread(members);
    let artifacts: usize = members
        .iter()
        .filter_map(|member| member.document.root.at(&["spec", "artifacts"]))
        .map(|list| list.items().len())
        .sum();
    let mut notes = Vec::new();
    let mut add = |count: usize, one: &str, many: &str, reason: &str| {
        if count > 0 {
            notes.push(note(
                subject(&review.service),
                format!("{count} {}: {reason}", if count == 1 { one } else { many }),
            ));
        }
    };
    add(
        remote.len(),
        "remote evidence reference",
        "remote evidence references",
        "nothing is fetched, so what is there is not known",
    );
    add(
        supporting.len(),
        "file that supports a decision or an assumption",
        "files that support decisions or assumptions",
        "only existence and checksum were checked; results are read for checklist items and for the throughput of a replica",
    );
    add(artifacts, "artifact", "artifacts", "manifests were not compared with the specification");
    notes
}

/// What evidence leaves open: a line for each file and each thing that it does not tell.
fn untold<'g>(service: &str, gaps: impl Iterator<Item = &'g Gap>) -> Vec<NotChecked> {
    let mut claims: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for gap in gaps {
        claims.entry((&gap.path, &gap.what)).or_default().insert(&gap.claim);
    }
    let mut missing: BTreeMap<(&str, BTreeSet<&str>), Vec<&str>> = BTreeMap::new();
    for ((path, what), claims) in claims {
        missing.entry((path, claims)).or_default().push(what);
    }
    let line = |((path, claims), what): ((&str, BTreeSet<&str>), Vec<&str>)| {
        let shown: Vec<&str> = claims.iter().copied().take(SHOWN_CLAIMS).collect();
        let more = match claims.len().saturating_sub(SHOWN_CLAIMS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let reason = format!(
            "evidence `{}` does not tell {}: not compared for {}{more}",
            judge::name(path),
            what.join("; "),
            shown.join(", ")
        );
        note(subject(service), reason)
    };
    missing.into_iter().map(line).collect()
}
