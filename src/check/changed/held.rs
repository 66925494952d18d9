//! Whether a verdict stood at the base already: only such a one may say until when evidence ages.

use super::Changed;
use crate::{
    check::{digest, loosened::PastDocument, moved, open},
    document::{
        Document, Node,
        read::{self, Format},
        source::{Source, real_path},
    },
    git::Snapshot,
    review::{Member, service_of},
    rule::Subject,
    schema::{Recognition, recognise},
};
use std::{path::Path, sync::Arc};

impl Changed {
    /// True where the base has the very verdict of a checklist, in the same file or in the one from which the
    /// change moved it: that of `--policy-from` where there is one, for nothing that the change wrote has a say in
    /// it, else that of `--since`.
    pub(in crate::check) fn has_held(&self, checklist: &Member) -> bool {
        if self.of_base {
            return true;
        }
        let Some(verdict) = digest::verdict(checklist).map(digest::plain) else {
            return false;
        };
        match (&self.base, &self.changes) {
            (Some(base), _) => self.at_base(base, checklist, &verdict),
            (None, Some(changes)) => {
                !changes.touch(&checklist.document.source.path)
                    || self.had_verdict(checklist, &verdict)
            }
            (None, None) => false,
        }
    }

    /// True where a file that changed since had the verdict: that of the checklist, or one from which it was moved.
    pub(super) fn had_verdict(&self, checklist: &Member, verdict: &str) -> bool {
        let own = real_path(&checklist.document.source.path);
        let (there, elsewhere): (Vec<&PastDocument>, Vec<&PastDocument>) =
            self.past.iter().partition(|past| past.path == own);
        let is_like =
            |past: &PastDocument| moved::is_called_like(&past.node, past.subject, checklist);
        let has = |past: &PastDocument| is_same(&past.node, past.subject, checklist, verdict);
        let was_there = there.iter().any(|past| is_like(past));
        there.into_iter().any(has)
            || !was_there
                && elsewhere
                    .into_iter()
                    .any(|past| is_like(past) && has(past) && !moved::holds(&past.path, checklist))
    }

    /// True where something that a project had at the revision cannot be read.
    pub(in crate::check) fn is_unread(&self, root: &Path) -> bool {
        self.projects.contains(root)
    }

    fn at_base(&self, base: &Snapshot, checklist: &Member, verdict: &str) -> bool {
        let moved = self.moved.as_ref();
        let moved = moved.map(|moved| moved.before(checklist));
        at_revision(base, checklist, verdict)
            || moved.into_iter().flatten().any(|file| {
                let documents = &file.parsed.documents;
                holds_verdict(documents, checklist, verdict)
            })
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
    let parsed = open::parsed(&past, format).unwrap_or_default();
    holds_verdict(&parsed.documents, checklist, verdict)
}

fn holds_verdict(documents: &[Document], checklist: &Member, verdict: &str) -> bool {
    let mut found = false;
    for document in documents {
        open::each_object(&document.root, &mut |root| {
            if let Recognition::Known(subject) = recognise(root) {
                found |= is_same(root, subject, checklist, verdict);
            }
        });
    }
    found
}

/// True for a checklist of the same service with the same verdict.
fn is_same(past: &Node, subject: Subject, checklist: &Member, verdict: &str) -> bool {
    let held = past.at(&["spec", "verdict"]).map(digest::plain);
    subject == Subject::VerificationChecklist
        && service_of(past, subject) == checklist.service()
        && held.as_deref() == Some(verdict)
}
