//! Every expression of a policy, in the order of its text.

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule, RuleHead};
use std::ops::Deref;

/// Shows `visit` each expression of a rule: heads, bodies, and what is inside of them.
pub(super) fn rule<'r>(rule: &'r Rule, visit: &mut dyn FnMut(&'r Expr)) {
    match rule {
        Rule::Default { value, .. } => expression(value, visit),
        Rule::Spec { head, bodies, .. } => {
            let (refr, assign, rest) = match head {
                RuleHead::Compr { refr, assign, .. } => (refr, assign.as_ref(), &[][..]),
                RuleHead::Func {
                    refr, args, assign, ..
                } => (refr, assign.as_ref(), args.as_slice()),
                RuleHead::Set { refr, key, .. } => (refr, None, key.as_slice()),
            };
            // The name of the rule itself is no reference; what stands in brackets after it is.
            head_keys(refr, visit);
            rest.iter().for_each(|argument| expression(argument, visit));
            if let Some(assign) = assign {
                expression(&assign.value, visit);
            }
            for body in bodies {
                if let Some(assign) = &body.assign {
                    expression(&assign.value, visit);
                }
                query(&body.query, visit);
            }
        }
    }
}

/// The reference that is a rule's name, with what stands in brackets after it.
pub(super) fn head(rule: &Rule) -> &Expr {
    match rule {
        Rule::Spec {
            head:
                RuleHead::Compr { refr, .. } | RuleHead::Func { refr, .. } | RuleHead::Set { refr, .. },
            ..
        }
        | Rule::Default { refr, .. } => refr,
    }
}

fn head_keys<'r>(refr: &'r Expr, visit: &mut dyn FnMut(&'r Expr)) {
    match refr {
        Expr::RefDot { refr, .. } => head_keys(refr, visit),
        Expr::RefBrack { refr, index, .. } => {
            head_keys(refr, visit);
            expression(index, visit);
        }
        _ => {}
    }
}

fn query<'r>(query: &'r Query, visit: &mut dyn FnMut(&'r Expr)) {
    for statement in &query.stmts {
        literal(statement, visit);
    }
}

/// The same of one statement of a body.
pub(super) fn literal<'r>(statement: &'r LiteralStmt, visit: &mut dyn FnMut(&'r Expr)) {
    match &statement.literal {
        Literal::SomeVars { .. } => {}
        Literal::SomeIn { collection, .. } => expression(collection, visit),
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => expression(expr, visit),
        Literal::Every {
            domain, query: all, ..
        } => {
            expression(domain, visit);
            query(all, visit);
        }
    }
    for with in &statement.with_mods {
        expression(&with.r#as, visit);
    }
}

fn expression<'r>(outer: &'r Expr, visit: &mut dyn FnMut(&'r Expr)) {
    visit(outer);
    if let Expr::ArrayCompr { query: body, .. }
    | Expr::SetCompr { query: body, .. }
    | Expr::ObjectCompr { query: body, .. } = outer
    {
        query(body, visit);
    }
    for inner in children(outer) {
        match (outer, inner) {
            // What a reference begins with is no reference of its own.
            (
                Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. },
                Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. },
            ) if std::ptr::eq(inner, refr.deref()) => indices(inner, visit),
            _ => expression(inner, visit),
        }
    }
}

/// What is inside of a part of a reference: the expressions in brackets, and what it is taken of if that is no name.
fn indices<'r>(part: &'r Expr, visit: &mut dyn FnMut(&'r Expr)) {
    match part {
        Expr::Var { .. } => {}
        Expr::RefDot { refr, .. } => indices(refr, visit),
        Expr::RefBrack { refr, index, .. } => {
            indices(refr, visit);
            expression(index, visit);
        }
        other => expression(other, visit),
    }
}

/// The expressions directly inside of this one; the bodies of comprehensions are queries of their own.
pub(super) fn children(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Array { items, .. } | Expr::Set { items, .. } => {
            items.iter().map(Deref::deref).collect()
        }
        Expr::Object { fields, .. } => fields
            .iter()
            .flat_map(|(_, key, value)| [key.deref(), value.deref()])
            .collect(),
        Expr::ArrayCompr { term, .. } | Expr::SetCompr { term, .. } => vec![term],
        Expr::ObjectCompr { key, value, .. } => vec![key, value],
        Expr::Call { params, .. } => params.iter().map(Deref::deref).collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::RefDot { refr, .. } => vec![refr],
        Expr::RefBrack { refr, index, .. } => vec![refr, index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => key
            .iter()
            .map(Deref::deref)
            .chain([value.deref(), collection.deref()])
            .collect(),
        _ => Vec::new(),
    }
}
