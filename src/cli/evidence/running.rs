//! A command that runs while servelint waits: what asks servelint to end asks the command, so that its result and what
//! is stated of it are there afterwards.

use std::{
    io,
    process::{Command, ExitStatus},
};

/// Runs a command to its end.
#[cfg(unix)]
pub(super) fn run(command: &mut Command) -> io::Result<ExitStatus> {
    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::{
        consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM},
        iterator::Signals,
    };
    use std::{
        io::{IsTerminal, stdin},
        thread,
    };

    // Before it starts: nothing may end servelint alone.
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    let handle = signals.handle();
    let mut child = command.spawn()?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let forwarding = thread::spawn(move || {
        for number in signals.forever() {
            // From its keyboard a terminal sends these to both.
            let came_to_both = matches!(number, SIGINT | SIGQUIT) && stdin().is_terminal();
            if let (Some(pid), Some(signal), false) =
                (pid, Signal::from_named_raw(number), came_to_both)
            {
                // It may have ended just now.
                let _ = kill_process(pid, signal);
            }
        }
    });
    let status = child.wait();
    handle.close();
    let _ = forwarding.join();
    status
}

/// Runs a command to its end.
#[cfg(not(unix))]
pub(super) fn run(command: &mut Command) -> io::Result<ExitStatus> {
    command.status()
}
