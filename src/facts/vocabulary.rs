//! The facts of a service that a constraint or an assumption can be compared with.
//!
//! Owns [`VOCABULARY`], the one list of them: the schema of `check`, the page of the docs and `servelint facts` are made
//! of it. A [`StatedValue`] is what a service states; [`compare()`] tells whether a check holds of it. What nobody
//! states is unknown, and is not compared.

mod compare;
mod value;

pub use compare::{CheckOutcome, compare};
pub use value::{StatedValue, written_number};

use FactKind::{Bytes, Cores, Count, Duration, Flag, Money, Rate, Text, Texts};

/// What the value of a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// A number of things.
    Count,
    /// Requests in a second.
    Rate,
    /// Seconds, written as a duration.
    Duration,
    /// Bytes, written as a quantity.
    Bytes,
    /// CPU cores, written as a number or a quantity.
    Cores,
    /// An amount of money in an hour.
    Money,
    /// True or false.
    Flag,
    /// One text.
    Text,
    /// Several texts.
    Texts,
}

impl FactKind {
    /// How messages call a value of it.
    pub fn words(self) -> &'static str {
        match self {
            Count => "a number",
            Rate => "a number of requests/s",
            Duration => "a duration, such as `200ms`",
            Bytes => "a quantity of bytes, such as `16Gi`",
            Cores => "a number of CPU cores",
            Money => "an amount of money in an hour",
            Flag => "`true` or `false`",
            Text => "a text",
            Texts => "a list of texts",
        }
    }

    /// The operators that compare it.
    pub fn operators(self) -> &'static [&'static str] {
        match self {
            Count | Rate | Duration | Bytes | Cores | Money => {
                &["lte", "lt", "gte", "gt", "eq", "in"]
            }
            Flag => &["eq"],
            Text => &["eq", "in"],
            Texts => &["eq", "in", "contains"],
        }
    }
}

/// A fact that a check may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFact {
    /// Its name, such as `gpus.total`.
    pub name: &'static str,
    /// What its value is.
    pub kind: FactKind,
    /// The unit in tables; empty where it has none.
    pub unit: &'static str,
    /// What it is, in one sentence.
    pub description: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

const fn fact(
    name: &'static str,
    kind: FactKind,
    unit: &'static str,
    description: &'static str,
    source: &'static str,
) -> KnownFact {
    KnownFact {
        name,
        kind,
        unit,
        description,
        source,
    }
}

/// Every fact, sorted by name.
pub const VOCABULARY: [KnownFact; 31] = [
    fact(
        "answer.longest",
        Count,
        "tokens",
        "The most tokens of an answer.",
        "`spec.traffic.outputTokens.max`",
    ),
    fact(
        "context.length",
        Count,
        "tokens",
        "The most tokens of one request, prompt and answer together.",
        "`spec.model.contextLength`",
    ),
    fact(
        "cost.hourly",
        Money,
        "an hour",
        "The price of all GPUs for an hour, with the most replicas.",
        "`gpus.total`, and `[prices.gpuHour]` of servelint.toml",
    ),
    fact(
        "cpu.perReplica",
        Cores,
        "cores",
        "The CPU cores of a replica.",
        "`spec.resources.cpu`",
    ),
    fact(
        "dataResidency",
        Texts,
        "",
        "The jurisdictions in which requests are processed.",
        "`regions`, and `[residency]` of servelint.toml",
    ),
    fact(
        "gpus.memory",
        Bytes,
        "bytes",
        "The usable memory of one GPU.",
        "`spec.resources.gpu.memory`",
    ),
    fact(
        "gpus.perReplica",
        Count,
        "GPUs",
        "The GPUs of a replica.",
        "`spec.resources.gpu.count`",
    ),
    fact(
        "gpus.total",
        Count,
        "GPUs",
        "The GPUs of the most replicas.",
        "`spec.resources.gpu.count` and `spec.capacity.replicas.max`",
    ),
    fact(
        "gpus.types",
        Texts,
        "",
        "The models of the GPUs.",
        "`spec.resources.gpu.type`",
    ),
    fact(
        "images.pinned",
        Flag,
        "",
        "True where each image is named by a digest.",
        "`spec.serving.runtime.image`, and the images of the manifests",
    ),
    fact(
        "memory.perReplica",
        Bytes,
        "bytes",
        "The memory of a replica.",
        "`spec.resources.memory`",
    ),
    fact(
        "model.name",
        Text,
        "",
        "The name of the model.",
        "`spec.model.name`",
    ),
    fact(
        "model.revision",
        Text,
        "",
        "The revision that the address of the weights names.",
        "`spec.model.uri` of a model on a hub",
    ),
    fact(
        "prompt.longest",
        Count,
        "tokens",
        "The most tokens of a prompt.",
        "`spec.traffic.inputTokens.max`",
    ),
    fact(
        "regions",
        Texts,
        "",
        "The regions in which pods that serve can run.",
        "`topology.kubernetes.io/region` in the node selectors and the required node affinity of the manifests",
    ),
    fact(
        "registries",
        Texts,
        "",
        "The registries of all images.",
        "`spec.serving.runtime.image`, and the images of the manifests",
    ),
    fact(
        "replicas.max",
        Count,
        "replicas",
        "The most replicas.",
        "`spec.capacity.replicas.max`",
    ),
    fact(
        "replicas.min",
        Count,
        "replicas",
        "The fewest replicas.",
        "`spec.capacity.replicas.min`",
    ),
    fact(
        "rollback.rto",
        Duration,
        "",
        "The time in which a rollback has to be done.",
        "`spec.rollback.rto`",
    ),
    fact(
        "serving.mode",
        Text,
        "",
        "How answers are given.",
        "`spec.serving.mode`",
    ),
    fact(
        "serving.platform",
        Text,
        "",
        "What runs the service.",
        "`spec.serving.platform`",
    ),
    fact(
        "startup.cold",
        Duration,
        "",
        "The time until a new replica serves.",
        "`spec.capacity.coldStart`",
    ),
    fact(
        "timeouts.client",
        Duration,
        "",
        "The time after which the client gives up.",
        "`spec.timeouts.client`",
    ),
    fact(
        "timeouts.gateway",
        Duration,
        "",
        "The time after which the gateway gives up.",
        "`spec.timeouts.gateway`",
    ),
    fact(
        "timeouts.server",
        Duration,
        "",
        "The time after which the server gives up.",
        "`spec.timeouts.server`",
    ),
    fact(
        "traffic.average",
        Rate,
        "requests/s",
        "The planned rate on average over a day.",
        "`spec.traffic.averageRps`",
    ),
    fact(
        "traffic.observedPeak",
        Rate,
        "requests/s",
        "The greatest rate in the tables of observed traffic.",
        "the CSV files in `basis.evidence` of assumptions",
    ),
    fact(
        "traffic.peak",
        Rate,
        "requests/s",
        "The planned rate at the busiest time.",
        "`spec.traffic.peakRps`",
    ),
    fact(
        "traffic.trough",
        Rate,
        "requests/s",
        "The planned rate at the quietest time.",
        "`spec.traffic.troughRps`",
    ),
    fact(
        "zones.count",
        Count,
        "zones",
        "The zones over which replicas are spread.",
        "`spec.capacity.zones`",
    ),
    fact(
        "zones.tolerateLost",
        Count,
        "zones",
        "The zones whose loss is tolerated.",
        "`spec.capacity.tolerateLostZones`",
    ),
];

/// The fact of this name.
pub fn known_fact(name: &str) -> Option<&'static KnownFact> {
    VOCABULARY.iter().find(|known| known.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_sorted_and_each_occurs_once() {
        let names: Vec<&str> = VOCABULARY.iter().map(|known| known.name).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
        for known in &VOCABULARY {
            assert!(known.description.ends_with('.'), "{}", known.name);
            assert_eq!(known_fact(known.name), Some(known));
        }
        assert_eq!(known_fact("gpus"), None);
    }
}
