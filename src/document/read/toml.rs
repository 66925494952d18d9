//! Reads TOML.
//!
//! The span of a table that a `[header]` opens is that header, as is that of an element of
//! `[[headers]]`; a table that only a dotted key names has the span of that part of the key.

mod first;
mod words;

pub(super) use first::synonyms;

use super::{Comment, MAX_DEPTH, MAX_ERRORS, MAX_NODES, ParsedText, SyntaxError, is_envelope};
use crate::document::{Entry, Node, Value, source::Span};
use std::ops::Range;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};
use toml_parser::lexer::TokenKind;

/// How deep brackets or dotted keys nest in one statement: a limit of the parser. Several together
/// come to more, up to `MAX_DEPTH`.
const DEPTH: u32 = 80;

/// The key of the tables that are documents of their own.
const DOCUMENT: &str = "document";

pub(super) fn read(text: &str) -> ParsedText {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    let comments = comments(text, body, offset);
    let (table, found) = DeTable::parse_recoverable(body);
    let mut builder = TomlBuilder {
        text,
        offset,
        nodes: 0,
        errors: vec![],
    };
    let root = builder.table(table.into_inner(), Span::new(0, text.len()), 0);
    let mut errors = words::errors(text, offset, &found);
    // A text with a syntax error holds values that the parser made up: what is wrong with those is nobody's fault.
    if errors.is_empty() {
        errors = builder.errors;
    }
    let mut roots = vec![];
    if errors.is_empty() {
        match root.and_then(documents) {
            Ok(split) => roots = split,
            Err(error) => errors.push(error),
        }
    }
    errors.truncate(MAX_ERRORS);
    ParsedText {
        roots,
        comments,
        errors,
        templated: false,
    }
}

/// From the lexer, so that strings which hold a `#` do not confuse anyone, and broken files have comments too.
fn comments(text: &str, body: &str, offset: usize) -> Vec<Comment> {
    let tokens = toml_parser::Source::new(body).lex();
    let mut comments = vec![];
    for token in tokens.filter(|token| token.kind() == TokenKind::Comment) {
        let (start, end) = (token.span().start(), token.span().end());
        comments.push(Comment::new(text, Span::new(start + offset, end + offset)));
    }
    comments
}

/// Splits a file of `[[document]]` tables. A file where `document` means something else stays whole.
fn documents(root: Node) -> Result<Vec<(usize, Node)>, SyntaxError> {
    if root.entries().is_empty() {
        return Ok(vec![]);
    }
    let tables = root.get(DOCUMENT).map(Node::items).unwrap_or_default();
    let is_split = !tables.is_empty()
        && tables.iter().all(|table| table.header.is_some())
        && (root.entries().len() == 1 || tables.iter().any(is_envelope))
        && !is_envelope(&root);
    if !is_split {
        return Ok(vec![(0, root)]);
    }
    if let Some(stray) = root.entries().iter().find(|entry| entry.key != DOCUMENT) {
        let message = format!(
            "`{}` stands outside of every `[[document]]`: move it into one",
            super::short(&stray.key)
        );
        return Err(SyntaxError::new(stray.key_span, message));
    }
    let Value::Map(entries) = root.value else {
        return Ok(vec![]);
    };
    let mut split = vec![];
    for entry in entries {
        if let Value::List(items) = entry.node.value {
            split.extend(items);
        }
    }
    Ok(split.into_iter().enumerate().collect())
}

struct TomlBuilder<'t> {
    text: &'t str,
    offset: usize,
    nodes: usize,
    errors: Vec<SyntaxError>,
}

impl TomlBuilder<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(range.start + self.offset, range.end + self.offset)
    }

    /// Fails where a limit is passed; other errors are collected.
    fn table(&mut self, table: DeTable<'_>, span: Span, depth: usize) -> Result<Node, SyntaxError> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let (key_span, span) = (self.span(key.span()), self.span(value.span()));
            let node = self.node(value.into_inner(), span, depth + 1)?;
            entries.push(Entry {
                key: key.into_inner().into_owned(),
                key_span,
                node,
            });
        }
        Ok(Node::new(Value::Map(entries), span))
    }

    fn node(&mut self, value: DeValue<'_>, span: Span, depth: usize) -> Result<Node, SyntaxError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(SyntaxError::too_many(span));
        }
        if depth >= MAX_DEPTH && matches!(value, DeValue::Array(_) | DeValue::Table(_)) {
            return Err(SyntaxError::too_deep(span));
        }
        let value = match value {
            DeValue::String(text) => Value::String(text.into_owned()),
            DeValue::Integer(number) => self.integer(&number, span),
            DeValue::Float(number) => self.float(&number, span),
            DeValue::Boolean(flag) => Value::Bool(flag),
            DeValue::Datetime(moment) => Value::String(moment.to_string()),
            DeValue::Array(array) => {
                let mut items = Vec::with_capacity(array.len());
                for item in array {
                    let span = self.span(item.span());
                    items.push(self.node(item.into_inner(), span, depth + 1)?);
                }
                Value::List(items)
            }
            DeValue::Table(table) => {
                let mut node = self.table(table, span, depth)?;
                // Any other table has the span of the key, or of the braces, that name it.
                let is_header = self
                    .text
                    .get(span.start()..)
                    .is_some_and(|rest| rest.starts_with('['));
                node.header = is_header.then_some(span);
                return Ok(node);
            }
        };
        Ok(Node::new(value, span))
    }

    fn integer(&mut self, number: &DeInteger<'_>, span: Span) -> Value {
        i64::from_str_radix(number.as_str(), number.radix())
            .map(Value::Integer)
            .unwrap_or_else(|_| {
                self.errors.push(SyntaxError::new(
                    span,
                    "the number does not fit into 64 bits",
                ));
                Value::Null
            })
    }

    fn float(&mut self, number: &DeFloat<'_>, span: Span) -> Value {
        match number.as_str().parse::<f64>() {
            // `inf` and `nan` are values; a number that grew to an infinity is a mistake.
            Ok(parsed) if parsed.is_finite() || number.as_str().ends_with(['f', 'n']) => {
                Value::Float(parsed)
            }
            _ => {
                self.errors
                    .push(SyntaxError::new(span, "the number is out of range"));
                Value::Null
            }
        }
    }
}
