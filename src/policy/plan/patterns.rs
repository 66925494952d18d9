//! The builtins of regular expressions. The engine's own copy the expression for each call, and with it all that was learnt
//! about texts: most of the time of a rule that splits words.

use super::fault::PlanFault;
use regex::{Regex, RegexBuilder};
use regorus::Value;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// As the engine limits them.
const SIZE_LIMIT: usize = 100 * 1024;
/// Expressions that are kept. Rules have fewer; what documents bring in does not pile up.
const KEPT: usize = 256;

/// An expression, or what to answer where it is none.
type Pattern = Result<Rc<Regex>, PatternFlaw>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PatternFlaw {
    /// The rule breaks off.
    TooBig,
    /// The answer is undefined.
    Wrong,
}

thread_local! {
    static PATTERNS: RefCell<HashMap<Box<str>, Pattern>> = RefCell::default();
}

/// A builtin of regular expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatternCall {
    Match,
    Split,
    Replace,
    Find,
    FindGroups,
}

impl PatternCall {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "regex.match" => Self::Match,
            "regex.split" => Self::Split,
            "regex.replace" => Self::Replace,
            "regex.find_n" => Self::Find,
            "regex.find_all_string_submatch_n" => Self::FindGroups,
            _ => return None,
        })
    }

    pub(super) fn answer(self, values: &[&Value]) -> Result<Value, PlanFault> {
        let texts = match (self, values) {
            (Self::Match | Self::Split, [Value::String(pattern), Value::String(text)]) => {
                (pattern, text, None)
            }
            (
                Self::Find | Self::FindGroups,
                [
                    Value::String(pattern),
                    Value::String(text),
                    most @ Value::Number(_),
                ],
            ) => (pattern, text, Some(*most)),
            (
                Self::Replace,
                [
                    Value::String(text),
                    Value::String(pattern),
                    with @ Value::String(_),
                ],
            ) => (pattern, text, Some(*with)),
            _ => return Ok(Value::Undefined),
        };
        let (pattern, text, other) = texts;
        match compiled(pattern) {
            Ok(pattern) => Ok(self.found(&pattern, text, other)),
            Err(PatternFlaw::Wrong) => Ok(Value::Undefined),
            Err(PatternFlaw::TooBig) => Err(PlanFault::Builtin),
        }
    }

    fn found(self, pattern: &Regex, text: &str, other: Option<&Value>) -> Value {
        match (self, other) {
            (Self::Match, _) => Value::from(pattern.is_match(text)),
            (Self::Split, _) => pattern
                .split(text)
                .map(Value::from)
                .collect::<Vec<_>>()
                .into(),
            (Self::Replace, Some(Value::String(with))) => {
                Value::from(&*pattern.replace_all(text, with.as_ref()))
            }
            (_, Some(Value::Number(most))) if most.is_integer() => {
                let most = most.as_i64().and_then(|most| usize::try_from(most).ok());
                let most = most.unwrap_or(usize::MAX);
                match self {
                    Self::Find => {
                        let found = pattern.find_iter(text).map(|found| found.as_str().into());
                        found.take(most).collect::<Vec<Value>>().into()
                    }
                    _ => pattern
                        .captures_iter(text)
                        .take(most)
                        .map(|found| groups(&found))
                        .collect::<Vec<_>>()
                        .into(),
                }
            }
            _ => Value::Undefined,
        }
    }
}

/// A match and its groups; one that takes no part is empty.
fn groups(found: &regex::Captures<'_>) -> Value {
    let texts = found
        .iter()
        .map(|group| Value::from(group.map_or("", |group| group.as_str())));
    texts.collect::<Vec<_>>().into()
}

fn compiled(pattern: &str) -> Pattern {
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(known) = patterns.get(pattern) {
            return known.clone();
        }
        let made = RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
        let made = match made {
            Ok(made) => Ok(Rc::new(made)),
            Err(regex::Error::CompiledTooBig(_)) => Err(PatternFlaw::TooBig),
            Err(_) => Err(PatternFlaw::Wrong),
        };
        if patterns.len() >= KEPT {
            patterns.clear();
        }
        patterns.insert(pattern.into(), made.clone());
        made
    })
}
