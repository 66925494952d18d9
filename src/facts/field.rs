//! A value of one of our own documents, which may be missing, read as what the formula needs.
//!
//! It is no second cursor over trees: it has no path and never moves on its own. [`Spot`] answers
//! "where does it stand" for manifests, whose writers are many and lenient. A formula asks only "is
//! every ingredient there, in its unit and its domain", a dozen times in a row, so a value that is
//! missing is a value here, and free to copy. Our schemas know one spelling for each field, so text
//! is no number, and a null is something that stands there and fits no reading: `overhead: null`
//! does not mean that there is no overhead.
//!
//! [`Spot`]: crate::document::Spot

use crate::{document::Node, units};

/// The value at some path. Every reading answers `None` when it is missing, of another type or
/// outside the domain that is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Field<'n>(Option<&'n Node>);

impl<'n> From<&'n Node> for Field<'n> {
    fn from(node: &'n Node) -> Self {
        Self(Some(node))
    }
}

impl<'n> Field<'n> {
    /// The value under `key`.
    pub(super) fn get(self, key: &str) -> Self {
        Self(self.0.and_then(|node| node.get(key)))
    }

    /// The value under a path of keys.
    pub(super) fn at(self, keys: &[&str]) -> Self {
        Self(self.0.and_then(|node| node.at(keys)))
    }

    /// The elements of a list; none for anything else.
    pub(super) fn items(self) -> impl Iterator<Item = Self> {
        self.0.map_or(&[][..], Node::items).iter().map(Self::from)
    }

    /// The values of a mapping; none for anything else.
    pub(super) fn values(self) -> impl Iterator<Item = Self> {
        self.0
            .map_or(&[][..], Node::entries)
            .iter()
            .map(|entry| Self::from(&entry.node))
    }

    /// The keys and values of a mapping; none for anything else.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'n str, Self)> {
        let entries = self.0.map_or(&[][..], Node::entries).iter();
        entries.map(|entry| (entry.key.as_str(), Self::from(&entry.node)))
    }

    /// The value itself.
    pub(super) fn node(self) -> Option<&'n Node> {
        self.0
    }

    /// True where nothing stands there.
    pub(super) fn is_missing(self) -> bool {
        self.0.is_none()
    }

    /// The text of a string.
    pub(super) fn text(self) -> Option<&'n str> {
        self.0.and_then(Node::as_str)
    }

    /// A finite number.
    pub(super) fn number(self) -> Option<f64> {
        self.0.and_then(Node::as_f64)
    }

    /// A finite number from 0 up.
    pub(super) fn amount(self) -> Option<f64> {
        self.number().filter(|number| *number >= 0.0)
    }

    /// A finite number above 0.
    pub(super) fn positive(self) -> Option<f64> {
        self.amount().filter(|number| *number > 0.0)
    }

    /// A number in (0,1).
    pub(super) fn inner_ratio(self) -> Option<f64> {
        self.positive().filter(|ratio| *ratio < 1.0)
    }

    /// A number in (0,1].
    pub(super) fn share(self) -> Option<f64> {
        self.positive().filter(|ratio| *ratio <= 1.0)
    }

    /// The seconds of a duration.
    pub(super) fn seconds(self) -> Option<f64> {
        self.text()
            .and_then(|text| units::duration_seconds(text).ok())
    }

    /// The seconds of a duration above 0.
    pub(super) fn positive_seconds(self) -> Option<f64> {
        self.seconds().filter(|seconds| *seconds > 0.0)
    }

    /// A quantity from 0 up; a bare number is one too.
    pub(super) fn quantity(self) -> Option<f64> {
        self.text()
            .map_or_else(|| self.amount(), units::quantity)
            .filter(|number| *number >= 0.0)
    }
}
