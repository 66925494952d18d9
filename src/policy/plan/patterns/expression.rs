//! A regular expression for texts of ASCII, and for all others.
//!
//! What a class means among the characters of Unicode takes most of the time that it takes to make an expression, and texts
//! of rules are ASCII nearly always. There a character is a byte, so an expression over bytes finds the same.

use regex::{Regex, RegexBuilder, bytes};
use std::sync::OnceLock;

/// As the engine limits them.
const SIZE_LIMIT: usize = 100 * 1024;

/// Longer ones may be too big for all texts, and not for these.
const LONGEST: usize = 200;

/// Why there is no expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExpressionFlaw {
    /// The rule breaks off.
    TooBig,
    /// The answer is undefined.
    Wrong,
}

/// An expression, made when a text first needs it.
#[derive(Debug)]
pub(super) struct Expression {
    pattern: String,
    /// Nothing where it cannot be told without the characters of Unicode.
    ascii: OnceLock<Option<bytes::Regex>>,
    other: OnceLock<Result<Regex, ExpressionFlaw>>,
}

/// What a text is searched with.
enum Searcher<'e> {
    Ascii(&'e bytes::Regex),
    Other(&'e Regex),
}

impl Expression {
    pub(super) fn new(pattern: &str) -> Self {
        Self {
            pattern: pattern.to_owned(),
            ascii: OnceLock::new(),
            other: OnceLock::new(),
        }
    }

    fn searcher(&self, text: &str) -> Result<Searcher<'_>, ExpressionFlaw> {
        if text.is_ascii()
            && let Some(ascii) = self.ascii.get_or_init(|| ascii(&self.pattern))
        {
            return Ok(Searcher::Ascii(ascii));
        }
        let other = self.other.get_or_init(|| other(&self.pattern)).as_ref();
        other.map(Searcher::Other).map_err(|flaw| *flaw)
    }

    pub(super) fn is_in(&self, text: &str) -> Result<bool, ExpressionFlaw> {
        Ok(match self.searcher(text)? {
            Searcher::Ascii(all) => all.is_match(text.as_bytes()),
            Searcher::Other(all) => all.is_match(text),
        })
    }

    /// What stands between the matches.
    pub(super) fn split<'t>(&self, text: &'t str) -> Result<Vec<&'t str>, ExpressionFlaw> {
        Ok(match self.searcher(text)? {
            Searcher::Ascii(all) => all.split(text.as_bytes()).map(of_ascii).collect(),
            Searcher::Other(all) => all.split(text).collect(),
        })
    }

    pub(super) fn replaced(&self, text: &str, with: &str) -> Result<String, ExpressionFlaw> {
        Ok(match self.searcher(text)? {
            Searcher::Ascii(all) => {
                let replaced = all.replace_all(text.as_bytes(), with.as_bytes());
                String::from_utf8_lossy(&replaced).into_owned()
            }
            Searcher::Other(all) => all.replace_all(text, with).into_owned(),
        })
    }

    /// The first matches.
    pub(super) fn found<'t>(
        &self,
        text: &'t str,
        most: usize,
    ) -> Result<Vec<&'t str>, ExpressionFlaw> {
        Ok(match self.searcher(text)? {
            Searcher::Ascii(all) => {
                let found = all.find_iter(text.as_bytes()).take(most);
                found.map(|found| of_ascii(found.as_bytes())).collect()
            }
            Searcher::Other(all) => {
                let found = all.find_iter(text).take(most);
                found.map(|found| found.as_str()).collect()
            }
        })
    }

    /// The first matches, each with its groups; one that takes no part is empty.
    pub(super) fn groups<'t>(
        &self,
        text: &'t str,
        most: usize,
    ) -> Result<Vec<Vec<&'t str>>, ExpressionFlaw> {
        Ok(match self.searcher(text)? {
            Searcher::Ascii(all) => {
                let found = all.captures_iter(text.as_bytes()).take(most);
                let group = |group: Option<bytes::Match<'t>>| {
                    group.map_or("", |group| of_ascii(group.as_bytes()))
                };
                found
                    .map(|found| found.iter().map(group).collect())
                    .collect()
            }
            Searcher::Other(all) => {
                let found = all.captures_iter(text).take(most);
                let group =
                    |group: Option<regex::Match<'t>>| group.map_or("", |group| group.as_str());
                found
                    .map(|found| found.iter().map(group).collect())
                    .collect()
            }
        })
    }
}

/// A part of a text of ASCII.
fn of_ascii(part: &[u8]) -> &str {
    std::str::from_utf8(part).unwrap_or_default()
}

fn ascii(pattern: &str) -> Option<bytes::Regex> {
    if !pattern.is_ascii() || pattern.len() > LONGEST || chooses_characters(pattern) {
        return None;
    }
    let made = bytes::RegexBuilder::new(pattern)
        .unicode(false)
        .size_limit(SIZE_LIMIT)
        .build();
    made.ok()
}

/// True for an expression that says itself whether it means characters or bytes.
fn chooses_characters(pattern: &str) -> bool {
    let mut flags = pattern.split("(?").skip(1);
    let is_flag = |c: &char| c.is_ascii_alphabetic() || *c == '-';
    flags.any(|flags| flags.chars().take_while(is_flag).any(|flag| flag == 'u'))
}

fn other(pattern: &str) -> Result<Regex, ExpressionFlaw> {
    let made = RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
    made.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => ExpressionFlaw::TooBig,
        _ => ExpressionFlaw::Wrong,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All that an expression tells of a text.
    fn told(expression: &Expression, text: &str) -> String {
        let owned = |texts: Vec<&str>| Vec::from_iter(texts.into_iter().map(str::to_owned));
        let groups = expression.groups(text, 5).map(|found| {
            let found = found.into_iter().map(owned);
            found.collect::<Vec<_>>()
        });
        let all = (
            expression.is_in(text),
            expression.split(text).map(owned),
            expression.replaced(text, "<$0>"),
            expression.found(text, 5).map(owned),
            groups,
        );
        format!("{all:?}")
    }

    /// The same without what is made for ASCII.
    fn told_by_all(pattern: &str, text: &str) -> String {
        let expression = Expression::new(pattern);
        assert!(expression.ascii.set(None).is_ok());
        told(&expression, text)
    }

    const PATTERNS: [&str; 24] = [
        "",
        "a*",
        "[^a-z0-9]+",
        "\\s+",
        "\\S+$",
        "\\w\\b",
        "\\B",
        "(?i)K.s",
        "(?i)[^s]",
        "^(v|r|rev-?)?[0-9]+$",
        "(Z|[+-][0-9:]+)?$",
        "(?m)^.$",
        "(?s)a.b",
        ".",
        "[[:punct:]]",
        "\\d+(?:\\.\\d+)?",
        "x{2,3}|(y)",
        "\\p{Greek}|a",
        "\u{3bb}",
        "(?u:\\w)-",
        "(?i-u)\\W",
        "(?-u:\\xff)",
        "(unclosed",
        "(?:a{99}){99}",
    ];

    proptest! {
        #[test]
        fn texts_of_ascii_are_searched_as_all_others(text in "[ -~\\n\\tKks]{0,12}") {
            for pattern in PATTERNS {
                let expression = Expression::new(pattern);
                prop_assert_eq!(
                    told(&expression, &text),
                    told_by_all(pattern, &text),
                    "{}", pattern
                );
            }
        }
    }

    #[test]
    fn other_texts_are_searched_by_characters() {
        let split = Expression::new("[^a-z]");
        assert_eq!(split.split("a\u{fc}b"), Ok(vec!["a", "b"]));
        assert_eq!(Expression::new("(").is_in("a"), Err(ExpressionFlaw::Wrong));
    }
}
