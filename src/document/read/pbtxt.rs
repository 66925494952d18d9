//! Reads protobuf text format, in which Triton's `config.pbtxt` is written.
//!
//! Which fields repeat, and of which type they are, stands in a `.proto` file that is not at hand:
//! a name that occurs twice becomes a list, in the order of the text, and [`Node::repeat`] makes
//! lists of fields that may repeat and occur once. Words are enumeration values and stay text.
//! `t` and `f`, which some readers take for flags, are words too. [`number`] reads numbers,
//! [`quoted`] reads strings.
//!
//! [`Node::repeat`]: crate::document::Node::repeat

mod cursor;
mod number;
mod quoted;

use super::{Comment, MAX_DEPTH, MAX_NODES, ParsedText, SyntaxError, keys::Keys, short};
use crate::document::{Entry, Node, Value, source::Span};
use cursor::{Cursor, is_word};

/// A text is one message without brackets round it: one document.
pub(super) fn read(text: &str) -> ParsedText {
    let mut reader = PbtxtReader {
        cursor: Cursor::new(text),
        nodes: 0,
    };
    let root = reader.message(None, 1);
    let comments = reader
        .cursor
        .comments
        .iter()
        .map(|span| Comment::new(text, *span))
        .collect();
    match root {
        Ok(root) if root.node.entries().is_empty() => ParsedText {
            comments,
            ..ParsedText::default()
        },
        Ok(root) => ParsedText {
            roots: vec![(0, root.node)],
            comments,
            ..ParsedText::default()
        },
        Err(error) => ParsedText {
            comments,
            ..ParsedText::failed(error)
        },
    }
}

struct PbtxtReader<'t> {
    cursor: Cursor<'t>,
    nodes: usize,
}

/// A value and how many levels it has: a scalar has none.
struct Read {
    node: Node,
    height: usize,
}

/// The bracket that a message began with.
#[derive(Clone, Copy)]
struct Opener {
    bracket: char,
    at: usize,
}

impl Opener {
    fn closer(self) -> char {
        match self.bracket {
            '<' => '>',
            '[' => ']',
            _ => '}',
        }
    }

    fn span(self) -> Span {
        Span::new(self.at, self.at + 1)
    }

    fn unclosed(self) -> SyntaxError {
        SyntaxError::new(self.span(), format!("`{}` is never closed", self.bracket))
    }
}

/// The fields of one message as they are read.
#[derive(Default)]
struct Fields {
    entries: Vec<Entry>,
    keys: Keys,
    /// How high the value of each entry is.
    heights: Vec<usize>,
}

impl Fields {
    /// Adds what one occurrence of a field holds, and answers with the height of the field so far.
    fn add(&mut self, key: String, key_span: Span, mut read: Read) -> usize {
        if matches!(read.node.value, Value::Map(_)) {
            read.node.header = Some(key_span);
        }
        let found = self.keys.find(&self.entries, &key);
        let Some((entry, height)) =
            found.and_then(|at| Some((self.entries.get_mut(at)?, self.heights.get_mut(at)?)))
        else {
            self.heights.push(read.height);
            self.entries.push(Entry {
                key,
                key_span,
                node: read.node,
            });
            return read.height;
        };
        *height = height_in_list(&entry.node, *height).max(height_in_list(&read.node, read.height));
        append(&mut entry.node, read.node);
        *height
    }

    fn height(&self) -> usize {
        1 + self.heights.iter().max().copied().unwrap_or_default()
    }
}

/// How high the list of a field is that holds this value: a list is joined with it.
fn height_in_list(value: &Node, height: usize) -> usize {
    height + usize::from(!is_list(value))
}

fn is_list(node: &Node) -> bool {
    matches!(node.value, Value::List(_))
}

/// Makes a list of a field that occurs again, and adds what it holds there.
fn append(field: &mut Node, more: Node) {
    let joined = Span::new(field.span.start(), more.span.end());
    if !is_list(field) {
        let list = Node::new(Value::List(vec![]), field.span);
        let first = std::mem::replace(field, list);
        field.value = Value::List(vec![first]);
    }
    field.span = joined;
    if let Value::List(items) = &mut field.value {
        match more.value {
            // `a: [1, 2]` means the same as `a: 1 a: 2`.
            Value::List(more) => items.extend(more),
            value => items.push(Node { value, ..more }),
        }
    }
}

impl PbtxtReader<'_> {
    /// The fields up to the closing bracket; up to the end of the text without an `opener`.
    /// `depth` counts the messages from the root to this one.
    fn message(&mut self, opener: Option<Opener>, depth: usize) -> Result<Read, SyntaxError> {
        let mut fields = Fields::default();
        let start = opener.map_or_else(|| self.cursor.here(), |opener| opener.at);
        let mut end = start;
        loop {
            let (at, next) = self.cursor.peek();
            match (next, opener) {
                (None, None) => break,
                (None, Some(opener)) => return Err(opener.unclosed()),
                (Some(bracket @ ('}' | '>' | ']')), Some(opener)) => {
                    if bracket != opener.closer() {
                        let message = format!("`{}` is closed with `{bracket}`", opener.bracket);
                        return Err(
                            SyntaxError::new(at..at + 1, message).and(opener.span(), "opened here")
                        );
                    }
                    self.cursor.bump();
                    end = self.cursor.here();
                    break;
                }
                (Some('}' | '>' | ']'), None) => {
                    return Err(SyntaxError::new(at..at + 1, "this bracket closes nothing"));
                }
                _ => end = self.field(&mut fields, depth)?,
            }
        }
        let height = fields.height();
        // The text as a whole has no brackets: it begins with its first field.
        let first = fields
            .entries
            .first()
            .map_or(start, |entry| entry.key_span.start());
        let start = if opener.is_some() { start } else { first };
        Ok(Read {
            node: Node::new(Value::Map(fields.entries), Span::new(start, end)),
            height,
        })
    }

    /// One `name: value`, with the separator that may follow; answers where the value ends.
    fn field(&mut self, fields: &mut Fields, depth: usize) -> Result<usize, SyntaxError> {
        let (key, key_span) = self.name()?;
        let (at, next) = self.cursor.peek();
        let colon = next == Some(':');
        if colon {
            self.cursor.bump();
        } else if next == Some('=') {
            return Err(SyntaxError::new(
                at..at + 1,
                "write `:` between a name and its value, not `=`",
            ));
        }
        let (at, next) = self.cursor.peek();
        let read = match next {
            Some(bracket @ ('{' | '<')) => self.inner(Opener { bracket, at }, key_span, depth)?,
            Some('[') => self.list(Opener { bracket: '[', at }, colon, key_span, depth)?,
            None | Some('}' | '>' | ']' | ',' | ';') if colon => {
                return Err(SyntaxError::new(
                    at..at,
                    "a value is missing after this `:`",
                ));
            }
            _ if !colon => {
                return Err(SyntaxError::new(
                    key_span,
                    format!(
                        "`:` is missing after this name, or `{{` before what `{}` holds",
                        short(&key)
                    ),
                ));
            }
            _ => self.scalar()?,
        };
        let end = read.node.span.end();
        if depth + fields.add(key, key_span, read) > MAX_DEPTH {
            return Err(SyntaxError::too_deep(key_span));
        }
        // Either may part fields, and neither need.
        if let (_, Some(',' | ';')) = self.cursor.peek() {
            self.cursor.bump();
        }
        Ok(end)
    }

    fn inner(&mut self, opener: Opener, key_span: Span, depth: usize) -> Result<Read, SyntaxError> {
        if depth >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(key_span));
        }
        self.count(opener.span())?;
        self.cursor.bump();
        self.message(Some(opener), depth + 1)
    }

    /// `[ ... ]`: scalars and messages may not be mixed by a `.proto`, which is not for us to say.
    fn list(
        &mut self,
        opener: Opener,
        colon: bool,
        key_span: Span,
        depth: usize,
    ) -> Result<Read, SyntaxError> {
        self.count(opener.span())?;
        self.cursor.bump();
        let (mut items, mut height, mut after_comma) = (Vec::new(), 0, false);
        loop {
            let (at, next) = self.cursor.peek();
            let read = match next {
                None => return Err(opener.unclosed()),
                Some(']') if items.is_empty() || !after_comma => break,
                Some(']' | ',') if items.is_empty() || after_comma => {
                    return Err(SyntaxError::new(
                        at..at + 1,
                        "a value is missing before this",
                    ));
                }
                Some(',') => {
                    self.cursor.bump();
                    after_comma = true;
                    continue;
                }
                Some('}' | '>') => {
                    let message = format!("`[` is closed with `{}`", next.unwrap_or_default());
                    return Err(
                        SyntaxError::new(at..at + 1, message).and(opener.span(), "opened here")
                    );
                }
                Some(_) if !items.is_empty() && !after_comma => {
                    return Err(SyntaxError::new(
                        at..at,
                        "`,` or `]` is missing before this",
                    ));
                }
                Some('[') => {
                    return Err(SyntaxError::new(
                        at..at + 1,
                        "a list cannot hold a list: put it in a message",
                    ));
                }
                // A list is a level of its own.
                Some(bracket @ ('{' | '<')) => {
                    self.inner(Opener { bracket, at }, key_span, depth + 1)?
                }
                Some(_) if !colon => {
                    return Err(SyntaxError::new(key_span, "`:` is missing after this name"));
                }
                Some(_) => self.scalar()?,
            };
            height = height.max(read.height);
            items.push(read.node);
            after_comma = false;
        }
        self.cursor.bump();
        let span = Span::new(opener.at, self.cursor.here());
        Ok(Read {
            node: Node::new(Value::List(items), span),
            height: height + 1,
        })
    }

    /// A field's name: a word, or the name of an extension or of the type of an `Any` in brackets.
    fn name(&mut self) -> Result<(String, Span), SyntaxError> {
        let (at, next) = self.cursor.peek();
        match next {
            Some('[') => self.extension(at),
            Some(first) if is_word(first) && !first.is_ascii_digit() => {
                let word = self.cursor.take_while(is_word);
                Ok((word.to_owned(), Span::new(at, self.cursor.here())))
            }
            Some(first) => {
                let message = match first {
                    '0'..='9' => {
                        "a field needs its name; its number says nothing without the `.proto` file"
                    }
                    ':' => "a name is missing before this `:`",
                    '"' | '\'' => "a name is expected here, without quotes",
                    '/' => "a name is expected here; comments start with `#`",
                    '{' | '<' => "a name is missing before this bracket",
                    _ => "a name is expected here",
                };
                Err(SyntaxError::new(at..at + first.len_utf8(), message))
            }
            None => Err(SyntaxError::new(at..at, "a name is expected here")),
        }
    }

    /// `[package.extension]` or `[host/package.Type]`; blanks inside do not count.
    fn extension(&mut self, at: usize) -> Result<(String, Span), SyntaxError> {
        let opener = Opener { bracket: '[', at };
        self.cursor.bump();
        let mut key = "[".to_owned();
        loop {
            let (at, next) = self.cursor.peek();
            match next {
                None => return Err(opener.unclosed()),
                Some(']') if key.len() > 1 => {
                    self.cursor.bump();
                    key.push(']');
                    return Ok((key, Span::new(opener.at, self.cursor.here())));
                }
                Some(part) if is_word(part) || "./-%~".contains(part) => {
                    key.push(part);
                    self.cursor.bump();
                }
                Some(other) => {
                    let message =
                        "the name of an extension or of a type is expected between these brackets";
                    return Err(SyntaxError::new(at..at + other.len_utf8(), message));
                }
            }
        }
    }

    fn scalar(&mut self) -> Result<Read, SyntaxError> {
        let (at, next) = self.cursor.peek();
        let value = match next {
            Some('"' | '\'') => Value::String(quoted::read(&mut self.cursor)?),
            Some(first) if first == '-' || first == '.' || first.is_ascii_digit() => {
                number::read(&mut self.cursor)?
            }
            Some(first) if is_word(first) => number::word(self.cursor.take_while(is_word)),
            Some('+') => {
                return Err(SyntaxError::new(
                    at..at + 1,
                    "a number has no `+` before it",
                ));
            }
            Some(other) => {
                let message = format!("a value cannot start with `{other}`");
                return Err(SyntaxError::new(at..at + other.len_utf8(), message));
            }
            None => return Err(SyntaxError::new(at..at, "a value is missing at the end")),
        };
        let span = Span::new(at, self.cursor.last());
        self.count(span)?;
        Ok(Read {
            node: Node::new(value, span),
            height: 0,
        })
    }

    fn count(&mut self, span: Span) -> Result<(), SyntaxError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            Err(SyntaxError::too_many(span))
        } else {
            Ok(())
        }
    }
}
