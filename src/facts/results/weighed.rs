//! What the evidence of decisions says, without a claim to compare it with: rules compare it with the date of the
//! decision, and that of one option with that of another.

use super::{Claim, Field, Look, ResultFacts};
use crate::document::Pointer;

/// The results behind the performance ratings and the outcome of each decision, in the order of the decisions. What
/// the files leave open is no gap: nothing is claimed of them.
pub(in crate::facts) fn weighed(
    spec: Field<'_>,
    look: &Look<'_>,
    confidence: f64,
) -> Vec<ResultFacts> {
    let claim = Claim {
        name: String::new(),
        service: None,
        metric: None,
        statistic: None,
        unit: None,
        conditions: Field::default(),
        wants_samples: false,
        wants_measurements: false,
    };
    let mut found = Vec::new();
    let mut read = |evidence, at: &Pointer| {
        found.extend(claim.results(evidence, at, look, confidence, &mut Vec::new()));
    };
    let decisions = Pointer::default().key("spec").key("decisions");
    for (index, decision) in spec.get("decisions").items().enumerate() {
        let at = decisions.clone().index(index);
        for (index, option) in decision.get("options").items().enumerate() {
            let rating = at.clone().key("options").index(index).key("tradeoffs");
            let evidence = option.at(&["tradeoffs", "performance", "evidence"]);
            read(evidence, &rating.key("performance").key("evidence"));
        }
        let evidence = decision.at(&["outcome", "evidence"]);
        read(evidence, &at.key("outcome").key("evidence"));
    }
    found
}
