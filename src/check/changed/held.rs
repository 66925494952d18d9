//! Whether a verdict stood at the base already: only such a one may say until when evidence ages.

use super::Changed;
use crate::{
    check::{digest, open},
    document::{
        Node,
        read::{self, Format},
        source::{Source, real_path},
    },
    git::Snapshot,
    review::{Member, service_of},
    rule::Subject,
    schema::{Recognition, recognise},
};
use std::sync::Arc;

impl Changed {
    /// True where the base has the very verdict of a checklist, in the same file: that of `--policy-from`
    /// where there is one, for nothing that the change wrote has a say in it, else that of `--since`.
    pub(in crate::check) fn has_held(&self, checklist: &Member) -> bool {
        if self.of_base {
            return true;
        }
        let Some(verdict) = digest::verdict(checklist).map(digest::plain) else {
            return false;
        };
        let path = &checklist.document.source.path;
        match (&self.base, &self.changes) {
            (Some(base), _) => at_revision(base, checklist, &verdict),
            (None, Some(changes)) => {
                let real = real_path(path);
                let mut past = self.past.iter().filter(|past| past.path == real);
                !changes.touch(path)
                    || past.any(|past| is_same(&past.node, past.subject, checklist, &verdict))
            }
            (None, None) => false,
        }
    }
}

fn at_revision(base: &Snapshot, checklist: &Member, verdict: &str) -> bool {
    let source = &checklist.document.source;
    let Some(place) = base.place(&source.path) else {
        return false;
    };
    let Ok(Some(bytes)) = base.read(&place) else {
        return false;
    };
    let Ok(text) = read::decode(bytes) else {
        return false;
    };
    let past = Arc::new(Source {
        name: source.name.clone(),
        path: place,
        text,
    });
    let Some(format) = Format::of(&past.path) else {
        return false;
    };
    let parsed = open::parsed(&past, format);
    let documents = parsed.map(|parsed| parsed.documents).unwrap_or_default();
    documents
        .iter()
        .any(|document| match recognise(&document.root) {
            Recognition::Known(subject) => is_same(&document.root, subject, checklist, verdict),
            _ => false,
        })
}

/// True for a checklist of the same service with the same verdict.
pub(super) fn is_same(past: &Node, subject: Subject, checklist: &Member, verdict: &str) -> bool {
    let held = past.at(&["spec", "verdict"]).map(digest::plain);
    subject == Subject::VerificationChecklist
        && service_of(past, subject) == checklist.service()
        && held.as_deref() == Some(verdict)
}
