//! What Kubernetes reads and the parser refuses at any setting: a comment right behind a quote or a
//! bracket, and `\'` in double quotes.
//!
//! Where the parser stops at one, the text is rewritten there without a change of its length, so that
//! every place stays what it is, and what the rewriting did is undone in the comments and values.

use crate::document::source::Span;
use std::{borrow::Cow, collections::BTreeSet};

/// So many bytes are read again in all, whatever there is to rewrite.
const MOST_BYTES: usize = 30_000_000;

/// Escapes whose characters hardly any text has.
const ESCAPES: &[(u8, char)] = &[
    (b'v', '\u{b}'),
    (b'f', '\u{c}'),
    (b'a', '\u{7}'),
    (b'b', '\u{8}'),
];

/// Where the parser stopped at something of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// The `#` of a comment that no blank stands before.
    Comment(usize),
    /// A `\'`.
    Quote(usize),
}

/// A text and what was rewritten in it.
pub(super) struct Easing<'t> {
    pub(super) text: Cow<'t, str>,
    comments: BTreeSet<usize>,
    /// The escape that stands for `\'`, and its character; none where the text holds all of them.
    stand_in: Option<(u8, char)>,
    has_quotes: bool,
    left: usize,
}

impl<'t> Easing<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let is_free = |(escape, character): &&(u8, char)| {
            !text.contains(*character) && !text.contains(&format!("\\{}", char::from(*escape)))
        };
        Self {
            text: Cow::Borrowed(text),
            comments: BTreeSet::new(),
            stand_in: ESCAPES.iter().find(is_free).copied(),
            has_quotes: false,
            left: MOST_BYTES,
        }
    }

    /// Rewrites the text where the parser stopped; false where nothing was left to do.
    pub(super) fn rewrite(&mut self, slips: &[Slip]) -> bool {
        if slips.is_empty() || self.left < self.text.len() {
            return false;
        }
        self.left -= self.text.len();
        let mut bytes = self.text.as_bytes().to_vec();
        let mut is_changed = false;
        for slip in slips {
            is_changed |= match *slip {
                Slip::Comment(at) => self.comment(&mut bytes, at),
                Slip::Quote(at) => self.quotes(&mut bytes, at),
            };
        }
        match String::from_utf8(bytes) {
            Ok(text) if is_changed => self.text = Cow::Owned(text),
            _ => return false,
        }
        true
    }

    /// Moves a `#` by one character, which the comment loses.
    fn comment(&mut self, bytes: &mut [u8], at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let mut characters = rest.chars();
        if characters.next() != Some('#') || !self.comments.insert(at) {
            return false;
        }
        let next = characters
            .next()
            .filter(|next| !matches!(next, '\n' | '\r'));
        let width = next.map_or(0, char::len_utf8);
        let Some(part) = bytes.get_mut(at..=at + width) else {
            return false;
        };
        part.fill(b'#');
        part[0] = b' ';
        true
    }

    /// Puts the stand-in for each `\'` from `at` to the end of the quoted text.
    fn quotes(&mut self, bytes: &mut [u8], mut at: usize) -> bool {
        let Some((escape, _)) = self.stand_in else {
            return false;
        };
        let mut is_changed = false;
        loop {
            match (bytes.get(at).copied(), bytes.get(at + 1).copied()) {
                (Some(b'\\'), Some(b'\'')) => {
                    bytes[at + 1] = escape;
                    is_changed = true;
                    at += 2;
                }
                (Some(b'\\'), Some(_)) => at += 2,
                (Some(b'"') | None, _) => break,
                _ => at += 1,
            }
        }
        self.has_quotes |= is_changed;
        is_changed
    }

    /// The span of a comment in the text as it was.
    pub(super) fn comment_span(&self, span: Span) -> Span {
        match span.start().checked_sub(1) {
            Some(start) if self.comments.contains(&start) => Span::new(start, span.end()),
            _ => span,
        }
    }

    /// A value as it was written.
    pub(super) fn value<'v>(&self, value: Cow<'v, str>) -> Cow<'v, str> {
        match self.stand_in {
            Some((_, character)) if self.has_quotes && value.contains(character) => {
                Cow::Owned(value.replace(character, "'"))
            }
            _ => value,
        }
    }
}
