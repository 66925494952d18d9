//! Puts a text in the place of a file's own, so that nobody ever reads half of it.

use super::MendedFile;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Writes a mended file, or says why not.
pub(super) fn update(file: &MendedFile) -> Result<(), String> {
    let refuse = |reason: &str| Err(format!("cannot fix {}: {reason}", file.name));
    match fs::read(&file.path) {
        Ok(bytes) if bytes == file.before.as_bytes() => {}
        Ok(_) => return refuse("it changed while it was checked; run it again"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return refuse("it is gone"),
        Err(error) => return refuse(&error.to_string()),
    }
    replace(&file.path, file.after.as_bytes()).map_err(|error| format!("cannot fix {}: {error}", file.name))
}

/// Puts the bytes in the place of a file's own, through links; its permissions stay. What is no
/// file, such as `/dev/null` or a pipe, is written to instead.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let before = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        before => Some(before?),
    };
    match &before {
        Some(before) if !before.is_file() => {
            return OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        Some(before) if before.permissions().readonly() => {
            return Err(io::Error::other("it is read-only"));
        }
        _ => {}
    }
    let path = if before.is_some() { path.canonicalize()? } else { path.to_owned() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = temporary(folder)?;
    file.write_all(bytes)?;
    if let Some(before) = before {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file as readable as one made by `open`: only its owner could read a plain temporary one.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".servelint-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
