//! Asks the rules about each document and each review.

mod archive;
mod doubts;
mod evaluators;
mod judged;
mod layered;
mod leaves;
mod manifests;
mod nameless;
mod notes;
mod remade;
pub(super) mod seen;
mod shelf;
mod standings;
mod twins;
mod written;

pub(super) use judged::Judged;
pub(super) use notes::WITHOUT_SPECIFICATION;
pub(super) use shelf::ManifestMemory;

use super::{
    LintError, Progress, Request,
    changed::Changed,
    due,
    judge::{self, Judge, Obstacle},
    load::Loaded,
    loosened::{self, PastDocument},
    note,
    threads::with_room,
    trust::{self, Trust},
    verdict::Pending,
};
use crate::{
    finding::{Finding, Topic, Violation},
    manifest::Guess,
    policy::Evaluation,
    review::{Group, Member, Review},
    rule::{Exposure, Severity, Subject, TARGET_LOOSENED, WAIVER_UNPROVEN},
    schema,
};
use doubts::Doubts;
use leaves::LeafAnswers;
use nameless::NamelessDocuments;
use notes::{broken, subject, unread, untold};
use rayon::prelude::*;
use seen::{Documents, Seen};
use std::collections::{BTreeMap, BTreeSet};
use written::written;

/// Judges all groups, several at a time.
pub(super) fn groups(
    groups: &[Group],
    loaded: &Loaded,
    judge: &Judge<'_>,
    changed: &Changed,
    trust: &Trust,
    request: &Request,
    progress: &dyn Progress,
) -> Result<Judged, LintError> {
    with_room(|| {
        let unproven = trust.unproven(&loaded.members)?;
        let seen = Seen::new(
            groups,
            loaded,
            unproven,
            judge.pack,
            judge.selection,
            request.today,
        )?
        .after(changed, groups)
        .remembered(request.memory.clone());
        let run = Run {
            loaded,
            seen,
            judge,
            past: changed.past(),
            trust,
            nameless: NamelessDocuments::of(&loaded.members),
            broken: judge.syntax(&loaded.syntax),
            manifests: manifests::refused(groups, loaded, judge),
        };
        progress.stage("checking", groups.len());
        let one = |group| {
            let judged = run.group(group);
            run.seen.release(group);
            progress.step();
            match changed.group(group, &loaded.members) {
                true => judged,
                false => judged.hidden(),
            }
        };
        let mut judged = groups
            .par_iter()
            .map(one)
            .reduce(Judged::default, Judged::merge);
        run.others(&mut judged, changed);
        Ok(judged)
    })
}

struct Run<'r> {
    loaded: &'r Loaded,
    /// What rules see, and the rules.
    seen: Seen<'r>,
    judge: &'r Judge<'r>,
    /// The documents of the base that changed since.
    past: &'r [PastDocument],
    trust: &'r Trust,
    nameless: NamelessDocuments,
    /// What does not parse: where it stands beside a service's documents, it may be one of them.
    broken: Vec<Obstacle>,
    /// What schemas say of the manifests that take part, by member: several reviews may share one.
    manifests: BTreeMap<usize, Vec<Finding>>,
}

impl Run<'_> {
    /// Adds what is said of files that no review carries: what does not parse, manifests, and documents
    /// that only their definition knows.
    fn others(self, judged: &mut Judged, changed: &Changed) {
        let shown: BTreeSet<&String> = judged.reviews.iter().flat_map(Pending::files).collect();
        let mut others = Vec::new();
        for obstacle in self.broken {
            match obstacle.lost {
                true => judged.findings.push(obstacle.finding),
                false => others.push(obstacle.finding),
            }
        }
        others.extend(self.manifests.into_values().flatten());
        for (member, refusals) in &self.loaded.held {
            others.extend(self.judge.refused(member, refusals));
        }
        for finding in others {
            let source = &finding.place.source;
            if shown.contains(&source.name) || changed.file(source) {
                judged.findings.push(finding);
            } else {
                judged.unchanged.findings += 1;
            }
        }
    }

    /// One service: its documents each for itself, then together.
    fn group(&self, group: &Group) -> Judged {
        let mut judged = Judged::default();
        let exposure = self.exposure_of(group);
        let documents = self.seen.documents(group);
        let mut said: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
        for (index, seen) in &documents {
            let member = &self.loaded.members[*index];
            if let Some(today) = self.seen.day {
                judged
                    .due_soon
                    .extend(due::evidence(member, &seen.facts, today));
            }
            let found = self.document(*index, group, &documents, exposure, &mut judged);
            said.insert(*index, found);
        }
        for clash in &group.clashes {
            let finding = self.judge.clash(clash, &self.loaded.members);
            // Only the first has a review that can carry it.
            said.entry(clash.first).or_default().extend(finding);
        }
        for review in &group.reviews {
            self.review((review, group), &documents, &said, &mut judged);
            let mut gaps = Vec::new();
            for (_, index) in review.documents() {
                if let Some(document) = documents.get(&index) {
                    gaps.extend(&document.gaps);
                }
            }
            let notes = untold(&review.service, gaps.into_iter());
            judged.not_checked.extend(notes);
        }
        judged.findings.extend(said.into_values().flatten());
        judged
    }

    /// No document of ours is known to be harmless until a specification says so.
    fn exposure_of(&self, group: &Group) -> Exposure {
        let environments = group
            .members
            .iter()
            .filter_map(|index| self.loaded.members[*index].environment());
        let mut known = environments.peekable();
        match known.peek().is_none() || known.any(|environment| environment == "production") {
            true => Exposure::Production,
            false => Exposure::Elsewhere,
        }
    }

    fn document(
        &self,
        index: usize,
        group: &Group,
        documents: &Documents,
        exposure: Exposure,
        judged: &mut Judged,
    ) -> Vec<Finding> {
        let member = &self.loaded.members[index];
        let refusals = self.loaded.refusals_of(index);
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
            self.alone(index, group, documents, judged)
        };
        self.failures(&evaluation, &Topic::File(name.clone()), judged);
        let notes = evaluation
            .unchecked
            .iter()
            .map(|(_, message)| note(Topic::File(name.clone()), message.clone()));
        judged.not_checked.extend(notes);
        self.judge.document(member, refusals, evaluation, exposure)
    }

    /// What the rules find in a document by itself.
    fn alone(
        &self,
        index: usize,
        group: &Group,
        documents: &Documents,
        judged: &mut Judged,
    ) -> Evaluation {
        let answer = |documents: &Documents| {
            let asked = self.seen.of_document(index, documents);
            asked.map(|asked| asked.answer()).unwrap_or_default()
        };
        let mut evaluation = answer(documents);
        let doubts = Doubts::alone(index, &self.loaded.members);
        let samples = || self.seen.samples(group);
        let guessed = |guess: Guess<'_>| answer(&self.seen.guessed(group, guess));
        let left_out = doubts.leave_out(&mut evaluation, samples, guessed);
        judged.not_checked.extend(doubts.notes(&left_out));
        evaluation
    }

    /// The documents of a service compared, and the verdict over all that was `said` about them.
    fn review(
        &self,
        (review, group): (&Review, &Group),
        documents: &Documents,
        said: &BTreeMap<usize, Vec<Finding>>,
        judged: &mut Judged,
    ) {
        let members: Vec<&Member> = review.members(&self.loaded.members).collect();
        if members.is_empty() {
            return;
        }
        let exposure = review.exposure(&self.loaded.members);
        judged.not_checked.extend(broken(review, &members));
        let mut found = self.compared((review, group), documents, exposure, judged);
        found.extend(self.loosened(review, exposure));
        found.extend(self.unproven_waivers(review, exposure));
        let obstacles = self.obstacles(review);
        // What does not parse may be what seems to be missing.
        let nameless = self.nameless.beside(review, &self.loaded.members);
        if !nameless.is_empty() || obstacles.iter().any(|obstacle| obstacle.is_unread()) {
            found.retain(|finding| !nameless::says_missing(finding));
        }
        judged.not_checked.extend(unread(review, &members));
        let mut all = found.clone();
        for (_, index) in review.documents() {
            all.extend(said.get(&index).into_iter().flatten().cloned());
        }
        for part in &review.artifacts {
            let said = self.manifests.get(&part.member);
            all.extend(said.into_iter().flatten().cloned());
        }
        all.extend(obstacles.iter().map(|obstacle| obstacle.finding.clone()));
        for index in nameless {
            let refusals = self.loaded.refusals_of(index);
            all.extend(self.judge.refused(&self.loaded.members[index], refusals));
        }
        let members = &self.loaded.members;
        // A rule that failed on a document of the group is missing in each of its reviews.
        let failures = judged.failures.clone();
        let twins = self.seen.twins.notes(review, members);
        judged.not_checked.extend(twins);
        judged.not_checked.extend(self.seen.new_words(review));
        judged.not_checked.extend(self.seen.uncompared(review));
        let basis = standings::basis(review, members, documents, &self.seen);
        let pending = Pending::new(review, members, all, failures);
        judged.reviews.push(pending.resting_on(basis));
        judged.findings.extend(found);
    }

    /// What could not be read and may be a part of a review.
    fn obstacles(&self, review: &Review) -> Vec<&Obstacle> {
        let members = &self.loaded.members;
        let files = judge::files(review, members);
        let first = review.members(members).next();
        let root = first.map(|member| &member.project.root);
        let mut broken = Vec::new();
        for obstacle in &self.broken {
            let is_beside = files.contains(obstacle.finding.place.source.name.as_str());
            let is_its = obstacle.is_of_all()
                || obstacle.services.contains(&review.service)
                || obstacle.is_near(review, members);
            if is_beside || (Some(&obstacle.root) == root && is_its) {
                broken.push(obstacle);
            }
        }
        broken
    }

    /// What the rules find in the documents together; nothing where they cannot be compared.
    fn compared(
        &self,
        (review, group): (&Review, &Group),
        documents: &Documents,
        exposure: Exposure,
        judged: &mut Judged,
    ) -> Vec<Finding> {
        if let Some(member) = self.too_much(review) {
            return self.judge.refused(member, &[schema::too_many_documents()]);
        }
        let mut evaluation = Evaluation::default();
        for asked in self.seen.of_review(review, documents) {
            evaluation.extend(written(review, asked.answer()));
        }
        let doubts = Doubts::of(review, &self.loaded.members);
        let samples = || self.seen.samples(group);
        let answer = |documents: &Documents, guess: Guess<'_>| {
            let mut other = Evaluation::default();
            for asked in self.seen.of_guess(review, documents, guess) {
                other.extend(written(review, asked.answer()));
            }
            other
        };
        let trees = |leaf: &str, other: bool| self.seen.under(review, leaf, other);
        let under = |leaf: &str, other: bool| answer(documents, Guess::Under(leaf, other));
        let guessed = |guess: Guess<'_>| match doubts.are_of_ours() {
            true => answer(&self.seen.guessed(group, guess), guess),
            false => answer(documents, guess),
        };
        let mut left_out = doubts.leave_out(&mut evaluation, samples, guessed);
        let answers = LeafAnswers::new(&trees, &under);
        let layered = doubts.leave_out_layered(&mut evaluation, answers);
        left_out.extend(layered.left_out);
        judged.not_checked.extend(doubts.notes(&left_out));
        left_out.retain(|violation| !doubts.hide(violation));
        left_out.extend(layered::refused(review, self.loaded));
        let notes = layered::notes(review, &self.loaded.members, &left_out, &layered.held);
        judged.not_checked.extend(notes);
        for (at, message) in &evaluation.unchecked {
            let place = review
                .locate(at)
                .and_then(|(index, _)| self.loaded.members.get(index));
            let file = match place {
                Some(member) => Topic::File(member.document.source.name.clone()),
                None => subject(&review.service),
            };
            judged.not_checked.push(note(file, message.clone()));
        }
        self.failures(&evaluation, &subject(&review.service), judged);
        self.judge
            .review(review, &self.loaded.members, evaluation, exposure)
    }

    /// The first document with which those of a review hold too much to be compared.
    fn too_much(&self, review: &Review) -> Option<&Member> {
        let mut left = schema::MOST_REVIEW_VALUES;
        let own = review
            .documents()
            .map(|(_, index)| &self.loaded.members[index]);
        for member in own.filter(|member| member.subject != Subject::Artifact) {
            match left.checked_sub(schema::values(&member.document.root)) {
                Some(rest) => left = rest,
                None => return Some(member),
            }
        }
        None
    }

    /// What the documents relax compared with the base, and whether an owner of the file approved it.
    fn loosened(&self, review: &Review, exposure: Exposure) -> Vec<Finding> {
        let members = &self.loaded.members;
        let (loosened, was_live) = loosened::compare(self.past, review, members);
        let counts = exposure != Exposure::Elsewhere || was_live;
        let mut violations = Vec::new();
        for found in loosened {
            let mut documents = review.documents();
            let Some((place, _)) = documents.find(|(_, index)| *index == found.member) else {
                continue;
            };
            violations.push(Violation {
                within: None,
                rule: TARGET_LOOSENED.into(),
                at: place.join(&found.at),
                message: found.message(),
                related: Vec::new(),
                severity: (!counts).then_some(Severity::Warning),
                help: None,
                remedy: None,
                cause: None,
            });
        }
        let mut findings = self.said(review, violations, exposure);
        for finding in &mut findings {
            self.trust.clear(finding);
        }
        findings
    }

    /// The waivers of blocking items that only the change brings, in the name of people who did not approve it.
    fn unproven_waivers(&self, review: &Review, exposure: Exposure) -> Vec<Finding> {
        let mut violations = Vec::new();
        for (place, index) in review.documents() {
            for at in self.seen.unproven(index) {
                let member = &self.loaded.members[index];
                if let Some(message) = trust::unproven_waiver(member, at) {
                    violations.push(Violation {
                        within: None,
                        rule: WAIVER_UNPROVEN.into(),
                        at: place.clone().join(at),
                        message,
                        related: Vec::new(),
                        severity: (exposure == Exposure::Elsewhere).then_some(Severity::Warning),
                        help: None,
                        remedy: None,
                        cause: None,
                    });
                }
            }
        }
        self.said(review, violations, exposure)
    }

    /// What the host itself says of a review.
    fn said(
        &self,
        review: &Review,
        violations: Vec<Violation>,
        exposure: Exposure,
    ) -> Vec<Finding> {
        let evaluation = Evaluation {
            violations,
            ..Evaluation::default()
        };
        let members = &self.loaded.members;
        self.judge.review(review, members, evaluation, exposure)
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
