//! The engine in the binary and OPA agree on documents with one field missing or changed: a rule
//! that is silent, or fails, in one of them only would be a lost finding.

use crate::common::{
    PACK, ROOT,
    cases::{CaseProject, cases_of},
    files, json, sample,
};
use serde_json::{Value as Json, json};
use servelint::{
    config::TeamPolicy,
    document::{
        read::{self, Format},
        source::Source,
    },
    evidence::{Archive, Reference},
    facts::references::measured,
    facts::{self, Assumed},
    manifest,
    policy::{self, Evaluation, Evaluator, Pack, Question, Team},
    rule::Subject,
    schema::{self, Recognition, Schemas},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

const TODAY: &str = "2026-10-10";
const DAY: i64 = 20_736;
const PROJECTS: [&str; 3] = ["support-chat-llm", "feed-ranker", "support-chat-llm-no-go"];

/// Projects on Argo, on Flagger and on KServe.
const TOGETHER: [&str; 3] = ["feed-ranker", "feed-ranker-flagger", "support-chat-llm"];

/// In the place of a rule's id: the host does not keep which rule could not judge something.
const UNCHECKED: &str = "unchecked";

/// What a rule said: rule, place, message.
type Said = BTreeSet<(String, String, String)>;

#[test]
fn no_rule_fails_or_differs_from_opa_on_damaged_documents() {
    let mut inputs = inputs();
    inputs.extend(manifests());
    inputs.extend(whole());
    assert!(inputs.len() > 1000, "only {} inputs", inputs.len());
    let (ours, failures) = ours(&inputs);
    assert!(failures.is_empty(), "rules that failed: {failures:#?}");
    let Some(opa) = crate::common::opa() else {
        eprintln!(
            "skipped the comparison: there is no opa on the PATH; .ci/run installs one where Go is present"
        );
        return;
    };
    let is_open = |said: &Said| said.iter().any(|(rule, ..)| rule == UNCHECKED);
    assert!(
        ours.iter().any(is_open),
        "no rule leaves anything unchecked"
    );
    let theirs = theirs(&opa, &inputs);
    let mut differences: BTreeMap<String, String> = BTreeMap::new();
    for (index, (our, their)) in ours.iter().zip(&theirs).enumerate() {
        for (rule, at, message) in our.symmetric_difference(their) {
            let who = if our.contains(&(rule.clone(), at.clone(), message.clone())) {
                "only here"
            } else {
                "only OPA"
            };
            differences
                .entry(rule.clone())
                .or_insert_with(|| format!("{who}: {at} {message} ({})", inputs[index].1));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// What `servelint input` prints of each rule's own cases, asked of OPA through the entry point that
/// stands beside the policies: the findings of `servelint check`.
#[test]
fn opa_finds_in_what_servelint_input_prints_what_servelint_finds() {
    let (mut projects, mut cases) = (Vec::new(), Vec::new());
    for rule in PACK.rules().values() {
        let project = CaseProject::new();
        let written = project.write_all(rule, &cases_of(rule).expect("its cases"));
        cases.extend(written.into_iter().map(|path| (rule, path)));
        projects.push(project);
    }
    assert!(cases.len() > 200, "only {} cases", cases.len());
    let Some(opa) = crate::common::opa() else {
        eprintln!("skipped: there is no opa on the PATH; .ci/run installs one where Go is present");
        return;
    };
    let mut printed = Vec::new();
    // By file: what both say.
    let mut said: BTreeMap<String, [Said; 2]> = BTreeMap::new();
    let mut fired = BTreeSet::new();
    let in_rego: BTreeSet<String> = Pack::embedded()
        .expect("valid metadata")
        .rego_rules()
        .map(|rule| rule.id.clone())
        .collect();
    for (rule, path) in cases {
        let inputs = crate::common::inputs_alone(&path);
        let Some(file) = inputs.inputs.first().map(|input| input.files[0].clone()) else {
            let is_told = !inputs.obstacles.findings.is_empty();
            assert!(is_told || is_silent(&path, &in_rego), "{}", rule.id);
            continue;
        };
        printed.extend(inputs.inputs);
        let refused = refused(&path);
        let report = crate::common::check_alone(&path);
        // Waivers are the host's.
        let found = report.findings.into_iter().chain(report.suppressed);
        let ours = found
            .map(|finding| {
                let at = finding.place.pointer.to_string();
                (finding.rule, at, finding.message)
            })
            .filter(|(rule, _, message)| {
                let refusal = (rule.clone(), message.clone());
                in_rego.contains(rule) && !refused.contains(&refusal)
            });
        let [ours, _] = &mut *said
            .entry(file)
            .or_insert_with(|| [ours.collect(), BTreeSet::new()]);
        fired.extend(ours.iter().map(|(rule, ..)| rule.clone()));
    }
    for found in entry_point(&opa, &json!({"version": 1, "inputs": printed})) {
        let text = |key: &str| found[key].as_str().expect("text").to_owned();
        let file = found["files"][0].as_str().expect("a file");
        let [ours, theirs] = said.get_mut(file).expect("a case");
        let at = in_document(&text("subject"), &pointer(&found["at"]));
        theirs.insert(as_written(ours, (text("rule"), at, text("message"))));
    }
    let differences: Vec<_> = said
        .iter()
        .filter(|(_, [ours, theirs])| ours != theirs)
        .collect();
    assert!(differences.is_empty(), "ours and theirs: {differences:#?}");
    let silent: Vec<&str> = in_rego.difference(&fired).map(String::as_str).collect();
    assert_eq!(silent, SILENT);
}

/// A finding of OPA in a merged pod, at the place of ours: where each part of it is written is known to the host alone.
fn as_written(
    ours: &Said,
    (rule, at, message): (String, String, String),
) -> (String, String, String) {
    let mut same = ours.iter().filter(|it| it.0 == rule && it.2 == message);
    let written = same.next().filter(|_| at.starts_with("/pod/"));
    let at = written.map_or(at, |(_, written, _)| written.clone());
    (rule, at, message)
}

/// True for a case in which no rule in Rego finds anything: one that must stay silent may hold nothing that takes part.
fn is_silent(path: &Path, in_rego: &BTreeSet<String>) -> bool {
    let found = crate::common::check_alone(path).findings;
    let mut found = found.iter();
    found.all(|finding| !in_rego.contains(&finding.rule))
}

/// Rules that find something only beside a revision to compare with, which this test does not give.
const SILENT: [&str; 2] = ["change-undeclared", "change-unproven"];

/// Where a place of a rule's input is in its document: a review is made of documents.
fn in_document(subject: &str, at: &str) -> String {
    let mut steps = at.splitn(4, '/').skip(1);
    let within = match (subject, steps.next()) {
        ("Review" | "Artifacts", Some("serving")) => at.strip_prefix("/serving"),
        ("Review" | "Artifacts", Some("decisions" | "checklists" | "artifacts")) => {
            let place = steps.next().and_then(|_| steps.next());
            return place.map_or_else(String::new, |place| format!("/{place}"));
        }
        _ => None,
    };
    within.unwrap_or(at).to_owned()
}

/// What schemas say of a file on behalf of rules, which is no rule's own finding.
fn refused(path: &Path) -> BTreeSet<(String, String)> {
    let schemas = Schemas::default();
    let documents = crate::common::documents(path).1;
    let refusals = documents.iter().flat_map(|document| {
        let root = &document.root;
        let schema = match (schema::recognise(root), manifest::find(root)) {
            (Recognition::Known(subject), _) => schemas.of(subject),
            (_, Some(kind)) => schemas.of_artifact(kind),
            _ => return Vec::new(),
        };
        schema.expect("a schema").refusals(&root.to_json())
    });
    refusals
        .map(|refusal| (refusal.violation.rule, refusal.violation.message))
        .collect()
}

/// The findings of the entry point under OPA.
fn entry_point(opa: &str, input: &Json) -> Vec<Json> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("input.json");
    fs::write(&file, input.to_string()).expect("a file");
    let output = Command::new(opa)
        .args(["eval", "--format", "json", "--data"])
        .arg(Path::new(ROOT).join("policies"))
        .arg("--input")
        .arg(&file)
        .arg("data.servelint.main.finding")
        .output()
        .expect("opa runs");
    let answer: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = answer.pointer("/result/0/expressions/0/value");
    let findings = findings
        .and_then(Json::as_array)
        .unwrap_or_else(|| panic!("{answer:#}\n{}", String::from_utf8_lossy(&output.stderr)));
    findings.clone()
}

/// Documents and reviews with what was done to them.
fn inputs() -> Vec<(Subject, String, Json)> {
    let mut inputs = Vec::new();
    for project in PROJECTS {
        let folder = crate::common::projects::project(project);
        let documents = documents(&folder);
        let read = Read::of(&folder, &documents);
        let whole = read.review(&documents);
        // The third project has the results of the first.
        if project != PROJECTS[2] {
            inputs.extend(results(project, &whole));
        }
        inputs.push((Subject::Review, format!("{project} whole"), whole));
        for (index, (subject, document)) in documents.iter().enumerate() {
            for (what, damaged) in damaged(document) {
                let mut others = documents.clone();
                others[index].1 = damaged.clone();
                inputs.push((
                    Subject::Review,
                    format!("{project} {subject} {what}"),
                    read.review(&others),
                ));
                inputs.push((
                    *subject,
                    format!("{project} {subject} {what}"),
                    read.with_facts(*subject, &damaged),
                ));
            }
        }
    }
    sample::some(inputs, kind)
}

/// The same damage in the same kind of place, in whatever project and entry of a list; a whole input is one by itself.
fn kind((subject, what, _): &(Subject, String, Json)) -> String {
    let is_damaged = !what.ends_with(" whole") && !what.ends_with(" as it is");
    match what.split_once(' ').filter(|_| is_damaged) {
        Some((_, damage)) => format!("{subject} {}", sample::kind_of_place(damage)),
        None => format!("{subject} {what}"),
    }
}

/// A specification with each manifest fixture, damaged likewise.
fn manifests() -> Vec<(Subject, String, Json)> {
    let project = crate::common::projects::project(PROJECTS[0]);
    let spec = documents(&project)
        .into_iter()
        .find(|(subject, _)| *subject == Subject::ServingSpec);
    let spec = spec.expect("a specification").1;
    let serving = Read::of(&project, &[]).with_facts(Subject::ServingSpec, &spec);
    let mut inputs = Vec::new();
    for path in crate::common::artifact_fixtures() {
        for document in crate::common::documents(&path).1 {
            for (what, tree) in damaged(&document.root.to_json()) {
                let Some(part) = part(&tree) else { continue };
                let review = json!({
                    "service": "x", "serving": serving, "decisions": [], "checklists": [], "artifacts": [part], "facts": {},
                });
                inputs.push((
                    Subject::Artifacts,
                    format!("{} {what}", path.display()),
                    review,
                ));
            }
        }
    }
    sample::some(inputs, |input| {
        let manifest = &input.2["artifacts"][0];
        let of = [&manifest["apiVersion"], &manifest["kind"]];
        // A number is damaged in one way or another.
        let kind = kind(input);
        let place = kind.split(" times ").next().unwrap_or_default();
        format!("{of:?} {place}")
    })
}

/// Projects with all their manifests together, where rules follow one manifest into another: each
/// manifest in turn without each of its fields.
fn whole() -> Vec<(Subject, String, Json)> {
    let mut inputs = Vec::new();
    for project in TOGETHER {
        let (serving, trees) = together(&crate::common::projects::project(project));
        assert!(trees.len() > 2, "{project}: {} manifests", trees.len());
        let review = |trees: &[Json]| {
            json!({
                "service": "x", "serving": serving, "decisions": [], "checklists": [], "facts": {},
                "artifacts": trees.iter().filter_map(part).collect::<Vec<_>>(),
            })
        };
        inputs.push((
            Subject::Artifacts,
            format!("{project} whole"),
            review(&trees),
        ));
        for index in 0..trees.len() {
            for (what, tree) in damaged(&trees[index])
                .into_iter()
                .filter(|(what, _)| what.starts_with("without"))
            {
                let mut others = trees.clone();
                others[index] = tree;
                inputs.push((
                    Subject::Artifacts,
                    format!("{project} {index} {what}"),
                    review(&others),
                ));
            }
        }
    }
    // A project's manifests are a kind each: what follows one into another differs.
    sample::some(inputs, |(_, what, _)| sample::kind_of_place(what))
}

/// The specification of a project with its facts, and its manifests.
fn together(project: &Path) -> (Json, Vec<Json>) {
    let (mut serving, mut trees) = (Json::Null, Vec::new());
    for file in files::below(project) {
        if Format::of(&file).is_none() {
            continue;
        }
        for document in crate::common::documents(&project.join(file)).1 {
            let root = &document.root;
            match (schema::recognise(root), manifest::find(root)) {
                (Recognition::Known(Subject::ServingSpec), _) => {
                    serving =
                        Read::of(project, &[]).with_facts(Subject::ServingSpec, &root.to_json());
                }
                (_, Some(kind)) if kind.role != manifest::Role::Result => {
                    trees.push(root.to_json())
                }
                _ => {}
            }
        }
    }
    (serving, trees)
}

/// A manifest with its facts, as the host hands it to rules.
fn part(tree: &Json) -> Option<Json> {
    let parsed = read::parse(&Source::new("a.json", tree.to_string()), Format::Json);
    let root = &parsed.documents.first()?.root;
    let kind = manifest::find(root)?;
    let mut part = tree.clone();
    part["facts"] = manifest::derive(kind, root).to_json();
    part["facts"]["role"] = json!(kind.role.word());
    Some(part)
}

/// The documents that lie in the project's folder itself.
fn documents(folder: &Path) -> Vec<(Subject, Json)> {
    let entries = fs::read_dir(folder).expect("the project");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    files.sort();
    let known = |root: &servelint::document::Node| match schema::recognise(root) {
        Recognition::Known(subject) => Some((subject, root.to_json())),
        _ => None,
    };
    files
        .iter()
        .flat_map(|file| crate::common::documents(file).1)
        .filter_map(|document| known(&document.root))
        .collect()
}

/// The document without each of its fields and entries in turn, and with each text and number changed
/// where the schema still lets it reach the rules.
fn damaged(document: &Json) -> Vec<(String, Json)> {
    let mut out = vec![("as it is".to_owned(), document.clone())];
    for place in json::places(document) {
        let mut without = document.clone();
        json::remove(&mut without, &place);
        out.push((format!("without {place}"), without));
        if let Some(number) = document.pointer(&place).and_then(Json::as_f64) {
            for factor in [0.0, 0.01, 100.0] {
                let mut changed = document.clone();
                *changed.pointer_mut(&place).expect("the place") = json!(number * factor);
                out.push((format!("{place} times {factor}"), changed));
            }
        }
        if let Some(level) = document
            .pointer(&place)
            .and_then(Json::as_str)
            .filter(|text| ["low", "moderate", "high", "very-high"].contains(text))
        {
            for other in ["very-low", "low", "moderate", "high", "very-high"]
                .iter()
                .filter(|other| **other != level)
            {
                let mut changed = document.clone();
                *changed.pointer_mut(&place).expect("the place") = json!(other);
                out.push((format!("{place} is {other}"), changed));
            }
        }
    }
    out
}

/// A path of OPA as a JSON Pointer.
fn pointer(at: &Json) -> String {
    let steps = at.as_array().expect("a path").iter();
    let step = |step: &Json| step.as_str().map_or_else(|| step.to_string(), json::step);
    steps.map(|part| format!("/{}", step(part))).collect()
}

/// What the evidence of a project says.
struct Read {
    root: std::path::PathBuf,
    archive: Archive,
}

impl Read {
    fn of(folder: &Path, documents: &[(Subject, Json)]) -> Self {
        let root = folder.canonicalize().expect("a folder");
        let parsed: Vec<_> = documents
            .iter()
            .map(|(subject, json)| (*subject, parsed(json)))
            .collect();
        let references = parsed
            .iter()
            .flat_map(|(subject, document)| measured(&document.root, *subject));
        let mut archive = Archive::default();
        for reference in references {
            archive.add(root.as_path(), reference);
        }
        Self { root, archive }
    }

    fn with_facts(&self, subject: Subject, document: &Json) -> Json {
        let root = &parsed(document).root;
        let mut known = facts::derive(subject, root, Assumed::default());
        let look = |reference: Reference<'_>| self.archive.reading(&self.root, reference);
        facts::measure(&mut known, root, Assumed::default(), &look);
        let mut input = document.clone();
        if let Json::Object(map) = &mut input {
            map.insert("facts".into(), known.to_json());
        }
        input
    }

    /// Every evidence file is said to be missing, so that the rule about that has something to say.
    fn review(&self, documents: &[(Subject, Json)]) -> Json {
        let of = |subject| {
            documents
                .iter()
                .filter(move |(known, _)| *known == subject)
                .map(move |(_, json)| self.with_facts(subject, json))
        };
        let mut files = serde_json::Map::new();
        for (_, document) in documents {
            let text = document.to_string();
            for path in text.split('"').filter(|part| {
                part.starts_with("evidence/") || part.starts_with("docs/") && part.ends_with(".md")
            }) {
                files.insert(path.to_owned(), json!({"status": "missing"}));
            }
        }
        let mut review = json!({
            "service": "x",
            "decisions": of(Subject::DecisionLog).collect::<Vec<_>>(),
            "checklists": of(Subject::VerificationChecklist).collect::<Vec<_>>(),
            "facts": {"files": files},
        });
        if let Some(serving) = of(Subject::ServingSpec).next() {
            review["serving"] = serving;
        }
        review
    }
}

fn parsed(document: &Json) -> servelint::document::Document {
    let parsed = read::parse(&Source::new("a.json", document.to_string()), Format::Json);
    parsed.documents.into_iter().next().expect("a document")
}

/// The checklist of a review and the review itself, with each result of the evidence damaged.
fn results(project: &str, review: &Json) -> Vec<(Subject, String, Json)> {
    let mut plain = review
        .pointer("/checklists/0/facts/items")
        .expect("items")
        .clone();
    for result in plain
        .as_array_mut()
        .expect("a list")
        .iter_mut()
        .flat_map(|item| item["results"].as_array_mut().expect("results"))
    {
        // No rule looks at the measurements themselves: the host picks the one that is meant.
        if let Some(evidence) = result.get_mut("evidence").and_then(Json::as_object_mut) {
            evidence.remove("measurements");
        }
    }
    let mut inputs = Vec::new();
    for (what, mut items) in damaged(&plain)
        .into_iter()
        .filter(|(what, _)| !what.contains("/at"))
    {
        count_whole(&mut items);
        let mut whole = review.clone();
        whole["checklists"][0]["facts"]["items"] = items;
        let checklist = whole["checklists"][0].clone();
        inputs.push((
            Subject::VerificationChecklist,
            format!("{project} results {what}"),
            checklist,
        ));
        inputs.push((Subject::Review, format!("{project} results {what}"), whole));
    }
    inputs
}

/// The host counts days and samples in whole numbers, which the two engines print alike.
fn count_whole(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(count_whole),
        Json::Object(map) => {
            for (key, child) in map {
                let counts = ["Day", "samples", "samplesNeeded", "fewestMeasurements"];
                match child.as_f64() {
                    Some(number) if counts.iter().any(|end| key.ends_with(end)) => {
                        *child = json!(number.round() as i64);
                    }
                    _ => count_whole(child),
                }
            }
        }
        _ => {}
    }
}

fn ours(inputs: &[(Subject, String, Json)]) -> (Vec<Said>, BTreeMap<String, String>) {
    let pack = Pack::embedded().expect("valid metadata");
    let today = TODAY.parse().expect("a date");
    let team = Team::new(&TeamPolicy::default(), &BTreeMap::new(), today);
    let subjects = [
        Subject::ServingSpec,
        Subject::DecisionLog,
        Subject::VerificationChecklist,
        Subject::Review,
        Subject::Artifacts,
    ];
    let evaluators: BTreeMap<Subject, Evaluator> = subjects
        .map(|subject| {
            let evaluator = pack.evaluator(subject, &|_| true);
            (subject, evaluator.expect("rules that compile"))
        })
        .into();
    let mut failures = BTreeMap::new();
    let said = inputs.iter().map(|(subject, what, input)| {
        let evaluator = evaluators.get(subject).expect("an evaluator");
        let question = Question {
            input: policy::from_json(input),
            team: team.clone(),
        };
        let evaluation = evaluator.clone().interpreted().evaluate(&question);
        differs_nowhere(what, &evaluation, evaluator.planned(&question));
        for failure in evaluation.failures {
            failures
                .entry(failure.rule)
                .or_insert_with(|| format!("{} ({what})", failure.reason));
        }
        let violations = evaluation
            .violations
            .into_iter()
            .map(|violation| (violation.rule, violation.at.to_string(), violation.message));
        let unchecked = evaluation
            .unchecked
            .into_iter()
            .map(|(at, message)| (UNCHECKED.to_owned(), at.to_string(), message));
        violations.chain(unchecked).collect()
    });
    (said.collect(), failures)
}

/// The plan says what the interpreter says, to the last place and word.
fn differs_nowhere(what: &str, interpreted: &Evaluation, planned: Result<Evaluation, String>) {
    let planned = planned.unwrap_or_else(|reason| panic!("{what}: no plan answers: {reason}"));
    assert_eq!(planned.violations, interpreted.violations, "{what}");
    assert_eq!(planned.unchecked, interpreted.unchecked, "{what}");
    assert_eq!(planned.failures, interpreted.failures, "{what}");
}

#[expect(
    clippy::too_many_lines,
    reason = "one query, built and read in one place"
)]
fn theirs(opa: &str, inputs: &[(Subject, String, Json)]) -> Vec<Said> {
    let pack = Pack::embedded().expect("valid metadata");
    let rules: BTreeMap<String, Vec<String>> = pack
        .rego_rules()
        .map(|rule| {
            (
                rule.id.clone(),
                rule.applies_to.iter().map(ToString::to_string).collect(),
            )
        })
        .collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, value: &Json| {
        let path = folder.path().join(name);
        fs::write(&path, value.to_string()).expect("a file");
        path
    };
    let team = serde_json::to_value(TeamPolicy::default()).expect("JSON");
    let data = write(
        "data.json",
        &json!({"servelint": {"policy": team, "today": TODAY, "day": DAY}, "subjects": rules}),
    );
    let cases: Vec<Json> = inputs
        .iter()
        .map(|(subject, _, input)| json!({"subject": subject.to_string(), "input": input}))
        .collect();
    let input = write("input.json", &json!(cases));
    let query = "[array.concat(said, unchecked) | some case in input; doc := case.input; said := [{\"rule\": id, \"at\": f.at, \"message\": f.message} | \
        some id; data.subjects[id][_] == case.subject; some category; \
        findings := data.servelint.rules[category][id].finding with input as doc; some f in findings]; \
        unchecked := [{\"rule\": \"unchecked\", \"at\": f.at, \"message\": f.message} | \
        some id; data.subjects[id][_] == case.subject; some category; \
        open := data.servelint.rules[category][id].unchecked with input as doc; some f in open]]";
    let output = Command::new(opa)
        .args(["eval", "--format", "json", "--data"])
        .arg(Path::new(ROOT).join("policies"))
        .arg("--data")
        .arg(&data)
        .arg("--input")
        .arg(&input)
        .arg(query)
        .output()
        .expect("opa runs");
    let answer: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = answer
        .pointer("/result/0/expressions/0/value")
        .and_then(Json::as_array);
    let rows = rows.unwrap_or_else(|| {
        panic!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let text = |value: &Json| value.as_str().expect("text").to_owned();
    rows.iter()
        .map(|row| {
            row.as_array()
                .expect("rows")
                .iter()
                .map(|f| (text(&f["rule"]), pointer(&f["at"]), text(&f["message"])))
                .collect()
        })
        .collect()
}
