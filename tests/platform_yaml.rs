//! Documents of Kubernetes are read as Kubernetes reads them: whether they are accepted, and every value.
//!
//! `.ci/kubernetes-yaml` is a program around the library that `kubectl` and the API server read with. It is built
//! where Go is present; without it the comparison prints why it is skipped. What is read otherwise stands in
//! `platform_yaml/differences.yaml`, each with its reason.

mod corpus;

use crate::common::ROOT;
use corpus::Corpus;
use regex::Regex;
use serde_json::Value as Json;
use servelint::document::{
    Document, Node, Value,
    read::{Format, parse},
    source::{Source, Span},
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// How many documents are generated; `SERVELINT_YAML_CASES` asks for another number.
const GENERATED: usize = 6_000;

/// What begins every document: only those of Kubernetes are read as it does.
const ENVELOPE: &str = "apiVersion: v1\nkind: ConfigMap\n";

/// What a reader says of a document.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
    Value(Json),
    Refused(String),
}

impl Answer {
    /// What a row of the list compares: that there is a value, or the error.
    fn text(&self) -> &str {
        match self {
            Self::Value(_) => "read",
            Self::Refused(error) => error,
        }
    }
}

/// A kind of documents that are read otherwise.
#[derive(Debug)]
struct Difference {
    reason: String,
    example: String,
    document: Regex,
    kubernetes: Regex,
    servelint: Regex,
}

impl Difference {
    fn covers(&self, document: &str, theirs: &Answer, ours: &Answer) -> bool {
        self.document.is_match(document)
            && self.kubernetes.is_match(theirs.text())
            && self.servelint.is_match(ours.text())
    }
}

fn differences() -> Vec<Difference> {
    let path = Path::new(ROOT).join("tests/platform_yaml/differences.yaml");
    let text = fs::read_to_string(path).expect("the list");
    let parsed = parse(&Source::new("differences.yaml", text), Format::Yaml);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let rows = parsed.documents[0].root.items().iter();
    let rows = rows.map(|row| {
        let text = |key| row.get(key).and_then(|value| value.as_str()).expect(key);
        let pattern = |key| Regex::new(text(key)).expect(key);
        Difference {
            reason: text("reason").to_owned(),
            example: text("example").to_owned(),
            document: pattern("document"),
            kubernetes: pattern("kubernetes"),
            servelint: pattern("servelint"),
        }
    });
    rows.collect()
}

#[test]
fn documents_are_read_as_kubernetes_reads_them() {
    let program = match program() {
        Ok(program) => program,
        Err(reason) => {
            println!("skipped: the comparison with the YAML reader of Kubernetes: {reason}");
            return;
        }
    };
    let differences = differences();
    let examples = differences.iter().map(|row| row.example.clone());
    let wanted = std::env::var("SERVELINT_YAML_CASES").ok();
    let wanted = wanted.and_then(|count| count.parse().ok());
    let bodies = corpus::WRITTEN
        .iter()
        .map(|body| (*body).to_owned())
        .chain(examples)
        .chain(Corpus::default().take(wanted.unwrap_or(GENERATED)));
    let documents = Vec::from_iter(bodies.map(|body| format!("{ENVELOPE}{body}")));
    let theirs = answers(&program, &documents);
    assert_eq!(theirs.len(), documents.len(), "one answer each");
    let mut unlisted = Vec::new();
    let mut accepted = 0;
    for (document, theirs) in documents.iter().zip(&theirs) {
        let ours = ours(document);
        accepted += usize::from(matches!(theirs, Answer::Value(_)));
        let is_listed = || {
            differences
                .iter()
                .any(|row| row.covers(document, theirs, &ours))
        };
        if !is_same(theirs, &ours) && !is_listed() {
            unlisted.push(format!(
                "{document:?}\n  kubernetes {theirs:?}\n  servelint  {ours:?}"
            ));
        }
    }
    println!(
        "compared {} documents, of which Kubernetes reads {accepted}",
        documents.len()
    );
    assert!(
        accepted * 5 > documents.len(),
        "too few documents are valid to say anything"
    );
    assert!(
        unlisted.is_empty(),
        "{} differ:\n{}",
        unlisted.len(),
        unlisted.join("\n")
    );
    for row in &differences {
        let document = format!("{ENVELOPE}{}", row.example);
        let theirs = answers(&program, std::slice::from_ref(&document)).remove(0);
        let ours = ours(&document);
        assert!(!is_same(&theirs, &ours), "no difference any more: {row:?}");
        assert!(
            row.covers(&document, &theirs, &ours),
            "{row:?}: {theirs:?}, {ours:?}"
        );
        assert!(row.reason.len() > 20, "{row:?}");
    }
}

/// Read alone, what stands at the place of a value is that value.
#[test]
fn places_of_documents_of_kubernetes_lead_to_their_values() {
    let written = corpus::WRITTEN.iter().map(|body| (*body).to_owned());
    let mut read = 0;
    for body in written.chain(Corpus::default().take(1_500)) {
        let text = format!("{ENVELOPE}{body}");
        let parsed = parse(&Source::new("a.yaml", text.as_str()), Format::Yaml);
        for comment in &parsed.comments {
            assert!(slice(&text, comment.span).starts_with('#'), "{text:?}");
        }
        for error in &parsed.errors {
            slice(&text, error.span);
        }
        for document in &parsed.documents {
            read += 1;
            check_places(&text, &document.root);
        }
    }
    assert!(read > 300, "only {read} documents could be read");
}

fn check_places(text: &str, node: &Node) {
    let here = slice(text, node.span);
    for entry in node.entries() {
        slice(text, entry.key_span);
        check_places(text, &entry.node);
    }
    for item in node.items() {
        check_places(text, item);
    }
    let is_scalar = !matches!(node.value, Value::List(_) | Value::Map(_));
    // A tag stands outside of the place, and a block or a folded text depends on the lines around it.
    if !is_scalar || here.contains('\n') || here.starts_with(['|', '>']) || text.contains('!') {
        return;
    }
    let alone = format!("{ENVELOPE}a: {here}\n");
    let parsed = parse(&Source::new("a.yaml", alone.as_str()), Format::Yaml);
    let root = parsed.documents.first().map(|document| &document.root);
    if let Some(found) = root.and_then(|root| root.get("a")) {
        assert_eq!(found.value, node.value, "{here:?} in {text:?}");
    }
}

/// The text at a place, which lies in it.
fn slice(text: &str, span: Span) -> &str {
    let found = text.get(span.start()..span.end());
    found.unwrap_or_else(|| panic!("{span:?} is no place in {text:?}"))
}

/// What servelint makes of a document.
fn ours(text: &str) -> Answer {
    let parsed = parse(&Source::new("a.yaml", text), Format::Yaml);
    if parsed.skipped.is_some() {
        return Answer::Refused("a template".to_owned());
    }
    match (parsed.errors.first(), parsed.documents.first()) {
        (Some(error), _) => Answer::Refused(error.message.clone()),
        (None, document) => Answer::Value(document.map_or(Json::Null, json)),
    }
}

fn json(document: &Document) -> Json {
    document.root.to_json()
}

/// True where both refuse, or read the same value: JSON knows numbers only, whatever they are kept as.
fn is_same(a: &Answer, b: &Answer) -> bool {
    match (a, b) {
        (Answer::Value(a), Answer::Value(b)) => same_value(a, b),
        (Answer::Refused(_), Answer::Refused(_)) => true,
        _ => false,
    }
}

fn same_value(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            a.to_string() == b.to_string() || a.as_f64() == b.as_f64()
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            let is_in_b = |(key, a)| b.get(key).is_some_and(|b| same_value(a, b));
            a.len() == b.len() && a.iter().all(is_in_b)
        }
        _ => a == b,
    }
}

/// The program that reads as Kubernetes does, or why there is none.
fn program() -> Result<PathBuf, String> {
    let program = Path::new(ROOT).join("target/tools/kubernetes-yaml");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(Path::new(ROOT).join(".ci/kubernetes-yaml"))
        .env("GOFLAGS", "-mod=readonly -buildvcs=false")
        .env("GOWORK", "off")
        .output();
    match built {
        Err(error) => Err(format!("go does not run: {error}")),
        Ok(output) if output.status.success() => Ok(program),
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let last = words.trim().lines().last().unwrap_or_default();
            Err(format!("go build failed: {last}"))
        }
    }
}

fn answers(program: &Path, documents: &[String]) -> Vec<Answer> {
    let lines = documents
        .iter()
        .map(|text| Json::from(text.as_str()).to_string() + "\n");
    let lines: String = lines.collect();
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut input = child.stdin.take().expect("a pipe");
    // Beside the reading: both pipes are short.
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("an answer");
    writing.join().expect("no panic").expect("written");
    assert!(output.status.success(), "{:?}", output.status);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(answer).collect()
}

fn answer(line: &str) -> Answer {
    let (mark, rest) = line.split_once(' ').expect("a mark");
    let value: Json = serde_json::from_str(rest).expect("JSON");
    match (mark, value) {
        ("E", Json::String(error)) => Answer::Refused(error),
        (_, value) => Answer::Value(value),
    }
}
