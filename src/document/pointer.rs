//! A path of keys and indexes, written as a JSON Pointer (RFC 6901).

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::{borrow::Cow, fmt};

/// One step down a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Step {
    /// Into a mapping.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

/// A path into a document or a review. The empty one is the whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(Vec<Step>);

impl Pointer {
    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// True for the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// This path and one step more.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// This path and one key more.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// This path and one index more.
    #[must_use]
    pub fn index(self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// This path and several keys more.
    #[must_use]
    pub fn keys(self, keys: &[&str]) -> Self {
        keys.iter().fold(self, |at, key| at.key(*key))
    }

    /// This path and that of a place below it.
    #[must_use]
    pub fn join(mut self, below: &Self) -> Self {
        self.0.extend_from_slice(&below.0);
        self
    }

    /// The path of what holds the place; `None` for the whole document.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The path without its first `count` steps.
    #[must_use]
    pub fn skip(&self, count: usize) -> Self {
        self.0.iter().skip(count).cloned().collect()
    }

    /// True when `self` is `other` or above it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// Reads a JSON Pointer. All-digit segments become indexes: [`super::Node::resolve`] takes
    /// either for either.
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        for segment in text.split('/').skip(1) {
            // In this order, or `~01` would become a slash (RFC 6901, section 4).
            let key = segment.replace("~1", "/").replace("~0", "~");
            steps.push(Step::from(key.as_str()));
        }
        Self(steps)
    }
}

impl From<&str> for Step {
    fn from(segment: &str) -> Self {
        // RFC 6901 knows no leading zeros; `007` is the key of a mapping.
        let plain_number = segment == "0" || !segment.starts_with('0');
        match segment.parse() {
            // `parse` alone would also take `+1`.
            Ok(index) if plain_number && segment.bytes().all(|byte| byte.is_ascii_digit()) => {
                Self::Index(index)
            }
            _ => Self::Key(segment.to_owned()),
        }
    }
}

/// A list of keys and indexes, as rules write paths.
impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl JsonSchema for Pointer {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Pointer".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "array", "items": {"type": ["string", "integer"]}})
    }
}

impl FromIterator<Step> for Pointer {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => write!(f, "/{index}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_steps_agree() {
        let pointer = Pointer::default()
            .key("spec")
            .key("a/b~c")
            .index(3)
            .key("007");
        assert_eq!(pointer.to_string(), "/spec/a~1b~0c/3/007");
        assert_eq!(Pointer::parse("/spec/a~1b~0c/3/007"), pointer);
        assert_eq!(Pointer::parse(""), Pointer::default());
    }
}
