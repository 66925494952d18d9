//! Rows of cells, each column as wide as its widest cell.

use crate::output::style::columns;

/// A table of `N` columns, with its head as the first row.
pub(super) struct Grid<const N: usize> {
    /// What every line begins with.
    pub indent: &'static str,
    /// True for columns of numbers, whose cells end where the column does.
    pub is_number: [bool; N],
    /// The cells, safe to print.
    pub rows: Vec<[String; N]>,
}

impl<const N: usize> Grid<N> {
    /// A line for each row. No line ends in a blank.
    pub(super) fn draw(&self) -> String {
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
    }
}
