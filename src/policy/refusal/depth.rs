//! How deep brackets nest: the engine parses a literal twice for each level around it.

use crate::policy::refusal::PolicyProblem;

/// Levels of `[` and `{`. A body of a rule is one.
const DEEPEST_LITERAL: usize = 14;
/// Levels of `(`.
const DEEPEST_GROUP: usize = 64;

/// The first place in a policy that is too deep to be parsed.
pub(super) fn problem(path: &str, text: &str) -> Option<PolicyProblem> {
    let (mut literals, mut groups) = (0_usize, 0_usize);
    let mut scan = BracketScan::new(text);
    while let Some((line, column, bracket)) = scan.next_bracket() {
        match bracket {
            '[' | '{' => literals += 1,
            ']' | '}' => literals = literals.saturating_sub(1),
            '(' => groups += 1,
            _ => groups = groups.saturating_sub(1),
        }
        if literals > DEEPEST_LITERAL || groups > DEEPEST_GROUP {
            return Some(PolicyProblem {
                path: path.to_owned(),
                line,
                column,
                message: format!(
                    "brackets nest more than {} deep, which takes the engine too long to read; give the inner part a name",
                    match literals > DEEPEST_LITERAL {
                        true => DEEPEST_LITERAL,
                        false => DEEPEST_GROUP,
                    }
                ),
            });
        }
    }
    None
}

/// Reads a policy character by character, past texts and comments.
struct BracketScan<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    line: u32,
    column: u32,
}

impl<'t> BracketScan<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            rest: text.chars().peekable(),
            line: 1,
            column: 0,
        }
    }

    fn next_char(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        match next {
            '\n' => {
                self.line += 1;
                self.column = 0;
            }
            _ => self.column += 1,
        }
        Some(next)
    }

    /// The next bracket with its line and column.
    fn next_bracket(&mut self) -> Option<(u32, u32, char)> {
        loop {
            match self.next_char()? {
                bracket @ ('[' | ']' | '{' | '}' | '(' | ')') => {
                    return Some((self.line, self.column, bracket));
                }
                '#' => self.skip_to('\n', false),
                '"' => self.skip_to('"', true),
                '`' => self.skip_to('`', false),
                _ => {}
            }
        }
    }

    fn skip_to(&mut self, end: char, escapes: bool) {
        while let Some(next) = self.next_char() {
            match next {
                '\\' if escapes => {
                    self.next_char();
                }
                _ if next == end => return,
                // A text in quotes ends with its line at the latest: what follows is read again.
                '\n' if escapes => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_are_no_brackets() {
        let text = format!(
            "x := \"{}\" # {}\ny := `{}`\n",
            "[".repeat(20),
            "[".repeat(20),
            "{\n".repeat(20)
        );
        assert_eq!(problem("a.rego", &text), None);
        let deep = format!("package a\nx := {}1", "[".repeat(15));
        let found = problem("a.rego", &deep).expect("too deep");
        assert_eq!((found.line, found.column), (2, 20));
        assert!(problem("a.rego", &format!("x := \"\\\"{}", "[".repeat(20))).is_none());
        assert!(problem("a.rego", &format!("x := {}", "(".repeat(65))).is_some());
    }
}
