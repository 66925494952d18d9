//! From places in a merged pod to those where it is written.

use crate::{document::Pointer, policy::Evaluation, review::Review};

/// What rules say, at the places where it is written.
pub(super) fn written(review: &Review, mut evaluation: Evaluation) -> Evaluation {
    for violation in &mut evaluation.violations {
        lead(review, &mut violation.at);
        for (at, _) in &mut violation.related {
            lead(review, at);
        }
    }
    for (at, _) in &mut evaluation.unchecked {
        lead(review, at);
    }
    evaluation
}

/// Leads a path into a merged pod to where it is written.
fn lead(review: &Review, at: &mut Pointer) {
    if let Some(written) = review.written_at(at) {
        *at = written;
    }
}
