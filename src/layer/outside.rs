//! Objects of Argo CD and Flux that change what a folder of the repository holds before it is applied.

use super::{
    Layer, LayerKind,
    effect::{LabelReach, LayerEffect},
    generated,
    kustomization::NAMES,
    read::{EntryReader, LayerFiles, resolved},
    target::group_version,
    written::WrittenEntry,
};
use crate::disk::OnDisk;
use crate::document::{Document, Node, Value, read};
use aho_corasick::AhoCorasick;
use std::{path::Path, sync::LazyLock};

/// The layers that an object is; none for other objects, and for those that change nothing.
pub(super) fn read(document: &Document, files: &dyn LayerFiles) -> Vec<Layer> {
    let root = &document.root;
    let text = |key: &str| root.get(key).and_then(Node::as_str).unwrap_or_default();
    let (group, _) = group_version(text("apiVersion"));
    let mut layers = match (group, text("kind")) {
        ("argoproj.io", "Application") => applications(document, files),
        ("argoproj.io", "ApplicationSet") => application_sets(document, files),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => flux(document, files),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => helm_release(document, files),
        ("image.toolkit.fluxcd.io", "ImageUpdateAutomation") => image_updates(document, files),
        _ => Vec::new(),
    };
    let name = root.at(&["metadata", "name"]).and_then(Node::as_str);
    for layer in &mut layers {
        layer.name = Some(name.unwrap_or_default().to_owned());
    }
    layers.retain(|layer| {
        !layer.entries.is_empty() || layer.namespace.is_some() || !layer.faults.is_empty()
    });
    layers
}

/// The paths that an object of Argo CD or Flux names, up to the first template; none for other objects.
pub(super) fn past_paths(root: &Node) -> Vec<&str> {
    let text = |key: &str| root.get(key).and_then(Node::as_str).unwrap_or_default();
    let (group, _) = group_version(text("apiVersion"));
    let is_argo = group == "argoproj.io" && text("kind").starts_with("Application");
    let spec = root
        .get("spec")
        .filter(|_| is_argo || group.ends_with(".toolkit.fluxcd.io"));
    let Some(spec) = spec else {
        return Vec::new();
    };
    let inner = spec.at(&["template", "spec"]).unwrap_or(spec);
    let mut paths = vec![
        inner.get("path"),
        inner.at(&["update", "path"]),
        inner.at(&["chart", "spec", "chart"]),
    ];
    for (_, source) in sources(inner, "") {
        paths.push(source.get("path"));
    }
    let texts = paths.into_iter().flatten().filter_map(Node::as_str);
    texts.filter_map(|text| text.split("{{").next()).collect()
}

/// True for bytes that may hold such an object, also where escapes hide its words.
pub(super) fn may_hold(text: &[u8]) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKS).ok());
    let Some(words) = WORDS.as_ref() else {
        return true;
    };
    let mut met = [false; MARKS.len()];
    for found in words.find_iter(text) {
        let mark = found.pattern().as_usize();
        met[mark] = mark < WORDS_OF_OBJECTS || hides(MARKS[mark], &text[found.end()..]);
        if met[mark] && speaks(&met) {
            return true;
        }
        // One of them may hide a part of a word.
        if met[mark] && mark >= WORDS_OF_OBJECTS {
            return speaks(&words_of(text));
        }
    }
    false
}

/// The words in a text whose escapes are undone.
fn words_of(text: &[u8]) -> [bool; MARKS.len()] {
    let text = String::from_utf8_lossy(text);
    let plain = read::unescaped(&text);
    let mut met = [false; MARKS.len()];
    for (met, word) in met.iter_mut().zip(MARKS).take(WORDS_OF_OBJECTS) {
        *met = plain.contains(word);
    }
    met
}

/// True for an escape, with what follows, that stands for a letter or a sign of the words, or for nothing.
fn hides(escape: &str, rest: &[u8]) -> bool {
    let zeros: &[u8] = match escape {
        "\\u" => b"00",
        "\\U" => b"000000",
        "\\x" => b"",
        _ => return true,
    };
    let digit = rest.strip_prefix(zeros).and_then(<[u8]>::first);
    digit.is_some_and(|digit| (b'2'..=b'7').contains(digit))
}

/// True for the words of such an object.
fn speaks(met: &[bool; MARKS.len()]) -> bool {
    met[0] || (met[1] && met[2])
}

/// The words of such objects, and the escapes in which a part of them may be written.
const MARKS: [&str; 8] = [
    "toolkit.fluxcd.io",
    "argoproj.io",
    "Application",
    "\\u",
    "\\U",
    "\\x",
    "\\\n",
    "\\\r",
];
const WORDS_OF_OBJECTS: usize = 3;

/// True for `.argocd-source.yaml` and `.argocd-source-NAME.yaml`.
pub(super) fn is_override(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let inner = name.and_then(|name| name.strip_prefix(".argocd-source")?.strip_suffix(".yaml"));
    inner.is_some_and(|name| name.is_empty() || name.starts_with('-'))
}

/// What such a file does: it is the source of an Application, in part.
pub(super) fn source_override(document: &Document, file: &Path, files: &dyn LayerFiles) -> Layer {
    let folder = file.parent().unwrap_or(files.root());
    let of = ("", &document.root);
    application(LayerKind::SourceOverride, document, folder, of, files)
}

fn reader<'r>(
    kind: LayerKind,
    document: &Document,
    folder: &Path,
    files: &'r dyn LayerFiles,
) -> EntryReader<'r> {
    EntryReader {
        files,
        layer: Layer::new(kind, &document.source, folder),
        configured: false,
        followed: Vec::new(),
        written: WrittenEntry::at(&document.source, document.root.span),
    }
}

/// The sources of an Application, with their paths in the object.
fn sources<'n>(spec: &'n Node, prefix: &str) -> Vec<(String, &'n Node)> {
    let mut sources = Vec::new();
    if let Some(source) = spec.get("source") {
        sources.push((format!("{prefix}source."), source));
    }
    let several = spec.get("sources").map(Node::items).unwrap_or_default();
    for (index, source) in several.iter().enumerate() {
        sources.push((format!("{prefix}sources[{index}]."), source));
    }
    sources
}

fn applications(document: &Document, files: &dyn LayerFiles) -> Vec<Layer> {
    let Some(spec) = document.root.get("spec") else {
        return Vec::new();
    };
    let mut layers = Vec::new();
    for (prefix, source) in sources(spec, "spec.") {
        let Some(path) = source.get("path").and_then(Node::as_str) else {
            continue;
        };
        // The repository may be another one: then the folder is most often not there.
        if let Ok(folder) = resolved(files, files.root(), path) {
            layers.push(application(
                LayerKind::Application,
                document,
                &folder,
                (&prefix, source),
                files,
            ));
        }
    }
    layers
}

fn application(
    kind: LayerKind,
    document: &Document,
    folder: &Path,
    (prefix, source): (&str, &Node),
    files: &dyn LayerFiles,
) -> Layer {
    let mut reader = reader(kind, document, folder, files);
    reader.layer.below.push(folder.to_owned());
    if let Some(kustomize) = source.get("kustomize") {
        let prefix = format!("{prefix}kustomize.");
        reader.names(kustomize, &prefix, "namespace");
        for item in reader.list(kustomize, &prefix, "components") {
            let found = reader.path(folder, item);
            reader.layer.components.extend(found);
        }
        reader.patches(kustomize, &prefix, "patches");
        let is_set = |key: &str| {
            kustomize
                .get(key)
                .is_some_and(|node| node.value == Value::Bool(true))
        };
        let selectors = !is_set("labelWithoutSelector");
        let reach = LabelReach {
            selectors,
            templates: selectors || is_set("labelIncludeTemplates"),
            anywhere: false,
        };
        reader.write_at(kustomize);
        reader.labels(kustomize, &prefix, "commonLabels", reach);
        reader.annotations(kustomize, &prefix, "commonAnnotations");
        reader.replicas(kustomize, &prefix);
        reader.images(kustomize, &prefix);
    }
    if let Some(helm) = source.get("helm") {
        const VALUES: [&str; 5] = [
            "parameters",
            "values",
            "valuesObject",
            "valueFiles",
            "fileParameters",
        ];
        for key in VALUES.iter().filter(|key| helm.get(key).is_some()) {
            let effect = LayerEffect::Texts("{{".to_owned());
            reader.add(format!("{prefix}helm.{key}"), None, effect);
        }
        reader.layer.whole = Some(folder.join("templates"));
    }
    reader.layer
}

fn application_sets(document: &Document, files: &dyn LayerFiles) -> Vec<Layer> {
    let root = &document.root;
    let Some(spec) = root.at(&["spec", "template", "spec"]) else {
        return Vec::new();
    };
    let mut layers = Vec::new();
    for (prefix, source) in sources(spec, "spec.template.spec.") {
        let Some(path) = source.get("path").and_then(Node::as_str) else {
            continue;
        };
        let of = (prefix.as_str(), source);
        let kind = LayerKind::ApplicationSet;
        let Some(folders) = generated::folders(path, root, files.tree()) else {
            // Any folder may be one of its own.
            let mut layer = application(kind, document, files.root(), of, files);
            layer.below.clear();
            layer.whole = Some(files.root().to_owned());
            layers.push(layer);
            continue;
        };
        for folder in folders {
            let folder = files.root().join(folder);
            layers.push(application(kind, document, &folder, of, files));
        }
    }
    layers
}

fn flux(document: &Document, files: &dyn LayerFiles) -> Vec<Layer> {
    let Some(spec) = document.root.get("spec") else {
        return Vec::new();
    };
    let path = spec.get("path").and_then(Node::as_str).unwrap_or("./");
    let Ok(folder) = resolved(files, files.root(), path.trim_start_matches('/')) else {
        return Vec::new();
    };
    let mut reader = reader(LayerKind::FluxKustomization, document, &folder, files);
    reader.layer.below.push(folder.clone());
    // Flux makes a kustomization of all files where there is none.
    if !NAMES.iter().any(|name| folder.join(name).holds_file()) {
        reader.layer.whole = Some(folder.clone());
    }
    reader.names(spec, "spec.", "targetNamespace");
    for item in reader.list(spec, "spec.", "components") {
        let found = reader.path(&folder, item);
        reader.layer.components.extend(found);
    }
    reader.patches(spec, "spec.", "patches");
    reader.merge_patches(spec, "spec.");
    reader.patches(spec, "spec.", "patchesJson6902");
    if let Some(metadata) = spec.get("commonMetadata") {
        reader.write_at(metadata);
        reader.labels(
            metadata,
            "spec.commonMetadata.",
            "labels",
            LabelReach::default(),
        );
        reader.annotations(metadata, "spec.commonMetadata.", "annotations");
    }
    reader.images(spec, "spec.");
    for key in ["substitute", "substituteFrom"] {
        let said = spec.at(&["postBuild", key]);
        if said.is_some_and(|node| node.value != Value::Null) {
            let effect = LayerEffect::Texts("${".to_owned());
            reader.add(format!("spec.postBuild.{key}"), None, effect);
        }
    }
    vec![reader.layer]
}

fn helm_release(document: &Document, files: &dyn LayerFiles) -> Vec<Layer> {
    let spec = document.root.get("spec");
    let chart = spec
        .and_then(|spec| spec.at(&["chart", "spec", "chart"]))
        .and_then(Node::as_str);
    let (Some(spec), Some(chart)) = (spec, chart) else {
        return Vec::new();
    };
    let Ok(folder) = resolved(files, files.root(), chart) else {
        return Vec::new();
    };
    let mut reader = reader(LayerKind::HelmRelease, document, &folder, files);
    reader.layer.whole = Some(folder.join("templates"));
    for key in ["values", "valuesFrom"] {
        if spec.get(key).is_some() {
            let effect = LayerEffect::Texts("{{".to_owned());
            reader.add(format!("spec.{key}"), None, effect);
        }
    }
    for (index, item) in reader
        .list(spec, "spec.", "postRenderers")
        .iter()
        .enumerate()
    {
        if let Some(kustomize) = item.get("kustomize") {
            let prefix = format!("spec.postRenderers[{index}].kustomize.");
            reader.patches(kustomize, &prefix, "patches");
            reader.images(kustomize, &prefix);
        }
    }
    vec![reader.layer]
}

fn image_updates(document: &Document, files: &dyn LayerFiles) -> Vec<Layer> {
    let path = document
        .root
        .at(&["spec", "update", "path"])
        .and_then(Node::as_str);
    let Ok(folder) = resolved(files, files.root(), path.unwrap_or("./")) else {
        return Vec::new();
    };
    let mut reader = reader(LayerKind::ImageUpdateAutomation, document, &folder, files);
    reader.layer.whole = Some(folder);
    reader.add(
        "spec.update".to_owned(),
        None,
        LayerEffect::Marked("$imagepolicy"),
    );
    vec![reader.layer]
}
