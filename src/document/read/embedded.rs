//! A document inside a text of another one, such as the Serve configuration of a RayService.
//!
//! Every place in the inner document is a place in the file: lines of a literal block (`|`) are only
//! indented, and what quotes and folded lines do to a text is done again, part by part. Where that
//! does not lead to the text that was read (a folded block with lines indented further), the whole
//! text stands for each of its parts.

use super::{SyntaxError, yaml};
use crate::document::{Node, Value, source::Span};

/// Reads the text of `node`, a string in a file with this `text`, as YAML. Places in the answer are
/// places in the file.
///
/// # Errors
/// What is wrong in the inner document, where it stands; also where it holds several documents.
pub fn embedded(text: &str, node: &Node) -> Result<Option<Node>, SyntaxError> {
    let Some(inner) = node.as_str() else {
        return Ok(None);
    };
    let places = Places::of(text, node.span, inner);
    let mut reading = yaml::read(inner);
    if let Some(error) = reading.errors.into_iter().next() {
        return Err(SyntaxError {
            span: places.outer(error.span),
            message: error.message,
            related: error
                .related
                .map(|(span, message)| (places.outer(span), message)),
        });
    }
    match reading.roots.len() {
        0 => Ok(None),
        1 => {
            let (_, mut root) = reading.roots.remove(0);
            places.shift(&mut root);
            Ok(Some(root))
        }
        _ => Err(SyntaxError {
            span: node.span,
            message: "the text holds several documents, of which only one can count".into(),
            related: None,
        }),
    }
}

/// Where some bytes of the text of `node` are written, in a file with this `text`. `None` where the
/// node holds no text or it has no such bytes.
pub fn part(text: &str, node: &Node, part: Span) -> Option<Span> {
    let inner = node.as_str()?;
    inner.get(part.start()..part.end())?;
    Some(Places::of(text, node.span, inner).outer(part))
}

/// Where the parts of the inner text stand in the file, in their order.
struct Places {
    pieces: Vec<Piece>,
    whole: Span,
}

/// A part of the inner text and where it is written.
#[derive(Clone, Copy)]
struct Piece {
    inner: (usize, usize),
    outer: (usize, usize),
    /// Written as it is, byte by byte; else an escape, or the break of a folded line, which stands
    /// for its part as one.
    verbatim: bool,
}

impl Places {
    fn of(text: &str, whole: Span, inner: &str) -> Self {
        let raw = text.get(whole.start()..whole.end()).unwrap_or_default();
        let written = match raw.chars().next() {
            Some('|') => Written::literal(raw, inner),
            Some('>') => Written::folded(raw),
            Some('"') => Written::quoted(raw, '"'),
            Some('\'') => Written::quoted(raw, '\''),
            _ => Written::flow(raw, 0..raw.len(), None),
        };
        let pieces = match written {
            Some(written) if written.is(inner) => written.pieces,
            _ => Vec::new(),
        };
        Self { pieces, whole }
    }

    fn piece(&self, at: usize) -> Option<Piece> {
        let next = self.pieces.partition_point(|piece| piece.inner.0 <= at);
        self.pieces.get(next.checked_sub(1)?).copied()
    }

    /// Where the byte at `at` is written, or, for `after`, where it ends.
    fn place(&self, at: usize, after: bool) -> Option<usize> {
        let piece = self.piece(at)?;
        let at = match (piece.verbatim, after) {
            (true, _) => piece.outer.0 + (at - piece.inner.0) + usize::from(after),
            (false, true) => piece.outer.1,
            (false, false) => piece.outer.0,
        };
        Some(self.whole.start() + at.min(piece.outer.1))
    }

    fn outer(&self, span: Span) -> Span {
        let start = self.place(span.start(), false);
        // By its last byte: what follows a span may be written far from it.
        let end = if span.is_empty() {
            start
        } else {
            self.place(span.end() - 1, true)
        };
        match (start, end) {
            (Some(start), Some(end)) => Span::new(start, end),
            _ => self.whole,
        }
    }

    fn shift(&self, node: &mut Node) {
        node.span = self.outer(node.span);
        node.header = node.header.map(|span| self.outer(span));
        node.alias = node.alias.map(|span| self.outer(span));
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.shift(item)),
            Value::Map(entries) => {
                for entry in entries {
                    entry.key_span = self.outer(entry.key_span);
                    self.shift(&mut entry.node);
                }
            }
            _ => {}
        }
    }
}

/// A text as it is read from the way that it is written, with the place of each part.
#[derive(Default)]
struct Written {
    text: String,
    pieces: Vec<Piece>,
}

impl Written {
    /// True where what was made of the writing is the text that was read, up to the line breaks that
    /// end a block.
    fn is(&self, inner: &str) -> bool {
        let rest = inner.strip_prefix(self.text.as_str());
        rest.is_some_and(|rest| rest.bytes().all(|byte| byte == b'\n'))
    }

    /// `part` is written from `start` to `end`.
    fn add(&mut self, part: &str, start: usize, end: usize) {
        let verbatim = part.len() == end - start;
        let inner = (self.text.len(), self.text.len() + part.len());
        self.text.push_str(part);
        match self
            .pieces
            .last_mut()
            .filter(|last| last.verbatim && verbatim && last.outer.1 == start)
        {
            Some(last) => (last.inner.1, last.outer.1) = (inner.1, end),
            None if part.is_empty() => {}
            None => self.pieces.push(Piece {
                inner,
                outer: (start, end),
                verbatim,
            }),
        }
    }

    /// A literal block: each line as it is, after its indentation. `inner` tells how much that is.
    fn literal(raw: &str, inner: &str) -> Option<Self> {
        let mut written = Self::default();
        let mut at = raw.find('\n')? + 1;
        for line in inner.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            let end = raw
                .get(at..)?
                .find('\n')
                .map_or(raw.len(), |length| at + length);
            let shown = raw.get(at..end)?.trim_end_matches('\r');
            let indent = shown.strip_suffix(content)?;
            if !indent.bytes().all(|byte| byte == b' ') {
                return None;
            }
            let start = at + indent.len();
            at = (end + 1).min(raw.len());
            written.add(content, start, start + content.len());
            written.add(line.get(content.len()..)?, start + content.len(), at);
        }
        Some(written)
    }

    /// A folded block whose lines are all indented alike; others do not come out right, and are
    /// found out by it.
    fn folded(raw: &str) -> Option<Self> {
        let start = raw.find('\n')? + 1;
        Self::flow(raw, start..raw.len(), None)
    }

    fn quoted(raw: &str, quote: char) -> Option<Self> {
        let end = raw
            .len()
            .checked_sub(1)
            .filter(|end| *end > 0 && raw.ends_with(quote))?;
        Self::flow(raw, 1..end, Some(quote))
    }

    /// Adds the blanks and line breaks at `at`, and answers where they end.
    fn fold(&mut self, body: &str, at: usize) -> Option<usize> {
        let rest = body.get(at..)?;
        let after = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let blank = rest.get(..rest.len() - after.len())?;
        let end = at + blank.len();
        match blank.matches('\n').count() {
            0 => self.add(blank, at, end),
            1 => self.add(" ", at, end),
            breaks => self.add(&"\n".repeat(breaks - 1), at, end),
        }
        Some(end)
    }

    /// Text whose lines are folded: a line break between words is a blank, more of them are one
    /// less, and blanks around them do not count.
    fn flow(raw: &str, range: std::ops::Range<usize>, quote: Option<char>) -> Option<Self> {
        let mut written = Self::default();
        let body = raw.get(..range.end)?;
        let mut at = range.start;
        if quote.is_none() {
            at += body.get(at..)?.len() - body.get(at..)?.trim_start().len();
        }
        while let Some(character) = body.get(at..)?.chars().next() {
            let next = at + character.len_utf8();
            match character {
                ' ' | '\t' | '\r' | '\n' => at = written.fold(body, at)?,
                '\'' if quote == Some('\'') => {
                    if !body.get(next..)?.starts_with('\'') {
                        return None;
                    }
                    written.add("'", at, next + 1);
                    at = next + 1;
                }
                '"' if quote == Some('"') => return None,
                '\\' if quote == Some('"') => {
                    let (part, length) = escape(body.get(next..)?)?;
                    written.add(&part, at, next + length);
                    at = next + length;
                }
                _ => {
                    written.add(body.get(at..next)?, at, next);
                    at = next;
                }
            }
        }
        Some(written)
    }
}

/// What an escape of YAML or JSON stands for, and how long it is after its backslash.
fn escape(rest: &str) -> Option<(String, usize)> {
    let first = rest.chars().next()?;
    let length = match first {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // The break is not part of the text, nor is what indents the next line.
        '\n' | '\r' => return Some((String::new(), rest.len() - rest.trim_start().len())),
        _ => {
            // Each escape and what it stands for, in turn.
            let plain = "0\0a\u{7}b\u{8}t\t\t\tn\nv\u{b}f\u{c}r\re\u{1b}  \"\"//\\\\N\u{85}_\u{a0}L\u{2028}P\u{2029}";
            let pairs: Vec<char> = plain.chars().collect();
            let pair = pairs.chunks(2).find(|pair| pair.first() == Some(&first))?;
            return Some((pair.get(1)?.to_string(), first.len_utf8()));
        }
    };
    let value = hex(rest, 1, length)?;
    // JSON writes what lies beyond 16 bits as a pair.
    if (0xd800..0xdc00).contains(&value) && rest.get(5..7) == Some("\\u") {
        let low = hex(rest, 7, 4).filter(|low| (0xdc00..0xe000).contains(low))?;
        let joined = 0x1_0000 + ((value - 0xd800) << 10) + (low - 0xdc00);
        return Some((char::from_u32(joined)?.to_string(), 11));
    }
    Some((char::from_u32(value)?.to_string(), 1 + length))
}

fn hex(text: &str, from: usize, length: usize) -> Option<u32> {
    u32::from_str_radix(text.get(from..from + length)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        Pointer,
        read::{Format, parse},
        source::Source,
    };

    /// The bytes that the value at `pointer` of the inner document has in the file.
    fn shown(text: &str, format: Format, pointer: &str) -> String {
        let parsed = parse(&Source::new("a", text), format);
        let node = parsed.documents[0].root.get("config").expect("the text");
        let inner = embedded(text, node)
            .unwrap_or_else(|error| panic!("{}", error.message))
            .expect("a document");
        let span = inner.resolve(&Pointer::parse(pointer)).point;
        text[span.start()..span.end()].to_owned()
    }

    #[test]
    fn places_in_a_literal_block_are_places_in_the_file() {
        let text = "kind: A\nconfig: |\n    apps:\n      - name: chat # one\n\n        port: \"80\"\nlast: 1\n";
        assert_eq!(shown(text, Format::Yaml, "/apps/0/name"), "chat");
        assert_eq!(shown(text, Format::Yaml, "/apps/0/port"), "\"80\"");
        let text = text
            .replace('\n', "\r\n")
            .replace("config: |", "config: |-");
        assert_eq!(shown(&text, Format::Yaml, "/apps/0/port"), "\"80\"");
    }

    #[test]
    fn quotes_escapes_and_folds_keep_places() {
        let json = r#"{"config": "apps:\n  - \"a\\u00e9\": \ud83d\ude80 x\n    \u0062: 7"}"#;
        assert_eq!(shown(json, Format::Json, "/apps/0/b"), "7");
        assert_eq!(shown(json, Format::Json, "/apps/0/aé"), r"\ud83d\ude80 x");
        let yaml = "config: \"apps:\\n\\\n   \\  - n: {one: 1,\n      \\x74wo: 2}\"\n";
        assert_eq!(shown(yaml, Format::Yaml, "/apps/0/n/two"), "2");
        assert_eq!(shown(yaml, Format::Yaml, "/apps/0/n/one"), "1");
        assert_eq!(
            shown("config: '{a: ''it'', b:\n  [7]}'\n", Format::Yaml, "/a"),
            "''it''"
        );
        assert_eq!(
            shown("config: '{a: ''it'', b:\n  [7]}'\n", Format::Yaml, "/b/0"),
            "7"
        );
        assert_eq!(
            shown(
                "config: >-\n  {apps:\n  [7,\n\n  8]}\n",
                Format::Yaml,
                "/apps/1"
            ),
            "8"
        );
        assert_eq!(shown("config: \"[1,\n  2]\"", Format::Yaml, "/1"), "2");
        assert_eq!(shown("config = '[1, 2]'", Format::Toml, "/1"), "2");
        assert_eq!(
            shown("config = \"\"\"\n[1, 2]\"\"\"", Format::Toml, "/1"),
            "\"\"\"\n[1, 2]\"\"\""
        );
    }

    #[test]
    fn a_block_that_is_not_understood_stands_for_its_parts() {
        let text = "config: >\n  a:\n    - 1\n    - 2\n";
        assert!(shown(text, Format::Yaml, "/a/1").ends_with("2"));
    }

    #[test]
    fn a_part_of_a_text_is_found_however_it_is_written() {
        for text in [
            "config: a + wrong\n",
            "config: 'it''s + wrong'\n",
            "config: \"\\u00e9\\n + wrong\"\n",
            "config: |\n  one +\n    two + wrong\n  # é\n",
            "config: >-\n  one +\n  two + wrong\n  three\n",
            "config: one +\n  two + wrong\n",
        ] {
            let parsed = parse(&Source::new("a", text), Format::Yaml);
            let node = parsed.documents[0].root.get("config").expect("the text");
            let inner = node.as_str().expect("a text");
            let start = inner.find("wrong").expect("the word");
            let span = part(text, node, Span::new(start, start + 5)).expect("a place");
            assert_eq!(text.get(span.start()..span.end()), Some("wrong"), "{text}");
            assert_eq!(part(text, node, Span::new(0, inner.len() + 1)), None);
        }
    }

    #[test]
    fn long_texts_cost_no_more_than_their_length() {
        let lines: String = (0..60_000).map(|n| format!("  k{n}: {n}\n")).collect();
        assert_eq!(
            shown(&format!("config: |\n{lines}"), Format::Yaml, "/k59999"),
            "59999"
        );
        let lines: String = (0..60_000).map(|n| format!("k{n}: {n}\\n")).collect();
        assert_eq!(
            shown(
                &format!("{{\"config\": \"{lines}\"}}"),
                Format::Json,
                "/k59999"
            ),
            "59999"
        );
    }

    #[test]
    fn what_is_wrong_inside_is_told_where_it_stands() {
        let text = "config: |\n  a: 1\n  a: 2\n";
        let parsed = parse(&Source::new("a", text), Format::Yaml);
        let error = embedded(text, parsed.documents[0].root.get("config").expect("text"))
            .expect_err("a duplicate");
        assert_eq!(&text[error.span.start()..error.span.end()], "a");
        assert_eq!(error.span.start(), text.rfind("a: 2").expect("the second"));
    }

    #[test]
    fn what_is_no_text_or_empty_holds_no_document() {
        for text in ["config: 5", "config: ''", "config: {a: 1}"] {
            let parsed = parse(&Source::new("a", text), Format::Yaml);
            assert_eq!(
                embedded(
                    text,
                    parsed.documents[0].root.get("config").expect("a value")
                )
                .ok(),
                Some(None)
            );
        }
        let two = "config: |\n  a: 1\n  ---\n  b: 2\n";
        let parsed = parse(&Source::new("a", two), Format::Yaml);
        assert!(
            embedded(
                two,
                parsed.documents[0].root.get("config").expect("a value")
            )
            .is_err()
        );
    }
}
