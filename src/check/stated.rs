//! What services state of each fact of the vocabulary, for whoever writes a check.

use super::{
    Gathered, LintError, Request, evaluate::seen::Seen, inputs, judge, threads::with_room,
};
use crate::{
    document::{Pointer, source::LineIndex},
    finding::Report,
    manifest::Guess,
    policy::Pack,
    review::{Member, Review, ServiceFacts, StatedFact, ToldFact},
};

/// Places that are named for each fact.
const MOST_PLACES: usize = 5;

/// The facts of each service with a specification that can be read, in the order of the services, and what keeps others
/// from being read.
///
/// # Errors
/// As [`super::inputs`].
pub fn facts(request: &Request, pack: &Pack) -> Result<(Vec<ServiceFacts>, Report), LintError> {
    with_room(|| {
        let mut services = Vec::new();
        let obstacles = inputs::with_seen(request, pack, &mut |gathered, seen| {
            for group in &gathered.groups {
                for review in &group.reviews {
                    services.extend(of_review(review, gathered, seen));
                }
            }
        })?;
        Ok((services, obstacles))
    })
}

fn of_review(review: &Review, gathered: &Gathered<'_>, seen: &Seen<'_>) -> Option<ServiceFacts> {
    let members = &gathered.loaded.members;
    let spec = review.spec(members)?;
    let (stated, _) = seen.stated(review, Guess::Absent)?;
    let currency = spec.project.config.prices.currency.as_deref();
    let told = stated.into_iter().map(|fact| {
        let places = places(&fact, review, members);
        ToldFact::new(fact, places, currency)
    });
    Some(ServiceFacts {
        file: spec.document.source.name.clone(),
        service: Some(review.service.clone()).filter(|name| !name.trim().is_empty()),
        environment: spec.environment().map(str::to_owned),
        facts: told.collect(),
    })
}

/// `specs/ranker.yaml:31`: where a fact comes from.
fn places(fact: &StatedFact, review: &Review, members: &[Member]) -> Vec<String> {
    let mut places = Vec::new();
    for at in &fact.at {
        let Some(place) = place(at, review, members) else {
            continue;
        };
        if places.len() < MOST_PLACES && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn place(at: &Pointer, review: &Review, members: &[Member]) -> Option<String> {
    let (index, at) = review.locate(at)?;
    let place = judge::place(members.get(index)?, &at);
    let text = &place.source.text;
    let line = LineIndex::new(text).position(text, place.span.start()).line;
    Some(format!("{}:{line}", place.source.name))
}
