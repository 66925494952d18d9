//! What the JSON parsers say, in words for people.

use crate::document::{read::SyntaxError, source::Span};
use jsonc_parser::{
    ParseStringErrorKind as StringKind,
    errors::{ParseError, ParseErrorKind as Kind},
};

/// True where nothing but a comment stands in the way.
pub(super) fn is_comment(error: &ParseError) -> bool {
    matches!(error.kind(), Kind::CommentsNotAllowed)
}

/// An error of the parser that builds the tree.
pub(super) fn from_parser(text: &str, offset: usize, error: &ParseError) -> SyntaxError {
    let range = error.range();
    let span = Span::new(range.start + offset, range.end + offset);
    let rest = text.get(span.start()..).unwrap_or_default();
    let at_end = rest.trim().is_empty();
    // What is never closed shows at its first character: its end is that of the file.
    let opener = Span::new(
        span.start(),
        span.start() + rest.chars().next().map_or(0, char::len_utf8),
    );
    let (span, message) = match error.kind() {
        Kind::TrailingCommasNotAllowed => (
            span,
            "JSON has no comma after the last element: remove it, or give the file the name `.jsonc`"
                .to_owned(),
        ),
        Kind::UnterminatedObject => (opener, "`{` is never closed".to_owned()),
        Kind::UnterminatedArray => (opener, "`[` is never closed".to_owned()),
        Kind::UnterminatedCommentBlock => (opener, "`/*` is never closed".to_owned()),
        Kind::String(StringKind::UnterminatedStringLiteral) => {
            (opener, "the string is never closed".to_owned())
        }
        Kind::SingleQuotedStringsNotAllowed => (span, "JSON strings stand in double quotes".to_owned()),
        Kind::ExpectedStringObjectProperty | Kind::UnexpectedTokenInObject => {
            (span, "a key in double quotes is expected here".to_owned())
        }
        Kind::ExpectedColonAfterObjectKey => (span, "`:` is missing after this key".to_owned()),
        Kind::ExpectedObjectValue => (span, "the value of this key is missing".to_owned()),
        Kind::MultipleRootJsonValues => (span, "more text follows after the document's end".to_owned()),
        Kind::NestingDepthExceeded => return SyntaxError::too_deep(opener),
        Kind::ExpectedComma => (span, comma_or_number(rest)),
        Kind::String(StringKind::InvalidUnicodeEscapeSequence(_)) => {
            (span, "this escape names no character".to_owned())
        }
        Kind::String(_) => (span, "there is no such escape: write `\\\\` for a backslash".to_owned()),
        Kind::UnexpectedToken | Kind::UnexpectedWord if at_end => {
            (span, "a value is missing at the end".to_owned())
        }
        Kind::UnexpectedCloseBrace => (span, "a value is expected before this `}`".to_owned()),
        Kind::UnexpectedCloseBracket => (span, "a value is expected before this `]`".to_owned()),
        Kind::UnexpectedComma => (span, "a value is expected before this comma".to_owned()),
        Kind::UnexpectedToken | Kind::UnexpectedWord => (
            span,
            "this is no value: text stands in double quotes, and words are `true`, `false` and `null`"
                .to_owned(),
        ),
        Kind::NonFiniteNumbersNotAllowed => (span, "JSON has no infinity and no NaN".to_owned()),
        other => (span, lower(&other.to_string())),
    };
    SyntaxError::new(span, message)
}

/// `01` reads as a zero with a one beside it.
fn comma_or_number(rest: &str) -> String {
    if rest.starts_with(|first: char| first.is_ascii_digit()) {
        "a comma is missing before this, or a number has a leading zero".to_owned()
    } else {
        "a comma is missing before this".to_owned()
    }
}

/// An error of the strict second look, which knows only a line and a column in bytes.
pub(super) fn from_gate(text: &str, offset: usize, error: &serde_json::Error) -> SyntaxError {
    let body = text.get(offset..).unwrap_or_default();
    let line = body
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    // The column is that of the character itself, except where a string holds it.
    let is_control = error.to_string().starts_with("control character");
    let column = if is_control {
        error.column()
    } else {
        error.column().saturating_sub(1)
    };
    let mut at = (offset + line + column).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let character = text.get(at..).and_then(|rest| rest.chars().next());
    let span = Span::new(at, at + character.map_or(0, char::len_utf8));
    let message = match character {
        Some(character) if is_control => raw_control(character),
        Some(character) if character.is_whitespace() => {
            format!("U+{:04X} is no white space in JSON", u32::from(character))
        }
        _ => error
            .to_string()
            .split(" at line ")
            .next()
            .map(lower)
            .unwrap_or_default(),
    };
    SyntaxError::new(span, message)
}

/// JSON strings hold no tabs, line breaks and the like as such.
pub(super) fn raw_control(character: char) -> String {
    format!(
        "a string holds a raw control character: write it as `\\u{:04x}`",
        u32::from(character)
    )
}

fn lower(message: &str) -> String {
    let mut rest = message.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(rest).collect()
    })
}
