//! What texts of a document may name.

use crate::{
    document::{Node, Value},
    evidence::is_url,
};
use std::path::{Component, Path, PathBuf};

/// No path in a document is longer.
const LONGEST_PATH: usize = 400;

/// Every text in a document. Which of them name evidence, a manifest or a runbook need not be known.
pub(super) fn texts<'n>(node: &'n Node, take: &mut dyn FnMut(&'n str)) {
    texts_beside(node, None, take);
}

/// Every text in a document but those in the node that is `left_out`.
pub(super) fn texts_beside<'n>(
    node: &'n Node,
    left_out: Option<*const Node>,
    take: &mut dyn FnMut(&'n str),
) {
    if left_out == Some(std::ptr::from_ref(node)) {
        return;
    }
    match &node.value {
        Value::String(text) => take(text),
        Value::List(items) => items
            .iter()
            .for_each(|item| texts_beside(item, left_out, take)),
        Value::Map(entries) => entries
            .iter()
            .for_each(|entry| texts_beside(&entry.node, left_out, take)),
        _ => {}
    }
}

/// The path below the root that a text can be: without its fragment, and up to the first part that
/// is a pattern. What leads out of the project is never read.
pub(super) fn path_in(text: &str) -> Option<PathBuf> {
    let path = text.split('#').next().unwrap_or(text);
    let is_path = !path.is_empty() && path.len() <= LONGEST_PATH && !path.contains(['\n', '\0']);
    if !is_path || is_url(path) {
        return None;
    }
    let mut literal = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) if name.to_string_lossy().contains(['*', '?', '[', '{']) => {
                // A pattern at the very start may match anything; a formula is no pattern.
                return (!literal.as_os_str().is_empty() || path.starts_with('*'))
                    .then_some(literal);
            }
            Component::Normal(name) => literal.push(name),
            Component::CurDir => {}
            Component::ParentDir if literal.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_path_below_the_root_or_none() {
        for (text, path) in [
            ("evidence/a.json#/p99", Some("evidence/a.json")),
            ("./a/../b.md", Some("b.md")),
            ("k8s/*.yaml", Some("k8s")),
            ("**/x.yaml", Some("")),
            ("rate(x{code=\"500\"}[5m])", None),
            ("../a", None),
            ("a/../../b", None),
            ("/etc/hosts", None),
            ("https://example.com/a", None),
            ("", None),
            ("a\nb", None),
        ] {
            assert_eq!(path_in(text), path.map(PathBuf::from), "{text}");
        }
    }
}
