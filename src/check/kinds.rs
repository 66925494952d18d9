//! The kinds that teams declare: from `[[schemas]]` of a project and of its packs to the schemas of their documents.
//!
//! Whatever is wrong with a declaration is told where it stands, costs the run its exit code, and nothing else its
//! findings: documents of the kind are then compared with no schema, and every review says so.

use super::{
    LintError, Request, crds,
    load::Unreadable,
    open,
    packs::{self, RulesInUse},
};
use crate::{
    config::{KindSchema, Project, Projects},
    did_you_mean::{nearest, question},
    document::{
        Document,
        read::{self, Format},
        source::{Source, Span, display_name},
    },
    finding::{NotChecked, Place},
    git::Snapshot,
    manifest,
    pack::PackFiles,
    policy::{Pack, PackProblem},
    rule::{OwnKind, Subject},
    schema::{Custom, OwnKinds, Owned, Schemas, TeamSchema},
};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Kinds of a project; each is compiled, and a run has them all in memory.
const MOST_KINDS: usize = 200;
/// Kinds that are read in another way, by their group: a declaration would take them from who reads them.
const READ_GROUPS: [(&str, &[&str]); 6] = [
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("kustomize.config.k8s.io", &["Kustomization", "Component"]),
    ("argoproj.io", &["Application", "ApplicationSet"]),
    ("kustomize.toolkit.fluxcd.io", &["Kustomization"]),
    ("helm.toolkit.fluxcd.io", &["HelmRelease"]),
    ("image.toolkit.fluxcd.io", &["ImageUpdateAutomation"]),
];

/// What teams bring to a run: their rules, and the schemas of their kinds.
pub(super) struct TeamMaterial<'p> {
    pub rules: RulesInUse<'p>,
    pub schemas: Schemas,
    /// What keeps packs and declarations from being used.
    pub problems: Vec<Unreadable>,
    /// The same in one line each.
    pub failures: Vec<String>,
    /// Files of `[[schemas]]` that define nothing.
    pub notes: Vec<NotChecked>,
}

/// Reads the packs, the definitions and the kinds of all projects.
///
/// # Errors
/// Where a definition of custom resources cannot be used.
pub(super) fn of_team<'p>(
    own: &'p Pack,
    request: &Request,
    projects: &Projects,
    base: Option<&Snapshot>,
) -> Result<TeamMaterial<'p>, LintError> {
    let (custom, notes) = crds::read(projects, base)?;
    let packs = packs::read(own, request, projects, base);
    let declared = read(projects, &packs.declaring, &custom, base);
    let declared = declared.with_asked(&packs.rules, projects);
    let (mut problems, mut failures) = (packs.problems, packs.failures);
    problems.extend(declared.problems);
    failures.extend(declared.failures);
    Ok(TeamMaterial {
        rules: packs.rules,
        schemas: Schemas::with(custom, declared.own),
        problems,
        failures,
        notes,
    })
}

/// What the kinds of all projects come to.
#[derive(Debug, Default)]
struct DeclaredKinds {
    own: Owned,
    problems: Vec<Unreadable>,
    failures: Vec<String>,
}

/// Reads what projects and the packs that they name declare.
fn read(
    projects: &Projects,
    packs: &[(PathBuf, Arc<PackFiles>)],
    custom: &Custom,
    base: Option<&Snapshot>,
) -> DeclaredKinds {
    let mut declared = DeclaredKinds::default();
    let mut compiled = CompiledSchemas::default();
    for project in projects.all() {
        let base = base.filter(|_| project.is_past());
        let mut reading = KindReading {
            project,
            custom,
            kinds: OwnKinds::default(),
            places: Vec::new(),
            declared: &mut declared,
        };
        for entry in &project.config.kinds {
            let schema = compiled.once(entry, base.is_some(), &|| of_project(entry, base));
            reading.entry(entry, schema);
        }
        for (_, files) in packs.iter().filter(|(root, _)| *root == project.root) {
            for entry in &files.manifest.kinds {
                let schema = compiled.once(entry, base.is_some(), &|| of_pack(entry, files));
                reading.entry(entry, schema);
            }
        }
        let kinds = reading.kinds;
        if kinds.kinds().next().is_some() {
            declared.own.insert(project.root.clone(), kinds);
        }
    }
    declared
}

/// A schema, or why it cannot be used.
type CompiledSchema = Result<Arc<TeamSchema>, String>;

/// The schemas so far, by their files, and whether they are those of a base: projects inherit declarations.
#[derive(Default)]
struct CompiledSchemas(BTreeMap<(PathBuf, bool), CompiledSchema>);

impl CompiledSchemas {
    fn once(
        &mut self,
        entry: &KindSchema,
        is_past: bool,
        compile: &dyn Fn() -> Result<TeamSchema, String>,
    ) -> CompiledSchema {
        let slot = self.0.entry((entry.path(), is_past));
        slot.or_insert_with(|| compile().map(Arc::new)).clone()
    }
}

/// The reading of one project's kinds.
struct KindReading<'r> {
    project: &'r Arc<Project>,
    custom: &'r Custom,
    kinds: OwnKinds,
    /// Where each was declared first.
    places: Vec<(OwnKind, &'r KindSchema)>,
    declared: &'r mut DeclaredKinds,
}

impl<'r> KindReading<'r> {
    fn entry(&mut self, entry: &'r KindSchema, schema: CompiledSchema) {
        let kind = match self.kind(entry) {
            Ok(kind) => kind,
            Err((span, message)) => return self.refuse(entry, span, message),
        };
        self.places.push((kind, entry));
        let schema = match schema {
            Ok(schema) => Some(schema),
            Err(reason) => {
                let message = format!("the schema of `{}` cannot be used: {reason}", entry.kind);
                self.refuse(entry, entry.schema_span, message);
                None
            }
        };
        self.kinds.declare(kind, &entry.api_version, schema);
    }

    /// The kind that an entry declares, or why it must not, and where that stands.
    fn kind(&self, entry: &KindSchema) -> Result<OwnKind, (Span, String)> {
        let (name, version) = (&entry.kind, &entry.api_version);
        let at_kind = |message: String| Err((entry.place.span, message));
        if Subject::is_word(name) {
            return at_kind(format!("`{name}` is a name that servelint gives"));
        }
        let Some(kind) = OwnKind::named(name) else {
            return at_kind(format!(
                "`{name}` is no name of a kind: a capital letter, then letters and digits, 63 at most"
            ));
        };
        if entry.group() == "servelint" {
            let message = format!("`{version}` is a version of servelint's own kinds");
            return Err((entry.version_span, message));
        }
        if is_read(entry) {
            return at_kind(format!(
                "`{name}` of `{}` is a kind that servelint reads itself",
                entry.group()
            ));
        }
        let custom = self.custom.of(&self.project.root);
        if custom.is_some_and(|kinds| kinds.defines(entry.group(), name)) {
            return at_kind(format!("`{name}` of `{}` has a CRD", entry.group()));
        }
        let mut known = self.places.iter().filter(|(known, _)| *known == kind);
        if let Some((_, first)) = known.find(|(_, first)| first.api_version == *version) {
            return at_kind(format!(
                "`{name}` of `{version}` is declared at {} already",
                first.place.line()
            ));
        }
        // Rules know a kind by its name.
        if let Some(group) = self
            .kinds
            .group(kind)
            .filter(|group| *group != entry.group())
        {
            return at_kind(format!("a kind `{name}` of `{group}` is declared already"));
        }
        if self.places.len() == MOST_KINDS {
            return at_kind(format!("there are more than {MOST_KINDS} kinds"));
        }
        Ok(kind)
    }

    fn refuse(&mut self, entry: &KindSchema, span: Span, message: String) {
        let help = "correct this entry of `[[schemas]]`, or the schema that it names";
        let place = entry.place_at(span);
        let line = format!("{}: {message}", place.line());
        let place = Place::bare(place.source, span);
        self.declared
            .tell(self.project, place, line, message, help.to_owned());
    }
}

/// True for a kind that is read whatever a team declares.
fn is_read(entry: &KindSchema) -> bool {
    let (group, name) = (entry.group(), entry.kind.as_str());
    let mut groups = READ_GROUPS.iter();
    groups.any(|(known, kinds)| *known == group && kinds.contains(&name))
        || manifest::knows(&entry.api_version, name).is_some()
}

/// The schema of a kind, in a file at hand.
///
/// # Errors
/// Why it cannot be used.
pub fn schema_of(entry: &KindSchema) -> Result<TeamSchema, String> {
    of_project(entry, None)
}

/// The schema in a file of the project; as it was at `base`, if there is one.
fn of_project(entry: &KindSchema, base: Option<&Snapshot>) -> Result<TeamSchema, String> {
    compiled(&source_in_project(entry, base)?)
}

fn source_in_project(entry: &KindSchema, base: Option<&Snapshot>) -> Result<Arc<Source>, String> {
    let path = entry.path();
    let bytes = match base {
        Some(base) => crds::past_bytes(&path, base).map_err(|error| error.to_string())?,
        None => {
            let folder = crate::document::source::folder(&entry.place.source.path);
            let real = crds::inside(&path, folder).map_err(|error| error.to_string())?;
            read::bytes_of(&real)
                .map_err(|error| format!("cannot read it: {}", super::find::reason(&error)))?
        }
    };
    let text = open::decoded(bytes)?;
    Ok(Arc::new(Source {
        name: display_name(&path),
        path,
        text,
    }))
}

/// The schema in a file of a pack.
fn of_pack(entry: &KindSchema, files: &PackFiles) -> Result<TeamSchema, String> {
    compiled(source_in_pack(entry, files)?)
}

fn source_in_pack<'f>(entry: &KindSchema, files: &'f PackFiles) -> Result<&'f Arc<Source>, String> {
    let source = files.files.get(&entry.schema);
    source.ok_or_else(|| format!("the pack has no file `{}`", entry.schema))
}

/// The schema of a kind that the configuration of a folder declares, or a pack that it names; `api_version` selects one of
/// several versions. `None` where nothing declares the kind.
///
/// # Errors
/// Where the configuration, a pack or the schema cannot be used, or several versions are declared.
pub fn declared_schema(
    folder: &Path,
    kind: &str,
    api_version: Option<&str>,
) -> Result<Option<Json>, String> {
    let mut projects = Projects::new(None).map_err(|error| error.to_string())?;
    let project = projects.of(folder, folder);
    let config = &project.map_err(|error| error.to_string())?.config;
    let is_asked = |entry: &&KindSchema| {
        entry.kind == kind && api_version.is_none_or(|version| version == entry.api_version)
    };
    let mut found: BTreeMap<String, Arc<Source>> = BTreeMap::new();
    for entry in config.kinds.iter().filter(is_asked) {
        found.insert(entry.api_version.clone(), source_in_project(entry, None)?);
    }
    for named in &config.policies {
        let files = PackFiles::read(named, None).map_err(|error| error.to_string())?;
        for entry in files.manifest.kinds.iter().filter(is_asked) {
            let source = Arc::clone(source_in_pack(entry, &files)?);
            found.insert(entry.api_version.clone(), source);
        }
    }
    if found.len() > 1 {
        let versions = found.keys().map(|version| format!("`{version}/{kind}`"));
        return Err(format!(
            "`{kind}` is declared in several versions; name one of them: {}",
            Vec::from_iter(versions).join(", ")
        ));
    }
    let Some(source) = found.into_values().next() else {
        return Ok(None);
    };
    compiled(&source)?;
    Ok(Some(document(&source)?.root.to_json()))
}

fn compiled(source: &Arc<Source>) -> Result<TeamSchema, String> {
    let document = document(source)?;
    TeamSchema::new(document.root.to_json(), &source.name).map_err(|flaw| {
        let span = document.root.resolve(&flaw.at).point;
        format!("{}: {}", source.place_of(span), flaw.message)
    })
}

/// The one document of a file.
fn document(source: &Arc<Source>) -> Result<Document, String> {
    let format = Format::of(Path::new(&source.path));
    let Some(format) = format.filter(|format| *format != Format::Pbtxt) else {
        return Err(format!("{}: the name tells no format", source.name));
    };
    let Some(parsed) = open::parsed(source, format) else {
        return Err(format!("{}: the parser failed on it", source.name));
    };
    if let Some(error) = parsed.errors.first() {
        return Err(format!(
            "{}: {}",
            source.place_of(error.span),
            error.message
        ));
    }
    let mut documents = parsed.documents.into_iter();
    match (documents.next(), documents.next()) {
        (Some(document), None) => Ok(document),
        _ => Err(format!("{}: it holds no single document", source.name)),
    }
}

impl DeclaredKinds {
    /// The same with what is wrong with rules of packs that apply to kinds which their project does not declare.
    fn with_asked(mut self, pack: &Pack, projects: &Projects) -> Self {
        for project in projects.all() {
            let own = self.own.of(&project.root);
            let own = own.into_iter().flat_map(OwnKinds::kinds);
            let mut known: Vec<&str> = own.map(OwnKind::name).collect();
            // One that cannot be used is told of itself.
            let written = project.config.kinds.iter();
            known.extend(written.map(|entry| entry.kind.as_str()));
            known.sort_unstable();
            known.dedup();
            for (kind, found) in pack.undeclared(&project.root, &known) {
                let line = packs::placed(&found);
                let PackProblem { source, problem } = found;
                let span = packs::span(&source, problem.line, problem.column);
                let place = Place::bare(source, span);
                let help = asked_help(kind, &known);
                self.tell(project, place, line, problem.message, help);
            }
        }
        self
    }

    /// Adds what is wrong, once: projects may bring the same pack.
    fn tell(
        &mut self,
        project: &Arc<Project>,
        place: Place,
        line: String,
        message: String,
        help: String,
    ) {
        if self.failures.contains(&line) {
            return;
        }
        self.failures.push(line);
        let problem = packs::unusable(project, place, message, Some(help));
        self.problems.push(problem);
    }
}

fn asked_help(kind: OwnKind, known: &[&str]) -> String {
    let all = known.iter().chain(&ASKED).copied();
    match (nearest(kind.name(), all), known) {
        (Some(name), _) => question(name),
        (None, []) => {
            "declare the kind in `[[schemas]]` of servelint.toml or of the pack".to_owned()
        }
        (None, known) => format!("declared are: {}", known.join(", ")),
    }
}

/// What rules apply to beside declared kinds.
const ASKED: [&str; 5] = [
    "ServingSpec",
    "DecisionLog",
    "VerificationChecklist",
    "Review",
    "Artifacts",
];
