//! Finding an earlier entry with the same key.

use crate::document::Entry;
use std::collections::HashMap;

/// Up to this many entries a scan is faster than a map.
const SCANNED: usize = 16;

/// Answers for one mapping that is being built, in constant time however large it grows.
#[derive(Default)]
pub(super) struct Keys {
    index: HashMap<String, usize>,
}

impl Keys {
    /// The place in `entries` of the entry with this key. `entries` may only have grown since
    /// the last call.
    pub(super) fn find(&mut self, entries: &[Entry], key: &str) -> Option<usize> {
        if entries.len() <= SCANNED {
            return entries.iter().position(|entry| entry.key == key);
        }
        // Keys are unique, so the index has as many as entries were indexed.
        for (at, entry) in entries.iter().enumerate().skip(self.index.len()) {
            self.index.insert(entry.key.clone(), at);
        }
        self.index.get(key).copied()
    }
}
