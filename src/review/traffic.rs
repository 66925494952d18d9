//! The traffic that was observed, as far as an assumption of a review rests on it.

use super::{Member, Review};
use crate::{
    evidence::greatest_rates,
    facts::{Number, references::assumed},
};
use std::collections::BTreeMap;

impl Review {
    /// The greatest rates in each table on which an assumption rests, by the path as it is written.
    pub fn traffic(&self, members: &[Member]) -> BTreeMap<String, BTreeMap<String, Number>> {
        let mut traffic = BTreeMap::new();
        for member in self.members(members) {
            for reference in assumed(&member.document.root, member.subject) {
                if traffic.contains_key(reference.path) {
                    continue;
                }
                let rates = greatest_rates(&member.project.root, reference.path).into_iter();
                let rates: BTreeMap<String, Number> = rates
                    .filter_map(|(column, rate)| Some((column, Number::new(rate)?)))
                    .collect();
                if !rates.is_empty() {
                    traffic.insert(reference.path.to_owned(), rates);
                }
            }
        }
        traffic
    }
}
