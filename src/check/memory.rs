//! What was found out before, for a process that checks again and again.
//!
//! An answer of our rules follows from the question and from which rules are asked, and from nothing else; so do the
//! documents of a text and the measurements of a result from their bytes. Rules of packs run within limits of time, so
//! their answers are not kept.

use super::{evaluate::ManifestMemory, open};
use crate::{
    document::{
        read::{Format, Parsed},
        source::Source,
    },
    evidence::EvidenceMemory,
    policy::{self, Evaluation, Evaluator, Question, Value, ValueMark},
    recall::{Recall, RecallKey},
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// So many answers are kept of those that were used last.
const MOST_ANSWERS: usize = 20_000;

/// The documents of texts of so many bytes: their trees take about ten times as much.
const MOST_TEXT: usize = 16 << 20;

/// What a process found out in the runs before.
#[derive(Debug)]
pub struct CheckMemory {
    answers: Recall<Evaluation>,
    documents: Recall<Arc<Parsed>>,
    evidence: Arc<EvidenceMemory>,
    manifests: Arc<ManifestMemory>,
}

impl Default for CheckMemory {
    fn default() -> Self {
        Self {
            answers: Recall::new(MOST_ANSWERS),
            documents: Recall::new(MOST_TEXT),
            evidence: Arc::default(),
            manifests: Arc::default(),
        }
    }
}

impl CheckMemory {
    /// What results hold.
    pub(super) fn evidence(&self) -> Arc<EvidenceMemory> {
        Arc::clone(&self.evidence)
    }

    /// Manifests as rules see them.
    pub(super) fn manifests(&self) -> Arc<ManifestMemory> {
        Arc::clone(&self.manifests)
    }

    /// What a text holds, as [`open::parsed`] finds it.
    pub(super) fn parsed(&self, source: &Arc<Source>, format: Format) -> Option<Parsed> {
        let key = self.documents.key(|hash| {
            format.hash(hash);
            hash.write(source.text.as_bytes());
        });
        if let Some(known) = self.documents.get(&key) {
            return Some(known.in_source(source));
        }
        let parsed = open::parsed(source, format)?;
        let kept = Arc::new(parsed.in_source(source));
        self.documents.keep(key, kept, source.text.len());
        Some(parsed)
    }

    /// The mark of an object, part of which has marks already.
    pub(super) fn mark(&self, value: &Value, known: &[ValueMark]) -> Option<ValueMark> {
        let mut written = Vec::with_capacity(1 << 14);
        policy::write(value, known, &mut written);
        ValueMark::new(value, self.answers.key(|hash| hash.write(&written)))
    }

    /// What the rules say to a question whose input has this mark.
    pub(super) fn answer(
        &self,
        evaluator: &Evaluator,
        question: &Question,
        mark: ValueMark,
    ) -> Evaluation {
        let Some(key) = self.key(evaluator, question, mark) else {
            return evaluator.evaluate(question);
        };
        if let Some(known) = self.answers.get(&key) {
            return known;
        }
        let answer = evaluator.evaluate(question);
        // A rule that failed may have run out of time.
        if answer.failures.is_empty() {
            self.answers.keep(key, answer.clone(), 1);
        }
        answer
    }

    /// The digest of a question and of the rules that it is put to; `None` where a pack is among them.
    fn key(
        &self,
        evaluator: &Evaluator,
        question: &Question,
        mark: ValueMark,
    ) -> Option<RecallKey> {
        if evaluator.rules().any(|rule| rule.contains('/')) {
            return None;
        }
        let mut asked = Vec::with_capacity(1 << 14);
        for rule in evaluator.rules() {
            asked.extend_from_slice(rule.as_bytes());
            asked.push(0);
        }
        question.write(&[mark], &mut asked);
        Some(self.answers.key(|hash| hash.write(&asked)))
    }
}
