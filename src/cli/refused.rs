//! Arguments that are no command of ours, told without letting them act.

use super::Arguments;
use crate::output::safe::{calm, escape};
use clap::Parser;
use std::{
    ffi::OsString,
    io::{self, Write},
};

impl Arguments {
    /// Reads the words of a command line, the name of the program first. The error is the exit code, once help is
    /// printed or what is wrong is told: a script may pass the name of a stranger's file.
    pub fn read(words: Vec<OsString>) -> Result<Self, u8> {
        let error = match Self::try_parse_from(&words) {
            Ok(arguments) => return Ok(arguments),
            Err(error) => error,
        };
        let code = u8::try_from(error.exit_code()).unwrap_or(super::FAILED);
        let acts = words.iter().any(|word| {
            let word = word.to_string_lossy();
            calm(&escape(&word)) != word
        });
        // Nobody may listen; the exit code still tells.
        let _ = match acts && error.use_stderr() {
            true => tell(&error, &words, &mut io::stderr()),
            false => error.print(),
        };
        Err(code)
    }
}

/// The same error about words of which none acts. Where they would be accepted, the words themselves on one line.
fn tell(error: &clap::Error, words: &[OsString], out: &mut dyn Write) -> io::Result<()> {
    let harmless = words.iter().map(|word| {
        let word = word.to_string_lossy();
        escape(&word).into_owned()
    });
    let text = match Arguments::try_parse_from(harmless) {
        Err(same) if same.kind() == error.kind() => same.render().to_string(),
        _ => format!("{}\n", escape(error.render().to_string().trim_end())),
    };
    out.write_all(calm(&text).as_bytes())
}
