//! The run: from paths to a [`Report`].
//!
//! Finds and reads files, asks every module before it in turn, and judges what they say. It
//! neither prints nor exits, and it knows the clock only as the date in its [`Request`].

mod admission;
mod answer;
mod approvals;
mod base;
mod change;
mod changed;
mod cited;
mod conftest;
mod context;
mod crds;
mod debt;
mod difference;
mod digest;
mod due;
mod error;
mod evaluate;
mod find;
mod gaps;
mod gone;
mod inputs;
mod judge;
mod kinds;
mod layered;
mod layers;
mod listed;
mod load;
mod locks;
mod loosened;
mod memory;
pub mod mend;
mod moved;
mod open;
mod packs;
mod paths;
mod progress;
mod rendered;
mod request;
mod selection;
mod served;
mod settle;
mod stated;
mod threads;
mod trust;
mod unjudged;
mod verdict;
mod weakened;

pub use admission::{AdmissionError, AdmissionSettings, admit};
pub use approvals::ApprovalsError;
pub use cited::{around, cited};
pub use difference::difference;
pub use error::LintError;
pub use inputs::{InputAnswer, Inputs, RuleInput, RuleQuestion, inputs, questions};
pub use kinds::{declared_schema, schema_of};
pub use memory::CheckMemory;
pub use packs::rules_of;
pub use progress::{Progress, Silent};
pub use rendered::RenderWhen;
pub use request::{BaselineChoice, Request, Unsaved};
pub use selection::{Selection, UnknownRule};
pub use served::{ServedSpec, served};
pub use stated::facts;

use crate::{
    config::Projects,
    finding::{Counts, FailOn, Finding, NotChecked, Report, Topic, Verdict, of_one_cause},
    git::Snapshot,
    policy::Pack,
    review,
    rule::Subject,
    waivers::baseline::BaselineEntry,
};
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};
use trust::Trust;
use weakened::ignores::Hidden;

/// What a run is about, before any rule is asked.
struct Gathered<'p> {
    /// All rules.
    pack: packs::RulesInUse<'p>,
    projects: Projects,
    /// The revision whose policy judges.
    base: Option<Arc<Snapshot>>,
    /// Documents that only the change hides.
    hidden: Vec<Hidden>,
    loaded: load::Loaded,
    selection: Selection,
    changed: changed::Changed,
    groups: Vec<review::Group>,
    /// Files that are evidence.
    results: BTreeSet<PathBuf>,
}

impl<'p> Gathered<'p> {
    fn new(
        request: &Request,
        trust: &Trust,
        pack: &'p Pack,
        progress: &dyn Progress,
    ) -> Result<Self, LintError> {
        let base = trust.base.clone().filter(|_| request.policy_from.is_some());
        let mut projects = Projects::judged_by(request.config.as_deref(), base.as_ref())?;
        let mut found = find::files(request, &mut projects)?;
        let mut hidden = match &base {
            Some(base) => weakened::ignores::hidden(base, &request.paths),
            None => Vec::new(),
        };
        weakened::ignores::show(&mut hidden, &mut found, &mut projects)?;
        base::check_lock(request, &projects)?;
        let team = kinds::of_team(pack, request, &projects, base.as_deref())?;
        found.notes.extend(team.notes);
        let (pack, schemas) = (team.rules, team.schemas);
        // Before any document is read: a revision that does not exist is told at once.
        let changed = changed::Changed::of(request, trust.revision(), &mut projects, &schemas)?
            .judged_by(trust, request);
        let selection = Selection::new(&pack, request, &projects)?;
        // Where nothing was found, that is what there is to say.
        if selection.is_empty() && !found.files.is_empty() {
            return Err(LintError::NoRules);
        }
        let shelf = layers::LayerShelf::new(&request.unsaved);
        let reader = load::FileReader {
            schemas: &schemas,
            layers: &shelf,
            unsaved: &request.unsaved,
            memory: request.memory.as_deref(),
        };
        let mut loaded = load::all(found, reader, progress)?;
        loaded.syntax.extend(team.problems);
        loaded.failures.extend(team.failures);
        loaded.isolated = request.isolated;
        Self::complete(&mut loaded, &mut projects, request, reader)?;
        layered::attach(&mut loaded, reader, &request.paths);
        let mut groups = review::join(&loaded.members);
        let results = review::results(&loaded.members);
        for (kind, names) in review::attach(&mut groups, &loaded.members, &results) {
            loaded.note(untied(kind, names));
        }
        loaded.account();
        let gone = gone::since(request, &changed, &loaded, &groups)?;
        loaded.syntax.extend(gone.errors);
        for gap in gone.notes {
            loaded.note(gap);
        }
        Ok(Self {
            pack,
            projects,
            base,
            hidden,
            loaded,
            selection,
            changed,
            groups,
            results,
        })
    }

    /// Adds what the named files are rendered to, and what belongs to their services.
    fn complete(
        loaded: &mut load::Loaded,
        projects: &mut Projects,
        request: &Request,
        reader: load::FileReader<'_>,
    ) -> Result<(), LintError> {
        let mut rendering = rendered::RenderShelf::default();
        rendering.add(loaded, request, reader)?;
        rendered::piped(loaded, reader);
        load::declared(loaded, reader)?;
        if !request.isolated {
            layered::below_named(loaded, reader)?;
            context::add(loaded, projects, reader)?;
            // A manifest may have brought the specification that names others.
            rendering.add(loaded, request, reader)?;
            load::declared(loaded, reader)?;
        }
        Ok(())
    }

    /// What the change makes milder of the policy that judges it; what it brings that nothing is compared with is noted.
    fn weakened(&mut self, request: &Request) -> Result<Vec<Finding>, LintError> {
        let Some(base) = &self.base else {
            return Ok(Vec::new());
        };
        let compared = weakened::Compared {
            request,
            base,
            projects: &self.projects,
            loaded: &self.loaded,
            pack: &self.pack,
            hidden: &self.hidden,
        };
        let (found, first) = (
            weakened::find(&compared)?,
            weakened::first::notes(&compared),
        );
        for gap in first {
            self.loaded.note(gap);
        }
        Ok(found)
    }

    /// Asks the rules, and puts what they say into a report.
    fn report(
        &mut self,
        request: &Request,
        trust: &Trust,
        progress: &dyn Progress,
    ) -> Result<Report, LintError> {
        let weakened = self.weakened(request)?;
        let Self {
            pack,
            projects,
            base,
            hidden: _,
            loaded,
            selection,
            changed,
            groups,
            results,
        } = self;
        let pack: &Pack = pack;
        let judge = judge::Judge::new(pack, selection, &loaded.members);
        let mut judged =
            evaluate::groups(groups, loaded, &judge, changed, trust, request, progress)?;
        conftest::ask(&mut judged, loaded, &judge, changed, request);
        let settled = settle::settle(
            &mut judged,
            loaded,
            &judge,
            changed,
            request,
            base.as_deref(),
            trust,
        )?;

        let mut report = Report {
            counts: Counts {
                reviews: settled.reviews.len(),
                ..counts(loaded, groups, selection)
            },
            findings: settled.findings,
            suppressed: settled.suppressed,
            due_soon: settled.due_soon,
            stale: settled.stale,
            reviews: settled.reviews,
            not_checked: loaded.notes(results),
            failures: std::mem::take(&mut loaded.found.failures),
            fail_on: request.fail_on,
            hook: request.hook,
            policy: base::origin(request, projects),
            ..Report::default()
        };
        report.add_weakened(weakened, trust);
        report.failures.append(&mut loaded.failures);
        report.failures.extend(judged.failures);
        report.not_checked.append(&mut loaded.found.notes);
        report.not_checked.extend(judged.not_checked);
        // Beside what is judged, unchanged services without a finding are not worth a line.
        if judged.unchanged.findings > 0 || report.reviews.is_empty() {
            report.not_checked.extend(changed.note(judged.unchanged));
        }
        finish(&mut report, pack);
        Ok(report)
    }
}

/// Checks what `request` names with the rules of `pack`.
pub fn run(request: &Request, pack: &Pack, progress: &dyn Progress) -> Result<Report, LintError> {
    threads::with_room(|| judged(request, pack, progress))
}

fn judged(request: &Request, pack: &Pack, progress: &dyn Progress) -> Result<Report, LintError> {
    let trust = Trust::of(request)?;
    let judge = |request: &Request| {
        let mut gathered = Gathered::new(request, &trust, pack, progress)?;
        let mut report = gathered.report(request, &trust, progress)?;
        debt::set_aside(&gathered, &mut report, request, &gathered.pack);
        finish(&mut report, &gathered.pack);
        Ok::<_, LintError>((report, gathered.pack))
    };
    let (report, _) = judge(request)?;
    if !report.has_approved_policy() {
        return Ok(report);
    }
    // The owners accepted exactly this policy, so it is in effect: what it allows could otherwise never be merged.
    let own = base::without(request);
    let (mut judged, pack) = judge(&own)?;
    judged.take_approved(report);
    finish(&mut judged, &pack);
    Ok(judged)
}

/// Checks what `request` names, and hands on every ServingSpec that fits its schema as far as its
/// types go, in the order of files. What keeps others from being read is in the report.
pub fn specifications(
    request: &Request,
    pack: &Pack,
) -> Result<(Report, Vec<review::Member>), LintError> {
    threads::with_room(|| {
        let trust = Trust::of(request)?;
        let mut gathered = Gathered::new(request, &trust, pack, &Silent)?;
        let report = gathered.report(request, &trust, &Silent)?;
        let mut members = gathered.loaded.members;
        members.retain(|member| member.subject == Subject::ServingSpec && member.is_whole());
        Ok((report, members))
    })
}

/// What stands in a report, as a baseline in `folder` says it.
pub fn entries(report: &Report, folder: &std::path::Path) -> Vec<BaselineEntry> {
    let mut all: Vec<&Finding> = report.at_each_place().chain(&report.suppressed).collect();
    all.sort_by(|a, b| judge::key(a).cmp(&judge::key(b)));
    let entries = settle::entries(all.iter().copied().enumerate(), folder, &report.rules);
    let mut standing = Vec::new();
    for (at, entry) in entries {
        if all[at].suppression.is_none() {
            standing.push(entry);
        }
    }
    standing
}

/// Puts everything into its final order, so that equal runs print equal bytes.
fn finish(report: &mut Report, pack: &Pack) {
    report.withhold_go();
    judge::sort(&mut report.findings);
    report.findings = of_one_cause(std::mem::take(&mut report.findings));
    judge::sort(&mut report.unlisted);
    judge::sort(&mut report.suppressed);
    listed::shorten(&mut report.findings);
    listed::shorten(&mut report.suppressed);
    report.reviews.sort_by(|a, b| {
        (&a.service, &a.environment, &a.files).cmp(&(&b.service, &b.environment, &b.files))
    });
    gaps::gather_services(&mut report.not_checked);
    // By the words that are printed: a reader sees no kinds of subjects.
    report
        .not_checked
        .sort_by_cached_key(|gap| (gap.subject.to_string(), gap.clone()));
    report.not_checked.dedup();
    report.failures.sort();
    report.failures.dedup();
    let used = report
        .findings
        .iter()
        .chain(&report.suppressed)
        .filter_map(|finding| pack.rules().get_key_value(&finding.rule));
    report.rules = used.map(|(id, rule)| (id.clone(), rule.clone())).collect();
}

impl Report {
    /// The exit code: 0 nothing stands, 1 an error stands or a review is a draft, 3 only escalations
    /// stand, 2 the tool could not do its work or found nothing to check. What [`Report::fail_on`] lets
    /// pass gives 0; where warnings fail, they give 1. In a hook it is no failure that there is nothing to check.
    pub fn exit_code(&self) -> u8 {
        let (verdict, tally) = (self.verdict(), self.tally());
        let is_held = tally.errors > 0 || verdict >= Verdict::Draft;
        let nothing = self.counts.documents == 0 && !self.hook;
        match self.fail_on {
            _ if !self.failures.is_empty() => 2,
            FailOn::Error | FailOn::Escalation | FailOn::Warning if is_held => 1,
            FailOn::Warning if tally.warnings > 0 => 1,
            FailOn::Escalation | FailOn::Warning if tally.escalations > 0 => 3,
            _ if nothing => 2,
            _ => 0,
        }
    }
}

/// What a run is about in numbers; no review is judged yet.
fn counts(loaded: &load::Loaded, groups: &[review::Group], selection: &Selection) -> Counts {
    Counts {
        files: loaded.found.files.len(),
        documents: documents(groups, &loaded.members)
            + requested(&loaded.held)
            + conftest::documents(loaded, &taking(groups)),
        reviews: 0,
        rules: selection.count(),
    }
}

/// How many documents were asked for and take part: what nothing ties to a service was not judged.
fn documents(groups: &[review::Group], members: &[review::Member]) -> usize {
    taking(groups)
        .into_iter()
        .filter(|index| members[*index].requested)
        .count()
}

/// The documents that take part in a review.
fn taking(groups: &[review::Group]) -> BTreeSet<usize> {
    let mut taking: BTreeSet<usize> = BTreeSet::new();
    for group in groups {
        taking.extend(group.members.iter().copied().chain(group.manifests()));
    }
    taking
}

/// How many documents that only their CRD knows were asked for.
fn requested<T>(held: &[(review::Member, T)]) -> usize {
    held.iter().filter(|(member, _)| member.requested).count()
}

/// Manifests that belong to no service.
fn untied(kind: &str, files: BTreeSet<String>) -> NotChecked {
    let files: Vec<String> = files.into_iter().collect();
    let reason = format!(
        "nothing ties them to a model server; `spec.artifacts` of a ServingSpec can name them: in {}",
        load::some(&files)
    );
    note(Topic::Untied(kind.to_owned()), reason)
}

/// Something that was not judged.
fn note(subject: Topic, reason: impl Into<String>) -> NotChecked {
    NotChecked {
        subject,
        reason: reason.into(),
    }
}
