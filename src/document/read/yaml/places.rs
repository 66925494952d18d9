//! Where block values really stand: the parser's spans leave out the marks that open them.

use crate::document::source::Span;

/// The span of a block scalar, from its `|` or `>` to its last line that is not blank. The
/// parser's own has only the lines, and may reach to the next token. `last` is the end of what
/// stands before.
pub(super) fn block_scalar(text: &str, last: usize, span: Span) -> Span {
    let start = indicator(text, last, span.start(), &['|', '>']).unwrap_or(span.start());
    let slice = text.get(start..span.end()).unwrap_or_default();
    Span::new(
        start,
        start + slice.trim_end_matches([' ', '\t', '\r', '\n']).len(),
    )
}

/// The span of a list below a key. One that is not indented starts, for the parser, after its
/// first dash.
pub(super) fn block_list(text: &str, last: usize, span: Span) -> Span {
    let dash = indicator(text, last, span.start(), &['-']);
    dash.map_or(span, |dash| Span::new(dash, span.end()))
}

/// The first of these marks between the end of what came before a value and the place where the
/// parser lets it start: only blanks, comments, tags and anchors stand there.
fn indicator(text: &str, from: usize, to: usize, marks: &[char]) -> Option<usize> {
    let mut rest = text.get(from..to)?;
    loop {
        let first = rest.chars().next()?;
        let skipped = match first {
            first if marks.contains(&first) => return Some(to - rest.len()),
            '#' => rest.find(['\n', '\r'])?,
            '!' | '&' => rest.find(char::is_whitespace)?,
            _ => first.len_utf8(),
        };
        rest = rest.get(skipped..)?;
    }
}
