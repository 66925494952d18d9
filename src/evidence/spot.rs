//! How results are read through a cursor: strictly, and with the place of what cannot be read.

use super::{EvidenceError, Rate, content::Tree};
use crate::document::{Pointer, Spot, Step};

/// The largest whole number that a float holds exactly; no test counts further.
const MOST: f64 = 9_007_199_254_740_992.0;

impl<'t> Spot<'t, Tree> {
    /// The entries of the mapping under a path of keys that are not null: tools write null for a
    /// statistic that they could not compute.
    pub(super) fn present_at(&self, keys: &[&str]) -> Vec<(&'t str, Self)> {
        let mut entries = self.entries_at(keys);
        entries.retain(|(_, spot)| *spot.value != Tree::Null);
        entries
    }

    /// True where `true` stands under a path of keys.
    pub(super) fn is_true_at(&self, keys: &[&str]) -> bool {
        self.find(keys).and_then(|spot| spot.flag()) == Some(true)
    }

    /// The value at a pointer.
    pub(super) fn select(&self, pointer: &Pointer) -> Result<Self, EvidenceError> {
        let mut spot = self.clone();
        for step in pointer.steps() {
            let next = match (spot.value, step) {
                (Tree::List(items), Step::Index(index)) => items.get(*index),
                (Tree::Map(_), Step::Key(key)) => spot.value.get(key),
                (Tree::Map(_), Step::Index(index)) => spot.value.get(&index.to_string()),
                _ => None,
            };
            let at = spot.at.step(step.clone());
            spot = Self {
                value: next.ok_or_else(|| EvidenceError::NothingSelected(at.to_string()))?,
                at,
            };
        }
        Ok(spot)
    }

    /// A finite number.
    pub(super) fn number(&self) -> Result<f64, EvidenceError> {
        match self.value {
            Tree::Number(number) if number.is_finite() => Ok(*number),
            Tree::Number(number) => Err(self.bad(format!("not a finite number (`{number}`)"))),
            // Several tools write numbers as text.
            Tree::Text(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(number),
                _ => Err(self.bad(format!("no number (`{text}`)"))),
            },
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
        match self.value {
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
        self.find(keys).map(|spot| spot.amount()).transpose()
    }

    /// [`Self::count`] of the value under a path of keys.
    pub(super) fn count_at(&self, keys: &[&str]) -> Result<Option<u64>, EvidenceError> {
        self.find(keys).map(|spot| spot.count()).transpose()
    }
}
