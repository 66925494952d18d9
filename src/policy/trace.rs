//! Which conditions of a rule held for an input, and the values of the first that did not.
//!
//! The engine says only what a rule finds. So the module of the rule is compiled again with questions of ours behind its
//! text: for each body, how often its first conditions hold together, one more each time.

use super::{
    evaluate::Evaluator,
    interpreter::{one_line, run},
    limit::EvaluationLimit,
    lines, portable,
    question::Question,
    refusal::PolicyProblem,
    walk,
};
use regorus::{
    Engine, Value,
    unstable::{Expr, LiteralStmt, Module, Rule, RuleHead, Span},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, time::Duration};

/// What our questions are called in the package of the rule.
const QUESTION: &str = "servelint_trace";
/// The longest that one of them may take.
const LONGEST_QUESTION: Duration = Duration::from_secs(3);
/// Further values of one reference are left out.
const MOST_VALUES: usize = 3;
/// Characters of one value.
const LONGEST_VALUE: usize = 160;

/// What a rule made of an input.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RuleTrace {
    /// What keeps the rule from being asked at all.
    pub problems: Vec<PolicyProblem>,
    /// What it found, in its own words.
    pub findings: Vec<serde_json::Value>,
    /// What it cannot judge.
    pub unchecked: Vec<serde_json::Value>,
    /// Why it broke off.
    pub fault: Option<String>,
    /// The bodies of its file, in the order of the text, without those of functions.
    pub bodies: Vec<TracedBody>,
    /// All lines of the file that were evaluated.
    pub evaluated: BTreeSet<u32>,
}

/// One body of a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TracedBody {
    /// What it defines.
    pub name: String,
    /// Its conditions, in the order of the text.
    pub conditions: Vec<TracedCondition>,
}

/// One condition of a body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TracedCondition {
    /// Its first line, from 1.
    pub first: u32,
    /// Its last line.
    pub last: u32,
    /// How it ended.
    pub outcome: ConditionOutcome,
    /// What the references in it were, for the one that ended the body.
    pub values: Vec<TracedValue>,
}

/// How a condition ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConditionOutcome {
    /// It holds with those before it, in so many ways.
    Held(usize),
    /// It does not, whatever those before it are.
    Failed,
    /// The engine broke off in it.
    Faulted(String),
    /// One before it ended the body.
    NotReached,
    /// It cannot be asked without those after it, such as one that reads what a later one binds.
    Joined,
}

/// A reference and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedValue {
    /// As it is written.
    pub reference: String,
    /// As JSON, each once; none where it is undefined.
    pub values: Vec<String>,
    /// True where there are more.
    pub is_cut: bool,
}

/// The rule that is traced.
pub(super) struct TraceSubject<'s> {
    pub path: &'s str,
    pub text: &'s str,
    pub is_v0: bool,
    /// `data.acme.rules.cost["cost-center"]`
    pub package: String,
}

/// Compiles the rule with this text in the place of its own.
type Compile<'c> = &'c dyn Fn(&str) -> Result<Evaluator, String>;

/// What the rule makes of `question`.
pub(super) fn of(
    subject: &TraceSubject<'_>,
    question: &Question,
    compile: Compile<'_>,
) -> RuleTrace {
    let mut trace = RuleTrace::default();
    let asked = answered(subject, question, compile, &mut trace);
    if let Err(reason) = asked {
        trace.fault = Some(reason);
    }
    match portable::parsed(subject.path, subject.text, subject.is_v0) {
        Ok(module) => {
            let asker = Asker {
                subject,
                question,
                compile,
            };
            trace.bodies = asker.bodies(&module);
        }
        Err(error) => trace.fault = Some(one_line(&error.to_string())),
    }
    trace
}

fn answered(
    subject: &TraceSubject<'_>,
    question: &Question,
    compile: Compile<'_>,
    trace: &mut RuleTrace,
) -> Result<(), String> {
    let mut engine = compile(subject.text)?.prepared(question)?;
    engine.set_enable_coverage(true);
    let mut counting = engine.clone();
    let found = ask(&mut counting, subject, "finding", question);
    let unchecked = ask(&mut engine, subject, "unchecked", question);
    for (path, lines) in lines::evaluated(&counting)
        .into_iter()
        .chain(lines::evaluated(&engine))
    {
        if path == subject.path {
            trace.evaluated.extend(lines);
        }
    }
    trace.findings = members(&found?);
    trace.unchecked = members(&unchecked.unwrap_or(Value::Undefined));
    Ok(())
}

fn ask(
    engine: &mut Engine,
    subject: &TraceSubject<'_>,
    name: &str,
    question: &Question,
) -> Result<Value, String> {
    let query = format!("{}.{name}", subject.package);
    run(engine, &query, question.input.clone())
}

/// The members of a set or an array, as JSON.
fn members(value: &Value) -> Vec<serde_json::Value> {
    let json = |member: &Value| serde_json::to_value(member).unwrap_or_default();
    match value {
        Value::Set(set) => set.iter().map(json).collect(),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Undefined => Vec::new(),
        other => vec![json(other)],
    }
}

/// Asks the rule's module our questions.
struct Asker<'a> {
    subject: &'a TraceSubject<'a>,
    question: &'a Question,
    compile: Compile<'a>,
}

impl Asker<'_> {
    fn bodies(&self, module: &Module) -> Vec<TracedBody> {
        let mut bodies = Vec::new();
        for rule in &module.policy {
            let Rule::Spec {
                head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. },
                bodies: own,
                ..
            } = rule.as_ref()
            else {
                continue;
            };
            let name = portable::root(refr).unwrap_or_default();
            for body in own.iter().filter(|body| !body.query.stmts.is_empty()) {
                bodies.push(TracedBody {
                    name: name.clone(),
                    conditions: self.conditions(&body.query.stmts),
                });
            }
        }
        bodies
    }

    fn conditions(&self, statements: &[LiteralStmt]) -> Vec<TracedCondition> {
        let texts: Vec<&str> = statements
            .iter()
            .map(|statement| text_of(&statement.span))
            .collect();
        let counts = self.counts(&texts);
        let mut conditions = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            let outcome = match counts.get(index) {
                None => ConditionOutcome::NotReached,
                Some(TraceAnswer::Unaskable) => ConditionOutcome::Joined,
                Some(TraceAnswer::Fault(reason)) => ConditionOutcome::Faulted(reason.clone()),
                Some(TraceAnswer::Found(values)) if values.is_empty() => ConditionOutcome::Failed,
                Some(TraceAnswer::Found(values)) => ConditionOutcome::Held(values.len()),
            };
            let ends = matches!(
                outcome,
                ConditionOutcome::Failed | ConditionOutcome::Faulted(_)
            );
            let lines = u32::try_from(texts[index].matches('\n').count()).unwrap_or_default();
            conditions.push(TracedCondition {
                first: statement.span.line,
                last: statement.span.line.saturating_add(lines),
                outcome,
                values: match ends {
                    true => self.values(&texts[..index], statement),
                    false => Vec::new(),
                },
            });
        }
        conditions
    }

    /// How often the first conditions hold together: the first, the first two, and so on.
    fn counts(&self, texts: &[&str]) -> Vec<TraceAnswer> {
        let questions: Vec<String> = (1..=texts.len())
            .map(|length| format!("[1 | {}]", texts[..length].join("\n")))
            .collect();
        self.asked(&questions, true)
    }

    /// What the references of a condition are where those before it hold.
    fn values(&self, before: &[&str], statement: &LiteralStmt) -> Vec<TracedValue> {
        let references = references(statement);
        let questions: Vec<String> = references
            .iter()
            .map(|reference| {
                let mut conditions = before.join("\n");
                conditions.push_str(&format!("\n{QUESTION}_value := {reference}"));
                format!("[{QUESTION}_value | {}]", conditions.trim_start())
            })
            .collect();
        let mut values = Vec::new();
        for (reference, asked) in references.into_iter().zip(self.asked(&questions, false)) {
            let TraceAnswer::Found(found) = asked else {
                continue;
            };
            let mut shown: Vec<String> = Vec::new();
            for value in &found {
                let text = cut(&value.to_string());
                if !shown.contains(&text) {
                    shown.push(text);
                }
            }
            let is_cut = shown.len() > MOST_VALUES;
            shown.truncate(MOST_VALUES);
            values.push(TracedValue {
                reference,
                values: shown,
                is_cut,
            });
        }
        values
    }

    /// The answers to questions behind the text of the module; one by one where they do not compile together. With
    /// `until_none` those behind the first that finds nothing are not asked, as nobody needs their answers.
    fn asked(&self, questions: &[String], until_none: bool) -> Vec<TraceAnswer> {
        let together = self.engine(questions);
        let mut answers = Vec::new();
        for (number, question) in questions.iter().enumerate() {
            let mut answer = TraceAnswer::Unaskable;
            if let Some(engine) = &together {
                answer = self.answer(engine, number);
            }
            if matches!(answer, TraceAnswer::Unaskable)
                && let Some(engine) = self.engine(std::slice::from_ref(question))
            {
                answer = self.answer(&engine, 0);
            }
            let is_last = match &answer {
                TraceAnswer::Found(values) => values.is_empty(),
                TraceAnswer::Fault(_) => true,
                TraceAnswer::Unaskable => false,
            };
            answers.push(answer);
            if is_last && until_none {
                break;
            }
        }
        answers
    }

    fn engine(&self, questions: &[String]) -> Option<Engine> {
        let mut text = self.subject.text.to_owned();
        for (number, question) in questions.iter().enumerate() {
            text.push_str(&format!("\n{QUESTION}_{number} := {question}\n"));
        }
        let evaluator = (self.compile)(&text).ok()?;
        let mut engine = evaluator.prepared(self.question).ok()?;
        engine.set_execution_timer_config(EvaluationLimit::Time(LONGEST_QUESTION).timer());
        Some(engine)
    }

    fn answer(&self, engine: &Engine, number: usize) -> TraceAnswer {
        let name = format!("{QUESTION}_{number}");
        match ask(&mut engine.clone(), self.subject, &name, self.question) {
            Ok(Value::Array(values)) => TraceAnswer::Found(values.to_vec()),
            Ok(_) => TraceAnswer::Found(Vec::new()),
            Err(reason) if is_about_binding(&reason) => TraceAnswer::Unaskable,
            Err(reason) => TraceAnswer::Fault(placeless(&reason)),
        }
    }
}

/// The answer to one of our questions.
enum TraceAnswer {
    Found(Vec<Value>),
    Fault(String),
    /// It does not compile.
    Unaskable,
}

/// The references and variables of a condition, as they are written, each once.
fn references(statement: &LiteralStmt) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    walk::literal(statement, &mut |expression| {
        let is_reference = matches!(
            expression,
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }
        );
        let text = written(expression);
        if is_reference && text != "_" && text != "input" && !found.contains(&text) {
            found.push(text);
        }
    });
    found
}

/// The whole text of a condition: the engine leaves out the quotes of a string that it begins or ends with.
fn text_of(span: &Span) -> &str {
    let text = span.source.contents();
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let (mut start, mut end) = (place(span.start), place(span.end));
    let is_quote = |at: usize| matches!(text.as_bytes().get(at), Some(b'"' | b'`'));
    if start > 0 && is_quote(start - 1) {
        start -= 1;
    }
    if is_quote(end) {
        end += 1;
    }
    text.get(start..end).unwrap_or_default().trim_end()
}

/// Whether the engine refuses a question because a name in it has no value before the conditions that are left out.
fn is_about_binding(reason: &str) -> bool {
    ["is unsafe", "used before definition", "undefined variable"]
        .iter()
        .any(|part| reason.contains(part))
}

/// A reason of the engine without its place, which is in a question of ours.
fn placeless(reason: &str) -> String {
    let mut parts = reason.splitn(4, ':');
    let is_number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    let (_, line, column) = (parts.next(), parts.next(), parts.next());
    match (is_number(line) && is_number(column), parts.next()) {
        (true, Some(rest)) => rest.trim().to_owned(),
        _ => reason.to_owned(),
    }
}

/// A reference from its first name to its end: the engine places it at its end.
fn written(expression: &Expr) -> String {
    expression.span().text().trim().to_owned()
}

/// A value that is not too long for a line.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}
