//! The pods of a workload: which of their containers serve, and the regions that their node selectors and required node
//! affinity allow.

use super::{
    facts::{ManifestFacts, PodFacts},
    server,
};
use crate::document::{Pointer, Spot};
use std::collections::BTreeSet;

/// The labels of nodes that name a region, the one of today first.
const REGIONS: [&str; 2] = [
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/region",
];

/// The keys of KServe and KubeRay whose values are the specifications of pods, or hold one.
const PODS: [&str; 3] = ["predictor", "transformer", "explainer"];

/// What routes requests holds no model, and has pods of its own.
const ROUTER: &str = "router";

/// The pods beside the leader of a LeaderWorkerSet.
const WORKERS: &str = "workerTemplate";

/// Levels of a manifest in which pods are looked for.
const DEEPEST: usize = 24;

/// The pods of a manifest that serves; none of any other manifest, and of one whose pods another manifest describes.
pub(super) fn pods(root: &Spot<'_>, facts: &ManifestFacts) -> Vec<PodFacts> {
    let serves = facts.workload.is_some() || !facts.deployments.is_empty();
    let is_elsewhere = facts.workload.as_ref().is_some_and(|pods| pods.elsewhere);
    if !serves || is_elsewhere {
        return Vec::new();
    }
    let mut found = Vec::new();
    find(root, DEEPEST, &mut found);
    if let Some(preset) = preset(root, facts) {
        found.push(preset);
    }
    if found.is_empty() {
        // Pods that the platform makes are limited by nothing that can be seen.
        let at = facts.workload.as_ref().and_then(|pods| pods.at.clone());
        let at = at.unwrap_or_else(|| root.at.clone());
        found.push(PodFacts {
            at,
            ..PodFacts::default()
        });
    }
    found
}

/// The pods of an LLMInferenceService whose containers come from a preset.
fn preset(root: &Spot<'_>, facts: &ManifestFacts) -> Option<PodFacts> {
    let is_llm = facts.kind == "LLMInferenceService";
    let template = root.find(&["spec", "template"]);
    let is_written = template
        .as_ref()
        .is_some_and(|template| template.get("containers").is_some());
    (is_llm && !is_written).then(|| match template {
        Some(template) => pod(&template),
        None => PodFacts {
            at: root.at.clone().key("spec"),
            ..PodFacts::default()
        },
    })
}

fn find(spot: &Spot<'_>, left: usize, found: &mut Vec<PodFacts>) {
    let Some(left) = left.checked_sub(1) else {
        return;
    };
    if spot.find(&["containers"]).is_some() {
        found.push(pod(spot));
        return;
    }
    for (key, value) in spot.entries() {
        let is_pod = PODS.contains(&key) && !value.entries().is_empty();
        // With a leader, the workers of a group answer no requests.
        let is_worker = key == WORKERS && spot.get("leaderTemplate").is_some();
        match key {
            ROUTER => {}
            WORKERS if is_worker => found.extend(value.get("spec").map(|pods| PodFacts {
                servers: Vec::new(),
                ..pod(&pods)
            })),
            _ if is_pod => {
                found.push(pod(&value));
                found.extend(value.get("workerSpec").map(|worker| pod(&worker)));
            }
            _ => find(&value, left, found),
        }
    }
    for item in spot.items() {
        find(&item, left, found);
    }
}

/// The pods of a specification.
pub(super) fn pod(spec: &Spot<'_>) -> PodFacts {
    let mut regions = selected(spec);
    if let Some(allowed) = required(spec) {
        regions = Some(match regions {
            Some(selected) => selected.intersection(&allowed).cloned().collect(),
            None => allowed,
        });
    }
    PodFacts {
        at: spec.at.clone(),
        regions: regions.map(|regions| regions.into_iter().collect()),
        servers: servers(spec),
    }
}

/// The containers that serve a model. KServe makes one of what a predictor says of its model.
fn servers(spec: &Spot<'_>) -> Vec<Pointer> {
    let listed = spec.items_at(&["containers"]);
    let servers = listed.into_iter().filter(server::serves);
    let model = spec
        .get("model")
        .filter(|model| !model.entries().is_empty());
    servers.chain(model).map(|server| server.at).collect()
}

/// The region of the node selector.
fn selected(spec: &Spot<'_>) -> Option<BTreeSet<String>> {
    let selector = spec.get("nodeSelector")?;
    let region = REGIONS
        .iter()
        .find_map(|label| selector.get(label)?.text())?;
    Some(BTreeSet::from([region.to_owned()]))
}

/// The regions that the required node affinity allows; `None` where one of its terms, any of which is enough, allows all.
fn required(spec: &Spot<'_>) -> Option<BTreeSet<String>> {
    let path = [
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ];
    let terms = spec.items_at(&path);
    let mut allowed = BTreeSet::new();
    for term in &terms {
        allowed.extend(term_regions(term)?);
    }
    (!terms.is_empty()).then_some(allowed)
}

/// The regions of one term: those that all of its expressions about regions allow.
fn term_regions(term: &Spot<'_>) -> Option<BTreeSet<String>> {
    let mut allowed: Option<BTreeSet<String>> = None;
    for expression in term.items_at(&["matchExpressions"]) {
        let is_region = expression
            .text_at(&["key"])
            .is_some_and(|key| REGIONS.contains(&key));
        if !is_region || expression.text_at(&["operator"]) != Some("In") {
            continue;
        }
        let values = expression.items_at(&["values"]);
        let values: BTreeSet<String> = values
            .iter()
            .filter_map(|value| value.text().map(str::to_owned))
            .collect();
        allowed = Some(match allowed {
            Some(known) => known.intersection(&values).cloned().collect(),
            None => values,
        });
    }
    allowed
}

#[cfg(test)]
mod tests {
    use crate::{
        document::{
            read::{Format, parse},
            source::Source,
        },
        manifest::{self, derive},
    };

    fn regions(spec: &str) -> Vec<Option<Vec<String>>> {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers: [{{name: a, image: vllm/vllm-openai:v1, args: [--model=x]}}]\n{spec}"
        );
        let parsed = parse(&Source::new("a.yaml", text), Format::Yaml);
        let root = &parsed.documents.first().expect("a document").root;
        let kind = manifest::find(root).expect("a kind");
        let pods = derive(kind, root).pods;
        pods.into_iter().map(|pod| pod.regions).collect()
    }

    fn affinity(terms: &str) -> String {
        format!(
            "      affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: {terms}}}}}}}\n"
        )
    }

    #[test]
    fn selectors_and_required_affinity_limit_the_regions() {
        let term = |values: &str| {
            format!(
                "{{matchExpressions: [{{key: topology.kubernetes.io/region, operator: In, values: {values}}}]}}"
            )
        };
        let selector = "      nodeSelector: {topology.kubernetes.io/region: eu-west}\n";
        for (spec, wanted) in [
            (String::new(), None),
            (selector.to_owned(), Some(vec!["eu-west"])),
            (affinity(&format!("[{}]", term("[b, a]"))), Some(vec!["a", "b"])),
            (affinity(&format!("[{}, {}]", term("[b]"), term("[a]"))), Some(vec!["a", "b"])),
            // Any term is enough, and this one allows every region.
            (affinity(&format!("[{}, {{matchExpressions: []}}]", term("[b]"))), None),
            (format!("{selector}{}", affinity(&format!("[{}]", term("[eu-west, a]")))), Some(vec!["eu-west"])),
            (affinity("[{matchExpressions: [{key: topology.kubernetes.io/region, operator: NotIn, values: [a]}]}]"), None),
            ("      affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}\n".into(), None),
        ] {
            let wanted = wanted.map(|names| names.iter().map(ToString::to_string).collect());
            assert_eq!(regions(&spec), [wanted], "{spec}");
        }
    }
}
