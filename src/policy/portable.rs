//! What policies may not use, because the engine that ships and OPA would answer differently, or not end.
//!
//! What the engine itself refuses when it loads a policy (template strings, names bound twice, a line that begins
//! with `(` after a name) needs no entry here.

use super::{
    answer::Failure,
    interpreter::one_line,
    walk::{children, head},
};
use regorus::{
    Source,
    unstable::{
        BUILTINS, BoolOp, Expr, Literal, LiteralStmt, Module, Parser, Query, Rule, RuleBody,
        RuleHead,
    },
};
use std::{collections::BTreeSet, error::Error, ops::Deref};

/// Builtins that policies may not call, each with its reason.
pub const FORBIDDEN_BUILTINS: &[(&str, &str)] = &[
    (
        "bits.lsh",
        "a large shift does not end, and no time limit reaches it",
    ),
    (
        "numbers.range",
        "a long range takes all memory, and no time limit reaches it",
    ),
    (
        "numbers.range_step",
        "a long range takes all memory, and no time limit reaches it",
    ),
    ("rand.intn", "the same input must give the same findings"),
    (
        "time.now_ns",
        "the same input must give the same findings; today is `data.servelint.day`",
    ),
    ("uuid.rfc4122", "the same input must give the same findings"),
    ("http.send", "policies read no network"),
    ("opa.runtime", "policies read no environment"),
    (
        "json.filter",
        "the engine that ships takes a path with a leading slash for another one; use `object.filter`",
    ),
];

/// Something that a policy may not use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyRefusal {
    /// The policy's file.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// What is refused, and why.
    pub reason: String,
}

/// Everything in this policy that it may not use, in the order of its lines. Tests (`*_test.rego`) may also use
/// `with` and any data.
pub fn refusals(path: &str, text: &str) -> Result<Vec<PolicyRefusal>, Failure> {
    let module = parsed(path, text, false).map_err(|error| Failure {
        rule: path.to_owned(),
        reason: one_line(&error.to_string()),
    })?;
    let mut check = PortabilityCheck::of(path, &module);
    for rule in &module.policy {
        check.rule(rule);
    }
    check.refusals.sort();
    check.refusals.dedup();
    Ok(check.refusals)
}

/// A policy in the syntax of Rego v1, or of v0.
pub(super) fn parsed(path: &str, text: &str, is_v0: bool) -> Result<Module, Box<dyn Error>> {
    let source = Source::from_contents(path.to_owned(), text.to_owned())?;
    let mut parser = Parser::new(&source)?;
    if !is_v0 {
        parser.enable_rego_v1()?;
    }
    Ok(parser.parse()?)
}

/// One walk over a module.
struct PortabilityCheck<'m> {
    path: &'m str,
    /// The names that the module declares or imports.
    names: BTreeSet<String>,
    /// Those of rules without arguments that have a body or read something, so that they may be undefined.
    values: BTreeSet<String>,
    /// The references that the bodies around this place read in any case: where one is undefined there is no finding.
    read: Vec<String>,
    refusals: Vec<PolicyRefusal>,
}

impl<'m> PortabilityCheck<'m> {
    fn of(path: &'m str, module: &Module) -> Self {
        let (mut names, mut values) = (BTreeSet::new(), BTreeSet::new());
        for import in &module.imports {
            let path = import.refr.span().text();
            let name = match &import.r#as {
                Some(name) => name.text(),
                None => path.rsplit('.').next().unwrap_or_default(),
            };
            names.insert(name.to_owned());
        }
        for rule in &module.policy {
            let name = root(head(rule)).unwrap_or_default();
            if may_be_undefined(rule) {
                values.insert(name.clone());
            }
            names.insert(name);
        }
        Self {
            path,
            names,
            values,
            read: Vec::new(),
            refusals: Vec::new(),
        }
    }

    fn refuse(&mut self, at: &Expr, reason: impl Into<String>) {
        self.refusals.push(PolicyRefusal {
            file: self.path.to_owned(),
            line: at.span().line,
            reason: reason.into(),
        });
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("_test.rego")
    }

    fn rule(&mut self, rule: &Rule) {
        let Rule::Spec { head, bodies, .. } = rule else {
            return;
        };
        let (refr, more) = match head {
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (refr, assign.as_ref().map(|assign| assign.value.deref()))
            }
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref().map(Deref::deref)),
        };
        let mut said = vec![refr.deref()];
        said.extend(more);
        for expression in &said {
            self.expression(expression);
        }
        for RuleBody { assign, query, .. } in bodies {
            let mut made = said.clone();
            if let Some(assign) = assign {
                self.expression(&assign.value);
                made.push(&assign.value);
            }
            self.query(query, made.into_iter());
        }
    }

    /// A body, and what is made of it where it holds.
    fn query<'e>(&mut self, query: &'e Query, made: impl Iterator<Item = &'e Expr>) {
        let outside = self.read.len();
        made.for_each(|expression| references(expression, &mut self.read));
        for statement in &query.stmts {
            if let Literal::Expr { expr, .. }
            | Literal::SomeIn {
                collection: expr, ..
            } = &statement.literal
            {
                references(expr, &mut self.read);
            }
        }
        for statement in &query.stmts {
            self.statement(statement);
        }
        self.read.truncate(outside);
    }

    fn statement(&mut self, statement: &LiteralStmt) {
        for with in &statement.with_mods {
            if !self.is_test() {
                self.refuse(
                    &with.refr,
                    "`with` belongs to tests: the engine that ships loses rules that are first read below it",
                );
            }
            self.expression(&with.r#as);
        }
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { collection, .. } => self.expression(collection),
            Literal::Expr { expr, .. } => self.expression(expr),
            Literal::NotExpr { expr, .. } => {
                // Tests run in both engines, which shows what a scan can only suspect.
                if !self.is_test() {
                    self.negated(expr);
                }
                self.expression(expr);
            }
            Literal::Every { domain, query, .. } => {
                self.expression(domain);
                self.query(query, std::iter::empty());
            }
        }
    }

    /// Below `not`, OPA reads the arguments of calls and operators first, and the body ends where one is undefined;
    /// in the engine that ships `not` holds there. Only `==` compares in place in both.
    fn negated(&mut self, expression: &Expr) {
        let is_plain = matches!(
            expression,
            Expr::Var { .. }
                | Expr::RefDot { .. }
                | Expr::RefBrack { .. }
                | Expr::BoolExpr { op: BoolOp::Eq, .. }
        );
        if is_comprehension(expression) {
            return;
        }
        for argument in children(expression) {
            if !is_plain && self.may_be_undefined(argument) {
                let argument = argument.span().text();
                let what = format!(
                    "`{argument}` below `not`: OPA ends the body where it is undefined, the engine that ships does not; bind it first"
                );
                self.refuse(expression, what);
            } else {
                self.negated(argument);
            }
        }
    }

    fn may_be_undefined(&self, expression: &Expr) -> bool {
        let text = expression.span().text();
        match expression {
            Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                !self.read.iter().any(|read| is_within(read, text))
            }
            Expr::Var { .. } => self.values.contains(text),
            _ => false,
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Call { fcn, params, .. } => self.call(expression, fcn.span().text(), params),
            Expr::RefDot { .. } if root(expression).as_deref() == Some("data") => {
                self.data(expression)
            }
            Expr::ArrayCompr { query, term, .. } | Expr::SetCompr { query, term, .. } => {
                self.query(query, [term.deref()].into_iter());
            }
            Expr::ObjectCompr {
                query, key, value, ..
            } => self.query(query, [key.deref(), value.deref()].into_iter()),
            _ => {}
        }
        for child in children(expression) {
            self.expression(child);
        }
    }

    fn data(&mut self, expression: &Expr) {
        let is_library = self.path.split('/').any(|part| part == "lib");
        if !is_library && !self.is_test() {
            self.refuse(expression, "`data` belongs to libraries: each such reference walks over all modules, and another rule's findings are not ready");
        }
    }

    fn call(&mut self, call: &Expr, name: &str, arguments: &[impl Deref<Target = Expr>]) {
        if let Some((_, reason)) = FORBIDDEN_BUILTINS
            .iter()
            .find(|(forbidden, _)| *forbidden == name)
        {
            return self.refuse(call, format!("`{name}`: {reason}"));
        }
        let is_own = self.names.contains(name.split('.').next().unwrap_or(name));
        if !is_own && name != "print" && !BUILTINS.contains_key(name) {
            return self.refuse(
                call,
                format!("`{name}` is no function that the engine that ships has"),
            );
        }
        match (name, arguments) {
            ("walk", [_]) => self.refuse(call, "`[path, value] := walk(x)` binds nothing in the engine that ships; write `walk(x, [path, value])`"),
            ("json.remove", [_, paths]) if strings(paths).iter().any(|path| path.starts_with('/')) => {
                self.refuse(call, "the engine that ships ignores paths of `json.remove` that begin with a slash");
            }
            ("sprintf", [format, _]) if strings(format).iter().any(|format| !is_plain_format(format)) => {
                self.refuse(call, "`sprintf` takes `%s`, `%v`, `%d`, `%q` and `%%` without flags: the others print differently");
            }
            _ => {}
        }
    }
}

/// True where the reference `read` leads to what `outer` refers to, or into it.
fn is_within(read: &str, outer: &str) -> bool {
    match read.strip_prefix(outer) {
        Some(rest) => rest.is_empty() || rest.starts_with(['.', '[']),
        None => false,
    }
}

/// True for a rule without arguments that has a body or reads something.
fn may_be_undefined(rule: &Rule) -> bool {
    let Rule::Spec {
        head: RuleHead::Compr { assign, .. },
        bodies,
        ..
    } = rule
    else {
        return false;
    };
    let mut read = Vec::new();
    assign
        .iter()
        .for_each(|assign| references(&assign.value, &mut read));
    !read.is_empty() || bodies.iter().any(|body| !body.query.stmts.is_empty())
}

/// The name that a reference starts with.
pub(super) fn root(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => root(refr),
        _ => None,
    }
}

/// Whether this makes a collection of its own body, and so is never undefined.
fn is_comprehension(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. }
    )
}

/// The references in an expression, as they are written; a comprehension is never undefined.
fn references(expression: &Expr, found: &mut Vec<String>) {
    if let Expr::RefDot { span, .. } | Expr::RefBrack { span, .. } = expression {
        found.push(span.text().to_owned());
    }
    if is_comprehension(expression) {
        return;
    }
    for child in children(expression) {
        references(child, found);
    }
}

/// The texts that are written here, alone or in an array.
pub(super) fn strings(expression: &Expr) -> Vec<String> {
    match expression {
        Expr::String { value, .. } | Expr::RawString { value, .. } => value
            .as_string()
            .map(|text| text.to_string())
            .into_iter()
            .collect(),
        Expr::Array { items, .. } => items.iter().flat_map(|item| strings(item)).collect(),
        _ => Vec::new(),
    }
}

/// Whether every verb of a format prints the same in both engines.
fn is_plain_format(format: &str) -> bool {
    format
        .replace("%%", "")
        .split('%')
        .skip(1)
        .all(|rest| rest.starts_with(['s', 'v', 'd', 'q']))
}
