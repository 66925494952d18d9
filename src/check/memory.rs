//! What rules answered, for a process that checks again and again.
//!
//! An answer of our rules follows from the question and from which rules are asked, and from nothing else. Rules of packs
//! run within limits of time, so their answers are not kept.

use crate::{
    policy::{Evaluation, Evaluator, Question},
    recall::{Recall, RecallKey},
};
use std::hash::Hash;

/// More answers than this are forgotten, all at once.
const MOST_ANSWERS: usize = 20_000;

/// Answers by the digest of what was asked.
#[derive(Debug)]
pub struct RuleMemory(Recall<Evaluation>);

impl Default for RuleMemory {
    fn default() -> Self {
        Self(Recall::new(MOST_ANSWERS))
    }
}

impl RuleMemory {
    /// What the rules say to the question.
    pub(super) fn answer(&self, evaluator: &Evaluator, question: &Question) -> Evaluation {
        let Some(key) = self.key(evaluator, question) else {
            return evaluator.evaluate(question);
        };
        if let Some(known) = self.0.get(&key) {
            return known;
        }
        let answer = evaluator.evaluate(question);
        // A rule that failed may have run out of time.
        if answer.failures.is_empty() {
            self.0.keep(key, answer.clone());
        }
        answer
    }

    /// The digest of a question and of the rules that it is put to; `None` where a pack is among them.
    fn key(&self, evaluator: &Evaluator, question: &Question) -> Option<RecallKey> {
        if evaluator.rules().any(|rule| rule.contains('/')) {
            return None;
        }
        Some(self.0.key(|hash| {
            evaluator.rules().for_each(|rule| rule.hash(hash));
            question.tell(hash);
        }))
    }
}
