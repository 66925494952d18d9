//! Runs the binary in a folder of its own, without the environment of whoever runs the tests.

use crate::common::{files, projects};
use serde_json::Value as Json;
use servelint::output::FORMATS;
use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A specification without any finding.
pub(crate) const GOOD: &str = include_str!("good.yaml");

/// No run may take longer: what hangs is a defect. Machines that test are slow and shared.
const LIMIT: Duration = Duration::from_secs(60);

/// A folder that is removed with it. Runs start in it.
pub(crate) struct Folder {
    _guard: tempfile::TempDir,
    pub path: PathBuf,
}

/// What a run said and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Everything about a run but its arguments.
#[derive(Default)]
pub(crate) struct Setting<'s> {
    pub env: &'s [(&'s str, &'s str)],
    pub stdin: &'s [u8],
}

impl Folder {
    /// A copy of a fixture project.
    pub(crate) fn project(name: &str) -> Self {
        let folder = Self::new();
        files::copy(&projects::project(name), &folder.path, &|_| true);
        folder
    }

    /// The report of a check with these arguments.
    pub(crate) fn report(&self, words: &[&str]) -> Json {
        let all = [&["check", "--format", "json", "--as-of", DAY], words].concat();
        serde_json::from_str(&self.run(&all).out).expect("JSON")
    }

    pub(crate) fn new() -> Self {
        let guard = tempfile::Builder::new()
            .prefix("servelint")
            .tempdir()
            .expect("a temporary folder");
        let path = guard.path().canonicalize().expect("a real path");
        Self {
            _guard: guard,
            path,
        }
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.file(name, text);
        }
        folder
    }

    /// A folder in this one, for runs that start in it. It must not outlive this one.
    pub(crate) fn below(&self, name: &str) -> Self {
        let guard = tempfile::tempdir().expect("a temporary folder");
        Self {
            _guard: guard,
            path: self.path.join(name),
        }
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path.join(name)).expect("a text")
    }

    /// Runs `servelint` with these words.
    pub(crate) fn run(&self, words: &[&str]) -> Answer {
        self.run_as(words, &Setting::default())
    }

    /// `servelint check ... --format concise` on the day of the fixtures.
    pub(crate) fn check(&self, words: &[&str]) -> Answer {
        let words = [
            &["check", "--format", "concise", "--as-of", super::run::DAY],
            words,
        ]
        .concat();
        self.run(&words)
    }

    /// One run that writes its report in every format: what is printed, in `format`, and then each of the others in the
    /// place of what is printed. `--output` writes what standard output gets (`outputs.rs` compares them).
    pub(crate) fn run_in_every_format(&self, words: &[&str], format: &str) -> Vec<(&str, Answer)> {
        let reports = Self::new();
        let names = || FORMATS.iter().map(|format| format.name);
        let to = |name: &str| format!("--output={name}={}", reports.path.join(name).display());
        let outputs: Vec<String> = names().map(to).collect();
        let mut all = [words, &["--format", format]].concat();
        all.extend(outputs.iter().map(String::as_str));
        let printed = self.run(&all);
        let of = |name| {
            let out = reports.read(name);
            let out = out.replace(&*self.path.to_string_lossy(), "[TMP]");
            (
                name,
                Answer {
                    out,
                    ..printed.clone()
                },
            )
        };
        // Without a report it prints only why.
        let written = names().filter(|name| reports.path.join(name).exists());
        let mut answers: Vec<_> = written.map(of).collect();
        answers.push(("what is printed", printed.clone()));
        answers
    }

    pub(crate) fn run_as(&self, words: &[&str], setting: &Setting<'_>) -> Answer {
        let mut child = self.start(words, setting.env);
        let mut stdin = child.stdin.take().expect("a pipe");
        let bytes = setting.stdin.to_vec();
        // A run that reads no input closes the pipe: no error of ours.
        let writer = thread::spawn(move || drop(stdin.write_all(&bytes)));
        let answer = self.finish(child);
        writer.join().expect("a writer");
        answer
    }

    /// The seconds of CPU that a run takes beside its answer, whatever else the machine does meanwhile: a shell counts
    /// them.
    #[cfg(unix)]
    pub(crate) fn run_counted(&self, words: &[&str]) -> (Answer, f64) {
        self.run_counted_with(words, &[])
    }

    #[cfg(unix)]
    pub(crate) fn run_counted_with(&self, words: &[&str], env: &[(&str, &str)]) -> (Answer, f64) {
        let counted = "\"$0\" \"$@\"; code=$?; times >times; exit $code";
        let program = crate::common::program();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", counted, program]).args(words);
        let child = clean(&mut command, &self.path, env)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        // What counts is the CPU; on a busy machine the run may wait for it.
        let answer = self.finish_within(10 * LIMIT, child.expect("a shell"));
        // The second line is about the programs that the shell ran: for themselves, and in the system for them.
        let times = self.read("times");
        fs::remove_file(self.path.join("times")).expect("removed");
        let of_children = times.lines().nth(1).expect("two lines").split_whitespace();
        (answer, of_children.map(seconds).sum())
    }

    pub(crate) fn start(&self, words: &[&str], env: &[(&str, &str)]) -> Child {
        command(&self.path, words, env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts")
    }

    /// Waits, but not for ever.
    pub(crate) fn finish(&self, child: Child) -> Answer {
        self.finish_within(LIMIT, child)
    }

    fn finish_within(&self, limit: Duration, mut child: Child) -> Answer {
        let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a status") {
                break status;
            }
            if started.elapsed() > limit {
                child.kill().expect("killed");
                panic!("the run hangs");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let text = |pipe: thread::JoinHandle<Vec<u8>>| {
            let text = String::from_utf8(pipe.join().expect("a reader")).expect("UTF-8");
            text.replace(&*self.path.to_string_lossy(), "[TMP]")
        };
        Answer {
            code: status.code().unwrap_or(-1),
            out: text(out),
            err: text(err),
        }
    }
}

/// The day that counts as today.
pub(crate) const DAY: &str = "2026-10-10";

pub(crate) fn command(folder: &Path, words: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(crate::common::program());
    command.args(words);
    clean(&mut command, folder, env);
    command
}

/// In this folder, with this environment alone.
fn clean<'c>(command: &'c mut Command, folder: &Path, env: &[(&str, &str)]) -> &'c mut Command {
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        // No run of a test answers another.
        .env("CI", "true")
        .env("COLUMNS", "80")
        .env("LANG", "C.UTF-8")
        .envs(env.iter().copied())
}

/// `0m1.25s` as a shell writes it.
#[cfg(unix)]
fn seconds(time: &str) -> f64 {
    let (minutes, rest) = time.split_once('m').expect("minutes");
    let seconds: f64 = rest.trim_end_matches('s').parse().expect("seconds");
    minutes.parse::<f64>().expect("minutes") * 60.0 + seconds
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes).expect("readable");
        }
        bytes
    })
}

impl Answer {
    /// Exit code, output and errors, for snapshots.
    pub(crate) fn shown(&self) -> String {
        let part = |name: &str, text: &str| match text.is_empty() {
            true => String::new(),
            false => format!("--- {name}\n{text}"),
        };
        format!(
            "exit {}\n{}{}",
            self.code,
            part("stdout", &self.out),
            part("stderr", &self.err)
        )
    }

    /// Fails unless the run ended with this code, saying why not.
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}", self.shown());
        self
    }

    /// Fails unless this stands in the output or in the errors.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(
            self.out.contains(text) || self.err.contains(text),
            "no {text:?} in\n{}",
            self.shown()
        );
        self
    }

    #[track_caller]
    pub(crate) fn keeps_quiet_about(&self, text: &str) -> &Self {
        assert!(
            !self.out.contains(text) && !self.err.contains(text),
            "{text:?} in\n{}",
            self.shown()
        );
        self
    }
}

/// The good specification with one text in place of another.
#[track_caller]
pub(crate) fn good_but(from: &str, to: &str) -> String {
    assert!(
        GOOD.contains(from),
        "{from:?} is not in the good specification"
    );
    GOOD.replacen(from, to, 1)
}

/// The verdict of the only review of a report.
pub(crate) fn verdict(report: &Json) -> &str {
    report["reviews"][0]["verdict"].as_str().expect("a verdict")
}

/// The findings of a rule in a report: severity, pointer and message.
pub(crate) fn found<'r>(report: &'r Json, rule: &str) -> Vec<(&'r str, &'r str, &'r str)> {
    let findings = report["findings"].as_array().expect("findings");
    let mut found = Vec::new();
    for finding in findings.iter().filter(|finding| finding["rule"] == rule) {
        let text = |key: &str| finding[key].as_str().expect("a text");
        found.push((text("severity"), text("pointer"), text("message")));
    }
    found
}
