//! Foreign text within Markdown: it stays text wherever it is put, and reads as it did.
//!
//! Backslashes are no guard: they keep neither mentions nor references to issues from being
//! linked, and a table takes them away. Character references do, and never act as syntax.

use super::safe::escape;

/// A sentence whose `quoted` parts become code. Fit for a paragraph, a list, a table and HTML.
pub(super) fn inline(text: &str) -> String {
    let text = escape(text);
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let mut marked = String::with_capacity(text.len() + 32);
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            // A backtick that nothing closes.
            1 if index == last => marked.push_str(&format!("&#96;{}", inert(part))),
            1 => marked.push_str(&code(part)),
            _ => marked.push_str(&inert(part)),
        }
    }
    marked
}

/// A name as code. HTML, since a code span of Markdown within a table cannot hold every text.
pub(super) fn code(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("<code>{}</code>", inert(&escape(text))),
    }
}

/// Lines in a fenced block that none of them can close.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    // At least three, or it is a code span.
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{text}\n{fence}")
}

/// Letters, digits and what never acts stand as they are. An empty comment after `@`, `#` and the
/// like keeps a site from making a link of the name or number behind it.
fn inert(text: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            '@' | '#' | '!' | '$' | '&' | '%' | '^' => {
                marked.push_str(&format!("&#{};<!-- -->", u32::from(c)))
            }
            // `:word:` would become an emoji, and `://` a link.
            ':' if !text[at..].starts_with("://") => marked.push_str("&#58;"),
            ':' => marked.push_str("&#58;<!-- -->"),
            '.' if ends_in_www(&text[..at]) => marked.push_str("&#46;<!-- -->"),
            ' ' | '.' | ',' | '-' | '/' | '\'' | '(' | ')' | ';' | '?' => marked.push(c),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => marked.push(c),
            c => marked.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    marked
}

/// True before the dot of an address without a scheme.
fn ends_in_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|at| text.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_parts_become_code_and_nothing_else_acts() {
        assert_eq!(
            inline("timeout `60s` < 75s"),
            "timeout <code>60s</code> &#60; 75s"
        );
        assert_eq!(inline("a `b"), "a &#96;b");
        assert_eq!(inline("@x [a](b)"), "&#64;<!-- -->x &#91;a&#93;(b)");
        assert_eq!(
            inline("http://WWW.x.y"),
            "http&#58;<!-- -->//WWW&#46;<!-- -->x.y"
        );
        assert_eq!(code("a|b\\"), "<code>a&#124;b&#92;</code>");
    }

    #[test]
    fn a_fence_is_longer_than_any_run_within() {
        assert_eq!(fence("a ```` b"), "`````text\na ```` b\n`````");
        assert_eq!(fence("a"), "```text\na\n```");
    }
}
