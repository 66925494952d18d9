//! Edits of a text, as fixtures state them: each names a part that occurs once.
//!
//! Indentation is relative: what is named starts anywhere in a line, and its further lines are as deep as that line,
//! so that a part of a document reads in a fixture as it would on its own.

use serde::Deserialize;

/// One change of a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "EditWords")]
pub enum CaseEdit {
    /// Another text in the place of one.
    Replace {
        /// What is named.
        from: String,
        /// What stands there instead.
        with: String,
    },
    /// The whole line goes where nothing else stands in it.
    Remove(String),
    /// New lines below.
    Insert {
        /// What is named.
        after: String,
        /// What follows it.
        lines: String,
    },
}

/// An edit as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditWords {
    /// What another text replaces.
    pub replace: Option<String>,
    /// That other text.
    pub with: Option<String>,
    /// What is removed.
    pub remove: Option<String>,
    /// What new lines follow.
    pub after: Option<String>,
    /// Those lines.
    pub insert: Option<String>,
}

impl EditWords {
    /// The edit that these words state, if they state any.
    ///
    /// # Errors
    /// Where they are words of several edits, or half of one.
    pub fn edit(self) -> Result<Option<CaseEdit>, String> {
        let Self {
            replace,
            with,
            remove,
            after,
            insert,
        } = self;
        match (replace, with, remove, after, insert) {
            (None, None, None, None, None) => Ok(None),
            (Some(from), Some(with), None, None, None) => {
                Ok(Some(CaseEdit::Replace { from, with }))
            }
            (None, None, Some(text), None, None) => Ok(Some(CaseEdit::Remove(text))),
            (None, None, None, Some(after), Some(lines)) => {
                Ok(Some(CaseEdit::Insert { after, lines }))
            }
            _ => {
                Err("an edit is `replace` and `with`, `remove`, or `after` and `insert`".to_owned())
            }
        }
    }
}

impl TryFrom<EditWords> for CaseEdit {
    type Error = String;

    fn try_from(words: EditWords) -> Result<Self, String> {
        words.edit()?.ok_or_else(|| "an edit is empty".to_owned())
    }
}

impl CaseEdit {
    /// The text after all edits, in their order.
    ///
    /// # Errors
    /// At the first that does not apply.
    pub fn all(edits: &[Self], text: &str) -> Result<String, String> {
        let mut text = text.to_owned();
        for edit in edits {
            text = edit.apply(&text)?;
        }
        Ok(text)
    }

    /// The text after this edit.
    ///
    /// # Errors
    /// Where what it names does not occur exactly once.
    pub fn apply(&self, text: &str) -> Result<String, String> {
        let named = match self {
            Self::Replace { from, .. } | Self::Remove(from) => from,
            Self::Insert { after, .. } => after,
        };
        let places: Vec<NamedPart> = places(text, named.trim_end_matches('\n')).collect();
        let [place] = places.as_slice() else {
            return Err(format!("{named:?} occurs {} times, not once", places.len()));
        };
        let (before, rest) = text.split_at(place.start);
        let (old, after) = rest.split_at(place.end - place.start);
        Ok(match self {
            Self::Replace { with, .. } => {
                format!("{before}{}{after}", deepened(with, place.indent))
            }
            Self::Insert { lines, .. } => {
                let lines = deepened(lines, place.indent);
                format!("{before}{old}\n{}{lines}{after}", place.indent)
            }
            Self::Remove(_) => removed(before, after),
        })
    }
}

/// Where a text stands, and how deep its line is indented when it begins that line.
struct NamedPart<'t> {
    start: usize,
    end: usize,
    indent: &'t str,
}

fn places<'t>(text: &'t str, named: &'t str) -> impl Iterator<Item = NamedPart<'t>> {
    let first = named.lines().next().unwrap_or_default();
    text.match_indices(first).filter_map(move |(start, _)| {
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let lead = &text[line..start];
        let indent = if lead.trim().is_empty() { lead } else { "" };
        let whole = deepened(named, indent);
        text[start..].starts_with(&whole).then(|| NamedPart {
            start,
            end: start + whole.len(),
            indent,
        })
    })
}

/// The lines after the first, indented.
fn deepened(text: &str, indent: &str) -> String {
    let mut lines = text.trim_end_matches('\n').split('\n');
    let mut deep = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        deep.push('\n');
        if !line.is_empty() {
            deep.push_str(indent);
        }
        deep.push_str(line);
    }
    deep
}

/// What remains, without the line that would be left blank.
fn removed(before: &str, after: &str) -> String {
    let start = before.trim_end_matches(' ');
    let begins = start.is_empty() || start.ends_with('\n');
    match after.strip_prefix('\n') {
        Some(after) if begins => format!("{start}{after}"),
        None if begins && after.is_empty() => start.to_owned(),
        _ => format!("{before}{after}"),
    }
}
