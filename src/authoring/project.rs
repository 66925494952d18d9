//! The project that each case of a rule becomes a file of.

use super::{cases::CaseText, scaffold::around};
use crate::{
    config::{KindSchema, PACK_FILE},
    pack::PackFiles,
    rule::{OwnKind, Rule, TARGET_LOOSENED},
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

    /// A project that names a copy of this pack, and declares what the project around it declares.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn of_pack(pack: &PackFiles) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut config = "[[policies]]\npath = \"pack\"\n".to_owned();
        for (number, entry) in around(pack.root()).iter().enumerate() {
            config.push_str(&declaration(folder.path(), number, entry));
        }
        fs::write(folder.path().join(crate::config::FILE_NAME), config)?;
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

/// The entry of `[[schemas]]` for a kind, beside whose file a copy of its schema is written.
fn declaration(folder: &Path, number: usize, entry: &KindSchema) -> String {
    // What can be no name is refused where it stands.
    let Some(kind) = OwnKind::named(&entry.kind) else {
        return String::new();
    };
    let extension = Path::new(&entry.schema).extension();
    let extension = extension.unwrap_or_default().to_string_lossy();
    let extension = extension.chars().filter(char::is_ascii_alphanumeric);
    let name = format!("kind-{number}.{}", extension.collect::<String>());
    // One that is not there is missed by the run.
    drop(fs::copy(entry.path(), folder.join(&name)));
    format!(
        "[[schemas]]\nkind = \"{}\"\napiVersion = \"{}\"\nschema = \"{name}\"\n",
        kind.name(),
        entry.api_version
    )
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
pub fn is_about_a_change(rule: &Rule) -> bool {
    let known = [TARGET_LOOSENED, "change-undeclared", "change-unproven"];
    known.contains(&rule.id.as_str())
}
