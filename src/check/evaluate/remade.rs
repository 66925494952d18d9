//! What a change makes of the subject that was measured: other weights, another image, other GPUs.

use crate::{
    check::change::ServiceChange,
    document::Pointer,
    facts::change::ChangedFact,
    review::{ChangedSubject, ChangedValue},
};

/// Facts of a specification by which a subject is another one, as messages call them.
const WORDS: [(&str, &str); 12] = [
    ("model/uri", "the model"),
    ("model/digest", "the digest of the model"),
    ("model/weightBytesPerParameter", "the weights"),
    ("model/contextLength", "the context length"),
    ("serving/runtime/name", "the server"),
    ("serving/runtime/image", "the image"),
    ("serving/parallelism/tensor", "the tensor parallelism"),
    ("serving/parallelism/pipeline", "the pipeline parallelism"),
    ("serving/maxNumSeqs", "the limit of concurrent sequences"),
    ("resources/gpu/type", "the GPU"),
    ("resources/gpu/count", "the number of GPUs"),
    ("resources/cpu", "the CPU"),
];

/// What of the subject changed since the base, and the evidence that stands as it was there.
pub(super) fn of(service: &ServiceChange, older: &[String]) -> Option<ChangedSubject> {
    let revision = service.revision.iter().map(|(before, after)| ChangedValue {
        what: "the revision".to_owned(),
        at: Pointer::default().keys(&["serving", "metadata", "revision"]),
        before: Some(before.clone()),
        after: Some(after.clone()),
    });
    let facts = service.facts.iter().filter(|fact| fact.subject).map(value);
    let values: Vec<ChangedValue> = revision.chain(facts).collect();
    (!values.is_empty()).then(|| ChangedSubject {
        since: service.since.clone(),
        values,
        older: older.to_vec(),
    })
}

fn value(fact: &ChangedFact) -> ChangedValue {
    let mut words = WORDS.iter();
    let known = words.find(|(name, _)| *name == fact.fact);
    ChangedValue {
        what: known.map_or_else(
            || format!("`{}`", fact.fact),
            |(_, words)| (*words).to_owned(),
        ),
        at: fact.at.clone(),
        before: fact.before.clone(),
        after: fact.after.clone(),
    }
}
