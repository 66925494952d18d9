//! A file as conftest shows it to policies: which documents it holds, and what is one `input`.

use super::{Format, Parsed};
use crate::document::{Document, Node, Pointer, source::Source};

/// What policies see as one `input`.
#[derive(Debug, Clone)]
pub struct Configuration<'p> {
    /// The document that it is, or is in; `None` where nothing stands between two marks, which is `null`.
    pub document: Option<&'p Document>,
    /// The path to it within the document: an element of a list that is the whole file is an input of its own.
    pub at: Pointer,
    /// The byte at which it begins.
    pub start: usize,
}

impl<'p> Configuration<'p> {
    fn of(document: &'p Document, at: Pointer, node: &Node) -> Self {
        Self {
            document: Some(document),
            at,
            start: node.span.start(),
        }
    }

    /// Its value; `None` for `null`.
    pub fn node(&self) -> Option<&'p Node> {
        let document = self.document?;
        Some(document.root.resolve(&self.at).node)
    }
}

/// The inputs that a file gives, in their order, and whether it is a list of them.
///
/// Several documents of YAML are apart where a line is `---` and nothing else; what is between two such lines and holds
/// nothing is `null`. Where another mark parts documents, conftest passes over all but the first: they are inputs here.
pub fn configurations<'p>(
    parsed: &'p Parsed,
    source: &Source,
    format: Format,
) -> (Vec<Configuration<'p>>, bool) {
    let starts = match format {
        Format::Yaml => starts(&source.text),
        _ => vec![0],
    };
    if let ([_], [document]) = (starts.as_slice(), parsed.documents.as_slice()) {
        return match &document.root.value {
            crate::document::Value::List(items) => {
                let element = |(index, item)| {
                    Configuration::of(document, Pointer::default().index(index), item)
                };
                (items.iter().enumerate().map(element).collect(), true)
            }
            _ => {
                let whole = Configuration::of(document, Pointer::default(), &document.root);
                (vec![whole], false)
            }
        };
    }
    let mut found = Vec::new();
    let mut documents = parsed.documents.iter().peekable();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(usize::MAX);
        let before = found.len();
        while let Some(document) = documents.next_if(|document| document.root.span.start() < end) {
            found.push(Configuration::of(
                document,
                Pointer::default(),
                &document.root,
            ));
        }
        if found.len() == before {
            found.push(Configuration {
                document: None,
                at: Pointer::default(),
                start: *start,
            });
        }
    }
    let is_list = found.len() > 1;
    (found, is_list)
}

/// The byte at which each part of a stream begins.
fn starts(text: &str) -> Vec<usize> {
    let mark = match text.contains("\r\n") {
        true => "\r\n---\r\n",
        false => "\n---\n",
    };
    let mut starts = vec![0];
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(mark)) {
        from += at + mark.len();
        starts.push(from);
    }
    // Behind a directive the first mark begins the document.
    if text.starts_with('%') && starts.len() > 1 {
        starts.remove(1);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::read::parse_as_platform;

    fn shown(text: &str, format: Format) -> Vec<String> {
        let source = Source::new("a", text);
        let parsed = parse_as_platform(&source, format);
        let (all, _) = configurations(&parsed, &source, format);
        let json = |one: &Configuration<'_>| match one.node() {
            Some(node) => node.to_json().to_string(),
            None => "null".to_owned(),
        };
        all.iter().map(json).collect()
    }

    #[test]
    fn streams_are_parted_where_conftest_parts_them() {
        for (text, wanted) in [
            ("", vec!["null"]),
            ("a: 1\n", vec!["{\"a\":1}"]),
            ("---\na: 1\n---\nb: 2\n", vec!["{\"a\":1}", "{\"b\":2}"]),
            ("# only this\n---\nb: 2\n", vec!["null", "{\"b\":2}"]),
            ("a: 1\n---\n", vec!["{\"a\":1}", "null"]),
            ("a: 1\r\n---\r\nb: 2\r\n", vec!["{\"a\":1}", "{\"b\":2}"]),
            ("a: 1\n--- # two\nb: 2\n", vec!["{\"a\":1}", "{\"b\":2}"]),
            ("%YAML 1.1\n---\na: 1\n", vec!["{\"a\":1}"]),
            ("- a: 1\n- b\n", vec!["{\"a\":1}", "\"b\""]),
            ("- a\n---\n- b\n", vec!["[\"a\"]", "[\"b\"]"]),
            ("[]\n", vec![]),
        ] {
            assert_eq!(shown(text, Format::Yaml), wanted, "{text}");
        }
        assert_eq!(shown("[1, 2]", Format::Json), ["1", "2"]);
        assert_eq!(shown("on: yes\n", Format::Yaml), ["{\"true\":true}"]);
    }
}
