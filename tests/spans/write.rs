//! Writes a tree in each format with a layout of chance, and notes the bytes of every key and value.

#[path = "pbtxt.rs"]
mod pbtxt;

use servelint::document::{Pointer, Step};
use std::ops::Range;

/// What is written.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::from(*flag),
            Self::Integer(number) => Json::from(*number),
            Self::Float(number) => Json::from(*number),
            Self::Text(text) => Json::from(text.as_str()),
            Self::List(items) => items.iter().map(Tree::to_json).collect(),
            Self::Map(entries) => entries
                .iter()
                .map(|(key, tree)| (key.clone(), tree.to_json()))
                .collect(),
        }
    }

    pub(crate) fn has_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.iter().any(Tree::has_null),
            Self::Map(entries) => entries.iter().any(|(_, tree)| tree.has_null()),
            _ => false,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::List(items) if items.is_empty())
            || matches!(self, Self::Map(map) if map.is_empty())
    }

    fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }
}

/// Where one value stands.
#[derive(Debug)]
pub(crate) struct Written {
    pub pointer: Pointer,
    pub key: Option<Range<usize>>,
    pub value: Range<usize>,
}

/// A text that grows, the places in it, and the chances that decide on its layout.
pub(crate) struct Writer {
    pub text: String,
    pub places: Vec<Written>,
    chances: Vec<u8>,
    used: usize,
    path: Vec<Step>,
    line_break: &'static str,
    anchors: usize,
    comments: bool,
    /// A block scalar ends here: a comment would be part of it.
    after_block: bool,
}

impl Writer {
    pub(crate) fn new(chances: &[u8]) -> Self {
        let mut writer = Self {
            text: String::new(),
            places: vec![],
            chances: chances.to_vec(),
            used: 0,
            path: vec![],
            line_break: "\n",
            anchors: 0,
            comments: true,
            after_block: false,
        };
        if writer.chance(3) {
            writer.text.push('\u{feff}');
        }
        if writer.chance(3) {
            writer.line_break = "\r\n";
        }
        writer
    }

    /// True once in `of` times.
    fn chance(&mut self, of: u8) -> bool {
        self.used += 1;
        let seed = self
            .chances
            .get(self.used % self.chances.len().max(1))
            .copied()
            .unwrap_or_default();
        seed.wrapping_add((self.used / self.chances.len().max(1)) as u8) % of == 0
    }

    fn put(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    fn end_line(&mut self) {
        self.text.push_str(self.line_break);
    }

    fn blanks(&mut self) {
        let count = usize::from(self.chance(2)) + usize::from(self.chance(4));
        self.put(&" ".repeat(count));
    }

    fn note(&mut self, key: Option<Range<usize>>, value: Range<usize>) {
        self.places.push(Written {
            pointer: self.path.iter().cloned().collect(),
            key,
            value,
        });
    }

    /// Own-line comments and blank lines, each with its line break.
    fn own_lines(&mut self, mark: &str) {
        let is_free = !std::mem::take(&mut self.after_block);
        if self.chance(4) && is_free {
            self.put(&format!("   {mark} \"é: {{ 日 [' comment"));
            self.end_line();
        }
        if self.chance(5) {
            self.end_line();
        }
    }

    fn end_with_comment(&mut self, mark: &str) {
        if self.chance(4) && !self.after_block {
            self.put(&format!("  {mark} trailing ] 'é"));
        }
        self.end_line();
    }

    // JSON

    pub(crate) fn json(mut self, root: &Tree, comments: bool) -> Self {
        self.comments = comments;
        self.json_gap();
        let span = self.json_value(root);
        self.note(None, span);
        self.json_gap();
        self
    }

    fn json_gap(&mut self) {
        self.blanks();
        if self.chance(4) {
            self.end_line();
        }
        if self.comments && self.chance(4) {
            if self.chance(2) {
                self.put("/* é \" } */");
            } else {
                self.put("// 日 [ \"");
                self.end_line();
            }
        }
    }

    fn json_value(&mut self, tree: &Tree) -> Range<usize> {
        let start = self.text.len();
        match tree {
            Tree::List(items) => {
                self.put("[");
                for (index, item) in items.iter().enumerate() {
                    self.json_gap();
                    self.path.push(Step::Index(index));
                    let span = self.json_value(item);
                    self.note(None, span);
                    self.path.pop();
                    self.json_after(index + 1 == items.len());
                }
                self.json_gap();
                self.put("]");
            }
            Tree::Map(entries) => {
                self.put("{");
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.json_gap();
                    let quoted = self.quoted(key);
                    let key_span = self.put(&quoted);
                    self.json_gap();
                    self.put(":");
                    self.json_gap();
                    self.path.push(Step::Key(key.clone()));
                    let span = self.json_value(value);
                    self.note(Some(key_span), span);
                    self.path.pop();
                    self.json_after(index + 1 == entries.len());
                }
                self.json_gap();
                self.put("}");
            }
            Tree::Text(text) => {
                let quoted = self.quoted(text);
                self.put(&quoted);
            }
            scalar => {
                self.put(&scalar.to_json().to_string());
            }
        }
        start..self.text.len()
    }

    fn json_after(&mut self, is_last: bool) {
        self.json_gap();
        if !is_last || (self.comments && self.chance(3)) {
            self.put(",");
        }
    }

    /// Double quotes with escapes that JSON, YAML and TOML share.
    fn quoted(&mut self, text: &str) -> String {
        let mut quoted = String::from("\"");
        for character in text.chars() {
            match character {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                other if (other as u32) < 0x1_0000 && self.chance(9) => {
                    quoted.push_str(&format!("\\u{:04x}", other as u32));
                }
                other => quoted.push(other),
            }
        }
        quoted.push('"');
        quoted
    }

    // YAML

    pub(crate) fn yaml(mut self, root: &Tree) -> Self {
        self.own_lines("#");
        if self.chance(3) {
            self.put("---");
            self.end_with_comment("#");
        }
        self.own_lines("#");
        let span = match root {
            Tree::Map(entries) if !root.is_empty() && !self.chance(5) => {
                self.yaml_entries(entries, 0)
            }
            _ => self.yaml_flow(root, 2),
        };
        self.note(None, span);
        self.text.push_str(self.line_break);
        self
    }

    /// The entries of a block mapping; the first one starts where the text ends now.
    fn yaml_entries(&mut self, entries: &[(String, Tree)], indent: usize) -> Range<usize> {
        let mut span: Option<Range<usize>> = None;
        for (key, value) in entries {
            if span.is_some() {
                self.end_with_comment("#");
                self.own_lines("#");
                self.put(&" ".repeat(indent));
            }
            let key_text = self.yaml_key(key);
            let key_span = self.put(&key_text);
            if self.chance(6) {
                self.put(" ");
            }
            self.put(":");
            self.path.push(Step::Key(key.clone()));
            let value_span = self.yaml_below_key(value, indent);
            span = Some(span.map_or(key_span.start, |span| span.start)..value_span.end);
            self.note(Some(key_span), value_span);
            self.path.pop();
        }
        span.unwrap_or_default()
    }

    fn yaml_below_key(&mut self, value: &Tree, indent: usize) -> Range<usize> {
        let is_block = value.is_collection() && !value.is_empty() && !self.chance(4);
        if !is_block {
            self.put(" ");
            self.blanks();
            return self.yaml_inline(value, indent + 2);
        }
        if self.chance(5) {
            self.put(" ");
            self.yaml_anchor();
        }
        self.end_with_comment("#");
        self.own_lines("#");
        let more = if matches!(value, Tree::List(_)) && self.chance(2) {
            0
        } else {
            1 + usize::from(self.chance(2))
        };
        self.put(&" ".repeat(indent + more));
        self.yaml_block(value, indent + more)
    }

    fn yaml_block(&mut self, value: &Tree, indent: usize) -> Range<usize> {
        match value {
            Tree::Map(entries) => self.yaml_entries(entries, indent),
            Tree::List(items) => self.yaml_items(items, indent),
            _ => unreachable!("only collections are blocks"),
        }
    }

    fn yaml_items(&mut self, items: &[Tree], indent: usize) -> Range<usize> {
        let mut span: Option<Range<usize>> = None;
        for (index, item) in items.iter().enumerate() {
            if span.is_some() {
                self.end_with_comment("#");
                self.own_lines("#");
                self.put(&" ".repeat(indent));
            }
            let dash = self.put("-");
            let gap = 1 + usize::from(self.chance(3));
            self.path.push(Step::Index(index));
            let value = if item.is_collection() && !item.is_empty() && !self.chance(4) {
                if self.chance(3) {
                    self.end_line();
                    self.put(&" ".repeat(indent + 1 + gap));
                } else {
                    self.put(&" ".repeat(gap));
                }
                self.yaml_block(item, indent + 1 + gap)
            } else {
                self.put(&" ".repeat(gap));
                self.yaml_inline(item, indent + 2)
            };
            span = Some(span.map_or(dash.start, |span| span.start)..value.end);
            self.note(None, value);
            self.path.pop();
        }
        span.unwrap_or_default()
    }

    fn yaml_anchor(&mut self) {
        self.anchors += 1;
        let anchor = format!("&a{}", self.anchors);
        self.put(&anchor);
    }

    /// A scalar of any style, or a flow collection.
    fn yaml_inline(&mut self, value: &Tree, indent: usize) -> Range<usize> {
        if self.chance(7) {
            self.yaml_anchor();
            self.put(" ");
        }
        if let Tree::Text(text) = value {
            if self.chance(7) {
                self.put("!!str ");
            }
            if is_simple(text) && text.contains('\n') {
                return self.yaml_literal(text, indent);
            }
        }
        self.yaml_flow(value, indent)
    }

    fn yaml_literal(&mut self, text: &str, indent: usize) -> Range<usize> {
        let start = self.put("|-").start;
        if self.chance(3) {
            self.put(" # about | this > block");
        }
        for line in text.split('\n') {
            self.end_line();
            self.put(&" ".repeat(indent));
            self.put(line);
        }
        self.after_block = true;
        start..self.text.len()
    }

    fn yaml_gap(&mut self, indent: usize) {
        if self.chance(6) {
            if self.chance(2) {
                self.put(" # in é brackets ]");
            }
            self.end_line();
            self.put(&" ".repeat(indent));
        } else {
            self.blanks();
        }
    }

    fn yaml_flow(&mut self, value: &Tree, indent: usize) -> Range<usize> {
        let start = self.text.len();
        match value {
            Tree::List(items) => {
                self.put("[");
                for (index, item) in items.iter().enumerate() {
                    self.yaml_gap(indent);
                    self.path.push(Step::Index(index));
                    let span = self.yaml_flow(item, indent);
                    self.note(None, span);
                    self.path.pop();
                    self.yaml_after(index + 1 == items.len(), indent);
                }
                self.put("]");
            }
            Tree::Map(entries) => {
                self.put("{");
                // Two braces side by side are a template.
                self.put(" ");
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.yaml_gap(indent);
                    let key_text = self.yaml_key(key);
                    let key_span = self.put(&key_text);
                    self.put(": ");
                    self.path.push(Step::Key(key.clone()));
                    let span = self.yaml_flow(value, indent);
                    self.note(Some(key_span), span);
                    self.path.pop();
                    self.yaml_after(index + 1 == entries.len(), indent);
                }
                self.put("}");
            }
            Tree::Text(text) => {
                let text = self.yaml_text(text);
                self.put(&text);
            }
            Tree::Null => {
                self.put("~");
            }
            Tree::Float(number) => {
                self.put(&format!("{number:?}"));
            }
            scalar => {
                self.put(&scalar.to_json().to_string());
            }
        }
        start..self.text.len()
    }

    fn yaml_after(&mut self, is_last: bool, indent: usize) {
        self.yaml_gap(indent);
        if !is_last || self.chance(3) {
            self.put(",");
        }
        self.yaml_gap(indent);
    }

    fn yaml_key(&mut self, key: &str) -> String {
        self.yaml_text(key)
    }

    fn yaml_text(&mut self, text: &str) -> String {
        if is_simple(text) && !text.contains('\n') && self.chance(2) {
            text.to_owned()
        } else if !text.contains(['\n', '\t']) && self.chance(2) {
            format!("'{}'", text.replace('\'', "''"))
        } else {
            self.quoted(text)
        }
    }

    // TOML

    pub(crate) fn toml(mut self, root: &Tree) -> Self {
        let Tree::Map(entries) = root else {
            unreachable!("a TOML document is a table")
        };
        self.own_lines("#");
        self.toml_table(entries, &[]);
        self
    }

    /// A table's body, then the tables below it. Blanks before headers and keys are allowed.
    fn toml_table(&mut self, entries: &[(String, Tree)], path: &[String]) {
        let is_tables = |tree: &Tree| matches!(tree, Tree::List(items) if !items.is_empty() && items.iter().all(|item| matches!(item, Tree::Map(_))));
        let mut later = vec![];
        for (key, value) in entries {
            if (matches!(value, Tree::Map(_)) || is_tables(value)) && !self.chance(3) {
                later.push((key, value));
            } else {
                self.toml_pair(key, value);
            }
        }
        for (key, value) in later {
            let mut path = path.to_vec();
            path.push(self.toml_key(key));
            self.path.push(Step::Key(key.clone()));
            match value {
                Tree::Map(entries) => {
                    let (key_span, header) = self.toml_header(&path, "[", "]");
                    self.note(Some(key_span), header);
                    self.toml_table(entries, &path);
                }
                Tree::List(items) => self.toml_tables(items, &path),
                _ => unreachable!("only collections come later"),
            }
            self.path.pop();
        }
    }

    fn toml_tables(&mut self, items: &[Tree], path: &[String]) {
        for (index, item) in items.iter().enumerate() {
            let Tree::Map(entries) = item else { continue };
            let (key_span, header) = self.toml_header(path, "[[", "]]");
            if index == 0 {
                self.note(Some(key_span), header.clone());
            }
            self.path.push(Step::Index(index));
            self.note(None, header);
            self.toml_table(entries, path);
            self.path.pop();
        }
    }

    fn toml_header(
        &mut self,
        path: &[String],
        open: &str,
        close: &str,
    ) -> (Range<usize>, Range<usize>) {
        self.own_lines("#");
        self.blanks();
        let start = self.put(open).start;
        let mut key = 0..0;
        for (index, part) in path.iter().enumerate() {
            if index > 0 {
                self.put(".");
            }
            self.blanks();
            key = self.put(part);
            self.blanks();
        }
        let end = self.put(close).end;
        self.end_with_comment("#");
        (key, start..end)
    }

    fn toml_pair(&mut self, key: &str, value: &Tree) {
        self.own_lines("#");
        self.blanks();
        let text = self.toml_key(key);
        let key_span = self.put(&text);
        self.path.push(Step::Key(key.to_owned()));
        match value {
            // A mapping of one entry as a dotted key: its value is that part of the key.
            Tree::Map(entries) if entries.len() == 1 && self.chance(2) => {
                self.note(Some(key_span.clone()), key_span);
                self.put(".");
                self.toml_rest(&entries[0].0, &entries[0].1);
            }
            _ => {
                let span = self.toml_equals(value);
                self.note(Some(key_span), span);
            }
        }
        self.path.pop();
        self.end_with_comment("#");
    }

    fn toml_rest(&mut self, key: &str, value: &Tree) {
        let text = self.toml_key(key);
        let key_span = self.put(&text);
        self.path.push(Step::Key(key.to_owned()));
        let span = self.toml_equals(value);
        self.note(Some(key_span), span);
        self.path.pop();
    }

    fn toml_equals(&mut self, value: &Tree) -> Range<usize> {
        self.blanks();
        self.put("=");
        self.blanks();
        self.toml_value(value)
    }

    fn toml_key(&mut self, key: &str) -> String {
        let is_bare = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if is_bare && !self.chance(4) {
            key.to_owned()
        } else {
            self.toml_text(key)
        }
    }

    fn toml_text(&mut self, text: &str) -> String {
        if !text.contains(['\'', '\n', '\t']) && self.chance(2) {
            format!("'{text}'")
        } else {
            self.quoted(text)
        }
    }

    fn toml_value(&mut self, value: &Tree) -> Range<usize> {
        let start = self.text.len();
        match value {
            Tree::List(items) => {
                self.put("[");
                for (index, item) in items.iter().enumerate() {
                    self.yaml_gap(2);
                    self.path.push(Step::Index(index));
                    let span = self.toml_value(item);
                    self.note(None, span);
                    self.path.pop();
                    self.yaml_after(index + 1 == items.len(), 1);
                }
                self.put("]");
            }
            Tree::Map(entries) => {
                self.put("{");
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.blanks();
                    self.toml_rest(key, value);
                    self.blanks();
                    if index + 1 < entries.len() {
                        self.put(",");
                    }
                }
                self.put("}");
            }
            Tree::Text(text) => {
                let text = if self.chance(5) {
                    format!("\"\"{}\"\"", self.quoted(text))
                } else {
                    self.toml_text(text)
                };
                self.put(&text);
            }
            Tree::Float(number) => {
                self.put(&format!("{number:?}"));
            }
            scalar => {
                self.put(&scalar.to_json().to_string());
            }
        }
        start..self.text.len()
    }
}

/// Letters that mean the same without quotes anywhere in YAML.
fn is_simple(text: &str) -> bool {
    let word = |line: &str| {
        line.chars().all(|c| c.is_alphabetic() || c == ' ')
            && line.starts_with(char::is_alphabetic)
            && line.ends_with(char::is_alphabetic)
            && !["true", "false", "null"].contains(&line.to_lowercase().as_str())
    };
    text.split('\n').all(word)
}
