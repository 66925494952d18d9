//! Which rules take part.

use super::Request;
use crate::{
    config::{CheckTable, FILE_NAME, Level, Project, Projects, SeverityOverride},
    did_you_mean::nearest,
    document::source::{display_name, real_path},
    policy::Pack,
    rule::Rule,
};
use globset::{Glob, GlobMatcher};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

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
    by_root: BTreeMap<PathBuf, BTreeSet<String>>,
    ignored: BTreeMap<PathBuf, BTreeSet<String>>,
    weights: BTreeMap<PathBuf, Vec<Weight>>,
}

/// The environment and tier of a specification, as it names them.
pub(super) type ServiceSetting = (Option<String>, Option<String>);

/// A severity that somebody set, ready to be compared with.
#[derive(Debug)]
struct Weight {
    set: SeverityOverride,
    glob: Option<GlobMatcher>,
    /// What the glob is relative to.
    folder: PathBuf,
}

impl Selection {
    /// `--select` replaces the selection of the configuration; `--ignore` adds to what it ignores.
    pub fn new(pack: &Pack, request: &Request, projects: &Projects) -> Result<Self, UnknownRule> {
        check(pack, "--select", &request.select)?;
        check(pack, "--ignore", &request.ignore)?;
        let flags: Vec<String> = request
            .severity
            .iter()
            .map(|set| set.rule.clone())
            .collect();
        check(pack, "--severity", &flags)?;
        let (mut by_root, mut ignored, mut weights) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for project in projects.all() {
            let file = project
                .file
                .as_deref()
                .map_or_else(|| FILE_NAME.to_owned(), display_name);
            let origin = |key: &str| format!("`{key}` in {file}");
            check(pack, &origin("select"), &project.config.check.select)?;
            check(pack, &origin("ignore"), &project.config.check.ignore)?;
            check(
                pack,
                &origin("policy.waivers.never"),
                &project.config.policy.waivers.never,
            )?;
            for set in &project.config.severity {
                check(
                    pack,
                    &format!("`[[severity]]` at {}", set.origin),
                    std::slice::from_ref(&set.rule),
                )?;
            }
            let folder = project.folder();
            let set = project.config.severity.iter().chain(&request.severity);
            weights.insert(
                project.root.clone(),
                set.map(|set| Weight::new(set, &folder)).collect(),
            );
            let wanted = pack
                .rules()
                .values()
                .filter(|rule| Self::wants(rule, request, &project.config.check));
            let out = request.ignore.iter().chain(&project.config.check.ignore);
            ignored.insert(project.root.clone(), out.cloned().collect());
            by_root.insert(
                project.root.clone(),
                wanted.map(|rule| rule.id.clone()).collect(),
            );
        }
        Ok(Self {
            by_root,
            ignored,
            weights,
        })
    }

    fn wants(rule: &Rule, request: &Request, check: &CheckTable) -> bool {
        let names = |list: &[String]| {
            list.iter()
                .any(|name| *name == rule.id || *name == rule.category)
        };
        let select = if request.select.is_empty() {
            &check.select
        } else {
            &request.select
        };
        (select.is_empty() || names(select)) && !names(&request.ignore) && !names(&check.ignore)
    }

    /// True when the rule takes part in what is said about files of the project.
    pub fn contains(&self, project: &Project, id: &str) -> bool {
        self.by_root
            .get(&project.root)
            .is_some_and(|ids| ids.contains(id))
    }

    /// True when a finding that keeps the other rules from running is to be shown: where rules are
    /// selected as well, for those cannot judge either what cannot be read.
    pub fn contains_obstacle(&self, project: &Project, rule: &Rule) -> bool {
        let is_ignored =
            |out: &BTreeSet<String>| out.contains(&rule.id) || out.contains(&rule.category);
        !self.ignored.get(&project.root).is_some_and(is_ignored)
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
        let weights = self.weights.get(&project.root)?;
        let fits = |weight: &&Weight| weight.fits(rule, settings) && weight.holds(file);
        weights
            .iter()
            .rev()
            .find(fits)
            .map(|weight| weight.set.level)
    }

    /// The categories of the rules that take part anywhere.
    pub fn categories(&self, pack: &Pack) -> BTreeSet<String> {
        let used = self
            .by_root
            .values()
            .flatten()
            .filter_map(|id| pack.rules().get(id));
        used.map(|rule| rule.category.clone()).collect()
    }

    /// How many rules take part anywhere.
    pub fn count(&self) -> usize {
        self.by_root
            .values()
            .flatten()
            .collect::<BTreeSet<_>>()
            .len()
    }
}

impl Weight {
    /// The glob is known to compile: the configuration was read with it.
    fn new(set: &SeverityOverride, folder: &Path) -> Self {
        let glob = set.path.as_deref().and_then(|path| Glob::new(path).ok());
        Self {
            set: set.clone(),
            glob: glob.map(|glob| glob.compile_matcher()),
            folder: folder.to_owned(),
        }
    }

    fn fits(&self, rule: &Rule, settings: &[ServiceSetting]) -> bool {
        let set = &self.set;
        let is = |wanted: &Option<String>, named: fn(&ServiceSetting) -> &Option<String>| {
            wanted.is_none()
                || (!settings.is_empty() && settings.iter().all(|own| named(own) == wanted))
        };
        (set.rule == rule.id || set.rule == rule.category)
            && is(&set.environment, |(environment, _)| environment)
            && is(&set.tier, |(_, tier)| tier)
    }

    fn holds(&self, file: &Path) -> bool {
        let Some(glob) = &self.glob else {
            return self.set.path.is_none();
        };
        let file = real_path(file);
        file.strip_prefix(&self.folder)
            .is_ok_and(|file| glob.is_match(file))
    }
}

fn check(pack: &Pack, origin: &str, names: &[String]) -> Result<(), UnknownRule> {
    let categories = pack.rules().values().map(|rule| rule.category.as_str());
    let known: BTreeSet<&str> = pack
        .rules()
        .keys()
        .map(String::as_str)
        .chain(categories)
        .collect();
    match names.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let hint = nearest(name, known.iter().copied()).map(str::to_owned);
            Err(UnknownRule {
                origin: origin.into(),
                name: name.clone(),
                hint,
            })
        }
    }
}
