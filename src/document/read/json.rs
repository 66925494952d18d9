//! Reads JSON and JSON with comments.

mod words;

use super::{
    Comment, MAX_DEPTH, MAX_ERRORS, MAX_NODES, ParsedText, SyntaxError, is_envelope, keys::Keys,
};
use crate::document::{Entry, Node, Value, source::Span};
use jsonc_parser::{
    CollectOptions, CommentCollectionStrategy, ParseOptions, ParseResult, ast,
    common::{Range, Ranged},
    parse_to_ast,
    tokens::Token,
};

/// How much beyond JSON is read.
#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    /// Nothing.
    Strict,
    /// Comments: people write them into `.json` files, and most tools that read these take them.
    Comments,
    /// Comments and trailing commas: what `.jsonc` stands for.
    Loose,
}

/// JSON; with comments where it holds some.
pub(super) fn read(text: &str) -> ParsedText {
    read_as(text, Dialect::Strict)
}

/// JSON with comments and trailing commas.
pub(super) fn read_with_comments(text: &str) -> ParsedText {
    read_as(text, Dialect::Loose)
}

fn read_as(text: &str, dialect: Dialect) -> ParsedText {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    // A file of blanks holds no document, as in YAML; to the parser it would be an error.
    if body.trim().is_empty() {
        return ParsedText::default();
    }
    let loose = dialect != Dialect::Strict;
    let comments = if loose {
        CommentCollectionStrategy::AsTokens
    } else {
        CommentCollectionStrategy::Off
    };
    let parsed = parse_to_ast(
        body,
        &CollectOptions {
            comments,
            tokens: loose,
        },
        &options(dialect),
    );
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) if !loose && words::is_comment(&error) => {
            // Read again, since the parser collects comments only when told to.
            return read_as(text, Dialect::Comments);
        }
        Err(error) => return ParsedText::failed(words::from_parser(text, offset, &error)),
    };
    // The parser of the tree takes some texts that are no JSON, such as raw controls in strings.
    if !loose && let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(body) {
        return ParsedText::failed(words::from_gate(text, offset, &error));
    }
    build(text, offset, parsed)
}

/// Everything that the parser offers beyond JSON is off, except what the dialect stands for.
fn options(dialect: Dialect) -> ParseOptions {
    ParseOptions {
        allow_comments: dialect != Dialect::Strict,
        allow_trailing_commas: dialect == Dialect::Loose,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn build(text: &str, offset: usize, parsed: ParseResult<'_>) -> ParsedText {
    let mut reading = ParsedText::default();
    for token in parsed.tokens.iter().flatten() {
        if matches!(token.token, Token::CommentLine(_) | Token::CommentBlock(_)) {
            let comment = Comment::new(text, shifted(token.range, offset));
            reading.comments.push(comment);
        }
    }
    let Some(value) = parsed.value else {
        return reading;
    };
    let mut builder = JsonBuilder {
        text,
        offset,
        nodes: 0,
        errors: vec![],
    };
    match builder.node(value, 0) {
        Ok(root) => reading.roots = documents(root),
        Err(error) => builder.errors.push(error),
    }
    // Of several documents in one array, an error breaks the one that holds it and no other.
    for error in &builder.errors {
        reading
            .roots
            .retain(|(_, root)| !holds(root.span, error.span));
    }
    builder.errors.truncate(MAX_ERRORS);
    reading.errors = builder.errors;
    reading
}

/// The elements of an array with an envelope among them are documents of their own.
fn documents(root: Node) -> Vec<(usize, Node)> {
    match root.value {
        Value::List(items) if items.iter().any(is_envelope) => {
            items.into_iter().enumerate().collect()
        }
        value => vec![(0, Node { value, ..root })],
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start() <= inner.start() && inner.end() <= outer.end()
}

fn shifted(range: Range, offset: usize) -> Span {
    Span::new(range.start + offset, range.end + offset)
}

struct JsonBuilder<'t> {
    text: &'t str,
    offset: usize,
    nodes: usize,
    errors: Vec<SyntaxError>,
}

impl JsonBuilder<'_> {
    /// Fails where a limit is passed; other errors are collected.
    fn node(&mut self, value: ast::Value<'_>, depth: usize) -> Result<Node, SyntaxError> {
        let span = shifted(value.range(), self.offset);
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(SyntaxError::too_many(span));
        }
        if depth >= MAX_DEPTH && matches!(value, ast::Value::Array(_) | ast::Value::Object(_)) {
            // Its bracket alone: the rest may be megabytes.
            return Err(SyntaxError::too_deep(Span::new(
                span.start(),
                span.start() + 1,
            )));
        }
        let value = match value {
            ast::Value::StringLit(string) => {
                self.refuse_controls(span);
                Value::String(string.value.into_owned())
            }
            ast::Value::NumberLit(number) => self.number(number.value, span),
            ast::Value::BooleanLit(flag) => Value::Bool(flag.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(array) => Value::List(
                array
                    .elements
                    .into_iter()
                    .map(|item| self.node(item, depth + 1))
                    .collect::<Result<_, _>>()?,
            ),
            ast::Value::Object(object) => Value::Map(self.entries(object, depth)?),
        };
        Ok(Node::new(value, span))
    }

    fn entries(
        &mut self,
        object: ast::Object<'_>,
        depth: usize,
    ) -> Result<Vec<Entry>, SyntaxError> {
        let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
        let mut keys = Keys::default();
        for property in object.properties {
            let key_span = shifted(property.name.range(), self.offset);
            self.refuse_controls(key_span);
            let key = match property.name {
                ast::ObjectPropName::String(text) => text.value.into_owned(),
                ast::ObjectPropName::Word(word) => word.value.to_owned(),
            };
            let node = self.node(property.value, depth + 1)?;
            match keys.find(&entries, &key).and_then(|at| entries.get(at)) {
                Some(first) => {
                    self.errors
                        .push(SyntaxError::duplicate(&key, key_span, first.key_span))
                }
                None => entries.push(Entry {
                    key,
                    key_span,
                    node,
                }),
            }
        }
        Ok(entries)
    }

    /// The parser of the tree lets them through; in strict JSON they were refused before.
    fn refuse_controls(&mut self, span: Span) {
        let text = self.text.get(span.start()..span.end()).unwrap_or_default();
        if let Some((at, character)) = text.char_indices().find(|(_, character)| *character < ' ') {
            let at = span.start() + at;
            self.errors
                .push(SyntaxError::new(at..at + 1, words::raw_control(character)));
        }
    }

    fn number(&mut self, text: &str, span: Span) -> Value {
        if let Ok(number) = text.parse() {
            return Value::Integer(number);
        }
        if let Ok(number) = text.parse() {
            return Value::Unsigned(number);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => {
                self.errors
                    .push(SyntaxError::new(span, "the number is out of range"));
                Value::Null
            }
        }
    }
}
