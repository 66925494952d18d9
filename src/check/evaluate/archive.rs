//! The evidence of a run, read once for all who ask, and held for as long as a service needs it.

use crate::{
    check::CheckMemory,
    evidence::{Archive, FileFact, Reading, Reference},
    facts,
    review::{Group, Member},
};
use std::{collections::BTreeMap, path::Path};

/// The evidence behind the claims of all documents that reach the rules.
#[derive(Default)]
pub(super) struct EvidenceShelf {
    archive: Archive,
    /// The files that a document rests on, by member.
    files: BTreeMap<usize, Vec<usize>>,
}

impl EvidenceShelf {
    pub(super) fn new(groups: &[Group], members: &[Member]) -> Self {
        let mut shelf = Self::default();
        for (index, member) in members.iter().enumerate().filter(|(_, it)| !it.broken) {
            let root = &member.document.root;
            let measured = facts::references::measured(root, member.subject);
            let weighed = facts::references::weighed(root, member.subject);
            let claims = measured.into_iter().chain(weighed);
            let add = |reference| shelf.archive.add(&member.project.root, reference);
            let files: Vec<usize> = claims.filter_map(add).collect();
            if !files.is_empty() {
                shelf.files.insert(index, files);
            }
        }
        for group in groups {
            for number in files_of(&shelf.files, group) {
                shelf.archive.expect(number);
            }
        }
        shelf
    }

    /// The same with what results held before.
    pub(super) fn remembered(self, memory: Option<&CheckMemory>) -> Self {
        Self {
            archive: self.archive.remembered(memory.map(CheckMemory::evidence)),
            ..self
        }
    }

    /// Reads what a service rests on.
    pub(super) fn open(&self, group: &Group) {
        let mut files: Vec<usize> = files_of(&self.files, group).collect();
        files.sort_unstable();
        files.dedup();
        self.archive.open(&files);
    }

    /// Drops what only this service needed, which was judged. To be called once for each.
    pub(super) fn release(&self, group: &Group) {
        files_of(&self.files, group).for_each(|number| self.archive.release(number));
    }

    pub(super) fn reading(&self, root: &Path, reference: Reference<'_>) -> Reading {
        self.archive.reading(root, reference)
    }

    pub(super) fn fact(&self, root: &Path, path: &str) -> Option<FileFact> {
        self.archive.fact(root, path)
    }
}

/// The files of a service, as often as a document names them.
fn files_of<'s>(
    files: &'s BTreeMap<usize, Vec<usize>>,
    group: &'s Group,
) -> impl Iterator<Item = usize> + 's {
    let of_member = |index| files.get(index).into_iter().flatten().copied();
    group.members.iter().flat_map(of_member)
}
