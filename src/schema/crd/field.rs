//! Fields of a definition: each is what a CustomResourceDefinition allows there, or a [`Flaw`].

use crate::document::{Entry, Node, Value, source::Span};

/// Why a schema cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub span: Span,
    pub message: String,
}

impl Flaw {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
        }
    }
}

/// The text under a key; none where it is missing or empty.
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Result<Option<&'n str>, Flaw> {
    match node.get(key).map(|node| (&node.value, node.span)) {
        None | Some((Value::Null, _)) => Ok(None),
        Some((Value::String(text), _)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some((_, span)) => Err(Flaw::new(span, format!("`{key}` must be text"))),
    }
}

/// Whether a flag is set; a missing one is not.
pub(super) fn flag(node: &Node, key: &str) -> Result<bool, Flaw> {
    match node.get(key).map(|node| (&node.value, node.span)) {
        None | Some((Value::Null, _)) => Ok(false),
        Some((Value::Bool(flag), _)) => Ok(*flag),
        Some((_, span)) => Err(Flaw::new(span, format!("`{key}` must be true or false"))),
    }
}

/// The elements of a list.
pub(super) fn list<'n>(node: &'n Node, key: &str) -> Result<&'n [Node], Flaw> {
    match &node.value {
        Value::List(items) => Ok(items),
        _ => Err(Flaw::new(node.span, format!("`{key}` must be a list"))),
    }
}

/// The entries of a mapping.
pub(super) fn map<'n>(node: &'n Node, key: &str) -> Result<&'n [Entry], Flaw> {
    match &node.value {
        Value::Map(entries) => Ok(entries),
        _ => Err(Flaw::new(node.span, format!("`{key}` must be a mapping"))),
    }
}

/// The names in the list under a key, each once; none where it is missing.
pub(super) fn names(node: &Node, key: &str) -> Result<Vec<String>, Flaw> {
    let Some(names) = node.get(key) else {
        return Ok(Vec::new());
    };
    let mut all: Vec<String> = Vec::new();
    for node in list(names, key)? {
        let Some(name) = node.as_str() else {
            let message = format!("`{key}` must be a list of names");
            return Err(Flaw::new(node.span, message));
        };
        // JSON Schema refuses a name that occurs twice.
        if !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    }
    Ok(all)
}
