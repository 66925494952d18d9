//! Pages and tables on a terminal: lines are broken between words, not where the screen ends.

use crate::output::style::{columns, wrapping};

/// The narrowest column that text is still broken into.
const NARROWEST: usize = 28;

/// A Markdown page whose paragraphs, list items, quotes, headings and rows of tables fit the width. Code stays as it is,
/// to be copied.
pub fn page(text: &str, width: usize) -> String {
    let mut shown = String::new();
    let mut paragraph = String::new();
    let mut is_code = false;
    for line in text.lines() {
        let is_fence = line.starts_with("```");
        // Joined or broken, these would mean something else.
        if is_code || is_fence || is_kept(line) {
            flush(&mut paragraph, width, &mut shown);
            match !is_code && line.starts_with(['|', '#']) {
                true => shown.push_str(&lines(line, "", "  ", wrapping(width))),
                false => shown.push_str(&format!("{line}\n")),
            }
            is_code ^= is_fence;
            continue;
        }
        if line.starts_with("- ") || line.starts_with("> ") {
            flush(&mut paragraph, width, &mut shown);
        } else if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line.trim());
    }
    flush(&mut paragraph, width, &mut shown);
    shown
}

/// True for lines that are not joined with others: headings, rows of tables, indented code, and none.
fn is_kept(line: &str) -> bool {
    line.is_empty() || line.starts_with(['#', '|', ' '])
}

/// Writes a paragraph; what follows the first line of a list item or a quote stands below its text.
fn flush(paragraph: &mut String, width: usize, shown: &mut String) {
    let (first, rest, text) = match paragraph.get(..2) {
        Some("- ") => ("- ", "  ", &paragraph[2..]),
        Some("> ") => ("> ", "> ", &paragraph[2..]),
        _ => ("", "", paragraph.as_str()),
    };
    if !text.is_empty() {
        shown.push_str(&lines(text, first, rest, wrapping(width)));
    }
    paragraph.clear();
}

/// `head` with the text in a column beside it, or below it where there is too little room.
pub(super) fn beside(head: &str, text: &str, width: usize) -> String {
    let start = columns(head);
    if start + columns(text) <= width {
        return format!("{head}{text}\n");
    }
    // In a narrower column, titles would become lists of words.
    if start + NARROWEST <= width {
        return lines(text, head, &" ".repeat(start), wrapping(width));
    }
    format!(
        "{}\n{}",
        head.trim_end(),
        lines(text, "    ", "    ", wrapping(width))
    )
}

/// The text as lines, the first of which begins with `first` and the others with `rest`.
pub(in crate::output) fn lines<'t>(
    text: &str,
    first: &'t str,
    rest: &'t str,
    options: textwrap::Options<'t>,
) -> String {
    let options = options.initial_indent(first).subsequent_indent(rest);
    let mut lines = String::new();
    for line in textwrap::wrap(text, options) {
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_is_broken_and_nothing_else() {
        let text = "# A heading that is longer than the width\n\n**Bold words of a title**\n\n\
            | a | a row that is longer |\n\nOne line of a text\nand another one.\n\n\
            ```yaml\nkey: a line of code that is longer\n\n  - and: more\n```\n\n\
            > quoted text of a message\n\n- an item with a text\n- another\n";
        let wanted = "# A heading that\n  is longer than\n  the width\n\n**Bold words of a\ntitle**\n\n\
            | a | a row that\n  is longer |\n\nOne line of a text\nand another one.\n\n\
            ```yaml\nkey: a line of code that is longer\n\n  - and: more\n```\n\n\
            > quoted text of a\n> message\n\n- an item with a\n  text\n- another\n";
        assert_eq!(page(text, 18), wanted);
    }

    #[test]
    fn a_text_stands_beside_its_head_or_below_it() {
        assert_eq!(beside("  id  ", "a title", 80), "  id  a title\n");
        assert_eq!(
            beside("  id  ", "a title of more words than fit", 34),
            "  id  a title of more words than\n      fit\n"
        );
        assert_eq!(
            beside(
                "  a-long-identifier  ",
                "a title of more words than fit",
                34
            ),
            "  a-long-identifier\n    a title of more words than fit\n"
        );
    }
}
