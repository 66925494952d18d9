//! `servelint policy trace`: why a rule finds something in a document, or nothing.

use crate::cli::{CommandError, FAILED, day::today, obstacles, rule, say};
use crate::{
    check::{self, LintError, Request, RuleQuestion},
    config::TeamPolicy,
    output::{self, TraceShown},
    policy::{self, Pack, Question, RuleLoad, Team, Workbench},
};
use clap::Args;
use jiff::civil::Date;
use std::{
    collections::BTreeMap,
    env,
    io::Write,
    path::{Path, PathBuf},
};

/// Show which conditions of a rule held for a document, and the first that did not
///
/// For each input of the rule in PATH, prints the text of the rule with marks, the values in the condition that ended a
/// body, and the findings. Conditions are evaluated in the order of the text.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct TraceArguments {
    /// Id of the rule, such as acme/cost-center or timeouts-order
    rule: String,
    /// File or folder with specifications
    path: PathBuf,
    /// Use this configuration file instead of searching for servelint.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Use this date as today, such as 2026-10-09
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Read only the named file, without the other documents of its service
    #[arg(long)]
    isolated: bool,
}

const HELP: &str = "\
Example:
  servelint policy trace acme/cost-center specs/ranker.yaml

Marks:
  +  the condition held, with all before it
  -  it did not, so the body ended
  !  the engine broke off in it
  .  not reached
  ~  evaluated: a line of a function, or a condition that was evaluated with those after it

Exit codes:
  0  the rule was traced
  2  there is no such rule, or no input for it in PATH";

pub(super) fn run(
    arguments: &TraceArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let own = Pack::embedded()?;
    let (known, problems) =
        check::rules_of(&own, folder_of(&arguments.path)).map_err(LintError::from)?;
    for problem in problems {
        say(errors, &problem, None);
    }
    let rule = rule(&known, &arguments.rule)?;
    let Some(load) = known.rule_load(rule) else {
        return Err(CommandError::usage(
            format!(
                "`{}` is not written in Rego, so it has no conditions",
                rule.id
            ),
            format!("`servelint explain {}` describes what it reads", rule.id),
        ));
    };
    let request = Request {
        paths: vec![arguments.path.clone()],
        config: arguments.config.clone(),
        today: today(arguments.as_of.as_deref())?,
        select: vec![rule.id.clone()],
        isolated: arguments.isolated,
        ..Request::default()
    };
    let mut bench = Workbench::new(&env::current_exe()?);
    if is_unusable(&mut bench, &load, request.today, errors) {
        return Ok(FAILED);
    }
    let (questions, met) = check::questions(&request, &own)?;
    obstacles(&met, errors)?;
    let (mut traced, mut is_broken) = (0, false);
    let asked = |question: &&RuleQuestion| question.rules.contains(&rule.id);
    for question in questions.iter().filter(asked) {
        traced += 1;
        is_broken |= !show(&mut bench, &load, question, out, errors)?;
    }
    out.flush()?;
    if traced == 0 {
        let subjects: Vec<String> = rule.applies_to.iter().map(ToString::to_string).collect();
        let message = format!(
            "found no input for `{}`, which applies to {}",
            rule.id,
            subjects.join(" and ")
        );
        say(
            errors,
            &message,
            Some("name a file with one, or its folder"),
        );
    }
    Ok(if is_broken || traced == 0 { FAILED } else { 0 })
}

/// The folder whose project a path belongs to.
fn folder_of(path: &Path) -> &Path {
    let folder = match path.is_dir() {
        true => path,
        false => crate::document::source::folder(path),
    };
    match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    }
}

/// Prints what the rule makes of one question; false where it broke off.
fn show(
    bench: &mut Workbench,
    load: &RuleLoad,
    question: &RuleQuestion,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<bool, CommandError> {
    let trace = match bench.trace(load, &question.question) {
        Ok(trace) => trace,
        Err(reason) => {
            let files = question.files.join(", ");
            say(errors, &format!("`{}` on {files}: {reason}", load.id), None);
            return Ok(false);
        }
    };
    let subject = match &question.service {
        Some(service) => format!("{} of {service}", question.subject),
        None => question.subject.to_string(),
    };
    let is_whole = trace.fault.is_none();
    let shown = TraceShown {
        rule: &load.id,
        path: &load.path,
        text: &load.text,
        subject: &subject,
        files: &question.files,
        trace,
    };
    output::trace(&shown, out)?;
    Ok(is_whole)
}

/// Whether the rule cannot even be asked about nothing, which is then told.
fn is_unusable(
    bench: &mut Workbench,
    load: &RuleLoad,
    today: Date,
    errors: &mut dyn Write,
) -> bool {
    let nothing = Question {
        input: policy::object([]),
        team: Team::new(&TeamPolicy::default(), &BTreeMap::new(), today),
    };
    let told: Vec<String> = match bench.trace(load, &nothing) {
        Ok(trace) => {
            let problems = trace.problems.iter().map(ToString::to_string);
            problems.chain(trace.fault).collect()
        }
        Err(reason) => vec![format!("`{}`: {reason}", load.id)],
    };
    for problem in &told {
        say(errors, problem, None);
    }
    !told.is_empty()
}
