//! How far the performance ratings of live decisions are shown by their claims.

use super::{doubted, list};
use crate::{
    check::judge,
    document::{Node, Pointer},
    facts::DecisionFacts,
    finding::{Claimed, Standing, State},
    review::Member,
    rule::Gate,
};

/// The decisions that count.
const LIVE: [&str; 2] = ["accepted", "proposed"];

/// The ratings of a decision log: in production each of them, elsewhere those with a claim.
pub(super) fn of_ratings(
    log: &Member,
    facts: &DecisionFacts,
    is_production: bool,
    standings: &mut Vec<Standing>,
) {
    let top = Pointer::default().key("spec").key("decisions");
    for (index, decision) in list(log, &["spec", "decisions"]).iter().enumerate() {
        let text = |key: &str| decision.get(key).and_then(Node::as_str);
        if !LIVE.contains(&text("status").unwrap_or("proposed")) {
            continue;
        }
        let options = decision.get("options").map(Node::items);
        for (number, option) in options.unwrap_or_default().iter().enumerate() {
            if option.at(&["tradeoffs", "performance", "rating"]).is_none() {
                continue;
            }
            let rating = top.clone().index(index).key("options").index(number);
            let rating = rating.key("tradeoffs").key("performance");
            let claim = rating.clone().key("claim");
            let claim = facts.claims.iter().find(|known| known.at == claim);
            let (state, because) = match claim {
                Some(claim) => (claim.standing.state, claim.standing.because.clone()),
                None if is_production => (
                    State::Attested,
                    Some("no `claim` compares it with a result".to_owned()),
                ),
                None => continue,
            };
            let id = option.get("id").and_then(Node::as_str).unwrap_or_default();
            let standing = Standing {
                claimed: Claimed::Rating,
                name: judge::name(id),
                gate: Gate::Options,
                blocking: is_production,
                state,
                because,
                follows: false,
                place: judge::place(log, &rating),
            };
            standings.push(doubted(standing, log, &rating));
        }
    }
}
