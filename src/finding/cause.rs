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
    let mut first: BTreeMap<_, usize> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let key = finding.one_of();
        let key = key.map(|(severity, name)| (severity, name.to_owned()));
        let known = key.as_ref().and_then(|key| first.get(key).copied());
        match known.and_then(|at| kept.get_mut(at)) {
            Some(known) => join(known, finding),
            None => {
                first.extend(key.map(|key| (key, kept.len())));
                kept.push(finding);
            }
        }
    }
    kept
}

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
fn join(finding: &mut Finding, mut other: Finding) {
    let follows = |one: &Finding| one.cause.as_ref().is_some_and(|cause| cause.follows);
    if follows(finding) && !follows(&other) {
        std::mem::swap(finding, &mut other);
        finding.also = std::mem::take(&mut other.also);
    }
    let mut shown: BTreeSet<_> = finding
        .related
        .iter()
        .map(|near| bytes(&near.place))
        .collect();
    shown.insert(bytes(&finding.place));
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
