//! The lines of a policy that an evaluation can reach, and those that one reached.

use super::walk::children;
use regorus::{
    Engine,
    unstable::{Expr, Literal, LiteralStmt, Module, Query, Rule, RuleHead},
};
use std::collections::BTreeSet;

/// The lines with something to evaluate, from 1, by the same account as [`evaluated`].
pub(super) fn of(module: &Module) -> BTreeSet<u32> {
    let mut lines = BTreeSet::new();
    for rule in &module.policy {
        match rule.as_ref() {
            Rule::Default { value, .. } => expression(value, &mut lines),
            Rule::Spec { head, bodies, .. } => {
                match head {
                    RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                        if let Some(assign) = assign {
                            expression(&assign.value, &mut lines);
                        }
                    }
                    RuleHead::Set { key, .. } => {
                        if let Some(key) = key {
                            expression(key, &mut lines);
                        }
                    }
                }
                for body in bodies {
                    query(&body.query, &mut lines);
                }
            }
        }
    }
    lines
}

fn query(query: &Query, lines: &mut BTreeSet<u32>) {
    for statement in &query.stmts {
        literal(statement, lines);
    }
}

fn literal(statement: &LiteralStmt, lines: &mut BTreeSet<u32>) {
    match &statement.literal {
        Literal::SomeVars { .. } => {}
        Literal::SomeIn {
            value, collection, ..
        } => {
            expression(value, lines);
            expression(collection, lines);
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => expression(expr, lines),
        Literal::Every {
            domain, query: all, ..
        } => {
            expression(domain, lines);
            self::query(all, lines);
        }
    }
}

/// What a comprehension makes is left out, as the engine leaves it out.
fn expression(outer: &Expr, lines: &mut BTreeSet<u32>) {
    if let Expr::ArrayCompr { query: body, .. }
    | Expr::SetCompr { query: body, .. }
    | Expr::ObjectCompr { query: body, .. } = outer
    {
        return self::query(body, lines);
    }
    lines.insert(outer.span().line);
    for inner in children(outer) {
        expression(inner, lines);
    }
}

/// Paths of modules, each with the lines that this engine evaluated. It must have been told to count them.
pub(super) fn evaluated(engine: &Engine) -> Vec<(String, BTreeSet<u32>)> {
    let Ok(report) = engine.get_coverage_report() else {
        return Vec::new();
    };
    let files = report.files.into_iter();
    files.map(|file| (file.path, file.covered)).collect()
}
