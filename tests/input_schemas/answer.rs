//! The schema of what `servelint input` prints: an entry for each question, with the input of its subject.

use super::{
    generate::{self, Book, Promise, Unknown},
    refused,
};
use crate::common::{self, projects};
use serde_json::{Value as Json, json};
use servelint::{
    check::{self, InputAnswer, Inputs},
    rule::Subject,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

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
    book.define("Pack", pack());
    // Its definition becomes the schema itself.
    book.of::<InputAnswer>();
    let mut whole = book.close("The output of `servelint input`", json!({"title": ""}));
    let mut answer = whole["$defs"]["InputAnswer"].take();
    answer["properties"]["version"]["const"] = InputAnswer::VERSION.into();
    of_subject(&mut whole["$defs"]["RuleInput"]);
    // A fact that is unknown is missing, but a threshold that nobody sets is null, as the schema of the data has it.
    whole["$defs"]["TeamPolicy"] = generate::all()["data"]["$defs"]["TeamPolicy"].clone();
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

/// What rules of a pack see beside `data.servelint`, by the name of the pack with `_` for each `-`.
fn pack() -> Json {
    json!({
        "description": "What the rules of a pack of this name see. The pack describes it: `schemas/settings.json` and its `data/`.",
        "type": "object",
        "properties": {
            "settings": {
                "description": "What the team sets in `[policy.<pack>]`; empty where it sets nothing.",
                "type": "object",
            },
            "data": {
                "description": "The files in the folder `data` of the pack, by their names. Absent where no rule of the pack is asked.",
                "type": "object",
            },
        },
        "required": ["settings"],
        "additionalProperties": false,
    })
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// Says which input and which data stand in an entry: the struct has both as plain JSON.
fn of_subject(entry: &mut Json) {
    let subjects: Vec<String> = INPUTS.map(|(subject, _)| subject.to_string()).into();
    let about = entry["properties"]["subject"]["description"].take();
    entry["properties"]["subject"] = json!({
        "description": about,
        "type": "string",
        "anyOf": [
            {"enum": subjects},
            {
                "description": "A kind that `[[schemas]]` declares.",
                "pattern": "^[A-Z][A-Za-z0-9]{0,62}$",
                "not": {"enum": ["Artifact", "File"]},
            },
        ],
    });
    let about = entry["properties"]["data"]["description"].take();
    entry["properties"]["data"] = json!({
        "description": about,
        "type": "object",
        "properties": {"servelint": reference("Data")},
        "required": ["servelint"],
        "patternProperties": {"^(?!servelint$)[a-z][a-z0-9_]*$": reference("Pack")},
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

fn printed(inputs: Inputs) -> Json {
    let answer = InputAnswer {
        version: InputAnswer::VERSION,
        inputs: inputs.inputs,
    };
    serde_json::to_value(answer).expect("JSON")
}

/// What is printed of each file of a case or a project alone. The bad documents of the cases have missing, unknown
/// and wrong fields.
pub(super) fn alone() -> &'static [(PathBuf, Json)] {
    static ANSWERS: LazyLock<Vec<(PathBuf, Json)>> = LazyLock::new(|| {
        let files = common::every_file().into_iter();
        files
            .map(|file| {
                let answer = printed(common::inputs_alone(&file));
                (file, answer)
            })
            .collect()
    });
    &ANSWERS
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
        (folder, printed(inputs.expect("inputs")))
    });
    let whole: Vec<(PathBuf, Json)> = whole.collect();
    let mut subjects = BTreeSet::new();
    for (path, answer) in whole.iter().chain(alone()) {
        let inputs = answer["inputs"].as_array().expect("a list");
        subjects.extend(inputs.iter().map(|input| input["subject"].to_string()));
        let said = refused(&schema, answer);
        assert!(said.is_empty(), "{}: {said:#?}", path.display());
    }
    assert_eq!(
        subjects,
        INPUTS.map(|(subject, _)| json!(subject).to_string()).into()
    );
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
