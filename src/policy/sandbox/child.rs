//! Our side of a sandbox: starts it, asks it, and starts another where one died.

use super::{
    limits,
    wire::{self, Ask, AskAnswer, LoadAnswer, PackLoad, WireAnswer},
};
use crate::{
    disk,
    policy::{
        answer::{RuleAnswer, SaidSets},
        question::Question,
        refusal::PolicyProblem,
    },
};
use regorus::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

/// The argument that makes servelint a sandbox.
pub const SANDBOX_COMMAND: &str = "policy-sandbox";
/// The longest that a pack may take to be compiled, and a question to be answered. Rules that do nothing but evaluate reach
/// their limit of steps long before.
const LONGEST_WAIT: Duration = Duration::from_secs(40);
/// The longest that questions without an answer may take together.
const LONGEST_LOSS: Duration = Duration::from_secs(90);
/// Bytes of what a dying sandbox prints.
const LONGEST_LAST_WORDS: u64 = 4096;

/// A pack that answers from a process of its own.
#[derive(Debug)]
pub(in crate::policy) struct Sandbox {
    program: PathBuf,
    load: PackLoad,
    state: Mutex<SandboxState>,
}

#[derive(Debug, Default)]
struct SandboxState {
    running: Option<Running>,
    /// Rules that ended a sandbox, each with the reason: they are not asked again.
    deadly: BTreeMap<String, String>,
    /// The time that went into questions without an answer.
    lost: Duration,
}

/// A process that waits for a question.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    stdin: ChildStdin,
    frames: mpsc::Receiver<io::Result<Option<Vec<u8>>>>,
    last_words: mpsc::Receiver<String>,
}

impl Sandbox {
    /// Compiles a pack in a process of `program`, which is servelint, and answers with what keeps the pack from being
    /// used.
    ///
    /// # Errors
    /// Where the process did not start or did not end the work; the reason on one line.
    pub(in crate::policy) fn start(
        program: &Path,
        load: PackLoad,
    ) -> Result<(Self, Vec<PolicyProblem>), String> {
        let sandbox = Self {
            program: program.to_owned(),
            load,
            state: Mutex::default(),
        };
        let (running, problems) = sandbox.run()?;
        if problems.is_empty() {
            sandbox.locked(|state| state.running = Some(running));
        }
        Ok((sandbox, problems))
    }

    /// What these rules say to a question, in their order. One that ends the sandbox costs the others nothing but time.
    pub(in crate::policy) fn ask(&self, rules: &[String], question: &Question) -> Vec<RuleAnswer> {
        if rules.is_empty() {
            return Vec::new();
        }
        let (input, team) = question.to_json();
        let mut ask = Ask {
            rules: Vec::new(),
            input,
            team,
        };
        self.locked(|state| {
            let is_alive = |rule: &&String| !state.deadly.contains_key(*rule);
            ask.rules = rules.iter().filter(is_alive).cloned().collect();
            let mut answers = self.answers(state, &mut ask);
            let dead = |rule: &String| {
                let reason = state.deadly.get(rule)?;
                Some(failed(rule, reason.clone()))
            };
            rules
                .iter()
                .filter_map(|rule| dead(rule).or_else(|| answers.remove(rule)))
                .collect()
        })
    }

    fn answers(&self, state: &mut SandboxState, ask: &mut Ask) -> BTreeMap<String, RuleAnswer> {
        if ask.rules.is_empty() {
            return BTreeMap::new();
        }
        match self.answered(state, ask) {
            Ok(answers) => answers,
            Err(reason) if ask.rules.len() == 1 => {
                let rule = ask.rules.remove(0);
                BTreeMap::from([(rule.clone(), failed(&rule, reason.clone()))])
                    .into_iter()
                    .inspect(|(rule, _)| {
                        state.deadly.insert(rule.clone(), reason.clone());
                    })
                    .collect()
            }
            // One of them did it: each is asked alone.
            Err(_) => {
                let mut answers = BTreeMap::new();
                for rule in std::mem::take(&mut ask.rules) {
                    ask.rules = vec![rule];
                    answers.extend(self.answers(state, ask));
                }
                answers
            }
        }
    }

    /// What a running sandbox answers, or why it did not.
    fn answered(
        &self,
        state: &mut SandboxState,
        ask: &Ask,
    ) -> Result<BTreeMap<String, RuleAnswer>, String> {
        if state.lost > LONGEST_LOSS {
            return Err(format!(
                "questions without an answer took this pack more than {} s, so it is asked nothing more",
                LONGEST_LOSS.as_secs()
            ));
        }
        let began = Instant::now();
        let mut running = match state.running.take() {
            Some(running) => running,
            None => self.run()?.0,
        };
        match running.exchange::<AskAnswer>(ask) {
            Ok(answer) => {
                state.running = Some(running);
                complete(answer, &ask.rules)
            }
            Err(reason) => {
                state.lost += began.elapsed();
                Err(reason)
            }
        }
    }

    fn run(&self) -> Result<(Running, Vec<PolicyProblem>), String> {
        let mut running = Running::start(&self.program)
            .map_err(|error| format!("the process for it does not start: {error}"))?;
        let answer: LoadAnswer = running.exchange(&self.load)?;
        Ok((running, answer.problems))
    }

    fn locked<T>(&self, work: impl FnOnce(&mut SandboxState) -> T) -> T {
        // Whoever panicked with the lock in hand took the running process along.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An answer for each rule that was asked, and for no other: policies run where it comes from.
fn complete(answer: AskAnswer, asked: &[String]) -> Result<BTreeMap<String, RuleAnswer>, String> {
    let mut answers = BTreeMap::new();
    for answer in answer.answers {
        answers.insert(answer.rule.clone(), RuleAnswer::from(answer));
    }
    let asked: BTreeSet<&String> = asked.iter().collect();
    match answers.keys().collect::<BTreeSet<_>>() == asked {
        true => Ok(answers),
        false => Err("the sandbox answered something else than what it was asked".into()),
    }
}

fn failed(rule: &str, reason: String) -> RuleAnswer {
    RuleAnswer {
        rule: rule.to_owned(),
        said: Err(reason),
    }
}

impl From<WireAnswer> for RuleAnswer {
    fn from(answer: WireAnswer) -> Self {
        let said = match answer.fault {
            Some(reason) => Err(reason),
            None => Ok(SaidSets {
                finding: set(answer.finding),
                unchecked: set(answer.unchecked),
            }),
        };
        Self {
            rule: answer.rule,
            said,
        }
    }
}

/// A set that was written as an array.
fn set(value: Option<Value>) -> Value {
    match value {
        Some(Value::Array(items)) => {
            Value::from(items.iter().cloned().collect::<BTreeSet<Value>>())
        }
        Some(other) => other,
        None => Value::Undefined,
    }
}

impl Running {
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        disk::unprovable("policies of a team ran");
        #[expect(clippy::disallowed_methods, reason = "the run is not kept")]
        let mut child = Command::new(program)
            .arg(SANDBOX_COMMAND)
            .env_clear()
            .envs(limits::ALLOCATOR)
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let gone = || io::Error::other("it has no pipes");
        let stdin = child.stdin.take().ok_or_else(gone)?;
        let mut stdout = child.stdout.take().ok_or_else(gone)?;
        let stderr = child.stderr.take().ok_or_else(gone)?;
        let (send, frames) = mpsc::channel();
        thread::spawn(move || {
            loop {
                let frame = wire::frame(&mut stdout);
                let is_last = !matches!(frame, Ok(Some(_)));
                if send.send(frame).is_err() || is_last {
                    break;
                }
            }
        });
        let (words, last_words) = mpsc::channel();
        thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.take(LONGEST_LAST_WORDS).read_to_end(&mut text);
            let _ = words.send(String::from_utf8_lossy(&text).into_owned());
        });
        Ok(Self {
            child,
            stdin,
            frames,
            last_words,
        })
    }

    /// Says something and waits for the answer; the reason on one line where none comes.
    pub(super) fn exchange<A: serde::de::DeserializeOwned>(
        &mut self,
        message: &impl serde::Serialize,
    ) -> Result<A, String> {
        // One that is dead already cannot be written to; why it died is known below.
        let _ = wire::write(&mut self.stdin, message);
        match self.frames.recv_timeout(LONGEST_WAIT) {
            Ok(Ok(Some(frame))) => wire::parse(&frame)
                .map_err(|error| format!("the sandbox speaks in riddles: {error}")),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(format!(
                "it took more than {} s and was stopped",
                LONGEST_WAIT.as_secs()
            )),
            Ok(Ok(None) | Err(_)) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(self.cause_of_death())
            }
        }
    }

    fn cause_of_death(&mut self) -> String {
        let _ = self.child.kill();
        let status = self.child.wait();
        let words = self.last_words.recv_timeout(Duration::from_secs(1));
        let words = words.unwrap_or_default();
        let ended = match &status {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        if words.contains("overflowed its stack") {
            "it calls itself without an end, and was stopped".to_owned()
        } else if words.contains("memory allocation of") || words.contains("out of memory") {
            "it needs more than 512 MiB of memory, and was stopped".to_owned()
        } else {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            match words.is_empty() {
                true => format!("its process ended: {ended}"),
                false => format!("its process ended: {ended}: {words}"),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
