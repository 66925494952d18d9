//! What of a manifest is not known: placeholders, and what its schema refuses.

use crate::{
    document::Document,
    manifest::{self, UnknownValue, UnknownWhy},
    rule::UNKNOWN_FIELD,
    schema::Refusal,
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
        false
    });
    let mut broken = false;
    for refusal in refusals.iter().filter(|refusal| refusal.blocking) {
        broken |= refusal.rest.is_some() || refusal.violation.at.is_root();
        unknown.push(UnknownValue {
            at: refusal.violation.at.clone(),
            why: UnknownWhy::Refused,
            unfit: true,
        });
    }
    (unknown, broken)
}
