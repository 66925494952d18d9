//! A value of a document, which may be missing, read as what the reader needs.

use crate::{document::Node, units};

/// The value at some path. Every reading answers `None` when it is missing, of another type or
/// outside the domain that is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'n>(Option<&'n Node>);

impl<'n> From<&'n Node> for Field<'n> {
    fn from(node: &'n Node) -> Self {
        Self(Some(node))
    }
}

impl<'n> Field<'n> {
    /// The value under `key`.
    pub fn get(self, key: &str) -> Self {
        Self(self.0.and_then(|node| node.get(key)))
    }

    /// The value under a path of keys.
    pub fn at(self, keys: &[&str]) -> Self {
        Self(self.0.and_then(|node| node.at(keys)))
    }

    /// The elements of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.0.map_or(&[][..], Node::items).iter().map(Self::from)
    }

    /// The values of a mapping; none for anything else.
    pub fn values(self) -> impl Iterator<Item = Self> {
        self.0
            .map_or(&[][..], Node::entries)
            .iter()
            .map(|entry| Self::from(&entry.node))
    }

    /// The value itself.
    pub fn node(self) -> Option<&'n Node> {
        self.0
    }

    /// True where nothing stands there.
    pub fn is_missing(self) -> bool {
        self.0.is_none()
    }

    /// The text of a string.
    pub fn text(self) -> Option<&'n str> {
        self.0.and_then(Node::as_str)
    }

    /// A finite number.
    pub fn number(self) -> Option<f64> {
        self.0.and_then(Node::as_f64)
    }

    /// A finite number from 0 up.
    pub fn amount(self) -> Option<f64> {
        self.number().filter(|number| *number >= 0.0)
    }

    /// A finite number above 0.
    pub fn positive(self) -> Option<f64> {
        self.amount().filter(|number| *number > 0.0)
    }

    /// A number in (0,1).
    pub fn inner_ratio(self) -> Option<f64> {
        self.positive().filter(|ratio| *ratio < 1.0)
    }

    /// A number in (0,1].
    pub fn share(self) -> Option<f64> {
        self.positive().filter(|ratio| *ratio <= 1.0)
    }

    /// The seconds of a duration.
    pub fn seconds(self) -> Option<f64> {
        self.text()
            .and_then(|text| units::duration_seconds(text).ok())
    }

    /// The seconds of a duration above 0.
    pub fn positive_seconds(self) -> Option<f64> {
        self.seconds().filter(|seconds| *seconds > 0.0)
    }

    /// A quantity from 0 up; a bare number is one too.
    pub fn quantity(self) -> Option<f64> {
        self.text()
            .map_or_else(|| self.amount(), units::quantity)
            .filter(|number| *number >= 0.0)
    }
}
