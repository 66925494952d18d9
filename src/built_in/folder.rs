//! The folders whose files come with the program.
//!
//! Owns which files these are. `build.rs` compiles this file too, so that what is embedded and what a debug build
//! reads from disk cannot differ.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Which files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The rules in Rego, their libraries and what they know of platforms.
    Policies,
    /// JSON Schemas.
    Schemas,
    /// The page of each rule, in Markdown.
    Pages,
    /// For which controls of standards the rules give evidence.
    Controls,
}

/// All of them, each at the place of its number.
pub(crate) const FOLDERS: [Folder; 4] = [
    Folder::Policies,
    Folder::Schemas,
    Folder::Pages,
    Folder::Controls,
];

/// What the tests of policies share; no rule needs it.
const FOR_TESTS: &str = "policies/lib/testing.rego";

impl Folder {
    /// Its path from the root of the source.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Schemas => "schemas",
            Self::Pages => "docs/rules",
            Self::Controls => "controls",
        }
    }

    /// True for the files that come with the program.
    fn takes(self, name: &str) -> bool {
        match self {
            Self::Policies => {
                name.ends_with(".rego") && !name.ends_with("_test.rego") && name != FOR_TESTS
                    || name.ends_with("/data.json")
                    || name == "policies/plan.txt"
                    || name.starts_with("policies/servelint/profiles/")
            }
            Self::Schemas => name.ends_with(".json"),
            Self::Pages => name.ends_with(".md"),
            Self::Controls => name.ends_with(".yaml"),
        }
    }

    /// The files of this folder of the source at `root` that come with the program, sorted by path: each with its
    /// path from the root, with forward slashes.
    ///
    /// # Errors
    /// Where a folder cannot be read; the message names it.
    pub(crate) fn list(self, root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
        let mut paths = Vec::new();
        collect(&root.join(self.path()), &mut paths)?;
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let name = path.strip_prefix(root).map_err(io::Error::other)?;
            let name = name.to_string_lossy().replace('\\', "/");
            if self.takes(&name) {
                files.push((name, path));
            }
        }
        Ok(files)
    }
}

/// What tells these policies from any others that somebody wrote by editing them: a number of their paths and texts.
pub(crate) fn mark_of<'t>(files: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let mut hash = FIRST;
    for (path, text) in files.filter(|(path, _)| path.ends_with(".rego")) {
        // A checkout may have the ends of lines of another system.
        let text = text.bytes().filter(|byte| *byte != b'\r');
        hash = numbered(hash, path.bytes().chain([0]).chain(text).chain([0]));
    }
    format!("{hash:016x}")
}

/// FNV-1a, because the standard library promises no hash that stays.
fn numbered(hash: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(hash, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The number of nothing.
const FIRST: u64 = 0xcbf2_9ce4_8422_2325;

/// A number of what METADATA and the tables of controls hold at `root`: with another one, what was made of them is of
/// other files.
///
/// # Errors
/// Where a file cannot be read.
#[expect(
    clippy::disallowed_methods,
    reason = "no run reads them so, except to write what is made of them"
)]
pub(crate) fn stated(root: &Path) -> io::Result<String> {
    let mut hash = FIRST;
    for folder in [Folder::Policies, Folder::Controls] {
        for (name, path) in folder.list(root)? {
            // A checkout may have the ends of lines of another system.
            let text = fs::read_to_string(path)?.replace("\r\n", "\n");
            let stated = match folder {
                Folder::Policies => head(&name, &text),
                _ => &text,
            };
            hash = numbered(hash, name.bytes().chain(stated.bytes()));
        }
    }
    Ok(format!("{hash:016x}"))
}

/// What stands above the end of the line with the package of a policy; nothing of other files.
fn head<'t>(name: &str, text: &'t str) -> &'t str {
    if !name.ends_with(".rego") {
        return "";
    }
    let line = text.find("\npackage ").map_or(0, |at| at + 1);
    let end = text[line..].find('\n').map_or(text.len(), |at| line + at);
    &text[..end]
}

#[expect(
    clippy::disallowed_methods,
    reason = "a run is recorded with the digest of these files"
)]
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
