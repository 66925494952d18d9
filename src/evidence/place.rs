//! A value together with where it stands, so that what is wrong with it can be pointed at.

use super::{EvidenceError, Rate, content::Tree};
use crate::document::{Pointer, Step};

/// The largest whole number that a float holds exactly; no test counts further.
const MOST: f64 = 9_007_199_254_740_992.0;

/// A value of a tree and the path to it.
#[derive(Clone)]
pub(super) struct Place<'t> {
    /// The value.
    pub tree: &'t Tree,
    /// From the root of the file.
    pub at: Pointer,
}

impl<'t> Place<'t> {
    /// The whole of a tree.
    pub(super) fn root(tree: &'t Tree) -> Self {
        Self {
            tree,
            at: Pointer::default(),
        }
    }

    /// The value under `key`; nothing where it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let tree = self.tree.get(key).filter(|tree| **tree != Tree::Null)?;
        Some(Self {
            tree,
            at: self.at.clone().key(key),
        })
    }

    /// The value under a path of keys.
    pub(super) fn find(&self, keys: &[&str]) -> Option<Self> {
        keys.iter()
            .try_fold(self.clone(), |place, key| place.get(key))
    }

    /// The entries of a map that are not null, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(&'t str, Self)> {
        let Tree::Map(entries) = self.tree else {
            return vec![];
        };
        let present = entries.iter().filter(|(_, tree)| *tree != Tree::Null);
        present
            .map(|(key, tree)| {
                (
                    key.as_str(),
                    Self {
                        tree,
                        at: self.at.clone().key(key),
                    },
                )
            })
            .collect()
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Vec<Self> {
        let items = self.tree.items().iter().enumerate();
        items
            .map(|(index, tree)| Self {
                tree,
                at: self.at.clone().index(index),
            })
            .collect()
    }

    /// The value at a pointer.
    pub(super) fn select(&self, pointer: &Pointer) -> Result<Self, EvidenceError> {
        let mut place = self.clone();
        for step in pointer.steps() {
            let next = match (place.tree, step) {
                (Tree::List(items), Step::Index(index)) => items.get(*index),
                (Tree::Map(_), Step::Key(key)) => place.tree.get(key),
                (Tree::Map(_), Step::Index(index)) => place.tree.get(&index.to_string()),
                _ => None,
            };
            let at: Pointer = place
                .at
                .steps()
                .iter()
                .cloned()
                .chain([step.clone()])
                .collect();
            place = Self {
                tree: next.ok_or_else(|| EvidenceError::NothingSelected(at.to_string()))?,
                at,
            };
        }
        Ok(place)
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&'t str> {
        self.tree.text()
    }

    /// A finite number.
    pub(super) fn number(&self) -> Result<f64, EvidenceError> {
        match self.tree {
            Tree::Number(number) if number.is_finite() => Ok(*number),
            Tree::Number(number) => Err(self.bad(format!("not a finite number (`{number}`)"))),
            Tree::Text(text) => Err(self.bad(format!("no number (`{text}`)"))),
            _ => Err(self.bad("no number")),
        }
    }

    /// A finite number that is not negative.
    pub(super) fn amount(&self) -> Result<f64, EvidenceError> {
        match self.number()? {
            number if number < 0.0 => Err(self.bad(format!("negative ({number})"))),
            number => Ok(number),
        }
    }

    /// A number from 0 to 1.
    pub(super) fn ratio(&self) -> Result<f64, EvidenceError> {
        match self.amount()? {
            number if number > 1.0 => Err(self.bad(format!("no ratio ({number})"))),
            number => Ok(number),
        }
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self) -> Result<u64, EvidenceError> {
        match self.amount()? {
            number if number.fract() != 0.0 || number > MOST => {
                Err(self.bad(format!("no whole number ({number})")))
            }
            number => Ok(number as u64),
        }
    }

    /// A rate: a number, or a word for "as many as can be sent".
    pub(super) fn rate(&self) -> Result<Rate, EvidenceError> {
        match self.tree {
            Tree::Number(number) if *number == f64::INFINITY => Ok(Rate::Unbounded),
            Tree::Text(text) if matches!(text.as_str(), "inf" | "Infinity" | "max") => {
                Ok(Rate::Unbounded)
            }
            _ => self.amount().map(Rate::Number),
        }
    }

    /// Says what is wrong here.
    pub(super) fn bad(&self, what: impl Into<String>) -> EvidenceError {
        EvidenceError::BadValue {
            at: self.at.to_string(),
            what: what.into(),
        }
    }

    /// [`Self::amount`] of the value under a path of keys.
    pub(super) fn amount_at(&self, keys: &[&str]) -> Result<Option<f64>, EvidenceError> {
        self.find(keys).map(|place| place.amount()).transpose()
    }

    /// [`Self::count`] of the value under a path of keys.
    pub(super) fn count_at(&self, keys: &[&str]) -> Result<Option<u64>, EvidenceError> {
        self.find(keys).map(|place| place.count()).transpose()
    }

    /// The text under a path of keys.
    pub(super) fn text_at(&self, keys: &[&str]) -> Option<String> {
        self.find(keys)?.text().map(str::to_owned)
    }
}

/// The run that is meant among those of a file: the only one, or the one that `select` names.
pub(super) fn one_run<'t>(
    runs: Vec<Place<'t>>,
    label: fn(&Place<'t>) -> String,
    select: Option<&Pointer>,
) -> Result<Place<'t>, EvidenceError> {
    if let Some(select) = select {
        // A file with one run has it at its root, or at index 0 for those who count.
        let is_meant =
            |run: &Place<'_>| run.at == *select || (run.at.is_root() && select.to_string() == "/0");
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

/// The trees of a file as places: the only one at the root, several by their index.
pub(super) fn roots(trees: &[Tree]) -> Vec<Place<'_>> {
    match trees {
        [only] => vec![Place::root(only)],
        _ => {
            let at = |index| Pointer::default().index(index);
            trees
                .iter()
                .enumerate()
                .map(|(index, tree)| Place {
                    tree,
                    at: at(index),
                })
                .collect()
        }
    }
}
