//! Whether one expression counts a part of what another one counts, as errors are a part of all
//! requests. Both are compared as they are built: wrappers, metric, window, and the matchers.

use super::{
    Query,
    fold::constant,
    tree::{Operation, operation, peeled},
};
use promql_parser::{
    label::{MatchOp, Matcher},
    parser::{BinaryExpr, Expr, VectorSelector},
};

/// What one query is to another one.
#[derive(Debug, Clone, PartialEq)]
pub enum PartOf {
    /// It counts some of what the other one counts, or all of it.
    Within,
    /// Both are the same.
    Same,
    /// It counts nothing that the other one counts: the label, and what each asks of it.
    Apart(String),
    /// It is the other one subtracted from a part of it, so it is never above 0.
    Negative,
}

impl Query {
    /// What this query is to `total`; `None` where their texts do not tell.
    pub fn part_of(&self, total: &Self) -> Option<PartOf> {
        let (own, total) = (peeled(&self.expr), peeled(&total.expr));
        if own == total {
            return Some(PartOf::Same);
        }
        if let Expr::Binary(binary) = own
            && operation(binary.op) == Operation::Subtract
            && is_within(&binary.lhs, &binary.rhs)
        {
            return Some(PartOf::Negative);
        }
        relation(own, total)
    }
}

/// True where `part` counts a part of what `total` counts, both as written.
pub(super) fn is_within(part: &Expr, total: &Expr) -> bool {
    matches!(relation(part, total), Some(PartOf::Within | PartOf::Same))
}

/// True for `a - b`, where `a` is a part of `b` and `b` of the total: it lies between the total
/// below 0, and 0.
pub(super) fn is_shortfall(above: &Expr, total: &Expr) -> bool {
    let Expr::Binary(binary) = peeled(above) else {
        return false;
    };
    operation(binary.op) == Operation::Subtract
        && is_within(&binary.lhs, &binary.rhs)
        && is_within(&binary.rhs, total)
}

fn relation(part: &Expr, total: &Expr) -> Option<PartOf> {
    let (part, total) = (counted(part), guarded(total));
    if part == total {
        return Some(PartOf::Same);
    }
    match (part, total) {
        // What remains of all after a part is taken away is a part.
        (Expr::Binary(rest), _) if is_rest(rest, total) => Some(PartOf::Within),
        (Expr::Aggregate(part), Expr::Aggregate(total)) => {
            let alike = part.op == total.op
                && part.modifier == total.modifier
                && matches!(part.op.to_string().as_str(), "sum" | "count");
            alike.then(|| relation(&part.expr, &total.expr)).flatten()
        }
        (Expr::Call(part), Expr::Call(total)) => {
            let name = part.func.name;
            let alike = name == total.func.name
                && matches!(name, "rate" | "increase" | "irate" | "count_over_time");
            let (part, total) = (part.args.args.first()?, total.args.args.first()?);
            alike.then(|| relation(part, total)).flatten()
        }
        (Expr::MatrixSelector(part), Expr::MatrixSelector(total)) => {
            let alike = part.range == total.range;
            alike.then(|| selected(&part.vs, &total.vs)).flatten()
        }
        (Expr::VectorSelector(part), Expr::VectorSelector(total)) => selected(part, total),
        _ => None,
    }
}

fn is_rest(rest: &BinaryExpr, total: &Expr) -> bool {
    operation(rest.op) == Operation::Subtract
        && peeled(&rest.lhs) == total
        && is_within(&rest.rhs, total)
}

/// A part without what only fills its gaps: `... or vector(0)`.
fn counted(part: &Expr) -> &Expr {
    match peeled(part) {
        Expr::Binary(binary)
            if operation(binary.op) == Operation::Or && constant(&binary.rhs) == Some(0.0) =>
        {
            counted(&binary.lhs)
        }
        other => other,
    }
}

/// A total without what keeps it from being 0: `clamp_min(..., 1)`, `... > 0`.
fn guarded(total: &Expr) -> &Expr {
    match peeled(total) {
        Expr::Call(call) if call.func.name == "clamp_min" => {
            call.args.args.first().map_or(total, |inner| guarded(inner))
        }
        Expr::Binary(binary)
            if matches!(operation(binary.op), Operation::Compare(_))
                && !binary.return_bool()
                && constant(&binary.rhs).is_some() =>
        {
            guarded(&binary.lhs)
        }
        other => other,
    }
}

fn selected(part: &VectorSelector, total: &VectorSelector) -> Option<PartOf> {
    if part.offset != total.offset || part.at != total.at {
        return None;
    }
    let has_alternatives = |selector: &VectorSelector| !selector.matchers.or_matchers.is_empty();
    if has_alternatives(part) || has_alternatives(total) {
        return None;
    }
    let buckets = buckets(part, total)?;
    let own = || part.matchers.matchers.iter();
    let mut implied = true;
    for asked in &total.matchers.matchers {
        if buckets && asked.name == "le" {
            continue;
        }
        let mut same = own().filter(|matcher| matcher.name == asked.name);
        if let Some(other) = same.clone().find(|matcher| are_apart(matcher, asked)) {
            return Some(PartOf::Apart(format!(
                "{} and {}",
                shown(other),
                shown(asked)
            )));
        }
        implied &= allows_all(asked) || same.any(|matcher| implies(matcher, asked));
    }
    implied.then_some(PartOf::Within)
}

/// True for a histogram: any of its buckets is a part of its last one and of its count. `None` where
/// the metrics differ otherwise.
fn buckets(part: &VectorSelector, total: &VectorSelector) -> Option<bool> {
    let (Some(own), Some(all)) = (part.name.as_deref(), total.name.as_deref()) else {
        return (part.name == total.name).then_some(false);
    };
    let le = |selector: &VectorSelector| selector.matchers.find_matchers("le");
    match (own.strip_suffix("_bucket"), all.strip_suffix("_count")) {
        (Some(own), Some(all)) if own == all => (le(part).len() == 1).then_some(true),
        _ if own != all => None,
        _ => {
            let last = le(total).first().is_some_and(|le| le.value == "+Inf");
            Some(last && le(part).len() == 1)
        }
    }
}

/// As a query has it.
fn shown(matcher: &Matcher) -> String {
    format!("`{}{}\"{}\"`", matcher.name, matcher.op, matcher.value)
}

fn allows_all(matcher: &Matcher) -> bool {
    matches!(&matcher.op, MatchOp::Re(_)) && matches!(matcher.value.as_str(), ".*" | "(.*)")
}

/// True where everything that `own` lets through `asked` lets through too.
fn implies(own: &Matcher, asked: &Matcher) -> bool {
    if own == asked {
        return true;
    }
    if is_templated(own) || is_templated(asked) {
        return false;
    }
    match &own.op {
        MatchOp::Equal => asked.is_match(&own.value),
        MatchOp::Re(_) => match shapes(&own.value) {
            None => false,
            Some(own) => match &asked.op {
                _ if own.iter().all(|shape| !shape.contains(&None)) => {
                    own.iter().all(|shape| asked.is_match(&text(shape)))
                }
                MatchOp::NotEqual => own.iter().all(|shape| !fits(shape, &asked.value)),
                MatchOp::Re(_) => shapes(&asked.value).is_some_and(|asked| {
                    own.iter()
                        .all(|shape| asked.iter().any(|other| covers(other, shape)))
                }),
                MatchOp::NotRe(_) => shapes(&asked.value).is_some_and(|asked| {
                    own.iter()
                        .all(|shape| asked.iter().all(|other| !overlap(other, shape)))
                }),
                MatchOp::Equal => false,
            },
        },
        _ => false,
    }
}

/// True where nothing that one lets through the other one does.
fn are_apart(own: &Matcher, asked: &Matcher) -> bool {
    if is_templated(own) || is_templated(asked) {
        return false;
    }
    match (&own.op, &asked.op) {
        (MatchOp::Equal, _) => !asked.is_match(&own.value),
        (_, MatchOp::Equal) => !own.is_match(&asked.value),
        (MatchOp::Re(_), MatchOp::Re(_)) => match (shapes(&own.value), shapes(&asked.value)) {
            (Some(own), Some(asked)) => own
                .iter()
                .all(|own| asked.iter().all(|asked| !overlap(own, asked))),
            _ => false,
        },
        _ => false,
    }
}

fn is_templated(matcher: &Matcher) -> bool {
    matcher.value.contains(super::tree::MARKER)
}

/// A text of known length; `None` stands for any character.
type TextShape = Vec<Option<char>>;

/// The alternatives of a regular expression that is made of characters and dots alone: `2..|3..`.
fn shapes(pattern: &str) -> Option<Vec<TextShape>> {
    let inner = pattern
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let alternatives = inner.unwrap_or(pattern).split('|');
    alternatives.map(shape).collect()
}

fn shape(alternative: &str) -> Option<TextShape> {
    let parts = alternative.chars().map(|character| match character {
        '.' => Some(None),
        _ if character.is_alphanumeric() || "_-:/ ".contains(character) => Some(Some(character)),
        _ => None,
    });
    parts.collect()
}

fn text(shape: &TextShape) -> String {
    shape.iter().flatten().collect()
}

fn fits(shape: &TextShape, text: &str) -> bool {
    let text: TextShape = text.chars().map(Some).collect();
    covers(shape, &text)
}

/// True where every text of `inner` is one of `outer`.
fn covers(outer: &TextShape, inner: &TextShape) -> bool {
    outer.len() == inner.len()
        && outer
            .iter()
            .zip(inner)
            .all(|(outer, inner)| outer.is_none() || outer == inner)
}

/// True where some text is of both.
fn overlap(one: &TextShape, other: &TextShape) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.is_none() || other.is_none() || one == other)
}
