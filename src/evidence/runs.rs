//! Which run of a file is meant, where it holds several.

use super::{EvidenceError, content::Tree};
use crate::document::{Pointer, Spot};

/// The run that is meant among those of a file: the only one, or the one that `select` names.
pub(super) fn one_run<'t>(
    runs: Vec<Spot<'t, Tree>>,
    label: fn(&Spot<'t, Tree>) -> String,
    select: Option<&Pointer>,
) -> Result<Spot<'t, Tree>, EvidenceError> {
    if let Some(select) = select {
        // A file with one run has it at its root, or at index 0 for those who count.
        let is_meant = |run: &Spot<'_, Tree>| {
            run.at == *select || (run.at.is_root() && select.to_string() == "/0")
        };
        let found = runs.into_iter().find(is_meant);
        return found.ok_or_else(|| EvidenceError::NothingSelected(select.to_string()));
    }
    match runs.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(EvidenceError::SeveralRuns {
            count: runs.len(),
            runs: runs
                .iter()
                .take(8)
                .map(|run| format!("{}: {}", run.at, label(run)))
                .collect::<Vec<_>>()
                .join("; "),
            example: runs
                .last()
                .map(|run| run.at.to_string())
                .unwrap_or_default(),
        }),
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
