//! What the YAML parser says, in words for people.

use super::easing::Slip;
use crate::document::{read::SyntaxError, source::Span};
use granit_parser::{ErrorKind as Kind, ScanError};

/// An error of the parser. It knows where an error starts but not where it ends.
pub(super) fn error(text: &str, error: &ScanError) -> SyntaxError {
    let start = start(text, error);
    let next = text.get(start..).and_then(|rest| rest.chars().next());
    // A line break would be underlined into the next line.
    let width = next
        .filter(|next| !matches!(next, '\n' | '\r'))
        .map_or(0, char::len_utf8);
    let span = Span::new(start, start + width);
    if *error.kind() == Kind::RecursionLimitExceeded {
        return SyntaxError::too_deep(span);
    }
    let before = text.get(..start).unwrap_or_default();
    let message = match error.kind() {
        Kind::MappingValueNotAllowed => misplaced_colon(before).to_owned(),
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart => {
            let tabs = before.len() - before.trim_end_matches('\t').len();
            return SyntaxError::new(
                if tabs > 0 {
                    Span::new(start - tabs, start)
                } else {
                    span
                },
                TABS,
            );
        }
        Kind::UnknownQuotedScalarEscape => return SyntaxError::new(bad_escape(text, span), ESCAPE),
        Kind::InvalidIndentation
        | Kind::ExpectedBlockMappingKey
        | Kind::ExpectedBlockSequenceEntry
        | Kind::ExpectedDocumentStart
            if let Some(close) = closed_before(before) =>
        {
            format!("text follows after the closing `{close}`")
        }
        kind => words(kind, next).unwrap_or_else(|| error.info()),
    };
    SyntaxError::new(span, message)
}

/// What the parser stopped at, where Kubernetes would not have.
pub(super) fn slip(text: &str, error: &ScanError) -> Option<Slip> {
    let start = start(text, error);
    match error.kind() {
        Kind::CommentNotSeparated => Some(Slip::Comment(start)),
        Kind::UnknownQuotedScalarEscape => {
            let escape = bad_escape(text, Span::new(start, start));
            let is_quote = text.get(escape.start()..escape.end()) == Some("\\'");
            is_quote.then(|| Slip::Quote(escape.start()))
        }
        _ => None,
    }
}

fn start(text: &str, error: &ScanError) -> usize {
    let start = error.marker().byte_offset().unwrap_or(0);
    text.floor_char_boundary(start.min(text.len()))
}

const TABS: &str = "tabs cannot indent YAML: use spaces";
const ESCAPE: &str =
    "there is no such escape: write `\\\\` for a backslash, or put the text in single quotes";

/// What a `:` at the end of `before` most likely means.
fn misplaced_colon(before: &str) -> &'static str {
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    if line.contains(": ") {
        "a second `:` in one line: put the value in quotes, or start a new line before its key"
    } else {
        "this line is read as part of the one above: `: ` is missing there, or the indentation is wrong here"
    }
}

/// The bracket that ends the text before, on the same line.
fn closed_before(before: &str) -> Option<char> {
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let last = line.trim_end().chars().next_back();
    last.filter(|last| matches!(last, '}' | ']'))
}

/// The first escape that YAML does not have, in the double-quoted text that starts at `span`.
fn bad_escape(text: &str, span: Span) -> Span {
    let rest = text.get(span.start()..).unwrap_or_default();
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        let Some((_, escaped)) = (character == '\\').then(|| characters.next()).flatten() else {
            continue;
        };
        if !"0abt\tnvfre \"/\\N_LPxuU\n\r".contains(escaped) {
            let start = span.start() + at;
            return Span::new(start, start + 1 + escaped.len_utf8());
        }
    }
    span
}

fn words(kind: &Kind, next: Option<char>) -> Option<String> {
    Some(match kind {
        Kind::UnclosedFlowCollection { open } => format!("`{open}` is never closed"),
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            format!("`{open}` is closed with `{close}`")
        }
        Kind::UnclosedQuotedScalar => format!("the {} is never closed", quote(next)),
        Kind::UnexpectedCharacter { character: '`' } => {
            "text that starts with a backtick stands in quotes".to_owned()
        }
        Kind::UnexpectedCharacter {
            character: character @ ('@' | '%'),
        } => {
            format!("text that starts with `{character}` stands in quotes")
        }
        other => return plain_words(other).map(str::to_owned),
    })
}

fn plain_words(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::InvalidIndentation
        | Kind::ExpectedBlockMappingKey
        | Kind::ExpectedBlockSequenceEntry => {
            "this line's indentation fits neither the lines above it nor what they hold"
        }
        Kind::InvalidColonPlacement => "a `:` cannot stand here",
        Kind::MissingAnchorOrAliasName => {
            "a name is missing here; text that starts with `&` or `*` stands in quotes"
        }
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => "`:` is missing after this key",
        Kind::MappingKeyNotAllowed => "a key cannot stand here",
        Kind::ExpectedFlowMappingSeparator => "`,` or `}` is missing before this",
        Kind::ExpectedFlowSequenceSeparator => "`,` or `]` is missing before this",
        Kind::UnexpectedEofFlowSequence => "`]` is missing at the end",
        Kind::UnexpectedEofFlowMapping | Kind::UnexpectedEofImplicitFlowMapping => {
            "`}` is missing at the end"
        }
        Kind::MisplacedFlowCollectionEnd => "this bracket closes nothing",
        Kind::BlockSequenceEntryNotAllowed => {
            "a `-` cannot stand here: start a new line for the list"
        }
        Kind::BlockEntryInFlowCollection => "a `-` cannot start an element between brackets",
        Kind::InvalidTrailingDoubleQuotedScalar | Kind::InvalidTrailingSingleQuotedScalar => {
            "text follows after the closing quote"
        }
        Kind::CommentNotSeparated => "a blank is missing before this `#`",
        Kind::ExpectedDocumentStart => {
            "`---` is missing before this, or its indentation does not fit"
        }
        Kind::InvalidQuotedScalarIndent | Kind::InvalidFlowScalarIndent => {
            "this line needs to be indented"
        }
        Kind::DocumentIndicatorInQuotedScalar => {
            "the quote is not closed before this document ends"
        }
        Kind::BomInsideDocument => "a byte order mark stands inside the text: remove it",
        _ => return None,
    })
}

fn quote(next: Option<char>) -> &'static str {
    match next {
        Some('\'') => "single quote",
        Some('"') => "double quote",
        _ => "quote",
    }
}
