//! Reads YAML streams.
//!
//! Drives the event parser; [`builder`] makes the trees, [`scalar`] decides what a plain word
//! means. A document that does not parse does not hide those after it.

mod builder;
mod easing;
mod merge;
mod places;
mod platform;
mod readings;
mod scalar;
mod words;

use super::{Comment, MAX_DEPTH, MAX_ERRORS, ParsedText, SyntaxError};
use crate::document::{Node, source::Span};
use builder::YamlBuilder;
use easing::{Easing, Slip};
use granit_parser::{Event, Parser, StrInput, options};
use std::collections::HashSet;

/// Strict about indentation in documents that have an `apiVersion` or a `kind` and are none of Kubernetes:
/// what reads all others, such as the values of a chart, takes a bracket, an element or the rest of a quoted
/// text at any column, and some more ([`easing`]).
pub(super) fn read(text: &str) -> ParsedText {
    read_for(text, false)
}

/// As Kubernetes reads YAML, whosever documents these are.
pub(super) fn read_as_platform(text: &str) -> ParsedText {
    read_for(text, true)
}

fn read_for(text: &str, platform: bool) -> ParsedText {
    let mut easing = Easing::new(text);
    let (strict, _) = read_as(&easing, true, platform);
    if strict
        .documents
        .iter()
        .all(|document| document.errors.is_empty())
    {
        return strict.into();
    }
    loop {
        let (relaxed, slips) = read_as(&easing, false, platform);
        if !easing.rewrite(&slips) {
            return strict.eased(relaxed, platform).into();
        }
    }
}

fn read_as(easing: &Easing<'_>, strict: bool, platform: bool) -> (YamlStream, Vec<Slip>) {
    let text: &str = &easing.text;
    let options = options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        emit_comments: true,
        // The default refuses 97 lines of comments in a row.
        max_buffered_comment_events: text.len(),
        emit_unresolved_aliases: true,
        strict_indentation: strict,
        bom_inside_document_as_content: !strict,
    };
    let mut reader = YamlReader {
        easing,
        parser: Parser::new_from_str_with_options(text, options),
        builder: YamlBuilder::new(easing, platform),
        stream: YamlStream::default(),
        slips: Vec::new(),
        start: 0,
    };
    reader.run();
    reader.stream.templated = reader.builder.templated;
    (reader.stream, reader.slips)
}

/// What a text holds.
#[derive(Default)]
struct YamlStream {
    documents: Vec<YamlDocument>,
    comments: Vec<Comment>,
    templated: bool,
}

/// A document that holds something.
struct YamlDocument {
    /// Where it begins; it reaches to the next one.
    start: usize,
    /// Nothing if there are errors.
    root: Option<Node>,
    errors: Vec<SyntaxError>,
}

impl YamlStream {
    /// This reading, in which something is wrong, with what another one that is less strict about
    /// indentation makes of it. That one has better words for other mistakes, such as a quote that is
    /// never closed.
    fn eased(self, mut relaxed: Self, platform: bool) -> Self {
        let mut read: HashSet<Span> = HashSet::new();
        let mut errors = Vec::new();
        for document in self.documents {
            read.extend(document.root.map(|root| root.span));
            errors.extend(document.errors);
        }
        errors.sort_by_key(|error| error.span);
        let starts = Vec::from_iter(relaxed.documents.iter().map(|document| document.start));
        for (at, document) in relaxed.documents.iter_mut().enumerate() {
            let is_refused = document.root.as_ref().is_some_and(|root| {
                !platform && readings::may_be_ours(root) && !read.contains(&root.span)
            });
            if is_refused {
                let end = starts.get(at + 1).copied().unwrap_or(usize::MAX);
                document.errors = within(&errors, document.start, end);
                document.root = None;
            }
        }
        relaxed
    }
}

/// The errors in a part of the text; the first of all where there is none.
fn within(errors: &[SyntaxError], start: usize, end: usize) -> Vec<SyntaxError> {
    let from = errors.partition_point(|error| error.span.start() < start);
    let to = errors.partition_point(|error| error.span.start() < end);
    let found = errors.get(from..to).filter(|found| !found.is_empty());
    found
        .unwrap_or(errors.get(..1).unwrap_or_default())
        .to_vec()
}

impl From<YamlStream> for ParsedText {
    fn from(stream: YamlStream) -> Self {
        let mut reading = Self {
            comments: stream.comments,
            templated: stream.templated,
            ..Self::default()
        };
        for (index, document) in stream.documents.into_iter().enumerate() {
            reading
                .roots
                .extend(document.root.map(|root| (index, root)));
            reading.errors.extend(document.errors);
        }
        reading
    }
}

struct YamlReader<'t> {
    easing: &'t Easing<'t>,
    parser: Parser<'t, StrInput<'t>>,
    builder: YamlBuilder<'t>,
    stream: YamlStream,
    slips: Vec<Slip>,
    /// Where the document that is being read begins.
    start: usize,
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
                Err(error) => {
                    self.slips.extend(words::slip(&self.easing.text, &error));
                    let error = words::error(&self.easing.text, &error);
                    self.builder.explain(error)
                }
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
            Event::Comment(..) => {
                let span = self.easing.comment_span(span);
                let comment = Comment::new(&self.easing.text, span);
                self.stream.comments.push(comment);
            }
            Event::DocumentStart(..) => self.start = span.start(),
            Event::DocumentEnd => self.finish(),
            event => self.builder.event(event, span)?,
        }
        Ok(())
    }

    /// Takes the document that ends here; leaves out one that holds nothing.
    fn finish(&mut self) {
        let (root, mut errors) = self.builder.take();
        errors.truncate(MAX_ERRORS);
        // An implicit null has no bytes: nothing is written between the document's marks.
        let root = root.filter(|root| !root.span.is_empty() && errors.is_empty());
        if root.is_some() || !errors.is_empty() {
            self.stream.documents.push(YamlDocument {
                start: self.start,
                root,
                errors,
            });
        }
    }
}
