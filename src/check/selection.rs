//! Which rules take part.

mod weights;

pub(super) use weights::ServiceSetting;

use super::{LintError, Request, locks};
use crate::{
    config::{Config, FILE_NAME, Level, Project, Projects},
    did_you_mean::nearest,
    finding::SwitchedOff,
    policy::Pack,
    rule::{POLICY_WEAKENED, Rule},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use weights::Weights;

/// A name that is neither a rule nor a category.
#[derive(Debug, thiserror::Error)]
#[error("{origin} names `{name}`, which is no rule and no category")]
pub struct UnknownRule {
    origin: String,
    name: String,
    hint: Option<String>,
}

impl UnknownRule {
    /// What to do about it.
    pub fn help(&self) -> Cow<'static, str> {
        match &self.hint {
            Some(known) => format!("did you mean `{known}`?").into(),
            None => "`servelint rules` lists them".into(),
        }
    }
}

/// The rules that take part in a run: each project decides for its own files.
#[derive(Debug)]
pub struct Selection {
    by_root: BTreeMap<PathBuf, ProjectRules>,
}

/// What one project decided, and the flags of the run for it.
#[derive(Debug)]
struct ProjectRules {
    wanted: BTreeSet<String>,
    /// What keeps each of the others from taking part.
    off: BTreeMap<String, SwitchedOff>,
    /// True where somebody wants a rule: what nobody can leave out alone is no check.
    any: bool,
    /// Rules and categories.
    ignored: BTreeSet<String>,
    weights: Weights,
}

impl Selection {
    /// `--select` replaces the selection of the configuration; `--ignore` adds to what it ignores.
    pub fn new(pack: &Pack, request: &Request, projects: &Projects) -> Result<Self, LintError> {
        let known = KnownNames::of(pack);
        known.check("--select", &request.select)?;
        known.check("--ignore", &request.ignore)?;
        for set in &request.severity {
            known.check("--severity", std::slice::from_ref(&set.rule))?;
        }
        let mut by_root = BTreeMap::new();
        for project in projects.all() {
            known.check_config(&project.config)?;
            locks::check(pack, &project.config)?;
            // What the change proposes would stop the next run.
            if let Some(proposal) = &project.proposal {
                known.check_config(&proposal.config)?;
                locks::check(pack, &proposal.config)?;
            }
            let rules = ProjectRules::of(pack, request, project);
            by_root.insert(project.root.clone(), rules);
        }
        Ok(Self { by_root })
    }

    /// True when the rule takes part in what is said about files of the project.
    pub fn contains(&self, project: &Project, id: &str) -> bool {
        self.by_root
            .get(&project.root)
            .is_some_and(|rules| rules.wanted.contains(id))
    }

    /// True when a finding that keeps the other rules from running is to be shown: where rules are
    /// selected as well, for those cannot judge either what cannot be read.
    pub fn contains_obstacle(&self, project: &Project, rule: &Rule) -> bool {
        let Some(rules) = self.by_root.get(&project.root) else {
            return true;
        };
        !rules.ignored.iter().any(|name| rule.is_named(name))
    }

    /// The weight that somebody gave to what a rule says in a file; the last one that fits decides.
    /// One for an environment or a tier fits where every specification concerned names it.
    pub fn level(
        &self,
        project: &Project,
        rule: &Rule,
        file: &Path,
        settings: &[ServiceSetting],
    ) -> Option<Level> {
        let rules = self.by_root.get(&project.root)?;
        let last = rules.weights.last(rule, file, settings)?;
        // What makes a review a draft may weigh less, and is always there.
        let is_fixed = rule.is_always() && last.level == Level::Off;
        (!is_fixed).then_some(last.level)
    }

    /// How many rules are in force for a document, and what switches off the others.
    pub fn in_force(
        &self,
        pack: &Pack,
        project: &Project,
        file: &Path,
        settings: &[ServiceSetting],
    ) -> (usize, Vec<SwitchedOff>) {
        let Some(rules) = self.by_root.get(&project.root) else {
            return (0, Vec::new());
        };
        let (mut count, mut off) = (0, BTreeSet::new());
        for rule in pack.rules().values() {
            let by = match rules.off.get(&rule.id) {
                Some(by) => Some(by.clone()),
                None if !rules.wanted.contains(&rule.id) => continue,
                None => rules.weighed_off(rule, file, settings),
            };
            count += usize::from(by.is_none());
            off.extend(by);
        }
        (count, off.into_iter().collect())
    }

    /// True where nobody wants any rule.
    pub fn is_empty(&self) -> bool {
        !self.by_root.values().any(|rules| rules.any)
    }

    /// How many rules take part anywhere.
    pub fn count(&self) -> usize {
        self.wanted().collect::<BTreeSet<_>>().len()
    }

    /// The rules that take part anywhere, once for each project.
    fn wanted(&self) -> impl Iterator<Item = &String> {
        self.by_root.values().flat_map(|rules| &rules.wanted)
    }
}

impl ProjectRules {
    fn of(pack: &Pack, request: &Request, project: &Project) -> Self {
        let config = &project.config;
        let (mut wanted, mut off) = (BTreeSet::new(), BTreeMap::new());
        let mut any = false;
        let own = |rule: &&Rule| pack.is_of(rule, &project.root);
        for rule in pack.rules().values().filter(own) {
            let by = unwanted(rule, request, config);
            any |= by.is_none();
            match by.filter(|_| !is_always(rule, request)) {
                Some(by) => off.insert(rule.id.clone(), by).is_none(),
                None => wanted.insert(rule.id.clone()),
            };
        }
        // A flag goes before the configuration, and the last one that fits decides.
        let set = config.severity.iter().chain(&request.severity);
        let ignored = request.ignore.iter().chain(&config.check.ignore);
        Self {
            wanted,
            off,
            any,
            ignored: ignored.cloned().collect(),
            weights: Weights::new(set),
        }
    }
}

impl ProjectRules {
    /// The entry of `[[severity]]`, or the flag, that switches a rule off for a file.
    fn weighed_off(
        &self,
        rule: &Rule,
        file: &Path,
        settings: &[ServiceSetting],
    ) -> Option<SwitchedOff> {
        if rule.is_always() {
            return None;
        }
        let last = self.weights.last(rule, file, settings)?;
        let by = || off(rule, &last.rule, last.origin.clone());
        (last.level == Level::Off).then(by)
    }
}

/// True for what nobody can leave out: that a review is a draft, and, where policies are compared, what that finds.
fn is_always(rule: &Rule, request: &Request) -> bool {
    let compares = request
        .policy_from
        .as_ref()
        .is_some_and(|revision| !revision.is_empty());
    rule.is_always() || (rule.id == POLICY_WEAKENED && compares)
}

/// What keeps a rule from taking part.
fn unwanted(rule: &Rule, request: &Request, config: &Config) -> Option<SwitchedOff> {
    let check = &config.check;
    let line = |key: &str| match config.places.get(key) {
        Some(place) => place.line(),
        None => FILE_NAME.to_owned(),
    };
    let (select, selecting) = match request.select.is_empty() {
        true => (&check.select, "check.select"),
        false => (&request.select, "--select"),
    };
    if !select.is_empty() && !names(select, rule) {
        let by = match request.select.is_empty() {
            true => line(selecting),
            false => selecting.to_owned(),
        };
        return Some(off(rule, &rule.id, by));
    }
    if let Some(name) = request.ignore.iter().find(|name| rule.is_named(name)) {
        return Some(off(rule, name, "--ignore".to_owned()));
    }
    let name = check.ignore.iter().find(|name| rule.is_named(name))?;
    Some(off(rule, name, line(&format!("check.ignore[{name}]"))))
}

fn off(rule: &Rule, name: &str, by: String) -> SwitchedOff {
    SwitchedOff {
        name: name.to_owned(),
        is_category: rule.id != name,
        by,
    }
}

fn names(list: &[String], rule: &Rule) -> bool {
    list.iter().any(|name| rule.is_named(name))
}

/// The ids and categories of all rules: what a list of rules may name.
struct KnownNames<'p>(BTreeSet<&'p str>);

impl<'p> KnownNames<'p> {
    fn of(pack: &'p Pack) -> Self {
        let mut known = BTreeSet::new();
        for rule in pack.rules().values() {
            known.extend([rule.id.as_str(), rule.category.as_str()]);
            known.extend(rule.pack());
        }
        Self(known)
    }

    /// The lists of a configuration.
    fn check_config(&self, config: &Config) -> Result<(), UnknownRule> {
        for (word, key, names) in [
            ("select", "check.select", &config.check.select),
            ("ignore", "check.ignore", &config.check.ignore),
            (
                "policy.waivers.never",
                "policy.waivers.never",
                &config.policy.waivers.never,
            ),
        ] {
            let file = match config.places.get(key) {
                Some(place) => place.source.name.as_str(),
                None => FILE_NAME,
            };
            self.check(&format!("`{word}` in {file}"), names)?;
        }
        for lock in &config.locked {
            if let Some(rule) = lock.rule() {
                let origin = format!("`locked` at {}", lock.place.line());
                self.check(&origin, &[rule.to_owned()])?;
            }
        }
        for set in &config.severity {
            let origin = format!("`[[severity]]` at {}", set.origin);
            self.check(&origin, std::slice::from_ref(&set.rule))?;
        }
        Ok(())
    }

    fn check(&self, origin: &str, names: &[String]) -> Result<(), UnknownRule> {
        for name in names {
            if !self.0.contains(name.as_str()) {
                return Err(UnknownRule {
                    origin: origin.to_owned(),
                    name: name.clone(),
                    hint: nearest(name, self.0.iter().copied()).map(str::to_owned),
                });
            }
        }
        Ok(())
    }
}
