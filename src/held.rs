//! A value that several need, made for the first of them and dropped after the last.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// The value, and how many still need it. Where nobody was counted, it is kept to the end.
#[derive(Debug)]
pub(crate) struct HeldValue<T> {
    users: AtomicUsize,
    made: Mutex<Option<T>>,
}

impl<T> Default for HeldValue<T> {
    fn default() -> Self {
        Self {
            users: AtomicUsize::new(0),
            made: Mutex::new(None),
        }
    }
}

impl<T: Clone> HeldValue<T> {
    /// Counts a user.
    pub(crate) fn expect(&mut self) {
        *self.users.get_mut() += 1;
    }

    /// The value; whoever asks too late has it made again.
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> T {
        self.lock().get_or_insert_with(make).clone()
    }

    /// Drops the value after its last user. To be called once for each that was counted.
    pub(crate) fn release(&self) {
        if self.users.fetch_sub(1, Ordering::AcqRel) == 1 {
            *self.lock() = None;
        }
    }

    #[cfg(test)]
    pub(crate) fn is_made(&self) -> bool {
        self.lock().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        // Whoever panicked with the lock in hand left a value that is whole.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
