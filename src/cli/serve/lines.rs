//! Lines of bounded length.

use std::io::{BufRead, Read};

/// A document of 10 MB, each byte of which may be escaped as six characters, and the words around it.
const LONGEST: u64 = 64 << 20;

/// What was read.
pub(super) enum ResidentLine {
    /// Without the line break.
    Text(Vec<u8>),
    /// It was passed over.
    TooLong,
    /// There are no more, or none that can be read.
    End,
}

/// Reads one line at a time.
pub(super) struct ResidentLines<R>(R);

impl<R: BufRead> ResidentLines<R> {
    pub(super) fn new(stream: R) -> Self {
        Self(stream)
    }

    pub(super) fn next(&mut self) -> ResidentLine {
        loop {
            match self.line() {
                // Between requests.
                ResidentLine::Text(text) if text.trim_ascii().is_empty() => {}
                line => return line,
            }
        }
    }

    fn line(&mut self) -> ResidentLine {
        let mut text = Vec::new();
        let read = self.0.by_ref().take(LONGEST).read_until(b'\n', &mut text);
        match read {
            Ok(0) | Err(_) => return ResidentLine::End,
            Ok(_) => {}
        }
        if text.last() == Some(&b'\n') {
            text.pop();
        } else if text.len() as u64 == LONGEST {
            return match self.0.skip_until(b'\n') {
                Ok(_) => ResidentLine::TooLong,
                Err(_) => ResidentLine::End,
            };
        }
        ResidentLine::Text(text)
    }
}
