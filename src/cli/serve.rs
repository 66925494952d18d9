//! `servelint serve`: checks again and again, asked over standard input.

mod asked;
mod lines;

use super::{CommandError, arguments::ServeArguments, day::today};
use crate::{
    check::{self, BaselineChoice, CheckMemory, Request, Silent},
    config::SeverityOverride,
    disk::{self, OnDisk, Overlay},
    document::read::{self, Format},
    output::{self, safe},
    policy::Pack,
};
use asked::{Refused, ResidentRequest};
use lines::{ResidentLine, ResidentLines};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Texts of open documents, in bytes.
const MOST_TEXT: usize = 256 << 20;

/// Answers each line of standard input with one of standard output, until it ends or is told to.
pub(super) fn run(arguments: &ServeArguments, out: &mut dyn Write) -> Result<u8, CommandError> {
    let mut session = Session::new(arguments)?;
    let mut lines = ResidentLines::new(io::stdin().lock());
    loop {
        let answer = match lines.next() {
            ResidentLine::End => return Ok(0),
            ResidentLine::TooLong => failure(&Value::Null, &Refused::too_long()),
            ResidentLine::Text(text) => session.answer(&text),
        };
        writeln!(out, "{}", safe::escape_json(&answer.to_string()))?;
        out.flush()?;
        if session.is_over {
            return Ok(0);
        }
    }
}

/// Fields that are taken and not copied, as `json!` does: a report may be long.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    Value::Object(fields.into_iter().collect())
}

fn failure(id: &Value, refused: &Refused) -> Value {
    json!({"id": id, "error": refused.to_json()})
}

/// What stays from one request to the next.
struct Session<'a> {
    arguments: &'a ServeArguments,
    pack: Pack,
    severity: Vec<SeverityOverride>,
    memory: Arc<CheckMemory>,
    open: Overlay,
    is_over: bool,
}

impl<'a> Session<'a> {
    fn new(arguments: &'a ServeArguments) -> Result<Self, CommandError> {
        // A date that is none is told before anything is asked.
        today(arguments.as_of.as_deref())?;
        Ok(Self {
            arguments,
            pack: Pack::embedded()?,
            severity: super::check::severities(&arguments.exceptions.severity)?,
            memory: Arc::default(),
            open: Overlay::new(),
            is_over: false,
        })
    }

    fn answer(&mut self, line: &[u8]) -> Value {
        let (id, asking) = asked::read(line);
        // Our own defects end the answer, and not the process.
        let done = asking.and_then(|asking| {
            catch_unwind(AssertUnwindSafe(|| self.done(asking)))
                .unwrap_or_else(|_| Err(Refused::defect()))
        });
        match done {
            Ok(answer) => object([("id", id), ("answer", answer)]),
            Err(refused) => failure(&id, &refused),
        }
    }

    fn done(&mut self, asking: ResidentRequest) -> Result<Value, Refused> {
        match asking {
            ResidentRequest::Open { path, text } => self.lay(&path, text, false)?,
            ResidentRequest::Change { path, text } => self.lay(&path, text, true)?,
            ResidentRequest::Close { path } => {
                let real = real(&path)?;
                if self.open.remove(&real).is_none() {
                    return Err(Refused::not_open(&path));
                }
                disk::lay_over(self.open.clone());
            }
            ResidentRequest::Check { paths } => return self.check(paths),
            ResidentRequest::Version {} => {
                return Ok(json!({"version": env!("CARGO_PKG_VERSION")}));
            }
            ResidentRequest::Shutdown {} => self.is_over = true,
        }
        Ok(json!({}))
    }

    fn lay(&mut self, path: &Path, text: String, is_known: bool) -> Result<(), Refused> {
        let real = real(path)?;
        if is_known && !self.open.contains_key(&real) {
            return Err(Refused::not_open(path));
        }
        if Format::of(&real).is_none() || text.len() > read::MAX_BYTES {
            return Err(Refused::no_document(path));
        }
        let open = self.open.iter().filter(|(known, _)| **known != real);
        let length: usize = open.map(|(_, text)| text.len()).sum();
        if length + text.len() > MOST_TEXT {
            return Err(Refused::too_much());
        }
        self.open.insert(real, text.into_bytes().into());
        disk::lay_over(self.open.clone());
        Ok(())
    }

    fn check(&self, paths: Vec<PathBuf>) -> Result<Value, Refused> {
        let request = self.request(paths)?;
        let report = check::run(&request, &self.pack, &Silent)
            .map_err(|error| Refused::of_run(&error.to_string(), error.help().as_deref()))?;
        let printed = output::to_json(&report).map_err(|_| Refused::defect())?;
        let mut failures = report.failures.clone();
        if report.exit_code() == super::FAILED && failures.is_empty() {
            failures.push(super::check::NOTHING.to_owned());
        }
        Ok(object([
            ("exitCode", report.exit_code().into()),
            ("failures", failures.into()),
            ("report", printed),
        ]))
    }

    fn request(&self, paths: Vec<PathBuf>) -> Result<Request, Refused> {
        let arguments = self.arguments;
        // The process may live longer than a day.
        let today = today(arguments.as_of.as_deref())
            .map_err(|error| Refused::of_run(&error.to_string(), None))?;
        Ok(Request {
            paths: match paths.is_empty() {
                true => arguments.paths.clone(),
                false => paths,
            },
            config: arguments.config.clone(),
            today,
            select: arguments.select.clone(),
            ignore: arguments.ignore.clone(),
            no_waivers: arguments.exceptions.no_waivers,
            baseline: BaselineChoice::named(arguments.exceptions.baseline.as_ref()),
            severity: self.severity.clone(),
            fail_on: arguments.exceptions.fail_on,
            memory: Some(Arc::clone(&self.memory)),
            ..Request::default()
        })
    }
}

/// The file, without links; it must be there.
fn real(path: &Path) -> Result<PathBuf, Refused> {
    let found = path.resolve().ok().filter(|real| real.holds_file());
    found.ok_or_else(|| Refused::no_file(path))
}
