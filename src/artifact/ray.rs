//! Ray Serve: a RayService, whose Serve configuration is a document inside a text.

use super::engine;
use crate::sheet::{Placed, Sheet, Spot};

/// Writes the facts of a RayService. `spec.serveConfigV2` has been read into the tree.
pub(super) fn service(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let applications = spec.items_at(&["serveConfigV2", "applications"]);
    let mut deployments: Vec<Spot<'_>> =
        applications.iter().flat_map(|application| application.items_at(&["deployments"])).collect();
    let models: Vec<Spot<'_>> =
        applications.iter().flat_map(|application| application.items_at(&["args", "llm_configs"])).collect();
    deployments.extend(models.iter().filter_map(|model| model.get("deployment_config")));
    let mut workload = Sheet::default();
    workload.path("at", &spec.at);
    // Several deployments make one application: nobody knows which of them is the service.
    if let [only] = deployments.as_slice() {
        deployment(only, &mut workload);
    }
    if let [only] = models.as_slice() {
        if let Some(arguments) = only.get("engine_kwargs") {
            engine::keyed(&arguments, &mut workload);
        }
        let loading = only.get("model_loading_config");
        workload.placed("modelName", loading.as_ref().and_then(|it| it.get("model_id")?.placed_text()));
        let source = loading.as_ref().and_then(|it| it.get("model_source")?.placed_text());
        workload.places("models", source.into_iter().collect());
    }
    facts.sheet("workload", workload);
    facts.list("deployments", deployments.iter().map(limits).collect());
    facts.sheet("rollout", upgrade(&spec));
}

fn deployment(spot: &Spot<'_>, workload: &mut Sheet) {
    let number = |keys: &[&str]| spot.find(keys).and_then(|value| value.placed_number());
    workload.placed("replicas", number(&["num_replicas"]));
    workload.placed("minReplicas", number(&["autoscaling_config", "min_replicas"]));
    workload.placed("maxReplicas", number(&["autoscaling_config", "max_replicas"]));
    workload.placed("concurrency", number(&["max_ongoing_requests"]));
    workload.placed("scaleTarget", number(&["autoscaling_config", "target_ongoing_requests"]));
}

/// What a deployment takes at once and what its autoscaler aims at.
fn limits(spot: &Spot<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.path("at", &spot.at);
    sheet.text("name", spot.get("name").and_then(|name| name.text()));
    sheet.flag("scales", spot.get("autoscaling_config").is_some());
    deployment(spot, &mut sheet);
    sheet
}

/// An upgrade that moves traffic in steps; nothing is measured between them.
fn upgrade(spec: &Spot<'_>) -> Sheet {
    let mut rollout = Sheet::default();
    let Some(strategy) = spec.get("upgradeStrategy") else { return rollout };
    let kind = strategy.get("type").and_then(|kind| kind.text());
    if kind != Some("NewClusterWithIncrementalUpgrade") {
        return rollout;
    }
    rollout.path("at", &strategy.at);
    rollout.placed("strategy", Some(Placed::new("linear", &strategy.at)));
    rollout.flag("timed", true);
    let Some(options) = strategy.get("clusterUpgradeOptions") else { return rollout };
    let seconds = options.get("intervalSeconds").and_then(|interval| interval.seconds());
    let Some(step) = options.get("stepSizePercent") else { return rollout };
    let by = step.number().filter(|by| (1.0..=100.0).contains(by)).unwrap_or(100.0);
    let steps = (1..).map(|count| f64::from(count) * by).take_while(|weight| *weight < 100.0);
    let sheet = |weight: f64| {
        let mut sheet = Sheet::default();
        sheet.number("weight", Some(weight));
        sheet.path("at", &step.at);
        sheet.number("bakeSeconds", seconds);
        sheet
    };
    rollout.list("steps", steps.map(sheet).collect());
    rollout.flag("implicitLast", true);
    rollout
}
