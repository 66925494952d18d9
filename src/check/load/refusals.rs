//! What is refused in one document.

use crate::{
    check::find::File,
    document::Document,
    manifest,
    schema::{MOST_MANIFEST_VALUES, Refusal, Schema, Schemas, excess},
};

/// What a schema refuses. One that holds too much is refused as a whole, before the schema sees it.
pub(super) fn of(schema: &Schema, document: &Document, most: usize) -> Vec<Refusal> {
    match excess(&document.root, most) {
        Some(refusal) => vec![refusal],
        None => schema.refusals_in(&document.root),
    }
}

/// Adds the fields that the platform of a manifest does not know.
pub(super) fn add_unknown(
    refusals: &mut Vec<Refusal>,
    kind: &manifest::Kind,
    document: &Document,
    file: &File,
    schemas: &Schemas,
) {
    // What holds too much is refused as a whole.
    if excess(&document.root, MOST_MANIFEST_VALUES).is_none() {
        let installed = &file.project.config.platforms;
        schemas.add_unknown_fields(kind, &document.root, installed, refusals);
    }
}
