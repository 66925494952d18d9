//! What would change in a file, as a unified diff that no text in the file can forge.

use super::{
    safe::{Calm, defang, escape},
    style::{Ink, Style},
};
use similar::{ChangeTag, TextDiff};
use std::{
    io::{self, Write},
    time::Duration,
};

/// Lines around each change.
const CONTEXT: usize = 3;
/// After so long a shorter diff is not worth waiting for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Writes the unified diff of one file; nothing where it stays the same.
pub fn diff(
    name: &str,
    before: &str,
    after: &str,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(before, after);
    let out = &mut Calm::new(out);
    let name = escape(name);
    let mut is_first = true;
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        if std::mem::take(&mut is_first) {
            for head in [format!("--- a/{name}"), format!("+++ b/{name}")] {
                writeln!(out, "{}", style.paint(Ink::Heading, &head))?;
            }
        }
        let header = hunk.header().to_string();
        writeln!(out, "{}", style.paint(Ink::Place, header.trim_end()))?;
        for change in hunk.iter_changes() {
            let line = shown(change.value());
            let line = match change.tag() {
                ChangeTag::Delete => style.paint(Ink::Error, &format!("-{line}")),
                ChangeTag::Insert => style.paint(Ink::Good, &format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            };
            writeln!(out, "{line}")?;
            // Without this line `patch` would add the line break that the file lacks.
            if change.missing_newline() {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

/// A line without its end, in which a tab is a tab and nothing acts on a terminal.
fn shown(line: &str) -> String {
    let line = match line.strip_suffix('\n') {
        Some(line) => line.strip_suffix('\r').unwrap_or(line),
        None => line,
    };
    line.chars()
        .map(|c| if c == '\t' { c } else { defang(c) })
        .collect()
}
