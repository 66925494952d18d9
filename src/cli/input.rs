//! `servelint input`: what each rule sees.

use super::{
    CommandError,
    arguments::{InputArguments, InputFormat},
    day::today,
    rule, say,
};
use crate::{
    check::{self, InputAnswer, Inputs, Request, RuleInput},
    output::{self, safe},
    policy::Pack,
};
use std::io::{self, Write};

/// Prints every input that there is, and on `errors` what keeps others from being one.
pub(super) fn run(
    arguments: &InputArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let own = Pack::embedded()?;
    // Only who names a rule needs those of packs before the run reads them.
    let here = match &arguments.rule {
        Some(name) => {
            let here = super::rules_here(errors)?;
            ask_host(&here, name)?;
            Some(here)
        }
        None => None,
    };
    let here = here.as_ref().unwrap_or(&own);
    let request = Request {
        paths: arguments.paths.clone(),
        config: arguments.config.clone(),
        today: today(arguments.as_of.as_deref())?,
        select: arguments.rule.iter().cloned().collect(),
        isolated: arguments.isolated,
        ..Request::default()
    };
    let Inputs {
        mut inputs,
        digests,
        obstacles,
    } = check::inputs(&request, &own)?;
    if let Some(name) = &arguments.rule {
        keep(&mut inputs, here, name);
    }
    let is_broken = !obstacles.findings.is_empty() || !obstacles.failures.is_empty();
    super::obstacles(&obstacles, errors)?;
    let code = if is_broken { super::FAILED } else { 0 };
    if matches!(arguments.format, InputFormat::Digest) {
        return match print_digests(&digests, out)? {
            true => Ok(code),
            false => Ok(without_digest(is_broken, errors)),
        };
    }
    if inputs.is_empty() {
        if !is_broken {
            let message = nothing(here, arguments.rule.as_deref());
            say(
                errors,
                &message,
                Some("name a file with one, or its folder"),
            );
        }
        // A pipe into another engine must not take an empty answer for one without findings.
        return Ok(super::FAILED);
    }
    let answer = InputAnswer {
        version: InputAnswer::VERSION,
        inputs,
    };
    let value = serde_json::to_value(answer).map_err(io::Error::other)?;
    match arguments.format {
        InputFormat::Digest => {}
        InputFormat::Json => out.write_all(safe::json(&value).as_bytes())?,
        InputFormat::Yaml => out.write_all(output::yaml(&value).as_bytes())?,
    }
    out.flush()?;
    Ok(code)
}

/// Leaves what rules of this name or category are asked: a run asks more than what is selected.
fn keep(inputs: &mut Vec<RuleInput>, pack: &Pack, name: &str) {
    for input in inputs.iter_mut() {
        let rules = pack.rules();
        input
            .rules
            .retain(|own| rules.get(own).is_some_and(|rule| rule.is_named(name)));
    }
    inputs.retain(|input| !input.rules.is_empty());
}

/// One line for each service, as `sha256sum` prints files; false where there is none.
fn print_digests(digests: &[(String, String)], out: &mut dyn Write) -> io::Result<bool> {
    for (service, digest) in digests {
        writeln!(out, "{digest}  {}", safe::escape(service))?;
    }
    out.flush()?;
    Ok(!digests.is_empty())
}

fn without_digest(is_broken: bool, errors: &mut dyn Write) -> u8 {
    if !is_broken {
        let message = "found no ServingSpec, so there is nothing to decide over";
        say(errors, message, Some("name a file with one, or its folder"));
    }
    super::FAILED
}

/// A rule of the host has no input.
fn ask_host(pack: &Pack, name: &str) -> Result<(), CommandError> {
    let rule = rule(pack, name)?;
    let is_rego = rule.pack().is_some() || pack.rego_rules().any(|known| known.id == rule.id);
    match is_rego {
        true => Ok(()),
        false => Err(CommandError::usage(
            format!("`{name}` is not written in Rego, so it has no input"),
            format!("`servelint explain {name}` describes what it reads"),
        )),
    }
}

fn nothing(pack: &Pack, rule: Option<&str>) -> String {
    let subjects = rule.and_then(|id| pack.rules().get(id)).map(|rule| {
        rule.applies_to
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" and ")
    });
    match (rule, subjects) {
        (Some(rule), Some(subjects)) => format!(
            "found no input for `{rule}`, which applies to {subjects}"
        ),
        _ => "found no input: no ServingSpec, DecisionLog, VerificationChecklist, document of a kind of the team or manifest of a model server was found".to_owned(),
    }
}
