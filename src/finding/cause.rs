//! Findings that come from one thing, and are put right by one change.

use super::{Finding, Place, Related};
use crate::rule::Severity;
use std::collections::{BTreeMap, BTreeSet};

/// What findings come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// What tells it from others, the same for all that come from it.
    pub name: String,
    /// True for what only follows: another finding says what is wrong itself.
    pub follows: bool,
}

impl Cause {
    /// The cause of this name, for a finding that says what is wrong.
    pub fn new(name: String) -> Self {
        Self {
            name,
            follows: false,
        }
    }

    /// The same for what follows from it.
    pub fn followed(self) -> Self {
        Self {
            follows: true,
            ..self
        }
    }

    /// The same in a project: a path means another file in each.
    #[must_use]
    pub fn within(self, root: &std::path::Path) -> Self {
        Self {
            name: format!("{}\n{}", root.display(), self.name),
            ..self
        }
    }
}

/// One finding for each cause and severity, in the order of the first of each. It is the first that says what is wrong,
/// with the places of the others. What has a fix or keeps rules from running is left alone.
pub fn of_one_cause(findings: Vec<Finding>) -> Vec<Finding> {
    let mut first: BTreeMap<_, (usize, ShownPlaces)> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let key = finding.one_of();
        let key = key.map(|(severity, name)| (severity, name.to_owned()));
        let known = key.as_ref().and_then(|key| first.get_mut(key));
        match known.and_then(|(at, shown)| Some((kept.get_mut(*at)?, shown))) {
            Some((known, shown)) => join(known, finding, shown),
            None => {
                let known = (kept.len(), None);
                first.extend(key.map(|key| (key, known)));
                kept.push(finding);
            }
        }
    }
    kept
}

/// The places that a finding shows, once another has been joined to it: one cause may have thousands.
type ShownPlaces = Option<BTreeSet<(String, usize)>>;

/// Each finding for itself again, as it was before it became a part of another.
pub fn each_apart(findings: Vec<Finding>) -> Vec<Finding> {
    let mut apart = Vec::new();
    for mut finding in findings {
        let parts = std::mem::take(&mut finding.also);
        apart.push(finding);
        apart.extend(parts);
    }
    apart
}

impl Finding {
    /// What tells those from others that are counted and shown as one with it.
    pub(super) fn one_of(&self) -> Option<(Severity, &str)> {
        let cause = self.cause.as_ref()?;
        let is_plain = self.fix.is_none() && !self.obstacle && self.more == 0;
        is_plain.then_some((self.severity, cause.name.as_str()))
    }
}

/// Makes the other one a part of the finding, or the finding a part of the other one where it only follows.
fn join(finding: &mut Finding, mut other: Finding, shown: &mut ShownPlaces) {
    let follows = |one: &Finding| one.cause.as_ref().is_some_and(|cause| cause.follows);
    if follows(finding) && !follows(&other) {
        std::mem::swap(finding, &mut other);
        finding.also = std::mem::take(&mut other.also);
        *shown = None;
    }
    let shown = shown.get_or_insert_with(|| {
        let related = finding.related.iter().map(|near| bytes(&near.place));
        related.chain([bytes(&finding.place)]).collect()
    });
    let message = match other.message == finding.message {
        true => "also here".to_owned(),
        false => other.message.clone(),
    };
    let own = Related {
        place: other.place.clone(),
        message,
    };
    for near in std::iter::once(own).chain(other.related.iter().cloned()) {
        if shown.insert(bytes(&near.place)) {
            finding.related.push(near);
        }
    }
    finding.also.push(other);
}

/// Where the bytes of a place begin.
fn bytes(place: &Place) -> (String, usize) {
    (place.source.name.clone(), place.span.start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::source::{Source, Span};

    fn finding(source: &std::sync::Arc<Source>, at: usize, cause: Cause) -> Finding {
        let place = Place::bare(std::sync::Arc::clone(source), Span::new(at, at + 1));
        let finding = Finding::new("rule", Severity::Error, format!("at {at}"), place);
        Finding {
            cause: Some(cause),
            ..finding
        }
    }

    #[test]
    fn each_place_of_a_cause_is_shown_once_however_many_there_are() {
        let source = Source::new("a.yaml", "x".repeat(30_000));
        let cause = || Cause::new("one".to_owned());
        let mut all = vec![finding(&source, 0, cause().followed())];
        // The second says what is wrong, so the first becomes a part of it.
        all.extend((1..20_000).map(|at| finding(&source, at, cause())));
        all.extend([7, 0, 20_001].map(|at| finding(&source, at, cause().followed())));
        let joined = of_one_cause(all);
        let [only] = joined.as_slice() else {
            panic!("{} findings", joined.len());
        };
        assert_eq!(only.message, "at 1");
        assert_eq!(only.also.len(), 20_002);
        let mut shown = Vec::from_iter(only.related.iter().map(|near| near.place.span.start()));
        shown.sort_unstable();
        let others = (0..20_000).filter(|at| *at != 1).chain([20_001]);
        assert_eq!(shown, Vec::from_iter(others));
        // What is joined later is compared with all that is shown already.
        let again = of_one_cause(vec![joined[0].clone(), finding(&source, 9, cause())]);
        assert_eq!(again[0].related.len(), only.related.len());
    }
}
