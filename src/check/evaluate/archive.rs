//! The evidence of a run, read once for all who ask.

use crate::{evidence::Archive, facts, review::Member};

/// Reads the evidence behind the claims of all documents that reach the rules.
pub(super) fn read(members: &[Member]) -> Archive {
    let mut claims = Vec::new();
    for member in members {
        if member.broken {
            continue;
        }
        let root = &member.document.root;
        let measured = facts::references::measured(root, member.subject);
        let weighed = facts::references::weighed(root, member.subject);
        for reference in measured.into_iter().chain(weighed) {
            claims.push((member.project.root.as_path(), reference));
        }
    }
    Archive::read(claims)
}
