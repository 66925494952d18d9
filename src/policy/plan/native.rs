//! The builtins that a plan asks: what the interpreter answers, in the same words of the same engine.

use super::{fault::PlanFault, patterns::PatternCall};
use regorus::{
    LimitError, Source, Value,
    unstable::{BUILTINS, BuiltinFcn, Expr, Parser, Ref, Rule, RuleHead, Span},
};
use std::sync::LazyLock;

type Answered = Result<Value, PlanFault>;

/// A builtin of OPA. What the interpreter has as an operator is here by its sign; the rest are its own functions.
#[derive(Clone, Copy)]
pub(super) enum Native {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Both,
    Either,
    Member,
    Count,
    IsNumber,
    IsString,
    IsObject,
    IsArray,
    IsSet,
    IsBoolean,
    Lower,
    StartsWith,
    EndsWith,
    Contains,
    ObjectGet(BuiltinFcn),
    Pattern(PatternCall),
    Engine(BuiltinFcn),
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("builtin")
    }
}

/// What the engine's functions want for their error messages, which nobody reads here.
struct Blamed {
    span: Span,
    expressions: Vec<Ref<Expr>>,
}

/// More arguments than any builtin takes.
const MOST_ARGUMENTS: usize = 8;

static BLAMED: LazyLock<Option<Blamed>> = LazyLock::new(|| {
    let source = Source::from_contents("plan".into(), "package p\n\nx := 1\n".into()).ok()?;
    let module = Parser::new(&source).ok()?.parse().ok()?;
    let rule = module.policy.first()?;
    let Rule::Spec { head, .. } = &**rule else {
        return None;
    };
    let RuleHead::Compr { refr, .. } = head else {
        return None;
    };
    Some(Blamed {
        span: refr.span().clone(),
        expressions: vec![refr.clone(); MOST_ARGUMENTS],
    })
});

impl Native {
    /// The builtin of a name; `None` for one that only OPA has.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "equal" | "eq" => Self::Equal,
            "neq" => Self::NotEqual,
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterOrEqual,
            "plus" => Self::Plus,
            "minus" => Self::Minus,
            "mul" => Self::Times,
            "div" => Self::Divide,
            "rem" => Self::Remainder,
            "and" => Self::Both,
            "or" => Self::Either,
            "internal.member_2" => Self::Member,
            "count" => Self::Count,
            "is_number" => Self::IsNumber,
            "is_string" => Self::IsString,
            "is_object" => Self::IsObject,
            "is_array" => Self::IsArray,
            "is_set" => Self::IsSet,
            "is_boolean" => Self::IsBoolean,
            "lower" => Self::Lower,
            "startswith" => Self::StartsWith,
            "endswith" => Self::EndsWith,
            "contains" => Self::Contains,
            "object.get" => Self::ObjectGet(*BUILTINS.get(name)?),
            _ => match PatternCall::named(name) {
                Some(call) => Self::Pattern(call),
                None => Self::Engine(*BUILTINS.get(name)?),
            },
        })
    }

    pub(super) fn one(self, value: &Value) -> Answered {
        Ok(Value::from(match self {
            Self::IsNumber => matches!(value, Value::Number(_)),
            Self::IsString => matches!(value, Value::String(_)),
            Self::IsObject => matches!(value, Value::Object(_)),
            Self::IsArray => matches!(value, Value::Array(_)),
            Self::IsSet => matches!(value, Value::Set(_)),
            Self::IsBoolean => matches!(value, Value::Bool(_)),
            Self::Count => return Ok(count(value).map_or(Value::Undefined, Value::from)),
            Self::Lower => {
                return Ok(match value {
                    Value::String(text) => Value::from(text.to_lowercase()),
                    _ => Value::Undefined,
                });
            }
            _ => return self.many(std::slice::from_ref(value)),
        }))
    }

    pub(super) fn two(self, left: &Value, right: &Value) -> Answered {
        Ok(Value::from(match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Member => match right {
                Value::Array(items) => items.contains(left),
                Value::Object(entries) => entries.values().any(|value| value == left),
                Value::Set(items) => items.contains(left),
                _ => false,
            },
            Self::Plus | Self::Minus | Self::Times | Self::Divide | Self::Remainder => {
                return self.calculated(left, right);
            }
            Self::Both | Self::Either => return self.combined(left, right),
            Self::StartsWith | Self::EndsWith | Self::Contains => {
                let (Value::String(left), Value::String(right)) = (left, right) else {
                    return Ok(Value::Undefined);
                };
                match self {
                    Self::StartsWith => left.starts_with(&**right),
                    Self::EndsWith => left.ends_with(&**right),
                    _ => left.contains(&**right),
                }
            }
            Self::Pattern(call) => return call.answer(&[left, right]),
            _ => return self.many(&[left.clone(), right.clone()]),
        }))
    }

    pub(super) fn many(self, values: &[Value]) -> Answered {
        match (self, values) {
            // A list is a path, which the engine follows.
            (Self::ObjectGet(_), [Value::Object(object), key, otherwise])
                if !matches!(key, Value::Array(_)) =>
            {
                Ok(object.get(key).unwrap_or(otherwise).clone())
            }
            (Self::Pattern(call), _) => call.answer(&values.iter().collect::<Vec<_>>()),
            (Self::ObjectGet(function) | Self::Engine(function), _) => asked(function, values),
            _ => Err(PlanFault::Malformed),
        }
    }

    /// Both are numbers, or sets of which one is taken from the other.
    fn calculated(self, left: &Value, right: &Value) -> Answered {
        if let (Self::Minus, Value::Set(left), Value::Set(right)) = (self, left, right) {
            return Ok(Value::from(left.difference(right)));
        }
        // The interpreter breaks off at anything else.
        let (Value::Number(left), Value::Number(right)) = (left, right) else {
            return Err(PlanFault::Builtin);
        };
        let is_zero = right.as_f64() == Some(0.0);
        let number = match self {
            Self::Plus => left.add(right),
            Self::Minus => left.sub(right),
            Self::Times => left.mul(right),
            Self::Divide if is_zero => return Ok(Value::Undefined),
            Self::Divide => left.clone().divide(right),
            Self::Remainder if is_zero => return Ok(Value::Undefined),
            Self::Remainder if left.is_integer() && right.is_integer() => {
                left.clone().modulo(right)
            }
            _ => return Err(PlanFault::Builtin),
        };
        number.map(Value::from).map_err(|_| PlanFault::Builtin)
    }

    fn combined(self, left: &Value, right: &Value) -> Answered {
        let (Value::Set(left), Value::Set(right)) = (left, right) else {
            return Err(PlanFault::Builtin);
        };
        Ok(Value::from(match self {
            Self::Both => left.intersection(right),
            _ => left.union(right),
        }))
    }
}

/// How much a collection or a text holds, as the engine counts it; `None` for what holds nothing.
pub(super) fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(items.len()),
        Value::Object(entries) => Some(entries.len()),
        Value::Set(items) => Some(items.len()),
        Value::String(text) => Some(text.encode_utf16().count()),
        _ => None,
    }
}

/// What the engine's own function answers. As in the interpreter, one that cannot answer is undefined.
fn asked((function, _): BuiltinFcn, values: &[Value]) -> Answered {
    let blamed = BLAMED.as_ref().ok_or(PlanFault::Malformed)?;
    let expressions = blamed
        .expressions
        .get(..values.len())
        .ok_or(PlanFault::Malformed)?;
    match function(&blamed.span, expressions, values, false) {
        Ok(value) => Ok(value),
        Err(error) if error.downcast_ref::<LimitError>().is_some() => Err(PlanFault::Builtin),
        Err(_) => Ok(Value::Undefined),
    }
}
