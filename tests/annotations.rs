//! Schemas and rules agree: what a schema demands on behalf of a rule is said once, by that rule.

use crate::common::PACK;
use serde_json::Value as Json;
use servelint::{
    document::Pointer,
    rule::{HOST_RULES, Subject},
    schema::{self, Schemas},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

const SUBJECTS: [(Subject, &str); 3] = [
    (Subject::ServingSpec, "ServingSpec"),
    (Subject::DecisionLog, "DecisionLog"),
    (Subject::VerificationChecklist, "VerificationChecklist"),
];

fn annotations(schema: &Json, found: &mut BTreeSet<String>) {
    match schema {
        Json::Object(map) => {
            match map.get("x-servelint-rule") {
                Some(Json::String(rule)) => drop(found.insert(rule.clone())),
                Some(Json::Object(by_keyword)) => {
                    found.extend(
                        by_keyword
                            .values()
                            .filter_map(Json::as_str)
                            .map(str::to_owned),
                    );
                }
                _ => {}
            }
            map.values().for_each(|value| annotations(value, found));
        }
        Json::Array(items) => items.iter().for_each(|value| annotations(value, found)),
        _ => {}
    }
}

#[test]
fn annotations_name_rules_that_exist() {
    for (subject, _) in SUBJECTS {
        let schema: Json =
            serde_json::from_str(schema::text_of(subject).expect("a schema")).expect("JSON");
        let mut names = BTreeSet::new();
        annotations(&schema, &mut names);
        assert!(!names.is_empty(), "{subject}");
        for name in names {
            assert!(
                PACK.rules().contains_key(&name),
                "the schema of {subject} names `{name}`"
            );
        }
    }
}

/// Every object of a document, by its JSON Pointer.
fn objects(value: &Json, at: &str, found: &mut Vec<(String, Vec<String>)>) {
    match value {
        Json::Object(map) => {
            found.push((at.to_owned(), map.keys().cloned().collect()));
            for (key, value) in map {
                objects(
                    value,
                    &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Json::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| objects(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// A good document without one key that a schema demands for a rule.
struct Lack {
    /// The rule whose good document it was.
    of: String,
    rule: String,
    at: Pointer,
    document: Json,
}

/// One for each key that any good fixture can lose.
fn lacks() -> Vec<Lack> {
    let schemas = Schemas::default();
    let mut known: BTreeMap<(String, String), Option<Lack>> = BTreeMap::new();
    for rule in PACK.rules().values() {
        let good = crate::common::cases(&rule.id).good;
        for document in crate::common::documents_of(&good).1 {
            let json = document.root.to_json();
            let Some((subject, kind)) = SUBJECTS.iter().find(|(_, kind)| json["kind"] == *kind)
            else {
                continue;
            };
            let mut places = Vec::new();
            objects(&json, "", &mut places);
            for (at, keys) in places {
                for key in keys {
                    let general = at.split('/').filter(|step| step.parse::<usize>().is_err());
                    let name = (
                        format!("{kind}{}", general.collect::<Vec<_>>().join("/")),
                        key.clone(),
                    );
                    if known.contains_key(&name) {
                        continue;
                    }
                    let mut broken = json.clone();
                    let object = broken
                        .pointer_mut(&at)
                        .and_then(Json::as_object_mut)
                        .expect("an object");
                    object.shift_remove(&key);
                    let path = Pointer::parse(&at).key(&*key);
                    let refusals = schemas.of(*subject).expect("a schema").refusals(&broken);
                    let refusal = refusals
                        .into_iter()
                        .find(|refusal| refusal.violation.at == path);
                    let own = |rule: &str| HOST_RULES.iter().all(|host| host.id != rule);
                    let lack =
                        refusal
                            .filter(|refusal| own(&refusal.violation.rule))
                            .map(|refusal| Lack {
                                of: rule.id.clone(),
                                rule: refusal.violation.rule,
                                at: path,
                                document: broken,
                            });
                    if lack.is_some() {
                        known.insert(name, lack);
                    }
                }
            }
        }
    }
    known.into_values().flatten().collect()
}

#[test]
fn what_is_missing_is_said_once_by_the_rule_that_asks_for_it() {
    let lacks = lacks();
    assert!(lacks.len() > 20, "only {} keys are asked for", lacks.len());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    for lack in &lacks {
        let path = folder.path().join("document.json");
        fs::write(&path, lack.document.to_string()).expect("a file");
        let report = crate::common::check_alone(&path);
        let said: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| {
                let at = &finding.place.pointer;
                let near = at.contains(&lack.at) || lack.at.contains(at);
                *at == lack.at || near && finding.rule == lack.rule
            })
            .map(|finding| format!("{}: {}", finding.rule, finding.message))
            .collect();
        if said.len() != 1 || !said[0].starts_with(&format!("{}: ", lack.rule)) {
            wrong.push(format!(
                "the good document of {} without {}: {} expected, {said:?} said",
                lack.of, lack.at, lack.rule
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
