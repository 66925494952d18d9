//! The command line: hands the arguments to the library and its answer to the shell.

use servelint::cli::{self, Arguments};
use std::{
    env,
    io::{self, BufWriter, Write},
    panic,
    process::ExitCode,
};

/// Evaluating rules is mostly allocating: this is a fifth of the run time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::read(env::args_os().collect()) {
        Ok(arguments) => arguments,
        Err(code) => return ExitCode::from(code),
    };
    panic::set_hook(Box::new(defect));
    let answered = panic::catch_unwind(|| {
        let mut out = BufWriter::new(io::stdout().lock());
        let code = cli::run(arguments, &mut out, &mut io::stderr());
        (code, out.flush())
    });
    match answered {
        Ok((code, Ok(()))) => ExitCode::from(code),
        // Whoever read the output has seen enough; the verdict stands.
        Ok((code, Err(error))) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Ok((_, Err(error))) => {
            let _ = writeln!(io::stderr(), "servelint: cannot write the output: {error}");
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}

/// A panic is a defect of ours, and no verdict: it is said in one line.
fn defect(panic: &panic::PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(|place| format!(" at {}:{}", place.file(), place.line()));
    let reason = panic
        .payload_as_str()
        .unwrap_or("no reason given")
        .escape_debug()
        .to_string();
    let _ = writeln!(
        io::stderr(),
        "servelint: this is a defect of servelint, please report it: {reason}{}",
        place.unwrap_or_default()
    );
}
