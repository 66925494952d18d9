//! From paths to places: of what was rendered, to what it is rendered from.

use super::identity;
use crate::{
    document::{Pointer, source::Span},
    finding::{Place, Related},
    render::RenderTrace,
    review::Member,
    rule::{Subject, UNKNOWN_FIELD},
};
use std::sync::Arc;

/// Where a finding is.
pub(super) struct Located {
    pub(super) place: Place,
    pub(super) subject: Subject,
    /// The rendered text, where the place is in what it is rendered from.
    pub(super) rendered: Option<Related>,
}

/// The key of a field that should not be there; what stands under any other pointer.
pub(super) fn place_of(member: &Member, rule: &str, at: &Pointer) -> Place {
    let mut place = place(member, at);
    if rule == UNKNOWN_FIELD
        && member.rendered.is_none()
        && let Some(key) = member.document.root.resolve(at).key
    {
        place.span = key;
    }
    place
}

/// Where a path leads in a document.
pub(in crate::check) fn place(member: &Member, at: &Pointer) -> Place {
    let place = Place::within(&member.document, Some(identity(member)), at);
    let object = member.rendered.as_ref();
    match object.and_then(|object| object.place(&member.document.root, at)) {
        Some(written) => Place {
            pointer: written.pointer(at, &member.document.root),
            anchor: String::new(),
            source: written.source,
            span: written.span,
            ..place
        },
        None => place,
    }
}

/// What was rendered, where a place is shown in what it is rendered from.
pub(super) fn as_rendered(member: &Member, at: &Pointer) -> Option<Related> {
    let object = member.rendered.as_ref()?;
    if let RenderTrace::Named(file) = &object.trace {
        let end = file.text.find('\n').unwrap_or(file.text.len());
        return Some(Related {
            place: Place::bare(Arc::clone(file), Span::new(0, end)),
            message: "the object is rendered from this file".to_owned(),
        });
    }
    let place = Place::within(&member.document, Some(identity(member)), at);
    object.place(&member.document.root, at)?;
    Some(Related {
        place,
        message: format!("as `{}` renders it", object.from.command),
    })
}
