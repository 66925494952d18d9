//! The packs of the team: from `[[policies]]` to rules that take part in the run.
//!
//! Whatever is wrong with a pack is told where it stands, costs the run its exit code, and nothing else its findings.

use super::{Request, load::Unreadable};
use crate::{
    config::{ConfigError, KEYS, PolicySource, Project, Projects},
    did_you_mean::nearest,
    disk,
    document::source::{LineIndex, Source, Span},
    finding::Place,
    git::Snapshot,
    pack::{PackError, PackFiles, SETTINGS},
    policy::{Pack, PackProblem, TeamPack},
    rule::{POLICY_UNUSABLE, Severity},
    schema::Schema,
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The rules of a run: those that are built in, or these and those of packs.
#[derive(Debug)]
pub(super) enum RulesInUse<'p> {
    BuiltIn(&'p Pack),
    Joined(Box<Pack>),
}

impl Deref for RulesInUse<'_> {
    type Target = Pack;

    fn deref(&self) -> &Pack {
        match self {
            Self::BuiltIn(pack) => pack,
            Self::Joined(pack) => pack,
        }
    }
}

/// What the packs of all projects come to.
pub(super) struct TeamPacks<'p> {
    pub rules: RulesInUse<'p>,
    /// What keeps packs from being used.
    pub problems: Vec<Unreadable>,
    /// The same in one line for each pack.
    pub failures: Vec<String>,
    /// The packs that declare kinds, with the root of each project that names them.
    pub declaring: Vec<(PathBuf, Arc<PackFiles>)>,
}

/// Reads the packs of all projects and starts them.
pub(super) fn read<'p>(
    own: &'p Pack,
    request: &Request,
    projects: &Projects,
    base: Option<&Snapshot>,
) -> TeamPacks<'p> {
    let mut reading = PackReading {
        request,
        known: BTreeMap::new(),
        problems: Vec::new(),
        failures: Vec::new(),
    };
    for project in projects.all() {
        let base = base.filter(|_| project.is_past());
        for entry in &project.config.policies {
            reading.entry(project, entry, base);
        }
    }
    reading.start();
    for project in projects.all() {
        reading.settings(project);
    }
    let mut declaring = Vec::new();
    for known in reading.known.values() {
        if !known.files.manifest.kinds.is_empty() {
            let roots = known.roots.iter().cloned();
            declaring.extend(roots.map(|root| (root, Arc::clone(&known.files))));
        }
    }
    let teams: Vec<_> = reading
        .known
        .into_values()
        .filter_map(|known| Some((known.team?, known.roots)))
        .collect();
    TeamPacks {
        rules: match teams.is_empty() {
            true => RulesInUse::BuiltIn(own),
            false => RulesInUse::Joined(Box::new(own.with(teams))),
        },
        problems: reading.problems,
        failures: reading.failures,
        declaring,
    }
}

/// The rules that take part in the project of a folder: those of `own`, and those of the packs that it names, by their
/// METADATA alone. What is wrong with a pack is said in a line each; its policies are not parsed.
///
/// # Errors
/// Where the configuration of the folder cannot be used.
pub fn rules_of(own: &Pack, folder: &Path) -> Result<(Pack, Vec<String>), ConfigError> {
    let mut projects = Projects::new(None)?;
    let project = projects.of(folder, folder)?;
    let (mut teams, mut problems) = (Vec::new(), Vec::new());
    let mut kinds: Vec<String> = Vec::new();
    kinds.extend(project.config.kinds.iter().map(|kind| kind.kind.clone()));
    for entry in &project.config.policies {
        let files = match PackFiles::read(entry, None) {
            Ok(files) => files,
            Err(error) => {
                problems.push(error.to_string());
                continue;
            }
        };
        kinds.extend(files.manifest.kinds.iter().map(|kind| kind.kind.clone()));
        match TeamPack::read(&files) {
            Ok(team) => teams.push((Arc::new(team), BTreeSet::from([project.root.clone()]))),
            Err(found) => problems.extend(found.iter().map(placed)),
        }
    }
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let pack = own.with(teams);
    let undeclared = pack.undeclared(&project.root, &kinds);
    problems.extend(undeclared.iter().map(|(_, found)| placed(found)));
    Ok((pack, problems))
}

/// A problem with its place, on one line.
pub(super) fn placed(found: &PackProblem) -> String {
    let PackProblem { source, problem } = found;
    let span = span(source, problem.line, problem.column);
    format!("{}: {}", source.place_of(span), problem.message)
}

/// A pack of the run.
struct KnownPack {
    /// Of its files: projects may bring the same pack twice.
    digest: String,
    /// The entry that brought it first, and its project.
    first: PolicySource,
    project: Arc<Project>,
    files: Arc<PackFiles>,
    /// `None` where it cannot be used.
    team: Option<Arc<TeamPack>>,
    /// The schema of its settings, if it takes any.
    settings: Option<Arc<Source>>,
    roots: BTreeSet<PathBuf>,
}

struct PackReading<'r> {
    request: &'r Request,
    /// By name.
    known: BTreeMap<String, KnownPack>,
    problems: Vec<Unreadable>,
    failures: Vec<String>,
}

impl PackReading<'_> {
    fn entry(&mut self, project: &Arc<Project>, entry: &PolicySource, base: Option<&Snapshot>) {
        let files = match PackFiles::read(entry, base) {
            Ok(files) => files,
            Err(error) => return self.unreadable(project, entry, &error),
        };
        let name = &files.manifest.name;
        match self.known.get_mut(name) {
            Some(known) if known.digest == files.digest => {
                known.roots.insert(project.root.clone());
                return;
            }
            Some(known) => {
                let message = format!(
                    "there are two packs `{name}`: this one and another one at {}",
                    known.first.place.line()
                );
                return self.at_entry(project, entry, message, None);
            }
            None => {}
        }
        let team = match TeamPack::read(&files) {
            Ok(team) => Some(Arc::new(team)),
            Err(problems) => {
                self.refused(project, name, problems);
                None
            }
        };
        self.known.insert(
            name.clone(),
            KnownPack {
                digest: files.digest.clone(),
                first: entry.clone(),
                project: Arc::clone(project),
                team,
                settings: files.files.get(SETTINGS).cloned(),
                roots: BTreeSet::from([project.root.clone()]),
                files: Arc::new(files),
            },
        );
    }

    /// Starts all packs at once: each compiles in a process of its own. One that cannot be used is told, and no team.
    fn start(&mut self) {
        if !self.known.is_empty() {
            disk::unprovable("policies of a team ran");
        }
        let program = match &self.request.sandbox {
            Some(program) => Ok(program.clone()),
            None => env::current_exe()
                .map_err(|error| format!("servelint does not know where it is: {error}")),
        };
        let ready: Vec<_> = self
            .known
            .par_iter()
            .filter_map(|(name, known)| {
                let team = known.team.as_ref()?;
                let program = program.as_ref().map_err(String::clone);
                let started = program.and_then(|program| team.start(program, &known.files));
                Some((name.clone(), started))
            })
            .collect();
        for (name, started) in ready {
            self.started(&name, started);
        }
    }

    fn started(&mut self, name: &str, started: Result<Vec<PackProblem>, String>) {
        if matches!(&started, Ok(problems) if problems.is_empty()) {
            return;
        }
        let Some(known) = self.known.get_mut(name) else {
            return;
        };
        known.team = None;
        let (project, source) = (Arc::clone(&known.project), Arc::clone(&known.files.source));
        let name_span = known.files.manifest.name_span;
        match started {
            Ok(problems) => self.refused(&project, name, problems),
            Err(reason) => {
                let place = Place::bare(Arc::clone(&source), name_span);
                let message = format!("the pack `{name}` cannot be used: {reason}");
                self.failures.push(format!("{}: {message}", source.name));
                self.problems.push(unusable(&project, place, message, None));
            }
        }
    }

    fn refused(&mut self, project: &Arc<Project>, name: &str, problems: Vec<PackProblem>) {
        self.failures.push(format!(
            "the pack `{name}` cannot be used, so none of its rules ran"
        ));
        for PackProblem { source, problem } in problems {
            let span = span(&source, problem.line, problem.column);
            let place = Place::bare(source, span);
            self.problems
                .push(unusable(project, place, problem.message, None));
        }
    }

    fn unreadable(&mut self, project: &Arc<Project>, entry: &PolicySource, error: &PackError) {
        let help = error.help().map(str::to_owned);
        let message = match error {
            PackError::Unusable { path, reason, .. } => format!("the pack `{path}` {reason}"),
            PackError::Manifest(ConfigError::Invalid {
                file,
                span,
                message,
                help,
            }) => {
                let place = Place::bare(Arc::clone(file), *span);
                self.failures.push(error.to_string());
                self.problems
                    .push(unusable(project, place, message.clone(), help.clone()));
                return;
            }
            PackError::Manifest(error) => error.to_string(),
        };
        self.at_entry(project, entry, message, help);
    }

    fn at_entry(
        &mut self,
        project: &Arc<Project>,
        entry: &PolicySource,
        message: String,
        help: Option<String>,
    ) {
        self.failures
            .push(format!("{}: {message}", entry.place.line()));
        let place = Place::bare(Arc::clone(&entry.place.source), entry.place.span);
        self.problems.push(unusable(project, place, message, help));
    }

    /// What a project sets for packs, compared with their schemas.
    fn settings(&mut self, project: &Arc<Project>) {
        for (name, settings) in &project.config.pack_settings {
            let known = self
                .known
                .get(name)
                .filter(|known| known.roots.contains(&project.root));
            let (messages, help) = match known.map(|known| &known.settings) {
                Some(Some(schema)) => (refused_settings(schema, &settings.values), None),
                Some(None) => (
                    vec![format!(
                        "the pack `{name}` takes no settings: it has no `{SETTINGS}`"
                    )],
                    None,
                ),
                None => {
                    let known = KEYS.iter().copied();
                    let packs = self.known.keys().map(String::as_str);
                    let near = nearest(name, known.chain(packs)).map(crate::did_you_mean::question);
                    (
                        vec![format!(
                            "`[policy.{name}]` is no table of servelint, and there is no pack of this name"
                        )],
                        near,
                    )
                }
            };
            for message in messages {
                self.failures
                    .push(format!("{}: {message}", settings.place.line()));
                let place = Place::bare(Arc::clone(&settings.place.source), settings.place.span);
                self.problems
                    .push(unusable(project, place, message, help.clone()));
            }
        }
    }
}

fn refused_settings(schema: &Source, values: &serde_json::Value) -> Vec<String> {
    let schema = match Schema::compile(&schema.text) {
        Ok(schema) => schema,
        Err(reason) => return vec![format!("`{}` is no JSON Schema: {reason}", schema.name)],
    };
    let refusals = schema.refusals(values);
    refusals
        .into_iter()
        .map(|refusal| refusal.violation.message)
        .collect()
}

/// From the character at this line and column to the end of the line; the start of a file where the line is 0.
pub(super) fn span(source: &Source, line: u32, column: u32) -> Span {
    let lines = LineIndex::new(&source.text);
    let line = usize::try_from(line).unwrap_or_default();
    if line == 0 || line > lines.lines() {
        return Span::new(0, 0);
    }
    let start = lines.start_of(line - 1, &source.text);
    let text = source.text[start..].lines().next().unwrap_or_default();
    let skipped = usize::try_from(column.saturating_sub(1)).unwrap_or_default();
    let before = text.char_indices().nth(skipped).map_or(0, |(at, _)| at);
    let trimmed = text.trim_end().len().max(before);
    Span::new(start + before, start + trimmed)
}

pub(super) fn unusable(
    project: &Arc<Project>,
    place: Place,
    message: String,
    help: Option<String>,
) -> Unreadable {
    Unreadable {
        rule: POLICY_UNUSABLE,
        message,
        help,
        fix: None,
        place,
        related: None,
        severity: Severity::Error,
        project: Arc::clone(project),
        spoken: Vec::new(),
        lost: false,
    }
}
