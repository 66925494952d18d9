//! What the machine tells about itself.

use std::{
    io::Read,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A driver that is broken may never answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// No machine has more GPUs.
const MOST: usize = 64;

/// The names of the GPUs of this machine, or why they are not known.
pub(super) fn gpus() -> Result<Vec<String>, String> {
    let mut child = Command::new("nvidia-smi")
        .args(["--query-gpu=name", "--format=csv,noheader"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("`nvidia-smi` cannot be run ({error})"))?;
    let Some(status) = waited(&mut child) else {
        return Err("`nvidia-smi` does not answer".to_owned());
    };
    let mut text = String::new();
    let pipe = child.stdout.take();
    // Names of GPUs fit the pipe, so that all of it was written.
    let read = pipe.map(|pipe| pipe.take(64 * 1024).read_to_string(&mut text));
    if !status.success() || !matches!(read, Some(Ok(_))) {
        return Err("`nvidia-smi` failed".to_owned());
    }
    let names = text.lines().map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = names.take(MOST).map(str::to_owned).collect();
    match names.is_empty() {
        true => Err("`nvidia-smi` names none".to_owned()),
        false => Ok(names),
    }
}

/// How it ended; `None` where it had to be ended.
fn waited(child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}
