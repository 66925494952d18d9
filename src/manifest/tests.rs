use super::*;
use crate::document::{read::Format, source::Source};
use serde_json::{Value as Json, json};

/// The facts of the only document in a YAML text.
pub(super) fn facts(text: &str) -> Json {
    let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
    let root = &parsed.documents.first().expect("a document").root;
    derive(find(root).expect("a known kind"), root).to_json()
}

/// True for a YAML text whose only document is no manifest.
pub(super) fn is_none(text: &str) -> bool {
    let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
    find(&parsed.documents.first().expect("a document").root).is_none()
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
    assert_eq!(
        workload["timeoutSeconds"],
        json!({"value": 60, "at": predictor("timeout")})
    );
    assert_eq!(workload["gpus"]["value"], 2);
    assert_eq!(
        workload["maxNumSeqs"],
        json!({"value": 16, "at": ["spec", "predictor", "model", "args", 0]})
    );
    assert_eq!(
        workload["maxModelLen"],
        json!({"value": 8000, "at": ["spec", "predictor", "model", "args", 2]})
    );
    assert_eq!(workload["models"][0]["value"], "hf://acme/ranker");
    assert_eq!(
        facts["rollout"]["steps"][0],
        json!({"weight": 10, "at": predictor("canaryTrafficPercent")})
    );
    assert_eq!(facts["readiness"], "preset");
}

#[test]
fn what_a_manifest_does_not_say_is_absent() {
    let facts = facts(
        "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, spec: {predictor: {timeout: soon}}}",
    );
    assert_eq!(
        facts,
        json!({"kind": "InferenceService", "platform": "kserve", "readiness": "preset", "workload": {"at": ["spec", "predictor"]}, "pods": [{"at": ["spec", "predictor"]}]})
    );
}

#[test]
fn a_version_that_is_not_read_is_no_kind() {
    let root = |text: &str| {
        read::parse(&Source::new("a.yaml", text), Format::Yaml)
            .documents
            .remove(0)
            .root
    };
    let old = root("{apiVersion: serving.kserve.io/v1alpha1, kind: InferenceService}");
    assert!(find(&old).is_none());
    assert_eq!(
        knows("serving.kserve.io/v1alpha1", "InferenceService").as_deref(),
        Some("v1beta1")
    );
    assert_eq!(knows("acme.example/v1", "InferenceService"), None);
}

#[test]
fn a_document_inside_a_text_is_read_at_its_places() {
    let text = "apiVersion: ray.io/v1
kind: RayService
metadata: {name: chat}
spec:
  serveConfigV2: |
    applications:
      - name: chat
        deployments: [{name: Chat, num_replicas: 3}]
";
    let read = |text: &str| {
        let mut root = read::parse(&Source::new("a.yaml", text), Format::Yaml)
            .documents
            .remove(0)
            .root;
        let kind = find(&root).expect("a known kind");
        let opened = open(kind, &mut root, text);
        (opened, derive(kind, &root).to_json(), root)
    };
    let (opened, facts, root) = read(text);
    assert!(opened.is_ok());
    assert_eq!(facts["workload"]["replicas"]["value"], 3);
    let config = root
        .at(&["spec", "serveConfigV2", "applications"])
        .expect("read");
    let span = config.items()[0].get("name").expect("a name").span;
    assert_eq!(&text[span.start()..span.end()], "chat");
    // What is wrong inside is said, and the rest still stands.
    let (opened, facts, _) = read(&text.replace("[{name: Chat", "[{name: [Chat"));
    assert!(opened.is_err());
    assert_eq!(facts["name"], "chat");
    for empty in ["''", "3", "null", "[]"] {
        let (opened, ..) = read(&format!(
            "{{apiVersion: ray.io/v1, kind: RayService, spec: {{serveConfigV2: {empty}}}}}"
        ));
        assert!(opened.is_ok(), "{empty}");
    }
}

#[test]
fn a_configuration_of_triton_takes_the_name_of_its_folder() {
    let text = "{backend: onnxruntime, max_batch_size: 8, dynamic_batching: {}}";
    let parsed = read::parse(&Source::new("config.pbtxt", text), Format::Yaml);
    let kind = find(&parsed.documents[0].root).expect("a known kind");
    let name = |file: &'static str| kind.folder_name(std::path::Path::new(file));
    assert_eq!(name("/r/models/ranker/config.pbtxt"), Some("ranker"));
    assert_eq!(name("/r/models/ranker.pbtxt"), None);
    let deployment = kinds().iter().find(|kind| kind.name == "Deployment");
    let deployment = deployment.expect("a row");
    let file = std::path::Path::new("/r/ranker/config.pbtxt");
    assert_eq!(deployment.folder_name(file), None);
}
