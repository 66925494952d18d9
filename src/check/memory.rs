//! What rules answered, for a process that checks again and again.
//!
//! An answer of our rules follows from the question and from which rules are asked, and from nothing else. Rules of packs
//! run within limits of time, so their answers are not kept.

use crate::policy::{Evaluation, Evaluator, Question};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fmt,
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// More answers than this are forgotten, all at once.
const MOST_ANSWERS: usize = 20_000;

/// Answers by the digest of what was asked.
#[derive(Default)]
pub struct RuleMemory(Mutex<HashMap<[u8; 32], Evaluation>>);

impl fmt::Debug for RuleMemory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RuleMemory")
    }
}

impl RuleMemory {
    /// What the rules say to the question.
    pub(super) fn answer(&self, evaluator: &Evaluator, question: &Question) -> Evaluation {
        let Some(key) = key(evaluator, question) else {
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

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Evaluation>> {
        // Whoever panicked with the lock in hand left a map that is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The digest of a question and of the rules that it is put to; `None` where a pack is among them.
fn key(evaluator: &Evaluator, question: &Question) -> Option<[u8; 32]> {
    let mut text = DigestWriter(Sha256::new());
    for rule in evaluator.rules() {
        if rule.contains('/') {
            return None;
        }
        writeln!(text, "{rule}").ok()?;
    }
    serde_json::to_writer(&mut text, &question.to_json()).ok()?;
    Some(text.0.finalize().into())
}

/// A text of which only the digest is kept.
struct DigestWriter(Sha256);

impl Write for DigestWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
