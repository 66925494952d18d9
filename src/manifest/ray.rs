//! Ray Serve on Kubernetes: the RayService, whose configuration of Ray Serve is YAML in a text.

use super::engine;
use super::facts::{DeploymentFacts, ManifestFacts, ShiftFacts, StepFacts, WorkloadFacts, put};
use crate::{
    document::Spot,
    facts::{Number, Placed, unless_empty},
};

/// Where the text stands that holds the configuration.
pub(super) const CONFIG: &[&str] = &["spec", "serveConfigV2"];

/// Writes the facts of a RayService. Where its configuration is still a text, nothing is known of it.
pub(super) fn service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut parts = Vec::new();
    let mut models = Vec::new();
    for application in spec.items_at(&["serveConfigV2", "applications"]) {
        parts.extend(application.items_at(&["deployments"]));
        for model in application.items_at(&["args", "llm_configs"]) {
            parts.extend(model.get("deployment_config"));
            models.push(model);
        }
    }
    facts.deployments = parts.iter().map(deployment).collect();
    let mut workload = WorkloadFacts {
        at: Some(
            spec.find(&["serveConfigV2"])
                .unwrap_or_else(|| spec.clone())
                .at
                .clone(),
        ),
        ..WorkloadFacts::default()
    };
    // Of several parts nobody knows which one serves the model.
    if let [only] = parts.as_slice() {
        let part = scaling(only);
        workload.concurrency = part.concurrency;
        workload.replicas = part.replicas;
        workload.autoscaled = part.autoscaled;
        workload.scaler = part.scaler;
        workload.min_replicas = part.min_replicas;
        workload.max_replicas = part.max_replicas;
        workload.scale_target = part.scale_target;
        put(
            &mut workload.gpus,
            only.placed_number_at(&["ray_actor_options", "num_gpus"]),
        );
    }
    if let [only] = models.as_slice() {
        if let Some(arguments) = only.get("engine_kwargs") {
            engine::keyed(&arguments, &mut workload);
        }
        let loading = only.get("model_loading_config");
        let source = loading
            .as_ref()
            .and_then(|loading| loading.get("model_source"));
        let source = source.and_then(|source| source.placed_text());
        workload.models.extend(source);
    }
    facts.workload = unless_empty(workload);
    facts.rollout = unless_empty(upgrade(&spec));
}

fn deployment(part: &Spot<'_>) -> DeploymentFacts {
    let name = part.text_at(&["name"]);
    DeploymentFacts {
        name: name.map(str::to_owned),
        at: Some(part.at.clone()),
        ..scaling(part)
    }
}

/// Replicas, the limit of requests at once and the target of autoscaling.
fn scaling(part: &Spot<'_>) -> DeploymentFacts {
    let mut sheet = DeploymentFacts::default();
    let number = |keys: &[&str]| part.placed_number_at(keys);
    let either = |new: &[&str], old: &[&str]| number(new).or_else(|| number(old));
    put(
        &mut sheet.concurrency,
        either(&["max_ongoing_requests"], &["max_concurrent_queries"]),
    );
    // `num_replicas: auto` turns autoscaling on as well.
    let fixed = number(&["num_replicas"]);
    let auto = part.text_at(&["num_replicas"]) == Some("auto");
    put(&mut sheet.replicas, fixed);
    let Some(scaler) = part.get("autoscaling_config") else {
        sheet.autoscaled = auto;
        return sheet;
    };
    sheet.autoscaled = true;
    sheet.scaler = Some(scaler.at.clone());
    let number = |key: &str| scaler.placed_number_at(&[key]);
    put(&mut sheet.min_replicas, number("min_replicas"));
    put(&mut sheet.max_replicas, number("max_replicas"));
    let target = number("target_ongoing_requests");
    put(
        &mut sheet.scale_target,
        target.or_else(|| number("target_num_ongoing_requests_per_replica")),
    );
    sheet
}

/// An incremental upgrade moves traffic in equal steps, with no analysis between them.
fn upgrade(spec: &Spot<'_>) -> ShiftFacts {
    let mut rollout = ShiftFacts::default();
    let Some(strategy) = spec.get("upgradeStrategy") else {
        return rollout;
    };
    let Some(kind) = strategy.get("type") else {
        return rollout;
    };
    let word = match kind.text() {
        Some("NewClusterWithIncrementalUpgrade") => "linear",
        Some("NewCluster") => "blueGreen",
        _ => return rollout,
    };
    rollout.at = Some(strategy.at.clone());
    put(&mut rollout.strategy, Some(Placed::new(word, &kind.at)));
    let Some(options) = strategy
        .get("clusterUpgradeOptions")
        .filter(|_| word == "linear")
    else {
        return rollout;
    };
    let interval = options.get("intervalSeconds");
    put(
        &mut rollout.interval_seconds,
        interval.as_ref().and_then(Spot::placed_seconds),
    );
    let step = options
        .get("stepSizePercent")
        .and_then(|step| Some((step.number()?, step)));
    let Some((by, at)) = step.filter(|(by, _)| *by >= 1.0) else {
        return rollout;
    };
    rollout.timed = true;
    rollout.traffic_routing = true;
    rollout.steps = equal_steps(by, &at, interval.and_then(|interval| interval.seconds()));
    rollout
}

/// Weights from `by` to 100 in steps of `by`, each with its bake.
pub(super) fn equal_steps(by: f64, at: &Spot<'_>, bake: Option<f64>) -> Vec<StepFacts> {
    let count = (100.0 / by).ceil() as u32;
    let step = |index: u32| {
        let mut sheet = StepFacts::default();
        let weight = (by * f64::from(index)).min(100.0);
        sheet.weight = Number::of(Some(weight));
        sheet.at = Some(at.at.clone());
        sheet.bake_seconds = Number::of(bake.filter(|_| weight < 100.0));
        sheet
    };
    (1..=count.min(100)).map(step).collect()
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn service(spec: &str) -> Json {
        facts(&format!(
            "{{apiVersion: ray.io/v1, kind: RayService, metadata: {{name: chat}}, spec: {{{spec}}}}}"
        ))
    }

    fn served(application: &str) -> Json {
        service(&format!(
            "serveConfigV2: {{applications: [{{name: chat, {application}}}]}}"
        ))
    }

    #[test]
    fn reads_deployments_where_the_text_is_read() {
        let facts = served(
            "deployments: [{name: Chat, max_ongoing_requests: 8, autoscaling_config: {min_replicas: 1, max_replicas: 4, target_ongoing_requests: 12}}]",
        );
        let at = json!([
            "spec",
            "serveConfigV2",
            "applications",
            0,
            "deployments",
            0,
            "max_ongoing_requests"
        ]);
        assert_eq!(
            facts["workload"]["concurrency"],
            json!({"value": 8, "at": at})
        );
        assert_eq!(facts["workload"]["scaleTarget"]["value"], 12);
        assert_eq!(facts["deployments"][0]["autoscaled"], true);
    }

    #[test]
    fn of_several_deployments_none_is_the_workload() {
        let facts = served("deployments: [{name: A, num_replicas: 2}, {name: B, num_replicas: 1}]");
        assert_eq!(facts["deployments"].as_array().map(Vec::len), Some(2));
        assert!(facts["workload"].get("replicas").is_none());
    }

    #[test]
    fn reads_arguments_of_the_engine() {
        let facts = served(
            "args: {llm_configs: [{model_loading_config: {model_id: chat, model_source: 's3://models/chat/1/'}, engine_kwargs: {max_model_len: 8192, tensor_parallel_size: 2}, deployment_config: {autoscaling_config: {min_replicas: 1}}}]}",
        );
        assert_eq!(facts["workload"]["maxModelLen"]["value"], 8192);
        assert_eq!(facts["workload"]["tensor"]["value"], 2);
        assert_eq!(
            facts["workload"]["models"][0]["value"],
            "s3://models/chat/1/"
        );
        assert_eq!(facts["workload"]["minReplicas"]["value"], 1);
    }

    #[test]
    fn a_text_that_was_not_read_says_nothing() {
        let facts = service("serveConfigV2: 'applications: []'");
        assert_eq!(facts["workload"], json!({"at": ["spec", "serveConfigV2"]}));
        assert!(facts.get("deployments").is_none());
    }

    #[test]
    fn an_incremental_upgrade_has_equal_steps() {
        let upgrade = |size: &str| {
            let options = format!("{{stepSizePercent: {size}, intervalSeconds: 60}}");
            service(&format!(
                "upgradeStrategy: {{type: NewClusterWithIncrementalUpgrade, clusterUpgradeOptions: {options}}}"
            ))["rollout"]["steps"]
                .clone()
        };
        let weights = |size: &str| -> Vec<Json> {
            upgrade(size)
                .as_array()
                .into_iter()
                .flatten()
                .map(|step| step["weight"].clone())
                .collect()
        };
        assert_eq!(weights("30"), [30, 60, 90, 100]);
        assert_eq!(weights("50"), [50, 100]);
        assert_eq!(weights("1").len(), 100);
        assert_eq!(weights("0"), Vec::<Json>::new());
        assert_eq!(upgrade("50")[0]["bakeSeconds"], 60);
        assert!(upgrade("50")[1].get("bakeSeconds").is_none());
    }
}
