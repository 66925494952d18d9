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
    known: Mutex<HashMap<RecallKey, T>>,
    seeds: [RandomState; 2],
    /// One more, and all are forgotten at once.
    most: usize,
}

impl<T> fmt::Debug for Recall<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Recall")
    }
}

impl<T: Clone> Recall<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            known: Mutex::default(),
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
        self.lock().get(key).cloned()
    }

    pub(crate) fn keep(&self, key: RecallKey, value: T) {
        let mut known = self.lock();
        if known.len() >= self.most {
            known.clear();
        }
        known.insert(key, value);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RecallKey, T>> {
        // Whoever panicked with the lock in hand left a map that is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
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
        recall.keep(key("a"), 1);
        assert_eq!(recall.get(&key("a")), Some(1));
        assert_eq!(recall.get(&key("b")), None);
        recall.keep(key("b"), 2);
        recall.keep(key("c"), 3);
        assert_eq!(recall.get(&key("a")), None);
        assert_eq!(recall.get(&key("c")), Some(3));
    }
}
