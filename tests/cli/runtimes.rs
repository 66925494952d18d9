//! InferenceServices whose runtimes are in the same repository: the pod of both is judged, each value where it is written.

use super::run::Folder;

/// A runtime of a repository, with a token in its arguments.
const RUNTIME: &str = "\
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: vllm}
spec:
  supportedModelFormats: [{name: vLLM}]
  containers:
    - name: kserve-container
      image: vllm/vllm-openai@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f41d0c2b3a4f5e6d7c8b9a
      command: [vllm, serve, /mnt/models]
      args:
        - --served-model-name={{.Name}}
        - --api-key=sk-Zm9vYmFyYmF6cXV1eDEy
      resources: {limits: {nvidia.com/gpu: 1, memory: 24Gi}}
";

const SERVICE: &str = "\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: chat, annotations: {serving.kserve.io/deploymentMode: Standard}}
spec:
  predictor:
    minReplicas: 2
    model:
      modelFormat: {name: vLLM}
      runtime: vllm
      storageUri: s3://models/chat/2026-10-02/
      args: [--tensor-parallel-size=2]
";

const TOKEN: &str = "runtimes/vllm.yaml:12:11: ";

#[test]
fn a_value_of_the_runtime_is_reported_in_its_file() {
    let folder = Folder::with(&[("runtimes/vllm.yaml", RUNTIME), ("apps/chat.yaml", SERVICE)]);
    folder
        .check(&[])
        .says(TOKEN)
        .says("container `kserve-container` of InferenceService `chat` is given `--api-key`")
        .says("apps/chat.yaml:11:14: error[gpu-parallelism-mismatch] InferenceService `chat` spreads the model over 2 GPUs")
        .keeps_quiet_about("ServingRuntime `vllm` is given")
        .says("verdict: chat not-reviewed")
        .keeps_quiet_about("verdict: vllm");
}

/// A file that is named alone is judged with the runtime that it names.
#[test]
fn a_named_service_finds_its_runtime() {
    let folder = Folder::with(&[
        ("runtimes/vllm.yaml", RUNTIME),
        ("apps/chat.yaml", SERVICE),
        ("servelint.toml", ""),
    ]);
    folder
        .check(&["apps/chat.yaml"])
        .says("gpu-parallelism-mismatch");
}

#[test]
fn a_comment_in_the_runtime_waives_what_is_written_there() {
    let secret = "warning[secret-in-plain-text]";
    let folder = Folder::with(&[("runtimes/vllm.yaml", RUNTIME), ("apps/chat.yaml", SERVICE)]);
    folder.check(&[]).says(secret);
    let waived = RUNTIME.replace(
        "        - --api-key",
        "        # servelint: allow[secret-in-plain-text] until=2026-12-31 by=dana.k reason=\"a key for tests\"\n        - --api-key",
    );
    folder.file("runtimes/vllm.yaml", &waived);
    folder
        .check(&[])
        .says("waived: runtimes/vllm.yaml:13:11: warning[secret-in-plain-text] by dana.k");
}

/// What nobody can tell stays unknown: a runtime of the cluster, two of one name, one that a layer changes.
#[test]
fn a_runtime_that_is_not_certain_is_not_merged() {
    let mismatch = "gpu-parallelism-mismatch";
    let elsewhere = SERVICE.replace("runtime: vllm", "runtime: other");
    let alone = Folder::with(&[
        ("runtimes/vllm.yaml", RUNTIME),
        ("apps/chat.yaml", elsewhere.as_str()),
    ]);
    alone
        .check(&[])
        .keeps_quiet_about(mismatch)
        .says("ServingRuntime `vllm` is given `--api-key`");
    let two = Folder::with(&[
        ("a/vllm.yaml", RUNTIME),
        ("b/vllm.yaml", RUNTIME),
        ("apps/chat.yaml", SERVICE),
    ]);
    two.check(&[]).keeps_quiet_about(mismatch);
    let layered = Folder::with(&[
        ("base/vllm.yaml", RUNTIME),
        ("base/chat.yaml", SERVICE),
        (
            "base/kustomization.yaml",
            "resources: [vllm.yaml, chat.yaml]\n",
        ),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\npatches:\n  - target: {kind: ServingRuntime}\n    patch: |-\n      - {op: replace, path: /spec/containers/0/resources/limits/nvidia.com~1gpu, value: 2}\n",
        ),
    ]);
    layered.check(&[]).keeps_quiet_about(mismatch);
}

/// A runtime of the namespace goes before one of the cluster.
#[test]
fn the_runtime_of_the_namespace_comes_first() {
    let cluster = RUNTIME
        .replace("kind: ServingRuntime", "kind: ClusterServingRuntime")
        .replace("nvidia.com/gpu: 1", "nvidia.com/gpu: 2");
    let folder = Folder::with(&[
        ("runtimes/cluster.yaml", cluster.as_str()),
        ("apps/chat.yaml", SERVICE),
    ]);
    folder
        .check(&[])
        .keeps_quiet_about("gpu-parallelism-mismatch");
    folder.file("runtimes/vllm.yaml", RUNTIME);
    folder.check(&[]).says("gpu-parallelism-mismatch");
}

/// A claim that one node holds, in another file.
#[test]
fn a_claim_is_judged_with_the_deployment_that_mounts_it() {
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: models}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 9Gi}}}\n";
    let deployment = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers: [{name: vllm, image: \"vllm/vllm-openai:v0.11.0\", args: [--model=/models]}]
      volumes: [{name: models, persistentVolumeClaim: {claimName: models}}]
";
    let folder = Folder::with(&[("volumes/models.yaml", claim), ("chat.yaml", deployment)]);
    folder.check(&[]).says(
        "chat.yaml:11:67: warning[volume-held-by-old-pod] 2 replicas of Deployment `chat` mount claim `models`",
    );
}
