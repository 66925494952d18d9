//! One line of source, made fit to print: harmless, without tabs, and no wider than there is room.

use super::{
    safe,
    style::{Style, columns_of},
};
use std::ops::Range;

const TAB: usize = 4;
/// How much of a long line is looked at before the place of interest, and after it. Minified
/// files can have lines of megabytes.
const LOOK_BACK: usize = 512;
const LOOK_AHEAD: usize = 4096;

/// What must stay visible of a line, as bytes of the source.
pub(super) struct Focus {
    /// The bytes that matter most.
    pub bytes: Range<usize>,
    /// The columns that a label under them asks for, from its hook to its end.
    pub label: usize,
}

/// A line ready to print, and where its bytes went.
pub(super) struct PrintedLine {
    /// The text, without a line break or trailing blanks.
    pub text: String,
    /// For each printed character its byte in the source and in `text`, both ascending.
    origins: Vec<(usize, usize)>,
    source_end: usize,
    /// Where `text` goes over into the ellipsis at its right, or ends.
    cut: usize,
}

/// A source character on its way to the screen.
struct Cell {
    from: usize,
    shown: char,
    columns: usize,
}

impl PrintedLine {
    /// Prints the bytes `line` of `source`, at most `room` columns of them, around `focus` where
    /// the line is longer. `line` holds no line break.
    pub(super) fn new(
        source: &str,
        line: Range<usize>,
        focus: Option<&Focus>,
        room: usize,
        style: &Style,
    ) -> Self {
        let at = focus.map_or(line.start, |focus| focus.bytes.start);
        let seen_from = floor(source, at.saturating_sub(LOOK_BACK).max(line.start));
        let seen_to = floor(source, (at + LOOK_AHEAD).min(line.end));
        let mut cells = cells(source, seen_from..seen_to);
        if seen_to == line.end {
            // A label may well point at trailing blanks; only where it does not do they go.
            let needed = focus.map_or(line.start, |focus| focus.bytes.end);
            while let Some(cell) = cells.last()
                && cell.shown == ' '
                && cell.from >= needed
            {
                cells.pop();
            }
        }
        let total = width(&cells);
        let is_whole = seen_from == line.start && seen_to == line.end && total <= room;
        let (skip, scrolls) = scroll(&cells, focus, room);
        let cut_left = seen_from > line.start || (scrolls && skip > 0);
        if is_whole && !cut_left {
            return Self::print(&cells, "", "", line.end, room);
        }
        let left = if cut_left { style.ellipsis() } else { "" };
        let rest = &cells[if cut_left { skip } else { 0 }..];
        let left_columns = left.chars().count();
        let fits = width(rest) + left_columns <= room;
        let right = if fits && seen_to == line.end {
            ""
        } else {
            style.ellipsis()
        };
        Self::print(rest, left, right, line.end, room)
    }

    fn print(cells: &[Cell], left: &str, right: &str, source_end: usize, room: usize) -> Self {
        let mut text = left.to_owned();
        let mut origins = Vec::with_capacity(cells.len());
        let mut free = room.saturating_sub(left.chars().count() + right.chars().count());
        for cell in cells {
            if cell.columns > free {
                break;
            }
            free -= cell.columns;
            origins.push((cell.from, text.len()));
            text.push(cell.shown);
        }
        if right.is_empty() {
            // What follows the last character is the end of the line.
            origins.push((source_end, text.len()));
        }
        let cut = text.len();
        text.push_str(right);
        Self {
            text,
            origins,
            source_end,
            cut,
        }
    }

    /// Where the source's byte `from` went. Bytes that were cut lie on the ellipsis.
    pub(super) fn place(&self, from: usize) -> usize {
        let sought = from.min(self.source_end);
        let next = self.origins.partition_point(|(origin, _)| *origin < sought);
        match self.origins.get(next) {
            // Before the first byte that is shown: on the left ellipsis.
            Some((origin, _)) if next == 0 && *origin > from => 0,
            Some((_, to)) => *to,
            None if next == 0 => 0,
            None => self.cut,
        }
    }
}

/// The largest character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn cells(source: &str, range: Range<usize>) -> Vec<Cell> {
    let start = range.start;
    let mut cells = Vec::new();
    let mut column = 0;
    for (offset, c) in source.get(range).unwrap_or_default().char_indices() {
        let from = start + offset;
        match c {
            // A byte order mark is no part of the text.
            '\u{feff}' if from == 0 => {}
            '\t' => {
                let blanks = TAB - column % TAB;
                cells.extend((0..blanks).map(|_| Cell {
                    from,
                    shown: ' ',
                    columns: 1,
                }));
                column += blanks;
            }
            _ => {
                let shown = safe::defang(c);
                let columns = columns_of(shown);
                cells.push(Cell {
                    from,
                    shown,
                    columns,
                });
                column += columns;
            }
        }
    }
    cells
}

fn width(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.columns).sum()
}

/// How many cells to leave out at the left so that the focus and its label have room, and
/// whether to leave them out at all.
fn scroll(cells: &[Cell], focus: Option<&Focus>, room: usize) -> (usize, bool) {
    let Some(focus) = focus else {
        return (0, false);
    };
    let first = cells.partition_point(|cell| cell.from < focus.bytes.start);
    let before = width(&cells[..first]);
    let end = cells.partition_point(|cell| cell.from < focus.bytes.end);
    let marked = width(&cells[first..end.max(first)]);
    // The label hangs at the middle of the mark; half a line of a long mark is enough of it.
    let needed = (marked / 2 + focus.label).max(marked.min(room / 2));
    // As much as fits of what stands before, but no more than a third of the line.
    let keep = room.saturating_sub(needed).clamp(room / 6, room / 3);
    let mut kept = 0;
    let mut skip = first;
    while skip > 0 && kept + cells[skip - 1].columns <= keep {
        skip -= 1;
        kept += cells[skip].columns;
    }
    // Blanks right after the ellipsis say nothing.
    while skip < first && cells[skip].shown == ' ' {
        skip += 1;
    }
    (skip, before + needed > room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(line: &str, focus: Range<usize>, room: usize) -> PrintedLine {
        let focus = Focus {
            bytes: focus,
            label: 10,
        };
        PrintedLine::new(line, 0..line.len(), Some(&focus), room, &Style::PLAIN)
    }

    fn marked(line: &str, focus: Range<usize>, room: usize) -> (String, String) {
        let printed = printed(line, focus.clone(), room);
        let mark = printed.text[printed.place(focus.start)..printed.place(focus.end)].to_owned();
        (printed.text, mark)
    }

    #[test]
    fn a_line_that_fits_is_left_alone() {
        assert_eq!(
            marked("  server: 30s  ", 10..13, 40),
            ("  server: 30s".to_owned(), "30s".to_owned())
        );
    }

    #[test]
    fn tabs_wide_characters_and_controls_keep_their_places() {
        assert_eq!(
            marked("\ta: 日\u{1b}x", 4..9, 40),
            ("    a: 日\u{fffd}x".to_owned(), "日\u{fffd}x".to_owned())
        );
    }

    #[test]
    fn a_long_line_is_cut_around_its_focus() {
        let line = format!("{}HERE{}", "a".repeat(9_000), "b".repeat(9_000));
        let (text, mark) = marked(&line, 9_000..9_004, 40);
        assert_eq!(mark, "HERE");
        assert_eq!(text, format!("…{}HERE{}…", "a".repeat(13), "b".repeat(21)));
    }

    #[test]
    fn bytes_out_of_sight_lie_on_the_ellipsis() {
        let line = "a".repeat(200);
        let printed = printed(&line, 100..101, 40);
        assert_eq!(printed.place(0), 0);
        assert!(printed.text.starts_with('…'));
        assert_eq!(&printed.text[printed.place(199)..], "…");
        assert_eq!(&printed.text[printed.place(200)..], "…");
    }
}
