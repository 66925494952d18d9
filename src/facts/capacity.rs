//! Facts of memory and of how much traffic the replicas carry.

use super::{
    Field, Number,
    formula::{self, KvCache, product},
    slo::{self, Slo},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What one replica needs of GPU memory, and what it has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct MemoryFacts {
    /// Bytes of the weights: parameters times bytes for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights_bytes: Option<Number>,
    /// Bytes of the KV cache for each token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_bytes_per_token: Option<Number>,
    /// Bytes of the KV cache of `serving.maxNumSeqs` sequences of `model.contextLength` tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_bytes: Option<Number>,
    /// Bytes of overhead; 0 where none is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overhead_bytes: Option<Number>,
    /// Bytes of weights, KV cache and overhead together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_bytes: Option<Number>,
    /// Bytes of all GPUs of a replica at `memoryUtilization`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_bytes: Option<Number>,
}

/// How much traffic the replicas serve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct CapacityFacts {
    /// Requests in a second of one replica at the planned utilisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_rps: Option<Number>,
    /// Requests in a second of the most replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_max: Option<Number>,
    /// Requests in a second of the fewest replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_min: Option<Number>,
    /// The number of replicas that may be lost at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_replicas: Option<Number>,
    /// Requests in a second of the most replicas after that loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_loss: Option<Number>,
    /// Requests in flight at peak, and how many the engines admit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<ConcurrencyFacts>,
}

/// Requests in flight at peak against what the engines admit (Little's law).
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ConcurrencyFacts {
    /// The number of requests that one engine admits at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Number>,
    /// The number of requests that the most replicas admit at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_max: Option<Number>,
    /// The number of requests in flight at peak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<Number>,
    /// Seconds that a request takes on the mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_seconds: Option<Number>,
    /// What tells that mean: `mean`, `median` or `generation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<&'static str>,
}

/// What one replica needs of GPU memory, and what it has.
pub(super) fn memory(spec: Field) -> MemoryFacts {
    let model = spec.get("model");
    let gpu = spec.at(&["resources", "gpu"]);
    let per_token = kv_cache(model.get("kvCache")).map(|cache| cache.bytes_per_token());
    let weights = product([
        model.get("parameters").quantity(),
        model.get("weightBytesPerParameter").positive(),
    ]);
    let cache = product([
        per_token,
        model.get("contextLength").positive(),
        spec.at(&["serving", "maxNumSeqs"]).positive(),
    ]);
    // Overhead that nobody states counts as none: what does not fit even so, never fits.
    let overhead = gpu.get("overhead");
    let overhead = overhead
        .quantity()
        .or_else(|| overhead.is_missing().then_some(0.0));
    let needed: Option<f64> = [weights, cache, overhead].into_iter().sum();
    MemoryFacts {
        // Bytes are whole; a product with a decimal misses that by the noise of binary fractions.
        weights_bytes: Number::of(weights.map(f64::round)),
        kv_bytes_per_token: Number::of(per_token),
        kv_bytes: Number::of(cache.map(f64::round)),
        overhead_bytes: Number::of(overhead.filter(|_| !gpu.is_missing())),
        needed_bytes: Number::of(needed.map(f64::round)),
        available_bytes: Number::of(usable_bytes(gpu).map(f64::round)),
    }
}

/// What the engine may use of all GPUs of a replica.
fn usable_bytes(gpu: Field) -> Option<f64> {
    let (count, each) = (gpu.get("count").positive()?, gpu.get("memory").quantity()?);
    let share = gpu.get("memoryUtilization").share()?;
    Some(formula::usable_gpu_bytes(count, each, share))
}

fn kv_cache(shape: Field) -> Option<KvCache> {
    Some(KvCache {
        layers: shape.get("layers").positive()?,
        kv_heads: shape.get("kvHeads").positive()?,
        head_dim: shape.get("headDim").positive()?,
        bytes_per_element: shape.get("bytesPerElement").positive()?,
    })
}

/// Requests in a second at the planned utilisation, and requests in flight.
pub(super) fn capacity(spec: Field, slos: &[Slo]) -> CapacityFacts {
    let capacity = spec.get("capacity");
    let per_replica = || {
        let throughput = capacity.at(&["perReplica", "throughputRps"]).positive()?;
        Some(formula::effective_rps(
            throughput,
            capacity.get("targetUtilisation").share()?,
        ))
    };
    let effective = per_replica();
    let least = capacity.at(&["replicas", "min"]).amount();
    let most = capacity.at(&["replicas", "max"]).amount();
    let lost = lost_replicas(capacity, most);
    // More may be tolerated as lost than there is.
    let left = most.zip(lost).map(|(most, lost)| (most - lost).max(0.0));
    CapacityFacts {
        effective_rps: Number::of(effective),
        at_max: Number::of(product([effective, most])),
        at_min: Number::of(product([effective, least])),
        lost_replicas: Number::of(lost),
        after_loss: Number::of(product([effective, left])),
        concurrency: super::unless_empty(concurrency(spec, slos, most)),
    }
}

/// The replicas that may be lost at once. Where replicas and zones are both tolerated, the larger
/// loss counts. A zone holds its share of the replicas, rounded up.
fn lost_replicas(capacity: Field, most: Option<f64>) -> Option<f64> {
    let replicas = capacity.get("tolerateLostReplicas").amount();
    let zones = || {
        let in_a_zone = (most? / capacity.get("zones").positive()?).ceil();
        Some(in_a_zone * capacity.get("tolerateLostZones").amount()?)
    };
    match (replicas, zones()) {
        (Some(replicas), Some(zones)) => Some(replicas.max(zones)),
        (replicas, zones) => replicas.or(zones),
    }
}

/// Requests in flight at peak against what the engines admit (Little's law).
fn concurrency(spec: Field, slos: &[Slo], replicas: Option<f64>) -> ConcurrencyFacts {
    let limit = spec.at(&["serving", "maxNumSeqs"]).positive();
    let peak = spec.at(&["traffic", "peakRps"]).positive();
    let mean = mean_seconds(spec, slos);
    let needed = peak
        .zip(mean)
        .map(|(peak, (mean, _))| formula::concurrency(peak, mean));
    ConcurrencyFacts {
        limit: Number::of(limit),
        at_max: Number::of(product([limit, replicas])),
        needed: Number::of(needed),
        mean_seconds: Number::of(mean.map(|(seconds, _)| seconds)),
        basis: mean.map(|(_, basis)| basis),
    }
}

/// How long a request takes on the mean, as far as the objectives tell, and what tells it: a limit
/// on the mean, else the limit of the median, else a median answer at the limits of its tokens.
fn mean_seconds(spec: Field, slos: &[Slo]) -> Option<(f64, &'static str)> {
    let (mut mean, mut median) = (None, None);
    for slo in slos {
        if slo.indicator != Some("request_latency") {
            continue;
        }
        if slo.is_mean {
            mean = mean.or(slo.value_seconds);
        } else if slo.target == Some(0.5) {
            median = median.or(slo.value_seconds);
        }
    }
    match (mean, median) {
        (Some(seconds), _) => Some((seconds, "mean")),
        (None, Some(seconds)) => Some((seconds, "median")),
        (None, None) => {
            let seconds = slo::generation_seconds(spec, slos, "p50")?;
            Some((seconds, "generation"))
        }
    }
}

/// Seconds that the startup probe grants: a replica that is not up by then is killed.
pub(super) fn startup_seconds(spec: Field) -> Option<f64> {
    let probe = spec.at(&["health", "startupProbe"]);
    Some(probe.get("period").seconds()? * probe.get("failureThreshold").amount()?)
}
