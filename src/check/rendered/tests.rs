//! The place that is told for each value of a rendered object is the one that decides it: another value there is
//! another value in what is rendered. By the real kustomize, where it is installed.

use super::RenderSources;
use crate::{
    check::{Request, Unsaved, find, layers::LayerShelf, load::FileReader},
    config::Projects,
    document::{
        Node, Pointer, Value,
        read::{self, Format},
        source::Source,
    },
    render::{
        ObjectOrigin, Programs, RenderSource, RenderTrace, RenderedFrom, RenderedObject, render,
    },
    schema::Schemas,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Every way in which Kustomize sets a value that rules read.
const FILES: [(&str, &str); 9] = [
    (
        "base/kustomization.yaml",
        "resources: [deploy.yaml, rollout.yaml]\n",
    ),
    (
        "base/deploy.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: ranker
spec:
  replicas: 2
  progressDeadlineSeconds: 900
  selector:
    matchLabels: {app: ranker}
  template:
    metadata:
      labels: {app: ranker}
    spec:
      terminationGracePeriodSeconds: 60
      containers:
        - name: proxy
          image: envoy:v1.30
        - name: server
          image: vllm/vllm-openai:v0.9
          args: [\"--model\", \"org/model\", \"--max-num-seqs\", \"64\"]
          env:
            - name: LOG
              value: info
            - name: MODE
              value: slow
          ports:
            - containerPort: 8000
              name: http
          resources:
            limits:
              nvidia.com/gpu: 1
              memory: 40Gi
          readinessProbe:
            httpGet: {path: /health, port: 8000}
            periodSeconds: 5
",
    ),
    (
        "base/rollout.yaml",
        "apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: embedder
spec:
  replicas: 4
  strategy:
    canary:
      steps:
        - setWeight: 10
        - pause: {duration: 10m}
  template:
    spec:
      containers:
        - name: server
          image: acme/embedder:v3
",
    ),
    (
        "middle/kustomization.yaml",
        "resources: [../base]
components: [../gpu]
commonAnnotations:
  team: search
patches:
  - path: grace.yaml
",
    ),
    (
        "middle/grace.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata: {name: ranker}
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 90
      containers:
        - name: server
          env:
            - name: MODE
              value: fast
            - name: EXTRA
              value: \"yes\"
          volumeMounts:
            - mountPath: /dev/shm
              name: shm
      volumes:
        - name: shm
          emptyDir: {medium: Memory, sizeLimit: 8Gi}
",
    ),
    (
        "gpu/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
  - target: {kind: Deployment, name: ranker}
    patch: |
      - op: replace
        path: /spec/template/spec/containers/1/resources/limits/nvidia.com~1gpu
        value: 2
      - op: add
        path: /spec/template/spec/containers/1/resources/limits/cpu
        value: \"8\"
",
    ),
    (
        "top/kustomization.yaml",
        "resources: [../middle]
namePrefix: live-
namespace: serving
labels:
  - pairs: {tier: gold}
images:
  - name: vllm/vllm-openai
    newName: mirror/vllm
    newTag: v0.11.2
  - name: envoy
    digest: sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f0a9b8c7d6e5f41d0c2b3a4f5e6d7c8b9a
replicas:
  - name: ranker
    count: 6
patches:
  - path: canary.yaml
    target: {kind: Rollout}
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: ranker
      spec:
        template:
          spec:
            containers:
              - name: server
                args:
                  - --model
                  - org/model
                  - --max-num-seqs
                  - \"128\"
",
    ),
    (
        "top/canary.yaml",
        "- op: replace
  path: /spec/strategy/canary/steps
  value:
    - setWeight: 5
    - pause: {duration: 20m}
    - setWeight: 50
- {op: add, path: /spec/revisionHistoryLimit, value: 3}
",
    ),
    ("servelint.toml", ""),
];

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("SERVELINT_KUSTOMIZE").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/kustomize");
    named.into_iter().chain([own]).find(|path| path.is_file())
}

/// The servelint that was built beside this test.
fn servelint() -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    let built = here.parent()?.parent()?.join("servelint");
    built.is_file().then_some(built)
}

fn documents(text: &str) -> Vec<Node> {
    let source = Source::new("rendered.yaml", text);
    let parsed = read::parse(&source, Format::Yaml);
    parsed
        .documents
        .into_iter()
        .map(|document| document.root)
        .collect()
}

/// Another value of the same type, as YAML has it.
fn another(value: &Value, written: &str) -> Option<String> {
    Some(match value {
        Value::Integer(number) => (number + 1).to_string(),
        Value::String(_) if written.starts_with('"') => {
            format!("\"{}1\"", written.trim_matches('"'))
        }
        Value::String(_) => format!("{written}1"),
        _ => return None,
    })
}

#[test]
fn another_value_at_the_place_is_another_value_in_what_is_rendered() {
    let (Some(kustomize), Some(servelint)) = (program(), servelint()) else {
        println!("skipped: there is no kustomize, or no servelint beside this test");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a real path");
    for (name, text) in FILES {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let programs = Programs::of(servelint, kustomize);
    let top = RenderSource::Kustomize(root.join("top"));
    let build = || render(&top, &root, &programs);
    let rendered = build().expect("it builds");
    let objects = traced(&root, &rendered);
    let (mut tried, mut missed) = (0, Vec::new());
    for (number, (document, object)) in objects.iter().enumerate() {
        let mut leaves: Vec<(Pointer, Value)> = Vec::new();
        document.each_scalar(&mut |at, node| leaves.push((at.clone(), node.value.clone())));
        for (at, value) in leaves {
            // A name is made of several or tells an element, and a kind is no value.
            let words = at.to_string();
            if words == "/kind" || words == "/apiVersion" || words.ends_with("/name") {
                continue;
            }
            let place = object.place(document, &at).expect("a place");
            let path = &place.source.path;
            let text = fs::read_to_string(path).expect("a text");
            let written = &text[place.span.start()..place.span.end()];
            let Some(other) = another(&value, written) else {
                continue;
            };
            let mut edited = text.clone();
            edited.replace_range(place.span.start()..place.span.end(), &other);
            fs::write(path, &edited).expect("written");
            tried += 1;
            let moved = build().ok().is_some_and(|again| {
                let again = documents(&again.text);
                let found = again.get(number).map(|root| root.resolve(&at));
                // An element that is told by what was edited stands elsewhere then.
                found.is_none_or(|found| !found.complete || found.node.value != value)
            });
            fs::write(path, &text).expect("written");
            if !moved {
                let name = path.strip_prefix(&root).expect("below");
                missed.push(format!("{words} at {} `{written}`", name.display()));
            }
        }
    }
    println!(
        "compared {tried} values, of which {} do not move",
        missed.len()
    );
    assert!(tried > 30, "{tried}");
    assert!(missed.len() * 50 <= tried, "{missed:#?}");
}

/// The rendered objects, each with what it is rendered from.
fn traced(root: &Path, rendered: &crate::render::Rendered) -> Vec<(Node, RenderedObject)> {
    let mut projects = Projects::new(None).expect("a configuration");
    let request = Request {
        paths: vec![root.to_owned()],
        ..Request::default()
    };
    let found = find::files(&request, &mut projects).expect("files");
    let project = Arc::clone(&found.files.first().expect("a file").project);
    let schemas = Schemas::default();
    let unsaved = Unsaved::new();
    let shelf = LayerShelf::new(&unsaved);
    let reader = FileReader {
        schemas: &schemas,
        layers: &shelf,
        unsaved: &unsaved,
        memory: None,
    };
    let source = Source::new("rendered.yaml", rendered.text.as_str());
    let parsed = read::parse(&source, Format::Yaml);
    let mut sources = RenderSources::default();
    let from = Arc::new(RenderedFrom {
        command: String::new(),
        folder: None,
        environment: None,
        label: None,
        service: None,
        files: Default::default(),
    });
    let mut objects = Vec::new();
    for document in parsed.documents {
        let ObjectOrigin::File(path) = &rendered.origins[document.index] else {
            panic!("every object has an origin");
        };
        let trace = sources.layers(path, &root.join("top"), &document, &project, reader);
        assert!(matches!(trace, RenderTrace::Layers(_)), "{path:?}");
        let object = RenderedObject {
            from: Arc::clone(&from),
            trace,
        };
        objects.push((document.root, object));
    }
    objects
}
