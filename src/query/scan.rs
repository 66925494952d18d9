//! A query as words and signs with their places, which the parser does not keep.
//!
//! It bounds what the parser is given: the parser and the answers descend once for each bracket and
//! for each operator, and it compiles the regular expressions that it meets.

use super::{ForeignQuery, QueryFault};
use crate::document::source::Span;
use std::collections::BTreeSet;

/// Bytes of a query that is read.
const LONGEST: usize = 16 * 1024;
/// Brackets within brackets.
const DEEPEST: usize = 64;
/// Operators of a query: a chain of them is a tree as deep as it is long.
const MOST_OPERATORS: usize = 300;
/// Repetitions (`{8}`) of all regular expressions of a query, multiplied within each.
const MOST_REPETITIONS: usize = 1_000;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A name, a keyword, a number or a duration.
    Word,
    /// Text in quotes.
    Quoted,
    /// `{{args.x}}`, `${X}`.
    Template,
    /// A bracket, a comma or an operator.
    Sign,
    /// What has no meaning in a query.
    Other,
}

/// A part of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub sort: Sort,
    pub text: String,
    pub span: Span,
    /// The bracket around it, or a blank.
    pub inside: char,
}

impl Token {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.sort == Sort::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.sort == Sort::Sign && self.text == sign
    }
}

/// A query in its parts.
#[derive(Debug)]
pub(super) struct Scan {
    text: String,
    tokens: Vec<Token>,
    /// Template actions within quotes.
    quoted_templates: Vec<Span>,
    fault: Option<QueryFault>,
}

impl Scan {
    /// The parts of a text.
    ///
    /// # Errors
    /// What makes it too large to be read.
    pub(super) fn of(text: &str) -> Result<Self, ForeignQuery> {
        if text.len() > LONGEST {
            return Err(too_large(format!("it is longer than {LONGEST} bytes")));
        }
        let mut scanner = Scanner::new(text);
        scanner.run();
        if scanner.depth > DEEPEST {
            return Err(too_large(format!(
                "its brackets are deeper than {DEEPEST} levels"
            )));
        }
        let tokens = scanner.scan.tokens.iter();
        let operators = tokens.clone().filter(|token| is_operator(token)).count();
        if operators > MOST_OPERATORS {
            return Err(too_large(format!(
                "it has more than {MOST_OPERATORS} operators"
            )));
        }
        let quoted = tokens.filter(|token| token.sort == Sort::Quoted);
        let repetitions = quoted.map(|token| repetitions(&token.text));
        if repetitions.fold(0_usize, usize::saturating_add) > MOST_REPETITIONS {
            return Err(too_large(
                "its regular expressions repeat too often".to_owned(),
            ));
        }
        Ok(scanner.scan)
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// A quote or a bracket that does not close.
    pub(super) fn fault(&self) -> Option<QueryFault> {
        self.fault.clone()
    }

    /// The whole text, without the blanks around it.
    pub(super) fn whole(&self) -> Span {
        let start = self.text.len() - self.text.trim_start().len();
        Span::new(start, self.text.trim_end().len().max(start))
    }

    /// True where an argument of a template stands outside of quotes and ranges, so that its value
    /// decides what the query means.
    pub(super) fn has_open_template(&self) -> bool {
        let mut tokens = self.tokens.iter();
        tokens.any(|token| token.sort == Sort::Template && token.inside != '[')
    }

    /// The texts to parse, with something in the place of each template: a name in the first, a
    /// number in the second, which is only tried where it makes a difference.
    pub(super) fn filled(&self) -> Vec<String> {
        let mut texts = vec![self.fill(false)];
        if self.has_open_template() {
            texts.push(self.fill(true));
        }
        texts
    }

    fn fill(&self, numbers: bool) -> String {
        let mut spans: Vec<(Span, Option<usize>)> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            if token.sort == Sort::Template {
                spans.push((token.span, Some(index)));
            }
        }
        spans.extend(self.quoted_templates.iter().map(|span| (*span, None)));
        spans.sort_by_key(|(span, _)| span.start());
        let mut filled = String::new();
        let mut from = 0;
        for (span, index) in spans {
            filled.push_str(self.text.get(from..span.start()).unwrap_or_default());
            let written = self.text.get(span.start()..span.end()).unwrap_or_default();
            match index {
                Some(index) if self.is_duration(index) => filled.push_str("5m"),
                Some(_) if numbers => filled.push_str(super::tree::UNKNOWN_TEXT),
                _ => filled.push_str(&marker(written)),
            }
            from = span.end();
        }
        filled.push_str(self.text.get(from..).unwrap_or_default());
        filled
    }

    /// Within `[ ]` and after `offset` only a duration can stand.
    fn is_duration(&self, index: usize) -> bool {
        let before = index
            .checked_sub(1)
            .and_then(|index| self.tokens.get(index));
        let token = self.tokens.get(index);
        token.is_some_and(|token| token.inside == '[')
            || before.is_some_and(|before| before.is_word("offset"))
    }

    /// The names of the template arguments, as they are written: `args.service`.
    pub(super) fn arguments(&self) -> BTreeSet<String> {
        let open = self
            .tokens
            .iter()
            .filter(|token| token.sort == Sort::Template);
        let spans = open.map(|token| token.span);
        let spans = spans.chain(self.quoted_templates.iter().copied());
        spans
            .map(|span| {
                action(self.text.get(span.start()..span.end()).unwrap_or_default()).to_owned()
            })
            .collect()
    }
}

fn too_large(reason: String) -> ForeignQuery {
    ForeignQuery {
        language: "unknown",
        reason,
    }
}

const WORD_OPERATORS: [&str; 4] = ["and", "or", "unless", "atan2"];
const SIGN_OPERATORS: [&str; 12] = [
    "+", "-", "*", "/", "%", "^", "==", "!=", ">=", "<=", ">", "<",
];

/// An operator of either kind; `-` and `+` may stand before a value.
pub(super) fn is_operator(token: &Token) -> bool {
    token.inside != '{'
        && (WORD_OPERATORS.iter().any(|word| token.is_word(word))
            || SIGN_OPERATORS.iter().any(|sign| token.is_sign(sign)))
}

/// What a regular expression costs: its counts multiplied, so that `(a{8}){8}` has 64, times its
/// classes of characters, each of which stands for hundreds of ranges.
fn repetitions(text: &str) -> usize {
    let classes = ["\\w", "\\W", "\\d", "\\D", "\\s", "\\S", "\\p", "\\P"];
    let classes: usize = classes
        .iter()
        .map(|class| text.matches(class).count())
        .sum();
    let dots = text.matches('.').count();
    counts(text).saturating_add((10 * classes + dots).saturating_mul(counts(text).max(1)))
}

/// The counts in braces, multiplied; 0 where there are none.
fn counts(text: &str) -> usize {
    let mut product: usize = 0;
    for part in text.split('{').skip(1) {
        let counts = part.split('}').next().unwrap_or_default();
        let largest = counts
            .split(',')
            .filter_map(|count| count.trim().parse::<usize>().ok());
        if let Some(count) = largest.max() {
            product = product.max(1).saturating_mul(count.max(1));
        }
    }
    product
}

/// What stands in the place of a template action: a name that says which one it was.
pub(super) fn marker(written: &str) -> String {
    let name = action(written).chars();
    let name: String = name
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character
            } else {
                '_'
            }
        })
        .collect();
    format!("{}{name}_", super::tree::MARKER)
}

/// The inside of a template action.
pub(super) fn action(written: &str) -> &str {
    let inner = written.trim_start_matches(['{', '$']).trim_end_matches('}');
    inner.trim()
}

/// Reads a text once, from its start to its end.
struct Scanner<'q> {
    text: &'q str,
    at: usize,
    /// The brackets that are open, with their places.
    open: Vec<(char, usize)>,
    depth: usize,
    scan: Scan,
}

impl<'q> Scanner<'q> {
    fn new(text: &'q str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            depth: 0,
            scan: Scan {
                text: text.to_owned(),
                tokens: Vec::new(),
                quoted_templates: Vec::new(),
                fault: None,
            },
        }
    }

    fn rest(&self) -> &'q str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(first) = self.rest().chars().next() {
            if let Some(length) = template(self.rest()) {
                self.add(Sort::Template, length);
                continue;
            }
            match first {
                _ if first.is_whitespace() => self.at += first.len_utf8(),
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '"' | '\'' | '`' => self.quoted(first),
                '(' | '[' | '{' => self.opened(first),
                ')' | ']' | '}' => self.closed(first),
                _ if is_of_word(first) => self.word(),
                _ => self.sign(first),
            }
        }
        if let Some((bracket, at)) = self.open.first().copied() {
            self.wrong(
                format!("`{bracket}` is never closed"),
                Span::new(at, at + 1),
            );
        }
    }

    fn add(&mut self, sort: Sort, length: usize) {
        let end = (self.at + length).min(self.text.len());
        self.scan.tokens.push(Token {
            sort,
            text: self.text.get(self.at..end).unwrap_or_default().to_owned(),
            span: Span::new(self.at, end),
            inside: self.open.last().map_or(' ', |(bracket, _)| *bracket),
        });
        self.at = end;
    }

    /// The first mistake counts: others follow from it.
    fn wrong(&mut self, message: String, span: Span) {
        let fault = QueryFault { message, span };
        self.scan.fault.get_or_insert(fault);
    }

    fn word(&mut self) {
        let rest = self.rest();
        let end = rest
            .find(|character| !is_of_word(character))
            .unwrap_or(rest.len());
        // The sign within `1e-3` belongs to the number.
        let exponent = rest.get(..end).is_some_and(|word| {
            word.starts_with(|first: char| first.is_ascii_digit())
                && !word.starts_with("0x")
                && word.ends_with(['e', 'E'])
        });
        let more = rest.get(end..).unwrap_or_default();
        let is_signed = exponent && more.starts_with(['+', '-']);
        let digits = more.get(1..).unwrap_or_default();
        let length = digits
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(digits.len());
        self.add(Sort::Word, if is_signed { end + 1 + length } else { end });
    }

    fn sign(&mut self, first: char) {
        let rest = self.rest();
        let pairs = ["==", "!=", ">=", "<=", "=~", "!~", "|~", "|="];
        let sort = if "+-*/%^<>=!,@".contains(first) {
            Sort::Sign
        } else {
            Sort::Other
        };
        match pairs.iter().find(|pair| rest.starts_with(**pair)) {
            Some(pair) => self.add(
                if first == '|' {
                    Sort::Other
                } else {
                    Sort::Sign
                },
                pair.len(),
            ),
            None => self.add(sort, first.len_utf8()),
        }
    }

    fn opened(&mut self, bracket: char) {
        self.add(Sort::Sign, 1);
        self.open.push((bracket, self.at - 1));
        self.depth = self.depth.max(self.open.len());
    }

    fn closed(&mut self, bracket: char) {
        let wanted = match bracket {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        let span = Span::new(self.at, self.at + 1);
        match self.open.pop() {
            Some((opened, _)) if opened == wanted => {}
            Some((opened, at)) => {
                self.wrong(format!("`{opened}` is never closed"), Span::new(at, at + 1));
            }
            None => self.wrong(format!("`{bracket}` closes nothing"), span),
        }
        self.add(Sort::Sign, 1);
    }

    fn quoted(&mut self, quote: char) {
        let start = self.at;
        let mut at = start + 1;
        while let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            let length = template(self.text.get(at..).unwrap_or_default());
            match character {
                _ if length.is_some() => {
                    let end = at + length.unwrap_or_default();
                    self.scan.quoted_templates.push(Span::new(at, end));
                    at = end;
                }
                _ if character == quote => {
                    self.add(Sort::Quoted, at + 1 - start);
                    return;
                }
                '\\' if quote != '`' => {
                    let next = self.text.get(at + 1..).and_then(|rest| rest.chars().next());
                    at += 1 + next.map_or(0, char::len_utf8);
                }
                '\n' if quote != '`' => break,
                _ => at += character.len_utf8(),
            }
        }
        self.wrong(
            format!("the text that begins with {quote} has no end"),
            Span::new(start, start + 1),
        );
        self.add(Sort::Quoted, self.text.len() - start);
    }
}

/// What a name, a number or a duration is made of.
fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | ':' | '.')
}

/// The length of the template action at the start of a text.
fn template(rest: &str) -> Option<usize> {
    if rest.starts_with("{{") {
        return Some(rest.find("}}")? + 2);
    }
    let inner = rest.strip_prefix("${")?;
    let end = inner.find('}')?;
    let name = inner.get(..end)?;
    let is_name =
        |character: char| character.is_ascii_alphanumeric() || "_.:-=".contains(character);
    (!name.is_empty() && name.chars().all(is_name)).then_some(end + 3)
}
