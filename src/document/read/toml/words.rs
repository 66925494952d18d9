//! What the TOML parser says, in words for people.

use super::{DEPTH, first};
use crate::document::{
    read::{MAX_ERRORS, SyntaxError, short},
    source::Span,
};
use toml_parser::lexer::TokenKind;

/// The errors worth showing. After an error of syntax the parser guesses, so only the first of
/// those is shown; keys that clash are independent of each other.
pub(super) fn errors(text: &str, offset: usize, found: &[toml::de::Error]) -> Vec<SyntaxError> {
    let mut raw: Vec<(Span, &str)> = found
        .iter()
        .map(|error| {
            let range = error.span().unwrap_or_default();
            (
                Span::new(range.start + offset, range.end + offset),
                error.message(),
            )
        })
        .collect();
    // Syntax and tables are checked in two passes.
    raw.sort();
    if let Some((span, message)) = raw.iter().find(|(_, message)| !is_clash(message)) {
        return vec![syntax(text, offset, *span, message)];
    }
    // Each look for a first definition reads the text again.
    raw.into_iter()
        .take(MAX_ERRORS)
        .map(|(span, message)| clash(text, offset, span, message))
        .collect()
}

fn is_clash(message: &str) -> bool {
    message == "duplicate key" || message.starts_with("cannot extend value")
}

/// Two statements define the same key.
fn clash(text: &str, offset: usize, span: Span, message: &str) -> SyntaxError {
    let first = first::definition(text, offset, span);
    let written = text.get(span.start()..span.end()).unwrap_or_default();
    let key = short(first.as_ref().map_or(written, |(key, _)| key));
    let message = match message.strip_prefix("cannot extend value of type ") {
        Some(rest) => {
            let kind = rest.trim_end_matches(" with a dotted key");
            let article = if kind.starts_with(['a', 'i']) {
                "an"
            } else {
                "a"
            };
            format!("`{key}` is already defined, as {article} {kind}")
        }
        None => format!("duplicate key `{key}`"),
    };
    let error = SyntaxError::new(span, message);
    match first {
        Some((_, first)) => error.and(first, "first defined here"),
        None => error,
    }
}

fn syntax(text: &str, offset: usize, span: Span, message: &str) -> SyntaxError {
    let what = message.split(", expected").next().unwrap_or(message);
    let words = match what {
        "unclosed array" | "unclosed inline table" => {
            return unclosed(text, offset, span).unwrap_or_else(|| SyntaxError::new(span, what));
        }
        "missing comma between array elements" | "missing comma between key-value pairs" => {
            // Where a bracket is open, what follows reads as one more element.
            return unclosed(text, offset, span)
                .unwrap_or_else(|| SyntaxError::new(span, "a comma is missing before this"));
        }
        "unclosed table" => "`]` is missing at the end of this header",
        "unclosed array table" => "`]]` is missing at the end of this header",
        "string values must be quoted" if span.is_empty() => "the value of this key is missing",
        "string values must be quoted" => "this is no TOML value: text stands in quotes",
        "missing value for key" | "missing value" => "the value of this key is missing",
        "key with no value" => "`=` and a value are missing after this key",
        "missing assignment between key-value pairs" => "`=` is missing after this key",
        "extra `=`" | "extra assignment between key-value pairs" => "this `=` is one too many",
        "extra comma in array" | "extra comma in inline table" => "this comma is one too many",
        "invalid unquoted key" => {
            "a bare key holds only letters, digits, `_` and `-`: put it in quotes"
        }
        "unexpected key or value" => "a new line is missing before this",
        "unexpected leading zero" => "a number does not start with a zero",
        "missing escaped value" => {
            "there is no such escape: write `\\\\` for a backslash, or put the text in single quotes"
        }
        "cannot recurse further; max recursion depth met" | "recursion limit" => {
            return SyntaxError::new(
                span,
                format!("brackets or dotted keys nest deeper than {DEPTH} levels"),
            );
        }
        _ if what.starts_with("invalid") && what.ends_with("string") && span.is_empty() => {
            return SyntaxError::new(
                string_before(text, offset, span),
                "the string is never closed",
            );
        }
        _ => message,
    };
    SyntaxError::new(span, words)
}

/// The bracket around `end` that no other one closes: the parser itself points at the place
/// where it gave up.
fn unclosed(text: &str, offset: usize, end: Span) -> Option<SyntaxError> {
    let mut open: Vec<usize> = vec![];
    let mut around = None;
    for token in toml_parser::Source::new(text.get(offset..)?).lex() {
        let at = token.span().start() + offset;
        if at >= end.start() && around.is_none() {
            around = Some(open.last().copied());
        }
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => open.push(at),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => drop(open.pop()),
            _ => {}
        }
    }
    let opener = around
        .unwrap_or(open.last().copied())
        .filter(|opener| open.contains(opener))?;
    let bracket = text.get(opener..opener + 1)?;
    Some(
        SyntaxError::new(opener..opener + 1, format!("`{bracket}` is never closed"))
            .and(end, "what stands here does not belong inside"),
    )
}

/// The quote that opens the string around or before a place.
fn string_before(text: &str, offset: usize, at: Span) -> Span {
    let mut opener = at;
    for token in toml_parser::Source::new(text.get(offset..).unwrap_or_default()).lex() {
        let start = token.span().start() + offset;
        if is_string(token.kind()) {
            if start > at.start() {
                break;
            }
            opener = Span::new(start, start + 1);
        }
    }
    opener
}

fn is_string(kind: TokenKind) -> bool {
    use TokenKind::{BasicString, LiteralString, MlBasicString, MlLiteralString};
    matches!(
        kind,
        BasicString | LiteralString | MlBasicString | MlLiteralString
    )
}
