use super::*;
use crate::{
    source::Source,
    syntax::{self, Format},
};
use serde_json::json;

/// The facts of the only document in a YAML text.
pub(super) fn facts(text: &str) -> Json {
    let parsed = syntax::parse(&Source::new("a.yaml", text), Format::Yaml);
    let root = &parsed.documents.first().expect("a document").root;
    derive(find(root).expect("a known kind"), root)
}

#[test]
fn an_inference_service_says_where_each_value_stands() {
    let facts = facts(
        "apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ranker
  annotations: {serving.kserve.io/deploymentMode: RawDeployment}
spec:
  predictor:
    minReplicas: 2
    maxReplicas: 8
    timeout: 60
    containerConcurrency: 4
    canaryTrafficPercent: 10
    model:
      modelFormat: {name: vllm}
      storageUri: hf://acme/ranker
      args: [--max-num-seqs=16, --max-model-len, 8k]
      resources: {limits: {nvidia.com/gpu: \"2\"}}
",
    );
    let predictor = |key: &str| json!(["spec", "predictor", key]);
    assert_eq!(facts["name"], "ranker");
    let workload = &facts["workload"];
    assert_eq!(
        workload["mode"],
        json!({"value": "Standard", "at": ["metadata", "annotations", "serving.kserve.io/deploymentMode"]})
    );
    assert_eq!(workload["timeoutSeconds"], json!({"value": 60, "at": predictor("timeout")}));
    assert_eq!(workload["gpus"]["value"], 2);
    assert_eq!(workload["maxNumSeqs"], json!({"value": 16, "at": ["spec", "predictor", "model", "args", 0]}));
    assert_eq!(
        workload["maxModelLen"],
        json!({"value": 8000, "at": ["spec", "predictor", "model", "args", 2]})
    );
    assert_eq!(workload["models"][0]["value"], "hf://acme/ranker");
    assert_eq!(facts["rollout"]["steps"][0], json!({"weight": 10, "at": predictor("canaryTrafficPercent")}));
    assert_eq!(facts["readiness"], "preset");
}

#[test]
fn what_a_manifest_does_not_say_is_absent() {
    let facts = facts(
        "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, spec: {predictor: {timeout: soon}}}",
    );
    assert_eq!(
        facts,
        json!({"kind": "InferenceService", "platform": "kserve", "readiness": "preset", "workload": {"at": ["spec", "predictor"]}})
    );
}

#[test]
fn a_version_that_is_not_read_is_no_kind() {
    let root =
        |text: &str| syntax::parse(&Source::new("a.yaml", text), Format::Yaml).documents.remove(0).root;
    let old = root("{apiVersion: serving.kserve.io/v1alpha1, kind: InferenceService}");
    assert!(find(&old).is_none());
    assert_eq!(knows("serving.kserve.io/v1alpha1", "InferenceService").as_deref(), Some("v1beta1"));
    assert_eq!(knows("acme.example/v1", "InferenceService"), None);
}
