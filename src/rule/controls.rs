//! Controls of standards, and for which of them a rule gives evidence.
//!
//! Owns [`ControlTables`]: what stands in `controls/` and in that folder of packs. The tables are data, so that an auditor
//! changes them without a build of the rules; they are a reading of a standard, and no certificate.

mod form;
mod table;

pub use table::{ControlProblem, read_table};

use super::Rule;
use crate::{
    built_in::{Folder, GoneError},
    did_you_mean::{nearest, question},
    document::source::Source,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// What every table of controls says of itself.
pub const READING: &str = "This is how servelint reads the standards. It is not a certificate, and a control covers more than rules can check.";

/// A standard, a regulation or another list of controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// Kebab-case, unique: the part before the colon.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The edition that was read.
    pub version: String,
    /// Where its own text is found.
    pub address: Option<String>,
    /// What of it the table covers.
    pub about: String,
}

/// One control of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// What it belongs to.
    pub framework: Arc<Framework>,
    /// Its number or name within the framework.
    pub id: String,
    /// What it is about, in the words of the table.
    pub title: String,
    /// Its place in the table, from 0.
    pub place: usize,
}

/// Writes `nist-ai-rmf:MANAGE-2.4`.
impl fmt::Display for Control {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.framework.id, self.id)
    }
}

/// That a rule gives evidence for a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Which.
    pub control: Arc<Control>,
    /// Why, in a sentence.
    pub reason: String,
}

/// A rule names a control that no table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownControl {
    /// As the rule names it.
    pub name: String,
    /// What it may mean.
    pub nearest: Option<String>,
}

impl fmt::Display for UnknownControl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "there is no control `{}`", self.name)?;
        match &self.nearest {
            Some(known) => write!(out, "; {}", question(known)),
            None => out.write_str("; `servelint rules --by-control` lists them"),
        }
    }
}

/// All controls that are known, and the rules that are mapped to them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "form::TablesForm", into = "form::TablesForm")]
pub struct ControlTables {
    frameworks: BTreeMap<String, Arc<Framework>>,
    /// By their full names.
    controls: BTreeMap<String, Arc<Control>>,
    /// By the ids of rules, each in the order of frameworks and controls.
    mappings: BTreeMap<String, Vec<Mapping>>,
}

impl ControlTables {
    /// The tables that come with servelint, read from their YAML.
    ///
    /// # Errors
    /// What is wrong with one of them, or that a debug build misses its source.
    pub fn embedded() -> Result<Self, ControlProblem> {
        let files = Folder::Controls.files().map_err(|gone: GoneError| {
            ControlProblem::at(&Source::new("controls", ""), None, gone.to_string())
        })?;
        let mut tables = Self::default();
        for (path, text) in files {
            read_table(&mut tables, &Source::new(*path, *text))?;
        }
        Ok(tables)
    }

    /// The rules that tables map, with the full name of a control each.
    pub fn mapped(&self) -> impl Iterator<Item = (&str, &Mapping)> {
        let rules = self.mappings.iter();
        rules.flat_map(|(rule, mappings)| mappings.iter().map(move |one| (rule.as_str(), one)))
    }

    /// Gives a rule its mappings: those of the tables, and those that its METADATA names, whose reason is its title.
    ///
    /// # Errors
    /// The first control that it names and no table has.
    pub fn join(&self, rule: &mut Rule) -> Result<(), UnknownControl> {
        for mapping in self.mappings.get(&rule.id).into_iter().flatten() {
            rule.map(mapping.clone());
        }
        for name in rule.named_controls.clone() {
            let Some(control) = self.controls.get(&name) else {
                let nearest = nearest(&name, self.controls.keys().map(String::as_str));
                let nearest = nearest.map(str::to_owned);
                return Err(UnknownControl { name, nearest });
            };
            let reason = rule.title.clone();
            rule.map(Mapping {
                control: Arc::clone(control),
                reason,
            });
        }
        Ok(())
    }
}

impl Rule {
    /// Adds a control that it is not mapped to yet: the first reason counts.
    pub fn map(&mut self, mapping: Mapping) {
        let name = mapping.control.to_string();
        let is_new = self
            .controls
            .iter()
            .all(|known| known.control.to_string() != name);
        if is_new {
            self.controls.push(mapping);
            self.controls.sort_by(|a, b| {
                let [a, b] = [a, b].map(|mapping| &mapping.control);
                (&a.framework.id, a.place).cmp(&(&b.framework.id, b.place))
            });
        }
    }

    /// True for one that is mapped to the control of this full name, or to any of the framework of this id.
    pub fn is_mapped_to(&self, name: &str) -> bool {
        let mut controls = self.controls.iter().map(|mapping| &mapping.control);
        controls.any(|control| control.framework.id == name || control.to_string() == name)
    }
}
