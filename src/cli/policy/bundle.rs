//! `servelint policy bundle`: the archive of a pack.

use crate::{
    authoring,
    cli::{CommandError, quoted, say, shown},
    units::counted,
};
use clap::Args;
use std::{
    env,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Write a pack as an archive that servelint and OPA read
///
/// The archive is an OPA bundle: the policies without tests and cases, the data, profiles and schemas of the pack, what its
/// rules import from servelint, and `data.<pack>.main.finding`, which asks each rule about what it applies to. The same
/// pack gives the same bytes. An existing file with other content is not overwritten.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct BundleArguments {
    /// Folder of the pack
    #[arg(value_name = "PACK", default_value = ".")]
    pack: PathBuf,
    /// Archive to write, such as acme.tar.gz
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

const HELP: &str = "\
Examples:
  servelint policy bundle platform-policies -o acme.tar.gz
  servelint input specs/ > input.json
  opa eval --bundle acme.tar.gz --input input.json data.acme.main.finding

Exit codes:
  0  the archive was written, or is there with the same content
  2  the pack cannot be used, or the archive cannot be written";

pub(super) fn run(
    arguments: &BundleArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    let BundleArguments { pack, output } = arguments;
    let name = output.to_string_lossy();
    if !crate::config::is_archive_name(&name) {
        return Err(CommandError::usage(
            format!("`{}` is no name of an archive", shown(output)),
            "let it end in `.tar.gz` or `.tgz`, by which `[[policies]]` knows an archive",
        ));
    }
    let archive = authoring::bundle(pack, &env::current_exe()?).inspect_err(|error| {
        for problem in error.problems() {
            say(errors, problem, None);
        }
    })?;
    let is_new = write(output, &archive.bytes)?;
    let rules = counted(archive.rules, "rule");
    let done = if is_new { "wrote" } else { "unchanged:" };
    writeln!(
        out,
        "{done} {}, the pack `{}` with {rules}",
        shown(output),
        archive.name
    )?;
    writeln!(
        out,
        "\nName it in servelint.toml, by its path from there:\n  [[policies]]\n  path = \"{}\"\n  digest = \"sha256:{}\"",
        shown(Path::new(output.file_name().unwrap_or_default())),
        archive.digest
    )?;
    if let Some(entry_point) = &archive.entry_point {
        writeln!(
            out,
            "\nAsk its rules in OPA about what `servelint input` prints:\n  opa eval --bundle {} --input input.json {entry_point}.finding",
            quoted(&shown(output))
        )?;
    }
    out.flush()?;
    Ok(0)
}

/// Writes the archive; false where it is there with these bytes.
fn write(output: &Path, bytes: &[u8]) -> Result<bool, CommandError> {
    match fs::read(output) {
        Ok(known) if known == bytes => return Ok(false),
        Ok(_) => {
            return Err(CommandError::usage(
                format!("{} is there already, with other content", shown(output)),
                "remove it, or choose another name",
            ));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(unwritable(output, error)),
    }
    let created = OpenOptions::new().write(true).create_new(true).open(output);
    let mut file = created.map_err(|error| unwritable(output, error))?;
    if let Err(error) = file.write_all(bytes) {
        // Half an archive must not look like one.
        let _ = fs::remove_file(output);
        return Err(unwritable(output, error));
    }
    Ok(true)
}

fn unwritable(output: &Path, reason: io::Error) -> CommandError {
    CommandError::Unwritable {
        path: output.to_owned(),
        reason,
    }
}
