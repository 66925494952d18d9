//! Burn rates: a share of failures compared with a factor times an error budget.

use super::{
    Query,
    fold::{compared, constant},
    numbers::is_error_ratio,
    part,
    tree::{Comparator, Operation, children, operation, peeled, selectors},
};
use crate::units;
use promql_parser::parser::{BinaryExpr, Expr};
use regex::Regex;
use std::sync::LazyLock;

/// The end of the name of a recorded rate: `ratio_rate1h`, `burnrate5m`.
static WINDOW: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:rate_?|[:_])([0-9]+[smhdw])\b").ok());

/// Different burn rates of one query; generators write two.
const MOST: usize = 64;

/// A burn rate that a query compares with, and the windows over which it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Burn {
    /// `gt`, `gte`, `lt` or `lte`.
    pub op: &'static str,
    /// How many times the budget.
    pub factor: f64,
    /// The error budget, in (0,1).
    pub budget: f64,
    /// Seconds of the windows, as they occur.
    pub windows: Vec<f64>,
}

impl Query {
    /// The burn rates that the query compares with, in order.
    pub fn burns(&self) -> Vec<Burn> {
        let mut burns = Vec::new();
        collect(&self.expr, &mut burns);
        burns
    }
}

fn collect(expr: &Expr, burns: &mut Vec<Burn>) {
    if let Expr::Binary(binary) = expr
        && let Operation::Compare(how) = operation(binary.op)
        && let Some(burn) = burn(binary, how)
    {
        let same = |known: &&mut Burn| {
            (known.op, known.factor, known.budget) == (burn.op, burn.factor, burn.budget)
        };
        if let Some(known) = burns.iter_mut().find(same) {
            known.windows.extend(burn.windows);
        } else if burns.len() < MOST {
            burns.push(burn);
        }
    }
    for child in children(expr) {
        collect(child, burns);
    }
}

fn burn(binary: &BinaryExpr, how: Comparator) -> Option<Burn> {
    let (share, how, value) = compared(binary, how)?;
    let op = match how {
        Comparator::Above => "gt",
        Comparator::AtLeast => "gte",
        Comparator::Below => "lt",
        Comparator::AtMost => "lte",
        Comparator::Equal | Comparator::Unequal => return None,
    };
    let bound = if constant(&binary.lhs).is_some() {
        &binary.lhs
    } else {
        &binary.rhs
    };
    let (share, factor, budget) = match (product(bound), divided(share)) {
        (Some((factor, budget)), _) => (share, factor, budget),
        (None, Some((share, budget))) => (share, value, budget),
        (None, None) => return None,
    };
    (factor > 0.0 && budget > 0.0 && budget < 1.0 && is_share(share, factor, budget)).then(|| {
        Burn {
            op,
            factor,
            budget,
            windows: windows(share),
        }
    })
}

/// A factor and a budget: `14.4 * 0.001`, `14.4 * (1 - 0.999)`.
fn product(bound: &Expr) -> Option<(f64, f64)> {
    let inner = match bound {
        Expr::Call(call) if matches!(call.func.name, "vector" | "scalar") => {
            return product(call.args.args.first()?);
        }
        _ => peeled(bound),
    };
    let Expr::Binary(binary) = inner else {
        return None;
    };
    if operation(binary.op) != Operation::Multiply
        || [&binary.lhs, &binary.rhs]
            .iter()
            .any(|side| product(side).is_some())
    {
        return None;
    }
    let (left, right) = (constant(&binary.lhs)?, constant(&binary.rhs)?);
    // The budget is the one below 1; of two, people write the factor first.
    Some(if left < 1.0 && right >= 1.0 {
        (right, left)
    } else {
        (left, right)
    })
}

/// A share divided by its budget: `ratio / 0.001`.
fn divided(share: &Expr) -> Option<(&Expr, f64)> {
    let Expr::Binary(binary) = peeled(share) else {
        return None;
    };
    let budget = constant(&binary.rhs)?;
    (operation(binary.op) == Operation::Divide).then_some((&binary.lhs, budget))
}

/// True where what is compared is a share of failures by its name or by a division, and no percent:
/// `memory > 8e9 * 0.9` is no burn rate, and neither is `queued / replicas > 10 * 0.8`.
fn is_share(expr: &Expr, factor: f64, budget: f64) -> bool {
    if is_percent(expr) {
        return false;
    }
    let names = selectors(expr)
        .into_iter()
        .filter_map(|selector| selector.name.as_deref());
    let is_named = names.map(str::to_lowercase).any(|name| {
        is_error_ratio(&name)
            || ["ratio", "burn", "error"]
                .iter()
                .any(|word| name.contains(word))
    });
    // Nobody multiplies by 14.4 for another reason.
    let is_usual = factor <= 40.0 && (budget < 0.2 || [14.4, 13.44].contains(&factor));
    is_named || is_rest(expr) || quotient(expr).is_some_and(|is_certain| is_certain || is_usual)
}

/// True for `1 - good / total`.
fn is_rest(expr: &Expr) -> bool {
    match peeled(expr) {
        Expr::Binary(binary) => {
            operation(binary.op) == Operation::Subtract
                && constant(&binary.lhs) == Some(1.0)
                && quotient(&binary.rhs).is_some()
        }
        Expr::Aggregate(aggregate) => is_rest(&aggregate.expr),
        _ => false,
    }
}

/// Whether there is a division of one measurement by another, and it certainly is that of a part.
fn quotient(expr: &Expr) -> Option<bool> {
    if let Expr::Binary(binary) = expr
        && operation(binary.op) == Operation::Divide
        && constant(&binary.rhs).is_none()
    {
        return Some(part::is_within(&binary.lhs, &binary.rhs));
    }
    children(expr).into_iter().find_map(quotient)
}

fn is_percent(expr: &Expr) -> bool {
    if let Expr::Binary(binary) = expr {
        let sides = [constant(&binary.lhs), constant(&binary.rhs)];
        let hundred = match operation(binary.op) {
            Operation::Multiply => sides.contains(&Some(100.0)),
            Operation::Divide => sides[1] == Some(0.01),
            _ => false,
        };
        if hundred {
            return true;
        }
    }
    children(expr).into_iter().any(is_percent)
}

/// The seconds over which an expression looks back, by its ranges and by the names of what was
/// recorded.
fn windows(expr: &Expr) -> Vec<f64> {
    match expr {
        Expr::MatrixSelector(matrix) => vec![matrix.range.as_secs_f64()],
        Expr::VectorSelector(selector) => {
            let name = selector.name.as_deref().unwrap_or_default();
            let Some(pattern) = WINDOW.as_ref() else {
                return Vec::new();
            };
            let written = pattern.captures_iter(name).filter_map(|found| found.get(1));
            written
                .filter_map(|text| units::duration_seconds(text.as_str()).ok())
                .collect()
        }
        Expr::Subquery(subquery) => vec![subquery.range.as_secs_f64()],
        _ => children(expr).into_iter().flat_map(windows).collect(),
    }
}
