//! A value together with the path to it, so that what a rule compares can also be pointed at.

use crate::{
    document::{Node, Pointer, Value},
    facts::{Number, NumberOrText, Placed},
    units,
};

/// A value that exists, and the path to it. Every reading answers `None` for another type.
#[derive(Debug, Clone)]
pub struct Spot<'n> {
    /// The value.
    pub node: &'n Node,
    /// From the root of its document.
    pub at: Pointer,
}

impl<'n> Spot<'n> {
    /// The whole of a document.
    pub fn root(node: &'n Node) -> Self {
        Self {
            node,
            at: Pointer::default(),
        }
    }

    /// The value under `key`; nothing where it is missing or null.
    pub fn get(&self, key: &str) -> Option<Self> {
        let node = self
            .node
            .get(key)
            .filter(|node| node.value != Value::Null)?;
        Some(Self {
            node,
            at: self.at.clone().key(key),
        })
    }

    /// The value under a path of keys.
    pub fn find(&self, keys: &[&str]) -> Option<Self> {
        keys.iter()
            .try_fold(self.clone(), |spot, key| spot.get(key))
    }

    /// The elements of a list; none for anything else.
    pub fn items(&self) -> Vec<Self> {
        let place = |(index, node)| Self {
            node,
            at: self.at.clone().index(index),
        };
        self.node.items().iter().enumerate().map(place).collect()
    }

    /// The elements of the list under a path of keys.
    pub fn items_at(&self, keys: &[&str]) -> Vec<Self> {
        self.find(keys).map(|list| list.items()).unwrap_or_default()
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> Vec<(&'n str, Self)> {
        let entries = self.node.entries().iter();
        let place = |key: &str| self.at.clone().key(key);
        entries
            .map(|entry| {
                (
                    entry.key.as_str(),
                    Self {
                        node: &entry.node,
                        at: place(&entry.key),
                    },
                )
            })
            .collect()
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&'n str> {
        self.node.as_str()
    }

    /// A finite number, also where it is written as text, as Kubernetes allows in many places.
    pub fn number(&self) -> Option<f64> {
        let parsed = || {
            self.text()?
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        };
        self.node.as_f64().or_else(parsed)
    }

    /// Seconds: a number or digits are seconds as in Argo and Kubernetes, other text is a duration.
    pub fn seconds(&self) -> Option<f64> {
        let duration = || units::duration_seconds(self.text()?).ok();
        self.number()
            .or_else(duration)
            .filter(|seconds| *seconds >= 0.0)
    }

    /// A Kubernetes quantity from 0 up, or a bare number.
    pub fn quantity(&self) -> Option<f64> {
        let number = match self.text() {
            Some(text) => units::quantity(text),
            None => self.node.as_f64(),
        };
        number.filter(|number| *number >= 0.0)
    }

    /// True for `true`, also as text, as annotations write it.
    pub fn is_true(&self) -> bool {
        self.node.value == Value::Bool(true) || self.text() == Some("true")
    }

    /// Text with the path to it.
    pub fn placed_text(&self) -> Option<Placed<String>> {
        self.text()
            .map(|text| Placed::new(text.to_owned(), &self.at))
    }

    /// A number with the path to it.
    pub fn placed_number(&self) -> Option<Placed<Number>> {
        Placed::number(self.number()?, &self.at)
    }

    /// Seconds with the path to what said them.
    pub fn placed_seconds(&self) -> Option<Placed<Number>> {
        Placed::number(self.seconds()?, &self.at)
    }

    /// A quantity with the path to it.
    pub fn placed_quantity(&self) -> Option<Placed<Number>> {
        Placed::number(self.quantity()?, &self.at)
    }

    /// A number or a text such as `25%`, with the path to it.
    pub fn placed_number_or_text(&self) -> Option<Placed<NumberOrText>> {
        let number = self
            .placed_number()
            .map(|number| number.map(NumberOrText::Number));
        number.or_else(|| self.placed_text().map(|text| text.map(NumberOrText::Text)))
    }

    /// The text under `key`.
    pub fn text_of(&self, key: &str) -> Option<String> {
        Some(self.get(key)?.text()?.to_owned())
    }

    /// [`Self::placed_number`] of the value under `key`.
    pub fn number_of(&self, key: &str) -> Option<Placed<Number>> {
        self.get(key)?.placed_number()
    }

    /// [`Self::placed_seconds`] of the value under `key`.
    pub fn seconds_of(&self, key: &str) -> Option<Placed<Number>> {
        self.get(key)?.placed_seconds()
    }

    /// [`Self::placed_flag`] of the value under `key`.
    pub fn flag_of(&self, key: &str) -> Option<Placed<bool>> {
        self.get(key)?.placed_flag()
    }

    /// Something that holds, with the path to what says so.
    pub fn placed_flag(&self) -> Option<Placed<bool>> {
        match self.node.value {
            Value::Bool(flag) => Some(Placed::new(flag, &self.at)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };
    use serde_json::json;

    #[test]
    fn seconds_are_numbers_digits_or_durations() {
        let text = "[10, \"10\", 10m, 1h30m, soon, -3, null, [1], .inf]";
        let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
        let seconds: Vec<Option<f64>> = Spot::root(&parsed.documents[0].root)
            .items()
            .iter()
            .map(Spot::seconds)
            .collect();
        let wanted = [Some(10.0), Some(10.0), Some(600.0), Some(5400.0)];
        assert_eq!(seconds[..4], wanted);
        assert_eq!(seconds[4..], [None; 5]);
    }

    #[test]
    fn a_placed_value_knows_its_path() {
        let parsed = read::parse(
            &Source::new("a.yaml", "{a: [{b: 5}], n: null}"),
            Format::Yaml,
        );
        let root = Spot::root(&parsed.documents[0].root);
        let placed = root.items_at(&["a"])[0]
            .get("b")
            .and_then(|spot| spot.placed_number());
        assert_eq!(
            placed.and_then(|placed| serde_json::to_value(placed).ok()),
            Some(json!({"value": 5, "at": ["a", 0, "b"]}))
        );
        assert!(root.get("n").is_none());
        assert!(root.find(&["a", "b"]).is_none());
    }
}
