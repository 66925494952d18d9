//! Whatever stands in a document, its facts are numbers or absent.

use super::*;
use proptest::prelude::*;

/// Every pointer into a value.
pub(super) fn pointers(json: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match json {
        Json::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(i, item)| pointers(item, &format!("{at}/{i}"), found));
        }
        Json::Object(map) => {
            map.iter()
                .for_each(|(key, item)| pointers(item, &format!("{at}/{key}"), found));
        }
        _ => {}
    }
}

fn strange_value() -> impl Strategy<Value = Node> {
    let values = vec![
        Value::Null,
        Value::Bool(true),
        Value::Integer(0),
        Value::Integer(-7),
        Value::Integer(i64::MAX),
        Value::Unsigned(u64::MAX),
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Float(1e308),
        Value::Float(5e-324),
        Value::Float(1.0 - f64::EPSILON),
        Value::String(String::new()),
        Value::String("0s".into()),
        Value::String("500y".into()),
        Value::String("1e308".into()),
        Value::List(Vec::new()),
        Value::Map(Vec::new()),
    ];
    prop::sample::select(values).prop_map(|value| Node::new(value, Span::default()))
}

/// The node under a pointer made by [`pointers`].
fn under<'n>(root: &'n mut Node, pointer: &str) -> &'n mut Node {
    pointer
        .split('/')
        .skip(1)
        .fold(root, |node, step| match &mut node.value {
            Value::List(items) => &mut items[step.parse::<usize>().expect("an index")],
            Value::Map(entries) => {
                &mut entries
                    .iter_mut()
                    .find(|entry| entry.key == step)
                    .expect("the key")
                    .node
            }
            _ => unreachable!("pointers lead through collections"),
        })
}

fn has_null(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(items) => items.iter().any(has_null),
        Json::Object(map) => map.values().any(has_null),
        _ => false,
    }
}

proptest! {
    #[test]
    fn strange_values_leave_gaps_but_never_break(
        changes in prop::collection::vec((any::<prop::sample::Index>(), strange_value()), 1..6),
        example in prop::sample::select(vec![
            (Subject::ServingSpec, LLM),
            (Subject::ServingSpec, RANKER),
            (Subject::DecisionLog, DECISIONS),
            (Subject::VerificationChecklist, CHECKLIST),
        ]),
    ) {
        let (kind, text) = example;
        let mut root = node(&parsed(text));
        for (place, value) in changes {
            let mut all = Vec::new();
            pointers(&root.to_json(), "", &mut all);
            *under(&mut root, place.get::<String>(&all)) = value;
        }
        let facts = derive(kind, &root, Assumed::default()).to_json();
        prop_assert!(facts.is_object() && !has_null(&facts));
        prop_assert_eq!(facts.to_string(), derive(kind, &root, Assumed::default()).to_json().to_string());
    }
}
