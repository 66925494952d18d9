//! Puts a text in the place of a file's own, so that nobody ever reads half of it.

#![expect(clippy::disallowed_methods, reason = "a run that writes is not kept")]

use super::FixedFile;
use crate::document::source::folder;
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Writes a mended file, or says why not.
pub(super) fn update(file: &FixedFile) -> Result<(), String> {
    let name = &file.name;
    let reason = match fs::read(&file.path) {
        Ok(bytes) if bytes == file.before.as_bytes() => {
            match replace(&file.path, file.after.as_bytes()) {
                Ok(()) => return Ok(()),
                Err(error) => error.to_string(),
            }
        }
        Ok(_) => "it changed while it was checked; run it again".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "it is gone".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(format!("cannot fix {name}: {reason}"))
}

/// Puts the bytes in the place of a file's own, through links; its owner and permissions stay. What is no
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
    let path = if before.is_some() {
        path.canonicalize()?
    } else {
        path.to_owned()
    };
    let mut file = temporary(folder(&path))?;
    file.write_all(bytes)?;
    if let Some(before) = before {
        keep_owner(file.as_file(), &before);
        // After the owner, whose change takes special bits away.
        file.as_file().set_permissions(before.permissions())?;
    }
    // A crash after the renaming must not leave an empty file under the name.
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Gives the file the owner and group of the one before. Only root may give files away: for others the group alone is
/// tried, and what is refused stays as it is.
#[cfg(unix)]
fn keep_owner(file: &fs::File, before: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(own) = file.metadata() else { return };
    if (own.uid(), own.gid()) == (before.uid(), before.gid()) {
        return;
    }
    if fchown(file, Some(before.uid()), Some(before.gid())).is_err() {
        let _ = fchown(file, None, Some(before.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::File, _: &fs::Metadata) {}

/// A file as readable as one made by `open`: only its owner could read a plain temporary one.
pub fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".servelint-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_or_vanished_meanwhile_is_not_written() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a.yaml");
        let file = |before: &str| FixedFile {
            name: "a.yaml".into(),
            path: path.clone(),
            before: before.into(),
            after: "a: 2\n".into(),
            fixes: 1,
        };
        assert_eq!(
            update(&file("a: 1\n")),
            Err("cannot fix a.yaml: it is gone".into())
        );
        fs::write(&path, "a: 3\n").expect("a file");
        let changed = "cannot fix a.yaml: it changed while it was checked; run it again";
        assert_eq!(update(&file("a: 1\n")), Err(changed.into()));
        assert_eq!(fs::read_to_string(&path).expect("a text"), "a: 3\n");
        assert_eq!(update(&file("a: 3\n")), Ok(()));
        assert_eq!(fs::read_to_string(&path).expect("a text"), "a: 2\n");
    }
}
