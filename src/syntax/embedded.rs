//! A document inside a text of another one, such as the Serve configuration of a RayService.
//!
//! Lines of a literal block (`|`) stand in the file as they are, only indented, so every place in
//! the inner document is a place in the file. Any other way to write a text (folded, quoted, with
//! escapes) moves characters; there the whole text stands for each of its parts.

use super::{SyntaxError, yaml};
use crate::{
    document::{Node, Value},
    source::Span,
};

/// Reads the text of `node`, a string in a file with this `text`, as YAML. Places in the answer are
/// places in the file.
///
/// # Errors
/// What is wrong in the inner document, where it stands; also where it holds several documents.
pub fn embedded(text: &str, node: &Node) -> Result<Option<Node>, SyntaxError> {
    let Some(inner) = node.as_str() else { return Ok(None) };
    let places = Places::of(text, node.span, inner);
    let mut reading = yaml::read(inner);
    if let Some(error) = reading.errors.into_iter().next() {
        let related = error.related.map(|(span, message)| (places.outer(span), message));
        return Err(SyntaxError { span: places.outer(error.span), message: error.message, related });
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

/// Where each line of the inner text begins in the file.
struct Places {
    /// Start within the inner text, and start in the file.
    lines: Vec<(usize, usize)>,
    whole: Span,
}

impl Places {
    fn of(text: &str, whole: Span, inner: &str) -> Self {
        let lines = Self::literal(text, whole, inner).unwrap_or_default();
        Self { lines, whole }
    }

    /// The lines of a literal block; `None` for any other text.
    fn literal(text: &str, whole: Span, inner: &str) -> Option<Vec<(usize, usize)>> {
        let raw = text.get(whole.start()..whole.end())?;
        // Some parsers count the header in, some begin after it.
        let mut at = match raw.trim_start().starts_with('|') {
            true => raw.find('\n')? + 1,
            false => 0,
        };
        let mut lines = Vec::new();
        let mut start = 0;
        for line in inner.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            let end = raw.get(at..)?.find('\n').map_or(raw.len(), |length| at + length);
            let written = raw.get(at..end)?.trim_end_matches('\r');
            let indent = written.strip_suffix(content)?;
            if !indent.bytes().all(|byte| byte == b' ') {
                return None;
            }
            lines.push((start, whole.start() + at + indent.len()));
            start += line.len();
            at = (end + 1).min(raw.len());
        }
        (!lines.is_empty()).then_some(lines)
    }

    fn outer(&self, span: Span) -> Span {
        let place = |at: usize| {
            let line = self.lines.iter().rev().find(|(start, _)| *start <= at)?;
            Some(line.1 + (at - line.0))
        };
        match (place(span.start()), place(span.end().max(1) - 1)) {
            (Some(start), Some(last)) if !span.is_empty() => Span::new(start, last + 1),
            (Some(start), _) if span.is_empty() => Span::new(start, start),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::Pointer,
        source::Source,
        syntax::{Format, parse},
    };

    /// The bytes that the value at `pointer` of the inner document has in the file.
    fn shown(text: &str, format: Format, pointer: &str) -> String {
        let parsed = parse(&Source::new("a", text), format);
        let node = parsed.documents[0].root.get("config").expect("the text");
        let inner =
            embedded(text, node).unwrap_or_else(|error| panic!("{}", error.message)).expect("a document");
        let span = inner.resolve(&Pointer::parse(pointer)).point;
        text[span.start()..span.end()].to_owned()
    }

    #[test]
    fn places_in_a_literal_block_are_places_in_the_file() {
        let text =
            "kind: A\nconfig: |\n    apps:\n      - name: chat # one\n\n        port: \"80\"\nlast: 1\n";
        assert_eq!(shown(text, Format::Yaml, "/apps/0/name"), "chat");
        assert_eq!(shown(text, Format::Yaml, "/apps/0/port"), "\"80\"");
        let text = text.replace('\n', "\r\n").replace("config: |", "config: |-");
        assert_eq!(shown(&text, Format::Yaml, "/apps/0/port"), "\"80\"");
    }

    #[test]
    fn elsewhere_the_whole_text_stands_for_its_parts() {
        assert_eq!(shown("{\"config\": \"apps:\\n  - 7\"}", Format::Json, "/apps/0"), "\"apps:\\n  - 7\"");
        assert!(shown("config: >-\n  {apps:\n  [7]}\n", Format::Yaml, "/apps/0").contains('7'));
    }

    #[test]
    fn what_is_wrong_inside_is_told_where_it_stands() {
        let text = "config: |\n  a: 1\n  a: 2\n";
        let parsed = parse(&Source::new("a", text), Format::Yaml);
        let error =
            embedded(text, parsed.documents[0].root.get("config").expect("text")).expect_err("a duplicate");
        assert_eq!(&text[error.span.start()..error.span.end()], "a");
        assert_eq!(error.span.start(), text.rfind("a: 2").expect("the second"));
    }

    #[test]
    fn what_is_no_text_or_empty_holds_no_document() {
        for text in ["config: 5", "config: ''", "config: {a: 1}"] {
            let parsed = parse(&Source::new("a", text), Format::Yaml);
            assert_eq!(
                embedded(text, parsed.documents[0].root.get("config").expect("a value")).ok(),
                Some(None)
            );
        }
        let two = "config: |\n  a: 1\n  ---\n  b: 2\n";
        let parsed = parse(&Source::new("a", two), Format::Yaml);
        assert!(embedded(two, parsed.documents[0].root.get("config").expect("a value")).is_err());
    }
}
