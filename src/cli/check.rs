//! `servelint check`.

use super::{
    CommandError,
    arguments::{CheckArguments, ColorArgument},
    day::today,
    hook,
    progress::Bar,
    say,
    target::{self, Target},
};
use crate::{
    check::{
        self, BaselineChoice, Progress, Request, Silent,
        mend::{self, FixedRun},
    },
    config::{Level, SEVERITY_WORDS, SeverityOverride},
    did_you_mean::question_or_list,
    finding::{NotChecked, Report, Topic},
    output::{self, ColorChoice, OutputFormat, Style},
    policy::Pack,
    units::counted,
};
use std::{
    env,
    io::{self, IsTerminal, Read, Write},
    mem::ManuallyDrop,
    path::{Path, PathBuf},
};

pub(super) const NOTHING: &str = "nothing to check: no ServingSpec, DecisionLog, VerificationChecklist or manifest of a model server was found";
const NOTHING_HELP: &str =
    "name the folder that holds them, or let `servelint init` write the first ones";

/// Says that a run found nothing to check.
pub(super) fn say_nothing(errors: &mut dyn Write) {
    say(errors, NOTHING, Some(NOTHING_HELP));
}

/// Where a check writes.
pub(super) struct CheckStreams<'s> {
    pub out: &'s mut dyn Write,
    pub errors: &'s mut dyn Write,
}

/// What came of a check, beside what it wrote.
pub(super) struct CheckDone {
    pub code: u8,
    /// The reports that went to files.
    pub reports: Vec<Vec<u8>>,
    /// False where the same check may end otherwise, as after a failure.
    pub is_final: bool,
}

/// Checks, whatever was checked before.
pub(super) fn fresh(
    arguments: &CheckArguments,
    color: ColorArgument,
    request: &Request,
    streams: CheckStreams<'_>,
) -> Result<CheckDone, CommandError> {
    let CheckStreams { out, errors } = streams;
    let format = OutputFormat::named(&arguments.format).ok_or_else(|| CommandError::Usage {
        message: format!("unknown format `{}`", arguments.format),
        help: None,
    })?;
    let targets = target::targets(&arguments.output, &request.paths)?;
    // The program ends after this: taking apart what it holds, rule by rule and tree by tree, would only cost time.
    let pack = ManuallyDrop::new(Pack::embedded()?);
    let bar = Bar::default();
    let watched = !arguments.no_progress && io::stderr().is_terminal();
    let progress: &dyn Progress = if watched { &bar } else { &Silent };
    let changes = FixMode::of(arguments, request.stdin.is_some())?;
    let checked = check(request, &pack, progress, changes);
    bar.clear();
    let FixedReport { report, mended } = checked?;
    let mut report = ManuallyDrop::new(report);
    let mut unwritten: Vec<String> = Vec::new();
    if let Some(mended) = &mended {
        // Whatever was offered and not done, the files are not what was asked for.
        report.failures.extend(mended.failures.iter().cloned());
        if matches!(changes, FixMode::Written { .. }) {
            unwritten.extend(mended.write());
        }
    }
    let (reports, failures) = put(&targets, &report);
    unwritten.extend(failures);
    let nothing = report.exit_code() == super::FAILED && report.failures.is_empty();
    let code = match unwritten.is_empty() {
        true => report.exit_code(),
        false => super::FAILED,
    };
    let done = CheckDone {
        code,
        reports,
        is_final: unwritten.is_empty() && report.failures.is_empty(),
    };
    // Where nobody listens to errors, the exit code still tells.
    let listened = match &mended {
        Some(mended) if matches!(changes, FixMode::Shown { .. }) => {
            diff(mended, &style(color), out)
        }
        _ if is_blank(&report) && arguments.is_read() => writeln!(out, "servelint: {NOTHING}"),
        _ => output::render(format, &report, &style(color), out),
    };
    for failure in &unwritten {
        say(errors, failure, None);
    }
    match listened {
        // Whoever read the output has seen enough; the verdict stands.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(done),
        rendered => rendered?,
    }
    if let Some(mended) = &mended {
        say(errors, &told(mended, changes, unwritten.len()), None);
    }
    for failure in &report.failures {
        say(errors, failure, None);
    }
    if nothing {
        say_nothing(errors);
    }
    Ok(done)
}

/// Writes the reports that go to files; what was written, and what was not.
fn put(targets: &[Target], report: &Report) -> (Vec<Vec<u8>>, Vec<String>) {
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for target in targets {
        match target.write(report) {
            Ok(bytes) => reports.push(bytes),
            Err(failure) => failures.push(failure),
        }
    }
    (reports, failures)
}

/// True for the report of a hook in a repository that holds nothing to check, whatever other tools keep there.
fn is_blank(report: &Report) -> bool {
    let is_foreign =
        |gap: &NotChecked| matches!(gap.subject, Topic::OtherFiles | Topic::Foreign(_));
    report.hook
        && report.counts.documents == 0
        && report.findings.is_empty()
        && report.failures.is_empty()
        && report.not_checked.iter().all(is_foreign)
}

/// What is to become of fixes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FixMode {
    /// They are only mentioned.
    None,
    /// They are made in the files.
    Written { all: bool },
    /// They are printed.
    Shown { all: bool },
}

impl FixMode {
    fn of(arguments: &CheckArguments, reads_stdin: bool) -> Result<Self, CommandError> {
        let all = arguments.all;
        match (arguments.fix, arguments.diff) {
            (true, _) if reads_stdin => Err(CommandError::usage(
                "`--fix` cannot change standard input",
                "name a file, or print the changes with `--diff`",
            )),
            (true, _) => Ok(Self::Written { all }),
            (_, true) => Ok(Self::Shown { all }),
            _ if all => Err(CommandError::usage(
                "`--unsafe` needs `--fix` or `--diff`",
                "servelint check --fix --unsafe",
            )),
            _ => Ok(Self::None),
        }
    }
}

/// What a run found, and what was or would be mended before.
struct FixedReport {
    report: Report,
    mended: Option<FixedRun>,
}

fn check(
    request: &Request,
    pack: &Pack,
    progress: &dyn Progress,
    changes: FixMode,
) -> Result<FixedReport, CommandError> {
    Ok(match changes {
        FixMode::None => FixedReport {
            report: check::run(request, pack, progress)?,
            mended: None,
        },
        FixMode::Written { all } => {
            let mut mended = mend::mend(request, pack, progress, all)?;
            FixedReport {
                report: std::mem::take(&mut mended.report),
                mended: Some(mended),
            }
        }
        // The files stay as they are, and so does what is to be said of them.
        FixMode::Shown { all } => FixedReport {
            report: check::run(request, pack, progress)?,
            mended: Some(mend::mend(request, pack, progress, all)?),
        },
    })
}

fn diff(mended: &FixedRun, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    mended
        .files
        .iter()
        .try_for_each(|file| output::diff(&file.name, &file.before, &file.after, style, out))
}

/// `fixed 3 findings in 2 files`
fn told(mended: &FixedRun, changes: FixMode, unwritten: usize) -> String {
    let files = mended.files.len();
    let made = format!(
        "made {} in {}",
        counted(mended.count(), "fix"),
        counted(files, "file")
    );
    match changes {
        _ if files == 0 => "nothing to fix".into(),
        FixMode::Shown { .. } => format!("would have {made}; nothing was written"),
        _ if unwritten > 0 => format!("{made}, but not all were written"),
        _ => made,
    }
}

pub(super) fn request(arguments: &CheckArguments) -> Result<Request, CommandError> {
    let mut paths = arguments.paths.clone();
    paths.retain(|path| path != Path::new("-"));
    let reads_stdin = paths.len() < arguments.paths.len();
    if arguments.stdin_filename.is_some() && !reads_stdin {
        return Err(CommandError::Usage {
            message: "`--stdin-filename` needs `-` among the paths: servelint check - --stdin-filename NAME"
                .into(),
            help: None,
        });
    }
    let stdin = if reads_stdin {
        Some((arguments.stdin_filename.clone(), read_stdin()?))
    } else {
        None
    };
    if paths.is_empty() && !reads_stdin && !arguments.hook {
        paths.push(PathBuf::from("."));
    }
    let mut request = Request {
        paths,
        named: Vec::new(),
        stdin,
        config: arguments.config.clone(),
        today: today(arguments.as_of.as_deref())?,
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        hook: arguments.hook,
        isolated: arguments.isolated,
        unsaved: Default::default(),
        before: Default::default(),
        since: arguments.since.clone(),
        list_all: arguments.list_all,
        of_base: false,
        policy_from: arguments.policy_from.clone(),
        approvals: arguments.approvals.clone(),
        sandbox: None,
        render: arguments.render,
        locked_config: arguments.locked_config.clone(),
        no_waivers: arguments.exceptions.no_waivers,
        baseline: BaselineChoice::named(arguments.exceptions.baseline.as_ref()),
        severity: severities(&arguments.exceptions.severity)?,
        fail_on: arguments.exceptions.fail_on,
        memory: None,
    };
    if request.hook {
        hook::compare(&mut request)?;
    }
    Ok(request)
}

/// `RULE=LEVEL` of each `--severity`.
pub(super) fn severities(words: &[String]) -> Result<Vec<SeverityOverride>, CommandError> {
    words.iter().map(|word| severity(word)).collect()
}

fn severity(word: &str) -> Result<SeverityOverride, CommandError> {
    let Some((rule, level)) = word.split_once('=') else {
        return Err(CommandError::usage(
            format!("`--severity {word}` names no level"),
            "write it as --severity timeouts-order=warning",
        ));
    };
    let Some(level) = Level::named(level.trim()) else {
        return Err(CommandError::usage(
            format!("`--severity {word}` names no level: `{level}`"),
            question_or_list(level, &SEVERITY_WORDS, "one of: "),
        ));
    };
    Ok(SeverityOverride {
        rule: rule.trim().to_owned(),
        path: None,
        environment: None,
        tier: None,
        level,
        origin: "--severity".into(),
        place: None,
    })
}

/// One byte more than is parsed tells a text that is too long from one that fits.
pub(super) fn read_stdin() -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let limit = crate::document::read::MAX_BYTES as u64 + 1;
    io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(CommandError::Stdin)?;
    Ok(bytes)
}

/// How to write on standard output.
pub(super) fn style(color: ColorArgument) -> Style {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Style::detect(
        color.into(),
        &|name| env::var(name).ok(),
        io::stdout().is_terminal(),
        width,
    )
}

impl From<ColorArgument> for ColorChoice {
    fn from(argument: ColorArgument) -> Self {
        match argument {
            ColorArgument::Auto => Self::Auto,
            ColorArgument::Always => Self::Always,
            ColorArgument::Never => Self::Never,
        }
    }
}
