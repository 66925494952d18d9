//! What `opa build -t plan` writes, as a listing.

use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

/// The listing of a plan whose entries are `servelint/rules/<category>/<id>/<finding or unchecked>`.
///
/// # Errors
/// What of the plan a listing cannot say.
pub(super) fn of_plan(plan: &Json, policies: &str) -> Result<String, String> {
    let functions = list(&plan["funcs"]["funcs"])?;
    let mut translation = Translation {
        strings: list(&plan["static"]["strings"])?
            .iter()
            .map(|entry| Ok(text(&entry["value"])?.to_owned()))
            .collect::<Result<_, String>>()?,
        functions: functions
            .iter()
            .enumerate()
            .map(|(number, function)| Ok((text(&function["name"])?.to_owned(), number)))
            .collect::<Result<_, String>>()?,
        constants: Vec::new(),
        places: HashMap::new(),
        builtins: Vec::new(),
    };
    let mut code = String::new();
    for function in functions {
        translation.function(function, &mut code)?;
    }
    let mut rules: BTreeMap<String, [Option<usize>; 2]> = BTreeMap::new();
    for (name, number) in &translation.functions {
        let Some(rest) = name.strip_prefix("g0.data.servelint.rules.") else {
            continue;
        };
        let parts = rest
            .split_once("[\"")
            .and_then(|(_, rest)| rest.split_once("\"]."));
        if let Some((id, set @ ("finding" | "unchecked"))) = parts {
            rules.entry(id.to_owned()).or_default()[usize::from(set == "unchecked")] =
                Some(*number);
        }
    }
    let mut out = format!("servelint plan 1\npolicies {policies}\n");
    for builtin in &translation.builtins {
        line(&mut out, format_args!("builtin {builtin}"));
    }
    for constant in &translation.constants {
        line(&mut out, format_args!("constant {constant}"));
    }
    for (id, sets) in rules {
        match sets {
            [Some(finding), None] => line(&mut out, format_args!("rule {id} {finding}")),
            [Some(finding), Some(unchecked)] => {
                line(&mut out, format_args!("rule {id} {finding} {unchecked}"));
            }
            [None, _] => return Err(format!("the rule `{id}` has no `finding`")),
        }
    }
    out.push_str(&code);
    Ok(out)
}

fn line(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a text does not fail.
    let _ = writeln!(out, "{line}");
}

fn list(json: &Json) -> Result<&Vec<Json>, String> {
    json.as_array().ok_or_else(|| format!("not a list: {json}"))
}

fn text(json: &Json) -> Result<&str, String> {
    json.as_str().ok_or_else(|| format!("not a text: {json}"))
}

fn whole(json: &Json) -> Result<u64, String> {
    json.as_u64().ok_or_else(|| format!("not a number: {json}"))
}

/// What was met so far.
struct Translation {
    strings: Vec<String>,
    functions: BTreeMap<String, usize>,
    /// As JSON.
    constants: Vec<String>,
    places: HashMap<String, usize>,
    builtins: Vec<String>,
}

/// The locals of a function, numbered anew from 0 without gaps.
#[derive(Default)]
struct Renumbered(HashMap<u64, usize>);

impl Renumbered {
    fn of(&mut self, local: &Json) -> Result<usize, String> {
        let next = self.0.len();
        Ok(*self.0.entry(whole(local)?).or_insert(next))
    }
}

impl Translation {
    fn function(&mut self, function: &Json, code: &mut String) -> Result<(), String> {
        let mut locals = Renumbered::default();
        let parameters = list(&function["params"])?;
        for parameter in parameters {
            locals.of(parameter)?;
        }
        let mut body = String::new();
        self.blocks(&function["blocks"], &mut locals, &mut body)?;
        let name = text(&function["name"])?;
        let name = name
            .strip_prefix("g0.data.")
            .unwrap_or(name)
            .replace(' ', "_");
        let (parameters, locals) = (parameters.len(), locals.0.len());
        line(
            code,
            format_args!("function {name} {parameters} {locals} {body}"),
        );
        Ok(())
    }

    fn blocks(
        &mut self,
        blocks: &Json,
        locals: &mut Renumbered,
        out: &mut String,
    ) -> Result<(), String> {
        for block in list(blocks)? {
            self.block(block, locals, out)?;
        }
        Ok(())
    }

    fn block(
        &mut self,
        block: &Json,
        locals: &mut Renumbered,
        out: &mut String,
    ) -> Result<(), String> {
        out.push('{');
        for statement in list(&block["stmts"])? {
            self.statement(statement, locals, out)?;
        }
        out.push('}');
        Ok(())
    }

    fn statement(
        &mut self,
        statement: &Json,
        locals: &mut Renumbered,
        out: &mut String,
    ) -> Result<(), String> {
        let (kind, parts) = (text(&statement["type"])?, &statement["stmt"]);
        let mut local = |name: &str| locals.of(&parts[name]);
        let written = match kind {
            "ResetLocalStmt" => format!("r{}", local("target")?),
            "IsDefinedStmt" => format!("i{}", local("source")?),
            "IsUndefinedStmt" => format!("u{}", local("source")?),
            "ReturnLocalStmt" => format!("v{}", local("source")?),
            "MakeArrayStmt" => format!("y{}", local("target")?),
            "MakeObjectStmt" => format!("m{}", local("target")?),
            "MakeSetStmt" => format!("t{}", local("target")?),
            "BreakStmt" => format!("k{}", whole(&parts["index"])?),
            "BlockStmt" => {
                out.push('b');
                self.blocks(&parts["blocks"], locals, out)?;
                ";".to_owned()
            }
            "NotStmt" => {
                out.push('n');
                self.block(&parts["block"], locals, out)?;
                String::new()
            }
            "ScanStmt" => {
                let (source, key, value) = (local("source")?, local("key")?, local("value")?);
                let _ = write!(out, "s{source},{key},{value}");
                self.block(&parts["block"], locals, out)?;
                String::new()
            }
            "CallStmt" => self.call(parts, locals)?,
            _ => self.plain(kind, parts, locals)?,
        };
        out.push_str(&written);
        Ok(())
    }

    fn call(&mut self, parts: &Json, locals: &mut Renumbered) -> Result<String, String> {
        let name = text(&parts["func"])?;
        let mut arguments = String::new();
        for argument in list(&parts["args"])? {
            let _ = write!(arguments, ",{}", self.operand(argument, locals)?);
        }
        let result = locals.of(&parts["result"])?;
        if let Some(number) = self.functions.get(name) {
            return Ok(format!("c{number},{result}{arguments}"));
        }
        let known = self.builtins.iter().position(|builtin| builtin == name);
        let number = known.unwrap_or(self.builtins.len());
        if known.is_none() {
            self.builtins.push(name.to_owned());
        }
        Ok(format!("f{number},{result}{arguments}"))
    }

    /// A statement that holds no other.
    fn plain(
        &mut self,
        kind: &str,
        parts: &Json,
        locals: &mut Renumbered,
    ) -> Result<String, String> {
        let mut operand = |name: &str| self.operand(&parts[name], locals);
        Ok(match kind {
            "DotStmt" => {
                let (source, key) = (operand("source")?, operand("key")?);
                format!("d{source},{key},{}", locals.of(&parts["target"])?)
            }
            "AssignVarStmt" => format!("a{},{}", operand("source")?, locals.of(&parts["target"])?),
            "AssignVarOnceStmt" => {
                format!("o{},{}", operand("source")?, locals.of(&parts["target"])?)
            }
            "LenStmt" => format!("l{},{}", operand("source")?, locals.of(&parts["target"])?),
            "EqualStmt" => format!("e{},{}", operand("a")?, operand("b")?),
            "NotEqualStmt" => format!("x{},{}", operand("a")?, operand("b")?),
            "IsArrayStmt" => format!("A{}", operand("source")?),
            "IsObjectStmt" => format!("O{}", operand("source")?),
            "IsSetStmt" => format!("S{}", operand("source")?),
            "ArrayAppendStmt" => {
                let value = operand("value")?;
                format!("p{},{value}", locals.of(&parts["array"])?)
            }
            "SetAddStmt" => {
                let value = operand("value")?;
                format!("q{},{value}", locals.of(&parts["set"])?)
            }
            "ObjectInsertStmt" | "ObjectInsertOnceStmt" => {
                let (key, value) = (operand("key")?, operand("value")?);
                let letter = if kind == "ObjectInsertStmt" { 'j' } else { 'J' };
                format!("{letter}{},{key},{value}", locals.of(&parts["object"])?)
            }
            _ => self.constant_of(kind, parts, locals)?,
        })
    }

    /// A statement that makes a constant.
    fn constant_of(
        &mut self,
        kind: &str,
        parts: &Json,
        locals: &mut Renumbered,
    ) -> Result<String, String> {
        let constant = match kind {
            "MakeNullStmt" => "null".to_owned(),
            "MakeNumberIntStmt" | "AssignIntStmt" => parts["value"].to_string(),
            "MakeNumberRefStmt" => {
                let place =
                    usize::try_from(whole(&parts["Index"])?).map_err(|error| error.to_string())?;
                self.strings
                    .get(place)
                    .ok_or("a number that is not there")?
                    .clone()
            }
            _ => return Err(format!("a listing has no `{kind}`")),
        };
        let constant = self.constant(constant);
        Ok(format!("a#{constant},{}", locals.of(&parts["target"])?))
    }

    fn operand(&mut self, operand: &Json, locals: &mut Renumbered) -> Result<String, String> {
        let value = &operand["value"];
        Ok(match text(&operand["type"])? {
            "local" => locals.of(value)?.to_string(),
            "bool" => format!("#{}", self.constant(value.to_string())),
            "string_index" => {
                let place = usize::try_from(whole(value)?).map_err(|error| error.to_string())?;
                let string = self.strings.get(place).ok_or("a text that is not there")?;
                let constant = Json::from(string.as_str()).to_string();
                format!("#{}", self.constant(constant))
            }
            other => return Err(format!("a listing has no operand `{other}`")),
        })
    }

    fn constant(&mut self, constant: String) -> usize {
        let next = self.constants.len();
        let place = *self.places.entry(constant.clone()).or_insert(next);
        if place == next {
            self.constants.push(constant);
        }
        place
    }
}
