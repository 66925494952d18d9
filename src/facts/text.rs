//! What the names and texts of a document say, whatever characters they are written with.

use super::Placed;
use crate::{
    document::{Node, Pointer, Spot, Value},
    names,
    rule::Subject,
};
use Blank::{Ours, Theirs};
use SaidKind::{Name, Text};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Signs of a placeholder, in lower case. What is one is for the rule to say: this list may only
/// be wider than what it looks for.
const SIGNS: [&str; 10] = [
    "tbd",
    "to be ",
    "change",
    "todo",
    "fixme",
    "xxx",
    "lorem ipsum",
    "???",
    "<",
    "{",
];

/// What has to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum SaidKind {
    /// A person or a team.
    Name,
    /// A reason or a description.
    Text,
}

/// Who reports a blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blank {
    /// Nobody else does.
    Ours,
    /// The rule that demands the text.
    Theirs,
}

/// Paths from the root of a document; `*` is every element of a list, `{}` every entry of a mapping.
type SaidPlaces = &'static [(&'static str, SaidKind, Blank)];

const SERVING_SPEC: SaidPlaces = &[
    ("metadata/owner", Name, Ours),
    ("metadata/oncall", Name, Ours),
    ("spec/scope/inScope/*", Text, Theirs),
    ("spec/scope/outOfScope/*", Text, Theirs),
    ("spec/assumptions/*/statement", Text, Ours),
    ("spec/assumptions/*/ifWrong", Text, Theirs),
    ("spec/assumptions/*/owner", Name, Theirs),
    ("spec/noAssumptions", Text, Theirs),
    ("spec/constraints/*/statement", Text, Ours),
    ("spec/noConstraints", Text, Theirs),
    ("spec/rollout/analysis/*/justification", Text, Ours),
    ("spec/noProductionImpact/reason", Text, Theirs),
];

const DECISION_LOG: SaidPlaces = &[
    ("metadata/owner", Name, Ours),
    ("spec/decisions/*/decisionMakers/*", Name, Ours),
    ("spec/decisions/*/context", Text, Ours),
    ("spec/decisions/*/options/*/rejectedBecause", Text, Ours),
    (
        "spec/decisions/*/options/*/tradeoffs/{}/rationale",
        Text,
        Theirs,
    ),
    ("spec/decisions/*/outcome/justification", Text, Ours),
    ("spec/residualRisks/*/statement", Text, Ours),
    ("spec/residualRisks/*/mitigation", Text, Theirs),
    ("spec/residualRisks/*/owner", Name, Theirs),
    ("spec/residualRisks/*/verification/step", Text, Theirs),
    ("spec/residualRisks/*/acceptance/by", Name, Ours),
    ("spec/residualRisks/*/escalation/to", Name, Ours),
    ("spec/residualRisks/*/escalation/outcome", Text, Ours),
    ("spec/noResidualRisks", Text, Theirs),
    ("spec/actions/*/description", Text, Ours),
    ("spec/actions/*/owner", Name, Ours),
];

const CHECKLIST: SaidPlaces = &[
    ("metadata/owner", Name, Ours),
    ("spec/items/*/owner", Name, Ours),
    ("spec/items/*/waiver/by", Name, Ours),
    ("spec/items/*/waiver/reason", Text, Ours),
    ("spec/verdict/by", Name, Ours),
];

fn places(subject: Subject) -> SaidPlaces {
    match subject {
        Subject::ServingSpec => SERVING_SPEC,
        Subject::DecisionLog => DECISION_LOG,
        Subject::VerificationChecklist => CHECKLIST,
        _ => &[],
    }
}

/// What the names and texts of a document say, and who stands behind them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WordFacts {
    /// The names and texts that say nothing, such as `n/a`, `the team` or a blank, in the order of their paths: `name` or `text`, each with its path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hollow: Vec<Placed<SaidKind>>,
    /// What names of people and teams are compared as, by the name as it is written; absent where that is its lower case without `@`, empty where it names nobody.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// What texts with look-alike or invisible characters read as, by the text as it is written, where that may be a placeholder; empty where it says nothing.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<String, String>,
    /// True where no text holds a sign of a placeholder.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub plain_text: bool,
    /// Who owns the specification, or the document itself if no specification exists, by `CODEOWNERS`; absent where the team does not compare approvers with owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<String>>,
    /// The paths of acceptances, waivers and verdicts that a change brings and the person they name did not approve; without a base there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unproven: Vec<Pointer>,
}

impl WordFacts {
    /// Looks at every text of a document.
    pub(super) fn of(subject: Subject, root: &Node) -> Self {
        let mut said = Self {
            plain_text: true,
            ..Self::default()
        };
        said.search(root);
        for (path, kind, blank) in places(subject) {
            let steps: Vec<&str> = path.split('/').collect();
            said.walk(&Spot::root(root), &steps, *kind, *blank);
        }
        said.hollow.sort_by(|a, b| a.at.cmp(&b.at));
        said
    }

    /// Looks for signs of placeholders.
    fn search(&mut self, node: &Node) {
        match &node.value {
            Value::String(text) => {
                let read = names::readable(text);
                if is_suspicious(&read) {
                    self.plain_text = false;
                    if read != *text {
                        self.readings.insert(text.clone(), read.into_owned());
                    }
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.search(item)),
            Value::Map(entries) => entries.iter().for_each(|entry| self.search(&entry.node)),
            _ => {}
        }
    }

    fn walk(&mut self, spot: &Spot<'_>, steps: &[&str], kind: SaidKind, blank: Blank) {
        let Some((step, rest)) = steps.split_first() else {
            return self.look(spot, kind, blank);
        };
        let below = match *step {
            "*" => spot.items(),
            "{}" => spot.entries().into_iter().map(|(_, entry)| entry).collect(),
            key => Vec::from_iter(spot.get(key)),
        };
        for next in below {
            self.walk(&next, rest, kind, blank);
        }
    }

    fn look(&mut self, spot: &Spot<'_>, kind: SaidKind, blank: Blank) {
        let Some(text) = spot.text() else { return };
        let is_hollow = match kind {
            Name => names::names_nobody(text),
            Text => names::says_nothing(text),
        };
        if is_hollow {
            // The schema refuses the empty text everywhere.
            let is_reported = text.is_empty() || (blank == Theirs && text.trim().is_empty());
            if !is_reported {
                self.hollow.push(Placed::new(kind, &spot.at));
            }
            let meanings = match kind {
                Name => &mut self.names,
                Text => &mut self.readings,
            };
            meanings.insert(text.to_owned(), String::new());
        } else if kind == Name {
            let plain = names::plain(text);
            // Rules write this much themselves.
            if plain != text.trim_start_matches('@').to_lowercase() {
                self.names.insert(text.to_owned(), plain);
            }
        }
    }
}

fn is_suspicious(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.trim() == "..." || (0..bytes.len()).any(|at| begins_with_sign(&bytes[at..]))
}

fn begins_with_sign(rest: &[u8]) -> bool {
    // Every text of a document passes here: the first byte alone rules out most places.
    let is_first = matches!(
        rest.first(),
        Some(
            b't' | b'T'
                | b'c'
                | b'C'
                | b'f'
                | b'F'
                | b'x'
                | b'X'
                | b'l'
                | b'L'
                | b'?'
                | b'<'
                | b'{'
        )
    );
    is_first && SIGNS.iter().any(|sign| begins_with(rest, sign))
}

fn begins_with(rest: &[u8], sign: &str) -> bool {
    let part = rest.get(..sign.len());
    part.is_some_and(|part| part.eq_ignore_ascii_case(sign.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };
    use serde_json::{Value as Json, json};

    fn said(subject: Subject, text: &str) -> WordFacts {
        let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
        WordFacts::of(subject, &parsed.documents[0].root)
    }

    fn hollow(said: &WordFacts) -> Vec<String> {
        let of = |place: &Placed<SaidKind>| format!("{} {:?}", place.at, place.value);
        said.hollow.iter().map(of).collect()
    }

    #[test]
    fn names_and_texts_that_say_nothing_are_placed() {
        let text = "metadata: {name: none, owner: the team}\nspec:\n  items:\n  - {id: x, title: none, owner: dana.k, waiver: {by: \"\\u200b\", reason: n/a}}\n  - {waiver: {by: ' '}}\n  verdict: {by: \"\"}\n";
        let found = said(Subject::VerificationChecklist, text);
        assert_eq!(
            hollow(&found),
            [
                "/metadata/owner Name",
                "/spec/items/0/waiver/by Name",
                "/spec/items/0/waiver/reason Text",
                "/spec/items/1/waiver/by Name",
            ]
        );
        let names = json!({"": "", " ": "", "\u{200b}": "", "the team": ""});
        assert_eq!(json!(found.names), names);
        assert_eq!(json!(found.readings), json!({"n/a": ""}));
        assert!(found.plain_text);
    }

    #[test]
    fn blanks_that_another_rule_reports_are_left_to_it() {
        let text = "spec: {noResidualRisks: ' ', residualRisks: [{owner: ' ', statement: ' '}]}";
        let found = said(Subject::DecisionLog, text);
        assert_eq!(hollow(&found), ["/spec/residualRisks/0/statement Text"]);
        let text =
            "spec: {noAssumptions: '-', scope: {inScope: [chat], outOfScope: [none, batch]}}";
        let found = said(Subject::ServingSpec, text);
        assert_eq!(
            hollow(&found),
            ["/spec/noAssumptions Text", "/spec/scope/outOfScope/0 Text"]
        );
    }

    #[test]
    fn only_what_rules_cannot_read_themselves_is_told() {
        let text = "metadata: {owner: '@Ravi.P'}\nspec: {items: [{owner: \"r\\u0430vi.p\", id: \"T\\u200bBD\"}]}";
        let found = said(Subject::VerificationChecklist, text);
        assert_eq!(json!(found.names), json!({"r\u{430}vi.p": "ravi.p"}));
        assert_eq!(json!(found.readings), json!({"T\u{200b}BD": "TBD"}));
        assert!(!found.plain_text);
    }

    #[test]
    fn every_place_is_a_text_of_the_schema() {
        for (subject, schema) in [
            (
                Subject::ServingSpec,
                include_str!("../../schemas/serving-spec/v1alpha1.json"),
            ),
            (
                Subject::DecisionLog,
                include_str!("../../schemas/decision-log/v1alpha1.json"),
            ),
            (
                Subject::VerificationChecklist,
                include_str!("../../schemas/verification-checklist/v1alpha1.json"),
            ),
        ] {
            let schema: Json = serde_json::from_str(schema).expect("JSON");
            for (path, ..) in places(subject) {
                let end = path
                    .split('/')
                    .try_fold(&schema, |at, step| below(&schema, at, step));
                let kind = end.map(|end| &followed(&schema, end)["type"]);
                assert_eq!(kind, Some(&json!("string")), "{path} of {subject}");
            }
        }
    }

    fn below<'s>(schema: &'s Json, at: &'s Json, step: &str) -> Option<&'s Json> {
        let at = followed(schema, at);
        match step {
            "*" => at.get("items"),
            "{}" => at.get("properties")?.as_object()?.values().next(),
            key => at.get("properties")?.get(key),
        }
    }

    fn followed<'s>(schema: &'s Json, at: &'s Json) -> &'s Json {
        match at["$ref"].as_str() {
            Some(name) => schema.pointer(&name[1..]).expect("a definition"),
            None => at,
        }
    }

    #[test]
    fn every_sign_is_seen_in_any_case_and_anywhere() {
        for text in [
            "TBD",
            "a Todo list",
            "(fixme)",
            "OPS-XXX",
            "Lorem Ipsum dolor",
            " ??? ",
            "...",
            "<team>",
            "{...}",
            "hf://<org>/model",
            "To be decided",
            "CHANGE_ME",
        ] {
            assert!(is_suspicious(text), "{text}");
        }
        for text in ["", "p99 > 5ms", "to do", "the end...", "é日本", "t", "tb"] {
            assert!(!is_suspicious(text), "{text}");
        }
    }
}
