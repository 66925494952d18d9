//! Keeps text from files and rules from acting on a terminal or forging lines of a report.
//!
//! A specification may come from a stranger's pull request. An escape sequence in it could
//! repaint the screen, a bidirectional override could reorder what is read, and a line break in
//! a name could look like a verdict of ours.

use std::borrow::Cow;

/// True for what a terminal obeys or hides instead of showing: controls, line separators,
/// bidirectional marks and characters without width.
pub fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text on one line, with every active character written as an escape such as `\u{1b}`.
/// For messages, names, paths and labels.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_active(c) {
            // escape_default would also rewrite quotes and backslashes, which are harmless.
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// One printable character for one of a source line; those that act become a replacement
/// character, so that columns stay countable.
pub fn defang(c: char) -> char {
    if is_active(c) { '\u{fffd}' } else { c }
}

/// JSON text without raw active characters. They occur only within strings, where `\u` escapes
/// mean the same; the line breaks of pretty printing stay.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let acts = |c: char| c != '\n' && is_active(c);
    if !json.contains(acts) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_becomes_visible_and_what_is_plain_is_not_copied() {
        assert_eq!(escape("a\u{1b}[2Jb\nc\u{202e}\u{9b}"), "a\\u{1b}[2Jb\\nc\\u{202e}\\u{9b}");
        assert!(matches!(escape("`p99` — \"日本\" \\ é 🚀"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_keeps_its_meaning() {
        let json = serde_json::to_string_pretty(&["a\u{9b}\u{7f}\u{202e}\u{e0041}\n"]).expect("json");
        let safe = escape_json(&json);
        assert!(!safe.contains(|c| c != '\n' && is_active(c)), "{safe}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).expect("json"),
            serde_json::from_str::<serde_json::Value>(&json).expect("json"),
        );
    }
}
