//! Files that are named as evidence, or as a runbook, and show nothing.
//!
//! That a file is there says little: a document of the review cannot prove itself, and a page may lack the section
//! that a reference names. What a file of results says is evidence, and not looked at here.

use super::{Member, Review};
use crate::{
    config::FILE_NAME,
    disk::{self, OnDisk},
    document::source::real_path,
    evidence::FileFact,
    facts::references::{references, runbook},
    names::says_nothing,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Files above this are not searched for a section: no page that people read is that long.
const LONGEST_PAGE: u64 = 4 * 1024 * 1024;

/// A file of so many bytes may still hold nothing but blanks.
const SHORTEST: u64 = 64;

impl Review {
    /// What keeps each file that the documents name as evidence, or as a runbook, from showing anything, by the path
    /// as it is written; absent for all others.
    pub fn file_faults(&self, members: &[Member]) -> BTreeMap<String, &'static str> {
        let Some(first) = self.members(members).next() else {
            return BTreeMap::new();
        };
        let root = &first.project.root;
        let own = self.documents_files(members);
        let mut paths = BTreeSet::new();
        for member in self.members(members) {
            let named = references(&member.document.root, member.subject);
            paths.extend(named.into_iter().map(|reference| reference.path));
            paths.extend(runbook(&member.document.root, member.subject));
        }
        let mut faults = BTreeMap::new();
        for path in paths {
            let Ok(real) = FileFact::locate(root, path) else {
                continue;
            };
            let fault = match own.contains(&real) {
                true => Some("document"),
                false => of_name(&real)
                    .or_else(|| of_content(&real))
                    .or_else(|| of_section(&real, path)),
            };
            if let Some(fault) = fault {
                faults.insert(path.to_owned(), fault);
            }
        }
        faults
    }

    /// The files of the documents themselves. A manifest that is named as evidence is none of the review's.
    fn documents_files(&self, members: &[Member]) -> BTreeSet<PathBuf> {
        let own = self
            .members(members)
            .filter(|member| member.kind().is_none());
        own.map(|member| real_path(&member.document.source.path))
            .collect()
    }
}

/// What the name of a file tells.
fn of_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    match name {
        FILE_NAME => Some("settings"),
        name if name.starts_with('.') => Some("hidden"),
        _ => None,
    }
}

fn of_content(path: &Path) -> Option<&'static str> {
    let size = path.look().ok()?.len();
    let is_blank = || disk::read(path).is_ok_and(|text| text.trim_ascii().is_empty());
    (size == 0 || (size <= SHORTEST && is_blank())).then_some("empty")
}

/// What is wrong with the section of a page in Markdown that a reference names after `#`.
fn of_section(path: &Path, reference: &str) -> Option<&'static str> {
    let (_, fragment) = reference.split_once('#')?;
    let kind = path.extension()?.to_str()?.to_ascii_lowercase();
    let is_page = matches!(kind.as_str(), "md" | "markdown");
    if !is_page || path.look().ok()?.len() > LONGEST_PAGE {
        return None;
    }
    section_fault(&disk::read_to_string(path).ok()?, fragment)
}

/// `no-section` where no heading answers to the fragment, `empty-section` where nothing is said below it. Nothing is
/// said of lines (`#L10`), of escaped letters, or of an anchor that stands in the text.
fn section_fault(text: &str, fragment: &str) -> Option<&'static str> {
    let wanted = letters(fragment);
    if wanted.is_empty() || fragment.contains(['%', ':', '=']) || is_line(fragment) {
        return None;
    }
    let anchors = ["id=", "name=", "id='", "name='", "id=\"", "name=\"", "{#"];
    let has_anchor = |line: &str| {
        let mut anchors = anchors.iter();
        anchors.any(|anchor| line.contains(&format!("{anchor}{fragment}")))
    };
    if text.lines().any(has_anchor) {
        return None;
    }
    let lines = lines(text);
    // GitHub numbers headings of one name.
    let numbered = fragment.rsplit_once('-').and_then(|(name, number)| {
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| letters(name))
    });
    let answers = |line: &Line<'_>| match line {
        Line::Heading(_, title) => {
            let title = letters(title);
            title == wanted || Some(title) == numbered
        }
        Line::Text(_) => false,
    };
    let mut found = lines.iter().enumerate().filter(|(_, line)| answers(line));
    let mut sections = found.by_ref().map(|(at, _)| says_something(&lines[at..]));
    match sections.next() {
        None => Some("no-section"),
        Some(true) => None,
        Some(false) => (!sections.any(|says| says)).then_some("empty-section"),
    }
}

/// A line of a page.
#[derive(Debug, Clone, Copy)]
enum Line<'t> {
    /// Its level, and its words.
    Heading(usize, &'t str),
    Text(&'t str),
}

/// True where a text stands below the heading with which the lines begin, before the next of its level.
fn says_something(lines: &[Line<'_>]) -> bool {
    let Some(Line::Heading(level, _)) = lines.first() else {
        return false;
    };
    for line in &lines[1..] {
        match line {
            Line::Heading(other, _) if other <= level => return false,
            Line::Text(text) if !is_hollow(text) => return true,
            Line::Heading(..) | Line::Text(_) => {}
        }
    }
    false
}

/// True for a line that says nothing or is still to be written.
fn is_hollow(text: &str) -> bool {
    let text = text
        .trim()
        .trim_start_matches(['-', '*', '>', '#', ' ', '[', '<', '!']);
    let first = text.split(|c: char| !c.is_alphanumeric()).next();
    let is_open = |word: &str| matches!(word, "TODO" | "TBD" | "TBA" | "TBC" | "FIXME");
    says_nothing(text) || first.is_some_and(is_open)
}

/// The lines of a page with the headings among them: those with `#`, and those that are underlined.
fn lines(text: &str) -> Vec<Line<'_>> {
    let all = Vec::from_iter(text.lines());
    let mut fence = None;
    let mut lines = Vec::new();
    for (at, line) in all.iter().enumerate() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| trimmed.starts_with(mark));
        if mark.is_some() && (fence.is_none() || fence == mark) {
            fence = match fence {
                None => mark,
                Some(_) => None,
            };
            continue;
        }
        let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        let title = &trimmed[level..];
        let underlined = || underline(all.get(at + 1)?).filter(|_| !trimmed.is_empty());
        lines.push(match (fence, underlined()) {
            (None, _) if (1..=6).contains(&level) && title.starts_with([' ', '\t']) => {
                Line::Heading(level, title)
            }
            (None, Some(level)) if underline(line).is_none() => Line::Heading(level, trimmed),
            _ => Line::Text(line),
        });
    }
    lines
}

/// The level of the heading above a line of `=` or `-`.
fn underline(line: &str) -> Option<usize> {
    let line = line.trim_end();
    let is_of = |mark: u8| line.len() > 1 && line.bytes().all(|byte| byte == mark);
    match line {
        _ if is_of(b'=') => Some(1),
        _ if is_of(b'-') => Some(2),
        _ => None,
    }
}

/// What anchors are made of, whatever a renderer does with blanks and punctuation.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// True for `L10` and `L10-L20`, which name lines of a file.
fn is_line(fragment: &str) -> bool {
    fragment.split('-').all(|part| {
        let digits = part.strip_prefix('L');
        digits.is_some_and(|digits| digits.parse::<u64>().is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const PAGE: &str = "# Runbook\n\n## Roll back\n\n1. `kubectl rollout undo`\n\n## Later\n\nTODO: write this\n\n## Parent\n\n### Child\n\nwords\n\n```sh\n## Not a heading\n```\n\nUnderlined\n----------\nwords\n\n## Twice\n\n## Twice\n\nwords\n\n## Last\n";

    #[test]
    fn a_section_that_a_reference_names_exists_and_says_something() {
        let table = [
            ("roll-back", None),
            ("Roll_Back", None),
            ("rollback", None),
            ("roll-forward", Some("no-section")),
            ("later", Some("empty-section")),
            ("last", Some("empty-section")),
            ("parent", None),
            ("child", None),
            ("not-a-heading", Some("no-section")),
            ("underlined", None),
            ("twice", None),
            ("twice-1", None),
            ("", None),
            ("L10", None),
            ("L10-L12", None),
            ("roll%20back", None),
        ];
        for (fragment, wanted) in table {
            assert_eq!(section_fault(PAGE, fragment), wanted, "{fragment}");
        }
        let anchored = "<a id=\"steps\"></a>\n\ntext\n";
        assert_eq!(section_fault(anchored, "steps"), None);
        assert_eq!(section_fault(anchored, "other"), Some("no-section"));
    }

    #[test]
    fn a_name_or_no_content_tells_that_a_file_shows_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let table = [
            ("servelint.toml", "a = 1", Some("settings"), None),
            (".gitignore", "x", Some("hidden"), None),
            ("a.json", "", None, Some("empty")),
            ("b.json", " \n\t\n", None, Some("empty")),
            ("c.json", "{}", None, None),
        ];
        for (name, text, by_name, by_content) in table {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            assert_eq!(of_name(&path), by_name, "{name}");
            assert_eq!(of_content(&path), by_content, "{name}");
        }
    }
}
