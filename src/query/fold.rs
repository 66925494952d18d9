//! Constants: expressions that always are one number.

use super::tree::{Comparator, Operation, literal, operation};
use promql_parser::parser::{BinaryExpr, Expr};

/// A comparison of what varies with a constant, the constant on the right.
pub(super) fn compared(binary: &BinaryExpr, how: Comparator) -> Option<(&Expr, Comparator, f64)> {
    match (constant(&binary.lhs), constant(&binary.rhs)) {
        (None, Some(value)) => Some((&binary.lhs, how, value)),
        (Some(value), None) => Some((&binary.rhs, how.turned(), value)),
        _ => None,
    }
}

/// The number that an expression always is: `14.4 * (1 - 0.999)`, `scalar(vector(2))`.
pub(super) fn constant(expr: &Expr) -> Option<f64> {
    let value = match expr {
        Expr::NumberLiteral(number) => literal(number.val)?,
        Expr::Paren(paren) => constant(&paren.expr)?,
        Expr::Unary(unary) => -constant(&unary.expr)?,
        Expr::Call(call) if matches!(call.func.name, "vector" | "scalar") => {
            constant(call.args.args.first()?)?
        }
        Expr::Binary(binary) => {
            let (left, right) = (constant(&binary.lhs)?, constant(&binary.rhs)?);
            calculated(operation(binary.op), left, right)?
        }
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// An arithmetic operation; `None` for any other.
pub(super) fn calculated(operation: Operation, left: f64, right: f64) -> Option<f64> {
    Some(match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        Operation::Modulo => left % right,
        Operation::Power => left.powf(right),
        _ => return None,
    })
}
