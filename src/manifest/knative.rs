//! Knative Serving: the Service, whose revisions share its traffic.

use super::{
    facts::{CandidateFacts, ManifestFacts, ShiftFacts, StepFacts, WorkloadFacts, put, texts},
    gateway::limit,
    kubernetes,
    links::Links,
    pod,
};
use crate::{
    document::{Node, Spot},
    facts::{Number, Placed, unless_empty},
};

/// What the annotations, labels and selectors of Cloud Run begin with, which takes objects of Knative and has limits and
/// defaults of its own.
const CLOUD_RUN: &str = "run.googleapis.com/";
/// Where they stand.
const CLOUD_RUN_AT: [&[&str]; 5] = [
    &["metadata", "annotations"],
    &["metadata", "labels"],
    &["spec", "template", "metadata", "annotations"],
    &["spec", "template", "metadata", "labels"],
    &["spec", "template", "spec", "nodeSelector"],
];
/// What Knative's annotations about scaling begin with.
const SCALING: &str = "autoscaling.knative.dev/";

/// Writes the facts of a Service.
pub(super) fn service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let is_cloud_run = is_cloud_run(root);
    if is_cloud_run {
        facts.platform = Some("cloud-run");
    }
    facts.rollout = unless_empty(split(&spec));
    let Some(template) = spec.get("template") else {
        return;
    };
    let labels = template.find(&["metadata", "labels"]);
    let pods = template.get("spec");
    let deadline = template.find(&[
        "metadata",
        "annotations",
        "serving.knative.dev/progress-deadline",
    ]);
    let mut workload = WorkloadFacts {
        at: Some(pods.as_ref().unwrap_or(&template).at.clone()),
        min_replicas: count(&template, &["min-scale", "minScale"]),
        // 0 is no limit.
        max_replicas: count(&template, &["max-scale", "maxScale"])
            .filter(|most| most.value.get() > 0.0),
        scale_metric: setting(&template, &["metric"]).and_then(|metric| metric.placed_text()),
        scale_target: count(&template, &["target"]),
        progress_deadline_seconds: deadline.and_then(|text| text.placed_seconds()),
        labels: labels.as_ref().map(texts),
        ..WorkloadFacts::default()
    };
    if is_cloud_run {
        // One for the service goes before that of the revision.
        let least = root.find(&["metadata", "annotations", "run.googleapis.com/minScale"]);
        put(
            &mut workload.min_replicas,
            least.and_then(|least| least.placed_quantity()),
        );
    }
    if let Some(pods) = pods {
        pod::pod(&pods, &mut workload);
        put(
            &mut workload.concurrency,
            pods.placed_number_at(&["containerConcurrency"]),
        );
        put(
            &mut workload.timeout_seconds,
            limit(&pods, &["timeoutSeconds"]),
        );
        put(
            &mut workload.response_start_seconds,
            limit(&pods, &["responseStartTimeoutSeconds"]),
        );
    }
    facts.workload = unless_empty(workload);
}

fn is_cloud_run(root: &Spot<'_>) -> bool {
    CLOUD_RUN_AT.iter().any(|path| {
        let entries = root.entries_at(path);
        entries.iter().any(|(key, _)| key.starts_with(CLOUD_RUN))
    })
}

/// An annotation about scaling, under the first of its names that is written.
fn setting<'n>(template: &Spot<'n>, names: &[&str]) -> Option<Spot<'n>> {
    let annotations = template.find(&["metadata", "annotations"])?;
    names
        .iter()
        .find_map(|name| annotations.get(&format!("{SCALING}{name}")))
}

fn count(template: &Spot<'_>, names: &[&str]) -> Option<Placed<Number>> {
    setting(template, names)?.placed_quantity()
}

/// The share of the newest revision, and those of all. Without a list the newest one has all traffic.
fn split(spec: &Spot<'_>) -> ShiftFacts {
    let targets = spec.items_at(&["traffic"]);
    let mut candidates = Vec::new();
    let mut newest = None;
    for target in &targets {
        let share = target.get("percent");
        let is_newest = target.get("revisionName").is_none();
        if let Some(share) = share.as_ref().filter(|_| is_newest && newest.is_none()) {
            newest = Some(share.clone());
        }
        if let Some(share) = share {
            let name = target.string_at(&["revisionName"]);
            candidates.push(CandidateFacts {
                name: name.or_else(|| target.string_at(&["tag"])),
                weight: Number::of(share.number()),
                at: Some(share.at.clone()),
            });
        }
    }
    let step = newest.map(|share| StepFacts {
        weight: Number::of(share.number()),
        at: Some(share.at.clone()),
        ..StepFacts::default()
    });
    ShiftFacts {
        at: spec.get("traffic").map(|traffic| traffic.at),
        steps: step.into_iter().collect(),
        candidates,
        ..ShiftFacts::default()
    }
}

/// The Service by its name, with the labels that Knative gives to its pods.
pub(super) fn links(root: &Node) -> Links<'_> {
    let links = kubernetes::controller_links(root);
    let name = links.name.unwrap_or_default();
    Links {
        given_labels: vec![("serving.knative.dev/service", name)],
        ..links
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn service(template: &str, traffic: &str) -> Json {
        facts(&format!(
            "{{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {{name: a}}, spec: {{template: {{{template}}}, traffic: [{traffic}]}}}}"
        ))
    }

    #[test]
    fn scaling_stands_in_annotations_of_the_template() {
        let found = service(
            "metadata: {annotations: {autoscaling.knative.dev/minScale: \"0\", autoscaling.knative.dev/max-scale: \"4\", autoscaling.knative.dev/target: \"8\"}}, spec: {containerConcurrency: 4, timeoutSeconds: 60, responseStartTimeoutSeconds: 20, containers: [{image: a}]}",
            "",
        );
        let value = |key: &str| found["workload"][key]["value"].clone();
        assert_eq!(
            [
                value("minReplicas"),
                value("maxReplicas"),
                value("scaleTarget"),
                value("concurrency"),
                value("timeoutSeconds"),
                value("responseStartSeconds"),
            ],
            [json!(0), json!(4), json!(8), json!(4), json!(60), json!(20)]
        );
        let unlimited = service(
            "metadata: {annotations: {autoscaling.knative.dev/max-scale: \"0\"}}, spec: {containers: [{image: a}]}",
            "",
        );
        assert_eq!(unlimited["workload"]["maxReplicas"], Json::Null);
    }

    #[test]
    fn what_has_annotations_of_cloud_run_is_no_knative_of_a_cluster() {
        let found = facts(
            "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: a, annotations: {run.googleapis.com/minScale: \"1\"}}, spec: {template: {metadata: {annotations: {autoscaling.knative.dev/minScale: \"0\"}}, spec: {timeoutSeconds: 3600, containers: [{image: a}]}}}}",
        );
        assert_eq!(found["platform"], "cloud-run");
        assert_eq!(found["workload"]["minReplicas"]["value"], 1);
        assert_eq!(service("spec: {}", "")["platform"], "knative");
    }

    #[test]
    fn the_newest_revision_is_the_one_that_is_not_named() {
        let found = service(
            "spec: {}",
            "{revisionName: a-1, percent: 90}, {latestRevision: true, tag: new, percent: 10}",
        );
        assert_eq!(
            found["rollout"]["steps"],
            json!([{"weight": 10, "at": ["spec", "traffic", 1, "percent"]}])
        );
        let names: Vec<&Json> = found["rollout"]["candidates"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|candidate| &candidate["name"])
            .collect();
        assert_eq!(names, [&json!("a-1"), &json!("new")]);
    }
}
