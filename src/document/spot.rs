//! The one cursor over trees: a value together with the path to it, so that what is read can also
//! be pointed at.

use super::{Node, Pointer, Value};

/// A tree of values that a [`Spot`] can move in.
pub trait Walkable: Sized {
    /// True for what is written as "no value".
    fn is_null(&self) -> bool;

    /// The value under `key` of a mapping; `None` for anything else.
    fn child(&self, key: &str) -> Option<&Self>;

    /// The elements of a list; none for anything else.
    fn elements(&self) -> &[Self];

    /// The keys and values of a mapping, in the order of the text; none for anything else.
    fn fields(&self) -> impl Iterator<Item = (&str, &Self)>;

    /// The text of a string.
    fn text(&self) -> Option<&str>;

    /// A value that is `true` or `false`; a text is none.
    fn flag(&self) -> Option<bool>;
}

impl Walkable for Node {
    fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    fn child(&self, key: &str) -> Option<&Self> {
        self.get(key)
    }

    fn elements(&self) -> &[Self] {
        self.items()
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        let entries = self.entries().iter();
        entries.map(|entry| (entry.key.as_str(), &entry.node))
    }

    fn text(&self) -> Option<&str> {
        self.as_str()
    }

    fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }
}

/// A value that exists, and the path to it. Every reading answers `None` for another type.
#[derive(Debug)]
pub struct Spot<'t, T = Node> {
    /// The value.
    pub value: &'t T,
    /// From the root of its tree.
    pub at: Pointer,
}

// Not derived: a derived one would ask that the tree, which is only borrowed, can be cloned.
impl<T> Clone for Spot<'_, T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value,
            at: self.at.clone(),
        }
    }
}

impl<'t, T: Walkable> Spot<'t, T> {
    /// The whole of a tree.
    pub fn root(value: &'t T) -> Self {
        Self {
            value,
            at: Pointer::default(),
        }
    }

    /// The value under `key`; nothing where it is missing or null, because a null is how people
    /// and generators write that a key is not set.
    pub fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.child(key).filter(|value| !value.is_null())?;
        Some(self.below(key, value))
    }

    /// The value under a path of keys.
    pub fn find(&self, keys: &[&str]) -> Option<Self> {
        keys.iter()
            .try_fold(self.clone(), |spot, key| spot.get(key))
    }

    /// The elements of a list; none for anything else. Nulls stay, so that each keeps its index.
    pub fn items(&self) -> Vec<Self> {
        let mut items = Vec::new();
        for (index, value) in self.value.elements().iter().enumerate() {
            let at = self.at.clone().index(index);
            items.push(Self { value, at });
        }
        items
    }

    /// The elements of the list under a path of keys.
    pub fn items_at(&self, keys: &[&str]) -> Vec<Self> {
        self.find(keys).map(|list| list.items()).unwrap_or_default()
    }

    /// The entries of a mapping; none for anything else. Nulls stay: here the name alone may be
    /// what counts.
    pub fn entries(&self) -> Vec<(&'t str, Self)> {
        let fields = self.value.fields();
        fields
            .map(|(key, value)| (key, self.below(key, value)))
            .collect()
    }

    /// The entries of the mapping under a path of keys.
    pub fn entries_at(&self, keys: &[&str]) -> Vec<(&'t str, Self)> {
        self.find(keys)
            .map(|mapping| mapping.entries())
            .unwrap_or_default()
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&'t str> {
        self.value.text()
    }

    /// The text under a path of keys.
    pub fn text_at(&self, keys: &[&str]) -> Option<&'t str> {
        self.find(keys)?.text()
    }

    /// A copy of the text under a path of keys.
    pub fn string_at(&self, keys: &[&str]) -> Option<String> {
        self.text_at(keys).map(str::to_owned)
    }

    /// A value that is `true` or `false`.
    pub fn flag(&self) -> Option<bool> {
        self.value.flag()
    }

    fn below(&self, key: &str, value: &'t T) -> Self {
        Self {
            value,
            at: self.at.clone().key(key),
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

    #[test]
    fn a_null_is_missing_by_name_and_present_in_a_listing() {
        let text = "{a: [{b: x}, null], n: null, t: true, s: \"true\"}";
        let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
        let root = Spot::root(&parsed.documents[0].root);
        assert!(root.get("n").is_none());
        assert!(root.find(&["a", "b"]).is_none());
        let paths: Vec<String> = root
            .entries()
            .iter()
            .map(|(_, spot)| spot.at.to_string())
            .collect();
        assert_eq!(paths, ["/a", "/n", "/t", "/s"]);
        let items = root.items_at(&["a"]);
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].text_at(&["b"]), Some("x"));
        assert_eq!(items[1].at.to_string(), "/a/1");
        let flags = ["t", "s"].map(|key| root.get(key).and_then(|spot| spot.flag()));
        assert_eq!(flags, [Some(true), None]);
    }
}
