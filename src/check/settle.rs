//! From findings to a report: which of them are excepted, what is wrong with the exceptions, verdicts.

use super::{
    BaselineChoice, LintError, Request,
    changed::Changed,
    evaluate::Judged,
    judge::{self, Judge},
    load::Loaded,
    selection::Selection,
    verdict::{self, Pending},
};
use crate::{
    config::Project,
    document::source::{Source, real_path},
    finding::{
        ExpiringWaiver, Finding, Place, ReviewOutcome, Suppression, SuppressionKind,
        fingerprints_of,
    },
    policy::Pack,
    review::Member,
    rule::{BASELINE_STALE, GOVERNANCE, Rule, Subject},
    waivers::{
        Ledger, LedgerFile, LedgerRuns, WaiverProblem,
        baseline::{self, BaselineEntry},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a report is made of.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub findings: Vec<Finding>,
    pub suppressed: Vec<Finding>,
    pub expiring: Vec<ExpiringWaiver>,
    pub reviews: Vec<ReviewOutcome>,
    /// See [`crate::finding::Report::stale`].
    pub stale: BTreeSet<String>,
}

/// Takes what is excepted out of the findings and judges the services by what is left.
pub(super) fn settle(
    judged: &mut Judged,
    loaded: &Loaded,
    judge: &Judge<'_>,
    changed: &Changed,
    request: &Request,
) -> Result<Settled, LintError> {
    let pack = judge.pack;
    let partial = !judged.failures.is_empty() || judged.unchanged.is_some();
    let run = Coverage::new(loaded, judge.selection, request, partial);
    let mut findings = std::mem::take(&mut judged.findings);
    judge::sort(&mut findings);
    let today = crate::units::day_number(&request.today.to_string()).unwrap_or_default();
    let mut ledger = Ledger::new(pack.rules(), &run.files, &loaded.remarks, today);
    for finding in &mut findings {
        finding.suppression = ledger.answer(finding);
    }
    let mut complaints = ledger.complaints(&run);
    let mut settled = Settled {
        expiring: ledger.expiring(),
        ..Settled::default()
    };
    if request.no_waivers {
        findings
            .iter_mut()
            .for_each(|finding| finding.suppression = None);
        settled.expiring.clear();
    } else {
        for (path, projects) in run.baselines(request) {
            let known = baseline::Baseline::read(&path)?;
            let gone = run.compare(&known, &projects, &mut findings, pack);
            complaints.extend(gone.iter().map(|at| stale(&known, *at, &projects)));
            settled.stale.extend(
                gone.iter()
                    .map(|at| known.entries[*at].0.fingerprint.clone()),
            );
        }
    }
    let mut added: Vec<Finding> = complaints
        .into_iter()
        .filter_map(|complaint| judge.complaint(complaint))
        .collect();
    let shown: BTreeSet<&String> = judged.reviews.iter().flat_map(Pending::files).collect();
    added.retain(|finding| {
        let source = &finding.place.source;
        shown.contains(&source.name) || changed.file(source)
    });
    judge::sort(&mut added);
    let (suppressed, standing): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| finding.suppression.is_some());
    let excepted = suppressed.iter().map(judge::key).collect();
    let reviews = std::mem::take(&mut judged.reviews);
    settled.reviews = reviews
        .into_iter()
        .map(|review| review.outcome(&excepted, &added))
        .collect();
    verdict::keep_paths_of_namesakes(&mut settled.reviews);
    settled.findings = standing;
    settled.findings.extend(added);
    settled.suppressed = suppressed;
    Ok(settled)
}

/// What a baseline in `folder` says of these findings, each with its number: neither of what keeps
/// rules from running nor of what is wrong with exceptions.
pub(super) fn entries<'f>(
    findings: impl Iterator<Item = (usize, &'f Finding)>,
    folder: &Path,
    pack: &Pack,
) -> Vec<(usize, BaselineEntry)> {
    let is_governance = |finding: &Finding| {
        pack.rules()
            .get(&finding.rule)
            .is_none_or(|rule| rule.category == GOVERNANCE)
    };
    let findings: Vec<(usize, &Finding)> = findings
        .filter(|(_, finding)| !finding.obstacle && !is_governance(finding))
        .collect();
    let mut names: HashMap<&Path, String> = HashMap::new();
    for (_, finding) in &findings {
        let path = finding.place.source.path.as_path();
        names
            .entry(path)
            .or_insert_with(|| baseline::name_in(folder, path));
    }
    let name = |finding: &Finding| names[finding.place.source.path.as_path()].as_str();
    let prints = fingerprints_of(
        findings
            .iter()
            .map(|(_, finding)| (*finding, name(finding))),
    );
    let entry = |((at, finding), print): (&(usize, &'f Finding), String)| {
        (
            *at,
            baseline::entry(finding, name(finding).to_owned(), print),
        )
    };
    findings.iter().zip(prints).map(entry).collect()
}

fn stale(known: &baseline::Baseline, at: usize, projects: &[Arc<Project>]) -> WaiverProblem {
    let (entry, span) = &known.entries[at];
    WaiverProblem {
        rule: BASELINE_STALE,
        message: format!(
            "`{}` has nothing to say any more about `{}` of {}",
            entry.rule, entry.pointer, entry.file
        ),
        help: None,
        place: Place::bare(Arc::clone(&known.source), *span),
        // A baseline is read for at least one project.
        project: Arc::clone(&projects[0]),
    }
}

/// What took part in a run, and what could have been found.
struct Coverage<'r> {
    files: Vec<LedgerFile<'r>>,
    members: HashMap<&'r str, Vec<&'r Member>>,
    /// The folders that were walked.
    folders: Vec<PathBuf>,
    selection: &'r Selection,
    /// True where a rule failed, or services were left out: any may have said less than it would.
    failed: bool,
    /// True where documents could not be compared, or were not looked for.
    apart: bool,
}

impl<'r> Coverage<'r> {
    fn new(loaded: &'r Loaded, selection: &'r Selection, request: &Request, failed: bool) -> Self {
        let mut members: HashMap<&str, Vec<&Member>> = HashMap::new();
        for member in loaded
            .members
            .iter()
            .chain(loaded.held.iter().map(|(member, _)| member))
        {
            members
                .entry(member.document.source.name.as_str())
                .or_default()
                .push(member);
        }
        let file = |of: &[&'r Member]| {
            let first: &'r Member = of.first()?;
            let requested = of.iter().any(|member| member.requested);
            Some(LedgerFile {
                source: &first.document.source,
                project: &first.project,
                requested,
            })
        };
        let mut files: Vec<LedgerFile<'r>> = members.values().filter_map(|of| file(of)).collect();
        files.sort_by(|a, b| a.source.name.cmp(&b.source.name));
        Self {
            folders: request
                .paths
                .iter()
                .filter(|path| path.is_dir())
                .map(|path| real_path(path))
                .collect(),
            files,
            members,
            selection,
            failed,
            apart: request.isolated || loaded.members.iter().any(|member| member.broken),
        }
    }

    /// The baselines to compare with, and the projects of each.
    fn baselines(&self, request: &Request) -> BTreeMap<PathBuf, Vec<Arc<Project>>> {
        let mut baselines: BTreeMap<PathBuf, BTreeMap<&Path, Arc<Project>>> = BTreeMap::new();
        for file in &self.files {
            let path = match &request.baseline {
                BaselineChoice::Configured => file.project.baseline(),
                BaselineChoice::File(path) => Some(path.clone()),
                BaselineChoice::Ignored => None,
            };
            if let Some(path) = path {
                let projects = baselines.entry(path).or_default();
                projects.insert(&file.project.root, Arc::clone(file.project));
            }
        }
        baselines
            .into_iter()
            .map(|(path, projects)| (path, projects.into_values().collect()))
            .collect()
    }

    /// Marks the known findings and answers with the entries that are gone.
    fn compare(
        &self,
        known: &baseline::Baseline,
        projects: &[Arc<Project>],
        findings: &mut [Finding],
        pack: &Pack,
    ) -> Vec<usize> {
        let roots: BTreeSet<&Path> = projects
            .iter()
            .map(|project| project.root.as_path())
            .collect();
        let own = |finding: &Finding| {
            let of = self
                .members
                .get(finding.place.source.name.as_str())
                .and_then(|of| of.first());
            of.is_some_and(|member| roots.contains(member.project.root.as_path()))
        };
        let prints = known.by_fingerprint();
        // What is waived takes part, so that a waiver that ends or begins changes no other finding.
        let all = findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| own(finding));
        let mut matched: HashSet<usize> = HashSet::new();
        for (number, entry) in entries(all, &known.folder, pack) {
            let Some(at) = prints.get(entry.fingerprint.as_str()) else {
                continue;
            };
            matched.insert(*at);
            if findings[number].suppression.is_some() {
                continue;
            }
            let place = Place::bare(Arc::clone(&known.source), known.entries[*at].1);
            let kind = SuppressionKind::Baseline;
            findings[number].suppression = Some(Suppression {
                kind,
                by: None,
                reason: None,
                until: None,
                place,
            });
        }
        let files: HashMap<String, &Source> = self
            .files
            .iter()
            .filter(|file| file.requested)
            .map(|file| {
                (
                    baseline::name_in(&known.folder, &file.source.path),
                    file.source.as_ref(),
                )
            })
            .collect();
        let gone = |at: &usize| {
            !matched.contains(at) && self.is_gone(&known.entries[*at].0, known, &files, pack)
        };
        (0..known.entries.len()).filter(gone).collect()
    }

    /// True where an entry would have been found if it were still so.
    fn is_gone(
        &self,
        entry: &BaselineEntry,
        known: &baseline::Baseline,
        files: &HashMap<String, &Source>,
        pack: &Pack,
    ) -> bool {
        let Some(rule) = pack.rules().get(&entry.rule) else {
            return true;
        };
        match files.get(&entry.file) {
            Some(file) => self.asked(&file.name, None, rule),
            None => {
                let path = known.folder.join(&entry.file);
                let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
                let below =
                    |folder: &PathBuf| self.folders.iter().any(|walked| folder.starts_with(walked));
                path.symlink_metadata().is_err() && folder.is_none_or(|folder| below(&folder))
            }
        }
    }
}

impl LedgerRuns for Coverage<'_> {
    fn asked(&self, file: &str, document: Option<usize>, rule: &Rule) -> bool {
        let together = [Subject::Review, Subject::Artifacts];
        let compares = rule
            .applies_to
            .iter()
            .any(|subject| together.contains(subject));
        if self.failed || (compares && self.apart) {
            return false;
        }
        let is_meant =
            |member: &&&Member| document.is_none_or(|index| member.document.index == index);
        let mut of = self
            .members
            .get(file)
            .into_iter()
            .flatten()
            .filter(is_meant)
            .peekable();
        let is_asked = |member: &Member| {
            member.requested && !member.broken && self.selection.contains(&member.project, &rule.id)
        };
        of.peek().is_some() && of.all(|member| is_asked(member))
    }

    fn walked(&self, project: &Project) -> bool {
        let folder = project.folder();
        !self.failed && self.folders.iter().any(|walked| folder.starts_with(walked))
    }
}
