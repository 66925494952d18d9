//! The cases of a rule: one good document, and edits that break it, each with the findings that must follow.
//!
//! They stand in `cases.yaml` in the rule's folder; `docs/adding.md` describes the format.

use super::edits::{CaseEdit, EditWords};
use crate::document::{
    read::{self, Format},
    source::{LineIndex, Source},
};
use serde::Deserialize;
use serde_json::Value as Json;
use std::{collections::BTreeMap, fmt};

/// The file of a rule's folder that holds its cases.
pub(super) const CASES_FILE: &str = "cases.yaml";

/// Reads a shared document by its name, or says why there is none.
pub type SharedDocuments<'s> = &'s dyn Fn(&str) -> Result<String, String>;

/// What `cases.yaml` says.
#[derive(Debug)]
pub struct RuleCases {
    /// No rule objects to it.
    pub good: CaseText,
    /// In the order of the file; there is at least one.
    pub cases: Vec<RuleCase>,
}

/// A file, and files that lie beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseText {
    /// The format, as the extension of a file.
    pub extension: String,
    /// The file.
    pub text: String,
    /// Texts of further files by their names.
    pub beside: BTreeMap<String, String>,
}

/// One edited document, and all that the rule must say of it.
#[derive(Debug)]
pub struct RuleCase {
    /// What it shows.
    pub name: String,
    /// What was edited, where it is not the good document of the rule.
    pub good: Option<CaseText>,
    /// The edited document.
    pub bad: CaseText,
    /// The findings, in their order.
    pub finds: Vec<ExpectedFinding>,
}

/// A finding: where it points, and as much of the rest as the case cares for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedFinding {
    /// A JSON Pointer.
    pub at: Option<String>,
    /// From 1: for what stands in no value, such as a comment.
    pub line: Option<usize>,
    /// The end of the file's name, where it is not the edited file.
    #[serde(rename = "in")]
    pub file: Option<String>,
    /// A part of the message.
    pub message: Option<String>,
    /// The JSON Pointers of the related places, all of them.
    pub related: Option<Vec<String>>,
}

/// What is wrong with the cases of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasesError {
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for CasesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{CASES_FILE}:{line}: {}", self.reason),
            None => write!(f, "{CASES_FILE}: {}", self.reason),
        }
    }
}

impl From<CasesError> for String {
    fn from(error: CasesError) -> Self {
        error.to_string()
    }
}

impl From<String> for CasesError {
    fn from(reason: String) -> Self {
        Self { line: None, reason }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseSheet {
    good: Json,
    cases: Vec<CaseRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseRow {
    name: String,
    good: Option<Json>,
    #[serde(default)]
    edits: Vec<CaseEdit>,
    replace: Option<String>,
    with: Option<String>,
    remove: Option<String>,
    after: Option<String>,
    insert: Option<String>,
    finds: Vec<ExpectedFinding>,
}

/// A good document that is more than a name or a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DerivedText {
    base: Option<String>,
    #[serde(default)]
    edits: Vec<CaseEdit>,
    text: Option<String>,
    format: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
}

impl RuleCases {
    /// The cases in a text of YAML.
    ///
    /// # Errors
    /// Where the text is no YAML of this form, an edit does not apply, or no case finds anything.
    pub fn parse(text: String, shared: SharedDocuments<'_>) -> Result<Self, CasesError> {
        let all = Self::unchecked(text, shared)?;
        match all.cases.iter().all(|case| case.finds.is_empty()) {
            true => Err("no case finds anything".to_owned().into()),
            false => Ok(all),
        }
    }

    /// The same where no case needs to find anything, for rules whose findings take more than documents.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn unchecked(text: String, shared: SharedDocuments<'_>) -> Result<Self, CasesError> {
        let source = Source::new(CASES_FILE, text);
        let parsed = read::parse(&source, Format::Yaml);
        if let Some(error) = parsed.errors.first() {
            let line = LineIndex::new(&source.text).line_of(error.span.start()) + 1;
            return Err(CasesError {
                line: Some(line),
                reason: error.message.clone(),
            });
        }
        let document = parsed.documents.first();
        let document = document.ok_or_else(|| "holds nothing".to_owned())?;
        let sheet: CaseSheet =
            serde_json::from_value(document.root.to_json()).map_err(|error| error.to_string())?;
        let good = CaseText::of(sheet.good, shared)?;
        if sheet.cases.is_empty() {
            return Err("there is no case".to_owned().into());
        }
        let mut cases = Vec::new();
        for row in sheet.cases {
            let name = row.name.clone();
            let case = RuleCase::of(row, &good, shared);
            cases.push(case.map_err(|reason| format!("case `{name}`: {reason}"))?);
        }
        Ok(Self { good, cases })
    }
}

impl RuleCase {
    fn of(row: CaseRow, good: &CaseText, shared: SharedDocuments<'_>) -> Result<Self, String> {
        let own = row
            .good
            .map(|json| CaseText::of(json, shared))
            .transpose()?;
        let mut bad = own.as_ref().unwrap_or(good).clone();
        let mut edits = row.edits;
        let words = EditWords {
            replace: row.replace,
            with: row.with,
            remove: row.remove,
            after: row.after,
            insert: row.insert,
        };
        edits.extend(words.edit()?);
        bad.text = CaseEdit::all(&edits, &bad.text)?;
        let mut placeless = row.finds.iter();
        if let Some(finding) = placeless.find(|found| found.at.is_none() && found.line.is_none()) {
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

impl CaseText {
    /// From the name of a shared document, a text of YAML, or a map.
    fn of(json: Json, shared: SharedDocuments<'_>) -> Result<Self, String> {
        match json {
            Json::String(text) if text.contains('\n') => Ok(Self::new("yaml", text)),
            Json::String(name) => Self::shared(&name, shared),
            json => serde_json::from_value::<DerivedText>(json)
                .map_err(|error| format!("good: {error}"))?
                .text(shared),
        }
    }

    fn new(extension: &str, text: String) -> Self {
        Self {
            extension: extension.to_owned(),
            text,
            beside: BTreeMap::new(),
        }
    }

    /// A shared document; its name tells the format.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn shared(name: &str, shared: SharedDocuments<'_>) -> Result<Self, String> {
        let extension = name.rsplit_once('.').map_or("yaml", |(_, end)| end);
        Ok(Self::new(extension, shared(name)?))
    }
}

impl DerivedText {
    fn text(self, shared: SharedDocuments<'_>) -> Result<CaseText, String> {
        let mut text = match (self.base, self.text) {
            (Some(base), None) if self.format.is_none() => CaseText::shared(&base, shared)?,
            (None, Some(text)) => CaseText::new(self.format.as_deref().unwrap_or("yaml"), text),
            _ => return Err("good: give either `base`, or `text` and its `format`".to_owned()),
        };
        text.text =
            CaseEdit::all(&self.edits, &text.text).map_err(|reason| format!("good: {reason}"))?;
        text.beside = self.files;
        Ok(text)
    }
}
