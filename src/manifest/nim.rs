//! NIMService: a NIM container that NVIDIA's operator runs, with probes and volumes of its own.

use super::{
    engine,
    facts::{ManifestFacts, WorkloadFacts},
    pod, resources,
};
use crate::{
    document::Spot,
    facts::{Placed, unless_empty},
};

/// Writes the facts of a NIMService. Image, variables and resources are those of its one container.
pub(super) fn service(root: &Spot<'_>, facts: &mut ManifestFacts) {
    // The operator adds probes, shared memory and the cache of the model.
    facts.readiness = Some("preset");
    let Some(spec) = root.get("spec") else { return };
    let autoscaled = spec
        .find(&["scale", "enabled"])
        .is_some_and(|on| on.is_true());
    let bound = |key: &str| {
        let number = spec.placed_number_at(&["scale", "hpa", key]);
        number.filter(|_| autoscaled)
    };
    let scaler = spec.find(&["scale", "hpa"]).filter(|_| autoscaled);
    let mut workload = WorkloadFacts {
        at: Some(spec.at.clone()),
        replicas: spec.placed_number_at(&["replicas"]),
        min_replicas: bound("minReplicas"),
        max_replicas: bound("maxReplicas"),
        autoscaled,
        scaler: scaler.map(|scaler| scaler.at),
        gpus: pod::gpus(&spec),
        images: image(&spec).into_iter().collect(),
        resources: resources::of(&spec),
        ..WorkloadFacts::default()
    };
    engine::arguments(&spec, &mut workload);
    facts.workload = unless_empty(workload);
}

/// The image as the operator puts it together: repository and tag.
fn image(spec: &Spot<'_>) -> Option<Placed<String>> {
    let repository = spec.text_at(&["image", "repository"])?;
    let tag = spec.find(&["image", "tag"])?;
    Some(Placed::new(
        format!("{repository}:{}", tag.text()?),
        &tag.at,
    ))
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn service(spec: &str) -> Json {
        facts(&format!(
            "{{apiVersion: apps.nvidia.com/v1alpha1, kind: NIMService, metadata: {{name: chat}}, spec: {{{spec}}}}}"
        ))
    }

    #[test]
    fn image_gpus_and_variables_are_those_of_its_container() {
        let found = service(
            "image: {repository: nvcr.io/nim/meta/llama-3.1-8b-instruct, tag: 1.3.3}, replicas: 2, resources: {limits: {nvidia.com/gpu: 1}}, env: [{name: NIM_MODEL_NAME, value: 'hf://acme/chat'}]",
        );
        let workload = &found["workload"];
        assert_eq!(
            workload["images"],
            json!([{"value": "nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.3", "at": ["spec", "image", "tag"]}])
        );
        assert_eq!(workload["gpus"]["value"], 1);
        assert_eq!(workload["replicas"]["value"], 2);
        assert_eq!(workload["models"][0]["value"], "hf://acme/chat");
        assert_eq!(found["readiness"], "preset");
    }

    #[test]
    fn bounds_count_where_the_autoscaler_is_on() {
        let hpa = "hpa: {minReplicas: 2, maxReplicas: 4}";
        let on = service(&format!("scale: {{enabled: true, {hpa}}}"));
        assert_eq!(on["workload"]["maxReplicas"]["value"], 4);
        assert_eq!(on["workload"]["autoscaled"], true);
        let off = service(&format!("scale: {{enabled: false, {hpa}}}"));
        assert_eq!(off["workload"].get("maxReplicas"), None);
    }
}
