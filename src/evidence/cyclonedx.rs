//! CycloneDX: a bill of materials with models (ML-BOM), as JSON.
//!
//! What is counted is the bill's own: models, and those without a hash, a licence or a model card. The
//! metrics of a card are text and claims of the publisher, in no stated unit.

use super::{
    CautionKind, Evidence, EvidenceError, MeasuredValue, RunFact,
    content::{Content, Tree},
    draft::Draft,
};
use crate::document::{Pointer, Spot};

/// Components contain components; what is deeper is not looked at.
const DEEPEST: usize = 16;

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        let is_bill = tree.get("bomFormat").and_then(Tree::text) == Some("CycloneDX");
        is_bill && !models(&Spot::root(tree)).is_empty()
    })
}

/// All components of a kind, the one that the bill is about included.
fn components<'t>(root: &Spot<'t, Tree>) -> Vec<Spot<'t, Tree>> {
    let about = root.find(&["metadata", "component"]);
    let mut found = Vec::new();
    let mut open: Vec<(Spot<'t, Tree>, usize)> = about
        .into_iter()
        .chain(root.items_at(&["components"]))
        .map(|component| (component, 0))
        .collect();
    open.reverse();
    while let Some((component, depth)) = open.pop() {
        if depth < DEEPEST {
            let inner = component.items_at(&["components"]);
            open.extend(inner.into_iter().rev().map(|inner| (inner, depth + 1)));
        }
        found.push(component);
    }
    found
}

fn of_type<'t>(components: &[Spot<'t, Tree>], kind: &str) -> Vec<Spot<'t, Tree>> {
    let of = components.iter();
    of.filter(|component| component.text_at(&["type"]) == Some(kind))
        .cloned()
        .collect()
}

fn models<'t>(root: &Spot<'t, Tree>) -> Vec<Spot<'t, Tree>> {
    of_type(&components(root), "machine-learning-model")
}

/// Reads the bill.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("cyclonedx-ml", "CycloneDX");
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["specVersion"]);
    let components = components(&root);
    let models = of_type(&components, "machine-learning-model");
    let lacking = |is_there: fn(&Spot<'_, Tree>) -> bool| {
        models.iter().filter(|model| !is_there(model)).count() as u64
    };
    let counts = [
        ("components", components.len() as u64),
        ("models", models.len() as u64),
        ("datasets", of_type(&components, "data").len() as u64),
        ("models_without_hash", lacking(has_hash)),
        ("models_without_licence", lacking(has_licence)),
        ("models_without_card", lacking(has_card)),
    ];
    for (metric, count) in counts {
        draft.number_of(metric, count, "/components");
        draft.last().derived = Some("counted");
    }
    if let [model] = models.as_slice() {
        claims(&mut draft, model)?;
        draft.evidence.subject.model = name(model);
    } else {
        let message = format!(
            "it describes {} models, so the metrics of their cards are not read",
            models.len()
        );
        draft.caution(CautionKind::Definition, message);
    }
    if let Some(place) = root.find(&["metadata", "timestamp"]) {
        draft.evidence.ended_at = place.text().map(str::to_owned);
        draft.state(RunFact::EndedAt, &place.at);
    }
    draft.finish()
}

/// A hash is one only with a value: generators leave placeholders.
fn has_hash(model: &Spot<'_, Tree>) -> bool {
    let hashes = model.items_at(&["hashes"]);
    hashes.iter().any(|hash| {
        let content = hash.text_at(&["content"]).unwrap_or_default();
        content.len() >= 32
            && content.bytes().all(|byte| byte.is_ascii_hexdigit())
            && content.bytes().any(|byte| byte != b'0')
    })
}

fn has_licence(model: &Spot<'_, Tree>) -> bool {
    let places: [&[&str]; 3] = [&["license", "id"], &["license", "name"], &["expression"]];
    let licences = model.items_at(&["licenses"]);
    licences.iter().any(|licence| {
        let mut names = places.iter().filter_map(|keys| licence.text_at(keys));
        names.any(|name| !matches!(name.trim(), "" | "NOASSERTION" | "NONE"))
    })
}

fn has_card(model: &Spot<'_, Tree>) -> bool {
    let parts = ["modelParameters", "quantitativeAnalysis", "considerations"];
    model.get("modelCard").is_some_and(|card| {
        let mut parts = parts.iter().filter_map(|part| card.get(part));
        parts.any(|part| !part.present_at(&[]).is_empty())
    })
}

/// `group/name`, as models are called where they are published.
fn name(model: &Spot<'_, Tree>) -> Option<String> {
    let name = model.text_at(&["name"]).filter(|name| !name.is_empty())?;
    Some(match model.text_at(&["group"]) {
        Some(group) if !group.is_empty() && !name.contains('/') => format!("{group}/{name}"),
        _ => name.to_owned(),
    })
}

/// The metrics of the card under their type, and the slice of data that they are of.
fn claims(draft: &mut Draft, model: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let keys = ["modelCard", "quantitativeAnalysis", "performanceMetrics"];
    let mut has_claims = false;
    for metric in model.items_at(&keys) {
        let (Some(kind), Some(value)) = (metric.text_at(&["type"]), metric.get("value")) else {
            continue;
        };
        // Placeholders of generators are no values.
        if kind.is_empty() || value.text() == Some("") {
            continue;
        }
        let name = match metric.text_at(&["slice"]) {
            Some(slice) if !slice.is_empty() => format!("{kind}/{slice}"),
            _ => kind.to_owned(),
        };
        if draft.has(|known| known.metric == name) {
            return Err(metric.bad(format!("a second value of `{name}`")));
        }
        let number = MeasuredValue::Number(value.number()?);
        draft.add(&name, "value", number, None, None, &value.at);
        has_claims = true;
    }
    if has_claims {
        let message = "metrics of a model card are claims of its publisher, without a unit";
        draft.caution(CautionKind::Definition, message);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};

    #[test]
    fn models_and_what_they_lack_are_counted() {
        let found = read_fixture("cyclonedx/model.json");
        let count = |name: &str| number(&found, name, "value");
        assert_eq!(count("models"), Some(1.0));
        assert_eq!(count("datasets"), Some(1.0));
        assert_eq!(count("components"), Some(3.0));
        assert_eq!(count("models_without_hash"), Some(0.0));
        assert_eq!(count("models_without_licence"), Some(1.0), "a placeholder");
        assert_eq!(count("models_without_card"), Some(0.0));
        assert_eq!(count("accuracy/en"), Some(0.87), "a number in text");
        assert_eq!(
            found
                .find("accuracy/en", "value")
                .and_then(|found| found.unit),
            None
        );
        assert_eq!(found.subject.model.as_deref(), Some("acme/ranker"));
        assert_eq!(found.version.as_deref(), Some("1.6"));
    }

    #[test]
    fn a_metric_that_is_no_number_or_twice_there_is_an_error() {
        let text = |metrics: &str| {
            format!(
                r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "machine-learning-model", "name": "m",
                "hashes": [{{"alg": "SHA-256", "content": "{}"}}],
                "modelCard": {{"quantitativeAnalysis": {{"performanceMetrics": [{metrics}]}}}}}}]}}"#,
                "0".repeat(64)
            )
        };
        for (metrics, part) in [
            (r#"{"type": "f1", "value": "87 %"}"#, "no number"),
            (r#"{"type": "f1", "value": "NaN"}"#, "no number"),
            (
                r#"{"type": "f1", "value": "0.8"}, {"type": "f1", "value": "0.9"}"#,
                "a second value",
            ),
        ] {
            let error = read_text(&text(metrics)).expect_err(part).to_string();
            assert!(error.contains(part), "{error}");
        }
        let empty = read_text(&text(r#"{"type": "f1", "value": ""}"#)).expect("a placeholder");
        assert_eq!(number(&empty, "f1", "value"), None);
        assert_eq!(
            number(&empty, "models_without_hash", "value"),
            Some(1.0),
            "zeros"
        );
    }
}
