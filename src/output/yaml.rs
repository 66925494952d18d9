//! JSON values as YAML, for people: block style, in the order of the value.
//!
//! Text stands plain only where every version of YAML reads it as that text; anything else is
//! quoted as in JSON, which YAML includes.

use super::safe::is_active;
use serde_json::Value as Json;

/// Words that some version of YAML reads as something else than text.
const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// The value as one YAML document.
pub fn yaml(value: &Json) -> String {
    let mut text = String::new();
    match is_block(value) {
        true => block(&mut text, value, 0),
        false => text = format!("{}\n", scalar(value)),
    }
    text
}

/// The entries of a map or list that has some, each on lines of its own. The first continues the
/// line that it begins on.
fn block(text: &mut String, value: &Json, depth: usize) {
    let mut first = true;
    // Within an item of a list, the first entry stands on the line of the dash.
    let mut indent = |text: &mut String| {
        if !std::mem::take(&mut first) || text.ends_with('\n') {
            text.push_str(&"  ".repeat(depth));
        }
    };
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                indent(text);
                text.push_str(&string(key));
                text.push(':');
                if is_block(value) {
                    text.push('\n');
                    block(text, value, depth + 1);
                } else {
                    text.push_str(&format!(" {}\n", scalar(value)));
                }
            }
        }
        Json::Array(items) => {
            for value in items {
                indent(text);
                text.push_str("- ");
                if is_block(value) {
                    block(text, value, depth + 1);
                } else {
                    text.push_str(&format!("{}\n", scalar(value)));
                }
            }
        }
        _ => text.push_str(&scalar(value)),
    }
}

/// True for a map or list that has entries.
fn is_block(value: &Json) -> bool {
    match value {
        Json::Object(fields) => !fields.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => string(text),
        other => other.to_string(),
    }
}

fn string(text: &str) -> String {
    match is_plain_yaml(text) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// True where every version of YAML reads the bare `text` as that text, also within `[...]`.
pub fn is_plain_yaml(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// As JSON does it, without characters that act on a terminal and without `##`, which may begin a
/// command to a build service.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in Json::from(text).to_string().chars() {
        match c {
            '#' => quoted.push_str("\\u0023"),
            c if !is_active(c) => quoted.push(c),
            // JSON would need two escapes for it, which YAML does not put together.
            c if u32::from(c) > 0xffff => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of inputs and answers")]
    fn what_is_written_is_read_as_the_same_value() {
        let odd = [
            "",
            "no",
            "Y",
            "1",
            "1e3",
            "0x1f",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "~",
            "null",
            ".inf",
            "2026-10-10",
            "12:30:45",
            "{",
            "[x]",
            "*a",
            "&a",
            "!t",
            "|",
            "> ",
            "%",
            "@",
            "`",
            "\"",
            "'",
            " a ",
            "a\nb",
            "a\tb",
            "\u{1b}[31m",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "\u{202e}",
            "é",
            "😀",
            "##[error]x",
            "\u{e0001}",
            "=",
            "<<",
            "...",
            "---",
        ];
        let mut fields = serde_json::Map::new();
        for word in odd {
            fields.insert(format!("k{word}"), word.into());
            fields.insert(
                word.to_owned(),
                serde_json::json!([word, [[word], []], {"a": word, "b": {}}]),
            );
        }
        fields.insert(
            "numbers".into(),
            serde_json::json!([0, -1, 1.5, 1e300, 18446744073709551615u64]),
        );
        fields.insert(
            "rest".into(),
            serde_json::json!([null, true, false, [], {}, [[[1]]], [{}]]),
        );
        let value = Json::Object(fields);
        let source = Source::new("a.yaml", yaml(&value));
        let parsed = read::parse(&source, Format::Yaml);
        assert!(
            parsed.errors.is_empty(),
            "{:?}\n{}",
            parsed.errors,
            source.text
        );
        assert_eq!(parsed.documents[0].root.to_json(), value);
        assert!(!source.text.contains("##["), "a command to a build service");
    }

    #[test]
    fn lists_and_maps_stand_in_blocks() {
        let value =
            serde_json::json!({"a": [{"b": 1, "c": [2, [3, 4]]}, "no"], "e": {}, "f": {"g": null}});
        let wanted = "a:\n  - b: 1\n    c:\n      - 2\n      - - 3\n        - 4\n  - \"no\"\ne: {}\nf:\n  g: null\n";
        assert_eq!(yaml(&value), wanted);
    }
}
