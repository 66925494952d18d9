//! The process that renders: with an empty environment, within limits, and for a short time.

use super::{Programs, RenderFault};
use std::{
    ffi::{OsStr, OsString},
    io::{self, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The argument that makes servelint a renderer.
pub const RENDER_COMMAND: &str = "render-process";
/// The longest that one rendering may take. helm asks nobody when it is told to end, so it is killed.
const LONGEST: Duration = Duration::from_secs(10);
/// The most that may be rendered.
const MOST_BYTES: u64 = 10_000_000;
/// Bytes of what a renderer complains of.
const LONGEST_COMPLAINT: u64 = 16 << 10;
/// Characters of it that are shown.
const SHOWN: usize = 300;
/// Nothing listens there, so whatever asks for a proxy reaches nobody.
const CLOSED_PROXY: &str = "http://127.0.0.1:1";

/// What a renderer is told.
pub(super) struct RenderCall<'c> {
    pub(super) programs: &'c Programs,
    /// What it is called in messages.
    pub(super) called: &'static str,
    pub(super) program: &'c Path,
    pub(super) arguments: Vec<OsString>,
    /// An empty folder, in which it may write.
    pub(super) home: &'c Path,
    /// The root of the repository: messages name paths from there.
    pub(super) root: &'c Path,
}

impl RenderCall<'_> {
    /// What it prints.
    pub(super) fn run(&self) -> Result<String, RenderFault> {
        let failed = |reason: String| RenderFault::Failed {
            program: self.called,
            reason,
        };
        let mut child = self
            .command()
            .spawn()
            .map_err(|error| failed(format!("it does not start: {error}")))?;
        let ended = supervised(&mut child);
        // Whatever came of it, nothing stays behind.
        let _ = child.kill();
        let _ = child.wait();
        let Ended {
            status,
            text,
            complaint,
        } = ended.map_err(failed)?;
        if !status.success() {
            return Err(failed(self.told(&complaint, status)));
        }
        String::from_utf8(text).map_err(|_| failed("what it prints is no UTF-8".to_owned()))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.programs.servelint);
        command
            .arg(RENDER_COMMAND)
            .arg(self.program)
            .args(&self.arguments)
            .env_clear()
            .env("PATH", "")
            .env("GOMAXPROCS", "2")
            .current_dir(self.home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for key in [
            "HOME",
            "TMPDIR",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
        ] {
            command.env(key, self.home);
        }
        for key in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env(key, CLOSED_PROXY);
            command.env(key.to_lowercase(), CLOSED_PROXY);
        }
        command
    }

    /// The words of a renderer on one line, without folders that nobody knows.
    fn told(&self, complaint: &[u8], status: ExitStatus) -> String {
        let text = String::from_utf8_lossy(complaint);
        let home = self.home.to_string_lossy();
        let root = format!("{}/", self.root.display());
        let words = text.replace(home.as_ref(), ".").replace(&root, "");
        let words: Vec<&str> = words.split_whitespace().collect();
        let words = words.join(" ");
        // Programs in Go print where each of their threads stood.
        if words.contains("out of memory") {
            return "it asks for more memory than it is given".to_owned();
        }
        match words.trim_start_matches("Error: ") {
            "" => format!("it ended with {status}"),
            words => crate::document::source::clip(words, SHOWN),
        }
    }
}

/// How a renderer ended.
struct Ended {
    status: ExitStatus,
    text: Vec<u8>,
    complaint: Vec<u8>,
}

fn supervised(child: &mut Child) -> Result<Ended, String> {
    let began = Instant::now();
    let text = drained(child.stdout.take(), MOST_BYTES);
    let complaint = drained(child.stderr.take(), LONGEST_COMPLAINT);
    let text = match text.recv_timeout(LONGEST) {
        Ok(text) if text.len() as u64 > MOST_BYTES => {
            return Err(format!("it prints more than {} MB", MOST_BYTES / 1_000_000));
        }
        Ok(text) => text,
        Err(_) => return Err(overdue()),
    };
    // It closed its output, and may still be there.
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < LONGEST => thread::sleep(Duration::from_millis(2)),
            Ok(None) => return Err(overdue()),
            Err(error) => return Err(error.to_string()),
        }
    };
    let complaint = complaint.recv_timeout(LONGEST).unwrap_or_default();
    Ok(Ended {
        status,
        text,
        complaint,
    })
}

fn overdue() -> String {
    format!("it was ended after {} s", LONGEST.as_secs())
}

/// What comes out of a pipe, one byte more than `most` at most.
fn drained(pipe: Option<impl Read + Send + 'static>, most: u64) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(most + 1).read_to_end(&mut bytes);
        }
        let _ = send.send(bytes);
    });
    receive
}

/// Limits the process at hand, and becomes the program that is named first; answers only where that fails.
pub fn become_renderer(arguments: &[OsString]) -> io::Error {
    match arguments.split_first() {
        Some((program, rest)) => limited(program, rest),
        None => io::Error::other("no program is named"),
    }
}

#[cfg(unix)]
fn limited(program: &OsStr, arguments: &[OsString]) -> io::Error {
    use rustix::process::{Resource, Rlimit, setrlimit};
    use std::os::unix::process::CommandExt;

    /// Bytes of addresses: programs in Go reserve far more than they use.
    const ADDRESSES: u64 = 4 << 30;
    /// Bytes of each file that it writes, into its own folder.
    const FILE: u64 = 16 << 20;
    /// Seconds of processor time.
    const CPU_SECONDS: u64 = 30;
    for (resource, limit) in [
        (Resource::As, ADDRESSES),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Fsize, FILE),
        (Resource::Core, 0),
    ] {
        let set = setrlimit(
            resource,
            Rlimit {
                current: Some(limit),
                maximum: Some(limit),
            },
        );
        // Not every system lets memory be limited so.
        if let (Err(error), true) = (set, cfg!(target_os = "linux") || resource != Resource::As) {
            return error.into();
        }
    }
    Command::new(program).args(arguments).exec()
}

#[cfg(not(unix))]
fn limited(_: &OsStr, _: &[OsString]) -> io::Error {
    io::Error::other("this system has no limits for it")
}
