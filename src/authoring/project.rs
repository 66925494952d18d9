//! The project that each case of a rule becomes a file of.

use super::cases::CaseText;
use crate::{
    config::PACK_FILE,
    pack::PackFiles,
    rule::{Rule, TARGET_LOOSENED},
};
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Below the source of servelint, the project of its own cases; `good/` holds the shared documents.
const OWN_PROJECT: &str = "fixtures/cases";
/// The folder of the shared documents in it.
const SHARED: &str = "good";

/// A temporary project; it goes away with the value.
#[derive(Debug)]
pub struct CaseFolder {
    folder: tempfile::TempDir,
}

impl CaseFolder {
    /// A copy of the project of servelint's own cases; `root` is the folder of its source.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub fn own(root: &Path) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let from = root.join(OWN_PROJECT);
        for entry in walkdir::WalkDir::new(&from) {
            let entry = entry?;
            let name = entry.path().strip_prefix(&from).unwrap_or(entry.path());
            if name.starts_with(SHARED) {
                continue;
            }
            let target = folder.path().join(name);
            match entry.file_type().is_dir() {
                true => fs::create_dir_all(&target)?,
                false => drop(fs::copy(entry.path(), &target)?),
            }
        }
        Ok(Self { folder })
    }

    /// A project that names a copy of this pack, and nothing else.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn of_pack(pack: &PackFiles) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::write(
            folder.path().join(crate::config::FILE_NAME),
            "[[policies]]\npath = \"pack\"\n",
        )?;
        let root = folder.path().join("pack");
        let manifest = (PACK_FILE, &pack.source);
        let files = pack.files.iter().map(|(path, file)| (path.as_str(), file));
        for (path, source) in files.chain([manifest]) {
            let target = root.join(path);
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(target, &source.text)?;
        }
        Ok(Self { folder })
    }

    /// Writes a document of a rule and the files beside it, where the one of this number was before; the path of the
    /// document.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, rule: &Rule, number: usize, text: &CaseText) -> io::Result<PathBuf> {
        let folder = self.folder.path().join(&rule.category).join(&rule.id);
        let folder = folder.join(number.to_string());
        // Nothing of the document before this one takes part.
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        for (name, text) in &text.beside {
            fs::write(folder.join(plain(name)?), text)?;
        }
        let path = folder.join(plain(&format!("case.{}", text.extension))?);
        fs::write(&path, &text.text)?;
        Ok(path)
    }
}

/// The name of a file, and no path that leads elsewhere: cases may come with a change under review.
fn plain(name: &str) -> io::Result<&str> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(_)), None) => Ok(name),
        _ => Err(io::Error::other(format!(
            "`{name}` is not the name of a file"
        ))),
    }
}

/// A shared document of servelint's own cases.
///
/// # Errors
/// Where there is none of this name.
pub fn own_shared(root: &Path, name: &str) -> Result<String, String> {
    let path = root.join(OWN_PROJECT).join(SHARED).join(name);
    fs::read_to_string(path).map_err(|error| format!("{OWN_PROJECT}/{SHARED}/{name}: {error}"))
}

/// True for a rule that compares a document with what it was before.
pub(super) fn is_about_a_change(rule: &Rule) -> bool {
    rule.id == TARGET_LOOSENED
}
