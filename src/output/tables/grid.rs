//! Rows of cells, each column as wide as its widest cell.

use super::fit;
use crate::output::style::{columns, wrapping};

/// A table of `N` columns, with its head as the first row.
pub(in crate::output) struct Grid<const N: usize> {
    /// What every line begins with.
    pub indent: &'static str,
    /// True for columns of numbers, whose cells end where the column does.
    pub is_number: [bool; N],
    /// The cells, safe to print.
    pub rows: Vec<[String; N]>,
}

impl<const N: usize> Grid<N> {
    /// A line for each row. No line ends in a blank.
    pub(in crate::output) fn draw(&self) -> String {
        let widths = self.widths();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = self.indent.to_owned();
            for ((cell, width), is_number) in row.iter().zip(widths).zip(self.is_number) {
                let gap = " ".repeat(width - columns(cell));
                let (before, after) = if is_number {
                    (gap, "".into())
                } else {
                    ("".into(), gap)
                };
                line.push_str(&format!("{before}{cell}{after}  "));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The table where it fits the width; otherwise each row in words, `name: head cell, head cell`.
    pub(in crate::output) fn fit(&self, width: usize) -> String {
        let table = self.draw();
        if table.lines().all(|line| columns(line) <= width) {
            return table;
        }
        let Some((heads, rows)) = self.rows.split_first() else {
            return table;
        };
        let rest = format!("{}  ", self.indent);
        let mut text = String::new();
        for row in rows {
            let mut cells = Vec::new();
            for (head, cell) in heads.iter().zip(row).skip(1) {
                if cell != "-" && !cell.is_empty() {
                    cells.push(format!("{head} {cell}"));
                }
            }
            let name = row.first().map_or("", String::as_str);
            let line = format!("{name}: {}", cells.join(", "));
            text.push_str(&fit::lines(&line, self.indent, &rest, wrapping(width)));
        }
        text
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = columns(cell).max(*width);
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_together_and_wide_characters_count_twice() {
        let rows = [["name", "n"], ["日本語", "10"], ["a", ""]];
        let grid = Grid {
            indent: "  ",
            is_number: [false, true],
            rows: rows.map(|row| row.map(str::to_owned)).into(),
        };
        assert_eq!(grid.draw(), "  name     n\n  日本語  10\n  a\n");
        assert_eq!(grid.fit(12), grid.draw());
        assert_eq!(grid.fit(11), "  日本語: n\n    10\n  a:\n");
    }
}
