//! The reports of many repositories, read again and counted together.
//!
//! Owns [`FleetReport`]. A report comes from a run elsewhere, so it is foreign text: it is limited in size, read strictly as far
//! as it is used, and refused where it contradicts itself. What no report says is not guessed.

#![expect(clippy::disallowed_methods, reason = "no part of a check")]

mod read;

pub use read::{FleetError, MOST_REPORTS, read};

use crate::{
    finding::{FailOn, Verdict},
    rule::Severity,
};
use std::collections::{BTreeMap, BTreeSet};

/// Findings by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FleetTally {
    /// Errors.
    pub errors: usize,
    /// Escalations.
    pub escalations: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
}

impl FleetTally {
    /// The same with those of another.
    fn add(&mut self, other: Self) {
        // The numbers are foreign, so their sum may be none.
        self.errors = self.errors.saturating_add(other.errors);
        self.escalations = self.escalations.saturating_add(other.escalations);
        self.warnings = self.warnings.saturating_add(other.warnings);
        self.infos = self.infos.saturating_add(other.infos);
    }
}

/// The report of one repository. All texts are foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryReport {
    /// What it is called, unique in a fleet.
    pub name: String,
    /// The verdict of its run.
    pub verdict: Verdict,
    /// With which its run ended: 2 where servelint could not do its work or found nothing to check.
    pub exit_code: u8,
    /// Whose policy judged, where the report says so.
    pub policy: Option<String>,
    /// Findings that stand.
    pub tally: FleetTally,
    /// Findings that are waived, in a baseline or approved.
    pub excepted: usize,
    /// How many things were not checked.
    pub not_checked: usize,
    /// Its services, in the order of the report.
    pub services: Vec<FleetService>,
    /// What lapses soon.
    pub due: Vec<FleetDue>,
    /// The listed findings.
    pub findings: Vec<FleetFinding>,
}

/// The review of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetService {
    /// Its name.
    pub service: String,
    /// The environment, where it names one.
    pub environment: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Its findings.
    pub tally: FleetTally,
    /// Each gate with its state.
    pub gates: Vec<(String, String)>,
    /// How many rules its documents were judged by.
    pub rules_in_force: usize,
}

/// Something that lapses soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetDue {
    /// `waiver`, `risk`, ...
    pub kind: String,
    /// What it is.
    pub what: String,
    /// Who answers for it.
    pub by: Option<String>,
    /// Its last day.
    pub until: String,
    /// The file.
    pub path: String,
}

/// A finding, as far as a fleet counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetFinding {
    /// The rule.
    pub rule: String,
    /// Its severity.
    pub severity: Severity,
    /// The controls of standards that the rule gives evidence for.
    pub controls: Vec<String>,
}

/// Findings of one rule, or for one control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetCount {
    /// The rule or the control.
    pub name: String,
    /// The gravest of them.
    pub worst: Severity,
    /// How many.
    pub findings: usize,
    /// The repositories that have some.
    pub repositories: BTreeSet<String>,
}

/// The reports of many repositories, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetReport {
    /// Sorted by name.
    pub repositories: Vec<RepositoryReport>,
}

impl FleetReport {
    /// The worst verdict of a repository.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.repositories.iter().map(|one| one.verdict);
        verdicts.max().unwrap_or(Verdict::NotReviewed)
    }

    /// Findings of all repositories.
    pub fn tally(&self) -> FleetTally {
        let mut tally = FleetTally::default();
        for one in &self.repositories {
            tally.add(one.tally);
        }
        tally
    }

    /// How many services have each verdict, the worst first; none of those without a service.
    pub fn verdicts(&self) -> Vec<(Verdict, usize)> {
        let services = || self.repositories.iter().flat_map(|one| &one.services);
        let count = |verdict| services().filter(|one| one.verdict == verdict).count();
        let worst_first = Verdict::ALL.into_iter().rev();
        let all = worst_first.map(|verdict| (verdict, count(verdict)));
        all.filter(|(_, count)| *count > 0).collect()
    }

    /// The repositories, those that need attention first.
    pub fn worst_first(&self) -> Vec<&RepositoryReport> {
        let mut all: Vec<_> = self.repositories.iter().collect();
        all.sort_by_key(|one| {
            (
                std::cmp::Reverse((one.exit_code == 2, one.verdict)),
                &one.name,
            )
        });
        all
    }

    /// What lapses soon, the first to go first, with the repository.
    pub fn due(&self) -> Vec<(&str, &FleetDue)> {
        let mut all = Vec::new();
        for one in &self.repositories {
            all.extend(one.due.iter().map(|due| (one.name.as_str(), due)));
        }
        all.sort_by_key(|(name, due)| (&due.until, *name, &due.path, &due.what));
        all
    }

    /// The rules by how often they fire, then by their ids.
    pub fn rules(&self) -> Vec<FleetCount> {
        self.counts(|finding| std::slice::from_ref(&finding.rule))
    }

    /// The controls with open findings, in the same order.
    pub fn controls(&self) -> Vec<FleetCount> {
        self.counts(|finding| &finding.controls)
    }

    fn counts(&self, names: fn(&FleetFinding) -> &[String]) -> Vec<FleetCount> {
        let mut counts: BTreeMap<&str, FleetCount> = BTreeMap::new();
        for one in &self.repositories {
            for finding in &one.findings {
                for name in names(finding) {
                    let count = counts.entry(name).or_insert_with(|| FleetCount {
                        name: name.clone(),
                        worst: finding.severity,
                        findings: 0,
                        repositories: BTreeSet::new(),
                    });
                    count.findings += 1;
                    count.worst = count.worst.max(finding.severity);
                    count.repositories.insert(one.name.clone());
                }
            }
        }
        let mut counts: Vec<_> = counts.into_values().collect();
        counts.sort_by(|a, b| (b.findings, &a.name).cmp(&(a.findings, &b.name)));
        counts
    }

    /// The exit code of the worst repository, as that of a run: 2 where a run failed, 1 where an error stands, 3 where only
    /// escalations do. With [`FailOn::Never`] it is 0.
    pub fn exit_code(&self, fail_on: FailOn) -> u8 {
        let tally = self.tally();
        let is_held = tally.errors > 0 || self.verdict() >= Verdict::Draft;
        let has_escalation = tally.escalations > 0 || self.verdict() >= Verdict::Escalate;
        match fail_on {
            FailOn::Never => 0,
            _ if self.repositories.iter().any(|one| one.exit_code == 2) => 2,
            _ if is_held => 1,
            FailOn::Warning if tally.warnings > 0 => 1,
            FailOn::Escalation | FailOn::Warning if has_escalation => 3,
            FailOn::Error | FailOn::Escalation | FailOn::Warning => 0,
        }
    }
}
