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

/// The same of a manifest, with the fields that its platform does not know.
pub(super) fn with_unknown(
    schema: &Schema,
    kind: &manifest::Kind,
    document: &Document,
    file: &File,
    schemas: &Schemas,
) -> Vec<Refusal> {
    let root = &document.root;
    if let Some(refusal) = excess(root, MOST_MANIFEST_VALUES) {
        return vec![refusal];
    }
    let mut refusals = schema.refusals_in(root);
    let installed = &file.project.config.platforms;
    schemas.add_unknown_fields(kind, root, installed, &mut refusals);
    refusals
}
