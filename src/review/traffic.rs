//! The traffic that was observed, as far as an assumption rests on it.

use super::{Member, Review};
use crate::{
    evidence::greatest_rates,
    facts::{Number, references::assumed},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The greatest number in each column of rates of a table, by the name of the column.
type ColumnRates = BTreeMap<String, Number>;

/// The tables on which assumptions rest, each by the root of its project and its path as written: read once for all
/// reviews of a run, which may share them.
#[derive(Debug, Default)]
pub struct ObservedTraffic(BTreeMap<(PathBuf, String), ColumnRates>);

impl ObservedTraffic {
    /// Reads the tables that documents name. What is no table has no rates.
    pub fn of(members: &[Member]) -> Self {
        let all: BTreeSet<(PathBuf, String)> = members.iter().flat_map(tables).collect();
        let read = all.into_iter().map(|(root, path)| {
            let rates = greatest_rates(&root, &path).into_iter();
            let rates = rates.filter_map(|(column, rate)| Some((column, Number::new(rate)?)));
            let rates: ColumnRates = rates.collect();
            ((root, path), rates)
        });
        Self(read.filter(|(_, rates)| !rates.is_empty()).collect())
    }

    /// Those of one review, by the path as it is written.
    pub fn of_review(&self, review: &Review, members: &[Member]) -> BTreeMap<String, ColumnRates> {
        let named = review.members(members).flat_map(tables);
        let known = named.filter_map(|table| Some((table.1.clone(), self.0.get(&table)?.clone())));
        known.collect()
    }
}

/// The paths on which the assumptions of a document rest, with the root of its project.
fn tables(member: &Member) -> Vec<(PathBuf, String)> {
    let references = assumed(&member.document.root, member.subject).into_iter();
    let root = &member.project.root;
    references
        .map(|reference| (root.clone(), reference.path.to_owned()))
        .collect()
}
