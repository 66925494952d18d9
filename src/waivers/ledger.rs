//! Who answers for which finding, and which waivers are no good.

use super::{
    Waiver, WaiverComment, WaiverComments,
    baseline::folder_of,
    terms::{WaiverTerms, refusal},
};
use crate::{
    config::{ConfiguredWaiver, Project},
    document::source::{Source, Span, real_path},
    finding::{ExpiringWaiver, Finding, Place, Suppression, SuppressionKind},
    rule::{Rule, WAIVER_MALFORMED, WAIVER_NOT_ALLOWED, WAIVER_UNUSED},
};
use globset::Glob;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
};

/// How long before its end a waiver is announced.
const NOTICE_DAYS: i64 = 14;

/// A file that took part in the run.
#[derive(Debug)]
pub struct LedgerFile<'s> {
    /// Its text and name.
    pub source: &'s Arc<Source>,
    /// Where it belongs.
    pub project: &'s Arc<Project>,
    /// True where it was asked for, so that all of its findings are known.
    pub requested: bool,
}

/// Something that is wrong with a waiver.
#[derive(Debug)]
pub struct WaiverProblem {
    /// The rule of the host that says so.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do, where the rule's own help does not say it.
    pub help: Option<String>,
    /// Where the waiver is written.
    pub place: Place,
    /// Whose waiver it is.
    pub project: Arc<Project>,
}

/// What a run could have found, so that a waiver without a finding is known to be needless.
pub trait LedgerRuns {
    /// True where the rule was asked about this document of this file (any document for `None`).
    fn asked(&self, file: &str, document: Option<usize>, rule: &Rule) -> bool;
    /// True where all files of the project were looked at.
    fn walked(&self, project: &Project) -> bool;
}

struct LedgerWaiver {
    rule: String,
    kind: SuppressionKind,
    draft: Waiver,
    days_left: Option<i64>,
    place: Place,
    project: Arc<Project>,
    /// What it covers: a document of a file, or the files that a glob names.
    scope: WaiverScope,
    used: bool,
    refused: bool,
}

enum WaiverScope {
    Document { file: String, index: usize },
    Files { names: Vec<String>, pointer: String },
}

/// The waivers of a run that hold today, and what is wrong with the others.
pub struct Ledger<'l> {
    terms: WaiverTerms<'l>,
    waivers: Vec<LedgerWaiver>,
    /// By file and document, then by rule and the top of what is covered, as text: rules and schemas do
    /// not agree whether `0` is a key or an index.
    inline: HashMap<(String, usize), HashMap<(String, String), usize>>,
    /// By file and rule.
    configured: HashMap<(String, String), Vec<usize>>,
    starts: HashMap<String, Vec<(usize, usize)>>,
    complaints: Vec<WaiverProblem>,
}

impl<'l> Ledger<'l> {
    /// Sorts the waivers of these files and of their projects. `today` is a day number.
    pub fn new(
        rules: &'l BTreeMap<String, Rule>,
        checked: &[LedgerFile<'_>],
        comments: &[WaiverComments],
        today: i64,
    ) -> Self {
        let mut ledger = Self {
            terms: WaiverTerms { rules, today },
            waivers: Vec::new(),
            inline: HashMap::new(),
            configured: HashMap::new(),
            starts: HashMap::new(),
            complaints: Vec::new(),
        };
        let by_name: HashMap<&str, &LedgerFile<'_>> = checked
            .iter()
            .map(|file| (file.source.name.as_str(), file))
            .collect();
        for list in comments {
            let Some(file) = by_name.get(list.source.name.as_str()) else {
                continue;
            };
            ledger
                .starts
                .insert(list.source.name.clone(), list.starts.clone());
            for comment in &list.list {
                ledger.comment(comment, list, file);
            }
        }
        ledger.configuration(checked);
        ledger
    }

    fn configuration(&mut self, checked: &[LedgerFile<'_>]) {
        let mut met: BTreeSet<(PathBuf, Span)> = BTreeSet::new();
        let mut paths: HashMap<&str, PathBuf> = HashMap::new();
        for project in checked
            .iter()
            .filter(|file| !file.project.config.waivers.is_empty())
        {
            for waiver in &project.project.config.waivers {
                // One file may configure several projects.
                if !met.insert((waiver.source.path.clone(), waiver.span)) {
                    continue;
                }
                if paths.is_empty() {
                    paths.extend(
                        checked
                            .iter()
                            .map(|file| (file.source.name.as_str(), real_path(&file.source.path))),
                    );
                }
                self.configured(waiver, project.project, checked, &paths);
            }
        }
    }

    fn comment(&mut self, comment: &WaiverComment, list: &WaiverComments, file: &LedgerFile<'_>) {
        let place = Place::bare(Arc::clone(&list.source), comment.span);
        let complain = |rule, message: String, help: Option<String>| WaiverProblem {
            rule,
            message,
            help,
            place: place.clone(),
            project: Arc::clone(file.project),
        };
        let draft = match (&comment.reading, &comment.target) {
            (Err(fault), _) => {
                let (message, help) = (fault.message.clone(), Some(fault.help.clone()));
                return self.say(file.requested, complain(WAIVER_MALFORMED, message, help));
            }
            (Ok(_), None) if list.incomplete => return,
            (Ok(_), None) => {
                let message = match comment.own_line {
                    true => "nothing that this waiver could cover stands below it",
                    false => "nothing that this waiver could cover begins on its line",
                };
                let help = "put it at the end of the line on which the entry begins, or on a line of its own above it";
                return self.say(
                    file.requested,
                    complain(WAIVER_MALFORMED, message.into(), Some(help.into())),
                );
            }
            (Ok(draft), Some(_)) => draft,
        };
        let Some((index, pointer)) = &comment.target else {
            return;
        };
        for rule in &draft.rules {
            if let Some((kind, message, help)) = self.terms.objection(rule, draft, file.project) {
                self.say(file.requested, complain(kind, message, help));
                continue;
            }
            let at = self.waivers.len();
            let document = (file.source.name.clone(), *index);
            self.waivers.push(LedgerWaiver {
                rule: rule.clone(),
                kind: SuppressionKind::Comment,
                draft: draft.clone(),
                days_left: self.terms.days_left(draft),
                place: place.clone(),
                project: Arc::clone(file.project),
                scope: WaiverScope::Document {
                    file: document.0.clone(),
                    index: *index,
                },
                used: false,
                refused: false,
            });
            // The first of two that say the same is the one in use.
            let covered = self.inline.entry(document).or_default();
            covered
                .entry((rule.clone(), pointer.to_string()))
                .or_insert(at);
        }
    }

    fn configured(
        &mut self,
        waiver: &ConfiguredWaiver,
        project: &Arc<Project>,
        checked: &[LedgerFile<'_>],
        paths: &HashMap<&str, PathBuf>,
    ) {
        let place = Place::bare(Arc::clone(&waiver.source), waiver.span);
        let draft = Waiver {
            rules: vec![waiver.rule.clone()],
            by: waiver.owner.clone(),
            until: waiver.expires.clone(),
            reason: waiver.reason.clone(),
        };
        if let Some((rule, message, help)) = self.terms.objection(&waiver.rule, &draft, project) {
            let help = if rule == WAIVER_MALFORMED {
                Some("add it to the waiver in the configuration".into())
            } else {
                help
            };
            let project = Arc::clone(project);
            return self.complaints.push(WaiverProblem {
                rule,
                message,
                help,
                place,
                project,
            });
        }
        // It is known to compile: the configuration was read with it.
        let Ok(glob) = Glob::new(&waiver.path).map(|glob| glob.compile_matcher()) else {
            return;
        };
        let folder = folder_of(&waiver.source.path);
        let mut names = Vec::new();
        for file in checked {
            let name = &file.source.name;
            let path = paths.get(name.as_str());
            let path = path.and_then(|path| path.strip_prefix(&folder).ok());
            if is_of_project(waiver, file) && path.is_some_and(|path| glob.is_match(path)) {
                names.push(name.clone());
            }
        }
        let pointer = waiver.pointer.as_ref().map(ToString::to_string);
        let at = self.waivers.len();
        for name in &names {
            self.configured
                .entry((name.clone(), waiver.rule.clone()))
                .or_default()
                .push(at);
        }
        self.waivers.push(LedgerWaiver {
            rule: waiver.rule.clone(),
            kind: SuppressionKind::Config,
            days_left: self.terms.days_left(&draft),
            draft,
            place,
            project: Arc::clone(project),
            scope: WaiverScope::Files {
                names,
                pointer: pointer.unwrap_or_default(),
            },
            used: false,
            refused: false,
        });
    }

    /// What is wrong is told where the file was asked for.
    fn say(&mut self, requested: bool, complaint: WaiverProblem) {
        if requested {
            self.complaints.push(complaint);
        }
    }

    /// Who answers for a finding, if somebody does.
    pub fn answer(&mut self, finding: &Finding) -> Option<Suppression> {
        if self.waivers.is_empty() {
            return None;
        }
        for at in self.candidates(finding) {
            let refusal = refusal(finding, &self.waivers[at].draft, &self.waivers[at].project);
            let waiver = &mut self.waivers[at];
            waiver.used = true;
            match refusal {
                Some((message, help)) if !waiver.refused => {
                    waiver.refused = true;
                    let (place, project) = (waiver.place.clone(), Arc::clone(&waiver.project));
                    let help = Some(help.into());
                    self.complaints.push(WaiverProblem {
                        rule: WAIVER_NOT_ALLOWED,
                        message,
                        help,
                        place,
                        project,
                    });
                }
                Some(_) => {}
                None => {
                    return Some(Suppression {
                        kind: waiver.kind,
                        by: waiver.draft.by.clone(),
                        reason: waiver.draft.reason.clone(),
                        until: waiver.draft.until.clone(),
                        place: waiver.place.clone(),
                    });
                }
            }
        }
        None
    }

    /// The waivers that cover a finding, the closest first.
    fn candidates(&self, finding: &Finding) -> Vec<usize> {
        let (file, pointer) = (
            &finding.place.source.name,
            finding.place.pointer.to_string(),
        );
        let mut found = Vec::new();
        if let Some(covered) = self
            .document(finding)
            .and_then(|document| self.inline.get(&document))
        {
            let mut top = pointer.as_str();
            while !top.is_empty() {
                found.extend(
                    covered
                        .get(&(finding.rule.clone(), top.to_owned()))
                        .copied(),
                );
                top = top.rsplit_once('/').map_or("", |(above, _)| above);
            }
        }
        let covers = |top: &str| {
            pointer
                .strip_prefix(top)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let configured = self.configured.get(&(file.clone(), finding.rule.clone()));
        found.extend(configured.into_iter().flatten().copied().filter(|at| {
            match &self.waivers[*at].scope {
                WaiverScope::Files { pointer: top, .. } => covers(top),
                WaiverScope::Document { .. } => false,
            }
        }));
        found
    }

    /// The document of a file that has waivers in its comments.
    fn document(&self, finding: &Finding) -> Option<(String, usize)> {
        let place = &finding.place;
        let starts = self.starts.get(&place.source.name)?;
        let offset = place.alias.unwrap_or(place.span).start();
        let after = starts.partition_point(|(start, _)| *start <= offset);
        let (_, index) = starts.get(after.saturating_sub(1))?;
        Some((place.source.name.clone(), *index))
    }

    /// What is wrong with waivers, after every finding was asked about.
    pub fn complaints(&mut self, runs: &dyn LedgerRuns) -> Vec<WaiverProblem> {
        let mut complaints = std::mem::take(&mut self.complaints);
        for waiver in self.waivers.iter().filter(|waiver| !waiver.used) {
            let Some(message) = self.needless(waiver, runs) else {
                continue;
            };
            let (place, project) = (waiver.place.clone(), Arc::clone(&waiver.project));
            complaints.push(WaiverProblem {
                rule: WAIVER_UNUSED,
                message,
                help: None,
                place,
                project,
            });
        }
        complaints
    }

    fn needless(&self, waiver: &LedgerWaiver, runs: &dyn LedgerRuns) -> Option<String> {
        let (name, rule) = (&waiver.rule, self.terms.rules.get(&waiver.rule)?);
        match &waiver.scope {
            WaiverScope::Document { file, index } => runs
                .asked(file, Some(*index), rule)
                .then(|| format!("`{name}` says nothing about what this waiver covers")),
            WaiverScope::Files { names, .. } if names.is_empty() => runs
                .walked(&waiver.project)
                .then(|| format!("the waiver of `{name}` names a path that no checked file has")),
            WaiverScope::Files { names, .. } => names
                .iter()
                .all(|file| runs.asked(file, None, rule))
                .then(|| format!("`{name}` says nothing about the files of this waiver")),
        }
    }

    /// The waivers in use that soon end, the first to go first.
    pub fn expiring(&self) -> Vec<ExpiringWaiver> {
        let mut by_place: BTreeMap<(i64, &str, Span), Vec<&LedgerWaiver>> = BTreeMap::new();
        for waiver in self
            .waivers
            .iter()
            .filter(|waiver| waiver.used && !waiver.refused)
        {
            if let Some(days) = waiver.days_left.filter(|days| *days <= NOTICE_DAYS) {
                let place = (days, waiver.place.source.name.as_str(), waiver.place.span);
                by_place.entry(place).or_default().push(waiver);
            }
        }
        let expiring = |((days, ..), waivers): ((i64, &str, Span), Vec<&LedgerWaiver>)| {
            let first = waivers.first()?;
            Some(ExpiringWaiver {
                rules: waivers
                    .iter()
                    .map(|waiver| waiver.rule.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                by: first.draft.by.clone(),
                until: first.draft.until.clone()?,
                days,
                place: first.place.clone(),
            })
        };
        by_place.into_iter().filter_map(expiring).collect()
    }
}

/// True where the file belongs to the project whose configuration holds the waiver. All waivers of
/// a project stand in one file.
fn is_of_project(waiver: &ConfiguredWaiver, file: &LedgerFile<'_>) -> bool {
    let first = file.project.config.waivers.first();
    first.is_some_and(|other| other.source == waiver.source)
}
