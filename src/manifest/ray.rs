//! Ray Serve on Kubernetes: the RayService, whose configuration of Ray Serve is YAML in a text.

use super::engine;
use crate::facts::sheet::{Placed, Sheet, Spot};

/// Where the text stands that holds the configuration.
pub(super) const CONFIG: &[&str] = &["spec", "serveConfigV2"];

/// Writes the facts of a RayService. Where its configuration is still a text, nothing is known of it.
pub(super) fn service(root: &Spot<'_>, facts: &mut Sheet) {
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
    facts.list("deployments", parts.iter().map(deployment).collect());
    let mut workload = Sheet::default();
    workload.path(
        "at",
        &spec
            .find(&["serveConfigV2"])
            .unwrap_or_else(|| spec.clone())
            .at,
    );
    // Of several parts nobody knows which one serves the model.
    if let [only] = parts.as_slice() {
        scaling(only, &mut workload);
        workload.placed(
            "gpus",
            only.find(&["ray_actor_options", "num_gpus"])
                .and_then(|gpus| gpus.placed_number()),
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
        workload.places("models", source.into_iter().collect());
    }
    facts.sheet("workload", workload);
    facts.sheet("rollout", upgrade(&spec));
}

fn deployment(part: &Spot<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.text("name", part.get("name").and_then(|name| name.text()));
    sheet.path("at", &part.at);
    scaling(part, &mut sheet);
    sheet
}

/// Replicas, the limit of requests at once and the target of autoscaling.
fn scaling(part: &Spot<'_>, sheet: &mut Sheet) {
    let number = |keys: &[&str]| part.find(keys).and_then(|value| value.placed_number());
    let either = |new: &[&str], old: &[&str]| number(new).or_else(|| number(old));
    sheet.placed(
        "concurrency",
        either(&["max_ongoing_requests"], &["max_concurrent_queries"]),
    );
    // `num_replicas: auto` turns autoscaling on as well.
    let fixed = number(&["num_replicas"]);
    let auto = part
        .get("num_replicas")
        .is_some_and(|count| count.text() == Some("auto"));
    sheet.placed("replicas", fixed);
    let Some(scaler) = part.get("autoscaling_config") else {
        sheet.flag("autoscaled", auto);
        return;
    };
    sheet.flag("autoscaled", true);
    sheet.path("scaler", &scaler.at);
    let number = |key: &str| scaler.get(key).and_then(|value| value.placed_number());
    sheet.placed("minReplicas", number("min_replicas"));
    sheet.placed("maxReplicas", number("max_replicas"));
    let target = number("target_ongoing_requests");
    sheet.placed(
        "scaleTarget",
        target.or_else(|| number("target_num_ongoing_requests_per_replica")),
    );
}

/// An incremental upgrade moves traffic in equal steps, with no analysis between them.
fn upgrade(spec: &Spot<'_>) -> Sheet {
    let mut rollout = Sheet::default();
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
    rollout.path("at", &strategy.at);
    rollout.placed("strategy", Some(Placed::new(word, &kind.at)));
    let Some(options) = strategy
        .get("clusterUpgradeOptions")
        .filter(|_| word == "linear")
    else {
        return rollout;
    };
    let interval = options.get("intervalSeconds");
    rollout.placed(
        "intervalSeconds",
        interval.as_ref().and_then(Spot::placed_seconds),
    );
    let step = options
        .get("stepSizePercent")
        .and_then(|step| Some((step.number()?, step)));
    let Some((by, at)) = step.filter(|(by, _)| *by >= 1.0) else {
        return rollout;
    };
    rollout.flag("timed", true);
    rollout.flag("trafficRouting", true);
    rollout.list(
        "steps",
        equal_steps(by, &at, interval.and_then(|interval| interval.seconds())),
    );
    rollout
}

/// Weights from `by` to 100 in steps of `by`, each with its bake.
pub(super) fn equal_steps(by: f64, at: &Spot<'_>, bake: Option<f64>) -> Vec<Sheet> {
    let count = (100.0 / by).ceil() as u32;
    let step = |index: u32| {
        let mut sheet = Sheet::default();
        let weight = (by * f64::from(index)).min(100.0);
        sheet.number("weight", Some(weight));
        sheet.path("at", &at.at);
        sheet.number("bakeSeconds", bake.filter(|_| weight < 100.0));
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
