//! Functions that conftest adds to those of OPA, and those of Rego v0 that the engine has no more.

use crate::{
    document::{
        read::{self, Format},
        source::Source,
    },
    policy::{
        interpreter::one_line,
        portable::{self, strings},
        refusal::{self, PolicyProblem, at},
        value, walk,
    },
};
use regorus::{
    Engine, Value,
    unstable::{Expr, Module},
};
use std::{collections::BTreeMap, io, ops::Deref};

const PARSE: &str = "parse_config";
const PARSE_FILE: &str = "parse_config_file";
const PARSE_FILES: &str = "parse_combined_config_files";

/// The functions that policies of this contract have beside those of the engine.
pub(in crate::policy) fn names(is_v0: bool) -> &'static [&'static str] {
    const ALL: [&str; 7] = [
        PARSE,
        PARSE_FILE,
        PARSE_FILES,
        "sprintf",
        "any",
        "all",
        "re_match",
    ];
    match is_v0 {
        true => &ALL,
        false => &ALL[..4],
    }
}

/// What keeps modules, tests among them, from being used, with the functions that they have here.
pub(in crate::policy) fn author_problems(
    modules: &[(String, String)],
    is_v0: bool,
    files: &[(String, String)],
) -> Vec<PolicyProblem> {
    let mut problems = refusal::problems(modules, is_v0, names(is_v0));
    if problems.is_empty() {
        let parsed = parsed_modules(modules, is_v0);
        problems = config_calls(&Vec::from_iter(&parsed), files).1;
    }
    problems
}

/// Makes the functions known to an engine, with the answers that these modules ask for.
///
/// # Errors
/// Where the engine knows one of the name already.
pub(in crate::policy) fn extend_for(
    modules: &[(String, String)],
    is_v0: bool,
    files: &[(String, String)],
    engine: &mut Engine,
) -> Result<(), String> {
    let parsed = parsed_modules(modules, is_v0);
    let (calls, _) = config_calls(&Vec::from_iter(&parsed), files);
    calls.extend(engine, is_v0)
}

fn parsed_modules(modules: &[(String, String)], is_v0: bool) -> Vec<Module> {
    let read = |(path, text): &(String, String)| portable::parsed(path, text, is_v0).ok();
    modules.iter().filter_map(read).collect()
}

/// What calls of `parse_config_file` and `parse_combined_config_files` answer, by what they are asked. It is known when
/// a pack is loaded: a policy opens no file.
#[derive(Debug, Clone, Default)]
pub(in crate::policy) struct ConfigCalls {
    one: BTreeMap<String, Value>,
    many: BTreeMap<Vec<String>, Value>,
}

/// What the modules ask for, and what is wrong with it.
pub(in crate::policy) fn config_calls(
    modules: &[&Module],
    files: &[(String, String)],
) -> (ConfigCalls, Vec<PolicyProblem>) {
    let files: BTreeMap<&str, &str> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (mut calls, mut problems) = (ConfigCalls::default(), Vec::new());
    for module in modules {
        for rule in &module.policy {
            walk::rule(rule, &mut |expression| {
                if let Expr::Call { fcn, params, .. } = expression {
                    let arguments = params.iter().map(Deref::deref).collect::<Vec<_>>();
                    let read = calls.add(fcn.span().text(), &arguments, &files);
                    problems.extend(read.err().map(|message| at(expression, message)));
                }
            });
        }
    }
    (calls, problems)
}

impl ConfigCalls {
    fn add(
        &mut self,
        name: &str,
        arguments: &[&Expr],
        files: &BTreeMap<&str, &str>,
    ) -> Result<(), String> {
        let (known, argument) = match (name, arguments) {
            (PARSE, [parser, ..]) => {
                return strings(parser)
                    .iter()
                    .try_for_each(|name| format(name).map(drop));
            }
            (PARSE_FILE, [argument, ..]) => (false, *argument),
            (PARSE_FILES, [argument, ..]) => (true, *argument),
            _ => return Ok(()),
        };
        let paths = strings(argument);
        let is_complete = match argument {
            Expr::Array { items, .. } => items.len() == paths.len(),
            _ => paths.len() == 1,
        };
        if !is_complete {
            return Err(format!(
                "`{name}` takes paths that are written out here: a policy opens no file by itself"
            ));
        }
        let module = argument.span().source.get_path().clone();
        let (mut values, mut listed) = (Vec::new(), Vec::new());
        for path in &paths {
            let path = joined(&module, path);
            let Some(text) = files.get(path.as_str()) else {
                return Err(format!(
                    "`{path}` is no file of the pack, and policies read no other; the formats are YAML, JSON and TOML"
                ));
            };
            let named = std::path::Path::new(&path);
            let format = Format::of(named).ok_or_else(|| format!("`{path}` has no format"))?;
            let value = parsed(&path, text, format)?;
            listed.push((path, value.clone()));
            values.push(value);
        }
        let is_other = match (known, values.pop()) {
            (false, Some(value)) => {
                let key = paths.concat();
                self.one
                    .insert(key, value.clone())
                    .is_some_and(|old| old != value)
            }
            _ => {
                let value = combined(listed);
                self.many
                    .insert(paths, value.clone())
                    .is_some_and(|old| old != value)
            }
        };
        match is_other {
            true => Err(format!(
                "`{name}` means another file by this path elsewhere in the pack, and only one can be told"
            )),
            false => Ok(()),
        }
    }

    /// Makes the functions known to an engine.
    ///
    /// # Errors
    /// Where the engine knows one of the name already.
    pub(in crate::policy) fn extend(self, engine: &mut Engine, is_v0: bool) -> Result<(), String> {
        let Self { one, many } = self;
        let said = |error: anyhow::Error| one_line(&error.to_string());
        engine
            .add_extension(PARSE.into(), 2, Box::new(parse_config))
            .map_err(said)?;
        let file = move |arguments: Vec<Value>| -> anyhow::Result<Value> {
            Ok(one
                .get(&text(&arguments, 0)?)
                .cloned()
                .ok_or_else(|| unread(PARSE_FILE))?)
        };
        engine
            .add_extension(PARSE_FILE.into(), 1, Box::new(file))
            .map_err(said)?;
        let files = move |arguments: Vec<Value>| -> anyhow::Result<Value> {
            let list = arguments.first().and_then(|list| list.as_array().ok());
            let paths = list.into_iter().flat_map(|list| list.iter());
            let paths: Vec<String> = paths
                .filter_map(|path| Some(path.as_string().ok()?.to_string()))
                .collect();
            Ok(many
                .get(&paths)
                .cloned()
                .ok_or_else(|| unread(PARSE_FILES))?)
        };
        engine
            .add_extension(PARSE_FILES.into(), 1, Box::new(files))
            .map_err(said)?;
        engine
            .add_extension("sprintf".into(), 2, Box::new(print))
            .map_err(said)?;
        if is_v0 {
            engine
                .add_extension("any".into(), 1, Box::new(any))
                .map_err(said)?;
            engine
                .add_extension("all".into(), 1, Box::new(all))
                .map_err(said)?;
            engine
                .add_extension("re_match".into(), 2, Box::new(re_match))
                .map_err(said)?;
        }
        Ok(())
    }
}

fn unread(name: &str) -> io::Error {
    io::Error::other(format!(
        "`{name}` was asked for what was not read beforehand"
    ))
}

fn text(arguments: &[Value], at: usize) -> io::Result<String> {
    let text = arguments.get(at).and_then(|value| value.as_string().ok());
    let text = text.ok_or_else(|| io::Error::other("a string is needed here"))?;
    Ok(text.to_string())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine calls extensions so"
)]
fn parse_config(arguments: Vec<Value>) -> anyhow::Result<Value> {
    let format = format(&text(&arguments, 0)?).map_err(io::Error::other)?;
    let value = parsed("text", &text(&arguments, 1)?, format);
    Ok(value.map_err(io::Error::other)?)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine calls extensions so"
)]
fn print(arguments: Vec<Value>) -> anyhow::Result<Value> {
    Ok(super::sprintf::sprintf(&arguments)?)
}

/// True where one of them is.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine calls extensions so"
)]
fn any(arguments: Vec<Value>) -> anyhow::Result<Value> {
    Ok(Value::from(
        elements(&arguments).contains(&Value::Bool(true)),
    ))
}

/// True where all of them are.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine calls extensions so"
)]
fn all(arguments: Vec<Value>) -> anyhow::Result<Value> {
    let is_true = |value: &Value| *value == Value::Bool(true);
    Ok(Value::from(elements(&arguments).iter().all(is_true)))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the engine calls extensions so"
)]
fn re_match(arguments: Vec<Value>) -> anyhow::Result<Value> {
    let pattern = regex::Regex::new(&text(&arguments, 0)?)?;
    Ok(Value::from(pattern.is_match(&text(&arguments, 1)?)))
}

fn elements(arguments: &[Value]) -> Vec<Value> {
    match arguments.first() {
        Some(Value::Array(items)) => items.iter().cloned().collect(),
        Some(Value::Set(items)) => items.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The format of a parser's name.
fn format(name: &str) -> Result<Format, String> {
    match name {
        "yaml" => Ok(Format::Yaml),
        "json" => Ok(Format::Json),
        "jsonc" => Ok(Format::Jsonc),
        "toml" => Ok(Format::Toml),
        other => Err(format!(
            "`parse_config` knows \"yaml\", \"json\", \"jsonc\" and \"toml\" here, and not \"{other}\""
        )),
    }
}

/// The whole of a text.
fn parsed(name: &str, text: &str, format: Format) -> Result<Value, String> {
    let source = Source::new(name, text.to_owned());
    let parsed = read::parse_as_platform(&source, format);
    if let Some(error) = parsed.errors.first() {
        return Err(format!(
            "`{name}` is no {}: {}",
            format.name(),
            error.message
        ));
    }
    let (configurations, is_list) = read::configurations(&parsed, &source, format);
    let values = configurations.iter().map(|one| match one.node() {
        Some(node) => value::from_whole_node(node),
        None => Value::Null,
    });
    let mut values = Vec::from_iter(values);
    match (is_list, values.pop()) {
        (false, Some(value)) => Ok(value),
        (_, last) => {
            values.extend(last);
            Ok(Value::from(values))
        }
    }
}

/// `[{"path": .., "contents": ..}]`
fn combined(files: Vec<(String, Value)>) -> Value {
    let mut entries = Vec::new();
    for (path, value) in files {
        let parts = match value {
            Value::Array(items) => items.iter().cloned().collect(),
            one => vec![one],
        };
        for contents in parts {
            let path = Value::from(path.as_str());
            entries.push(value::object([("path", path), ("contents", contents)]));
        }
    }
    Value::from(entries)
}

/// A path beside a module, without `.` and `..` where that is possible.
fn joined(module: &str, path: &str) -> String {
    let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    let is_absolute = module.starts_with('/');
    format!("{}{}", if is_absolute { "/" } else { "" }, parts.join("/"))
}
