//! What the evidence of decisions becomes, without a claim.

use super::{results::look, *};

#[test]
fn what_a_decision_rests_on_is_read_in_order() {
    let option = |file: &str| json!({"tradeoffs": {"performance": {"evidence": [file]}, "security": {"evidence": ["a.md"]}}});
    let decision = json!({
        "options": [option("vegeta/report.json"), option("no.json")],
        "outcome": {"evidence": ["https://example.com/run", {"path": "vegeta/report.json"}]},
    });
    let root = node(&json!({"spec": {"decisions": [{}, decision]}}));
    let mut facts = derive(Subject::DecisionLog, &root, Assumed::default());
    let gaps = measure(&mut facts, &root, Assumed::default(), &look);
    assert!(gaps.is_empty(), "nothing is claimed of them");
    let facts = facts.to_json();
    let found = facts["results"].as_array().expect("results");
    let places = found.iter().map(|found| (&found["at"], &found["status"]));
    let performance = |index: u64| {
        json!([
            "spec",
            "decisions",
            1,
            "options",
            index,
            "tradeoffs",
            "performance",
            "evidence",
            0
        ])
    };
    let outcome = |index: u64| json!(["spec", "decisions", 1, "outcome", "evidence", index]);
    assert_eq!(
        Vec::from_iter(places),
        [
            (&performance(0), &json!("read")),
            (&performance(1), &json!("missing")),
            (&outcome(0), &json!("remote")),
            (&outcome(1), &json!("read")),
        ]
    );
    assert_eq!(found[0]["evidence"]["format"], "vegeta-json");
    assert!(found[0]["startedDay"].is_number(), "{}", found[0]);
}
