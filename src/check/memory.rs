//! What rules answered, for a process that checks again and again.
//!
//! An answer of our rules follows from the question and from which rules are asked, and from nothing else. Rules of packs
//! run within limits of time, so their answers are not kept.

use crate::policy::{Evaluation, Evaluator, Question};
use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// More answers than this are forgotten, all at once.
const MOST_ANSWERS: usize = 20_000;

/// The digest of what was asked.
type MemoryKey = [u64; 2];

/// Answers by the digest of what was asked.
#[derive(Default)]
pub struct RuleMemory {
    known: Mutex<HashMap<MemoryKey, Evaluation>>,
    seeds: [RandomState; 2],
}

impl fmt::Debug for RuleMemory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RuleMemory")
    }
}

impl RuleMemory {
    /// What the rules say to the question.
    pub(super) fn answer(&self, evaluator: &Evaluator, question: &Question) -> Evaluation {
        let Some(key) = self.key(evaluator, question) else {
            return evaluator.evaluate(question);
        };
        if let Some(known) = self.lock().get(&key) {
            return known.clone();
        }
        let answer = evaluator.evaluate(question);
        // A rule that failed may have run out of time.
        if answer.failures.is_empty() {
            let mut known = self.lock();
            if known.len() >= MOST_ANSWERS {
                known.clear();
            }
            known.insert(key, answer.clone());
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<MemoryKey, Evaluation>> {
        // Whoever panicked with the lock in hand left a map that is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RuleMemory {
    /// The digest of a question and of the rules that it is put to; `None` where a pack is among them.
    fn key(&self, evaluator: &Evaluator, question: &Question) -> Option<MemoryKey> {
        let mut hash = TwoHashes([&self.seeds[0], &self.seeds[1]].map(BuildHasher::build_hasher));
        for rule in evaluator.rules() {
            if rule.contains('/') {
                return None;
            }
            rule.hash(&mut hash);
        }
        question.tell(&mut hash);
        Some(hash.0.map(|hash| hash.finish()))
    }
}

/// Two hashes of 64 bits with secret seeds: nobody can make two questions that have both in common.
struct TwoHashes([DefaultHasher; 2]);

impl Hasher for TwoHashes {
    fn write(&mut self, bytes: &[u8]) {
        for hash in &mut self.0 {
            hash.write(bytes);
        }
    }

    fn finish(&self) -> u64 {
        self.0[0].finish()
    }
}
