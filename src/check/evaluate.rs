//! Asks the rules about each document and each review.

mod notes;

pub(super) use notes::WITHOUT_SPECIFICATION;

use super::{
    LintError, Progress,
    changed::{Changed, Unchanged},
    judge::{self, Judge},
    load::Loaded,
    note,
    selection::Selection,
    verdict::Pending,
};
use crate::{
    evidence::{Archive, FileFact, Reference},
    facts,
    finding::{Finding, NotChecked, Topic},
    manifest::{self, facts::ManifestFacts},
    policy::{self, Evaluation, Evaluator, Pack, Question, Team, Value},
    review::{Declared, DeclaredFacts, Group, Member, Part, Review, ReviewFacts},
    rule::Subject,
    schema::Refusal,
};
use facts::Gap;
use jiff::civil::Date;
use notes::{subject, unread, untold};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
    path::{Path, PathBuf},
};

/// Rego recurses on the native stack: deep documents and generous rules need room.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What the rules said about everything.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub findings: Vec<Finding>,
    pub reviews: Vec<Pending>,
    pub not_checked: Vec<NotChecked>,
    pub failures: Vec<String>,
    /// What was found and is not shown.
    pub unchanged: Unchanged,
}

impl Judged {
    fn merge(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.reviews.extend(other.reviews);
        self.not_checked.extend(other.not_checked);
        self.failures.extend(other.failures);
        self.unchanged.findings += other.unchanged.findings;
        self.unchanged.services += other.unchanged.services;
        self
    }
}

/// Judges all groups, several at a time.
pub(super) fn groups(
    groups: &[Group],
    loaded: &Loaded,
    pack: &Pack,
    selection: &Selection,
    changed: &Changed,
    today: Date,
    progress: &dyn Progress,
) -> Result<Judged, LintError> {
    let evaluators = Evaluators::new(&loaded.members, pack, selection, today)?;
    let broken = judge::syntax(&loaded.syntax, pack, selection);
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build()
        .ok();
    progress.stage("reading evidence", 1);
    let read = || archive(&loaded.members);
    let archive = pool.as_ref().map_or_else(read, |pool| pool.install(read));
    progress.step();
    let judge = Judge::new(pack, selection, &loaded.members);
    let mut run = Run {
        loaded,
        evaluators: &evaluators,
        judge,
        broken,
        manifests: BTreeMap::new(),
        archive,
    };
    run.manifests = run.manifests(groups);
    let run = run;
    progress.stage("checking", groups.len());
    let judge = || {
        groups
            .par_iter()
            .map(|group| {
                let judged = run.group(group);
                progress.step();
                match changed.group(group, &loaded.members) {
                    true => judged,
                    false => Run::hidden(judged),
                }
            })
            .reduce(Judged::default, Judged::merge)
    };
    let mut judged = pool.as_ref().map_or_else(judge, |pool| pool.install(judge));
    let shown: BTreeSet<&str> = judged
        .reviews
        .iter()
        .flat_map(|review| review.files())
        .map(String::as_str)
        .collect();
    let held = loaded.held.iter().flat_map(|(member, refusals)| {
        run.judge
            .document(member, refusals, Evaluation::default(), true)
    });
    let held: Vec<Finding> = held.collect();
    let manifests = run
        .manifests
        .into_values()
        .flat_map(|manifest| manifest.said)
        .chain(held);
    let (others, hidden): (Vec<Finding>, Vec<Finding>) = run
        .broken
        .into_iter()
        .chain(manifests)
        .partition(|finding| {
            let source = &finding.place.source;
            shown.contains(source.name.as_str()) || changed.file(source)
        });
    judged.unchanged.findings += hidden.len();
    judged.findings.extend(others);
    Ok(judged)
}

/// Reads the evidence behind the claims of all documents that reach the rules.
fn archive(members: &[Member]) -> Archive {
    let is_whole = |member: &&Member| !member.broken;
    Archive::read(members.iter().filter(is_whole).flat_map(|member| {
        let root = member.project.root.as_path();
        let references = facts::references::measured(&member.document.root, member.subject);
        references
            .into_iter()
            .map(move |reference| (root, reference))
    }))
}

/// The compiled rules of each kind in each project, and what its team decided. Projects that select
/// the same rules share them.
struct Evaluators {
    by_project: HashMap<PathBuf, (Team, BTreeMap<Subject, Evaluator>)>,
}

impl Evaluators {
    /// Compiles only what the documents need.
    fn new(
        members: &[Member],
        pack: &Pack,
        selection: &Selection,
        today: Date,
    ) -> Result<Self, LintError> {
        let mut by_project: HashMap<PathBuf, (Team, BTreeMap<Subject, Evaluator>)> = HashMap::new();
        // A specification may claim a manifest of another project.
        let artifacts = members
            .iter()
            .any(|member| member.kind().is_some())
            .then_some(Subject::Artifacts);
        for member in members {
            for subject in [member.subject, Subject::Review]
                .into_iter()
                .chain(artifacts)
            {
                let config = &member.project.config;
                let team = || Team::new(&config.policy, &config.approvers, today);
                let (_, known) = by_project
                    .entry(member.project.root.clone())
                    .or_insert_with(|| (team(), BTreeMap::new()));
                if let Entry::Vacant(slot) = known.entry(subject) {
                    let keep =
                        |rule: &crate::rule::Rule| selection.contains(&member.project, &rule.id);
                    slot.insert(pack.evaluator(subject, &keep).map_err(LintError::Policy)?);
                }
            }
        }
        Ok(Self { by_project })
    }

    /// The rules of a subject, and what the team decided.
    fn of(&self, root: &Path, subject: Subject) -> Option<(&Evaluator, &Team)> {
        let (team, evaluators) = self.by_project.get(root)?;
        Some((evaluators.get(&subject)?, team))
    }
}

struct Run<'r> {
    loaded: &'r Loaded,
    evaluators: &'r Evaluators,
    judge: Judge<'r>,
    /// What does not parse: where it stands beside a service's documents, it may be one of them.
    broken: Vec<Finding>,
    /// The manifests that take part in reviews, by member.
    manifests: BTreeMap<usize, Manifest>,
    /// What the evidence of all documents says.
    archive: Archive,
}

/// A manifest as rules see it, and what its schema said: several reviews may share it.
struct Manifest {
    tree: Value,
    facts: ManifestFacts,
    said: Vec<Finding>,
}

impl Run<'_> {
    /// Counts what a service that did not change has, instead of showing it. A rule that failed is
    /// said all the same.
    fn hidden(mut judged: Judged) -> Judged {
        judge::sort(&mut judged.findings);
        let unchanged = Unchanged {
            findings: judged.findings.len(),
            services: judged.reviews.len(),
        };
        Judged {
            failures: judged.failures,
            unchanged,
            ..Judged::default()
        }
    }

    fn manifests(&self, groups: &[Group]) -> BTreeMap<usize, Manifest> {
        let parts = groups
            .iter()
            .flat_map(|group| &group.reviews)
            .flat_map(|review| &review.artifacts);
        // What the team's own definition refuses is said also where nothing ties it to a service.
        let is_refused = |(index, said): (&usize, &Vec<Refusal>)| {
            let asked = self
                .loaded
                .members
                .get(*index)
                .is_some_and(|member| member.requested);
            (asked && said.iter().any(|refusal| refusal.custom)).then_some(*index)
        };
        let refused = self.loaded.refusals.iter().filter_map(is_refused);
        let used: BTreeSet<usize> = parts.map(|part| part.member).chain(refused).collect();
        let manifest = |index: &usize| {
            let member = self.loaded.members.get(*index)?;
            let kind = member.kind()?;
            let refusals = self
                .loaded
                .refusals
                .get(index)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let said = self
                .judge
                .document(member, refusals, Evaluation::default(), true);
            let root = &member.document.root;
            let (tree, facts) = match member.broken {
                true => (Value::new_object(), ManifestFacts::broken(kind.name)),
                false => (policy::from_node(root), manifest::derive(kind, root)),
            };
            Some((*index, Manifest { tree, facts, said }))
        };
        used.par_iter().filter_map(manifest).collect()
    }

    /// The manifests of a review: their trees with facts, in the order of its parts.
    fn artifacts(&self, review: &Review) -> Value {
        let part = |part: &Part| {
            let Some(manifest) = self.manifests.get(&part.member) else {
                return Value::new_object();
            };
            let facts = ManifestFacts {
                role: Some(part.role.clone()),
                file: Some(
                    self.loaded.members[part.member]
                        .document
                        .source
                        .name
                        .clone(),
                ),
                declared: part.declared,
                ..manifest.facts.clone()
            };
            let mut tree = manifest.tree.clone();
            if let Ok(fields) = tree.as_object_mut() {
                fields.insert(Value::from("facts"), policy::from_json(&facts.to_json()));
            }
            tree
        };
        Value::from(review.artifacts.iter().map(part).collect::<Vec<_>>())
    }

    /// One service: its documents each for itself, then together.
    fn group(&self, group: &Group) -> Judged {
        let mut judged = Judged::default();
        let production = self.is_production(group);
        let mut inputs: BTreeMap<usize, Value> = BTreeMap::new();
        let mut gaps: BTreeMap<usize, Vec<Gap>> = BTreeMap::new();
        let mut said: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for index in &group.members {
            let Some(member) = self.loaded.members.get(*index) else {
                continue;
            };
            let (input, found) = self.input(member, group);
            inputs.insert(*index, input);
            gaps.insert(*index, found);
            if member.requested {
                said.insert(
                    *index,
                    self.document(*index, member, &inputs[index], production, &mut judged),
                );
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
            judged
                .not_checked
                .extend(untold(&review.service, review.documents().flat_map(of)));
        }
        judged.findings.extend(said.into_values().flatten());
        judged
    }

    /// Nothing is known to be harmless until a specification says so.
    fn is_production(&self, group: &Group) -> bool {
        let environments = group
            .members
            .iter()
            .filter_map(|index| self.loaded.members[*index].environment());
        let mut known = environments.peekable();
        known.peek().is_none() || known.any(|environment| environment == "production")
    }

    /// What the rules see of a document, and what its evidence leaves open.
    fn input(&self, member: &Member, group: &Group) -> (Value, Vec<Gap>) {
        let mut input = policy::from_node(&member.document.root);
        let assumed = facts::Assumed {
            confidence: member.project.config.policy.confidence,
        };
        let root = &member.document.root;
        let mut facts = facts::derive(member.subject, root, assumed);
        let look = |reference: Reference<'_>| self.archive.reading(&member.project.root, reference);
        // What does not reach the rules has not been read.
        let gaps = match member.broken {
            true => Vec::new(),
            false => facts::measure(&mut facts, root, assumed, &look),
        };
        facts.own(self.owners(member, group));
        if let Ok(fields) = input.as_object_mut() {
            fields.insert(Value::from("facts"), policy::from_json(&facts.to_json()));
        }
        (input, gaps)
    }

    /// Who owns the specification of the service by `CODEOWNERS`, or the document itself where there is
    /// none; `None` where the team does not compare approvers with them.
    fn owners(&self, member: &Member, group: &Group) -> Option<Vec<String>> {
        let members = group
            .members
            .iter()
            .filter_map(|index| self.loaded.members.get(*index));
        let spec = members
            .into_iter()
            .find(|member| member.subject == Subject::ServingSpec);
        let file = &spec.unwrap_or(member).document.source.path;
        member.project.owners(file).map(<[String]>::to_vec)
    }

    fn document(
        &self,
        index: usize,
        member: &Member,
        input: &Value,
        production: bool,
        judged: &mut Judged,
    ) -> Vec<Finding> {
        let refusals = self
            .loaded
            .refusals
            .get(&index)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let name = &member.document.source.name;
        let evaluation = if member.broken {
            let reason = format!(
                "the policy rules need a `{}` without the errors of type or value that are reported",
                member.subject
            );
            judged
                .not_checked
                .push(note(Topic::File(name.clone()), reason));
            Evaluation::default()
        } else {
            self.evaluate(member, member.subject, input)
        };
        self.failures(&evaluation, &Topic::File(name.clone()), judged);
        let notes = evaluation
            .unchecked
            .iter()
            .map(|(_, message)| note(Topic::File(name.clone()), message.clone()));
        judged.not_checked.extend(notes);
        self.judge
            .document(member, refusals, evaluation, production)
    }

    /// The documents of a service compared, and the verdict over all that was `said` about them.
    fn review(
        &self,
        review: &Review,
        inputs: &BTreeMap<usize, Value>,
        said: &BTreeMap<usize, Vec<Finding>>,
        judged: &mut Judged,
    ) {
        let members: Vec<&Member> = review
            .documents()
            .filter_map(|(_, index)| self.loaded.members.get(index))
            .collect();
        let Some(first) = members.first() else { return };
        let production = review.serving.is_none_or(|index| {
            self.loaded.members[index]
                .environment()
                .is_none_or(|name| name == "production")
        });
        let mut found = Vec::new();
        for broken in members
            .iter()
            .filter(|member| member.broken && member.kind().is_some())
        {
            let reason = format!(
                "{} was not compared with the rest, because it does not fit its schema",
                broken.document.source.name
            );
            judged
                .not_checked
                .push(note(subject(&review.service), reason));
        }
        if let Some(broken) = members
            .iter()
            .find(|member| member.broken && member.kind().is_none())
        {
            let reason = format!(
                "its documents were not compared, because {} does not fit its schema",
                broken.document.source.name
            );
            judged
                .not_checked
                .push(note(subject(&review.service), reason));
        } else {
            let input = self.review_input(review, inputs);
            let mut evaluation = self.evaluate(first, Subject::Review, &input);
            if !review.artifacts.is_empty() {
                let further = self.evaluate(first, Subject::Artifacts, &input);
                evaluation.violations.extend(further.violations);
                evaluation.failures.extend(further.failures);
                evaluation.unchecked.extend(further.unchecked);
            }
            for (at, message) in &evaluation.unchecked {
                let place = review
                    .locate(at)
                    .and_then(|(index, _)| self.loaded.members.get(index));
                let file = place.map_or_else(
                    || subject(&review.service),
                    |it| Topic::File(it.document.source.name.clone()),
                );
                judged.not_checked.push(note(file, message.clone()));
            }
            self.failures(&evaluation, &subject(&review.service), judged);
            found = self
                .judge
                .review(review, &self.loaded.members, evaluation, production);
        }
        judged.not_checked.extend(unread(review, &members));
        let mut all = found.clone();
        all.extend(
            review
                .documents()
                .filter_map(|(_, index)| said.get(&index))
                .flatten()
                .cloned(),
        );
        let manifests = review
            .artifacts
            .iter()
            .filter_map(|part| self.manifests.get(&part.member));
        all.extend(manifests.flat_map(|manifest| manifest.said.iter().cloned()));
        let files = judge::files(review, &self.loaded.members);
        let broken = self
            .broken
            .iter()
            .filter(|finding| files.contains(finding.place.source.name.as_str()));
        all.extend(broken.cloned());
        let failures = judged.failures.clone();
        judged
            .reviews
            .push(Pending::new(review, &self.loaded.members, all, failures));
        judged.findings.extend(found);
    }

    fn review_input(&self, review: &Review, inputs: &BTreeMap<usize, Value>) -> Value {
        let input = |index: &usize| inputs.get(index).cloned().unwrap_or(Value::Undefined);
        let list = |indexes: &[usize]| Value::from(indexes.iter().map(input).collect::<Vec<_>>());
        let fields = [
            ("service", Value::from(review.service.as_str())),
            ("decisions", list(&review.decisions)),
            ("checklists", list(&review.checklists)),
            ("artifacts", self.artifacts(review)),
            ("facts", self.review_facts(review)),
        ];
        policy::object(
            fields.into_iter().chain(
                review
                    .serving
                    .as_ref()
                    .map(|index| ("serving", input(index))),
            ),
        )
    }

    fn review_facts(&self, review: &Review) -> Value {
        let (files, evidence_intact) = review.files(&self.loaded.members, &self.archive);
        let facts = ReviewFacts {
            files,
            evidence_intact,
            artifacts: self.declared(review),
            names: review.names(&self.loaded.members),
        };
        let mut value = policy::from_json(&facts.to_json());
        if let Ok(fields) = value.as_object_mut() {
            // Sets, which JSON lacks: a name is looked up, not searched for.
            let names = facts.names.into_iter();
            let names = policy::object(names.map(|(kind, names)| (kind, policy::set(names))));
            fields.insert(Value::from("names"), names);
        }
        value
    }

    /// What each entry of `spec.artifacts` leads to, in their order.
    fn declared(&self, review: &Review) -> Vec<DeclaredFacts> {
        let serving = review.serving;
        let Some(spec) = serving.and_then(|index| self.loaded.members.get(index)) else {
            return Vec::new();
        };
        let entry = |declared: &Declared| DeclaredFacts {
            status: FileFact::of(&spec.project.root, &declared.path, false).word(),
            documents: declared.documents,
            parts: declared.parts.clone(),
            fits: declared.fits,
        };
        review.declared.iter().map(entry).collect()
    }

    fn evaluate(&self, member: &Member, subject: Subject, input: &Value) -> Evaluation {
        match self.evaluators.of(&member.project.root, subject) {
            Some((evaluator, team)) => evaluator.evaluate(&Question {
                input: input.clone(),
                team: team.clone(),
            }),
            None => Evaluation::default(),
        }
    }

    fn failures(&self, evaluation: &Evaluation, subject: &Topic, judged: &mut Judged) {
        for failure in &evaluation.failures {
            judged.not_checked.push(note(
                subject.clone(),
                format!("rule `{}` failed: {}", failure.rule, failure.reason),
            ));
            judged.failures.push(format!(
                "rule `{}` failed on {subject}: {}",
                failure.rule, failure.reason
            ));
        }
    }
}
