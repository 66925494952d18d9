//! The base of a change: the revision whose policy judges it.

use super::{LintError, Request, approvals::Approvals, trust::Trust};
use crate::{
    config::{FILE_NAME, Projects},
    document::source::display_name,
    finding::{Finding, PolicyOrigin, Report, ReviewOutcome},
    git::Snapshot,
    rule::POLICY_WEAKENED,
    waivers::baseline::Baseline,
};
use std::path::Path;

/// Whose policy judges, where somebody asked for that of a base.
pub(super) fn origin(request: &Request, projects: &Projects) -> Option<PolicyOrigin> {
    let revision = request.policy_from.as_ref()?;
    let mut proposals = projects
        .all()
        .filter_map(|project| project.proposal.as_ref());
    let has_own = proposals.any(|proposal| proposal.is_first() || proposal.unreadable.is_some());
    Some(match revision.is_empty() || has_own {
        true => PolicyOrigin::New,
        false => PolicyOrigin::Revision(revision.clone()),
    })
}

/// The baseline as the base has it, if it has one; that on the disk where there is no base, or where it lies outside
/// of the repository.
pub(super) fn baseline(
    path: &Path,
    snapshot: Option<&Snapshot>,
) -> Result<Option<Baseline>, LintError> {
    let inside = snapshot.and_then(|snapshot| Some((snapshot, snapshot.place(path)?)));
    let Some((snapshot, place)) = inside else {
        return Ok(Some(Baseline::read(path)?));
    };
    match snapshot.read(&place)? {
        Some(bytes) => Ok(Some(Baseline::parse(path, bytes)?)),
        None => Ok(None),
    }
}

/// Refuses a configuration that is not the one that is expected.
pub(super) fn check_lock(request: &Request, projects: &Projects) -> Result<(), LintError> {
    let Some(expected) = &request.locked_config else {
        return Ok(());
    };
    for project in projects.all() {
        let is_expected = project.digest.as_ref();
        if !is_expected.is_some_and(|digest| digest.eq_ignore_ascii_case(expected)) {
            return Err(LintError::LockedConfig {
                file: project.files.first().cloned(),
                found: project.digest.clone(),
            });
        }
    }
    Ok(())
}

/// What is said of a configuration that is not the one that is expected.
pub(super) fn not_locked(file: Option<&Path>, found: Option<&str>) -> String {
    match (file, found) {
        (Some(file), Some(found)) => format!(
            "{} has the SHA-256 {found}, not the one of `--locked-config`",
            display_name(file)
        ),
        _ => "`--locked-config` expects a servelint.toml, and none is in effect".to_owned(),
    }
}

/// The same request, judged by the policy at hand.
pub(super) fn without(request: &Request) -> Request {
    Request {
        policy_from: None,
        approvals: None,
        ..request.clone()
    }
}

/// True where a service is judged by the file of the finding: a configuration counts below its folder, everything
/// else for all.
fn governs(finding: &Finding, review: &ReviewOutcome) -> bool {
    let file = Path::new(&finding.place.source.name);
    match file.file_name().is_some_and(|name| name == FILE_NAME) {
        true => {
            let folder = file.parent().unwrap_or(Path::new(""));
            let mut files = review.files.iter();
            files.any(|name| Path::new(name).starts_with(folder))
        }
        false => true,
    }
}

impl Report {
    /// Adds what the change makes milder, and takes out what an owner approved.
    pub(super) fn add_weakened(&mut self, weakened: Vec<Finding>, trust: &Trust) {
        for mut finding in weakened {
            trust.clear(&mut finding);
            match finding.suppression {
                Some(_) => self.suppressed.push(finding),
                None => {
                    for review in &mut self.reviews {
                        if governs(&finding, review) {
                            review.escalate(&finding);
                        }
                    }
                    self.findings.push(finding);
                }
            }
        }
        let stale = trust.approvals.as_ref().and_then(Approvals::stale);
        self.not_checked.extend(stale.cloned());
    }

    /// True where a policy is weakened, and all of that is approved.
    pub(super) fn has_approved_policy(&self) -> bool {
        let is_weakened = |finding: &Finding| finding.rule == POLICY_WEAKENED;
        self.suppressed.iter().any(is_weakened) && !self.findings.iter().any(is_weakened)
    }

    /// Takes over what owners approved in a report of the base's policy.
    pub(super) fn take_approved(&mut self, of_base: Self) {
        self.policy = of_base.policy;
        for finding in of_base.suppressed {
            if finding.rule == POLICY_WEAKENED {
                self.suppressed.push(finding);
            }
        }
    }
}
