use super::*;
use crate::{
    document::{
        read::{Format, parse},
        source::Source,
    },
    manifest,
};
use serde_json::{Value as Json, json};

const RUNTIME: &str = "
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: vllm}
spec:
  hostIPC: true
  nodeSelector: {gpu: h100}
  volumes: [{name: shm, emptyDir: {}}, {name: old, hostPath: {path: /old}}]
  containers:
    - {name: metrics, image: metrics:1}
    - name: kserve-container
      image: registry:5000/vllm:v1
      args: [--port=8080, --tensor-parallel-size=2]
      env: [{name: A, value: a}, {name: B, value: b}]
      resources: {requests: {cpu: 1}, limits: {memory: 2Gi}}
      readinessProbe: {httpGet: {path: /health}, periodSeconds: 5}
";

const SERVICE: &str = "
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: chat}
spec:
  predictor:
    minReplicas: 2
    terminationGracePeriodSeconds: 90
    volumes: [{name: old, emptyDir: {}}, {name: new, emptyDir: {}}]
    containers: [{name: sidecar, image: sidecar:1}]
    model:
      modelFormat: {name: vLLM}
      runtime: vllm
      runtimeVersion: v2
      args: [--tensor-parallel-size=4]
      env: [{name: B, valueFrom: {}}, {name: C, value: c}]
      resources: {limits: {memory: null, nvidia.com/gpu: 4}}
      readinessProbe: {failureThreshold: 9}
";

fn root(text: &str) -> Node {
    let mut parsed = parse(&Source::new("a.yaml", text), Format::Yaml);
    parsed.documents.remove(0).root
}

fn merged() -> (MergedPod, Json) {
    let pod = MergedPod::of(&root(SERVICE), &root(RUNTIME));
    let json = pod.root.to_json()["pod"].clone();
    (pod, json)
}

#[test]
fn a_service_is_written_over_its_runtime() {
    let (_, pod) = merged();
    let server = &pod["containers"][0];
    assert_eq!(server["name"], "kserve-container");
    assert_eq!(server["image"], "registry:5000/vllm:v2");
    let args = [
        "--port=8080",
        "--tensor-parallel-size=2",
        "--tensor-parallel-size=4",
    ];
    assert_eq!(server["args"], json!(args));
    assert_eq!(
        server["env"],
        json!([{"name": "A", "value": "a"}, {"name": "B", "valueFrom": {}}, {"name": "C", "value": "c"}])
    );
    assert_eq!(
        server["resources"],
        json!({"requests": {"cpu": 1}, "limits": {"memory": "2Gi", "nvidia.com/gpu": 4}})
    );
    assert_eq!(
        server["readinessProbe"],
        json!({"httpGet": {"path": "/health"}, "periodSeconds": 5, "failureThreshold": 9})
    );
    assert_eq!(server.get("modelFormat"), None);
    assert_eq!(pod["containers"][1]["name"], "metrics");
    assert_eq!(pod["containers"][2]["name"], "sidecar");
}

#[test]
fn few_fields_of_the_pod_come_from_the_runtime() {
    let (_, pod) = merged();
    assert_eq!(pod["nodeSelector"], json!({"gpu": "h100"}));
    assert_eq!(pod["terminationGracePeriodSeconds"], 90);
    assert_eq!(pod.get("hostIPC"), None);
    assert_eq!(pod.get("minReplicas"), None);
    let volumes = json!([{"name": "shm", "emptyDir": {}}, {"name": "old", "emptyDir": {}}, {"name": "new", "emptyDir": {}}]);
    assert_eq!(pod["volumes"], volumes);
}

#[test]
fn each_value_leads_to_the_manifest_that_has_it() {
    let (pod, _) = merged();
    let cases = [
        (
            "/pod/containers/0",
            PodOrigin::Service,
            "/spec/predictor/model",
        ),
        (
            "/pod/containers/0/image",
            PodOrigin::Service,
            "/spec/predictor/model/runtimeVersion",
        ),
        (
            "/pod/containers/0/args/0",
            PodOrigin::Runtime,
            "/spec/containers/1/args/0",
        ),
        (
            "/pod/containers/0/args/2",
            PodOrigin::Service,
            "/spec/predictor/model/args/0",
        ),
        (
            "/pod/containers/0/env/1/name",
            PodOrigin::Service,
            "/spec/predictor/model/env/0/name",
        ),
        (
            "/pod/containers/0/resources/limits/memory",
            PodOrigin::Runtime,
            "/spec/containers/1/resources/limits/memory",
        ),
        (
            "/pod/containers/0/readinessProbe/periodSeconds",
            PodOrigin::Runtime,
            "/spec/containers/1/readinessProbe/periodSeconds",
        ),
        (
            "/pod/containers/0/livenessProbe",
            PodOrigin::Service,
            "/spec/predictor/model/livenessProbe",
        ),
        (
            "/pod/containers/1/image",
            PodOrigin::Runtime,
            "/spec/containers/0/image",
        ),
        (
            "/pod/volumes/0/emptyDir",
            PodOrigin::Runtime,
            "/spec/volumes/0/emptyDir",
        ),
        ("/pod", PodOrigin::Service, "/spec/predictor"),
    ];
    for (at, origin, own) in cases {
        let wanted = Some((origin, Pointer::parse(own)));
        assert_eq!(pod.origin(&Pointer::parse(at)), wanted, "{at}");
    }
    assert_eq!(pod.origin(&Pointer::parse("/spec")), None);
}

#[test]
fn facts_are_those_of_the_pod() {
    let (pod, _) = merged();
    let (service, runtime) = (root(SERVICE), root(RUNTIME));
    let kind = manifest::find(&service).expect("a kind");
    let facts = manifest::derive_with(kind, &service, &pod, &runtime).to_json();
    let workload = &facts["workload"];
    assert_eq!(workload["tensor"]["value"], 4);
    assert_eq!(workload["gpus"]["value"], 4);
    assert_eq!(workload["minReplicas"]["value"], 2);
    assert_eq!(workload["images"][0]["value"], "registry:5000/vllm:v2");
    assert_eq!(
        facts["pods"][0]["servers"],
        json!([["pod", "containers", 0]])
    );
    assert_eq!(facts["runtime"]["kind"], "ServingRuntime");
    assert_eq!(facts.get("readiness"), None);
}

#[test]
fn runtimes_with_workers_or_several_models_are_left_alone() {
    let service = root(SERVICE);
    let is_mergeable = |text: &str| {
        let runtime = root(text);
        manifest::is_mergeable(&service, &runtime)
    };
    assert!(is_mergeable(RUNTIME));
    for more in ["workerSpec: {}", "multiModel: true"] {
        let text = RUNTIME.replace("hostIPC: true", more);
        assert!(!is_mergeable(&text), "{more}");
    }
    assert!(!is_mergeable(
        &RUNTIME.replace("kserve-container", "server")
    ));
}

#[test]
fn a_digest_stays_what_it_is() {
    assert_eq!(tagged("a/b:1", "2").as_deref(), Some("a/b:2"));
    assert_eq!(tagged("host:5000/b", "2").as_deref(), Some("host:5000/b:2"));
    assert_eq!(tagged("a@sha256:0", "2"), None);
}
