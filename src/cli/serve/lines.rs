//! Lines of bounded length.

use std::io::{BufRead, Read};

/// A document of 10 MB, each byte of which may be escaped as six characters, and the words around it.
const LONGEST: u64 = 64 << 20;

/// What was read.
pub(super) enum Line {
    /// Without the line break.
    Text(Vec<u8>),
    /// It was passed over.
    TooLong,
    /// There are no more, or none that can be read.
    End,
}

/// Reads one line at a time.
pub(super) struct Lines<R>(R);

impl<R: BufRead> Lines<R> {
    pub(super) fn new(stream: R) -> Self {
        Self(stream)
    }

    pub(super) fn next(&mut self) -> Line {
        loop {
            match self.line() {
                // Between requests.
                Line::Text(text) if text.trim_ascii().is_empty() => {}
                line => return line,
            }
        }
    }

    fn line(&mut self) -> Line {
        let mut text = Vec::new();
        let read = self.0.by_ref().take(LONGEST).read_until(b'\n', &mut text);
        match read {
            Ok(0) | Err(_) => return Line::End,
            Ok(_) => {}
        }
        if text.last() == Some(&b'\n') {
            text.pop();
        } else if text.len() as u64 == LONGEST {
            return match self.0.skip_until(b'\n') {
                Ok(_) => Line::TooLong,
                Err(_) => Line::End,
            };
        }
        Line::Text(text)
    }
}
