//! The tree of a query: what several answers need to know of it.

use promql_parser::parser::{Expr, VectorSelector, token::TokenType};

/// How the name of a template argument begins, in the texts that are parsed.
pub(super) const MARKER: &str = "template_argument_";

/// What stands for a number that only an argument knows. Nobody writes this one.
pub(super) const UNKNOWN_TEXT: &str = "0.731058578630048";
const UNKNOWN: f64 = 0.731_058_578_630_048;

/// The number of a literal; `None` where an argument stands for it.
pub(super) fn literal(value: f64) -> Option<f64> {
    (value.to_bits() != UNKNOWN.to_bits()).then_some(value)
}

/// An operator, whatever its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Compare(Comparator),
    Or,
    /// `and`, `unless`: what is on the left, or less of it.
    Keep,
    Other,
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparator {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
}

impl Comparator {
    /// With its sides in each other's place.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Above => Self::Below,
            Self::AtLeast => Self::AtMost,
            Self::Below => Self::Above,
            Self::AtMost => Self::AtLeast,
            same => same,
        }
    }

    /// Whether it holds between two numbers.
    pub(super) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Above => left > right,
            Self::AtLeast => left >= right,
            Self::Below => left < right,
            Self::AtMost => left <= right,
            Self::Equal => (left - right).abs() == 0.0,
            Self::Unequal => (left - right).abs() != 0.0,
        }
    }
}

/// The meaning of an operator. The parser shows its tokens only as text.
pub(super) fn operation(token: TokenType) -> Operation {
    match token.to_string().as_str() {
        "+" => Operation::Add,
        "-" => Operation::Subtract,
        "*" => Operation::Multiply,
        "/" => Operation::Divide,
        "%" => Operation::Modulo,
        "^" => Operation::Power,
        ">" => Operation::Compare(Comparator::Above),
        ">=" => Operation::Compare(Comparator::AtLeast),
        "<" => Operation::Compare(Comparator::Below),
        "<=" => Operation::Compare(Comparator::AtMost),
        "==" => Operation::Compare(Comparator::Equal),
        "!=" => Operation::Compare(Comparator::Unequal),
        "or" => Operation::Or,
        "and" | "unless" => Operation::Keep,
        _ => Operation::Other,
    }
}

/// The expression within its parentheses.
pub(super) fn peeled(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => peeled(&paren.expr),
        _ => expr,
    }
}

/// The expressions right below one.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Aggregate(aggregate) => {
            let param = aggregate.param.as_deref();
            param.into_iter().chain([aggregate.expr.as_ref()]).collect()
        }
        Expr::Unary(unary) => vec![&unary.expr],
        Expr::Binary(binary) => vec![&binary.lhs, &binary.rhs],
        Expr::Paren(paren) => vec![&paren.expr],
        Expr::Subquery(subquery) => vec![&subquery.expr],
        Expr::Call(call) => call.args.args.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    }
}

/// All selectors of an expression, in their order.
pub(super) fn selectors(expr: &Expr) -> Vec<&VectorSelector> {
    match expr {
        Expr::VectorSelector(selector) => vec![selector],
        Expr::MatrixSelector(matrix) => vec![&matrix.vs],
        _ => children(expr).into_iter().flat_map(selectors).collect(),
    }
}
