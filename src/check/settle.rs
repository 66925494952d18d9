//! From findings to a report: which of them are excepted, what is wrong with the exceptions, verdicts.

use super::{
    BaselineChoice, LintError, Request,
    changed::Changed,
    due,
    evaluate::Judged,
    judge::{self, Judge},
    load::{Loaded, ShownFile},
    selection::Selection,
    trust::{self, Trust},
    verdict::{self, Pending},
};
use crate::{
    config::{NEVER, Project},
    disk::OnDisk,
    document::source::{Source, real_path},
    finding::{
        DueSoon, Finding, Place, ReviewOutcome, Suppression, SuppressionKind, fingerprints_of,
    },
    git::Snapshot,
    policy::Pack,
    review::Member,
    rule::{BASELINE_STALE, Rule, Subject},
    waivers::{
        Ledger, LedgerFile, LedgerRuns, WaiverProblem,
        baseline::{self, Baseline, BaselineEntry},
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
    pub due_soon: Vec<DueSoon>,
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
    base: Option<&Snapshot>,
    trust: &Trust,
) -> Result<Settled, LintError> {
    let partial = !judged.failures.is_empty() || judged.unchanged.is_some();
    let run = Coverage::new(loaded, judge.selection, request, partial);
    let mut findings = std::mem::take(&mut judged.findings);
    judge::sort(&mut findings);
    let today = crate::units::day_number(&request.today.to_string()).unwrap_or_default();
    let mut ledger = Ledger::new(judge.pack.rules(), &run.files, &loaded.waivers, today);
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.suppression.is_none())
    {
        finding.suppression = ledger.answer(finding);
    }
    // Also where waivers take nothing away: what is wrong with one does not depend on the flag.
    let mut problems = ledger.problems(&run);
    problems.retain_mut(stands_at_hand);
    let mut settled = Settled {
        due_soon: ledger.expiring(),
        ..Settled::default()
    };
    problems.extend(trust::problems(trust, &findings, loaded)?);
    if request.no_waivers {
        for finding in &mut findings {
            let by = finding.suppression.take();
            finding.suppression = by.filter(|by| by.kind == SuppressionKind::Approval);
        }
        settled.due_soon.clear();
    } else {
        for (path, projects) in run.baselines(request) {
            let Some(known) = super::base::baseline(&path, base)? else {
                continue;
            };
            let kept = kept(&path, base);
            for at in run.compare(&known, &projects, &mut findings, judge.pack) {
                let (entry, _) = &known.entries[at];
                // The change has taken it out.
                if kept
                    .as_ref()
                    .is_some_and(|kept| !kept.contains(&entry.fingerprint))
                {
                    continue;
                }
                problems.extend(stale(&known, at, &projects));
                settled.stale.insert(entry.fingerprint.clone());
            }
        }
    }
    let shown: BTreeSet<&String> = judged.reviews.iter().flat_map(Pending::files).collect();
    let mut added = told(problems, judge, &shown, changed);
    settled.due_soon.append(&mut judged.due_soon);
    due::add(&mut settled.due_soon, &loaded.members, &shown, today);
    let reviews = std::mem::take(&mut judged.reviews);
    added.extend(unjudged(&reviews, &findings, judge));
    judge::sort(&mut added);
    settled.conclude(reviews, findings, added, judge);
    Ok(settled)
}

/// What is wrong with exceptions, where it belongs to what is shown.
fn told(
    problems: Vec<WaiverProblem>,
    judge: &Judge<'_>,
    shown: &BTreeSet<&String>,
    changed: &Changed,
) -> Vec<Finding> {
    let mut added = Vec::new();
    for problem in problems {
        let Some(finding) = judge.waiver_problem(problem) else {
            continue;
        };
        let source = &finding.place.source;
        if shown.contains(&source.name) || changed.file(source) {
            added.push(finding);
        }
    }
    added
}

/// True for a problem that is one at hand as well: a waiver of the base that the change takes out is none any more.
/// One that it keeps is shown where it now stands.
fn stands_at_hand(problem: &mut WaiverProblem) -> bool {
    let Some(proposal) = problem.project.proposal.as_ref() else {
        return true;
    };
    let (source, span) = (&problem.place.source, problem.place.span);
    let mut own = problem.project.config.waivers.iter();
    let Some(own) = own.find(|own| own.span == span && own.source.path == source.path) else {
        return true;
    };
    let mut kept = proposal.config.waivers.iter();
    let kept = kept.find(|kept| {
        let is_same = kept.rule == own.rule && kept.path == own.path && kept.pointer == own.pointer;
        is_same && kept.source.path == own.source.path && kept.expires == own.expires
    });
    let place = kept.map(|kept| Place::bare(Arc::clone(&kept.source), kept.span));
    let is_kept = place.is_some();
    problem.place = place.unwrap_or_else(|| problem.place.clone());
    is_kept
}

/// The fingerprints of the baseline at hand, where that of a base is compared with; none where it is gone.
fn kept(path: &Path, base: Option<&Snapshot>) -> Option<BTreeSet<String>> {
    base?;
    let known = Baseline::read(path).ok();
    let entries = known.into_iter().flat_map(|known| known.entries);
    Some(entries.map(|(entry, _)| entry.fingerprint).collect())
}

impl Settled {
    /// Gives the verdicts. What is `added` is never excepted: it says what is wrong with exceptions.
    fn conclude(
        &mut self,
        reviews: Vec<Pending>,
        findings: Vec<Finding>,
        added: Vec<Finding>,
        judge: &Judge<'_>,
    ) {
        let (suppressed, standing) = findings
            .into_iter()
            .partition(|finding| finding.suppression.is_some());
        (self.suppressed, self.findings) = (suppressed, standing);
        let excepted = self.suppressed.iter().map(judge::key).collect();
        for review in reviews {
            self.reviews.push(review.outcome(&excepted, &added, judge));
        }
        verdict::keep_paths_of_namesakes(&mut self.reviews);
        self.findings.extend(added);
    }
}

/// What services rest on and nothing was compared with, where no other error says so.
fn unjudged(reviews: &[Pending], findings: &[Finding], judge: &Judge<'_>) -> Vec<Finding> {
    let excepted = findings
        .iter()
        .filter(|finding| finding.suppression.is_some())
        .map(judge::key)
        .collect();
    let mut added = Vec::new();
    for (claim, project) in reviews.iter().flat_map(|review| review.unjudged(&excepted)) {
        added.extend(judge.unjudged(claim, project));
    }
    added
}

/// What a baseline in `folder` says of these findings, each with its number: neither of what keeps
/// rules from running nor of what is wrong with exceptions.
pub(super) fn entries<'f>(
    findings: impl Iterator<Item = (usize, &'f Finding)>,
    folder: &Path,
    rules: &BTreeMap<String, Rule>,
) -> Vec<(usize, BaselineEntry)> {
    let mut names: HashMap<&Path, String> = HashMap::new();
    let mut recorded = Vec::new();
    for (at, finding) in findings {
        if !is_recorded(finding, rules) {
            continue;
        }
        let path = finding.place.source.path.as_path();
        // A file has many findings, and resolving its links costs system calls.
        let name = names
            .entry(path)
            .or_insert_with(|| baseline::name_in(folder, path));
        recorded.push((at, finding, name.clone()));
    }
    let named = recorded
        .iter()
        .map(|(_, finding, name)| (*finding, &**name));
    let prints = fingerprints_of(named);
    let mut entries = Vec::new();
    for ((at, finding, name), print) in recorded.into_iter().zip(prints) {
        entries.push((at, baseline::entry(finding, name, print)));
    }
    entries
}

fn is_recorded(finding: &Finding, rules: &BTreeMap<String, Rule>) -> bool {
    let rule = rules.get(&finding.rule);
    // A number of mistakes is no mistake that could be known.
    !finding.obstacle
        && finding.more == 0
        && !NEVER.contains(&finding.rule.as_str())
        && rule.is_some_and(Rule::is_waivable)
}

/// The projects that share a baseline, by root; never empty.
type Sharing<'r> = BTreeMap<&'r Path, &'r Arc<Project>>;

fn stale(known: &Baseline, at: usize, projects: &Sharing<'_>) -> Option<WaiverProblem> {
    let (entry, span) = &known.entries[at];
    Some(WaiverProblem {
        rule: BASELINE_STALE,
        message: format!(
            "`{}` has nothing to say any more about `{}` of {}",
            entry.rule, entry.pointer, entry.file
        ),
        help: None,
        place: Place::bare(Arc::clone(&known.source), *span),
        project: Arc::clone(projects.values().next()?),
    })
}

/// The exception that a finding is known since the baseline was written.
fn in_baseline(known: &Baseline, at: usize) -> Suppression {
    let (_, span) = &known.entries[at];
    Suppression {
        kind: SuppressionKind::Baseline,
        by: None,
        reason: None,
        until: None,
        place: Place::bare(Arc::clone(&known.source), *span),
    }
}

/// What took part in a run, and what could have been found.
struct Coverage<'r> {
    files: Vec<LedgerFile<'r>>,
    /// By the name of the file.
    members: BTreeMap<&'r str, Vec<&'r Member>>,
    /// Files that packs of conftest's contract saw, by name.
    shown: BTreeMap<&'r str, &'r ShownFile>,
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
        let mut members: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
        let held = loaded.held.iter().map(|(member, _)| member);
        for member in loaded.members.iter().chain(held) {
            let name = member.document.source.name.as_str();
            members.entry(name).or_default().push(member);
        }
        let mut folders = Vec::new();
        for path in &request.paths {
            if path.holds_folder() {
                folders.push(real_path(path));
            }
        }
        let shown: BTreeMap<&str, &ShownFile> = loaded
            .shown
            .iter()
            .map(|file| (file.source.name.as_str(), file))
            .collect();
        let mut files: Vec<LedgerFile<'_>> = members.values().filter_map(|of| file(of)).collect();
        for (name, file) in &shown {
            if !members.contains_key(name) {
                files.push(LedgerFile {
                    source: &file.source,
                    project: &file.project,
                    judged: true,
                });
            }
        }
        files.extend(super::rendered::sources(loaded, &members));
        Self {
            files,
            folders,
            members,
            shown,
            selection,
            failed,
            apart: request.isolated || loaded.members.iter().any(|member| !member.is_whole()),
        }
    }

    /// The baselines to compare with, and the projects of each.
    fn baselines(&self, request: &Request) -> BTreeMap<PathBuf, Sharing<'r>> {
        let mut baselines: BTreeMap<PathBuf, Sharing<'r>> = BTreeMap::new();
        for file in &self.files {
            let path = match &request.baseline {
                BaselineChoice::Configured => file.project.baseline(),
                BaselineChoice::File(path) => Some(path.clone()),
                BaselineChoice::Ignored => None,
            };
            if let Some(path) = path {
                let projects = baselines.entry(path).or_default();
                projects.insert(&file.project.root, file.project);
            }
        }
        baselines
    }

    /// Marks the known findings and answers with the entries that are gone.
    fn compare(
        &self,
        known: &Baseline,
        projects: &Sharing<'_>,
        findings: &mut [Finding],
        pack: &Pack,
    ) -> Vec<usize> {
        let matched = self.mark(known, projects, findings, pack);
        let files = self.requested(known);
        let mut gone = Vec::new();
        for (at, (entry, _)) in known.entries.iter().enumerate() {
            if !matched.contains(&at) && self.is_gone(entry, known, &files, pack) {
                gone.push(at);
            }
        }
        gone
    }

    /// Marks the findings that a baseline knows, and answers with its entries that are still so.
    fn mark(
        &self,
        known: &Baseline,
        projects: &Sharing<'_>,
        findings: &mut [Finding],
        pack: &Pack,
    ) -> HashSet<usize> {
        // What is waived takes part, so that a waiver that ends or begins changes no other finding.
        let own = findings.iter().enumerate().filter(|(_, finding)| {
            self.root(finding)
                .is_some_and(|root| projects.contains_key(root))
        });
        let prints = known.by_fingerprint();
        let mut matched = HashSet::new();
        for (number, entry) in entries(own, &known.folder, pack.rules()) {
            let Some(at) = prints.get(entry.fingerprint.as_str()) else {
                continue;
            };
            matched.insert(*at);
            let finding = &mut findings[number];
            if finding.suppression.is_none() {
                finding.suppression = Some(in_baseline(known, *at));
            }
        }
        matched
    }

    /// The root of the project that a finding belongs to.
    fn root(&self, finding: &Finding) -> Option<&Path> {
        let file = finding.place.source.name.as_str();
        match self.members.get(file) {
            Some(members) => Some(&members.first()?.project.root),
            None => Some(&self.shown.get(file)?.project.root),
        }
    }

    /// The files that were asked for, by their names in a baseline.
    fn requested(&self, known: &Baseline) -> HashMap<String, &Source> {
        let mut requested = HashMap::new();
        let is_named = |file: &&LedgerFile<'_>| {
            let members = self.members.get(file.source.name.as_str());
            match members {
                Some(of) => of.iter().any(|member| member.requested),
                None => true,
            }
        };
        for file in self.files.iter().filter(is_named) {
            let name = baseline::name_in(&known.folder, &file.source.path);
            requested.insert(name, file.source.as_ref());
        }
        requested
    }

    /// True where an entry would have been found if it were still so.
    fn is_gone(
        &self,
        entry: &BaselineEntry,
        known: &Baseline,
        files: &HashMap<String, &Source>,
        pack: &Pack,
    ) -> bool {
        let Some(rule) = pack.rules().get(&entry.rule) else {
            return true;
        };
        if let Some(file) = files.get(&entry.file) {
            return self.asked(&file.name, None, rule);
        }
        let path = known.folder.join(&entry.file);
        if path.look_at_link().is_ok() {
            return false;
        }
        // A file whose folder is gone as well cannot come back unseen.
        match path.parent().map(Path::resolve) {
            Some(Ok(folder)) => self.is_walked(&folder),
            Some(Err(_)) | None => true,
        }
    }

    fn is_walked(&self, folder: &Path) -> bool {
        self.folders.iter().any(|walked| folder.starts_with(walked))
    }
}

/// True where rules read a document: it was asked for, or is one of the service's own.
fn is_judged(member: &Member) -> bool {
    member.requested || member.subject != Subject::Artifact
}

/// What a ledger knows of a file, by the documents in it.
fn file<'r>(members: &[&'r Member]) -> Option<LedgerFile<'r>> {
    let first = members.first()?;
    Some(LedgerFile {
        source: &first.document.source,
        project: &first.project,
        judged: members.iter().any(|member| is_judged(member)),
    })
}

impl LedgerRuns for Coverage<'_> {
    fn asked(&self, file: &str, document: Option<usize>, rule: &Rule) -> bool {
        let compares = rule
            .applies_to
            .iter()
            .any(|subject| matches!(subject, Subject::Review | Subject::Artifacts));
        if self.failed || (compares && self.apart) {
            return false;
        }
        if rule.applies_to == [Subject::File] && rule.pack().is_some() {
            let shown = self.shown.get(file);
            return shown.is_some_and(|shown| self.selection.contains(&shown.project, &rule.id));
        }
        let mut is_there = false;
        for member in self.members.get(file).into_iter().flatten() {
            if document.is_some_and(|index| member.document.index != index) {
                continue;
            }
            let is_read = is_judged(member) && member.is_whole();
            if !is_read || !self.selection.contains(&member.project, &rule.id) {
                return false;
            }
            is_there = true;
        }
        is_there
    }

    fn walked(&self, project: &Project) -> bool {
        !self.failed && self.is_walked(&project.folder())
    }
}
