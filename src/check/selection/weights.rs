//! The severities that a team set, ready to be compared with.

use crate::{
    config::SeverityOverride,
    document::source::{folder, real_path},
    rule::Rule,
};
use globset::{Glob, GlobMatcher};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// The environment and tier of a specification, as it names them.
pub(in crate::check) type ServiceSetting = (Option<String>, Option<String>);

/// What one project set, and the flags of the run for it.
#[derive(Debug)]
pub(super) struct Weights {
    list: Vec<Weight>,
    /// For each file that was asked about: resolving its links costs system calls, and there may be as
    /// many globs as findings.
    by_file: Mutex<BTreeMap<PathBuf, Arc<WeightsOfFile>>>,
}

/// Which of the list hold for a file, in their order, by the rule or category that they name.
type WeightsOfFile = BTreeMap<String, Vec<usize>>;

#[derive(Debug)]
struct Weight {
    set: SeverityOverride,
    glob: Option<GlobMatcher>,
    /// What the glob is relative to.
    folder: PathBuf,
}

impl Weights {
    pub(super) fn new<'s>(set: impl Iterator<Item = &'s SeverityOverride>) -> Self {
        Self {
            list: set.map(Weight::new).collect(),
            by_file: Mutex::default(),
        }
    }

    /// What decides the weight of what a rule says in a file: the last one that fits.
    pub(super) fn last(
        &self,
        rule: &Rule,
        file: &Path,
        settings: &[ServiceSetting],
    ) -> Option<&SeverityOverride> {
        if self.list.is_empty() {
            return None;
        }
        let held = self.of_file(file);
        let names = [rule.id.as_str(), rule.category.as_str()];
        let last = names.into_iter().chain(rule.pack()).filter_map(|name| {
            let mut named = held.get(name)?.iter().rev();
            named.find(|at| self.list[**at].fits(settings))
        });
        last.max().map(|at| &self.list[*at].set)
    }

    fn of_file(&self, file: &Path) -> Arc<WeightsOfFile> {
        let mut by_file = self.by_file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_file.get(file) {
            return Arc::clone(known);
        }
        let held = Arc::new(self.holding(file));
        by_file.insert(file.to_owned(), Arc::clone(&held));
        held
    }

    fn holding(&self, file: &Path) -> WeightsOfFile {
        let real = real_path(file);
        let mut held = WeightsOfFile::new();
        for (at, weight) in self.list.iter().enumerate() {
            if weight.holds(&real) {
                held.entry(weight.set.rule.clone()).or_default().push(at);
            }
        }
        held
    }
}

impl Weight {
    /// The glob is known to compile: the configuration was read with it.
    fn new(set: &SeverityOverride) -> Self {
        let glob = set.path.as_deref().and_then(|path| Glob::new(path).ok());
        let place = set.place.as_ref();
        let above = place.map(|place| real_path(folder(&place.source.path)));
        Self {
            set: set.clone(),
            glob: glob.map(|glob| glob.compile_matcher()),
            folder: above.unwrap_or_default(),
        }
    }

    /// One for an environment or a tier fits where every specification concerned names it.
    fn fits(&self, settings: &[ServiceSetting]) -> bool {
        let environments = settings.iter().map(|(environment, _)| environment);
        let tiers = settings.iter().map(|(_, tier)| tier);
        is_each(self.set.environment.as_ref(), environments)
            && is_each(self.set.tier.as_ref(), tiers)
    }

    /// True for a file without links that it is about.
    fn holds(&self, file: &Path) -> bool {
        match &self.glob {
            Some(glob) => {
                let below = file.strip_prefix(&self.folder);
                below.is_ok_and(|file| glob.is_match(file))
            }
            None => self.set.path.is_none(),
        }
    }
}

/// True where nothing is wanted, or it is what every specification names; without any, nothing is.
fn is_each<'s>(
    wanted: Option<&String>,
    mut named: impl ExactSizeIterator<Item = &'s Option<String>>,
) -> bool {
    wanted.is_none() || (named.len() > 0 && named.all(|own| own.as_ref() == wanted))
}
