//! The threads of a run: one pool around all of it.

use crate::disk;
use std::{cell::Cell, thread};

/// Rego recurses on the native stack: deep documents and generous rules need room.
const STACK_BYTES: usize = 16 * 1024 * 1024;
/// More threads than this gain nothing: a run is short, and reading files is most of it.
const MOST: usize = 64;
/// What Rayon reads as well, for whoever wants to use fewer processors.
const VARIABLE: &str = "RAYON_NUM_THREADS";

thread_local! {
    /// True on the threads of a run, which need no other pool.
    static HAS_ROOM: Cell<bool> = const { Cell::new(false) };
}

/// Does the work on threads with room to recurse, or on this one where there can be no such. Whatever
/// runs several at a time below shares these threads; Rayon's own pool, of which nobody knows how large
/// the environment makes it, is never started.
#[expect(
    clippy::disallowed_methods,
    reason = "no finding depends on the number of threads"
)]
pub(super) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if HAS_ROOM.get() {
        return work();
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(count(std::env::var(VARIABLE).ok().as_deref()))
        .stack_size(STACK_BYTES)
        .start_handler(|_| {
            HAS_ROOM.set(true);
            disk::begin_moment();
        })
        .build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// How many threads there are: as many as wanted, and at most one for each processor.
fn count(wanted: Option<&str>) -> usize {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let most = processors.min(MOST);
    match wanted.and_then(|wanted| wanted.parse().ok()) {
        None | Some(0) => most,
        Some(wanted) => most.min(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wish_makes_more_threads_than_processors() {
        let most = count(None);
        assert!((1..=MOST).contains(&most));
        for (wanted, threads) in [("1", 1), ("0", most), ("10000", most), ("x", most)] {
            assert_eq!(count(Some(wanted)), threads, "{wanted}");
        }
    }

    #[test]
    fn a_run_within_a_run_shares_its_threads() {
        let (outer, inner) = with_room(|| {
            let outer = rayon::current_num_threads();
            (outer, with_room(rayon::current_num_threads))
        });
        assert_eq!((outer, inner), (count(None), outer));
    }
}
