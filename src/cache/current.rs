//! Whether every question of a kept run still has its answer.

use super::kept::Questions;
use crate::{
    disk::{DiskAnswer, DiskQuestion, ResolvedFolders},
    git,
};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

/// More threads gain nothing: the system answers, and not we.
const MOST_THREADS: usize = 8;
/// Fewer questions are asked faster on one thread than another is started.
const FEW: usize = 200;
/// So many questions are taken at a time.
const PORTION: usize = 64;

/// True where all answers are as they were.
pub(super) fn is_current(questions: &Questions) -> bool {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = match questions.len() {
        count if count < FEW => 1,
        _ => processors.min(MOST_THREADS),
    };
    let is_stale = AtomicBool::new(false);
    let portions: Vec<&[(DiskQuestion, DiskAnswer)]> = questions.chunks(PORTION).collect();
    thread::scope(|scope| {
        for number in 0..threads {
            let (portions, is_stale) = (&portions, &is_stale);
            scope.spawn(move || {
                let mut folders = ResolvedFolders::default();
                let mut holds = |known: &_| holds(known, &mut folders);
                for portion in portions.iter().skip(number).step_by(threads) {
                    if is_stale.load(Ordering::Relaxed) || !portion.iter().all(&mut holds) {
                        is_stale.store(true, Ordering::Relaxed);
                        return;
                    }
                }
            });
        }
    });
    !is_stale.into_inner()
}

fn holds((question, known): &(DiskQuestion, DiskAnswer), folders: &mut ResolvedFolders) -> bool {
    let answer = match question {
        DiskQuestion::Git(question) => git::again(question),
        other => match other.answer(folders) {
            Some(answer) => answer,
            None => return false,
        },
    };
    answer == *known
}
