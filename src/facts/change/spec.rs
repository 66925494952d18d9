//! The facts of a specification, by topic.

use super::{ChangeTopic, ChangedFact, Tale, Told, part};
use crate::{
    document::{Node, Pointer, Step, Value},
    facts::{Mirror, Number, mirror},
    rule::Subject,
};
use ChangeTopic::{
    Arguments, Capacity, Gpus, Image, Model, Parallelism, Rollout, Slos, Timeouts, Traffic,
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Parts of `spec`, with the topic of what is below; `None` for what is no fact of the service: proof, prose, and what
/// follows every revision. The longest path counts. True where what was measured before was measured on something else.
const PARTS: [(&str, Option<ChangeTopic>, bool); 48] = [
    ("model", Some(Model), false),
    ("model/name", Some(Model), false),
    ("model/uri", Some(Model), true),
    ("model/digest", Some(Model), true),
    ("model/format", Some(Model), false),
    ("model/weightBytesPerParameter", Some(Model), true),
    ("model/contextLength", Some(Model), true),
    ("serving/runtime", Some(Image), true),
    ("serving/runtime/arguments", Some(Arguments), true),
    ("serving/maxNumSeqs", Some(Arguments), true),
    ("serving/batching", Some(Arguments), true),
    ("serving/platform", Some(Arguments), false),
    ("serving/deploymentMode", Some(Arguments), false),
    ("serving/mode", Some(Arguments), false),
    ("serving/parallelism", Some(Parallelism), true),
    ("serving/scaleDownOnPromotion", Some(Rollout), false),
    ("resources/gpu", Some(Gpus), false),
    ("resources/gpu/type", Some(Gpus), true),
    ("resources/gpu/count", Some(Gpus), true),
    ("resources/gpu/memoryUtilization", Some(Arguments), true),
    ("resources/cpu", Some(Capacity), true),
    ("resources/memory", Some(Capacity), false),
    ("traffic", Some(Traffic), false),
    ("slos", Some(Slos), false),
    ("latencyBudget", Some(Slos), false),
    ("alerts", Some(Slos), false),
    ("timeouts", Some(Timeouts), false),
    ("health", Some(Timeouts), false),
    ("health/podDisruptionBudget", Some(Capacity), false),
    ("capacity", Some(Capacity), false),
    ("capacity/perReplica/evidence", None, false),
    ("rollout", Some(Rollout), false),
    ("rollout/analysis/*/justification", None, false),
    ("rollback", Some(Rollout), false),
    ("rollback/targetRevision", None, false),
    ("rollback/runbook", None, false),
    ("rollback/rehearsal", None, false),
    // What follows is no part of what runs.
    ("environment", None, false),
    ("tier", None, false),
    ("scope", None, false),
    ("assumptions", None, false),
    ("noAssumptions", None, false),
    ("constraints", None, false),
    ("noConstraints", None, false),
    ("noProductionImpact", None, false),
    ("artifacts", None, false),
    ("change", None, false),
    ("serving", None, false),
];

/// What a missing value means, where the schema says it: written out, it is no fact of its own.
const DEFAULTS: [(&str, &str); 5] = [
    ("serving/scaleDownOnPromotion", "false"),
    ("resources/gpu/overhead", "0"),
    ("slos/*/indicator/statistic", "percentile"),
    ("rollout/changesModel", "true"),
    ("rollout/analysis/*/initialDelay", "0"),
];

/// What differs between two specifications.
pub fn of_spec(before: &Node, after: &Node) -> Vec<ChangedFact> {
    let beside = Pointer::default().key("spec");
    let mut changed = told(before).differs(&told(after), &beside);
    for fact in &mut changed {
        // What a specification begins or ceases to state may be as it was; an argument that is not there has its default.
        let is_stated = fact.before.is_some() && fact.after.is_some();
        fact.subject &= is_stated || fact.what == Arguments;
    }
    changed
}

/// The facts of a specification.
fn told(root: &Node) -> Told {
    let mirrored = mirror::mirror(Subject::ServingSpec, root).spec;
    let mut reader = SpecReader {
        told: Told::default(),
        pattern: Vec::new(),
        name: Vec::new(),
    };
    if let Some(spec) = root.get("spec") {
        let numbers = mirrored.as_ref().map(Mirror::json);
        reader.read(spec, numbers, &Pointer::default().key("spec"));
    }
    reader.told
}

/// A walk over a specification.
struct SpecReader {
    told: Told,
    /// The path below `spec`, with `*` for each entry of a list.
    pattern: Vec<String>,
    /// The same with the names of entries.
    name: Vec<String>,
}

impl SpecReader {
    fn read(&mut self, node: &Node, numbers: Option<&Json>, at: &Pointer) {
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    let numbers = numbers.and_then(|numbers| numbers.get(&entry.key));
                    let key = Step::Key(entry.key.clone());
                    self.below(part(&key), part(&key), (&entry.node, numbers, at), key);
                }
            }
            Value::List(items) => {
                if let Some(set) = Tale::set(items) {
                    self.tell(set, at);
                    return;
                }
                let names = names(items, numbers);
                for (index, (item, name)) in items.iter().zip(names).enumerate() {
                    let numbers = numbers.and_then(|numbers| numbers.get(index));
                    let step = Step::Index(index);
                    self.below("*".to_owned(), name, (item, numbers, at), step);
                }
            }
            _ => {
                let number = numbers.and_then(Json::as_f64).and_then(Number::new);
                let tale = match self.pattern.get(2).is_some_and(|key| key == "arguments") {
                    true => node.scalar().map(|text| Tale::written(&text)),
                    false => Tale::of(node, number),
                };
                if let Some(tale) = tale.filter(|tale| !self.is_default(tale)) {
                    self.tell(tale, at);
                }
            }
        }
    }

    fn below(
        &mut self,
        pattern: String,
        name: String,
        (node, numbers, at): (&Node, Option<&Json>, &Pointer),
        step: Step,
    ) {
        self.pattern.push(pattern);
        self.name.push(name);
        self.read(node, numbers, &at.clone().step(step));
        self.pattern.pop();
        self.name.pop();
    }

    fn tell(&mut self, tale: Tale, at: &Pointer) {
        // The name of an entry tells which one it is.
        let is_name = matches!(self.pattern.as_slice(), [.., list, key] if list == "*" && (key == "name" || key == "id"));
        if let Some(topic) = self.topic().filter(|_| !is_name) {
            let name: Vec<&str> = self.name.iter().map(String::as_str).collect();
            self.told.add(topic, &name, at, tale);
        }
    }

    /// The topic of the value at hand.
    fn topic(&self) -> Option<(ChangeTopic, bool)> {
        (1..=self.pattern.len()).rev().find_map(|length| {
            let path = self.pattern[..length].join("/");
            let mut parts = PARTS.iter();
            let (_, topic, subject) = parts.find(|(known, ..)| *known == path)?;
            Some(topic.map(|topic| (topic, *subject)))
        })?
    }

    fn is_default(&self, tale: &Tale) -> bool {
        let path = self.pattern.join("/");
        let mut known = DEFAULTS.iter().filter(|(known, _)| *known == path);
        known.any(|(_, text)| tale.value == Tale::written(text).value)
    }
}

/// What tells the entries of a list: name or id, or what an alert is about; else their places.
fn names(items: &[Node], numbers: Option<&Json>) -> Vec<String> {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        let text = |key| item.get(key).and_then(Node::as_str);
        let name = text("name").or(text("id")).map(str::to_owned);
        let alert = || Some(format!("{} {}", text("slo")?, text("severity")?));
        let name = name.or_else(alert);
        let name = name.unwrap_or_else(|| part(&Step::Index(index)));
        alike.entry(name).or_default().push(index);
    }
    let mut names = vec![String::new(); items.len()];
    for (name, mut indexes) in alike {
        // Alerts on one objective are told apart by how far they look back.
        let window = |index: &usize| numbers?.get(*index)?.get("longWindow")?.as_f64();
        indexes.sort_by(|a, b| {
            let (a, b) = (window(a), window(b));
            a.unwrap_or(0.0).total_cmp(&b.unwrap_or(0.0))
        });
        for (place, index) in indexes.into_iter().enumerate() {
            names[index] = match place {
                0 => name.clone(),
                place => format!("{name} {}", place + 1),
            };
        }
    }
    names
}
