//! Which rules take part.

use super::Request;
use crate::{
    config::{Check, FILE_NAME, Project, Projects},
    hint::nearest,
    policy::Pack,
    rule::Rule,
    source::display_name,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// A name that is neither a rule nor a category.
#[derive(Debug, thiserror::Error)]
#[error("{origin} names `{name}`, which is no rule and no category{}", hint.as_ref().map(|hint| format!("\n  help: did you mean `{hint}`?")).unwrap_or_else(|| "\n  help: `servelint rules` lists them".into()))]
pub struct UnknownRule {
    origin: String,
    name: String,
    hint: Option<String>,
}

/// The rules that take part in a run: each project decides for its own files.
#[derive(Debug)]
pub struct Selection {
    by_root: BTreeMap<PathBuf, BTreeSet<String>>,
    ignored: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Selection {
    /// `--select` replaces the selection of the configuration; `--ignore` adds to what it ignores.
    pub fn new(pack: &Pack, request: &Request, projects: &Projects) -> Result<Self, UnknownRule> {
        check(pack, "--select", &request.select)?;
        check(pack, "--ignore", &request.ignore)?;
        let (mut by_root, mut ignored) = (BTreeMap::new(), BTreeMap::new());
        for project in projects.all() {
            let file = project.file.as_deref().map_or_else(|| FILE_NAME.to_owned(), display_name);
            let origin = |key: &str| format!("`{key}` in {file}");
            check(pack, &origin("select"), &project.config.check.select)?;
            check(pack, &origin("ignore"), &project.config.check.ignore)?;
            let wanted =
                pack.rules().values().filter(|rule| Self::wants(rule, request, &project.config.check));
            let out = request.ignore.iter().chain(&project.config.check.ignore);
            ignored.insert(project.root.clone(), out.cloned().collect());
            by_root.insert(project.root.clone(), wanted.map(|rule| rule.id.clone()).collect());
        }
        Ok(Self { by_root, ignored })
    }

    fn wants(rule: &Rule, request: &Request, check: &Check) -> bool {
        let names = |list: &[String]| list.iter().any(|name| *name == rule.id || *name == rule.category);
        let select = if request.select.is_empty() { &check.select } else { &request.select };
        (select.is_empty() || names(select)) && !names(&request.ignore) && !names(&check.ignore)
    }

    /// True when the rule takes part in what is said about files of the project.
    pub fn contains(&self, project: &Project, id: &str) -> bool {
        self.by_root.get(&project.root).is_some_and(|ids| ids.contains(id))
    }

    /// True when a finding that keeps the other rules from running is to be shown: where rules are
    /// selected as well, for those cannot judge either what cannot be read.
    pub fn contains_obstacle(&self, project: &Project, rule: &Rule) -> bool {
        let is_ignored = |out: &BTreeSet<String>| out.contains(&rule.id) || out.contains(&rule.category);
        !self.ignored.get(&project.root).is_some_and(is_ignored)
    }

    /// The categories of the rules that take part anywhere.
    pub fn categories(&self, pack: &Pack) -> BTreeSet<String> {
        let used = self.by_root.values().flatten().filter_map(|id| pack.rules().get(id));
        used.map(|rule| rule.category.clone()).collect()
    }

    /// How many rules take part anywhere.
    pub fn count(&self) -> usize {
        self.by_root.values().flatten().collect::<BTreeSet<_>>().len()
    }
}

fn check(pack: &Pack, origin: &str, names: &[String]) -> Result<(), UnknownRule> {
    let categories = pack.rules().values().map(|rule| rule.category.as_str());
    let known: BTreeSet<&str> = pack.rules().keys().map(String::as_str).chain(categories).collect();
    match names.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let hint = nearest(name, known.iter().copied()).map(str::to_owned);
            Err(UnknownRule { origin: origin.into(), name: name.clone(), hint })
        }
    }
}
