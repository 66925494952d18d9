//! The compiled rules of each kind in each project, and what its team decided.

use crate::{
    check::{LintError, selection::Selection},
    policy::{Evaluator, Pack, Team},
    review::Member,
    rule::{Rule, Subject},
};
use jiff::civil::Date;
use std::{
    collections::{BTreeMap, HashMap},
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
        let artifacts = match members.iter().any(|member| member.kind().is_some()) {
            true => Some(Subject::Artifacts),
            false => None,
        };
        for member in members {
            let project = &member.project;
            let config = &project.config;
            let (_, known) = by_project.entry(project.root.clone()).or_insert_with(|| {
                let team = Team::new(&config.policy, &config.approvers, today);
                let settings = pack.settings(&project.root, &config.pack_settings);
                (team.with_settings(settings), BTreeMap::new())
            });
            let own = [member.subject, Subject::Review];
            for subject in own.into_iter().chain(artifacts) {
                if known.contains_key(&subject) {
                    continue;
                }
                let keep = |rule: &Rule| selection.contains(project, &rule.id);
                let compiled = pack.evaluator(subject, &keep);
                known.insert(subject, compiled.map_err(LintError::Policy)?);
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
