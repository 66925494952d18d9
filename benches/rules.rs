//! What each rule costs: `cargo bench --bench rules`.
//!
//! Evaluates the rules of each kind over the documents of `fixtures/projects/support-chat-llm`, all
//! together and then each alone, and prints microseconds beyond a run of no rule at all.

#![expect(clippy::disallowed_methods, reason = "it reads what it measures")]

use servelint::{
    config::TeamPolicy,
    document::{
        read::{self, Format},
        source::Source,
    },
    facts,
    policy::{self, Pack, Question, Team, Value},
    rule::Subject,
    schema::{self, Recognition, Schemas},
};
use std::{borrow::Cow, collections::BTreeMap, fs, path::Path, time::Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn main() {
    let rounds = if std::env::args().any(|argument| argument == "--bench") {
        300
    } else {
        1
    };
    let inputs = inputs(&Path::new(ROOT).join("fixtures/projects/support-chat-llm"));
    stages(
        &Path::new(ROOT).join("fixtures/projects/support-chat-llm"),
        rounds,
    );
    let pack = pack();
    for (subject, input) in &inputs {
        let nothing = cost(&pack, *subject, &|id| id.is_empty(), input, rounds);
        println!(
            "{subject}: no rule {nothing:.0} us, all rules {:.0} us",
            cost(&pack, *subject, &|_| true, input, rounds)
        );
        let mut rows: Vec<(f64, &str)> = pack
            .rego_rules()
            .filter(|rule| rule.applies_to.contains(subject))
            .map(|rule| {
                (
                    cost(&pack, *subject, &|id| id == rule.id, input, rounds) - nothing,
                    rule.id.as_str(),
                )
            })
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (microseconds, id) in rows {
            println!("  {microseconds:>7.1}  {id}");
        }
    }
}

/// What a document costs before any rule sees it.
fn stages(folder: &Path, rounds: usize) {
    let schemas = Schemas::default();
    println!(
        "{:<40} {:>7} {:>7} {:>7} {:>7} {:>7}  microseconds",
        "", "parse", "json", "schema", "facts", "input"
    );
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the project")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths.iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    }) {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let source = Source::new(name.clone(), fs::read_to_string(path).expect("a file"));
        let parsed = read::parse(&source, Format::Yaml);
        let root = &parsed.documents.first().expect("a document").root;
        let Recognition::Known(subject) = schema::recognise(root) else {
            continue;
        };
        let json = root.to_json();
        let schema = schemas.of(subject).expect("a schema");
        let least = |work: &dyn Fn()| {
            let once = |_| {
                let start = Instant::now();
                work();
                start.elapsed().as_secs_f64() * 1e6
            };
            (0..rounds).map(once).fold(f64::MAX, f64::min)
        };
        println!(
            "{name:<40} {:>7.1} {:>7.1} {:>7.1} {:>7.1} {:>7.1}",
            least(&|| drop(std::hint::black_box(read::parse(&source, Format::Yaml)))),
            least(&|| drop(std::hint::black_box(root.to_json()))),
            least(&|| drop(std::hint::black_box(schema.refusals(&json)))),
            least(&|| drop(std::hint::black_box(facts::derive(
                subject,
                root,
                facts::Assumed::default()
            )))),
            least(&|| drop(std::hint::black_box(policy::from_node(root)))),
        );
    }
}

/// The policies as they stand on disk, so that a change needs no build.
fn pack() -> Pack {
    let mut files = Vec::new();
    collect(&Path::new(ROOT).join("policies"), &mut files);
    Pack::of(files).expect("valid metadata")
}

fn collect(folder: &Path, files: &mut Vec<(String, Cow<'static, str>)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files);
        } else if name.ends_with(".rego") && !name.ends_with("_test.rego") {
            files.push((name, fs::read_to_string(&path).expect("a policy").into()));
        }
    }
}

/// The least time of one evaluation, in microseconds.
fn cost(
    pack: &Pack,
    subject: Subject,
    keep: &dyn Fn(&str) -> bool,
    input: &Value,
    rounds: usize,
) -> f64 {
    let today = "2026-10-10".parse().expect("a date");
    let question = Question {
        input: input.clone(),
        team: Team::new(&TeamPolicy::default(), &BTreeMap::new(), today),
    };
    let evaluator = pack.evaluator(subject, &|rule| keep(&rule.id));
    let evaluator = evaluator.expect("rules that compile");
    let once = |_| {
        let start = Instant::now();
        std::hint::black_box(evaluator.evaluate(&question));
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..rounds).map(once).fold(f64::MAX, f64::min)
}

fn inputs(folder: &Path) -> BTreeMap<Subject, Value> {
    let mut inputs = BTreeMap::new();
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the project")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths.iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    }) {
        let source = Source::new(
            path.to_string_lossy(),
            fs::read_to_string(path).expect("a file"),
        );
        for document in read::parse(&source, Format::Yaml).documents {
            let Recognition::Known(subject) = schema::recognise(&document.root) else {
                continue;
            };
            let mut input = policy::from_node(&document.root);
            let facts = facts::derive(subject, &document.root, facts::Assumed::default());
            let facts = policy::from_serialize(&facts);
            input
                .as_object_mut()
                .expect("an object")
                .insert(Value::from("facts"), facts);
            inputs.insert(subject, input);
        }
    }
    let of = |subject| inputs.get(&subject).cloned().unwrap_or(Value::Undefined);
    let review = policy::object([
        ("service", Value::from("support-chat-llm")),
        ("serving", of(Subject::ServingSpec)),
        ("decisions", Value::from(vec![of(Subject::DecisionLog)])),
        (
            "checklists",
            Value::from(vec![of(Subject::VerificationChecklist)]),
        ),
        (
            "facts",
            policy::object([
                ("files", policy::object([])),
                ("evidenceIntact", Value::from(true)),
                ("names", names(&inputs)),
            ]),
        ),
    ]);
    inputs.insert(Subject::Review, review);
    inputs
}

/// As the host gives them to review rules: see `Review::names`.
fn names(inputs: &BTreeMap<Subject, Value>) -> Value {
    let lists = [
        ("slo", Subject::ServingSpec, "slos", "name"),
        ("assumption", Subject::ServingSpec, "assumptions", "id"),
        ("constraint", Subject::ServingSpec, "constraints", "id"),
        ("item", Subject::VerificationChecklist, "items", "id"),
        ("decision", Subject::DecisionLog, "decisions", "id"),
        ("risk", Subject::DecisionLog, "residualRisks", "id"),
        ("action", Subject::DecisionLog, "actions", "id"),
    ];
    let analysis = &inputs[&Subject::ServingSpec]["spec"]["rollout"]["analysis"];
    let set = |list: &Value, key: &str| {
        let entries = list.as_array().map(|entries| {
            entries
                .iter()
                .map(|entry| entry[key].clone())
                .collect::<Vec<_>>()
        });
        Value::from(
            entries
                .unwrap_or_default()
                .into_iter()
                .collect::<std::collections::BTreeSet<_>>(),
        )
    };
    let rows =
        lists.map(|(kind, subject, list, key)| (kind, set(&inputs[&subject]["spec"][list], key)));
    policy::object(
        rows.into_iter()
            .chain([("analysis", set(analysis, "name"))]),
    )
}
