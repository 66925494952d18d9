//! `servelint baseline`.

use super::{CommandError, arguments::BaselineArguments, check::say_nothing, day::today, say};
use crate::{
    check::{self, BaselineChoice, Request, Silent},
    config::Projects,
    document::source::{display_name, folder},
    finding::Report,
    output::safe,
    policy::Pack,
    units::counted,
    waivers::baseline::{self, BaselineEntry},
};
use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

/// Writes the baseline, or takes out of it what is gone.
pub(super) fn run(
    arguments: &BaselineArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let path = target(arguments)?;
    let known = match (baseline::Baseline::read(&path), arguments.update) {
        (Ok(known), _) => known.entries.into_iter().map(|(entry, _)| entry).collect(),
        (Err(error), true) => return Err(check::LintError::from(error).into()),
        // What is written anew need not have been there, or be sound.
        (Err(_), false) => Vec::new(),
    };
    let request = Request {
        paths: arguments.paths.clone(),
        config: arguments.config.clone(),
        today: today(arguments.as_of.as_deref())?,
        baseline: if arguments.update {
            BaselineChoice::File(path.clone())
        } else {
            BaselineChoice::Ignored
        },
        ..Request::default()
    };
    let pack = Pack::embedded()?;
    let report = check::run(&request, &pack, &Silent)?;
    if !report.failures.is_empty() {
        // What could not be read or judged would be missing in it.
        for failure in &report.failures {
            say(errors, failure, None);
        }
        return Ok(super::FAILED);
    }
    if report.counts.documents == 0 && known.is_empty() {
        say_nothing(errors);
        return Ok(super::FAILED);
    }
    let kept = match arguments.update {
        true => known
            .iter()
            .filter(|entry| !report.stale.contains(&entry.fingerprint))
            .cloned()
            .collect(),
        false => check::entries(&report, &baseline::folder_of(&path)),
    };
    let text = baseline::text(kept.clone()).map_err(check::LintError::from)?;
    crate::check::mend::replace(&path, text.as_bytes()).map_err(|reason| {
        CommandError::Unwritable {
            path: path.clone(),
            reason,
        }
    })?;
    tell(&path, &known, &kept, &report, arguments.update, out)?;
    Ok(0)
}

/// The file to write: as the configuration of the first path names it, where no flag does.
fn target(arguments: &BaselineArguments) -> Result<PathBuf, CommandError> {
    if let Some(path) = &arguments.output {
        return Ok(path.clone());
    }
    let mut projects =
        Projects::new(arguments.config.as_deref()).map_err(check::LintError::from)?;
    let first = arguments
        .paths
        .first()
        .map_or(Path::new("."), PathBuf::as_path);
    let above = if first.is_dir() { first } else { folder(first) };
    let project = projects.of(above, above).map_err(check::LintError::from)?;
    Ok(project
        .baseline()
        .unwrap_or_else(|| PathBuf::from(baseline::FILE_NAME)))
}

fn prints(entries: &[BaselineEntry]) -> BTreeSet<&str> {
    entries.iter().map(|entry| &*entry.fingerprint).collect()
}

fn tell(
    path: &Path,
    known: &[BaselineEntry],
    kept: &[BaselineEntry],
    report: &Report,
    update: bool,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let (before, after) = (prints(known), prints(kept));
    let name = display_name(path);
    let (added, gone) = (
        after.difference(&before).count(),
        before.difference(&after).count(),
    );
    let change = match (before.is_empty(), update) {
        (true, false) => String::new(),
        (_, true) => format!(" ({gone} gone)"),
        (false, false) => format!(" ({added} added, {gone} gone)"),
    };
    let count = counted(after.len(), "known finding");
    writeln!(out, "wrote {}: {count}{change}", safe::escape(&name))?;
    let left = match update {
        // An entry without its finding is what `update` has just removed.
        true => report
            .at_each_place()
            .filter(|finding| finding.rule != crate::rule::BASELINE_STALE)
            .count(),
        false => report.at_each_place().count() - kept.len(),
    };
    if left > 0 {
        let remain = if left == 1 { "remains" } else { "remain" };
        let are = format!("{} {remain}", counted(left, "finding"));
        let why = match update {
            true => "new since the baseline was written",
            false => "fix these, because they keep rules from running or are about waivers",
        };
        writeln!(out, "{are} outside it: {why}")?;
    }
    if !update {
        let hint = "compare with it: `servelint check --baseline FILE`, or `baseline` under `[check]` in servelint.toml";
        writeln!(out, "{hint}")?;
    }
    Ok(out.flush()?)
}
