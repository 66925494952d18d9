//! Whether a document can hold placeholder text at all.

use crate::document::{Node, Value};

/// Signs of a placeholder, in lower case. What is one is for the rule to say: this list may only
/// be wider than what it looks for.
const SIGNS: [&str; 8] = [
    "tbd",
    "todo",
    "fixme",
    "xxx",
    "lorem ipsum",
    "???",
    "<",
    "{",
];

/// True where no text holds a sign of a placeholder, so that no rule needs to look.
pub(super) fn is_plain(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => !is_suspicious(text),
        Value::List(items) => items.iter().all(is_plain),
        Value::Map(entries) => entries.iter().all(|entry| is_plain(&entry.node)),
        _ => true,
    }
}

fn is_suspicious(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.trim() == "..." || (0..bytes.len()).any(|at| begins_with_sign(&bytes[at..]))
}

fn begins_with_sign(rest: &[u8]) -> bool {
    // Every text of a document passes here: the first byte alone rules out most places.
    let is_first = matches!(
        rest.first(),
        Some(b't' | b'T' | b'f' | b'F' | b'x' | b'X' | b'l' | b'L' | b'?' | b'<' | b'{')
    );
    is_first && SIGNS.iter().any(|sign| begins_with(rest, sign))
}

fn begins_with(rest: &[u8], sign: &str) -> bool {
    let part = rest.get(..sign.len());
    part.is_some_and(|part| part.eq_ignore_ascii_case(sign.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_seen_in_any_case_and_anywhere() {
        for text in [
            "TBD",
            "a Todo list",
            "(fixme)",
            "OPS-XXX",
            "Lorem Ipsum dolor",
            " ??? ",
            "...",
            "<team>",
            "{...}",
            "hf://<org>/model",
        ] {
            assert!(is_suspicious(text), "{text}");
        }
        for text in ["", "p99 > 5ms", "to do", "the end...", "é日本", "t", "tb"] {
            assert!(!is_suspicious(text), "{text}");
        }
    }
}
