//! Who answers for which finding, and which waivers are no good.

use super::{
    Waiver, WaiverComment, WaiverComments,
    baseline::folder_of,
    terms::{Objection, WaiverTerms, refusal},
};
use crate::{
    config::{ConfiguredWaiver, Project},
    document::source::{Source, Span, real_path},
    finding::{DueKind, DueSoon, Finding, Place, Suppression, SuppressionKind},
    rule::{Rule, WAIVER_MALFORMED, WAIVER_NOT_ALLOWED, WAIVER_UNUSED},
};
use globset::Glob;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
};

/// How long before its end a waiver is announced.
pub const NOTICE_DAYS: i64 = 30;

/// A file that took part in the run.
#[derive(Debug)]
pub struct LedgerFile<'s> {
    /// Its text and name.
    pub source: &'s Arc<Source>,
    /// Where it belongs.
    pub project: &'s Arc<Project>,
    /// True where rules read its documents, so that their findings are known.
    pub judged: bool,
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

impl WaiverProblem {
    fn new(objection: Objection, place: Place, project: &Arc<Project>) -> Self {
        Self {
            rule: objection.rule,
            message: objection.message,
            help: objection.help,
            place,
            project: Arc::clone(project),
        }
    }
}

struct LedgerWaiver {
    rule: String,
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

impl LedgerWaiver {
    fn kind(&self) -> SuppressionKind {
        match self.scope {
            WaiverScope::Document { .. } => SuppressionKind::Comment,
            WaiverScope::Files { .. } => SuppressionKind::Config,
        }
    }

    /// What it takes a finding out with.
    fn suppression(&self) -> Suppression {
        Suppression {
            kind: self.kind(),
            by: self.draft.by.clone(),
            reason: self.draft.reason.clone(),
            until: self.draft.until.clone(),
            place: self.place.clone(),
        }
    }

    fn problem(&self, objection: Objection) -> WaiverProblem {
        WaiverProblem::new(objection, self.place.clone(), &self.project)
    }
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
    problems: Vec<WaiverProblem>,
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
            problems: Vec::new(),
        };
        let mut by_name: HashMap<&str, &LedgerFile<'_>> = HashMap::new();
        for file in checked {
            by_name.insert(&file.source.name, file);
        }
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
        for file in checked {
            for waiver in &file.project.config.waivers {
                // One file may configure several projects.
                if !met.insert((waiver.source.path.clone(), waiver.span)) {
                    continue;
                }
                // Most runs have no such waiver, and resolving links costs system calls.
                if paths.is_empty() {
                    for file in checked {
                        paths.insert(&file.source.name, real_path(&file.source.path));
                    }
                }
                self.configured(waiver, file.project, checked, &paths);
            }
        }
    }

    fn comment(&mut self, comment: &WaiverComment, list: &WaiverComments, file: &LedgerFile<'_>) {
        let place = Place::bare(Arc::clone(&list.source), comment.span);
        let (draft, (index, pointer)) = match (&comment.reading, &comment.target) {
            (Ok(draft), Some(target)) => (draft, target),
            // What it stands at may be in the part that could not be read.
            (Ok(_), None) if list.incomplete => return,
            (Ok(_), None) => return self.say(file, place, nowhere(comment)),
            (Err(fault), _) => {
                let help = Some(fault.help.as_str());
                let objection = Objection::new(WAIVER_MALFORMED, fault.message.as_str(), help);
                return self.say(file, place, objection);
            }
        };
        for rule in &draft.rules {
            if let Some(objection) = self.terms.objection(rule, draft, file.project) {
                self.say(file, place.clone(), objection);
                continue;
            }
            let document = (file.source.name.clone(), *index);
            let scope = WaiverScope::Document {
                file: document.0.clone(),
                index: *index,
            };
            let at = self.add(rule, draft, place.clone(), file.project, scope);
            // The first of two that say the same is the one in use.
            let covered = self.inline.entry(document).or_default();
            covered
                .entry((rule.clone(), pointer.to_string()))
                .or_insert(at);
        }
    }

    /// Keeps a waiver that holds, and answers with its number.
    fn add(
        &mut self,
        rule: &str,
        draft: &Waiver,
        place: Place,
        project: &Arc<Project>,
        scope: WaiverScope,
    ) -> usize {
        self.waivers.push(LedgerWaiver {
            rule: rule.to_owned(),
            draft: draft.clone(),
            days_left: self.terms.days_left(draft),
            place,
            project: Arc::clone(project),
            scope,
            used: false,
            refused: false,
        });
        self.waivers.len() - 1
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
        if let Some(mut objection) = self.terms.objection(&waiver.rule, &draft, project) {
            // The help of the terms shows how a comment is written.
            if objection.rule == WAIVER_MALFORMED {
                objection.help = Some("add it to the waiver in the configuration".into());
            }
            let problem = WaiverProblem::new(objection, place, project);
            return self.problems.push(problem);
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
        let scope = WaiverScope::Files {
            names: names.clone(),
            pointer: pointer.unwrap_or_default(),
        };
        let at = self.add(&waiver.rule, &draft, place, project, scope);
        for name in names {
            let key = (name, waiver.rule.clone());
            self.configured.entry(key).or_default().push(at);
        }
    }

    /// What is wrong is told where the file was judged.
    fn say(&mut self, file: &LedgerFile<'_>, place: Place, objection: Objection) {
        if file.judged {
            let problem = WaiverProblem::new(objection, place, file.project);
            self.problems.push(problem);
        }
    }

    /// Who answers for a finding, if somebody does.
    pub fn answer(&mut self, finding: &Finding) -> Option<Suppression> {
        if self.waivers.is_empty() {
            return None;
        }
        for at in self.candidates(finding) {
            let waiver = &mut self.waivers[at];
            waiver.used = true;
            let Some((message, help)) = refusal(finding, &waiver.draft, &waiver.project) else {
                return Some(waiver.suppression());
            };
            // One that covers many findings is refused once.
            if !waiver.refused {
                waiver.refused = true;
                let objection = Objection::new(WAIVER_NOT_ALLOWED, message, Some(help));
                self.problems.push(waiver.problem(objection));
            }
        }
        None
    }

    /// The waivers that cover a finding, the closest first.
    fn candidates(&self, finding: &Finding) -> Vec<usize> {
        let pointer = finding.place.pointer.to_string();
        let mut found = Vec::new();
        if let Some(covered) = self
            .document(finding)
            .and_then(|document| self.inline.get(&document))
        {
            let mut top = pointer.as_str();
            while !top.is_empty() {
                found.extend(covered.get(&(finding.rule.clone(), top.to_owned())));
                top = top.rsplit_once('/').map_or("", |(above, _)| above);
            }
        }
        let key = (finding.place.source.name.clone(), finding.rule.clone());
        for at in self.configured.get(&key).into_iter().flatten() {
            if let WaiverScope::Files { pointer: top, .. } = &self.waivers[*at].scope
                && is_within(&pointer, top)
            {
                found.push(*at);
            }
        }
        found
    }

    /// The document of a file that has waivers in its comments.
    fn document(&self, finding: &Finding) -> Option<(String, usize)> {
        let place = &finding.place;
        let starts = self.starts.get(&place.source.name)?;
        // What an alias brings in is waived where it is used, not where it is defined.
        let offset = place.alias.unwrap_or(place.span).start();
        let after = starts.partition_point(|(start, _)| *start <= offset);
        let (_, index) = starts.get(after.saturating_sub(1))?;
        Some((place.source.name.clone(), *index))
    }

    /// What is wrong with waivers, after every finding was asked about.
    pub fn problems(&mut self, runs: &dyn LedgerRuns) -> Vec<WaiverProblem> {
        let mut problems = std::mem::take(&mut self.problems);
        for waiver in self.waivers.iter().filter(|waiver| !waiver.used) {
            if let Some(message) = self.needless(waiver, runs) {
                problems.push(waiver.problem(Objection::new(WAIVER_UNUSED, message, None)));
            }
        }
        problems
    }

    fn needless(&self, waiver: &LedgerWaiver, runs: &dyn LedgerRuns) -> Option<String> {
        let (name, rule) = (&waiver.rule, self.terms.rules.get(&waiver.rule)?);
        let (is_needless, message) = match &waiver.scope {
            WaiverScope::Document { file, index } => (
                runs.asked(file, Some(*index), rule),
                format!("`{name}` says nothing about what this waiver covers"),
            ),
            WaiverScope::Files { names, .. } if names.is_empty() => (
                runs.walked(&waiver.project),
                format!("the waiver of `{name}` names a path that no checked file has"),
            ),
            WaiverScope::Files { names, .. } => (
                names.iter().all(|file| runs.asked(file, None, rule)),
                format!("`{name}` says nothing about the files of this waiver"),
            ),
        };
        is_needless.then_some(message)
    }

    /// The waivers in use that soon end, the first to go first.
    pub fn expiring(&self) -> Vec<DueSoon> {
        let mut by_place: BTreeMap<(i64, &str, Span), Vec<&LedgerWaiver>> = BTreeMap::new();
        for waiver in &self.waivers {
            let Some(days) = waiver.days_left else {
                continue;
            };
            if waiver.used && !waiver.refused && days <= NOTICE_DAYS {
                let place = (days, waiver.place.source.name.as_str(), waiver.place.span);
                by_place.entry(place).or_default().push(waiver);
            }
        }
        // A comment that names several rules is one waiver for whoever has to renew it.
        by_place
            .into_iter()
            .filter_map(|((days, ..), waivers)| expiring(days, &waivers))
            .collect()
    }
}

/// The waivers of one place, which end on one day.
fn expiring(days: i64, waivers: &[&LedgerWaiver]) -> Option<DueSoon> {
    let first = waivers.first()?;
    let rules: Vec<&str> = waivers.iter().map(|waiver| waiver.rule.as_str()).collect();
    Some(DueSoon {
        kind: DueKind::Waiver,
        what: rules.join(", "),
        by: first.draft.by.clone(),
        until: first.draft.until.clone()?,
        days,
        place: first.place.clone(),
    })
}

/// Why a comment that is well written covers nothing.
fn nowhere(comment: &WaiverComment) -> Objection {
    let message = match comment.own_line {
        true => "nothing that this waiver could cover stands below it",
        false => "nothing that this waiver could cover begins on its line",
    };
    let help =
        "put it at the end of the line on which the entry begins, or on a line of its own above it";
    Objection::new(WAIVER_MALFORMED, message, Some(help))
}

/// True for the top itself, and for what stands below it.
fn is_within(pointer: &str, top: &str) -> bool {
    pointer
        .strip_prefix(top)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// True where the configuration of the file's project holds the waiver, or inherits it.
fn is_of_project(waiver: &ConfiguredWaiver, file: &LedgerFile<'_>) -> bool {
    let mut own = file.project.config.waivers.iter();
    own.any(|other| other.span == waiver.span && other.source.path == waiver.source.path)
}
