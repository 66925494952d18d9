//! What a service states of each fact of the vocabulary, and what its checks make of that.
//!
//! A fact is stated only where everything is known that it follows from. Else there is a reason, which a check that
//! names the fact has as well: it is neither met nor missed.

use crate::{
    config::Config,
    did_you_mean::nearest,
    document::{Node, Pointer, Value},
    facts::{
        Number,
        references::reference,
        vocabulary::{
            CheckOutcome, FactKind, KnownFact, StatedValue, VOCABULARY, compare, known_fact,
            written_number,
        },
    },
    manifest::facts::ManifestFacts,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The registry of an image that names none.
const DEFAULT_REGISTRY: &str = "docker.io";
/// Hexadecimal digits of a digest of an image.
const DIGEST: usize = 64;

/// What facts follow from.
#[derive(Debug)]
pub struct StatedSources<'s> {
    /// The specification.
    pub spec: &'s Node,
    /// The manifests of what goes live, each with its index in the rules' input.
    pub manifests: Vec<(usize, &'s ManifestFacts)>,
    /// True where there are more manifests than are read together.
    pub cut: bool,
    /// The greatest number in each column of the tables of observed traffic, by path.
    pub traffic: &'s BTreeMap<String, BTreeMap<String, Number>>,
    /// The configuration of the project.
    pub config: &'s Config,
}

/// A fact of one service.
#[derive(Debug, Clone)]
pub struct StatedFact {
    /// Which one.
    pub known: &'static KnownFact,
    /// Its value, or why it is unknown. Foreign text.
    pub value: Result<StatedValue, String>,
    /// The paths in the rules' input to what it follows from; those of files are in its documents.
    pub at: Vec<Pointer>,
}

/// What became of the check of a constraint or an assumption.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct FactCheck {
    /// The path to the constraint or the assumption in the input.
    pub at: Pointer,
    /// The name of the fact.
    pub fact: &'static str,
    /// `holds`, `refuted`, `unknown` (nobody states the fact) or `unfit` (it cannot be compared with such a value).
    pub outcome: &'static str,
    /// The value of the fact, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<String>,
    /// What the check asks for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// Why nothing was compared, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The paths in the input to what the fact follows from.
    pub places: Vec<Pointer>,
}

/// A value with the places that it follows from, or the reason why it is unknown.
type StatedWith = (Result<StatedValue, String>, Vec<Pointer>);

/// The facts of a service, in the order of the vocabulary.
pub fn stated(sources: &StatedSources<'_>) -> Vec<StatedFact> {
    let facts = VOCABULARY.iter().map(|known| {
        let (value, mut at) = sources.find(known);
        at.dedup();
        StatedFact { known, value, at }
    });
    facts.collect()
}

/// What became of the checks of constraints and assumptions, in their order.
pub fn checks(spec: &Node, facts: &[StatedFact]) -> Vec<FactCheck> {
    let mut found = Vec::new();
    for list in ["constraints", "assumptions"] {
        let entries = spec.at(&["spec", list]).map(Node::items);
        for (index, entry) in entries.unwrap_or_default().iter().enumerate() {
            let at = own(&["spec", list]).index(index);
            found.extend(entry.get("check").and_then(|check| of(check, at, facts)));
        }
    }
    found
}

/// `None` for a check that its schema refuses.
fn of(check: &Node, at: Pointer, facts: &[StatedFact]) -> Option<FactCheck> {
    let text = |key: &str| check.get(key).and_then(Node::as_str);
    let known = known_fact(text("fact")?)?;
    let value = check
        .get("value")
        .filter(|value| value.value != Value::Null)?;
    let fact = facts.iter().find(|fact| fact.known == known)?;
    let (outcome, wanted) = compare(known, fact.value.as_ref().ok(), text("op")?, value);
    let (word, reason) = match outcome {
        CheckOutcome::Holds => ("holds", None),
        CheckOutcome::Refuted => ("refuted", None),
        CheckOutcome::Unknown => ("unknown", fact.value.as_ref().err().cloned()),
        CheckOutcome::Unfit(reason) => ("unfit", Some(reason)),
    };
    let stated = fact.value.as_ref().ok();
    Some(FactCheck {
        at,
        fact: known.name,
        outcome: word,
        stated: stated.map(|stated| with_unit(stated, known)),
        wanted: Some(wanted).filter(|wanted| !wanted.is_empty()),
        reason,
        places: fact.at.clone(),
    })
}

/// `24 GPUs`, `eu-west`, `200ms`.
fn with_unit(value: &StatedValue, known: &KnownFact) -> String {
    let shown = value.shown(known.kind);
    match known.kind {
        FactKind::Bytes => shown,
        _ if known.unit.is_empty() => shown,
        _ => format!("{shown} {}", known.unit),
    }
}

/// A path in the specification as a path in the rules' input.
fn own(keys: &[&str]) -> Pointer {
    Pointer::default().key("serving").keys(keys)
}

impl StatedSources<'_> {
    fn find(&self, known: &KnownFact) -> StatedWith {
        match known.name {
            "gpus.total" => self.gpus(),
            "gpus.types" => self.gpu_types(),
            "cost.hourly" => self.cost(),
            "regions" => self.regions(),
            "dataResidency" => self.residency(),
            "registries" => self.registries(),
            "images.pinned" => self.pinned(),
            "model.revision" => self.revision(),
            "traffic.observedPeak" => self.observed(),
            name => match path_of(name) {
                Some(path) => self.written(path, known.kind),
                None => unknown("nothing states it"),
            },
        }
    }

    /// A value as the specification has it.
    fn written(&self, path: &[&str], kind: FactKind) -> StatedWith {
        let value = self
            .spec
            .at(path)
            .filter(|node| node.value != Value::Null)
            .map(|node| read(node, kind));
        match value {
            None => unknown(format!("`{}` is not stated", path.join("."))),
            Some(None) => unknown(format!("`{}` cannot be read", path.join("."))),
            Some(Some(value)) => (Ok(value), vec![own(path)]),
        }
    }

    /// A number that another fact follows from.
    fn number(&self, path: &[&str]) -> Result<f64, String> {
        match self.written(path, FactKind::Count).0? {
            StatedValue::Number(number) => Ok(number.get()),
            _ => Err(format!("`{}` is no number", path.join("."))),
        }
    }

    fn gpus(&self) -> StatedWith {
        let total = self
            .number(&GPU_COUNT)
            .and_then(|each| Ok(each * self.number(&MOST_REPLICAS)?));
        (
            total.and_then(finite),
            vec![own(&GPU_COUNT), own(&MOST_REPLICAS)],
        )
    }

    fn gpu_types(&self) -> StatedWith {
        let (value, at) = self.written(&GPU_TYPE, FactKind::Text);
        let types = value.map(|value| match value {
            StatedValue::Text(name) => StatedValue::Texts(vec![name]),
            other => other,
        });
        (types, at)
    }

    fn cost(&self) -> StatedWith {
        let (total, mut at) = self.gpus();
        let (gpu, more) = self.written(&GPU_TYPE, FactKind::Text);
        at.extend(more);
        let cost = total.and_then(|total| {
            let (StatedValue::Number(total), StatedValue::Text(gpu)) = (total, gpu?) else {
                return Err("nothing states it".to_owned());
            };
            finite(total.get() * self.price(&gpu)?)
        });
        (cost, at)
    }

    fn price(&self, gpu: &str) -> Result<f64, String> {
        let prices = &self.config.prices.gpu_hour;
        if prices.is_empty() {
            return Err("servelint.toml has no `[prices.gpuHour]`".to_owned());
        }
        prices.get(gpu).copied().ok_or_else(|| {
            let near = nearest(gpu, prices.keys().map(String::as_str));
            let near = near.map(|near| format!("; `{near}` has one"));
            format!(
                "`[prices.gpuHour]` of servelint.toml has no price of `{gpu}`{}",
                near.unwrap_or_default()
            )
        })
    }

    /// Why what follows from all manifests together is unknown.
    fn gap(&self) -> Option<String> {
        if self.cut {
            return Some("there are more manifests than are read together".to_owned());
        }
        let broken = self.manifests.iter().find(|(_, facts)| facts.broken);
        broken.map(|(_, facts)| format!("a manifest of {} does not fit its schema", facts.kind))
    }

    fn regions(&self) -> StatedWith {
        if let Some(gap) = self.gap() {
            return unknown(gap);
        }
        let (mut regions, mut at) = (BTreeSet::new(), Vec::new());
        for (index, facts) in &self.manifests {
            for pod in &facts.pods {
                let Some(allowed) = &pod.regions else {
                    return unknown(format!("{} can run in any region", called(facts)));
                };
                regions.extend(allowed.iter().cloned());
                let manifest = Pointer::default().key("artifacts").index(*index);
                at.push(manifest.join(&pod.at));
            }
        }
        match at.is_empty() {
            true => unknown("no manifest describes the pods that serve"),
            false if regions.is_empty() => unknown("the selectors of a pod allow no region"),
            false => (Ok(StatedValue::Texts(regions.into_iter().collect())), at),
        }
    }

    fn residency(&self) -> StatedWith {
        let (regions, at) = self.regions();
        let known = &self.config.residency;
        let found = regions.and_then(|regions| {
            let StatedValue::Texts(regions) = regions else {
                return Err("nothing states it".to_owned());
            };
            if known.is_empty() {
                return Err("servelint.toml has no `[residency]`".to_owned());
            }
            let mut found = BTreeSet::new();
            for region in regions {
                let jurisdiction = known.get(&region).ok_or_else(|| {
                    format!("`[residency]` of servelint.toml does not name `{region}`")
                })?;
                found.insert(jurisdiction.clone());
            }
            Ok(StatedValue::Texts(found.into_iter().collect()))
        });
        (found, at)
    }

    /// Each image with its place; or why they are not all known.
    fn images(&self) -> Result<Vec<(&str, Pointer)>, String> {
        if let Some(gap) = self.gap() {
            return Err(gap);
        }
        let runtime = self.spec.at(&RUNTIME_IMAGE).and_then(Node::as_str);
        let mut images = Vec::from_iter(runtime.map(|image| (image, own(&RUNTIME_IMAGE))));
        for (index, facts) in &self.manifests {
            let Some(workload) = &facts.workload else {
                continue;
            };
            let prefill = workload.prefill.as_ref().map(|prefill| &prefill.0.images);
            let of_it: Vec<_> = workload
                .images
                .iter()
                .chain(prefill.into_iter().flatten())
                .collect();
            if of_it.is_empty() && runtime.is_none() && !workload.elsewhere {
                return Err(format!("{} names no image", called(facts)));
            }
            let manifest = Pointer::default().key("artifacts").index(*index);
            for image in of_it {
                images.push((image.value.as_str(), manifest.clone().join(&image.at)));
            }
        }
        match images.is_empty() {
            true => Err("`spec.serving.runtime.image` is not stated".to_owned()),
            false => Ok(images),
        }
    }

    fn registries(&self) -> StatedWith {
        let images = match self.images() {
            Ok(images) => images,
            Err(reason) => return unknown(reason),
        };
        let mut registries = BTreeSet::new();
        let mut at = Vec::new();
        for (image, place) in images {
            registries.insert(registry(image).to_owned());
            at.push(place);
        }
        (Ok(StatedValue::Texts(registries.into_iter().collect())), at)
    }

    fn pinned(&self) -> StatedWith {
        let images = match self.images() {
            Ok(images) => images,
            Err(reason) => return unknown(reason),
        };
        let loose: Vec<Pointer> = images
            .iter()
            .filter(|(image, _)| !is_pinned(image))
            .map(|(_, at)| at.clone())
            .collect();
        match loose.is_empty() {
            true => (
                Ok(StatedValue::Flag(true)),
                images.into_iter().map(|(_, at)| at).collect(),
            ),
            false => (Ok(StatedValue::Flag(false)), loose),
        }
    }

    fn revision(&self) -> StatedWith {
        let (uri, at) = self.written(&MODEL_URI, FactKind::Text);
        let revision = uri.and_then(|uri| {
            let named = match &uri {
                StatedValue::Text(uri) => uri
                    .strip_prefix("hf://")
                    .and_then(|path| path.rsplit_once(':')),
                _ => None,
            };
            match named {
                Some((_, revision)) if !revision.is_empty() => {
                    Ok(StatedValue::Text(revision.to_owned()))
                }
                _ => Err("`spec.model.uri` names no revision of a hub".to_owned()),
            }
        });
        (revision, at)
    }

    fn observed(&self) -> StatedWith {
        let rows = self.traffic.iter().flat_map(|(path, columns)| {
            let rates = columns.values();
            rates.map(move |rate| (path, *rate))
        });
        let greatest = rows.max_by(|(_, a), (_, b)| a.get().total_cmp(&b.get()));
        let Some((path, rate)) = greatest else {
            return unknown("no assumption rests on a table of observed traffic");
        };
        let mut at = Vec::new();
        let assumptions = self.spec.at(&["spec", "assumptions"]).map(Node::items);
        for (index, assumption) in assumptions.unwrap_or_default().iter().enumerate() {
            let named = assumption.at(&["basis", "evidence"]).and_then(reference);
            if named.is_some_and(|named| named.path == path) {
                let assumption = own(&["spec", "assumptions"]).index(index);
                at.push(assumption.key("basis").key("evidence"));
            }
        }
        (Ok(StatedValue::Number(rate)), at)
    }
}

const GPU_COUNT: [&str; 4] = ["spec", "resources", "gpu", "count"];
const GPU_TYPE: [&str; 4] = ["spec", "resources", "gpu", "type"];
const MOST_REPLICAS: [&str; 4] = ["spec", "capacity", "replicas", "max"];
const RUNTIME_IMAGE: [&str; 4] = ["spec", "serving", "runtime", "image"];
const MODEL_URI: [&str; 3] = ["spec", "model", "uri"];

/// The path of a fact that the specification states as it is.
fn path_of(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "answer.longest" => &["spec", "traffic", "outputTokens", "max"],
        "context.length" => &["spec", "model", "contextLength"],
        "cpu.perReplica" => &["spec", "resources", "cpu"],
        "gpus.memory" => &["spec", "resources", "gpu", "memory"],
        "gpus.perReplica" => &GPU_COUNT,
        "memory.perReplica" => &["spec", "resources", "memory"],
        "model.name" => &["spec", "model", "name"],
        "prompt.longest" => &["spec", "traffic", "inputTokens", "max"],
        "replicas.max" => &MOST_REPLICAS,
        "replicas.min" => &["spec", "capacity", "replicas", "min"],
        "rollback.rto" => &["spec", "rollback", "rto"],
        "serving.mode" => &["spec", "serving", "mode"],
        "serving.platform" => &["spec", "serving", "platform"],
        "startup.cold" => &["spec", "capacity", "coldStart"],
        "timeouts.client" => &["spec", "timeouts", "client"],
        "timeouts.gateway" => &["spec", "timeouts", "gateway"],
        "timeouts.server" => &["spec", "timeouts", "server"],
        "traffic.average" => &["spec", "traffic", "averageRps"],
        "traffic.peak" => &["spec", "traffic", "peakRps"],
        "traffic.trough" => &["spec", "traffic", "troughRps"],
        "zones.count" => &["spec", "capacity", "zones"],
        "zones.tolerateLost" => &["spec", "capacity", "tolerateLostZones"],
        _ => return None,
    })
}

fn unknown(reason: impl Into<String>) -> StatedWith {
    (Err(reason.into()), Vec::new())
}

fn finite(number: f64) -> Result<StatedValue, String> {
    let number = Number::new(number).map(StatedValue::Number);
    number.ok_or_else(|| "it is too large".to_owned())
}

/// The value of a node; `None` for one of another kind.
fn read(node: &Node, kind: FactKind) -> Option<StatedValue> {
    match kind {
        FactKind::Text | FactKind::Texts => {
            node.as_str().map(|text| StatedValue::Text(text.to_owned()))
        }
        FactKind::Flag => match node.value {
            Value::Bool(flag) => Some(StatedValue::Flag(flag)),
            _ => None,
        },
        FactKind::Duration
        | FactKind::Bytes
        | FactKind::Cores
        | FactKind::Count
        | FactKind::Rate
        | FactKind::Money => written_number(node, kind).map(StatedValue::Number),
    }
}

/// `ghcr.io` of `ghcr.io/a/b:c`. A first part without a dot or a port is a user of Docker Hub.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => DEFAULT_REGISTRY,
    }
}

fn is_pinned(image: &str) -> bool {
    image.rsplit_once("@sha256:").is_some_and(|(_, digest)| {
        digest.len() == DIGEST && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// ``the Deployment `ranker` ``
fn called(facts: &ManifestFacts) -> String {
    match &facts.name {
        Some(name) => format!("the {} `{name}`", facts.kind),
        None => format!("a {}", facts.kind),
    }
}

#[cfg(test)]
mod tests;
