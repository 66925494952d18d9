//! How often the subschemas of a schema look at one value: a schema may lead back to itself, and each way back may be
//! taken by several branches at every level of a document.

use super::{SchemaFlaw, below, flaw};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// So many subschemas may look at one value, apart from those that look at what is around it.
const MOST_AT_ONCE: u64 = 1_000;
/// So often may a value be looked at by way of what is around it.
const MOST_LOOKS: u64 = 100_000;
/// Documents nest no deeper.
const DEEPEST: usize = 256;
/// Keywords whose subschemas look at the same value.
const IN_PLACE: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const IN_PLACE_ONE: [&str; 4] = ["not", "if", "then", "else"];
/// Keywords whose subschemas look at values below, each value by at most one of them.
const BELOW_ONE: [&str; 5] = [
    "additionalProperties",
    "items",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// A subschema by the numbers of others.
#[derive(Debug, Default)]
struct SubschemaEdges {
    in_place: Vec<usize>,
    /// Of which at most one looks at a value below.
    alternatives: Vec<usize>,
    /// Which look at a value below beside the others.
    beside: Vec<usize>,
}

/// The subschemas, each before those that look at the same value through it.
#[derive(Debug)]
struct SchemaGraph(Vec<SubschemaEdges>);

/// How deep a document may nest, so that no value is looked at too often; `None` for any depth.
pub(super) fn deepest(
    root: &Json,
    schemas: &[String],
    anchors: &BTreeMap<String, String>,
) -> Result<Option<usize>, SchemaFlaw> {
    let mut ordering = Ordering {
        root,
        anchors,
        states: schemas.iter().map(|at| (at.as_str(), None)).collect(),
        weights: Vec::new(),
        order: Vec::new(),
    };
    for at in schemas {
        ordering.visit(at)?;
    }
    Ok(ordering.graph().deepest())
}

/// A walk that puts the subschemas in order.
struct Ordering<'s> {
    root: &'s Json,
    anchors: &'s BTreeMap<String, String>,
    /// The number of each subschema that was visited: who comes by one on its way goes round in a circle.
    states: BTreeMap<&'s str, Option<VisitState>>,
    /// How many subschemas look at the same value through each.
    weights: Vec<u64>,
    order: Vec<&'s str>,
}

#[derive(Debug, Clone, Copy)]
enum VisitState {
    OnItsWay,
    Done(usize),
}

impl<'s> Ordering<'s> {
    fn visit(&mut self, at: &str) -> Result<u64, SchemaFlaw> {
        let Some((key, state)) = self.states.get_key_value(at) else {
            // The compiler says what is wrong with a target that is not there.
            return match self.root.pointer(at) {
                None => Ok(0),
                Some(_) => Err(flaw(at, "a `$ref` leads here, and this is no schema")),
            };
        };
        let key = *key;
        match state {
            Some(VisitState::Done(number)) => return Ok(self.weights[*number]),
            Some(VisitState::OnItsWay) => {
                return Err(flaw(
                    at,
                    "it refers to itself without looking at anything below",
                ));
            }
            None => {}
        }
        self.states.insert(key, Some(VisitState::OnItsWay));
        let mut weight: u64 = 1;
        for next in self.in_place(key) {
            weight = weight.saturating_add(self.visit(&next)?);
        }
        if weight > MOST_AT_ONCE {
            let message = format!("more than {MOST_AT_ONCE} subschemas look at one value here");
            return Err(flaw(at, message));
        }
        let number = self.order.len();
        self.states.insert(key, Some(VisitState::Done(number)));
        self.weights.push(weight);
        self.order.push(key);
        Ok(weight)
    }

    fn fields(&self, at: &str) -> Option<&'s Map<String, Json>> {
        self.root.pointer(at)?.as_object()
    }

    /// The subschemas that look at the same value.
    fn in_place(&self, at: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (key, value) in self.fields(at).into_iter().flatten() {
            let place = below(at, key);
            match (key.as_str(), value) {
                ("$ref", Json::String(target)) => found.extend(self.target(target)),
                (key, Json::Array(items)) if IN_PLACE.contains(&key) => {
                    let places = (0..items.len()).map(|index| format!("{place}/{index}"));
                    found.extend(places.filter(|place| self.fields(place).is_some()));
                }
                (key, Json::Object(_)) if IN_PLACE_ONE.contains(&key) => found.push(place),
                ("dependentSchemas", Json::Object(named)) => {
                    let places = named.keys().map(|name| below(&place, name));
                    found.extend(places.filter(|place| self.fields(place).is_some()));
                }
                _ => {}
            }
        }
        found
    }

    /// Where a `$ref` leads within the schema.
    fn target(&self, reference: &str) -> Option<String> {
        let fragment = reference.strip_prefix('#')?;
        if fragment.is_empty() || fragment.starts_with('/') {
            let place = percent_decoded(fragment);
            // `true` and `false` are schemas that look at nothing.
            let is_plain = self.root.pointer(&place).is_some_and(Json::is_boolean);
            return (!is_plain).then_some(place);
        }
        self.anchors.get(fragment).cloned()
    }

    /// The subschemas that look at values below: those of which each value meets at most one, and the others.
    fn below(&self, at: &str) -> (Vec<String>, Vec<String>) {
        let (mut alternatives, mut beside) = (Vec::new(), Vec::new());
        for (key, value) in self.fields(at).into_iter().flatten() {
            let place = below(at, key);
            match (key.as_str(), value) {
                ("properties", Json::Object(named)) => {
                    alternatives.extend(named.keys().map(|name| below(&place, name)));
                }
                ("prefixItems", Json::Array(items)) => {
                    alternatives.extend((0..items.len()).map(|index| format!("{place}/{index}")));
                }
                ("patternProperties", Json::Object(named)) => {
                    beside.extend(named.keys().map(|name| below(&place, name)));
                }
                ("contains", _) => beside.push(place),
                (key, _) if BELOW_ONE.contains(&key) => alternatives.push(place),
                _ => {}
            }
        }
        (alternatives, beside)
    }

    fn graph(&self) -> SchemaGraph {
        let number = |at: &String| match self.states.get(at.as_str()) {
            Some(Some(VisitState::Done(number))) => Some(*number),
            _ => None,
        };
        let mut edges = Vec::new();
        for at in &self.order {
            let (alternatives, beside) = self.below(at);
            edges.push(SubschemaEdges {
                in_place: self.in_place(at).iter().filter_map(number).collect(),
                alternatives: alternatives.iter().filter_map(number).collect(),
                beside: beside.iter().filter_map(number).collect(),
            });
        }
        SchemaGraph(edges)
    }
}

impl SchemaGraph {
    /// The depth from which on some value is looked at too often.
    fn deepest(&self) -> Option<usize> {
        let mut looks = vec![1; self.0.len()];
        for depth in 1..=DEEPEST {
            let next = self.one_level_more(&looks);
            if next == looks {
                return None;
            }
            if next.iter().any(|looks| *looks > MOST_LOOKS) {
                return Some(depth);
            }
            looks = next;
        }
        None
    }

    /// How often the deepest value is looked at through each subschema, of a document with one level more.
    fn one_level_more(&self, looks: &[u64]) -> Vec<u64> {
        let mut next: Vec<u64> = Vec::with_capacity(self.0.len());
        for edges in &self.0 {
            let alternatives = edges.alternatives.iter().map(|at| looks[*at]);
            let beside = edges.beside.iter().map(|at| looks[*at]);
            let own = beside.fold(alternatives.max().unwrap_or(0), u64::saturating_add);
            let others = edges.in_place.iter().map(|at| next[*at]);
            next.push(others.fold(own.max(1), u64::saturating_add));
        }
        next
    }
}

/// A fragment of an address as the text that it stands for.
fn percent_decoded(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
