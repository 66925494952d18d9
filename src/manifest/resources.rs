//! The resources that containers request and are limited to.

use super::{facts::ResourceFacts, unknown::is_placeholder};
use crate::{
    document::Spot,
    facts::{Number, NumberOrText, Placed},
};
use std::collections::BTreeSet;

/// Words that people leave for themselves to replace, beside those for a tool.
const REMINDERS: [&str; 2] = ["tbd", "todo"];

/// The resources of a container, in the order of their names.
pub(super) fn of(container: &Spot<'_>) -> Vec<ResourceFacts> {
    let side = |side: &str| container.entries_at(&["resources", side]);
    let (requests, limits) = (side("requests"), side("limits"));
    let both = requests.iter().chain(&limits);
    let names: BTreeSet<&str> = both.map(|(name, _)| *name).collect();
    let mut found = Vec::new();
    for name in names {
        found.push(ResourceFacts {
            name: name.to_owned(),
            container: container.string_at(&["name"]),
            request: amount(&requests, name),
            limit: amount(&limits, name),
        });
    }
    found
}

/// A quantity, or the text where somebody meant one and it is none.
fn amount(entries: &[(&str, Spot<'_>)], name: &str) -> Option<Placed<NumberOrText>> {
    let (_, written) = entries.iter().find(|(known, _)| *known == name)?;
    if let Some(quantity) = written.quantity().and_then(Number::new) {
        return Some(Placed::new(NumberOrText::Number(quantity), &written.at));
    }
    let text = written.text().filter(|text| is_meant(text))?;
    Some(Placed::new(
        NumberOrText::Text(text.to_owned()),
        &written.at,
    ))
}

/// True for what begins like a number, and for a word; what a tool replaces is neither.
fn is_meant(text: &str) -> bool {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | ' ');
    let is_filled = !is_placeholder(text) && !REMINDERS.contains(&text);
    let is_word = text.chars().all(|c| c.is_ascii_lowercase()) && is_filled;
    !text.is_empty() && text.chars().all(plain) && (is_number || is_word)
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn resources(text: &str) -> Json {
        facts(&format!(
            "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {{containers: [{{name: a, resources: {text}}}]}}}}}}}}"
        ))["workload"]["resources"]
            .clone()
    }

    #[test]
    fn a_request_stands_beside_its_limit() {
        let found = resources("{requests: {cpu: 500m}, limits: {cpu: 2, memory: 1Gi}}");
        assert_eq!(found[0]["name"], "cpu");
        assert_eq!(found[0]["request"]["value"], 0.5);
        assert_eq!(found[0]["limit"]["value"], 2);
        assert_eq!(found[1]["limit"]["value"], 1_073_741_824);
        assert_eq!(found[1].get("request"), None);
    }

    #[test]
    fn what_is_no_quantity_is_text_unless_a_tool_replaces_it() {
        for text in ["16GB", "4 Gi", "2Gib", "-1", "invalid", "1..5"] {
            let found = resources(&format!("{{limits: {{memory: \"{text}\"}}}}"));
            assert_eq!(found[0]["limit"]["value"], text);
        }
        for text in [
            "${MEMORY}",
            "<memory>",
            "__MEM__",
            "V_MEMORY",
            "placeholder",
            "",
        ] {
            let found = resources(&format!("{{limits: {{memory: \"{text}\"}}}}"));
            assert_eq!(
                found,
                json!([{"name": "memory", "container": "a"}]),
                "{text}"
            );
        }
    }
}
