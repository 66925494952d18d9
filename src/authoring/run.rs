//! Runs the Rego tests and the cases of packs.

use super::{
    cases::{CASES_FILE, CaseText, CasesError, RuleCases, SharedDocuments},
    compared::{complaint, found_lines},
    opa,
    project::{CaseFolder, is_about_a_change, own_shared},
};
use crate::{
    check::{self, Request, Silent},
    config::{Contract, PolicySource},
    document::source::display_name,
    finding::Report,
    pack::PackFiles,
    policy::{
        self, AuthorTest, FileCoverage, ModuleSet, Pack, PackProblem, PackTests, PolicyProblem,
        TeamPack, TestFile, TestReport, TestedFile, Workbench,
    },
    rule::{POLICY_UNUSABLE, POLICY_WEAKENED, Rule, WAIVER_UNPROVEN},
};
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which tests run, and how.
#[derive(Debug)]
pub struct TestRequest {
    /// The packs.
    pub packs: Vec<PackHome>,
    /// Parts of the names of those that run; all where there is none.
    pub names: Vec<String>,
    /// Percent of lines that Rego tests must evaluate.
    pub threshold: Option<f64>,
    /// The `opa` in which Rego tests run as well.
    pub opa: Option<PathBuf>,
    /// The day of the cases.
    pub today: Date,
    /// The program of the sandbox: servelint.
    pub program: PathBuf,
}

/// Where a pack is.
#[derive(Debug, Clone)]
pub enum PackHome {
    /// The folder `policies` of the source of servelint.
    Own(PathBuf),
    /// A folder with a `servelint-pack.toml`.
    Folder(PathBuf),
    /// An entry of `[[policies]]`.
    Entry(PolicySource),
}

/// Runs the tests.
pub fn run_tests_of(request: &TestRequest) -> TestReport {
    let mut report = TestReport {
        threshold: request.threshold,
        ..TestReport::default()
    };
    for home in &request.packs {
        report.packs.push(run_pack(request, home));
    }
    report
}

fn run_pack(request: &TestRequest, home: &PackHome) -> PackTests {
    let read = match home {
        PackHome::Own(folder) => TestedPack::own(folder),
        PackHome::Folder(folder) => {
            let files = PackFiles::of_folder(folder).map_err(|error| vec![error.to_string()]);
            files.and_then(TestedPack::of_team)
        }
        PackHome::Entry(entry) => {
            let files = PackFiles::read(entry, None).map_err(|error| vec![error.to_string()]);
            files.and_then(TestedPack::of_team)
        }
    };
    match read {
        Ok(pack) => pack.run(request),
        Err(problems) => PackTests {
            name: home.name(),
            problems,
            ..PackTests::default()
        },
    }
}

impl PackHome {
    fn name(&self) -> String {
        match self {
            Self::Own(folder) | Self::Folder(folder) => display_name(folder),
            Self::Entry(entry) => entry.path.clone(),
        }
    }
}

/// A pack that was read.
struct TestedPack {
    name: String,
    modules: ModuleSet,
    /// `data`, as tests see it.
    data: Json,
    /// The rules with cases, each with the text and the path of its `cases.yaml`.
    cases: Vec<(Rule, String, String)>,
    /// What the cases are checked with.
    rules: Pack,
    kind: PackKind,
}

enum PackKind {
    /// The folder of the source of servelint.
    Own(PathBuf),
    Team(Box<PackFiles>),
}

impl TestedPack {
    /// The policies of servelint itself.
    fn own(folder: &Path) -> Result<Self, Vec<String>> {
        let root = folder.parent().map(Path::to_owned).unwrap_or_default();
        let (mut modules, mut cases) = (Vec::new(), BTreeMap::new());
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|error| vec![error.to_string()])?;
            let path = entry.path().strip_prefix(&root).unwrap_or(entry.path());
            let path = path.to_string_lossy().replace('\\', "/");
            // The entry point is for OPA alone.
            let is_module = path.ends_with(".rego") && !path.starts_with("policies/servelint/");
            if !is_module && !path.ends_with(&format!("/{CASES_FILE}")) {
                continue;
            }
            let text = fs::read_to_string(entry.path())
                .map_err(|error| vec![format!("{path}: {error}")])?;
            match is_module {
                true => modules.push((path, text)),
                false => drop(cases.insert(path, text)),
            }
        }
        let files = modules.iter().filter(|(path, _)| !is_for_tests(path));
        let files = files.map(|(path, text)| (path.clone(), Cow::Owned(text.clone())));
        let rules = Pack::of(files).map_err(|error| vec![error.to_string()])?;
        Ok(Self {
            name: "servelint".to_owned(),
            modules: ModuleSet {
                modules,
                is_v0: false,
                is_own: true,
                conftest_files: None,
            },
            data: json!({"servelint": {"platforms": policy::to_json(&policy::platforms())}}),
            cases: with_cases(rules.rules().values(), |rule| {
                let path = format!("policies/{}/{}/{CASES_FILE}", rule.category, rule.id);
                Some((cases.remove(&path)?, path))
            }),
            rules,
            kind: PackKind::Own(root),
        })
    }

    fn of_team(files: PackFiles) -> Result<Self, Vec<String>> {
        let rules = Pack::embedded().map_err(|error| vec![error.to_string()])?;
        let root = files.manifest.root();
        let mut data = json!({"servelint": {"platforms": policy::to_json(&policy::platforms())}});
        let mut cases = Vec::new();
        let team = TeamPack::read(&files).map_err(told)?;
        let (_, own) = team.data();
        // The policies of conftest have no cases, and their data stands at the root.
        if files.manifest.contract != Contract::Servelint {
            for (key, value) in own.as_object().into_iter().flatten() {
                data[key] = value.clone();
            }
        } else {
            data[&root] = own.clone();
            data[&root]["settings"] = json!({});
            cases = with_cases(team.rules().values(), |rule| {
                let (category, id) = (last(&rule.category), last(&rule.id));
                let path = format!("policies/{category}/{id}/{CASES_FILE}");
                let source = files.files.get(&path)?;
                Some((source.text.clone(), source.name.clone()))
            });
        }
        let modules = files.within("", ".rego");
        let modules = modules.map(|(_, source)| (source.name.clone(), source.text.clone()));
        Ok(Self {
            name: files.manifest.name.clone(),
            modules: ModuleSet {
                modules: modules.collect(),
                is_v0: files.manifest.is_v0,
                is_own: false,
                conftest_files: team.conftest_files().map(<[_]>::to_vec),
            },
            data,
            cases,
            rules,
            kind: PackKind::Team(Box::new(files)),
        })
    }

    fn run(&self, request: &TestRequest) -> PackTests {
        let mut tests = PackTests {
            name: self.name.clone(),
            ..PackTests::default()
        };
        let mut bench = Workbench::new(&request.program);
        let inspection = match bench.inspect(self.modules.clone()) {
            Ok(inspection) => inspection,
            Err(reason) => {
                tests.problems.push(format!("{}: {reason}", self.name));
                return tests;
            }
        };
        if !inspection.problems.is_empty() {
            tests
                .problems
                .extend(inspection.problems.iter().map(ToString::to_string));
            return tests;
        }
        let mut files = policy::test_files(&self.modules, &inspection, &self.data);
        for file in &mut files {
            file.tests.retain(|name| request.is_meant(name));
        }
        files.retain(|file| !file.tests.is_empty());
        let mut covered: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for file in &files {
            let TestedFile {
                tested,
                covered: lines,
            } = bench.test(file.clone());
            tests
                .tests
                .extend(tested.into_iter().map(|test| AuthorTest {
                    file: test.file,
                    name: test.name,
                    failure: test.failure,
                }));
            for (path, lines) in lines {
                covered.entry(path).or_default().extend(lines);
            }
        }
        if let Some(opa) = &request.opa {
            self.compare(opa, &files, &mut tests);
        }
        if request.names.is_empty() {
            for module in inspection
                .modules
                .iter()
                .filter(|module| !is_for_tests(&module.path))
            {
                let seen = covered.get(&module.path);
                let is_missed = |line: &&u32| seen.is_none_or(|seen| !seen.contains(*line));
                tests.coverage.push(FileCoverage {
                    path: module.path.clone(),
                    lines: module.lines.len(),
                    missed: module.lines.iter().filter(is_missed).copied().collect(),
                });
            }
        }
        self.run_cases(request, &mut tests);
        tests
    }

    /// A test that ends otherwise in OPA fails.
    fn compare(&self, opa: &Path, files: &[TestFile], tests: &mut PackTests) {
        if files.is_empty() {
            return;
        }
        let theirs = match opa::results(opa, &self.modules, files, &self.data) {
            Ok(theirs) => theirs,
            Err(reason) => {
                let problem = format!("{}: OPA cannot run the tests: {reason}", self.name);
                return tests.problems.push(problem);
            }
        };
        for test in &mut tests.tests {
            let said = match (theirs.get(&test.name), &test.failure) {
                (Some(true), None) | (Some(false), Some(_)) => continue,
                (Some(true), Some(reason)) => format!("{reason}\nit passes in OPA"),
                (Some(false), None) => "it passes here and fails in OPA".to_owned(),
                (None, _) => "OPA does not run it".to_owned(),
            };
            test.failure = Some(said);
        }
    }

    fn run_cases(&self, request: &TestRequest, tests: &mut PackTests) {
        let folder = match &self.kind {
            PackKind::Own(root) => CaseFolder::own(root),
            PackKind::Team(files) => CaseFolder::of_pack(files),
        };
        let folder = match folder {
            Ok(folder) => folder,
            Err(error) => {
                let problem = format!("{}: its cases cannot be written: {error}", self.name);
                return tests.problems.push(problem);
            }
        };
        let shared = |name: &str| self.shared(name);
        for (rule, text, path) in &self.cases {
            let cases = match cases_of(rule, text.clone(), &shared) {
                Ok(cases) => cases,
                Err(error) => {
                    let path = path.strip_suffix(CASES_FILE).unwrap_or(path);
                    tests.problems.push(format!("{path}{error}"));
                    continue;
                }
            };
            for (name, failure) in self.judged(request, &folder, rule, &cases) {
                tests.tests.push(AuthorTest {
                    file: path.clone(),
                    name,
                    failure,
                });
            }
        }
    }

    /// A document that cases name: of servelint one of its fixtures, of a pack one of its files.
    fn shared(&self, name: &str) -> Result<String, String> {
        match &self.kind {
            PackKind::Own(root) => own_shared(root, name),
            PackKind::Team(files) => match files.files.get(name) {
                Some(source) => Ok(source.text.clone()),
                None => Err(format!("the pack holds no file `{name}`")),
            },
        }
    }

    /// The cases of a rule that are meant, by their names, each with what is wrong with it.
    fn judged(
        &self,
        request: &TestRequest,
        folder: &CaseFolder,
        rule: &Rule,
        cases: &RuleCases,
    ) -> Vec<(String, Option<String>)> {
        let mut judged = Vec::new();
        let check = |text: &CaseText, before: Option<&CaseText>| {
            self.check(request, folder, rule, text, before)
        };
        let name = format!("{}: the good document", rule.id);
        if request.is_meant(&name) {
            let report = check(&cases.good, None).map(|(_, report)| report);
            let failure = report.map(|report| self.unclean(&report));
            judged.push((name, failure.unwrap_or_else(Some)));
        }
        for case in &cases.cases {
            let name = format!("{}: {}", rule.id, case.name);
            if !request.is_meant(&name) {
                continue;
            }
            let good = case.good.as_ref().unwrap_or(&cases.good);
            let unclean = case.good.as_ref().map(|good| check(good, None));
            let unclean = match unclean {
                Some(Ok((_, report))) => self.unclean(&report),
                Some(Err(reason)) => Some(reason),
                None => None,
            };
            let failure = unclean.or_else(|| match check(&case.bad, Some(good)) {
                Ok((path, report)) => complaint(&rule.id, case, &report, &path),
                Err(reason) => Some(reason),
            });
            judged.push((name, failure));
        }
        judged
    }

    fn check(
        &self,
        request: &TestRequest,
        folder: &CaseFolder,
        rule: &Rule,
        text: &CaseText,
        before: Option<&CaseText>,
    ) -> Result<(PathBuf, Report), String> {
        let path = folder.write(rule, 0, text);
        let path = path.map_err(|error| error.to_string())?;
        let mut asked = Request {
            paths: vec![path.clone()],
            isolated: true,
            today: request.today,
            sandbox: Some(request.program.clone()),
            ..Request::default()
        };
        if let Some(before) = before.filter(|_| is_about_a_change(rule)) {
            asked.before = [(path.clone(), before.text.clone())].into();
        }
        let report = check::run(&asked, &self.rules, &Silent);
        Ok((path, report.map_err(|error| error.to_string())?))
    }

    /// What somebody objects to in a good document. Nothing of servelint may; of a pack, its own rules may not, and
    /// what keeps rules from being asked.
    fn unclean(&self, report: &Report) -> Option<String> {
        let is_meant = |finding: &crate::finding::Finding| match &self.kind {
            PackKind::Own(_) => true,
            PackKind::Team(_) => {
                finding.obstacle || finding.rule.split('/').next() == Some(&self.name)
            }
        };
        let lines = found_lines(report, &is_meant);
        (!lines.is_empty())
            .then(|| format!("the good document is not clean:\n{}", lines.join("\n")))
    }
}

impl TestRequest {
    fn is_meant(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|part| name.contains(part))
    }
}

/// The cases of a rule from the text of its `cases.yaml`.
///
/// # Errors
/// Where the text is wrong; see [`RuleCases::parse`].
pub fn cases_of(
    rule: &Rule,
    text: String,
    shared: SharedDocuments<'_>,
) -> Result<RuleCases, CasesError> {
    // What they find takes a repository with a history, or a pack.
    match [POLICY_UNUSABLE, POLICY_WEAKENED, WAIVER_UNPROVEN].contains(&rule.id.as_str()) {
        true => RuleCases::unchecked(text, shared),
        false => RuleCases::parse(text, shared),
    }
}

/// The rules that have cases, each with their text and its path.
fn with_cases<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    mut cases: impl FnMut(&Rule) -> Option<(String, String)>,
) -> Vec<(Rule, String, String)> {
    let mut with = Vec::new();
    for rule in rules {
        if let Some((text, path)) = cases(rule) {
            with.push((rule.clone(), text, path));
        }
    }
    with
}

/// What is no policy itself: tests, and what only they use.
fn is_for_tests(path: &str) -> bool {
    path.ends_with("_test.rego") || path.ends_with("policies/lib/testing.rego")
}

/// `cost-center` of `acme/cost-center`.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

pub(super) fn told(problems: Vec<PackProblem>) -> Vec<String> {
    let lines = problems.into_iter().map(|PackProblem { source, problem }| {
        PolicyProblem {
            path: source.name.clone(),
            ..problem
        }
        .to_string()
    });
    lines.collect()
}
