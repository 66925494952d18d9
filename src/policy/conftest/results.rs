//! What rules of conftest's contract said, read from the engine's values.

use crate::{
    document::{Pointer, Step},
    policy::answer::{Failure, RuleAnswer},
};
use regorus::Value;

/// What the rules of a pack said to one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConftestAnswer {
    /// In the order of the rules.
    pub results: Vec<ConftestResult>,
    /// Rules that failed.
    pub failures: Vec<Failure>,
}

/// One message of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConftestResult {
    /// The rule's id.
    pub rule: String,
    /// What is wrong, in the rule's words.
    pub message: String,
    /// Where, as far as the rule says so.
    pub place: ResultPlace,
    /// True where an `exception` of the package names the rule.
    pub excepted: bool,
}

/// Where a rule says that something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultPlace {
    /// It says nothing.
    Head,
    /// A path into the input.
    At(Pointer),
    /// A line, from 1, of a file; of the one at hand where none is named.
    Line(Option<String>, usize),
}

/// The messages in the answers of rules. What conftest would pass over in silence is a failure of the rule.
pub(in crate::policy) fn answer(answers: Vec<RuleAnswer>) -> ConftestAnswer {
    let mut all = ConftestAnswer::default();
    for RuleAnswer { rule, said } in answers {
        let read = said.and_then(|said| results(&rule, &said.finding));
        match read {
            Ok(results) => all.results.extend(results),
            Err(reason) => all.failures.push(Failure { rule, reason }),
        }
    }
    all
}

fn results(rule: &str, said: &Value) -> Result<Vec<ConftestResult>, String> {
    let excepted = said["excepted"] == Value::Bool(true);
    let mut results = Vec::new();
    match &said["results"] {
        Value::Array(items) => {
            for item in items.iter() {
                results.extend(result(rule, item, excepted)?);
            }
        }
        Value::Set(items) => {
            for item in items.iter() {
                results.extend(result(rule, item, excepted)?);
            }
        }
        // As rules are before any of their bodies holds.
        Value::Null | Value::Undefined | Value::Bool(false) => {}
        Value::String(text) if text.is_empty() => {}
        other => {
            return Err(format!(
                "it is {}, and no set of messages: conftest passes over it in silence; write `contains`",
                kind(other)
            ));
        }
    }
    Ok(results)
}

/// `None` for an empty message, with which a rule passes.
fn result(rule: &str, item: &Value, excepted: bool) -> Result<Option<ConftestResult>, String> {
    let (message, place) = match item {
        Value::String(text) => (text.to_string(), ResultPlace::Head),
        Value::Object(_) => match item["msg"].as_string() {
            Ok(text) => (text.to_string(), place(item)),
            Err(_) => {
                return Err(format!("a result has no `msg` that is a string: {item}"));
            }
        },
        other => {
            return Err(format!(
                "a result is {}, and neither a string nor an object with `msg`: conftest passes over it in silence",
                kind(other)
            ));
        }
    };
    Ok((!message.is_empty()).then(|| ConftestResult {
        rule: rule.to_owned(),
        message,
        place,
        excepted,
    }))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Object(_) => "an object",
        Value::Array(_) | Value::Set(_) => "a list",
        Value::Null | Value::Undefined => "null",
    }
}

fn place(item: &Value) -> ResultPlace {
    let line = &item["_loc"]["line"];
    if let Some(line) = line
        .as_u64()
        .ok()
        .and_then(|line| usize::try_from(line).ok())
    {
        let file = item["_loc"]["file"].as_string().ok();
        return ResultPlace::Line(file.map(|file| file.to_string()), line);
    }
    for key in ["at", "path"] {
        let pointer = match &item[key] {
            Value::Array(steps) => steps.iter().map(step).collect(),
            Value::String(text) => path(text),
            _ => None,
        };
        if let Some(pointer) = pointer {
            return ResultPlace::At(pointer);
        }
    }
    ResultPlace::Head
}

fn step(step: &Value) -> Option<Step> {
    match step {
        Value::String(key) => Some(Step::Key(key.to_string())),
        other => Some(Step::Index(usize::try_from(other.as_u64().ok()?).ok()?)),
    }
}

/// `spec.template.spec.containers[0].image`, or a pointer of RFC 6901.
fn path(text: &str) -> Option<Pointer> {
    if text.starts_with('/') {
        return Some(Pointer::parse(text));
    }
    let mut pointer = Pointer::default();
    for part in text.split('.') {
        let mut names = part.split('[');
        let name = names.next().unwrap_or_default();
        if !name.is_empty() {
            pointer = pointer.key(name);
        }
        for index in names {
            let index = index.strip_suffix(']')?;
            pointer = match index.parse() {
                Ok(index) => pointer.index(index),
                Err(_) => pointer.key(index.trim_matches(['"', '\''])),
            };
        }
    }
    (!pointer.is_root()).then_some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_in_the_forms_that_people_write() {
        for (written, pointer) in [
            ("spec.containers[0].image", "/spec/containers/0/image"),
            ("/spec/replicas", "/spec/replicas"),
            ("metadata.labels[\"a/b\"]", "/metadata/labels/a~1b"),
        ] {
            let found = path(written).map(|pointer| pointer.to_string());
            assert_eq!(found.as_deref(), Some(pointer), "{written}");
        }
        assert_eq!(path("a[0"), None);
        assert_eq!(path(""), None);
    }
}
