//! The compiled rules of each kind in each project, and what its team decided.

use crate::{
    check::{LintError, selection::Selection},
    policy::{Evaluator, Pack, Team},
    review::Member,
    rule::{Rule, Subject},
};
use jiff::civil::Date;
use std::{
    collections::{BTreeMap, HashMap, btree_map::Entry},
    path::{Path, PathBuf},
};

/// Projects that select the same rules share them: thresholds come in with each question.
pub(super) struct Evaluators {
    by_project: HashMap<PathBuf, (Team, BTreeMap<Subject, Evaluator>)>,
}

impl Evaluators {
    /// Compiles only what the documents need.
    pub(super) fn new(
        members: &[Member],
        pack: &Pack,
        selection: &Selection,
        today: Date,
    ) -> Result<Self, LintError> {
        let mut by_project: HashMap<PathBuf, (Team, BTreeMap<Subject, Evaluator>)> = HashMap::new();
        // A specification may claim a manifest of another project.
        let artifacts = members
            .iter()
            .any(|member| member.kind().is_some())
            .then_some(Subject::Artifacts);
        for member in members {
            let config = &member.project.config;
            let team = || Team::new(&config.policy, &config.approvers, today);
            let (_, known) = by_project
                .entry(member.project.root.clone())
                .or_insert_with(|| (team(), BTreeMap::new()));
            let own = [member.subject, Subject::Review];
            for subject in own.into_iter().chain(artifacts) {
                if let Entry::Vacant(slot) = known.entry(subject) {
                    let keep = |rule: &Rule| selection.contains(&member.project, &rule.id);
                    let compiled = pack.evaluator(subject, &keep);
                    slot.insert(compiled.map_err(LintError::Policy)?);
                }
            }
        }
        Ok(Self { by_project })
    }

    /// The rules of a subject, and what the team decided.
    pub(super) fn of(&self, root: &Path, subject: Subject) -> Option<(&Evaluator, &Team)> {
        let (team, evaluators) = self.by_project.get(root)?;
        Some((evaluators.get(&subject)?, team))
    }
}
