//! A rule to begin with: its policy, its test and its cases, and the pack around it where there is none.

mod example;
mod own;

use crate::{
    config::{ConfigError, PACK_FILE, PackManifest},
    did_you_mean::nearest,
    document::source::{Source, display_name},
    rule::{OwnKind, Subject},
};
use example::RuleExample;
pub use example::SUBJECTS;
use own::OwnExample;
pub(super) use own::around;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The category of the first rule of a pack, where nobody names one.
const CATEGORY: &str = "general";
/// Characters of a word of an id.
const LONGEST_WORD: usize = 60;

/// What somebody wants to begin.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// `acme/cost-center`; in the source of servelint `capacity/my-rule`.
    pub id: String,
    /// What it reads.
    pub applies_to: Subject,
    /// The folder of the pack.
    pub folder: PathBuf,
    /// The folder of the rule in it, instead of the one that the pack has.
    pub category: Option<String>,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Scaffolded {
    /// The files, in the order in which they were written.
    pub files: Vec<PathBuf>,
    /// True for a rule of servelint itself.
    pub is_own: bool,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The id is none.
    #[error("`{0}` is no id of a rule")]
    Id(String),
    /// The subject has no example.
    #[error("rules do not apply to `{0}` alone")]
    Subject(Subject),
    /// Nothing declares the kind.
    #[error("no `[[schemas]]` declares the kind `{}`", .0.name())]
    Undeclared(OwnKind, Vec<String>),
    /// The folder is another pack.
    #[error(
        "{} is the pack `{name}`, and the rule is for `{wanted}`",
        display_name(path)
    )]
    OtherPack {
        /// Its `servelint-pack.toml`.
        path: PathBuf,
        /// What it is.
        name: String,
        /// What the id says.
        wanted: String,
    },
    /// The folder holds what is checked, and a pack holds only rules.
    #[error("{} holds a servelint.toml, and a pack is a folder of its own", display_name(.0))]
    Project(PathBuf),
    /// The pack has several categories.
    #[error("the pack has several categories: {0}")]
    Categories(String),
    /// There is something already.
    #[error("{} is there already", display_name(.0))]
    Exists(PathBuf),
    /// The `servelint-pack.toml` is wrong.
    #[error(transparent)]
    Manifest(#[from] ConfigError),
    /// The disk does not want it.
    #[error("cannot write {}: {reason}", display_name(path))]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: io::Error,
    },
}

impl ScaffoldError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Id(_) => {
                "write the pack and the rule in small letters, digits and `-`, such as `acme/cost-center`".into()
            }
            Self::Subject(_) => {
                let names: Vec<String> = SUBJECTS.iter().map(ToString::to_string).collect();
                format!("use one of {}", names.join(", "))
            }
            Self::Undeclared(kind, declared) => {
                let mut known: Vec<String> = SUBJECTS.iter().map(ToString::to_string).collect();
                known.extend(declared.iter().cloned());
                match nearest(kind.name(), known.iter().map(String::as_str)) {
                    Some(name) => crate::did_you_mean::question(name),
                    None => format!(
                        "rules apply to {}; a kind of your own is declared in `[[schemas]]` of servelint.toml or of servelint-pack.toml",
                        known.join(", ")
                    ),
                }
            }
            Self::OtherPack { name, .. } => {
                format!("name the rule `{name}/...`, or another folder with `--in FOLDER`")
            }
            Self::Project(_) => "name the folder of the pack with `--in FOLDER`".into(),
            Self::Categories(_) => "name one with `--category NAME`".into(),
            Self::Exists(_) => "remove it, or choose another id".into(),
            Self::Manifest(error) => error.help().unwrap_or("correct it first").to_owned(),
            Self::Unwritable { .. } => "choose a folder that you may write to with `--in FOLDER`".into(),
        }
    }
}

/// Writes the files of a new rule, and nothing where any of them is there.
///
/// # Errors
/// Where the id is none, the folder is something else, or a file cannot be written.
pub fn write_rule(new: &NewRule) -> Result<Scaffolded, ScaffoldError> {
    let (first, id) = words(&new.id).ok_or_else(|| ScaffoldError::Id(new.id.clone()))?;
    let own = match new.applies_to {
        Subject::Own(kind) => Some(
            OwnExample::of(kind, &new.folder)
                .map_err(|known| ScaffoldError::Undeclared(kind, known))?,
        ),
        _ => None,
    };
    let Some(example) = RuleExample::of(new.applies_to, own) else {
        return Err(ScaffoldError::Subject(new.applies_to));
    };
    let home = RuleFolder::of(new, first)?;
    let folder = home.policies.join(&home.category).join(id);
    if folder.symlink_metadata().is_ok() {
        return Err(ScaffoldError::Exists(folder));
    }
    let name = id.replace('-', "_");
    let package = format!("{}.rules.{}", home.root, home.category);
    let mut files = Vec::new();
    files.extend(home.manifest.clone());
    files.extend([
        (
            folder.join(format!("{name}.rego")),
            example.rule(id, &package, home.is_own),
        ),
        (
            folder.join(format!("{name}_test.rego")),
            example.test(id, &package),
        ),
        (folder.join("cases.yaml"), example.cases(home.is_own)),
    ]);
    for (path, text) in &files {
        write(path, text)?;
    }
    Ok(Scaffolded {
        files: files.into_iter().map(|(path, _)| path).collect(),
        is_own: home.is_own,
    })
}

/// `acme` and `cost-center`.
fn words(id: &str) -> Option<(&str, &str)> {
    let (first, rule) = id.split_once('/')?;
    (is_word(first) && is_word(rule)).then_some((first, rule))
}

fn is_word(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    word.len() <= LONGEST_WORD
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(is_plain)
        && !word.ends_with('-')
        && !word.contains("--")
}

/// Where a rule goes.
struct RuleFolder {
    /// The folder of the categories.
    policies: PathBuf,
    category: String,
    /// The first part of its package.
    root: String,
    is_own: bool,
    /// A `servelint-pack.toml` to write.
    manifest: Option<(PathBuf, String)>,
}

impl RuleFolder {
    fn of(new: &NewRule, first: &str) -> Result<Self, ScaffoldError> {
        let manifest = new.folder.join(PACK_FILE);
        if let Some(policies) = own_policies(&new.folder).filter(|_| !manifest.exists()) {
            return Ok(Self {
                policies,
                category: first.to_owned(),
                root: "servelint".to_owned(),
                is_own: true,
                manifest: None,
            });
        }
        let text = match fs::read_to_string(&manifest) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => new_manifest(first),
            Err(reason) => {
                return Err(ScaffoldError::Unwritable {
                    path: manifest,
                    reason,
                });
            }
        };
        let is_new = !manifest.exists();
        if is_new && new.folder.join(crate::config::FILE_NAME).exists() {
            return Err(ScaffoldError::Project(new.folder.clone()));
        }
        let source = Arc::new(Source {
            name: display_name(&manifest),
            path: manifest.clone(),
            text: text.clone(),
        });
        let pack = PackManifest::parse(&source)?;
        if pack.name != first {
            return Err(ScaffoldError::OtherPack {
                path: manifest,
                name: pack.name,
                wanted: first.to_owned(),
            });
        }
        let policies = new.folder.join("policies");
        Ok(Self {
            category: category(new, &policies)?,
            policies,
            root: pack.root(),
            is_own: false,
            manifest: is_new.then_some((manifest, text)),
        })
    }
}

/// The policies of servelint, where a folder is they or its source.
pub fn own_policies(folder: &Path) -> Option<PathBuf> {
    let candidates = [folder.to_owned(), folder.join("policies")];
    let mut candidates = candidates.into_iter();
    candidates.find(|folder| folder.join("servelint/main.rego").is_file())
}

fn new_manifest(name: &str) -> String {
    let release = env!("CARGO_PKG_VERSION");
    format!("name = \"{name}\"\nversion = \"0.1.0\"\nservelint = \">={release}\"\n")
}

/// The category that is named, else the only one, else the usual one.
fn category(new: &NewRule, policies: &Path) -> Result<String, ScaffoldError> {
    if let Some(named) = &new.category {
        return match is_word(named) && !named.contains('-') {
            true => Ok(named.clone()),
            false => Err(ScaffoldError::Id(named.clone())),
        };
    }
    let mut known = Vec::new();
    for entry in fs::read_dir(policies).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        known.extend(entry.file_name().into_string().ok().filter(|_| is_folder));
    }
    known.sort();
    match known.as_slice() {
        [] => Ok(CATEGORY.to_owned()),
        [only] => Ok(only.clone()),
        several => Err(ScaffoldError::Categories(several.join(", "))),
    }
}

fn write(path: &Path, text: &str) -> Result<(), ScaffoldError> {
    let unwritable = |reason: io::Error| ScaffoldError::Unwritable {
        path: path.to_owned(),
        reason,
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(unwritable)?;
    }
    let created = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    let mut file = created.map_err(unwritable)?;
    io::Write::write_all(&mut file, text.as_bytes()).map_err(unwritable)
}
