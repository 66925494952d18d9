//! What a document asks of one file of evidence, and what the file answers.

use super::{
    ChecklistFacts, ClaimFacts, Facts, Field, MeasuredFacts, Number, ResultFacts, ServingFacts,
    StateFacts,
    references::reference,
    results,
    state::{self, Threshold},
};
use crate::{document::Node, evidence::Evidence};
use serde::Serialize;

/// A document that rests on a file, or could.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CitedDocument {
    /// Its path.
    pub file: String,
    /// The service that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What in it rests on the file, in the order of the document; then items that do not name it and whose value it has.
    pub claims: Vec<CitedClaim>,
}

/// A claim that rests on a file, or could.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CitedClaim {
    /// What it is called, such as "item `LOAD-1`".
    pub claim: String,
    /// True where it names the file.
    pub is_cited: bool,
    /// What it asks, such as "p99 request_latency lte 50 ms"; absent for what a file supports and no rule compares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What the file has for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether that meets the target; absent where the two cannot be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meets: Option<bool>,
    /// Why they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// How far it is shown by all of its evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<StateFacts>,
}

/// Tells whether a path of the document leads to the file.
type LeadsTo<'l> = dyn Fn(&str) -> bool + 'l;

/// The claims of a document that rest on a file, and those items that could.
pub fn cited(
    facts: &Facts,
    root: &Node,
    evidence: Option<&Evidence>,
    confidence: f64,
    leads: &LeadsTo<'_>,
) -> Vec<CitedClaim> {
    let spec = Field::from(root).get("spec");
    match facts {
        Facts::Checklist(facts) => of_checklist(
            spec,
            facts,
            evidence.map(|found| (found, confidence)),
            leads,
        ),
        Facts::Serving(facts) => of_specification(spec, facts, leads),
        Facts::Decisions(facts) => {
            let decisions = spec.get("decisions").items();
            let ratings = decisions.flat_map(|decision| of_decision(decision, leads));
            let claims = facts.claims.iter();
            ratings
                .chain(claims.filter_map(|claim| of_rating(claim, leads)))
                .collect()
        }
        Facts::None {} => Vec::new(),
    }
}

/// The result of a claim that the file is.
fn named<'r>(
    results: impl IntoIterator<Item = &'r ResultFacts>,
    leads: &LeadsTo<'_>,
) -> Option<&'r ResultFacts> {
    let mut results = results.into_iter();
    results.find(|result| result.path.as_deref().is_some_and(leads))
}

/// The items that name the file, then those that could.
fn of_checklist(
    spec: Field<'_>,
    facts: &ChecklistFacts,
    evidence: Option<(&Evidence, f64)>,
    leads: &LeadsTo<'_>,
) -> Vec<CitedClaim> {
    let items = spec.get("items").items().zip(&facts.items).enumerate();
    let claims = items.filter_map(|(index, (item, facts))| {
        let named = named(facts.results.iter().flatten(), leads);
        of_item((index, item), named, facts.standing.as_ref(), evidence)
    });
    let (cited, others): (Vec<_>, Vec<_>) = claims.partition(|claim| claim.is_cited);
    cited.into_iter().chain(others).collect()
}

/// The assumptions that rest on the file, and the throughput of a replica.
fn of_specification(spec: Field<'_>, facts: &ServingFacts, leads: &LeadsTo<'_>) -> Vec<CitedClaim> {
    let assumptions = spec.get("assumptions").items();
    let mut claims: Vec<CitedClaim> = assumptions
        .filter(|assumption| names(assumption.at(&["basis", "evidence"]), leads))
        .map(|assumption| supported("assumption", assumption))
        .collect();
    if named(&facts.capacity_results, leads).is_some() {
        claims.push(CitedClaim {
            standing: facts.throughput_standing.clone(),
            ..supports("the throughput of a replica".to_owned())
        });
    }
    claims
}

/// The number that a rating rests on.
fn of_rating(claim: &ClaimFacts, leads: &LeadsTo<'_>) -> Option<CitedClaim> {
    let result = named(&claim.results, leads)?;
    let parts = [&claim.statistic, &claim.metric, &claim.op];
    let mut words: Vec<String> = parts.into_iter().flatten().cloned().collect();
    words.extend(claim.limit.map(plain));
    words.extend(claim.unit.clone());
    let threshold = Threshold::new(claim.op.as_deref(), claim.limit.map(Number::get));
    Some(CitedClaim {
        target: Some(words.join(" ")),
        standing: Some(claim.standing.clone()),
        ..compared(format!("the claim at `{}`", claim.at), &threshold, result)
    })
}

fn supports(claim: String) -> CitedClaim {
    CitedClaim {
        claim,
        is_cited: true,
        ..CitedClaim::default()
    }
}

/// Something with an `id` that a file supports, and that no rule compares with it.
fn supported(what: &str, entry: Field<'_>) -> CitedClaim {
    supports(format!(
        "{what} `{}`",
        entry.get("id").text().unwrap_or_default()
    ))
}

/// True where one of these references leads to the file.
fn names(evidence: Field<'_>, leads: &LeadsTo<'_>) -> bool {
    let Some(node) = evidence.node() else {
        return false;
    };
    let own = reference(node).into_iter();
    let listed = node.items().iter().filter_map(reference);
    own.chain(listed).any(|reference| leads(reference.path))
}

/// The ratings of a decision, and its outcome.
fn of_decision(decision: Field<'_>, leads: &LeadsTo<'_>) -> Vec<CitedClaim> {
    let id = decision.get("id").text().unwrap_or_default();
    let mut claims = Vec::new();
    for option in decision.get("options").items() {
        for (dimension, rating) in option.get("tradeoffs").entries() {
            if names(rating.get("evidence"), leads) {
                let option = option.get("id").text().unwrap_or_default();
                claims.push(supports(format!(
                    "decision `{id}`, {dimension} of option `{option}`"
                )));
            }
        }
    }
    if names(decision.at(&["outcome", "evidence"]), leads) {
        claims.push(supports(format!("decision `{id}`, its outcome")));
    }
    claims
}

/// An item that names the file, or that does not and whose value the file has.
fn of_item(
    (index, item): (usize, Field<'_>),
    named: Option<&ResultFacts>,
    standing: Option<&StateFacts>,
    evidence: Option<(&Evidence, f64)>,
) -> Option<CitedClaim> {
    let (name, threshold) = (results::item_name(index, item), Threshold::of(item));
    let claim = match named {
        Some(result) => compared(name, &threshold, result),
        None => {
            // A value of any JSON is what its reference says, and there is none.
            let (evidence, confidence) =
                evidence.filter(|(found, _)| found.selected().is_none())?;
            let result = results::of_file(item, evidence, confidence);
            result.result.as_ref()?;
            CitedClaim {
                is_cited: false,
                ..compared(name, &threshold, &result)
            }
        }
    };
    Some(CitedClaim {
        target: Some(target(item)),
        standing: standing.cloned(),
        ..claim
    })
}

fn compared(claim: String, threshold: &Threshold<'_>, result: &ResultFacts) -> CitedClaim {
    let meets = threshold.holds(result);
    CitedClaim {
        value: result.result.as_ref().and_then(shown),
        meets,
        because: meets
            .is_none()
            .then(|| state::why_not(std::slice::from_ref(result))),
        ..supports(claim)
    }
}

/// `p99 request_latency lte 50 ms`.
fn target(item: Field<'_>) -> String {
    let metric = item.get("metric");
    let limit = item.get("threshold");
    let number = limit.number().and_then(Number::new).map(plain);
    let words = [
        metric.get("statistic").text().map(str::to_owned),
        metric.get("name").text().map(str::to_owned),
        item.get("op").text().map(str::to_owned),
        number.or_else(|| limit.text().map(str::to_owned)),
        metric.get("unit").text().map(str::to_owned),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    words.join(" ")
}

fn shown(found: &MeasuredFacts) -> Option<String> {
    let unit = found.unit.as_deref().unwrap_or_default();
    match (found.value, &found.text) {
        (Some(value), _) => Some(format!("{} {unit}", plain(value)).trim_end().to_owned()),
        (None, text) => text.clone(),
    }
}

/// At most six decimals.
fn plain(number: Number) -> String {
    let text = format!("{:.6}", number.get());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
