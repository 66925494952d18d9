//! Where text comes from and where a place in it is.
//!
//! Owns [`Source`] (one file's name and text), [`Span`] (a byte range in it) and
//! [`LineIndex`] (bytes to lines and columns, for those who print). It never reads a file
//! and knows no format.

use crate::disk::OnDisk;
use std::num::NonZeroU32;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// One file: the name that users see, where it stands on disk, and its text.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as the user would type it, with forward slashes: what findings print.
    pub name: String,
    /// Where the file was read from; relative evidence paths are resolved from its root.
    pub path: PathBuf,
    /// The decoded text. Spans are byte offsets into it.
    pub text: String,
}

impl Source {
    /// A source whose name is also its path.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let name = name.into();
        Arc::new(Self {
            path: PathBuf::from(&name),
            name,
            text: text.into(),
        })
    }

    /// The text under `span`; the part of it that exists where a span reaches too far.
    pub fn slice(&self, span: Span) -> &str {
        let end = span.end().min(self.text.len());
        self.text
            .get(span.start().min(end)..end)
            .unwrap_or_default()
    }

    /// `specs/chat.yaml:7:3`: where `span` starts, as editors and search tools follow it. It counts
    /// the lines of the whole text, so it is for one message, not for each of many.
    pub fn place_of(&self, span: Span) -> String {
        let at = LineIndex::new(&self.text).position(&self.text, span.start());
        format!("{}:{}:{}", self.name, at.line, at.column)
    }
}

/// A path as users should see it: relative to the working folder where it lies below it, with
/// forward slashes and without a leading `./`.
pub fn display_name(path: &Path) -> String {
    let shown = below_here(path).unwrap_or(path).to_string_lossy();
    let shown = shown.replace('\\', "/");
    shown.strip_prefix("./").unwrap_or(&shown).to_owned()
}

/// The part of an absolute path that lies below the working folder.
fn below_here(path: &Path) -> Option<&Path> {
    if !path.is_absolute() {
        return None;
    }
    let here = std::env::current_dir().ok()?;
    if let Ok(below) = path.strip_prefix(&here) {
        return Some(below);
    }
    // On Windows a path without links begins with `\\?\`, and that of the working folder does not.
    path.strip_prefix(here.resolve().ok()?).ok()
}

/// The path without links, or as it is where nothing is there.
pub fn real_path(path: &Path) -> PathBuf {
    path.resolve().unwrap_or_else(|_| path.to_owned())
}

/// The absolute path of a folder that need not exist yet, without links in the part that does.
pub fn real_folder(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for ancestor in folder.ancestors() {
        if let (Ok(real), Ok(rest)) = (ancestor.resolve(), folder.strip_prefix(ancestor)) {
            return real.join(rest);
        }
    }
    folder
}

/// The folder that a file stands in: `.` for a name alone.
pub fn folder(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A byte range in a [`Source`]. Files are at most 10 MB, so 32 bits are enough.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    /// One more than the end, so that a span that may be absent takes no more room: trees are full of them.
    after: NonZeroU32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        // A span that ends before it starts is empty, so that its length cannot underflow.
        let (start, end) = (offset(start), offset(end.max(start)));
        Self {
            start,
            after: NonZeroU32::MIN.saturating_add(end),
        }
    }

    /// The first byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after the last one.
    pub fn end(self) -> usize {
        self.after.get() as usize - 1
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.end() - self.start()
    }

    /// True for a place between two bytes.
    pub fn is_empty(self) -> bool {
        self.start() == self.end()
    }
}

impl Default for Span {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

/// No file is as long as the last number.
fn offset(at: usize) -> u32 {
    u32::try_from(at).map_or(u32::MAX - 1, |at| at.min(u32::MAX - 1))
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start(), self.end())
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A foreign text in a message, cut to `most` characters, with three dots where it was longer.
pub fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// A 1-based line and column; the column counts characters, as editors do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// 1 for the first line.
    pub line: usize,
    /// 1 for the first character of the line.
    pub column: usize,
}

/// Where each line of a text starts.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Lines end with `\n`, `\r\n` or a lone `\r`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// The number of lines; a text that ends with a line break has an empty last one.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The 0-based line that holds the byte `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start as usize <= offset)
            .saturating_sub(1)
    }

    /// The offset of the first byte of the 0-based `line`; the text's length past the last one.
    pub fn start_of(&self, line: usize, text: &str) -> usize {
        self.starts
            .get(line)
            .map_or(text.len(), |start| *start as usize)
    }

    /// The place of the byte `offset` in the `text` that this index was made from.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_of(offset);
        let start = self.start_of(line, text);
        // Editors show no column for a byte order mark.
        let before = text
            .get(start..offset)
            .unwrap_or_default()
            .trim_start_matches('\u{feff}');
        Position {
            line: line + 1,
            column: before.chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_know_every_line_end() {
        let text = "a\r\né日x\ry\n";
        let index = LineIndex::new(text);
        let at = |needle: &str| index.position(text, text.find(needle).expect("needle"));
        assert_eq!(index.lines(), 4);
        assert_eq!(at("x"), Position { line: 2, column: 3 });
        assert_eq!(at("y"), Position { line: 3, column: 1 });
        assert_eq!(index.position(text, 999), Position { line: 4, column: 1 });
    }

    #[test]
    fn a_place_is_named_as_editors_follow_it() {
        let source = Source::new("a.yaml", "a: 1\nb: é x\n");
        let at = source.text.find('x').expect("the letter");
        assert_eq!(source.place_of(Span::new(at, at + 1)), "a.yaml:2:6");
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}key: 1";
        assert_eq!(
            LineIndex::new(text).position(text, 3),
            Position { line: 1, column: 1 }
        );
    }
}
