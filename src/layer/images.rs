//! Entries of `images`.

use super::change::{FoundChanges, LayerValue};
use crate::document::{Node, Pointer, Step, Value};

/// An entry of `images`: another name, tag or digest for an image.
#[derive(Debug, Clone, Default)]
pub(super) struct ImageEntry {
    name: String,
    new_name: Option<String>,
    new_tag: Option<String>,
    digest: Option<String>,
    /// True where the layer names further fields that hold images.
    anywhere: bool,
}

impl ImageEntry {
    /// `None` for what has no name, or changes nothing.
    pub(super) fn of(node: &Node, anywhere: bool) -> Option<Self> {
        let text = |key: &str| match &node.get(key)?.value {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            // A tag without quotes may be a number.
            Value::Integer(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            _ => None,
        };
        let suffix = text("tagSuffix");
        let entry = Self {
            name: text("name")?,
            new_name: text("newName"),
            new_tag: text("newTag").or(suffix),
            digest: text("digest"),
            anywhere,
        };
        let changes = [&entry.new_name, &entry.new_tag, &entry.digest];
        changes.iter().any(|part| part.is_some()).then_some(entry)
    }

    /// An image as Argo CD writes it: `name=other:tag`, `name:tag` or `name@digest`.
    pub(super) fn written(text: &str) -> Option<Self> {
        let (name, image) = text.split_once('=').unwrap_or(("", text));
        let (base, suffix) = apart(image);
        let mut entry = Self {
            name: if name.is_empty() { base } else { name }.to_owned(),
            new_name: (!name.is_empty()).then(|| base.to_owned()),
            ..Self::default()
        };
        match suffix.strip_prefix('@') {
            Some(digest) => entry.digest = Some(digest.to_owned()),
            None => entry.new_tag = suffix.strip_prefix(':').map(str::to_owned),
        }
        Some(entry).filter(|entry| !entry.name.is_empty())
    }

    /// The images that it changes. `known` are the images that layers below give to places.
    pub(super) fn changes(
        &self,
        object: &Node,
        known: &[(Pointer, String)],
        found: &mut FoundChanges,
    ) {
        let mut own = Vec::new();
        images(object, &Pointer::default(), self.anywhere, &mut own);
        own.extend(known.iter().cloned());
        let mut met: Vec<Pointer> = Vec::new();
        for (at, image) in own {
            let (base, suffix) = apart(&image);
            if base != self.name || met.contains(&at) {
                continue;
            }
            let text = self.image(base, suffix);
            let span = object.resolve(&at).node.span;
            found.add(
                at.clone(),
                LayerValue::Known(Node::new(Value::String(text), span)),
            );
            met.push(at);
        }
    }

    fn image(&self, base: &str, suffix: &str) -> String {
        let name = self.new_name.as_deref().unwrap_or(base);
        match (&self.digest, &self.new_tag) {
            (Some(digest), Some(tag)) => format!("{name}:{tag}@{digest}"),
            (Some(digest), None) => format!("{name}@{digest}"),
            (None, Some(tag)) => format!("{name}:{tag}"),
            (None, None) => format!("{name}{suffix}"),
        }
    }
}

/// The name of an image, and its tag and digest with their marks.
pub(super) fn apart(image: &str) -> (&str, &str) {
    let name = image.split('@').next().unwrap_or(image);
    // A colon before a slash is that of a port.
    let from = name.rfind('/').map_or(0, |slash| slash + 1);
    let end = name[from..]
        .find(':')
        .map_or(name.len(), |colon| from + colon);
    image.split_at(end)
}

/// Every image of the containers of an object, wherever they are; `anywhere` every field `image`.
fn images(node: &Node, at: &Pointer, anywhere: bool, found: &mut Vec<(Pointer, String)>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                let inner = at.clone().key(&entry.key);
                match entry.node.as_str() {
                    Some(image) if entry.key == "image" && (anywhere || is_container(at)) => {
                        found.push((inner, image.to_owned()));
                    }
                    _ => images(&entry.node, &inner, anywhere, found),
                }
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                images(item, &at.clone().index(index), anywhere, found);
            }
        }
        _ => {}
    }
}

fn is_container(at: &Pointer) -> bool {
    match at.steps() {
        [.., Step::Key(list), Step::Index(_)] => {
            matches!(
                list.as_str(),
                "containers" | "initContainers" | "ephemeralContainers"
            )
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_falls_into_name_and_rest() {
        for (image, name, rest) in [
            ("vllm", "vllm", ""),
            ("vllm:v1", "vllm", ":v1"),
            ("host:5000/a/b", "host:5000/a/b", ""),
            (
                "host:5000/a/b:v1@sha256:0a",
                "host:5000/a/b",
                ":v1@sha256:0a",
            ),
            ("a@sha256:0a", "a", "@sha256:0a"),
            ("", "", ""),
        ] {
            assert_eq!(apart(image), (name, rest), "{image}");
        }
    }
}
