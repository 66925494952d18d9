//! How far constraints and assumptions are shown by their checks.

use super::{Seen, as_open, doubted, list};
use crate::{
    check::judge,
    document::{Node, Pointer, Value},
    finding::{Claimed, Standing, State},
    manifest::Guess,
    review::{FactCheck, Member, Review},
    rule::Gate,
};

/// The state of a check, and why it is no more than that.
type CheckState = (State, Option<String>);

/// Hard constraints, and whatever else has a check: what nobody compares, a person answers for.
pub(super) fn of_checks(
    spec: &Member,
    review: &Review,
    members: &[Member],
    seen: &Seen<'_>,
) -> Vec<Standing> {
    let stated = seen.stated(review, Guess::Absent);
    let checks = stated.map(|(_, checks)| checks).unwrap_or_default();
    let mut standings = Vec::new();
    for (key, claimed) in [
        ("constraints", Claimed::Constraint),
        ("assumptions", Claimed::Assumption),
    ] {
        let top = Pointer::default().key("spec").key(key);
        for (index, entry) in list(spec, &["spec", key]).iter().enumerate() {
            let is_hard = entry
                .get("hard")
                .is_some_and(|hard| hard.value == Value::Bool(true));
            let has_check = entry.get("check").is_some();
            if !has_check && !is_hard {
                continue;
            }
            let at = top.clone().index(index);
            let inner = Pointer::default().key("serving").join(&at);
            let check = checks.iter().find(|check| check.at == inner);
            let (state, because) = match (has_check, check) {
                (false, _) => (State::Attested, Some("no `check` compares it".to_owned())),
                (true, None) => (
                    State::Unjudged,
                    Some("its `check` does not fit its schema".to_owned()),
                ),
                (true, Some(check)) => of_check(check, review, members),
            };
            let id = entry.get("id").and_then(Node::as_str);
            let blocking = is_hard && spec.environment() == Some("production");
            let standing = Standing {
                claimed,
                name: judge::name(id.unwrap_or_default()),
                gate: Gate::Scope,
                blocking,
                state,
                because,
                // A fact that is unknown because a schema refuses its value has an error there.
                follows: !blocking && state == State::Unjudged && spec.is_partly_unfit(),
                place: judge::place(spec, &at),
            };
            standings.push(doubted(standing, spec, &at));
        }
    }
    standings
}

fn of_check(check: &FactCheck, review: &Review, members: &[Member]) -> CheckState {
    let stated = check.stated.as_deref().unwrap_or_default();
    let reason = check.reason.as_deref().unwrap_or_default();
    match check.outcome {
        "unfit" => (State::Unjudged, Some(reason.to_owned())),
        "unknown" => (
            State::Unjudged,
            Some(format!("`{}` is unknown: {reason}", check.fact)),
        ),
        // What a layer changes, or somebody has yet to fill in, is not what will be applied.
        outcome => match (open_place(check, review, members), outcome) {
            (Some(open), "holds") => (State::Attested, Some(open)),
            (Some(open), _) => (State::Unjudged, Some(open)),
            (None, "holds") => (State::Met, None),
            (None, _) => (State::Missed, Some(format!("`{}` is {stated}", check.fact))),
        },
    }
}

/// Why one of the manifests that the fact follows from is not yet what will be applied.
fn open_place(check: &FactCheck, review: &Review, members: &[Member]) -> Option<String> {
    let places = check.places.iter();
    let mut manifests = places.filter_map(|at| {
        let (index, _) = review.locate(at)?;
        let part = review.artifacts.iter().find(|part| part.member == index)?;
        members.get(part.member)
    });
    manifests.find_map(as_open)
}
