//! Reads YAML streams.
//!
//! Drives the event parser; [`builder`] makes the trees, [`scalar`] decides what a plain word
//! means. A document that does not parse does not hide those after it.

mod builder;
mod merge;
mod places;
mod scalar;
mod words;

use super::{Comment, MAX_DEPTH, MAX_ERRORS, ParsedText, SyntaxError};
use crate::document::source::Span;
use builder::YamlBuilder;
use granit_parser::{Event, Parser, StrInput, options};

/// Strict about indentation: relaxed, the parser takes three malformed cases of the YAML test
/// suite; strict, none, and it refuses nothing valid. But what is wrong otherwise, such as a
/// quote that is never closed, is told better by the relaxed one.
pub(super) fn read(text: &str) -> ParsedText {
    let strict = read_as(text, true);
    if strict.errors.is_empty() {
        return strict;
    }
    let relaxed = read_as(text, false);
    if relaxed.errors.is_empty() {
        strict
    } else {
        relaxed
    }
}

fn read_as(text: &str, strict: bool) -> ParsedText {
    let options = options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        emit_comments: true,
        // The default refuses 97 lines of comments in a row.
        max_buffered_comment_events: text.len(),
        emit_unresolved_aliases: true,
        strict_indentation: strict,
    };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut reader = YamlReader {
        text,
        parser,
        builder: YamlBuilder::new(text),
        reading: ParsedText::default(),
        index: 0,
    };
    reader.run();
    reader.reading.templated = reader.builder.templated;
    reader.reading
}

struct YamlReader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    builder: YamlBuilder<'t>,
    reading: ParsedText,
    index: usize,
}

impl<'t> YamlReader<'t> {
    fn run(&mut self) {
        while let Some(next) = self.parser.next_event() {
            let error = match next {
                Ok((event, span)) => {
                    let span = span.byte_range().map(Span::from).unwrap_or_default();
                    match self.event(event, span) {
                        Ok(()) => continue,
                        Err(error) => error,
                    }
                }
                Err(error) => self.builder.explain(words::error(self.text, &error)),
            };
            self.builder.errors.push(error);
            self.finish();
            // Past a limit of the whole file every further document would only say so again.
            if self.builder.is_exhausted()
                || !matches!(self.parser.proceed_next_document(), Ok(true))
            {
                return;
            }
        }
    }

    /// Fails where the rest of the document cannot be read.
    fn event(&mut self, event: Event<'t>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Comment(..) => self.reading.comments.push(Comment::new(self.text, span)),
            Event::DocumentEnd => self.finish(),
            event => self.builder.event(event, span)?,
        }
        Ok(())
    }

    /// Takes the document that ends here; leaves out one that is broken or holds nothing.
    fn finish(&mut self) {
        let (root, mut errors) = self.builder.take();
        let is_broken = !errors.is_empty();
        errors.truncate(MAX_ERRORS);
        self.reading.errors.append(&mut errors);
        // An implicit null has no bytes: nothing is written between the document's marks.
        let root = root.filter(|root| !root.span.is_empty());
        if is_broken {
            self.index += 1;
        } else if let Some(root) = root {
            self.reading.roots.push((self.index, root));
            self.index += 1;
        }
    }
}
