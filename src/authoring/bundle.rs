//! The archive of a pack: what servelint reads of it, and beside that what makes it a bundle of OPA.

use crate::{
    archive::{self, PackBytes},
    config::{Contract, PACK_FILE},
    document::source::{Source, display_name},
    pack::{ADDED, PackError, PackFiles, SETTINGS},
    policy::{OpaParts, PackProblem, TeamPack},
    schema::Schema,
};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// The archive of a pack.
#[derive(Debug, Clone)]
pub struct PackArchive {
    /// Its bytes: the same for the same pack and the same release of servelint.
    pub bytes: Vec<u8>,
    /// Their SHA-256, as an entry of `[[policies]]` demands it.
    pub digest: String,
    /// The name of the pack.
    pub name: String,
    /// How many rules it has.
    pub rules: usize,
    /// The package in OPA that has their findings; `None` with conftest's contract.
    pub entry_point: Option<String>,
}

/// Why a pack has no archive.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] PackError),
    /// It is no folder.
    #[error("{} is an archive already", display_name(.0))]
    Archived(PathBuf),
    /// It could not be used.
    #[error("the pack `{name}` cannot be used, so there is no archive of it")]
    Unusable {
        /// Its name.
        name: String,
        /// Why, a line each.
        problems: Vec<String>,
    },
    /// It can be used, and OPA could not read it.
    #[error("the pack `{name}` {reason}")]
    Unfit {
        /// Its name.
        name: String,
        /// Why, after the name.
        reason: String,
    },
}

impl BundleError {
    /// What is wrong with the pack, a line each.
    pub fn problems(&self) -> &[String] {
        match self {
            Self::Unusable { problems, .. } => problems,
            Self::Unreadable(_) | Self::Archived(_) | Self::Unfit { .. } => &[],
        }
    }

    /// What to do about it, where that is known. It may hold text from files.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Unreadable(error) => error.help(),
            Self::Archived(_) => Some("name the folder that it was made of"),
            Self::Unusable { .. } | Self::Unfit { .. } => None,
        }
    }
}

/// What a bundle of OPA says of itself.
const MANIFEST: &str = ".manifest";
const DATA: &str = "data.json";
/// Names that mean something to OPA in any folder of a bundle.
const MEANT_FOR_OPA: [&str; 5] = [
    "data.json",
    "data.yaml",
    "data.yml",
    "patch.json",
    "plan.json",
];

/// The archive of the pack in a folder. Its policies are compiled by a copy of `program`, which is servelint.
///
/// # Errors
/// Where the pack cannot be read or used, or holds what OPA would take for something else.
pub fn bundle(folder: &Path, program: &Path) -> Result<PackArchive, BundleError> {
    if folder.is_file() {
        return Err(BundleError::Archived(folder.to_owned()));
    }
    let files = PackFiles::of_folder(folder)?;
    let name = files.manifest.name.clone();
    let team = usable(&files, program)?;
    let unfit = |reason: String| BundleError::Unfit {
        name: name.clone(),
        reason,
    };
    let parts = team.opa_parts().map_err(unfit)?;
    let content = content(&files, &parts).map_err(unfit)?;
    let packed = archive::packed(&content).map_err(|error| unfit(error.to_string()))?;
    // What servelint would not read back is of no use.
    let read = PackFiles::of_archive(&packed, folder)?;
    let again = usable(&read, program)?;
    if again.rules() != team.rules() || again.data() != team.data() {
        let reason = "reads differently from its archive, which is a mistake of servelint";
        return Err(unfit(reason.to_owned()));
    }
    Ok(PackArchive {
        digest: archive::sha256(&packed),
        bytes: packed,
        rules: team.rules().len(),
        entry_point: parts.entry_point,
        name,
    })
}

/// The pack, which a run could use.
fn usable(files: &PackFiles, program: &Path) -> Result<TeamPack, BundleError> {
    let refused = |problems: Vec<String>| BundleError::Unusable {
        name: files.manifest.name.clone(),
        problems,
    };
    let told = |problems: Vec<PackProblem>| refused(super::run::told(problems));
    let team = TeamPack::read(files).map_err(told)?;
    let problems = team
        .start(program, files)
        .map_err(|reason| refused(vec![reason]))?;
    if !problems.is_empty() {
        return Err(told(problems));
    }
    if let Some(schema) = files.files.get(SETTINGS)
        && let Err(reason) = Schema::compile(&schema.text)
    {
        let problem = format!("`{}` is no JSON Schema: {reason}", schema.name);
        return Err(refused(vec![problem]));
    }
    Ok(team)
}

/// The files of the archive; why OPA could not read them, after the name of the pack.
fn content(files: &PackFiles, parts: &OpaParts) -> Result<PackBytes, String> {
    let mut content = PackBytes::new();
    if let Some((path, _)) = files.within(ADDED, "").next() {
        return Err(format!(
            "holds `{path}`: in a bundle `{ADDED}` is what servelint adds for OPA"
        ));
    }
    let kept = files.files.iter().filter(|(path, _)| is_kept(path));
    for (path, source) in kept {
        let name = path.rsplit('/').next().unwrap_or_default();
        if MEANT_FOR_OPA.contains(&name) {
            return Err(format!(
                "holds `{path}`, which OPA would take for data: give it another name"
            ));
        }
        let is_policy = path.ends_with(".rego");
        let bytes = match is_policy {
            true => parts.policy(&source.text).into_bytes(),
            false => bytes(source),
        };
        content.insert(path.clone(), bytes);
    }
    content.insert(PACK_FILE.to_owned(), bytes(&files.source));
    for (path, text) in &parts.files {
        content.insert(path.clone(), text.clone().into_bytes());
    }
    content.insert(DATA.to_owned(), written(&parts.data));
    let is_v0 = files.manifest.is_v0 && files.manifest.contract != Contract::Servelint;
    let manifest = json!({
        "revision": files.manifest.version,
        "roots": parts.roots,
        "rego_version": if is_v0 { 0 } else { 1 },
    });
    content.insert(MANIFEST.to_owned(), written(&manifest));
    Ok(content)
}

/// What servelint reads of a pack, save its data: neither tests nor cases.
fn is_kept(path: &str) -> bool {
    let is_policy = path.ends_with(".rego") && !path.ends_with("_test.rego");
    let folders = ["schemas/", "profiles/", "controls/"];
    is_policy || folders.iter().any(|folder| path.starts_with(folder))
}

fn bytes(source: &Source) -> Vec<u8> {
    source.text.clone().into_bytes()
}

/// JSON on one line: its keys stand in the order of the files.
fn written(value: &Json) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}
