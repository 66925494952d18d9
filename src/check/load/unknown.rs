//! What of a document is not known: placeholders, and what its schema refuses.

use crate::{
    document::{Document, Pointer, Value},
    manifest::{self, UnknownValue, UnknownWhy},
    review::SERVICE_PLACES,
    rule::UNKNOWN_FIELD,
    schema::{Refusal, Schema},
};

/// What of a manifest is not known, and whether all of it is not. What a schema says of a placeholder
/// is taken out of the refusals.
pub(super) fn of(document: &Document, refusals: &mut Vec<Refusal>) -> (Vec<UnknownValue>, bool) {
    let mut unknown = manifest::unknown(&document.root);
    refusals.retain(|refusal| {
        // A key that nobody reads is one whatever its value will be.
        if refusal.violation.rule == UNKNOWN_FIELD {
            return true;
        }
        let at = &refusal.violation.at;
        let Some(found) = unknown.iter_mut().find(|found| found.at == *at) else {
            return true;
        };
        found.unfit |= refusal.blocking;
        if found.unfit {
            found.samples = any_number(document, at);
        }
        false
    });
    let mut broken = false;
    for refusal in refusals.iter().filter(|refusal| refusal.blocking) {
        broken |= refusal.rest.is_some() || refusal.violation.at.is_root();
        unknown.push(UnknownValue {
            at: refusal.violation.at.clone(),
            why: UnknownWhy::Refused,
            unfit: true,
            samples: any_number(document, &refusal.violation.at),
        });
    }
    (unknown, broken)
}

/// What might stand in the place of a manifest's value: rules on manifests cope with a number anywhere.
fn any_number(document: &Document, at: &Pointer) -> Vec<Value> {
    let found = document.root.resolve(at);
    match found.complete && !matches!(found.node.value, Value::List(_) | Value::Map(_)) {
        true => vec![Value::Integer(1000)],
        false => Vec::new(),
    }
}

/// How far down a value stands without which nothing of a document can be told.
const ENVELOPE: usize = 1;

/// What the schema refuses in a document of ours, and whether no rule can judge the rest: where that is the whole,
/// `metadata` or `spec`, what names the service, or more than can be told.
pub(super) fn of_own(schema: &Schema, refusals: &[Refusal]) -> (Vec<UnknownValue>, bool) {
    let decides = |at: &Pointer| {
        let names_it = matches!(
            at.to_string().as_str(),
            "/metadata/name" | "/spec/servingSpec"
        );
        at.steps().len() <= ENVELOPE || names_it
    };
    of_deciding(schema, refusals, &decides)
}

/// The same of a document of a kind that a team declares, whose fields may stand at the root: what decides are the
/// document as a whole, and what names the service.
pub(super) fn of_declared(schema: &Schema, refusals: &[Refusal]) -> (Vec<UnknownValue>, bool) {
    let mut naming = vec![vec!["metadata", "labels"], vec!["metadata", "name"]];
    naming.extend(SERVICE_PLACES.iter().map(|path| path.to_vec()));
    let decides = |at: &Pointer| {
        naming.iter().any(|path| {
            let path = path.iter().fold(Pointer::default(), |at, key| at.key(*key));
            at.contains(&path)
        })
    };
    of_deciding(schema, refusals, &decides)
}

fn of_deciding(
    schema: &Schema,
    refusals: &[Refusal],
    decides: &dyn Fn(&Pointer) -> bool,
) -> (Vec<UnknownValue>, bool) {
    let mut unknown: Vec<UnknownValue> = Vec::new();
    for refusal in refusals.iter().filter(|refusal| refusal.blocking) {
        let at = &refusal.violation.at;
        if refusal.rest.is_some() || decides(at) {
            return (Vec::new(), true);
        }
        if unknown.iter().any(|known| known.at.contains(at)) {
            continue;
        }
        let samples = schema.samples(at);
        unknown.push(UnknownValue {
            at: at.clone(),
            why: UnknownWhy::Refused,
            unfit: true,
            samples,
        });
    }
    unknown.sort_by(|a, b| a.at.cmp(&b.at));
    (unknown, false)
}
