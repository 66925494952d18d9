//! What a change makes of the subject that was measured: other weights, another image, other GPUs.

use crate::{
    check::{changed::Changed, loosened},
    document::Spot,
    evidence::FileFact,
    review::{ChangedSubject, ChangedValue, Member, Review},
};
use std::collections::BTreeMap;

/// Values of a specification by which a subject is another one, as messages call them.
const SUBJECT: [(&str, &[&str]); 13] = [
    ("the revision", &["metadata", "revision"]),
    ("the model", &["spec", "model", "uri"]),
    ("the digest of the model", &["spec", "model", "digest"]),
    ("the weights", &["spec", "model", "weightBytesPerParameter"]),
    ("the server", &["spec", "serving", "runtime", "name"]),
    ("the image", &["spec", "serving", "runtime", "image"]),
    (
        "the tensor parallelism",
        &["spec", "serving", "parallelism", "tensor"],
    ),
    (
        "the pipeline parallelism",
        &["spec", "serving", "parallelism", "pipeline"],
    ),
    (
        "the limit of concurrent sequences",
        &["spec", "serving", "maxNumSeqs"],
    ),
    ("the GPU", &["spec", "resources", "gpu", "type"]),
    ("the number of GPUs", &["spec", "resources", "gpu", "count"]),
    ("the CPU", &["spec", "resources", "cpu"]),
    ("the context length", &["spec", "model", "contextLength"]),
];

/// What of the subject changed since the base, and the evidence that stands as it was there.
pub(super) fn of(
    changed: Option<&Changed>,
    review: &Review,
    members: &[Member],
    files: &BTreeMap<String, FileFact>,
) -> Option<ChangedSubject> {
    let changed = changed?;
    let changes = changed.changes()?;
    let after = review.spec(members)?;
    let before = loosened::spec_at_base(changed.past(), review, members)?;
    let (old, new) = (Spot::root(&before.node), Spot::root(&after.document.root));
    let values: Vec<ChangedValue> = SUBJECT
        .into_iter()
        .filter_map(|(what, keys)| {
            let now = new.find(keys)?;
            let before = old.find(keys)?.value.scalar()?;
            let after = now.value.scalar()?;
            let at = now.at;
            (before != after).then_some(ChangedValue {
                what,
                at,
                before,
                after,
            })
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let root = &after.project.root;
    let is_older = |path: &&String| {
        let real = FileFact::locate(root, path);
        real.is_ok_and(|real| changes.had(&real) && changes.keeps(&real))
    };
    Some(ChangedSubject {
        since: changes.revision.clone(),
        values,
        older: files.keys().filter(is_older).cloned().collect(),
    })
}
