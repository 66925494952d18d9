//! What is put over a manifest before it is applied: kustomizations, Argo CD, Flux.

use super::run::{Answer, Folder};
use crate::common::git;

/// A model server with four findings, each on its own field.
const BASE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: ranker
  labels: {app: ranker, team: search}
spec:
  replicas: 1
  selector: {matchLabels: {app: ranker}}
  template:
    metadata: {labels: {app: ranker}}
    spec:
      containers:
        - name: server
          image: vllm/vllm-openai:latest
          args: [--model=org/model]
          resources: {limits: {nvidia.com/gpu: 1}}
";

const REPLICAS: &str = "min-replicas-production";
const IMAGE: &str = "image-not-pinned";
const MODEL: &str = "model-revision-not-pinned";
const SPARE: &str = "rollout-needs-spare-gpu";
const ALL: [&str; 4] = [REPLICAS, IMAGE, MODEL, SPARE];

/// The start of a patch of the server.
const PATCH: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ranker}\n";

/// A base, and an overlay with these lines.
fn overlay(lines: &str) -> Folder {
    Folder::with(&[
        ("servelint.toml", ""),
        ("k8s/base/kustomization.yaml", "resources: [ranker.yaml]\n"),
        ("k8s/base/ranker.yaml", BASE),
        (
            "k8s/prod/kustomization.yaml",
            &format!("resources: [../base]\n{lines}"),
        ),
    ])
}

/// True where a finding of the rule is reported.
fn finds(answer: &Answer, rule: &str) -> bool {
    answer.out.contains(&format!("[{rule}]"))
}

/// Which of the findings of the base are still reported.
#[track_caller]
fn keeps(answer: &Answer, kept: &[&str], why: &str) {
    let found: Vec<&str> = ALL.into_iter().filter(|rule| finds(answer, rule)).collect();
    assert_eq!(found, kept, "{why}\n{}{}", answer.out, answer.err);
}

#[test]
fn a_base_that_nobody_changes_is_judged_as_it_stands() {
    for lines in [
        "",
        "namePrefix: prod-\nnameSuffix: -v2\nnamespace: serving\n",
        "commonLabels: {env: prod}\n",
        "labels: [{pairs: {env: prod}, includeSelectors: true}]\n",
        "commonAnnotations: {team: search}\n",
        "images: [{name: other/server, newTag: v2}]\n",
        "images: [{name: vllm/vllm-openai}]\n",
        "replicas: [{name: other, count: 3}]\n",
        "configMapGenerator: [{name: settings, literals: [a=b]}]\n",
        "patches: [{target: {kind: StatefulSet}, patch: \"[{op: replace, path: /spec/replicas, value: 3}]\"}]\n",
        "patches: [{target: {name: rank}, patch: \"[{op: replace, path: /spec/replicas, value: 3}]\"}]\n",
        "patches: [{target: {labelSelector: app=other}, patch: \"[{op: replace, path: /spec/replicas, value: 3}]\"}]\n",
        "patches: [{target: {kind: Deployment}, patch: \"[{op: test, path: /spec/replicas, value: 1}]\"}]\n",
        "validators: [check.yaml]\n",
        "transformers: [\"apiVersion: builtin\\nkind: NamespaceTransformer\\nmetadata: {name: n, namespace: a}\\n\"]\n",
        "transformers: [\"apiVersion: builtin\\nkind: LabelTransformer\\nmetadata: {name: n}\\nlabels: {a: b}\\n\"]\n",
    ] {
        let answer = overlay(lines).check(&["k8s"]);
        keeps(&answer, &ALL, lines);
        assert!(
            !answer.out.contains("judge the overlay"),
            "{lines}\n{}",
            answer.out
        );
    }
}

/// Lines of an overlay, what is said of them, and the findings of the base that stay.
const CHANGES: &[(&str, &str, &[&str])] = &[
    (
        "replicas: [{name: ranker, count: 3}]\n",
        "`replicas[0]` changes `/spec/replicas`",
        &[IMAGE, MODEL],
    ),
    (
        "images: [{name: vllm/vllm-openai, newTag: v0.11.0}]\n",
        "`images[0]` changes `/spec/template/spec/containers/0/image`",
        &[REPLICAS, MODEL, SPARE],
    ),
    (
        "images: [{name: vllm/vllm-openai, newName: mirror/vllm}, {name: mirror/vllm, newTag: v1}]\n",
        "`images[0]` changes `/spec/template/spec/containers/0/image`; `images[1]` changes `/spec/template/spec/containers/0/image`",
        &[REPLICAS, MODEL, SPARE],
    ),
    (
        "patches:\n  - target: {kind: Deploy.*, name: rank.*, labelSelector: 'app in (ranker),team'}\n    patch: |\n      - {op: replace, path: /spec/replicas, value: 3}\n",
        "`patches[0]` changes `/spec/replicas`",
        &[IMAGE, MODEL],
    ),
    (
        "patchesJson6902:\n  - target: {group: apps, version: v1, kind: Deployment, name: ranker}\n    patch: '[{\"op\": \"replace\", \"path\": \"/spec/template/spec/containers/0/image\", \"value\": \"vllm/vllm-openai@sha256:0\"}]'\n",
        "`patchesJson6902[0]` changes `/spec/template/spec/containers/0/image`",
        &[REPLICAS, MODEL, SPARE],
    ),
    (
        "patchesStrategicMerge:\n  - |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: ranker}\n    spec: {template: {spec: {containers: [{name: server, args: [--model=other/model]}]}}}\n",
        "`patchesStrategicMerge[0]` changes `/spec/template/spec/containers/0/args`",
        &[REPLICAS, IMAGE, SPARE],
    ),
    (
        "replacements:\n  - source: {kind: ConfigMap, name: versions, fieldPath: data.image}\n    targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=server].image']}]\n",
        "`replacements[0]` changes `/spec/template/spec/containers/0/image`",
        // Which server it is then, nobody knows.
        &[REPLICAS, SPARE],
    ),
    (
        "transformers: [\"apiVersion: example.com/v1\\nkind: Plugin\\nmetadata: {name: n}\\n\"]\n",
        "`transformers[0]` changes what cannot be told, which may be anything",
        &[],
    ),
    (
        "patches: [{path: 'https://example.com/p.yaml', target: {kind: Deployment}}]\n",
        "`patches[0]` changes what cannot be told, which may be anything",
        &[],
    ),
    (
        "labels: [{pairs: {a: b}, fields: [{path: spec/template/spec, kind: Deployment}]}]\n",
        "`labels[0]` changes `/spec/template/spec/a`",
        &ALL,
    ),
];

#[test]
fn what_an_entry_changes_is_left_to_the_overlay() {
    for (lines, said, kept) in CHANGES {
        let answer = overlay(lines).check(&["k8s"]);
        keeps(&answer, kept, lines);
        answer
            .says("not checked: k8s/base/ranker.yaml: judge the overlay `k8s/prod` instead: its ")
            .says(said);
    }
}

/// Lines of an overlay that Kustomize refuses, and what is said of them.
const REFUSED: &[(&str, &str)] = &[
    (
        "patches: [{path: missing.yaml, target: {kind: Deployment}}]\n",
        "`patches[0]`: `missing.yaml` does not exist, so Kustomize refuses to build it",
    ),
    (
        "patches: [{path: ../../../../p.yaml}]\n",
        "`../../../../p.yaml` ",
    ),
    (
        "patches: [{path: ../base}]\n",
        "`patches[0]`: the patch `../base` cannot be read: it is no file, so Kustomize refuses to build it",
    ),
    (
        "patchesStrategicMerge: [broken.yaml]\n",
        "`patchesStrategicMerge[0]`: the patch `broken.yaml` cannot be read: ",
    ),
    (
        "patchesJson6902: [{path: latin.yaml, target: {kind: Deployment}}]\n",
        "`patchesJson6902[0]`: the patch `latin.yaml` cannot be read: ",
    ),
    (
        "patches: [{patch: 'a: [', target: {kind: Deployment}}]\n",
        "`patches[0]`: its text cannot be read: ",
    ),
    (
        "patches: [{patch: 'a word', target: {kind: Deployment}}]\n",
        "`patches[0]`: it is neither a part of an object nor a list of operations, so",
    ),
    (
        "patches: [{patch: '[{op: remove, path: /spec/replicas}]'}]\n",
        "`patches[0]`: it has no target, and names no object itself, so",
    ),
    (
        "patches: [{target: {kind: Deployment}}]\n",
        "`patches[0]`: it has neither `path` nor `patch`, so",
    ),
    ("patches: {path: a.yaml}\n", "`patches` is no list"),
    (
        "replacements: [{path: missing.yaml}]\n",
        "`replacements[0]`: `missing.yaml` does not exist, so",
    ),
    (
        "transformers: [missing.yaml]\n",
        "`transformers[0]`: `missing.yaml` does not exist, so",
    ),
];

/// Kustomize builds nothing with such an entry, so no finding is left out for it; and nobody knows what will be
/// applied.
#[test]
fn what_kustomize_refuses_takes_no_finding_away() {
    for (lines, fault) in REFUSED {
        let folder = overlay(lines);
        folder.file("k8s/prod/broken.yaml", format!("{PATCH}spec: [\n"));
        std::fs::write(folder.path.join("k8s/prod/latin.yaml"), b"- op: \xe9\n").expect("a file");
        let answer = folder.check(&["k8s"]);
        keeps(&answer, &ALL, lines);
        answer
            .says("not checked: k8s/base/ranker.yaml: overlay `k8s/prod`: its ")
            .says("changes what is not known, because Kustomize refuses to build it")
            .says(fault)
            .keeps_quiet_about("left out here");
    }
    // Only what the target can mean is concerned.
    let answer =
        overlay("patches: [{path: missing.yaml, target: {kind: StatefulSet}}]\n").check(&["k8s"]);
    answer.keeps_quiet_about("ranker.yaml: overlay");
}

/// What else decides a field still does.
#[test]
fn the_other_entries_of_a_refused_layer_act() {
    let lines = "replicas: [{name: ranker, count: 3}]\npatches: [{path: missing.yaml}]\n";
    keeps(&overlay(lines).check(&["k8s"]), &[IMAGE, MODEL], lines);
}

/// The schema's findings do not go either.
#[test]
fn what_a_schema_refuses_stays_under_a_refused_layer() {
    let folder = overlay("patches: [{path: missing.yaml}]\n");
    folder.file(
        "k8s/base/ranker.yaml",
        BASE.replace("replicas: 1", "replicas: many"),
    );
    folder.check(&["k8s"]).exits(1).says("error[schema-valid]");
}

/// A key that stands twice builds in some releases of Kustomize, a template once it is filled in.
#[test]
fn a_patch_that_only_we_cannot_read_may_change_anything() {
    for patch in [
        format!("{PATCH}spec: {{replicas: 3, replicas: 3}}\n"),
        format!("{PATCH}spec:\n{{{{ if .Values.big }}}}\n  replicas: 3\n{{{{ end }}}}\n"),
    ] {
        let folder = overlay("patches: [{path: p.yaml}]\n");
        folder.file("k8s/prod/p.yaml", &patch);
        let answer = folder.check(&["k8s"]);
        keeps(&answer, &[], &patch);
        answer.says("(k8s/prod/p.yaml) changes what cannot be told, which may be anything");
    }
}

/// What is left out is named, so that nobody takes it for passed.
#[test]
fn rules_that_were_left_out_are_named() {
    let answer = overlay("replicas: [{name: ranker, count: 3}]\n").check(&["k8s"]);
    answer.says("`replicas[0]` changes `/spec/replicas`; left out here: `min-replicas-production`, `rollout-needs-spare-gpu`");
}

/// A finding about something else stays, also where it stands above what the patch changes.
#[test]
fn a_patch_of_one_field_leaves_the_others_alone() {
    let folder = overlay("patches: [{path: gpu.yaml}]\n");
    let gpu = format!(
        "{PATCH}spec: {{template: {{spec: {{containers: [{{name: server, resources: {{limits: {{memory: 40Gi}}}}}}]}}}}}}\n"
    );
    folder.file("k8s/prod/gpu.yaml", gpu);
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &ALL, "memory decides none of them");
    answer.says("its `patches[0]` (k8s/prod/gpu.yaml) changes `/spec/template/spec/containers/0/resources/limits/memory`");
    // Another container is added; that of the base is the same.
    let sidecar = format!(
        "{PATCH}spec: {{template: {{spec: {{containers: [{{name: proxy, image: 'envoy:latest'}}]}}}}}}\n"
    );
    folder.file("k8s/prod/gpu.yaml", sidecar);
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &ALL, "a sidecar");
    answer.says("changes `/spec/template/spec/containers/-`");
    // And what is removed or replaced as a whole is no longer that of the base.
    for part in ["$patch: replace", "$patch: delete"] {
        let whole = format!(
            "{PATCH}spec: {{template: {{spec: {{containers: [{{name: server, {part}}}]}}}}}}\n"
        );
        folder.file("k8s/prod/gpu.yaml", whole);
        let answer = folder.check(&["k8s"]);
        assert!(!finds(&answer, IMAGE) && !finds(&answer, MODEL), "{part}");
        assert!(finds(&answer, REPLICAS), "{part}");
    }
}

/// An element that is put in or taken out moves those behind it: what is said of them follows.
#[test]
fn findings_follow_elements_that_move() {
    let list = "/spec/template/spec/containers";
    let sidecar = "value: {name: proxy, image: 'envoy:v1'}";
    let image = "value: 'vllm/vllm-openai:v0.11.0'";
    for (operations, kept) in [
        (format!("{{op: add, path: {list}/0, {sidecar}}}"), &ALL[..]),
        (format!("{{op: add, path: {list}/-, {sidecar}}}"), &ALL),
        // The second one is then the server.
        (
            format!(
                "{{op: add, path: {list}/0, {sidecar}}}, {{op: replace, path: {list}/1/image, {image}}}"
            ),
            &[REPLICAS, MODEL, SPARE],
        ),
        (
            format!(
                "{{op: add, path: {list}/0, {sidecar}}}, {{op: replace, path: {list}/0/image, {image}}}"
            ),
            &ALL,
        ),
        (
            format!(
                "{{op: add, path: {list}/0, {sidecar}}}, {{op: remove, path: {list}/0}}, {{op: replace, path: {list}/0/image, {image}}}"
            ),
            &[REPLICAS, MODEL, SPARE],
        ),
        // What was moved may be anywhere.
        (
            format!("{{op: move, from: {list}/0, path: {list}/0}}"),
            &[REPLICAS],
        ),
        (
            format!(
                "{{op: replace, path: {list}, value: []}}, {{op: add, path: {list}/0, {sidecar}}}"
            ),
            &[REPLICAS],
        ),
        (
            format!("{{op: add, path: {list}/0/args/0, value: --quiet}}"),
            &[REPLICAS, IMAGE, SPARE],
        ),
    ] {
        let lines =
            format!("patches: [{{target: {{kind: Deployment}}, patch: \"[{operations}]\"}}]\n");
        keeps(&overlay(&lines).check(&["k8s"]), kept, &operations);
    }
}

/// A merge patch puts new elements first, so that a later operation means another one.
#[test]
fn an_operation_counts_the_elements_that_are_there_by_then() {
    let lines = |index: usize| {
        format!(
            "patches:\n  - path: proxy.yaml\n  - target: {{kind: Deployment}}\n    patch: '[{{op: replace, path: /spec/template/spec/containers/{index}/image, value: vllm/vllm-openai@sha256:0}}]'\n"
        )
    };
    let proxy = format!(
        "{PATCH}spec: {{template: {{spec: {{containers: [{{name: proxy, image: 'envoy:v1'}}]}}}}}}\n"
    );
    for (index, kept) in [(0, &ALL[..]), (1, &[REPLICAS, MODEL, SPARE])] {
        let folder = overlay(&lines(index));
        folder.file("k8s/prod/proxy.yaml", &proxy);
        keeps(&folder.check(&["k8s"]), kept, &lines(index));
    }
}

/// A base with these overlays, by name and lines.
fn overlays(all: &[(&str, &str)]) -> Folder {
    let folder = overlay("");
    std::fs::remove_dir_all(folder.path.join("k8s/prod")).expect("removed");
    for (name, lines) in all {
        folder.file(
            &format!("k8s/{name}/kustomization.yaml"),
            format!("resources: [../base]\n{lines}"),
        );
    }
    folder.file("k8s/gone.yaml", format!("{PATCH}$patch: delete\n"));
    folder
}

const GONE: &str = "patches: [{path: ../gone.yaml}]\n";
const THREE: &str = "replicas: [{name: ranker, count: 3}]\n";

/// An overlay that leaves the object out says nothing about those that apply it.
#[test]
fn an_object_that_every_overlay_removes_is_not_applied() {
    for (all, kept) in [
        (&[("prod", GONE), ("eu", "")][..], &ALL[..]),
        (&[("prod", GONE), ("dev", "")], &ALL),
        (&[("prod", GONE)], &[]),
        (&[("prod", GONE), ("dev", GONE)], &[]),
        (&[("prod", GONE), ("eu", THREE)], &[IMAGE, MODEL]),
    ] {
        let answer = overlays(all).check(&["k8s"]);
        keeps(&answer, kept, &format!("{all:?}"));
        answer
            .says("`patches[0]` (k8s/gone.yaml) changes all of it, because it removes the object");
    }
    let folder = service(DECLARED, "patches: [{path: gone.yaml}]\n");
    let gone = PATCH.replace("ranker", "chat");
    folder.file("k8s/prod/gone.yaml", format!("{gone}$patch: delete\n"));
    assert!(
        claims(&folder)[0].starts_with("attested: "),
        "{:?}",
        claims(&folder)
    );
}

/// What one of several overlays leaves as it is, is applied as it is.
#[test]
fn a_finding_stays_where_a_leaf_applies_it() {
    let mend = "patches: [{target: {kind: Deployment}, patch: '[{op: add, path: /spec/strategy, value: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}]'}]\n";
    let again = "replicas: [{name: ranker, count: 1}]\n";
    for (all, kept, leaf) in [
        (&[("dev", THREE), ("prod", "")][..], &ALL[..], "k8s/prod"),
        (
            &[("dev", THREE), ("prod", "namePrefix: a-\n")],
            &ALL,
            "k8s/prod",
        ),
        (&[("eu", THREE), ("us", "")], &ALL, "k8s/us"),
        (&[("eu", THREE), ("us", again)], &ALL, "k8s/us"),
        (
            &[("eu", THREE), ("us", mend)],
            &[REPLICAS, IMAGE, MODEL],
            "k8s/us",
        ),
        // Certainly not production.
        (&[("dev", ""), ("prod", THREE)], &[IMAGE, MODEL], ""),
        (
            &[("dev", ""), ("test-2", ""), ("eu", THREE)],
            &[IMAGE, MODEL],
            "",
        ),
        // Where no overlay is for production, each counts.
        (&[("dev", ""), ("staging", THREE)], &[IMAGE, MODEL], ""),
        (&[("dev", ""), ("staging", "")], &ALL, ""),
        (&[("dev", THREE)], &[IMAGE, MODEL], ""),
        // Nobody knows what they do.
        (
            &[
                ("eu", "patches: [{path: 'https://example.com/a.yaml'}]\n"),
                ("us", "patches: [{path: 'https://example.com/b.yaml'}]\n"),
            ],
            &[],
            "",
        ),
    ] {
        let answer = overlays(all).check(&["k8s"]);
        keeps(&answer, kept, &format!("{all:?}"));
        match leaf {
            "" => answer.keeps_quiet_about("still reported"),
            leaf => answer.says("changes `/spec/replicas`").says(&format!(
                "; still reported, as overlay `{leaf}` applies it: `{REPLICAS}`"
            )),
        };
    }
}

/// A layer above only one of two overlays does not speak for the other.
#[test]
fn what_is_above_one_overlay_is_not_above_the_other() {
    let folder = overlays(&[("eu", ""), ("us", "")]);
    folder.file(
        "k8s/all/eu/kustomization.yaml",
        format!("resources: [../../eu]\n{THREE}"),
    );
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &ALL, "us is applied as it stands");
    folder.file(
        "k8s/all/us/kustomization.yaml",
        format!("resources: [../../us]\n{THREE}"),
    );
    keeps(&folder.check(&["k8s"]), &[IMAGE, MODEL], "both are changed");
}

/// So does what a schema refuses.
#[test]
fn what_a_schema_refuses_stays_where_a_leaf_applies_it() {
    for (other, is_said) in [("", true), (THREE, false)] {
        let folder = overlays(&[("dev", THREE), ("prod", other)]);
        folder.file(
            "k8s/base/ranker.yaml",
            BASE.replace("replicas: 1", "replicas: many"),
        );
        let answer = folder.check(&["k8s"]);
        assert_eq!(
            answer.out.contains("error[schema-valid]"),
            is_said,
            "{}",
            answer.out
        );
    }
}

/// A field that is missing in the base may come from the overlay.
#[test]
fn what_an_overlay_adds_is_not_missing() {
    let folder = overlay("patches: [{path: strategy.yaml}]\n");
    let strategy = format!(
        "{PATCH}spec: {{strategy: {{rollingUpdate: {{maxSurge: 0, maxUnavailable: 1}}}}}}\n"
    );
    folder.file("k8s/prod/strategy.yaml", strategy);
    let answer = folder.check(&["k8s"]);
    keeps(
        &answer,
        &[REPLICAS, IMAGE, MODEL],
        "no spare GPU is needed then",
    );
    answer.says("left out here: `rollout-needs-spare-gpu`");
}

/// Lists of custom resources have no merge keys: the whole list is replaced.
#[test]
fn a_list_of_a_custom_resource_is_replaced() {
    let base = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: ranker, annotations: {serving.kserve.io/deploymentMode: Standard}}\nspec:\n  predictor:\n    minReplicas: 1\n    containers: [{name: kserve-container, image: 'vllm/vllm-openai:latest'}]\n";
    let patch = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: ranker}\nspec: {predictor: {containers: [{name: kserve-container, env: []}]}}\n";
    let folder = overlay("patches: [{path: p.yaml}]\n");
    folder
        .file("k8s/base/ranker.yaml", base)
        .file("k8s/prod/p.yaml", patch);
    let answer = folder.check(&["k8s"]);
    assert!(
        !finds(&answer, IMAGE) && finds(&answer, REPLICAS),
        "{}",
        answer.out
    );
    answer.says("changes `/spec/predictor/containers`");
}

#[test]
fn a_patch_above_knows_the_names_that_layers_below_give() {
    let folder = overlay("namePrefix: prod-\n");
    folder.file(
        "k8s/eu/kustomization.yaml",
        "resources: [../prod]\npatches:\n  - target: {name: prod-ranker}\n    patch: '[{op: replace, path: /spec/replicas, value: 3}]'\n",
    );
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &[IMAGE, MODEL], "prod-ranker is ranker");
    answer.says("judge the overlay `k8s/eu` instead");
    folder.file(
        "k8s/eu/kustomization.yaml",
        "resources: [../prod]\npatches:\n  - target: {name: dev-ranker}\n    patch: '[{op: replace, path: /spec/replicas, value: 3}]'\n",
    );
    keeps(&folder.check(&["k8s"]), &ALL, "nobody is called so");
}

#[test]
fn a_component_acts_on_what_its_users_take_in() {
    let folder = overlay("components: [../fast]\n");
    folder.file(
        "k8s/fast/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: ranker, count: 3}]\n",
    );
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &[IMAGE, MODEL], "the component has replicas");
    answer.says("judge an overlay with the component `k8s/fast` instead: its `replicas[0]` changes `/spec/replicas`");
    folder.file("k8s/prod/kustomization.yaml", "resources: [../base]\n");
    keeps(&folder.check(&["k8s"]), &ALL, "nobody uses it");
}

/// What a configuration says may be fields of a custom resource; without one Kustomize knows its own kinds only.
#[test]
fn replicas_are_those_of_the_kinds_that_kustomize_knows() {
    let rollout = BASE
        .replace("apps/v1", "argoproj.io/v1alpha1")
        .replace("kind: Deployment", "kind: Rollout");
    let folder = overlay("replicas: [{name: ranker, count: 3}]\n");
    folder.file("k8s/base/ranker.yaml", rollout);
    let answer = folder.check(&["k8s"]);
    assert!(finds(&answer, REPLICAS), "{}", answer.out);
    folder.file(
        "k8s/prod/kustomization.yaml",
        "resources: [../base]\nconfigurations: [fields.yaml]\nreplicas: [{name: ranker, count: 3}]\n",
    );
    assert!(!finds(&folder.check(&["k8s"]), REPLICAS));
}

#[test]
fn variables_fill_in_what_holds_them() {
    let folder =
        overlay("vars: [{name: MODEL, objref: {kind: ConfigMap, name: a, apiVersion: v1}}]\n");
    folder.file(
        "k8s/base/ranker.yaml",
        BASE.replace("--model=org/model", "--model=$(MODEL)"),
    );
    folder
        .check(&["k8s"])
        .says("`vars[0]` changes `/spec/template/spec/containers/0/args/0`");
}

#[test]
fn a_generated_name_changes_where_it_is_used() {
    let env = "          envFrom: [{configMapRef: {name: settings}}]\n          resources";
    let folder = overlay("configMapGenerator: [{name: settings, literals: [a=b]}]\n");
    folder.file(
        "k8s/base/ranker.yaml",
        BASE.replace("          resources", env),
    );
    let answer = folder.check(&["k8s"]);
    // Rules rest on no such name.
    keeps(&answer, &ALL, "a hash");
    answer.keeps_quiet_about("judge the overlay");
}

/// An annotation that decides which fields count is one that rules rest on.
#[test]
fn annotations_that_model_servers_read_count() {
    let folder = overlay("commonAnnotations: {serving.kserve.io/deploymentMode: Knative}\n");
    folder.check(&["k8s"]).says(
        "`commonAnnotations` changes `/metadata/annotations/serving.kserve.io~1deploymentMode`",
    );
}

/// What a schema refuses in a base may be right in the overlay.
#[test]
fn what_a_schema_refuses_may_be_right_by_then() {
    let folder = overlay("replicas: [{name: ranker, count: 3}]\n");
    folder.file(
        "k8s/base/ranker.yaml",
        BASE.replace("replicas: 1", "replicas: many"),
    );
    let answer = folder.check(&["k8s"]);
    answer
        .exits(0)
        .keeps_quiet_about("error[schema-valid]")
        .says("`schema-valid`");
    folder.file("k8s/prod/kustomization.yaml", "resources: [../base]\n");
    folder.check(&["k8s"]).exits(1).says("error[schema-valid]");
}

#[test]
fn a_patch_is_none_of_the_manifests_wherever_it_stands() {
    let folder = overlay(
        "patches: [{path: ../patches/a.yaml}, {path: b.json, target: {kind: Deployment}}]\n",
    );
    folder
        .file(
            "k8s/patches/a.yaml",
            format!("{PATCH}spec: {{replicas: 1}}\n"),
        )
        .file(
            "k8s/prod/b.json",
            "[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 3}]",
        );
    let answer = folder.check(&["k8s"]);
    answer
        .says("1 document, 1 review")
        .says("not checked: k8s/patches/a.yaml: a Kustomize patch")
        .says("not checked: k8s/prod/b.json: a Kustomize patch")
        .keeps_quiet_about("no document with `apiVersion`");
    // What is applied as it stands is judged, whoever uses it as a patch as well.
    folder.file(
        "k8s/all/kustomization.yaml",
        "resources: [../patches/a.yaml]\n",
    );
    folder
        .check(&["k8s"])
        .says("not checked: Deployment: nothing ties them to a model server")
        .says("in k8s/patches/a.yaml");
}

/// The overlay may lie outside of what is checked.
#[test]
fn the_whole_repository_is_searched_for_layers() {
    let folder = overlay("replicas: [{name: ranker, count: 3}]\n");
    for words in [&["k8s/base"][..], &["k8s/base/ranker.yaml"]] {
        let answer = folder.check(words);
        keeps(&answer, &[IMAGE, MODEL], "the overlay is beside it");
        answer.says("judge the overlay `k8s/prod` instead");
    }
    let answer = folder.check(&["k8s/prod"]);
    answer.exits(2).says("1 kustomization takes in no manifest that is checked here; check what `kustomize build` prints: k8s/prod/kustomization.yaml");
}

#[test]
fn remote_bases_are_named_and_paths_stay_in_the_repository() {
    let folder = overlay("");
    folder.file(
        "k8s/prod/kustomization.yaml",
        "resources:\n  - ../base\n  - https://example.com/a.yaml\n  - git@example.com:a/b.git\n  - github.com/a/b?ref=v1\n  - ../../../outside\n  - nowhere\n",
    );
    let outside = folder
        .path
        .parent()
        .expect("a folder above")
        .join("outside");
    let _made = std::fs::create_dir(&outside);
    let answer = folder.check(&["k8s"]);
    let _gone = std::fs::remove_dir(&outside);
    answer
        .says("k8s/prod/kustomization.yaml: `https://example.com/a.yaml` is remote: it is not fetched")
        .says("`git@example.com:a/b.git` is remote")
        .says("`github.com/a/b?ref=v1` is remote")
        .says("`../../../outside` leads out of the repository and is not followed")
        .says("`nowhere` does not exist");
    keeps(&answer, &ALL, "none of them changes anything");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let folder = overlay("");
    let other = Folder::with(&[
        ("kustomization.yaml", "resources: [a.yaml]\n"),
        ("a.yaml", BASE),
    ]);
    std::os::unix::fs::symlink(&other.path, folder.path.join("k8s/away")).expect("a link");
    folder.file(
        "k8s/prod/kustomization.yaml",
        "resources: [../base, ../away]\n",
    );
    folder
        .check(&["k8s"])
        .says("`../away` leads out of the repository and is not followed");
}

#[cfg(unix)]
#[test]
fn a_kustomization_behind_a_link_out_of_the_repository_is_not_read() {
    let folder = overlay("");
    let other = Folder::with(&[("kustomization.yaml", "resources: [ranker.yaml]\n")]);
    let own = folder.path.join("k8s/base/kustomization.yaml");
    std::fs::remove_file(&own).expect("removed");
    std::os::unix::fs::symlink(other.path.join("kustomization.yaml"), &own).expect("a link");
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &ALL, "Kustomize follows no such link");
    answer.says("it cannot be read, so what it does is not known: it leads out of the repository");
}

#[test]
fn circles_end() {
    let folder = overlay("replicas: [{name: ranker, count: 3}]\n");
    folder.file(
        "k8s/base/kustomization.yaml",
        "resources: [ranker.yaml, ../prod]\ncomponents: [../prod, .]\n",
    );
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &[IMAGE, MODEL], "a circle");
    answer.says("k8s/base/kustomization.yaml: it takes in itself, or others that do, in a circle");
}

#[test]
fn a_kustomization_that_cannot_be_read_takes_no_finding_away() {
    for (text, said) in [
        (
            "resources: [ranker.yaml\n",
            "it cannot be read, so what it does is not known",
        ),
        (
            "- a\n- b\n",
            "it is no mapping, so what it does is not known",
        ),
        ("resources: 5\n", "`resources` is no list"),
    ] {
        let folder = Folder::with(&[
            ("servelint.toml", ""),
            ("k8s/kustomization.yaml", text),
            ("k8s/ranker.yaml", BASE),
        ]);
        let answer = folder.check(&["k8s"]);
        answer.says(said);
        if !text.starts_with("resources: 5") {
            keeps(&answer, &ALL, text);
            answer.says(
                "its `text` changes what is not known, because Kustomize refuses to build it",
            );
        }
    }
}

/// Many layers over many objects end in time, and what is too much is said.
#[test]
fn a_layer_with_too_many_entries_may_do_anything() {
    let mut lines = "patches:\n".to_owned();
    for _ in 0..2_100 {
        lines.push_str("  - {target: {name: '(a|b)*c'}, patch: '[{op: replace, path: /spec/replicas, value: 3}]'}\n");
    }
    let answer = overlay(&lines).check(&["k8s"]);
    keeps(&answer, &[], "the last may do anything");
    answer.says("it has more than 2000 entries; the others may change anything");
}

/// What is too deep, too long or too much may be anything, and ends in time.
#[test]
fn entries_beyond_any_measure_may_do_anything() {
    let deep = "/a".repeat(100_000);
    let long = "a.".repeat(100_000);
    let many = "a,".repeat(1_000);
    let wide: String = (0..20_000).map(|key| format!("k{key}: 1, ")).collect();
    for lines in [
        format!(
            "patches: [{{target: {{kind: Deployment}}, patch: '[{{op: add, path: {deep}, value: 1}}]'}}]\n"
        ),
        format!(
            "replacements: [{{source: {{kind: A}}, targets: [{{select: {{kind: Deployment}}, fieldPaths: [{long}b]}}]}}]\n"
        ),
        format!(
            "replacements: [{{source: {{kind: A}}, targets: [{{select: {{kind: Deployment}}, fieldPaths: [{many}b]}}]}}]\n"
        ),
        format!(
            "patches: [{{target: {{kind: Deployment}}, patch: '{{kind: Deployment, spec: {{{wide}}}}}'}}]\n"
        ),
    ] {
        let answer = overlay(&lines).check(&["k8s"]);
        let start: String = lines.chars().take(60).collect();
        keeps(&answer, &[], &start);
        answer.says("changes what cannot be told, which may be anything");
    }
}

#[test]
fn argo_cd_overrides_from_outside() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ranker-prod}\nspec:\n  source:\n    repoURL: https://example.com/repo\n    path: k8s/prod\n    kustomize:\n";
    for (lines, said, kept) in [
        (
            "      images: ['vllm/vllm-openai:v0.11.0']\n",
            "`spec.source.kustomize.images[0]` changes `/spec/template/spec/containers/0/image`",
            &[REPLICAS, MODEL, SPARE][..],
        ),
        (
            "      images: ['vllm/vllm-openai=mirror/vllm@sha256:0a']\n",
            "`spec.source.kustomize.images[0]` changes `/spec/template/spec/containers/0/image`",
            &[REPLICAS, MODEL, SPARE],
        ),
        (
            "      replicas: [{name: ranker, count: 3}]\n",
            "`spec.source.kustomize.replicas[0]` changes `/spec/replicas`",
            &[IMAGE, MODEL],
        ),
        (
            "      patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/replicas, value: 3}]'}]\n",
            "`spec.source.kustomize.patches[0]` changes `/spec/replicas`",
            &[IMAGE, MODEL],
        ),
    ] {
        let folder = overlay("");
        folder.file("argo/ranker.yaml", format!("{application}{lines}"));
        let answer = folder.check(&["k8s"]);
        keeps(&answer, kept, lines);
        answer
            .says("judge what Application `ranker-prod` (argo/ranker.yaml) applies instead: its ")
            .says(said);
        // One of another folder has no say.
        let other = application.replace("k8s/prod", "k8s/other");
        folder.file("argo/ranker.yaml", format!("{other}{lines}"));
        keeps(&folder.check(&["k8s"]), &ALL, lines);
    }
}

#[test]
fn an_application_set_reaches_the_folders_of_its_template() {
    for path in ["'k8s/{{env}}'", "'{{.path.path}}'"] {
        let set = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all}}\nspec:\n  generators: [{{matrix: {{generators: [{{git: {{directories: [{{path: 'k8s/*'}}]}}}}]}}}}]\n  template:\n    spec:\n      source: {{path: {path}, kustomize: {{replicas: [{{name: ranker, count: 3}}]}}}}\n"
        );
        let folder = overlay("");
        folder.file("argo/all.yaml", set);
        let answer = folder.check(&["k8s"]);
        keeps(&answer, &[IMAGE, MODEL], path);
        answer.says("judge what ApplicationSet `all` (argo/all.yaml) applies instead");
    }
}

/// An escape is read as what it stands for, so it hides nothing.
#[test]
fn escapes_hide_no_application() {
    let spec = "source: {path: k8s/prod, kustomize: {replicas: [{name: ranker, count: 3}]}}";
    for (name, head) in [
        (
            "a.yaml",
            "\"apiVersion\": \"\\u0061rgoproj.io/v1alpha1\"\nkind: Application\n",
        ),
        (
            "a.yaml",
            "apiVersion: \"argoproj\\x2eio/v1alpha1\"\nkind: \"\\U00000041pplication\"\n",
        ),
        (
            "a.yaml",
            "apiVersion: \"argoproj.\\\n  io/v1alpha1\"\nkind: Application\n",
        ),
        (
            "a.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n",
        ),
    ] {
        let folder = overlay("");
        folder.file(
            &format!("argo/{name}"),
            format!("{head}metadata: {{name: a}}\nspec: {{{spec}}}\n"),
        );
        keeps(&folder.check(&["k8s"]), &[IMAGE, MODEL], head);
    }
    let folder = overlay("");
    folder.file("argo/a.json", "{\"apiVersion\": \"argoproj.io\\/v1alpha1\", \"kind\": \"Appl\\u0069cation\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"source\": {\"path\": \"k8s/prod\", \"kustomize\": {\"replicas\": [{\"name\": \"ranker\", \"count\": 3}]}}}}");
    keeps(&folder.check(&["k8s"]), &[IMAGE, MODEL], "JSON");
    folder.file("argo/a.json", "{\"a\": \"argoproj.io\\/Applicati\\x\"}");
    keeps(&folder.check(&["k8s"]), &ALL, "no object");
}

/// Argo CD reads such a file where an Application leads.
#[test]
fn a_source_override_acts_on_its_folder() {
    let lines = "kustomize: {images: ['vllm/vllm-openai:v0.11.0']}\n";
    for name in [".argocd-source.yaml", ".argocd-source-ranker.yaml"] {
        let folder = overlay("");
        folder.file(&format!("k8s/prod/{name}"), lines);
        let answer = folder.check(&["k8s"]);
        keeps(&answer, &[REPLICAS, MODEL, SPARE], name);
        answer.says("judge what Argo CD source override `k8s/prod` applies instead: its `kustomize.images[0]` changes `/spec/template/spec/containers/0/image`");
    }
    // It has no say in another folder, nor under another name.
    for name in [
        "k8s/other/.argocd-source.yaml",
        "k8s/prod/.argocd-sources.yaml",
    ] {
        let folder = overlay("");
        folder.file(name, lines);
        keeps(&folder.check(&["k8s"]), &ALL, name);
    }
    let folder = overlays(&[("eu", ""), ("us", "")]);
    folder.file("k8s/eu/.argocd-source.yaml", lines);
    keeps(&folder.check(&["k8s"]), &ALL, "us has no override");
    folder.file("k8s/us/.argocd-source.yaml", lines);
    keeps(
        &folder.check(&["k8s"]),
        &[REPLICAS, MODEL, SPARE],
        "both have one",
    );
}

/// An ignore file hides from a walk what git tracks all the same.
#[test]
fn a_layer_that_git_tracks_acts_whatever_ignores_it() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: k8s/prod/all, kustomize: {images: ['vllm/vllm-openai:v0.11.0']}}}\n";
    let path = std::env::var("PATH").expect("a path");
    for (is_tracked, kept) in [(true, &[MODEL][..]), (false, &ALL)] {
        let folder = overlays(&[("prod", "")]);
        folder
            .file(
                "k8s/prod/all/kustomization.yaml",
                format!("resources: [..]\n{THREE}"),
            )
            .file("argo/a.yaml", application);
        git::init(&folder.path);
        if is_tracked {
            git::commit(&folder.path, "x");
        }
        folder.file(".gitignore", "all\nargo\n");
        if !is_tracked {
            git::commit(&folder.path, "x");
        }
        let words = [
            "check",
            "--format",
            "concise",
            "--as-of",
            super::run::DAY,
            "k8s/base",
        ];
        let env = [("PATH", path.as_str())];
        let setting = super::run::Setting {
            env: &env,
            ..super::run::Setting::default()
        };
        keeps(
            &folder.run_as(&words, &setting),
            kept,
            &format!("{is_tracked}"),
        );
    }
}

/// An ApplicationSet with these generators, and this path in its template, that gives three replicas.
fn application_set(generators: &str, path: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all}}\nspec:\n  generators: [{generators}]\n  template:\n    spec:\n      source: {{path: {path}, kustomize: {{replicas: [{{name: ranker, count: 3}}]}}}}\n"
    )
}

/// The folders that generators find are those of the layers, and no others.
#[test]
fn generators_say_which_folders_an_application_set_reaches() {
    let files = |more: &str| format!("{{git: {{files: [{{path: {more}}}]}}}}");
    let folders = |more: &str| format!("{{git: {{directories: [{more}]}}}}");
    for (generators, path, reaches) in [
        (folders("{path: 'k8s/*'}"), "'{{path}}'", true),
        (folders("{path: 'k8s/*'}"), "'{{ .path.path }}'", true),
        (folders("{path: 'k8s/pr?d'}"), "'{{path}}'", true),
        (folders("{path: 'apps/*'}"), "'{{path}}'", false),
        (folders("{path: '*'}"), "'{{path}}'", false),
        (folders("{path: '*'}"), "'{{path}}/prod'", true),
        (
            folders("{path: 'k8s/p*'}, {path: k8s/prod, exclude: true}"),
            "'{{path}}'",
            false,
        ),
        (
            folders("{path: 'k8s/*'}, {path: k8s/base, exclude: true}"),
            "'{{path}}'",
            true,
        ),
        (
            folders("{path: 'k8s/*'}, {path: '{{x}}', exclude: true}"),
            "'{{path}}'",
            true,
        ),
        (files("'k8s/**/config.json'"), "'{{path}}'", true),
        (files("'k8s/*/config.json'"), "'{{.path.path}}'", true),
        (files("'k8s/config.json'"), "'{{path}}'", false),
        (files("'**/other.json'"), "'{{path}}'", false),
        (
            "{list: {elements: [{path: k8s/prod}]}}".to_owned(),
            "'{{path}}'",
            true,
        ),
        (
            "{list: {elements: [{path: k8s/eu}]}}".to_owned(),
            "'{{path}}'",
            false,
        ),
        (
            "{list: {elements: [{app: {dir: ./k8s/prod/}}]}}".to_owned(),
            "'{{.app.dir}}'",
            true,
        ),
        (
            "{list: {elements: [{dir: '{{x}}'}]}}".to_owned(),
            "'{{dir}}'",
            true,
        ),
        (
            "{git: {pathParamPrefix: own, directories: [{path: 'k8s/*'}]}}".to_owned(),
            "'{{own.path}}'",
            true,
        ),
        (
            "{list: {elements: [{env: eu}]}}".to_owned(),
            "'k8s/{{env}}'",
            false,
        ),
        ("{clusters: {}}".to_owned(), "'k8s/{{name}}'", true),
        // Nobody knows, so it may be any.
        ("{plugin: {}}".to_owned(), "'{{folder}}'", true),
        (
            folders("{path: 'apps/*'}"),
            "'{{ printf \"%s\" .path.path }}'",
            true,
        ),
        ("{clusters: {}}".to_owned(), "k8s/prod", true),
        ("{clusters: {}}".to_owned(), "k8s/pr*", false),
    ] {
        let folder = overlay("");
        folder
            .file("argo/all.yaml", application_set(&generators, path))
            .file("k8s/prod/config.json", "{}");
        let kept = if reaches { &[IMAGE, MODEL][..] } else { &ALL };
        keeps(
            &folder.check(&["k8s"]),
            kept,
            &format!("{generators} {path}"),
        );
    }
}

#[test]
fn flux_overrides_from_outside() {
    let head = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  path: ./k8s/prod\n";
    for (lines, kept) in [
        (
            "  images: [{name: vllm/vllm-openai, newTag: v0.11.0}]\n",
            &[REPLICAS, MODEL, SPARE][..],
        ),
        (
            "  patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/replicas, value: 3}]'}]\n",
            &[IMAGE, MODEL],
        ),
        (
            "  patchesStrategicMerge: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: ranker}, spec: {replicas: 3}}]\n",
            &[IMAGE, MODEL],
        ),
        ("  targetNamespace: serving\n", &ALL),
    ] {
        let folder = overlay("");
        folder.file("flux/apps.yaml", format!("{head}{lines}"));
        keeps(&folder.check(&["k8s"]), kept, lines);
    }
    let folder = overlay("");
    folder
        .file(
            "flux/apps.yaml",
            format!("{head}  postBuild: {{substitute: {{tag: v1}}}}\n"),
        )
        .file("k8s/base/ranker.yaml", BASE.replace(":latest", ":${tag}"));
    folder
        .check(&["k8s"])
        .says("judge what Flux Kustomization `apps` (flux/apps.yaml) applies instead: its `spec.postBuild.substitute` changes `/spec/template/spec/containers/0/image`");
    // Without a kustomization Flux takes all files of the folder.
    let folder = Folder::with(&[("servelint.toml", ""), ("k8s/prod/deep/ranker.yaml", BASE)]);
    folder.file(
        "flux/apps.yaml",
        format!("{head}  images: [{{name: vllm/vllm-openai, newTag: v1}}]\n"),
    );
    keeps(
        &folder.check(&["k8s"]),
        &[REPLICAS, MODEL, SPARE],
        "all files",
    );
}

#[test]
fn an_image_that_flux_keeps_up_to_date_is_not_the_last_one() {
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        (
            "k8s/ranker.yaml",
            &BASE.replace(
                ":latest",
                ":latest # {\"$imagepolicy\": \"flux-system:vllm\"}",
            ),
        ),
        (
            "flux/images.yaml",
            "apiVersion: image.toolkit.fluxcd.io/v1beta2\nkind: ImageUpdateAutomation\nmetadata: {name: images}\nspec: {update: {path: ./k8s, strategy: Setters}}\n",
        ),
    ]);
    let answer = folder.check(&["k8s"]);
    keeps(&answer, &[REPLICAS, MODEL, SPARE], "the marked line");
    answer.says("judge what ImageUpdateAutomation `images` (flux/images.yaml) applies instead");
}

#[test]
fn values_of_a_chart_fill_in_its_templates() {
    let template = BASE.replace("vllm/vllm-openai:latest", "'{{ .Values.image }}'");
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ranker}\nspec:\n  chart: {spec: {chart: ./chart, sourceRef: {kind: GitRepository, name: repo}}}\n  values: {image: 'a:1'}\n";
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("chart/Chart.yaml", "apiVersion: v2\nname: ranker\n"),
        ("chart/templates/ranker.yaml", &template),
        ("flux/release.yaml", release),
    ]);
    let answer = folder.check(&["chart"]);
    answer.says("judge what HelmRelease `ranker` (flux/release.yaml) applies instead: its `spec.values` changes `/spec/template/spec/containers/0/image`");
    folder.file("flux/release.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ranker}\nspec: {source: {path: chart, helm: {parameters: [{name: image, value: 'a:2'}]}}}\n");
    folder
        .check(&["chart"])
        .says("its `spec.source.helm.parameters` changes `/spec/template/spec/containers/0/image`");
}

const SPEC: &str = "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nmetadata: {name: chat, owner: team-chat, revision: 3}\nspec:\n  environment: staging\n  tier: standard\n  scope: {inScope: [answers], outOfScope: [batch]}\n  assumptions: []\n  noAssumptions: staging replays recorded traffic\n  constraints:\n    - {id: C1, kind: latency, hard: true, statement: the caller gives up after 2s}\n  model: {name: m, uri: \"s3://models/m\", digest: \"sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4\"}\n  serving: {platform: deployment, mode: online}\n  slos:\n    - name: availability\n      indicator: {type: availability, measuredAt: gateway}\n      target: 0.99\n      window: {duration: 30d, isRolling: true}\n";

const CHAT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: chat}}\n  template:\n    metadata: {labels: {app: chat}}\n    spec:\n      containers:\n        - name: server\n          image: \"vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4\"\n          args: [\"--model=m\", \"--revision=9f3a6c1d0f5b4a7e8c2d1b0a9e8f7d6c5b4a3f21\"]\n          resources: {limits: {nvidia.com/gpu: 1}}\n";

/// A service, its base and its overlay with these lines.
fn service(artifacts: &str, lines: &str) -> Folder {
    Folder::with(&[
        ("servelint.toml", ""),
        ("spec.yaml", &format!("{SPEC}{artifacts}")),
        ("k8s/base/kustomization.yaml", "resources: [chat.yaml]\n"),
        ("k8s/base/chat.yaml", CHAT),
        (
            "k8s/prod/kustomization.yaml",
            &format!("resources: [../base]\n{lines}"),
        ),
    ])
}

const DECLARED: &str = "  artifacts:\n    - {role: workload, path: k8s/base/chat.yaml}\n";

/// The claims about manifests of the only review, as `state: because`.
fn claims(folder: &Folder) -> Vec<String> {
    let words = [
        "check",
        "--format",
        "json",
        "--as-of",
        super::run::DAY,
        "spec.yaml",
    ];
    let answer = folder.run(&words);
    let report: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let claims = report["reviews"][0]["claims"]
        .as_array()
        .expect("claims")
        .clone();
    let manifests = claims.iter().filter(|claim| claim["kind"] == "artifact");
    let said = manifests.map(|claim| {
        let because = claim["because"].as_str().unwrap_or_default();
        format!("{}: {because}", claim["state"].as_str().unwrap_or_default())
    });
    said.collect()
}

#[test]
fn a_declared_manifest_that_a_layer_changes_is_attested_at_most() {
    assert_eq!(claims(&service(DECLARED, "")), ["met: "]);
    assert_eq!(claims(&service(DECLARED, "namePrefix: prod-\n")), ["met: "]);
    assert_eq!(
        claims(&service(DECLARED, "replicas: [{name: chat, count: 1}]\n")),
        ["attested: overlay `k8s/prod` changes `/spec/replicas` by `replicas[0]`"]
    );
}

/// It may have changed anything before it was broken.
#[test]
fn a_manifest_under_a_broken_layer_is_attested_at_most() {
    let refused = |entry: &str| {
        format!(
            "attested: overlay `k8s/prod` has `{entry}`, which changes what is not known, because Kustomize refuses to build it"
        )
    };
    assert_eq!(
        claims(&service(DECLARED, "patches: [{path: missing.yaml}]\n")),
        [refused("patches[0]")]
    );
    for lines in ["patches: [\n", "patches: }\n", "? [\n", "a: b: c\n"] {
        assert_eq!(
            claims(&service(DECLARED, lines)),
            [refused("text")],
            "{lines}"
        );
    }
    // It is enough that the text names the base in some way.
    let folder = service(DECLARED, "");
    folder.file("k8s/prod/kustomization.yaml", "resources: [\"../base\",\n");
    assert_eq!(claims(&folder), [refused("text")]);
    folder.file("k8s/prod/kustomization.yaml", "resources: [../other,\n");
    assert_eq!(claims(&folder), ["met: "]);
}

/// Nobody declared it, and the service rests on it all the same.
#[test]
fn a_joined_manifest_that_a_layer_changes_is_attested() {
    assert!(claims(&service("", "")).is_empty());
    assert_eq!(
        claims(&service("", "replicas: [{name: chat, count: 1}]\n")),
        ["attested: overlay `k8s/prod` changes `/spec/replicas` by `replicas[0]`"]
    );
}

const ROLLOUT: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: chat}\nspec:\n  replicas: 4\n  selector: {matchLabels: {app: chat}}\n  strategy: {canary: {steps: [{setWeight: 25}, {analysis: {templates: [{templateName: smoke}]}}]}}\n  template:\n    metadata: {labels: {app: chat}}\n    spec: {containers: [{name: server, image: 'vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4', args: ['--model=m', '--revision=9f3a6c1d0f5b4a7e8c2d1b0a9e8f7d6c5b4a3f21'], resources: {limits: {nvidia.com/gpu: 1}}}]}\n";

/// Kustomize does not know where custom resources refer to names.
#[test]
fn a_reference_that_does_not_follow_a_new_name_is_attested() {
    let at = "/spec/strategy/canary/steps/1/analysis/templates/0/templateName";
    let renamed = |key: &str| {
        format!(
            "attested: overlay `k8s/prod` renames objects by `{key}`, but not the reference `{at}`"
        )
    };
    let state = |lines: &str, template: &str| {
        let folder = service(DECLARED, lines);
        folder
            .file(
                "k8s/base/chat.yaml",
                ROLLOUT.replace("templateName: smoke", &format!("templateName: {template}")),
            )
            .file(
                "k8s/prod/names.yaml",
                "nameReference: [{kind: AnalysisTemplate, fieldSpecs: [{kind: Rollout, path: 'spec/strategy/canary/steps[]/analysis/templates/templateName'}]}]\n",
            );
        claims(&folder)
    };
    assert_eq!(
        state("namePrefix: prod-\n", "smoke"),
        [renamed("namePrefix")]
    );
    assert_eq!(state("nameSuffix: -v2\n", "smoke"), [renamed("nameSuffix")]);
    // The reference is by the name that will be, or follows by configuration.
    assert_eq!(state("namePrefix: prod-\n", "prod-smoke"), ["met: "]);
    assert_eq!(
        state("namePrefix: prod-\nconfigurations: [names.yaml]\n", "smoke"),
        ["met: "]
    );
    // And what is said of the reference itself is left out.
    let folder = overlay("namePrefix: prod-\n");
    folder.file(
        "k8s/base/ranker.yaml",
        ROLLOUT.replace("steps: [", "stableService: a, canaryService: a, steps: ["),
    );
    folder
        .check(&["k8s"])
        .says("judge the overlay `k8s/prod` instead: its `namePrefix` renames objects, but not the reference `");
}

/// What selects pods keeps its labels unless the entry says otherwise, and fields of custom resources are not known.
#[test]
fn labels_reach_what_kustomize_lets_them_reach() {
    let pods = "`/spec/template/metadata/labels/app`";
    let selector = "`/spec/selector/matchLabels/app`";
    let rollout = BASE
        .replace("apps/v1", "argoproj.io/v1alpha1")
        .replace("kind: Deployment", "kind: Rollout");
    // The pods are not selected, which is an error at the selector.
    for (base, lines, said) in [
        (BASE, "commonLabels: {app: ranker}\n", &[pods, selector][..]),
        (
            BASE,
            "labels: [{pairs: {app: ranker}, includeSelectors: true}]\n",
            &[pods, selector],
        ),
        (
            BASE,
            "labels: [{pairs: {app: ranker}, includeTemplates: true}]\n",
            &[pods],
        ),
        (BASE, "labels: [{pairs: {app: ranker}}]\n", &[]),
        (&rollout, "commonLabels: {app: ranker}\n", &[]),
        (
            &rollout,
            "commonLabels: {app: ranker}\nconfigurations: [c.yaml]\n",
            &[pods, selector],
        ),
    ] {
        let folder = overlay(lines);
        folder.file(
            "k8s/base/ranker.yaml",
            base.replace(
                "metadata: {labels: {app: ranker}}",
                "metadata: {labels: {app: slip}}",
            ),
        );
        let answer = folder.check(&["k8s"]);
        for place in [pods, selector] {
            let is_said = answer.out.contains(place);
            assert_eq!(
                is_said,
                said.contains(&place),
                "{lines} {place}\n{}{}",
                answer.out,
                answer.err
            );
        }
    }
}

#[test]
fn a_placeholder_in_a_declared_manifest_is_attested_at_most() {
    let folder = service(DECLARED, "");
    folder.file("k8s/base/chat.yaml", CHAT.replace("vllm/vllm-openai@sha256:1d0c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f4", "${IMAGE}"));
    assert_eq!(
        claims(&folder),
        ["attested: `${IMAGE}` at `/spec/template/spec/containers/0/image` is a placeholder"]
    );
}

/// A value of the specification is not compared with one that a layer changes.
#[test]
fn drift_is_judged_where_the_layer_decides() {
    let folder = service(DECLARED, "");
    let sized = "  resources: {gpu: {count: 2}}\n";
    folder.file("spec.yaml", format!("{SPEC}{sized}{DECLARED}"));
    folder.check(&["spec.yaml"]).says("[artifact-drift]");
    let gpus = format!(
        "{}spec: {{template: {{spec: {{containers: [{{name: server, resources: {{limits: {{nvidia.com/gpu: 2}}}}}}]}}}}}}\n",
        PATCH.replace("ranker", "chat")
    );
    folder.file("k8s/prod/gpus.yaml", gpus).file(
        "k8s/prod/kustomization.yaml",
        "resources: [../base]\npatches: [{path: gpus.yaml}]\n",
    );
    folder
        .check(&["spec.yaml"])
        .says("left out here: `artifact-drift`")
        .keeps_quiet_about("[artifact-drift]");
}

/// What a verdict is given over holds the layers of what was declared.
#[test]
fn the_digest_holds_the_layers() {
    let digest = |lines: &str, patch: &str| {
        let folder = service(DECLARED, lines);
        folder.file("k8s/prod/p.yaml", patch);
        let answer = folder.run(&["input", "spec.yaml", "--format", "digest"]);
        assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
        answer.out
    };
    let patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat}\nspec: {replicas: 3}\n";
    let own = digest("", patch);
    assert_eq!(own, digest("namePrefix: a-\n", patch));
    let layered = digest("patches: [{path: p.yaml}]\n", patch);
    assert_ne!(own, layered);
    assert_ne!(
        layered,
        digest("patches: [{path: p.yaml}]\n", &patch.replace('3', "4"))
    );
    assert_ne!(layered, digest("patches: [{path: p.yaml}] # x\n", patch));
}

/// A layer that changed brings the services that rest on it; another one does not.
#[test]
fn a_changed_layer_brings_its_service() {
    let patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: chat}\nspec: {replicas: 3}\n";
    let folder = service(DECLARED, "patches: [{path: p.yaml}]\n");
    folder
        .file("k8s/prod/p.yaml", patch)
        .file("k8s/other/kustomization.yaml", "namePrefix: a-\n");
    git::init(&folder.path);
    git::commit(&folder.path, "x");
    let path = std::env::var("PATH").expect("a path");
    let since = || {
        let words = [
            "check",
            "--format",
            "concise",
            "--as-of",
            super::run::DAY,
            "--since",
            "HEAD",
            ".",
        ];
        let env = [("PATH", path.as_str())];
        let setting = super::run::Setting {
            env: &env,
            ..super::run::Setting::default()
        };
        folder.run_as(&words, &setting)
    };
    since().keeps_quiet_about("verdict: chat");
    folder.file("k8s/other/kustomization.yaml", "namePrefix: b-\n");
    since().keeps_quiet_about("verdict: chat");
    folder.file("k8s/prod/p.yaml", patch.replace('3', "4"));
    since().says("verdict: chat");
    folder
        .file("k8s/prod/p.yaml", patch)
        .file("k8s/prod/kustomization.yaml", "resources: [../base]\n");
    since().says("verdict: chat");
    std::fs::remove_file(folder.path.join("k8s/prod/kustomization.yaml")).expect("removed");
    since().says("verdict: chat");
}

/// Somebody who names an overlay asks about the services under it.
#[test]
fn a_named_layer_brings_the_service_under_it() {
    let folder = service(DECLARED, "replicas: [{name: chat, count: 1}]\n");
    folder
        .check(&["k8s/prod/kustomization.yaml"])
        .says("verdict: chat");
}

/// What every layer leaves as wrong as it was is no better for being written twice.
#[test]
fn a_layer_that_writes_what_is_wrong_takes_no_finding_away() {
    let again = overlay("replicas: [{name: ranker, count: 1}]\n");
    keeps(&again.check(&[]), &ALL, "the same replicas");
    let again = overlay("images: [{name: vllm/vllm-openai, newTag: latest}]\n");
    keeps(&again.check(&[]), &ALL, "the same image");
    let more = overlay("replicas: [{name: ranker, count: 3}]\n");
    keeps(&more.check(&[]), &[IMAGE, MODEL], "more replicas");
    // A rule that nothing of the manifest breaks any more is left out there, and at no other.
    more.file("k8s/prod/other.yaml", BASE.replace("ranker", "other"))
        .file(
            "k8s/prod/kustomization.yaml",
            "resources: [../base, other.yaml]\nreplicas: [{name: ranker, count: 3}]\n",
        );
    let answer = more.check(&[]);
    assert_eq!(
        answer
            .out
            .matches("left out here: `min-replicas-production`")
            .count(),
        1,
        "{}",
        answer.out
    );
}
