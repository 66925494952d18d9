//! Ray Serve on Kubernetes: the RayService, whose configuration of Ray Serve is YAML in a text.

use super::facts::{DeploymentFacts, ManifestFacts, ShiftFacts, StepFacts, WorkloadFacts};
use super::{engine, pod, resources};
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
    let config = spec.get("serveConfigV2");
    // Of several parts nobody knows which one serves the model.
    let part = match parts.as_slice() {
        [only] => workload(only),
        _ => WorkloadFacts::default(),
    };
    let mut workload = WorkloadFacts {
        at: Some(config.as_ref().unwrap_or(&spec).at.clone()),
        ..part
    };
    if let [only] = models.as_slice() {
        if let Some(arguments) = only.get("engine_kwargs") {
            engine::keyed(&arguments, &mut workload);
        }
        let source = only.placed_text_at(&["model_loading_config", "model_source"]);
        workload.models.extend(source);
    }
    for application in spec.items_at(&["serveConfigV2", "applications"]) {
        workload
            .code
            .extend(application.placed_text_at(&["runtime_env", "working_dir"]));
        for module in application.items_at(&["runtime_env", "py_modules"]) {
            workload.code.extend(module.placed_text());
        }
    }
    nodes(&spec, &mut workload);
    facts.workload = unless_empty(workload);
    facts.rollout = unless_empty(upgrade(&spec));
}

/// The pods of the cluster: the head, and each group of workers.
fn nodes(spec: &Spot<'_>, workload: &mut WorkloadFacts) {
    let mut groups = spec.items_at(&["rayClusterConfig", "workerGroupSpecs"]);
    groups.splice(..0, spec.find(&["rayClusterConfig", "headGroupSpec"]));
    for group in groups {
        let Some(pods) = group.find(&["template", "spec"]) else {
            continue;
        };
        workload.images.extend(pod::images(&pods));
        for container in pods.items_at(&["containers"]) {
            workload.resources.extend(resources::of(&container));
        }
    }
}

/// The only part of the service, as the pods that serve.
fn workload(part: &Spot<'_>) -> WorkloadFacts {
    let scaling = scaling(part);
    WorkloadFacts {
        concurrency: scaling.concurrency,
        replicas: scaling.replicas,
        autoscaled: scaling.autoscaled,
        scaler: scaling.scaler,
        min_replicas: scaling.min_replicas,
        max_replicas: scaling.max_replicas,
        scale_target: scaling.scale_target,
        gpus: part.placed_number_at(&["ray_actor_options", "num_gpus"]),
        ..WorkloadFacts::default()
    }
}

fn deployment(part: &Spot<'_>) -> DeploymentFacts {
    let name = part.text_at(&["name"]);
    DeploymentFacts {
        name: name.map(str::to_owned),
        at: Some(part.at.clone()),
        ..scaling(part)
    }
}

/// Replicas, the limit of requests at once and the target of autoscaling. Ray renamed the last two;
/// of both names the newer one counts.
fn scaling(part: &Spot<'_>) -> DeploymentFacts {
    let limit = part.placed_number_at(&["max_ongoing_requests"]);
    let fixed = DeploymentFacts {
        concurrency: limit.or_else(|| part.placed_number_at(&["max_concurrent_queries"])),
        replicas: part.placed_number_at(&["num_replicas"]),
        // Turns autoscaling on as well as its own settings do.
        autoscaled: part.text_at(&["num_replicas"]) == Some("auto"),
        ..DeploymentFacts::default()
    };
    let Some(scaler) = part.get("autoscaling_config") else {
        return fixed;
    };
    let target = scaler.placed_number_at(&["target_ongoing_requests"]);
    let older = &["target_num_ongoing_requests_per_replica"];
    DeploymentFacts {
        autoscaled: true,
        min_replicas: scaler.placed_number_at(&["min_replicas"]),
        max_replicas: scaler.placed_number_at(&["max_replicas"]),
        scale_target: target.or_else(|| scaler.placed_number_at(older)),
        scaler: Some(scaler.at),
        ..fixed
    }
}

/// An incremental upgrade moves traffic in equal steps, with no analysis between them.
fn upgrade(spec: &Spot<'_>) -> ShiftFacts {
    let kind = spec.find(&["upgradeStrategy", "type"]);
    let (Some(strategy), Some(kind)) = (spec.get("upgradeStrategy"), kind) else {
        return ShiftFacts::default();
    };
    let word = match kind.text() {
        Some("NewClusterWithIncrementalUpgrade") => "linear",
        Some("NewCluster") => "blueGreen",
        _ => return ShiftFacts::default(),
    };
    let options = strategy.get("clusterUpgradeOptions");
    let steps = match options {
        Some(options) if word == "linear" => increments(&options),
        _ => ShiftFacts::default(),
    };
    ShiftFacts {
        at: Some(strategy.at),
        strategy: Some(Placed::new(word, &kind.at)),
        ..steps
    }
}

fn increments(options: &Spot<'_>) -> ShiftFacts {
    let interval = options.get("intervalSeconds");
    let shift = ShiftFacts {
        interval_seconds: interval.as_ref().and_then(Spot::placed_seconds),
        ..ShiftFacts::default()
    };
    let size = options.get("stepSizePercent");
    let Some((by, size)) = size.and_then(|size| Some((size.number()?, size))) else {
        return shift;
    };
    // By nothing, or backwards, no step ever comes to 100.
    if by < 1.0 {
        return shift;
    }
    ShiftFacts {
        timed: true,
        traffic_routing: true,
        steps: equal_steps(by, &size, interval.and_then(|interval| interval.seconds())),
        ..shift
    }
}

/// Weights from `by` to 100 in steps of `by`, each with its bake.
pub(super) fn equal_steps(by: f64, at: &Spot<'_>, bake: Option<f64>) -> Vec<StepFacts> {
    let count = (100.0 / by).ceil() as u32;
    let mut steps = Vec::new();
    for index in 1..=count.min(100) {
        let weight = (by * f64::from(index)).min(100.0);
        steps.push(StepFacts {
            weight: Number::new(weight),
            at: Some(at.at.clone()),
            // Nothing follows the last one, so it does not bake.
            bake_seconds: Number::of(bake.filter(|_| weight < 100.0)),
            ..StepFacts::default()
        });
    }
    steps
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
    fn images_of_the_cluster_and_code_of_the_applications_are_read() {
        let facts = service(
            "rayClusterConfig: {headGroupSpec: {template: {spec: {containers: [{name: head, image: 'ray:1'}]}}}, workerGroupSpecs: [{template: {spec: {containers: [{name: worker, image: 'ray:2'}]}}}]}, serveConfigV2: {applications: [{runtime_env: {working_dir: 'https://example.com/a.zip', py_modules: ['s3://code/b.zip']}}]}",
        );
        let values = |key: &str| -> Vec<Json> {
            let list = facts["workload"][key].as_array().expect("a list");
            list.iter().map(|entry| entry["value"].clone()).collect()
        };
        assert_eq!(values("images"), ["ray:1", "ray:2"]);
        assert_eq!(
            values("code"),
            ["https://example.com/a.zip", "s3://code/b.zip"]
        );
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
