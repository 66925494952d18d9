//! What followed from a content before, found by the content: nothing that is kept here can be out of date.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, DefaultHasher, Hasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The digest of a content.
pub(crate) type RecallKey = [u64; 2];

/// What is known of contents, for as long as the process lives.
pub(crate) struct Recall<T> {
    known: Mutex<Generations<T>>,
    seeds: [RandomState; 2],
    /// So much weight is kept of what was used last, and as much of what was used before that.
    most: usize,
}

/// What was used last, and what before.
struct Generations<T> {
    last: HashMap<RecallKey, Weighed<T>>,
    before: HashMap<RecallKey, Weighed<T>>,
    /// Of the last.
    weight: usize,
}

struct Weighed<T> {
    value: T,
    weight: usize,
}

impl<T> fmt::Debug for Recall<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Recall")
    }
}

impl<T: Clone> Recall<T> {
    pub(crate) fn new(most: usize) -> Self {
        let known = Generations {
            last: HashMap::new(),
            before: HashMap::new(),
            weight: 0,
        };
        Self {
            known: Mutex::new(known),
            seeds: Default::default(),
            most,
        }
    }

    /// The digest of what `tell` tells of a content, which must be all that counts.
    pub(crate) fn key(&self, tell: impl FnOnce(&mut TwoHashes)) -> RecallKey {
        let mut hash = TwoHashes([&self.seeds[0], &self.seeds[1]].map(BuildHasher::build_hasher));
        tell(&mut hash);
        hash.0.map(|hash| hash.finish())
    }

    pub(crate) fn get(&self, key: &RecallKey) -> Option<T> {
        let mut known = self.lock();
        if let Some(found) = known.last.get(key) {
            return Some(found.value.clone());
        }
        let found = known.before.remove(key)?;
        let value = found.value.clone();
        known.keep(*key, found, self.most);
        Some(value)
    }

    /// Keeps what takes so much of the room.
    pub(crate) fn keep(&self, key: RecallKey, value: T, weight: usize) {
        let kept = Weighed { value, weight };
        self.lock().keep(key, kept, self.most);
    }

    fn lock(&self) -> MutexGuard<'_, Generations<T>> {
        // Whoever panicked with the lock in hand left maps that are whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Generations<T> {
    fn keep(&mut self, key: RecallKey, value: Weighed<T>, most: usize) {
        if value.weight > most {
            return;
        }
        if self.weight + value.weight > most {
            self.before = std::mem::take(&mut self.last);
            self.weight = 0;
        }
        self.weight += value.weight;
        if let Some(replaced) = self.last.insert(key, value) {
            self.weight -= replaced.weight;
        }
    }
}

/// Two hashes of 64 bits with secret seeds: nobody can make two contents that have both in common.
pub(crate) struct TwoHashes([DefaultHasher; 2]);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_its_content_and_not_without_end() {
        let recall = Recall::new(2);
        let key = |text: &str| recall.key(|hash| hash.write(text.as_bytes()));
        recall.keep(key("a"), 1, 1);
        assert_eq!(recall.get(&key("a")), Some(1));
        assert_eq!(recall.get(&key("b")), None);
        recall.keep(key("b"), 2, 1);
        recall.keep(key("c"), 3, 1);
        // What is used again stays, and what is not goes with the next.
        assert_eq!(recall.get(&key("a")), Some(1));
        recall.keep(key("d"), 4, 1);
        assert_eq!(recall.get(&key("b")), None);
        assert_eq!(recall.get(&key("a")), Some(1));
        assert_eq!(recall.get(&key("d")), Some(4));
        recall.keep(key("e"), 5, 3);
        assert_eq!(recall.get(&key("e")), None);
    }
}
