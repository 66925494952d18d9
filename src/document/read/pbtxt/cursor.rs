//! Walking over a text: past blanks and comments, character by character.

use crate::document::source::Span;

/// Where the reader stands.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// Where the last character that was taken ends; blanks and comments do not count.
    last: usize,
    pub(super) comments: Vec<Span>,
}

/// True for what names and numbers consist of.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        Self {
            text,
            at,
            last: at,
            comments: Vec::new(),
        }
    }

    /// The offset of the next character, blanks and comments included.
    pub(super) fn here(&self) -> usize {
        self.at
    }

    /// Where what was taken last ends.
    pub(super) fn last(&self) -> usize {
        self.last
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes over blanks and comments; the character that follows, and where it stands.
    pub(super) fn peek(&mut self) -> (usize, Option<char>) {
        loop {
            let rest = self.rest();
            // Vertical tabs and form feeds are blanks to protobuf.
            let blank = rest.len()
                - rest
                    .trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])
                    .len();
            self.at += blank;
            if !self.rest().starts_with('#') {
                return (self.at, self.rest().chars().next());
            }
            let rest = self.rest();
            let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
            self.comments.push(Span::new(self.at, self.at + length));
            self.at += length;
        }
    }

    /// Takes the character at the cursor.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        self.last = self.at;
        Some(next)
    }

    /// Takes all characters that fit.
    pub(super) fn take_while(&mut self, fits: fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest
            .find(|character| !fits(character))
            .unwrap_or(rest.len());
        self.at += length;
        self.last = self.at;
        rest.get(..length).unwrap_or_default()
    }
}
