//! The schema of what `servelint input` prints: an entry for each question, with the input of its subject.

use super::generate::{self, Book, Promise, Unknown};
use crate::common::{self, projects};
use serde_json::{Value as Json, json};
use servelint::{
    check::{self, InputAnswer, Inputs},
    config::TeamPolicy,
    rule::Subject,
};
use std::{collections::BTreeSet, path::Path};

/// What an `input` can be, with the definition of it.
const INPUTS: [(Subject, &str); 5] = [
    (Subject::ServingSpec, "ServingSpec"),
    (Subject::DecisionLog, "DecisionLog"),
    (Subject::VerificationChecklist, "VerificationChecklist"),
    (Subject::Review, "Review"),
    (Subject::Artifacts, "Review"),
];

pub(super) fn schema() -> Json {
    let mut book = Book::new(Promise::Input, Unknown::Missing);
    let [serving, decisions, checklists] = generate::documents(&mut book);
    for (name, schema) in [
        ("ServingSpec", serving),
        ("DecisionLog", decisions),
        ("VerificationChecklist", checklists),
    ] {
        book.define(name, schema);
    }
    let documents = ["ServingSpec", "DecisionLog", "VerificationChecklist"].map(reference);
    let review = generate::review_of(&mut book, documents);
    book.define("Review", review);
    let data = generate::data_of(&mut book);
    book.define("Data", data);
    // Its definition becomes the schema itself.
    book.of::<InputAnswer>();
    let mut whole = book.close("The output of `servelint input`", json!({"title": ""}));
    let mut answer = whole["$defs"]["InputAnswer"].take();
    answer["properties"]["version"]["const"] = InputAnswer::VERSION.into();
    of_subject(&mut whole["$defs"]["RuleInput"]);
    allow_null(&mut whole["$defs"]["TeamPolicy"]);
    let head = whole.as_object_mut().expect("an object");
    head.insert(
        "$schema".into(),
        "https://json-schema.org/draft/2020-12/schema".into(),
    );
    head.insert(
        "$id".into(),
        "https://servelint.dev/schemas/inputs/v1.json".into(),
    );
    let mut defs = head.remove("$defs").expect("definitions");
    let named = defs.as_object_mut().expect("definitions");
    named.remove("InputAnswer");
    named.remove("Subject");
    head.append(answer.as_object_mut().expect("an object"));
    head.insert("title".into(), "The output of `servelint input`".into());
    head.insert("$defs".into(), defs);
    whole
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// Says which input and which data stand in an entry: the struct has both as plain JSON.
fn of_subject(entry: &mut Json) {
    let subjects: Vec<String> = INPUTS.map(|(subject, _)| subject.to_string()).into();
    let about = entry["properties"]["subject"]["description"].take();
    entry["properties"]["subject"] =
        json!({"description": about, "type": "string", "enum": subjects});
    let about = entry["properties"]["data"]["description"].take();
    entry["properties"]["data"] = json!({
        "description": about,
        "type": "object",
        "properties": {"servelint": reference("Data")},
        "required": ["servelint"],
        "additionalProperties": false,
    });
    let cases = INPUTS.map(|(subject, name)| {
        json!({
            "if": {"properties": {"subject": {"const": subject}}},
            "then": {"properties": {"input": reference(name)}},
        })
    });
    entry["allOf"] = json!(cases);
}

/// A fact that is unknown is missing, but a threshold that nobody sets is null.
fn allow_null(policy: &mut Json) {
    let defaults = serde_json::to_value(TeamPolicy::default()).expect("JSON");
    let defaults = defaults.as_object().expect("an object");
    for (key, _) in defaults.iter().filter(|(_, value)| value.is_null()) {
        let field = &mut policy["properties"][key];
        let mut set = field.take();
        let fields = set.as_object_mut().expect("an object");
        let description = fields.remove("description");
        *field = json!({"description": description, "anyOf": [set, {"type": "null"}]});
    }
}

fn printed(inputs: Inputs) -> Json {
    let answer = InputAnswer {
        version: InputAnswer::VERSION,
        inputs: inputs.inputs,
    };
    serde_json::to_value(answer).expect("JSON")
}

fn refused(schema: &jsonschema::Validator, answer: &Json) -> Vec<String> {
    let errors = schema.iter_errors(answer);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn every_answer_fits_the_schema() {
    let schema = jsonschema::validator_for(&schema()).expect("a schema");
    let folders = projects::names()
        .into_iter()
        .map(|name| projects::project(&name));
    let whole = folders.chain([Path::new(common::ROOT).join("fixtures/artifacts")]);
    let whole = whole.map(|folder| {
        let inputs = check::inputs(&common::request(vec![folder.clone()]), &common::PACK);
        (folder, inputs.expect("inputs"))
    });
    // The bad documents of the cases have missing, unknown and wrong fields.
    let alone = common::every_file().into_iter().map(|file| {
        let inputs = common::inputs_alone(&file);
        (file, inputs)
    });
    let mut subjects = BTreeSet::new();
    for (path, inputs) in whole.chain(alone) {
        subjects.extend(inputs.inputs.iter().map(|input| input.subject));
        let said = refused(&schema, &printed(inputs));
        assert!(said.is_empty(), "{}: {said:#?}", path.display());
    }
    assert_eq!(subjects, INPUTS.map(|(subject, _)| subject).into());
}

/// What is wrong, and the change that makes it so.
type AnswerEdit = (&'static str, fn(&mut Json));

#[test]
fn what_is_no_answer_is_refused() {
    let schema = jsonschema::validator_for(&schema()).expect("a schema");
    let folder = projects::project("feed-ranker");
    let inputs = check::inputs(&common::request(vec![folder]), &common::PACK);
    let answer = printed(inputs.expect("inputs"));
    let edits: [AnswerEdit; 7] = [
        ("another version", |answer| answer["version"] = 2.into()),
        ("no input", |answer| {
            drop(answer["inputs"][0]["input"].take())
        }),
        ("another subject", |answer| {
            answer["inputs"][0]["subject"] = "Artifact".into();
        }),
        ("the input of another subject", |answer| {
            answer["inputs"][0]["subject"] = "Review".into();
        }),
        ("an unknown fact", |answer| {
            answer["inputs"][0]["input"]["facts"]["memry"] = json!({});
        }),
        ("a fact of another type", |answer| {
            answer["inputs"][0]["input"]["facts"]["startupSeconds"] = "1m".into();
        }),
        ("unknown data", |answer| {
            answer["inputs"][0]["data"]["servelint"]["polcy"] = json!({});
        }),
    ];
    assert_eq!(refused(&schema, &answer), Vec::<String>::new());
    for (what, edit) in edits {
        let mut wrong = answer.clone();
        edit(&mut wrong);
        assert!(!refused(&schema, &wrong).is_empty(), "{what}");
    }
}
