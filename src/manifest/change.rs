//! What differs between two states of a manifest, by its facts: the server and how it is run.
//!
//! Its objectives, alerts and analyses are compared value by value where a change relaxes them.

use super::facts::{DeploymentFacts, ManifestFacts, ShiftFacts, WorkloadFacts};
use crate::{
    document::Pointer,
    facts::{
        Number, NumberOrText, Placed,
        change::{ChangeTopic, ChangedFact, Tale, Told},
    },
};
use ChangeTopic::{Arguments, Capacity, Gpus, Image, Model, Parallelism, Rollout, Timeouts};

/// A value of a manifest that stands at one place.
type PlacedNumber<'f> = &'f Option<Placed<Number>>;

/// What differs between two states of one manifest. `name` begins the names of its facts.
pub fn changes(name: &str, before: &ManifestFacts, after: &ManifestFacts) -> Vec<ChangedFact> {
    let beside = Pointer::default().key("metadata");
    let mut changed = told(before).differs(&told(after), &beside);
    for fact in &mut changed {
        fact.fact = format!("{name}/{}", fact.fact);
    }
    changed
}

fn told(facts: &ManifestFacts) -> Told {
    let mut told = Told::default();
    if let Some(workload) = &facts.workload {
        server(workload, "", &mut told);
        if let Some(prefill) = &workload.prefill {
            server(&prefill.0, "prefill", &mut told);
        }
        run(workload, &mut told);
    }
    for (at, deployment) in facts.deployments.iter().enumerate() {
        replicas_of(deployment, at, &mut told);
    }
    if let Some(batching) = &facts.batching {
        for (name, value) in [
            ("maxBatchSize", &batching.max_batch_size),
            ("maxQueueDelaySeconds", &batching.max_queue_delay_seconds),
            ("instances", &batching.instances),
        ] {
            number((Arguments, true), &["batching", name], value, &mut told);
        }
    }
    if let Some(scaler) = &facts.autoscaler {
        number((Capacity, false), &["minReplicas"], &scaler.min, &mut told);
        number((Capacity, false), &["maxReplicas"], &scaler.max, &mut told);
    }
    if let Some(budget) = &facts.pdb {
        either(Capacity, "minAvailable", &budget.min_available, &mut told);
        either(
            Capacity,
            "maxUnavailable",
            &budget.max_unavailable,
            &mut told,
        );
    }
    if let Some(shift) = &facts.rollout {
        traffic(shift, &mut told);
    }
    told
}

/// What is measured: weights, image, arguments, and the GPUs under them.
fn server(workload: &WorkloadFacts, part: &str, told: &mut Told) {
    let name = |name: &'static str| in_part(part, name);
    weights(workload, part, told);
    for argument in &workload.arguments {
        let names = [name("arguments"), vec![argument.name]].concat();
        told.add(
            (Arguments, true),
            &names,
            &argument.at,
            argument.value.as_str(),
        );
    }
    for (key, topic, value) in [
        ("max-num-seqs", Arguments, &workload.max_num_seqs),
        ("max-model-len", Arguments, &workload.max_model_len),
        (
            "gpu-memory-utilization",
            Arguments,
            &workload.gpu_memory_utilization,
        ),
        ("concurrency", Arguments, &workload.concurrency),
        ("gpus", Gpus, &workload.gpus),
        ("tensor", Parallelism, &workload.tensor),
        ("pipeline", Parallelism, &workload.pipeline),
        ("data", Parallelism, &workload.data),
        ("nodes", Parallelism, &workload.nodes),
    ] {
        number((topic, true), &name(key), value, told);
    }
}

/// The images, the weights and the code.
fn weights(workload: &WorkloadFacts, part: &str, told: &mut Told) {
    let name = |name: &'static str| in_part(part, name);
    for (at, image) in workload.images.iter().enumerate() {
        let place = (at + 1).to_string();
        // Further containers stand beside the one that serves.
        match at {
            0 => told.add(
                (Image, true),
                &name("image"),
                &image.at,
                image.value.as_str(),
            ),
            _ => {
                let names = [name("images"), vec![&place]].concat();
                told.add((Image, false), &names, &image.at, image.value.as_str());
            }
        }
    }
    let lists = [
        ("models", Model, &workload.models),
        ("code", Image, &workload.code),
    ];
    for (list, topic, values) in lists {
        for (at, value) in values.iter().enumerate() {
            let place = (at + 1).to_string();
            let names = [name(list), vec![&place]].concat();
            told.add((topic, true), &names, &value.at, value.value.as_str());
        }
    }
    if let Some(model) = &workload.model_name {
        told.add(
            (Model, true),
            &name("model"),
            &model.at,
            model.value.as_str(),
        );
    }
}

/// The name of a fact in a part of the workload; the part without a name is the workload itself.
fn in_part<'p>(part: &'p str, name: &'static str) -> Vec<&'p str> {
    match part {
        "" => vec![name],
        part => vec![part, name],
    }
}

/// How many there are, how long they may take, and how they are replaced.
fn run(workload: &WorkloadFacts, told: &mut Told) {
    for (name, topic, value) in [
        ("replicas", Capacity, &workload.replicas),
        ("minReplicas", Capacity, &workload.min_replicas),
        ("maxReplicas", Capacity, &workload.max_replicas),
        ("scaleTarget", Capacity, &workload.scale_target),
        ("timeoutSeconds", Timeouts, &workload.timeout_seconds),
        (
            "progressDeadlineSeconds",
            Timeouts,
            &workload.progress_deadline_seconds,
        ),
        ("startupSeconds", Timeouts, &workload.startup_seconds),
        ("livenessSeconds", Timeouts, &workload.liveness_seconds),
        ("preStopSeconds", Timeouts, &workload.pre_stop_seconds),
        ("graceSeconds", Timeouts, &workload.grace_seconds),
        (
            "canaryTrafficPercent",
            Rollout,
            &workload.canary_traffic_percent,
        ),
        ("weight", Rollout, &workload.weight),
    ] {
        number((topic, false), &[name], value, told);
    }
    for (name, topic, value) in [
        ("mode", Rollout, &workload.mode),
        ("scaleMetric", Capacity, &workload.scale_metric),
        ("strategyType", Rollout, &workload.strategy_type),
    ] {
        if let Some(value) = value {
            told.add((topic, false), &[name], &value.at, value.value.as_str());
        }
    }
    if let Some(stopped) = &workload.stopped {
        told.add((Capacity, false), &["stopped"], &stopped.at, stopped.value);
    }
    either(Rollout, "maxSurge", &workload.max_surge, told);
    either(Rollout, "maxUnavailable", &workload.max_unavailable, told);
    // GPUs are a fact of their own where their number is known.
    let is_own = |name: &str| name.contains('/') && workload.gpus.is_some();
    let resources = workload.resources.iter();
    for resource in resources.filter(|known| !is_own(&known.name)) {
        let container = resource.container.as_deref().unwrap_or("?");
        for (side, value) in [("request", &resource.request), ("limit", &resource.limit)] {
            if let Some(value) = value {
                // A result was measured on this CPU.
                let is_subject = resource.name == "cpu" && side == "limit";
                let topic = match resource.name.contains('/') {
                    true => Gpus,
                    false => Capacity,
                };
                let names = ["resources", container, resource.name.as_str(), side];
                told.add((topic, is_subject), &names, &value.at, &value.value);
            }
        }
    }
}

/// The replicas of a deployment of Ray Serve.
fn replicas_of(deployment: &DeploymentFacts, at: usize, told: &mut Told) {
    let place = (at + 1).to_string();
    let name = deployment.name.as_deref().unwrap_or(&place);
    for (key, topic, value) in [
        ("concurrency", Arguments, &deployment.concurrency),
        ("replicas", Capacity, &deployment.replicas),
        ("minReplicas", Capacity, &deployment.min_replicas),
        ("maxReplicas", Capacity, &deployment.max_replicas),
        ("scaleTarget", Capacity, &deployment.scale_target),
    ] {
        let is_subject = topic == Arguments;
        number(
            (topic, is_subject),
            &["deployments", name, key],
            value,
            told,
        );
    }
}

/// How traffic moves.
fn traffic(shift: &ShiftFacts, told: &mut Told) {
    let topic = (Rollout, false);
    if let Some(strategy) = &shift.strategy {
        told.add(topic, &["strategy"], &strategy.at, strategy.value);
    }
    for (at, step) in shift.steps.iter().enumerate() {
        let place = (at + 1).to_string();
        let Some(known) = step.at.as_ref().or(shift.at.as_ref()) else {
            continue;
        };
        for (name, value) in [
            ("weight", step.weight),
            ("bakeSeconds", step.bake_seconds),
            ("canaryReplicas", step.canary_replicas),
        ] {
            if let Some(value) = value {
                told.add(topic, &["steps", &place, name], known, value);
            }
        }
        if step.indefinite {
            told.add(topic, &["steps", &place, "indefinite"], known, true);
        }
    }
    for (name, value) in [
        ("intervalSeconds", &shift.interval_seconds),
        ("stepPercent", &shift.step_percent),
        ("maxWeight", &shift.max_weight),
        ("failureThreshold", &shift.failure_threshold),
        ("scaleDownDelaySeconds", &shift.scale_down_delay_seconds),
        ("progressDeadlineSeconds", &shift.progress_deadline_seconds),
    ] {
        number(topic, &[name], value, told);
    }
    for (name, value) in [
        ("skipAnalysis", &shift.skip_analysis),
        ("autoPromotion", &shift.auto_promotion),
        ("dynamicStableScale", &shift.dynamic_stable_scale),
    ] {
        if let Some(value) = value {
            told.add(topic, &[name], &value.at, value.value);
        }
    }
}

fn number(topic: (ChangeTopic, bool), name: &[&str], value: PlacedNumber<'_>, told: &mut Told) {
    if let Some(value) = value {
        told.add(topic, name, &value.at, value.value);
    }
}

fn either(topic: ChangeTopic, name: &str, value: &Option<Placed<NumberOrText>>, told: &mut Told) {
    if let Some(value) = value {
        told.add((topic, false), &[name], &value.at, &value.value);
    }
}

impl From<&NumberOrText> for Tale {
    fn from(value: &NumberOrText) -> Self {
        match value {
            NumberOrText::Number(number) => (*number).into(),
            NumberOrText::Text(text) => text.as_str().into(),
            NumberOrText::Flag(flag) => (*flag).into(),
        }
    }
}
