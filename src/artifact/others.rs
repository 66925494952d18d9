//! Platforms with one kind each: Seldon Core 2, SageMaker, BentoML and Triton.

use super::links::{Links, named};
use crate::{
    document::Node,
    sheet::{Placed, Sheet, Spot},
};

/// Writes the facts of a Seldon Model.
pub(super) fn seldon_model(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = Sheet::default();
    workload.path("at", &spec.at);
    for key in ["replicas", "minReplicas", "maxReplicas"] {
        workload.placed(key, spec.get(key).and_then(|value| value.placed_number()));
    }
    workload.places("models", spec.get("storageUri").and_then(|uri| uri.placed_text()).into_iter().collect());
    facts.sheet("workload", workload);
}

/// Writes the facts of a Seldon Experiment: weights are shares of their sum.
pub(super) fn seldon_experiment(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut rollout = Sheet::default();
    rollout.path("at", &spec.at);
    rollout.placed("strategy", Some(Placed::new("canary", &spec.at)));
    rollout.placed("mirror", spec.find(&["mirror", "percent"]).and_then(|percent| percent.placed_number()));
    rollout.list(
        "candidates",
        spec.items_at(&["candidates"]).iter().map(|entry| candidate(entry, None)).collect(),
    );
    facts.sheet("rollout", rollout);
}

fn candidate(entry: &Spot<'_>, name: Option<&str>) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.text("name", name.or_else(|| entry.get("name").and_then(|name| name.text())));
    sheet.number("weight", entry.get("weight").and_then(|weight| weight.number()));
    sheet.path("at", &entry.at);
    sheet
}

/// The models that an Experiment sends traffic to.
pub(super) fn seldon_links(root: &Node) -> Links<'_> {
    let candidates = root.at(&["spec", "candidates"]).map(Node::items).unwrap_or_default();
    let mirror = root.at(&["spec", "mirror"]);
    let targets = candidates.iter().chain(mirror).filter_map(|entry| entry.get("name")?.as_str());
    Links { targets: targets.map(|name| ("Model", name)).collect(), ..named(root) }
}

/// The key under which a SageMaker request holds its configuration.
const DEPLOYMENT: &str = "DeploymentConfig";

/// True for a SageMaker DeploymentConfig, alone or in a request.
pub(super) fn is_sagemaker(root: &Node) -> bool {
    let config = root.get(DEPLOYMENT).unwrap_or(root);
    config.get("BlueGreenUpdatePolicy").is_some() || config.get("RollingUpdatePolicy").is_some()
}

/// Writes the facts of a SageMaker DeploymentConfig.
pub(super) fn sagemaker(root: &Spot<'_>, facts: &mut Sheet) {
    let config = root.get(DEPLOYMENT).unwrap_or(root.clone());
    let mut rollout = Sheet::default();
    rollout.path("at", &config.at);
    rollout.flag("timed", true);
    let alarms = config.find(&["AutoRollbackConfiguration", "Alarms"]);
    let at = alarms.as_ref().map_or(&config.at, |alarms| &alarms.at);
    rollout
        .placed("alarms", Placed::number(alarms.as_ref().map_or(0.0, |list| list.items().len() as f64), at));
    if let Some(policy) = config.get("BlueGreenUpdatePolicy") {
        let wait = policy.get("TerminationWaitInSeconds").and_then(|wait| wait.placed_seconds());
        rollout.placed("scaleDownDelaySeconds", wait);
        if let Some(routing) = policy.get("TrafficRoutingConfiguration") {
            self::routing(&routing, &mut rollout);
        }
    } else if let Some(policy) = config.get("RollingUpdatePolicy") {
        rollout.placed("strategy", Some(Placed::new("rolling", &policy.at)));
    }
    facts.sheet("rollout", rollout);
}

fn routing(routing: &Spot<'_>, rollout: &mut Sheet) {
    let kind = routing.get("Type").and_then(|kind| kind.text()).unwrap_or("ALL_AT_ONCE");
    let (word, key) = match kind {
        "CANARY" => ("canary", "CanarySize"),
        "LINEAR" => ("linear", "LinearStepSize"),
        _ => ("allAtOnce", ""),
    };
    rollout.placed("strategy", Some(Placed::new(word, &routing.at)));
    let wait = routing.get("WaitIntervalInSeconds");
    rollout.placed("intervalSeconds", wait.as_ref().and_then(Spot::placed_seconds));
    let Some(size) = routing.get(key) else { return };
    let is_percent = size.get("Type").and_then(|kind| kind.text()) == Some("CAPACITY_PERCENT");
    let Some(value) = size.get("Value").filter(|_| is_percent) else { return };
    let Some(by) = value.number().filter(|by| (1.0..=100.0).contains(by)) else { return };
    let weights: Vec<f64> = match word {
        "canary" => vec![by],
        _ => (1..).map(|count| f64::from(count) * by).take_while(|weight| *weight < 100.0).collect(),
    };
    let seconds = wait.and_then(|wait| wait.seconds());
    let step = |weight: f64| {
        let mut sheet = Sheet::default();
        sheet.number("weight", Some(weight));
        sheet.path("at", &value.at);
        sheet.number("bakeSeconds", seconds);
        sheet
    };
    rollout.list("steps", weights.into_iter().map(step).collect());
    rollout.flag("implicitLast", true);
}

/// What a SageMaker request is called.
pub(super) fn sagemaker_links(root: &Node) -> Links<'_> {
    let name = root.get("EndpointName").and_then(Node::as_str);
    Links { name: name.or(Some("SageMaker endpoint")), ..Links::default() }
}

/// True for a BentoML deployment file.
pub(super) fn is_bento(root: &Node) -> bool {
    root.get("bento").and_then(Node::as_str).is_some()
        && (root.get("services").is_some() || root.get("canary").is_some())
}

/// Writes the facts of a BentoML deployment.
pub(super) fn bento(root: &Spot<'_>, facts: &mut Sheet) {
    let services = root.get("services").map(|services| services.entries()).unwrap_or_default();
    let mut workload = Sheet::default();
    workload.path("at", &root.at);
    if let [(_, only)] = services.as_slice() {
        let number = |keys: &[&str]| only.find(keys).and_then(|value| value.placed_number());
        workload.placed("minReplicas", number(&["scaling", "min_replicas"]));
        workload.placed("maxReplicas", number(&["scaling", "max_replicas"]));
        workload.placed("concurrency", number(&["config_overrides", "traffic", "max_concurrency"]));
        let timeout = only.find(&["config_overrides", "traffic", "timeout"]);
        workload.placed("timeoutSeconds", timeout.and_then(|timeout| timeout.placed_seconds()));
        let strategy = only.get("deployment_strategy").and_then(|strategy| strategy.placed_text());
        workload.placed("strategyType", strategy);
    }
    facts.sheet("workload", workload);
    let Some(canary) = root.get("canary") else { return };
    let mut rollout = Sheet::default();
    rollout.path("at", &canary.at);
    rollout.placed("strategy", Some(Placed::new("canary", &canary.at)));
    let versions = canary.get("versions").map(|versions| versions.entries()).unwrap_or_default();
    rollout
        .list("candidates", versions.iter().map(|(name, version)| candidate(version, Some(name))).collect());
    facts.sheet("rollout", rollout);
}

/// What a BentoML deployment is called.
pub(super) fn bento_links(root: &Node) -> Links<'_> {
    Links { name: root.get("name").and_then(Node::as_str), ..Links::default() }
}

/// Fields of Triton's configuration that repeat, also where they are written once.
pub(super) const TRITON_LISTS: &[&[&str]] = &[
    &["input"],
    &["input", "dims"],
    &["output"],
    &["output", "dims"],
    &["instance_group"],
    &["instance_group", "gpus"],
    &["dynamic_batching", "preferred_batch_size"],
    &["parameters"],
];

/// True for a Triton `config.pbtxt`, by what only it has together.
pub(super) fn is_triton(root: &Node) -> bool {
    let has = |key: &str| root.get(key).is_some();
    (has("platform") || has("backend")) && (has("max_batch_size") || has("input") || has("instance_group"))
        || has("dynamic_batching") && has("max_batch_size")
}

/// Writes the facts of a Triton model's configuration. The delay is in microseconds there.
pub(super) fn triton(root: &Spot<'_>, facts: &mut Sheet) {
    let mut batching = Sheet::default();
    batching.placed("maxBatchSize", root.get("max_batch_size").and_then(|size| size.placed_number()));
    let delay = root.find(&["dynamic_batching", "max_queue_delay_microseconds"]);
    batching.placed(
        "maxQueueDelaySeconds",
        delay.and_then(|delay| Placed::number(delay.number()? / 1e6, &delay.at)),
    );
    let groups = root.items_at(&["instance_group"]);
    if let [only] = groups.as_slice() {
        batching.placed("instances", only.get("count").and_then(|count| count.placed_number()));
    }
    let preferred = root.items_at(&["dynamic_batching", "preferred_batch_size"]);
    batching.places("preferred", preferred.iter().filter_map(Spot::placed_number).collect());
    facts.sheet("batching", batching);
}

/// What a Triton model is called.
pub(super) fn triton_links(root: &Node) -> Links<'_> {
    Links { name: root.get("name").and_then(Node::as_str), ..Links::default() }
}
