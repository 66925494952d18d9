//! What the TOML parser says, in words for people.

use super::first;
use crate::{
    document::Node,
    source::Span,
    syntax::{SyntaxError, short},
};

/// The errors worth showing. After an error of syntax the parser guesses, so only the first of
/// those is shown; keys that clash are independent of each other.
pub(super) fn errors(
    text: &str,
    offset: usize,
    found: &[toml::de::Error],
    recovered: Option<&Node>,
) -> Vec<SyntaxError> {
    let mut raw: Vec<(Span, &str)> = found
        .iter()
        .map(|error| {
            let range = error.span().unwrap_or_default();
            (Span::new(range.start + offset, range.end + offset), error.message())
        })
        .collect();
    // Syntax and tables are checked in two passes.
    raw.sort();
    if let Some((span, message)) = raw.iter().find(|(_, message)| !is_clash(message)) {
        return vec![syntax(text, *span, message)];
    }
    raw.into_iter().map(|(span, message)| clash(text, offset, span, message, recovered)).collect()
}

fn is_clash(message: &str) -> bool {
    message == "duplicate key" || message.starts_with("cannot extend value")
}

/// Two statements define the same key.
fn clash(text: &str, offset: usize, span: Span, message: &str, recovered: Option<&Node>) -> SyntaxError {
    let first = recovered.and_then(|root| first::definition(text, offset, span, root));
    let key = short(text.get(span.start()..span.end()).unwrap_or_default());
    let error = if message == "duplicate key" {
        let key = first.as_ref().map_or(key, |(key, _)| short(key));
        SyntaxError::new(span, format!("duplicate key `{key}`"))
    } else {
        let kind = message.trim_start_matches("cannot extend value of type ").trim_end_matches(" with a dotted key");
        SyntaxError::new(span, format!("`{key}` is already defined as {}", with_article(kind)))
    };
    match first {
        Some((_, first)) => error.and(first, "first defined here"),
        None => error,
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i', 'e', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn syntax(text: &str, span: Span, message: &str) -> SyntaxError {
    let what = message.split(", expected").next().unwrap_or(message);
    let words = match what {
        "unclosed array" => return unclosed(text, span, '[', ']'),
        "unclosed inline table" => return unclosed(text, span, '{', '}'),
        "unclosed table" => "`]` is missing at the end of this header",
        "unclosed array table" => "`]]` is missing at the end of this header",
        "string values must be quoted" if span.is_empty() => "the value of this key is missing",
        "string values must be quoted" => "text stands in quotes in TOML",
        "missing value for key" | "missing value" => "the value of this key is missing",
        "key with no value" => "`=` and a value are missing after this key",
        "missing assignment between key-value pairs" => "`=` is missing after this key",
        "extra `=`" | "extra assignment between key-value pairs" => "this `=` is one too many",
        "extra comma in array" | "extra comma in inline table" => "this comma is one too many",
        "missing comma between array elements" | "missing comma between key-value pairs" => {
            "a comma is missing before this"
        }
        "invalid unquoted key" => "a bare key holds only letters, digits, `_` and `-`: put it in quotes",
        "unexpected key or value" => "a new line is missing before this",
        "unexpected leading zero" => "a number does not start with a zero",
        "cannot recurse further; max recursion depth met" => return SyntaxError::too_deep(span),
        _ => return SyntaxError::new(span, message),
    };
    SyntaxError::new(span, words)
}

/// The parser points at the place where it gave up; the bracket that was left open is of more use.
fn unclosed(text: &str, end: Span, open: char, close: char) -> SyntaxError {
    use toml_parser::lexer::TokenKind as Kind;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    let mut open_at: Vec<usize> = vec![];
    let tokens = toml_parser::Source::new(body).lex();
    for token in tokens.take_while(|token| token.span().start() + offset < end.start()) {
        match token.kind() {
            Kind::LeftSquareBracket | Kind::LeftCurlyBracket => open_at.push(token.span().start() + offset),
            Kind::RightSquareBracket | Kind::RightCurlyBracket => {
                open_at.pop();
            }
            _ => {}
        }
    }
    let opener = open_at.into_iter().rev().find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(open)));
    match opener {
        Some(at) => SyntaxError::new(at..at + 1, format!("`{open}` is never closed"))
            .and(end, format!("`{close}` is missing here at the latest")),
        None => SyntaxError::new(end, format!("`{close}` is missing")),
    }
}
