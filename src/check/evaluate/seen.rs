//! What rules see: documents with their facts, and reviews that are put together of them.
//!
//! The values here go to the engine, and `servelint input` prints the same ones.

mod base;
mod stated;

use super::{
    archive::EvidenceShelf, evaluators::Evaluators, leaves::LeafTrees, manifests::Manifest, remade,
    shelf::ManifestShelf, twins::Twins,
};
use crate::{
    check::{
        CheckMemory, LintError, change::ServiceChange, changed::Changed, digest, load::Loaded,
        selection::Selection, trust::Unproven,
    },
    document::{Pointer, Value as Tree},
    evidence::Reference,
    facts::{self, Facts, Gap},
    manifest::{Guess, facts::ManifestFacts},
    policy::{self, Evaluation, Evaluator, Pack, Question, Value, ValueMark},
    review::{Group, Member, OWN_KINDS, ObservedTraffic, Part, Review, ReviewFacts, Uncited},
    rule::{Exposure, Subject},
    units,
};
use jiff::civil::Date;
use rayon::prelude::*;
use std::{cell::OnceCell, collections::BTreeMap, path::Path, sync::Arc};

/// The documents of a service as rules see them, by member.
pub(in crate::check) type Documents = BTreeMap<usize, SeenDocument>;

/// A document as rules see it.
pub(in crate::check) struct SeenDocument {
    input: Value,
    /// What the input is known by, once it is as it stays.
    mark: OnceCell<Option<ValueMark>>,
    /// The facts in the input.
    pub facts: Facts,
    /// What its evidence leaves open.
    pub gaps: Vec<Gap>,
    /// The digest of what a verdict on its service is given over.
    inputs: Option<String>,
    /// Of a checklist: the files that changed under its verdict, which stands as it was.
    changed: Vec<String>,
}

impl SeenDocument {
    /// The evidence of a specification is what the last verdict on the service was given over.
    fn see_until(&mut self, day: Option<i64>) {
        if day.is_none() || !matches!(self.facts, Facts::Serving(_)) {
            return;
        }
        self.facts.age_to(day);
        if let Ok(fields) = self.input.as_object_mut() {
            let facts = policy::from_serialize(&self.facts);
            fields.insert(Value::from("facts"), facts);
        }
    }
}

/// Everything that rules can be asked about in a run, and the rules.
pub(in crate::check) struct Seen<'s> {
    loaded: &'s Loaded,
    evaluators: Evaluators,
    /// What the evidence of all documents says.
    archive: EvidenceShelf,
    /// What lies beside it, and no document refers to.
    uncited: Uncited,
    /// The traffic on which assumptions rest.
    traffic: ObservedTraffic,
    /// The manifests that take part in reviews.
    manifests: ManifestShelf<'s>,
    /// Second manifests of one object.
    pub(super) twins: Twins,
    /// What people are said to say and did not.
    unproven: Unproven,
    /// Today, in days since 1970-01-01.
    pub day: Option<i64>,
    /// What tells which verdicts stood at the base.
    changed: Option<&'s Changed>,
    /// What the change makes of each service that it touches, by the number of its specification.
    changes: BTreeMap<usize, ServiceChange>,
    /// What the rules answered before.
    memory: Option<Arc<CheckMemory>>,
}

/// The rules of one subject, and what they are asked.
pub(in crate::check) struct Asked<'s> {
    pub subject: Subject,
    pub evaluator: &'s Evaluator,
    pub question: Question,
    /// What the rules answered before, and the mark of the question's input.
    memory: Option<(&'s CheckMemory, ValueMark)>,
}

impl Asked<'_> {
    pub(super) fn answer(&self) -> Evaluation {
        match self.memory {
            Some((memory, mark)) => memory.answer(self.evaluator, &self.question, mark),
            None => self.evaluator.evaluate(&self.question),
        }
    }
}

impl<'s> Seen<'s> {
    /// Compiles the rules, and reads the evidence.
    pub(in crate::check) fn new(
        groups: &[Group],
        loaded: &'s Loaded,
        unproven: Unproven,
        pack: &Pack,
        selection: &Selection,
        today: Date,
    ) -> Result<Self, LintError> {
        Ok(Self {
            loaded,
            evaluators: Evaluators::new(&loaded.members, pack, selection, today)?,
            archive: EvidenceShelf::new(groups, &loaded.members),
            uncited: Uncited::of(&loaded.members),
            traffic: ObservedTraffic::of(&loaded.members),
            manifests: ManifestShelf::new(groups, &loaded.members),
            twins: Twins::of(&loaded.members),
            unproven,
            day: units::day_number(&today.to_string()),
            changed: None,
            changes: BTreeMap::new(),
            memory: None,
        })
    }

    /// True where it is known what a change brings.
    pub(super) fn has_base(&self) -> bool {
        self.unproven.has_base
    }

    /// The paths of what a document says in the name of people who did not say it.
    pub(super) fn unproven(&self, index: usize) -> &[Pointer] {
        self.unproven.of(index)
    }

    /// The same with what was found out before.
    pub(super) fn remembered(self, memory: Option<Arc<CheckMemory>>) -> Self {
        Self {
            archive: self.archive.remembered(memory.as_deref()),
            manifests: self.manifests.remembered(memory.as_deref()),
            memory,
            ..self
        }
    }

    /// The same where a base may hold verdicts.
    pub(in crate::check) fn after(self, changed: &'s Changed, groups: &[Group]) -> Self {
        let members = &self.loaded.members;
        let touched = groups
            .par_iter()
            .filter(|group| changed.group(group, members));
        let reviews = touched.flat_map(|group| &group.reviews);
        let of = |review: &Review| {
            let service = ServiceChange::of(changed, review, members)?;
            Some((review.serving?, service))
        };
        Self {
            changed: Some(changed),
            changes: reviews.filter_map(of).collect(),
            ..self
        }
    }

    /// The digest of what a verdict on a service would be given over.
    pub(in crate::check) fn digest(&self, group: &Group) -> Option<String> {
        digest::over(group, &self.loaded.members)
    }

    /// The documents of a service, without what rules must not see.
    pub(in crate::check) fn documents(&self, group: &Group) -> Documents {
        self.guessed(group, Guess::Absent)
    }

    /// Drops what only this service needed: it was judged.
    pub(super) fn release(&self, group: &Group) {
        self.manifests.release(group);
        self.archive.release(group);
    }

    /// How many samples there are of what rules must not see in the documents of a service and in its manifests.
    pub(super) fn samples(&self, group: &Group) -> usize {
        let members = group.members.iter();
        let own = members.filter_map(|index| self.loaded.members.get(*index));
        let own = own.map(Member::samples).max().unwrap_or(0);
        let manifests = group.manifests();
        let manifests = manifests.filter_map(|index| self.manifests.get(index));
        let manifests = manifests.map(|manifest| manifest.samples.len()).max();
        own.max(manifests.unwrap_or(0))
    }

    /// The trees of a review's manifests under a leaf; `None` where one of them is one of too many.
    pub(super) fn under(&self, review: &Review, leaf: &str, other: bool) -> Option<LeafTrees> {
        let mut trees = LeafTrees::new();
        for part in &review.artifacts {
            if let Some(manifest) = self.manifests.get(part.member) {
                trees.push(manifest.under(leaf, other)?);
            }
        }
        Some(trees)
    }

    /// The documents of a service, with a guess at what rules must not see.
    pub(super) fn guessed(&self, group: &Group, guess: Guess<'_>) -> Documents {
        let members = &self.loaded.members;
        let inputs = match self.loaded.isolated && !digest::is_one_file(group, members) {
            true => None,
            false => digest::of(group, members),
        };
        let mut documents = Documents::new();
        let mut last = None;
        self.archive.open(group);
        for index in &group.members {
            if let Some(member) = self.loaded.members.get(*index) {
                let until = self.ages_to(member, inputs.as_deref());
                last = last.max(until);
                documents.insert(*index, self.document((*index, guess), member, group, until));
            }
        }
        for index in &group.members {
            if let Some(document) = documents.get_mut(index) {
                document.inputs.clone_from(&inputs);
                document.see_until(last);
            }
        }
        self.see_changes(group, &mut documents);
        documents
    }

    /// What is asked about a document by itself; nothing where no rule can rely on it.
    pub(in crate::check) fn of_document(
        &self,
        index: usize,
        documents: &Documents,
    ) -> Option<Asked<'_>> {
        let document = documents.get(&index)?;
        let member = self.loaded.members.get(index)?;
        match member.broken {
            true => None,
            false => self.ask(
                (member, member.subject),
                document.input.clone(),
                self.mark(document),
            ),
        }
    }

    /// What is asked about a review; nothing where no rule can rely on a document of ours.
    pub(in crate::check) fn of_review(
        &self,
        review: &Review,
        documents: &Documents,
    ) -> Vec<Asked<'_>> {
        self.of_guess(review, documents, Guess::Absent)
    }

    /// As [`Seen::of_review`], with a guess at what is not known.
    pub(super) fn of_guess(
        &self,
        review: &Review,
        documents: &Documents,
        guess: Guess<'_>,
    ) -> Vec<Asked<'_>> {
        let Some(first) = self.comparable(review) else {
            return Vec::new();
        };
        let input = self.review(review, documents, guess);
        let mark = self.memory.as_ref().and_then(|memory| {
            let known = documents
                .values()
                .filter_map(|document| self.mark(document));
            memory.mark(&input, &known.collect::<Vec<_>>())
        });
        let mut asked = Vec::from_iter(self.ask((first, Subject::Review), input.clone(), mark));
        if !review.artifacts.is_empty() {
            asked.extend(self.ask((first, Subject::Artifacts), input, mark));
        }
        asked
    }

    /// The first document of a review, whose project decides; `None` where one of ours is broken. A
    /// broken manifest only takes no part itself.
    fn comparable(&self, review: &Review) -> Option<&Member> {
        let members = &self.loaded.members;
        for member in review.members(members) {
            if member.broken && member.kind().is_none() {
                return None;
            }
        }
        review.members(members).next()
    }

    /// The mark of a document as rules see it, where answers are remembered.
    fn mark(&self, document: &SeenDocument) -> Option<ValueMark> {
        let memory = self.memory.as_ref()?;
        *document
            .mark
            .get_or_init(|| memory.mark(&document.input, &[]))
    }

    fn ask(
        &self,
        (member, subject): (&Member, Subject),
        input: Value,
        mark: Option<ValueMark>,
    ) -> Option<Asked<'_>> {
        let (evaluator, team) = self.evaluators.of(&member.project.root, subject)?;
        let team = team.clone();
        Some(Asked {
            subject,
            evaluator,
            question: Question { input, team },
            memory: self.memory.as_deref().zip(mark),
        })
    }

    fn document(
        &self,
        (index, guess): (usize, Guess<'_>),
        member: &Member,
        group: &Group,
        until: Option<i64>,
    ) -> SeenDocument {
        let root = &*member.seen(guess);
        let mut input = policy::from_node(root);
        let assumed = facts::Assumed {
            confidence: member.project.config.policy.confidence,
            today: self.day,
        };
        let mut facts = facts::derive(member.subject, root, assumed);
        let look = |reference: Reference<'_>| self.archive.reading(&member.project.root, reference);
        // What does not reach the rules has not been read.
        let gaps = match member.broken {
            true => Vec::new(),
            false => facts::measure(&mut facts, root, assumed, &look),
        };
        if let Some(words) = facts.words() {
            words.owners = self.owners(member, group);
            words.unproven = self.unproven(index).to_vec();
        }
        facts.age_to(until);
        // What a team's document says under that key is its own.
        let has_facts = member.subject.own().is_none();
        if let (true, Ok(fields)) = (has_facts, input.as_object_mut()) {
            fields.insert(Value::from("facts"), policy::from_serialize(&facts));
        }
        SeenDocument {
            input,
            mark: OnceCell::new(),
            facts,
            gaps,
            inputs: None,
            changed: Vec::new(),
        }
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

    fn review(&self, review: &Review, documents: &Documents, guess: Guess<'_>) -> Value {
        let mut fields = vec![
            ("service", Value::from(review.service.as_str())),
            ("decisions", inputs(&review.decisions, documents)),
            ("checklists", inputs(&review.checklists, documents)),
            ("artifacts", self.artifacts(review, guess)),
            ("facts", self.review_facts(review, documents, guess)),
        ];
        if let Some(index) = review.serving {
            fields.push(("serving", input(index, documents)));
        }
        fields.extend(self.own_kinds(review, documents));
        policy::object(fields)
    }

    /// The documents of kinds that the team declares: a list for each kind, empty where the service has none; nothing
    /// where no kind is declared.
    fn own_kinds(&self, review: &Review, documents: &Documents) -> Option<(&'static str, Value)> {
        let first = review.members(&self.loaded.members).next()?;
        let declared = self.loaded.own.of(&first.project.root)?;
        let lists = declared.kinds().map(|kind| {
            let members = review.own.get(&kind).map(Vec::as_slice);
            (kind.name(), inputs(members.unwrap_or_default(), documents))
        });
        Some((OWN_KINDS, policy::object(lists.collect::<Vec<_>>())))
    }

    fn review_facts(&self, review: &Review, documents: &Documents, guess: Guess<'_>) -> Value {
        let fact = |root: &Path, path: &str| self.archive.fact(root, path);
        let (files, evidence_intact) = review.files(&self.loaded.members, &fact);
        let checks = self.stated(review, guess).map(|(_, checks)| checks);
        let first = review.checklists.first();
        let service = review.serving.and_then(|index| self.changes.get(&index));
        let older = self.older(review, service, &files);
        let parts = review.artifacts.iter().map(|part| part.member);
        let held: BTreeMap<usize, Arc<Manifest>> = parts
            .filter_map(|index| Some((index, self.manifests.get(index)?)))
            .collect();
        let manifest = |part: &Part| {
            let manifest = held.get(&part.member)?;
            Some(&manifest.with(Guess::Absent).1)
        };
        let facts = ReviewFacts {
            subject: review.served(&self.loaded.members, &manifest),
            changed: service.and_then(|service| remade::of(service, &older)),
            change: service.and_then(|service| service.facts(older)),
            files,
            traffic: self.traffic.of_review(review, &self.loaded.members),
            checks: checks.unwrap_or_default(),
            omitted: self.uncited.beside(review, &self.loaded.members),
            file_faults: review.file_faults(&self.loaded.members),
            evidence_intact,
            unclaimed: review.exposure(&self.loaded.members) == Exposure::Unclaimed,
            environment: review.rendered_for(&self.loaded.members).map(str::to_owned),
            artifacts: review.declared_facts(&self.loaded.members),
            names: review.names(&self.loaded.members, guess),
            inputs: first.and_then(|index| documents.get(index)?.inputs.clone()),
            outdated: self.outdated(review, documents),
        };
        policy::from_serialize(&facts)
    }

    /// The manifests of a review: their trees with facts, in the order of its parts.
    fn artifacts(&self, review: &Review, guess: Guess<'_>) -> Value {
        let mut parts = Vec::new();
        for (at, part) in review.artifacts.iter().enumerate() {
            let role = self.guessed_role(review, at, guess);
            parts.push(self.artifact(part, role, guess));
        }
        Value::from(parts)
    }

    /// The role of a manifest where the word that its entry in the specification has for it is none.
    fn guessed_role(&self, review: &Review, at: usize, guess: Guess<'_>) -> Option<String> {
        let spec = review.spec(&self.loaded.members)?;
        let mut entries = review.declared.iter();
        let entry = entries.position(|entry| entry.parts.contains(&at))?;
        let artifacts = Pointer::default().key("spec").key("artifacts");
        let role = artifacts.index(entry).key("role");
        let unknown = spec.unknown.iter().find(|unknown| unknown.at == role)?;
        match unknown.guessed(guess)? {
            Tree::String(role) => Some(role),
            _ => None,
        }
    }

    fn artifact(&self, part: &Part, role: Option<String>, guess: Guess<'_>) -> Value {
        // Paths into the input count the parts, so each has its place.
        let Some(manifest) = self.manifests.get(part.member) else {
            return Value::new_object();
        };
        let (tree, facts) = manifest.with(guess);
        let file = &self.loaded.members[part.member].document.source.name;
        let facts = ManifestFacts {
            role: role.or_else(|| Some(part.role.clone())),
            file: Some(file.clone()),
            declared: part.declared,
            ..facts.clone()
        };
        let mut tree = tree.clone();
        if let Ok(fields) = tree.as_object_mut() {
            fields.insert(Value::from("facts"), policy::from_serialize(&facts));
        }
        tree
    }
}

fn input(index: usize, documents: &Documents) -> Value {
    match documents.get(&index) {
        Some(document) => document.input.clone(),
        None => Value::Undefined,
    }
}

fn inputs(indexes: &[usize], documents: &Documents) -> Value {
    let inputs = indexes.iter().map(|index| input(*index, documents));
    Value::from(inputs.collect::<Vec<_>>())
}
