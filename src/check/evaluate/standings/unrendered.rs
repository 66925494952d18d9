//! What was to be rendered for a review.

use crate::{
    check::judge,
    document::Pointer,
    finding::{Claimed, Standing, State},
    review::{Member, Review},
    rule::Gate,
};

/// What was to be rendered for a review and was not, each reason once.
pub(super) fn of_unrendered(review: &Review, members: &[Member]) -> Vec<Standing> {
    let mut standings: Vec<Standing> = Vec::new();
    for member in review.members(members) {
        let Some(reason) = &member.unrendered else {
            continue;
        };
        let is_known = |known: &Standing| known.because.as_ref() == Some(reason);
        if !standings.iter().any(is_known) {
            standings.push(Standing {
                claimed: Claimed::Artifact,
                name: judge::name(&member.document.source.name),
                gate: Gate::Rollout,
                blocking: true,
                state: State::Attested,
                because: Some(reason.clone()),
                follows: false,
                place: judge::place(member, &Pointer::default().key("metadata").key("name")),
            });
        }
    }
    standings
}
