//! The cases of a rule: one good document, and edits that break it, each with the findings that must follow.
//!
//! They stand in `policies/<category>/<rule-id>/cases.yaml`; `docs/adding.md` says how they are written.

use super::{
    ROOT,
    edits::{Edit, Words},
    files,
};
use serde::Deserialize;
use serde_json::Value as Json;
use servelint::{
    document::{
        read::{self, Format},
        source::Source,
    },
    rule::{POLICY_UNUSABLE, POLICY_WEAKENED, Rule, WAIVER_UNPROVEN},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The folder of the project that each case becomes a file of; `good/` holds the shared documents.
const PROJECT: &str = "fixtures/cases";

/// What `cases.yaml` says.
#[derive(Debug)]
pub(crate) struct Cases {
    /// No rule objects to it.
    pub(crate) good: Text,
    /// In the order of the file; there is at least one.
    pub(crate) cases: Vec<Case>,
}

/// A file, and files that lie beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text {
    /// The format, as the extension of a file.
    pub(crate) extension: String,
    pub(crate) text: String,
    pub(crate) beside: BTreeMap<String, String>,
}

/// One edited document, and all that the rule must say of it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// What was edited, where it is not the good document of the rule.
    pub(crate) good: Option<Text>,
    pub(crate) bad: Text,
    pub(crate) finds: Vec<Expected>,
}

/// A finding: where it points, and as much of the rest as the case cares for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// A JSON Pointer.
    pub(crate) at: Option<String>,
    /// From 1: for what stands in no value, such as a comment.
    pub(crate) line: Option<usize>,
    /// The end of the file's name, where it is not the edited file.
    #[serde(rename = "in")]
    pub(crate) file: Option<String>,
    /// A part of the message.
    pub(crate) message: Option<String>,
    /// The JSON Pointers of the related places, all of them.
    pub(crate) related: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    good: Json,
    cases: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    good: Option<Json>,
    #[serde(default)]
    edits: Vec<Edit>,
    replace: Option<String>,
    with: Option<String>,
    remove: Option<String>,
    after: Option<String>,
    insert: Option<String>,
    finds: Vec<Expected>,
}

/// A good document that is more than a name or a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Derived {
    base: Option<String>,
    #[serde(default)]
    edits: Vec<Edit>,
    text: Option<String>,
    format: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
}

impl Cases {
    /// The cases of a rule; what is wrong with them otherwise.
    pub(crate) fn of(rule: &Rule) -> Result<Self, String> {
        let folder = Path::new(ROOT).join("policies");
        let folder = folder.join(&rule.category).join(&rule.id);
        // What they find takes a repository with a history, or a pack: tests/cli/policy.rs, proven.rs and packs.rs.
        if [POLICY_UNUSABLE, POLICY_WEAKENED, WAIVER_UNPROVEN].contains(&rule.id.as_str()) {
            let text = fs::read_to_string(folder.join("cases.yaml"));
            return Self::unchecked(text.map_err(|error| format!("cases.yaml: {error}"))?);
        }
        Self::read(&folder)
    }

    /// The cases in a rule's folder; what is wrong with them otherwise.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(folder.join("cases.yaml"))
            .map_err(|error| format!("cases.yaml: {error}"))?;
        Self::parse(text).map_err(|reason| format!("cases.yaml: {reason}"))
    }

    /// The cases in a text of YAML; what is wrong with them otherwise.
    pub(crate) fn parse(text: String) -> Result<Self, String> {
        let all = Self::unchecked(text)?;
        match all.cases.iter().all(|case| case.finds.is_empty()) {
            true => Err("no case finds anything".to_owned()),
            false => Ok(all),
        }
    }

    fn unchecked(text: String) -> Result<Self, String> {
        let parsed = read::parse(&Source::new("cases.yaml", text), Format::Yaml);
        if let Some(error) = parsed.errors.first() {
            return Err(format!("{error:?}"));
        }
        let document = parsed.documents.first().ok_or("holds nothing")?;
        let sheet: Sheet =
            serde_json::from_value(document.root.to_json()).map_err(|error| error.to_string())?;
        let good = Text::of(sheet.good)?;
        if sheet.cases.is_empty() {
            return Err("there is no case".to_owned());
        }
        let rows = sheet.cases.into_iter().map(|row| {
            let name = row.name.clone();
            Case::of(row, &good).map_err(|reason| format!("case `{name}`: {reason}"))
        });
        let cases = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { good, cases })
    }
}

impl Case {
    fn of(row: Row, good: &Text) -> Result<Self, String> {
        let own = row.good.map(Text::of).transpose()?;
        let mut bad = own.as_ref().unwrap_or(good).clone();
        let mut edits = row.edits;
        let words = Words {
            replace: row.replace,
            with: row.with,
            remove: row.remove,
            after: row.after,
            insert: row.insert,
        };
        edits.extend(words.edit()?);
        bad.text = Edit::all(&edits, &bad.text)?;
        if let Some(finding) = row
            .finds
            .iter()
            .find(|found| found.at.is_none() && found.line.is_none())
        {
            return Err(format!("{finding:?} names no place: give `at` or `line`"));
        }
        if edits.is_empty() && !row.finds.is_empty() {
            return Err("nothing is edited, so nothing can be found in what is good".to_owned());
        }
        Ok(Self {
            name: row.name,
            good: own,
            bad,
            finds: row.finds,
        })
    }
}

impl Text {
    /// From the name of a shared document, a text of YAML, or a map.
    fn of(json: Json) -> Result<Self, String> {
        match json {
            Json::String(text) if text.contains('\n') => Ok(Self::new("yaml", text)),
            Json::String(name) => Self::shared(&name),
            json => serde_json::from_value::<Derived>(json)
                .map_err(|error| format!("good: {error}"))?
                .text(),
        }
    }

    fn new(extension: &str, text: String) -> Self {
        Self {
            extension: extension.to_owned(),
            text,
            beside: BTreeMap::new(),
        }
    }

    /// One of `fixtures/cases/good/`.
    pub(crate) fn shared(name: &str) -> Result<Self, String> {
        let path = Path::new(ROOT).join(PROJECT).join("good").join(name);
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{PROJECT}/good/{name}: {error}"))?;
        let extension = name.rsplit_once('.').map_or("yaml", |(_, end)| end);
        Ok(Self::new(extension, text))
    }
}

impl Derived {
    fn text(self) -> Result<Text, String> {
        let mut text = match (self.base, self.text) {
            (Some(base), None) if self.format.is_none() => Text::shared(&base)?,
            (None, Some(text)) => Text::new(self.format.as_deref().unwrap_or("yaml"), text),
            _ => return Err("good: give either `base`, or `text` and its `format`".to_owned()),
        };
        text.text =
            Edit::all(&self.edits, &text.text).map_err(|reason| format!("good: {reason}"))?;
        text.beside = self.files;
        Ok(text)
    }
}

/// A copy of the project that cases become files of; it goes away with the value.
pub(crate) struct CaseProject {
    folder: tempfile::TempDir,
}

impl CaseProject {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let from = Path::new(ROOT).join(PROJECT);
        files::copy(&from, folder.path(), &|path| !path.starts_with("good"));
        Self { folder }
    }

    /// All documents of a rule, each in a folder of its own.
    pub(crate) fn write_all(&self, rule: &Rule, cases: &Cases) -> Vec<PathBuf> {
        let good = std::iter::once(&cases.good);
        let others = cases
            .cases
            .iter()
            .flat_map(|case| case.good.iter().chain([&case.bad]));
        let numbered = good.chain(others).enumerate();
        numbered
            .map(|(number, text)| self.write(rule, number, text))
            .collect()
    }

    /// Writes a document of a rule and the files beside it, where the one of this number was before;
    /// the path of the document.
    pub(crate) fn write(&self, rule: &Rule, number: usize, text: &Text) -> PathBuf {
        let folder = self.folder.path().join(&rule.category).join(&rule.id);
        let folder = folder.join(number.to_string());
        // Nothing of the document before this one takes part.
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in &text.beside {
            fs::write(folder.join(name), text).expect("a file");
        }
        let path = folder.join(format!("case.{}", text.extension));
        fs::write(&path, &text.text).expect("a file");
        path
    }
}
