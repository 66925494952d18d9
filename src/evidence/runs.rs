//! Which run of a file is meant, where it holds several.

use super::{EvidenceError, content::Tree};
use crate::document::{Pointer, Spot};

/// The name of an object of Kubernetes, to tell several apart.
pub(super) fn name(run: &Spot<'_, Tree>) -> String {
    run.text_at(&["metadata", "name"])
        .unwrap_or("unnamed")
        .to_owned()
}

/// The run that is meant among those of a file: the only one, or the one that `select` names.
pub(super) fn one_run<'t>(
    mut runs: Vec<Spot<'t, Tree>>,
    label: fn(&Spot<'t, Tree>) -> String,
    select: Option<&Pointer>,
) -> Result<Spot<'t, Tree>, EvidenceError> {
    if let Some(select) = select {
        // A file with one run has it at its root, or at index 0 for those who count.
        let first = Pointer::default().index(0);
        runs.retain(|run| run.at == *select || (run.at.is_root() && *select == first));
        let found = runs.into_iter().next();
        return found.ok_or_else(|| EvidenceError::NothingSelected(select.to_string()));
    }
    match runs.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(several(&runs, label)),
    }
}

/// Runs that a message lists: enough to see what tells them apart.
const MOST_LISTED: usize = 8;

fn several<'t>(runs: &[Spot<'t, Tree>], label: fn(&Spot<'t, Tree>) -> String) -> EvidenceError {
    let mut listed = Vec::new();
    for run in runs.iter().take(MOST_LISTED) {
        listed.push(format!("{}: {}", run.at, label(run)));
    }
    let last = runs.last().map(|run| run.at.to_string());
    EvidenceError::SeveralRuns {
        count: runs.len(),
        runs: listed.join("; "),
        example: last.unwrap_or_default(),
    }
}

/// The runs of a file: one, several after each other, or several in an array.
pub(super) fn listed(trees: &[Tree]) -> Vec<Spot<'_, Tree>> {
    match trees {
        [tree @ Tree::List(_)] => Spot::root(tree).items(),
        _ => roots(trees),
    }
}

/// The trees of a file: the only one at the root, several by their index.
pub(super) fn roots(trees: &[Tree]) -> Vec<Spot<'_, Tree>> {
    match trees {
        [only] => vec![Spot::root(only)],
        _ => trees
            .iter()
            .enumerate()
            .map(|(index, value)| Spot {
                value,
                at: Pointer::default().index(index),
            })
            .collect(),
    }
}
