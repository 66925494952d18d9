//! The numbers that an expression can yield: its constants folded, and bounds for the rest.

use super::{
    Query,
    fold::{compared, constant},
    part,
    tree::{Comparator, Operation, operation, peeled},
};
use promql_parser::parser::{AggregateExpr, BinaryExpr, Call, Expr};

/// The least and the greatest number that an expression yields where it yields any. NaN is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Not below this; may be infinite.
    pub low: f64,
    /// Not above this; may be infinite.
    pub high: f64,
}

impl Bounds {
    const ANY: Self = Self::new(f64::NEG_INFINITY, f64::INFINITY);
    const POSITIVE: Self = Self::new(0.0, f64::INFINITY);
    const SHARE: Self = Self::new(0.0, 1.0);

    const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    fn is_bounded(self) -> bool {
        self.low.is_finite() || self.high.is_finite()
    }

    /// Bounds of a sum, a difference or a product come from the ends.
    fn ends(self, other: Self, apply: impl Fn(f64, f64) -> f64) -> Self {
        let pairs = [
            (self.low, other.low),
            (self.low, other.high),
            (self.high, other.low),
            (self.high, other.high),
        ];
        let values = pairs.map(|(left, right)| apply(left, right));
        if values.iter().any(|value| value.is_nan()) {
            return Self::ANY;
        }
        Self::new(
            values.into_iter().fold(f64::INFINITY, f64::min),
            values.into_iter().fold(f64::NEG_INFINITY, f64::max),
        )
    }

    fn union(self, other: Self) -> Self {
        Self::new(self.low.min(other.low), self.high.max(other.high))
    }

    /// Whether a comparison of a number within these bounds with `value` can hold. An end that lies
    /// as near to the value as rounding moves it counts as the value.
    fn meets(self, how: Comparator, value: f64) -> bool {
        let noise = 1e-9 * value.abs().max(1.0);
        match how {
            Comparator::Above => self.high > value + noise,
            Comparator::AtLeast => self.high >= value - noise,
            Comparator::Below => self.low < value - noise,
            Comparator::AtMost => self.low <= value + noise,
            Comparator::Equal => self.low <= value + noise && self.high >= value - noise,
            Comparator::Unequal => true,
        }
    }
}

impl Query {
    /// The numbers that the whole query can yield; `None` where nothing is known of them.
    pub fn bounds(&self) -> Option<Bounds> {
        Some(bounds(&self.expr)).filter(|bounds| bounds.is_bounded())
    }

    /// The comparison that can never hold, so that the query never yields anything: what is compared
    /// (its bounds), and the number. `None` where it may hold.
    pub fn impossible(&self) -> Option<(Bounds, f64)> {
        impossible(&self.expr)
    }
}

/// A filter that lets nothing through empties what is around it, save `or` and functions that
/// answer to emptiness.
fn impossible(expr: &Expr) -> Option<(Bounds, f64)> {
    match expr {
        Expr::Paren(paren) => impossible(&paren.expr),
        Expr::Aggregate(aggregate) => impossible(&aggregate.expr),
        Expr::Binary(binary) => match operation(binary.op) {
            Operation::Or => impossible(&binary.rhs).and(impossible(&binary.lhs)),
            Operation::Compare(how) if !binary.return_bool() => {
                let inside = || impossible(&binary.lhs).or_else(|| impossible(&binary.rhs));
                unmet(binary, how).or_else(inside)
            }
            // `unless` keeps what is on its left where its right is empty.
            Operation::Keep if binary.op.to_string() == "unless" => impossible(&binary.lhs),
            _ => impossible(&binary.lhs).or_else(|| impossible(&binary.rhs)),
        },
        _ => None,
    }
}

/// The side that varies and the number, where they can never compare so.
fn unmet(binary: &BinaryExpr, how: Comparator) -> Option<(Bounds, f64)> {
    let (varying, how, value) = compared(binary, how)?;
    let bounds = bounds(varying);
    (!bounds.meets(how, value)).then_some((bounds, value))
}

pub(super) fn bounds(expr: &Expr) -> Bounds {
    if let Some(value) = constant(expr) {
        return Bounds::new(value, value);
    }
    match expr {
        Expr::Paren(paren) => bounds(&paren.expr),
        Expr::Unary(unary) => {
            let inner = bounds(&unary.expr);
            Bounds::new(-inner.high, -inner.low)
        }
        Expr::Binary(binary) => of_binary(binary),
        Expr::Aggregate(aggregate) => of_aggregate(aggregate),
        Expr::Call(call) => of_call(call),
        Expr::VectorSelector(selector) => of_name(selector.name.as_deref().unwrap_or_default()),
        _ => Bounds::ANY,
    }
}

/// Metrics whose values everybody knows.
fn of_name(name: &str) -> Bounds {
    if name == "up" || name == "probe_success" || is_error_ratio(name) {
        Bounds::SHARE
    } else {
        Bounds::ANY
    }
}

/// A recorded share of failures by its name, as Sloth and many others call it:
/// `slo:sli_error:ratio_rate5m`, `job:request_errors:ratio_rate5m`.
pub(super) fn is_error_ratio(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_share =
        name.contains("ratio_rate") || name.ends_with("_ratio") || name.ends_with(":ratio");
    is_share && (name.contains("error") || name.contains("failure")) && !name.contains("percent")
}

fn of_binary(binary: &BinaryExpr) -> Bounds {
    let (left, right) = (bounds(&binary.lhs), bounds(&binary.rhs));
    match operation(binary.op) {
        Operation::Divide => quotient(binary, left, right),
        Operation::Add => left.ends(right, |left, right| left + right),
        Operation::Subtract if part::is_within(&binary.lhs, &binary.rhs) => {
            Bounds::new(f64::NEG_INFINITY, 0.0)
        }
        Operation::Subtract if part::is_within(&binary.rhs, &binary.lhs) => Bounds::POSITIVE,
        Operation::Subtract => left.ends(right, |left, right| left - right),
        Operation::Multiply => left.ends(right, product),
        Operation::Compare(_) if binary.return_bool() => Bounds::SHARE,
        Operation::Compare(how) => filtered(binary, how, left, right),
        Operation::Or => left.union(right),
        Operation::Keep => left,
        _ => Bounds::ANY,
    }
}

/// Nothing times infinity is nothing, as far as ends are concerned.
fn product(left: f64, right: f64) -> f64 {
    if left == 0.0 || right == 0.0 {
        0.0
    } else {
        left * right
    }
}

fn quotient(binary: &BinaryExpr, left: Bounds, right: Bounds) -> Bounds {
    if part::is_within(&binary.lhs, &binary.rhs) {
        return Bounds::SHARE;
    }
    // `100 * errors / total` is read as `(100 * errors) / total`.
    if let Some((factor, part)) = multiplied(&binary.lhs)
        && part::is_within(part, &binary.rhs)
    {
        return Bounds::SHARE.ends(Bounds::new(factor, factor), product);
    }
    if let Some(by) = constant(&binary.rhs).filter(|by| *by != 0.0) {
        return left.ends(Bounds::new(by, by), |left, by| left / by);
    }
    // `(good - total) / total` keeps the sign of what is above.
    if part::is_shortfall(&binary.lhs, &binary.rhs) {
        return Bounds::new(-1.0, 0.0);
    }
    match (left.low >= 0.0, left.high <= 0.0, right.low >= 0.0) {
        (true, _, true) => Bounds::POSITIVE,
        (_, true, true) => Bounds::new(f64::NEG_INFINITY, 0.0),
        _ => Bounds::ANY,
    }
}

/// A constant and what it is multiplied with.
fn multiplied(expr: &Expr) -> Option<(f64, &Expr)> {
    let Expr::Binary(binary) = peeled(expr) else {
        return None;
    };
    if operation(binary.op) != Operation::Multiply {
        return None;
    }
    let left = constant(&binary.lhs).map(|factor| (factor, binary.rhs.as_ref()));
    left.or_else(|| Some((constant(&binary.rhs)?, binary.lhs.as_ref())))
}

/// What a filter lets through. The values are those of the vector, on whichever side it stands.
fn filtered(binary: &BinaryExpr, how: Comparator, left: Bounds, right: Bounds) -> Bounds {
    let Some((_, how, value)) = compared(binary, how) else {
        return left;
    };
    let kept = if constant(&binary.lhs).is_some() {
        right
    } else {
        left
    };
    let passed = match how {
        Comparator::Above | Comparator::AtLeast => Bounds::new(kept.low.max(value), kept.high),
        Comparator::Below | Comparator::AtMost => Bounds::new(kept.low, kept.high.min(value)),
        Comparator::Equal => Bounds::new(value, value),
        Comparator::Unequal => kept,
    };
    // What lets nothing through yields no number, and any bounds hold.
    match passed.low <= passed.high {
        true => passed,
        false => kept,
    }
}

fn of_aggregate(aggregate: &AggregateExpr) -> Bounds {
    let inner = bounds(&aggregate.expr);
    match aggregate.op.to_string().as_str() {
        "sum" if inner.low >= 0.0 => Bounds::POSITIVE,
        "sum" if inner.high <= 0.0 => Bounds::new(f64::NEG_INFINITY, 0.0),
        "avg" | "min" | "max" | "quantile" | "topk" | "bottomk" => inner,
        "count" => Bounds::new(1.0, f64::INFINITY),
        "group" => Bounds::new(1.0, 1.0),
        "stddev" | "stdvar" => Bounds::POSITIVE,
        _ => Bounds::ANY,
    }
}

fn of_call(call: &Call) -> Bounds {
    let argument = |index: usize| call.args.args.get(index).map(AsRef::as_ref);
    let first = argument(0);
    let inner = first.map_or(Bounds::ANY, bounds);
    match call.func.name {
        "rate" | "increase" | "irate" => first.map_or(Bounds::ANY, counted),
        "absent" | "absent_over_time" => Bounds::new(1.0, 1.0),
        "count_over_time" => Bounds::new(1.0, f64::INFINITY),
        "changes" | "resets" => Bounds::POSITIVE,
        "abs" | "sqrt" => Bounds::POSITIVE,
        "sort" | "sort_desc" | "label_replace" | "label_join" | "scalar" | "vector" => inner,
        "clamp_min" => match argument(1).and_then(constant) {
            Some(least) => Bounds::new(inner.low.max(least), inner.high.max(least)),
            None => Bounds::ANY,
        },
        "clamp_max" => match argument(1).and_then(constant) {
            Some(most) => Bounds::new(inner.low.min(most), inner.high.min(most)),
            None => Bounds::ANY,
        },
        "clamp" => match (
            argument(1).and_then(constant),
            argument(2).and_then(constant),
        ) {
            (Some(least), Some(most)) if least <= most => {
                Bounds::new(inner.low.clamp(least, most), inner.high.clamp(least, most))
            }
            _ => Bounds::ANY,
        },
        "avg_over_time" | "min_over_time" | "max_over_time" | "last_over_time" => {
            first.map_or(Bounds::ANY, over_time)
        }
        _ => Bounds::ANY,
    }
}

/// How fast a counter grows. A `_sum` may hold negative values, and then it is none.
fn counted(range: &Expr) -> Bounds {
    match peeled(range) {
        Expr::MatrixSelector(matrix) => {
            let name = matrix.vs.name.as_deref().unwrap_or("_sum");
            if name.ends_with("_sum") {
                Bounds::ANY
            } else {
                Bounds::POSITIVE
            }
        }
        _ => Bounds::ANY,
    }
}

fn over_time(range: &Expr) -> Bounds {
    match peeled(range) {
        Expr::MatrixSelector(matrix) => of_name(matrix.vs.name.as_deref().unwrap_or_default()),
        Expr::Subquery(subquery) => bounds(&subquery.expr),
        _ => Bounds::ANY,
    }
}
