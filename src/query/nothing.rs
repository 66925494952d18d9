//! What a query yields where none of its metrics has any data: usually nothing, but a number where
//! it ends in `or vector(1)`.

use super::{
    Query,
    fold::{calculated, constant},
    tree::{Operation, literal, operation, peeled},
};
use promql_parser::parser::{BinaryExpr, Call, Expr};

/// The answer of a query whose metrics have no data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fallback {
    /// The number that it yields.
    pub value: f64,
    /// True where the number stands for a ratio or a quantile as a whole, so that it cannot mean
    /// "nothing of the kind was counted".
    pub whole: bool,
}

/// What there is without data.
#[derive(Clone, Copy, PartialEq)]
enum Yield {
    Nothing,
    Number(f64),
    Unknown,
}

impl Query {
    /// What the query yields without data; `None` where it yields nothing, or nobody knows.
    pub fn without_data(&self) -> Option<Fallback> {
        match yields(&self.expr) {
            Yield::Number(value) if value.is_finite() => Some(Fallback {
                value,
                whole: measures_whole(&self.expr),
            }),
            _ => None,
        }
    }

    /// True where the query is sure to yield nothing without data.
    pub fn is_empty_without_data(&self) -> bool {
        yields(&self.expr) == Yield::Nothing
    }
}

/// A quotient or a quantile: with no data it has no value, and a count has 0.
fn measures_whole(expr: &Expr) -> bool {
    match peeled(expr) {
        Expr::Binary(binary) => {
            let divides =
                operation(binary.op) == Operation::Divide && constant(&binary.rhs).is_none();
            divides || measures_whole(&binary.lhs) || measures_whole(&binary.rhs)
        }
        Expr::Call(call) => {
            call.func.name == "histogram_quantile"
                || call
                    .args
                    .args
                    .iter()
                    .any(|argument| measures_whole(argument))
        }
        Expr::Aggregate(aggregate) => {
            aggregate.op.to_string() == "quantile" || measures_whole(&aggregate.expr)
        }
        _ => false,
    }
}

fn yields(expr: &Expr) -> Yield {
    match expr {
        Expr::NumberLiteral(number) => literal(number.val).map_or(Yield::Unknown, Yield::Number),
        Expr::Paren(paren) => yields(&paren.expr),
        Expr::Unary(unary) => match yields(&unary.expr) {
            Yield::Number(value) => Yield::Number(-value),
            other => other,
        },
        Expr::Binary(binary) => of_binary(binary),
        Expr::Aggregate(aggregate) => match yields(&aggregate.expr) {
            Yield::Nothing => Yield::Nothing,
            Yield::Number(value) => match aggregate.op.to_string().as_str() {
                "sum" | "avg" | "min" | "max" => Yield::Number(value),
                "count" | "group" => Yield::Number(1.0),
                _ => Yield::Unknown,
            },
            Yield::Unknown => Yield::Unknown,
        },
        // A name that a template argument stands for may be a number.
        Expr::VectorSelector(selector) => match &selector.name {
            Some(name) if name.starts_with(super::tree::MARKER) => Yield::Unknown,
            _ => Yield::Nothing,
        },
        Expr::MatrixSelector(_) => Yield::Nothing,
        Expr::Call(call) => of_call(call),
        _ => Yield::Unknown,
    }
}

fn of_binary(binary: &BinaryExpr) -> Yield {
    let (left, right) = (yields(&binary.lhs), yields(&binary.rhs));
    let is_unless = binary.op.to_string() == "unless";
    match (operation(binary.op), left, right) {
        (_, Yield::Unknown, _) => Yield::Unknown,
        (Operation::Or, Yield::Nothing, right) => right,
        (Operation::Or, left, _) => left,
        (Operation::Keep, left, Yield::Nothing) if is_unless => left,
        (Operation::Keep, Yield::Number(left), Yield::Number(_)) if !is_unless => {
            Yield::Number(left)
        }
        (Operation::Keep, _, Yield::Number(_)) if is_unless => Yield::Nothing,
        (_, Yield::Nothing, _) | (_, _, Yield::Nothing) => Yield::Nothing,
        (Operation::Compare(how), Yield::Number(left), Yield::Number(right)) => {
            match (how.holds(left, right), binary.return_bool()) {
                (holds, true) => Yield::Number(f64::from(u8::from(holds))),
                (true, false) => Yield::Number(left),
                (false, false) => Yield::Nothing,
            }
        }
        (operation, Yield::Number(left), Yield::Number(right)) => {
            calculated(operation, left, right).map_or(Yield::Unknown, Yield::Number)
        }
        _ => Yield::Unknown,
    }
}

fn of_call(call: &Call) -> Yield {
    let Some(first) = call.args.args.first() else {
        // `time()` and its like.
        return Yield::Unknown;
    };
    // Its quantile comes first.
    let index = usize::from(matches!(
        call.func.name,
        "histogram_quantile" | "quantile_over_time"
    ));
    let inner = yields(call.args.args.get(index).unwrap_or(first));
    match (call.func.name, inner) {
        ("absent" | "absent_over_time", Yield::Nothing) => Yield::Number(1.0),
        ("absent" | "absent_over_time", Yield::Number(_)) => Yield::Nothing,
        ("vector" | "scalar", inner @ Yield::Number(_)) => inner,
        ("sum" | "sort" | "sort_desc" | "label_replace" | "label_join", inner) => inner,
        ("scalar" | "histogram_fraction", _) => Yield::Unknown,
        (_, Yield::Nothing) => Yield::Nothing,
        _ => Yield::Unknown,
    }
}
