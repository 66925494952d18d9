//! What rules see: documents with their facts, and reviews that are put together of them.
//!
//! The values here go to the engine, and `servelint input` prints the same ones.

use super::evaluators::Evaluators;
use crate::{
    check::{LintError, load::Loaded, selection::Selection},
    evidence::{Archive, FileFact, Reference},
    facts::{self, Gap},
    manifest::{self, facts::ManifestFacts},
    policy::{self, Evaluation, Evaluator, Pack, Question, Value},
    review::{Declared, DeclaredFacts, Group, Member, Part, Review, ReviewFacts},
    rule::Subject,
};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The documents of a service as rules see them, by member, with what their evidence leaves open.
pub(in crate::check) type Documents = BTreeMap<usize, (Value, Vec<Gap>)>;

/// Everything that rules can be asked about in a run, and the rules.
pub(in crate::check) struct Seen<'s> {
    loaded: &'s Loaded,
    evaluators: Evaluators,
    /// What the evidence of all documents says.
    archive: Archive,
    /// The manifests that take part in reviews, by member: several reviews may share one.
    manifests: BTreeMap<usize, Manifest>,
}

/// A manifest and its facts.
struct Manifest {
    tree: Value,
    facts: ManifestFacts,
}

/// The rules of one subject, and what they are asked.
pub(in crate::check) struct Asked<'s> {
    pub subject: Subject,
    pub evaluator: &'s Evaluator,
    pub question: Question,
}

impl Asked<'_> {
    pub(super) fn answer(&self) -> Evaluation {
        self.evaluator.evaluate(&self.question)
    }
}

impl<'s> Seen<'s> {
    /// Compiles the rules, and reads the evidence.
    pub(in crate::check) fn new(
        groups: &[Group],
        loaded: &'s Loaded,
        pack: &Pack,
        selection: &Selection,
        today: Date,
    ) -> Result<Self, LintError> {
        let used: BTreeSet<usize> = parts(groups).collect();
        Ok(Self {
            loaded,
            evaluators: Evaluators::new(&loaded.members, pack, selection, today)?,
            archive: archive(&loaded.members),
            manifests: used
                .par_iter()
                .filter_map(|index| Some((*index, Manifest::of(loaded.members.get(*index)?)?)))
                .collect(),
        })
    }

    /// The documents of a service.
    pub(in crate::check) fn documents(&self, group: &Group) -> Documents {
        let members = group.members.iter();
        members
            .filter_map(|index| {
                let member = self.loaded.members.get(*index)?;
                Some((*index, self.document(member, group)))
            })
            .collect()
    }

    /// What is asked about a document by itself; nothing where its types are wrong.
    pub(in crate::check) fn of_document(
        &self,
        index: usize,
        documents: &Documents,
    ) -> Option<Asked<'_>> {
        let (input, _) = documents.get(&index)?;
        let member = self.loaded.members.get(index)?;
        (!member.broken)
            .then(|| self.ask(member, member.subject, input.clone()))
            .flatten()
    }

    /// What is asked about a review; nothing where the types of a document are wrong.
    pub(in crate::check) fn of_review(
        &self,
        review: &Review,
        documents: &Documents,
    ) -> Vec<Asked<'_>> {
        let members: Vec<&Member> = review
            .documents()
            .filter_map(|(_, index)| self.loaded.members.get(index))
            .collect();
        let is_broken = |member: &&Member| member.broken && member.kind().is_none();
        let Some(first) = members.first().filter(|_| !members.iter().any(is_broken)) else {
            return Vec::new();
        };
        let artifacts = (!review.artifacts.is_empty()).then_some(Subject::Artifacts);
        let input = self.review(review, documents);
        std::iter::once(Subject::Review)
            .chain(artifacts)
            .filter_map(|subject| self.ask(first, subject, input.clone()))
            .collect()
    }

    fn ask(&self, member: &Member, subject: Subject, input: Value) -> Option<Asked<'_>> {
        let (evaluator, team) = self.evaluators.of(&member.project.root, subject)?;
        let team = team.clone();
        Some(Asked {
            subject,
            evaluator,
            question: Question { input, team },
        })
    }

    /// What the rules see of a document, and what its evidence leaves open.
    fn document(&self, member: &Member, group: &Group) -> (Value, Vec<Gap>) {
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

    fn review(&self, review: &Review, documents: &Documents) -> Value {
        let input = |index: &usize| {
            let document = documents.get(index).map(|(input, _)| input.clone());
            document.unwrap_or(Value::Undefined)
        };
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
        policy::from_json(&facts.to_json())
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

    /// The manifests of a review: their trees with facts, in the order of its parts.
    fn artifacts(&self, review: &Review) -> Value {
        let part = |part: &Part| {
            let Some(manifest) = self.manifests.get(&part.member) else {
                return Value::new_object();
            };
            let file = &self.loaded.members[part.member].document.source.name;
            let facts = ManifestFacts {
                role: Some(part.role.clone()),
                file: Some(file.clone()),
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
}

impl Manifest {
    /// `None` for what is no manifest.
    fn of(member: &Member) -> Option<Self> {
        let kind = member.kind()?;
        let root = &member.document.root;
        let (tree, facts) = match member.broken {
            true => (Value::new_object(), ManifestFacts::broken(kind.name)),
            false => (policy::from_node(root), manifest::derive(kind, root)),
        };
        Some(Self { tree, facts })
    }
}

/// The manifests that take part in reviews, by member.
pub(super) fn parts(groups: &[Group]) -> impl Iterator<Item = usize> {
    let reviews = groups.iter().flat_map(|group| &group.reviews);
    reviews
        .flat_map(|review| &review.artifacts)
        .map(|part| part.member)
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
