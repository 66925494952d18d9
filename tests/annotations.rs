//! Schemas and rules agree: what a schema demands on behalf of a rule is said once, by that rule.

use crate::common::{KINDS, PACK, json};
use serde_json::Value as Json;
use servelint::{
    document::Pointer,
    rule::HOST_RULES,
    schema::{self, Schemas},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

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
    for subject in KINDS {
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

/// Every key of an object of a document: where the object is, and the key.
fn keys(document: &Json) -> Vec<(String, String)> {
    let below = json::places(document);
    let objects = std::iter::once(String::new()).chain(below);
    objects
        .filter_map(|at| {
            let keys = document.pointer(&at)?.as_object()?.keys().cloned();
            Some(keys.map(move |key| (at.clone(), key)).collect::<Vec<_>>())
        })
        .flatten()
        .collect()
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
            let kinds = KINDS.map(|subject| (subject, subject.to_string()));
            let Some((subject, kind)) = kinds.iter().find(|(_, kind)| json["kind"] == *kind) else {
                continue;
            };
            for (at, key) in keys(&json) {
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
                let lack = refusal
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
