//! What the YAML parser says, in words for people.

use crate::{source::Span, syntax::SyntaxError};
use granit_parser::{ErrorKind as Kind, ScanError};

/// An error of the parser. It knows where an error starts but not where it ends.
pub(super) fn error(text: &str, error: &ScanError) -> SyntaxError {
    let mut start = error.marker().byte_offset().unwrap_or(0).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let next = text.get(start..).and_then(|rest| rest.chars().next());
    let width = next.filter(|next| !matches!(next, '\n' | '\r')).map_or(0, char::len_utf8);
    let span = Span::new(start, start + width);
    if *error.kind() == Kind::RecursionLimitExceeded {
        return SyntaxError::too_deep(span);
    }
    SyntaxError::new(span, words(error.kind(), next).unwrap_or_else(|| error.info().to_string()))
}

fn words(kind: &Kind, next: Option<char>) -> Option<String> {
    Some(match kind {
        Kind::UnclosedFlowCollection { open } => format!("`{open}` is never closed"),
        Kind::MismatchedFlowCollectionEnd { open, close } => format!("`{open}` is closed with `{close}`"),
        Kind::UnclosedQuotedScalar => format!("the {} is never closed", quote(next)),
        Kind::UnexpectedCharacter { character: '`' } | Kind::UnexpectedCharacter { character: '@' } => {
            "text that starts with this character stands in quotes".to_owned()
        }
        Kind::UnexpectedCharacter { character: '%' } => "text that starts with `%` stands in quotes".to_owned(),
        other => return plain_words(other).map(str::to_owned),
    })
}

fn plain_words(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::TabNotAllowed | Kind::TabInBlockIndentation | Kind::TabInIndentation | Kind::TabAtBlockScalarStart => {
            "tabs cannot indent YAML: use spaces"
        }
        Kind::InvalidIndentation | Kind::ExpectedBlockMappingKey | Kind::ExpectedBlockSequenceEntry => {
            "this line's indentation fits neither the lines above it nor what they hold"
        }
        Kind::MappingValueNotAllowed => {
            "a `:` cannot stand here: put the value in quotes, or start a new line before its key"
        }
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => "`:` is missing after this key",
        Kind::MappingKeyNotAllowed => "a key cannot stand here",
        Kind::ExpectedFlowMappingSeparator => "`,` or `}` is missing before this",
        Kind::ExpectedFlowSequenceSeparator => "`,` or `]` is missing before this",
        Kind::UnexpectedEofFlowSequence => "`]` is missing at the end",
        Kind::UnexpectedEofFlowMapping | Kind::UnexpectedEofImplicitFlowMapping => "`}` is missing at the end",
        Kind::MisplacedFlowCollectionEnd => "this bracket closes nothing",
        Kind::BlockSequenceEntryNotAllowed => "a `-` cannot stand here: start a new line for the list",
        Kind::BlockEntryInFlowCollection => "a `-` cannot start an element between brackets",
        Kind::InvalidTrailingDoubleQuotedScalar | Kind::InvalidTrailingSingleQuotedScalar => {
            "text follows after the closing quote"
        }
        Kind::UnknownQuotedScalarEscape => {
            "there is no such escape: write `\\\\` for a backslash, or use single quotes"
        }
        Kind::CommentNotSeparated => "a blank is missing before this `#`",
        Kind::ExpectedDocumentStart => "`---` is missing before this, or its indentation does not fit",
        Kind::InvalidQuotedScalarIndent | Kind::InvalidFlowScalarIndent => "this line needs to be indented",
        Kind::DocumentIndicatorInQuotedScalar => "the quote is not closed before this document ends",
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
