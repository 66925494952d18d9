//! The files that come with the program: policies, schemas and the pages of rules.
//!
//! Owns where they are read from. A release, and whatever is built from a package, embeds them; a debug build of a
//! checkout reads them from its source folder, so that an edited rule is tried without a build.

mod folder;

pub use folder::Folder;

use crate::units::hex;
use folder::{FOLDERS, mark_of};
use sha2::{Digest, Sha256};
use std::{fs, io, path::Path, sync::OnceLock};

/// A file: its path from the root of the source, with forward slashes, and its text.
pub type BuiltInFile = (&'static str, &'static str);

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
const EMBEDDED: Option<[&[BuiltInFile]; FOLDERS.len()]> =
    include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// What tells the embedded policies from others, counted when they were embedded.
const EMBEDDED_MARK: Option<&str> = include!(concat!(env!("OUT_DIR"), "/mark.rs"));

/// What METADATA and the tables of controls say, read before the build.
/// `None` where a build reads from disk, or where they say something else by now. Written by `build.rs`.
const COMPILED_RULES: Option<&str> = include!(concat!(env!("OUT_DIR"), "/compiled_rules.rs"));

/// What was read from disk, once for the run.
static READ: [OnceLock<Result<Vec<BuiltInFile>, GoneError>>; FOLDERS.len()] =
    [const { OnceLock::new() }; FOLDERS.len()];

/// What tells the policies of this build from others.
pub fn mark() -> String {
    if let Some(mark) = EMBEDDED_MARK {
        return mark.to_owned();
    }
    let files = Folder::Policies.files().unwrap_or_default();
    mark_of(files.iter().copied())
}

/// The text of `src/rule/compiled.json`, where this build has one of its own policies.
pub(crate) fn compiled_rules() -> Option<&'static str> {
    COMPILED_RULES
}

/// The number of what METADATA and the tables of controls say in the source folder.
///
/// # Errors
/// Where it is gone.
pub(crate) fn stated() -> io::Result<String> {
    folder::stated(Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// A digest of the program: of its sources, and of the files that it reads from its source folder.
pub fn build() -> String {
    let mut text = env!("SERVELINT_BUILD").to_owned();
    if EMBEDDED.is_none() {
        let mut hash = Sha256::new();
        for (name, content) in FOLDERS.iter().flat_map(|folder| folder.files()).flatten() {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((content.len() as u64).to_le_bytes());
            hash.update(content);
        }
        text.push_str(&hex(&hash.finalize()));
    }
    text
}

impl Folder {
    /// All its files, sorted by path.
    ///
    /// # Errors
    /// Where this build reads from disk, and the source folder is gone.
    pub fn files(self) -> Result<&'static [BuiltInFile], GoneError> {
        if let Some(embedded) = EMBEDDED {
            return Ok(embedded[self as usize]);
        }
        let read = READ[self as usize].get_or_init(|| self.read_from_source());
        read.as_deref().map_err(GoneError::clone)
    }

    /// The text of a file, by its path from the root of the source.
    pub fn text(self, path: &str) -> Option<&'static str> {
        let files = self.files().ok()?;
        files
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| *text)
    }

    fn read_from_source(self) -> Result<Vec<BuiltInFile>, GoneError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        self.read(root).map_err(|error| GoneError {
            folder: self.path(),
            reason: error.to_string(),
        })
    }

    fn read(self, root: &Path) -> io::Result<Vec<BuiltInFile>> {
        let mut files = Vec::new();
        for (name, path) in self.list(root)? {
            // Read once, and then as good as built in.
            #[expect(
                clippy::disallowed_methods,
                reason = "a run is recorded with the digest of these files"
            )]
            let text = fs::read_to_string(path)?;
            files.push((&*name.leak(), &*text.leak()));
        }
        Ok(files)
    }
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

    #[test]
    fn another_word_above_a_package_is_another_statement_and_a_rule_below_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let stated = |policy: &str, controls: &str| {
            let file = |name: &str, text: &str| {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(path, text).expect("a file");
            };
            file("policies/slo/a/a.rego", policy);
            file("controls/a.yaml", controls);
            folder::stated(folder.path()).expect("a number")
        };
        let policy = "# METADATA\n# title: one\npackage servelint.rules.slo[\"a\"]\n\nx := 1\n";
        let first = stated(policy, "id: a\n");
        assert_eq!(
            stated(&policy.replace("x := 1", "x := 2"), "id: a\n"),
            first
        );
        assert_eq!(stated(&policy.replace('\n', "\r\n"), "id: a\n"), first);
        assert_ne!(stated(&policy.replace("one", "two"), "id: a\n"), first);
        assert_ne!(
            stated(&policy.replace("[\"a\"]", "[\"b\"]"), "id: a\n"),
            first
        );
        assert_ne!(stated(policy, "id: b\n"), first);
    }

    #[test]
    fn each_folder_stands_at_the_place_of_its_number() {
        for (at, folder) in FOLDERS.into_iter().enumerate() {
            assert_eq!(folder as usize, at, "{folder:?}");
        }
    }

    #[test]
    fn tests_and_cases_stay_out() {
        let names = |folder: Folder| folder.files().expect("the files").iter().map(|file| file.0);
        assert!(
            names(Folder::Policies)
                .all(|name| !name.ends_with("_test.rego") && !name.ends_with(".yaml"))
        );
        assert!(names(Folder::Policies).all(|name| name != "policies/lib/testing.rego"));
        assert!(names(Folder::Policies).any(|name| name == "policies/lib/team.rego"));
        assert!(names(Folder::Pages).any(|name| name == "docs/rules/README.md"));
        assert!(Folder::Schemas.text("schemas/gone.json").is_none());
    }
}
