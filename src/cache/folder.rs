//! Where runs are kept, and whether that is safe.

use crate::{
    disk::OnDisk,
    document::source::{display_name, folder, real_folder},
};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// Why runs are not kept in a folder.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It lies in what is checked.
    #[error(
        "the cache folder {} lies in {}, which is checked: a change could forge what is in it",
        display_name(.folder),
        shown(.checked)
    )]
    Checked {
        /// As it was given.
        folder: PathBuf,
        /// The folder or repository.
        checked: PathBuf,
    },
    /// Others can write it.
    #[error("the cache folder {} {reason}", display_name(.folder))]
    Shared {
        /// As it was given.
        folder: PathBuf,
        /// How others can.
        reason: &'static str,
    },
    /// It cannot be made.
    #[error("the cache folder {} cannot be used: {reason}", display_name(.folder))]
    Unusable {
        /// As it was given.
        folder: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl CacheError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Checked { .. } => "name a folder outside of the repository, or use `--no-cache`",
            Self::Shared { .. } => {
                "name a folder that only you can read and write (mode 0700), or use `--no-cache`"
            }
            Self::Unusable { .. } => "name a folder that can be created, or use `--no-cache`",
        }
    }
}

/// The current folder has the empty name.
fn shown(path: &Path) -> String {
    match display_name(path) {
        name if name.is_empty() => ".".to_owned(),
        name => name,
    }
}

/// The folder for caches of this user, as the system has it.
#[expect(
    clippy::disallowed_methods,
    reason = "where a run is kept decides no finding"
)]
pub(super) fn usual() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let below_home = |rest: &str| Some(PathBuf::from(variable("HOME")?).join(rest));
    // A runner serves many changes, and what one of them wrote must not judge another.
    if variable("CI").is_some() {
        return None;
    }
    let above = if cfg!(windows) {
        variable("LOCALAPPDATA").map(PathBuf::from)
    } else {
        let named = variable("XDG_CACHE_HOME").map(PathBuf::from);
        let system = if cfg!(target_os = "macos") {
            "Library/Caches"
        } else {
            ".cache"
        };
        named.or_else(|| below_home(system))
    };
    // The specification of XDG: what is relative is invalid.
    let above = above.filter(|above| above.is_absolute())?;
    Some(above.join("servelint"))
}

/// The folder without links, made where it is not there, if nobody but the user can write it.
pub(super) fn own(given: &Path, checked: &[PathBuf]) -> Result<PathBuf, CacheError> {
    let unusable = |reason| CacheError::Unusable {
        folder: given.to_owned(),
        reason,
    };
    // Before it is made: nothing is written into a checkout.
    let place = real_folder(given);
    refuse_checked(given, &place, checked)?;
    make(&place).map_err(unusable)?;
    let place = place.resolve().map_err(unusable)?;
    refuse_checked(given, &place, checked)?;
    match shared(&place).map_err(unusable)? {
        Some(reason) => Err(CacheError::Shared {
            folder: given.to_owned(),
            reason,
        }),
        None => Ok(place),
    }
}

fn refuse_checked(given: &Path, place: &Path, checked: &[PathBuf]) -> Result<(), CacheError> {
    match roots(checked)
        .into_iter()
        .find(|root| place.starts_with(root))
    {
        Some(root) => Err(CacheError::Checked {
            folder: given.to_owned(),
            checked: root,
        }),
        None => Ok(()),
    }
}

/// The folders in which a change could write: those that are checked, and their repositories.
fn roots(checked: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots = Vec::new();
    for path in checked.iter().map(PathBuf::as_path).chain([Path::new(".")]) {
        let Ok(real) = path.resolve() else { continue };
        let start = match real.holds_folder() {
            true => real.as_path(),
            false => folder(&real),
        };
        let mut above = start.ancestors();
        roots.extend(
            above
                .find(|above| above.join(".git").look_at_link().is_ok())
                .map(Path::to_owned),
        );
        if path != Path::new(".") || checked.iter().any(|checked| checked == path) {
            roots.push(start.to_owned());
        }
    }
    roots
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// How others than the user could write in the folder.
#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "whose a cache is decides no finding"
)]
fn shared(folder: &Path) -> io::Result<Option<&'static str>> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::symlink_metadata(folder)?;
    Ok(if !found.is_dir() {
        Some("is no folder")
    } else if found.uid() != rustix::process::geteuid().as_raw() {
        Some("belongs to another user")
    } else if found.mode() & 0o077 != 0 {
        Some("is open to other users")
    } else {
        None
    })
}

/// The folder of a user is that of this user alone unless somebody changed that.
#[cfg(not(unix))]
fn shared(folder: &Path) -> io::Result<Option<&'static str>> {
    let found = folder.look()?;
    Ok((!found.is_dir()).then_some("is no folder"))
}
