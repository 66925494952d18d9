//! The builtins of regular expressions. The engine's own copy the expression for each call, and with it all that was learnt
//! about texts: most of the time of a rule that splits words.

mod expression;

use super::fault::PlanFault;
use expression::{Expression, ExpressionFlaw};
use regorus::Value;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

/// Expressions that are kept. Rules have fewer; what documents bring in does not pile up.
const KEPT: usize = 256;

/// Of the process: to make one takes as long as to ask many rules.
static KNOWN: LazyLock<RwLock<HashMap<Box<str>, Arc<Expression>>>> = LazyLock::new(RwLock::default);

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
        match self.found(&known(pattern), text, other) {
            Ok(found) => Ok(found),
            Err(ExpressionFlaw::Wrong) => Ok(Value::Undefined),
            Err(ExpressionFlaw::TooBig) => Err(PlanFault::Builtin),
        }
    }

    fn found(
        self,
        pattern: &Expression,
        text: &str,
        other: Option<&Value>,
    ) -> Result<Value, ExpressionFlaw> {
        let texts = |found: Vec<&str>| found.into_iter().map(Value::from).collect::<Vec<_>>();
        Ok(match (self, other) {
            (Self::Match, _) => Value::from(pattern.is_in(text)?),
            (Self::Split, _) => texts(pattern.split(text)?).into(),
            (Self::Replace, Some(Value::String(with))) => {
                Value::from(pattern.replaced(text, with)?)
            }
            (_, Some(Value::Number(most))) if most.is_integer() => {
                let most = most.as_i64().and_then(|most| usize::try_from(most).ok());
                let most = most.unwrap_or(usize::MAX);
                match self {
                    Self::Find => texts(pattern.found(text, most)?).into(),
                    _ => {
                        let groups = pattern.groups(text, most)?.into_iter();
                        let groups = groups.map(|found| Value::from(texts(found)));
                        groups.collect::<Vec<_>>().into()
                    }
                }
            }
            _ => Value::Undefined,
        })
    }
}

/// The expression of a pattern.
fn known(pattern: &str) -> Arc<Expression> {
    // Whoever panicked with the lock in hand left a map that is whole.
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(pattern) {
        return Arc::clone(known);
    }
    drop(known);
    let made = Arc::new(Expression::new(pattern));
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(pattern.into(), Arc::clone(&made));
    made
}
