//! Facts of memory and of how much traffic the replicas carry.

use super::{
    Field, Sheet,
    formula::{self, KvCache},
    slo::{self, Slo},
};

/// What one replica needs of GPU memory, and what it has.
pub(super) fn memory(spec: Field) -> Sheet {
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
    let available = || {
        let (count, each) = (gpu.get("count").positive()?, gpu.get("memory").quantity()?);
        Some(formula::usable_gpu_bytes(
            count,
            each,
            gpu.get("memoryUtilization").share()?,
        ))
    };
    let mut facts = Sheet::default();
    facts.number("weightsBytes", weights.map(f64::round));
    facts.number("kvBytesPerToken", per_token);
    facts.number("kvBytes", cache.map(f64::round));
    facts.number("overheadBytes", overhead.filter(|_| !gpu.is_missing()));
    if let (Some(weights), Some(cache), Some(overhead)) = (weights, cache, overhead) {
        facts.number("neededBytes", Some((weights + cache + overhead).round()));
    }
    facts.number("availableBytes", available().map(f64::round));
    facts
}

fn kv_cache(shape: Field) -> Option<KvCache> {
    Some(KvCache {
        layers: shape.get("layers").positive()?,
        kv_heads: shape.get("kvHeads").positive()?,
        head_dim: shape.get("headDim").positive()?,
        bytes_per_element: shape.get("bytesPerElement").positive()?,
    })
}

fn product<const N: usize>(factors: [Option<f64>; N]) -> Option<f64> {
    factors.into_iter().product()
}

/// Requests in a second at the planned utilisation, and requests in flight.
pub(super) fn capacity(spec: Field, slos: &[Slo]) -> Sheet {
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
    let left = most.zip(lost).map(|(most, lost)| (most - lost).max(0.0));
    let mut facts = Sheet::default();
    facts.number("effectiveRps", effective);
    facts.number("atMax", product([effective, most]));
    facts.number("atMin", product([effective, least]));
    facts.number("lostReplicas", lost);
    facts.number("afterLoss", product([effective, left]));
    facts.sheet("concurrency", concurrency(spec, slos, most));
    facts
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
fn concurrency(spec: Field, slos: &[Slo], replicas: Option<f64>) -> Sheet {
    let limit = spec.at(&["serving", "maxNumSeqs"]).positive();
    let peak = spec.at(&["traffic", "peakRps"]).positive();
    let mean = mean_seconds(spec, slos);
    let mut facts = Sheet::default();
    facts.number("limit", limit);
    facts.number("atMax", product([limit, replicas]));
    if let (Some(peak), Some((mean, _))) = (peak, mean) {
        facts.number("needed", Some(formula::concurrency(peak, mean)));
    }
    facts.number("meanSeconds", mean.map(|(seconds, _)| seconds));
    facts.text("basis", mean.map(|(_, basis)| basis));
    facts
}

/// How long a request takes on the mean, as far as the objectives tell, and what tells it: a limit
/// on the mean, else the limit of the median, else a median answer at the limits of its tokens.
fn mean_seconds(spec: Field, slos: &[Slo]) -> Option<(f64, &'static str)> {
    let limit_where = |wanted: fn(&Slo) -> bool| {
        slos.iter()
            .filter(|slo| slo.indicator == Some("request_latency") && wanted(slo))
            .find_map(|slo| slo.value_seconds)
    };
    let mean = limit_where(|slo| slo.is_mean).map(|seconds| (seconds, "mean"));
    let median = || {
        limit_where(|slo| !slo.is_mean && slo.target == Some(0.5))
            .map(|seconds| (seconds, "median"))
    };
    let generation =
        || slo::generation_seconds(spec, slos, "p50").map(|seconds| (seconds, "generation"));
    mean.or_else(median).or_else(generation)
}

/// Seconds that the startup probe grants: a replica that is not up by then is killed.
pub(super) fn startup_seconds(spec: Field) -> Option<f64> {
    let probe = spec.at(&["health", "startupProbe"]);
    Some(probe.get("period").seconds()? * probe.get("failureThreshold").amount()?)
}
