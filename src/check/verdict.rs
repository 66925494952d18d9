//! The verdict over one service, once it is known which findings are excepted.

use super::judge::{Key, files, key, name, sort};
use crate::{
    config::{Project, plain_name},
    document::source::Source,
    finding::{Finding, ReviewOutcome, Tally, Verdict},
    review::{Member, Review},
    rule::Severity,
};
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

/// A review whose findings are known, before anyone knows which of them are excepted.
#[derive(Debug)]
pub(super) struct Pending {
    service: String,
    environment: Option<String>,
    files: Vec<String>,
    findings: Vec<Finding>,
    /// Rules that failed on it.
    failures: Vec<String>,
    project: Option<Arc<Project>>,
    /// The file of its specification, or of its first document.
    spec: Option<Arc<Source>>,
}

impl Pending {
    /// With the findings of its documents and of their comparison.
    pub(super) fn new(
        review: &Review,
        members: &[Member],
        findings: Vec<Finding>,
        failures: Vec<String>,
    ) -> Self {
        let first = review.members(members).next();
        let spec = review.spec(members);
        Self {
            service: name(&review.service),
            environment: spec.and_then(Member::environment).map(name),
            files: files(review, members)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            findings,
            failures,
            project: first.map(|member| Arc::clone(&member.project)),
            spec: first.map(|member| Arc::clone(&member.document.source)),
        }
    }

    /// The names of the files that it is about.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    /// The verdict without what is `excepted`, but with what is `added` to its files.
    pub(super) fn outcome(
        mut self,
        excepted: &BTreeSet<Key<'_>>,
        added: &[Finding],
    ) -> ReviewOutcome {
        for finding in added {
            if self.files.contains(&finding.place.source.name) {
                self.findings.push(finding.clone());
            }
        }
        sort(&mut self.findings);
        let all = self.findings.len();
        self.findings
            .retain(|finding| !excepted.contains(&key(finding)));
        let tally = Tally::of(&self.findings);
        // What a failed rule would have said is unknown, so nobody may go.
        let verdict = match self.failures.is_empty() {
            true => tally.verdict(),
            false => Verdict::NoGo,
        };
        ReviewOutcome {
            reasons: self.reasons(),
            approvers: match verdict {
                Verdict::Escalate => self.approvers(),
                Verdict::Go | Verdict::NoGo => Vec::new(),
            },
            suppressed: all - self.findings.len(),
            path: self.spec.as_ref().map(|spec| spec.name.clone()),
            service: self.service,
            environment: self.environment,
            verdict,
            tally,
            files: self.files,
        }
    }

    /// What stands against it, errors first.
    fn reasons(&self) -> Vec<String> {
        let mut standing: Vec<&Finding> = self.findings.iter().collect();
        standing.retain(|finding| finding.severity >= Severity::Escalation);
        standing.sort_by_key(|finding| Reverse(finding.severity));
        let mut reasons = Vec::new();
        for finding in standing {
            reasons.push(format!("{}: {}", finding.rule, finding.message));
        }
        reasons.extend(self.failures.iter().cloned());
        reasons
    }

    /// Each role that may approve, with its people where the team names them.
    fn approvers(&self) -> Vec<String> {
        let Some(project) = &self.project else {
            return Vec::new();
        };
        let owners = self.owners(project);
        let mut approvers = Vec::new();
        for role in &project.config.policy.approver_roles {
            let people = project.config.approvers.get(role);
            let people = people.map(Vec::as_slice).unwrap_or_default();
            approvers.push(name(&approver(role, people, owners.as_ref())));
        }
        approvers
    }

    /// The owners of its file by their plain names; `None` where approvers need not be owners.
    fn owners(&self, project: &Project) -> Option<BTreeSet<String>> {
        let owners = project.owners(&self.spec.as_ref()?.path)?;
        Some(owners.iter().map(|owner| plain_name(owner)).collect())
    }
}

/// `director-of-engineering (m.osei, @org/leads)`: a role, with those of its people who may approve.
fn approver(role: &str, people: &[String], owners: Option<&BTreeSet<String>>) -> String {
    if people.is_empty() {
        return role.to_owned();
    }
    let mut may: Vec<&str> = Vec::new();
    for person in people {
        if owners.is_none_or(|owners| owners.contains(&plain_name(person))) {
            may.push(person);
        }
    }
    match may.is_empty() {
        true => format!("{role} (none of {} owns the file)", people.join(", ")),
        false => format!("{role} ({})", may.join(", ")),
    }
}

/// Takes the path from every review whose name is the only one of its kind.
pub(super) fn keep_paths_of_namesakes(reviews: &mut [ReviewOutcome]) {
    let mut seen = BTreeSet::new();
    let namesakes: BTreeSet<String> = reviews
        .iter()
        .filter(|review| !seen.insert(review.service.as_str()))
        .map(|review| review.service.clone())
        .collect();
    for review in reviews {
        if !namesakes.contains(&review.service) {
            review.path = None;
        }
    }
}
