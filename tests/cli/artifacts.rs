//! Manifests from the command line: without a specification, named by one, found near one, and
//! those that cannot be read.

use super::run::{Folder, good_but};
use std::sync::LazyLock;

/// A specification of `ranker` for staging and the InferenceService that agrees with it.
static PAIR: LazyLock<String> = LazyLock::new(|| crate::common::good("artifact-drift"));

fn spec() -> &'static str {
    PAIR.split("---\n").next().expect("the specification")
}

fn service() -> &'static str {
    PAIR.split("---\n").nth(1).expect("the manifest")
}

/// The manifest with one text in place of another.
#[track_caller]
fn service_but(from: &str, to: &str) -> String {
    assert!(service().contains(from), "{from:?} is not in the manifest");
    service().replacen(from, to, 1)
}

fn spec_with(artifacts: &str) -> String {
    format!("{}  artifacts:\n{artifacts}", spec())
}

#[test]
fn manifests_are_judged_before_anything_was_written() {
    let folder = Folder::with(&[("k8s/ranker.yaml", service())]);
    let answer = folder.check(&["k8s"]);
    answer
        .exits(0)
        .says("no ServingSpec: only its manifests were judged");
    answer.says("1 document, 1 review").says("verdict: ranker");
    folder.file(
        "k8s/ranker.yaml",
        service_but("    timeout: 30\n", "").replace("Standard", "Knative"),
    );
    folder
        .check(&["k8s"])
        .exits(0)
        .says("info[timeout-platform-default]");
    folder.file(
        "k8s/ranker.yaml",
        service_but(
            "    timeout: 30",
            "    timeout: 30\n    canaryTrafficPercent: 10",
        ),
    );
    let answer = folder.check(&["k8s"]);
    answer
        .exits(1)
        .says("k8s/ranker.yaml:")
        .says("error[field-ignored-in-mode]");
}

#[test]
fn a_route_is_judged_with_the_workload_that_it_leads_to() {
    let front = |host: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: front}}\nspec:\n  http:\n    - timeout: 20s\n      route: [{{destination: {{host: {host}}}}}]\n"
        )
    };
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("k8s/pair.yaml", PAIR.as_str()),
        ("gateway/front.yaml", &front("ranker-predictor")),
    ]);
    folder
        .check(&["."])
        .exits(1)
        .says("gateway/front.yaml:6:")
        .says("VirtualService `front` ends requests after 20s, but the server may take `30s`");
    // From the route alone its service is found.
    folder
        .check(&["gateway/front.yaml"])
        .says("[timeouts-order]");
    for elsewhere in ["ranker-predictor.feed", "ranker.example.com", "other"] {
        folder.file("gateway/front.yaml", front(elsewhere));
        folder
            .check(&["."])
            .keeps_quiet_about("timeouts-order")
            .says("VirtualService: nothing ties them to a model server");
    }
}

#[test]
fn a_pool_that_selects_no_pod_is_said_even_if_a_route_leads_to_it() {
    let server = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat}\nspec:\n  selector: {matchLabels: {app: chat}}\n  template:\n    metadata: {labels: {app: chat}}\n    spec:\n      containers: [{name: vllm, image: \"vllm/vllm-openai:v0.11.0\", args: [--model=acme/chat]}]\n";
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: front}\nspec: {rules: [{backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: pool}]}]}\n";
    let pool = |label: &str| {
        format!(
            "apiVersion: inference.networking.k8s.io/v1\nkind: InferencePool\nmetadata: {{name: pool}}\nspec: {{selector: {{matchLabels: {{app: {label}}}}}, targetPorts: [{{number: 8000}}]}}\n"
        )
    };
    let folder = Folder::with(&[
        ("server.yaml", server),
        ("route.yaml", route),
        ("pool.yaml", &pool("chta")),
    ]);
    folder
        .check(&["."])
        .says("pool.yaml:4:")
        .says("InferencePool `pool` selects pods with `app: chta`, and those of Deployment `chat` have `chat`");
    folder.file("pool.yaml", pool("chat"));
    folder
        .check(&["."])
        .keeps_quiet_about("dangling-reference")
        .says("3 documents, 1 review");
}

#[test]
fn a_folder_without_anything_to_judge_is_no_success() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let folder = Folder::with(&[("k8s/config.yaml", config)]);
    let answer = folder.check(&["k8s"]);
    answer
        .exits(2)
        .says("nothing to check")
        .says("1 document of 1 kind that servelint does not read: v1 ConfigMap (1)");
}

#[test]
fn unknown_kinds_and_versions_are_named() {
    let folder = Folder::with(&[
        ("k8s/ranker.yaml", service()),
        (
            "k8s/vpa.yaml",
            "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: ranker}\n",
        ),
        (
            "k8s/old.yaml",
            "apiVersion: serving.kserve.io/v1alpha2\nkind: InferenceService\nmetadata: {name: old}\nspec: {}\n",
        ),
    ]);
    let answer = folder.check(&["k8s"]);
    answer.says("1 document of 1 kind that servelint does not read: autoscaling.k8s.io/v1 VerticalPodAutoscaler (1)");
    answer
        .says("serving.kserve.io/v1alpha2 InferenceService: servelint reads v1beta1 of this kind");
}

#[test]
fn overlays_are_not_mixed() {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        (
            "dev/ranker.yaml",
            &service_but("minReplicas: 2", "minReplicas: 1"),
        ),
        ("prod/ranker.yaml", service()),
    ]);
    folder
        .check(&["."])
        .says("2 documents, 2 reviews")
        .says("dev/ranker.yaml:")
        .keeps_quiet_about("prod/ranker.yaml:9");
    // Two carry the name, and neither stands beside the specification: nobody knows which one is meant.
    folder.file("specs/ranker.yaml", spec());
    folder
        .check(&["."])
        .says("3 reviews")
        .keeps_quiet_about("artifact-drift");
    // One stands beside it.
    folder
        .file("prod/spec.yaml", spec())
        .file("specs/ranker.yaml", "");
    let answer = folder.check(&["."]);
    answer.says("2 reviews").keeps_quiet_about("artifact-drift");
    folder.file(
        "prod/ranker.yaml",
        service_but("maxReplicas: 4", "maxReplicas: 6"),
    );
    folder
        .check(&["."])
        .says("prod/ranker.yaml:10")
        .says("warning[artifact-drift]")
        .keeps_quiet_about("dev/ranker.yaml:10");
}

#[test]
fn a_specification_finds_manifests_in_another_folder() {
    let drifted = service_but("maxReplicas: 4", "maxReplicas: 6");
    let folder = Folder::with(&[
        ("specs/ranker.yaml", spec()),
        ("deploy/ranker.yaml", &drifted),
        ("servelint.toml", ""),
    ]);
    for words in [
        &["."] as &[&str],
        &["specs", "deploy"],
        &["specs/ranker.yaml"],
        &["deploy/ranker.yaml"],
    ] {
        folder
            .check(words)
            .exits(0)
            .says("deploy/ranker.yaml:10")
            .says("artifact-drift")
            .says("1 review,");
    }
    // One document was asked for, and the other is its company.
    folder.check(&["deploy/ranker.yaml"]).says("1 document,");
    folder
        .check(&["specs/ranker.yaml", "--isolated"])
        .exits(0)
        .keeps_quiet_about("artifact-drift");
}

#[test]
fn a_changed_manifest_finds_the_specification_that_names_it() {
    let other =
        service_but("name: ranker", "name: ranker-v7").replace("maxReplicas: 4", "maxReplicas: 6");
    let named = spec_with("    - {role: workload, path: deploy/v7.yaml}\n");
    let folder = Folder::with(&[
        ("specs/ranker.yaml", &named),
        ("deploy/v7.yaml", &other),
        ("servelint.toml", ""),
    ]);
    for words in [
        &["deploy/v7.yaml"] as &[&str],
        &["specs/ranker.yaml"],
        &["deploy/v7.yaml", "--hook"],
    ] {
        folder
            .check(words)
            .exits(0)
            .says("deploy/v7.yaml:10")
            .says("artifact-drift")
            .says("verdict: ranker ");
    }
}

#[test]
fn a_selector_chooses_among_the_objects_of_a_file() {
    let two = format!(
        "{}---\n{}",
        service_but("name: ranker", "name: ranker-old").replace("maxReplicas: 4", "maxReplicas: 9"),
        service_but("name: ranker", "name: ranker-new")
    );
    let chosen = |name: &str| {
        spec_with(&format!(
            "    - {{role: workload, path: deploy.yaml, selector: {{kind: InferenceService, name: {name}}}}}\n"
        ))
    };
    let folder = Folder::with(&[("spec.yaml", &chosen("ranker-new")), ("deploy.yaml", &two)]);
    folder
        .check(&["spec.yaml"])
        .exits(0)
        .keeps_quiet_about("artifact-drift");
    folder.file("spec.yaml", chosen("ranker-old"));
    folder.check(&["spec.yaml"]).exits(0).says("artifact-drift");
    folder.file("spec.yaml", chosen("ranker-older"));
    folder
        .check(&["spec.yaml"])
        .exits(1)
        .says("artifact-unresolvable")
        .says("the selector matches none of the 2 objects in `deploy.yaml`");
}

#[test]
fn the_revision_before_may_differ() {
    let old =
        service_but("name: ranker", "name: ranker-v6").replace("maxReplicas: 4", "maxReplicas: 9");
    let named = spec_with(
        "    - {role: workload, path: v7.yaml}\n    - {role: stable-workload, path: v6.yaml}\n",
    );
    let folder = Folder::with(&[
        ("spec.yaml", &named),
        ("v7.yaml", service()),
        ("v6.yaml", &old),
    ]);
    folder
        .check(&["."])
        .exits(0)
        .says("1 review,")
        .keeps_quiet_about("artifact-drift");
}

#[test]
fn a_role_that_no_object_plays_is_said() {
    let named = spec_with("    - {role: slo, path: ranker.yaml}\n");
    let folder = Folder::with(&[("spec.yaml", &named), ("ranker.yaml", service())]);
    folder
        .check(&["spec.yaml"])
        .exits(1)
        .says("`ranker.yaml` cannot be the `slo`: it holds InferenceService");
}

#[test]
fn artifacts_that_lead_nowhere_are_errors() {
    let outside = Folder::with(&[("a.yaml", service())]);
    let folder = Folder::with(&[("servelint.toml", ""), ("folder/a.yaml", "")]);
    let table = [
        ("missing.yaml", "does not exist"),
        ("folder", "is a folder"),
        ("../a.yaml", "is outside the repository"),
        ("https://example.com/a.yaml", "is a remote page"),
    ];
    for (path, reason) in table {
        folder.file(
            "spec.yaml",
            spec_with(&format!("    - {{role: workload, path: {path}}}\n")),
        );
        folder
            .check(&["spec.yaml"])
            .exits(1)
            .says("artifact-unresolvable")
            .says(reason);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path.join("a.yaml"), folder.path.join("link.yaml"))
            .expect("a link");
        folder.file(
            "spec.yaml",
            spec_with("    - {role: workload, path: link.yaml}\n"),
        );
        let answer = folder.check(&["spec.yaml"]);
        answer
            .exits(1)
            .says("is outside the repository")
            .keeps_quiet_about("artifact-drift");
    }
    drop(outside);
}

#[test]
fn a_declared_manifest_that_is_broken_is_an_error() {
    let named = spec_with("    - {role: workload, path: ranker.yaml}\n");
    let folder = Folder::with(&[("spec.yaml", &named), ("ranker.yaml", "spec: [\n")]);
    folder
        .check(&["spec.yaml"])
        .exits(1)
        .says("ranker.yaml:")
        .says("error[syntax-invalid]");
    folder.file(
        "ranker.yaml",
        service_but("minReplicas: 2", "minReplicas: two"),
    );
    let answer = folder.check(&["spec.yaml"]);
    answer
        .exits(1)
        .says("error[schema-valid]")
        .says("the schema refuses `/spec/predictor/minReplicas`; what depends on it is not judged");
    folder.file("ranker.yaml", vec![b' '; 10_000_001]);
    folder
        .check(&["spec.yaml"])
        .exits(1)
        .says("the file is larger than 10 MB");
}

#[test]
fn templates_are_not_judged_and_that_is_said() {
    let named = spec_with("    - {role: workload, path: ranker.yaml}\n");
    let folder = Folder::with(&[
        ("spec.yaml", &named),
        (
            "ranker.yaml",
            &service_but("minReplicas: 2", "minReplicas: {{ .Values.min }}"),
        ),
    ]);
    folder
        .check(&["spec.yaml"])
        .says("not checked: ranker.yaml")
        .says("artifact `ranker.yaml`: it holds no manifest that could be read");
}

/// A file that is not there is one error, and holds nothing that could be read or not.
#[test]
fn a_missing_manifest_is_said_once() {
    let named = spec_with("    - {role: workload, path: ranker.yaml}\n");
    let folder = Folder::with(&[("spec.yaml", &named)]);
    folder
        .check(&[])
        .exits(1)
        .says("error[artifact-unresolvable] artifact `ranker.yaml` does not exist")
        .keeps_quiet_about("holds no manifest");
}

#[test]
fn patches_are_not_judged_and_that_is_said() {
    let patch = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: ranker}\nspec: {predictor: {minReplicas: 1}}\n";
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("k8s/base/ranker.yaml", service()),
        (
            "k8s/dev/kustomization.yaml",
            "resources: [../base]\npatches: [{path: patches/replicas.yaml}]\npatchesStrategicMerge: [mode.yaml]\n",
        ),
        ("k8s/dev/patches/replicas.yaml", patch),
        ("k8s/dev/mode.yaml", patch),
    ]);
    let answer = folder.check(&["k8s"]);
    answer
        .exits(0)
        .says("1 document, 1 review")
        .keeps_quiet_about("min-replicas-production");
    answer
        .says("not checked: k8s/dev/patches/replicas.yaml: a Kustomize patch")
        .says("not checked: k8s/dev/mode.yaml: a Kustomize patch");
    folder.file(
        "k8s/dev/kustomization.yaml",
        "resources: [../base, mode.yaml]\n",
    );
    folder.check(&["k8s"]).says("min-replicas-production");
}

#[test]
fn the_canary_that_people_write_as_a_map_is_explained() {
    let folder = Folder::with(&[(
        "ranker.yaml",
        &service_but("spec:\n", "spec:\n  canary:\n    trafficPercent: 10\n"),
    )]);
    let answer = folder.run(&["check", "ranker.yaml"]);
    answer
        .exits(1)
        .says("`canary` must be a list")
        .says("A list of revisions beside the stable one");
}

#[test]
fn the_objects_of_a_list_are_read_each_for_itself() {
    let indented: String = service_but("maxReplicas: 4", "maxReplicas: 6")
        .lines()
        .enumerate()
        .map(|(line, text)| format!("{}{text}\n", if line == 0 { "  - " } else { "    " }))
        .collect();
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n{indented}  - {{apiVersion: v1, kind: ConfigMap, metadata: {{name: ranker}}}}\n"
    );
    let folder = Folder::with(&[("spec.yaml", spec()), ("all.yaml", &list)]);
    let answer = folder.check(&["."]);
    answer
        .exits(0)
        .says("all.yaml:13")
        .says("artifact-drift")
        .says("that servelint does not read: v1 ConfigMap (1)");
    folder.check(&["spec.yaml"]).exits(0).says("all.yaml:13");
}

#[test]
fn a_runbook_that_is_not_there_is_said() {
    let runbook = "rollback: {automatic: false, triggers: [availability], targetRevision: \"6\", rto: 10m, runbook: docs/a.md#x}";
    let text = format!("{}  {runbook}\n", spec());
    let folder = Folder::with(&[("spec.yaml", &text)]);
    folder
        .check(&["spec.yaml"])
        .exits(0)
        .says("runbook `docs/a.md#x` does not exist");
    folder.file("docs/a.md", "# X\n\nReturn to the old revision.\n");
    folder
        .check(&["spec.yaml"])
        .exits(0)
        .keeps_quiet_about("runbook");
}

#[test]
fn an_unrelated_manifest_does_not_disturb_a_hook() {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        (
            "config.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ),
        ("spec.yaml", &good_but("server: 100ms", "server: 180ms")),
    ]);
    folder
        .check(&["config.yaml", "--hook"])
        .exits(0)
        .keeps_quiet_about("timeouts-order");
}

/// The seconds of CPU of a run over this many manifests.
#[cfg(unix)]
fn seconds_to_join(count: usize) -> f64 {
    let folder = Folder::new();
    for index in 0..count {
        let name = format!("ranker-{index}");
        folder.file(
            &format!("k8s/{name}.yaml"),
            service().replace("name: ranker", &format!("name: {name}")),
        );
    }
    let words = [
        "check",
        "k8s",
        "--format",
        "concise",
        "--as-of",
        super::run::DAY,
    ];
    let (answer, seconds) = folder.run_counted(&words);
    answer
        .exits(0)
        .says(&format!("{count} documents, {count} reviews"))
        .says(&format!("{count} services: no ServingSpec"))
        .says("1 not checked");
    seconds
}

/// Ties are looked up, not compared each with each: ten times the manifests cost about ten times.
#[cfg(unix)]
#[test]
fn a_thousand_manifests_are_joined_in_time() {
    let (few, many) = (seconds_to_join(100), seconds_to_join(1_000));
    assert!(many < 15.0 * few, "{few} s for 100, {many} s for 1,000");
}

#[test]
fn the_search_for_company_ends_and_says_where() {
    let folder = Folder::with(&[("servelint.toml", ""), ("ranker.yaml", service())]);
    for index in 0..5_001 {
        folder.file(&format!("data/{index}.yaml"), "{}");
    }
    let answer = folder.check(&["ranker.yaml"]);
    answer
        .exits(0)
        .says("only the first 5000 files were searched");
    folder.check(&["."]).exits(0).keeps_quiet_about("searched");
}

/// A specification of `ranker` for the platform `deployment`, with replicas from 2 to 4.
fn deployment_spec() -> String {
    spec().replace(
        "platform: kserve\n    deploymentMode: Standard",
        "platform: deployment",
    )
}

fn deployment(name: &str) -> String {
    let image = "nvcr.io/nvidia/tritonserver@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f41d0c2b3a4f5e6d7c8b9a";
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 60
      containers: [{{name: triton, image: \"{image}\"}}]
"
    )
}

fn autoscaler(target: &str, max: usize) -> String {
    format!(
        "apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: scaler}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}
  minReplicas: 2
  maxReplicas: {max}
"
    )
}

#[test]
fn the_bounds_of_an_autoscaler_are_those_of_its_target() {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("specs/ranker.yaml", &deployment_spec()),
        ("deploy/ranker.yaml", &deployment("ranker")),
        ("deploy/scaler.yaml", &autoscaler("ranker", 9)),
        ("deploy/other.yaml", &autoscaler("other", 30)),
    ]);
    for words in [
        &["."] as &[&str],
        &["specs/ranker.yaml"],
        &["deploy/scaler.yaml"],
        &["deploy/ranker.yaml"],
    ] {
        let answer = folder.check(words);
        answer
            .says("deploy/scaler.yaml:7")
            .says("has a maximum replica count of `9`, but the specification has `4`");
        answer.keeps_quiet_about("deploy/other.yaml:7");
    }
    folder
        .check(&["."])
        .says("HorizontalPodAutoscaler: nothing ties them to a model server")
        .says("deploy/other.yaml");
}

#[test]
fn autoscalers_of_overlays_are_not_mixed() {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("dev/ranker.yaml", &deployment("ranker")),
        (
            "dev/scaler.yaml",
            &autoscaler("ranker", 3).replace("minReplicas: 2", "minReplicas: 1"),
        ),
        ("prod/ranker.yaml", &deployment("ranker")),
        ("prod/scaler.yaml", &autoscaler("ranker", 9)),
    ]);
    let answer = folder.check(&["."]);
    answer
        .says("2 reviews")
        .says("dev/scaler.yaml:6")
        .says("minimum of `1` replicas")
        .keeps_quiet_about("prod/scaler.yaml:");
}

const ROLLOUT: &str = "apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: NAME}
spec:
  replicas: 2
  strategy:
    canary:
      analysis: {templates: [{templateName: errors, clusterScope: true}]}
      steps: [{setWeight: 5}, {pause: {duration: 30m}}, {setWeight: 50}, {pause: {duration: 30m}}]
  template:
    spec:
      terminationGracePeriodSeconds: 60
      containers: [{name: triton, image: nvcr.io/nvidia/tritonserver, resources: {limits: {nvidia.com/gpu: 1}}}]
";

const TEMPLATE: &str = "apiVersion: argoproj.io/v1alpha1
kind: ClusterAnalysisTemplate
metadata: {name: errors}
spec:
  metrics:
    - name: errors
      interval: 1m
      failureLimit: 2
      successCondition: result[0] <= 0.05
      provider: {prometheus: {address: \"http://prometheus\", query: \"rate(errors[5m])\"}}
";

/// The files of each review in a JSON report.
fn files_of(folder: &Folder, words: &[&str]) -> Vec<Vec<String>> {
    let words = [&["check", "--format", "json"], words].concat();
    let report: serde_json::Value = serde_json::from_str(&folder.run(&words).out).expect("JSON");
    let reviews = report["reviews"].as_array().expect("reviews").iter();
    let text = |file: &serde_json::Value| file.as_str().expect("a name").to_owned();
    reviews
        .map(|review| {
            review["files"]
                .as_array()
                .expect("files")
                .iter()
                .map(text)
                .collect()
        })
        .collect()
}

#[test]
fn a_shared_template_takes_part_in_each_review() {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("a/rollout.yaml", &ROLLOUT.replace("NAME", "a")),
        ("b/rollout.yaml", &ROLLOUT.replace("NAME", "b")),
        ("cluster/errors.yaml", TEMPLATE),
    ]);
    let both = [
        ["a/rollout.yaml", "cluster/errors.yaml"],
        ["b/rollout.yaml", "cluster/errors.yaml"],
    ];
    assert_eq!(files_of(&folder, &["."]), both);
    // A named rollout brings its template, a named template its rollouts.
    assert_eq!(files_of(&folder, &["a/rollout.yaml"]), both[..1]);
    assert_eq!(files_of(&folder, &["cluster/errors.yaml"]), both);
    assert_eq!(
        files_of(&folder, &["a/rollout.yaml", "--isolated"]),
        [["a/rollout.yaml"]]
    );
}

#[test]
fn deployments_that_serve_no_model_are_left_and_named() {
    let web = deployment("web").replace("nvcr.io/nvidia/tritonserver", "nginx");
    let folder = Folder::with(&[("web.yaml", &web)]);
    let answer = folder.check(&["."]);
    answer
        .exits(2)
        .says("nothing to check")
        .says("Deployment: nothing ties them to a model server")
        .says("web.yaml");
    folder.check(&["web.yaml", "--hook"]).exits(0);
}

/// A Deployment that serves, with this number of replicas and this image.
fn serving(replicas: &str, image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: llm, annotations: }}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: llm}}}}\n  template:\n    metadata: {{labels: {{app: llm}}}}\n    spec:\n      \
         containers:\n      - name: llm\n        image: {image}\n        env:\n        \
         resources: {{limits: {{nvidia.com/gpu: 1}}}}\n      - {{name: side, image: nginx}}\n"
    )
}

#[test]
fn placeholders_are_not_judged_and_the_rest_is() {
    let text = serving("\"${REPLICAS}\"", "vllm/vllm-openai:${TAG}");
    let folder = Folder::with(&[("llm.yaml", &text)]);
    folder
        .check(&["llm.yaml"])
        .says("`${REPLICAS}` is a placeholder; not judged: `/spec/replicas`")
        .says("`${TAG}` is a placeholder; not judged: `/spec/template/spec/containers/0/image`")
        .says("image `nginx`")
        .keeps_quiet_about("schema-valid")
        .keeps_quiet_about("min-replicas-production]")
        .keeps_quiet_about("image `vllm");
    // The value is not known, and the key is none all the same.
    folder.file("llm.yaml", text.replace("replicas:", "replica:"));
    folder
        .check(&["llm.yaml"])
        .exits(1)
        .says("unknown field `replica` in `spec`");
}

#[test]
fn a_value_that_the_schema_refuses_silences_only_what_depends_on_it() {
    let text = serving("two", "vllm/vllm-openai:latest");
    let folder = Folder::with(&[("llm.yaml", &text)]);
    folder
        .check(&["llm.yaml"])
        .exits(1)
        .says("`replicas` must be a whole number")
        .says("image `vllm/vllm-openai:latest`")
        .says("left out: `min-replicas-production`")
        .keeps_quiet_about("error[min-replicas-production]");
    folder.file("llm.yaml", serving("4294967296", "a@sha256:b"));
    folder
        .check(&["llm.yaml"])
        .exits(1)
        .says("and a 32-bit integer holds at most 2147483647");
}

#[test]
fn a_null_in_a_manifest_is_a_field_that_is_not_set() {
    let text = serving("~", "vllm/vllm-openai:latest");
    let folder = Folder::with(&[("llm.yaml", &text)]);
    folder
        .check(&["llm.yaml"])
        .exits(0)
        .says("image `vllm/vllm-openai:latest`")
        .keeps_quiet_about("schema-valid");
}

#[test]
fn what_is_encrypted_or_of_terraform_is_named() {
    let sealed = "apiVersion: v1\nkind: Secret\nsops: {mac: \"ENC[AES256_GCM,data:x]\"}\n";
    let template = "apiVersion: apps/v1\nkind: Deployment\n%{ if gpu }\nspec: {}\n%{ endif }\n";
    let folder = Folder::with(&[("sops.yaml", sealed), ("tf.yaml", template)]);
    folder.file("crypt.yaml", b"\0GITCRYPT\0\x01\xff");
    folder
        .check(&["."])
        .says("git-crypt")
        .says("encrypted with SOPS")
        .says("template of Terraform")
        .keeps_quiet_about("syntax-invalid");
    folder
        .check(&["crypt.yaml"])
        .says("encrypted with git-crypt");
}

const OBJECTIVE: &str = "\
apiVersion: openslo/v1
kind: SLO
metadata: {name: ranker-availability}
spec:
  service: ranker
  indicator:
    metadata: {name: answered}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(answers_total{code!~\"5..\"}[5m]))'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(answers_total[5m]))'}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.9}]
  alertPolicies: [{alertPolicyRef: page}]
";

const POLICY: &str = "\
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: page}
spec: {alertWhenBreaching: true, conditions: [{conditionRef: fast}]}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec:
  severity: page
  condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}
";

/// Without any specification, what an objective leads to is judged with it, wherever it stands.
#[test]
fn the_alerts_of_an_objective_are_judged_with_its_budget() {
    let folder = Folder::with(&[
        ("slo/availability.yaml", OBJECTIVE),
        ("alerts.yaml", POLICY),
    ]);
    let at = "alerts.yaml:11:51: error[burnrate-unreachable] burn rate 14.4 of alert `fast` can never be exceeded";
    folder
        .check(&[])
        .exits(1)
        .says(at)
        .says("verdict: ranker not-reviewed")
        .keeps_quiet_about("verdict: fast");
    // Whoever shares the policy has its alerts, and each budget is compared.
    let other = OBJECTIVE
        .replace("ranker", "embedder")
        .replace("0.9}", "0.99}");
    folder.file("slo/embedder.yaml", &other);
    folder
        .check(&[])
        .exits(1)
        .says(at)
        .says("verdict: embedder not-reviewed");
    folder.file("slo/availability.yaml", OBJECTIVE.replace("0.9}", "0.99}"));
    folder
        .check(&[])
        .exits(0)
        .keeps_quiet_about("burnrate-unreachable");
    // Another name is another policy.
    folder.file(
        "slo/availability.yaml",
        OBJECTIVE.replace("alertPolicyRef: page", "alertPolicyRef: other"),
    );
    folder.file("slo/embedder.yaml", "");
    folder
        .check(&[])
        .exits(0)
        .keeps_quiet_about("burnrate-unreachable");
}
