//! Protobuf text format with a layout of chance.

use super::{Step, Tree, Writer};
use std::ops::Range;

impl Writer {
    /// `root` has names that are words, no null and no list in a list.
    pub(crate) fn pbtxt(mut self, root: &Tree) -> Self {
        let Tree::Map(entries) = root else {
            unreachable!("a text is a message")
        };
        self.pbtxt_gap();
        let span = self.pbtxt_fields(entries);
        self.note(None, span);
        self
    }

    fn pbtxt_gap(&mut self) {
        self.blanks();
        if self.chance(4) {
            self.put("# é \" } ] comment");
            self.end_line();
        }
    }

    /// Fields, each with what may stand between it and the next; the span goes from the first to the last.
    fn pbtxt_fields(&mut self, entries: &[(String, Tree)]) -> Range<usize> {
        let mut span: Option<Range<usize>> = None;
        for (key, value) in entries {
            self.path.push(Step::Key(key.clone()));
            let (key_span, value_span) = match value {
                Tree::List(items) if items.len() > 1 && self.chance(2) => {
                    self.pbtxt_repeated(key, items)
                }
                value => self.pbtxt_field(key, value),
            };
            span = Some(span.map_or(key_span.start, |span| span.start)..value_span.end);
            self.note(Some(key_span), value_span);
            self.path.pop();
        }
        span.unwrap_or_default()
    }

    /// The elements of a list, each as a field of the same name.
    fn pbtxt_repeated(&mut self, key: &str, items: &[Tree]) -> (Range<usize>, Range<usize>) {
        let mut first: Option<(Range<usize>, usize)> = None;
        let mut end = 0;
        for (index, item) in items.iter().enumerate() {
            self.path.push(Step::Index(index));
            let (key_span, span) = self.pbtxt_field(key, item);
            self.note(None, span.clone());
            self.path.pop();
            end = span.end;
            first.get_or_insert((key_span, span.start));
        }
        let (key_span, start) = first.unwrap_or_default();
        (key_span, start..end)
    }

    fn pbtxt_field(&mut self, key: &str, value: &Tree) -> (Range<usize>, Range<usize>) {
        let key_span = self.put(key);
        self.pbtxt_gap();
        if !matches!(value, Tree::Map(_)) || self.chance(2) {
            self.put(":");
        }
        self.pbtxt_gap();
        let span = self.pbtxt_value(value);
        self.pbtxt_gap();
        match (self.chance(3), self.chance(3)) {
            (true, _) => drop(self.put(",")),
            (_, true) => drop(self.put(";")),
            _ => self.end_line(),
        }
        self.pbtxt_gap();
        (key_span, span)
    }

    fn pbtxt_value(&mut self, value: &Tree) -> Range<usize> {
        let start = self.text.len();
        match value {
            Tree::Map(entries) => {
                let (open, close) = if self.chance(3) {
                    ("<", ">")
                } else {
                    ("{", "}")
                };
                self.put(open);
                self.pbtxt_gap();
                self.pbtxt_fields(entries);
                self.pbtxt_gap();
                self.put(close);
            }
            Tree::List(items) => {
                self.put("[");
                for (index, item) in items.iter().enumerate() {
                    self.pbtxt_gap();
                    self.path.push(Step::Index(index));
                    let span = self.pbtxt_value(item);
                    self.note(None, span);
                    self.path.pop();
                    self.pbtxt_gap();
                    if index + 1 < items.len() {
                        self.put(",");
                    }
                }
                self.put("]");
            }
            Tree::Text(text) => self.pbtxt_text(text),
            Tree::Float(number) => drop(self.put(&format!("{number:?}"))),
            scalar => drop(self.put(&scalar.to_json().to_string())),
        }
        start..self.text.len()
    }

    /// A string, perhaps in two pieces.
    fn pbtxt_text(&mut self, text: &str) {
        let middle = text.char_indices().nth(1).map_or(0, |(at, _)| at);
        if middle > 0 && self.chance(3) {
            let (before, after) = text.split_at(middle);
            let before = self.quoted(before);
            self.put(&before);
            self.pbtxt_gap();
            self.pbtxt_text(after);
        } else if !text.contains(['\'', '\\', '\n']) && self.chance(2) {
            self.put(&format!("'{text}'"));
        } else {
            let text = self.quoted(text);
            self.put(&text);
        }
    }
}
