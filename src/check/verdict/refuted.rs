//! Items, and the throughput of a replica, whose own evidence is found to be wrong: a number that was compared shows nothing where the file that it comes
//! from is about something else.

use crate::{
    finding::{Claimed, Finding, Place, Standing, State},
    policy::Pack,
    rule::Severity,
};

/// The key of an item below which its evidence is named.
const EVIDENCE: &str = "evidence";

/// Lowers what rests on evidence of which an error speaks: it is unjudged. Where somebody excepted the error, or it weighs
/// less here, a person answers for the evidence.
pub(super) fn lower(
    standings: &mut [Standing],
    findings: &[Finding],
    is_excepted: &dyn Fn(&Finding) -> bool,
    pack: &Pack,
) {
    for finding in findings {
        let own = pack.rules().get(&finding.rule);
        if own.is_none_or(|rule| rule.severity != Severity::Error) {
            continue;
        }
        let stands = finding.severity == Severity::Error && !is_excepted(finding);
        for item in standings.iter_mut() {
            // What is wrong with a file is said once, beside every other place that names it.
            let related = finding.related.iter().map(|related| &related.place);
            let mut places = std::iter::once(&finding.place).chain(related);
            if places.any(|place| is_evidence_of(place, item)) {
                refute(item, finding, stands);
            }
        }
    }
}

/// True for a place at or in the evidence of an item, or of the throughput of a replica.
fn is_evidence_of(place: &Place, item: &Standing) -> bool {
    let evidence = match item.claimed {
        Claimed::Item => item.place.pointer.clone().key(EVIDENCE),
        // It stands where its evidence is named.
        Claimed::Throughput => item.place.pointer.clone(),
        _ => return false,
    };
    place.source.name == item.place.source.name
        && place.document == item.place.document
        && evidence.contains(&place.pointer)
}

fn refute(item: &mut Standing, finding: &Finding, stands: bool) {
    let (state, how) = match stands {
        true => (State::Unjudged, "of its evidence"),
        false => (
            State::Attested,
            "of its evidence, which somebody answers for",
        ),
    };
    if item.state < state {
        item.state = state;
        item.because = Some(format!("{} {how}: {}", finding.rule, finding.message));
        item.follows |= stands;
    }
}

/// An objective is shown no better than the worst of the items that decide it.
pub(super) fn follow(standings: &mut [Standing], verified_by: &[(usize, Vec<usize>)]) {
    for (objective, items) in verified_by {
        let items = items.iter().filter_map(|item| standings.get(*item));
        let Some(worst) = items.max_by_key(|item| item.state).cloned() else {
            continue;
        };
        let Some(objective) = standings.get_mut(*objective) else {
            continue;
        };
        if objective.state < worst.state {
            objective.state = worst.state;
            objective.follows |= worst.blocking;
            objective.because = Some(format!(
                "item `{}`, which verifies it, is {}",
                worst.name, worst.state
            ));
        }
    }
}
