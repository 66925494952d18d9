//! The claims of ratings, which stand three lists deep: of a decision, of its options, of their trade-offs.

use super::{
    Loosened,
    entry::{self, Listed, Side},
    tables::CLAIM,
};
use crate::document::Spot;
use std::collections::BTreeMap;

/// Compares the claims of ratings that are on both sides. A rating that is gone takes its claim along, and what a log
/// lacks then is for the rules on decisions.
pub(super) fn compare(before: &[Side<'_>], after: &[Side<'_>]) -> Vec<Loosened> {
    let (old, new) = (ratings(before), ratings(after));
    let pairs = old.iter().filter_map(|(id, was)| Some((was, new.get(id)?)));
    pairs
        .flat_map(|(was, is)| entry::values(&CLAIM, was, is))
        .collect()
}

/// The ratings by decision, option and dimension.
fn ratings<'n>(sides: &[Side<'n>]) -> BTreeMap<String, Listed<'n>> {
    let mut ratings = BTreeMap::new();
    for side in sides {
        for decision in Spot::root(side.node).items_at(&["spec", "decisions"]) {
            let Some(of) = decision.string_at(&["id"]) else {
                continue;
            };
            for option in decision.items_at(&["options"]) {
                let Some(name) = option.string_at(&["id"]) else {
                    continue;
                };
                for (dimension, spot) in option.entries_at(&["tradeoffs"]) {
                    let id = format!("{of}/{name}/{dimension}");
                    let member = side.member;
                    ratings
                        .entry(id.clone())
                        .or_insert(Listed { id, spot, member });
                }
            }
        }
    }
    ratings
}
