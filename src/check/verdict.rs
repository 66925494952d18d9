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
        let first = review.documents().find_map(|(_, index)| members.get(index));
        Self {
            service: name(&review.service),
            environment: review
                .serving
                .and_then(|index| members[index].environment())
                .map(name),
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
        let known: BTreeSet<&str> = self.files.iter().map(String::as_str).collect();
        let own = added
            .iter()
            .filter(|finding| known.contains(finding.place.source.name.as_str()));
        self.findings.extend(own.cloned());
        sort(&mut self.findings);
        let all = self.findings.len();
        self.findings
            .retain(|finding| !excepted.contains(&key(finding)));
        let tally = Tally::of(&self.findings);
        let mut standing: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Escalation)
            .collect();
        standing.sort_by_key(|finding| Reverse(finding.severity));
        let reasons = standing
            .iter()
            .map(|finding| format!("{}: {}", finding.rule, finding.message));
        // What a failed rule would have said is unknown, so nobody may go.
        let verdict = if self.failures.is_empty() {
            tally.verdict()
        } else {
            Verdict::NoGo
        };
        ReviewOutcome {
            reasons: reasons.chain(self.failures.iter().cloned()).collect(),
            approvers: match verdict {
                Verdict::Escalate => self.approvers(),
                Verdict::Go | Verdict::NoGo => Vec::new(),
            },
            suppressed: all - self.findings.len(),
            service: self.service,
            path: self.spec.as_ref().map(|spec| spec.name.clone()),
            environment: self.environment,
            verdict,
            tally,
            files: self.files,
        }
    }

    /// `director-of-engineering (m.osei, @org/leads)` for each role that may approve.
    fn approvers(&self) -> Vec<String> {
        let Some(project) = &self.project else {
            return Vec::new();
        };
        let owners = self
            .spec
            .as_ref()
            .and_then(|spec| project.owners(&spec.path));
        let owners: Option<BTreeSet<String>> =
            owners.map(|owners| owners.iter().map(|owner| plain_name(owner)).collect());
        let role = |role: &String| {
            let Some(people) = project
                .config
                .approvers
                .get(role)
                .filter(|people| !people.is_empty())
            else {
                return role.clone();
            };
            let may = |person: &&String| {
                owners
                    .as_ref()
                    .is_none_or(|owners| owners.contains(&plain_name(person)))
            };
            let may: Vec<&str> = people.iter().filter(may).map(String::as_str).collect();
            match may.is_empty() {
                true => format!("{role} (none of {} owns the file)", people.join(", ")),
                false => format!("{role} ({})", may.join(", ")),
            }
        };
        project
            .config
            .policy
            .approver_roles
            .iter()
            .map(|of| name(&role(of)))
            .collect()
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
