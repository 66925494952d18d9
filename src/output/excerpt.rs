//! A few lines of one file with labels under them: what to show, before anything draws it.
//!
//! The excerpt is a small text of its own, in which every line is already safe and fits. Labels
//! are moved from the source's bytes to the excerpt's, so nothing that draws it ever sees a span
//! that is out of range, inside a character, or longer than one line.

use super::{
    line::{Focus, PrintedLine, floor},
    positions::Positions,
    safe,
    style::{Style, columns, wrapping},
};
use crate::document::source::{LineIndex, Position, Source, Span};
use std::{ops::Range, sync::Arc};

/// Lines shown above and below a label.
const CONTEXT: usize = 1;
/// Labels so many lines apart share an excerpt.
const NEAR: usize = 4;
/// The columns between the border and a label's own text: the hook `╰── `.
const HOOK: usize = 4;
/// Columns that a line number and the border take in most files.
const LINE_NUMBER: usize = 7;
/// The room that a label's text can count on; a longer one is broken.
const LEAST_LABEL: usize = 15;

/// A label as it is wanted: bytes of a source and what to say about them.
pub(super) struct Label {
    pub span: Span,
    pub text: Option<String>,
    pub primary: bool,
}

/// A label in an excerpt: bytes of [`Excerpt::text`].
#[derive(Debug)]
pub(super) struct ExcerptMark {
    pub at: Range<usize>,
    pub text: Option<String>,
    pub primary: bool,
}

/// Lines to draw.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The file, fit to print.
    pub name: String,
    /// The lines, each with its `\n`.
    pub text: String,
    /// The 0-based number of the first line.
    pub first_line: usize,
    /// How many there are.
    pub lines: usize,
    /// The place to name in the heading.
    pub position: Position,
    /// Sorted by place; no two start alike.
    pub marks: Vec<ExcerptMark>,
}

/// The excerpts of one source that show these labels: the one with the primary label first, then
/// in the order of the file.
pub(super) fn excerpts(
    source: &Arc<Source>,
    mut labels: Vec<Label>,
    positions: &Positions,
    style: &Style,
) -> Vec<Excerpt> {
    let lines = positions.lines(source);
    let builder = ExcerptBuilder {
        source,
        lines: &lines,
        style,
    };
    // The primary one first where several start alike: it is the one that keeps its place.
    labels.sort_by_key(|label| (label.span.start(), !label.primary));
    let mut groups = builder.groups(labels);
    // A stable sort: the others keep the order of the file.
    groups.sort_by_key(|group| !group.iter().any(|label| label.primary));
    let mut excerpts = Vec::new();
    for group in &groups {
        excerpts.push(builder.build(group));
    }
    excerpts
}

struct ExcerptBuilder<'a> {
    source: &'a Source,
    lines: &'a LineIndex,
    style: &'a Style,
}

impl ExcerptBuilder<'_> {
    /// The labels, which are sorted by place, of each excerpt.
    fn groups(&self, labels: Vec<Label>) -> Vec<Vec<Label>> {
        let mut groups = Vec::new();
        let mut group: Vec<Label> = Vec::new();
        for label in labels {
            if let Some(last) = group.last()
                && !self.together(last, &label)
            {
                groups.push(std::mem::take(&mut group));
            }
            group.push(label);
        }
        if !group.is_empty() {
            groups.push(group);
        }
        groups
    }

    /// Whether a label can share an excerpt with the one before it: not far below, and not far to
    /// the right where a line is too long to show both with their texts.
    fn together(&self, last: &Label, label: &Label) -> bool {
        let (above, line) = (self.line_of(last), self.line_of(label));
        let indent = label
            .span
            .start()
            .saturating_sub(self.lines.start_of(line, &self.source.text));
        let overflows = indent + HOOK + LEAST_LABEL + LINE_NUMBER > self.style.width;
        let distance = label.span.start() - last.span.start();
        line - above <= NEAR && !(line == above && overflows && distance > self.style.width / 4)
    }

    fn line_of(&self, label: &Label) -> usize {
        self.lines
            .line_of(label.span.start().min(self.source.text.len()))
    }

    /// `labels` is not empty and sorted by place.
    fn build(&self, labels: &[Label]) -> Excerpt {
        let (first, last) = self.shown(labels);
        // ` 12 │ ` stands before the text.
        let room = self
            .style
            .width
            .saturating_sub((last + 1).to_string().len() + 4);
        let (mut text, mut marks) = (String::new(), Vec::new());
        let mut rest = labels;
        for number in first..=last {
            let count = rest.partition_point(|label| self.line_of(label) <= number);
            let (here, below) = rest.split_at(count);
            self.add_line(number, here, room, &mut text, &mut marks);
            rest = below;
        }
        let named = main(labels).map_or(0, |label| label.span.start());
        Excerpt {
            name: safe::escape(&self.source.name).into_owned(),
            text,
            first_line: first,
            lines: last + 1 - first,
            position: self.lines.position(&self.source.text, named),
            marks,
        }
    }

    /// The first and the last line to show, without blank lines at the edges: they tell nothing.
    fn shown(&self, labels: &[Label]) -> (usize, usize) {
        let first_label = labels.first().map_or(0, |label| self.line_of(label));
        let last_label = labels.last().map_or(0, |label| self.line_of(label));
        let mut first = first_label.saturating_sub(CONTEXT);
        let mut last = (last_label + CONTEXT).min(self.lines.lines() - 1);
        while first < first_label && self.is_blank(first) {
            first += 1;
        }
        while last > last_label && self.is_blank(last) {
            last -= 1;
        }
        (first, last)
    }

    fn add_line(
        &self,
        number: usize,
        labels: &[Label],
        room: usize,
        text: &mut String,
        marks: &mut Vec<ExcerptMark>,
    ) {
        let line = self.bytes_of(number);
        let focus = main(labels).map(|label| Focus {
            bytes: self.within(&line, label.span),
            label: label
                .text
                .as_deref()
                .map_or(1, |text| HOOK + columns(text).min(LEAST_LABEL)),
        });
        let printed = PrintedLine::new(
            &self.source.text,
            line.clone(),
            focus.as_ref(),
            room,
            self.style,
        );
        let base = text.len();
        for label in labels {
            let wanted = self.within(&line, label.span);
            let start = printed.place(wanted.start);
            let end = printed.place(wanted.end).max(start);
            // What was cut away is marked on the ellipsis, and an empty span stays empty.
            let end = if end == start && !wanted.is_empty() {
                next(&printed.text, start)
            } else {
                end
            };
            let mark = fit(&printed.text, start..end, label.text.as_deref(), room);
            push(
                marks,
                ExcerptMark {
                    at: base + mark.0.start..base + mark.0.end,
                    text: mark.1,
                    primary: label.primary,
                },
            );
        }
        text.push_str(&printed.text);
        text.push('\n');
    }

    /// The bytes of a line without its break and without the file's byte order mark.
    fn bytes_of(&self, number: usize) -> Range<usize> {
        let text = &self.source.text;
        let start = self.lines.start_of(number, text);
        let end = self.lines.start_of(number + 1, text);
        let line = text.get(start..end).unwrap_or_default();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    fn is_blank(&self, number: usize) -> bool {
        self.source
            .text
            .get(self.bytes_of(number))
            .is_none_or(|line| line.trim().is_empty())
    }

    /// The part of a span on its first line, on character boundaries.
    fn within(&self, line: &Range<usize>, span: Span) -> Range<usize> {
        let text = &self.source.text;
        let start = floor(text, span.start().clamp(line.start, line.end));
        let mut end = span.end().clamp(start, line.end);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        if span.end() > line.end {
            end = start + text.get(start..end).unwrap_or_default().trim_end().len();
        }
        start..end
    }
}

/// The label that matters most.
fn main(labels: &[Label]) -> Option<&Label> {
    let primary = labels.iter().find(|label| label.primary);
    primary.or(labels.first())
}

/// The end of the character at `start`, or of a line break that will follow the text.
fn next(text: &str, start: usize) -> usize {
    start
        + text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8)
}

/// Breaks a label's text to the room right of its hook, and shortens the mark where that is what
/// makes room.
fn fit(
    line: &str,
    mark: Range<usize>,
    text: Option<&str>,
    room: usize,
) -> (Range<usize>, Option<String>) {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return (mark, None);
    };
    let before = columns(line.get(..mark.start).unwrap_or_default());
    let mut end = mark.end.min(line.len()).max(mark.start);
    // The hook hangs at the middle of the mark, so a shorter mark moves the text to the left.
    let least = HOOK + columns(text).min(LEAST_LABEL);
    let mut wide = columns(line.get(mark.start..end).unwrap_or_default());
    while wide > 2 && before + wide / 2 + least > room {
        end = floor(line, end - 1);
        wide = columns(line.get(mark.start..end).unwrap_or_default());
    }
    let left = room.saturating_sub(before + wide / 2 + HOOK);
    let lines = broken(text, left.max(LEAST_LABEL / 2));
    // What the mark has beyond the line is a line break, and stays where the mark was not cut.
    let end = if end == mark.end.min(line.len()) {
        mark.end
    } else {
        end
    };
    (mark.start..end.max(mark.start), Some(lines.join("\n")))
}

/// The text as lines of at most so many columns, none of them empty.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for part in text.split('\n') {
        for line in textwrap::wrap(end_of_path(part, room), wrapping(room)) {
            let line = line.trim_end();
            if !line.is_empty() {
                lines.push(line.to_owned());
            }
        }
    }
    lines
}

/// A path too long for the room, from the first of its fields that fits; any other text as it is.
fn end_of_path(text: &str, room: usize) -> &str {
    if columns(text) <= room || text.contains(char::is_whitespace) {
        return text;
    }
    let mut ends = text
        .match_indices('.')
        .filter_map(|(at, _)| text.get(at + 1..));
    ends.find(|end| !end.is_empty() && columns(end) <= room)
        .unwrap_or(text)
}

/// Adds a mark; one that starts where the last one did is joined with it.
fn push(marks: &mut Vec<ExcerptMark>, mark: ExcerptMark) {
    let Some(last) = marks
        .last_mut()
        .filter(|last| last.at.start == mark.at.start)
    else {
        marks.push(mark);
        return;
    };
    last.at.end = last.at.end.max(mark.at.end);
    last.primary |= mark.primary;
    last.text = match (last.text.take(), mark.text) {
        (Some(one), Some(other)) if one != other => Some(format!("{one}\n{other}")),
        (one, other) => one.or(other),
    };
}
