//! What can be seen of a mistake without a grammar: words and signs that cannot follow each other.

use super::{
    QueryFault,
    scan::{Sort, Token, is_operator},
};

/// A value where another one ended, an operator without a value, and the like. Within braces
/// the grammar is another one.
pub(super) fn find(all: &[Token]) -> Option<QueryFault> {
    if let Some([_, token]) = all.array_windows().find(|pair| lack_comma(pair)) {
        return Some(fault("`{}` follows a matcher without a comma", token));
    }
    let tokens: Vec<&Token> = all.iter().filter(|token| token.inside != '{').collect();
    let last = tokens.last()?;
    if is_operator(last) {
        return Some(fault("operator `{}` has nothing on its right", last));
    }
    for pair in tokens.windows(2) {
        let [before, token] = pair else { continue };
        if before.inside == '[' || token.inside == '[' {
            continue;
        }
        if is_binary(token) && (is_binary(before) || before.is_sign("(") || before.is_sign(",")) {
            return Some(fault("operator `{}` has nothing on its left", token));
        }
        if token.is_sign(")") && is_operator(before) {
            return Some(fault("operator `{}` has nothing on its right", before));
        }
        if is_value(before) && is_value(token) {
            return Some(fault("`{}` follows a value without an operator", token));
        }
    }
    None
}

/// A matcher within braces right after the value of another one. `or` may stand between them.
fn lack_comma([value, name]: &[Token; 2]) -> bool {
    value.sort == Sort::Quoted
        && value.inside == '{'
        && name.inside == '{'
        && name.sort == Sort::Word
        && !name.is_word("or")
}

fn fault(message: &str, token: &Token) -> QueryFault {
    QueryFault {
        message: message.replacen("{}", &token.text, 1),
        span: token.span,
    }
}

/// Words that may stand beside a value.
const KEYWORDS: [&str; 16] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "fill",
    "fill_left",
    "fill_right",
    "smoothed",
    "anchored",
    "start",
    "end",
    "limit",
];

/// A name or a number that stands for itself.
fn is_value(token: &Token) -> bool {
    token.sort == Sort::Word
        && !is_operator(token)
        && !KEYWORDS.iter().any(|word| token.is_word(word))
}

/// An operator that needs a value on its left.
fn is_binary(token: &Token) -> bool {
    // Words such as `or` may be labels: `by (or)`.
    token.sort == Sort::Sign && is_operator(token) && !token.is_sign("-") && !token.is_sign("+")
}
