//! The command line: hands the arguments to the library and its answer to the shell.

use clap::Parser;
use servelint::cli::{self, Arguments};
use std::{
    io::{self, BufWriter, Write},
    process::ExitCode,
};

/// Evaluating rules is mostly allocating: this is a fifth of the run time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    let code = cli::run(arguments, &mut out, &mut io::stderr().lock());
    match out.flush() {
        Ok(()) => ExitCode::from(code),
        // Whoever read the output has seen enough; the verdict stands.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(io::stderr(), "servelint: cannot write the output: {error}");
            ExitCode::from(2)
        }
    }
}
