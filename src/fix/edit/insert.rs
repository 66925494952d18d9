//! Where a missing key goes, and how.

use super::Fixer;
use crate::{
    document::{Entry, Node, Pointer, Step, Value, read::Format, source::Span},
    finding::{Edit, Stub},
};

impl Fixer<'_> {
    /// Adds the key that `at` ends in, above the first of `before` that is there, else at the end.
    pub(super) fn insert(
        &self,
        at: &Pointer,
        before: &[String],
        stub: &Stub,
    ) -> Option<(String, Vec<Edit>)> {
        let (Some(Step::Key(key)), Some(parent)) = (at.steps().last(), at.parent()) else {
            return None;
        };
        let found = self.document.root.resolve(&parent);
        let map = found.node;
        if !found.complete
            || found.alias.is_some()
            || !matches!(map.value, Value::Map(_))
            || map.get(key).is_some()
        {
            return None;
        }
        let site = Site {
            fixer: self,
            map,
            key,
            stub,
        };
        let is_flow = self.slice(map.span).starts_with('{');
        let edits = match self.format {
            _ if is_flow => site.between_braces(before),
            Format::Toml => site.table(parent.is_root()),
            Format::Yaml => site.block(before),
            Format::Json | Format::Jsonc | Format::Pbtxt => None,
        };
        Some((format!("add `{key}`"), edits?))
    }
}

/// A mapping and what it lacks.
struct Site<'p> {
    fixer: &'p Fixer<'p>,
    map: &'p Node,
    key: &'p str,
    stub: &'p Stub,
}

impl<'p> Site<'p> {
    fn text(&self) -> &'p str {
        self.fixer.text()
    }

    /// The entries that are written in the mapping itself, in the order of the text.
    fn own(&self) -> Vec<&'p Entry> {
        let whole = self.map.span;
        let mut own = Vec::new();
        for entry in self.map.entries() {
            // What a merge key brought in stands elsewhere.
            if whole.start() <= entry.key_span.start() && entry.key_span.end() <= whole.end() {
                own.push(entry);
            }
        }
        own.sort_by_key(|entry| entry.key_span);
        own
    }

    /// The start of the line that holds `at`.
    fn line(&self, at: usize) -> usize {
        let before = self.text().get(..at).unwrap_or_default();
        before.rfind(['\n', '\r']).map_or(
            before.len() - before.trim_start_matches('\u{feff}').len(),
            |end| end + 1,
        )
    }

    /// What stands before `at` on its line.
    fn prefix(&self, at: usize) -> &'p str {
        self.text().get(self.line(at)..at).unwrap_or_default()
    }

    /// The end of the line that holds `at`, where no more than blanks, one of `marks` and a comment
    /// stand between.
    fn free_line_end(&self, at: usize, comments: &[&str]) -> Option<usize> {
        let rest = self.text().get(at..)?;
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let content = line.trim_start_matches([' ', '\t']);
        let is_comment =
            content.len() < line.len() && comments.iter().any(|mark| content.starts_with(mark));
        (content.is_empty() || is_comment).then_some(at + line.len())
    }

    fn line_break(&self) -> &'static str {
        let text = self.text();
        match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            None if text.contains('\r') => "\r",
            _ => "\n",
        }
    }

    fn at(&self, at: usize, text: String) -> Vec<Edit> {
        vec![Edit {
            span: Span::new(at, at),
            text,
        }]
    }

    /// A YAML mapping with its keys under each other.
    fn block(&self, before: &[String]) -> Option<Vec<Edit>> {
        let own = self.own();
        let (first, nl) = (*own.first()?, self.line_break());
        let margin = self.prefix(first.key_span.start());
        // Tabs, and text before the first key, leave no indentation to repeat.
        if !margin.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
            return None;
        }
        let indent = margin.replace('-', " ");
        let stub = self
            .fixer
            .spelling()
            .block(self.key, self.stub)?
            .join(&format!("{nl}{indent}"));
        match first_of(before, &own) {
            // The first key may share its line with a dash, and what stands above it with the whole.
            Some(next) if next.key_span == first.key_span => {
                Some(self.at(first.key_span.start(), format!("{stub}{nl}{indent}")))
            }
            Some(next) if self.prefix(next.key_span.start()) == indent => {
                let line = self.above_comments(self.line(next.key_span.start()), &indent);
                Some(self.at(line, format!("{indent}{stub}{nl}")))
            }
            Some(_) => None,
            None => {
                let end = self.below(own.last()?)?;
                Some(self.at(end, format!("{nl}{indent}{stub}")))
            }
        }
    }

    /// Where a new line below the last entry of a YAML block begins: at the end of its own line.
    fn below(&self, last: &Entry) -> Option<usize> {
        if keeps_blank_lines(self.text(), &last.node) {
            return None;
        }
        // A missing value has no bytes, and an alias has its own elsewhere.
        let end = self.map.span.end().max(last.key_span.end());
        let end = end.max(last.node.alias.map_or(0, Span::end));
        let colon = usize::from(self.text().get(end..)?.starts_with(':'));
        self.free_line_end(end + colon, &["#"])
    }

    /// The first of the comment lines right above the line at `line` that are indented like it.
    fn above_comments(&self, line: usize, indent: &str) -> usize {
        let mut top = line;
        while let Some(above) = self
            .text()
            .get(..top)
            .map(|text| text.trim_end_matches(['\n', '\r']))
        {
            let breaks = &self.text()[above.len()..top];
            let start = self.line(above.len());
            let content = above.get(start..).unwrap_or_default();
            // A blank line between them parts a comment from the key.
            let is_next = matches!(breaks, "\n" | "\r\n" | "\r");
            let comment = content.strip_prefix(indent).unwrap_or_default();
            if !is_next || !comment.starts_with('#') {
                break;
            }
            top = start;
        }
        top
    }

    /// A mapping in braces: YAML flow style, JSON, a TOML inline table.
    fn between_braces(&self, before: &[String]) -> Option<Vec<Edit>> {
        let own = self.own();
        // In YAML, keys between braces may be quoted as in JSON; a new one follows the others.
        let quoted = own
            .first()
            .is_some_and(|entry| self.fixer.slice(entry.key_span).starts_with('"'));
        let entry = self.fixer.spelling().entry(self.key, self.stub, quoted)?;
        let Some(last) = own.last() else {
            let start = self.map.span.start() + 1;
            // A comment, or entries that a merge key brought in, may stand there.
            let is_empty = self.text().get(start..)?.trim_start().starts_with('}');
            return is_empty.then(|| self.at(start, entry));
        };
        match first_of(before, &own) {
            Some(next) => Some(self.before_key(next.key_span, &entry)),
            None => self.after_last(last, &entry),
        }
    }

    /// Between braces, on a line of its own where the next key has one.
    fn before_key(&self, next: Span, entry: &str) -> Vec<Edit> {
        let gap = if self.has_own_line(next) {
            format!("{}{}", self.line_break(), self.prefix(next.start()))
        } else {
            " ".to_owned()
        };
        self.at(next.start(), format!("{entry},{gap}"))
    }

    /// Between braces, on a line of its own where the last key has one. A comma that trails stays.
    fn after_last(&self, last: &Entry, entry: &str) -> Option<Vec<Edit>> {
        let value = last.node.alias.unwrap_or(last.node.span);
        // Nothing shows where a missing value ends.
        if value.is_empty() {
            return None;
        }
        let end = value.end();
        let rest = self.text().get(end..)?;
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let has_comma = rest[blanks..].starts_with(',');
        let after = if has_comma { end + blanks + 1 } else { end };
        let line_end = self.free_line_end(after, self.comment_marks());
        let Some(line_end) = line_end.filter(|_| self.has_own_line(last.key_span)) else {
            let separator = if has_comma { " " } else { ", " };
            return Some(self.at(after, format!("{separator}{entry}")));
        };
        let margin = self.prefix(last.key_span.start());
        let written = format!("{}{margin}{entry}", self.line_break());
        if has_comma {
            return Some(self.at(line_end, written));
        }
        // Two edits at one place are one; a comment parts them, for the comma goes before it.
        if line_end == end {
            return Some(self.at(end, format!(",{written}")));
        }
        let mut edits = self.at(end, ",".into());
        edits.extend(self.at(line_end, written));
        Some(edits)
    }

    fn has_own_line(&self, key: Span) -> bool {
        let before = self.prefix(key.start());
        before.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    fn comment_marks(&self) -> &'static [&'static str] {
        match self.fixer.format {
            Format::Yaml | Format::Toml => &["#"],
            Format::Json | Format::Jsonc | Format::Pbtxt => &["//"],
        }
    }

    /// A TOML table under its header, or the top of the file.
    fn table(&self, is_root: bool) -> Option<Vec<Edit>> {
        let entry = self.fixer.spelling().entry(self.key, self.stub, false)?;
        let nl = self.line_break();
        if let Some(header) = self.map.header {
            let end = self.free_line_end(header.end(), &["#"])?;
            return Some(self.at(end, format!("{nl}{entry}")));
        }
        // A table that is only named in the keys or headers of what it holds has no place of its own.
        if !is_root || self.map.span != Span::new(0, self.text().len()) {
            return None;
        }
        let first = self
            .map
            .entries()
            .iter()
            .map(|entry| entry.key_span.start())
            .min()?;
        let is_start = self
            .prefix(first)
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'['));
        is_start.then(|| self.at(self.line(first), format!("{entry}{nl}")))
    }
}

/// The entry of the first of these names that is there.
fn first_of<'e>(names: &[String], entries: &[&'e Entry]) -> Option<&'e Entry> {
    for name in names {
        if let Some(entry) = entries.iter().find(|entry| entry.key == *name) {
            return Some(entry);
        }
    }
    None
}

/// True where the last value is a block scalar to which the blank lines after it belong.
fn keeps_blank_lines(text: &str, node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => entries
            .last()
            .is_some_and(|entry| keeps_blank_lines(text, &entry.node)),
        Value::List(items) if !items.is_empty() => items
            .last()
            .is_some_and(|item| keeps_blank_lines(text, item)),
        _ => {
            let written = text
                .get(node.span.start()..node.span.end())
                .unwrap_or_default();
            let header = written.lines().next().unwrap_or_default();
            // `+` keeps the blank lines at the end of a block (YAML 1.2, section 8.1.1.2).
            header.starts_with(['|', '>']) && header.contains('+')
        }
    }
}
