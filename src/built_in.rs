//! The files that come with the program: policies, schemas and the pages of rules.
//!
//! Owns where they are read from. A release, and whatever is built from a package, embeds them; a debug build of a
//! checkout reads them from its source folder, so that an edited rule is tried without a build.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// A file: its path from the root of the source, with forward slashes, and its text.
pub type BuiltInFile = (&'static str, &'static str);

/// Which files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The rules in Rego, their libraries and what they know of platforms.
    Policies,
    /// JSON Schemas.
    Schemas,
    /// The page of each rule, in Markdown.
    Pages,
}

/// A debug build whose source folder is gone.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "this debug build reads `{folder}` from its source folder, and cannot: {reason}; build it with `--release` to have them in the binary"
)]
pub struct GoneError {
    folder: &'static str,
    reason: String,
}

/// What is embedded of each folder; `None` where a build reads from disk. Written by `build.rs`.
const EMBEDDED: Option<[&[BuiltInFile]; 3]> = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

static READ: [OnceLock<Result<Vec<BuiltInFile>, GoneError>>; 3] =
    [OnceLock::new(), OnceLock::new(), OnceLock::new()];

impl Folder {
    /// Its path from the root of the source.
    fn path(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Schemas => "schemas",
            Self::Pages => "docs/rules",
        }
    }

    /// True for the files that come with the program; `build.rs` has the same list.
    fn takes(self, name: &str) -> bool {
        match self {
            Self::Policies => {
                name.ends_with(".rego") && !name.ends_with("_test.rego")
                    || name.ends_with("/data.json")
            }
            Self::Schemas => name.ends_with(".json") && !name.starts_with("schemas/input/"),
            Self::Pages => name.ends_with(".md"),
        }
    }

    /// All its files, sorted by path.
    ///
    /// # Errors
    /// Where this build reads from disk, and the source folder is gone.
    pub fn files(self) -> Result<&'static [BuiltInFile], GoneError> {
        if let Some(embedded) = EMBEDDED {
            return Ok(embedded[self as usize]);
        }
        let read = || {
            self.read(Path::new(env!("CARGO_MANIFEST_DIR")))
                .map_err(|error| GoneError {
                    folder: self.path(),
                    reason: error.to_string(),
                })
        };
        READ[self as usize]
            .get_or_init(read)
            .as_deref()
            .map_err(GoneError::clone)
    }

    /// The text of a file, by its path from the root of the source.
    pub fn text(self, path: &str) -> Option<&'static str> {
        let files = self.files().ok()?;
        files
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| *text)
    }

    fn read(self, root: &Path) -> io::Result<Vec<BuiltInFile>> {
        let mut paths = Vec::new();
        collect(&root.join(self.path()), &mut paths)?;
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let name = path.strip_prefix(root).map_err(io::Error::other)?;
            let name = name.to_string_lossy().replace('\\', "/");
            if self.takes(&name) {
                // Read once, and then as good as built in.
                let text = fs::read_to_string(&path)?;
                files.push((&*name.leak(), &*text.leak()));
            }
        }
        Ok(files)
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = fs::read_dir(folder)
        .map_err(|error| io::Error::other(format!("{}: {error}", folder.display())))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_gone_is_named() {
        let error = Folder::Policies
            .read(Path::new("nowhere/at/all"))
            .expect_err("it is gone");
        assert!(error.to_string().contains("policies"), "{error}");
    }

    /// What `build.rs` embeds, and what is read from disk, are the same files.
    #[test]
    fn tests_and_cases_stay_out() {
        let names = |folder: Folder| folder.files().expect("the files").iter().map(|file| file.0);
        assert!(
            names(Folder::Policies)
                .all(|name| !name.ends_with("_test.rego") && !name.ends_with(".yaml"))
        );
        assert!(names(Folder::Policies).any(|name| name == "policies/lib/team.rego"));
        assert!(names(Folder::Pages).any(|name| name == "docs/rules/README.md"));
        assert!(Folder::Schemas.text("schemas/gone.json").is_none());
    }
}
